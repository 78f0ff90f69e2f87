//! Errors of the repository in words, in both languages, with what to do: usually a command to type.

use std::io::ErrorKind;
use std::path::Path;

use git2::Oid;

use super::error::{PathFault, RemoteDoing, RepoError};
use super::ongoing::Operation;
use crate::label;
use crate::locale::messages::{CliText, LoadText, RepoText as Text};
use crate::locale::{Label, os_error};

impl RepoError {
    /// What is wrong, one sentence without a full stop. The output of a hook or of git follows on its own lines.
    pub fn label(&self) -> Label {
        match self {
            RepoError::IndexLocked { .. } => {}
            error => {
                if let Some(lock) = error.lock_in_the_way() {
                    return label!(Text::GitLocked, path = lock.display());
                }
            }
        }
        match self {
            RepoError::NotFound { dir } => label!(Text::NotFound, dir = dir.display()),
            RepoError::NoHistory { dir, .. } => label!(Text::NoHistory, dir = dir.display()),
            RepoError::NoGitDir { given } => label!(Text::NoGitDir, given = given.display()),
            RepoError::NotOwned { dir } => label!(Text::NotOwned, dir = dir.display()),
            RepoError::Sha256 { dir } => label!(Text::Sha256, dir = dir.display()),
            RepoError::Reftable { dir } => label!(Text::Reftable, dir = dir.display()),
            RepoError::Extension { dir, what } => label!(Text::Extension, dir = dir.display(), what = what),
            RepoError::Missing { ids, .. } => label!(Text::Missing, count = ids.len(), ids = shorten(ids)),
            RepoError::Bare { dir } => label!(Text::Bare, dir = dir.display()),
            RepoError::Detached { at, .. } => label!(Text::Detached, at = at),
            RepoError::InProgress { operation } => label!(Text::InProgress, operation = operation),
            RepoError::SplitIndex => Text::SplitIndex.into(),
            RepoError::SparseIndex => Text::SparseIndex.into(),
            RepoError::NonConeSparse => Text::NonConeSparse.into(),
            RepoError::OutsideSparse { path } => label!(Text::OutsideSparse, path = path),
            RepoError::IndexFileSet { path } => label!(Text::IndexFileSet, path = path.display()),
            RepoError::NoIdentity => Text::NoIdentity.into(),
            RepoError::NotTopLevel { dir, top } => label!(Text::NotTopLevel, dir = dir.display(), top = top.display()),
            RepoError::BadPath { path, fault } => {
                let fault = fault_text(*fault);
                label!(Text::BadPath, path = path; fault = fault)
            }
            RepoError::NotAFile { path, found, wanted } => {
                label!(Text::NotAFile, path = path; found = *found, wanted = *wanted)
            }
            RepoError::HandEdits { path, place } => {
                label!(Text::HandEdits, path = path; place = *place)
            }
            RepoError::Conflicted { path } => label!(Text::Conflicted, path = path),
            RepoError::Occupied { path, place } => {
                label!(Text::Occupied, path = path; place = *place)
            }
            RepoError::UnknownRevision { text } => label!(Text::UnknownRevision, text = text),
            RepoError::NoCommitBefore { text } => label!(Text::NoCommitBefore, text = text),
            RepoError::Unborn { branch } => label!(Text::Unborn, branch = branch),
            RepoError::Locked { holder, waited, .. } => {
                label!(Text::Locked, holder = holder, seconds = waited.as_secs_f32())
            }
            RepoError::IndexLocked { path, waited } if waited.is_zero() => {
                label!(Text::IndexLockedNow, path = path.display())
            }
            RepoError::IndexLocked { path, waited } => {
                label!(Text::IndexLocked, seconds = waited.as_secs_f32(), path = path.display())
            }
            RepoError::TipMoved { branch } => label!(Text::TipMoved, branch = branch),
            RepoError::NothingToCommit => Text::NothingToCommit.into(),
            RepoError::HookRefused { output } => with_output(Text::HookRefused.into(), output),
            RepoError::HookChanged => Text::HookChanged.into(),
            RepoError::Signing { output } => with_output(Text::Signing.into(), output),
            RepoError::Command { command, output } => with_output(label!(Text::Command, command = command), output),
            RepoError::DamagedIndex { what } => {
                label!(Text::DamagedIndex; what = *what)
            }
            RepoError::DamagedObject { id, why, .. } => label!(Text::DamagedObject, id = id, why = why),
            RepoError::DamagedReference { path, name, .. } => {
                label!(Text::DamagedReference, name = name, path = path.display())
            }
            RepoError::BadSettings { file, line } => label!(Text::BadSettings, file = file.display(), line = line),
            RepoError::NotUtf8 { what } => label!(Text::NotUtf8; what = what),
            RepoError::Git { doing, source } => {
                label!(Text::Doing, why = source.message(); doing = *doing)
            }
            RepoError::Io { doing, path, source } => {
                label!(Text::DoingTo, path = path.display(); doing = *doing, why = os_error(source))
            }
            RepoError::NoRemote { asked: Some(name), .. } => label!(Text::NoRemote, name = name),
            RepoError::NoRemote { asked: None, known } if known.is_empty() => Text::NoRemotes.into(),
            RepoError::NoRemote { asked: None, .. } => Text::ManyRemotes.into(),
            RepoError::Remote { doing, remote, output } => with_output(remote_text(*doing, remote), output),
            RepoError::RemoteLocked { remote, path } => {
                label!(Text::RemoteLocked, remote = remote, path = path.display())
            }
            RepoError::NoBranch { remote, branch, others } => {
                label!(Text::NoBranch, remote = remote, branch = branch, others = others.join(", "))
            }
            RepoError::Rewritten { remote, branch, lost, now: Some(_) } => {
                label!(Text::Rewritten, remote = remote, branch = branch, lost = shorten(&[*lost]))
            }
            RepoError::Rewritten { remote, branch, lost, now: None } => {
                label!(Text::BranchGone, remote = remote, branch = branch, lost = shorten(&[*lost]))
            }
            RepoError::BranchRenamed { remote, branch, to, lost } => {
                label!(Text::BranchRenamed, remote = remote, branch = branch, to = to, lost = shorten(&[*lost]))
            }
            RepoError::OtherHistory { remote, branch, .. } => {
                label!(Text::OtherHistory, remote = remote, branch = branch)
            }
            RepoError::SeveralBases { bases, .. } => label!(Text::SeveralBases, bases = shorten(bases)),
            RepoError::Overtaken { remote, times } => label!(Text::Overtaken, remote = remote, times = times),
            RepoError::Sharing { holder } => label!(Text::Sharing, holder = holder),
            RepoError::Failpoint { name } => label!(Text::Failpoint, name = name),
        }
    }

