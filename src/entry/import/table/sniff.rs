//! What a file is, by its content. Its name counts only where the content leaves it open.

use serde::de::IgnoredAny;
use serde_json::Deserializer;

use super::grid::{Cells, Grid};
use super::separated::{self, Separated};
use super::{Layout, Table, json};
use crate::entry::import::decode::{called, decode};
use crate::entry::import::workbook;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Cells with a separator.
    Separated,
    /// An array of objects.
    Json,
    /// An object a line.
    Lines,
    /// A workbook.
    Workbook,
}

/// A file with what it is.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What it is.
    pub form: Form,
    /// Its rows.
    pub table: Table,
}

impl Form {
    fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "csv" | "tsv" | "txt" => Form::Separated,
            "json" => Form::Json,
            "ndjson" | "jsonl" => Form::Lines,
            "xlsx" | "xlsm" => Form::Workbook,
            _ => return None,
        })
    }

    fn called(self) -> &'static str {
        match self {
            Form::Separated => "CSV",
            Form::Json => "JSON",
            Form::Lines => "NDJSON",
            Form::Workbook => "XLSX",
        }
    }
}

/// Beginnings of files that hold no rows to read, with what they are.
const OTHERS: [(&[u8], &str); 5] =
    [(b"%PDF", "PDF"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"SQLite format 3", "SQLite")];

/// The rows of a file. `extension` is that of its name, in small letters; `unguard` is of [`Separated::new`].
///
/// # Errors
/// It is nothing that rows can be read from, or it is broken.
pub fn open(bytes: Vec<u8>, extension: &str, layout: &Layout, unguard: fn(&str) -> &str) -> Result<Opened, Label> {
    // an older workbook, or one that is locked
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Text::OldWorkbook.into());
    }
    if let Some((_, what)) = OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        return Err(label!(Text::OtherFile, what = what));
    }
    let named = Form::of_extension(extension);
    let mut notes = Vec::new();
    if bytes.starts_with(b"PK\x03\x04") {
        let form = Form::Workbook;
        notes.extend(misnamed(named, form, extension));
        let cells = Cells::Sheet(workbook::rows(&bytes, layout.sheet.as_deref())?);
        let own = cells.of_rejects().then(|| layout.of_rejects());
        return Ok(Opened { form, table: Grid::open(cells, own.as_ref().unwrap_or(layout), notes)? });
    }
    // JSON is UTF-8 whatever a map says of the file that its rows were rejected from
    let json = bytes.trim_ascii_start().starts_with(b"[") || bytes.trim_ascii_start().starts_with(b"{");
    let told = layout.encoding.filter(|_| !json || std::str::from_utf8(&bytes).is_err());
    let decoded = decode(bytes, told)?;
    if decoded.encoding != encoding_rs::UTF_8 {
        notes.push(label!(Text::ReadAs, encoding = called(decoded.encoding)));
    }
    let text = decoded.text;
    let begin = text.trim_start().get(..9).unwrap_or_default().to_lowercase();
    if begin.starts_with("<html")
        || begin.starts_with("<!doctype")
        || begin.starts_with("<?xml")
        || begin.starts_with("<table")
    {
        return Err(label!(Text::OtherFile, what = "HTML/XML"));
    }
    let form = of_text(&text, named);
    notes.extend(misnamed(named, form, extension));
    let mut table = match form {
        Form::Json => json::array(text, &layout.rows)?,
        Form::Lines => json::each_line(text)?,
        Form::Separated | Form::Workbook => {
            let own = separated::of_rejects(&text).then(|| layout.of_rejects());
            let layout = own.as_ref().unwrap_or(layout);
            let separated = Separated::new(text, layout.delimiter, unguard);
            if let Some(line) = separated.unclosed() {
                return Err(label!(Text::Unclosed, line = line));
            }
            if separated.delimiter != b',' && layout.delimiter.is_none() {
                let delimiter = match separated.delimiter {
                    b'\t' => "tab".to_owned(),
                    other => char::from(other).to_string(),
                };
                notes.push(label!(Text::SeparatedBy, delimiter = delimiter));
            }
            return Ok(Opened { form, table: Grid::open(Cells::Separated(separated), layout, notes)? });
        }
    };
    table.notes = notes;
    Ok(Opened { form, table })
}

