//! Two values of one record held against each other: `told<=received+30d`, `returned<=approved`, `agreed=field:asked`.
//!
//! The right side is a field of the same line, or else of the same record, which has one value. A date and a time are compared by
//! their days in the zone of the book. What is absent on either side fits nothing.

mod bind;
mod sql;

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::domain::number;
use super::eval::{closing, entering};
use super::syntax::Op;
use super::typed::{Classes, Handle};
use crate::calendar::{Shift, Zone};
use crate::locale::text::fold;
use crate::record::{Computed, FieldId, Fields, Record, Type, Value};

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

/// A way from a record into groups and lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    first: First,
    /// Whether the first is a list.
    list: bool,
    inner: Vec<Part>,
    measure: Measure,
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
            Type::Text | Type::Phone | Type::Email | Type::File => Measure::Text,
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

impl Way {
    fn is_single(&self) -> bool {
        !self.list && self.inner.iter().all(|part| !part.list)
    }

    /// The one value at the end of the way.
    fn value<'r>(&self, fields: &'r Fields, record: Option<&'r Record>) -> Option<Cow<'r, Value>> {
        let mut value = self.first.value(fields, record)?;
        for part in &self.inner {
            let next = match &value {
                Cow::Borrowed(Value::Group(fields)) => Cow::Borrowed(fields.get(part.handle.id)?),
                Cow::Owned(Value::Group(fields)) => Cow::Owned(fields.get(part.handle.id)?.clone()),
                _ => return None,
            };
            value = next;
        }
        Some(value)
    }
}

impl First {
    fn value<'r>(&self, fields: &'r Fields, record: Option<&'r Record>) -> Option<Cow<'r, Value>> {
        let event = match self {
            First::Field(handle) => return fields.get(handle.id).map(Cow::Borrowed),
            First::Computed(computed) => return computed.value(fields).map(Cow::Owned),
            First::Opened => record?.history.first(),
            First::Changed => record?.history.last(),
            First::Closed(classes) => closing(record?, |state| classes.of(state)),
            First::Milestone(states) => entering(record?, states),
        };
        event.map(|event| Cow::Owned(Value::Time(event.at)))
    }
}

impl Paired {
    /// Whether it asks of a field of the record.
    pub(super) fn reads(&self, field: FieldId) -> bool {
        let of = |way: &Way| match &way.first {
            First::Field(handle) => handle.id == field,
            First::Computed(_) => true,
            _ => false,
        };
        of(&self.left) || self.any.iter().any(|right| matches!(&right.from, From::Record(way) if of(way)))
    }

    /// Whether a field that it asks of has no value yet.
    pub(super) fn lacks(&self, fields: &Fields) -> bool {
        let of = |way: &Way| matches!(&way.first, First::Field(handle) if fields.get(handle.id).is_none());
        of(&self.left) || self.any.iter().any(|right| matches!(&right.from, From::Record(way) if of(way)))
    }

    pub(super) fn holds(&self, fields: &Fields, record: Option<&Record>) -> bool {
        let Some(first) = self.left.first.value(fields, record) else { return false };
        self.walk(&first, &self.left.inner, None, &|value, line| {
            self.any.iter().any(|right| {
                let other = match &right.from {
                    From::Record(way) => way.value(fields, record),
                    From::Line(handle) => line.and_then(|line| line.get(handle.id)).map(Cow::Borrowed),
                };
                let other = other.and_then(|other| shifted(other, right.shift, self.zone));
                other.and_then(|other| order(value, &other, self)).is_some_and(|order| self.admits(order))
            })
        })
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

/// A value so much later. `None` if there is no such date or time.
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
