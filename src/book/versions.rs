//! The changes of each event of a record. A record only has its present fields, so earlier values are in the versions
//! that history keeps. If no event of a record changed an earlier value, its history is not read. `show` only reads
//! the latest 500 commits, so that it answers at once.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeSet, HashMap};

use super::{BookError, View};
use crate::book::repo::{CommitInfo, HistoryRange, Oid, PathOverTime, Repo};
use crate::kind::{EDIT, Kind};
use crate::lifecycle::noted_later;
use crate::record::{Entry, Event, FieldId, Id, Record, UNITE, Value};

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
    /// Each version is followed into every parent from which it has events. So changes of two clones are found, and
    /// what a merge has overruled is no change.
    ///
    /// # Errors
    /// If history cannot be read.
    pub fn alterations(&self, record: &Record, commits: usize) -> Result<Alterations, BookError> {
        let mut found = Alterations::default();
        let Some(kind) = self.policy().kind(&record.kind) else { return Ok(found) };
        let wanted: BTreeSet<usize> = telling(record).collect();
        if wanted.is_empty() {
            return Ok(Alterations { whole: true, ..found });
        }
        let mut files = Files { repo: self.repo(), folder: &kind.shape.folder, ways: HashMap::new() };
        let Some(blob) = files.blob(&record.id, self.commit())? else { return Ok(found) };
        let Some(last) = self.version(&record.id, blob)? else { return Ok(found) };
        let places = matched(&last.history, &record.history);
        let mut open = HashMap::from([(self.commit(), Version { id: record.id.clone(), blob, places })]);
        // what is not found yet; a parent that has nothing of it is not read
        let mut left = wanted.clone();
        for commit in self.repo().history(self.commit(), &HistoryRange::default())?.take(commits) {
            if open.is_empty() {
                break;
            }
            let commit = commit?;
            let Some(version) = open.remove(&commit.id) else { continue };
            let mut before = Vec::new();
            for parent in &commit.parents {
                before.extend(files.blob(&version.id, *parent)?.map(|blob| (*parent, version.id.clone(), blob)));
            }
            if let Some((parent, ..)) = before.iter().find(|(.., blob)| *blob == version.blob) {
                follow(&mut open, *parent, version);
                continue;
            }
            let Some(after) = self.version(&version.id, version.blob)? else { continue };
            if before.is_empty()
                && let Some(old) = after.history.iter().rev().find_map(former_id)
            {
                for parent in commit.parents.iter().skip(1) {
                    before.extend(files.blob(&old, *parent)?.map(|blob| (*parent, old.clone(), blob)));
                }
            }
            let mut parents: Vec<(Oid, Version, Record)> = Vec::new();
            for (parent, id, blob) in before {
                if let Some(record) = self.version(&id, blob)? {
                    parents.push((parent, Version { id, blob, places: Vec::new() }, record));
                }
            }
            let records: Vec<&Record> = parents.iter().map(|(.., record)| record).collect();
            let origins = origins(&records, &after);
            let is_new = |at: &usize| !origins.iter().flatten().any(|origin| *origin == Some(*at));
            let mut new: Vec<usize> = (0..after.history.len()).filter(is_new).collect();
            let place = |at: usize| version.places.get(at).copied().flatten();
            left.retain(|wanted| !new.iter().any(|at| place(*at) == Some(*wanted)));
            if commit.parents.len() > 1 {
                // a merge only changes what its own events say
                new.retain(|at| after.history[*at].step == UNITE);
            }
            found.all.extend(altered(kind, records.last().copied(), &after, &new, &place));
            for ((parent, before, _), origin) in parents.into_iter().zip(origins) {
                let places: Vec<Option<usize>> = origin.into_iter().map(|at| place(at?)).collect();
                if places.iter().flatten().any(|place| left.contains(place)) {
                    follow(&mut open, parent, Version { places, ..before });
                }
            }
        }
        found.whole = open.is_empty();
        found.all.retain(|altered| wanted.contains(&altered.event));
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

/// A version of the record in a commit that is still to be read.
struct Version {
    /// The id that the record had there.
    id: Id,
    blob: Oid,
    /// For each event of the version: its place in the final history. `None` if it has no effect there.
    places: Vec<Option<usize>>,
}

/// The files of a record in many commits. A merge can have given it another id.
struct Files<'v> {
    repo: &'v Repo,
    folder: &'v str,
    ways: HashMap<Id, PathOverTime<'v>>,
}

impl Files<'_> {
    fn blob(&mut self, id: &Id, commit: Oid) -> Result<Option<Oid>, BookError> {
        let way = self.ways.entry(id.clone());
        let way = way.or_insert_with(|| self.repo.path_over_time(&id.path(self.folder)));
        Ok(way.blob(commit)?)
    }
}

