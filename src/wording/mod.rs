//! What people, roles, departments, states, values, records and holders are called in every language. Every list,
//! report, form and message takes its words from here. Only this module decides what is private and what is shown in
//! its place.
//!
//! Nothing here knows a format. Numbers and dates that are typed cells of tables stay values. The sentences of
//! refusals are with the refusals, because they show the typed name beside the label.

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
use crate::record::{ACKNOWLEDGE, UNITE};
use crate::record::{Id, Record};

/// What the names in records mean, for one reader.
#[derive(Clone, Copy)]
pub struct Words<'w> {
    /// The rule book that the labels come from.
    pub policy: &'w Policy,
    /// The staff.
    pub people: &'w People,
    /// Where the titles of records come from.
    pub titles: Titles<'w>,
    /// What the reader may see.
    pub sight: Sight,
    /// Whether values that name people and records also show the ids, so that the reader can type them.
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

    /// The name of a person; the id if the person is not on the staff.
    pub fn person(&self, id: &str) -> String {
        let person = id.parse().ok().and_then(|id: Id| self.people.get(&id));
        person.map_or_else(|| id.to_owned(), |person| person.name.clone())
    }

    /// The label of a role; its name if the rule book does not know it.
    pub fn role(&self, name: &str) -> Label {
        self.policy.roles.get(name).map_or_else(|| Label::verbatim(name), |role| role.label.clone())
    }

    /// The label of a department; its name if the rule book does not know it.
    pub fn department(&self, name: &str) -> Label {
        let department = self.policy.departments.get(name);
        department.map_or_else(|| Label::verbatim(name), |department| department.label.clone())
    }

    /// The label of a kind; its name if the rule book does not know it.
    pub fn kind(&self, name: &str) -> Label {
        self.policy.kind(name).map_or_else(|| Label::verbatim(name), |kind| kind.shape.label.clone())
    }
}

/// The label of a state of a kind; its name if the kind does not have it.
pub fn state(kind: &Kind, name: &str) -> Label {
    kind.shape.state(name).map_or_else(|| Label::verbatim(name), |state| state.label.clone())
}

/// What people read as the state of a record. For a merged record it says which record it was merged into.
pub fn standing(kind: &Kind, record: &Record) -> Label {
    match kind.merged_into(record) {
        Some(into) => label!(Text::MergedInto, id = into),
        None => state(kind, &record.state),
    }
}

/// The label of a step that was taken from a state. It knows the steps that every kind has too.
pub fn step(kind: &Kind, name: &str, from: Option<&str>) -> Label {
    match (kind.step_label(name, from), name) {
        (Some(label), _) => label.clone(),
        (None, EDIT) => Text::Edit.into(),
        (None, IMPORT) => Text::Import.into(),
        (None, UNITE) => Text::Unite.into(),
        (None, ACKNOWLEDGE) => Text::Acknowledge.into(),
        (None, _) => Label::verbatim(name),
    }
}

/// The label of a deadline of a kind; its name if the kind does not have it.
pub fn deadline(kind: Option<&Kind>, name: &str) -> Label {
    let found = kind.and_then(|kind| kind.deadline(name));
    found.map_or_else(|| Label::verbatim(name), |deadline| deadline.label.clone())
}

/// Several things one after another, with the comma of each language.
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
