//! The writers' lock: one transaction at a time in a working tree.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::RepoError;
use crate::locale::messages::RepoText;

/// The lock, held until dropped. The system releases it when the process ends for any reason.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock in the state directory, and waits at most `wait`.
    pub(super) fn take(state_dir: &Path, wait: Duration) -> Result<WriterLock, RepoError> {
        WriterLock::named("lock", state_dir, wait)
    }

    /// Takes a lock of another name: for work that no other process may do at the same time, although it does not
    /// write to the book all the while.
    pub(super) fn named(name: &str, state_dir: &Path, wait: Duration) -> Result<WriterLock, RepoError> {
        if let Some(error) = no_folder(state_dir) {
            return Err(error);
        }
        std::fs::create_dir_all(state_dir).map_err(RepoError::io(RepoText::DoMakeFolder, state_dir))?;
        let path = state_dir.join(name);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(RepoError::io(RepoText::DoOpen, &path))?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(RepoError::io(RepoText::DoLock, &path)(error)),
            }
            if begun.elapsed() >= wait {
                let mut holder = String::new();
                file.read_to_string(&mut holder).ok();
                let holder = holder.split_whitespace().nth(1).unwrap_or("?").to_owned();
                return Err(RepoError::Locked { path, holder, waited: wait });
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
        // The holder, for those who wait; nothing depends on it. All texts have the same length, because each
        // overwrites the last.
        let holder = format!("process {:<10}\n", std::process::id());
        let told = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(holder.as_bytes()));
        told.map_err(RepoError::io(RepoText::DoWrite, &path))?;
        Ok(WriterLock { _file: file })
    }
}

/// The error if something else is in the place of the state directory, such as a link that leads nowhere.
pub(super) fn no_folder(state_dir: &Path) -> Option<RepoError> {
    if state_dir.is_dir() {
        return None;
    }
    let found = if state_dir.symlink_metadata().ok()?.is_symlink() { RepoText::Link } else { RepoText::File };
    Some(RepoError::NotAFile { path: state_dir.display().to_string(), found, wanted: RepoText::Folder })
}

/// How long a writer waits for another one, and for git, by default.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(10);
