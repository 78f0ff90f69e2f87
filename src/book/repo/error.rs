//! Why the repository could not be read or written. `say` puts it into words, with what to do about it.

use std::path::PathBuf;
use std::time::Duration;

use git2::Oid;

use super::ongoing::Operation;
use crate::locale::Label;
use crate::locale::messages::RepoText;

/// What went wrong in the repository. Nothing has been written where one of these is returned.
#[derive(Debug)]
pub enum RepoError {
    /// No repository at the directory or above it.
    NotFound {
        /// Where the search began.
        dir: PathBuf,
    },
    /// git distrusts a repository that belongs to somebody else.
    NotOwned {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// Objects named by sha256.
    Sha256 {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// References kept in reftable files.
    Reftable {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// The repository declares an extension that this program does not know.
    Extension {
        /// The repository's directory.
        dir: PathBuf,
        /// What the library said.
        what: String,
    },
    /// Objects left behind at the remote by a partial clone, or lost.
    Missing {
        /// The objects that are not there.
        ids: Vec<Oid>,
        /// Whether the repository is a partial clone, so that they can be fetched.
        partial: bool,
    },
    /// There is no working tree to write to.
    Bare {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// HEAD stands on no branch.
    Detached {
        /// Where HEAD stands.
        at: String,
    },
    /// A merge, rebase or the like has been begun and not ended.
    InProgress {
        /// Which.
        operation: Operation,
    },
    /// The index is split over two files.
    SplitIndex,
    /// The index stands for whole folders.
    SparseIndex,
    /// Sparse checkout by patterns instead of folders.
    NonConeSparse,
    /// The path lies outside the folders that are checked out.
    OutsideSparse {
        /// The path.
        path: String,
    },
    /// The caller runs inside a script or hook that has an index of its own.
    IndexFileSet {
        /// Its value.
        path: PathBuf,
    },
    /// git does not know who is writing.
    NoIdentity,
    /// The book is the top level of its repository.
    NotTopLevel {
        /// The directory asked for.
        dir: PathBuf,
        /// The repository's top level.
        top: PathBuf,
    },
    /// A path that git or the book cannot hold.
    BadPath {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// A symbolic link, a folder or a device stands where the book's file or folder belongs.
    NotAFile {
        /// The path inside the book.
        path: String,
        /// What lies there.
        found: RepoText,
        /// What belongs there.
        wanted: RepoText,
    },
    /// The file is not the same in the last commit, git's index and the working tree.
    HandEdits {
        /// The path inside the book.
        path: String,
        /// Where it differs.
        place: RepoText,
    },
    /// The file in the working tree holds the marks of a merge that was not finished.
    Conflicted {
        /// The path inside the book.
        path: String,
    },
    /// A new file's place is taken.
    Occupied {
        /// The path inside the book.
        path: String,
        /// Where it lies.
        place: RepoText,
    },
    /// Nobody knows the revision.
    UnknownRevision {
        /// As typed.
        text: String,
    },
    /// The book begins later than the date asked for.
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
        /// What the holder wrote about itself.
        holder: String,
        /// For how long we waited.
        waited: Duration,
    },
    /// git is writing to its index.
    IndexLocked {
        /// The lock file.
        path: PathBuf,
        /// For how long we waited.
        waited: Duration,
    },
    /// Somebody committed meanwhile.
    TipMoved {
        /// The branch's full name.
        branch: String,
    },
    /// The transaction holds nothing that differs from the last commit.
    NothingToCommit,
    /// The pre-commit hook said no.
    HookRefused {
        /// What it wrote.
        output: String,
    },
    /// The pre-commit hook changed what was to be committed.
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
    /// The index file is not what git writes.
    DamagedIndex {
        /// What was found.
        what: RepoText,
    },
    /// Bytes or names that must be UTF-8 and are not.
    NotUtf8 {
        /// What it is.
        what: Label,
    },
    /// The git library failed.
    Git {
        /// What was being done.
        doing: RepoText,
        /// The library's error.
        source: git2::Error,
    },
    /// The operating system failed.
    Io {
        /// What was being done.
        doing: RepoText,
        /// To which file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A failpoint was hit (debug builds).
    Failpoint {
        /// Its name.
        name: &'static str,
    },
}

impl RepoError {
    /// The error's name for scripts and message catalogues, kebab-case.
    pub fn code(&self) -> &'static str {
        match self {
            RepoError::NotFound { .. } => "no-repository",
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
            RepoError::IndexLocked { .. } => "index-locked",
            RepoError::TipMoved { .. } => "tip-moved",
            RepoError::NothingToCommit => "nothing-to-commit",
            RepoError::HookRefused { .. } => "hook-refused",
            RepoError::HookChanged => "hook-changed",
            RepoError::Signing { .. } => "signing",
            RepoError::Command { .. } => "git-command",
            RepoError::DamagedIndex { .. } => "damaged-index",
            RepoError::NotUtf8 { .. } => "not-utf8",
            RepoError::Git { .. } => "git",
            RepoError::Io { .. } => "io",
            RepoError::Failpoint { .. } => "failpoint",
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
    /// A backslash or a control character. Names that Windows keeps for devices are refused where records and files get them.
    Character,
    /// A part is longer than 255 bytes, or the whole longer than 4,000.
    TooLong,
    /// The path is a folder of another path in the same change.
    FolderOfAnother,
}
