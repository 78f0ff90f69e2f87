//! What a record is called.

use std::collections::BTreeMap;

use super::{Words, masked, state};
use crate::filter;
use crate::locale::Label;
use crate::record::{Id, Record, Value};

/// How many references a title may lead through.
const DEEP: usize = 2;

/// Where the titles of records come from.
#[derive(Clone, Copy)]
pub enum Titles<'t> {
    /// From the records themselves. A record that cannot be read has no title; whoever must not go on without it asks first.
    Read(&'t dyn filter::Lookup),
    /// From what was gathered beforehand, by the ids. What is private was left out by whoever gathered it.
    Told(&'t BTreeMap<String, Label>),
}

impl Words<'_> {
    /// What a record is called: the value of its title field, or the title of the record that this field names; its state
    /// where there is no such value; the mask where the value is private. Empty if there is no such record.
    pub fn title(&self, id: &Id) -> Label {
        self.title_through(id, DEEP)
    }

    /// The title of a record, or its id where it has none.
    pub fn named(&self, id: &Id) -> Label {
        let title = self.title(id);
        if title.get(crate::locale::Lang::En).is_empty() { Label::verbatim(id.as_str()) } else { title }
    }

    /// What a record that is at hand is called.
    pub fn title_of(&self, record: &Record) -> Label {
        self.of(record, DEEP)
    }

    /// The value that a record is called by in words, without looking at other records. `None` where it has none, where it is
    /// private, or where it is another record.
    pub fn own_title(&self, record: &Record) -> Option<Label> {
        let kind = self.policy.kind(&record.kind)?;
        let field = kind.title.filter(|field| self.sight.shows(kind.field(*field)))?;
        let value = record.get(field).filter(|value| !value.is_empty() && !matches!(value, Value::Ref(_)))?;
        Some(self.value_in(kind, field, &record.fields, value))
    }

    fn title_through(&self, id: &Id, depth: usize) -> Label {
        if let Some(person) = self.people.get(id) {
            return Label::verbatim(person.name.as_str());
        }
        match self.titles {
            Titles::Told(told) => told.get(id.as_str()).cloned().unwrap_or_default(),
            Titles::Read(lookup) => match lookup.record(id) {
                Ok(Some(record)) => self.of(&record, depth),
                Ok(None) | Err(_) => Label::default(),
            },
        }
    }

    fn of(&self, record: &Record, depth: usize) -> Label {
        let Some(kind) = self.policy.kind(&record.kind) else { return Label::default() };
        let field = kind.title.filter(|field| record.get(*field).is_some_and(|value| !value.is_empty()));
        let Some(field) = field else { return state(kind, &record.state) };
        if !self.sight.shows(kind.field(field)) {
            return masked();
        }
        let named = match record.get(field) {
            Some(Value::Ref(to)) if depth > 0 => self.title_through(to, depth - 1),
            Some(Value::Ref(_)) | None => Label::default(),
            Some(value) => self.value_in(kind, field, &record.fields, value),
        };
        if named.get(crate::locale::Lang::En).is_empty() { state(kind, &record.state) } else { named }
    }
}
