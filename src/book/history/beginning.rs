//! Where a book begins: the first commit with settings. A repository may have commits before it, and lines of history
//! that left before it and are merged later.

use std::collections::HashMap;

use super::super::repo::{CommitInfo, Oid, Repo};
use crate::audit::Begun;
use crate::policy::Settings;

/// What is known of the beginning of a book.
#[derive(Debug, Default)]
pub(in crate::book) struct Beginning {
    /// The commit that began the book, if it is one of those that are judged.
    commit: Option<Oid>,
    /// Whether a commit, or one before it, has a book.
    begun: HashMap<Oid, bool>,
}

impl Beginning {
    /// The beginning of the book of the last commit, among commits that are given parents first.
    pub(super) fn of_all(repo: &Repo, commits: &[CommitInfo], to: Oid) -> Self {
        let mut beginning = Beginning::default();
        for commit in commits {
            if commit.parents.iter().any(|parent| beginning.begun.get(parent) == Some(&true)) {
                beginning.begun.insert(commit.id, true);
            } else {
                beginning.has_begun(repo, commit.id);
            }
        }
        let by_id: HashMap<Oid, &CommitInfo> = commits.iter().map(|commit| (commit.id, commit)).collect();
        let mut at = to;
        while let Some(commit) = by_id.get(&at) {
            match commit.parents.iter().find(|parent| beginning.has_begun(repo, **parent)) {
                Some(parent) => at = *parent,
                None => {
                    beginning.commit = Some(at);
                    break;
                }
            }
        }
        beginning
    }

    /// Whether a commit, or one before it, has a book. A commit that cannot be read may have one.
    pub(in crate::book) fn has_begun(&mut self, repo: &Repo, commit: Oid) -> bool {
        // a commit, and whether its parents were looked at
        let mut next = vec![(commit, false)];
        while let Some((at, whole)) = next.pop() {
            if self.begun.contains_key(&at) {
                continue;
            }
            let Ok(CommitInfo { parents, .. }) = repo.commit_info(at) else {
                self.begun.insert(at, true);
                continue;
            };
            let known = |parent: &Oid| self.begun.get(parent).copied();
            let begun = parents.iter().any(|parent| known(parent) == Some(true))
                || !whole && !matches!(repo.entry(at, Settings::FILE), Ok(None));
            if begun || parents.iter().all(|parent| known(parent).is_some()) {
                self.begun.insert(at, begun);
            } else if !whole {
                next.push((at, true));
                next.extend(parents.into_iter().map(|parent| (parent, false)));
            }
        }
        self.begun.get(&commit).copied().unwrap_or(true)
    }

    /// The parent that a line of the book continues: the first one that has a book, or else the first.
    pub(super) fn parent(&mut self, repo: &Repo, parents: &[Oid]) -> Option<Oid> {
        let with_book = parents.iter().find(|parent| self.has_begun(repo, **parent));
        with_book.or(parents.first()).copied()
    }

    /// Whether the book has begun with a commit.
    pub(super) fn of(&mut self, repo: &Repo, commit: &CommitInfo) -> Begun {
        if commit.parents.iter().any(|parent| self.has_begun(repo, *parent)) {
            return Begun::Before;
        }
        match self.has_begun(repo, commit.id) {
            false => Begun::NotYet,
            // a second commit without parents is told of already
            true if self.commit == Some(commit.id) || commit.parents.is_empty() => Begun::Here,
            true => Begun::Again,
        }
    }
}
