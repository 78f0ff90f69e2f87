//! What each event of a record changed. A record holds its fields as they are now, so the values before stand in the versions that
//! history keeps. If no event of a record changed an earlier value, its history is not read. `show` looks through the latest 500
//! commits alone, so that it answers at once.

use super::{BookError, View};
use crate::book::repo::{CommitInfo, HistoryRange, Oid};
use crate::kind::EDIT;
use crate::lifecycle::noted_later;
use crate::record::{Event, FieldId, Id, Record, Value};

/// In this many of the files of a commit is looked for what was written down later than it happened.
const MOST_FILES: usize = 50;

/// A field that an event changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Altered {
    /// The number of the event in the record's history.
    pub event: usize,
    /// The field.
    pub field: FieldId,
    /// What it held before.
    pub from: Option<Value>,
    /// What it held after.
    pub to: Option<Value>,
}

/// What the events of a record changed.
#[derive(Debug, Default)]
pub struct Alterations {
    /// The changes in the order of the events.
    pub all: Vec<Altered>,
    /// Whether the history was read as far back as there is something to say.
    pub whole: bool,
}

impl View<'_> {
    /// What the events of a record changed, so far as that says more than the events do: what edits changed, and what had a value
    /// before. At most this many commits of the book are looked at, the latest first. If several events of one commit changed a
    /// field, the last event has the change. The values in between are not known.
    ///
    /// # Errors
    /// History cannot be read.
    pub fn alterations(&self, record: &Record, commits: usize) -> Result<Alterations, BookError> {
        let mut found = Alterations::default();
        let Some((kind, path)) = self.policy().kind(&record.kind).zip(self.path(&record.id)) else { return Ok(found) };
        // The oldest event that there is something to say of. Nothing before it is looked for.
        let Some(oldest) = telling(record).next() else { return Ok(Alterations { whole: true, ..found }) };
        let mut way = self.repo().path_over_time(&path);
        // The parent of one commit is mostly the next that is looked at.
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
            // what a merge brings in was changed elsewhere
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

    /// The events that a commit has written down later than they happened, each with its record. If a commit has more files than
    /// people change at once, only the first are looked at.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn written_later(&self, commit: &CommitInfo) -> Result<Vec<(Id, Event)>, BookError> {
        let mut found = Vec::new();
        // what a merge brings in was written down elsewhere
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

/// The events of a record that changed something which they do not tell themselves: edits, and those that gave a field a value which
/// an event before them had given one already.
fn telling(record: &Record) -> impl Iterator<Item = &Event> {
    record.history.iter().enumerate().filter_map(|(at, event)| {
        let before = || record.history[..at].iter().flat_map(|event| &event.set);
        let again = || event.set.iter().any(|field| before().any(|other| other == field));
        (!event.set.is_empty() && (event.step == EDIT || again())).then_some(event)
    })
}

/// What the events changed that one version has and the one before has not.
fn altered(kind: &crate::kind::Kind, record: &Record, before: Option<&Record>, after: &Record) -> Vec<Altered> {
    let old = before.map(|before| before.history.as_slice()).unwrap_or_default();
    // two events can be equal, such as two answers within a second, so that they are told apart by which of them it is
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
