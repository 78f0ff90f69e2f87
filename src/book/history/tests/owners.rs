//! Forgeries by people without the right: imports and edits, fields with owners, and fields that charge the forger.

use super::super::AuditScope;
use super::super::ground::{Ground, person};
use super::forging::{Forgery, all_found, append, at, change, signed, staff, trailers};
use super::procedure::{Base, base};
use crate::record::Id;

const COLLECTED: &str =
    "\naffected:\n  - item: DN50\n    receivable: \"9000.00\"\n    collected: \"8000.00\"\nhistory:";

/// An import by somebody in which everything is true except who may.
fn brought_in(g: &Ground, kind: &str, by: &str, fields: &str) {
    let (id, folder, state) = match kind {
        "client" => ("K-261123-00000", "clients", "active"),
        _ => ("S-261123-00000", "sanctions", "approved"),
    };
    let rules = match kind {
        "client" => String::new(),
        _ => format!("rules: {}\n", &g.git(&["rev-parse", "HEAD:policy"])[..12]),
    };
    let names: Vec<&str> = fields.lines().filter_map(|line| line.split(':').next()).collect();
    let (now, set) = (at(g), names.join(", "));
    let text = format!(
        "id: {id}\nkind: {kind}\nstate: {state}\n{rules}{fields}\nhistory:\n  - at: {now}\n    by: {by}\n    step: import\n    \
         to: {state}\n    set: [{set}]\n"
    );
    g.put(&format!("{folder}/2026/11/23/{id}.yaml"), &text);
    let said = format!("Redress-Record: {id}\nRedress-Step: import\nRedress-To: {state}\nRedress-By: {by}");
    g.commit(by, &format!("x\n\n{said}"));
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a client brought in by the warehouse", &["not-entitled"], |_, g| {
        brought_in(g, "client", "chu.wei", "name: 宁波远洋")
    }),
    ("a sanction brought in by the person it charges", &["same-eyes"], |_, g| {
        let rules = "person: feng.jie\ntype: reward\nreason: 得力\namount: \"900.00\"";
        brought_in(g, "sanction", "feng.jie", rules);
    }),
    ("a record brought into a kind that takes none", &["no-import"], |_, g| {
        let file = "policy/kinds/client.toml";
        let text = g.read(file);
        let (before, rest) = text.split_once("\n[[steps]]\nname = \"import\"\n").expect("the step");
        g.put(file, &format!("{before}\n{}", rest.split_once("\n\n").map_or("", |(_, rest)| rest)));
        g.commit("feng.jie", "Take no clients from elsewhere");
        brought_in(g, "client", "zhao.min", "name: 宁波远洋");
    }),
    ("a sanction lowered by the person it charges", &["same-eyes"], |b, g| {
        change(g, &b.sanction, &[("100.00", "10.00")]);
        signed(g, &b.sanction, "edit", "proposed", "sun.bo", "\nset: [amount]");
    }),
    ("a sanction lowered with the appeal against it", &["not-theirs"], |b, g| {
        let sanction = [("person", "gao.jie"), ("type", "deduction"), ("reason", "漏检"), ("amount", "100.00")];
        let sanction = g.make("wang.lei", "sanction", &[&sanction[..], &[("about", b.decided.as_str())]].concat());
        change(g, &sanction, &[("100.00", "10.00"), ("\nhistory:", "\nappeal: 不服\nhistory:")]);
        signed(g, &sanction, "appeal", "proposed", "gao.jie", "\nset: [amount, appeal]");
    }),
    ("a reward that its editor gets", &["same-eyes"], |b, g| {
        change(g, &b.sanction, &[("person: sun.bo", "person: wang.lei")]);
        signed(g, &b.sanction, "edit", "proposed", "wang.lei", "\nset: [person]");
    }),
    ("a role that the GM office gives itself", &["own-gain"], |_, g| {
        let wu = person("wu.fang");
        change(g, &wu, &[("role: gm-office", "role: gm")]);
        append(g, &wu, &format!("at: {}\nby: wu.fang\nstep: change\nset: [roles]", at(g)));
        g.commit("wu.fang", &trailers(&wu, "change", "active", "active", "wu.fang"));
    }),
    ("what was collected, by quality management", &["not-theirs"], |b, g| {
        change(g, &b.fresh, &[("\nhistory:", COLLECTED)]);
        signed(g, &b.fresh, "edit", "registered", "qian.jun", "\nset: [affected]");
    }),
    ("what was collected, by the client's salesperson", &["own-gain"], |b, g| {
        g.step("zhao.min", &b.client, "edit", &[("sales", "wei.hong")]);
        change(g, &b.fresh, &[("\nhistory:", COLLECTED)]);
        signed(g, &b.fresh, "edit", "registered", "wei.hong", "\nset: [affected]");
    }),
    ("a case moved off the salesperson whom it costs", &["own-gain"], |b, g| {
        let other = g.make("li.na", "client", &[("name", "宁波远洋阀门")]);
        g.step("zhao.min", &b.client, "edit", &[("sales", "li.na")]);
        change(g, &b.fresh, &[(b.client.as_str(), other.as_str())]);
        signed(g, &b.fresh, "edit", "registered", "li.na", "\nset: [client]");
    }),
    ("a notice put off by the person it presses", &["same-eyes"], |b, g| {
        let notice = [("about", b.fresh.as_str()), ("type", "corrective"), ("person", "li.na"), ("due", "2026-11-24")];
        let notice = g.make("wang.lei", "notice", &notice);
        change(g, &notice, &[("due: 2026-11-24", "due: 2026-12-24")]);
        signed(g, &notice, "edit", "issued", "li.na", "\nset: [due]");
    }),
    ("a task put off by the person who is to do it", &["own-gain"], |b, g| {
        let due =
            [("due", "2026-11-25T17:30:00+08:00"), ("content", "上门"), ("type", "visit"), ("assignee", "gao.jie")];
        let task = g.make("li.na", "task", &[&due[..], &[("client", b.client.as_str())]].concat());
        change(g, &task, &[("due: 2026-11-25", "due: 2026-12-25")]);
        let was = "\nset: [due]\nwas:\n  due: 2026-11-25T17:30:00+08:00";
        signed(g, &task, "edit", "open", "gao.jie", was);
    }),
    ("an inquiry edited by the warehouse, where nothing is said of editing", &["not-entitled"], |b, g| {
        let call = [("client", b.client.as_str()), ("content", "价格")];
        let inquiry = g.make("li.na", "inquiry", &call);
        change(g, &inquiry, &[("content: 价格", "content: 交期")]);
        signed(g, &inquiry, "edit", "open", "chu.wei", "\nset: [content]");
    }),
];

