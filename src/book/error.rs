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
use crate::record::Unknown;

/// Why a book cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum BookError {
    /// Git, the disk, or something in the working tree.
    Repo(#[from] RepoError),
    /// The repository holds no book.
    NoBook {
        /// The commit, as the user asked for it.
        commit: String,
    },
    /// Something else was committed in the place of a file or folder of the book, such as a link.
    Displaced(RepoError),
    /// The rule book has mistakes.
    Policy(#[from] Invalid),
    /// A record that was asked for cannot be read.
    Unreadable {
        /// Its file.
        path: String,
        /// What is wrong in it.
        problems: Vec<Problem>,
        /// Entries that do not fit their fields, if nothing else is wrong.
        misfits: Vec<Unknown>,
    },
    /// A rule forbids it.
    Refused(Box<Refusal>),
    /// A record refers to a file that is not stored beside it.
    NotFiled {
        /// The path that the file should have.
        path: String,
    },
    /// A record refers to two files that some file systems cannot tell apart.
    FilesClash {
        /// One of them.
        path: String,
        /// The other.
        other: String,
    },
    /// The last commit has comments in a record, and nobody has said what to do with them.
    Commented {
        /// Its file.
        path: String,
    },
    /// A record would be larger than what can be read again.
    TooLong {
        /// Its file.
        path: String,
        /// What is too large, and what to do.
        problem: Box<Problem>,
    },
    /// The index.
    Index(#[from] IndexError),
}

impl BookError {
    /// Why, one sentence without a full stop. For a refusal it is the code, because its words depend on the rule
    /// book.
    pub fn label(&self) -> Label {
        match self {
            BookError::Repo(error) => error.label(),
            BookError::NoBook { commit } => label!(CliText::NoBook, commit = commit),
            BookError::Displaced(error) => error.label(),
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
