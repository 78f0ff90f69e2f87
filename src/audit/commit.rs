//! A commit as the audit gets it: values only. The contents of files are identified by their hash.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::filter::Unanswered;
use crate::lifecycle::SKEW;
use crate::locale::Label;
use crate::policy::Policy;
use crate::unite::{Content, WhichLine};

/// The hash that git gives to a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Blob(pub [u8; 20]);

/// A file that differs between a commit and one of its parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path from the top of the book.
    pub path: String,
    /// The content in the parent. `None` if the file is new.
    pub before: Option<Blob>,
    /// The content in the commit. `None` if the file was deleted.
    pub after: Option<Blob>,
}

/// A commit.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// The committer date, in seconds since 1970.
    pub seconds: i64,
    /// The author date, in seconds since 1970.
    pub authored: i64,
    /// The committer date of its first parent, in seconds since 1970; of a merge, the latest of its parents. `None` for
    /// a first commit.
    pub parent_seconds: Option<i64>,
    /// The latest date that the commits before it give, in seconds since 1970. See [`clock_after`].
    pub clock: Option<i64>,
    /// The author's name.
    pub author: String,
    /// The author's e-mail address.
    pub email: String,
    /// The committer's name.
    pub committer: String,
    /// The committer's e-mail address.
    pub committer_email: String,
    /// The whole message.
    pub message: String,
    /// The differences from the first parent; without a parent, all files.
    pub changes: Vec<FileChange>,
    /// What it newly has that is no plain file, such as a link or a submodule, or that can be run: the path, and git's
    /// mode.
    pub odd: Vec<(String, u32)>,
    /// The files of its parents that became records only because of the rules (`true`), or are records no more.
    pub moved: Vec<(String, bool)>,
    /// For a merge, the differences from each further parent.
    pub others: Vec<Vec<FileChange>>,
    /// For a merge, what it merges.
    pub joining: Option<Joining>,
    /// Whether the book has begun with it.
    pub begun: Begun,
    /// The files that come in with it from commits that have no book, nor have those before them. Nobody has judged
    /// them.
    pub early: Vec<String>,
}

/// Whether the book has begun with a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Neither it nor a commit before it has a book.
    NotYet,
    /// The book begins with it.
    Here,
    /// A book begins with it, although another commit has begun the book.
    Again,
    /// A commit before it has the book.
    Before,
}

/// What a merge commit merges.
#[derive(Debug, Clone)]
pub enum Joining {
    /// Two lines that come from one commit, and what each has changed since.
    Two {
        /// The line of the first parent.
        first: Vec<FileChange>,
        /// The line of the second parent.
        second: Vec<FileChange>,
    },
    /// Two lines with several nearest common ancestors: clones had taken over commits from each other.
    Crossed,
    /// Two lines that have nothing in common.
    Unrelated,
    /// More than two lines.
    Many,
}

impl Commit {
    /// When it says that it was made, in seconds since 1970: the later one of its two dates. The program writes no
    /// committer date before its parent's, whose clock may have been ahead; a date that was raised so counts for
    /// nothing.
    pub(super) fn made(&self) -> i64 {
        later(self.authored, self.seconds, self.parent_seconds)
    }

    /// Whether it says that it was made before a commit that it follows.
    pub(super) fn is_dated_back(&self) -> bool {
        let claimed = claimed(self.authored, self.seconds, self.parent_seconds);
        !self.is_merge() && self.clock.is_some_and(|clock| is_back(claimed, clock))
    }

    /// Whether it is a merge.
    pub fn is_merge(&self) -> bool {
        !self.others.is_empty()
    }
}

/// When a commit says that it was made, as far as its clock tells: all dates are seconds since 1970. A committer date
/// next to that of the parent tells nothing, because the program raises it to that, and anybody can.
pub fn claimed(authored: i64, committed: i64, parent: Option<i64>) -> i64 {
    later(authored, committed, parent.map(|parent| parent.saturating_add(SKEW.num_seconds())))
}

