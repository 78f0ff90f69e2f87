//! `redress sync`: two or three people, each with a clone, share one book.

use std::process::Stdio;

use crate::clones::Clones;

#[test]
fn the_first_sync_publishes_and_sets_the_upstream() {
    let clones = Clones::with(0);
    assert_eq!(clones.published(), clones.tip("li"));
    assert_eq!(clones.git("li", "rev-parse --abbrev-ref main@{upstream}").trim(), "origin/main");
    assert_eq!(clones.run("li", "sync"), "nothing new: this clone and origin/main hold the same\n--- exit 0\n");
    let zh = clones.run("li", "sync --lang zh");
    assert_eq!(zh, "没有新内容：本克隆与 origin/main 一致\n--- exit 0\n");
}

#[test]
fn what_one_did_comes_to_the_other_by_moving_forward() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    let went = clones.ok("li", "sync");
    assert!(went.contains("went out to origin/main: 1 commit\n") && went.contains("K-ID1"), "{went}");
    let would = clones.ok("wang", "sync --dry-run");
    assert!(would.contains("would come in from origin/main: 1 commit\n"), "{would}");
    assert_ne!(clones.tip("wang"), clones.published(), "a dry run changes nothing");
    let came = clones.ok("wang", "sync");
    assert!(came.contains("came in from origin/main: 1 commit\n") && came.contains("Client"), "{came}");
    assert_eq!(clones.tip("wang"), clones.published());
    assert_eq!(clones.value("wang", "leak", "state"), "prospect");
    clones.check("wang");
    assert!(clones.git("wang", "reflog -1").contains("fast-forward: redress sync origin/main"));
}

#[test]
fn what_both_did_is_united_with_the_published_commit_first() {
    let clones = Clones::with(2);
    clones.add("li", "leak");
    clones.add("wang", "crack");
    clones.add("zhao", "late");
    clones.ok("li", "sync");
    let published = clones.published();
    let own = clones.tip("wang");
    let united = clones.ok("wang", "sync");
    assert!(united.contains("came in from origin/main: 1 commit") && united.contains("went out"), "{united}");
    let parents = clones.git("wang", "rev-parse HEAD^1 HEAD^2");
    assert_eq!(parents, format!("{published}\n{own}\n"), "the published commit is the first parent");
    let united = clones.sandbox.json("-C zhao sync");
    assert_eq!(united["data"]["came"]["commits"], 3, "{united}");
    assert_eq!(united["data"]["went"]["commits"], 1, "{united}");
    assert_eq!(united["data"]["sent"], true, "{united}");
    clones.agree(&["li", "wang", "zhao"]);
    for (name, key) in
        [("li", "crack"), ("li", "late"), ("wang", "leak"), ("wang", "late"), ("zhao", "leak"), ("zhao", "crack")]
    {
        assert_eq!(clones.value(name, key, "state"), "prospect", "{name}, {key}");
    }
}

#[test]
fn hand_edits_in_the_way_are_refused_before_anything_moves() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("li", "sync");
    let path = clones.git("wang", "ls-files clients").lines().next().unwrap_or_default().to_owned();
    let file = format!("wang/{path}");
    let (old, tip) = (clones.sandbox.read(&file), clones.tip("wang"));
    let by_hand = format!("{old}city: 宁波\n");
    let both: Vec<String> = clones.git("wang", "ls-files clients").lines().map(|path| format!("wang/{path}")).collect();
    for file in &both {
        clones.sandbox.write(file, &format!("{}city: 宁波\n", clones.sandbox.read(file)));
    }
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("has been changed by hand") && refused.ends_with("--- exit 1\n"), "{refused}");
    assert_eq!(clones.tip("wang"), tip);
    assert_eq!(clones.sandbox.read(&file), by_hand);
    // staged, too
    clones.git("wang", "add -A");
    let refused = clones.run("wang", "sync");
    assert!(refused.ends_with("--- exit 1\n") && clones.tip("wang") == tip, "{refused}");
    clones.git("wang", "reset -q --hard");
    // and what lies elsewhere does not matter
    clones.sandbox.write("wang/note.txt", "mine\n");
    clones.ok("wang", "sync");
    assert_eq!(clones.sandbox.read("wang/note.txt"), "mine\n");
    assert_eq!(clones.tip("wang"), clones.published());
}