#[test]
fn what_was_written_without_a_right_is_found() {
    let base = base();
    let tip = base.ground.git(&["rev-parse", "HEAD"]).parse().expect("an id");
    let scope = AuditScope { since: Some(tip), ..AuditScope::default() };
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit_in(&scope));
}

/// Older rule books could not say who may import, and everybody could make edits that they did not declare. Such
/// changes are judged by the rules of their day.
#[test]
fn imports_and_edits_under_rule_books_that_could_not_name_a_right_are_let_pass() {
    let declared = |text: String| -> String {
        let steps: Vec<&str> = text.split("\n[[steps]]\n").collect();
        let kept = steps.iter().filter_map(|step| match step.strip_prefix("name = \"import\"\n") {
            // the text after the step stays
            Some(rest) => rest.split_once("\n\n").map(|(_, rest)| format!("\n{rest}")),
            None => Some((*step).to_owned()),
        });
        let mut out = String::new();
        for part in kept {
            let joint = if out.is_empty() || part.starts_with('\n') { "" } else { "\n[[steps]]\n" };
            out = out + joint + &part;
        }
        out
    };
    let g = Ground::of("basic", |path, text| match path.starts_with("policy/kinds/") {
        true => declared(text),
        false => text,
    });
    assert!(!g.read("policy/kinds/client.toml").contains("name = \"import\""));
    for (name, roles) in [("feng.jie", &[&[("role", "gm")][..]][..]), ("chu.wei", &[])] {
        staff(&g, "feng.jie", name, roles);
    }
    brought_in(&g, "client", "chu.wei", "name: 宁波远洋");
    let client: Id = "K-261123-00000".parse().expect("an id");
    let inquiry = g.make("feng.jie", "inquiry", &[("client", client.as_str()), ("content", "价格")]);
    change(&g, &inquiry, &[("content: 价格", "content: 交期")]);
    signed(&g, &inquiry, "edit", "open", "chu.wei", "\nset: [content]");
    assert_eq!(g.rules(), Vec::<&str>::new(), "{:#?}", g.audit());
}
