//! Periods of the calendar as filters and reports name them: `2026`, `2026-h1`, `2026-q3`, `2026-10`, `2026-w45`,
//! `2026-10-05`, `last-month`. Both ends are included.
//!
//! Nothing here knows the current day unless the caller gives it.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::by_hand;
use crate::locale::text::half_width;

/// Civil days from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CivilDays {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, not before the first.
    pub last: NaiveDate,
}

/// What a text says about days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A period.
    Period(CivilDays),
    /// A relative period, but the current day is not given.
    Relative,
    /// No period.
    Nothing,
}

impl CivilDays {
    /// A year, half-year, quarter, month, ISO week or day, in any case: `2026`, `2026-h1`, `2026-q3`, `2026-10`,
    /// `2026-w45`, `2026-10-05`, or written by hand: `2026年10月`.
    pub fn named(text: &str) -> Option<Self> {
        CivilDays::plain(text).or_else(|| CivilDays::plain(&by_hand::period(&half_width(text))?))
    }

    fn plain(text: &str) -> Option<Self> {
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (digits(year, 4)?, Some(rest)),
            None => (digits(text, 4)?, None),
        };
        let year = i32::try_from(year).ok()?;
        let Some(rest) = rest else { return CivilDays::months(year, 1, 12) };
        if let Some(quarter) = rest.strip_prefix(['q', 'Q']) {
            let quarter = digits(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
            return CivilDays::months(year, quarter * 3 - 2, 3);
        }
        if let Some(half) = rest.strip_prefix(['h', 'H']) {
            let half = digits(half, 1).filter(|half| (1..=2).contains(half))?;
            return CivilDays::months(year, half * 6 - 5, 6);
        }
        if let Some(week) = rest.strip_prefix(['w', 'W']) {
            return CivilDays::week(NaiveDate::from_isoywd_opt(year, digits(week, 2)?, Weekday::Mon)?);
        }
        match rest.split_once('-') {
            Some((month, day)) => NaiveDate::from_ymd_opt(year, digits(month, 2)?, digits(day, 2)?).map(CivilDays::day),
            None => CivilDays::months(year, digits(rest, 2)?, 1),
        }
    }

    /// As [`CivilDays::named`], and also periods relative to `today` in English and Chinese: `today`, `last-month`,
    /// 上周.
    pub fn said(text: &str, today: Option<NaiveDate>) -> Said {
        if let Some(period) = CivilDays::named(text) {
            return Said::Period(period);
        }
        let Some((unit, back)) = relative(&text.to_ascii_lowercase()) else { return Said::Nothing };
        let Some(today) = today else { return Said::Relative };
        match unit.around(today, back) {
            Some(period) => Said::Period(period),
            None => Said::Nothing,
        }
    }

    fn day(day: NaiveDate) -> Self {
        CivilDays { first: day, last: day }
    }

    pub(super) fn week(monday: NaiveDate) -> Option<Self> {
        Some(CivilDays { first: monday, last: monday.checked_add_days(Days::new(6))? })
    }

    pub(super) fn months(year: i32, month: u32, count: u32) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let last = first.checked_add_months(Months::new(count))?.pred_opt()?;
        Some(CivilDays { first, last })
    }
}

impl fmt::Display for CivilDays {
    /// Its shortest name, or both ends joined by `..`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CivilDays { first, last } = *self;
        let (year, month) = (first.year(), first.month());
        if first == last {
            return write!(f, "{}", first.format("%Y-%m-%d"));
        }
        if CivilDays::months(year, 1, 12) == Some(*self) {
            return write!(f, "{year:04}");
        }
        if CivilDays::months(year, month, 1) == Some(*self) {
            return write!(f, "{year:04}-{month:02}");
        }
        if month % 3 == 1 && CivilDays::months(year, month, 3) == Some(*self) {
            return write!(f, "{year:04}-q{}", month / 3 + 1);
        }
        if month % 6 == 1 && CivilDays::months(year, month, 6) == Some(*self) {
            return write!(f, "{year:04}-h{}", month / 6 + 1);
        }
        if first.weekday() == Weekday::Mon && CivilDays::week(first) == Some(*self) {
            return write!(f, "{:04}-w{:02}", first.iso_week().year(), first.iso_week().week());
        }
        write!(f, "{}..{}", first.format("%Y-%m-%d"), last.format("%Y-%m-%d"))
    }
}

/// Exactly this many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
}

