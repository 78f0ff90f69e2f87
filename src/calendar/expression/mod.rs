//! Expressions of time that people type. The table is closed: any other text is refused, and the error lists the
//! forms.

mod error;
mod meaning;
mod table;

#[cfg(test)]
mod tests;

pub use error::ExpressionError;

use chrono::NaiveDate;

use super::{Calendar, Moment, Unit, words};
use crate::locale::Lang;
use meaning::From;
use table::{Part, Refused, iso_part, parts, plain};

/// In which direction a time is looked for if it could lie on either side of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Ahead: for deadlines and promises.
    Forward,
    /// Back: for what has happened.
    Backward,
    /// On either side, for a supposed now. A time means today; a weekday means the next one, which may be today.
    Either,
}

/// What was understood. Show it, so that nobody promises the wrong Tuesday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Understood {
    /// The moment, in the calendar's zone.
    pub moment: Moment,
    /// Whether only a day was named, and the moment is the end of that day's last window.
    pub whole_day: bool,
}

impl Understood {
    /// The civil date that is meant. For a whole day it is that day, although its end is at 24:00 or past midnight.
    pub fn date(&self, calendar: &Calendar) -> NaiveDate {
        let on = calendar.zone().date(self.moment);
        let ends = |date: &NaiveDate| self.whole_day && calendar.end_of_date(*date) == self.moment;
        [Some(on), on.pred_opt()].into_iter().flatten().find(ends).unwrap_or(on)
    }

    /// The moment with its weekday, for people.
    pub fn echo(&self, calendar: &Calendar, lang: Lang) -> String {
        match self.whole_day {
            true => words::end(self.moment, calendar.zone(), lang),
            false => words::moment(self.moment, calendar.zone(), lang),
        }
    }
}

/// Reads an expression. `2d` and the like lie ahead and are refused for what has happened. Dates and offsets with
/// `-ago` mean the same in either direction. A date without a time means the end of its last window, but in the past
/// it is never after now.
///
/// # Errors
/// If the text is not in the table, its date does not exist, or it cannot be computed.
pub fn parse(
    text: &str,
    now: Moment,
    calendar: &Calendar,
    direction: Direction,
) -> Result<Understood, ExpressionError> {
    let said = || text.trim().chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    let plain = plain(text);
    let parts = parts(&plain, calendar).map_err(|refused| match refused {
        Refused::Unknown => ExpressionError::Unknown(said()),
        Refused::Ambiguous => ExpressionError::Ambiguous(said()),
        Refused::NoSuchDate => ExpressionError::NoSuchDate(said()),
    })?;
    let from = From { now: calendar.zone().local(now), calendar, direction };
    if direction == Direction::Backward && parts.iter().any(|part| part.lies_ahead()) {
        return Err(ExpressionError::Ahead(said()));
    }
    let unknown = || ExpressionError::Unknown(said());
    let moment = match parts.as_slice() {
        [Part::Moment(moment)] => calendar.zone().local(*moment),
        [Part::Offset(count, unit, sign)] => from.offset(*count, *unit, *sign)?.ok_or_else(unknown)?,
        [Part::Clock(_) | Part::EndOfWork] => from.nearest_day(parts[0])?.ok_or_else(unknown)?,
        [day] if day.is_day() => from.on(*day, None)?.ok_or_else(unknown)?,
        [day, time] if day.is_day() && time.is_time() => from.on(*day, Some(*time))?.ok_or_else(unknown)?,
        [time, day] if day.is_day() && time.is_time() => from.on(*day, Some(*time))?.ok_or_else(unknown)?,
        _ => return Err(unknown()),
    };
    let whole_day = matches!(parts.as_slice(), [day] if day.is_day());
    let moment = if whole_day && direction == Direction::Backward && calendar.zone().date(moment) == from.today() {
        moment.min(from.now)
    } else {
        moment
    };
    Ok(Understood { moment, whole_day })
}

/// Whether the meaning of a text depends on working time: the end of work, working days, working hours.
pub fn is_of_work(text: &str, calendar: &Calendar) -> bool {
    let of_work = |part: &Part| match part {
        Part::Workdays(..) | Part::EndOfWork => true,
        Part::Offset(_, unit, _) => matches!(unit, Unit::WorkMinutes | Unit::WorkHours),
        _ => false,
    };
    parts(&plain(text), calendar).is_ok_and(|parts| parts.iter().any(of_work))
}

/// Reads ISO 8601 as in `batch`, `--from` and JSON: a date, or a date with a time, with or without an offset.
///
/// # Errors
/// If the text is anything else.
pub fn iso(text: &str, calendar: &Calendar) -> Result<Understood, ExpressionError> {
    let said = || ExpressionError::NotIso(text.chars().filter(|c| !c.is_control()).take(60).collect());
    match iso_part(text, calendar) {
        Some(Ok(Part::Moment(moment))) => Ok(Understood { moment: calendar.zone().local(moment), whole_day: false }),
        Some(Ok(Part::Date(date))) => Ok(Understood { moment: calendar.end_of_date(date), whole_day: true }),
        _ => Err(said()),
    }
}
