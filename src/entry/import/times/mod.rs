//! Dates and times as other programs and people write them. What has two readings is refused.

mod clock;
mod date;
mod format;

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

use crate::calendar::{Moment, Zone};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;
use crate::locale::text::half_width;
use clock::{clock, compact};
use date::{Dated, arabic, closed, dated, weekday};
use format::{Era, Found, at_clock};

pub(super) use format::{BadFormat, Format};

/// How a file, or one of its columns, writes dates.
#[derive(Debug, Clone, Default)]
pub(super) struct Dates {
    /// The ways that are told, the first that reads a text counts. Empty for those that need no telling.
    pub(super) formats: Vec<Format>,
    /// The year of dates that have none.
    pub(super) year: Option<i32>,
    /// The zone of times without an offset, if it is not the book's.
    pub(super) zone: Option<Zone>,
}

/// What a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// The instant; of a bare date its beginning.
    pub(super) moment: Moment,
    /// The day: as it is written, or that of the instant in the book's zone.
    pub(super) date: NaiveDate,
}

impl Dates {
    /// What a text means in a book of this zone.
    ///
    /// # Errors
    /// Why it means nothing, or nothing for certain, with what to do.
    pub(super) fn read(&self, text: &str, zone: Zone) -> Result<At, Label> {
        let found = self.found(text)?;
        self.placed(found, zone).ok_or_else(|| self.no_date(text))
    }

    /// What a date and a time of day in two cells mean. An empty time is none.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn read_both(&self, date: &str, time: &str, zone: Zone) -> Result<At, Label> {
        let plainly = plain(time).to_lowercase();
        if plainly.is_empty() {
            return self.read(date, zone);
        }
        let day = match self.found(date)? {
            Found::Day(day) => day,
            Found::Wall(wall) => wall.date(),
            Found::Instant(at) => zone.date(at),
        };
        let clock = clock(plainly.strip_prefix('t').unwrap_or(&plainly));
        let found = match clock {
            Some(clock) => at_clock(day, clock),
            None => self.clock_alone(time).map(|clock| Found::Wall(NaiveDateTime::new(day, clock))),
        };
        let found = found.ok_or_else(|| label!(Text::NoClock, value = time.trim()))?;
        self.placed(found, zone).ok_or_else(|| self.no_date(date))
    }

    /// The time of day of a text that has a date that means nothing, as workbooks store times: a part of a day, or a
    /// day of 1899.
    fn clock_alone(&self, text: &str) -> Option<NaiveTime> {
        if let Some(part) = plain(text).parse::<f64>().ok().filter(|part| (0.0..1.0).contains(part))
            && let Some(Found::Wall(wall)) = Era::From1904.wall(part)
        {
            return Some(wall.time());
        }
        match self.found(text).ok()? {
            Found::Wall(wall) => Some(wall.time()),
            Found::Day(_) => Some(NaiveTime::MIN),
            Found::Instant(_) => None,
        }
    }

    fn found(&self, text: &str) -> Result<Found, Label> {
        let plainly = plain(text);
        let told = self.formats.iter().find_map(|format| format.read(&plainly, self.year));
        match told {
            Some(found) => Ok(found),
            None if self.formats.is_empty() => untold(&plainly, self.year).map_err(|why| why.label(text.trim())),
            // cells of workbooks and of JSON are dates of their own, whatever is told of those that are text
            None if iso(&plainly) && !self.formats.iter().any(Format::puts_the_day_first) => {
                untold(&plainly, self.year).map_err(|_| self.no_date(text))
            }
            None => Err(self.no_date(text)),
        }
    }

    fn placed(&self, found: Found, zone: Zone) -> Option<At> {
        let at = match found {
            Found::Day(date) => At { moment: zone.start_of_day(date), date },
            Found::Wall(wall) => match self.zone {
                None => At { moment: zone.first_at(wall), date: wall.date() },
                Some(other) => {
                    let moment = zone.local(other.first_at(wall));
                    At { moment, date: moment.date_naive() }
                }
            },
            Found::Instant(at) => {
                let moment = zone.local(at);
                At { moment, date: moment.date_naive() }
            }
        };
        (1000..3000).contains(&at.date.year()).then_some(at)
    }

    fn no_date(&self, text: &str) -> Label {
        let text = text.trim();
        if text.is_empty() {
            return Text::EmptyDate.into();
        }
        match self.formats.as_slice() {
            [] => label!(Text::NoDate, value = text),
            [format] => label!(Text::NoDateAs, value = text, format = format),
            [.., last] => {
                let all: Vec<String> = self.formats.iter().map(ToString::to_string).collect();
                let rest = all[..all.len() - 1].join(", ");
                label!(Text::NoDateAsAny, value = text, formats = rest, last = last)
            }
        }
    }
}

