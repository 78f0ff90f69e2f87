//! How the tables for SQL filters hold records: one table for each kind, one for all events.
//!
//! | in the record | in a column | in the JSON of a list or group |
//! |---|---|---|
//! | text, choice, person, role, department, phone, e-mail, reference | text | text |
//! | file | its name | its name |
//! | count | integer | integer |
//! | amount, decimal | integer: cents, millionths | integer |
//! | date | text, `2026-11-24` | text |
//! | instant | integer: seconds since 1970 | integer |
//! | bool | 0 or 1 | true or false |
//! | list, group | JSON text: an array, an object by field names | the same |
//! | no value | NULL | left out |
//!
//! The index in `book` creates, fills and refreshes the tables. Text is compared with the SQL function `fold`
//! ([`register`]).

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as Cell;
use serde_json::{Map, Value as Json};

use super::domain::number;
use super::eval::closing;
use super::name::is_reserved;
use crate::locale::text::fold;
use crate::record::{Event, FieldId, Fields, Record, Shape, Type, Value};

/// The table of all events.
pub const EVENTS: &str = "events";

/// The columns of [`EVENTS`]: the record's id, the number of the event from 0, and the event as its file holds it,
/// with instants in seconds. Milestones look events up by `record`, so the column should have an index.
pub const EVENT_COLUMNS: [(&str, &str); 12] = [
    ("record", "TEXT NOT NULL"),
    ("seq", "INTEGER NOT NULL"),
    ("at", "INTEGER NOT NULL"),
    ("noted", "INTEGER"),
    ("by", "TEXT NOT NULL"),
    ("for", "TEXT"),
    ("entered", "TEXT"),
    ("step", "TEXT NOT NULL"),
    ("to", "TEXT"),
    ("via", "TEXT"),
    ("key", "TEXT"),
    ("note", "TEXT"),
];

/// The first columns of every kind's table. `opened` and `changed` are the first and the last event. `closed` is the
/// event by which a closed record entered its state. All three are seconds since 1970. `by` is the person who opened
/// the record.
const OWN: [(&str, &str); 7] = [
    ("id", "TEXT NOT NULL PRIMARY KEY"),
    ("state", "TEXT NOT NULL"),
    ("class", "TEXT NOT NULL"),
    ("opened", "INTEGER"),
    ("changed", "INTEGER"),
    ("closed", "INTEGER"),
    ("by", "TEXT"),
];

/// A column of a kind's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name without quotes: that of the field, with underscores for dashes.
    pub name: String,
    /// Its SQL type, with constraints.
    pub sql: &'static str,
    /// The field that it holds. `None` for values that every record has besides its fields.
    pub field: Option<FieldId>,
    /// The computed value that it holds, by its position among those of the shape.
    pub computed: Option<usize>,
}

/// The columns of a kind's table, in the order of [`row`].
pub fn columns(shape: &Shape) -> Vec<Column> {
    let own = OWN.into_iter().map(|(name, sql)| Column { name: name.to_owned(), sql, field: None, computed: None });
    let fields = shape.handles().map(|(id, field)| Column {
        name: column_name(&field.name),
        sql: sql_type(&field.ty),
        field: Some(id),
        computed: None,
    });
    let computed = shape.computed().iter().enumerate().map(|(at, computed)| Column {
        name: column_name(&computed.name),
        sql: sql_type(&computed.ty),
        field: None,
        computed: Some(at),
    });
    own.chain(fields).chain(computed).collect()
}

fn sql_type(ty: &Type) -> &'static str {
    match ty {
        Type::Count | Type::Decimal | Type::Money | Type::Time | Type::Bool => "INTEGER",
        _ => "TEXT",
    }
}

