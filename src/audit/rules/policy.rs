//! The rule book: it is changed in separate commits, every version of it loads, and no kind with records goes away.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::commit::Rulebook;
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::place::Problem;
use crate::record::Id;

pub(super) static RULE: Rule = Rule {
    name: "policy",
    ids: &[
        "policy-with-records",
        "policy-broken",
        "book-missing",
        "kind-removed",
        "records-unread",
        "folder-moved",
        "format-lowered",
        "clock-changed",
    ],
    of: Of::Every,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    broken(scene, found);
    if scene.founding {
        return;
    }
    removed(scene, found);
    unread(scene, found);
    moved(scene, found);
    if scene.deltas.is_empty() || scene.commit.is_merge() {
        return;
    }
    let policy = scene.commit.changes.iter().find(|change| change.path.starts_with("policy/"));
    if let Some(change) = policy {
        let record = scene.deltas[0].path.as_str();
        let message = label!(Text::PolicyWithRecords, file = change.path, record = record);
        found.push(scene.finding("policy-with-records", Severity::Error, message));
    }
    if !matches!(scene.before, Rulebook::Loaded(_)) {
        found.push(scene.finding("policy-broken", Severity::Error, Text::PolicyBroken));
    }
}

/// The commit that takes the rules away, or leaves them so that they do not load.
fn broken(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    match (scene.before, scene.after) {
        (Rulebook::Absent, Rulebook::Absent) => {}
        (_, Rulebook::Absent) => found.push(scene.finding("book-missing", Severity::Error, Text::BookMissing)),
        (Rulebook::Broken(old), Rulebook::Broken(new)) if old == new => {}
        (_, Rulebook::Broken(why)) => {
            let message = label!(Text::PolicyBreaks; why = why);
            found.push(scene.finding("policy-broken", Severity::Error, message));
        }
        (_, Rulebook::Loaded(_)) => {}
    }
}

/// Kinds with records that the rules no longer have, or look for elsewhere.
fn removed(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (scene.policy, scene.after.policy()) else { return };
    if std::sync::Arc::ptr_eq(old, new) {
        return;
    }
    for kind in old.kinds.values() {
        let place = |shape: &crate::record::Shape| (shape.prefix.clone(), shape.folder.clone());
        if new.kind(kind.name()).is_some_and(|new| place(&new.shape) == place(&kind.shape)) {
            continue;
        }
        if let Some(id) = scene.past.any_of(&kind.shape.prefix) {
            let message = label!(Text::KindRemoved, kind = kind.name(), id = id);
            found.push(scene.finding("kind-removed", Severity::Error, message));
        }
    }
}

/// Records that could be read by the rules before, and cannot be read by these. What they say would be nobody's: a
/// history that cannot be read can be replaced.
fn unread(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let (Some(old), Some(new)) = (scene.policy, scene.after.policy()) else { return };
    let changed: Vec<&Id> = scene.deltas.iter().filter_map(|delta| delta.id.as_ref()).collect();
    for kind in new.kinds.values() {
        let Some(before) = old.kind(kind.name()) else { continue };
        if kind.shape.reads_all_of(&before.shape) {
            continue;
        }
        let mut all: Vec<(&Id, Problem)> =
            scene.past.unread_by(&kind.shape).filter(|(id, _)| !changed.contains(id)).collect();
        all.sort_by_key(|(id, _)| *id);
        if let Some((id, problem)) = all.first() {
            let message = label!(Text::RecordsUnread, kind = kind.name(), count = all.len(), id = id; problem = problem.message.clone());
            found.push(scene.finding("records-unread", Severity::Error, message));
        }
    }
}

/// Files that became records, or are records no more, because the rules look for records elsewhere. Of a kind that goes
/// away with its records, the commit that changes the rules is told already.
fn moved(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for (path, is) in &scene.commit.moved {
        let message = match is {
            true => label!(Text::FolderMoved, file = path),
            false if scene.commit.is_merge() => label!(Text::FolderLeft, file = path),
            false => continue,
        };
        let finding = scene.finding("folder-moved", Severity::Error, message);
        found.push(Finding { file: Some(path.clone()), ..finding });
    }
}