    /// What to do about it, if there is something.
    pub fn hint(&self) -> Option<Label> {
        if self.lock_in_the_way().is_some() {
            return Some(Text::HintLock.into());
        }
        let command = |text: &str| Label::new(text, text);
        let either = |one: &str, other: &str| label!(Text::HintOr, one = one, other = other);
        Some(match self {
            RepoError::NotFound { .. } | RepoError::Unborn { .. } => command("redress init"),
            RepoError::NoHistory { mend: Some(command), .. } => label!(Text::HintMendGit, command = command),
            RepoError::NoHistory { mend: None, .. } => Text::HintNoHistory.into(),
            RepoError::NotOwned { dir } => {
                let dir = quoted(&dir.display().to_string());
                command(&format!("git config --global --add safe.directory {dir}"))
            }
            RepoError::Sha256 { .. } | RepoError::Reftable { .. } => {
                label!(Text::HintImport, command = "git init --object-format=sha1 --ref-format=files NEW")
            }
            RepoError::Extension { .. } => command("git config --get-regexp '^extensions'"),
            RepoError::Missing { partial: true, .. } => command("git fetch --refetch --no-filter"),
            RepoError::Missing { partial: false, .. } => command("git fsck --full"),
            RepoError::Bare { .. } => Text::HintWorktree.into(),
            RepoError::Detached { branch: Some(branch), .. } => command(&format!("git switch {}", quoted(branch))),
            RepoError::Detached { branch: None, .. } => either("git switch BRANCH", "git switch -c BRANCH"),
            RepoError::InProgress { operation } => {
                let (one, other) = operation.ways_out();
                match (operation, other) {
                    // what one file alone cannot settle, a sync can
                    (Operation::Merge | Operation::Rebase, Some(other)) => {
                        label!(Text::HintUnfinished, one = one, other = other)
                    }
                    (_, Some(other)) => either(one, other),
                    (_, None) => command(one),
                }
            }
            RepoError::SplitIndex => command("git update-index --no-split-index"),
            RepoError::SparseIndex => command("git sparse-checkout reapply --no-sparse-index"),
            RepoError::NonConeSparse => either("git sparse-checkout disable", "git sparse-checkout set --cone DIR"),
            RepoError::OutsideSparse { path } => {
                let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
                command(&format!("git sparse-checkout add {}", quoted(folder)))
            }
            RepoError::IndexFileSet { .. } => Text::HintUnset.into(),
            RepoError::NoIdentity => {
                command("git config --global user.name NAME; git config --global user.email ADDRESS")
            }
            RepoError::NotTopLevel { dir, .. } => {
                let dir = quoted(&dir.display().to_string());
                label!(Text::HintNested, command = format!("git init {dir}"))
            }
            RepoError::NotAFile { path, .. } => label!(Text::HintMove, path = quoted(path)),
            // records are never deleted, so there is nothing to commit
            RepoError::HandEdits { path, place: Text::Deleted } => {
                command(&format!("git restore --staged --worktree {}", quoted(path)))
            }
            RepoError::HandEdits { path, .. } => {
                let path = quoted(path);
                either(&format!("redress commit {path}"), &format!("git restore --staged --worktree {path}"))
            }
            RepoError::Conflicted { path } => label!(LoadText::MergeMarksDo, path = quoted(path)),
            RepoError::Occupied { path, place: Text::InWorktree } => label!(Text::HintMoveAway, path = quoted(path)),
            RepoError::Occupied { .. } => command("redress status"),
            RepoError::UnknownRevision { .. } | RepoError::NoCommitBefore { .. } => command("git log --oneline"),
            RepoError::Locked { .. } | RepoError::TipMoved { .. } => Text::HintAgain.into(),
            RepoError::NoRemote { known, .. } if known.is_empty() => command("git remote add origin URL"),
            RepoError::NoRemote { known, .. } => {
                let known: Vec<String> = known.iter().map(|name| format!("redress sync {}", quoted(name))).collect();
                command(&known.join(", "))
            }
            RepoError::Remote { doing, remote, output } => remote_hint(*doing, remote, output),
            RepoError::RemoteLocked { path, .. } => {
                label!(Text::HintRemoteLocked, path = quoted(&path.display().to_string()))
            }
            RepoError::Overtaken { .. } | RepoError::Sharing { .. } => Text::HintSyncAgain.into(),
            RepoError::NoBranch { remote, others, .. } => {
                let other = others.first().map_or("BRANCH", String::as_str);
                let publish = format!("git push -u {} HEAD", quoted(remote));
                label!(Text::HintBranch, take = follow(remote, other), publish = publish)
            }
            RepoError::BranchRenamed { remote, to, .. } => {
                label!(Text::HintRenamed, follow = follow(remote, to))
            }
            RepoError::Rewritten { remote, branch, lost, now } => {
                // what the remote lost is here alone, too
                let own = format!("git log {}..HEAD", now.unwrap_or(*lost));
                let (remote, branch, lost) = (quoted(remote), quoted(branch), shorten(&[*lost]));
                // only what was seen is replaced
                let forced = now.map(|now| format!("--force-with-lease={branch}:{now} ")).unwrap_or_default();
                let push = format!("git push {forced}{remote} {lost}:refs/heads/{branch}");
                label!(Text::HintRewritten, remote = remote, push = push, own = own)
            }
            RepoError::OtherHistory { shallow: true, remote, .. } => {
                command(&format!("git fetch --unshallow {}", quoted(remote)))
            }
            RepoError::OtherHistory { remote, .. } => {
                label!(Text::HintOtherHistory, show = format!("git remote -v show {}", quoted(remote)))
            }
            RepoError::SeveralBases { tracking, .. } => {
                let keep = format!("git branch saved && git reset --keep {}", quoted(tracking));
                label!(Text::HintSeveralBases, keep = keep, show = format!("git log saved --not {}", quoted(tracking)))
            }
            RepoError::HookChanged => Text::HintHook.into(),
            RepoError::Signing { .. } => Text::HintSigning.into(),
            RepoError::NoGitDir { .. } => Text::HintNoGitDir.into(),
            RepoError::DamagedIndex { what: Text::DamagedMissing } => command("git reset"),
            RepoError::DamagedIndex { .. } => command("rm .git/index; git reset"),
            RepoError::DamagedObject { path, .. } => {
                let path = path.as_ref().map(|path| format!("rm -f {} && ", quoted(&path.display().to_string())));
                label!(Text::HintObject, command = format!("{}git fetch --refetch", path.unwrap_or_default()))
            }
            RepoError::DamagedReference { path, name, last } => {
                let path = quoted(&path.display().to_string());
                match last {
                    Some(branch) if name == "HEAD" => command(&format!("echo 'ref: {branch}' > {path}")),
                    Some(commit) => {
                        let command = format!("rm -f {path} && git update-ref {} {commit}", quoted(name));
                        label!(Text::HintReference, command = command)
                    }
                    None => label!(Text::HintReferenceLost, path = path),
                }
            }
            RepoError::BadSettings { file, line } => {
                label!(Text::HintSettings, file = quoted(&file.display().to_string()), line = line)
            }
            RepoError::BadPath { .. }
            | RepoError::NothingToCommit
            | RepoError::HookRefused { .. }
            | RepoError::Command { .. }
            | RepoError::NotUtf8 { .. }
            | RepoError::Git { .. }
            | RepoError::IndexLocked { .. }
            | RepoError::Failpoint { .. } => return None,
            RepoError::Io { path, source, .. } => return system_hint(path, source),
        })
    }
}

