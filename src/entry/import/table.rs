//! Rows under headings, from CSV, JSON or NDJSON. Every row keeps the line on which it begins.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::BadCell;
use crate::entry::json_fault;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;

/// Headings and rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The headings, each once.
    pub headings: Vec<String>,
    /// The rows that could be read.
    pub rows: Vec<Row>,
    /// The rows that could not be read, with what is wrong.
    pub bad: Vec<(Row, BadCell)>,
}

/// A row: one cell for each heading, null if it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line on which it begins, from 1. In a JSON array, the number of the element.
    pub line: usize,
    /// The cells.
    pub cells: Vec<Json>,
}

impl Row {
    /// A cell as text, without spaces around it. Empty if there is none.
    pub fn text(&self, column: usize) -> String {
        match self.cells.get(column) {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => text.trim().to_owned(),
            Some(other) => other.to_string(),
        }
    }
}

/// Reads CSV (RFC 4180). `unguard` removes the sign that an export puts before text so that a spreadsheet does not
/// compute it.
///
/// # Errors
/// If there are no headings, or one occurs twice.
pub fn csv(text: &str, unguard: fn(&str) -> &str) -> Result<Table, Label> {
    if let Some(line) = unclosed(text) {
        return Err(label!(Text::Unclosed, line = line));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = match records.next() {
        None => return Err(Text::NoHeadings.into()),
        Some(first) => first.map_err(|error| label!(Text::NoCsv, reason = error))?,
    };
    let mut headings: Vec<String> = first.iter().map(|heading| heading.trim().to_owned()).collect();
    while headings.last().is_some_and(String::is_empty) {
        headings.pop();
    }
    let mut table = Table { headings: checked(headings)?, ..Table::default() };
    let mut lines = Lines { text, at: 0, line: 1 };
    for record in records {
        let record = record.map_err(|error| label!(Text::NoCsv, reason = error))?;
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        let mut cells: Vec<Json> = record.iter().map(|cell| Json::String(unguard(cell).to_owned())).collect();
        let wide = table.headings.len();
        // spreadsheets write empty cells beyond the last heading
        while cells.len() > wide && cells.last().is_some_and(|cell| cell.as_str() == Some("")) {
            cells.pop();
        }
        if cells.iter().all(|cell| cell.as_str().is_some_and(|text| text.trim().is_empty())) {
            continue;
        }
        let found = cells.len();
        let row = Row { line, cells };
        if found == wide {
            table.rows.push(row);
        } else {
            let message = label!(Text::Ragged, found = found, wanted = wide);
            table.bad.push((row, BadCell { column: String::new(), message }));
        }
    }
    Ok(table)
}

/// Counts lines while rows are read. The reader's own count lacks the line break at the end of the row before.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, byte: u64) -> usize {
        let bytes = self.text.as_bytes();
        let mut to = usize::try_from(byte).unwrap_or(bytes.len()).clamp(self.at, bytes.len());
        to += bytes[to..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += bytes[self.at..to].iter().filter(|byte| **byte == b'\n').count();
        self.at = to;
        self.line
    }
}

pub(super) fn checked(headings: Vec<String>) -> Result<Vec<String>, Label> {
    if headings.is_empty() {
        return Err(Text::NoHeadings.into());
    }
    for (i, heading) in headings.iter().enumerate() {
        if heading.is_empty() {
            return Err(label!(Text::EmptyHeading, number = i + 1));
        }
        if headings[..i].contains(heading) {
            return Err(label!(Text::HeadingTwice, heading = heading));
        }
    }
    Ok(headings)
}

/// Reads an array of objects.
///
/// # Errors
/// If it is not an array of objects.
pub fn json(text: &str) -> Result<Table, Label> {
    let objects = match serde_json::from_str(text) {
        Ok(Json::Array(items)) => items,
        Ok(Json::Object(one)) => vec![Json::Object(one)],
        Ok(_) => return Err(Text::NoObjects.into()),
        Err(error) => return Err(label!(Text::NoJson; reason = json_fault(&error))),
    };
    let objects = objects.into_iter().zip(1usize..).map(|(json, number)| match json {
        Json::Object(object) => (number, Ok(object)),
        other => (number, Err((Json::String(other.to_string()), Text::NoObjects.into()))),
    });
    Ok(of_objects(objects.collect()))
}

/// Reads one object from each line.
pub fn ndjson(text: &str) -> Table {
    let lines = text.lines().zip(1usize..).filter(|(line, _)| !line.trim().is_empty());
    let objects = lines.map(|(line, number)| {
        let object = serde_json::from_str::<Map<String, Json>>(line);
        let object =
            object.map_err(|error| (Json::String(line.to_owned()), label!(Text::NoJson; reason = json_fault(&error))));
        (number, object)
    });
    of_objects(objects.collect())
}

