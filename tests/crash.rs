//! At whatever moment a writer dies, either nothing has happened or all of it has, and the next writer tidies up.
//!
//! A writer that aborts needs a process of its own. The tests start this same program again, with variables that
//! select what the child does.
#![allow(clippy::disallowed_methods, reason = "the child is told what to do by its environment")]

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redress::book::repo::{
    Environment, Expect, FAILPOINTS, Oid, Person, RecoveryOutcome, Repo, RepoError, WorktreeScan, recover,
};

const WAIT: Duration = Duration::from_secs(20);
const CHANGED: &str = "complaints/2026/11/22/C-1.yaml";
const REMOVED: &str = "complaints/2026/11/21/C-0.yaml";
/// A file beside a record, which is not text.
const ADDED: &str = "files/C-261122-7K3F2/泄漏 1.jpg";
const PICTURE: &[u8] = b"\xff\xd8\0\r\nnew\r\n\xff\xd9";

fn person() -> Person {
    Person { name: "Li Na".into(), email: "li.na@example.com".into(), seconds: 1_795_000_000, offset: 480 }
}

fn git(top: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(top).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn write(top: &Path, path: &str, content: &str) {
    let place = top.join(path);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, content).unwrap();
}

fn open(top: &Path, failpoint: &str) -> Repo {
    let get = |name: &str| (name == "REDRESS_FAILPOINT").then(|| failpoint.into());
    Repo::discover(top, &Environment::read(get)).unwrap()
}

/// A book with three records, a file that the user has staged, one edited, one untracked.
fn prepare(top: &Path) -> String {
    git(top, &["init", "-q", "-b", "main"]);
    git(top, &["config", "user.name", "Li Na"]);
    git(top, &["config", "user.email", "li.na@example.com"]);
    write(top, CHANGED, "old\n");
    write(top, REMOVED, "old\n");
    write(top, "complaints/2026/11/22/edited.yaml", "old\n");
    git(top, &["add", "-A"]);
    git(top, &["commit", "-qm", "begin"]);
    write(top, "complaints/2026/11/22/edited.yaml", "edited by hand\n");
    write(top, "complaints/2026/11/22/staged.yaml", "staged by hand\n");
    git(top, &["add", "complaints/2026/11/22/staged.yaml"]);
    write(top, "complaints/2026/11/22/untracked.yaml", "untracked\n");
    git(top, &["status", "--porcelain"])
}

fn take_step(repo: &Repo) -> Result<redress::book::repo::Committed, RepoError> {
    let mut transaction = repo.begin(WAIT)?;
    let tip = transaction.tip().unwrap();
    let blob = |path: &str| repo.entry(tip, path).unwrap().unwrap().blob;
    transaction.put(CHANGED, b"new\n".to_vec(), Expect::Same(blob(CHANGED)))?;
    transaction.put(ADDED, PICTURE.to_vec(), Expect::Absent)?;
    transaction.remove(REMOVED, Expect::Same(blob(REMOVED)))?;
    transaction.commit("complaint C-1: accept", &person(), &person())
}

/// How many commits the chain has: enough to be written as a pack.
const CHAIN: usize = 9;

/// The same change as [`take_step`], as a chain of commits.
fn take_chain(repo: &Repo) -> Result<redress::book::repo::Committed, RepoError> {
    let mut transaction = repo.begin(WAIT)?;
    let tip = transaction.tip().unwrap();
    let blob = |path: &str| repo.entry(tip, path).unwrap().unwrap().blob;
    for part in 1..CHAIN {
        transaction.put(CHANGED, format!("version {part}\n").into_bytes(), Expect::Same(blob(CHANGED)))?;
        transaction.end_part(&format!("complaint C-1: edit {part}"), &person(), &person());
    }
    transaction.put(CHANGED, b"new\n".to_vec(), Expect::Same(blob(CHANGED)))?;
    transaction.put(ADDED, PICTURE.to_vec(), Expect::Absent)?;
    transaction.remove(REMOVED, Expect::Same(blob(REMOVED)))?;
    transaction.end_part("complaint C-1: accept", &person(), &person());
    let done = transaction.commit("", &person(), &person())?;
    assert_eq!((done.chain.len(), done.chain.last()), (CHAIN, Some(&done.id)));
    Ok(done)
}

