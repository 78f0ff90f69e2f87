//! Commits that git does not write: names that are not UTF-8, malformed authors, odd trees, missing objects, rule books
//! beyond their bounds. The audit names each with its commit and judges the rest, and no command ends because of them.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::sandbox::Sandbox;

/// A book with a client.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang en");
    sandbox.run("new client name=First phone=0571-88886661 --key K1");
    sandbox
}

/// Writes an object as it stands.
fn object(sandbox: &Sandbox, sort: &str, bytes: &[u8]) -> String {
    let mut command = sandbox.command("git");
    command.args(["hash-object", "-t", sort, "--literally", "-w", "--stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git runs");
    child.stdin.take().expect("a pipe").write_all(bytes).expect("written");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("an id").trim().to_owned()
}

fn bytes_of(id: &str) -> Vec<u8> {
    (0..20).map(|at| u8::from_str_radix(&id[2 * at..2 * at + 2], 16).expect("an id")).collect()
}

/// The tree of the last commit with more entries at its end.
fn tree_with(sandbox: &Sandbox, entries: &[(&str, &[u8], &str)]) -> String {
    let output = sandbox.command("git").args(["cat-file", "tree", "HEAD^{tree}"]).output().expect("git runs");
    let mut bytes = output.stdout;
    for (mode, name, id) in entries {
        bytes.extend_from_slice(mode.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(name);
        bytes.push(0);
        bytes.extend_from_slice(&bytes_of(id));
    }
    object(sandbox, "tree", &bytes)
}

const PERSON: &str = "Li Na <li.na@example.cn> 1795482000 +0800";

/// Puts a commit on the branch.
fn commit(sandbox: &Sandbox, tree: &str, author: &[u8], committer: &[u8]) -> String {
    let parent = sandbox.git("rev-parse HEAD");
    let mut text = format!("tree {tree}\nparent {parent}").into_bytes();
    for (key, line) in [(&b"author "[..], author), (b"committer ", committer)] {
        text.extend_from_slice(key);
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(b"\nodd\n");
    let id = object(sandbox, "commit", &text);
    std::fs::write(sandbox.dir().join(".git/refs/heads/main"), format!("{id}\n")).expect("the branch");
    id
}

/// The last commit but for its tree, which is as before the odd commit.
fn go_on(sandbox: &Sandbox) {
    let tree = sandbox.git("rev-parse HEAD~1^{tree}");
    commit(sandbox, tree.trim(), PERSON.as_bytes(), PERSON.as_bytes());
}

/// A forged step, to see whether later commits are judged.
fn forge(sandbox: &Sandbox) {
    let files = sandbox.git("ls-files clients");
    let file = files.lines().find(|file| sandbox.read(file).contains("name: First")).expect("the first client");
    let text = sandbox.read(file).replace("name: First", "name: Forged");
    sandbox.write(file, &text);
    sandbox.git("commit -qam forged");
}

/// The rules of the findings of an audit, each with its commit.
fn audited(sandbox: &Sandbox) -> Vec<(String, String)> {
    let answer = sandbox.json("audit");
    let mut found = Vec::new();
    fn walk(value: &serde_json::Value, found: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Object(map) => {
                let text = |key: &str| map.get(key).and_then(|value| value.as_str()).map(str::to_owned);
                if let (Some(rule), Some(commit)) = (text("rule"), text("commit")) {
                    found.push((rule, commit));
                }
                map.values().for_each(|value| walk(value, found));
            }
            serde_json::Value::Array(all) => all.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    walk(&answer["data"], &mut found);
    found
}

fn has(found: &[(String, String)], rule: &str, commit: &str) -> bool {
    found.iter().any(|(is, of)| is == rule && (commit.starts_with(of.as_str()) && !of.is_empty()))
}

#[test]
fn odd_trees_and_authors_are_findings_and_the_rest_is_audited() {
    let missing = "1234567890123456789012345678901234567890";
    let person = PERSON.as_bytes();
    let blob = |sandbox: &Sandbox| object(sandbox, "blob", b"x\n");
    type Odd<'o> = (&'o str, &'o str, Box<dyn Fn(&Sandbox) -> String + 'o>);
    let entry = |name: &'static [u8], mode: &'static str| {
        Box::new(move |sandbox: &Sandbox| {
            let id = object(sandbox, "blob", b"x\n");
            commit(sandbox, &tree_with(sandbox, &[(mode, name, &id)]), person, person)
        })
    };
    let by = |author: &'static [u8], committer: &'static [u8]| {
        Box::new(move |sandbox: &Sandbox| {
            let tree = sandbox.git("rev-parse HEAD^{tree}");
            commit(sandbox, tree.trim(), author, committer)
        })
    };
    let cases: Vec<Odd<'_>> = vec![
        ("a GBK name", "odd-name", entry(b"\xcd\xb6\xcb\xdf.txt", "100644")),
        ("dots", "odd-name", entry(b"..", "100644")),
        ("no name", "odd-name", entry(b"", "100644")),
        (".git", "odd-name", entry(b".GIT", "100644")),
        ("a slash", "odd-name", entry(b"a/b", "100644")),
        ("a name twice", "odd-name", entry(b"redress.toml", "100644")),
        ("a mode", "odd-mode", entry(b"x", "100777")),
        ("a mode of no sort", "odd-mode", entry(b"x", "777")),
        ("no address", "malformed-author", by(b"Evil", PERSON.as_bytes())),
        ("no time", "malformed-author", by(b"Evil <e@x.cn>", PERSON.as_bytes())),
        ("an odd committer", "malformed-author", by(PERSON.as_bytes(), b"Evil <<>> now")),
        ("an empty committer", "malformed-author", by(PERSON.as_bytes(), b"")),
        (
            "a missing file",
            "missing-object",
            Box::new(|sandbox: &Sandbox| {
                commit(sandbox, &tree_with(sandbox, &[("100644", b"x", missing)]), person, person)
            }),
        ),
        (
            "a missing folder",
            "missing-object",
            Box::new(|sandbox: &Sandbox| {
                commit(sandbox, &tree_with(sandbox, &[("40000", b"x", missing)]), person, person)
            }),
        ),
        (
            "a file as a folder",
            "damaged-object",
            Box::new(|sandbox: &Sandbox| {
                commit(sandbox, &tree_with(sandbox, &[("40000", b"x", &blob(sandbox))]), person, person)
            }),
        ),
        (
            "a torn tree",
            "damaged-object",
            Box::new(|sandbox: &Sandbox| {
                let tree = sandbox.git("rev-parse HEAD^{tree}");
                let output = sandbox.command("git").args(["cat-file", "tree", tree.trim()]).output().expect("git runs");
                let bytes = [&output.stdout[..], b"100644 x"].concat();
                commit(sandbox, &object(sandbox, "tree", &bytes), person, person)
            }),
        ),
    ];
    for (name, rule, make) in cases {
        let sandbox = book();
        let odd = make(&sandbox);
        for line in ["list client", "validate", "status", "log", "show K1", "due"] {
            let said = sandbox.run(line);
            assert!(!said.contains("--- exit 4") && !said.contains("signal"), "{name}: {line}: {said}");
        }
        let said = sandbox.run("doctor --json");
        assert!(!said.contains("signal") && (rule == "malformed-author" || said.contains(rule)), "{name}: {said}");
        go_on(&sandbox);
        let said = sandbox.run("new client name=Second phone=0571-88886662");
        assert!(said.ends_with("--- exit 0\n"), "{name}: {said}");
        forge(&sandbox);
        let found = audited(&sandbox);
        assert!(has(&found, rule, &odd), "{name}: {found:?}");
        let forged = sandbox.git("rev-parse HEAD");
        assert!(found.iter().any(|(_, commit)| forged.starts_with(commit.as_str())), "{name}: {found:?}");
    }
}

#[test]
fn a_rule_book_beyond_its_bounds_is_a_finding_and_the_rest_is_audited() {
    for (name, text) in [
        ("keys", format!("{} = 1\n", vec!["a"; 50_000].join("."))),
        ("rows", "[[x]]\na = 1\n".repeat(300_000)),
        ("values", format!("x = [{}]\n", "1,".repeat(300_000))),
    ] {
        let sandbox = book();
        let path = "policy/kinds/client.toml";
        let sound = sandbox.read(path);
        sandbox.write(path, &format!("{sound}{text}"));
        let said = sandbox.run("policy check");
        assert!(
            said.contains(path) && said.contains("docs/bounds.md") && said.ends_with("--- exit 1\n"),
            "{name}: {said}"
        );
        sandbox.git("commit -qam large");
        let odd = sandbox.git("rev-parse HEAD");
        let said = sandbox.run("list client");
        assert!(said.contains(path) && said.contains("docs/bounds.md"), "{name}: {said}");
        sandbox.write(path, &sound);
        sandbox.git("commit -qam back");
        assert!(sandbox.run("new client name=Second phone=0571-88886662").ends_with("--- exit 0\n"), "{name}");
        forge(&sandbox);
        let found = audited(&sandbox);
        assert!(found.iter().any(|(_, commit)| odd.starts_with(commit.as_str())), "{name}: {found:?}");
        let forged = sandbox.git("rev-parse HEAD");
        assert!(found.iter().any(|(_, commit)| forged.starts_with(commit.as_str())), "{name}: {found:?}");
    }
}

#[test]
fn a_name_in_another_encoding_is_shown_and_ends_no_command() {
    let sandbox = book();
    let folders = ["clients", "policy", "."];
    let names: Vec<_> = folders
        .iter()
        .map(|folder| sandbox.dir().join(folder).join(OsStr::from_bytes(b"\xcd\xb6\xcb\xdf.txt")))
        .collect();
    names.iter().for_each(|name| std::fs::write(name, "x\n").expect("a file"));
    let shown = r"clients/\xCD\xB6\xCB\xDF.txt";
    for line in ["list client", "show K1", "due", "new client name=Second phone=0571-88886662"] {
        let said = sandbox.run(line);
        assert!(said.ends_with("--- exit 0\n"), "{line}: {said}");
    }
    for line in ["validate", "status", "doctor"] {
        let said = sandbox.run(line);
        assert!(said.contains(shown) && !said.contains("--- exit 4"), "{line}: {said}");
    }
    sandbox.git("add -A");
    sandbox.git("commit -qm files");
    for line in ["list client", "show K1", "due", "new client name=Third phone=0571-88886663"] {
        let said = sandbox.run(line);
        assert!(said.ends_with("--- exit 0\n"), "{line}: {said}");
    }
    for line in ["validate", "doctor"] {
        let said = sandbox.run(line);
        assert!(said.contains(shown) && !said.contains("--- exit 4"), "{line}: {said}");
    }
    assert!(has(&audited(&sandbox), "odd-name", sandbox.git("rev-parse HEAD~1").trim()));
}

/// A copy of a record is no record, whatever it is called, and keeps nothing from being shown or worked on.
#[test]
fn a_copy_under_another_name_stands_in_nobodys_way() {
    let sandbox = book();
    let said = sandbox.run("new complaint client=K1 channel=phone content=x --key C1");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    let (folder, name) = path.rsplit_once('/').expect("a folder");
    for odd in [format!("{folder}/a\nb.yaml"), format!("{folder}/{name}\n"), "complaints/copy.yaml".to_owned()] {
        sandbox.write(&odd, &sandbox.read(&path));
        sandbox.git("add --all");
        sandbox.git("commit -q -m copy");
        for line in ["show C1", "show K1", "explain C1", "advance C1 accept promised=2026-12-01 --dry-run"] {
            let said = sandbox.run(line);
            assert!(said.contains("--- exit 0"), "{odd:?}: {line}: {said}");
        }
        let said = sandbox.run("audit --quiet");
        assert!(said.contains("misplaced"), "{odd:?}: {said}");
    }
}
