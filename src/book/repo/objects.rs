//! Writes the objects of a commit: loose ones for a few, one pack for many. It makes sure that they are on the disk.

use std::path::PathBuf;

use git2::{ConfigLevel, ObjectType, Odb, Oid, Repository};

use super::edit::Part;
use super::error::RepoError;
use super::loose::LooseObjects;
use super::open::Repo;
use super::pack::PackedObjects;
use super::path::BookPath;
use super::tree::{FolderChange, Store, TreeEdit};
use super::written::Written;
use super::{git, sign};
use crate::locale::messages::RepoText;

/// From this number of objects on, a pack is written. Packs are also read faster: a new book's policy, which every
/// command reads, is in one.
const PACKED_FROM: usize = 50;

/// The file in the state directory with the settings for packing, while that is done.
pub(super) const PACKING: &str = "packing";
/// Each object is compared with one other, not with ten. A large import then takes a sixth of the time, and packs are
/// only slightly larger until `git gc` makes its own. A pack is flushed before it gets its name: a torn one would
/// hide the objects in all other packs.
const SETTINGS: &str = "[pack]\n\twindowMemory = 1\n[core]\n\tfsyncObjectFiles = true\n";

/// A file to be written: path, content and mode; `None` removes it.
pub(super) type FileEdit<'p> = (&'p str, Option<(&'p [u8], u32)>);

/// Writes blobs and trees on top of the tip's tree. The edits must be sorted by path.
pub(super) fn write(repo: &Repo, tip: Option<Oid>, edits: &[FileEdit<'_>]) -> Result<Written, RepoError> {
    let store = repo.git.odb().map_err(RepoError::git(RepoText::DoOpenObjects))?;
    let mut loose = LooseObjects::of(repo.common_dir());
    if edits.len() * 2 < PACKED_FROM {
        let (change, tree, _) = build(repo, &store, &mut loose, tip, edits)?;
        return Ok(Written { change, tree, packed: false, loose, packs: Vec::new() });
    }
    // A second handle, whose new objects stay in memory until they are packed. It reads its settings once, at its
    // first object.
    let second = Repository::open(repo.git_dir()).map_err(RepoError::git(RepoText::DoReopen))?;
    let settings = repo.state_dir().join(PACKING);
    std::fs::write(&settings, SETTINGS).map_err(RepoError::io(RepoText::DoWrite, &settings))?;
    let packed = (|| {
        let set = second.config().and_then(|mut config| config.add_file(&settings, ConfigLevel::App, false));
        set.map_err(RepoError::git(RepoText::DoPack))?;
        // the memory store is alone: otherwise each new object would be looked up in all packs and in their folder
        let memory = Odb::new().map_err(RepoError::git(RepoText::DoOpenObjects))?;
        let _memory = memory.add_new_mempack_backend(1000).map_err(RepoError::git(RepoText::DoCollect))?;
        second.set_odb(&memory).map_err(RepoError::git(RepoText::DoOpenObjects))?;
        let (change, tree, ids) = build(repo, &store, &mut &memory, tip, edits)?;
        let packs = pack(&second, &repo.common_dir().join("objects").join("pack"), &ids);
        Ok((change, tree, packs.map_err(RepoError::git(RepoText::DoPack))?))
    })();
    std::fs::remove_file(&settings).ok();
    let (change, tree, packs) = packed?;
    store.refresh().map_err(RepoError::git(RepoText::DoOpenObjects))?;
    Ok(Written { change, tree, packed: true, loose, packs })
}

/// Fewer commits are written as loose objects, so that there are not many small packs.
const CHAIN_PACKED_FROM: usize = 8;

/// Writes the commits of several parts, each on top of the one before. Returns their ids in order.
pub(super) fn write_parts(
    repo: &Repo,
    tip: Option<Oid>,
    parts: &[Part],
    mode: &dyn Fn(&BookPath) -> u32,
) -> Result<(Written, Vec<Oid>), RepoError> {
    let store = repo.git.odb().map_err(RepoError::git(RepoText::DoOpenObjects))?;
    let mut loose = LooseObjects::of(repo.common_dir());
    if parts.len() < CHAIN_PACKED_FROM {
        let (change, tree, ids) = chain(repo, &store, &mut loose, tip, parts, mode)?;
        return Ok((Written { change, tree, packed: false, loose, packs: Vec::new() }, ids));
    }
    let mut objects = PackedObjects::default();
    let (change, tree, ids) = chain(repo, &store, &mut objects, tip, parts, mode)?;
    let packs = objects.end(&repo.common_dir().join("objects"))?;
    store.refresh().map_err(RepoError::git(RepoText::DoOpenObjects))?;
    Ok((Written { change, tree, packed: true, loose, packs }, ids))
}

fn chain(
    repo: &Repo,
    odb: &Odb<'_>,
    store: &mut dyn Store,
    tip: Option<Oid>,
    parts: &[Part],
    mode: &dyn Fn(&BookPath) -> u32,
) -> Result<(FolderChange, Oid, Vec<Oid>), RepoError> {
    let mut base = tip.map(|id| repo.tree(id)).transpose()?.map(|tree| tree.id());
    let mut all = FolderChange { old: base, new: base, ..FolderChange::default() };
    let mut made = sign::time_of(repo, tip.as_slice())?;
    let (mut parent, mut ids) = (tip, Vec::with_capacity(parts.len()));
    for part in parts {
        let mut edits: Vec<TreeEdit<'_>> = Vec::with_capacity(part.edits.len());
        for (path, bytes) in &part.edits {
            let blob = bytes.as_deref().map(|bytes| store.write(ObjectType::Blob, bytes)).transpose()?;
            edits.push((path.as_str(), blob.map(|blob| (blob, mode(path)))));
        }
        let change = FolderChange::write(odb, store, base, &edits)?;
        let tree = match change.new {
            Some(tree) => tree,
            None => store.write(ObjectType::Tree, &[])?,
        };
        let committer = part.committer.not_before(made);
        made = Some(committer.seconds);
        let content = sign::unsigned(tree, parent.as_slice(), &part.message, &part.author, &committer)?;
        let id = store.write(ObjectType::Commit, &content)?;
        ids.push(id);
        (base, parent) = (Some(tree), Some(id));
        all = all.followed_by(change);
    }
    Ok((all, base.unwrap_or(Oid::ZERO_SHA1), ids))
}

fn build(
    repo: &Repo,
    odb: &Odb<'_>,
    store: &mut dyn Store,
    tip: Option<Oid>,
    edits: &[FileEdit<'_>],
) -> Result<(FolderChange, Oid, Vec<Oid>), RepoError> {
    let base = tip.map(|id| repo.tree(id)).transpose()?.map(|tree| tree.id());
    let mut ids = Vec::with_capacity(edits.len() + 16);
    let mut tree_edits: Vec<TreeEdit<'_>> = Vec::with_capacity(edits.len());
    for (path, content) in edits {
        let entry = match content {
            Some((bytes, mode)) => {
                let blob = store.write(ObjectType::Blob, bytes)?;
                ids.push(blob);
                Some((blob, *mode))
            }
            None => None,
        };
        tree_edits.push((path, entry));
    }
    let change = FolderChange::write(odb, store, base, &tree_edits)?;
    ids.extend(change.trees());
    let tree = match change.new {
        Some(tree) => tree,
        None => store.write(ObjectType::Tree, &[])?,
    };
    ids.push(tree);
    Ok((change, tree, ids))
}

pub(super) fn pack(git: &Repository, folder: &std::path::Path, ids: &[Oid]) -> Result<Vec<PathBuf>, git2::Error> {
    let mut builder = git.packbuilder()?;
    builder.set_threads(0);
    for id in ids {
        builder.insert_object(*id, None)?;
    }
    std::fs::create_dir_all(folder).ok();
    builder.write(folder, 0o444)?;
    let name = builder.name()?.unwrap_or_default().to_owned();
    Ok(["pack", "idx"].iter().map(|ending| folder.join(format!("pack-{name}.{ending}"))).collect())
}

impl Repo {
    /// Makes one index of all packs, so that nobody has to open each pack to find an object. It is for commands that
    /// have made many packs. Without it, for example after a failure, everything is found as well, and git makes
    /// another when it packs again.
    pub fn list_packs(&self) {
        git::run(git::command(self).args(["multi-pack-index", "write"]), &[]).ok();
    }

    /// Lets git look once at files that were written in quick succession. Its index cannot tell whether they were
    /// changed since. This is for a command that has written many files. Otherwise a program that compares the working
    /// tree reads each of them every time.
    pub fn refresh_index(&self) {
        git::run(git::command(self).args(["update-index", "-q", "--refresh"]), &[]).ok();
    }
}
