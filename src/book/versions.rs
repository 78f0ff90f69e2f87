//! The changes of each event of a record. A record only has its present fields, so earlier values are in the versions
//! that history keeps. If no event of a record changed an earlier value, its history is not read. `show` only reads
//! the latest 500 commits, so that it answers at once.

use super::{BookError, View};
use crate::book::repo::{CommitInfo, HistoryRange, Oid};
use crate::kind::EDIT;
use crate::lifecycle::noted_later;
use crate::record::{Event, FieldId, Id, Record, Value};

/// How many files of a commit are searched for events that were written down later than they happened.
const MOST_FILES: usize = 50;

/// A field that an event changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Altered {
    /// The index of the event in the record's history.
    pub event: usize,
    /// The field.
    pub field: FieldId,
    /// Its value before.
    pub from: Option<Value>,
    /// Its value after.
    pub to: Option<Value>,
}

/// The changes by the events of a record.
#[derive(Debug, Default)]
pub struct Alterations {
    /// The changes in the order of the events.
    pub all: Vec<Altered>,
    /// Whether the history was read back far enough for all changes.
    pub whole: bool,
}

impl View<'_> {
    /// The changes by the events of a record, if they say more than the events themselves: changes by edits, and
    /// changes of earlier values. At most `commits` commits of the book are read, the latest first. If several events
    /// of one commit changed a field, the last one has the change, because the values in between are not known.
    ///
    /// # Errors
    /// If history cannot be read.
    pub fn alterations(&self, record: &Record, commits: usize) -> Result<Alterations, BookError> {
        let mut found = Alterations::default();
        let Some((kind, path)) = self.policy().kind(&record.kind).zip(self.path(&record.id)) else { return Ok(found) };
        // The oldest event with something to say. Nothing before it is searched.
        let Some(oldest) = telling(record).next() else { return Ok(Alterations { whole: true, ..found }) };
        let mut way = self.repo().path_over_time(&path);
        // The parent of a commit is usually the next commit to be read.
        let mut known: Option<(Oid, Option<Oid>)> = None;
        let mut blob = |commit: Oid| -> Result<Option<Oid>, BookError> {
            if let Some((_, blob)) = known.filter(|(of, _)| *of == commit) {
                return Ok(blob);
            }
            let blob = way.blob(commit)?;
            known = Some((commit, blob));
            Ok(blob)
        };
        for commit in self.repo().history(self.commit(), &HistoryRange::default())?.take(commits) {
            let commit = commit?;
            // changes in a merge were made elsewhere
            if commit.parents.len() > 1 {
                continue;
            }
            let Some(after) = blob(commit.id)? else { continue };
            let before = match commit.parents.first() {
                Some(parent) => blob(*parent)?,
                None => None,
            };
            if before == Some(after) {
                continue;
            }
            let read = |blob: Oid| self.version(&record.id, blob);
            let before = before.map(read).transpose()?.flatten();
            if let Some(after) = read(after)? {
                found.all.extend(altered(kind, record, before.as_ref(), &after));
            }
            if before.is_none_or(|before| !before.history.contains(oldest)) {
                found.whole = true;
                break;
            }
        }
        found.all.retain(|altered| telling(record).any(|event| *event == record.history[altered.event]));
        found.all.sort_by_key(|altered| altered.event);
        Ok(found)
    }

    /// The events that a commit wrote down later than they happened, each with its record. If a commit has more files
    /// than people change at once, only the first ones are searched.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn written_later(&self, commit: &CommitInfo) -> Result<Vec<(Id, Event)>, BookError> {
        let mut found = Vec::new();
        // events in a merge were written down elsewhere
        if commit.parents.len() > 1 {
            return Ok(found);
        }
        for change in self.repo().changes(commit.parents.first().copied(), commit.id)?.into_iter().take(MOST_FILES) {
            let (Some((_, id)), Some(blob)) = (Id::of_path(&change.path), change.new) else { continue };
            let Some(after) = self.version(&id, blob)? else { continue };
            let before = change.old.map(|blob| self.version(&id, blob)).transpose()?.flatten();
            let known = before.map_or(0, |before| before.history.len());
            let late = after.history.iter().skip(known).filter(|event| noted_later(event).is_some());
            found.extend(late.map(|event| (id.clone(), event.clone())));
        }
        Ok(found)
    }

    /// A version of a record; `None` if it cannot be read.
    fn version(&self, id: &Id, blob: Oid) -> Result<Option<Record>, BookError> {
        let Some(kind) = self.policy().kind_of(id) else { return Ok(None) };
        let bytes = self.repo().blob(blob)?;
        Ok(Record::read(&bytes, &id.path(&kind.shape.folder), &kind.shape).ok())
    }
}

/// The events of a record that changed something which they do not say themselves: edits, and events that set a field
/// which an earlier event had set.
fn telling(record: &Record) -> impl Iterator<Item = &Event> {
    record.history.iter().enumerate().filter_map(|(at, event)| {
        let before = || record.history[..at].iter().flat_map(|event| &event.set);
        let again = || event.set.iter().any(|field| before().any(|other| other == field));
        (!event.set.is_empty() && (event.step == EDIT || again())).then_some(event)
    })
}

/// The changes by events that one version has and the one before does not.
fn altered(kind: &crate::kind::Kind, record: &Record, before: Option<&Record>, after: &Record) -> Vec<Altered> {
    let old = before.map(|before| before.history.as_slice()).unwrap_or_default();
    // two events can be equal, such as two answers within a second, so they are counted
    let nth = |at: usize| after.history[..at].iter().filter(|event| **event == after.history[at]).count();
    let stood = |at: usize| old.iter().filter(|event| **event == after.history[at]).count() > nth(at);
    let new: Vec<usize> = (0..after.history.len()).filter(|at| !stood(*at)).collect();
    let place = |at: usize| {
        let equal = record.history.iter().enumerate().filter(|(_, own)| **own == after.history[at]);
        equal.map(|(place, _)| place).nth(nth(at))
    };
    let held = |field: FieldId| before.and_then(|before| before.get(field)).cloned();
    let changed = kind.shape.handles().filter(|(id, _)| after.get(*id) != before.and_then(|before| before.get(*id)));
    changed
        .filter_map(|(field, declared)| {
            let by = new.iter().rev().find(|at| after.history[**at].set.contains(&declared.name))?;
            let event = place(*by)?;
            Some(Altered { event, field, from: held(field), to: after.get(field).cloned() })
        })
        .collect()
}
