//! `index.lock`, taken in git's way, so that git waits for us. It is marked as ours, so that we can remove it later.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::error::RepoError;
use super::super::open::Repo;
use crate::locale::messages::RepoText;

/// The content of the lock file from its first moment. git's own lock files begin differently or are empty.
const MARK: &str = "redress holds this index lock; redress doctor --fix clears it away\n";

/// The lock. It is held until dropped or kept.
#[derive(Debug)]
pub(in super::super) struct IndexLock {
    path: Option<PathBuf>,
}

impl IndexLock {
    /// Takes the lock, and waits at most `wait` for another git process. The caller must hold the writers' lock.
    pub(in super::super) fn take(repo: &Repo, wait: Duration) -> Result<IndexLock, RepoError> {
        let path = lock_path(repo);
        let mark = repo.state_dir().join("index-lock");
        if !is_ours(&mark) {
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

    /// Releases the lock.
    pub(in super::super) fn release(mut self) -> Result<(), RepoError> {
        let Some(path) = self.path.take() else { return Ok(()) };
        std::fs::remove_file(&path).map_err(RepoError::io(RepoText::DoRemove, &path))
    }

    /// Leaves the lock in place, so that git does not use an unfinished index before recovery has completed it.
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

/// A link creates the file with its content at once. Where links are impossible, the file is made and then written.
fn make(mark: &Path, path: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(mark, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            let mut file = std::fs::File::create_new(path)?;
            std::io::Write::write_all(&mut file, MARK.as_bytes())
        }
        result => result,
    }
}

/// Removes an `index.lock` of ours; returns whether there was one. The caller must hold the writers' lock, so nobody
/// else uses it.
pub(in super::super) fn remove_ours(repo: &Repo) -> Result<bool, RepoError> {
    let path = lock_path(repo);
    if !is_ours(&path) {
        return Ok(false);
    }
    std::fs::remove_file(&path).map_err(RepoError::io(RepoText::DoRemove, &path))?;
    Ok(true)
}

/// Whether a lock is one of ours.
pub(in super::super) fn is_ours(path: &Path) -> bool {
    let mut content = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(200).read_to_string(&mut content));
    read.is_ok() && content == MARK
}

/// The path of the lock file, for git and for us.
pub(in super::super) fn lock_path(repo: &Repo) -> PathBuf {
    repo.git_dir().join("index.lock")
}
