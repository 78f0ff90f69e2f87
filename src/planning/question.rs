//! What callbacks are planned from, and the resulting plan.

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

/// Everything that a plan is made from.
pub struct Question<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The calendar of plans, see [`Calendar::for_plans`].
    pub calendar: &'q Calendar,
    /// The staff.
    pub people: &'q People,
    /// The other records and the keys of what was planned before.
    pub lookup: &'q dyn Lookup,
    /// The days on which callbacks are put.
    pub period: &'q Period,
    /// Today: nothing is planned for an earlier day.
    pub today: NaiveDate,
    /// The most callbacks for a person and a day, if it is not the policy's number.
    pub per_person: Option<u64>,
    /// The clients that may be chosen.
    pub clients: &'q [Record],
    /// The records of the other [`kinds`], by kind.
    pub records: &'q BTreeMap<String, Vec<Record>>,
}

/// A callback that is due.
#[derive(Debug, Clone)]
pub struct Planned<'q> {
    /// Whom to call.
    pub client: Id,
    /// The campaign.
    pub campaign: &'q Campaign,
    /// The record that it follows, if the campaign follows one.
    pub about: Option<Id>,
    /// The working day.
    pub due: NaiveDate,
    /// The person who calls. `None` if nobody of the staff may.
    pub assignee: Option<Id>,
    /// The holiday or anniversary, and its day.
    pub occasion: Option<(Label, NaiveDate)>,
    /// Values that are copied from the client.
    pub with: Vec<(FieldId, Value)>,
    /// Why it is that person.
    pub why: Why,
    /// How many callbacks the person has, with this one.
    pub has: u64,
    /// The idempotency key: one for a client, campaign and period, or for the record that the campaign follows.
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
    /// Clients who are due but left out by the policy, with the reason.
    pub left_out: Vec<(Id, &'q LeftOut)>,
    /// Holidays of campaigns that the calendar lacks in a year of the period.
    pub missing: Vec<(&'q str, i32)>,
}

pub(super) fn owner(kind: &Kind, client: &Record) -> Option<Id> {
    client.get(kind.assignee?)?.as_text()?.parse().ok()
}

/// Whether a campaign chooses a client.
pub(super) fn fits(question: &Question<'_>, campaign: &Campaign, client: &Record) -> Result<bool, Unanswered> {
    campaign.select.as_ref().map_or(Ok(true), |select| select.filter.matches(client, question.lookup))
}

/// The values that a callback copies from the client, or from the line of the anniversary.
pub(super) fn taken(campaign: &Campaign, client: &Record, line: Option<&Fields>) -> Vec<(FieldId, Value)> {
    let value = |taken: &Taken| match taken {
        Taken::Field(field) => client.get(*field),
        Taken::Part(field) => line.and_then(|line| line.get(*field)),
    };
    campaign.with.iter().filter_map(|(field, taken)| Some((*field, value(taken)?.clone()))).collect()
}

/// The day on which a moment ends: 24:00 belongs to the day before.
pub(super) fn civil(calendar: &Calendar, end: Moment) -> NaiveDate {
    calendar.zone().date(end - TimeDelta::seconds(1))
}
