//! What a mapping makes of rows, and how a row is recognized.

use std::collections::HashMap;

use super::{Choice, Draft, Layout, Mapping, Row, Table};
use crate::calendar::Zone;
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, sources_of};
use crate::policy::{Policy, STAFF};
use crate::record::parse_time;

fn policy() -> Policy {
    loaded(&sources_of(Preset::DEFAULT))
}

fn mapped(policy: &Policy, mapping: &str, table: &Table) -> Mapping {
    let kind = policy.kind("complaint").expect("complaints");
    let read = Mapping::read("map.toml", mapping, &table.headings, kind, &|name| policy.kind(name));
    read.unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A file with two columns and one row.
fn file(a: &str, b: &str) -> Table {
    let cells = [a, b].map(|text| serde_json::Value::String(text.to_owned())).to_vec();
    let headings = ["A", "B"].map(str::to_owned).to_vec();
    Table::of(headings, vec![Row { line: 2, cells }])
}

fn first(table: &Table) -> Row {
    table.rows().next().expect("a row").expect("a sound row")
}

/// What the first row of a file asks for: fields as JSON, then states as `day state`. Otherwise what is wrong.
fn asked(policy: &Policy, mapping: &str, table: &Table) -> String {
    let zone: Zone = "Asia/Shanghai".parse().expect("a zone");
    let now = parse_time("2026-11-24T09:00:00+08:00").expect("a time");
    let kind = policy.kind("complaint").expect("complaints");
    let mapping = mapped(policy, mapping, table);
    match mapping.draft(&mapping.prepared(first(table)), kind, zone, now) {
        Ok(Draft { object, wanted, stages, .. }) => {
            let wanted = wanted.iter().map(|wanted| format!(" {}={}", wanted.kind, wanted.called));
            let stages = stages.iter().map(|(at, state)| format!(" {} {state}", at.format("%m-%d")));
            serde_json::Value::Object(object).to_string() + &wanted.chain(stages).collect::<String>()
        }
        Err(bad) => bad.iter().map(|bad| format!("{}: {}", bad.column, bad.message.en)).collect(),
    }
}

#[test]
fn a_row_becomes_fields_and_states() {
    let policy = policy();
    for (mapping, (a, b), expected) in [
        ("content = \"{A}: {B}\"", ("leak", "12"), r#"{"content":"leak: 12"}"#),
        ("content = { value = \"x\" }", ("leak", "12"), r#"{"content":"x"}"#),
        ("content = { column = \"A\" }", ("  leak ", "12"), r#"{"content":"leak"}"#),
        ("content = { column = \"A\" }", ("", "12"), "{}"),
        // days and moments as their fields have them, in the format of the file
        ("delivered = { column = \"A\", date = \"%d.%m.%Y\" }", ("4.1.2026", ""), r#"{"delivered":"2026-01-04"}"#),
        ("received = { column = \"A\" }", ("2026-01-04", ""), r#"{"received":"2026-01-04T00:00:00+08:00"}"#),
        ("received = { column = \"A\" }", ("soon", ""), "A: `soon` is no date"),
        // lists in one cell
        ("tags = { column = \"A\" }", ("key；急、 dn50;;", ""), r#"{"tags":["key","急","dn50"]}"#),
        ("tags = { column = \"A\", split = \"|\" }", ("a, b| |c", ""), r#"{"tags":["a, b","c"]}"#),
        // as it is written, otherwise regardless of case; a value that is not in the table is wrong
        (
            "channel = { column = \"A\", values = { WEB = \"web\", web = \"phone\" } }",
            ("web", ""),
            r#"{"channel":"phone"}"#,
        ),
        ("channel = { column = \"A\", values = { WEB = \"web\" } }", ("Web", ""), r#"{"channel":"web"}"#),
        (
            "channel = { column = \"A\", values = { WEB = \"web\", \"*\" = \"letter\" } }",
            ("fax", ""),
            r#"{"channel":"letter"}"#,
        ),
        ("channel = { column = \"A\", values = { WEB = \"web\" } }", ("fax", ""), "A: `fax` is not in the table"),
        ("client = { column = \"A\", make = true }", ("Hengtai", ""), "{} client=Hengtai"),
    ] {
        let asked = asked(&policy, &format!("[fields]\n{mapping}\n"), &file(a, b));
        let said = asked.replace("is not in the mapping's table of values, which has no `*`", "is not in the table");
        let said =
            said.replace("is not a date that begins with the year; say with --map how dates are written", "is no date");
        assert_eq!(said, expected, "{mapping} of {a:?} {b:?}");
    }
    let stage = |at: &str, more: &str| format!("[[stages]]\nstate = \"registered\"\n{at}{more}");
    let (one, either) = ("at = \"A\"\n", "at = [\"A\", \"B\"]\n");
    let done = "[[stages]]\nat = \"A\"\nstate = { column = \"B\", values = { Done = \"closed\", \"*\" = \"\" } }\n";
    let without = "[[stages]]\nat = \"A\"\nstate = { column = \"B\", values = { Done = \"closed\" } }\n";
    let said_no = "when = { B = [\"no\"] }\n";
    let both = "[[stages]]\nstate = \"registered\"\nat = \"A\"\n[[stages]]\nstate = \"closed\"\nat = \"B\"\n";
    for (mapping, (a, b), expected) in [
        (stage(one, ""), ("2026-01-04", ""), "{} 01-04 registered"),
        (stage(one, ""), ("", "2026-01-05"), "A: the date is missing"),
        // the latest of several, one of which must be there
        (stage(either, ""), ("2026-01-06", "2026-01-05"), "{} 01-06 registered"),
        (stage(either, ""), ("2026-01-04", "2026-01-05"), "{} 01-05 registered"),
        (stage(either, ""), ("", "2026-01-05"), "{} 01-05 registered"),
        (stage(either, ""), ("", ""), "A: the date is missing"),
        (stage("", ""), ("", "x"), "{} 11-24 registered"),
        (stage(one, said_no), ("2026-01-04", "no"), "{} 01-04 registered"),
        (stage(one, said_no), ("2026-01-04", "yes"), "{}"),
        (done.to_owned(), ("2026-01-04", "Done"), "{} 01-04 closed"),
        (done.to_owned(), ("2026-01-04", "Lost"), "{}"),
        (without.to_owned(), ("2026-01-04", "Lost"), "B: `Lost` is not a state of complaint"),
        // a date alone on the day of the stage before
        (both.to_owned(), ("2026-01-04 14:30", "2026-01-04"), "{} 01-04 registered 01-04 closed"),
        (
            both.to_owned(),
            ("2026-01-04 14:30", "2026-01-04 14:29"),
            "B: 2026-01-04 14:29:00 lies before the stage before it, 2026-01-04 14:30:00; put the dates in order",
        ),
        (
            both.to_owned(),
            ("2026-01-04", "2026-01-03"),
            "B: 2026-01-03 00:00:00 lies before the stage before it, 2026-01-04 00:00:00; put the dates in order",
        ),
    ] {
        assert_eq!(asked(&policy, &mapping, &file(a, b)), expected, "{mapping} of {a:?} {b:?}");
    }
    // values of JSON go through the table, too, and stay what they are without one
    let text = b"{\"A\":1,\"B\":[\"x\",\"y\"],\"C\":{\"d\":{\"e\":\"web\"}}}\n".to_vec();
    let table = super::table::open(text, "ndjson", &Layout::default(), |cell| cell).expect("a table").table;
    let mapping = "[fields]\nchannel = { column = \"A\", values = { 1 = \"web\" } }\ntags = { column = \"B\" }\n";
    assert_eq!(asked(&policy, mapping, &table), r#"{"channel":"web","tags":["x","y"]}"#);
    assert_eq!(asked(&policy, "[fields]\nquantity = { column = \"A\" }\n", &table), r#"{"quantity":1}"#);
    // a field that holds no number gets a text
    assert_eq!(asked(&policy, "[fields]\nexternal-number = { column = \"A\" }\n", &table), r#"{"external-number":1}"#);
    assert_eq!(asked(&policy, "[fields]\ntags = { column = \"A\" }\n", &table), r#"{"tags":["1"]}"#);
    assert_eq!(asked(&policy, "[fields]\nchannel = { column = \"C.d.e\" }\n", &table), r#"{"channel":"web"}"#);
    assert_eq!(asked(&policy, "[fields]\ncontent = \"{C.d.e}!\"\n", &table), r#"{"content":"web!"}"#);
}

#[test]
fn values_are_cleaned_before_they_are_taken() {
    let policy = policy();
    for (mapping, (a, b), expected) in [
        // an empty cell, and one that says nothing
        ("channel = { column = \"A\", default = \"phone\" }", ("", ""), r#"{"channel":"phone"}"#),
        ("channel = { column = \"A\", default = \"phone\" }", ("web", ""), r#"{"channel":"web"}"#),
        ("channel = { column = \"A\", default = \"phone\" }", ("NULL", ""), r#"{"channel":"phone"}"#),
        ("content = { column = \"A\" }", ("null", ""), "{}"),
        // units, and what stands for what
        ("quantity = { column = \"A\", strip = [\"个\", \"pcs\"] }", ("12 个", ""), r#"{"quantity":"12"}"#),
        ("quantity = { column = \"A\", strip = \"约\" }", ("约12", ""), r#"{"quantity":"12"}"#),
        ("quantity = { column = \"A\" }", ("3万", ""), r#"{"quantity":"30000"}"#),
        ("content = { column = \"A\", replace = { \"<br>\" = \" \" } }", ("a<br>b", ""), r#"{"content":"a b"}"#),
        ("tags = { column = \"A\", split = [\";\", \"|\"] }", ("a;b|c", ""), r#"{"tags":["a","b","c"]}"#),
        // the others pass through
        ("channel = { column = \"A\", keep = true, values = { W = \"web\" } }", ("W", ""), r#"{"channel":"web"}"#),
        (
            "channel = { column = \"A\", keep = true, values = { W = \"web\" } }",
            ("letter", ""),
            r#"{"channel":"letter"}"#,
        ),
        // only if another column says so
        ("content = { column = \"A\", when = { B = [\"yes\"] } }", ("x", "yes"), r#"{"content":"x"}"#),
        ("content = { column = \"A\", when = { B = [\"yes\"] } }", ("x", "no"), "{}"),
        // a date and its time of day
        (
            "received = { column = \"A\", time = \"B\" }",
            ("2026/3/9", "下午3点半"),
            r#"{"received":"2026-03-09T15:30:00+08:00"}"#,
        ),
        // what a spreadsheet has shortened
        ("content = { column = \"A\" }", ("3.04207E+16", ""), "A: shortened"),
        ("content = \"No. {A}\"", ("1.2E+11", ""), "A: shortened"),
        ("content = { column = \"A\" }", ("3.04207e16", ""), "A: shortened"),
        ("content = { column = \"A\" }", ("1E5", ""), r#"{"content":"1E5"}"#),
        ("content = { column = \"A\" }", ("=1+1", ""), r#"{"content":"=1+1"}"#),
        // people who may be no staff
        ("assignee = { column = \"A\", strangers = \"note\" }", ("王磊", ""), r#"{"assignee":"王磊"}"#),
    ] {
        let asked = asked(&policy, &format!("empty = [\"null\"]\n[fields]\n{mapping}\n"), &file(a, b));
        let said = if asked.contains("a spreadsheet has shortened") { "A: shortened" } else { &asked };
        assert_eq!(said, expected, "{mapping} of {a:?} {b:?}");
    }
    let client = policy.kind("client").expect("clients");
    let read = |text: &str| {
        let table = file("王芳", "0571-88886666");
        let mapping = Mapping::read("map.toml", text, &table.headings, client, &|name| policy.kind(name));
        let mapping = mapping.unwrap_or_else(|problems| panic!("{problems:#?}"));
        let (zone, now) =
            ("Asia/Shanghai".parse().expect("a zone"), parse_time("2026-11-24T09:00:00+08:00").expect("now"));
        serde_json::to_string(&mapping.draft(&first(&table), client, zone, now).expect("a draft").object).expect("JSON")
    };
    let both = r#"{"contacts":[{"name":"王芳","phone":"0571-88886666"}]}"#;
    assert_eq!(read("[fields]\n\"contacts.0.name\" = \"{A}\"\n\"contacts.0.phone\" = { column = \"B\" }\n"), both);
    assert_eq!(read("[fields]\ncontacts.0.name = \"{A}\"\ncontacts.0.phone = \"{B}\"\n"), both);
}

#[test]
fn keys_say_where_a_number_is_from() {
    let policy = policy();
    let kind = policy.kind("complaint").expect("complaints");
    let key = |file: &str, text: &str| {
        let table = self::file("17", "x");
        let mapping = Mapping::read(file, text, &table.headings, kind, &|name| policy.kind(name)).expect("a mapping");
        mapping.key(&first(&table), &mut HashMap::new()).expect("a key")
    };
    let columns = "[key]\ncolumns = [\"A\"]\n";
    assert_eq!(key("maps/zendesk.toml", columns), "zendesk-17");
    assert_eq!(key("maps/glpi.toml", columns), "glpi-17");
    assert_eq!(key("maps/glpi.toml", &format!("source = \"desk\"\n{columns}")), "desk-17");
    assert_eq!(key("maps/glpi.toml", "[key]\nprefix = \"x-\"\ncolumns = [\"A\"]\n"), "x-17");
}

#[test]
fn a_row_is_known_again_by_its_key_or_by_all_that_is_mapped() {
    let policy = policy();
    let mut seen = HashMap::new();
    let mut key = |mapping: &Mapping, table: &Table| {
        mapping.key(&first(table), &mut seen).unwrap_or_else(|bad| format!("{}: {}", bad.column, bad.message.en))
    };
    let columns = "[key]\nprefix = \"crm-\"\ncolumns = [\"A\", \"B\"]\n";
    let keyed = mapped(&policy, columns, &file("", ""));
    assert_eq!(key(&keyed, &file("1", "2")), "crm-1/2");
    assert_eq!(key(&keyed, &file("1", "2")), "A: the key `crm-1/2` stands in an earlier row");
    assert_eq!(key(&keyed, &file("1", "")), "B: the key is empty");
    // a column that the command line names, whatever the mapping says
    let mut named = keyed;
    named.keyed_by("b", "crm").expect("a column, whatever its case");
    assert_eq!(key(&named, &file("1", "2")), "crm-B-2");
    assert!(named.keyed_by("C", "crm").is_err());
    // else what is mapped makes it: with its headings, in whatever order they stand, and nothing else
    let both = "[fields]\ncontent = \"{A} {B}\"\n";
    let digest = |mapping: &str, table: &Table| {
        let key = mapped(&policy, mapping, table).key(&first(table), &mut HashMap::new());
        key.expect("a key").to_string()
    };
    let of = |headings: [&str; 2], a: &str, b: &str| {
        Table::of(headings.map(str::to_owned).to_vec(), vec![first(&file(a, b))])
    };
    let first = digest(both, &file("1", "B2"));
    assert!(first.starts_with("complaint-") && first.ends_with("-1"), "{first}");
    assert_eq!(digest(both, &of(["B", "A"], "B2", "1")), first);
    assert_ne!(digest(both, &file("1B", "2")), first, "where one cell ends and the next begins");
    assert_ne!(digest("[fields]\ncontent = \"{A} {C}\"\n", &of(["A", "C"], "1", "B2")), first, "under another heading");
    let one = "[fields]\ncontent = \"{A}\"\n";
    assert_eq!(digest(one, &file("1", "x")), digest(one, &file("1", "y")), "what is not mapped");
}

#[test]
fn headings_are_fields_each_once() {
    let policy = policy();
    let by = |kind: &str, headings: &[&str]| {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mapping = Mapping::by_headings(&headings, policy.kind(kind).expect("a kind"), Choice::default());
        mapping.map(|mapping| mapping.id).map_err(|said| said.en)
    };
    assert_eq!(by("client", &["Name", "所在城市", "状态"]), Ok(None));
    assert_eq!(by(STAFF, &["id", "name"]), Ok(Some(0)));
    assert!(by("client", &["id", "name"]).is_err_and(|said| said.starts_with("id: no field of client is called so")));
    assert_eq!(by("client", &["name", "contacts.0.name", "联系人.0.生日", "联系人.1.姓名"]), Ok(None));
    assert!(by("client", &["name", "contacts.0.nickname"]).is_err());
    let twice = by("client", &["name", "contacts.0.name", "联系人.0.姓名"]);
    assert!(twice.is_err_and(|said| said.contains("`contacts.0.name` and `联系人.0.姓名` both mean")));
    assert_eq!(by("client", &["name", "客户名称"]), Err("`name` and `客户名称` both mean the field name".to_owned()));
}

#[test]
fn common_headings_are_known() {
    let policy = policy();
    let kind = policy.kind("client").expect("clients");
    let taken = |headings: &[&str], ignore: bool| {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mapping = Mapping::by_headings(&headings, kind, Choice { ignore, key: None }).map_err(|said| said.en)?;
        let taken = mapping.taken(kind).into_iter().map(|taken| format!("{}={}", taken.heading, taken.field));
        Ok::<_, String>((taken.collect::<Vec<_>>().join(" "), mapping.unused().join(" ")))
    };
    for (headings, fields) in [
        (&["序号", "客户名称", "城市", "电话"][..], "客户名称=name 城市=city 电话=phone"),
        (&["name", "手机号"], "name=name 手机号=phone"),
        (&["客户名称", "联系人", "手机号"], "客户名称=name 联系人=contacts 手机号=contacts.0.phone"),
        (&["name", "what is wrong", "line"], "name=name"),
    ] {
        assert_eq!(taken(headings, false), Ok((fields.to_owned(), String::new())), "{headings:?}");
    }
    assert!(
        taken(&["name", "客户评价"], false).is_err_and(|said| said.contains("客户评价") && said.contains("--ignore"))
    );
    assert_eq!(taken(&["name", "客户评价"], true), Ok(("name=name".to_owned(), "客户评价".to_owned())));
}

#[test]
fn a_drafted_map_says_every_column_and_loads() {
    let policy = policy();
    let kind = policy.kind("complaint").expect("complaints");
    let text = "编号,投诉内容,数量,投诉日期,备注栏\n17,漏水,12,03/09/2026,x\n18,断电,3,03/29/2026,y\n";
    let opened = super::table::open(text.as_bytes().to_vec(), "csv", &Layout::default(), |cell| cell);
    let table = opened.expect("a table").table;
    let zone: Zone = "Asia/Shanghai".parse().expect("a zone");
    let draft = super::draft(&table, kind, (zone, None), crate::locale::Lang::En);
    for heading in ["编号", "投诉内容", "数量", "投诉日期", "备注栏"] {
        assert!(draft.text.contains(&format!("\"{heading}\"")), "{}", draft.text);
    }
    assert!(draft.text.contains("columns = [\"编号\"]"), "{}", draft.text);
    mapped(&policy, &draft.text, &table);
}

#[test]
fn the_page_about_import_describes_every_key_of_a_mapping() {
    use std::collections::BTreeSet;

    use crate::place::toml::asked::during;

    let page = std::fs::read_to_string("docs/import.md").expect("docs/import.md");
    let (_, example) = page.split_once("```toml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let headings = [
        "Number", "Issue", "Detail", "Date", "Via", "Product", "State", "Company", "Response", "Sent", "Disputed",
        "Time", "Count", "Agent", "Rank",
    ];
    let table = Table::of(headings.map(str::to_owned).to_vec(), Vec::new());
    let policy = policy();
    let asked = during(|| drop(mapped(&policy, example, &table)));
    let generic = |path: &str| -> Vec<String> {
        let parts = path.split('.').filter(|part| !part.is_empty() && part.parse::<usize>().is_err());
        parts.map(str::to_owned).collect()
    };
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for question in asked.iter().filter(|question| question.file == "map.toml") {
        let Some(key) = &question.key else { continue };
        let mut path = generic(&question.section);
        path.push(key.clone());
        // names of fields, and of columns and their values
        if path[0] == "fields" && path.len() > 1 {
            path[1] = "NAME".to_owned();
        }
        if let Some(at) = path.iter().position(|part| ["values", "when", "replace"].contains(&part.as_str())) {
            path.truncate(at + 1);
        }
        keys.insert(path.join("."));
    }
    let made = "fields.NAME.make.fields.";
    keys.retain(|key| !key.starts_with(made) && !["key", "fields", "running"].contains(&key.as_str()));
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row[2..].split(" | ").next().unwrap_or_default());
    let written: BTreeSet<String> =
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect();
    let written: BTreeSet<String> = written.into_iter().filter(|key| key != "fields.NAME").collect();
    assert_eq!(keys, written);
}
