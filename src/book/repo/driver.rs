//! What a clone's own configuration has for a book: the merge driver, and the hook that checks what is committed by
//! hand.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::Oid;

use super::error::RepoError;
use super::git;
use super::hook;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The merge driver, as `.gitattributes` of a book names it.
const DRIVER: &str = "merge.redress.driver";
const DRIVER_NAME: &str = "merge.redress.name";
/// What git runs for a record that both sides changed.
const COMMAND: &str = "redress merge-driver %O %A %B %P";
const ATTRIBUTES: &str = ".gitattributes";
const ATTRIBUTE: &str = "merge=redress";
/// The file in the state directory which says that the missing driver was mentioned.
const MENTIONED: &str = "driver-mentioned";

/// What became of a hook that was to be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hooked {
    /// It is there now, or was already.
    Installed,
    /// Another hook is there. It stays.
    Another,
}

/// A file that is staged for the next commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The path from the book's top level.
    pub path: String,
    /// Its staged content. `None` if it is to be deleted.
    pub blob: Option<Oid>,
}

impl Repo {
    /// Whether git merges the records of this clone by `redress merge-driver`.
    pub fn has_merge_driver(&self) -> bool {
        self.setting(DRIVER).is_some()
    }

    /// Whether the book wants the merge driver, others share it, and git does not know the driver.
    pub fn lacks_merge_driver(&self) -> bool {
        let wanted = || {
            let tip = self.head().ok()?.tip?;
            let attributes = self.read(tip, ATTRIBUTES).ok()??;
            Some(String::from_utf8_lossy(&attributes).contains(ATTRIBUTE))
        };
        self.top().is_some()
            && !self.has_merge_driver()
            && self.has_remote().unwrap_or_default()
            && wanted().unwrap_or_default()
    }

    /// Registers the merge driver in the configuration of this clone.
    ///
    /// # Errors
    /// [`RepoError::Git`] if git's configuration cannot be written.
    pub fn register_merge_driver(&self) -> Result<(), RepoError> {
        self.configure(DRIVER_NAME, "records of redress")?;
        self.configure(DRIVER, COMMAND)
    }

    /// Whether the missing driver was not mentioned yet. It is from now on.
    pub fn mention_merge_driver(&self) -> bool {
        std::fs::File::create_new(self.state_dir().join(MENTIONED)).is_ok()
    }

    /// Switches a new clone to the branch of its remote, if the remote has exactly one. Returns whether it has.
    ///
    /// # Errors
    /// [`RepoError::Command`] if git cannot check it out.
    pub fn switch_to_only_branch(&self) -> Result<bool, RepoError> {
        let mut list = git::command(self);
        list.args(["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin/"]);
        let names = git::run(&mut list, &[])?;
        let names = String::from_utf8_lossy(&names);
        let mut names = names.lines().filter(|name| *name != "HEAD");
        let (Some(name), None) = (names.next(), names.next()) else { return Ok(false) };
        let (branch, upstream) = (name.to_owned(), format!("refs/remotes/origin/{name}"));
        git::run(git::command(self).args(["checkout", "--quiet", "-b", &branch, "--track", &upstream]), &[])?;
        Ok(true)
    }

    /// Whether a rebase is in progress, so that merged files become ordinary commits.
    pub fn is_rebasing(&self) -> bool {
        ["rebase-merge", "rebase-apply"].iter().any(|folder| self.git_dir().join(folder).is_dir())
    }

    /// Installs the hook that checks staged files. Never over another one.
    ///
    /// # Errors
    /// [`RepoError::Io`] if it cannot be written.
    pub fn install_hook(&self) -> Result<Hooked, RepoError> {
        let path = hook::folder(self).join("pre-commit");
        if self.setting("core.hooksPath").is_some() {
            // such a folder serves other repositories too
            return Ok(if hook::is_ours(&path) { Hooked::Installed } else { Hooked::Another });
        }
        let write = || -> std::io::Result<Hooked> {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            match std::fs::File::create_new(&path) {
                Ok(mut file) => {
                    file.write_all(hook::OWN.as_bytes())?;
                    #[cfg(unix)]
                    {
                        use std::os::unix::fs::PermissionsExt;
                        file.set_permissions(std::fs::Permissions::from_mode(0o755))?;
                    }
                    Ok(Hooked::Installed)
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    Ok(if hook::is_ours(&path) { Hooked::Installed } else { Hooked::Another })
                }
                Err(error) => Err(error),
            }
        };
        write().map_err(RepoError::io(RepoText::DoWrite, &path))
    }

    /// The files that are staged for the next commit, in the index that git names to its hooks.
    ///
    /// # Errors
    /// [`RepoError::Command`] if git cannot compare them.
    pub fn staged(&self) -> Result<Vec<Staged>, RepoError> {
        let mut command = git::command(self);
        if let Some(index) = &self.environment.index_file {
            // git names it from the folder in which it runs hooks, the top
            command.env("GIT_INDEX_FILE", index);
        }
        command.args(["diff", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "HEAD", "--"]);
        let answer = git::run(&mut command, &[])?;
        let mut found = Vec::new();
        let mut parts = answer.split(|byte| *byte == 0);
        // `:100644 100644 OLD NEW M`, then the path
        while let (Some(head), Some(path)) = (parts.next(), parts.next()) {
            let head = String::from_utf8_lossy(head);
            let blob = head.split(' ').nth(3).and_then(|id| Oid::from_str(id).ok()).filter(|id| *id != Oid::ZERO_SHA1);
            found.push(Staged { path: String::from_utf8_lossy(path).into_owned(), blob });
        }
        Ok(found)
    }
}

/// Makes a clone of a book: the repository at an address, in a folder that is not there or empty.
///
/// # Errors
/// [`RepoError::Remote`] if git cannot clone it. Nothing is left behind then.
pub fn clone_into(address: &str, from: &Path, dir: &Path, talk: super::Talk) -> Result<(), RepoError> {
    let there = dir.exists();
    let absent: Vec<PathBuf> = dir.ancestors().skip(1).take_while(|dir| !dir.exists()).map(Path::to_owned).collect();
    super::remote_talk::clone(address, from, dir, talk).inspect_err(|_| forget_clone(dir, there, &absent))
}

/// Removes a clone that turned out to be no book. A folder that was there stays, empty.
pub fn forget_clone(dir: &Path, was_there: bool, absent: &[PathBuf]) {
    if was_there {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            _ = if is_dir { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        return;
    }
    std::fs::remove_dir_all(dir).ok();
    for dir in absent {
        std::fs::remove_dir(dir).ok();
    }
}
