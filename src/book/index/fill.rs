//! Reads many records of a commit in several threads. Each thread has its own repository handle. The records arrive
//! in the requested order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use git2::Oid;

use super::error::IndexError;
use super::load::{self, Rows};
use super::threads;
use crate::book::repo::{Repo, RepoError};
use crate::policy::Policy;

/// A file that should hold a record.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) path: String,
    /// The position of its kind in the policy.
    pub(super) kind: usize,
    /// Its content. `None` if it is not an ordinary file.
    pub(super) blob: Option<Oid>,
}

/// The result of loading a file.
#[derive(Debug)]
pub(super) enum Loaded {
    Record(usize, Box<Rows>),
    Unreadable(String),
}

/// With fewer files, a second thread does not pay.
const FEW: usize = 400;
/// How many files a thread takes at a time. It limits the memory in use.
const CHUNK: usize = 256;

/// Reads `files` and passes each to `take`, in their order.
pub(super) fn read(
    repo: &Repo,
    policy: &Policy,
    files: &[File],
    mut take: impl FnMut(Loaded) -> rusqlite::Result<()>,
) -> Result<(), IndexError> {
    let threads = if files.len() <= FEW { 1 } else { threads() };
    if threads == 1 {
        for file in files {
            take(one(repo, policy, file)?)?;
        }
        return Ok(());
    }
    let repos = (0..threads).map(|_| repo.reopen()).collect::<Result<Vec<_>, _>>()?;
    let next = AtomicUsize::new(0);
    let (sender, receiver) = sync_channel(threads);
    std::thread::scope(|scope| {
        for repo in repos {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(chunk) = files.chunks(CHUNK).nth(number) else { return };
                    let read = chunk.iter().map(|file| one(&repo, policy, file)).collect::<Result<Vec<_>, _>>();
                    // after a failure nobody receives any more
                    if sender.send((number, read)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (number, read) in receiver {
            early.insert(number, read?);
            while let Some(chunk) = early.remove(&wanted) {
                chunk.into_iter().try_for_each(&mut take)?;
                wanted += 1;
            }
        }
        Ok(())
    })
}

fn one(repo: &Repo, policy: &Policy, file: &File) -> Result<Loaded, RepoError> {
    let unreadable = || Loaded::Unreadable(file.path.clone());
    let (Some(blob), Some(kind)) = (file.blob, policy.kinds.nth(file.kind)) else { return Ok(unreadable()) };
    let Some(bytes) = repo.blob_if_whole(blob)? else { return Ok(unreadable()) };
    Ok(match load::record(&bytes, &file.path, kind) {
        Ok(record) => Loaded::Record(file.kind, Box::new(Rows::of(&record, kind))),
        Err(_) => unreadable(),
    })
}
