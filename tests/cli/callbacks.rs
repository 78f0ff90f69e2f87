//! Callbacks (CB1 to CB5): attempts before a client is given up, one call for several callbacks, clients who asked
//! not to be called, and one case for what a dissatisfied client says.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;
use crate::terminal::Terminal;

const ATTEMPT: &str = "attempt attempts.+.outcome=无人接听";

/// A book with a client who has one open callback for each key.
fn book(keys: &[&str]) -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --name Test --lang en"));
    done(&sandbox.run("new client name=李娜 --on 2026-11-01"));
    done(&sandbox.run("new client name=宁波远洋阀门 --on 2026-11-01"));
    for key in keys {
        let line = format!("new callback client=李娜 reason=routine due=2026-11-25 --on 2026-11-20 --key {key}");
        done(&sandbox.run(&line));
    }
    sandbox
}

fn state(sandbox: &Sandbox, key: &str) -> String {
    sandbox.json(&format!("show {key}"))["data"]["state"].as_str().expect("a state").to_owned()
}

#[test]
fn a_client_is_given_up_after_the_attempts_that_the_policy_asks_for() {
    let sandbox = book(&["call"]);
    let refused = |are: &str| {
        let said = sandbox.run("advance call give-up");
        assert!(said.contains(are) && said.contains("`attempt` adds to `attempts`"), "{said}");
        assert!(said.ends_with("--- exit 1\n"), "{said}");
        assert!(sandbox.run("advance call give-up --json").contains("\"too-few\""));
    };
    refused("0 of 3, on 0 of 2 days");
    for (at, are) in [("21T10:00", "1 of 3, on 1 of 2 days"), ("21T16:00", "2 of 3, on 1 of 2 days")] {
        done(&sandbox.run(&format!("advance call {ATTEMPT} attempts.+.at=2026-11-{at}")));
        let lines = sandbox.json("show call")["data"]["attempts"].as_array().map_or(0, Vec::len);
        assert!(lines > 0);
        refused(are);
    }
    let said = sandbox.run("advance call give-up --lang zh");
    assert!(said.contains("3 次中已有 2 次，2 天中已有 1 天"), "{said}");
    // the list of steps says it before anybody tries
    assert!(sandbox.run("advance call").contains("2 of 3, on 1 of 2 days"));
    done(&sandbox.run("advance call give-up attempts.+.at=2026-11-23T09:00"));
    assert_eq!(state(&sandbox, "call"), "unreachable");
    assert!(sandbox.run("audit --quiet").ends_with("--- exit 0\n"));
    assert!(sandbox.run("validate --full").ends_with("--- exit 0\n"));
    // a new attempt begins again
    done(&sandbox.run("advance call retry due=2026-11-26"));
    let said = sandbox.run("advance call give-up");
    assert!(said.contains("0 of 3, on 0 of 2 days"), "{said}");
}

#[test]
fn no_other_way_leads_around_the_attempts() {
    let sandbox = book(&["call"]);
    // an import brings in no client who was given up without attempts
    sandbox.write("calls.csv", "client,reason,due,state\n李娜,routine,2026-11-25,unreachable\n");
    let said = sandbox.run("import callback calls.csv");
    assert!(said.contains("0 of 3"), "{said}");
    // a file that is changed by hand is no step, and the audit finds what a commit holds
    let line = "{\"op\":\"advance\",\"id\":\"call\",\"step\":\"give-up\"}";
    assert!(sandbox.run_with("batch -", line).contains("0 of 3"));
    let path = sandbox.git("ls-files callbacks").trim().to_owned();
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("state: planned", "state: unreachable"));
    assert!(!sandbox.run("commit").ends_with("--- exit 0\n"));
    let forged = format!(
        "{}  - at: 2026-11-24T09:00:00+08:00\n    by: {}\n    step: give-up\n    to: unreachable\n",
        text.replace("state: planned", "state: unreachable"),
        text.lines().find_map(|line| line.trim().strip_prefix("by: ")).expect("a person"),
    );
    sandbox.write(&path, &forged);
    sandbox.git("commit -qam forged");
    let said = sandbox.run("audit --quiet");
    assert!(said.contains("too-few") && said.contains("0 of 3"), "{said}");
}

