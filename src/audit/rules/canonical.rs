//! The form of a record's file. The program writes each record in one form. A file in another form was made by hand: it
//! may hold comments or a figure that people read otherwise than the program, or a time that is another day in the time
//! zone of its author.

use super::super::scene::{Scene, renamed_from};
use super::{Of, Rule};
use crate::audit::delta::Delta;
use crate::audit::finding::{Finding, Severity};
use crate::calendar::Moment;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::record::{Fields, Value, stored_time};

pub(super) static RULE: Rule = Rule { name: "canonical", ids: &["not-canonical"], of: Of::Ordinary, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for delta in scene.deltas {
        let Some(after) = &delta.after else { continue };
        let change = scene.commit.changes.iter().find(|change| change.path == delta.path);
        let Some(bytes) = change.and_then(|change| scene.past.source().bytes(change.after?)) else { continue };
        let policies = [scene.policy.map(AsRef::as_ref), scene.after.policy().map(AsRef::as_ref)];
        let written = |policy: &crate::policy::Policy| {
            policy.kind(&after.kind).is_some_and(|kind| after.write(&kind.shape).as_bytes() == bytes)
        };
        let message = if !policies.into_iter().flatten().any(written) || is_out_of_order(scene, delta) {
            label!(Text::NotCanonical, file = delta.path)
        } else if let Some(at) = elsewhere(scene, delta) {
            let written = stored_time(&scene.zone().local(at));
            label!(Text::OffsetFalse, file = delta.path, time = stored_time(&at), written = written)
        } else {
            continue;
        };
        // the message of a commit without trailers says already that it was made by hand
        let severity = if scene.said.any { Severity::Error } else { Severity::Warning };
        found.push(Finding { severity, ..scene.of_record("not-canonical", delta, None, message) });
    }
}

/// Whether a new event names the fields that it set twice, or in another order than that of the kind.
fn is_out_of_order(scene: &Scene<'_>, delta: &Delta) -> bool {
    let Some(after) = delta.after.as_ref().filter(|_| !scene.midway && renamed_from(scene, delta).is_none()) else {
        return false;
    };
    let Some(kind) = scene.policy.and_then(|policy| policy.kind(&after.kind)) else { return false };
    delta.new_events().any(|(_, event)| {
        let fields: Vec<_> = event.set.iter().filter_map(|name| kind.shape.field_id(name)).collect();
        !fields.is_sorted_by(|one, other| one < other)
    })
}

/// A new time whose offset is not that of the book's zone at that instant. The program copies times of other records as
/// they are, and they may be older than the zone.
fn elsewhere(scene: &Scene<'_>, delta: &Delta) -> Option<Moment> {
    let (after, zone) = (delta.after.as_ref()?, scene.zone());
    if scene.midway || renamed_from(scene, delta).is_some() {
        return None;
    }
    let strange = |at: &Moment| zone.local(*at).offset() != at.offset();
    let mut events = delta.new_events().flat_map(|(_, event)| std::iter::once(event.at).chain(event.noted));
    if let Some(at) = events.find(strange) {
        return Some(at);
    }
    let times = |fields: &Fields| {
        let mut times = Vec::new();
        let mut collect = |value: &Value| {
            if let Value::Time(at) = value {
                times.push(*at)
            }
        };
        fields.iter().for_each(|(_, value)| value.each(&mut collect));
        times
    };
    let (old, times) = (delta.before.as_ref().map(|before| times(&before.fields)), times(&after.fields));
    let kept = |at: &Moment| old.iter().flatten().any(|old| stored_time(old) == stored_time(at));
    let mut strange = times.into_iter().filter(|at| strange(at) && !kept(at)).peekable();
    strange.peek()?;
    let shape = scene.policy.and_then(|policy| policy.kind(&after.kind)).map(|kind| &kind.shape);
    let named = shape.map(|shape| after.fields.references(shape)).unwrap_or_default();
    let ids = named.into_iter().map(|(id, _)| id).chain(scene.deltas.iter().filter_map(|delta| delta.id.clone()));
    let texts: Vec<Vec<u8>> = ids.filter_map(|id| scene.past.bytes_of(&id)).collect();
    strange.find(|at| {
        let stored = stored_time(at);
        !texts.iter().any(|text| text.windows(stored.len()).any(|part| part == stored.as_bytes()))
    })
}
