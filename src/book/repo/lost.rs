//! A book whose history git does not find: a copy without its `.git`, or with a damaged one.

use std::path::Path;

use super::error::RepoError;
use super::say::quoted;
use crate::policy::Settings;

/// The error for a folder of a book, or one inside it, whose history is not found. `None` if there is no book.
pub(super) fn without_history(dir: &Path) -> Option<RepoError> {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let top = dir.ancestors().find(|dir| dir.join(Settings::FILE).is_file())?;
    Some(RepoError::NoHistory { dir: top.to_owned(), mend: mend(top) })
}

/// The command that mends the `.git` of a book whose objects are still there. `None` if none is known.
fn mend(top: &Path) -> Option<String> {
    let git = top.join(".git");
    let objects = git.join("objects").read_dir().ok()?.filter_map(Result::ok);
    if objects.map(|entry| entry.file_name()).all(|name| name == "info" || name == "pack") && !has_packs(&git) {
        return None;
    }
    let path = |name: &str| quoted(&git.join(name).display().to_string());
    let mut commands = Vec::new();
    if !git.join("refs").is_dir() {
        commands.push(format!("mkdir {}", path("refs")));
    }
    let head = git.join("HEAD");
    if !head.is_file() {
        if head.is_dir() {
            commands.push(format!("rm -r {}", path("HEAD")));
        }
        let logs = git.join("logs/refs/heads").read_dir().into_iter().flatten().filter_map(Result::ok);
        let mut names = logs.filter_map(|entry| entry.file_name().into_string().ok());
        let branch = names.next().filter(|_| names.next().is_none())?;
        commands.push(format!("echo {} > {}", quoted(&format!("ref: refs/heads/{branch}")), path("HEAD")));
    }
    let config = path("config");
    let worktree = git2::Config::open(&git.join("config")).and_then(|config| config.get_path("core.worktree"));
    if worktree.is_ok_and(|worktree| !git.join(worktree).is_dir()) {
        commands.push(format!("git config --file {config} --unset core.worktree"));
    }
    (!commands.is_empty()).then(|| commands.join(" && "))
}

fn has_packs(git: &Path) -> bool {
    git.join("objects/pack").read_dir().is_ok_and(|mut packs| packs.next().is_some())
}