/// Lets a version be read later. If two children have it, each can have other events of it.
fn follow(open: &mut HashMap<Oid, Version>, commit: Oid, version: Version) {
    match open.entry(commit) {
        Slot::Vacant(slot) => drop(slot.insert(version)),
        Slot::Occupied(mut slot) if slot.get().blob == version.blob => {
            let both = slot.get_mut().places.iter_mut().zip(version.places);
            both.for_each(|(place, other)| *place = place.or(other));
        }
        Slot::Occupied(_) => {}
    }
}

/// The id that a record had before a merge gave it another one, if this is the event that says so.
fn former_id(event: &Event) -> Option<Id> {
    let via = event.via.as_deref().filter(|_| event.step == UNITE && event.to.is_none())?;
    via.parse().ok()
}

/// The places of the events of a record that changed something which they do not say themselves: edits, and events
/// that set a field which an earlier event had set.
fn telling(record: &Record) -> impl Iterator<Item = usize> {
    record.history.iter().enumerate().filter_map(|(at, event)| {
        let before = || record.history[..at].iter().flat_map(|event| &event.set);
        let again = || event.set.iter().any(|field| before().any(|other| other == field));
        (!event.set.is_empty() && (event.step == EDIT || again())).then_some(at)
    })
}

/// Whether two events are what one person did once. A merge can change what an event keeps of earlier values.
fn is_same(one: &Event, other: &Event) -> bool {
    (one.at, one.noted, &one.by, &one.for_, &one.entered)
        == (other.at, other.noted, &other.by, &other.for_, &other.entered)
        && (&one.step, &one.to, &one.set, &one.note) == (&other.step, &other.to, &other.set, &other.note)
}

/// The place of each earlier event in a later history. Two events can be equal, such as two answers within a second,
/// so they are counted.
fn matched(earlier: &[Event], later: &[Event]) -> Vec<Option<usize>> {
    let goes_on = earlier.len() <= later.len() && earlier.iter().zip(later).all(|(one, other)| is_same(one, other));
    if goes_on {
        return (0..earlier.len()).map(Some).collect();
    }
    let nth = |at: usize| earlier[..at].iter().filter(|event| is_same(event, &earlier[at])).count();
    let place = |at: usize| {
        let same = later.iter().enumerate().filter(|(_, event)| is_same(event, &earlier[at]));
        same.map(|(place, _)| place).nth(nth(at))
    };
    (0..earlier.len()).map(place).collect()
}

/// The place of each event of each parent's version in the version of the commit.
fn origins(parents: &[&Record], after: &Record) -> Vec<Vec<Option<usize>>> {
    if let [one, other] = parents {
        if let Some(other) = behind(one, other, after) {
            return vec![(0..one.history.len()).map(Some).collect(), other];
        }
        if let Some(one) = behind(other, one, after) {
            return vec![one, (0..other.history.len()).map(Some).collect()];
        }
    }
    parents.iter().map(|parent| matched(&parent.history, &after.history)).collect()
}

/// The place of each event of the second line in a merged history, which has all entries of the first line, then the
/// new ones of the second, then those of the merge. Both lines can have equal events, of which one is overruled, so
/// only the order tells them apart. `None` if the merged history is otherwise.
fn behind(first: &Record, second: &Record, after: &Record) -> Option<Vec<Option<usize>>> {
    let [one, other, all] = [first, second, after].map(|record| record.entries().collect::<Vec<Entry<'_>>>());
    let same = |(one, other): (&Entry<'_>, &Entry<'_>)| is_same(one.event(), other.event());
    if one.len() > all.len() || !one.iter().zip(&all).all(same) {
        return None;
    }
    let rest = &all[one.len()..];
    let common = one.iter().zip(&other).take_while(|pair| same(*pair)).count();
    let fits = |common: &usize| {
        let new = &other[*common..];
        let own = rest.get(new.len()..).is_some_and(|own| own.iter().all(|entry| entry.event().step == UNITE));
        own && new.iter().zip(rest).all(same)
    };
    let common = (0..=common).rev().find(fits)?;
    let places = all.iter().scan(0, |next, entry| {
        let place = matches!(entry, Entry::Event(_)).then_some(*next);
        *next += usize::from(place.is_some());
        Some(place)
    });
    let places: Vec<Option<usize>> = places.collect();
    let place = |at: usize| places[if at < common { at } else { one.len() + at - common }];
    let events = other.iter().enumerate().filter(|(_, entry)| matches!(entry, Entry::Event(_)));
    Some(events.map(|(at, _)| place(at)).collect())
}

/// The changes by the new events of a version that have effect in the final record.
fn altered(
    kind: &Kind,
    before: Option<&Record>,
    after: &Record,
    new: &[usize],
    place: &dyn Fn(usize) -> Option<usize>,
) -> Vec<Altered> {
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
