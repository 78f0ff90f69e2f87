//! Compares transactions with git: what git says about the repository afterwards.

use std::time::Duration;

use super::changes::WorktreeChange;
use super::edit::Expect;
use super::environment::Environment;
use super::init::InitOptions;
use super::open::Repo;
use super::testing::{Sandbox, begin, person};
use super::worktree::WorktreeScan;

const DAY: &str = "complaints/2026/11/22";

fn path(name: &str) -> String {
    format!("{DAY}/{name}.yaml")
}

#[test]
fn a_commit_is_one_that_git_would_have_made() {
    let sandbox = Sandbox::new();
    sandbox.add("redress.toml", "name = \"test\"\n");
    sandbox.add(&path("C-1"), "id: C-1\n");
    let repo = sandbox.repo();
    let tip = repo.tip().unwrap();
    let mut transaction = begin(&repo);
    let old = repo.entry(tip, &path("C-1")).unwrap().unwrap().blob;
    transaction.put(&path("C-1"), b"id: C-1\nstate: accepted\n".to_vec(), Expect::Same(old)).unwrap();
    transaction.put(&path("C-2"), b"id: C-2\n".to_vec(), Expect::Absent).unwrap();
    let done = transaction.commit("complaint C-1: accept", &person(), &person()).unwrap();
    assert!(done.unfinished.is_none() && done.left.is_empty(), "{done:?}");
    assert_eq!(sandbox.complaints(), "");
    assert_eq!(done.parent, Some(tip));
    assert_eq!(repo.tip().unwrap(), done.id);
    assert_eq!(sandbox.read(&path("C-1")).unwrap(), "id: C-1\nstate: accepted\n");
    assert_eq!(repo.read(done.id, &path("C-2")).unwrap().unwrap(), b"id: C-2\n");
    assert_eq!(
        sandbox.git(&["log", "-1", "--format=%an <%ae> %ai%n%s"]),
        "Li Na <li.na@example.com> 2026-11-18 19:06:40 +0800\ncomplaint C-1: accept\n"
    );
    assert_eq!(sandbox.git(&["reflog", "-1", "--format=%gs"]), "commit (redress): complaint C-1: accept\n");
    let changed: Vec<String> =
        repo.changes(Some(tip), done.id).unwrap().into_iter().map(|change| change.path).collect();
    assert_eq!(changed, [path("C-1"), path("C-2")]);

    let mut transaction = begin(&repo);
    let blob = repo.entry(done.id, &path("C-2")).unwrap().unwrap().blob;
    transaction.remove(&path("C-2"), Expect::Same(blob)).unwrap();
    transaction.commit("undo", &person(), &person()).unwrap();
    assert_eq!(sandbox.complaints(), "");
    assert_eq!(sandbox.read(&path("C-2")), None);
}

#[test]
fn what_the_user_edits_or_stages_elsewhere_stays() {
    let sandbox = Sandbox::new();
    sandbox.add(&path("C-1"), "one\n");
    sandbox.add(&path("C-2"), "two\n");
    sandbox.write(&path("C-1"), "edited\n");
    sandbox.write(&path("C-3"), "staged\n");
    sandbox.write("notes.txt", "untracked\n");
    sandbox.git(&["add", &path("C-3")]);
    let before = sandbox.git(&["status", "--porcelain"]);
    sandbox.add(&path("C-4"), "four\n");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), before);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), format!("{}\n", path("C-3")));
    let repo = sandbox.repo();
    let scan = WorktreeScan { below: &["complaints"], at_most: Some(100) };
    let changes = repo.worktree_changes(&scan).unwrap().unwrap();
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, [path("C-1"), path("C-3")]);
    assert!(
        matches!(&changes[..], [WorktreeChange { tip: Some(tip), index: Some(index), disk: Some(disk), .. }, WorktreeChange { tip: None, index: Some(_), disk: Some(_), .. }] if tip == index && tip != disk)
    );
    assert_eq!(repo.worktree_changes(&WorktreeScan { below: &["complaints"], at_most: Some(2) }).unwrap(), None);
}

