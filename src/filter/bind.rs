//! From names to handles: a path is followed through references, groups and lists to the values at its end.

use super::domain::{Domain, Name};
use super::error::FilterError;
use super::guess::{did_you_mean, form, valued};
use super::name::{self, Own, Target};
use super::operand::Operands;
use super::scope::{Scope, Shapes};
use super::syntax::{Comparison, Expr, Flag, Op, Operand, Term};
use super::typed::{Ask, Classes, Condition, Filter, Followed, Handle, Holds, Merging, OnRecord, OnValue, Test};
use crate::calendar::Direction;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::FilterText;
use crate::place::toml::nearest;
use crate::record::{Class, Shape, Type};

/// The most names in a path. More is a mistake, and references to any kind multiply the work.
const DEEPEST: usize = 6;

impl Expr {
    /// Binds the filter to a kind: names become handles, values are read by the type of their field.
    ///
    /// # Errors
    /// If the kind, a field or a value is unknown, if a comparison does not fit its field, or if a rule depends on
    /// the day.
    pub fn bind(&self, kind: &str, shapes: &dyn Shapes, scope: &Scope<'_>) -> Result<Filter, FilterError> {
        let mut filter =
            Filter { kind: kind.to_owned(), conditions: Vec::new(), canonical: Expr { terms: Vec::new() } };
        for term in &self.terms {
            let Some(shape) = shapes.shape(kind) else {
                let fault = FilterError::new(&term.at, label!(FilterText::UnknownKind, name = kind));
                return Err(did_you_mean(fault, kind, &shapes.kinds(), |name| Label::verbatim(name)));
            };
            let (ask, path, any) = Binder { shapes, scope, term }.term(kind, shape)?;
            let test = term.test.as_ref().map(|test| Comparison { op: test.op, any });
            filter.conditions.push(Condition { negated: term.negated, ask });
            filter.canonical.terms.push(Term { negated: term.negated, path, test, at: term.at.clone() });
        }
        Ok(filter)
    }
}

/// The condition, the rest of the path in stored names, and the canonical right side.
type Bound<T> = Result<(T, Vec<String>, Vec<Operand>), FilterError>;

pub(super) struct Binder<'s> {
    pub(super) shapes: &'s dyn Shapes,
    pub(super) scope: &'s Scope<'s>,
    pub(super) term: &'s Term,
}

impl<'s> Binder<'s> {
    pub(super) fn term(&self, kind: &str, shape: &'s Shape) -> Bound<Ask> {
        let Some(comparison) = &self.term.test else { return self.bare(kind, shape) };
        if self.term.path.len() > DEEPEST {
            let fault = label!(FilterText::TooDeep, most = DEEPEST);
            return Err(self.fault(fault));
        }
        if let [word] = self.term.path.as_slice()
            && matches!(name::target(self.shapes, kind, shape, word), Some(Target::Holder))
        {
            return self.holder(comparison);
        }
        let (ask, path, any) = self.record(kind, shape, 0, comparison)?;
        Ok((Ask::Record(ask), path, any))
    }

    /// Refuses to look inside a private value for a reader who may not see it. Such a reader may only compare whole
    /// values, or ask whether there is one.
    fn may_look(&self, private: bool, comparison: &Comparison) -> Result<(), FilterError> {
        let whole = |operand: &Operand| matches!(operand, Operand::One(_) | Operand::Range(None, None, _));
        if !private || !self.scope.masked || comparison.op == Op::Is && comparison.any.iter().all(whole) {
            return Ok(());
        }
        let name = self.term.path.join(".");
        let fault = self.fault(label!(FilterText::IsPrivate, name = name));
        Err(fault.help(label!(FilterText::IsPrivateHelp, name = name)))
    }

    /// The holder of something of the record. Only questions may ask for it, rules may not.
    fn holder(&self, comparison: &Comparison) -> Bound<Ask> {
        if self.scope.asked.is_none() {
            let fault = self.fault(label!(FilterText::FlagInRule, flag = name::HOLDER));
            return Err(fault.help(FilterText::FlagInRuleHelp.label()));
        }
        let (tests, any) = self.last(0, Domain::Holder, Direction::Backward, comparison)?;
        Ok((Ask::Holder(Holds(tests)), vec![name::HOLDER.to_owned()], any))
    }

