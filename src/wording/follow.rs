//! The value at the end of a path through references, and which of the staff see its private values.

use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

use super::{Sight, Titles, Words, between, joined, masked, minute, state};
use crate::calendar::Moment;
use crate::kind::{Kind, Part, Path, Who};
use crate::locale::Label;
use crate::record::{FieldId, Fields, Id, Record, Shape, Type, Value, stored_time};

/// The value of a path: in words for people, and as JSON for scripts. A private value is the mask in words and `null`
/// in JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Followed {
    /// In words. Empty if there is no value.
    pub said: Label,
    /// The same, each value separately if the path leads to several.
    pub each: Vec<Label>,
    /// As it is stored; a list if the path leads to several values.
    pub stored: Json,
    /// The number, date or time at the end of the path, or what a rule computes there, with its type. `None` for other
    /// values, for several and for a masked one.
    pub typed: Option<(Type, Value)>,
    /// Whether there was a value that the reader may not see.
    pub is_masked: bool,
}

impl Followed {
    /// The value for a place that has no heading: a yes becomes the name of its field, a no becomes `None`.
    pub fn without_heading(self, path: &Path) -> Option<Followed> {
        match self.stored {
            Json::Bool(false) => None,
            Json::Bool(true) => Some(Followed { said: path.label.clone(), each: vec![path.label.clone()], ..self }),
            _ => Some(self),
        }
    }
}

