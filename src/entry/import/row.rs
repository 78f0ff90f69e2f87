//! What a row contains: fields as JSON, records to find or make, states with their times, and the key.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};

use super::BadCell;
use super::mapping::{From, Make, Mapping, Source, StateFrom, splits};
use super::table::Row;
use super::times::Dates;
use crate::calendar::{Moment, Zone};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;
use crate::locale::text::half_width;
use crate::record::{Type, stored_time, typed_amount};

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
    /// Fields that name a person, the text field that takes the name of one who is not staff, and the heading.
    pub strangers: Vec<Stranger>,
    /// When a record began that is not finished. `None` if the row does not say it.
    pub running: Option<Moment>,
}

/// A field that names a person who may be no member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The field.
    pub field: String,
    /// The text field that takes the name.
    pub to: String,
    /// The heading of the column.
    pub heading: String,
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
        let mut draft = Draft {
            object: Map::new(),
            wanted: Vec::new(),
            stages: Vec::new(),
            id: None,
            strangers: Vec::new(),
            running: None,
        };
        for source in &self.sources {
            if !holds(&source.when, row) {
                continue;
            }
            let field = kind.field(source.field);
            let (ty, part) = match (source.within, field.ty.element()) {
                (Some(within), Type::Group(inner)) => {
                    let part = inner.field(within.part);
                    (&part.ty, Some((within.line, part.name.as_str())))
                }
                // a text for the whole list is the name in its first line
                (None, Type::Group(inner)) if matches!(field.ty, Type::List(_)) && self.is_text(source, row) => {
                    let named = inner.fields().iter().find(|part| part.ty == Type::Text);
                    named.map_or((&field.ty, None), |part| (&part.ty, Some((Some(0), part.name.as_str()))))
                }
                _ => (&field.ty, None),
            };
            match self.value(source, ty, row, zone) {
                Err(wrong) => bad.push(wrong),
                Ok(Json::Null) => {}
                Ok(json) => {
                    if let Some(to) = source.strangers {
                        let (field, to) = (field.name.clone(), kind.field(to).name.clone());
                        let heading = source.from.columns().first().map(|column| self.heading(*column));
                        draft.strangers.push(Stranger { field, to, heading: heading.unwrap_or_default() });
                    }
                    match (&source.make, &json) {
                        (Some(make), Json::String(called)) => draft.wanted.push(wanted(make, &field.name, called, row)),
                        _ => put(&mut draft.object, &field.name, part, json),
                    }
                }
            }
        }
        // a line whose cells are all empty is left out
        for lines in draft.object.values_mut().filter_map(Json::as_array_mut) {
            lines.retain(|line| !line.is_null());
        }
        for stage in &self.stages {
            if !holds(&stage.when, row) {
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
            match self.latest(&stage.at, stage.time, &stage.dates, row, zone) {
                Ok(at) => match in_order(at.unwrap_or(now), draft.stages.last().map(|(at, _)| *at), zone) {
                    Ok(at) => draft.stages.push((at, state)),
                    Err(message) => {
                        let filled = stage.at.iter().filter(|column| !row.text(**column).is_empty());
                        let column = filled.map(|column| self.heading(*column)).collect::<Vec<_>>().join(", ");
                        bad.push(BadCell { column, message });
                    }
                },
                Err(wrong) => bad.extend(wrong),
            }
        }
        if let Some((columns, dates)) = &self.running
            && columns.iter().any(|column| !row.text(*column).is_empty())
        {
            match self.latest(columns, None, dates, row, zone) {
                Ok(at) => draft.running = at,
                Err(wrong) => bad.extend(wrong),
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

    /// The latest date of several columns, of which one must be there. `None` if there is no column.
    fn latest(
        &self,
        columns: &[usize],
        time: Option<usize>,
        dates: &Dates,
        row: &Row,
        zone: Zone,
    ) -> Result<Option<Moment>, Vec<BadCell>> {
        let (mut at, mut bad): (Option<Moment>, Vec<BadCell>) = (None, Vec::new());
        for column in columns {
            let text = row.text(*column);
            if text.is_empty() && columns.len() > 1 {
                continue;
            }
            let clock = time.map(|time| row.text(time)).unwrap_or_default();
            match dates.read_both(&text, &clock, zone) {
                Ok(read) => at = at.max(Some(read.moment)),
                Err(why) => bad.push(self.bad(*column, why)),
            }
        }
        match (at, columns.first()) {
            _ if !bad.is_empty() => Err(bad),
            (None, Some(first)) => Err(vec![self.bad(*first, Text::EmptyDate.into())]),
            (at, _) => Ok(at),
        }
    }

    /// Whether a field gets a text, and neither a list nor an object of JSON.
    fn is_text(&self, source: &Source, row: &Row) -> bool {
        match &source.from {
            From::Column(column) => !matches!(row.cells.get(*column), Some(Json::Array(_) | Json::Object(_))),
            _ => true,
        }
    }

    /// The key of a row. `seen` counts how often each digest came up in the file.
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
                if shortened(&text) {
                    return Err(self.bad(*column, label!(Text::Shortened, value = text)));
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
            for text in [self.heading(column), row.text(column)] {
                digest.update(text.len().to_be_bytes());
                digest.update(&text);
            }
        }
        let hex: String = digest.finalize().iter().take(DIGEST).map(|byte| format!("{byte:02x}")).collect();
        let times = seen.entry(hex.clone()).or_default();
        *times += 1;
        Ok(format!("{}{hex}-{times}", self.key.prefix))
    }

    fn bad(&self, column: usize, message: Label) -> BadCell {
        BadCell { column: self.heading(column), message }
    }

    /// The value of a field. Null if there is none.
    fn value(&self, source: &Source, ty: &Type, row: &Row, zone: Zone) -> Result<Json, BadCell> {
        let first = source.from.columns().first().copied();
        let wrong = |message| match first {
            Some(column) => self.bad(column, message),
            None => BadCell { column: String::new(), message },
        };
        let simple = source.values.is_none() && source.strip.is_empty() && source.replace.is_empty();
        let text = match &source.from {
            From::Fixed(text) => text.clone(),
            From::Template(template) => template.fill(row),
            From::Column(column) => match row.cells.get(*column) {
                // JSON has lists and groups of its own
                Some(json @ (Json::Array(_) | Json::Object(_))) => return Ok(json.clone()),
                Some(json @ Json::Bool(_)) if simple && matches!(ty, Type::Bool) => return Ok(json.clone()),
                // workbooks have numbers where a phone number or a code is meant
                Some(json @ Json::Number(number))
                    if simple && (counts(ty) || (matches!(ty, Type::Text) && !number.is_f64())) =>
                {
                    return Ok(json.clone());
                }
                _ => row.text(*column),
            },
        };
        if !counts(ty) {
            let columns = source.from.columns();
            if let Some(column) = columns.iter().find(|column| shortened(&row.text(**column))) {
                return Err(self.bad(*column, label!(Text::Shortened, value = row.text(*column))));
            }
        }
        let text = cleaned(source, text);
        let text = match &source.values {
            None => text,
            Some(values) => match values.of(&text) {
                Some(to) => to.to_owned(),
                None => return Err(wrong(label!(Text::NotInTable, value = text))),
            },
        };
        let text = match &source.default {
            Some(default) if text.is_empty() => default.clone(),
            _ => text,
        };
        if text.is_empty() {
            return Ok(Json::Null);
        }
        let clock = source.time.map(|time| row.text(time)).unwrap_or_default();
        // a line has no time if its cell is empty: nobody clocked out
        if source.within.is_some() && source.time.is_some() && clock.is_empty() {
            return Ok(Json::Null);
        }
        match ty {
            Type::Date | Type::Time => {
                let at = source.dates.read_both(&text, &clock, zone).map_err(wrong)?;
                Ok(Json::String(match ty {
                    Type::Date => at.date.format("%Y-%m-%d").to_string(),
                    _ => stored_time(&at.moment),
                }))
            }
            Type::Day => match source.dates.read(&text, zone) {
                Ok(at) => Ok(Json::String(at.date.format("%Y-%m-%d").to_string())),
                // the year may be unknown
                Err(_) => Ok(Json::String(text)),
            },
            // 3万
            Type::Count | Type::Decimal => Ok(Json::String(typed_amount(&half_width(&text)))),
            list if splits(list) => {
                let mut parts = vec![text.as_str()];
                for split in &source.split {
                    parts = parts.into_iter().flat_map(|part| part.split(split.as_str())).collect();
                }
                if source.split.is_empty() {
                    parts = text.split(SEPARATORS).collect();
                }
                let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
                Ok(parts.map(|part| Json::String(part.to_owned())).collect())
            }
            _ => Ok(Json::String(text)),
        }
    }
}

/// The time of a stage that follows another one. A date without a time of day, on the day of the stage before, means
/// the time of that.
fn in_order(at: Moment, before: Option<Moment>, zone: Zone) -> Result<Moment, Label> {
    let shown = |at: Moment| at.format("%Y-%m-%d %H:%M:%S").to_string();
    match before.filter(|before| at < *before) {
        None => Ok(at),
        Some(before) if at == zone.start_of_day(before.date_naive()) => Ok(before),
        Some(before) => Err(label!(Text::StageTooEarly, at = shown(at), before = shown(before))),
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
    let object = make.fields.iter().map(|(name, from)| (name.clone(), from.fill(row)));
    let object = object.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, Json::String(text)));
    Wanted {
        field: field.to_owned(),
        kind: make.kind.clone(),
        called: called.to_owned(),
        state: make.state.clone(),
        object: object.collect(),
    }
}

