//! A calendar that has the holidays of some years and lacks those of a year in between, or of this one. It counts
//! holidays as working days, or does not know when what reaches into the year is due.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{Check, Found, Rulebook};
use crate::calendar::{Calendar, DayKind};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::place::{Place, Problem};
use crate::policy::CALENDAR;

pub(super) static CHECK: Check = Check { name: "calendar-years", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let place = Place::of_file(CALENDAR);
    for calendar in rulebook.policy.calendars.iter() {
        let years = years(calendar);
        let (Some(first), Some(laid)) = (years.first(), calendar.last_year()) else { continue };
        let known_from = calendar.known().0.year();
        for year in (*first.max(&known_from)..=laid).filter(|year| !years.contains(year)) {
            found.say(&place, label!(Text::NoHolidays, calendar = calendar.name(), year = year));
        }
        // the next year is brought in time: `cautions` says so
        for year in calendar.unlaid_years(rulebook.today).filter(|year| *year <= rulebook.today.year()) {
            let message = match calendar.knows_year(year) {
                true => label!(Text::NoHolidays, calendar = calendar.name(), year = year),
                false => label!(Text::NoHolidaysYet, calendar = calendar.name(), year = year),
            };
            found.say(&place, message);
        }
    }
}

/// That the next year's holidays are missing, from November on.
pub(super) fn missing_next(rulebook: &Rulebook<'_>) -> Vec<Problem> {
    let next = |calendar: &Calendar| {
        let years = calendar.unlaid_years(rulebook.today);
        let year = years.into_iter().find(|year| *year > rulebook.today.year())?;
        let message = label!(Text::NextYear, calendar = calendar.name(), year = year);
        Some(Problem::new(Place::of_file(CALENDAR), message))
    };
    rulebook.policy.calendars.iter().filter_map(next).collect()
}

/// The years for which a calendar lays down a holiday.
fn years(calendar: &Calendar) -> BTreeSet<i32> {
    let (first, last) = calendar.known();
    let laid = calendar.last_year().and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    let last = laid.map_or(first, |laid| laid.min(last));
    let holiday = |day: &NaiveDate| matches!(calendar.day(*day), Ok((_, DayKind::Holiday(_))));
    first.iter_days().take_while(|day| *day <= last).filter(holiday).map(|day| day.year()).collect()
}
