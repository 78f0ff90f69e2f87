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
    // nothing fits: only headings, an empty list, or nothing
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

/// One command lists with `--quiet`, and the next takes the ids from its standard input.
#[test]
fn a_step_is_taken_of_what_standard_input_names() {
    let sandbox = book("en");
    let (one, two) = (id(&sandbox, "one"), id(&sandbox, "two"));
    let state = |key: &str| sandbox.json(&format!("show {key}"))["data"]["state"].clone();
    let refused = |line: &str, input: &str, exit: i32, holds: &[&str]| {
        let said = sandbox.run_with(line, input);
        assert!(said.ends_with(&format!("--- exit {exit}\n")), "{line}: {said}");
        holds.iter().for_each(|part| assert!(said.contains(part), "{line}: {part}: {said}"));
        assert_eq!([state("one"), state("two")], ["registered", "registered"].map(Json::from), "{line}: {said}");
    };
    // every line that names nothing is reported with its number, and nothing is written
    let lines = format!("{one}\n\nnobody\r\n# {two}\n@\n");
    refused("advance - accept promised=fri", &lines, 3, &["line 3", "nobody", "line 4", "line 5"]);
    refused("advance -", &one, 2, &["a step must follow"]);
    refused("advance - promised=fri", &one, 2, &["a step must follow"]);
    refused("advance - accept promised=fri -m -", &one, 2, &["only once"]);
    refused("advance - accept promised=-", &one, 2, &["only once"]);
    refused("advance - accept promised=fri --dry-run", &one, 0, &["would"]);
    refused("advance - accept promised=fri", "", 0, &["nothing to do"]);
    refused("advance - accept promised=fri --fail-empty", "\n \r\n", 3, &["nothing to do"]);
    // a list for a list, also of one record; a name that occurs twice counts once
    let mut command = sandbox.redress("advance - accept promised=fri --json");
    let mut child =
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().expect("runs");
    let input = format!("{MARK}{one}\r\n  one\r\n");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    let answer: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["data"].as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!((&answer["data"][0]["id"], &answer["data"][0]["state"]), (&json!(one), &json!("accepted")));
    let ids = sandbox.redress("list complaint state=registered --quiet").output().expect("runs").stdout;
    let said = sandbox.run_with("advance - accept promised=fri --quiet", &String::from_utf8(ids).expect("text"));
    assert_eq!(said, "C-ID1\n--- exit 0\n");
    assert_eq!([state("one"), state("two")], ["accepted", "accepted"].map(Json::from));
}

/// Every command that writes or lists records prints only their ids with `--quiet`.
#[test]
fn whatever_is_written_is_named_by_its_ids_alone() {
    let sandbox = book("en");
    sandbox.run("new client name=宁波阀门 grade=key --key other");
    sandbox.write("../rows.csv", "name\n台州水泵\n");
    sandbox.write("../paper.pdf", "paper");
    sandbox.write("../lines.ndjson", "{\"op\":\"edit\",\"id\":\"two\",\"fields\":{\"quantity\":30}}\n");
    sandbox.write("../more.ndjson", "{\"op\":\"edit\",\"id\":\"two\",\"fields\":{\"quantity\":31}}\n");
    let path = sandbox.git("ls-files complaints").lines().next().expect("a complaint").to_owned();
    let edited = sandbox.read(&path).replace("漏水", "漏油").replace("第二行", "第三行");
    sandbox.write(&path, &edited);
    for line in [
        "commit -m x",
        "new client name=温州电机",
        "edit one quantity=13",
        "advance one,two accept promised=fri",
        "attach one ../paper.pdf",
        "import client ../rows.csv",
        "batch ../lines.ndjson",
        "batch ../more.ndjson --each",
        "plan callbacks 2026-12",
        "remind --now 2026-12-28T09:00+08:00",
        "undo -y --now 2026-12-28T09:10+08:00",
        "list complaint",
        "due --all",
        "find 漏",
    ] {
        let output = sandbox.redress(line).arg("--quiet").output().expect("redress runs");
        let said = sandbox.shown(&output);
        assert!(output.status.success(), "{line}: {said}");
        let lines = String::from_utf8(output.stdout).expect("text");
        let ids = lines.lines().map(|line| line.parse::<redress::record::Id>());
        let ids: Vec<_> = ids.collect::<Result<_, _>>().unwrap_or_else(|_| panic!("{line}: {said}"));
        assert!(!ids.is_empty(), "{line}: {said}");
        assert!(output.stderr.is_empty(), "{line}: {said}");
    }
}

