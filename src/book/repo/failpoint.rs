//! Places where a debug build can be made to fail, so that tests see every way in which a write can be interrupted.

use std::io::ErrorKind;
use std::path::Path;

use super::error::RepoError;
use crate::locale::messages::RepoText;

/// The names of all places, in the order in which a write reaches them; then those of recovery.
pub const FAILPOINTS: &[&str] = &[
    "locked",
    "recovered",
    "verified",
    "hook-run",
    "index-locked",
    "rechecked",
    "objects-written",
    "temporaries-written",
    "index-written",
    "journal-written",
    "synced",
    "ref-moved",
    "file-renamed",
    "files-renamed",
    "index-stamped",
    "index-renamed",
    "index-unlocked",
    "journal-closed",
    "post-commit-run",
    "recover-file",
    "recover-files",
    "recover-index",
    "recover-unlocked",
];

/// At most one active place. Release builds carry the value but never look at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failpoint {
    name: String,
    action: Action,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Action {
    #[default]
    Nothing,
    Abort,
    Error,
    Full,
    Sleep,
}

impl Failpoint {
    /// Reads `name:abort`, `name:error`, `name:full` (the disk has no space left) or `name:sleep` (one second).
    /// Anything else activates nothing.
    pub fn parse(spec: &str) -> Failpoint {
        let (name, action) = spec.split_once(':').unwrap_or((spec, ""));
        let action = match action {
            "abort" => Action::Abort,
            "error" => Action::Error,
            "full" => Action::Full,
            "sleep" => Action::Sleep,
            _ => Action::Nothing,
        };
        Failpoint { name: name.to_owned(), action }
    }

    /// Fails here if this is the active place and this is a debug build.
    ///
    /// # Errors
    /// [`RepoError::Failpoint`] if the action is `error`, [`RepoError::Io`] if it is `full`.
    pub(crate) fn hit(&self, name: &'static str) -> Result<(), RepoError> {
        if !cfg!(debug_assertions) {
            return Ok(());
        }
        debug_assert!(FAILPOINTS.contains(&name), "{name} stands in no list");
        if self.action == Action::Nothing || self.name != name {
            return Ok(());
        }
        match self.action {
            Action::Nothing => Ok(()),
            Action::Abort => std::process::abort(),
            Action::Error => Err(RepoError::Failpoint { name }),
            Action::Full => Err(RepoError::io(RepoText::DoWrite, Path::new(name))(ErrorKind::StorageFull.into())),
            Action::Sleep => {
                std::thread::sleep(std::time::Duration::from_secs(1));
                Ok(())
            }
        }
    }
}