#[test]
fn a_path_that_is_not_as_expected_is_refused_and_nothing_happens() {
    type Prepare = fn(&Sandbox);
    let same = path("C-1");
    let new = path("C-9");
    let table: &[(&str, Prepare, &str, bool)] = &[
        ("edited", |sandbox| sandbox.write(&path("C-1"), "edited\n"), "hand-edits", false),
        ("deleted", |sandbox| std::fs::remove_file(sandbox.top().join(path("C-1"))).unwrap(), "hand-edits", false),
        (
            "staged and put back",
            |sandbox| {
                sandbox.write(&path("C-1"), "edited\n");
                sandbox.git(&["add", "-A"]);
                sandbox.write(&path("C-1"), "one\n");
            },
            "hand-edits",
            false,
        ),
        ("there already", |sandbox| sandbox.write(&path("C-9"), "x\n"), "occupied", true),
        (
            "staged and deleted",
            |sandbox| {
                sandbox.write(&path("C-9"), "x\n");
                sandbox.git(&["add", "-A"]);
                std::fs::remove_file(sandbox.top().join(path("C-9"))).unwrap();
            },
            "occupied",
            true,
        ),
        (
            "a folder in the index",
            |sandbox| {
                sandbox.write(&format!("{}/inside", path("C-9")), "x\n");
                sandbox.git(&["add", "-A"]);
                std::fs::remove_dir_all(sandbox.top().join(path("C-9"))).unwrap();
            },
            "occupied",
            true,
        ),
        (
            "a link for a folder",
            |sandbox| {
                std::fs::rename(sandbox.top().join(DAY), sandbox.top().join("elsewhere")).unwrap();
                std::os::unix::fs::symlink(sandbox.top().join("elsewhere"), sandbox.top().join(DAY)).unwrap();
            },
            "not-a-file",
            true,
        ),
        (
            "a link for the file",
            |sandbox| std::os::unix::fs::symlink("C-1.yaml", sandbox.top().join(path("C-9"))).unwrap(),
            "not-a-file",
            true,
        ),
        (
            "locked by git",
            |sandbox| std::fs::write(sandbox.top().join(".git/index.lock"), "").unwrap(),
            "index-locked",
            true,
        ),
    ];
    for (name, prepare, code, is_new) in table {
        let sandbox = Sandbox::new();
        sandbox.add(&same, "one\n");
        prepare(&sandbox);
        let repo = sandbox.repo();
        let tip = repo.tip().unwrap();
        let mut transaction = begin(&repo);
        match is_new {
            true => transaction.put(&new, b"mine\n".to_vec(), Expect::Absent).unwrap(),
            false => {
                let blob = repo.entry(tip, &same).unwrap().unwrap().blob;
                transaction.put(&same, b"mine\n".to_vec(), Expect::Same(blob)).unwrap();
            }
        }
        let error = transaction.commit("x", &person(), &person()).unwrap_err();
        assert_eq!(error.code(), *code, "{name}: {error}");
        assert!(error.hint().is_some(), "{name}");
        assert_eq!(repo.tip().unwrap(), tip, "{name}");
        assert_ne!(sandbox.read(&same).as_deref(), Some("mine\n"), "{name}");
        std::fs::remove_file(sandbox.top().join(".git/index.lock")).ok();
        let state = sandbox.top().join(".git/redress");
        let temporaries = std::fs::read_dir(state.join("tmp")).map_or(0, Iterator::count);
        assert!(!repo.is_half_done() && temporaries == 0, "{name}: something is left");
    }
}

