//! The trees of a change. Only folders on the way to changed files are written again.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use git2::{ObjectType, Odb, Oid};

use super::error::RepoError;
use crate::locale::messages::RepoText as Text;

/// Where objects are written.
pub(super) trait Store {
    /// Writes an object unless it exists; returns its id.
    fn write(&mut self, kind: ObjectType, content: &[u8]) -> Result<Oid, RepoError>;

    /// The same for the next version of an object.
    fn write_upon(&mut self, kind: ObjectType, content: &[u8], base: Option<Oid>) -> Result<Oid, RepoError> {
        let _ = base;
        self.write(kind, content)
    }

    /// A tree that was written here and that nobody else can read yet.
    fn read(&self, tree: Oid) -> Option<Arc<[u8]>> {
        let _ = tree;
        None
    }
}

/// The library's own way, with the rules of the store behind it.
impl Store for &Odb<'_> {
    fn write(&mut self, kind: ObjectType, content: &[u8]) -> Result<Oid, RepoError> {
        Odb::write(self, kind, content).map_err(RepoError::git(Text::DoWriteObject))
    }
}

/// The effect of a change on a folder, and on the folders below it that it touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FolderChange {
    /// The folder's tree before. `None` if it is new.
    pub(super) old: Option<Oid>,
    /// The folder's tree after. `None` if it was removed.
    pub(super) new: Option<Oid>,
    /// How many more files there are in it and below; negative if there are fewer.
    pub(super) files: i64,
    /// The touched folders in it, by name.
    pub(super) folders: BTreeMap<Vec<u8>, FolderChange>,
}

/// A file's new content and mode; `None` removes it.
pub(super) type TreeEdit<'p> = (&'p str, Option<(Oid, u32)>);

impl FolderChange {
    /// Writes the trees that result from `edits` to the tree `base`. The paths must be sorted, and none may be a
    /// folder of another.
    pub(super) fn write(
        odb: &Odb<'_>,
        store: &mut dyn Store,
        base: Option<Oid>,
        edits: &[TreeEdit<'_>],
    ) -> Result<FolderChange, RepoError> {
        let own = base.and_then(|id| store.read(id));
        let read = |id| odb.read(id).map_err(RepoError::git(Text::DoReadTree));
        let object = base.filter(|_| own.is_none()).map(read).transpose()?;
        let content = own.as_deref().or(object.as_ref().map(|object| object.data())).unwrap_or_default();
        let mut names = Names::parse(content)?;
        let mut change = FolderChange { old: base, ..FolderChange::default() };
        let mut rest = edits;
        while let Some(((path, entry), after)) = rest.split_first() {
            let Some((folder, _)) = path.split_once('/') else {
                let there = names.take_out(path);
                change.files += i64::from(entry.is_some()) - i64::from(there.is_some());
                if let Some((blob, mode)) = entry {
                    names.put(path, *blob, *mode);
                }
                rest = after;
                continue;
            };
            let inside = |path: &str| path.strip_prefix(folder).is_some_and(|tail| tail.starts_with('/'));
            let end = rest.iter().position(|(path, _)| !inside(path)).unwrap_or(rest.len());
            let (these, others) = rest.split_at(end);
            let below: Vec<TreeEdit<'_>> =
                these.iter().filter_map(|(path, entry)| Some((path.get(folder.len() + 1..)?, *entry))).collect();
            let base = match names.take_out(folder) {
                Some(entry) if entry.is_folder() => Some(entry.id),
                Some(_) => return Err(RepoError::Occupied { path: folder.to_owned(), place: Text::AsFile }),
                None => None,
            };
            let made = FolderChange::write(odb, store, base, &below)?;
            if let Some(id) = made.new {
                names.put(folder, id, FOLDER);
            }
            change.files += made.files;
            change.folders.insert(folder.as_bytes().to_owned(), made);
            rest = others;
        }
        change.new = match names.0.is_empty() {
            true => None,
            false => Some(store.write_upon(ObjectType::Tree, &names.content(), base)?),
        };
        Ok(change)
    }

    /// This change and the next one, combined.
    pub(super) fn followed_by(mut self, next: FolderChange) -> FolderChange {
        self.new = next.new;
        self.files += next.files;
        for (name, below) in next.folders {
            let both = match self.folders.remove(&name) {
                Some(first) => first.followed_by(below),
                None => below,
            };
            self.folders.insert(name, both);
        }
        self
    }

    /// A change of which only the paths are known. The folders above them are unknown afterwards.
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

    /// The new trees, its own first.
    pub(super) fn trees(&self) -> Vec<Oid> {
        let below = self.folders.values().flat_map(FolderChange::trees);
        self.new.into_iter().chain(below).collect()
    }
}

/// The mode of a folder in a tree.
const FOLDER: u32 = 0o040_000;

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name<'t> {
    /// Octal digits, as the tree has them.
    mode: Cow<'t, [u8]>,
    name: Cow<'t, [u8]>,
    id: Oid,
}

