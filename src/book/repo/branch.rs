//! Moves the branch to a new commit, and writes git's log of that. At this moment the commit is done.
//!
//! If a branch is a file of its own, it is moved here, under git's lock: a new file that is already on the disk
//! replaces the old one. libgit2 would open about twenty files for this and not flush the new one. Packed branches,
//! the first commit and symbolic references are left to libgit2.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git2::{ErrorCode, Oid};

use super::edit::Person;
use super::error::RepoError;
use super::flush::Unflushed;
use super::open::Repo;
use super::sign;
use crate::locale::messages::RepoText;

/// How long git waits for a branch that another process has locked.
const WAIT: Duration = Duration::from_millis(100);

/// What git's log of a branch calls a commit of this program; one of another tool is a `commit`.
pub(super) const COMMIT: &str = "commit (redress)";
/// What it calls a merge of this program; one of another tool names what it merges.
pub(super) const MERGE: &str = "merge";

/// A place of git's log of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    /// The commit at which the branch stood.
    pub at: Oid,
    /// Whether this program had made the commit here.
    pub is_own: bool,
}

impl Repo {
    /// Where the current branch has stood, as far as git's log of it goes back.
    ///
    /// # Errors
    /// If the head cannot be read.
    pub fn stood(&self) -> Result<Vec<Stood>, RepoError> {
        let log = self.head()?.branch.and_then(|branch| self.git.reflog(&branch).ok());
        let merge = format!("{MERGE}: ");
        let one = |entry: git2::ReflogEntry<'_>| {
            let said = entry.message_bytes().unwrap_or_default();
            let is_own = said.starts_with(COMMIT.as_bytes()) || said.starts_with(merge.as_bytes());
            Stood { at: entry.id_new(), is_own }
        };
        Ok(log.iter().flat_map(git2::Reflog::iter).map(one).collect())
    }
}

/// A move of a branch from one commit to another.
#[derive(Debug)]
pub(super) struct BranchMove<'m> {
    /// Its full name, as `refs/heads/main`.
    pub(super) branch: &'m str,
    /// Where it must be now; `None` before the first commit.
    pub(super) from: Option<Oid>,
    pub(super) to: Oid,
    pub(super) by: &'m Person,
    /// What git's log calls the move, as [`COMMIT`].
    pub(super) how: &'m str,
}

impl BranchMove<'_> {
    /// Moves the branch if it is still where it was. Returns what must be flushed afterwards.
    ///
    /// # Errors
    /// [`RepoError::TipMoved`], and failures of the disk. If the branch has reached the new commit, a later failure
    /// is not an error.
    pub(super) fn make(&self, repo: &Repo, message: &str) -> Result<Vec<Unflushed>, RepoError> {
        let file = repo.common_dir().join(self.branch);
        let subject = one_line(message.lines().next().unwrap_or_default());
        let own = self.branch.starts_with("refs/heads/") && held(&file).is_some();
        if let (true, Some(from)) = (own, self.from) {
            self.replace(repo, &file, from, &format!("{}: {subject}", self.how))?;
        } else {
            self.by_library(repo, &subject)?;
        }
        let folder = file.parent().map(Path::to_owned);
        let library = (!own).then(|| file.clone());
        Ok(library.into_iter().chain(folder).filter(|path| path.exists()).map(Unflushed::from).collect())
    }

    fn by_library(&self, repo: &Repo, subject: &str) -> Result<(), RepoError> {
        let moved = match self.from {
            Some(from) => {
                repo.git.reference_matching(self.branch, self.to, true, from, &format!("{}: {subject}", self.how))
            }
            None => repo.git.reference(self.branch, self.to, false, &format!("{} (initial): {subject}", self.how)),
        };
        match moved {
            Ok(_) => Ok(()),
            Err(_) if repo.ref_target(self.branch)? == Some(self.to) => Ok(()),
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists | ErrorCode::NotFound) => {
                Err(self.elsewhere())
            }
            Err(error) => Err(RepoError::git(RepoText::DoMoveBranch)(error)),
        }
    }

    /// Replaces the branch's file by a new file that is already on the disk, under git's lock.
    fn replace(&self, repo: &Repo, file: &Path, from: Oid, said: &str) -> Result<(), RepoError> {
        let lock = Lock::take(file)?;
        if held(file) != Some(from) {
            return Err(self.elsewhere());
        }
        let mut new = &lock.file;
        let written = new.write_all(format!("{}\n", self.to).as_bytes()).and_then(|()| new.sync_all());
        written.map_err(RepoError::io(RepoText::DoMoveBranch, &lock.path))?;
        let line = sign::line(self.by)?;
        let line = [format!("{from} {} ", self.to).as_bytes(), &line, b"\t", said.as_bytes(), b"\n"].concat();
        log(repo, &repo.common_dir().join("logs").join(self.branch), &line)?;
        log(repo, &repo.git_dir().join("logs").join("HEAD"), &line)?;
        std::fs::rename(&lock.path, file).map_err(RepoError::io(RepoText::DoMoveBranch, file))?;
        lock.used_up();
        Ok(())
    }

    fn elsewhere(&self) -> RepoError {
        RepoError::TipMoved { branch: self.branch.to_owned() }
    }
}

