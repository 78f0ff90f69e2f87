//! The git repository at the level of paths and bytes: opening, reading, one way of writing, recovery.
//!
//! Nothing here knows a record, a kind or YAML. Reading goes to commits, never to the working tree. Writing goes
//! through [`Transaction`] alone, whose steps are in `publish`. The environment, the clock and the identity are handed
//! in.
//!
//! Failpoints at every step and a loop of killed processes (`tests/crash.rs`) hold journal, locks and recovery.
//!
//! - A loose object lies under its name before it is flushed, as git's do. If a lost power leaves a part of it, the
//!   next writer compares it with what is to be written, and writes it again. Packs are flushed before they get their
//!   names.
//! - The edits of an interrupted commit are nobody's edits: `worktree_changes` leaves out what the journal explains.
//! - A writer that is killed while it moves the branch leaves `refs/heads/BRANCH.lock`. Recovery removes it if it holds
//!   the journal's commit, or nothing for half a second.

mod branch;
mod changes;
mod check;
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
mod journal;
mod lock;
mod loose;
mod merge;
mod next_index;
mod objects;
mod ongoing;
mod open;
mod pack;
mod path;
mod place;
mod prepared;
mod publish;
mod read;
mod recover;
mod revision;
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
pub use edit::{Expect, Person};
pub use environment::Environment;
pub use error::RepoError;
pub use failpoint::{FAILPOINTS, Failpoint};
pub use git2::Oid;
pub use history::{CommitInfo, HistoryRange};
pub use init::{InitOptions, Initialised};
pub use interrupts::{end_on_interrupt, hold as hold_interrupts};
pub(in crate::book) use journal::boot;
pub use lock::DEFAULT_WAIT;
pub use merge::{MergedText, Sides, difference, merge_text};
pub use ongoing::Operation;
pub use open::{Head, Repo};
pub use path::BookPath;
pub use place::{LeftAlone, WhyLeft};
pub use publish::Committed;
pub use read::FileAt;
pub use recover::{RecoveryOutcome, RecoveryReport, recover};
pub use seen::Seen;
pub use standing::Standing;
pub use transaction::Transaction;
pub use worktree::WorktreeScan;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
