//! The rule book: it is changed in separate commits, and every version of it loads.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;

pub(super) static RULE: Rule = Rule {
    name: "policy",
    ids: &["policy-with-records", "policy-broken", "begins-midway", "format-lowered", "clock-changed"],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if scene.midway {
        let message = label!(Text::BeginsMidway, count = scene.deltas.len());
        found.push(scene.finding("begins-midway", Severity::Warning, message));
    }
    if scene.founding || scene.deltas.is_empty() {
        return;
    }
    let policy = scene.commit.changes.iter().find(|change| change.path.starts_with("policy/"));
    if let Some(change) = policy {
        let record = scene.deltas[0].path.as_str();
        let message = label!(Text::PolicyWithRecords, file = change.path, record = record);
        found.push(scene.finding("policy-with-records", Severity::Error, message));
    }
    if scene.lawless {
        found.push(scene.finding("policy-broken", Severity::Error, Text::PolicyBroken));
    }
}
