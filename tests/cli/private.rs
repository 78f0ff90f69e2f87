//! What is private: it is seen in `show` and on paper, and nowhere else unless somebody asks for it.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;

/// What must never be seen where it is private.
const SECRET: &str = "机密内容";

/// A book in which what complaints say is private, and the name of the client, by which callbacks are called, too.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    for (path, field) in [("policy/kinds/complaint.toml", "content"), ("policy/kinds/client.toml", "name")] {
        let text = sandbox.read(path);
        let heading = format!("[fields.{field}]\n");
        assert!(text.contains(&heading), "{path}");
        sandbox.write(path, &text.replacen(&heading, &format!("{heading}private = true\n"), 1));
    }
    assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
    sandbox.git("commit -qam 'Names are private'");
    done(&sandbox.run(&format!("new client name={SECRET}公司 --key client")));
    done(&sandbox.run(&format!("new complaint client=client channel=phone content={SECRET}甲 --key one")));
    done(&sandbox.run(&format!("new complaint client=client channel=phone content={SECRET}乙 --key two")));
    done(&sandbox.run("new callback client=client due=2026-12-01 reason=routine assignee=li.na"));
    done(&sandbox.run("new measure about=one category=product action=改进 owner=li.na due=2026-12-01"));
    sandbox
}

#[test]
fn private_titles_are_told_by_show_and_paper_alone() {
    let sandbox = book();
    let late = "--now 2027-02-01T09:00:00+08:00";
    for line in [
        "list complaint",
        "list complaint --fields content,client",
        "list callback --fields client,due",
        "list client",
        "due --all",
        "due --all --within '9 weeks'",
        "remind --dry-run",
        "remind",
        "plan callbacks 2027-02 --dry-run",
        "report overdue",
        "report tracking 2026-11",
        "report monthly 2026-11",
        "report callbacks 2026-11",
        "query 'select content, client from complaint'",
        "query 'select name from client'",
        "validate",
        "audit",
        "log",
        "status",
    ] {
        for ways in ["", "--json", "--lang zh"] {
            // names that are given are not what is looked at
            let said = sandbox.run(&format!("{late} {ways} {line}"));
            assert!(!said.contains(SECRET), "{line} {ways}: {said}");
        }
    }
    let several = sandbox.run("show 客户");
    assert!(!several.contains(SECRET), "{several}");
    assert!(!sandbox.git("log --format=%B").contains(SECRET));
    // whoever may look sees it, and whoever asks
    for line in ["show one", "print one complaint-registration", "list complaint --private", "due --all --private"] {
        let said = sandbox.run(line);
        assert!(said.contains(SECRET), "{line}: {said}");
    }
}
