//! Values that follow from the fields of one record alone. What they are computed by is `compute`'s.

use std::fmt;
use std::sync::Arc;

use super::{Fields, Type, Value};
use crate::locale::Label;
use crate::place::Place;

/// A rule with its fields bound: from the fields of a record to a value.
pub trait Compute: fmt::Debug + Send + Sync {
    /// The value; none where the fields do not give one.
    fn value(&self, fields: &Fields) -> Option<Value>;
}

/// A computed value of a kind: filters, lists and the index know it like a field, files do not hold it.
#[derive(Debug, Clone)]
pub struct Computed {
    /// Its name, which no field of the kind has.
    pub name: String,
    /// What it is.
    pub ty: Type,
    /// What people read.
    pub label: Label,
    /// What it is for.
    pub help: Label,
    /// Masked as fields are, since it follows from one that is.
    pub private: bool,
    /// The computation, what of it, and the names of the fields that it goes by: two of the same rule have the same value.
    pub rule: String,
    /// Where it is declared.
    pub place: Place,
    compute: Arc<dyn Compute>,
}

impl Computed {
    /// A value that is nothing but its type and rule, without label.
    pub fn new(name: &str, ty: Type, rule: String, place: Place, compute: Arc<dyn Compute>) -> Self {
        let label = Label::new(name, "");
        Computed { name: name.to_owned(), ty, label, help: Label::default(), private: false, rule, place, compute }
    }

    /// The value for a record with these fields.
    pub fn value(&self, fields: &Fields) -> Option<Value> {
        self.compute.value(fields)
    }
}

impl PartialEq for Computed {
    fn eq(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.name.clone(), of.ty.clone(), of.label.clone(), of.rule.clone(), of.private);
        key(self) == key(other)
    }
}

impl Eq for Computed {}