/// A record as a row, in the order of [`columns`].
pub fn row(shape: &Shape, record: &Record) -> Vec<Cell> {
    let seconds = |event: Option<&Event>| event.map_or(Cell::Null, |event| Cell::Integer(event.at.timestamp()));
    let text = |text: &str| Cell::Text(text.to_owned());
    let own = [
        text(record.id.as_str()),
        text(&record.state),
        text(shape.class(&record.state).name()),
        seconds(record.history.first()),
        seconds(record.history.last()),
        seconds(closing(record, |state| shape.class(state))),
        record.history.first().map_or(Cell::Null, |event| text(event.by.as_str())),
    ];
    let fields = shape.handles().map(|(id, field)| record.get(id).map_or(Cell::Null, |value| cell(&field.ty, value)));
    let computed = shape.computed().iter().map(|computed| {
        let value = computed.value(&record.fields);
        value.map_or(Cell::Null, |value| cell(&computed.ty, &value))
    });
    own.into_iter().chain(fields).chain(computed).collect()
}

/// An event as a row of [`EVENTS`], in the order of [`EVENT_COLUMNS`]; `seq` is its number in the history, from 0.
pub fn event_row(record: &Record, seq: usize, event: &Event) -> Vec<Cell> {
    let text = |text: Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()));
    vec![
        text(Some(record.id.as_str())),
        Cell::Integer(i64::try_from(seq).unwrap_or(i64::MAX)),
        Cell::Integer(event.at.timestamp()),
        event.noted.map_or(Cell::Null, |at| Cell::Integer(at.timestamp())),
        text(Some(event.by.as_str())),
        text(event.for_.as_ref().map(|id| id.as_str())),
        text(event.entered.as_ref().map(|id| id.as_str())),
        text(Some(&event.step)),
        text(event.to.as_deref()),
        text(event.via.as_deref()),
        text(event.key.as_deref()),
        text(event.note.as_deref()),
    ]
}

/// The table of a kind, not quoted.
pub fn table_name(kind: &str) -> String {
    kind.replace('-', "_")
}

/// A name in the quotes of SQL.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The column of a field. Policies refuse field names that mean something else; if there is one anyhow, it gets
/// another name.
pub fn column_name(field: &str) -> String {
    let name = field.replace('-', "_");
    if is_reserved(field) { format!("field_{name}") } else { name }
}

/// Registers the functions that filters call on a connection: `fold(text)` (NFKC and lower case), and those of
/// rollups.
///
/// # Errors
/// If SQLite refuses.
pub fn register(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("fold", 1, flags, |context| {
        Ok(match context.get_raw(0).as_str_or_null() {
            Ok(text) => text.map(fold),
            Err(_) => None, // numbers fold to NULL, as in memory
        })
    })?;
    super::paired::functions::register(connection)?;
    super::rollup_sql::register(connection)
}

fn cell(ty: &Type, value: &Value) -> Cell {
    match (ty, value) {
        (Type::List(_) | Type::Group(_), value) => Cell::Text(json(ty, value).to_string()),
        (_, Value::Bool(yes)) => Cell::Integer(i64::from(*yes)),
        (_, value) => match (number(value), scalar(value)) {
            (Some(number), _) => Cell::Integer(number),
            (None, Some(text)) => Cell::Text(text),
            (None, None) => Cell::Null,
        },
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::File(file) => Some(file.name.clone()),
        value => value.stored(),
    }
}

fn json(ty: &Type, value: &Value) -> Json {
    match (ty, value) {
        (Type::List(element), Value::List(values)) => values.iter().map(|value| json(element, value)).collect(),
        (Type::Group(shape), Value::Group(fields)) => Json::Object(object(shape, fields)),
        (_, Value::Bool(yes)) => Json::Bool(*yes),
        (_, value) => match number(value) {
            Some(number) => Json::from(number),
            None => scalar(value).map_or(Json::Null, Json::from),
        },
    }
}

fn object(shape: &Shape, fields: &Fields) -> Map<String, Json> {
    let known = fields.iter().filter(|(id, _)| id.index() < shape.fields().len());
    known.map(|(id, value)| (shape.field(id).name.clone(), json(&shape.field(id).ty, value))).collect()
}
