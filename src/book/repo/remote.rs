//! With whom a book is shared: the remote, its branch, and what this clone knows to be published there.
//!
//! What was published is kept twice: as git's own branch of the remote, which every `git fetch` moves, and as a
//! reference of this program, which only moves forward. So a rewritten remote is found even after a `git fetch`.

use std::path::PathBuf;
use std::time::Duration;

use git2::{Direction, ErrorCode, Oid};

use super::error::RepoError;
use super::lock::WriterLock;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The remote that is meant if there are several and none is the branch's own.
const USUAL: &str = "origin";

/// The remote and the branch through which a book is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The remote's name.
    pub remote: String,
    /// The branch's full name on the remote, as `refs/heads/main`.
    pub branch: String,
    /// git's name for that branch in this clone, as `refs/remotes/origin/main`. `None` if git keeps none.
    pub tracking: Option<String>,
    /// Whether the local branch has an upstream, this one or another.
    pub has_upstream: bool,
    pub(super) local: String,
}

impl Shared {
    /// The branch's short name, as `main`.
    pub fn short(&self) -> &str {
        self.branch.strip_prefix("refs/heads/").unwrap_or(&self.branch)
    }

    /// The remote's branch as people name it here, as `origin/main`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.remote, self.short())
    }

    /// This program's own reference to what was published.
    fn own(&self) -> String {
        format!("refs/redress/published/{}/{}", self.remote, self.short())
    }
}

/// Held while a clone is synced, so that two of them do not do the same work.
#[derive(Debug)]
pub struct SyncLock {
    _lock: WriterLock,
}

impl Repo {
    /// Takes the lock of a sync, and waits at most `wait` for another one.
    ///
    /// # Errors
    /// [`RepoError::Sharing`] if another sync of this clone is running.
    pub fn lock_sync(&self, wait: Duration) -> Result<SyncLock, RepoError> {
        match WriterLock::named("sync-lock", &self.state_dir(), wait) {
            Ok(lock) => {
                self.clear_own_locks()?;
                Ok(SyncLock { _lock: lock })
            }
            Err(RepoError::Locked { holder, .. }) => Err(RepoError::Sharing { holder }),
            Err(error) => Err(error),
        }
    }

    /// The remote and branch with which the current branch is shared: the remote that is asked for; else the
    /// branch's upstream, the only remote, or `origin`.
    ///
    /// # Errors
    /// [`RepoError::NoRemote`], [`RepoError::Detached`].
    pub fn shared(&self, asked: Option<&str>) -> Result<Shared, RepoError> {
        let head = self.head()?;
        let local = head.branch.clone().ok_or_else(|| self.detached(&head))?;
        let short = local.strip_prefix("refs/heads/").unwrap_or(&local).to_owned();
        let names = self.git.remotes().map_err(RepoError::git(RepoText::DoReadConfiguration))?;
        let known: Vec<String> = names.iter().filter_map(|name| name.ok().flatten()).map(str::to_owned).collect();
        let config = |key: &str| self.setting(&format!("branch.{short}.{key}")).map(str::to_owned);
        let own = config("remote").filter(|remote| known.contains(remote));
        let usual = || match known.as_slice() {
            [one] => Some(one.clone()),
            _ => known.iter().find(|name| *name == USUAL).cloned(),
        };
        let remote = match asked {
            Some(name) => known.iter().find(|known| *known == name).cloned(),
            None => own.clone().or_else(usual),
        };
        let Some(remote) = remote else {
            return Err(RepoError::NoRemote { asked: asked.map(str::to_owned), known });
        };
        let upstream = config("merge").filter(|_| own.as_ref() == Some(&remote));
        let branch = upstream.clone().unwrap_or_else(|| local.clone());
        let tracking = self.tracking(&remote, &branch)?;
        // a remote that is asked for once does not become the upstream of a branch that has one
        let has_upstream = own.is_some() && config("merge").is_some();
        Ok(Shared { remote, branch, tracking, has_upstream, local })
    }