type Read = (usize, Result<Map<String, Json>, (Json, Label)>);

fn of_objects(objects: Vec<Read>) -> Table {
    let mut table = Table::default();
    let mut columns: HashMap<String, usize> = HashMap::new();
    let good = objects.iter().filter_map(|(_, object)| object.as_ref().ok());
    for name in good.flat_map(|object| object.keys()) {
        if !columns.contains_key(name) {
            columns.insert(name.clone(), table.headings.len());
            table.headings.push(name.clone());
        }
    }
    for (line, object) in objects {
        match object {
            Ok(object) => {
                let mut cells = vec![Json::Null; table.headings.len()];
                for (name, json) in object {
                    if let Some(cell) = columns.get(&name).and_then(|column| cells.get_mut(*column)) {
                        *cell = json;
                    }
                }
                table.rows.push(Row { line, cells });
            }
            Err((cell, message)) => {
                table.bad.push((Row { line, cells: vec![cell] }, BadCell { column: String::new(), message }));
            }
        }
    }
    table
}

/// The line of a quoted cell that is not closed. The rest of the text would be taken for its content.
fn unclosed(text: &str) -> Option<usize> {
    let (mut line, mut begun, mut fresh) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, begun) {
            ('"', None) if fresh => begun = Some(line),
            ('"', Some(_)) if chars.next_if_eq(&'"').is_none() => begun = None,
            _ => {}
        }
        line += usize::from(c == '\n');
        fresh = begun.is_none() && matches!(c, ',' | '\n' | '\r');
    }
    begun
}

#[cfg(test)]
mod tests {
    use super::{csv, json, ndjson};
    use serde_json::json;

    #[test]
    fn a_quote_that_is_never_closed_is_named() {
        let read = |text: &str| csv(text, |cell| cell).map(|table| table.rows.len()).map_err(|label| label.en);
        assert_eq!(read("name,note\nA,\"x\ny\"\n\"B \"\"b\"\"\",\"\"\n"), Ok(2));
        assert_eq!(read("name\nA 5\" pipe\n"), Ok(1));
        assert_eq!(read("name\nA\n\"B\nC\n"), Err("line 3: the quote that begins here is never closed".to_owned()));
    }

    #[test]
    fn csv_keeps_lines_and_names_ragged_rows() {
        let text = "name,note,\r\n甲,\"two\nlines, \"\"quoted\"\"\"\r\n\r\n,,\r\n乙\r\n丙,'x,,\r\n丁,x,y,z\r\n";
        let table = csv(text, |cell| cell.strip_prefix('\'').unwrap_or(cell)).expect("a table");
        assert_eq!(table.headings, ["name", "note"]);
        let rows: Vec<_> = table.rows.iter().map(|row| (row.line, row.text(0), row.text(1))).collect();
        assert_eq!(
            rows,
            [(2, "甲".into(), "two\nlines, \"quoted\"".into()), (7, "丙".into(), "x".into())]
                as [(usize, String, String); 2]
        );
        let bad: Vec<_> = table.bad.iter().map(|(row, bad)| (row.line, bad.message.en.clone())).collect();
        assert_eq!(bad.len(), 2);
        assert!(bad[0].0 == 6 && bad[0].1.contains("1 cell"), "{bad:?}");
        assert!(bad[1].0 == 8 && bad[1].1.contains("4 cells"), "{bad:?}");
    }

    #[test]
    fn headings_stand_once_and_are_not_empty() {
        for (text, said) in [("", "headings"), ("a,,b\n1,2,3\n", "column 2"), ("a,b,a\n", "`a`")] {
            assert!(csv(text, |cell| cell).unwrap_err().en.contains(said), "{text}");
        }
    }

    #[test]
    fn objects_are_rows() {
        let table = json(r#"[{"name":"甲","n":1},{"tags":["a"],"name":null}]"#).expect("a table");
        assert_eq!(table.headings, ["name", "n", "tags"]);
        assert_eq!(table.rows[0].cells, [json!("甲"), json!(1), json!(null)]);
        assert_eq!(table.rows[1].cells, [json!(null), json!(null), json!(["a"])]);
        let lines = ndjson("{\"a\":1}\n\nnot\n{\"b\":2}\n");
        assert_eq!(lines.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(lines.bad[0].0.line, 3);
        assert!(json("3").is_err() && json("[").is_err());
    }
}
