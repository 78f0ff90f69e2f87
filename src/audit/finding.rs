//! What the audit finds: which rule, in which commit, at which record and event, in words.

use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::Id;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something cannot be told for certain, or was done beside the program.
    Warning,
    /// A rule was broken.
    Error,
}

impl Severity {
    /// The name that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Something in history that the rules of its day do not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's kebab-case id: one of [`super::rules::Rule::ids`], or the code of a refusal.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The commit's full id. Empty if it is about history as a whole.
    pub commit: String,
    /// When the commit says it was made, by the clock that made it.
    pub at: Option<Moment>,
    /// Who the commit says made it.
    pub author: String,
    /// The record.
    pub record: Option<Id>,
    /// The event's place in the record's history, from 0 as in `history.0`.
    pub event: Option<usize>,
    /// The file, as a path from the top of the book.
    pub file: Option<String>,
    /// What is wrong.
    pub message: Label,
}
