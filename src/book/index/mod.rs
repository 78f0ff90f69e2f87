//! The index: answers questions about all records without reading them all. It is a cache. It is made from a commit
//! and the shapes of its policy's kinds, stored in `$GIT_DIR/redress/index.sqlite`, and updated with the differences
//! between two commits. It can be deleted without loss.
//!
//! An [`Index`] belongs to one commit. It gives the same answers whatever happened to the file: missing, damaged,
//! truncated, busy, read-only, made for another commit or by another program. Such a file is made again if possible.
//! Otherwise the answer comes from an overlay or from tables in memory. The meaning of deadlines and conditions is
//! not known here.
//!
//! - A reader holds no lock between questions. Each question is one transaction, which first compares the file's
//!   generation. If   another process has moved the file on, an overlay takes the reader back to its own commit.
//! - The file is trusted only if `index.stamp` has its size, times, inode and device. Both are compared again under
//!   SQLite's lock, and   once more before the transaction ends, because SQLite does not notice bytes that change
//!   under an open connection. If a disk   changes a byte but none of these, nobody notices; `rm
//!   .git/redress/index.sqlite` always helps and loses nothing.
//! - A small file is not flushed to the disk. It is trusted until the machine is restarted (`trust`).
//! - Rows depend on a record's file and on what `schema::fingerprint` digests: the build of the program and the
//!   shapes of the kinds.   Another build makes the index again.
//! - Runs of deadlines are in a separate file (`ended`), and only those that have ended.

mod build;
mod compared;
mod ended;
mod engine;
mod error;
mod events;
mod fill;
mod find;
mod links;
mod load;
mod overlay;
mod privacy;
mod query;
mod said;
mod schema;
mod select;
mod trust;
mod values;
mod views;
mod words;
mod write;

#[cfg(test)]
mod tests;

pub use ended::{Ended, EndedRuns, Rest};
pub use error::IndexError;
pub use events::{EventQuery, LateNotes};
pub use find::as_known;
pub use links::IndexLink;
pub use load::names;
pub use query::{Answer, Limits, names_holders};
pub use select::{HeldBy, Selection, Sort};
pub use views::{Holding, OWN_VIEWS};
pub use words::WantedWords;

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use git2::Oid;
use rusqlite::Connection;

use self::build::Wanted;
use self::engine::{Engine, Source};
use self::schema::Kinds;
use self::trust::Files;
use crate::book::repo::Repo;
use crate::calendar::Moment;
use crate::place::Problem;
use crate::policy::Policy;

/// The commit for which an index is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// The tip of the branch: the file is updated to it.
    Tip,
    /// Any other commit: the file is read and never written.
    Past,
}

/// A record that could not be read: its path and all its problems.
pub type Unreadable = (String, Vec<Problem>);

/// The records of one commit, for questions.
pub struct Index {
    source: Source,
    engine: RefCell<Engine>,
    unreadable: OnceCell<Vec<Unreadable>>,
    /// The moment at which the spans of rollups end.
    until: Cell<Option<Moment>>,
}

/// More threads would wait for each other.
const MOST_THREADS: usize = 8;

/// The number of threads that read many records. The answer costs a dozen system calls, so only those ask who need it.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}

impl Index {
    /// Opens the index for a commit and its policy.
    ///
    /// # Errors
    /// [`IndexError::Repo`] if the commit cannot be read; [`IndexError::Sqlite`] if disk and memory are full.
    pub fn open(repo: &Repo, commit: Oid, policy: &Arc<Policy>, place: Location) -> Result<Self, IndexError> {
        let wanted = Wanted { commit, policy: Arc::clone(policy), kinds: Kinds::of(policy, repo.program()) };
        let files = Files::of(&repo.state_dir());
        let source = Source { wanted, git_dir: repo.git_dir().to_owned(), files };
        let engine = source.begin(repo, place)?;
        Ok(Index::over(source, engine))
    }

    fn over(source: Source, engine: Engine) -> Self {
        Index { source, engine: RefCell::new(engine), unreadable: OnceCell::new(), until: Cell::new(None) }
    }

    /// Sets the moment at which the spans of rollups end.
    pub fn see_until(&self, until: Moment) {
        self.until.set(Some(until));
    }

    /// The commit that it belongs to.
    pub fn commit(&self) -> Oid {
        self.source.wanted.commit
    }

    /// The policy by whose shapes records are read.
    pub fn policy(&self) -> &Policy {
        &self.source.wanted.policy
    }

    /// Asks the tables within one transaction. If the file fails, private tables are asked.
    fn ask<T>(&self, ask: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, IndexError> {
        // twice, because the file may move on while the overlay is made
        for _ in 0..2 {
            let answer = self.engine.borrow().read(&ask);
            match answer {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {
                    let engine = self.source.around(&self.source.repo()?)?;
                    self.engine.replace(engine);
                }
                Err(error) if self.engine.borrow().is_private() => return Err(error.into()),
                Err(_) => break,
            }
        }
        let engine = self.source.own(&self.source.repo()?)?;
        let answer = ask(&engine.connection);
        self.engine.replace(engine);
        Ok(answer?)
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Index").field("commit", &self.commit()).finish_non_exhaustive()
    }
}
