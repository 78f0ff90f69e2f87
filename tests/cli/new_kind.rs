//! `redress policy new-kind`: the first hour with a kind of one's own, in both languages.

use crate::sandbox::Sandbox;

fn book(lang: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = sandbox.run(&format!("init . --name Test --lang {lang}"));
    assert!(begun.contains("exit 0"), "{begun}");
    sandbox.run("new client name=杭州恒泰");
    sandbox
}

/// Writes a kind, puts it in force, makes a record, takes it through its life, and finds it in every list.
#[test]
fn a_new_kind_works_as_it_is_written() {
    for (lang, made, next) in [
        ("en", "policy/kinds/site-visit.toml written", "make the first record:"),
        ("zh", "已写入 policy/kinds/site-visit.toml", "登记第一条记录："),
    ] {
        let sandbox = book(lang);
        let run = |line: &str| sandbox.run(&format!("--lang {lang} {line}"));
        let done = |line: &str| {
            let said = run(line);
            assert!(said.contains("--- exit 0"), "{line}: {said}");
            said
        };
        let said = done("policy new-kind site-visit --label 上门服务");
        assert!(said.contains(made) && said.contains(next) && said.contains("redress policy check"), "{said}");
        let text = sandbox.read("policy/kinds/site-visit.toml");
        assert!(text.contains("prefix = \"SI\"") && text.contains("folder = \"site-visits\""), "{text}");
        assert_eq!(text.contains("# ---- 字段"), lang == "zh", "{text}");
        assert_eq!(text.contains("# ---- Fields"), lang == "en", "{text}");
        // It is not in force before it is committed.
        assert!(run("list site-visit").contains("--- exit 3"));
        assert_eq!(done("policy check"), "--- exit 0\n");
        done("commit -m kind");
        let kind = sandbox.json("policy show site-visit");
        assert_eq!(kind["command"], "policy", "{kind}");
        done("new 上门服务 subject=安装指导 client=杭州恒泰 items.+.item=阀门 --key visit");
        let due = done("due");
        assert!(due.contains("安装指导") && due.contains("杭州恒泰"), "{due}");
        done("advance visit start assignee=li.na due=2026-11-27");
        assert!(run("advance visit start").contains("--- exit 1"));
        assert!(done("list site-visit").contains("安装指导"));
        assert!(done("find 指导").contains("安装指导"));
        done("advance visit wait");
        done("advance visit resume");
        done("advance visit finish result=已完成 amount=300");
        assert!(run("edit visit amount=400").contains("--- exit 1"), "the amount is sealed");
        done("advance visit correct amount=400");
        assert!(done("show visit").contains("400"));
        done("explain visit");
        done("advance visit reopen due=2026-11-30");
        done("advance visit keep");
        done("advance visit void -m 登记有误");
        for line in ["report overdue", "report monthly 2026-11", "validate --full", "audit --quiet"] {
            done(line);
        }
        assert!(done("query 'select count(*) as n from site_visit'").contains('1'));
    }
}

#[test]
fn what_is_taken_or_cannot_be_is_refused() {
    let sandbox = book("en");
    for (line, said) in [
        ("complaint", "complaint"),
        ("Complaints", "no name of a kind"),
        ("../evil", "no name of a kind"),
        ("events", "redress query"),
        ("visit --prefix C", "ids of complaint"),
        ("visit --prefix visit", "capital letters"),
        ("visit --folder complaints", "the records of complaint"),
        ("visit --folder policy", "cannot be the folder"),
        ("visit --folder ../x", "cannot be the folder"),
        ("visit --label 投诉", "complaint"),
    ] {
        let refused = sandbox.run(&format!("--lang en policy new-kind {line}"));
        assert!(refused.contains(said) && refused.contains("--- exit 2"), "{line}: {refused}");
    }
    assert_eq!(sandbox.git("status --porcelain"), "");
    let dry = sandbox.run("--lang en policy new-kind visit --dry-run");
    assert!(dry.contains("name = \"visit\"") && dry.contains("would write"), "{dry}");
    assert_eq!(sandbox.git("status --porcelain"), "");
    let json = sandbox.json("policy new-kind visit --prefix VS --folder trips");
    assert_eq!((&json["data"]["prefix"], &json["data"]["folder"]), (&"VS".into(), &"trips".into()), "{json}");
    // A name that is on disk and not committed yet is taken too.
    let again = sandbox.run("--lang en policy new-kind visit");
    assert!(again.contains("the kind visit") && again.contains("--- exit 2"), "{again}");
    let next = sandbox.json("policy new-kind vista");
    assert_eq!(next["data"]["prefix"], "VI", "{next}");
}
