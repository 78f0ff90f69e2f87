//! Spans as policies and people write them, and the values of `within` of a deadline. `due` says when they end.

use std::fmt;
use std::str::FromStr;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::window::{WEEKDAYS, weekdays};
use crate::label;
use crate::locale::Label;
use crate::locale::Lang;
use crate::locale::messages::TimeText;

/// What a span counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Elapsed minutes.
    Minutes,
    /// Elapsed hours.
    Hours,
    /// Minutes of working time.
    WorkMinutes,
    /// Hours of working time.
    WorkHours,
    /// Civil days.
    Days,
    /// Weeks of seven civil days.
    Weeks,
    /// Civil months.
    Months,
    /// Working days.
    Workdays,
}

/// How a deadline measures time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// Elapsed seconds.
    Elapsed,
    /// Working seconds.
    Work,
    /// Civil days.
    Days,
    /// Working days.
    Workdays,
}

/// The time that a pause moves a deadline by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Waiting {
    /// The time that passed while it waited.
    Elapsed,
    /// The working time that passed while it waited.
    Work,
}

/// The units: short form, English singular, Chinese. The plural adds an s.
const UNITS: [(Unit, &str, &str, &str); 8] = [
    (Unit::Minutes, "m", "minute", "分钟"),
    (Unit::Hours, "h", "hour", "小时"),
    (Unit::WorkMinutes, "wm", "workminute", "工作分钟"),
    (Unit::WorkHours, "wh", "workhour", "工作小时"),
    (Unit::Days, "d", "day", "天"),
    (Unit::Weeks, "w", "week", "周"),
    (Unit::Months, "mo", "month", "个月"),
    (Unit::Workdays, "wd", "workday", "个工作日"),
];

/// This many of a unit, such as `2 workdays`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// The value of `within` of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Within {
    /// A span from the start.
    Span(Span),
    /// The next of these weekdays after the starting day, at 24:00.
    Next(Vec<Weekday>),
    /// This day of the month after the month of the start, or its last day if that is earlier, at 24:00.
    DayOfNextMonth(u32),
}

/// Why a text is not a span, or not a value of `within`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpanError {
    /// Not a span.
    Span(String),
    /// Neither a span nor a future day.
    Within(String),
}

impl SpanError {
    /// What is wrong and which forms exist.
    pub fn label(&self) -> Label {
        match self {
            SpanError::Span(text) => label!(TimeText::Span, text = text, chinese = "2个工作日"),
            SpanError::Within(text) => label!(TimeText::Within, text = text),
        }
    }
}

impl fmt::Display for SpanError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.label().en)
    }
}

impl std::error::Error for SpanError {}

impl Span {
    /// A span.
    pub const fn new(count: u32, unit: Unit) -> Self {
        Span { count, unit }
    }

    /// How the span measures time.
    pub const fn measure(self) -> Measure {
        match self.unit {
            Unit::Minutes | Unit::Hours => Measure::Elapsed,
            Unit::WorkMinutes | Unit::WorkHours => Measure::Work,
            Unit::Days | Unit::Weeks | Unit::Months => Measure::Days,
            Unit::Workdays => Measure::Workdays,
        }
    }

    /// The span in seconds, elapsed or working as its measure says. `None` if it counts days.
    pub(crate) fn seconds(self) -> Option<i64> {
        match self.unit {
            Unit::Minutes | Unit::WorkMinutes => Some(i64::from(self.count) * 60),
            Unit::Hours | Unit::WorkHours => Some(i64::from(self.count) * 3600),
            Unit::Days | Unit::Weeks | Unit::Months | Unit::Workdays => None,
        }
    }

    /// The span for people. Whole years are shown as years: `3 years`.
    pub fn in_years(self, lang: Lang) -> String {
        let years = self.count / 12;
        match lang {
            _ if self.unit != Unit::Months || !self.count.is_multiple_of(12) || years == 0 => self.text(lang),
            Lang::En => format!("{years} year{}", if years == 1 { "" } else { "s" }),
            Lang::Zh => format!("{years}年"),
        }
    }

