//! What is kept beside the book, against what the book says.

use std::sync::Arc;

use super::super::compiled::Compiled;
use super::super::index::Index;
use super::super::{BookError, kept, sources};
use super::View;

impl View<'_> {
    /// What is kept beside the book and does not say what its commit says: views of the index, and `policy` for the
    /// compiled rule book. Both are built anew for this.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn kept_falsely(&self) -> Result<Vec<String>, BookError> {
        let (repo, commit) = (self.repo(), self.commit);
        let policy = Arc::new(sources::policy(repo, commit)?);
        let source = kept::source(repo, commit)?;
        let stored = Compiled::of(repo).and_then(|compiled| compiled.read(&source));
        let mut found = self.index()?.differing(&Index::anew(repo, commit, &policy)?);
        if stored.is_some_and(|stored| format!("{stored:?}") != format!("{policy:?}")) {
            found.push("policy".to_owned());
        }
        Ok(found)
    }
}