#[test]
fn help_names_every_format_that_there_is() {
    let sandbox = book("en");
    for lang in ["en", "zh"] {
        for command in ["list", "find", "query", "report", "due"] {
            let help = sandbox.run(&format!("--lang {lang} {command} --help")).replace(['\n', ' '], "");
            assert!(help.contains("text,md,html,"), "{lang} {command}: {help}");
            assert!(help.contains(",csv,json,ndjson"), "{lang} {command}: {help}");
            assert!(!help.contains('{'), "{lang} {command}: {help}");
        }
    }
}

#[test]
fn the_list_of_reports_takes_every_format() {
    let sandbox = book("en");
    let csv = sandbox.run("report --format csv");
    assert!(csv.starts_with("report,title,usually covers,what it says\r\nmonthly,"), "{csv}");
    assert!(sandbox.run("report --format md").contains("| monthly |"));
    assert!(sandbox.run("report --format html").contains("<table"));
    assert_eq!(sandbox.run("report --format json"), sandbox.run("report --json"));
    assert!(sandbox.run("report --format ics").ends_with("--- exit 2\n"));
    sandbox.run("report -o reports.csv");
    assert!(sandbox.read("reports.csv").contains("monthly"));
    assert!(sandbox.run("report -o reports.doc").contains("ndjson"), "what formats there are");
}

#[test]
fn a_page_of_a_list_says_what_was_asked_for() {
    let sandbox = book("zh");
    for (line, asked) in [
        ("list complaint quantity=1..", "quantity=1.."),
        ("due --all kind=complaint", "--all kind=complaint"),
        ("find 漏水", "漏水"),
        ("query 'select id from complaint where id > 1'", "select id from complaint where id &gt; 1"),
    ] {
        let page = sandbox.run(&format!("{line} --format html"));
        assert!(page.contains(&format!("<dt>查询条件</dt><dd>{asked}</dd>")), "{line}: {page}");
        assert!(page.contains("<dt>台账</dt>") && page.contains("<dt>提交</dt>"), "{line}");
    }
    assert!(!sandbox.run("list complaint --format html").contains("查询条件"));
}

#[test]
fn a_table_alone_is_for_programs_and_a_report_for_people() {
    let sandbox = book("zh");
    sandbox.run("report monthly 2026-10 --table comparison -o table.csv");
    let table = sandbox.read("table.csv");
    assert!(!table.starts_with(MARK) && table.starts_with("指标,"), "{table}");
    assert!(table.lines().all(|line| line.matches(',').count() >= 5), "a head and rows, nothing else: {table}");
    sandbox.run("report monthly 2026-10 -o report.csv");
    assert!(sandbox.read("report.csv").starts_with(MARK));
}

#[test]
fn a_list_and_a_report_do_not_replace_files_of_the_book() {
    let sandbox = book("en");
    let record = sandbox.git("ls-files clients").trim().to_owned();
    for path in ["redress.toml", ".git/config", ".gitattributes", "policy/roles.toml", &record] {
        let text = sandbox.read(path);
        for line in
            ["list complaint --format csv", "report monthly 2026-11 --format html", "print one --form intake -y"]
        {
            let said = sandbox.run(&format!("{line} -o {path}"));
            assert!(!said.ends_with("--- exit 0\n"), "{line}: {said}");
            assert_eq!(sandbox.read(path), text, "{line}");
        }
        let zh = sandbox.run(&format!("list complaint --format csv -o {path} --lang zh"));
        assert!(zh.contains("台账自身的文件") && zh.ends_with("--- exit 1\n"), "{zh}");
    }
    // a new file in a folder of the book, and one beside it
    assert!(sandbox.run("list complaint -o complaints/x.csv").contains("is a file of the book"));
    assert!(sandbox.run("list complaint -o x.csv").ends_with("--- exit 0\n"));
    assert!(sandbox.run("list complaint -o x.csv").ends_with("--- exit 0\n"));
}
