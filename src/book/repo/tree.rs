//! The trees that a change makes: only the folders on the way are written anew.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid, Repository, Tree};

use super::error::RepoError;
use super::read::TREE_MODE;
use crate::locale::messages::RepoText;
use crate::locale::messages::RepoText as Text;

/// What a change does to a folder, and to those below it that it touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FolderChange {
    /// The folder's tree before; none where it is new.
    pub(super) old: Option<Oid>,
    /// The folder's tree after; none where it is gone.
    pub(super) new: Option<Oid>,
    /// How many files more there are, in it and below.
    pub(super) files: i64,
    /// The folders below that the change touches, by name.
    pub(super) folders: BTreeMap<Vec<u8>, FolderChange>,
}

/// A file's new place in a tree: content and mode; none takes it out.
pub(super) type TreeEdit<'p> = (&'p str, Option<(Oid, u32)>);

impl FolderChange {
    /// Writes the trees that follow from `edits` upon `base`. The paths are sorted, and none is a folder of another.
    pub(super) fn write(
        git: &Repository,
        base: Option<&Tree<'_>>,
        edits: &[TreeEdit<'_>],
    ) -> Result<FolderChange, RepoError> {
        let mut builder = git.treebuilder(base).map_err(RepoError::git(RepoText::DoBuildTree))?;
        let mut change = FolderChange { old: base.map(Tree::id), ..FolderChange::default() };
        let mut rest = edits;
        while let Some(((path, entry), after)) = rest.split_first() {
            let Some((folder, _)) = path.split_once('/') else {
                let there = builder.get(path).map_err(RepoError::git(RepoText::DoBuildTree))?.is_some();
                change.files += i64::from(entry.is_some()) - i64::from(there);
                match entry {
                    Some((blob, mode)) => {
                        let mode = i32::try_from(*mode).unwrap_or(0o100_644);
                        builder.insert(path, *blob, mode).map_err(RepoError::git(RepoText::DoBuildTree))?;
                    }
                    None if there => builder.remove(path).map_err(RepoError::git(RepoText::DoBuildTree))?,
                    None => {}
                }
                rest = after;
                continue;
            };
            let inside = |path: &str| path.strip_prefix(folder).is_some_and(|tail| tail.starts_with('/'));
            let end = rest.iter().position(|(path, _)| !inside(path)).unwrap_or(rest.len());
            let (these, others) = rest.split_at(end);
            let below: Vec<TreeEdit<'_>> =
                these.iter().filter_map(|(path, entry)| Some((path.get(folder.len() + 1..)?, *entry))).collect();
            let base = match base.and_then(|tree| tree.get_name(folder)) {
                Some(entry) if entry.kind() == Some(ObjectType::Tree) => {
                    Some(git.find_tree(entry.id()).map_err(RepoError::git(RepoText::DoReadTree))?)
                }
                Some(_) => return Err(RepoError::Occupied { path: folder.to_owned(), place: Text::AsFile }),
                None => None,
            };
            let made = FolderChange::write(git, base.as_ref(), &below)?;
            match made.new {
                Some(id) => {
                    builder.insert(folder, id, TREE_MODE).map_err(RepoError::git(RepoText::DoBuildTree))?;
                }
                None if base.is_some() => builder.remove(folder).map_err(RepoError::git(RepoText::DoBuildTree))?,
                None => {}
            }
            change.files += made.files;
            change.folders.insert(folder.as_bytes().to_owned(), made);
            rest = others;
        }
        change.new = match builder.is_empty() {
            true => None,
            false => Some(builder.write().map_err(RepoError::git(RepoText::DoWriteTree))?),
        };
        Ok(change)
    }

    /// The change of which nothing is known but the paths: folders on the way count as unknown afterwards.
    pub(super) fn unknown<'p>(paths: impl Iterator<Item = &'p str>) -> FolderChange {
        let mut top = FolderChange { old: None, new: None, ..FolderChange::default() };
        for path in paths {
            let mut here = &mut top;
            for (at, _) in path.match_indices('/') {
                let name = path[..at].rsplit('/').next().unwrap_or_default();
                here = here.folders.entry(name.as_bytes().to_owned()).or_default();
            }
        }
        top
    }

    /// The trees written, its own first.
    pub(super) fn trees(&self) -> Vec<Oid> {
        let below = self.folders.values().flat_map(FolderChange::trees);
        self.new.into_iter().chain(below).collect()
    }
}
