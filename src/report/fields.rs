//! The fields and milestones that reports speak of, bound to a company's kinds once. One that a kind does not have is left
//! out of the report, with a note.

use crate::kind::Kind;
use crate::locale::Label;
use crate::policy::Policy;
use crate::record::{FieldId, Record, Type, Value};

/// The kind of improvement measures.
pub const MEASURE: &str = "measure";
/// The field that names the form before this one of the same case.
pub const ORIGINAL: &str = "original";
/// The field that names the case that a complaint repeats.
pub const DUPLICATE_OF: &str = "duplicate-of";
/// The field of callbacks and measures that names what they are about.
pub const ABOUT: &str = "about";
/// The field of callbacks that holds what the client gave for the whole.
pub const SCORE: &str = "score";
/// The field of callbacks and measures that says by when.
pub const DUE: &str = "due";

/// The states by which a milestone is reached: those of a milestone of the name, else the state of the name; none where
/// the kind has neither.
pub(super) fn reached<'k>(kind: &'k Kind, name: &str) -> Option<Vec<&'k str>> {
    let milestone = kind.milestone(name).map(|milestone| milestone.states.iter().map(String::as_str).collect());
    milestone.or_else(|| kind.shape.state(name).map(|state| vec![state.name.as_str()]))
}

/// The value of a field of this name.
pub(super) fn value<'r>(kind: &Kind, record: &'r Record, name: &str) -> Option<&'r Value> {
    record.get(kind.shape.field_id(name)?)
}

/// A stored value as people read it: names of choices, departments and roles by their labels, people by their names.
pub(super) fn label(policy: &Policy, ty: &Type, stored: &str, names: &dyn Fn(&str) -> Option<String>) -> Label {
    let own = || Label::new(stored, stored);
    match ty {
        Type::Choice(choices) => {
            choices.iter().find(|choice| choice.name == stored).map_or_else(own, |choice| choice.label.clone())
        }
        Type::Department => policy.departments.find(stored).map_or_else(own, |department| department.label.clone()),
        Type::Role => policy.roles.find(stored).map_or_else(own, |role| role.label.clone()),
        Type::Person | Type::Ref(_) => names(stored).map_or_else(own, |name| Label::new(name.clone(), name)),
        _ => own(),
    }
}

/// The fields of a list of groups, by their names.
pub(super) fn inner(kind: &Kind, list: &str, field: &str) -> Option<(FieldId, FieldId)> {
    let list = kind.shape.field_id(list)?;
    match kind.field(list).ty.element() {
        Type::Group(shape) => Some((list, shape.field_id(field)?)),
        _ => None,
    }
}

/// The type of a field of a list of groups.
pub(super) fn inner_type(kind: &Kind, (list, field): (FieldId, FieldId)) -> Option<&Type> {
    match kind.field(list).ty.element() {
        Type::Group(shape) => Some(&shape.field(field).ty),
        _ => None,
    }
}
