//! The other records of a merged book, for steps that ask about them.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::Contents;
use crate::calendar::Moment;
use crate::filter::{Flag, Resolver, Rollup, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::{Lookup, rolled};
use crate::policy::Policy;
use crate::record::{Class, Fields, Id, Record, Value};

/// The changed records of a book, and where the others can be read.
pub(super) struct Around<'a> {
    policy: &'a Policy,
    contents: &'a dyn Contents,
    /// `None`: there is no such record, or it cannot be read.
    changed: BTreeMap<Id, Option<Record>>,
    /// The changed records that name a record, and some that did.
    naming: BTreeMap<Id, Vec<Id>>,
    /// When the event that is judged happened. The spans of rollups end there.
    at: Cell<Option<Moment>>,
    /// The changed records that were asked for since then.
    asked: RefCell<BTreeSet<Id>>,
}

impl<'a> Around<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        contents: &'a dyn Contents,
        changed: impl Iterator<Item = (Id, Option<Record>)>,
    ) -> Around<'a> {
        let (none, naming, at) = (BTreeMap::new(), BTreeMap::new(), Cell::new(None));
        let mut around = Around { policy, contents, changed: none, naming, at, asked: RefCell::default() };
        changed.for_each(|(id, record)| around.put(&id, record));
        around
    }

    /// Sets a changed record.
    pub(super) fn put(&mut self, id: &Id, record: Option<Record>) {
        for (to, _) in record.iter().flat_map(|record| self.policy.references(record)) {
            let naming = self.naming.entry(to).or_default();
            if !naming.contains(id) {
                naming.push(id.clone());
            }
        }
        self.changed.insert(id.clone(), record);
    }

    /// Sets the time of the event that is judged.
    pub(super) fn stand_at(&self, at: Moment) {
        self.at.set(Some(at));
        self.asked.borrow_mut().clear();
    }

    /// The changed records that were asked for since the time was set.
    pub(super) fn asked(&self) -> BTreeSet<Id> {
        self.asked.borrow().clone()
    }

    /// A changed record. `None` if it is not there, or was not changed.
    pub(super) fn get(&self, id: &Id) -> Option<&Record> {
        self.changed.get(id)?.as_ref()
    }

    /// Those of these records that fit, and those of the `others` that neither line has changed, sorted by id.
    fn found<'r>(
        &'r self,
        changed: impl Iterator<Item = &'r Record>,
        others: Vec<Id>,
        fits: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Record>, Unanswered> {
        let mut found: Vec<Record> = changed.filter(|record| fits(record)).cloned().collect();
        self.asked.borrow_mut().extend(found.iter().map(|record| record.id.clone()));
        for id in others.iter().filter(|id| !self.changed.contains_key(*id)) {
            found.extend(self.record(id)?.map(Cow::into_owned).filter(|record| fits(record)));
        }
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found.dedup_by(|a, b| a.id == b.id);
        Ok(found)
    }
}

impl Resolver for Around<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        if let Some(changed) = self.changed.get(id) {
            self.asked.borrow_mut().insert(id.clone());
            return Ok(changed.as_ref().map(Cow::Borrowed));
        }
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        let path = id.path(&kind.shape.folder);
        let bytes = self.contents.at(&path);
        Ok(bytes.and_then(|bytes| Record::read(&bytes, &path, &kind.shape).ok()).map(Cow::Owned))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        let Some(at) = self.at.get() else { return Ok(rollup.of_none()) };
        rolled(self, rollup, fields, id, at)
    }
}

impl Lookup for Around<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let naming = self.naming.get(id).into_iter().flatten().filter_map(|id| self.get(id));
        let fits =
            |record: &Record| record.kind == kind && !self.policy.is_void(record) && self.policy.refers(record, id);
        self.found(naming, self.contents.naming(id, kind)?, fits)
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let is_dealt = |record: &&Record| {
            let Some(kind) = self.policy.kind(&record.kind) else { return false };
            let assignee = kind.assignee.and_then(|field| record.get(field)).and_then(Value::as_text);
            assignee == Some(person.as_str()) && kind.shape.class(&record.state) != Class::Closed
        };
        Ok(self.changed.values().flatten().filter(is_dealt).cloned().collect())
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let Some(key) = unique.key(record) else { return Ok(Vec::new()) };
        let fits = |other: &Record| other.kind == record.kind && unique.key(other).as_ref() == Some(&key);
        self.found(self.changed.values().flatten(), self.contents.alike(unique, record)?, fits)
    }

    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        Ok(0)
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }
}
