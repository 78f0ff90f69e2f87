//! What somebody has published with git alone and no clone can go on with is refused by `sync`, before anything
//! changes: who published it, what it is, and how it is put right. A book in which such a thing was committed says so
//! in every command.

use std::os::unix::ffi::OsStrExt;

use crate::clones::Clones;
use crate::sandbox::Sandbox;

/// Li Na publishes what git adds; Wang Lei's sync.
fn published(clones: &Clones) -> String {
    clones.git("li", "add -A");
    clones.git("li", "commit -q -m changed");
    clones.git("li", "push -q origin HEAD:main");
    let before = clones.tip("wang");
    let said = clones.run("wang", "sync");
    assert_eq!(clones.tip("wang"), before, "nothing moves: {said}");
    clones.check("wang");
    said
}

#[test]
fn rules_that_do_not_load_do_not_come_in_and_can_be_mended() {
    let clones = Clones::with(1);
    let path = clones.sandbox.dir().join("li/policy/recording.toml");
    let rules = std::fs::read_to_string(&path).expect("rules");
    std::fs::write(&path, format!("{rules}\n[a]\nx = 1\n")).expect("written");
    for own in [false, true] {
        if own {
            clones.add("wang", "ningbo");
        }
        let said = if own { clones.run("wang", "sync") } else { published(&clones) };
        assert!(said.contains("Li Na") && said.contains("policy/recording.toml:"), "{said}");
        assert!(said.contains("put it right") && said.ends_with("--- exit 1\n"), "{said}");
    }
    // in the clone where they are, every command says how they are mended, also when they are right on the disk
    for (text, says) in [(None, "policy check"), (Some(&rules), "now loads")] {
        if let Some(text) = text {
            std::fs::write(&path, text).expect("written");
        }
        let said = clones.run("li", "status");
        assert!(said.contains(says) && said.contains("git add redress.toml"), "{said}");
    }
    clones.git("li", "commit -q -a -m mended");
    clones.git("li", "push -q origin HEAD:main");
    clones.ok("wang", "sync");
    clones.ok("li", "sync");
    assert_eq!(clones.tip("wang"), clones.tip("li"));
}

#[test]
fn names_and_links_that_no_book_has_are_named_with_who_brought_them() {
    let clones = Clones::with(1);
    let complaints = clones.sandbox.dir().join("li/complaints");
    std::fs::create_dir_all(&complaints).expect("a folder");
    let name = std::ffi::OsStr::from_bytes(b"\xcd\xb6\xcb\xdf.yaml");
    std::fs::write(complaints.join(name), "x").expect("written");
    let said = published(&clones);
    assert!(said.contains("Li Na") && said.contains("UTF-8") && said.contains("git mv"), "{said}");
    std::fs::remove_file(complaints.join(name)).expect("removed");
    std::fs::remove_dir_all(&complaints).ok();
    std::os::unix::fs::symlink("/etc", &complaints).expect("a link");
    let said = published(&clones);
    assert!(said.contains("complaints is a symbolic link") && said.contains("Li Na"), "{said}");
    assert!(!said.contains("move complaints away"), "nothing here is to be moved: {said}");
    // in the clone where it lies no list says that there is nothing
    for line in ["list complaint", "due --all", "status", "report monthly 2026-11"] {
        let said = clones.run("li", line);
        assert!(said.contains("complaints is a symbolic link") && said.contains("git revert"), "{line}: {said}");
        assert!(said.ends_with("--- exit 4\n"), "{line}: {said}");
    }
    clones.git("li", "rm -q complaints");
    clones.git("li", "commit -q -m mended");
    clones.git("li", "push -q origin HEAD:main");
    clones.ok("wang", "sync");
}

#[test]
fn a_commit_that_git_does_not_write_stops_no_sync() {
    let clones = Clones::with(1);
    let (tree, tip) = (clones.git("li", "rev-parse HEAD^{tree}"), clones.tip("li"));
    let text = format!("tree {}\nparent {tip}\nauthor x\ncommitter \n\nm\n", tree.trim());
    clones.sandbox.write("odd", &text);
    let id = clones.git("li", "hash-object -t commit --literally -w ../odd");
    clones.git("li", &format!("update-ref HEAD {}", id.trim()));
    clones.git("li", "push -q origin HEAD:main");
    clones.add("wang", "ningbo");
    clones.ok("wang", "sync");
    clones.add("li", "taizhou");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    assert_eq!(clones.tip("wang"), clones.tip("li"));
}

