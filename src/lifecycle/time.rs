//! When a step happened, how late it may be noted, and which times it may not promise.
//!
//! A step is not before the time when the state from which it leads was entered. An edit is not before the record was
//! opened. If the clock is up to five minutes (`SKEW`) too early, the event gets that earliest time. An event that is
//! later than the clock by more than that was recorded by a wrong clock. It stops nobody: `show`, `log` and every
//! step warn about it, and `undo` takes it back.
//!
//! An event has `noted` beside `at` if `--on` gave another time, or if the event above it is later. Marks of
//! deadlines, promises and conditions are sorted by `at`. A property test checks that every legal order of
//! publication gives the same runs. `book::repo::sign` writes no committer date before that of the parent.
//!
//! In a real book, commands that write accept no `--now`: deadlines and the audit rely on when something was written
//! down. `Session::check_writing` enforces that for every command.

use chrono::Datelike;

use super::{Actor, Refusal, Request, SKEW, Setting, Unfit};
use crate::calendar::Moment;
use crate::kind::{EDIT, IMPORT, Kind};
use crate::record::{Event, Fields, Record, Value, entered};

/// The earliest time that the next event of a record may have.
pub(super) enum Floor<'r> {
    /// A new record: there is no earliest time.
    Free,
    /// A step: when the state from which it leads was entered.
    Entered(&'r Record),
    /// An edit: when the record was opened.
    Opened(&'r Record),
}

impl<'r> Floor<'r> {
    /// The earliest time for a step of a record.
    pub(super) fn of(step: &str, record: &'r Record) -> Self {
        if step == EDIT { Floor::Opened(record) } else { Floor::Entered(record) }
    }

    /// The event that the next one may not precede. An event that is later than the clock was recorded by a wrong
    /// clock; it is ignored, so that the record can be repaired.
    fn event(&self, now: Moment) -> Option<&'r Event> {
        let event = match self {
            Floor::Free => None,
            Floor::Entered(record) => entered(&record.history),
            Floor::Opened(record) => record.history.first(),
        };
        event.filter(|event| event.at <= now + SKEW)
    }

    fn record(&self) -> Option<&'r Record> {
        match self {
            Floor::Free => None,
            Floor::Entered(record) | Floor::Opened(record) => Some(record),
        }
    }
}

/// The time of the event, and the time of recording if it differs: `--on` gave another time, or later events are
/// already recorded. A clock that is slightly slow is not refused; the event then gets the earliest allowed time.
pub(super) fn of(request: &Request, floor: &Floor<'_>, now: Moment) -> Result<(Moment, Option<Moment>), Refusal> {
    let on = request.on.unwrap_or(now);
    if on > now + SKEW {
        return Err(Refusal::Future { at: on, now });
    }
    if !(2000..2100).contains(&on.year()) {
        return Err(Refusal::NotOfThisCentury { at: on });
    }
    let at = match (floor.event(now), floor.record()) {
        (Some(first), _) if first.at > on && first.at - on <= SKEW => first.at,
        (Some(first), Some(record)) if first.at > on => {
            let state = matches!(floor, Floor::Entered(_)).then(|| record.state.clone());
            let (id, kind) = (record.id.clone(), record.kind.clone());
            return Err(Refusal::BeforeEntered { id, kind, at: on, since: first.at, state });
        }
        _ => on,
    };
    let last = floor.record().and_then(|record| record.history.last());
    let behind = last.is_some_and(|last| last.at > at);
    let noted = (request.on.is_some() && now != at) || behind;
    Ok((at, noted.then_some(now)))
}

/// Refuses a step that is noted later than the policy allows, unless a person notes it who may do so.
pub(super) fn in_time(
    setting: &Setting<'_>,
    (kind, step): (&str, &str),
    actor: &Actor,
    (at, noted): (Moment, Option<Moment>),
) -> Result<(), Refusal> {
    let policy = setting.policy;
    let (Some(late), Some(noted)) = (policy.recording.limit(kind, step), noted) else { return Ok(()) };
    let may = || policy.recording.may_later(setting.people, &actor.person, setting.day());
    if !late.is_over(at, noted, policy.calendars.default()) || may() {
        return Ok(());
    }
    Err(Refusal::NotedLate {
        kind: kind.to_owned(),
        step: step.to_owned(),
        at,
        within: late.within,
        later: policy.recording.later().to_vec(),
        place: late.place.clone(),
    })
}

/// When an event was noted, if that was later than the event by more than clocks differ. `None` for imports, which
/// happened elsewhere.
pub fn noted_later(event: &Event) -> Option<Moment> {
    event.noted.filter(|noted| *noted - event.at > SKEW && event.step != IMPORT)
}

/// The number, from 0, of the first event of a record that is too early: a step to another state before the state from
/// which it leads, or anything else before the record. A merge can put a step that stays in its state behind a later
/// one of another clone.
pub fn backward(record: &Record) -> Option<usize> {
    (1..record.history.len()).find(|place| {
        let (before, event) = (&record.history[..*place], &record.history[*place]);
        let first = if event.to.is_none() { before.first() } else { entered(before) };
        first.is_some_and(|first| event.at < first.at && first.at <= event.recorded() + SKEW)
    })
}

/// The last event of a record that is later than now by more than clocks differ: it was recorded by a wrong clock.
pub fn ahead_of(record: &Record, now: Moment) -> Option<&Event> {
    record.history.iter().rev().find(|event| event.at > now + SKEW)
}

/// Whether a date or time has passed at a moment. A date ends with its day, on the clock of that moment.
pub fn passed(value: &Value, at: Moment) -> bool {
    match value {
        Value::Time(time) => *time < at,
        Value::Date(date) => *date < at.date_naive(),
        _ => false,
    }
}

/// Refuses past times in fields that only accept future ones, as [`ahead`] does for a step: for prompts, which then
/// ask again.
///
/// # Errors
/// [`Refusal::Passed`].
pub fn looks_ahead(kind: &Kind, fields: &Fields, now: Moment) -> Result<(), Refusal> {
    let given: Vec<String> = fields.iter().map(|(field, _)| kind.field(field).name.clone()).collect();
    ahead(kind, &given, fields, now)
}

/// Refuses a value that a step gives to a field for future times (`ahead`) if it has passed at the time of the step.
/// An earlier promise must be recorded with the time when it was made.
pub(super) fn ahead(kind: &Kind, set: &[String], fields: &Fields, at: Moment) -> Result<(), Refusal> {
    for (field, place) in &kind.ahead {
        let declared = kind.field(*field);
        if let Some(value) = fields.get(*field).filter(|value| set.contains(&declared.name) && passed(value, at)) {
            return Err(Refusal::Unfit(Unfit::Passed {
                kind: kind.name().to_owned(),
                field: declared.name.clone(),
                value: value.clone(),
                at,
                place: place.clone(),
            }));
        }
    }
    Ok(())
}
