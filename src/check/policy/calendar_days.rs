//! What calendars leave out of their files, and years that lose more working days than is usual: not every all-day
//! event is a day off.

use chrono::{Datelike, NaiveDate};

use super::{Check, Found, Rulebook};
use crate::calendar::{Calendar, Calendars, DayKind};
use crate::check::Severity;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CalendarText, PolicyText as Text};
use crate::place::{Place, Problem, Problems};
use crate::policy::CALENDAR;

pub(super) static CHECK: Check = Check { name: "calendar-days", severity: Severity::Warning, find };

/// How many working days a year loses at most, as a rule: few countries have more public holidays.
const USUAL: usize = 20;
/// How many names are listed.
const MOST_NAMES: usize = 12;

/// What the calendars leave out of their files.
pub(super) fn left_out(rulebook: &Rulebook<'_>) -> Vec<Problem> {
    let (sources, remarks) = (rulebook.sources, Problems::new());
    let bytes = |path: &str| match sources.bytes(path) {
        Some(bytes) => Ok(bytes.to_vec()),
        None => Err(CalendarText::NoSuchFile.into()),
    };
    if let Some(text) = sources.text(CALENDAR, &Problems::new()) {
        Calendars::read_remarking(CALENDAR, text, &bytes, &Problems::new(), &remarks);
    }
    remarks.into_sorted()
}

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    for calendar in rulebook.policy.calendars.iter() {
        let (first, last) = (calendar.known().0, calendar.last_year());
        let Some(last) = last.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31)) else { continue };
        for (year, taken) in lost(calendar, first, last) {
            let mut listed: Vec<&str> = Vec::new();
            for name in taken.iter().filter(|name| !name.is_empty()) {
                if !listed.contains(name) {
                    listed.push(name);
                }
            }
            let more = listed.len().saturating_sub(MOST_NAMES);
            let few = Label::words(listed.iter().take(MOST_NAMES));
            let few = if more == 0 { few } else { label!(CalendarText::AndMore, more = more; names = few) };
            let message =
                label!(Text::ManyDaysOff, calendar = calendar.name(), year = year, days = taken.len(); names = few);
            found.say(&Place::of_file(CALENDAR), message);
        }
    }
}

/// The years that lose more working days than is usual, with the names of what takes them. What make-up workdays give
/// back does not count.
fn lost(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> Vec<(i32, Vec<&str>)> {
    let mut years: Vec<(i32, Vec<&str>, usize)> = Vec::new();
    for date in first.iter_days().take_while(|date| *date <= last) {
        if years.last().is_none_or(|(year, ..)| *year != date.year()) {
            years.push((date.year(), Vec::new(), 0));
        }
        let (Some(year), Ok((_, kind))) = (years.last_mut(), calendar.day(date)) else { continue };
        let works = calendar.works_on(date.weekday());
        match kind {
            DayKind::Holiday(name) if works => year.1.push(name),
            DayKind::MakeUp(_) if !works => year.2 += 1,
            _ => {}
        }
    }
    let many = |(_, names, back): &(i32, Vec<&str>, usize)| names.len().saturating_sub(*back) > USUAL;
    years.into_iter().filter(many).map(|(year, names, _)| (year, names)).collect()
}
