//! Ways of writing dates that a mapping tells: patterns as of `strftime`, and counts of days or seconds.

use chrono::format::{Fixed, Item, Numeric, StrftimeItems};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};

use super::clock::{Clock, clock, fraction, meridiem, offset};

/// A way of writing dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    /// Seconds since 1970, UTC.
    Epoch,
    /// Thousandths of them.
    EpochMillis,
    /// Days as Excel counts them.
    Excel(Era),
    /// A pattern.
    Pattern(Pattern),
}

/// Where the days of a workbook begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// 1 is 1 January 1900, and 60 is 29 February 1900, a day that never was.
    From1900,
    /// 0 is 1 January 1904.
    From1904,
}

/// A pattern as of `strftime`, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: String,
    offset: bool,
    clock: bool,
    year: bool,
    fraction: bool,
    meridiem: bool,
}

/// Why a way of writing is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadFormat {
    /// It is no pattern, or says too little for a date.
    NoFormat,
    /// `%Z`: names of zones are read by nobody.
    ZoneName,
}

/// What a told format finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// An instant.
    Instant(DateTime<FixedOffset>),
    /// What the clock on the wall showed, in a zone that is not told.
    Wall(NaiveDateTime),
    /// A day.
    Day(NaiveDate),
}

impl Format {
    /// Reads a way of writing.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn parse(text: &str) -> Result<Self, BadFormat> {
        match text.trim() {
            "epoch" | "%s" => return Ok(Format::Epoch),
            "epoch-ms" => return Ok(Format::EpochMillis),
            "excel" => return Ok(Format::Excel(Era::From1900)),
            "excel-1904" => return Ok(Format::Excel(Era::From1904)),
            _ => {}
        }
        let mut pattern = Pattern {
            text: super::plain(text),
            offset: false,
            clock: false,
            year: false,
            fraction: false,
            meridiem: false,
        };
        for item in StrftimeItems::new(&pattern.text.clone()) {
            match item {
                Item::Error | Item::Numeric(Numeric::Timestamp, _) => return Err(BadFormat::NoFormat),
                Item::Fixed(Fixed::TimezoneName) => return Err(BadFormat::ZoneName),
                Item::Fixed(Fixed::RFC2822 | Fixed::RFC3339) => {
                    (pattern.offset, pattern.clock, pattern.year) = (true, true, true);
                }
                Item::Fixed(
                    Fixed::TimezoneOffset
                    | Fixed::TimezoneOffsetColon
                    | Fixed::TimezoneOffsetColonZ
                    | Fixed::TimezoneOffsetZ
                    | Fixed::TimezoneOffsetDoubleColon
                    | Fixed::TimezoneOffsetTripleColon,
                ) => pattern.offset = true,
                Item::Fixed(Fixed::LowerAmPm | Fixed::UpperAmPm) => pattern.meridiem = true,
                Item::Fixed(Fixed::Nanosecond | Fixed::Nanosecond3 | Fixed::Nanosecond6 | Fixed::Nanosecond9)
                | Item::Numeric(Numeric::Nanosecond, _) => pattern.fraction = true,
                Item::Numeric(Numeric::Hour | Numeric::Hour12 | Numeric::Minute | Numeric::Second, _) => {
                    pattern.clock = true;
                }
                Item::Numeric(Numeric::Year | Numeric::YearMod100 | Numeric::IsoYear | Numeric::IsoYearMod100, _) => {
                    pattern.year = true
                }
                // `%#z` and `%.3f` without a point have no names of their own in the library
                Item::Fixed(Fixed::Internal(_)) => {
                    pattern.offset |= pattern.text.contains("%#z");
                    pattern.fraction |= pattern.text.contains('f');
                }
                _ => {}
            }
        }
        // what it writes it must read, and it must be a date
        let sample = NaiveDate::from_ymd_opt(2013, 7, 29).and_then(|day| day.and_hms_opt(14, 5, 6));
        let sample = sample.unwrap_or_default().and_utc().fixed_offset();
        let mut written = String::new();
        let wrote = std::fmt::Write::write_fmt(&mut written, format_args!("{}", sample.format(&pattern.text)));
        let read = wrote.is_ok().then(|| pattern.read(&written, Some(2013))).flatten();
        let same = match read {
            Some(Found::Instant(at)) => at.date_naive() == sample.date_naive(),
            Some(Found::Wall(at)) => at.date() == sample.date_naive(),
            Some(Found::Day(day)) => day == sample.date_naive(),
            None => false,
        };
        if same { Ok(Format::Pattern(pattern)) } else { Err(BadFormat::NoFormat) }
    }

    /// Whether a date in ISO form could be one of the day and the month the other way round.
    pub(super) fn puts_the_day_first(&self) -> bool {
        matches!(self, Format::Pattern(pattern) if pattern.text.contains("%Y-%d"))
    }

    /// What a text of half width means. `year` is that of texts without one.
    pub(super) fn read(&self, text: &str, year: Option<i32>) -> Option<Found> {
        match self {
            Format::Epoch => counted(text).and_then(|count| instant(count * 1000.0)),
            Format::EpochMillis => counted(text).and_then(instant),
            Format::Excel(era) => counted(text).and_then(|count| era.wall(count)),
            Format::Pattern(pattern) => pattern.read(text, year),
        }
    }
}

