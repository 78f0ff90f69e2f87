//! What a record's past and its links say: the states that it went through, the fields that are sealed, the chain of a
//! case.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lookup, Named};
use crate::filter::{self, Unanswered};
use crate::kind::{Kind, Step, Target};
use crate::policy::{People, Policy};
use crate::record::{Class, Event, FieldId, Fields, Id, Record, Value};
use crate::wording::{Sight, Titles, Words};

/// The states that a record stands in one upon another, each with the event that entered it. A step that leads to
/// `previous` takes the topmost away, so that waiting interrupts a state and does not leave it.
pub(super) fn stack<'r>(kind: &Kind, history: &'r [Event]) -> Vec<(&'r str, usize)> {
    let mut stack = Vec::new();
    for (i, event) in history.iter().enumerate() {
        enter(kind, &mut stack, i, event);
    }
    stack
}

/// For each event that leads back from an interruption, the event that began it.
pub(super) fn interruptions(kind: &Kind, history: &[Event]) -> Vec<Option<usize>> {
    let mut stack = Vec::new();
    history.iter().enumerate().map(|(i, event)| enter(kind, &mut stack, i, event)).collect()
}

/// What an event does to the states that a record stands in; where it leads back, the event that began the interruption.
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

/// What the fields that promises stand in, those that the step decides on again, and some others held before an event that sets
/// them, in the order of the kind's fields.
pub(super) fn was(
    kind: &Kind,
    step: &str,
    before: &Fields,
    set: &[String],
    also: Vec<FieldId>,
) -> Vec<(String, Value)> {
    let anew = kind.steps_named(step).flat_map(|step| step.unseals.iter().filter_map(|path| path.first().copied()));
    let kept: BTreeSet<FieldId> = kind.promises().chain(anew).chain(also).collect();
    let kept = kept.into_iter().filter(|field| set.contains(&kind.field(*field).name));
    let held = |field: FieldId| Some((kind.field(field).name.clone(), before.get(field)?.clone()));
    kept.filter_map(held).collect()
}

/// The events since the record entered the state that it is in; interruptions do not count as entering.
pub(super) fn since_entered<'r>(kind: &Kind, record: &'r Record) -> &'r [Event] {
    let from = stack(kind, &record.history).last().map_or(0, |(_, i)| i + 1);
    record.history.get(from..).unwrap_or_default()
}

/// The events since the record last entered a state; all where it never did.
pub(super) fn since<'r>(record: &'r Record, state: &str) -> &'r [Event] {
    let entered = record.history.iter().rposition(|event| event.to.as_deref() == Some(state));
    &record.history[entered.map_or(0, |at| at + 1)..]
}

/// The step that seals a field of a record, if one does.
pub(super) fn seal<'k>(kind: &'k Kind, record: &Record, field: FieldId) -> Option<&'k Step> {
    kind.steps.iter().find(|step| step.seals.contains(&field) && holds(kind, record, step))
}

/// The fields of the lines of a list that are sealed, each with the step that does.
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

/// Whether what a step seals is sealed: it was taken, and no step has led back before it since. Where the step itself left the
/// record where it was, such as an answer to one item of several, it has sealed nothing yet.
pub(super) fn holds(kind: &Kind, record: &Record, step: &Step) -> bool {
    let Some(taken) = taken(record, step) else { return false };
    let (before, after) = (&record.history[..taken], &record.history[taken + 1..]);
    let to = record.history[taken].to.as_ref();
    let stayed = to.is_some() && to == before.iter().rev().find_map(|event| event.to.as_ref());
    !stayed && !after.iter().any(|event| leads_before(kind, event, step))
}

/// The last event that took this very step: several steps may have one name, each from states of its own, and one of them seals
/// nothing for another.
pub(super) fn taken(record: &Record, step: &Step) -> Option<usize> {
    let from = |at: usize| match record.history[..at].iter().rev().find_map(|event| event.to.as_deref()) {
        Some(state) => step.leads_from(state),
        None => step.from.is_empty(),
    };
    record.history.iter().enumerate().rposition(|(at, event)| event.step == step.name && from(at))
}

/// Whether a step of this name was taken, and none has led the record back since to before the state in which it was taken.
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

/// What a field of a list's lines holds, line by line.
pub(super) fn column(list: Option<&Value>, field: FieldId) -> Vec<Option<&Value>> {
    let lines = list.map(Value::elements).unwrap_or_default().iter();
    lines.map(|line| if let Value::Group(line) = line { line.get(field) } else { None }).collect()
}

/// Whether an event led to a state from which the step lies ahead again: one no further from the beginning than those
/// that the step leads from. Waiting and closed states lie beside the way.
fn leads_before(kind: &Kind, event: &Event, step: &Step) -> bool {
    let Some(to) = &event.to else { return false };
    let beside = matches!(kind.shape.class(to), Class::Waiting | Class::Closed);
    let back = kind.steps_named(&event.step).any(|step| matches!(step.to, Target::Previous));
    let furthest = step.from.iter().map(|state| kind.rank(state)).max();
    !beside && !back && furthest.is_some_and(|furthest| kind.rank(to) <= furthest)
}

/// The other records of a record's chain, through the field by which each names the one before it, in no particular order.
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

/// The record that one names as the one before it.
fn before(record: &Record, field: FieldId) -> Option<Id> {
    match record.get(field) {
        Some(Value::Ref(id)) => Some(id.clone()),
        _ => None,
    }
}

/// All forms of a record's case in the order in which they were opened, the record among them; the record alone where its kind has
/// no chain.
///
/// # Errors
/// The other forms cannot be looked up.
pub fn forms(kind: &Kind, record: &Record, lookup: &dyn Lookup) -> Result<Vec<Record>, Unanswered> {
    match kind.chain() {
        Some(field) => forms_by(kind, record, field, lookup),
        None => Ok(vec![record.clone()]),
    }
}

/// The same by a field of one's choice. Forms that were opened at the same time stand in the order in which they name one another.
///
/// # Errors
/// The other forms cannot be looked up.
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
        // in a circle every form of it would lie behind the others, so that it ends where it began
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

/// The record that one repeats: the first of the chain in which each names the one before by the field. `None` if the record names
/// no other of its kind.
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

/// A record with what people call it; private values are not said.
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
