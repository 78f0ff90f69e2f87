//! Hand edits: differences between the tip, git's index and the working tree below some folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{ObjectType, Oid};

use super::changes::WorktreeChange;
use super::error::RepoError;
use super::index::{IndexFile, Listing};
use super::journal::JournalFile;
use super::open::Repo;
use super::path::BookPath;
use super::read::{is_ordinary, join};
use super::seen::Seen;
use super::{place, recover};
use crate::locale::messages::RepoText;

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorktreeScan<'a> {
    /// Folders and files from the top, such as `complaints` or `redress.toml`.
    pub below: &'a [&'a str],
    /// Gives up if git's index has more files than this, because examining each would take too long.
    pub at_most: Option<u32>,
}

impl Repo {
    /// The paths that differ, in order. `None` if there are more files than `at_most`. Files that git ignores and
    /// never had are left out. So are those that an interrupted commit has not brought to the working tree yet.
    ///
    /// # Errors
    /// [`RepoError::Bare`], and if something cannot be read.
    pub fn worktree_changes(&self, scan: &WorktreeScan<'_>) -> Result<Option<Vec<WorktreeChange>>, RepoError> {
        let too_many = |limit| IndexFile::count_at(&self.index_path()).is_some_and(|count| count > limit);
        if scan.at_most.is_some_and(too_many) {
            return Ok(None);
        }
        self.worktree_changes_in(scan, &self.seen(scan.below)?).map(Some)
    }

    /// The same for a given content of the working tree.
    ///
    /// # Errors
    /// As [`Repo::worktree_changes`].
    pub fn worktree_changes_in(&self, scan: &WorktreeScan<'_>, seen: &Seen) -> Result<Vec<WorktreeChange>, RepoError> {
        let top = self.top().ok_or_else(|| RepoError::Bare { dir: self.git_dir().to_owned() })?;
        let index = self.git_index()?;
        let wanted = |path: &str| scan.below.iter().any(|below| is_below(path, below));
        let listing = Listing::of(&index, wanted)?;
        drop(index);
        let tip = self.tip_files(&listing, scan)?;
        let mut disk = seen.files.iter().peekable();
        let mut entries = listing.entries.iter().peekable();
        let mut tips = tip.keys().peekable();
        let mut found = Vec::new();
        // all three are sorted, and most paths are in at least two of them
        loop {
            let heads =
                [disk.peek().map(|(path, _)| path), entries.peek().map(|(path, _)| *path), tips.peek().copied()];
            let Some(path) = heads.into_iter().flatten().min().cloned() else { break };
            let path = &path;
            let on_disk = disk.next_if(|(seen, _)| seen == path).map(|(_, stat)| stat);
            let listed = entries.next_if(|(listed, _)| *listed == path).map(|(_, listed)| listed);
            tips.next_if_eq(&path);
            let tip = match tip.get(path) {
                Some(known) => *known,
                None => listed.and_then(|listed| listed.blob),
            };
            let index = listed.and_then(|listed| listed.blob);
            let on_disk = match (on_disk, listed) {
                (None, Some(listed)) if listed.skipped => index,
                (None, _) => None,
                (Some(stat), Some(listed)) if listed.is_fresh(stat) && index.is_some() => index,
                (Some(_), _) => match BookPath::new(path).and_then(|path| place::look(top, &path)) {
                    // git writes other line ends where it is told to; that is not an edit
                    Ok(there) => there.blob_as(index),
                    // what cannot be read is told where the file is looked at
                    Err(RepoError::NotAFile { .. } | RepoError::BadPath { .. } | RepoError::Io { .. }) => None,
                    Err(error) => return Err(error),
                },
            };
            if tip == index && index == on_disk {
                continue;
            }
            let unknown = tip.is_none() && index.is_none();
            if unknown && self.git.is_path_ignored(path).unwrap_or(false) {
                continue;
            }
            found.push(WorktreeChange { path: path.clone(), tip, index, disk: on_disk });
        }
        if !found.is_empty() {
            let coming = recover::on_their_way(self)?;
            let coming: BTreeMap<&str, &JournalFile> = coming.iter().map(|file| (file.path.as_str(), file)).collect();
            found.retain(|change| !coming.get(change.path.as_str()).is_some_and(|file| file.explains(change)));
        }
        Ok(found)
    }

    /// The error if there is something else in the place of one of the book's folders.
    pub(crate) fn misplaced(&self, top: &Path, folder: &str) -> Option<RepoError> {
        let within = BookPath::new(&format!("{folder}/x")).ok()?;
        place::look(top, &within).err()
    }

