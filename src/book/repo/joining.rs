//! Moves the branch to the history of another clone: to a commit that git has fetched, or to a merge commit that joins
//! both histories. Files, git's index and the journal go the way of every other change.

use std::borrow::Cow;
use std::collections::BTreeMap;

use git2::{Delta, DiffOptions, Oid};

use super::branch::MERGE;
use super::check::PLAIN;
use super::edit::{Edit, Expect, Person, with_newline};
use super::error::RepoError;
use super::loose::LooseObjects;
use super::objects::{self, FileEdit};
use super::open::Repo;
use super::path::BookPath;
use super::sign;
use super::transaction::Transaction;
use super::tree::FolderChange;
use super::written::{Target, Written};
use crate::label;
use crate::locale::messages::RepoText;

/// A file that differs between two commits, with git's modes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// The path from the book's top level.
    pub path: BookPath,
    /// Content and mode in the older commit. `None` if the file is new.
    pub old: Option<(Oid, u32)>,
    /// Content and mode in the newer commit. `None` if the file was deleted.
    pub new: Option<(Oid, u32)>,
}

/// The new content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A blob that the repository has, such as an attachment of the other side.
    Blob(Oid),
}

/// A file of a merged tree that is not as in the first parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The path from the book's top level.
    pub path: BookPath,
    /// Its content and mode. `None` removes it.
    pub new: Option<(Content, u32)>,
}

/// A new content with its mode. `None` removes the file.
type NewFile<'r> = Option<(Cow<'r, [u8]>, u32)>;

const EXECUTABLE: u32 = 0o100_755;

impl Repo {
    /// The files that differ between two commits in content or mode, by path.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks a commit or tree, [`RepoError::BadPath`] and
    /// [`RepoError::NotUtf8`] for a path that no book has.
    pub fn differing(&self, from: Oid, to: Oid) -> Result<Vec<Differs>, RepoError> {
        self.differing_trees(self.commit_info(from)?.tree, self.commit_info(to)?.tree)
    }