fn child(mode: &str, top: &Path, more: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_child", "--nocapture", "--test-threads=1"]);
    command.env("CRASH_MODE", mode).env("CRASH_TOP", top).envs(more.iter().copied());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Not a test of its own: the other tests start it.
#[test]
fn the_child() {
    let Ok(mode) = std::env::var("CRASH_MODE") else { return };
    let top = std::path::PathBuf::from(std::env::var("CRASH_TOP").unwrap());
    let failpoint = std::env::var("CRASH_FAILPOINT").unwrap_or_default();
    match mode.as_str() {
        "step" => match take_step(&open(&top, &failpoint)) {
            Ok(done) => println_raw(&format!("DONE {}", done.id)),
            Err(error) => println_raw(&format!("FAILED {}", error.code())),
        },
        "chain" => match take_chain(&open(&top, &failpoint)) {
            Ok(done) => println_raw(&format!("DONE {}", done.id)),
            Err(error) => println_raw(&format!("FAILED {}", error.code())),
        },
        "recover" => match recover(&open(&top, &failpoint)) {
            Ok(report) => println_raw(&format!("RECOVERED {:?}", report.outcome)),
            Err(error) => println_raw(&format!("FAILED {}", error.code())),
        },
        "count" => count(&top),
        other => panic!("no mode {other}"),
    }
}

fn println_raw(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn said(output: &std::process::Output, word: &str) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix(word).map(|rest| rest.trim().to_owned()))
}

/// Checks that our own paths are as in the tip, on disk and in the index, and that the user's are unchanged.
fn check(top: &Path, status: &str, context: &str) {
    assert_eq!(git(top, &["status", "--porcelain"]), status, "{context}");
    assert_eq!(git(top, &["diff", "--cached", "--name-only"]), "complaints/2026/11/22/staged.yaml\n", "{context}");
    let read = |path: &str| std::fs::read_to_string(top.join(path)).ok();
    assert_eq!(read("complaints/2026/11/22/edited.yaml").as_deref(), Some("edited by hand\n"), "{context}");
    assert_eq!(read("complaints/2026/11/22/staged.yaml").as_deref(), Some("staged by hand\n"), "{context}");
    git(top, &["fsck", "--strict"]);
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(top.join(folder)).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let mut left = names(".git/redress");
    left.retain(|name| !["lock", "index-lock", "journal", "tmp"].contains(&name.as_str()));
    let journal = std::fs::read_to_string(top.join(".git/redress/journal")).unwrap_or_default();
    assert!(journal.is_empty() || journal.starts_with("redress journal 2 spent"), "{context}: {journal}");
    left.extend(names(".git/redress/tmp"));
    assert!(left.is_empty(), "{context}: {left:?}");
    assert!(!top.join(".git/index.lock").exists(), "{context}");
}

fn is_done(top: &Path, context: &str) -> bool {
    let read = |path: &str| std::fs::read(top.join(path)).ok();
    let now = (read(CHANGED), read(ADDED), read(REMOVED));
    let (old, new) = (Some(b"old\n".to_vec()), Some(b"new\n".to_vec()));
    if now == (new, Some(PICTURE.to_vec()), None) {
        return true;
    }
    assert_eq!(now, (old.clone(), None, old), "{context}: half done");
    false
}

