//! git's index file: reading it in one pass, and making the next version after a change.
//!
//! An index of version 2 without extensions except `TREE`, git's default, is edited as bytes. Anything else goes
//! through `git update-index` on a copy. In both cases the caller moves the file into place, under its own lock.

mod cache_tree;
mod entry;
mod list;
mod lock;
mod parse;
mod scan;
mod slow;
mod splice;

pub(super) use entry::{FileStat, NewEntry};
pub(super) use list::Listing;
pub(super) use lock::{IndexLock, is_ours, lock_path, remove_ours};
pub(super) use parse::IndexFile;
pub(super) use scan::{InIndex, Scan};
pub(super) use slow::write_slowly;
pub(super) use splice::{Spliced, splice};

/// The new entry for a path; `None` removes it.
pub(super) type IndexChange = (super::path::BookPath, Option<NewEntry>);

#[cfg(test)]
mod tests;
