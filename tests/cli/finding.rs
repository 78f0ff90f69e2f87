//! Finding records, recognizing duplicate clients, making what a reference names, and running numbers.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;
use serde_json::Value as Json;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic"));
    let client =
        "name=杭州恒泰机械有限公司 phone='0571-8888 6666' contacts.+.name=王强 contacts.0.phone='138 0000 0000'";
    done(&sandbox.run(&format!("new client {client} --key hengtai")));
    done(&sandbox.run("new client name=宁波海天 --key haitian"));
    done(&sandbox.run("new complaint client=hengtai channel=phone content='12 件漏水，ＶＡＬＶＥ' --key one"));
    done(
        &sandbox.run("new complaint client=haitian channel=web content=裂纹 --key two --now 2026-11-25T09:00:00+08:00"),
    );
    sandbox
}

/// The records that `find` finds: kinds with numbers or names, in order.
fn found(sandbox: &Sandbox, words: &str) -> Vec<String> {
    let json = sandbox.json(&format!("find {words}"));
    let name = |record: &Json| {
        let of = |field: &str| record[field].as_str().map(str::to_owned);
        of("number").or(of("name")).unwrap_or_else(|| of("kind").expect("a kind"))
    };
    json["data"].as_array().expect("records").iter().map(name).collect()
}

#[test]
fn words_are_found_in_texts_and_in_what_is_referred_to() {
    let sandbox = book();
    let (client, complaint) = ("杭州恒泰机械有限公司", "KS202611-0001");
    for (words, expected) in [
        ("漏", vec![complaint]),
        ("漏水 valve", vec![complaint]),
        ("漏水 裂纹", vec![]),
        ("恒泰", vec![complaint, client]),
        ("恒泰 --kind complaint", vec![complaint]),
        ("恒泰 --kind 投诉 --limit 1", vec![complaint]),
        ("海天", vec!["KS202611-0002", "宁波海天"]),
        ("裂", vec!["KS202611-0002"]),
        ("ks202611-0002", vec!["KS202611-0002"]),
        ("8888", vec![complaint, client]),
        ("王强", vec![]),
        ("王强 --private", vec![client]),
        ("+86-13800000000", vec![complaint, client]),
        ("1380000", vec![]),
        ("1380000 --private", vec![complaint, client]),
        ("没有这样的话", vec![]),
    ] {
        let found = found(&sandbox, words);
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(sorted(found), sorted(expected.into_iter().map(str::to_owned).collect()), "{words}");
    }
    assert_eq!(found(&sandbox, "202611-000")[0], "KS202611-0002", "the latest first");
    let nothing = sandbox.redress("find 没有").output().expect("redress runs");
    assert_eq!(String::from_utf8(nothing.stdout).expect("text"), "");
    assert!(String::from_utf8(nothing.stderr).expect("text").contains("nothing fits: 没有"));
    assert!(sandbox.run("find 没有 --fail-empty").ends_with("--- exit 3\n"));
}

#[test]
fn references_are_looked_into_and_or_is_refused() {
    let sandbox = book();
    let count = |filter: &str| sandbox.json(&format!("list complaint {filter}"))["data"].as_array().map(Vec::len);
    for (filter, expected) in [
        ("client~恒泰", 1),
        ("client~8888-66", 1),
        ("client~13800000000", 1),
        ("client~1380000", 0),
        ("client~1380000 --private", 1),
        ("not client~恒泰", 1),
        ("by~invented", 0),
        ("client=KS202611-0001", 0),
    ] {
        assert_eq!(count(filter).unwrap_or_default(), expected, "{filter}");
    }
    for (line, said) in [
        ("list complaint channel=phone or channel=web", "write channel=phone,web"),
        ("list complaint channel=phone '||' channel=web", "write channel=phone,web"),
        (
            "list complaint client~恒泰 或 category=product",
            "ask twice: once with client~恒泰, once with category=product",
        ),
        ("list client contacts.phone~138", "`contacts.phone` is private"),
        ("list client --sort contacts", "`contacts` is private, and so is its order"),
    ] {
        let shown = sandbox.run(line);
        assert!(shown.contains(said) && !shown.ends_with("exit 0\n"), "{line}: {shown}");
    }
    done(&sandbox.run("list client contacts.phone~138 --sort contacts --private"));
}

