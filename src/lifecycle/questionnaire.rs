//! Checks answers against their questions (CB6): who may give them, whether they fit, and whether they came late.
//! `kind` says which fields hold them.

use super::{Operation, Refusal, Request, Unfit};
use crate::calendar::Moment;
use crate::filter::Resolver as _;
use crate::kind::{Asks, Kind, Question, Questionnaire};
use crate::record::{Fields, Id, Record, Value};

/// Why an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amiss {
    /// The number of answers differs from the number of questions.
    Count {
        /// How many questions there are.
        questions: usize,
        /// How many answers were given.
        answers: usize,
    },
    /// An answer is not allowed for its question.
    Answer {
        /// The question.
        question: String,
        /// The answer.
        answer: String,
        /// What is allowed.
        fits: String,
    },
    /// The respondent was not asked.
    NotAsked,
    /// The respondent has already answered.
    Twice,
    /// The person who writes the answers down is responsible for the respondent.
    Own {
        /// The person.
        person: Id,
    },
}

impl Operation<'_> {
    /// Fills in when new responses were given, and whether that was late. The rule book does this, so nobody counts
    /// as the writer.
    ///
    /// # Errors
    /// If the person who writes a response down is responsible for the respondent.
    pub(super) fn responded(
        &self,
        kind: &Kind,
        request: &Request,
        before: &Record,
        after: &mut Fields,
        at: Moment,
    ) -> Result<(), Refusal> {
        let Some(asked) = &kind.questionnaire else { return Ok(()) };
        let Some(Value::List(lines)) = after.get(asked.responses) else { return Ok(()) };
        let stood = before.get(asked.responses).map(Value::elements).unwrap_or_default();
        let zone = self.setting.policy.calendars.default().zone();
        let last = match asked.until.and_then(|field| after.get(field)) {
            Some(Value::Date(last)) => Some(*last),
            _ => None,
        };
        let mut filled = lines.clone();
        for (number, line) in filled.iter_mut().enumerate() {
            if stood.contains(line) {
                continue;
            }
            let Value::Group(line) = line else { continue };
            if let Some(person) = self.looks_after(asked, line, request)? {
                return Err(amiss(kind, asked, number, Amiss::Own { person }));
            }
            let given = match asked.at.map(|field| (field, line.get(field).cloned())) {
                Some((_, Some(Value::Time(given)))) => given,
                Some((field, _)) => {
                    line.set(field, Value::Time(at));
                    at
                }
                None => at,
            };
            if let Some(field) = asked.late {
                match last.is_some_and(|last| zone.date(given) > last) {
                    true => line.set(field, Value::Bool(true)),
                    false => line.clear(field),
                }
            }
        }
        after.set(asked.responses, Value::List(filled));
        Ok(())
    }

    /// The actor or the typist, if that person is responsible for the respondent.
    fn looks_after(&self, asked: &Questionnaire, line: &Fields, request: &Request) -> Result<Option<Id>, Refusal> {
        let Some(Value::Ref(id)) = line.get(asked.by) else { return Ok(None) };
        let Some(respondent) = self.pending.record(id)? else { return Ok(None) };
        let named = asked.own.iter().filter_map(|field| respondent.get(*field)).flat_map(Value::elements);
        let named: Vec<&str> = named.filter_map(Value::as_text).collect();
        let actor = [&request.actor.person, &request.actor.typist];
        Ok(actor.into_iter().find(|person| named.contains(&person.as_str())).cloned())
    }
}

/// Checks that changed responses answer the questions, and come from people who were asked, once each.
///
/// # Errors
/// The first response that does not; the refusal says why.
pub(super) fn answers(kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
    let Some(asked) = &kind.questionnaire else { return Ok(()) };
    let lines = |record: &Record| record.get(asked.responses).map(Value::elements).unwrap_or_default().to_vec();
    let stood = before.map(lines).unwrap_or_default();
    let now = lines(after);
    if stood == now {
        return Ok(());
    }
    let questions = asked.questions(&after.fields);
    let population = asked.asked.and_then(|field| after.get(field)).map(Value::elements);
    let mut seen: Vec<&Value> = Vec::new();
    for (number, response) in now.iter().enumerate() {
        let Value::Group(line) = response else { continue };
        let by = line.get(asked.by);
        let fault = |what| Err(amiss(kind, asked, number, what));
        if by.is_some_and(|by| seen.contains(&by)) {
            return fault(Amiss::Twice);
        }
        seen.extend(by);
        if stood.contains(response) {
            continue;
        }
        if by.zip(population).is_some_and(|(by, population)| !population.is_empty() && !population.contains(by)) {
            return fault(Amiss::NotAsked);
        }
        let answers = asked.answers(line);
        if answers.len() != questions.len() {
            return fault(Amiss::Count { questions: questions.len(), answers: answers.len() });
        }
        for (question, answer) in questions.iter().zip(answers) {
            if !asked.fits(question, &answer) {
                let (question, fits) = (question.id.clone(), range(asked, question));
                return fault(Amiss::Answer { question, answer, fits });
            }
        }
    }
    Ok(())
}

fn range(asked: &Questionnaire, question: &Question) -> String {
    match question.asks {
        Asks::Scale => format!("1–{}", asked.highest),
        Asks::Recommend => "0–10".to_owned(),
        Asks::Choice => question.choices.join(", "),
        Asks::Text => String::new(),
    }
}

fn amiss(kind: &Kind, asked: &Questionnaire, number: usize, what: Amiss) -> Refusal {
    Refusal::Unfit(Unfit::Answer {
        kind: kind.name().to_owned(),
        line: format!("{}.{number}", kind.field(asked.responses).name),
        what: Box::new(what),
        place: asked.place.clone(),
    })
}
