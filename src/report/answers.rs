//! The values that the answers of a source consist of.

use super::Clock;
use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::{Id, Record};

/// What a person noted later than it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedLater {
    /// Who did it.
    pub by: Id,
    /// The step.
    pub step: String,
    /// How often.
    pub count: u64,
    /// The longest time from when something happened to when it was noted, in seconds.
    pub longest: i64,
    /// The record about which this was noted.
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

/// A record with nothing but its deadlines. Tens of thousands may wait, so the rest of each record is not kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// What it is called; a private title is masked unless those are shown.
    pub title: Label,
    /// The runs of its deadlines.
    pub clocks: Vec<Clock>,
}

/// What is owed for a record without a running deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untimed {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// What it is called; a private title is masked unless those are shown.
    pub title: Label,
    /// Its state.
    pub state: String,
    /// The steps that come next, by name. Empty if other records must come to an end first.
    pub next: Vec<String>,
    /// Who may take them, as it is stored.
    pub holder: String,
    /// Since when it is there.
    pub opened: Option<Moment>,
    /// Whether it waits, such as for the client.
    pub waiting: bool,
}
