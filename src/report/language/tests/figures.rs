//! Figures, tables and lists of a small book whose numbers are known.

use super::world::{behind, moment, plan, policy, record, report, rows, source};
use crate::policy::Policy;
use crate::record::Record;

/// Five inquiries: one answered at once, one answered late after a promise, one waiting since October, one of
/// September that still waits, and one that was registered by mistake.
fn inquiries(policy: &Policy) -> Vec<Record> {
    let one = |id: &str, channel: &str, assignee: &str, history: &[(&str, &str, &str)]| {
        let history: Vec<_> = history.iter().map(|(at, step, to)| (moment(at), *step, *to)).collect();
        let fields = [("channel", channel), ("assignee", assignee), ("content", "交货期")];
        record(policy, "inquiry", id, &fields, &history)
    };
    vec![
        one(
            "Q-261012-AAAAA",
            "phone",
            "li.na",
            &[("10-12T09:00", "register", "open"), ("10-12T09:30", "answer", "answered")],
        ),
        one(
            "Q-261013-BBBBB",
            "email",
            "li.na",
            &[("10-13T09:00", "register", "open"), ("10-13T14:30", "answer", "answered")],
        ),
        one("Q-261020-CCCCC", "phone", "zhao.min", &[("10-20T10:00", "register", "open")]),
        one("Q-260929-DDDDD", "web", "zhao.min", &[("09-29T10:00", "register", "open")]),
        one(
            "Q-261014-EEEEE",
            "phone",
            "li.na",
            &[("10-14T09:00", "register", "open"), ("10-14T09:10", "void", "void")],
        ),
    ]
}

const REPORT: &str = r#"label = { en = "Sample", zh = "样例" }
period = "month"
compare = ["previous"]
[sets.asked]
kind = "inquiry"
in = "opened"
[sets.answered]
of = "asked"
where = "milestone.answered=.."
[sets.timed]
kind = "inquiry"
in = "touched"
[sets.waiting]
kind = "inquiry"
in = "open-at-end"
where = "not milestone.answered=.."
[sets.steps]
events = ["inquiry"]
[[figures]]
name = "asked"
count = "asked"
[[figures]]
name = "share"
rate = { part = "answered", of = "asked" }
[[figures]]
name = "on-time"
met = { deadline = "response", of = "timed" }
[[figures]]
name = "typical"
median = { deadline = "response", of = "timed" }
[[figures]]
name = "longest"
longest = { deadline = "response", of = "timed" }
[[figures]]
name = "filled"
filled = { fields = ["client", "channel", "content"], of = "asked" }
[[figures]]
name = "age"
age = { bands = ["5 workdays", "10 workdays"], of = "waiting" }
[[figures]]
name = "steps"
count = "steps"
[[tables]]
name = "by-channel"
by = "channel"
figures = ["asked", "share", "age"]
[[tables]]
name = "by-week"
by = "week"
figures = ["asked"]
[[tables]]
name = "by-weekday"
by = "weekday"
figures = ["asked"]
[[lists]]
name = "open"
set = "waiting"
columns = ["id", "due", "age"]
group = "assignee"
[[lists]]
name = "done"
set = "steps"
columns = ["when", "step", "who", "record"]
sort = "-when"
"#;