/// Why a text that nothing is told of means no date.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    NoDate,
    NoYear,
    NoDay,
    Order(char),
    Number,
    Clock(String),
    Zone(String),
}

impl Why {
    fn label(self, text: &str) -> Label {
        match self {
            Why::NoDate if text.is_empty() => Text::EmptyDate.into(),
            Why::NoDate => label!(Text::NoDate, value = text),
            Why::NoYear => label!(Text::NoYear, value = text),
            Why::NoDay => label!(Text::NoDay, value = text),
            Why::Order(between) => {
                let [day, month] =
                    ["%d%m", "%m%d"].map(|two| format!("{}{between}{}{between}%Y", &two[..2], &two[2..]));
                label!(Text::DayOrMonth, value = text, day = day, month = month)
            }
            Why::Number => label!(Text::DateIsNumber, value = text),
            Why::Clock(rest) => label!(Text::BadClock, value = text, rest = rest),
            Why::Zone(name) => label!(Text::ZoneName, value = text, name = name),
        }
    }
}

/// What a text means without being told how dates are written.
fn untold(text: &str, year: Option<i32>) -> Result<Found, Why> {
    let text = arabic(&closed(&text.to_lowercase()));
    let (dated, rest) = dated(&text).ok_or(Why::NoDate)?;
    let day = match dated {
        Dated::Date(day) => day,
        Dated::NoDay => return Err(Why::NoDay),
        Dated::Number => return Err(Why::Number),
        Dated::Order => return Err(Why::Order(text.chars().find(|c| !c.is_ascii_digit()).unwrap_or('/'))),
        Dated::NoYear(month, day) => {
            let year = year.ok_or(Why::NoYear)?;
            NaiveDate::from_ymd_opt(year, month, day).ok_or(Why::NoDay)?
        }
    };
    let before = &text[..text.len() - rest.len()];
    let joined = rest.starts_with(|c: char| c.is_ascii_digit()) && !before.ends_with(['日', '号']);
    if joined {
        let whole = before.bytes().all(|b| b.is_ascii_digit());
        let clock = compact(rest).filter(|_| whole).ok_or_else(|| Why::Clock(rest.to_owned()))?;
        return at_clock(day, clock).ok_or(Why::NoDate);
    }
    let rest = rest.trim_start().trim_start_matches(',').trim_start();
    let rest = weekday(rest).trim_start();
    let rest = rest.strip_prefix('t').unwrap_or(rest).trim_start();
    if rest.is_empty() {
        return Ok(Found::Day(day));
    }
    let read = clock(rest).or_else(|| compact(rest)).ok_or_else(|| {
        let last = rest.rsplit(' ').next().unwrap_or_default();
        let named = last.len() < rest.len() && last.len() >= 2 && last.bytes().all(|b| b.is_ascii_lowercase());
        let named = named && !matches!(last, "am" | "pm");
        match named && clock(rest[..rest.len() - last.len()].trim_end()).is_some() {
            true => Why::Zone(last.to_uppercase()),
            false => Why::Clock(rest.to_owned()),
        }
    })?;
    at_clock(day, read).ok_or(Why::NoDate)
}

/// Whether a text is a date as cells of workbooks are: `2026-03-09`, and a time may follow.
fn iso(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| bytes[from..to].iter().all(u8::is_ascii_digit);
    bytes.len() >= 10 && digits(0, 4) && bytes[4] == b'-' && digits(5, 7) && bytes[7] == b'-' && digits(8, 10)
}

