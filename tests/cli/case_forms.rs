//! A case of several forms is one case: in notices, in figures, in lists and in proposals.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cases::{approved, refused, runs};
use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done};
use crate::sandbox::Sandbox;

/// A case of 1 October whose first form was refused on the 11th, and the ids of its forms. The thirteen days for the
/// case end with the 14th.
fn refused_once() -> (Sandbox, String, String) {
    refused_once_in(book())
}

fn refused_once_in(sandbox: Sandbox) -> (Sandbox, String, String) {
    done(&sandbox.run(&format!("--now 2026-10-01T09:00 new complaint {REGISTRATION} --key one")));
    let one = sandbox.json("show one")["data"]["id"].as_str().expect("an id").to_owned();
    let found = [
        "investigate cause=老化 escape=未检 fault=third-party",
        "report",
        "instruct-report",
        "analyse countermeasure=更换",
    ];
    for step in [ACCEPTANCE].iter().chain(&found) {
        done(&sandbox.run(&format!("--now 2026-10-02T09:00 advance one {step}")));
    }
    approved(&sandbox, "2026-10-03T09:00", "one");
    let two = refused(&sandbox, "2026-10-11T09:00", "one");
    done(&sandbox.run(&format!("--now 2026-10-12T09:00 advance {two} refile")));
    approved(&sandbox, "2026-10-13T09:00", &two);
    (sandbox, one, two)
}

/// Signs a form off.
fn decided(sandbox: &Sandbox, now: &str, form: &str) {
    done(&sandbox.run(&format!("--now {now} advance {form} agree answer=同意")));
    done(&by(sandbox, "zhao.min", &format!("--now {now} advance {form} check")));
    done(&sandbox.run(&format!("--now {now} advance {form} review combined-opinion=照办")));
    done(&by(sandbox, "feng.jie", &format!("--now {now} advance {form} decide decision=照办")));
}

/// The notices that `remind` issues about the time of the whole case: type, number, about.
fn pressed(sandbox: &Sandbox, now: &str) -> Vec<(String, u64, String)> {
    let issued = sandbox.json(&format!("--now {now} remind"))["data"]["issued"].clone();
    let lines = issued.as_array().expect("a list").iter().flat_map(|notice| {
        let own = notice["items"].as_array().cloned().unwrap_or_default();
        own.into_iter().map(|item| (notice["type"].clone(), item))
    });
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let own = lines.filter(|(_, item)| item["deadline"] == "handling");
    own.map(|(ty, item)| (text(&ty), item["number"].as_u64().expect("a number"), text(&item["about"]))).collect()
}

/// The rows of a table of a report, by the names of its columns.
fn rows(report: &Value, table: &str) -> Vec<Value> {
    let sections = report["data"]["sections"].as_array().expect("sections").iter();
    let found = sections.filter(|section| section["name"] == table).flat_map(|section| section["rows"].as_array());
    found.flatten().map(|row| row["cells"].clone()).collect()
}