#[test]
fn a_remote_that_is_not_this_book_is_told_and_left() {
    let clones = Clones::with(0);
    let tip = clones.tip("li");
    for (line, code, said) in [
        ("sync nowhere", 3, "git knows no remote called nowhere"),
        ("sync gone", 4, "git could not reach gone"),
        ("sync other", 1, "no commit in common"),
        ("sync plain", 1, "holds no book"),
    ] {
        match line {
            "sync gone" => drop(clones.git("li", "remote add gone ../gone.git")),
            "sync other" => {
                assert!(clones.sandbox.run("init other --preset basic").ends_with("--- exit 0\n"));
                clones.git("li", "remote add other ../other");
            }
            "sync plain" => {
                clones.sandbox.git("init -q plain");
                clones.sandbox.write("plain/a", "a\n");
                clones.git("plain", "add a");
                clones.git("plain", "commit -qm a");
                clones.git("li", "remote add plain ../plain");
            }
            _ => {}
        }
        let refused = clones.run("li", line);
        assert!(refused.contains(said) && refused.ends_with(&format!("--- exit {code}\n")), "{line}: {refused}");
        assert_eq!(clones.tip("li"), tip, "{line}");
        let error = clones.sandbox.json(&format!("-C li {line}"));
        assert!(error["error"]["code"].is_string(), "{line}: {error}");
    }
    clones.git("li", "branch --unset-upstream");
    clones.git("li", "remote remove origin");
    let refused = clones.run("li", "sync");
    assert!(refused.contains("several remotes") && refused.contains("redress sync other"), "{refused}");
    for name in ["gone", "other", "plain"] {
        clones.git("li", &format!("remote remove {name}"));
    }
    let refused = clones.run("li", "sync");
    assert!(refused.contains("git remote add origin URL"), "{refused}");
}

#[test]
fn a_rewritten_remote_is_never_followed_and_never_overwritten() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let lost = clones.published();
    clones.git("shared.git", "update-ref refs/heads/main main~1");
    let now = clones.published();
    for name in ["li", "wang"] {
        for _ in 0..2 {
            let refused = clones.run(name, "sync");
            assert!(refused.contains("was rewritten") && refused.ends_with("--- exit 1\n"), "{refused}");
            assert_eq!((clones.tip(name), clones.published()), (lost.clone(), now.clone()));
        }
    }
    // a fetch by git itself does not hide it
    clones.git("wang", "fetch -q origin");
    assert!(clones.run("wang", "sync").contains("was rewritten"));
    // what the hint says brings it back, also if others have gone on from the rewritten history
    clones.sandbox.git("clone -q shared.git other");
    clones.git("other", "commit -q --allow-empty -m odd");
    clones.git("other", "push -q origin main");
    let refused = clones.sandbox.json("-C wang sync");
    let refused = refused["error"]["hint"].as_str().unwrap_or_default();
    assert!(refused.contains("git log ") && refused.contains("..HEAD"), "{refused}");
    let push = refused.split("git ").find(|part| part.starts_with("push ")).and_then(|part| part.split(" (").next());
    clones.git("wang", push.expect("a command"));
    assert_eq!(clones.published(), lost);
    clones.ok("wang", "sync");
    clones.git("shared.git", "update-ref -d refs/heads/main");
    let refused = clones.run("li", "sync");
    assert!(refused.contains("main is gone from origin") && refused.ends_with("--- exit 1\n"), "{refused}");
}

#[test]
fn what_a_forced_push_wiped_is_named_as_here_alone() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    clones.ok("li", "sync");
    clones.add("wang", "noise");
    clones.git("wang", "push -q --force origin main");
    clones.add("li", "later");
    let alone = |name: &str| {
        let refused = clones.sandbox.json(&format!("-C {name} sync"));
        let hint = refused["error"]["hint"].as_str().unwrap_or_default().to_owned();
        let range = hint.split("git log ").nth(1).and_then(|rest| rest.split("..HEAD").next()).expect("a range");
        clones.git(name, &format!("log --format=%s {range}..HEAD")).lines().count()
    };
    assert_eq!(alone("li"), 2, "the one that was published, too");
    // who has it put back tells the other the same
    clones.git("li", "push -q --force origin main~1:main");
    assert_eq!(alone("wang"), 1);
}

