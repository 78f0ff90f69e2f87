//! Folders that may not be written: nothing is written by halves, the message says what gives the right, `doctor` finds
//! them, and afterwards all goes on.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::sandbox::Sandbox;

/// Somebody without rights of an administrator.
const NOBODY: u32 = 65_534;

/// A book of somebody who is no administrator, even if the test runs as one, with the program in it.
struct Book {
    sandbox: Sandbox,
    root: bool,
}

impl Book {
    fn new() -> Book {
        let sandbox = Sandbox::empty();
        for line in [
            "init --name x --lang en",
            "new client name=First phone=0571-88886661 --key K1",
            "new complaint client=K1 channel=phone content=leak --key C1",
        ] {
            assert!(sandbox.run(line).ends_with("--- exit 0\n"), "{line}");
        }
        let root = rustix::process::geteuid().is_root();
        if root {
            let program = sandbox.dir().join("../program");
            std::fs::copy(env!("CARGO_BIN_EXE_redress"), program).expect("a copy");
            give(sandbox.dir().parent().expect("a folder"));
        }
        Book { sandbox, root }
    }

    fn command(&self, line: &str) -> Command {
        if !self.root {
            return self.sandbox.redress(line);
        }
        let mut command = self.sandbox.command(self.sandbox.dir().join("../program"));
        command.args(redress::cli::words::split(line)).uid(NOBODY).gid(NOBODY);
        command
    }

    fn run(&self, line: &str) -> String {
        self.sandbox.shown(&self.command(line).output().expect("redress runs"))
    }

    fn ok(&self, line: &str) -> String {
        let shown = self.run(line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}: {shown}");
        shown
    }

    /// Allows or forbids to write a folder and what is in it.
    fn allow(&self, folder: &str, writing: bool) {
        let change = |path: &Path, meta: &std::fs::Metadata| {
            let mode = meta.permissions().mode();
            let mode = if writing { mode | 0o200 } else { mode & !0o222 };
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        };
        each(&self.sandbox.dir().join(folder), &change);
    }
}

fn each(path: &Path, change: &dyn Fn(&Path, &std::fs::Metadata)) {
    let meta = path.symlink_metadata().expect("a file");
    if meta.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder").flatten() {
            each(&entry.path(), change);
        }
    }
    change(path, &meta);
}

fn give(path: &Path) {
    each(path, &|path, _| chown(path, Some(NOBODY), Some(NOBODY)).expect("an owner"));
}

#[test]
fn nothing_is_written_by_halves_and_what_gives_the_right_is_said() {
    let book = Book::new();
    for folder in ["complaints", ".git/refs/heads", ".git/redress", ".git/objects"] {
        let before = book.sandbox.git("-c safe.directory=* rev-parse HEAD");
        book.allow(folder, false);
        let said = book.run("edit C1 content=flood");
        assert!(said.contains("ermission denied") && said.ends_with("--- exit 4\n"), "{folder}: {said}");
        assert!(said.contains("chmod -R u+rwX [BOOK]/"), "{folder}: {said}");
        assert_eq!(book.sandbox.git("-c safe.directory=* rev-parse HEAD"), before, "{folder}");
        let said = book.run("doctor");
        assert!(said.contains(folder) && said.contains("chmod -R u+rwX"), "{folder}: {said}");
        assert!(said.ends_with("--- exit 1\n"), "{folder}: {said}");
        book.allow(folder, true);
        assert!(book.run("status").starts_with("nothing to commit"), "{folder}");
        assert!(book.run("doctor").contains("the book is in order"), "{folder}");
        book.ok(&format!("edit C1 content={}", folder.replace(['/', '.'], "-")));
    }
}

/// A sync that cannot write what comes in asks for no right to the shared repository.
#[test]
fn a_sync_tells_ones_own_folders_from_those_of_the_shared_repository() {
    let book = Book::new();
    let git = |line: &str| book.sandbox.git(&format!("-c safe.directory=* {line}"));
    git("init -q --bare -b main shared.git");
    git("remote add origin shared.git");
    git("push -q origin HEAD:main");
    git("clone -q shared.git other");
    git("-C other commit -q --allow-empty -m odd");
    git("-C other push -q");
    if book.root {
        give(&book.sandbox.dir());
    }
    book.allow(".git/objects", false);
    let said = book.run("sync");
    assert!(said.contains("chmod -R u+rwX [BOOK]/.git/objects"), "{said}");
    assert!(!said.contains("the shared repository"), "{said}");
    book.allow(".git/objects", true);
    book.ok("sync");
    book.ok("edit C1 content=flood");
    book.allow("shared.git", false);
    let said = book.run("sync");
    assert!(said.contains("ask the person who keeps the shared repository"), "{said}");
    book.allow("shared.git", true);
    book.ok("sync");
}

#[test]
fn what_an_older_program_left_read_only_does_not_stop_the_book() {
    let book = Book::new();
    let mut killed = book.command("edit C1 content=flood");
    let killed = killed.env("REDRESS_FAILPOINT", "ref-moved:abort").output().expect("redress runs");
    assert!(!killed.status.success());
    book.sandbox.write(".git/redress/recovered", "old");
    if book.root {
        give(&book.sandbox.dir());
    }
    book.allow(".git/redress/recovered", false);
    book.ok("doctor --fix");
    assert!(book.run("status").starts_with("nothing to commit"));
    assert!(book.ok("show C1").contains("flood"));
}
