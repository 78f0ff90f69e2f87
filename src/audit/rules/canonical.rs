//! The form of a record's file. The program writes each record in one form. A file in another form was made by hand: it
//! may hold comments or a figure that people read otherwise than the program.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;

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
        if policies.into_iter().flatten().any(written) {
            continue;
        }
        let message = label!(Text::NotCanonical, file = delta.path);
        // the message of a commit without trailers says already that it was made by hand
        let severity = if scene.said.any { Severity::Error } else { Severity::Warning };
        found.push(Finding { severity, ..scene.of_record("not-canonical", delta, None, message) });
    }
}
