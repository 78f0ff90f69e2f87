//! The effect of a commit on one record: the record before and after it, or why one of them is not known.

use std::sync::Arc;

use super::commit::{Blob, FileChange};
use super::past::Past;
use crate::place::Problem;
use crate::policy::Policy;
use crate::record::{Event, Id, Record};

/// What happened to a record's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It can be read.
    Sound,
    /// It was deleted.
    Deleted,
    /// Its path does not fit any id.
    Misplaced,
    /// It cannot be read.
    Unreadable(Vec<Problem>),
}

/// A record's file that a commit changes.
#[derive(Debug, Clone)]
pub struct Delta {
    /// The path.
    pub path: String,
    /// The id in its path. `None` if there is none.
    pub id: Option<Id>,
    /// Whether the parent has the file.
    pub existed: bool,
    /// The record before. `None` if it is new or was never readable.
    pub before: Option<Arc<Record>>,
    /// The record after. `None` if it was deleted or cannot be read.
    pub after: Option<Arc<Record>>,
    /// Fields whose values before do not fit the rules, so that `before` lacks them.
    pub misfits: Vec<String>,
    /// What happened to the file.
    pub fate: Fate,
}

impl Delta {
    /// The records among the changed files, read by the parent's policy. `new` is the policy of the commit, for kinds
    /// that the parent's does not have.
    pub(super) fn all(
        changes: &[FileChange],
        past: &Past<'_>,
        old: Option<&Policy>,
        new: Option<&Policy>,
    ) -> Vec<Delta> {
        let mut all: Vec<Delta> = changes.iter().filter_map(|change| Delta::of(change, past, old, new)).collect();
        for delta in all.iter_mut().filter(|delta| delta.before.is_none()) {
            // A record that comes back, or can be read again, continues from its last readable version.
            let found = delta.id.as_ref().and_then(|id| past.last_sound(id));
            (delta.before, delta.misfits) =
                found.map_or_else(Default::default, |(before, misfits)| (Some(before), misfits));
        }
        all
    }

    /// As [`Delta::all`], compared with a further parent of a merge. The past of that parent is not known.
    pub(super) fn aside(changes: &[FileChange], past: &Past<'_>, new: Option<&Policy>) -> Vec<Delta> {
        changes.iter().filter_map(|change| Delta::of(change, past, None, new)).collect()
    }

    fn of(change: &FileChange, past: &Past<'_>, old: Option<&Policy>, new: Option<&Policy>) -> Option<Delta> {
        let folder = change.path.split('/').next().unwrap_or_default();
        let policies = || [old, new].into_iter().flatten();
        if !policies().any(|policy| policy.kind_in(folder).is_some()) {
            // a folder that a kind once had: the rules do not know what lies there any more
            let gone = |fate| Delta {
                path: change.path.clone(),
                id: Id::of_path(&change.path).map(|(_, id)| id),
                existed: change.before.is_some(),
                before: None,
                after: None,
                misfits: Vec::new(),
                fate,
            };
            let fate = if change.after.is_some() { Fate::Misplaced } else { Fate::Deleted };
            return past.was_home(folder).then(|| gone(fate));
        }
        let id = Id::of_path(&change.path).map(|(_, id)| id);
        let at_home =
            |id: &Id| policies().any(|policy| policy.kind_of(id).is_some_and(|kind| kind.shape.folder == folder));
        let id = id.filter(at_home);
        let delta = |fate, before, after| {
            Some(Delta {
                path: change.path.clone(),
                id: id.clone(),
                existed: change.before.is_some(),
                before,
                after,
                misfits: Vec::new(),
                fate,
            })
        };
        let as_record = |id: &Id, blob: Blob| read(id, blob, &change.path, past, old, new);
        match (&id, change.after) {
            (None, None) => None,
            (None, Some(_)) => delta(Fate::Misplaced, None, None),
            (Some(id), after) => {
                let before = change.before.and_then(|blob| as_record(id, blob).ok());
                match after.map(|blob| as_record(id, blob)) {
                    None => delta(Fate::Deleted, before, None),
                    Some(Ok(after)) => delta(Fate::Sound, before, Some(after)),
                    Some(Err(problems)) => delta(Fate::Unreadable(problems), before, None),
                }
            }
        }
    }

    /// Whether the earlier history is the beginning of the later one.
    pub fn is_appended(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => after.history.starts_with(&before.history),
            (None, Some(_)) => true,
            _ => false,
        }
    }

    /// How many events the record had before.
    pub fn old_events(&self) -> usize {
        self.before.as_ref().map_or(0, |before| before.history.len())
    }

    /// The events that the commit appends, each with its position in the history. Empty if history was rewritten.
    pub fn new_events(&self) -> impl Iterator<Item = (usize, &Event)> {
        let history = self.after.as_ref().filter(|_| self.is_appended()).map_or(&[][..], |after| &after.history);
        history.iter().enumerate().skip(self.old_events())
    }
}

fn read(
    id: &Id,
    blob: Blob,
    path: &str,
    past: &Past<'_>,
    old: Option<&Policy>,
    new: Option<&Policy>,
) -> Result<Arc<Record>, Vec<Problem>> {
    if let Some(record) = past.record_of(id, blob) {
        return Ok(record);
    }
    let Some(bytes) = past.source().bytes(blob) else {
        return Err(vec![Problem::new(
            crate::place::Place::of_file(path),
            crate::locale::messages::StoredText::NoContent,
        )]);
    };
    let mut problems = Vec::new();
    for kind in [old, new].into_iter().flatten().filter_map(|policy| policy.kind_of(id)) {
        match Record::read(&bytes, path, &kind.shape) {
            Ok(record) => return Ok(Arc::new(record)),
            Err(found) if problems.is_empty() => problems = found,
            Err(_) => {}
        }
    }
    Err(problems)
}
