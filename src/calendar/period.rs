//! Periods that reports cover: `2026`, `2026-h1`, `2026-q3`, `2026-10`, `2026-w45`, `2026-10-05`, `last-month`, `A..B`.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::civil::{CivilDays, Said};
use super::{Moment, Zone};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::TimeText;

/// A stretch of civil dates.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first date.
    pub from: NaiveDate,
    /// The first day after it.
    pub until: NaiveDate,
    /// Its name, in the form that can be read back: `2026-q3`, `2026-10-01..2026-10-05`.
    pub label: String,
    shape: Shape,
}

/// The length that a report covers if no period is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Every {
    /// A day: today.
    Day,
    /// A week from Monday: the last that has ended.
    Week,
    /// A month: the last that has ended.
    Month,
    /// A quarter: the last that has ended.
    Quarter,
    /// Half of a year: the last that has ended.
    HalfYear,
    /// A year: the last that has ended.
    Year,
}

impl Every {
    /// All of them, the shortest first.
    pub const ALL: [Every; 6] = [Every::Day, Every::Week, Every::Month, Every::Quarter, Every::HalfYear, Every::Year];

    /// The name that scripts read.
    pub const fn name(self) -> &'static str {
        match self {
            Every::Day => "day",
            Every::Week => "week",
            Every::Month => "month",
            Every::Quarter => "quarter",
            Every::HalfYear => "half-year",
            Every::Year => "year",
        }
    }
}

/// How a period repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Months(u32),
    Week,
    Days,
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodError {
    text: String,
    /// Whether it is the form of a period, in a year that is not counted.
    beyond: bool,
}

impl PeriodError {
    /// What is wrong and which forms exist.
    pub fn label(&self) -> Label {
        match self.beyond {
            true => label!(TimeText::PeriodBeyond, text = self.text, first = YEARS.start(), last = YEARS.end()),
            false => label!(TimeText::Period, text = self.text),
        }
    }
}

/// The years in which periods lie. The year before one, and the day after, are dates with a year of four digits too.
const YEARS: RangeInclusive<i32> = 1001..=9998;

impl std::fmt::Display for PeriodError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.label().en)
    }
}

impl std::error::Error for PeriodError {}

impl Period {
    /// Reads a period. `today` is needed for the relative ones: today, yesterday, this-week, last-week, this-month,
    /// last-month, this-quarter, last-quarter, this-half-year, last-half-year, this-year, last-year.
    ///
    /// # Errors
    /// If the text is anything else, or a range that ends before it begins.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Period, PeriodError> {
        let error = |beyond| PeriodError { text: text.to_owned(), beyond };
        let refused = || error(false);
        let trimmed = text.trim();
        let period = match trimmed.split_once("..") {
            None => single(trimmed, today).ok_or_else(refused)?,
            Some((from, to)) => {
                let from = single(from.trim(), today).ok_or_else(refused)?.from;
                let until = single(to.trim(), today).ok_or_else(refused)?.until;
                if until <= from {
                    return Err(refused());
                }
                Period { from, until, label: range_label(from, until), shape: Shape::Days }
            }
        };
        match period.is_counted() {
            true => Ok(period),
            false => Err(error(true)),
        }
    }

    /// The period that a report covers if none is named.
    pub fn default_of(every: Every, today: NaiveDate) -> Option<Period> {
        match every {
            Every::Day => single("today", today),
            Every::Week => single("last-week", today),
            Every::Month => single("last-month", today),
            Every::Quarter => single("last-quarter", today),
            Every::HalfYear => single("last-half-year", today),
            Every::Year => single("last-year", today),
        }
    }

    /// The label of a period with this name, in each language: `2026-10` and 2026年10月. Any other text stays
    /// unchanged.
    pub fn called(name: &str) -> Label {
        let one = |part: &str| {
            let number = |text: &str, most: u32| text.parse::<u32>().ok().filter(|number| (1..=most).contains(number));
            let (year, rest) = part.split_once('-').unwrap_or((part, ""));
            if year.len() != 4 || year.parse::<u32>().is_err() {
                return part.to_owned();
            }
            let rest: Vec<&str> = rest.split('-').collect();
            match rest.as_slice() {
                [""] => format!("{year}年"),
                [month] if number(month, 12).is_some() => {
                    format!("{year}年{}月", number(month, 12).unwrap_or_default())
                }
                [month, day] => match (number(month, 12), number(day, 31)) {
                    (Some(month), Some(day)) => format!("{year}年{month}月{day}日"),
                    _ => part.to_owned(),
                },
                ["h1"] => format!("{year}年上半年"),
                ["h2"] => format!("{year}年下半年"),
                [short] => match (short.strip_prefix('q'), short.strip_prefix('w')) {
                    (Some(quarter), _) => format!("{year}年第{quarter}季度"),
                    (_, Some(week)) => format!("{year}年第{}周", week.trim_start_matches('0')),
                    _ => part.to_owned(),
                },
                _ => part.to_owned(),
            }
        };
        let zh = match name.split_once("..") {
            Some((from, to)) => format!("{}至{}", one(from), one(to)),
            None => one(name),
        };
        Label { en: name.to_owned(), zh }
    }

    /// The last date.
    pub fn last(&self) -> NaiveDate {
        self.until.pred_opt().unwrap_or(self.until)
    }

    /// Whether a date falls into the period.
    pub fn contains(&self, date: NaiveDate) -> bool {
        (self.from..self.until).contains(&date)
    }

    /// How many days it has.
    pub fn days(&self) -> i64 {
        self.until.signed_duration_since(self.from).num_days()
    }

    /// The period in a zone: its first instant, and the instant before which it ends.
    pub fn moments(&self, zone: Zone) -> (Moment, Moment) {
        let last = zone.end_of_day(self.last());
        (zone.start_of_day(self.from), last)
    }

    /// The period before: for a month the month before, otherwise as many days before. `None` before the first year.
    pub fn previous(&self) -> Option<Period> {
        let found = match self.shape {
            Shape::Months(count) => months(self.from.checked_sub_months(Months::new(count))?, count)?,
            Shape::Week => week_of(self.from.checked_sub_days(Days::new(7))?)?,
            Shape::Days => {
                let from = self.from.checked_sub_days(Days::new(self.days().unsigned_abs()))?;
                Period { from, until: self.from, label: range_label(from, self.from), shape: Shape::Days }
            }
        };
        found.is_counted().then_some(found)
    }

    /// Whether it lies in the years in which periods lie.
    fn is_counted(&self) -> bool {
        YEARS.contains(&self.from.year()) && YEARS.contains(&self.last().year())
    }

    /// The same period a year before. For a week it is the week with the same number, or the last one if that year
    /// has fewer.
    pub fn year_before(&self) -> Option<Period> {
        let found = match self.shape {
            Shape::Months(count) => months(self.from.checked_sub_months(Months::new(12))?, count)?,
            Shape::Week => {
                let week = self.from.iso_week();
                let year = week.year() - 1;
                let start = |number| NaiveDate::from_isoywd_opt(year, number, Weekday::Mon);
                week_of(start(week.week()).or_else(|| start(52))?)?
            }
            Shape::Days => {
                let from = self.from.checked_sub_months(Months::new(12))?;
                let last = self.last().checked_sub_months(Months::new(12))?;
                let until = last.succ_opt()?;
                Period { from, until, label: range_label(from, until), shape: Shape::Days }
            }
        };
        found.is_counted().then_some(found)
    }
}

