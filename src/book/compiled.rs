//! The compiled rule book of the last command, in the file `.git/redress/policy`. If it was compiled from the
//! settings, policy and calendar of the present commit, a command need not read and check their files again. A kind
//! is read from it when it is asked for. Older rule books, which judge records that were opened under them, are in
//! files `rules-ID` beside it.
//!
//! The file can be removed or damaged at any time. It holds the ids of its sources, the build of the program and a
//! digest; if anything differs by a byte, the rule book is read from its own files again. A rule book with mistakes
//! is never stored. A computed value is stored as the names that it is bound to (`record::Bound`), and is bound
//! again.

use std::path::PathBuf;

use sha1::{Digest, Sha1};

use super::kept::Source;
use super::repo::{Repo, has_room};
use crate::policy::Policy;

/// The length of a SHA-1, in bytes.
const DIGEST: usize = 20;

/// The stored rule book of a repository, for one build of the program.
#[derive(Debug)]
pub(super) struct Compiled {
    path: PathBuf,
    program: String,
}

impl Compiled {
    /// The stored rule book of a repository. `None` if the build of the program is not known.
    pub(super) fn of(repo: &Repo) -> Option<Compiled> {
        let program = repo.program()?.to_owned();
        Some(Compiled { path: repo.state_dir().join("policy"), program })
    }

    /// An older rule book of a repository, by the short id of its tree. What is read from it also depends on today's
    /// rule book; [`Compiled::read`] and [`Compiled::write`] take the source of that one.
    pub(super) fn older(repo: &Repo, rules: &str) -> Option<Compiled> {
        // The id comes from the file of a record and becomes a file name, so it is checked.
        let is_id = (4..=64).contains(&rules.len()) && rules.bytes().all(|byte| byte.is_ascii_hexdigit());
        let program = repo.program().filter(|_| is_id)?;
        Some(Compiled { path: repo.state_dir().join(format!("rules-{rules}")), program: format!("{program} {rules}") })
    }

    /// The rule book of a source, if it is the stored one.
    pub(super) fn read(&self, source: &Source) -> Option<Policy> {
        // reading something that is not a file might block
        if !std::fs::symlink_metadata(&self.path).ok()?.is_file() {
            return None;
        }
        let mut bytes = std::fs::read(&self.path).ok()?;
        let (rest, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        let (policy, key) = rest.split_at_checked(rest.len().checked_sub(DIGEST)?)?;
        if key != self.key(source) || digest != Sha1::digest(rest).as_slice() {
            return None;
        }
        bytes.truncate(policy.len());
        Policy::from_bytes(bytes)
    }

    /// Stores the rule book of a source. A failure changes no answer and is not reported.
    pub(super) fn write(&self, source: &Source, policy: &Policy) {
        if !self.path.parent().is_some_and(has_room) {
            return;
        }
        let Some(mut bytes) = policy.to_bytes() else { return };
        bytes.extend(self.key(source));
        bytes.extend(Sha1::digest(&bytes));
        // written beside it first, so that nobody reads half of it
        let beside = self.path.with_file_name(format!("policy.{}", std::process::id()));
        let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &self.path));
        if written.is_err() {
            std::fs::remove_file(&beside).ok();
        }
    }

    fn key(&self, source: &Source) -> [u8; DIGEST] {
        let mut key = Sha1::new().chain_update(&self.program);
        for id in source {
            key.update([0]);
            key.update(id.as_ref().map(|id| id.as_bytes()).unwrap_or_default());
        }
        key.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Compiled;
    use crate::book::repo::Oid;
    use crate::policy::Policy;
    use crate::policy::tests::sources_of;

    #[test]
    fn it_is_found_under_its_source_and_by_its_build_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |program: &str| Compiled { path: folder.path().join("policy"), program: program.to_owned() };
        let id = |byte: u8| Some(Oid::from_bytes(&[byte; 20]).unwrap());
        let source = [id(1), id(2), None, None];
        assert!(at("this").read(&source).is_none(), "nothing is kept");
        let policy = Policy::load(&sources_of("manufacturer"), "").unwrap();
        at("this").write(&source, &policy);
        let read = at("this").read(&source).unwrap();
        assert_eq!(format!("{read:?}"), format!("{policy:?}"));
        let others = [
            [id(1), id(2), id(3), None],
            [id(1), id(3), None, None],
            [id(2), id(2), None, None],
            [None, id(1), id(2), None],
            [id(1), id(2), None, id(3)],
        ];
        for other in others {
            assert!(at("this").read(&other).is_none(), "{other:?}");
        }
        assert!(at("that").read(&source).is_none(), "another build");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
