//! The book as an operation sees it: the parent commit with the operation's own changes.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{Change, Lookup, rolled};
use crate::calendar::Moment;
use crate::filter::{self, Flag, Rollup, Unanswered};
use crate::kind::{Kind, Unique, named_by};
use crate::policy::Policy;
use crate::record::{Class, Event, Fields, Id, Record, Value};

pub(super) struct Pending<'s> {
    base: &'s dyn Lookup,
    policy: &'s Policy,
    touched: HashMap<Id, Touched>,
    order: Vec<Id>,
    links: HashMap<Id, Vec<Id>>,
    keys: HashMap<String, Id>,
    /// Unique values, and the records that have had them.
    unique: HashMap<String, Vec<Id>>,
    /// The records that were changed since the last part was taken, and their versions at that time.
    fresh: Vec<Id>,
    parted: HashMap<Id, Record>,
    /// Identifying values of touched records, and the records that have had them.
    identified: HashMap<String, BTreeSet<Id>>,
    /// The running numbers of new records, by series.
    numbers: HashMap<String, BTreeSet<(u64, Id)>>,
    /// The time of the step that is being taken. The spans of rollups end at it.
    at: Cell<Moment>,
    /// The changes of the operation that this one is a part of. They go into the same commit.
    outer: Option<&'s Pending<'s>>,
}

/// The key of a value that identifies a record of a kind.
fn identity(kind: &str, value: &str) -> String {
    format!("{kind}\n{value}")
}

struct Touched {
    before: Option<Record>,
    after: Record,
}

impl<'s> Pending<'s> {
    pub(super) fn new(base: &'s dyn Lookup, policy: &'s Policy, now: Moment) -> Self {
        Pending {
            base,
            policy,
            touched: HashMap::new(),
            order: Vec::new(),
            links: HashMap::new(),
            keys: HashMap::new(),
            unique: HashMap::new(),
            fresh: Vec::new(),
            parted: HashMap::new(),
            identified: HashMap::new(),
            numbers: HashMap::new(),
            at: Cell::new(now),
            outer: None,
        }
    }

    /// The changes of a part of an operation: something that is tried, and may be given up.
    pub(super) fn within(outer: &'s Pending<'s>, policy: &'s Policy, now: Moment) -> Self {
        Pending { outer: Some(outer), ..Pending::new(outer, policy, now) }
    }

    /// Sets the time of the step that is being taken, and returns that of the step before.
    pub(super) fn stand_at(&self, at: Moment) -> Moment {
        self.at.replace(at)
    }

    pub(super) fn get(&self, id: &Id) -> Result<Option<Record>, Unanswered> {
        match self.touched.get(id) {
            Some(touched) => Ok(Some(touched.after.clone())),
            None => Ok(self.base.record(id)?.map(|record| record.into_owned())),
        }
    }

    /// How many events a record had before the next commit of the operation.
    pub(super) fn stood(&self, record: &Record) -> usize {
        let before = match self.touched.get(&record.id) {
            None => Some(record),
            Some(touched) => self.parted.get(&record.id).or(touched.before.as_ref()),
        };
        match (before, self.outer) {
            (Some(before), Some(outer)) => outer.stood(before),
            (before, _) => before.map_or(0, |before| before.history.len()),
        }
    }

    pub(super) fn mark(&self) -> usize {
        self.order.len()
    }

    /// Links of forgotten records may stay: a lookup checks that the record still exists.
    pub(super) fn back_to(&mut self, mark: usize) {
        for id in self.order.split_off(mark.min(self.order.len())) {
            self.touched.remove(&id);
            self.keys.retain(|_, keyed| *keyed != id);
            self.numbers.values_mut().for_each(|numbers| numbers.retain(|(_, of)| *of != id));
        }
    }

    /// The touched records of a kind with this value in an identifying field, or with this key for similar records.
    pub(super) fn identified(&self, kind: &Kind, value: &str) -> Vec<Id> {
        let known = self.identified.get(&identity(kind.name(), value)).into_iter().flatten();
        let has = |id: &&Id| {
            self.touched.get(*id).is_some_and(|touched| {
                let mut paths = kind.identified_by.iter();
                paths.any(|path| named_by(&kind.shape, &touched.after.fields, path).iter().any(|(own, _)| own == value))
                    || kind.near_keys(&touched.after.fields).iter().any(|(key, _)| key == value)
            })
        };
        known.filter(has).cloned().collect()
    }

    pub(super) fn is_touched(&self, id: &Id) -> bool {
        self.touched.contains_key(id)
    }

