//! Findings about commits that git does not write, or that cannot be read whole. They end no audit.

use super::super::BookError;
use super::super::repo::{CommitInfo, Oddity, Repo, RepoError};
use super::about;
use crate::audit::{Finding, Severity};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{AuditText, RecordText};
use crate::locale::text::visible;

/// The id of a commit that could not be judged.
const UNREADABLE: &str = "unreadable-commit";

/// What is odd about a commit, and about the files that it changes.
pub(super) fn findings(repo: &Repo, info: &CommitInfo) -> Vec<Finding> {
    let finding = |odd: Oddity| {
        let what = match &odd.path {
            Some(path) => label!(RecordText::Odd, path = visible(path); what = odd.what),
            None => odd.what,
        };
        Finding { file: odd.path, ..about(info, odd.rule, Severity::Error, what) }
    };
    repo.oddities(info).into_iter().map(finding).collect()
}

/// A commit that could not be judged, because a part of it or of its parent is missing or damaged.
pub(super) fn unjudged(info: &CommitInfo, error: &BookError) -> Finding {
    about(info, UNREADABLE, Severity::Error, message(error))
}

/// Why something could not be judged.
pub(super) fn message(error: &BookError) -> Label {
    label!(AuditText::UnreadableCommit; why = error.label())
}

/// Whether an object is missing. In a partial clone it is so on purpose.
pub(super) fn is_missing(error: &BookError) -> bool {
    matches!(error, BookError::Repo(RepoError::Missing { .. }))
}

/// Whether a finding may be gone once an object is brought back.
pub(super) fn may_come_back(finding: &Finding) -> bool {
    [UNREADABLE, "missing-object", "damaged-object", "missing-parent"].contains(&finding.rule)
}
