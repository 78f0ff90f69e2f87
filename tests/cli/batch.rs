//! `batch`: many lines as one commit or as one commit each, references by key, a second run, and faults.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const LINES: &str = r#"{"op":"new","kind":"client","key":"erp-c1","fields":{"name":"杭州恒泰机械有限公司"}}
{"op":"new","kind":"客户投诉","key":"erp-1","on":"2026-11-20T10:00","fields":{"客户":{"ref":"erp-c1"},"channel":"phone","content":"12 件漏水"}}

{"op":"advance","id":{"ref":"erp-1"},"step":"受理","key":"erp-1-accept","note":"已电话告知","fields":{"promised":"2026-11-25T17:00"}}
{"op":"edit","id":{"ref":"erp-c1"},"key":"erp-c1-city","fields":{"city":"杭州"}}
"#;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --preset basic");
    sandbox
}

fn commits(sandbox: &Sandbox) -> usize {
    sandbox.git("rev-list --count HEAD").trim().parse().expect("a number")
}

#[test]
fn lines_are_one_commit_and_a_second_run_does_nothing() {
    let sandbox = book();
    let before = commits(&sandbox);
    assert_data_eq!(
        sandbox.run_with("batch -", LINES),
        str![[r#"
K-ID1  Client: Prospect · 杭州恒泰机械有限公司
KS202611-0001 C-ID2  Complaint: Accepted · 杭州恒泰机械有限公司 · 12 件漏水
2 made, 0 changed, 0 existed already
--- exit 0

"#]]
    );
    assert_eq!(commits(&sandbox), before + 1);
    let message = sandbox.git("log -1 --format=%B");
    assert_eq!(message.matches("Redress-Record: ").count(), 4, "{message}");

    sandbox.write("lines.ndjson", LINES);
    let again = sandbox.json("batch lines.ndjson");
    let again = again["data"].as_array().expect("an array");
    let states: Vec<_> = again.iter().map(|line| line["state"].as_str().expect("a state")).collect();
    assert_eq!(states, ["prospect", "accepted", "accepted", "prospect"]);
    assert!(again.iter().all(|line| line["existing"] == true && line["commit"].is_null()), "{again:?}");
    assert_eq!(commits(&sandbox), before + 1);
    let complaint = sandbox.json("show erp-1");
    assert_eq!(complaint["data"]["client"], again[0]["id"]);
    assert_eq!(complaint["data"]["history"][0]["at"], "2026-11-20T10:00:00+08:00");
    let accepted = &complaint["data"]["history"][1];
    assert_eq!((&accepted["key"], &accepted["note"]), (&"erp-1-accept".into(), &"已电话告知".into()));
    // The name of a record stands with it, shown alone or in a list.
    let client = sandbox.json("show erp-c1");
    let link = serde_json::json!([{ "id": complaint["data"]["id"], "kind": "complaint", "field": "client" }]);
    assert_eq!(client["data"]["derived"]["links"], link);
    assert_eq!(sandbox.json("list client")["data"][0]["derived"]["links"], link);
    // Without a promised time of an answer to others, there is no ledger of it.
    let ledgers = sandbox.json("explain erp-1");
    let of = |name: &str| ledgers["data"].as_array().and_then(|runs| runs.iter().find(|run| run["deadline"] == name));
    assert_eq!(of("reply").map(|run| &run["intervals"]), Some(&serde_json::json!([])), "{ledgers}");
    assert_ne!(of("handling").map(|run| &run["intervals"]), Some(&serde_json::json!([])), "{ledgers}");
}

#[test]
fn json_says_what_became_of_each_line_and_quiet_prints_ids() {
    let sandbox = book();
    sandbox.write("lines.ndjson", LINES);
    let ids = sandbox.run("batch lines.ndjson --quiet");
    assert_data_eq!(
        ids,
        str![[r#"
K-ID1
C-ID2
C-ID2
K-ID1
--- exit 0

"#]]
    );
    let more = r#"{"op":"new","kind":"complaint","key":"erp-2","fields":{"client":"杭州恒泰机械有限公司","channel":"web","content":"x"}}
{"op":"advance","id":"erp-1","step":"wait"}
"#;
    sandbox.write("more.ndjson", more);
    let done = sandbox.json("batch more.ndjson");
    let tip = sandbox.git("rev-parse HEAD");
    for line in done["data"].as_array().expect("an array") {
        assert_eq!(line["commit"], tip.trim());
        assert_eq!(line["existing"], false);
        assert_eq!(line["opened"], serde_json::json!([]));
    }
    assert_eq!(done["data"][1]["state"], "waiting-client");
}

#[test]
fn every_bad_line_is_named_and_nothing_is_written() {
    let sandbox = book();
    let before = sandbox.git("rev-parse HEAD");
    let malformed = r#"{"op":"new","kind":"client","fields":{"name":"a"}}
{"op":"new","knd":"client","key":"k2"}
{"op":"advance","id":"x","step":"accept"
"#;
    assert_data_eq!(
        sandbox.run_with("batch", malformed),
        str![[r#"
--- stderr
error: 2 lines of standard input cannot be taken; nothing was written
  line 2, key k2: unknown `knd`, did you mean `kind`?
  line 3: no JSON, column 40: EOF while parsing an object
--- exit 2

"#]]
    );
    let refused = r#"{"op":"new","kind":"client","key":"c","fields":{"name":"a"}}
{"op":"new","kind":"complaint","key":"p","fields":{"client":{"ref":"c"},"channel":"pigeon","content":"x"}}
{"op":"advance","id":{"ref":"p"},"step":"accept"}
{"op":"new","kind":"complaint","fields":{"client":{"ref":"c"},"channel":"phone"}}
{"op":"edit","id":{"ref":"nobody"},"fields":{}}
{"op":"advance","id":{"ref":"c"},"step":"warn","on":"next tuesday"}
{"op":"advance","id":{"ref":"c"},"step":"wrn"}
{"op":"new","kind":"complant"}
"#;
    assert_data_eq!(
        sandbox.run_with("batch", refused),
        str![[r#"
--- stderr
error: 7 lines of standard input cannot be taken; nothing was written
  line 2, key p: channel: `pigeon` is none of the choices (one of phone, email, letter, visit, web, message, fax, referral, regulator, media)
  line 3: it needs what line 2 was to make
  line 4: complaint needs content (give content=…)
  line 5: no line and no record has the key `nobody`
  line 6: `next tuesday` is not a time in ISO form, as 2026-11-24T17:00
  line 7: client has no step `wrn` (did you mean `warn`?)
  line 8: there is no kind of record `complant` (did you mean `complaint`?)
--- exit 2

"#]]
    );
    sandbox.write("refused.ndjson", refused);
    let json = sandbox.json("batch refused.ndjson");
    assert_eq!(json["error"]["at"], serde_json::json!({"file": "refused.ndjson", "line": 2, "key": "p"}));
    assert_eq!(json["error"]["problems"].as_array().map(Vec::len), Some(7));
    assert_eq!(sandbox.git("rev-parse HEAD"), before);
    assert_eq!(sandbox.git("status --porcelain"), "?? refused.ndjson\n");
}

#[test]
fn a_key_of_another_step_is_refused() {
    let sandbox = book();
    sandbox.run_with("batch", LINES);
    for reused in [
        r#"{"op":"edit","id":{"ref":"erp-1"},"key":"erp-1","fields":{"order":"SO-1"}}"#,
        r#"{"op":"new","kind":"client","key":"erp-1","fields":{"name":"宁波"}}"#,
    ] {
        let refused = sandbox.run_with("batch", reused);
        assert!(refused.contains("the key belongs to ") && refused.ends_with("--- exit 1\n"), "{reused}\n{refused}");
    }
    // an imported record with the key is what a line would make
    sandbox.write("clients.csv", "name,city\nerp-c9,杭州\n");
    sandbox.run("import client clients.csv --key name");
    let known =
        sandbox.run_with("batch", r#"{"op":"new","kind":"client","key":"client-name-erp-c9","fields":{"name":"x"}}"#);
    assert!(known.contains("1 existed already"), "{known}");
    let reused = r#"{"op":"advance","id":{"ref":"erp-1"},"step":"wait","key":"erp-1"}"#;
    assert_data_eq!(
        sandbox.run_with("batch", reused),
        str![[r#"
--- stderr
error: 1 line of standard input cannot be taken; nothing was written
  line 1, key erp-1: the key belongs to C-ID1, where it stands for the step register
--- exit 1

"#]]
    );
}

#[test]
fn each_commits_what_comes_before_the_first_bad_line() {
    let sandbox = book();
    let before = commits(&sandbox);
    let bad = format!("{LINES}{}\n", r#"{"op":"advance","id":{"ref":"erp-1"},"step":"close","key":"bad"}"#);
    assert_data_eq!(
        sandbox.run_with("batch --each", &bad),
        str![[r#"
K-ID1  Client: Prospect · 杭州恒泰机械有限公司
KS202611-0001 C-ID2  Complaint: Registered · 杭州恒泰机械有限公司 · 12 件漏水
KS202611-0001 C-ID2  Complaint: Registered → Accepted · 杭州恒泰机械有限公司 · 12 件漏水
K-ID1  Client: changed City (Prospect) · 杭州恒泰机械有限公司
--- stderr
error: line 6 of standard input cannot be taken; nothing of it was written
  line 6, key bad: C-ID2 is accepted; `close` can be taken from agreed or refused (possible now: propose, withdraw, wait, assign, promise, contain, attribute, escalate, apologise; the rule stands at policy/kinds/complaint.toml:534)
help: 4 lines before it are committed; run it again once this line is mended
--- exit 1

"#]]
    );
    assert_eq!(commits(&sandbox), before + 4);
    assert_data_eq!(
        sandbox.run_with("batch --each", LINES),
        str![[r#"
0 made, 0 changed, 4 existed already
--- exit 0

"#]]
    );
    assert_eq!(commits(&sandbox), before + 4);
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = book();
    let before = sandbox.git("rev-parse HEAD");
    let shown = sandbox.run_with("batch --each --dry-run", LINES);
    assert!(shown.contains("2 would be made, 0 would be changed"), "{shown}");
    assert_eq!(sandbox.git("rev-parse HEAD"), before);
}

#[test]
fn each_line_is_a_commit_and_many_go_to_the_disk_together() {
    let sandbox = book();
    let before = commits(&sandbox);
    let mut lines = LINES.to_owned();
    // later lines know records of earlier lines by name and key, and a line may change what another one did
    for n in 0..12 {
        lines.push_str(&format!(
            r#"{{"op":"new","kind":"complaint","key":"k{n}","fields":{{"client":"杭州恒泰机械有限公司","channel":"web","content":"第 {n} 件"}}}}"#
        ));
        lines.push('\n');
    }
    lines.push_str(r#"{"op":"new","kind":"staff","id":"wang.lei","key":"w","fields":{"name":"王磊","emails":["wang.lei@example.cn"],"roles":[{"role":"cs-specialist"}]}}"#);
    lines.push('\n');
    lines.push_str(r#"{"op":"edit","id":{"ref":"k3"},"key":"k3-edit","fields":{"assignee":"wang.lei"}}"#);
    lines.push('\n');
    sandbox.write("lines.ndjson", &lines);
    let done = sandbox.json("batch lines.ndjson --each");
    let done = done["data"].as_array().expect("an array");
    assert_eq!((done.len(), commits(&sandbox)), (18, before + 18), "{done:?}");
    // the commits are in the order of the lines, each with what its line did
    let history = sandbox.git("log --reverse --format=%H");
    let history: Vec<&str> = history.lines().skip(before).collect();
    let told: Vec<&str> = done.iter().map(|line| line["commit"].as_str().expect("a commit")).collect();
    assert_eq!(told, history);
    for (line, commit) in done.iter().zip(&history) {
        let id = line["id"].as_str().expect("an id");
        let message = sandbox.git(&format!("show --format=%B --name-only {commit}"));
        assert!(
            message.contains(&format!("Redress-Record: {id}")) && message.contains(&format!("/{id}.yaml"))
                || id == "wang.lei",
            "{message}"
        );
        assert_eq!(message.matches(".yaml").count(), 1, "{message}");
    }
    assert_eq!(sandbox.git("fsck --strict"), "");
    assert_eq!(sandbox.git("status --porcelain"), "?? lines.ndjson\n");
    for line in ["audit --quiet", "validate", "doctor"] {
        let shown = sandbox.run(line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}: {shown}");
    }
    let again = sandbox.run("batch lines.ndjson --each");
    assert!(again.contains("18 existed already"), "{again}");
    assert_eq!(commits(&sandbox), before + 18);
}

#[cfg(unix)]
#[test]
fn each_line_has_its_hooks() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = book();
    let before = commits(&sandbox);
    for hook in ["pre-commit", "post-commit"] {
        let path = format!(".git/hooks/{hook}");
        sandbox.write(&path, &format!("#!/bin/sh\necho {hook} >> .git/ran\n"));
        let rights = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.dir().join(&path), rights).expect("rights");
    }
    let shown = sandbox.run_with("batch --each", LINES);
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    assert_eq!(commits(&sandbox), before + 4);
    assert_eq!(sandbox.read(".git/ran"), "pre-commit\npost-commit\n".repeat(4));
}

#[test]
fn a_name_means_for_each_line_what_the_lines_before_it_left() {
    let sandbox = book();
    sandbox.run("new client name=宁波港");
    let before = commits(&sandbox);
    let line = |client: &str| {
        format!(r#"{{"op":"new","kind":"complaint","fields":{{"client":"{client}","channel":"web","content":"x"}}}}"#)
    };
    let again = r#"{"op":"new","kind":"client","fields":{"name":"宁波港"}}"#;
    let other = r#"{"op":"new","kind":"client","fields":{"name":"舟山港"}}"#;
    let lines = [other, &line("舟山港"), &line("宁波港"), again, &line("宁波港")].join("\n");
    let stopped = sandbox.run_with("batch --each -y", &lines);
    // two records have this name by then
    assert!(stopped.contains("line 5 of standard input") && stopped.ends_with("--- exit 1\n"), "{stopped}");
    assert_eq!(commits(&sandbox), before + 4);
}
