//! Expressions of time that people type. A closed table: what it does not hold is refused with the forms that it does.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use super::span::{leading_number, unit_of};
use super::window::weekday;
use super::{Calendar, Moment, Outside, Unit, words};
use crate::locale::Lang;

/// Where a time is looked for when it could lie on either side of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Ahead, for deadlines and promises.
    Forward,
    /// Behind, for what has happened.
    Backward,
}

/// What was understood. Echo it, so that nobody promises the wrong Tuesday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Understood {
    /// The moment, as the calendar's zone shows it.
    pub moment: Moment,
    /// Whether only a day was named, and the moment is the end of that day's last window.
    pub whole_day: bool,
}

impl Understood {
    /// The civil date that is meant: of a whole day the day itself, although its end lies at 24:00 or past midnight.
    pub fn date(&self, calendar: &Calendar) -> NaiveDate {
        let on = calendar.zone().date(self.moment);
        let ends = |date: &NaiveDate| self.whole_day && calendar.end_of_date(*date) == self.moment;
        [Some(on), on.pred_opt()].into_iter().flatten().find(ends).unwrap_or(on)
    }

    /// The moment with its weekday, as people read it.
    pub fn echo(&self, calendar: &Calendar, lang: Lang) -> String {
        match self.whole_day {
            true => words::end(self.moment, calendar.zone(), lang),
            false => words::moment(self.moment, calendar.zone(), lang),
        }
    }
}

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// Not in the table.
    #[error("`{0}` is no time that is understood; {FORMS}")]
    Unknown(String),
    /// Five o'clock in the morning or in the afternoon.
    #[error("`{0}` could be morning or evening; write 上午, 下午 or 晚上 before it, or 17:00")]
    Ambiguous(String),
    /// A date that is not in the calendar of the world.
    #[error("there is no date `{0}`")]
    NoSuchDate(String),
    /// Something that has happened cannot lie ahead.
    #[error("`{0}` lies ahead, but what is recorded has happened; write 2d-ago, 20分钟前, yesterday or a date")]
    Ahead(String),
    /// Not ISO, where only that is taken.
    #[error("`{0}` is no ISO time; write 2026-11-24, 2026-11-24T17:00 or 2026-11-24T17:00:00+08:00")]
    NotIso(String),
    /// The calendar does not know.
    #[error(transparent)]
    Outside(#[from] Outside),
}

/// The forms of the table, for refusals.
pub const FORMS: &str = "write 2026-11-24, 11-24, 2026-11-24T17:00, 17:00, today, tomorrow, yesterday, mon to sun, 2d, 2wd, 4h, 4wh, \
     20m-ago, eod, or a day and a time as `tomorrow 17:00`; 今天 明天 后天 昨天 周一 下周一, 上午9点 下午5点半 晚上8点, 2天后, 2个工作日后, 20分钟前, 下班前";

/// A day or a time of the table.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// So many days from today.
    Day(i64),
    /// So many working days from today.
    Workdays(u32, Sign),
    /// The nearest such weekday.
    Weekday(Weekday),
    /// That weekday of next week.
    NextWeek(Weekday),
    /// A date.
    Date(NaiveDate),
    /// A month and day of the nearest year.
    MonthDay(u32, u32),
    /// Minutes after 00:00, up to 24:00.
    Clock(u32),
    /// The end of the last window.
    EndOfWork,
    /// So many of a unit of time from now.
    Offset(u32, Unit, Sign),
    /// A whole moment.
    Moment(Moment),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Ahead,
    Ago,
}

