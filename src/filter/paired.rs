//! Two values of one record held against each other: `told<=received+30d`, `returned<=approved`, `agreed=field:asked`.
//!
//! The right side is a field of the same line, or else of the same record, which has one value. A date and a time are compared by
//! their days in the zone of the book. What is absent on either side fits nothing.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::bind::Binder;
use super::columns::{column_name, quoted};
use super::domain::number;
use super::error::FilterError;
use super::eval::{closing, entering};
use super::name::{self, Own, Target};
use super::sql::{Writer, literal};
use super::syntax::{Comparison, Literal, Op, Operand};
use super::typed::{Classes, Handle};
use crate::calendar::{Shift, Unit, Zone};
use crate::label;
use crate::locale::messages::FilterText;
use crate::locale::text::{fold, half_width};
use crate::record::{Computed, FieldId, Fields, Record, Shape, Type, Value};

/// The word before a field on the right side that says that nothing else is meant.
const FIELD: &str = "field:";

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

    /// Whether a name on the right side is no value of it.
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

/// A comparison as it was bound: the path by its stored names, and the canonical right side.
type Bound = (Paired, Vec<String>, Vec<Operand>);

/// A way as it was found, with its end.
struct Found<'s> {
    way: Way,
    ty: &'s Type,
    /// The group whose field the way ends at, if it goes into one.
    group: Option<&'s Shape>,
    private: bool,
    names: Vec<String>,
}

impl<'s> Binder<'s> {
    /// The comparison with other values of the record, from the name number `at` of the path on. `None` if the right side is a value,
    /// or the path leaves the record.
    pub(super) fn paired(
        &self,
        kind: &str,
        shape: &'s Shape,
        at: usize,
        comparison: &Comparison,
    ) -> Result<Option<Bound>, FilterError> {
        let written = |operand: &Operand| match operand {
            Operand::One(literal) if !literal.quoted => Some(literal.clone()),
            _ => None,
        };
        let literals: Option<Vec<Literal>> = comparison.any.iter().map(written).collect();
        let Some(literals) = literals.filter(|_| comparison.op != Op::Contains) else { return Ok(None) };
        let Some(left) = self.way(kind, shape, &self.term.path[at..]) else { return Ok(None) };
        let measure = left.way.measure;
        let (mut any, mut canonical) = (Vec::new(), Vec::new());
        for written in &literals {
            let text = half_width(&written.text);
            let (text, explicit) = match text.strip_prefix(FIELD) {
                Some(rest) => (rest, true),
                None if measure.takes_names() => (&*text, false),
                None => return Ok(None),
            };
            let Some((found, shift)) = self.right(kind, shape, left.group, text) else {
                if !explicit {
                    return Ok(None);
                }
                return Err(self.unknown(shape, text, &name::names(self.shapes, kind, shape)));
            };
            self.fits(&left, &found, shift, comparison.op, written)?;
            let shown = shift.map(|shift| shift.to_string()).unwrap_or_default();
            let word = if measure.takes_names() { "" } else { FIELD };
            let text = format!("{word}{}{shown}", found.names.join("."));
            canonical.push(Operand::One(Literal { text, quoted: false, at: written.at.clone() }));
            let (measure, from) = (found.way.measure, found.from());
            any.push(Right { from, measure, shift });
        }
        let paired = Paired { left: left.way, op: comparison.op, any, zone: self.scope.zone };
        Ok(Some((paired, left.names, canonical)))
    }

    /// Refuses what cannot be compared, and what a masked reader does not see.
    fn fits(
        &self,
        left: &Found<'_>,
        right: &Found<'_>,
        shift: Option<Shift>,
        op: Op,
        written: &Literal,
    ) -> Result<(), FilterError> {
        let fault = |message| Err(FilterError::new(&written.at, message));
        let (ours, theirs) = (left.way.measure, right.way.measure);
        let (path, name) = (self.term.path.join("."), right.names.join("."));
        if self.scope.masked && (left.private || right.private) {
            let of = if left.private { path } else { name };
            return fault(label!(FilterText::IsPrivate, name = of));
        }
        if !ours.compares(theirs) {
            let (left, right) = (left.ty.name(), right.ty.name());
            return fault(label!(FilterText::Incomparable, path = path, left = left, name = name, right = right));
        }
        if op != Op::Is && matches!(ours, Measure::Bool | Measure::Name) {
            return fault(label!(FilterText::NoOrder, name = path, type = left.ty.name()));
        }
        let Some(shift) = shift else { return Ok(()) };
        let by_time = matches!(shift.span.unit, Unit::Minutes | Unit::Hours);
        if !theirs.is_time() || by_time && theirs == Measure::Day {
            return fault(label!(FilterText::NoShift, shift = shift, name = name, type = right.ty.name()));
        }
        if !shift.is_civil() {
            return fault(label!(FilterText::WorkShift, shift = shift));
        }
        Ok(())
    }

