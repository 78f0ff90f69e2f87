//! From the right side of a term to tests, by the type of the values at the end of its path.

use std::ops::Bound;

use chrono::NaiveDate;

use super::domain::{Domain, Read, Unread};
use super::error::{At, FilterError};
use super::scan::alternatives;
use super::scope::{Scope, Shapes, Wanted};
use super::syntax::{Comparison, Literal, Op, Operand};
use super::typed::Test;
use crate::calendar::Direction;
use crate::label;
use crate::locale::messages::FilterText;
use crate::locale::text::{fold, half_width};

/// What is needed to read a right side.
pub(crate) struct Operands<'s> {
    pub(crate) domain: Domain<'s>,
    /// Whether a word for a time means the past or the future.
    pub(crate) direction: Direction,
    /// The path as messages show it.
    pub(crate) path: &'s str,
    pub(crate) shapes: &'s dyn Shapes,
    pub(crate) scope: &'s Scope<'s>,
}

/// The tests (one must fit) and the right side in canonical form.
type Tests = (Vec<Test>, Vec<Operand>);

impl Operands<'_> {
    pub(crate) fn read(&self, comparison: &Comparison) -> Result<Tests, FilterError> {
        let (mut tests, mut canonical) = (Vec::new(), Vec::new());
        for operand in self.spread(comparison)? {
            let (test, shown) = self.one(comparison.op, &operand)?;
            tests.push(test);
            canonical.extend(shown);
        }
        Ok((tests, canonical))
    }

    /// The alternatives. If values are not text, full-width punctuation separates them too.
    fn spread(&self, comparison: &Comparison) -> Result<Vec<Operand>, FilterError> {
        if matches!(self.domain, Domain::Text) || comparison.op == Op::Contains {
            return Ok(comparison.any.clone());
        }
        let mut all = Vec::new();
        for operand in &comparison.any {
            match operand {
                Operand::One(one) if !one.quoted => all.extend(alternatives(one)?),
                other => all.push(other.clone()),
            }
        }
        Ok(all)
    }

    fn one(&self, op: Op, operand: &Operand) -> Result<(Test, Vec<Operand>), FilterError> {
        match (op, operand) {
            (Op::Is, Operand::Range(None, None, _)) => Ok((Test::Present, vec![operand.clone()])),
            (Op::Is, Operand::Range(from, to, at)) => self.range(from.as_ref(), to.as_ref(), at),
            (_, Operand::Range(.., at)) => {
                let fault = FilterError::new(at, label!(FilterText::NoRange, op = op.symbol()));
                Err(fault.help(label!(FilterText::RangeHelp, path = self.path)))
            }
            (Op::Contains, Operand::One(literal)) => self.contains(literal),
            (Op::Is, Operand::One(literal)) => self.is(literal),
            (_, Operand::One(literal)) => self.ordered(op, literal),
        }
    }

    fn contains(&self, literal: &Literal) -> Result<(Test, Vec<Operand>), FilterError> {
        let wanted = match &self.domain {
            Domain::Ref(kinds) => Some(Wanted::Record(kinds)),
            Domain::Person => Some(Wanted::Person),
            _ => None,
        };
        if let Some(wanted) = wanted.filter(|_| !literal.text.trim().is_empty())
            && let Some(ids) = self.shapes.holding(wanted, literal.text.trim())
        {
            return Ok((Test::Names(ids), one(&literal.text)));
        }
        if !self.domain.is_textual() {
            let what = self.domain.what();
            let fault = label!(FilterText::NoContains, name = self.path, type = what);
            return Err(FilterError::new(&literal.at, fault).help(label!(FilterText::ContainsHelp, path = self.path)));
        }
        if literal.text.is_empty() {
            return Err(self.empty(&literal.at));
        }
        Ok((Test::TextHas(fold(&literal.text)), one(&literal.text)))
    }

    fn is(&self, literal: &Literal) -> Result<(Test, Vec<Operand>), FilterError> {
        let wanted = match &self.domain {
            Domain::Ref(kinds) => Some(Wanted::Record(kinds)),
            Domain::Person => Some(Wanted::Person),
            _ => None,
        };
        let text = half_width(literal.text.trim());
        let asked = wanted.filter(|_| self.scope.asked.is_some() && !text.is_empty());
        if let Some((message, help)) = asked.and_then(|wanted| self.shapes.lost(wanted, &text)) {
            let fault = FilterError { missing: true, ..FilterError::new(&literal.at, message) };
            return Err(FilterError { help, ..fault });
        }
        Ok(match self.value(literal)? {
            Read::Span(first, last, shown) => (self.between(Some(first), Some(last), &literal.at)?, one(&shown)),
            Read::Text(text) => (Test::TextIs(fold(&text)), one(&text)),
            Read::Bool(yes) => (Test::Bool(yes), one(if yes { "yes" } else { "no" })),
            Read::Names(names) => {
                let shown = names.iter().flat_map(|name| one(name)).collect();
                (Test::Names(names), shown)
            }
            Read::IdPart(part) => (Test::IdPart(part.clone()), one(&part)),
        })
    }

    /// `<`, `<=`, `>`, `>=`.
    fn ordered(&self, op: Op, literal: &Literal) -> Result<(Test, Vec<Operand>), FilterError> {
        self.has_order(&literal.at)?;
        let (first, last, shown) = match self.value(literal)? {
            Read::Span(first, last, shown) => (first, last, shown),
            Read::Text(text) => {
                let folded = fold(&text);
                let (from, to) = match op {
                    Op::Less => (Bound::Unbounded, Bound::Excluded(folded)),
                    Op::AtMost => (Bound::Unbounded, Bound::Included(folded)),
                    Op::More => (Bound::Excluded(folded), Bound::Unbounded),
                    _ => (Bound::Included(folded), Bound::Unbounded),
                };
                return Ok((Test::TextIn(from, to), one(&text)));
            }
            _ => return Err(self.no_order(&literal.at)),
        };
        let (from, to) = match op {
            Op::Less => (None, Some(first.saturating_sub(1))),
            Op::AtMost => (None, Some(last)),
            Op::More => (Some(last.saturating_add(1)), None),
            _ => (Some(first), None),
        };
        Ok((self.test(from, to), one(&shown)))
    }

    fn range(
        &self,
        from: Option<&Literal>,
        to: Option<&Literal>,
        at: &At,
    ) -> Result<(Test, Vec<Operand>), FilterError> {
        self.has_order(at)?;
        let [from_read, to_read] = [from, to].map(|end| end.map(|end| self.value(end)).transpose());
        let (from, to) = (from_read?, to_read?);
        let shown = |end: &Option<Read>| match end {
            Some(Read::Span(_, _, shown) | Read::Text(shown)) => Some(Literal::of(shown.as_str())),
            _ => None,
        };
        let canonical = vec![Operand::Range(shown(&from), shown(&to), At::default())];
        let test = if matches!(self.domain, Domain::Text) {
            let bound = |end: Option<Read>| match end {
                Some(Read::Text(text)) => Bound::Included(fold(&text)),
                _ => Bound::Unbounded,
            };
            let (from, to) = (bound(from), bound(to));
            if let (Bound::Included(from), Bound::Included(to)) = (&from, &to)
                && from > to
            {
                return Err(FilterError::new(at, FilterText::EmptyRange.label()));
            }
            Test::TextIn(from, to)
        } else {
            let first = from.and_then(|from| if let Read::Span(first, ..) = from { Some(first) } else { None });
            let last = to.and_then(|to| if let Read::Span(_, last, _) = to { Some(last) } else { None });
            self.between(first, last, at)?
        };
        Ok((test, canonical))
    }

    fn value(&self, literal: &Literal) -> Result<Read, FilterError> {
        if literal.text.is_empty() {
            return Err(self.empty(&literal.at));
        }
        let text = match self.domain {
            Domain::Text => literal.text.as_str().into(),
            _ => half_width(literal.text.trim()),
        };
        if let Domain::Group(shape) = self.domain {
            let fault = FilterError::new(&literal.at, label!(FilterText::NotWhole, name = self.path));
            let inner = shape.fields().first().map_or("", |field| field.name.as_str());
            return Err(fault.help(label!(FilterText::NotWholeHelp, path = self.path, inner = inner)));
        }
        self.domain.read(&text, self.direction, self.shapes, self.scope).map_err(|unread| {
            let message = match &unread {
                Unread::Time(error) => error.label(),
                Unread::Relative => label!(FilterText::Relative, value = literal.text),
                _ => label!(FilterText::BadValue, value = literal.text, name = self.path),
            };
            if !literal.quoted && literal.text.contains('|') && !matches!(unread, Unread::Time(_)) {
                let form = format!("{}={}", self.path, literal.text.replace("||", "|").replace('|', ","));
                let fault = FilterError::new(&literal.at, FilterText::NoOr.label());
                return fault.help(label!(FilterText::NoOperatorHelp, form = form));
            }
            FilterError::new(&literal.at, message).help(unread.help())
        })
    }

    fn empty(&self, at: &At) -> FilterError {
        FilterError::new(at, FilterText::NoValue.label()).help(label!(FilterText::NoValueHelp, path = self.path))
    }

    fn has_order(&self, at: &At) -> Result<(), FilterError> {
        if self.domain.is_ordered() { Ok(()) } else { Err(self.no_order(at)) }
    }

    fn no_order(&self, at: &At) -> FilterError {
        let fault = label!(FilterText::NoOrder, name = self.path, type = self.domain.what());
        FilterError::new(at, fault).help(label!(FilterText::NoOrderHelp, path = self.path))
    }

    fn between(&self, from: Option<i64>, to: Option<i64>, at: &At) -> Result<Test, FilterError> {
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(FilterError::new(at, FilterText::EmptyRange.label()));
        }
        Ok(self.test(from, to))
    }

    /// The test of the domain for the numbers between two ends.
    fn test(&self, from: Option<i64>, to: Option<i64>) -> Test {
        let day = |n: i64| i32::try_from(n).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
        match &self.domain {
            Domain::Day => Test::Days(from.and_then(day), to.and_then(day)),
            Domain::Names(names) => {
                let inside = |at: i64| from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to);
                let fitting = (0i64..).zip(names).filter(|(at, _)| inside(*at));
                Test::Names(fitting.map(|(_, it)| it.name.clone()).collect())
            }
            _ => Test::Number(from, to),
        }
    }
}

fn one(text: &str) -> Vec<Operand> {
    vec![Operand::One(Literal::of(text))]
}