/// The commit in a branch's own file. `None` if there is no such file, or if it names another reference.
fn held(file: &Path) -> Option<Oid> {
    if !std::fs::symlink_metadata(file).ok()?.is_file() {
        return None;
    }
    let content = std::fs::read_to_string(file).ok()?;
    content.strip_suffix('\n').filter(|id| id.len() == 40).and_then(|id| Oid::from_str(id).ok())
}

/// Adds a line to the log of a reference, if the log exists or if new logs are wanted.
fn log(repo: &Repo, path: &Path, line: &[u8]) -> Result<(), RepoError> {
    let add = |create: bool| File::options().append(true).create(create).open(path)?.write_all(line);
    let added = match add(false) {
        Err(error) if error.kind() == ErrorKind::NotFound => match is_logged(repo) {
            true => path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| add(true)),
            false => Ok(()),
        },
        added => added,
    };
    added.map_err(RepoError::io(RepoText::DoWrite, path))
}

/// Whether git keeps logs of branches here: in a repository with a working tree, unless it is told not to.
fn is_logged(repo: &Repo) -> bool {
    let set = repo.setting("core.logAllRefUpdates");
    set.is_none_or(|value| value.eq_ignore_ascii_case("always") || git2::Config::parse_bool(value).unwrap_or(true))
}

/// A line of a log: without line breaks and, as in git, without runs of spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// git's lock on a branch; it is released when dropped.
struct Lock {
    path: PathBuf,
    file: File,
    used_up: bool,
}

impl Lock {
    fn take(branch: &Path) -> Result<Lock, RepoError> {
        let mut path = branch.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let begun = Instant::now();
        loop {
            match File::create_new(&path) {
                Ok(file) => return Ok(Lock { path, file, used_up: false }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && begun.elapsed() < WAIT => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => return Err(RepoError::io(RepoText::DoMoveBranch, &path)(error)),
            }
        }
    }

    /// The lock file has become the branch, so it is not removed.
    fn used_up(mut self) {
        self.used_up = true;
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if !self.used_up {
            std::fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BranchMove;
    use crate::book::repo::testing::{Sandbox, person};

    /// Makes a commit on the tip, and returns the branch as git sees it and both logs.
    fn commit(sandbox: &Sandbox, subject: &str) -> Result<(String, String, String), String> {
        let repo = sandbox.repo();
        let from = repo.tip().unwrap();
        let to = sandbox.git(&["commit-tree", "-p", "HEAD", "-m", subject, "HEAD^{tree}"]);
        let to = git2::Oid::from_str(to.trim()).unwrap();
        let head = repo.head().unwrap();
        let branch = head.branch.unwrap();
        let done =
            BranchMove { branch: &branch, from: Some(from), to, by: &person(), how: "commit" }.make(&repo, subject);
        done.map_err(|error| error.code().to_owned())?;
        assert_eq!(repo.tip().unwrap(), to);
        let log = |of: &str| sandbox.git(&["log", "-g", "-1", "--format=%H %gs %gn", of]);
        Ok((sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned(), log(&branch), log("HEAD")))
    }

    #[test]
    fn git_finds_the_branch_and_its_logs_whatever_form_it_had() {
        let sandbox = Sandbox::new();
        sandbox.add("a", "a\n");
        type Prepare = fn(&Sandbox);
        let forms: &[Prepare] = &[
            |_| (),
            |sandbox| drop(sandbox.git(&["pack-refs", "--all", "--prune"])),
            |sandbox| drop(sandbox.git(&["checkout", "-qb", "deep/in/folders"])),
            |sandbox| drop(sandbox.git(&["pack-refs", "--all", "--prune"])),
            |sandbox| std::fs::remove_dir_all(sandbox.top().join(".git/logs")).unwrap(),
        ];
        for (number, prepare) in forms.iter().enumerate() {
            prepare(&sandbox);
            let subject = format!("a change\tno {number}");
            let (id, branch, head) = commit(&sandbox, &subject).unwrap();
            let line = format!("{id} commit: a change no {number} {}\n", person().name);
            assert_eq!((branch, head), (line.clone(), line), "form {number}");
            assert_eq!(sandbox.git(&["fsck"]), "");
        }
        std::fs::remove_dir_all(sandbox.top().join(".git/logs")).unwrap();
        sandbox.git(&["config", "core.logAllRefUpdates", "false"]);
        assert_eq!(commit(&sandbox, "untold").unwrap().1, "");
    }

    #[test]
    fn a_branch_that_is_locked_or_elsewhere_stays_as_it_is() {
        let sandbox = Sandbox::new();
        sandbox.add("a", "a\n");
        let repo = sandbox.repo();
        let tip = repo.tip().unwrap();
        let lock = sandbox.top().join(".git/refs/heads/main.lock");
        std::fs::write(&lock, "").unwrap();
        assert!(commit(&sandbox, "x").is_err());
        assert!(lock.exists(), "it is another's");
        std::fs::remove_file(&lock).unwrap();
        let zero = git2::Oid::from_bytes(&[7; 20]).unwrap();
        let wrong = BranchMove { branch: "refs/heads/main", from: Some(zero), to: tip, by: &person(), how: "commit" };
        assert_eq!(wrong.make(&repo, "x").unwrap_err().code(), "tip-moved");
        assert!(!lock.exists());
        assert_eq!(repo.tip().unwrap(), tip);
    }
}
