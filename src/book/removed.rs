//! What a changed rule book has removed from the kinds: kinds, fields, parts of lines, choices and states. They may
//! be removed if no record has them, now or earlier in its history; otherwise they must stay and be retired. The
//! fields and states in a record's events show what it had. Older rules that use removed parts are read against
//! today's shape with these parts added (`Shape::with_former`).

use super::index::Selection;
use super::{BookError, View};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::StoredText;
use crate::place::{Place, Problem};
use crate::policy::Policy;
use crate::record::{Id, Record, Shape, Type, Value};

/// Something that a kind has lost, and how to recognise a record that has it.
struct Lost {
    /// The key in the kind's file.
    key: String,
    what: What,
}

enum What {
    /// A field, or a part of a group: the names from the record inwards.
    Field(Vec<String>),
    /// A value of a choice.
    Choice(Vec<String>, String),
    /// A field whose values are now read differently.
    Type(Vec<String>),
    State(String),
}

impl View<'_> {
    /// What another rule book has removed although records of the commit have it.
    ///
    /// # Errors
    /// If the records cannot be read.
    pub fn removed(&self, policy: &Policy) -> Result<Vec<Problem>, BookError> {
        let mut problems = Vec::new();
        for kind in self.policy().kinds.values() {
            let file = format!("policy/kinds/{}.toml", kind.name());
            let Some(new) = policy.kind(kind.name()) else {
                let records = self.index()?.select_ids(&Selection { limit: Some(1), ..Selection::of(kind.name()) })?;
                if let Some(first) = records.first() {
                    let message = label!(StoredText::RemovedKind, kind = kind.name(), id = first);
                    problems.push(Problem::new(Place::of_file(file), message).help(StoredText::RestoreIt));
                }
                continue;
            };
            let mut lost = Vec::new();
            compare(&kind.shape, &new.shape, &mut Vec::new(), "fields", &mut lost);
            let states = kind.shape.states().iter().filter(|state| new.shape.state(&state.name).is_none());
            lost.extend(
                states
                    .map(|state| Lost { key: format!("states.{}", state.name), what: What::State(state.name.clone()) }),
            );
            if lost.is_empty() {
                continue;
            }
            let records = self.index()?.select(&Selection::of(kind.name()))?;
            for Lost { key, what } in lost {
                let mut having = records.iter().filter(|record| has(record, kind, new, &what)).map(|record| &record.id);
                if let Some(first) = having.next() {
                    let place = Place { key: key.into(), ..Place::of_file(file.clone()) };
                    problems.push(said(place, &what, first, 1 + having.count()));
                }
            }
        }
        Ok(problems)
    }
}

fn said(place: Place, what: &What, id: &Id, count: usize) -> Problem {
    let name = |path: &[String]| path.join(".");
    match what {
        What::Field(path) => {
            let message = label!(StoredText::RemovedField, name = name(path), id = id, count = count);
            Problem::new(place, message).help(StoredText::Retire)
        }
        What::State(state) => {
            let message = label!(StoredText::RemovedState, name = state, id = id, count = count);
            Problem::new(place, message).help(StoredText::Retire)
        }
        What::Choice(path, value) => {
            let message = label!(StoredText::RemovedChoice, name = name(path), value = value, id = id, count = count);
            Problem::new(place, message).help(StoredText::RetireChoice)
        }
        What::Type(path) => {
            let message = label!(StoredText::ChangedType, name = name(path), id = id, count = count);
            Problem::new(place, message).help(StoredText::RetireType)
        }
    }
}

/// What the new shape lacks compared with the old one.
fn compare(old: &Shape, new: &Shape, path: &mut Vec<String>, key: &str, lost: &mut Vec<Lost>) {
    for field in old.fields() {
        path.push(field.name.clone());
        let key = format!("{key}.{}", field.name);
        match new.field_id(&field.name) {
            None => lost.push(Lost { key, what: What::Field(path.clone()) }),
            Some(id) => types(&field.ty, &new.field(id).ty, path, &key, lost),
        }
        path.pop();
    }
}

fn types(old: &Type, new: &Type, path: &mut Vec<String>, key: &str, lost: &mut Vec<Lost>) {
    match (old, new) {
        (Type::List(old), Type::List(new)) => types(old, new, path, &format!("{key}.of"), lost),
        (Type::Group(old), Type::Group(new)) => compare(old, new, path, key, lost),
        (Type::Choice(old), Type::Choice(new)) => {
            let gone = old.iter().filter(|choice| new.iter().all(|own| own.name != choice.name));
            lost.extend(gone.map(|choice| Lost {
                key: format!("{key}.values"),
                what: What::Choice(path.clone(), choice.name.clone()),
            }));
        }
        (old, new) if old.name() != new.name() => {
            lost.push(Lost { key: format!("{key}.type"), what: What::Type(path.clone()) });
        }
        _ => {}
    }
}

/// Whether a record has it, or had it: its events name the states, and the fields that they have set.
fn has(record: &Record, kind: &Kind, new: &Kind, what: &What) -> bool {
    let now = |path: &[String], fits: &dyn Fn(&Value, Option<&Type>) -> bool| {
        let Some((first, rest)) = path.split_first() else { return false };
        let Some(id) = kind.shape.field_id(first) else { return false };
        let ty = new.shape.field_id(first).map(|id| &new.shape.field(id).ty);
        record.get(id).is_some_and(|value| within(value, &kind.shape.field(id).ty, ty, rest, fits))
    };
    match what {
        What::Field(path) => {
            let event = |name: &str| {
                let sets = record.history.iter().flat_map(|event| event.set.iter());
                sets.chain(record.history.iter().flat_map(|event| event.was.iter().map(|(name, _)| name)))
                    .any(|set| set == name)
            };
            now(path, &|_, _| true) || path.len() == 1 && event(&path[0])
        }
        What::Choice(path, gone) => now(path, &|value, _| value.as_text() == Some(gone)),
        What::Type(path) => now(path, &|value, ty| !reads(value, ty)),
        What::State(state) => {
            record.state == *state || record.history.iter().any(|event| event.to.as_ref() == Some(state))
        }
    }
}

/// Whether a value, or a value at the end of a path in it, fits.
fn within(
    value: &Value,
    ty: &Type,
    new: Option<&Type>,
    rest: &[String],
    fits: &dyn Fn(&Value, Option<&Type>) -> bool,
) -> bool {
    match (value, ty) {
        (Value::List(values), Type::List(element)) => {
            let new = new.map(Type::element);
            values.iter().any(|value| within(value, element, new, rest, fits))
        }
        (Value::Group(fields), Type::Group(shape)) if !rest.is_empty() => {
            let Some((first, rest)) = rest.split_first() else { return false };
            let inner = match new {
                Some(Type::Group(shape)) => shape.field_id(first).map(|id| &shape.field(id).ty),
                _ => None,
            };
            let Some(id) = shape.field_id(first) else { return false };
            fields.get(id).is_some_and(|value| within(value, &shape.field(id).ty, inner, rest, fits))
        }
        _ => rest.is_empty() && fits(value, new),
    }
}

/// Whether a value can be read as another type with the same meaning.
fn reads(value: &Value, ty: Option<&Type>) -> bool {
    let (Some(ty), Some(stored)) = (ty, value.stored()) else { return false };
    Value::from_stored(ty, &stored).is_ok()
}
