//! Reads policy/calendar.toml and the iCalendar files that it names.

mod dates;

use std::sync::Arc;

use chrono::{NaiveDate, Weekday};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::dates::{Laid, Reading, holidays, named, past_midnight, workdays};
use super::window::{WEEKDAYS, WindowError, of_day, overlap_past_midnight, weekday, weekdays};
use super::zone::UnknownZone;
use super::{Calendar, Era, Window, Zone};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::toml::{Item, Section};
use crate::place::{Place, Placed, Problem, Problems};

/// The calendars of a company by name. One of them is the default.
#[derive(Debug, Serialize, Deserialize)]
pub struct Calendars {
    default: String,
    by_name: IndexMap<String, Arc<Calendar>>,
}

/// Gives the bytes of a file by its path from the top of the book, or says why it cannot.
pub type ReadFile<'f> = &'f dyn Fn(&str) -> Result<Vec<u8>, Label>;

impl Calendars {
    /// Reads the text of policy/calendar.toml. All problems are noted, with file, line and key. If there are any, no
    /// calendars are returned.
    pub fn read(file: &str, text: &str, read_file: ReadFile<'_>, problems: &Problems) -> Option<Calendars> {
        Calendars::read_remarking(file, text, read_file, problems, &Problems::new())
    }

    /// As [`Calendars::read`]; what iCalendar files hold and what was left out of them, since it does not say that it
    /// is a day off, is noted in `remarks`.
    pub fn read_remarking(
        file: &str,
        text: &str,
        read_file: ReadFile<'_>,
        problems: &Problems,
        remarks: &Problems,
    ) -> Option<Calendars> {
        let before = problems.len();
        let top = crate::place::toml::read(file, text, problems)?;
        let mut by_name = IndexMap::new();
        for (name, section) in top.sections("calendars", problems) {
            if let Some(calendar) = calendar(&name.value, section, read_file, problems, remarks) {
                by_name.insert(name.value.clone(), Arc::new(calendar));
            }
        }
        let default = top.text("default", problems);
        top.finish(problems);
        if problems.len() > before {
            return None;
        }
        let default = match default {
            Some(named) if by_name.contains_key(&named.value) => named.value,
            Some(named) => {
                let known = by_name.keys().cloned().collect::<Vec<_>>().join(", ");
                let message = label!(LoadText::NoCalendar, name = named.value);
                problems.push(Problem::new(named.place, message).help(label!(LoadText::KnownHere, names = known)));
                return None;
            }
            None if by_name.len() == 1 => by_name.keys().next().cloned()?,
            None => {
                problems.say(top.place(), CalendarText::DefaultNeeded);
                return None;
            }
        };
        Some(Calendars { default, by_name })
    }

    /// The calendar that is used if none is named.
    ///
    /// # Panics
    /// Never: reading has checked that the default exists.
    pub fn default(&self) -> &Calendar {
        self.shared_default()
    }

    /// The same, as a shared pointer.
    ///
    /// # Panics
    /// Never: reading has checked that the default exists.
    #[allow(clippy::indexing_slicing)]
    pub fn shared_default(&self) -> &Arc<Calendar> {
        &self.by_name[&self.default]
    }

    /// The calendar with a name.
    pub fn get(&self, name: &str) -> Option<&Calendar> {
        self.shared(name).map(Arc::as_ref)
    }

    /// The same, as a shared pointer.
    pub fn shared(&self, name: &str) -> Option<&Arc<Calendar>> {
        self.by_name.get(name)
    }

    /// Every calendar, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.by_name.values().map(Arc::as_ref)
    }
}

