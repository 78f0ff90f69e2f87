//! The book: a git repository of records. It contains no rule of a kind, no rendering and no prompts.
//!
//! `repo` knows only paths and bytes. On top of it [`Book`] opens the records, a [`View`] reads one commit, and
//! [`Book::write`] is the only way to change them.

mod attributes;
mod compiled;
mod disk;
mod dropped;
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
mod needed;
mod one_file;
mod reading;
mod removed;
mod replaced;
pub mod repo;
mod resolve;
pub mod sources;
mod sync_error;
mod syncing;
mod undo;
mod unfit;
pub mod uniting;
mod unsent;
mod upgrade;
mod versions;
mod view;
mod whole;
mod write;

pub use disk::Part;
pub use dropped::Dropped;
pub use error::BookError;
pub use found::{FoundError, Founded, Founding, Newcomer, Rules, files, found, person_id};
pub use held::gives_up;
pub use history::{AuditScope, Audited};
pub use index::Index;
pub use one_file::OneFile;
pub use reading::Reading;
pub use resolve::Unresolved;
pub use sync_error::{Conflicts, KeptBack, SyncError, Why};
pub use syncing::{ATTEMPTS, Synced, Syncing, UNITE_WITH};
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

/// Records that are judged by today's rules, because the rules under which they were opened are gone or no longer
/// load.
#[derive(Debug, Clone)]
pub struct Misjudged {
    /// The records found so far.
    pub records: BTreeSet<Id>,
    /// What is wrong with the rules. `None` if git no longer has them.
    pub why: Option<Label>,
}

impl Book {
    /// Opens the book that contains a folder.
    ///
    /// # Errors
    /// If there is no git repository, or none that can be read.
    pub fn open(dir: &Path, environment: &Environment) -> Result<Self, BookError> {
        Ok(Book::over(Repo::discover(dir, environment)?))
    }

    /// A book in a repository that is already open.
    pub fn over(repo: Repo) -> Self {
        Book { repo, kept: kept::Kept::default(), misjudged: RefCell::default() }
    }

    /// The records found so far that are judged by today's rules although they were opened under others, by the id of
    /// those.
    pub fn misjudged(&self) -> BTreeMap<String, Misjudged> {
        self.misjudged.borrow().clone()
    }

    /// The zone of the book at a commit, if its policy is known without reading it. Otherwise `redress.toml` has it.
    pub fn known_zone(&self, commit: repo::Oid) -> Option<crate::calendar::Zone> {
        self.kept.zone(&self.repo, commit)
    }

    /// The repository.
    pub fn repo(&self) -> &Repo {
        &self.repo
    }
}
