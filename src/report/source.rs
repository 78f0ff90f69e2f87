//! Where reports get their data. A report asks a [`Source`] for records, runs, links and events, and the source only
//! then reads the book. The book's source is in `gather`; [`PlainSource`](super::PlainSource) answers from values in
//! memory.
//!
//! Each question names its period, so a report can ask the same about the period before. A repeated question is
//! answered from memory.

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

/// An answer of a [`Source`]. The error says what could not be read; then the report is not made.
pub type Answer<T> = Result<T, Unanswered>;

/// What is the same for all questions: the book, the moment, the rules, the reader.
#[derive(Debug, Clone)]
pub struct Basis {
    /// The book, its commit, the moment.
    pub facts: Facts,
    /// The rule book of the commit.
    pub policy: Arc<Policy>,
    /// The staff.
    pub people: Arc<People>,
    /// The moment at which running deadlines are judged.
    pub now: Moment,
    /// Whether private fields are shown.
    pub sight: Sight,
}

/// An event, with its record. It comes without the fields that it set and the conditions that held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The record.
    pub record: Id,
    /// Its kind.
    pub kind: String,
    /// What happened.
    pub event: Event,
}

/// A reference from one record to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The record that is referred to.
    pub to: Id,
    /// The record that refers to it.
    pub from: Id,
    /// The referring field, with those around it: `lines.item`.
    pub field: String,
}

/// The present duties of the records of a kind.
#[derive(Debug, Clone, Default)]
pub struct Owed {
    /// Every record with running deadlines.
    pub running: Vec<Timed>,
    /// The duties of records without a running deadline.
    pub untimed: Vec<Untimed>,
}

/// What reports are made from. It includes the lookup of other records: conditions of rules and titles ask
/// [`Lookup`].
///
/// No answer contains records that were registered by mistake, unless [`Belonging::Voided`](super::Belonging::Voided)
/// asks for them. Every method fails if something that it needs cannot be read.
pub trait Source: Lookup {
    /// The book, the moment, the rules and the reader.
    fn basis(&self) -> &Basis;

    /// The book's layout of a computed report.
    ///
    /// # Errors
    /// If the layout file cannot be read, or has mistakes.
    fn layout(&self, report: &Definition) -> Answer<Rc<Layout>>;

    /// The paths of record files that could not be read.
    ///
    /// # Errors
    /// As all.
    fn unreadable(&self) -> Answer<Vec<String>>;

    /// The rule book that a record is judged by: if its kind says so, that under which it was opened, else today's.
    ///
    /// # Errors
    /// As all.
    fn rules_of(&self, record: &Record) -> Answer<Arc<Policy>>;

