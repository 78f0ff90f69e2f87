//! `index.lock`, taken as git takes it, so that git waits for us; recognisable as ours, so that we can clear it away.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::error::RepoError;
use super::super::open::Repo;
use crate::locale::messages::RepoText;

/// What the file holds from the moment at which it exists. git's own lock files begin otherwise, or are empty.
const MARK: &str = "redress holds this index lock; redress doctor --fix clears it away\n";

/// The lock, held until dropped or kept.
#[derive(Debug)]
pub(in super::super) struct IndexLock {
    path: Option<PathBuf>,
}

impl IndexLock {
    /// Takes the lock, waiting for another git process at most `wait`. The caller holds the writers' lock.
    pub(in super::super) fn take(repo: &Repo, wait: Duration) -> Result<IndexLock, RepoError> {
        let path = lock_path(repo);
        let mark = repo.state_dir().join("index-lock");
        if !holds_mark(&mark) {
            std::fs::write(&mark, MARK).map_err(RepoError::io(RepoText::DoWrite, &mark))?;
        }
        let begun = Instant::now();
        loop {
            match make(&mark, &path) {
                Ok(()) => return Ok(IndexLock { path: Some(path) }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(RepoError::io(RepoText::DoMake, &path)(error)),
            }
            if begun.elapsed() >= wait {
                return Err(RepoError::IndexLocked { path, waited: wait });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Gives the lock back.
    pub(in super::super) fn release(mut self) -> Result<(), RepoError> {
        let Some(path) = self.path.take() else { return Ok(()) };
        std::fs::remove_file(&path).map_err(RepoError::io(RepoText::DoRemove, &path))
    }

    /// Leaves the lock where it is: a half-done index is safe from git until recovery has ended it.
    pub(in super::super) fn keep(mut self) {
        self.path = None;
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            std::fs::remove_file(path).ok();
        }
    }
}

/// A link brings the content along; without links, the file is made and then written.
fn make(mark: &Path, path: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(mark, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            let mut file = std::fs::File::create_new(path)?;
            std::io::Write::write_all(&mut file, MARK.as_bytes())
        }
        result => result,
    }
}

/// Clears away an `index.lock` of ours; whether there was one. The caller holds the writers' lock, so nobody uses it.
pub(in super::super) fn remove_ours(repo: &Repo) -> Result<bool, RepoError> {
    let path = lock_path(repo);
    if !holds_mark(&path) {
        return Ok(false);
    }
    std::fs::remove_file(&path).map_err(RepoError::io(RepoText::DoRemove, &path))?;
    Ok(true)
}

fn holds_mark(path: &Path) -> bool {
    let mut content = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(200).read_to_string(&mut content));
    read.is_ok() && content == MARK
}

/// Where git and we lock the index.
pub(in super::super) fn lock_path(repo: &Repo) -> PathBuf {
    repo.git_dir().join("index.lock")
}
