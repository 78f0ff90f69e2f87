//! Events are appended and never changed.

use std::collections::BTreeSet;

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::finding::Finding;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::record::{Event, FieldId, Overruled, Record};

pub(super) static RULE: Rule = Rule {
    name: "history",
    ids: &["event-edited", "event-dropped", "event-inserted", "events-reordered", "overruled-changed"],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for delta in scene.deltas {
        if let (Some(before), Some(after)) = (&delta.before, &delta.after)
            && let Some((rule, event, message)) = rewritten(&before.history, &after.history)
        {
            found.push(scene.of_record(rule, delta, Some(event), message));
        }
        if let Some(after) = &delta.after
            && !is_left(scene, delta.before.as_deref(), after)
        {
            found.push(scene.of_record("overruled-changed", delta, None, Text::OverruledChanged));
        }
    }
}

/// Whether the overruled events are those of before. Only merges add some. A step that clears a private field takes
/// its values out of them.
fn is_left(scene: &Scene<'_>, before: Option<&Record>, after: &Record) -> bool {
    let old = before.map(|before| before.overruled.as_slice()).unwrap_or_default();
    let kind = scene.policy.and_then(|policy| policy.kind(&after.kind));
    let new = after.history.iter().skip(before.map_or(0, |before| before.history.len()));
    let steps = new.flat_map(|event| kind.into_iter().flat_map(|kind| kind.steps_named(&event.step)));
    let cleared: BTreeSet<FieldId> = steps.flat_map(|step| step.clears.iter().copied()).collect();
    let forgotten = |name: &str| {
        let field = kind.and_then(|kind| Some((kind, kind.shape.field_id(name)?)));
        field.is_some_and(|(kind, field)| cleared.contains(&field) && kind.field(field).holds_private())
    };
    let same = |old: &Overruled, new: &Overruled| {
        let kept = old.values.iter().filter(|value| !forgotten(&value.0) || new.values.contains(value));
        old.after == new.after && old.event == new.event && kept.eq(&new.values)
    };
    old.len() == after.overruled.len() && old.iter().zip(&after.overruled).all(|(old, new)| same(old, new))
}

/// How a history was changed, and at which event. `None` if events were only appended.
fn rewritten(old: &[Event], new: &[Event]) -> Option<(&'static str, usize, Label)> {
    if new.starts_with(old) {
        return None;
    }
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let step = |events: &[Event]| events.get(same).map(|event| event.step.clone()).unwrap_or_default();
    // two events can be equal, so each is counted as often as it occurs
    let times = |events: &[Event], event: &Event| events.iter().filter(|other| *other == event).count();
    let missing = old.iter().any(|event| times(old, event) > times(new, event));
    if is_within(old, new) {
        return Some(("event-inserted", same, label!(Text::EventInserted, event = same, step = step(new))));
    }
    if !missing {
        return Some(("events-reordered", same, label!(Text::EventsReordered, event = same)));
    }
    // If the events after the difference are still there, an event was removed; otherwise it was overwritten.
    let rest = &old[same + 1..];
    let dropped = new.len() < old.len() || (!rest.is_empty() && new.get(same) == rest.first());
    Some(match dropped {
        true => ("event-dropped", same, label!(Text::EventDropped, event = same, step = step(old))),
        false => {
            let what = differing(&old[same], new.get(same));
            ("event-edited", same, label!(Text::EventEdited, event = same, step = step(old), what = what))
        }
    })
}

/// Whether all events of one history are in another one, in the same order.
pub(super) fn is_within(old: &[Event], new: &[Event]) -> bool {
    let mut rest = new.iter();
    old.iter().all(|event| rest.any(|other| other == event))
}

fn differing(old: &Event, new: Option<&Event>) -> String {
    let Some(new) = new else { return String::new() };
    let parts = [
        ("at", old.at == new.at),
        ("noted", old.noted == new.noted),
        ("by", old.by == new.by),
        ("for", old.for_ == new.for_),
        ("entered", old.entered == new.entered),
        ("step", old.step == new.step),
        ("to", old.to == new.to),
        ("via", old.via == new.via),
        ("key", old.key == new.key),
        ("set", old.set == new.set),
        ("was", old.was == new.was),
        ("had", old.had == new.had),
        ("holds", old.holds == new.holds),
        ("running", old.running == new.running),
        ("unknown", old.unknown == new.unknown),
        ("note", old.note == new.note),
    ];
    super::joined(parts.iter().filter(|(_, same)| !same).map(|(name, _)| *name))
}

#[cfg(test)]
mod tests {
    use super::rewritten;
    use crate::record::Event;

    fn events(steps: &str) -> Vec<Event> {
        let at = crate::record::parse_time("2026-11-22T10:00:00+08:00").expect("a time");
        steps.chars().map(|step| Event::new(at, "li.na".parse().expect("a person"), step.to_string())).collect()
    }

    #[test]
    fn what_happened_to_a_history_is_told_apart() {
        let table = [
            ("ab", "ab", None),
            ("ab", "abc", None),
            ("ab", "acb", Some(("event-inserted", 1))),
            ("ab", "cab", Some(("event-inserted", 0))),
            ("ab", "ba", Some(("events-reordered", 0))),
            ("ab", "a", Some(("event-dropped", 1))),
            ("abc", "ac", Some(("event-dropped", 1))),
            ("abc", "acd", Some(("event-dropped", 1))),
            ("ab", "ax", Some(("event-edited", 1))),
            ("abc", "xbc", Some(("event-edited", 0))),
            ("abc", "xbcd", Some(("event-edited", 0))),
            ("abbc", "abc", Some(("event-dropped", 2))),
        ];
        for (old, new, expected) in table {
            let found = rewritten(&events(old), &events(new)).map(|(rule, event, _)| (rule, event));
            assert_eq!(found, expected, "{old} {new}");
        }
    }
}
