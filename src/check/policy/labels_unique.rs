//! Labels, and words of `also`, that mean two names of the same sort. They are accepted wherever the name is, so each
//! must mean only one thing.

use std::collections::BTreeMap;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::filter;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::PolicyText as Text;
use crate::locale::text::fold;
use crate::place::Place;
use crate::record::{Shape, Type};

pub(super) static CHECK: Check = Check { name: "labels-unique", severity: Severity::Error, find };

/// A thing with a name and other words for it.
struct Named<'n> {
    name: &'n str,
    label: &'n Label,
    also: &'n [String],
    place: &'n Place,
}

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let kinds = policy.kinds.values();
    alike(kinds.map(|kind| named(kind.name(), &kind.shape.label, &kind.also, &kind.place)), found);
    for kind in policy.kinds.values() {
        fields(&kind.shape, true, found);
        let states = kind.shape.states().iter();
        alike(states.map(|state| named(&state.name, &state.label, &state.also, &state.place)), found);
        alike(kind.steps.iter().map(|step| named(&step.name, &step.label, &step.also, &step.place)), found);
        alike(kind.deadlines.iter().map(|d| named(&d.name, &d.label, &[], &d.place)), found);
    }
}

fn named<'n>(name: &'n str, label: &'n Label, also: &'n [String], place: &'n Place) -> Named<'n> {
    Named { name, label, also, place }
}

fn fields(shape: &Shape, whole: bool, found: &mut Found) {
    let own = shape.fields().iter().map(|field| named(&field.name, &field.label, &field.also, &field.place));
    let computed = shape.computed().iter().map(|computed| named(&computed.name, &computed.label, &[], &computed.place));
    alike(own.chain(computed), found);
    for field in shape.fields() {
        // in filters these words mean something that every record has
        for word in field.also.iter().filter(|word| whole && filter::is_taken(word)) {
            found.say(&field.place, label!(Text::AlsoTwice, word = word, name = field.name, other = word));
        }
        match field.ty.element() {
            Type::Choice(choices) => {
                alike(
                    choices.iter().map(|choice| named(&choice.name, &choice.label, &choice.also, &field.place)),
                    found,
                );
            }
            Type::Group(inner) => fields(inner, false, found),
            _ => {}
        }
    }
}

/// Notes each text that means two names. If a label is spelt like a name, the name counts.
fn alike<'n>(all: impl Iterator<Item = Named<'n>>, found: &mut Found) {
    let all: Vec<Named<'n>> = all.collect();
    let names: BTreeMap<String, &str> = all.iter().map(|named| (fold(named.name), named.name)).collect();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    // labels first, so that words of `also` are compared with every label
    for Named { name, label, place, .. } in &all {
        for text in [&label.en, &label.zh].into_iter().filter(|text| !text.is_empty()) {
            if let Some(other) = taken(text, name, &names, &mut seen) {
                found.say(place, label!(Text::LabelTwice, label = text, name = name, other = other));
            }
        }
    }
    for Named { name, also, place, .. } in &all {
        for word in *also {
            if let Some(other) = taken(word, name, &names, &mut seen) {
                found.say(place, label!(Text::AlsoTwice, word = word, name = name, other = other));
            }
        }
    }
}

/// What else the text already means, if anything. From now on it also means `name`.
fn taken<'n>(
    text: &str,
    name: &'n str,
    names: &BTreeMap<String, &'n str>,
    seen: &mut BTreeMap<String, &'n str>,
) -> Option<&'n str> {
    let folded = fold(text);
    let other = names.get(&folded).copied().or_else(|| seen.get(&folded).copied());
    seen.entry(folded).or_insert(name);
    other.filter(|other| *other != name)
}
