//! The demonstration book: the same at every run, and every step of its story taken.

use crate::sandbox::Sandbox;

#[test]
fn two_runs_make_the_same_commits() {
    let sandbox = Sandbox::empty();
    let [one, two] = ["one", "two"].map(|dir| sandbox.json(&format!("demo {dir}")));
    assert_eq!(one["data"]["commit"], two["data"]["commit"]);
    assert_eq!(
        one["data"]["commit"].as_str().map(|commit| sandbox.git("-C one rev-parse HEAD").trim() == commit),
        Some(true)
    );
    let other = sandbox.json("demo three --now 2026-06-15T09:00");
    assert_ne!(one["data"]["commit"], other["data"]["commit"]);
    assert_eq!(one["data"]["records"], other["data"]["records"]);
}

#[test]
fn cases_go_through_their_whole_lives() {
    let sandbox = Sandbox::empty();
    let records = &sandbox.json("demo book")["data"]["records"];
    for state in ["confirmed", "declined", "refused", "withdrawn", "approved", "accepted", "registered"] {
        assert!(records["complaint"][state].as_u64() > Some(0), "{state}: {records}");
    }
    for (kind, state) in [
        ("callback", "recorded"),
        ("callback", "unreachable"),
        ("inquiry", "archived"),
        ("measure", "verified"),
        ("staff", "left"),
    ] {
        assert!(records[kind][state].as_u64() > Some(0), "{kind} {state}: {records}");
    }
    // A dissatisfied client's callback has reopened the case, and every commit is a step of somebody.
    let reopened = sandbox.json("-C book show case-repair");
    let steps: Vec<&str> = reopened["data"]["history"]
        .as_array()
        .expect("a history")
        .iter()
        .filter_map(|event| event["step"].as_str())
        .collect();
    assert!(steps.contains(&"reopen"), "{steps:?}");
    assert_eq!(sandbox.git("-C book status --porcelain"), "");
}

#[test]
fn a_dry_run_tells_the_story_and_makes_nothing() {
    let sandbox = Sandbox::empty();
    let shown = sandbox.run("demo book --dry-run");
    assert!(shown.contains("\nredress --as he.yu advance case-leak accept"), "{shown}");
    assert!(!sandbox.dir().join("book").exists());
}

#[test]
fn a_book_is_not_written_over() {
    let sandbox = Sandbox::empty();
    sandbox.run("demo book");
    let head = sandbox.git("-C book rev-parse HEAD");
    let shown = sandbox.run("demo book");
    assert!(shown.contains("book already") && shown.ends_with("--- exit 1\n"), "{shown}");
    assert_eq!(sandbox.git("-C book rev-parse HEAD"), head);
}

#[test]
fn records_in_bulk_are_whole_and_the_same_at_every_run() {
    let sandbox = Sandbox::empty();
    let [one, two] = ["one", "two"].map(|dir| sandbox.json(&format!("demo {dir} --records 60")));
    assert_eq!(one["data"]["commit"], two["data"]["commit"]);
    let of = |kind: &str| -> u64 {
        let states = one["data"]["records"][kind].as_object().expect("states");
        states.values().filter_map(serde_json::Value::as_u64).sum()
    };
    assert_eq!((of("complaint"), of("client")), (60, 3));
    assert!(of("callback") > 30, "{one}");
    assert_eq!(sandbox.run("-C one validate"), "--- exit 0\n");
}
