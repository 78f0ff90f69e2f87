//! `redress clone`, the hook and the merge driver.

use crate::clones::Clones;

#[test]
fn a_clone_is_ready_to_work_with() {
    let clones = Clones::with(0);
    let made = clones.sandbox.run("clone shared.git");
    assert!(made.ends_with("--- exit 0\n"), "{made}");
    assert!(made.contains("you are Li Na (li.na)") && made.contains("redress sync"), "{made}");
    assert_eq!(clones.git("shared", "config merge.redress.driver"), "redress merge-driver %O %A %B %P\n");
    assert_eq!(clones.git("li", "config merge.redress.driver"), "redress merge-driver %O %A %B %P\n");
    clones.add("shared", "leak");
    clones.ok("shared", "sync");
    let zh = clones.sandbox.run("clone shared.git another --lang zh");
    assert!(zh.contains("您是 Li Na（li.na）"), "{zh}");
    let json = clones.sandbox.json("clone shared.git third --hooks");
    assert_eq!((&json["data"]["person"], &json["data"]["hook"]), (&"li.na".into(), &true.into()), "{json}");
    // the server calls its first branch otherwise
    clones.sandbox.git("init -q --bare -b trunk server.git");
    clones.git("li", "push -q ../server.git main");
    clones.beside("clone server.git sixth");
    assert_eq!(clones.git("sixth", "rev-parse --abbrev-ref HEAD main@{upstream}"), "main\norigin/main\n");
    clones.check("sixth");
    // an address that is nobody's
    std::fs::write(clones.sandbox.dir().join("../.gitconfig"), "[user]\n\tname = X\n\temail = x@example.cn\n")
        .expect("git's configuration");
    let made = clones.sandbox.run("clone shared.git fourth");
    assert!(made.contains("x@example.cn belongs to nobody of the staff"), "{made}");
    assert!(made.contains("redress new staff") && made.ends_with("--- exit 0\n"), "{made}");
    std::fs::write(clones.sandbox.dir().join("../.gitconfig"), "").expect("git's configuration");
    let made = clones.sandbox.run("clone shared.git fifth");
    assert!(made.contains("git does not know who you are") && made.ends_with("--- exit 0\n"), "{made}");
}

#[test]
fn what_is_no_book_leaves_nothing_behind() {
    let clones = Clones::with(0);
    clones.sandbox.git("init -q --bare empty.git");
    clones.sandbox.git("init -q plain");
    clones.sandbox.write("plain/a", "a\n");
    clones.git("plain", "add a");
    clones.git("plain", "commit -qm a");
    clones.sandbox.write("full/a", "a\n");
    clones.sandbox.write("file", "a\n");
    std::fs::create_dir(clones.sandbox.dir().join("free")).expect("a folder");
    for (line, code, said) in [
        ("clone nowhere.git x", 4, "could not clone"),
        ("clone plain x/y/z", 1, "holds no book"),
        ("clone plain free", 1, "holds no book"),
        ("clone empty.git x", 1, "is empty"),
        ("clone shared.git full", 1, "not an empty folder"),
        ("clone shared.git file", 1, "not an empty folder"),
        ("clone 'ext::sh -c touch% pwned' x", 2, "no address"),
        ("clone -- '--upload-pack=touch pwned' x", 2, "no address"),
        ("clone fd::3 x", 2, "no address"),
        ("clone https://example.com", 2, "does not say what the folder"),
    ] {
        let refused = clones.sandbox.run(line);
        assert!(refused.contains(said) && refused.ends_with(&format!("--- exit {code}\n")), "{line}: {refused}");
        for name in ["x", "pwned", "free/.git", "free/a"] {
            assert!(!clones.sandbox.dir().join(name).exists(), "{line}: {name}");
        }
    }
    assert_eq!(clones.sandbox.read("full/a"), "a\n");
    assert!(clones.sandbox.dir().join("free").is_dir());
}

