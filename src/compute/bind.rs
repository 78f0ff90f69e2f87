//! Fields bound to what a computation calls them: of the record itself, or of the lines of one of its lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::record::{Compute, FieldId, Fields, Type, Value};

/// A field that a computation goes by.
#[derive(Debug)]
pub struct Input {
    /// What the computation calls it, and the key in the kind file.
    pub name: &'static str,
    /// Where it stands.
    pub within: Within,
    /// The types that will do, as kind files name them.
    pub types: &'static [&'static str],
    /// Whether there is nothing to compute without it.
    pub required: bool,
}

/// Where a field of a computation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// In the record itself.
    Record,
    /// In the lines of a list; all inputs of one letter are of the same list.
    Lines(char),
}

/// What a computation gives.
#[derive(Debug)]
pub struct Output {
    /// Its name, as `value = "NAME"` in the kind file.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
}

/// A computation with its fields bound: its view of a record, and what of it can be asked for.
pub(super) trait Viewing: Copy + std::fmt::Debug + Send + Sync + 'static {
    /// What it reads of a record.
    type View: 'static;
    /// What it gives, each once.
    const GIVES: &'static [Given<Self::View>];

    /// With its fields bound, where those that it needs are.
    fn bound(bindings: &Bindings) -> Option<Self>;

    /// The view of a record.
    fn view(&self, fields: &Fields) -> Self::View;
}

/// Something that a computation gives of its view of a record: its name, its type, and how it follows.
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

/// What a computation gives.
pub(super) fn outputs<B: Viewing>() -> Vec<Output> {
    B::GIVES.iter().map(|given| Output { name: given.0, ty: given.1.clone() }).collect()
}

/// One of its outputs with the fields bound.
pub(super) fn bind<B: Viewing>(bindings: &Bindings, output: &str) -> Option<Arc<dyn Compute>> {
    let given = B::GIVES.iter().find(|given| given.0 == output)?;
    Some(Arc::new(Giving { by: B::bound(bindings)?, of: given.2 }))
}

/// The handles of the fields, by what the computation calls them: one for a field of the record, two for one of a list's
/// lines.
#[derive(Debug, Clone, Default)]
pub struct Bindings(pub BTreeMap<String, Vec<FieldId>>);

impl Bindings {
    /// The field of the record, where one is bound.
    pub(super) fn own(&self, name: &str) -> Option<FieldId> {
        match self.0.get(name)?.as_slice() {
            [field] => Some(*field),
            _ => None,
        }
    }

    /// The field of a list's lines, where one is bound.
    pub(super) fn of_line(&self, name: &str) -> Option<FieldId> {
        match self.0.get(name)?.as_slice() {
            [_, field] => Some(*field),
            _ => None,
        }
    }

    /// The list that a field of its lines stands in.
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

/// A number of any type of number; a negative one is none that a quantity or price could be, and counts as zero.
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
