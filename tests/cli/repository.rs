//! Repositories as people have them: signed commits, partial and shallow clones, folders of somebody else, a writer
//! that was killed.

use std::os::unix::fs::{PermissionsExt, chown};

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州恒泰 phone=0571-88886666");
    sandbox
}

#[test]
fn commits_are_signed_where_git_signs_and_nothing_is_written_where_it_cannot() {
    let sandbox = book();
    let gpg = sandbox.dir().join("../gpg");
    let signs = "#!/bin/sh\ncat >/dev/null\nprintf '\\n[GNUPG:] SIG_CREATED D 1 8 00 1 X\\n' >&2\n\
                 printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nstub\\n-----END PGP SIGNATURE-----\\n'\n";
    let install = |script: &str| {
        std::fs::write(&gpg, script).expect("a script");
        std::fs::set_permissions(&gpg, std::fs::Permissions::from_mode(0o755)).expect("a script that runs");
    };
    install(signs);
    sandbox.git("config commit.gpgsign true");
    sandbox.git("config user.signingkey X");
    sandbox.git(&format!("config gpg.program {}", gpg.display()));
    let said = sandbox.run("new client name=宁波永固");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    let commit = sandbox.git("cat-file commit HEAD");
    assert!(commit.contains("gpgsig -----BEGIN PGP SIGNATURE-----") && commit.contains("Redress-Step: "), "{commit}");
    assert_eq!(sandbox.git("status --porcelain"), "");
    install("#!/bin/sh\necho no key >&2\nexit 2\n");
    let head = sandbox.git("rev-parse HEAD");
    let said = sandbox.run("new client name=苏州长江");
    assert!(said.contains("could not sign") && said.contains("no key") && said.ends_with("--- exit 4\n"), "{said}");
    let said = sandbox.run("--lang zh new client name=苏州长江");
    assert!(said.contains("git 无法签署提交") && said.contains("user.signingKey"), "{said}");
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    assert_eq!(sandbox.git("status --porcelain"), "");
}

#[test]
fn a_partial_clone_names_what_is_missing_and_the_command() {
    let sandbox = book();
    sandbox.git("config uploadpack.allowFilter true");
    let source = sandbox.dir().display().to_string();
    sandbox.git(&format!("clone -q --filter=blob:none --no-checkout file://{source} ../part"));
    std::fs::rename(sandbox.dir().join("../part"), sandbox.dir().join("part")).expect("a clone");
    let said = sandbox.run("-C part list client");
    assert!(said.contains("missing: ") && said.contains("git fetch --refetch --no-filter"), "{said}");
    assert!(said.ends_with("--- exit 4\n"), "{said}");
    sandbox.git("-C part fetch -q --refetch --no-filter");
    let said = sandbox.run("-C part list client");
    assert!(said.contains("杭州恒泰") && said.ends_with("--- exit 0\n"), "{said}");
}

#[test]
fn a_shallow_clone_is_read_and_its_audit_says_what_it_cannot_see() {
    let sandbox = book();
    let source = sandbox.dir().display().to_string();
    sandbox.git(&format!("clone -q --depth 1 file://{source} shallow"));
    let said = sandbox.run("-C shallow list client");
    assert!(said.contains("杭州恒泰") && said.ends_with("--- exit 0\n"), "{said}");
    let said = sandbox.run("-C shallow audit");
    assert!(said.contains("shallow") && said.ends_with("--- exit 1\n"), "{said}");
}

#[test]
fn a_repository_of_somebody_else_is_refused_with_gits_line() {
    let sandbox = book();
    let git = sandbox.dir().join(".git");
    // only root can give a file away
    if [sandbox.dir(), git].iter().any(|path| chown(path, Some(12_345), None).is_err()) {
        return;
    }
    let said = sandbox.run("--lang en list client");
    assert!(said.contains("belongs to another user") && said.ends_with("--- exit 4\n"), "{said}");
    assert!(said.contains("git config --global --add safe.directory "), "{said}");
    let said = sandbox.run("--lang zh list client");
    assert!(said.contains("属于其他用户"), "{said}");
}

#[test]
fn an_init_that_fails_or_is_dry_leaves_nothing() {
    let sandbox = Sandbox::empty();
    let said = sandbox.run("init deep/er --dry-run --lang en");
    assert!(said.contains("nothing was written") && said.ends_with("--- exit 0\n"), "{said}");
    sandbox.write("other/policy/authority.toml", "");
    assert!(sandbox.run("init other").ends_with("--- exit 1\n"));
    assert!(sandbox.run("init x --name ''").ends_with("--- exit 2\n"));
    let left = |folder: &str| std::fs::read_dir(sandbox.dir().join(folder)).expect("a folder").count();
    assert_eq!((left("."), left("other")), (1, 1));
}

