//! Comparisons between two values of a record: `told<=received+30d`, `returned<=approved`, `agreed=field:asked`,
//! `opened>=client.since`.
//!
//! The right side is a field of the same line, or else a value of the record: a field, a computed value or a rollup.
//! It may also be a value of a record that a field refers to. To compare a date with a time, the time counts as its
//! day in the zone of the book. If either side is absent, the comparison does not fit.

mod bind;
mod sql;

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Rollup;
use super::domain::number;
use super::eval::{Resolver, Unanswered, closing, entering};
use super::merged::survivor;
use super::syntax::Op;
use super::typed::{Classes, Handle};
use crate::calendar::{Shift, Zone};
use crate::locale::text::fold;
use crate::record::{Computed, FieldId, Fields, Id, Record, Type, Value};

pub(super) use self::sql::functions;

/// A comparison of the value of a path with other values of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Paired {
    left: Way,
    op: Op,
    /// One of these must fit.
    any: Vec<Right>,
    zone: Zone,
}

/// A way from a record into groups and lines, and on through a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    first: First,
    /// Whether the first field is a list.
    list: bool,
    inner: Vec<Part>,
    /// Where the way continues in the record at its end, for each kind of that record. Empty if the way ends there.
    beyond: Vec<Beyond>,
    measure: Measure,
}

/// A value at the end of a path: one of the record, or of a record that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    way: Way,
    /// What it is.
    pub ty: Type,
    /// Whether it is masked, as fields are.
    pub private: bool,
    /// The path by its stored names.
    pub name: String,
}

/// A way that goes on in a record of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Beyond {
    kind: String,
    /// The field that says into which record a record of the kind was merged.
    merged_by: Option<Handle>,
    way: Way,
}

/// A field of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    handle: Handle,
    list: bool,
}

/// The first step of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum First {
    Field(Handle),
    Computed(Box<Computed>),
    Rollup(Box<Rollup>),
    Opened,
    Changed,
    Closed(Classes),
    Milestone(Vec<String>),
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Right {
    from: From,
    measure: Measure,
    shift: Option<Shift>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum From {
    /// The record.
    Record(Way),
    /// A field of the same line as the value on the left.
    Line(Handle),
}

/// How two values are compared; only values of the same measure can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Measure {
    Count,
    Decimal,
    Money,
    Day,
    Instant,
    Bool,
    Text,
    /// A choice, a person or a reference: compared exactly.
    Name,
}

impl Measure {
    fn of(ty: &Type) -> Option<Measure> {
        Some(match ty {
            Type::Count => Measure::Count,
            Type::Decimal => Measure::Decimal,
            Type::Money => Measure::Money,
            Type::Date => Measure::Day,
            Type::Time => Measure::Instant,
            Type::Bool => Measure::Bool,
            Type::Text | Type::Phone | Type::Email | Type::Day | Type::File => Measure::Text,
            Type::Choice(_) | Type::Person | Type::Role | Type::Department | Type::Ref(_) => Measure::Name,
            Type::List(_) | Type::Group(_) => return None,
        })
    }

    /// Whether a name on the right side must be a field, because no value of this measure looks like a name.
    fn takes_names(self) -> bool {
        !matches!(self, Measure::Bool | Measure::Text | Measure::Name)
    }

    fn is_time(self) -> bool {
        matches!(self, Measure::Day | Measure::Instant)
    }

    fn compares(self, other: Measure) -> bool {
        let numbers = |measure| matches!(measure, Measure::Count | Measure::Decimal);
        self == other || self.is_time() && other.is_time() || numbers(self) && numbers(other)
    }
}

/// A value of a record; `None` if it has none.
type Valued<'r> = Result<Option<Cow<'r, Value>>, Unanswered>;

impl Way {
    fn is_single(&self) -> bool {
        !self.list && self.inner.iter().all(|part| !part.list)
    }

