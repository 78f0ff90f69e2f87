//! Why a step is refused. Each refusal says which rule refuses, where that is in the policy, and who or what could
//! help. There is one file for each subject, with its refusals and their words. Refusals about steps and records as
//! such are here.

mod authority;
mod demands;
mod fields;
mod names;
mod parts;
mod people;
mod say;
mod unfit;
mod unfulfilled;
mod words;

pub use authority::Unauthorised;
pub use parts::{Lacking, Named, Over, Waits, Whom};
pub use people::Unentitled;
pub(super) use unfit::Misplacement;
pub use unfit::Unfit;
pub use unfulfilled::Unfulfilled;

use crate::calendar::{Moment, Span};
use crate::locale::Label;
use crate::place::Place;
use crate::record::Id;

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody may not take the step.
    Unentitled(Unentitled),
    /// An amount or a level prevents the step.
    Unauthorised(Unauthorised),
    /// A field has no value, or one that does not fit.
    Unfit(Unfit),
    /// A demand of the rules is not met.
    Unfulfilled(Unfulfilled),
    /// Other records that the rules ask about could not be looked up, so there is no answer.
    Unanswered {
        /// Why not.
        why: Label,
    },
    /// There is no such kind.
    NoKind {
        /// The kind.
        kind: String,
    },
    /// There is no such record.
    NoRecord {
        /// The id.
        id: Id,
    },
    /// The kind does not have this state, or no longer.
    NoState {
        /// The kind.
        kind: String,
        /// The state.
        state: String,
    },
    /// The kind has no such step.
    NoStep {
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// A similar name that was perhaps meant.
        near: Option<String>,
    },
    /// No merge has changed anything on the record that the person could acknowledge.
    NothingToAcknowledge {
        /// The record.
        id: Id,
        /// The people who can acknowledge something there.
        others: Vec<Id>,
    },
    /// The step does not lead from the record's state.
    NotFrom {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state.
        state: String,
        /// The states from which it leads.
        from: Vec<String>,
        /// The steps that can be taken instead.
        instead: Vec<String>,
        /// Where the step is declared.
        place: Place,
    },
    /// `previous` leads nowhere: the record was in no other state before.
    NoPrevious {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The step.
        step: String,
        /// Where the step is declared.
        place: Place,
    },
    /// A step would be before the state from which it leads, or an edit before the record.
    BeforeEntered {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The time given.
        at: Moment,
        /// When the state was entered, or the record opened.
        since: Moment,
        /// The state; `None` for an edit.
        state: Option<String>,
    },
    /// It is noted later than the policy allows.
    NotedLate {
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// When it happened.
        at: Moment,
        /// How late it may be noted.
        within: Span,
        /// The roles that may note it even later.
        later: Vec<String>,
        /// Where the policy says so.
        place: Place,
    },
    /// A stage of an import would be before the stage that precedes it.
    BeforeLast {
        /// The record.
        id: Id,
        /// The time given.
        at: Moment,
        /// The time of the last event.
        last: Moment,
    },
    /// The time of the step is in the future.
    Future {
        /// The time given.
        at: Moment,
        /// The time of recording.
        now: Moment,
    },
    /// The year is outside 2000 to 2099, the range of ids.
    NotOfThisCentury {
        /// The time given.
        at: Moment,
    },
    /// The kind's ids are names and none was given, or an id was given although the kind draws its ids.
    NoId {
        /// The kind.
        kind: String,
    },
    /// A record has the id already.
    IdTaken {
        /// The id.
        id: Id,
    },
    /// The id would be a file name that Windows reserves for a device.
    ReservedId {
        /// The id.
        id: Id,
    },
    /// Nothing would change.
    Unchanged {
        /// The record.
        id: Id,
    },
    /// A record that a step would open or advance is refused.
    Consequence {
        /// The kind of the record whose step has the consequence.
        of: String,
        /// The step that has the consequence.
        step: String,
        /// The other record and its kind, if a step of it is taken. `None` if a record is opened.
        on: Option<(Id, String)>,
        /// The consequence: the kind that is opened, or the step of the other record.
        what: String,
        /// Why that is refused.
        cause: Box<Refusal>,
        /// Where the consequence is declared.
        place: Place,
    },
    /// Steps open or advance each other without end.
    Endless {
        /// The step.
        step: String,
        /// Where it is declared.
        place: Place,
    },
    /// An edit by hand changed the id, kind, state, rules or history, which only git may.
    Untouchable {
        /// The record.
        id: Id,
        /// What was changed.
        what: &'static str,
    },
}