#[test]
fn a_hand_edit_is_committed_as_it_lies_or_made_canonical() {
    let sandbox = Sandbox::new();
    sandbox.add(&path("C-1"), "one\n");
    sandbox.add(&path("C-2"), "two\n");
    sandbox.write(&path("C-1"), "edited\n");
    sandbox.write(&path("C-2"), "two  \n");
    sandbox.git(&["add", &path("C-1")]);
    let repo = sandbox.repo();
    let on_disk = |name: &str| {
        let all = repo.worktree_changes(&WorktreeScan { below: &["complaints"], at_most: None }).unwrap().unwrap();
        all.into_iter().find(|change| change.path == path(name)).unwrap().disk
    };
    let mut transaction = begin(&repo);
    transaction.put(&path("C-1"), b"edited\n".to_vec(), Expect::OnDisk(on_disk("C-1"))).unwrap();
    transaction.put(&path("C-2"), b"two\n".to_vec(), Expect::OnDisk(on_disk("C-2"))).unwrap();
    transaction.commit("by hand", &person(), &person()).unwrap();
    assert_eq!(sandbox.complaints(), "");
    assert_eq!(sandbox.read(&path("C-2")).unwrap(), "two\n");
}

#[test]
fn two_writers_wait_for_each_other() {
    let sandbox = Sandbox::new();
    sandbox.add("a", "a\n");
    let (one, two) = (sandbox.repo(), sandbox.repo());
    let held = begin(&one);
    let error = two.begin(Duration::from_millis(30)).unwrap_err();
    assert_eq!(error.code(), "locked");
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(held);
    two.begin(Duration::from_millis(30)).unwrap();
}

#[test]
fn a_commit_by_git_in_between_is_seen() {
    let sandbox = Sandbox::new();
    sandbox.add("a", "a\n");
    let repo = sandbox.repo();
    let mut transaction = begin(&repo);
    transaction.put("b", b"b\n".to_vec(), Expect::Absent).unwrap();
    sandbox.write("c", "c\n");
    sandbox.git(&["add", "c"]);
    sandbox.git(&["commit", "-qm", "theirs"]);
    let error = transaction.commit("mine", &person(), &person()).unwrap_err();
    assert_eq!(error.code(), "tip-moved");
    assert_eq!(sandbox.complaints(), "");
    assert_eq!(sandbox.read("b"), None);
}

#[test]
fn repositories_that_cannot_be_written_are_refused_by_name() {
    type Prepare = fn(&Sandbox);
    let table: &[(Prepare, &str)] = &[
        (|sandbox| drop(sandbox.git(&["checkout", "-q", "--detach"])), "detached"),
        (|sandbox| drop(sandbox.git(&["config", "core.splitIndex", "true"])), "split-index"),
        (|sandbox| drop(sandbox.git(&["update-index", "--split-index"])), "split-index"),
        (|sandbox| drop(sandbox.git(&["sparse-checkout", "set", "--no-cone", "/a"])), "non-cone-sparse"),
        (|sandbox| drop(sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "a"])), "sparse-index"),
        (|sandbox| drop(sandbox.git(&["bisect", "start"])), "in-progress"),
        (
            |sandbox| {
                sandbox.git(&["checkout", "-qb", "other"]);
                sandbox.git(&["commit", "-q", "--allow-empty", "-m", "other"]);
                sandbox.git(&["checkout", "-q", "main"]);
                sandbox.git(&["merge", "-q", "--no-ff", "--no-commit", "other"]);
            },
            "in-progress",
        ),
    ];
    for (prepare, code) in table {
        let sandbox = Sandbox::new();
        sandbox.add("a/b", "a\n");
        sandbox.add("c/d", "a\n");
        prepare(&sandbox);
        let repo = sandbox.repo();
        assert!(repo.read(repo.tip().unwrap(), "a/b").unwrap().is_some(), "{code}: reading works");
        let refused = repo.begin(Duration::ZERO).and_then(|mut transaction| {
            transaction.put("a/x", b"x\n".to_vec(), Expect::Absent)?;
            transaction.commit("x", &person(), &person())
        });
        let error = refused.unwrap_err();
        assert_eq!(error.code(), *code, "{error}");
        assert!(error.hint().is_some());
        assert_eq!(sandbox.git(&["fsck"]), "");
    }
}

