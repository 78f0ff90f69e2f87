//! Which recurring duties of `recurring.toml` fall into a period, by when each is due, and who does it (GP7).
//!
//! A duty is made once for each of its periods that overlaps the requested one. Its key names the duty, the period
//! and the record for which it is made. So the first run in a quarter makes everything for the quarter, and later
//! runs make what is new since then.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::Unplanned;
use super::deal::{Dealt, Load, Table};
use super::holders::{able, copies};
use crate::calendar::{Calendar, Every, Moment, Outside, Period, Roll, Within};
use crate::kind::Balance;
use crate::lifecycle::Lookup;
use crate::locale::Label;
use crate::policy::{Cycle, People, Policy, RecurringDuty};
use crate::record::{FieldId, Id, Record, Value};

/// What recurring duties are planned from.
pub struct Recurrences<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The calendar of plans, see [`Calendar::for_plans`].
    pub calendar: &'q Calendar,
    /// The staff.
    pub people: &'q People,
    /// The keys of what was planned before.
    pub lookup: &'q dyn Lookup,
    /// The days for which duties are planned.
    pub period: &'q Period,
    /// Today: duties that were due earlier are not made.
    pub today: NaiveDate,
    /// The most duties for a person and a day among those that are spread, if it is not the policy's number.
    pub per_person: Option<u64>,
    /// The wanted duties, by name, with the records of those that are made for one record each.
    pub wanted: &'q BTreeMap<String, Vec<Record>>,
    /// The open records of the kinds that are made; they show who has how much work.
    pub open: &'q [Record],
}

/// A duty that is to be made.
#[derive(Debug, Clone)]
pub struct PlannedDuty<'q> {
    /// The rule.
    pub duty: &'q RecurringDuty,
    /// The record. `None` if it is made once for all.
    pub of: Option<Id>,
    /// The period, for people.
    pub period: Label,
    /// The day on which it is due.
    pub due: NaiveDate,
    /// The time on that day, if the kind needs one.
    pub at: Moment,
    /// The person who does it. `None` if the policy names nobody.
    pub assignee: Option<Id>,
    /// Values that are copied from the record for which it is made.
    pub with: Vec<(FieldId, Value)>,
    /// The idempotency key.
    pub key: String,
}

