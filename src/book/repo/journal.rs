//! What recovery needs to know about a commit that is being published.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::Oid;
use serde::{Deserialize, Serialize};

use super::error::RepoError;
use super::flush::sync_all;
use super::index::InIndex;
use crate::locale::messages::RepoText;

/// The form of the journal; another one is not touched.
const VERSION: u32 = 1;

/// A commit on its way, as it lies on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    version: u32,
    pub(super) branch: String,
    old: Option<String>,
    new: String,
    pub(super) files: Vec<JournalFile>,
}

/// One path of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JournalFile {
    pub(super) path: String,
    /// What the working tree held.
    was: Option<String>,
    /// What the index held.
    pub(super) index: String,
    /// What the commit holds, and with which mode.
    new: Option<String>,
    pub(super) mode: u32,
    /// The temporary file's name in the state directory.
    pub(super) temporary: Option<String>,
}

impl JournalFile {
    pub(super) fn new(
        path: &str,
        was: Option<Oid>,
        index: InIndex,
        new: Option<(Oid, u32)>,
        temporary: Option<String>,
    ) -> JournalFile {
        JournalFile {
            path: path.to_owned(),
            was: was.map(|id| id.to_string()),
            index: in_words(index),
            new: new.map(|(id, _)| id.to_string()),
            mode: new.map_or(0, |(_, mode)| mode),
            temporary,
        }
    }

    pub(super) fn was(&self) -> Option<Oid> {
        parse(self.was.as_deref())
    }

    pub(super) fn blob(&self) -> Option<Oid> {
        parse(self.new.as_deref())
    }
}

/// What the index holds for a path, in one word.
pub(super) fn in_words(state: InIndex) -> String {
    match state {
        InIndex::Absent => "absent".to_owned(),
        InIndex::Plain { blob, mode } => format!("{mode:o}:{blob}"),
        InIndex::Skipped => "skipped".to_owned(),
        InIndex::Intent => "intent".to_owned(),
        InIndex::Conflict => "conflict".to_owned(),
        InIndex::Blocked => "blocked".to_owned(),
    }
}

/// What lies in the journal's place.
pub(super) enum Found {
    Nothing,
    Journal(Journal),
    /// Something that this version does not read.
    Unreadable,
}

impl Journal {
    pub(super) fn new(branch: &str, old: Option<Oid>, new: Oid, files: Vec<JournalFile>) -> Journal {
        Journal {
            version: VERSION,
            branch: branch.to_owned(),
            old: old.map(|id| id.to_string()),
            new: new.to_string(),
            files,
        }
    }

    pub(super) fn old(&self) -> Option<Oid> {
        parse(self.old.as_deref())
    }

    pub(super) fn new_tip(&self) -> Option<Oid> {
        parse(Some(&self.new))
    }

    /// Writes the journal beside its place, where it counts for nothing: whoever puts it there waits until it is on the disk.
    pub(super) fn write_beside(&self, state_dir: &Path) -> Result<PathBuf, RepoError> {
        let beside = beside(state_dir);
        let writing = |error| RepoError::io(RepoText::DoWrite, &beside)(error);
        let bytes = serde_json::to_vec(self).map_err(|error| writing(error.into()))?;
        std::fs::write(&beside, bytes).map_err(writing)?;
        Ok(beside)
    }

    /// Puts what was written beside, and is on the disk, in its place: it is there whole or not at all.
    pub(super) fn put_in_place(state_dir: &Path) -> Result<(), RepoError> {
        let path = place(state_dir);
        std::fs::rename(beside(state_dir), &path).map_err(RepoError::io(RepoText::DoWrite, &path))?;
        sync_all([state_dir.to_owned()])
    }

    pub(super) fn read(state_dir: &Path) -> Result<Found, RepoError> {
        let path = place(state_dir);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(RepoError::io(RepoText::DoRead, &path)(error)),
        };
        match serde_json::from_slice::<Journal>(&bytes) {
            Ok(journal) if journal.version == VERSION && journal.new_tip().is_some() => Ok(Found::Journal(journal)),
            _ => Ok(Found::Unreadable),
        }
    }

    /// Takes away what was written, in its place or beside it.
    pub(super) fn forget(state_dir: &Path) {
        std::fs::remove_file(beside(state_dir)).ok();
        Journal::drop_from(state_dir).ok();
    }

    /// Takes the journal away: what it spoke of is over.
    pub(super) fn drop_from(state_dir: &Path) -> Result<(), RepoError> {
        let path = place(state_dir);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(RepoError::io(RepoText::DoRemove, &path)(error)),
            _ => Ok(()),
        }
    }
}

fn beside(state_dir: &Path) -> PathBuf {
    state_dir.join("journal.new")
}

fn place(state_dir: &Path) -> PathBuf {
    state_dir.join("journal")
}

fn parse(id: Option<&str>) -> Option<Oid> {
    id.and_then(|id| Oid::from_str(id).ok())
}
