//! Files as they are published, files that are wrong, and files that only look like iCalendar.

use std::collections::BTreeMap;

use super::{Becomes, Choice, days, open};
use crate::calendar::Dates;
use crate::place::{Place, Placed, Problems};
use chrono::NaiveDate;
use proptest::prelude::{any, proptest};

/// What files lay down, and what is remarked on; the first problem otherwise.
fn of_files(texts: &[&[u8]], choice: &Choice) -> Result<(Dates, Vec<String>), String> {
    let (problems, remarks) = (Problems::new(), Problems::new());
    let last = NaiveDate::from_ymd_opt(2030, 12, 31).unwrap();
    let mut dates = Dates::default();
    let zone = "Asia/Shanghai".parse().unwrap();
    let files = texts.iter().map(|text| open("calendar/x.ics", text, zone, choice, &problems, &remarks)).collect();
    let laid = if problems.is_empty() { days(files, last, &problems, &remarks) } else { Vec::new() };
    for day in laid.into_iter().flatten() {
        let into = match day.becomes {
            Becomes::MakeUp => &mut dates.make_up,
            Becomes::Off => &mut dates.holidays,
            Becomes::Observed => &mut dates.observed,
        };
        into.entry(day.date).or_insert(day.name);
    }
    match problems.into_sorted().first() {
        None => Ok((dates, remarks.into_sorted().iter().map(ToString::to_string).collect())),
        Some(problem) => Err(problem.to_string()),
    }
}

fn chosen(text: &[u8], choice: &Choice) -> Result<(Dates, Vec<String>), String> {
    of_files(&[text], choice)
}

fn dates(text: &[u8]) -> Result<Dates, String> {
    chosen(text, &Choice::default()).map(|(dates, _)| dates)
}

/// An event of lines that are parted by `|`.
fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", lines.replace('|', "\n"))
}

/// The days off, the make-up workdays and the days that are observed, as month and day.
fn shown(dates: &Dates) -> String {
    let days = |dates: &BTreeMap<NaiveDate, String>| {
        dates.keys().map(|date| date.format("%m%d").to_string()).collect::<Vec<_>>().join(" ")
    };
    format!("off {} work {} named {}", days(&dates.holidays), days(&dates.make_up), days(&dates.observed))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_year_2026_of_china_is_read() {
    let dates = dates(include_bytes!("../testdata/cn-2026.ics")).unwrap();
    assert_eq!((dates.holidays.len(), dates.make_up.len()), (33, 6));
    assert_eq!(dates.holidays.get(&day("2026-10-07")).map(String::as_str), Some("国庆节"));
    assert!(!dates.holidays.contains_key(&day("2026-10-08")));
    let made_up: Vec<String> = dates.make_up.keys().map(ToString::to_string).collect();
    assert_eq!(made_up, ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]);
}

#[test]
fn the_summary_tells_where_nothing_else_does() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nDURATION:P2D\nSUMMARY:国庆节（休）\nEND:VEVENT\nBEGIN:VEVENT\n\
         DTSTART;VALUE=DATE:20261010\nSUMMARY:国庆节(班)\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260819\nSUMMARY:七夕\nEND:VEVENT",
    );
    let dates = dates(text.as_bytes()).unwrap();
    assert_eq!(dates.holidays.keys().copied().collect::<Vec<_>>(), [day("2026-10-01"), day("2026-10-02")]);
    assert_eq!(dates.make_up.get(&day("2026-10-10")).map(String::as_str), Some("国庆节"));
}

#[test]
fn words_of_the_summary_tell_without_marking_the_file() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nSUMMARY:国庆节 假期 第1天/共7天\nEND:VEVENT\nBEGIN:VEVENT\n\
         DTSTART;VALUE=DATE:20261010\nSUMMARY:国庆节 补班 第1天/共1天\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nSUMMARY:元旦\nEND:VEVENT",
    );
    let dates = dates(text.as_bytes()).unwrap();
    assert_eq!(dates.holidays.keys().copied().collect::<Vec<_>>(), [day("2026-01-01"), day("2026-10-01")]);
    assert_eq!(dates.make_up.keys().copied().collect::<Vec<_>>(), [day("2026-10-10")]);
}