fn misnamed(named: Option<Form>, form: Form, extension: &str) -> Option<Label> {
    let alike = named.is_some_and(|named| named == form);
    (!alike && !extension.is_empty()).then(|| label!(Text::InTruth, what = form.called(), extension = extension))
}

/// What a text is: JSON begins with a bracket, and its first value is whole.
fn of_text(text: &str, named: Option<Form>) -> Form {
    let json = named.filter(|form| matches!(form, Form::Json | Form::Lines));
    let begin = text.trim_start();
    if !begin.starts_with(['{', '[']) {
        return json.unwrap_or(Form::Separated);
    }
    let mut values = Deserializer::from_str(begin).into_iter::<IgnoredAny>();
    match (values.next(), begin.starts_with('{')) {
        (Some(Ok(_)), true) if json == Some(Form::Lines) || values.next().is_some() => Form::Lines,
        (Some(Ok(_)), _) => Form::Json,
        // an array of objects that is broken further on
        _ if begin[1..].trim_start().starts_with('{') => Form::Json,
        _ => json.unwrap_or(Form::Separated),
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Layout, open};
    use crate::bounds::TABLE_COLUMNS;
    use serde_json::json;

    fn read(text: &str, extension: &str, layout: &Layout) -> Result<super::Opened, String> {
        fn bare(cell: &str) -> &str {
            cell.strip_prefix('\'').unwrap_or(cell)
        }
        open(text.as_bytes().to_vec(), extension, layout, bare).map_err(|said| said.en)
    }

    /// The headings, then each row as `line: cells`, then what is wrong.
    fn shown(text: &str, layout: &Layout) -> (String, Vec<String>) {
        let table = read(text, "csv", layout).unwrap_or_else(|said| panic!("{said}")).table;
        let rows = table.rows().map(|row| match row {
            Ok(row) => {
                let cells: Vec<String> = (0..row.cells.len()).map(|column| row.text(column)).collect();
                format!("{}: {}", row.line, cells.join("|"))
            }
            Err((row, bad)) => format!("{}! {}", row.line, bad.message.en),
        });
        (table.headings.join("|"), rows.collect())
    }

    #[test]
    fn csv_keeps_lines_and_names_ragged_rows() {
        let text = "name,note,\r\n甲,\"two\nlines, \"\"quoted\"\"\"\r\n\r\n,,\r\n乙\r\n丙,'x,,\r\n丁,x,y,z\r\n";
        let (headings, rows) = shown(text, &Layout::default());
        assert_eq!(headings, "name|note");
        assert_eq!(rows[0], "2: 甲|two\nlines, \"quoted\"");
        assert!(rows[1].starts_with("6! ") && rows[1].contains("1 cell"), "{rows:?}");
        assert_eq!(rows[2], "7: 丙|x");
        assert!(rows[3].starts_with("8! ") && rows[3].contains("4 cells"), "{rows:?}");
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named() {
        let read = |text: &str| read(text, "csv", &Layout::default()).map(|opened| opened.table.count);
        assert_eq!(read("name,note\nA,\"x\ny\"\n\"B \"\"b\"\"\",\"\"\n"), Ok(2));
        assert_eq!(read("name\nA 5\" pipe\n"), Ok(1));
        assert_eq!(read("name\nA\n\"B\nC\n"), Err("line 3: the quote that begins here is never closed".to_owned()));
        assert_eq!(read("a;b\n1;\"x\n"), Err("line 2: the quote that begins here is never closed".to_owned()));
    }

    #[test]
    fn separators_are_found_by_looking_said_in_the_file_or_told() {
        for (text, headings, first) in [
            ("a;b;c\n1;2,5;3\n4;5,5;6\n", "a|b|c", "2: 1|2,5|3"),
            ("a\tb\n1,2\t3\n", "a|b", "2: 1,2|3"),
            ("a|b\n1|2\n", "a|b", "2: 1|2"),
            ("sep=;\na;b\n1;2\n", "a|b", "3: 1|2"),
            ("\"sep=;\"\r\na;b\r\n1,5;2\r\n", "a|b", "3: 1,5|2"),
            ("a,b\n\"x;y;z\",2\n", "a|b", "2: x;y;z|2"),
            ("name\n甲\n", "name", "2: 甲"),
            ("name,n\r甲,1\r乙,2\r", "name|n", "2: 甲|1"),
        ] {
            let (found, rows) = shown(text, &Layout::default());
            assert_eq!((found.as_str(), rows[0].as_str()), (headings, first), "{text:?}");
        }
        let told = Layout { delimiter: Some(b'#'), ..Layout::default() };
        assert_eq!(shown("a#b,c\n1#2\n", &told).0, "a|b,c");
    }

    #[test]
    fn headings_stand_where_they_are_found_or_told() {
        let layout = Layout::default;
        for (text, layout, headings, rows) in [
            // a title above, totals below
            ("投诉台账,,\n编号,内容,数量\n1,漏水,2\n合 计：,,2\n", layout(), "编号|内容|数量", &["3: 1|漏水|2"][..]),
            ("投诉台账\n2026年3月\n编号,内容,数量\n1,漏水,2\n", layout(), "编号|内容|数量", &["4: 1|漏水|2"]),
            (
                "投诉台账,,\n单位：甲,,日期：三月\n编号,内容,数量\n1,漏水,2\n",
                layout(),
                "编号|内容|数量",
                &["4: 1|漏水|2"],
            ),
            ("x,y\n报表,日期\n编号,内容\n1,漏水\n", Layout { skip: Some(2), ..layout() }, "编号|内容", &["4: 1|漏水"]),
            ("1,漏水\n2,断电\n", Layout { head: Some(0), ..layout() }, "A|B", &["1: 1|漏水", "2: 2|断电"]),
            (
                "编号,投诉人,,处理\n,姓名,电话,\n1,王芳,123,是\n",
                Layout { head: Some(2), ..layout() },
                "编号|投诉人 姓名|投诉人 电话|处理",
                &["3: 1|王芳|123|是"],
            ),
            ("a,a,,a,\n1,2,3,4,\n", layout(), "a|a (2)|(C)|a (3)", &["2: 1|2|3|4"]),
            ("a,,b\n1,,3\n", layout(), "a|b", &["2: 1|3"]),
            ("n,x\n1,Total\nTotal,5\n", layout(), "n|x", &["2: 1|Total"]),
            (
                "n,x\n1,2\n本页合计：,5\n總計 12件,5\n一月小计,\n合计有误,3\n",
                layout(),
                "n|x",
                &["2: 1|2", "6: 合计有误|3"],
            ),
            (
                "n,x,y\n1,2,3\n制表人：张三,,审核：李四\n说明：无,,\n备注,2,3\n",
                layout(),
                "n|x|y",
                &["2: 1|2|3", "5: 备注|2|3"],
            ),
            ("n,x\nTotal,5\n", Layout { totals: Some(Vec::new()), ..layout() }, "n|x", &["2: Total|5"]),
            ("n,x\nSumme,5\n1,2\n", Layout { totals: Some(vec!["Summe".into()]), ..layout() }, "n|x", &["3: 1|2"]),
        ] {
            let (found, read) = shown(text, &layout);
            assert_eq!(
                (found.as_str(), read),
                (headings, rows.iter().map(|row| (*row).to_owned()).collect()),
                "{text:?}"
            );
        }
        assert!(read("", "csv", &Layout::default()).is_err_and(|said| said.contains("headings")));
    }

    #[test]
    fn json_is_utf_8_whatever_a_map_says() {
        let layout = Layout { encoding: Some(encoding_rs::BIG5), ..Layout::default() };
        let table = read("[{\"a\":\"漏水\"}]", "json", &layout).expect("rows").table;
        assert_eq!(table.rows().next().and_then(Result::ok).map(|row| row.cells), Some(vec![json!("漏水")]));
    }

    #[test]
    fn a_table_has_a_bounded_number_of_columns() {
        let wide = |columns: usize| {
            let text = format!("{}a\n{}1\n", "a,".repeat(columns - 1), "1,".repeat(columns - 1));
            read(&text, "csv", &Layout::default()).map(|opened| opened.table.headings.len())
        };
        assert_eq!(wide(TABLE_COLUMNS), Ok(TABLE_COLUMNS));
        assert!(wide(TABLE_COLUMNS + 1).is_err_and(|why| why.contains("table-columns")));
    }

    #[test]
    fn a_file_is_what_it_holds() {
        for (text, extension, form) in [
            ("[{\"a\":1}]", "csv", Form::Json),
            ("{\"a\":1}\n{\"a\":2}\n", "json", Form::Lines),
            ("{\"a\":1}\n", "ndjson", Form::Lines),
            ("{\"a\":1}", "json", Form::Json),
            ("a,b\n1,2\n", "xlsx", Form::Separated),
            ("{a},{b}\n1,2\n", "csv", Form::Separated),
            ("[a],b\n1,2\n", "csv", Form::Separated),
        ] {
            assert_eq!(read(text, extension, &Layout::default()).map(|opened| opened.form), Ok(form), "{text}");
        }
        let broken = read("[{\"a\":1},\n{\"a\":2,},\n]", "csv", &Layout::default()).expect_err("broken JSON");
        assert!(broken.contains("row 2"), "{broken}");
        for text in ["%PDF-1.7", "<html><table>", "Rar!x"] {
            assert!(read(text, "csv", &Layout::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn objects_are_rows() {
        let table = read(r#"[{"name":"甲","n":1},{"tags":["a"],"name":null}]"#, "json", &Layout::default());
        let table = table.expect("a table").table;
        assert_eq!(table.headings, ["name", "n", "tags"]);
        let rows: Vec<_> = table.rows().map(|row| row.expect("a row").cells).collect();
        assert_eq!(rows, [vec![json!("甲"), json!(1), json!(null)], vec![json!(null), json!(null), json!(["a"])]]);
        let lines = read("{\"a\":1}\n\nnot\n{\"b\":2}\n", "ndjson", &Layout::default()).expect("lines").table;
        let read_lines: Vec<_> = lines.rows().map(|row| row.map_or_else(|bad| bad.0.line, |row| row.line)).collect();
        assert_eq!((read_lines, lines.count), (vec![1, 3, 4], 3));
        assert!(read("3", "json", &Layout::default()).is_err());
    }

    #[test]
    fn rows_of_json_stand_below_a_path_and_faults_name_them() {
        let below = |path: &str| Layout { rows: path.split('.').map(str::to_owned).collect(), ..Layout::default() };
        let text = "{\"next\":null,\"data\":{\"count\":2,\"items\":[{\"id\":1},{\"id\":2}]}}";
        assert_eq!(read(text, "json", &below("data.items")).map(|opened| opened.table.count), Ok(2));
        for (path, said) in [("data.rows", "items"), ("data.count", "data.count"), ("data.items.x", "data.items.x")] {
            let wrong = read(text, "json", &below(path)).expect_err(path);
            assert!(wrong.contains(said), "{path}: {wrong}");
        }
        for (text, said) in [
            ("[{\"id\":1},\n{\"id\":2,},\n{\"id\":3}]", "row 2 (line 2, column 9)"),
            ("[{\"id\":1} {\"id\":2}]", "row 1"),
            ("[{\"id\":1},", "row 2"),
        ] {
            let wrong = read(text, "json", &Layout::default()).expect_err(text);
            assert!(wrong.contains(said), "{text}: {wrong}");
        }
    }
}
