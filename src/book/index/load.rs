//! From the file of a record to its rows. Pure: what it gives follows from the bytes, the path and the shape of the kind.

use rusqlite::types::Value as Cell;

use crate::filter::columns::{event_row, row};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::StoredText;
use crate::locale::text::fold;
use crate::place::{Place, Problem};
use crate::record::{FieldId, Fields, Id, Record, Shape, Type, Value};

/// The rows of one record.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) id: Id,
    pub(super) text: Vec<u8>,
    pub(super) cells: Vec<Cell>,
    pub(super) events: Vec<Vec<Cell>>,
    pub(super) links: Vec<(Id, String)>,
    pub(super) names: Vec<String>,
    /// What no other record of the kind holds.
    pub(super) unique: Vec<String>,
}

/// Reads the record of a file of a commit.
///
/// # Errors
/// Everything that is wrong in the file.
pub(super) fn record(bytes: &[u8], path: &str, kind: &Kind) -> Result<Record, Vec<Problem>> {
    let wrong = |message: Label, help: Label| vec![Problem::new(Place::of_file(path), message).help(help)];
    let Some((_, id)) = Id::of_path(path) else {
        return Err(wrong(StoredText::LiesNowhere.into(), StoredText::Lies.into()));
    };
    let prefix = id.prefix().unwrap_or_default();
    if prefix != kind.shape.prefix {
        let message = label!(StoredText::IdPrefix, id = id, kind = kind.name());
        let help = match kind.shape.prefix.as_str() {
            "" => StoredText::IdOfPeople.into(),
            prefix => label!(StoredText::IdOfFolder, folder = kind.shape.folder, prefix = prefix),
        };
        return Err(wrong(message, help));
    }
    Record::read(bytes, path, &kind.shape)
}

impl Rows {
    /// The rows of a record of this kind.
    pub(super) fn of(record: &Record, text: Vec<u8>, kind: &Kind) -> Self {
        let events = record.history.iter().enumerate().map(|(seq, event)| event_row(record, seq, event));
        Rows {
            id: record.id.clone(),
            text,
            cells: row(&kind.shape, record),
            events: events.collect(),
            links: record.fields.references(&kind.shape),
            names: names(record, kind),
            unique: kind.uniques.iter().filter_map(|unique| unique.key(record)).collect(),
        }
    }
}

/// Everything that the record is known by, as it is looked for.
pub fn names(record: &Record, kind: &Kind) -> Vec<String> {
    let mut found = Vec::new();
    for path in &kind.known_by {
        collect_names(&record.fields, &kind.shape, path, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn collect_names(fields: &Fields, shape: &Shape, path: &[FieldId], found: &mut Vec<String>) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(value) = fields.get(*first) else { return };
    let ty = shape.field(*first).ty.element();
    for value in value.elements() {
        match (value, ty) {
            (Value::Group(inner), Type::Group(shape)) => collect_names(inner, shape, rest, found),
            (Value::Text(text), Type::Phone) => found.push(digits(text)),
            (value, _) => found.extend(value.stored().map(|text| fold(&text))),
        }
    }
}

/// A phone number as it is compared: its digits alone.
pub(super) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}