    /// The short form that can be read back: `2wd`.
    pub fn short(self) -> String {
        format!("{}{}", self.count, unit(self.unit).1)
    }

    /// The span for people: `2 workdays`, `2个工作日`.
    pub fn text(self, lang: Lang) -> String {
        let (_, _, en, zh) = unit(self.unit);
        match lang {
            Lang::En => format!("{} {en}{}", self.count, if self.count == 1 { "" } else { "s" }),
            Lang::Zh => format!("{}{zh}", self.count),
        }
    }
}

fn unit(wanted: Unit) -> (Unit, &'static str, &'static str, &'static str) {
    UNITS.into_iter().find(|(unit, ..)| *unit == wanted).unwrap_or(UNITS[0])
}

/// The unit that a word names: in short form, singular or plural, or in Chinese with or without 个.
pub(super) fn unit_of(word: &str) -> Option<Unit> {
    let bare = |zh: &str| zh.trim_start_matches('个').to_owned();
    let found = UNITS.into_iter().find(|(_, short, en, zh)| {
        word.eq_ignore_ascii_case(short)
            || word.eq_ignore_ascii_case(en)
            || word.strip_suffix(['s', 'S']).is_some_and(|one| one.eq_ignore_ascii_case(en))
            || bare(word) == bare(zh) && word != "月"
    });
    found.map(|(unit, ..)| unit).or_else(|| {
        matches!(word, "日" | "个星期" | "星期").then_some(if word == "日" { Unit::Days } else { Unit::Weeks })
    })
}

/// The number at the start of a text, and what follows. Full-width digits count.
pub(super) fn leading_number(text: &str) -> Option<(u32, &str)> {
    let digit = |c: char| match c {
        '0'..='9' => c.to_digit(10),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    };
    let rest = text.trim_start_matches(|c| digit(c).is_some());
    let digits = &text[..text.len() - rest.len()];
    if digits.is_empty() || digits.chars().count() > 6 {
        return None;
    }
    Some((digits.chars().filter_map(digit).fold(0, |number, digit| number * 10 + digit), rest))
}

impl FromStr for Span {
    type Err = SpanError;

    /// Reads `2 workdays`, `2wd`, `2个工作日`, with or without a plus sign.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (count, rest) = leading_number(text.trim().trim_start_matches(['+', '＋']))?;
            // a year is twelve months
            if matches!(rest.trim().to_ascii_lowercase().as_str(), "y" | "year" | "years" | "年") {
                return Some(Span { count: count.checked_mul(12)?, unit: Unit::Months });
            }
            Some(Span { count, unit: unit_of(rest.trim())? })
        };
        read().ok_or_else(|| SpanError::Span(text.to_owned()))
    }
}

impl fmt::Display for Span {
    /// The form that policies write and that can be read back: `2 workdays`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl Within {
    /// How the limit measures time.
    pub fn measure(&self) -> Measure {
        match self {
            Within::Span(span) => span.measure(),
            Within::Next(_) | Within::DayOfNextMonth(_) => Measure::Days,
        }
    }

    /// By what time a pause moves the limit. `None` for one that falls on a certain day and is never moved.
    pub fn waiting(&self) -> Option<Waiting> {
        match self {
            Within::Next(_) | Within::DayOfNextMonth(_) => None,
            Within::Span(span) => Some(match span.measure() {
                Measure::Elapsed | Measure::Days => Waiting::Elapsed,
                Measure::Work | Measure::Workdays => Waiting::Work,
            }),
        }
    }

    /// The limit as people read it.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Within::Span(span), _) => span.text(lang),
            (Within::Next(_) | Within::DayOfNextMonth(_), Lang::En) => self.to_string(),
            (Within::Next(days), Lang::Zh) => {
                let days: Vec<&str> = days.iter().map(|day| super::words::weekday(*day, lang)).collect();
                format!("下一个{}", days.join("或"))
            }
            (Within::DayOfNextMonth(day), Lang::Zh) => format!("下月{day}日"),
        }
    }
}

