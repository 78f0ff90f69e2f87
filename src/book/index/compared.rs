//! Compares the index with one that is built anew, so that a file that somebody has changed is found.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use git2::Oid;
use rusqlite::Connection;

use super::build::Wanted;
use super::engine::Source;
use super::schema::Kinds;
use super::trust::Files;
use super::{Index, IndexError};
use crate::book::repo::Repo;
use crate::filter::columns::quoted;
use crate::policy::Policy;

impl Index {
    /// The index of a commit, built anew in private tables; the file is not read.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn anew(repo: &Repo, commit: Oid, policy: &Arc<Policy>) -> Result<Self, IndexError> {
        let wanted = Wanted { commit, policy: Arc::clone(policy), kinds: Kinds::of(policy, repo.program()) };
        let files = Files::of(&repo.state_dir());
        let source = Source { wanted, git_dir: repo.git_dir().to_owned(), files };
        let engine = source.own(repo)?;
        Ok(Index::over(source, engine))
    }

    /// The tables of which another index of the same commit says something else.
    pub fn differing(&self, other: &Index) -> Vec<String> {
        let kinds = Kinds::of(self.policy(), None);
        let sum = |index: &Index, table: &str| index.ask(|connection| summed(connection, table)).ok();
        let tables = kinds.tables().map(|(table, _)| table);
        let differing = tables.filter(|table| sum(self, table) != sum(other, table));
        differing.map(|table| table.rsplit(':').next().unwrap_or(table).to_owned()).collect()
    }
}

/// How many rows a table has, and the sum of their hashes, in which their order does not count.
fn summed(connection: &Connection, table: &str) -> rusqlite::Result<(u64, u64)> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {}", quoted(table)))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let (mut count, mut sum) = (0, 0_u64);
    while let Some(row) = rows.next()? {
        let mut hasher = DefaultHasher::new();
        for column in 0..columns {
            format!("{:?}", row.get_ref(column)?).hash(&mut hasher);
        }
        (count, sum) = (count + 1, sum.wrapping_add(hasher.finish()));
    }
    Ok((count, sum))
}
