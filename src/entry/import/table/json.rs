//! Objects as rows: an array of them, or one a line. Elements are read one by one.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Map, Value as Json};

use super::{Body, Read, Row, Table};
use crate::bounds::TABLE_COLUMNS;
use crate::entry::fault::json_said;
use crate::entry::import::BadCell;
use crate::entry::import::own::of_rejects;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;

/// An object with its number, or what stands there instead and what is wrong with it.
type Element = (usize, Result<Map<String, Json>, (Json, Label)>);

/// An array of objects, below the keys of `path`.
///
/// # Errors
/// There is none, or it is not JSON: the row is named.
pub(super) fn array(text: String, path: &[String]) -> Result<Table, Label> {
    let at = match rejected(&text) {
        Some(at) if !path.is_empty() => Some(at),
        _ => found(&text, path)?,
    };
    let table = match at {
        Some(at) => Table { body: Body::Array(text, at), ..Table::default() },
        // an object alone is a row
        None => {
            let one: Json = serde_json::from_str(&text).map_err(|error| fault(&text, 0, None, &error))?;
            Table { body: Body::Array(Json::Array(vec![one]).to_string(), 1), ..Table::default() }
        }
    };
    headed(table)
}

/// An object a line.
///
/// # Errors
/// None: lines that are none are rows that cannot be read.
pub(super) fn each_line(text: String) -> Result<Table, Label> {
    headed(Table { body: Body::Lines(text), ..Table::default() })
}

/// The columns are all keys that there are, in the order in which they come up.
fn headed(mut table: Table) -> Result<Table, Label> {
    let (mut headings, mut known) = (Vec::new(), std::collections::HashSet::new());
    let elements: Box<dyn Iterator<Item = Element>> = match &table.body {
        Body::Array(text, at) => Box::new(elements(text, *at)),
        Body::Lines(text) => Box::new(lines(text)),
        _ => Box::new(std::iter::empty()),
    };
    let mut count = 0;
    for (_, element) in elements {
        count += 1;
        match element {
            Ok(object) => {
                for name in object.into_iter().map(|(name, _)| name) {
                    if known.insert(name.clone()) {
                        headings.push(name);
                    }
                }
                if headings.len() > TABLE_COLUMNS {
                    return Err(label!(Text::TooManyColumns, most = TABLE_COLUMNS));
                }
            }
            Err((Json::Null, message)) => return Err(message),
            Err(_) => {}
        }
    }
    (table.headings, table.count) = (headings, count);
    Ok(table)
}

/// Where the array begins that the keys lead to, behind its bracket. `None` for an object without any key to follow.
fn found(text: &str, path: &[String]) -> Result<Option<usize>, Label> {
    let mut at = 0;
    let mut keys = path.iter();
    loop {
        at = skipped(text, at);
        match (text.as_bytes().get(at), keys.next()) {
            (Some(b'['), None) => return Ok(Some(at + 1)),
            (Some(b'{'), None) if path.is_empty() => return Ok(None),
            (Some(b'{'), Some(key)) => at = value_of(text, at + 1, key)?,
            (Some(_), _) if !path.is_empty() => return Err(label!(Text::NoRowsThere, path = path.join("."))),
            _ => return Err(Text::NoObjects.into()),
        }
    }
}

/// Where the rows begin of an array of rejected rows, which stand below no key.
fn rejected(text: &str) -> Option<usize> {
    let at = skipped(text, 0);
    let at = text[at..].starts_with('[').then_some(at + 1)?;
    let (_, first) = elements(text, at).next()?;
    of_rejects(first.ok()?.keys().map(String::as_str)).then_some(at)
}

/// Where the value of a key begins, in the object whose members begin at `at`.
fn value_of(text: &str, mut at: usize, key: &str) -> Result<usize, Label> {
    let mut names: Vec<String> = Vec::new();
    loop {
        at = skipped(text, at);
        if text[at..].starts_with('}') {
            return Err(label!(Text::NoRowsKey, key = key, known = names.join(", ")));
        }
        let (name, after) = one::<String>(text, at)?;
        at = skipped(text, after);
        if !text[at..].starts_with(':') {
            return Err(Text::NoObjects.into());
        }
        at = skipped(text, at + 1);
        if name == key {
            return Ok(at);
        }
        names.push(name);
        let (IgnoredAny, after) = one::<IgnoredAny>(text, at)?;
        at = skipped(text, after);
        if text[at..].starts_with(',') {
            at += 1;
        }
    }
}

