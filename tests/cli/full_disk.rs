//! A full disk, at every place where a command writes: it is said in plain words with what to do, nothing is lost, and
//! the same command goes on when there is room again.
#![allow(clippy::disallowed_methods, reason = "the child is told what to do by its environment")]

use std::path::{Path, PathBuf};
use std::process::Command;

use redress::book::repo::FAILPOINTS;

use crate::clones::Clones;
use crate::sandbox::Sandbox;

/// What every message about it must say.
const HELP: &str = "help: nothing is lost: make room on the disk, then run the same command again";
/// What people say of it.
const FULL: [&str; 3] = ["o space left on device", "no storage space", "no room on the disk"];
/// Something to attach: more than the smallest room that is left.
const PICTURE: usize = 30_000;

fn says_full(shown: &str) -> bool {
    FULL.iter().any(|words| shown.contains(words))
}

/// Runs a command of a clone while the disk is full at a place. Returns what it shows.
fn at_full_disk(clones: &Clones, name: &str, place: &str, line: &str) -> String {
    let mut command = clones.sandbox.redress(&format!("-C {name} --lang en {line}"));
    let output = command.env("REDRESS_FAILPOINT", format!("{place}:full")).output().expect("redress runs");
    clones.sandbox.shown(&output)
}

#[test]
fn wherever_a_write_finds_the_disk_full_the_same_command_goes_on() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leaks --key case");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let moved = FAILPOINTS.iter().position(|name| *name == "ref-moved").expect("the commit point");
    let places = FAILPOINTS.iter().enumerate().filter(|(_, name)| !name.starts_with("recover-"));
    for (at, place) in places {
        clones.sandbox.write("lines.ndjson", &lines(at));
        clones.sandbox.write(&format!("picture-{at}.jpg"), &format!("{at}{}", "x".repeat(PICTURE)));
        for (number, line) in [
            format!("new client name=full-{at} --key full-{at}"),
            format!("edit case content=content-{at}"),
            format!("attach case picture-{at}.jpg"),
            "batch lines.ndjson".to_owned(),
            // a merge, then a move forward
            "sync".to_owned(),
            "sync".to_owned(),
        ]
        .into_iter()
        .enumerate()
        {
            if line == "sync" {
                clones.add("li", &format!("li-{at}-{number}"));
                clones.ok("li", "sync");
            }
            let before = clones.tip("wang");
            let shown = at_full_disk(&clones, "wang", place, &line);
            let context = format!("{place}: {line}: {shown}");
            assert!(says_full(&shown), "{context}");
            if at < moved {
                assert!(shown.contains(HELP) && shown.ends_with("--- exit 4\n"), "{context}");
                assert_eq!(clones.tip("wang"), before, "{context}");
                clones.ok("wang", &line);
            } else {
                assert!(shown.contains("warning: ") && shown.ends_with("--- exit 0\n"), "{context}");
                // the next command that writes finishes what was begun
                clones.add("wang", &format!("after-{at}-{number}"));
            }
            assert_ne!(clones.tip("wang"), before, "{context}");
            assert_eq!(clones.git("wang", "status --porcelain"), "", "{context}");
        }
        clones.ok("wang", "sync");
    }
    clones.check("wang");
    clones.ok("li", "sync");
    assert_eq!(clones.tip("li"), clones.published());
    assert_eq!(clones.tip("wang"), clones.published());
    for at in 0..moved {
        clones.ok("li", &format!("show full-{at}"));
    }
    clones.ok("li", "audit --quiet");
}

/// More records than are written as loose objects.
fn lines(round: usize) -> String {
    let line = |n| {
        let fields = format!("{{\"client\":\"hengtai\",\"channel\":\"phone\",\"content\":\"{round} {n}\"}}");
        format!("{{\"op\":\"new\",\"kind\":\"complaint\",\"key\":\"b{round}-{n}\",\"fields\":{fields}}}\n")
    };
    (0..60).map(line).collect()
}

/// The sizes of what is left of a disk, in KiB: nothing, and enough for one part after the other.
const LEFT: [u64; 10] = [0, 4, 8, 16, 28, 44, 64, 128, 300, 700];
/// The size of the disk.
const DISK: &str = "size=24m";

