//! Checks that each path of a change is what its writer expects: in the tip, in git's index and in the working tree.

use std::path::Path;

use git2::Oid;
use rustix::fs::{Access, access};

use super::edit::{Edit, Expect};
use super::error::RepoError;
use super::index::{InIndex, IndexFile, Scan};
use super::open::Repo;
use super::path::BookPath;
use super::place::{self, OnDisk};
use super::transaction::Transaction;
use crate::locale::messages::RepoText as Text;
use crate::place::merge_marks;

/// The mode of an ordinary file.
pub(super) const PLAIN: u32 = 0o100_644;

/// What is at a path before the change.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) tip: Option<Oid>,
    pub(super) mode: u32,
    pub(super) disk: OnDisk,
}

/// Checks every path of the change. The results are in the order of its paths.
pub(super) fn paths(transaction: &Transaction<'_>) -> Result<Vec<Before>, RepoError> {
    let repo = transaction.repo;
    let top = repo.top().ok_or_else(|| RepoError::Bare { dir: repo.git_dir().to_owned() })?;
    let tree = transaction.tip.map(|tip| repo.tree(tip)).transpose()?;
    let mut found = Vec::with_capacity(transaction.edits.len());
    for (path, edit) in &transaction.edits {
        let entry = match &tree {
            Some(tree) => repo.entry_in(tree, path.as_str())?,
            None => None,
        };
        if let Some(entry) = entry.as_ref().filter(|entry| !entry.is_regular()) {
            let found = if entry.mode == 0o120_000 { Text::Link } else { Text::Folder };
            return Err(RepoError::NotAFile { path: path.to_string(), found, wanted: Text::File });
        }
        let before = Before {
            tip: entry.as_ref().map(|entry| entry.blob),
            mode: entry.as_ref().map_or(PLAIN, |entry| entry.mode),
            disk: place::look(top, path)?,
        };
        may_write(&path.under(top))?;
        expected(path, edit, &before).map_err(|error| conflicted(repo, error))?;
        found.push(before);
    }
    Ok(found)
}

/// Fails if the folder of a file, or the one in which that is to be made, may not be written: the commit would be made,
/// and its files could not be.
fn may_write(file: &Path) -> Result<(), RepoError> {
    let Some(folder) = file.ancestors().skip(1).find(|folder| folder.is_dir()) else { return Ok(()) };
    may_write_in(folder)
}

/// Fails if nothing may be written in this folder.
pub(super) fn may_write_in(folder: &Path) -> Result<(), RepoError> {
    let may = access(folder, Access::WRITE_OK);
    may.map_err(|error| RepoError::io(Text::DoWriteFolder, folder)(error.into()))
}

/// Distinguishes a path in an unfinished merge from one that was edited by hand.
fn conflicted(repo: &Repo, error: RepoError) -> RepoError {
    match error {
        RepoError::HandEdits { path, place } => match repo.file_on_disk(&path) {
            Ok(Some(bytes)) if merge_marks(&bytes).is_some() => RepoError::Conflicted { path },
            _ => RepoError::HandEdits { path, place },
        },
        error => error,
    }
}

/// Compares the tip and the working tree with what is expected.
fn expected(path: &BookPath, edit: &Edit, before: &Before) -> Result<(), RepoError> {
    let edited = |place| Err(RepoError::HandEdits { path: path.to_string(), place });
    let taken = |place| Err(RepoError::Occupied { path: path.to_string(), place });
    match edit.expect {
        Expect::Absent if before.tip.is_some() => taken(Text::InCommit),
        Expect::Absent if before.disk != OnDisk::Absent => taken(Text::InWorktree),
        Expect::Absent => Ok(()),
        Expect::Same(id) if before.tip != Some(id) => edited(Text::OtherContent),
        Expect::Same(id) => match before.disk.blob() {
            Some(_) if before.disk.blob_as(Some(id)) != Some(id) => edited(Text::DiffersFromCommit),
            // A sparse checkout leaves files out. The index tells whether this is such a file, or whether it was
            // deleted.
            _ => Ok(()),
        },
        Expect::OnDisk(id) if before.disk.blob() != id => edited(Text::ChangedSinceRead),
        Expect::OnDisk(_) => Ok(()),
    }
}

/// Compares the index with what is expected; for an unchanged file that is the tip.
pub(super) fn index(transaction: &Transaction<'_>, before: &[Before], scan: &Scan) -> Result<(), RepoError> {
    scan.layout.check()?;
    for (((path, edit), before), (state, _)) in transaction.edits.iter().zip(before).zip(&scan.found) {
        let edited = |place| Err(RepoError::HandEdits { path: path.to_string(), place });
        if *state == InIndex::Blocked {
            return Err(RepoError::Occupied { path: path.to_string(), place: Text::InIndexAs });
        }
        if *state == InIndex::Skipped {
            return Err(RepoError::OutsideSparse { path: path.to_string() });
        }
        match edit.expect {
            Expect::Absent if *state != InIndex::Absent => {
                return Err(RepoError::Occupied { path: path.to_string(), place: Text::InIndex });
            }
            Expect::Same(id) => {
                if before.disk == OnDisk::Absent {
                    return edited(Text::Deleted);
                }
                match state {
                    InIndex::Plain { blob, mode } if *blob == id && *mode == before.mode => {}
                    InIndex::Conflict => return edited(Text::IndexConflict),
                    _ => return edited(Text::IndexDiffers),
                }
            }
            Expect::Absent | Expect::OnDisk(_) => {}
        }
    }
    Ok(())
}

/// Reads the index and looks up the change's paths.
pub(super) fn scan(repo: &Repo, transaction: &Transaction<'_>) -> Result<(IndexFile, Scan), RepoError> {
    let file = repo.git_index()?;
    let scan = Scan::of(&file, transaction.edits.keys())?;
    Ok((file, scan))
}
