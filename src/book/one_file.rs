//! Merges one record's file for git, where nothing besides this file is needed.

use super::repo::Sides;
use super::{Book, BookError, sources, uniting};
use crate::kind::Kind;
use crate::lifecycle::Bench;
use crate::policy::{People, STAFF, Staff};
use crate::record::{Event, Id, Record};
use crate::unite::unite;

/// A merged file.
#[derive(Debug)]
pub struct OneFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether the result is also right as an ordinary commit of the second side upon the first, as a rebase makes.
    pub stays_right_alone: bool,
}

impl Book {
    /// Merges the three versions of a record's file by the rules of the last commit. `None` if that takes more than
    /// this file: it is no record, a version cannot be read, both sides made it for two persons, a side took events back, or an
    /// overruled step had opened or moved other records.
    ///
    /// # Errors
    /// If the book cannot be read.
    pub fn unite_one(&self, path: &str, sides: Sides<'_>) -> Result<Option<OneFile>, BookError> {
        let repo = self.repo();
        let policy = sources::policy(repo, repo.tip()?)?;
        let Some((folder, id)) = Id::of_path(path) else { return Ok(None) };
        let Some(kind) = policy.kind_of(&id).filter(|kind| kind.shape.folder == folder) else { return Ok(None) };
        let read = |bytes: &[u8]| Record::read(bytes, path, &kind.shape).ok();
        let base = read(sides.base);
        if base.is_none() && !(sides.base.is_empty() && id.is_person()) {
            return Ok(None);
        }
        let (Some(first), Some(second)) = (read(sides.ours), read(sides.theirs)) else { return Ok(None) };
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
        let new = second.history.get(old..);
        let followed = united.record.history.get(first.history.len()..) == new
            && base.is_some_and(|base| follows(&base, &first, new.and_then(|new| new.first())));
        Ok(Some(OneFile {
            bytes: united.record.write(&kind.shape).into_bytes(),
            stays_right_alone: united.overruled.is_empty() && followed,
        }))
    }
}

/// Whether the second side could have recorded its first event after those of the first side: from the same state, and
/// not before them. The message of its commit names that state, and an earlier event would have to be noted as such.
fn follows(base: &Record, first: &Record, new: Option<&Event>) -> bool {
    let last = first.history.last();
    base.state == first.state && new.zip(last).is_none_or(|(new, last)| new.at >= last.at)
}

/// Whether a step of this name can have opened or moved other records.
fn reaches_others(kind: &Kind, event: &Event) -> bool {
    kind.steps_named(&event.step).any(|step| !step.opens.is_empty() || !step.advances.is_empty())
}
