//! `due --format ics`: deadlines for the calendar of a phone. The parser for the book's own calendar files reads them
//! back.

use icalendar::parser::{Component, read_calendar_simple, unfold};

use crate::manufacturer::done;
use crate::sandbox::Sandbox;

fn desk() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --lang zh"));
    done(
        &sandbox
            .run("new client name='恒泰，机械;一' phone=0571-1 contacts.+.name=方青 contacts.0.phone=0571-22223333"),
    );
    done(&sandbox.run(
        "new complaint client=恒泰，机械;一 channel=phone content='漏水, 12 件; 详见\\附件' severity=major --key leak",
    ));
    done(&sandbox.run("advance leak accept promised='2026-11-26 17:00' assignee=li.na"));
    sandbox
}

/// The events of a calendar, each as its properties.
fn events(text: &str) -> Vec<Vec<(String, String)>> {
    let plain = unfold(text);
    let roots = read_calendar_simple(&plain).expect("a calendar");
    let properties = |component: &Component<'_>| {
        let all = component.properties.iter();
        all.map(|property| (property.name.to_string(), property.val.to_string())).collect()
    };
    roots[0].components.iter().filter(|part| part.name == "VEVENT").map(properties).collect()
}

fn of<'e>(event: &'e [(String, String)], name: &str) -> &'e str {
    event.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

#[test]
fn each_line_with_a_time_is_an_event_that_a_later_export_replaces() {
    let sandbox = desk();
    let written = sandbox.run("due -o due.ics");
    assert!(written.ends_with("--- exit 0\n"), "{written}");
    let first = sandbox.read("due.ics");
    assert!(first.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && first.ends_with("END:VCALENDAR\r\n"));
    for line in first.split_terminator("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\n', '\r']), "{line}");
    }
    let lines = sandbox.json("due");
    let timed = lines["data"].as_array().expect("lines").iter().filter(|line| line["due"].is_string()).count();
    let found = events(&first);
    assert_eq!(found.len(), timed);
    let answer = found.iter().find(|event| of(event, "UID").contains(".answer@")).expect("the promised answer");
    assert_eq!(of(answer, "DTSTART"), "20261126T090000Z", "17:00 in Shanghai");
    assert_eq!(of(answer, "DTSTAMP"), "20261124T010000Z");
    assert!(
        of(answer, "SUMMARY").contains("承诺答复时限") && of(answer, "SUMMARY").contains("恒泰，机械;一"),
        "{answer:?}"
    );
    assert!(of(answer, "SUMMARY").contains("漏水, 12 件; 详见\\附件"), "{answer:?}");
    assert!(of(answer, "DESCRIPTION").contains("redress advance C-"), "{answer:?}");
    assert_eq!(of(answer, "CATEGORIES"), "客户投诉");
    assert!(first.contains("BEGIN:VALARM"), "the policy warns four working hours ahead");
    // the same record and deadline, another time
    done(&sandbox.run("--now 2026-11-25T09:00 advance leak promise promised='2026-11-27 10:00'"));
    done(&sandbox.run("--now 2026-11-25T10:00 due -o due.ics"));
    let second = events(&sandbox.read("due.ics"));
    let later = second.iter().find(|event| of(event, "UID") == of(answer, "UID")).expect("the same id");
    assert_eq!((of(later, "DTSTART"), of(later, "DTSTAMP")), ("20261127T020000Z", "20261125T020000Z"));
    let ids: std::collections::BTreeSet<&str> = second.iter().map(|event| of(event, "UID")).collect();
    assert_eq!(ids.len(), second.len(), "no id twice");
}

#[test]
fn a_calendar_shows_no_more_than_the_list_and_only_what_falls_due_has_one() {
    let sandbox = desk();
    done(&sandbox.run("new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-specialist"));
    let own = sandbox.run("due --format ics");
    assert!(
        own.replace("\r\n ", "").contains("0571-22223333"),
        "who keeps the promise sees how to reach the client: {own}"
    );
    let other = sandbox.run("--as wang.lei due --all --format ics");
    assert!(!other.replace("\r\n ", "").contains("0571-22223333"), "{other}");
    for line in [
        "list complaint --format ics",
        "report monthly --format ics",
        "find 漏水 -o found.ics",
        "due --by holder --format ics",
    ] {
        let shown = sandbox.run(&format!("--lang en {line}"));
        assert!(shown.contains("redress due --format ics") && !shown.ends_with("--- exit 0\n"), "{line}: {shown}");
    }
    let shown = sandbox.run("due --format ics --json");
    assert!(shown.ends_with("--- exit 2\n"), "{shown}");
    // without anything to do the calendar is empty
    let empty = sandbox.run("due kind=measure --format ics");
    assert!(
        empty.contains("BEGIN:VCALENDAR") && !empty.contains("VEVENT") && empty.ends_with("--- exit 0\n"),
        "{empty}"
    );
    let other = sandbox.run("due --within '1 workday' --format ics");
    assert!(!other.contains(".answer@"), "{other}");
}
