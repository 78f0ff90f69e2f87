//! Compares the index with one that is built anew, so that a file that somebody has changed is found.

use std::sync::Arc;

use git2::Oid;

use super::build::Wanted;
use super::engine::Source;
use super::schema::Kinds;
use super::trust::Files;
use super::{Index, IndexError, Limits, OWN_VIEWS};
use crate::book::repo::Repo;
use crate::filter::HOLDER;
use crate::filter::columns::table_name;
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

    /// The views of which another index of the same commit says something else.
    pub fn differing(&self, other: &Index) -> Vec<String> {
        let limits = Limits { private: true, bytes: usize::MAX, ..Limits::default() };
        let kinds = self.policy().kinds.keys().map(|kind| table_name(kind));
        let own = OWN_VIEWS.iter().filter(|view| !view.contains(HOLDER)).map(|view| (*view).to_owned());
        let rows = |index: &Index, view: &str| {
            let answer = index.query(&format!("select * from \"{view}\""), &limits, None).ok()?;
            let mut rows: Vec<String> = answer.rows.iter().map(|row| format!("{row:?}")).collect();
            rows.sort_unstable();
            Some(rows)
        };
        // a view that is too large for a query is not compared
        let differs = |view: &String| rows(self, view).zip(rows(other, view)).is_some_and(|(one, two)| one != two);
        kinds.chain(own).filter(differs).collect()
    }
}
