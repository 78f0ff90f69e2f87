//! Labels without one of the two languages. Reports and forms must be complete in both. A rule book without any
//! two-language label is written in one language, and lacks nothing.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::locale::{Label, Lang};
use crate::place::Place;
use crate::policy::Policy;
use crate::record::{Shape, Type};

pub(super) static CHECK: Check = Check { name: "labels", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let mut in_two = false;
    every(policy, &mut |_, label, _| {
        in_two |= !label.en.is_empty() && !label.zh.is_empty() && label.en != label.zh;
    });
    if !in_two {
        return;
    }
    every(policy, &mut |name, label, place| {
        for lang in Lang::ALL {
            let text = match lang {
                Lang::En => &label.en,
                Lang::Zh => &label.zh,
            };
            if text.trim().is_empty() {
                found.say(place, label!(Text::NoLabel, name = name, lang = lang));
            }
        }
    });
}

/// Every label of a rule book, with the name that it belongs to.
pub(super) fn every(policy: &Policy, each: &mut dyn FnMut(&str, &Label, &Place)) {
    for kind in policy.kinds.values() {
        each(kind.name(), &kind.shape.label, &kind.place);
        fields(&kind.shape, each);
        kind.shape.states().iter().for_each(|state| each(&state.name, &state.label, &state.place));
        kind.steps.iter().for_each(|step| each(&step.name, &step.label, &step.place));
        kind.deadlines.iter().for_each(|deadline| each(&deadline.name, &deadline.label, &deadline.place));
    }
    policy.roles.iter().for_each(|role| each(&role.name, &role.label, &role.place));
    policy.departments.iter().for_each(|department| each(&department.name, &department.label, &department.place));
    policy.callbacks.questions.iter().for_each(|question| each(&question.name, &question.label, &question.place));
    policy.callbacks.campaigns.iter().for_each(|campaign| each(&campaign.name, &campaign.label, &campaign.place));
}

fn fields(shape: &Shape, each: &mut dyn FnMut(&str, &Label, &Place)) {
    shape.computed().iter().for_each(|computed| each(&computed.name, &computed.label, &computed.place));
    for field in shape.fields() {
        each(&field.name, &field.label, &field.place);
        match field.ty.element() {
            Type::Choice(choices) => {
                choices.iter().for_each(|choice| each(&choice.name, &choice.label, &field.place));
            }
            Type::Group(inner) => fields(inner, each),
            _ => {}
        }
    }
}
