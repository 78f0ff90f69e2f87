//! What can keep the index from answering. A damaged or busy file is not an error: the answer comes from elsewhere.

use super::said;
use crate::book::repo::RepoError;
use crate::label;
use crate::locale::messages::{LoadText, QueryText, RepoText, StoredText};
use crate::locale::{Label, os_error};

/// Why the index has no answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum IndexError {
    /// The commit, or something of it, could not be read.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// SQLite failed on tables that nobody else can touch: memory or disk ran out.
    Sqlite(#[from] rusqlite::Error),
    /// The file could not be made or locked.
    Io {
        /// What was tried.
        doing: RepoText,
        /// On what.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// There is no kind of this name in the policy of the commit.
    Kind(String),
    /// There is no column of this name.
    Column {
        /// The kind.
        kind: String,
        /// What was asked for.
        column: String,
    },
    /// A query that SQLite does not take, or that would write.
    Query(Label),
    /// A query that does more with a private column than show it masked.
    Private(String),
}

impl IndexError {
    /// Why, one sentence without a full stop; what SQLite says that is rare is quoted in its own words.
    pub fn label(&self) -> Label {
        match self {
            IndexError::Repo(error) => error.label(),
            IndexError::Sqlite(error) => said::of_index(error),
            IndexError::Io { doing, path, source } => {
                label!(RepoText::DoingTo, path = path; doing = *doing, why = os_error(source))
            }
            IndexError::Kind(kind) => label!(LoadText::NoKind, kind = kind),
            IndexError::Column { kind, column } => label!(StoredText::KindField, of = kind, name = column),
            IndexError::Query(reason) => reason.clone(),
            IndexError::Private(column) => label!(QueryText::PrivateColumn, name = column),
        }
    }

    pub(super) fn io(doing: RepoText, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> IndexError {
        move |source| IndexError::Io { doing, path: path.display().to_string(), source }
    }
}
