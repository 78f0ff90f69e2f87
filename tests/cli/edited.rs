//! What `show` and `log` say about edits: field, from, to.

use super::sandbox::Sandbox;

#[test]
fn an_edit_is_told_with_what_it_changed() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=Acme phone=0571-1 contacts.+.name=Li contacts.0.phone=138");
    sandbox.run("new complaint client=Acme channel=phone content=leak demand=return");
    let made = sandbox.json("list complaint");
    let id = made["data"][0]["id"].as_str().expect("an id").to_owned();
    sandbox.run(&format!("edit {id} severity=major demand=exchange"));
    sandbox.run(&format!("advance {id} accept promised=fri"));
    sandbox.run(&format!("edit {id} severity=critical --now 2026-11-24T11:00"));
    for line in [format!("show {id}"), format!("log {id}")] {
        let said = sandbox.run(&line);
        let row = |words: &[&str]| said.lines().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(row(&["Severity", "Major", "Critical"]), "{line}: {said}");
        assert!(row(&["demand", "Return", "Exchange"]), "{line}: {said}");
        // a value that a step fills in for the first time is not a change
        let changed = |line: &str| line.split_once("Li Na").is_some_and(|(_, after)| after.contains("Promised"));
        assert!(!said.lines().any(changed), "{line}: {said}");
    }
    let said = sandbox.run(&format!("log {id} --lang zh"));
    assert!(said.contains("修改内容") && said.contains("原为"), "{said}");
    let log = sandbox.json(&format!("log {id}"));
    let changes = log["data"]["changes"].as_array().expect("changes");
    assert_eq!(changes.last().unwrap()["from"], "major", "{changes:?}");
    assert_eq!(changes.last().unwrap()["to"], "critical");
    // by row; private values are masked unless they are asked for
    sandbox.run("edit Acme contacts.0.phone=139 contacts.+.name=Wang note=x");
    let said = sandbox.run("log Acme");
    assert!(said.lines().any(|line| line.contains("Contact persons 2") && line.contains("•••")), "{said}");
    assert!(!said.contains("139") && !said.contains("Wang"), "{said}");
    let private = sandbox.run("log Acme --private");
    assert!(private.contains("138") && private.contains("139"), "{private}");
    // what the record no longer has is private in `show`, too
    let said = sandbox.run("show Acme");
    assert!(said.contains("139") && !said.contains("138"), "{said}");
    assert!(sandbox.run("show Acme --private").contains("138"));
}

#[test]
fn equal_events_are_told_one_by_one() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=Acme phone=0571-1");
    for grade in ["A", "B", "C"] {
        sandbox.run(&format!("edit Acme grade={grade} --now 2026-11-24T11:00"));
    }
    let log = sandbox.json("log Acme");
    let changes = log["data"]["changes"].as_array().expect("changes");
    let told: Vec<_> =
        changes.iter().map(|one| (one["event"].as_u64(), one["from"].as_str(), one["to"].as_str())).collect();
    assert_eq!(
        told,
        [(Some(1), None, Some("A")), (Some(2), Some("A"), Some("B")), (Some(3), Some("B"), Some("C"))],
        "{changes:?}"
    );
}

#[test]
fn a_record_of_another_kind_is_told_as_such() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang en");
    sandbox.run("new client name=One --key K1");
    let id = sandbox.json("new complaint client=K1 channel=phone content=leak")["data"]["id"].clone();
    let id = id.as_str().expect("an id");
    let said = sandbox.run(&format!("edit {id} client={id}"));
    assert!(said.contains("is a record of the kind Complaint; wanted is one of the kind Client"), "{said}");
    assert!(said.ends_with("--- exit 3\n") || said.ends_with("--- exit 2\n"), "{said}");
}
