//! `redress audit`: silent about what the program made, and a finding for what it did not make.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州精密机械");
    sandbox
}

fn record(sandbox: &Sandbox) -> (String, String) {
    let path = sandbox.git("ls-files clients").trim().to_owned();
    let text = sandbox.read(&path);
    (path, text)
}

#[test]
fn what_the_program_made_is_clean_and_silent() {
    let sandbox = book();
    assert_data_eq!(
        sandbox.run("audit"),
        str![[r#"
looked at 2 commits up to HASH, made from 2026-11-24 09:00 to 2026-11-24 09:00; history begins with HASH
history is whole here: not shallow, no grafts, no replaced objects
--- exit 0

"#]]
    );
    assert_data_eq!(
        sandbox.run("audit 2026-11 --since HEAD~1"),
        str![[r#"
looked at 1 commit up to HASH, made from 2026-11-24 09:00 to 2026-11-24 09:00
not looked at: 1 other commit of this history
history is whole here: not shallow, no grafts, no replaced objects
--- exit 0

"#]]
    );
    let json = sandbox.json("audit");
    assert_eq!(json["data"]["sections"][0]["rows"].as_array().map(Vec::len), Some(0), "{json}");
}

#[test]
fn what_was_forged_is_found() {
    let sandbox = book();
    let (path, text) = record(&sandbox);
    sandbox.write(&path, &text.replace("杭州", "宁波"));
    // made by a clock elsewhere, and shown in the book's zone
    let mut commit = sandbox.command("git");
    commit.args(["commit", "-qam", "tidy"]).env("GIT_COMMITTER_DATE", "2026-11-24T03:00:00+0200");
    assert!(commit.status().expect("git runs").success());
    let said = sandbox.run("audit --lang zh");
    assert!(said.contains("2026-11-24 09:00"), "{said}");
    assert!(said.contains("field-unnamed") && said.contains("hand-commit"), "{said}");
    assert!(said.ends_with("--- exit 1\n") && said.contains("name 有变动而没有事件"), "{said}");
    let json = sandbox.json("audit 2026-11");
    let rows = json["data"]["sections"][0]["rows"].as_array().cloned().unwrap_or_default();
    assert_eq!(rows.len(), 2, "{json}");
    assert!(sandbox.run("audit 2026-10").ends_with("--- exit 0\n"));
    assert!(sandbox.run("audit --since HEAD").ends_with("--- exit 0\n"));
    assert!(sandbox.run("audit --since nowhere").ends_with("--- exit 3\n"));
    assert!(sandbox.run("audit zzz-nothing").ends_with("--- exit 3\n"));
}

/// What somebody else does, with git or the program.
fn as_wang(sandbox: &Sandbox, mut command: std::process::Command) -> String {
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "王磊").env(format!("GIT_{who}_EMAIL"), "wang.lei@example.cn");
    }
    sandbox.shown(&command.output().expect("it runs"))
}

#[test]
fn who_may_not_change_the_rules_is_refused_and_found() {
    let sandbox = book();
    sandbox.run("new staff name=王磊 emails=wang.lei@example.cn");
    let file = "policy/acting.toml";
    sandbox.write(file, &sandbox.read(file).replace("anyone = true", "anyone = false"));
    let said = as_wang(&sandbox, sandbox.redress("commit policy -m stricter"));
    assert!(
        said.contains("policy/acting.toml may only be changed by these roles") && said.ends_with("--- exit 1\n"),
        "{said}"
    );
    let mut git = sandbox.command("git");
    git.args(["commit", "-qam", "stricter"]);
    as_wang(&sandbox, git);
    let said = sandbox.run("audit");
    assert!(said.contains("change-control") && said.contains("anyone: true → false"), "{said}");
    assert!(said.ends_with("--- exit 1\n"), "{said}");
    // who may is not refused
    sandbox.write(file, &sandbox.read(file).replace("anyone = false", "anyone = true"));
    assert!(sandbox.run("commit policy -m 'as it was'").ends_with("--- exit 0\n"));
    let json = sandbox.json("audit --strict --rules");
    let sections = json["data"]["sections"].as_array().cloned().unwrap_or_default();
    let names: Vec<&str> = sections.iter().filter_map(|section| section["name"].as_str()).collect();
    assert_eq!(names, ["findings", "changes", "scope"], "{json}");
}

#[test]
fn changes_of_people_and_imports_are_told_in_words() {
    let sandbox = book();
    let staff = "new staff name=王磊 --id wang.lei emails=wang.lei@example.cn roles.+.role=cs-manager";
    assert!(sandbox.run(staff).ends_with("--- exit 0\n"));
    assert!(sandbox.run("advance wang.lei leave -m moved").ends_with("--- exit 0\n"));
    sandbox.write("clients.csv", "name\n杭州恒泰机械\n");
    assert!(sandbox.run("import client clients.csv -y").ends_with("--- exit 0\n"));
    let en = sandbox.run("audit");
    assert!(en.contains("+ Roles Customer service manager;") && en.contains("state: Active → Left"), "{en}");
    let zh = sandbox.run("audit --lang zh");
    assert!(zh.contains("+ 岗位角色 客服经理；") && zh.contains("状态：在职 → 离职"), "{zh}");
    assert!(zh.contains("客户 ") && !zh.contains(" client "), "{zh}");
    // scripts get the names of the policy
    let json = sandbox.json("audit").to_string();
    assert!(json.contains("+ emails.wang.lei@example.cn") && json.contains("state: active → left"), "{json}");
}

#[test]
fn an_address_is_one_person() {
    let sandbox = book();
    assert!(sandbox.run("new staff name=王磊 emails=wang.lei@example.cn").ends_with("--- exit 0\n"));
    for address in ["wang.lei@example.cn", "Wang.Lei@Example.cn", "ｗang.lei@example.cn"] {
        let said = sandbox.run(&format!("new staff name=赵敏 emails={address} --id zhao.min"));
        assert!(said.ends_with("--- exit 1\n"), "{address}: {said}");
    }
    // whoever has no such role gives nobody an address
    let said = as_wang(&sandbox, sandbox.redress("advance li.na change emails.+=wang@example.cn"));
    assert!(said.contains("emails") && said.ends_with("--- exit 1\n"), "{said}");
}

/// Only the people who give roles give rights, in a small book too. The first person begins with all of them.
#[test]
fn nobody_raises_themselves() {
    let sandbox = book();
    assert!(sandbox.run("new staff name=王磊 emails=wang.lei@example.cn").ends_with("--- exit 0\n"));
    for (line, exit) in [
        ("advance wang.lei change roles.+.role=gm", 1),
        ("edit wang.lei roles.+.role=gm", 1),
        ("advance li.na change deputy.+.person=wang.lei", 1),
        ("advance wang.lei change department=gm-office", 1),
        ("new staff name=赵敏 --id zhao.min", 1),
        ("advance li.na leave", 1),
        ("advance wang.lei change capacity=3", 0),
        // one's own deputy gets no right that one has not oneself
        ("advance wang.lei change deputy.+.person=li.na", 0),
    ] {
        let said = as_wang(&sandbox, sandbox.redress(line));
        assert!(said.ends_with(&format!("--- exit {exit}\n")), "{line}: {said}");
    }
    assert!(sandbox.run("advance wang.lei change roles.+.role=cs-manager").ends_with("--- exit 0\n"));
    let audited = sandbox.run("audit");
    for listed in ["wang.lei", "+ Roles Customer service manager", "+ E-mail addresses wang.lei@example.cn"] {
        assert!(audited.contains(listed), "{listed}: {audited}");
    }
}

#[test]
fn keys_of_the_program_are_refused_to_others() {
    let sandbox = book();
    for key in ["remind:expedite:x", "'plan tasks x 2026-11'"] {
        let said = sandbox.run(&format!("new client name=宁波阀门 --key {key}"));
        assert!(said.contains("only the program makes"), "{said}");
    }
}

#[test]
fn a_doctor_finds_what_was_changed_beside_the_book() {
    let sandbox = book();
    sandbox.run("list client");
    assert!(sandbox.run("doctor").ends_with("--- exit 0\n"), "{}", sandbox.run("doctor"));
}

#[test]
fn findings_are_said_in_chinese_throughout() {
    let sandbox = book();
    let (path, text) = record(&sandbox);
    sandbox.write(&path, &text.replace("杭州精密机械", "杭州"));
    sandbox.git("commit -qam changed");
    let zh = sandbox.run("audit --lang zh");
    assert!(zh.contains("错误") && !zh.contains("error"), "{zh}");
    let found = sandbox.json("audit");
    assert!(found.to_string().contains("\"severity\":{\"en\":\"error\""), "{found}");
}
