//! A calendar: its windows and its dates. `counting` counts with its working time, `load` reads calendars from files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::outside::Outside;
use super::year::Year;
use super::{Moment, Window, Zone};

/// The first year of any calendar, whatever its file says.
const FIRST_YEAR: i32 = 1900;
/// The last year of any calendar.
const LAST_YEAR: i32 = 2199;

/// The days of January that the file of the year before often holds.
const FIRST_WEEK: u32 = 7;

/// How many days may lie between two days of one holiday.
const APART: i64 = 30;

/// The holidays that share a day: 国庆节、中秋节.
fn parts(names: &str) -> impl Iterator<Item = &str> {
    names.split(['、', ',', '，', '/', '·']).map(str::trim).filter(|name| !name.is_empty())
}

/// Working time: windows on weekdays and dates, holidays and make-up workdays, in a time zone, between two dates.
///
/// An instant is working if and only if its wall-clock time in the zone falls into a window of its day.
#[derive(Debug, Serialize, Deserialize)]
pub struct Calendar {
    pub(super) name: String,
    pub(super) zone: Zone,
    weekly: [Vec<Window>; 7],
    make_up: Weekday,
    dates: Dates,
    /// What changes from a date on, the earliest first.
    changes: Vec<Era>,
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    /// Whether it ends where its holidays do, so that what needs no working day is known beyond.
    pub(super) open: bool,
    /// The first and last instant known, in seconds since 1970.
    from: i64,
    until: i64,
    #[serde(skip, default = "unread_years")]
    years: Vec<OnceLock<Year>>,
}

/// The windows and the zone of a calendar from a date on. Before that date the old ones count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Era {
    /// The first date.
    pub from: NaiveDate,
    /// The zone.
    pub zone: Zone,
    /// The windows of weekdays, Monday first.
    pub weekly: [Vec<Window>; 7],
    /// The weekday whose windows a make-up workday takes.
    pub make_up: Weekday,
}

/// Rules for single dates. Windows beat a make-up workday, which beats a holiday, which beats the weekday.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Dates {
    /// The windows of a date. An empty list closes it.
    pub windows: BTreeMap<NaiveDate, Vec<Window>>,
    /// Days that are workdays (调休) although their weekday or a holiday would make them free, each with its name.
    pub make_up: BTreeMap<NaiveDate, String>,
    /// Days off, each with its name.
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Days with a name on which people work, such as a festival without a day off.
    pub observed: BTreeMap<NaiveDate, String>,
    /// Those of them that come from a rule without an end, such as every 25 December: they do not tell how many years
    /// are laid down.
    pub endless: BTreeSet<NaiveDate>,
}

impl Dates {
    /// The last year whose holidays are laid down. The first week of January is often part of the file of the year
    /// before, so that it does not tell.
    pub fn last_year(&self) -> Option<i32> {
        let all = || self.holidays.keys().chain(self.make_up.keys());
        let ended = || all().filter(|date| !self.endless.contains(date));
        let late = ended().filter(|date| date.ordinal() > FIRST_WEEK).max();
        late.or_else(|| ended().max()).or_else(|| all().max()).map(|date| date.year())
    }
}

