//! What reports speak of, as the policy has bound it to the company's kinds: what is left out of the policy is left out of the
//! report, with a note.

use super::Material;
use super::model::{Level, Report};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{CaseRules, Policy, Reporting};
use crate::record::{FieldId, Record, Type, Value};

/// What a case is and the kind of its forms; where the policy does not say, the report notes that it cannot tell.
pub(super) fn cases<'m>(material: &'m Material, report: &mut Report) -> Option<(&'m CaseRules, &'m Kind)> {
    let rules = material.policy.reports.cases.as_ref();
    let found = rules.and_then(|rules| Some((rules, material.policy.kind(&rules.kind)?)));
    if found.is_none() {
        untold(report, Reporting::FILE, "cases");
    }
    found
}

/// Notes that nothing can be told, since a section of the policy is left out.
pub(super) fn untold(report: &mut Report, file: &str, section: &str) {
    report.note(Level::Note, label!(Text::NoSection, file = file, section = section));
}

/// The value of a field that the policy names.
pub(super) fn value(record: &Record, field: Option<FieldId>) -> Option<&Value> {
    record.get(field?)
}

/// The stored text of a field that the policy names.
pub(super) fn stored(record: &Record, field: Option<FieldId>) -> Option<String> {
    value(record, field).and_then(Value::stored)
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

/// The type of a field of a list of groups.
pub(super) fn inner_type(kind: &Kind, (list, field): (FieldId, FieldId)) -> Option<&Type> {
    match kind.field(list).ty.element() {
        Type::Group(shape) => Some(&shape.field(field).ty),
        _ => None,
    }
}
