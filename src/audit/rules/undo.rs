//! An undo is the exact inverse of an earlier commit. The author of that commit makes it on the day on which the
//! commit was recorded. Others must not have the commit, and nothing may refer to the records that it made.

use std::collections::BTreeSet;

use super::super::scene::{Scene, moment};
use super::commits::shown;
use crate::audit::alteration::is_rule;
use crate::audit::commit::{Blob, Undone};
use crate::audit::delta::Fate;
use crate::audit::finding::{Finding, Severity};
use crate::audit::said::Said;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::locale::text::fold;
use crate::record::Id;

/// The ids of its findings.
#[cfg(test)]
pub(super) const IDS: &[&str] = &["undo-false"];

/// Whether the commit takes back what it names, and if so, whether it may. If it does not, it is judged like any other.
pub(in crate::audit) fn look(scene: &Scene<'_>, named: &str, found: &mut Vec<Finding>) -> Option<bool> {
    let Some(undone) = scene.past.source().undone(named, &scene.commit.id) else {
        found.push(scene.finding("undo-false", Severity::Error, label!(Text::UndoUnknown, commit = named)));
        return None;
    };
    if let Some(path) = beyond(scene, &undone) {
        let message = label!(Text::UndoBeyond, commit = named, file = path);
        found.push(Finding { file: Some(path), ..scene.finding("undo-false", Severity::Error, message) });
        return None;
    }
    let (said, should) = (shown(&scene.commit.message), Said::subject_of_undo(&undone.message));
    if said != should {
        let message = label!(Text::SubjectFalse, said = said, should = should);
        found.push(scene.finding("subject-false", Severity::Error, message));
    }
    let known = |email: &str| scene.people.by_email(email).map(|person| person.id.clone());
    let same = fold(&undone.email) == fold(&scene.commit.email)
        || known(&undone.email).is_some_and(|one| known(&scene.commit.email) == Some(one));
    let mut wrong: Vec<Label> = Vec::new();
    if !same {
        wrong.push(label!(Text::UndoByAnother, author = scene.commit.email, other = undone.email));
    }
    let absent = scene.people.by_email(&scene.commit.email).filter(|person| !person.active);
    // somebody who noted by mistake that they had left takes that back
    if let Some(person) =
        absent.filter(|person| !scene.deltas.iter().any(|delta| delta.id.as_ref() == Some(&person.id)))
    {
        wrong.push(label!(Text::UndoByAbsent, person = person.id));
    }
    if undone.parents != 1 || Said::read(&undone.message).undo.is_some() {
        wrong.push(label!(Text::UndoOfNone, commit = named));
    }
    if is_late(scene, &undone) {
        let recorded = moment(scene.zone(), undone.authored).date_naive();
        wrong.push(label!(Text::UndoLate, commit = named, day = recorded));
    }
    if undone.merged || undone.published.is_some() {
        wrong.push(label!(Text::UndoPublished, commit = named));
    }
    let of_rules = |change: &crate::audit::FileChange| is_rule(&change.path);
    if !undone.latest && undone.changes.iter().any(of_rules) {
        wrong.push(label!(Text::UndoInForce, commit = named));
    }
    let persons = scene.deltas.iter().filter_map(|delta| delta.id.as_ref()).filter(|id| id.is_person());
    let gone = scene.deltas.iter().filter(|delta| delta.fate == Fate::Deleted).filter_map(|delta| delta.id.as_ref());
    let since = undone.since.iter().filter_map(|change| Some((change.path.as_str(), change.after?)));
    if let Some((made, by)) = record_naming(scene, &gone.chain(persons).collect(), since) {
        wrong.push(label!(Text::UndoReferred, made = made, by = by));
    }
    let right = wrong.is_empty();
    found.extend(wrong.into_iter().map(|message| scene.finding("undo-false", Severity::Error, message)));
    Some(right)
}

/// Whether the undo came after the last day on which the policy allowed it.
fn is_late(scene: &Scene<'_>, undone: &Undone) -> bool {
    let Some(policy) = scene.policy else { return false };
    let (recorded, now) = (moment(scene.zone(), undone.authored), moment(scene.zone(), scene.commit.made()));
    match policy.recording.undo_until(recorded, policy.calendars.default()) {
        Some(until) => now > until,
        None => now.date_naive() > recorded.date_naive(),
    }
}

/// One of these ids that a file of a record names, in a field or as a person who acted, and that record.
fn record_naming<'f>(
    scene: &Scene<'_>,
    ids: &BTreeSet<&Id>,
    mut files: impl Iterator<Item = (&'f str, Blob)>,
) -> Option<(Id, Id)> {
    if ids.is_empty() {
        return None;
    }
    files.find_map(|(path, blob)| {
        let (_, by) = Id::of_path(path).filter(|(folder, id)| scene.past.was_home(folder) && !ids.contains(id))?;
        let bytes = scene.past.source().bytes(blob)?;
        let text = String::from_utf8_lossy(&bytes);
        ids.iter().find(|id| id.is_in(&text)).map(|id| ((*id).clone(), by))
    })
}

/// A file in which the commit is not the exact inverse.
fn beyond(scene: &Scene<'_>, undone: &Undone) -> Option<String> {
    let files = scene.files();
    let inverse = |change: &&crate::audit::FileChange| {
        files.get(change.path.as_str()).is_some_and(|own| own.before == change.after && own.after == change.before)
    };
    let missing = undone.changes.iter().find(|change| !inverse(change));
    let more = || files.keys().find(|path| undone.changes.iter().all(|change| change.path != **path));
    missing.map(|change| change.path.clone()).or_else(|| more().map(|path| (*path).to_owned()))
}
