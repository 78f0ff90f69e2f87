//! Binds what a section of the policy names of a kind: fields, states, steps, deadlines, choices. The files that have
//! such sections say what they are named for.

use std::collections::BTreeMap;

use super::sums;
use crate::filter::Shapes;
use crate::kind::{AllShapes, Condition, Kind, condition_of, field_of};
use crate::label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// What is at hand while the files are read that speak of kinds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loading<'l> {
    pub(super) kinds: &'l BTreeMap<String, Kind>,
    pub(super) shapes: &'l AllShapes,
    pub(super) problems: &'l Problems,
}

/// A kind whose parts a section names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming<'l> {
    pub(super) shape: &'l Shape,
    /// `None` if the kind's own file is wrong, which is said already.
    rules: Option<&'l Kind>,
    pub(super) loading: Loading<'l>,
}

impl<'l> Loading<'l> {
    /// The kind of a name that a file gives.
    pub(super) fn kind(self, name: &Placed<String>) -> Option<Naming<'l>> {
        let found = self.known(&name.value);
        if found.is_none() {
            let near = nearest(&name.value, self.shapes.shapes.keys().map(String::as_str));
            let message = label!(LoadText::NoKind, kind = name.value);
            self.problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        }
        found
    }

    /// The kind of a name that was read before.
    pub(super) fn known(self, name: &str) -> Option<Naming<'l>> {
        let shape = self.shapes.shapes.get(name)?;
        Some(Naming { shape, rules: self.kinds.get(name), loading: self })
    }

    /// The kind that a section names under `kind`.
    pub(super) fn named_in(self, table: &Section) -> Option<Naming<'l>> {
        self.kind(&table.required_text("kind", self.problems)?)
    }
}