#[test]
fn a_second_client_of_a_name_or_phone_is_another_one_only_where_somebody_says_so() {
    let sandbox = book();
    for same in [
        "name=' 杭州恒泰机械有限公司 '",
        "name=甲 phone='+86 571 88886666'",
        "name=甲 phone='0086（571）8888 6666'",
        "name=甲 phone=０５７１８８８８６６６６",
        "name=甲 contacts.+.name=乙 contacts.0.phone=8613800000000",
    ] {
        let refused = sandbox.run(&format!("new client {same}"));
        assert!(
            refused.contains("there is one like it already") && refused.ends_with("--- exit 1\n"),
            "{same}: {refused}"
        );
        assert!(refused.contains("杭州恒泰机械有限公司"), "it says which: {refused}");
    }
    sandbox.write("lines", "{\"op\":\"new\",\"kind\":\"client\",\"fields\":{\"name\":\"丙\",\"phone\":\"13911112222\"}}\n{\"op\":\"new\",\"kind\":\"client\",\"fields\":{\"name\":\"丁\",\"phone\":\"+8613911112222\"}}\n");
    let refused = sandbox.run("batch lines");
    assert!(refused.contains("there is one like it already") && refused.ends_with("--- exit 1\n"), "{refused}");
    sandbox.write("rows.csv", "name,phone\n戊,13911113333\n己,0086 139 1111 3333\n宁波海天,\n");
    let refused = sandbox.run("import client rows.csv --key name");
    assert!(refused.contains("line 3") && refused.contains("line 4") && refused.ends_with("--- exit 1\n"), "{refused}");
    let taken = sandbox.run("import client rows.csv --key name -y");
    assert!(taken.ends_with("--- exit 0\n"), "{taken}");
    let taken = sandbox.run("new client name=甲 phone=057188886666 -y");
    assert!(taken.contains("the same Phone") && taken.ends_with("--- exit 0\n"), "it is said all the same: {taken}");
}

#[test]
fn archived_and_merged_clients_are_left_out_of_references() {
    let sandbox = book();
    done(&sandbox.run("new client name=宁波海天 --key again -y"));
    let complaint = "new complaint client=宁波海天 channel=phone content=x";
    assert!(sandbox.run(complaint).contains("fits 2 records"));
    done(&sandbox.run("advance again merge merged-into=haitian"));
    done(&sandbox.run(complaint));
    done(&sandbox.run("advance haitian archive"));
    let refused = sandbox.run(complaint);
    assert!(refused.contains("is archived or merged") && !refused.ends_with("--- exit 0\n"), "{refused}");
    done(&sandbox.run("new complaint client=haitian channel=phone content=x"));
}

#[test]
fn what_a_reference_names_is_made_in_the_same_commit() {
    let sandbox = book();
    let commits = || sandbox.git("rev-list --count HEAD").trim().parse::<usize>().expect("a number");
    let before = commits();
    let made = sandbox.run("new complaint client.+name=新客户 客户.+公司电话=13700000000 channel=phone content=漏水");
    assert!(made.contains("Client · 新客户") && made.contains("Registered · 新客户 · 漏水"), "{made}");
    assert_eq!(commits(), before + 1);
    assert_eq!(found(&sandbox, "13700000000").len(), 2);
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
    for (words, said) in [
        ("client.+name=新客户", "there is one like it already"),
        ("client=hengtai client.+name=新客户二", "`client` is given twice"),
        ("client=hengtai content.+name=x", "`content` names no record"),
    ] {
        let refused = sandbox.run(&format!("new complaint {words} channel=phone content=x"));
        assert!(refused.contains(said) && !refused.ends_with("--- exit 0\n"), "{words}: {refused}");
    }
    assert_eq!(commits(), before + 1);
    done(&sandbox.run("edit two original=KS202611-0001 --now 2026-11-26T09:00:00+08:00"));
    done(&sandbox.run("edit one client.+name=又一家"));
    assert!(sandbox.run("show one").contains("又一家"));
}

#[test]
fn a_number_names_its_record_everywhere() {
    let sandbox = book();
    let number = "KS202611-0001";
    for line in [
        "show KS202611-0001",
        "explain ks202611-0001",
        "log KS202611-0001",
        "advance KS202611-0001",
        "print KS202611-0001 complaint-registration -o out.html",
        "advance KS202611-0001 accept promised=2026-12-01",
        "list callback about=KS202611-0001",
        "audit KS202611-0001",
        "validate KS202611-0001",
    ] {
        done(&sandbox.run(line));
    }
    for line in ["list complaint", "due --all", "find 漏水", "show one", "print one complaint-registration -o out.html"]
    {
        assert!(sandbox.run(line).contains(number), "{line}");
    }
    let json = sandbox.json("new complaint client=hengtai channel=phone content=y");
    assert_eq!(json["data"]["number"], "KS202611-0003");
    let refused = sandbox.run("new complaint client=hengtai channel=phone content=y number=KS202611-0009");
    assert!(refused.contains("is given by the program"), "{refused}");
    let refused = sandbox.run("edit one number=");
    assert!(refused.contains("does not change"), "{refused}");
}
