//! The book: a git repository of records. No rule of a kind lives here, no rendering and no prompt.
//!
//! `repo` knows paths and bytes alone. On top of it [`Book`] opens the records, a [`View`] reads one commit, and
//! [`Book::write`] is the one way to change them.

mod compiled;
mod disk;
mod error;
mod files;
mod found;
mod held;
mod history;
mod ids;
pub mod index;
mod kept;
pub mod memory;
mod message;
mod misplaced;
mod reading;
mod removed;
pub mod repo;
mod resolve;
pub mod sources;
mod undo;
mod upgrade;
mod versions;
mod view;
mod whole;
mod write;

pub use disk::Part;
pub use error::BookError;
pub use found::{FoundError, Founded, Founding, Newcomer, Rules, files, found, person_id};
pub use history::{AuditScope, Audited};
pub use index::Index;
pub use reading::Reading;
pub use resolve::Unresolved;
pub use undo::{Taken, UndoError, Undoing, about};
pub use upgrade::{Upgrade, UpgradeError, Upgraded, UpgradedFile};
pub use versions::{Alterations, Altered};
pub use view::{View, unanswered};
pub use whole::Whole;
pub use write::{Writer, Writing, Written, has_comments};

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use repo::{Environment, Repo};

use crate::locale::Label;
use crate::record::Id;

/// A book on disk.
#[derive(Debug)]
pub struct Book {
    repo: Repo,
    kept: kept::Kept,
    misjudged: RefCell<BTreeMap<String, Misjudged>>,
}

/// Records that are judged by today's rules because those that they were opened under are gone or do not load any more.
#[derive(Debug, Clone)]
pub struct Misjudged {
    /// The records that were met so far.
    pub records: BTreeSet<Id>,
    /// What is wrong with the rules. `None` if git does not know them any more.
    pub why: Option<Label>,
}

impl Book {
    /// Opens the book that a folder lies in.
    ///
    /// # Errors
    /// If there is no git repository, or not one that can be read.
    pub fn open(dir: &Path, environment: &Environment) -> Result<Self, BookError> {
        Ok(Book::over(Repo::discover(dir, environment)?))
    }

    /// A book over a repository that is open already.
    pub fn over(repo: Repo) -> Self {
        Book { repo, kept: kept::Kept::default(), misjudged: RefCell::default() }
    }

    /// The records that were judged by today's rules so far although they were opened under others, by the id of those.
    pub fn misjudged(&self) -> BTreeMap<String, Misjudged> {
        self.misjudged.borrow().clone()
    }

    /// The zone of the book at a commit, where its policy is known without reading it; otherwise `redress.toml` says it.
    pub fn known_zone(&self, commit: repo::Oid) -> Option<crate::calendar::Zone> {
        self.kept.zone(&self.repo, commit)
    }

    /// The repository.
    pub fn repo(&self) -> &Repo {
        &self.repo
    }
}
