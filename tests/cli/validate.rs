//! `validate`: unchanged files are not read again, and the answers are the same as if they were. Also a merge that
//! was not finished.

use crate::sandbox::Sandbox;

/// A book with two clients and complaints of theirs.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    for name in ["清泉自来水公司", "恒泰机械"] {
        sandbox.run(&format!("new client name={name}"));
        for content in ["漏水", "噪声"] {
            let shown = sandbox.run(&format!("new complaint client={name} channel=phone content={content}"));
            assert!(shown.ends_with("--- exit 0\n"), "{shown}");
        }
    }
    sandbox
}

fn files(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    sandbox.git(&format!("ls-files {folder}")).lines().map(str::to_owned).collect()
}

/// What `validate` says. It must be the same as when it reads everything.
fn validated(sandbox: &Sandbox, after: &str) -> String {
    let short = sandbox.run("validate");
    let whole = sandbox.run("validate --full");
    assert_eq!(short, whole, "{after}");
    assert_eq!(short, sandbox.run("validate"), "{after}, and with what was noted then");
    short
}

#[test]
fn a_file_that_may_not_be_read_is_a_finding_of_its_own_and_the_rest_is_checked() {
    let sandbox = book();
    let (complaints, clients) = (files(&sandbox, "complaints"), files(&sandbox, "clients"));
    sandbox.write(&complaints[0], &sandbox.read(&complaints[0]).replace("channel: phone", "channel: nowhere"));
    let shut = sandbox.dir().join(&clients[0]);
    let mode = |mode| std::fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("it");
    mode(0o000);
    // root reads every file
    if std::fs::read(&shut).is_err() {
        for line in ["validate", "status", "doctor"] {
            let said = sandbox.run(line);
            assert!(said.contains("Permission denied") && said.ends_with("--- exit 1\n"), "{line}: {said}");
            assert!(said.contains("nowhere") || line == "doctor", "{line}: {said}");
        }
        let state = sandbox.dir().join(".git/redress");
        let mode = |mode| std::fs::set_permissions(&state, std::os::unix::fs::PermissionsExt::from_mode(mode));
        mode(0o000).expect("shut");
        let said = sandbox.run("status") + &sandbox.run("doctor");
        mode(0o755).expect("open");
        assert!(!said.contains("interrupted"), "{said}");
    }
    mode(0o644);
}

#[test]
fn what_has_not_changed_is_not_read_again_and_the_answers_are_the_same() {
    let sandbox = book();
    let sound = "--- exit 0\n";
    assert_eq!(validated(&sandbox, "at first"), sound);
    assert!(sandbox.read(".git/redress/validated").contains("\"commit\""));
    let (complaints, clients) = (files(&sandbox, "complaints"), files(&sandbox, "clients"));
    let text = sandbox.read(&complaints[0]);
    // by hand, then committed by hand
    sandbox.write(&complaints[0], &text.replace("channel: phone", "channel: pigeon"));
    let wrong = validated(&sandbox, "a hand edit");
    assert!(wrong.contains("pigeon") && wrong.ends_with("--- exit 1\n"), "{wrong}");
    sandbox.git("commit -qam 'by hand'");
    assert_eq!(validated(&sandbox, "what was committed by hand"), wrong);
    sandbox.write(&complaints[0], &text);
    assert_eq!(validated(&sandbox, "what was mended by hand"), sound);
    sandbox.git("commit -qam mended");
    assert_eq!(validated(&sandbox, "what was mended"), sound);
    // the record that names a deleted one has not changed itself
    sandbox.git(&format!("rm -q {}", clients[0]));
    sandbox.git("commit -qm gone");
    let wrong = validated(&sandbox, "a record that others name has gone");
    assert_eq!(wrong.matches("there is no record").count(), 2, "{wrong}");
    sandbox.git("revert --no-edit HEAD");
    assert_eq!(validated(&sandbox, "it is there again"), sound);
    // a person whom others name
    let staff = files(&sandbox, "staff");
    sandbox
        .run(&format!("edit {} owner=li.na", clients[1].rsplit('/').next().expect("a name").trim_end_matches(".yaml")));
    assert_eq!(validated(&sandbox, "an owner"), sound);
    sandbox.git(&format!("mv {} {}", staff[0], staff[0].replace("li.na", "li.no")));
    sandbox.git("commit -qm 'another person'");
    let wrong = validated(&sandbox, "a person who has gone");
    assert!(wrong.contains("there is no person li.na"), "{wrong}");
    sandbox.git("revert --no-edit HEAD");
    // the rule book, and notes about another one
    sandbox.write(".git/redress/validated", "{\"key\":");
    assert_eq!(validated(&sandbox, "a note that is torn"), sound);
    std::fs::remove_file(sandbox.dir().join(&complaints[1])).expect("the file");
    let wrong = validated(&sandbox, "a file that a hand has deleted");
    assert!(wrong.contains("git restore"), "{wrong}");
    sandbox.git("checkout -q -- complaints");
    sandbox.write("complaints/2026/stray.yaml", "id: x\n");
    let wrong = validated(&sandbox, "a file that no id leads to");
    assert!(wrong.contains("no id leads to this path"), "{wrong}");
}

