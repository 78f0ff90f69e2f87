//! A source of values in memory: for tests, and for `policy check`, which tries reports with invented records. It
//! looks at every record for each question, so it is not suitable for a book.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDate;

use super::source::{Answer, Basis, Link, Owed, RecordedEvent, Source};
use super::{Belonging, Cases, Clock, Clocked, Definition, Layout, NotedLater, REPORTS, RecordSet, Timed};
use crate::calendar::{Moment, Period, Zone};
use crate::filter::{self, Flag, Merged, Rollup};
use crate::kind::{IMPORT, Kind, Unique};
use crate::lifecycle::{self, Duty, Ids, Lookup, SKEW, Setting, Shown, Standings};
use crate::place::Problems;
use crate::policy::{Policy, Sources};
use crate::record::{Class, Fields, Id, Record, Value};
use crate::wording::{Held, Sight, Titles, Words};

/// Records in memory, with values that a book would compute.
#[derive(Debug, Clone)]
pub struct PlainSource {
    /// The book, the moment, the rules, the reader.
    pub basis: Basis,
    /// The records of all kinds.
    pub records: BTreeMap<Id, Record>,
    /// The runs of deadlines of some records; for all others they are computed.
    pub clocks: BTreeMap<Id, Vec<Clock>>,
    /// The older rule books that judge records, by id.
    pub rules: BTreeMap<String, Arc<Policy>>,
    /// When complaints came back after a measure was done, by the measure's id.
    pub recurred: BTreeMap<Id, Vec<Moment>>,
    /// The layouts of computed reports, by name; for all others they follow from the rules.
    pub layouts: BTreeMap<&'static str, Layout>,
    /// The files that could not be read.
    pub unreadable: Vec<String>,
}

impl PlainSource {
    /// A source of these records.
    pub fn new(basis: Basis, records: impl IntoIterator<Item = Record>) -> Self {
        let mut records: BTreeMap<Id, Record> = records.into_iter().map(|record| (record.id.clone(), record)).collect();
        // like those of a book, references point to the surviving records
        let policy = &basis.policy;
        let pairs = records
            .values()
            .filter_map(|record| Some((record.id.clone(), policy.kind(&record.kind)?.merged_into(record)?.clone())));
        let merged = Merged::of(pairs.collect::<Vec<_>>());
        records.values_mut().for_each(|record| merged.follow(&mut record.fields));
        PlainSource {
            basis,
            records,
            clocks: BTreeMap::new(),
            rules: BTreeMap::new(),
            recurred: BTreeMap::new(),
            layouts: BTreeMap::new(),
            unreadable: Vec::new(),
        }
    }

    /// The same with more records and their runs of deadlines.
    #[must_use]
    pub fn with(mut self, records: impl IntoIterator<Item = Clocked>) -> Self {
        for Clocked { record, clocks } in records {
            self.clocks.insert(record.id.clone(), clocks);
            self.records.insert(record.id.clone(), record);
        }
        self
    }

    /// Takes the layouts from the files of a book, as far as these have no mistakes.
    pub fn lay_out(&mut self, sources: &Sources) {
        let policy = &self.basis.policy;
        let layout = |report: &'static Definition| (report.name, Layout::of(report, sources, policy, &Problems::new()));
        self.layouts = REPORTS.iter().map(layout).collect();
    }

    fn zone(&self) -> Zone {
        self.basis.policy.calendars.default().zone()
    }

    fn found<'s>(&'s self, set: &RecordSet<'_>) -> Answer<Vec<&'s Record>> {
        let mut found = Vec::new();
        for record in self.records.values().filter(|record| record.kind == set.kind.name()) {
            if set.holds(record, self.zone(), self)? {
                found.push(record);
            }
        }
        Ok(found)
    }

    fn sound(&self) -> impl Iterator<Item = &Record> {
        self.records.values().filter(|record| !self.basis.policy.is_void(record))
    }

    fn standings(&self, record: &Record, shown: Shown) -> Answer<Standings> {
        let (basis, rules) = (&self.basis, self.rules_of(record)?);
        lifecycle::deadlines_shown(shown, &rules, &basis.policy, &basis.people, record, self, basis.now)
    }

