//! What a path through references comes to, and who of the staff sees what is private of it.

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::{Sight, Titles, Words, joined, masked};
use crate::kind::{Kind, Path, Who};
use crate::locale::Label;
use crate::record::{Fields, Id, Record, Shape, Type, Value};

/// What a path comes to: in words, and for scripts. What is private is the mask and `null`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Followed {
    /// In words; empty where there is no value.
    pub said: Label,
    /// As it is stored; a list where the path leads to several values.
    pub stored: Json,
    /// Whether something was there that the reader may not see.
    pub is_masked: bool,
}

impl Words<'_> {
    /// The same words for a line of `due` about a record: clear for those who are to do it, by `clear-to` of `[due]`.
    #[must_use]
    pub fn for_line(self, kind: &Kind, record: &Record, reader: Option<&Id>, day: NaiveDate) -> Self {
        let Some(reader) = reader else { return self };
        let principals = self.people.principals(reader, day).map(|principal| &principal.id);
        let mut hands = std::iter::once(reader).chain(principals);
        let sees = hands.any(|person| kind.due.clear_to.iter().any(|who| self.is(person, who, record, day)));
        if sees { self.seen(Sight::Clear) } else { self }
    }

    /// Whether a person is one of those whom a term names.
    fn is(&self, person: &Id, who: &Who, record: &Record, day: NaiveDate) -> bool {
        let named = |field, name: &str| {
            let values = record.get(field).map(Value::elements).unwrap_or_default();
            values.iter().any(|value| value.as_text() == Some(name))
        };
        match who {
            Who::Role(role) => self.people.has_role(person, role, day),
            Who::Field(field) => named(*field, person.as_str()),
            Who::Department(field) => {
                let own = self.people.get(person).filter(|person| person.active);
                own.and_then(|person| person.department.as_deref()).is_some_and(|name| named(*field, name))
            }
            Who::Own => record.id == *person,
            Who::Step(step) => record.history.iter().any(|event| event.step == *step && event.by == *person),
        }
    }

    /// What a path from a record comes to.
    pub fn follow(&self, record: &Record, path: &Path) -> Followed {
        let Some(kind) = self.policy.kind(&record.kind) else { return Followed::default() };
        let mut found = Vec::new();
        self.walk(&kind.shape, Some(kind), &record.fields, &path.parts, &mut found);
        let said: Vec<Label> = found.iter().map(|one| one.said.clone()).collect();
        let is_masked = found.iter().any(|one| one.is_masked);
        let stored = match <[Followed; 1]>::try_from(found) {
            Ok([one]) => one.stored,
            Err(found) if found.is_empty() => Json::Null,
            Err(found) => found.into_iter().map(|one| one.stored).collect(),
        };
        Followed { said: if said.is_empty() { Label::default() } else { joined(&said) }, stored, is_masked }
    }

    fn walk(&self, shape: &Shape, kind: Option<&Kind>, fields: &Fields, parts: &[String], found: &mut Vec<Followed>) {
        let Some((part, rest)) = parts.split_first() else { return };
        let Some(id) = shape.field_id(part) else { return };
        let Some(value) = fields.get(id).filter(|value| !value.is_empty()) else { return };
        let field = shape.field(id);
        if !self.sight.shows(field) {
            found.push(Followed { said: masked(), stored: Json::Null, is_masked: true });
            return;
        }
        if rest.is_empty() {
            let said = match kind {
                Some(kind) => self.value_in(kind, id, fields, value),
                None => self.value(&field.ty, value),
            };
            let stored = value.json(&field.ty, &|field| self.sight.shows(field));
            found.push(Followed { said, stored, is_masked: false });
            return;
        }
        for value in value.elements() {
            match (value, field.ty.element()) {
                (Value::Group(line), Type::Group(lines)) => self.walk(lines, None, line, rest, found),
                (Value::Ref(to), _) => {
                    let Titles::Read(lookup) = self.titles else { continue };
                    let Ok(Some(record)) = lookup.record(to) else { continue };
                    let Some(kind) = self.policy.kind(&record.kind) else { continue };
                    self.walk(&kind.shape, Some(kind), &record.fields, rest, found);
                }
                _ => {}
            }
        }
    }
}
