//! What refusals are made of: steps that lack, whom a rule speaks of, records by what people call them.

use crate::record::Id;

/// A step that must come before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The step.
    pub step: String,
    /// By these departments; none where it does not matter by whom.
    pub departments: Vec<String>,
    /// How often still.
    pub times: usize,
    /// The people who could take it, today.
    pub could: Vec<Id>,
}

/// Of whom a rule speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Whoever has a role.
    Role(String),
    /// Whom a field names.
    Field(String),
    /// Everybody of the department that a field names.
    Department(String),
    /// Whoever took a step.
    Step(String),
}

/// A record by its id, and by what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Id,
    /// Its title: an invoice's number, a client's name.
    pub title: Option<String>,
}