#[test]
fn midnights_of_utc_are_those_of_the_zone() {
    let event = |from: &str, until: &str| {
        let text = calendar(&format!("BEGIN:VEVENT\nDTSTART:{from}\nDTEND:{until}\nSUMMARY:x\nEND:VEVENT"));
        dates(text.as_bytes()).map(|dates| dates.holidays.keys().copied().collect::<Vec<_>>())
    };
    let two = event("20261130T160000Z", "20261202T160000Z");
    assert_eq!(two, Ok(vec![day("2026-12-01"), day("2026-12-02")]));
    assert!(event("20261201T000000Z", "20261202T000000Z").unwrap_err().contains("no all-day event"));
}

#[test]
fn without_any_mark_every_all_day_event_is_a_holiday() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261004\nSUMMARY:Tag der Deut\n sch\n en Einheit\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART:20261005T090000Z\nDTEND:20261005T100000Z\nSUMMARY:Meeting\nEND:VEVENT\n\
         BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED\nEND:VEVENT",
    );
    let dates = dates(text.as_bytes()).unwrap();
    assert_eq!(dates.holidays.len(), 1);
    assert_eq!(dates.holidays[&day("2026-10-03")], "Tag der Deutschen Einheit");
}

/// An event on 19,000 days.
const EVERY_DAY: &str = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:19000101\nRRULE:FREQ=DAILY;UNTIL=19520101\nEND:VEVENT\n";

#[test]
fn after_a_few_wrong_events_no_further_one_is_looked_at() {
    let problems = Problems::new();
    let text = calendar(&EVERY_DAY.replace(";UNTIL=19520101", "").repeat(100));
    let (zone, remarks, choice) = ("Asia/Shanghai".parse().unwrap(), Problems::new(), Choice::default());
    let file = open("calendar/x.ics", text.as_bytes(), zone, &choice, &problems, &remarks);
    days(vec![file], NaiveDate::from_ymd_opt(2199, 12, 31).unwrap(), &problems, &remarks);
    assert!((2..20).contains(&problems.len()), "{}", problems.len());
}

