//! What happened to a record. Events are appended and never changed.
//!
//! An event says who took which step, and when. Two more of its entries keep what a later change would hide:
//!
//! * `was`: earlier values of dates and times that a deadline reads (`by = FIELD`), and of fields that the step
//!   `unseals`. If a promise is renewed before it has passed, the run only moves. If the promise has already passed,
//!   it was broken: the run ends there as missed, and a new run begins with the new promise.
//! * `holds`: which deadline conditions hold after the event. Books of format 1 do not have it.

use super::unknown::Within;
use super::{Id, Unknown, Value};
use crate::calendar::Moment;

/// The last event of a history that led to a state.
pub fn entered(history: &[Event]) -> Option<&Event> {
    history.iter().rfind(|event| event.to.is_some())
}

/// One step of a record, as its history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happened.
    pub at: Moment,
    /// When it was written down, if that was at another time.
    pub noted: Option<Moment>,
    /// The person who acted.
    pub by: Id,
    /// The principal, if a deputy acted.
    pub for_: Option<Id>,
    /// Who typed it, if that was somebody else.
    pub entered: Option<Id>,
    /// The step.
    pub step: String,
    /// The state that it led to; `None` if the step changes no state.
    pub to: Option<String>,
    /// Of an import: the record was not finished when it came in, and its deadlines run.
    pub running: bool,
    /// The step of another record that caused it, as `ID#step`.
    pub via: Option<String>,
    /// An idempotency key, unique in the book.
    pub key: Option<String>,
    /// The top-level fields whose values changed.
    pub set: Vec<String>,
    /// The values before the event of those changed fields by which a promise can be broken, if they had any. Without
    /// them, a promise that was broken and then renewed would leave no trace. It also holds fields that an earlier
    /// event of the same commit set, so that the record's values between the two events are known.
    pub was: Vec<(String, Value)>,
    /// The number of lines that a list had before the event. It is kept for lists that an earlier event of the same
    /// commit changed too, if this event only added lines.
    pub had: Vec<(String, usize)>,
    /// Which deadline conditions held after the event (`true`) and which did not. The first event has all of them,
    /// later ones only those that changed. Without it, a change of the fields would change what was due in the past.
    pub holds: Vec<(String, bool)>,
    /// What was noted with it.
    pub note: Option<String>,
    /// What nobody knows of it, in the order of the file.
    pub unknown: Box<[(Within, Unknown)]>,
}

impl Event {
    /// An event with the values that every event has.
    pub fn new(at: Moment, by: Id, step: impl Into<String>) -> Self {
        Event {
            at,
            noted: None,
            by,
            for_: None,
            entered: None,
            step: step.into(),
            to: None,
            running: false,
            via: None,
            key: None,
            set: Vec::new(),
            was: Vec::new(),
            had: Vec::new(),
            holds: Vec::new(),
            note: None,
            unknown: Box::default(),
        }
    }

    /// The event with entries that it would have set and that nobody knows. They stand behind those of known fields,
    /// of which there are `known`.
    #[must_use]
    pub fn with_overruled(mut self, known: usize, lost: impl IntoIterator<Item = Unknown>) -> Self {
        let lost = lost.into_iter().map(|unknown| (Within::Overruled, unknown.indented(known)));
        self.unknown = self.unknown.into_iter().chain(lost).collect();
        self
    }

    /// When it was written down: `noted`, or else `at`.
    pub fn recorded(&self) -> Moment {
        self.noted.unwrap_or(self.at)
    }

    /// The people who took the step: who acted, and for whom. A person who only typed it did not take it.
    pub fn takers(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.by).chain(&self.for_)
    }

    /// Whether the person took it at or after `from` and before `until`. Nobody has taken a step that another step
    /// caused.
    pub fn is_of(&self, person: &Id, (from, until): (Moment, Moment)) -> bool {
        self.via.is_none() && from <= self.at && self.at < until && self.takers().any(|taker| taker == person)
    }

    /// Everybody involved: who acted, for whom, and who typed.
    pub fn people(&self) -> impl Iterator<Item = &Id> {
        self.takers().chain(&self.entered)
    }
}
