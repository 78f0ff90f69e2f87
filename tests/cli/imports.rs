//! `import` of what other programs and people export: maps of `examples/import`, workbooks, rows that come again,
//! running cases.

use std::path::Path;

use rust_xlsxwriter::Workbook;

use crate::sandbox::Sandbox;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/import");

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --preset basic");
    sandbox
}

/// Puts a file of the examples into the sandbox.
fn put(sandbox: &Sandbox, name: &str) {
    std::fs::copy(Path::new(EXAMPLES).join(name), sandbox.dir().join(name)).expect("an example");
}

fn shown(sandbox: &Sandbox, id: &serde_json::Value) -> serde_json::Value {
    sandbox.json(&format!("show {}", id.as_str().expect("an id")))["data"].clone()
}

/// How many rows were made, existed, changed and were rejected.
fn sum(done: &serde_json::Value) -> [u64; 5] {
    let data = &done["data"];
    ["rows", "imported", "existing", "changed", "rejected"]
        .map(|name| data[name].as_u64().unwrap_or_else(|| panic!("{name}: {done}")))
}

#[test]
fn exports_of_other_programs_come_in_by_their_maps() {
    for (file, map, received, states, note) in [
        (
            "zendesk.csv",
            "zendesk.toml",
            "2026-10-06T12:30:00+08:00",
            ["closed", "accepted", "registered"],
            "Dana Reyes",
        ),
        ("glpi.csv", "glpi.toml", "2026-10-12T08:05:00+08:00", ["closed", "accepted", "registered"], "glpi"),
        ("jira.json", "jira.toml", "2026-09-14T17:20:31+08:00", ["closed", "accepted", "registered"], "Seen on two"),
        (
            "osticket.csv",
            "osticket.toml",
            "2026-10-31T11:50:12+08:00",
            ["closed", "registered", "closed"],
            "Topic: Sales",
        ),
        ("nyc311.csv", "nyc311.toml", "2026-10-03T12:05:17+08:00", ["closed", "accepted", "registered"], "responded"),
        (
            "ledger.csv",
            "ledger.toml",
            "2026-10-09T15:30:00+08:00",
            ["closed", "accepted", "registered"],
            "经办人: 王磊",
        ),
    ] {
        let sandbox = book();
        put(&sandbox, file);
        put(&sandbox, map);
        let done = sandbox.json(&format!("import complaint {file} --map {map}"));
        assert_eq!(sum(&done), [3, 3, 0, 0, 0], "{file}: {done}");
        let found = [0, 1, 2].map(|at| shown(&sandbox, &done["data"]["ids"][at]));
        assert_eq!(found[0]["received"], received, "{file}");
        assert_eq!(found.each_ref().map(|record| record["state"].as_str().unwrap_or_default()), states, "{file}");
        let said = found[0]["note"].as_str().unwrap_or_default();
        assert!(said.contains(note), "{file}: {said}");
        let again = sandbox.json(&format!("import complaint {file} --map {map}"));
        assert_eq!(sum(&again), [3, 0, 3, 0, 0], "{file}: {again}");
        let unused: Vec<_> =
            done["warnings"].as_array().into_iter().flatten().filter(|w| w["code"] == "left-out").collect();
        assert!(unused.is_empty(), "{file}: {unused:?}");
    }
}

#[test]
fn a_ledger_has_amounts_units_and_totals() {
    let sandbox = book();
    put(&sandbox, "ledger.csv");
    put(&sandbox, "ledger.toml");
    let done = sandbox.json("import complaint ledger.csv --map ledger.toml");
    let first = shown(&sandbox, &done["data"]["ids"][0]);
    assert_eq!((first["quantity"].as_str(), first["amount"].as_str()), (Some("12"), Some("30000.00")), "{first}");
    assert_eq!(first["order"], "2026100900000123");
    let warned = done["warnings"].to_string();
    assert!(warned.contains("totals") && warned.contains("line 7"), "{warned}");
    // the same ledger as a workbook is known again
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let text = sandbox.read("ledger.csv");
    for (row, line) in (0u32..).zip(text.lines()) {
        for (column, cell) in (0u16..).zip(line.split(',')) {
            sheet.write(row, column, cell).expect("a cell");
        }
    }
    workbook.save(sandbox.dir().join("ledger.xlsx")).expect("a workbook");
    let again = sandbox.json("import complaint ledger.xlsx --map ledger.toml");
    assert_eq!(sum(&again), [3, 0, 3, 0, 0], "{again}");
}