#[test]
fn a_branch_that_was_renamed_on_the_remote_is_followed() {
    for later in [false, true] {
        let clones = Clones::with(1);
        clones.add("li", "leak");
        clones.git("shared.git", "branch -m main trunk");
        if later {
            clones.git("wang", "push -q origin HEAD:trunk");
            clones.sandbox.git("clone -q -b trunk shared.git other");
            clones.git("other", "commit -q --allow-empty -m odd");
            clones.git("other", "push -q origin trunk");
        }
        let zh = clones.run("li", "sync --lang zh");
        assert!(zh.contains("现在 trunk 上"), "{zh}");
        let refused = clones.run("li", "sync");
        assert!(refused.contains("is on trunk now") && refused.ends_with("--- exit 1\n"), "{refused}");
        let follow = refused.split("follows it with ").nth(1).and_then(|rest| rest.split("; then").next());
        for command in follow.expect("commands").split(" && ") {
            clones.git("li", command.trim_start_matches("git "));
        }
        let said = clones.ok("li", "sync");
        assert!(said.contains("went out to origin/trunk") && !said.contains("others share"), "{said}");
    }
}

#[test]
fn who_is_on_no_branch_is_told_which_one_to_go_back_to() {
    let clones = Clones::with(0);
    for branches in ["branch -q idle", "branch -q -D idle"] {
        clones.git("li", branches);
        clones.git("li", "checkout -q --detach");
        for line in ["sync", "new client name=x", "status", "undo -y", "commit", "show hengtai", "due", "list client"] {
            let said = clones.run("li", line);
            assert!(said.contains("git switch main") && !said.contains("BRANCH"), "{line}: {said}");
        }
        clones.git("li", "switch -q main");
        assert!(!clones.ok("li", "status").contains("detached"));
    }
}

#[test]
fn a_branch_of_another_name_is_not_split_off() {
    let clones = Clones::with(0);
    clones.git("shared.git", "branch -m main trunk");
    clones.sandbox.git("clone -q -b trunk shared.git wang");
    clones.git("wang", "branch -m trunk main");
    clones.git("wang", "branch --unset-upstream");
    clones.git("wang", "update-ref -d refs/remotes/origin/main");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("has no branch main, but trunk") && refused.ends_with("--- exit 1\n"), "{refused}");
    clones.git("wang", "branch --set-upstream-to=origin/trunk");
    clones.ok("wang", "sync");
}

#[test]
fn who_was_overtaken_begins_again_and_what_is_refused_is_not_lost() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    clones.add("wang", "crack");
    // while Li Na publishes, Wang Lei is faster, once
    let hook = "#!/bin/sh\n[ -e ../once ] && exit 0\ntouch ../once\nunset GIT_DIR GIT_WORK_TREE GIT_PREFIX\nexec git -C ../wang push -q origin main\n";
    clones.sandbox.write("li/.git/hooks/pre-push", hook);
    let make = |path: &str| {
        let made = clones.sandbox.command("chmod").args(["+x", path]).status().expect("chmod runs");
        assert!(made.success());
    };
    make("li/.git/hooks/pre-push");
    let synced = clones.ok("li", "sync");
    assert!(synced.contains("others were faster: attempt 2 of 5"), "{synced}");
    assert_eq!(clones.tip("li"), clones.published());
    assert_eq!(clones.value("li", "crack", "state"), "prospect");
    // the remote refuses: everything stays here, and the same command goes on
    clones.add("li", "late");
    clones.sandbox.write("shared.git/hooks/pre-receive", "#!/bin/sh\necho closed for today >&2\nexit 1\n");
    make("shared.git/hooks/pre-receive");
    let refused = clones.run("li", "sync");
    assert!(refused.contains("closed for today") && refused.contains("not sent yet"), "{refused}");
    assert!(refused.ends_with("--- exit 4\n"), "{refused}");
    std::fs::remove_file(clones.sandbox.dir().join("shared.git/hooks/pre-receive")).expect("a hook");
    clones.ok("li", "sync");
    assert_eq!(clones.tip("li"), clones.published());
}

