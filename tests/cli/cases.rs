//! A missed deadline stays missed, whatever is changed later. A case is measured as a whole, however many forms it
//! took.

use serde_json::{Value, json};

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done};
use crate::sandbox::Sandbox;

/// The runs of a deadline as `explain` shows them: start, due, outcome.
pub(super) fn runs(sandbox: &Sandbox, now: &str, id: &str, deadline: &str) -> Vec<String> {
    let told = sandbox.json(&format!("--now {now} explain {id} --deadline {deadline}"));
    let of = |run: &Value, key: &str| run[key].as_str().unwrap_or("-").chars().take(16).collect::<String>();
    let all = told["data"].as_array().expect("runs").iter();
    all.map(|run| format!("{} {} {}", of(run, "start"), of(run, "due"), of(run, "outcome"))).collect()
}

fn basic() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("--lang en init . --name Test"));
    done(&sandbox.run("--now 2026-11-02T09:00 new client name=Alpha"));
    sandbox
}

/// The rows of the table of `report timeliness` whose text contains this: ended, late.
fn late(sandbox: &Sandbox, now: &str, period: &str, label: &str) -> Vec<(Value, Value)> {
    let report = sandbox.json(&format!("--now {now} report timeliness {period}"));
    let sections = report["data"]["sections"].as_array().expect("sections").clone();
    let steps = sections.into_iter().find(|section| section["name"] == "by-step").expect("the steps");
    let rows = steps["rows"].as_array().expect("rows").iter();
    let rows = rows.filter(|row| row["cells"]["deadline"].to_string().contains(label));
    rows.map(|row| (row["cells"]["ended"].clone(), row["cells"]["late"].clone())).collect()
}

