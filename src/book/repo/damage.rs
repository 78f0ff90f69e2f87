//! What a power cut or a hand can leave damaged of git's own files, with what mends it: the index, a branch, the
//! configuration.

use git2::{Config, ErrorClass, Oid};

use super::error::{RepoError, bad_settings};
use super::flush::sync_all;
use super::git;
use super::index::{IndexFile, IndexLock, Scan, remove_ours};
use super::lock::{DEFAULT_WAIT, WriterLock};
use super::lost::without_history;
use super::next_index::NEXT_INDEX;
use super::open::Repo;
use crate::locale::messages::RepoText;

impl Repo {
    /// git's index.
    ///
    /// # Errors
    /// [`RepoError::DamagedIndex`] if it is missing although there are commits: the next commit of git would remove
    /// every file.
    pub(super) fn git_index(&self) -> Result<IndexFile, RepoError> {
        let file = IndexFile::read(&self.index_path())?;
        match file.is_missing() && self.head()?.tip.is_some() {
            true => Err(RepoError::DamagedIndex { what: RepoText::DamagedMissing }),
            false => Ok(file),
        }
    }

    /// Makes git's index again from the last commit if it is damaged; returns whether it was. What was staged in it
    /// cannot be read any more.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn remake_index(&self) -> Result<bool, RepoError> {
        let read = self.git_index().and_then(|file| Scan::of(&file, std::iter::empty()));
        if !matches!(read, Err(RepoError::DamagedIndex { .. })) || self.leaves_files_out() {
            return Ok(false);
        }
        let _writer = WriterLock::take(&self.state_dir(), DEFAULT_WAIT)?;
        remove_ours(self)?;
        let lock = IndexLock::take(self, DEFAULT_WAIT)?;
        let next = self.state_dir().join(NEXT_INDEX);
        std::fs::remove_file(&next).ok();
        git::run(git::command(self).args(["read-tree", "HEAD"]).env("GIT_INDEX_FILE", &next), &[])?;
        sync_all([next.clone()])?;
        let index = self.index_path();
        std::fs::rename(&next, &index).map_err(RepoError::io(RepoText::DoReplace, &index))?;
        lock.release()?;
        Ok(true)
    }

    /// The error for a reference that cannot be read. If its file is damaged, git's log of it may still know its
    /// commit.
    pub(super) fn unread_reference(&self, name: &str, doing: RepoText, error: git2::Error) -> RepoError {
        let dir = if name == HEAD { self.git_dir() } else { self.common_dir() };
        let path = dir.join(name);
        if error.class() != ErrorClass::Reference || !path.is_file() {
            return RepoError::git(doing)(error);
        }
        let last = match name {
            HEAD => self.only_branch(),
            _ => self.last_logged(name).or_else(|| self.last_logged(HEAD)),
        };
        RepoError::DamagedReference { path, name: name.to_owned(), last }
    }

    /// The error for a branch that has no commit, or whose file was lost: then git's log of it is still there.
    pub(super) fn unborn(&self, branch: String) -> RepoError {
        match self.last_logged(&branch) {
            None => match self.top().and_then(without_history) {
                None => RepoError::Unborn { branch },
                Some(lost) => match self.only_branch() {
                    Some(last) => {
                        let path = self.git_dir().join(HEAD);
                        RepoError::DamagedReference { path, name: HEAD.to_owned(), last: Some(last) }
                    }
                    None => lost,
                },
            },
            last => RepoError::DamagedReference { path: self.common_dir().join(&branch), name: branch, last },
        }
    }

    /// The full name of the only local branch. `None` if there are several.
    pub(super) fn only_branch(&self) -> Option<String> {
        let branches = self.git.branches(Some(git2::BranchType::Local)).ok()?.filter_map(Result::ok);
        let mut names = branches.filter_map(|(branch, _)| branch.get().name().ok().map(str::to_owned));
        names.next().filter(|_| names.next().is_none())
    }

    /// The commit at which a reference stood last by git's log of it.
    fn last_logged(&self, name: &str) -> Option<String> {
        let dir = if name == HEAD { self.git_dir() } else { self.common_dir() };
        let log = std::fs::read(dir.join("logs").join(name)).ok()?;
        let line = log.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty())?;
        let id = line.split(|byte| *byte == b' ').nth(1)?;
        let id = Oid::from_str(std::str::from_utf8(id).ok()?).ok()?;
        self.find_commit(id).is_ok().then(|| id.to_string())
    }

    /// Fails if a file of git's configuration cannot be read, so that it is not known what it says.
    pub(super) fn check_settings(&self) -> Result<(), RepoError> {
        let given = [&self.environment.global_settings, &self.environment.system_settings];
        let given = given.into_iter().flatten().filter(|file| file.is_file()).map(|file| Config::open(file));
        for config in std::iter::once(self.git.config()).chain(given) {
            config.and_then(|mut config| config.snapshot()).map(drop).map_err(bad_settings)?;
        }
        Ok(())
    }
}

/// The reference that names the branch.
const HEAD: &str = "HEAD";