#[test]
fn two_syncs_at_once_lose_nothing() {
    let clones = Clones::with(2);
    for round in 0..3 {
        for name in ["li", "wang", "zhao"] {
            clones.add(name, &format!("{name}-{round}"));
        }
        let begin = |name: &str| {
            let mut command = clones.sandbox.redress(&format!("-C {name} sync"));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("redress runs")
        };
        // Li Na's clone twice, at the same time as the others
        let running: Vec<_> = ["li", "li", "wang", "zhao"].map(begin).into_iter().collect();
        for child in running {
            let output = child.wait_with_output().expect("redress ends");
            assert!(matches!(output.status.code(), Some(0 | 4)), "{}", clones.sandbox.shown(&output));
            assert!(output.status.code() != Some(4) || clones.sandbox.shown(&output).contains("(process "));
        }
        for name in ["li", "wang", "zhao", "li", "wang"] {
            clones.ok(name, "sync");
        }
        for name in ["li", "wang", "zhao"] {
            assert_eq!(clones.tip(name), clones.published(), "{name}");
            clones.check(name);
            for other in ["li", "wang", "zhao"] {
                assert_eq!(clones.value(name, &format!("{other}-{round}"), "state"), "prospect");
            }
        }
    }
}

#[test]
fn a_sync_that_dies_goes_on_when_it_is_run_again() {
    let points = ["locked", "objects-written", "journal-written", "ref-moved", "file-renamed", "index-renamed"];
    let clones = Clones::with(1);
    for (round, point) in points.into_iter().enumerate() {
        clones.add("li", &format!("li-{round}"));
        clones.ok("li", "sync");
        // moving forward, and a merge
        for own in [false, true] {
            if own {
                clones.add("li", &format!("again-{round}"));
                clones.ok("li", "sync");
                clones.add("wang", &format!("wang-{round}"));
            }
            let mut command = clones.sandbox.redress("-C wang sync");
            let died = command.env("REDRESS_FAILPOINT", format!("{point}:abort")).output().expect("redress runs");
            assert!(!died.status.success(), "{point}: {}", clones.sandbox.shown(&died));
            clones.agree(&["wang", "li"]);
        }
    }
}

#[test]
fn executable_files_come_as_they_are_and_links_are_refused() {
    let clones = Clones::with(1);
    clones.sandbox.write("li/tools/run.sh", "#!/bin/sh\n");
    clones.git("li", "add tools/run.sh");
    clones.git("li", "update-index --chmod=+x tools/run.sh");
    clones.git("li", "checkout -q -- tools/run.sh");
    clones.git("li", "commit -qm tool");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.check("wang");
    assert!(clones.git("wang", "ls-files -s tools").starts_with("100755"));
    clones.git("li", "update-index --chmod=-x tools/run.sh");
    clones.git("li", "commit -qm tool");
    clones.git("li", "checkout -q -- tools/run.sh");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.check("wang");
    std::os::unix::fs::symlink("/etc/passwd", clones.sandbox.dir().join("li/tools/link")).expect("a link");
    clones.git("li", "add tools/link");
    clones.git("li", "commit -qm link");
    // git publishes it, and redress does not
    clones.git("li", "push -q");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("tools/link is a symbolic link") && !refused.ends_with("--- exit 0\n"), "{refused}");
    clones.check("wang");
}

#[test]
fn clones_that_took_over_from_each_other_are_told_how_to_go_on() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    clones.add("wang", "crack");
    let (li, wang) = (clones.tip("li"), clones.tip("wang"));
    // each merges the other's commit by hand
    clones.git("li", "fetch -q ../wang main");
    clones.git("li", &format!("merge -q -m both {wang}"));
    clones.git("li", "push -q origin main");
    clones.git("wang", "fetch -q ../li main");
    clones.git("wang", &format!("merge -q -m both {li}"));
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("several last common commits") && refused.ends_with("--- exit 1\n"), "{refused}");
    assert!(refused.contains("git reset --keep origin/main"), "{refused}");
    clones.git("wang", "branch saved");
    clones.git("wang", "reset -q --keep origin/main");
    clones.ok("wang", "sync");
}

#[test]
fn a_policy_that_both_changed_in_the_same_lines_stops_the_merge() {
    let clones = Clones::with(1);
    let file = "policy/callbacks.toml";
    let change = |name: &str, text: &str| {
        let path = format!("{name}/{file}");
        let old = clones.sandbox.read(&path);
        clones.sandbox.write(&path, &format!("{old}{text}"));
        clones.ok(name, "commit");
    };
    change("li", "# Li Na's remark\n");
    clones.ok("li", "sync");
    change("wang", "# Wang Lei's remark\n");
    let tip = clones.tip("wang");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains(&format!("same lines of {file}")) && refused.ends_with("--- exit 1\n"), "{refused}");
    assert_eq!(clones.tip("wang"), tip);
    clones.check("wang");
    // what the hint says
    clones.git("wang", &format!("restore --source=origin/main -- {file}"));
    clones.ok("wang", &format!("commit {file}"));
    clones.ok("wang", "sync");
    assert_eq!(clones.tip("wang"), clones.published());
}

