//! The written objects of a commit: the trees, and the files that still have to be flushed.

use std::path::PathBuf;

use git2::{ObjectType, Oid};

use super::error::RepoError;
use super::flush::Unflushed;
use super::loose::LooseObjects;
use super::tree::{FolderChange, Store};

/// The written objects.
#[derive(Debug)]
pub(super) struct Written {
    /// The change at the top of the book and below.
    pub(super) change: FolderChange,
    /// The whole book's tree.
    pub(super) tree: Oid,
    /// Whether they were packed.
    pub(super) packed: bool,
    pub(super) loose: LooseObjects,
    pub(super) packs: Vec<PathBuf>,
}

/// The commit to which a transaction moves the branch.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) id: Oid,
    pub(super) written: Written,
    /// What git's log calls the move.
    pub(super) how: &'static str,
}

impl Written {
    /// Adds one more object: the commit.
    pub(super) fn add(&mut self, kind: ObjectType, content: &[u8]) -> Result<Oid, RepoError> {
        self.loose.write(kind, content)
    }

    /// Adds a loose object that git has written.
    pub(super) fn add_made(&mut self, id: Oid) {
        self.loose.add_made(id);
    }

    /// The files that must be flushed.
    pub(super) fn take_unflushed(&mut self) -> Vec<Unflushed> {
        let mut files = self.loose.take_written();
        files.extend(self.packs.drain(..).map(Unflushed::from));
        files
    }
}
