//! What a change writes at a path, and who makes it.

use git2::Oid;

use super::error::RepoError;
use super::path::BookPath;
use crate::locale::messages::RepoText;

/// A person and a time, as commits have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Seconds since 1970.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

impl Person {
    /// The committer, with a time that is not before that of the parent commit: git walks history by these times.
    pub(super) fn not_before(&self, parent: Option<i64>) -> Person {
        Person { seconds: self.seconds.max(parent.unwrap_or(i64::MIN)), ..self.clone() }
    }
}

/// What must be at a path before it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Nothing: not in the tip, not in git's index, and not in the working tree.
    Absent,
    /// This blob, in all three: the caller has read it and changed it.
    Same(Oid),
    /// These bytes in the working tree (`None`: no file). Tip and index may differ, because a hand edit is being
    /// committed.
    OnDisk(Option<Oid>),
}

impl Expect {
    /// Expects these bytes in the working tree.
    ///
    /// # Errors
    /// If the bytes cannot be hashed.
    pub fn bytes_on_disk(bytes: &[u8]) -> Result<Self, RepoError> {
        let blob = Oid::hash_object(git2::ObjectType::Blob, bytes).map_err(RepoError::git(RepoText::DoHash))?;
        Ok(Expect::OnDisk(Some(blob)))
    }
}

#[derive(Debug)]
pub(super) struct Edit {
    /// The new content; `None` removes the file.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) expect: Expect,
    /// The new mode. `None` keeps the one of the last commit, and makes a new file an ordinary one.
    pub(super) mode: Option<u32>,
}

/// One of several commits of a change.
#[derive(Debug)]
pub(super) struct Part {
    /// Contents by path, sorted; `None` removes the file.
    pub(super) edits: Vec<(BookPath, Option<Vec<u8>>)>,
    pub(super) message: String,
    pub(super) author: Person,
    pub(super) committer: Person,
}

pub(super) fn with_newline(message: &str) -> String {
    if message.ends_with('\n') { message.to_owned() } else { format!("{message}\n") }
}
