//! Dates, times and lengths as events write them, and which days an event covers.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta};

use super::lines::clean;
use crate::calendar::Zone;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::CalendarText;

/// The longest event, in days.
const LONGEST: i64 = 366;
/// An end this near to midnight, in seconds, is meant as the end of the day: 23:59 and 23:59:59.
const NEAR: i64 = 60;
const DAY: i64 = 86_400;

/// A date, or a time with what it is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    date: NaiveDate,
    time: Option<NaiveTime>,
    clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Utc,
    Zone(Zone),
    /// The time zone of the reader.
    Local,
}

/// What an event covers; the last day is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covers {
    /// Whole days.
    Days(NaiveDate, NaiveDate),
    /// A stretch of time on these days, in seconds.
    Time(NaiveDate, NaiveDate, i64),
}

impl Stamp {
    /// Reads `20261001`, `20261001T090000` or `20261001T010000Z`. A zone that the tz database does not have, such as
    /// `China Standard Time`, counts as the reader's.
    ///
    /// # Errors
    /// The text is no such date.
    pub(super) fn read(text: &str, zone: Option<&str>) -> Result<Stamp, Label> {
        let text = text.trim();
        let wrong = || label!(CalendarText::NoIcsDate, text = clean(text));
        let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
        if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let date = NaiveDate::parse_from_str(date, "%Y%m%d").map_err(|_| wrong())?;
        let Some(time) = time else { return Ok(Stamp { date, time: None, clock: Clock::Local }) };
        let utc = time.strip_suffix(['Z', 'z']);
        let digits = utc.unwrap_or(time);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        // some programs write the end of a day as 24:00
        let (date, digits) = match digits {
            "240000" | "2400" => (date.succ_opt().ok_or_else(wrong)?, "000000"),
            _ => (date, digits),
        };
        let time = match digits.len() {
            6 => NaiveTime::parse_from_str(digits, "%H%M%S"),
            4 => NaiveTime::parse_from_str(digits, "%H%M"),
            _ => return Err(wrong()),
        };
        let named = zone.map(|zone| zone.trim_matches('"').trim());
        let clock = match named {
            _ if utc.is_some() => Clock::Utc,
            Some("UTC" | "Etc/UTC" | "GMT" | "Z") => Clock::Utc,
            Some(name) => name.parse().map_or(Clock::Local, Clock::Zone),
            None => Clock::Local,
        };
        Ok(Stamp { date, time: Some(time.map_err(|_| wrong())?), clock })
    }

    /// The date as its own clock shows it; that of UTC as a zone's does.
    pub(super) fn date(&self, zone: Zone) -> NaiveDate {
        match (self.clock, self.time) {
            (Clock::Utc, Some(time)) => zone.wall(self.date.and_time(time).and_utc().fixed_offset()).date(),
            _ => self.date,
        }
    }

    /// Whether it is a date, or the beginning of a day.
    pub(super) fn is_midnight(&self, zone: Zone) -> bool {
        matches!(self.own(zone).1, None | Some(0))
    }

    /// Date and time as its own clock shows them; those of UTC as a zone's does.
    fn own(&self, zone: Zone) -> (NaiveDate, Option<i64>) {
        let seconds = |time: NaiveTime| time.signed_duration_since(NaiveTime::MIN).num_seconds();
        match (self.clock, self.time) {
            (Clock::Utc, Some(time)) => {
                let wall = zone.wall(self.date.and_time(time).and_utc().fixed_offset());
                (wall.date(), Some(seconds(wall.time())))
            }
            (_, time) => (self.date, time.map(seconds)),
        }
    }

    /// The instant, by the clock of `zone` where it has none of its own.
    fn instant(&self, zone: Zone) -> DateTime<chrono::FixedOffset> {
        let wall = self.date.and_time(self.time.unwrap_or(NaiveTime::MIN));
        match self.clock {
            Clock::Utc => wall.and_utc().fixed_offset(),
            Clock::Zone(own) => own.first_at(wall),
            Clock::Local => zone.first_at(wall),
        }
    }

    /// The midnight that is meant, where the event says that it lasts all day: that of the zone, or the nearest one.
    fn midnight(&self, zone: Zone) -> NaiveDate {
        match self.own(zone) {
            (date, None | Some(0)) => date,
            (date, Some(seconds)) if self.clock != Clock::Utc => next_if(date, seconds >= DAY / 2),
            _ => {
                let seconds = self.time.map_or(0, |time| time.signed_duration_since(NaiveTime::MIN).num_seconds());
                next_if(self.date, seconds >= DAY / 2)
            }
        }
    }
}

