//! The steps of a commit, in order. The commit is done when the branch moves.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use git2::Oid;

use super::branch::{BranchMove, COMMIT};
use super::check::{self, Before};
use super::edit::{Person, with_newline};
use super::error::RepoError;
use super::flush::{Unflushed, sync_all};
use super::index::{FileStat, IndexChange, IndexLock, NewEntry, Scan, splice};
use super::journal::{Journal, JournalFile};
use super::next_index::NextIndex;
use super::objects::{self, FileEdit};
use super::open::Repo;
use super::path::BookPath;
use super::place::{self, LeftAlone, OnDisk, Placed, WhyLeft};
use super::prepared::{Temporaries, WrittenJournal};
use super::transaction::Transaction;
use super::written::Written;
use super::{hook, interrupts, sign};

/// A change that is done.
#[derive(Debug)]
pub struct Committed {
    /// The commit; for a chain, the last one.
    pub id: Oid,
    /// Every commit of a chain, in order; for other changes, the one commit.
    pub chain: Vec<Oid>,
    /// The commit before the first of them.
    pub parent: Option<Oid>,
    /// The book's tree.
    pub tree: Oid,
    /// Whether its objects are in a pack of their own.
    pub packed: bool,
    /// Files that somebody changed in the last instant: the commit has our content, the working tree has theirs.
    pub left: Vec<LeftAlone>,
    /// What could not be cleaned up. The next writer, or `doctor --fix`, completes it.
    pub unfinished: Option<RepoError>,
    /// The output of a failed post-commit hook.
    pub post_commit: Option<String>,
    /// A signal that came while the commit was published. The caller must report what was done and then end.
    pub interrupted: Option<i32>,
}

/// One path of the commit in progress.
struct Item {
    path: BookPath,
    was: Option<Oid>,
    new: Option<(Oid, u32)>,
    /// git's data about the new file; for one that is already in place, its present data.
    stat: FileStat,
    temporary: Option<PathBuf>,
    /// Whether the file only becomes executable, or stops to be.
    mode_alone: bool,
}

impl Transaction<'_> {
    /// Makes the commit. If this returns a [`Committed`], the change is done, whatever remains to be cleaned up. If
    /// it returns an error, nothing has happened.
    ///
    /// # Errors
    /// [`RepoError::HandEdits`], [`RepoError::Occupied`] and similar if a path is not as expected,
    /// [`RepoError::TipMoved`] if somebody committed in the meantime, [`RepoError::HookRefused`],
    /// [`RepoError::IndexLocked`], and every failure of a disk.
    pub fn commit(self, message: &str, author: &Person, committer: &Person) -> Result<Committed, RepoError> {
        commit(self, message, author, committer)
    }
}

