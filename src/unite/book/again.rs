//! Takes the events of the second line again in the merged book, in the order of their times. Each is judged by the
//! rights that the first line left, and by the other records as they are then. What hindered an event in the book that
//! the second line knew, too, was no hindrance on its day.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::around::Around;
use super::side::Side;
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::lifecycle::{Bench, Follow};
use crate::record::{Event, Id, Record};
use crate::unite::record::{Merge, taken};

/// Who judges the events.
pub(super) struct Judges<'j> {
    /// The rights in the merged book.
    pub(super) now: Bench<'j>,
    /// The rights as the second line knew them.
    pub(super) then: Bench<'j>,
    /// The records of the merged book.
    pub(super) merged: Around<'j>,
    /// The records as the second line knew them.
    pub(super) known: Around<'j>,
    /// What the first line has changed.
    pub(super) first: &'j BTreeMap<Id, Side>,
}

/// An event that the first line has made impossible.
pub(super) struct Denied {
    /// The number of its version.
    pub(super) version: usize,
    /// Its place in the history.
    pub(super) at: usize,
    /// The other record whose change stood in its way. `None` if that was no single one.
    pub(super) because: Option<Id>,
}

/// A record of the second line.
pub(super) struct Version<'v> {
    pub(super) kind: &'v Kind,
    pub(super) base: Option<&'v Record>,
    pub(super) first: &'v Record,
    pub(super) second: &'v Record,
    /// Whether only the second line has it. Then `base` and `first` are the record as it was made.
    pub(super) new: bool,
    /// The places of events that are known to have no effect.
    pub(super) barred: BTreeSet<usize>,
}

/// A version as far as its events were taken again.
struct Track<'v> {
    of: &'v Version<'v>,
    /// The merge into the first line, and the record.
    merged: (Merge<'v>, Option<Record>),
    /// The second line without the first, and the record.
    known: (Merge<'v>, Option<Record>),
}

/// An event that is to be judged.
struct Turn<'v> {
    /// Which of the tracks it belongs to.
    track: usize,
    /// The place in the history.
    at: usize,
    /// The place among the new entries of the merge. `None` if the event makes the record.
    entry: Option<usize>,
    event: &'v Event,
}

impl Judges<'_> {
    /// The events that the first line has made impossible. Those that are found have no effect for the later ones. If
    /// the event that made a record is found, none of the record's later ones is.
    pub(super) fn without_effect(mut self, versions: &[Version<'_>]) -> Vec<Denied> {
        let mut tracks: Vec<Track<'_>> = versions.iter().map(|of| self.track(of)).collect();
        for track in &tracks {
            let id = &track.of.second.id;
            self.merged.put(id, track.merged.1.clone());
            // what both lines made under one id has no beginning
            if track.of.base.is_some() {
                self.known.put(id, track.known.1.clone());
            }
        }
        let mut found = Vec::new();
        for Turn { track: number, at, entry, event } in in_order(&tracks) {
            let track = &mut tracks[number];
            let id = &track.of.second.id;
            let is_there = entry.is_none() || track.merged.1.is_some();
            if is_there && !track.of.barred.contains(&at) {
                let after = after(&track.merged, entry, event, track.of);
                let follow = Follow { before: track.merged.1.as_ref(), after: &after, event };
                match self.deny(track.of.kind, &follow) {
                    Some(because) => found.push(Denied { version: number, at, because }),
                    None => {
                        track.merged.1 = Some(standing(after, entry, event, track.of));
                        self.merged.put(id, track.merged.1.clone());
                    }
                }
            }
            track.known.1 = Some(standing(after(&track.known, entry, event, track.of), entry, event, track.of));
            if track.of.base.is_some() {
                self.known.put(id, track.known.1.clone());
            }
        }
        found
    }

    fn track<'v>(&self, of: &'v Version<'v>) -> Track<'v>
    where
        Self: 'v,
    {
        let begun = |first: &'v Record| {
            let merge = Merge::of(self.now, of.kind, of.base, first, of.second, &|| [].into());
            (merge, (!of.new).then(|| first.clone()))
        };
        Track { of, merged: begun(of.first), known: begun(of.base.unwrap_or(of.first)) }
    }

    /// Whether the first line has made an event impossible, and by which other record.
    fn deny(&mut self, kind: &Kind, follow: &Follow<'_>) -> Option<Option<Id>> {
        self.merged.stand_at(follow.event.at);
        self.known.stand_at(follow.event.at);
        let (now, then) = (self.now, self.then);
        let fails = |bench: &Bench<'_>, around: &Around<'_>| {
            bench.is_hindered(kind, follow, around) || bench.is_at_odds(kind, follow, around)
        };
        if fails(&now, &self.merged) && !fails(&then, &self.known) {
            return Some(self.hindrance(&follow.after.id, &|around| fails(&now, around)));
        }
        let changed = |person: &&Id| {
            now.people.get(person) != then.people.get(person) || now.earlier.get(person) != then.earlier.get(person)
        };
        let person = follow.event.people().find(changed)?;
        let denied = !now.is_entitled(kind, follow) && then.is_entitled(kind, follow);
        denied.then(|| Some(person.clone()))
    }

    /// The record without whose change by the first line the event would not fail, of several the last one that was
    /// changed.
    fn hindrance(&mut self, own: &Id, fails: &dyn Fn(&Around<'_>) -> bool) -> Option<Id> {
        let changed = |id: &Id| self.first.get(id).filter(|_| id != own)?.record.as_ref()?.history.last();
        let asked = self.merged.asked().into_iter();
        let mut asked: Vec<(Moment, Id)> = asked.filter_map(|id| Some((changed(&id)?.recorded(), id))).collect();
        asked.sort_by_key(|(at, _)| Reverse(*at));
        asked.into_iter().map(|(_, id)| id).find(|id| {
            let now = self.merged.get(id).cloned();
            self.merged.put(id, self.known.get(id).cloned());
            let fails = fails(&self.merged);
            self.merged.put(id, now);
            !fails
        })
    }
}

/// The record with the values that an event sets. A record that is made has no history yet.
fn after(
    (merge, record): &(Merge<'_>, Option<Record>),
    entry: Option<usize>,
    event: &Event,
    of: &Version<'_>,
) -> Record {
    match (entry, record) {
        (Some(entry), Some(before)) => merge.after(entry, event, before),
        _ => Record { history: Vec::new(), ..of.first.clone() },
    }
}

/// The record behind the event.
fn standing(after: Record, entry: Option<usize>, event: &Event, of: &Version<'_>) -> Record {
    if entry.is_none() { of.first.clone() } else { taken(after, event) }
}

/// The new events in the order of their times; those of one record stay in their order.
fn in_order<'v>(tracks: &[Track<'v>]) -> impl Iterator<Item = Turn<'v>> + use<'v> {
    let mut turns: Vec<(Moment, Turn<'v>)> = Vec::new();
    for (number, track) in tracks.iter().enumerate() {
        let merge = &track.merged.0;
        let making = track.of.first.history.first().filter(|_| track.of.new).map(|event| (0, None, event));
        let new = merge.events().enumerate().map(|(count, (entry, event))| (merge.old() + count, Some(entry), event));
        let mut time: Option<Moment> = None;
        for (at, entry, event) in making.into_iter().chain(new) {
            let now = time.map_or(event.recorded(), |time| time.max(event.recorded()));
            time = Some(now);
            turns.push((now, Turn { track: number, at, entry, event }));
        }
    }
    turns.sort_by_key(|(time, _)| *time);
    turns.into_iter().map(|(_, turn)| turn)
}