/// A period without `..`.
fn single(text: &str, today: NaiveDate) -> Option<Period> {
    let Said::Period(days) = CivilDays::said(text, Some(today)) else { return None };
    let from = days.first;
    let whole = |count: &u32| CivilDays::months(from.year(), from.month(), *count) == Some(days);
    let shape = match [12, 6, 3, 1].into_iter().find(whole) {
        Some(count) => Shape::Months(count),
        None if CivilDays::week(from) == Some(days) => Shape::Week,
        None => Shape::Days,
    };
    let until = days.last.succ_opt()?;
    (from.year() > 0).then(|| Period { from, until, label: days.to_string(), shape })
}

fn week_of(date: NaiveDate) -> Option<Period> {
    let week = date.iso_week();
    single(&format!("{:04}-w{:02}", week.year(), week.week()), date)
}

/// This many months from the first day of a month: a month, a quarter, half a year or a year.
fn months(from: NaiveDate, count: u32) -> Option<Period> {
    let days = CivilDays::months(from.year(), from.month(), count)?;
    single(&days.to_string(), from)
}

fn range_label(from: NaiveDate, until: NaiveDate) -> String {
    match until.pred_opt() {
        Some(last) if last == from => from.to_string(),
        last => format!("{from}..{}", last.unwrap_or(until)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Every, Period};
    use chrono::NaiveDate;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn periods_have_chinese_names_that_read_back() {
        let today = date("2026-11-24");
        for (name, zh) in [
            ("2026", "2026年"),
            ("2026-q3", "2026年第3季度"),
            ("2026-h1", "2026年上半年"),
            ("2026-h2", "2026年下半年"),
            ("2026-10", "2026年10月"),
            ("2026-w05", "2026年第5周"),
            ("2026-10-05", "2026年10月5日"),
            ("2026-10-01..2026-10-05", "2026年10月1日至2026年10月5日"),
        ] {
            assert_eq!(Period::called(name).zh, zh);
            let known = Period::parse(zh, today).map(|period| period.label);
            assert!(
                known.as_deref().is_ok_and(|known| known == name) || zh.contains('至') || zh.contains('周'),
                "{zh}"
            );
        }
        assert_eq!(Period::called("all").zh, "all");
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn parse(text: &str) -> Period {
        Period::parse(text, date("2026-11-22")).unwrap()
    }

    #[test]
    fn periods_their_predecessors_and_the_year_before() {
        // text, from, last, label, previous, a year before
        let cases = [
            ("2026", "2026-01-01", "2026-12-31", "2026", "2025", "2025"),
            ("2026-q3", "2026-07-01", "2026-09-30", "2026-q3", "2026-q2", "2025-q3"),
            ("2026-h1", "2026-01-01", "2026-06-30", "2026-h1", "2025-h2", "2025-h1"),
            ("last-half-year", "2026-01-01", "2026-06-30", "2026-h1", "2025-h2", "2025-h1"),
            ("本半年", "2026-07-01", "2026-12-31", "2026-h2", "2026-h1", "2025-h2"),
            ("2026-Q1", "2026-01-01", "2026-03-31", "2026-q1", "2025-q4", "2025-q1"),
            ("2026-10", "2026-10-01", "2026-10-31", "2026-10", "2026-09", "2025-10"),
            ("2024-02", "2024-02-01", "2024-02-29", "2024-02", "2024-01", "2023-02"),
            ("2026-w45", "2026-11-02", "2026-11-08", "2026-w45", "2026-w44", "2025-w45"),
            ("2026-w53", "2026-12-28", "2027-01-03", "2026-w53", "2026-w52", "2025-w52"),
            ("2026-w01", "2025-12-29", "2026-01-04", "2026-w01", "2025-w52", "2025-w01"),
            ("2026-10-05", "2026-10-05", "2026-10-05", "2026-10-05", "2026-10-04", "2025-10-05"),
            ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29", "2024-02-28", "2023-02-28"),
            ("last-month", "2026-10-01", "2026-10-31", "2026-10", "2026-09", "2025-10"),
            ("上月", "2026-10-01", "2026-10-31", "2026-10", "2026-09", "2025-10"),
            ("last-quarter", "2026-07-01", "2026-09-30", "2026-q3", "2026-q2", "2025-q3"),
            ("this-week", "2026-11-16", "2026-11-22", "2026-w47", "2026-w46", "2025-w47"),
            (
                "2026-10-05..2026-10-09",
                "2026-10-05",
                "2026-10-09",
                "2026-10-05..2026-10-09",
                "2026-09-30..2026-10-04",
                "2025-10-05..2025-10-09",
            ),
            (
                "2026-09..2026-10",
                "2026-09-01",
                "2026-10-31",
                "2026-09-01..2026-10-31",
                "2026-07-02..2026-08-31",
                "2025-09-01..2025-10-31",
            ),
        ];
        for (text, from, last, label, previous, before) in cases {
            let period = parse(text);
            assert_eq!((period.from, period.last(), period.label.as_str()), (date(from), date(last), label), "{text}");
            assert_eq!(period.previous().unwrap().label, previous, "{text}");
            assert_eq!(period.year_before().unwrap().label, before, "{text}");
        }
    }

    #[test]
    fn the_default_is_the_last_that_has_ended() {
        let label = |every| Period::default_of(every, date("2026-01-01")).unwrap().label;
        assert_eq!(Every::ALL.map(label), ["2026-01-01", "2025-w52", "2025-12", "2025-q4", "2025-h2", "2025"]);
    }

    #[test]
    fn the_instants_of_a_day_follow_the_clock() {
        let hours = |text: &str| {
            let (from, until) = parse(text).moments("Europe/Berlin".parse().unwrap());
            until.signed_duration_since(from).num_hours()
        };
        assert_eq!((hours("2026-03-29"), hours("2026-10-25"), hours("2026-10-26")), (23, 25, 24));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "26",
            "2026-",
            "2026-13",
            "2026-q5",
            "2026-w54",
            "2025-w53",
            "2026-02-30",
            "2026-1",
            "2026-10-5",
            "..",
            "2026..",
            "..2026",
            "2026-10..2026-09",
            "2026-10-05-01",
            "0000",
            "1000",
            "9999",
            "9999-12",
            "9998-12-31..9999-01-01",
            "２０２６",
            "2026-q",
            "2026-w1",
        ] {
            assert!(Period::parse(text, date("2026-11-22")).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = Period::parse(&text, date("2026-11-22"));
        }

        #[test]
        fn labels_read_back(text in "[0-9]{4}(-(q[1-4]|w[0-5][0-9]|[01][0-9](-[0-3][0-9])?))?(\\.\\.[0-9]{4}-[01][0-9])?") {
            if let Ok(period) = Period::parse(&text, date("2026-11-22")) {
                let again = parse(&period.label);
                prop_assert_eq!((again.from, again.until), (period.from, period.until));
                for near in [period.previous(), period.year_before()].into_iter().flatten() {
                    prop_assert_eq!(parse(&near.label).from, near.from);
                }
            }
        }
    }
}
