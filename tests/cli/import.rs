//! `import`: real complaints with their own dates and states, Chinese encodings, faults in rows, a second run.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

const EXCERPT: &str = include_str!("../../examples/cfpb/excerpt.csv");
const MAP: &str = include_str!("../../examples/cfpb/map.toml");

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --preset basic");
    sandbox.write("excerpt.csv", EXCERPT);
    sandbox.write("map.toml", MAP);
    sandbox
}

fn commits(sandbox: &Sandbox) -> usize {
    sandbox.git("rev-list --count HEAD").trim().parse().expect("a number")
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git("rev-parse HEAD")
}

/// What `show` says about the complaint of a row, found by its content.
fn record(sandbox: &Sandbox, id: &serde_json::Value) -> serde_json::Value {
    sandbox.json(&format!("show {}", id.as_str().expect("an id")))["data"].clone()
}

#[test]
fn real_complaints_come_in_with_their_dates_and_states_and_once() {
    let sandbox = book();
    let before = commits(&sandbox);
    let done = sandbox.json("import complaint excerpt.csv --map map.toml");
    let data = &done["data"];
    assert_eq!((&data["imported"], &data["existing"], &data["rejected"]), (&20.into(), &0.into(), &0.into()), "{done}");
    assert_eq!(commits(&sandbox), before + 1);
    assert_eq!(data["commit"], tip(&sandbox).trim());
    let companies: std::collections::HashSet<&str> = EXCERPT.lines().skip(1).filter_map(company).collect();
    assert_eq!(data["made"]["client"], companies.len());

    let first = record(&sandbox, &data["ids"][0]);
    assert_eq!(first["content"], "Managing the loan or lease");
    assert_eq!(first["product"], "Consumer Loan, Vehicle loan");
    assert_eq!(first["channel"], "phone");
    assert_eq!(first["received"], "2013-07-29T00:00:00+08:00");
    assert_eq!(first["state"], "closed");
    assert_eq!(first["tags"], serde_json::json!(["Consumer Loan", "VA"]));
    assert!(first["id"].as_str().is_some_and(|id| id.starts_with("C-130729-")), "{first}");
    let history = first["history"].as_array().expect("events");
    let event = |i: usize| (history[i]["at"].as_str(), history[i]["step"].as_str(), history[i]["to"].as_str());
    assert_eq!(event(0), (Some("2013-07-29T00:00:00+08:00"), Some("import"), Some("registered")));
    assert_eq!(event(1), (Some("2013-07-30T00:00:00+08:00"), Some("import"), Some("closed")));
    assert_eq!(history[0]["noted"], "2026-11-24T09:00:00+08:00");

    let disputed = record(&sandbox, &data["ids"][4]);
    assert_eq!(
        (disputed["state"].as_str(), disputed["content"].as_str()),
        (Some("refused"), Some("Billing statement"))
    );
    let states: Vec<String> = data["ids"]
        .as_array()
        .expect("ids")
        .iter()
        .map(|id| record(&sandbox, id)["state"].as_str().expect("a state").to_owned())
        .collect();
    assert_eq!(states.iter().filter(|state| *state == "accepted").count(), 2, "{states:?}");
    // sent to the company a day before it was received, as in the file
    let odd = record(&sandbox, &data["ids"][17]);
    assert_eq!(odd["history"][1]["at"], odd["history"][0]["at"]);

    let client = record(&sandbox, &first["client"]);
    assert_eq!((client["name"].as_str(), client["state"].as_str()), (Some("Wells Fargo & Company"), Some("active")));
    let message = sandbox.git("log -1 --format=%B");
    assert!(message.contains("20 rows: 20 imported, 0 existed already, 0 differ, 0 rejected"), "{message}");

    assert_data_eq!(
        sandbox.run("import complaint excerpt.csv --map map.toml"),
        str![[r#"
20 rows: 0 imported, 20 existed already, 0 differ, 0 rejected
--- exit 0

"#]]
    );
    assert_eq!(commits(&sandbox), before + 1);
}

/// The company of a line of the excerpt, whose quoted cells contain commas.
fn company(line: &str) -> Option<&str> {
    let (mut cell, mut quoted, mut start) = (0, false, 0);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                if cell == 5 {
                    return Some(&line[start..at]);
                }
                cell += 1;
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

#[test]
fn the_same_row_twice_is_two_complaints() {
    let sandbox = book();
    let last = EXCERPT.lines().last().expect("a row");
    sandbox.write("twice.csv", &format!("{EXCERPT}{last}\n"));
    assert_eq!(sandbox.json("import complaint twice.csv --map map.toml")["data"]["imported"], 21);
    assert_eq!(sandbox.json("import complaint excerpt.csv --map map.toml")["data"]["existing"], 20);
}

#[test]
fn bad_rows_are_named_and_the_book_is_untouched_unless_they_are_taken() {
    let sandbox = book();
    let heading = EXCERPT.lines().next().expect("headings");
    let good = EXCERPT.lines().nth(1).expect("a row");
    let bad = [
        "13/29/2013,Mortgage,,=cmd|' /C calc'!A0,,New Bank One,VA,24540,N/A,Phone,7/30/2013,Closed,Yes,No",
        "7/29/2013,Mortgage,,Late fee,,New Bank Two,VA,24540,N/A,Pigeon,7/30/2013,Closed,Yes,No",
        "7/29/2013,Mortgage,,,,New Bank Three,VA,24540,N/A,Phone,7/30/2013,Closed,Yes,No",
        "7/29/2013,Mortgage,,Late fee,,,VA,24540,N/A,Phone,7/30/2013,Lost,Yes,No",
        "7/29/2013,Mortgage",
        "7/29/2027,Mortgage,,Late fee,,New Bank Four,VA,24540,N/A,Phone,7/30/2027,Closed,Yes,No",
    ];
    sandbox.write("bad.csv", &format!("{heading}\n{good}\n{}\n", bad.join("\n")));
    let before = tip(&sandbox);
    assert_data_eq!(
        sandbox.run("import complaint bad.csv --map map.toml"),
        str![[r#"
--- stderr
error: 6 places of bad.csv cannot be taken; nothing was written
  line 3, Date received: `13/29/2013` is not a date written as %m/%d/%Y
  line 4, Submitted via: `Pigeon` is not in the mapping's table of values, which has no `*`
  line 5, Issue, Sub-issue: complaint needs content (give content=…)
  line 6, Company response to consumer: `Lost` is not a state of complaint
  line 7: the row has 2 cells where there are 14 headings
  line 8: 2027-07-29 00:00:00 lies in the future; it is 2026-11-24 09:00:00 now
  7 rows: 1 would be imported, 0 exist already, 0 differ, 6 would be rejected
help: mend them, or let --rejects FILE take the bad rows
--- exit 1

"#]]
    );
    assert_data_eq!(
        sandbox.run("import complaint bad.csv --map map.toml --lang zh"),
        str![[r#"
--- stderr
错误：bad.csv 中有 6 处无法接受；未写入任何内容
  第 3 行 Date received：`13/29/2013` 不是按 %m/%d/%Y 书写的日期
  第 4 行 Submitted via：映射的取值表中没有 `Pigeon`，也没有 `*`
  第 5 行 Issue, Sub-issue：客户投诉必须填写：投诉内容(content)（请这样填写：content=…）
  第 6 行 Company response to consumer：`Lost` 不是 complaint 的状态
  第 7 行：此行有 2 格，而标题有 14 列
  第 8 行：2027-07-29 00:00:00 在将来；现在是 2026-11-24 09:00:00
  共 7 行：将导入 1 条，已存在 0 条，有差异 0 条，将拒绝 6 条
帮助：请修正，或用 --rejects 文件 收下有误的行
--- exit 1

"#]]
    );
    let json = sandbox.json("import complaint bad.csv --map map.toml");
    assert_eq!(json["error"]["at"], serde_json::json!({"file": "bad.csv", "line": 3, "key": "Date received"}));
    let counts = ["rows", "imported", "existing", "changed", "rejected"].map(|name| json["error"][name].as_u64());
    assert_eq!(counts, [7, 1, 0, 0, 6].map(Some), "{json}");
    assert_eq!(tip(&sandbox), before);

    let dry = sandbox.run("import complaint bad.csv --map map.toml --rejects rejects.csv --dry-run");
    assert_data_eq!(
        dry,
        str![[r#"
line 2 would be made: Closed since 2013-07-30 00:00
  Case number: KS201307-0001
  Client: Wells Fargo & Company
  Channel: Phone
  Received: 2013-07-29T00:00:00+08:00
  Category: After-sales
  Product: Consumer Loan, Vehicle loan
  Content: Managing the loan or lease
  Raised by: Client
  Tags: Consumer Loan, VA
  Note: CFPB: Closed with explanation; timely: Yes; disputed: No; ZIP 24540
line 3 would be rejected: Date received: `13/29/2013` is not a date written as %m/%d/%Y
line 4 would be rejected: Submitted via: `Pigeon` is not in the mapping's table of values, which has no `*`
line 5 would be rejected: Issue, Sub-issue: complaint needs content (give content=…)
line 6 would be rejected: Company response to consumer: `Lost` is not a state of complaint
7 rows: 1 would be imported, 0 exist already, 0 differ, 6 would be rejected
also would be made: 1 Client
--- stderr
nothing was written (--dry-run)
--- exit 0

"#]]
    );
    assert!(!sandbox.dir().join("rejects.csv").exists());
    let taken = sandbox.json("import complaint bad.csv --map map.toml --rejects rejects.csv");
    assert_eq!((&taken["data"]["imported"], &taken["data"]["rejected"]), (&1.into(), &6.into()));
    assert_eq!(taken["data"]["made"]["client"], 1, "no client is left of a row that did not come in");
    assert_eq!(sandbox.json("list client")["data"].as_array().map(Vec::len), Some(1));
    assert_data_eq!(
        sandbox.read("rejects.csv"),
        str![[r#"
﻿Date received,Product,Sub-product,Issue,Sub-issue,Company,State,ZIP code,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?,what is wrong,line
13/29/2013,Mortgage,,'=cmd|' /C calc'!A0,,New Bank One,VA,24540,N/A,Phone,7/30/2013,Closed,Yes,No,Date received: `13/29/2013` is not a date written as %m/%d/%Y,3
7/29/2013,Mortgage,,Late fee,,New Bank Two,VA,24540,N/A,Pigeon,7/30/2013,Closed,Yes,No,"Submitted via: `Pigeon` is not in the mapping's table of values, which has no `*`",4
7/29/2013,Mortgage,,,,New Bank Three,VA,24540,N/A,Phone,7/30/2013,Closed,Yes,No,"Issue, Sub-issue: complaint needs content (give content=…)",5
7/29/2013,Mortgage,,Late fee,,,VA,24540,N/A,Phone,7/30/2013,Lost,Yes,No,Company response to consumer: `Lost` is not a state of complaint,6
7/29/2013,Mortgage,the row has 2 cells where there are 14 headings,7
7/29/2027,Mortgage,,Late fee,,New Bank Four,VA,24540,N/A,Phone,7/30/2027,Closed,Yes,No,2027-07-29 00:00:00 lies in the future; it is 2026-11-24 09:00:00 now,8

"#]]
    );
}

#[test]
fn chinese_headings_need_no_map_in_either_encoding() {
    let sandbox = book();
    let text = "客户名称,所在城市,公司电话,状态,客户编码\r\n杭州恒泰机械有限公司,杭州,0571-88886666,active,1\r\n宁波海天,宁波,0574-88886666,prospect,2\r\n";
    let known = text.replace(",客户编码", "").replace(",1\r", "\r").replace(",2\r", "\r");
    sandbox.write("unknown.csv", text);
    assert_data_eq!(
        sandbox.run("import 客户 unknown.csv"),
        str![[r#"
--- stderr
error: unknown.csv: 客户编码: no field of client is called so; --write-map FILE drafts a map, --ignore leaves such columns out
--- exit 2

"#]]
    );
    let (gb, _, _) = encoding_rs::GB18030.encode(&known);
    std::fs::write(sandbox.dir().join("gb.csv"), gb).expect("a file");
    assert_data_eq!(
        sandbox.run("import 客户 gb.csv --key 客户名称"),
        str![[r#"
K-ID1  Client: Active · 杭州恒泰机械有限公司
K-ID2  Client: Prospect · 宁波海天
2 rows: 2 imported, 0 existed already, 0 differ, 0 rejected
--- stderr
warning: gb.csv: read as GB18030
--- exit 0

"#]]
    );
    // a row is recognized by its key although its text is different
    sandbox.write("utf8.csv", &format!("\u{feff}{}", known.replace(",宁波,", ",宁波市,")));
    let again = sandbox.json("import 客户 utf8.csv --key 客户名称");
    assert_eq!((&again["data"]["existing"], &again["data"]["changed"]), (&1.into(), &1.into()), "{again}");
    let client = sandbox.json("show 杭州恒泰机械有限公司");
    assert_eq!(client["data"]["city"], "杭州");
}

#[test]
fn what_a_row_names_is_found_or_made_once_and_a_key_is_of_one_record() {
    let sandbox = book();
    sandbox.run("new client name=恒泰 --key crm-1");
    sandbox.write("map.toml", "[key]\ncolumns = [\"no\"]\nprefix = \"crm-\"\n[fields]\nclient = { column = \"client\", make = true }\nchannel = { value = \"web\" }\ncontent = \"{text}\"\n");
    let import = |rows: &str| {
        sandbox.write("rows.csv", &format!("no,client,text\n{rows}"));
        sandbox.json("import complaint rows.csv --map map.toml")
    };
    let clients = || sandbox.json("list client")["data"].as_array().map(Vec::len);
    let done = import("2,恒泰,x\n3,远洋,x\n4,远洋,x\n");
    assert_eq!((&done["data"]["imported"], &done["data"]["made"]["client"]), (&3.into(), &1.into()), "{done}");
    assert_eq!(import("5,远洋,x\n")["data"]["made"]["client"], serde_json::Value::Null);
    assert_eq!(clients(), Some(2));
    sandbox.run("new client name=远洋 --key crm-9 -y");
    for (row, what) in [("6,远洋,x", "`远洋` fits 2 records"), ("1,恒泰,x", "the key `crm-1` belongs to ")] {
        let refused = import(&format!("{row}\n"))["error"].to_string();
        assert!(refused.contains("bad-rows") && refused.contains(what), "{row}: {refused}");
    }
    // a user who may not import anything has no bad rows
    sandbox.write("rows.csv", "no,client,text\n7,恒泰,x\n");
    let mut stranger = sandbox.redress("import complaint rows.csv --map map.toml --rejects rejects.csv --json");
    stranger.env("GIT_AUTHOR_NAME", "x").env("GIT_AUTHOR_EMAIL", "x@example.com");
    stranger.env("GIT_COMMITTER_NAME", "x").env("GIT_COMMITTER_EMAIL", "x@example.com");
    let refused = sandbox.shown(&stranger.output().expect("redress runs"));
    assert!(refused.contains("\"not-staff\"") && refused.ends_with("--- exit 1\n"), "{refused}");
    assert!(!sandbox.dir().join("rejects.csv").exists());
}

#[test]
fn json_lines_and_wrong_files() {
    let sandbox = book();
    sandbox.write("clients.ndjson", "{\"name\":\"甲\",\"contacts\":[{\"name\":\"王芳\",\"phone\":\"0571-88886666\"}],\"tags\":[\"a\",\"b\"]}\n{\"name\":\"乙\"}\n");
    assert_eq!(sandbox.json("import client clients.ndjson")["data"]["imported"], 2);
    assert_eq!(sandbox.json("show 甲")["data"]["contacts"][0]["name"], "王芳");
    sandbox.write("book.xlsx", "x");
    assert_data_eq!(
        sandbox.run("import client book.xlsx"),
        str![[r#"
--- stderr
warning: book.xlsx: this is CSV in truth, whatever its name ends in (xlsx)
error: book.xlsx: x: no field of client is called so; --write-map FILE drafts a map, --ignore leaves such columns out
--- exit 2

"#]]
    );
    // what a file is, it says itself
    for (bytes, what) in [("%PDF-1.7", "PDF"), ("<html><table>", "HTML"), ("PK\u{3}\u{4}x", "not a workbook")] {
        sandbox.write("book.csv", bytes);
        let refused = sandbox.run("import client book.csv");
        assert!(refused.contains(what) && refused.ends_with("--- exit 2\n"), "{refused}");
    }
    assert_data_eq!(
        sandbox.run("import client nowhere.csv"),
        str![[r#"
--- stderr
error: nowhere.csv cannot be read: No such file or directory (os error 2)
--- exit 3

"#]]
    );
    sandbox.write("wrong.toml", "dats = \"%Y\"\n[fields]\nnmae = \"{name}\"\ncity = \"{City}\"\nclient = { column = \"name\", make = true }\n[[stages]]\nstate = \"activ\"\nat = \"when\"\n");
    sandbox.write("clients.csv", "name,city\n甲,杭州\n");
    assert_data_eq!(
        sandbox.run("import client clients.csv --map wrong.toml"),
        str![[r#"
--- stderr
error: wrong.toml cannot be taken as a mapping
error: unknown key `dats`
 --> wrong.toml:1:1
  |
1 | dats = "%Y"
  | ^^^^ dats
  |
  = help: did you mean `dates`?

error: `client` has no field `nmae`
 --> wrong.toml:3:1
  |
3 | nmae = "{name}"
  | ^^^^ fields.nmae
  |
  = help: did you mean `name`?

error: the file has no column `City`
 --> wrong.toml:4:8
  |
4 | city = "{City}"
  |        ^^^^^^^^ fields.city
  |
  = help: did you mean `city`?

error: `client` has no field `client`
 --> wrong.toml:5:1
  |
5 | client = { column = "name", make = true }
  | ^^^^^^ fields.client

error: `activ` is not a state of client
 --> wrong.toml:7:9
  |
7 | state = "activ"
  |         ^^^^^^^ stages.0.state
  |
  = help: did you mean `active`?

error: the file has no column `when`
 --> wrong.toml:8:6
  |
8 | at = "when"
  |      ^^^^^^ stages.0.at
  |
  = help: its columns are name, city
--- exit 2

"#]]
    );
}
