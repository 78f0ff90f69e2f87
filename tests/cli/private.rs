//! Private data: it is visible in `show` and on paper, and elsewhere only if somebody asks for it.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;

/// What must never be visible where it is private.
const SECRET: &str = "机密内容";

/// A book in which the content of complaints is private, and so is the name of the client, which is also the name of
/// callbacks.
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
        "audit --quiet",
        "log",
        "status",
    ] {
        for ways in ["", "--json", "--lang zh"] {
            // names on the command line are not checked
            let said = sandbox.run(&format!("{late} {ways} {line}"));
            assert!(!said.contains(SECRET), "{line} {ways}: {said}");
        }
    }
    let several = sandbox.run("show 客户");
    assert!(!several.contains(SECRET), "{several}");
    assert!(!sandbox.git("log --format=%B").contains(SECRET));
    // a person who may look sees it, and so does one who asks
    for line in ["show one", "print one complaint-registration -o -", "list complaint --private", "due --all --private"]
    {
        let said = sandbox.run(line);
        assert!(said.contains(SECRET), "{line}: {said}");
    }
}

/// The person who makes a call sees how to reach the client. For everybody else, what a path leads to is masked.
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
    // values that the line does not show by itself are masked for everybody
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

/// Contact, phone and convenient hours are visible in the lines of calls and promises to those who make the call: the
/// assignee and the deputy, the supervisor, the manager. For everybody else they are masked.
#[test]
fn a_line_of_a_call_or_a_promise_is_clear_for_those_who_make_it() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    let people = [
        ("as", "cs-specialist"),
        ("ot", "cs-specialist"),
        ("de", "finance"),
        ("su", "cs-supervisor"),
        ("ma", "cs-manager"),
        ("co", "complaint-officer"),
        ("fi", "finance"),
    ];
    for (id, role) in people {
        done(&sandbox.run(&format!("new staff --id {id} name={id} emails={id}@example.cn roles.+.role={role}")));
    }
    done(&sandbox.run("edit as deputy.+.person=de"));
    done(&sandbox.run(
        "new client name=泵业 phone=0571-1 contacts.+.name=王工 contacts.0.phone=13800001111 contacts.0.hours=九点后 --key k",
    ));
    done(&sandbox.run("new callback client=k reason=routine due=2026-11-25 assignee=as --key call"));
    done(&sandbox.run("new complaint client=k channel=phone content=漏水 contact=赵女士 --key case"));
    done(&sandbox.run("advance case accept promised=2026-11-26T17:00 assignee=as"));
    for (person, sees) in
        [("as", true), ("de", true), ("su", true), ("ma", true), ("ot", false), ("co", false), ("fi", false)]
    {
        let lines = sandbox.json(&format!("due --all --as {person}"));
        let line = |deadline: &str| {
            let all = lines["data"].as_array().expect("a list").iter();
            all.clone().find(|line| line["deadline"] == deadline).expect(deadline).clone()
        };
        let contact = serde_json::json!({ "name": "王工", "phone": "13800001111", "hours": "九点后" });
        let wanted = if sees { contact } else { serde_json::Value::Null };
        let (call, answer) = (line("callback"), line("answer"));
        assert_eq!(call["fields"]["client.contacts.name+phone+hours"], wanted, "{person}: {call}");
        assert_eq!(answer["fields"]["client.contacts.name+phone+hours"], wanted, "{person}: {answer}");
        assert_eq!(answer["fields"]["contact"] == "赵女士", sees, "{person}: {answer}");
        // the company's own number is not secret
        assert_eq!(call["fields"]["client.phone"], "0571-1", "{person}");
        let shown = sandbox.run(&format!("due --all --as {person}"));
        for secret in ["王工 13800001111 九点后", "赵女士"] {
            assert_eq!(shown.contains(secret), sees, "{person}: {shown}");
        }
        // a part of what is visible may be asked for by itself
        let asked = sandbox.json(&format!("due --all kind=callback --fields client.contacts.phone --as {person}"));
        assert_eq!(asked["data"][0]["fields"]["client.contacts.phone"] == "13800001111", sees, "{person}: {asked}");
        // a line that is not a promise says less
        assert!(line("handling")["fields"].get("contact").is_none(), "{person}");
    }
}