#[test]
fn figures_are_those_of_the_records() {
    let policy = policy();
    let (plan, source) = (plan(&policy, REPORT), source(&policy, inquiries(&policy)));
    let made = report(&plan, &source, "2026-10");
    let expected = [
        "asked = 3",
        "share = 2/3",
        // one in time, one late, two overdue at the end: the rate includes open deadlines that are late
        "on-time = 1/4",
        "typical = 150 min",
        "longest = 270 min",
        "filled = 6/9",
        "age.1 = 0",
        "age.2 = 1",
        "age.3 = 1",
        "steps = 5",
    ];
    assert_eq!(rows(&made, "figures"), expected);
    let september = ["Sample", "asked | 3 | 1 | 2"];
    assert!(rows(&made, "comparison").contains(&september[1].to_owned()), "{:?}", rows(&made, "comparison"));
    assert_eq!(
        rows(&made, "by-channel"),
        [
            "Phone | 2 | 1/2 | 2 | 0 | 1 | 0 | true",
            "E-mail | 1 | 1/1 | 1 | 0 | 0 | 0 | true",
            "Web | 0 | 0/0 | 0 | 0 | 0 | 1 | -",
            "Total | 3 | 2/3 | 3 | 0 | 1 | 1 | -",
        ]
    );
    let weeks = ["2026-w40 | 0", "2026-w41 | 0", "2026-w42 | 2", "2026-w43 | 1", "2026-w44 | 0", "Total | 3"];
    assert_eq!(rows(&made, "by-week"), weeks);
    assert_eq!(rows(&made, "by-weekday"), ["Mon | 1", "Tue | 2", "Total | 3"]);
    assert_eq!(
        rows(&made, "open"),
        ["Handled by: zhao.min (2)", "Q-260929-DDDDD | 09-29 12:00 | 19", "Q-261020-CCCCC | 10-20 12:00 | 8",]
    );
    assert_eq!(rows(&made, "done").first().map(String::as_str), Some("10-20 10:00 | Register | li.na | 交货期"));
}

/// Twenty months of inquiries, by hand: two each month, nine in the last. The mean of the first twelve is 2 and the
/// moving range is 0, so the last month is a signal. Limits that are computed again from a month have too few points
/// after it.
#[test]
fn limits_are_kept_until_something_was_changed_on_purpose() {
    let policy = policy();
    let mut records = Vec::new();
    for month in 0..13_u32 {
        for n in 0..(if month == 12 { 9_usize } else { 2 }) {
            let (year, month) = (2025 + (8 + month) / 12, (8 + month) % 12 + 1);
            let at = crate::record::parse_time(&format!("{year}-{month:02}-15T09:{n:02}:00+08:00")).expect("a time");
            let letter = ["A", "B", "C", "D", "E", "F", "G", "H", "J"][n];
            let id = format!("Q-{:02}{month:02}15-AAAA{letter}", year - 2000);
            records.push(record(&policy, "inquiry", &id, &[("channel", "phone")], &[(at, "register", "open")]));
        }
    }
    let text = |changed: &str| {
        format!(
            "label = \"S\"\nperiod = \"month\"\nperiods = 13\n[sets.asked]\nkind = \"inquiry\"\nin = \"opened\"\n\
             [[figures]]\nname = \"asked\"\ncount = \"asked\"\n[[tables]]\nname = \"control\"\nby = \"month\"\n\
             figures = [\"asked\"]\nchart = \"control\"\n{changed}"
        )
    };
    let source = source(&policy, records);
    let kept = rows(&report(&plan(&policy, &text("")), &source, "2026-09"), "control");
    assert_eq!(kept.first().map(String::as_str), Some("2025-09 | 2 | 2 | 2 | 2 | -"));
    assert_eq!(kept.get(12).map(String::as_str), Some("2026-09 | 9 | 2 | 2 | 2 | true"));
    let anew = rows(&report(&plan(&policy, &text("changed = [\"2026-03\"]")), &source, "2026-09"), "control");
    assert_eq!(anew.get(12).map(String::as_str), Some("2026-09 | 9 | - | - | - | -"));
}

#[test]
fn the_records_behind_a_figure_are_those_that_it_counts() {
    let policy = policy();
    let (plan, source) = (plan(&policy, REPORT), source(&policy, inquiries(&policy)));
    let ids = |figure: &str| -> Vec<String> {
        behind(&plan, &source, "2026-10", figure).iter().map(|row| super::world::shown(&row[0])).collect()
    };
    assert_eq!(ids("asked@phone"), ["Q-261012-AAAAA", "Q-261020-CCCCC"]);
    assert_eq!(ids("by-channel.asked@电子邮件"), ["Q-261013-BBBBB"]);
    assert_eq!(ids("age.3"), ["Q-260929-DDDDD"]);
    assert_eq!(ids("age"), ["Q-261020-CCCCC", "Q-260929-DDDDD"]);
    assert_eq!(ids("asked@tue"), ["Q-261013-BBBBB", "Q-261020-CCCCC"]);
}
