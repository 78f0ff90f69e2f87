//! What comes next: after a write, the steps that the procedure waits for now; `advance ID` lists everything that is
//! possible.

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done};
use crate::sandbox::Sandbox;

/// The steps that an answer names as next, and the records that it waits for.
fn next(shown: &str) -> (Vec<String>, Vec<String>) {
    let line = done(shown).lines().find_map(|line| line.strip_prefix("next: ")).unwrap_or_else(|| panic!("{shown}"));
    let steps = line.split(" (").skip(1).filter_map(|part| part.split(')').next());
    let steps = steps.filter(|step| !step.contains("redress")).map(str::to_owned).collect();
    let waits = shown.lines().filter_map(|line| line.strip_prefix("  waits for ")).map(str::to_owned).collect();
    (steps, waits)
}

fn possible(sandbox: &Sandbox, key: &str) -> Vec<String> {
    let listed = sandbox.json(&format!("advance {key}"));
    let steps = listed["data"]["steps"].as_array().expect("steps").iter();
    steps.map(|step| step["step"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn what_was_done_is_not_named_again_and_what_is_possible_stays_listed() {
    let sandbox = book();
    let registered = sandbox.run(&format!("new complaint {REGISTRATION} --key case"));
    assert_eq!(next(&registered).0, ["accept", "decline"], "a first form has nothing to take over: {registered}");
    assert!(possible(&sandbox, "case").contains(&"refile".to_owned()), "but `advance` hides nothing");
    let zhao = |line: &str| by(&sandbox, "zhao.min", line);
    for (person, step, expected) in [
        ("li.na", ACCEPTANCE, vec!["investigate"]),
        ("li.na", "investigate cause=老化 escape=未检 fault=third-party departments=qm", vec!["report", "analyse"]),
        ("li.na", "report", vec!["instruct-report", "analyse"]),
        ("feng.jie", "instruct-report", vec!["analyse"]),
        ("li.na", "analyse countermeasure=更换", vec!["instruct", "opine", "review"]),
        ("li.na", "opine opinion=同意", vec!["instruct", "review"]),
        ("li.na", "instruct instruction=从速", vec!["review"]),
        ("li.na", "review", vec!["propose"]),
        ("li.na", "propose remedies.+.kind=allowance remedies.0.amount=100", vec!["review"]),
        ("li.na", "review", vec!["approve"]),
        // what a step sent back has undone is wanted again
        ("li.na", "rework", vec!["opine", "review"]),
        ("li.na", "opine", vec!["review"]),
        ("li.na", "review", vec!["propose"]),
        ("li.na", "propose", vec!["review"]),
        ("li.na", "review", vec!["approve"]),
        ("zhao.min", "approve", vec!["notify", "agree", "refuse"]),
        ("li.na", "notify", vec!["agree", "refuse"]),
        // the client answers in one way or the other; waiting leads back, and a step that is open once the client has
        // been silent long enough is listed with its time
        ("li.na", "wait", vec!["withdraw", "resume", "remind"]),
        ("li.na", "resume", vec!["agree", "refuse"]),
        ("li.na", "agree answer=同意", vec!["check", "review"]),
        ("zhao.min", "check", vec!["review"]),
        ("li.na", "review combined-opinion=照办", vec!["decide"]),
    ] {
        let shown = by(&sandbox, person, &format!("advance case {step}"));
        assert_eq!(next(&shown), (expected.into_iter().map(str::to_owned).collect(), vec![]), "{step}\n{shown}");
        assert!(possible(&sandbox, "case").len() > next(&shown).0.len());
    }
    let explained = sandbox.json("explain case --deadline explanation");
    assert_eq!(explained["data"].as_array().map(Vec::len), Some(1), "waiting makes nothing due again: {explained}");
    assert!(possible(&sandbox, "case").iter().filter(|step| *step == "check" || *step == "review").count() == 2);
    let decided = zhao("advance case decide decision=照办");
    let (steps, waits) = next(&decided);
    assert_eq!(steps, ["verify", "attribute"]);
    assert!(matches!(&waits[..], [one] if one.contains("Allowance: Ordered")), "{decided}");
    assert!(sandbox.run("advance case verify verification=好").ends_with("--- exit 1\n"));
    let present = "present.+.department=production present.0.person=li.na present.+.department=qm present.1.person=li.na \
                   present.+.department=rd present.2.person=li.na";
    let slip = sandbox.json("list allowance")["data"][0]["id"].as_str().expect("the certificate").to_owned();
    assert_eq!(next(&sandbox.run(&format!("advance case attribute {present}"))).0, ["verify"]);
    let shown = sandbox.run("show case --lang zh");
    assert!(shown.contains("\n  等待 A-"), "{shown}");
    done(&sandbox.run(&format!("advance {slip} cancel")));
    assert!(sandbox.run("show case").contains("\nNext steps\nVerify (verify) ("), "nothing is left to wait for");
}

/// Kinds without an end that they should reach wait for nothing.
#[test]
fn a_record_that_only_stands_waits_for_nothing() {
    let sandbox = book();
    let shown = sandbox.run("new staff name=钱军 emails=qian.jun@example.cn");
    assert!(shown.contains("next: nothing is waited for; what can be done: redress advance qian.jun\n"), "{shown}");
    let shown = sandbox.run("advance qian.jun leave --lang zh");
    assert!(shown.contains("下一步：暂无待办步骤；可办理的步骤：redress advance qian.jun\n"), "{shown}");
}
