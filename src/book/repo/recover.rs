//! Completes what an ended process left unfinished: backward if the branch did not move, forward if it did.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use git2::Oid;

use super::error::RepoError;
use super::failpoint::Failpoint;
use super::flush::sync_all;
use super::index::{FileStat, IndexChange, IndexLock, NewEntry, Scan, remove_ours, splice};
use super::journal::{Found, Journal, JournalFile, in_words};
use super::lock::{DEFAULT_WAIT, WriterLock};
use super::next_index::{NEXT_INDEX, NextIndex};
use super::objects;
use super::open::Repo;
use super::path::BookPath;
use super::place::{self, LeftAlone, OnDisk, Placed, WhyLeft};
use super::prepared::Temporaries;
use super::tree::FolderChange;
use crate::locale::messages::RepoText;

/// What recovery found and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryOutcome {
    /// Nothing was left behind.
    Clean,
    /// Temporary files or our lock on git's index were left behind and have been removed.
    Cleared,
    /// A commit was prepared but not made. Nothing had happened, and what was prepared is removed.
    RolledBack,
    /// A commit was made, but the working tree was not updated. Now it is.
    RolledForward,
    /// The branch is not where the journal expects it. The journal was dropped; the working tree is unchanged.
    Dropped,
}

/// What recovery found and did, file by file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryReport {
    /// The result in one word.
    pub outcome: RecoveryOutcome,
    /// The interrupted commit.
    pub commit: Option<Oid>,
    /// Files that got the content of the commit.
    pub restored: Vec<String>,
    /// Files that somebody has changed since; they are left as they are.
    pub left: Vec<LeftAlone>,
}

impl RecoveryReport {
    fn new(outcome: RecoveryOutcome, commit: Option<Oid>) -> RecoveryReport {
        RecoveryReport { outcome, commit, restored: Vec::new(), left: Vec::new() }
    }
}

/// Completes what was left unfinished. Every writer does this first, and `doctor --fix` does only this.
///
/// # Errors
/// [`RepoError::Locked`] if a writer is working; [`RepoError::IndexLocked`] if git is.
pub fn recover(repo: &Repo) -> Result<RecoveryReport, RepoError> {
    let _lock = WriterLock::take(&repo.state_dir(), DEFAULT_WAIT)?;
    recover_locked(repo, DEFAULT_WAIT, &repo.environment.failpoint)
}

/// The same with the lock already held.
pub(super) fn recover_locked(repo: &Repo, wait: Duration, failpoint: &Failpoint) -> Result<RecoveryReport, RepoError> {
    let state_dir = repo.state_dir();
    let found = Journal::read(&state_dir)?;
    let journal = !matches!(found, Found::Nothing | Found::Before(_));
    let mut report = match found {
        Found::Nothing => RecoveryReport::new(RecoveryOutcome::Clean, None),
        Found::Torn => RecoveryReport::new(RecoveryOutcome::RolledBack, None),
        Found::Unreadable => RecoveryReport::new(RecoveryOutcome::Dropped, None),
        Found::Journal(journal) => from_journal(repo, &journal, wait, failpoint)?,
        Found::Before(journal) => {
            bring_index_forward(repo, &journal, wait)?;
            RecoveryReport::new(RecoveryOutcome::Clean, None)
        }
    };
    let unlocked = remove_ours(repo)?;
    failpoint.hit("recover-unlocked")?;
    let cleared = clear(&state_dir)?;
    if journal {
        Journal::close(&state_dir)?;
    }
    if report.outcome == RecoveryOutcome::Clean && (unlocked || cleared) {
        report.outcome = RecoveryOutcome::Cleared;
    }
    Ok(report)
}

/// What an interrupted or present commit still has to bring to the working tree and the index. These differences are
/// not hand edits.
///
/// # Errors
/// If the repository cannot be read.
pub(super) fn on_their_way(repo: &Repo) -> Result<Vec<JournalFile>, RepoError> {
    let Found::Journal(journal) = Journal::read(&repo.state_dir())? else { return Ok(Vec::new()) };
    Ok(if has_happened(repo, &journal)? { journal.files } else { Vec::new() })
}

/// Whether the journal's commit is part of the branch that the working tree belongs to.
fn has_happened(repo: &Repo, journal: &Journal) -> Result<bool, RepoError> {
    let head = repo.head()?;
    let here = head.branch.as_ref() == Some(&journal.branch);
    let reached = |(new, tip)| repo.is_at_or_before(new, tip).unwrap_or(false);
    Ok(here && journal.new_tip().zip(head.tip).is_some_and(reached))
}