    /// What stands on the right: a field of the line, or of the record, and the span behind it.
    fn right(
        &self,
        kind: &str,
        shape: &'s Shape,
        group: Option<&'s Shape>,
        text: &str,
    ) -> Option<(Found<'s>, Option<Shift>)> {
        let find = |text: &str| {
            let names: Vec<String> = text.split('.').map(str::to_owned).collect();
            let line = group.zip(names.first().filter(|_| names.len() == 1));
            let line = line.and_then(|(group, name)| Found::of_line(group, name));
            line.or_else(|| self.way(kind, shape, &names).filter(|found| found.way.is_single()))
        };
        if let Some(found) = find(text) {
            return Some((found, None));
        }
        text.rmatch_indices(['+', '-']).find_map(|(at, sign)| {
            let span = text.get(at + 1..)?.parse().ok()?;
            Some((find(text.get(..at)?)?, Some(Shift { span, back: sign == "-" })))
        })
    }

    /// The way that names go through a record of `kind`. `None` if they leave it, or end at no single value or list of such.
    fn way(&self, kind: &str, shape: &'s Shape, names: &[String]) -> Option<Found<'s>> {
        let (first, mut rest) = names.split_first()?;
        let instant = |first: First, names: Vec<String>| Found {
            way: Way { first, list: false, inner: Vec::new(), measure: Measure::Instant },
            ty: &Type::Time,
            group: None,
            private: false,
            names,
        };
        if name::is_milestone(first) {
            let [milestone] = rest else { return None };
            let states = self.shapes.milestone(kind, milestone)?;
            let names = vec![name::MILESTONE.to_owned(), milestone.clone()];
            return Some(instant(First::Milestone(states.to_vec()), names));
        }
        let own = |found: Found<'s>| rest.is_empty().then_some(found);
        let (first, ty, mut private, name) = match name::target(self.shapes, kind, shape, first)? {
            Target::Field(id, field) => {
                (First::Field(Handle { id, name: field.name.clone() }), &field.ty, field.private, &field.name)
            }
            Target::Computed(computed) => {
                (First::Computed(Box::new(computed.clone())), &computed.ty, computed.private, &computed.name)
            }
            Target::Own(Own::Opened) => return own(instant(First::Opened, vec![Own::Opened.name().to_owned()])),
            Target::Own(Own::Changed) => return own(instant(First::Changed, vec![Own::Changed.name().to_owned()])),
            Target::Own(Own::Closed) => {
                let classes = First::Closed(self.classes(shape));
                return own(instant(classes, vec![Own::Closed.name().to_owned()]));
            }
            Target::Milestone(name, states) => return own(instant(First::Milestone(states.to_vec()), vec![name])),
            _ => return None,
        };
        let (mut ty, mut list, mut names) = (ty, false, vec![name.clone()]);
        if let Type::List(element) = ty {
            (ty, list) = (&**element, true);
        }
        let (mut inner, mut group) = (Vec::new(), None);
        while let Some((next, beyond)) = rest.split_first() {
            let Type::Group(shape) = ty else { return None };
            let (id, field) = name::field(shape, next)?;
            let element = if let Type::List(element) = &field.ty { Some(&**element) } else { None };
            inner.push(Part { handle: Handle { id, name: field.name.clone() }, list: element.is_some() });
            names.push(field.name.clone());
            private |= field.private;
            (ty, group, rest) = (element.unwrap_or(&field.ty), Some(shape), beyond);
        }
        let measure = Measure::of(ty)?;
        Some(Found { way: Way { first, list, inner, measure }, ty, group, private, names })
    }
}

impl<'s> Found<'s> {
    /// A field of the line in which the left side stands.
    fn of_line(group: &'s Shape, name: &str) -> Option<Found<'s>> {
        let (id, field) = name::field(group, name)?;
        let handle = Handle { id, name: field.name.clone() };
        let way = Way { first: First::Field(handle), list: false, inner: Vec::new(), measure: Measure::of(&field.ty)? };
        Some(Found { way, ty: &field.ty, group: Some(group), private: field.private, names: vec![field.name.clone()] })
    }

    fn from(self) -> From {
        match (self.group, self.way) {
            // a way of one name that ends in a group is that of a line
            (Some(_), Way { first: First::Field(handle), inner, .. }) if inner.is_empty() => From::Line(handle),
            (_, way) => From::Record(way),
        }
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

    /// The expression of the one value at the end of the way.
    fn sql(&self, writer: &Writer<'_>, row: &str) -> String {
        self.inner.iter().fold(self.first.sql(writer, row), |of, part| inside(&of, &part.handle))
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

    fn sql(&self, writer: &Writer<'_>, row: &str) -> String {
        let column = |name: &str| format!("{row}.{}", quoted(name));
        match self {
            First::Field(handle) => column(&column_name(&handle.name)),
            First::Computed(computed) => column(&column_name(&computed.name)),
            First::Opened => column("opened"),
            First::Changed => column("changed"),
            First::Closed(_) => column("closed"),
            First::Milestone(states) => {
                let events = quoted(&writer.index.events());
                let states: Vec<String> = states.iter().map(|state| literal(state)).collect();
                format!(
                    "(SELECT at FROM {events} WHERE record = {row}.id AND \"to\" IN ({}) ORDER BY seq DESC LIMIT 1)",
                    states.join(", ")
                )
            }
        }
    }
}

/// The expression of a field in the JSON of a group.
fn inside(of: &str, handle: &Handle) -> String {
    format!("json_extract({of}, {})", literal(&format!("$.\"{}\"", handle.name)))
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

    pub(super) fn sql(&self, writer: &mut Writer<'_>, row: &str) {
        let of = self.left.first.sql(writer, row);
        self.step(writer, row, of, self.left.list, &self.left.inner, None);
    }

    fn step(&self, writer: &mut Writer<'_>, row: &str, of: String, list: bool, inner: &[Part], line: Option<&str>) {
        if list {
            let element = writer.name();
            writer.write(&format!("EXISTS (SELECT 1 FROM json_each({of}) AS {element} WHERE "));
            self.step(writer, row, format!("{element}.value"), false, inner, line);
            return writer.write(")");
        }
        if let Some((part, rest)) = inner.split_first() {
            return self.step(writer, row, inside(&of, &part.handle), part.list, rest, Some(&of));
        }
        let sides: Vec<String> = self.any.iter().filter_map(|right| self.side(writer, row, &of, line, right)).collect();
        writer.write(&format!("({})", if sides.is_empty() { "0".to_owned() } else { sides.join(" OR ") }));
    }

    fn side(&self, writer: &Writer<'_>, row: &str, of: &str, line: Option<&str>, right: &Right) -> Option<String> {
        let mut other = match &right.from {
            From::Record(way) => way.sql(writer, row),
            From::Line(handle) => inside(line?, handle),
        };
        let zone = literal(self.zone.name());
        if let Some(shift) = right.shift {
            other = format!("later({other}, {}, {zone})", literal(&shift.to_string()));
        }
        let day = |of: &str| format!("day_of({of}, {zone})");
        let many = |of: &str| format!("({of}) * 1000000");
        let (left, other) = match (self.left.measure, right.measure) {
            (Measure::Day, Measure::Instant) => (of.to_owned(), day(&other)),
            (Measure::Instant, Measure::Day) => (day(of), other),
            (Measure::Count, Measure::Decimal) => (many(of), other),
            (Measure::Decimal, Measure::Count) => (of.to_owned(), many(&other)),
            (Measure::Text, _) => (format!("fold({of})"), format!("fold({other})")),
            _ => (of.to_owned(), other),
        };
        Some(format!("{left} {} {other}", self.op.symbol()))
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

/// What the SQL functions `later` and `day_of` give: of a day as text, of an instant in seconds.
pub(super) mod functions {
    use rusqlite::functions::{Context, FunctionFlags};
    use rusqlite::types::{Value as Cell, ValueRef};

    use crate::calendar::{Shift, Zone};

    /// `later(day or instant, '+30d', zone)`.
    fn later(context: &Context<'_>) -> Option<Cell> {
        let text = context.get_raw(1).as_str().ok()?;
        let shift = Shift { span: text.get(1..)?.parse().ok()?, back: text.starts_with('-') };
        match context.get_raw(0) {
            ValueRef::Text(day) => {
                let day = std::str::from_utf8(day).ok()?.parse().ok()?;
                Some(Cell::Text(shift.date(day)?.format("%Y-%m-%d").to_string()))
            }
            ValueRef::Integer(instant) => {
                let zone: Zone = context.get_raw(2).as_str().ok()?.parse().ok()?;
                Some(Cell::Integer(shift.moment(zone.moment(instant), zone)?.timestamp()))
            }
            _ => None,
        }
    }

    /// `day_of(instant, zone)`.
    fn day_of(context: &Context<'_>) -> Option<Cell> {
        let ValueRef::Integer(instant) = context.get_raw(0) else { return None };
        let zone: Zone = context.get_raw(1).as_str().ok()?.parse().ok()?;
        Some(Cell::Text(zone.date(zone.moment(instant)).format("%Y-%m-%d").to_string()))
    }

    /// Makes the functions known to a connection.
    ///
    /// # Errors
    /// If SQLite refuses.
    pub(crate) fn register(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
        connection.create_scalar_function("later", 3, flags, |context| Ok(later(context)))?;
        connection.create_scalar_function("day_of", 2, flags, |context| Ok(day_of(context)))
    }
}
