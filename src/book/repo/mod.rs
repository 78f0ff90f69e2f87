//! The git repository at the level of paths and bytes: opening, reading, one way of writing, recovery.
//!
//! Nothing here knows a record, a kind or YAML. Reading uses commits, never the working tree. Writing only goes
//! through [`Transaction`]; its steps are in `publish`. The caller passes in the environment, the clock and the
//! identity.
//!
//! Failpoints at every step and a loop of killed processes (`tests/crash.rs`) test the journal, the locks and
//! recovery.
//!
//! - A loose object has its name before it is flushed, as in git. If a power loss leaves a part of it, the next
//!   writer compares it with   what it wants to write, and writes it again. Packs are flushed before they get their
//!   names.
//! - The changes of an interrupted commit are not hand edits: `worktree_changes` leaves out what the journal
//!   explains.
//! - A writer that is killed while it moves the branch leaves `refs/heads/BRANCH.lock`. Recovery removes it if it has
//!   the journal's   commit, or if it stays empty for half a second.

mod branch;
mod changes;
mod check;
mod damage;
mod driver;
mod edit;
mod environment;
mod error;
mod failpoint;
mod flush;
mod git;
mod history;
mod hook;
mod index;
mod init;
mod interrupts;
mod joining;
mod journal;
mod leftovers;
mod lock;
mod loose;
mod lost;
mod merge;
mod next_index;
mod objects;
mod odd;
mod ongoing;
mod open;
mod pack;
mod path;
mod place;
mod prepared;
mod publish;
mod raw;
mod read;
mod recover;
mod remote;
mod remote_talk;
mod revision;
mod room;
mod say;
mod seen;
mod sign;
mod standing;
mod transaction;
mod tree;
mod upkeep;
mod worktree;
mod written;
mod zlib;

pub use changes::{PathChange, WorktreeChange};
pub use driver::{Driver, Hooked, Staged, clone_into, forget_clone};
pub use edit::{Expect, Person};
pub use environment::Environment;
pub use error::{RemoteDoing, RepoError};
pub use failpoint::{FAILPOINTS, Failpoint};
pub use git2::Oid;
pub use history::{CommitInfo, HistoryRange};
pub use init::{InitOptions, Initialised};
pub use interrupts::{end_on_interrupt, hold as hold_interrupts};
pub use joining::{Content, Differs, Replaced, check_ordinary};
pub(in crate::book) use journal::boot;
pub use leftovers::Leftover;
pub use lock::DEFAULT_WAIT;
pub use merge::{MergedText, Sides, difference, merge_text};
pub use odd::{ODDITIES, Oddity};
pub use ongoing::Operation;
pub use open::{Head, Repo};
pub use path::BookPath;
pub(in crate::book) use place::read_beginning;
pub use place::{LeftAlone, WhyLeft};
pub use publish::Committed;
pub use read::FileAt;
pub(in crate::book) use read::PathOverTime;
pub use recover::{RecoveryOutcome, RecoveryReport, recover};
pub use remote::{Shared, SyncLock};
pub use remote_talk::{Pushed, Talk};
pub(in crate::book) use room::has_room;
pub(in crate::book) use say::quoted;
pub use seen::Seen;
pub use standing::Standing;
pub use transaction::Transaction;
pub use worktree::WorktreeScan;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