/// The entries of a tree in git's order: a folder sorts as if its name ended with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Names<'t>(Vec<Name<'t>>);

impl Name<'_> {
    fn is_folder(&self) -> bool {
        matches!(&*self.mode, b"40000" | b"040000")
    }

    fn order(&self, name: &[u8], folder: bool) -> Ordering {
        let end = |folder: bool| folder.then_some(&b'/');
        self.name.iter().chain(end(self.is_folder())).cmp(name.iter().chain(end(folder)))
    }
}

impl<'t> Names<'t> {
    /// Reads a tree's content.
    fn parse(mut content: &'t [u8]) -> Result<Names<'t>, RepoError> {
        let mut names = Vec::with_capacity(content.len() / 36);
        while !content.is_empty() {
            let (name, rest) = Names::first(content).ok_or_else(|| {
                RepoError::git(Text::DoReadTree)(git2::Error::from_str("a tree of the repository is damaged"))
            })?;
            names.push(name);
            content = rest;
        }
        Ok(Names(names))
    }

    fn first(content: &'t [u8]) -> Option<(Name<'t>, &'t [u8])> {
        let space = content.iter().position(|byte| *byte == b' ')?;
        let (mode, rest) = (content.get(..space)?, content.get(space + 1..)?);
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (id, after) = rest.get(end + 1..)?.split_at_checked(20)?;
        let name = Name { mode: mode.into(), name: rest.get(..end)?.into(), id: Oid::from_bytes(id).ok()? };
        Some((name, after))
    }

    /// Removes a name, whether it is a file or a folder.
    fn take_out(&mut self, name: &str) -> Option<Name<'t>> {
        let found = [false, true]
            .into_iter()
            .find_map(|folder| self.0.binary_search_by(|other| other.order(name.as_bytes(), folder)).ok());
        found.map(|place| self.0.remove(place))
    }

    /// Adds a name that does not exist yet.
    fn put(&mut self, name: &str, id: Oid, mode: u32) {
        let new = Name { mode: format!("{mode:o}").into_bytes().into(), name: name.as_bytes().to_owned().into(), id };
        let place = self.0.partition_point(|other| other.order(&new.name, new.is_folder()) == Ordering::Less);
        self.0.insert(place, new);
    }

    /// The tree's content.
    fn content(&self) -> Vec<u8> {
        let length = self.0.iter().map(|name| name.mode.len() + name.name.len() + 22).sum();
        let mut content = Vec::with_capacity(length);
        for name in &self.0 {
            for part in [&name.mode, &b" "[..], &name.name, &b"\0"[..], name.id.as_bytes()] {
                content.extend_from_slice(part);
            }
        }
        content
    }
}

#[cfg(test)]
mod tests {
    use super::{FOLDER, Names};
    use crate::book::repo::testing::Sandbox;
    use git2::Oid;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeMap;

    #[test]
    fn names_stand_in_the_order_of_the_librarys_trees() {
        let sandbox = Sandbox::new();
        let git = git2::Repository::open(sandbox.top()).unwrap();
        let empty = git.blob(b"").unwrap();
        let folder = git.treebuilder(None).unwrap().write().unwrap();
        // names that differ by characters which sort before and after a slash
        let name = "[ab]{1,2}[-.0]?";
        proptest!(|(steps in prop::collection::vec((name, any::<bool>(), any::<bool>()), 0..30))| {
            let mut names = Names::parse(&[]).unwrap();
            let mut theirs = git.treebuilder(None).unwrap();
            let mut there: BTreeMap<String, Oid> = BTreeMap::new();
            for (name, keep, as_folder) in steps {
                let taken = names.take_out(&name).map(|name| name.id);
                prop_assert_eq!(taken, there.remove(&name));
                if taken.is_some() {
                    theirs.remove(&name).unwrap();
                }
                if keep {
                    let (id, mode) = if as_folder { (folder, FOLDER) } else { (empty, 0o100_644) };
                    names.put(&name, id, mode);
                    theirs.insert(&name, id, i32::try_from(mode).unwrap()).unwrap();
                    there.insert(name, id);
                }
            }
            let content = names.content();
            let tree = theirs.write().unwrap();
            let odb = git.odb().unwrap();
            let object = odb.read(tree).unwrap();
            prop_assert_eq!(&content, object.data());
            prop_assert_eq!(Names::parse(&content).unwrap(), names);
            if !content.is_empty() {
                prop_assert!(Names::parse(&content[..content.len() - 1]).is_err());
            }
        });
    }
}
