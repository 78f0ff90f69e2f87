//! Where reports get what they are made from. A report asks a [`Source`] for records, runs, links and events; the source reads
//! the book then, and not before. The book's source is `gather`'s; [`PlainSource`](super::PlainSource) answers from values at hand.
//!
//! Each question names its period, so that a report asks the same of the period before. A question that is asked twice is read once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::model::{Facts, Level, Report, ReportPeriod};
use super::{Cases, Clock, Clocked, Definition, Layout, NotedLater, RecordSet, Timed, Untimed};
use crate::calendar::{Moment, Period, Zone};
use crate::filter::{Expr, Filter, Scope, Unanswered};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Lookup, Shown};
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{People, Policy};
use crate::record::{Event, Id, Record, Type, Value};
use crate::wording::{Held, Sight, Titles, Words};

/// An answer of a [`Source`]. The error says what could not be read; a report is not made without it.
pub type Answer<T> = Result<T, Unanswered>;

/// What does not depend on what is asked: the book, the moment, the rules, the reader.
#[derive(Debug, Clone)]
pub struct Basis {
    /// The book, its commit, the moment.
    pub facts: Facts,
    /// The rule book of the commit.
    pub policy: Arc<Policy>,
    /// The staff.
    pub people: Arc<People>,
    /// What still runs is seen from here.
    pub now: Moment,
    /// Whether private fields are shown in the clear.
    pub sight: Sight,
}

/// An event with the record that it happened to. What it set, and which conditions held, is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The record.
    pub record: Id,
    /// Its kind.
    pub kind: String,
    /// What happened.
    pub event: Event,
}

/// That a record names another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The record that is named.
    pub to: Id,
    /// The record that names it.
    pub from: Id,
    /// The field by which it does, with those around it: `lines.item`.
    pub field: String,
}

/// What the records of a kind ask of people now.
#[derive(Debug, Clone, Default)]
pub struct Owed {
    /// Every record with the runs that go on.
    pub running: Vec<Timed>,
    /// What is owed of records without a deadline that runs.
    pub untimed: Vec<Untimed>,
}

/// What reports are made from. It is the other records, too: conditions of rules and titles ask [`Lookup`].
///
/// No answer holds a record that was registered by mistake, except [`Belonging::Voided`](super::Belonging::Voided) asks for them.
/// Every method fails if what it asks for cannot be read.
pub trait Source: Lookup {
    /// The book, the moment, the rules, the reader.
    fn basis(&self) -> &Basis;

    /// What the book says of how a computed report looks.
    ///
    /// # Errors
    /// The file that says so cannot be read, or is wrong.
    fn layout(&self, report: &Definition) -> Answer<Rc<Layout>>;

    /// The paths of the files that hold records and could not be read.
    ///
    /// # Errors
    /// As all.
    fn unreadable(&self) -> Answer<Vec<String>>;

    /// The rule book that a record is judged by: that under which it was opened where its kind says so, else today's.
    ///
    /// # Errors
    /// As all.
    fn rules_of(&self, record: &Record) -> Answer<Arc<Policy>>;