/// A missed limit stays missed if it no longer applies to the case.
#[test]
fn a_breach_stays_when_its_condition_is_lost() {
    let sandbox = basic();
    let at = |time: &str, line: &str| done(&sandbox.run(&format!("--now 2026-11-02T{time} {line}"))).to_owned();
    at("09:00", "new complaint client=Alpha channel=phone content=leak severity=critical --key case");
    at("14:00", "edit case severity=minor");
    let critical = "2026-11-02T09:00 2026-11-02T11:00 breached";
    assert_eq!(runs(&sandbox, "2026-11-02T15:00", "case", "acceptance-critical"), [critical]);
    assert_eq!(
        runs(&sandbox, "2026-11-02T15:00", "case", "acceptance"),
        ["2026-11-02T09:00 2026-11-03T17:30 open"],
        "what holds from now on counts from the start"
    );
    let explained = at("15:00", "explain case --lang zh");
    assert!(explained.contains("已逾期，其后不再适用"), "{explained}");
    assert_eq!(late(&sandbox, "2026-12-01T09:00", "2026-11", "Acceptance, critical"), [(1.into(), 1.into())]);
    let record = sandbox.json("show case")["data"].clone();
    let holds = |event: usize| record["history"][event]["holds"].clone();
    assert_eq!(holds(0), json!({ "acceptance": false, "acceptance-critical": true }));
    assert_eq!(holds(1), json!({ "acceptance": true, "acceptance-critical": false }));
    // an edit that changes no condition records none
    at("15:00", "edit case content='it leaks'");
    assert_eq!(sandbox.json("show case")["data"]["history"][2]["holds"], Value::Null);
    // raised again: two hours from then, because nobody could know before
    at("16:00", "edit case severity=critical");
    let again = "2026-11-02T16:00 2026-11-03T09:00 open";
    assert_eq!(runs(&sandbox, "2026-11-02T16:10", "case", "acceptance-critical"), [critical, again]);
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// A limit that had not passed when its condition was lost is neither met nor missed.
#[test]
fn what_is_no_longer_demanded_is_neither_met_nor_missed() {
    let sandbox = basic();
    let at = |time: &str, line: &str| done(&sandbox.run(&format!("--now 2026-11-02T{time} {line}"))).to_owned();
    at("09:00", "new complaint client=Alpha channel=phone content=leak severity=critical --key case");
    at("10:00", "edit case severity=minor");
    let dropped = ["2026-11-02T09:00 2026-11-02T11:00 dropped"];
    assert_eq!(runs(&sandbox, "2026-11-02T15:00", "case", "acceptance-critical"), dropped);
    assert!(late(&sandbox, "2026-12-01T09:00", "2026-11", "Acceptance, critical").is_empty());
    // an edit that is dated earlier does not undo a breach from before it was written down
    at("09:30", "new complaint client=Alpha channel=phone content=leak severity=critical --key other");
    at("14:00", "edit other severity=minor --on 2026-11-02T10:00");
    let missed = ["2026-11-02T09:30 2026-11-02T11:30 breached"];
    assert_eq!(runs(&sandbox, "2026-11-02T15:00", "other", "acceptance-critical"), missed);
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// What events say about conditions is compared with the fields. Older records use today's values, and a warning says
/// so.
#[test]
fn forged_and_missing_conditions_are_found() {
    for (from, to, found) in [
        ("      acceptance-critical: false\n", "      acceptance-critical: true\n", true),
        ("    holds:\n      acceptance: true\n      acceptance-critical: false\n", "", true),
        ("    holds:\n      acceptance: false\n      acceptance-critical: true\n", "", true),
    ] {
        let sandbox = basic();
        let new = "new complaint client=Alpha channel=phone content=leak severity=critical --key case";
        done(&sandbox.run(&format!("--now 2026-11-02T09:00 {new}")));
        if !from.contains("acceptance: false") {
            done(&sandbox.run("--now 2026-11-02T14:00 edit case severity=minor"));
        }
        let id = sandbox.json("show case")["data"]["id"].as_str().expect("an id").to_owned();
        let path = format!("complaints/2026/11/02/{id}.yaml");
        let text = sandbox.read(&path);
        assert!(text.contains(from), "{text}");
        sandbox.write(&path, &text.replacen(from, to, 1));
        sandbox.git("commit -q -a --amend --no-edit");
        let audit = sandbox.run("audit --quiet");
        assert_eq!(audit.contains("holds-false"), found, "{from}\n{audit}");
        if from.contains("acceptance: false") {
            let explained = sandbox.run("--now 2026-11-02T15:00 explain case");
            assert!(explained.contains("does not tell whether severity=critical held"), "{explained}");
            let told = sandbox.json("explain case --deadline acceptance-critical");
            assert_eq!(told["data"][0]["condition"], "today");
        }
    }
}

/// A condition of a deadline may ask only about the record itself, and nonsense in the other keys is refused.
#[test]
fn nonsense_about_deadlines_is_refused() {
    for (from, to, said) in [
        ("when = \"severity=critical\"", "when = \"client.grade=key\"", "asks of another record"),
        ("gained = \"anew\"", "gained = \"later\"", "`gained` is `start` or `anew`"),
        ("when = \"severity=critical\"\n", "", "the deadline has no `when`"),
        ("gained = \"anew\"", "over = \"client\"", "names no field that refers to another complaint"),
        ("gained = \"anew\"", "over = \"original\"\nreopen = \"restart\"", "would restart the clock"),
        ("gained = \"anew\"", "apart = { states = [] }", "names no state"),
    ] {
        let sandbox = basic();
        let path = "policy/kinds/complaint.toml";
        let kind = sandbox.read(path);
        let at = kind.find("name = \"acceptance-critical\"").expect("the deadline");
        let (head, tail) = kind.split_at(at);
        assert!(tail.contains(from), "{tail}");
        sandbox.write(path, &(head.to_owned() + &tail.replacen(from, to, 1)));
        let checked = sandbox.run("policy check");
        assert!(checked.contains(said) && checked.contains("complaint.toml:"), "{to}\n{checked}");
        assert!(!checked.contains("exit 0"), "{checked}");
    }
}

/// Takes the form of a case from its analysis to the approval.
pub(super) fn approved(sandbox: &Sandbox, at: &str, form: &str) {
    for step in ["opine opinion=同意", "review", "instruct instruction=从速"] {
        done(&sandbox.run(&format!("--now {at} advance {form} {step}")));
    }
    let proposed = "propose remedies.+.kind=allowance remedies.0.amount=100";
    done(&sandbox.run(&format!("--now {at} advance {form} {proposed}")));
    done(&sandbox.run(&format!("--now {at} advance {form} review")));
    done(&by(sandbox, "feng.jie", &format!("--now {at} advance {form} approve")));
}

/// The form that was opened by the refusal of another form.
pub(super) fn refused(sandbox: &Sandbox, at: &str, form: &str) -> String {
    let answer = sandbox.json(&format!("--now {at} advance {form} refuse answer=不同意"));
    answer["data"]["opened"][0].as_str().expect("the next form").to_owned()
}

/// Three forms of a case: a refusal does not restart the clock of the whole case, and figures count it once (CP10,
/// CP17).
#[test]
fn refusals_do_not_restart_the_clock() {
    let sandbox = book();
    done(&sandbox.run(&format!("--now 2026-10-01T09:00 new complaint {REGISTRATION} --key one")));
    let found = [
        "investigate cause=老化 escape=未检 fault=third-party",
        "report,instruct-report",
        "analyse countermeasure=更换",
    ];
    for step in [ACCEPTANCE].iter().chain(&found) {
        done(&sandbox.run(&format!("--now 2026-10-02T09:00 advance one {step}")));
    }
    approved(&sandbox, "2026-10-03T09:00", "one");
    let two = refused(&sandbox, "2026-10-11T09:00", "one");
    // the next form is accepted, and nothing else
    for step in ["accept", "accept promised=mon", "decline", "decline decline-reason=x"] {
        let refusal = sandbox.run(&format!("--now 2026-10-11T09:00 advance {two} {step}"));
        assert!(refusal.contains("refile") && refusal.contains("exit 1"), "{refusal}");
    }
    let next = sandbox.run(&format!("--now 2026-10-11T09:00 show {two}"));
    assert!(next.contains("refile") && !next.contains("(accept)"), "{next}");
    done(&sandbox.run(&format!("--now 2026-10-12T09:00 advance {two} refile")));
    approved(&sandbox, "2026-10-13T09:00", &two);
    let three = refused(&sandbox, "2026-10-20T09:00", &two);
    done(&sandbox.run(&format!("--now 2026-10-21T09:00 advance {three} refile")));
    approved(&sandbox, "2026-10-22T09:00", &three);
    let now = "2026-10-25T09:00";
    let due = sandbox.json(&format!("--now {now} due kind=complaint --all"));
    let lines: Vec<&Value> = due["data"].as_array().expect("lines").iter().collect();
    let lines: Vec<&&Value> = lines.iter().filter(|line| line["deadline"] == "handling").collect();
    assert_eq!(lines.len(), 1, "{due}");
    assert_eq!(lines[0]["id"], json!(three));
    done(&sandbox.run(&format!("--now {now} advance {three} agree answer=同意")));
    done(&by(&sandbox, "zhao.min", &format!("--now {now} advance {three} check")));
    done(&sandbox.run(&format!("--now {now} advance {three} review combined-opinion=照办")));
    done(&by(&sandbox, "feng.jie", &format!("--now {now} advance {three} decide decision=照办")));
    let now = "2026-11-01T09:00";
    // the whole ran from the first registration, and only the last form shows it
    assert_eq!(runs(&sandbox, now, &three, "handling"), ["2026-10-01T09:00 2026-10-15T00:00 breached"]);
    for earlier in ["one", &two] {
        assert!(runs(&sandbox, now, earlier, "handling").is_empty());
        let told = sandbox.run(&format!("--now {now} explain {earlier}"));
        assert!(told.contains("counted over all forms of the case"), "{told}");
    }
    for form in ["one", &two, &three] {
        let own = runs(&sandbox, now, form, "form-handling");
        assert!(own.len() == 1 && own[0].ends_with("met"), "each form was in time: {own:?}");
    }
    // the time that the client took to think counts, and is listed separately
    let told = sandbox.json(&format!("--now {now} explain {three} --deadline handling"));
    let apart = told["data"][0]["apart"].as_array().expect("stretches");
    let stretch = |at: usize| (apart[at]["from"].clone(), apart[at]["until"].clone());
    assert_eq!(apart.len(), 3, "{told}");
    assert_eq!(stretch(0), (json!("2026-10-03T09:00:00+08:00"), json!("2026-10-11T09:00:00+08:00")));
    let explained = sandbox.run(&format!("--now {now} explain {three} --deadline handling --lang zh"));
    assert_eq!(explained.matches("客户考虑时间（计入）").count(), 3, "{explained}");
    // figures count the case once, and late
    assert_eq!(late(&sandbox, now, "2026-10", "Handling time of the case"), [(1.into(), 1.into())]);
    let monthly = sandbox.json(&format!("--now {now} report monthly 2026-10")).to_string();
    let figure = &monthly[monthly.find("closed-on-time").expect("the figure")..];
    assert!(figure.contains("\"count\":0") || figure.contains("0"), "{figure}");
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// What ends a promise without an answer is none: a withdrawal in time was owed no answer, one that came late left it
/// unanswered.
#[test]
fn only_an_answer_answers() {
    for (step, expected) in [("notify", "1 / 1"), ("refuse answer=no", "0 / 0"), ("withdraw", "0 / 0")] {
        let sandbox = basic();
        let at = |time: &str, line: &str| done(&sandbox.run(&format!("--now 2026-11-{time} {line}"))).to_owned();
        at("02T09:00", "new complaint client=Alpha channel=phone content=leak --key case");
        at("02T10:00", "advance case accept promised=2026-11-05T17:00");
        at("02T11:00", "advance case propose,approve remedies.+.kind=apology");
        at("03T09:00", &format!("advance case {step}"));
        let report = sandbox.json("--now 2026-12-01T09:00 report monthly 2026-11");
        let sections = report["data"]["sections"].as_array().expect("sections").iter();
        let figures = sections.flat_map(|section| section["figures"].as_array().cloned().unwrap_or_default());
        let feedback = figures.filter(|figure| figure["name"] == "feedback-on-time").collect::<Vec<_>>();
        let parts = ["numerator", "denominator"].map(|part| feedback[0][part]["value"].to_string());
        assert_eq!(parts.join(" / "), expected, "{step}: {}", feedback[0]);
    }
}