    fn differing_trees(&self, old: Oid, new: Oid) -> Result<Vec<Differs>, RepoError> {
        let tree = |id| self.git.find_tree(id).map_err(|error| self.lookup(id, error));
        let (old, new) = (&tree(old)?, &tree(new)?);
        let mut options = DiffOptions::new();
        options.include_typechange(true).skip_binary_check(true);
        let diff = self.git.diff_tree_to_tree(Some(old), Some(new), Some(&mut options));
        let diff = diff.map_err(RepoError::git(RepoText::DoCompare))?;
        let mut found = Vec::with_capacity(diff.deltas().len());
        for delta in diff.deltas() {
            let (old, new) = (delta.old_file(), delta.new_file());
            let bytes = new.path_bytes().or(old.path_bytes()).unwrap_or_default();
            let path = std::str::from_utf8(bytes).map_err(|_| RepoError::NotUtf8 {
                what: label!(RepoText::NameOf, path = String::from_utf8_lossy(bytes)),
            })?;
            let side = |file: &git2::DiffFile<'_>| (file.id(), u32::from(file.mode()));
            found.push(Differs {
                path: BookPath::new(path)?,
                old: (delta.status() != Delta::Added).then(|| side(&old)),
                new: (delta.status() != Delta::Deleted).then(|| side(&new)),
            });
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    /// The best common ancestors of two commits. More than one if clones have taken over commits from each other;
    /// none if the two histories have nothing in common.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if history is cut off.
    pub fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>, RepoError> {
        match self.git.merge_bases(one, other) {
            Ok(bases) => Ok(bases.iter().copied().collect()),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(Vec::new()),
            Err(error) => match self.lookup(one, error) {
                // the library gives up at a commit that it does not understand
                RepoError::Git { .. } | RepoError::DamagedObject { .. } => Ok(self.merge_bases_raw(one, other)),
                error => Err(error),
            },
        }
    }
}

impl Transaction<'_> {
    /// Moves the branch forward to a commit that the repository has and that comes after the tip. The message of
    /// `commit` is then only the line in git's log.
    ///
    /// # Errors
    /// [`RepoError::NotAFile`] if a changed path is not an ordinary file, and if the commit cannot be read.
    pub fn follow(&mut self, commit: Oid) -> Result<(), RepoError> {
        let written = Written {
            change: FolderChange::default(),
            tree: self.repo.commit_info(commit)?.tree,
            packed: true,
            loose: LooseObjects::of(self.repo.common_dir()),
            packs: Vec::new(),
        };
        self.aim(Target { id: commit, written, how: "fast-forward" })
    }

    /// Joins two histories: writes a merge commit with the parents `first` and the tip, whose tree is that of `first`
    /// with these files replaced. `commit` then moves the branch to it. Returns its id.
    ///
    /// # Errors
    /// [`RepoError::NotAFile`] if a changed path is not an ordinary file; failures of git and the disk.
    pub fn join(
        &mut self,
        first: Oid,
        replaced: &[Replaced],
        message: &str,
        author: &Person,
        committer: &Person,
    ) -> Result<Oid, RepoError> {
        let (repo, Some(tip)) = (self.repo, self.tip) else {
            return Err(RepoError::Unborn { branch: self.branch.clone() });
        };
        let mut contents: BTreeMap<&BookPath, NewFile<'_>> = BTreeMap::new();
        for Replaced { path, new } in replaced {
            let new = match new {
                None => None,
                Some((Content::Bytes(bytes), mode)) => Some((Cow::Borrowed(bytes.as_slice()), *mode)),
                Some((Content::Blob(blob), mode)) => Some((Cow::Owned(repo.blob(*blob)?), *mode)),
            };
            contents.insert(path, new);
        }
        let edits: Vec<FileEdit<'_>> = contents
            .iter()
            .map(|(path, new)| (path.as_str(), new.as_ref().map(|(bytes, mode)| (&**bytes, *mode))))
            .collect();
        let mut written = objects::write(repo, Some(first), &edits)?;
        let message = with_newline(message);
        let id = sign::write_commit(repo, &mut written, &[first, tip], &message, author, committer)?;
        self.aim(Target { id, written, how: MERGE })?;
        Ok(id)
    }

    /// Takes what differs between the tip and the target for the files to be written.
    fn aim(&mut self, mut target: Target) -> Result<(), RepoError> {
        let repo = self.repo;
        let Some(tip) = self.tip else { return Err(RepoError::Unborn { branch: self.branch.clone() }) };
        let (old, new) = (repo.commit_info(tip)?.tree, target.written.tree);
        let mut edits: BTreeMap<BookPath, Edit> = BTreeMap::new();
        for Differs { path, old, new } in repo.differing_trees(old, new)? {
            for (_, mode) in [old, new].into_iter().flatten() {
                check_ordinary(&path, mode)?;
            }
            let bytes = new.map(|(blob, _)| repo.blob(blob)).transpose()?;
            let expect = old.map_or(Expect::Absent, |(blob, _)| Expect::Same(blob));
            let mode = new.map(|(_, mode)| if mode & 0o111 == 0 { PLAIN } else { EXECUTABLE });
            edits.insert(path, Edit { bytes, expect, mode });
        }
        // The trees were made upon another commit than the one that git's index shows.
        target.written.change = FolderChange::unknown(edits.keys().map(BookPath::as_str));
        self.edits = edits;
        self.target = Some(target);
        Ok(())
    }
}

/// Refuses links and submodules, which this program does not write.
///
/// # Errors
/// [`RepoError::NotAFile`] for each of them.
pub fn check_ordinary(path: &BookPath, mode: u32) -> Result<(), RepoError> {
    let found = match mode & 0o170_000 {
        0o100_000 => return Ok(()),
        0o120_000 => RepoText::Link,
        _ => RepoText::Folder,
    };
    Err(RepoError::NotAFile { path: path.to_string(), found, wanted: RepoText::File })
}
