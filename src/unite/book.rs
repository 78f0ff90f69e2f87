//! Merges two lines of a book. Records go through [`unite`]; this module adds what concerns more than one record.

mod around;
mod files;
mod numbers;
mod side;
mod staff;

use std::collections::{BTreeMap, BTreeSet};

use sha1::{Digest as _, Sha1};

use self::around::Around;
use self::side::{Line, Side};
use super::Told;
use super::record::{Known, United, hindered, unite_barring};
use crate::kind::Kind;
use crate::lifecycle::Bench;
use crate::policy::{People, Policy, Sources, Staff};
use crate::record::{Event, Id, RANDOM_LENGTH, Record, UNITE};

/// The hash that git gives to a content.
pub type Hash = [u8; 20];

/// What a line changed at a path since the common ancestor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The path from the top of the book.
    pub path: String,
    /// The content in the common ancestor. `None` if the file is new.
    pub old: Option<Hash>,
    /// The content in the line's last commit. `None` if the file was deleted.
    pub new: Option<Hash>,
}

/// Where a merge reads contents.
pub trait Contents {
    /// The bytes of a content. `None` if the repository does not have it.
    fn bytes(&self, content: &Hash) -> Option<Vec<u8>>;

    /// The bytes of a file of the first line's last commit. `None` if there is none.
    fn at(&self, path: &str) -> Option<Vec<u8>>;

    /// Whether the first line's last commit has a file at a path.
    fn is_taken(&self, path: &str) -> bool;

    /// The staff records of the first line's last commit, read by the rule book of the merged book.
    fn staff(&self, policy: &Policy) -> Vec<Record>;

    /// The versions of a file that the second line's commits made since the common ancestor.
    fn versions(&self, path: &str) -> Vec<Vec<u8>>;

    /// Merges a text line by line, as git does. `None` if both lines changed the same place.
    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>>;
}

/// The content of a merged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A content that one of the lines has.
    Kept(Hash),
    /// A new one.
    Made(Vec<u8>),
}

/// Two lines of a book, merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// What differs from the first line's last commit, by path. `None`: the file is gone.
    pub files: BTreeMap<String, Option<Content>>,
    /// What the people should know.
    pub told: Vec<Told>,
    /// Files that cannot be merged: both lines changed the same place. Then the merge must not be made.
    pub conflicts: BTreeSet<String>,
}

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

/// The rule files of two lines whose rules load alone, but not merged: those that both lines changed, to different
/// contents, otherwise all that the second line changed. The second line's author is to change them again.
pub fn at_odds(first: &[Changed], second: &[Changed]) -> BTreeSet<String> {
    let rules = || second.iter().filter(|change| Sources::is_source(&change.path));
    let differs = |own: &&Changed| first.iter().any(|other| other.path == own.path && other.new != own.new);
    let both: BTreeSet<String> = rules().filter(differs).map(|change| change.path.clone()).collect();
    match both.is_empty() {
        true => rules().map(|change| change.path.clone()).collect(),
        false => both,
    }
}

/// Merges two lines of a book. `policy` is the rule book of the merged book. `first` and `second` are what each line
/// changed since the common ancestor.
pub fn unite_books(policy: &Policy, contents: &dyn Contents, first: &[Changed], second: &[Changed]) -> Joined {
    let is_record = |path: &str| side::kind_at(policy, path).is_some();
    let mut joined = unite_files(contents, first, second, &is_record);
    let (first, second) = (Line::read(policy, contents, first), Line::read(policy, contents, second));
    let staff = contents.staff(policy);
    let mut book = Book {
        people: People::default(),
        known: People::default(),
        staff,
        policy,
        contents,
        first,
        second,
        cause: BTreeMap::new(),
        barred: BTreeMap::new(),
        told: Vec::new(),
    };
    book.rename();
    book.known = staff::known(policy, &book.staff, &book.first, &book.second);
    book.people = book.known.clone();
    book.refile(&mut joined);
    book.keys();
    book.overrule();
    book.renumber();
    book.finish(&mut joined);
    joined
}

