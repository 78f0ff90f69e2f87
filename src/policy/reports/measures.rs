//! The rules for improvement measures, and for when one is ineffective: `[measures]` and `[recurrence]` of
//! `policy/reports.toml` (IM1).

use serde::{Deserialize, Serialize};

use super::Recurrence;
use crate::place::toml::Section;
use crate::policy::callbacks::span;
use crate::policy::naming::{Loading, Naming};
use crate::record::FieldId;

/// The rules for improvement measures. Reports cannot show what the policy leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRules {
    /// The kind of the measures.
    pub kind: String,
    /// The field with the record from which it follows.
    pub about: Option<FieldId>,
    /// The field with what it improves.
    pub category: Option<FieldId>,
    /// The field with what is done.
    pub action: Option<FieldId>,
    /// The field with the person who does it.
    pub owner: Option<FieldId>,
    /// The field with its due date.
    pub due: Option<FieldId>,
    /// The field with its effect.
    pub effect: Option<FieldId>,
    /// The states in which it is done.
    pub done: Vec<String>,
    /// The states in which its effect is verified.
    pub verified: Vec<String>,
}

impl MeasureRules {
    pub(super) fn read(table: &Section, measure: Naming<'_>) -> Self {
        let states = |key| measure.states(table, key).unwrap_or_default();
        MeasureRules {
            kind: measure.name().to_owned(),
            about: measure.field(table, "about", &[]),
            category: measure.field(table, "category", &[]),
            action: measure.field(table, "action", &[]),
            owner: measure.field(table, "owner", &["person"]),
            due: measure.field(table, "due", &["date"]),
            effect: measure.field(table, "effect", &[]),
            done: states("done"),
            verified: states("verified"),
        }
    }
}

/// `[recurrence]`; its `kind` must have a milestone `done`.
pub(super) fn recurrence(table: &Section, case: Naming<'_>, loading: Loading<'_>) -> Option<Recurrence> {
    let problems = loading.problems;
    let within = table.required_text("within", problems).and_then(|text| span(&text, problems));
    let (kind, done) = (table.required_text("kind", problems), table.required_text("done", problems));
    let same = super::same(table, case);
    let measure = loading.kind(&kind?);
    let about = measure.map(|measure| measure.fields(table, "about"));
    let done = measure?.milestone(&done?)?;
    Some(Recurrence { kind: measure?.name().to_owned(), about: about?, done, same, within: within? })
}
