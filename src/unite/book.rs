//! Merges two lines of a book. Records go through [`unite`]; this module adds what concerns more than one record.

mod again;
mod around;
mod files;
mod made;
mod numbers;
mod overrule;
mod side;
mod staff;
mod taken_back;

use std::collections::{BTreeMap, BTreeSet};

use sha1::{Digest as _, Sha1};

use self::made::Made;
use self::side::{Line, Side};
use self::staff::Staffs;
use super::Told;
use super::contents::{Changed, Content, Contents, Hash, Joined, WhichLine};
use super::record::{United, unite_barring};
use super::replaced::replaced;
use crate::kind::Kind;
use crate::lifecycle::Bench;
use crate::policy::{Policy, Staff};
use crate::record::{Event, Id, RANDOM_LENGTH, Record};

/// Merges what is no record: rules, settings, reports, attachments. What only the second line changed is taken.
///
/// `is_record` says which paths to leave out.
pub fn unite_files(
    contents: &dyn Contents,
    first: &[Changed],
    second: &[Changed],
    is_record: &dyn Fn(&str) -> bool,
) -> Joined {
    let mut joined = Joined::default();
    let other: BTreeMap<&str, &Changed> = first.iter().map(|change| (change.path.as_str(), change)).collect();
    for change in second.iter().filter(|change| !is_record(&change.path)) {
        files::join(contents, other.get(change.path.as_str()).copied(), change, &mut joined);
    }
    joined
}

/// Merges two lines of a book. `policy` is the rule book of the merged book. `first` and `second` are what each line
/// changed since the common ancestor.
pub fn unite_books(policy: &Policy, contents: &dyn Contents, first: &[Changed], second: &[Changed]) -> Joined {
    let is_record = |path: &str| policy.kind_at(path).is_some();
    let mut joined = unite_files(contents, first, second, &is_record);
    let (first, second) = (Line::read(policy, contents, first), Line::read(policy, contents, second));
    let mut book = Book {
        staffs: Staffs::default(),
        policy,
        contents,
        first,
        second,
        cause: BTreeMap::new(),
        barred: BTreeMap::new(),
        because: BTreeMap::new(),
        told: Vec::new(),
    };
    book.keep_taken_back(&mut joined);
    book.rename();
    book.staffs = Staffs::of(policy, contents.staff(policy), &book.first, &book.second);
    book.refile(&mut joined);
    book.keys(&mut joined);
    book.overrule();
    book.renumber();
    book.finish(&mut joined);
    joined
}

struct Book<'b> {
    staffs: Staffs,
    policy: &'b Policy,
    contents: &'b dyn Contents,
    first: Line,
    second: Line,
    /// Why records of the second line are void.
    cause: BTreeMap<Id, String>,
    /// Events of the second line that must not take effect, by record: the places in its history.
    barred: BTreeMap<Id, BTreeSet<usize>>,
    /// The other record that stood in the way of such an event, by record and place.
    because: BTreeMap<(Id, usize), Id>,
    told: Vec<Told>,
}

impl<'b> Book<'b> {
    fn kind(&self, record: &Record) -> Option<&Kind> {
        self.policy.kind(&record.kind)
    }

    /// Gives records of the second line another id where the first line has drawn the same one, or has chosen it for
    /// another person.
    fn rename(&mut self) {
        let is_same_person = |own: &Side, side: &Side| match (&own.record, &side.record) {
            (Some(own), Some(record)) => {
                let kind = self.kind(record);
                kind.is_some_and(|kind| Staff::of(&kind.shape).is_same_person(own, record))
            }
            // what cannot be read does not say who it is
            _ => true,
        };
        let both = self.second.sides.iter().filter(|(id, side)| {
            let own = self.first.sides.get(*id).filter(|own| own.is_new() && own.now != side.now);
            side.is_new() && own.is_some_and(|own| !id.is_person() || !is_same_person(own, side))
        });
        let ids: Vec<Id> = both.map(|(id, _)| id.clone()).collect();
        let mut renamed: BTreeMap<Id, Id> = BTreeMap::new();
        for id in ids {
            let Some(side) = self.second.sides.get(&id) else { continue };
            let Some(to) = self.another(&id, side, &renamed) else { continue };
            renamed.insert(id, to);
        }
        self.second.rename(self.policy, &renamed);
        for (from, to) in renamed {
            self.second.mark(&to, |event| event.via = Some(from.to_string()));
            self.told.push(Told::Renamed { from, to });
        }
    }