    fn duties(&self, record: &Record, standings: &Standings) -> Answer<Vec<Duty>> {
        let Some(kind) = self.basis.policy.kind(&record.kind) else { return Ok(Vec::new()) };
        let (basis, ids) = (&self.basis, Counted::default());
        let setting = Setting { policy: &basis.policy, people: &basis.people, lookup: self, ids: &ids, now: basis.now };
        lifecycle::duties(kind, &setting, record, standings)
    }

    /// The runs of a record's deadlines, each with its holder.
    fn held_clocks(&self, record: &Record, standings: &Standings) -> Vec<Clock> {
        self.clocks.get(&record.id).cloned().unwrap_or_else(|| Clock::held(standings, self.basis.now))
    }

    /// Every form of a case, grouped: of cases to which something happened in the period, or with `present` of all
    /// that were open in it.
    fn grouped(&self, period: &Period, present: bool) -> Answer<Cases> {
        let empty = Cases { period: period.clone(), all: Vec::new(), duplicates: 0 };
        let policy = &self.basis.policy;
        let found = policy.reports.cases.as_ref().and_then(|rules| Some((rules, policy.kind(&rules.kind)?)));
        let Some((rules, kind)) = found else { return Ok(empty) };
        let belonging = if present { Belonging::Present(period) } else { Belonging::Touched(period) };
        let mut ids: BTreeSet<&Id> =
            self.found(&RecordSet::of(kind, belonging))?.into_iter().map(|record| &record.id).collect();
        let names = |record: &Record| match record.get(rules.original?) {
            Some(Value::Ref(id)) => self.records.get(id).map(|record| &record.id),
            _ => None,
        };
        loop {
            let forms = self.sound().filter(|record| record.kind == kind.name());
            let pairs = forms.filter_map(|record| Some((&record.id, names(record)?)));
            let more: Vec<&Id> = pairs.filter(|(one, other)| ids.contains(one) != ids.contains(other)).fold(
                Vec::new(),
                |mut all, (one, other)| {
                    all.extend([one, other]);
                    all
                },
            );
            if more.is_empty() {
                break;
            }
            ids.extend(more);
        }
        let mut forms = Vec::new();
        for record in ids.iter().filter_map(|id| self.records.get(*id)).filter(|record| !policy.is_void(record)) {
            let clocks = if present { self.clocks(record, Shown::Now, None)? } else { Vec::new() };
            forms.push(Clocked { record: record.clone(), clocks });
        }
        Ok(Cases::group(period.clone(), forms, rules.original, rules.duplicate_of))
    }
}

impl Source for PlainSource {
    fn basis(&self) -> &Basis {
        &self.basis
    }

    fn layout(&self, report: &Definition) -> Answer<Rc<Layout>> {
        let known = self.layouts.get(report.name).cloned();
        Ok(Rc::new(known.unwrap_or_else(|| Layout::older(report, &self.basis.policy))))
    }

    fn unreadable(&self) -> Answer<Vec<String>> {
        Ok(self.unreadable.clone())
    }

    fn rules_of(&self, record: &Record) -> Answer<Arc<Policy>> {
        let older = record.rules.as_ref().and_then(|rules| self.rules.get(rules));
        Ok(older.unwrap_or(&self.basis.policy).clone())
    }

    fn ids(&self, set: &RecordSet<'_>) -> Answer<Rc<BTreeSet<Id>>> {
        Ok(Rc::new(self.found(set)?.into_iter().map(|record| record.id.clone()).collect()))
    }

    fn records(&self, set: &RecordSet<'_>) -> Answer<Rc<[Record]>> {
        Ok(self.found(set)?.into_iter().cloned().collect())
    }

    fn count(&self, set: &RecordSet<'_>) -> Answer<u64> {
        Ok(self.found(set)?.len() as u64)
    }

    fn values(&self, set: &RecordSet<'_>, columns: &[&str]) -> Answer<Vec<Vec<Option<Value>>>> {
        let row = |record: &Record| columns.iter().map(|column| value(set.kind, record, column)).collect();
        Ok(self.found(set)?.into_iter().map(row).collect())
    }

    fn read(&self, ids: &BTreeSet<Id>) -> Answer<Vec<Record>> {
        Ok(self.sound().filter(|record| ids.contains(&record.id)).cloned().collect())
    }

    fn links(&self, to: &BTreeSet<Id>, kind: &str) -> Answer<Vec<Link>> {
        let Some(kind) = self.basis.policy.kind(kind) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for record in self.sound().filter(|record| record.kind == kind.name()) {
            let named = record.fields.references(&kind.shape).into_iter().filter(|(id, _)| to.contains(id));
            found.extend(named.map(|(to, field)| Link { to, from: record.id.clone(), field }));
        }
        found.sort();
        Ok(found)
    }

