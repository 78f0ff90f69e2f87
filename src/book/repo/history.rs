//! Commits as values, and walks over them: a range, or the history of one path.

use git2::{Oid, Sort};

use super::error::RepoError;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id.
    pub id: Oid,
    /// Its parents; the first one is the line on which it was made.
    pub parents: Vec<Oid>,
    /// Its tree.
    pub tree: Oid,
    /// The author's name.
    pub author: String,
    /// The author's address.
    pub author_email: String,
    /// The committer's name.
    pub committer: String,
    /// The author date, in seconds since 1970.
    pub author_seconds: i64,
    /// The committer date, in seconds since 1970.
    pub seconds: i64,
    /// The committer's offset from UTC in minutes, east positive.
    pub offset: i32,
    /// The whole message; bytes that are not UTF-8 are replaced.
    pub message: String,
}

/// Which commits to walk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryRange {
    /// Leaves out this commit and all before it.
    pub from: Option<Oid>,
    /// Only commits that change this file or folder. A merge counts if it differs from every parent.
    pub path: Option<String>,
    /// Only follows the first parent of each merge.
    pub first_parent: bool,
}

impl Repo {
    /// A commit as a value.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if it does not exist.
    pub fn commit_info(&self, id: Oid) -> Result<CommitInfo, RepoError> {
        let commit = self.git.find_commit(id).map_err(|error| self.lookup(id, error))?;
        let (author, committer) = (commit.author(), commit.committer());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(CommitInfo {
            id,
            parents: commit.parent_ids().collect(),
            tree: commit.tree_id(),
            author: text(author.name_bytes()),
            author_email: text(author.email_bytes()),
            committer: text(committer.name_bytes()),
            author_seconds: author.when().seconds(),
            seconds: commit.time().seconds(),
            offset: commit.time().offset_minutes(),
            message: text(commit.message_bytes()),
        })
    }

    /// Commits from `to` backward, newest first. A commit never comes before one of its children.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the walk cannot begin. An item is an error if one of its objects is missing.
    pub fn history(
        &self,
        to: Oid,
        range: &HistoryRange,
    ) -> Result<impl Iterator<Item = Result<CommitInfo, RepoError>> + '_, RepoError> {
        let mut walk = self.git.revwalk().map_err(RepoError::git(RepoText::DoWalk))?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(RepoError::git(RepoText::DoWalk))?;
        walk.push(to).map_err(|error| self.lookup(to, error))?;
        if let Some(from) = range.from {
            walk.hide(from).map_err(|error| self.lookup(from, error))?;
        }
        if range.first_parent {
            walk.simplify_first_parent().map_err(RepoError::git(RepoText::DoWalk))?;
        }
        let path = range.path.clone();
        Ok(walk.filter_map(move |id| {
            let id = match id {
                Ok(id) => id,
                Err(error) => return Some(Err(self.lookup(to, error))),
            };
            match &path {
                None => Some(self.commit_info(id)),
                Some(path) => match self.touches(id, path) {
                    Ok(true) => Some(self.commit_info(id)),
                    Ok(false) => None,
                    Err(error) => Some(Err(error)),
                },
            }
        }))
    }

    /// Whether `ancestor` is `commit` or one of its ancestors.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if history is cut off.
    pub fn is_at_or_before(&self, ancestor: Oid, commit: Oid) -> Result<bool, RepoError> {
        if ancestor == commit {
            return Ok(true);
        }
        self.git.graph_descendant_of(commit, ancestor).map_err(|error| self.lookup(commit, error))
    }

    /// A branch of a remote that contains a commit, as of the last fetch or push. `None`: no remote has the commit.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the branches cannot be read.
    pub fn remote_branch_with(&self, commit: Oid) -> Result<Option<String>, RepoError> {
        let branches = self.git.branches(Some(git2::BranchType::Remote)).map_err(RepoError::git(RepoText::DoWalk))?;
        for branch in branches {
            let (branch, _) = branch.map_err(RepoError::git(RepoText::DoWalk))?;
            let Some(tip) = branch.get().target() else { continue };
            if self.is_at_or_before(commit, tip)? {
                return Ok(Some(String::from_utf8_lossy(branch.name_bytes().unwrap_or_default()).into_owned()));
            }
        }
        Ok(None)
    }

    /// A branch of a remote that contains a commit and not a later one. `None`: there is none.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the branches cannot be read.
    pub(in crate::book) fn remote_branch_between(&self, commit: Oid, later: Oid) -> Result<Option<String>, RepoError> {
        let branches = self.git.branches(Some(git2::BranchType::Remote)).map_err(RepoError::git(RepoText::DoWalk))?;
        for branch in branches {
            let (branch, _) = branch.map_err(RepoError::git(RepoText::DoWalk))?;
            let Some(tip) = branch.get().target() else { continue };
            if self.is_at_or_before(commit, tip)? && !self.is_at_or_before(later, tip)? {
                return Ok(Some(String::from_utf8_lossy(branch.name_bytes().unwrap_or_default()).into_owned()));
            }
        }
        Ok(None)
    }

    /// How many objects git shows others in the place of (`refs/replace`), and whether it gives commits other parents
    /// (`info/grafts`). This program reads what is really there.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the references cannot be read.
    pub(in crate::book) fn disguises(&self) -> Result<(usize, bool), RepoError> {
        let found = self.git.references_glob("refs/replace/*").map_err(RepoError::git(RepoText::DoWalk))?;
        let grafts = std::fs::read(self.common_dir().join("info/grafts")).unwrap_or_default();
        let grafted =
            String::from_utf8_lossy(&grafts).lines().any(|line| !line.trim().is_empty() && !line.starts_with('#'));
        Ok((found.count(), grafted))
    }

    fn touches(&self, id: Oid, path: &str) -> Result<bool, RepoError> {
        let commit = self.git.find_commit(id).map_err(|error| self.lookup(id, error))?;
        let here = self.entry(id, path)?;
        let mut parents = commit.parent_ids().peekable();
        if parents.peek().is_none() {
            return Ok(here.is_some());
        }
        for parent in parents {
            if self.entry(parent, path)? == here {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
