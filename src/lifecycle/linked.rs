//! What a record's past and its links say: the states that it was in, the sealed fields, and the chain of a case.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lookup, Named};
use crate::filter::{self, Unanswered};
use crate::kind::{Kind, Step, Target};
use crate::policy::{People, Policy};
use crate::record::{Class, Event, FieldId, Fields, Id, Record, Value};
use crate::wording::{Sight, Titles, Words};

/// The stack of states that a record is in, each with the event that entered it. A step to `previous` removes the top
/// one. So waiting interrupts a state but does not leave it.
pub(super) fn stack<'r>(kind: &Kind, history: &'r [Event]) -> Vec<(&'r str, usize)> {
    let mut stack = Vec::new();
    for (i, event) in history.iter().enumerate() {
        enter(kind, &mut stack, i, event);
    }
    stack
}

/// For each event that ends an interruption, the event that began it.
pub(super) fn interruptions(kind: &Kind, history: &[Event]) -> Vec<Option<usize>> {
    let mut stack = Vec::new();
    history.iter().enumerate().map(|(i, event)| enter(kind, &mut stack, i, event)).collect()
}

/// Applies an event to the stack of states. If it ends an interruption, returns the event that began the
/// interruption.
fn enter<'r>(kind: &Kind, stack: &mut Vec<(&'r str, usize)>, at: usize, event: &'r Event) -> Option<usize> {
    let to = event.to.as_ref()?;
    let back = stack.len() > 1
        && stack[stack.len() - 2].0 == to
        && kind.steps_named(&event.step).any(|step| matches!(step.to, Target::Previous));
    if back {
        return stack.pop().map(|(_, began)| began);
    }
    stack.push((to, at));
    None
}

/// The values before an event of the fields that it sets: those that the kind keeps, fields that the step decides on
/// again, and those in `also`. In the order of the kind's fields.
pub(super) fn was(
    kind: &Kind,
    step: &str,
    before: &Fields,
    set: &[String],
    also: Vec<FieldId>,
) -> Vec<(String, Value)> {
    let anew = kind.steps_named(step).flat_map(|step| step.unseals.iter().filter_map(|path| path.first().copied()));
    let kept: BTreeSet<FieldId> = kind.kept().chain(anew).chain(also).collect();
    let kept = kept.into_iter().filter(|field| set.contains(&kind.field(*field).name));
    let held = |field: FieldId| Some((kind.field(field).name.clone(), before.get(field)?.clone()));
    kept.filter_map(held).collect()
}

/// The events since the record entered its state. The end of an interruption does not count as entering.
pub(super) fn since_entered<'r>(kind: &Kind, record: &'r Record) -> &'r [Event] {
    let from = stack(kind, &record.history).last().map_or(0, |(_, i)| i + 1);
    record.history.get(from..).unwrap_or_default()
}

/// The events since the record last entered a state; all events if it never did.
pub(super) fn since<'r>(record: &'r Record, state: &str) -> &'r [Event] {
    let entered = record.history.iter().rposition(|event| event.to.as_deref() == Some(state));
    &record.history[entered.map_or(0, |at| at + 1)..]
}

/// The step that seals a field of the record, if one does.
pub(super) fn seal<'k>(kind: &'k Kind, record: &Record, field: FieldId) -> Option<&'k Step> {
    kind.steps.iter().find(|step| step.seals.contains(&field) && holds(kind, record, step))
}

/// Whether a step has sealed a field of the record.
pub fn is_sealed(kind: &Kind, record: &Record, field: FieldId) -> bool {
    seal(kind, record, field).is_some()
}

/// The sealed fields of a list's lines, each with the step that seals it.
pub(super) fn seals_within<'k>(
    kind: &'k Kind,
    record: &Record,
    list: FieldId,
) -> impl Iterator<Item = (&'k Step, FieldId)> {
    let holding = kind
        .steps
        .iter()
        .filter(move |step| step.seals_within.iter().any(|(sealed, _)| *sealed == list) && holds(kind, record, step));
    holding.flat_map(move |step| {
        let of = step.seals_within.iter().filter(move |(sealed, _)| *sealed == list);
        of.map(move |(_, field)| (step, *field))
    })
}

/// Whether the seals of a step hold: it was taken, and no step has led back before it since. If the step left the
/// record in its state, such as an answer to one item of several, nothing is sealed yet.
pub(super) fn holds(kind: &Kind, record: &Record, step: &Step) -> bool {
    let Some(taken) = taken(record, step) else { return false };
    let (before, after) = (&record.history[..taken], &record.history[taken + 1..]);
    let to = record.history[taken].to.as_ref();
    let stayed = to.is_some() && to == before.iter().rev().find_map(|event| event.to.as_ref());
    !stayed && !after.iter().any(|event| leads_before(kind, event, step))
}

/// The last event that took exactly this step. Several steps may have the same name, from different states; none of
/// them seals for another.
pub(super) fn taken(record: &Record, step: &Step) -> Option<usize> {
    let from = |at: usize| match record.history[..at].iter().rev().find_map(|event| event.to.as_deref()) {
        Some(state) => step.leads_from(state),
        None => step.from.is_empty(),
    };
    record.history.iter().enumerate().rposition(|(at, event)| event.step == step.name && from(at))
}

/// Whether a step of this name was taken, and no later step led the record back to before the state in which it was
/// taken.
pub fn stands(kind: &Kind, record: &Record, step: &str) -> bool {
    let Some(taken) = record.history.iter().rposition(|event| event.step == step) else { return false };
    let Some(state) = record.history[..=taken].iter().rev().find_map(|event| event.to.as_ref()) else { return false };
    let back = |event: &Event| {
        let resumes = kind.steps_named(&event.step).any(|step| matches!(step.to, Target::Previous));
        let open = |to: &&String| !matches!(kind.shape.class(to), Class::Waiting | Class::Closed);
        !resumes && event.to.as_ref().filter(open).is_some_and(|to| kind.rank(to) < kind.rank(state))
    };
    !record.history[taken + 1..].iter().any(back)
}