    /// git's name for a remote's branch in this clone.
    fn tracking(&self, remote: &str, branch: &str) -> Result<Option<String>, RepoError> {
        let reading = RepoError::git(RepoText::DoReadConfiguration);
        let remote = self.git.find_remote(remote).map_err(reading)?;
        let spec = remote.refspecs().find(|spec| spec.direction() == Direction::Fetch && spec.src_matches(branch));
        let name = spec.and_then(|spec| spec.transform(branch).ok()?.as_str().ok().map(str::to_owned));
        // a mirror fetches into the branches themselves
        Ok(name.filter(|name| name.starts_with("refs/remotes/")))
    }

    /// git's locks on what is pushed, if the remote is a folder of this computer.
    pub fn remote_locks(&self, shared: &Shared) -> Vec<PathBuf> {
        let address = self.git.find_remote(&shared.remote).ok().and_then(|remote| {
            let address = remote.pushurl().ok().flatten().or_else(|| remote.url().ok())?;
            Some(address.strip_prefix("file://").unwrap_or(address).to_owned())
        });
        let Some(address) = address else { return Vec::new() };
        let at = self.top().unwrap_or(self.git_dir()).join(address);
        let folders = [at.join(".git"), at];
        let names = [format!("{}.lock", shared.branch), "packed-refs.lock".to_owned()];
        let all = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
        all.filter(|path| path.exists()).collect()
    }

    /// The branch of the remote that clones get, as far as this clone knows, without `refs/heads/`.
    pub fn branch_of_clones(&self, shared: &Shared) -> Option<String> {
        let place = format!("refs/remotes/{}/", shared.remote);
        let head = self.git.find_reference(&format!("{place}HEAD")).ok()?;
        head.symbolic_target().ok()??.strip_prefix(&place).map(str::to_owned)
    }

    /// The commits that this clone knows to be published: at most two, and usually one.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the references cannot be read.
    pub fn published(&self, shared: &Shared) -> Result<Vec<Oid>, RepoError> {
        let mut found = Vec::new();
        for name in shared.tracking.iter().chain([&shared.own()]) {
            found.extend(self.ref_target(name)?);
        }
        found.dedup();
        Ok(found)
    }

    /// The published commit that a sync of this clone has noted last.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the reference cannot be read.
    pub fn noted(&self, shared: &Shared) -> Result<Option<Oid>, RepoError> {
        self.ref_target(&shared.own())
    }

    /// Notes that a commit is published. The caller has made sure that it comes after what was published before.
    ///
    /// # Errors
    /// [`RepoError::Git`] if a reference cannot be written.
    pub fn note_published(&self, shared: &Shared, commit: Oid) -> Result<(), RepoError> {
        for name in shared.tracking.iter().chain([&shared.own()]) {
            if self.ref_target(name)? != Some(commit) {
                let noted = self.git.reference(name, commit, true, "redress sync");
                noted.map_err(RepoError::git(RepoText::DoMoveBranch))?;
            }
        }
        Ok(())
    }

    /// Makes the shared branch the upstream of the local one, if that has none.
    ///
    /// # Errors
    /// [`RepoError::Git`] if git's configuration cannot be written.
    pub fn set_upstream(&self, shared: &Shared) -> Result<(), RepoError> {
        if shared.has_upstream {
            return Ok(());
        }
        let short = shared.local.strip_prefix("refs/heads/").unwrap_or(&shared.local);
        let remote = format!("branch.{short}.remote");
        self.configure(&remote, &shared.remote)?;
        self.configure(&format!("branch.{short}.merge"), &shared.branch)
    }

    /// Writes a value into the configuration of this repository.
    ///
    /// # Errors
    /// [`RepoError::Git`] if git's configuration cannot be written.
    pub fn configure(&self, key: &str, value: &str) -> Result<(), RepoError> {
        let writing = || RepoError::git(RepoText::DoWriteConfiguration);
        let config = self.git.config().map_err(writing())?;
        let mut local = match config.open_level(git2::ConfigLevel::Local) {
            Err(error) if error.code() == ErrorCode::NotFound => config,
            level => level.map_err(writing())?,
        };
        local.set_str(key, value).map_err(writing())
    }
}
