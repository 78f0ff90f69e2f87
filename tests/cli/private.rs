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

/// Who is to make a call sees how to reach the client, and what a path leads to is masked for everybody else.
#[test]
fn who_makes_the_call_sees_how_to_reach_the_client() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    let name = sandbox.json("list staff")["data"][0]["id"].as_str().expect("an id").to_owned();
    done(&sandbox.run("new staff --id chen.xi name=陈曦 emails=chen.xi@example.cn roles.+.role=finance"));
    done(&sandbox.run(
        "new client name=泵业 phone=0571-1 contacts.+.name=王工 contacts.0.phone=13800001111 contacts.0.hours=九点后 personal=钓鱼 --key k",
    ));
    done(&sandbox.run(&format!("new callback client=k reason=routine due=2026-11-25 assignee={name} --key call")));
    let late = "--now 2026-11-27T09:00:00+08:00";
    let own = sandbox.run(&format!("{late} due --all kind=callback"));
    for wanted in ["泵业", "13800001111", "九点后", "2 workdays late"] {
        assert!(own.contains(wanted), "{wanted}: {own}");
    }
    assert!(sandbox.run(&format!("{late} due --all kind=callback --lang zh")).contains("逾期2个工作日"));
    let other = sandbox.run(&format!("{late} --as chen.xi due --all kind=callback"));
    assert!(other.contains("0571-1") && !other.contains("13800001111") && !other.contains("九点后"), "{other}");
    let other = sandbox.json(&format!("{late} --as chen.xi due --all kind=callback"));
    assert_eq!(other["data"][0]["fields"]["client.contacts.phone"], serde_json::Value::Null, "{other}");
    // what the line does not show of itself is granted to nobody
    let more = sandbox.run(&format!("{late} due --all kind=callback --fields client.phone,client.personal"));
    assert!(more.contains("0571-1") && !more.contains("钓鱼"), "{more}");
    let list = sandbox.run("list callback --fields client.phone,client.contacts.phone");
    assert!(list.contains("0571-1") && list.contains("•••") && !list.contains("13800001111"), "{list}");
    let list = sandbox.json("list callback --fields client.phone,client.contacts.phone");
    assert_eq!(list["data"][0]["client.phone"], "0571-1");
    assert_eq!(list["data"][0]["client.contacts.phone"], serde_json::Value::Null);
    assert!(sandbox.run("list callback --fields client.contacts.phone --private").contains("13800001111"));
    assert!(
        sandbox.run("list callback --fields client.fone").contains("`client` has no field `fone`")
            || sandbox.run("list callback --fields client.fone").ends_with("--- exit 2\n")
    );
}

/// What `[due]` names must be there.
#[test]
fn a_due_line_names_what_is_there() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    let path = "policy/kinds/callback.toml";
    let text = sandbox.read(path);
    for (was, now, wanted) in [
        ("\"client.phone\"", "\"client.fone\"", "`client` has no field `fone`"),
        ("\"client.phone\"", "{ path = \"client.phone\", at = [\"answer\"] }", "no deadline `answer`"),
        ("\"cs-supervisor\", \"cs-manager\"]\n\n[fields", "\"cs-boss\"]\n\n[fields", "cs-boss"),
    ] {
        assert!(text.contains(was), "{was}");
        sandbox.write(path, &text.replacen(was, now, 1));
        let said = sandbox.run("policy check");
        assert!(said.contains(wanted) && said.contains("policy/kinds/callback.toml:"), "{wanted}: {said}");
    }
}
