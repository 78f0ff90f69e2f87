//! Labels that stand for two names of one sort. A label is accepted wherever the name is, so it must mean one thing.

use std::collections::BTreeMap;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::PolicyText as Text;
use crate::locale::text::fold;
use crate::place::Place;
use crate::record::{Shape, Type};

pub(super) static CHECK: Check = Check { name: "labels-unique", severity: Severity::Error, find };

type Named<'n> = (&'n str, &'n Label, &'n Place);

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    alike(policy.kinds.values().map(|kind| (kind.name(), &kind.shape.label, &kind.place)), found);
    for kind in policy.kinds.values() {
        fields(&kind.shape, found);
        alike(kind.shape.states().iter().map(|state| (state.name.as_str(), &state.label, &state.place)), found);
        alike(kind.steps.iter().map(|step| (step.name.as_str(), &step.label, &step.place)), found);
        alike(kind.deadlines.iter().map(|d| (d.name.as_str(), &d.label, &d.place)), found);
    }
}

fn fields(shape: &Shape, found: &mut Found) {
    let named = shape.fields().iter().map(|field| (field.name.as_str(), &field.label, &field.place));
    let computed = shape.computed().iter().map(|computed| (computed.name.as_str(), &computed.label, &computed.place));
    alike(named.chain(computed), found);
    for field in shape.fields() {
        match field.ty.element() {
            Type::Choice(choices) => {
                alike(choices.iter().map(|choice| (choice.name.as_str(), &choice.label, &field.place)), found);
            }
            Type::Group(inner) => fields(inner, found),
            _ => {}
        }
    }
}

/// Notes each text that stands for two names. A name goes before a label that is written like it.
fn alike<'n>(named: impl Iterator<Item = Named<'n>>, found: &mut Found) {
    let named: Vec<Named<'n>> = named.collect();
    let names: BTreeMap<String, &str> = named.iter().map(|(name, ..)| (fold(name), *name)).collect();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, label, place) in named {
        for text in [&label.en, &label.zh].into_iter().filter(|text| !text.is_empty()) {
            let folded = fold(text);
            let other = names.get(&folded).copied().or_else(|| seen.get(&folded).copied());
            if let Some(other) = other.filter(|other| *other != name) {
                found.say(place, label!(Text::LabelTwice, label = text, name = name, other = other));
            }
            seen.entry(folded).or_insert(name);
        }
    }
}
