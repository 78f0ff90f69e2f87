//! Records that come in from a file: the same rows as CSV and as a workbook, each into a new book.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::Workbook;

use crate::process::{git, memory, redress, settle, shell, timed};
use crate::say;

/// The headings of the file.
const HEADINGS: [&str; 14] = [
    "Number",
    "Received",
    "Answered",
    "Company",
    "City",
    "Product",
    "Part",
    "Issue",
    "Detail",
    "Via",
    "Answer",
    "Timely",
    "Disputed",
    "Post code",
];
/// How many of the columns a workbook has.
const IN_WORKBOOK: usize = 9;
/// How many companies complain.
const COMPANIES: usize = 800;
/// What the columns are.
const MAP: &str = r#"
[key]
prefix = "bench-"
columns = ["Number"]
[fields]
content = "{Issue}: {Detail}"
product = "{Product}, {Part}"
raised-by = { value = "client" }
received = { column = "Received" }
tags = { text = "{Product};{City}", split = ";" }
channel = { value = "phone" }
category = { value = "product" }
client = { column = "Company", make = { state = "active", fields = { name = "{Company}", source = "bench" } } }
[[stages]]
state = "registered"
at = "Received"
"#;
/// What further columns are.
const MORE: &str = r#"
[[stages]]
state = "refused"
at = "Answered"
when = { Disputed = "yes" }
[[stages]]
state = "closed"
at = "Answered"
when = { Disputed = "no" }
"#;

/// What was measured.
#[derive(Debug)]
pub(crate) struct Imports {
    /// The number of rows of each file.
    pub(crate) rows: usize,
    /// The seconds for the CSV file and for the workbook.
    pub(crate) csv: f64,
    pub(crate) xlsx: f64,
    /// The seconds that git needs to add and commit the files that came of the CSV file.
    pub(crate) commit: f64,
    /// The most memory of each, in bytes.
    pub(crate) memory: [u64; 2],
}

impl Imports {
    /// Makes both files and imports each of them into a new book. The books are removed.
    pub(crate) fn measure(root: &Path, rows: usize) -> Imports {
        let folder = root.join(format!("imports-{rows}"));
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).expect("a folder");
        let csv = folder.join("rows.csv");
        let xlsx = folder.join("rows.xlsx");
        let mut text = HEADINGS.join(",") + "\n";
        for n in 0..rows {
            let _ = writeln!(text, "{}", row(n).join(","));
        }
        std::fs::write(&csv, text).expect("a file");
        workbook(&xlsx, rows);
        let (csv_time, csv_memory) = import(&folder, "csv", &csv, &[MAP, MORE].concat());
        let book = folder.join("csv");
        let files = git(&book, &["ls-files"]).lines().count();
        // the same files in a repository of git alone
        shell(&folder, "mkdir plain && cp -r csv/* plain && git init --quiet plain");
        settle();
        let plain = folder.join("plain");
        let commit = timed(|| {
            git(&plain, &["add", "--all"]);
            git(&plain, &["commit", "--quiet", "-m", "measure"]);
        });
        let (xlsx_time, xlsx_memory) = import(&folder, "xlsx", &xlsx, MAP);
        say(&format!("{rows} rows came in twice, {files} files"));
        std::fs::remove_dir_all(&folder).expect("the books can be removed");
        Imports { rows, csv: csv_time, xlsx: xlsx_time, commit, memory: [csv_memory, xlsx_memory] }
    }
}

/// Imports a file into a new book. Returns the seconds, and the most memory in bytes.
fn import(folder: &Path, book: &str, file: &Path, map: &str) -> (f64, u64) {
    let map_file: PathBuf = folder.join("map.toml");
    std::fs::write(&map_file, map).expect("a file");
    redress(folder, &["init", book, "--clock", "simulated", "--name", "Bench", "--lang", "en", "--quiet"]);
    let (file, map) = (file.to_string_lossy(), map_file.to_string_lossy());
    settle();
    let mut most = 0;
    let words = ["import", "complaint", &file, "--map", &map, "--quiet"];
    let time = timed(|| most = memory(&folder.join(book), &words));
    let made = redress(&folder.join(book), &["query", "select count(*) as made from complaint"]);
    assert!(!made.contains("\n0"), "records came in");
    (time, most)
}

/// An invented row.
fn row(n: usize) -> [String; HEADINGS.len()] {
    let of = |words: &[&str], every: usize| words[n / every % words.len()].to_owned();
    [
        format!("N{n:07}"),
        format!("2026-{:02}-{:02}", 1 + n % 9, 1 + n % 20),
        format!("2026-{:02}-{:02}", 1 + n % 9, 4 + n % 20),
        format!("Company {:04}", n * 7 % COMPANIES),
        of(&["Hangzhou", "Ningbo", "Wuhan", "Chengdu"], 3),
        of(&["pump", "valve", "seal", "motor", "controller"], 2),
        of(&["housing", "shaft", "flange", "gasket"], 5),
        of(&["leaks", "does not start", "came late", "is too loud"], 1),
        format!("noticed at unit {} after {} hours of work", n % 97, n % 1013),
        of(&["phone", "letter", "web"], 4),
        of(&["explained", "replaced", "repaired"], 6),
        of(&["yes", "yes", "no"], 7),
        of(&["no", "no", "no", "yes"], 8),
        format!("{:05}", n % 99_991),
    ]
}

fn workbook(path: &Path, rows: usize) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
    let mut write = |at: usize, cells: &[&str]| {
        for (column, cell) in cells.iter().take(IN_WORKBOOK).enumerate() {
            let (at, column) = (u32::try_from(at).expect("a row"), u16::try_from(column).expect("a column"));
            sheet.write(at, column, *cell).expect("a cell");
        }
    };
    write(0, &HEADINGS);
    for n in 0..rows {
        write(n + 1, &row(n).each_ref().map(String::as_str));
    }
    book.save(path).expect("a workbook");
}
