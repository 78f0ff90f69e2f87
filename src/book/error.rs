//! Why a book cannot be read or written.

use super::index::IndexError;
use super::repo::RepoError;
use crate::filter::Unanswered;
use crate::label;
use crate::lifecycle::Refusal;
use crate::locale::Label;
use crate::locale::messages::{AttachText, CliText, RecordText, StoredText};
use crate::place::Problem;
use crate::policy::Invalid;

/// Why a book cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum BookError {
    /// Git, the disk, or what lies there.
    Repo(#[from] RepoError),
    /// The repository holds no book.
    NoBook {
        /// The commit, as it was asked for.
        commit: String,
    },
    /// The rule book does not hold together.
    Policy(#[from] Invalid),
    /// A record that was asked for cannot be read.
    Unreadable {
        /// Its file.
        path: String,
        /// What is wrong in it.
        problems: Vec<Problem>,
    },
    /// A rule forbids it.
    Refused(Box<Refusal>),
    /// A record names a file that is not filed with it.
    NotFiled {
        /// Where the file belongs.
        path: String,
    },
    /// A record names two files that some file systems hold for one.
    FilesClash {
        /// One of them.
        path: String,
        /// The other.
        other: String,
    },
    /// The last commit holds comments in a record, and nobody has said what becomes of them.
    Commented {
        /// Its file.
        path: String,
    },
    /// A record would hold more than a reader takes, so that it could be written and never read.
    TooLong {
        /// Its file.
        path: String,
        /// What is too much, and what to do instead.
        problem: Box<Problem>,
    },
    /// The index.
    Index(#[from] IndexError),
}

impl BookError {
    /// Why, one sentence without a full stop. A refusal is its name: what it says depends on the rule book.
    pub fn label(&self) -> Label {
        match self {
            BookError::Repo(error) => error.label(),
            BookError::NoBook { commit } => label!(CliText::NoBook, commit = commit),
            BookError::Policy(invalid) => invalid.label(),
            BookError::Unreadable { path, .. } => label!(CliText::UnreadableRecord, path = path),
            BookError::Refused(refusal) => Label::verbatim(refusal.code()),
            BookError::NotFiled { path } => label!(AttachText::NotFiled, path = path),
            BookError::FilesClash { path, other } => label!(AttachText::FilesClash, path = path, other = other),
            BookError::Commented { path } => label!(RecordText::HasComments, path = path),
            BookError::TooLong { path, problem } => {
                label!(StoredText::TooLong, path = path; why = &problem.message)
            }
            BookError::Index(error) => error.label(),
        }
    }
}

impl From<BookError> for Label {
    fn from(error: BookError) -> Self {
        error.label()
    }
}

impl From<RepoError> for Label {
    fn from(error: RepoError) -> Self {
        error.label()
    }
}

impl From<IndexError> for Label {
    fn from(error: IndexError) -> Self {
        error.label()
    }
}

impl From<Unanswered> for BookError {
    fn from(error: Unanswered) -> Self {
        Refusal::from(error).into()
    }
}

impl From<Refusal> for BookError {
    fn from(refusal: Refusal) -> Self {
        BookError::Refused(Box::new(refusal))
    }
}
