//! What a merge reads, and what it results in.

use std::collections::{BTreeMap, BTreeSet};

use super::Told;
use crate::filter::Unanswered;
use crate::kind::Unique;
use crate::place::Problem;
use crate::policy::Policy;
use crate::record::{Id, Record};

/// The hash that git gives to a content.
pub type Hash = [u8; 20];

/// What a line changed at a path since the common ancestor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The path from the top of the book.
    pub path: String,
    /// The content in the common ancestor. `None` if the file is new.
    pub old: Option<Hash>,
    /// The content in the line's last commit. `None` if the file was deleted.
    pub new: Option<Hash>,
}

/// One of the two lines of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichLine {
    /// That of the first parent.
    First,
    /// That of the second parent.
    Second,
}

/// Where a merge reads contents.
pub trait Contents {
    /// The bytes of a content. `None` if the repository does not have it.
    fn bytes(&self, content: &Hash) -> Option<Vec<u8>>;

    /// The bytes of a file of the first line's last commit. `None` if there is none.
    fn at(&self, path: &str) -> Option<Vec<u8>>;

    /// Whether the first line's last commit has a file at a path.
    fn is_taken(&self, path: &str) -> bool;

    /// The staff records of the first line's last commit, read by the rule book of the merged book.
    fn staff(&self, policy: &Policy) -> Vec<Record>;

    /// The versions of a file that the commits of a line made since the common ancestor.
    fn versions(&self, of: WhichLine, path: &str) -> Vec<Vec<u8>>;

    /// The records of a kind that name a record, among those that neither line has changed. Others may be among them.
    ///
    /// # Errors
    /// If they cannot be found.
    fn naming(&self, id: &Id, kind: &str) -> Result<Vec<Id>, Unanswered>;

    /// The records with the same unique values as a record, among those that neither line has changed. Others may be
    /// among them.
    ///
    /// # Errors
    /// If they cannot be found.
    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Id>, Unanswered>;

    /// Merges a text line by line, as git does. `None` if both lines changed the same place.
    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>>;
}

/// The content of a merged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A content that one of the lines has.
    Kept(Hash),
    /// A new one.
    Made(Vec<u8>),
}

/// Two lines of a book, merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// What differs from the first line's last commit, by path. `None`: the file is gone.
    pub files: BTreeMap<String, Option<Content>>,
    /// What the people should know.
    pub told: Vec<Told>,
    /// Files that cannot be merged: both lines changed the same place. Then the merge must not be made.
    pub conflicts: BTreeSet<String>,
    /// Why nobody could read what some of these files would be.
    pub problems: Vec<Problem>,
}