#[test]
fn a_doctor_finds_what_stands_in_the_way_of_writing() {
    let sandbox = book();
    sandbox.write(".git/index.lock", "");
    let said = sandbox.run("doctor");
    assert!(
        said.contains("locked by another git process") && said.contains("index.lock") && said.ends_with("--- exit 1\n"),
        "{said}"
    );
    assert_eq!(sandbox.json("doctor")["data"]["findings"][0]["code"], "index-locked");
    // one that nobody holds any more is removed, and told
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let lock = std::fs::File::options().write(true).open(sandbox.dir().join(".git/index.lock")).expect("the lock");
    lock.set_modified(old).expect("a time");
    drop(lock);
    let said = sandbox.run("doctor");
    assert!(said.contains("index.lock") && said.contains("redress doctor --fix"), "{said}");
    assert_eq!(said.matches("index.lock").count(), 1, "{said}");
    let said = sandbox.run("doctor --fix -y");
    assert!(said.contains("index.lock") && said.ends_with("--- exit 0\n"), "{said}");
    assert!(!sandbox.dir().join(".git/index.lock").exists());
    sandbox.git("update-index --split-index");
    assert!(sandbox.run("doctor").contains("git update-index --no-split-index"));
    sandbox.git("update-index --no-split-index");
    assert!(sandbox.run("doctor").ends_with("--- exit 0\n"));
    // in the place of folders further down, and of the program's own
    let folder = sandbox.dir().join("clients/2026");
    std::os::unix::fs::symlink(sandbox.dir(), folder.join("12")).expect("a link");
    sandbox.write("complaints/2026/11/24", "");
    for line in ["doctor", "validate"] {
        let said = sandbox.run(line);
        assert!(said.contains("clients/2026/12 is a symbolic link, not a folder"), "{line}: {said}");
        assert!(said.contains("complaints/2026/11/24 is a file, not a folder"), "{line}: {said}");
    }
    std::fs::remove_file(folder.join("12")).expect("the link");
    std::fs::remove_dir_all(sandbox.dir().join("complaints")).expect("the folder");
    std::fs::remove_dir_all(sandbox.dir().join(".git/redress")).expect("the folder");
    sandbox.write(".git/redress", "");
    let said = sandbox.run("doctor");
    assert!(said.contains(".git/redress is a file, not a folder"), "{said}");
    std::fs::remove_file(sandbox.dir().join(".git/redress")).expect("the file");
    // and who writes
    for (email, said_of) in [("nobody@example.cn", "nobody of the staff has git's e-mail address"), ("", "who you are")]
    {
        let mut doctor = sandbox.redress("doctor");
        let output = doctor.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_AUTHOR_NAME", "x");
        let output = output.env("GIT_COMMITTER_NAME", "x").env("GIT_COMMITTER_EMAIL", email);
        let output = output.env("GIT_AUTHOR_EMAIL", email).env("HOME", "/nonexistent").output().expect("redress runs");
        let said = sandbox.shown(&output);
        assert!(said.contains(said_of) && said.ends_with("--- exit 1\n"), "{said}");
    }
}

#[test]
fn what_hooks_say_is_told() {
    let sandbox = book();
    let hook = |name: &str, script: &str| {
        let file = format!(".git/hooks/{name}");
        sandbox.write(&file, &format!("#!/bin/sh\n{script}\n"));
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.dir().join(file), mode).expect("a script that runs");
    };
    hook("post-commit", "echo tired; exit 1");
    let said = sandbox.run("new client name=宁波永固 --quiet");
    assert!(said.contains("warning: the post-commit hook failed: tired") && said.ends_with("--- exit 0\n"), "{said}");
    hook("pre-commit", "echo one; echo two; exit 1");
    let said = sandbox.run("new client name=苏州长江");
    assert!(said.contains("refuses the change:\n  one\n  two\n--- exit 1\n"), "{said}");
}

/// What a killed writer had committed and not yet put in place is nobody's edit: the next writer puts it there.
#[test]
fn what_a_killed_writer_left_is_told_apart_from_hand_edits() {
    let sandbox = book();
    sandbox.run("new complaint client=杭州恒泰 channel=phone content=漏水");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    let mut killed = sandbox.redress("new complaint client=杭州恒泰 channel=phone content=又漏水");
    let killed = killed.env("REDRESS_FAILPOINT", "ref-moved:abort").output().expect("redress runs");
    assert!(!killed.status.success());
    let waits = "warning: an operation was interrupted before it was tidied up";
    let shown = sandbox.run("status");
    assert!(shown.starts_with("nothing to commit") && shown.contains(waits), "{shown}");
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("漏水", "滴水"));
    let shown = sandbox.run("status");
    assert!(shown.contains("changed  content") && shown.contains(waits) && !shown.contains("deleted"), "{shown}");
    sandbox.write(&path, &text);
    assert!(sandbox.run("new client name=恒泰阀门示例公司").ends_with("--- exit 0\n"));
    assert_eq!(sandbox.run("list complaint --quiet").matches("C-ID").count(), 2);
    assert_eq!((sandbox.git("status --porcelain"), sandbox.run("status").contains(waits)), (String::new(), false));
}

#[test]
fn nobody_is_judged_by_todays_rules_because_the_older_ones_cannot_be_read() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let path = "policy/roles.toml";
    let change = |what: &str| {
        sandbox.write(path, &format!("{}# {what}\n", sandbox.read(path)));
        sandbox.git(&format!("commit -qam {what}"));
        sandbox.git(&format!("rev-parse HEAD:{path}")).trim().to_owned()
    };
    let blob = change("two");
    sandbox.run("new client name=清泉自来水公司");
    let made = sandbox.json("new complaint client=清泉自来水公司 channel=phone content=漏水");
    let id = made["data"]["id"].as_str().expect("an id").to_owned();
    change("three");
    let explained = sandbox.run(&format!("explain {id}"));
    assert!(explained.ends_with("--- exit 0\n"), "{explained}");
    std::fs::remove_file(sandbox.dir().join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]))).expect("an object");
    // the older rule book is kept compiled too, and kept files may disappear at any time
    for entry in std::fs::read_dir(sandbox.dir().join(".git/redress")).expect("the kept state") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rules-")) {
            std::fs::remove_file(path).expect("a kept rule book");
        }
    }
    for line in [&format!("explain {id}"), "due", &format!("advance {id} accept promised=2026-11-30")] {
        let refused = sandbox.run(line);
        assert!(refused.ends_with("--- exit 4\n"), "{line}: {refused}");
    }
}
