//! What a step demands before it is taken: conditions, limits, fields that it asks for, steps and records that come before it.

use serde::{Deserialize, Serialize};

use crate::filter::{Filter, Rollup};
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Fields, Value};

/// A condition of a kind or policy file, with its place for refusals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Condition {
    /// What is compared.
    pub filter: Filter,
    /// As it is written.
    pub text: Placed<String>,
    /// Why it is so, for people; a refusal shows it where it is given.
    pub reason: Label,
}

/// Something that must hold before a step is taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demand {
    /// What must hold.
    pub holds: Condition,
    /// Only where this does.
    pub when: Option<Condition>,
}

/// What records that name the same one may come to together: an amount of that record (RT5, RT6).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    /// The field that names that record. `None` if it is the record itself.
    pub through: Option<FieldId>,
    /// The amount, as a field or rollup of its kind.
    pub most: Most,
    /// What counts: of each of these kinds the field that names the record, and the amount.
    pub sums: Vec<Summand>,
    /// In these states nothing counts; the record whose step it is counts in any.
    pub without: Vec<String>,
    /// As it reads: `return.certified-amount + allowance.amount ≤ invoice.amount`.
    pub text: String,
    /// Why it is so, for people.
    pub reason: Label,
    /// Where it is said.
    pub place: Place,
}

/// What a sum stays within.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Most {
    /// What stands in a field.
    Field(FieldId),
    /// What a rollup comes to.
    Rollup(Box<Rollup>),
}

/// What records of a kind add to a sum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summand {
    /// The kind.
    pub kind: String,
    /// Its field that names the record in common.
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
    /// The field of each line of it that must be there, where lines are asked for.
    pub inner: Option<FieldId>,
    /// Of which lines; none is of all.
    pub lines: Option<Lines>,
    /// How many entries of the list must be there, and on how many days; none asks only that the field is there.
    pub entries: Option<Entries>,
    /// Only where this holds.
    pub when: Option<Condition>,
    /// Where it is said.
    pub place: Place,
}

/// How many entries a list must have, such as three attempts to reach a client on two different days (CB2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// This many.
    pub times: u64,
    /// On this many different days of the company's calendar, where the entries are dates or times; 1 where any day will do.
    pub days: u64,
    /// Only those from when this state was entered last; where it never was, all.
    pub since: Option<String>,
    /// Why it is so, for people.
    pub reason: Label,
}

/// Which lines of a list of groups are meant: those where each of these fields has one of its values.
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

/// A step that must have been taken since the state was entered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct After {
    /// The step.
    pub step: String,
    /// By a person of each department that this field names.
    pub each: Option<FieldId>,
    /// So often.
    pub times: usize,
    /// Since this state was entered last, instead of the one that the record is in; where it never was, ever.
    pub since: Option<String>,
    /// Only where this holds.
    pub when: Option<Condition>,
    /// Where it is said.
    pub place: Place,
}

/// Departments that must stand in a list of those who take part: each that the record names elsewhere (RL5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attends {
    /// The list of groups, and the field of its lines that names a department.
    pub list: (FieldId, FieldId),
    /// The field of its lines that names the person who takes part: a head of the department, if it has one.
    pub head: Option<FieldId>,
    /// The departments that must stand there: fields, or fields of lists' lines.
    pub of: Vec<Vec<FieldId>>,
    /// Why it is so, for people.
    pub reason: Label,
    /// Where it is said.
    pub place: Place,
}

/// From when on a step is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotBefore {
    /// The date field that says it; where it is empty, the step is open.
    pub field: FieldId,
    /// Where it is said.
    pub place: Place,
}

/// What every linked record of a kind must have come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Their kind.
    pub kind: String,
    /// The states that will do.
    pub states: Vec<String>,
    /// At least one record of the kind must be there.
    pub some: bool,
    /// Where it is said.
    pub place: Place,
}
