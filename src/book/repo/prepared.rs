//! The files that a commit has on disk before it is made: temporary files and its journal. Both are removed if the
//! commit is not made.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::RepoError;
use super::flush::Unflushed;
use super::index::FileStat;
use super::journal::Journal;
use super::open::Repo;
use super::place;
use crate::locale::messages::RepoText;

/// How many of them are held open until they are flushed.
const HELD: usize = 32;

/// The temporary files of a commit, taken away when their use ends. Their folder stays for the next.
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

    /// Writes one more, with the permissions of the file that it replaces; where it lies, and what git will see of it.
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

    /// The files that are to be flushed.
    pub(super) fn take_written(&mut self) -> Vec<Unflushed> {
        std::mem::take(&mut self.written)
    }

    pub(super) fn keep(mut self) {
        self.made = 0;
    }

    /// Takes away what a writer that is gone has left; whether there was anything.
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
            // one that lies in its place now is not here any more
            std::fs::remove_file(self.at(number)).ok();
        }
    }
}

/// The journal, marked as spent again if the branch is not moved.
pub(super) struct WrittenJournal(Option<PathBuf>);

impl WrittenJournal {
    /// Writes it and gives the file to be flushed, so that the disk does so together with all else.
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