#[test]
fn running_cases_have_their_deadlines_and_others_none() {
    for (flag, due) in [("", 0), (" --running", 1)] {
        let sandbox = book();
        put(&sandbox, "osticket.csv");
        put(&sandbox, "osticket.toml");
        let done = sandbox.json(&format!("import complaint osticket.csv --map osticket.toml{flag}"));
        let open = &done["data"]["ids"][1];
        let record = shown(&sandbox, open);
        let deadlines = record["derived"]["deadlines"].as_array().map_or(0, Vec::len);
        assert_eq!(deadlines > 0, due > 0, "{flag}: {record}");
        let closed = shown(&sandbox, &done["data"]["ids"][0]);
        assert_eq!(closed["derived"]["deadlines"].as_array().map_or(0, Vec::len), 0, "{closed}");
        let list = sandbox.run("due --all");
        assert_eq!(list.contains("acceptance") || list.contains("Acceptance"), due > 0, "{list}");
        assert!(sandbox.run("validate --full").ends_with("--- exit 0\n"));
        let audit = sandbox.json("audit");
        assert!(audit["data"].to_string().contains("imports"), "{audit}");
        assert!(sandbox.run("audit --quiet").contains("Complaint"));
        assert!(sandbox.run("audit --quiet").ends_with("--- exit 0\n"), "{}", sandbox.run("audit --quiet"));
    }
}

#[test]
fn a_known_row_that_differs_is_told_and_taken_with_update() {
    let sandbox = book();
    let rows = |city: &str| format!("编号,客户名称,城市\n1,恒泰,{city}\n2,海天,宁波\n");
    sandbox.write("a.csv", &rows("杭州"));
    let done = sandbox.json("import client a.csv --key 编号");
    assert_eq!(sum(&done), [2, 2, 0, 0, 0], "{done}");
    sandbox.write("b.csv", &rows("苏州"));
    let told = sandbox.json("import client b.csv --key 编号 --differences d.csv");
    assert_eq!(sum(&told), [2, 0, 1, 1, 0], "{told}");
    let one = &told["data"]["differences"][0];
    assert_eq!((&one["field"], &one["was"], &one["now"]), (&"city".into(), &"杭州".into(), &"苏州".into()), "{told}");
    assert!(sandbox.read("d.csv").contains("杭州,苏州"), "{}", sandbox.read("d.csv"));
    assert_eq!(shown(&sandbox, &"恒泰".into())["city"], "杭州");
    let taken = sandbox.json("import client b.csv --key 编号 --update --differences d.json");
    assert_eq!(sum(&taken), [2, 0, 1, 1, 0], "{taken}");
    let client = shown(&sandbox, &"恒泰".into());
    assert_eq!(client["city"], "苏州");
    assert_eq!(client["history"].as_array().map(Vec::len), Some(2), "{client}");
    assert!(sandbox.read("d.json").contains("\"was\":\"杭州\""));
    assert_eq!(sum(&sandbox.json("import client b.csv --key 编号 --update")), [2, 0, 2, 0, 0]);
    // an empty cell says nothing
    sandbox.write("c.csv", &rows(""));
    assert_eq!(sum(&sandbox.json("import client c.csv --key 编号")), [2, 0, 2, 0, 0]);
}

#[test]
fn a_row_in_another_state_is_told_and_no_edit_takes_it() {
    let sandbox = book();
    let rows = |state: &str| format!("编号,客户名称,城市,状态\n1,恒泰,杭州,{state}\n2,海天,宁波,active\n");
    sandbox.write("a.csv", &rows("prospect"));
    assert_eq!(sum(&sandbox.json("import client a.csv --key 编号")), [2, 2, 0, 0, 0]);
    sandbox.write("b.csv", &rows("active"));
    let told = sandbox.json("import client b.csv --key 编号");
    assert_eq!(sum(&told), [2, 0, 1, 1, 0], "{told}");
    let one = &told["data"]["differences"][0];
    assert_eq!((&one["field"], &one["was"], &one["now"]), (&"state".into(), &"prospect".into(), &"active".into()));
    let told = sandbox.run("import client b.csv --key 编号 --update");
    assert!(told.contains("state: `prospect` in the book, `active` on line 2"), "{told}");
    assert!(told.contains("0 changed") && told.contains("redress advance"), "{told}");
    // the first file says what it said when it came in
    assert_eq!(sum(&sandbox.json("import client a.csv --key 编号")), [2, 0, 2, 0, 0]);
}

