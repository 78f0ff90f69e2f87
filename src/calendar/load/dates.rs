//! Reads what a calendar says about single dates: the holidays and make-up workdays of its files, its own holidays,
//! and the windows of its own workdays.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use chrono::NaiveDate;

use super::{ReadFile, overlapping, windows};
use crate::calendar::ics::{self, Becomes, Choice, Day};
use crate::calendar::window::overlap_past_midnight;
use crate::calendar::{Calendar, Dates, Zone};
use crate::label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::toml::{Item, Section};
use crate::place::{Place, Placed, Problem, Problems};

/// What is laid down for single dates, and where.
#[derive(Default)]
pub(super) struct Laid {
    pub(super) dates: Dates,
    off: BTreeMap<NaiveDate, Place>,
    pub(super) make_up: BTreeMap<NaiveDate, Place>,
}

/// An iCalendar file that `files` names.
pub(super) struct Named {
    path: Placed<String>,
    choice: Choice,
}

/// `files`: paths, or tables with a path and what is taken of the file.
pub(super) fn named(section: &Section, problems: &Problems) -> Vec<Named> {
    let named = |item: &Item| match item {
        Item::Text(path) => Some(Named { path: path.clone(), choice: Choice::default() }),
        Item::Section(table) => {
            let path = table.required_text("path", problems);
            let choice = Choice { only: texts(table, "only", problems), except: texts(table, "except", problems) };
            table.finish(problems);
            Some(Named { path: path?, choice })
        }
        other => other.unexpected(CalendarText::WordFile, problems),
    };
    section.items("files").iter().filter_map(named).collect()
}

/// The path of a file inside the book, what is taken of it, and its bytes.
fn bytes<'n>(named: &'n Named, reading: &Reading<'_>) -> Option<(&'n str, &'n Choice, Vec<u8>)> {
    let (path, problems) = (&named.path, reading.problems);
    let inside = Path::new(&path.value).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside || path.value.is_empty() || path.value.contains('\\') {
        let problem = Problem::new(path.place.clone(), CalendarText::NotInside);
        problems.push(problem.help(CalendarText::WritePath));
        return None;
    }
    match (reading.read_file)(&path.value) {
        Ok(bytes) => Some((&path.value, &named.choice, bytes)),
        Err(why) => {
            problems.say(&path.place, label!(CalendarText::NotRead, path = path.value; why = why));
            None
        }
    }
}

/// One text or several; an empty one would hold for everything.
fn texts(table: &Section, key: &str, problems: &Problems) -> Vec<Placed<String>> {
    let filled = |text: &Placed<String>| {
        let filled = !text.value.trim().is_empty();
        if !filled {
            problems.say(&text.place, LoadText::WordQuoted);
        }
        filled
    };
    table.items(key).iter().filter_map(|item| item.text(problems)).filter(filled).collect()
}

/// What the files of a calendar are read for: its zone, the last day known, and where to say what.
pub(super) struct Reading<'r> {
    pub(super) read_file: ReadFile<'r>,
    pub(super) zone: Zone,
    pub(super) last: NaiveDate,
    pub(super) problems: &'r Problems,
    pub(super) remarks: &'r Problems,
}

impl Laid {
    /// Takes the dates of the iCalendar files of a calendar. An event of one may change or cancel one of another.
    pub(super) fn files(&mut self, named: &[Named], reading: &Reading<'_>) {
        let (problems, remarks) = (reading.problems, reading.remarks);
        let before = problems.len();
        let open = |named| {
            let (path, choice, bytes) = bytes(named, reading)?;
            Some(ics::open(path, &bytes, reading.zone, choice, problems, remarks))
        };
        let files: Vec<ics::File<'_>> = named.iter().filter_map(open).collect();
        if problems.len() > before {
            return;
        }
        ics::days(files, reading.last, problems, remarks).into_iter().for_each(|days| self.take(days));
    }

    fn take(&mut self, days: Vec<Day>) {
        for day in days {
            let known = self.dates.holidays.contains_key(&day.date) || self.dates.make_up.contains_key(&day.date);
            let into = match day.becomes {
                Becomes::MakeUp => &mut self.dates.make_up,
                Becomes::Off => &mut self.dates.holidays,
                Becomes::Observed => &mut self.dates.observed,
            };
            into.entry(day.date).or_insert(day.name);
            let places = match day.becomes {
                Becomes::MakeUp => &mut self.make_up,
                Becomes::Off => &mut self.off,
                Becomes::Observed => continue,
            };
            places.entry(day.date).or_insert(day.place);
            match day.endless {
                true if !known => drop(self.dates.endless.insert(day.date)),
                true => {}
                false => drop(self.dates.endless.remove(&day.date)),
            }
        }
    }

    /// A day that is both a day off and a make-up workday is refused, unless the windows of its date are laid down.
    pub(super) fn check(&self, problems: &Problems) {
        let mut said: Vec<(&Place, &Place)> = Vec::new();
        for (date, place) in &self.make_up {
            let Some(off) = self.off.get(date).filter(|_| !self.dates.windows.contains_key(date)) else { continue };
            if !said.contains(&(off, place)) {
                said.push((off, place));
                problems.say(off, label!(CalendarText::TwiceLaid, day = date, other = place));
            }
        }
    }
}

/// `holidays`: dates, or ranges of dates as text.
pub(super) fn holidays(section: &Section, laid: &mut Laid, problems: &Problems) {
    let mut add = |date: NaiveDate, place: &Place| {
        laid.dates.holidays.entry(date).or_default();
        laid.dates.endless.remove(&date);
        laid.off.entry(date).or_insert_with(|| place.clone());
    };
    for item in section.items("holidays") {
        match item {
            Item::Date(date) => {
                add(date.value, &date.place);
            }
            Item::Text(text) => {
                let range = text.value.split_once("..").and_then(|(from, to)| Some((date(from)?, date(to)?)));
                match range {
                    Some((from, to)) if from <= to && to.signed_duration_since(from).num_days() <= 366 => {
                        for date in from.iter_days().take_while(|date| *date <= to) {
                            add(date, &text.place);
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
