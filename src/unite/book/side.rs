//! The records that a line changed, as they were and as they are.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Changed, Contents, Hash};
use crate::policy::Policy;
use crate::record::{Event, FILES, FieldId, FileRef, Id, Record, UNITE, Value};

/// The records that a line changed since the common ancestor.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) sides: BTreeMap<Id, Side>,
    /// What it changed beside records.
    pub(super) files: Vec<Changed>,
}

/// A record that a line changed.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) path: String,
    /// The content in the common ancestor.
    pub(super) old: Option<Hash>,
    /// The content now. `None` if the line deleted it.
    pub(super) now: Option<Hash>,
    /// The bytes now; empty if it was deleted.
    pub(super) bytes: Vec<u8>,
    /// The record in the common ancestor, if it can be read.
    pub(super) base: Option<Record>,
    /// The record now, if it can be read.
    pub(super) record: Option<Record>,
    /// The versions of the record since then, once they are asked for.
    pub(super) between: OnceCell<Rc<[Record]>>,
    /// Whether the merge has changed the record of this line.
    pub(super) changed: bool,
    /// Whether the merge has added its event to the record.
    pub(super) marked: bool,
}

impl Line {
    pub(super) fn read(policy: &Policy, contents: &dyn Contents, changes: &[Changed]) -> Line {
        let one = |change: &Changed| {
            let (kind, id) = policy.kind_at(&change.path)?;
            let bytes = |hash: Option<Hash>| hash.and_then(|hash| contents.bytes(&hash)).unwrap_or_default();
            let read = |bytes: &[u8]| Record::read(bytes, &change.path, &kind.shape).ok();
            let now = bytes(change.new);
            let side = Side {
                path: change.path.clone(),
                old: change.old,
                now: change.new,
                base: change.old.and_then(|_| read(&bytes(change.old))),
                record: change.new.and_then(|_| read(&now)),
                bytes: now,
                between: OnceCell::new(),
                changed: false,
                marked: false,
            };
            Some((id, side))
        };
        let files = changes.iter().filter(|change| change.path.split('/').next() == Some(FILES)).cloned().collect();
        Line { sides: changes.iter().filter_map(one).collect(), files }
    }

    /// Moves records to other ids, and everything in this line that names them.
    pub(super) fn rename(&mut self, policy: &Policy, to: &BTreeMap<Id, Id>) {
        for (from, new) in to {
            let Some(mut side) = self.sides.remove(from) else { continue };
            let folder = side.path.split('/').next().unwrap_or_default();
            side.path = new.path(folder);
            (side.old, side.now, side.changed) = (None, None, true);
            if let Some(record) = &mut side.record {
                record.id = new.clone();
            }
            self.sides.insert(new.clone(), side);
        }
        self.refer(policy, to);
    }

    /// Lets the records of this line, and what it added to their histories, name other records and people than before.
    pub(super) fn refer(&mut self, policy: &Policy, to: &BTreeMap<Id, Id>) {
        if to.is_empty() {
            return;
        }
        let new = |id: &Id| to.get(id).cloned();
        for side in self.sides.values_mut() {
            let (old, overruled) = (side.old_events(), side.base.as_ref().map_or(0, |base| base.overruled.len()));
            let Some(record) = &mut side.record else { continue };
            let Some(shape) = policy.kind(&record.kind).map(|kind| &kind.shape) else { continue };
            let before = record.clone();
            record.fields.rename(&new);
            record.fields.rename_people(shape, &new);
            let values = |values: &mut Vec<(String, Value)>| {
                for (name, value) in values {
                    value.rename(&new);
                    if let Some(field) = shape.field_id(name) {
                        value.rename_people(&shape.field(field).ty, &new);
                    }
                }
            };
            for event in record.history.iter_mut().skip(old) {
                values(&mut event.was);
                renamed(event, to);
            }
            for one in record.overruled.iter_mut().skip(overruled) {
                values(&mut one.values);
                values(&mut one.event.was);
                renamed(&mut one.event, to);
            }
            side.changed |= *record != before;
        }
    }

