//! The differences between two commits. Only folders that differ are walked.

use std::cmp::Ordering;

use git2::{ObjectType, Oid};

use super::error::RepoError;
use super::open::Repo;
use super::raw::{Tree, TreeEntry};
use super::read::{FileAt, join};

/// A file that differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathChange {
    /// The path from the book's top level.
    pub path: String,
    /// Its content in the older commit. `None` if it is new.
    pub old: Option<Oid>,
    /// Its content in the newer commit. `None` if it was deleted.
    pub new: Option<Oid>,
}

impl Repo {
    /// The files that differ between two commits, by path. Without an older commit, all files of the newer one.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks a commit or tree.
    pub fn changes(&self, from: Option<Oid>, to: Oid) -> Result<Vec<PathChange>, RepoError> {
        let old = from.map(|id| self.tree(id)).transpose()?;
        let new = self.tree(to)?;
        let mut found = Compared::default();
        self.compare(old.as_ref(), Some(&new), "", &mut found)?;
        found.paths.sort();
        Ok(found.paths)
    }

    /// As [`Repo::changes`], with what the newer commit has new that is no plain file: links and submodules.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks a commit or tree.
    pub(in crate::book) fn compared(&self, from: Option<Oid>, to: Oid) -> Result<Compared, RepoError> {
        let old = from.map(|id| self.tree(id)).transpose()?;
        let new = self.tree(to)?;
        let mut found = Compared::default();
        self.compare(old.as_ref(), Some(&new), "", &mut found)?;
        found.paths.sort();
        Ok(found)
    }

    /// What lies under these names at the top of a commit's tree.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks the commit or its tree.
    pub(in crate::book) fn tops(&self, commit: Oid, names: &[String]) -> Result<Vec<Option<Oid>>, RepoError> {
        let tree = self.tree(commit)?;
        Ok(names.iter().map(|name| tree.get_name(name).map(|entry| entry.id())).collect())
    }

    /// The files below these top folders that differ between two commits, in content or mode, as they are in the
    /// newer one. Without an older commit, all files. In names that are not UTF-8, wrong bytes are written as `\xHH`.
    ///
    /// # Errors
    /// [`RepoError::Missing`] if the repository lacks a commit or tree.
    pub(in crate::book) fn differences(
        &self,
        from: Option<Oid>,
        to: Oid,
        folders: &[&str],
    ) -> Result<Vec<(String, Option<FileAt>)>, RepoError> {
        let old = from.map(|id| self.tree(id)).transpose()?;
        let new = self.tree(to)?;
        let mut found = Vec::new();
        for folder in folders {
            let below = |tree: Option<&Tree>| match tree.and_then(|tree| tree.get_name(folder)) {
                Some(entry) if entry.kind() == Some(ObjectType::Tree) => self.find_tree(entry.id()).map(Some),
                _ => Ok(None),
            };
            self.differ(below(old.as_ref())?.as_ref(), below(Some(&new))?.as_ref(), folder, &mut found)?;
        }
        Ok(found)
    }

