//! `git pull` merges files that only one side changed without asking anybody. Where that is not what the records of
//! both sides give, nothing is sent, and what the help says leads on.

use crate::clones::Clones;

/// Wang Lei publishes a record, while Li Na notes that he has left, and pulls with git.
fn pulled() -> Clones {
    let clones = Clones::with(1);
    clones.ok("wang", "new client name=ningbo --key ningbo");
    clones.ok("wang", "sync");
    clones.ok("li", "advance wang.lei leave");
    clones.git("li", "pull -q --no-rebase --no-edit");
    clones
}

/// The commands of the help that stand between backquotes and begin so.
fn command(clones: &Clones, begin: &str) -> String {
    let answer = clones.sandbox.json("-C li sync");
    let said = answer["error"]["hint"].as_str().unwrap_or_default();
    let found = said.split('`').find(|part| part.starts_with(begin));
    found.unwrap_or_else(|| panic!("{begin}: {said}")).to_owned()
}

/// What the sync of Li Na answers, who sends nothing.
fn refused(clones: &Clones) {
    let (published, tip) = (clones.published(), clones.tip("li"));
    let zh = clones.run("li", "sync --lang zh");
    assert!(zh.contains("合并提交") && zh.contains("没有发出任何内容"), "{zh}");
    let dry = clones.run("li", "sync --dry-run");
    let said = clones.run("li", "sync");
    for said in [&dry, &said] {
        assert!(said.contains("nothing was sent") && said.ends_with("--- exit 1\n"), "{said}");
        assert!(said.contains("the merge has another clients/"), "{said}");
    }
    assert_eq!((clones.published(), clones.tip("li")), (published, tip));
}

#[test]
fn a_merge_of_git_that_the_audit_would_call_false_is_not_sent() {
    let clones = pulled();
    assert!(clones.run("li", "audit --quiet").contains("merge-differs"));
    refused(&clones);
    clones.git("li", command(&clones, "git switch").trim_start_matches("git "));
    clones.agree(&["li", "wang"]);
    assert_eq!(clones.value("li", "wang.lei", "state"), "left");
    // it was published before
    assert_eq!(clones.value("li", "ningbo", "state"), "prospect");
}

#[test]
fn what_came_after_such_a_merge_is_kept_under_a_name() {
    let clones = pulled();
    clones.add("li", "taizhou");
    let later = clones.tip("li");
    refused(&clones);
    let log = command(&clones, "git log");
    for command in command(&clones, "git branch").split(" && ") {
        clones.git("li", command.trim_start_matches("git "));
    }
    clones.agree(&["li", "wang"]);
    let kept = clones.git("li", &format!("{} --no-merges --format=%H", log.trim_start_matches("git ")));
    assert_eq!(kept.trim(), later);
    clones.add("li", "taizhou");
    clones.agree(&["li", "wang"]);
}

#[test]
fn a_merge_of_git_that_is_right_is_sent() {
    let clones = Clones::with(1);
    clones.ok("wang", "edit hengtai city=杭州");
    clones.ok("wang", "sync");
    clones.ok("li", "edit haitian city=宁波");
    clones.git("li", "pull -q --no-rebase --no-edit");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    assert_eq!(clones.tip("li"), clones.tip("wang"));
    // one file that both changed, which the merge driver merges
    clones.ok("wang", "edit hengtai address=西湖区");
    clones.ok("wang", "sync");
    clones.ok("li", "edit hengtai note=li");
    let output = clones.command("li", "git").args(["pull", "-q", "--no-rebase", "--no-edit"]).output();
    assert!(output.expect("git runs").status.success());
    clones.ok("li", "new client name=ningbo --key ningbo");
    clones.agree(&["li", "wang"]);
}
