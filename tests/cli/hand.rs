//! Files that were changed by hand: files that are not the text of a record, records written in another form, and
//! mistyped names.

use std::collections::BTreeSet;
use std::process::Stdio;

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
    // The book itself is untouched, and still works.
    assert!(sandbox.run("list complaint").contains("漏水"));
    let shown = sandbox.run("new complaint client=清泉自来水公司 channel=phone content=again");
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_folder_is_named_and_nothing_is_written_through_it() {
    let (sandbox, _) = book();
    for (folder, line) in [
        ("inquiries", "new inquiry client=清泉自来水公司 channel=phone content=x"),
        ("complaints", "new complaint client=清泉自来水公司 channel=phone content=x"),
    ] {
        let place = sandbox.dir().join(folder);
        std::fs::remove_dir_all(&place).ok();
        // whether it leads anywhere or not
        std::os::unix::fs::symlink(sandbox.dir().join("../elsewhere"), &place).expect("a link");
        let refused = sandbox.run(line);
        assert!(refused.ends_with("--- exit 4\n"), "{refused}");
        let (whole, health) = (sandbox.run("validate"), sandbox.run("doctor"));
        for shown in [&refused, &whole, &health] {
            assert!(shown.contains(&format!("{folder} is a symbolic link, not a folder")), "{shown}");
            assert!(shown.contains(&format!("move {folder} away")), "{shown}");
        }
        assert!(whole.ends_with("--- exit 1\n") && health.ends_with("--- exit 1\n"), "{whole}{health}");
        assert!(place.is_symlink() && !sandbox.dir().join("../elsewhere").exists());
        std::fs::remove_file(&place).expect("the link");
    }
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
    // In a book with more files than the setting says, nobody looks.
    let settings = sandbox.read("redress.toml");
    sandbox.write("redress.toml", &format!("look-for-edits-up-to = 1\n{settings}"));
    sandbox.run("commit redress.toml");
    assert!(!sandbox.run("list complaint").contains("hand edit"));
}

#[test]
fn a_state_changed_by_hand_is_shown_on_its_line() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("state: registered", "state: closed"));
    for line in ["validate", "commit"] {
        let shown = sandbox.run(line);
        assert!(shown.contains(".yaml:3:8") && shown.contains("state: closed"), "{line}: {shown}");
        assert!(shown.contains("`state` of C-ID1 was changed by hand"), "{line}: {shown}");
        assert!(shown.contains("accept (Accept), decline (Decline)"), "{line}: {shown}");
        assert!(shown.contains("as `redress advance C-ID1 accept`"), "{line}: {shown}");
        assert!(shown.ends_with("--- exit 1\n"), "{shown}");
    }
    let shown = sandbox.run("commit --lang zh");
    assert!(shown.contains("后续步骤有：accept (受理)"), "{shown}");
}

#[test]
fn deadlines_and_periods_that_there_are_not_are_named() {
    let (sandbox, _) = book();
    let id = sandbox.json("list complaint")["data"][0]["id"].as_str().expect("an id").to_owned();
    for (line, said) in [
        ("explain @ --deadline handlin", "did you mean `handling`?"),
        ("explain @ --deadline handlin --lang zh", "handling  处理时限"),
        ("plan callbacks 2026-99", "`2026-99` is not a period"),
        ("plan callbacks 2026-99 --lang zh", "“2026-99”不是期间"),
    ] {
        let shown = sandbox.run(&line.replace('@', &id));
        assert!(shown.contains(said) && !shown.ends_with("--- exit 0\n"), "{line}: {shown}");
    }
}

#[test]
fn a_comment_that_is_to_be_kept_is_kept_though_nothing_else_changed() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    sandbox.write(&path, &format!("{text}# asked twice\n"));
    let committed = sandbox.run("commit --comments=note");
    assert!(committed.ends_with(" · 漏水\n1 file committed\n--- exit 0\n"), "{committed}");
    let kept = sandbox.read(&path);
    assert!(kept.ends_with("    step: edit\n    note: asked twice\n"), "{kept}");
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
    sandbox.write(&path, &format!("{kept}# gone\n"));
    assert!(sandbox.run("commit --comments=drop -m x").contains("no record changed"));
    assert_eq!(sandbox.read(&path), kept);
}

