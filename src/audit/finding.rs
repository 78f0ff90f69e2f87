//! A finding of the audit: the rule, the commit, the record and event, and a text.

use serde::{Deserialize, Serialize};

use crate::calendar::Moment;
use crate::locale::Label;
use crate::record::Id;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Something is uncertain, or was done without the program.
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

/// Something in history that breaks the rules of its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kebab-case id of the rule: one of [`super::rules::Rule::ids`], or the code of a refusal.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The commit's full id. Empty if the finding is about the whole history.
    pub commit: String,
    /// The committer date.
    pub at: Option<Moment>,
    /// The author of the commit.
    pub author: String,
    /// The record.
    pub record: Option<Id>,
    /// The event's position in the record's history, from 0 as in `history.0`.
    pub event: Option<usize>,
    /// The file, as a path from the top of the book.
    pub file: Option<String>,
    /// What is wrong.
    pub message: Label,
}