    pub(super) fn fault(&self, message: Label) -> FilterError {
        FilterError::new(&self.term.at, message)
    }

    /// A bare word: a flag, or a field that lacks its operator.
    fn bare(&self, kind: &str, shape: &'s Shape) -> Bound<Ask> {
        let word = self.term.path.join(".");
        let Some(flag) = name::flag(&word) else {
            return match name::target(self.shapes, kind, shape, &word) {
                Some(Target::Computed(computed)) if matches!(computed.ty, Type::Bool) => {
                    let yes = OnValue::Any(vec![Test::Bool(true)]);
                    Ok((
                        Ask::Record(OnRecord::Computed(Box::new(computed.clone()), yes)),
                        vec![computed.name.clone()],
                        Vec::new(),
                    ))
                }
                Some(Target::Rollup(rollup)) if matches!(rollup.ty, Type::Bool) => {
                    let yes = OnValue::Any(vec![Test::Bool(true)]);
                    let ask = Ask::Record(OnRecord::Rollup(Box::new(rollup.clone()), yes));
                    Ok((ask, vec![rollup.name.clone()], Vec::new()))
                }
                _ => self.alone(kind, shape, &word),
            };
        };
        if self.scope.asked.is_none() {
            let fault = self.fault(label!(FilterText::FlagInRule, flag = word));
            return Err(fault.help(FilterText::FlagInRuleHelp.label()));
        }
        let of_class = |classes: &[Class]| {
            let names = classes.iter().map(|class| class.name().to_owned()).collect();
            Ask::Record(OnRecord::Class(self.classes(shape), vec![Test::Names(names)]))
        };
        let ask = match flag {
            Flag::Unfinished => of_class(&[Class::New, Class::Open, Class::Waiting]),
            Flag::Waiting => of_class(&[Class::Waiting]),
            Flag::Overdue | Flag::Mine => Ask::Flag(flag),
        };
        Ok((ask, vec![flag.name().to_owned()], Vec::new()))
    }

    /// A word that names a condition of the kind, or of a record at the end of the path.
    fn alone(&self, kind: &str, shape: &'s Shape, word: &str) -> Bound<Ask> {
        let ends = |first: &str| {
            let goes_on = matches!(name::target(self.shapes, kind, shape, first), Some(Target::Field(..)));
            self.term.path.len() == 1 && self.shapes.condition(kind, word).is_some()
                || self.term.path.len() > 1 && self.term.path.len() <= DEEPEST && goes_on
        };
        if !self.term.path.first().is_some_and(|first| ends(first)) {
            return Err(self.no_operator(kind, shape, 0));
        }
        let nothing = Comparison { op: Op::Is, any: Vec::new() };
        let (ask, path, any) = self.record(kind, shape, 0, &nothing)?;
        Ok((Ask::Record(ask), path, any))
    }

    /// What to write instead of a word that stands alone: the word with an operator that its field takes, or a field
    /// that has the word as a value. The path has reached the kind at its name number `at`.
    fn no_operator(&self, kind: &str, shape: &'s Shape, at: usize) -> FilterError {
        let (word, before) = (&self.term.path.join("."), self.term.path[..at].join("."));
        let before = if before.is_empty() { before } else { format!("{before}.") };
        let fault = self.fault(label!(FilterText::NoOperator, word = word));
        let first = self.term.path.get(at).map_or("", String::as_str);
        let form = match name::target(self.shapes, kind, shape, first) {
            Some(Target::Field(_, field)) => Some(form(word, &Domain::of(&field.ty))),
            Some(Target::Computed(computed)) => Some(form(word, &Domain::of(&computed.ty))),
            Some(Target::Rollup(rollup)) => Some(form(word, &Domain::of(&rollup.ty))),
            Some(Target::Milestone(..)) => Some(form(word, &Domain::Instant)),
            Some(Target::Own(own)) => Some(form(word, &self.domain(own, shape))),
            Some(Target::Holder) => Some(form(word, &Domain::Holder)),
            None => valued(shape, first).map(|form| format!("{before}{form}")),
        };
        if let Some(form) = form {
            return fault.help(label!(FilterText::NoOperatorHelp, form = form));
        }
        let flags = Flag::ALL.into_iter().map(|flag| flag.name().to_owned());
        let known = flags.chain(self.shapes.conditions(kind)).chain(name::names(self.shapes, kind, shape));
        let known: Vec<String> = known.collect();
        match nearest(first, known.iter().map(String::as_str)) {
            Some(near) => fault.help(label!(FilterText::DidYouMean, near = format!("{before}{near}"))),
            None => self.unknown(shape, first, &known),
        }
    }

