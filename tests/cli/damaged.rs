//! What a power cut or a hand leaves damaged of git's own files is named, with a command that mends it as it is typed,
//! and nothing is written upon it.

use std::process::Command;

use crate::clones::Clones;
use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang en");
    sandbox.run("new client name=First phone=0571-88886661 --key K1");
    sandbox
}

fn files(sandbox: &Sandbox) -> usize {
    sandbox.git("ls-files").lines().count()
}

/// Runs a line of a shell in the book, such as a help line tells it.
fn shell(sandbox: &Sandbox, line: &str) {
    let done = sandbox.command("sh").arg("-c").arg(line).output().expect("a shell");
    assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
}

fn hint(sandbox: &Sandbox, line: &str) -> String {
    sandbox.json(line)["error"]["hint"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn an_index_that_is_cut_off_or_gone_is_damaged_and_made_again() {
    type Damage = fn(&Sandbox);
    let damages: [Damage; 4] = [
        |sandbox| sandbox.write(".git/index", ""),
        |sandbox| sandbox.write(".git/index", "DIRC"),
        |sandbox| sandbox.write(".git/index", "something else, and longer than a header of git"),
        |sandbox| std::fs::remove_file(sandbox.dir().join(".git/index")).expect("removed"),
    ];
    let sandbox = book();
    let whole = files(&sandbox);
    for (number, damage) in damages.iter().enumerate() {
        let tip = sandbox.git("rev-parse HEAD");
        for by_doctor in [false, true] {
            damage(&sandbox);
            for line in [&*format!("new client name=N{number}{by_doctor}"), "edit K1 name=Other", "status", "validate"]
            {
                let said = sandbox.run(line);
                assert!(said.contains("git's index is damaged"), "{number} {line}: {said}");
                assert!(said.ends_with("--- exit 4\n"), "{number} {line}: {said}");
            }
            let said = sandbox.run("doctor");
            assert!(said.contains("git's index is damaged") && said.ends_with("--- exit 1\n"), "{number}: {said}");
            match by_doctor {
                true => assert!(sandbox.run("doctor --fix").ends_with("--- exit 0\n"), "{number}"),
                false => shell(&sandbox, &hint(&sandbox, "status")),
            }
            assert_eq!((files(&sandbox), &*sandbox.git("status --porcelain")), (whole, ""), "{number}");
        }
        assert_eq!(sandbox.git("rev-parse HEAD"), tip);
    }
    assert!(sandbox.run("new client name=After").ends_with("--- exit 0\n"));
}

#[test]
fn a_damaged_branch_is_named_with_the_commit_that_its_log_knows() {
    let sandbox = book();
    let tip = sandbox.git("rev-parse HEAD");
    let branch = sandbox.dir().join(".git/refs/heads/main");
    for damage in [Some(""), Some("garbage\n"), None] {
        match damage {
            Some(text) => std::fs::write(&branch, text).expect("written"),
            None => std::fs::remove_file(&branch).expect("removed"),
        }
        for line in ["list client", "new client name=Second", "status", "audit --quiet"] {
            let said = sandbox.run(line);
            assert!(said.contains("refs/heads/main") && said.contains("git update-ref"), "{line}: {said}");
            assert!(said.ends_with("--- exit 4\n"), "{line}: {said}");
        }
        let said = sandbox.run("doctor --lang zh");
        assert!(said.contains("已损坏或丢失") && said.ends_with("--- exit 1\n"), "{said}");
        let help = hint(&sandbox, "list client");
        shell(&sandbox, help.split_once(": ").expect("a command").1);
        assert_eq!(sandbox.git("rev-parse HEAD"), tip);
        assert!(sandbox.run("doctor").contains("the book is in order"));
    }
    sandbox.write(".git/HEAD", "");
    shell(&sandbox, &hint(&sandbox, "list client"));
    assert_eq!(sandbox.git("rev-parse HEAD"), tip);
}

#[test]
fn a_broken_configuration_of_git_is_named_by_file_and_line() {
    let sandbox = book();
    let own = sandbox.read(".git/config");
    sandbox.write(".git/config", &format!("{own}[\n"));
    let line = own.lines().count() + 1;
    let said = sandbox.run("list client");
    let place = format!("line {line} of [BOOK]/.git/config");
    assert!(said.contains(&place) && said.contains("help:") && said.ends_with("--- exit 4\n"), "{said}");
    let said = sandbox.run("list client --lang zh");
    assert!(said.contains(&format!("[BOOK]/.git/config 第 {line} 行")) && !said.contains("parse"), "{said}");
    sandbox.write(".git/config", &own);
    // the user's own: who writes is named there
    sandbox.write("../elsewhere", "[user\n");
    let run = |line: &str| {
        let output = sandbox.redress(line).env("GIT_CONFIG_GLOBAL", "../elsewhere").output().expect("redress runs");
        sandbox.shown(&output)
    };
    for line in ["new client name=Second", "doctor"] {
        let said = run(line);
        assert!(said.contains("line 1 of ../elsewhere") && !said.contains("who you are"), "{line}: {said}");
    }
    assert!(run("list client").ends_with("--- exit 0\n"));
}

#[test]
fn a_repository_that_is_named_and_not_there_is_named() {
    let sandbox = book();
    let run = |line: &str| {
        let output = sandbox.redress(line).env("GIT_DIR", "ghost.git").output().expect("redress runs");
        sandbox.shown(&output)
    };
    for line in ["list client", "init --name y"] {
        let said = run(line);
        assert!(said.contains("GIT_DIR is set to ghost.git") && said.contains("unset GIT_DIR"), "{line}: {said}");
    }
    assert!(!sandbox.dir().join("ghost.git").exists());
}

#[test]
fn a_folder_in_the_place_of_a_record_is_told_by_every_check() {
    let sandbox = book();
    let path = sandbox.git("ls-files clients").trim().to_owned();
    std::fs::remove_file(sandbox.dir().join(&path)).expect("removed");
    std::fs::create_dir(sandbox.dir().join(&path)).expect("a folder");
    for line in ["validate", "status", "doctor"] {
        let said = sandbox.run(line);
        assert!(said.contains("is a folder, not a file") && said.ends_with("--- exit 1\n"), "{line}: {said}");
    }
}

#[test]
fn doctor_goes_on_where_nothing_can_be_kept_or_the_settings_are_too_large() {
    let sandbox = book();
    let state = sandbox.dir().join(".git/redress");
    std::fs::remove_dir_all(&state).expect("removed");
    std::os::unix::fs::symlink("nowhere", &state).expect("a link");
    for line in ["doctor --fix", "new client name=Second"] {
        let said = sandbox.run(line);
        assert!(said.contains(".git/redress is a symbolic link, not a folder"), "{line}: {said}");
        assert!(said.contains("move"), "{line}: {said}");
    }
    std::fs::remove_file(&state).expect("removed");
    let settings = std::fs::File::options().write(true).open(sandbox.dir().join("redress.toml")).expect("a file");
    settings.set_len(3 << 30).expect("a large file");
    let said = sandbox.run("doctor");
    assert!(said.contains("redress.toml") && said.ends_with("--- exit 1\n"), "{said}");
}

#[test]
fn a_file_in_the_place_of_a_folder_for_a_new_book_is_named() {
    let sandbox = Sandbox::empty();
    sandbox.write("file", "");
    for line in ["init file --name x", "demo file", "demo file/x"] {
        let said = sandbox.run(line);
        assert!(said.contains("file is a file, not a folder") && said.contains("help: move"), "{line}: {said}");
    }
}

#[test]
fn git_can_have_files_merged_that_are_empty_or_no_text() {
    let sandbox = book();
    for (base, ours, theirs, code) in
        [("", "", "", 1), ("a\n", "b\0b", "\u{feff}", 1), ("", "b\0b", "c\n", 1), ("a\n", "a\n", "a\n", 1)]
    {
        sandbox.write("base", base);
        sandbox.write("ours", ours);
        sandbox.write("theirs", theirs);
        for path in ["README.md", "clients/x.yaml", "policy/roles.toml"] {
            let said = sandbox.run(&format!("merge-driver base ours theirs {path}"));
            assert!(said.ends_with(&format!("--- exit {code}\n")), "{base:?} {ours:?} {theirs:?} {path}: {said}");
            sandbox.write("ours", ours);
        }
    }
}

#[test]
fn a_linked_settings_file_is_told_once() {
    let sandbox = book();
    std::fs::rename(sandbox.dir().join("redress.toml"), sandbox.dir().join("other")).expect("moved");
    std::os::unix::fs::symlink("other", sandbox.dir().join("redress.toml")).expect("a link");
    for line in ["validate", "status"] {
        let said = sandbox.run(line);
        assert_eq!(said.matches("redress.toml is a symbolic link").count(), 1, "{line}: {said}");
    }
}

#[test]
fn a_name_that_nobody_can_type_comes_with_a_command_that_renames_it() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = book();
    let name = std::ffi::OsStr::from_bytes(b"clients/\xC3\xFB.yaml");
    std::fs::write(sandbox.dir().join(name), "x\n").expect("a file");
    sandbox.git("add -A");
    sandbox.git("commit -qm x");
    let said = sandbox.run("doctor");
    let command = r"git mv $'clients/\xC3\xFB.yaml' ";
    assert!(said.contains(command) && !said.contains(r"redress edit \xC3"), "{said}");
    let mut bash: Command = sandbox.command("bash");
    let done = bash.arg("-c").arg(format!("{command} elsewhere")).status().expect("bash runs");
    assert!(done.success() && sandbox.dir().join("elsewhere").exists());
}

#[test]
fn an_object_that_is_left_empty_is_named_and_fetched_again() {
    let clones = Clones::with(1);
    for (what, zh) in [("HEAD", "已损坏"), ("HEAD^{tree}", "git fetch --refetch")] {
        let id = clones.git("wang", &format!("rev-parse {what}")).trim().to_owned();
        let file = clones.sandbox.dir().join("wang/.git/objects").join(&id[..2]).join(&id[2..]);
        std::fs::remove_file(&file).ok();
        std::fs::write(&file, "").expect("written");
        let said = clones.run("wang", "validate");
        assert!(said.contains("is damaged: ") && said.ends_with("--- exit 4\n"), "{what}: {said}");
        assert!(clones.run("wang", "validate --lang zh").contains(zh), "{what}");
        let error = clones.sandbox.json("-C wang validate");
        assert_eq!(error["error"]["code"], "damaged-object", "{what}");
        let hint = error["error"]["hint"].as_str().expect("a hint");
        let command = hint.split("again: ").nth(1).and_then(|rest| rest.split(". Else").next()).expect("a command");
        let mut fetch = clones.sandbox.command("sh");
        let fetched = fetch.current_dir(clones.sandbox.dir().join("wang")).arg("-c").arg(command).status();
        assert!(fetched.expect("a shell").success(), "{command}");
        clones.check("wang");
    }
}