#[test]
fn only_a_book_is_audited() {
    let sandbox = Sandbox::empty();
    sandbox.git("init -q");
    sandbox.git("commit -q --allow-empty -m x");
    let said = sandbox.run("audit --quiet");
    assert!(said.contains("no book") && said.ends_with("--- exit 4\n"), "{said}");
}

#[test]
fn two_people_do_not_sign_one_commit() {
    let clones = Clones::with(0);
    let mut command = clones.sandbox.redress("-C li edit hengtai city=宁波");
    let output = command.env("GIT_AUTHOR_EMAIL", "wang.lei@example.cn").output().expect("redress runs");
    let said = clones.sandbox.shown(&output);
    assert!(said.contains("wang.lei@example.cn") && said.contains("GIT_AUTHOR_EMAIL"), "{said}");
    assert!(said.ends_with("--- exit 1\n"), "{said}");
    clones.ok("li", "audit --quiet");
}

#[test]
fn a_byte_order_mark_that_was_committed_is_found_and_taken_out() {
    let clones = Clones::with(0);
    let path = clones.git("li", "ls-files clients");
    let path = clones.sandbox.dir().join("li").join(path.lines().next().expect("a client"));
    let text = std::fs::read_to_string(&path).expect("a record");
    std::fs::write(&path, format!("\u{feff}{text}")).expect("written");
    clones.git("li", "commit -q -a -m mark");
    let said = clones.run("li", "validate");
    assert!(said.contains("byte order mark") && said.contains("without it, then run `redress commit`"), "{said}");
    std::fs::write(&path, text).expect("written");
    clones.ok("li", "commit -m mended");
    assert_eq!(clones.run("li", "validate"), "--- exit 0\n");
}

#[test]
fn a_clone_asks_which_of_several_branches_holds_the_book() {
    let clones = Clones::with(0);
    clones.git("li", "push -q origin HEAD:refs/heads/backup");
    clones.git("shared.git", "symbolic-ref HEAD refs/heads/nobody");
    let said = clones.sandbox.run("clone shared.git again");
    assert!(said.contains("main") && said.contains("backup") && said.contains("git clone -b"), "{said}");
    assert!(!clones.sandbox.dir().join("again").exists());
}

#[test]
fn a_record_that_comes_in_and_cannot_be_read_is_named_with_its_place() {
    let clones = Clones::with(1);
    let path = clones.git("li", "ls-files clients").lines().next().unwrap_or_default().to_owned();
    let file = format!("li/{path}");
    clones.sandbox.write(&file, &format!("{}x: &a [1]\n", clones.sandbox.read(&file)));
    clones.git("li", "commit -q -a -m changed");
    clones.git("li", "push -q origin HEAD:main");
    let said = clones.run("wang", "sync");
    assert_eq!(clones.tip("wang"), clones.tip("li"));
    assert!(said.contains("cannot be read") && !said.contains("there is no record"), "{said}");
    assert!(said.contains("what came in has something to be mended") && said.ends_with("--- exit 1\n"), "{said}");
    let problem = &clones.sandbox.json("-C wang validate")["data"][0]["at"];
    assert_eq!(problem["file"].as_str(), Some(path.as_str()));
    assert!(said.contains(&format!(".yaml:{}", problem["line"])), "{said}");
}

