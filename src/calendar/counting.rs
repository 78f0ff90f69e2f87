//! Working days and working time of a calendar, counted and added.

use chrono::{Datelike, NaiveDate};

use super::Moment;
use super::calendar::Calendar;
use super::outside::Outside;
use super::year::Year;
use super::zone::wall_at;

impl Calendar {
    /// Whether an instant is working time.
    ///
    /// # Errors
    /// If the calendar does not know the instant.
    pub fn is_working(&self, moment: Moment) -> Result<bool, Outside> {
        self.check(moment)?;
        let second = moment.timestamp();
        Ok(self.stretches(second, second + 1).next().is_some())
    }

    /// Whether a date is a working day: it has a window, and the zone did not skip it.
    ///
    /// # Errors
    /// If the calendar does not know the date.
    pub fn is_workday(&self, date: NaiveDate) -> Result<bool, Outside> {
        self.check_date(date)?;
        Ok(self.year(date.year()).is_some_and(|year| year.is_workday(date)))
    }

    /// The end of the last window of a date. `None` if it has no window or is not known.
    pub fn end_of_work(&self, date: NaiveDate) -> Option<Moment> {
        let last = self.known_windows(date).last()?;
        Some(self.zone_of(date).end_before(wall_at(date, last.until())))
    }

    /// The start of the first window of a date. `None` if it has no window or is not known.
    pub fn start_of_work(&self, date: NaiveDate) -> Option<Moment> {
        let first = self.known_windows(date).first()?;
        Some(self.zone_of(date).first_at(wall_at(date, first.from())))
    }

    /// The instant that a date without a time means: the end of its last window, or 24:00 if it has none. A date that
    /// is not known has the windows of its weekday.
    pub fn end_of_date(&self, date: NaiveDate) -> Moment {
        match self.rule(date).0.last() {
            Some(last) => self.zone_of(date).end_before(wall_at(date, last.until())),
            None => self.zone_of(date).end_of_day(date),
        }
    }

    /// Working stretches between two instants given in seconds since 1970, in order.
    pub(super) fn stretches(&self, from: i64, until: i64) -> impl Iterator<Item = (i64, i64)> {
        (utc_year(from)..=utc_year(until.max(from)))
            .filter_map(|year| self.year(year))
            .flat_map(move |year| year.stretches(from, until))
    }

    /// Working time between two instants, in seconds. 0 if `until` is not after `from`.
    ///
    /// # Errors
    /// If the calendar does not know an instant.
    pub fn between(&self, from: Moment, until: Moment) -> Result<i64, Outside> {
        self.check(from)?;
        self.check(until)?;
        let (from, until) = (from.timestamp(), until.timestamp());
        if until <= from {
            return Ok(0);
        }
        let before = |instant| self.year(utc_year(instant)).map_or(0, |year| year.worked_before(instant));
        let whole: i64 =
            (utc_year(from)..utc_year(until)).filter_map(|year| self.year(year)).map(|year| year.total).sum();
        Ok(whole + before(until) - before(from))
    }

    /// The earliest instant by which `work` seconds of working time have passed after `from`. For 0 it is `from`
    /// itself.
    ///
    /// # Errors
    /// If the calendar does not know the start or the end.
    pub fn add_work(&self, from: Moment, work: i64) -> Result<Moment, Outside> {
        self.check(from)?;
        if work <= 0 {
            return Ok(self.zone.local(from));
        }
        let mut at = utc_year(from.timestamp());
        let mut left =
            self.year(at).ok_or_else(|| self.outside())?.worked_before(from.timestamp()).saturating_add(work);
        loop {
            let year = self.year(at).filter(|_| at <= self.last.year() + 1).ok_or_else(|| self.outside())?;
            if left <= year.total {
                let found = year.earliest(left).ok_or_else(|| self.outside())?;
                return Ok(self.zone.moment(found));
            }
            left -= year.total;
            at += 1;
        }
    }

    /// The latest instant from which `work` seconds of working time lie before `until`. For 0 it is `until` itself.
    ///
    /// # Errors
    /// If the calendar does not know the start or the end.
    pub fn sub_work(&self, until: Moment, work: i64) -> Result<Moment, Outside> {
        self.check(until)?;
        if work <= 0 {
            return Ok(self.zone.local(until));
        }
        let mut at = utc_year(until.timestamp());
        let mut left =
            self.year(at).ok_or_else(|| self.outside())?.worked_before(until.timestamp()).saturating_sub(work);
        while left < 0 {
            at -= 1;
            let year = self.year(at).filter(|_| at >= self.first.year() - 1).ok_or_else(|| self.outside())?;
            left += year.total;
        }
        let found = self.year(at).and_then(|year| year.latest(left)).ok_or_else(|| self.outside())?;
        Ok(self.zone.moment(found))
    }

    /// The working day `count` after a date (1 is the next one). The date itself does not count.
    ///
    /// # Errors
    /// If the calendar does not know a date.
    pub fn workday_after(&self, date: NaiveDate, count: u32) -> Result<NaiveDate, Outside> {
        self.check_date(date)?;
        let mut at = date.year();
        let year = self.year(at).ok_or_else(|| self.outside())?;
        let upto = year.workdays_before(date) + u32::from(year.is_workday(date));
        let Some(count) = count.checked_sub(1) else { return Ok(date) };
        let mut left = upto.saturating_add(count);
        loop {
            let year = self.year(at).filter(|_| at <= self.last.year()).ok_or_else(|| self.outside())?;
            if left < year.workdays() {
                return year.workday(at, left).ok_or_else(|| self.outside());
            }
            left -= year.workdays();
            at += 1;
        }
    }

    /// The working day `count` before a date (1 is the one before). The date itself does not count.
    ///
    /// # Errors
    /// If the calendar does not know a date.
    pub fn workday_before(&self, date: NaiveDate, count: u32) -> Result<NaiveDate, Outside> {
        self.check_date(date)?;
        if count == 0 {
            return Ok(date);
        }
        let mut at = date.year();
        let mut left = i64::from(self.year(at).ok_or_else(|| self.outside())?.workdays_before(date)) - i64::from(count);
        while left < 0 {
            at -= 1;
            let year = self.year(at).filter(|_| at >= self.first.year()).ok_or_else(|| self.outside())?;
            left += i64::from(year.workdays());
        }
        let left = u32::try_from(left).unwrap_or_default();
        self.year(at).and_then(|year| year.workday(at, left)).ok_or_else(|| self.outside())
    }

    /// How many working days lie after `after`, up to and including `through`.
    ///
    /// # Errors
    /// If the calendar does not know a date.
    pub fn workdays_between(&self, after: NaiveDate, through: NaiveDate) -> Result<u32, Outside> {
        self.check_date(after)?;
        self.check_date(through)?;
        if through <= after {
            return Ok(0);
        }
        let upto = |date: NaiveDate| {
            self.year(date.year()).map_or(0, |year| year.workdays_before(date) + u32::from(year.is_workday(date)))
        };
        let whole: u32 = (after.year()..through.year()).filter_map(|year| self.year(year)).map(Year::workdays).sum();
        Ok(whole + upto(through) - upto(after))
    }
}

/// The year of an instant in UTC.
fn utc_year(instant: i64) -> i32 {
    chrono::DateTime::from_timestamp(instant, 0).unwrap_or_default().year()
}