/// Why a day has its windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'c> {
    /// The windows of its weekday. Empty if it has none.
    Weekday,
    /// Windows for this date. Empty if it is closed.
    Dated,
    /// A make-up workday, with its name (may be empty).
    MakeUp(&'c str),
    /// A holiday, with its name (may be empty).
    Holiday(&'c str),
}

/// Nothing is known of any year yet. There is one more year on either side, because a zone's year is some hours off
/// that of UTC.
fn unread_years() -> Vec<OnceLock<Year>> {
    (FIRST_YEAR - 1..=LAST_YEAR + 1).map(|_| OnceLock::new()).collect()
}

impl Calendar {
    /// A calendar of windows (Monday first; sorted, not overlapping) and dates. A make-up workday takes the windows
    /// of the weekday `make_up`. Dates outside `known` (both ends included) are not known.
    pub fn new(
        name: impl Into<String>,
        zone: Zone,
        weekly: [Vec<Window>; 7],
        make_up: Weekday,
        dates: Dates,
        known: (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Self {
        let earliest = NaiveDate::from_yo_opt(FIRST_YEAR, 1).unwrap_or_default();
        let latest = Calendar::latest();
        let first = known.0.unwrap_or(earliest).clamp(earliest, latest);
        let last = known.1.unwrap_or(latest).clamp(first, latest);
        let years = unread_years();
        let (from, until) = (zone.start_of_day(first).timestamp(), zone.end_of_day(last).timestamp());
        let name = name.into();
        let mut calendar = Calendar {
            name,
            zone,
            weekly,
            make_up,
            dates,
            changes: Vec::new(),
            first,
            last,
            open: false,
            from,
            until,
            years,
        };
        calendar.until = calendar.end_of_work(last).map_or(until, |end| end.timestamp().max(until));
        calendar
    }

    /// The same calendar with other windows or another zone from some dates on, the earliest first.
    #[must_use]
    pub fn with_changes(mut self, changes: Vec<Era>) -> Self {
        self.changes = changes;
        self.years = unread_years();
        let until = self.zone_of(self.last).end_of_day(self.last).timestamp();
        self.from = self.zone_of(self.first).start_of_day(self.first).timestamp();
        self.until = self.end_of_work(self.last).map_or(until, |end| end.timestamp().max(until));
        self
    }

    /// What holds on a date because of a change.
    fn era(&self, date: NaiveDate) -> Option<&Era> {
        self.changes.iter().rev().find(|era| era.from <= date)
    }

    /// The zone of a date.
    pub fn zone_of(&self, date: NaiveDate) -> Zone {
        self.era(date).map_or(self.zone, |era| era.zone)
    }

    /// The zones with the dates from which they count, the first one without a date. Only one if the calendar does not
    /// change its zone.
    pub fn zones(&self) -> Vec<(Option<NaiveDate>, Zone)> {
        let mut zones = vec![(None, self.zone)];
        for era in &self.changes {
            if zones.last().is_some_and(|(_, zone)| *zone != era.zone) {
                zones.push((Some(era.from), era.zone));
            }
        }
        zones
    }

    /// The local date of an instant, in the zone of that time.
    pub fn date_of(&self, moment: Moment) -> NaiveDate {
        let begun = |era: &&Era| era.zone.start_of_day(era.from) <= moment;
        self.changes.iter().rev().find(begun).map_or(self.zone, |era| era.zone).date(moment)
    }

    /// The dates up to one (not included) that are working time otherwise by another version of this calendar. Dates
    /// that the other one did not know yet are not among them, nor are those of more than ten years ago.
    pub fn differing(&self, before: &Calendar, until: NaiveDate) -> Vec<NaiveDate> {
        let earliest = until - chrono::Days::new(3_660);
        let first = self.first.max(before.first).max(earliest);
        let days = first.iter_days().take_while(|date| *date < until && *date <= self.last && *date <= before.last);
        let other = |date: &NaiveDate| {
            self.rule(*date).0 != before.rule(*date).0 || self.zone_of(*date) != before.zone_of(*date)
        };
        days.filter(other).collect()
    }

    /// The same calendar without an end: in years whose holidays are not laid down its weekdays count.
    pub(super) fn by_weekdays(&self) -> Self {
        let known = (Some(self.first), None);
        let calendar =
            Calendar::new(&*self.name, self.zone, self.weekly.clone(), self.make_up, self.dates.clone(), known);
        if self.changes.is_empty() { calendar } else { calendar.with_changes(self.changes.clone()) }
    }

    /// The calendar by which work is planned, if it is not this one: a plan is not held up by holidays that are not
    /// laid down yet. See [`Calendar::proposed`].
    pub fn for_plans(&self) -> Option<Calendar> {
        self.open.then(|| self.by_weekdays())
    }

    /// The last date that any calendar knows.
    pub(super) fn latest() -> NaiveDate {
        NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap_or_default()
    }

    /// The calendar's name in policy/calendar.toml.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The calendar's time zone.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The first and last date that the calendar knows.
    pub fn known(&self) -> (NaiveDate, NaiveDate) {
        (self.first, self.last)
    }

    /// The last year whose holidays are laid down. `None` for a calendar without holidays.
    pub fn last_year(&self) -> Option<i32> {
        self.dates.last_year()
    }

    /// Whether it ends with the last year whose holidays are laid down, since its file names no other end.
    pub fn ends_with_holidays(&self) -> bool {
        self.open
    }

    /// The years that are needed on this day and whose holidays are not laid down: this one and those since the last
    /// that are, and from November on the next one. None for a calendar without holidays, or for one that ended before
    /// this year.
    pub fn unlaid_years(&self, today: NaiveDate) -> std::ops::RangeInclusive<i32> {
        let needed = today.year() + i32::from(today.month() >= 11);
        match self.last_year() {
            Some(laid) if self.open || self.last.year() >= today.year() => laid + 1..=needed,
            // there are none
            _ => needed + 1..=needed,
        }
    }

    /// Whether a weekday is worked, where no date says otherwise.
    pub fn works_on(&self, weekday: Weekday) -> bool {
        let weekly = self.changes.last().map_or(&self.weekly, |era| &era.weekly);
        !weekly[weekday.num_days_from_monday() as usize].is_empty()
    }

    /// Whether it knows the days of a year.
    pub fn knows_year(&self, year: i32) -> bool {
        (self.first.year()..=self.last.year()).contains(&year)
    }

    /// Whether the calendar knows a date of a year after the last one whose holidays are laid down: the file says so,
    /// and the weekdays of the year count as working days.
    pub fn lacks_holidays_of(&self, date: NaiveDate) -> bool {
        date <= self.last && self.last_year().is_some_and(|last| date.year() > last)
    }

    /// The first day of each holiday with this name, and of each day that is observed under it, in order. A holiday
    /// that another one interrupts counts once. If a year has none, its files do not contain it yet.
    pub fn holiday_starts(&self, name: &str) -> Vec<NaiveDate> {
        let named = |(date, names): (&NaiveDate, &String)| parts(names).any(|part| part == name).then_some(*date);
        let days = self.dates.holidays.iter().filter_map(named);
        let days: BTreeSet<NaiveDate> = days.chain(self.dates.observed.iter().filter_map(named)).collect();
        let mut starts = Vec::new();
        let mut last: Option<NaiveDate> = None;
        for day in days.into_iter().filter(|day| self.knows_date(*day)) {
            if last.is_none_or(|last| (day - last).num_days() > APART) {
                starts.push(day);
            }
            last = Some(day);
        }
        starts
    }

    /// The names of all holidays and of the days that are observed.
    pub fn holiday_names(&self) -> BTreeSet<&str> {
        self.dates.holidays.values().chain(self.dates.observed.values()).flat_map(|names| parts(names)).collect()
    }

    /// The windows of a date and why it has them.
    ///
    /// # Errors
    /// If the calendar does not know the date.
    pub fn day(&self, date: NaiveDate) -> Result<(&[Window], DayKind<'_>), Outside> {
        self.check_date(date)?;
        Ok(self.rule(date))
    }

    pub(super) fn rule(&self, date: NaiveDate) -> (&[Window], DayKind<'_>) {
        let (weekly, make_up) = self.era(date).map_or((&self.weekly, self.make_up), |era| (&era.weekly, era.make_up));
        let weekly = |day: Weekday| weekly[day.num_days_from_monday() as usize].as_slice();
        if let Some(windows) = self.dates.windows.get(&date) {
            (windows, DayKind::Dated)
        } else if let Some(name) = self.dates.make_up.get(&date) {
            (weekly(make_up), DayKind::MakeUp(name))
        } else if let Some(name) = self.dates.holidays.get(&date) {
            (&[], DayKind::Holiday(name))
        } else {
            (weekly(date.weekday()), DayKind::Weekday)
        }
    }

    /// The windows of a date. Empty if the date is not known.
    pub(super) fn known_windows(&self, date: NaiveDate) -> &[Window] {
        if self.knows_date(date) { self.rule(date).0 } else { &[] }
    }

    fn knows_date(&self, date: NaiveDate) -> bool {
        (self.first..=self.last).contains(&date)
    }

    pub(super) fn outside(&self) -> Outside {
        let unlaid = self.open.then(|| self.last.year() + 1);
        Outside { calendar: self.name.clone(), first: self.first, last: self.last, unlaid }
    }

    /// # Errors
    /// If the calendar does not know the date.
    pub(super) fn check_date(&self, date: NaiveDate) -> Result<(), Outside> {
        if self.knows_date(date) { Ok(()) } else { Err(self.beyond(date < self.first)) }
    }

    /// Checks that an instant is known: not before the first date, and not after the last one with its window past
    /// midnight.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self, moment: Moment) -> Result<(), Outside> {
        let second = moment.timestamp();
        if (self.from..=self.until).contains(&second) { Ok(()) } else { Err(self.beyond(second < self.from)) }
    }

    /// Where it ends, for what lies before its first date or after its last one.
    fn beyond(&self, before: bool) -> Outside {
        let outside = self.outside();
        Outside { unlaid: outside.unlaid.filter(|_| !before), ..outside }
    }

    /// Whether a date is known for what needs no working day: a calendar that ends where its holidays do knows later
    /// ones, too.
    ///
    /// # Errors
    /// A date that is not.
    pub(super) fn check_civil_date(&self, date: NaiveDate) -> Result<(), Outside> {
        match self.check_date(date) {
            Err(_) if self.open && date > self.last && date.year() <= LAST_YEAR => Ok(()),
            known => known,
        }
    }

    /// Whether an instant is known for what needs no working day.
    ///
    /// # Errors
    /// An instant that is not.
    pub(super) fn check_civil(&self, moment: Moment) -> Result<(), Outside> {
        match self.check(moment) {
            Err(outside) if self.open && moment.timestamp() > self.until => {
                if moment <= self.zone.end_of_day(Calendar::latest()) { Ok(()) } else { Err(outside) }
            }
            known => known,
        }
    }

    pub(super) fn year(&self, year: i32) -> Option<&Year> {
        let at = usize::try_from(year - (FIRST_YEAR - 1)).ok()?;
        Some(self.years.get(at)?.get_or_init(|| self.lay_out(year)))
    }

    fn lay_out(&self, year: i32) -> Year {
        if self.changes.iter().all(|era| era.zone == self.zone) {
            return Year::lay_out(self.zone, year, |date| self.known_windows(date));
        }
        // each time with its own zone
        let ends = self.changes.iter().map(|era| Some(era.from)).chain([None]);
        let begins = [None].into_iter().chain(self.changes.iter().map(|era| Some((era.from, era.zone))));
        let parts = begins.zip(ends).map(|(begin, end)| {
            let within =
                |date: NaiveDate| begin.is_none_or(|(from, _)| from <= date) && end.is_none_or(|end| date < end);
            let zone = begin.map_or(self.zone, |(_, zone)| zone);
            Year::lay_out(zone, year, |date| if within(date) { self.known_windows(date) } else { &[] })
        });
        Year::join(parts.collect())
    }
}
