//! git's next index: written beside the present one and then moved into its place.

use std::path::PathBuf;

use super::error::RepoError;
use super::flush::{Unflushed, start_writing};
use super::index::{FileStat, IndexChange, Spliced, write_slowly};
use super::open::Repo;
use crate::locale::messages::RepoText;

/// The next index of git, in the state directory.
pub(super) const NEXT_INDEX: &str = "index.new";

/// The next index, beside the present one.
pub(super) struct NextIndex {
    path: PathBuf,
    spliced: Option<(Spliced, std::fs::File)>,
    installed: bool,
}

impl NextIndex {
    pub(super) fn write(
        repo: &Repo,
        spliced: Option<Spliced>,
        changes: &[IndexChange],
    ) -> Result<NextIndex, RepoError> {
        let path = repo.state_dir().join(NEXT_INDEX);
        let mut next = NextIndex { path: path.clone(), spliced: None, installed: false };
        match spliced {
            Some(spliced) => {
                let file = spliced.write(&path)?;
                // most of it will not change any more
                start_writing(&file);
                next.spliced = Some((spliced, file));
            }
            None => write_slowly(repo, changes, &path)?,
        }
        // Others who share the repository keep their access to its index.
        if let Ok(meta) = std::fs::metadata(repo.index_path()) {
            std::fs::set_permissions(&path, meta.permissions()).map_err(RepoError::io(RepoText::DoWrite, &path))?;
        }
        Ok(next)
    }

    /// Computes the part of the checksum that does not depend on the new files.
    pub(super) fn hash_settled(&mut self) {
        if let Some((spliced, _)) = &mut self.spliced {
            spliced.hash_settled();
        }
    }

    pub(super) fn stamp(&mut self, change: usize, stat: &FileStat) {
        if let Some((spliced, _)) = &mut self.spliced {
            spliced.stamp(change, stat);
        }
    }

    /// Completes it with the stamped entries. Returns the file, which must be flushed before it is moved into place.
    pub(super) fn seal(&mut self) -> Result<Unflushed, RepoError> {
        let Some((mut spliced, mut file)) = self.spliced.take() else { return Ok(self.path.clone().into()) };
        spliced.seal();
        spliced.rewrite(&mut file).map_err(RepoError::io(RepoText::DoWrite, &self.path))?;
        Ok(Unflushed::written(self.path.clone(), file))
    }

    pub(super) fn install(&mut self, repo: &Repo) -> Result<(), RepoError> {
        let index = repo.index_path();
        std::fs::rename(&self.path, &index).map_err(RepoError::io(RepoText::DoReplace, &index))?;
        self.installed = true;
        Ok(())
    }
}

impl Drop for NextIndex {
    fn drop(&mut self) {
        if !self.installed {
            std::fs::remove_file(&self.path).ok();
        }
    }
}