#[test]
fn the_environment_decides_too() {
    let sandbox = Sandbox::new();
    let get = |name: &str| (name == "GIT_INDEX_FILE").then(|| "elsewhere".into());
    let repo = Repo::discover(sandbox.top(), &Environment::read(get)).unwrap();
    assert_eq!(repo.begin(Duration::ZERO).unwrap_err().code(), "index-file-set");
    let get = |name: &str| (name == "GIT_AUTHOR_NAME").then(|| "Wang Lei".into());
    let repo = Repo::discover(sandbox.top(), &Environment::read(get)).unwrap();
    let (author, committer) = repo.identity(1, 60).unwrap();
    assert_eq!((author.name.as_str(), committer.name.as_str()), ("Wang Lei", "Li Na"));
    sandbox.git(&["config", "user.name", ""]);
    assert_eq!(sandbox.repo().identity(1, 60).unwrap_err().code(), "no-identity");
}

#[test]
fn formats_that_are_not_read_are_refused_by_name() {
    let table = [("--object-format=sha256", "sha256"), ("--ref-format=reftable", "reftable"), ("--bare", "bare")];
    for (option, code) in table {
        let folder = tempfile::tempdir().unwrap();
        let made =
            std::process::Command::new("git").current_dir(&folder).args(["init", "-q", option]).status().unwrap();
        assert!(made.success());
        let error = Repo::discover(folder.path(), &Environment::default())
            .and_then(|repo| repo.begin(Duration::ZERO).map(drop))
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let error = Repo::discover(folder.path(), &Environment::default()).unwrap_err();
    assert_eq!(error.code(), "no-repository");
}

#[test]
fn init_takes_what_is_there_or_makes_it() {
    let folder = tempfile::tempdir().unwrap();
    let options = InitOptions { branch: Some("main".into()) };
    let made = Repo::init(&folder.path().join("book"), &Environment::default(), &options).unwrap();
    assert!(made.created);
    assert_eq!(made.repo.head().unwrap().branch.as_deref(), Some("refs/heads/main"));
    assert_eq!(made.repo.tip().unwrap_err().code(), "unborn");
    let mut transaction = begin(&made.repo);
    transaction.put("redress.toml", b"x\n".to_vec(), Expect::Absent).unwrap();
    let done = transaction.commit("first", &person(), &person()).unwrap();
    assert_eq!(done.parent, None);
    let again = Repo::init(&folder.path().join("book"), &Environment::default(), &options).unwrap();
    assert!(!again.created && again.repo.tip().unwrap() == done.id);
    let inside = Repo::init(&folder.path().join("book/sub"), &Environment::default(), &options).unwrap_err();
    assert_eq!(inside.code(), "not-top-level");
}

#[test]
fn revisions_and_dates_are_found() {
    let sandbox = Sandbox::new();
    let day = |seconds: i64| super::edit::Person { seconds, ..person() };
    let repo = sandbox.repo();
    let mut ids = Vec::new();
    // 2026-11-22 23:59:59 and 2026-11-23 00:00:00 in Shanghai.
    for (name, seconds) in [("a", 1_795_363_199), ("b", 1_795_363_200)] {
        let mut transaction = begin(&repo);
        transaction.put(name, b"x\n".to_vec(), Expect::Absent).unwrap();
        ids.push(transaction.commit(name, &day(seconds), &day(seconds)).unwrap().id);
    }
    let zone = "Asia/Shanghai".parse().expect("a zone");
    assert_eq!(repo.revision("2026-11-22", zone).unwrap(), ids[0]);
    assert_eq!(repo.revision("2026-11-23", zone).unwrap(), ids[1]);
    assert_eq!(repo.revision("HEAD~1", zone).unwrap(), ids[0]);
    assert_eq!(repo.revision("2026-11-21", zone).unwrap_err().code(), "no-commit-before");
    assert_eq!(repo.revision("nowhere", zone).unwrap_err().code(), "unknown-revision");
    let range = super::history::HistoryRange { path: Some("b".into()), ..Default::default() };
    let of_b: Vec<_> = repo.history(ids[1], &range).unwrap().map(|commit| commit.unwrap().id).collect();
    assert_eq!(of_b, [ids[1]]);
}

#[test]
fn many_files_go_into_one_pack() {
    let sandbox = Sandbox::new();
    sandbox.add("redress.toml", "x\n");
    let repo = sandbox.repo();
    let mut transaction = begin(&repo);
    for number in 0..150 {
        transaction.put(&path(&format!("C-{number}")), format!("id: {number}\n").into(), Expect::Absent).unwrap();
    }
    let done = transaction.commit("many", &person(), &person()).unwrap();
    assert!(done.unfinished.is_none());
    assert_eq!(sandbox.complaints(), "");
    let count = sandbox.git(&["count-objects", "-v"]);
    assert!(count.contains("packs: 1\n") && count.contains("count: 4\n"), "{count}");
}

#[test]
fn hooks_see_what_is_committed_and_nothing_else() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.add("a", "a\n");
    let hook = |name: &str, script: &str| {
        let place = sandbox.top().join(".git/hooks").join(name);
        std::fs::write(&place, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    hook(
        "pre-commit",
        "git diff --cached --name-only > seen; grep -q forbidden b && { echo no; exit 1; }; git show :b | grep -q bad && { echo refused by hook; exit 1; }; exit 0",
    );
    hook("post-commit", "git log -1 --format=%s > after");
    sandbox.write("staged", "s\n");
    sandbox.git(&["add", "staged"]);
    let repo = sandbox.repo();
    let commit = |content: &str| {
        let mut transaction = begin(&repo);
        transaction.put("b", content.into(), Expect::Absent).unwrap();
        transaction.commit("mine", &person(), &person())
    };
    let tip = repo.tip().unwrap();
    let error = commit("bad\n").unwrap_err();
    assert!(error.to_string().contains("refused by hook"), "{error}");
    assert_eq!(repo.tip().unwrap(), tip);
    commit("good\n").unwrap();
    assert_eq!(sandbox.read("seen").unwrap(), "b\n");
    assert_eq!(sandbox.read("after").unwrap(), "mine\n");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "staged\n");
    hook("pre-commit", "echo changed > b; git add b");
    let mut transaction = begin(&repo);
    transaction.put("c", b"c\n".to_vec(), Expect::Absent).unwrap();
    assert_eq!(transaction.commit("mine", &person(), &person()).unwrap_err().code(), "hook-changed");
}

#[test]
fn a_linked_worktree_has_its_own_lock_and_index() {
    let sandbox = Sandbox::new();
    sandbox.add("a", "a\n");
    let other = tempfile::tempdir().unwrap();
    let place = other.path().join("linked");
    sandbox.git(&["worktree", "add", "-q", "-b", "linked", place.to_str().unwrap()]);
    let repo = Repo::discover(&place, &Environment::default()).unwrap();
    let held = sandbox.repo();
    let _held = begin(&held);
    let mut transaction = begin(&repo);
    transaction.put("b", b"b\n".to_vec(), Expect::Absent).unwrap();
    let done = transaction.commit("in the worktree", &person(), &person()).unwrap();
    assert!(done.unfinished.is_none());
    assert_eq!(sandbox.git(&["-C", place.to_str().unwrap(), "status", "--porcelain"]), "");
    assert_eq!(sandbox.git(&["rev-parse", "linked"]).trim(), done.id.to_string());
    assert!(place.join("b").exists() && !sandbox.top().join("b").exists());
}
