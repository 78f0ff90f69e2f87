//! What a row contains: fields as JSON, records to find or make, states with their times, and the key.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};

use super::mapping::{From, Make, Mapping, Source, StateFrom, splits};
use super::table::Row;
use super::{BadCell, times};
use crate::calendar::{Moment, Zone};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ImportText as Text;
use crate::record::{Type, stored_time};

/// The characters that separate the values of a list in one cell.
const SEPARATORS: [char; 5] = [';', '；', ',', '，', '、'];
/// How many bytes of a digest a key keeps.
const DIGEST: usize = 10;

/// What a row asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The fields, for [`crate::entry::apply_json`].
    pub object: Map<String, Json>,
    /// The records that fields name and that may have to be made.
    pub wanted: Vec<Wanted>,
    /// The states that it went through, each with its time. Empty if the file does not mention any.
    pub stages: Vec<(Moment, String)>,
    /// The id, for kinds whose ids are names.
    pub id: Option<String>,
}

/// A record that a field names by its title, and that is made if it does not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The field that names it.
    pub field: String,
    /// The kind.
    pub kind: String,
    /// Its title.
    pub called: String,
    /// The state in which it comes in.
    pub state: String,
    /// Its fields if it is made. Empty if it has only its title.
    pub object: Map<String, Json>,
}

impl Mapping {
    /// What a row contains.
    ///
    /// # Errors
    /// If something is visibly wrong without the book: all such faults.
    pub fn draft(&self, row: &Row, kind: &Kind, zone: Zone, now: Moment) -> Result<Draft, Vec<BadCell>> {
        let mut bad = Vec::new();
        let mut draft = Draft { object: Map::new(), wanted: Vec::new(), stages: Vec::new(), id: None };
        for source in &self.sources {
            let field = kind.field(source.field);
            let (ty, part) = match (source.within, field.ty.element()) {
                (Some(within), Type::Group(inner)) => {
                    let part = inner.field(within.part);
                    (&part.ty, Some((within.line, part.name.as_str())))
                }
                _ => (&field.ty, None),
            };
            match self.value(source, ty, row, zone) {
                Err(wrong) => bad.push(wrong),
                Ok(Json::Null) => {}
                Ok(json) => match (&source.make, &json) {
                    (Some(make), Json::String(called)) => draft.wanted.push(wanted(make, &field.name, called, row)),
                    _ => put(&mut draft.object, &field.name, part, json),
                },
            }
        }
        // a line whose cells are all empty is left out
        for lines in draft.object.values_mut().filter_map(Json::as_array_mut) {
            lines.retain(|line| !line.is_null());
        }
        for stage in &self.stages {
            let holds = stage.when.iter().all(|(column, values)| values.contains(&row.text(*column)));
            if !holds {
                continue;
            }
            let state = match &stage.state {
                StateFrom::Fixed(state) => state.clone(),
                StateFrom::Column(column, values) => match values.of(&row.text(*column)) {
                    Some("") => continue,
                    Some(state) => state.to_owned(),
                    None => {
                        bad.push(
                            self.bad(*column, label!(Text::NoState, value = row.text(*column), kind = kind.name())),
                        );
                        continue;
                    }
                },
            };
            let mut at: Option<Moment> = None;
            for column in &stage.at {
                let text = row.text(*column);
                match times::moment(&text, stage.format.as_deref(), zone) {
                    Some(moment) => at = at.max(Some(moment)),
                    None if text.is_empty() && stage.at.len() > 1 => {}
                    None => bad.push(self.bad(*column, no_date(&text, stage.format.as_deref()))),
                }
            }
            match (at, stage.at.is_empty()) {
                (Some(at), _) => draft.stages.push((at, state)),
                (None, true) => draft.stages.push((now, state)),
                // every column is empty, or was reported above
                (None, false) if stage.at.len() > 1 && bad.is_empty() => {
                    let column = stage.at.first().copied().unwrap_or_default();
                    bad.push(self.bad(column, no_date("", stage.format.as_deref())));
                }
                (None, false) => {}
            }
        }
        draft.id = self.id.map(|column| row.text(column)).filter(|id| !id.is_empty());
        if bad.is_empty() {
            return Ok(draft);
        }
        // a column that feeds several fields is reported once
        let all = std::mem::take(&mut bad);
        for wrong in all {
            if !bad.contains(&wrong) {
                bad.push(wrong);
            }
        }
        Err(bad)
    }

