//! Workbooks (XLSX): the cells of one sheet as rows, read within limits. A workbook from elsewhere is never trusted:
//! its parts are counted while they are unpacked, and its cells while they are read.

use std::io::{Cursor, Read, sink};

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Reader as _, Sheet, SheetType, SheetVisible, Xlsx, XlsxError,
    XlsxFormulaMetadata,
};
use chrono::{NaiveDate, TimeDelta};
use serde_json::Value as Json;
use zip::ZipArchive;

use crate::bounds::WORKBOOK_BYTES;
use crate::bounds::WORKBOOK_CELLS;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;

/// From here on Excel has replaced the last digits of a number by zeros.
const EXACT: f64 = 1e15;

/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// A row with the cells that hold something, in the order of the columns. A cell far to the right costs nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sparse {
    /// The number of the row, from 1.
    pub(super) line: usize,
    /// The cells, each with its column from 0.
    pub(super) cells: Vec<(usize, Json)>,
    /// Cells that are merged with one of a row above, each with its column, the row above, and what stands there.
    pub(super) merged: Vec<(usize, usize, Json)>,
    /// The first cell whose formula has come to an error or to nothing yet, and what Excel shows there: the error, or
    /// the formula.
    pub(super) broken: Option<(usize, String)>,
}

/// Every row of the first sheet that is not hidden, or of the sheet that is named, as far as it is not empty. Numbers,
/// dates and texts keep their type: a date is text as ISO has it, a number of more than 15 digits is text as Excel
/// shows it.
///
/// # Errors
/// It is no workbook, it is too large, or there is no such sheet.
pub(super) fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Sparse>, Label> {
    unpacked_within(bytes, WORKBOOK_BYTES)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let names = book.sheet_names();
    let name = match sheet {
        None => book.sheets_metadata().iter().find(|sheet| is_seen(sheet)).map(|sheet| sheet.name.clone()),
        Some(asked) => names.iter().find(|name| name.trim() == asked.trim()).cloned(),
    };
    let Some(name) = name else {
        return Err(label!(Text::NoSheet, sheet = sheet.unwrap_or_default(), known = names.join(", ")));
    };
    let from_1904 = book.has_1904_epoch();
    let mut reader = book.worksheet_cells_reader(&name).map_err(|error| fault(&error))?;
    let (mut rows, mut count): (Vec<Sparse>, usize) = (Vec::new(), 0);
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| fault(&error))? {
        let (row, column) = cell.pos;
        let (Ok(line), Ok(column)) = (usize::try_from(row), usize::try_from(column)) else { continue };
        let (json, broken) = match (&cell.value, &cell.formula) {
            (DataRef::Error(error), _) => (Json::String(error.to_string()), true),
            // programs that compute nothing write formulas without a value
            (DataRef::Empty, Some(formula)) => (Json::String(written(formula)), true),
            (value, _) => (value_of(value, from_1904), false),
        };
        if json.is_null() || json.as_str().is_some_and(|text| text.trim().is_empty()) {
            continue;
        }
        count += 1;
        if count > WORKBOOK_CELLS {
            return Err(label!(Text::TooManyCells, most = WORKBOOK_CELLS));
        }
        if rows.last().is_none_or(|row| row.line != line + 1) {
            rows.push(Sparse { line: line + 1, cells: Vec::new(), merged: Vec::new(), broken: None });
        }
        if let Some(row) = rows.last_mut() {
            if broken && row.broken.is_none() {
                row.broken = Some((column, json.as_str().unwrap_or_default().to_owned()));
            }
            row.cells.push((column, json));
        }
    }
    drop(reader);
    let merged = book.merge_cells_by_sheet_name(&name).map_err(|error| fault(&error))?;
    merge(&mut rows, &merged, WORKBOOK_CELLS - count)?;
    Ok(rows)
}

/// Whether a sheet is one of cells that people see.
fn is_seen(sheet: &Sheet) -> bool {
    sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
}