impl std::fmt::Display for RepoError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.label().en)
    }
}

impl std::error::Error for RepoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            RepoError::Git { source, .. } => Some(source),
            RepoError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// The commands that make another branch of a remote the one that this clone shares.
fn follow(remote: &str, branch: &str) -> String {
    let (upstream, remote, branch) = (quoted(&format!("{remote}/{branch}")), quoted(remote), quoted(branch));
    format!("git fetch {remote} && git branch --set-upstream-to={upstream} && git remote set-head {remote} {branch}")
}

/// What helps where the system refuses to read or write a file.
pub(in crate::book) fn system_hint(path: &Path, source: &std::io::Error) -> Option<Label> {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(CliText::HintRoom.into()),
        ErrorKind::ReadOnlyFilesystem => Some(Text::HintReadOnly.into()),
        ErrorKind::PermissionDenied => {
            let there = path.ancestors().find(|path| path.is_dir()).unwrap_or(path);
            let place = quoted(&there.display().to_string());
            Some(match is_of_another(there) {
                true => label!(Text::HintOwner, place = place),
                false => label!(Text::HintPermission, place = place),
            })
        }
        _ => None,
    }
}

/// Whether a file or folder belongs to another user, so that its rights are not ours to change.
#[cfg(unix)]
fn is_of_another(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.uid() != rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_of_another(_path: &Path) -> bool {
    false
}

fn remote_text(doing: RemoteDoing, remote: &str) -> Label {
    match doing {
        RemoteDoing::Look => label!(Text::CannotReach, remote = remote),
        RemoteDoing::Fetch => label!(Text::CannotFetch, remote = remote),
        RemoteDoing::Push => label!(Text::CannotPush, remote = remote),
        RemoteDoing::Clone => label!(Text::CannotClone, remote = remote),
    }
}

/// What helps when git could not reach a remote, or when the remote refused: it depends on what git says.
fn remote_hint(doing: RemoteDoing, remote: &str, output: &str) -> Label {
    let said = output.to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    let cloning = doing == RemoteDoing::Clone;
    let address = || match cloning {
        true => Text::HintCloneAddress.into(),
        false => label!(Text::HintAddress, set = format!("git remote set-url {} URL", quoted(remote))),
    };
    match doing {
        _ if says(&NO_RIGHT) => match cloning {
            true => Text::HintCloneRights.into(),
            false => Text::HintRights.into(),
        },
        _ if says(&NOWHERE) => address(),
        _ if cloning => Text::HintCloneAgain.into(),
        RemoteDoing::Push => Text::HintPush.into(),
        // the way to it is broken, git told it on the terminal, or it is something else
        _ => label!(Text::HintSyncOrAddress, set = format!("git remote set-url {} URL", quoted(remote))),
    }
}

/// What git says if somebody may not read or write a remote.
const NO_RIGHT: [&str; 10] = [
    "permission denied",
    "permission to",
    "authentication failed",
    "could not read username",
    "could not read password",
    "access denied",
    "error: 401",
    "error: 403",
    "insufficient permission",
    "unable to create temporary object directory",
];
/// What git says if there is no repository at an address.
const NOWHERE: [&str; 6] = [
    "does not appear to be a git repository",
    "repository not found",
    "does not exist",
    "error: 404",
    "' not found",
    "not a git repository",
];
fn fault_text(fault: PathFault) -> Text {
    match fault {
        PathFault::Empty => Text::FaultEmpty,
        PathFault::Absolute => Text::FaultAbsolute,
        PathFault::Climbs => Text::FaultClimbs,
        PathFault::GitDirectory => Text::FaultGit,
        PathFault::Character => Text::FaultCharacter,
        PathFault::TooLong => Text::FaultTooLong,
        PathFault::FolderOfAnother => Text::FaultFolder,
    }
}

fn with_output(said: Label, output: &str) -> Label {
    let output = output.trim_end();
    if output.is_empty() {
        return said;
    }
    Label::new(format!("{}:\n{output}", said.en), format!("{}：\n{output}", said.zh))
}

fn shorten(ids: &[Oid]) -> String {
    let mut text = ids.iter().take(5).map(Oid::to_string).collect::<Vec<_>>().join(" ");
    if ids.len() > 5 {
        text.push_str(" …");
    }
    text
}

/// The text as a single word of a shell.
pub(in crate::book) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@:,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
