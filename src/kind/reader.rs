//! Shared by the readers of a kind file: labels, names, fields and conditions. Each notes a problem if something is
//! wrong.

use std::collections::BTreeMap;

use super::{Condition, EDIT, IMPORT};
use crate::filter::{Filter, Named, Rollup, Scope, Shapes};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, is_kebab};

/// The shapes of every kind of a policy, with their milestones. Conditions are bound against them.
#[derive(Debug)]
pub(crate) struct AllShapes {
    pub(crate) shapes: BTreeMap<String, Shape>,
    pub(crate) milestones: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// The rollups of each kind that are already bound.
    pub(crate) rollups: BTreeMap<String, Vec<Rollup>>,
    /// The named conditions of each kind.
    pub(crate) conditions: BTreeMap<String, Vec<Named>>,
    /// The scope of rules: their conditions never depend on now.
    pub(crate) scope: Scope<'static>,
    /// The names of every kind's steps.
    pub(crate) steps: BTreeMap<String, Vec<String>>,
    /// The names of every kind's deadlines.
    pub(crate) deadlines: BTreeMap<String, Vec<String>>,
    pub(crate) roles: Declared,
    pub(crate) departments: Declared,
}

impl AllShapes {
    /// Notes a problem if none of these kinds has a step with this name; an empty list means any kind.
    pub(crate) fn has_step(&self, kinds: &[String], step: &str, place: &Place, problems: &Problems) {
        let of = |kind: &&String| kinds.is_empty() || kinds.contains(kind);
        let steps =
            self.steps.iter().filter(|(kind, _)| of(kind)).flat_map(|(_, steps)| steps.iter().map(String::as_str));
        let steps: Vec<&str> = steps.collect();
        if ![EDIT, IMPORT].contains(&step) && !steps.contains(&step) {
            let of = if kinds.is_empty() { "policy/kinds".to_owned() } else { kinds.join("`, `") };
            problems.push(unknown(place, LoadText::WordStep, step, &of, nearest(step, steps)));
        }
    }
}

/// The names that one file of a policy declares for the others.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// What the names are, in the singular.
    pub(crate) what: LoadText,
    /// The file.
    pub(crate) file: &'static str,
    /// The names. Empty if the company declares none; then any name is allowed.
    pub(crate) names: Vec<String>,
}

impl Declared {
    /// Notes a problem if a name is not declared.
    pub(crate) fn check(&self, name: &Placed<String>, problems: &Problems) {
        if !self.names.is_empty() && !self.names.contains(&name.value) {
            let known = self.names.iter().map(String::as_str);
            problems.push(Problem::undeclared(self.what, name, known, self.file));
        }
    }
}

/// `also = […]`: other words for the thing that the table declares.
pub(super) fn also(table: &Section, problems: &Problems) -> Vec<String> {
    let words = table.texts("also", problems);
    for word in words.iter().filter(|word| word.value.trim().is_empty()) {
        problems.say(&word.place, LoadText::EmptyWord);
    }
    words.into_iter().map(|word| word.value).collect()
}

/// A label as `{ en = "…", zh = "…" }`, or one text for both languages; `fallback` if the key is absent.
pub(crate) fn label(section: &Section, key: &str, fallback: &str, problems: &Problems) -> Label {
    section.label(key, problems).unwrap_or_else(|| Label::new(fallback, ""))
}

/// Notes a problem if a name is not in kebab case.
pub(crate) fn name_of(name: &Placed<String>, what: impl Into<Label>, problems: &Problems) {
    if !is_kebab(&name.value) {
        problems.say(&name.place, label!(LoadText::NoName, name = name.value; what = what));
    }
}

/// The handle of a field that must exist.
pub(crate) fn field(shape: &Shape, name: &str, place: &Place, problems: &Problems) -> Option<FieldId> {
    let found = shape.field_id(name);
    if found.is_none() {
        let names = shape.fields().iter().map(|field| field.name.as_str());
        problems.push(unknown(place, LoadText::WordField, name, &shape.name, nearest(name, names)));
    }
    found
}

/// Notes a problem if a state does not exist.
pub(crate) fn state(shape: &Shape, name: &str, place: &Place, problems: &Problems) -> Option<String> {
    if shape.state(name).is_some() {
        return Some(name.to_owned());
    }
    let names = shape.states().iter().map(|state| state.name.as_str());
    problems.push(unknown(place, LoadText::WordState, name, &shape.name, nearest(name, names)));
    None
}

/// The problem of a name that a kind does not have.
pub(crate) fn unknown(place: &Place, what: LoadText, name: &str, of: &str, near: Option<&str>) -> Problem {
    let message = label!(LoadText::HasNo, of = of, name = name; what = what);
    Problem::new(place.clone(), message).help_if(near.map(|near| label!(LoadText::DidYouMean, near = near)))
}

/// A condition on records of `kind`. It never depends on now.
pub(crate) fn condition(
    kind: &str,
    text: Placed<String>,
    reason: Label,
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<Condition> {
    match Filter::read(&text, kind, shapes, &shapes.scope) {
        Ok(filter) => Some(Condition { filter, text, reason }),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// The condition under `key` of a table, if there is one.
pub(crate) fn condition_of(
    section: &Section,
    key: &str,
    kind: &str,
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<Condition> {
    condition(kind, section.text(key, problems)?, Label::default(), shapes, problems)
}

impl Shapes for AllShapes {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        self.shapes.get(kind)
    }

    fn kinds(&self) -> Vec<&str> {
        self.shapes.keys().map(String::as_str).collect()
    }

    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]> {
        let named = self.milestones.get(kind)?.iter().find(|(milestone, _)| milestone == name)?;
        Some(&named.1)
    }

    fn milestones(&self, kind: &str) -> Vec<&str> {
        self.milestones.get(kind).into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    fn rollups(&self, kind: &str) -> &[Rollup] {
        self.rollups.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    fn condition(&self, kind: &str, word: &str) -> Option<Named> {
        let all = self.conditions.get(kind)?;
        let named = all.iter().find(|named| named.name == word);
        named.or_else(|| all.iter().find(|named| named.label.matches(word))).cloned()
    }

    fn conditions(&self, kind: &str) -> Vec<String> {
        self.conditions.get(kind).into_iter().flatten().map(|named| named.name.clone()).collect()
    }
}