    /// The single value at the end of the way.
    fn value<'r>(&self, fields: &'r Fields, record: Option<&'r Record>, lookup: &dyn Resolver) -> Valued<'r> {
        let mut value = self.first.value(fields, record, lookup)?;
        for part in &self.inner {
            value = match value {
                Some(Cow::Borrowed(Value::Group(fields))) => fields.get(part.handle.id).map(Cow::Borrowed),
                Some(Cow::Owned(Value::Group(fields))) => fields.get(part.handle.id).cloned().map(Cow::Owned),
                _ => return Ok(None),
            };
        }
        if self.beyond.is_empty() {
            return Ok(value);
        }
        let id: Option<Id> = match value.as_deref() {
            Some(Value::Ref(id)) => Some(id.clone()),
            // a person is stored by name
            Some(Value::Text(name)) => name.parse().ok(),
            _ => None,
        };
        let Some(id) = id else { return Ok(None) };
        let of = |record: &Record| self.beyond.iter().find(|beyond| beyond.kind == record.kind);
        let by = |record: &Record| of(record)?.merged_by.as_ref().map(|by| by.id);
        let Some(next) = survivor(&id, &by, lookup)? else { return Ok(None) };
        let Some(beyond) = of(&next) else { return Ok(None) };
        let value = beyond.way.value(&next.fields, Some(&next), lookup)?;
        Ok(value.map(|value| Cow::Owned(value.into_owned())))
    }

    /// Whether it asks about other records.
    fn follows(&self) -> bool {
        !self.beyond.is_empty() || self.rolls()
    }

    /// Whether it asks about a rollup.
    fn rolls(&self) -> bool {
        matches!(self.first, First::Rollup(_)) || self.beyond.iter().any(|beyond| beyond.way.rolls())
    }

    /// Whether it asks about this field of the record.
    fn reads(&self, field: FieldId) -> bool {
        match &self.first {
            First::Field(handle) => handle.id == field,
            First::Computed(_) => true,
            First::Rollup(rollup) => rollup.reads(&|of| of == field),
            _ => false,
        }
    }
}

impl Reached {
    /// The value for a record of the kind.
    ///
    /// # Errors
    /// If another record cannot be looked up.
    pub fn value(&self, record: &Record, lookup: &dyn Resolver) -> Result<Option<Value>, Unanswered> {
        let value = self.way.value(&record.fields, Some(record), lookup)?;
        Ok(value.map(Cow::into_owned))
    }
}

impl First {
    fn value<'r>(&self, fields: &'r Fields, record: Option<&'r Record>, lookup: &dyn Resolver) -> Valued<'r> {
        let event = match self {
            First::Field(handle) => return Ok(fields.get(handle.id).map(Cow::Borrowed)),
            First::Computed(computed) => return Ok(computed.value(fields).map(Cow::Owned)),
            First::Rollup(rollup) => {
                let value = lookup.rollup(rollup, fields, record.map(|record| &record.id))?;
                return Ok(value.map(Cow::Owned));
            }
            First::Opened => record.and_then(|record| record.history.first()),
            First::Changed => record.and_then(|record| record.history.last()),
            First::Closed(classes) => record.and_then(|record| closing(record, |state| classes.of(state))),
            First::Milestone(states) => record.and_then(|record| entering(record, states)),
        };
        Ok(event.map(|event| Cow::Owned(Value::Time(event.at))))
    }
}

impl Paired {
    /// The ways on both sides that begin at the record.
    fn ways(&self) -> impl Iterator<Item = &Way> {
        let right = self.any.iter().filter_map(|right| match &right.from {
            From::Record(way) => Some(way),
            From::Line(_) => None,
        });
        std::iter::once(&self.left).chain(right)
    }

    /// Whether it asks about this field of the record.
    pub(super) fn reads(&self, field: FieldId) -> bool {
        self.ways().any(|way| way.reads(field))
    }

    /// Whether it asks about other records: those that the record refers to, or those of a rollup.
    pub(super) fn follows(&self) -> bool {
        self.ways().any(Way::follows)
    }

    /// Whether it asks about a rollup.
    pub(super) fn rolls(&self) -> bool {
        self.ways().any(Way::rolls)
    }

