//! An event as its lines tell it: what it is called, which days it covers, and how it recurs.

use chrono::NaiveDate;
use icalendar::parser::{Component, Property};

use super::kinds::{self, Kind};
use super::lines::clean;
use super::recur::Rule;
use super::stamp::{Covers, Stamp, covers, length};
use super::title::{self, Says};
use crate::calendar::Zone;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::CalendarText;
use crate::place::{Place, Problem};

/// An event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) sequence: i64,
    /// The day of the series that this event takes the place of.
    pub(super) instead: Option<NaiveDate>,
    pub(super) cancelled: bool,
    /// What it covers; none for a cancellation without a time.
    pub(super) covers: Option<Covers>,
    pub(super) rule: Option<Rule>,
    /// More days on which it begins, and days on which it does not.
    pub(super) more: Vec<NaiveDate>,
    pub(super) except: Vec<NaiveDate>,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) says: Says,
    /// Whether a mark says that it is a day off, so that the file marks all of its days off.
    pub(super) marked: bool,
    pub(super) kind: Option<Kind>,
    /// The texts that `only` and `except` look at.
    pub(super) told: Vec<String>,
    pub(super) place: Place,
}

/// Reads an event. `cancels` is that the calendar around it cancels events.
///
/// # Errors
/// What cannot be read, at the line where the event begins.
pub(super) fn event(component: &Component<'_>, cancels: bool, zone: Zone, place: Place) -> Result<Event, Problem> {
    let fields = Fields(&component.properties);
    let wrong = |message: Label| Problem::new(place.clone(), message);
    let cancelled = cancels || fields.is("STATUS", "CANCELLED");
    let covers = match fields.all("DTSTART").next() {
        None if cancelled => None,
        None => return Err(wrong(CalendarText::NoStart.into())),
        Some(start) => Some(fields.covers(start, zone).map_err(wrong)?),
    };
    let instead = fields.all("RECURRENCE-ID").next();
    if instead.is_some_and(|property| parameter(property, "RANGE").is_some()) {
        return Err(wrong(CalendarText::Range.into()).help(CalendarText::WriteEach));
    }
    let instead =
        instead.map(|property| fields.stamp(property).map(|stamp| stamp.date(zone))).transpose().map_err(wrong)?;
    let rule = fields.value("RRULE").map(|text| Rule::read(&text, zone));
    let rule = rule.transpose().map_err(|message| wrong(message).help(CalendarText::RulesAre))?;
    let title = fields.text("SUMMARY");
    let description = fields.text("DESCRIPTION");
    let categories: Vec<String> = fields.all("CATEGORIES").flat_map(|property| list(property.val.as_str())).collect();
    let read = title::read(&title);
    let by_word = || categories.iter().map(String::as_str).chain([description.as_str()]).find_map(title::word);
    let (says, marked) = match fields.value("X-APPLE-SPECIAL-DAY").as_deref() {
        Some(day) if day.eq_ignore_ascii_case("WORK-HOLIDAY") => (Says::Off, true),
        Some(day) if day.eq_ignore_ascii_case("ALTERNATE-WORKDAY") => (Says::Work, true),
        Some(day) => {
            let message = label!(CalendarText::NoSpecialDay, text = clean(day));
            return Err(wrong(message).help(CalendarText::SpecialDays));
        }
        None => match (read.says, by_word()) {
            (Says::Nothing | Says::Holiday | Says::Swapped, Some(says)) => (says, true),
            (says, _) => (says, read.marked),
        },
    };
    let kind = kinds::told(categories.iter().map(String::as_str), &description).or_else(|| kinds::titled(&title));
    Ok(Event {
        uid: fields.value("UID").unwrap_or_default(),
        sequence: fields.value("SEQUENCE").and_then(|text| text.parse().ok()).unwrap_or_default(),
        instead,
        cancelled,
        covers,
        rule,
        more: fields.dates("RDATE", zone).map_err(wrong)?,
        except: fields.dates("EXDATE", zone).map_err(wrong)?,
        name: read.name,
        says,
        marked: marked && says == Says::Off,
        kind,
        told: categories.into_iter().chain([description, title.clone()]).collect(),
        title,
        place,
    })
}

/// The lines of a component.
struct Fields<'c>(&'c [Property<'c>]);

impl<'c> Fields<'c> {
    fn all<'n>(&self, name: &'n str) -> impl Iterator<Item = &'c Property<'c>> + use<'c, 'n> {
        self.0.iter().filter(move |property| property.name.as_str().trim().eq_ignore_ascii_case(name))
    }

    fn value(&self, name: &str) -> Option<String> {
        self.all(name).next().map(|property| property.val.as_str().trim().to_owned())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name).is_some_and(|found| found.eq_ignore_ascii_case(value))
    }

    /// A text without its escapes; one of several languages is the first.
    fn text(&self, name: &str) -> String {
        unescaped(&self.value(name).unwrap_or_default())
    }

    fn stamp(&self, property: &Property<'_>) -> Result<Stamp, Label> {
        Stamp::read(property.val.as_str(), parameter(property, "TZID").as_deref())
    }

    fn covers(&self, start: &Property<'_>, zone: Zone) -> Result<Covers, Label> {
        let end = self.all("DTEND").next().map(|end| self.stamp(end)).transpose()?;
        let long = match self.value("DURATION") {
            Some(text) => Some(length(&text).ok_or_else(|| label!(CalendarText::NoDays, text = clean(&text)))?),
            None => None,
        };
        let flags = ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"];
        let flag = flags.iter().find_map(|name| self.value(name)).map(|value| value.eq_ignore_ascii_case("TRUE"));
        covers(self.stamp(start)?, end, long, flag, zone)
    }

    /// The dates of lists, each of which may hold dates, times, or periods that begin with a time.
    fn dates(&self, name: &str, zone: Zone) -> Result<Vec<NaiveDate>, Label> {
        let mut found = Vec::new();
        for property in self.all(name) {
            let zone_of = parameter(property, "TZID");
            for text in property.val.as_str().split(',').map(str::trim).filter(|text| !text.is_empty()) {
                let begin = text.split('/').next().unwrap_or(text);
                found.push(Stamp::read(begin, zone_of.as_deref())?.date(zone));
            }
        }
        Ok(found)
    }
}

fn parameter(property: &Property<'_>, name: &str) -> Option<String> {
    let found = property.params.iter().find(|parameter| parameter.key.as_str().eq_ignore_ascii_case(name))?;
    found.val.as_ref().map(|value| value.as_str().trim_matches('"').trim().to_owned())
}

/// A list of texts: commas part them, unless a backslash stands before one.
fn list(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        match c {
            ',' | '，' if !escaped => found.push(String::new()),
            c => found.iter_mut().last().into_iter().for_each(|last| last.push(c)),
        }
        escaped = c == '\\' && !escaped;
    }
    found.iter().map(|text| unescaped(text)).filter(|text| !text.is_empty()).collect()
}

/// `\n`, `\,`, `\;` and `\\` as what they stand for; control characters go, but for the ends of lines.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(next) => out.push(next),
                None => {}
            },
            (c, false) if c.is_control() => {}
            (c, false) => out.push(c),
        }
    }
    out.trim().to_owned()
}
