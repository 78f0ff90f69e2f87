//! A calendar with the holidays of some years, but without those of a year in between or of this year. It then counts
//! holidays as working days, and nobody notices.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{Check, Found, Rulebook};
use crate::calendar::{Calendar, DayKind};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::place::Place;
use crate::policy::CALENDAR;

pub(super) static CHECK: Check = Check { name: "calendar-years", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let today = rulebook.today;
    let place = Place::of_file(CALENDAR);
    for calendar in policy.calendars.iter() {
        let years = years(calendar);
        let (Some(first), Some(last)) = (years.first(), years.last()) else { continue };
        let (known_from, known_until) = calendar.known();
        let last = (*last).max(today.year()).min(known_until.year());
        for year in (*first.max(&known_from.year())..=last).filter(|year| !years.contains(year)) {
            found.say(&place, label!(Text::NoHolidays, calendar = calendar.name(), year = year));
        }
    }
}

/// The years in which a calendar has a holiday.
fn years(calendar: &Calendar) -> BTreeSet<i32> {
    let (first, last) = calendar.known();
    let last = calendar.last_special_date().map_or(first, |special| special.min(last));
    let holiday = |day: &NaiveDate| matches!(calendar.day(*day), Ok((_, DayKind::Holiday(_))));
    first.iter_days().take_while(|day| *day <= last).filter(holiday).map(|day| day.year()).collect()
}
