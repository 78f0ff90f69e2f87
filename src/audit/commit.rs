//! A commit as the audit gets it: values only. Contents of files are named by their hash.

use std::sync::Arc;

use crate::filter::Unanswered;
use crate::locale::Label;
use crate::policy::Policy;

/// The hash by which git names a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Blob(pub [u8; 20]);

/// A file that a commit holds differently from one of its parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path from the top of the book.
    pub path: String,
    /// The content in the parent. `None` if the file is new.
    pub before: Option<Blob>,
    /// The content in the commit. `None` if the file is gone.
    pub after: Option<Blob>,
}

/// A commit.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its full id.
    pub id: String,
    /// When it says it was made, seconds since 1970.
    pub seconds: i64,
    /// When it says the change was made, seconds since 1970.
    pub authored: i64,
    /// When its first parent says it was made. `None` for a first commit.
    pub parent_seconds: Option<i64>,
    /// The author's name.
    pub author: String,
    /// The author's e-mail address.
    pub email: String,
    /// The whole message.
    pub message: String,
    /// What differs from the first parent; from nothing, if there is none.
    pub changes: Vec<FileChange>,
    /// Of a merge: what differs from each further parent.
    pub others: Vec<Vec<FileChange>>,
}

impl Commit {
    /// Whether it joins two lines of history.
    pub fn is_merge(&self) -> bool {
        !self.others.is_empty()
    }
}

/// The rule book of a commit.
#[derive(Debug, Clone)]
pub enum Rulebook {
    /// There is no book yet.
    Absent,
    /// It does not hold together; with what is wrong first.
    Broken(String),
    /// It is in force.
    Loaded(Arc<Policy>),
}

impl Rulebook {
    /// The policy, where it is in force.
    pub fn policy(&self) -> Option<&Arc<Policy>> {
        match self {
            Rulebook::Loaded(policy) => Some(policy),
            _ => None,
        }
    }
}

/// What an undo takes back.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The address of who made that commit.
    pub email: String,
    /// When it says the change was made, seconds since 1970.
    pub authored: i64,
    /// The whole message.
    pub message: String,
    /// How many commits it follows: a merge follows several, the first commit none.
    pub parents: usize,
    /// Whether it was merged with what others had before the undo: they had it then.
    pub merged: bool,
    /// What that commit changed.
    pub changes: Vec<FileChange>,
}

/// An older policy; or what is wrong with it where it does not load any more, and nothing if the repository does not know it.
pub type Judging = Result<Arc<Policy>, Option<Label>>;

/// Where contents come from, by what names them.
pub trait Source {
    /// The bytes of a content. `None` if the repository lacks them.
    fn bytes(&self, blob: Blob) -> Option<Vec<u8>>;

    /// Whether the short id of a policy, as records keep it in `rules`, still leads to one.
    fn knows_rules(&self, rules: &str) -> bool;

    /// An older policy by its short id, compiled against the shape of `policy`.
    ///
    /// # Errors
    /// The repository cannot say.
    fn older(&self, rules: &str, policy: &Policy) -> Result<Judging, Unanswered>;

    /// The commit that an undo names, if it lies before `by`.
    fn undone(&self, named: &str, by: &str) -> Option<Undone>;
}
