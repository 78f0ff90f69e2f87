//! What a deadline is: when it starts and stops, how long it runs, what pauses it, and who is reminded.

use serde::{Deserialize, Serialize};

use super::{Condition, Post};
use crate::calendar::{Reopen, Roll, Span, Within};
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Value};

/// A deadline of a kind. It is never stored: `lifecycle` computes it from events, calendar and policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deadline {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What starts a run.
    pub starts: Vec<Mark>,
    /// The date or time at which the start really happened, if that is earlier than its event.
    pub since: Option<FieldId>,
    /// What ends a run. Any closed state ends it too, except for those in `outlives`.
    pub stops: Vec<Mark>,
    /// The states in which it is too late: a run that is still open there is missed.
    pub misses: Vec<String>,
    /// The closed states in which it continues to run, or may start.
    pub outlives: Vec<String>,
    /// The condition under which it is due. It uses only the record itself, so that the record's events can keep its
    /// truth (`holds`).
    pub when: Option<Condition>,
    /// Whether a run begins when the condition becomes true, if that is later than the start.
    pub anew: bool,
    /// The field by which a form of a case refers to the form before it. The events of all forms then count as one
    /// history for the deadline, and the run belongs to the last form.
    pub over: Option<FieldId>,
    /// The states whose time counts but is shown separately.
    pub apart: Option<Apart>,
    /// The line of a list that it is about, for example one step of a contract's progress.
    pub line: Option<Line>,
    /// The target: by when it must stop.
    pub target: DeadlineTarget,
    /// What gives a run a longer limit.
    pub extends: Vec<Extends>,
    /// The states that pause it.
    pub pauses: Vec<String>,
    /// What happens if a start is entered again.
    pub reopen: Reopen,
    /// How long before the end it warns.
    pub warns: Option<Span>,
    /// What happens if a last day without a time is not a working day.
    pub roll: Roll,
    /// Who is reminded when it is missed: the first entry that gives somebody.
    pub holder: Vec<Holder>,
    /// Whether it binds somebody outside the company: its holder is a field that refers to a record, such as the
    /// client who must answer. Its passing opens the steps that wait for it (`overdue` of steps). No member of staff
    /// is reminded or measured by it.
    pub outside: bool,
    /// The calendar that it uses; `None` means the policy's default.
    pub calendar: Option<Placed<String>>,
    /// Where it is declared.
    pub place: Place,
}

/// States whose time counts like any other but is shown on a separate line, such as the time that the client takes to
/// think.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The states.
    pub states: Vec<String>,
    /// What people read.
    pub label: Label,
}

impl Deadline {
    /// The conditions whose truth events keep, each with its name in the events: that of the deadline, or
    /// `becomes:FILTER`.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Condition)> {
        let marks = self.starts.iter().chain(&self.stops).chain(self.extends.iter().map(|extends| &extends.on));
        let becomes = marks.filter_map(|mark| match mark {
            Mark::Becomes(becomes) => Some((becomes.told.as_str(), &becomes.condition)),
            _ => None,
        });
        self.when.iter().map(|when| (self.name.as_str(), when)).chain(becomes)
    }
}

/// A longer limit for the present run. Pauses move it in the same way as the first limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Extends {
    /// What extends it.
    pub on: Mark,
    /// The new limit, counted from the start of the run, in the unit of `within`.
    pub to: Span,
    /// Where it is declared.
    pub place: Place,
}

/// A condition on the record's own fields that becomes true.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Becomes {
    /// Its name in events and in the kind file: `becomes:FILTER`.
    pub told: String,
    /// The condition.
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
    /// A field of the line that the deadline is about is filled in: the list, and the field.
    Filled(FieldId, FieldId),
    /// A condition becomes true with an event. The record's events keep its truth (`holds`).
    Becomes(Box<Becomes>),
    /// The needs (`needs`) of a step of this record on other records are met, while the record is in a state from
    /// which that step leads.
    Needs(String),
    /// A step of a linked record of a kind.
    Linked {
        /// The kind.
        kind: String,
        /// Its step.
        step: String,
    },
}

/// A line of a list: the first one in which a field has a certain value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The list.
    pub list: FieldId,
    /// The field of its lines that identifies the line.
    pub key: FieldId,
    /// The value of that field.
    pub is: String,
    /// The date or time of the line that is the deadline's end, if it has one.
    pub by: Option<FieldId>,
}

impl Line {
    /// The value of a field of this line, in the value of the list.
    pub fn get<'v>(&self, list: Option<&'v Value>, inner: FieldId) -> Option<&'v Value> {
        let lines = list.map(Value::elements).unwrap_or_default().iter();
        let mut groups = lines.filter_map(|line| if let Value::Group(fields) = line { Some(fields) } else { None });
        let own = groups.find(|line| line.get(self.key).and_then(Value::as_text) == Some(self.is.as_str()))?;
        own.get(inner).filter(|value| !value.is_empty())
    }
}

/// By when a deadline must stop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DeadlineTarget {
    /// A span after the start.
    Within(Within),
    /// The time in the field; for a date, the end of that day's last working window. If the deadline is about a line,
    /// this is the list.
    By(FieldId),
}

/// Who is reminded when a deadline is missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// Everybody who has the role.
    Role(String),
    /// The people, roles or departments that a field names, or a field of a list's lines.
    Field(Vec<FieldId>),
    /// A department of the policy.
    Department(String),
    /// Everybody who has a role in a department that the record names, or in one above it.
    Post(Post),
}
