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
