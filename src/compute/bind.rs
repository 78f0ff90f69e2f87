//! Binds fields to the names that a computation uses: fields of the record itself, or of the lines of one of its
//! lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::record::{Compute, FieldId, Fields, Type, Value};

/// A field that a computation needs.
#[derive(Debug)]
pub struct Input {
    /// The name that the computation uses; it is also the key in the kind file.
    pub name: &'static str,
    /// Where the field is.
    pub within: Within,
    /// The types that are allowed, by their names in kind files.
    pub types: &'static [&'static str],
    /// Whether nothing can be computed without it.
    pub required: bool,
}

/// Where a field of a computation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// In the record itself.
    Record,
    /// In the lines of a list. Inputs with the same letter are in the same list.
    Lines(char),
}

/// A value that a computation gives.
#[derive(Debug)]
pub struct Output {
    /// Its name, as `value = "NAME"` in the kind file.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
}

/// A computation with bound fields: how it reads a record, and which values it gives.
pub(super) trait Viewing: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// The values that it reads from a record.
    type View: 'static;
    /// The values that it gives, each once.
    const GIVES: &'static [Given<Self::View>];

    /// Binds the fields; `None` if a required one is missing.
    fn bound(bindings: &Bindings) -> Option<Self>;

    /// Reads a record.
    fn view(&self, fields: &Fields) -> Self::View;
}

/// A value that a computation gives: its name, its type, and how it follows from the view.
pub(super) struct Given<V>(pub &'static str, pub Type, pub fn(&V) -> Option<Value>);

#[derive(Clone, Copy)]
struct Giving<B: Viewing> {
    by: B,
    of: fn(&B::View) -> Option<Value>,
}

impl<B: Viewing> std::fmt::Debug for Giving<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.by.fmt(f)
    }
}

impl<B: Viewing> Compute for Giving<B> {
    fn value(&self, fields: &Fields) -> Option<Value> {
        (self.of)(&self.by.view(fields))
    }
}

/// The values that a computation gives.
pub(super) fn outputs<B: Viewing>() -> Vec<Output> {
    B::GIVES.iter().map(|given| Output { name: given.0, ty: given.1.clone() }).collect()
}

/// Binds one of the values to fields; `None` if there is no such value.
pub(super) fn bind<B: Viewing>(bindings: &Bindings, output: &str) -> Option<Arc<dyn Compute>> {
    let given = B::GIVES.iter().find(|given| given.0 == output)?;
    Some(Arc::new(Giving { by: B::bound(bindings)?, of: given.2 }))
}

/// The field handles, by the names that the computation uses. One handle is a field of the record, two are a field of
/// a list's lines.
#[derive(Debug, Clone, Default)]
pub struct Bindings(pub BTreeMap<String, Vec<FieldId>>);

impl Bindings {
    /// The field of the record with this name, if it is bound.
    pub(super) fn own(&self, name: &str) -> Option<FieldId> {
        match self.0.get(name)?.as_slice() {
            [field] => Some(*field),
            _ => None,
        }
    }

    /// The field of a list's lines with this name, if it is bound.
    pub(super) fn of_line(&self, name: &str) -> Option<FieldId> {
        match self.0.get(name)?.as_slice() {
            [_, field] => Some(*field),
            _ => None,
        }
    }

    /// The list whose lines have the field with this name.
    pub(super) fn list(&self, name: &str) -> Option<FieldId> {
        self.0.get(name)?.first().copied()
    }
}

/// The lines of a list.
pub(super) fn lines(fields: &Fields, list: FieldId) -> impl Iterator<Item = &Fields> {
    fields.get(list).map(Value::elements).unwrap_or_default().iter().filter_map(|value| match value {
        Value::Group(line) => Some(line),
        _ => None,
    })
}

/// The value of any numeric field. Missing and negative values count as zero: no quantity or price is negative.
pub(super) fn number(fields: &Fields, field: Option<FieldId>) -> Option<Decimal> {
    match fields.get(field?)? {
        Value::Decimal(number) | Value::Money(number) => Some((*number).max(Decimal::ZERO)),
        Value::Count(count) => Some(Decimal::from(*count)),
        _ => None,
    }
}

/// A date.
pub(super) fn date(fields: &Fields, field: Option<FieldId>) -> Option<NaiveDate> {
    match fields.get(field?)? {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

/// A text.
pub(super) fn text(fields: &Fields, field: Option<FieldId>) -> Option<&str> {
    fields.get(field?)?.as_text()
}
