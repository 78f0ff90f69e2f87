//! Whether an event that was recorded in another clone is still possible. Its own clone has already checked who took
//! it and what it demanded. Here counts what the first clone has done with the record meanwhile.

use super::linked;
use crate::kind::{AtMost, EDIT, Kind, Step, Target};
use crate::record::{Event, FieldId, Record, Value};

/// Whether an event of another clone can follow on a record as it is now, whose last event is of the first clone.
///
/// A step must lead from the present state, and to the state to which it led. It must not change what a step of the
/// first clone has sealed, or has given for good, and it must not be one too many. `differs` says for which fields
/// both clones have other values.
pub fn can_follow(kind: &Kind, record: &Record, event: &Event, differs: &dyn Fn(FieldId) -> bool) -> bool {
    let undeclared = Step::undeclared(EDIT, &kind.place);
    let free = event.step == EDIT && kind.steps_named(EDIT).next().is_none() && !kind.shape.is_void(&record.state);
    let Some(step) = kind.step_from(&event.step, &record.state).or(free.then_some(&undeclared)) else { return false };
    let back = || linked::stack(kind, &record.history).iter().rev().nth(1).map(|(state, _)| (*state).to_owned());
    if matches!(step.to, Target::Previous) && event.to != back() {
        return false;
    }
    let sets = |field: FieldId| event.set.contains(&kind.field(field).name);
    let filled = |field: FieldId| record.get(field).is_some_and(|value| !Value::is_empty(value));
    let sealed = kind.shape.handles().map(|(field, _)| field).filter(|field| sets(*field)).any(|field| {
        let empty = !filled(field);
        let whole = linked::seal(kind, record, field).is_some_and(|_| !step.unseals(field, None, empty));
        let mut within = linked::seals_within(kind, record, field);
        whole || (differs(field) && within.any(|(_, inner)| !step.unseals(field, Some(inner), empty)))
    });
    let given = kind.once.iter().filter_map(|once| once.path.first().copied());
    let mut given = given.filter(|field| sets(*field) && filled(*field) && differs(*field));
    let many = step.at_most.as_ref().is_some_and(|most| taken(record, &event.step, most) >= most.times);
    !sealed && given.next().is_none() && !many
}

/// How often a step was taken since a limit began to count. A limit for a span of time counts the whole history:
/// both clones have already kept it, each for itself.
fn taken(record: &Record, step: &str, most: &AtMost) -> u64 {
    if most.within.is_some() {
        return 0;
    }
    let events = most.since.as_deref().map_or(&record.history[..], |state| linked::since(record, state));
    events.iter().filter(|event| event.step == step).map(|_| 1).sum()
}

/// Whether an event only corrects fields: such a change gives way where both clones changed the same field.
pub fn only_corrects(kind: &Kind, event: &Event) -> bool {
    event.step == EDIT || kind.steps_named(&event.step).any(Step::only_corrects)
}
