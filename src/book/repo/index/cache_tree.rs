//! The `TREE` extension: the ids of folders whose content the index has not changed since they were written.
//!
//! Kept right, so that `git status` and `git commit` need not walk the book again after each of our commits.

use std::borrow::Cow;
use std::io::Write;

use git2::Oid;

use super::super::tree::FolderChange;

/// A folder as the extension has it, with names that lie in its bytes: there are as many folders as days with records, and
/// one of them changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CachedTree<'a> {
    name: Cow<'a, [u8]>,
    /// The entries below it and the tree's id; none where the folder has changed since.
    valid: Option<(i64, Oid)>,
    folders: Vec<CachedTree<'a>>,
}

impl<'a> CachedTree<'a> {
    /// Reads the extension; none where it is not as git writes it, or says nothing.
    pub(super) fn parse(mut bytes: &'a [u8]) -> Option<CachedTree<'a>> {
        let tree = CachedTree::parse_one(&mut bytes, 0)?;
        bytes.is_empty().then_some(tree)
    }

    fn parse_one(bytes: &mut &'a [u8], depth: usize) -> Option<CachedTree<'a>> {
        // Deeper than any path that git accepts.
        if depth > 4096 {
            return None;
        }
        let name = Cow::Borrowed(take_until(bytes, 0)?);
        let count: i64 = text(take_until(bytes, b' ')?)?;
        let folders: usize = text(take_until(bytes, b'\n')?)?;
        let valid = if count >= 0 {
            let (id, rest) = bytes.split_at_checked(20)?;
            *bytes = rest;
            Some((count, Oid::from_bytes(id).ok()?))
        } else {
            None
        };
        let folders = (0..folders).map(|_| CachedTree::parse_one(bytes, depth + 1)).collect::<Option<Vec<_>>>()?;
        Some(CachedTree { name, valid, folders })
    }

    /// The same beyond the bytes that it was read from.
    pub(super) fn into_owned(self) -> CachedTree<'static> {
        CachedTree {
            name: Cow::Owned(self.name.into_owned()),
            valid: self.valid,
            folders: self.folders.into_iter().map(CachedTree::into_owned).collect(),
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.name);
        out.push(0);
        let count = self.valid.map_or(-1, |(count, _)| count);
        // a vector takes whatever is written to it
        writeln!(out, "{count} {}", self.folders.len()).ok();
        if let Some((_, id)) = &self.valid {
            out.extend_from_slice(id.as_bytes());
        }
        for folder in &self.folders {
            folder.write(out);
        }
    }

    /// Follows a change of the tip: a folder that was the tip's is the new tip's; any other on the way is unknown now.
    pub(super) fn apply(&mut self, change: &FolderChange) {
        let was_tip = self.valid.is_some_and(|(_, id)| Some(id) == change.old);
        let mut whole = was_tip;
        for (name, below) in &change.folders {
            let place = self.folders.iter().position(|folder| *folder.name == **name);
            match place {
                Some(place) if below.new.is_none() => {
                    let folder = &mut self.folders[place];
                    if folder.valid.is_some_and(|(_, id)| Some(id) == below.old) {
                        self.folders.remove(place);
                    } else {
                        folder.apply(below);
                    }
                }
                Some(place) => self.folders[place].apply(below),
                None if was_tip && below.old.is_none() => {
                    if let Some(folder) = CachedTree::made(name, below) {
                        let place = self.folders.partition_point(|other| order(&other.name) < order(name));
                        self.folders.insert(place, folder);
                    }
                }
                // A folder of the tip that the extension does not list: nothing is known about the one above it.
                None => whole &= below.old.is_none() && below.new.is_none(),
            }
        }
        self.valid = match (self.valid, change.new) {
            (Some((count, _)), Some(new)) if whole => Some((count + change.files, new)),
            _ => None,
        };
    }

    /// The id of a folder, where it is known; the empty path is the top level.
    pub(super) fn id_of(&self, path: &str) -> Option<Oid> {
        let mut here = self;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            here = here.folders.iter().find(|folder| *folder.name == *part.as_bytes())?;
        }
        here.valid.map(|(_, id)| id)
    }

    fn made(name: &[u8], change: &FolderChange) -> Option<CachedTree<'a>> {
        let mut folders: Vec<_> =
            change.folders.iter().filter_map(|(name, below)| CachedTree::made(name, below)).collect();
        folders.sort_by(|one, other| order(&one.name).cmp(&order(&other.name)));
        Some(CachedTree { name: Cow::Owned(name.to_owned()), valid: Some((change.files, change.new?)), folders })
    }
}

/// git keeps the folders of this extension by length first.
fn order(name: &[u8]) -> (usize, &[u8]) {
    (name.len(), name)
}

fn take_until<'a>(bytes: &mut &'a [u8], end: u8) -> Option<&'a [u8]> {
    let at = bytes.iter().position(|byte| *byte == end)?;
    let (taken, rest) = bytes.split_at(at);
    *bytes = rest.get(1..)?;
    Some(taken)
}

fn text<T: std::str::FromStr>(bytes: &[u8]) -> Option<T> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}