/// The later of two dates. A committer date up to `raised` counts for nothing.
fn later(authored: i64, committed: i64, raised: Option<i64>) -> i64 {
    if raised.is_some_and(|raised| committed <= raised) { authored } else { authored.max(committed) }
}

/// The latest date up to a commit that claims to be made at one, after commits up to another. From a clock that was set
/// back on, its time counts: otherwise all that follows a clock that was a year ahead would be told of.
pub fn clock_after(claimed: i64, before: i64, is_merge: bool) -> i64 {
    if is_back(claimed, before) && !is_merge { claimed } else { claimed.max(before) }
}

fn is_back(claimed: i64, before: i64) -> bool {
    claimed.saturating_add(SKEW.num_seconds()) < before
}

/// The rule book of a commit.
#[derive(Debug, Clone)]
pub enum Rulebook {
    /// The book does not exist yet.
    Absent,
    /// It does not load; the text is the first problem.
    Broken(Label),
    /// It loads.
    Loaded(Arc<Policy>),
}

impl Rulebook {
    /// The policy, if it loads.
    pub fn policy(&self) -> Option<&Arc<Policy>> {
        match self {
            Rulebook::Loaded(policy) => Some(policy),
            _ => None,
        }
    }
}

/// A commit that an undo takes back.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The address of the commit's author.
    pub email: String,
    /// Its author date, in seconds since 1970.
    pub authored: i64,
    /// The whole message.
    pub message: String,
    /// How many parents it has: a merge has several, the first commit has none.
    pub parents: usize,
    /// Whether it was merged with other people's commits before the undo, so that others already had it.
    pub merged: bool,
    /// A branch of a remote that has it and not the undo: it was published before it was taken back.
    pub published: Option<String>,
    /// Whether the undo follows it directly, as far as the files of the book tell: nothing that was recorded since is
    /// left.
    pub latest: bool,
    /// The changes of that commit.
    pub changes: Vec<FileChange>,
    /// What was changed between that commit and the undo.
    pub since: Vec<FileChange>,
}

/// The rule books around a commit.
#[derive(Debug, Clone, Copy)]
pub struct Rulebooks<'r> {
    /// That of its first parent.
    pub before: &'r Rulebook,
    /// Its own.
    pub after: &'r Rulebook,
    /// The last one that loaded, on the line of first parents up to its first parent. It judges the commit.
    pub last: Option<&'r Arc<Policy>>,
}

/// An older policy. The error says why it no longer loads, or is `None` if the repository does not know it.
pub type Judging = Result<Arc<Policy>, Option<Label>>;

/// Gives file contents by their hash.
pub trait Source {
    /// The bytes of a content. `None` if the repository does not have it.
    fn bytes(&self, blob: Blob) -> Option<Vec<u8>>;

    /// Whether the short id of a policy, which records keep in `rules`, is still known.
    fn knows_rules(&self, rules: &str) -> bool;

    /// An older policy by its short id, compiled against the shape of `policy`.
    ///
    /// # Errors
    /// If the repository cannot be read.
    fn older(&self, rules: &str, policy: &Policy) -> Result<Judging, Unanswered>;

    /// The versions of files that the commits of one parent of a merge made and the other parent does not have.
    fn versions(&self, merge: &str, of: WhichLine) -> HashMap<String, Vec<Blob>>;

    /// Merges a text line by line, as git does. `None` if both sides changed the same place.
    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>>;

    /// The rule files of a merge that do not load together, though those of each parent do. `files` are the files that
    /// the merge should change in its first parent.
    fn clashing(&self, merge: &str, files: &BTreeMap<String, Option<Content>>) -> BTreeSet<String>;

    /// Another file of a commit whose path looks like this one, apart from case: on many computers they are one file.
    fn alike(&self, commit: &str, path: &str) -> Option<String>;

    /// The commit that an undo names, if it comes before the commit `by`.
    fn undone(&self, named: &str, by: &str) -> Option<Undone>;
}
