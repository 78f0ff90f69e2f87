//! The closed table: the words for days and times, in English and Chinese. `meaning` says what they mean.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use crate::calendar::by_hand;
use crate::calendar::span::{leading_number, unit_of};
use crate::calendar::window::weekday;
use crate::calendar::{Calendar, Moment, Unit};

/// A day or a time of the table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// This many days from today.
    Day(i64),
    /// This many working days from today.
    Workdays(u32, Sign),
    /// The nearest day with this name.
    Weekday(Weekday),
    /// That weekday of the week this many weeks after the current one.
    OfWeek(i64, Weekday),
    /// The last day of the month this many months after the current one.
    MonthEnd(i32),
    /// A date.
    Date(NaiveDate),
    /// A month and day in the nearest year.
    MonthDay(u32, u32),
    /// Minutes after 00:00, up to 24:00.
    Clock(u32),
    /// The end of the last window.
    EndOfWork,
    /// This many units from now.
    Offset(u32, Unit, Sign),
    /// A complete moment.
    Moment(Moment),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Ahead,
    Ago,
}

/// Why a word is not in the table.
pub(super) enum Refused {
    Unknown,
    Ambiguous,
    NoSuchDate,
}

/// Half-width, lower case, trimmed. A date that is written by hand, such as `3月9日`, gets the form `03-09`.
pub(super) fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    let plain: String = text.trim().chars().map(half).map(|c| c.to_ascii_lowercase()).collect();
    by_hand::date(&plain).unwrap_or(plain)
}

/// The words of an expression, each a part of the table.
pub(super) fn parts(plain: &str, calendar: &Calendar) -> Result<Vec<Part>, Refused> {
    // 下午 5点 is one word, written as two
    let mut joined = plain.to_owned();
    for (half, ..) in HALVES {
        joined = joined.replace(&format!("{half} "), half);
    }
    let mut found = Vec::new();
    for word in joined.split([' ', '@', '\t']).filter(|word| !word.is_empty()) {
        match part(word, calendar) {
            Ok(part) => found.push(part),
            Err(refused) => {
                // 明天下午5点, written without a space
                let mut cuts = word.char_indices().map(|(at, _)| word.split_at(at)).rev();
                let day =
                    |(day, _): &(&str, &str)| !day.is_ascii() && part(day, calendar).is_ok_and(|part| part.is_day());
                let (day, time) = cuts.find(day).ok_or(refused)?;
                found.push(part(day, calendar)?);
                found.push(part(time, calendar)?);
            }
        }
        if found.len() > 2 {
            return Err(Refused::Unknown);
        }
    }
    if found.is_empty() { Err(Refused::Unknown) } else { Ok(found) }
}

fn part(word: &str, calendar: &Calendar) -> Result<Part, Refused> {
    let day = match word {
        "today" | "今天" => Some(0),
        "tomorrow" | "明天" => Some(1),
        "后天" => Some(2),
        "大后天" => Some(3),
        "yesterday" | "昨天" => Some(-1),
        "前天" => Some(-2),
        "大前天" => Some(-3),
        "eod" | "下班前" => return Ok(Part::EndOfWork),
        "月底" | "月末" | "本月底" => return Ok(Part::MonthEnd(0)),
        "下月底" | "下个月底" => return Ok(Part::MonthEnd(1)),
        "上月底" | "上个月底" => return Ok(Part::MonthEnd(-1)),
        _ => None,
    };
    if let Some(day) = day {
        return Ok(Part::Day(day));
    }
    if let Some(day) = weekday(word) {
        return Ok(Part::Weekday(day));
    }
    if let Some(day) = chinese_weekday(word) {
        return Ok(Part::Weekday(day));
    }
    for (week, weeks) in [("上", -1), ("本", 0), ("这", 0), ("下", 1)] {
        if let Some(day) = word.strip_prefix(week).and_then(chinese_weekday) {
            return Ok(Part::OfWeek(weeks, day));
        }
    }
    if let Some(found) = iso_part(word, calendar) {
        return found;
    }
    if let Some(found) = month_day(word) {
        return found;
    }
    if let Some(minutes) = clock(word) {
        return Ok(Part::Clock(minutes));
    }
    if let Some(found) = chinese_clock(word) {
        return found.map(Part::Clock);
    }
    offset(word).ok_or(Refused::Unknown)
}

