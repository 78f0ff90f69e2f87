//! An event: its days, and whether its mark or summary makes them holidays or make-up workdays.

use chrono::{Days, NaiveDate, NaiveTime};
use icalendar::parser::Component;

use super::lines::clean;
use crate::calendar::Zone;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::CalendarText;
use crate::place::{Place, Problem};

/// The longest event, in days.
const LONGEST: u64 = 366;

/// What an event makes of its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Holiday,
    MakeUp,
    /// A word of the summary says it. It does not count as a mark for the other events: 国庆节 假期, 国庆节 补班.
    Worded(Worded),
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worded {
    Holiday,
    MakeUp,
}

/// Words of a summary that mean a make-up workday.
const MAKE_UP: [&str; 2] = ["补班", "上班"];
/// Words of a summary that mean a holiday.
const HOLIDAY: [&str; 4] = ["假期", "放假", "休假", "公休"];
/// The character that means work, without saying whether the day is a make-up workday.
const WORK: char = '班';

/// An all-day event. `until` is exclusive.
pub(super) struct Event {
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) mark: Mark,
    pub(super) name: String,
    pub(super) place: Place,
}

/// The event of a component. `None` if it is not all-day, or does not take place.
pub(super) fn event(component: &Component<'_>, zone: Zone, place: Place) -> Result<Option<Event>, Problem> {
    let get = |name: &str| {
        let found = component.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name));
        found.map(|property| property.val.as_str().trim())
    };
    let wrong = |message: Label| Problem::new(place.clone(), message);
    if get("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(None);
    }
    let Some(start) = get("DTSTART") else { return Err(wrong(CalendarText::NoStart.into())) };
    let Some(from) = all_day(start, zone).map_err(&wrong)? else { return Ok(None) };
    if get("RRULE").or(get("RDATE")).is_some() {
        return Err(wrong(CalendarText::Recurs.into()).help(CalendarText::WriteEach));
    }
    let until = match (get("DTEND"), get("DURATION")) {
        (Some(end), _) => all_day(end, zone).map_err(&wrong)?,
        (None, Some(duration)) => {
            let days = days_of(duration).ok_or_else(|| wrong(label!(CalendarText::NoDays, text = clean(duration))))?;
            from.checked_add_days(Days::new(days))
        }
        (None, None) => from.succ_opt(),
    };
    let until = match until {
        Some(until) if until == from => from.succ_opt().unwrap_or(from),
        Some(until) if until > from && until.signed_duration_since(from).num_days().unsigned_abs() <= LONGEST => until,
        _ => return Err(wrong(label!(CalendarText::NoLength, days = LONGEST))),
    };
    let summary = clean(get("SUMMARY").unwrap_or_default());
    let (name, by_summary) = told_by_summary(&summary);
    let mark = match get("X-APPLE-SPECIAL-DAY") {
        Some(day) if day.eq_ignore_ascii_case("WORK-HOLIDAY") => Mark::Holiday,
        Some(day) if day.eq_ignore_ascii_case("ALTERNATE-WORKDAY") => Mark::MakeUp,
        Some(day) => {
            let message = label!(CalendarText::NoSpecialDay, text = clean(day));
            return Err(wrong(message).help(CalendarText::SpecialDays));
        }
        None => by_summary,
    };
    if mark == Mark::None && name.contains(WORK) {
        return Err(wrong(label!(CalendarText::UnclearDay, text = name)).help(label!(
            CalendarText::MarkDay,
            work = "（班）",
            off = "（休）"
        )));
    }
    Ok(Some(Event { from, until, mark, name, place }))
}

/// The date of an all-day value: `20261001`. Some exporters write a midnight: without a zone, or in UTC, which is
/// converted to `zone`.
fn all_day(value: &str, zone: Zone) -> Result<Option<NaiveDate>, Label> {
    let (date, time) = value.split_once(['T', 't']).map_or((value, None), |(date, time)| (date, Some(time)));
    let wrong = || label!(CalendarText::NoIcsDate, text = clean(value));
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let date = NaiveDate::parse_from_str(date, "%Y%m%d").map_err(|_| wrong())?;
    let utc = time.and_then(|time| time.strip_suffix(['Z', 'z']));
    if let Some(time) = utc.and_then(|time| NaiveTime::parse_from_str(time, "%H%M%S").ok()) {
        let wall = zone.wall(date.and_time(time).and_utc().fixed_offset());
        return Ok((wall.time() == NaiveTime::MIN).then_some(wall.date()));
    }
    Ok(time.is_none_or(|time| time == "000000").then_some(date))
}

/// The length of a duration such as `P3D` or `P1W`, in days.
fn days_of(duration: &str) -> Option<u64> {
    let rest = duration.strip_prefix('P')?;
    let (count, each) = match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(count), _) => (count, 1),
        (None, Some(count)) => (count, 7),
        (None, None) => return None,
    };
    Some(u64::from(count.parse::<u16>().ok()?) * each)
}

/// The holiday's name, and what (休) or (班) after it says.
fn told_by_summary(summary: &str) -> (String, Mark) {
    for (marker, mark) in
        [("(休)", Mark::Holiday), ("（休）", Mark::Holiday), ("(班)", Mark::MakeUp), ("（班）", Mark::MakeUp)]
    {
        if summary.contains(marker) {
            return (summary.replace(marker, "").trim().to_owned(), mark);
        }
    }
    let has = |words: &[&str]| words.iter().any(|word| summary.contains(word));
    let mark = match (has(&MAKE_UP), has(&HOLIDAY)) {
        (true, false) => Mark::Worded(Worded::MakeUp),
        (false, true) => Mark::Worded(Worded::Holiday),
        _ => Mark::None,
    };
    (summary.trim().to_owned(), mark)
}