/// What is merged down several rows stands in the first of them: the others get it too, at most so many cells.
fn merge(rows: &mut [Sparse], regions: &[Dimensions], most: usize) -> Result<(), Label> {
    let mut left = most;
    for region in regions.iter().filter(|region| region.end.0 > region.start.0) {
        let [first, last, column] = [region.start.0, region.end.0, region.start.1].map(|at| usize::try_from(at).ok());
        let (Some(first), Some(last), Some(column)) = (first, last, column) else { continue };
        let at = rows.partition_point(|row| row.line < first + 1);
        let Some(top) = rows.get(at).filter(|row| row.line == first + 1) else { continue };
        let Some(value) = top.cells.iter().find(|(of, _)| *of == column).map(|(_, cell)| cell.clone()) else {
            continue;
        };
        for row in rows[at + 1..].iter_mut().take_while(|row| row.line <= last + 1) {
            left = left.checked_sub(1).ok_or_else(|| label!(Text::TooManyCells, most = WORKBOOK_CELLS))?;
            row.merged.push((column, first + 1, value.clone()));
        }
    }
    Ok(())
}

/// A formula as it stands in a cell.
fn written(formula: &XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => format!("={formula}"),
        _ => "=".to_owned(),
    }
}

/// Looks what the parts of a workbook come to when they are unpacked; what a part says of its own size is not believed.
fn unpacked_within(bytes: &[u8], most: u64) -> Result<(), Label> {
    let no_workbook = |reason: zip::result::ZipError| label!(Text::NoWorkbook, reason = reason);
    // an older workbook, or one with a password, is a file of another kind
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Text::OldWorkbook.into());
    }
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(no_workbook)?;
    let mut left = most;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(no_workbook)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut sink());
        let read = read.map_err(|error| label!(Text::NoWorkbook, reason = error))?;
        left = left.checked_sub(read).ok_or_else(|| label!(Text::TooLargeUnpacked, most = most >> 20))?;
    }
    Ok(())
}

fn fault(error: &XlsxError) -> Label {
    match error {
        XlsxError::Password => Text::OldWorkbook.into(),
        error => label!(Text::NoWorkbook, reason = error),
    }
}

/// A cell as JSON; an empty text if it is empty.
fn value_of(value: &DataRef<'_>, from_1904: bool) -> Json {
    match Data::from(value.clone()) {
        Data::Empty => Json::from(""),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Json::String(text),
        Data::Bool(flag) => Json::Bool(flag),
        Data::Int(number) => Json::from(number),
        Data::Float(number) => number_of(number),
        Data::DateTime(time) => Json::String(time_of(&time, from_1904)),
        Data::Error(error) => Json::String(error.to_string()),
    }
}

