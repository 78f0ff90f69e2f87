//! What can prevent an answer. A damaged or busy index file is not an error, because the answer then comes from
//! elsewhere.

use super::said;
use crate::book::repo::RepoError;
use crate::label;
use crate::locale::messages::{LoadText, QueryText, RepoText, StoredText};
use crate::locale::{Label, os_error};

/// Why the index has no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum IndexError {
    /// The commit, or a part of it, could not be read.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// SQLite failed on private tables: memory or disk are full.
    Sqlite(#[from] rusqlite::Error),
    /// The file could not be made or locked.
    Io {
        /// The attempted action.
        doing: RepoText,
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The policy of the commit has no kind of this name.
    Kind(String),
    /// The kind has no column of this name.
    Column {
        /// The kind.
        kind: String,
        /// The wanted column.
        column: String,
    },
    /// A query that SQLite refuses, or that would write.
    Query(Label),
    /// A query that takes longer, or answers more, than it may.
    Bound(Label),
    /// A query that uses a private column for more than showing it masked.
    Private(String),
}

impl IndexError {
    /// Why, one sentence without a full stop. Rare messages of SQLite are quoted.
    pub fn label(&self) -> Label {
        match self {
            IndexError::Repo(error) => error.label(),
            IndexError::Sqlite(error) => said::of_index(error),
            IndexError::Io { doing, path, source } => {
                label!(RepoText::DoingTo, path = path; doing = *doing, why = os_error(source))
            }
            IndexError::Kind(kind) => label!(LoadText::NoKind, kind = kind),
            IndexError::Column { kind, column } => label!(StoredText::KindField, of = kind, name = column),
            IndexError::Query(reason) | IndexError::Bound(reason) => reason.clone(),
            IndexError::Private(column) => label!(QueryText::PrivateColumn, name = column),
        }
    }

    pub(super) fn io(doing: RepoText, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> IndexError {
        move |source| IndexError::Io { doing, path: path.display().to_string(), source }
    }
}
