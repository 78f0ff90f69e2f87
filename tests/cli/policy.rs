//! `redress policy`: the rule book as a user and a script see it.

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = sandbox.run("--lang en init . --name Test");
    assert!(begun.contains("exit 0"), "{begun}");
    sandbox
}

#[test]
fn a_sound_rule_book_is_silent_and_a_slip_is_named_with_its_place() {
    let book = book();
    let clean = book.run("--lang en policy check");
    assert!(clean.contains("exit 0") && !clean.contains("policy/"), "{clean}");
    let path = "policy/kinds/complaint.toml";
    let text = book.read(path);
    let line = 1 + text.lines().position(|line| line == "asks = [\"promised\"]").expect("accept asks for it");
    book.write(path, &text.replacen("asks = [\"promised\"]", "asks = [\"promisd\"]", 1));
    let said = book.run("--lang en policy check");
    assert!(said.contains("exit 1"), "{said}");
    assert!(said.contains("did you mean `promised`?") && said.contains(&format!("{path}:{line}")), "{said}");
    book.write(path, &text.replacen("zh = \"涉及金额\"", "zh = \"数量\"", 1));
    let said = book.run("--lang en policy check");
    assert!(said.contains("exit 1") && said.contains("[labels-unique]"), "{said}");
    // what is committed is as it was
    let committed = book.run("--lang en policy check --at HEAD");
    assert!(committed.contains("exit 0"), "{committed}");
}

#[test]
fn what_is_in_force_is_shown_with_its_place() {
    let book = book();
    let shown = book.run("--lang en policy show complaint");
    for wanted in ["registered", "accept → accepted", "policy/kinds/complaint.toml:", "exit 0"] {
        assert!(shown.contains(wanted), "no {wanted}\n{shown}");
    }
    let drawn = book.run("--lang zh policy show 客户投诉 --mermaid");
    assert!(drawn.contains("stateDiagram-v2") && drawn.contains("受理 accept"), "{drawn}");
    let unknown = book.run("--lang en policy show complant");
    assert!(unknown.contains("exit 3") && unknown.contains("did you mean `complaint`?"), "{unknown}");
}

#[test]
fn the_program_follows_a_policy_that_changes_an_order_a_limit_and_a_label() {
    let book = book();
    let path = "policy/kinds/complaint.toml";
    let mut text = book.read(path);
    // the client agrees before the company approves; two working days instead of one; another word for accepting
    for (from, to) in [
        ("to = \"approved\"\nauthority", "to = \"approved\"#\nauthority"),
        ("from = [\"proposed\"]\nto = \"approved\"#", "from = [\"agreed\"]\nto = \"approved\""),
        ("from = [\"approved\"]\nto = \"agreed\"", "from = [\"proposed\"]\nto = \"agreed\""),
        ("from = [\"agreed\", \"refused\"]\nto = \"closed\"", "from = [\"approved\", \"refused\"]\nto = \"closed\""),
        ("within = \"1 workdays\"", "within = \"2 workdays\""),
        ("label = { en = \"Accept\", zh = \"受理\" }", "label = { en = \"Take on\", zh = \"承接\" }"),
    ] {
        assert!(text.contains(from), "no {from}");
        text = text.replacen(from, to, 1);
    }
    let new = |key: &str| {
        let made = book.json(&format!("new complaint client=恒泰 channel=phone content=漏水 --key {key}"));
        assert_eq!(made["data"]["state"], "registered", "{made}");
        let shown = book.json(&format!("show {key}"));
        shown["data"]["derived"]["due"].as_str().unwrap_or_default().to_owned()
    };
    book.json("new client name=恒泰");
    assert_eq!(new("before"), "2026-11-25T17:30:00+08:00");
    book.write(path, &text);
    let said = book.run("--lang en commit -m order");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(new("after"), "2026-11-26T17:30:00+08:00");
    let said = book.run("--lang zh advance after 承接 promised=fri");
    assert!(said.contains("已受理") && said.ends_with("--- exit 0\n"), "{said}");
    book.run("advance after propose remedies.+.kind=repair");
    let refused = book.run("--lang en advance after approve");
    assert!(refused.contains("`approve` can be taken from agreed") && refused.ends_with("--- exit 1\n"), "{refused}");
    let said = book.run("--lang en advance after agree,approve,close");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    // a deadline is judged by the rules that the record was opened under
    assert_eq!(book.json("show before")["data"]["derived"]["due"], "2026-11-25T17:30:00+08:00");
    assert_eq!(book.run("audit"), "--- exit 0\n");
}

/// The rule book that is kept in the state directory is there for speed alone.
#[test]
fn whatever_becomes_of_the_kept_rule_book_answers_stay() {
    let book = book();
    let kept = book.dir().join(".git/redress/policy");
    let ask = || book.run("--lang en policy show complaint") + &book.run("--lang en list complaint");
    let answer = ask();
    let old = std::fs::read(&kept).expect("it is kept");
    let flipped = |at: usize| {
        let mut bytes = old.clone();
        bytes[at] ^= 1;
        bytes
    };
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("cut off", old[..old.len() / 2].to_vec()),
        ("another thing", b"policy".repeat(10_000)),
        ("another digest", flipped(3)),
        ("another key", flipped(25)),
        ("damaged", flipped(old.len() - 7)),
    ] {
        std::fs::write(&kept, bytes).expect("it can be written");
        assert_eq!(ask(), answer, "{what}");
        assert_eq!(std::fs::read(&kept).expect("it is there").len(), old.len(), "{what}: kept anew");
    }
    std::fs::remove_file(&kept).expect("it can be removed");
    std::fs::create_dir(&kept).expect("a folder");
    assert_eq!(ask(), answer, "a folder in its place");
    std::fs::remove_dir(&kept).expect("it can be removed");

    // another policy counts at once, and one of before does not come back
    let path = "policy/kinds/complaint.toml";
    let text = book.read(path);
    let label = "label = { en = \"Accept\", zh = \"受理\" }";
    assert!(text.contains(label));
    book.write(path, &text.replacen(label, "label = { en = \"Take on\", zh = \"承接\" }", 1));
    book.git("commit -qam changed");
    std::fs::write(&kept, &old).expect("it can be written");
    let changed = ask();
    assert!(changed.contains("Take on") && !answer.contains("Take on"), "{changed}");
    assert!(book.run("--lang en policy show complaint --at HEAD~1").contains("Accept"));
    book.git("reset -q --hard HEAD~1");
    assert_eq!(ask(), answer, "after going back");
}
