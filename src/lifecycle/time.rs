//! When a step happened: never before the last event, never after now, and in the century that ids know.

use chrono::Datelike;

use super::{Refusal, Request, SKEW};
use crate::calendar::Moment;
use crate::record::Record;

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
