//! Why the repository could not be read or written. `say` has the words, and what to do.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use git2::{ErrorCode, Oid};

use super::ongoing::Operation;
use crate::locale::Label;
use crate::locale::messages::RepoText;

/// What went wrong in the repository. If one of these is returned, nothing was written.
#[derive(Debug)]
pub enum RepoError {
    /// There is no repository in the directory or above it.
    NotFound {
        /// The directory in which the search began.
        dir: PathBuf,
    },
    /// A folder holds a book, and git finds no history there.
    NoHistory {
        /// The top of the book.
        dir: PathBuf,
        /// The command that mends its `.git`, if one is known.
        mend: Option<String>,
    },
    /// `GIT_DIR` names a place where there is no repository.
    NoGitDir {
        /// Its value.
        given: PathBuf,
    },
    /// The repository belongs to somebody else, so git does not trust it.
    NotOwned {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// Objects have sha256 ids.
    Sha256 {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// References are stored in reftable files.
    Reftable {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// The repository has an extension that this program does not know.
    Extension {
        /// The repository's directory.
        dir: PathBuf,
        /// The library's message.
        what: String,
    },
    /// Objects are missing: a partial clone left them at the remote, or they were lost.
    Missing {
        /// The missing objects.
        ids: Vec<Oid>,
        /// Whether the repository is a partial clone, so that they can be fetched.
        partial: bool,
    },
    /// There is no working tree to write to.
    Bare {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// HEAD is not on a branch.
    Detached {
        /// Where HEAD is.
        at: String,
        /// The branch on which it was, if that is known.
        branch: Option<String>,
    },
    /// A merge, rebase or similar operation was begun and not finished.
    InProgress {
        /// Which.
        operation: Operation,
    },
    /// The index is split over two files.
    SplitIndex,
    /// The index has entries for whole folders.
    SparseIndex,
    /// Sparse checkout by patterns instead of folders.
    NonConeSparse,
    /// The path is outside the folders that are checked out.
    OutsideSparse {
        /// The path.
        path: String,
    },
    /// The program runs in a script or hook that has its own index.
    IndexFileSet {
        /// The value of `GIT_INDEX_FILE`.
        path: PathBuf,
    },
    /// git has no name or address for the writer.
    NoIdentity,
    /// The book must be at the top of its repository.
    NotTopLevel {
        /// The requested directory.
        dir: PathBuf,
        /// The repository's top level.
        top: PathBuf,
    },
    /// A path that git or the book cannot store.
    BadPath {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// There is a symbolic link, a folder or a device in the place of a file or folder of the book.
    NotAFile {
        /// The path inside the book.
        path: String,
        /// What is there.
        found: RepoText,
        /// What should be there.
        wanted: RepoText,
    },
    /// The file differs between the last commit, git's index and the working tree.
    HandEdits {
        /// The path inside the book.
        path: String,
        /// Where it differs.
        place: RepoText,
    },
    /// The file in the working tree has the marks of an unfinished merge.
    Conflicted {
        /// The path inside the book.
        path: String,
    },
    /// Something is already in the place of a new file.
    Occupied {
        /// The path inside the book.
        path: String,
        /// Where it is.
        place: RepoText,
    },
    /// The revision is unknown.
    UnknownRevision {
        /// As typed.
        text: String,
    },
    /// The book began after the requested date.
    NoCommitBefore {
        /// As typed.
        text: String,
    },
    /// The branch has no commit yet.
    Unborn {
        /// The branch's full name.
        branch: String,
    },
    /// Another process is writing.
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The number of the process that holds it.
        holder: String,
        /// How long we waited.
        waited: Duration,
    },
    /// git is writing its index.
    IndexLocked {
        /// The lock file.
        path: PathBuf,
        /// How long we waited.
        waited: Duration,
    },
    /// Somebody else committed in the meantime.
    TipMoved {
        /// The branch's full name.
        branch: String,
    },
    /// The transaction has no difference from the last commit.
    NothingToCommit,
    /// The pre-commit hook refused.
    HookRefused {
        /// What it wrote.
        output: String,
    },
    /// The pre-commit hook changed what was being committed.
    HookChanged,
    /// `commit.gpgSign` is on and git could not sign.
    Signing {
        /// What it wrote.
        output: String,
    },
    /// A git command failed.
    Command {
        /// Its arguments.
        command: String,
        /// What it wrote.
        output: String,
    },
    /// The index file is not in git's format.
    DamagedIndex {
        /// What was found.
        what: RepoText,
    },
    /// An object of git is not what git writes.
    DamagedObject {
        /// Its id.
        id: Oid,
        /// What git's library says of it.
        why: String,
        /// Its file, if it has one of its own.
        path: Option<PathBuf>,
    },
    /// The file of a branch, or of HEAD, does not hold what git writes there.
    DamagedReference {
        /// The file.
        path: PathBuf,
        /// The full name, as `refs/heads/main`.
        name: String,
        /// What is known of it: the commit of the branch by git's log, or the branch of HEAD if there is only one.
        last: Option<String>,
    },
    /// A file of git's configuration is not in its format.
    BadSettings {
        /// The file.
        file: PathBuf,
        /// The line.
        line: String,
    },
    /// Bytes or names that must be UTF-8 but are not.
    NotUtf8 {
        /// What it is.
        what: Label,
    },
    /// The git library failed.
    Git {
        /// The attempted action.
        doing: RepoText,
        /// The library's error.
        source: git2::Error,
    },
    /// The operating system failed.
    Io {
        /// The attempted action.
        doing: RepoText,
        /// To which file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// There is no remote to share the book with.
    NoRemote {
        /// The name that was asked for. `None` if several remotes are there and none was named.
        asked: Option<String>,
        /// The remotes that are there.
        known: Vec<String>,
    },
    /// git could not reach or read a remote, or the remote refused what was sent.
    Remote {
        /// What was attempted.
        doing: RemoteDoing,
        /// The remote.
        remote: String,
        /// What git wrote. Empty if git wrote it to the terminal.
        output: String,
    },
    /// A lock of git at the remote is in the way: somebody publishes, or a push that was broken off left it behind.
    RemoteLocked {
        /// The remote.
        remote: String,
        /// The lock file.
        path: PathBuf,
    },
    /// The remote has other branches, but not this one.
    NoBranch {
        /// The remote.
        remote: String,
        /// The branch.
        branch: String,
        /// The remote's branches.
        others: Vec<String>,
    },
    /// The remote has the branch no more, and another one has its commits.
    BranchRenamed {
        /// The remote.
        remote: String,
        /// The branch that is gone.
        branch: String,
        /// The branch that has its commits.
        to: String,
        /// A commit that was published.
        lost: Oid,
    },
    /// The remote lost commits that were published there.
    Rewritten {
        /// The remote.
        remote: String,
        /// The branch.
        branch: String,
        /// A commit that was published.
        lost: Oid,
        /// The remote's last commit. `None` if the branch is gone.
        now: Option<Oid>,
    },
    /// The remote's branch and this one have no common commit.
    OtherHistory {
        /// The remote.
        remote: String,
        /// The branch.
        branch: String,
        /// Whether history is cut off in this clone.
        shallow: bool,
    },
    /// Clones have taken over commits from each other, so that no single commit is the last one that both had.
    SeveralBases {
        /// The common commits.
        bases: Vec<Oid>,
        /// The remote's branch, as git names it here.
        tracking: String,
    },
    /// Others published again and again while this clone united its commits with theirs.
    Overtaken {
        /// The remote.
        remote: String,
        /// How often.
        times: usize,
    },
    /// Another process is sharing this clone.
    Sharing {
        /// The number of that process.
        holder: String,
    },
    /// A failpoint was reached (debug builds).
    Failpoint {
        /// Its name.
        name: &'static str,
    },
}

impl RepoError {
    /// The error's kebab-case name, for scripts and message catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            RepoError::IndexLocked { .. } => "index-locked",
            error if error.lock_in_the_way().is_some() => "git-locked",
            RepoError::NotFound { .. } => "no-repository",
            RepoError::NoHistory { .. } => "no-history",
            RepoError::NoGitDir { .. } => "no-git-dir",
            RepoError::NotOwned { .. } => "not-owned",
            RepoError::Sha256 { .. } => "sha256",
            RepoError::Reftable { .. } => "reftable",
            RepoError::Extension { .. } => "unknown-extension",
            RepoError::Missing { .. } => "missing-objects",
            RepoError::Bare { .. } => "bare",
            RepoError::Detached { .. } => "detached",
            RepoError::InProgress { .. } => "in-progress",
            RepoError::SplitIndex => "split-index",
            RepoError::SparseIndex => "sparse-index",
            RepoError::NonConeSparse => "non-cone-sparse",
            RepoError::OutsideSparse { .. } => "outside-sparse",
            RepoError::IndexFileSet { .. } => "index-file-set",
            RepoError::NoIdentity => "no-identity",
            RepoError::NotTopLevel { .. } => "not-top-level",
            RepoError::BadPath { .. } => "bad-path",
            RepoError::NotAFile { .. } => "not-a-file",
            RepoError::HandEdits { .. } => "hand-edits",
            RepoError::Conflicted { .. } => "conflicted",
            RepoError::Occupied { .. } => "occupied",
            RepoError::UnknownRevision { .. } => "unknown-revision",
            RepoError::NoCommitBefore { .. } => "no-commit-before",
            RepoError::Unborn { .. } => "unborn",
            RepoError::Locked { .. } => "locked",
            RepoError::TipMoved { .. } => "tip-moved",
            RepoError::NothingToCommit => "nothing-to-commit",
            RepoError::HookRefused { .. } => "hook-refused",
            RepoError::HookChanged => "hook-changed",
            RepoError::Signing { .. } => "signing",
            RepoError::Command { .. } => "git-command",
            RepoError::DamagedIndex { .. } => "damaged-index",
            RepoError::DamagedObject { .. } => "damaged-object",
            RepoError::DamagedReference { .. } => "damaged-reference",
            RepoError::BadSettings { .. } => "git-configuration",
            RepoError::NotUtf8 { .. } => "not-utf8",
            RepoError::Git { .. } => "git",
            RepoError::Io { .. } => "io",
            RepoError::NoRemote { .. } => "no-remote",
            RepoError::Remote { doing: RemoteDoing::Push, .. } => "push-refused",
            RepoError::Remote { .. } => "remote",
            RepoError::RemoteLocked { .. } => "remote-locked",
            RepoError::NoBranch { .. } => "no-branch",
            RepoError::BranchRenamed { .. } => "branch-renamed",
            RepoError::Rewritten { .. } => "rewritten",
            RepoError::OtherHistory { .. } => "another-book",
            RepoError::SeveralBases { .. } => "several-bases",
            RepoError::Overtaken { .. } => "overtaken",
            RepoError::Sharing { .. } => "sharing",
            RepoError::Failpoint { .. } => "failpoint",
        }
    }

    /// The lock of git that is in the way, if that is the reason: another program holds it, or one that has ended
    /// left it behind. A lock at a remote is not one of these.
    pub fn lock_in_the_way(&self) -> Option<PathBuf> {
        match self {
            RepoError::IndexLocked { path, .. } => Some(path.clone()),
            RepoError::Io { path, source, .. } if source.kind() == ErrorKind::AlreadyExists => {
                Some(path.clone()).filter(|path| path.extension().is_some_and(|ending| ending == "lock"))
            }
            RepoError::Git { source, .. } if source.code() == ErrorCode::Locked => quoted_lock(source.message()),
            RepoError::Remote { output, .. } | RepoError::Command { output, .. } | RepoError::Signing { output } => {
                output.lines().filter(|line| !line.trim_start().starts_with("remote:")).find_map(quoted_lock)
            }
            _ => None,
        }
    }

    /// Wraps an error of the git library, for `map_err`.
    pub(crate) fn git(doing: RepoText) -> impl FnOnce(git2::Error) -> RepoError {
        move |source| RepoError::Git { doing, source }
    }

    /// Wraps an error of the operating system, for `map_err`.
    pub(crate) fn io(doing: RepoText, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> RepoError {
        let path = path.to_owned();
        move |source| RepoError::Io { doing, path, source }
    }
}

/// The lock file that stands in quotes in a message of git or of its library.
pub(super) fn quoted_lock(message: &str) -> Option<PathBuf> {
    message.split('\'').find(|part| part.ends_with(".lock")).map(PathBuf::from)
}

/// What was attempted with a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteDoing {
    /// Asking for its branches.
    Look,
    /// Fetching commits.
    Fetch,
    /// Publishing commits.
    Push,
    /// Cloning it.
    Clone,
}

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// The path, or one of its parts, is empty.
    Empty,
    /// It begins at the root or names a drive.
    Absolute,
    /// A part is `.` or `..`.
    Climbs,
    /// A part is `.git`, or a file system may take it for that.
    GitDirectory,
    /// It has a backslash or a control character. Names of Windows devices are refused earlier, where records and
    /// files get their names.
    Character,
    /// A part is longer than 255 bytes, or the whole longer than 4,000.
    TooLong,
    /// The path is a folder of another path in the same change.
    FolderOfAnother,
}

/// The error for a configuration that cannot be read. The library names file and line in English: `… (in FILE:LINE)`.
pub(super) fn bad_settings(error: git2::Error) -> RepoError {
    let place = error.message().rsplit_once("(in ").and_then(|(_, place)| place.strip_suffix(')')?.rsplit_once(':'));
    match place {
        Some((file, line)) => RepoError::BadSettings { file: file.into(), line: line.to_owned() },
        None => RepoError::git(RepoText::DoReadConfiguration)(error),
    }
}
