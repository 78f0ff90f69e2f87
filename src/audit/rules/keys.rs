//! Idempotency keys are unique in the book. Those that the program makes are only used for what it makes.

use std::collections::BTreeSet;

use super::super::scene::{Scene, renamed_from};
use super::{Of, Rule};
use crate::audit::finding::Finding;
use crate::label;
use crate::lifecycle::bears;
use crate::locale::messages::AuditText as Text;

pub(super) static RULE: Rule = Rule { name: "keys", ids: &["key-again", "key-reserved"], of: Of::Ordinary, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if scene.midway {
        return;
    }
    reserved(scene, found);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for delta in scene.deltas.iter().filter(|delta| renamed_from(scene, delta).is_none()) {
        for (at, event) in delta.new_events() {
            let Some(key) = event.key.as_deref() else { continue };
            let other = scene.past.with_key(key).next();
            if other.is_some() || !seen.insert(key) {
                let other = other.or(delta.id.as_ref()).map(ToString::to_string).unwrap_or_default();
                let message = label!(Text::KeyAgain, key = key, other = other);
                found.push(scene.of_record("key-again", delta, Some(at), message));
            }
        }
    }
}

/// The keys that only the program makes, on what it does not make.
pub(super) fn reserved(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = scene.policy.filter(|_| !scene.midway) else { return };
    for delta in scene.deltas.iter().filter(|delta| renamed_from(scene, delta).is_none()) {
        let Some(after) = &delta.after else { continue };
        for (at, event) in delta.new_events() {
            let Some(key) = event.key.as_deref() else { continue };
            if !bears(policy, scene.past, after, at, key).unwrap_or_default() {
                found.push(scene.of_record("key-reserved", delta, Some(at), label!(Text::KeyReserved, key = key)));
            }
        }
    }
}
