//! Whose clock runs: what is taken up again is somebody's work, and states without a clock say so.

use crate::sandbox::Sandbox;

fn book(preset: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = sandbox.run(&format!("--lang en init . --name Test --preset {preset}"));
    assert!(begun.contains("exit 0"), "{begun}");
    sandbox
}

/// CP17: a reopened complaint has a running handling time, so that it is listed, reported and pressed for like any other.
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
    // Seven working days, without the four between the closing on Monday and the reopening on the next.
    assert_eq!(lines("11-09T10:00"), ["handling \"2026-11-18T17:30:00+08:00\""]);
    for line in ["list complaint overdue", "report overdue", "remind"] {
        let shown = at("11-20T09:00", line);
        assert!(shown.contains("leak"), "{line}\n{shown}");
    }
    let told = at("11-20T09:00", "explain case");
    assert!(told.contains("ended, resumed later"), "{told}");
}
