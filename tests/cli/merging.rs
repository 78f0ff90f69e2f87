//! Clients that were merged into another one: wherever they are named, the other one is meant.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;
use serde_json::Value as Json;

/// Two archives of one client, a complaint of each, and the second archive merged into the first.
fn merged() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    done(&sandbox.run("new client name=杭州恒泰机械 city=杭州 grade=key phone=0571-88886666 --key new"));
    done(&sandbox.run("new client name=恒泰老厂 city=宁波 grade=key phone=0574-11112222 --key old"));
    done(&sandbox.run("new client name=宁波海天 city=宁波 --key other"));
    done(&sandbox.run("new complaint client=old channel=phone content=漏水 --key first"));
    done(&sandbox.run("new complaint client=new channel=phone content=裂纹 --key second"));
    done(&sandbox.run("new complaint client=other channel=phone content=迟到 --key third"));
    done(&sandbox.run("advance old merge merged-into=new"));
    sandbox
}

fn id(sandbox: &Sandbox, key: &str) -> String {
    sandbox.json(&format!("show {key}"))["data"]["id"].as_str().expect("an id").to_owned()
}

fn count(sandbox: &Sandbox, line: &str) -> usize {
    sandbox.json(line)["data"].as_array().map(Vec::len).expect("a list")
}

#[test]
fn filters_lists_and_searches_mean_the_client_that_it_was_merged_into() {
    let sandbox = merged();
    let (new, old) = (id(&sandbox, "new"), id(&sandbox, "old"));
    for (filter, expected) in [
        (format!("client={new}"), 2),
        (format!("client={old}"), 2),
        (format!("client!={new}"), 1),
        (format!("client={}", &new[new.len() - 5..]), 2),
        ("client=恒泰老厂".to_owned(), 2),
        ("client~老厂".to_owned(), 2),
        ("client.city=杭州".to_owned(), 2),
        ("client.city=宁波".to_owned(), 1),
        ("not client.city=杭州".to_owned(), 1),
    ] {
        assert_eq!(count(&sandbox, &format!("list complaint {filter}")), expected, "{filter}");
    }
    assert_eq!(count(&sandbox, "list client merged-into=.."), 1);
    assert_eq!(count(&sandbox, &format!("list client merged-into={new}")), 1);
    let complaints = |words: &str| count(&sandbox, &format!("find {words} --kind complaint"));
    assert_eq!((complaints("老厂"), complaints("恒泰机械"), complaints("老厂 裂纹")), (2, 2, 1));
    let listed = sandbox.run("list client");
    assert!(listed.contains("merged into K-"), "{listed}");
    let fields = sandbox.run("list complaint --fields client,client.city");
    assert!(!fields.contains("恒泰老厂") && fields.contains("杭州恒泰机械"), "{fields}");
}

#[test]
fn both_say_where_it_went_and_what_names_either() {
    let sandbox = merged();
    let (new, old) = (id(&sandbox, "new"), id(&sandbox, "old"));
    let shown = sandbox.run("show old");
    assert!(shown.contains("Client: merged into K-"), "{shown}");
    let shown = sandbox.json("show new");
    let links = shown["data"]["derived"]["links"].as_array().cloned().unwrap_or_default();
    let named = |kind: &str| links.iter().filter(|link| link["kind"] == kind).count();
    assert_eq!((named("complaint"), named("client")), (2, 1), "{shown}");
    // a record keeps the name that it has
    assert_eq!(sandbox.json("show first")["data"]["client"], Json::from(old.as_str()));
    // new records that name it get the other one
    for (key, word) in [("k1", "恒泰老厂"), ("k2", old.as_str()), ("k3", "0574-11112222")] {
        done(&sandbox.run(&format!("new complaint client={word} channel=phone content=x --key {key}")));
        assert_eq!(sandbox.json(&format!("show {key}"))["data"]["client"], Json::from(new.as_str()), "{word}");
    }
    let shown = sandbox.run("show 恒泰老厂");
    assert!(shown.contains("杭州恒泰机械"), "a name means who stands for it: {shown}");
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
}

