//! What a manufacturer's case waits for, until when, and who gets notices in the meantime.

use crate::manufacturer::{REGISTRATION, book, by, done, to_proposed};

#[test]
fn a_silent_client_is_reminded_before_the_case_lapses() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    let waits = sandbox.run("advance case wait");
    assert!(
        waits.contains(
            "next: Withdraw (withdraw), Resume (resume), Remind the client (remind) after 2026-11-27 17:30 Fri ("
        ),
        "{waits}"
    );
    assert!(waits.contains("\n  Client's reply: by 2026-11-27 17:30 Fri\n"), "{waits}");
    let early = sandbox.run("advance case lapse");
    assert!(early.contains("`lapse` comes after remind (2 times)"), "{early}");
    // not before the client could have answered, in whatever way the time is given
    let at = |now: &str, line: &str| sandbox.run(&format!("--now 2026-{now}:00+08:00 {line}"));
    for (now, line) in [
        ("11-27T17:30", "advance case remind"),
        ("11-30T09:00", "advance case remind --on 2026-11-27T17:30:00+08:00"),
        ("11-30T09:00", "advance case remind,remind"),
    ] {
        let refused = at(now, line);
        assert!(
            refused.contains("error: `remind` is open once `client-reply` has passed, that is after 2026-1"),
            "{refused}"
        );
        assert!(
            refused.contains(
                "\nhelp: who could: Li Na (li.na), 赵敏 (zhao.min); the rule stands at policy/kinds/complaint.toml:"
            ),
            "{refused}"
        );
    }
    let listed = at("11-25T09:00", "advance case --lang zh");
    assert!(
        listed.contains(
            "“催请客户答复(remind)”须待“客户回复时限(client-reply)”届满后方可办理，即 2026-11-27 17:30 周五 之后"
        ),
        "{listed}"
    );
    done(&at("11-30T09:00", "advance case remind"));
    assert!(at("11-30T09:00", "advance case lapse").contains("`lapse` comes after remind\n"));
    let again = at("12-04T09:00", "advance case remind --lang zh");
    let next = "下一步：客户撤回投诉 (withdraw)、恢复处理 (resume)、2026-12-09 17:30 周三 后可催请客户答复 (remind)、2026-12-09 17:30 周三 后可逾期未复结案 (lapse)（";
    assert!(done(&again).contains(next), "{again}");
    let zh = at("12-09T12:00", "advance case lapse --lang zh");
    assert!(
        zh.contains(
            "“逾期未复结案(lapse)”须待“客户回复时限(client-reply)”届满后方可办理，即 2026-12-09 17:30 周三 之后"
        ),
        "{zh}"
    );
    // the officer gets notices in time, and nobody is measured by what the client does not do
    let due = sandbox.json("--now 2026-12-10T09:00:00+08:00 due kind=complaint --all");
    assert_eq!(due["data"][0]["deadline"], "client-reminder", "{due}");
    assert_eq!(at("12-10T09:00", "list complaint overdue --quiet"), "--- exit 0\n");
    let shown = at("12-10T09:00", "show case");
    let reply = shown.lines().filter(|line| line.starts_with("Client's reply ")).collect::<Vec<_>>();
    assert_eq!(reply.len(), 3, "{shown}");
    assert!(reply.iter().all(|line| line.contains(" passed ") && line.trim_end().ends_with("杭州恒泰机械")), "{shown}");
    done(&at("12-10T09:00", "advance case lapse"));
    for line in ["report overdue", "report timeliness 2026-12"] {
        let made = at("12-31T09:00", line);
        assert!(!done(&made).contains("Client's reply"), "{made}");
    }
    assert!(!at("12-31T09:00", "remind").contains("Client's reply"));
    done(&at("12-31T09:00", "advance case reopen"));
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// A case opened under older rules opens its steps when its own deadline has passed, as `explain` shows it.
#[test]
fn a_case_waits_as_the_rules_it_was_opened_under_say() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key old")));
    let file = "policy/kinds/complaint.toml";
    let text = sandbox.read(file);
    let (before, after) = text.split_once("name = \"client-reply\"").expect("the deadline");
    sandbox.write(file, &format!("{before}name = \"client-reply\"{}", after.replacen("3 workdays", "1 workdays", 1)));
    done(&sandbox.run("commit"));
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key new")));
    done(&sandbox.run("advance old,new wait"));
    let remind = |key: &str, now: &str| sandbox.run(&format!("--now 2026-11-{now}:00+08:00 advance {key} remind"));
    assert!(remind("new", "25T17:30").contains("after 2026-11-25 17:30 Wed"));
    done(&remind("new", "25T17:31"));
    assert!(remind("old", "25T17:31").contains("after 2026-11-27 17:30 Fri"));
    done(&remind("old", "27T17:31"));
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// CP7: an approval waits for the person who may give it, by the amount of the case.
#[test]
fn an_approval_is_due_with_the_level_that_decides() {
    let sandbox = book();
    let due = |person: &str| by(&sandbox, person, "due --fail-empty");
    to_proposed(&sandbox, "case", "4000");
    assert!(done(&due("zhao.min")).contains("Approval"));
    assert!(due("feng.jie").ends_with("--- exit 3\n"), "the general manager is not asked yet");
    done(&sandbox.run("advance case rework"));
    for step in
        ["instruct instruction=再议", "opine opinion=同前", "review", "propose remedies.0.amount=90000", "review"]
    {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    assert_eq!(sandbox.json("show case")["data"]["decides"], "gm");
    assert!(due("zhao.min").ends_with("--- exit 3\n"), "a manager cannot approve as much");
    assert!(done(&due("feng.jie")).contains("Approval"));
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}
