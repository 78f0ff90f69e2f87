//! Columns of records as values, for reports that need a few columns of many records but no whole record.

use std::collections::HashMap;

use chrono::DateTime;
use rusqlite::types::ValueRef;
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::Index;
use super::error::IndexError;
use super::select::{Selection, column_named, rows};
use crate::calendar::{Moment, Zone};
use crate::filter::Fragment;
use crate::filter::columns::quoted;
use crate::record::{Fields, Id, Shape, Type, Value, parse_date};

impl Index {
    /// The values of these columns for every record of a selection. A column is a field, computed value, rollup, path
    /// through references, or `id`, `state`, `class`, `opened`, `changed`, `closed`, `by`.
    ///
    /// The values are those of the records, with two exceptions. Instants have the offset of the book's zone, and
    /// files are texts: their names.
    ///
    /// # Errors
    /// [`IndexError::Kind`], [`IndexError::Column`], and as [`Index::record`].
    pub fn values(&self, selection: &Selection<'_>, columns: &[&str]) -> Result<Vec<Vec<Option<Value>>>, IndexError> {
        let kind = self.kind(selection.kind)?;
        let zone = self.policy().settings.time_zone;
        let own_ref = Type::Ref(vec![kind.name().to_owned()]);
        let mut wanted: Vec<(Fragment, Type)> = Vec::new();
        for column in columns {
            if let Some(rollup) = kind.rollups.iter().find(|rollup| rollup.name == *column) {
                wanted.push((rollup.sql("r", &self.tables(selection)), rollup.ty.clone()));
                continue;
            }
            if let Some(reached) = self.reached(kind, column) {
                wanted.push((reached.sql("r", &self.tables(selection)), reached.ty));
                continue;
            }
            let (name, ty) = match *column {
                "id" => ("id".to_owned(), &own_ref),
                "state" | "class" | "by" => ((*column).to_owned(), &Type::Text),
                "opened" | "changed" | "closed" => ((*column).to_owned(), &Type::Time),
                name => column_named(kind, name)?,
            };
            wanted.push((Fragment { text: format!("r.{}", quoted(&name)), values: Vec::new() }, ty.clone()));
        }
        let expressions: Vec<&str> = wanted.iter().map(|(expression, _)| expression.text.as_str()).collect();
        let text = if expressions.is_empty() { "NULL".to_owned() } else { expressions.join(", ") };
        let values = wanted.iter().flat_map(|(expression, _)| expression.values.clone()).collect();
        let statement = self.statement(selection, Fragment { text, values })?;
        self.ask(|connection| {
            rows(connection, &statement.text, &statement.values, |row| {
                let read = |(at, (_, ty)): (usize, &(Fragment, Type))| {
                    let cell = row.get_ref(at)?;
                    let value = if cell == ValueRef::Null { Some(None) } else { value(ty, cell, zone).map(Some) };
                    value.ok_or_else(|| rusqlite::Error::InvalidColumnType(at, ty.name().to_owned(), cell.data_type()))
                };
                wanted.iter().enumerate().map(read).collect()
            })
        })
    }
}

impl Index {
    /// The values of these rollups, or of rollups at the end of such paths, for records of a kind.
    ///
    /// # Errors
    /// As [`Index::values`].
    pub fn rolled(
        &self,
        kind: &str,
        rollups: &[&str],
        ids: &[Id],
    ) -> Result<HashMap<Id, Vec<Option<Value>>>, IndexError> {
        let columns: Vec<&str> = ["id"].into_iter().chain(rollups.iter().copied()).collect();
        let rows = self.values(&Selection::of(kind).among(ids), &columns)?.into_iter();
        let row = |mut row: Vec<Option<Value>>| match row.remove(0) {
            Some(Value::Ref(id)) => Some((id, row)),
            _ => None,
        };
        Ok(rows.filter_map(row).collect())
    }
}

/// An instant from seconds since 1970, with the offset of a zone.
pub(super) fn moment(seconds: i64, zone: Zone) -> Option<Moment> {
    DateTime::from_timestamp(seconds, 0).map(|_| zone.moment(seconds))
}

fn value(ty: &Type, cell: ValueRef<'_>, zone: Zone) -> Option<Value> {
    match (ty, cell) {
        (Type::List(_) | Type::Group(_), ValueRef::Text(text)) => {
            from_json(ty, &serde_json::from_slice(text).ok()?, zone)
        }
        (ty, ValueRef::Integer(n)) => number(ty, n, zone),
        (ty, ValueRef::Text(text)) => self::text(ty, std::str::from_utf8(text).ok()?),
        _ => None,
    }
}

fn number(ty: &Type, n: i64, zone: Zone) -> Option<Value> {
    Some(match ty {
        Type::Count => Value::Count(u64::try_from(n).ok()?),
        Type::Money => Value::Money(Decimal::new(n, 2)),
        Type::Decimal => Value::Decimal(Decimal::new(n, 6).normalize()),
        Type::Time => Value::Time(moment(n, zone)?),
        Type::Bool => Value::Bool(n != 0),
        _ => return None,
    })
}

fn text(ty: &Type, text: &str) -> Option<Value> {
    Some(match ty {
        Type::Date => Value::Date(parse_date(text).ok()?),
        Type::Ref(_) => Value::Ref(text.parse::<Id>().ok()?),
        _ => Value::Text(text.to_owned()),
    })
}

pub(super) fn from_json(ty: &Type, json: &Json, zone: Zone) -> Option<Value> {
    match (ty, json) {
        (Type::List(element), Json::Array(items)) => {
            let items = items.iter().map(|item| from_json(element, item, zone)).collect::<Option<_>>()?;
            Some(Value::List(items))
        }
        (Type::Group(shape), Json::Object(entries)) => Some(Value::Group(group(shape, entries, zone)?)),
        (_, Json::Bool(yes)) => Some(Value::Bool(*yes)),
        (ty, Json::Number(n)) => number(ty, n.as_i64()?, zone),
        (ty, Json::String(string)) => text(ty, string),
        _ => None,
    }
}

fn group(shape: &Shape, entries: &serde_json::Map<String, Json>, zone: Zone) -> Option<Fields> {
    let mut fields = Fields::new();
    for (name, json) in entries {
        let id = shape.field_id(name)?;
        fields.set(id, from_json(&shape.field(id).ty, json, zone)?);
    }
    Some(fields)
}