/// The duties of a period.
#[derive(Debug, Clone, Default)]
pub struct DutyPlan<'q> {
    /// The duties, by day, in the order of the rules.
    pub planned: Vec<PlannedDuty<'q>>,
    /// Duties that were due before today: how many, by rule, and the earliest day on which one was due.
    pub passed: Vec<(&'q RecurringDuty, usize, NaiveDate)>,
    /// Duties whose rule names people, but none of them is present, each with its record.
    pub nobody: Vec<(&'q RecurringDuty, Option<Id>)>,
    /// Duties for which there was no room, each with its record.
    pub no_room: Vec<(&'q RecurringDuty, Option<Id>)>,
}

/// One period of a duty, or one of its days.
struct Occasion {
    /// Its name in the key.
    name: String,
    /// Its name for people.
    said: Label,
    from: NaiveDate,
    /// The day after its last.
    until: NaiveDate,
}

/// The key of a duty: the same for the rule, the period and the record.
fn key(duty: &RecurringDuty, occasion: &Occasion, of: Option<&Id>) -> String {
    let of = of.map(|id| format!(" {id}")).unwrap_or_default();
    format!("plan tasks {} {}{of}", duty.name, occasion.name)
}

/// The duties of the period that were not made yet.
///
/// # Errors
/// If the calendar does not know a day, or if the index cannot be read.
pub fn recurring<'q>(question: &Recurrences<'q>) -> Result<DutyPlan<'q>, Unplanned> {
    let calendar = question.calendar;
    let mut plan = DutyPlan::default();
    let mut load = open_work(question);
    for duty in &question.policy.recurring.duties {
        let Some(records) = question.wanted.get(&duty.name) else { continue };
        let (mut passed, mut earliest) = (0, None);
        for occasion in occasions(&duty.every, question.period, calendar)? {
            let (due, at) = duty.due(occasion.from, occasion.until, calendar)?;
            let of = if duty.each.is_some() { records.iter().map(Some).collect() } else { vec![None] };
            let mut wanted: Vec<(Option<&Record>, String)> = Vec::new();
            for of in of {
                let except = duty.each.as_ref().and_then(|each| each.except);
                if of.zip(except).is_some_and(|(record, except)| except.covers(record, due)) {
                    continue;
                }
                let key = key(duty, &occasion, of.map(|record| &record.id));
                if question.lookup.by_key(&key)?.is_none() {
                    wanted.push((of, key));
                }
            }
            if due < question.today {
                if !wanted.is_empty() {
                    passed += wanted.len();
                    earliest = Some(earliest.map_or(due, |day: NaiveDate| day.min(due)));
                }
                continue;
            }
            if is_later_day(duty, &occasion, question) {
                continue;
            }
            let days = match duty.spread {
                true => workdays(calendar, question.today.max(occasion.from), due)?,
                false => vec![due],
            };
            let count = wanted.len();
            for (number, (of, key)) in wanted.into_iter().enumerate() {
                let record = of.map(|record| record.id.clone());
                let able = able(question.policy, question.people, (&duty.holders, of), due);
                if able.is_empty() && !duty.holders.is_empty() {
                    plan.nobody.push((duty, record));
                    continue;
                }
                // spread evenly: the first on the first day, the last on the last
                let wish = days.get(number * days.len() / count.max(1)).copied().unwrap_or(due);
                let bound = question.per_person.or(question.policy.recurring.per_day).filter(|_| duty.spread);
                let on = Days { all: &days, wish };
                let Some((assignee, day)) = deal(question.people, &mut load, &able, on, bound) else {
                    plan.no_room.push((duty, record));
                    continue;
                };
                plan.planned.push(PlannedDuty {
                    duty,
                    of: record,
                    period: occasion.said.clone(),
                    due: day,
                    at: if day == due { at } else { calendar.end_of_date(day) },
                    assignee,
                    with: of.map(|of| copies(&duty.with, of)).unwrap_or_default(),
                    key,
                });
            }
        }
        plan.passed.extend(earliest.map(|day| (duty, passed, day)));
    }
    let order = |planned: &PlannedDuty<'_>| {
        question.policy.recurring.duties.iter().position(|duty| duty.name == planned.duty.name)
    };
    plan.planned.sort_by(|a, b| (a.due, order(a), &a.of, &a.key).cmp(&(b.due, order(b), &b.of, &b.key)));
    Ok(plan)
}

/// Whether the duty is made when its day comes, and this is a day to come of a longer period. So nobody has a month of
/// reports on the list. If the period is that one day, the duty is made at once.
fn is_later_day(duty: &RecurringDuty, occasion: &Occasion, question: &Recurrences<'_>) -> bool {
    let alone = question.period.from.succ_opt() == Some(question.period.until);
    duty.day_by_day && !alone && occasion.from > question.today
}

/// The rules with a duty that falls into the period and is due today or later, but for which nothing was made: the
/// plan was not run. `made` says whether a key with this beginning exists, `any` whether there is a record for which
/// a duty is made.
///
/// # Errors
/// If the calendar does not know a day, or if one of the functions fails.
pub fn unplanned<'q, E: From<Outside>>(
    policy: &'q Policy,
    (period, today): (&Period, NaiveDate),
    made: &mut dyn FnMut(&str) -> Result<bool, E>,
    any: &mut dyn FnMut(&'q RecurringDuty) -> Result<bool, E>,
) -> Result<Vec<(&'q RecurringDuty, Label)>, E> {
    let open = policy.calendars.default().for_plans();
    let calendar = open.as_ref().unwrap_or(policy.calendars.default());
    let mut found = Vec::new();
    for duty in &policy.recurring.duties {
        for occasion in occasions(&duty.every, period, calendar)? {
            let (due, _) = duty.due(occasion.from, occasion.until, calendar)?;
            // daily duties are planned day by day
            if duty.every == Cycle::Once(Every::Day) && occasion.from > today {
                break;
            }
            if due >= today && !made(&key(duty, &occasion, None))? && any(duty)? {
                found.push((duty, occasion.said));
                break;
            }
        }
    }
    Ok(found)
}

