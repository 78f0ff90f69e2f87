//! Workbooks that people open: lists and reports as XLSX, read again cell by cell, opened by LibreOffice where it is at
//! hand, and brought back with `import --update`.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use calamine::{Data, DataType as _, Reader, Xlsx};

use crate::sandbox::Sandbox;

fn opened(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

/// The rows of the first sheet.
fn rows(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book = opened(bytes);
    let range = book.worksheet_range_at(0).expect("a sheet").expect("a sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

fn book(lang: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run(&format!("init --lang {lang}"));
    sandbox.run("new client name=清泉自来水公司 phone=0571-88886666 contacts.+.name=王敏 contacts.0.phone=013800138000 --key client");
    for (key, content, quantity) in [("one", "=1+1 漏水", "12"), ("two", "件数, 十二\n第二行", "24")] {
        let mut new = sandbox.redress(&format!("new complaint client=清泉自来水公司 channel=phone --key {key}"));
        new.arg(format!("content={content}")).arg(format!("quantity={quantity}")).output().expect("runs");
    }
    sandbox
}

#[test]
fn lists_are_workbooks_in_files_and_pipes() {
    let sandbox = book("zh");
    let line = "list complaint --fields content,quantity,opened,client --sort quantity";
    let piped = sandbox.redress(&format!("{line} --format xlsx")).output().expect("runs");
    assert!(piped.status.success() && piped.stderr.is_empty(), "{}", String::from_utf8_lossy(&piped.stderr));
    assert!(sandbox.run(&format!("{line} -o list.xlsx")).ends_with("--- exit 0\n"));
    let file = std::fs::read(sandbox.dir().join("list.xlsx")).expect("a file");
    for bytes in [piped.stdout, file] {
        let rows = rows(bytes);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0][..3], [text("编号"), text("投诉内容"), text("数量")]);
        assert_eq!(rows[1][1..3], [text("=1+1 漏水"), Data::Float(12.0)]);
        assert_eq!(rows[2][1], text("件数, 十二\n第二行"));
        assert!(rows[1][0].is_string() && rows[1][3].is_datetime(), "{:?}", rows[1]);
    }
    for line in
        ["due --all", "find 漏水", "due --by holder", "query 'select id, content from complaint'", "list client"]
    {
        let output = sandbox.redress(&format!("{line} --format xlsx")).output().expect("runs");
        assert!(output.status.success() && rows(output.stdout).len() > 1, "{line}");
    }
    // what a path reaches keeps its type
    let mut reached = sandbox.redress("list complaint --fields client.opened,client.name,client.phone --format xlsx");
    let reached = rows(reached.output().expect("runs").stdout);
    assert!(reached[1][1].is_datetime(), "{:?}", reached[1]);
    assert_eq!(reached[1][2..4], [text("清泉自来水公司"), text("0571-88886666")]);
    // no row at all
    let empty = sandbox.redress("list complaint state=closed --format xlsx").output().expect("runs");
    assert_eq!(rows(empty.stdout).len(), 1);
    // the same list is the same file
    let twice = ["a.xlsx", "b.xlsx"].map(|file| {
        sandbox.run(&format!("list complaint -o {file}"));
        std::fs::read(sandbox.dir().join(file)).expect("a file")
    });
    assert!(twice[0] == twice[1]);
}

/// LibreOffice, if it is on the path; with `REDRESS_OFFICE=required` it must be.
#[allow(clippy::disallowed_methods, reason = "whether workbooks must be opened says the person who runs the tests")]
fn office() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("soffice")).find(|program| program.is_file());
    if found.is_none() {
        let required = std::env::var_os("REDRESS_OFFICE").is_some_and(|value| value == "required");
        assert!(!required, "workbooks must be opened here, and there is no soffice on the PATH");
        writeln!(std::io::stderr(), "workbooks are not opened: there is no soffice on the PATH").ok();
    }
    found
}

/// Lets LibreOffice write workbooks anew, into another folder.
fn resaved(sandbox: &Sandbox, office: &Path, files: &[PathBuf]) -> PathBuf {
    let out = sandbox.dir().join("resaved");
    let profile = tempfile::tempdir().expect("a folder");
    let status = sandbox
        .command(office)
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        .args(["--headless", "--convert-to", "xlsx", "--outdir"])
        .arg(&out)
        .args(files)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.expect("soffice runs").success());
    out
}

#[test]
fn every_report_is_a_workbook_that_opens() {
    let sandbox = Sandbox::empty();
    sandbox.run("demo book");
    let reports = sandbox.json("-C book report");
    let mut files = Vec::new();
    for report in reports["data"].as_array().expect("reports") {
        let name = report["name"].as_str().expect("a name");
        let file = format!("{name}.xlsx");
        let said = sandbox.run(&format!("-C book report {name} -o {file}"));
        assert!(said.ends_with("--- exit 0\n") || said.ends_with("--- exit 1\n"), "{name}: {said}");
        let path = sandbox.dir().join(&file);
        let mut book = opened(std::fs::read(&path).expect("a file"));
        let names = book.sheet_names();
        assert!(names.len() > 1, "{name}: {names:?}");
        for sheet in &names {
            assert!(sheet.encode_utf16().count() <= 31, "{name}: {sheet}");
            book.worksheet_range(sheet).unwrap_or_else(|error| panic!("{name}, {sheet}: {error}"));
        }
        files.push(path);
    }
    assert!(files.len() > 10, "{files:?}");
    let Some(office) = office() else { return };
    let out = resaved(&sandbox, &office, &files);
    for file in &files {
        let [before, after] = [file.clone(), out.join(file.file_name().expect("a name"))].map(|file| {
            let mut book = opened(std::fs::read(&file).unwrap_or_else(|_| panic!("{} was not opened", file.display())));
            let names = book.sheet_names();
            let sheets = names.iter().map(|name| book.worksheet_range(name).expect("a sheet").used_cells().count());
            let sheets: Vec<usize> = sheets.collect();
            (names, sheets)
        });
        assert_eq!(before, after, "{}", file.display());
    }
}