/// A path goes to the latest record of a kind that names the same client, and says what happened to it.
#[test]
fn a_call_says_what_the_client_last_complained_of() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    done(&sandbox.run("new client name=泵业 --key k"));
    done(&sandbox.run("new client name=别家 --key other"));
    done(&sandbox.run("new complaint client=k channel=phone content=旧投诉 --key old --on 2026-11-20T09:00"));
    done(&sandbox.run("new complaint client=k channel=phone content=新投诉 --key new --on 2026-11-21T09:00"));
    done(&sandbox.run("new complaint client=other channel=phone content=不相干 --key far"));
    done(&sandbox.run("advance old decline decline-reason=无关"));
    done(
        &sandbox
            .run("new callback client=k about=old reason=complaint due=2026-11-25 --key call --on 2026-11-21T10:00"),
    );
    let calls = ["2026-11-23T10:00", "2026-11-23T15:30"];
    for at in calls {
        done(&sandbox.run(&format!(
            "advance call attempt attempts.+.at={at} attempts.{}.outcome=无人接听",
            usize::from(at == calls[1])
        )));
    }
    let line = sandbox.json("due --all kind=callback")["data"][0]["fields"].clone();
    assert_eq!(
        (&line["client.last:complaint.content"], &line["client.last:complaint.state"]),
        (&"新投诉".into(), &"registered".into())
    );
    let attempt = |at: &str| serde_json::json!({ "at": format!("{at}:00+08:00"), "outcome": "无人接听" });
    assert_eq!(line["attempts.at+outcome"], serde_json::json!([attempt(calls[0]), attempt(calls[1])]), "{line}");
    for (lang, state) in [("en", "Registered"), ("zh", "已登记")] {
        let shown = sandbox.run(&format!("due --all kind=callback --lang {lang}"));
        let last = if lang == "en" { "last Complaint: 新投诉" } else { "最近客户投诉：新投诉" };
        for wanted in [last, state, "2026-11-23 10:00 无人接听", "2026-11-23 15:30 无人接听"] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
    }
    // the record itself is not its client's last
    let fields = "content,client.last:complaint.content,client.last:投诉.opened,client.last:complaint,state";
    let list = sandbox.json(&format!("list complaint --fields {fields}"));
    let last = |content: &str| {
        let all = list["data"].as_array().expect("a list").iter();
        all.clone().find(|one| one["content"] == content).map(|one| one["client.last:complaint.content"].clone())
    };
    assert_eq!(last("旧投诉"), Some("新投诉".into()), "{list}");
    assert_eq!(last("新投诉"), Some("旧投诉".into()));
    assert_eq!(last("不相干"), Some(serde_json::Value::Null));
    let clients = sandbox.run("list client --fields last:complaint,last:complaint.state --lang zh");
    assert!(clients.contains("新投诉") && clients.contains("已登记") && clients.contains("不相干"), "{clients}");
    // rules and filters may not ask for any of it
    for line in [
        "list complaint client.last:complaint.state=registered",
        "list complaint --sort client.last:complaint.state",
        "list complaint --fields client.last:complain.state",
        "due --fields last:staff.state kind=callback",
    ] {
        let said = sandbox.run(line);
        assert!(said.ends_with("--- exit 2\n"), "{line}: {said}");
    }
    let kind = "policy/kinds/complaint.toml";
    let rule = "asks = [\"promised\"]\nwhen = { if = \"client.last:complaint.state=closed\", reason = { en = \"x\", zh = \"x\" } }";
    let text = sandbox.read(kind);
    assert!(text.contains("asks = [\"promised\"]"));
    sandbox.write(kind, &text.replacen("asks = [\"promised\"]", rule, 1));
    let said = sandbox.run("policy check");
    assert!(
        said.contains("policy/kinds/complaint.toml:")
            && said.contains("last:complaint")
            && said.ends_with("--- exit 1\n"),
        "{said}"
    );
}

/// Everything that `[due]` names must exist.
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
        ("client.last:complaint.state", "client.last:complain.state", "`client` has no field `last:complain`"),
        ("client.last:complaint.state", "client.last:staff.state", "no field `last:staff`"),
        ("client.last:complaint.state", "client.state.name", "no field `state`"),
        ("attempts.at+outcome", "attempts.at+outcom", "no field `at+outcom`"),
    ] {
        assert!(text.contains(was), "{was}");
        sandbox.write(path, &text.replacen(was, now, 1));
        let said = sandbox.run("policy check");
        assert!(said.contains(wanted) && said.contains("policy/kinds/callback.toml:"), "{wanted}: {said}");
    }
}
