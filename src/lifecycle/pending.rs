//! The book as an operation sees it: the parent commit with the operation's own changes.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{Change, Lookup, rolled};
use crate::calendar::Moment;
use crate::filter::{self, Flag, Rollup, Unanswered};
use crate::kind::{Kind, Unique, named_by};
use crate::label;
use crate::locale::messages::CliText;
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
    before: Option<Box<Record>>,
    after: After,
}

/// A record after the steps so far.
enum After {
    Whole(Box<Record>),
    /// As compact bytes, for one that the operation has probably finished with.
    Settled(Box<[u8]>),
}

impl Touched {
    /// The record after the steps so far. `None` if bytes in memory are damaged.
    fn after(&self, id: &Id, policy: &Policy) -> Option<Cow<'_, Record>> {
        match &self.after {
            After::Whole(record) => Some(Cow::Borrowed(record)),
            After::Settled(bytes) => Record::unpack(bytes, id, policy.kind_of(id)?.name()).map(Cow::Owned),
        }
    }
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
            Some(touched) => self.after(id, touched).map(|record| Some(record.into_owned())),
            None => Ok(self.base.record(id)?.map(|record| record.into_owned())),
        }
    }

    /// How many events a record had before the next commit of the operation.
    pub(super) fn stood(&self, record: &Record) -> usize {
        let before = match self.touched.get(&record.id) {
            None => Some(record),
            Some(touched) => self.parted.get(&record.id).or(touched.before.as_deref()),
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
            self.touched.get(*id).and_then(|touched| touched.after(id, self.policy)).is_some_and(|record| {
                let mut paths = kind.identified_by.iter();
                paths.any(|path| named_by(&kind.shape, &record.fields, path).iter().any(|(own, _)| own == value))
                    || kind.near_keys(&record.fields).iter().any(|(key, _)| key == value)
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
            Some(touched) => touched.after = After::Whole(Box::new(after)),
            None => {
                let (id, before) = (after.id.clone(), before.map(Box::new));
                self.order.push(id.clone());
                self.touched.insert(id, Touched { before, after: After::Whole(Box::new(after)) });
            }
        }
    }

    /// Keeps a record that the operation made as compact bytes.
    pub(super) fn settle(&mut self, id: &Id) {
        let Some(touched) = self.touched.get_mut(id).filter(|touched| touched.before.is_none()) else { return };
        if let After::Whole(record) = &touched.after {
            touched.after = After::Settled(record.pack().into_boxed_slice());
        }
    }

    fn after<'t>(&self, id: &Id, touched: &'t Touched) -> Result<Cow<'t, Record>, Unanswered> {
        let unreadable = || Unanswered(label!(CliText::UnreadableRecord, path = id));
        touched.after(id, self.policy).ok_or_else(unreadable)
    }

    /// The changes since the last part was taken.
    pub(super) fn take_part(&mut self) -> Vec<Change> {
        let mut seen = HashSet::new();
        let mut part = Vec::new();
        for id in std::mem::take(&mut self.fresh) {
            let Some(touched) = self.touched.get(&id).filter(|_| seen.insert(id.clone())) else { continue };
            let Some(after) = touched.after(&id, self.policy).map(Cow::into_owned) else { continue };
            let before = self.parted.insert(id, after.clone()).or_else(|| touched.before.as_deref().cloned());
            part.push(Change::new(before, after));
        }
        part
    }

    /// Each change, and whether its record was settled.
    pub(super) fn into_each(mut self) -> impl Iterator<Item = Result<(Change, bool), Unanswered>> {
        let order = std::mem::take(&mut self.order);
        order.into_iter().filter_map(move |id| {
            let touched = self.touched.remove(&id)?;
            let settled = matches!(touched.after, After::Settled(_));
            let after = match touched.after {
                After::Whole(record) => *record,
                After::Settled(_) => match self.after(&id, &touched) {
                    Ok(record) => record.into_owned(),
                    Err(unanswered) => return Some(Err(unanswered)),
                },
            };
            Some(Ok((Change::new(touched.before.map(|before| *before), after), settled)))
        })
    }

    /// All changes, of an operation that has settled none.
    pub(super) fn into_changes(self) -> Vec<Change> {
        self.into_each().filter_map(|change| change.ok().map(|(change, _)| change)).collect()
    }
}

impl filter::Resolver for Pending<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        match self.touched.get(id) {
            Some(touched) => self.after(id, touched).map(Some),
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
            if self.policy.kind_of(source).is_none_or(|of| of.name() != kind) {
                continue;
            }
            let after = self.after(source, touched)?;
            let names = self.policy.refers(&after, id) && !self.policy.is_void(&after);
            if names && seen.insert(source) {
                linked.push(after.into_owned());
            }
        }
        linked.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(linked)
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let mut dealt = self.base.dealt_to(person)?;
        dealt.retain(|record| !self.touched.contains_key(&record.id));
        let touched = self.touched.iter().filter_map(|(id, touched)| touched.after(id, self.policy));
        let own = touched.filter(|record| {
            let kind = self.policy.kind(&record.kind);
            let assignee = kind.and_then(|kind| record.get(kind.assignee?)).and_then(Value::as_text);
            assignee == Some(person.as_str())
                && kind.is_some_and(|kind| kind.shape.class(&record.state) != Class::Closed)
        });
        dealt.extend(own.map(Cow::into_owned));
        dealt.sort_by(|a, b| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)));
        Ok(dealt)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let Some(key) = unique.key(record) else { return Ok(Vec::new()) };
        let mut alike = self.base.alike(unique, record)?;
        alike.retain(|record| !self.touched.contains_key(&record.id));
        let held = self.unique.get(&key).into_iter().flatten();
        let held = held.filter_map(|id| self.touched.get(id)?.after(id, self.policy));
        alike.extend(held.filter(|record| unique.key(record).as_ref() == Some(&key)).map(Cow::into_owned));
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
        let of_kinds =
            |id: &Id| self.policy.kind_of(id).is_some_and(|kind| kinds.iter().any(|name| name == kind.name()));
        for (id, touched) in self.touched.iter().filter(|(id, _)| of_kinds(id)) {
            let after = self.after(id, touched)?;
            let own = after.history.iter().filter(|event| event.is_of(person, within));
            found.extend(own.map(|event| (id.clone(), event.clone())));
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
