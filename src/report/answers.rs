//! The values in the answers of a source.

use super::Clock;
use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::{Id, Record};

/// Late notes of one person, for one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedLater {
    /// The person.
    pub by: Id,
    /// The step.
    pub step: String,
    /// How many there are.
    pub count: u64,
    /// The longest time between an event and its note, in seconds.
    pub longest: i64,
    /// The record of that event.
    pub record: Id,
}

/// A record and the runs of its deadlines.
#[derive(Debug, Clone)]
pub struct Clocked {
    /// The record.
    pub record: Record,
    /// The runs.
    pub clocks: Vec<Clock>,
}

/// The deadlines of a record. There may be tens of thousands, so the rest of each record is not kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// Its title; a private title is masked unless the reader may see it.
    pub title: Label,
    /// The runs of its deadlines.
    pub clocks: Vec<Clock>,
}

/// A duty for a record without a running deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untimed {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// Its title; a private title is masked unless the reader may see it.
    pub title: Label,
    /// Its state.
    pub state: String,
    /// The names of the next steps. Empty if other records must end first.
    pub next: Vec<String>,
    /// Who may take them, by stored name.
    pub holder: String,
    /// When the record was opened.
    pub opened: Option<Moment>,
    /// Whether it waits, for example for the client.
    pub waiting: bool,
}
