//! Compares our index with git's: whatever the index has and whatever changes, git sees what it would have made.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::super::edit::Expect;
use super::super::testing::{Sandbox, begin, person};
use super::parse::IndexFile;
use super::scan::{InIndex, Scan};

/// Paths that sort differently in trees (`a.b` before `a/`), in the index (`a-` before `a/`) and by length.
const NAMES: &[&str] = &[
    "a.yaml",
    "a-b/x",
    "a.b/x",
    "a/x",
    "a/y",
    "a/b/x",
    "a/b/y",
    "a/bb/x",
    "a/b-/x",
    "aa/b/c/d/e/f",
    "z",
    "投诉/一.yaml",
    "a/0123456",
    "a/01234567",
    "a/012345678",
    "a/b/01234567890123456789012345678901234567890123456789",
];

#[derive(Debug, Clone)]
enum Act {
    Put(usize, u8),
    Remove(usize),
}

#[derive(Debug, Clone)]
struct Scene {
    /// The files of the first commit.
    begin: Vec<usize>,
    /// The user's staged changes: path and content.
    staged: Vec<(usize, u8)>,
    /// Whether the index has the `TREE` extension.
    write_tree: bool,
    skip_hash: bool,
    version: u8,
    untracked_cache: bool,
    commits: Vec<Vec<Act>>,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let place = 0..NAMES.len();
    let act = prop_oneof![
        3 => (place.clone(), any::<u8>()).prop_map(|(place, content)| Act::Put(place, content)),
        1 => place.prop_map(Act::Remove),
    ];
    prop::collection::vec(act, 1..6)
}

fn scene() -> impl Strategy<Value = Scene> {
    let place = 0..NAMES.len();
    (
        prop::collection::vec(place.clone(), 0..12),
        prop::collection::vec((place, any::<u8>()), 0..3),
        any::<bool>(),
        any::<bool>(),
        prop_oneof![6 => Just(2_u8), 1 => Just(4)],
        prop_oneof![6 => Just(false), 1 => Just(true)],
        prop::collection::vec(acts(), 1..4),
    )
        .prop_map(|(begin, staged, write_tree, skip_hash, version, untracked_cache, commits)| Scene {
            begin,
            staged,
            write_tree,
            skip_hash,
            version,
            untracked_cache,
            commits,
        })
}

fn content(byte: u8) -> String {
    "x".repeat(usize::from(byte))
}

fn play(scene: &Scene) {
    let sandbox = Sandbox::new();
    sandbox.write("first", "1\n");
    scene.begin.iter().for_each(|place| sandbox.write(NAMES[*place], "begin\n"));
    sandbox.git(&["config", "index.skipHash", if scene.skip_hash { "true" } else { "false" }]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-qm", "begin"]);
    sandbox.git(&["update-index", "--index-version", &scene.version.to_string()]);
    if scene.untracked_cache {
        sandbox.git(&["update-index", "--force-untracked-cache"]);
        sandbox.git(&["status"]);
    }
    let mut staged = BTreeMap::new();
    for (place, byte) in &scene.staged {
        let name = format!("staged/{place}");
        sandbox.write(&name, &content(*byte));
        staged.insert(name, content(*byte));
    }
    sandbox.git(&["add", "-A"]);
    if scene.write_tree {
        sandbox.git(&["write-tree"]);
    }
    for acts in &scene.commits {
        let repo = sandbox.repo();
        let tip = repo.tip().unwrap();
        let mut transaction = begin(&repo);
        let mut wanted = BTreeMap::new();
        for act in acts {
            let (Act::Put(place, _) | Act::Remove(place)) = act;
            let there = repo.entry(tip, NAMES[*place]).unwrap();
            let expect = there.as_ref().map_or(Expect::Absent, |entry| Expect::Same(entry.blob));
            match act {
                Act::Put(_, byte) => transaction.put(NAMES[*place], content(*byte).into(), expect).unwrap(),
                Act::Remove(_) => transaction.remove(NAMES[*place], expect).unwrap(),
            }
            wanted.insert(
                NAMES[*place],
                match act {
                    Act::Put(_, byte) => Some(content(*byte)),
                    Act::Remove(_) => None,
                },
            );
        }
        match transaction.commit("acts", &person(), &person()) {
            Ok(done) => assert!(done.unfinished.is_none() && done.left.is_empty(), "{done:?}"),
            Err(error) => {
                assert_eq!(error.code(), "nothing-to-commit");
                continue;
            }
        }
        for (name, text) in wanted {
            assert_eq!(sandbox.read(name), text, "{name}");
        }
        agrees_with_git(&sandbox, &staged);
    }
    // git continues with our index: its own commit has exactly the staged changes.
    if !staged.is_empty() {
        sandbox.git(&["commit", "-qm", "theirs"]);
    }
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD^{tree}"]), sandbox.git(&["write-tree"]));
}

fn agrees_with_git(sandbox: &Sandbox, staged: &BTreeMap<String, String>) {
    let lines: String = staged.keys().map(|name| format!("A  {name}\n")).collect();
    let mut expected: Vec<&str> = lines.lines().collect();
    expected.sort_unstable();
    let status = sandbox.git(&["-c", "core.quotePath=false", "status", "--porcelain"]);
    let mut found: Vec<&str> = status.lines().collect();
    found.sort_unstable();
    assert_eq!(found, expected);
    // The slow way: an index made from the tip, with the staged changes.
    let slow = sandbox.top().join(".git/slow-index");
    let with_slow = |arguments: &[&str]| {
        let output = std::process::Command::new("git")
            .current_dir(sandbox.top())
            .args(arguments)
            .env("GIT_INDEX_FILE", &slow)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    with_slow(&["read-tree", "HEAD"]);
    staged.keys().for_each(|name| drop(with_slow(&["add", name])));
    assert_eq!(sandbox.git(&["ls-files", "--stage"]), with_slow(&["ls-files", "--stage"]));
    // The trees in the index are those that git computes without it.
    let tree = with_slow(&["write-tree"]);
    std::fs::remove_file(slow).unwrap();
    assert_eq!(sandbox.git(&["write-tree"]), tree);
    let checked = std::process::Command::new("git")
        .current_dir(sandbox.top())
        .args(["fsck", "--strict", "--cache"])
        .env("GIT_TEST_CHECK_CACHE_TREE", "1")
        .output()
        .unwrap();
    assert!(checked.status.success() && !String::from_utf8_lossy(&checked.stderr).contains("error"), "{checked:?}");
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn after_any_commits_git_sees_what_it_would_have_made(scene in scene()) {
        play(&scene);
    }

    #[test]
    fn damaged_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0..400_usize) {
        let sandbox_index = |bytes: Vec<u8>| IndexFile { bytes, stat: None };
        let mut whole = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
        whole.extend_from_slice(&bytes);
        sandbox_index(bytes).walk(|_| {}).ok();
        whole.truncate(cut);
        sandbox_index(whole).walk(|_| {}).ok();
    }
}

#[test]
fn a_file_that_changed_in_the_second_of_the_index_is_not_taken_for_unchanged() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "one\n");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-qm", "begin"]);
    // The same size in the same second: only the index's own time shows that the entry cannot be trusted.
    let stat = std::fs::metadata(sandbox.top().join("a")).unwrap().modified().unwrap();
    sandbox.write("a", "two\n");
    let file = std::fs::File::options().write(true).open(sandbox.top().join("a")).unwrap();
    file.set_modified(stat).unwrap();
    sandbox.git(&["config", "core.trustctime", "false"]);
    let index = std::fs::File::options().write(true).open(sandbox.top().join(".git/index")).unwrap();
    index.set_modified(stat).unwrap();
    assert_eq!(sandbox.git(&["diff", "--name-only"]), "a\n", "git itself sees it");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    sandbox.add("b", "b\n");
    assert_eq!(sandbox.git(&["diff", "--name-only"]), "a\n");
}

