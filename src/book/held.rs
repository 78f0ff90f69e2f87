//! Unique values in the working tree: validated files are compared with one another and with the last commit.

use std::collections::BTreeMap;

use super::disk::placed;
use super::{BookError, Part, View};
use crate::kind::{Kind, Step, Target, Unique};
use crate::label;
use crate::lifecycle::Lookup;
use crate::locale::Label;
use crate::locale::messages::RefusalText;
use crate::place::{Place, Problem};
use crate::policy::{STAFF, Staff};
use crate::record::{Event, Id, Record};
use crate::wording;

/// Unique values by key, with the records that have them.
#[derive(Debug, Default)]
pub(super) struct Held {
    unique: BTreeMap<String, Vec<(Id, String)>>,
    /// The addresses of people, each with the place in the person's list.
    addresses: BTreeMap<String, Vec<(Id, String, usize)>>,
}

impl Held {
    /// Notes the unique values of a record.
    pub(super) fn take(&mut self, kind: &Kind, path: &str, record: &Record) {
        for key in kind.uniques.iter().filter_map(|unique| unique.held(record)) {
            self.unique.entry(key).or_default().push((record.id.clone(), path.to_owned()));
        }
        for (at, address) in addresses(kind, record).into_iter().enumerate() {
            self.addresses.entry(address).or_default().push((record.id.clone(), path.to_owned(), at));
        }
    }
}

