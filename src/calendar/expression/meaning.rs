//! The meaning of the parts of the table, relative to now and in a direction.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};

use super::Direction;
use super::table::{Part, Sign};
use crate::calendar::{Calendar, Moment, Outside, Unit};

/// The point from which expressions are read.
pub(super) struct From<'c> {
    pub(super) now: Moment,
    pub(super) calendar: &'c Calendar,
    pub(super) direction: Direction,
}

impl From<'_> {
    pub(super) fn today(&self) -> NaiveDate {
        self.calendar.zone().date(self.now)
    }

    /// A time on a date. Without a time: the end of its last window.
    fn at(&self, date: NaiveDate, time: Option<Part>) -> Moment {
        let zone = self.calendar.zone();
        match time {
            Some(Part::Clock(1440)) => zone.end_of_day(date),
            Some(Part::Clock(minutes)) => zone.first_at(crate::calendar::zone::wall_at(date, minutes)),
            _ => {
                let end = self.calendar.end_of_date(date);
                // an event on a day without work happened on that day, not at the midnight that begins the next day
                let past = self.direction == Direction::Backward && zone.date(end) > date;
                if past { end - TimeDelta::seconds(1) } else { end }
            }
        }
    }

    /// Whether a moment lies in the direction that is asked for.
    fn fits(&self, moment: Moment) -> bool {
        match self.direction {
            Direction::Forward => moment > self.now,
            Direction::Backward => moment <= self.now,
            Direction::Either => true,
        }
    }

    /// A day with or without a time.
    pub(super) fn on(&self, day: Part, time: Option<Part>) -> Result<Option<Moment>, Outside> {
        let today = self.today();
        let step = |count: i64| {
            let days = Days::new(count.unsigned_abs());
            if count < 0 { today.checked_sub_days(days) } else { today.checked_add_days(days) }
        };
        let sign = if self.direction == Direction::Backward { -1 } else { 1 };
        let date = match day {
            Part::Day(count) => step(count),
            Part::Date(date) => Some(date),
            Part::MonthEnd(months) => {
                let first = today.with_day(1).and_then(|first| match u32::try_from(months + 1) {
                    Ok(ahead) => first.checked_add_months(Months::new(ahead)),
                    Err(_) => first.checked_sub_months(Months::new((months + 1).unsigned_abs())),
                });
                first.and_then(|next| next.pred_opt())
            }
            Part::Workdays(0, _) => Some(today),
            Part::Workdays(count, Sign::Ahead) => Some(self.calendar.workday_after(today, count)?),
            Part::Workdays(count, Sign::Ago) => Some(self.calendar.workday_before(today, count)?),
            Part::OfWeek(weeks, day) => step(weeks * 7 - i64::from(today.weekday().num_days_from_monday()))
                .and_then(|monday| monday.checked_add_days(Days::new(u64::from(day.num_days_from_monday())))),
            Part::Weekday(day) => {
                // Today counts if the time lies in the right direction. As a past day without a time it always
                // counts.
                let bare_past = time.is_none() && self.direction == Direction::Backward;
                let near = (0..8).filter_map(|count| step(count * sign)).filter(|date| date.weekday() == day);
                near.into_iter().find(|date| *date == today && bare_past || self.fits(self.at(*date, time)))
            }
            Part::MonthDay(month, day) => {
                let bare_past = time.is_none() && self.direction == Direction::Backward;
                let years = (0..9).map(|count| today.year().saturating_add(count * sign as i32));
                years
                    .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                    .find(|date| *date == today && bare_past || self.fits(self.at(*date, time)))
            }
            Part::Clock(_) | Part::EndOfWork | Part::Offset(..) | Part::Moment(_) => None,
        };
        Ok(date.filter(|date| (1..=9999).contains(&date.year())).map(|date| self.at(date, time)))
    }

    /// A time without a day. It means today if that is in the right direction, otherwise the day beside it. The end
    /// of work belongs to the nearest working day.
    pub(super) fn nearest_day(&self, time: Part) -> Result<Option<Moment>, Outside> {
        let today = self.today();
        let beside = |date: NaiveDate| match (time, self.direction) {
            (Part::EndOfWork, Direction::Forward | Direction::Either) => self.calendar.workday_after(date, 1).map(Some),
            (Part::EndOfWork, Direction::Backward) => self.calendar.workday_before(date, 1).map(Some),
            (_, Direction::Forward | Direction::Either) => Ok(date.succ_opt()),
            (_, Direction::Backward) => Ok(date.pred_opt()),
        };
        let works = !matches!(time, Part::EndOfWork) || self.calendar.is_workday(today)?;
        let first = self.at(today, Some(time));
        if works && self.fits(first) {
            return Ok(Some(first));
        }
        Ok(beside(today)?.map(|date| self.at(date, Some(time))))
    }

    /// The moment this many units from now.
    pub(super) fn offset(&self, count: u32, unit: Unit, sign: Sign) -> Result<Option<Moment>, Outside> {
        let span = crate::calendar::Span::new(count, unit);
        let Some(seconds) = span.seconds() else { return Ok(None) };
        let work = matches!(unit, Unit::WorkMinutes | Unit::WorkHours);
        match (work, sign) {
            (true, Sign::Ahead) => self.calendar.add_work(self.now, seconds).map(Some),
            (true, Sign::Ago) => self.calendar.sub_work(self.now, seconds).map(Some),
            (false, sign) => {
                let length = TimeDelta::seconds(if sign == Sign::Ago { -seconds } else { seconds });
                Ok(self.now.checked_add_signed(length).map(|moment| self.calendar.zone().local(moment)))
            }
        }
    }
}
