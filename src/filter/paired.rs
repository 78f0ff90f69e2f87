//! Two values held against each other: `told<=received+30d`, `returned<=approved`, `agreed=field:asked`, `opened>=client.since`.
//!
//! The right side is a field of the same line, or else a value that the record has: a field, a computed value, a rollup, or one of
//! these of a record that a field names. A date and a time are compared by their days in the zone of the book. What is absent on
//! either side fits nothing.

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

/// A comparison of what a path gives with other values of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Paired {
    left: Way,
    op: Op,
    /// One of these fits.
    any: Vec<Right>,
    zone: Zone,
}

/// A way from a record into groups and lines, and on through a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    first: First,
    /// Whether the first is a list.
    list: bool,
    inner: Vec<Part>,
    /// Where it goes on in the record that is named at its end, by the kind of that record. It ends there if there is none.
    beyond: Vec<Beyond>,
    measure: Measure,
}

/// A value that a path leads to: one of the record, or of a record that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    way: Way,
    /// What it is.
    pub ty: Type,
    /// Masked as fields are.
    pub private: bool,
    /// The path by its stored names.
    pub name: String,
}

/// A way that goes on in a record of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Beyond {
    kind: String,
    /// The field by which records of the kind are merged.
    merged_by: Option<Handle>,
    way: Way,
}

/// A field of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    handle: Handle,
    list: bool,
}

/// Where a way begins.
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

/// What a value is compared with.
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
    /// The line in which the value on the left stands.
    Line(Handle),
}

/// What can be compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Measure {
    Count,
    Decimal,
    Money,
    Day,
    Instant,
    Bool,
    Text,
    /// A choice, a person, a reference: letter for letter.
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

    /// Whether a name on the right side means a field, because it cannot be a value of this measure.
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

/// A value of a record, where it has one.
type Valued<'r> = Result<Option<Cow<'r, Value>>, Unanswered>;

impl Way {
    fn is_single(&self) -> bool {
        !self.list && self.inner.iter().all(|part| !part.list)
    }

    /// The one value at the end of the way.
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
            // a person by name
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

    /// Whether it asks of other records.
    fn follows(&self) -> bool {
        !self.beyond.is_empty() || self.rolls()
    }

    /// Whether it asks of a rollup.
    fn rolls(&self) -> bool {
        matches!(self.first, First::Rollup(_)) || self.beyond.iter().any(|beyond| beyond.way.rolls())
    }

    /// Whether it asks of a field of the record.
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
    /// Another record cannot be looked up.
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
    /// The ways from the record on either side.
    fn ways(&self) -> impl Iterator<Item = &Way> {
        let right = self.any.iter().filter_map(|right| match &right.from {
            From::Record(way) => Some(way),
            From::Line(_) => None,
        });
        std::iter::once(&self.left).chain(right)
    }

    /// Whether it asks of a field of the record.
    pub(super) fn reads(&self, field: FieldId) -> bool {
        self.ways().any(|way| way.reads(field))
    }

    /// Whether it asks of other records: of those that the record names, or of a rollup.
    pub(super) fn follows(&self) -> bool {
        self.ways().any(Way::follows)
    }

    /// Whether it asks of a rollup.
    pub(super) fn rolls(&self) -> bool {
        self.ways().any(Way::rolls)
    }

    /// Whether a field that it asks of has no value yet.
    pub(super) fn lacks(&self, fields: &Fields) -> bool {
        self.ways().any(|way| matches!(&way.first, First::Field(handle) if fields.get(handle.id).is_none()))
    }

    /// Whether it holds of a record with these fields.
    ///
    /// # Errors
    /// Another record cannot be looked up.
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
        // what the record says does not change from line to line
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

/// A value that is later by a span. `None` if there is no such date or time.
fn shifted(value: Cow<'_, Value>, shift: Option<Shift>, zone: Zone) -> Option<Cow<'_, Value>> {
    let Some(shift) = shift else { return Some(value) };
    Some(Cow::Owned(match &*value {
        Value::Date(date) => Value::Date(shift.date(*date)?),
        Value::Time(at) => Value::Time(shift.moment(*at, zone)?),
        _ => return None,
    }))
}

/// How two values lie to each other.
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