#[test]
fn the_hook_checks_what_is_staged_and_nothing_else() {
    let clones = Clones::with(0);
    let made = clones.sandbox.run("clone shared.git work --hooks");
    assert!(made.ends_with("--- exit 0\n"), "{made}");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder").to_owned();
    let commit = |paths: &[&str]| {
        let mut command = clones.sandbox.command("git");
        let path = command
            .get_envs()
            .find(|(name, _)| *name == "PATH")
            .and_then(|(_, value)| value)
            .map(std::ffi::OsStr::to_owned);
        let path = format!("{}:{}", bin.display(), path.unwrap_or_default().to_string_lossy());
        command.env("PATH", path).args(["-C", "work", "commit", "-qm", "by hand", "--"]).args(paths);
        let output = command.output().expect("git runs");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout),
        )
    };
    let files: Vec<String> = clones.git("work", "ls-files clients").lines().map(str::to_owned).collect();
    let broken = format!("work/{}", files[0]);
    let old = clones.sandbox.read(&broken);
    clones.sandbox.write(&broken, &format!("{old}nonsense: 1\n"));
    clones.sandbox.write("work/note.txt", "a\n");
    clones.git("work", "add note.txt");
    let (done, said) = commit(&["note.txt"]);
    assert!(done, "what is broken is not staged: {said}");
    clones.git("work", "add -A");
    let (done, said) = commit(&[&files[0]]);
    assert!(!done && said.contains("nonsense"), "{said}");
    clones.git("work", "reset -q --hard");
    clones.sandbox.write("work/policy/recording.toml", "nonsense = 1\n");
    clones.git("work", "add -A");
    let (done, said) = commit(&["policy/recording.toml"]);
    assert!(!done && said.contains("nonsense"), "{said}");
    clones.git("work", "reset -q --hard");
    // writes of redress run without it
    clones.add("work", "leak");
    // another hook stays
    clones.sandbox.write("work/.git/hooks/pre-commit", "#!/bin/sh\nexit 0\n");
    std::fs::rename(clones.sandbox.dir().join("work/.git/hooks/pre-commit"), clones.sandbox.dir().join("other"))
        .expect("a hook");
}

#[test]
fn a_clone_without_the_driver_says_so_once_and_doctor_registers_it() {
    let clones = Clones::with(0);
    clones.sandbox.git("clone -q shared.git plain");
    let said = "git does not know the merge driver";
    assert!(clones.run("plain", "status").contains(said));
    assert!(clones.run("plain", "doctor").contains(said));
    let first = clones.ok("plain", "new client name=one");
    assert!(first.contains(said), "{first}");
    let second = clones.ok("plain", "new client name=two");
    assert!(!second.contains(said), "{second}");
    assert!(clones.run("plain", "doctor --fix").contains(said), "nobody has agreed");
    let fixed = clones.ok("plain", "doctor --fix -y");
    assert!(fixed.contains("the merge driver is registered"), "{fixed}");
    assert!(!clones.run("plain", "status").contains(said));
    assert!(!clones.run("li", "status").contains(said));
}

/// Both sides work on one client, by `git pull` in place of `sync`.
fn pulled(clones: &Clones, li: &str, wang: &str, how: &str) -> (bool, String) {
    clones.ok("li", li);
    clones.git("li", "push -q origin main");
    clones.ok("wang", wang);
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder").to_owned();
    let mut command = clones.sandbox.command("git");
    let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path).map(ToOwned::to_owned);
    let path = format!("{}:{}", bin.display(), path.unwrap_or_default().to_string_lossy());
    let output = command.env("PATH", path).args(["-C", "wang", "pull", "-q", how]).output().expect("git runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn git_pull_merges_what_one_file_settles() {
    for how in ["--no-rebase", "--rebase"] {
        let clones = Clones::with(1);
        let (done, said) = pulled(&clones, "edit hengtai city=杭州", "edit hengtai note=wang", how);
        assert!(done, "{how}: {said}");
        assert_eq!(clones.value("wang", "hengtai", "city"), "杭州", "{how}");
        assert_eq!(clones.value("wang", "hengtai", "note"), "wang", "{how}");
        clones.check("wang");
        assert_eq!(clones.run("wang", "audit --quiet"), "--- exit 0\n", "{how}");
        clones.ok("wang", "sync");
        assert_eq!(clones.tip("wang"), clones.published());
    }
}

#[test]
fn git_pull_overrules_what_one_file_settles_and_a_rebase_stops() {
    let clones = Clones::with(1);
    let (done, said) = pulled(&clones, "edit hengtai city=杭州", "edit hengtai city=宁波", "--no-rebase");
    assert!(done, "{said}");
    assert_eq!(clones.value("wang", "hengtai", "city"), "宁波", "the line of the first parent wins");
    clones.check("wang");
    assert_eq!(clones.run("wang", "audit --quiet"), "--- exit 0\n");

    let clones = Clones::with(1);
    let (done, said) = pulled(&clones, "edit hengtai city=杭州", "edit hengtai city=宁波", "--rebase");
    assert!(!done && said.contains("run redress sync"), "{said}");
    let status = clones.run("wang", "status");
    assert!(status.contains("git rebase --abort") && status.contains("redress sync"), "{status}");
    let refused = clones.run("wang", "new client name=x");
    assert!(refused.contains("--abort") && refused.contains("redress sync"), "{refused}");
    clones.git("wang", "rebase --abort");
    clones.ok("wang", "sync");
    assert_eq!(clones.tip("wang"), clones.published());
    assert_eq!(clones.value("wang", "hengtai", "city"), "杭州");
    clones.check("wang");
    assert_eq!(clones.run("wang", "audit --quiet"), "--- exit 0\n");
}
