//! What is wrong with an entry, in both languages, with the field, what is allowed and what could have been meant.

use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText;

/// An entry that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given}: {}", message.en)]
pub struct EntryError {
    /// Kebab-case name, for scripts.
    pub code: &'static str,
    /// The assignment as typed, or the path in JSON.
    pub given: String,
    /// The path of the field.
    pub field: String,
    /// What is wrong.
    pub message: Label,
    /// What to write.
    pub hint: Option<Label>,
    /// What could have been meant: names with their labels.
    pub candidates: Vec<(String, String)>,
}

/// What is wrong with a value. The caller adds the field.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) message: Label,
    pub(super) hint: Option<Label>,
    pub(super) candidates: Vec<(String, String)>,
}

impl Wrong {
    pub(super) fn new(code: &'static str, message: impl Into<Label>) -> Self {
        Wrong { code, message: message.into(), hint: None, candidates: Vec::new() }
    }

    /// Adds the name that is most like the given one, or all names.
    pub(super) fn names<'n>(mut self, typed: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let near = crate::place::toml::nearest(typed, names.iter().copied());
        self.hint = match near {
            Some(near) => Some(label!(EntryText::DidYouMean, word = near)),
            None if names.is_empty() => None,
            None => Some(label!(EntryText::OneOf; words = Label::words(&names))),
        };
        // If one is near, the others are no candidates.
        let offered = names.into_iter().filter(|name| near.is_none_or(|near| near == *name));
        self.candidates = offered.map(|name| (name.to_owned(), String::new())).collect();
        self
    }

    /// The same for names with labels. If no name is near, the hint lists all of them with their labels.
    pub(super) fn called<'n>(self, typed: &str, names: impl Iterator<Item = (&'n str, &'n Label)> + Clone) -> Self {
        let all = Label::list(names.clone().map(|(name, label)| Label::typed(name, label)));
        let all = label!(EntryText::OneOf; words = all);
        let wrong = self.names(typed, names.clone().map(|(name, _)| name));
        match wrong.candidates.len() {
            0 | 1 => wrong,
            _ => Wrong { hint: Some(all), ..wrong },
        }
    }

    pub(super) fn at(self, given: &str, field: &str) -> EntryError {
        let (given, field) = (given.to_owned(), field.to_owned());
        EntryError {
            code: self.code,
            given,
            field,
            message: self.message,
            hint: self.hint,
            candidates: self.candidates,
        }
    }
}
