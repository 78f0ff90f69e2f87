//! Whether the repository may be written, and what an audit must know about it.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, access};
use walkdir::WalkDir;

use super::check::may_write_in;
use super::edit::Person;
use super::error::RepoError;
use super::index::{Scan, lock_path};
use super::journal::Journal;
use super::lock::no_folder;
use super::ongoing::Operation;
use super::open::{Head, Repo};
use super::room::is_nearly_full;
use crate::locale::messages::RepoText;

/// What prevents writing, and what an audit must mention.
#[derive(Debug)]
pub struct Standing {
    /// Why the book cannot be written, in a fixed order; empty if it can.
    pub refusals: Vec<RepoError>,
    /// Whether history is cut off before the first commit, so that an audit is incomplete.
    pub shallow: bool,
    /// Whether some objects may exist only at the remote.
    pub partial: bool,
}

impl Repo {
    /// Everything that a doctor reports. Properties of the index (split, sparse) are found here from the
    /// configuration. They are checked again from the index itself when a transaction is committed.
    pub fn standing(&self) -> Standing {
        let mut refusals = Vec::new();
        if self.top().is_none() {
            refusals.push(RepoError::Bare { dir: self.git_dir().to_owned() });
        }
        let head = self.head();
        let operation = Operation::of(self.git.state());
        match (operation, head) {
            (_, Err(error)) => refusals.push(error),
            (Some(operation), _) => refusals.push(RepoError::InProgress { operation }),
            (None, Ok(head)) if head.branch.is_none() => {
                refusals.push(self.detached(&head));
            }
            (None, Ok(_)) => {}
        }
        refusals.extend(self.check_settings().err());
        if let Some(path) = &self.environment.index_file {
            refusals.push(RepoError::IndexFileSet { path: path.clone() });
        }
        if self.flag("core.splitIndex") {
            refusals.push(RepoError::SplitIndex);
        }
        if self.flag("core.sparseCheckout") {
            if !self.flag("core.sparseCheckoutCone") {
                refusals.push(RepoError::NonConeSparse);
            } else if self.flag("index.sparse") {
                refusals.push(RepoError::SparseIndex);
            }
        }
        Standing { refusals, shallow: self.git.is_shallow(), partial: self.is_partial() }
    }

    /// HEAD is on no branch. The one to go back to is the last one, or else the only one.
    pub(super) fn detached(&self, head: &Head) -> RepoError {
        let last = self.git.revparse_ext("@{-1}").ok().and_then(|(_, reference)| reference);
        let last = last.filter(git2::Reference::is_branch).and_then(|last| last.name().ok().map(str::to_owned));
        let branch = last.or_else(|| self.only_branch());
        let branch = branch.map(|name| name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned());
        RepoError::Detached { at: head.tip.map(|id| short(&id)).unwrap_or_default(), branch }
    }

    /// The commands that end what git has begun here, such as a merge: by continuing, and by giving it up. `None` if
    /// git has begun nothing.
    pub fn ways_out(&self) -> Option<(&'static str, Option<&'static str>)> {
        Operation::of(self.git.state()).map(Operation::ways_out)
    }