/// NT1, NT3: if the client refuses again, notices go on as for one case. The next notice comes in its turn and has
/// the next number, and the form that ends the case settles the notices about earlier forms.
#[test]
fn pressing_does_not_start_again_with_the_next_form() {
    let (sandbox, one, two) = refused_once();
    let press = |number: u64, form: &str| vec![("expedite".to_owned(), number, form.to_owned())];
    assert_eq!(pressed(&sandbox, "2026-10-14T17:00"), []);
    assert_eq!(pressed(&sandbox, "2026-10-15T09:00"), press(1, &two));
    assert_eq!(pressed(&sandbox, "2026-10-16T09:00"), []);
    assert_eq!(pressed(&sandbox, "2026-10-19T09:00"), press(2, &two));
    let three = refused(&sandbox, "2026-10-20T09:00", &two);
    assert_eq!(pressed(&sandbox, "2026-10-20T09:30"), [], "the second notice is a day old");
    done(&sandbox.run(&format!("--now 2026-10-20T10:00 advance {three} refile")));
    assert_eq!(pressed(&sandbox, "2026-10-21T09:00"), press(3, &three));
    assert_eq!(pressed(&sandbox, "2026-10-21T09:01"), []);
    // the case is still late, so the refusal settles nothing
    let open = |now: &str, form: &str| {
        let links = sandbox.json(&format!("--now {now} show {form}"))["data"]["derived"]["links"].clone();
        let notices = links.as_array().expect("links").iter().filter(|link| link["kind"] == "notice");
        let notices: BTreeSet<&str> = notices.map(|link| link["id"].as_str().expect("an id")).collect();
        let states = notices.into_iter().map(|id| sandbox.json(&format!("show {id}"))["data"].clone());
        let of_case = states.filter(|notice| notice["deadline"] == "handling" && notice["type"] == "expedite");
        of_case.map(|notice| notice["state"].as_str().expect("a state").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(open("2026-10-21T10:00", &two), ["issued"; 2]);
    approved(&sandbox, "2026-10-22T09:00", &three);
    assert_eq!(pressed(&sandbox, "2026-10-23T09:00"), press(4, &three));
    assert_eq!(pressed(&sandbox, "2026-10-27T09:00"), press(5, &three));
    assert_eq!(pressed(&sandbox, "2026-11-03T09:00"), [], "a run gets five, on whichever forms");
    decided(&sandbox, "2026-11-03T10:00", &three);
    assert_eq!(open("2026-11-03T11:00", &two), ["closed"; 2]);
    assert_eq!(open("2026-11-03T11:00", &three), ["closed"; 3]);
    assert_eq!(pressed(&sandbox, "2026-11-03T11:00"), [("corrective".to_owned(), 1, three)]);
    assert_eq!(pressed(&sandbox, "2026-11-04T09:00"), []);
    assert_eq!(runs(&sandbox, "2026-11-04T09:00", &one, "handling"), [""; 0]);
    // the paper about the second form says how late the case was, although another form shows its run
    let links = sandbox.json(&format!("show {two}"))["data"]["derived"]["links"].clone();
    let mut notices = links.as_array().expect("links").iter().filter_map(|link| link["id"].as_str());
    let of_case = |id: &&str| sandbox.json(&format!("show {id}"))["data"]["deadline"] == "handling";
    let notice = notices.find(of_case).expect("a notice");
    let page = sandbox.run(&format!("--now 2026-11-04T09:00 print {notice} -o - --lang en"));
    assert!(page.contains("2026-11-03 10:00"), "{page}");
    assert_eq!(sandbox.run("--now 2026-11-04T09:00 audit --quiet"), "--- exit 0\n");
}

/// CP10, CP17: figures, the tracking table, the overdue list, `show` and `explain` speak of one case, and the
/// client's time counts.
#[test]
fn reports_count_a_case_of_three_forms_once() {
    let (sandbox, one, two) = refused_once();
    let three = refused(&sandbox, "2026-10-20T09:00", &two);
    done(&sandbox.run(&format!("--now 2026-10-20T10:00 advance {three} refile")));
    approved(&sandbox, "2026-10-22T09:00", &three);
    // overdue: once, on the form that is open
    let now = "2026-10-24T09:00";
    let late = rows(&sandbox.json(&format!("--now {now} report overdue")), "overdue");
    let whole: Vec<&Value> = late.iter().filter(|row| row["deadline"].to_string().contains("of the case")).collect();
    assert_eq!((whole.len(), &whole[0]["id"]), (1, &json!(three)), "{late:?}");
    let tracked = rows(&sandbox.json(&format!("--now {now} report tracking 2026-10")), "cases");
    let [case] = &tracked[..] else { panic!("{tracked:?}") };
    assert_eq!((&case["id"], &case["forms"]), (&json!(one), &json!(3)), "{case}");
    assert!(case["missed"].to_string().contains("Handling time of the case"), "{case}");
    assert_eq!(case["ended"], Value::Null);
    decided(&sandbox, "2026-10-25T09:00", &three);
    let now = "2026-11-01T09:00";
    let tracked = rows(&sandbox.json(&format!("--now {now} report tracking 2026-10")), "cases");
    let [case] = &tracked[..] else { panic!("{tracked:?}") };
    assert!(case["state"].to_string().contains("Decided"), "{case}");
    // registered, signed off, and late: each once
    let monthly = sandbox.json(&format!("--now {now} report monthly 2026-10"));
    let sections = monthly["data"]["sections"].as_array().expect("sections").iter();
    let figures: Vec<Value> =
        sections.flat_map(|section| section["figures"].as_array().cloned().unwrap_or_default()).collect();
    let figure = |name: &str| {
        let found = figures.iter().find(|figure| figure["name"] == name);
        found.unwrap_or_else(|| panic!("{name}: {figures:?}")).clone()
    };
    for (name, count) in [("received", 1), ("closed", 1)] {
        assert_eq!(figure(name)["value"].to_string(), count.to_string(), "{name}");
    }
    let in_time = figure("closed-on-time");
    let parts = ["numerator", "denominator"].map(|part| in_time[part]["value"].to_string());
    assert_eq!(parts, ["0", "1"], "{in_time}");
    // three times to think, each on its own line, and they count: 24 days from the registration to the sign-off
    let told = sandbox.json(&format!("--now {now} explain {three} --deadline handling"))["data"][0].clone();
    assert_eq!(told["apart"].as_array().map(Vec::len), Some(3), "{told}");
    assert_eq!(told["elapsed"], json!(24 * 86_400), "{told}");
    for (lang, heading, called) in
        [("en", "Forms of the case", "the client's time to think"), ("zh", "本案各处理表", "客户考虑时间（计入）")]
    {
        let shown = sandbox.run(&format!("--now {now} --lang {lang} show {two}"));
        let forms = shown.split_once(heading).unwrap_or_else(|| panic!("{shown}")).1;
        assert_eq!(forms.split("\n\n").next().map(|table| table.matches("C-ID").count()), Some(5), "{shown}");
        let explained = sandbox.run(&format!("--now {now} --lang {lang} explain {three} --deadline handling"));
        assert_eq!(explained.matches(called).count(), 3, "{explained}");
    }
    let shown = sandbox.json(&format!("--now {now} show {two}"))["data"]["derived"].to_string();
    assert!(!shown.contains("\"handling\""), "only the last form shows it: {shown}");
}

/// NT2: a report of a past period shows what was late in it, even if the next form of the case was opened later.
#[test]
fn a_form_opened_later_takes_nothing_out_of_the_past() {
    let (sandbox, _, two) = refused_once();
    let line = |now: &str| {
        let report = sandbox.json(&format!("--now {now} report timeliness 2026-10"));
        let rows = rows(&report, "by-step");
        let of_case = rows.into_iter().find(|row| row["deadline"].to_string().contains("of the case"));
        of_case.map(|row| [row["ended"].clone(), row["overdue"].clone()])
    };
    let before = line("2026-11-01T09:00");
    assert_eq!(before, Some([json!(0), json!(1)]), "overdue at the end of October");
    let three = refused(&sandbox, "2026-11-03T09:00", &two);
    assert_eq!(line("2026-11-04T09:00"), before);
    done(&sandbox.run(&format!("--now 2026-11-05T09:00 advance {three} withdraw")));
    assert_eq!(line("2026-11-10T09:00"), before, "however the next form ended");
    let november = sandbox.json("--now 2026-12-01T09:00 report timeliness 2026-11");
    let november = rows(&november, "by-step");
    let ended = november.iter().find(|row| row["deadline"].to_string().contains("of the case")).expect("the case");
    assert_eq!((&ended["ended"], &ended["late"]), (&json!(1), &json!(1)), "{ended}");
}

/// ST3: what a case has missed is proposed for sanction once, whichever of its forms showed it.
#[test]
fn a_case_is_charged_once_for_what_it_missed() {
    let charging = || {
        let sandbox = book();
        let path = "policy/deductions.toml";
        let rule = "\n[[rules]]\nname = \"late-case\"\nlabel = { en = \"Case handled late\", zh = \"案件逾期\" }\n\
                    on = \"breach:handling\"\nperson = \"step:approve\"\namount = \"100.00\"\n";
        sandbox.write(path, &(sandbox.read(path) + rule));
        assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
        sandbox.git("commit -qam 'Charge late cases'");
        refused_once_in(sandbox)
    };
    let planned = |sandbox: &Sandbox, now: &str| {
        let made = sandbox.json(&format!("--now {now} plan sanctions 2026-10"))["data"].clone();
        let all = made["planned"].as_array().cloned().unwrap_or_default().into_iter();
        let own = all.filter(|one| one["rule"] == "late-case");
        own.map(|one| one["about"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let (sandbox, _, two) = charging();
    assert_eq!(planned(&sandbox, "2026-10-16T09:00"), std::slice::from_ref(&two));
    let three = refused(&sandbox, "2026-10-20T09:00", &two);
    done(&sandbox.run(&format!("--now 2026-10-20T10:00 advance {three} refile")));
    approved(&sandbox, "2026-10-22T09:00", &three);
    assert_eq!(planned(&sandbox, "2026-10-25T09:00"), [""; 0], "the same case on its next form");
    // it is not lost if the next form was opened after the period
    let (sandbox, _, two) = charging();
    refused(&sandbox, "2026-11-03T09:00", &two);
    assert_eq!(planned(&sandbox, "2026-11-04T09:00"), [two]);
}
