//! The parts of refusals: steps that are missing, deadlines that have not passed, people whom a rule names, records by what people
//! call them.

use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::Id;

/// A step that must come before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The step.
    pub step: String,
    /// By these departments. Empty if it does not matter by whom.
    pub departments: Vec<String>,
    /// How often still.
    pub times: usize,
    /// The people who could take it, today.
    pub could: Vec<Id>,
}

/// Why a deadline has not passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// It runs until this moment, inclusive.
    Until(Moment),
    /// It stands still.
    Paused,
    /// It does not run.
    Idle,
    /// It runs, and nothing says until when.
    Undated,
    /// It runs, and the calendar does not know until when.
    Unknown(Label),
}

impl Waits {
    /// The moment until which it runs, if there is one.
    pub fn until(&self) -> Option<Moment> {
        match self {
            Waits::Until(due) => Some(*due),
            Waits::Paused | Waits::Idle | Waits::Undated | Waits::Unknown(_) => None,
        }
    }
}

/// Why it is too late for a step that must come before the end of a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// It has passed, at this moment.
    Since(Moment),
    /// It does not run.
    Idle,
    /// It runs, and nothing says until when.
    Undated,
    /// It runs, and the calendar does not know until when.
    Unknown(Label),
}

/// Of whom a rule speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Everybody who has a role.
    Role(String),
    /// Whom a field names.
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

/// A record by its id, and by what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Id,
    /// Its title: an invoice's number, a client's name.
    pub title: Option<Box<Label>>,
}
