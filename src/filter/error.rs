//! What is wrong with a filter, where in it, and what to do.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::label;
use crate::locale::Label;
use crate::locale::messages::FilterText;
use crate::place::toml::nearest;
use crate::place::{Place, Placed, Problem};

/// A range of bytes in a filter. If the filter came as words, it is a range in one word, else in the whole text.
///
/// Two positions always compare equal, so that comparing filters compares their meaning and not their layout.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct At {
    /// The number of the word, from 0; 0 for a filter in one text.
    pub word: usize,
    /// Bytes of that word or text.
    pub span: Range<usize>,
}

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}

/// A filter that cannot be read, or that does not fit its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", .message.en, .help.as_ref().map(|help| format!(" ({})", help.en)).unwrap_or_default())]
pub struct FilterError {
    /// Where in the filter.
    pub at: At,
    /// What is wrong, one sentence without a full stop.
    pub message: Label,
    /// What to do, if that is known.
    pub help: Option<Label>,
    /// Whether it refers to a record or a person that does not exist.
    pub missing: bool,
    /// The word that the kind does not know, and the names that it knows. Another kind may know the word.
    pub unknown: Option<(String, Vec<String>)>,
}

impl FilterError {
    /// An error without help.
    pub fn new(at: &At, message: Label) -> Self {
        FilterError { at: at.clone(), message, help: None, missing: false, unknown: None }
    }

    /// The error for a filter that several kinds were asked and none takes: the error that lies furthest to the
    /// right. If one kind knew the word there but not what follows it, its error is taken. If none of several kinds
    /// knows the word, no kind is named.
    pub fn of_several(errors: Vec<FilterError>) -> Option<FilterError> {
        let word = errors.iter().map(|error| error.at.word).max()?;
        let (mut furthest, _): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.at.word == word);
        if let Some(known) = furthest.iter().position(|error| error.unknown.is_none()) {
            return Some(furthest.swap_remove(known));
        }
        let first = furthest.first().cloned()?;
        let Some((word, _)) = first.unknown.clone().filter(|_| furthest.len() > 1) else { return Some(first) };
        let names = || furthest.iter().filter_map(|error| error.unknown.as_ref()).flat_map(|(_, known)| known);
        let fault = FilterError::new(&first.at, label!(FilterText::UnknownAnywhere, name = word));
        Some(match nearest(&word, names().map(String::as_str)) {
            Some(near) => fault.help(label!(FilterText::DidYouMean, near = near)),
            None => fault.help(FilterText::UnknownAnywhereHelp.label()),
        })
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: Label) -> Self {
        self.help = Some(help);
        self
    }

    /// The problem in the file that the filter was read from. It marks the exact characters if the file holds the
    /// text unchanged, and the whole text if the file writes it with escapes.
    pub fn problem(&self, filter: &Placed<String>) -> Problem {
        Problem::new(self.place(filter), self.message.clone()).help_if(self.help.clone())
    }

    fn place(&self, filter: &Placed<String>) -> Place {
        let Placed { value: text, place } = filter;
        let mut place = place.clone();
        if place.span.len() == text.len() + 2 {
            let first = place.span.start + 1; // after the quote
            place.column += 1 + text.get(..self.at.span.start).map_or(0, |before| before.chars().count());
            place.span = first + self.at.span.start..first + self.at.span.end.max(self.at.span.start);
        }
        place
    }
}
