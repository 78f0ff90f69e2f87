//! Reports that are files of the book: the shipped ones over a small book, in every format and language; the records
//! behind their figures; faults in one; and what a company does not have.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn made(sandbox: &Sandbox, now: &str, line: &str) -> String {
    let output = sandbox.redress(line).env("REDRESS_NOW", format!("2026-{now}:00+08:00")).arg("--quiet").output();
    let output = output.expect("redress runs");
    assert!(output.status.success(), "{line}: {}", sandbox.shown(&output));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// Four inquiries: answered at once, answered late after a promise, one that waits, and one of September that still
/// waits.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    made(&sandbox, "09-01T09:00", "init");
    let made = |now: &str, line: &str| made(&sandbox, now, line);
    let one = made("09-02T09:00", "new client name=杭州精密 city=杭州");
    let other = made("09-02T09:10", "new client name=宁波阀门 city=宁波");
    made("09-29T10:00", &format!("new inquiry client={other} content=样本 channel=web"));
    let first = made("10-08T09:00", &format!("new inquiry client={one} content=交货期 channel=phone assignee=li.na"));
    made("10-08T09:30", &format!("advance {first} answer answer=下周"));
    let second = made("10-12T09:00", &format!("new inquiry client={other} content=价格 channel=email assignee=li.na"));
    made("10-12T14:30", &format!("advance {second} promise promised=2026-10-14T12:00"));
    made("10-15T10:00", &format!("advance {second} answer answer=见附件"));
    made("10-20T10:00", &format!("new inquiry client={one} content=维修 channel=phone"));
    sandbox
}

fn at(sandbox: &Sandbox, line: &str) -> String {
    let output = sandbox.redress(line).env("REDRESS_NOW", "2026-11-02T09:00:00+08:00").output();
    sandbox.shown(&output.expect("redress runs"))
}

fn json(sandbox: &Sandbox, line: &str) -> Value {
    let output = sandbox.redress(line).arg("--json").env("REDRESS_NOW", "2026-11-02T09:00:00+08:00").output();
    let output = output.expect("redress runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{line}: {error} {}", sandbox.shown(&output)))
}

fn section<'v>(report: &'v Value, name: &str) -> &'v Value {
    let sections = report["data"]["sections"].as_array().expect("sections");
    sections.iter().find(|section| section["name"] == name).unwrap_or_else(|| panic!("no {name} in {report}"))
}

fn figure(report: &Value, name: &str) -> Value {
    let figures = section(report, "figures")["figures"].as_array().expect("figures").iter();
    figures.clone().find(|figure| figure["name"] == name).unwrap_or_else(|| panic!("no {name}"))["value"].clone()
}