    /// The command that gives up what git has begun here. While git merges, it says so in the environment alone.
    pub fn way_back(&self) -> Option<&'static str> {
        let doing = self.environment.doing.as_deref().unwrap_or_default();
        let merging = doing.starts_with("merge") || doing.starts_with("pull");
        let begun = Operation::of(self.git.state()).or(merging.then_some(Operation::Merge));
        begun?.ways_out().1
    }

    /// Other obstacles to writing, found by looking at files: git's index is locked or has a form that is not
    /// written, or folders are not writable. This is for a doctor; a transaction meets each of them in turn.
    pub fn obstacles(&self) -> Vec<RepoError> {
        let mut found = Vec::new();
        let lock = lock_path(self);
        if lock.exists() && !self.is_half_done() {
            found.push(RepoError::IndexLocked { path: lock, waited: Duration::ZERO });
        }
        let index = self.git_index();
        let scan = index.and_then(|file| Scan::of(&file, std::iter::empty()));
        found.extend(scan.and_then(|scan| scan.layout.check()).err());
        found.extend(no_folder(&self.state_dir()));
        found.extend(self.unwritable());
        if is_nearly_full(self.git_dir()) {
            found.push(RepoError::io(RepoText::DoWriteFolder, self.git_dir())(ErrorKind::StorageFull.into()));
        }
        found
    }

    /// The folders of the book and of git that may not be written, and the files that are written in their place. What
    /// lies in such a folder is not looked at.
    fn unwritable(&self) -> Vec<RepoError> {
        let tip = self.tip().ok();
        let files = tip.and_then(|tip| self.list(tip, "").ok()).unwrap_or_default();
        let mut folders: BTreeSet<PathBuf> = [self.git_dir().to_owned(), self.state_dir()].into();
        if let Some(top) = self.top() {
            let parents = files.iter().flat_map(|file| Path::new(&file.path).ancestors().skip(1));
            folders.extend(parents.map(|folder| top.join(folder)));
            folders.insert(top.to_owned());
        }
        for name in ["objects", "refs", "logs"] {
            let walk = WalkDir::new(self.common_dir().join(name)).into_iter().filter_map(Result::ok);
            folders.extend(walk.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path));
        }
        let mut found: Vec<(PathBuf, RepoError)> = Vec::new();
        for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
            if !found.iter().any(|(above, _)| folder.starts_with(above))
                && let Err(error) = may_write_in(&folder)
            {
                found.push((folder, error));
            }
        }
        let own = std::fs::read_dir(self.state_dir()).into_iter().flatten().flatten().map(|entry| entry.path());
        let own = own.filter(|file| file.is_file() && !found.iter().any(|(above, _)| file.starts_with(above)));
        let own = own.filter_map(|file| {
            let error = access(&file, Access::WRITE_OK).err()?;
            Some(RepoError::io(RepoText::DoWrite, &file)(error.into()))
        });
        let own: Vec<_> = own.collect();
        found.into_iter().map(|(_, error)| error).chain(own).collect()
    }

    /// A folder of git itself that may not be written.
    pub(super) fn unwritable_git(&self) -> Option<RepoError> {
        let is_of_git =
            |error: &RepoError| matches!(error, RepoError::Io { path, .. } if path.starts_with(self.common_dir()));
        self.unwritable().into_iter().find(is_of_git)
    }

    /// Whether a commit is in progress, or was when its writer ended: [`recover`](super::recover()) completes it.
    pub fn is_half_done(&self) -> bool {
        Journal::is_open(&self.state_dir())
    }

    /// Fails with the first reason why the book cannot be written.
    ///
    /// # Errors
    /// The first of [`Standing::refusals`].
    pub fn check_writable(&self) -> Result<(), RepoError> {
        self.standing().refusals.into_iter().next().map_or(Ok(()), Err)
    }

    /// Fails if there is no working tree, and so no files.
    ///
    /// # Errors
    /// [`RepoError::Bare`].
    pub fn check_work_tree(&self) -> Result<(), RepoError> {
        self.top().map(drop).ok_or_else(|| RepoError::Bare { dir: self.git_dir().to_owned() })
    }

    /// Whether files of the last commit may be missing in the working tree (`git sparse-checkout`).
    pub fn leaves_files_out(&self) -> bool {
        self.flag("core.sparseCheckout")
    }

    /// Whether history is cut off (`git clone --depth`).
    pub fn is_shallow(&self) -> bool {
        self.git.is_shallow()
    }

    /// Whether objects may be missing on purpose (`git clone --filter`).
    pub fn is_partial(&self) -> bool {
        let lazy = |key: &str| key.ends_with(".promisor") || key.ends_with(".partialclonefilter");
        self.settings().keys().any(|key| key.starts_with("remote.") && lazy(key))
    }

    /// Author and committer, as git would name them: the environment wins over the configuration. The caller gives
    /// the time, in `seconds` since 1970 with an `offset` in minutes east of UTC, because this module reads no clock.
    ///
    /// # Errors
    /// [`RepoError::NoIdentity`] if the name or the address is missing, [`RepoError::BadSettings`] if they may stand in a
    /// file that cannot be read.
    pub fn identity(&self, seconds: i64, offset: i32) -> Result<(Person, Person), RepoError> {
        let find = |given: &Option<String>, keys: [&str; 2]| {
            given
                .clone()
                .or_else(|| keys.iter().find_map(|key| self.setting(key).map(str::to_owned)))
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
                .ok_or_else(|| self.check_settings().err().unwrap_or(RepoError::NoIdentity))
        };
        let from = &self.environment;
        let person = |name, email| Person { name, email, seconds, offset };
        Ok((
            person(
                find(&from.author_name, ["author.name", "user.name"])?,
                find(&from.author_email, ["author.email", "user.email"])?,
            ),
            person(
                find(&from.committer_name, ["committer.name", "user.name"])?,
                find(&from.committer_email, ["committer.email", "user.email"])?,
            ),
        ))
    }
}

fn short(id: &git2::Oid) -> String {
    id.to_string().chars().take(12).collect()
}