/// Which days an event covers, by its start and either its end or its length in seconds. `flag` is that it says itself
/// whether it lasts all day.
///
/// # Errors
/// It ends before it starts, or lasts too long.
pub(super) fn covers(
    start: Stamp,
    end: Option<Stamp>,
    length: Option<i64>,
    flag: Option<bool>,
    zone: Zone,
) -> Result<Covers, Label> {
    let wrong = || label!(CalendarText::TooLong, days = LONGEST);
    let days = |from: NaiveDate, until: NaiveDate| match until.signed_duration_since(from).num_days() {
        0 => Ok(Covers::Days(from, next_if(from, true))),
        1..=LONGEST => Ok(Covers::Days(from, until)),
        ..0 => Err(CalendarText::EndsBefore.into()),
        _ => Err(wrong()),
    };
    let stretch = |end: DateTime<chrono::FixedOffset>| match end < start.instant(zone) {
        true => Err(CalendarText::EndsBefore.into()),
        false => stretch(start, end, zone).ok_or_else(wrong),
    };
    let (from, time) = start.own(zone);
    let whole = |seconds: i64| match (seconds + NEAR) / DAY {
        count if (seconds - count * DAY).abs() <= NEAR => Some(count),
        _ => None,
    };
    let after = |count: i64| {
        let count = u64::try_from(count).ok().filter(|count| *count <= LONGEST.unsigned_abs())?;
        from.checked_add_days(Days::new(count))
    };
    match (time, end, length) {
        (None, Some(end), _) => match end.own(zone) {
            (until, None | Some(0)) => days(from, until),
            (until, Some(_)) => days(from, next_if(until, true)),
        },
        (None, None, Some(length)) if length < 0 => Err(CalendarText::EndsBefore.into()),
        (None, None, Some(length)) => days(from, after((length + DAY - 1) / DAY).ok_or_else(wrong)?),
        (None, None, None) | (Some(0), None, None) => days(from, from),
        (Some(_), Some(end), _) if flag == Some(true) => {
            let until = match end.own(zone) {
                (until, Some(seconds)) if seconds >= DAY - NEAR => next_if(until, true),
                _ => end.midnight(zone),
            };
            days(start.midnight(zone), until)
        }
        (Some(0), Some(end), _) => match end.own(zone) {
            (until, None | Some(0)) => days(from, until),
            (until, Some(seconds)) if seconds >= DAY - NEAR => days(from, next_if(until, true)),
            _ => stretch(end.instant(zone)),
        },
        (Some(0), None, Some(length)) if length >= 0 && whole(length).is_some() => {
            days(from, after(whole(length).unwrap_or_default()).ok_or_else(wrong)?)
        }
        (Some(_), Some(end), _) => stretch(end.instant(zone)),
        (Some(_), None, length) => {
            if flag == Some(true) {
                let count = length.and_then(whole).unwrap_or(1).max(1);
                let from = start.midnight(zone);
                return days(from, from.checked_add_days(Days::new(count.unsigned_abs())).ok_or_else(wrong)?);
            }
            let length = TimeDelta::try_seconds(length.unwrap_or_default()).ok_or_else(wrong)?;
            let end = start.instant(zone).checked_add_signed(length).ok_or_else(wrong)?;
            stretch(end)
        }
    }
}

/// A stretch of time, on the days of the zone.
fn stretch(start: Stamp, end: DateTime<chrono::FixedOffset>, zone: Zone) -> Option<Covers> {
    let begin = start.instant(zone);
    let seconds = end.signed_duration_since(begin).num_seconds();
    if !(0..=LONGEST * DAY).contains(&seconds) {
        return None;
    }
    let last = if seconds == 0 { begin } else { end - TimeDelta::seconds(1) };
    Some(Covers::Time(zone.date(begin), next_if(zone.date(last), true), seconds))
}

/// `P3D`, `P1W`, `PT24H`, `P1DT12H` in seconds.
pub(super) fn length(text: &str) -> Option<i64> {
    let text = text.trim();
    let (text, sign) = match text.strip_prefix('-') {
        Some(rest) => (rest, -1),
        None => (text.strip_prefix('+').unwrap_or(text), 1),
    };
    let mut rest = text.strip_prefix(['P', 'p']).filter(|rest| !rest.is_empty())?;
    let (mut seconds, mut of_time) = (0_i64, false);
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(['T', 't']).filter(|behind| !of_time && !behind.is_empty()) {
            (rest, of_time) = (behind, true);
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let count: i64 = rest.get(..digits).filter(|digits| digits.len() <= 9)?.parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        seconds += count
            * match (of_time, unit.to_ascii_uppercase()) {
                (false, 'W') => 7 * DAY,
                (false, 'D') => DAY,
                (true, 'H') => 3600,
                (true, 'M') => 60,
                (true, 'S') => 1,
                _ => return None,
            };
        rest = &rest[digits + unit.len_utf8()..];
    }
    Some(sign * seconds)
}