/// `2026-11-24`, `2026-11-24T17:00[:00][+08:00|Z]`. Without an offset it is in the calendar's zone.
pub(super) fn iso_part(word: &str, calendar: &Calendar) -> Option<Result<Part, Refused>> {
    let shape = |text: &str, like: &str| {
        text.len() == like.len()
            && text.bytes().zip(like.bytes()).all(|(byte, like)| match like {
                b'0' => byte.is_ascii_digit(),
                like => byte == like,
            })
    };
    let word = word.to_ascii_uppercase();
    let (date, time) = word.split_once('T').map_or((word.as_str(), None), |(date, time)| (date, Some(time)));
    if !shape(date, "0000-00-00") {
        return None;
    }
    let Ok(date) = NaiveDate::parse_from_str(date, "%Y-%m-%d") else { return Some(Err(Refused::NoSuchDate)) };
    if date.year() < 1 {
        return Some(Err(Refused::NoSuchDate));
    }
    let Some(time) = time else { return Some(Ok(Part::Date(date))) };
    let cut = time.find(['+', '-', 'Z']).unwrap_or(time.len());
    let (clock, offset) = time.split_at(cut);
    let clock = match clock {
        clock if shape(clock, "00:00") => NaiveTime::parse_from_str(clock, "%H:%M").ok()?,
        clock if shape(clock, "00:00:00") => NaiveTime::parse_from_str(clock, "%H:%M:%S").ok()?,
        _ => return None,
    };
    // a leap second is read as the second after it
    let wall = NaiveDateTime::new(date, clock);
    let wall = DateTime::from_timestamp(wall.and_utc().timestamp(), 0)?.naive_utc();
    let moment = match offset {
        "" => calendar.zone().first_at(wall),
        "Z" => wall.and_utc().fixed_offset(),
        offset if shape(offset, "+00:00") || shape(offset, "-00:00") => {
            let (hours, minutes) = (offset.get(1..3)?.parse::<i32>().ok()?, offset.get(4..6)?.parse::<i32>().ok()?);
            let east = (hours * 60 + minutes) * if offset.starts_with('-') { -60 } else { 60 };
            if minutes > 59 {
                return None;
            }
            wall.and_local_timezone(chrono::FixedOffset::east_opt(east)?).single()?
        }
        _ => return None,
    };
    Some(Ok(Part::Moment(moment)))
}

/// `11-24`.
fn month_day(word: &str) -> Option<Result<Part, Refused>> {
    let (month, day) = word.split_once('-')?;
    let number =
        |text: &str| (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<u32>().ok())?;
    let (month, day) = (number(month)?, number(day)?);
    // a leap year has every day that any year has
    Some(NaiveDate::from_ymd_opt(2024, month, day).map(|_| Part::MonthDay(month, day)).ok_or(Refused::NoSuchDate))
}

/// `17:00` and `9:00`, up to `24:00`, in minutes after 00:00.
fn clock(word: &str) -> Option<u32> {
    let (hours, minutes) = word.split_once(':')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
    if !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60 || hours == 24 && minutes == 0).then_some(hours * 60 + minutes)
}

/// 周三, 星期三, 礼拜三, 周日, 星期天.
fn chinese_weekday(word: &str) -> Option<Weekday> {
    let name = ["周", "星期", "礼拜"].iter().find_map(|week| word.strip_prefix(week))?;
    let at = ["一", "二", "三", "四", "五", "六", "日"].iter().position(|day| *day == name);
    let at = at.or((name == "天").then_some(6))?;
    Weekday::try_from(u8::try_from(at).ok()?).ok()
}

