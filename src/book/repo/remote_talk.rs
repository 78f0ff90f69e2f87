//! Talks with a remote by running `git`, so that ssh, credentials and proxies are those of git.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git2::Oid;

use super::error::{RemoteDoing, RepoError, quoted_lock};
use super::git;
use super::open::Repo;
use super::remote::Shared;
use super::room::is_nearly_full;
use crate::locale::messages::RepoText;

/// Where fetched commits are kept until they are known to continue what was published.
const INCOMING: &str = "refs/redress/incoming";

/// How git may speak while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// It shows its progress and messages on the terminal, and may ask for a password there.
    Terminal,
    /// It may ask for a password on the terminal, and shows no progress there, which it only has in English.
    Asking,
    /// It asks nothing. Its messages become part of the error.
    Silent,
}

/// What became of commits that were sent.
#[derive(Debug)]
pub enum Pushed {
    /// The remote has them.
    Done,
    /// The remote has other commits meanwhile, and took nothing.
    Overtaken,
}

/// Settings for every command that talks with a remote: no transport that runs a program which the address names,
/// no maintenance in between, and objects are on the disk before a reference names them.
const SETTINGS: [&str; 5] =
    ["protocol.ext.allow=never", "core.fsync=committed", "gc.auto=0", "maintenance.auto=false", "fetch.prune=false"];

impl Repo {
    /// The last commit of the shared branch on the remote. `None` if the remote has no branch at all.
    ///
    /// # Errors
    /// [`RepoError::Remote`] if git cannot reach it, [`RepoError::NoBranch`] if it has only other branches.
    pub fn look_at(&self, shared: &Shared, talk: Talk) -> Result<Option<Oid>, RepoError> {
        let branches = self.branches_of(shared, talk)?;
        if let Some((_, tip)) = branches.iter().find(|(branch, _)| *branch == shared.branch) {
            return Ok(Some(*tip));
        }
        match branches.is_empty() || !self.published(shared)?.is_empty() {
            true => Ok(None),
            false => {
                let (remote, branch) = (shared.remote.clone(), shared.short().to_owned());
                let others = branches.iter().map(|(name, _)| short_name(name).to_owned()).collect();
                Err(RepoError::NoBranch { remote, branch, others })
            }
        }
    }

    /// The branches of the remote by their full names, with the last commit of each.
    fn branches_of(&self, shared: &Shared, talk: Talk) -> Result<Vec<(String, Oid)>, RepoError> {
        let arguments = ["ls-remote", "--heads", "--quiet", &shared.remote];
        let answer = self.talk(RemoteDoing::Look, shared, &arguments, talk)?;
        let branch = |line: &str| {
            let (id, name) = line.split_once('\t')?;
            Some((name.to_owned(), Oid::from_str(id).ok()?))
        };
        Ok(answer.lines().filter_map(branch).collect())
    }

    /// The branch of the remote that has a commit which was published on one that is gone, without `refs/heads/`.
    ///
    /// # Errors
    /// [`RepoError::Remote`] if git cannot reach it.
    pub fn renamed_to(&self, shared: &Shared, lost: Oid, talk: Talk) -> Result<Option<String>, RepoError> {
        for (branch, tip) in self.branches_of(shared, talk)? {
            let other = Shared { branch, ..shared.clone() };
            // a later commit is to be fetched before it says what it follows
            let tip = if tip == lost { tip } else { self.fetch(&other, talk)? };
            if self.is_at_or_before(lost, tip)? {
                return Ok(Some(other.short().to_owned()));
            }
        }
        Ok(None)
    }

    /// Fetches the shared branch, and returns its last commit. No branch moves.
    ///
    /// # Errors
    /// [`RepoError::Remote`] if git cannot fetch it.
    pub fn fetch(&self, shared: &Shared, talk: Talk) -> Result<Oid, RepoError> {
        let refspec = format!("+{}:{INCOMING}", shared.branch);
        let quiet = if talk == Talk::Terminal { "--progress" } else { "--quiet" };
        let arguments = [
            "fetch",
            quiet,
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
            "--refmap=",
            &shared.remote,
            &refspec,
        ];
        let fetched = self.talk(RemoteDoing::Fetch, shared, &arguments, talk);
        // git may have told the reason on the terminal only
        let lock = self.common_dir().join(format!("{INCOMING}.lock"));
        if fetched.is_err() && lock.exists() {
            return Err(RepoError::io(RepoText::DoLock, &lock)(std::io::ErrorKind::AlreadyExists.into()));
        }
        fetched?;
        let lost = || RepoError::Remote {
            doing: RemoteDoing::Fetch,
            remote: shared.remote.clone(),
            output: INCOMING.to_owned(),
        };
        self.ref_target(INCOMING)?.ok_or_else(lost)
    }

