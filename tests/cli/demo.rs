//! The demonstration book: it is the same at every run, and every step of its story is taken.

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
    // A dissatisfied client's callback has reopened the case, and every commit is a step of a person.
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
    assert!(shown.contains("\n$ redress --as he.yu advance case-leak accept"), "{shown}");
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

#[test]
fn the_manufacturers_cases_go_through_the_whole_procedure() {
    let sandbox = Sandbox::empty();
    let made = sandbox.json("demo book --preset manufacturer");
    let records = &made["data"]["records"];
    for (kind, state) in [
        ("complaint", "confirmed"),
        ("complaint", "declined"),
        ("complaint", "refused"),
        ("complaint", "withdrawn"),
        ("complaint", "analysed"),
        ("complaint", "accepted"),
        ("return", "settled"),
        ("allowance", "settled"),
        ("task", "checked"),
        ("invoice", "recorded"),
        ("measure", "done"),
    ] {
        assert!(records[kind][state].as_u64() > Some(0), "{kind} {state}: {records}");
    }
    let now = made["data"]["now"].as_str().expect("a time");
    // everybody's commits are their own, so that the audit finds nothing
    assert_eq!(sandbox.run(&format!("-C book --now {now} audit --quiet")), "--- exit 0\n");
    assert_eq!(sandbox.run(&format!("-C book --now {now} validate")), "--- exit 0\n");
    // the attribution of a closed case is still due; one that was done since is not
    let due = sandbox.json(&format!("-C book --now {now} due kind=complaint class=closed --all"))["data"].clone();
    let due = due.as_array().expect("a list").iter().filter(|item| item["deadline"] == "attribution");
    let due: Vec<String> = due.map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
    let of = |key: &str| sandbox.json(&format!("-C book --now {now} show {key}"))["data"].clone();
    let [rust] = &due[..] else { panic!("{due:?}") };
    assert_eq!((&of(rust)["state"], &of(rust)["original"]), (&"confirmed".into(), &of("case-rust")["id"]));
    let shown = sandbox.run("demo again --preset manufacturer --lang zh");
    assert!(shown.contains("\nsu.wan $ redress advance case-return instruct"), "{shown}");
    assert!(shown.contains("客户投诉案件统计表") || shown.contains("统计"), "it ends with the month's report: {shown}");
}

/// Every preset is filled by its own rules: each kind in proportion, taken from step to step by people who may.
#[test]
fn every_preset_is_filled_with_records_of_every_kind() {
    let sandbox = Sandbox::empty();
    for preset in ["manufacturer", "agency", "service-desk", "vip-sales", "terminals", "property"] {
        let [one, two] =
            ["one", "two"].map(|dir| sandbox.json(&format!("demo {dir}-{preset} --preset {preset} --records 30")));
        assert_eq!(one["data"]["commit"], two["data"]["commit"], "{preset}");
        let records = one["data"]["records"].as_object().expect("kinds");
        let policy = sandbox.json(&format!("-C one-{preset} policy show"));
        assert_eq!(policy["error"], serde_json::Value::Null, "{policy}");
        let sql = "select count(distinct kind) as moved from events where seq > 0";
        let moved = sandbox.json(&format!("-C one-{preset} query \"{sql}\""));
        let moved = moved["data"][0]["moved"].as_u64().unwrap_or_else(|| panic!("{moved}"));
        assert!(records.len() > 6 && moved > 5, "{preset}: {moved} of {records:?}");
        let complaints: u64 =
            records["complaint"].as_object().expect("states").values().filter_map(|n| n.as_u64()).sum();
        assert_eq!(complaints, 30, "{preset}: {records:?}");
        let valid = sandbox.run(&format!("-C one-{preset} validate"));
        assert!(valid.ends_with("--- exit 0\n"), "{preset}: {valid}");
        let now = one["data"]["now"].as_str().expect("a time");
        assert_eq!(sandbox.run(&format!("-C one-{preset} --now {now} audit --quiet")), "--- exit 0\n", "{preset}");
    }
}

/// The story of every preset runs to its end, on an ordinary day and near the end of the last year whose holidays are
/// known: then time limits reach into an unknown year.
#[test]
fn the_story_of_every_preset_is_told_to_its_end() {
    let sandbox = Sandbox::empty();
    for preset in ["basic", "manufacturer", "agency", "service-desk", "vip-sales", "terminals", "property"] {
        for now in ["2026-11-24T09:00", "2026-12-21T09:00"] {
            let book = format!("{preset}-{}", &now[..10]);
            let shown = sandbox.run(&format!("--now {now} demo {book} --preset {preset}"));
            assert!(shown.ends_with("--- exit 0\n"), "{preset} {now}: {shown}");
            for command in ["validate", "audit --quiet"] {
                let said = sandbox.run(&format!("-C {book} --now {now} {command}"));
                assert_eq!(said, "--- exit 0\n", "{preset} {now} {command}");
            }
        }
    }
}

#[test]
fn whoever_is_called_like_somebody_of_the_story_makes_a_book_as_well() {
    for preset in ["basic", "manufacturer", "service-desk", "vip-sales", "terminals"] {
        let sandbox = Sandbox::empty();
        let mut command = sandbox.redress(&format!("demo book --preset {preset}"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "周敏").env(format!("GIT_{who}_EMAIL"), "zhou.min@example.cn");
        }
        let shown = sandbox.shown(&command.output().expect("redress runs"));
        assert!(shown.ends_with("--- exit 0\n"), "{preset}: {shown}");
        assert!(shown.contains("zhou.min-2"), "{preset}: {shown}");
    }
}