fn one<T: serde::de::DeserializeOwned>(text: &str, at: usize) -> Result<(T, usize), Label> {
    let mut stream = Deserializer::from_str(&text[at..]).into_iter::<T>();
    match stream.next() {
        Some(Ok(value)) => Ok((value, at + stream.byte_offset())),
        Some(Err(error)) => Err(fault(text, at, None, &error)),
        None => Err(Text::NoObjects.into()),
    }
}

fn skipped(text: &str, at: usize) -> usize {
    at + text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The elements of an array. The last one says what is wrong if the text is not JSON; it stands for null.
pub(super) fn elements(text: &str, from: usize) -> impl Iterator<Item = Element> + '_ {
    let (mut at, mut number, mut ended) = (from, 0_usize, false);
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        at = skipped(text, at);
        if number == 0 && text[at..].starts_with(']') {
            ended = true;
            return None;
        }
        number += 1;
        let mut stream = Deserializer::from_str(&text[at..]).into_iter::<Json>();
        let read = match stream.next() {
            Some(Ok(json)) => Ok(json),
            Some(Err(error)) => Err(fault(text, at, Some(number), &error)),
            None => Err(label!(Text::JsonEnds, number = number)),
        };
        let json = match read {
            Ok(json) => json,
            Err(message) => {
                ended = true;
                return Some((number, Err((Json::Null, message))));
            }
        };
        at = skipped(text, at + stream.byte_offset());
        match text.as_bytes().get(at) {
            Some(b',') => at += 1,
            Some(b']') => ended = true,
            _ => {
                ended = true;
                return Some((number, Err((Json::Null, label!(Text::JsonEnds, number = number)))));
            }
        }
        Some(match json {
            Json::Object(object) => (number, Ok(object)),
            other => (number, Err((Json::String(other.to_string()), Text::NoObjects.into()))),
        })
    })
}

/// The lines that hold anything.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Element> + '_ {
    let lines = text.lines().zip(1usize..).filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| {
        let object = serde_json::from_str::<Map<String, Json>>(line);
        let wrong =
            |error| (Json::String(line.to_owned()), label!(Text::NoJson; reason = crate::entry::json_fault(&error)));
        (number, object.map_err(wrong))
    })
}

/// The elements as rows under headings.
pub(super) fn under<'h>(
    headings: &'h [String],
    elements: impl Iterator<Item = Element> + 'h,
) -> impl Iterator<Item = Read> + 'h {
    let columns: HashMap<&str, usize> =
        headings.iter().enumerate().map(|(column, heading)| (heading.as_str(), column)).collect();
    elements.map(move |(line, element)| match element {
        Ok(object) => {
            let mut cells = vec![Json::Null; headings.len()];
            for (name, json) in object {
                if let Some(cell) = columns.get(name.as_str()).and_then(|column| cells.get_mut(*column)) {
                    *cell = json;
                }
            }
            Ok(Row { line, cells })
        }
        Err((cell, message)) => Err((Row { line, cells: vec![cell] }, BadCell { column: String::new(), message })),
    })
}

/// What the parser says, with the line and column in the whole text, and the row.
fn fault(text: &str, at: usize, number: Option<usize>, error: &serde_json::Error) -> Label {
    let before = &text[..at];
    let line = before.matches('\n').count() + error.line();
    let column = match error.line() {
        1 => error.column() + before.rsplit('\n').next().map_or(0, str::len),
        _ => error.column(),
    };
    match number {
        Some(number) => label!(Text::NoJsonRow, number = number, line = line, column = column; what = json_said(error)),
        None => label!(Text::NoJsonAt, line = line, column = column; what = json_said(error)),
    }
}
