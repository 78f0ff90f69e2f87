//! Unique values in the working tree: validated files are compared with one another and with the last commit.

use std::collections::BTreeMap;

use super::disk::placed;
use super::{BookError, Part, View};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::RefusalText;
use crate::place::{Place, Problem};
use crate::record::{Id, Record};

/// Unique values by key, with the records that have them.
#[derive(Debug, Default)]
pub(super) struct Held(BTreeMap<String, Vec<(Id, String)>>);

impl Held {
    /// Notes the unique values of a record.
    pub(super) fn take(&mut self, kind: &Kind, path: &str, record: &Record) {
        for key in kind.uniques.iter().filter_map(|unique| unique.held(record)) {
            self.0.entry(key).or_default().push((record.id.clone(), path.to_owned()));
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
        for (key, holders) in &held.0 {
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
            let others: Vec<Id> = others.filter(|id| self.holds_on_disk(id, key)).collect();
            for (id, path) in holders {
                let known = holders.iter().map(|(holder, _)| holder).chain(&others);
                let Some(other) = known.into_iter().find(|other| *other != id) else { continue };
                found.extend(self.twice(id, path, key, other));
            }
        }
        found
    }

    fn twice(&self, id: &Id, path: &str, key: &str, other: &Id) -> Option<Problem> {
        let kind = self.policy().kind_of(id)?;
        let unique = kind.uniques.iter().find(|unique| key.split('\n').next() == Some(unique.name()))?;
        let names: Vec<&str> = unique.fields.iter().map(|field| kind.field(*field).name.as_str()).collect();
        let message = label!(RefusalText::NotUnique, fields = names.join(", "), other = other);
        let place = Place { key: names.first().copied().unwrap_or_default().into(), ..Place::of_file(path) };
        let place = self.on_disk(path).map_or(place.clone(), |bytes| placed(&place, &bytes));
        Some(Problem::new(place, message).help(label!(RefusalText::RuleAt, place = unique.place)))
    }

    /// Whether a record that has a key in the last commit still has it in the working tree.
    fn holds_on_disk(&self, id: &Id, key: &str) -> bool {
        let (Some(kind), Some(path)) = (self.policy().kind_of(id), self.path(id)) else { return false };
        let Some(bytes) = self.on_disk(&path) else { return false };
        let Ok(decoded) = self.read_disk(kind, &path, &bytes) else { return false };
        kind.uniques.iter().any(|unique| unique.held(&decoded.record).as_deref() == Some(key))
    }
}