#[test]
fn at_every_step_either_nothing_happened_or_all_of_it() {
    let done_from = FAILPOINTS.iter().position(|name| *name == "ref-moved").unwrap();
    for (place, name) in FAILPOINTS.iter().enumerate().filter(|(_, name)| !name.starts_with("recover-")) {
        for (action, mode) in [("abort", "step"), ("error", "step"), ("abort", "chain"), ("error", "chain")] {
            let armed = format!("{name}:{action}");
            let context = format!("{mode}, {armed}");
            let folder = tempfile::tempdir().unwrap();
            let top = folder.path();
            let status = prepare(top);
            let old = git(top, &["rev-parse", "HEAD"]);
            let output = child(mode, top, &[("CRASH_FAILPOINT", &armed)]).output().unwrap();
            if action == "abort" {
                assert!(!output.status.success(), "{context} was not reached");
            }
            let reported = said(&output, "DONE ");
            let new = git(top, &["rev-parse", "HEAD"]);
            assert_eq!(new != old, place >= done_from, "{context}: the branch is the one commit point");
            if let Some(id) = &reported {
                assert_eq!(new.trim(), id, "{context}");
            }
            let commits = git(top, &["rev-list", "--count", &format!("{}..HEAD", old.trim())]);
            let all = if mode == "chain" { CHAIN } else { 1 };
            assert_eq!(
                commits.trim(),
                if new == old { 0 } else { all }.to_string(),
                "{context}: all of a chain or nothing"
            );
            assert_eq!(reported.is_some(), action == "error" && place >= done_from, "{context}: {output:?}");
            if action == "error" && place < done_from {
                assert_eq!(said(&output, "FAILED ").as_deref(), Some("failpoint"), "{context}");
                // An error, other than a crash, leaves nothing to tidy up.
                check(top, &status, &context);
            }

            // a half-done change is nobody's edit
            let scan = WorktreeScan { below: &["complaints", "files"], at_most: None };
            let edits = open(top, "").worktree_changes(&scan).unwrap().unwrap();
            let edits: Vec<&str> =
                edits.iter().filter_map(|edit| edit.path.strip_prefix("complaints/2026/11/22/")).collect();
            assert_eq!(edits, ["edited.yaml", "staged.yaml", "untracked.yaml"], "{context}");

            let report = recover(&open(top, "")).unwrap();
            assert_eq!(is_done(top, &context), place >= done_from, "{context}: {report:?}");
            assert!(report.left.is_empty(), "{context}: {report:?}");
            check(top, &status, &context);
            assert_eq!(recover(&open(top, "")).unwrap().outcome, RecoveryOutcome::Clean, "{context}");
            if place < done_from {
                take_step(&open(top, "")).unwrap();
                assert!(is_done(top, &context));
                check(top, &status, &context);
            }
        }
    }
}

#[test]
fn recovery_may_die_too() {
    for name in FAILPOINTS.iter().filter(|name| name.starts_with("recover-")) {
        for first in ["journal-written:abort", "ref-moved:abort", "file-renamed:abort", "index-renamed:abort"] {
            let context = format!("{first}, {name}:abort");
            let folder = tempfile::tempdir().unwrap();
            let top = folder.path();
            let status = prepare(top);
            child("step", top, &[("CRASH_FAILPOINT", first)]).output().unwrap();
            let output = child("recover", top, &[("CRASH_FAILPOINT", &format!("{name}:abort"))]).output().unwrap();
            let rolled_back = first.starts_with("journal");
            assert_eq!(output.status.success(), rolled_back && *name != "recover-unlocked", "{context}: {output:?}");
            recover(&open(top, "")).unwrap();
            assert_eq!(is_done(top, &context), !rolled_back, "{context}");
            check(top, &status, &context);
        }
    }
}

#[test]
fn edits_made_after_the_crash_are_left_alone_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    prepare(top);
    child("step", top, &[("CRASH_FAILPOINT", "ref-moved:abort")]).output().unwrap();
    write(top, CHANGED, "edited after the crash\n");
    let add = Command::new("git").current_dir(top).args(["add", CHANGED]).output().unwrap();
    assert!(!add.status.success(), "git waits until recovery has ended what is half done");
    let report = recover(&open(top, "")).unwrap();
    assert_eq!(report.outcome, RecoveryOutcome::RolledForward);
    assert_eq!(report.left.iter().map(|left| left.path.as_str()).collect::<Vec<_>>(), [CHANGED]);
    assert_eq!(std::fs::read_to_string(top.join(CHANGED)).unwrap(), "edited after the crash\n");
    assert_eq!(std::fs::read(top.join(ADDED)).unwrap(), PICTURE);
    assert!(git(top, &["status", "--porcelain"]).contains(&format!(" M {CHANGED}\n")));
}

