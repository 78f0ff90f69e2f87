//! An operation that git has begun in the repository and not finished, such as a merge.

use std::fmt;

use git2::RepositoryState;

/// An operation that git has begun and not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `git merge`
    Merge,
    /// `git revert`
    Revert,
    /// `git cherry-pick`
    CherryPick,
    /// `git bisect`
    Bisect,
    /// `git rebase`
    Rebase,
    /// `git am`
    Am,
}

impl fmt::Display for Operation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Operation::Merge => "merge",
            Operation::Revert => "revert",
            Operation::CherryPick => "cherry-pick",
            Operation::Bisect => "bisect",
            Operation::Rebase => "rebase",
            Operation::Am => "git am",
        })
    }
}

impl Operation {
    /// The commands that finish it: by continuing, and by giving it up.
    pub(super) fn ways_out(self) -> (&'static str, Option<&'static str>) {
        match self {
            Operation::Merge => ("git merge --continue", Some("git merge --abort")),
            Operation::Revert => ("git revert --continue", Some("git revert --abort")),
            Operation::CherryPick => ("git cherry-pick --continue", Some("git cherry-pick --abort")),
            Operation::Bisect => ("git bisect reset", None),
            Operation::Rebase => ("git rebase --continue", Some("git rebase --abort")),
            Operation::Am => ("git am --continue", Some("git am --abort")),
        }
    }

    pub(super) fn of(state: RepositoryState) -> Option<Operation> {
        Some(match state {
            RepositoryState::Clean => return None,
            RepositoryState::Merge => Operation::Merge,
            RepositoryState::Revert | RepositoryState::RevertSequence => Operation::Revert,
            RepositoryState::CherryPick | RepositoryState::CherryPickSequence => Operation::CherryPick,
            RepositoryState::Bisect => Operation::Bisect,
            RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => {
                Operation::Rebase
            }
            RepositoryState::ApplyMailbox => Operation::Am,
            RepositoryState::ApplyMailboxOrRebase => Operation::Rebase,
        })
    }
}