    /// Stores the record after a step. `before` only counts if the operation touches the record for the first time.
    pub(super) fn put(&mut self, before: Option<Record>, after: Record) {
        for (id, _) in self.policy.references(&after) {
            let from = self.links.entry(id).or_default();
            if from.last() != Some(&after.id) {
                from.push(after.id.clone());
            }
        }
        for key in after.history.iter().filter_map(|event| event.key.as_ref()) {
            self.keys.entry(key.clone()).or_insert_with(|| after.id.clone());
        }
        let kind = self.policy.kind(&after.kind);
        if let Some(kind) = kind {
            let named = kind.identified_by.iter().flat_map(|path| named_by(&kind.shape, &after.fields, path));
            for (value, _) in named {
                self.identified.entry(identity(kind.name(), &value)).or_default().insert(after.id.clone());
            }
            for (key, _) in kind.near_keys(&after.fields) {
                self.identified.entry(identity(kind.name(), &key)).or_default().insert(after.id.clone());
            }
        }
        let numbering = kind.and_then(|kind| kind.numbering.as_ref());
        if let Some(numbered) = numbering.and_then(|numbering| numbering.counted(&after)) {
            self.numbers.entry(numbered.series).or_default().insert((numbered.count, after.id.clone()));
        }
        for unique in self.policy.kind(&after.kind).into_iter().flat_map(|kind| &kind.uniques) {
            if let Some(key) = unique.key(&after) {
                let holders = self.unique.entry(key).or_default();
                if !holders.contains(&after.id) {
                    holders.push(after.id.clone());
                }
            }
        }
        if self.fresh.last() != Some(&after.id) {
            self.fresh.push(after.id.clone());
        }
        match self.touched.get_mut(&after.id) {
            Some(touched) => touched.after = after,
            None => {
                self.order.push(after.id.clone());
                self.touched.insert(after.id.clone(), Touched { before, after });
            }
        }
    }

    /// The changes since the last part was taken.
    pub(super) fn take_part(&mut self) -> Vec<Change> {
        let mut seen = HashSet::new();
        let mut part = Vec::new();
        for id in std::mem::take(&mut self.fresh) {
            let Some(touched) = self.touched.get(&id).filter(|_| seen.insert(id.clone())) else { continue };
            let before = self.parted.insert(id, touched.after.clone()).or_else(|| touched.before.clone());
            part.push(Change::new(before, touched.after.clone()));
        }
        part
    }

    pub(super) fn into_changes(mut self) -> Vec<Change> {
        let order = std::mem::take(&mut self.order);
        let touched = order.into_iter().filter_map(|id| self.touched.remove(&id));
        touched.map(|touched| Change::new(touched.before, touched.after)).collect()
    }
}

impl filter::Resolver for Pending<'_> {
    fn record(&self, id: &Id) -> Result<Option<std::borrow::Cow<'_, Record>>, Unanswered> {
        match self.touched.get(id) {
            Some(touched) => Ok(Some(std::borrow::Cow::Borrowed(&touched.after))),
            None => self.base.record(id),
        }
    }

    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        self.base.flag(record, flag)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        rolled(self, rollup, fields, id, self.at.get())
    }
}

impl Lookup for Pending<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        // no committed record refers to a record that this operation just made with a drawn id
        let made = self.touched.get(id).is_some_and(|touched| touched.before.is_none()) && !id.is_person();
        let mut linked = if made { Vec::new() } else { self.base.linked(id, kind)? };
        linked.retain(|record| !self.touched.contains_key(&record.id));
        let sources = self.links.get(id).into_iter().flatten();
        let mut seen: HashSet<&Id> = HashSet::new();
        for source in sources {
            let Some(touched) = self.touched.get(source) else { continue };
            let names = touched.after.kind == kind && self.policy.refers(&touched.after, id);
            let names = names && !self.policy.is_void(&touched.after);
            if names && seen.insert(source) {
                linked.push(touched.after.clone());
            }
        }
        linked.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(linked)
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let mut dealt = self.base.dealt_to(person)?;
        dealt.retain(|record| !self.touched.contains_key(&record.id));
        let own = self.touched.values().map(|touched| &touched.after).filter(|record| {
            let kind = self.policy.kind(&record.kind);
            let assignee = kind.and_then(|kind| record.get(kind.assignee?)).and_then(Value::as_text);
            assignee == Some(person.as_str())
                && kind.is_some_and(|kind| kind.shape.class(&record.state) != Class::Closed)
        });
        dealt.extend(own.cloned());
        dealt.sort_by(|a, b| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)));
        Ok(dealt)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let Some(key) = unique.key(record) else { return Ok(Vec::new()) };
        let mut alike = self.base.alike(unique, record)?;
        alike.retain(|record| !self.touched.contains_key(&record.id));
        let held = self.unique.get(&key).into_iter().flatten().filter_map(|id| self.touched.get(id));
        let held = held.map(|touched| &touched.after).filter(|record| unique.key(record).as_ref() == Some(&key));
        alike.extend(held.cloned());
        alike.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(alike)
    }

    fn every(&self, filter: &filter::Filter) -> Result<Option<Vec<Id>>, Unanswered> {
        self.base.every(filter)
    }

    fn doings(
        &self,
        kinds: &[String],
        person: &Id,
        within: (Moment, Moment),
    ) -> Result<Option<Vec<(Id, Event)>>, Unanswered> {
        let Some(mut found) = self.base.doings(kinds, person, within)? else { return Ok(None) };
        found.retain(|(id, _)| !self.touched.contains_key(id));
        for touched in self.touched.values().filter(|touched| kinds.contains(&touched.after.kind)) {
            let own = touched.after.history.iter().filter(|event| event.is_of(person, within));
            found.extend(own.map(|event| (touched.after.id.clone(), event.clone())));
        }
        found.sort_by(|(a, one), (b, other)| (one.at, a).cmp(&(other.at, b)));
        Ok(Some(found))
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        let own = self.numbers.get(series).and_then(|numbers| numbers.last()).map_or(0, |(count, _)| *count);
        Ok(own.max(self.base.highest(series)?))
    }

    fn published(&self, id: &Id) -> Result<bool, Unanswered> {
        self.base.published(id)
    }

    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        self.base.rules(record)
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        match self.keys.get(key) {
            Some(id) => Ok(Some(id.clone())),
            None => self.base.by_key(key),
        }
    }
}
