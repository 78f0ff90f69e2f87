//! Who may take a step or change a field, and who may not.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Fields, Shape, Type, Value};

/// Who may change a field, in any step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Who may; empty is everybody who may take the step.
    pub by: Vec<Who>,
    /// Who may not, regardless of their role: those who would gain by it.
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
    /// Everybody who has a role in a department that the record names, or above it.
    Post(Post),
    /// The person who took a step of this record before.
    Step(String),
    /// The person whose record it is.
    Own,
}

/// A role in a department that the record names: `head@department`. With `above` in the nearest department above that one in which
/// somebody has the role: `officer@above:department`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The role.
    pub role: String,
    /// The field that names the department, or departments: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Whether the department itself is passed over, and those above it are asked, the nearest first.
    pub above: bool,
}

impl Post {
    /// As a rule book writes it.
    pub fn written(&self, shape: &Shape) -> String {
        let above = if self.above { "above:" } else { "" };
        format!("{}@{above}{}", self.role, self.field(shape))
    }

    /// The field that names the department: that of a list's lines with the list before it.
    pub fn field(&self, shape: &Shape) -> String {
        match self.path.as_slice() {
            [field] => shape.field(*field).name.clone(),
            [list, inner] => match shape.field(*list).ty.element() {
                Type::Group(lines) => format!("{}.{}", shape.field(*list).name, lines.field(*inner).name),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }

    /// The departments that the fields of a record name, each once.
    pub fn departments<'f>(&self, shape: &Shape, fields: &'f Fields) -> Vec<&'f str> {
        let Some((first, rest)) = self.path.split_first() else { return Vec::new() };
        let mut found: Vec<&str> = Vec::new();
        let mut put = |value: &'f Value| {
            let named = value.elements().iter().filter_map(Value::as_text);
            named.for_each(|name| {
                if !found.contains(&name) {
                    found.push(name)
                }
            });
        };
        let lines = if let Type::Group(lines) = shape.field(*first).ty.element() { Some(lines) } else { None };
        for value in fields.get(*first).map(Value::elements).unwrap_or_default() {
            match (value, lines) {
                (Value::Group(line), Some(lines)) => {
                    let of = |id: &FieldId| match rest {
                        [inner] => inner == id,
                        _ => matches!(lines.field(*id).ty.element(), Type::Department),
                    };
                    line.iter().filter(|(id, _)| of(id)).for_each(|(_, value)| put(value));
                }
                _ => put(value),
            }
        }
        found
    }
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
    /// Everybody who has a role in a department that the record names, or above it.
    Post(Post),
    /// The person whose record it is.
    Own,
}
