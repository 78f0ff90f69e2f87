//! What a commit has lying on disk before it is made: temporary files and its journal. Both go where it is not made.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::RepoError;
use super::journal::Journal;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The temporary files of a commit, taken away when their use ends. Their folder stays for the next.
pub(super) struct Temporaries {
    folder: PathBuf,
    made: usize,
}

impl Temporaries {
    pub(super) fn make(repo: &Repo) -> Result<Temporaries, RepoError> {
        let folder = Temporaries::folder(&repo.state_dir());
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(RepoError::io(RepoText::DoMakeFolder, &folder)(error))
            }
            _ => Ok(Temporaries { folder, made: 0 }),
        }
    }

    /// Where one more goes.
    pub(super) fn next(&mut self) -> PathBuf {
        self.made += 1;
        self.at(self.made)
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

/// The journal, taken away again if the branch is not moved.
pub(super) struct WrittenJournal(Option<PathBuf>);

impl WrittenJournal {
    /// Writes it beside its place and gives the file to be flushed, so that the disk does so together with all else.
    pub(super) fn write_beside(repo: &Repo, journal: &Journal) -> Result<(WrittenJournal, PathBuf), RepoError> {
        let state_dir = repo.state_dir();
        let file = journal.write_beside(&state_dir)?;
        Ok((WrittenJournal(Some(state_dir)), file))
    }

    /// Puts it in its place, once the file is flushed.
    pub(super) fn put_in_place(&self) -> Result<(), RepoError> {
        self.0.as_deref().map_or(Ok(()), Journal::put_in_place)
    }

    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for WrittenJournal {
    fn drop(&mut self) {
        if let Some(state_dir) = self.0.take() {
            Journal::forget(&state_dir);
        }
    }
}