fn calendar(
    name: &str,
    section: &Section,
    read_file: ReadFile<'_>,
    problems: &Problems,
    remarks: &Problems,
) -> Option<Calendar> {
    let zone = section.required_text("time-zone", problems).and_then(|zone| parsed(&zone, problems));
    let from = section.date("valid-from", problems);
    let through = section.date("valid-through", problems);
    if let (Some(from), Some(through)) = (&from, &through)
        && from.value > through.value
    {
        problems.say(&through.place, label!(CalendarText::Backward, from = from.value));
    }
    let weekly = weekly(section, problems);
    let make_up = make_up(section, weekly.as_ref(), problems);
    let changes = changes(section, (zone, weekly.as_ref(), make_up), problems);
    let mut laid = Laid::default();
    let reading = Reading {
        read_file,
        zone: zone.unwrap_or_else(Zone::utc),
        last: through.as_ref().map_or_else(Calendar::latest, |through| through.value),
        problems,
        remarks,
    };
    laid.files(&named(section, problems), &reading);
    holidays(section, &mut laid, problems);
    // Where each date was laid down, for the check of windows past midnight.
    let mut places = laid.make_up.clone();
    workdays(section, &mut laid.dates, &mut places, problems);
    laid.check(problems);
    let dates = laid.dates;
    section.finish(problems);
    // a year after the last one whose holidays are laid down is unknown, unless the file says otherwise
    let laid = dates.last_year().and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    let open = through.is_none() && laid.is_some();
    let known = (from.map(|date| date.value), through.map(|date| date.value).or(laid));
    let mut calendar = Calendar::new(name, zone?, weekly?, make_up?, dates, known);
    calendar.open = open;
    if !changes.is_empty() {
        calendar = calendar.with_changes(changes);
    }
    past_midnight(&calendar, &places, problems);
    Some(calendar)
}

/// The zone that a text names.
fn parsed(zone: &Placed<String>, problems: &Problems) -> Option<Zone> {
    let unknown = |error: UnknownZone| {
        problems.push(Problem::new(zone.place.clone(), error.label()).help(LoadText::WriteZone));
    };
    zone.value.parse::<Zone>().map_err(unknown).ok()
}

/// The zone, the windows and the weekday of make-up workdays before any change.
type Base<'b> = (Option<Zone>, Option<&'b [Vec<Window>; 7]>, Option<Weekday>);

/// `[[calendars.NAME.changes]]`: other windows, or another zone, from a date on. What an entry leaves out stays as it
/// was.
fn changes(section: &Section, base: Base<'_>, problems: &Problems) -> Vec<Era> {
    let mut eras: Vec<Era> = Vec::new();
    for table in section.list("changes", problems) {
        let from = table.date("from", problems);
        if from.is_none() && !table.has("from") {
            let message = label!(LoadText::Absent, key = "from");
            problems.push(Problem::new(table.place().clone(), message).help(CalendarText::ChangeIs));
        }
        let last = eras.last();
        let zone = table.text("time-zone", problems).and_then(|zone| parsed(&zone, problems));
        let zone = zone.or(last.map(|era| era.zone)).or(base.0);
        let own = table.has("windows").then(|| weekly(table, problems)).flatten();
        let windows = own.clone().or_else(|| last.map(|era| era.weekly.clone())).or_else(|| base.1.cloned());
        let make_up = match own.is_some() || table.has("make-up") {
            true => make_up(table, windows.as_ref(), problems),
            false => last.map(|era| era.make_up).or(base.2),
        };
        table.finish(problems);
        let (Some(from), Some(zone), Some(weekly), Some(make_up)) = (from, zone, windows, make_up) else { continue };
        if last.is_some_and(|last| from.value <= last.from) {
            problems.push(Problem::new(from.place, CalendarText::ChangesInOrder).help(CalendarText::ChangeIs));
            continue;
        }
        eras.push(Era { from: from.value, zone, weekly, make_up });
    }
    eras
}

/// `[calendars.NAME.windows]`: windows of weekdays, Monday first.
fn weekly(section: &Section, problems: &Problems) -> Option<[Vec<Window>; 7]> {
    let Some(table) = section.section("windows", problems) else {
        if !section.has("windows") {
            let message = label!(LoadText::Absent, key = "windows");
            problems.push(Problem::new(section.place().clone(), message).help(CalendarText::WriteWindows));
        }
        return None;
    };
    let before = problems.len();
    let mut weekly: [Vec<Window>; 7] = Default::default();
    let mut places: [Option<Place>; 7] = Default::default();
    for (key, item) in table.entries() {
        let Some(days) = weekdays(&key.value) else {
            let message = label!(CalendarText::NoWeekdays, name = key.value);
            problems.push(Problem::new(key.place.clone(), message).help(CalendarText::WeekdaysAre));
            continue;
        };
        let windows = windows(item, problems);
        for day in days {
            let at = day.num_days_from_monday() as usize;
            if places[at].is_some() {
                problems.say(&key.place, label!(CalendarText::WindowsTwice, day = WEEKDAYS[at]));
            }
            places[at] = Some(key.place.clone());
            weekly[at].clone_from(&windows);
        }
    }
    for at in 0..7 {
        if let (Some(place), Some(error)) = (&places[at], overlap_past_midnight(&weekly[at], &weekly[(at + 1) % 7])) {
            problems.say(place, overlapping(&error, WEEKDAYS[at], WEEKDAYS[(at + 1) % 7]));
        }
    }
    if weekly.iter().all(Vec::is_empty) {
        problems.say(table.place(), CalendarText::NoWindow);
    }
    (problems.len() == before).then_some(weekly)
}