impl Words<'_> {
    /// The same words for a line of `due` about a record. Private values are clear for the people that `clear-to` of
    /// `[due]` names.
    #[must_use]
    pub fn for_line(self, kind: &Kind, record: &Record, reader: Option<&Id>, day: NaiveDate) -> Self {
        let Some(reader) = reader else { return self };
        let principals = self.people.principals(reader, day).map(|principal| &principal.id);
        let mut hands = std::iter::once(reader).chain(principals);
        let sees = hands.any(|person| kind.due.clear_to.iter().any(|who| self.is(person, who, record, day)));
        if sees { self.seen(Sight::Clear) } else { self }
    }

    /// Whether a person is one of those that a term of `clear-to` names.
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
            Who::Post(post) => {
                let Some(kind) = self.policy.kind(&record.kind) else { return false };
                let of = (&kind.shape, &record.fields);
                let seats = self.policy.departments.seats(post, of, self.people, day);
                let own = self.people.get(person).filter(|person| person.active);
                own.is_some_and(|person| seats.iter().any(|seat| person.has_seat(&seat.role, &seat.department, day)))
            }
            Who::Own => record.id == *person,
            Who::Step(step) => record.history.iter().any(|event| event.step == *step && event.by == *person),
        }
    }

    /// The value of a path from a record.
    pub fn follow(&self, record: &Record, path: &Path) -> Followed {
        let Some(kind) = self.policy.kind(&record.kind) else { return Followed::default() };
        let mut found = Vec::new();
        self.walk(Spot::of(kind, record), &path.parts, &mut found);
        let each: Vec<Label> = found.iter().map(|one| one.said.clone()).collect();
        let is_masked = found.iter().any(|one| one.is_masked);
        let (stored, typed) = match <[Found; 1]>::try_from(found) {
            Ok([one]) => (one.stored, one.typed),
            Err(found) if found.is_empty() => (Json::Null, None),
            Err(found) => (found.into_iter().map(|one| one.stored).collect(), None),
        };
        let said = if each.is_empty() { Label::default() } else { joined(&each) };
        Followed { said, each, stored, typed, is_masked }
    }

    fn walk(&self, at: Spot<'_>, parts: &[Part], found: &mut Vec<Found>) {
        let Some((part, rest)) = parts.split_first() else {
            // if the path ends with a record, its title is the value
            if let Some((_, record)) = at.record {
                found.push(Found::said(self.title_of(record), json!(record.id.as_str())));
            }
            return;
        };
        match part {
            Part::Last { kind, .. } => {
                let (Titles::Read(lookup), Some((_, record))) = (self.titles, at.record) else { return };
                let Ok(Some(last)) = lookup.latest(kind, &record.id, at.start) else { return };
                let Some(kind) = self.policy.kind(&last.kind) else { return };
                self.walk(Spot { start: at.start, ..Spot::of(kind, &last) }, rest, found);
            }
            Part::Own(name) => found.extend(at.record.and_then(|(kind, record)| self.own(kind, record, name))),
            Part::Derived(name) => found.extend(at.record.and_then(|(kind, record)| self.derived(kind, record, name))),
            Part::Fields(names) => match names.as_slice() {
                [name] => self.field_of(at, name, rest, found),
                names => found.extend(self.beside(at, names)),
            },
        }
    }

    /// A field at the end of a path, or what a path reaches through it.
    fn field_of(&self, at: Spot<'_>, name: &str, rest: &[Part], found: &mut Vec<Found>) {
        let Some(id) = at.shape.field_id(name) else { return };
        let Some(value) = at.fields.get(id).filter(|value| !value.is_empty()) else { return };
        let field = at.shape.field(id);
        if !self.sight.shows(field) {
            found.push(Found::masked());
            return;
        }
        if rest.is_empty() {
            let said = match at.record {
                Some((kind, _)) => self.value_in(kind, id, at.fields, value),
                None => {
                    let called = at.line.and_then(|(kind, list)| self.policy.called_in_line(kind, list, at.fields, id));
                    called.cloned().unwrap_or_else(|| self.value(&field.ty, value))
                }
            };
            let told = Found::said(said, value.json(&field.ty, &|field| self.sight.shows(field)));
            let keeps = match value {
                // the end of a day is written as 24:00, which is a word
                Value::Time(_) => at.record.is_none_or(|(kind, _)| kind.looks_ahead().all(|promised| promised != id)),
                value => {
                    matches!(value, Value::Count(_) | Value::Decimal(_) | Value::Money(_) | Value::Date(_))
                }
            };
            found.push(Found { typed: keeps.then(|| (field.ty.clone(), value.clone())), ..told });
            return;
        }
        for value in value.elements() {
            match (value, field.ty.element()) {
                (Value::Group(line), Type::Group(lines)) => {
                    let of = at.record.map(|(kind, _)| (kind, id));
                    self.walk(
                        Spot { shape: lines, fields: line, record: None, line: of, start: at.start },
                        rest,
                        found,
                    );
                }
                (Value::Ref(to), _) => {
                    let Titles::Read(lookup) = self.titles else { continue };
                    let Ok(Some(record)) = self.standing(to, lookup) else { continue };
                    let Some(kind) = self.policy.kind(&record.kind) else { continue };
                    self.walk(Spot { start: at.start, ..Spot::of(kind, &record) }, rest, found);
                }
                (Value::Text(person), Type::Person) => {
                    let Titles::Read(lookup) = self.titles else { continue };
                    let Ok(id) = person.parse() else { continue };
                    let Ok(Some(record)) = lookup.record(&id) else { continue };
                    let Some(kind) = self.policy.kind(&record.kind) else { continue };
                    self.walk(Spot { start: at.start, ..Spot::of(kind, &record) }, rest, found);
                }
                _ => {}
            }
        }
    }

    /// Several fields, one after another; fields without a value are left out. The result is masked if one of them is
    /// private.
    fn beside(&self, at: Spot<'_>, names: &[String]) -> Option<Found> {
        let (mut said, mut stored) = (Vec::new(), Map::new());
        for name in names {
            let mut found = Vec::new();
            self.field_of(at, name, &[], &mut found);
            let Some(one) = found.pop() else { continue };
            if one.is_masked {
                return Some(Found::masked());
            }
            said.push(one.said);
            stored.insert(name.clone(), one.stored);
        }
        (!said.is_empty()).then(|| Found::said(between(&said, [" ", " "]), Json::Object(stored)))
    }

    /// A computed value or a rollup of a record.
    fn derived(&self, kind: &Kind, record: &Record, name: &str) -> Option<Found> {
        let (ty, value, shows) = match kind.shape.find_computed(name) {
            Some(computed) => (&computed.ty, computed.value(&record.fields)?, self.sight.shows_computed(computed)),
            None => {
                let rollup = kind.find_rollup(name)?;
                let Titles::Read(lookup) = self.titles else { return None };
                let value = lookup.rollup(rollup, &record.fields, Some(&record.id)).ok()??;
                (&rollup.ty, value, self.sight.shows_rollup(rollup))
            }
        };
        if !shows {
            return Some(Found::masked());
        }
        let found = Found::said(self.value(ty, &value), value.json(ty, &|_| true));
        Some(Found { typed: Some((ty.clone(), value)), ..found })
    }

    /// A value that every record has besides its fields.
    fn own(&self, kind: &Kind, record: &Record, name: &str) -> Option<Found> {
        let time = |at: &Moment| Found {
            typed: Some((Type::Time, Value::Time(*at))),
            ..Found::said(Label::verbatim(minute(at)), json!(stored_time(at)))
        };
        match name {
            "state" => Some(Found::said(state(kind, &record.state), json!(record.state))),
            "opened" => record.opened().as_ref().map(time),
            "changed" => record.history.last().map(|event| time(&event.at)),
            _ => Some(Found::said(Label::verbatim(record.id.as_str()), json!(record.id.as_str()))),
        }
    }
}

/// A place that a path has reached.
#[derive(Clone, Copy)]
struct Spot<'s> {
    shape: &'s Shape,
    fields: &'s Fields,
    /// The record with its kind. `None` if it is a line of a list.
    record: Option<(&'s Kind, &'s Record)>,
    /// The kind, and the list that the line belongs to. `None` if it is a record.
    line: Option<(&'s Kind, FieldId)>,
    /// The record where the path began. "The latest record of its own kind" never means this one.
    start: &'s Id,
}

impl<'s> Spot<'s> {
    fn of(kind: &'s Kind, record: &'s Record) -> Self {
        Spot { shape: &kind.shape, fields: &record.fields, record: Some((kind, record)), line: None, start: &record.id }
    }
}

/// One value of a path.
struct Found {
    said: Label,
    stored: Json,
    typed: Option<(Type, Value)>,
    is_masked: bool,
}

impl Found {
    fn said(said: Label, stored: Json) -> Self {
        Found { said, stored, typed: None, is_masked: false }
    }

    fn masked() -> Self {
        Found { said: masked(), stored: Json::Null, typed: None, is_masked: true }
    }
}