    /// The ids of the records of a set.
    ///
    /// # Errors
    /// As all.
    fn ids(&self, set: &RecordSet<'_>) -> Answer<Rc<BTreeSet<Id>>>;

    /// The records of a set, by id.
    ///
    /// # Errors
    /// As all.
    fn records(&self, set: &RecordSet<'_>) -> Answer<Rc<[Record]>>;

    /// How many records a set has.
    ///
    /// # Errors
    /// As all.
    fn count(&self, set: &RecordSet<'_>) -> Answer<u64>;

    /// These columns of every record of a set, by id: fields, computed values, or `id`, `state`, `class`, `opened`, `changed`,
    /// `closed`, `by`. Many records are read so in a tenth of the time that whole ones take.
    ///
    /// # Errors
    /// As all.
    fn values(&self, set: &RecordSet<'_>, columns: &[&str]) -> Answer<Vec<Vec<Option<Value>>>>;

    /// The records of these ids, in their order; those that are not there are left out.
    ///
    /// # Errors
    /// As all.
    fn read(&self, ids: &BTreeSet<Id>) -> Answer<Vec<Record>>;

    /// How the records of a kind name these.
    ///
    /// # Errors
    /// As all.
    fn links(&self, to: &BTreeSet<Id>, kind: &str) -> Answer<Vec<Link>>;

    /// The runs of a record's deadlines, or `only` of the one of this name, seen from now, without who holds them; `shown` says which
    /// form of a case has the runs over all its forms.
    ///
    /// # Errors
    /// As all.
    fn clocks(&self, record: &Record, shown: Shown, only: Option<&str>) -> Answer<Vec<Clock>>;

    /// The records of a set with the runs of their deadlines and who holds each, without keeping the records: of tens of thousands
    /// memory would not hold them all. `shown` is as in [`Source::clocks`].
    ///
    /// # Errors
    /// As all.
    fn timed(&self, set: &RecordSet<'_>, shown: Shown) -> Answer<Vec<Timed>>;

    /// What the records of a kind ask of people now.
    ///
    /// # Errors
    /// As all.
    fn owed(&self, kind: &str) -> Answer<Owed>;

    /// Who held a record right before a moment, as the book knew it then; from now on, who holds it now.
    ///
    /// # Errors
    /// As all.
    fn held(&self, record: &Id, at: Moment) -> Answer<Held>;

    /// The cases that something happened to in a period or that were open in it, with the runs of their deadlines.
    ///
    /// # Errors
    /// As all.
    fn cases(&self, period: &Period) -> Answer<Rc<Cases>>;

    /// The cases that something happened to in a period, without the runs of their deadlines.
    ///
    /// # Errors
    /// As all.
    fn past_cases(&self, period: &Period) -> Answer<Rc<Cases>>;

    /// Says that these records will be looked up one by one, so that all can be read at once. It changes no answer.
    ///
    /// # Errors
    /// As all.
    fn expect(&self, ids: &BTreeSet<Id>) -> Answer<()> {
        let _ = ids;
        Ok(())
    }

    /// When complaints like those that a measure is about came after it was done, within the policy's window.
    ///
    /// # Errors
    /// As all.
    fn recurred(&self, measure: &Record) -> Answer<Vec<Moment>>;

    /// What happened to the records of these kinds in a stretch of time, from the first instant to the one before the second; by
    /// time.
    ///
    /// # Errors
    /// As all.
    fn events(&self, kinds: &[&str], span: (Moment, Moment)) -> Answer<Vec<RecordedEvent>>;

    /// What was noted in a stretch of time later than it happened, by who did it and the step; what took longest comes first.
    ///
    /// # Errors
    /// As all.
    fn noted_later(&self, span: (Moment, Moment)) -> Answer<Vec<NotedLater>>;
}

/// What a report is about: a source and a period. It is handed on by value.
#[derive(Clone, Copy)]
pub struct Subject<'s> {
    /// Where the report gets what it is made from.
    pub source: &'s dyn Source,
    /// What it covers; the day of `now` for reports of now.
    pub period: &'s Period,
}

impl<'s> Subject<'s> {
    /// A report over a period.
    pub fn of(source: &'s dyn Source, period: &'s Period) -> Self {
        Subject { source, period }
    }

    /// The same report over another period.
    #[must_use]
    pub fn over(self, period: &'s Period) -> Self {
        Subject { period, ..self }
    }

    /// The rule book of the commit.
    pub fn policy(self) -> &'s Policy {
        &self.source.basis().policy
    }

    /// The staff.
    pub fn people(self) -> &'s People {
        &self.source.basis().people
    }

    /// What still runs is seen from here.
    pub fn now(self) -> Moment {
        self.source.basis().now
    }

    /// The book's zone.
    pub fn zone(self) -> Zone {
        self.policy().calendars.default().zone()
    }

    /// The first instant of the period and the one that it ends before.
    pub fn span(self) -> (Moment, Moment) {
        self.period.moments(self.zone())
    }

    /// The last instant that the period can speak of: its end, or now.
    pub fn seen_until(self) -> Moment {
        self.span().1.min(self.now())
    }

    /// Whether the period goes on.
    pub fn is_over(self) -> bool {
        self.span().1 <= self.now()
    }

    /// What names mean to the reader of the report.
    pub fn words(self) -> Words<'s> {
        let basis = self.source.basis();
        Words::new(&basis.policy, &basis.people, Titles::Read(self.source), basis.sight)
    }

    /// A stored value of a field as people read it.
    pub fn label(self, ty: &Type, stored: &str) -> Label {
        self.words().stored(ty, stored)
    }

    /// The records of a kind that name these, each with what it names, by id.
    ///
    /// # Errors
    /// As those of the source.
    pub fn linked(self, to: &BTreeSet<Id>, kind: &str) -> Answer<BTreeMap<Id, Vec<Record>>> {
        let links = self.source.links(to, kind)?;
        let ids: BTreeSet<Id> = links.iter().map(|link| link.from.clone()).collect();
        let records = self.source.read(&ids)?.into_iter().map(|record| (record.id.clone(), record));
        let records: BTreeMap<Id, Record> = records.collect();
        // one that names a record through two fields is one record of it
        let pairs: BTreeSet<(Id, Id)> = links.into_iter().map(|link| (link.to, link.from)).collect();
        let mut linked: BTreeMap<Id, Vec<Record>> = BTreeMap::new();
        for (to, from) in pairs {
            if let Some(record) = records.get(&from) {
                linked.entry(to).or_default().push(record.clone());
            }
        }
        Ok(linked)
    }

    /// The records of a set, each with the runs of its deadlines.
    ///
    /// # Errors
    /// As those of the source.
    pub fn clocked(self, set: &RecordSet<'_>) -> Answer<Vec<Clocked>> {
        let records = self.source.records(set)?;
        let clocked = |record: &Record| {
            let clocks = self.source.clocks(record, Shown::Now, None)?;
            Ok(Clocked { record: record.clone(), clocks })
        };
        records.iter().map(clocked).collect()
    }

    /// The filter of terms, bound to a kind.
    ///
    /// # Errors
    /// As [`Expr::ask`].
    pub fn asking(self, kind: &Kind, terms: &Expr) -> Answer<Filter> {
        let policy = self.policy();
        let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), self.now());
        terms.ask(kind.name(), policy, &scope)
    }

    /// The report with what every one has: title, facts and what could not be read.
    ///
    /// # Errors
    /// As those of the source.
    pub fn report(self, name: &str, title: Text) -> Answer<Report> {
        let mut report = Report::new(name, title, self.source.basis().facts.clone());
        for path in self.source.unreadable()? {
            report.note(Level::Error, label!(Text::UnreadableRecord, path = path));
        }
        Ok(report)
    }

    /// The period as the model has it.
    pub fn model_period(self) -> ReportPeriod {
        ReportPeriod { name: self.period.label.clone(), first: self.period.from, last: self.period.last() }
    }
}
