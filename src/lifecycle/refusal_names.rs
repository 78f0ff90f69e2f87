//! What scripts and prompts read of a refusal: its name, its place in the policy, the fields that are missing.

use super::{Refusal, Request};
use crate::filter::Unanswered;
use crate::place::Place;

impl From<Unanswered> for Refusal {
    fn from(error: Unanswered) -> Self {
        Refusal::Unanswered { why: error.0 }
    }
}

impl Refusal {
    /// A stable name for JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoKind { .. } => "no-kind",
            Refusal::NoRecord { .. } => "no-record",
            Refusal::NoState { .. } => "no-state",
            Refusal::NoStep { .. } => "no-step",
            Refusal::NotFrom { .. } => "not-from",
            Refusal::NoPrevious { .. } => "no-previous",
            Refusal::NotStaff { .. } => "not-staff",
            Refusal::NotActing { .. } => "not-acting",
            Refusal::NotEntitled { .. } => "not-entitled",
            Refusal::NotTheirs { .. } => "not-theirs",
            Refusal::SameEyes { .. } => "same-eyes",
            Refusal::AboveAuthority { .. } => "above-authority",
            Refusal::NoAuthority { .. } => "no-authority",
            Refusal::NoAmount { .. } => "no-amount",
            Refusal::Sealed { .. } => "sealed",
            Refusal::Missing { .. } => "missing",
            Refusal::NoLevel { .. } => "no-level",
            Refusal::NotNextLevel { .. } => "not-next-level",
            Refusal::Outgrown { .. } => "outgrown",
            Refusal::Unmet { .. } => "unmet",
            Refusal::NotUnique { .. } => "not-unique",
            Refusal::NotSame { .. } => "not-same",
            Refusal::Circular { .. } => "circular",
            Refusal::Exceeded { .. } => "exceeded",
            Refusal::Before { .. } => "before",
            Refusal::Needs { .. } => "needs",
            Refusal::StillDealt { .. } => "still-dealt",
            Refusal::BeforeLast { .. } => "before-last",
            Refusal::Future { .. } => "future",
            Refusal::NotOfThisCentury { .. } => "not-of-this-century",
            Refusal::NoId { .. } => "no-id",
            Refusal::Unanswered { .. } => "unanswered",
            Refusal::IdTaken { .. } => "id-taken",
            Refusal::Required { .. } => "required",
            Refusal::Retired { .. } => "retired",
            Refusal::BadReference { .. } => "bad-reference",
            Refusal::NoPerson { .. } => "no-person",
            Refusal::NoRole { .. } => "no-role",
            Refusal::NoDepartment { .. } => "no-department",
            Refusal::BadValue { .. } => "bad-value",
            Refusal::Passed { .. } => "passed",
            Refusal::Unchanged { .. } => "unchanged",
            Refusal::Consequence { cause, .. } => cause.code(),
            Refusal::Endless { .. } => "endless",
            Refusal::Untouchable { .. } => "untouchable",
        }
    }

    /// The same of a request: whether it gave a note, where a field is missing.
    pub(super) fn of(mut self, request: &Request) -> Self {
        if let Refusal::Missing { noted, .. } = &mut self {
            *noted = request.note.is_some();
        }
        self
    }

    /// Where the rule stands in the policy, where it stands in one place.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Refusal::NotFrom { place, .. }
            | Refusal::NoPrevious { place, .. }
            | Refusal::NotActing { place, .. }
            | Refusal::NotEntitled { place, .. }
            | Refusal::NotTheirs { place, .. }
            | Refusal::SameEyes { place, .. }
            | Refusal::AboveAuthority { place, .. }
            | Refusal::NoAuthority { place, .. }
            | Refusal::NoAmount { place, .. }
            | Refusal::Sealed { place, .. }
            | Refusal::Missing { place, .. }
            | Refusal::NoLevel { place, .. }
            | Refusal::NotNextLevel { place, .. }
            | Refusal::Outgrown { place, .. }
            | Refusal::Unmet { place, .. }
            | Refusal::NotUnique { place, .. }
            | Refusal::NotSame { place, .. }
            | Refusal::Passed { place, .. }
            | Refusal::Exceeded { place, .. }
            | Refusal::Before { place, .. }
            | Refusal::Needs { place, .. }
            | Refusal::StillDealt { place, .. }
            | Refusal::Endless { place, .. } => Some(place),
            Refusal::Consequence { cause, place, .. } => cause.place().or(Some(place)),
            _ => None,
        }
    }

    /// The fields that would have to be given, so that a prompt can ask for them.
    pub fn missing(&self) -> &[String] {
        match self {
            Refusal::Missing { fields, .. } | Refusal::Required { fields, .. } => fields,
            _ => &[],
        }
    }
}
