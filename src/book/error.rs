//! Why a book cannot be read or written.

use super::index::IndexError;
use super::repo::RepoError;
use crate::filter::Unanswered;
use crate::lifecycle::Refusal;
use crate::place::Problem;
use crate::policy::Invalid;

/// Why a book cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Git, the disk, or what lies there.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// The repository holds no book.
    #[error("{commit} holds no book: there is no redress.toml")]
    NoBook {
        /// The commit, as it was asked for.
        commit: String,
    },
    /// The rule book does not hold together.
    #[error(transparent)]
    Policy(#[from] Invalid),
    /// A record that was asked for cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// Its file.
        path: String,
        /// What is wrong in it.
        problems: Vec<Problem>,
    },
    /// A rule forbids it.
    #[error("{}", .0.code())]
    Refused(Box<Refusal>),
    /// A record names a file that is not filed with it.
    #[error("{path} is named by the record and not filed with it")]
    NotFiled {
        /// Where the file belongs.
        path: String,
    },
    /// A record names two files that some file systems hold for one.
    #[error("{path} and {other} are one file on some systems")]
    FilesClash {
        /// One of them.
        path: String,
        /// The other.
        other: String,
    },
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
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