#[test]
fn status_says_of_each_file_what_commit_would_refuse() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    let client = sandbox.git("ls-files clients").trim().to_owned();
    let rules = text.lines().find(|line| line.starts_with("rules: ")).expect("rules");
    let other_rules = text.replace(rules, "rules: abcdefabcdef");
    for (hand, said) in [
        (text.replace("content: 漏水", "content:"), "complaint needs content"),
        (text.replace("by: li.na", "by: wang.lei"), "`history` of C-ID1 was changed by hand"),
        (other_rules, "`rules` of C-ID1 was changed by hand"),
    ] {
        sandbox.write(&path, &hand);
        for line in ["status", "commit"] {
            let shown = sandbox.run(line);
            assert!(shown.to_lowercase().contains(&said.to_lowercase()), "{line}: {shown}");
            assert!(!shown.ends_with("--- exit 0\n"), "{shown}");
        }
        let at = sandbox.json("commit")["data"][0]["at"].clone();
        let key = at["key"].as_str().unwrap_or_default().to_owned();
        let line = hand.lines().position(|line| line.starts_with(&format!("{key}:"))).expect("the key") as u64 + 1;
        // a list begins on the line below its key
        assert!((line..=line + 1).contains(&at["line"].as_u64().expect("a line")), "{at}");
        assert_eq!(at["file"], path.as_str());
    }
    let told = sandbox.json("status")["data"][0].clone();
    assert_eq!((&told["path"], &told["what"]), (&path.as_str().into(), &"changed".into()));
    assert_eq!(told["fields"], serde_json::json!(["rules"]));
    assert!(told["id"].as_str().is_some_and(|id| path.ends_with(&format!("{id}.yaml"))), "{told}");
    assert_eq!((&told["problems"][0]["at"]["key"], &told["problems"][0]["at"]["line"]), (&"rules".into(), &4.into()));
    sandbox.write("policy/acting.toml", "anyone = maybe\n");
    let policy = sandbox.json("status")["data"][1].clone();
    assert_eq!((&policy["path"], &policy["id"]), (&"policy/acting.toml".into(), &serde_json::Value::Null));
    assert_eq!(policy["problems"][0]["at"]["line"], 1, "{policy}");
    sandbox.git("checkout -q .");
    std::fs::remove_file(sandbox.dir().join(&client)).expect("the client's file");
    let made = format!("{}22222.yaml", &path[..path.len() - "22222.yaml".len()]);
    let id = made.rsplit('/').next().expect("a name").trim_end_matches(".yaml");
    sandbox.write(&made, &text.replacen(text.lines().next().expect("a line"), &format!("id: {id}"), 1));
    let shown = sandbox.run("status");
    for said in ["was deleted by hand; records are never deleted", "was made by hand", "--- exit 1"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
}

#[test]
fn paths_are_read_from_the_folder_one_is_in() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("漏水", "渗水"));
    let (folder, name) = path.rsplit_once('/').expect("a folder");
    assert_eq!(sandbox.run(&format!("-C {folder} validate {name}")), "--- exit 0\n");
    assert_eq!(sandbox.run("validate complaints policy"), "--- exit 0\n");
    let shown = sandbox.run(&format!("-C {folder} commit nosuch.yaml"));
    assert!(shown.contains("no file or folder nosuch.yaml") && shown.ends_with("--- exit 3\n"), "{shown}");
    let committed = sandbox.run(&format!("-C {folder} commit {name}"));
    assert!(committed.ends_with("清泉自来水公司 · 渗水\n1 file committed\n--- exit 0\n"), "{committed}");
}