#[test]
fn what_is_committed_is_fresh_in_the_index() {
    let sandbox = Sandbox::new();
    sandbox.add("folder/a", "one\n");
    // `diff-files` trusts the numbers in the index and reads no file.
    assert_eq!(sandbox.git(&["diff-files"]), "");
    sandbox.write("folder/c", "c\n");
    // One second older than the index, so that no entry is racy when ours is written.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-qm", "theirs"]);
    sandbox.add("folder/b", "b\n");
    assert_eq!(sandbox.git(&["diff-files"]), "");
}

/// git leaves the size of an entry out if it cannot tell whether the file was changed once more in the second of the
/// index. Every reader of the index must then read the file.
#[test]
fn what_nobody_has_touched_since_stays_fresh_in_the_next_index() {
    let sandbox = Sandbox::new();
    let size = |path: &str| {
        let shown = sandbox.git(&["ls-files", "--debug", path]);
        shown.split("size: ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned()
    };
    sandbox.add("a", "one\n");
    sandbox.add("b", "two\n");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    // somebody touches one of them without changing its size
    sandbox.write("b", "2wo\n");
    sandbox.add("c", "three\n");
    assert_eq!([size("b"), size("c")], ["0", "6"]);
    assert_eq!(sandbox.git(&["diff", "--name-only"]), "b\n");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    sandbox.add("d", "four\n");
    assert_eq!([size("c"), size("d")], ["6", "5"]);
    assert_eq!(sandbox.git(&["diff", "--name-only"]), "b\n");
}

#[test]
fn paths_are_found_with_what_blocks_them() {
    let sandbox = Sandbox::new();
    for name in ["a-b", "a/b", "a.c", "b", "c/d/e"] {
        sandbox.write(name, name);
    }
    sandbox.git(&["add", "-A"]);
    let index = IndexFile::read(&sandbox.top().join(".git/index")).unwrap();
    let names = ["a", "a/b", "a/b/c", "b/c", "c/d", "c/d/e", "c/d/f"];
    let paths: Vec<_> = names.iter().map(|name| super::super::path::BookPath::new(name).unwrap()).collect();
    let scan = Scan::of(&index, paths.iter()).unwrap();
    let found: Vec<char> = scan
        .found
        .iter()
        .map(|(state, _)| match state {
            InIndex::Absent => '-',
            InIndex::Plain { .. } => '=',
            InIndex::Blocked => '!',
            _ => '?',
        })
        .collect();
    assert_eq!(found, ['!', '=', '!', '!', '!', '=', '-'], "{names:?}");
}