    /// The key of a row. `seen` counts how often each digest occurred in the file.
    ///
    /// # Errors
    /// If a column of the key is empty.
    pub fn key(&self, row: &Row, seen: &mut HashMap<String, usize>) -> Result<String, BadCell> {
        if !self.key.columns.is_empty() {
            let mut parts = Vec::new();
            for column in &self.key.columns {
                let text = row.text(*column);
                if text.is_empty() {
                    return Err(self.bad(*column, Text::EmptyKey.into()));
                }
                parts.push(text);
            }
            let key = super::super::key(&format!("{}{}", self.key.prefix, parts.join("/")));
            let key = key.map_err(|message| self.bad(self.key.columns[0], message))?;
            let times = seen.entry(key.clone()).or_default();
            *times += 1;
            return match *times {
                1 => Ok(key),
                _ => Err(self.bad(self.key.columns[0], label!(Text::KeyTwice, key = key))),
            };
        }
        let mut digest = Sha1::new();
        for column in self.used() {
            let heading = self.headings.get(column).map(String::as_str).unwrap_or_default();
            for text in [heading, &row.text(column)] {
                digest.update(text.len().to_be_bytes());
                digest.update(text);
            }
        }
        let hex: String = digest.finalize().iter().take(DIGEST).map(|byte| format!("{byte:02x}")).collect();
        let times = seen.entry(hex.clone()).or_default();
        *times += 1;
        Ok(format!("{}{hex}-{times}", self.key.prefix))
    }

    fn bad(&self, column: usize, message: crate::locale::Label) -> BadCell {
        BadCell { column: self.headings.get(column).cloned().unwrap_or_default(), message }
    }

    /// The value of a field. Null if there is none.
    fn value(&self, source: &Source, ty: &Type, row: &Row, zone: Zone) -> Result<Json, BadCell> {
        let first = source.from.columns().first().copied();
        let wrong = |message| match first {
            Some(column) => self.bad(column, message),
            None => BadCell { column: String::new(), message },
        };
        let text = match &source.from {
            From::Fixed(text) => text.clone(),
            From::Template(template) => template.fill(row),
            From::Column(column) => match row.cells.get(*column) {
                // JSON has lists and groups of its own
                Some(json @ (Json::Array(_) | Json::Object(_))) => return Ok(json.clone()),
                Some(json @ (Json::Bool(_) | Json::Number(_))) if source.values.is_none() => return Ok(json.clone()),
                _ => row.text(*column),
            },
        };
        let text = match &source.values {
            None => text,
            Some(values) => match values.of(&text) {
                Some(to) => to.to_owned(),
                None => return Err(wrong(label!(Text::NotInTable, value = text))),
            },
        };
        if text.is_empty() {
            return Ok(Json::Null);
        }
        match ty {
            Type::Date | Type::Time => {
                let at = times::moment(&text, source.format.as_deref(), zone);
                let at = at.ok_or_else(|| wrong(no_date(&text, source.format.as_deref())))?;
                Ok(Json::String(match ty {
                    Type::Date => at.format("%Y-%m-%d").to_string(),
                    _ => stored_time(&at),
                }))
            }
            Type::Day => match times::moment(&text, source.format.as_deref(), zone) {
                Some(at) => Ok(Json::String(at.format("%Y-%m-%d").to_string())),
                // the year may be unknown
                None => Ok(Json::String(text)),
            },
            list if splits(list) => {
                let parts: Vec<&str> = match &source.split {
                    Some(split) => text.split(split.as_str()).collect(),
                    None => text.split(SEPARATORS).collect(),
                };
                let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
                Ok(parts.map(|part| Json::String(part.to_owned())).collect())
            }
            _ => Ok(Json::String(text)),
        }
    }
}

/// Puts a value into a field, or into a part of its line or group.
fn put(object: &mut Map<String, Json>, field: &str, part: Option<(Option<usize>, &str)>, json: Json) {
    let Some((line, part)) = part else {
        object.insert(field.to_owned(), json);
        return;
    };
    let group = match line {
        Some(line) => {
            let lines = object.entry(field).or_insert_with(|| Json::Array(Vec::new()));
            let Some(lines) = lines.as_array_mut() else { return };
            if lines.len() <= line {
                lines.resize(line + 1, Json::Null);
            }
            &mut lines[line]
        }
        None => object.entry(field).or_insert(Json::Null),
    };
    if group.is_null() {
        *group = Json::Object(Map::new());
    }
    if let Some(group) = group.as_object_mut() {
        group.insert(part.to_owned(), json);
    }
}

fn wanted(make: &Make, field: &str, called: &str, row: &Row) -> Wanted {
    let object = make.fields.iter().map(|(name, from)| (name.clone(), Json::String(from.fill(row))));
    Wanted {
        field: field.to_owned(),
        kind: make.kind.clone(),
        called: called.to_owned(),
        state: make.state.clone(),
        object: object.collect(),
    }
}

fn no_date(text: &str, format: Option<&str>) -> crate::locale::Label {
    match (text.is_empty(), format) {
        (true, _) => Text::EmptyDate.into(),
        (false, Some(format)) => label!(Text::NoDateAs, value = text, format = format),
        (false, None) => label!(Text::NoDate, value = text),
    }
}