#[test]
fn a_branch_that_has_gone_elsewhere_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    prepare(top);
    child("step", top, &[("CRASH_FAILPOINT", "ref-moved:abort")]).output().unwrap();
    let other = git(top, &["commit-tree", "-m", "elsewhere", "HEAD~1^{tree}"]);
    git(top, &["update-ref", "refs/heads/main", other.trim()]);
    let report = recover(&open(top, "")).unwrap();
    assert_eq!(report.outcome, RecoveryOutcome::Dropped);
    assert!(!is_done(top, "dropped"));
    assert!(!top.join(".git/index.lock").exists());
    assert!(!open(top, "").is_half_done());
}

/// Counts up in one file, one commit each, until killed. Every commit is reported once it is done.
fn count(top: &Path) {
    let repo = open(top, "");
    let name = std::process::id();
    for round in 0.. {
        let mut transaction = match repo.begin(WAIT) {
            Ok(transaction) => transaction,
            Err(error) => panic!("{error}"),
        };
        let tip = transaction.tip().unwrap();
        let entry = repo.entry(tip, "counter").unwrap().unwrap();
        let mut number: u64 = String::from_utf8(repo.blob(entry.blob).unwrap()).unwrap().trim().parse().unwrap();
        let parts = if round % 2 == 0 { 1 } else { CHAIN };
        for part in 0..parts {
            number += 1;
            transaction.put("counter", format!("{number}\n").into(), Expect::Same(entry.blob)).unwrap();
            transaction.put(&format!("folder/{name}/{round}-{part}"), b"x\n".to_vec(), Expect::Absent).unwrap();
            if parts > 1 {
                transaction.end_part(&format!("count {number}"), &person(), &person());
            }
        }
        match transaction.commit(&format!("count {number}"), &person(), &person()) {
            Ok(done) => done.chain.iter().for_each(|id| println_raw(&format!("DONE {id}"))),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn killed_at_any_moment_no_update_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    prepare(top);
    write(top, "counter", "0\n");
    git(top, &["add", "counter"]);
    git(top, &["commit", "-qm", "the counter", "counter"]);
    let status = git(top, &["status", "--porcelain"]);
    let begin = git(top, &["rev-parse", "HEAD"]);

    let seed = u64::from(std::process::id()) ^ 0x9e37_79b9_7f4a_7c15;
    let mut state = seed;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut reported: Vec<Oid> = Vec::new();
    let mut collect = |child: Child| {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!errors.contains("panicked"), "seed {seed}: {errors}");
        reported
            .extend(text.lines().filter_map(|line| line.strip_prefix("DONE ")).map(|id| Oid::from_str(id).unwrap()));
    };
    let start = || child("count", top, &[]).spawn().unwrap();
    let mut writers = [start(), start()];
    let begun = Instant::now();
    let mut kills = 0;
    while begun.elapsed() < Duration::from_secs(12) {
        std::thread::sleep(Duration::from_millis(30 + random(120)));
        let which = usize::try_from(random(2)).unwrap();
        writers[which].kill().unwrap();
        collect(std::mem::replace(&mut writers[which], start()));
        kills += 1;
    }
    for mut writer in writers {
        writer.kill().unwrap();
        collect(writer);
    }
    let report = recover(&open(top, "")).unwrap();
    assert!(report.left.is_empty(), "seed {seed}: {report:?}");
    let history: Vec<Oid> = git(top, &["rev-list", &format!("{}..HEAD", begin.trim())])
        .lines()
        .map(|id| Oid::from_str(id).unwrap())
        .collect();
    for id in &reported {
        assert!(history.contains(id), "seed {seed}: {id} was reported and is not in the history");
    }
    let number: usize = git(top, &["show", "HEAD:counter"]).trim().parse().unwrap();
    assert_eq!(number, history.len(), "seed {seed}: an update was lost");
    assert!(kills > 20 && reported.len() > 20, "{kills} kills and {} commits try nothing", reported.len());
    check(top, &status, &format!("seed {seed}"));
}
