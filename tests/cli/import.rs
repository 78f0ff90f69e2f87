//! `import`: real complaints with their own dates and states, Chinese encodings, what is wrong with rows, a second run.

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

/// What `show` says of the complaint of a row, found by its content.
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
    // sent to the company a day before it was received, as the file has it
    let odd = record(&sandbox, &data["ids"][17]);
    assert_eq!(odd["history"][1]["at"], odd["history"][0]["at"]);

    let client = record(&sandbox, &first["client"]);
    assert_eq!((client["name"].as_str(), client["state"].as_str()), (Some("Wells Fargo & Company"), Some("active")));
    let message = sandbox.git("log -1 --format=%B");
    assert!(message.contains("20 imported, 0 existed already, 0 rejected"), "{message}");

    assert_data_eq!(sandbox.run("import complaint excerpt.csv --map map.toml"), str![[r#""#]]);
    assert_eq!(commits(&sandbox), before + 1);
}

/// The company of a line of the excerpt, whose quoted cells hold commas.
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
    assert_data_eq!(sandbox.run("import complaint bad.csv --map map.toml"), str![[r#""#]]);
    assert_data_eq!(sandbox.run("import complaint bad.csv --map map.toml --lang zh"), str![[r#""#]]);
    let json = sandbox.json("import complaint bad.csv --map map.toml");
    assert_eq!(json["error"]["at"], serde_json::json!({"file": "bad.csv", "line": 3, "key": "Date received"}));
    assert_eq!(tip(&sandbox), before);

    let dry = sandbox.run("import complaint bad.csv --map map.toml --rejects rejects.csv --dry-run");
    assert_data_eq!(dry, str![[r#""#]]);
    assert!(!sandbox.dir().join("rejects.csv").exists());
    let taken = sandbox.json("import complaint bad.csv --map map.toml --rejects rejects.csv");
    assert_eq!((&taken["data"]["imported"], &taken["data"]["rejected"]), (&1.into(), &6.into()));
    assert_eq!(taken["data"]["made"]["client"], 1, "no client is left of a row that did not come in");
    assert_data_eq!(sandbox.read("rejects.csv"), str![[r#""#]]);
}

#[test]
fn chinese_headings_need_no_map_in_either_encoding() {
    let sandbox = book();
    let text = "客户名称,所在城市,公司电话,状态,客户编码\r\n杭州恒泰机械有限公司,杭州,0571-88886666,active,1\r\n宁波海天,宁波,0574-1,现有客户,2\r\n";
    let known = text.replace(",客户编码", "").replace(",1\r", "\r").replace(",2\r", "\r");
    sandbox.write("unknown.csv", text);
    assert_data_eq!(sandbox.run("import 客户 unknown.csv"), str![[r#""#]]);
    let (gb, _, _) = encoding_rs::GB18030.encode(&known);
    std::fs::write(sandbox.dir().join("gb.csv"), gb).expect("a file");
    assert_data_eq!(sandbox.run("import 客户 gb.csv --key 客户名称"), str![[r#""#]]);
    sandbox.write("utf8.csv", &format!("\u{feff}{known}"));
    assert_eq!(sandbox.json("import 客户 utf8.csv --key 客户名称")["data"]["existing"], 1);
    let client = sandbox.json("show 杭州恒泰机械有限公司");
    assert_eq!(client["data"]["city"], "杭州");
}

#[test]
fn json_lines_and_wrong_files() {
    let sandbox = book();
    sandbox.write("clients.ndjson", "{\"name\":\"甲\",\"contacts\":[{\"name\":\"王芳\",\"phone\":\"0571-88886666\"}],\"tags\":[\"a\",\"b\"]}\n{\"name\":\"乙\"}\n");
    assert_eq!(sandbox.json("import client clients.ndjson")["data"]["imported"], 2);
    assert_eq!(sandbox.json("show 甲")["data"]["contacts"][0]["name"], "王芳");
    sandbox.write("book.xlsx", "x");
    assert_data_eq!(sandbox.run("import client book.xlsx"), str![[r#""#]]);
    assert_data_eq!(sandbox.run("import client nowhere.csv"), str![[r#""#]]);
    sandbox.write("wrong.toml", "dats = \"%Y\"\n[fields]\nnmae = \"{name}\"\ncity = \"{City}\"\nclient = { column = \"name\", make = true }\n[[stages]]\nstate = \"activ\"\nat = \"when\"\n");
    sandbox.write("clients.csv", "name,city\n甲,杭州\n");
    assert_data_eq!(sandbox.run("import client clients.csv --map wrong.toml"), str![[r#""#]]);
}