    /// A free id that follows from the content of the record.
    fn another(&self, id: &Id, side: &Side, renamed: &BTreeMap<Id, Id>) -> Option<Id> {
        let (folder, _) = side.path.split_once('/')?;
        let mut bytes = side.bytes.clone();
        loop {
            let digest = Sha1::digest(&bytes);
            let mut random = [0; RANDOM_LENGTH];
            random.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
            let new = id.another(random).ok()?;
            let known = |line: &Line| line.sides.contains_key(&new);
            let taken = renamed.values().any(|other| *other == new) || known(&self.first) || known(&self.second);
            if !taken && !self.contents.is_taken(&new.path(folder)) {
                return Some(new);
            }
            bytes = digest.to_vec();
        }
    }

    /// Keys are unique in the book: a record that the second line made under a key of the first line is the same
    /// record, if it is equal, and otherwise void. Any other event with such a key has no effect.
    fn keys(&mut self, joined: &mut Joined) {
        let own: BTreeMap<String, Id> = self.first.keys().map(|(key, id, _)| (key.to_owned(), id.clone())).collect();
        let again: Vec<(Id, usize, Id)> = self
            .second
            .keys()
            .filter_map(|(key, id, at)| Some((id.clone(), at, own.get(key).filter(|other| *other != id)?.clone())))
            .collect();
        let mut gone: BTreeMap<Id, Id> = BTreeMap::new();
        for (id, at, other) in again {
            let (Some(side), Some(stays)) = (self.second.sides.get(&id), self.first.sides.get(&other)) else {
                continue;
            };
            match (at, side.is_new()) {
                (0, true) if side.is_equal(stays) => {
                    gone.insert(id.clone(), other.clone());
                }
                (0, true) => {
                    self.cause.insert(id, other.to_string());
                }
                _ => {
                    self.because.insert((id.clone(), at), other);
                    self.barred.entry(id).or_default().insert(at);
                }
            }
        }
        joined.files.retain(|path, _| files::owner(path).is_none_or(|(id, _)| !gone.contains_key(&id)));
        gone.keys().for_each(|id| self.second.remove(id));
        self.second.refer(self.policy, &gone);
        self.told.extend(gone.into_iter().map(|(gone, stays)| Told::Same { gone, stays }));
    }

    /// A record of the second line, merged with the first line's. `None` if the first line has not changed it and all
    /// its events take effect, if it is void, or if one of the versions cannot be read.
    fn united(&self, id: &Id, side: &Side) -> Option<United> {
        let second = side.record.as_ref()?;
        let none = BTreeSet::new();
        let barred = self.barred.get(id).unwrap_or(&none);
        let kind = self.kind(second)?;
        let read = |bytes: Vec<u8>| Record::read(&bytes, &side.path, &kind.shape).ok();
        let versions = || self.contents.versions(WhichLine::Second, &side.path).into_iter().filter_map(read).collect();
        let between = &|| side.between.get_or_init(versions).clone();
        let unite = |base, first| unite_barring(self.bench(), kind, base, first, second, barred, between);
        match self.first.sides.get(id) {
            Some(own) => Some(unite(side.base.as_ref(), own.record.as_ref()?)),
            None if barred.is_empty() || self.cause.contains_key(id) => None,
            None if side.is_new() => {
                let made = Made::of(kind, second)?.record;
                Some(unite(Some(&made), &made))
            }
            None => Some(unite(side.base.as_ref(), side.base.as_ref()?)),
        }
    }