#[test]
fn what_was_probably_meant_is_said_of_ids_and_of_stray_words() {
    let (sandbox, path) = book();
    let name = path.rsplit('/').next().expect("a name").trim_end_matches(".yaml");
    let random = &name[name.len() - 5..];
    // the alphabet has no letter U
    let slipped = if random.ends_with('2') { "3" } else { "2" };
    let mistyped = format!("{}{slipped}", &random[..4]);
    for id in [mistyped.clone(), format!("C-261124-{mistyped}"), format!("C-261123-{random}")] {
        let shown = sandbox.redress(&format!("show {id} --json")).output().expect("redress runs");
        let shown = String::from_utf8(shown.stdout).expect("text");
        assert!(shown.contains(&format!("did you mean `{name} (KS202611-0001 漏水)`?")), "{id}: {shown}");
    }
    for (line, said, exit) in [
        ("advance @ accept withdraw", "redress advance @ accept,withdraw", 2),
        ("advance withdraw @ -m x", "redress advance @ withdraw", 2),
        ("edit @ tags += 泵", "tags+=泵", 2),
        ("new client name", "redress new client 'name=…'", 2),
        ("new complaint client=nobody channel=phone content=x", "nothing is called `nobody`", 3),
        ("new complaint client=nobody channel=fone content=x", "none of the choices", 2),
        ("edit @ department=nowhere", "nothing is called `nowhere`", 2),
        ("list complaint --limit many", "write a whole number", 2),
        ("list complaint state = registered", "write: state=registered", 2),
        ("due class != closed", "write: 'class!=closed'", 2),
        ("report 2026-10", "write: redress report monthly 2026-10", 3),
        ("report 2026-10 tracking", "write: redress report tracking 2026-10", 3),
        ("attach @ nothing.jpg", "nothing.jpg cannot be read", 3),
        ("new client --from nothing.yaml", "nothing.yaml cannot be read", 3),
        ("batch nothing.ndjson", "nothing.ndjson cannot be read", 3),
        ("import client nothing.csv", "nothing.csv cannot be read", 3),
        ("list complaint 理渠道=电话", "did you mean `受理渠道`?", 2),
        ("new client 公司电=1", "did you mean `公司电话`?", 2),
        ("nwe client", "redress new client", 2),
        ("advance @ accept,propose promised=fri", "remedies.+.kind=…", 2),
        ("help show", "Usage: redress show", 0),
        ("edit @ stray", "write FIELD=VALUE", 2),
        ("edit 清泉自来水公司 contacts.name=张", "contacts.0.name=VALUE", 2),
        ("edit 清泉自来水公司 contacts-=张", "write contacts.0= to take one away", 2),
        ("advance @ nosuch", "steps are register, accept", 2),
        ("list complaint overdoo", "did you mean `overdue`?", 2),
        ("list complaint foobar", "complaint has no field `foobar`", 2),
        ("list complaint --fields foobar", "known are number, client, contact", 2),
        ("list complaint --fields 状态,编号 --sort -建立时间", "Registered", 0),
        ("show ' @ '", "Complaint: Registered", 0),
        ("show 12", "mean something where somebody types at a terminal", 3),
        ("new client name=x --key ''", "the key is empty", 2),
        ("new client name=x --key 'a\u{7}b'", "another character that nobody sees", 2),
        ("edit @ received=17点", "is not a time that is understood", 2),
        ("edit @ received=5点", "could be morning or evening", 2),
    ] {
        let shown = sandbox.run(&line.replace('@', random));
        let said = said.replace('@', random);
        assert!(shown.contains(&said) && shown.ends_with(&format!("--- exit {exit}\n")), "{line}: {shown}");
    }
    sandbox.run("new client name=清泉自来水公司 -y");
    let shown = sandbox.run("new complaint client=清泉自来水公司 channel=phone content=x");
    assert!(shown.contains("fits 2 records") && shown.ends_with("--- exit 1\n"), "{shown}");
}

