//! What an answer depends on: a lookup that notes what it was asked. Every method of [`Lookup`] must be passed on
//! here.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::book::index::Rest;
use crate::filter::{self, Filter, Flag, Rollup};
use crate::kind::Unique;
use crate::lifecycle::Lookup;
use crate::policy::Policy;
use crate::record::{Fields, Id, Record, Value};
use crate::report::Answer;

/// The lookup of a record, which notes the other records that were asked for.
pub(super) struct Noted<'n> {
    of: &'n Id,
    inner: &'n dyn Lookup,
    rests: RefCell<BTreeSet<Rest>>,
    /// Whether something was asked whose answer can change without a change of a noted record.
    more: Cell<bool>,
}

impl<'n> Noted<'n> {
    pub(super) fn of(of: &'n Id, inner: &'n dyn Lookup) -> Self {
        Noted { of, inner, rests: RefCell::default(), more: Cell::new(false) }
    }

    /// What was asked for besides the record and those that refer to it. `None` if the answer can change without any
    /// of these.
    pub(super) fn rests(self) -> Option<BTreeSet<Rest>> {
        (!self.more.get()).then(|| self.rests.into_inner())
    }

    fn note(&self, id: &Id, rest: impl FnOnce(Id) -> Rest) {
        if id != self.of {
            self.rests.borrow_mut().insert(rest(id.clone()));
        }
    }

    fn more(&self) -> &dyn Lookup {
        self.more.set(true);
        self.inner
    }
}

impl filter::Resolver for Noted<'_> {
    fn record(&self, id: &Id) -> Answer<Option<Cow<'_, Record>>> {
        self.note(id, Rest::On);
        self.inner.record(id)
    }

    fn flag(&self, record: &Record, flag: Flag) -> Answer<bool> {
        self.more().flag(record, flag)
    }

    fn holders(&self, record: &Record) -> Answer<Vec<String>> {
        self.more().holders(record)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Answer<Option<Value>> {
        self.more().rollup(rollup, fields, id)
    }

    fn latest(&self, kind: &str, id: &Id, but: &Id) -> Answer<Option<Record>> {
        self.more().latest(kind, id, but)
    }
}

impl Lookup for Noted<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Answer<Vec<Record>> {
        self.note(id, Rest::OnThoseNaming);
        self.inner.linked(id, kind)
    }

    fn dealt_to(&self, person: &Id) -> Answer<Vec<Record>> {
        self.more().dealt_to(person)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Answer<Vec<Record>> {
        self.more().alike(unique, record)
    }

    fn every(&self, filter: &Filter) -> Answer<Option<Vec<Id>>> {
        self.more().every(filter)
    }

    fn highest(&self, series: &str) -> Answer<u64> {
        self.more().highest(series)
    }

    fn published(&self, id: &Id) -> Answer<bool> {
        self.more().published(id)
    }

    fn rules(&self, record: &Record) -> Answer<Option<Arc<Policy>>> {
        self.more().rules(record)
    }

    fn by_key(&self, key: &str) -> Answer<Option<Id>> {
        self.more().by_key(key)
    }
}
