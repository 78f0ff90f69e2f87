//! What a clone's own configuration has for a book: the merge driver, and the hook that checks what is committed by
//! hand.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use git2::Oid;

use super::error::RepoError;
use super::git;
use super::hook;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The merge driver, as `.gitattributes` of a book names it.
const DRIVER: &str = "merge.redress.driver";
const DRIVER_NAME: &str = "merge.redress.name";
/// What tells the command of this program from an older one, which let git keep one side if the program was not
/// found. With such a status git ends the merge and changes nothing.
const GUARD: &str = "exit 255";
/// What stands in the command before the place of the program.
const PLACE: &str = "|| r=";
const ATTRIBUTES: &str = ".gitattributes";
const ATTRIBUTE: &str = "merge=redress";
/// The file in the state directory which says that the missing driver was mentioned.
const MENTIONED: &str = "driver-mentioned";

/// How git merges the records of a clone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// By the merge driver, or nobody shares this clone.
    Sound,
    /// Without the merge driver, which is not registered.
    Missing,
    /// By a command that an older program registered. If git does not find the program, it keeps one side.
    Old,
    /// By a command whose program is not there any more.
    Lost,
}

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
    /// Whether git merges the records of this clone by `redress merge-driver`. Only books that are shared and want the
    /// driver lack it.
    pub fn merge_driver(&self) -> Driver {
        match self.setting(DRIVER) {
            Some(command) if !command.contains(GUARD) => Driver::Old,
            Some(_) => Driver::Sound,
            None if self.wants_merge_driver() => Driver::Missing,
            None => Driver::Sound,
        }
    }

    /// As [`Repo::merge_driver`], and looks whether the program is there that git would run.
    pub fn merge_driver_at_work(&self) -> Driver {
        let standing = self.merge_driver();
        let Some(command) = self.setting(DRIVER).filter(|_| standing == Driver::Sound) else { return standing };
        let place = command.split_once(PLACE).and_then(|(_, rest)| rest.split_once(';')).map(|(place, _)| place);
        let script = format!("command -v redress || command -v {}", place.unwrap_or("redress"));
        let mut shell = std::process::Command::new("sh");
        let found =
            shell.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        match found {
            Ok(status) if !status.success() => Driver::Lost,
            // without a shell git brings its own
            _ => Driver::Sound,
        }
    }

    fn wants_merge_driver(&self) -> bool {
        let wanted = || {
            let tip = self.head().ok()?.tip?;
            let attributes = self.read(tip, ATTRIBUTES).ok()??;
            Some(String::from_utf8_lossy(&attributes).contains(ATTRIBUTE))
        };
        self.top().is_some() && self.has_remote().unwrap_or_default() && wanted().unwrap_or_default()
    }

    /// Registers the merge driver in the configuration of this clone. `program` is the place of this program, where git
    /// finds it if it is not in the PATH.
    ///
    /// # Errors
    /// [`RepoError::Git`] if git's configuration cannot be written.
    pub fn register_merge_driver(&self, program: &Path) -> Result<(), RepoError> {
        self.configure(DRIVER_NAME, "records of redress")?;
        self.configure(DRIVER, &command(program))
    }

    /// Whether the missing driver was not mentioned yet. It is from now on.
    pub fn mention_merge_driver(&self) -> bool {
        std::fs::File::create_new(self.state_dir().join(MENTIONED)).is_ok()
    }

    /// The branches of the remote of a new clone.
    ///
    /// # Errors
    /// [`RepoError::Command`] if git cannot list them.
    pub fn branches_of_clone(&self) -> Result<Vec<String>, RepoError> {
        let mut list = git::command(self);
        list.args(["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin/"]);
        let names = git::run(&mut list, &[])?;
        let names = String::from_utf8_lossy(&names);
        Ok(names.lines().filter(|name| *name != "HEAD").map(str::to_owned).collect())
    }

    /// Switches a new clone to a branch of its remote.
    ///
    /// # Errors
    /// [`RepoError::Command`] if git cannot check it out.
    pub fn switch_clone(&self, branch: &str) -> Result<(), RepoError> {
        let upstream = format!("refs/remotes/origin/{branch}");
        git::run(git::command(self).args(["checkout", "--quiet", "-b", branch, "--track", &upstream]), &[]).map(drop)
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

/// What git runs, by a shell, for a record that both sides changed. Status 0 is a merged file, 1 a conflict with marks
/// in the file. Everything else would let git take one side for the result, so it ends the merge.
fn command(program: &Path) -> String {
    // git reads `%`, and the place ends at `;`
    let place = program.display().to_string().replace('%', "%%").replace('\'', "'\\''");
    let place = if place.contains(';') { "redress".to_owned() } else { place };
    format!(
        "r=redress; command -v $r >/dev/null 2>&1 {PLACE}'{place}'; command -v \"$r\" >/dev/null 2>&1 || \
         {{ echo 'redress is not found, so no record is merged: put it into the PATH, or run redress doctor --fix -y' >&2; {GUARD}; }}; \
         \"$r\" merge-driver %O %A %B %P; s=$?; [ $s -le 1 ] || {GUARD}; exit $s"
    )
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
