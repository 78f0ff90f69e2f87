//! What scripts and prompts read of a refusal: its name, its place in the policy, the fields that are missing.

use super::{Refusal, Unfit};
use crate::filter::Unanswered;
use crate::lifecycle::Request;
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
            Refusal::Unentitled(refusal) => refusal.code(),
            Refusal::Unauthorised(refusal) => refusal.code(),
            Refusal::Unfit(refusal) => refusal.code(),
            Refusal::Unfulfilled(refusal) => refusal.code(),
            Refusal::NoKind { .. } => "no-kind",
            Refusal::NoRecord { .. } => "no-record",
            Refusal::NoState { .. } => "no-state",
            Refusal::NoStep { .. } => "no-step",
            Refusal::NotFrom { .. } => "not-from",
            Refusal::NoPrevious { .. } => "no-previous",
            Refusal::BeforeEntered { .. } => "before-entered",
            Refusal::NotedLate { .. } => "noted-late",
            Refusal::BeforeLast { .. } => "before-last",
            Refusal::Future { .. } => "future",
            Refusal::NotOfThisCentury { .. } => "not-of-this-century",
            Refusal::NoId { .. } => "no-id",
            Refusal::Unanswered { .. } => "unanswered",
            Refusal::IdTaken { .. } => "id-taken",
            Refusal::ReservedId { .. } => "reserved-id",
            Refusal::Unchanged { .. } => "unchanged",
            Refusal::Consequence { cause, .. } => cause.code(),
            Refusal::Endless { .. } => "endless",
            Refusal::Untouchable { .. } => "untouchable",
        }
    }

    /// The same of a request: whether it gave a note, where a field is missing.
    pub(in crate::lifecycle) fn of(mut self, request: &Request) -> Self {
        if let Refusal::Unfit(Unfit::Missing { noted, .. }) = &mut self {
            *noted = request.note.is_some();
        }
        self
    }

    /// Where the rule stands in the policy, where it stands in one place.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Refusal::Unentitled(refusal) => refusal.place(),
            Refusal::Unauthorised(refusal) => refusal.place(),
            Refusal::Unfit(refusal) => refusal.place(),
            Refusal::Unfulfilled(refusal) => refusal.place(),
            Refusal::NotFrom { place, .. }
            | Refusal::NoPrevious { place, .. }
            | Refusal::Endless { place, .. }
            | Refusal::NotedLate { place, .. } => Some(place),
            Refusal::Consequence { cause, place, .. } => cause.place().or(Some(place)),
            _ => None,
        }
    }

    /// The fields that would have to be given, so that a prompt can ask for them.
    pub fn missing(&self) -> &[String] {
        match self {
            Refusal::Unfit(Unfit::Missing { fields, .. } | Unfit::Required { fields, .. }) => fields,
            _ => &[],
        }
    }
}
