//! The source of a book's reports. Each answer has its own file; this file puts them together and remembers them.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::alike::recurred;
use super::kept::KeptRuns;
use crate::book::index::LateNotes;
use crate::book::{View, unanswered};
use crate::calendar::{Moment, Period};
use crate::filter::{self, Filter, Flag, Rollup, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::{Lookup, Shown, rolled};
use crate::model::Facts;
use crate::place::Problems;
use crate::policy::Policy;
use crate::record::{Fields, Id, Record, Value};
use crate::report::{
    Answer, Basis, Cases, Clock, Definition, Layout, Link, NotedLater, Owed, RecordSet, RecordedEvent, Source, Timed,
};
use crate::wording::Held;

/// The source of a view's reports. It remembers what it has read, so that several parts of a report can ask the same
/// at no cost. It lives as long as one report.
pub struct BookSource<'v, 'b> {
    pub(super) view: &'v View<'b>,
    basis: Basis,
    pub(super) ids: RefCell<HashMap<String, Rc<BTreeSet<Id>>>>,
    pub(super) records: RefCell<HashMap<String, Rc<[Record]>>>,
    pub(super) read: RefCell<HashMap<Id, Option<Record>>>,
    pub(super) cases: RefCell<HashMap<(Period, bool), Rc<Cases>>>,
    /// The runs of deadlines that have ended.
    pub(super) kept: KeptRuns,
    /// The book as it was before a moment; `None` if there was none.
    pub(super) earlier: RefCell<Option<(Moment, Option<Rc<View<'b>>>)>>,
    unreadable: OnceCell<Vec<String>>,
    /// For these kinds, only the records that fit the filter count.
    only: BTreeMap<String, Filter>,
}

impl<'v, 'b> BookSource<'v, 'b> {
    /// The source of a view's reports. It shows what the view's reader may see.
    pub fn new(view: &'v View<'b>, facts: Facts) -> Self {
        let (policy, people, sight) = (view.shared_policy(), view.shared_people(), view.words().sight);
        BookSource {
            view,
            basis: Basis { facts, policy, people, now: view.now(), sight },
            ids: RefCell::default(),
            records: RefCell::default(),
            read: RefCell::default(),
            cases: RefCell::default(),
            kept: KeptRuns::default(),
            earlier: RefCell::default(),
            unreadable: OnceCell::new(),
            only: BTreeMap::new(),
        }
    }

    /// The same source, limited to records that fit a filter, by kind.
    #[must_use]
    pub fn only(self, filters: BTreeMap<String, Filter>) -> Self {
        BookSource { only: filters, ..self }
    }

    /// Asks about a set, limited to the records to which the source is limited.
    fn narrowed<T>(&self, set: &RecordSet<'_>, ask: impl FnOnce(&RecordSet<'_>) -> T) -> T {
        let Some(only) = self.only.get(set.kind.name()) else { return ask(set) };
        let filter = set.filter.map_or_else(|| only.clone(), |filter| filter.clone().and(only));
        ask(&RecordSet { filter: Some(&filter), ..*set })
    }

    /// Stores what was found out for the next report, and frees nothing: for a process that ends.
    pub fn end(self) {
        self.kept.keep();
        std::mem::forget(self);
    }
}

impl Source for BookSource<'_, '_> {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn layout(&self, report: &Definition) -> Answer<Rc<Layout>> {
        let (sources, problems) = (self.view.reports().map_err(unanswered)?, Problems::new());
        let layout = Layout::of(report, &sources, self.view.policy(), &problems);
        match problems.into_sorted().first() {
            Some(problem) => Err(Unanswered(problem.line())),
            None => Ok(Rc::new(layout)),
        }
    }

    fn unreadable(&self) -> Answer<Vec<String>> {
        if let Some(known) = self.unreadable.get() {
            return Ok(known.clone());
        }
        let found = self.view.index().map_err(unanswered)?.unreadable().map_err(unanswered)?;
        let found = found.iter().map(|(path, _)| path.clone()).collect();
        Ok(self.unreadable.get_or_init(|| found).clone())
    }

    fn rules_of(&self, record: &Record) -> Answer<Arc<Policy>> {
        self.view.rules_of(record)
    }

    fn ids(&self, set: &RecordSet<'_>) -> Answer<Rc<BTreeSet<Id>>> {
        self.narrowed(set, |set| self.ids_of(set))
    }

    fn records(&self, set: &RecordSet<'_>) -> Answer<Rc<[Record]>> {
        self.narrowed(set, |set| self.records_of(set))
    }

    fn count(&self, set: &RecordSet<'_>) -> Answer<u64> {
        self.narrowed(set, |set| self.counted(set))
    }

    fn values(&self, set: &RecordSet<'_>, columns: &[&str]) -> Answer<Vec<Vec<Option<Value>>>> {
        self.narrowed(set, |set| self.columns(set, columns))
    }

    fn read(&self, ids: &BTreeSet<Id>) -> Answer<Vec<Record>> {
        let found = self.view.index().map_err(unanswered)?.records(ids).map_err(unanswered)?;
        self.view.followed(self.view.without_void(found)).map_err(unanswered)
    }

    fn links(&self, to: &BTreeSet<Id>, kind: &str) -> Answer<Vec<Link>> {
        self.links_to(to, kind)
    }

    fn clocks(&self, record: &Record, shown: Shown, only: Option<&str>) -> Answer<Vec<Clock>> {
        self.kept.clocks(self.view, record, shown, only)
    }

    fn timed(&self, set: &RecordSet<'_>, shown: Shown) -> Answer<Vec<Timed>> {
        self.narrowed(set, |set| self.timed_of(set, shown))
    }

    fn owed(&self, kind: &str) -> Answer<Owed> {
        self.owed_of(kind)
    }

    fn held(&self, record: &Id, at: Moment) -> Answer<Held> {
        self.held_before(record, at)
    }

    fn cases(&self, period: &Period) -> Answer<Rc<Cases>> {
        self.cases_in(period)
    }

    fn past_cases(&self, period: &Period) -> Answer<Rc<Cases>> {
        self.cases_before(period)
    }

    fn expect(&self, ids: &BTreeSet<Id>) -> Answer<()> {
        let fresh: Vec<&Id> = {
            let read = self.read.borrow();
            ids.iter().filter(|id| !read.contains_key(*id)).collect()
        };
        let mut found = self.view.index().map_err(unanswered)?.records(fresh).map_err(unanswered)?;
        let merged = self.view.merged().map_err(unanswered)?;
        found.iter_mut().for_each(|record| merged.follow(&mut record.fields));
        self.read.borrow_mut().extend(found.into_iter().map(|record| (record.id.clone(), Some(record))));
        Ok(())
    }

    fn recurred(&self, measure: &Record) -> Answer<Vec<Moment>> {
        let came = recurred(self.view, measure).map_err(unanswered)?;
        Ok(came.iter().filter_map(Record::opened).collect())
    }

    fn events(&self, kinds: &[&str], span: (Moment, Moment)) -> Answer<Vec<RecordedEvent>> {
        self.events_of(kinds, span)
    }

    fn noted_later(&self, (from, until): (Moment, Moment)) -> Answer<Vec<NotedLater>> {
        let found = self.view.index().map_err(unanswered)?.noted_later(from, until).map_err(unanswered)?;
        let told = |LateNotes { by, step, count, longest, record }| NotedLater { by, step, count, longest, record };
        Ok(found.into_iter().map(told).collect())
    }
}

impl filter::Resolver for BookSource<'_, '_> {
    fn record(&self, id: &Id) -> Answer<Option<Cow<'_, Record>>> {
        if let Some(known) = self.read.borrow().get(id) {
            return Ok(known.clone().map(Cow::Owned));
        }
        // reading a row of the index is much faster than reading the record's file
        let indexed = self.view.index().map_err(unanswered)?.record(id).map_err(unanswered)?;
        let mut found = match indexed {
            Some(record) => Some(record),
            None => self.view.reading().record(id)?.map(Cow::into_owned),
        };
        if let Some(record) = &mut found {
            self.view.merged().map_err(unanswered)?.follow(&mut record.fields);
        }
        self.read.borrow_mut().insert(id.clone(), found.clone());
        Ok(found.map(Cow::Owned))
    }

    fn flag(&self, record: &Record, flag: Flag) -> Answer<bool> {
        self.view.flag(record, flag)
    }

    fn holders(&self, record: &Record) -> Answer<Vec<String>> {
        self.view.holders(record)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Answer<Option<Value>> {
        rolled(self, rollup, fields, id, self.view.now())
    }

    fn latest(&self, kind: &str, id: &Id, but: &Id) -> Answer<Option<Record>> {
        self.view.latest(kind, id, but)
    }
}

impl Lookup for BookSource<'_, '_> {
    fn linked(&self, id: &Id, kind: &str) -> Answer<Vec<Record>> {
        self.view.reading().linked(id, kind)
    }

    fn dealt_to(&self, person: &Id) -> Answer<Vec<Record>> {
        self.view.reading().dealt_to(person)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Answer<Vec<Record>> {
        self.view.reading().alike(unique, record)
    }

    fn highest(&self, series: &str) -> Answer<u64> {
        self.view.reading().highest(series)
    }

    fn published(&self, id: &Id) -> Answer<bool> {
        self.view.reading().published(id)
    }

    fn rules(&self, record: &Record) -> Answer<Option<Arc<Policy>>> {
        self.view.reading().rules(record)
    }

    fn by_key(&self, key: &str) -> Answer<Option<Id>> {
        self.view.reading().by_key(key)
    }
}