fn from_journal(
    repo: &Repo,
    journal: &Journal,
    wait: Duration,
    failpoint: &Failpoint,
) -> Result<RecoveryReport, RepoError> {
    let commit = journal.new_tip();
    clear_branch_lock(repo, journal)?;
    let tip = repo.ref_target(&journal.branch)?;
    if tip == journal.old() {
        return Ok(RecoveryReport::new(RecoveryOutcome::RolledBack, commit));
    }
    match tip {
        Some(tip) if has_happened(repo, journal)? => {
            let mut report = RecoveryReport::new(RecoveryOutcome::RolledForward, commit);
            roll_forward(repo, journal, tip, wait, failpoint, &mut report)?;
            Ok(report)
        }
        _ => Ok(RecoveryReport::new(RecoveryOutcome::Dropped, commit)),
    }
}

/// How long an empty lock on the branch may still belong to another program.
const BRANCH_LOCK_WAIT: Duration = Duration::from_millis(500);

/// Removes the lock on the branch that a writer leaves if it dies while moving the branch; git would wait for it for
/// ever. The lock is that writer's if it has the journal's commit, or if it stays empty.
fn clear_branch_lock(repo: &Repo, journal: &Journal) -> Result<(), RepoError> {
    let branch = format!("{}.lock", journal.branch);
    let Some(new) = journal.new_tip() else { return Ok(()) };
    for dir in [repo.common_dir(), repo.git_dir()] {
        let path = dir.join(&branch);
        let Ok(held) = std::fs::read(&path) else { continue };
        if held.is_empty() {
            std::thread::sleep(BRANCH_LOCK_WAIT);
        }
        let Ok(held) = std::fs::read(&path) else { continue };
        if new.to_string().as_bytes().starts_with(held.trim_ascii_end()) {
            std::fs::remove_file(&path).map_err(RepoError::io(RepoText::DoRemoveLock, &path))?;
        }
    }
    Ok(())
}

fn roll_forward(
    repo: &Repo,
    journal: &Journal,
    tip: Oid,
    wait: Duration,
    failpoint: &Failpoint,
    report: &mut RecoveryReport,
) -> Result<(), RepoError> {
    let top = repo.top().ok_or_else(|| RepoError::Bare { dir: repo.git_dir().to_owned() })?;
    let state_dir = repo.state_dir();
    // Our own lock is taken over; git's is waited for.
    remove_ours(repo)?;
    let lock = IndexLock::take(repo, wait)?;
    let mut touched = BTreeSet::new();
    let mut done: Vec<(BookPath, &JournalFile, Option<FileStat>)> = Vec::new();
    for file in &journal.files {
        let path = BookPath::new(&file.path)?;
        // A later commit may have changed the path again; then the journal does not count for it.
        if repo.entry(tip, &file.path)?.map(|entry| entry.blob) != file.blob() {
            report.left.push(LeftAlone { path: file.path.clone(), why: WhyLeft::LaterCommit });
            continue;
        }
        match bring_forward(repo, top, &state_dir, &path, file, report, &mut touched)? {
            Placed::Now(stat) => done.push((path, file, stat)),
            Placed::LeftAlone => {
                report.left.push(LeftAlone { path: file.path.clone(), why: WhyLeft::Since });
                done.push((path, file, None));
            }
        }
        failpoint.hit("recover-file")?;
    }
    sync_all(touched.into_iter().filter(|folder| folder.exists()))?;
    failpoint.hit("recover-files")?;
    done.sort_by(|one, other| one.0.cmp(&other.0));
    update_index(repo, &done, report)?;
    failpoint.hit("recover-index")?;
    lock.release()
}