    /// What to write instead of a condition's name with an operator after it.
    fn stands_alone(&self, name: &str) -> FilterError {
        let fault = self.fault(label!(FilterText::StandsAlone, name = name));
        fault.help(label!(FilterText::NoOperatorHelp, form = self.term.path.join(".")))
    }

    pub(super) fn classes(&self, shape: &Shape) -> Classes {
        Classes(shape.states().iter().map(|state| (state.name.clone(), state.class)).collect())
    }

    pub(super) fn domain(&self, own: Own, shape: &'s Shape) -> Domain<'s> {
        match own {
            Own::Id => Domain::Ref(vec![shape.name.clone()]),
            Own::Kind => {
                let kinds = self.shapes.kinds().into_iter();
                let label = |kind: &str| self.shapes.shape(kind).map(|shape| shape.label.clone()).unwrap_or_default();
                Domain::Names(kinds.map(|kind| Name::new(kind, label(kind))).collect())
            }
            Own::State => Domain::states(shape.states()),
            Own::Class => {
                let classes = Class::ALL.into_iter();
                Domain::Names(classes.map(|class| Name::new(class.name(), name::class_label(class))).collect())
            }
            Own::Opened | Own::Changed | Own::Closed => Domain::Instant,
            Own::By => Domain::Person,
        }
    }

    /// Binds the path from its name number `at` on, for a record of `kind`.
    pub(super) fn record(&self, kind: &str, shape: &'s Shape, at: usize, comparison: &Comparison) -> Bound<OnRecord> {
        let name = &self.term.path[at];
        if self.term.test.is_none() && at + 1 == self.term.path.len() {
            let Some(named) = self.shapes.condition(kind, name) else {
                return Err(self.no_operator(kind, shape, at));
            };
            let path = vec![named.name.clone()];
            return Ok((OnRecord::Named(Box::new(named)), path, Vec::new()));
        }
        if let Some((paired, path, any)) = self.paired(kind, shape, at, comparison)? {
            return Ok((OnRecord::Paired(Box::new(paired)), path, any));
        }
        if name::is_milestone(name) {
            return self.milestone(kind, shape, at + 1, comparison);
        }
        let Some(target) = name::target(self.shapes, kind, shape, name) else {
            if at + 1 == self.term.path.len() && self.shapes.condition(kind, name).is_some() {
                return Err(self.stands_alone(name));
            }
            return Err(self.unknown(shape, name, &name::names(self.shapes, kind, shape)));
        };
        match target {
            Target::Holder => {
                let value = comparison.any.first().map(ToString::to_string).unwrap_or_default();
                let fault = self.fault(label!(FilterText::HolderBehind, path = self.term.path.join(".")));
                Err(fault.help(label!(FilterText::HolderBehindHelp, value = value)))
            }
            Target::Field(id, field) => {
                self.may_look(field.private, comparison)?;
                let ahead = self.shapes.looks_ahead(kind, id);
                let direction = if ahead { Direction::Forward } else { Direction::Backward };
                let (value, rest, any) = self.value(&field.ty, at, direction, comparison)?;
                // the field that says into what a record was merged is compared with the exact id
                let value = if shape.merged_by == Some(id) { value.unmerged() } else { value };
                let handle = Handle { id, name: field.name.clone() };
                Ok((OnRecord::Field(handle, value), joined(&field.name, rest), any))
            }
            Target::Computed(computed) => {
                self.may_look(computed.private, comparison)?;
                let (value, rest, any) = self.value(&computed.ty, at, Direction::Backward, comparison)?;
                Ok((OnRecord::Computed(Box::new(computed.clone()), value), joined(&computed.name, rest), any))
            }
            Target::Rollup(rollup) => {
                self.may_look(rollup.private, comparison)?;
                let (value, rest, any) = self.value(&rollup.ty, at, Direction::Backward, comparison)?;
                Ok((OnRecord::Rollup(Box::new(rollup.clone()), value), joined(&rollup.name, rest), any))
            }
            Target::Own(Own::By) => {
                let (value, rest, any) = self.value(&Type::Person, at, Direction::Backward, comparison)?;
                Ok((OnRecord::By(value), joined(Own::By.name(), rest), any))
            }
            Target::Own(own) => {
                let (tests, any) = self.last(at, self.domain(own, shape), Direction::Backward, comparison)?;
                let ask = match own {
                    Own::Id | Own::By => OnRecord::Id(tests),
                    Own::Kind => OnRecord::Kind(tests),
                    Own::State => OnRecord::State(tests),
                    Own::Class => OnRecord::Class(self.classes(shape), tests),
                    Own::Opened => OnRecord::Opened(tests),
                    Own::Changed => OnRecord::Changed(tests),
                    Own::Closed => OnRecord::Closed(self.classes(shape), tests),
                };
                Ok((ask, vec![own.name().to_owned()], any))
            }
            Target::Milestone(name, states) => {
                let (tests, any) = self.last(at, Domain::Instant, Direction::Backward, comparison)?;
                Ok((OnRecord::Milestone(states.to_vec(), tests), vec![name], any))
            }
        }
    }

    /// A milestone; its name is number `at` of the path. A milestone wins over other things with the same name.
    fn milestone(&self, kind: &str, shape: &Shape, at: usize, comparison: &Comparison) -> Bound<OnRecord> {
        let name = self.term.path.get(at).map_or("", String::as_str);
        let Some(states) = self.shapes.milestone(kind, name) else {
            let known = self.shapes.milestones(kind).into_iter().map(|name| format!("{}.{name}", name::MILESTONE));
            let word = format!("{}.{name}", name::MILESTONE);
            return Err(self.unknown(shape, word.trim_end_matches('.'), &known.collect::<Vec<_>>()));
        };
        let (tests, any) = self.last(at, Domain::Instant, Direction::Backward, comparison)?;
        Ok((OnRecord::Milestone(states.to_vec(), tests), vec![name::MILESTONE.to_owned(), name.to_owned()], any))
    }

    pub(super) fn unknown(&self, shape: &Shape, name: &str, known: &[String]) -> FilterError {
        let kind = Label::spoken(&shape.name, &shape.label);
        let mut fault = self.fault(label!(FilterText::UnknownField, name = name; kind = kind));
        if self.term.path.first().is_some_and(|first| name.starts_with(first.as_str())) {
            fault.unknown = Some((name.to_owned(), known.to_vec()));
        }
        match shape.resembling(name).filter(|_| nearest(name, known.iter().map(String::as_str)).is_none()) {
            Some(near) => fault.help(label!(FilterText::DidYouMean; near = shape.in_each(near))),
            None => did_you_mean(fault, name, known, |name| name::label(shape, name)),
        }
    }

    /// Reads the right side. The path must end with its name number `at`.
    fn last(
        &self,
        at: usize,
        domain: Domain<'s>,
        direction: Direction,
        comparison: &Comparison,
    ) -> Result<(Vec<Test>, Vec<Operand>), FilterError> {
        let path = self.term.path.join(".");
        if self.term.test.is_none() {
            return Err(self.fault(label!(FilterText::NoOperator, word = path)));
        }
        if at + 1 < self.term.path.len() {
            let name = &self.term.path[at];
            return Err(self.fault(label!(FilterText::LeadsNowhere, name = name, type = domain.what())));
        }
        Operands { domain, direction, path: &path, shapes: self.shapes, scope: self.scope }.read(comparison)
    }

    /// Binds the path after its name number `at`, for a value of this type.
    pub(super) fn value(
        &self,
        ty: &'s Type,
        at: usize,
        direction: Direction,
        comparison: &Comparison,
    ) -> Bound<OnValue> {
        if let Type::List(element) = ty {
            let (inner, rest, any) = self.value(element, at, direction, comparison)?;
            return Ok((OnValue::Each(Box::new(inner)), rest, any));
        }
        let Some(next) = self.term.path.get(at + 1) else {
            let (tests, any) = self.last(at, Domain::of(ty), direction, comparison)?;
            let merging = self.merging(ty);
            let ask = if merging.is_empty() { OnValue::Any(tests) } else { OnValue::Standing(merging, tests) };
            return Ok((ask, Vec::new(), any));
        };
        match ty {
            Type::Group(shape) => {
                let Some((id, field)) = name::field(shape, next) else {
                    let known: Vec<String> = shape.fields().iter().map(|field| field.name.clone()).collect();
                    return Err(self.unknown(shape, next, &known));
                };
                self.may_look(field.private, comparison)?;
                let (inner, rest, any) = self.value(&field.ty, at + 1, direction, comparison)?;
                let handle = Handle { id, name: field.name.clone() };
                Ok((OnValue::Inside(handle, Box::new(inner)), joined(&field.name, rest), any))
            }
            Type::Ref(kinds) if kinds.is_empty() => self.follow(&self.shapes.kinds(), at + 1, comparison),
            Type::Ref(kinds) => self.follow(&kinds.iter().map(String::as_str).collect::<Vec<_>>(), at + 1, comparison),
            Type::Person => match self.shapes.people() {
                Some(kind) => self.follow(&[kind], at + 1, comparison),
                None => self
                    .last(at, Domain::Person, direction, comparison)
                    .map(|(tests, any)| (OnValue::Any(tests), Vec::new(), any)),
            },
            other => {
                let (tests, any) = self.last(at, Domain::of(other), direction, comparison)?;
                Ok((OnValue::Any(tests), Vec::new(), any))
            }
        }
    }

    /// The kinds that a reference may lead to and that can merge records.
    fn merging(&self, ty: &Type) -> Vec<Merging> {
        let Type::Ref(named) = ty else { return Vec::new() };
        let kinds = match named.is_empty() {
            true => self.shapes.kinds(),
            false => named.iter().map(String::as_str).collect(),
        };
        kinds.into_iter().filter_map(|kind| Merging::of(self.shapes.shape(kind)?)).collect()
    }

    /// Binds the path from its name number `at` on, for records of those kinds that have such a field.
    fn follow(&self, kinds: &[&str], at: usize, comparison: &Comparison) -> Bound<OnValue> {
        let name = &self.term.path[at];
        let shaped: Vec<(&str, &'s Shape)> =
            kinds.iter().filter_map(|kind| Some((*kind, self.shapes.shape(kind)?))).collect();
        let named = |kind: &str| self.term.test.is_none() && self.shapes.condition(kind, name).is_some();
        let having =
            shaped.iter().filter(|(kind, shape)| name::target(self.shapes, kind, shape, name).is_some() || named(kind));
        let mut follows = Vec::new();
        let mut canonical: Option<(Vec<String>, Vec<Operand>)> = None;
        let mut wrong = None;
        for (kind, shape) in having {
            match self.record(kind, shape, at, comparison) {
                Ok((ask, path, any)) => {
                    // if the kinds write it differently, it stays as the user wrote it
                    let same = canonical.take().is_none_or(|before| before == (path.clone(), any.clone()));
                    let written = (self.term.path[at..].to_vec(), comparison.any.clone());
                    canonical = Some(if same { (path, any) } else { written });
                    follows.push(Followed {
                        kind: (*kind).to_owned(),
                        merged_by: Merging::of(shape).map(|merging| merging.by),
                        ask,
                    });
                }
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
        if let Some((path, any)) = canonical {
            return Ok((OnValue::Follow(follows), path, any));
        }
        let condition = |(kind, _): &(&str, &Shape)| self.shapes.condition(kind, name).is_some();
        Err(wrong.unwrap_or_else(|| match shaped.first() {
            Some(_) if at + 1 == self.term.path.len() && shaped.iter().any(condition) => self.stands_alone(name),
            Some((kind, shape)) if self.term.test.is_none() => self.no_operator(kind, shape, at),
            Some((kind, shape)) => self.unknown(shape, name, &name::names(self.shapes, kind, shape)),
            None => self.fault(label!(FilterText::UnknownKind, name = kinds.join(", "))),
        }))
    }
}

fn joined(first: &str, mut rest: Vec<String>) -> Vec<String> {
    rest.insert(0, first.to_owned());
    rest
}