#[test]
fn marks_of_an_unfinished_merge_are_named_with_the_way_out() {
    let sandbox = book();
    let path = files(&sandbox, "complaints")[0].clone();
    let text = sandbox.read(&path);
    let with = |content: &str| text.replace("漏水", content).replace("噪声", content);
    // without the merge driver, git writes its own marks
    sandbox.git("config --remove-section merge.redress");
    sandbox.git("checkout -qb other");
    sandbox.write(&path, &with("换"));
    sandbox.git("commit -qam other");
    sandbox.git("checkout -q main");
    sandbox.write(&path, &with("修"));
    sandbox.git("commit -qam ours");
    let merge = sandbox.command("git").args(["merge", "-q", "other"]).output().expect("git runs");
    assert!(!merge.status.success());
    let id = path.rsplit('/').next().expect("a name").trim_end_matches(".yaml").to_owned();
    for line in ["status", "validate", &format!("validate {path}"), &format!("edit {id} content=x")] {
        let shown = sandbox.run(line);
        assert!(shown.contains("git merge --continue") && shown.contains("git merge --abort"), "{line}: {shown}");
        assert!(!shown.ends_with("--- exit 0\n"), "{line}: {shown}");
    }
    for line in ["status", "validate"] {
        let shown = sandbox.run(line);
        assert!(shown.contains("the marks of a merge that was not finished"), "{line}: {shown}");
    }
    // marks without a merge
    let marked = sandbox.read(&path);
    sandbox.git("merge --abort");
    sandbox.write(&path, &marked);
    for line in ["status", "validate", "commit", &format!("edit {id} content=x")] {
        let shown = sandbox.run(line);
        assert!(shown.contains("the marks of a merge that was not finished"), "{line}: {shown}");
        assert!(shown.contains("redress commit"), "{line}: {shown}");
    }
    // and in a rule book
    sandbox.git("checkout -q -- complaints");
    let rules = sandbox.read("policy/roles.toml");
    sandbox.write("policy/roles.toml", &format!("<<<<<<< HEAD\n{rules}=======\n{rules}>>>>>>> other\n"));
    let shown = sandbox.run("validate --lang zh");
    assert!(shown.contains("尚未完成合并的冲突标记") && shown.contains("policy/roles.toml:1"), "{shown}");
}

#[test]
fn who_acts_may_come_from_the_environment_as_with_git() {
    let sandbox = book();
    let as_given = |given: &[(&str, &str)]| {
        let mut command = sandbox.redress("new client name=宁波港 -y");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").envs(given.iter().copied());
        sandbox.shown(&command.output().expect("redress runs"))
    };
    let counted = [
        ("GIT_CONFIG_COUNT", "2"),
        ("GIT_CONFIG_KEY_0", "user.name"),
        ("GIT_CONFIG_VALUE_0", "Li Na"),
        ("GIT_CONFIG_KEY_1", "user.email"),
        ("GIT_CONFIG_VALUE_1", "li.na@example.cn"),
    ];
    let named = [
        ("GIT_AUTHOR_NAME", "Li Na"),
        ("GIT_AUTHOR_EMAIL", "li.na@example.cn"),
        ("GIT_COMMITTER_NAME", "Li Na"),
        ("GIT_COMMITTER_EMAIL", "LI.NA@example.cn"),
    ];
    let handed = [("GIT_CONFIG_PARAMETERS", "'user.name'='Li Na' 'user.email'='li.na@example.cn'")];
    for (given, committer) in
        [(&counted[..], "li.na@example.cn"), (&named, "LI.NA@example.cn"), (&handed, "li.na@example.cn")]
    {
        let shown = as_given(given);
        assert!(shown.ends_with("--- exit 0\n"), "{given:?}: {shown}");
        let both = sandbox.git("log -1 --format=%ae,%ce");
        assert_eq!(both.trim(), format!("li.na@example.cn,{committer}"), "{given:?}");
    }
    assert!(!as_given(&[]).ends_with("--- exit 0\n"));
    assert!(!as_given(&named[..2]).ends_with("--- exit 0\n"), "nobody commits");
}
