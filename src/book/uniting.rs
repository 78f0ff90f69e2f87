//! Joins the trees of two histories of a book.

use std::collections::BTreeMap;

use super::BookError;
use super::repo::{BookPath, Content, Differs, Oid, Replaced, Repo};
use crate::locale::Label;

/// The union of two trees.
#[derive(Debug, Default)]
pub struct United {
    /// The files that are not as in the first parent.
    pub edits: Vec<Replaced>,
    /// What people must be told.
    pub told: Vec<Told>,
    /// Files of the policy, calendar or settings that both sides changed in the same lines.
    pub conflicts: Vec<BookPath>,
}

/// Something that people must be told about a merge.
#[derive(Debug)]
pub struct Told {
    /// Its kebab-case name, for scripts.
    pub code: &'static str,
    /// The record or file that it is about.
    pub about: String,
    /// What happened, one sentence without a full stop.
    pub label: Label,
}

/// Joins two trees that both come from `base`.
///
/// # Errors
/// If a tree cannot be read.
pub fn unite_trees(repo: &Repo, base: Oid, first: Oid, second: Oid) -> Result<United, BookError> {
    let ours: BTreeMap<BookPath, Differs> =
        repo.differing(base, first)?.into_iter().map(|differs| (differs.path.clone(), differs)).collect();
    let mut united = United::default();
    for differs in repo.differing(base, second)? {
        match ours.get(&differs.path) {
            Some(first) if first.new == differs.new => {}
            Some(_) => united.conflicts.push(differs.path),
            None => {
                let new = differs.new.map(|(blob, mode)| (Content::Blob(blob), mode));
                united.edits.push(Replaced { path: differs.path, new });
            }
        }
    }
    Ok(united)
}
