//! Fields and people of steps that must differ: `[[differs]] fields = ["approved-by", "step:propose"]`. `lifecycle`
//! checks it at steps, and `book` checks it in files on disk.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::invariant::rest;
use super::reader::{AllShapes, condition_of};
use super::{Condition, shape};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::locale::text::fold;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Fields, Record, Shape, Type, Value};

/// Values of a record that must differ from each other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Differs {
    /// Two or more; no two of them may share a value.
    pub of: Vec<Differing>,
    /// The condition under which the rule applies.
    pub when: Option<Condition>,
    /// The states in which a record is not checked.
    pub without: Vec<String>,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

/// One of the values that must differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Differing {
    /// The value of a field, or of a field of a list's lines.
    Field(Vec<FieldId>),
    /// The person who last took a step, and the one for whom it was taken.
    Step(String),
}

impl Differs {
    /// The first two that share a value: their positions in `of`, and the value.
    pub fn clash(&self, record: &Record) -> Option<(usize, usize, String)> {
        let held: Vec<BTreeSet<String>> = self.of.iter().map(|one| one.values(record)).collect();
        held.iter().enumerate().find_map(|(second, values)| {
            let earlier = held[..second].iter().enumerate();
            earlier.into_iter().find_map(|(first, others)| {
                let common = others.intersection(values).next()?;
                Some((first, second, common.clone()))
            })
        })
    }
}

impl Differing {
    /// Its values. Texts are compared without case, width and outer spaces.
    fn values(&self, record: &Record) -> BTreeSet<String> {
        let folded = |value: &Value| value.stored().map(|text| fold(text.trim()).trim().to_owned());
        let filled = |text: &String| !text.is_empty();
        match self {
            Differing::Step(step) => {
                let last = record.history.iter().rfind(|event| event.step == *step);
                last.into_iter().flat_map(|event| event.takers()).map(ToString::to_string).collect()
            }
            Differing::Field(path) => {
                let Some((field, rest)) = path.split_first() else { return BTreeSet::new() };
                let values = record.get(*field).map(Value::elements).unwrap_or_default().iter();
                match rest.first() {
                    None => values.filter_map(folded).filter(filled).collect(),
                    Some(inner) => {
                        let line = |line: &Value| -> Vec<String> {
                            let Value::Group(line) = line else { return Vec::new() };
                            let held = Fields::get(line, *inner).map(Value::elements).unwrap_or_default();
                            held.iter().filter_map(folded).collect()
                        };
                        values.flat_map(line).filter(filled).collect()
                    }
                }
            }
        }
    }
}

/// `[[differs]] fields = ["a", "step:b"], when = …, without = ["void"], reason = …`.
pub(super) fn differs(section: &Section, own: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Differs> {
    let one = |named: &Placed<String>| match named.value.strip_prefix("step:") {
        Some(step) => {
            shapes.has_step(std::slice::from_ref(&own.name), step, &named.place, problems);
            Some((Differing::Step(step.to_owned()), Type::Person))
        }
        None => {
            let path = shape::path(own, &named.value, &named.place, problems)?;
            let ty = match path.as_slice() {
                [field] => own.field(*field).ty.element().clone(),
                [list, inner] => match own.field(*list).ty.element() {
                    Type::Group(lines) => lines.field(*inner).ty.element().clone(),
                    other => other.clone(),
                },
                _ => return None,
            };
            if matches!(ty, Type::Group(_) | Type::File) {
                problems.say(&named.place, label!(LoadText::NotOneValue, name = named.value));
                return None;
            }
            Some((Differing::Field(path), ty))
        }
    };
    let differ = |table: &Section| {
        let named = table.texts("fields", problems);
        let when = condition_of(table, "when", &own.name, shapes, problems);
        let (without, reason) = rest(table, own, problems);
        if named.len() < 2 {
            let problem = Problem::new(table.place().clone(), LoadText::DiffersFew);
            problems.push(problem.help(LoadText::DiffersHelp));
            return None;
        }
        let of: Vec<(Differing, Type)> = named.iter().filter_map(one).collect();
        if let Some((first, other)) = of.first().and_then(|(_, first)| {
            let other = of.iter().position(|(_, ty)| ty.name() != first.name())?;
            Some((first, other))
        }) && of.len() == named.len()
        {
            let (path, name) = (&named[other].value, &named[0].value);
            let (ours, ty) = (of[other].1.name(), first.name());
            problems.say(
                &named[other].place,
                label!(LoadText::TypesDiffer, path = path, ours = ours, name = name, ty = ty),
            );
        }
        let whole = of.len() == named.len();
        let of = of.into_iter().map(|(one, _)| one).collect();
        whole.then(|| Differs { of, when, without, reason, place: named[0].place.clone() })
    };
    section.list("differs", problems).into_iter().filter_map(differ).collect()
}
