//! The parts of refusals: missing steps, deadlines that have not passed, people whom a rule means, and records with
//! their titles.

use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::Id;

/// A step that must come before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The step.
    pub step: String,
    /// The departments that must take it. Empty if any may.
    pub departments: Vec<String>,
    /// How many times it is still missing.
    pub times: usize,
    /// The people who could take it, today.
    pub could: Vec<Id>,
}

/// Why a deadline has not passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// It runs up to and including this moment.
    Until(Moment),
    /// It is paused.
    Paused,
    /// It does not run.
    Idle,
    /// It runs, but has no date yet.
    Undated,
    /// It runs, but the calendar does not know until when.
    Unknown(Label),
}

impl Waits {
    /// The moment until which it runs, if that is known.
    pub fn until(&self) -> Option<Moment> {
        match self {
            Waits::Until(due) => Some(*due),
            Waits::Paused | Waits::Idle | Waits::Undated | Waits::Unknown(_) => None,
        }
    }
}

/// Why it is too late for a step that must be taken before a deadline's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// It passed at this moment.
    Since(Moment),
    /// It does not run.
    Idle,
    /// It runs, but has no date yet.
    Undated,
    /// It runs, but the calendar does not know until when.
    Unknown(Label),
}

/// The people whom a rule means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Everybody who has a role.
    Role(String),
    /// The people that a field names.
    Field(String),
    /// Everybody of the department that a field names.
    Department(String),
    /// Everybody who has a role in the department that a field names, or above it.
    Post {
        /// The role.
        role: String,
        /// The field.
        field: String,
        /// Whether the departments above are meant.
        above: bool,
    },
    /// The person who took a step.
    Step(String),
    /// The person who wrote a field, or fields of a list's lines.
    Wrote(String),
    /// Everybody who took a step.
    Anything,
    /// The person who holds a deadline that was missed.
    Missed(String),
    /// The person whose record it is.
    Own,
}

/// A record by its id and its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Id,
    /// Its title: an invoice's number, a client's name.
    pub title: Option<Box<Label>>,
}
