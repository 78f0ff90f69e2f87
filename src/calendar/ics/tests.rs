//! Files as they are published, files that are wrong, and files that only look like iCalendar.

use super::read;
use crate::calendar::Dates;
use crate::place::Problems;
use chrono::NaiveDate;
use proptest::prelude::{any, proptest};

fn dates(text: &[u8]) -> Result<Dates, String> {
    let problems = Problems::new();
    let mut dates = Dates::default();
    read("calendar/x.ics", text, "Asia/Shanghai".parse().unwrap(), &mut dates, &problems);
    match problems.into_sorted().first() {
        None => Ok(dates),
        Some(problem) => Err(problem.to_string()),
    }
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

#[test]
fn bad_files_are_refused_with_their_line() {
    let event = |inner: &str| calendar(&format!("BEGIN:VEVENT\n{inner}\nEND:VEVENT"));
    let deep = "BEGIN:X\n".repeat(100_000);
    let cases = [
        (String::new(), "x.ics:1: the file is empty"),
        ("hello".to_owned(), "x.ics:1: this is not a line"),
        ("BEGIN:VEVENT\nEND:VEVENT".to_owned(), "x.ics:1: an iCalendar file begins with"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR".to_owned(), "x.ics:3: this ends what was not begun"),
        ("BEGIN:VCALENDAR\n".to_owned(), "x.ics:1: the file breaks off: END:VCALENDAR"),
        (calendar(&deep), "x.ics:10: components lie too deep"),
        (calendar(""), "x.ics:1: the file holds no all-day event"),
        (event("SUMMARY:x"), "x.ics:3: VEVENT: the event has no DTSTART"),
        (event("DTSTART:2026-10-01"), "x.ics:3: VEVENT: `2026-10-01` is not a date"),
        (event("DTSTART:20261301"), "is not a date"),
        (event("DTSTART:20261001\nDTEND:20260901"), "ends before it starts"),
        (event("DTSTART:20261001\nDTEND:20990901"), "lasts more than"),
        (event("DTSTART:20261001\nRRULE:FREQ=YEARLY"), "recurs by a rule"),
        (event("DTSTART:20261001\n\"?:;=:"), "x.ics:5: this is not a line"),
        (
            event("DTSTART:20261001\nX-APPLE-SPECIAL-DAY:MAYBE"),
            "x.ics:3: VEVENT: X-APPLE-SPECIAL-DAY does not know `MAYBE`",
        ),
        (event("DTSTART:20261001\nSUMMARY:值班"), "x.ics:3: VEVENT: `值班` does not say whether it is a day off"),
        ([event("DTSTART:20261001"), event("DTSTART:20261002")].concat(), "x.ics:7: a second calendar begins here"),
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
