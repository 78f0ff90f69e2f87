//! Notices to the person who holds something overdue or who closed something late, once.

use crate::sandbox::Sandbox;

/// A complaint that had to be accepted by Wednesday, 25 November, 17:30.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州精密机械");
    sandbox.run("new complaint client=杭州精密机械 channel=phone content=漏水 --key K1");
    sandbox
}

#[test]
fn what_is_overdue_is_pressed_once_and_again_after_a_time() {
    let sandbox = book();
    assert_eq!(sandbox.run("--now 2026-11-25T17:30+08:00 remind"), "--- exit 0\n");
    let dry = sandbox.run("--now 2026-11-26T09:00+08:00 --dry-run remind");
    assert!(dry.contains("Expedite notice") && dry.contains("(--dry-run)"), "{dry}");
    let issued = sandbox.run("--now 2026-11-26T09:00+08:00 remind");
    assert!(issued.starts_with("1 notice issued\n"), "{issued}");
    for said in ["Expedite notice", "漏水", "Acceptance", "2026-11-25 17:30", "2026-11-27"] {
        assert!(issued.contains(said), "{said}\n{issued}");
    }
    // a second run does nothing and prints nothing
    let head = sandbox.git("rev-parse HEAD");
    assert_eq!(sandbox.run("--now 2026-11-26T09:00+08:00 remind"), "--- exit 0\n");
    assert_eq!(sandbox.run("--now 2026-11-27T17:00+08:00 remind"), "--- exit 0\n");
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    // two working days later the next one, in the morning
    let again = sandbox.json("--now 2026-11-30T09:00+08:00 remind");
    let issued = &again["data"]["issued"][0];
    assert_eq!((&issued["number"], &issued["type"]), (&2.into(), &"expedite".into()), "{again}");
    assert_eq!(issued["role"], "complaint-officer");
    let id = issued["id"].as_str().expect("an id");
    assert!(sandbox.run("show K1").contains("Expedite notice"));
    // the answer is kept, and so is the notice when it is closed
    let answered =
        sandbox.json(&format!("--now 2026-11-30T10:00+08:00 advance {id} answer,close answer='the clerk was ill'"));
    assert_eq!(answered["data"]["state"], "closed", "{answered}");
    let shown = sandbox.json(&format!("show {id}"));
    assert_eq!(shown["data"]["answer"], "the clerk was ill");
    assert_eq!(shown["data"]["missed"], "2026-11-25T17:30:00+08:00");
    let page = sandbox.run(&format!("print {id} -o -"));
    assert!(page.contains("Expedite notice") && page.contains("漏水") && page.contains("Acceptance"), "{page}");
    assert_eq!(sandbox.run("--now 2026-11-30T10:00+08:00 audit --quiet"), "--- exit 0\n");
}

#[test]
fn what_was_closed_late_gets_one_corrective_notice() {
    let sandbox = book();
    let late = sandbox.run("--now 2026-11-26T12:00+08:00 advance K1 accept promised=2026-12-01");
    assert!(late.ends_with("--- exit 0\n"), "{late}");
    let issued = sandbox.json("--now 2026-11-26T12:05+08:00 remind");
    let [notice] = &issued["data"]["issued"].as_array().expect("a list")[..] else { panic!("{issued}") };
    assert_eq!((&notice["type"], &notice["deadline"]), (&"corrective".into(), &"acceptance".into()));
    let shown = sandbox.json(&format!("show {}", notice["id"].as_str().expect("an id")));
    assert_eq!(shown["data"]["ended"], "2026-11-26T12:00:00+08:00");
    // from half past eight until noon
    assert_eq!(shown["data"]["late"].to_string().trim_matches('"'), "3.5");
    for later in ["2026-11-26T12:05+08:00", "2026-11-30T12:05+08:00"] {
        assert_eq!(sandbox.run(&format!("--now {later} remind")), "--- exit 0\n", "{later}");
    }
    assert_eq!(sandbox.run("--now 2026-11-30T12:05+08:00 audit --quiet"), "--- exit 0\n");
}

#[test]
fn what_ended_long_ago_is_left_alone_and_rules_are_the_books() {
    let sandbox = book();
    sandbox.run("--now 2026-11-26T12:00+08:00 advance K1 accept promised=2026-12-28");
    sandbox.run("--now 2026-11-26T13:30+08:00 advance K1 withdraw");
    let before = sandbox.json("--now 2026-12-31T09:00+08:00 remind");
    assert_eq!(before["data"]["issued"], serde_json::json!([]), "{before}");
    let rules = sandbox.read("policy/notices.toml");
    let table = [
        (rules.replace("kind = \"complaint\"", "kind = \"complant\""), "did you mean `complaint`?"),
        (rules.replace("type = \"expedite\"", "type = \"expedit\""), "is not a type of notice"),
        (rules.replace("every = \"2 workdays\"", "every = \"2 fortnights\""), "rules.0.every"),
        (rules.replace("every = \"2 workdays\"", "deadlines = [\"aceptance\"]"), "did you mean `acceptance`?"),
        (rules.replace("look-back = \"1 months\"", "every = \"1 days\""), "what ended late gets one notice"),
    ];
    for (text, said) in table {
        sandbox.write("policy/notices.toml", &text);
        let found = sandbox.run("--lang en policy check");
        assert!(found.contains(said) && found.contains("policy/notices.toml:"), "{said}\n{found}");
    }
}
