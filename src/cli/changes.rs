//! What edits changed, for `show` and `log`: field, from, to. Lists are compared row by row.

use serde_json::{Value as Json, json};

use super::failure::Failure;
use crate::book::{Altered, View};
use crate::kind::{EDIT, Kind};
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::model::{Cell, Column, ColumnType, Table};
use crate::record::{Field, FieldId, Record, Type, Value};
use crate::report::worded::said;
use crate::wording::{Sight, Words, masked};

/// What was changed after it had a value, or by an edit.
pub(super) struct Changes {
    told: Vec<Altered>,
    /// Whether the whole relevant history was read.
    pub(super) whole: bool,
}

/// A row of a list, or a whole field.
struct Row {
    number: Option<usize>,
    from: Option<Value>,
    to: Option<Value>,
}

impl Changes {
    /// The changes of a record. At most this many commits of the book are looked at.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub(super) fn of(view: &View<'_>, record: &Record, commits: usize) -> Result<Self, Failure> {
        let found = view.alterations(record, commits)?;
        let edited = |altered: &Altered| record.history[altered.event].step == EDIT;
        let had = |altered: &Altered| altered.from.as_ref().is_some_and(|value| !value.is_empty());
        let told = found.all.into_iter().filter(|altered| edited(altered) || had(altered)).collect();
        Ok(Changes { told, whole: found.whole })
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The changes for people.
    pub(super) fn table(&self, view: &View<'_>, kind: &Kind, record: &Record, sight: Sight) -> Table {
        let mut table = Table::new([
            Column::moment("at", Text::ColumnAt),
            Column::text("by", Text::ColumnBy),
            Column::label("field", Text::ColumnField),
            Column::new("from", Text::ColumnFrom, ColumnType::Any),
            Column::new("to", Text::ColumnNow, ColumnType::Any),
        ]);
        let words = view.words().seen(sight);
        for altered in &self.told {
            let (field, event) = (kind.field(altered.field), &record.history[altered.event]);
            for row in rows(field, altered) {
                let label = match row.number {
                    Some(number) => Label::each(|lang| format!("{} {number}", field.label.get(lang))),
                    None => field.label.clone(),
                };
                table.row([
                    Cell::Moment(event.at),
                    Cell::text(words.person(event.by.as_str())),
                    Cell::Label(label),
                    shown(&words, (kind, altered.field), record, row.number, row.from.as_ref()),
                    shown(&words, (kind, altered.field), record, row.number, row.to.as_ref()),
                ]);
            }
        }
        table
    }

    /// The changes for scripts. Private values are null unless the reader may see them.
    pub(super) fn json(&self, kind: &Kind, sight: Sight) -> Json {
        let mut all = Vec::new();
        for altered in &self.told {
            let field = kind.field(altered.field);
            for row in rows(field, altered) {
                let ty = if row.number.is_some() { field.ty.element() } else { &field.ty };
                let value = |value: &Option<Value>| match value {
                    Some(value) if sight.shows(field) => value.json(ty, &|inner| sight.shows(inner)),
                    _ => Json::Null,
                };
                all.push(json!({
                    "event": altered.event, "field": field.name, "row": row.number,
                    "from": value(&row.from), "to": value(&row.to),
                }));
            }
        }
        Json::Array(all)
    }
}

/// A value, or a row of a list, in the same words as in the record itself.
fn shown(
    words: &Words<'_>,
    (kind, field): (&Kind, FieldId),
    record: &Record,
    row: Option<usize>,
    value: Option<&Value>,
) -> Cell {
    let Some(value) = value else { return Cell::Empty };
    if !words.sight.shows(kind.field(field)) {
        return Cell::Label(masked());
    }
    let value = if row.is_some() { Value::List(vec![value.clone()]) } else { value.clone() };
    let mut fields = record.fields.clone();
    fields.set(field, value.clone());
    said(words.value_in(kind, field, &fields, &value))
}

/// The rows that differ. Rows of a list of groups have numbers from 1. Of a plain list: what was removed and what was
/// added. Otherwise: the whole value.
fn rows(field: &Field, altered: &Altered) -> Vec<Row> {
    let elements = |value: &Option<Value>| match value {
        Some(Value::List(values)) => values.clone(),
        _ => Vec::new(),
    };
    let (from, to) = (elements(&altered.from), elements(&altered.to));
    match &field.ty {
        Type::List(element) if matches!(**element, Type::Group(_)) => {
            let row = |number: usize| {
                let (from, to) = (from.get(number).cloned(), to.get(number).cloned());
                (from != to).then_some(Row { number: Some(number + 1), from, to })
            };
            (0..from.len().max(to.len())).filter_map(row).collect()
        }
        Type::List(_) => {
            let without = |list: &[Value], other: &[Value]| {
                let left: Vec<Value> = list.iter().filter(|value| !other.contains(value)).cloned().collect();
                (!left.is_empty()).then_some(Value::List(left))
            };
            let (gone, new) = (without(&from, &to), without(&to, &from));
            match (gone, new) {
                // only the order changed
                (None, None) => vec![Row { number: None, from: altered.from.clone(), to: altered.to.clone() }],
                (from, to) => vec![Row { number: None, from, to }],
            }
        }
        _ => vec![Row { number: None, from: altered.from.clone(), to: altered.to.clone() }],
    }
}
