//! Dates that need no format: those that begin with the year, or name the month. What has two readings is refused.

use chrono::{Datelike as _, NaiveDate};

use super::clock::number;

/// What a text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dated {
    /// A date, and a time of day without separators follows.
    Date(NaiveDate),
    /// A month and a day: `3月9日`.
    NoYear(u32, u32),
    /// A date in form, but no such day is in the calendar.
    NoDay,
    /// `3/9/2026`: the day or the month may come first.
    Order,
    /// A bare number: a count of days or seconds.
    Number,
}

/// Ways to write a date with the name of its month. It may be short: `%B` reads `Mar` too.
const NAMED: [&str; 8] =
    ["%d %B %Y", "%d-%B-%Y", "%d/%B/%Y", "%B %d, %Y", "%B %d %Y", "%d. %B %Y", "%Y-%B-%d", "%Y %B %d"];

/// The date in front of a text, and what follows it. `None` for anything else.
pub(super) fn dated(text: &str) -> Option<(Dated, &str)> {
    let text = weekday(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    match (digits, rest.chars().next()) {
        (4, Some(between @ ('-' | '/' | '.'))) => {
            let parts = number(&rest[1..], 2).and_then(|(month, rest)| {
                let (day, rest) = number(rest.strip_prefix(between)?, 2)?;
                Some((month, day, rest))
            });
            if let Some((month, day, rest)) = parts {
                return Some((day_of(&text[..4], month, day), rest));
            }
        }
        (4, Some('年')) => {
            let (month, day, rest) = month_and_day(rest['年'.len_utf8()..].trim_start())?;
            return Some((day_of(&text[..4], month, day), rest));
        }
        (8 | 12 | 14, _) if !rest.starts_with('.') => {
            let (month, day) = (text[4..6].parse().ok()?, text[6..8].parse().ok()?);
            return Some((day_of(&text[..4], month, day), &text[8..]));
        }
        (1 | 2, Some('月')) => {
            let (month, day, rest) = month_and_day(text)?;
            return Some((Dated::NoYear(month, day), rest));
        }
        (1 | 2, Some(between @ ('-' | '/' | '.'))) => {
            let middle = number(&rest[1..], 2).and_then(|(_, rest)| rest.strip_prefix(between));
            if let Some((_, rest)) = middle.and_then(|year| number(year, 4)) {
                return Some((Dated::Order, rest));
            }
        }
        _ => {}
    }
    if digits > 0 && rest.chars().all(|c| c.is_ascii_digit() || c == '.') && rest.matches('.').count() <= 1 {
        return Some((Dated::Number, ""));
    }
    if let Some(found) = short_year(text) {
        return Some(found);
    }
    NAMED.iter().find_map(|format| {
        let (date, rest) = NaiveDate::parse_and_remainder(text, format).ok()?;
        Some((Dated::Date(date), rest))
    })
}

/// `9-mar-26`: a day, the name of a month and two digits of a year, as programs write dates that are to be short.
fn short_year(text: &str) -> Option<(Dated, &str)> {
    let (day, rest) = number(text, 2)?;
    let between = rest.chars().next().filter(|c| matches!(c, '-' | '/' | ' '))?;
    let rest = &rest[1..];
    let (name, rest) = rest.split_at(rest.find(|c: char| !c.is_alphabetic())?);
    // a leap year, which has every day
    let date = NaiveDate::parse_from_str(&format!("{day} {name} 2000"), "%d %B %Y").ok()?;
    let rest = rest.strip_prefix('.').unwrap_or(rest).strip_prefix(between)?;
    let (year, left) = number(rest, 2).filter(|(_, left)| rest.len() - left.len() == 2)?;
    // 9 Mar 14:30 has no year
    (!left.starts_with(|c: char| c.is_ascii_digit() || c == ':')).then_some(())?;
    let year = if year < 69 { 2000 + year } else { 1900 + year };
    Some((day_of(&year.to_string(), date.month(), date.day()), left))
}

/// A text with Arabic figures for the Chinese ones before the words of a date and time: `二〇二六年三月二十一日`.
pub(super) fn arabic(text: &str) -> String {
    const FIGURES: &str = "零一二三四五六七八九";
    let figure = |c: char| match c {
        '〇' | '○' | '◯' => Some(0),
        '两' => Some(2),
        c => FIGURES.chars().position(|figure| figure == c),
    };
    let is_figure = |c: &char| figure(*c).is_some() || matches!(c, '十' | '廿' | '卅');
    let value = |run: &[char]| -> Option<String> {
        if run.iter().all(|c| figure(*c).is_some()) {
            return Some(run.iter().filter_map(|c| figure(*c)).map(|figure| figure.to_string()).collect());
        }
        let (tens, ones) = match run {
            ['十', ones @ ..] => (1, ones),
            ['廿', ones @ ..] => (2, ones),
            ['卅', ones @ ..] => (3, ones),
            [tens, '十', ones @ ..] => (figure(*tens)?, ones),
            _ => return None,
        };
        match ones {
            [] => Some((tens * 10).to_string()),
            [ones] => Some((tens * 10 + figure(*ones)?).to_string()),
            _ => None,
        }
    };
    let (mut out, mut run) = (String::new(), Vec::new());
    for c in text.chars() {
        if is_figure(&c) {
            run.push(c);
            continue;
        }
        let read =
            if matches!(c, '年' | '月' | '日' | '号' | '时' | '点' | '分' | '秒') { value(&run) } else { None };
        match read.filter(|_| !out.ends_with(['期', '周', '拜'])) {
            Some(read) => out.push_str(&read),
            None => out.extend(&run),
        }
        run.clear();
        out.push(c);
    }
    out.extend(&run);
    out
}

/// A text without spaces around the Chinese words of a date: `2026 年 3 月 9 日` is `2026年3月9日`.
pub(super) fn closed(text: &str) -> String {
    const WORDS: [char; 10] = ['年', '月', '日', '号', '时', '時', '点', '點', '分', '秒'];
    let mut closed = String::with_capacity(text.len());
    for c in text.chars() {
        if WORDS.contains(&c) {
            closed.truncate(closed.trim_end().len());
        }
        if c != ' ' || closed.ends_with(['日', '号']) || !closed.ends_with(WORDS) {
            closed.push(c);
        }
    }
    closed
}

fn day_of(year: &str, month: u32, day: u32) -> Dated {
    let date = year.parse().ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    date.map_or(Dated::NoDay, Dated::Date)
}

fn month_and_day(text: &str) -> Option<(u32, u32, &str)> {
    let (month, rest) = number(text, 2)?;
    let (day, rest) = number(rest.strip_prefix('月')?.trim_start(), 2)?;
    let rest = rest.strip_prefix(['日', '号']).unwrap_or(rest);
    Some((month, day, rest))
}

/// A text without the name of a day of the week in front.
pub(super) fn weekday(text: &str) -> &str {
    let bare = text.strip_prefix('(').unwrap_or(text);
    for week in ["星期", "礼拜", "周"] {
        if let Some(rest) = bare.strip_prefix(week).and_then(|rest| rest.strip_prefix(is_weekday)) {
            return rest.strip_prefix(')').unwrap_or(rest).trim_start();
        }
    }
    const ENGLISH: [&str; 14] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ];
    match ENGLISH.iter().find_map(|name| bare.strip_prefix(name)).filter(|rest| !rest.starts_with(char::is_alphabetic))
    {
        Some(rest) => rest.trim_start_matches([',', '.', ')', ' ']),
        None => text,
    }
}

fn is_weekday(c: char) -> bool {
    "一二三四五六日天".contains(c)
}
