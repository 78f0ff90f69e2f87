//! When a span or time limit ends, counted from a start. Pauses are counted in `runs`.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{Calendar, Measure, Moment, Outside, Span, Unit, Within};

/// What happens to a civil last day that is not a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Roll {
    /// It stays.
    #[default]
    Stay,
    /// The next working day takes its place.
    NextWorkday,
}

impl Calendar {
    /// When a span that begins at `start` ends (see the spans in docs/times.md).
    ///
    /// # Errors
    /// If the calendar does not know the start or the end.
    pub fn add(&self, start: Moment, span: Span, roll: Roll) -> Result<Moment, Outside> {
        self.due(start, &Within::Span(span), roll, 0)
    }

    /// The same for a time that is written into a record, where people see it and may change it, such as the end of a
    /// task. In years whose holidays are not laid down yet the weekdays count, so that work does not stop. A deadline
    /// is unknown there.
    ///
    /// # Errors
    /// If the calendar does not know the start or the end, and does not end for want of holidays.
    pub fn proposed(&self, start: Moment, span: Span) -> Result<Moment, Outside> {
        self.proposed_within(start, &Within::Span(span), Roll::Stay)
    }

    /// The same for a limit.
    ///
    /// # Errors
    /// As [`Calendar::proposed`].
    pub fn proposed_within(&self, start: Moment, within: &Within, roll: Roll) -> Result<Moment, Outside> {
        self.due(start, within, roll, 0).or_else(|outside| match outside.unlaid {
            Some(_) => self.by_weekdays().due(start, within, roll, 0),
            None => Err(outside),
        })
    }

    /// When a time limit that begins at `start` ends, moved by what was waited: seconds of working time for a limit in
    /// working time or working days, elapsed seconds for any other span. A limit that falls on a certain day is never
    /// moved.
    ///
    /// # Errors
    /// If the calendar does not know the start or the end.
    pub fn due(&self, start: Moment, within: &Within, roll: Roll, moved: i64) -> Result<Moment, Outside> {
        let from = self.date_of(start);
        match within {
            Within::Span(span) => match (span.measure(), span.seconds()) {
                (Measure::Elapsed, Some(seconds)) => {
                    self.check_civil(start)?;
                    let end = self.later(start, seconds.saturating_add(moved))?;
                    self.check_civil(end)?;
                    Ok(end)
                }
                (Measure::Work, Some(seconds)) => self.add_work(start, seconds.saturating_add(moved)),
                (Measure::Workdays, _) => {
                    self.check(start)?;
                    let last = self.last_workday(start, span.count)?;
                    self.add_work(self.end_of_work(last).ok_or_else(|| self.outside())?, moved)
                }
                _ => self.end_of_civil(start, civil(from, *span), roll, moved),
            },
            Within::Next(days) => {
                let next = from.iter_days().skip(1).take(7).find(|day| days.contains(&day.weekday()));
                self.end_of_civil(start, next, roll, 0)
            }
            Within::DayOfNextMonth(day) => self.end_of_civil(start, day_of_next_month(from, *day), roll, 0),
        }
    }

    /// So many elapsed seconds later.
    fn later(&self, from: Moment, seconds: i64) -> Result<Moment, Outside> {
        let end = TimeDelta::try_seconds(seconds).and_then(|length| from.checked_add_signed(length));
        Ok(self.zone.local(end.ok_or_else(|| self.outside())?))
    }

    /// The last of this many working days from a start. 0 is the starting day, or the next working day if the start
    /// lies after its last window or on a day without work.
    fn last_workday(&self, start: Moment, count: u32) -> Result<NaiveDate, Outside> {
        let from = self.date_of(start);
        if count > 0 {
            return self.workday_after(from, count);
        }
        let ahead = self.is_workday(from)? && self.end_of_work(from).is_some_and(|end| start < end);
        if ahead { Ok(from) } else { self.workday_after(from, 1) }
    }

    /// 24:00 of a civil last day, moved by elapsed seconds. The day on which that ends is the last day, and is rolled
    /// after the move: 24:00 of the next working day takes its place where it is none.
    fn end_of_civil(&self, start: Moment, last: Option<NaiveDate>, roll: Roll, moved: i64) -> Result<Moment, Outside> {
        self.check_civil(start)?;
        let last = last.ok_or_else(|| self.outside())?;
        self.check_civil_date(last)?;
        let end = self.later(self.zone_of(last).end_of_day(last), moved)?;
        let last = if moved == 0 { last } else { self.date_of(end - TimeDelta::seconds(1)) };
        self.check_civil_date(last)?;
        match roll {
            Roll::NextWorkday if !self.is_workday(last)? => {
                let next = self.workday_after(last, 1)?;
                Ok(self.zone_of(next).end_of_day(next))
            }
            Roll::NextWorkday | Roll::Stay => Ok(end),
        }
    }

    /// The instant a span before `end`, for warnings: from then on no more than the span is left. A span in days
    /// leads to the start of the civil day, a span in working days to the start of that day's first window.
    ///
    /// # Errors
    /// If the calendar does not know an instant.
    pub fn before(&self, end: Moment, span: Span) -> Result<Moment, Outside> {
        self.check_civil(end)?;
        // 24:00 belongs to the day that ends.
        let last = self.date_of(end - TimeDelta::seconds(1));
        let at = match (span.measure(), span.seconds()) {
            (Measure::Elapsed, Some(seconds)) => self.zone.local(end - TimeDelta::seconds(seconds)),
            (Measure::Work, Some(seconds)) => self.sub_work(end, seconds)?,
            (Measure::Workdays, _) => {
                let day = self.workday_before(last, span.count)?;
                self.start_of_work(day).unwrap_or_else(|| self.zone_of(day).start_of_day(day)).min(end)
            }
            _ => {
                let day = match span.unit {
                    Unit::Months => last.checked_sub_months(Months::new(span.count)),
                    Unit::Weeks => last.checked_sub_days(Days::new(u64::from(span.count) * 7)),
                    _ => last.checked_sub_days(Days::new(u64::from(span.count))),
                };
                let day = day.ok_or_else(|| self.outside())?;
                self.zone_of(day).start_of_day(day)
            }
        };
        self.check_civil(at)?;
        Ok(at)
    }
}

/// The last day of a civil span. Months keep the day of the month, or take the last one.
pub(super) fn civil(from: NaiveDate, span: Span) -> Option<NaiveDate> {
    let days = |count: u64| from.checked_add_days(Days::new(count));
    match span.unit {
        Unit::Months => from.checked_add_months(Months::new(span.count)),
        Unit::Weeks => days(u64::from(span.count) * 7),
        _ => days(u64::from(span.count)),
    }
}

fn day_of_next_month(from: NaiveDate, day: u32) -> Option<NaiveDate> {
    let next = from.with_day(1)?.checked_add_months(Months::new(1))?;
    (1..=day).rev().find_map(|day| next.with_day(day))
}
