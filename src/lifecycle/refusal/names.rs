//! What scripts and prompts use of a refusal: its code, its place in the policy, and the missing fields.

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
            Refusal::NothingToAcknowledge { .. } => "nothing-to-acknowledge",
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

    /// The refusal, completed with the request: whether it gave a note although a field is missing.
    pub(in crate::lifecycle) fn of(mut self, request: &Request) -> Self {
        if let Refusal::Unfit(Unfit::Missing { noted, .. }) = &mut self {
            *noted = request.note.is_some();
        }
        self
    }

    /// The place of the rule in the policy, if it has exactly one.
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

    /// The missing fields, so that a prompt can ask for them.
    pub fn missing(&self) -> &[String] {
        match self {
            Refusal::Unfit(Unfit::Missing { fields, .. } | Unfit::Required { fields, .. }) => fields,
            _ => &[],
        }
    }
}
