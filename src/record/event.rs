//! What happened to a record. Events are appended and never changed.
//!
//! Besides who took which step when, an event has `was`: the values before it of dates and times that a deadline reads
//! (`by = FIELD`), and of what it `unseals`. A promise that is renewed before it has passed only moves the run. A
//! promise that had passed was broken: the run ends there, missed, and the next one goes on with the new promise. An
//! event also has `holds`: which deadline conditions hold after it. Books of format 1 are older than `holds`.

use super::{Id, Value};
use crate::calendar::Moment;

/// One step of a record, as its history holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happened.
    pub at: Moment,
    /// When it was written down, where that is another time.
    pub noted: Option<Moment>,
    /// The person who acted.
    pub by: Id,
    /// The principal whose deputy acted.
    pub for_: Option<Id>,
    /// Who typed it, where that is somebody else.
    pub entered: Option<Id>,
    /// The step.
    pub step: String,
    /// The state that it led to; steps that change no state have none.
    pub to: Option<String>,
    /// The step of another record that caused it, as `ID#step`.
    pub via: Option<String>,
    /// An idempotency key, unique in the book.
    pub key: Option<String>,
    /// The top-level fields whose values changed.
    pub set: Vec<String>,
    /// What those of them that a promise can be broken by held before, where they held something: without it a promise that
    /// was broken and then renewed would leave no trace. Fields that an earlier event of the same commit set are among them, so that
    /// the record can be told as it was between the two.
    pub was: Vec<(String, Value)>,
    /// Of lists that an earlier event of the same commit changed too, and that only got more lines: how many they had before it.
    pub had: Vec<(String, usize)>,
    /// Which deadline conditions held after it (`true`) and which did not: all of them in the first event, later only those that it
    /// changed. Without it a change of the fields would change what was demanded in the past.
    pub holds: Vec<(String, bool)>,
    /// What was noted with it.
    pub note: Option<String>,
}

impl Event {
    /// An event with what every event has.
    pub fn new(at: Moment, by: Id, step: impl Into<String>) -> Self {
        Event {
            at,
            noted: None,
            by,
            for_: None,
            entered: None,
            step: step.into(),
            to: None,
            via: None,
            key: None,
            set: Vec::new(),
            was: Vec::new(),
            had: Vec::new(),
            holds: Vec::new(),
            note: None,
        }
    }

    /// When it was written down.
    pub fn recorded(&self) -> Moment {
        self.noted.unwrap_or(self.at)
    }

    /// The people who took it: who acted, and for whom. A person who only typed it has not taken it.
    pub fn takers(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.by).chain(&self.for_)
    }

    /// Whether somebody took it between two moments, the later one left out. A step that another one caused nobody has taken.
    pub fn is_of(&self, person: &Id, (from, until): (Moment, Moment)) -> bool {
        self.via.is_none() && from <= self.at && self.at < until && self.takers().any(|taker| taker == person)
    }

    /// The people whose hand was in it: who acted, for whom, and who typed.
    pub fn people(&self) -> impl Iterator<Item = &Id> {
        self.takers().chain(&self.entered)
    }
}
