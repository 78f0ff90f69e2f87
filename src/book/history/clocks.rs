//! The latest date that history has given up to each commit. Each commit is compared with it and not with its parent
//! alone, so that a clock that goes back in small steps is found as well.

use std::collections::HashMap;

use super::super::repo::{CommitInfo, Oid, Repo};
use crate::audit::{claimed, clock_after};

/// The latest date up to each commit, seconds since 1970. Only those that are not the author date of their commit.
#[derive(Default)]
pub(super) struct Clocks(HashMap<Oid, i64>);

impl Clocks {
    /// What an earlier audit has kept.
    pub(super) fn resume(kept: &[(Vec<u8>, i64)]) -> Self {
        Clocks(kept.iter().filter_map(|(commit, at)| Some((Oid::from_bytes(commit).ok()?, *at))).collect())
    }

    /// What the next audit needs.
    pub(super) fn keep(&self) -> Vec<(Vec<u8>, i64)> {
        self.0.iter().map(|(commit, at)| (commit.as_bytes().to_vec(), *at)).collect()
    }

    /// The latest date up to the parents of a commit. `None` for a first commit.
    pub(super) fn before(&self, repo: &Repo, info: &CommitInfo) -> Option<i64> {
        let latest = |parent: &Oid| match self.0.get(parent) {
            Some(latest) => Some(*latest),
            None => repo.commit_info(*parent).ok().map(|parent| parent.author_seconds),
        };
        info.parents.iter().filter_map(latest).max()
    }

    /// Takes in a commit after its parents.
    pub(super) fn pass(&mut self, repo: &Repo, info: &CommitInfo) {
        let Some(before) = self.before(repo, info) else { return };
        let parents = info.parents.iter().filter_map(|parent| repo.commit_info(*parent).ok());
        let claimed = claimed(info.author_seconds, info.seconds, parents.map(|parent| parent.seconds).max());
        let latest = clock_after(claimed, before, info.parents.len() > 1);
        if latest != info.author_seconds {
            self.0.insert(info.id, latest);
        }
    }
}