fn commit(
    mut transaction: Transaction<'_>,
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<Committed, RepoError> {
    let repo = transaction.repo;
    let failpoint = transaction.failpoint.clone();
    // Step 2: is everything as expected? Paths that stay as they are in the tip are not part of the commit.
    transaction.check_folders()?;
    let before = check::paths(&transaction)?;
    let modes: HashMap<BookPath, u32> = match transaction.parts.is_empty() {
        true => HashMap::new(),
        false => transaction.edits.keys().cloned().zip(before.iter().map(|before| before.mode)).collect(),
    };
    let target = transaction.target.take();
    let before = match &target {
        Some(_) => before,
        None => leave_out_unchanged(&mut transaction, before)?,
    };
    let (mut file, mut scan) = check::scan(repo, &transaction)?;
    check::index(&transaction, &before, &scan)?;
    failpoint.hit("verified")?;
    let message = with_newline(transaction.parts.last().map_or(message, |part| &part.message));
    // A commit that joins two lines of history has nothing that no hook has seen.
    let has_hook = target.is_none() && hook::exists(repo, "pre-commit");
    let how = target.as_ref().map_or(COMMIT, |target| target.how);
    let joins = target.is_some();
    let mut written = target.map(|target| (target.written, vec![target.id]));
    if written.is_some() {
        // The objects of the commit are there already.
    } else if has_hook || repo.flag("commit.gpgSign") {
        // Hooks, and people who unlock a key, take time: git is not kept waiting for them.
        let early = write_objects(&transaction, &before, &modes, &message, author, committer)?;
        if has_hook {
            hook::pre_commit(repo, early.0.tree)?;
        }
        written = Some(early);
    }
    failpoint.hit("hook-run")?;

    // Step 3: git waits. Is everything still as it was?
    let lock = IndexLock::take(repo, transaction.wait)?;
    failpoint.hit("index-locked")?;
    let head = repo.head()?;
    if head.branch.as_ref() != Some(&transaction.branch) || head.tip != transaction.tip {
        return Err(RepoError::TipMoved { branch: transaction.branch });
    }
    let before = check::paths(&transaction)?;
    if !file.is_current(&repo.index_path()) {
        (file, scan) = check::scan(repo, &transaction)?;
    }
    check::index(&transaction, &before, &scan)?;
    failpoint.hit("rechecked")?;

    // Step 4: everything that can fail because of a full disk.
    let (mut written, chain) = match written {
        Some(written) => written,
        None => write_objects(&transaction, &before, &modes, &message, author, committer)?,
    };
    let id = chain.last().copied().ok_or(RepoError::NothingToCommit)?;
    let mut unflushed = written.take_unflushed();
    failpoint.hit("objects-written")?;
    let mut temporaries = Temporaries::make(repo)?;
    let mut items = stage(&transaction, &before, &mut temporaries)?;
    failpoint.hit("temporaries-written")?;
    let changes: Vec<IndexChange> = items.iter().map(Item::index_change).collect();
    // A file that was just written tells the time of the file system.
    if let Some(second) = items.iter().filter(|item| item.temporary.is_some()).map(|item| item.stat.mtime.0).max() {
        scan.settle_racy(repo.top().unwrap_or(repo.git_dir()), second);
    }
    let skip_hash = repo.flag("index.skipHash") || repo.flag("feature.manyFiles");
    let mut next = NextIndex::write(repo, splice(file, &scan, &changes, &written.change, skip_hash), &changes)?;
    failpoint.hit("index-written")?;
    let journal = journal(&transaction, &items, &scan, id);
    let (journal, journal_file) = WrittenJournal::write(repo, &journal)?;
    failpoint.hit("journal-written")?;
    unflushed.extend(temporaries.take_written());
    unflushed.push(journal_file);
    // meanwhile the disk writes
    next.hash_settled();
    sync_all(unflushed)?;
    failpoint.hit("synced")?;

    // Step 5: now it is done.
    let held = interrupts::hold();
    let branch = BranchMove { branch: &transaction.branch, from: transaction.tip, to: id, by: committer, how };
    let branch_folder = branch.make(repo, &message)?;
    repo.made.borrow_mut().extend(&chain);
    journal.keep();
    let mut left = Vec::new();
    let tidied = (|| {
        sync_all(branch_folder)?;
        failpoint.hit("ref-moved")?;
        // Step 6: the consequences.
        let touched;
        (left, touched) = place_files(repo, &mut items, &mut next, &failpoint)?;
        failpoint.hit("files-renamed")?;
        // the folders and the index are flushed together
        sync_all(touched.into_iter().map(Unflushed::from).chain([next.seal()?]))?;
        failpoint.hit("index-stamped")?;
        next.install(repo)?;
        failpoint.hit("index-renamed")
    })();
    let tidied = match tidied {
        // git's lock protects an unfinished index until recovery has completed it.
        Err(error) => {
            lock.keep();
            temporaries.keep();
            Err(error)
        }
        Ok(()) => lock.release().and_then(|()| {
            failpoint.hit("index-unlocked")?;
            Journal::close(&repo.state_dir())?;
            drop(temporaries);
            failpoint.hit("journal-closed")
        }),
    };
    let interrupted = held.release();
    let post_commit = match (&tidied, !joins && hook::exists(repo, "post-commit")) {
        (Ok(()), true) => hook::post_commit(repo),
        _ => None,
    };
    let tidied = tidied.and_then(|()| failpoint.hit("post-commit-run"));
    Ok(Committed {
        id,
        chain,
        parent: transaction.tip,
        tree: written.tree,
        packed: written.packed,
        left,
        unfinished: tidied.err(),
        post_commit,
        interrupted,
    })
}

/// Removes from the change what the tip already has. A hand edit that only needs the canonical form stays if there
/// are others.
fn leave_out_unchanged(transaction: &mut Transaction<'_>, before: Vec<Before>) -> Result<Vec<Before>, RepoError> {
    let mut kept = Vec::with_capacity(before.len());
    let mut paths = Vec::new();
    let mut changes = false;
    for ((path, edit), before) in transaction.edits.iter().zip(before) {
        let new = edit.bytes.as_deref().map(place::blob_id).transpose()?;
        changes |= before.tip != new;
        if before.tip != new || before.disk.blob() != new {
            kept.push(before);
        } else {
            paths.push(path.clone());
        }
    }
    if !changes {
        return Err(RepoError::NothingToCommit);
    }
    for path in paths {
        transaction.edits.remove(&path);
    }
    Ok(kept)
}

fn write_objects(
    transaction: &Transaction<'_>,
    before: &[Before],
    modes: &HashMap<BookPath, u32>,
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<(Written, Vec<Oid>), RepoError> {
    if !transaction.parts.is_empty() {
        let mode = |path: &BookPath| modes.get(path).copied().unwrap_or(check::PLAIN);
        return objects::write_parts(transaction.repo, transaction.tip, &transaction.parts, &mode);
    }
    let edits: Vec<FileEdit<'_>> = transaction
        .edits
        .iter()
        .zip(before)
        .map(|((path, edit), before)| (path.as_str(), edit.bytes.as_deref().map(|bytes| (bytes, before.mode))))
        .collect();
    let mut written = objects::write(transaction.repo, transaction.tip, &edits)?;
    let parents = transaction.tip.as_slice();
    let id = sign::write_commit(transaction.repo, &mut written, parents, message, author, committer)?;
    Ok((written, vec![id]))
}

/// Writes the new contents to temporary files.
fn stage(
    transaction: &Transaction<'_>,
    before: &[Before],
    temporaries: &mut Temporaries,
) -> Result<Vec<Item>, RepoError> {
    let top = transaction.repo.top().unwrap_or(transaction.repo.git_dir());
    let mut items = Vec::with_capacity(before.len());
    for ((path, edit), before) in transaction.edits.iter().zip(before) {
        let mut item = Item {
            path: path.clone(),
            was: before.disk.blob(),
            new: None,
            stat: FileStat::default(),
            temporary: None,
            mode_alone: false,
        };
        if let Some(bytes) = &edit.bytes {
            let blob = place::blob_id(bytes)?;
            let mode = edit.mode.unwrap_or(before.mode);
            item.new = Some((blob, mode));
            match &before.disk {
                OnDisk::File { blob: there, stat, .. } if *there == blob => {
                    item.stat = *stat;
                    item.mode_alone = mode != before.mode;
                }
                _ => {
                    let (temporary, stat) = temporaries.write(bytes, &path.under(top))?;
                    if edit.mode.is_some() {
                        place::give_mode(&temporary, mode)?;
                    }
                    item.stat = stat;
                    item.temporary = Some(temporary);
                }
            }
        }
        items.push(item);
    }
    Ok(items)
}

impl Item {
    fn index_change(&self) -> IndexChange {
        (self.path.clone(), self.new.map(|(blob, mode)| NewEntry { blob, mode, stat: self.stat }))
    }
}

fn journal(transaction: &Transaction<'_>, items: &[Item], scan: &Scan, id: Oid) -> Journal {
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let files = items.iter().zip(&scan.found).map(|(item, (state, _))| {
        JournalFile::new(item.path.as_str(), item.was, *state, item.new, item.temporary.as_ref().and_then(name))
    });
    Journal::new(&transaction.branch, transaction.tip, id, files.collect())
}

/// Moves the new files into place. Returns the folders that must be flushed then.
fn place_files(
    repo: &Repo,
    items: &mut [Item],
    next: &mut NextIndex,
    failpoint: &super::failpoint::Failpoint,
) -> Result<(Vec<LeftAlone>, Vec<PathBuf>), RepoError> {
    let top = repo.top().unwrap_or(repo.git_dir());
    let mut touched = BTreeSet::new();
    let mut left = Vec::new();
    for (at, item) in items.iter_mut().enumerate() {
        let spare = PathBuf::new();
        let new = match (item.new, &item.temporary) {
            (Some((blob, _)), Some(temporary)) => Some((blob, temporary.as_path())),
            (Some((_, mode)), None) if item.mode_alone => {
                next.stamp(at, &place::give_mode(&item.path.under(top), mode)?);
                continue;
            }
            // The file is already there, and belongs to the process that wrote it.
            (Some(_), None) => continue,
            (None, _) => None,
        };
        match place::place(top, &item.path, item.was, new, &spare, &mut touched)? {
            Placed::Now(Some(stat)) if stat.same_content(&item.stat) => next.stamp(at, &stat),
            Placed::Now(_) => {}
            Placed::LeftAlone => left.push(LeftAlone { path: item.path.to_string(), why: WhyLeft::Meanwhile }),
        }
        failpoint.hit("file-renamed")?;
    }
    Ok((left, touched.into_iter().filter(|folder| folder.exists()).collect()))
}