/// The parts of a day, each with its first and last hour on a twelve-hour clock.
const HALVES: [(&str, u32, u32); 6] =
    [("凌晨", 1, 5), ("早上", 5, 11), ("上午", 1, 11), ("中午", 11, 12), ("下午", 1, 12), ("晚上", 5, 11)];

/// 上午9点, 下午5点半, 晚上8点20分, in minutes after 00:00.
fn chinese_clock(word: &str) -> Option<Result<u32, Refused>> {
    let half = HALVES.into_iter().find_map(|half| Some((half, word.strip_prefix(half.0)?)));
    let (hour, rest) = leading_number(half.map_or(word, |(_, rest)| rest))?;
    let minutes = match rest.strip_prefix('点')? {
        "" => 0,
        "半" => 30,
        rest => {
            let (minutes, end) = leading_number(rest)?;
            (matches!(end, "" | "分") && minutes < 60).then_some(minutes)?
        }
    };
    let Some(((name, least, most), _)) = half else {
        // 17点 is unambiguous, but not in the table: it is written 17:00
        return Some(Err(if (1..=12).contains(&hour) { Refused::Ambiguous } else { Refused::Unknown }));
    };
    if !(least..=most).contains(&hour) {
        return Some(Err(Refused::Unknown));
    }
    let morning = matches!(name, "凌晨" | "早上" | "上午" | "中午");
    let hour = if morning || hour == 12 { hour } else { hour + 12 };
    Some(Ok(hour * 60 + minutes))
}

/// `2d`, `2wd`, `4h`, `4wh`, `20m`, each with or without `-ago`; 2天后, 2个工作日后, 20分钟前, 半小时前.
fn offset(word: &str) -> Option<Part> {
    match word {
        "半小时后" | "半个小时后" => return Some(Part::Offset(30, Unit::Minutes, Sign::Ahead)),
        "半小时前" | "半个小时前" => return Some(Part::Offset(30, Unit::Minutes, Sign::Ago)),
        _ => {}
    }
    let (count, unit) = leading_number(word)?;
    let (unit, sign) = match (unit.strip_suffix("-ago"), unit.strip_suffix('后'), unit.strip_suffix('前')) {
        (Some(unit), ..) => (["d", "wd", "h", "wh", "m"].contains(&unit).then_some(unit)?, Sign::Ago),
        (None, None, None) => (["d", "wd", "h", "wh", "m"].contains(&unit).then_some(unit)?, Sign::Ahead),
        (None, Some(unit), _) => (unit.chars().all(|c| !c.is_ascii()).then_some(unit)?, Sign::Ahead),
        (None, None, Some(unit)) => (unit.chars().all(|c| !c.is_ascii()).then_some(unit)?, Sign::Ago),
    };
    let days = |count: u32| if sign == Sign::Ago { -i64::from(count) } else { i64::from(count) };
    match unit_of(unit)? {
        Unit::Days => Some(Part::Day(days(count))),
        Unit::Weeks => Some(Part::Day(days(count) * 7)),
        Unit::Workdays => Some(Part::Workdays(count, sign)),
        Unit::Months => None,
        unit => Some(Part::Offset(count, unit, sign)),
    }
}

impl Part {
    pub(super) fn is_day(&self) -> bool {
        !self.is_time() && !matches!(self, Part::Offset(..) | Part::Moment(_))
    }

    pub(super) fn is_time(&self) -> bool {
        matches!(self, Part::Clock(_) | Part::EndOfWork)
    }

    pub(super) fn lies_ahead(&self) -> bool {
        match self {
            Part::Day(days) => *days > 0,
            Part::Workdays(count, Sign::Ahead) | Part::Offset(count, _, Sign::Ahead) => *count > 0,
            Part::OfWeek(weeks, _) => *weeks > 0,
            Part::MonthEnd(months) => *months > 0,
            _ => false,
        }
    }
}