/// When a duty comes back within a period: its own periods that overlap it, or its days in it.
fn occasions(cycle: &Cycle, period: &Period, calendar: &Calendar) -> Result<Vec<Occasion>, Outside> {
    match cycle {
        Cycle::Once(every) => {
            let name = match every {
                Every::Day => "today",
                Every::Week => "this-week",
                Every::Month => "this-month",
                Every::Quarter => "this-quarter",
                Every::HalfYear => "this-half-year",
                Every::Year => "this-year",
            };
            let containing = |day: NaiveDate| {
                let own = Period::parse(name, day).ok()?;
                let (said, name) = (Period::called(&own.label), own.label.clone());
                Some(Occasion { name, said, from: own.from, until: own.until })
            };
            let mut found = chain(period, &containing);
            // nobody works on a day off
            if *every == Every::Day {
                let mut working = Vec::new();
                for occasion in found {
                    if calendar.is_workday(occasion.from)? {
                        working.push(occasion);
                    }
                }
                found = working;
            }
            Ok(found)
        }
        Cycle::On(within) => {
            let mut found = Vec::new();
            let mut eve = match within {
                Within::DayOfNextMonth(_) => period.from.with_day(1).and_then(|day| day.pred_opt()),
                Within::Next(_) | Within::Span(_) => period.from.pred_opt(),
            };
            while let Some(start) = eve {
                let end = calendar.due(calendar.zone().start_of_day(start), within, Roll::Stay, 0)?;
                let day = calendar.zone().date(end - TimeDelta::seconds(1));
                if day >= period.until || day <= start {
                    break;
                }
                if day >= period.from {
                    let Some(until) = day.succ_opt() else { break };
                    let name = day.to_string();
                    found.push(Occasion { said: Period::called(&name), name, from: day, until });
                }
                eve = Some(day);
            }
            Ok(found)
        }
    }
}

/// The consecutive periods that overlap a period.
fn chain(period: &Period, containing: &dyn Fn(NaiveDate) -> Option<Occasion>) -> Vec<Occasion> {
    let mut found: Vec<Occasion> = Vec::new();
    let mut day = period.from;
    while let Some(occasion) = containing(day).filter(|occasion| day < period.until && occasion.until > day) {
        day = occasion.until;
        found.push(occasion);
    }
    found
}

/// The working days from one day to another, both included; if there is none, only the last day.
fn workdays(calendar: &Calendar, from: NaiveDate, through: NaiveDate) -> Result<Vec<NaiveDate>, Outside> {
    let mut days = Vec::new();
    for day in from.iter_days().take_while(|day| *day <= through) {
        if calendar.is_workday(day)? {
            days.push(day);
        }
    }
    Ok(if days.is_empty() { vec![through] } else { days })
}

/// The open work of the kinds that are made.
fn open_work(question: &Recurrences<'_>) -> Load {
    let calendar = question.calendar;
    let mut load = Load::default();
    for record in question.open {
        let Some(kind) = question.policy.kind(&record.kind) else { continue };
        let assignee = kind.assignee.and_then(|field| record.get(field)).and_then(Value::as_text);
        let assignee: Option<Id> = assignee.and_then(|id| id.parse().ok());
        let duty = question.policy.recurring.duties.iter().find(|duty| duty.kind == record.kind);
        let day = match duty.and_then(|duty| duty.field).and_then(|field| record.get(field)) {
            Some(Value::Date(date)) => Some(*date),
            Some(Value::Time(at)) => Some(calendar.zone().date(*at)),
            _ => None,
        };
        load.note(assignee.as_ref(), day);
    }
    load
}

/// The days for a duty, and the best of them.
#[derive(Clone, Copy)]
pub(super) struct Days<'d> {
    pub(super) all: &'d [NaiveDate],
    pub(super) wish: NaiveDate,
}

/// Assigns a duty to one of those who may do it. `None` if none of them has room on any of the days.
pub(super) fn deal(people: &People, load: &mut Load, able: &[Id], days: Days<'_>, bound: Option<u64>) -> Option<Dealt> {
    let among: BTreeSet<&Id> = able.iter().collect();
    let table = Table::new(people, None, days.all, bound).among(&among).loaded(std::mem::take(load));
    let mut table = table.balanced(Balance::Proportional);
    let dealt = table.deal(None, days.wish);
    *load = table.into_load();
    // a person who is named needs no capacity
    dealt.map(|(person, day)| (person.or_else(|| able.first().cloned()), day))
}
