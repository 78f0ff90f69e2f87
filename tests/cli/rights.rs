//! Who may import records, and who may change fields without a step, for each kind of the preset `manufacturer`: what
//! is allowed and what is refused. The founder has every role, and so may do all of it. A lawyer has no part in any
//! of it.

use crate::manufacturer::{book, by, done};
use crate::sandbox::Sandbox;

/// A book with a lawyer and with a record of each kind. The name of the kind is its key.
fn with_everything() -> Sandbox {
    let sandbox = book();
    for line in [
        "new staff name=何律 emails=he.lv@example.cn roles.+.role=mortgage-lawyer",
        "new staff name=白晨 emails=bai.chen@example.cn roles.+.role=cs-specialist department=cs",
        "new complaint client=杭州恒泰机械 channel=phone content=x --key complaint",
        "new inquiry client=杭州恒泰机械 content=x --key inquiry",
        "new callback client=杭州恒泰机械 reason=routine due=2026-11-25 --key callback",
        "new notice about=complaint type=expedite --key notice",
        "new measure about=complaint action=x owner=zhao.min due=2026-12-25 --key measure",
        "new task content=x type=other assignee=zhao.min due=2026-12-25 --key task",
        "new return client=杭州恒泰机械 reason=x --key return",
        "new allowance client=杭州恒泰机械 reason=x --key allowance",
        "new sanction type=reward reason=x person=bai.chen amount=10 --key sanction",
        "new invoice number=1 client=杭州恒泰机械 date=2026-11-20 amount=100 tax-kind=exempt --key invoice",
        "new client name=甲 --key client",
    ] {
        done(&sandbox.run(line));
    }
    sandbox
}

#[test]
fn records_of_each_kind_come_in_through_those_alone_whom_it_names() {
    let sandbox = with_everything();
    for (kind, row) in [
        ("client", r#"{"name":"乙"}"#),
        ("complaint", r#"{"client":"甲","channel":"phone","content":"y"}"#),
        ("inquiry", r#"{"client":"甲","content":"y"}"#),
        ("callback", r#"{"client":"甲","reason":"routine","due":"2026-11-25"}"#),
        ("notice", r#"{"about":"complaint","type":"expedite"}"#),
        ("measure", r#"{"action":"y"}"#),
        ("task", r#"{"content":"y","type":"other"}"#),
        ("return", r#"{"client":"甲","reason":"y"}"#),
        ("allowance", r#"{"client":"甲","reason":"y"}"#),
        ("sanction", r#"{"type":"reward","reason":"y","person":"bai.chen"}"#),
        ("invoice", r#"{"number":"2","client":"甲"}"#),
        ("staff", r#"{"id":"xu.li","name":"徐丽","emails":["xu.li@example.cn"],"roles":[{"role":"gm"}]}"#),
    ] {
        sandbox.write("rows.ndjson", &format!("{row}\n"));
        let line = format!("import {kind} rows.ndjson --json");
        for stranger in ["he.lv", "bai.chen"] {
            let refused = by(&sandbox, stranger, &line);
            assert!(refused.contains("\"not-entitled\"") && refused.ends_with("--- exit 1\n"), "{kind}: {refused}");
        }
        done(&sandbox.run(&line));
    }
    assert!(sandbox.run("audit --quiet").ends_with("--- exit 0\n"));
}

#[test]
fn records_of_each_kind_are_changed_by_those_alone_whom_it_names() {
    let sandbox = with_everything();
    for (id, given) in [
        ("client", "note=z"),
        ("complaint", "note=z"),
        ("inquiry", "note=z"),
        ("callback", "note=z"),
        ("notice", "note=z"),
        ("measure", "note=z"),
        ("task", "note=z"),
        ("return", "note=z"),
        ("allowance", "note=z"),
        ("sanction", "note=z"),
        ("invoice", "note=z"),
        ("zhao.min", "note=z"),
    ] {
        let line = format!("edit {id} {given} --json");
        let refused = by(&sandbox, "he.lv", &line);
        assert!(refused.contains("\"not-entitled\"") && refused.ends_with("--- exit 1\n"), "{id}: {refused}");
        done(&sandbox.run(&line));
    }
    // nobody edits what concerns themselves
    let own = by(&sandbox, "bai.chen", "edit sanction note=y --json");
    assert!(own.contains("\"not-entitled\"") || own.contains("\"same-eyes\""), "{own}");
}

/// A rule book without `import` in any kind allows no imports: records that come in by hand are found.
#[test]
fn what_comes_in_where_no_kind_lets_anything_in_is_found() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    for kind in ["client", "complaint", "callback", "inquiry", "notice", "task", "staff", "measure"] {
        let path = format!("policy/kinds/{kind}.toml");
        let text = sandbox.read(&path);
        let at = text.find("[[steps]]\nname = \"import\"").expect("the step");
        let end = text[at + 9..].find("\n[").map_or(text.len(), |end| at + 9 + end + 1);
        sandbox.write(&path, &format!("{}{}", &text[..at], &text[end..]));
    }
    done(&sandbox.run("commit -m 'No imports'"));
    sandbox.write("rows.ndjson", "{\"name\":\"甲\"}\n");
    assert!(sandbox.run("import client rows.ndjson --json").contains("\"no-import\""));
    let file = "id: K-261124-7K3F2\nkind: client\nstate: active\nname: 甲\nhistory:\n  - at: 2026-11-24T09:00:00+08:00\n    by: li.na\n    step: import\n    to: active\n    set: [name]\n";
    sandbox.write("clients/2026/11/24/K-261124-7K3F2.yaml", file);
    sandbox.git("add .");
    sandbox.git("commit -q -m 'client K-261124-7K3F2 import'");
    let found = sandbox.run("audit --quiet");
    assert!(found.contains("no-import") && found.ends_with("--- exit 1\n"), "{found}");
}
