//! What people, roles, departments, states, values, records and holders are called, in every language. Every list, report,
//! form and message takes its words from here, and this module alone decides what is private and what stands in its place.
//!
//! Nothing here knows a format: numbers and dates that have a type of their own in tables stay values there. The sentences of
//! refusals stand with the refusals, since they show the typed name beside the label.

mod follow;
mod held;
mod number;
mod sight;
mod title;
mod value;

pub use follow::Followed;
pub use held::{Held, Party};
pub use number::{end, grouped, minute, money};
pub use sight::{MASK, Sight, masked};
pub use title::Titles;

use crate::kind::{EDIT, IMPORT, Kind};
use crate::label;
use crate::locale::messages::WordingText as Text;
use crate::locale::{Label, Lang};
use crate::policy::{People, Policy};
use crate::record::{Id, Record};

/// What the names in records mean, for one reader.
#[derive(Clone, Copy)]
pub struct Words<'w> {
    /// The rule book, whose labels they are.
    pub policy: &'w Policy,
    /// The staff.
    pub people: &'w People,
    /// Where the titles of records come from.
    pub titles: Titles<'w>,
    /// What the reader may see.
    pub sight: Sight,
    /// Whether values that name people and records show the ids, too, so that they can be typed.
    pub ids: bool,
}

impl<'w> Words<'w> {
    /// The words of a rule book and its staff.
    pub fn new(policy: &'w Policy, people: &'w People, titles: Titles<'w>, sight: Sight) -> Self {
        Words { policy, people, titles, sight, ids: false }
    }

    /// The same words for a reader who may see something else.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        Words { sight, ..self }
    }

    /// The same words with the ids of people and records beside them.
    #[must_use]
    pub fn with_ids(self) -> Self {
        Words { ids: true, ..self }
    }

    /// The name of a person; the id of someone who is not on the staff.
    pub fn person(&self, id: &str) -> String {
        let person = id.parse().ok().and_then(|id: Id| self.people.get(&id));
        person.map_or_else(|| id.to_owned(), |person| person.name.clone())
    }

    /// The label of a role; the name of a role that the rule book does not know.
    pub fn role(&self, name: &str) -> Label {
        self.policy.roles.get(name).map_or_else(|| Label::verbatim(name), |role| role.label.clone())
    }

    /// The label of a department; the name of a department that the rule book does not know.
    pub fn department(&self, name: &str) -> Label {
        let department = self.policy.departments.get(name);
        department.map_or_else(|| Label::verbatim(name), |department| department.label.clone())
    }

    /// The label of a kind; the name of a kind that the rule book does not know.
    pub fn kind(&self, name: &str) -> Label {
        self.policy.kind(name).map_or_else(|| Label::verbatim(name), |kind| kind.shape.label.clone())
    }
}

/// The label of a state of a kind; the name of a state that the kind does not have.
pub fn state(kind: &Kind, name: &str) -> Label {
    kind.shape.state(name).map_or_else(|| Label::verbatim(name), |state| state.label.clone())
}

/// What people read as the state of a record: of one that was merged, into which.
pub fn standing(kind: &Kind, record: &Record) -> Label {
    match kind.merged_into(record) {
        Some(into) => label!(Text::MergedInto, id = into),
        None => state(kind, &record.state),
    }
}

/// The label of a step that was taken from a state, also of those that every kind has.
pub fn step(kind: &Kind, name: &str, from: Option<&str>) -> Label {
    match (kind.step_label(name, from), name) {
        (Some(label), _) => label.clone(),
        (None, EDIT) => Text::Edit.into(),
        (None, IMPORT) => Text::Import.into(),
        (None, _) => Label::verbatim(name),
    }
}

/// The label of a deadline of a kind; the name of a deadline that the kind does not have.
pub fn deadline(kind: Option<&Kind>, name: &str) -> Label {
    let found = kind.and_then(|kind| kind.deadline(name));
    found.map_or_else(|| Label::verbatim(name), |deadline| deadline.label.clone())
}

/// Several things one after another, each language with its own comma.
pub fn joined(labels: &[Label]) -> Label {
    match labels {
        [one] => one.clone(),
        _ => between(labels, [", ", "、"]),
    }
}

/// Several texts with a separator for each language between them.
fn between(labels: &[Label], [en, zh]: [&str; 2]) -> Label {
    let all =
        |lang: Lang, separator: &str| labels.iter().map(|label| label.get(lang)).collect::<Vec<_>>().join(separator);
    Label::new(all(Lang::En, en), all(Lang::Zh, zh))
}

#[cfg(test)]
mod tests;