    /// The rules and the people by which the merged book judges.
    fn bench(&self) -> Bench<'_> {
        Bench { policy: self.policy, people: &self.staffs.merged, earlier: &self.staffs.first }
    }

    fn finish(mut self, joined: &mut Joined) {
        let ids: Vec<Id> = self.second.sides.keys().cloned().collect();
        for id in ids {
            let Some(side) = self.second.sides.get(&id) else { continue };
            let own = self.first.sides.get(&id);
            let united = self.united(&id, side);
            let content = match (united, own) {
                (Some(united), own) => {
                    self.told.extend(self.overruled(&id, &united));
                    let first = own.and_then(|own| own.record.as_ref());
                    if let Some((kind, first)) = self.kind(&united.record).zip(first) {
                        let told = replaced(kind, side.base.as_ref(), first, &united.record);
                        self.told.extend(told);
                    }
                    self.write(&united.record)
                }
                // only the second line has changed it
                (None, None) => match &side.record {
                    Some(record) if side.changed || self.cause.contains_key(&id) => self.write(record),
                    _ => side.now.map(Content::Kept),
                },
                // what one line deleted and the other changed stays
                (None, Some(own)) if own.now == side.now || side.now.is_none() => continue,
                (None, Some(own)) if own.now.is_none() => side.now.map(Content::Kept),
                (None, Some(_)) => {
                    joined.conflicts.insert(side.path.clone());
                    continue;
                }
            };
            let same = |content: &Content| match content {
                Content::Kept(hash) => own.is_some_and(|own| own.now == Some(*hash)),
                Content::Made(bytes) => own.is_some_and(|own| own.bytes == *bytes),
            };
            if let (Some(Content::Made(bytes)), Some(kind)) = (&content, self.policy.kind_of(&id))
                && let Err(problems) = Record::read(bytes, &side.path, &kind.shape)
            {
                joined.conflicts.insert(side.path.clone());
                joined.problems.extend(problems);
                continue;
            }
            if !content.as_ref().is_some_and(same) {
                joined.files.insert(side.path.clone(), content);
            }
        }
        joined.told.extend(self.told);
        let mut because = self.because;
        let told = |(id, by): (Id, String)| match self.policy.kind_of(&id).is_some_and(has_void) {
            true => Told::Voided { because: because.remove(&(id.clone(), 0)), id, by },
            false => Told::Doubted { id, by },
        };
        joined.told.extend(self.cause.into_iter().map(told));
    }

    /// The events of a merged record without effect, each with what stood in its way.
    fn overruled(&self, id: &Id, united: &United) -> Vec<Told> {
        // what both lines changed without an event comes last and has no place
        let places = united.places.iter().map(Some).chain(std::iter::repeat(None));
        let told = |(event, place): (&Event, Option<&usize>)| {
            let because = place.and_then(|at| self.because.get(&(id.clone(), *at)).cloned());
            Told::Overruled { id: id.clone(), event: Box::new(event.clone()), because }
        };
        united.overruled.iter().zip(places).map(told).collect()
    }

    /// The file of a record. If what made the record has no effect, it is void; if its kind has no void state, it
    /// stays. Its maker is told.
    fn write(&self, record: &Record) -> Option<Content> {
        let shape = &self.kind(record)?.shape;
        let void = shape.voids().next();
        let by = self.cause.get(&record.id).filter(|by| void.is_some() || by.contains('#'));
        let Some(by) = by else { return Some(Content::Made(record.write(shape).into_bytes())) };
        let mut record = record.clone();
        let maker = record.history.first().map(|made| made.by.clone());
        // an event that names the earlier id of the record cannot name a second one
        let free = record.history.last().is_some_and(|last| last.via.is_none());
        let marked = free && self.second.sides.get(&record.id).is_some_and(|side| side.marked);
        side::push(&mut record, marked, |event| {
            event.to = void.map(str::to_owned);
            event.via = Some(by.clone());
            event.by = maker.unwrap_or_else(|| event.by.clone());
        });
        if let Some(void) = void {
            void.clone_into(&mut record.state);
        }
        Some(Content::Made(record.write(shape).into_bytes()))
    }
}

fn has_void(kind: &Kind) -> bool {
    kind.shape.voids().next().is_some()
}
