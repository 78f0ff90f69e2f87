//! What reports are made from: values, gathered by the module that has the book. Nothing here knows where they come
//! from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Facts, Level, Period as ModelPeriod, Report};
use super::{Cases, Clock, Definition, Occurrence};
use crate::calendar::{Moment, Period, Zone};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{Occasion, People, Policy};
use crate::record::{Event, Id, Record, Type};
use crate::wording::{Sight, Titles, Words};

/// Everything that a report is made from.
#[derive(Debug)]
pub struct Material {
    /// The book, its commit, the moment.
    pub facts: Facts,
    /// The rule book of the commit.
    pub policy: Arc<Policy>,
    /// Runs that still go on are seen from here.
    pub now: Moment,
    /// What the report covers; the day of `now` for reports of now.
    pub period: Period,
    /// The cases that the period touches.
    pub cases: Cases,
    /// Those that something happened to in the period before.
    pub previous: Option<Cases>,
    /// Those that something happened to in the same period a year before.
    pub year_before: Option<Cases>,
    /// Complaints by what makes them repeats, from so long before the period that each can be told.
    pub occurrences: Vec<Occurrence>,
    /// The clients of the archive that have not left.
    pub clients: Option<u64>,
    /// What clients said in callbacks about the cases of the period, for satisfaction.
    pub asked: Vec<Asked>,
    /// The callbacks that were due, done or recorded in the period.
    pub callbacks: Vec<Clocked>,
    /// Improvement measures that are open or changed in the period.
    pub measures: Vec<Clocked>,
    /// The records that became void in the period.
    pub voided: Vec<Voided>,
    /// When complaints like those that a measure is about came after it was done, by measure; only within the policy's window.
    pub recurred: BTreeMap<Id, Vec<Moment>>,
    /// The notices that were issued about the records at hand, by what they are about.
    pub notices: BTreeMap<Id, Vec<Pressed>>,
    /// Every unfinished record with the runs that have not ended.
    pub running: Vec<Timed>,
    /// What is owed of unfinished records without a deadline that runs.
    pub untimed: Vec<Untimed>,
    /// The records that name the forms of the cases and that losses speak of, by form.
    pub linked: BTreeMap<Id, Vec<Record>>,
    /// The other records that the conditions of rules ask of.
    pub referred: BTreeMap<Id, Record>,
    /// Whose bonus the affected receivables of a form are, by form.
    pub salespeople: BTreeMap<Id, Id>,
    /// Every sanction up to the end of the period.
    pub sanctions: Vec<Record>,
    /// What was noted in the period later than it happened, by who did it and the step.
    pub noted: Vec<NotedLater>,
    /// The staff records.
    pub staff: Vec<Record>,
    /// The staff.
    pub people: People,
    /// The older rule books that cases are judged by, by their ids.
    pub rules: BTreeMap<String, Arc<Policy>>,
    /// Records whose steps are timed: what happened in the period, and what is unfinished.
    pub timed: Vec<Timed>,
    /// What the records that are spoken of are called, by their ids; private values are masked already.
    pub names: BTreeMap<String, Label>,
    /// The files that hold records and could not be read.
    pub unreadable: Vec<String>,
    /// Whether private fields are shown in the clear.
    pub private: bool,
}

/// What a person noted later than it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedLater {
    /// Who did it.
    pub by: Id,
    /// The step.
    pub step: String,
    /// How often.
    pub count: u64,
    /// The longest time from when something happened to when it was noted, in seconds.
    pub longest: i64,
    /// The record.
    pub record: Id,
}

/// A record that was registered by mistake.
#[derive(Debug, Clone)]
pub struct Voided {
    /// The record.
    pub record: Record,
    /// By which it became void.
    pub event: Event,
    /// What it is called; private values are masked already.
    pub title: Label,
}

/// A score that a client gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// When the callback last changed.
    pub at: Moment,
    /// The callback.
    pub callback: Id,
    /// What it is about.
    pub about: Id,
    /// The score.
    pub score: u64,
}

/// A line of a notice that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressed {
    /// The notice.
    pub notice: Id,
    /// For what.
    pub occasion: Occasion,
    /// The deadline that was missed.
    pub deadline: String,
    /// When it was issued.
    pub at: Moment,
    /// Whether it was answered.
    pub answered: bool,
}

/// A record and the runs of its deadlines.
#[derive(Debug, Clone)]
pub struct Clocked {
    /// The record.
    pub record: Record,
    /// The runs.
    pub clocks: Vec<Clock>,
}

/// A record with nothing but its deadlines: tens of thousands may wait, so the rest is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// What it is called; a private title is masked unless those are shown.
    pub title: Label,
    /// The runs of its deadlines.
    pub clocks: Vec<Clock>,
}

/// What is owed of a record without a deadline that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untimed {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// What it is called; a private title is masked unless those are shown.
    pub title: Label,
    /// Its state.
    pub state: String,
    /// The steps that come next, by name; empty where other records must come to an end first.
    pub next: Vec<String>,
    /// Who may take them, as it is stored.
    pub holder: String,
    /// Since when it is there.
    pub opened: Option<Moment>,
    /// Whether it waits, such as for the client.
    pub waiting: bool,
}

impl Material {
    /// The book's zone.
    pub fn zone(&self) -> Zone {
        self.policy.calendars.default().zone()
    }

    /// The first instant of the period and the one that it ends before.
    pub fn span(&self) -> (Moment, Moment) {
        self.period.moments(self.zone())
    }

    /// The last instant that the period can speak of: its end, or now.
    pub fn seen_until(&self) -> Moment {
        self.span().1.min(self.now)
    }

    /// The rule book that a record is judged by.
    pub(super) fn rules_of(&self, record: &Record) -> &Policy {
        let older = record.rules.as_ref().and_then(|rules| self.rules.get(rules));
        older.map_or(&*self.policy, |rules| &**rules)
    }

    /// What names mean to the reader of the report.
    pub(super) fn words(&self) -> Words<'_> {
        Words::new(&self.policy, &self.people, Titles::Told(&self.names), Sight::asked(self.private))
    }

    /// A stored value of a field as people read it.
    pub(super) fn label(&self, ty: &Type, stored: &str) -> Label {
        self.words().stored(ty, stored)
    }

    /// The report with what every one has: title, facts, period and what could not be read.
    pub(super) fn report(&self, name: &str, title: Text) -> Report {
        let mut report = Report::new(name, title, self.facts.clone());
        for path in &self.unreadable {
            report.note(Level::Error, label!(Text::UnreadableRecord, path = path));
        }
        report
    }

    /// The period as the model has it.
    pub(super) fn model_period(&self) -> ModelPeriod {
        model_period(&self.period)
    }
}

/// A period as the model has it.
pub(super) fn model_period(period: &Period) -> ModelPeriod {
    ModelPeriod { name: period.label.clone(), first: period.from, last: period.last() }
}

impl Definition {
    /// The report of these values.
    pub fn make(&self, material: &Material) -> Report {
        let mut report = (self.build)(material);
        if material.policy.settings.clock == crate::policy::Clock::Simulated {
            report.title = label!(Text::OfDemonstration; title = report.title);
        }
        report
    }
}
