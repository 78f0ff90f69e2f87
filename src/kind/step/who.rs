//! Who may take a step or change a field, and who may not.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Fields, Shape, Type, Value};

/// Who may change a field, whatever the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Who may; if empty, everybody who may take the step.
    pub by: Vec<Who>,
    /// Who may not, whatever their role: people who would gain by it.
    pub not_by: Vec<Bar>,
    /// Where it is declared.
    pub place: Place,
}

/// Who may take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// Everybody who has the role on that day.
    Role(String),
    /// The person, or the people, that a field names.
    Field(FieldId),
    /// Everybody of the departments that a field names.
    Department(FieldId),
    /// Everybody who has a role in a department that the record names, or in one above it.
    Post(Post),
    /// The person who took a step of this record before.
    Step(String),
    /// The person whose record it is.
    Own,
}

/// A role in a department that the record names: `head@department`. With `above` it is the nearest department above
/// that one in which somebody has the role: `officer@above:department`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The role.
    pub role: String,
    /// The field that names the departments: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Whether the department itself is skipped, so that those above it count, the nearest first.
    pub above: bool,
}

impl Post {
    /// In the notation of a rule book.
    pub fn written(&self, shape: &Shape) -> String {
        let above = if self.above { "above:" } else { "" };
        format!("{}@{above}{}", self.role, self.field(shape))
    }

    /// The name of the field with the departments: for a field of lines, with the list before it.
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
    /// The condition under which it applies; for a record that does not exist yet it is not checked.
    pub when: Option<Condition>,
    /// Applies only after one of these steps of the record was taken; if empty, always.
    pub once: Vec<Placed<String>>,
    /// Whether it also applies after a deadline of the record was missed.
    pub missed: bool,
}

/// Four eyes: who may not take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotBy {
    /// The person who last took this step, or who wrote what it is about.
    Step(String),
    /// Everybody who took a step of the record.
    Anything,
    /// The person who took the step that sealed the fields which this one changes.
    Sealed,
    /// The person who held a missed deadline of the record: this one, or any if `None`.
    Missed(Option<String>),
    /// The people that this field names.
    Field(FieldId),
    /// The people in a field with this name, in the record that another field refers to: those who are concerned in a
    /// slip's case.
    Beyond(FieldId, String),
    /// Everybody of the departments that a field names.
    Department(FieldId),
    /// Everybody who has a role in a department that the record names, or in one above it.
    Post(Post),
    /// The person whose record it is.
    Own,
}