    /// The bytes of a file of the working tree; of one that is larger than anything that is read at once, the
    /// beginning. `None` if there is nothing.
    ///
    /// # Errors
    /// [`RepoError::NotAFile`] for a link or a folder (links are not followed), and if it cannot be read.
    pub fn file_on_disk(&self, path: &str) -> Result<Option<Vec<u8>>, RepoError> {
        let top = self.top().ok_or_else(|| RepoError::Bare { dir: self.git_dir().to_owned() })?;
        let path = BookPath::new(path)?;
        match place::look(top, &path)? {
            place::OnDisk::Absent => Ok(None),
            place::OnDisk::File { .. } => {
                let file = path.under(top);
                place::read_beginning(&file).map(Some).map_err(RepoError::io(RepoText::DoRead, &file))
            }
        }
    }

    /// Rewrites a file of the working tree if it still has the content `seen`; returns whether it did. Nothing is
    /// committed.
    ///
    /// # Errors
    /// As [`Repo::file_on_disk`], and if it cannot be written.
    pub fn rewrite_on_disk(&self, path: &str, seen: &[u8], bytes: &[u8]) -> Result<bool, RepoError> {
        self.lay_on_disk(path, Some(seen), Some(bytes))
    }

    /// Writes a file to the working tree, or without `bytes` removes it, if the present content is still `seen`.
    /// Returns whether it was. Nothing is committed, and links are not followed.
    ///
    /// # Errors
    /// As [`Repo::file_on_disk`], and if it cannot be written.
    pub fn lay_on_disk(&self, path: &str, seen: Option<&[u8]>, bytes: Option<&[u8]>) -> Result<bool, RepoError> {
        let top = self.top().ok_or_else(|| RepoError::Bare { dir: self.git_dir().to_owned() })?;
        let path = BookPath::new(path)?;
        let temporary = self.state_dir().join("rewritten");
        std::fs::create_dir_all(self.state_dir()).map_err(RepoError::io(RepoText::DoMake, &self.state_dir()))?;
        let (was, new) = (seen.map(place::blob_id).transpose()?, bytes.map(place::blob_id).transpose()?);
        if let Some(bytes) = bytes {
            place::write_temporary(&temporary, bytes, &path.under(top))?;
        }
        let (new, spare) = (new.map(|new| (new, temporary.as_path())), std::path::PathBuf::new());
        let placed = place::place(top, &path, was, new, &spare, &mut BTreeSet::new());
        std::fs::remove_file(&temporary).ok();
        Ok(matches!(placed?, place::Placed::Now(_)))
    }

    /// The tip's files for paths where they may differ from the index. Folders that the index knows to equal the
    /// tip's are not walked.
    fn tip_files(
        &self,
        listing: &Listing,
        scan: &WorktreeScan<'_>,
    ) -> Result<BTreeMap<String, Option<Oid>>, RepoError> {
        let mut known = BTreeMap::new();
        let tip = self.head()?.tip;
        for below in scan.below {
            let entry = match tip {
                Some(tip) => self.entry(tip, below)?,
                None => None,
            };
            match entry {
                Some(entry) if entry.is_regular() => {
                    known.insert(entry.path, Some(entry.blob));
                }
                Some(entry) => self.tip_folder(listing, Some(entry.blob), below, &mut known)?,
                None => self.tip_folder(listing, None, below, &mut known)?,
            }
        }
        Ok(known)
    }

    fn tip_folder(
        &self,
        listing: &Listing,
        tree: Option<Oid>,
        folder: &str,
        known: &mut BTreeMap<String, Option<Oid>>,
    ) -> Result<(), RepoError> {
        if tree.is_some() && listing.tree_of(folder) == tree {
            return Ok(());
        }
        // Paths of the index that the tip does not have, unless a tree below shows otherwise.
        let from = listing.entries.range(folder.to_owned()..);
        for (path, _) in
            from.take_while(|(path, _)| path.starts_with(folder)).filter(|(path, _)| is_below(path, folder))
        {
            known.insert(path.clone(), None);
        }
        let Some(tree) = tree else { return Ok(()) };
        let tree = match self.find_tree(tree) {
            Ok(tree) => tree,
            // A link or a submodule in the place of a folder has no files of the book.
            Err(RepoError::Git { .. } | RepoError::DamagedObject { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        for entry in tree.iter() {
            // such a name is in no working tree; `doctor` names it
            if !is_ordinary(entry.name_bytes()) {
                continue;
            }
            let path = join(folder, entry.name_bytes());
            match entry.kind() {
                Some(ObjectType::Tree) => {
                    if listing.tree_of(&path) == Some(entry.id()) {
                        let inside = format!("{path}/");
                        let same: Vec<String> = known
                            .range(inside.clone()..)
                            .take_while(|(path, _)| path.starts_with(&inside))
                            .map(|(path, _)| path.clone())
                            .collect();
                        for path in same {
                            known.remove(&path);
                        }
                    } else {
                        self.tip_folder(listing, Some(entry.id()), &path, known)?;
                    }
                }
                Some(ObjectType::Blob) => {
                    known.insert(path, Some(entry.id()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
