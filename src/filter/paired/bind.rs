//! From the text of a comparison to handles for its left and right side.

use super::super::bind::Binder;
use super::super::error::{At, FilterError};
use super::super::name::{self, Own, Target};
use super::super::scope::{Scope, Shapes};
use super::super::syntax::{Comparison, Literal, Op, Operand, Term};
use super::super::typed::{Handle, Merging};
use super::{Beyond, First, From, Measure, Paired, Part, Reached, Right, Way};
use crate::calendar::{Shift, Unit};
use crate::label;
use crate::locale::messages::FilterText;
use crate::locale::text::half_width;
use crate::record::{Shape, Type};

/// The prefix on the right side that makes sure a field is meant.
const FIELD: &str = "field:";

/// A comparison after binding: it, the path in stored names, and the canonical right side.
type Bound = (Paired, Vec<String>, Vec<Operand>);

/// A way that was found, with the type at its end.
struct Found<'s> {
    way: Way,
    ty: &'s Type,
    /// The group that holds the field at the end of the way, if it leads into one.
    group: Option<&'s Shape>,
    private: bool,
    names: Vec<String>,
}

impl<'s> Binder<'s> {
    /// The comparison with other values of the record, for the path from its name number `at` on. `None` if the right
    /// side is a plain value. If the path leaves the record, a right side that exists in the record at its end
    /// belongs to that record: also `None`.
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
        if !left.way.beyond.is_empty() && self.is_beyond(&left.way, &literals) {
            return Ok(None);
        }
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

    /// Whether the right side is found in a record that the left side leads to.
    fn is_beyond(&self, left: &Way, literals: &[Literal]) -> bool {
        left.beyond.iter().any(|beyond| {
            let Some(shape) = self.shapes.shape(&beyond.kind) else { return false };
            let there = |written: &Literal| {
                let text = half_width(&written.text);
                let text = text.strip_prefix(FIELD).unwrap_or(&text).to_owned();
                self.right(&beyond.kind, shape, None, &text).is_some()
            };
            literals.iter().any(there) || self.is_beyond(&beyond.way, literals)
        })
    }

    /// Refuses values that cannot be compared, and values that a masked reader may not see.
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

    /// The right side: a field of the line or of the record, and the span after it.
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

    /// The way of these names through a record of `kind`. `None` if they leave the record, or do not end at values of
    /// one type.
    fn way(&self, kind: &str, shape: &'s Shape, names: &[String]) -> Option<Found<'s>> {
        let (first, mut rest) = names.split_first()?;
        let instant = |first: First, names: Vec<String>| Found {
            way: Way { first, list: false, inner: Vec::new(), beyond: Vec::new(), measure: Measure::Instant },
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
            Target::Rollup(rollup) => {
                (First::Rollup(Box::new(rollup.clone())), &rollup.ty, rollup.private, &rollup.name)
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
            let single = !list && inner.iter().all(|part: &Part| !part.list);
            if matches!(ty, Type::Ref(_) | Type::Person) && single {
                let found = self.beyond(ty, rest)?;
                let (beyond, last) = found;
                names.extend(last.names);
                let way = Way { first, list, inner, beyond, measure: last.way.measure };
                return Some(Found { way, ty: last.ty, group: None, private: private || last.private, names });
            }
            let Type::Group(shape) = ty else { return None };
            let (id, field) = name::field(shape, next)?;
            let element = if let Type::List(element) = &field.ty { Some(&**element) } else { None };
            inner.push(Part { handle: Handle { id, name: field.name.clone() }, list: element.is_some() });
            names.push(field.name.clone());
            private |= field.private;
            (ty, group, rest) = (element.unwrap_or(&field.ty), Some(shape), beyond);
        }
        let measure = Measure::of(ty)?;
        Some(Found { way: Way { first, list, inner, beyond: Vec::new(), measure }, ty, group, private, names })
    }

    /// How a way continues in the records that a reference or a person leads to, for each kind that has such a value.
    /// The second part is its end in the first of these kinds. It must end at a single value.
    fn beyond(&self, ty: &Type, rest: &[String]) -> Option<(Vec<Beyond>, Found<'s>)> {
        let kinds: Vec<&str> = match ty {
            Type::Ref(kinds) if kinds.is_empty() => self.shapes.kinds(),
            Type::Ref(kinds) => kinds.iter().map(String::as_str).collect(),
            _ => self.shapes.people().into_iter().collect(),
        };
        let (mut all, mut first): (Vec<Beyond>, Option<Found<'s>>) = (Vec::new(), None);
        for kind in kinds {
            let Some(shape) = self.shapes.shape(kind) else { continue };
            let Some(found) = self.way(kind, shape, rest).filter(|found| found.way.is_single()) else { continue };
            if first.as_ref().is_some_and(|first| first.way.measure != found.way.measure) {
                continue;
            }
            let merged_by = Merging::of(shape).map(|merging| merging.by);
            all.push(Beyond { kind: kind.to_owned(), merged_by, way: found.way.clone() });
            first = match first {
                Some(mut first) => {
                    first.private |= found.private;
                    Some(first)
                }
                None => Some(found),
            };
        }
        Some((all, first?))
    }
}

impl Reached {
    /// The value that a path from a record of a kind leads to. `None` if there is no such path, or if it leads to
    /// several values.
    pub fn read(kind: &str, path: &str, shapes: &dyn Shapes, scope: &Scope<'_>) -> Option<Reached> {
        let names: Vec<String> = path.split('.').map(str::to_owned).collect();
        let term = Term { negated: false, path: names.clone(), test: None, at: At::default() };
        let found = Binder { shapes, scope, term: &term }.way(kind, shapes.shape(kind)?, &names)?;
        let (ty, private, name) = (found.ty.clone(), found.private, found.names.join("."));
        found.way.is_single().then_some(Reached { way: found.way, ty, private, name })
    }
}

impl<'s> Found<'s> {
    /// A field of the line that holds the left side.
    fn of_line(group: &'s Shape, name: &str) -> Option<Found<'s>> {
        let (id, field) = name::field(group, name)?;
        let handle = Handle { id, name: field.name.clone() };
        let measure = Measure::of(&field.ty)?;
        let way = Way { first: First::Field(handle), list: false, inner: Vec::new(), beyond: Vec::new(), measure };
        Some(Found { way, ty: &field.ty, group: Some(group), private: field.private, names: vec![field.name.clone()] })
    }

    fn from(self) -> From {
        match (self.group, self.way) {
            // a way of one name that ends in a group is a field of a line
            (Some(_), Way { first: First::Field(handle), inner, .. }) if inner.is_empty() => From::Line(handle),
            (_, way) => From::Record(way),
        }
    }
}
