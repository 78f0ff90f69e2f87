//! `redress calendar`: working time as a user and a script see it.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const CALENDAR: &str = r#"default = "office"
[calendars.office]
time-zone = "Asia/Shanghai"
valid-from = 2026-01-01
valid-through = 2026-12-31
holidays = [2026-10-01]
workdays = { 2026-10-10 = ["08:30-17:30"] }
[calendars.office.windows]
mon-fri = ["08:30-12:00", "13:00-17:30"]
[calendars.night]
time-zone = "Asia/Shanghai"
[calendars.night.windows]
sat = ["22:00-06:00"]
"#;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.git("init -q");
    sandbox.write("redress.toml", "format = 1\nname = \"Test\"\nlanguage = \"en\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\npreset = \"basic\"\n");
    sandbox.write("policy/calendar.toml", CALENDAR);
    sandbox.git("add -A");
    sandbox.git("commit -qm book");
    sandbox
}

#[test]
fn a_day_says_whether_it_is_worked_and_why() {
    let book = book();
    assert_data_eq!(
        book.run("calendar day 2026-11-24"),
        str![[r#"
2026-11-24 Tue  working day  08:30-12:00, 13:00-17:30
--- exit 0

"#]]
    );
    assert_data_eq!(
        book.run("calendar day 2026-10-01 --lang zh"),
        str![[r#"
2026-10-01 周四  非工作日  节假日
--- exit 0

"#]]
    );
    assert_data_eq!(
        book.run("calendar day 2026-10-10"),
        str![[r#"
2026-10-10 Sat  working day  hours of this date  08:30-17:30
--- exit 0

"#]]
    );
    assert_data_eq!(
        book.run("calendar day 明天 --lang zh"),
        str![[r#"
2026-11-25 周三  工作日  08:30-12:00, 13:00-17:30
--- exit 0

"#]]
    );
    assert_eq!(
        book.json("calendar day 2026-11-28")["data"],
        json!({ "work": false, "windows": [], "zone": "Asia/Shanghai" })
    );
    assert_eq!(
        book.json("calendar day 2026-11-28 --calendar night")["data"],
        json!({ "work": true, "windows": ["22:00-06:00"], "zone": "Asia/Shanghai" })
    );
}

#[test]
fn spans_end_where_deadlines_would() {
    let book = book();
    for (line, at) in [
        ("2026-11-24T16:00 4wh", "2026-11-25T11:00:00+08:00"),
        ("2026-11-24T16:00+08:00 '2 workdays'", "2026-11-26T17:30:00+08:00"),
        ("2026-11-24T16:00 2 workdays", "2026-11-26T17:30:00+08:00"),
        ("2026-09-30T16:00 2个工作日", "2026-10-05T17:30:00+08:00"),
        ("2026-11-24T16:00 '30 minutes'", "2026-11-24T16:30:00+08:00"),
        ("2026-11-24T16:00 '3 days'", "2026-11-28T00:00:00+08:00"),
        ("2026-01-31 '1 months'", "2026-03-01T00:00:00+08:00"),
        ("2026-01-31 '0 days'", "2026-02-01T00:00:00+08:00"),
        ("2026-11-24 '0 workdays'", "2026-11-24T17:30:00+08:00"),
        ("2026-11-24 4wh", "2026-11-24T13:30:00+08:00"),
    ] {
        assert_eq!(book.json(&format!("calendar add {line}"))["data"], json!({ "at": at }), "{line}");
    }
    assert_data_eq!(
        book.run("calendar add 17:00 4wh"),
        str![[r#"
2026-11-25 12:00 Wed
--- exit 0

"#]]
    );
    assert_eq!(book.json("calendar between 2026-11-24T16:00 2026-11-25T10:00")["data"], json!({ "minutes": 180 }));
    assert_data_eq!(
        book.run("calendar between 2026-11-24T16:00 2026-11-25T10:00 --lang zh"),
        str![[r#"
180 分钟（3小时工时）
--- exit 0

"#]]
    );
    assert_data_eq!(
        book.run("calendar between 2026-11-25T10:00 2026-11-24T16:00"),
        str![[r#"
--- stderr
error: 2026-11-24 16:00 Tue lies before 2026-11-25 10:00 Wed
help: the start comes first; a time of day alone is the next one, so name its day too: 2026-11-24T09:00
--- exit 2

"#]]
    );
    // past noon, 9:00 is tomorrow's, and the hour after it is on the same day; a time with a day stays there
    for (noon, minutes) in [("9:00 17:00", 420), ("9:00 8:30", 450), ("13:00 17:00", 240)] {
        let answer = book.json(&format!("calendar between {noon} --now 2026-11-24T12:00"));
        assert_eq!(answer["data"], json!({ "minutes": minutes }), "{noon}");
    }
    let reversed = book.run("calendar between 9:00 2026-11-24T17:00 --now 2026-11-24T12:00 --lang zh");
    assert!(reversed.contains("2026-11-24 17:00 周二 早于 2026-11-25 09:00 周三"), "{reversed}");
    let none = book.json("calendar between 2026-11-24T16:00 2026-11-24T16:00");
    assert_eq!(none["data"], json!({ "minutes": 0 }), "no time at all is a span");
}

#[test]
fn what_the_calendar_cannot_say_is_an_error() {
    let book = book();
    assert_data_eq!(
        book.run("calendar day 2027-01-01"),
        str![[r#"
--- stderr
error: the calendar `office` knows the dates 2026-01-01 to 2026-12-31 only
help: extend it in policy/calendar.toml
--- exit 1

"#]]
    );
    assert_data_eq!(
        book.run("calendar day someday"),
        str![[r#"
--- stderr
error: `someday` is not a time that is understood; write 2026-11-24, 11-24, 2026-11-24T17:00, 17:00, today, tomorrow, yesterday, mon to sun, 2d, 2wd, 4h, 4wh, 20m-ago, eod, or a day and a time as `tomorrow 17:00`; 今天、明天、后天、大后天、昨天、前天、周一、本周五、下周一、上周三、月底、12月5日、上午9点、下午5点半、晚上8点20分、2天后、2个工作日后、半小时前、下班前
--- exit 2

"#]]
    );
    assert_data_eq!(
        book.run("calendar add 2026-11-24T16:00 '2 fortnights'"),
        str![[r#"
--- stderr
error: `2 fortnights` is not a span; write a number of minutes, hours, workminutes, workhours, days, weeks, months or workdays, such as `2 workdays`, `4wh`, `2个工作日`
--- exit 2

"#]]
    );
    assert_data_eq!(
        book.run("calendar day 2026-11-24 --calendar nigth"),
        str![[r#"
--- stderr
error: there is no calendar `nigth`
could be:
  office
  night
--- exit 3

"#]]
    );
    assert_data_eq!(
        book.run("calendar day 2026-11-24 --at nowhere"),
        str![[r#"
--- stderr
error: no commit is called `nowhere`
help: git log --oneline
--- exit 3

"#]]
    );
    assert_data_eq!(
        book.run("calendar"),
        str![[r#"
--- stderr
error: `redress calendar` takes one of the commands day, add, between
could be:
  day
  add
  between
help: see `redress calendar --help`
--- exit 2

"#]]
    );
    assert_data_eq!(
        Sandbox::empty().run("calendar day 2026-11-24"),
        str![[r#"
--- stderr
error: [BOOK] is in no git repository
help: redress init
--- exit 4

"#]]
    );
}

#[test]
fn the_book_is_read_as_committed() {
    let book = book();
    book.write("policy/calendar.toml", "broken");
    assert_eq!(book.json("calendar day 2026-11-24")["data"]["work"], json!(true), "the disk is not the book");
    book.git("commit -qam broken");
    assert_data_eq!(
        book.run("calendar day 2026-11-24"),
        str![[r#"
--- stderr
error: the book's rules cannot be read
error: key with no value, expected `=`
--> policy/calendar.toml:1:7
--- exit 4

"#]]
    );
    assert_eq!(book.json("calendar day 2026-11-24 --at HEAD~1")["data"]["work"], json!(true));
}

#[test]
fn a_year_whose_holidays_are_not_laid_down_is_unknown() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang zh");
    let refused = sandbox.run("calendar day 2027-01-01");
    assert!(refused.contains("尚未载入 2027 年的节假日") && refused.ends_with("--- exit 1\n"), "{refused}");
    for line in [
        "calendar add 2026-12-30T09:00 5wd",
        "calendar add 2026-12-31T09:00 20wh",
        "calendar between 2026-12-30 2027-01-05",
    ] {
        let answer = sandbox.json(line);
        assert_eq!(answer["error"]["code"], "outside-calendar", "{line}: {answer}");
    }
    // what needs no working day is known beyond, and earlier years count by their weekdays
    assert_eq!(sandbox.json("calendar add 2026-12-30T09:00 3wd")["error"]["code"], "outside-calendar");
    assert_eq!(sandbox.json("calendar add 2026-12-28T09:00 3wd")["warnings"], json!([]));
    assert_eq!(sandbox.json("calendar add 2026-12-30T09:00 30d")["data"]["at"], json!("2027-01-30T00:00:00+08:00"));
    assert_eq!(sandbox.json("calendar add 2026-12-31T09:00 24h")["data"]["at"], json!("2027-01-01T09:00:00+08:00"));
    assert_eq!(sandbox.json("calendar day 2021-10-01")["data"]["work"], json!(true));
    // a deadline that reaches into such a year says so, and nothing is blocked
    sandbox.run("new client name=杭州恒泰机械有限公司");
    let made =
        sandbox.run("--now 2026-12-31T17:00 new complaint client=杭州恒泰机械有限公司 channel=phone content=漏水");
    assert!(made.contains("未知") && made.contains("尚未载入 2027 年的节假日"), "{made}");
    assert_eq!(made.matches("尚未载入 2027 年的节假日").count(), 1, "{made}");
    let listed = sandbox.json("--now 2026-12-31T17:10 list complaint");
    let id = listed["data"][0]["id"].as_str().expect("a complaint").to_owned();
    for line in ["due".to_owned(), format!("show {id}"), format!("explain {id}")] {
        let said = sandbox.run(&format!("--now 2026-12-31T17:10 {line}"));
        assert!(said.contains("未载入 2027 年节假日"), "{line}: {said}");
    }
    // a book that names a later end counts the year's weekdays, as it was told to
    let calendar = sandbox.read("policy/calendar.toml");
    sandbox.write("policy/calendar.toml", &calendar.replacen("files =", "valid-through = 2027-12-31\nfiles =", 1));
    sandbox.run("commit -m calendar");
    let told = sandbox.run("calendar day 2027-01-01");
    assert!(told.contains("尚无 2027 年的节假日") && told.ends_with("--- exit 0\n"), "{told}");
}

#[test]
fn work_goes_on_although_the_next_years_holidays_are_not_laid_down() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en --preset terminals");
    sandbox.run("--now 2026-12-21T09:00 new client name=杭州恒泰机械有限公司");
    let late = "new inquiry client=杭州恒泰机械有限公司 channel=phone content=price";
    sandbox.run(&format!("--now 2026-12-21T09:00 {late}"));
    let made = sandbox.json(&format!("--now 2026-12-31T16:00 {late} market=dearer"));
    let id = made["data"]["id"].as_str().expect("an inquiry").to_owned();
    // a step opens a task that is to be done in a working day: it is not refused, and says what is not known
    let answered = sandbox.run(&format!("--now 2026-12-31T16:10 advance {id} answer answer=five"));
    assert!(answered.ends_with("--- exit 0\n") && answered.contains("lies in 2027, whose holidays"), "{answered}");
    let tasks = sandbox.json("--now 2026-12-31T16:20 list task");
    assert_eq!(tasks["data"][0]["due"], json!("2027-01-01T17:30:00+08:00"), "{tasks}");
    // neither are notices whose answer is due in the next year
    let issued = sandbox.run("--now 2026-12-31T16:30 remind");
    assert!(issued.ends_with("--- exit 0\n") && issued.contains("holidays of 2027 are not laid down"), "{issued}");
    // doctor still says whatever else is wrong
    let checked = sandbox.run("--now 2027-01-04T09:00 doctor");
    assert!(checked.ends_with("--- exit 0\n") && checked.contains("the holidays of 2027"), "{checked}");
}

#[test]
fn plans_and_promises_count_the_weekdays_of_a_year_without_holidays() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=恒泰");
    let made = sandbox.json("--now 2026-12-31T10:00 new complaint client=恒泰 channel=phone content=leak");
    let id = made["data"]["id"].as_str().expect("a complaint").to_owned();
    let accepted = sandbox.run(&format!("--now 2026-12-31T16:00 advance {id} accept promised=2wd"));
    assert!(accepted.contains("--- exit 0") && accepted.contains("lies in 2027, whose holidays"), "{accepted}");
    let shown = sandbox.json(&format!("--now 2026-12-31T16:10 show {id}"));
    assert_eq!(shown["data"]["promised"], json!("2027-01-04T17:30:00+08:00"), "{shown}");
    // a command that only reckons still refuses
    assert_eq!(sandbox.json("calendar add 2026-12-31T16:00 2wd")["error"]["code"], "outside-calendar");

    let book = Sandbox::empty();
    book.run("init --lang en --preset manufacturer");
    for what in ["tasks", "callbacks"] {
        let planned = book.run(&format!("--now 2026-12-30T09:00 plan {what} 2027-01 --dry-run"));
        assert!(!planned.contains("error:"), "{what}: {planned}");
        if what == "tasks" {
            assert!(planned.contains("the holidays of 2027 are not laid down yet, so weekdays count"), "{planned}");
        }
    }
}

#[test]
fn harmless_events_refuse_no_calendar_and_files_cancel_one_another() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let wrap = |method: &str, events: &[&str]| {
        let events: String = events.iter().map(|lines| format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")).collect();
        format!("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:{method}\n{events}END:VCALENDAR\n")
    };
    let team = wrap(
        "PUBLISH",
        &[
            "UID:1\nDTSTART;VALUE=DATE:20270101\nSUMMARY:New Year",
            "UID:2\nDTSTART;VALUE=DATE:20270104\nSUMMARY:Stocktaking, closed",
            "DTSTART:20270105T090000\nRRULE:FREQ=HOURLY;COUNT=3\nSUMMARY:Stand-up",
            "DTSTART:20270105T090000\nDTEND:20270105T080000\nSUMMARY:Meeting",
            "DTSTART;VALUE=DATE:20270106\nSUMMARY:Anna: vacation",
            "DTSTART;VALUE=DATE:20271001\nSUMMARY:National Day",
        ],
    );
    sandbox.write("calendar/team.ics", &team);
    sandbox.write("calendar/cancelled.ics", &wrap("CANCEL", &["UID:2\nSEQUENCE:1\nDTSTART;VALUE=DATE:20270104"]));
    let calendar = sandbox.read("policy/calendar.toml");
    let from = calendar.lines().find(|line| line.starts_with("files =")).expect("files").to_owned();
    let files = "files = [\"calendar/cn.ics\", \"calendar/cancelled.ics\", \"calendar/team.ics\"]";
    sandbox.write("policy/calendar.toml", &calendar.replace(&from, files));
    let checked = sandbox.run("policy check");
    for said in ["team.ics:14: VEVENT", "`FREQ=HOURLY` is not a rule", "ends before it starts", "Anna: vacation"] {
        assert!(checked.contains(said), "{said}: {checked}");
    }
    sandbox.run("commit -m calendar");
    for (day, work) in [("2027-01-01", false), ("2027-01-04", true), ("2027-01-05", true), ("2027-01-06", true)] {
        assert_eq!(sandbox.json(&format!("calendar day {day}"))["data"]["work"], json!(work), "{day}");
    }
}

#[test]
fn the_next_year_is_asked_for_from_november_on() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    for (line, said) in [
        ("--now 2026-10-31T09:00 policy check", false),
        ("--now 2026-11-01T09:00 policy check", true),
        ("--now 2026-11-01T09:00 doctor", true),
        ("--now 2026-10-31T09:00 doctor", false),
    ] {
        let output = sandbox.redress(line).output().expect("redress runs");
        let warned = String::from_utf8_lossy(&output.stderr).contains("next year's holidays (2027) are missing");
        assert_eq!(warned, said, "{line}: {output:?}");
    }
    assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
    // a duty of the office is told and left out, and refuses nothing
    let events = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\nSUMMARY:元旦（休）\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20271001\n\
        DTEND;VALUE=DATE:20271008\nSUMMARY:国庆节（休）\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20271009T090000\nDTEND:20271009T180000\n\
        SUMMARY:补班\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20271010\nSUMMARY:值班\nEND:VEVENT\n";
    sandbox.write("calendar/cn-2027.ics", &format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n"));
    let calendar = sandbox.read("policy/calendar.toml");
    let more = "files = [\"calendar/cn.ics\", \"calendar/cn-2027.ics\"]";
    sandbox.write("policy/calendar.toml", &calendar.replacen("files = [\"calendar/cn.ics\"]", more, 1));
    let checked = sandbox.run("policy check");
    assert!(checked.contains("calendar/cn-2027.ics:17") && checked.contains("`值班` does not say"), "{checked}");
    assert!(checked.ends_with("--- exit 0\n"), "{checked}");
    sandbox.run("commit -m holidays");
    assert_eq!(sandbox.json("calendar day 2027-10-09")["data"]["work"], json!(true));
    assert_eq!(sandbox.json("calendar day 2027-10-04")["data"]["work"], json!(false));
    // a day that is both is refused with both places
    sandbox.write(
        "calendar/cn-2027.ics",
        &format!("BEGIN:VCALENDAR\nVERSION:2.0\n{}END:VCALENDAR\n", events.replace("20271009", "20271007")),
    );
    let refused = sandbox.run("policy check");
    assert!(refused.contains("2027-10-07 is a day off, and a make-up workday by calendar/cn-2027.ics:12"), "{refused}");
}

#[test]
fn a_change_of_past_days_and_of_the_zone_is_told_at_the_commit() {
    let sandbox = Sandbox::empty();
    assert!(sandbox.run("init --preset basic").ends_with("--- exit 0\n"));
    let path = "policy/calendar.toml";
    let text = sandbox.read(path);
    let changes = "\n[[calendars.office.changes]]\nfrom = 2026-11-01\ntime-zone = \"Asia/Tokyo\"\n";
    sandbox.write(path, &format!("{text}{changes}"));
    let shown = sandbox.run("commit -m zone");
    assert!(shown.contains("warning: the calendar `office` counts 23 earlier days otherwise than before"), "{shown}");
    assert!(shown.contains("(2026-11-01 to 2026-11-23)") && shown.contains("redress audit"), "{shown}");
    let zones = "the calendar `office` uses the time zone Asia/Shanghai, Asia/Tokyo from 2026-11-01 on";
    assert!(shown.contains(zones) && shown.ends_with("--- exit 0\n"), "{shown}");
    for (line, zone) in [("calendar day 2026-10-30", "Asia/Shanghai"), ("calendar day 2026-11-27", "Asia/Tokyo")] {
        assert!(sandbox.run(line).contains(zone), "{line}");
        assert_eq!(sandbox.json(line)["data"]["zone"], zone);
    }
    assert!(sandbox.run("calendar add 2026-11-27 '1 workdays'").contains("Asia/Tokyo"));
    // a change of days to come needs no warning
    sandbox.write(path, &format!("{text}{}", changes.replace("2026-11-01", "2026-12-01")).replace("Tokyo", "Seoul"));
    let shown = sandbox.run("commit -m zone --lang zh");
    assert!(shown.contains("所用时区：Asia/Shanghai、自 2026-12-01 起为 Asia/Seoul"), "{shown}");
    // a book with one zone does not repeat it
    let plain = Sandbox::empty();
    plain.run("init --preset basic");
    assert!(!plain.run("calendar day 2026-11-27").contains("Asia/"));
    let near = plain.run("calendar 2026-11-28");
    assert!(
        near.contains("help: write `redress calendar day 2026-11-28`")
            || near.contains("redress calendar day 2026-11-28"),
        "{near}"
    );
}