    /// Lets the references of a record name its files otherwise.
    pub(super) fn refile(&mut self, id: &Id, to: &dyn Fn(&FileRef) -> Option<FileRef>) {
        let Some(side) = self.sides.get_mut(id) else { return };
        if let Some(record) = &mut side.record {
            record.fields.refile(to);
            side.changed = true;
        }
    }

    /// Gives a field of a record another value.
    pub(super) fn set(&mut self, id: &Id, field: FieldId, value: Value) {
        if let Some(record) = self.sides.get_mut(id).and_then(|side| side.record.as_mut()) {
            record.fields.set(field, value);
        }
    }

    pub(super) fn remove(&mut self, id: &Id) {
        self.sides.remove(id);
    }

    /// Adds an event of the merge to a record of this line.
    pub(super) fn mark(&mut self, id: &Id, told: impl FnOnce(&mut Event)) {
        if let Some(side) = self.sides.get_mut(id)
            && let Some(record) = &mut side.record
        {
            push(record, side.marked, told);
            (side.changed, side.marked) = (true, true);
        }
    }

    /// The keys of the new events, each with its record and the event's place in the history.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &Id, usize)> {
        self.sides.iter().flat_map(|(id, side)| {
            let events = side.record.iter().flat_map(|record| record.history.iter().enumerate());
            let new = events.skip(side.old_events());
            new.filter_map(move |(at, event)| Some((event.key.as_deref()?, id, at)))
        })
    }
}

/// Lets an event name other records and people, apart from its values.
fn renamed(event: &mut Event, to: &BTreeMap<Id, Id>) {
    for person in std::iter::once(&mut event.by).chain(&mut event.for_).chain(&mut event.entered) {
        if let Some(new) = to.get(person) {
            person.clone_from(new);
        }
    }
    let via = event.via.as_deref().and_then(|via| via.split_once('#'));
    let moved = via.and_then(|(id, step)| Some(format!("{}#{step}", to.get(&id.parse::<Id>().ok()?)?)));
    event.via = moved.or(event.via.take());
}

impl Side {
    pub(super) fn is_new(&self) -> bool {
        self.old.is_none()
    }

    /// This record as the common ancestor has it, for the line that has not changed it.
    pub(super) fn unchanged(&self, contents: &dyn Contents) -> Side {
        Side {
            path: self.path.clone(),
            old: self.old,
            now: self.old,
            bytes: self.old.and_then(|hash| contents.bytes(&hash)).unwrap_or_default(),
            base: self.base.clone(),
            record: self.base.clone(),
            between: OnceCell::new(),
            changed: false,
            marked: false,
        }
    }

    /// How many events the common ancestor has.
    pub(super) fn old_events(&self) -> usize {
        self.base.as_ref().map_or(0, |base| base.history.len())
    }

    /// Whether two lines made the same record: other ids, times and people, but the same content and the same notes.
    pub(super) fn is_equal(&self, other: &Side) -> bool {
        let (Some(one), Some(other)) = (&self.record, &other.record) else { return false };
        let same = one.kind == other.kind && one.state == other.state && one.fields == other.fields;
        let alike = |(one, other): (&Event, &Event)| {
            (&one.step, &one.to, &one.set, &one.note) == (&other.step, &other.to, &other.set, &other.note)
        };
        same && one.history.len() == other.history.len() && one.history.iter().zip(&other.history).all(alike)
    }
}

/// Adds an event of a merge at the end of a record's history. If this merge has `marked` the record before, it
/// completes that event; what an earlier merge has said stays as it is. The event has the person and the time of the
/// last event, so that a merge gives the same bytes wherever and whenever it is made.
pub(super) fn push(record: &mut Record, marked: bool, told: impl FnOnce(&mut Event)) {
    let Some(last) = record.history.last_mut() else { return };
    if marked {
        return told(last);
    }
    let mut event = Event::new(last.recorded(), last.by.clone(), UNITE);
    told(&mut event);
    record.history.push(event);
}
