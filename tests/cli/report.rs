//! Reports over a small book with known numbers: figures, formats, languages, earlier books, and things that do not
//! exist.

use std::process::Output;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

fn made(sandbox: &Sandbox, now: &str, line: &str) -> String {
    let output = sandbox.redress(line).env("REDRESS_NOW", format!("2026-{now}+08:00")).arg("--quiet").output();
    let output = output.expect("redress runs");
    assert!(output.status.success(), "{line}: {}", sandbox.shown(&output));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// Two clients and, in October, four complaints: one of September closed, one answered late, one declined, one a
/// repetition.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    made(&sandbox, "09-01T09:00:00", "init");
    let made = |now: &str, line: &str| made(&sandbox, now, line);
    let client = made("09-02T09:00:00", "new client name=杭州精密");
    made("09-02T09:10:00", "new client name=宁波阀门");
    let new = |now: &str, fields: &str| made(now, &format!("new complaint client={client} content=漏水 {fields}"));
    let first = new("09-28T09:00:00", "channel=phone category=product product=阀门 cause=密封");
    made("09-28T10:00:00", &format!("advance {first} accept promised=2026-10-12T17:00"));
    made("10-09T10:00:00", &format!("advance {first} propose remedies.+.kind=compensation remedies.0.amount=500"));
    made("10-09T11:00:00", &format!("advance {first} approve,agree,close"));
    let second = new("10-12T09:00:00", "channel=email category=product product=阀门 cause=密封");
    made("10-12T09:30:00", &format!("advance {second} accept promised=2026-10-14T17:00"));
    let third = new("10-13T09:00:00", "channel=web category=service");
    made("10-13T10:00:00", &format!("advance {third} decline decline-reason=无关"));
    let fourth = new("10-14T09:00:00", "channel=web category=service");
    made("10-14T09:30:00", &format!("edit {fourth} duplicate-of={second}"));
    sandbox
}

fn run(sandbox: &Sandbox, line: &str) -> Output {
    sandbox.redress(line).env("REDRESS_NOW", "2026-11-02T09:00:00+08:00").output().expect("redress runs")
}

fn json(sandbox: &Sandbox, line: &str) -> Value {
    let output = run(sandbox, &format!("{line} --json"));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{line}: {error} {}", sandbox.shown(&output)))
}

