//! Merges: a merge commit is exactly what the engine of merges makes of its two lines. Where it differs, the findings
//! say what was lost or invented.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sha1::{Digest, Sha1};

use super::super::scene::Scene;
use super::fields::last_state;
use super::history::is_within;
use super::{Of, Rule};
use crate::audit::commit::{Blob, Commit, FileChange, Joining};
use crate::audit::delta::{Delta, Fate};
use crate::audit::finding::{Finding, Severity};
use crate::audit::past::Past;
use crate::filter::Unanswered;
use crate::kind::Unique;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::policy::{Policy, Sources};
use crate::record::{Event, Id, Record};
use crate::unite::{Changed, Content, Contents, Hash, Joined, Told, WhichLine, unite_books};

pub(super) static RULE: Rule = Rule {
    name: "merge",
    ids: &[
        "merge-differs",
        "merge-conflict",
        "merge-crossed",
        "merge-unrelated",
        "merge-many",
        "merge-rules",
        "merge-dropped",
        "merge-invented",
        "merge-unreadable",
        "merge-state",
        "merge-key",
        "id-again",
    ],
    of: Of::Merges,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    match &scene.commit.joining {
        Some(Joining::Two { .. }) => {}
        Some(Joining::Crossed) => {
            return found.push(scene.finding("merge-crossed", Severity::Error, Text::MergeCrossed));
        }
        Some(Joining::Unrelated) => {
            return found.push(scene.finding("merge-unrelated", Severity::Error, Text::MergeUnrelated));
        }
        Some(Joining::Many) => return found.push(scene.finding("merge-many", Severity::Error, Text::MergeMany)),
        None => return,
    };
    let Some(policy) = scene.after.policy() else {
        return found.push(scene.finding("merge-rules", Severity::Error, Text::MergeRules));
    };
    let Some(mut joined) = made(scene.past, scene.commit, policy, &[]) else { return };
    for told in &joined.told {
        // people choose the ids of some records, such as those of the staff
        if let Told::Renamed { from, to } = told
            && from.prefix().is_some()
        {
            let finding = scene.finding("id-again", Severity::Warning, label!(Text::IdAgain, from = from, to = to));
            found.push(Finding { record: Some(to.clone()), ..finding });
        }
    }
    let actual = actual(scene.commit);
    let is_rule = |path: &str| Sources::is_source(path);
    let as_made = |(path, content): (&String, &Option<Content>)| {
        actual.get(path.as_str()).is_some_and(|is| content.as_ref().map(blob) == *is)
    };
    // rules that are as they should be have loaded
    let rules_differ = joined.files.iter().any(|file| is_rule(file.0) && !as_made(file));
    if rules_differ {
        for path in scene.past.source().clashing(&scene.commit.id, &joined.files) {
            joined.files.remove(&path);
            joined.conflicts.insert(path);
        }
    }
    let wrong = differing(&joined, &actual);
    for path in &joined.conflicts {
        let message = label!(Text::MergeConflict, file = path);
        found.push(Finding { file: Some(path.clone()), ..scene.finding("merge-conflict", Severity::Error, message) });
    }
    explained(scene, &wrong, found);
}

/// What the engine of merges makes of the two lines of a merge by these rules, with earlier versions of some of the
/// staff.
fn made(past: &Past<'_>, commit: &Commit, policy: &Policy, earlier: &[(&Id, Option<Blob>)]) -> Option<Joined> {
    let Some(Joining::Two { first, second }) = &commit.joining else { return None };
    let parents = Parents { past, merge: &commit.id, earlier, versions: Default::default() };
    Some(unite_books(policy, &parents, &changed(first), &changed(second)))
}

/// The paths that a merge has otherwise than they should be. `actual` is what it changes in its first parent.
fn differing<'p>(joined: &'p Joined, actual: &BTreeMap<&'p str, Option<Blob>>) -> BTreeSet<&'p str> {
    let paths: BTreeSet<&str> = joined.files.keys().map(String::as_str).chain(actual.keys().copied()).collect();
    let differs = |path: &&str| match (joined.files.get(*path), actual.get(path)) {
        (Some(content), Some(is)) => content.as_ref().map(blob) != *is,
        (None, None) => false,
        _ => true,
    };
    paths.into_iter().filter(differs).collect()
}