/// The clock of one colleague runs ahead; the others' work after that is theirs and true.
#[test]
fn who_works_after_a_commit_from_the_future_is_not_at_fault() {
    let sandbox = Sandbox::empty();
    let by_the_clock = |line: &str| {
        let output = sandbox.redress(line).env_remove("REDRESS_NOW").output().expect("redress runs");
        sandbox.shown(&output)
    };
    by_the_clock("init --clock real --lang en");
    let mut ahead = sandbox.command("git");
    ahead.args(["commit", "-q", "--allow-empty", "-m", "Minutes"]);
    ahead.envs([("GIT_AUTHOR_DATE", "2099-01-01T00:00:00"), ("GIT_COMMITTER_DATE", "2099-01-01T00:00:00")]);
    assert!(ahead.status().expect("git runs").success());
    let made = by_the_clock("new client name=Acme");
    assert!(made.ends_with("--- exit 0\n"), "{made}");
    let said = by_the_clock("audit --json");
    assert_eq!(said.matches("ahead-of-clock").count(), 1, "{said}");
    assert!(said.contains("\"at\":\"2099-01-01"), "it is that of the commit itself: {said}");
}

/// What the audit would tell for ever, or what turns checks off, is refused before it is committed.
#[test]
fn rules_that_the_audit_would_tell_for_ever_are_not_committed() {
    let sandbox = crate::sandbox::Sandbox::empty();
    sandbox.run("init --name x --lang en --preset basic");
    let refused = |what: &str| {
        for line in ["policy check", "validate", "commit -m x"] {
            let said = sandbox.run(line);
            assert!(said.contains(what) && said.ends_with("--- exit 1\n"), "{line}: {said}");
        }
        sandbox.git("checkout -q .");
        sandbox.git("clean -fdq");
    };
    let settings = sandbox.read("redress.toml");
    let lowered: Vec<&str> = settings.lines().filter(|line| !line.starts_with("format")).collect();
    sandbox.write("redress.toml", &(lowered.join("\n") + "\n"));
    refused("would be lowered from");
    sandbox.write("policy/Roles.toml", &sandbox.read("policy/roles.toml"));
    refused("for the same");
    sandbox.write("policy/roles.toml", "");
    refused("declares nothing any more");
}

/// A time is stored as the clocks of the book's zone show it, also if a calendar of another zone counted it.
#[test]
fn times_are_stored_in_the_zone_of_the_book() {
    let sandbox = crate::sandbox::Sandbox::empty();
    let at = |hour: u32, line: &str| {
        let said = sandbox.run(&format!("--now 2026-11-02T{hour}:00:00+08:00 --lang en {line}"));
        assert!(said.ends_with("--- exit 0\n"), "{line}: {said}");
        said
    };
    at(10, "init . --name x --preset basic --time-zone Asia/Shanghai");
    let calendar =
        sandbox.read("policy/calendar.toml").replace("time-zone = \"Asia/Shanghai\"", "time-zone = \"Asia/Tokyo\"");
    sandbox.write("policy/calendar.toml", &calendar);
    at(10, "commit -m zone");
    at(11, "new client name=Alpha");
    at(11, "new complaint client=Alpha channel=phone content=leak --key case");
    at(11, "advance case accept promised=2026-11-05");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    let text = sandbox.read(&path);
    assert!(text.contains("promised: 2026-11-05T16:30:00+08:00"), "{text}");
    sandbox.write(&path, &text.replace("2026-11-05T16:30:00+08:00", "2026-11-06T01:30:00Z"));
    at(12, "commit -m later");
    assert!(sandbox.read(&path).contains("promised: 2026-11-06T09:30:00+08:00"));
    let audited = sandbox.run("--now 2026-11-02T13:00:00+08:00 --lang en audit --quiet");
    assert!(!audited.contains("not-canonical"), "{audited}");
}

/// A book without a usable `.git` is named as what it is, and not sent to `init` and back.
#[test]
fn a_book_without_its_history_is_named_with_what_to_do() {
    let sandbox = crate::sandbox::Sandbox::empty();
    sandbox.run("init --name x --lang en --preset basic");
    std::fs::remove_dir_all(sandbox.dir().join(".git/refs")).expect("a folder");
    assert!(sandbox.run("status").contains("mkdir"));
    std::fs::remove_dir_all(sandbox.dir().join(".git")).expect("a folder");
    for line in ["status", "init", "doctor", "list client"] {
        let said = sandbox.run(line);
        assert!(said.contains("without its history") && said.contains("redress clone URL"), "{line}: {said}");
    }
    sandbox.git("init -q");
    assert!(sandbox.run("init").contains("without its history"));
}
