//! What a deadline is: when it starts and stops, how long it runs, what pauses it, who is pressed.

use serde::{Deserialize, Serialize};

use super::{Condition, Post};
use crate::calendar::{Reopen, Roll, Span, Within};
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Value};

/// A deadline of a kind. It is never stored: `lifecycle` derives it from events, calendar and policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deadline {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What starts a run.
    pub starts: Vec<Mark>,
    /// The date or time that says when what starts a run really happened, where it is earlier than the event.
    pub since: Option<FieldId>,
    /// What ends it; any closed state does so too, but for those that it outlives.
    pub stops: Vec<Mark>,
    /// The states in which it is too late for what it demands: a run that still goes on is missed there.
    pub misses: Vec<String>,
    /// The closed states in which it runs on, or may start.
    pub outlives: Vec<String>,
    /// Only where this holds. It reads the record alone, so that its truth stands in the record's events (`holds`).
    pub when: Option<Condition>,
    /// Whether a run begins when its condition comes to hold, if that is after the start.
    pub anew: bool,
    /// The field by which a form of a case names the form before it: the events of all forms are one history for the deadline, and
    /// the last form has the run.
    pub over: Option<FieldId>,
    /// The states whose time counts and is told apart.
    pub apart: Option<Apart>,
    /// The line of a list that it is about: one step of a contract's progress, for example.
    pub line: Option<Line>,
    /// By when.
    pub target: DeadlineTarget,
    /// What gives a run a longer limit.
    pub extends: Vec<Extends>,
    /// The states that pause it.
    pub pauses: Vec<String>,
    /// What entering a start again does.
    pub reopen: Reopen,
    /// How long before its end it warns.
    pub warns: Option<Span>,
    /// What becomes of a civil last day that is not a working day.
    pub roll: Roll,
    /// Who is pressed when it is missed: the first that names somebody.
    pub holder: Vec<Holder>,
    /// Whether it is not the company's: its holder is a field that names a record, such as the client who is to answer. It opens
    /// what waits for it (`overdue` of steps); nobody of the staff is pressed for it or measured by it.
    pub outside: bool,
    /// The calendar that it runs by; none is the policy's default.
    pub calendar: Option<Placed<String>>,
    /// Where it is declared.
    pub place: Place,
}

/// States whose time counts like any other, but is told on a line of its own: such as what the client takes to think.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The states.
    pub states: Vec<String>,
    /// What people read.
    pub label: Label,
}

impl Deadline {
    /// The conditions whose truth events tell, each with the name that it has there: that of the deadline, or `becomes:FILTER`.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Condition)> {
        let marks = self.starts.iter().chain(&self.stops).chain(self.extends.iter().map(|extends| &extends.on));
        let becomes = marks.filter_map(|mark| match mark {
            Mark::Becomes(becomes) => Some((becomes.told.as_str(), &becomes.condition)),
            _ => None,
        });
        self.when.iter().map(|when| (self.name.as_str(), when)).chain(becomes)
    }
}

/// A longer limit for the run that goes on. Pauses move the longer limit as they move the first one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Extends {
    /// What extends it.
    pub on: Mark,
    /// The limit from the start of the run, in the measure of `within`.
    pub to: Span,
    /// Where it is declared.
    pub place: Place,
}

/// A condition on the record's own fields that comes to hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Becomes {
    /// As events tell it, and the kind file writes it: `becomes:FILTER`.
    pub told: String,
    /// What comes to hold.
    pub condition: Condition,
}

/// What starts or stops a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Mark {
    /// Entering a state.
    State(String),
    /// A step.
    Step(String),
    /// The date or time that a field holds.
    Field(FieldId),
    /// A field of the line that the deadline is about comes to be filled in: the list, and the field.
    Filled(FieldId, FieldId),
    /// A condition comes to hold with an event. The truth stands in the record's events (`holds`).
    Becomes(Box<Becomes>),
    /// What a step of the record needs of others has come to its end (`needs`), in a state from which the step leads.
    Needs(String),
    /// A step of a linked record of a kind.
    Linked {
        /// The kind.
        kind: String,
        /// Its step.
        step: String,
    },
}

/// A line of a list: the first in which a field holds a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The list.
    pub list: FieldId,
    /// The field of its lines that tells.
    pub key: FieldId,
    /// What it holds.
    pub is: String,
    /// The date or time of the line by which the deadline runs, if it runs by one.
    pub by: Option<FieldId>,
}

impl Line {
    /// What a field of the line holds, in what the list holds.
    pub fn get<'v>(&self, list: Option<&'v Value>, inner: FieldId) -> Option<&'v Value> {
        let lines = list.map(Value::elements).unwrap_or_default().iter();
        let mut groups = lines.filter_map(|line| if let Value::Group(fields) = line { Some(fields) } else { None });
        let own = groups.find(|line| line.get(self.key).and_then(Value::as_text) == Some(self.is.as_str()))?;
        own.get(inner).filter(|value| !value.is_empty())
    }
}

/// By when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DeadlineTarget {
    /// So much after the start.
    Within(Within),
    /// When the field says; for a date the end of that day's last window. Of a deadline that is about a line, the list.
    By(FieldId),
}

/// Who is pressed when a deadline is missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// Everybody who has the role.
    Role(String),
    /// The people, roles or departments that a field names, or a field of a list's lines.
    Field(Vec<FieldId>),
    /// A department of the policy.
    Department(String),
    /// Everybody who has a role in a department that the record names, or above it.
    Post(Post),
}