    /// The ids of the records of a set.
    ///
    /// # Errors
    /// As all.
    fn ids(&self, set: &RecordSet<'_>) -> Answer<Rc<BTreeSet<Id>>>;

    /// The records of a set, sorted by id.
    ///
    /// # Errors
    /// As all.
    fn records(&self, set: &RecordSet<'_>) -> Answer<Rc<[Record]>>;

    /// The number of records in a set.
    ///
    /// # Errors
    /// As all.
    fn count(&self, set: &RecordSet<'_>) -> Answer<u64>;

    /// These columns of every record of a set, sorted by id: fields, computed values, or `id`, `state`, `class`,
    /// `opened`, `changed`, `closed`, `by`. This takes a tenth of the time of reading whole records.
    ///
    /// # Errors
    /// As all.
    fn values(&self, set: &RecordSet<'_>, columns: &[&str]) -> Answer<Vec<Vec<Option<Value>>>>;

    /// The records with these ids, in their order. Missing ones are left out.
    ///
    /// # Errors
    /// As all.
    fn read(&self, ids: &BTreeSet<Id>) -> Answer<Vec<Record>>;

    /// The references from records of a kind to these records.
    ///
    /// # Errors
    /// As all.
    fn links(&self, to: &BTreeSet<Id>, kind: &str) -> Answer<Vec<Link>>;

    /// The runs of a record's deadlines at now, without holders; `only` limits them to the deadline of this name.
    /// `shown` says which form of a case has the runs over all its forms.
    ///
    /// # Errors
    /// As all.
    fn clocks(&self, record: &Record, shown: Shown, only: Option<&str>) -> Answer<Vec<Clock>>;

    /// The records of a set, with the runs of their deadlines and the holders. The records themselves are not kept,
    /// because tens of thousands would not fit into memory. `shown` is as in [`Source::clocks`].
    ///
    /// # Errors
    /// As all.
    fn timed(&self, set: &RecordSet<'_>, shown: Shown) -> Answer<Vec<Timed>>;

    /// The present duties of the records of a kind.
    ///
    /// # Errors
    /// As all.
    fn owed(&self, kind: &str) -> Answer<Owed>;

    /// Who held a record right before a moment, as the book knew it then. For a moment that is not past, who holds it
    /// now.
    ///
    /// # Errors
    /// As all.
    fn held(&self, record: &Id, at: Moment) -> Answer<Held>;

    /// The cases to which something happened in a period or that were open in it, with the runs of their deadlines.
    ///
    /// # Errors
    /// As all.
    fn cases(&self, period: &Period) -> Answer<Rc<Cases>>;

    /// The cases to which something happened in a period, without the runs of their deadlines.
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

    /// When complaints similar to those of a measure came after it was done, within the policy's window.
    ///
    /// # Errors
    /// As all.
    fn recurred(&self, measure: &Record) -> Answer<Vec<Moment>>;

    /// The events of the records of these kinds in a time span, sorted by time. The span includes its first instant,
    /// but not its last.
    ///
    /// # Errors
    /// As all.
    fn events(&self, kinds: &[&str], span: (Moment, Moment)) -> Answer<Vec<RecordedEvent>>;

    /// The notes of a time span that were later than their events, by person and step, the longest delay first.
    ///
    /// # Errors
    /// As all.
    fn noted_later(&self, span: (Moment, Moment)) -> Answer<Vec<NotedLater>>;
}

/// What a report is about: a source and a period. It is passed on by value.
#[derive(Clone, Copy)]
pub struct Subject<'s> {
    /// Where the report gets its data.
    pub source: &'s dyn Source,
    /// What it covers; for reports of now, the day of `now`.
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

    /// The moment at which running deadlines are judged.
    pub fn now(self) -> Moment {
        self.source.basis().now
    }

    /// The book's zone.
    pub fn zone(self) -> Zone {
        self.policy().calendars.default().zone()
    }

    /// The first instant of the period, and the instant right after its last.
    pub fn span(self) -> (Moment, Moment) {
        self.period.moments(self.zone())
    }

    /// The last instant about which the period can say something: its end, or now.
    pub fn seen_until(self) -> Moment {
        self.span().1.min(self.now())
    }

    /// Whether the period goes on.
    pub fn is_over(self) -> bool {
        self.span().1 <= self.now()
    }

    /// The words for the reader of the report.
    pub fn words(self) -> Words<'s> {
        let basis = self.source.basis();
        Words::new(&basis.policy, &basis.people, Titles::Read(self.source), basis.sight)
    }

    /// A stored value of a field in words.
    pub fn label(self, ty: &Type, stored: &str) -> Label {
        self.words().stored(ty, stored)
    }

    /// The records of a kind that refer to these, grouped by the id that they refer to.
    ///
    /// # Errors
    /// The errors of the source.
    pub fn linked(self, to: &BTreeSet<Id>, kind: &str) -> Answer<BTreeMap<Id, Vec<Record>>> {
        let links = self.source.links(to, kind)?;
        let ids: BTreeSet<Id> = links.iter().map(|link| link.from.clone()).collect();
        let records = self.source.read(&ids)?.into_iter().map(|record| (record.id.clone(), record));
        let records: BTreeMap<Id, Record> = records.collect();
        // a record that refers to another one through two fields counts once
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
    /// The errors of the source.
    pub fn clocked(self, set: &RecordSet<'_>) -> Answer<Vec<Clocked>> {
        let records = self.source.records(set)?;
        let clocked = |record: &Record| {
            let clocks = self.source.clocks(record, Shown::Now, None)?;
            Ok(Clocked { record: record.clone(), clocks })
        };
        records.iter().map(clocked).collect()
    }

    /// Binds a filter to a kind.
    ///
    /// # Errors
    /// As [`Expr::ask`].
    pub fn asking(self, kind: &Kind, terms: &Expr) -> Answer<Filter> {
        let policy = self.policy();
        let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), self.now());
        terms.ask(kind.name(), policy, &scope)
    }

    /// The report with the parts that every report has: title, facts, and what could not be read.
    ///
    /// # Errors
    /// The errors of the source.
    pub fn report(self, name: &str, title: Text) -> Answer<Report> {
        let mut report = Report::new(name, title, self.source.basis().facts.clone());
        for path in self.source.unreadable()? {
            report.note(Level::Error, label!(Text::UnreadableRecord, path = path));
        }
        Ok(report)
    }

    /// The period in the form of the model.
    pub fn model_period(self) -> ReportPeriod {
        ReportPeriod { name: self.period.label.clone(), first: self.period.from, last: self.period.last() }
    }
}
