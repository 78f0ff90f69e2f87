//! Dealing open records out: to whom, why, and what a person who leaves hands over.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;
use serde_json::Value as Json;

fn person(sandbox: &Sandbox, id: &str, more: &str) {
    let line = format!("new staff --id {id} name={id} emails={id}@example.cn roles.+.role=cs-specialist {more}");
    done(&sandbox.run(&line));
}

/// A book with three specialists. The person who made it takes no records.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    let me = sandbox.json("list staff")["data"][0]["id"].as_str().expect("an id").to_owned();
    done(&sandbox.run(&format!("edit {me} capacity=0")));
    person(&sandbox, "ann", "capacity=1");
    person(&sandbox, "bob", "capacity=3");
    person(&sandbox, "cat", "capacity=2");
    sandbox
}

/// Each record as `to why has`, in order.
fn dealt(json: &Json) -> Vec<String> {
    let rows = json["data"]["assigned"].as_array().expect("a list");
    let said = |row: &Json| {
        let of = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", of("to"), of("why"), row["has"])
    };
    rows.iter().map(said).collect()
}

#[test]
fn clients_go_to_who_has_the_fewest_and_then_the_larger_capacity() {
    let sandbox = book();
    (1..=7).for_each(|n| drop(sandbox.run(&format!("new client name=c{n}"))));
    let head = sandbox.git("rev-parse HEAD");
    let shown = sandbox.json("assign client --dry-run");
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    let made = sandbox.json("assign client");
    assert_eq!(dealt(&shown), dealt(&made), "the same each time");
    let expected = [
        "bob capacity 1",
        "cat capacity 1",
        "ann fewest 1",
        "bob capacity 2",
        "cat capacity 2",
        "ann fewest 2",
        "bob capacity 3",
    ];
    assert_eq!(dealt(&made), expected);
    assert_eq!(sandbox.git(&format!("rev-list --count {}..HEAD", head.trim())).trim(), "1", "one commit");
    let again = sandbox.run("assign client");
    assert_eq!(again, "--- stderr\nnothing is left to be dealt out\n--- exit 0\n");
    // what people have counts from the start
    done(&sandbox.run("new client name=c8"));
    done(&sandbox.run("new client name=c9"));
    assert_eq!(dealt(&sandbox.json("assign client")), ["cat capacity 3", "ann fewest 3"]);
    let load = &sandbox.json("assign client --dry-run")["data"]["load"];
    let now = |id: &str| {
        load.as_array().and_then(|rows| rows.iter().find(|row| row["person"] == id)).map(|row| row["now"].clone())
    };
    assert_eq!((now("ann"), now("bob"), now("cat")), (Some(3.into()), Some(3.into()), Some(3.into())));
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

#[test]
fn relations_are_kept_and_deputies_stand_in() {
    let sandbox = book();
    done(&sandbox.run("new client name=x owner=ann"));
    (1..=3).for_each(|n| drop(sandbox.run(&format!("new inquiry client=x channel=phone content=q{n}"))));
    let made = sandbox.run("assign inquiry --dry-run");
    assert!(made.contains("kept by Client: Looked after by, now 3"), "{made}");
    assert_eq!(dealt(&sandbox.json("assign inquiry --dry-run")), ["ann kept 1", "ann kept 2", "ann kept 3"]);
    // away today: the deputy gets it, and nobody deals to the person who is away
    done(&sandbox.run("edit ann deputy.+.person=cat deputy.0.from=2026-11-20 deputy.0.until=2026-11-30"));
    let made = sandbox.json("assign inquiry");
    assert_eq!(dealt(&made), ["cat stands-in 1", "cat stands-in 2", "cat stands-in 3"]);
    assert_eq!(made["data"]["assigned"][0]["for"], "ann");
    (1..=2).for_each(|n| drop(sandbox.run(&format!("new client name=y{n} grade=key"))));
    assert!(dealt(&sandbox.json("assign client")).iter().all(|line| !line.starts_with("ann")));
    // callbacks are dealt out in the same way
    let planned = sandbox.json("plan callbacks 2026-12 --dry-run");
    let rows = planned["data"]["planned"].as_array().expect("a list");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["why"].is_string() && row["has"].is_u64()), "{planned}");
}

#[test]
fn who_leaves_hands_over_first() {
    let sandbox = book();
    done(&sandbox.run("new client name=x owner=ann --key x"));
    done(&sandbox.run("new inquiry client=x channel=phone content=q assignee=ann"));
    done(&sandbox.run("new callback client=x reason=routine due=2026-11-27 assignee=ann"));
    assert!(sandbox.run("advance ann leave").ends_with("--- exit 1\n"));
    let made = sandbox.json("assign client,inquiry,callback --from ann");
    assert!(dealt(&made).iter().all(|line| !line.starts_with("ann")) && dealt(&made).len() == 3, "{made}");
    // what belongs to the client's new specialist goes there
    let owner = sandbox.json("show x")["data"]["owner"].clone();
    assert!(
        made["data"]["assigned"].as_array().is_some_and(|rows| rows.iter().all(|row| row["to"] == owner)),
        "{made}"
    );
    done(&sandbox.run("advance ann leave"));
    // it can still be given by hand to who has left, as a record of the past may be, but not without a word
    let given = sandbox.run("new inquiry client=x channel=phone content=q assignee=ann --lang zh");
    assert!(given.contains("ann 已离职，请改派在职人员") && given.ends_with("--- exit 0\n"), "{given}");
    let given = sandbox.run("new inquiry client=x channel=phone content=q assignee=bob");
    assert!(!given.contains("has left"), "{given}");
    assert!(sandbox.run("assign measure").contains("[assignment]"));
    assert!(sandbox.run("assign client --from nobody").ends_with("--- exit 3\n"));
}

#[test]
fn what_nobody_can_have_is_said() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    let me = sandbox.json("list staff")["data"][0]["id"].as_str().expect("an id").to_owned();
    done(&sandbox.run(&format!("edit {me} capacity=0")));
    done(&sandbox.run("new client name=x"));
    let shown = sandbox.run("assign client");
    assert!(shown.contains("nobody with the role") && shown.ends_with("--- exit 0\n"), "{shown}");
    assert_eq!(sandbox.json("assign client")["data"]["left"][0]["why"], "nobody");
}
