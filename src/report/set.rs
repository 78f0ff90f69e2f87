//! Sets of records: a kind, how its records belong to a period, and a filter. Only this file decides what belongs,
//! for every source.

use std::collections::BTreeSet;

use super::source::Answer;
use crate::calendar::{Moment, Period, Zone};
use crate::filter::{Filter, Resolver};
use crate::kind::Kind;
use crate::record::{Class, Event, Id, Record, Value};

/// A set of records. Records that were registered by mistake are not in it.
#[derive(Debug, Clone, Copy)]
pub struct RecordSet<'a> {
    /// The kind, from today's rule book.
    pub kind: &'a Kind,
    /// How its records belong to a period.
    pub belonging: Belonging<'a>,
    /// Which of them; `None` means all.
    pub filter: Option<&'a Filter>,
    /// Only these ids; `None` means all.
    pub among: Option<&'a BTreeSet<Id>>,
}

/// How a record belongs to a period. Unless a variant says otherwise, it depends on events of the record itself in
/// the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging<'a> {
    /// All records, whatever the period.
    All,
    /// It was opened in the period.
    Opened(&'a Period),
    /// It entered a closed state from a state that is not closed, or was made in a closed state.
    Closed(&'a Period),
    /// It entered a state of the milestone of this name.
    Milestone(&'a str, &'a Period),
    /// The step of this name was taken.
    Step(&'a str, &'a Period),
    /// The date or time in the field of this name lies in the period.
    Field(&'a str, &'a Period),
    /// Something happened to it.
    Touched(&'a Period),
    /// Something happened to it, or it was open in the period.
    Present(&'a Period),
    /// It was opened before the period ended, and was not closed right before its end (or now, if the period is not
    /// over).
    OpenAtEnd(&'a Period),
    /// One of its deadlines may have ended in the period, or may have been running at its end.
    Clocked(&'a Period),
    /// It is not closed now, or one of its deadlines outlives its closed state.
    Unfinished,
    /// It was found in the period to be registered by mistake. Only this variant returns such records.
    Voided(&'a Period),
}

impl<'a> RecordSet<'a> {
    /// The records of a kind that belong in this way.
    pub fn of(kind: &'a Kind, belonging: Belonging<'a>) -> Self {
        RecordSet { kind, belonging, filter: None, among: None }
    }

    /// Only records that fit a filter.
    #[must_use]
    pub fn filtered(self, filter: &'a Filter) -> Self {
        RecordSet { filter: Some(filter), ..self }
    }

    /// Only records with these ids.
    #[must_use]
    pub fn among(self, ids: &'a BTreeSet<Id>) -> Self {
        RecordSet { among: Some(ids), ..self }
    }

    /// Whether a record of the kind is in the set.
    ///
    /// # Errors
    /// If the filter asks about other records and they cannot be looked up.
    pub fn holds(&self, record: &Record, zone: Zone, lookup: &dyn Resolver) -> Answer<bool> {
        if self.among.is_some_and(|ids| !ids.contains(&record.id)) || !self.belonging.holds(self.kind, record, zone) {
            return Ok(false);
        }
        self.filter.map_or(Ok(true), |filter| filter.matches(record, lookup))
    }
}

impl Belonging<'_> {
    /// Whether a record of the kind belongs in this way; see the variants.
    pub fn holds(&self, kind: &Kind, record: &Record, zone: Zone) -> bool {
        if kind.shape.is_void(&record.state) != matches!(self, Belonging::Voided(_)) {
            return false;
        }
        if kind.merged_into(record).is_some() && !matches!(self, Belonging::Voided(_)) {
            return false;
        }
        let closed = |state: &str| kind.shape.class(state) == Class::Closed;
        match *self {
            Belonging::All => true,
            Belonging::Opened(period) => record.opened().is_some_and(|at| is_in(period, zone, at)),
            Belonging::Closed(period) => {
                let mut was = false;
                record.history.iter().any(|event| {
                    let Some(to) = &event.to else { return false };
                    let ended = closed(to) && !was;
                    was = closed(to);
                    ended && is_in(period, zone, event.at)
                })
            }
            Belonging::Milestone(name, period) => {
                let states = kind.milestones.iter().find(|milestone| milestone.name == name);
                let states = states.map(|milestone| milestone.states.as_slice()).unwrap_or_default();
                any_event(record, period, zone, |event| event.to.as_ref().is_some_and(|to| states.contains(to)))
            }
            Belonging::Step(name, period) => any_event(record, period, zone, |event| event.step == name),
            Belonging::Field(name, period) => match kind.shape.field_id(name).and_then(|field| record.get(field)) {
                Some(Value::Date(date)) => period.contains(*date),
                Some(Value::Time(at)) => is_in(period, zone, *at),
                _ => false,
            },
            Belonging::Touched(period) => any_event(record, period, zone, |_| true),
            Belonging::Present(period) => {
                let (from, until) = period.moments(zone);
                any_event(record, period, zone, |_| true)
                    || (record.opened().is_some_and(|at| at < until) && is_open_at(kind, record, from))
            }
            Belonging::OpenAtEnd(period) => is_open_at(kind, record, period.moments(zone).1),
            Belonging::Clocked(period) => {
                is_unfinished(kind, record) || Belonging::Present(period).holds(kind, record, zone)
            }
            Belonging::Unfinished => is_unfinished(kind, record),
            Belonging::Voided(period) => {
                let entered = record.history.iter().rfind(|event| event.to.as_ref() == Some(&record.state));
                entered.is_some_and(|event| is_in(period, zone, event.at))
            }
        }
    }
}

fn is_unfinished(kind: &Kind, record: &Record) -> bool {
    let outlives = || kind.deadlines.iter().any(|deadline| deadline.outlives.contains(&record.state));
    kind.shape.class(&record.state) != Class::Closed || outlives()
}

fn any_event(record: &Record, period: &Period, zone: Zone, fits: impl Fn(&Event) -> bool) -> bool {
    record.history.iter().any(|event| is_in(period, zone, event.at) && fits(event))
}

fn is_in(period: &Period, zone: Zone, at: Moment) -> bool {
    let (from, until) = period.moments(zone);
    at >= from && at < until
}

/// Whether a record was open right before `at`, by its events until then. After its last event, its present state
/// counts.
pub(super) fn is_open_at(kind: &Kind, record: &Record, at: Moment) -> bool {
    state_before(record, at).is_some_and(|state| kind.shape.class(state) != Class::Closed)
}

/// The state of a record right before a moment. `None` if it did not exist yet.
pub(super) fn state_before(record: &Record, at: Moment) -> Option<&str> {
    if record.history.iter().all(|event| event.at < at) {
        return (!record.history.is_empty()).then_some(record.state.as_str());
    }
    let before = record.history.iter().filter(|event| event.at < at && event.to.is_some());
    before.max_by_key(|event| event.at).and_then(|event| event.to.as_deref())
}
