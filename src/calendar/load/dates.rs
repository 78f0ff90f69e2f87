//! Reads what a calendar says about single dates: the holidays and make-up workdays of its files, its own holidays,
//! and the windows of its own workdays.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use chrono::NaiveDate;

use super::{ReadFile, overlapping, windows};
use crate::calendar::window::overlap_past_midnight;
use crate::calendar::{Calendar, Dates, Zone, ics};
use crate::label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::toml::{Item, Section};
use crate::place::{Place, Placed, Problem, Problems};

/// One iCalendar file of the book.
pub(super) fn file(
    path: &Placed<String>,
    read_file: ReadFile<'_>,
    zone: Zone,
    dates: &mut Dates,
    problems: &Problems,
) -> Vec<(NaiveDate, Place)> {
    let inside = Path::new(&path.value).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside || path.value.is_empty() || path.value.contains('\\') {
        let problem = Problem::new(path.place.clone(), CalendarText::NotInside);
        problems.push(problem.help(CalendarText::WritePath));
        return Vec::new();
    }
    match read_file(&path.value) {
        Ok(bytes) => ics::read(&path.value, &bytes, zone, dates, problems),
        Err(why) => {
            problems.say(&path.place, label!(CalendarText::NotRead, path = path.value; why = why));
            Vec::new()
        }
    }
}

/// `holidays`: dates, or ranges of dates as text.
pub(super) fn holidays(section: &Section, dates: &mut Dates, problems: &Problems) {
    for item in section.items("holidays") {
        match item {
            Item::Date(date) => {
                dates.holidays.entry(date.value).or_default();
            }
            Item::Text(text) => {
                let range = text.value.split_once("..").and_then(|(from, to)| Some((date(from)?, date(to)?)));
                match range {
                    Some((from, to)) if from <= to && to.signed_duration_since(from).num_days() <= 366 => {
                        for date in from.iter_days().take_while(|date| *date <= to) {
                            dates.holidays.entry(date).or_default();
                        }
                    }
                    _ => {
                        item.unexpected::<()>(CalendarText::WordRange, problems);
                    }
                }
            }
            other => {
                other.unexpected::<()>(LoadText::WordDateSuch, problems);
            }
        }
    }
}

/// `workdays`: windows of dates. An empty list closes the day.
pub(super) fn workdays(
    section: &Section,
    dates: &mut Dates,
    places: &mut BTreeMap<NaiveDate, Place>,
    problems: &Problems,
) {
    let Some(table) = section.section("workdays", problems) else { return };
    for (key, item) in table.entries() {
        let Some(date) = date(&key.value) else {
            problems.say(&key.place, label!(CalendarText::NoDate, text = key.value));
            continue;
        };
        if dates.windows.insert(date, windows(item, problems)).is_some() {
            problems.say(&key.place, label!(CalendarText::WindowsTwice, day = date));
        }
        places.insert(date, key.place.clone());
    }
}

/// Windows of single dates must not overlap those of the day before or after.
pub(super) fn past_midnight(calendar: &Calendar, places: &BTreeMap<NaiveDate, Place>, problems: &Problems) {
    for (date, place) in places {
        for (day, next) in [(date.pred_opt(), Some(*date)), (Some(*date), date.succ_opt())] {
            let (Some(day), Some(next)) = (day, next) else { continue };
            if day != *date && places.contains_key(&day) {
                continue; // reported when that date is checked
            }
            if let Some(error) = overlap_past_midnight(calendar.rule(day).0, calendar.rule(next).0) {
                problems.say(place, overlapping(&error, day, next));
            }
        }
    }
}

/// A date of four, two and two digits.
fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}
