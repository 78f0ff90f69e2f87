//! All entries of the index below some folders, for comparing it with the tip and the working tree.

use std::collections::BTreeMap;

use git2::Oid;

use super::super::error::RepoError;
use super::cache_tree::CachedTree;
use super::entry::FileStat;
use super::parse::IndexFile;

/// An entry, as far as comparisons need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Listed {
    /// The content. `None` for a name without content, or a conflict.
    pub(in super::super) blob: Option<Oid>,
    stat: FileStat,
    /// Whether the entry's time cannot be trusted, because the file was written in the same second as the index.
    racy: bool,
    /// Whether a sparse checkout leaves it out of the working tree.
    pub(in super::super) skipped: bool,
}

impl Listed {
    /// Whether the file is as the entry says, as far as that is known without reading it.
    pub(in super::super) fn is_fresh(&self, stat: &FileStat) -> bool {
        !self.racy && self.stat == *stat
    }
}

/// The entries below some folders, and the known trees of folders.
#[derive(Debug)]
pub(in super::super) struct Listing {
    pub(in super::super) entries: BTreeMap<String, Listed>,
    trees: Option<CachedTree<'static>>,
}

impl Listing {
    /// Lists the paths for which `wanted` returns true.
    pub(in super::super) fn of(index: &IndexFile, wanted: impl Fn(&str) -> bool) -> Result<Listing, RepoError> {
        let mut entries = BTreeMap::new();
        let limit = index.seconds();
        let layout = index.walk(|entry| {
            let Ok(path) = std::str::from_utf8(entry.path) else { return };
            if !wanted(path) {
                return;
            }
            let whole = entry.stage() == 0 && !entry.is_intent();
            let listed = Listed {
                blob: whole.then(|| entry.id()),
                stat: entry.stat(),
                racy: entry.mtime_seconds() >= limit && !entry.stat().tells_changes(),
                skipped: entry.skips_worktree(),
            };
            entries.insert(path.to_owned(), listed);
        })?;
        layout.check()?;
        let tree = layout.extensions.iter().find(|(name, _)| name == b"TREE");
        let trees = tree.and_then(|(_, range)| CachedTree::parse(index.bytes.get(range.clone())?));
        Ok(Listing { entries, trees: trees.map(CachedTree::into_owned) })
    }

    /// The tree of a folder, if the index knows it.
    pub(in super::super) fn tree_of(&self, folder: &str) -> Option<Oid> {
        self.trees.as_ref()?.id_of(folder)
    }
}