#[test]
fn a_short_row_is_not_mended_by_going_through_the_rejects() {
    let sandbox = book();
    sandbox.write("a.csv", "名称,城市,备注\n恒泰,杭州,a\n海天,宁波\n远洋\n,,b,c\n");
    for file in ["a.csv", "r.csv", "r.csv"] {
        let done = sandbox.json(&format!("import client {file} --rejects r.csv"));
        assert_eq!(done["data"]["rejected"], 3, "{done}\n{}", sandbox.read("r.csv"));
    }
    let kept = sandbox.read("r.csv");
    assert!(kept.contains("\n海天,宁波,此行有 2 格") || kept.contains("\n海天,宁波,the row has 2 cells"), "{kept}");
    let mended = kept.replace("海天,宁波,", "海天,宁波,,");
    sandbox.write("r.csv", &mended);
    assert_eq!(sum(&sandbox.json("import client r.csv --rejects r.csv")), [3, 1, 0, 0, 2], "{mended}");
}

#[test]
fn rows_are_not_written_under_the_name_of_a_workbook() {
    let sandbox = book();
    sandbox.write("a.csv", "名称,城市\n恒泰,杭州\n");
    for option in ["--rejects r.xlsx", "--differences d.XLS", "--rejects r.ods"] {
        let refused = sandbox.run(&format!("import client a.csv {option}"));
        assert!(refused.contains("--- exit 2") && refused.contains(".csv"), "{refused}");
    }
    assert!(sandbox.json("list client")["data"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn two_rows_of_headings_are_noticed_and_drafted() {
    let sandbox = book();
    sandbox.write("a.csv", "投诉台账,,,\n序号,投诉人,,投诉内容\n,名称,电话,\n1,恒泰,0571-88886666,漏水\n");
    let told = sandbox.run("import client a.csv --ignore --dry-run");
    assert!(told.contains("head = 2"), "{told}");
    sandbox.run("import client a.csv --write-map m.toml");
    let map = sandbox.read("m.toml");
    assert!(map.contains("\nskip = 1\nhead = 2\n") && map.contains("\"投诉人 电话\""), "{map}");
    sandbox.write("m.toml", "skip = -1\n");
    let refused = sandbox.run("import client a.csv --map m.toml");
    assert!(refused.contains("`-1` is negative; write 0 or more"), "{refused}");
}

#[test]
fn traditional_headings_and_words_are_known() {
    let sandbox = book();
    sandbox.write("a.csv", "序號,客戶名稱,所在城市,聯絡電話,聯絡人,狀態\n1,恒泰,杭州,0571-88886666,王芳,active\n");
    let done = sandbox.json("import client a.csv");
    assert_eq!(sum(&done), [1, 1, 0, 0, 0], "{done}");
    let client = shown(&sandbox, &done["data"]["ids"][0]);
    assert_eq!((&client["city"], &client["phone"]), (&"杭州".into(), &"0571-88886666".into()));
    assert_eq!(client["contacts"][0]["name"], "王芳", "{client}");
}

#[test]
fn rejects_go_in_again_when_they_are_mended() {
    for (name, good, bad) in [("r.csv", "宁波", "=x"), ("r.json", "宁波", "x"), ("r.ndjson", "宁波", "x")] {
        let sandbox = book();
        sandbox
            .write("a.csv", &format!("客户名称,所在城市,状态\n恒泰,杭州,active\n海天,{bad},nowhere\n远洋,苏州,gone\n"));
        let first = sandbox.json(&format!("import client a.csv --rejects {name}"));
        assert_eq!(sum(&first), [3, 1, 0, 0, 2], "{first}");
        let mended = sandbox.read(name).replace("nowhere", "active").replace(bad, good);
        sandbox.write(name, &mended.replace("'宁波", "宁波"));
        let again = sandbox.json(&format!("import client {name} --rejects {name}"));
        assert_eq!(sum(&again), [2, 1, 0, 0, 1], "{name}: {again}\n{mended}");
        let mended = sandbox.read(name).replace(",gone,", ",prospect,").replace("\"gone\"", "\"prospect\"");
        sandbox.write(name, &mended);
        let last = sandbox.json(&format!("import client {name}"));
        assert_eq!(sum(&last), [1, 1, 0, 0, 0], "{name}: {last}\n{mended}");
        assert_eq!(sandbox.json("list client")["data"].as_array().map(Vec::len), Some(3));
    }
}

#[test]
fn rejects_go_in_again_by_the_map_of_the_first_file() {
    let map = |more: &str| {
        format!(
            "{more}[key]\ncolumns = [\"no\"]\n[fields]\ncontent = \"{{what}}\"\nchannel = {{ column = \"via\" }}\nclient = {{ column = \"who\", make = true }}\n"
        )
    };
    let lettered = map("head = 0\n").replace("\"no\"", "\"A\"").replace("{what}", "{B}").replace("\"via\"", "\"C\"");
    let lettered = lettered.replace("\"who\"", "\"D\"");
    for (file, text, map) in [
        (
            "a.csv",
            "title\n\nno;what;via;who\n1;leak;phone;恒泰\n2;dark;soon;恒泰\n",
            map("skip = 1\ndelimiter = \";\"\n"),
        ),
        (
            "a.csv",
            "no\twhat\tvia\twho\n\t\t\t\n1\tleak\tphone\t恒泰\n2\tdark\tsoon\t恒泰\n",
            map("delimiter = \"tab\"\n"),
        ),
        ("a.csv", "1,leak,phone,恒泰\n2,dark,soon,恒泰\n", lettered),
        (
            "a.json",
            "{\"data\":{\"rows\":[{\"no\":1,\"what\":\"leak\",\"via\":\"phone\",\"who\":\"恒泰\"},{\"no\":2,\"what\":\"dark\",\"via\":\"soon\",\"who\":\"恒泰\"}]}}",
            map("rows = \"data.rows\"\n"),
        ),
        (
            "a.json",
            "[{\"t\":{\"no\":1,\"what\":\"leak\",\"via\":\"phone\",\"who\":\"恒泰\"}},{\"t\":{\"no\":2,\"what\":\"dark\",\"via\":\"soon\",\"who\":\"恒泰\"}}]",
            ["no", "what", "via", "who"].iter().fold(map(""), |map, name| {
                map.replace(&format!("\"{name}\""), &format!("\"t.{name}\""))
                    .replace(&format!("{{{name}}}"), &format!("{{t.{name}}}"))
            }),
        ),
    ] {
        for rejects in ["r.csv", "r.json", "r.ndjson"] {
            let sandbox = book();
            sandbox.write(file, text);
            sandbox.write("m.toml", &map);
            let first = sandbox.json(&format!("import complaint {file} --map m.toml --rejects {rejects}"));
            assert_eq!(sum(&first), [2, 1, 0, 0, 1], "{text}: {first}");
            let again = sandbox.json(&format!("import complaint {rejects} --map m.toml --rejects {rejects}"));
            assert_eq!(sum(&again), [1, 0, 0, 0, 1], "{text} {rejects}: {again}");
            let mended = sandbox.read(rejects).replacen("soon", "web", 1);
            sandbox.write(rejects, &mended);
            let last = sandbox.json(&format!("import complaint {rejects} --map m.toml"));
            assert_eq!(sum(&last), [1, 1, 0, 0, 0], "{text} {rejects}: {last}\n{mended}");
        }
    }
}

#[test]
fn rejects_name_columns_whose_cells_are_all_empty() {
    let sandbox = book();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in [["name", "city", "note"], ["恒泰", "杭州", "a"], ["", "宁波", ""]].iter().enumerate() {
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let at = (u32::try_from(row).expect("few"), u16::try_from(column).expect("few"));
            sheet.write(at.0, at.1, *cell).expect("a cell");
        }
    }
    workbook.save(sandbox.dir().join("a.xlsx")).expect("a workbook");
    sandbox.write("m.toml", "[fields]\nname = \"{name}\"\ncity = \"{city}\"\nnote = \"{note}\"\n");
    assert_eq!(sum(&sandbox.json("import client a.xlsx --map m.toml --rejects r.json")), [2, 1, 0, 0, 1]);
    let mended = sandbox.read("r.json").replace("\"name\":\"\"", "\"name\":\"海天\"");
    sandbox.write("r.json", &mended);
    assert_eq!(sum(&sandbox.json("import client r.json --map m.toml")), [1, 1, 0, 0, 0], "{mended}");
}

#[test]
fn what_is_no_row_becomes_no_record() {
    for rejects in ["r.json", "r.csv"] {
        let sandbox = book();
        sandbox.write("n.json", "[{\"name\":\"恒泰\",\"city\":\"杭州\"}, 7]");
        assert_eq!(sum(&sandbox.json(&format!("import client n.json --rejects {rejects}"))), [2, 1, 0, 0, 1]);
        assert!(sandbox.read(rejects).contains(": 7"), "{}", sandbox.read(rejects));
        let again = sandbox.json(&format!("import client {rejects} --rejects again.csv --ignore"));
        assert_eq!(sum(&again), [1, 0, 0, 0, 1], "{again}");
    }
}

#[test]
fn rejects_of_an_exported_list_go_in_again() {
    let sandbox = book();
    sandbox.write("a.csv", "名称,城市,状态\n恒泰,杭州,active\n海天,宁波,active\n");
    assert_eq!(sum(&sandbox.json("import client a.csv")), [2, 2, 0, 0, 0]);
    sandbox.run("list client --fields name,city -o list.csv");
    let changed = sandbox.read("list.csv").replace("杭州", "上海") + "K-261101-XXXXX,远洋,苏州\n";
    sandbox.write("list.csv", &changed);
    for (lang, rejects) in [("en", "r.csv"), ("zh", "r.json")] {
        let from = if lang == "en" { "list.csv" } else { "r.csv" };
        let done = sandbox.json(&format!("import client {from} --update --rejects {rejects} --lang {lang}"));
        assert_eq!(done["data"]["rejected"], 1, "{done}");
    }
    let mended = sandbox.read("r.json").replace("K-261101-XXXXX", "");
    sandbox.write("r.json", &mended);
    let last = sandbox.json("import client r.json --update");
    assert_eq!(sum(&last), [1, 1, 0, 0, 0], "{last}\n{mended}");
}

#[test]
fn two_sources_never_meet_and_an_import_is_voided_by_its_keys() {
    let sandbox = book();
    let map = "[key]\ncolumns = [\"id\"]\n[fields]\ncontent = \"{what}\"\nchannel = { value = \"web\" }\nclient = { column = \"who\", make = true }\n";
    for name in ["desk", "shop"] {
        sandbox.write(&format!("{name}.toml"), map);
        sandbox.write(&format!("{name}.csv"), &format!("id,what,who\n1,{name} one,恒泰\n2,{name} two,恒泰\n"));
        let done = sandbox.json(&format!("import complaint {name}.csv --map {name}.toml"));
        assert_eq!(sum(&done), [2, 2, 0, 0, 0], "{done}");
    }
    assert!(sandbox.run("advance de* void").contains("at least 3"));
    let voided = sandbox.run("advance desk-* void void-reason=trial");
    assert!(voided.ends_with("--- exit 0\n"), "{voided}");
    let open = sandbox.json("list complaint state=registered");
    assert_eq!(open["data"].as_array().map(Vec::len), Some(2), "{open}");
    assert!(sandbox.run("advance desk-* void void-reason=trial").ends_with("--- exit 3\n"));
    // the other one is taken back as a whole
    let undone = sandbox.run("undo -y");
    assert!(undone.ends_with("--- exit 0\n"), "{undone}");
}

#[test]
fn a_map_is_drafted_and_columns_are_left_out() {
    let sandbox = book();
    sandbox.write(
        "t.csv",
        "编号,投诉内容,渠道,投诉时间,客户,花色\n17,漏水,电话,2026/11/3 9:30,恒泰,蓝\n18,断电,微信,2026/11/4,恒泰,红\n",
    );
    let refused = sandbox.run("import complaint t.csv");
    assert!(refused.contains("编号, 花色") && refused.contains("--write-map"), "{refused}");
    let drafted = sandbox.json("import complaint t.csv --write-map map.toml");
    assert_eq!((&drafted["data"]["mapped"], &drafted["data"]["left"]), (&5.into(), &1.into()), "{drafted}");
    let map = sandbox.read("map.toml");
    assert!(map.contains("columns = [\"编号\"]") && map.contains("\"微信\" = \"\""), "{map}");
    sandbox.write("map.toml", &map.replace("\"微信\" = \"\"", "\"微信\" = \"message\""));
    let dry = sandbox.run("import complaint t.csv --map map.toml --dry-run");
    assert!(
        dry.contains("line 2 would be made: Registered since") && dry.contains("Content") || dry.contains("漏水"),
        "{dry}"
    );
    assert!(dry.contains("2 rows: 2 would be imported"), "{dry}");
    let done = sandbox.json("import complaint t.csv --map map.toml");
    assert_eq!(sum(&done), [2, 2, 0, 0, 0], "{done}");
    // without a map
    sandbox.write("c.csv", "序号,客户名称,城市,电话,花色\n1,远洋,青岛,0532-88886666,蓝\n");
    let done = sandbox.json("import client c.csv --ignore");
    assert_eq!(sum(&done), [1, 1, 0, 0, 0], "{done}");
    assert!(done["warnings"].to_string().contains("花色"), "{done}");
    let client = shown(&sandbox, &done["data"]["ids"][0]);
    assert_eq!((&client["city"], &client["phone"]), (&"青岛".into(), &"0532-88886666".into()));
}

#[test]
fn reports_say_what_was_imported() {
    let sandbox = book();
    put(&sandbox, "zendesk.csv");
    put(&sandbox, "zendesk.toml");
    sandbox.run("import complaint zendesk.csv --map zendesk.toml");
    let report = sandbox.run("report monthly 2026-10");
    assert!(report.contains("of them imported") && report.contains("came in by an import"), "{report}");
    let zh = sandbox.run("report monthly 2026-10 --lang zh");
    assert!(zh.contains("其中导入"), "{zh}");
}

#[test]
fn encodings_are_told_and_named() {
    let sandbox = book();
    let text = "客戶名稱,所在城市\n恆泰機械,台北\n";
    let (big5, _, _) = encoding_rs::BIG5.encode(text);
    std::fs::write(sandbox.dir().join("big5.csv"), &big5).expect("a file");
    let refused = sandbox.run("import client big5.csv");
    assert!(refused.contains("encoding = "), "{refused}");
    sandbox.write("map.toml", "encoding = \"big5\"\n[fields]\nname = \"{客戶名稱}\"\ncity = \"{所在城市}\"\n");
    let done = sandbox.json("import client big5.csv --map map.toml");
    assert_eq!(sum(&done), [1, 1, 0, 0, 0], "{done}");
    assert!(done["warnings"].to_string().contains("Big5"), "{done}");
    let wide: Vec<u8> = "name\tcity\n远洋\t青岛\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(sandbox.dir().join("wide.txt"), wide).expect("a file");
    assert_eq!(sum(&sandbox.json("import client wide.txt")), [1, 1, 0, 0, 0]);
}

#[test]
fn cells_of_workbooks_keep_their_types() {
    let sandbox = book();
    let save = |name: &str, phone: f64, note: &str| {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("空").expect("a name");
        let sheet = workbook.add_worksheet().set_name("客户").expect("a name");
        for (column, heading) in (0u16..).zip(["客户名称", "电话", "备注"]) {
            sheet.write(0, column, heading).expect("a heading");
        }
        sheet.write(1, 0, name).and_then(|sheet| sheet.write(1, 1, phone)).expect("cells");
        sheet.write(1, 2, note).expect("a cell");
        workbook.save(sandbox.dir().join("c.xlsx")).expect("a workbook");
    };
    save("远洋", 13_912_345_678.0, "=1+1");
    assert!(sandbox.run("import client c.xlsx").contains("no headings"));
    assert!(sandbox.run("import client c.xlsx --sheet x").contains("空, 客户"));
    let done = sandbox.json("import client c.xlsx --sheet 客户");
    assert_eq!(sum(&done), [1, 1, 0, 0, 0], "{done}");
    let client = shown(&sandbox, &done["data"]["ids"][0]);
    assert_eq!((&client["phone"], &client["note"]), (&"13912345678".into(), &"=1+1".into()), "{client}");
    save("海天", 304_207_123_456_789_012.0, "x");
    let refused = sandbox.run("import client c.xlsx --sheet 客户");
    assert!(refused.contains("line 2, 电话") && refused.contains("its last digits are lost"), "{refused}");
}

#[test]
fn a_table_of_too_many_columns_is_refused_by_its_bound() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let heads: Vec<String> = (0..2_001).map(|at| format!("c{at}")).collect();
    sandbox.write("wide.csv", &format!("{}\n1\n", heads.join(",")));
    let object = heads.iter().map(|head| format!("\"{head}\":1")).collect::<Vec<_>>().join(",");
    sandbox.write("wide.json", &format!("[{{{object}}}]"));
    for file in ["wide.csv", "wide.json"] {
        let said = sandbox.run(&format!("import client {file} --dry-run"));
        assert!(said.contains("table-columns") && said.contains("2000"), "{said}");
    }
}
