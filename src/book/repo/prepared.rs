//! The files on disk before a commit is made: temporary files and its journal. Both are removed if the commit is not
//! made.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::RepoError;
use super::flush::Unflushed;
use super::index::FileStat;
use super::journal::Journal;
use super::open::Repo;
use super::place;
use crate::locale::messages::RepoText;

/// How many of them stay open until they are flushed.
const HELD: usize = 32;

/// The temporary files of a commit. They are removed when dropped; their folder stays for the next commit.
pub(super) struct Temporaries {
    folder: PathBuf,
    made: usize,
    written: Vec<Unflushed>,
}

impl Temporaries {
    pub(super) fn make(repo: &Repo) -> Result<Temporaries, RepoError> {
        let folder = Temporaries::folder(&repo.state_dir());
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(RepoError::io(RepoText::DoMakeFolder, &folder)(error))
            }
            _ => Ok(Temporaries { folder, made: 0, written: Vec::new() }),
        }
    }

    /// Writes one more, with the permissions of the file that it will replace. Returns its path and git's data about
    /// it.
    pub(super) fn write(&mut self, bytes: &[u8], replaces: &Path) -> Result<(PathBuf, FileStat), RepoError> {
        self.made += 1;
        let path = self.at(self.made);
        let (file, stat) = place::write_temporary(&path, bytes, replaces)?;
        self.written.push(match self.written.len() < HELD {
            true => Unflushed::open(path.clone(), file),
            false => path.clone().into(),
        });
        Ok((path, stat))
    }

    /// The files that must be flushed.
    pub(super) fn take_written(&mut self) -> Vec<Unflushed> {
        std::mem::take(&mut self.written)
    }

    pub(super) fn keep(mut self) {
        self.made = 0;
    }

    /// Removes what an ended writer has left; returns whether there was anything.
    pub(super) fn clear(state_dir: &Path) -> Result<bool, RepoError> {
        let folder = Temporaries::folder(state_dir);
        let Ok(mut left) = std::fs::read_dir(&folder) else { return Ok(false) };
        if left.next().is_none() {
            return Ok(false);
        }
        std::fs::remove_dir_all(&folder).map_err(RepoError::io(RepoText::DoRemove, &folder))?;
        Ok(true)
    }

    fn folder(state_dir: &Path) -> PathBuf {
        state_dir.join("tmp")
    }

    fn at(&self, number: usize) -> PathBuf {
        self.folder.join(number.to_string())
    }
}

impl Drop for Temporaries {
    fn drop(&mut self) {
        for number in 1..=self.made {
            // a file that was moved into place is no longer here
            std::fs::remove_file(self.at(number)).ok();
        }
    }
}

/// The journal. It is marked as spent again if the branch is not moved.
pub(super) struct WrittenJournal(Option<PathBuf>);

impl WrittenJournal {
    /// Writes it and returns the file, so that it is flushed together with everything else.
    pub(super) fn write(repo: &Repo, journal: &Journal) -> Result<(WrittenJournal, Unflushed), RepoError> {
        let state_dir = repo.state_dir();
        let written = WrittenJournal(Some(state_dir.clone()));
        let (path, file) = journal.write(&state_dir)?;
        Ok((written, Unflushed::content(path, file)))
    }

    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for WrittenJournal {
    fn drop(&mut self) {
        if let Some(state_dir) = self.0.take() {
            Journal::close(&state_dir).ok();
        }
    }
}
