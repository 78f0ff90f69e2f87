//! Files that a command writes beside the book: never over the book or over what the command reads, and looked at
//! before anything is recorded. What was recorded is said if its answer cannot be written.

use std::fs::File;
use std::process::Stdio;

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang en");
    sandbox.write("../in.csv", "name,phone\nGood,0571-88886661\nBad,nophone\n");
    sandbox
}

#[test]
fn an_import_writes_over_no_file_of_the_book_and_not_over_its_own() {
    let sandbox = book();
    sandbox.run("new client name=First");
    let tip = sandbox.git("rev-parse HEAD");
    let head = sandbox.read(".git/HEAD");
    let rows = sandbox.read("../in.csv");
    let staff = sandbox.git("ls-files staff").trim().to_owned();
    for option in ["--rejects", "--differences", "--write-map"] {
        for (file, code) in [
            ("../in.csv", 1),
            ("redress.toml", 1),
            (&*staff, 1),
            (".git/HEAD", 1),
            ("clients/new.csv", 1),
            ("/nonexist/r.csv", 4),
            ("..", 4),
        ] {
            let said = sandbox.run(&format!("import client ../in.csv {option} {file}"));
            assert!(said.ends_with(&format!("--- exit {code}\n")), "{option} {file}: {said}");
            assert_eq!(sandbox.git("rev-parse HEAD"), tip, "{option} {file}");
        }
    }
    assert_eq!((sandbox.read(".git/HEAD"), sandbox.read("../in.csv")), (head, rows));
    assert_eq!(sandbox.git("status --porcelain"), "");
    assert!(sandbox.run("import client ../in.csv --rejects ../out.csv").ends_with("--- exit 0\n"));
    assert!(sandbox.read("../out.csv").contains("nophone"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_recorded_is_said_if_its_answer_cannot_be_written() {
    let sandbox = book();
    sandbox.write("../lines.ndjson", "{\"op\":\"new\",\"kind\":\"client\",\"fields\":{\"name\":\"L1\"}}\n{\"op\":\"new\",\"kind\":\"client\",\"fields\":{\"name\":\"L2\"}}\n");
    sandbox.write("../two.csv", "name\nT1\nT2\n");
    for (line, commits) in [
        ("new client name=One", 1),
        ("import client ../two.csv", 1),
        ("batch ../lines.ndjson --each", 2),
        ("undo -y", 1),
    ] {
        let before = sandbox.git("rev-list --count HEAD").trim().parse::<usize>().expect("a number");
        let full = File::options().write(true).open("/dev/full").expect("a device");
        let output = sandbox.redress(line).stdout(full).stderr(Stdio::piped()).output().expect("redress runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let after = sandbox.git("rev-list --count HEAD").trim().parse::<usize>().expect("a number");
        assert_eq!((output.status.code(), after - before), (Some(4), commits), "{line}: {said}");
        let tip = sandbox.git("rev-parse HEAD");
        assert!(said.contains(&tip[..12]) && said.contains("do not run it again"), "{line}: {said}");
        assert!(!said.contains("run the same command again"), "{line}: {said}");
    }
    // nothing was recorded: it may be run again
    let full = File::options().write(true).open("/dev/full").expect("a device");
    let output = sandbox.redress("list client").stdout(full).output().expect("redress runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("run the same command again"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_written_without_being_read() {
    let sandbox = book();
    sandbox.run("new client name=One --key K1");
    let printed = |to: &str| sandbox.run(&format!("list client --format csv -o {to}"));
    assert!(printed("/dev/zero").ends_with("--- exit 0\n"));
    assert!(sandbox.command("mkfifo").arg("pipe").status().expect("mkfifo runs").success());
    let said = printed("pipe");
    assert!(said.contains("no program reads this pipe") && said.ends_with("--- exit 4\n"), "{said}");
    let reader = sandbox.command("cat").arg("pipe").stdout(Stdio::piped()).spawn().expect("cat runs");
    assert!(printed("pipe").ends_with("--- exit 0\n"));
    let read = reader.wait_with_output().expect("cat ends");
    assert!(String::from_utf8_lossy(&read.stdout).contains("One"));
}

#[test]
fn a_form_is_printed_into_what_is_no_file_without_reading_it() {
    let sandbox = book();
    sandbox.run("new client name=One --key K1");
    sandbox.run("new complaint client=K1 channel=phone content=leak --key C1");
    let form = sandbox.json("print C1 -o -")["data"]["forms"][0]["form"].as_str().expect("a form").to_owned();
    assert!(sandbox.command("mkfifo").arg("pipe").status().expect("mkfifo runs").success());
    let reader = sandbox.command("cat").arg("pipe").stdout(Stdio::piped()).spawn().expect("cat runs");
    for to in ["/dev/zero", "pipe"] {
        let said = sandbox.run(&format!("print C1 {form} -o {to}"));
        assert!(said.ends_with("--- exit 0\n"), "{to}: {said}");
    }
    let read = reader.wait_with_output().expect("cat ends").stdout;
    assert!(read.to_ascii_lowercase().starts_with(b"<!doctype html>"));
}
