//! Whose clock runs: a reopened record is somebody's work, and states without a clock say so.

use crate::sandbox::Sandbox;

fn book(preset: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = sandbox.run(&format!("--lang en init . --name Test --preset {preset}"));
    assert!(begun.contains("exit 0"), "{begun}");
    sandbox
}

/// CP17: a reopened complaint has a running handling time, so that it is listed, reported and pressed for like any
/// other one.
#[test]
fn a_reopened_complaint_is_somebodys_work_again() {
    let sandbox = book("basic");
    let at = |now: &str, line: &str| {
        let shown = sandbox.run(&format!("--now 2026-{now}:00+08:00 --lang en {line}"));
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
        shown
    };
    at("11-02T09:00", "new client name=Alpha");
    at("11-02T09:00", "new complaint client=Alpha channel=phone content=leak --key case");
    at("11-02T10:00", "advance case accept promised=2026-11-03T17:00");
    at("11-02T11:00", "advance case propose,approve,notify,agree,close remedies.+.kind=apology");
    let lines = |now: &str| {
        let due = sandbox.json(&format!("--now 2026-{now}:00+08:00 due kind=complaint --all"));
        let lines = due["data"].as_array().expect("a list").iter();
        lines.map(|line| format!("{} {}", line["deadline"].as_str().unwrap_or("-"), line["due"])).collect::<Vec<_>>()
    };
    assert_eq!(lines("11-02T12:00"), [""; 0], "closed");
    at("11-09T09:00", "advance case reopen");
    // Seven working days, and the 38 hours of work between the closing on Monday and the reopening the next Monday.
    assert_eq!(lines("11-09T10:00"), ["handling \"2026-11-18T15:30:00+08:00\""]);
    for line in ["list complaint overdue", "report overdue", "remind"] {
        let shown = at("11-20T09:00", line);
        assert!(shown.contains("leak"), "{line}\n{shown}");
    }
    let told = at("11-20T09:00", "explain case");
    assert!(told.contains("ended, resumed later"), "{told}");
}

/// The log of the book also shows that something was noted later than it happened. A future time is refused.
#[test]
fn what_is_noted_later_shows_in_the_log_and_a_time_to_come_is_refused() {
    let sandbox = book("basic");
    let run = |line: &str| sandbox.run(&format!("--now 2026-11-10T09:00:00+08:00 --lang en {line}"));
    run("new client name=Alpha");
    run("new complaint client=Alpha channel=phone content=leak --key case --on 2026-11-06T10:00");
    run("advance case accept promised=2026-11-13 --on 2026-11-09T15:00");
    let log = run("log");
    assert!(log.contains("noted later, happened 2026-11-09 15:00"), "{log}");
    assert!(log.contains("noted later, happened 2026-11-06 10:00"), "{log}");
    assert!(run("log --lang zh").contains("补记，发生于 2026-11-06 10:00"));
    let told = sandbox.json("--now 2026-11-10T09:00:00+08:00 log");
    assert_eq!(told["data"][0]["noted-later"][0]["at"], "2026-11-09T15:00:00+08:00", "{told}");
    for line in [
        "advance case contain containment=x --on 2026-11-11",
        "new complaint client=Alpha channel=phone content=x --on 2026-11-11T09:00",
    ] {
        let refused = run(line);
        assert!(refused.ends_with("--- exit 1\n") || refused.ends_with("--- exit 2\n"), "{line}: {refused}");
        assert!(refused.contains("future") || refused.contains("not happened"), "{refused}");
    }
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}