fn next_if(date: NaiveDate, next: bool) -> NaiveDate {
    if next { date.succ_opt().unwrap_or(date) } else { date }
}

#[cfg(test)]
mod tests {
    use super::{Covers, Stamp, covers, length};

    #[test]
    fn the_days_of_an_event() {
        for (start, zone, end, long, flag, expected) in [
            ("20261001", "", "20261008", "", None, "2026-10-01..2026-10-08"),
            ("20261001", "", "20261001", "", None, "2026-10-01..2026-10-02"),
            ("20261001", "", "", "", None, "2026-10-01..2026-10-02"),
            ("20261001", "", "", "P3D", None, "2026-10-01..2026-10-04"),
            ("20261001", "", "", "PT24H", None, "2026-10-01..2026-10-02"),
            ("20261001", "", "", "PT25H", None, "2026-10-01..2026-10-03"),
            ("20261001T000000", "", "20261001T235959", "", None, "2026-10-01..2026-10-02"),
            ("20261001T000000", "", "20261003T2359", "", None, "2026-10-01..2026-10-04"),
            ("20261001T000000", "", "20261003T240000", "", None, "2026-10-01..2026-10-04"),
            ("20261001T000000", "", "20261002T000000", "", None, "2026-10-01..2026-10-02"),
            ("20261001T000000", "Asia/Shanghai", "", "PT24H", None, "2026-10-01..2026-10-02"),
            ("20261001T000000", "China Standard Time", "", "P1D", None, "2026-10-01..2026-10-02"),
            ("20261001T000000", "America/New_York", "", "PT48H", None, "2026-10-01..2026-10-03"),
            ("20261001T000000", "", "", "PT86399S", None, "2026-10-01..2026-10-02"),
            ("20260930T160000Z", "", "20261001T160000Z", "", None, "2026-10-01..2026-10-02"),
            ("20260930T160000Z", "", "20261001T155959Z", "", None, "2026-10-01..2026-10-02"),
            // Exchange writes midnights of UTC, or those of another zone, and says by its flag that they are meant as
            // days
            ("20261001T000000Z", "", "20261002T000000Z", "", Some(true), "2026-10-01..2026-10-02"),
            ("20260930T160000Z", "", "20261003T160000Z", "", Some(true), "2026-10-01..2026-10-04"),
            ("20260930T220000Z", "", "20261001T220000Z", "", Some(true), "2026-10-01..2026-10-02"),
            ("20261001T040000Z", "", "20261002T040000Z", "", Some(true), "2026-10-01..2026-10-02"),
            ("20261001T000000Z", "", "20261002T000000Z", "", None, "2026-10-01..2026-10-03 in 24 h"),
            ("20261010T090000", "", "20261010T180000", "", None, "2026-10-10..2026-10-11 in 9 h"),
            ("20261010T090000", "", "", "PT9H", None, "2026-10-10..2026-10-11 in 9 h"),
            ("20261010T010000Z", "", "20261010T100000Z", "", None, "2026-10-10..2026-10-11 in 9 h"),
            ("20261009T180000", "America/Los_Angeles", "", "PT9H", None, "2026-10-10..2026-10-11 in 9 h"),
            ("20261010T090000", "", "", "", None, "2026-10-10..2026-10-11 in 0 h"),
            ("20261002", "", "20261001", "", None, "wrong"),
            ("20261002", "", "20291001", "", None, "wrong"),
            ("20261002", "", "", "-P1D", None, "wrong"),
            ("20261002T090000", "", "20261002T080000", "", None, "wrong"),
        ] {
            let zone = (!zone.is_empty()).then_some(zone);
            let stamp = |text: &str| Stamp::read(text, zone).unwrap();
            let end = (!end.is_empty()).then(|| stamp(end));
            let long = (!long.is_empty()).then(|| length(long).unwrap());
            let said = match covers(stamp(start), end, long, flag, "Asia/Shanghai".parse().unwrap()) {
                Ok(Covers::Days(from, until)) => format!("{from}..{until}"),
                Ok(Covers::Time(from, until, seconds)) => format!("{from}..{until} in {} h", seconds / 3600),
                Err(_) => "wrong".to_owned(),
            };
            assert_eq!(said, expected, "{start} {end:?} {long:?}");
        }
        for text in ["", "P", "PT", "P1", "1D", "P1H", "PT1D", "P1Y", "P1DT", "P9999999999D"] {
            assert_eq!(length(text), None, "{text}");
        }
        for text in ["2026-10-01", "20261301", "20261001T9", "20261001T250000", "20261001T09:00", ""] {
            assert!(Stamp::read(text, None).is_err(), "{text}");
        }
    }
}
