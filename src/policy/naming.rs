//! Binds names in a section of the policy to parts of a kind: fields, states, steps, deadlines, choices. The files
//! with such sections say what the names are for.

use std::collections::BTreeMap;

use super::sums;
use crate::filter::Shapes;
use crate::kind::{AllShapes, Condition, Kind, condition_of, field_of};
use crate::label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// The context for reading files that use kinds.
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
    /// `None` if the kind's own file has mistakes, which are already reported.
    rules: Option<&'l Kind>,
    pub(super) loading: Loading<'l>,
}

impl<'l> Loading<'l> {
    /// The kind with a name from a file.
    pub(super) fn kind(self, name: &Placed<String>) -> Option<Naming<'l>> {
        let found = self.known(&name.value);
        if found.is_none() {
            let near = nearest(&name.value, self.shapes.shapes.keys().map(String::as_str));
            let message = label!(LoadText::NoKind, kind = name.value);
            self.problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        }
        found
    }

    /// The kind with a name that was already checked.
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

    /// The field that a key names; it must have one of these types, or any if the list is empty.
    pub(super) fn field(&self, table: &Section, key: &str, types: &[&str]) -> Option<FieldId> {
        self.typed(&table.text(key, self.loading.problems)?, types)
    }

    /// The fields that a key names.
    pub(super) fn fields(&self, table: &Section, key: &str) -> Vec<FieldId> {
        let names = table.texts(key, self.loading.problems);
        names.iter().filter_map(|name| self.typed(name, &[])).collect()
    }

    /// The field with this name; it must have one of these types.
    pub(super) fn typed(&self, name: &Placed<String>, types: &[&str]) -> Option<FieldId> {
        typed(self.shape, name, types, self.loading.problems)
    }

    /// The field of a list's lines that a path `LIST.FIELD` names.
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

    /// The kind of the records to which a field refers. It must be a single kind.
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

    /// The states that the names under a key mean. A name is a milestone or a state.
    pub(super) fn states(&self, table: &Section, key: &str) -> Option<Vec<String>> {
        let names = table.texts(key, self.loading.problems);
        let states: Vec<String> = names.iter().filter_map(|name| self.reached(name)).flatten().collect();
        (!states.is_empty()).then_some(states)
    }

    /// The states of the milestone with this name, else the state with this name.
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

    /// Whether the kind has a deadline with this name that measures the staff.
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

    /// The choice that a key names, if it exists in the field.
    pub(super) fn choice(&self, table: &Section, key: &str, of: Option<FieldId>) -> Option<String> {
        let name = table.text(key, self.loading.problems)?;
        self.is_choice(&name, of?).then_some(name.value)
    }

    /// Whether a field accepts this value. A field that is not a choice accepts any.
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

    /// The condition under a key.
    pub(super) fn condition(&self, table: &Section, key: &str) -> Option<Condition> {
        condition_of(table, key, self.name(), self.loading.shapes, self.loading.problems)
    }

    /// The whole kind, if its file has no mistakes.
    pub(super) fn rules(&self) -> Option<&'l Kind> {
        self.rules
    }
}

/// The field of a shape, if it has one of these types.
pub(super) fn typed(shape: &Shape, name: &Placed<String>, types: &[&str], problems: &Problems) -> Option<FieldId> {
    let field = field_of(shape, &name.value, &name.place, problems)?;
    if types.is_empty() { Some(field) } else { sums::typed(shape, field, name, types, problems) }
}

/// The help for a name that is like another one.
pub(super) fn did_you_mean(near: &str) -> crate::locale::Label {
    label!(LoadText::DidYouMean, near = near)
}
