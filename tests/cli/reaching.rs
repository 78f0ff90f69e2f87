//! Values of other records: columns, sort orders, comparisons and forms that reach through references, in a book with
//! its own rules.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;

const CLIENT: &str = r#"
[rollups.asked]
of = "inquiry"
through = "client"
label = { en = "Inquiries", zh = "咨询次数" }
[fields.allowed]
type = "count"
label = { en = "Allowed", zh = "允许次数" }
"#;

const INQUIRY: &str = r#"
[rollups.alike]
of = "inquiry"
same = ["client"]
label = { en = "Alike", zh = "同客户咨询" }
[conditions.too-often]
label = { en = "Too often", zh = "过于频繁" }
any = ["client.asked>client.allowed"]
[[retention]]
after = "1 days"
from = "opened-on"
fields = ["content"]
holder = ["role:cs-manager"]
[fields.opened-on]
type = "date"
label = { en = "Opened on", zh = "登记日期" }
"#;

/// A book with two clients, who asked three times and once.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic --lang en"));
    for (kind, text) in [("client", CLIENT), ("inquiry", INQUIRY)] {
        let path = format!("policy/kinds/{kind}.toml");
        sandbox.write(&path, &(sandbox.read(&path) + text));
    }
    sandbox.git("commit -qam 'What clients asked'");
    for line in [
        "new client name=Often allowed=2 --key often",
        "new client name=Seldom allowed=2 --key seldom",
        "new inquiry client=often channel=phone content=one",
        "new inquiry client=often channel=phone content=two",
        "new inquiry client=often channel=phone content=three",
        "new inquiry client=seldom channel=phone content=four",
    ] {
        done(&sandbox.run(line));
    }
    sandbox
}

fn said(sandbox: &Sandbox, line: &str, wanted: &[&str]) {
    let shown = sandbox.run(line);
    for one in wanted {
        assert!(shown.contains(one), "{line}: no {one}\n{shown}");
    }
}

#[test]
fn what_lies_behind_a_reference_is_shown_sorted_and_compared() {
    let sandbox = book();
    let line = "list inquiry --fields content,client.asked --sort -client.asked,content --format csv";
    said(&sandbox, line, &["three,3", "four,1"]);
    let shown = sandbox.run(line);
    assert!(shown.find("one") < shown.find("four"), "{shown}");
    said(&sandbox, "list inquiry too-often --format csv --fields content", &["one", "two", "three"]);
    assert!(!sandbox.run("list inquiry too-often --format csv --fields content").contains("four"));
    said(&sandbox, "list inquiry client.asked<=client.allowed --format csv --fields content", &["four"]);
    said(&sandbox, "due kind=inquiry --all --fields client.asked --json", &["\"client.asked\":3"]);
}

#[test]
fn what_names_a_merged_client_counts_for_the_one_that_stands_for_it() {
    let sandbox = book();
    said(&sandbox, "list inquiry content=four --fields alike --format csv", &[",0"]);
    said(&sandbox, "edit seldom merged-into=often", &["--- exit 0"]);
    said(&sandbox, "list inquiry content=four --fields alike,client.asked --format csv", &[",3,4"]);
    said(&sandbox, "audit --quiet", &["--- exit 0"]);
}

#[test]
fn a_name_that_is_nobodys_ends_with_what_is_near() {
    let sandbox = book();
    for line in [
        "list inquiry client=Ofte",
        "report inquiries client=Ofte",
        "due client=Ofte",
        "list inquiry client.name=x client=zzz",
    ] {
        said(&sandbox, line, &["--- exit 3"]);
    }
    said(&sandbox, "list inquiry client=Ofte", &["Often"]);
    said(&sandbox, "list inquiry too-often=yes", &["takes no operator", "write too-often", "--- exit 2"]);
    said(&sandbox, "list inquiry client.to-often", &["--- exit 2"]);
}
