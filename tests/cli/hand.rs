//! Files that somebody changed by hand: what is no text of a record, and what is one in other words. And names typed wrong.

use crate::sandbox::Sandbox;

/// A book with a complaint, and the path of its file.
fn book() -> (Sandbox, String) {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=清泉自来水公司");
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    (sandbox, path)
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_file_is_named_and_not_followed() {
    let (sandbox, path) = book();
    sandbox.write("../secret", "id: secret\n");
    let file = sandbox.dir().join(&path);
    std::fs::remove_file(&file).expect("the file");
    std::os::unix::fs::symlink(sandbox.dir().join("../secret"), &file).expect("a link");
    for line in ["validate", &format!("validate {path}"), "commit", "status"] {
        let shown = sandbox.run(line);
        assert!(shown.contains("is a symbolic link, not a file") && shown.ends_with("--- exit 1\n"), "{line}: {shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
    // The book itself is untouched, and goes on.
    assert!(sandbox.run("list complaint").contains("漏水"));
    let shown = sandbox.run("new complaint client=清泉自来水公司 channel=phone content=again");
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
}

#[test]
fn a_byte_order_mark_is_taken_away_without_a_commit() {
    let (sandbox, path) = book();
    let head = sandbox.git("rev-parse HEAD");
    let text = sandbox.read(&path);
    sandbox.write(&path, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!(sandbox.run("commit"), "1 file put back into canonical form; no record changed\n--- exit 0\n");
    assert_eq!((sandbox.read(&path), sandbox.git("rev-parse HEAD")), (text, head));
    assert_eq!(sandbox.git("status --porcelain"), "");
}

#[test]
fn reading_commands_say_that_hand_edits_wait() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("content: 漏水", "content: 渗水"));
    for line in ["list complaint", "due --all", "log"] {
        let shown = sandbox.run(line);
        assert!(shown.contains("1 hand edit") && shown.contains("redress commit"), "{line}: {shown}");
    }
    let warnings = &sandbox.json("list complaint")["warnings"];
    assert_eq!(warnings[0]["code"], "hand-edits");
    assert_eq!(sandbox.json("list complaint")["data"][0]["content"], "漏水", "what is committed is what is read");
    // In a book with more files than it says, nobody looks.
    let settings = sandbox.read("redress.toml");
    sandbox.write("redress.toml", &format!("{settings}look-for-edits-up-to = 1\n"));
    sandbox.run("commit redress.toml");
    assert!(!sandbox.run("list complaint").contains("hand edit"));
}

#[test]
fn a_state_changed_by_hand_is_shown_on_its_line() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("state: registered", "state: closed"));
    let shown = sandbox.run("validate");
    assert!(shown.contains(".yaml:3:8") && shown.contains("state: closed"), "{shown}");
    assert!(shown.ends_with("--- exit 1\n"), "{shown}");
}

#[test]
fn deadlines_and_periods_that_there_are_not_are_named() {
    let (sandbox, _) = book();
    let id = sandbox.json("list complaint")["data"][0]["id"].as_str().expect("an id").to_owned();
    for (line, said) in [
        ("explain @ --deadline handlin", "did you mean `handling`?"),
        ("explain @ --deadline handlin --lang zh", "handling  处理时限"),
        ("plan callbacks 2026-99", "`2026-99` is no period"),
        ("plan callbacks 2026-99 --lang zh", "“2026-99”不是期间"),
    ] {
        let shown = sandbox.run(&line.replace('@', &id));
        assert!(shown.contains(said) && !shown.ends_with("--- exit 0\n"), "{line}: {shown}");
    }
}
