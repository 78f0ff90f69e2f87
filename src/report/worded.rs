//! Values of records as cells of tables: numbers and dates keep their types, everything else becomes words.

use super::model::{Cell, Column, ColumnType};
use crate::filter::Rollup;
use crate::kind::{Kind, Path};
use crate::locale::Label;
use crate::record::{Computed, Field, FieldId, Fields, Record, Type, Value};
use crate::wording::{Words, masked};

/// The value of a record's field: empty if it has none, the mask if the reader may not see it.
pub fn of_field(words: &Words<'_>, kind: &Kind, fields: &Fields, id: FieldId) -> Cell {
    let Some(value) = fields.get(id) else { return Cell::Empty };
    let field = kind.field(id);
    match value {
        _ if !words.sight.shows(field) => Cell::Label(masked()),
        Value::Time(at) if kind.looks_ahead().any(|promised| promised == id) => Cell::End(*at),
        value if is_typed(value) => of_value(words, &field.ty, value),
        value => said(words.value_in(kind, id, fields, value)),
    }
}

/// A computed value of a record, in the same way.
pub fn of_computed(words: &Words<'_>, computed: &Computed, fields: &Fields) -> Cell {
    match computed.value(fields) {
        None => Cell::Empty,
        Some(_) if !words.sight.shows_computed(computed) => Cell::Label(masked()),
        Some(value) => of_value(words, &computed.ty, &value),
    }
}

/// The value of a rollup, in the same way.
pub fn of_rollup(words: &Words<'_>, rollup: &Rollup, value: Option<&Value>) -> Cell {
    match value {
        None => Cell::Empty,
        Some(_) if !words.sight.shows_rollup(rollup) => Cell::Label(masked()),
        Some(value) => of_value(words, &rollup.ty, value),
    }
}

/// The value at the end of a path: a number or date if the path leads to one alone, else words.
pub fn of_path(words: &Words<'_>, record: &Record, path: &Path) -> Cell {
    let followed = words.follow(record, path);
    match &followed.typed {
        Some((ty, value)) => of_value(words, ty, value),
        None => said(followed.said),
    }
}

/// The column of a table for the value at the end of a path.
pub fn column_of_path(path: &Path) -> Column {
    let ty = if path.is_typed { ColumnType::Any } else { ColumnType::Text };
    Column::new(path.name(), path.label.clone(), ty)
}

/// A value that may be shown.
pub fn of_value(words: &Words<'_>, ty: &Type, value: &Value) -> Cell {
    match value {
        Value::Count(n) => Cell::count(*n),
        Value::Decimal(n) => Cell::Decimal(*n),
        Value::Money(amount) => Cell::Money(*amount),
        Value::Date(date) => Cell::Date(*date),
        Value::Time(at) => Cell::Moment(*at),
        Value::Bool(yes) => Cell::Bool(*yes),
        value => said(words.value(ty, value)),
    }
}

/// Words as a cell: a text if they are the same in every language.
pub fn said(label: Label) -> Cell {
    match (label.en.is_empty(), label.zh.is_empty()) {
        (true, true) => Cell::Empty,
        (false, true) => Cell::Text(label.en),
        _ => Cell::Label(label),
    }
}

fn is_typed(value: &Value) -> bool {
    matches!(
        value,
        Value::Count(_) | Value::Decimal(_) | Value::Money(_) | Value::Date(_) | Value::Time(_) | Value::Bool(_)
    )
}

/// The column of a table for [`of_field`]. A masked field has a column of words.
pub fn column(words: &Words<'_>, field: &Field) -> Column {
    let ty = if words.sight.shows(field) { column_type(&field.ty) } else { ColumnType::Text };
    Column::new(field.name.as_str(), field.label.clone(), ty)
}

/// The column of a table for [`of_computed`].
pub fn column_of_computed(words: &Words<'_>, computed: &Computed) -> Column {
    let ty = if words.sight.shows_computed(computed) { column_type(&computed.ty) } else { ColumnType::Text };
    Column::new(computed.name.as_str(), computed.label.clone(), ty)
}

/// The column of a table for [`of_rollup`].
pub fn column_of_rollup(words: &Words<'_>, rollup: &Rollup) -> Column {
    let ty = if words.sight.shows_rollup(rollup) { column_type(&rollup.ty) } else { ColumnType::Text };
    Column::new(rollup.name.as_str(), rollup.label.clone(), ty)
}

/// The type of a column with cells of [`of_value`].
fn column_type(ty: &Type) -> ColumnType {
    match ty {
        Type::Count => ColumnType::Count,
        Type::Decimal => ColumnType::Decimal,
        Type::Money => ColumnType::Money,
        Type::Date => ColumnType::Date,
        Type::Time => ColumnType::Moment,
        Type::Bool => ColumnType::Bool,
        _ => ColumnType::Text,
    }
}
