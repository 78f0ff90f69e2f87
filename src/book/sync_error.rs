//! Why a sync ends early.

use super::BookError;
use super::repo::{CommitInfo, Oid, RepoError};
use crate::locale::Label;
use crate::place::Problem;

/// Files that both sides changed in the same lines, or rules that do not load together, so that a person must decide.
#[derive(Debug)]
pub struct Conflicts {
    /// The files.
    pub paths: Vec<String>,
    /// Those of them that the published side does not have.
    pub unpublished: Vec<String>,
    /// What is wrong with the merged files, if they do not load together.
    pub problems: Vec<Problem>,
    /// The published side, as git names it.
    pub theirs: String,
}

/// A commit of this clone that is not sent: the audit would find errors in it for good, or it records again what was
/// published.
#[derive(Debug)]
pub struct KeptBack {
    /// The commit.
    pub commit: CommitInfo,
    /// The branch on which it lies.
    pub branch: String,
    /// Why it is not sent.
    pub why: Why,
    /// The commit to which the branch goes back, so that it can be sent.
    pub back: Oid,
    /// Whether there is something besides a merge that neither `back` nor what is published has.
    pub has_more: bool,
    /// If `back` is the same work before a rebase: the last commit of the rebased work.
    pub rebased: Option<Oid>,
}

/// Why a commit is not sent.
#[derive(Debug)]
pub enum Why {
    /// What the audit would find in it.
    Faulty(Vec<Label>),
    /// This branch once stood at this published commit, and the commit records the same again.
    Again(Oid),
}

/// Why a sync ended early.
#[derive(Debug)]
pub enum SyncError {
    /// The same lines were changed on both sides, or rules that do not load together.
    Conflicts(Conflicts),
    /// The merged rules lack what a record of one side needs.
    Needed(Vec<Problem>),
    /// The remote's branch holds no book.
    NoBook {
        /// The branch as people name it.
        name: String,
    },
    /// The book of this clone and that of the remote were begun apart from each other.
    TwoBooks {
        /// The branch as people name it.
        name: String,
        /// The branch of this clone.
        branch: String,
        /// The last commit of the remote's branch.
        published: Oid,
    },
    /// What was published cannot be taken in by this clone.
    Unsound {
        /// The commit that brought it. `None` if it cannot be told.
        commit: Option<Box<CommitInfo>>,
        /// Why.
        error: Box<BookError>,
    },
    /// What would be sent cannot be taken in by another clone.
    Unfit(RepoError),
    /// What would be sent has values that others have already.
    NotUnique(Vec<Problem>),
    /// What would be sent has a commit that could not be mended once it is published.
    KeptBack(Box<KeptBack>),
    /// Anything else.
    Book(BookError),
}

impl From<BookError> for SyncError {
    fn from(error: BookError) -> Self {
        SyncError::Book(error)
    }
}

impl From<RepoError> for SyncError {
    fn from(error: RepoError) -> Self {
        SyncError::Book(error.into())
    }
}
