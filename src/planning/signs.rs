//! Which records give warning by `signs.toml`, with the records behind each sign and the remedy that it opens (CL8).
//!
//! A sign comes once for a record: while what it opened is not closed it does not come again, and afterwards only if the rule
//! says how long after it came it may.

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

/// What signs are looked for in.
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
    /// The records that are looked at, by the name of the sign.
    pub records: &'q BTreeMap<String, Vec<Record>>,
    /// The records of the kinds that are opened and not closed: who has how much to do.
    pub open: &'q [Record],
}

/// A record that gives warning.
#[derive(Debug, Clone)]
pub struct Warned<'q> {
    /// By which rule.
    pub sign: &'q Sign,
    /// The record.
    pub of: Id,
    /// What is opened.
    pub remedy: &'q Remedy,
    /// The records behind it, by their time.
    pub behind: Vec<Id>,
    /// By when the remedy is due: the day, and the time of it.
    pub due: Option<(NaiveDate, Moment)>,
    /// Who sees to it. `None` if the policy names nobody.
    pub assignee: Option<Id>,
    /// What is copied from the record.
    pub with: Vec<(FieldId, Value)>,
    /// Whether the step of the sign leads from the state of the record.
    pub steps: bool,
    /// The idempotency key.
    pub key: String,
}

/// The signs that there are.
#[derive(Debug, Clone, Default)]
pub struct SignPlan<'q> {
    /// By the order of the rules, then by record.
    pub warned: Vec<Warned<'q>>,
    /// Those for whose remedy the rule names people, and nobody of them is there.
    pub nobody: Vec<(&'q Sign, Id)>,
}

/// The signs that the records give and that were not met before.
///
/// # Errors
/// The calendar does not know a day, or what a rule asks of other records cannot be looked up.
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
                // somebody has it also on a day on which nobody else has room
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

/// The key under which the sign comes now. `None` if it has come and does not come again yet. What was opened by mistake and is void
/// does not count.
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

/// By when a remedy is due that is opened now.
fn due(watch: &Watch<'_>, remedy: &Remedy) -> Result<Option<(NaiveDate, Moment)>, Unplanned> {
    let Some(within) = &remedy.due else { return Ok(None) };
    let calendar = watch.policy.calendars.default();
    let end = calendar.due(watch.now, within, remedy.roll, 0)?;
    let day = calendar.zone().date(end - TimeDelta::seconds(1));
    // of a civil day the end of its last window, as of a date that stands in a field
    Ok(Some((day, if within.measure() == Measure::Days { calendar.end_of_date(day) } else { end })))
}

/// Who has how much to do.
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
