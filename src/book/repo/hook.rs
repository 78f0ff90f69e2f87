//! The hooks of a commit. `pre-commit` sees exactly the content that will be committed; `post-commit` runs after
//! everything is done.

use std::path::{Path, PathBuf};

use git2::Oid;

use super::error::RepoError;
use super::git;
use super::open::Repo;

/// The hook. The program's own writes skip it, because they are checked already.
pub(super) const OWN: &str = "#!/bin/sh
# redress: checks the staged files of the book. Changes that redress itself makes skip it.
command -v redress >/dev/null 2>&1 || { echo 'redress is not installed: the book is not checked' >&2; exit 0; }
exec redress validate --staged
";
/// The line by which the hook is known.
const OWN_MARK: &[u8] = b"\n# redress: checks the staged files of the book.";

/// Whether a hook exists. It is checked first, so that most commits start no process.
pub(super) fn exists(repo: &Repo, name: &str) -> bool {
    // Newer versions of git also read hooks from the configuration.
    let configured = repo.settings().keys().any(|key| key.starts_with("hook."));
    let path = folder(repo).join(name);
    // the program's own hook would check again what the program has just checked
    configured || path.exists() && !is_ours(&path)
}

/// The folder in which git looks for hooks.
pub(super) fn folder(repo: &Repo) -> PathBuf {
    let given = repo.environment.settings.iter().rev().find(|(key, _)| key == "core.hookspath");
    let path = match given {
        Some((_, path)) => Some(PathBuf::from(path)),
        None => repo.setting("core.hooksPath").and_then(|_| repo.git.config().ok()?.get_path("core.hooksPath").ok()),
    };
    match path {
        Some(path) => repo.top().unwrap_or(repo.git_dir()).join(path),
        None => repo.common_dir().join("hooks"),
    }
}

/// Whether a hook is the one of this program.
pub(super) fn is_ours(path: &Path) -> bool {
    let content = std::fs::read(path).unwrap_or_default();
    content.windows(OWN_MARK.len()).any(|part| part == OWN_MARK)
}

impl Repo {
    /// Whether several commits may be made at once: no hook must run for each of them, and none is signed.
    pub fn commits_in_chains(&self) -> bool {
        !(self.flag("commit.gpgSign") || exists(self, "pre-commit") || exists(self, "post-commit"))
    }
}

/// Runs `pre-commit` with an index of its own that has the commit's tree. Other staged changes of the user are not
/// part of the commit, and the hook cannot change the commit.
pub(super) fn pre_commit(repo: &Repo, tree: Oid) -> Result<(), RepoError> {
    let index = Temporary(repo.state_dir().join("hook-index"));
    let with_index = |arguments: &[&str]| {
        let mut command = git::command(repo);
        command.args(arguments).env("GIT_INDEX_FILE", &index.0).env("GIT_EDITOR", ":");
        command
    };
    git::run(&mut with_index(&["read-tree", &tree.to_string()]), &[])?;
    let output = git::output(&mut with_index(&["hook", "run", "--ignore-missing", "pre-commit"]), &[])?;
    if !output.status.success() {
        return Err(RepoError::HookRefused { output: git::said(&output) });
    }
    let after = git::run(&mut with_index(&["write-tree"]), &[])?;
    if String::from_utf8_lossy(&after).trim() != tree.to_string() {
        return Err(RepoError::HookChanged);
    }
    Ok(())
}

/// Runs `post-commit`. If it fails, the commit stays; the hook's output is returned.
pub(super) fn post_commit(repo: &Repo) -> Option<String> {
    let mut command = git::command(repo);
    command.args(["hook", "run", "--ignore-missing", "post-commit"]);
    match git::output(&mut command, &[]) {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(git::said(&output)),
        Err(error) => Some(error.to_string()),
    }
}

/// A file that is removed when dropped.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}