#[test]
fn a_key_makes_one_record_however_many_write_at_once() {
    let (sandbox, _) = book();
    let line = |n: usize| format!("new client name=N{n} --key order-7 --quiet");
    let writers: Vec<_> = (0..4).map(|n| sandbox.redress(&line(n)).stdout(Stdio::piped()).spawn()).collect();
    let ids: BTreeSet<Vec<u8>> = writers
        .into_iter()
        .map(|child| child.expect("redress runs").wait_with_output().expect("redress ends").stdout)
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let shown = sandbox.run("new complaint --key order-7");
    assert!(shown.contains("a record of another kind") && shown.ends_with("--- exit 1\n"), "{shown}");
}

#[test]
fn a_record_that_the_last_commit_holds_broken_is_mended_by_what_it_was() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    sandbox.write(&path, "state: [");
    sandbox.git("commit -qam broken");
    let id = path.rsplit('/').next().expect("a name").trim_end_matches(".yaml");
    for line in [format!("show {id}"), "doctor".to_owned()] {
        let shown = sandbox.redress(&line).output().expect("redress runs");
        let shown = String::from_utf8([shown.stdout, shown.stderr].concat()).expect("text");
        assert!(shown.contains(&format!("redress edit {id}")), "{line}: {shown}");
    }
    sandbox.write(&path, &text.replace("by: li.na", "by: wang.lei"));
    assert!(sandbox.run("commit").contains("`history` of C-ID1 was changed by hand"));
    sandbox.write(&path, &text.replace("漏水", "渗水"));
    assert!(sandbox.run("commit").ends_with("1 file committed\n--- exit 0\n"));
    let mended = sandbox.read(&path);
    assert!(mended.contains("content: 渗水") && mended.contains("note: \"the file was mended"), "{mended}");
    let rules: Vec<String> = audit_rules(&sandbox);
    assert_eq!(rules, ["unreadable", "hand-commit"], "mending itself is no finding");
}

/// The rules that an audit finds broken.
fn audit_rules(sandbox: &Sandbox) -> Vec<String> {
    let found = sandbox.json("audit");
    let rows = found["data"]["sections"][0]["rows"].as_array().expect("findings").clone();
    rows.iter().map(|row| row["cells"]["rule"].as_str().expect("a rule").to_owned()).collect()
}

#[test]
fn what_is_said_of_edits_of_nothing_that_runs_and_of_lists_that_are_cut() {
    let (sandbox, _) = book();
    let edited = sandbox.run("edit 清泉自来水公司 phone=0571-1 address=滨江");
    assert!(edited.starts_with("K-ID1  Client: changed Address, Phone (Prospect) · 清泉自来水公司\n"), "{edited}");
    let nothing = sandbox.run("explain li.na");
    assert!(nothing.starts_with("nothing runs: the policy lays down no deadlines for this kind (Staff)"), "{nothing}");
    sandbox.write("old.csv", "客户,投诉内容,受理渠道\n清泉自来水公司,渗漏,电话\n");
    sandbox.run("import complaint old.csv --key 投诉内容");
    let imported = sandbox.run("explain complaint-投诉内容-渗漏 --deadline acceptance");
    assert!(
        imported.starts_with("nothing runs: the record was imported, and imports start no deadlines\n"),
        "{imported}"
    );
    assert!(imported.contains("\n  Acceptance: starts with Registered, where severity!=critical\n"), "{imported}");
    for (line, heading, total, shown) in [
        ("list complaint", "Complaint (2)\n", 2, 2),
        ("list complaint --limit 1", "Complaint (1 of 2)\n", 2, 1),
        ("list complaint --limit 2", "Complaint (2)\n", 2, 2),
        ("list complaint --limit 1 content=渗漏 --lang zh", "客户投诉（1）\n", 1, 1),
        ("list complaint --limit 1 --lang zh", "客户投诉（共 2 条，显示 1 条）\n", 2, 1),
    ] {
        let listed = sandbox.run(line);
        assert!(listed.starts_with(heading), "{line}: {listed}");
        let json = sandbox.json(line);
        assert_eq!((&json["total"], json["data"].as_array().map(Vec::len)), (&total.into(), Some(shown)), "{line}");
    }
}

