//! Records that were registered by mistake, and values that a step has fixed: `void` and `correct`.

use crate::manufacturer::{book, by, done};
use crate::sandbox::Sandbox;

fn code(shown: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(shown.split("\n---").next().unwrap_or_default()).expect(shown);
    json["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn one_person_voids_what_they_registered_by_mistake() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    for line in [
        "new client name=恒泰 --key client",
        "new complaint client=恒泰 channel=phone content=漏水 --key one",
        "new complaint client=恒泰 channel=phone content=漏水 --key two",
        "advance two accept promised=2026-11-25",
    ] {
        done(&sandbox.run(line));
    }
    assert_eq!(code(&sandbox.run("advance two void --json")), "missing");
    let voided = sandbox.json("advance two void -m 登记两次");
    assert_eq!(voided["data"]["state"], "void");
    // the client was told of it
    let tasks = sandbox.json("list task about=two");
    assert!(tasks["data"][0]["content"].as_str().is_some_and(|said| said.contains("Tell the client")), "{tasks}");
    assert_eq!(tasks["data"][0]["assignee"], "li.na");
    // it is shown, and marked
    let shown = sandbox.run("show two");
    assert!(shown.contains("Void") && shown.contains("登记两次"), "{shown}");
    assert_eq!(sandbox.json("list complaint")["data"].as_array().map(Vec::len), Some(2));
    assert!(sandbox.run("list complaint").contains("Void"));
    // it counts in no figure, and is in a list of its own
    let report = sandbox.json("report monthly 2026-11");
    let said = report.to_string();
    let received = sandbox.run("report monthly 2026-11");
    assert!(said.contains("登记两次") && received.contains("registered by mistake"), "{received}");
    let tracked = sandbox.run("report tracking 2026-11");
    let id = voided["data"]["id"].as_str().expect("an id");
    assert!(!tracked.contains(id), "{tracked}");
    // it stays so
    assert_eq!(code(&sandbox.run("edit two note=x --json")), "not-from");
    assert_eq!(code(&sandbox.run("advance two reopen promised=2026-11-26 --json")), "not-from");
    assert_eq!(code(&sandbox.run("advance two void -m x --json")), "not-from");
    // a void record is named by no record that counts
    assert_eq!(code(&sandbox.run("advance client void -m x --json")), "needs");
    done(&sandbox.run("advance one void -m x"));
    let tasks: Vec<String> = ids(&sandbox, "task");
    for task in tasks {
        done(&sandbox.run(&format!("advance {task} void -m x")));
    }
    done(&sandbox.run("advance client void -m x"));
    done(&sandbox.run("audit --quiet"));
    done(&sandbox.run("validate"));
    assert!(sandbox.run("--lang zh show two").contains("已作废"));
}

fn ids(sandbox: &Sandbox, kind: &str) -> Vec<String> {
    let listed = sandbox.json(&format!("list {kind}"));
    let all = listed["data"].as_array().expect("records").iter();
    all.map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn nobody_voids_what_charges_them_or_what_they_missed_and_a_second_person_what_was_approved() {
    let sandbox = book();
    for line in [
        "new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-supervisor department=cs",
        "new staff name=陈溪 emails=chen.xi@example.cn roles.+.role=cs-specialist department=cs",
    ] {
        done(&sandbox.run(line));
    }
    let new = |key: &str, more: &str| {
        let line = format!("new complaint client=杭州恒泰机械 channel=phone content=漏水 --key {key} {more}");
        done(&by(&sandbox, "wang.lei", &line));
    };
    new("about", "about=wang.lei");
    let line = "advance about void -m x --json";
    assert_eq!(code(&by(&sandbox, "wang.lei", line)), "same-eyes");
    assert_eq!(code(&by(&sandbox, "chen.xi", line)), "not-entitled");
    done(&by(&sandbox, "zhao.min", line));
    // the person who registered it may, as long as nothing came of it
    new("plain", "");
    done(&by(&sandbox, "wang.lei", "advance plain void -m x"));
    // once its acceptance was missed, somebody else does who did not hold it
    new("late", "--on 2026-11-18T09:00");
    let line = "advance late void -m x --json";
    assert_eq!(code(&by(&sandbox, "wang.lei", line)), "same-eyes");
    done(&by(&sandbox, "zhao.min", line));
    let explained = sandbox.run("explain late --deadline acceptance");
    assert!(explained.contains("breached") || explained.contains("missed"), "{explained}");
    done(&sandbox.run("audit --quiet"));
}

#[test]
fn what_a_step_has_fixed_is_put_right_by_somebody_else_in_one_event() {
    let sandbox = book();
    done(&sandbox.run("new staff name=韩雪 emails=han.xue@example.cn roles.+.role=qm department=qm"));
    done(&sandbox.run("new measure action=全检 owner=zhao.min due=2026-11-20 --key measure --on 2026-11-01"));
    done(&by(&sandbox, "zhao.min", "advance measure complete --on 2026-11-20"));
    done(&by(&sandbox, "feng.jie", "edit measure check-due=2026-11-24"));
    done(&by(&sandbox, "han.xue", "advance measure verify effect=减少一半"));
    let line = "advance measure correct effect=减少三分之一 --json";
    assert_eq!(code(&by(&sandbox, "han.xue", line)), "same-eyes");
    assert_eq!(code(&by(&sandbox, "zhao.min", line)), "not-entitled");
    assert_eq!(code(&sandbox.run("advance measure correct --json")), "unchanged");
    assert_eq!(code(&sandbox.run("edit measure effect=x --json")), "sealed");
    done(&sandbox.run(line));
    let shown = sandbox.json("show measure")["data"].clone();
    let last = shown["history"].as_array().and_then(|all| all.last()).expect("an event").clone();
    assert_eq!((last["step"].as_str(), last["was"]["effect"].as_str()), (Some("correct"), Some("减少一半")), "{last}");
    done(&sandbox.run("audit --quiet"));
}