/// Reads an expression. `2d` and its like lie ahead and are refused for what has happened; dates and offsets with `-ago`
/// mean what they say in either direction, and a bare date the end of its last window, for the past not after now.
///
/// # Errors
/// Whatever is not in the table, does not exist or cannot be computed.
pub fn parse(
    text: &str,
    now: Moment,
    calendar: &Calendar,
    direction: Direction,
) -> Result<Understood, ExpressionError> {
    let said = || text.trim().chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    let plain = plain(text);
    let parts = parts(&plain, calendar).map_err(|refused| match refused {
        Refused::Unknown => ExpressionError::Unknown(said()),
        Refused::Ambiguous => ExpressionError::Ambiguous(said()),
        Refused::NoSuchDate => ExpressionError::NoSuchDate(said()),
    })?;
    let from = From { now: calendar.zone().local(now), calendar, direction };
    if direction == Direction::Backward && parts.iter().any(|part| part.lies_ahead()) {
        return Err(ExpressionError::Ahead(said()));
    }
    let unknown = || ExpressionError::Unknown(said());
    let moment = match parts.as_slice() {
        [Part::Moment(moment)] => calendar.zone().local(*moment),
        [Part::Offset(count, unit, sign)] => from.offset(*count, *unit, *sign)?.ok_or_else(unknown)?,
        [Part::Clock(_) | Part::EndOfWork] => from.nearest_day(parts[0])?.ok_or_else(unknown)?,
        [day] if day.is_day() => from.on(*day, None)?.ok_or_else(unknown)?,
        [day, time] if day.is_day() && time.is_time() => from.on(*day, Some(*time))?.ok_or_else(unknown)?,
        [time, day] if day.is_day() && time.is_time() => from.on(*day, Some(*time))?.ok_or_else(unknown)?,
        _ => return Err(unknown()),
    };
    let whole_day = matches!(parts.as_slice(), [day] if day.is_day());
    let moment = if whole_day && direction == Direction::Backward && calendar.zone().date(moment) == from.today() {
        moment.min(from.now)
    } else {
        moment
    };
    Ok(Understood { moment, whole_day })
}

/// Reads ISO 8601 as `batch`, `--from` and JSON hold it: a date, or a date with a time, with or without an offset.
///
/// # Errors
/// Anything else.
pub fn iso(text: &str, calendar: &Calendar) -> Result<Understood, ExpressionError> {
    let said = || ExpressionError::NotIso(text.chars().filter(|c| !c.is_control()).take(60).collect());
    match iso_part(text, calendar) {
        Some(Ok(Part::Moment(moment))) => Ok(Understood { moment: calendar.zone().local(moment), whole_day: false }),
        Some(Ok(Part::Date(date))) => Ok(Understood { moment: calendar.end_of_date(date), whole_day: true }),
        _ => Err(said()),
    }
}

enum Refused {
    Unknown,
    Ambiguous,
    NoSuchDate,
}

/// Half-width, lower case, trimmed.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.trim().chars().map(half).map(|c| c.to_ascii_lowercase()).collect()
}