impl View<'_> {
    /// A problem for each record at these paths with a value of another record that must be unique, as the commit of
    /// the view has them. With `numbers` only running numbers count.
    ///
    /// # Errors
    /// If the book cannot be read.
    pub(super) fn not_unique<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p str>,
        numbers: bool,
    ) -> Result<Vec<Problem>, BookError> {
        let mut found = Vec::new();
        for path in paths {
            let Part::Record(id) = self.part(path) else { continue };
            let (Some(kind), Some(record)) = (self.policy().kind_of(&id), self.read(&id)?) else { continue };
            let number = kind.numbering.as_ref().map(|numbering| numbering.field);
            let asked = kind.uniques.iter().filter(|unique| !numbers || unique.fields.first().copied() == number);
            for key in asked.filter_map(|unique| unique.held(&record)) {
                let others = self.index()?.holding(&key)?;
                let other = others.iter().find(|other| **other != id);
                found.extend(other.and_then(|other| self.twice(&id, path, &key, other)));
            }
        }
        Ok(found)
    }

    /// A problem for each file with a value that another file has. If `all` files were examined, the last commit is
    /// not needed.
    pub(super) fn held_twice(&self, held: &Held, all: bool) -> Vec<Problem> {
        let mut found = Vec::new();
        for (key, holders) in &held.unique {
            if all && holders.len() == 1 {
                continue;
            }
            let others = match self.index().and_then(|index| Ok(index.holding(key)?)) {
                Ok(others) => others,
                Err(error) => {
                    let first = holders.first().map(|(_, path)| Place::of_file(path.as_str()));
                    found.extend(first.map(|place| Problem::new(place, error.label())));
                    continue;
                }
            };
            let others = others.into_iter().filter(|id| holders.iter().all(|(holder, _)| holder != id));
            let others: Vec<Id> = others
                .filter(|id| {
                    let has = |kind: &Kind, record: &Record| {
                        kind.uniques.iter().any(|unique| unique.held(record).as_deref() == Some(key))
                    };
                    self.on_disk_as(id, has)
                })
                .collect();
            for (id, path) in holders {
                let known = holders.iter().map(|(holder, _)| holder).chain(&others);
                let Some(other) = known.into_iter().find(|other| *other != id) else { continue };
                found.extend(self.twice(id, path, key, other));
            }
        }
        for (address, holders) in &held.addresses {
            let known: Vec<&Id> = holders.iter().map(|(id, ..)| id).collect();
            let has = |id: &&Id| self.on_disk_as(id, |kind, record| addresses(kind, record).contains(address));
            let others = self.people().iter().map(|person| &person.id).filter(|id| !all && !known.contains(id));
            let others: Vec<&Id> = others.filter(has).collect();
            for (id, path, at) in holders {
                let other = known.iter().chain(&others).find(|other| **other != id);
                found.extend(other.and_then(|other| self.one_address(id, path, (address, *at), other)));
            }
        }
        found
    }

    /// The problem of an address that another person has, too.
    fn one_address(&self, id: &Id, path: &str, (address, at): (&str, usize), other: &Id) -> Option<Problem> {
        let field = Staff::of(&self.policy().kind(STAFF)?.shape).address_field()?;
        let place = Place { key: format!("{field}.{at}").into(), ..Place::of_file(path) };
        let place = self.on_disk(path).map_or(place.clone(), |bytes| placed(&place, &bytes));
        let message = label!(RefusalText::AddressShared, address = address, other = other);
        Some(Problem::new(place, message).help(label!(RefusalText::AddressSharedHelp, id = id, field = field, at = at)))
    }

    fn twice(&self, id: &Id, path: &str, key: &str, other: &Id) -> Option<Problem> {
        let kind = self.policy().kind_of(id)?;
        let unique = kind.uniques.iter().find(|unique| key.split('\n').next() == Some(unique.name()))?;
        let names: Vec<&str> = unique.fields.iter().map(|field| kind.field(*field).name.as_str()).collect();
        let labels: Vec<Label> = unique.fields.iter().map(|field| kind.field(*field).label.clone()).collect();
        let message = label!(RefusalText::NotUnique, other = other; fields = wording::joined(&labels));
        let place = Place { key: names.first().copied().unwrap_or_default().into(), ..Place::of_file(path) };
        let place = self.on_disk(path).map_or(place.clone(), |bytes| placed(&place, &bytes));
        let field = names.first()?;
        let numbered = kind.numbering.as_ref().is_some_and(|numbering| unique.fields == [numbering.field]);
        // every clone names the same one: the one that was recorded later
        let ordered = self.in_order(vec![id.clone(), other.clone()]);
        let id = if numbered { id } else { ordered.last()? };
        let help = match numbered {
            false => label!(RefusalText::NotUniqueHelp, id = id, field = field),
            true if self.reading().published(id).unwrap_or_default() => label!(RefusalText::NumberStaysHelp, id = id),
            true => label!(RefusalText::NumberTwiceHelp, id = id, field = field),
        };
        let help = match gives_up(kind, unique) {
            Some(Step { name, .. }) => label!(RefusalText::NotUniqueVoid, id = id, step = name; help = help),
            None => help,
        };
        let help = label!(RefusalText::RuleStands, place = unique.place; help = help);
        Some(Problem::new(place, message).help(help))
    }

    /// These records in the order in which they were recorded; of the same time, by their ids.
    pub fn in_order(&self, mut ids: Vec<Id>) -> Vec<Id> {
        let recorded = |id: &Id| self.read(id).ok().flatten()?.history.first().map(Event::recorded);
        // what no commit has yet comes last
        ids.sort_by_cached_key(|id| (recorded(id).is_none(), recorded(id), id.clone()));
        ids
    }

    /// Whether something holds of a record in the working tree.
    fn on_disk_as(&self, id: &Id, holds: impl Fn(&Kind, &Record) -> bool) -> bool {
        let (Some(kind), Some(path)) = (self.policy().kind_of(id), self.path(id)) else { return false };
        let Some(bytes) = self.on_disk(&path) else { return false };
        self.read_disk(kind, &path, &bytes).is_ok_and(|decoded| holds(kind, &decoded.record))
    }
}

/// The step that makes a record void, if it gives up what must be unique by that.
pub fn gives_up<'k>(kind: &'k Kind, unique: &Unique) -> Option<&'k Step> {
    let voids = |step: &&Step| matches!(&step.to, Target::State(state) if kind.shape.is_void(state) && unique.without.contains(state));
    kind.steps.iter().find(voids)
}

/// The addresses of a person who was not registered by mistake, in the order of the file.
fn addresses(kind: &Kind, record: &Record) -> Vec<String> {
    match kind.name() == STAFF && !kind.shape.is_void(&record.state) {
        true => Staff::of(&kind.shape).address_list(record),
        false => Vec::new(),
    }
}
