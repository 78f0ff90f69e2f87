//! The only way of writing: begin, put, commit. A commit consumes the transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use git2::Oid;

use super::edit::{Edit, Expect, Part, Person, with_newline};
use super::error::{PathFault, RepoError};
use super::failpoint::Failpoint;
use super::lock::WriterLock;
use super::open::Repo;
use super::path::BookPath;
use super::recover::{self, RecoveryReport};
use super::written::Target;

/// A change of the book in progress. It holds the writers' lock until it is committed or dropped. If dropped, nothing
/// has changed.
#[derive(Debug)]
pub struct Transaction<'r> {
    pub(super) repo: &'r Repo,
    pub(super) branch: String,
    pub(super) tip: Option<Oid>,
    pub(super) edits: BTreeMap<BookPath, Edit>,
    /// The earlier commits of a chain, and the paths that were put since the last of them.
    pub(super) parts: Vec<Part>,
    /// The commit to which the branch moves, if it is not one that is made of the edits.
    pub(super) target: Option<Target>,
    open: BTreeSet<BookPath>,
    pub(super) wait: Duration,
    pub(super) failpoint: Failpoint,
    recovery: RecoveryReport,
    _lock: WriterLock,
}

impl Repo {
    /// Begins a change: takes the writers' lock, waiting at most `wait`, completes what an earlier process left
    /// unfinished, and reads the tip.
    ///
    /// # Errors
    /// Everything that prevents writing ([`Repo::check_writable`]); [`RepoError::Locked`].
    pub fn begin(&self, wait: Duration) -> Result<Transaction<'_>, RepoError> {
        self.check_writable()?;
        let failpoint = self.environment.failpoint.clone();
        self.make_room();
        let lock = WriterLock::take(&self.state_dir(), wait)?;
        failpoint.hit("locked")?;
        let recovery = recover::recover_locked(self, wait, &failpoint)?;
        failpoint.hit("recovered")?;
        let head = self.head()?;
        let branch = head.branch.clone().ok_or_else(|| self.detached(&head))?;
        Ok(Transaction {
            repo: self,
            branch,
            tip: head.tip,
            edits: BTreeMap::new(),
            parts: Vec::new(),
            target: None,
            open: BTreeSet::new(),
            wait,
            failpoint,
            recovery,
            _lock: lock,
        })
    }
}

impl Transaction<'_> {
    /// The parent commit of this change. `None` if it is the first commit.
    pub fn tip(&self) -> Option<Oid> {
        self.tip
    }

    /// What was found unfinished at the beginning.
    pub fn recovery(&self) -> &RecoveryReport {
        &self.recovery
    }

    /// Puts a content at a path. If a path is put twice, the first expectation and the last content count.
    ///
    /// # Errors
    /// [`RepoError::BadPath`]. `commit` checks the expectation.
    pub fn put(&mut self, path: &str, bytes: Vec<u8>, expect: Expect) -> Result<(), RepoError> {
        self.edit(path, Some(bytes), expect)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// [`RepoError::BadPath`]. `commit` checks the expectation.
    pub fn remove(&mut self, path: &str, expect: Expect) -> Result<(), RepoError> {
        self.edit(path, None, expect)
    }

    /// What this change puts at a path. `None`: the change does not touch this file. `Some(None)`: the change deletes
    /// it.
    pub fn pending(&self, path: &str) -> Option<Option<&[u8]>> {
        let path = BookPath::new(path).ok()?;
        self.edits.get(&path).map(|edit| edit.bytes.as_deref())
    }

    /// Whether nothing has been put or removed yet.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Makes a separate commit of everything put since the last one. A chain of commits is published at once, all of
    /// it or nothing. The caller must have asked [`Repo::commits_in_chains`], and must call this after the last
    /// content too. `commit` then publishes the chain.
    pub fn end_part(&mut self, message: &str, author: &Person, committer: &Person) {
        let paths = std::mem::take(&mut self.open);
        let edits = paths.into_iter().map(|path| {
            let bytes = self.edits.get(&path).and_then(|edit| edit.bytes.clone());
            (path, bytes)
        });
        let (author, committer) = (author.clone(), committer.clone());
        self.parts.push(Part { edits: edits.collect(), message: with_newline(message), author, committer });
    }

    pub(super) fn edit(&mut self, path: &str, bytes: Option<Vec<u8>>, expect: Expect) -> Result<(), RepoError> {
        let path = BookPath::new(path)?;
        self.open.insert(path.clone());
        let expect = self.edits.get(&path).map_or(expect, |edit| edit.expect);
        self.edits.insert(path, Edit { bytes, expect, mode: None });
        Ok(())
    }

    /// Refuses a path that is a folder of another path.
    pub(super) fn check_folders(&self) -> Result<(), RepoError> {
        for path in self.edits.keys() {
            for folder in path.folders() {
                if let Ok(folder) = BookPath::new(folder)
                    && self.edits.get(&folder).is_some_and(|edit| edit.bytes.is_some())
                {
                    return Err(RepoError::BadPath { path: folder.to_string(), fault: PathFault::FolderOfAnother });
                }
            }
        }
        Ok(())
    }
}