#[test]
fn a_file_that_is_no_text_and_both_changed_stops_the_merge() {
    let clones = Clones::with(1);
    for (number, file) in ["forms/logo.png", "policy/odd.bin", "notes.bin"].into_iter().enumerate() {
        let change = |name: &str, text: &[u8]| {
            let path = clones.sandbox.dir().join(name).join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, text).expect("written");
            clones.git(name, "add -A");
            clones.git(name, &format!("commit -qm {number}"));
        };
        change("li", b"base\0x\n");
        clones.ok("li", "sync");
        clones.ok("wang", "sync");
        change("li", b"ours\0x1\n");
        clones.ok("li", "sync");
        change("wang", b"theirs\0x2\n");
        let tip = clones.tip("wang");
        let refused = clones.run("wang", "sync");
        assert!(refused.contains(file) && refused.ends_with("--- exit 1\n"), "{file}: {refused}");
        assert_eq!((clones.tip("wang"), &*clones.git("wang", "status --porcelain")), (tip, ""), "{file}");
        // whoever decides by hand between them is told of, as with a text
        clones.git("wang", "merge -q -s ours -m Merge origin/main");
        let found = clones.run("wang", "audit --quiet");
        assert!(found.contains("merge-conflict") && found.contains(file), "{file}: {found}");
        clones.git("wang", "reset -q --hard origin/main");
    }
}

#[test]
fn rules_that_only_load_apart_stop_the_merge() {
    let clones = Clones::with(1);
    let file = "policy/kinds/complaint.toml";
    let old = clones.sandbox.read(&format!("li/{file}"));
    let table = "[fields.weather]\ntype = \"text\"\nlabel = { zh = \"天气\", en = \"Weather\" }\n";
    let commit = |name: &str, file: &str, text: &str| {
        clones.sandbox.write(&format!("{name}/{file}"), text);
        clones.ok(name, "commit");
    };
    commit("li", file, &format!("{old}\n{table}"));
    clones.ok("li", "sync");
    commit("wang", file, &old.replace("[fields.number]\n", &format!("{table}\n[fields.number]\n")));
    let tip = clones.tip("wang");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains(&format!("in {file} does not load together")), "{refused}");
    assert!(refused.contains("help: take over the published file") && refused.ends_with("--- exit 1\n"), "{refused}");
    assert!(clones.run("wang", "sync --lang zh").contains("合并后无法载入"));
    assert_eq!(clones.sandbox.json("-C wang sync")["error"]["code"], "conflicts");
    assert_eq!(clones.tip("wang"), tip);
    clones.check("wang");
    // a merge by hand that decides between them is found
    clones.git("wang", "merge -q -s ours -m Merge origin/main");
    let found = clones.run("wang", "audit --quiet");
    assert!(found.contains("merge-conflict") && found.contains(file), "{found}");
    clones.git("wang", "reset -q --hard HEAD~1");
    // what the hint says
    clones.git("wang", &format!("restore --source=origin/main -- {file}"));
    clones.ok("wang", &format!("commit {file}"));
    clones.agree(&["wang", "li"]);
}