#[test]
fn chains_are_followed_and_circles_refused() {
    let sandbox = merged();
    for (line, said) in [
        ("advance new merge merged-into=old", ""),
        ("advance new merge merged-into=new", ""),
        ("advance other merge merged-into=other", ""),
    ] {
        let refused = sandbox.run(line);
        assert!(!refused.ends_with("--- exit 0\n") && refused.contains(said), "{line}: {refused}");
    }
    done(&sandbox.run("advance new merge merged-into=other"));
    for (filter, expected) in [("client=old", 3), ("client=new", 3), ("client=other", 3), ("client.city=宁波", 3)] {
        assert_eq!(count(&sandbox, &format!("list complaint {filter}")), expected, "{filter}");
    }
    let refused = sandbox.run("advance other merge merged-into=old");
    assert!(!refused.ends_with("--- exit 0\n"), "{refused}");
    // if the field is cleared, the archive is a client of its own again
    done(&sandbox.run("edit old merged-into="));
    assert_eq!(count(&sandbox, "list complaint client=old"), 1);
    done(&sandbox.run("undo old -y"));
    assert_eq!(count(&sandbox, "list complaint client=old"), 3);
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

#[test]
fn a_merged_client_is_counted_and_called_once_and_asks_for_nothing() {
    let sandbox = merged();
    let (new, old) = (id(&sandbox, "new"), id(&sandbox, "old"));
    let planned = sandbox.json("plan callbacks 2026-12 --dry-run");
    let planned = planned["data"]["planned"].as_array().expect("a list");
    let clients: Vec<&str> = planned.iter().filter_map(|row| row["client"].as_str()).collect();
    assert!(clients.contains(&new.as_str()) && !clients.contains(&old.as_str()), "{clients:?}");
    let report = sandbox.run("report after-sales 2026");
    assert!(!report.contains("恒泰老厂") && report.contains("杭州恒泰机械"), "{report}");
    for line in ["advance other convert", "advance other warn"] {
        done(&sandbox.run(line));
    }
    assert!(sandbox.run("due --all kind=client").contains("Winning back"));
    done(&sandbox.run("advance other merge merged-into=new"));
    assert!(!sandbox.run("due --all kind=client").contains("Winning back"));
}

#[test]
fn who_may_merge_stands_in_the_rule_book() {
    let sandbox = merged();
    done(&sandbox.run("new staff --id guest name=访客 emails=guest@example.cn roles.+.role=salesperson"));
    let refused = sandbox.run("advance other merge merged-into=new --as guest");
    assert!(refused.contains("cs-supervisor") && refused.ends_with("--- exit 1\n"), "{refused}");
    let refused = sandbox.run("edit other merged-into=new --as guest");
    assert!(refused.ends_with("--- exit 1\n"), "{refused}");
}

#[test]
fn names_that_differ_in_form_alone_are_asked_about() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    done(&sandbox.run("new client name=杭州恒泰机械有限公司 --key one"));
    for name in ["'杭州恒泰机械（有限）公司'", "'杭州 恒泰机械'", "杭州恒泰机械股份有限公司", "'杭州恒泰机械(公司)'"]
    {
        let refused = sandbox.run(&format!("new client name={name}"));
        assert!(
            refused.contains("much the same Client name") && refused.ends_with("--- exit 1\n"),
            "{name}: {refused}"
        );
    }
    sandbox.write("rows.csv", "name\n杭州恒泰机械公司\n宁波海天有限公司\n宁波海天\n");
    let refused = sandbox.run("import client rows.csv --key name");
    assert!(refused.contains("line 2") && refused.contains("line 4") && !refused.contains("line 3"), "{refused}");
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    done(&sandbox.run("new client name=杭州恒泰机械 --key two -y"));
    let warned = sandbox.run("validate");
    assert!(warned.contains("is much like") && warned.ends_with("--- exit 0\n"), "{warned}");
    done(&sandbox.run("edit two distinct-from=one"));
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    done(&sandbox.run("edit two distinct-from="));
    done(&sandbox.run("advance two merge merged-into=one"));
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
}