#[test]
fn what_a_hand_takes_away_is_named_where_it_is_missed() {
    let (sandbox, path) = book();
    let text = sandbox.read(&path);
    let without = |key: &str| {
        let kept = text.lines().filter(|line| !line.starts_with(&format!("{key}: ")));
        sandbox.write(&path, &kept.map(|line| format!("{line}\n")).collect::<String>());
    };
    // at the kind, which requires it
    for (key, line) in [("client", 2), ("content", 2), ("state", 2), ("rules", 2), ("id", 1), ("kind", 1)] {
        without(key);
        for command in ["validate", "commit"] {
            let shown = sandbox.run(command);
            let place = format!(".yaml:{line}:1");
            assert!(shown.contains(&place) && shown.contains(key) && shown.ends_with("--- exit 1\n"), "{key}: {shown}");
        }
    }
    // a record is put back, and its deletion is never committed
    std::fs::remove_file(sandbox.dir().join(&path)).expect("the file");
    for line in ["validate", "commit", "status", "edit 漏水 product=x"] {
        let line = line.replace("漏水", path.rsplit('/').next().expect("a name").trim_end_matches(".yaml"));
        let shown = sandbox.run(&line);
        assert!(shown.contains("git restore ") && !shown.contains("redress commit"), "{line}: {shown}");
        assert!(shown.ends_with("--- exit 1\n"), "{line}: {shown}");
    }
}

#[test]
fn nothing_is_written_that_could_not_be_read_again() {
    let (sandbox, path) = book();
    let name = path.rsplit('/').next().expect("a name").trim_end_matches(".yaml");
    // one text fits into a record, two do not; and a list with more values than a record may have has fewer bytes
    let text = "漏水".repeat(100_000);
    assert!(sandbox.run_with(&format!("edit {name} content=-"), &text).ends_with("--- exit 0\n"));
    let many: Vec<String> = (0..60_000).map(|tag| tag.to_string()).collect();
    for (field, input) in [("note", text.as_str()), ("tags", &many.join(","))] {
        let shown = sandbox.run_with(&format!("edit {name} {field}=-"), input);
        assert!(shown.contains("would not be readable any more") && shown.ends_with("--- exit 1\n"), "{shown:.900}");
    }
    assert!(sandbox.run("list complaint --fields state").contains("Registered"));
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
}

#[test]
fn comments_of_the_last_commit_are_not_lost_by_the_next_step() {
    let (sandbox, path) = book();
    let name = path.rsplit('/').next().expect("a name").trim_end_matches(".yaml");
    let comment = |text: &str| {
        let with = sandbox.read(&path).replace("channel: phone\n", &format!("channel: phone # {text}\n"));
        sandbox.write(&path, &with);
        sandbox.git("commit -qam raw");
    };
    for (text, choice, noted) in
        [("rang twice", "note", "rang twice"), ("gone", "drop", "comments in the file were dropped")]
    {
        comment(text);
        let refused = sandbox.run(&format!("advance {name} contain containment=x"));
        assert!(refused.contains("holds comments") && refused.ends_with("--- exit 1\n"), "{refused}");
        assert!(refused.contains("redress commit --comments=note complaints/"), "{refused}");
        let taken = sandbox.run(&format!("commit --comments={choice} {path}"));
        assert!(taken.ends_with("1 file committed\n--- exit 0\n"), "{taken}");
        assert!(
            !sandbox.read(&path).contains("phone #") && sandbox.read(&path).contains(noted),
            "{}",
            sandbox.read(&path)
        );
        assert_eq!(sandbox.git("status --porcelain"), "");
        assert!(sandbox.run(&format!("edit {name} lot={choice}")).ends_with("--- exit 0\n"));
    }
}
