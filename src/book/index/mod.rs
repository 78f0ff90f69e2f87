//! The index: what a command asks of all records, answered without reading them all. It is a cache: it is made from a
//! commit and the shapes of its policy's kinds, kept in `$GIT_DIR/redress/index.sqlite`, brought forward by the
//! difference between two commits, and can be deleted without loss.
//!
//! An [`Index`] stands for one commit. It gives the same answers whatever happened to the file: missing, damaged,
//! truncated, busy, read-only, of another commit or of another program. Such a file is made again if that is possible.
//! Otherwise the answer comes from an overlay or from tables in memory. What deadlines and conditions mean is not known
//! here.
//!
//! - A reader holds no lock between questions. Each question is a transaction of its own. It first compares the file's
//!   generation; if another process has moved the file on, an overlay takes the reader back to its commit.
//! - The file is believed only if `index.stamp` notes its size, times, inode and device. Both are compared again under
//!   SQLite's lock, and once more before the transaction ends, because SQLite does not notice bytes that change beneath
//!   an open connection. If a disk changes a byte and none of these, nobody notices; `rm .git/redress/index.sqlite`
//!   costs nothing.
//! - Nobody waits for a small file to be on the disk. It is believed until the machine is started again (`trust`).
//! - Rows follow from a record's file and from what `schema::fingerprint` digests: the build of the program, and the
//!   shapes of the kinds. Another build makes the index again.
//! - Runs of deadlines lie in a file of their own (`ended`), and those alone that have ended.

mod build;
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

/// Which commit an index is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// The tip of the branch: the file is brought to it.
    Tip,
    /// Any other: the file is read, and never written.
    Past,
}

/// A record that could not be read: its path and everything that is wrong in it.
pub type Unreadable = (String, Vec<Problem>);

/// What a command asks of the records of one commit.
pub struct Index {
    source: Source,
    engine: RefCell<Engine>,
    unreadable: OnceCell<Vec<Unreadable>>,
    /// When the spans of rollups end.
    until: Cell<Option<Moment>>,
    /// In how many threads many records are read.
    threads: usize,
}

/// More threads than this wait for one another.
const MOST_THREADS: usize = 8;

impl Index {
    /// Opens the index for a commit and the policy that stands in it.
    ///
    /// # Errors
    /// [`IndexError::Repo`] where the commit cannot be read; [`IndexError::Sqlite`] where neither disk nor memory have room.
    pub fn open(repo: &Repo, commit: Oid, policy: &Arc<Policy>, place: Location) -> Result<Self, IndexError> {
        let wanted = Wanted { commit, policy: Arc::clone(policy), kinds: Kinds::of(policy, repo.program()) };
        let files = Files::of(&repo.state_dir());
        let source = Source { wanted, git_dir: repo.git_dir().to_owned(), files };
        let engine = source.begin(repo, place)?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        Ok(Index { source, engine: RefCell::new(engine), unreadable: OnceCell::new(), until: Cell::new(None), threads })
    }

    /// Says when the spans of rollups end.
    pub fn see_until(&self, until: Moment) {
        self.until.set(Some(until));
    }

    /// The commit that it stands for.
    pub fn commit(&self) -> Oid {
        self.source.wanted.commit
    }

    /// The policy by whose shapes records are read.
    pub fn policy(&self) -> &Policy {
        &self.source.wanted.policy
    }

    /// Asks the tables, within one transaction. What fails on the file is asked again of tables of our own.
    fn ask<T>(&self, ask: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, IndexError> {
        // twice, since the file may move on again while the overlay is made
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