#[test]
fn inquiries_are_counted_answered_and_held_against_their_limits() {
    let book = book();
    let report = json(&book, "report inquiries 2026-10");
    let share = |over: i64, under: i64| json!({ "numerator": over.to_string(), "denominator": under.to_string() });
    for (name, expected) in [
        ("asked", json!(3)),
        ("answered", json!(2)),
        ("at-once", share(1, 2)),
        ("on-time", share(1, 4)),
        ("kept", share(0, 1)),
        ("typical", json!(150)),
        ("waiting", json!(2)),
    ] {
        assert_eq!(figure(&report, name), expected, "{name}");
    }
    let waiting = section(&report, "waiting")["rows"].as_array().expect("rows");
    assert_eq!(waiting.iter().filter(|row| row["role"] == "body").count(), 2, "{waiting:?}");
    let text = at(&book, "--lang en report inquiries 2026-10");
    for said in ["Answered or promised in time", "95 % interval", "small sample", "by when they were opened"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let zh = at(&book, "--lang zh report 咨询统计表 2026-10");
    for said in ["及时答复率", "95% 区间", "样本少", "按登记时间归入期间", "待答复的咨询"] {
        assert!(zh.contains(said), "{said}: {zh}");
    }
    let csv = at(&book, "--lang zh report inquiries 2026-10 --format csv");
    assert!(csv.contains("及时答复率") && csv.contains("电话"), "{csv}");
    let markdown = at(&book, "--lang en report inquiries 2026-10 --format md");
    assert!(markdown.contains("| Phone |"), "{markdown}");
    let empty = at(&book, "--lang en report inquiries 2025-01");
    assert!(empty.contains("exit 0") && empty.contains("there is nothing in this period"), "{empty}");
}

#[test]
fn the_records_behind_a_figure_are_listed() {
    let book = book();
    let rows = |figure: &str| {
        let report = json(&book, &format!("report inquiries 2026-10 --records {figure}"));
        section(&report, "records")["rows"].as_array().expect("rows").clone()
    };
    let late = rows("on-time");
    let met = late.iter().filter(|row| row["cells"]["value"] == json!(true)).count();
    assert_eq!((late.len(), met), (4, 1), "{late:?}");
    assert_eq!(rows("asked@phone").len(), 2);
    assert_eq!(rows("by-person.asked@li.na").len(), 2);
    let unknown = at(&book, "--lang en report inquiries 2026-10 --records askd");
    assert!(unknown.contains("exit 3") && unknown.contains("did you mean `asked`"), "{unknown}");
    let row = at(&book, "--lang en report inquiries 2026-10 --records asked@phne");
    assert!(row.contains("exit 3") && row.contains("did you mean `phone`"), "{row}");
}

#[test]
fn a_report_of_the_book_is_listed_and_one_that_is_wrong_stops_nothing_else() {
    let book = book();
    let list = at(&book, "--lang en report");
    assert!(list.contains("inquiries") && list.contains("monthly"), "{list}");
    book.write(
        "reports/calls.toml",
        "label = { en = \"Calls\", zh = \"来电\" }\nperiod = \"month\"\n[sets.asked]\nkind = \"inquiry\"\nin = \"opend\"\n",
    );
    book.write(
        "reports/warranties.toml",
        "label = { en = \"Warranties\", zh = \"质保\" }\nperiod = \"month\"\n[sets.all]\nkind = \"warranty\"\nin = \"opened\"\n",
    );
    let check = book.run("--lang en policy check");
    let said = "reports/calls.toml:5: sets.asked.in: `opend` does not say how a record belongs to the period";
    assert!(check.contains("exit 1") && check.contains("did you mean `opened`?") && check.contains("opend"), "{check}");
    book.git("add -A");
    book.git("commit -qm reports");
    let made = at(&book, "--lang en report calls 2026-10");
    assert!(
        made.contains("exit 1") && made.contains("calls.toml") && made.contains("did you mean `opened`?"),
        "{made}"
    );
    let list = at(&book, "--lang en report");
    assert!(list.contains("exit 0") && list.contains(said) && !list.contains("Warranties"), "{list}");
    let none = at(&book, "--lang en report warranties 2026-10");
    assert!(none.contains("exit 3") && none.contains("this company does not have"), "{none}");
    let other = at(&book, "--lang en report inquiries 2026-10");
    assert!(other.contains("exit 0"), "{other}");
    let new = at(&book, "new client name=上海");
    assert!(new.contains("exit 0"), "{new}");
}

/// A report is always today's: a new report makes no new rules for the records that are opened then.
#[test]
fn a_new_report_makes_no_new_rules() {
    let book = book();
    let rules = |line: &str| {
        let id = made(&book, "11-02T09:00", line);
        let shown = json(&book, &format!("show {id}"));
        shown["data"]["rules"].clone()
    };
    let client = made(&book, "11-02T09:00", "new client name=上海");
    let before = rules(&format!("new inquiry client={client} content=一 channel=phone"));
    book.write("reports/calls.toml", "label = { en = \"Calls\", zh = \"来电\" }\nperiod = \"month\"\n");
    book.git("add -A");
    book.git("commit -qm report");
    assert_eq!(rules(&format!("new inquiry client={client} content=二 channel=phone")), before);
    assert!(before.is_string(), "{before}");
}

/// The day's work of everybody and of one person. Each event behind a figure is a row.
#[test]
fn the_days_work_is_listed_by_person() {
    let book = book();
    let all = json(&book, "report daily 2026-10-12");
    assert_eq!(figure(&all, "steps"), json!(2));
    let behind = json(&book, "report daily 2026-10-12 --records steps@li.na");
    assert_eq!(section(&behind, "records")["rows"].as_array().map(Vec::len), Some(2));
    let text = at(&book, "--lang en report daily 2026-10-12");
    assert!(text.contains("Promise an answer") && text.contains("宁波阀门"), "{text}");
    let own = at(&book, "--lang en report daily 2026-10-12 --for li.na");
    assert!(own.contains("Promise an answer"), "{own}");
    let refused = at(&book, "--lang en report inquiries 2026-10 --for li.na");
    assert!(refused.contains("exit 2") && refused.contains("lists no steps"), "{refused}");
}

/// Every shipped report can be made of a book that has such records, in every format and language.
#[test]
fn every_shipped_report_is_made_in_every_format_and_language() {
    let book = book();
    let reports = [
        "after-sales 2026",
        "daily 2026-10-12",
        "quarterly 2026-q3",
        "satisfaction 2026-10",
        "trends 2026-10",
        "voice 2026-10",
    ];
    for report in reports {
        for lang in ["en", "zh"] {
            for format in ["text", "md", "csv", "json"] {
                let made = at(&book, &format!("--lang {lang} report {report} --format {format}"));
                assert!(made.contains("exit 0"), "{report} {lang} {format}: {made}");
            }
        }
    }
    let trends = json(&book, "report trends 2026-10");
    let flow = section(&trends, "flow")["rows"].as_array().expect("rows");
    assert_eq!(flow.iter().filter(|row| row["role"] == "body").count(), 24, "{flow:?}");
    let plain = at(&book, "--lang en report after-sales 2026 --table by-client");
    assert!(plain.starts_with('\u{feff}') || plain.contains("Client,Complaints"), "{plain}");
}

/// A manager's own report, step by step, as in the cookbook.
#[test]
fn a_manager_writes_a_report_step_by_step() {
    let sandbox = Sandbox::empty();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/own-report/run");
    let mut command = sandbox.command("sh");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder");
    let script = format!("PATH={}:$PATH REDRESS=redress sh {script} book", program.display());
    command.args(["-c", &script]);
    let shown = sandbox.shown(&command.output().expect("sh runs"));
    snapbox::assert_data_eq!(shown, snapbox::file!["../../examples/own-report/expected.txt"].raw());
}
