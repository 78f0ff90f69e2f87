//! An undo is the exact inverse of a commit before it, made by who made that one.

use super::Scene;
use crate::audit::commit::Undone;
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::locale::text::fold;

/// The ids of its findings.
#[cfg(test)]
pub(super) const IDS: &[&str] = &["undo-false"];

/// Whether the commit takes back what it says; if not, it is looked at as any other.
pub(in crate::audit) fn look(scene: &Scene<'_>, named: &str, found: &mut Vec<Finding>) -> bool {
    let Some(undone) = scene.past.source().undone(named, &scene.commit.id) else {
        found.push(scene.finding("undo-false", Severity::Error, label!(Text::UndoUnknown, commit = named)));
        return false;
    };
    if let Some(path) = beyond(scene, &undone) {
        let message = label!(Text::UndoBeyond, commit = named, file = path);
        found.push(Finding { file: Some(path), ..scene.finding("undo-false", Severity::Error, message) });
        return false;
    }
    if fold(&undone.email) != fold(&scene.commit.email) {
        let message = label!(Text::UndoByAnother, author = scene.commit.email, other = undone.email);
        found.push(scene.finding("undo-false", Severity::Error, message));
    }
    true
}

/// A file in which the commit is not the inverse.
fn beyond(scene: &Scene<'_>, undone: &Undone) -> Option<String> {
    let files = scene.files();
    let inverse = |change: &&crate::audit::FileChange| {
        files.get(change.path.as_str()).is_some_and(|own| own.before == change.after && own.after == change.before)
    };
    let missing = undone.changes.iter().find(|change| !inverse(change));
    let more = || files.keys().find(|path| undone.changes.iter().all(|change| change.path != **path));
    missing.map(|change| change.path.clone()).or_else(|| more().map(|path| (*path).to_owned()))
}