/// A text of half width, with plain spaces and none around it.
fn plain(text: &str) -> String {
    let half: Cow<'_, str> = half_width(text);
    half.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The instant that a text means that nothing is told of; of a bare date its beginning.
///
/// # Errors
/// Why it means nothing, or nothing for certain, with what to do.
pub fn moment(text: &str, zone: Zone) -> Result<Moment, Label> {
    Dates::default().read(text, zone).map(|at| at.moment)
}

/// The same, without the reason.
pub fn day_and_time(text: &str, zone: Zone) -> Option<Moment> {
    moment(text, zone).ok()
}

#[cfg(test)]
mod tests {
    use super::{BadFormat, Dates, Format};
    use crate::calendar::Zone;

    fn zone() -> Zone {
        "Asia/Shanghai".parse().expect("a zone")
    }

    fn dates(formats: &[&str]) -> Dates {
        let formats = formats.iter().map(|format| Format::parse(format).unwrap_or_else(|_| panic!("{format}")));
        Dates { formats: formats.collect(), ..Dates::default() }
    }

    fn read(dates: &Dates, text: &str) -> Result<String, String> {
        dates.read(text, zone()).map(|at| at.moment.format("%m-%d %H:%M:%S %Y").to_string()).map_err(|why| why.en)
    }

    #[test]
    fn dates_that_begin_with_the_year_or_name_the_month_need_no_telling() {
        for (text, at) in [
            ("2026-11-24", "11-24 00:00:00 2026"),
            ("2026-11-24T09:30", "11-24 09:30:00 2026"),
            ("2026-11-24 09:30:05", "11-24 09:30:05 2026"),
            ("2026-11-24T09:30:00Z", "11-24 17:30:00 2026"),
            ("2026-11-24T09:30:00.123456Z", "11-24 17:30:00 2026"),
            ("2026-11-24T09:30:00.123+0100", "11-24 16:30:00 2026"),
            ("2026-11-24 09:30:00 UTC", "11-24 17:30:00 2026"),
            ("2026-11-24 09:30:00 -0500", "11-24 22:30:00 2026"),
            ("2026/3/9", "03-09 00:00:00 2026"),
            ("2026/3/9 9:30:05", "03-09 09:30:05 2026"),
            ("2026.3.9", "03-09 00:00:00 2026"),
            ("2026年3月9日", "03-09 00:00:00 2026"),
            ("2026年3月9日14时30分", "03-09 14:30:00 2026"),
            ("2026年03月09日 下午3点半", "03-09 15:30:00 2026"),
            ("2026年3月9日 星期一 上午9:05", "03-09 09:05:00 2026"),
            ("2026年3月9号晚上8点", "03-09 20:00:00 2026"),
            ("2026/3/9 下午 2:05:06", "03-09 14:05:06 2026"),
            ("2026-03-09 周一 14:30", "03-09 14:30:00 2026"),
            ("2026-03-09（周一）14:30", "03-09 14:30:00 2026"),
            ("２０２６／３／９　１４：３０", "03-09 14:30:00 2026"),
            ("2026-03-09 2:30 p. m.", "03-09 14:30:00 2026"),
            ("2026-03-09\u{a0}2:30\u{202f}a.m.", "03-09 02:30:00 2026"),
            ("2026-03-09 24:00", "03-10 00:00:00 2026"),
            ("20260309", "03-09 00:00:00 2026"),
            ("20260309143005", "03-09 14:30:05 2026"),
            ("20260309T143005Z", "03-09 22:30:05 2026"),
            ("9 Mar 2026 14:30", "03-09 14:30:00 2026"),
            ("Mar 9, 2026 2:30 PM", "03-09 14:30:00 2026"),
            ("Mon, 09 Mar 2026 14:30:00 +0100", "03-09 21:30:00 2026"),
            ("March 9, 2026 2:30 PM", "03-09 14:30:00 2026"),
            ("9 March 2026", "03-09 00:00:00 2026"),
            ("Monday, 9. September 2024", "09-09 00:00:00 2024"),
            ("2026 年 3 月 9 日", "03-09 00:00:00 2026"),
            ("2026 年 3 月 9 日 14 时 30 分", "03-09 14:30:00 2026"),
            ("2026年3月9日 星期日 14:30", "03-09 14:30:00 2026"),
            ("二〇二六年三月九日", "03-09 00:00:00 2026"),
            ("二零二六年十二月二十一日 下午三点", "12-21 15:00:00 2026"),
            ("二○二六年十一月三十日（星期一）", "11-30 00:00:00 2026"),
            ("9-Mar-26", "03-09 00:00:00 2026"),
            ("09-MAR-26 2:30 PM", "03-09 14:30:00 2026"),
            ("29/Feb/24", "02-29 00:00:00 2024"),
            ("9 Mar 99", "03-09 00:00:00 1999"),
            ("Mar 9, 2026", "03-09 00:00:00 2026"),
        ] {
            assert_eq!(read(&Dates::default(), text).as_deref(), Ok(at), "{text}");
        }
    }

    #[test]
    fn what_has_two_readings_is_refused_with_what_to_do() {
        for (text, said) in [
            ("", "the date is missing"),
            ("soon", "is not a date"),
            ("03/09/2026", "%d/%m/%Y"),
            ("9.3.2026", "%d.%m.%Y"),
            ("13-12-2026 10:00", "%m-%d-%Y"),
            ("3/9/26", "%m/%d/%Y"),
            ("3月9日", "year = 2026"),
            ("2026-02-30", "not a day of the calendar"),
            ("29-Feb-26", "not a day of the calendar"),
            ("9 Mar 14:30", "`:30`"),
            ("二〇二六年十三月九日", "not a day of the calendar"),
            ("2026年13月1日", "not a day of the calendar"),
            ("20260230", "not a day of the calendar"),
            ("46090.6", "excel"),
            ("1773066600", "epoch"),
            ("1773066600000", "epoch-ms"),
            ("2026-03-09 14:30 EST", "`EST`"),
            ("2026-03-09 25:00", "`25:00`"),
            ("2026-03-09 13:30 AM", "is not a time of day"),
            ("2026-03-09 晚上12点", "晚上12点"),
            ("2026-03-099", "`9`"),
            ("0012-03-09", "is not a date"),
        ] {
            let why = read(&Dates::default(), text).expect_err(text);
            assert!(why.contains(said), "{text}: {why}");
        }
        let years = Dates { year: Some(2025), ..Dates::default() };
        assert_eq!(read(&years, "3月9日 下午3点").as_deref(), Ok("03-09 15:00:00 2025"));
        assert!(read(&years, "2月29日").is_err());
    }

    #[test]
    fn dates_are_read_as_they_are_told() {
        for (formats, text, at) in [
            (&["%m/%d/%Y"][..], "7/29/2013", Some("07-29 00:00:00 2013")),
            (&["%m/%d/%Y"], "07/29/2013 14:05", Some("07-29 14:05:00 2013")),
            (&["%m/%d/%Y"], "07/29/2013 02:05:30 PM", Some("07-29 14:05:30 2013")),
            (&["%m/%d/%Y"], "7/29/13", None),
            (&["%m/%d/%Y"], "13/29/2013", None),
            (&["%m/%d/%Y"], "7/29/20134", None),
            // a cell of a workbook is a date whatever is told of text
            (&["%m/%d/%Y"], "2013-07-29T09:30:00", Some("07-29 09:30:00 2013")),
            (&["%m/%d/%Y"], "2013-07-29", Some("07-29 00:00:00 2013")),
            (&["%Y-%d-%m"], "2013-07-29", None),
            (&["%d.%m.%Y"], "9.3.2026", Some("03-09 00:00:00 2026")),
            (&["%Y-%m-%d %H:%M:%S %z"], "2026-03-09 14:30:00 -0500", Some("03-10 03:30:00 2026")),
            (&["%Y-%m-%d %H:%M:%S %z"], "2026-03-09 14:30:00 UTC", Some("03-09 22:30:00 2026")),
            (&["%Y-%m-%dT%H:%M:%S%:z"], "2026-03-09T14:30:00+01:00", Some("03-09 21:30:00 2026")),
            (&["%Y-%m-%dT%H:%M:%S%z"], "2026-03-09T14:30:00Z", Some("03-09 22:30:00 2026")),
            (&["%Y-%m-%dT%H:%M:%S%:z"], "2026-03-09T14:30:00.250+01:00", Some("03-09 21:30:00 2026")),
            (&["%Y-%m-%dT%H:%M:%S%.f%:z"], "2026-03-09T14:30:00.250+01:00", Some("03-09 21:30:00 2026")),
            (&["%+"], "2026-03-09T14:30:00.25+01:00", Some("03-09 21:30:00 2026")),
            (&["%Y-%m-%d %H:%M:%S"], "2026-03-09 14:30:00.123", Some("03-09 14:30:00 2026")),
            (&["%Y-%m-%d %H:%M:%S"], "2026-03-09 14:30:00 +0000", Some("03-09 22:30:00 2026")),
            (&["%m/%d/%Y %I:%M:%S %p"], "03/09/2026 02:30:15 p. m.", Some("03-09 14:30:15 2026")),
            (&["%Y/%m/%d %p%I:%M"], "2026/03/09 下午02:30", Some("03-09 14:30:00 2026")),
            (&["%d/%b/%y %I:%M %p"], "09/Mar/26 2:30 PM", Some("03-09 14:30:00 2026")),
            (&["%d.%m.%Y", "%m/%d/%Y"], "3/9/2026", Some("03-09 00:00:00 2026")),
            (&["%Y年%m月%d日"], "２０２６年３月９日 下午3点半", Some("03-09 15:30:00 2026")),
            (&["epoch"], "1773066600", Some("03-09 22:30:00 2026")),
            (&["%s"], "1773066600", Some("03-09 22:30:00 2026")),
            (&["epoch-ms"], "1773066600999", Some("03-09 22:30:00 2026")),
            (&["epoch"], "1e9", None),
            (&["excel"], "46090", Some("03-09 00:00:00 2026")),
            (&["excel"], "46090.604166666664", Some("03-09 14:30:00 2026")),
            (&["excel-1904"], "44628", Some("03-09 00:00:00 2026")),
            (&["excel"], "59", Some("02-28 00:00:00 1900")),
            (&["excel"], "60", None),
            (&["excel"], "61", Some("03-01 00:00:00 1900")),
            (&["excel"], "1", Some("01-01 00:00:00 1900")),
            (&["excel"], "0", None),
            (&["excel"], "-3", None),
        ] {
            assert_eq!(read(&dates(formats), text).ok().as_deref(), at, "{formats:?} {text}");
        }
        let without = Dates { year: Some(2026), ..dates(&["%d.%m."]) };
        assert_eq!(read(&without, "9.3.").as_deref(), Ok("03-09 00:00:00 2026"));
        let abroad = Dates { zone: Some(Zone::utc()), ..Dates::default() };
        assert_eq!(read(&abroad, "2026-03-09 23:30").as_deref(), Ok("03-10 07:30:00 2026"));
        assert_eq!(read(&abroad, "2026-03-09").as_deref(), Ok("03-09 00:00:00 2026"), "a bare date stays");
    }

    #[test]
    fn a_format_says_a_whole_date_and_no_name_of_a_zone() {
        assert_eq!(Format::parse("%Y-%m-%d %H:%M %Z"), Err(BadFormat::ZoneName));
        for text in ["", "%Q", "%Y-%m", "%H:%M", "%m/%d/%Y %I:%M", "yyyy-MM-dd"] {
            assert_eq!(Format::parse(text), Err(BadFormat::NoFormat), "{text}");
        }
    }

    #[test]
    fn a_date_and_a_time_stand_in_two_cells() {
        for (date, time, at) in [
            ("2026/3/9", "14:30", Some("03-09 14:30:00 2026")),
            ("2026/3/9", "下午3点半", Some("03-09 15:30:00 2026")),
            ("2026/3/9", "", Some("03-09 00:00:00 2026")),
            ("2026-03-09T00:00:00", "1899-12-31T14:30:00", Some("03-09 14:30:00 2026")),
            ("2026-03-09T00:00:00", "0.604166666666667", Some("03-09 14:30:00 2026")),
            ("2026/3/9", "14:30 +00:00", Some("03-09 22:30:00 2026")),
            ("2026/3/9", "half past", None),
            ("", "14:30", None),
        ] {
            let read = Dates::default().read_both(date, time, zone()).ok();
            let read = read.map(|at| at.moment.format("%m-%d %H:%M:%S %Y").to_string());
            assert_eq!(read.as_deref(), at, "{date} {time}");
        }
    }
}