impl<'l> Naming<'l> {
    /// The kind's name.
    pub(super) fn name(&self) -> &'l str {
        &self.shape.name
    }

    /// The field that a key names, of one of these types; any, where none is named.
    pub(super) fn field(&self, table: &Section, key: &str, types: &[&str]) -> Option<FieldId> {
        self.typed(&table.text(key, self.loading.problems)?, types)
    }

    /// The fields that a key names.
    pub(super) fn fields(&self, table: &Section, key: &str) -> Vec<FieldId> {
        let names = table.texts(key, self.loading.problems);
        names.iter().filter_map(|name| self.typed(name, &[])).collect()
    }

    /// The field of a name, of one of these types.
    pub(super) fn typed(&self, name: &Placed<String>, types: &[&str]) -> Option<FieldId> {
        typed(self.shape, name, types, self.loading.problems)
    }

    /// The part of a list's lines that a path `LIST.FIELD` names.
    pub(super) fn part(&self, path: &Placed<String>) -> Option<(FieldId, FieldId)> {
        let problems = self.loading.problems;
        let (lines, part) = path.value.split_once('.').unwrap_or((&path.value, ""));
        let list = field_of(self.shape, lines, &path.place, problems)?;
        match self.shape.field(list).ty.element() {
            Type::Group(inner) => Some((list, field_of(inner, part, &path.place, problems)?)),
            _ => {
                let message = label!(RuleText::NoPart, name = path.value);
                problems.push(Problem::new(path.place.clone(), message).help(RuleText::NoPartDo));
                None
            }
        }
    }

    /// The kind of the records that a field names, which is one.
    pub(super) fn leads_to(&self, field: FieldId, place: &Place) -> Option<String> {
        let declared = self.shape.field(field);
        match declared.ty.element() {
            Type::Ref(kinds) if kinds.len() == 1 => kinds.first().cloned(),
            _ => {
                self.loading.problems.say(place, label!(RuleText::NotOneKind, name = declared.name));
                None
            }
        }
    }

    /// The states that the keys of a table name: each a milestone or a state, whose first entering counts.
    pub(super) fn states(&self, table: &Section, key: &str) -> Option<Vec<String>> {
        let names = table.texts(key, self.loading.problems);
        let states: Vec<String> = names.iter().filter_map(|name| self.reached(name)).flatten().collect();
        (!states.is_empty()).then_some(states)
    }

    /// The states of a milestone, else the state of the name.
    pub(super) fn reached(&self, name: &Placed<String>) -> Option<Vec<String>> {
        let shapes = self.loading.shapes;
        if let Some(states) = Shapes::milestone(shapes, self.name(), &name.value) {
            return Some(states.to_vec());
        }
        if self.shape.state(&name.value).is_some() {
            return Some(vec![name.value.clone()]);
        }
        let states = self.shape.states().iter().map(|state| state.name.as_str());
        let near = nearest(&name.value, Shapes::milestones(shapes, self.name()).into_iter().chain(states));
        let message = label!(RuleText::ReachesNothing, kind = self.name(), name = name.value);
        self.loading.problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        None
    }

    /// The states of a milestone.
    pub(super) fn milestone(&self, name: &Placed<String>) -> Option<Vec<String>> {
        let shapes = self.loading.shapes;
        let found = Shapes::milestone(shapes, self.name(), &name.value).map(<[String]>::to_vec);
        if found.is_none() {
            let near = nearest(&name.value, Shapes::milestones(shapes, self.name()));
            let message = label!(RuleText::NoMilestone, kind = self.name(), name = name.value);
            self.loading.problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        }
        found
    }

    /// The step that a key names.
    pub(super) fn step(&self, table: &Section, key: &str) -> Option<String> {
        let name = table.text(key, self.loading.problems)?;
        let kinds = [self.name().to_owned()];
        self.loading.shapes.has_step(&kinds, &name.value, &name.place, self.loading.problems);
        Some(name.value)
    }

    /// Whether the kind has a deadline of a name, by which the staff is measured.
    pub(super) fn has_deadline(&self, name: &Placed<String>) -> bool {
        let Some(kind) = self.rules else { return true };
        let found = kind.deadline(&name.value);
        let known = found.is_some();
        if found.is_some_and(|deadline| deadline.outside) {
            self.loading.problems.say(&name.place, label!(RuleText::OutsideDeadline, name = name.value));
        } else if !known {
            let near = nearest(&name.value, kind.deadlines.iter().map(|deadline| deadline.name.as_str()));
            let message = label!(RuleText::NoDeadline, kind = self.name(), name = name.value);
            self.loading.problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        }
        known
    }

    /// The name of a choice of a field that a key gives.
    pub(super) fn choice(&self, table: &Section, key: &str, of: Option<FieldId>) -> Option<String> {
        let name = table.text(key, self.loading.problems)?;
        self.is_choice(&name, of?).then_some(name.value)
    }

    /// Whether a field takes a value of a name; a field that is not a choice takes any.
    pub(super) fn is_choice(&self, name: &Placed<String>, of: FieldId) -> bool {
        let declared = self.shape.field(of);
        let Type::Choice(choices) = &declared.ty else { return true };
        let known = choices.iter().any(|choice| choice.name == name.value);
        if !known {
            let near = nearest(&name.value, choices.iter().map(|choice| choice.name.as_str()));
            let message = label!(LoadText::CannotBe, name = declared.name, value = name.value);
            self.loading.problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        }
        known
    }

    /// The condition that a key gives.
    pub(super) fn condition(&self, table: &Section, key: &str) -> Option<Condition> {
        condition_of(table, key, self.name(), self.loading.shapes, self.loading.problems)
    }

    /// The kind as a whole, where its file is right.
    pub(super) fn rules(&self) -> Option<&'l Kind> {
        self.rules
    }
}

/// The field of a shape, where it is of one of these types.
pub(super) fn typed(shape: &Shape, name: &Placed<String>, types: &[&str], problems: &Problems) -> Option<FieldId> {
    let field = field_of(shape, &name.value, &name.place, problems)?;
    if types.is_empty() { Some(field) } else { sums::typed(shape, field, name, types, problems) }
}

/// The help where a name is like another.
pub(super) fn did_you_mean(near: &str) -> crate::locale::Label {
    label!(LoadText::DidYouMean, near = near)
}