/// Where a disk can be mounted without being root, the commands run on one that is really full.
#[test]
fn on_a_disk_that_is_really_full_nothing_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let own = |command: &mut Command| {
        command.arg("-Urm").arg("sh").arg("-c");
        command.arg(format!("mount -t tmpfs -o {DISK} tmpfs \"$0\" && exec \"$@\"")).arg(dir.path());
    };
    let mut tried = Command::new("unshare");
    own(&mut tried);
    if !tried.arg("true").output().is_ok_and(|output| output.status.success()) {
        #[allow(clippy::disallowed_macros, reason = "a test that is left out says so")]
        {
            eprintln!("left out: this system lets nobody mount a small disk");
        }
        return;
    }
    let mut child = Command::new("unshare");
    own(&mut child);
    child.arg(std::env::current_exe().expect("this program"));
    child.args(["--exact", "full_disk::the_child_on_a_small_disk", "--nocapture", "--test-threads=1"]);
    let output = child.env("FULL_DISK", dir.path()).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// Not a test of its own: the test before starts it on a small disk.
#[test]
fn the_child_on_a_small_disk() {
    let Some(disk) = std::env::var_os("FULL_DISK").map(PathBuf::from) else { return };
    let made = Clones::with(1);
    made.sandbox.write("picture.jpg", &"x".repeat(PICTURE));
    made.sandbox.write("lines.ndjson", &lines(0));
    made.ok("li", "new complaint client=hengtai channel=phone content=leaks --key case");
    made.ok("li", "sync");
    made.add("wang", "own");
    let commands = [
        ("li", "new client name=e --key e"),
        ("li", "advance case accept promised=2026-11-27T17:00"),
        ("li", "edit case content=more"),
        ("li", "batch lines.ndjson"),
        ("li", "attach case picture.jpg"),
        ("wang", "undo -y"),
        ("wang", "sync"),
        ("li", "list complaint"),
        ("li", "audit --quiet"),
        ("new", "clone shared.git new"),
        ("other", "init other --preset basic"),
    ];
    for left in LEFT {
        for cached in [true, false] {
            for (name, line) in commands {
                on_disk(&made.sandbox, &disk, left, cached, name, line);
            }
        }
    }
}

/// Runs a command on the disk when so many KiB are left, and once more with room.
fn on_disk(made: &Sandbox, disk: &Path, left: u64, cached: bool, name: &str, line: &str) {
    for entry in std::fs::read_dir(disk).expect("the disk").flatten() {
        let path = entry.path();
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        removed.expect("it goes");
    }
    let copied = Command::new("cp").arg("-rT").args([made.dir().as_path(), disk]).status().expect("cp runs");
    assert!(copied.success());
    if !cached {
        for clone in ["li", "wang"] {
            for cache in ["index.sqlite", "index.stamp", "policy"] {
                std::fs::remove_file(disk.join(clone).join(".git/redress").join(cache)).ok();
            }
        }
    }
    let run = || {
        let in_clone = if ["new", "other"].contains(&name) { String::new() } else { format!("-C {name} ") };
        let mut command = made.redress(&format!("{in_clone}--lang en {line}"));
        made.shown(&command.current_dir(disk).env("TMPDIR", disk).output().expect("redress runs"))
    };
    let git = |words: &[&str]| {
        let output = made.command("git").current_dir(disk).arg("-C").arg(name).args(words).output().expect("git runs");
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    let before = disk.join(name).exists().then(|| git(&["rev-parse", "HEAD"]));
    fill(disk, left);
    let shown = run();
    std::fs::remove_file(disk.join("filler")).expect("room again");
    let context = format!("{left} KiB left, {cached}, {line}: {shown}");
    if !shown.ends_with("--- exit 0\n") {
        assert!(says_full(&shown) && shown.contains(HELP) && shown.ends_with("--- exit 4\n"), "{context}");
        assert!(
            before.as_ref().is_none_or(|before| *before == git(&["rev-parse", "HEAD"])) || line == "sync",
            "{context}"
        );
        let again = run();
        assert!(again.ends_with("--- exit 0\n"), "{context}\nagain: {again}");
    }
    assert_eq!(git(&["status", "--porcelain"]), "", "{context}");
    assert_eq!(git(&["fsck", "--strict", "--no-dangling"]), "", "{context}");
    let mut validated = made.redress(&format!("-C {name} validate"));
    let validated = made.shown(&validated.current_dir(disk).output().expect("redress runs"));
    assert_eq!(validated, "--- exit 0\n", "{context}");
}

/// Fills the disk up to so many KiB.
fn fill(disk: &Path, left: u64) {
    let room = rustix::fs::statvfs(disk).expect("a disk");
    let free = room.f_bavail * room.f_frsize;
    let filler = std::fs::File::create(disk.join("filler")).expect("a file");
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), free.saturating_sub(left << 10)), &mut &filler)
        .expect("it fits");
}
