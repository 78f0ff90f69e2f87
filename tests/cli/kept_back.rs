//! What the audit would call wrong for good is not sent, and what the help says leads on without losing anything.

use crate::clones::Clones;

/// The commands of the help of Li Na's sync that stand between backquotes.
fn commands(clones: &Clones) -> Vec<String> {
    let answer = clones.sandbox.json("-C li sync");
    let said = answer["error"]["hint"].as_str().unwrap_or_default();
    let commands: Vec<String> = said.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(!commands.is_empty(), "{answer}");
    commands
}

/// Li Na's sync is refused and sends nothing; says why in both languages.
fn refused(clones: &Clones, code: &str, says: &[&str]) {
    let (published, tip) = (clones.published(), clones.tip("li"));
    assert_eq!(clones.sandbox.json("-C li sync --dry-run")["error"]["code"], code);
    let zh = clones.run("li", "sync --lang zh");
    assert!(zh.contains("没有发出任何内容"), "{zh}");
    let said = clones.run("li", "sync");
    assert!(said.contains("nothing was sent") && said.ends_with("--- exit 1\n"), "{said}");
    for part in says {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!((clones.published(), clones.tip("li")), (published, tip));
}

/// Does what the help says: goes back, and syncs. Returns what is left to be done again.
fn gone_back(clones: &Clones) -> String {
    let commands = commands(clones);
    for command in commands[0].split(" && ") {
        clones.git("li", command.trim_start_matches("git "));
    }
    clones.agree(&["li", "wang"]);
    let log = commands.iter().find(|command| command.starts_with("git log")).expect("a log");
    clones.git("li", &format!("{} --no-merges --format=%s", log.trim_start_matches("git ")))
}

#[test]
fn a_revert_of_a_step_is_not_sent() {
    for later in [false, true] {
        let clones = Clones::with(1);
        clones.ok("li", "edit hengtai city=杭州");
        clones.agree(&["li", "wang"]);
        clones.git("li", "revert --no-edit HEAD");
        if later {
            clones.add("li", "ningbo");
        }
        refused(&clones, "faulty", &["Revert", "was taken out", "redress undo"]);
        let left = gone_back(&clones);
        assert_eq!(left.lines().count(), 1 + usize::from(later), "{left}");
        assert!(left.contains("Revert"), "{left}");
        assert_eq!(clones.value("li", "hengtai", "city"), "杭州");
    }
}

/// A rebase makes other commits of the same work: an undo then names a commit that is not there, and a record has rules
/// that came after it.
#[test]
fn work_that_a_rebase_made_false_goes_back_to_before_it() {
    type Work = fn(&Clones);
    let undone: Work = |clones| {
        clones.add("li", "ningbo");
        clones.ok("li", "undo -y");
        clones.ok("wang", "edit hengtai city=杭州");
    };
    let opened: Work = |clones| {
        clones.ok("li", "new complaint client=hengtai channel=phone content=leak");
        let kind = "wang/policy/kinds/complaint.toml";
        let text = clones.sandbox.read(kind);
        let field = "\n[fields.shelf]\ntype = \"text\"\nlabel = { en = \"Shelf\", zh = \"货架\" }\n";
        clones.sandbox.write(kind, &format!("{text}{field}"));
        clones.ok("wang", "commit -m shelf");
    };
    for (work, says) in
        [(undone, "which is not the whole id of a commit before this one"), (opened, "the record was opened under")]
    {
        for (reflog, later) in [(true, false), (true, true), (false, false)] {
            let clones = Clones::with(1);
            work(&clones);
            clones.ok("wang", "sync");
            let before = clones.tip("li");
            clones.git("li", "pull -q --rebase");
            if later {
                clones.ok("li", "edit haitian city=宁波");
            }
            if !reflog {
                clones.git("li", "reflog expire --expire=now --all");
            }
            let told = if reflog { "goes back to before `git pull --rebase`" } else { "not with `git pull --rebase`" };
            refused(&clones, "faulty", &[says, told]);
            if later {
                let left = gone_back(&clones);
                assert_eq!(left.lines().count(), 1, "{left}");
            } else {
                let command = commands(&clones).swap_remove(0);
                for command in command.split(" && ") {
                    clones.git("li", command.trim_start_matches("git "));
                }
                assert_eq!(clones.tip("li") == before, reflog);
                clones.agree(&["li", "wang"]);
            }
            assert!(!reflog || clones.git("li", "log --format=%H").contains(&before));
        }
    }
}

#[test]
fn rules_that_somebody_may_not_change_and_broken_ones_are_not_sent() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.sandbox.write("li/policy/recording.toml", "x = 1\n");
    clones.git("li", "commit -qam broken");
    clones.git("li", "revert --no-edit HEAD");
    refused(&clones, "faulty", &["(broken)"]);
    let left = gone_back(&clones);
    assert_eq!(left.lines().count(), 2, "{left}");
}

#[test]
fn what_others_have_published_stops_nobody() {
    let clones = Clones::with(1);
    clones.ok("wang", "edit hengtai city=杭州");
    clones.ok("wang", "sync");
    clones.git("wang", "revert --no-edit HEAD");
    clones.git("wang", "push -q");
    clones.add("li", "ningbo");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    assert_eq!(clones.tip("li"), clones.tip("wang"));
}

#[test]
fn an_amended_commit_that_was_published_is_not_sent_again() {
    for (colleague, later) in [(false, false), (true, false), (true, true)] {
        let clones = Clones::with(1);
        clones.ok("li", "edit hengtai city=杭州");
        clones.ok("li", "sync");
        let published = clones.tip("li");
        if colleague {
            clones.ok("wang", "sync");
            clones.ok("wang", "edit haitian city=宁波");
            clones.ok("wang", "sync");
        }
        clones.git("li", "commit -q --amend -m mine");
        if later {
            clones.add("li", "ningbo");
        }
        refused(&clones, "recorded-again", &["(mine) records again what the published commit", "--amend"]);
        let left = gone_back(&clones);
        assert!(clones.git("li", "log --format=%H").contains(&published));
        assert!(left.contains("mine") && left.lines().count() == 1 + usize::from(later), "{left}");
        let shown = clones.sandbox.json("-C li show hengtai");
        assert_eq!(shown["data"]["history"].as_array().map(Vec::len), Some(2), "{shown}");
    }
}