struct Book<'b> {
    /// The staff of the merged book, as far as it is known which events have no effect.
    people: People,
    /// The staff as the second line knew it.
    known: People,
    /// The staff records of the first line.
    staff: Vec<Record>,
    policy: &'b Policy,
    contents: &'b dyn Contents,
    first: Line,
    second: Line,
    /// Why records of the second line are void.
    cause: BTreeMap<Id, String>,
    /// Events of the second line that must not take effect, by record: the places in its history.
    barred: BTreeMap<Id, BTreeSet<usize>>,
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
    fn keys(&mut self) {
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
                    self.barred.entry(id).or_default().insert(at);
                }
            }
        }
        gone.keys().for_each(|id| self.second.remove(id));
        self.second.refer(self.policy, &gone);
        self.told.extend(gone.into_iter().map(|(gone, stays)| Told::Same { gone, stays }));
    }

    /// Finds the events of the second line without effect, and what followed from them: records that they opened are
    /// void, steps that they caused have no effect either.
    fn overrule(&mut self) {
        let known = self.known();
        loop {
            self.people = self.merged_people();
            let mut more = self.hindered(&known);
            let causes = self.without_effect();
            for (id, side) in &self.second.sides {
                let Some(record) = &side.record else { continue };
                for (at, event) in record.history.iter().enumerate().skip(side.old_events()) {
                    let Some(via) = event.via.as_deref().filter(|_| event.step != UNITE) else { continue };
                    if !causes.contains(&(via.to_owned(), event.recorded())) {
                        continue;
                    }
                    more |= match at == 0 && side.is_new() {
                        true => self.cause.insert(id.clone(), via.to_owned()).is_none(),
                        false => self.barred.entry(id.clone()).or_default().insert(at),
                    };
                }
            }
            if !more {
                return;
            }
        }
    }

    /// The records as the second line knew them.
    fn known(&self) -> Around<'b> {
        let base = self.first.sides.iter().map(|(id, side)| (id.clone(), side.base.clone()));
        let own = self.second.sides.iter().map(|(id, side)| (id.clone(), side.record.clone()));
        Around::new(self.policy, self.contents, base.chain(own).collect())
    }

    /// The records of the merged book, as far as it is known which events have no effect.
    fn merged(&self) -> Around<'b> {
        let one = self.first.sides.iter().map(|(id, side)| (id.clone(), side.record.clone()));
        let other = self.second.sides.iter().map(|(id, side)| {
            let void = self.cause.contains_key(id);
            let record = self.united(id, side).map(|united| united.record).or_else(|| side.record.clone());
            (id.clone(), record.filter(|_| !void))
        });
        Around::new(self.policy, self.contents, one.chain(other).collect())
    }

    /// The staff of the merged book.
    fn merged_people(&self) -> People {
        let changed = self.second.sides.iter().filter(|(id, _)| id.is_person());
        let merged = changed
            .filter_map(|(id, side)| self.united(id, side).map(|united| united.record).or_else(|| side.record.clone()));
        staff::of(self.policy, &self.staff, merged)
    }

    /// Bars the events of the second line that the first line has made impossible by what it did with other records, such
    /// as the closing of a case for which it has opened a task, or the approval of a person whose role it has taken away.
    /// Returns whether there are more than before.
    fn hindered(&mut self, known: &Around<'_>) -> bool {
        let merged = self.merged();
        let bench = Bench { policy: self.policy, people: &self.people };
        let known = Known { records: known, people: &self.known };
        let mut more: Vec<(Id, BTreeSet<usize>)> = Vec::new();
        for (id, side) in self.second.sides.iter().filter(|(id, _)| !self.cause.contains_key(*id)) {
            let Some(second) = &side.record else { continue };
            let own = self.first.sides.get(id).map(|own| own.record.as_ref());
            let (Some(first), Some(kind)) = (own.unwrap_or(side.base.as_ref()), self.kind(second)) else { continue };
            let found = hindered(bench, kind, (side.base.as_ref(), first, second), &merged, &known);
            let barred = self.barred.get(id);
            let new: BTreeSet<usize> =
                found.into_iter().filter(|at| barred.is_none_or(|barred| !barred.contains(at))).collect();
            if !new.is_empty() {
                more.push((id.clone(), new));
            }
        }
        let found = !more.is_empty();
        more.into_iter().for_each(|(id, places)| self.barred.entry(id).or_default().extend(places));
        found
    }

    /// The steps of the second line that have no effect, as `ID#step`, each with the time at which it was recorded.
    fn without_effect(&self) -> BTreeSet<(String, crate::calendar::Moment)> {
        let mut found = BTreeSet::new();
        for (id, side) in &self.second.sides {
            let events: Vec<Event> = match (&side.record, self.cause.contains_key(id)) {
                (Some(record), true) => record.history.clone(),
                _ => self.united(id, side).map(|united| united.overruled).unwrap_or_default(),
            };
            found.extend(events.into_iter().map(|event| (format!("{id}#{}", event.step), event.recorded())));
        }
        found
    }

    /// A record of the second line, merged with the first line's. `None` if the first line has not changed it and all
    /// its events take effect, or if one of the versions cannot be read.
    fn united(&self, id: &Id, side: &Side) -> Option<United> {
        let second = side.record.as_ref()?;
        let none = BTreeSet::new();
        let barred = self.barred.get(id).unwrap_or(&none);
        let first = match self.first.sides.get(id) {
            Some(own) => own.record.as_ref()?,
            None if barred.is_empty() => return None,
            None => side.base.as_ref()?,
        };
        let bench = Bench { policy: self.policy, people: &self.people };
        let kind = self.kind(second)?;
        let read = |bytes: Vec<u8>| Record::read(&bytes, &side.path, &kind.shape).ok();
        let versions = || self.contents.versions(&side.path).into_iter().filter_map(read).collect();
        let between = &|| side.between.get_or_init(versions).clone();
        Some(unite_barring(bench, kind, side.base.as_ref(), first, second, barred, between))
    }

    fn finish(mut self, joined: &mut Joined) {
        let ids: Vec<Id> = self.second.sides.keys().cloned().collect();
        for id in ids {
            let Some(side) = self.second.sides.get(&id) else { continue };
            let own = self.first.sides.get(&id);
            let united = self.united(&id, side);
            let content = match (united, own) {
                (Some(united), _) => {
                    let told = |event: Event| Told::Overruled { id: id.clone(), event: Box::new(event) };
                    self.told.extend(united.overruled.into_iter().map(told));
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
            if !content.as_ref().is_some_and(same) {
                joined.files.insert(side.path.clone(), content);
            }
        }
        joined.told.extend(self.told);
        joined.told.extend(self.cause.into_iter().map(|(id, by)| Told::Voided { id, by }));
    }

    fn write(&self, record: &Record) -> Option<Content> {
        let kind = self.kind(record)?;
        let void = self.cause.get(&record.id).and_then(|by| Some((by, kind.shape.voids().next()?)));
        let text = match void {
            None => record.write(&kind.shape),
            Some((by, state)) => {
                let mut record = record.clone();
                side::push(&mut record, |event| {
                    event.to = Some(state.to_owned());
                    event.via = Some(by.clone());
                });
                state.clone_into(&mut record.state);
                record.write(&kind.shape)
            }
        };
        Some(Content::Made(text.into_bytes()))
    }
}
