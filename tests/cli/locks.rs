//! Locks that programs leave behind if they are killed: those of git are named with what removes them, and a sync goes
//! on by itself if they are its own.

use std::time::{Duration, SystemTime};

use crate::clones::Clones;

/// Makes a lock in Li Na's clone that is an hour old.
fn lock(clones: &Clones, path: &str) {
    let path = format!("li/.git/{path}");
    clones.sandbox.write(&path, "");
    let file = std::fs::File::options().write(true).open(clones.sandbox.dir().join(path)).expect("a lock");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("a time");
}

#[test]
fn a_lock_of_git_in_the_way_is_named_with_what_removes_it() {
    let clones = Clones::with(1);
    for (number, (path, line)) in [
        ("refs/heads/main.lock", "edit hengtai phone=0571-8888666"),
        ("index.lock", "edit hengtai phone=0571-8888667"),
        ("refs/remotes/origin/main.lock", "sync"),
    ]
    .into_iter()
    .enumerate()
    {
        let line = if line == "sync" { line.to_owned() } else { format!("{line}{number}") };
        lock(&clones, path);
        for (lang, says) in [("en", "redress doctor --fix"), ("zh", "redress doctor --fix")] {
            let said = clones.run("li", &format!("--lang {lang} {line}"));
            assert!(said.ends_with("--- exit 4\n"), "{path}: {said}");
            assert!(said.contains(says), "{path}: {said}");
            assert!(path == "index.lock" || said.contains(&format!(".git/{path}")), "{path}: {said}");
        }
        let json = clones.sandbox.json(&format!("-C li {line}"));
        let code = if path == "index.lock" { "index-locked" } else { "git-locked" };
        assert_eq!(json["error"]["code"], code, "{json}");
        clones.ok("li", "doctor --fix");
        clones.ok("li", &line);
    }
    clones.check("li");
}

#[test]
fn a_lock_in_the_shared_repository_is_named_with_who_removes_it() {
    let clones = Clones::with(1);
    for path in ["shared.git/refs/heads/main.lock", "shared.git/packed-refs.lock"] {
        clones.git("shared.git", "pack-refs --all");
        clones.add("li", &path.replace(['/', '.'], "-"));
        clones.sandbox.write(path, "");
        if path.contains("heads") {
            for (lang, says) in [("en", "nobody is publishing"), ("zh", "锁仍在而无人发布")] {
                let said = clones.run("li", &format!("sync --lang {lang}"));
                assert!(said.contains(path) && said.contains(says), "{said}");
                assert!(!said.contains("as git says") && said.ends_with("--- exit 4\n"), "{said}");
            }
            let locked = clones.sandbox.json("-C li sync");
            assert_eq!(locked["error"]["code"], "remote-locked", "{locked}");
        }
        let said = clones.run("li", "doctor");
        assert!(said.contains(path) && said.ends_with("--- exit 1\n"), "{said}");
        std::fs::remove_file(clones.sandbox.dir().join(path)).expect("a lock");
        clones.ok("li", "doctor");
        clones.ok("li", "sync");
    }
}

#[test]
fn a_sync_goes_on_after_one_that_was_killed() {
    let clones = Clones::with(1);
    for path in ["refs/redress/incoming.lock", "refs/redress/published/origin/main.lock"] {
        clones.add("wang", &path.replace(['/', '.'], "-"));
        clones.ok("wang", "sync");
        lock(&clones, path);
        let said = clones.ok("li", "sync");
        assert!(said.contains("came in from origin/main: 1 commit"), "{path}: {said}");
        assert!(!clones.sandbox.dir().join("li/.git").join(path).exists(), "{path}");
    }
}
