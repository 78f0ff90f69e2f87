//! The values of a record or group, by handle.

use serde::{Deserialize, Serialize};

use super::{FieldId, FileRef, Id, Shape, Type, Unknown, Value};
use crate::calendar::Zone;

/// Values in the declared order of their shape. Fields without a value have no entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fields {
    values: Vec<(FieldId, Value)>,
    /// What nobody knows, in the order of the file.
    #[serde(skip)]
    unknown: Box<[Unknown]>,
}

impl Fields {
    /// No value yet.
    pub fn new() -> Self {
        Fields::default()
    }

    /// No value yet, with room for `count` values.
    pub fn with_capacity(count: usize) -> Self {
        Fields { values: Vec::with_capacity(count), unknown: Box::default() }
    }

    /// The value of a field.
    pub fn get(&self, field: FieldId) -> Option<&Value> {
        self.values.binary_search_by_key(&field, |(id, _)| *id).ok().map(|at| &self.values[at].1)
    }

    /// Sets a field; an empty value clears it.
    pub fn set(&mut self, field: FieldId, value: Value) {
        match self.values.binary_search_by_key(&field, |(id, _)| *id) {
            Ok(at) if value.is_empty() => {
                self.values.remove(at);
            }
            Ok(at) => self.values[at].1 = value,
            Err(_) if value.is_empty() => {}
            Err(at) => self.values.insert(at, (field, value)),
        }
    }

    /// Clears a field.
    pub fn clear(&mut self, field: FieldId) {
        self.values.retain(|(id, _)| *id != field);
    }

    /// Each value with its handle, in declared order.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Value)> {
        self.values.iter().map(|(id, value)| (*id, value))
    }

    /// The entries beside the fields that nobody knows, in the order of the file.
    pub fn unknown(&self) -> &[Unknown] {
        &self.unknown
    }

    /// Sets the entries that nobody knows.
    pub fn keep(&mut self, unknown: Vec<Unknown>) {
        self.unknown = unknown.into_boxed_slice();
    }

    /// As [`Fields::unknown`], with those of groups in the fields.
    pub(super) fn collect_unknown<'f>(&'f self, found: &mut Vec<&'f Unknown>) {
        found.extend(&self.unknown);
        let groups = self.values.iter().flat_map(|(_, value)| value.elements());
        for value in groups {
            if let Value::Group(inner) = value {
                inner.collect_unknown(found);
            }
        }
    }

    /// Whether there is no value, and nothing that nobody knows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.unknown.is_empty()
    }

    /// The value of a field by its name, for tests, reports and filters that are bound at run time.
    pub fn named<'f>(&'f self, shape: &Shape, name: &str) -> Option<&'f Value> {
        self.get(shape.field_id(name)?)
    }

    /// Every record that the fields refer to, in lists and groups too, with the path of the referring field
    /// (`lines.item`). Sorted, each once.
    pub fn references(&self, shape: &Shape) -> Vec<(Id, String)> {
        let mut found = Vec::new();
        self.collect_references(shape, "", &mut found);
        found.sort();
        found.dedup();
        found
    }

    fn collect_references(&self, shape: &Shape, path: &str, found: &mut Vec<(Id, String)>) {
        for (id, value) in self.iter() {
            let field = shape.field(id);
            if !matches!(field.ty.element(), Type::Ref(_) | Type::Group(_)) {
                continue;
            }
            let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
            for value in value.elements() {
                match (value, field.ty.element()) {
                    (Value::Ref(to), _) => found.push((to.clone(), path.clone())),
                    (Value::Group(inner), Type::Group(shape)) => inner.collect_references(shape, &path, found),
                    _ => {}
                }
            }
        }
    }

    /// Replaces the ids of other records, in lists and groups too. `None` leaves an id as it is.
    pub fn rename(&mut self, to: &dyn Fn(&Id) -> Option<Id>) {
        self.values.iter_mut().for_each(|(_, value)| value.rename(to));
    }

    /// Replaces the ids of people, in lists and groups too. `None` leaves an id as it is.
    pub fn rename_people(&mut self, shape: &Shape, to: &dyn Fn(&Id) -> Option<Id>) {
        self.values.iter_mut().for_each(|(field, value)| value.rename_people(&shape.field(*field).ty, to));
    }

    /// Replaces references to files, in lists and groups too. `None` leaves a reference as it is.
    pub fn refile(&mut self, to: &dyn Fn(&FileRef) -> Option<FileRef>) {
        self.values.iter_mut().for_each(|(_, value)| value.refile(to));
    }

    /// Writes times as the clocks of a zone show them, in lists and groups too.
    pub fn localize(&mut self, zone: Zone) {
        self.values.iter_mut().for_each(|(_, value)| value.localize(zone));
    }

    /// The names of the fields whose values differ between `self` and `other`, in declared order. After them stand the
    /// keys that nobody knows and that differ.
    pub fn changed(&self, other: &Fields, shape: &Shape) -> Vec<String> {
        let differs = shape.handles().filter(|(id, _)| self.get(*id) != other.get(*id));
        let mut changed: Vec<String> = differs.map(|(_, field)| field.name.clone()).collect();
        changed.extend(Unknown::differing(&self.unknown, &other.unknown).map(str::to_owned));
        changed
    }
}
