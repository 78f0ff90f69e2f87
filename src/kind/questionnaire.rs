//! `[questionnaire]` of a kind: which fields of its records hold questions, and which hold the answers. `lifecycle`
//! checks the answers against the questions, and a report counts them.

use serde::{Deserialize, Serialize};

use super::reader::{self, AllShapes};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problems};
use crate::record::{FieldId, Fields, Record, Shape, Type, Value};

/// The highest point of a scale, if the policy does not say.
const HIGHEST: u64 = 5;

/// What a question asks for. The names are those of the kind's choice for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A number from 1 to the highest point.
    Scale,
    /// One of the values of the question.
    Choice,
    /// Free text.
    Text,
    /// A number from 0 to 10: how likely the client is to recommend us.
    Recommend,
}

impl Asks {
    /// All, in the order of the documentation.
    pub const ALL: [Asks; 4] = [Asks::Scale, Asks::Choice, Asks::Text, Asks::Recommend];

    /// The name in policy files.
    pub const fn name(self) -> &'static str {
        match self {
            Asks::Scale => "scale",
            Asks::Choice => "choice",
            Asks::Text => "text",
            Asks::Recommend => "recommend",
        }
    }
}

/// Which fields hold questions and answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// The list of questions.
    pub questions: FieldId,
    /// The short name of a question.
    pub id: FieldId,
    /// Its words.
    pub text: FieldId,
    /// What it asks for.
    pub ty: FieldId,
    /// What can be chosen.
    pub choices: Option<FieldId>,
    /// The list of responses.
    pub responses: FieldId,
    /// Who answered.
    pub by: FieldId,
    /// Their answers, in the order of the questions.
    pub answers: FieldId,
    /// When they answered.
    pub at: Option<FieldId>,
    /// Whether the answer came after the last day.
    pub late: Option<FieldId>,
    /// The last day.
    pub until: Option<FieldId>,
    /// Who was asked; nobody else may answer.
    pub asked: Option<FieldId>,
    /// Fields of the people who answer, which name members of staff. These members may not write the answers down.
    pub own: Vec<FieldId>,
    /// The highest point of a scale.
    pub highest: u64,
    /// Where it is declared.
    pub place: Place,
}

/// A question of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its short name.
    pub id: String,
    /// Its words.
    pub text: String,
    /// What it asks for.
    pub asks: Asks,
    /// What can be chosen.
    pub choices: Vec<String>,
}

/// The stored text of a missing answer.
pub const UNANSWERED: &str = "-";

impl Questionnaire {
    /// The questions of a record, in order.
    pub fn questions(&self, fields: &Fields) -> Vec<Question> {
        let lines = groups(fields.get(self.questions));
        let text = |line: &Fields, field: FieldId| line.get(field).and_then(Value::stored).unwrap_or_default();
        let question = |line: &Fields| {
            let name = text(line, self.ty);
            let asks = Asks::ALL.into_iter().find(|asks| asks.name() == name)?;
            let choices = self.choices.and_then(|field| line.get(field)).map(Value::elements).unwrap_or_default();
            let choices = choices.iter().filter_map(Value::stored).collect();
            Some(Question { id: text(line, self.id), text: text(line, self.text), asks, choices })
        };
        lines.filter_map(question).collect()
    }

    /// The responses of a record, in order.
    pub fn responses<'r>(&self, fields: &'r Fields) -> impl Iterator<Item = &'r Fields> + use<'r> {
        groups(fields.get(self.responses))
    }

    /// The answers of a response, in the order of the questions.
    pub fn answers(&self, response: &Fields) -> Vec<String> {
        let answers = response.get(self.answers).map(Value::elements).unwrap_or_default();
        answers.iter().map(|answer| answer.stored().unwrap_or_default()).collect()
    }

    /// How many were asked. `None` if the record does not say.
    pub fn asked(&self, record: &Record) -> Option<usize> {
        self.asked.and_then(|field| record.get(field)).map(|asked| asked.elements().len())
    }

    /// Whether an answer is allowed for the question.
    pub fn fits(&self, question: &Question, answer: &str) -> bool {
        let within = |from: u64, to: u64| answer.parse::<u64>().is_ok_and(|number| (from..=to).contains(&number));
        answer == UNANSWERED
            || match question.asks {
                Asks::Scale => within(1, self.highest),
                Asks::Recommend => within(0, 10),
                Asks::Choice => question.choices.iter().any(|choice| choice == answer),
                Asks::Text => true,
            }
    }
}

