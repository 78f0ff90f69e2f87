//! What callbacks are planned from, and what comes of it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::deal::Why;
use crate::calendar::{Calendar, Moment, Outside, Period};
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::lifecycle::Lookup;
use crate::locale::Label;
use crate::policy::{Campaign, LeftOut, People, Policy, Taken};
use crate::record::{FieldId, Fields, Id, Record, Value};

/// What a plan is made from.
pub struct Question<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The staff.
    pub people: &'q People,
    /// The other records and the keys of what was planned before.
    pub lookup: &'q dyn Lookup,
    /// The days that callbacks are put on.
    pub period: &'q Period,
    /// The day that it is: nothing is planned before it.
    pub today: NaiveDate,
    /// Callbacks for a person and a day, where that is not the policy's number.
    pub per_person: Option<u64>,
    /// The clients that may be drawn.
    pub clients: &'q [Record],
    /// The records of the other [`kinds`], by kind.
    pub records: &'q BTreeMap<String, Vec<Record>>,
}

/// A callback that is due.
#[derive(Debug, Clone)]
pub struct Planned<'q> {
    /// Whom to call.
    pub client: Id,
    /// By which campaign.
    pub campaign: &'q Campaign,
    /// After which record, where the campaign follows one.
    pub about: Option<Id>,
    /// On which working day.
    pub due: NaiveDate,
    /// Who calls. `None` if nobody of the staff may.
    pub assignee: Option<Id>,
    /// The holiday or anniversary that it is made for, and its day.
    pub occasion: Option<(Label, NaiveDate)>,
    /// What it takes over from the client.
    pub with: Vec<(FieldId, Value)>,
    /// Why that person.
    pub why: Why,
    /// How many callbacks the person has with it.
    pub has: u64,
    /// The idempotency key: the same for a client, campaign and period, or for the record that the campaign follows.
    pub key: String,
}

/// Why nothing can be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unplanned {
    /// The calendar does not know a day.
    #[error(transparent)]
    Outside(#[from] Outside),
    /// Other records could not be looked up.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
}

/// A plan.
#[derive(Debug, Clone, Default)]
pub struct Plan<'q> {
    /// The callbacks, by day, campaign and client.
    pub planned: Vec<Planned<'q>>,
    /// Clients for whom no day of the period had room, with the campaign.
    pub left: Vec<(Id, &'q Campaign)>,
    /// Clients who are due and whom the policy leaves out, with why.
    pub left_out: Vec<(Id, &'q LeftOut)>,
    /// Holidays of campaigns that the calendar does not have in a year of the period.
    pub missing: Vec<(&'q str, i32)>,
}

pub(super) fn owner(kind: &Kind, client: &Record) -> Option<Id> {
    client.get(kind.assignee?)?.as_text()?.parse().ok()
}

/// Whether a campaign draws a client.
pub(super) fn fits(question: &Question<'_>, campaign: &Campaign, client: &Record) -> Result<bool, Unanswered> {
    campaign.select.as_ref().map_or(Ok(true), |select| select.filter.matches(client, question.lookup))
}

/// What a callback takes over from the client, or from the line of the anniversary.
pub(super) fn taken(campaign: &Campaign, client: &Record, line: Option<&Fields>) -> Vec<(FieldId, Value)> {
    let value = |taken: &Taken| match taken {
        Taken::Field(field) => client.get(*field),
        Taken::Part(field) => line.and_then(|line| line.get(*field)),
    };
    campaign.with.iter().filter_map(|(field, taken)| Some((*field, value(taken)?.clone()))).collect()
}

/// The day that a moment ends on: 24:00 belongs to the day before it.
pub(super) fn civil(calendar: &Calendar, end: Moment) -> NaiveDate {
    calendar.zone().date(end - TimeDelta::seconds(1))
}