#[test]
fn one_call_covers_what_else_is_open_of_the_client() {
    let sandbox = book(&["one", "two", "three"]);
    done(&sandbox.run("new callback client=宁波远洋阀门 reason=routine due=2026-11-25 --on 2026-11-20 --key other"));
    done(&sandbox.run(&format!("advance two {ATTEMPT} --cover --on 2026-11-21T10:00 -m 关机")));
    for key in ["one", "two", "three"] {
        let shown = sandbox.json(&format!("show {key}"));
        assert_eq!(shown["data"]["attempts"][0]["outcome"], "无人接听", "{key}");
    }
    let commits = sandbox.git("rev-list --count HEAD");
    // what was said belongs to the callback that was named, and the call belongs to all
    let line = "advance one complete,record method=phone happened=2026-11-24T08:00 summary=满意 score=5 --cover";
    let said = done(&sandbox.run(line)).to_owned();
    assert_eq!(said.matches("李娜").count(), 3, "{said}");
    let after: u32 = sandbox.git("rev-list --count HEAD").trim().parse().expect("a number");
    assert_eq!(after, commits.trim().parse::<u32>().expect("a number") + 1, "one commit");
    assert_eq!(
        [state(&sandbox, "one"), state(&sandbox, "two"), state(&sandbox, "other")],
        ["recorded", "done", "planned"]
    );
    let two = sandbox.json("show two")["data"].clone();
    assert_eq!((&two["method"], two.get("score")), (&"phone".into(), None));
    assert!(two["happened"].as_str().is_some_and(|at| at.starts_with("2026-11-24T08:00")), "{two}");
    let said = sandbox.run("advance two record summary=x score=5 --cover");
    assert!(said.contains("covers-nothing") || said.contains("nothing else is covered"), "{said}");
    assert!(sandbox.run("audit --quiet").ends_with("--- exit 0\n"));
}

#[test]
fn at_a_terminal_the_other_callbacks_of_the_client_are_offered() {
    let sandbox = book(&["one", "two", "three"]);
    let mut terminal = Terminal::open();
    let question = "李娜 has 2 more open callbacks: cover them by the same step?";
    let (seen, code) = terminal.run(&sandbox, "advance one complete", &[(question, "n\n")]);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!([state(&sandbox, "one"), state(&sandbox, "two")], ["done", "planned"]);
    let question = "李娜 has 1 more open callback: cover it by the same step?";
    let (seen, code) = terminal.run(&sandbox, "advance two complete", &[(question, "y\n")]);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(state(&sandbox, "three"), "done");
}

#[test]
fn who_asked_not_to_be_called_is_not_called() {
    let sandbox = book(&["before"]);
    done(&sandbox.run("edit 李娜 do-not-call=yes grade=key"));
    done(&sandbox.run("edit 宁波远洋阀门 grade=key"));
    let said = sandbox.run("new callback client=李娜 reason=routine due=2026-12-01");
    assert!(said.contains("the client asked not to be called back") && said.ends_with("--- exit 1\n"), "{said}");
    let said = sandbox.run("new callback client=李娜 reason=complaint due=2026-12-01 method=phone");
    assert!(said.contains("method=message"), "{said}");
    // a callback that was planned before is made in another way
    done(&sandbox.run("edit before method=phone"));
    let due = sandbox.run("due --all");
    assert!(due.contains("Do not call") && !due.contains("yes"), "{due}");
    assert!(sandbox.run("advance before complete").contains("asked not to be phoned"));
    done(&sandbox.run("advance before complete,record method=message summary=已答复 score=5"));
    // campaigns leave the client out and say so
    let planned = sandbox.json("plan callbacks 2026-12 --now 2026-11-30T09:00");
    let names: Vec<&str> =
        planned["data"]["planned"].as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["宁波远洋阀门"], "{planned}");
    let left = planned["data"]["left-out"].as_array().map_or(0, Vec::len);
    assert_eq!(left, 1, "{planned}");
    let said = sandbox.run("plan callbacks 2026-12 --now 2026-11-30T10:00 --dry-run");
    assert!(said.contains("李娜") && said.contains("is left out: the client asked not to be called"), "{said}");
    // a complaint is called back whatever the client said, but not by phone
    done(&sandbox.run("new complaint client=李娜 channel=phone content=漏水 --key case"));
    let way = "accept,propose,approve,agree,close promised=2026-12-31 remedies.+.kind=explanation";
    done(&sandbox.run(&format!("advance case {way} --now 2026-11-25T10:00")));
    let open = sandbox.json("list callback about=case");
    assert_eq!(open["data"][0]["method"], "message", "{open}");
}

#[test]
fn a_case_that_is_reopened_opens_no_second_one() {
    for (score, complaints, opened) in [(2, 1, false), (3, 2, true)] {
        let sandbox = book(&[]);
        done(&sandbox.run("new complaint client=李娜 channel=phone content=漏水 --key case"));
        let way = "accept,propose,approve,agree,close promised=2026-12-31 remedies.+.kind=explanation";
        done(&sandbox.run(&format!("advance case {way} --now 2026-11-25T10:00")));
        let open = sandbox.json("list callback about=case");
        let call = open["data"][0]["id"].as_str().expect("a callback").to_owned();
        let line = format!(
            "advance {call} complete,record method=phone summary=不满意 unsolved=仍漏水 follow-up=complaint score={score} \
             --now 2026-11-26T10:00"
        );
        let said = done(&sandbox.run(&line)).to_owned();
        let new = said.lines().any(|line| line.starts_with("opened: ") && line.contains("Complaint"));
        assert_eq!(new, opened, "{score}: {said}");
        let all = sandbox.json("list complaint");
        assert_eq!(all["data"].as_array().map(Vec::len), Some(complaints), "{score}: {all}");
        assert_eq!(state(&sandbox, "case"), if opened { "closed" } else { "accepted" }, "{score}");
    }
}