/// The words of an expression, each a part of the table.
fn parts(plain: &str, calendar: &Calendar) -> Result<Vec<Part>, Refused> {
    // 下午 5点 is one word, written in two.
    let mut joined = plain.to_owned();
    for half in ["上午", "下午", "晚上"] {
        joined = joined.replace(&format!("{half} "), half);
    }
    let mut found = Vec::new();
    for word in joined.split([' ', '@', '\t']).filter(|word| !word.is_empty()) {
        match part(word, calendar) {
            Ok(part) => found.push(part),
            Err(refused) => {
                // 明天下午5点, written without a space.
                let split = CHINESE_DAYS.iter().find_map(|day| Some((*day, word.strip_prefix(day)?)));
                let (day, time) = split.ok_or(refused)?;
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

/// The Chinese days that a time may follow without a space; longer ones first.
const CHINESE_DAYS: [&str; 18] = [
    "下周一",
    "下周二",
    "下周三",
    "下周四",
    "下周五",
    "下周六",
    "下周日",
    "今天",
    "明天",
    "后天",
    "昨天",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "周日",
];

fn part(word: &str, calendar: &Calendar) -> Result<Part, Refused> {
    let day = match word {
        "today" | "今天" => Some(0),
        "tomorrow" | "明天" => Some(1),
        "后天" => Some(2),
        "yesterday" | "昨天" => Some(-1),
        "eod" | "下班前" => return Ok(Part::EndOfWork),
        _ => None,
    };
    if let Some(day) = day {
        return Ok(Part::Day(day));
    }
    if let Some(day) = weekday(word) {
        return Ok(Part::Weekday(day));
    }
    let chinese = |text: &str| {
        let names = ["一", "二", "三", "四", "五", "六", "日"];
        let at = names.iter().position(|name| text.strip_prefix('周') == Some(name))?;
        Weekday::try_from(u8::try_from(at).ok()?).ok()
    };
    if let Some(day) = chinese(word) {
        return Ok(Part::Weekday(day));
    }
    if let Some(day) = word.strip_prefix('下').and_then(chinese) {
        return Ok(Part::NextWeek(day));
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

/// `2026-11-24`, `2026-11-24T17:00[:00][+08:00|Z]`; without an offset, the calendar's zone says which instant.
fn iso_part(word: &str, calendar: &Calendar) -> Option<Result<Part, Refused>> {
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
    // A leap second is read as the second after it.
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
    // A leap year has every day that any year has.
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

/// 上午9点, 下午5点半, 晚上8点, in minutes after 00:00.
fn chinese_clock(word: &str) -> Option<Result<u32, Refused>> {
    let halves = [("上午", 1, 11), ("下午", 1, 12), ("晚上", 5, 11)];
    let half = halves.into_iter().find_map(|half| Some((half, word.strip_prefix(half.0)?)));
    let (hour, rest) = leading_number(half.map_or(word, |(_, rest)| rest))?;
    let minutes = match rest {
        "点" => 0,
        "点半" => 30,
        _ => return None,
    };
    let Some(((name, least, most), _)) = half else { return Some(Err(Refused::Ambiguous)) };
    if !(least..=most).contains(&hour) {
        return Some(Err(Refused::Unknown));
    }
    let hour = if name == "上午" || hour == 12 { hour } else { hour + 12 };
    Some(Ok(hour * 60 + minutes))
}

/// `2d`, `2wd`, `4h`, `4wh`, `20m`, each with or without `-ago`; 2天后, 2个工作日后, 20分钟前.
fn offset(word: &str) -> Option<Part> {
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
    fn is_day(&self) -> bool {
        !self.is_time() && !matches!(self, Part::Offset(..) | Part::Moment(_))
    }

    fn is_time(&self) -> bool {
        matches!(self, Part::Clock(_) | Part::EndOfWork)
    }

    fn lies_ahead(&self) -> bool {
        match self {
            Part::Day(days) => *days > 0,
            Part::Workdays(count, Sign::Ahead) | Part::Offset(count, _, Sign::Ahead) => *count > 0,
            Part::NextWeek(_) => true,
            _ => false,
        }
    }
}

/// Where expressions are read from.
struct From<'c> {
    now: Moment,
    calendar: &'c Calendar,
    direction: Direction,
}

impl From<'_> {
    fn today(&self) -> NaiveDate {
        self.calendar.zone().date(self.now)
    }

    /// A time on a date; without one, the end of its last window.
    fn at(&self, date: NaiveDate, time: Option<Part>) -> Moment {
        let zone = self.calendar.zone();
        match time {
            Some(Part::Clock(1440)) => zone.end_of_day(date),
            Some(Part::Clock(minutes)) => zone.first_at(super::zone::wall_at(date, minutes)),
            _ => {
                let end = self.calendar.end_of_date(date);
                // What happened on a day without work happened on that day, not at the midnight that begins the next one.
                let past = self.direction == Direction::Backward && zone.date(end) > date;
                if past { end - TimeDelta::seconds(1) } else { end }
            }
        }
    }

    /// Whether a moment lies on the side that is looked at.
    fn fits(&self, moment: Moment) -> bool {
        match self.direction {
            Direction::Forward => moment > self.now,
            Direction::Backward => moment <= self.now,
        }
    }

    /// A day with or without a time.
    fn on(&self, day: Part, time: Option<Part>) -> Result<Option<Moment>, Outside> {
        let today = self.today();
        let step = |count: i64| {
            let days = Days::new(count.unsigned_abs());
            if count < 0 { today.checked_sub_days(days) } else { today.checked_add_days(days) }
        };
        let sign = if self.direction == Direction::Forward { 1 } else { -1 };
        let date = match day {
            Part::Day(count) => step(count),
            Part::Date(date) => Some(date),
            Part::Workdays(0, _) => Some(today),
            Part::Workdays(count, Sign::Ahead) => Some(self.calendar.workday_after(today, count)?),
            Part::Workdays(count, Sign::Ago) => Some(self.calendar.workday_before(today, count)?),
            Part::NextWeek(day) => step(7 - i64::from(today.weekday().num_days_from_monday()))
                .and_then(|monday| monday.checked_add_days(Days::new(u64::from(day.num_days_from_monday())))),
            Part::Weekday(day) => {
                // Today counts as long as the time that is meant lies on the right side; as a bare past day, always.
                let bare_past = time.is_none() && self.direction == Direction::Backward;
                let near = (0..8).filter_map(|count| step(count * sign)).filter(|date| date.weekday() == day);
                near.into_iter().find(|date| *date == today && bare_past || self.fits(self.at(*date, time)))
            }
            Part::MonthDay(month, day) => {
                let bare_past = time.is_none() && self.direction == Direction::Backward;
                let years = (0..9).map(|count| today.year().saturating_add(count * sign as i32));
                years
                    .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                    .find(|date| *date == today && bare_past || self.fits(self.at(*date, time)))
            }
            Part::Clock(_) | Part::EndOfWork | Part::Offset(..) | Part::Moment(_) => None,
        };
        Ok(date.filter(|date| (1..=9999).contains(&date.year())).map(|date| self.at(date, time)))
    }

    /// A time without a day: today's, where it lies on the right side, otherwise that of the day beside; the end of work
    /// is that of the nearest working day.
    fn nearest_day(&self, time: Part) -> Result<Option<Moment>, Outside> {
        let today = self.today();
        let beside = |date: NaiveDate| match (time, self.direction) {
            (Part::EndOfWork, Direction::Forward) => self.calendar.workday_after(date, 1).map(Some),
            (Part::EndOfWork, Direction::Backward) => self.calendar.workday_before(date, 1).map(Some),
            (_, Direction::Forward) => Ok(date.succ_opt()),
            (_, Direction::Backward) => Ok(date.pred_opt()),
        };
        let works = !matches!(time, Part::EndOfWork) || self.calendar.is_workday(today)?;
        let first = self.at(today, Some(time));
        if works && self.fits(first) {
            return Ok(Some(first));
        }
        Ok(beside(today)?.map(|date| self.at(date, Some(time))))
    }

    /// So many of a unit from now.
    fn offset(&self, count: u32, unit: Unit, sign: Sign) -> Result<Option<Moment>, Outside> {
        let span = super::Span::new(count, unit);
        let Some(seconds) = span.seconds() else { return Ok(None) };
        let work = matches!(unit, Unit::WorkMinutes | Unit::WorkHours);
        match (work, sign) {
            (true, Sign::Ahead) => self.calendar.add_work(self.now, seconds).map(Some),
            (true, Sign::Ago) => self.calendar.sub_work(self.now, seconds).map(Some),
            (false, sign) => {
                let length = TimeDelta::seconds(if sign == Sign::Ago { -seconds } else { seconds });
                Ok(self.now.checked_add_signed(length).map(|moment| self.calendar.zone().local(moment)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, ExpressionError, iso, parse};
    use crate::calendar::{Calendar, Dates, Moment, Window};
    use crate::locale::Lang;
    use chrono::Weekday;
    use proptest::prelude::{prop_oneof, proptest};
    use proptest::strategy::Strategy;

    fn office() -> Calendar {
        let day = ["08:30-12:00", "13:00-17:30"].map(|text| Window::parse(text).unwrap()).to_vec();
        let weekly = std::array::from_fn(|at| if at < 5 { day.clone() } else { Vec::new() });
        let known = (Some("2020-01-01".parse().unwrap()), Some("2030-12-31".parse().unwrap()));
        Calendar::new("office", "Asia/Shanghai".parse().unwrap(), weekly, Weekday::Mon, Dates::default(), known)
    }

    /// Sunday 2026-11-22 is a bad day to test on: now is Tuesday 2026-11-24 15:00.
    fn now() -> Moment {
        "2026-11-24T15:00:00+08:00".parse().unwrap()
    }

    fn said(text: &str, direction: Direction) -> String {
        match parse(text, now(), &office(), direction) {
            Ok(understood) => understood.moment.format("%m-%dT%H:%M").to_string(),
            Err(error) => format!("{error:?}").split('(').next().unwrap_or_default().to_owned(),
        }
    }

    #[test]
    fn the_table() {
        // text, as a deadline, as an event
        let cases = [
            ("2026-11-26", "11-26T17:30", "11-26T17:30"),
            ("2026-11-28", "11-29T00:00", "11-29T00:00"),
            ("11-26", "11-26T17:30", "11-26T17:30"),
            ("11-24", "11-24T17:30", "11-24T15:00"),
            ("02-29", "02-29T17:30", "02-29T17:30"),
            ("2026-11-24T17:00", "11-24T17:00", "11-24T17:00"),
            ("2026-11-24T17:00+09:00", "11-24T16:00", "11-24T16:00"),
            ("2026-11-24t09:00z", "11-24T17:00", "11-24T17:00"),
            ("17:00", "11-24T17:00", "11-23T17:00"),
            ("9:00", "11-25T09:00", "11-24T09:00"),
            ("24:00", "11-25T00:00", "11-24T00:00"),
            ("today", "11-24T17:30", "11-24T15:00"),
            ("tomorrow", "11-25T17:30", "Ahead"),
            ("Yesterday", "11-23T17:30", "11-23T17:30"),
            ("yesterday 10:00", "11-23T10:00", "11-23T10:00"),
            ("mon", "11-30T17:30", "11-23T17:30"),
            ("tue", "11-24T17:30", "11-24T15:00"),
            ("tue@9:00", "12-01T09:00", "11-24T09:00"),
            ("17:00 tue", "11-24T17:00", "11-17T17:00"),
            ("sat", "11-29T00:00", "11-22T00:00"),
            ("2d", "11-26T17:30", "Ahead"),
            ("2d 10:00", "11-26T10:00", "Ahead"),
            ("2d-ago", "11-23T00:00", "11-23T00:00"),
            ("4wd", "11-30T17:30", "Ahead"),
            ("4wd-ago", "11-18T17:30", "11-18T17:30"),
            ("4h", "11-24T19:00", "Ahead"),
            ("4wh", "11-25T10:00", "Ahead"),
            ("4wh-ago", "11-24T10:00", "11-24T10:00"),
            ("20m-ago", "11-24T14:40", "11-24T14:40"),
            ("eod", "11-24T17:30", "11-23T17:30"),
            ("tomorrow eod", "11-25T17:30", "Ahead"),
            ("今天", "11-24T17:30", "11-24T15:00"),
            ("明天", "11-25T17:30", "Ahead"),
            ("后天 17:00", "11-26T17:00", "Ahead"),
            ("昨天", "11-23T17:30", "11-23T17:30"),
            ("周一", "11-30T17:30", "11-23T17:30"),
            ("周日", "11-30T00:00", "11-23T00:00"),
            ("下周一", "11-30T17:30", "Ahead"),
            ("下周三", "12-02T17:30", "Ahead"),
            ("明天上午9点", "11-25T09:00", "Ahead"),
            ("明天 下午 5点半", "11-25T17:30", "Ahead"),
            ("昨天晚上８点", "11-23T20:00", "11-23T20:00"),
            ("下午5点", "11-24T17:00", "11-23T17:00"),
            ("下午12点", "11-25T12:00", "11-24T12:00"),
            ("2天后", "11-26T17:30", "Ahead"),
            ("2个工作日后", "11-26T17:30", "Ahead"),
            ("２个工作日后", "11-26T17:30", "Ahead"),
            ("20分钟前", "11-24T14:40", "11-24T14:40"),
            ("3小时前", "11-24T12:00", "11-24T12:00"),
            ("3天前", "11-22T00:00", "11-22T00:00"),
            ("下班前", "11-24T17:30", "11-23T17:30"),
            ("明天下班前", "11-25T17:30", "Ahead"),
            ("１７：００", "11-24T17:00", "11-23T17:00"),
            ("明天　１７：００", "11-25T17:00", "Ahead"),
        ];
        for (text, forward, backward) in cases {
            assert_eq!(said(text, Direction::Forward), forward, "{text} forward");
            assert_eq!(said(text, Direction::Backward), backward, "{text} backward");
        }
    }

    #[test]
    fn the_table_is_closed() {
        for text in [
            "",
            " ",
            "soon",
            "noon",
            "5pm",
            "monday",
            "next week",
            "星期一",
            "礼拜一",
            "五点",
            "大后天",
            "下下周一",
            "下午13点",
            "上午12点",
            "晚上12点",
            "晚上2点",
            "下午5点20分",
            "17点30",
            "25:00",
            "17:60",
            "1:2",
            "2d2d",
            "2 d",
            "2w",
            "2y",
            "today tomorrow",
            "17:00 18:00",
            "4h 17:00",
            "today 17:00 18:00",
            "2026-11-24T",
            "2026-11-24T17",
            "2026-11-24T17:00+8",
            "24/11/2026",
            "20261124",
            "-2d",
            "1.5h",
            "ago",
            "后",
            "前",
            "天后",
            "@",
            "999999999d",
            "2h后",
        ] {
            assert_eq!(said(text, Direction::Forward), "Unknown", "{text}");
        }
        for text in ["5点", "5点半", "明天5点", "17点"] {
            assert_eq!(said(text, Direction::Forward), "Ambiguous", "{text}");
        }
        for text in ["2026-02-30", "02-30", "2026-13-01", "13-01", "0000-01-01"] {
            assert_eq!(said(text, Direction::Forward), "NoSuchDate", "{text}");
        }
        assert_eq!(said("99999wd", Direction::Forward), "Outside");
        let error = parse("soon", now(), &office(), Direction::Forward).unwrap_err().to_string();
        assert!(error.contains("tomorrow 17:00") && error.contains("下班前"), "{error}");
    }

    #[test]
    fn what_was_understood_is_echoed() {
        let echo = |text, lang| parse(text, now(), &office(), Direction::Forward).unwrap().echo(&office(), lang);
        assert_eq!(echo("2wd", Lang::En), "2026-11-26 17:30 Thu");
        assert_eq!(echo("下周一 9:00", Lang::Zh), "2026-11-30 09:00 周一");
        assert_eq!(echo("sat", Lang::Zh), "2026-11-28 24:00 周六");
    }

    #[test]
    fn iso_takes_iso_alone() {
        let moment = |text| iso(text, &office()).map(|understood| understood.moment.to_rfc3339());
        assert_eq!(moment("2026-11-24").unwrap(), "2026-11-24T17:30:00+08:00");
        assert_eq!(moment("2026-11-24T17:00").unwrap(), "2026-11-24T17:00:00+08:00");
        assert_eq!(moment("2026-11-24T17:00:05-05:00").unwrap(), "2026-11-25T06:00:05+08:00");
        for text in ["today", "11-24", "17:00", "2026-11-24 17:00", "2026-02-30", "2d", "２０２６-11-24", ""] {
            assert!(matches!(moment(text), Err(ExpressionError::NotIso(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in prop_oneof![
            "\\PC{0,20}".boxed(),
            "(今天|明天|下周|周|[一日]|上午|下午|[0-9０-９]{1,7}|点|半|天|个|工作日|分钟|后|前|-ago|wd|[dhm:@T+-]| ){0,8}".boxed(),
        ]) {
            for direction in [Direction::Forward, Direction::Backward] {
                let _ = parse(&text, now(), &office(), direction);
            }
            let _ = iso(&text, &office());
        }
    }
}