#[test]
fn only_the_rules_that_do_not_load_with_the_others_are_named() {
    let clones = Clones::with(1);
    let kind = |name: &str| {
        format!(
            "name = \"{name}\"\nprefix = \"Z\"\nfolder = \"{name}s\"\nlabel = {{ zh = \"{name}\", en = \"{name}\" }}\n\
             [states.done]\nclass = \"closed\"\nlabel = {{ zh = \"完成\", en = \"Done\" }}\n\
             [[steps]]\nname = \"record\"\nlabel = {{ zh = \"登记\", en = \"Record\" }}\nto = \"done\"\n"
        )
    };
    // both change one file in different places, and each makes a kind of the same prefix
    let remarks = "policy/kinds/client.toml";
    let old = clones.sandbox.read(&format!("li/{remarks}"));
    let commit = |name: &str, files: [(&str, String); 2]| {
        for (file, text) in files {
            clones.sandbox.write(&format!("{name}/{file}"), &text);
        }
        clones.git(name, "add policy");
        clones.ok(name, "commit");
    };
    commit("li", [(remarks, format!("# Li Na's remark\n{old}")), ("policy/kinds/ride.toml", kind("ride"))]);
    clones.ok("li", "sync");
    commit("wang", [(remarks, format!("{old}# Wang Lei's remark\n")), ("policy/kinds/walk.toml", kind("walk"))]);
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("in policy/kinds/walk.toml does not load together"), "{refused}");
    assert!(refused.contains("policy/kinds/ride.toml") || refused.contains("prefix"), "{refused}");
    // what the hint says
    assert!(
        refused.contains("git rm -q -- policy/kinds/walk.toml && redress commit policy/kinds/walk.toml"),
        "{refused}"
    );
    clones.git("wang", "rm -q -- policy/kinds/walk.toml");
    clones.ok("wang", "commit policy/kinds/walk.toml");
    clones.agree(&["wang", "li"]);
    for remark in ["Li Na", "Wang Lei"] {
        assert!(clones.sandbox.read(&format!("wang/{remarks}")).contains(remark));
    }
}

#[test]
fn a_file_in_the_way_of_what_comes_in_is_to_be_moved_away() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    clones.ok("li", "sync");
    let path = clones.git("li", "diff --name-only HEAD~1").trim().to_owned();
    clones.sandbox.write(&format!("wang/{path}"), "mine\n");
    let tip = clones.tip("wang");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("help: move clients/2026/11/24/K-ID1.yaml away, then run the command again"), "{refused}");
    assert!(refused.ends_with("--- exit 1\n") && clones.tip("wang") == tip, "{refused}");
    assert!(clones.run("wang", "sync --lang zh").contains("请移开"));
    std::fs::rename(clones.sandbox.dir().join("wang").join(&path), clones.sandbox.dir().join("moved")).expect("a file");
    clones.ok("wang", "sync");
    clones.check("wang");
}

#[test]
fn what_lasts_is_not_answered_by_running_it_again() {
    let clones = Clones::with(0);
    let table = [
        ("sync gone", "git remote set-url gone URL", "请用 `git remote -v` 检查地址"),
        (
            "sync gone",
            "ask the person who keeps the shared repository for the right",
            "如地址正确，请向共享仓库的管理者申请读写权限",
        ),
        ("sync nowhere", "redress sync origin", "redress sync origin"),
        ("sync other", "git remote -v", "git remote -v"),
        ("sync closed", "ask the person who keeps the shared repository", "请向共享仓库的管理者申请读写权限"),
    ];
    clones.git("li", "remote add gone ../gone.git");
    assert!(clones.sandbox.run("init other --preset basic").ends_with("--- exit 0\n"));
    clones.git("li", "remote add other ../other");
    // what a server says to somebody without rights
    clones.sandbox.write("ssh", "#!/bin/sh\necho 'git@host: Permission denied (publickey).' >&2\nexit 255\n");
    clones.git("li", "remote add closed git@host:book.git");
    let ssh = format!("sh {}", clones.sandbox.dir().join("ssh").display());
    for (line, help, zh) in table {
        for (lang, wanted) in [("en", help), ("zh", zh)] {
            let mut command = clones.sandbox.redress(&format!("-C li {line} --lang {lang}"));
            let output = command.env("GIT_SSH_COMMAND", &ssh).output().expect("redress runs");
            let refused = clones.sandbox.shown(&output);
            assert!(refused.contains(wanted), "{line}: {refused}");
            assert!(
                !refused.contains("run redress sync again") && !refused.contains("请再次运行"),
                "{line}: {refused}"
            );
        }
    }
    for (line, help) in [
        ("clone gone.git x", "look at the address"),
        ("clone git@host:book.git x", "ask the person who keeps the repository"),
        ("clone shared.git/hooks x", "look at the address"),
    ] {
        let mut command = clones.sandbox.redress(line);
        let output = command.env("GIT_SSH_COMMAND", &ssh).output().expect("redress runs");
        let refused = clones.sandbox.shown(&output);
        assert!(refused.contains(&format!("help: {help}")), "{line}: {refused}");
    }
}