/// Whether a field holds a number.
fn counts(ty: &Type) -> bool {
    matches!(ty.element(), Type::Count | Type::Decimal | Type::Money)
}

/// Whether every column has one of its values.
fn holds(when: &[(usize, Vec<String>)], row: &Row) -> bool {
    when.iter().all(|(column, values)| values.contains(&row.text(*column)))
}

/// A text without what the mapping takes off, and with what it puts in place.
fn cleaned(source: &Source, mut text: String) -> String {
    for (from, to) in &source.replace {
        text = text.replace(from.as_str(), to);
    }
    if source.strip.is_empty() {
        return text;
    }
    let mut rest = text.trim();
    while let Some(shorter) = source
        .strip
        .iter()
        .find_map(|strip| rest.strip_suffix(strip.as_str()).or_else(|| rest.strip_prefix(strip.as_str())))
    {
        rest = shorter.trim();
    }
    rest.to_owned()
}

/// Whether a text is a long number as a spreadsheet shortens it, `3.04207E+16`: its last digits are lost.
fn shortened(text: &str) -> bool {
    let Some((front, power)) = text.split_once(['E', 'e']) else { return false };
    let front = front.strip_prefix('-').unwrap_or(front);
    let (whole, part) = front.split_once(['.', ',']).unwrap_or((front, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    // programs write 3.04207e16, and nobody a code so
    let (said, power) = power.strip_prefix('+').map_or((!part.is_empty(), power), |power| (true, power));
    said && whole.len() == 1 && digits(whole) && digits(part) && power.len() >= 2 && digits(power)
}