/// The records that a merge has otherwise than these rules make them, with earlier versions of some of the staff.
pub(in crate::audit) fn otherwise(
    past: &Past<'_>,
    commit: &Commit,
    policy: &Policy,
    earlier: &[(&Id, Option<Blob>)],
) -> BTreeSet<Id> {
    let Some(joined) = made(past, commit, policy, earlier) else { return BTreeSet::new() };
    let wrong = differing(&joined, &actual(commit));
    wrong.into_iter().filter_map(|path| Some(policy.kind_at(path)?.1)).collect()
}

/// What a merge changes in its first parent.
fn actual(commit: &Commit) -> BTreeMap<&str, Option<Blob>> {
    commit.changes.iter().map(|change| (change.path.as_str(), change.after)).collect()
}

/// A finding for each wrong path: what exactly is wrong, or else that the file is not what it should be.
fn explained(scene: &Scene<'_>, wrong: &BTreeSet<&str>, found: &mut Vec<Finding>) {
    let sides: Vec<BTreeMap<&str, &Delta>> = std::iter::once(scene.deltas)
        .chain(scene.others.iter().map(Vec::as_slice))
        .map(|deltas| deltas.iter().map(|delta| (delta.path.as_str(), delta)).collect())
        .collect();
    for path in wrong {
        let before = found.len();
        let changed: Vec<&Delta> = sides.iter().filter_map(|side| side.get(path).copied()).collect();
        if let Some(delta) = changed.first().copied() {
            // if a side has no change at the path, its version equals the merge's
            let kept = changed.len() < sides.len();
            record(scene, delta, &changed, kept, &sides, found);
        }
        if !found[before..].iter().any(|finding| finding.severity == Severity::Error) {
            let message = label!(Text::MergeDiffers, file = path);
            found.push(Finding {
                record: Id::of_path(path).map(|(_, id)| id),
                file: Some((*path).to_owned()),
                ..scene.finding("merge-differs", Severity::Error, message)
            });
        }
    }
}

fn changed(changes: &[FileChange]) -> Vec<Changed> {
    let hash = |blob: Option<Blob>| blob.map(|blob| blob.0);
    let one =
        |change: &FileChange| Changed { path: change.path.clone(), old: hash(change.before), new: hash(change.after) };
    changes.iter().map(one).collect()
}

/// The hash that git gives to a content.
fn blob(content: &Content) -> Blob {
    match content {
        Content::Kept(hash) => Blob(*hash),
        Content::Made(bytes) => {
            let mut digest = Sha1::new_with_prefix(format!("blob {}\0", bytes.len()));
            digest.update(bytes);
            Blob(digest.finalize().into())
        }
    }
}

/// The contents of a merge whose first parent is the present position.
struct Parents<'p> {
    past: &'p Past<'p>,
    merge: &'p str,
    /// The people whose records are as they were at an earlier time, with their contents.
    earlier: &'p [(&'p Id, Option<Blob>)],
    /// The versions of files in the line of the first parent and in that of the second, once they are asked for.
    versions: [OnceCell<HashMap<String, Vec<Blob>>>; 2],
}

impl Contents for Parents<'_> {
    fn bytes(&self, content: &Hash) -> Option<Vec<u8>> {
        self.past.source().bytes(Blob(*content))
    }

    fn at(&self, path: &str) -> Option<Vec<u8>> {
        let (_, id) = Id::of_path(path)?;
        self.past.bytes_of(&id)
    }

    fn is_taken(&self, path: &str) -> bool {
        Id::of_path(path).is_some_and(|(_, id)| self.past.has(&id))
    }

    fn staff(&self, policy: &Policy) -> Vec<Record> {
        self.past.staff(policy, self.earlier)
    }

    fn versions(&self, of: WhichLine, path: &str) -> Vec<Vec<u8>> {
        let known = &self.versions[usize::from(of == WhichLine::Second)];
        let all = known.get_or_init(|| self.past.source().versions(self.merge, of));
        all.get(path).into_iter().flatten().filter_map(|blob| self.past.source().bytes(*blob)).collect()
    }

    fn naming(&self, id: &Id, _: &str) -> Result<Vec<Id>, Unanswered> {
        Ok(self.past.naming(id))
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Id>, Unanswered> {
        Ok(unique.key(record).map(|key| self.past.holding(&key)).unwrap_or_default())
    }

    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
        self.past.source().merged(path, base, first, second)
    }
}

