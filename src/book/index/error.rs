//! What can keep the index from answering. A damaged or busy file is none of it: that is answered around.

use crate::book::repo::RepoError;

/// Why the index has no answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The commit, or something of it, could not be read.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// SQLite failed on tables that nobody else can touch: memory or disk ran out.
    #[error("the index failed: {0}; make room on the disk for temporary files")]
    Sqlite(#[from] rusqlite::Error),
    /// The file could not be made or locked.
    #[error("{doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// There is no kind of this name in the policy of the commit.
    #[error("there is no kind `{0}`")]
    Kind(String),
    /// There is no column of this name.
    #[error("`{kind}` has no `{column}`")]
    Column {
        /// The kind.
        kind: String,
        /// What was asked for.
        column: String,
    },
    /// A query that SQLite does not take, or that would write.
    #[error("{0}")]
    Query(String),
}

impl IndexError {
    pub(super) fn io(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> IndexError {
        move |source| IndexError::Io { doing, path: path.display().to_string(), source }
    }
}
