//! git's index file: reading it in one pass, and making the one that follows a change.
//!
//! Version 2 with no extension but `TREE`, which is what git writes unless told otherwise, is spliced as bytes; anything
//! else goes through `git update-index` on a copy. Either way the file is installed by the caller, under its own lock.

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
pub(super) use lock::{IndexLock, lock_path, remove_ours};
pub(super) use parse::IndexFile;
pub(super) use scan::{InIndex, Scan};
pub(super) use slow::write_slowly;
pub(super) use splice::{Spliced, splice};

/// What the index is to hold for a path from now on; none takes it out.
pub(super) type IndexChange = (super::path::BookPath, Option<NewEntry>);

#[cfg(test)]
mod tests;
