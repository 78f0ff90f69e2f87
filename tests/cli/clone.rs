//! `redress clone`, the hook and the merge driver.

use crate::clones::Clones;
use crate::terminal::Terminal;

#[test]
fn a_clone_is_ready_to_work_with() {
    let clones = Clones::with(0);
    let made = clones.sandbox.run("clone shared.git");
    assert!(made.ends_with("--- exit 0\n"), "{made}");
    assert!(made.contains("you are Li Na (li.na)") && made.contains("redress sync"), "{made}");
    for name in ["shared", "li"] {
        let driver = clones.git(name, "config merge.redress.driver");
        assert!(driver.contains("merge-driver %O %A %B %P") && driver.contains("exit 255"), "{driver}");
    }
    clones.add("shared", "leak");
    clones.ok("shared", "sync");
    let zh = clones.sandbox.run("clone shared.git another --lang zh");
    assert!(zh.contains("您是 Li Na（li.na）"), "{zh}");
    let json = clones.sandbox.json("clone shared.git third --hooks");
    assert_eq!((&json["data"]["person"], &json["data"]["hook"]), (&"li.na".into(), &true.into()), "{json}");
    let named = clones.sandbox.run("clone shared.git 'two words'");
    assert!(named.contains("next: cd 'two words',"), "{named}");
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
    let commit = |paths: &[&str]| {
        let mut command = clones.command("work", "git");
        command.args(["commit", "-qm", "by hand", "--"]).args(paths);
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
    let template = "templates/hooks/pre-commit";
    clones.sandbox.write(template, "#!/bin/sh\nexit 0\n");
    clones.sandbox.git("config --global init.templateDir templates");
    let made = clones.sandbox.run("clone shared.git second --hooks");
    assert!(made.contains("another pre-commit hook is there") && made.ends_with("--- exit 0\n"), "{made}");
    assert!(made.contains("add the line `redress validate --staged || exit 1`"), "{made}");
    assert_eq!(clones.sandbox.read("second/.git/hooks/pre-commit"), clones.sandbox.read(template));
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
    let asked = clones.run("plain", "doctor --fix");
    assert!(asked.contains("nobody can be asked here: redress doctor --fix -y"), "{asked}");
    assert!(clones.run("plain", "doctor --fix --lang zh").contains("redress doctor --fix -y 可直接登记"));
    assert!(clones.run("plain", "status").contains(said), "nobody has agreed");
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
    let output = clones.command("wang", "git").args(["pull", "-q", how]).output().expect("git runs");
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

/// Both note something on one client, Wang Lei before what Li Na has published, once or twice.
#[test]
fn a_rebase_takes_over_what_was_recorded_before_the_published_change() {
    for own in [&["edit hengtai note=wang"][..], &["edit hengtai note=wang", "edit hengtai address=西湖区"]] {
        let clones = Clones::with(1);
        for (number, line) in own.iter().enumerate() {
            let mut command = clones.sandbox.redress(&format!("-C wang {line}"));
            command.env("REDRESS_NOW", format!("2026-11-24T08:{number}0:00+08:00"));
            let output = command.output().expect("redress runs");
            assert!(output.status.success(), "{}", clones.sandbox.shown(&output));
        }
        clones.ok("li", "edit hengtai city=杭州");
        clones.git("li", "push -q origin main");
        let output = clones.command("wang", "git").args(["pull", "-q", "--rebase"]).output().expect("git runs");
        assert!(output.status.success(), "{}", clones.sandbox.shown(&output));
        for (field, value) in [("city", "杭州"), ("note", "wang")] {
            assert_eq!(clones.value("wang", "hengtai", field), value);
        }
        assert_eq!(
            clones.sandbox.json("-C wang show hengtai")["data"]["history"].as_array().map(Vec::len),
            Some(2 + own.len())
        );
        let audit = clones.ok("wang", "audit --quiet");
        assert!(!audit.contains("error"), "{audit}");
        clones.ok("wang", "sync");
        clones.ok("li", "sync");
        assert_eq!(clones.tip("wang"), clones.tip("li"));
        clones.check("wang");
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

/// Both sides have voided one complaint, which takes more than its file: it opens tasks. Wang Lei has fetched.
fn both_voided() -> Clones {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    clones.ok("li", "advance case accept promised=fri");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    for name in ["li", "wang"] {
        clones.ok(name, "advance case void -m mistaken");
    }
    clones.ok("li", "sync");
    clones.git("wang", "fetch -q");
    clones
}

#[test]
fn a_merge_that_takes_more_than_one_file_stops_with_marks_and_says_how_to_give_it_up() {
    for (begin, abort) in [("merge origin/main", "git merge --abort"), ("rebase origin/main", "git rebase --abort")] {
        let clones = both_voided();
        let tip = clones.tip("wang");
        let (done, said) = clones.tried("wang", begin);
        assert!(!done && said.contains("this takes more than one file") && said.contains("run redress sync"), "{said}");
        assert!(said.contains(abort), "{said}");
        let path = clones.git("wang", "diff --name-only --diff-filter=U").trim().to_owned();
        let text = clones.sandbox.read(&format!("wang/{path}"));
        assert!(text.contains("<<<<<<< ") && text.contains(">>>>>>> "), "{text}");
        let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
        for line in [&format!("log {id}"), "sync"] {
            let said = clones.run("wang", line);
            assert!(said.contains(&format!("{abort}, then redress sync")), "{line}: {said}");
            assert!(!said.contains("redress commit"), "hand edits are not the matter: {line}: {said}");
        }
        for line in ["status", "validate", "validate --full"] {
            let status = clones.run("wang", line);
            assert!(!status.contains("redress commit"), "{line}: {status}");
            let help = status.split("help: ").nth(1).unwrap_or_default();
            assert!(help.contains(abort) && help.contains("redress sync"), "{status}");
            assert!(!help.contains(if abort.contains("merge") { "rebase" } else { "git merge" }), "{status}");
        }
        let zh = clones.run("wang", "status --lang zh");
        assert!(zh.contains(&format!("请用 `{abort}` 放弃")), "{zh}");
        clones.git("wang", abort.trim_start_matches("git "));
        assert_eq!(clones.tip("wang"), tip);
        clones.ok("wang", "sync");
        clones.check("wang");
        assert_eq!(clones.run("wang", "audit --quiet"), "--- exit 0\n");
    }
}

#[test]
fn a_cherry_pick_or_revert_that_stops_is_given_up_by_its_own_command() {
    let clones = both_voided();
    for (begin, abort) in
        [("cherry-pick origin/main", "git cherry-pick --abort"), ("revert --no-edit HEAD~1", "git revert --abort")]
    {
        let (done, said) = clones.tried("wang", begin);
        assert!(!done, "{begin}: {said}");
        assert!(said.contains("as `git status` says") && !said.contains("merge --abort"), "{begin}: {said}");
        let status = clones.run("wang", "status");
        assert!(status.contains(abort) && !status.contains("git merge --abort"), "{status}");
        clones.git("wang", abort.trim_start_matches("git "));
    }
    clones.ok("wang", "sync");
    clones.check("wang");
}

#[test]
fn git_merges_nothing_if_it_does_not_find_the_program() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("li", "sync");
    clones.ok("wang", "edit hengtai note=wang");
    clones.git("wang", "fetch -q");
    let (path, tip) = ("merge.redress.driver", clones.tip("wang"));
    let driver = clones.git("wang", &format!("config {path}"));
    // the place of the program does, although it is not in the PATH
    let (done, said) = clones.tried("wang", "merge -q -m both origin/main");
    assert!(done, "{said}");
    clones.git("wang", &format!("reset -q --hard {tip}"));
    let lost = driver.trim_end().replace(env!("CARGO_BIN_EXE_redress"), "/nowhere/redress");
    let set = |driver: &str| {
        let mut command = clones.sandbox.command("git");
        let status = command.args(["-C", "wang", "config", path, driver]).status().expect("git runs");
        assert!(status.success());
    };
    set(&lost);
    for begin in ["merge -m both origin/main", "pull -q --no-rebase", "cherry-pick origin/main"] {
        let (done, said) = clones.tried("wang", begin);
        assert!(!done && said.contains("redress is not found"), "{begin}: {said}");
        assert_eq!(clones.git("wang", "status --porcelain"), "", "{begin}");
        assert_eq!(clones.tip("wang"), tip, "{begin}");
    }
    let (done, said) = clones.tried("wang", "rebase origin/main");
    assert!(!done && said.contains("redress is not found"), "{said}");
    clones.git("wang", "rebase --abort");
    assert_eq!(clones.tip("wang"), tip);
    let found = clones.run("wang", "doctor");
    assert!(found.contains("a program that is not there") && found.contains("redress doctor --fix"), "{found}");
    assert!(found.ends_with("--- exit 1\n"), "{found}");
    // who has registered it need not be asked again
    assert!(clones.run("wang", "doctor --fix").contains("the merge driver is registered"));
    assert_eq!(clones.git("wang", &format!("config {path}")), driver);
    // what an older program had registered
    set("redress merge-driver %O %A %B %P");
    for line in ["status", "doctor"] {
        assert!(clones.run("wang", line).contains("registered by an older program"), "{line}");
    }
    clones.ok("wang", "doctor --fix");
    assert_eq!(clones.git("wang", &format!("config {path}")), driver);
    let (done, said) = clones.tried("wang", "merge -q -m both origin/main");
    assert!(done, "{said}");
    assert_eq!(clones.value("wang", "hengtai", "note"), "wang");
    clones.check("wang");
}

#[test]
fn on_a_terminal_a_clone_asks_who_works_in_it() {
    let clones = Clones::with(0);
    clones.git("li", "push -q origin main");
    std::fs::write(clones.sandbox.dir().join("../.gitconfig"), "").expect("git's configuration");
    let (seen, code) = Terminal::of(80, 24).run(
        &clones.sandbox,
        "clone shared.git wang",
        &[("Your e-mail address", "wang.lei@example.cn\n"), ("Your name (empty: wang.lei)", "王磊\n")],
    );
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("you are wang.lei (wang.lei)") && seen.contains("next: cd wang"), "{seen}");
    assert_eq!(clones.git("wang", "config user.email"), "wang.lei@example.cn\n");
    assert_eq!(clones.git("wang", "config user.name"), "王磊\n");
    clones.ok("wang", "edit hengtai city=杭州");
    // nobody's address: it is kept, and the answer says how to become one of the staff
    let answers = [("您在本台账中的电子邮件地址", "x@example.cn\n"), ("您的姓名（留空：x@example.cn）", "\n")];
    let (seen, code) = Terminal::of(80, 24).run(&clones.sandbox, "clone shared.git second --lang zh", &answers);
    assert!(code == Some(0) && seen.contains("x@example.cn 不属于任何人员"), "{seen}");
    assert!(!seen.contains("Cloning into"), "git speaks English only: {seen}");
    // later
    let (seen, code) = Terminal::of(80, 24).run(&clones.sandbox, "clone shared.git third", &[("(empty: later)", "\n")]);
    assert!(code == Some(0) && seen.contains("git does not know who you are"), "{seen}");
    // what is given up keeps the clone, without an identity
    let (seen, code) =
        Terminal::of(80, 24).run(&clones.sandbox, "clone shared.git fourth", &[("(empty: later)", "\u{4}")]);
    assert!(code.is_some(), "{seen}");
    clones.git("fourth", "rev-parse HEAD");
}
