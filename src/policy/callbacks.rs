//! Which clients are called back, how often, and what they are asked: `policy/callbacks.toml` (CB1 to CB4). What is due on a
//! day is computed elsewhere.

use super::roles::{label, labels_are_unique, named};
use crate::calendar::Span;
use crate::filter::Filter;
use crate::kind::{AllShapes, Condition};
use crate::locale::Label;
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Value};

/// The kind whose records are called back.
pub const CLIENT: &str = "client";
/// The kind of the records that a campaign makes.
pub const CALLBACK: &str = "callback";

/// What `callbacks.toml` says; empty where a company plans none.
#[derive(Debug, Clone, Default)]
pub struct Callbacks {
    /// Callbacks for a person and a working day, where nobody says otherwise; none is no bound.
    pub per_day: Option<u64>,
    /// The questions of the callback record, in the order of the scores.
    pub questions: Vec<Question>,
    /// The campaigns; a client that an earlier one has drawn for a period is not drawn again.
    pub campaigns: Vec<Campaign>,
}

/// A question of the callback record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// No longer asked; old records hold its score at its place.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

/// A rule by which callbacks are planned.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Its name, which the callbacks that it makes keep.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The clients that it draws; none is every client.
    pub select: Option<Condition>,
    /// When.
    pub rhythm: Rhythm,
    /// The fields that its callbacks are made with, by handles of the kind [`CALLBACK`].
    pub set: Vec<(FieldId, Value)>,
    /// Where it is declared.
    pub place: Place,
}

/// When a campaign calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rhythm {
    /// So much after the last callback of the campaign, or after the client was registered.
    Every(Span),
    /// Once after a step of a record of the client.
    After {
        /// The kind of that record.
        kind: String,
        /// Its step.
        step: String,
        /// By when, from the step on.
        within: Span,
    },
}

impl Callbacks {
    /// The file that says it.
    pub const FILE: &'static str = "policy/callbacks.toml";

    /// Reads the file. All problems are noted; what could be read beside them is returned.
    pub(super) fn load(text: &str, shapes: &AllShapes, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Callbacks::default() };
        let per_day = file.count("per-day", problems);
        if let Some(none) = per_day.as_ref().filter(|count| count.value == 0) {
            problems.say(&none.place, "nobody could be called back: give at least 1, or leave it out");
        }
        let questions = file.list("questions", problems).into_iter().filter_map(|table| question(table, problems));
        let questions: Vec<Question> = questions.collect();
        labels_are_unique(questions.iter().map(|question| (&question.label, &question.place)), problems);
        let tables = file.list("campaigns", problems);
        let campaigns: Vec<Campaign> =
            tables.into_iter().filter_map(|table| campaign(table, shapes, problems)).collect();
        file.finish(problems);
        let names = questions.iter().map(|question| ("question", &question.name, &question.place));
        let names = names.chain(campaigns.iter().map(|campaign| ("campaign", &campaign.name, &campaign.place)));
        let names: Vec<_> = names.collect();
        for (i, (what, name, place)) in names.iter().enumerate() {
            if names[..i].iter().any(|(other, before, _)| other == what && before == name) {
                problems.say(place, format!("there is a {what} `{name}` already"));
            }
        }
        Callbacks { per_day: per_day.map(|count| count.value), questions, campaigns }
    }

    /// The campaign of a name.
    pub fn campaign(&self, name: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.name == name)
    }
}

fn question(table: &Section, problems: &Problems) -> Option<Question> {
    let name = table.required_text("name", problems);
    let retired = table.flag("retired", problems).unwrap_or(false);
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    table.finish(problems);
    let name = name?;
    named(&name, "question", problems);
    Some(Question { name: name.value, label, retired, place: name.place })
}

fn campaign(table: &Section, shapes: &AllShapes, problems: &Problems) -> Option<Campaign> {
    let name = table.required_text("name", problems)?;
    named(&name, "campaign", problems);
    let label = label(table, &name.value, problems);
    let select =
        table.text("select", problems).and_then(|text| match Filter::read(&text, CLIENT, shapes, &shapes.scope) {
            Ok(filter) => Some(Condition { filter, text, reason: Label::default() }),
            Err(problem) => {
                problems.push(problem);
                None
            }
        });
    let rhythm = rhythm(table, &name, shapes, problems);
    let set = table.section("set", problems).map(|set| fields(set, shapes, problems)).unwrap_or_default();
    table.finish(problems);
    Some(Campaign { name: name.value, label, select, rhythm: rhythm?, set, place: name.place })
}

fn rhythm(table: &Section, name: &Placed<String>, shapes: &AllShapes, problems: &Problems) -> Option<Rhythm> {
    let every = table.text("every", problems);
    let after = table.text("after", problems);
    let within = table.text("within", problems);
    match (every, after, within) {
        (Some(every), None, None) => span(&every, problems).map(Rhythm::Every),
        (None, Some(after), Some(within)) => {
            let within = span(&within, problems);
            let Some((kind, step)) = after.value.split_once(':') else {
                let message = format!("`{}` names no step of a kind", after.value);
                problems.push(Problem::new(after.place, message).help("write `contract:sign`"));
                return None;
            };
            if !shapes.shapes.contains_key(kind) {
                let near = nearest(kind, shapes.shapes.keys().map(String::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("there is no kind `{kind}`");
                problems.push(Problem::new(after.place, message).help_if(help));
                return None;
            }
            shapes.has_step(&[kind.to_owned()], step, &after.place, problems);
            Some(Rhythm::After { kind: kind.to_owned(), step: step.to_owned(), within: within? })
        }
        _ => {
            problems.push(
                Problem::new(name.place.clone(), "a campaign has either `every`, or `after` with `within`")
                    .help("write `every = \"3 months\"`, or `after = \"contract:sign\"` and `within = \"7 days\"`"),
            );
            None
        }
    }
}

/// A span that is not nothing.
pub(super) fn span(text: &Placed<String>, problems: &Problems) -> Option<Span> {
    match text.value.parse::<Span>() {
        Ok(span) if span.count > 0 => Some(span),
        Ok(_) => {
            problems.say(&text.place, format!("`{}` is no time at all", text.value));
            None
        }
        Err(error) => {
            problems.say(&text.place, error.to_string());
            None
        }
    }
}

fn fields(set: &Section, shapes: &AllShapes, problems: &Problems) -> Vec<(FieldId, Value)> {
    let Some(shape) = shapes.shapes.get(CALLBACK) else {
        problems.say(set.place(), format!("there is no kind `{CALLBACK}` whose fields could be set"));
        return Vec::new();
    };
    let field = |(name, item): (&Placed<String>, &crate::place::toml::Item)| {
        let Some(field) = shape.field_id(&name.value) else {
            let near = nearest(&name.value, shape.fields().iter().map(|field| field.name.as_str()));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{CALLBACK}` has no field `{}`", name.value);
            problems.push(Problem::new(name.place.clone(), message).help_if(help));
            return None;
        };
        let text = item.text(problems)?;
        let wrong = |error: crate::record::ValueError| problems.say(&text.place, error.to_string());
        Value::from_stored(&shape.field(field).ty, &text.value).map_err(wrong).ok().map(|value| (field, value))
    };
    set.entries().filter_map(field).collect()
}