    fn clocks(&self, record: &Record, shown: Shown, only: Option<&str>) -> Answer<Vec<Clock>> {
        let mut clocks = match self.clocks.get(&record.id) {
            Some(told) => told.clone(),
            None => Clock::of(&self.standings(record, shown)?, self.basis.now),
        };
        clocks.retain(|clock| only.is_none_or(|only| only == clock.name()));
        Ok(clocks)
    }

    fn timed(&self, set: &RecordSet<'_>, shown: Shown) -> Answer<Vec<Timed>> {
        let basis = &self.basis;
        let words = Words::new(&basis.policy, &basis.people, Titles::Read(self), basis.sight);
        let timed = |record: &Record| {
            let clocks = self.held_clocks(record, &self.standings(record, shown)?);
            Ok(Timed { id: record.id.clone(), kind: record.kind.clone(), title: words.title_of(record), clocks })
        };
        self.found(set)?.into_iter().map(timed).collect()
    }

    fn owed(&self, kind: &str) -> Answer<Owed> {
        let basis = &self.basis;
        let words = Words::new(&basis.policy, &basis.people, Titles::Read(self), basis.sight);
        let mut owed = Owed::default();
        for record in self.sound().filter(|record| record.kind == kind) {
            let standings = self.standings(record, Shown::Now)?;
            let duties = self.duties(record, &standings)?;
            let clocks = self.held_clocks(record, &standings);
            owed.take(record, words.title_of(record), clocks, duties);
        }
        Ok(owed)
    }

    fn held(&self, record: &Id, _: Moment) -> Answer<Held> {
        let Some(record) = self.records.get(record) else { return Ok(Held::default()) };
        let duties = self.duties(record, &self.standings(record, Shown::Now)?)?;
        Ok(duties.iter().flat_map(|duty| duty.held.parties()).cloned().collect())
    }

    fn cases(&self, period: &Period) -> Answer<Rc<Cases>> {
        Ok(Rc::new(self.grouped(period, true)?))
    }

    fn past_cases(&self, period: &Period) -> Answer<Rc<Cases>> {
        Ok(Rc::new(self.grouped(period, false)?))
    }

    fn recurred(&self, measure: &Record) -> Answer<Vec<Moment>> {
        Ok(self.recurred.get(&measure.id).cloned().unwrap_or_default())
    }

    fn events(&self, kinds: &[&str], (from, until): (Moment, Moment)) -> Answer<Vec<RecordedEvent>> {
        let mut found = Vec::new();
        for record in self.sound().filter(|record| kinds.contains(&record.kind.as_str())) {
            let inside = record.history.iter().filter(|event| event.at >= from && event.at < until);
            found.extend(inside.map(|event| RecordedEvent {
                record: record.id.clone(),
                kind: record.kind.clone(),
                event: event.clone(),
            }));
        }
        found.sort_by(|a, b| (a.event.at, &a.record).cmp(&(b.event.at, &b.record)));
        Ok(found)
    }

    fn noted_later(&self, (from, until): (Moment, Moment)) -> Answer<Vec<NotedLater>> {
        let mut found: BTreeMap<(Id, String, String), NotedLater> = BTreeMap::new();
        for record in self.records.values() {
            for event in record.history.iter().filter(|event| event.step != IMPORT) {
                let Some(noted) = event.noted.filter(|noted| *noted >= from && *noted < until) else { continue };
                let late = noted.signed_duration_since(event.at);
                if late <= SKEW {
                    continue;
                }
                let key = (event.by.clone(), event.step.clone(), record.kind.clone());
                let one = found.entry(key).or_insert_with(|| NotedLater {
                    by: event.by.clone(),
                    step: event.step.clone(),
                    count: 0,
                    longest: 0,
                    record: record.id.clone(),
                });
                one.count += 1;
                if late.num_seconds() > one.longest {
                    (one.longest, one.record) = (late.num_seconds(), record.id.clone());
                }
            }
        }
        let mut found: Vec<NotedLater> = found.into_values().collect();
        found.sort_by(|a, b| (-a.longest, &a.by, &a.step).cmp(&(-b.longest, &b.by, &b.step)));
        Ok(found)
    }
}