/// The weekday whose windows a make-up workday takes: `make-up`, otherwise Monday, otherwise the first weekday with
/// windows.
fn make_up(section: &Section, weekly: Option<&[Vec<Window>; 7]>, problems: &Problems) -> Option<Weekday> {
    let Some(named) = section.text("make-up", problems) else {
        let worked = weekly?.iter().position(|windows| !windows.is_empty())?;
        return Weekday::try_from(u8::try_from(worked).ok()?).ok();
    };
    let Some(day) = weekday(&named.value) else {
        let message = label!(CalendarText::NoWeekday, name = named.value);
        problems.push(Problem::new(named.place, message).help(CalendarText::MakeUpIs));
        return None;
    };
    if weekly?[day.num_days_from_monday() as usize].is_empty() {
        problems.say(&named.place, label!(CalendarText::MakeUpEmpty, day = named.value));
        return None;
    }
    Some(day)
}

/// The windows of one day, in order.
fn windows(item: &Item, problems: &Problems) -> Vec<Window> {
    let items = match item {
        Item::List(_, items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let read = items
        .iter()
        .filter_map(|item| item.text(problems))
        .filter_map(|text| Window::parse(&text.value).map_err(|error| problems.say(&text.place, error.label())).ok());
    of_day(read.collect()).unwrap_or_else(|error| {
        problems.say(item.place(), error.label());
        Vec::new()
    })
}

/// Windows of two days that overlap.
fn overlapping(error: &WindowError, day: impl std::fmt::Display, next: impl std::fmt::Display) -> Label {
    label!(CalendarText::Between, day = day, next = next; what = error.label())
}

#[cfg(test)]
mod tests {
    use super::Calendars;
    use crate::calendar::{DayKind, Moment, Roll, Span};
    use crate::locale::messages::CalendarText;
    use crate::place::Problems;
    use chrono::NaiveDate;

    const OFFICE: &str = r#"
default = "office"
[calendars.office]
time-zone = "Asia/Shanghai"
valid-from = 2026-01-01
valid-through = 2026-12-31
files = ["calendar/cn.ics"]
holidays = [2026-11-11, "2026-12-24..2026-12-26"]
workdays = { 2026-10-03 = ["09:00-10:00"], 2026-11-30 = [] }
[calendars.office.windows]
mon-fri = ["08:30-12:00", "13:00-17:30"]
"#;

    fn read(text: &str) -> Result<Calendars, Vec<String>> {
        let problems = Problems::new();
        let bytes = |path: &str| match path {
            "calendar/cn.ics" => Ok(include_bytes!("../testdata/cn-2026.ics").to_vec()),
            _ => Err(CalendarText::NoSuchFile.into()),
        };
        let calendars = Calendars::read("policy/calendar.toml", text, &bytes, &problems);
        calendars.ok_or_else(|| problems.into_sorted().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_precedence_of_dates() {
        let calendars = read(OFFICE).unwrap();
        let calendar = calendars.default();
        let cases = [
            ("2026-11-20", 2, DayKind::Weekday),
            ("2026-11-21", 0, DayKind::Weekday),
            ("2026-10-01", 0, DayKind::Holiday("国庆节")),
            ("2026-10-10", 2, DayKind::MakeUp("国庆节")),
            ("2026-10-03", 1, DayKind::Dated),
            ("2026-11-30", 0, DayKind::Dated),
            ("2026-11-11", 0, DayKind::Holiday("")),
            ("2026-12-25", 0, DayKind::Holiday("")),
        ];
        for (text, windows, kind) in cases {
            let date: NaiveDate = text.parse().unwrap();
            let (found, why) = calendar.day(date).unwrap();
            assert_eq!((found.len(), why), (windows, kind), "{text}");
            assert_eq!(calendar.is_workday(date).unwrap(), windows > 0, "{text}");
        }
    }

    #[test]
    fn national_day_with_make_up_workdays() {
        let text = OFFICE.replace("2026-10-03 = [\"09:00-10:00\"], 2026-11-30 = []", "");
        let calendars = read(&text).unwrap();
        let calendar = calendars.default();
        let cases = [
            ("2026-09-30T16:30", "2 workhours", "2026-10-08T09:30"),
            ("2026-09-30T16:30", "2 workdays", "2026-10-09T17:30"),
            ("2026-09-30T16:30", "3 workdays", "2026-10-10T17:30"),
            ("2026-09-30T16:30", "4 workdays", "2026-10-12T17:30"),
            ("2026-10-09T17:00", "1 workhour", "2026-10-10T09:00"),
            ("2026-09-19T10:00", "0 workdays", "2026-09-20T17:30"),
            ("2026-09-20T17:29", "0 workdays", "2026-09-20T17:30"),
            ("2026-09-20T17:30", "0 workdays", "2026-09-21T17:30"),
            ("2026-09-30T16:30", "1 days", "2026-10-02T00:00"),
            ("2026-01-31T16:30", "1 months", "2026-03-01T00:00"),
            ("2026-09-30T16:30", "24 hours", "2026-10-01T16:30"),
            ("2026-11-20T08:30", "210 workminutes", "2026-11-20T12:00"),
            ("2026-11-20T08:30", "211 workminutes", "2026-11-20T13:01"),
        ];
        let moment = |text: &str| format!("{text}:00+08:00").parse::<Moment>().unwrap();
        for (start, span, due) in cases {
            let found = calendar.add(moment(start), span.parse::<Span>().unwrap(), Roll::Stay).unwrap();
            assert_eq!(found, moment(due), "{start} + {span}: {found}");
        }
        let rolled = calendar.add(moment("2026-09-30T16:30"), "1 days".parse().unwrap(), Roll::NextWorkday).unwrap();
        assert_eq!(rolled, moment("2026-10-09T00:00"));
    }

    #[test]
    fn nothing_is_computed_outside() {
        let calendars = read(OFFICE).unwrap();
        let calendar = calendars.default();
        let moment = |text: &str| text.parse::<Moment>().unwrap();
        let span = |text: &str| text.parse::<Span>().unwrap();
        let last = moment("2026-12-31T16:30:00+08:00");
        assert!(calendar.add(last, span("1 workhour"), Roll::Stay).is_ok());
        assert!(calendar.add(last, span("0 days"), Roll::Stay).is_ok());
        for text in ["61 workminutes", "1 workday", "1 days", "1 months", "24 hours", "999999 weeks", "999999 months"] {
            let error = calendar.add(last, span(text), Roll::NextWorkday).unwrap_err();
            assert!(error.to_string().contains("2026-12-31"), "{text}");
        }
        assert!(calendar.between(moment("2025-12-31T23:59:59+08:00"), last).is_err());
        assert!(calendar.between(moment("2026-01-01T00:00:00+08:00"), last).is_ok());
        assert!(calendar.is_working(moment("2027-01-01T10:00:00+08:00")).is_err());
        assert!(calendar.day("2027-01-01".parse().unwrap()).is_err());
    }

    #[test]
    fn what_is_proposed_counts_weekdays_until_holidays_are_laid_down() {
        let open = OFFICE.replace("valid-through = 2026-12-31\n", "");
        let (moment, span) = ("2026-12-31T16:30:00+08:00".parse::<Moment>().unwrap(), "2 workdays".parse().unwrap());
        let proposed = |text: &str| read(text).unwrap().default().proposed(moment, span);
        assert_eq!(proposed(&open).unwrap(), "2027-01-04T17:30:00+08:00".parse::<Moment>().unwrap());
        assert!(read(&open).unwrap().default().add(moment, span, Roll::Stay).is_err(), "a deadline is unknown");
        assert!(proposed(OFFICE).is_err(), "nothing is computed beyond an end that the file names");
    }

    #[test]
    fn windows_and_zone_change_from_a_date_on() {
        let text = format!(
            "{OFFICE}[[calendars.office.changes]]\nfrom = 2026-11-23\nwindows = {{ mon-fri = [\"10:00-12:00\"] }}\n\
             [[calendars.office.changes]]\nfrom = 2026-12-07\ntime-zone = \"Asia/Tokyo\"\n"
        );
        let (before, calendars) = (read(OFFICE).unwrap(), read(&text).unwrap());
        let calendar = calendars.default();
        let moment = |text: &str| text.parse::<Moment>().unwrap();
        let worked = |day: &str| {
            let from = moment(&format!("{day}T00:00:00+08:00"));
            calendar.between(from, from + chrono::TimeDelta::days(1)).unwrap() / 60
        };
        assert_eq!((worked("2026-11-20"), worked("2026-11-23"), worked("2026-12-04")), (480, 120, 120));
        let first_hour = calendar.add_work(moment("2026-12-07T00:00:00+09:00"), 3600).unwrap();
        assert_eq!(first_hour, moment("2026-12-07T11:00:00+09:00"));
        let civil = |at: &str| calendar.add(moment(at), "0 days".parse::<Span>().unwrap(), Roll::Stay).unwrap();
        assert_eq!(civil("2026-12-04T12:00:00+08:00"), moment("2026-12-05T00:00:00+08:00"));
        assert_eq!(civil("2026-12-08T12:00:00+09:00"), moment("2026-12-09T00:00:00+09:00"));
        let differing = calendar.differing(before.default(), "2026-11-28".parse().unwrap());
        let days: Vec<String> = differing.iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]);
        let turned = text.replace("2026-12-07", "2026-11-01");
        assert!(read(&turned).unwrap_err()[0].contains("changes.1.from"), "{:?}", read(&turned));
    }

    #[test]
    fn every_problem_is_said_with_its_place() {
        let cases = [
            ("default = \"x\"", "policy/calendar.toml:1: default: there is no calendar `x`"),
            ("", "policy/calendar.toml:1: `default` must name one"),
            (&OFFICE.replace("default = \"office\"", "default = \"x\""), ":2: default: there is no calendar `x`"),
            (&OFFICE.replace("Asia/Shanghai", "Asia/Nowhere"), ":4: calendars.office.time-zone: there is no time zone"),
            (&OFFICE.replace("valid-from = 2026", "valid-from = 2027"), ":6: calendars.office.valid-through: the last"),
            (&OFFICE.replace("cn.ics", "us.ics"), ":7: calendars.office.files.0: `calendar/us.ics` could not be read"),
            (&OFFICE.replace("calendar/cn.ics", "../../etc/passwd"), "not a path inside the book"),
            (&OFFICE.replace("12:00", "13:30"), "windows 08:30-13:30 and 13:00-17:30 overlap"),
            (&OFFICE.replace("12:00", "08:30"), ":11: calendars.office.windows.mon-fri.0: the window `08:30-08:30`"),
            (&OFFICE.replace("12:00", "noon"), "is not a window"),
            (&OFFICE.replace("mon-fri", "monday"), "`monday` names no weekdays"),
            (&format!("{OFFICE}fri = []"), ":12: calendars.office.windows.fri: the windows of fri are given twice"),
            (&format!("{OFFICE}sun = [\"22:00-09:00\"]"), "overlap between sun and mon"),
            (&OFFICE.replace("[\"09:00-10:00\"]", "[\"20:00-19:00\"], 2026-10-04 = [\"18:00-20:00\"]"), ":9: "),
            (&OFFICE.replace("2026-11-11", "\"soon\""), ":8: calendars.office.holidays.0: expected a date"),
            (&OFFICE.replace("files", "make-up = \"sun\"\nfiles"), "sun has no windows"),
            (&OFFICE.replace("files", "file"), "unknown key `file`"),
            ("[calendars.a]\ntime-zone = \"UTC\"", ":1: calendars.a: `windows` is missing"),
        ];
        for (text, expected) in cases {
            let said = read(text).map(|_| ()).unwrap_err();
            assert!(said.iter().any(|said| said.contains(expected)), "{said:?} for {expected}");
        }
    }
}
