//! Lists in their formats: tables for people and spreadsheets, data for scripts, ids alone, files.

use serde_json::{Value as Json, json};
use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const MARK: &str = "\u{feff}";

fn book(lang: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run(&format!("init --lang {lang}"));
    sandbox.run("new client name=清泉自来水公司 contacts.+.name=王敏 contacts.0.phone=13800138000 --key client");
    for (key, content, quantity) in [("one", "=1+1 漏水", "12"), ("two", "件数, 十二\n第二行", "24")] {
        let mut new = sandbox.redress(&format!("new complaint client=清泉自来水公司 channel=phone --key {key}"));
        new.arg(format!("content={content}")).arg(format!("quantity={quantity}")).output().expect("runs");
    }
    sandbox
}

fn id(sandbox: &Sandbox, key: &str) -> String {
    sandbox.json(&format!("show {key}"))["data"]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_list_is_one_table_in_csv_and_one_value_a_line_in_ndjson() {
    let sandbox = book("zh");
    let (one, two) = (id(&sandbox, "one"), id(&sandbox, "two"));
    let shown = sandbox.run("list complaint --fields content,quantity --sort quantity --format csv");
    assert_data_eq!(
        shown,
        str![[r#"
编号,投诉内容,数量
C-ID1,'=1+1 漏水,12
C-ID2,"件数, 十二
第二行",24
--- exit 0

"#]]
    );
    let lines = sandbox.redress("list complaint --sort quantity --format ndjson").output().expect("runs").stdout;
    let lines = String::from_utf8(lines).expect("text");
    let ids: Vec<Json> =
        lines.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON")["id"].clone()).collect();
    assert_eq!(ids, [json!(one), json!(two)]);
    let plain = sandbox.json("list complaint");
    let output = sandbox.redress("list complaint --format json").output().expect("runs");
    assert_eq!(serde_json::from_slice::<Json>(&output.stdout).expect("JSON"), plain);
    // nothing fits: the headings, an empty list, nothing
    let nothing = sandbox.run("list complaint state=closed --fields content --format csv");
    assert_eq!(nothing, "编号,投诉内容\r\n--- exit 0\n");
    let nothing = sandbox.run("list complaint state=closed --format ndjson");
    assert_eq!(nothing, "--- exit 0\n");
    assert_eq!(sandbox.json("list complaint state=closed")["data"], json!([]));
    for line in ["due --all", "find 漏水", "due --by holder", "query 'select id, content from complaint'"] {
        for (format, holds) in [("csv", "\r\n"), ("ndjson", "{\""), ("json", "\"schema\":1"), ("md", "|")] {
            let shown = sandbox.run(&format!("{line} --format {format}"));
            assert!(shown.contains(holds) && shown.ends_with("--- exit 0\n"), "{line} {format}: {shown}");
        }
    }
}

#[test]
fn a_file_has_the_format_of_its_ending_and_in_a_chinese_book_a_mark() {
    for (lang, mark) in [("zh", true), ("en", false)] {
        let sandbox = book(lang);
        for line in [
            "list complaint",
            "due --all",
            "due --by holder",
            "find 漏水",
            "query 'select id from complaint'",
            "report overdue",
            "report monthly 2026-10",
        ] {
            let shown = sandbox.run(&format!("{line} -o out.CSV"));
            assert!(shown.contains("out.CSV") && shown.ends_with("--- exit 0\n"), "{shown}");
            assert_eq!(sandbox.read("out.CSV").starts_with(MARK), mark, "{lang} {line}");
            let standard = sandbox.run(&format!("{line} -o - --format csv"));
            assert!(!standard.contains(MARK), "{line}");
            sandbox.run(&format!("{line} -o out.json"));
            assert_eq!(serde_json::from_str::<Json>(&sandbox.read("out.json")).expect("JSON")["schema"], 1);
            sandbox.run(&format!("{line} -o out.txt"));
            assert!(!sandbox.read("out.txt").is_empty());
            assert!(sandbox.run(&format!("{line} -o out.doc")).ends_with("--- exit 2\n"));
            assert!(sandbox.run(&format!("{line} --format excel")).ends_with("--- exit 2\n"));
        }
        assert_eq!(sandbox.json("list complaint -o out.csv")["data"], json!({ "file": "out.csv", "count": 2 }));
        sandbox.run("list complaint -o new.csv --dry-run");
        assert!(!sandbox.dir().join("new.csv").exists());
        assert!(sandbox.run("list complaint --json --format csv").ends_with("--- exit 2\n"));
    }
}

#[test]
fn numbers_of_a_query_are_numbers_in_a_spreadsheet() {
    let sandbox = book("zh");
    let shown = sandbox.run("query 'select -5 as a, 2026 as b, \"-5\" as c, 1.5 as d' --format csv");
    assert_eq!(shown, "a,b,c,d\r\n-5,2026,'-5,1.5\r\n--- exit 0\n");
    assert!(sandbox.run("query 'select 2026 as year'").contains("2026"));
}

#[test]
fn quiet_prints_ids_alone_and_json_follows_the_fields() {
    let sandbox = book("zh");
    let (one, two) = (id(&sandbox, "one"), id(&sandbox, "two"));
    let quiet = sandbox.redress("list complaint --sort quantity --quiet").output().expect("runs").stdout;
    assert_eq!(String::from_utf8(quiet).expect("text"), format!("{one}\n{two}\n"));
    // a record with several deadlines is named once
    let quiet = sandbox.redress("due --all kind=complaint --quiet").output().expect("runs").stdout;
    let mut ids: Vec<String> = String::from_utf8(quiet).expect("text").lines().map(str::to_owned).collect();
    ids.sort();
    let mut both = [one.clone(), two];
    both.sort();
    assert_eq!(ids, both);
    let data =
        sandbox
            .json("list complaint content~漏水 --fields state,content,client.contacts.phone,client,quantity,promised")
            ["data"]
            .clone();
    let client = id(&sandbox, "client");
    assert_eq!(
        data,
        json!([{
            "id": one, "state": "registered", "content": "=1+1 漏水", "client.contacts.phone": null, "client": client,
            "quantity": "12", "promised": null,
        }])
    );
    let clear = sandbox.json("list complaint content~漏水 --fields client.contacts.phone --private");
    assert_eq!(clear["data"][0]["client.contacts.phone"], "13800138000");
}
