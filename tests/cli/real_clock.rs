//! A real book takes its time from the clock. A practice book takes it from `--now`, and says that it is one.

use super::sandbox::{NOW, Sandbox};

/// `redress` without a given time.
fn by_the_clock(sandbox: &Sandbox, line: &str) -> String {
    let output = sandbox.redress(line).env_remove("REDRESS_NOW").output().expect("redress runs");
    sandbox.shown(&output)
}

fn real() -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = by_the_clock(&sandbox, "init --clock real --name Test --lang en");
    assert!(begun.ends_with("--- exit 0\n"), "{begun}");
    sandbox
}

#[test]
fn a_real_book_is_written_to_at_no_other_time() {
    let sandbox = real();
    assert!(sandbox.read("redress.toml").contains("clock = \"real\""));
    let made = by_the_clock(&sandbox, "new client name=Acme phone=0571-1");
    assert!(made.ends_with("--- exit 0\n"), "{made}");
    let tip = sandbox.git("rev-parse HEAD");
    for line in [
        "new client name=Other",
        "edit Acme city=杭州",
        "advance Acme convert",
        "attach Acme redress.toml",
        "batch -",
        "commit",
        "remind",
        "plan callbacks",
        "import client redress.toml",
        "--dry-run new client name=Other",
    ] {
        for line in [line.to_owned(), format!("{line} --now 2026-11-24T09:00")] {
            let by_flag = line.contains("--now");
            let said = if by_flag { by_the_clock(&sandbox, &line) } else { sandbox.run(&line) };
            assert!(said.ends_with("--- exit 2\n"), "{line}: {said}");
            assert!(said.contains("takes its time from the clock") && said.contains("--on"), "{line}: {said}");
        }
    }
    assert_eq!(sandbox.git("rev-parse HEAD"), tip);
    // reading is allowed
    for line in ["list client", "due", "show Acme", "advance Acme", "log", "calendar day today", "validate", "status"] {
        assert!(sandbox.run(line).ends_with("--- exit 0\n"), "{line}: {}", sandbox.run(line));
    }
    assert_eq!(sandbox.json("new client name=Other")["error"]["code"], "real-clock");
}

#[test]
fn a_book_that_does_not_say_is_real() {
    let sandbox = real();
    let settings = sandbox.read("redress.toml");
    let without: String =
        settings.lines().filter(|line| !line.starts_with("clock")).map(|l| format!("{l}\n")).collect();
    sandbox.write("redress.toml", &without);
    let said = by_the_clock(&sandbox, "commit redress.toml");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert!(sandbox.run("new client name=Acme").ends_with("--- exit 2\n"));
    assert!(by_the_clock(&sandbox, "audit --quiet").ends_with("--- exit 0\n"));
}

#[test]
fn init_follows_the_same_rule() {
    let sandbox = Sandbox::empty();
    let said = sandbox.run("init --clock real");
    assert!(said.ends_with("--- exit 2\n") && said.contains("init --clock simulated"), "{said}");
    let said = by_the_clock(&sandbox, "init other --now tomorrow");
    assert!(said.ends_with("--- exit 0\n"), "the sandbox makes books for practice: {said}");
    let mut plain = sandbox.redress("--lang zh");
    let said = sandbox.shown(&plain.arg("init").arg("third").output().expect("redress runs"));
    assert!(said.ends_with("--- exit 2\n") && said.contains("以时钟为准"), "{said}");
    assert!(!sandbox.dir().join("third").exists());
    let mut wrong = sandbox.redress("init fourth --clock stopped");
    assert_eq!(wrong.output().expect("redress runs").status.code(), Some(2));
}

#[test]
fn the_clock_of_a_book_never_changes() {
    let sandbox = real();
    let settings = sandbox.read("redress.toml");
    sandbox.write("redress.toml", &settings.replace("clock = \"real\"     ", "clock = \"simulated\""));
    let said = by_the_clock(&sandbox, "commit redress.toml");
    assert!(said.ends_with("--- exit 1\n") && said.contains("fixed by its first commit"), "{said}");
    sandbox.git("add redress.toml");
    sandbox.git("commit -q -m changed");
    let said = by_the_clock(&sandbox, "audit --quiet");
    assert!(said.contains("clock-changed") && said.ends_with("--- exit 1\n"), "{said}");
    sandbox.write("redress.toml", &settings.replace("\"real\"", "\"slow\""));
    let said = by_the_clock(&sandbox, "policy check");
    assert!(said.contains("no clock `slow`") && said.contains("redress.toml:"), "{said}");
}

#[test]
fn books_for_practice_take_any_time() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    assert!(sandbox.read("redress.toml").contains("clock = \"simulated\""));
    sandbox.run("new client name=Acme --now 2026-10-01T09:00");
    assert!(sandbox.run("show Acme").contains("2026-10-01"));
    assert!(sandbox.run("audit --quiet").ends_with("--- exit 0\n"), "{}", sandbox.run("audit --quiet"));
    assert!(NOW.starts_with("2026-11-24"));
}
