//! Fields and state follow from events: an event lists every change, and the state is that of the last event.

use std::collections::BTreeSet;

use super::super::scene::Scene;
use super::{Of, Rule, joined};
use crate::audit::delta::Delta;
use crate::audit::finding::Finding;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::record::{Fields, Record, entered};

pub(super) static RULE: Rule = Rule {
    name: "fields",
    ids: &["field-unnamed", "field-idle", "state-false", "unknown-entry"],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for delta in scene.deltas {
        found.extend(state(scene, delta));
        found.extend(unknown(scene, delta));
        if delta.is_appended() && !scene.midway {
            fields(scene, delta, found);
        }
    }
}

fn fields(scene: &Scene<'_>, delta: &Delta, found: &mut Vec<Finding>) {
    let (Some(policy), Some(after)) = (scene.policy, &delta.after) else { return };
    let Some(kind) = policy.kind(&after.kind) else { return };
    let none = Fields::new();
    let before = delta.before.as_ref().map_or(&none, |before| &before.fields);
    let mut changed: BTreeSet<String> = after.fields.changed(before, &kind.shape).into_iter().collect();
    // a value that did not fit the rules has no place in a record that can be read
    changed.extend(delta.misfits.iter().cloned());
    let last = after.history.len().saturating_sub(1);
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut again: BTreeSet<&str> = BTreeSet::new();
    for name in delta.new_events().flat_map(|(_, event)| &event.set) {
        if !named.insert(name) {
            again.insert(name);
        }
    }
    let unnamed: Vec<&str> = changed.iter().map(String::as_str).filter(|name| !named.contains(name)).collect();
    if !unnamed.is_empty() {
        let fields = joined(unnamed);
        let message = match delta.new_events().next() {
            None => label!(Text::FieldsWithoutEvent, fields = fields),
            Some(_) => label!(Text::FieldUnnamed, fields = fields),
        };
        found.push(scene.of_record("field-unnamed", delta, Some(last), message));
    }
    // If two events of one commit change a field, it may have its old value again.
    let idle = |name: &&String| !changed.contains(*name) && !again.contains(name.as_str());
    for (at, event) in delta.new_events() {
        let idle: Vec<&str> = event.set.iter().filter(idle).map(String::as_str).collect();
        if !idle.is_empty() {
            let message = label!(Text::FieldIdle, fields = joined(idle), step = event.step);
            found.push(scene.of_record("field-idle", delta, Some(at), message));
        }
    }
}

fn state(scene: &Scene<'_>, delta: &Delta) -> Option<Finding> {
    let after = delta.after.as_ref()?;
    let wrong = last_state(after).is_none_or(|last| last != after.state);
    // Reported only once, in the commit that caused it.
    let before = delta.before.as_ref().is_some_and(|b| b.state == after.state && last_state(b) == last_state(after));
    let last = last_state(after).unwrap_or("-");
    let message = label!(Text::StateFalse, state = after.state, last = last);
    (wrong && !before).then(|| scene.of_record("state-false", delta, None, message))
}

/// What the commit adds that nobody knows: this program cannot say whether it was allowed.
fn unknown(scene: &Scene<'_>, delta: &Delta) -> Option<Finding> {
    let after = delta.after.as_ref()?;
    let mut known = delta.before.as_ref().map(|before| before.unknown()).unwrap_or_default();
    let mut added: BTreeSet<&str> = BTreeSet::new();
    for unknown in after.unknown() {
        match known.iter().position(|known| known.key == unknown.key && known.text == unknown.text) {
            Some(at) => {
                known.swap_remove(at);
            }
            None => {
                added.insert(&unknown.key);
            }
        }
    }
    let message = label!(Text::UnknownEntry, keys = joined(added.iter().copied()));
    (!added.is_empty()).then(|| scene.of_record("unknown-entry", delta, None, message))
}

/// The state after the events.
pub(super) fn last_state(record: &Record) -> Option<&str> {
    entered(&record.history).and_then(|event| event.to.as_deref())
}
