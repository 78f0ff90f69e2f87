//! What a changed rule book has removed from the kinds: kinds, fields, parts of lines, choices and states. They may
//! be removed if no record has them, now or earlier in its history; otherwise they must stay and be retired. The
//! fields and states in a record's events show what it had. Older rules that use removed parts are read against
//! today's shape with these parts added (`Shape::with_former`).

use super::index::Selection;
use super::{BookError, View};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::StoredText;
use crate::place::{Place, Problem};
use crate::policy::Policy;
use crate::record::{Id, Record, Shape, Type, Value};

/// Something that a kind has lost, and how to recognise a record that has it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Lost {
    /// The key in the kind's file.
    key: String,
    pub(super) what: What,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum What {
    /// The kind itself.
    Kind,
    /// The folder of its records, and where the rules look for them now.
    Folder(String, String),
    /// The prefix of their ids, and the new one.
    Prefix(String, String),
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
            let new = policy.kind(kind.name());
            let lost = losses(kind, new);
            if lost.is_empty() {
                continue;
            }
            let records = self.index()?.select(&Selection::of(kind.name()))?;
            for lost in lost {
                let mut having = records.iter().filter(|record| lost.is_in(record, kind, new)).map(|record| &record.id);
                if let Some(first) = having.next() {
                    problems.push(lost.said(kind, first, 1 + having.count()));
                }
            }
        }
        Ok(problems)
    }
}

/// What a kind has lost, compared with what it is in other rules.
pub(super) fn losses(kind: &Kind, new: Option<&Kind>) -> Vec<Lost> {
    let lost = |key: &str, what| Lost { key: key.to_owned(), what };
    let Some(new) = new else { return vec![lost("", What::Kind)] };
    let (old, new) = (&kind.shape, &new.shape);
    let mut all = Vec::new();
    if old.folder != new.folder {
        all.push(lost("folder", What::Folder(old.folder.clone(), new.folder.clone())));
    }
    if old.prefix != new.prefix {
        all.push(lost("prefix", What::Prefix(old.prefix.clone(), new.prefix.clone())));
    }
    compare(old, new, &mut Vec::new(), "fields", &mut all);
    let states = old.states().iter().filter(|state| new.state(&state.name).is_none());
    all.extend(states.map(|state| lost(&format!("states.{}", state.name), What::State(state.name.clone()))));
    all
}

impl Lost {
    /// That records have it.
    fn said(&self, kind: &Kind, id: &Id, count: usize) -> Problem {
        let message = match &self.what {
            What::Kind => label!(StoredText::RemovedKind, kind = kind.name(), id = id, count = count),
            What::Folder(old, new) => {
                label!(StoredText::MovedFolder, kind = kind.name(), old = old, new = new, id = id, count = count)
            }
            What::Prefix(old, new) => {
                label!(StoredText::ChangedPrefix, kind = kind.name(), old = old, new = new, id = id, count = count)
            }
            What::Field(path) => label!(StoredText::RemovedField, name = path.join("."), id = id, count = count),
            What::State(state) => label!(StoredText::RemovedState, name = state, id = id, count = count),
            What::Choice(path, value) => {
                label!(StoredText::RemovedChoice, name = path.join("."), value = value, id = id, count = count)
            }
            What::Type(path) => label!(StoredText::ChangedType, name = path.join("."), id = id, count = count),
        };
        Problem::new(self.place(kind), message).help(self.remedy())
    }

    /// Where the rules had it.
    pub(super) fn place(&self, kind: &Kind) -> Place {
        Place { key: self.key.as_str().into(), ..Place::of_file(file_of(kind)) }
    }

    /// What to do in the rules.
    pub(super) fn remedy(&self) -> Label {
        match &self.what {
            What::Kind => StoredText::RestoreIt.into(),
            What::Folder(old, _) => label!(StoredText::KeepKey, key = "folder", old = old),
            What::Prefix(old, _) => label!(StoredText::KeepKey, key = "prefix", old = old),
            What::Field(_) | What::State(_) => StoredText::Retire.into(),
            What::Choice(..) => StoredText::RetireChoice.into(),
            What::Type(_) => StoredText::RetireType.into(),
        }
    }

    /// Whether a record has it, or had it: its events name the states, the fields that they have set, and values that
    /// these had before.
    pub(super) fn is_in(&self, record: &Record, kind: &Kind, new: Option<&Kind>) -> bool {
        let fits = |value: &Value, ty: Option<&Type>| match &self.what {
            What::Choice(_, gone) => value.as_text() == Some(gone),
            What::Type(_) => !reads(value, ty),
            _ => true,
        };
        match &self.what {
            What::Kind | What::Folder(..) | What::Prefix(..) => true,
            What::State(state) => {
                record.state == *state || record.history.iter().any(|event| event.to.as_ref() == Some(state))
            }
            What::Field(path) => {
                let sets = record.history.iter().flat_map(|event| event.set.iter());
                has(record, kind, new, path, &fits) || path.len() == 1 && sets.into_iter().any(|set| *set == path[0])
            }
            What::Choice(path, _) | What::Type(path) => has(record, kind, new, path, &fits),
        }
    }
}

/// The file of a kind in the rules.
pub(super) fn file_of(kind: &Kind) -> String {
    format!("policy/kinds/{}.toml", kind.name())
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

/// Whether a value at a path fits: one that a record has now, that an event has kept from before, or that did not
/// take effect.
fn has(
    record: &Record,
    kind: &Kind,
    new: Option<&Kind>,
    path: &[String],
    fits: &dyn Fn(&Value, Option<&Type>) -> bool,
) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let Some(id) = kind.shape.field_id(first) else { return false };
    let ty = new.and_then(|new| Some(&new.shape.field(new.shape.field_id(first)?).ty));
    let events = record.history.iter().chain(record.overruled.iter().map(|one| &one.event));
    let before = events.flat_map(|event| &event.was).chain(record.overruled.iter().flat_map(|one| &one.values));
    let before = before.filter(|(name, _)| name == first).map(|(_, value)| value);
    record.get(id).into_iter().chain(before).any(|value| within(value, &kind.shape.field(id).ty, ty, rest, fits))
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