    /// Publishes a commit on the shared branch, on top of `seen`, which the remote had last. Nothing is ever forced.
    ///
    /// # Errors
    /// [`RepoError::Remote`] if git cannot reach the remote, or if the remote refuses the commit.
    pub fn push(&self, shared: &Shared, commit: Oid, seen: Option<Oid>, talk: Talk) -> Result<Pushed, RepoError> {
        let refspec = format!("{commit}:{}", shared.branch);
        let quiet = if talk == Talk::Terminal { "--progress" } else { "--quiet" };
        let arguments =
            ["push", quiet, "--porcelain", "--no-follow-tags", "--recurse-submodules=no", &shared.remote, &refspec];
        match self.talk(RemoteDoing::Push, shared, &arguments, talk) {
            Ok(_) => Ok(Pushed::Done),
            // Was somebody faster, or is it something else?
            Err(error) => match self.look_at(shared, talk) {
                Ok(now) if now == Some(commit) => Ok(Pushed::Done),
                Ok(now) if now != seen => Ok(Pushed::Overtaken),
                _ => Err(match lock_named(&error).or_else(|| self.remote_locks(shared).into_iter().next()) {
                    Some(path) => RepoError::RemoteLocked { remote: shared.remote.clone(), path },
                    None => error,
                }),
            },
        }
    }

    fn talk(&self, doing: RemoteDoing, shared: &Shared, arguments: &[&str], talk: Talk) -> Result<String, RepoError> {
        let mut command = git::command(self);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.args(arguments);
        let output = match talk {
            Talk::Terminal | Talk::Asking => git::output_shown(&mut command)?,
            Talk::Silent => git::output(command.env("GIT_TERMINAL_PROMPT", "0"), &[])?,
        };
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        if doing == RemoteDoing::Fetch
            && let Some(error) = self.unwritable_git()
        {
            return Err(error);
        }
        let said = git::said(&output);
        let output = if doing == RemoteDoing::Push { refused(&said) } else { said };
        Err(RepoError::Remote { doing, remote: shared.remote.clone(), output })
    }
}

/// The lock at the remote that git names as the reason.
fn lock_named(error: &RepoError) -> Option<PathBuf> {
    let RepoError::Remote { output, .. } = error else { return None };
    let remote = output.lines().filter(|line| line.trim_start().starts_with("remote:"));
    remote.filter_map(quoted_lock).map(|path| path.components().collect()).next()
}

fn short_name(branch: &str) -> &str {
    branch.strip_prefix("refs/heads/").unwrap_or(branch)
}

/// What git says of a refused push, for people: `! REFERENCE [remote rejected] (WHY)` becomes the reason, and lines
/// that only repeat what is known are left out.
fn refused(said: &str) -> String {
    let known = |line: &str| {
        line == "Done"
            || line.starts_with("To ")
            || line.starts_with("error: failed to push")
            || line.starts_with("remote: error: hook declined")
            || line.starts_with("hint:")
    };
    let told = |line: &str| match line.strip_prefix("!\t").and_then(|line| line.split_once('\t')) {
        Some((_, summary)) => summary.trim_start_matches(['[']).replacen(']', ":", 1),
        None => line.trim_end().to_owned(),
    };
    said.lines().filter(|line| !known(line.trim())).map(told).collect::<Vec<_>>().join("\n")
}

/// An address as it may be shown.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?.0, host))) {
        Some((user, host)) => format!("{scheme}://{user}@{host}{path}"),
        None => address.to_owned(),
    }
}

/// Clones a repository into a folder, which git makes. The address may only name a transport of git's own.
///
/// # Errors
/// [`RepoError::Remote`] if git cannot clone it. git then removes what it made.
pub(super) fn clone(address: &str, from: &Path, dir: &Path, talk: Talk) -> Result<(), RepoError> {
    let mut command = Command::new("git");
    git::leave_others(&mut command);
    command.stdin(Stdio::null()).current_dir(from);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.args(["clone", "--no-recurse-submodules", if talk == Talk::Terminal { "--progress" } else { "--quiet" }]);
    command.arg("--").arg(address).arg(dir).env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
    let output = match talk {
        Talk::Terminal | Talk::Asking => git::output_shown(&mut command)?,
        Talk::Silent => git::output(command.env("GIT_TERMINAL_PROMPT", "0"), &[])?,
    };
    if output.status.success() {
        return Ok(());
    }
    let said = git::said(&output);
    // git does not say why it could not write the files, but names each of them
    if is_nearly_full(dir) && (talk != Talk::Silent || said.contains("unable to write")) {
        return Err(RepoError::io(RepoText::DoWrite, dir)(std::io::ErrorKind::StorageFull.into()));
    }
    Err(RepoError::Remote { doing: RemoteDoing::Clone, remote: without_password(address), output: said })
}
