//! From the text of a TOML file to its [`Section`].

use std::cell::RefCell;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Item, Section, bounds, faults};
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::{Lines, Placed, Problem, Problems};

/// Reads a whole file. If there is a syntax error, it is noted and nothing is returned.
pub fn read(file: &str, text: &str, problems: &Problems) -> Option<Section> {
    let lines = Lines::new(file, text);
    let beyond = |span: std::ops::Range<usize>, message: Label| {
        let problem = Problem::new(lines.place(span, ""), message).help(LoadText::BoundHelp);
        problems.push(Problem { unread: true, ..problem });
    };
    if let Some(message) = bounds::too_large(text) {
        beyond(0..0, message);
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.iter().find(|error| bounds::is_depth(error.message())) {
        let span = error.span().filter(|span| span.start > 0);
        beyond(span.unwrap_or_else(|| bounds::deepest(text)), bounds::too_deep());
        return None;
    }
    if errors.is_empty() {
        if let Some((span, message)) = bounds::beyond(table.get_ref()) {
            beyond(span, message);
            return None;
        }
        return Some(section(&lines, table.get_ref(), table.span(), String::new()));
    }
    let mut foreign = Vec::new();
    for error in errors {
        let place = lines.place(error.span().unwrap_or_default(), "");
        let mark = text.lines().nth(place.line.saturating_sub(1)).and_then(|line| faults::foreign(line, place.column));
        if foreign.contains(&place.line) {
            continue; // the parser reports the same mark more than once
        }
        foreign.extend(mark.is_some().then_some(place.line));
        let problem = Problem::new(place, faults::label(error.message())).help_if(mark);
        problems.push(Problem { unread: true, ..problem });
    }
    None
}

/// Whether a text is within the bounds of a file of a rule book. A text that is no TOML is.
pub fn is_within_bounds(text: &str) -> bool {
    let (table, errors) = DeTable::parse_recoverable(text);
    let is_deep = errors.iter().any(|error| bounds::is_depth(error.message()));
    bounds::too_large(text).is_none() && !is_deep && (!errors.is_empty() || bounds::beyond(table.get_ref()).is_none())
}

fn section(lines: &Lines<'_>, table: &DeTable<'_>, span: std::ops::Range<usize>, path: String) -> Section {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| {
            let name = key.get_ref().to_string();
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let place = lines.place(key.span(), path.as_str());
            Entry::new(Placed { value: name, place }, item(lines, value, path))
        })
        .collect();
    entries.sort_by_key(|entry| entry.name.place.span.start);
    Section { place: lines.place(span, path), entries, asked: RefCell::default() }
}

fn item(lines: &Lines<'_>, value: &Spanned<DeValue<'_>>, path: String) -> Item {
    let place = lines.place(value.span(), path.as_str());
    match value.get_ref() {
        DeValue::String(text) => Item::Text(Placed { value: text.to_string(), place }),
        DeValue::Integer(number) => match i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()) {
            Ok(value) => Item::Count(Placed { value, place }),
            Err(_) => Item::Number(Placed { value: number.as_str().to_owned(), place }),
        },
        DeValue::Float(number) => Item::Number(Placed { value: number.as_str().to_owned(), place }),
        DeValue::Boolean(value) => Item::Flag(Placed { value: *value, place }),
        DeValue::Datetime(time) => match (time.date, time.time) {
            (Some(date), None) => {
                match NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)) {
                    Some(value) => Item::Date(Placed { value, place }),
                    None => Item::Time(Placed { value: time.to_string(), place }),
                }
            }
            _ => Item::Time(Placed { value: time.to_string(), place }),
        },
        DeValue::Array(values) => {
            let items = values.iter().enumerate().map(|(i, value)| item(lines, value, format!("{path}.{i}")));
            Item::List(place, items.collect())
        }
        DeValue::Table(table) => Item::Section(section(lines, table, value.span(), path)),
    }
}
