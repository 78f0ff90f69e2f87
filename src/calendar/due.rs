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

    /// When a time limit that begins at `start` ends, moved by `moved` in the limit's own measure: seconds, working
    /// seconds, civil days or working days.
    ///
    /// # Errors
    /// If the calendar does not know the start or the end.
    pub fn due(&self, start: Moment, within: &Within, roll: Roll, moved: i64) -> Result<Moment, Outside> {
        self.check(start)?;
        let from = self.zone.date(start);
        let end = match within {
            Within::Span(span) => match (span.measure(), span.seconds()) {
                (Measure::Elapsed, Some(seconds)) => {
                    let length = TimeDelta::try_seconds(seconds.saturating_add(moved));
                    let end = length.and_then(|length| start.checked_add_signed(length));
                    self.zone.local(end.ok_or_else(|| self.outside())?)
                }
                (Measure::Work, Some(seconds)) => self.add_work(start, seconds.saturating_add(moved))?,
                (Measure::Workdays, _) => {
                    let last = self.last_workday(start, span.count)?;
                    let moved = u32::try_from(moved).unwrap_or(u32::MAX);
                    let last = if moved == 0 { last } else { self.workday_after(last, moved)? };
                    self.end_of_work(last).ok_or_else(|| self.outside())?
                }
                _ => self.end_of_civil(civil(from, *span), roll, moved)?,
            },
            Within::Next(days) => {
                let next = from.iter_days().skip(1).take(7).find(|day| days.contains(&day.weekday()));
                self.end_of_civil(next, roll, moved)?
            }
            Within::DayOfNextMonth(day) => self.end_of_civil(day_of_next_month(from, *day), roll, moved)?,
        };
        self.check(end)?;
        Ok(end)
    }

    /// The last of this many working days from a start. 0 is the starting day, or the next working day if the start
    /// lies after its last window or on a day without work.
    fn last_workday(&self, start: Moment, count: u32) -> Result<NaiveDate, Outside> {
        let from = self.zone.date(start);
        if count > 0 {
            return self.workday_after(from, count);
        }
        let ahead = self.is_workday(from)? && self.end_of_work(from).is_some_and(|end| start < end);
        if ahead { Ok(from) } else { self.workday_after(from, 1) }
    }

    /// 24:00 of a civil last day, moved by days and rolled to a working day.
    fn end_of_civil(&self, last: Option<NaiveDate>, roll: Roll, moved: i64) -> Result<Moment, Outside> {
        let moved = Days::new(u64::try_from(moved).unwrap_or_default());
        let last = last.and_then(|last| last.checked_add_days(moved)).ok_or_else(|| self.outside())?;
        self.check_date(last)?;
        let last = match roll {
            Roll::NextWorkday if !self.is_workday(last)? => self.workday_after(last, 1)?,
            Roll::NextWorkday | Roll::Stay => last,
        };
        Ok(self.zone.end_of_day(last))
    }

    /// The instant a span before `end`, for warnings: from then on no more than the span is left. A span in days
    /// leads to the start of the civil day, a span in working days to the start of that day's first window.
    ///
    /// # Errors
    /// If the calendar does not know an instant.
    pub fn before(&self, end: Moment, span: Span) -> Result<Moment, Outside> {
        self.check(end)?;
        // 24:00 belongs to the day that ends.
        let last = self.zone.date(end - TimeDelta::seconds(1));
        let at = match (span.measure(), span.seconds()) {
            (Measure::Elapsed, Some(seconds)) => self.zone.local(end - TimeDelta::seconds(seconds)),
            (Measure::Work, Some(seconds)) => self.sub_work(end, seconds)?,
            (Measure::Workdays, _) => {
                let day = self.workday_before(last, span.count)?;
                self.start_of_work(day).unwrap_or_else(|| self.zone.start_of_day(day)).min(end)
            }
            _ => {
                let day = match span.unit {
                    Unit::Months => last.checked_sub_months(Months::new(span.count)),
                    Unit::Weeks => last.checked_sub_days(Days::new(u64::from(span.count) * 7)),
                    _ => last.checked_sub_days(Days::new(u64::from(span.count))),
                };
                self.zone.start_of_day(day.ok_or_else(|| self.outside())?)
            }
        };
        self.check(at)?;
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
