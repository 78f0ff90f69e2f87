//! Which records give a warning by `signs.toml`, with the records behind each sign and the remedy that it opens
//! (CL8).
//!
//! A sign comes once for a record. While the record that it opened is not closed, it does not come again. Afterwards
//! it only comes again if the rule says how long after the first time it may.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::Unplanned;
use super::deal::Load;
use super::holders::{able, copies};
use super::recurring::{Days, deal};
use crate::calendar::{Measure, Moment};
use crate::filter::{Unanswered, span_start};
use crate::lifecycle::{At, Lookup, behind};
use crate::policy::{People, Policy, Remedy, Sign};
use crate::record::{Class, FieldId, Id, Record, Value};

/// Everything in which signs are looked for.
pub struct Watch<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The staff.
    pub people: &'q People,
    /// The other records, and the keys of what was opened before.
    pub lookup: &'q dyn Lookup,
    /// The moment at which the spans of rollups end.
    pub at: Moment,
    /// Now.
    pub now: Moment,
    /// The records to be looked at, by the name of the sign.
    pub records: &'q BTreeMap<String, Vec<Record>>,
    /// The open records of the kinds that are opened; they show who has how much work.
    pub open: &'q [Record],
}

/// A record that gives a warning.
#[derive(Debug, Clone)]
pub struct Warned<'q> {
    /// The rule.
    pub sign: &'q Sign,
    /// The record.
    pub of: Id,
    /// The remedy that is opened.
    pub remedy: &'q Remedy,
    /// The records behind it, by time.
    pub behind: Vec<Id>,
    /// When the remedy is due: the day, and the time.
    pub due: Option<(NaiveDate, Moment)>,
    /// The person who handles it. `None` if the policy names nobody.
    pub assignee: Option<Id>,
    /// Values that are copied from the record.
    pub with: Vec<(FieldId, Value)>,
    /// Whether the step of the sign leads from the record's state.
    pub steps: bool,
    /// The idempotency key.
    pub key: String,
}

/// The signs that were found.
#[derive(Debug, Clone, Default)]
pub struct SignPlan<'q> {
    /// The signs, in the order of the rules, then by record.
    pub warned: Vec<Warned<'q>>,
    /// Signs whose remedy names people, but none of them is present.
    pub nobody: Vec<(&'q Sign, Id)>,
}

/// The signs that the records give and that were not handled before.
///
/// # Errors
/// If the calendar does not know a day, or if a rule asks about other records and they cannot be looked up.
pub fn signs<'q>(watch: &Watch<'q>) -> Result<SignPlan<'q>, Unplanned> {
    let mut plan = SignPlan::default();
    let mut load = open_work(watch);
    let seen = At { lookup: watch.lookup, at: watch.at };
    for sign in &watch.policy.signs.signs {
        let records = watch.records.get(&sign.name).map(Vec::as_slice).unwrap_or_default();
        for record in records.iter().filter(|record| !watch.policy.is_merged(record)) {
            if !sign.when.filter.matches(record, &seen)? {
                continue;
            }
            let Some(remedy) = remedy(sign, record, &seen)? else { continue };
            let Some(key) = key(watch, sign, &record.id)? else { continue };
            let due = due(watch, remedy)?;
            let day = due.map_or(watch.now.date_naive(), |(day, _)| day);
            let able = able(watch.policy, watch.people, (&remedy.holders, Some(record)), watch.now.date_naive());
            if able.is_empty() && !remedy.holders.is_empty() {
                plan.nobody.push((sign, record.id.clone()));
                continue;
            }
            let days = [day];
            let dealt = deal(watch.people, &mut load, &able, Days { all: &days, wish: day }, None);
            let steps = sign.step.as_ref().is_some_and(|step| {
                let kind = watch.policy.kind(&record.kind);
                kind.is_some_and(|kind| kind.step_from(step, &record.state).is_some())
            });
            plan.warned.push(Warned {
                sign,
                of: record.id.clone(),
                remedy,
                behind: evidence(watch, sign, record)?,
                due,
                // if nobody has room on the day, the first person gets it anyway
                assignee: dealt.map_or_else(|| able.first().cloned(), |(person, _)| person),
                with: copies(&remedy.with, record),
                steps,
                key,
            });
        }
    }
    Ok(plan)
}

/// The first remedy that fits a record.
fn remedy<'q>(sign: &'q Sign, record: &Record, seen: &At<'_>) -> Result<Option<&'q Remedy>, Unanswered> {
    for remedy in &sign.opens {
        if remedy.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, seen))? {
            return Ok(Some(remedy));
        }
    }
    Ok(None)
}

/// The key under which the sign comes now. `None` if it came before and does not come again yet. Records that were
/// opened by mistake and are void do not count.
fn key(watch: &Watch<'_>, sign: &Sign, of: &Id) -> Result<Option<String>, Unanswered> {
    let zone = watch.policy.calendars.default().zone();
    for number in 1.. {
        let key = format!("plan signs {} {of} {number}", sign.name);
        let Some(before) = watch.lookup.by_key(&key)? else { return Ok(Some(key)) };
        let Some(before) = watch.lookup.record(&before)? else { return Ok(None) };
        if watch.policy.is_void(&before) {
            continue;
        }
        let closed = watch.policy.kind(&before.kind).map(|kind| kind.shape.class(&before.state)) == Some(Class::Closed);
        let past = |again| before.opened().is_some_and(|opened| opened < span_start(watch.now, again, zone));
        if !closed || !sign.again.is_some_and(past) {
            return Ok(None);
        }
    }
    Ok(None)
}

/// The records behind a sign, each once.
fn evidence(watch: &Watch<'_>, sign: &Sign, record: &Record) -> Result<Vec<Id>, Unanswered> {
    let rollups = watch.policy.kind(&record.kind).map(|kind| kind.rollups.as_slice()).unwrap_or_default();
    let mut found: Vec<Id> = Vec::new();
    for rollup in rollups.iter().filter(|rollup| sign.records.contains(&rollup.name)) {
        for record in behind(watch.lookup, rollup, record, watch.at)? {
            if !found.contains(&record.id) {
                found.push(record.id);
            }
        }
    }
    Ok(found)
}

/// When a remedy that is opened now is due.
fn due(watch: &Watch<'_>, remedy: &Remedy) -> Result<Option<(NaiveDate, Moment)>, Unplanned> {
    let Some(within) = &remedy.due else { return Ok(None) };
    let calendar = watch.policy.calendars.default();
    let end = calendar.proposed_within(watch.now, within, remedy.roll)?;
    let day = calendar.zone().date(end - TimeDelta::seconds(1));
    // a day without a time means the end of its last working window, as for a date in a field
    Ok(Some((day, if within.measure() == Measure::Days { calendar.end_of_date(day) } else { end })))
}

/// Who has how much work.
fn open_work(watch: &Watch<'_>) -> Load {
    let mut load = Load::default();
    for record in watch.open {
        let assignee = watch.policy.kind(&record.kind).and_then(|kind| record.get(kind.assignee?)?.as_text());
        if let Some(person) = assignee.and_then(|id| id.parse().ok()) {
            load.note(Some(&person), None);
        }
    }
    load
}
