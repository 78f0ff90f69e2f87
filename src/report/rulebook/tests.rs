//! The views of a preset agree with its files.

use super::{mermaid, rulebook, tree};
use crate::locale::Lang;
use crate::model::{Body, Cell, Facts};
use crate::policy::Policy;
use crate::policy::tests::{loaded, sources_of, text};

fn policy(change: impl Fn(&str, String) -> String) -> Policy {
    let sources = sources_of("basic");
    let changed = |path: &str| change(path, text(&sources, path).to_owned()).into_bytes();
    loaded(&sources.under("").map(|(path, _)| (path, changed(path))).collect())
}

#[test]
fn the_lifecycle_is_drawn_for_a_terminal() {
    let policy = policy(|_, text| text);
    let inquiry = policy.kind("inquiry").expect("the kind");
    let drawn = tree(inquiry, Lang::En);
    assert!(drawn.starts_with("● ─ register → open\nopen\n├─ "), "{drawn}");
    assert!(drawn.contains("archived (closed)\n"), "{drawn}");
    let drawn = tree(policy.kind("complaint").expect("the kind"), Lang::Zh);
    assert!(drawn.contains("├─ 受理 accept → 已受理 accepted\n"), "{drawn}");
    assert!(drawn.contains("恢复处理 resume → 上一状态\n"), "{drawn}");
    assert!(drawn.contains("（结束）\n"), "{drawn}");
}

#[test]
fn the_lifecycle_is_drawn_in_mermaid() {
    let hostile = "label = { en = \"Registered\", zh = \"x\\\"; y --> [*]\\n\" }";
    let policy = policy(|path, text| match path {
        "policy/kinds/complaint.toml" => text.replacen("label = { en = \"Registered\", zh = \"已登记\" }", hostile, 1),
        _ => text,
    });
    let drawn = mermaid(policy.kind("complaint").expect("the kind"), Lang::Zh);
    assert!(drawn.starts_with("stateDiagram-v2\n    state \"x#34;#59; y --#62; [*]  registered\" as s0\n"), "{drawn}");
    assert!(drawn.contains("    [*] --> s0 : 登记 register\n"), "{drawn}");
    assert!(drawn.contains("    s0 --> s1 : 受理 accept\n"), "{drawn}");
    // waiting leads back to every state from which it can be entered
    let back = drawn.lines().filter(|line| line.ends_with("恢复处理 resume")).count();
    assert_eq!(back, 5, "{drawn}");
}

#[test]
fn each_rule_stands_with_its_place() {
    let policy = policy(|_, text| text);
    let complaint = policy.kind("complaint").expect("the kind");
    let report = rulebook(&policy, complaint, Facts::default(), Lang::En);
    let table = report.sections.iter().find_map(|section| match &section.body {
        Body::Table(table) if section.name == "steps" => Some(table),
        _ => None,
    });
    let rows = &table.expect("the steps").rows;
    let approve = rows.iter().find(|row| row.cells[0] == Cell::id("approve")).expect("the step");
    assert_eq!(approve.cells[4], Cell::text("anyone"));
    assert_eq!(approve.cells[6], Cell::text("seals remedies, original"));
    assert_eq!(approve.cells[7], Cell::id(&complaint.steps_named("approve").next().expect("the step").place));
    assert_eq!(rows.len(), complaint.steps.len());
}
