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
