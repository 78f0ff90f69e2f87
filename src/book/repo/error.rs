//! Why the repository could not be read or written, each with what to do about it.

use std::path::PathBuf;
use std::time::Duration;

use git2::Oid;

use super::path::PathFault;
use super::standing::Operation;

/// What went wrong in the repository. Nothing has been written where one of these is returned.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// No repository at the directory or above it.
    #[error("{} is in no git repository", dir.display())]
    NotFound {
        /// Where the search began.
        dir: PathBuf,
    },
    /// git distrusts a repository that belongs to somebody else.
    #[error("the repository at {} belongs to another user", dir.display())]
    NotOwned {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// Objects named by sha256.
    #[error("the repository at {} names its objects by sha256, which is not supported", dir.display())]
    Sha256 {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// References kept in reftable files.
    #[error("the repository at {} keeps its references as reftable, which is not supported", dir.display())]
    Reftable {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// The repository declares an extension that this program does not know.
    #[error("the repository at {} uses an extension of git that is not supported: {what}", dir.display())]
    Extension {
        /// The repository's directory.
        dir: PathBuf,
        /// What the library said.
        what: String,
    },
    /// Objects left behind at the remote by a partial clone, or lost.
    #[error("{} of the repository {} missing: {}", plural(ids.len()), if ids.len() == 1 { "is" } else { "are" }, shorten(ids))]
    Missing {
        /// The objects that are not there.
        ids: Vec<Oid>,
        /// Whether the repository is a partial clone, so that they can be fetched.
        partial: bool,
    },
    /// There is no working tree to write to.
    #[error("the repository at {} is bare: it can be read, not written", dir.display())]
    Bare {
        /// The repository's directory.
        dir: PathBuf,
    },
    /// HEAD stands on no branch.
    #[error("HEAD is detached at {at}: the book can be read, not written")]
    Detached {
        /// Where HEAD stands.
        at: String,
    },
    /// A merge, rebase or the like has been begun and not ended.
    #[error("a {operation} is in progress")]
    InProgress {
        /// Which.
        operation: Operation,
    },
    /// The index is split over two files.
    #[error("git's index is split, which cannot be written safely")]
    SplitIndex,
    /// The index stands for whole folders.
    #[error("git's index is sparse, which cannot be written safely")]
    SparseIndex,
    /// Sparse checkout by patterns instead of folders.
    #[error("the sparse checkout goes by patterns, not by folders (cone mode)")]
    NonConeSparse,
    /// The path lies outside the folders that are checked out.
    #[error("{path} lies outside the sparse checkout")]
    OutsideSparse {
        /// The path.
        path: String,
    },
    /// The caller runs inside a script or hook that has an index of its own.
    #[error("GIT_INDEX_FILE is set ({}): another index than the repository's own cannot be kept right", path.display())]
    IndexFileSet {
        /// Its value.
        path: PathBuf,
    },
    /// git does not know who is writing.
    #[error("git does not know who you are")]
    NoIdentity,
    /// The book is the top level of its repository.
    #[error("{} lies inside the repository {}, of which a book can only be the top level", dir.display(), top.display())]
    NotTopLevel {
        /// The directory asked for.
        dir: PathBuf,
        /// The repository's top level.
        top: PathBuf,
    },
    /// A path that git or the book cannot hold.
    #[error("the path {path:?} {fault}")]
    BadPath {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// A symbolic link, a folder or a device stands where the book's file or folder belongs.
    #[error("{path} is {found}, not a {wanted}")]
    NotAFile {
        /// The path inside the book.
        path: String,
        /// What lies there.
        found: &'static str,
        /// What belongs there.
        wanted: &'static str,
    },
    /// The file is not the same in the last commit, git's index and the working tree.
    #[error("{path} has been changed by hand: {place}")]
    HandEdits {
        /// The path inside the book.
        path: String,
        /// Where it differs.
        place: &'static str,
    },
    /// A new file's place is taken.
    #[error("{path} exists already {place}")]
    Occupied {
        /// The path inside the book.
        path: String,
        /// Where it lies.
        place: &'static str,
    },
    /// Nobody knows the revision.
    #[error("no commit is called {text:?}")]
    UnknownRevision {
        /// As typed.
        text: String,
    },
    /// The book begins later than the date asked for.
    #[error("the book has no commit at or before {text}")]
    NoCommitBefore {
        /// As typed.
        text: String,
    },
    /// The branch has no commit yet.
    #[error("the branch {branch} has no commit yet")]
    Unborn {
        /// The branch's full name.
        branch: String,
    },
    /// Another process is writing.
    #[error("another process is writing to the book ({holder}); waited {} s", waited.as_secs_f32())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// What the holder wrote about itself.
        holder: String,
        /// For how long we waited.
        waited: Duration,
    },
    /// git is writing to its index.
    #[error("git's index is locked by another git process; waited {} s", waited.as_secs_f32())]
    IndexLocked {
        /// The lock file.
        path: PathBuf,
        /// For how long we waited.
        waited: Duration,
    },
    /// Somebody committed meanwhile.
    #[error("{branch} has moved on while this change was being made")]
    TipMoved {
        /// The branch's full name.
        branch: String,
    },
    /// The transaction holds nothing that differs from the last commit.
    #[error("there is nothing to commit")]
    NothingToCommit,
    /// The pre-commit hook said no.
    #[error("the pre-commit hook refuses the change{}", after_colon(output))]
    HookRefused {
        /// What it wrote.
        output: String,
    },
    /// The pre-commit hook changed what was to be committed.
    #[error("the pre-commit hook changes the content of what is committed")]
    HookChanged,
    /// `commit.gpgSign` is on and git could not sign.
    #[error("git could not sign the commit{}", after_colon(output))]
    Signing {
        /// What it wrote.
        output: String,
    },
    /// A git command failed.
    #[error("git {command} failed{}", after_colon(output))]
    Command {
        /// Its arguments.
        command: String,
        /// What it wrote.
        output: String,
    },
    /// The index file is not what git writes.
    #[error("git's index is damaged: {what}")]
    DamagedIndex {
        /// What was found.
        what: &'static str,
    },
    /// Bytes or names that must be UTF-8 and are not.
    #[error("{what} is not UTF-8")]
    NotUtf8 {
        /// What it is.
        what: String,
    },
    /// The git library failed.
    #[error("{doing}: {}", source.message())]
    Git {
        /// What was being done.
        doing: &'static str,
        /// The library's error.
        source: git2::Error,
    },
    /// The operating system failed.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A failpoint was hit (debug builds).
    #[error("failed on purpose at {name}")]
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

    /// What to do about it, where there is something: usually the command to type.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            RepoError::NotFound { .. } => "redress init".to_owned(),
            RepoError::NotOwned { dir } => {
                format!("git config --global --add safe.directory {}", quoted(&dir.display().to_string()))
            }
            RepoError::Sha256 { .. } | RepoError::Reftable { .. } => {
                "git init --object-format=sha1 --ref-format=files NEW, and import the book there".to_owned()
            }
            RepoError::Extension { .. } => "git config --get-regexp '^extensions'".to_owned(),
            RepoError::Missing { partial: true, .. } => "git fetch --refetch --no-filter".to_owned(),
            RepoError::Missing { partial: false, .. } => "git fsck --full".to_owned(),
            RepoError::Bare { .. } => "git worktree add DIR, and write there".to_owned(),
            RepoError::Detached { .. } => "git switch BRANCH, or git switch -c BRANCH".to_owned(),
            RepoError::InProgress { operation } => operation.hint().to_owned(),
            RepoError::SplitIndex => "git update-index --no-split-index".to_owned(),
            RepoError::SparseIndex => "git sparse-checkout reapply --no-sparse-index".to_owned(),
            RepoError::NonConeSparse => "git sparse-checkout disable, or git sparse-checkout set --cone DIR".to_owned(),
            RepoError::OutsideSparse { path } => {
                let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
                format!("git sparse-checkout add {}", quoted(folder))
            }
            RepoError::IndexFileSet { .. } => "unset GIT_INDEX_FILE, or run outside the hook".to_owned(),
            RepoError::NoIdentity => {
                "git config --global user.name NAME; git config --global user.email ADDRESS".to_owned()
            }
            RepoError::NotTopLevel { dir, .. } => {
                format!("git init {}, if one repository inside the other is wanted", quoted(&dir.display().to_string()))
            }
            RepoError::NotAFile { path, .. } => format!("move {} away", quoted(path)),
            RepoError::HandEdits { path, .. } => {
                format!("redress commit {path}, or git restore --staged --worktree {path}", path = quoted(path))
            }
            RepoError::Occupied { .. } => "redress status".to_owned(),
            RepoError::UnknownRevision { .. } | RepoError::NoCommitBefore { .. } => "git log --oneline".to_owned(),
            RepoError::Unborn { .. } => "redress init".to_owned(),
            RepoError::Locked { .. } | RepoError::TipMoved { .. } => "run the command again".to_owned(),
            RepoError::IndexLocked { path, .. } => {
                format!("wait for git to end; if none is running: rm {}", quoted(&path.display().to_string()))
            }
            RepoError::HookChanged => {
                "let the hook leave the book's folders alone: the bytes that were validated are those committed"
                    .to_owned()
            }
            RepoError::Signing { .. } => "git config commit.gpgSign false, or mend user.signingKey".to_owned(),
            RepoError::DamagedIndex { .. } => "rm .git/index; git reset".to_owned(),
            RepoError::BadPath { .. }
            | RepoError::NothingToCommit
            | RepoError::HookRefused { .. }
            | RepoError::Command { .. }
            | RepoError::NotUtf8 { .. }
            | RepoError::Git { .. }
            | RepoError::Io { .. }
            | RepoError::Failpoint { .. } => return None,
        };
        Some(hint)
    }

    /// Wraps an error of the git library, for `map_err`.
    pub(crate) fn git(doing: &'static str) -> impl FnOnce(git2::Error) -> RepoError {
        move |source| RepoError::Git { doing, source }
    }

    /// Wraps an error of the operating system, for `map_err`.
    pub(crate) fn io(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> RepoError {
        let path = path.to_owned();
        move |source| RepoError::Io { doing, path, source }
    }
}

fn plural(count: usize) -> String {
    if count == 1 { "an object".to_owned() } else { format!("{count} objects") }
}

fn shorten(ids: &[Oid]) -> String {
    let mut text = ids.iter().take(5).map(Oid::to_string).collect::<Vec<_>>().join(" ");
    if ids.len() > 5 {
        text.push_str(" …");
    }
    text
}

fn after_colon(output: &str) -> String {
    let output = output.trim_end();
    if output.is_empty() { String::new() } else { format!(":\n{output}") }
}

/// The text as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@:,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