impl Unit {
    /// The unit that lies `back` units before the one with `today` in it.
    fn around(self, today: NaiveDate, back: i32) -> Option<CivilDays> {
        let shifted = |months: i32| {
            let months = months * back;
            let first = today.with_day(1)?;
            match u32::try_from(months) {
                Ok(months) => first.checked_sub_months(Months::new(months)),
                Err(_) => first.checked_add_months(Months::new(months.unsigned_abs())),
            }
        };
        let days = |count: i32| today.checked_sub_signed(chrono::Duration::days(i64::from(count * back)));
        match self {
            Unit::Day => days(1).map(CivilDays::day),
            Unit::Week => {
                let day = days(7)?;
                CivilDays::week(day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?)
            }
            Unit::Month => shifted(1).and_then(|first| CivilDays::months(first.year(), first.month(), 1)),
            Unit::Quarter => {
                shifted(3).and_then(|first| CivilDays::months(first.year(), first.month0() / 3 * 3 + 1, 3))
            }
            Unit::HalfYear => {
                shifted(6).and_then(|first| CivilDays::months(first.year(), first.month0() / 6 * 6 + 1, 6))
            }
            Unit::Year => CivilDays::months(today.year() - back, 1, 12),
        }
    }
}

fn relative(text: &str) -> Option<(Unit, i32)> {
    Some(match text {
        "today" | "今天" | "今日" => (Unit::Day, 0),
        "yesterday" | "昨天" | "昨日" => (Unit::Day, 1),
        "tomorrow" | "明天" | "明日" => (Unit::Day, -1),
        "this-week" | "本周" | "这周" => (Unit::Week, 0),
        "last-week" | "上周" => (Unit::Week, 1),
        "next-week" | "下周" => (Unit::Week, -1),
        "this-month" | "本月" | "这个月" => (Unit::Month, 0),
        "last-month" | "上月" | "上个月" => (Unit::Month, 1),
        "next-month" | "下月" | "下个月" => (Unit::Month, -1),
        "this-quarter" | "本季度" | "本季" => (Unit::Quarter, 0),
        "last-quarter" | "上季度" | "上季" => (Unit::Quarter, 1),
        "next-quarter" | "下季度" | "下季" => (Unit::Quarter, -1),
        "this-half-year" | "本半年" => (Unit::HalfYear, 0),
        "last-half-year" | "上个半年" => (Unit::HalfYear, 1),
        "next-half-year" | "下个半年" => (Unit::HalfYear, -1),
        "this-year" | "今年" | "本年" => (Unit::Year, 0),
        "last-year" | "去年" | "上年" => (Unit::Year, 1),
        "next-year" | "明年" => (Unit::Year, -1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{CivilDays, Said};
    use chrono::NaiveDate;

    #[test]
    fn periods_are_named_from_either_side() {
        for (text, ends, name) in [
            ("2026", "2026-01-01 2026-12-31", "2026"),
            ("2026-q3", "2026-07-01 2026-09-30", "2026-q3"),
            ("2026-Q4", "2026-10-01 2026-12-31", "2026-q4"),
            ("2026-h1", "2026-01-01 2026-06-30", "2026-h1"),
            ("2026-H2", "2026-07-01 2026-12-31", "2026-h2"),
            ("2026年下半年", "2026-07-01 2026-12-31", "2026-h2"),
            ("2024-02", "2024-02-01 2024-02-29", "2024-02"),
            ("2026-w01", "2025-12-29 2026-01-04", "2026-w01"),
            ("2026-w53", "2026-12-28 2027-01-03", "2026-w53"),
            ("2026-10-05", "2026-10-05 2026-10-05", "2026-10-05"),
            ("9999", "9999-01-01 9999-12-31", "9999"),
            ("2026年11月", "2026-11-01 2026-11-30", "2026-11"),
            ("２０２６年", "2026-01-01 2026-12-31", "2026"),
            ("2026年第三季度", "2026-07-01 2026-09-30", "2026-q3"),
            ("2026年10月5日", "2026-10-05 2026-10-05", "2026-10-05"),
        ] {
            let period = CivilDays::named(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(format!("{} {}", period.first, period.last), ends, "{text}");
            assert_eq!(period.to_string(), name);
        }
        for text in [
            "",
            "26",
            "2026-13",
            "2026-q5",
            "2026-h3",
            "2026-w54",
            "2026-1",
            "2026-02-30",
            "2026-10-5",
            "２０２６",
            "-2026",
            "2026-",
        ] {
            assert_eq!(CivilDays::named(text), None, "{text}");
        }
    }

    #[test]
    fn relative_periods_need_a_today() {
        let today = NaiveDate::from_ymd_opt(2026, 1, 1);
        for (text, name) in [
            ("today", "2026-01-01"),
            ("昨天", "2025-12-31"),
            ("tomorrow", "2026-01-02"),
            ("last-week", "2025-w52"),
            ("本周", "2026-w01"),
            ("Last-Month", "2025-12"),
            ("上个月", "2025-12"),
            ("last-quarter", "2025-q4"),
            ("next-quarter", "2026-q2"),
            ("last-half-year", "2025-h2"),
            ("本半年", "2026-h1"),
            ("去年", "2025"),
        ] {
            match CivilDays::said(text, today) {
                Said::Period(period) => assert_eq!(period.to_string(), name, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
            assert_eq!(CivilDays::said(text, None), Said::Relative);
        }
        assert_eq!(CivilDays::said("someday", today), Said::Nothing);
    }
}