#[test]
fn a_refused_push_says_why_and_nothing_that_only_git_understands() {
    let clones = Clones::with(0);
    clones.add("li", "leak");
    clones.sandbox.write("shared.git/hooks/update", "#!/bin/sh\necho closed for today >&2\nexit 1\n");
    let made = clones.sandbox.command("chmod").args(["+x", "shared.git/hooks/update"]).status().expect("chmod runs");
    assert!(made.success());
    let refused = clones.run("li", "sync");
    assert!(refused.contains("closed for today") && refused.contains("remote rejected: (hook declined)"), "{refused}");
    for raw in ["refs/heads", "!", "Done", "To ", "error: failed to push", "\t"] {
        assert!(!refused.contains(raw), "{raw}: {refused}");
    }
}

#[test]
fn a_number_that_a_pull_made_twice_is_not_published() {
    let clones = Clones::with(1);
    let file = "new complaint client=hengtai channel=phone content=";
    clones.ok("wang", &format!("{file}hers"));
    clones.ok("li", &format!("{file}his"));
    clones.ok("li", "sync");
    let published = clones.published();
    clones.git("wang", "branch before");
    clones.git("wang", "pull -q --rebase");
    twice(&clones, &published);
    clones.git("wang", "reset -q --hard before");
    clones.git("wang", "pull -q --no-rebase --no-edit");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("the merge commit") && refused.ends_with("--- exit 1\n"), "{refused}");
    assert_eq!(clones.published(), published);
    // what the help says
    clones.git("wang", "branch saved");
    clones.git("wang", "reset -q --keep ORIG_HEAD");
    clones.agree(&["wang", "li"]);
}

/// What goes out has a number twice: nothing is sent, and the answer says what to do.
fn twice(clones: &Clones, published: &str) {
    for (lang, says) in [("en", "values that others have already"), ("zh", "他人已经使用的值")] {
        let refused = clones.run("wang", &format!("sync --lang {lang}"));
        assert!(refused.contains(says) && refused.ends_with("--- exit 1\n"), "{refused}");
        assert!(refused.contains("git branch saved && git reset --keep ORIG_HEAD"), "{refused}");
        assert!(!refused.contains("--hard") && refused.contains("number"), "{refused}");
        assert_eq!(clones.published(), published);
    }
}

#[test]
fn a_number_is_given_anew_as_often_as_others_were_faster() {
    let clones = Clones::with(1);
    let file = "new complaint client=hengtai channel=phone category=product -y content=";
    let hook = clones.sandbox.dir().join("shared.git/hooks/pre-receive");
    clones.ok("li", &format!("{file}one"));
    clones.ok("li", "sync");
    clones.ok("wang", &format!("{file}two"));
    clones.sandbox.write("shared.git/hooks/pre-receive", "#!/bin/sh\nexit 1\n");
    let made = clones.sandbox.command("chmod").arg("+x").arg(&hook).status().expect("chmod runs");
    assert!(made.success());
    assert!(!clones.run("wang", "sync").ends_with("--- exit 0\n"));
    std::fs::remove_file(&hook).expect("the hook");
    clones.ok("li", &format!("{file}three"));
    clones.ok("li", "sync");
    clones.agree(&["wang", "li"]);
    for name in ["li", "wang"] {
        assert_eq!(clones.ok(name, "list complaint").matches("\nKS2").count(), 3);
    }
}

#[cfg(unix)]
#[test]
fn what_no_other_clone_could_take_in_is_not_sent() {
    use std::os::unix::ffi::OsStrExt as _;
    let clones = Clones::with(1);
    let published = clones.published();
    let notes = clones.sandbox.dir().join("li/notes");
    std::fs::create_dir_all(&notes).expect("a folder");
    std::os::unix::fs::symlink("/etc/hostname", notes.join("link")).expect("a link");
    std::fs::write(notes.join(std::ffi::OsStr::from_bytes(b"\xd5\xd5.txt")), "x").expect("a file");
    // the audit, too, would name a name that is no text for good
    for (name, says, help) in [("notes/link", "is a symbolic link", "git mv"), ("notes", "is not UTF-8", "git branch")]
    {
        clones.git("li", &format!("add {name}"));
        clones.git("li", "commit -qm notes");
        let refused = clones.run("li", "sync");
        assert!(refused.contains(says) && refused.contains(help) && refused.ends_with("--- exit 1\n"), "{refused}");
        assert_eq!(clones.published(), published);
        clones.git("li", "rm -rq --cached notes");
        clones.git("li", "commit -qm away");
    }
    clones.git("li", "reset -q --keep HEAD~2");
    std::fs::remove_dir_all(&notes).expect("the folder");
    clones.agree(&["li", "wang"]);
}

