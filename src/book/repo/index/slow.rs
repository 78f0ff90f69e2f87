//! Makes the next index with `git update-index` on a copy, for versions and extensions that are not edited directly.

use std::path::Path;

use super::super::error::RepoError;
use super::super::git;
use super::super::open::Repo;
use super::IndexChange;
use crate::locale::messages::RepoText;

/// Writes the index after `changes` to `target`.
///
/// The copy keeps the time of the original, by which git recognises racy entries. git's data about the new files
/// stays empty: it reads each of them once and then notes the data.
pub(in super::super) fn write_slowly(repo: &Repo, changes: &[IndexChange], target: &Path) -> Result<(), RepoError> {
    let source = repo.index_path();
    match std::fs::copy(&source, target) {
        Ok(_) => {
            let time = std::fs::metadata(&source).and_then(|meta| meta.modified());
            let time = time.map_err(RepoError::io(RepoText::DoLook, &source))?;
            let copy = std::fs::File::options().write(true).open(target);
            copy.and_then(|file| file.set_modified(time)).map_err(RepoError::io(RepoText::DoWrite, target))?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            std::fs::remove_file(target).ok();
        }
        Err(error) => return Err(RepoError::io(RepoText::DoCopy, &source)(error)),
    }
    let mut input = Vec::new();
    for (path, entry) in changes {
        let (mode, blob) = entry.map_or((0, git2::Oid::ZERO_SHA1), |entry| (entry.mode, entry.blob));
        // Removed first, so that the stages of a conflict are removed too.
        input.extend_from_slice(format!("0 {}\t{path}\0", git2::Oid::ZERO_SHA1).as_bytes());
        if mode != 0 {
            input.extend_from_slice(format!("{mode:o} {blob}\t{path}\0").as_bytes());
        }
    }
    let mut command = git::command(repo);
    command.args(["update-index", "-z", "--index-info"]).env("GIT_INDEX_FILE", target);
    git::run(&mut command, &input)?;
    Ok(())
}