#[test]
fn bad_files_are_refused_with_their_line() {
    let event = |inner: &str| calendar(&event(inner));
    let deep = "BEGIN:X\n".repeat(100_000);
    let cases = [
        (String::new(), "x.ics:1: the file is empty"),
        ("hello".to_owned(), "x.ics:1: this is not a line"),
        ("BEGIN:VEVENT\nEND:VEVENT".to_owned(), "x.ics:1: an iCalendar file begins with"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR".to_owned(), "x.ics:3: this ends what was not begun"),
        ("BEGIN:VCALENDAR\n".to_owned(), "x.ics:1: the file breaks off: END:VCALENDAR"),
        (calendar(&deep), "x.ics:10: components lie too deep"),
        (calendar(""), "x.ics:1: the file holds no all-day event"),
        (event("SUMMARY:国庆节（休）"), "x.ics:3: VEVENT: the event has no DTSTART"),
        (event("SUMMARY:x\nDTEND:20261002"), "x.ics:3: VEVENT: the event has no DTSTART"),
        (event("DTSTART:2026-10-01"), "x.ics:3: VEVENT: `2026-10-01` is not a date"),
        (event("DTSTART:20261301"), "is not a date"),
        (event("DTSTART:20261001\nDTEND:20260901"), "ends before it starts"),
        (event("DTSTART:20261001\nDTEND:20990901"), "lasts more than"),
        (event("DTSTART:20261001\nRRULE:FREQ=HOURLY"), "x.ics:3: VEVENT: `FREQ=HOURLY` is not a rule"),
        (event("DTSTART:19000101\nRRULE:FREQ=DAILY"), "x.ics:3: VEVENT: the rule gives more than 20000 days"),
        (calendar(&EVERY_DAY.repeat(3_000)), "the rules of the calendar's files give more than 200000 days in all"),
        (
            event("DTSTART:20261001\nRECURRENCE-ID;RANGE=THISANDPRIOR:20261001"),
            "x.ics:3: VEVENT: the event changes earlier",
        ),
        (event("DTSTART:20261001\nEXDATE:soon\nRRULE:FREQ=YEARLY"), "`soon` is not a date"),
        (event("DTSTART:20261001\nSTATUS:CANCELLED"), "x.ics:1: every event of the file is cancelled"),
        (
            event("DTSTART:20261001T090000\nRRULE:FREQ=HOURLY\nSUMMARY:补班"),
            "x.ics:3: VEVENT: `FREQ=HOURLY` is not a rule",
        ),
        (
            event("DTSTART:20261001\nX-APPLE-SPECIAL-DAY:MAYBE"),
            "x.ics:3: VEVENT: X-APPLE-SPECIAL-DAY does not know `MAYBE`",
        ),
    ];
    for (text, expected) in cases {
        let said = dates(text.as_bytes()).unwrap_err();
        assert!(said.contains(expected), "{said}\nfor {}", text.chars().take(90).collect::<String>());
    }
    assert!(dates(&[0xff, 0xfe]).unwrap_err().contains("UTF-8"));
    assert!(dates(&vec![b'a'; 5 << 20]).unwrap_err().contains("4 MiB"));
}

#[test]
fn a_large_file_takes_no_time_to_speak_of() {
    let event = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nSUMMARY:x\nEND:VEVENT\n";
    let text = calendar(&event.repeat(40_000));
    assert_eq!(dates(text.as_bytes()).unwrap().holidays.len(), 1);
}

#[test]
fn files_in_the_shape_of_known_programs() {
    let marked = "DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261003|SUMMARY;LANGUAGE=zh_CN:国庆节（休）|X-APPLE-SPECIAL-DAY:WORK-HOLIDAY";
    let make_up =
        "DTSTART;VALUE=DATE:20261010|SUMMARY;LANGUAGE=zh_CN:国庆节（班）|X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY";
    let observance = "Observance\\nTo hide observances, go to Google Calendar Settings > Holidays in China";
    for (what, events, expected) in [
        (
            "Apple",
            vec![marked, make_up, "DTSTART;VALUE=DATE:20260819|SUMMARY:七夕"],
            "off 1001 1002 work 1010 named 0819",
        ),
        (
            "Google in English",
            vec![
                "DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261002|SUMMARY:National Day|DESCRIPTION:Public holiday|TRANSP:TRANSPARENT",
                &format!("DTSTART;VALUE=DATE:20261031|SUMMARY:Halloween|DESCRIPTION:{observance}"),
                "DTSTART;VALUE=DATE:20261010|SUMMARY:Working day for National Day|DESCRIPTION:Observance",
            ],
            "off 1001 work 1010 named 1031",
        ),
        (
            "Google in Chinese",
            vec![
                "DTSTART;VALUE=DATE:20261001|SUMMARY:国庆节|DESCRIPTION:公众假期",
                "DTSTART;VALUE=DATE:20261018|SUMMARY:重阳节|DESCRIPTION:纪念日",
            ],
            "off 1001 work named 1018",
        ),
        (
            "Thunderbird",
            vec![
                "DTSTART;VALUE=DATE:20261012|SUMMARY:Columbus Day|CATEGORIES:Holidays|DESCRIPTION:Federal Holiday",
                "DTSTART;VALUE=DATE:20260331|SUMMARY:César Chávez Day|CATEGORIES:Holidays|DESCRIPTION:State Holiday",
                "DTSTART;VALUE=DATE:20260417|SUMMARY:Rosa Parks Day|CATEGORIES:Holidays|DESCRIPTION:Local observance",
                "DTSTART;VALUE=DATE:20261225|SUMMARY:Christmas|CATEGORIES:Holidays",
            ],
            "off 1012 work named 0331 0417 1225",
        ),
        (
            "Outlook",
            vec![
                "DTSTART:20260930T160000Z|DTEND:20261001T160000Z|SUMMARY:国庆节|CATEGORIES:假日|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE|X-MICROSOFT-CDO-BUSYSTATUS:FREE",
                "DTSTART:20260510T000000Z|DTEND:20260511T000000Z|SUMMARY:母亲节|CATEGORIES:假日|X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            ],
            "off 1001 work named 0510",
        ),
        (
            "make-up workdays as appointments",
            vec![
                "DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261003|SUMMARY:国庆节",
                "DTSTART;TZID=Asia/Shanghai:20261010T090000|DTEND;TZID=Asia/Shanghai:20261010T180000|SUMMARY:补班",
                "DTSTART:20260920T010000Z|DURATION:PT9H|SUMMARY:【班】国庆",
                "DTSTART:20261005T090000|DTEND:20261005T180000|SUMMARY:不上班",
                "DTSTART:20261006T090000|DTEND:20261006T100000|SUMMARY:放假安排会议",
                "DTSTART:20261007T090000|DTEND:20261007T100000|SUMMARY:Meeting",
            ],
            "off 1001 1002 1005 work 0920 1010 named",
        ),
        (
            "marks of make-up workdays alone do not mark the days off",
            vec![
                "DTSTART:20261001|SUMMARY:国庆节",
                "DTSTART:20261010|SUMMARY:国庆节（班）",
                "DTSTART:20261011|SUMMARY:值班",
            ],
            "off 1001 work 1010 named",
        ),
        (
            "categories that tell",
            vec![
                "DTSTART:20261001|SUMMARY:国庆节|CATEGORIES:休",
                "DTSTART:20261010|SUMMARY:国庆节|DESCRIPTION:补班",
                "DTSTART:20261018|SUMMARY:重阳节",
            ],
            "off 1001 work 1010 named 1018",
        ),
        (
            "a day that was exchanged",
            vec!["DTSTART:20261008|SUMMARY:国庆节调休", "DTSTART:20261010|SUMMARY:国庆节调休"],
            "off 1008 work named",
        ),
        (
            "shorter and transferred days",
            vec![
                "DTSTART:20261224|SUMMARY:Christmas Eve (half-day)",
                "DTSTART:20261228|SUMMARY:Day off (transferred)",
                "DTSTART:20261219|SUMMARY:Working day (transferred)",
                "DTSTART:20261229|SUMMARY:Boxing Day (transferred)",
            ],
            "off 1228 work 1219 named 1224",
        ),
    ] {
        let events: String = events.into_iter().map(event).collect();
        assert_eq!(shown(&dates(calendar(&events).as_bytes()).unwrap()), expected, "{what}");
    }
}

#[test]
fn what_was_left_out_is_told() {
    let placed = |text: &str| Placed { value: text.to_owned(), place: Place::of_file("policy/calendar.toml") };
    let choice = |only: &[&str], except: &[&str]| Choice {
        only: only.iter().map(|text| placed(text)).collect(),
        except: except.iter().map(|text| placed(text)).collect(),
    };
    let told = |events: &[&str], choice: &Choice| {
        let events: String = events.iter().map(|lines| event(lines)).collect();
        let (dates, remarks) = chosen(calendar(&events).as_bytes(), choice).unwrap();
        format!("{}; {}", shown(&dates), remarks.join("; "))
    };
    let duty = [
        "DTSTART:20261001|SUMMARY:国庆节",
        "DTSTART:20261002|SUMMARY:值班",
        "DTSTART:20261003T140000|DTEND:20261003T150000|SUMMARY:班会",
    ];
    let said = told(&duty, &Choice::default());
    assert!(
        said.starts_with("off 1001 work named; ") && said.contains("x.ics:7") && said.contains("`值班` does not say"),
        "{said}"
    );
    assert!(said.contains("`班会`"), "{said}");
    let states = [
        "DTSTART:20261001|SUMMARY:Unity Day|DESCRIPTION:Public holiday",
        "DTSTART:20261031|SUMMARY:Reformation Day|DESCRIPTION:Public holiday in Saxony",
        "DTSTART:20261101|SUMMARY:All Saints|DESCRIPTION:Observance",
    ];
    let said = told(&states, &Choice::default());
    assert!(
        said.starts_with("off 1001 work named 1031 1101; ") && said.contains("no days off: Reformation Day"),
        "{said}"
    );
    let said = told(&states, &choice(&["public holiday"], &[]));
    assert_eq!(said, "off 1001 1031 work named 1101; ");
    assert_eq!(told(&states, &choice(&[], &["saxony"])), "off 1001 work named 1031 1101; ");
    let said = told(&states, &choice(&[], &["Bavaria"]));
    assert!(said.contains("no event of calendar/x.ics says `Bavaria`"), "{said}");
}

#[test]
fn events_recur_are_changed_and_are_cancelled() {
    let yearly = "UID:a|DTSTART;VALUE=DATE:20241001|DURATION:P2D|RRULE:FREQ=YEARLY;UNTIL=20261231|SUMMARY:国庆节";
    for (what, events, expected) in [
        ("a rule", vec![yearly], "off 241001 241002 251001 251002 261001 261002"),
        ("without one", vec![&format!("{yearly}|EXDATE;VALUE=DATE:20251001")], "off 241001 241002 261001 261002"),
        ("by a time", vec![&format!("{yearly}|EXDATE:20250930T160000Z,20241001T000000")], "off 261001 261002"),
        (
            "one more",
            vec!["UID:a|DTSTART:20261001|RDATE;VALUE=DATE:20261005,20261007|SUMMARY:x"],
            "off 261001 261005 261007",
        ),
        (
            "one of them elsewhere",
            vec![yearly, "UID:a|RECURRENCE-ID;VALUE=DATE:20251001|DTSTART;VALUE=DATE:20251008|SUMMARY:国庆节"],
            "off 241001 241002 251008 261001 261002",
        ),
        (
            "one of them cancelled",
            vec![yearly, "UID:a|RECURRENCE-ID;VALUE=DATE:20251001|DTSTART;VALUE=DATE:20251001|STATUS:CANCELLED"],
            "off 241001 241002 261001 261002",
        ),
        (
            "a later version",
            vec!["UID:b|SEQUENCE:1|DTSTART:20261002|SUMMARY:x", "UID:b|SEQUENCE:0|DTSTART:20261001|SUMMARY:x"],
            "off 261002",
        ),
        (
            "cancelled later",
            vec![
                "UID:b|SEQUENCE:0|DTSTART:20261001|SUMMARY:x",
                "UID:b|SEQUENCE:1|DTSTART:20261001|STATUS:CANCELLED",
                "UID:c|DTSTART:20261005",
            ],
            "off 261005",
        ),
        (
            "one id for all",
            vec![
                "UID:b|DTSTART:20261001|SUMMARY:x",
                "UID:b|DTSTART:20261005|SUMMARY:y",
                "UID:b|DTSTART:20261005|STATUS:CANCELLED",
            ],
            "off 261001",
        ),
        ("every Sunday", vec!["DTSTART:20261004|RRULE:FREQ=WEEKLY;COUNT=3|SUMMARY:x"], "off 261004 261011 261018"),
    ] {
        let events: String = events.into_iter().map(event).collect();
        let found = dates(calendar(&events).as_bytes()).unwrap();
        let days: Vec<String> = found.holidays.keys().map(|date| date.format("%y%m%d").to_string()).collect();
        assert_eq!(format!("off {}", days.join(" ")), expected, "{what}");
    }
    // a calendar that cancels what another one of the file laid down
    let first =
        calendar(&[event("UID:a|DTSTART:20261001|SUMMARY:x"), event("UID:b|DTSTART:20261002|SUMMARY:y")].concat());
    let second = calendar(&format!("METHOD:CANCEL\n{}", event("UID:a|SEQUENCE:1|DTSTART:20261001")));
    assert_eq!(shown(&dates(format!("{first}{second}").as_bytes()).unwrap()), "off 1002 work named");
}

#[test]
fn what_says_nothing_of_whole_days_refuses_no_file() {
    let holiday = "DTSTART;VALUE=DATE:20261001|SUMMARY:国庆节";
    for (lines, why) in [
        ("DTSTART:20261005T090000|RRULE:FREQ=HOURLY;COUNT=3|SUMMARY:Stand-up", "`FREQ=HOURLY` is not a rule"),
        ("DTSTART:20261005T090000|RRULE:every Monday|SUMMARY:Stand-up", "`every Monday` is not a rule"),
        ("DTSTART:20261005T090000Z|DTEND:20261005T080000Z|SUMMARY:Meeting", "ends before it starts"),
        ("DTSTART:20261005T090000|DTEND:20281005T080000|SUMMARY:Meeting", "lasts more than 366 days"),
        ("DTSTART:20261005T090000|DURATION:P1Y|SUMMARY:Meeting", "`P1Y` is not a number of days"),
        ("DTSTART:20261005T090000|EXDATE:never|SUMMARY:Meeting", "`never` is not a date"),
        ("DTSTART:2026-10-05T09:00:00|SUMMARY:Meeting", "`2026-10-05T09:00:00` is not a date"),
        ("DTSTART:20261005T090000|RECURRENCE-ID;RANGE=THISANDPRIOR:20261005T090000|SUMMARY:Meeting", "earlier ones"),
        ("DTSTART;TZID=Mars/Olympus:20261005T090000|RRULE:FREQ=WEEKLY;BYWEEKNO=3|SUMMARY:Meeting", "`BYWEEKNO=3`"),
        ("SUMMARY:Some day", "no DTSTART"),
        ("DTSTART;VALUE=DATE:20261001|DTEND;VALUE=DATE:20261002|SUMMARY:国庆节|A line without a name", "not a line"),
    ] {
        let (dates, remarks) =
            chosen(calendar(&[event(holiday), event(lines)].concat()).as_bytes(), &Choice::default())
                .unwrap_or_else(|said| panic!("{lines}: {said}"));
        assert_eq!(shown(&dates), "off 1001 work named", "{lines}");
        assert!(remarks.iter().any(|said| said.contains(why) && said.contains("x.ics:")), "{lines}: {remarks:?}");
    }
    for lines in [
        "DTSTART:19000101T090000|RRULE:FREQ=DAILY|SUMMARY:Stand-up",
        "DTSTART:20261005T090000|DTEND:20261005T100000|DURATION:what|SUMMARY:Meeting",
        "DTSTART;TZID=Mars/Olympus:20261005T090000|DTEND;TZID=Mars/Olympus:20261005T100000|SUMMARY:Meeting",
        "DTSTART:20261005T090000|SUMMARY:x|ATTENDEE;CN=\"a:mailto:b|X-A;B=\"?:;=:|BEGIN:VALARM|TRIGGER:soon|DURATION:x|END:VALARM",
        "DTSTART;VALUE=DATE:20261001|SUMMARY:国庆节|BEGIN:VALARM|TRIGGER;VALUE=DATE-TIME:x|REPEAT:many|END:VALARM",
    ] {
        let text = calendar(&[event(holiday), event(lines)].concat());
        let text = text.replace(
            "VERSION:2.0\n",
            "VERSION:2.0\nBEGIN:VTODO\nDUE:whenever\nRRULE:x\nEND:VTODO\nBEGIN:VTIMEZONE\nTZID:Mars\nEND:VTIMEZONE\n",
        );
        let (dates, remarks) =
            chosen(text.as_bytes(), &Choice::default()).unwrap_or_else(|said| panic!("{lines}: {said}"));
        assert_eq!((shown(&dates).as_str(), remarks.len()), ("off 1001 work named", 0), "{lines}: {remarks:?}");
    }
    let meetings: String = (0..30).map(|_| event("DTSTART:20261005T090000|RRULE:FREQ=MINUTELY")).collect();
    let (_, remarks) =
        chosen(calendar(&format!("{}{meetings}", event(holiday))).as_bytes(), &Choice::default()).unwrap();
    assert_eq!(remarks.len(), 13, "{remarks:?}");
    assert!(remarks.iter().any(|said| said.contains("18 more events")), "{remarks:?}");
}

#[test]
fn files_of_a_calendar_change_and_cancel_one_anothers_events() {
    let series = event("UID:a|DTSTART:20241001|RRULE:FREQ=YEARLY;UNTIL=20281231|SUMMARY:国庆节");
    let single = event("UID:b|DTSTART:20261005|SUMMARY:x");
    let published = calendar(&format!("METHOD:PUBLISH\n{series}{single}"));
    let cancel = |events: &str| calendar(&format!("METHOD:CANCEL\n{}", event(events)));
    for (what, second, expected) in [
        ("a cancellation", cancel("UID:b|SEQUENCE:1|DTSTART:20261005"), "off 241001 251001 261001 271001 281001"),
        ("without a time", cancel("UID:b"), "off 241001 251001 261001 271001 281001"),
        ("of one day", cancel("UID:a|RECURRENCE-ID:20251001"), "off 241001 261001 261005 271001 281001"),
        ("of all later days", cancel("UID:a|RECURRENCE-ID;RANGE=THISANDFUTURE:20261001"), "off 241001 251001 261005"),
        (
            "a later version",
            calendar(&event("UID:b|SEQUENCE:2|DTSTART:20261006|SUMMARY:x")),
            "off 241001 251001 261001 261006 271001 281001",
        ),
        (
            "one day elsewhere",
            calendar(&event("UID:a|RECURRENCE-ID:20251001|DTSTART:20251008|SUMMARY:国庆节")),
            "off 241001 251008 261001 261005 271001 281001",
        ),
        (
            "all later days elsewhere",
            calendar(&event(
                "UID:a|RECURRENCE-ID;RANGE=THISANDFUTURE:20261001|DTSTART:20261008|DURATION:P2D|SUMMARY:国庆节",
            )),
            "off 241001 251001 261005 261008 261009 271008 271009 281008 281009",
        ),
    ] {
        for files in [[published.as_bytes(), second.as_bytes()], [second.as_bytes(), published.as_bytes()]] {
            let (found, remarks) = of_files(&files, &Choice::default()).unwrap_or_else(|said| panic!("{what}: {said}"));
            let days: Vec<String> = found.holidays.keys().map(|date| date.format("%y%m%d").to_string()).collect();
            assert_eq!(
                (format!("off {}", days.join(" ")).as_str(), remarks.len()),
                (expected, 0),
                "{what}: {remarks:?}"
            );
        }
    }
    let other = cancel("UID:z|DTSTART:20261005");
    let said = of_files(&[published.as_bytes(), other.as_bytes()], &Choice::default()).unwrap_err();
    assert!(said.contains("every event of the file is cancelled"), "{said}");
    // all that one file holds is cancelled by another one
    let both = [calendar(&single), cancel("UID:b")];
    let (found, _) = of_files(&[both[0].as_bytes(), both[1].as_bytes()], &Choice::default()).unwrap();
    assert!(found.holidays.is_empty());
}

#[test]
fn leave_of_a_person_is_told_and_left_out() {
    let text = calendar(
        &[
            "DTSTART:20261001|SUMMARY:国庆节",
            "DTSTART:20261008|SUMMARY:张三请假",
            "DTSTART:20261009|SUMMARY:Anna: vacation",
        ]
        .map(event)
        .concat(),
    );
    let (dates, remarks) = chosen(text.as_bytes(), &Choice::default()).unwrap();
    assert_eq!(shown(&dates), "off 1001 work named");
    assert!(remarks.iter().any(|said| said.contains("张三请假, Anna: vacation")), "{remarks:?}");
}

#[test]
fn files_of_any_program_are_read() {
    let plain = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nSUMMARY:国庆\n 节\nEND:VEVENT\nEND:VCALENDAR\n";
    let forms = [
        plain.to_owned(),
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        format!("\u{feff}{plain}"),
        plain.replace('\n', "  \n").replace("国庆  \n", "国庆\n"),
        plain.replace('\n', " \t\r\n\r\n").replace("国庆 \t\r\n\r\n", "国庆\r\n"),
        plain.trim_end().to_owned(),
        plain.repeat(2),
    ];
    for form in forms {
        let dates = dates(form.as_bytes()).unwrap_or_else(|said| panic!("{said}: {form:?}"));
        assert_eq!(dates.holidays.get(&day("2026-10-01")).map(String::as_str), Some("国庆节"), "{form:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(BEGIN:VCALENDAR\n)?((BEGIN|END):(VEVENT|VCALENDAR)\n|DTSTART(;VALUE=DATE)?:[0-9TZ]{0,16}\n|[ -~\n\r\t]{0,20}|SUMMARY:.{0,9}\n){0,20}") {
        let _ = dates(text.as_bytes());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = dates(&bytes);
    }
}
