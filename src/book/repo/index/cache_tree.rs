//! The `TREE` extension of git's index: the ids of folders whose content has not changed since they were written. We
//! keep it correct, so that `git status` and `git commit` need not walk the book again after each of our commits.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::Write;

use git2::Oid;

use super::super::tree::FolderChange;

/// A folder in the extension, with names that point into its bytes. Folders below it are read on demand: there are as
/// many folders as days with records, and usually only one changes.
#[derive(Debug, Clone)]
pub(super) struct CachedTree<'a> {
    name: Cow<'a, [u8]>,
    /// The number of entries below it and the tree's id. `None` if the folder has changed since.
    valid: Option<(i64, Oid)>,
    /// The number of its folders, and their bytes in the extension. They were checked when the extension was read.
    unread: (usize, &'a [u8]),
    folders: OnceCell<Vec<CachedTree<'a>>>,
}

/// The data before the folders of a folder.
struct Head<'a> {
    name: &'a [u8],
    valid: Option<(i64, &'a [u8])>,
    folders: usize,
}

impl<'a> Head<'a> {
    fn read(bytes: &mut &'a [u8]) -> Option<Head<'a>> {
        let name = take_until(bytes, 0)?;
        let count: i64 = text(take_until(bytes, b' ')?)?;
        let folders = text(take_until(bytes, b'\n')?)?;
        if count < 0 {
            return Some(Head { name, valid: None, folders });
        }
        let (id, rest) = bytes.split_at_checked(20)?;
        *bytes = rest;
        Some(Head { name, valid: Some((count, id)), folders })
    }
}

impl<'a> CachedTree<'a> {
    /// Reads the extension. `None` if it is not in git's format, or empty.
    pub(super) fn parse(mut bytes: &'a [u8]) -> Option<CachedTree<'a>> {
        let tree = CachedTree::first(&mut bytes)?;
        bytes.is_empty().then_some(tree)
    }

    fn first(bytes: &mut &'a [u8]) -> Option<CachedTree<'a>> {
        let head = Head::read(bytes)?;
        let start = *bytes;
        let mut left = head.folders;
        while left > 0 {
            left = (left - 1).checked_add(Head::read(bytes)?.folders)?;
        }
        let unread = (head.folders, start.get(..start.len() - bytes.len())?);
        let valid = match head.valid {
            Some((count, id)) => Some((count, Oid::from_bytes(id).ok()?)),
            None => None,
        };
        Some(CachedTree { name: Cow::Borrowed(head.name), valid, unread, folders: OnceCell::new() })
    }

    fn folders(&self) -> &[CachedTree<'a>] {
        self.folders.get_or_init(|| {
            let (count, mut bytes) = self.unread;
            (0..count).map_while(|_| CachedTree::first(&mut bytes)).collect()
        })
    }

    fn into_folders(mut self) -> Vec<CachedTree<'a>> {
        self.folders();
        self.folders.take().unwrap_or_default()
    }

    /// The same with everything below it, independent of the bytes that it was read from.
    pub(super) fn into_owned(self) -> CachedTree<'static> {
        let (name, valid) = (Cow::Owned(self.name.clone().into_owned()), self.valid);
        let folders: Vec<_> = self.into_folders().into_iter().map(CachedTree::into_owned).collect();
        CachedTree { name, valid, unread: (0, &[]), folders: folders.into() }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.name);
        out.push(0);
        let count = self.valid.map_or(-1, |(count, _)| count);
        let folders = self.folders.get().map_or(self.unread.0, Vec::len);
        // writing into a vector cannot fail
        writeln!(out, "{count} {folders}").ok();
        if let Some((_, id)) = &self.valid {
            out.extend_from_slice(id.as_bytes());
        }
        match self.folders.get() {
            Some(folders) => folders.iter().for_each(|folder| folder.write(out)),
            None => out.extend_from_slice(self.unread.1),
        }
    }

    /// Applies a change of the tip. A folder that had the old tip's content now has the new one's. Other folders on
    /// the way become unknown.
    pub(super) fn apply(&mut self, change: &FolderChange) {
        let was_tip = self.valid.is_some_and(|(_, id)| Some(id) == change.old);
        let mut whole = was_tip;
        if !change.folders.is_empty() {
            self.folders();
        }
        let mut none = Vec::new();
        let folders = self.folders.get_mut().unwrap_or(&mut none);
        for (name, below) in &change.folders {
            let place = folders.iter().position(|folder| *folder.name == **name);
            match place {
                Some(place) if below.new.is_none() => {
                    let folder = &mut folders[place];
                    if folder.valid.is_some_and(|(_, id)| Some(id) == below.old) {
                        folders.remove(place);
                    } else {
                        folder.apply(below);
                    }
                }
                Some(place) => folders[place].apply(below),
                None if was_tip && below.old.is_none() => {
                    if let Some(folder) = CachedTree::made(name, below) {
                        let place = folders.partition_point(|other| order(&other.name) < order(name));
                        folders.insert(place, folder);
                    }
                }
                // A folder of the tip that the extension does not list, so the one above it becomes unknown.
                None => whole &= below.old.is_none() && below.new.is_none(),
            }
        }
        self.valid = match (self.valid, change.new) {
            (Some((count, _)), Some(new)) if whole => Some((count + change.files, new)),
            _ => None,
        };
    }

    /// The id of a folder, if it is known; the empty path is the top.
    pub(super) fn id_of(&self, path: &str) -> Option<Oid> {
        let mut here = self;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            here = here.folders().iter().find(|folder| *folder.name == *part.as_bytes())?;
        }
        here.valid.map(|(_, id)| id)
    }

    fn made(name: &[u8], change: &FolderChange) -> Option<CachedTree<'a>> {
        let mut folders: Vec<_> =
            change.folders.iter().filter_map(|(name, below)| CachedTree::made(name, below)).collect();
        folders.sort_by(|one, other| order(&one.name).cmp(&order(&other.name)));
        let valid = Some((change.files, change.new?));
        Some(CachedTree { name: Cow::Owned(name.to_owned()), valid, unread: (0, &[]), folders: folders.into() })
    }
}

/// git sorts the folders of this extension by length first.
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
