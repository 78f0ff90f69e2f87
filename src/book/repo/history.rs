//! Commits as values, and walks over them: a range, or the history of one path.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::{Oid, Sort};

use super::error::RepoError;
use super::open::Repo;
use super::raw::Commit;
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
    /// The committer's address.
    pub committer_email: String,
    /// The author date, in seconds since 1970.
    pub author_seconds: i64,
    /// The committer date, in seconds since 1970.
    pub seconds: i64,
    /// The committer's offset from UTC in minutes, east positive.
    pub offset: i32,
    /// The whole message; bytes that are not UTF-8 are replaced.
    pub message: String,
    /// The lines that do not have the form which git writes: the author's, the committer's.
    pub malformed: Vec<RepoText>,
    /// The encoding that it says its message has. `None` if it says nothing: UTF-8.
    pub encoding: Option<String>,
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
        let Commit { tree, parents, author, committer, message, encoding } = self.find_commit(id)?;
        let malformed = [(&author, RepoText::TheAuthor), (&committer, RepoText::TheCommitter)];
        let malformed = malformed.into_iter().filter(|(line, _)| !line.sound).map(|(_, role)| role).collect();
        let seconds = committer.seconds.or(author.seconds).unwrap_or_default();
        Ok(CommitInfo {
            id,
            parents,
            tree: tree.map_or_else(|| self.tree_of(id), Ok)?,
            author_seconds: author.seconds.unwrap_or(seconds),
            author: author.name,
            author_email: author.email,
            seconds,
            offset: committer.offset,
            committer: committer.name,
            committer_email: committer.email,
            message,
            malformed,
            encoding,
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
        let ids = match self.walked(to, range) {
            Ok(ids) => ids,
            // the library gives up at a commit that it does not understand
            Err(RepoError::Git { .. } | RepoError::Missing { .. } | RepoError::DamagedObject { .. })
                if !self.is_partial() =>
            {
                self.walked_raw(to, range)?
            }
            Err(error) => return Err(error),
        };
        let path = range.path.clone();
        Ok(ids.into_iter().filter_map(move |id| match &path {
            None => Some(self.commit_info(id)),
            Some(path) => match self.touches(id, path) {
                Ok(true) => Some(self.commit_info(id)),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            },
        }))
    }

    fn walked(&self, to: Oid, range: &HistoryRange) -> Result<Vec<Oid>, RepoError> {
        let mut walk = self.git.revwalk().map_err(RepoError::git(RepoText::DoWalk))?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).map_err(RepoError::git(RepoText::DoWalk))?;
        walk.push(to).map_err(|error| self.lookup(to, error))?;
        if let Some(from) = range.from {
            walk.hide(from).map_err(|error| self.lookup(from, error))?;
        }
        if range.first_parent {
            walk.simplify_first_parent().map_err(RepoError::git(RepoText::DoWalk))?;
        }
        walk.map(|id| id.map_err(|error| self.lookup(to, error))).collect()
    }

    /// The same walk over every commit that can be read, however it is written. Commits that cannot be read are left
    /// out; their children name them as parents.
    fn walked_raw(&self, to: Oid, range: &HistoryRange) -> Result<Vec<Oid>, RepoError> {
        self.find_commit(to)?;
        let hidden = range.from.map(|from| self.ancestry(from, range.first_parent)).unwrap_or_default();
        let found = self.ancestry(to, range.first_parent);
        let parents = |id: &Oid| found.get(id).map(|(_, parents)| parents.as_slice()).unwrap_or_default();
        let mut children: HashMap<Oid, usize> = HashMap::new();
        let wanted: Vec<Oid> = found.keys().filter(|id| !hidden.contains_key(id)).copied().collect();
        wanted.iter().flat_map(parents).for_each(|parent| *children.entry(*parent).or_default() += 1);
        let seconds = |id: Oid| found.get(&id).map_or(0, |(seconds, _)| *seconds);
        let mut ready: BinaryHeap<(i64, Oid)> = BinaryHeap::new();
        ready.extend(wanted.iter().filter(|id| !children.contains_key(*id)).map(|id| (seconds(*id), *id)));
        let mut ids = Vec::with_capacity(wanted.len());
        while let Some((_, id)) = ready.pop() {
            ids.push(id);
            for parent in parents(&id) {
                let Some(left) = children.get_mut(parent) else { continue };
                *left -= 1;
                if *left == 0 && found.contains_key(parent) && !hidden.contains_key(parent) {
                    ready.push((seconds(*parent), *parent));
                }
            }
        }
        Ok(ids)
    }

    /// Every readable commit at or before one, with its time and its parents.
    fn ancestry(&self, to: Oid, first_parent: bool) -> HashMap<Oid, (i64, Vec<Oid>)> {
        let mut found = HashMap::new();
        let mut next = vec![to];
        while let Some(id) = next.pop() {
            if found.contains_key(&id) {
                continue;
            }
            let Ok(commit) = self.find_commit(id) else { continue };
            let mut parents = commit.parents.clone();
            parents.truncate(if first_parent { 1 } else { usize::MAX });
            parents.dedup();
            next.extend(&parents);
            found.insert(id, (commit.seconds(), parents));
        }
        found
    }

    /// The commits at or before both that are not before another such commit, however the commits are written.
    pub(super) fn merge_bases_raw(&self, one: Oid, other: Oid) -> Vec<Oid> {
        let (one, other) = (self.ancestry(one, false), self.ancestry(other, false));
        let common = || one.iter().filter(|(id, _)| other.contains_key(id));
        // every commit before a common one is common too, so a best one is the parent of none
        let parents: HashSet<Oid> = common().flat_map(|(_, (_, parents))| parents.iter().copied()).collect();
        common().map(|(id, _)| *id).filter(|id| !parents.contains(id)).collect()
    }

    /// Whether `ancestor` is `commit` or one of its ancestors.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if history is cut off.
    pub fn is_at_or_before(&self, ancestor: Oid, commit: Oid) -> Result<bool, RepoError> {
        if ancestor == commit {
            return Ok(true);
        }
        match self.git.graph_descendant_of(commit, ancestor).map_err(|error| self.lookup(commit, error)) {
            // the library gives up at a commit that it does not understand
            Err(RepoError::Git { .. } | RepoError::DamagedObject { .. }) => {
                Ok(self.ancestry(commit, false).contains_key(&ancestor))
            }
            answer => answer,
        }
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

    /// A merge that has a commit among its ancestors and is at or before a later commit: the merged line may have
    /// brought the commit to others. `None`: there is none.
    ///
    /// # Errors
    /// [`RepoError::Git`] if history cannot be read.
    pub(in crate::book) fn merge_between(&self, commit: Oid, later: Oid) -> Result<Option<Oid>, RepoError> {
        let range = HistoryRange { from: Some(commit), ..HistoryRange::default() };
        for since in self.history(later, &range)? {
            let since = since?;
            if since.parents.len() > 1 && self.is_at_or_before(commit, since.id)? {
                return Ok(Some(since.id));
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
        let commit = self.find_commit(id)?;
        let here = self.entry(id, path)?;
        let mut parents = commit.parents.into_iter().peekable();
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