fn groups(value: Option<&Value>) -> impl Iterator<Item = &Fields> {
    let lines = value.map(Value::elements).unwrap_or_default().iter();
    lines.filter_map(|line| if let Value::Group(line) = line { Some(line) } else { None })
}

/// `[questionnaire]`.
pub(super) fn questionnaire(
    section: &Section,
    shape: &Shape,
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<Questionnaire> {
    let table = section.section("questionnaire", problems)?;
    let found = read(table, shape, shapes, problems);
    table.finish(problems);
    found
}

fn read(table: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Option<Questionnaire> {
    let list = |key: &str| {
        let named = table.required_text(key, problems)?;
        let field = reader::field(shape, &named.value, &named.place, problems)?;
        match (&shape.field(field).ty, shape.field(field).ty.element()) {
            (Type::List(_), Type::Group(lines)) => Some((field, lines)),
            _ => {
                problems.say(&named.place, label!(LoadText::NoLines, name = named.value));
                None
            }
        }
    };
    let (questions, responses) = (list("questions"), list("responses"));
    let of = |lines: &Shape, named: Option<Placed<String>>, fits: fn(&Type) -> bool| {
        let named = named?;
        let field = reader::field(lines, &named.value, &named.place, problems)?;
        if fits(&lines.field(field).ty) {
            return Some(field);
        }
        problems.say(&named.place, label!(LoadText::NotOfQuestions, name = named.value, key = named.place.key));
        None
    };
    let one = |key: &str, fits: fn(&Type) -> bool| of(shape, table.text(key, problems), fits);
    let asked = one("asked", |ty| matches!(ty, Type::List(_)) && matches!(ty.element(), Type::Ref(_)));
    let until = one("until", |ty| matches!(ty, Type::Date));
    let highest = table.count("highest", problems).map_or(HIGHEST, |count| count.value);
    let [id, text, ty, choices] = ["id", "text", "type", "values"].map(|key| match key {
        "values" => table.text(key, problems),
        _ => table.required_text(key, problems),
    });
    let [by, answers] = ["by", "answers"].map(|key| table.required_text(key, problems));
    let [at, late] = ["at", "late"].map(|key| table.text(key, problems));
    let own = table.texts("own", problems);
    let ((questions, lines), (responses, line)) = (questions?, responses?);
    let is_text = |ty: &Type| matches!(ty, Type::Text);
    let id = of(lines, id, is_text);
    let text = of(lines, text, is_text);
    let choices = of(lines, choices, |ty| matches!(ty, Type::List(_)) && matches!(ty.element(), Type::Text));
    let ty = of(
        lines,
        ty,
        |ty| matches!(ty, Type::Choice(all) if all.iter().all(|one| Asks::ALL.iter().any(|asks| asks.name() == one.name))),
    );
    let answers = of(line, answers, |ty| matches!(ty, Type::List(_)) && matches!(ty.element(), Type::Text));
    let by = of(line, by, |ty| matches!(ty, Type::Ref(kinds) if kinds.len() == 1))?;
    let at = of(line, at, |ty| matches!(ty, Type::Time));
    let late = of(line, late, |ty| matches!(ty, Type::Bool));
    let theirs = match &line.field(by).ty {
        Type::Ref(kinds) => kinds.first().and_then(|kind| shapes.shapes.get(kind)),
        _ => None,
    };
    let own = own.iter().filter_map(|named| {
        let field = reader::field(theirs?, &named.value, &named.place, problems)?;
        if matches!(theirs?.field(field).ty.element(), Type::Person) {
            return Some(field);
        }
        problems.say(&named.place, label!(LoadText::NotOfQuestions, name = named.value, key = "own"));
        None
    });
    Some(Questionnaire {
        own: own.collect(),
        questions,
        id: id?,
        text: text?,
        ty: ty?,
        choices,
        responses,
        by,
        answers: answers?,
        at,
        late,
        until,
        asked,
        highest,
        place: table.place().clone(),
    })
}
