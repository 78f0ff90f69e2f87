//! A year of a calendar, prepared for arithmetic: its working stretches and working days with running totals. It is
//! computed once, when the year is first needed.

use chrono::{Datelike, Days, NaiveDate};

use super::window::Window;
use super::zone::{Zone, midnight};

/// A stretch of working time. Seconds since 1970 in UTC, `until` exclusive; `before` is the working time of the year up
/// to `from`, in seconds.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: i64,
    until: i64,
    before: i64,
}

/// The working time from 1 January 00:00 UTC to the next, and the working days of the civil year.
#[derive(Debug)]
pub(super) struct Year {
    stretches: Vec<Stretch>,
    /// Working time of the year in seconds.
    pub(super) total: i64,
    /// How many working days come before the n-th day of the year, from 0. It has one more entry than days.
    workdays: Vec<u16>,
}

impl Year {
    /// Computes a year. An instant is working time if its wall-clock time is in a window. So each stretch with one
    /// offset is walked with the wall clock of that offset: a repeated hour counts twice, a skipped one never.
    pub(super) fn lay_out<'w>(zone: Zone, year: i32, windows: impl Fn(NaiveDate) -> &'w [Window]) -> Year {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut total = 0;
        for segment in zone.segments(start(year), start(year + 1)) {
            let (clock_from, clock_until) = (segment.from + segment.offset, segment.until + segment.offset);
            let mut date = date_of(clock_from).checked_sub_days(Days::new(1));
            while let Some(day) = date.filter(|day| seconds(*day) < clock_until) {
                for window in windows(day) {
                    let from = (seconds(day) + i64::from(window.from()) * 60).max(clock_from);
                    let until = (seconds(day) + i64::from(window.until()) * 60).min(clock_until);
                    if from < until {
                        let (from, until) = (from - segment.offset, until - segment.offset);
                        stretches.push(Stretch { from, until, before: total });
                        total += until - from;
                    }
                }
                date = day.checked_add_days(Days::new(1));
            }
        }
        let mut count = 0;
        let mut workdays = vec![0];
        let mut day = NaiveDate::from_yo_opt(year, 1);
        while let Some(date) = day.filter(|day| day.year() == year) {
            count += u16::from(!windows(date).is_empty() && zone.has_date(date));
            workdays.push(count);
            day = date.checked_add_days(Days::new(1));
        }
        Year { stretches, total, workdays }
    }

    /// One year of parts that lie one after another, each with its own zone.
    pub(super) fn join(parts: Vec<Year>) -> Year {
        let mut all: Vec<Stretch> = parts.iter().flat_map(|part| part.stretches.iter().copied()).collect();
        all.sort_by_key(|stretch| stretch.from);
        let (mut stretches, mut total, mut last): (Vec<Stretch>, i64, i64) = (Vec::new(), 0, i64::MIN);
        for stretch in all {
            let from = stretch.from.max(last);
            if from < stretch.until {
                stretches.push(Stretch { from, until: stretch.until, before: total });
                (total, last) = (total + stretch.until - from, stretch.until);
            }
        }
        let length = parts.iter().map(|part| part.workdays.len()).max().unwrap_or(1);
        let sum = |day: usize| -> u16 { parts.iter().filter_map(|part| part.workdays.get(day)).sum() };
        Year { stretches, total, workdays: (0..length).map(sum).collect() }
    }

    /// The working time of this year before an instant, in seconds.
    pub(super) fn worked_before(&self, instant: i64) -> i64 {
        match self.stretches.partition_point(|stretch| stretch.from <= instant).checked_sub(1) {
            None => 0,
            Some(at) => {
                let stretch = self.stretches[at];
                stretch.before + (instant.min(stretch.until) - stretch.from)
            }
        }
    }

    /// The earliest instant by which `work` seconds of this year have passed. `work` is in 1..=total.
    pub(super) fn earliest(&self, work: i64) -> Option<i64> {
        let at = self.stretches.partition_point(|stretch| stretch.before < work).checked_sub(1)?;
        let stretch = self.stretches[at];
        Some(stretch.from + (work - stretch.before))
    }

    /// The latest instant by which no more than `work` seconds of this year have passed. `work` is in 0..total.
    pub(super) fn latest(&self, work: i64) -> Option<i64> {
        let at = self.stretches.partition_point(|stretch| stretch.before <= work).checked_sub(1)?;
        let stretch = self.stretches[at];
        Some(stretch.from + (work - stretch.before))
    }

    /// The working stretches of this year that overlap `[from, until)`, clipped to it.
    pub(super) fn stretches(&self, from: i64, until: i64) -> impl Iterator<Item = (i64, i64)> {
        let first = self.stretches.partition_point(|stretch| stretch.until <= from);
        self.stretches[first..]
            .iter()
            .take_while(move |stretch| stretch.from < until)
            .map(move |stretch| (stretch.from.max(from), stretch.until.min(until)))
            .filter(|(from, until)| from < until)
    }

    /// How many working days of this year come before `date`.
    pub(super) fn workdays_before(&self, date: NaiveDate) -> u32 {
        let at = usize::try_from(date.ordinal0()).unwrap_or_default();
        self.workdays.get(at).copied().map_or(0, u32::from)
    }

    /// How many working days this year has.
    pub(super) fn workdays(&self) -> u32 {
        self.workdays.last().copied().map_or(0, u32::from)
    }

    /// The working day of `year` before which there are `count` others.
    pub(super) fn workday(&self, year: i32, count: u32) -> Option<NaiveDate> {
        let at = self.workdays.partition_point(|before| u32::from(*before) <= count).checked_sub(1)?;
        NaiveDate::from_yo_opt(year, u32::try_from(at).ok()? + 1)
    }

    /// Whether `date` of this year is a working day.
    pub(super) fn is_workday(&self, date: NaiveDate) -> bool {
        let at = usize::try_from(date.ordinal0()).unwrap_or_default();
        matches!((self.workdays.get(at), self.workdays.get(at + 1)), (Some(before), Some(after)) if before < after)
    }
}

/// 1 January 00:00 UTC, in seconds since 1970.
fn start(year: i32) -> i64 {
    NaiveDate::from_yo_opt(year, 1).map_or(0, seconds)
}

/// 00:00 of a date read as UTC, in seconds since 1970.
fn seconds(date: NaiveDate) -> i64 {
    midnight(date).and_utc().timestamp()
}

fn date_of(seconds: i64) -> NaiveDate {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().date_naive()
}
