//! A book that begins with rules of one's own.

use crate::sandbox::Sandbox;

/// A folder with the rules of the preset `manufacturer` beside the book. `../rules` is like `policy/` of a book and
/// contains its calendar, its forms and its reports.
fn rules() -> Sandbox {
    let sandbox = Sandbox::empty();
    assert!(sandbox.run("init ../first --preset manufacturer --lang en").ends_with("--- exit 0\n"));
    copy(&sandbox, "policy", "../rules");
    copy(&sandbox, "calendar", "../rules/calendar");
    copy(&sandbox, "forms", "../rules/forms");
    copy(&sandbox, "reports", "../rules/reports");
    sandbox
}

fn copy(sandbox: &Sandbox, from: &str, to: &str) {
    let status = sandbox.command("cp").args(["-r", &format!("../first/{from}"), to]).status();
    assert!(status.expect("cp runs").success());
}

#[test]
fn a_book_begins_with_rules_of_ones_own() {
    let sandbox = rules();
    sandbox.write("../rules/kinds/visit.toml", VISIT);
    let said = sandbox.run("init --policy ../rules --lang en --name Own");
    assert!(said.contains("its rules are those of ../rules") && said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(sandbox.read("policy/kinds/visit.toml"), VISIT);
    for file in ["calendar/cn.ics", "forms/forms.toml", "forms/sheet.html"] {
        assert_eq!(sandbox.read(file), sandbox.read(&format!("../first/{file}")));
    }
    assert!(!sandbox.read("redress.toml").contains("preset"), "it began with none");
    let made = sandbox.json("new visit place=杭州");
    assert_eq!(made["data"]["state"], "planned", "{made}");
    for line in ["policy check", "validate", "audit --quiet", "doctor"] {
        let said = sandbox.run(line);
        assert!(said.ends_with("--- exit 0\n"), "{line}\n{said}");
    }
    // a folder as a book has it, and a book's own policy with the calendars beside it
    for (from, to) in [("../first/policy", "second"), ("../whole", "third")] {
        if from == "../whole" {
            sandbox.write("../whole/redress.toml", "of another book");
            copy(&sandbox, "policy", "../whole/policy");
            copy(&sandbox, "calendar", "../whole/calendar");
            copy(&sandbox, "forms", "../whole/forms");
            copy(&sandbox, "reports", "../whole/reports");
        }
        let said = sandbox.run(&format!("init ../{to} --policy {from} --lang en"));
        assert!(said.ends_with("--- exit 0\n"), "{from}\n{said}");
        let tree = |dir: &str| sandbox.git(&format!("-C {dir} rev-parse HEAD:policy HEAD:forms"));
        assert_eq!(tree(&format!("../{to}")), tree("../first"), "{from}");
    }
}

#[test]
fn what_is_wrong_is_said_before_anything_is_written() {
    let sandbox = rules();
    let path = "../rules/kinds/complaint.toml";
    let sound = sandbox.read(path);
    let left = |sandbox: &Sandbox| std::fs::read_dir(sandbox.dir()).expect("the folder").count();
    let refused = |what: &str, said: &[&str]| {
        let shown = sandbox.run("init new/book --policy ../rules --lang en");
        assert!(shown.ends_with("--- exit 1\n"), "{what}\n{shown}");
        said.iter().for_each(|part| assert!(shown.contains(part), "{what}: {part}\n{shown}"));
        assert_eq!(left(&sandbox), 0, "{what}: nothing is left behind");
    };
    sandbox.write(path, &sound.replacen("asks = [\"decision\"]", "asks = [\"decisoin\"]", 1));
    refused("a field", &["did you mean `decision`?", "../rules/kinds/complaint.toml:", "asks"]);
    sandbox.write(path, &sound.replacen("zh = \"涉及金额\"", "zh = \"数量\"", 1));
    refused("a label twice", &["../rules/kinds/complaint.toml:"]);
    sandbox.write(path, &sound);
    let form = sandbox.read("../rules/forms/sheet.html");
    sandbox.write("../rules/forms/sheet.html", &form.replacen("{{ book.company.name }}", "{{ book.company.name }", 1));
    refused("a template", &["../rules/forms/sheet.html"]);
    sandbox.write("../rules/forms/sheet.html", &form);
    let calendar = sandbox.read("../rules/calendar.toml");
    sandbox.write("../rules/calendar.toml", &calendar.replacen("calendar/cn.ics", "calendar/none.ics", 1));
    refused("a calendar", &["../rules/calendar.toml:", "calendar/none.ics"]);
    sandbox.write("../rules/calendar.toml", &calendar);
    // a rule book of an older program has its forms under policy/
    let older = sandbox.read("../rules/forms/forms.toml");
    sandbox.write("../rules/forms.toml", &older);
    std::fs::remove_file(sandbox.dir().join("../rules/forms/forms.toml")).expect("it is there");
    assert!(sandbox.run("init ../older --policy ../rules --lang en").ends_with("--- exit 0\n"));
    assert_eq!(sandbox.read("../older/forms/forms.toml"), older);
    // names, links and sizes
    let remove = |path: &str| std::fs::remove_file(sandbox.dir().join(path)).expect("it is there");
    for (name, said) in [
        ("../rules/notes.txt", "no file of this name"),
        ("../rules/kinds/complaint.toml~", "no file of this name"),
        ("../rules/kinds/.hidden.toml", "no file of this name"),
    ] {
        sandbox.write(name, "x");
        refused(name, &[name, said, "kinds/*.toml"]);
        remove(name);
    }
    std::fs::create_dir(sandbox.dir().join("../rules/more")).expect("a folder");
    refused("a folder", &["../rules/more", "no folder of this name"]);
    std::fs::remove_dir(sandbox.dir().join("../rules/more")).expect("it is empty");
    let outside = sandbox.dir().join("../outside.toml");
    std::fs::write(&outside, VISIT).expect("a file");
    std::os::unix::fs::symlink(&outside, sandbox.dir().join("../rules/kinds/visit.toml")).expect("a link");
    refused("a link", &["../rules/kinds/visit.toml", "symbolic link"]);
    remove("../rules/kinds/visit.toml");
    sandbox.write("../rules/kinds/visit.toml", &"#\n".repeat(600_000));
    refused("a large file", &["../rules/kinds/visit.toml", "larger than 1 MiB"]);
    remove("../rules/kinds/visit.toml");
    for n in 0..401 {
        sandbox.write(&format!("../rules/kinds/k{n}.toml"), "");
    }
    refused("many files", &["more than 400 files"]);
    (0..401).for_each(|n| remove(&format!("../rules/kinds/k{n}.toml")));
    let none = sandbox.run("init new/book --policy ../first/calendar --lang en");
    assert!(none.contains("no file of this name") && none.ends_with("--- exit 1\n"), "{none}");
    let none = sandbox.run("init new/book --policy ../nowhere --lang en");
    assert!(none.ends_with("--- exit 3\n"), "{none}");
    let both = sandbox.run("init new/book --policy ../rules --preset basic --lang en");
    assert!(both.ends_with("--- exit 2\n"), "{both}");
    let said = sandbox.run("--dry-run init new/book --policy ../rules --lang en");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(left(&sandbox), 0, "a dry run leaves nothing");
    let said = sandbox.run("init new/book --policy ../rules --lang en");
    assert!(said.ends_with("--- exit 0\n"), "as it is it is sound: {said}");
}

const VISIT: &str = r#"name = "visit"
prefix = "VS"
folder = "visits"
label = { en = "Visit", zh = "拜访计划" }
[fields.place]
type = "text"
label = { en = "Place", zh = "地点" }
[states.planned]
class = "new"
resting = true
label = { en = "Planned", zh = "已计划" }
[states.done]
class = "closed"
label = { en = "Done", zh = "已拜访" }
[states.void]
class = "closed"
void = true
label = { en = "Void", zh = "已作废" }
[[steps]]
name = "plan"
label = { en = "Plan", zh = "计划" }
to = "planned"
asks = ["place"]
[[steps]]
name = "complete"
label = { en = "Complete", zh = "完成" }
from = ["planned"]
to = "done"
[[steps]]
name = "void"
label = { en = "Void", zh = "作废" }
from = ["planned", "done"]
to = "void"
"#;
