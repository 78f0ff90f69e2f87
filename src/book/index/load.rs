//! From a record's file to its rows. The rows depend only on the bytes, the path and the shape of the kind.

use rusqlite::types::Value as Cell;

use super::schema::{MOVED, UNINFORMED};
use super::words::Texts;
use crate::filter::columns::{event_row, row};
use crate::kind::{Kind, Numbered, named_by};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::StoredText;
use crate::place::{Place, Problem};
use crate::record::{Id, Record, UNITE};

/// The rows of one record.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) id: Id,
    /// The record as the index keeps it.
    pub(super) packed: Vec<u8>,
    pub(super) cells: Vec<Cell>,
    pub(super) events: Vec<Vec<Cell>>,
    pub(super) links: Vec<(Id, String)>,
    /// The names by which it is known, and whether each is private.
    pub(super) names: Vec<(String, bool)>,
    /// The keys of its unique values.
    pub(super) unique: Vec<String>,
    /// The texts in which words are searched.
    pub(super) texts: Texts,
    /// When it was made, in seconds since 1970.
    pub(super) opened: Option<i64>,
    /// Its running number.
    pub(super) running: Option<Numbered>,
}

/// Reads the record from a file of a commit.
///
/// # Errors
/// If anything is wrong in the file: every problem.
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
    pub(super) fn of(record: &Record, kind: &Kind) -> Self {
        let events = record.history.iter().enumerate().map(|(seq, event)| event_row(record, seq, event));
        Rows {
            id: record.id.clone(),
            packed: record.pack(),
            cells: row(&kind.shape, record),
            events: events.collect(),
            links: record.fields.references(&kind.shape),
            names: names(record, kind),
            unique: unique(record, kind),
            texts: Texts::of(record, kind),
            opened: record.opened().map(|opened| opened.timestamp()),
            running: kind.numbering.as_ref().and_then(|numbering| numbering.counted(record)),
        }
    }
}

/// The keys by which a record is compared with others: unique values, values for similar records, and the people who
/// do not know yet that an event of theirs was overruled.
fn unique(record: &Record, kind: &Kind) -> Vec<String> {
    let unique = kind.uniques.iter().filter_map(|unique| unique.key(record));
    let near = kind.near_keys(&record.fields).into_iter().map(|(key, _)| key);
    let overruled = record.uninformed().map(|person| format!("{UNINFORMED}{person}"));
    let merges = record.history.iter().filter(|event| event.step == UNITE && event.to.is_none());
    let moved = merges.filter_map(|event| Some(format!("{MOVED}{}", event.via.as_deref()?)));
    let mut keys: Vec<String> = unique.chain(near).chain(overruled).chain(moved).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// All names by which the record is known, in the form in which they are searched.
pub fn names(record: &Record, kind: &Kind) -> Vec<(String, bool)> {
    let paths = kind.known_by.iter();
    let mut found: Vec<(String, bool)> = paths.flat_map(|path| named_by(&kind.shape, &record.fields, path)).collect();
    // values that are not private come first
    found.sort();
    found.dedup_by(|one, other| one.0 == other.0);
    found
}