    /// Whether a field that it asks about has no value yet.
    pub(super) fn lacks(&self, fields: &Fields) -> bool {
        self.ways().any(|way| matches!(&way.first, First::Field(handle) if fields.get(handle.id).is_none()))
    }

    /// Whether it holds for a record with these fields.
    ///
    /// # Errors
    /// If another record cannot be looked up.
    pub(super) fn holds(
        &self,
        fields: &Fields,
        record: Option<&Record>,
        lookup: &dyn Resolver,
    ) -> Result<bool, Unanswered> {
        let first = if self.left.beyond.is_empty() {
            self.left.first.value(fields, record, lookup)?
        } else {
            self.left.value(fields, record, lookup)?
        };
        let Some(first) = first else { return Ok(false) };
        // values of the record are the same for every line
        let mut others = Vec::new();
        for right in &self.any {
            others.push(match &right.from {
                From::Record(way) => way.value(fields, record, lookup)?,
                From::Line(_) => None,
            });
        }
        let inner = if self.left.beyond.is_empty() { self.left.inner.as_slice() } else { &[] };
        Ok(self.walk(&first, inner, None, &|value, line| {
            self.any.iter().zip(&others).any(|(right, other)| {
                let other = match &right.from {
                    From::Record(_) => other.as_deref().map(Cow::Borrowed),
                    From::Line(handle) => line.and_then(|line| line.get(handle.id)).map(Cow::Borrowed),
                };
                let other = other.and_then(|other| shifted(other, right.shift, self.zone));
                other.and_then(|other| order(value, &other, self)).is_some_and(|order| self.admits(order))
            })
        }))
    }

    fn walk(
        &self,
        value: &Value,
        inner: &[Part],
        line: Option<&Fields>,
        fits: &dyn Fn(&Value, Option<&Fields>) -> bool,
    ) -> bool {
        match (value, inner.split_first()) {
            (Value::List(values), _) => values.iter().any(|value| self.walk(value, inner, line, fits)),
            (Value::Group(fields), Some((part, rest))) => {
                fields.get(part.handle.id).is_some_and(|value| self.walk(value, rest, Some(fields), fits))
            }
            (Value::Group(_), None) | (_, Some(_)) => false,
            (value, None) => fits(value, line),
        }
    }

    fn admits(&self, order: Ordering) -> bool {
        match self.op {
            Op::Is => order.is_eq(),
            Op::Less => order.is_lt(),
            Op::AtMost => order.is_le(),
            Op::More => order.is_gt(),
            Op::AtLeast => order.is_ge(),
            Op::Contains => false,
        }
    }
}

/// A value moved forward by a span. `None` if there is no such date or time.
fn shifted(value: Cow<'_, Value>, shift: Option<Shift>, zone: Zone) -> Option<Cow<'_, Value>> {
    let Some(shift) = shift else { return Some(value) };
    Some(Cow::Owned(match &*value {
        Value::Date(date) => Value::Date(shift.date(*date)?),
        Value::Time(at) => Value::Time(shift.moment(*at, zone)?),
        _ => return None,
    }))
}

/// The order of two values.
fn order(left: &Value, right: &Value, paired: &Paired) -> Option<Ordering> {
    let zone = paired.zone;
    let scaled = |value: &Value| {
        let factor = if matches!(value, Value::Count(_)) { 1_000_000 } else { 1 };
        number(value).map(|number| i128::from(number) * factor)
    };
    Some(match (left, right) {
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Date(left), Value::Time(right)) => left.cmp(&zone.date(*right)),
        (Value::Time(left), Value::Date(right)) => zone.date(*left).cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Count(_) | Value::Decimal(_) | Value::Money(_) | Value::Time(_), _) => {
            scaled(left)?.cmp(&scaled(right)?)
        }
        _ => {
            let text = |value: &Value| match value {
                Value::File(file) => Some(file.name.clone()),
                value => value.stored(),
            };
            let (left, right) = (text(left)?, text(right)?);
            match paired.left.measure {
                Measure::Text => fold(&left).cmp(&fold(&right)),
                _ => left.cmp(&right),
            }
        }
    })
}
