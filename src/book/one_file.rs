//! Merges one record's file for git, where nothing besides this file is needed.

use super::repo::Sides;
use super::{Book, BookError, sources, uniting};
use crate::kind::{EDIT, Kind};
use crate::lifecycle::Bench;
use crate::policy::{People, STAFF, Staff};
use crate::record::{Event, Record, entered};
use crate::unite::unite;

/// A merged file.
#[derive(Debug)]
pub struct OneFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its bytes as an ordinary commit of the second side upon the first, as a rebase makes. `None` if such a commit
    /// would not be right.
    pub alone: Option<Vec<u8>>,
}

impl Book {
    /// Merges the three versions of a record's file by the rules of the last commit. `None` if that takes more than
    /// this file, or has no result that can be read: it is no record, a version cannot be read, both sides made it for
    /// two persons, a side took events back, an overruled step had opened or moved other records, or both together are
    /// too large.
    ///
    /// # Errors
    /// If the book cannot be read.
    pub fn unite_one(&self, path: &str, sides: Sides<'_>) -> Result<Option<OneFile>, BookError> {
        let repo = self.repo();
        let policy = sources::policy(repo, repo.tip()?)?;
        let Some((kind, id)) = policy.kind_at(path) else { return Ok(None) };
        let read = |bytes: &[u8]| Record::read(bytes, path, &kind.shape).ok();
        let mut base = read(sides.base);
        if base.is_none() && !(sides.base.is_empty() && id.is_person()) {
            return Ok(None);
        }
        let (Some(first), Some(mut second)) = (read(sides.ours), read(sides.theirs)) else { return Ok(None) };
        if let Some(base) = base.as_mut().filter(|_| repo.is_rebasing()) {
            replayed(base, &first, &mut second);
        }
        if base.is_none() && !Staff::of(&kind.shape).is_same_person(&first, &second) {
            return Ok(None);
        }
        // what takes events back, such as a revert, is no work of two people
        let appends = |later: &Record| base.as_ref().is_none_or(|base| later.history.starts_with(&base.history));
        if !appends(&first) || !appends(&second) {
            return Ok(None);
        }
        let staff = uniting::staff(repo, repo.tip()?, &policy);
        let people = policy.kind(STAFF).map(|kind| People::of(&staff, &kind.shape, &policy.roles)).unwrap_or_default();
        let bench = Bench { policy: &policy, people: &people, earlier: &people };
        let united = unite(bench, kind, base.as_ref(), &first, &second);
        if united.overruled.iter().any(|event| reaches_others(kind, event)) {
            return Ok(None);
        }
        let old = base.as_ref().map_or(0, |base| base.history.len());
        // a hand edit that was not committed, as `git stash pop` brings it, is nobody's event yet
        let is_hand_edit = second.history.len() == old && base.as_ref() != Some(&second);
        if is_hand_edit && united.record.entries().count() > first.entries().count() {
            return Ok(None);
        }
        let bytes = united.record.write(&kind.shape).into_bytes();
        if read(&bytes).is_none() {
            return Ok(None);
        }
        let followed = united.record.history.get(first.history.len()..) == second.history.get(old..);
        let right = united.overruled.is_empty() && followed;
        let alone = base.filter(|_| right).and_then(|base| alone(&base, &first, united.record.clone()));
        Ok(Some(OneFile { bytes, alone: alone.map(|record| record.write(&kind.shape).into_bytes()) }))
    }
}

/// A rebase takes the commits of the second side one by one. What it has taken before stands behind the events of the
/// first side now, so that only what the present commit adds is new.
fn replayed(base: &mut Record, first: &Record, second: &mut Record) {
    let same =
        |one: &Event, other: &Event| Event { noted: None, ..one.clone() } == Event { noted: None, ..other.clone() };
    let mut rest = first.history.iter();
    let was_taken = base.history.iter().all(|event| rest.any(|other| same(event, other)));
    let appends = second.history.starts_with(&base.history) && second.overruled == base.overruled;
    if !was_taken || !appends || first.history.starts_with(&base.history) {
        return;
    }
    let new = second.history.split_off(base.history.len());
    base.history.clone_from(&first.history);
    second.history = first.history.iter().cloned().chain(new).collect();
    base.overruled.clone_from(&first.overruled);
    second.overruled.clone_from(&first.overruled);
}

/// The merged record as the second side would have recorded it after the first: from the same state, which the message
/// of its commit names, and after that state was entered. An event before the one above it says that it was noted
/// later.
fn alone(base: &Record, first: &Record, mut merged: Record) -> Option<Record> {
    let since = entered(&first.history)?.at;
    if base.state != first.state {
        return None;
    }
    for at in first.history.len().max(1)..merged.history.len() {
        let (above, event) = (merged.history[at - 1].at, &mut merged.history[at]);
        if event.step != EDIT && event.at < since {
            return None;
        }
        if event.at < above {
            event.noted.get_or_insert(event.at);
        }
    }
    Some(merged)
}

/// Whether a step of this name can have opened or moved other records.
fn reaches_others(kind: &Kind, event: &Event) -> bool {
    kind.steps_named(&event.step).any(|step| !step.opens.is_empty() || !step.advances.is_empty())
}
