//! Why a step is not taken. Each refusal says which rule, where it stands in the policy, and who or what could mend it. A file
//! holds those of a subject with their names and words; here stand those of steps and records as such.

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

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody may not take the step.
    Unentitled(Unentitled),
    /// An amount or a level stands against the step.
    Unauthorised(Unauthorised),
    /// A field lacks its value, or has one that does not fit.
    Unfit(Unfit),
    /// A demand of the rules is not fulfilled.
    Unfulfilled(Unfulfilled),
    /// Other records that the rules ask of could not be looked up, so that nothing can be said.
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
    /// The kind has no such state, or no longer.
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
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// The step leads not from the state that the record is in.
    NotFrom {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state.
        state: String,
        /// The states that it leads from.
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
    /// A step would precede the state from which it leads, or an edit the record.
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
        /// The roles that may note it later.
        later: Vec<String>,
        /// Where the policy says it.
        place: Place,
    },
    /// A stage of an import would precede the one before it.
    BeforeLast {
        /// The record.
        id: Id,
        /// The time given.
        at: Moment,
        /// The last event's.
        last: Moment,
    },
    /// The step would have happened after now.
    Future {
        /// The time given.
        at: Moment,
        /// The time of recording.
        now: Moment,
    },
    /// Ids know the years 2000 to 2099 alone.
    NotOfThisCentury {
        /// The time given.
        at: Moment,
    },
    /// The kind's ids are names, and none was given; or one was given and they are drawn.
    NoId {
        /// The kind.
        kind: String,
    },
    /// A record has the id already.
    IdTaken {
        /// The id.
        id: Id,
    },
    /// The id would be the name of a file that Windows keeps for a device.
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
        /// What it does: the kind that it opens, or the step of the other record.
        what: String,
        /// Why that is refused.
        cause: Box<Refusal>,
        /// Where the consequence stands.
        place: Place,
    },
    /// Steps open or advance one another without an end.
    Endless {
        /// The step.
        step: String,
        /// Where it is declared.
        place: Place,
    },
    /// What only git may do: change the id, kind, state, rules or history by hand.
    Untouchable {
        /// The record.
        id: Id,
        /// What was changed.
        what: &'static str,
    },
}
