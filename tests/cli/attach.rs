//! Files beside records: they are named with their digests, never replaced, and kept consistent by every command that
//! looks at a book.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

/// A book with a complaint with the key `K1`, and two files beside the book's folder.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州精密机械");
    sandbox.run("new complaint client=杭州精密机械 channel=phone content=漏水 --key K1");
    sandbox.write("../leak.jpg", "a picture");
    sandbox.write("../Leak.JPG", "another picture");
    sandbox
}

fn attached(sandbox: &Sandbox) -> String {
    sandbox.git("ls-files files").trim().to_owned()
}

#[test]
fn a_file_is_filed_with_its_event_in_one_commit() {
    let sandbox = book();
    let before = sandbox.git("rev-list --count HEAD");
    assert_data_eq!(
        sandbox.run("attach K1 ../leak.jpg -m 'sent by the client'"),
        str![[r#"
KS202611-0001 C-ID1  Complaint: changed Attachments (Registered) · 杭州精密机械 · 漏水
next: [..]
  Acceptance: by 2026-11-25 17:30 Wed
  Handling time: by 2026-12-03 17:30 Thu
attached: files/C-ID1/leak.jpg (9 B)
--- exit 0

"#]]
    );
    let count = |sandbox: &Sandbox| sandbox.git("rev-list --count HEAD").trim().parse::<u32>().expect("a number");
    assert_eq!(count(&sandbox), before.trim().parse::<u32>().expect("a number") + 1);
    let shown = sandbox.json("show K1");
    let digest = "92b2fa58028958317e408bd84ecfa70f5ee35b121991dbc232c49d166353708b";
    assert_eq!(shown["data"]["files"][0], format!("leak.jpg sha256:{digest}"));
    let event = shown["data"]["history"].as_array().and_then(|events| events.last().cloned()).expect("an event");
    assert_eq!(event["set"], serde_json::json!(["files"]));
    assert_eq!(event["note"], "sent by the client");
    assert!(sandbox.run("show K1").contains("Attachments"));
    // the same contents exist already, whatever the file is called
    sandbox.write("../copy.jpg", "a picture");
    let again = sandbox.run("attach K1 ../copy.jpg ../leak.jpg");
    assert!(again.contains("leak.jpg is attached already") && again.ends_with("--- exit 0\n"), "{again}");
    assert_eq!(attached(&sandbox).lines().count(), 1);
    for clean in ["validate", "audit --quiet"] {
        assert_eq!(sandbox.run(clean), "--- exit 0\n");
    }
    assert!(sandbox.run("status").starts_with("nothing to commit"));
    let json = sandbox.json("attach K1 ../copy.jpg --name other.jpg");
    assert_eq!(json["data"]["files"][0]["existing"], true, "{json}");
    assert_eq!(json["data"]["commit"], serde_json::Value::Null);
}

#[test]
fn a_name_that_nobody_could_read_or_that_is_too_long_is_refused_with_the_reason() {
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = book();
    // a name in GBK
    let name = std::ffi::OsStr::from_bytes(b"\xcd\xb6\xcb\xdf.jpg");
    std::fs::write(sandbox.dir().join(name), "x").expect("written");
    for (lang, says) in [("en", "is not UTF-8"), ("zh", "不是 UTF-8 编码")] {
        let output = sandbox.redress(&format!("attach K1 --lang {lang}")).arg(name).output().expect("runs");
        let said = sandbox.shown(&output);
        assert!(said.contains(says) && said.contains("--name") && said.ends_with("--- exit 1\n"), "{said}");
    }
    assert_eq!(attached(&sandbox), "");
    let output = sandbox.redress("attach K1 --name 投诉.jpg").arg(name).output().expect("runs");
    assert!(output.status.success(), "{}", sandbox.shown(&output));
    let said = sandbox.run(&format!("attach K1 ../leak.jpg --name {}.jpg", "长".repeat(80)));
    assert!(said.contains("at most 200 bytes"), "{said}");
}

#[test]
fn what_would_replace_climb_or_hide_is_refused() {
    let sandbox = book();
    sandbox.run("attach K1 ../leak.jpg");
    let head = sandbox.git("rev-parse HEAD");
    std::os::unix::fs::symlink(sandbox.dir().join("../leak.jpg"), sandbox.dir().join("../link.jpg")).expect("a link");
    std::fs::create_dir(sandbox.dir().join("../pictures")).expect("a folder");
    sandbox.write("../.hidden", "x");
    sandbox.write("../nul.txt", "x");
    sandbox.write("../x", "x");
    let refused = |line: &str, code: &str| {
        let output = sandbox.redress(line).arg("--json").output().expect("runs");
        let error: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(error["error"]["code"], code, "{line}: {error}");
        assert_ne!(output.status.code(), Some(0));
    };
    refused("attach K1 ../Leak.JPG", "name-taken");
    refused("attach K1 ../link.jpg", "link");
    refused("attach K1 ../pictures", "folder");
    refused("attach K1 ../absent.jpg", "no-file");
    refused("attach K1 ../.hidden", "bad-name");
    refused("attach K1 ../nul.txt", "bad-name");
    for name in ["../x", "a/b", "a\\b", "gpj\u{202e}exe", "a\u{1b}[2Jb", "CON", "-rf"] {
        let output = sandbox.redress("attach K1 ../x --json").arg(format!("--name={name}")).output().expect("runs");
        assert_eq!(output.status.code(), Some(1), "{name:?}");
    }
    refused("attach K1 ../x ../leak.jpg --name y", "name");
    refused("attach K1 ../x --field content", "no-file-field");
    refused("edit K1 files=x", "file");
    sandbox.write("redress.toml", &sandbox.read("redress.toml").replace("megabytes = 20", "megabytes = 0"));
    sandbox.run("commit redress.toml -m smaller");
    refused("attach K1 ../x", "too-large");
    assert_eq!(attached(&sandbox).lines().count(), 1);
    assert_ne!(sandbox.git("rev-parse HEAD"), head);
}

#[test]
fn a_dry_run_and_a_refused_edit_leave_no_file() {
    let sandbox = book();
    sandbox.run("--dry-run attach K1 ../leak.jpg");
    assert_eq!(attached(&sandbox), "");
    assert!(!sandbox.dir().join("files").exists());
    // one of several is refused: then all are
    sandbox.run("attach K1 ../leak.jpg ../absent.jpg");
    assert_eq!(attached(&sandbox), "");
}

#[test]
fn what_was_tampered_with_is_found_on_disk_and_in_history() {
    let sandbox = book();
    sandbox.run("attach K1 ../leak.jpg");
    let path = attached(&sandbox);
    sandbox.write(&path, "another picture");
    assert_data_eq!(
        sandbox.run("validate"),
        str![[r#"
...
[..]the file files/C-ID1/leak.jpg is not the one that was attached
...
--- exit 1

"#]]
    );
    assert!(sandbox.run("status").contains("leak.jpg"));
    assert!(sandbox.run("commit").ends_with("--- exit 1\n"));
    sandbox.git("commit -qam tampered");
    let found = sandbox.json("audit");
    assert_eq!(found["data"]["sections"][0]["rows"][0]["cells"]["rule"], "attachment-changed", "{found}");
    sandbox.git("revert --no-edit HEAD");
    std::fs::remove_file(sandbox.dir().join(&path)).expect("a file");
    let missing = sandbox.run("validate K1");
    assert!(missing.contains("is missing") && missing.contains("git restore"), "{missing}");
    assert!(sandbox.run("status").ends_with("--- exit 1\n"));
    sandbox.git("restore files");
    sandbox.write("files/readme.txt", "x");
    let stray = sandbox.run("validate");
    assert!(stray.contains("no record's file lies here"), "{stray}");
}

#[test]
fn what_is_taken_out_of_the_record_goes_with_it_and_stays_in_history() {
    let sandbox = book();
    sandbox.run("attach K1 ../leak.jpg");
    let path = attached(&sandbox);
    sandbox.run("edit K1 files=");
    assert_eq!(attached(&sandbox), "");
    assert!(!sandbox.dir().join(&path).exists());
    assert_eq!(sandbox.git(&format!("show HEAD~1:{path}")), "a picture");
    for clean in ["validate", "audit --quiet"] {
        assert_eq!(sandbox.run(clean), "--- exit 0\n");
    }
}

#[test]
fn a_file_laid_and_named_by_hand_is_committed_with_its_record() {
    let sandbox = book();
    sandbox.run("attach K1 ../leak.jpg");
    let path = attached(&sandbox);
    let folder = path.rsplit_once('/').expect("a folder").0.to_owned();
    let record = sandbox.git("ls-files complaints").trim().to_owned();
    let text = sandbox.read(&record);
    let at = text.find("leak.jpg sha256:").expect("a file");
    let first = &text[at..at + "leak.jpg sha256:".len() + 64];
    // a name without a file
    let both = format!("{first}\", \"{}", first.replace("leak.jpg", "second.jpg"));
    sandbox.write(&record, &text.replace(first, &both));
    let refused = sandbox.run("commit");
    assert!(refused.contains("second.jpg is named by the record") && refused.ends_with("--- exit 1\n"), "{refused}");
    sandbox.write(&format!("{folder}/second.jpg"), "a picture");
    let done = sandbox.run("commit");
    assert!(done.ends_with("--- exit 0\n"), "{done}");
    assert_eq!(attached(&sandbox).lines().count(), 2);
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

#[test]
fn where_several_fields_take_files_the_field_is_asked_for() {
    let sandbox = book();
    let path = "policy/kinds/complaint.toml";
    let scans = "[fields.scans]\ntype = \"list\"\nof = { type = \"file\" }\nlabel = { en = \"Scans\", zh = \"扫描件\" }\n\n[fields.files]";
    sandbox.write(path, &sandbox.read(path).replacen("[fields.files]", scans, 1));
    assert!(sandbox.run("commit -m scans").ends_with("--- exit 0\n"));
    assert_data_eq!(
        sandbox.run("attach K1 ../leak.jpg"),
        str![[r#"
--- stderr
error: Complaint records have several fields for files
could be:
  scans  Scans
  files  Attachments
help: say which with --field NAME
--- exit 2

"#]]
    );
    assert_eq!(sandbox.json("attach K1 ../leak.jpg")["error"]["candidates"], serde_json::json!(["scans", "files"]));
    let said = sandbox.run("attach K1 ../leak.jpg --field scans");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(sandbox.json("show K1")["data"]["scans"].as_array().map(Vec::len), Some(1));
    // a label is enough, and a retired field is not offered
    let wrong = sandbox.run("attach K1 ../Leak.JPG --field content");
    assert!(wrong.contains("`content` is not a field for files") && wrong.ends_with("--- exit 2\n"), "{wrong}");
    sandbox.write(path, &sandbox.read(path).replacen("[fields.scans]", "[fields.scans]\nretired = true", 1));
    assert!(sandbox.run("commit -m retired").ends_with("--- exit 0\n"));
    let said = sandbox.run("attach K1 ../Leak.JPG --name other.jpg");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
}

/// `FIELD=@PATH` gives a file when a record is made, changed or advanced, so that a first step can ask for one too.
#[cfg(unix)]
#[test]
fn files_are_given_on_the_command_line() {
    let sandbox = Sandbox::empty();
    sandbox.run("--lang en init . --name Test");
    let kind = "policy/kinds/inquiry.toml";
    let asks = sandbox.read(kind).replacen(
        "asks = [\"client\", \"content\"]",
        "asks = [\"client\", \"content\", \"files\"]",
        1,
    );
    sandbox.write(kind, &asks);
    // Nobody can give a file to a record that a callback opens.
    let said = sandbox.run("--lang en policy check");
    assert!(
        said.contains("without files, for which its first step `register` asks") && said.contains("exit 1"),
        "{said}"
    );
    sandbox.run("commit -m asks");
    sandbox.run("new client name=Alpha");
    sandbox.write("../a.txt", "one");
    sandbox.write("../b.txt", "two");
    let lacking = sandbox.run("--lang en new inquiry client=Alpha content=price");
    assert!(lacking.contains("exit 1") || lacking.contains("exit 2"), "{lacking}");
    let id = sandbox.json("new inquiry client=Alpha content=price files=@../a.txt")["data"]["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    let files = || sandbox.json(&format!("show {id}"))["data"]["files"].to_string();
    let named = |name: &str| files().contains(name);
    assert!(named("a.txt") && sandbox.read(&format!("files/{id}/a.txt")) == "one", "{}", files());
    let done = |line: &str| {
        let shown = sandbox.run(&format!("--lang en {line}"));
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
    };
    done(&format!("advance {id} answer answer=5 附件+=@../b.txt"));
    assert!(named("a.txt") && named("b.txt"), "{}", files());
    done(&format!("edit {id} files=@../b.txt"));
    assert!(!named("a.txt") && named("b.txt"), "{}", files());
    assert!(!sandbox.dir().join(format!("files/{id}/a.txt")).exists());
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
    // Only ordinary files, with a name of their own, and only on the command line.
    std::os::unix::fs::symlink(sandbox.dir().join("../a.txt"), sandbox.dir().join("../link.txt")).expect("a link");
    sandbox.write("../other/b.txt", "three");
    for (line, wanted) in [
        ("edit ID files+=@../link.txt", "link"),
        ("edit ID files+=@../other", "folder"),
        ("edit ID files+=@../none.txt", "none.txt"),
        ("edit ID files+=@../other/b.txt", "b.txt"),
        ("edit ID note=@../a.txt files=../a.txt", "redress attach"),
        ("new inquiry --from ../from.json", "redress attach"),
    ] {
        sandbox.write("../from.json", r#"{"client":"Alpha","content":"x","files":["@../a.txt"]}"#);
        let refused = sandbox.run(&format!("--lang en {}", line.replace("ID", &id)));
        assert!(!refused.ends_with("--- exit 0\n") && refused.contains(wanted), "{line}\n{refused}");
    }
    let batch = sandbox.run_with(
        "--lang en batch",
        "{\"op\":\"new\",\"kind\":\"inquiry\",\"fields\":{\"client\":\"Alpha\",\"content\":\"x\",\"files\":[\"@../a.txt\"]}}\n",
    );
    assert!(!batch.ends_with("--- exit 0\n"), "{batch}");
    sandbox.write("../rows.csv", "client,content,files\nAlpha,x,@../a.txt\n");
    let imported = sandbox.run("--lang en import inquiry ../rows.csv --key content");
    assert!(!imported.ends_with("--- exit 0\n"), "{imported}");
    // In text the sign is only a sign.
    done(&format!("edit {id} note=@../a.txt"));
    assert_eq!(sandbox.json(&format!("show {id}"))["data"]["note"], "@../a.txt");
}

/// A file that was removed with git is named with what brings it back, by everything that looks for it.
#[test]
fn a_file_that_git_removed_is_brought_back_by_what_is_advised() {
    let sandbox = book();
    assert!(sandbox.run("attach K1 ../leak.jpg").ends_with("--- exit 0\n"));
    let path = attached(&sandbox);
    sandbox.git(&format!("rm -q {path}"));
    sandbox.git("commit -qm gone");
    sandbox.run("edit K1 content=flood");
    let before = sandbox.git("rev-parse HEAD~2");
    for line in ["validate", "attach K1 ../leak.jpg", "doctor"] {
        let said = sandbox.run(line);
        assert!(said.contains("is missing") && said.contains("git checkout HASH -- files/"), "{line}: {said}");
        assert!(said.ends_with("--- exit 1\n"), "{line}: {said}");
    }
    let found = sandbox.json("validate");
    let hint = found["data"][0]["hint"].as_str().unwrap_or_default().to_owned();
    let command = hint.split('`').nth(1).expect("a command");
    assert!(command.contains(before.trim()), "{command}");
    for part in command.split(" && ") {
        sandbox.git(part.strip_prefix("git ").expect("a command of git"));
    }
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    assert_eq!(attached(&sandbox), path);
    assert!(sandbox.run("doctor").contains("the book is in order"));
    let again = sandbox.run("attach K1 ../leak.jpg");
    assert!(again.ends_with("--- exit 0\n"), "{again}");
}

#[test]
fn an_edit_says_which_files_it_takes_out() {
    let sandbox = book();
    sandbox.run("attach K1 ../leak.jpg");
    let said = sandbox.run("edit K1 files=");
    assert!(said.contains("Attachments: taken out leak.jpg"), "{said}");
    sandbox.run("attach K1 ../leak.jpg");
    assert!(sandbox.run("edit K1 files= --lang zh").contains("附件：已移除 leak.jpg"));
}
