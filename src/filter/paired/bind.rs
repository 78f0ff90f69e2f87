//! From the text of a comparison to handles: what its left and right side are.

use super::super::bind::Binder;
use super::super::error::FilterError;
use super::super::name::{self, Own, Target};
use super::super::syntax::{Comparison, Literal, Op, Operand};
use super::super::typed::Handle;
use super::{First, From, Measure, Paired, Part, Right, Way};
use crate::calendar::{Shift, Unit};
use crate::label;
use crate::locale::messages::FilterText;
use crate::locale::text::half_width;
use crate::record::{Shape, Type};

/// The word before a field on the right side that says that nothing else is meant.
const FIELD: &str = "field:";

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
    pub(in super::super) fn paired(
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