fn record(
    scene: &Scene<'_>,
    delta: &Delta,
    changed: &[&Delta],
    kept: bool,
    sides: &[BTreeMap<&str, &Delta>],
    found: &mut Vec<Finding>,
) {
    let Some(after) = &delta.after else {
        if matches!(delta.fate, Fate::Unreadable(_) | Fate::Misplaced) && !kept {
            let message = label!(Text::MergeUnreadable, file = delta.path);
            found.push(scene.of_record("merge-unreadable", delta, None, message));
        }
        if delta.fate == Fate::Deleted && changed.iter().any(|side| !moved(side, sides)) {
            found.push(scene.of_record("merge-dropped", delta, None, label!(Text::Deleted, file = delta.path)));
        }
        return;
    };
    for side in changed {
        let Some(before) = &side.before else { continue };
        if !is_within(&before.history, &after.history) && !moved(side, sides) {
            let at = before.history.iter().position(|event| !after.history.contains(event));
            let step = at.and_then(|at| before.history.get(at)).map(|event| event.step.clone()).unwrap_or_default();
            let message = label!(Text::MergeDropped, step = step);
            found.push(scene.of_record("merge-dropped", delta, at, message));
            return;
        }
    }
    if !kept {
        invented(scene, delta, after, changed, sides, found);
    }
    keys(scene, delta, after, found);
}

/// Whether a side's record continued under another id, because two clones had drawn the same one.
fn moved(side: &Delta, sides: &[BTreeMap<&str, &Delta>]) -> bool {
    let Some(before) = &side.before else { return false };
    let new = sides.iter().flat_map(|side| side.values()).filter(|delta| !delta.existed && delta.path != side.path);
    let goes_on = |record: &Arc<Record>| record.kind == before.kind && is_within(&before.history, &record.history);
    new.filter_map(|delta| delta.after.as_ref()).any(goes_on)
}

fn invented(
    scene: &Scene<'_>,
    delta: &Delta,
    after: &Record,
    changed: &[&Delta],
    sides: &[BTreeMap<&str, &Delta>],
    found: &mut Vec<Finding>,
) {
    let gone = sides.iter().flat_map(|side| side.values()).filter(|other| other.path != delta.path);
    let mut known: Vec<&Event> =
        changed.iter().filter_map(|side| side.before.as_ref()).flat_map(|b| &b.history).collect();
    if known.is_empty() {
        known.extend(gone.filter_map(|other| other.before.as_ref()).flat_map(|before| &before.history));
    }
    if let Some(at) = after.history.iter().position(|event| !known.contains(&event)) {
        let message = label!(Text::MergeInvented, event = at, step = after.history[at].step);
        found.push(scene.of_record("merge-invented", delta, Some(at), message));
    }
    if last_state(after) != Some(after.state.as_str()) {
        let last = last_state(after).unwrap_or("-");
        let message = label!(Text::StateFalse, state = after.state, last = last);
        found.push(scene.of_record("merge-state", delta, None, message));
    }
    let sides: Vec<&Arc<Record>> = changed.iter().filter_map(|side| side.before.as_ref()).collect();
    let kind = scene.policy.and_then(|policy| policy.kind(&after.kind));
    for (field, declared) in kind.into_iter().flat_map(|kind| kind.shape.handles()) {
        if !sides.is_empty() && sides.iter().all(|side| side.get(field) != after.get(field)) {
            let message = label!(Text::MergeField, field = declared.name);
            found.push(scene.of_record("merge-invented", delta, None, message));
        }
    }
}

fn keys(scene: &Scene<'_>, delta: &Delta, after: &Record, found: &mut Vec<Finding>) {
    for (at, event) in after.history.iter().enumerate() {
        let Some(key) = event.key.as_deref() else { continue };
        if let Some(other) = scene.past.with_key(key).find(|id| **id != after.id) {
            let message = label!(Text::KeyAgain, key = key, other = other);
            found.push(scene.of_record("merge-key", delta, Some(at), message));
        }
    }
}
