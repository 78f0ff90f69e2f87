//! What a commit has lying on disk before it is made: temporary files and its journal. Both go where it is not made.

use std::path::PathBuf;

use super::error::RepoError;
use super::journal::Journal;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The folder of temporary files, emptied when its use ends.
pub(super) struct Temporaries(pub(super) PathBuf);

impl Temporaries {
    pub(super) fn make(repo: &Repo) -> Result<Temporaries, RepoError> {
        let path = repo.state_dir().join("tmp");
        std::fs::create_dir_all(&path).map_err(RepoError::io(RepoText::DoMakeFolder, &path))?;
        Ok(Temporaries(path))
    }

    pub(super) fn keep(mut self) {
        self.0 = PathBuf::new();
    }
}

impl Drop for Temporaries {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            std::fs::remove_dir_all(&self.0).ok();
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
