//! What neither the kind nor this program knows survives every command.

use crate::clones::Clones;
use crate::sandbox::Sandbox;

const FIELDS: &str = "weather: {sky: 'blue', wind: [1, \"2\"]}\n";
const EVENT: &str = "    device: 'kiosk 7'\n";

/// The text of a record's file with entries that a newer program could have written.
fn strange(text: &str) -> String {
    let text = text.replacen("history:\n", &format!("{FIELDS}history:\n"), 1);
    text.replacen("    step:", &format!("{EVENT}    step:"), 1)
}

/// Commits a file with git, as another program does.
fn published(sandbox: &Sandbox, at: &str, path: &str, text: &str) {
    sandbox.write(&format!("{at}/{path}"), text);
    sandbox.git(&format!("-C {at} commit -qam newer"));
}

#[test]
fn every_command_leaves_it_as_it_stands() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=清泉自来水公司");
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").to_owned();
    published(&sandbox, ".", &path, &strange(&sandbox.read(&path)));
    let stands = |after: &str| {
        let text = sandbox.read(&path);
        assert!(text.contains(FIELDS) && text.contains(EVENT), "{after}: {text}");
        assert_eq!(sandbox.git("status --porcelain"), "", "{after}");
    };
    sandbox.write("../leak.txt", "leak\n");
    for line in [
        format!("advance {id} accept promised=2026-12-01"),
        format!("edit {id} content=again"),
        format!("attach {id} ../leak.txt"),
        "undo -y".to_owned(),
        format!("advance {id} propose remedies.+.kind=return"),
    ] {
        let shown = sandbox.run(&line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}: {shown}");
        stands(&line);
    }
    // a hand changes what is known beside it
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replacen("content: again", "content: by hand", 1));
    let committed = sandbox.run("commit");
    assert!(committed.ends_with("--- exit 0\n"), "{committed}");
    stands("commit");
    // but not what is unknown
    let text = sandbox.read(&path);
    for (from, to, key) in
        [("'blue'", "'grey'", "weather"), (FIELDS, "", "weather"), ("content:", "contnt: a\ncontent:", "contnt")]
    {
        sandbox.write(&path, &text.replacen(from, to, 1));
        for line in ["commit", "status", &format!("validate {path}")] {
            let refused = sandbox.run(line);
            assert!(refused.contains(key) && refused.ends_with("--- exit 1\n"), "{line}: {refused}");
        }
    }
    sandbox.write(&path, &text);
    stands("restored");
    // it is shown, told in `validate`, and a finding of the audit
    assert!(sandbox.run(&format!("show {id}")).contains("sky: 'blue'"));
    assert_eq!(sandbox.json(&format!("show {id}"))["data"]["weather"]["sky"].as_str(), Some("blue"));
    for (lang, says) in [("en", "which is kept as it is"), ("zh", "已原样保留")] {
        let told = sandbox.run(&format!("validate --lang {lang}"));
        assert!(told.contains("device, weather") && told.contains(says) && told.ends_with("--- exit 0\n"), "{told}");
    }
    let found = sandbox.json("audit --quiet");
    assert!(found.to_string().contains("unknown-entry"), "{found}");
}

#[test]
fn a_colleague_with_an_older_program_passes_it_on() {
    let clones = Clones::with(1);
    let path = clones.git("li", "ls-files clients").lines().next().unwrap_or_default().to_owned();
    let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").to_owned();
    published(&clones.sandbox, "li", &path, &strange(&clones.sandbox.read(&format!("li/{path}"))));
    clones.ok("li", "sync");
    clones.ok("wang", &format!("edit {id} city=宁波"));
    clones.ok("wang", "sync");
    clones.ok("li", &format!("edit {id} address=西湖区"));
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    for name in ["li", "wang"] {
        let text = clones.sandbox.read(&format!("{name}/{path}"));
        assert!(text.contains(FIELDS) && text.contains(EVENT), "{name}: {text}");
        assert!(text.contains("宁波") && text.contains("西湖区"), "{name}: {text}");
        assert_eq!(clones.git(name, "status --porcelain"), "", "{name}");
    }
    // the audit says what it cannot judge, and nothing else
    let found = clones.run("wang", "audit --quiet");
    assert_eq!(found.matches("unknown-entry").count(), 1, "{found}");
    assert!(found.contains("device, weather"), "{found}");
}

#[test]
fn an_entry_that_does_not_fit_a_field_declared_later_is_set_right() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=清泉自来水公司");
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").to_owned();
    let with_entry = sandbox.read(&path).replacen("history:\n", &format!("{FIELDS}history:\n"), 1);
    published(&sandbox, ".", &path, &with_entry);
    assert!(sandbox.run(&format!("edit {id} content=again")).ends_with("--- exit 0\n"));
    let kind = "policy/kinds/complaint.toml";
    let declared = "\n[fields.weather]\nlabel = { en = \"Weather\", zh = \"天气\" }\ntype = \"count\"\n";
    sandbox.write(kind, &(sandbox.read(kind) + declared));
    assert!(sandbox.run("commit -y").ends_with("--- exit 0\n"));
    for line in [format!("show {id}"), format!("edit {id} content=more")] {
        let refused = sandbox.run(&line);
        assert!(refused.contains("sky: 'blue'"), "the entry is shown as what it is: {refused}");
        assert!(refused.contains("redress edit C-ID1 weather=VALUE"), "{refused}");
        assert!(refused.ends_with("--- exit 1\n"), "{refused}");
    }
    let zh = sandbox.run(&format!("show {id} --lang zh"));
    assert!(zh.contains("与同名字段不符"), "{zh}");
    // a hand can do it, too
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replacen(FIELDS, "weather: 4\n", 1));
    let checked = sandbox.run("status");
    assert!(checked.contains("changed") && !checked.contains("error"), "{checked}");
    sandbox.write(&path, &text);
    let edited = sandbox.run(&format!("edit {id} weather=3"));
    assert!(edited.ends_with("--- exit 0\n"), "{edited}");
    let shown = sandbox.json(&format!("show {id}"));
    assert_eq!(shown["data"]["weather"], 3, "{shown}");
    let history = shown["data"]["history"].as_array().expect("a history");
    assert_eq!(history.last().and_then(|event| event["step"].as_str()), Some("edit"), "{shown}");
    assert_eq!(shown["data"]["content"].as_str(), Some("again"), "nothing else is lost");
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    // the audit names what git committed, and nothing of what set it right
    let found = sandbox.json("audit --quiet");
    let tip = sandbox.git("rev-parse HEAD").trim().to_owned();
    let findings = &found["data"]["sections"][0]["rows"];
    assert!(findings.to_string().contains("unknown-entry") && !findings.to_string().contains(&tip[..12]), "{found}");
}
