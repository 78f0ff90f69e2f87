//! The table in both directions. The tests also check that it is closed.

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
        ("2026-11-28", "11-29T00:00", "11-28T23:59"),
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
        ("sat", "11-29T00:00", "11-21T23:59"),
        ("2d", "11-26T17:30", "Ahead"),
        ("2d 10:00", "11-26T10:00", "Ahead"),
        ("2d-ago", "11-23T00:00", "11-22T23:59"),
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
        ("周日", "11-30T00:00", "11-22T23:59"),
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
        ("3天前", "11-22T00:00", "11-21T23:59"),
        ("下班前", "11-24T17:30", "11-23T17:30"),
        ("明天下班前", "11-25T17:30", "Ahead"),
        ("大后天 10:00", "11-27T10:00", "Ahead"),
        ("前天", "11-23T00:00", "11-22T23:59"),
        ("大前天", "11-22T00:00", "11-21T23:59"),
        ("上周三", "11-18T17:30", "11-18T17:30"),
        ("上周三下午3点", "11-18T15:00", "11-18T15:00"),
        ("本周五", "11-27T17:30", "11-27T17:30"),
        ("这周一", "11-23T17:30", "11-23T17:30"),
        ("星期三", "11-25T17:30", "11-18T17:30"),
        ("下星期天", "12-07T00:00", "Ahead"),
        ("礼拜一", "11-30T17:30", "11-23T17:30"),
        ("月底", "11-30T17:30", "11-30T17:30"),
        ("下月底", "12-31T17:30", "Ahead"),
        ("上月底", "11-01T00:00", "10-31T23:59"),
        ("半小时前", "11-24T14:30", "11-24T14:30"),
        ("半个小时后", "11-24T15:30", "Ahead"),
        ("12月5日", "12-06T00:00", "12-05T17:30"),
        ("11月23号", "11-23T17:30", "11-23T17:30"),
        ("2027/12/1", "12-01T17:30", "12-01T17:30"),
        ("2026年11月23日下午3点20分", "11-23T15:20", "11-23T15:20"),
        ("早上8点", "11-25T08:00", "11-24T08:00"),
        ("昨天凌晨2点", "11-23T02:00", "11-23T02:00"),
        ("中午12点半", "11-25T12:30", "11-24T12:30"),
        ("下午5点20", "11-24T17:20", "11-23T17:20"),
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
        "五点",
        "下下周一",
        "下午13点",
        "上午12点",
        "晚上12点",
        "晚上2点",
        "17点30",
        "早上3点",
        "中午3点",
        "下午5点60分",
        "2月30日",
        "三月九日",
        "3月9日前后",
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
        "17点",
        "0点",
    ] {
        assert_eq!(said(text, Direction::Forward), "Unknown", "{text}");
    }
    for text in ["5点", "5点半", "明天5点", "12点"] {
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

#[test]
fn the_pages_about_times_say_what_words_come_to() {
    for (page, least) in [("docs/times.md", 25), ("docs/zh/times.md", 15)] {
        let text = std::fs::read_to_string(page).expect("a page");
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `")).collect();
        assert!(rows.len() > least, "the table of {page} was not found");
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [word, ahead, back] = cells[..] else { panic!("{row}") };
            let word = word.trim_matches('`');
            let shown = |direction| match said(word, direction).as_str() {
                "Ahead" => "–".to_owned(),
                at => at.replace('T', " "),
            };
            assert_eq!(
                (shown(Direction::Forward), shown(Direction::Backward)),
                (ahead.to_owned(), back.to_owned()),
                "{row}"
            );
        }
    }
}
