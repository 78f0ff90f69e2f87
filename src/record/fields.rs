//! The values of a record or group, by handle.

use super::{FieldId, Shape, Value};

/// Values in the declared order of their shape; fields without a value are not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Vec<(FieldId, Value)>);

impl Fields {
    /// No value yet.
    pub fn new() -> Self {
        Fields::default()
    }

    /// The value of a field.
    pub fn get(&self, field: FieldId) -> Option<&Value> {
        self.0.binary_search_by_key(&field, |(id, _)| *id).ok().map(|at| &self.0[at].1)
    }

    /// Sets a field; an empty value clears it.
    pub fn set(&mut self, field: FieldId, value: Value) {
        match self.0.binary_search_by_key(&field, |(id, _)| *id) {
            Ok(at) if value.is_empty() => {
                self.0.remove(at);
            }
            Ok(at) => self.0[at].1 = value,
            Err(_) if value.is_empty() => {}
            Err(at) => self.0.insert(at, (field, value)),
        }
    }

    /// Clears a field.
    pub fn clear(&mut self, field: FieldId) {
        self.0.retain(|(id, _)| *id != field);
    }

    /// Each value with its handle, in declared order.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Value)> {
        self.0.iter().map(|(id, value)| (*id, value))
    }

    /// Whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a field by its name, for tests, reports and filters bound at run time.
    pub fn named<'f>(&'f self, shape: &Shape, name: &str) -> Option<&'f Value> {
        self.get(shape.field_id(name)?)
    }

    /// The names of the fields whose values differ between `self` and `other`, in declared order.
    pub fn changed(&self, other: &Fields, shape: &Shape) -> Vec<String> {
        let differs = shape.handles().filter(|(id, _)| self.get(*id) != other.get(*id));
        differs.map(|(_, field)| field.name.clone()).collect()
    }
}
