//! When a step happened: never before the last event, never after now, and in the century that ids know. And what it may not
//! promise: a time before its own.

use chrono::Datelike;

use super::{Refusal, Request, SKEW, Unfit};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::record::{Fields, Record, Value};

/// The time of the event, and that of recording where it is another.
pub(super) fn of(request: &Request, record: Option<&Record>, now: Moment) -> Result<(Moment, Option<Moment>), Refusal> {
    let on = request.on.unwrap_or(now);
    if on > now + SKEW {
        return Err(Refusal::Future { at: on, now });
    }
    if !(2000..2100).contains(&on.year()) {
        return Err(Refusal::NotOfThisCentury { at: on });
    }
    let last = record.and_then(|record| record.history.last().map(|event| event.at));
    let at = match (last, record) {
        (Some(last), _) if last > on && last - on <= SKEW => last,
        (Some(last), Some(record)) if last > on => {
            return Err(Refusal::BeforeLast { id: record.id.clone(), at: on, last });
        }
        _ => on,
    };
    Ok((at, request.on.map(|_| now).filter(|now| *now != at)))
}

/// Whether a date or time has passed at a moment: a date ends with its day, as the clock of that moment shows it.
pub fn passed(value: &Value, at: Moment) -> bool {
    match value {
        Value::Time(time) => *time < at,
        Value::Date(date) => *date < at.date_naive(),
        _ => false,
    }
}

/// Refuses what lies behind in a field that only looks forward, as [`ahead`] does once a step gives it: for questions, which
/// are asked again.
///
/// # Errors
/// [`Refusal::Passed`].
pub fn looks_ahead(kind: &Kind, fields: &Fields, now: Moment) -> Result<(), Refusal> {
    let given: Vec<String> = fields.iter().map(|(field, _)| kind.field(field).name.clone()).collect();
    ahead(kind, &given, fields, now)
}

/// Refuses what a step gives a field that only looks forward (`ahead`) and that has passed at the time of the step. What was
/// promised earlier is recorded with the time at which it was.
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