/// A column of a record, as in [`Source::values`].
fn value(kind: &Kind, record: &Record, column: &str) -> Option<Value> {
    let time = |at: Option<Moment>| at.map(Value::Time);
    let class = kind.shape.class(&record.state);
    match column {
        "id" => Some(Value::Ref(record.id.clone())),
        "state" => Some(Value::Text(record.state.clone())),
        "class" => Some(Value::Text(class.name().to_owned())),
        "opened" => time(record.opened()),
        "changed" => time(record.history.last().map(|event| event.at)),
        "closed" => time(
            (class == Class::Closed)
                .then(|| record.history.iter().rfind(|event| event.to.as_ref() == Some(&record.state)))
                .flatten()
                .map(|event| event.at),
        ),
        "by" => record.history.first().map(|event| Value::Text(event.by.to_string())),
        name => match kind.shape.field_id(name) {
            Some(field) => record.get(field).cloned(),
            None => kind.shape.computed().iter().find(|computed| computed.name == name)?.value(&record.fields),
        },
    }
}

impl filter::Resolver for PlainSource {
    fn record(&self, id: &Id) -> Answer<Option<Cow<'_, Record>>> {
        Ok(self.records.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, record: &Record, flag: Flag) -> Answer<bool> {
        match flag {
            Flag::Overdue => Ok(self.standings(record, Shown::Now)?.is_overdue()),
            _ => Ok(false),
        }
    }

    fn holders(&self, record: &Record) -> Answer<Vec<String>> {
        let held = self.held(&record.id, self.basis.now)?;
        Ok(held.named(&self.basis.people, self.basis.now.date_naive()))
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Answer<Option<Value>> {
        lifecycle::rolled(self, rollup, fields, id, self.basis.now)
    }
}

impl Lookup for PlainSource {
    fn linked(&self, id: &Id, kind: &str) -> Answer<Vec<Record>> {
        let links = self.links(&BTreeSet::from([id.clone()]), kind)?;
        self.read(&links.into_iter().map(|link| link.from).collect())
    }

    fn dealt_to(&self, person: &Id) -> Answer<Vec<Record>> {
        let dealt = |record: &&Record| {
            let Some(kind) = self.basis.policy.kind(&record.kind) else { return false };
            let assignee = kind.assignee.and_then(|field| record.get(field)).and_then(Value::as_text);
            kind.shape.class(&record.state) != Class::Closed && assignee == Some(person.as_str())
        };
        Ok(self.sound().filter(dealt).cloned().collect())
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Answer<Vec<Record>> {
        let Some(key) = unique.key(record) else { return Ok(Vec::new()) };
        Ok(self.records.values().filter(|other| unique.key(other).as_ref() == Some(&key)).cloned().collect())
    }

    fn highest(&self, series: &str) -> Answer<u64> {
        let counted = |record: &Record| {
            let numbering = self.basis.policy.kind(&record.kind)?.numbering.as_ref()?;
            numbering.counted(record).filter(|numbered| numbered.series == series).map(|numbered| numbered.count)
        };
        Ok(self.records.values().filter_map(counted).max().unwrap_or_default())
    }

    fn published(&self, _: &Id) -> Answer<bool> {
        Ok(false)
    }

    fn rules(&self, record: &Record) -> Answer<Option<Arc<Policy>>> {
        self.rules_of(record).map(Some)
    }

    fn by_key(&self, key: &str) -> Answer<Option<Id>> {
        let has = |record: &&Record| record.history.iter().any(|event| event.key.as_deref() == Some(key));
        Ok(self.records.values().find(has).map(|record| record.id.clone()))
    }
}

/// Nothing is written here: duties only try what a step would open, and discard the ids.
#[derive(Default)]
struct Counted(Cell<u8>);

impl Ids for Counted {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        loop {
            let next = self.0.get().wrapping_add(1);
            self.0.set(next);
            // prefix and date were checked when they were read
            if let Ok(id) = Id::coded(prefix, date, [0, 0, 0, next / 32, next]) {
                return id;
            }
        }
    }
}

impl Basis {
    /// A basis for values in memory: a policy without staff, at a moment, for a reader who may see nothing private.
    pub fn bare(policy: Arc<Policy>, now: Moment) -> Self {
        Basis { facts: super::model::Facts::default(), policy, people: Arc::default(), now, sight: Sight::Masked }
    }
}