/// A number. A number that has lost its last digits becomes text as Excel shows it, so that no code comes in with
/// zeros at its end.
#[allow(clippy::cast_possible_truncation, reason = "a whole number of at most 15 digits, or a power below 309")]
fn number_of(number: f64) -> Json {
    if !number.is_finite() {
        return Json::Null;
    }
    if number.abs() >= EXACT {
        // as `3.04207123456789E+16`
        let text = format!("{number:.14e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        return Json::String(format!("{}E+{power:0>2}", digits.trim_end_matches('0').trim_end_matches('.')));
    }
    if number.fract() == 0.0 {
        return Json::from(number as i64);
    }
    // Excel shows 15 digits: 0.1 + 0.2 is 0.3
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    serde_json::Number::from_f64(rounded).map_or(Json::Null, Json::Number)
}

/// `2026-11-30` or `2026-11-30 09:30`. A time of day becomes `09:30`, and a duration its hours and minutes (`49:30`).
/// A workbook counts days from 1900 or from 1904.
#[allow(clippy::cast_possible_truncation, reason = "seconds of some thousand years")]
fn time_of(time: &ExcelDateTime, from_1904: bool) -> String {
    let seconds = (time.as_f64() * 86_400.0).round().clamp(-1e13, 1e13) as i64;
    let clock = |seconds: i64| match seconds % 60 {
        0 => format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60),
        rest => format!("{:02}:{:02}:{rest:02}", seconds / 3600, seconds / 60 % 60),
    };
    if time.is_duration() {
        let sign = if seconds < 0 { "-" } else { "" };
        return format!("{sign}{}", clock(seconds.abs()));
    }
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    if days == 0 && rest > 0 {
        return clock(rest);
    }
    let (first, days) = match from_1904 {
        true => (NaiveDate::from_ymd_opt(1904, 1, 1), days),
        // Excel takes 1900 for a leap year
        false => (NaiveDate::from_ymd_opt(1899, 12, 30), if days < 60 { days + 1 } else { days }),
    };
    let date = first.and_then(|first| first.checked_add_signed(TimeDelta::try_days(days)?));
    match (date, rest) {
        (None, _) => time.as_f64().to_string(),
        (Some(date), 0) => date.format("%Y-%m-%d").to_string(),
        (Some(date), rest) => format!("{} {}", date.format("%Y-%m-%d"), clock(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::{number_of, unpacked_within};
    use crate::entry::import::table::{Layout, Table, open};
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    use serde_json::json;
    use std::io::{Cursor, Read, Write};
    use zip::ZipArchive;

    fn book(fill: impl Fn(&mut Workbook) -> Result<(), rust_xlsxwriter::XlsxError>) -> Vec<u8> {
        let mut book = Workbook::new();
        fill(&mut book).expect("cells that fit");
        book.save_to_buffer().expect("a workbook")
    }

    fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Table, String> {
        let layout = Layout { sheet: sheet.map(str::to_owned), ..Layout::default() };
        open(bytes.to_vec(), "xlsx", &layout, |cell| cell).map(|opened| opened.table).map_err(|said| said.en)
    }

    #[test]
    fn cells_keep_their_types_and_rows_their_numbers() {
        let bytes = book(|book| {
            let sheet = book.add_worksheet();
            let [day, minute, hours] =
                ["yyyy-mm-dd", "yyyy/m/d hh:mm", "[h]:mm"].map(|f| Format::new().set_num_format(f));
            for (column, heading) in ["编号", "name", "when", "seen", "took", "n", "ok"].iter().enumerate() {
                sheet.write(1, u16::try_from(column).expect("few"), *heading)?;
            }
            sheet.write(3, 0, "0012345678901234567")?.write(3, 1, "=1+1 _x0041_ 中\n文")?;
            sheet.write_with_format(3, 2, &ExcelDateTime::from_ymd(2026, 11, 30)?, &day)?;
            sheet.write_with_format(3, 3, &ExcelDateTime::from_ymd(2026, 11, 30)?.and_hms(9, 30, 0)?, &minute)?;
            sheet.write_with_format(3, 4, 49.5 / 24.0, &hours)?.write(3, 5, 0.1 + 0.2)?.write(3, 6, true)?;
            sheet.write(5, 5, 12)?.write(6, 0, "  ")?;
            Ok(())
        });
        let table = read(&bytes, None).expect("a table");
        assert_eq!(table.headings, ["编号", "name", "when", "seen", "took", "n", "ok"]);
        let rows: Vec<_> = table.rows().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 6]);
        let cells =
            json!(["0012345678901234567", "=1+1 _x0041_ 中\n文", "2026-11-30", "2026-11-30 09:30", "49:30", 0.3, true]);
        assert_eq!(json!(rows[0].cells), cells);
        assert_eq!(rows[1].cells[5], json!(12));
    }

    #[test]
    fn sheets_are_named_and_what_is_wrong_is_told() {
        let bytes = book(|book| {
            book.add_worksheet().set_name("一月")?.write(0, 0, "a")?;
            let sheet = book.add_worksheet().set_name("二月")?;
            sheet.write(0, 0, "b")?.write(1, 1, "beyond")?;
            sheet.write(2, 0, Formula::new("1/0").set_result("#DIV/0!"))?;
            Ok(())
        });
        let second = read(&bytes, Some("二月 ")).expect("a table");
        assert_eq!(second.headings, ["b"]);
        let bad: Vec<_> = second.rows().filter_map(Result::err).map(|(row, bad)| (row.line, bad.message.en)).collect();
        assert_eq!(bad[0], (2, "the row has 2 cells where there is 1 heading".to_owned()));
        assert!(bad[1].1.contains("#DIV/0!"), "{bad:?}");
        assert!(read(&bytes, Some("三月")).unwrap_err().contains("一月, 二月"));
        for wrong in [&b"PK\x03\x04 and no more"[..], b"\xd0\xcf\x11\xe0 an old one", b""] {
            assert!(read(wrong, None).is_err());
        }
        assert!(unpacked_within(&bytes, 1 << 10).unwrap_err().en.contains("unpacked"));
    }

    #[test]
    fn hidden_sheets_are_passed_over_and_merged_cells_count_for_each_row() {
        let bytes = book(|book| {
            book.add_worksheet().set_name("lists")?.set_hidden(true).write(0, 0, "secret")?;
            let sheet = book.add_worksheet().set_active(true);
            let format = Format::new();
            sheet.merge_range(0, 0, 0, 2, "台账", &format)?;
            for (column, heading) in ["客户", "内容", "日期"].iter().enumerate() {
                sheet.write(1, u16::try_from(column).expect("few"), *heading)?;
            }
            sheet.merge_range(2, 0, 4, 0, "恒泰", &format)?;
            sheet.write(2, 1, "漏水")?.write(3, 1, "断电")?.write(5, 0, "海天")?.write(5, 1, "异响")?;
            sheet.merge_range(2, 2, 3, 2, "2026-03-09", &format)?;
            sheet.write(8, 0, "制表人：张三")?.write(8, 2, "审核：李四")?;
            Ok(())
        });
        let table = read(&bytes, None).expect("a table");
        let rows: Vec<_> =
            table.rows().map(|row| row.expect("a row")).map(|row| (row.line, json!(row.cells))).collect();
        let cells = |line: usize, cells: [&str; 3]| (line, json!(cells));
        assert_eq!(
            rows,
            [
                cells(3, ["恒泰", "漏水", "2026-03-09"]),
                cells(4, ["恒泰", "断电", "2026-03-09"]),
                cells(6, ["海天", "异响", ""])
            ],
            "{:?}",
            table.notes
        );
        assert!(table.notes.iter().any(|note| note.en.contains("line 9") && note.en.contains("制表人：张三")));
        assert_eq!(read(&bytes, Some("lists")).map(|table| table.headings), Ok(vec!["secret".to_owned()]));
    }

    #[test]
    fn a_number_that_lost_its_digits_is_no_number() {
        assert_eq!(number_of(304_207_123_456_789_012.0), json!("3.04207123456789E+17"));
        assert_eq!(number_of(1e15), json!("1E+15"));
        assert_eq!(number_of(-999_999_999_999_999.0), json!(-999_999_999_999_999_i64));
        assert_eq!(number_of(12.5), json!(12.5));
    }

    /// A workbook of which the first sheet says something else in one place.
    fn rewritten(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
        let mut parts = ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..parts.len() {
            let mut part = parts.by_index(at).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("XML");
            let name = part.name().expect("a name").into_owned();
            if name.ends_with("sheet1.xml") {
                assert!(text.contains(from), "{text}");
                text = text.replace(from, to);
            }
            writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
            writer.write_all(text.as_bytes()).expect("a part");
        }
        writer.finish().expect("a workbook").into_inner()
    }

    #[test]
    fn a_formula_that_nothing_has_computed_is_named() {
        let bytes = book(|book| {
            let sheet = book.add_worksheet();
            sheet.write(0, 0, "name")?.write(0, 1, "sum")?.write(0, 2, "note")?;
            sheet.write(1, 0, "a")?.write(1, 1, Formula::new("SUM(1,2)").set_result("77"))?;
            sheet.write(2, 0, "b")?.write(2, 1, 5)?.write(2, 2, Formula::new("IF(1=1,\"\",1)").set_result(""))?;
            Ok(())
        });
        let computed = read(&bytes, None).expect("a table");
        assert!(computed.rows().all(|row| row.is_ok()), "a formula may come to an empty text");
        for empty in ["<v></v>", "<v/>", ""] {
            let table = read(&rewritten(&bytes, "<v>77</v>", empty), None).expect("a table");
            let bad: Vec<_> = table.rows().filter_map(Result::err).collect();
            assert_eq!(bad.len(), 1, "{empty}");
            let (row, bad) = &bad[0];
            assert_eq!((row.line, bad.column.as_str()), (2, "sum"), "{empty}");
            assert!(bad.message.en.contains("(=SUM(1,2))"), "{empty}: {}", bad.message.en);
        }
    }
}