#[test]
fn another_book_behind_the_same_remote_is_told_as_such() {
    let clones = Clones::with(1);
    clones.sandbox.git("init -q --bare other.git");
    clones.beside("init other --preset basic");
    clones.git("other", "push -q ../other.git main");
    clones.git("wang", "remote set-url origin ../other.git");
    let refused = clones.run("wang", "sync");
    assert!(refused.contains("it is another book") && !refused.contains("rewritten"), "{refused}");
}

#[test]
fn a_dry_run_says_what_would_refuse_the_sync() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("li", "sync");
    for path in clones.git("wang", "ls-files clients").lines() {
        let file = format!("wang/{path}");
        clones.sandbox.write(&file, &(clones.sandbox.read(&file) + "city: 宁波\n"));
    }
    let would = clones.run("wang", "sync --dry-run");
    assert!(would.contains("a sync would be refused") && would.contains("clients/"), "{would}");
    assert_eq!(would.matches(".yaml").count(), 1, "only what comes in: {would}");
    clones.git("wang", "checkout -q -- .");
    assert!(!clones.ok("wang", "sync --dry-run").contains("would be refused"));
    // a file of one's own is no edit that could be committed or taken back
    clones.add("li", "leak");
    clones.ok("li", "sync");
    let path = clones.git("li", "diff --name-only HEAD~1").trim().to_owned();
    clones.sandbox.write(&format!("wang/{path}"), "mine\n");
    let would = clones.run("wang", "sync --dry-run");
    assert!(would.contains("a sync would be refused") && would.contains("move them away first"), "{would}");
    assert!(!would.contains("git restore") && !would.contains("redress commit"), "{would}");
    std::fs::rename(clones.sandbox.dir().join("wang").join(&path), clones.sandbox.dir().join("moved")).expect("a file");
    clones.ok("wang", "sync");
}

#[test]
fn who_fetched_a_rewritten_history_that_was_put_back_goes_on() {
    let clones = Clones::with(1);
    clones.add("li", "leak");
    clones.agree(&["li", "wang"]);
    let right = clones.published();
    clones.sandbox.git("clone -q shared.git other");
    clones.git("other", "reset -q --hard HEAD~1");
    clones.git("other", "commit -q --allow-empty -m odd");
    clones.git("other", "push -q --force origin main");
    clones.git("wang", "fetch -q");
    assert!(clones.run("wang", "sync").contains("was rewritten"));
    clones.git("li", &format!("push -q --force origin {right}:refs/heads/main"));
    clones.agree(&["li", "wang"]);
    assert_eq!(clones.published(), right);
    // who has taken it over decides nothing alone
    let refused = clones.run("other", "sync");
    let help = refused.split("help: ").nth(1).unwrap_or_default();
    assert!(help.contains("First ask your colleagues which history is right"), "{refused}");
    assert!(help.find("clone the book again") < help.find("git push"), "{refused}");
}

#[test]
fn another_branch_than_that_of_the_clones_is_told() {
    let clones = Clones::with(1);
    assert!(!clones.ok("wang", "sync").contains("others share"));
    clones.git("wang", "switch -q -c work");
    clones.git("wang", "push -q -u origin work");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("branch work is shared here, but others share main on origin"), "{told}");
    assert!(told.contains("git switch main"), "{told}");
}

#[test]
fn what_git_alone_changed_in_a_record_is_told_as_that() {
    let clones = Clones::with(1);
    let path = clones.git("li", "ls-files clients").lines().next().unwrap_or_default().to_owned();
    let text = clones.sandbox.read(&format!("li/{path}"));
    clones.sandbox.write(&format!("li/{path}"), &text.replacen("history:\n", "weather: sun\nhistory:\n", 1));
    clones.git("li", "commit -qam newer");
    let went = clones.ok("li", "sync");
    assert!(went.contains("Client: changed without a step (Prospect)") && !went.contains(":  ("), "{went}");
}