/// The values of a field in a list's lines, line by line.
pub(super) fn column(list: Option<&Value>, field: FieldId) -> Vec<Option<&Value>> {
    let lines = list.map(Value::elements).unwrap_or_default().iter();
    lines.map(|line| if let Value::Group(line) = line { line.get(field) } else { None }).collect()
}

/// Whether an event led to a state from which the step lies ahead again: one that is no further from the beginning
/// than the states from which the step leads. Waiting and closed states do not count.
fn leads_before(kind: &Kind, event: &Event, step: &Step) -> bool {
    let Some(to) = &event.to else { return false };
    let beside = matches!(kind.shape.class(to), Class::Waiting | Class::Closed);
    let back = kind.steps_named(&event.step).any(|step| matches!(step.to, Target::Previous));
    let furthest = step.from.iter().map(|state| kind.rank(state)).max();
    !beside && !back && furthest.is_some_and(|furthest| kind.rank(to) <= furthest)
}

/// The other records of a record's chain, in no particular order. `field` refers from each record to the one before
/// it.
pub(super) fn chain(
    kind: &Kind,
    record: &Record,
    field: FieldId,
    lookup: &dyn Lookup,
) -> Result<Vec<Record>, Unanswered> {
    let mut seen: BTreeSet<Id> = BTreeSet::from([record.id.clone()]);
    let mut found = Vec::new();
    let mut open: Vec<Id> = before(record, field).into_iter().collect();
    open.extend(after(kind, &record.id, field, lookup)?);
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let Some(next) = lookup.record(&id)? else { continue };
        // a void record is not a form of the case
        if kind.shape.is_void(&next.state) {
            continue;
        }
        open.extend(before(&next, field));
        open.extend(after(kind, &id, field, lookup)?);
        found.push(next.into_owned());
    }
    Ok(found)
}

/// The record that `field` refers to as the one before.
fn before(record: &Record, field: FieldId) -> Option<Id> {
    match record.get(field) {
        Some(Value::Ref(id)) => Some(id.clone()),
        _ => None,
    }
}

/// All forms of a record's case, with the record itself, in the order in which they were opened. If the kind has no
/// chain, it is only the record.
///
/// # Errors
/// If the other forms cannot be looked up.
pub fn forms(kind: &Kind, record: &Record, lookup: &dyn Lookup) -> Result<Vec<Record>, Unanswered> {
    match kind.chain() {
        Some(field) => forms_by(kind, record, field, lookup),
        None => Ok(vec![record.clone()]),
    }
}

/// The same with a given field. Forms that were opened at the same time are in the order of their references.
///
/// # Errors
/// If the other forms cannot be looked up.
pub(super) fn forms_by(
    kind: &Kind,
    record: &Record,
    field: FieldId,
    lookup: &dyn Lookup,
) -> Result<Vec<Record>, Unanswered> {
    let mut all = chain(kind, record, field, lookup)?;
    all.push(record.clone());
    let named: BTreeMap<&Id, Id> = all.iter().filter_map(|form| Some((&form.id, before(form, field)?))).collect();
    let mut depths: BTreeMap<Id, usize> = BTreeMap::new();
    for form in &all {
        let mut path: Vec<&Id> = Vec::new();
        let mut at = Some(&form.id);
        // in a circle, every form would come after the others, so the walk ends where it began
        while let Some(id) = at.filter(|id| path.len() < all.len() && !depths.contains_key(*id)) {
            path.push(id);
            at = named.get(id);
        }
        let behind = at.and_then(|id| depths.get(id)).map_or(0, |depth| depth + 1);
        for (depth, id) in (behind..).zip(path.into_iter().rev()) {
            depths.entry(id.clone()).or_insert(depth);
        }
    }
    all.sort_by_cached_key(|form| (form.opened(), depths.get(&form.id).copied(), form.id.clone()));
    Ok(all)
}

/// The record that this one repeats: the first of a chain of references through the field. `None` if the record
/// refers to no other of its kind.
///
/// # Errors
/// If a record of the chain cannot be read.
pub fn repeated(record: &Record, field: FieldId, lookup: &dyn Lookup) -> Result<Option<Record>, Unanswered> {
    let mut seen = BTreeSet::from([record.id.clone()]);
    let mut first: Option<Record> = None;
    while let Some(Value::Ref(id)) = first.as_ref().unwrap_or(record).get(field).cloned() {
        match lookup.record(&id)? {
            Some(next) if next.kind == record.kind && seen.insert(id) => first = Some(next.into_owned()),
            _ => break,
        }
    }
    Ok(first)
}

/// A record with its title; private values are left out.
pub(super) fn named(policy: &Policy, record: &Record) -> Named {
    let nobody = People::default();
    let words = Words::new(policy, &nobody, Titles::Read(&filter::Alone), Sight::Masked);
    Named { id: record.id.clone(), title: words.own_title(record).map(Box::new) }
}

fn after(kind: &Kind, id: &Id, field: FieldId, lookup: &dyn Lookup) -> Result<Vec<Id>, Unanswered> {
    let linked = lookup.linked(id, kind.name())?.into_iter();
    let named = linked.filter(|record| matches!(record.get(field), Some(Value::Ref(to)) if to == id));
    Ok(named.map(|record| record.id).collect())
}