    fn differ(
        &self,
        old: Option<&Tree>,
        new: Option<&Tree>,
        folder: &str,
        found: &mut Vec<(String, Option<FileAt>)>,
    ) -> Result<(), RepoError> {
        if old.map(Tree::id) == new.map(Tree::id) {
            return Ok(());
        }
        let path = |name: &[u8]| join(folder, name);
        let tree = |entry: &TreeEntry<'_>| match entry.kind() {
            Some(ObjectType::Tree) => self.tree_if_whole(entry.id()),
            _ => Ok(None),
        };
        let is_file = |entry: &TreeEntry<'_>| entry.kind() != Some(ObjectType::Tree);
        for entry in old.into_iter().flat_map(Tree::iter) {
            let after = new.and_then(|new| new.get_name_bytes(entry.name_bytes()));
            // most folders are the same in both, and reading one costs several system calls
            if after.as_ref().is_some_and(|after| after.kind() == entry.kind()) {
                continue;
            }
            if is_file(&entry) && after.as_ref().is_none_or(|after| !is_file(after)) {
                found.push((path(entry.name_bytes()), None));
            }
            let changed = after.as_ref().is_none_or(|after| after.id() != entry.id());
            match (tree(&entry)?, after.as_ref().map_or(Ok(None), tree)?) {
                (Some(old), None) => self.differ(Some(&old), None, &path(entry.name_bytes()), found)?,
                // a folder that could not be read
                (None, _) if !is_file(&entry) && changed => found.push((path(entry.name_bytes()), None)),
                _ => {}
            }
        }
        for entry in new.into_iter().flat_map(Tree::iter) {
            let before = old.and_then(|old| old.get_name_bytes(entry.name_bytes()));
            let same = |before: &TreeEntry<'_>| before.id() == entry.id() && before.filemode() == entry.filemode();
            if before.as_ref().is_some_and(same) {
                continue;
            }
            let path = path(entry.name_bytes());
            match tree(&entry)? {
                Some(new) => {
                    let old = before.as_ref().map_or(Ok(None), tree)?;
                    self.differ(old.as_ref(), Some(&new), &path, found)?;
                }
                // also a folder that is missing or damaged: it is named as something that cannot be read
                None => {
                    let mode = entry.filemode().unsigned_abs();
                    found.push((path.clone(), Some(FileAt { path, blob: entry.id(), mode })));
                }
            }
        }
        Ok(())
    }

    fn compare(
        &self,
        old: Option<&Tree>,
        new: Option<&Tree>,
        folder: &str,
        found: &mut Compared,
    ) -> Result<(), RepoError> {
        if old.map(Tree::id) == new.map(Tree::id) {
            return Ok(());
        }
        let mut left = old.into_iter().flat_map(Tree::iter).map(own).collect::<Vec<_>>();
        let mut right = new.into_iter().flat_map(Tree::iter).map(own).collect::<Vec<_>>();
        // git sorts a folder as if its name ended in a slash; here a file and a folder of the same name must meet.
        left.sort_by(|one, other| one.name.cmp(&other.name));
        right.sort_by(|one, other| one.name.cmp(&other.name));
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.name.cmp(&new.name),
            };
            let old = if order.is_le() { left.next() } else { None };
            let new = if order.is_ge() { right.next() } else { None };
            self.compare_entry(old, new, folder, found)?;
        }
    }

    fn compare_entry(
        &self,
        old: Option<&Entry>,
        new: Option<&Entry>,
        folder: &str,
        found: &mut Compared,
    ) -> Result<(), RepoError> {
        let same = |old: &Entry, new: &Entry| old.id == new.id && old.mode == new.mode;
        if old.zip(new).is_some_and(|(old, new)| same(old, new)) {
            return Ok(());
        }
        let Some(name) = old.or(new).map(|entry| &entry.name) else { return Ok(()) };
        let path = join(folder, name);
        let subtree = |entry: Option<&Entry>| match entry {
            // a folder that is missing or damaged has no files: `oddities` names it
            Some(entry) if entry.kind == ObjectType::Tree => self.tree_if_whole(entry.id),
            _ => Ok(None),
        };
        let (old_tree, new_tree) = (subtree(old)?, subtree(new)?);
        if old_tree.is_some() || new_tree.is_some() {
            self.compare(old_tree.as_ref(), new_tree.as_ref(), &path, found)?;
        }
        let was = old.map(|old| old.mode.unsigned_abs());
        let odd = new.map(|new| new.mode.unsigned_abs());
        let odd = odd.filter(|mode| !PLAIN.contains(mode) || (*mode == EXECUTABLE && was != Some(EXECUTABLE)));
        let blob = |entry: Option<&Entry>| entry.filter(|entry| entry.kind == ObjectType::Blob).map(|entry| entry.id);
        let (old, new) = (blob(old), blob(new));
        if let Some(mode) = odd {
            found.odd.push((path.clone(), mode));
        }
        if old != new {
            found.paths.push(PathChange { path, old, new });
        }
        Ok(())
    }
}

/// git's mode of an executable file.
pub(in crate::book) const EXECUTABLE: u32 = 0o100_755;

/// The modes of folders and of plain files, executable or not.
const PLAIN: [u32; 4] = [0o040_000, 0o100_644, 0o100_664, 0o100_755];

/// The differences between two commits.
#[derive(Debug, Default)]
pub(in crate::book) struct Compared {
    /// The files that differ, by path.
    pub(in crate::book) paths: Vec<PathChange>,
    /// What is new in the newer commit and no plain file, or newly executable: the path, and git's mode.
    pub(in crate::book) odd: Vec<(String, u32)>,
}

struct Entry {
    name: Vec<u8>,
    id: Oid,
    kind: ObjectType,
    mode: i32,
}

fn own(entry: TreeEntry<'_>) -> Entry {
    Entry {
        name: entry.name_bytes().to_owned(),
        id: entry.id(),
        kind: entry.kind().unwrap_or(ObjectType::Any),
        mode: i32::try_from(entry.mode()).unwrap_or_default(),
    }
}

/// A path that differs between the last commit, git's index and the working tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorktreeChange {
    /// The path from the book's top level.
    pub path: String,
    /// Its content in the last commit.
    pub tip: Option<Oid>,
    /// Its content in git's index; also `None` for a conflict or a name without content.
    pub index: Option<Oid>,
    /// Its content in the working tree; also `None` if it is not an ordinary file.
    pub disk: Option<Oid>,
}