/// Reads the first sheet, lets `change` have its rows, and writes them as a spreadsheet would: numbers and dates as
/// such.
fn changed(sandbox: &Sandbox, file: &str, change: impl Fn(&mut Vec<Vec<Data>>)) {
    let path = sandbox.dir().join(file);
    let mut all = rows(std::fs::read(&path).expect("a file"));
    change(&mut all);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d hh:mm");
    for (at, row) in (0_u32..).zip(&all) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Data::Float(number) => _ = sheet.write_number(at, column, *number).expect("a cell"),
                Data::DateTime(time) => {
                    _ = sheet.write_number_with_format(at, column, time.as_f64(), &day).expect("a cell");
                }
                cell => _ = sheet.write_string(at, column, cell.to_string()).expect("a cell"),
            }
        }
    }
    book.save(&path).expect("a file");
}

#[test]
fn what_was_exported_comes_back_and_changes_records() {
    let sandbox = book("zh");
    let columns = "content,quantity,client,received,state,changed";
    sandbox.run(&format!("list complaint --fields {columns} --sort quantity -o list.xlsx"));
    let head = sandbox.git("rev-parse HEAD");
    let counts = |file: &str| {
        let data = sandbox.json(&format!("import complaint {file} --update"))["data"].clone();
        ["rows", "imported", "changed", "existing", "rejected"].map(|name| data[name].as_u64().expect("a number"))
    };
    // as it was written, and as a spreadsheet writes it again
    assert_eq!(counts("list.xlsx"), [2, 0, 0, 2, 0]);
    changed(&sandbox, "list.xlsx", |_| {});
    assert_eq!(counts("list.xlsx"), [2, 0, 0, 2, 0]);
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    // one cell
    changed(&sandbox, "list.xlsx", |rows| rows[1][2] = Data::Float(13.0));
    let dry = sandbox.run("import complaint list.xlsx --update --dry-run");
    assert!(dry.ends_with("--- exit 0\n") && sandbox.git("rev-parse HEAD") == head, "{dry}");
    assert_eq!(counts("list.xlsx"), [2, 0, 1, 1, 0]);
    let one = sandbox.json("show one")["data"].clone();
    assert_eq!(one["quantity"], "13");
    let last = one["history"].as_array().and_then(|events| events.last()).expect("an event").clone();
    assert_eq!(last["step"], "edit", "{last}");
    // another way there and back, with a line that is new, one that is not known and one that is wrong
    sandbox.run("list complaint --fields content,quantity,channel,client,state --sort quantity -o list.csv");
    let exported = sandbox.read("list.csv");
    let mut lines: Vec<String> = exported.split("\r\n").map(str::to_owned).collect();
    lines[1] = lines[1].replace("=1+1 漏水", "=1+1 漏油");
    sandbox.write("list.csv", &lines.join("\r\n"));
    assert_eq!(counts("list.csv"), [2, 0, 1, 1, 0]);
    assert_eq!(sandbox.json("show one")["data"]["content"], "=1+1 漏油");
    let new = "\"\",新的一行,1,电话,清泉自来水公司,\r\nC-260101-XXXXX,没有的,1,电话,清泉自来水公司,\r\n";
    sandbox.write("more.csv", &format!("{}\r\n{new}", lines[0]));
    let said = sandbox.json("import complaint more.csv --update --rejects wrong.csv")["data"].clone();
    assert_eq!((&said["imported"], &said["rejected"]), (&serde_json::json!(1), &serde_json::json!(1)), "{said}");
    // an emptied cell empties the field; a choice is checked as `edit` does it
    sandbox.run("list complaint --fields quantity,channel --sort quantity -o list.xlsx");
    changed(&sandbox, "list.xlsx", |rows| rows.last_mut().expect("a row")[1] = Data::Empty);
    assert_eq!(counts("list.xlsx")[2], 1);
    assert_eq!(sandbox.json("show two")["data"]["quantity"], serde_json::Value::Null);
    // one whose cell is gone from the file, as spreadsheets write it, and the last ones of a row
    sandbox.run("edit two quantity=5 note=弃");
    sandbox.run("list complaint --fields quantity,note --sort -quantity -o empty.xlsx");
    changed(&sandbox, "empty.xlsx", |rows| rows.iter_mut().skip(1).for_each(|row| row.truncate(1)));
    assert_eq!(counts("empty.xlsx")[2], 3);
    assert_eq!(sandbox.json("show two")["data"]["quantity"], serde_json::Value::Null);
    assert_eq!(sandbox.json("show two")["data"]["note"], serde_json::Value::Null);
    changed(&sandbox, "list.xlsx", |rows| rows[1][2] = text("鸽子"));
    let refused = sandbox.run("import complaint list.xlsx --update");
    assert!(refused.contains("鸽子") && refused.ends_with("--- exit 1\n"), "{refused}");
    // a list that is older than a change of one of its records
    sandbox.run("list complaint --fields quantity,changed --sort quantity -o stale.xlsx");
    let later = |line: &str| {
        let output = sandbox.redress(line).env("REDRESS_NOW", "2026-11-24T10:30:00+08:00").output();
        sandbox.shown(&output.expect("redress runs"))
    };
    assert!(later("edit one quantity=14").ends_with("--- exit 0\n"));
    let stale = later("import complaint stale.xlsx --update");
    assert!(stale.contains("10:30") && stale.ends_with("--- exit 1\n"), "{stale}");
}
