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
    /// The number of its file among those of a calendar.
    pub(super) file: usize,
    pub(super) uid: String,
    pub(super) sequence: i64,
    /// The day of the series that this event takes the place of.
    pub(super) instead: Option<NaiveDate>,
    /// Whether it also takes the place of all later days of the series.
    pub(super) later: bool,
    pub(super) cancelled: bool,
    /// What it covers; none for a cancellation without a time.
    pub(super) covers: Option<Covers>,
    pub(super) rules: Vec<Rule>,
    /// More days on which it begins, and days on which it does not.
    pub(super) more: Vec<NaiveDate>,
    pub(super) except: Vec<NaiveDate>,
    pub(super) except_rules: Vec<Rule>,
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
    let later = match instead.and_then(|property| parameter(property, "RANGE")) {
        Some(range) if range.eq_ignore_ascii_case("THISANDFUTURE") => true,
        Some(_) => return Err(wrong(CalendarText::Range.into()).help(CalendarText::WriteEach)),
        None => false,
    };
    let instead =
        instead.map(|property| fields.stamp(property).map(|stamp| stamp.date(zone))).transpose().map_err(wrong)?;
    let rules = |name| {
        let read = |property: &Property<'_>| Rule::read(property.val.as_str().trim(), zone);
        let all: Result<Vec<Rule>, Label> = fields.all(name).map(read).collect();
        all.map_err(|message| wrong(message).help(CalendarText::RulesAre))
    };
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
        file: 0,
        uid: fields.value("UID").unwrap_or_default(),
        sequence: fields.value("SEQUENCE").and_then(|text| text.parse().ok()).unwrap_or_default(),
        instead,
        later,
        cancelled,
        covers,
        rules: rules("RRULE")?,
        more: fields.dates("RDATE", zone).map_err(wrong)?,
        except: fields.dates("EXDATE", zone).map_err(wrong)?,
        except_rules: rules("EXRULE")?,
        name: read.name,
        says,
        marked: marked && says == Says::Off,
        kind,
        told: categories.into_iter().chain([description, title.clone()]).collect(),
        title,
        place,
    })
}

impl Event {
    /// Whether its days can be days off or make-up workdays: it lasts all day, or its title says so of an appointment.
    pub(super) fn weighs(&self) -> bool {
        matches!(self.covers, Some(Covers::Days(..))) || matches!(self.says, Says::Work | Says::Off)
    }
}

/// Whether an event that cannot be read could say something of whole days, as far as it can be told.
pub(super) fn may_weigh(component: &Component<'_>, zone: Zone) -> bool {
    let fields = Fields(&component.properties);
    if fields.value("X-APPLE-SPECIAL-DAY").is_some()
        || matches!(title::read(&fields.text("SUMMARY")).says, Says::Work | Says::Off)
    {
        return true;
    }
    let Some(start) = fields.all("DTSTART").next() else {
        // without a start it is on no day, unless its end is a date
        return fields.all("DTEND").next().is_some_and(|end| !end.val.as_str().contains(['T', 't']));
    };
    match (fields.covers(start, zone), fields.stamp(start)) {
        (Ok(covers), _) => matches!(covers, Covers::Days(..)),
        (Err(_), Ok(stamp)) => fields.lasts_all_day() == Some(true) || stamp.is_midnight(zone),
        (Err(_), Err(_)) => {
            let time = start.val.as_str().split_once(['T', 't']).map_or("", |(_, time)| time);
            !time.contains(|c: char| ('1'..='9').contains(&c))
        }
    }
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
        let long = match self.value("DURATION").filter(|_| end.is_none()) {
            Some(text) => Some(length(&text).ok_or_else(|| label!(CalendarText::NoDays, text = clean(&text)))?),
            None => None,
        };
        covers(self.stamp(start)?, end, long, self.lasts_all_day(), zone)
    }

    /// What the flag of Exchange says.
    fn lasts_all_day(&self) -> Option<bool> {
        let flags = ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"];
        flags.iter().find_map(|name| self.value(name)).map(|value| value.eq_ignore_ascii_case("TRUE"))
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