impl FromStr for Within {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || SpanError::Within(text.to_owned());
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["next", days @ ..] if !days.is_empty() => {
                let mut days = weekdays(&days.concat()).ok_or_else(refused)?;
                days.sort_by_key(Weekday::num_days_from_monday);
                days.dedup();
                Ok(Within::Next(days))
            }
            ["day", day, "of", "next", "month"] => {
                let day = day.parse().ok().filter(|day| (1..=31).contains(day)).ok_or_else(refused)?;
                Ok(Within::DayOfNextMonth(day))
            }
            _ => text.parse().map(Within::Span).map_err(|_| refused()),
        }
    }
}

impl fmt::Display for Within {
    /// The form that policies write and that can be read back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Within::Span(span) => span.fmt(f),
            Within::Next(days) => {
                let days: Vec<&str> = days.iter().map(|day| WEEKDAYS[day.num_days_from_monday() as usize]).collect();
                write!(f, "next {}", days.join(","))
            }
            Within::DayOfNextMonth(day) => write!(f, "day {day} of next month"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Span, Unit, Within};
    use crate::locale::Lang;

    #[test]
    fn spans_read_in_both_languages() {
        let cases = [
            ("30 minutes", 30, Unit::Minutes),
            ("1 hour", 1, Unit::Hours),
            ("90 workminutes", 90, Unit::WorkMinutes),
            ("4 workhours", 4, Unit::WorkHours),
            ("3 days", 3, Unit::Days),
            ("1 weeks", 1, Unit::Weeks),
            ("+1 weeks", 1, Unit::Weeks),
            ("1 months", 1, Unit::Months),
            ("0 workdays", 0, Unit::Workdays),
            ("1 workday", 1, Unit::Workdays),
            ("2wd", 2, Unit::Workdays),
            ("4wh", 4, Unit::WorkHours),
            ("20m", 20, Unit::Minutes),
            ("2d", 2, Unit::Days),
            ("2个工作日", 2, Unit::Workdays),
            ("2 工作日", 2, Unit::Workdays),
            ("３天", 3, Unit::Days),
            ("3日", 3, Unit::Days),
            ("90工作分钟", 90, Unit::WorkMinutes),
            ("4个工作小时", 4, Unit::WorkHours),
            ("1个月", 1, Unit::Months),
            ("2周", 2, Unit::Weeks),
            ("2个星期", 2, Unit::Weeks),
            ("24小时", 24, Unit::Hours),
        ];
        for (text, count, unit) in cases {
            assert_eq!(text.parse(), Ok(Span { count, unit }), "{text}");
        }
        for wrong in
            ["", "2", "workdays", "two days", "-1 days", "1.5 hours", "9999999 days", "2 fortnights", "10月", "2 d d"]
        {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_shown_reads_back() {
        for text in [
            "30 minutes",
            "1 minute",
            "90 workminutes",
            "1 month",
            "0 workdays",
            "next mon,thu",
            "day 10 of next month",
        ] {
            let within: Within = text.parse().unwrap();
            assert_eq!(within.to_string(), text);
            if let Within::Span(span) = &within {
                assert_eq!(span.text(Lang::Zh).parse(), Ok(*span), "{text}");
            }
        }
        assert_eq!("next thu, mon".parse::<Within>().unwrap().text(Lang::Zh), "下一个周一或周四");
        assert_eq!("day 10 of next month".parse::<Within>().unwrap().text(Lang::Zh), "下月10日");
        for wrong in ["next", "next monday", "day 0 of next month", "day 32 of next month", "day 10 of month", "soon"] {
            assert!(wrong.parse::<Within>().is_err(), "{wrong}");
        }
    }
}
