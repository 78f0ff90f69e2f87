//! `doctor` names what programs leave behind and what git might change, and mends it; a full disk fails no reading.

use std::time::{Duration, SystemTime};

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang en");
    sandbox.run("new client name=First phone=0571-88886661 --key K1");
    sandbox
}

/// Makes a file that is an hour old.
fn old(sandbox: &Sandbox, path: &str) {
    sandbox.write(path, "");
    let file = std::fs::File::options().write(true).open(sandbox.dir().join(path)).expect("a file");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("a time");
}

#[test]
fn what_programs_left_behind_is_named_and_mended() {
    let sandbox = book();
    let left = [
        ".git/refs/heads/main.lock",
        ".git/packed-refs.lock",
        ".git/redress/index.sqlite.new",
        ".git/redress/policy.4000001",
        "clients/.redress-4000001",
    ];
    left.iter().for_each(|path| old(&sandbox, path));
    let said = sandbox.run("doctor");
    assert!(left.iter().all(|path| said.contains(path)) && said.ends_with("--- exit 1\n"), "{said}");
    assert!(said.contains("1 h") && said.contains("doctor --fix"), "{said}");
    let said = sandbox.run("doctor --fix");
    assert!(said.contains("clients/.redress-4000001 was removed") && said.ends_with("--- exit 0\n"), "{said}");
    assert!(left.iter().all(|path| !sandbox.dir().join(path).exists()));
    assert!(sandbox.run("doctor").contains("the book is in order"));
    assert!(sandbox.run("new client name=Second phone=0571-88886662").ends_with("--- exit 0\n"));
}

#[test]
fn other_line_ends_are_no_hand_edit_and_older_books_are_mended() {
    let sandbox = book();
    let attributes = sandbox.read(".gitattributes");
    assert!(attributes.starts_with("* text=auto eol=lf\n"), "{attributes}");
    for path in sandbox.git("ls-files").lines() {
        let eol = sandbox.git(&format!("check-attr eol -- {path}"));
        assert!(eol.ends_with("lf\n"), "{path}: {eol}");
    }
    // an older book, checked out where git makes CR LF
    sandbox.write(".gitattributes", "*.yaml text eol=lf merge=redress\nfiles/** -text\n");
    sandbox.git("commit -qam older");
    for path in ["redress.toml", "policy/roles.toml", sandbox.git("ls-files clients").trim()] {
        let text = sandbox.read(path).replace('\n', "\r\n");
        sandbox.write(path, &text);
    }
    let said = sandbox.run("status");
    assert!(said.contains("nothing to commit") && said.ends_with("--- exit 0\n"), "{said}");
    let said = sandbox.run("commit");
    assert!(said.contains("nothing to commit") && said.ends_with("--- exit 0\n"), "{said}");
    assert!(sandbox.run("edit K1 phone=0571-88886669").ends_with("--- exit 0\n"));
    assert!(sandbox.run("policy check").ends_with("--- exit 0\n"));
    let said = sandbox.run("doctor");
    assert!(said.contains(".gitattributes") && said.ends_with("--- exit 1\n"), "{said}");
    let said = sandbox.run("doctor --fix");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(sandbox.read(".gitattributes"), attributes);
    assert!(sandbox.run("doctor").contains("the book is in order"));
    // an edit beside the line ends is still one
    let text = sandbox.read("policy/roles.toml") + "# more\r\n";
    sandbox.write("policy/roles.toml", &text);
    assert!(sandbox.run("status").contains("policy/roles.toml"));
}

#[test]
fn what_lies_in_the_place_of_a_file_is_named_as_what_it_is() {
    let table: [(&str, &str, &str); 5] = [
        ("redress.toml", "ln -s", "link"),
        ("policy", "ln -s", "link"),
        ("clients", "ln -s", "link"),
        ("policy/roles.toml", "mkdir", "folder"),
        ("policy/roles.toml", "mkfifo", "pipe"),
    ];
    for (path, how, what) in table {
        let sandbox = book();
        let place = sandbox.dir().join(path);
        std::fs::rename(&place, sandbox.dir().join("elsewhere")).expect("moved");
        let elsewhere = sandbox.dir().join("elsewhere");
        match how {
            "ln -s" => std::os::unix::fs::symlink(&elsewhere, &place).expect("a link"),
            "mkdir" => std::fs::create_dir(&place).expect("a folder"),
            _ => assert!(sandbox.command("mkfifo").arg(&place).status().expect("mkfifo runs").success()),
        }
        let said = sandbox.run("doctor");
        assert!(said.contains(path) && said.contains(what), "{path} {how}: {said}");
        // the last commit is still read
        assert!(sandbox.run("list client").ends_with("--- exit 0\n"), "{path} {how}");
    }
}
