//! Rows that could not be taken, with what is wrong, as a file that goes in again once it is mended.

use std::borrow::Cow;
use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::cli::failure::Failure;
use crate::cli::importing::Rejected;
use crate::entry::import::{BadCell, Row, Table, is_own};
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::{ImportText as Text, RenderText};
use crate::render::guarded;

/// Endings of files that are no text. Rows written to such a name would be taken for what they are not.
const NO_TEXT: [&str; 11] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "numbers", "et", "pdf", "doc", "docx", "zip"];

/// Refuses the name of a file of another form than those that are written.
pub(super) fn check_name(path: &Path) -> Result<(), Failure> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !NO_TEXT.contains(&extension.as_str()) {
        return Ok(());
    }
    let message = label!(Text::NoTextFile, file = path.display(), extension = extension);
    let named = path.with_extension("csv");
    Err(Failure::usage("file", message).hint(label!(Text::NoTextFileDo, file = named.display())))
}

/// The file: JSON or NDJSON if its name ends so, else CSV.
pub(super) fn written(
    path: &Path,
    table: &Table,
    rejected: &[(Row, Rejected)],
    lang: Lang,
) -> Result<Vec<u8>, Failure> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("json") => Ok(json(&objects(table, rejected, lang))),
        Some("ndjson" | "jsonl") => {
            Ok(objects(table, rejected, lang).iter().flat_map(|row| format!("{row}\n").into_bytes()).collect())
        }
        _ => csv(table, rejected, lang),
    }
}

/// Values as an array, one a line.
pub(super) fn json(rows: &[Json]) -> Vec<u8> {
    let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
    if rows.is_empty() { b"[]\n".to_vec() } else { format!("[\n{}\n]\n", rows.join(",\n")).into_bytes() }
}

/// Rows as CSV. No spreadsheet computes a cell of them.
pub(super) fn csv_of(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Failure> {
    let failed =
        |reason: String| Failure::unreadable("csv", label!(RenderText::NotWritten, format = "CSV", reason = reason));
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(b"\xef\xbb\xbf".to_vec());
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| guarded(cell)).collect();
        writer.write_record(cells).map_err(|error| failed(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| failed(error.to_string()))
}

/// What is wrong. What stands in place of a row of JSON follows: it belongs to no column.
fn reasons(table: &Table, row: &Row, bad: &[BadCell], lang: Lang) -> String {
    let reasons = bad.iter().map(|bad| match bad.column.is_empty() {
        true => bad.message.get(lang).to_owned(),
        false => format!("{}{}{}", bad.column, lang.colon(), bad.message.get(lang)),
    });
    let mut reasons = reasons.collect::<Vec<_>>().join(lang.semicolon());
    if is_none(table, row) {
        reasons = format!("{reasons}{}{}", lang.colon(), row.text(0));
    }
    reasons
}

/// The cells as they were, then the reason and the line. A row that is too short stays so: otherwise it would come in
/// again with empty cells, although nobody has mended it.
fn csv(table: &Table, rejected: &[(Row, Rejected)], lang: Lang) -> Result<Vec<u8>, Failure> {
    let headings = table.headings.as_slice();
    let own = [Text::ColumnReason.get(lang), Text::ColumnLine.get(lang)];
    let kept = |column: &usize| headings.get(*column).is_none_or(|heading| !is_own(heading));
    let heads = headings.iter().filter(|heading| !is_own(heading)).cloned().chain(own.map(str::to_owned)).collect();
    let rows = rejected.iter().map(|(row, bad)| {
        let text = |column: usize| match row.cells.get(column) {
            Some(Json::String(text)) => Cow::Borrowed(text.as_str()),
            Some(_) => Cow::Owned(row.text(column)),
            None => Cow::Borrowed(""),
        };
        let wide = if table.has_cells() || is_none(table, row) { row.cells.len() } else { headings.len() };
        let cells = (0..wide).filter(kept).map(|column| text(column).into_owned());
        cells.chain([reasons(table, row, bad, lang), row.line.to_string()]).collect()
    });
    csv_of(std::iter::once(heads).chain(rows))
}

/// Whether a row of JSON is no object: one text in place of its cells.
fn is_none(table: &Table, row: &Row) -> bool {
    !table.has_cells() && row.cells.len() == 1 && table.headings.len() > 1
}

fn objects(table: &Table, rejected: &[(Row, Rejected)], lang: Lang) -> Vec<Json> {
    // every column is named, so that a map finds it though all of its cells are empty
    let headings = table.headings.as_slice();
    let nothing = || if table.has_cells() { Json::String(String::new()) } else { Json::Null };
    let object = |(row, bad): &(Row, Rejected)| {
        let own = if is_none(table, row) { &[] } else { row.cells.as_slice() };
        let cell = |column: usize| own.get(column).filter(|cell| !cell.is_null()).cloned().unwrap_or_else(nothing);
        let columns = headings.iter().enumerate().filter(|(_, heading)| !is_own(heading));
        let mut object: Map<String, Json> = columns.map(|(column, heading)| (heading.clone(), cell(column))).collect();
        object.insert(Text::ColumnReason.get(lang).to_owned(), reasons(table, row, bad, lang).into());
        object.insert(Text::ColumnLine.get(lang).to_owned(), row.line.into());
        Json::Object(object)
    };
    rejected.iter().map(object).collect()
}