/// Updates git's index if the machine lost power right after a commit, so that only the index is missing on the disk.
/// It only touches files that agree with the commit while the index still has the version before.
fn bring_index_forward(repo: &Repo, journal: &Journal, wait: Duration) -> Result<(), RepoError> {
    let (Some(top), Some(tip)) = (repo.top(), repo.head()?.tip) else { return Ok(()) };
    if !has_happened(repo, journal)? {
        return Ok(());
    }
    let mut done = Vec::new();
    for file in &journal.files {
        let path = BookPath::new(&file.path)?;
        let Ok(there) = place::look(top, &path) else { continue };
        if there.blob() == file.blob() && repo.entry(tip, &file.path)?.map(|entry| entry.blob) == file.blob() {
            done.push((path, file, if let OnDisk::File { stat, .. } = there { Some(stat) } else { None }));
        }
    }
    done.sort_by(|one, other| one.0.cmp(&other.0));
    remove_ours(repo)?;
    let lock = IndexLock::take(repo, wait)?;
    // changes that somebody has staged since are kept
    update_index(repo, &done, &mut RecoveryReport::new(RecoveryOutcome::Clean, None))?;
    lock.release()
}

fn bring_forward(
    repo: &Repo,
    top: &Path,
    state_dir: &Path,
    path: &BookPath,
    file: &JournalFile,
    report: &mut RecoveryReport,
    touched: &mut BTreeSet<std::path::PathBuf>,
) -> Result<Placed, RepoError> {
    let there = match place::look(top, path) {
        Ok(there) => there,
        Err(RepoError::NotAFile { .. }) => return Ok(Placed::LeftAlone),
        Err(error) => return Err(error),
    };
    if there.blob() == file.blob() {
        return Ok(Placed::Now(match there {
            OnDisk::File { .. } => Some(place::give_mode(&path.under(top), file.mode)?),
            OnDisk::Absent => None,
        }));
    }
    if there.blob() != file.was() {
        return Ok(Placed::LeftAlone);
    }
    let temporary = state_dir.join("recovered");
    let new = match file.blob() {
        Some(blob) => {
            place::write_temporary(&temporary, &repo.blob(blob)?, &path.under(top))?;
            place::give_mode(&temporary, file.mode)?;
            sync_all([temporary.clone()])?;
            Some((blob, temporary.as_path()))
        }
        None => None,
    };
    let placed = place::place(top, path, file.was(), new, Path::new(""), touched)?;
    if matches!(placed, Placed::Now(_)) {
        report.restored.push(file.path.clone());
    }
    Ok(placed)
}

/// Updates the index after the commit, for files whose entries are still those of before.
fn update_index(
    repo: &Repo,
    done: &[(BookPath, &JournalFile, Option<FileStat>)],
    report: &mut RecoveryReport,
) -> Result<(), RepoError> {
    let file = repo.git_index()?;
    let scan = Scan::of(&file, done.iter().map(|(path, ..)| path))?;
    let mut open = Vec::new();
    for ((path, entry, stat), (state, _)) in done.iter().zip(&scan.found) {
        let wanted = entry.blob().map_or_else(|| "absent".to_owned(), |id| format!("{:o}:{id}", entry.mode));
        let now = in_words(*state);
        if now == wanted {
            continue;
        }
        if now == entry.index {
            let new = entry.blob().map(|blob| NewEntry { blob, mode: entry.mode, stat: stat.unwrap_or_default() });
            open.push((path.clone(), new));
        } else {
            report.left.push(LeftAlone { path: path.to_string(), why: WhyLeft::Staged });
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let changes: Vec<IndexChange> = open;
    let scan = Scan::of(&file, changes.iter().map(|(path, _)| path))?;
    let unknown = FolderChange::unknown(changes.iter().map(|(path, _)| path.as_str()));
    let skip_hash = repo.flag("index.skipHash") || repo.flag("feature.manyFiles");
    let mut next = NextIndex::write(repo, splice(file, &scan, &changes, &unknown, skip_hash), &changes)?;
    sync_all([next.seal()?])?;
    next.install(repo)
}

/// Files in the state directory that only an ended writer can have left.
const LEFT: [&str; 6] = [NEXT_INDEX, "index.new.lock", "hook-index", "hook-index.lock", "recovered", objects::PACKING];

/// Removes them; returns whether there were any.
fn clear(state_dir: &Path) -> Result<bool, RepoError> {
    let looking = RepoError::io(RepoText::DoLook, state_dir);
    let names = std::fs::read_dir(state_dir).and_then(|all| all.map(|entry| Ok(entry?.file_name())).collect());
    let names: Vec<std::ffi::OsString> = names.map_err(looking)?;
    let mut cleared = false;
    for name in LEFT.into_iter().filter(|left| names.iter().any(|name| name == left)) {
        cleared |= std::fs::remove_file(state_dir.join(name)).is_ok();
    }
    Ok(Temporaries::clear(state_dir)? || cleared)
}
