//! Times and durations for people, in every language. They are all here, so that a table, a prompt and a ledger use
//! the same words.

use chrono::{Datelike, NaiveDate, TimeDelta, Timelike, Weekday};

use super::{Calendar, Moment, Zone};
use crate::locale::Lang;

/// A weekday: `Mon`, `周一`.
pub fn weekday(day: Weekday, lang: Lang) -> &'static str {
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let at = day.num_days_from_monday() as usize;
    match lang {
        Lang::En => EN[at],
        Lang::Zh => ZH[at],
    }
}

/// A date with its weekday: `2026-11-24 Tue`, `2026-11-24 周二`.
pub fn date(date: NaiveDate, lang: Lang) -> String {
    format!("{date} {}", weekday(date.weekday(), lang))
}

/// A moment in a zone: `2026-11-24 17:30 Tue`. Seconds are shown only if there are any.
pub fn moment(moment: Moment, zone: Zone, lang: Lang) -> String {
    let wall = zone.wall(moment);
    let clock = if wall.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    format!("{} {} {}", wall.date(), wall.format(clock), weekday(wall.weekday(), lang))
}

/// The end of something: midnight is shown as 24:00 of the day that ends.
pub fn end(end: Moment, zone: Zone, lang: Lang) -> String {
    let wall = zone.wall(end);
    match wall.date().pred_opt() {
        Some(before) if wall.time() == chrono::NaiveTime::MIN => {
            format!("{before} 24:00 {}", weekday(before.weekday(), lang))
        }
        _ => moment(end, zone, lang),
    }
}

/// A length of time (argument in seconds), to the minute: `2 h 30 min`, `2小时30分`. Less than a minute is shown in
/// seconds. Negative lengths have a minus sign.
pub fn duration(seconds: i64, lang: Lang) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let length = seconds.unsigned_abs();
    let (hours, minutes) = (length / 3600, length % 3600 / 60);
    let (h, min, s) = match lang {
        Lang::En => (" h", " min", " s"),
        Lang::Zh => ("小时", "分", "秒"),
    };
    let between = if lang == Lang::En { " " } else { "" };
    match (hours, minutes) {
        (0, 0) if length > 0 => format!("{sign}{length}{s}"),
        (0, minutes) => format!("{sign}{minutes}{min}"),
        (hours, 0) => format!("{sign}{hours}{h}"),
        (hours, minutes) => format!("{sign}{hours}{h}{between}{minutes}{min}"),
    }
}

/// Elapsed time (argument in seconds), in days if it is a day or more: `3 d 4 h`, `3天4小时`.
pub fn elapsed(seconds: i64, lang: Lang) -> String {
    let length = seconds.unsigned_abs();
    let (days, hours) = (length / 86_400, length % 86_400 / 3600);
    if days == 0 {
        return duration(seconds, lang);
    }
    let sign = if seconds < 0 { "-" } else { "" };
    match (lang, hours) {
        (Lang::En, 0) => format!("{sign}{days} d"),
        (Lang::En, hours) => format!("{sign}{days} d {hours} h"),
        (Lang::Zh, 0) => format!("{sign}{days}天"),
        (Lang::Zh, hours) => format!("{sign}{days}天{hours}小时"),
    }
}

/// How late something is: in working days if at least one has passed, otherwise in days, otherwise in hours. Beyond
/// what the calendar knows, in days.
pub fn late(calendar: &Calendar, due: Moment, now: Moment, lang: Lang) -> String {
    let zone = calendar.zone();
    // midnight belongs to the day before
    let (last, today) = (zone.date(due - TimeDelta::seconds(1)), zone.date(now));
    let days = today.signed_duration_since(last).num_days();
    match (calendar.workdays_between(last, today), lang) {
        (Ok(1), Lang::En) => "1 workday late".to_owned(),
        (Ok(count @ 2..), Lang::En) => format!("{count} workdays late"),
        (Ok(count @ 1..), Lang::Zh) => format!("逾期{count}个工作日"),
        (_, Lang::En) if days == 1 => "1 day late".to_owned(),
        (_, Lang::En) if days > 1 => format!("{days} days late"),
        (_, Lang::Zh) if days > 0 => format!("逾期{days}天"),
        (_, Lang::En) => format!("{} late", duration((now - due).num_seconds(), lang)),
        (_, Lang::Zh) => format!("逾期{}", duration((now - due).num_seconds(), lang)),
    }
}

/// Working time (argument in seconds), named as such: `2 h 30 min of work`, `2小时30分工时`.
pub fn work(seconds: i64, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} of work", duration(seconds, lang)),
        Lang::Zh => format!("{}工时", duration(seconds, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, elapsed, end, moment};
    use crate::calendar::{Moment, Zone};
    use crate::locale::Lang::{En, Zh};

    #[test]
    fn lengths_read_in_both_languages() {
        let cases = [
            (0, "0 min", "0分"),
            (45, "45 s", "45秒"),
            (1800, "30 min", "30分"),
            (9000, "2 h 30 min", "2小时30分"),
            (-9000, "-2 h 30 min", "-2小时30分"),
            (93_600, "26 h", "26小时"),
        ];
        for (seconds, en, zh) in cases {
            assert_eq!((duration(seconds, En).as_str(), duration(seconds, Zh).as_str()), (en, zh));
        }
        assert_eq!((elapsed(93_600, En), elapsed(93_600, Zh)), ("1 d 2 h".into(), "1天2小时".into()));
    }

    #[test]
    fn moments_show_the_clock_of_the_zone() {
        let at: Moment = "2026-11-24T16:00:00+00:00".parse().unwrap();
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        assert_eq!(moment(at, zone, En), "2026-11-25 00:00 Wed");
        assert_eq!(end(at, zone, Zh), "2026-11-24 24:00 周二");
    }
}
