//! What the objects of a commit have come to: the trees, and the files that are not flushed yet.

use std::path::PathBuf;

use git2::{ObjectType, Oid};

use super::error::RepoError;
use super::flush::Unflushed;
use super::loose::LooseObjects;
use super::tree::{FolderChange, Store};

/// What has been written.
#[derive(Debug)]
pub(super) struct Written {
    /// What the change does to the book's top level, and below.
    pub(super) change: FolderChange,
    /// The whole book's tree.
    pub(super) tree: Oid,
    /// Whether they were packed.
    pub(super) packed: bool,
    pub(super) loose: LooseObjects,
    pub(super) packs: Vec<PathBuf>,
}

impl Written {
    /// One more object: the commit.
    pub(super) fn add(&mut self, kind: ObjectType, content: &[u8]) -> Result<Oid, RepoError> {
        self.loose.write(kind, content)
    }

    /// A loose object that git has written.
    pub(super) fn add_made(&mut self, id: Oid) {
        self.loose.add_made(id);
    }

    /// The files that are to be flushed.
    pub(super) fn take_unflushed(&mut self) -> Vec<Unflushed> {
        let mut files = self.loose.take_written();
        files.extend(self.packs.drain(..).map(Unflushed::from));
        files
    }
}
