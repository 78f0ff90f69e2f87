//! Repositories for tests, made with git itself in a temporary folder.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::edit::{Expect, Person};
use super::environment::Environment;
use super::open::Repo;
use super::transaction::Transaction;

pub(super) struct Sandbox {
    dir: tempfile::TempDir,
}

impl Sandbox {
    /// An empty repository on branch `main`.
    pub(super) fn new() -> Sandbox {
        let sandbox = Sandbox { dir: tempfile::tempdir().unwrap() };
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox.git(&["config", "user.name", "Li Na"]);
        sandbox.git(&["config", "user.email", "li.na@example.com"]);
        sandbox
    }

    pub(super) fn top(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn repo(&self) -> Repo {
        Repo::discover(self.top(), &Environment::default()).unwrap()
    }

    pub(super) fn try_git(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new("git").current_dir(self.top()).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        self.try_git(arguments).unwrap_or_else(|error| panic!("git {arguments:?}: {error}"))
    }

    pub(super) fn write(&self, path: &str, content: &str) {
        let place = self.top().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, content).unwrap();
    }

    pub(super) fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.top().join(path)).ok()
    }

    /// Commits one new file through a transaction.
    pub(super) fn add(&self, path: &str, content: &str) {
        let repo = self.repo();
        let mut transaction = begin(&repo);
        transaction.put(path, content.into(), Expect::Absent).unwrap();
        let done = transaction.commit(path, &person(), &person()).unwrap();
        assert!(done.unfinished.is_none(), "{done:?}");
    }

    /// Everything that git reports about the repository.
    pub(super) fn complaints(&self) -> String {
        let status = self.git(&["status", "--porcelain"]);
        let fsck = Command::new("git").current_dir(self.top()).args(["fsck", "--strict"]).output().unwrap();
        assert!(fsck.status.success(), "{fsck:?}");
        status + &self.git(&["diff", "--cached", "--stat"])
    }
}

pub(super) fn begin(repo: &Repo) -> Transaction<'_> {
    repo.begin(Duration::from_millis(500)).unwrap()
}

pub(super) fn person() -> Person {
    Person { name: "Li Na".into(), email: "li.na@example.com".into(), seconds: 1_795_000_000, offset: 480 }
}
