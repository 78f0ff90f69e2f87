//! Duplicates and callbacks (GP4, CB5): every closed complaint is called back. If several are one case, the client is
//! called once.

use crate::manufacturer::{REGISTRATION, book, done};
use crate::sandbox::Sandbox;

const COMPLAINT: &str = "new complaint client=杭州精密机械 channel=phone content=漏水";

fn clients() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --name Test --lang en"));
    done(&sandbox.run("new client name=杭州精密机械"));
    done(&sandbox.run("new client name=宁波远洋阀门"));
    sandbox
}

fn registered(sandbox: &Sandbox, keys: &[&str]) {
    for key in keys {
        done(&sandbox.run(&format!("{COMPLAINT} --key {key}")));
    }
}

/// Closes a complaint. Returns whether that opened a callback.
fn closed(sandbox: &Sandbox, key: &str, on: &str) -> bool {
    let way = "accept,propose,approve,agree,close promised=2026-12-31 remedies.+.kind=explanation";
    let shown = sandbox.run(&format!("advance {key} {way} --now {on}T10:00"));
    done(&shown).contains("opened: B-")
}

fn called(sandbox: &Sandbox, about: &str, on: &str, score: usize) {
    let open = sandbox.json(&format!("list callback about={about} class=new"));
    let call = open["data"][0]["id"].as_str().expect("a callback").to_owned();
    let line = format!("advance {call} complete,record summary=已回访 score={score} --now {on}T10:00");
    done(&sandbox.run(&line));
}

#[test]
fn a_duplicate_has_the_callback_of_its_original_while_that_is_to_be_made() {
    let sandbox = clients();
    registered(&sandbox, &["one", "before", "while", "after", "again"]);
    for key in ["before", "while", "again"] {
        done(&sandbox.run(&format!("edit {key} duplicate-of=one")));
    }
    done(&sandbox.run("edit after duplicate-of=while"));
    assert!(!closed(&sandbox, "before", "2026-11-25"), "the original is to be closed and called back");
    assert!(closed(&sandbox, "one", "2026-11-30"));
    assert!(!closed(&sandbox, "while", "2026-12-01"), "its callback is planned");
    // the month before has nothing to show, and the month in which it is due has one callback
    let planned = |month: &str| sandbox.json(&format!("report callbacks {month}"))["data"]["sections"][0].clone();
    assert_eq!(
        (&planned("2026-11")["figures"][0]["value"], &planned("2026-12")["figures"][0]["value"]),
        (&0.into(), &1.into())
    );
    called(&sandbox, "one", "2026-12-02", 5);
    assert!(closed(&sandbox, "after", "2026-12-03"), "the client has been called before this one was closed");
    done(&sandbox.run("advance one reopen promised=2026-12-31 --now 2026-12-04T10:00"));
    assert!(!closed(&sandbox, "again", "2026-12-05"), "the original is open again");
    let way = "propose,approve,agree,close --now 2026-12-07T10:00";
    assert!(done(&sandbox.run(&format!("advance one {way}"))).contains("opened: B-"));
}

#[test]
fn nobody_is_left_uncalled_for_a_link() {
    let sandbox = clients();
    registered(&sandbox, &["one", "of-withdrawn"]);
    done(&sandbox.run("advance one withdraw"));
    done(&sandbox.run("edit of-withdrawn duplicate-of=one"));
    assert!(closed(&sandbox, "of-withdrawn", "2026-11-25"), "the original has no callback to come");
    registered(&sandbox, &["two"]);
    done(&sandbox.run("new complaint client=宁波远洋阀门 channel=phone content=漏水 duplicate-of=two --key others"));
    assert!(closed(&sandbox, "others", "2026-11-25"), "another client is called, too");
}

/// What a campaign plans after a step follows the same rule, in every month.
#[test]
fn a_campaign_after_a_step_calls_the_client_of_a_duplicate_once() {
    let sandbox = clients();
    let campaigns = "[[campaigns]]\nname = \"closed\"\nafter = \"complaint:close\"\nwithin = \"2 weeks\"\n\
        set = { reason = \"service\", method = \"phone\" }\n\n[[campaigns]]\nname = \"key-accounts\"";
    let rules = sandbox.read("policy/callbacks.toml");
    sandbox.write("policy/callbacks.toml", &rules.replacen("[[campaigns]]\nname = \"key-accounts\"", campaigns, 1));
    done(&sandbox.run("commit -m campaign"));
    registered(&sandbox, &["one", "copy", "lone"]);
    done(&sandbox.run("edit copy duplicate-of=one"));
    closed(&sandbox, "copy", "2026-11-25");
    closed(&sandbox, "lone", "2026-11-25");
    let about = |now: &str, month: &str| {
        let plan = sandbox.json(&format!("--now {now}T10:00 plan callbacks {month}"));
        let planned = plan["data"]["planned"].as_array().cloned().unwrap_or_default();
        let ids = planned.iter().filter_map(|row| row["id"].as_str());
        ids.map(|id| sandbox.json(&format!("show {id}"))["data"]["about"].clone()).collect::<Vec<_>>()
    };
    let id = |key: &str| sandbox.json(&format!("show {key}"))["data"]["id"].clone();
    assert_eq!(about("2026-11-26", "2026-12"), [id("lone")], "the original is still open");
    closed(&sandbox, "one", "2026-11-26");
    assert_eq!(about("2026-11-26", "2026-11"), Vec::<serde_json::Value>::new(), "two weeks end in December");
    assert_eq!(about("2026-11-26", "2026-12"), [id("one")]);
    assert_eq!(about("2026-11-26", "2026-12"), Vec::<serde_json::Value>::new());
}

/// If two were planned before they were known to be one, that of the duplicate may be cancelled, and no other.
#[test]
fn the_callback_of_a_duplicate_may_be_cancelled() {
    let sandbox = book();
    for key in ["one", "two"] {
        done(&sandbox.run(&format!("new complaint {REGISTRATION} --key {key}")));
    }
    done(&sandbox.run("new callback client=杭州恒泰机械 about=two reason=complaint due=fri --key call"));
    let refused = sandbox.run("advance call cancel");
    assert!(refused.contains("every closed complaint is called back"), "{refused}");
    done(&sandbox.run("edit two duplicate-of=one"));
    done(&sandbox.run("advance call cancel"));
}
