//! What a step demands before it is taken: conditions, limits, fields, and earlier steps and records.

use serde::{Deserialize, Serialize};

use crate::filter::{Filter, Rollup};
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Fields, Value};

/// A condition of a kind or policy file, with its place for refusals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Condition {
    /// The filter.
    pub filter: Filter,
    /// As the file writes it.
    pub text: Placed<String>,
    /// The reason, for people; a refusal shows it.
    pub reason: Label,
}

/// For which records a step may stand among the next ones. What a record waits for follows from the kind; this says
/// less, never more, and keeps nobody from the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Next {
    /// For all.
    Always,
    /// For none: another record's step takes it, or it is seldom meant.
    Never,
    /// Only for records for which this holds.
    When(Box<Condition>),
}

/// Something that must hold before a step is taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demand {
    /// What must hold.
    pub holds: Condition,
    /// The condition under which it must hold.
    pub when: Option<Condition>,
}

/// The most that all records referring to the same record may add up to: an amount of that record (RT5, RT6).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    /// The field that refers to that record. `None` if it is the record itself.
    pub through: Option<FieldId>,
    /// The amount, as a field or rollup of its kind.
    pub most: Most,
    /// What counts: for each kind, the field that refers to the record, and the amount.
    pub sums: Vec<Summand>,
    /// The states in which nothing counts. The record that takes the step counts in any state.
    pub without: Vec<String>,
    /// As it is shown: `return.certified-amount + allowance.amount ≤ invoice.amount`.
    pub text: String,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

/// The limit of a sum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Most {
    /// The value of a field.
    Field(FieldId),
    /// The value of a rollup.
    Rollup(Box<Rollup>),
}

/// What records of a kind add to a sum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summand {
    /// The kind.
    pub kind: String,
    /// Its field that refers to the common record.
    pub through: FieldId,
    /// The amount.
    pub amount: StepAmount,
}

/// An amount of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum StepAmount {
    /// In a field.
    Field(FieldId),
    /// A computed value, by name.
    Computed(String),
}

/// A field that a step asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ask {
    /// The field.
    pub field: FieldId,
    /// If lines are asked for, the field that each line must have.
    pub inner: Option<FieldId>,
    /// Which lines must have it; `None` means all.
    pub lines: Option<Lines>,
    /// How many entries the list must have, and on how many days. `None`: it is enough that the field has a value.
    pub entries: Option<Entries>,
    /// The condition under which it is asked for.
    pub when: Option<Condition>,
    /// Whether the step itself must give the list a line that was not there before. Without it, a line from an earlier
    /// step is enough.
    pub anew: bool,
    /// Where it is declared.
    pub place: Place,
}

/// How many entries a list must have, such as three attempts to reach a client on two different days (CB2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// The least number of entries.
    pub times: u64,
    /// The least number of different days of the company's calendar, if the entries are dates or times; 1 if the days
    /// do not matter.
    pub days: u64,
    /// Counts only entries since this state was last entered; if it never was, all count.
    pub since: Option<String>,
    /// The reason, for people.
    pub reason: Label,
}

/// Which lines of a list of groups are meant: those in which each of these fields has one of the given values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines(pub Vec<(FieldId, Vec<String>)>);

impl Lines {
    /// Whether a line is meant.
    pub fn hold(&self, line: &Fields) -> bool {
        self.0.iter().all(|(field, values)| {
            let value = line.get(*field).and_then(Value::as_text);
            value.is_some_and(|value| values.iter().any(|wanted| wanted == value))
        })
    }
}

/// A step that must have been taken since the record entered its state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct After {
    /// The step.
    pub step: String,
    /// If given, one person of each department in this field must have taken it.
    pub each: Option<FieldId>,
    /// How often.
    pub times: usize,
    /// Counts since this state was last entered, in place of the record's present state. If it never was, the whole
    /// history counts.
    pub since: Option<String>,
    /// The condition under which it is demanded.
    pub when: Option<Condition>,
    /// Where it is declared.
    pub place: Place,
}

/// Departments that must be in a list of participants: each department that the record names elsewhere (RL5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attends {
    /// The list of groups, and the field of its lines that names a department.
    pub list: (FieldId, FieldId),
    /// The field of its lines that names the participant. This must be a head of the department, if it has one.
    pub head: Option<FieldId>,
    /// The departments that must be in the list: fields, or fields of lists' lines.
    pub of: Vec<Vec<FieldId>>,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

/// From which day on a step may be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotBefore {
    /// The date field with the day. If it is empty, the step may be taken.
    pub field: FieldId,
    /// Where it is declared.
    pub place: Place,
}

/// The states that every linked record of a kind must have reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Their kind.
    pub kind: String,
    /// The states that are enough.
    pub states: Vec<String>,
    /// Whether there must be at least one record of the kind.
    pub some: bool,
    /// Where it is declared.
    pub place: Place,
}
