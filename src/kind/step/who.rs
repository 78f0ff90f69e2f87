//! Who may take a step or change a field, and who may not.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::place::{Place, Placed};
use crate::record::FieldId;

/// Who may change a field, whatever the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Who may; empty is everybody who may take the step.
    pub by: Vec<Who>,
    /// Who may not, whatever their role: those who would gain by it.
    pub not_by: Vec<Bar>,
    /// Where it is said.
    pub place: Place,
}

/// Who may take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// Everybody who has the role that day.
    Role(String),
    /// The person, or the people, that a field names.
    Field(FieldId),
    /// Everybody of the department, or departments, that a field names.
    Department(FieldId),
    /// The person who took a step of this record before.
    Step(String),
    /// The person whose record it is.
    Own,
}

/// Four eyes: who may not take a step, and in which records.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bar {
    /// Who.
    pub who: NotBy,
    /// Only where this holds; a record that does not exist yet is not asked.
    pub when: Option<Condition>,
    /// Only once one of these steps of the record was taken; none is always.
    pub once: Vec<Placed<String>>,
    /// Also once a deadline of the record was missed.
    pub missed: bool,
}

/// Four eyes: who may not take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotBy {
    /// The person who took this step last, or wrote what it is about.
    Step(String),
    /// Everybody who took a step of the record.
    Anything,
    /// The person who took the step that has sealed what this one changes.
    Sealed,
    /// The person who holds this deadline of the record, or any, where it was missed.
    Missed(Option<String>),
    /// Whom this field names.
    Field(FieldId),
    /// Whom a field of this name names in the record that a field names: the person who is concerned in the case of a slip.
    Beyond(FieldId, String),
    /// Everybody of the department, or departments, that a field names.
    Department(FieldId),
    /// The person whose record it is.
    Own,
}