/// As a mapping writes it.
impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Format::Epoch => "epoch",
            Format::EpochMillis => "epoch-ms",
            Format::Excel(Era::From1900) => "excel",
            Format::Excel(Era::From1904) => "excel-1904",
            Format::Pattern(pattern) => &pattern.text,
        })
    }
}

fn counted(text: &str) -> Option<f64> {
    let sound = text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse::<f64>().ok().filter(|count| sound && count.is_finite() && count.abs() < 1e15)
}

fn instant(millis: f64) -> Option<Found> {
    #[allow(clippy::cast_possible_truncation, reason = "below 1e15 thousand, as counted() holds")]
    let at = DateTime::from_timestamp_millis(millis.floor() as i64)?;
    Some(Found::Instant(at.fixed_offset()))
}

impl Era {
    /// What a count of days means; parts of a day are its time, to the second.
    pub(super) fn wall(self, count: f64) -> Option<Found> {
        if count < 0.0 {
            return None;
        }
        #[allow(clippy::cast_possible_truncation, reason = "below 1e15")]
        let (days, seconds) = (count.floor() as i64, (count.fract() * 86_400.0).round() as i64);
        let first = match self {
            Era::From1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
            Era::From1900 if days == 60 || days == 0 => None,
            Era::From1900 if days < 60 => NaiveDate::from_ymd_opt(1899, 12, 31),
            Era::From1900 => NaiveDate::from_ymd_opt(1899, 12, 30),
        };
        let day = first?.checked_add_signed(TimeDelta::try_days(days)?)?;
        if seconds == 0 {
            return Some(Found::Day(day));
        }
        let wall = day.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::try_seconds(seconds)?)?;
        Some(Found::Wall(wall))
    }
}

impl Pattern {
    fn read(&self, text: &str, year: Option<i32>) -> Option<Found> {
        let text = if self.meridiem { western(text) } else { text.to_owned() };
        let (text, format) = match (self.year, year) {
            (true, _) => (text, self.text.clone()),
            (false, Some(year)) => (format!("{year} {text}"), format!("%Y {}", self.text)),
            (false, None) => return None,
        };
        if self.offset {
            let whole = DateTime::parse_from_str(&text, &format).ok();
            return whole.or_else(|| DateTime::parse_from_str(&self.zoned(&text), &format).ok()).map(Found::Instant);
        }
        if self.clock {
            let (wall, rest) = NaiveDateTime::parse_and_remainder(&text, &format).ok()?;
            let rest = if self.fraction { rest } else { fraction(rest) };
            return offset(&rest.trim().to_lowercase())?.map_or(Some(Found::Wall(wall)), |offset| {
                wall.and_local_timezone(offset).single().map(Found::Instant)
            });
        }
        let (day, rest) = NaiveDate::parse_and_remainder(&text, &format).ok()?;
        match (rest, rest.chars().next()) {
            ("", _) => Some(Found::Day(day)),
            // no digit of another number
            (_, Some(c)) if c.is_ascii_digit() => None,
            _ => {
                let rest = rest.trim().to_lowercase();
                at_clock(day, clock(rest.strip_prefix('t').unwrap_or(&rest))?)
            }
        }
    }

    /// A text whose zone `%z` reads: UTC as a number, and no fractions where the pattern has none.
    fn zoned(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in ["UTC", "GMT", "Z", "z"] {
            if let Some(before) = text.strip_suffix(name) {
                text = format!("{before}+0000");
                break;
            }
        }
        if self.fraction {
            return text;
        }
        // 14:30:05.123 +0800: the fraction stands behind the last colon of the time
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['.', ',']) {
            let before = &rest[..at];
            let timed = before.len() >= 6
                && before.is_char_boundary(before.len() - 6)
                && before[before.len() - 6..].bytes().enumerate().all(|(i, b)| match i {
                    0 | 3 => b == b':',
                    _ => b.is_ascii_digit(),
                });
            out.push_str(before);
            let after = if timed { fraction(&rest[at..]) } else { &rest[at..] };
            if after.len() == rest[at..].len() {
                out.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            } else {
                rest = after;
            }
        }
        out + rest
    }
}

/// A day at a time of day.
pub(super) fn at_clock(day: NaiveDate, clock: Clock) -> Option<Found> {
    let wall = day.and_hms_opt(0, 0, 0)? + TimeDelta::seconds(i64::from(clock.seconds));
    match clock.offset {
        None => Some(Found::Wall(wall)),
        Some(offset) => wall.and_local_timezone(offset).single().map(Found::Instant),
    }
}

/// A text in which the halves of a day are `AM` and `PM`.
fn western(text: &str) -> String {
    for (word, half) in [("上午", "AM"), ("下午", "PM"), ("午前", "AM"), ("午後", "PM"), ("오전", "AM"), ("오후", "PM")]
    {
        if text.contains(word) {
            return text.replacen(word, half, 1);
        }
    }
    for (at, c) in text.char_indices() {
        let begins = !text[..at].ends_with(char::is_alphabetic);
        if begins
            && matches!(c, 'a' | 'A' | 'p' | 'P')
            && let Some((later, rest)) = meridiem(&text[at..])
        {
            return format!("{}{}{rest}", &text[..at], if later { "PM" } else { "AM" });
        }
    }
    text.to_owned()
}