/// A figure's value, and the two numbers behind it.
fn figure(report: &Value, name: &str) -> Value {
    let sections = report["data"]["sections"].as_array().expect("sections");
    let all = sections.iter().flat_map(|section| section["figures"].as_array().into_iter().flatten());
    let found = all.clone().find(|figure| figure["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    let part = |part: &str| found[part]["value"].clone();
    match found["numerator"].is_null() {
        true => found["value"].clone(),
        false => serde_json::json!([part("numerator"), part("denominator")]),
    }
}

#[test]
fn a_month_is_counted_as_its_cases_were_handled() {
    let sandbox = book();
    let report = json(&sandbox, "report monthly");
    assert_eq!(report["data"]["period"]["name"], "2026-10");
    for (name, value) in [
        ("received", serde_json::json!(2)),
        ("accepted", serde_json::json!(1)),
        ("closed", serde_json::json!(1)),
        ("declined", serde_json::json!(1)),
        ("open", serde_json::json!(1)),
        ("overdue", serde_json::json!(1)),
        ("feedback-on-time", serde_json::json!([1, 2])),
        ("closed-on-time", serde_json::json!([1, 2])),
        ("repeats", serde_json::json!([1, 2])),
        ("complaint-rate", serde_json::json!([2, 2])),
        ("remedies", serde_json::json!("500.00")),
    ] {
        assert_eq!(figure(&report, name), value, "{name}");
    }
    let september = json(&sandbox, "report monthly 2026-09");
    assert_eq!((figure(&september, "received"), figure(&september, "open")), (1.into(), 1.into()));
}

/// Which complaints are justified, and which amounts are added, may depend on the client: conditions follow
/// references to other records.
#[test]
fn conditions_of_reports_follow_references() {
    let sandbox = book();
    made(&sandbox, "10-20T09:00:00", "edit 杭州精密 grade=A");
    let rules = sandbox.read("policy/reports.toml");
    assert!(rules.contains("upheld = \"fault=own\""), "{rules}");
    for (grade, upheld, paid) in [("A", 1, "500.00"), ("B", 0, "0.00")] {
        let rules = rules.replace("\"fault=own\"", &format!("\"client.grade={grade}\""));
        let sum = format!("[[sums]]\nname = \"paid\"\namount = \"remedies.amount\"\nwhen = \"client.grade={grade}\"\n");
        sandbox.write("policy/reports.toml", &format!("{rules}\n{sum}"));
        sandbox.git("commit -qam 'Let it depend on the client'");
        let report = json(&sandbox, "report monthly 2026-10");
        assert_eq!((figure(&report, "upheld"), figure(&report, "paid")), (upheld.into(), paid.into()), "{grade}");
    }
}

#[test]
fn an_older_book_gives_its_own_report_and_the_same_one_the_same_bytes() {
    let sandbox = book();
    let then = sandbox.git("log --format=%H --grep=close -1");
    let line = format!("report monthly 2026-10 --at {}~1 --format md", then.trim());
    let before = run(&sandbox, &line);
    assert!(before.status.success(), "{}", sandbox.shown(&before));
    assert_eq!(before.stdout, run(&sandbox, &line).stdout);
    let older = json(&sandbox, &format!("report monthly 2026-10 --at {}~1", then.trim()));
    assert_eq!(figure(&older, "closed"), 0);
    let exact = json(&sandbox, &format!("report monthly 2026-10 --at {}", then.trim()));
    assert_eq!((figure(&exact, "closed"), figure(&exact, "received")), (1.into(), 0.into()));
}

#[test]
fn every_report_is_made_in_every_format_and_language() {
    let sandbox = book();
    for report in ["monthly", "tracking", "overdue", "callbacks"] {
        for format in ["text", "md", "csv", "json"] {
            for lang in ["en", "zh"] {
                let output = run(&sandbox, &format!("report {report} --format {format} --lang {lang}"));
                assert!(output.status.success() && !output.stdout.is_empty(), "{}", sandbox.shown(&output));
            }
        }
        let output = run(&sandbox, &format!("report {report} -o {report}.csv"));
        assert!(output.status.success() && output.stdout.is_empty(), "{}", sandbox.shown(&output));
        assert_eq!(
            sandbox.read(&format!("{report}.csv")).as_bytes(),
            run(&sandbox, &format!("report {report} --format csv")).stdout
        );
    }
}

#[test]
fn what_is_overdue_is_named_with_its_holder() {
    let sandbox = book();
    let report = json(&sandbox, "report overdue");
    let sections = report["data"]["sections"].as_array().expect("sections");
    let overdue = sections.iter().find(|section| section["name"] == "overdue").expect("the table");
    let rows = overdue["rows"].to_string();
    // the answer and the handling of the second complaint, the acceptance and handling of the repetition, the
    // callback
    assert_eq!(overdue["rows"].as_array().map(Vec::len), Some(5), "{rows}");
    assert_eq!(run(&sandbox, "report overdue 2026-10").status.code(), Some(2));
}

#[test]
fn callbacks_are_counted_against_what_was_planned() {
    let sandbox = book();
    let report = json(&sandbox, "report callbacks");
    assert_eq!(figure(&report, "planned"), 1);
    assert_eq!(figure(&report, "callback-rate"), serde_json::json!([0, 1]));
}

#[test]
fn unknown_reports_formats_and_periods_are_refused() {
    let sandbox = book();
    assert_data_eq!(
        sandbox.run("report montly"),
        str![[r#"
--- stderr
error: there is no report `montly`
help: did you mean `monthly`?
--- exit 3

"#]]
    );
    for line in ["report monthly oktober", "report monthly --format pdf", "report monthly -o out.pdf"] {
        assert_eq!(run(&sandbox, line).status.code(), Some(2), "{line}");
    }
}

#[test]
fn unreadable_records_are_named_and_the_exit_code_says_so() {
    let sandbox = book();
    sandbox.write("complaints/2026/10/30/C-261030-AAAAA.yaml", "id: [\n");
    sandbox.git("add -A");
    sandbox.git("commit -q -m broken");
    let output = run(&sandbox, "report monthly");
    assert_eq!(output.status.code(), Some(1));
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(stream);
        assert!(text.contains("complaints/2026/10/30/C-261030-AAAAA.yaml"), "{text}");
    }
}

#[test]
fn timeliness_counts_each_step_by_who_held_it() {
    let sandbox = book();
    let october = json(&sandbox, "report timeliness 2026-10");
    // met: two acceptances, one answer, two handling times; overdue at the end: an acceptance, an answer, two
    // handling times and a callback
    assert_eq!(figure(&october, "on-time"), serde_json::json!([5, 5]));
    assert_eq!((figure(&october, "late"), figure(&october, "overdue")), (0.into(), 5.into()));
    let sections = october["data"]["sections"].as_array().expect("sections");
    let rows = |name: &str| {
        let section = sections.iter().find(|section| section["name"] == name).expect(name);
        let rows = section["rows"].as_array().cloned().unwrap_or_default();
        rows.into_iter().filter(|row| row["role"] == "body").map(|row| row["cells"].clone()).collect::<Vec<_>>()
    };
    let sum = |rows: &[Value], column: &str| rows.iter().filter_map(|row| row[column].as_i64()).sum::<i64>();
    for table in ["by-step", "by-department"] {
        assert_eq!((sum(&rows(table), "ended"), sum(&rows(table), "overdue")), (5, 5), "{table}");
    }
    let acceptance = rows("by-step").into_iter().find(|row| row["deadline"]["en"] == "Acceptance").expect("a row");
    // half an hour and an hour
    assert_eq!((acceptance["ended"].as_i64(), acceptance["median"].as_i64()), (Some(2), Some(30)), "{acceptance}");
}

#[test]
fn the_tracking_table_has_the_days_on_which_a_case_came_and_left() {
    let sandbox = book();
    let tracked = |period: &str| {
        let report = json(&sandbox, &format!("report tracking {period}"));
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let table = sections.into_iter().find(|section| section["name"] == "cases").expect("the table");
        let rows = table["rows"].as_array().expect("rows").iter().map(|row| row["cells"].clone());
        rows.collect::<Vec<_>>()
    };
    let days = |rows: &[Value], opened: &str| {
        let row = rows.iter().find(|row| row["opened"] == opened).unwrap_or_else(|| panic!("{opened}: {rows:?}"));
        let columns = ["acceptance-in", "acceptance-out", "answer-in", "answer-out", "notify-taken"];
        columns.map(|column| row[column].as_str().map_or(String::new(), |day| day[5..].to_owned()))
    };
    let october = tracked("2026-10");
    assert_eq!(days(&october, "2026-09-28"), ["09-28", "09-28", "09-28", "10-09", ""]);
    assert_eq!(days(&october, "2026-10-12"), ["10-12", "10-12", "10-12", "", ""]);
    assert_eq!(days(&tracked("2026-09"), "2026-09-28"), ["09-28", "09-28", "09-28", "", ""], "as it was at the end");
}

#[test]
fn a_report_whose_rules_the_company_does_not_have_is_not_offered() {
    let sandbox = book();
    let listed = json(&sandbox, "report");
    let names: Vec<&str> =
        listed["data"].as_array().expect("reports").iter().filter_map(|r| r["name"].as_str()).collect();
    for (report, file) in [
        ("receivables", "policy/sharing.toml has no [recovery]"),
        ("responsibility", "policy/sharing.toml has no [responsible]"),
        ("deductions", "policy/deductions.toml has no [sanctions]"),
        ("surveys", "policy/kinds has no [questionnaire]"),
    ] {
        assert!(!names.contains(&report), "{names:?}");
        let output = run(&sandbox, &format!("report {report}"));
        let said = sandbox.shown(&output);
        assert!(output.status.code() == Some(3) && said.contains(file), "{said}");
        let said = sandbox.shown(&run(&sandbox, &format!("--lang zh report {report}")));
        assert!(said.contains("未写"), "{said}");
    }
    for report in ["monthly", "tracking", "losses", "overdue"] {
        assert!(names.contains(&report), "{names:?}");
    }
}

#[test]
fn lessons_and_measures_say_what_came_of_complaints() {
    let sandbox = book();
    let at = |now: &str, line: &str| made(&sandbox, now, line);
    let closed = json(&sandbox, "list complaint class=closed category=product");
    let first = closed["data"][0]["id"].as_str().expect("a complaint").to_owned();
    at("10-09T12:00:00", &format!("edit {first} lesson='check the seal before shipping'"));
    let measure = at(
        "10-09T13:00:00",
        &format!("new measure about={first} action='inspect every seal' owner=li.na due=2026-10-10"),
    );
    at("10-10T09:00:00", &format!("advance {measure} complete"));
    let lessons = json(&sandbox, "report lessons 2026");
    let rows = |report: &Value, name: &str| {
        let sections = report["data"]["sections"].as_array().cloned().unwrap_or_default();
        let section = sections.into_iter().find(|section| section["name"] == name).expect("a section");
        section["rows"].as_array().cloned().unwrap_or_default()
    };
    let [row] = &rows(&lessons, "lessons")[..] else { panic!("{lessons}") };
    assert_eq!(row["cells"]["lesson"], "check the seal before shipping");
    assert_eq!((&row["cells"]["cause"], &row["cells"]["id"]), (&"密封".into(), &first.as_str().into()));
    assert_eq!((figure(&lessons, "lessons"), figure(&lessons, "cases")), (1.into(), 3.into()));
    // the second complaint has the same category and cause and came two days after the measure was done
    let improvement = json(&sandbox, "report improvement 2026-10");
    let [row] = &rows(&improvement, "measures")[..] else { panic!("{improvement}") };
    assert_eq!((&row["cells"]["since"], &row["cells"]["done"]), (&1.into(), &"2026-10-10".into()));
    assert_eq!(figure(&improvement, "done-in-time"), serde_json::json!([1, 1]));
    assert_eq!((figure(&improvement, "came-back"), figure(&improvement, "verified")), (1.into(), 0.into()));
}

#[test]
fn the_book_of_a_day_is_seen_from_its_end() {
    let sandbox = Sandbox::empty();
    made(&sandbox, "10-05T09:00:00", "init --lang en");
    let client = made(&sandbox, "10-12T09:00:00", "new client name=清泉自来水公司");
    let id = made(&sandbox, "10-12T09:00:00", &format!("new complaint client={client} channel=phone content=漏水"));
    made(&sandbox, "11-10T09:00:00", &format!("advance {id} accept promised=2026-11-12T10:00"));
    let rows = |line: &str| {
        let report = json(&sandbox, line);
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let table = sections.into_iter().find(|section| section["name"] == "overdue").expect("the table");
        table["rows"].as_array().expect("rows").clone()
    };
    // nothing was committed between the twelfth and the end of October, and the time passed all the same
    let then = serde_json::Value::from(rows("report overdue --at 2026-10-31")).to_string();
    assert!(then.contains(&id), "{then}");
    assert_eq!(rows("report overdue --at 2026-10-12").len(), 0, "on that day it was not yet late");
    // a person who gives another time for now means it
    assert_eq!(rows("report overdue --at 2026-10-31 --now 2026-10-12T09:30").len(), 0);
}

/// One table alone: a line of headings and the rows, for other programs.
#[test]
fn one_table_is_plain_csv() {
    let sandbox = book();
    let plain = |line: &str| {
        let output = run(&sandbox, line);
        assert!(output.status.success(), "{line}: {}", sandbox.shown(&output));
        String::from_utf8(output.stdout).expect("text")
    };
    let whole = json(&sandbox, "report monthly 2026-10");
    let sections = whole["data"]["sections"].as_array().expect("sections");
    let tables = sections.iter().filter(|section| section["columns"].is_array());
    let tables: Vec<(&str, &Value)> = tables.map(|table| (table["name"].as_str().expect("a name"), table)).collect();
    assert!(tables.len() > 1, "{whole}");
    for (name, table) in &tables {
        let csv = plain(&format!("report monthly 2026-10 --table {name} --lang en"));
        let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(csv.as_bytes());
        let columns = table["columns"].as_array().map_or(0, Vec::len);
        assert_eq!(reader.headers().expect("headings").len(), columns, "{name}: {csv}");
        assert!(reader.records().all(|row| row.is_ok_and(|row| row.len() == columns)), "{name}: {csv}");
    }
    let (name, table) = tables[0];
    let title = table["title"]["en"].as_str().expect("a title");
    assert_eq!(
        plain(&format!("report monthly 2026-10 --lang en --table '{title}'")),
        plain(&format!("report monthly 2026-10 --lang en --table {name}")),
        "by its title"
    );
    let one = json(&sandbox, &format!("report monthly 2026-10 --table {name}"));
    assert_eq!(one["data"]["sections"].as_array().map(Vec::len), Some(1), "{one}");
    let output = run(&sandbox, "report monthly 2026-10 --table nothing --lang en");
    let said = sandbox.shown(&output);
    assert!(said.contains("no table `nothing`") && said.contains(&format!("its tables are {name}")), "{said}");
    assert_eq!(output.status.code(), Some(3));
}

/// The cases behind a figure of the statistics, in all and in a row of a breakdown. Their column adds up to the
/// figure.
#[test]
fn the_cases_behind_a_figure_of_the_statistics_are_listed() {
    let book = book();
    let rows = |figure: &str| {
        let report = json(&book, &format!("report monthly 2026-10 --records {figure}"));
        report["data"]["sections"][0]["rows"].as_array().unwrap_or_else(|| panic!("{figure}: {report}")).clone()
    };
    let report = json(&book, "report monthly 2026-10");
    for name in ["received", "accepted", "closed", "declined", "open", "overdue"] {
        let rows = rows(name);
        let body = rows.iter().filter(|row| row["role"] == "body").filter_map(|row| row["cells"]["value"].as_i64());
        let sum: i64 = body.sum();
        assert_eq!(figure(&report, name), serde_json::json!(sum), "{name}: {rows:?}");
    }
    assert_eq!(rows("received@product").iter().filter(|row| row["role"] == "body").count(), 1);
    let unknown = book.shown(&run(&book, "--lang en report monthly 2026-10 --records recieved"));
    assert!(unknown.contains("exit 3") && unknown.contains("did you mean `received`"), "{unknown}");
    // two answers, an acceptance, a handling, a callback: five limits have passed; three of them are of complaints
    let late = |figure: &str| {
        let report = json(&book, &format!("report overdue --records {figure}"));
        let rows = report["data"]["sections"][0]["rows"].as_array().expect("rows").clone();
        rows.iter().filter(|row| row["role"] == "body").count()
    };
    assert_eq!((late("overdue"), late("overdue@complaint")), (5, 4));
}

#[test]
fn a_report_of_the_book_is_made_of_those_records_alone_that_fit_a_filter() {
    let sandbox = book();
    let first = json(&sandbox, "list complaint --sort opened")["data"][0]["id"].as_str().expect("an id").to_owned();
    made(
        &sandbox,
        "10-15T09:00:00",
        &format!("new measure about={first} category=product action=换密封 owner=li.na due=2026-11-20"),
    );
    let report = |words: &str| json(&sandbox, &format!("report after-sales 2026 {words}"));
    let listed = |report: &Value, name: &str| {
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let section = sections.into_iter().find(|section| section["name"] == name).expect("the list");
        section["rows"].as_array().expect("rows").iter().filter(|row| row["role"] == "body").count()
    };
    for (words, complaints, measures) in
        [("", 3, 1), ("client=杭州精密", 3, 1), ("client=宁波阀门", 0, 0), ("client=杭州精密 cause=密封", 2, 1)]
    {
        let made = report(words);
        assert_eq!(figure(&made, "complaints"), serde_json::json!(complaints), "{words}");
        // a measure has no client: the filter asks the complaint that it is about
        assert_eq!((listed(&made, "complaints"), listed(&made, "measures")), (complaints, measures), "{words}");
        let notes = made["data"]["notes"].to_string();
        assert_eq!(notes.contains("those records alone"), !words.is_empty(), "{notes}");
        let behind = report(&format!("{words} --records complaints"));
        assert_eq!(listed(&behind, "records"), complaints, "{words}");
    }
    // inquiries and callbacks have no cause
    assert!(report("cause=密封")["data"]["notes"].to_string().contains("left empty"));
    for (line, wanted) in [
        ("report monthly 2026-10 client=杭州精密", "takes no filter"),
        ("report quarterly client=杭州精密", "takes no filter"),
        ("report after-sales 2026 nothing=1", "nothing"),
        ("report after-sales client=杭州精密 2026", "2026"),
    ] {
        let said = sandbox.shown(&run(&sandbox, &format!("--lang en {line}")));
        assert!(said.contains("exit 2") && said.contains(wanted), "{line}: {said}");
    }
}
