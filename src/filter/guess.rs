//! Guesses what a wrong word of a filter was meant to be.

use super::domain::Domain;
use super::error::FilterError;
use super::name;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::FilterText;
use crate::place::toml::nearest;
use crate::record::{Class, Shape, Type};

pub(super) fn did_you_mean<K: AsRef<str>>(
    fault: FilterError,
    word: &str,
    known: &[K],
    said: impl Fn(&str) -> Label,
) -> FilterError {
    match nearest(word, known.iter().map(AsRef::as_ref)) {
        Some(near) => fault.help(label!(FilterText::DidYouMean, near = near)),
        None => fault
            .help(label!(FilterText::KnownFields; names = Label::list(known.iter().map(|name| said(name.as_ref()))))),
    }
}

/// An example of a term with this path that can be read.
pub(super) fn form(path: &str, domain: &Domain<'_>) -> String {
    match domain {
        Domain::Text => format!("{path}~…"),
        Domain::Count => format!("{path}=10.."),
        Domain::Decimal => format!("{path}=0.5.."),
        Domain::Money => format!("{path}=5000.."),
        Domain::Day | Domain::Instant => format!("{path}=2026-10"),
        Domain::Bool => format!("{path}=yes"),
        Domain::Names(names) => format!("{path}={}", names.first().map_or("…", |it| it.name.as_str())),
        Domain::Group(shape) => format!("{path}.{}=…", shape.fields().first().map_or("…", |field| &field.name)),
        Domain::Person | Domain::Role | Domain::Department | Domain::Holder | Domain::Ref(_) => format!("{path}=…"),
    }
}

/// The term that has the word as its value: a class, a state or a choice.
pub(super) fn valued(shape: &Shape, word: &str) -> Option<String> {
    if let Some(class) =
        Class::ALL.into_iter().find(|class| class.name() == word || name::class_label(*class).matches(word))
    {
        return Some(format!("class={}", class.name()));
    }
    if let Some(state) = shape.states().iter().find(|state| state.is_called(word)) {
        return Some(format!("state={}", state.name));
    }
    shape.fields().iter().find_map(|field| {
        let Type::Choice(choices) = field.ty.element() else { return None };
        let choice = choices.iter().find(|choice| choice.is_called(word))?;
        Some(format!("{}={}", field.name, choice.name))
    })
}
