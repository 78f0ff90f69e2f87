//! What `sync` says of work that a merge has changed, and what its author finds in `due` afterwards.

use crate::clones::Clones;

/// Li Na and Wang Lei do the same things; Li Na publishes first.
fn clashing() -> Clones {
    let clones = Clones::with(2);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    for name in ["li", "wang", "zhao"] {
        clones.ok(name, "sync");
    }
    clones.ok("li", "advance case accept promised=fri");
    clones.ok("li", "new complaint client=hengtai channel=phone content=peeling --key visit");
    clones.ok("li", "new client name=ningbo --key twin");
    clones.ok("li", "sync");
    clones.ok("wang", "advance case decline decline-reason=not-ours");
    clones.ok("wang", "new complaint client=hengtai channel=phone content=noise --key other");
    clones.ok("wang", "new complaint client=hengtai channel=phone content=crack --key visit");
    clones.ok("wang", "new client name=ningbo --key twin");
    clones
}

#[test]
fn each_settled_record_is_named_with_case_number_client_colleague_and_state() {
    let clones = clashing();
    let twin = clones.value("wang", "twin", "id");
    let would = clones.ok("wang", "sync --dry-run");
    let zh = clones.ok("wang", "sync --dry-run --lang zh");
    let told = clones.ok("wang", "sync");
    for (said, heading) in [(&would, "what the merge would have to settle:"), (&told, "what the merge had to settle:")]
    {
        assert!(said.contains(heading), "{said}");
        for line in [
            "Complaint: Accepted · hengtai · leak\n      Decline by wang.lei has no effect, because Li Na had done it first: Accept, 2026-11-24 09:00 Tue\n",
            "Complaint: Void · hengtai · crack\n      void, because Li Na had made one for the same occasion first: KS",
            "Complaint: Registered · hengtai · noise\n      its number was KS",
            "Client: Prospect · ningbo\n      Li Na had made the same record first, so K-",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
        // what goes out is what became of it
        let out = said.split(" go out to ").nth(1).or(said.split("went out to ").nth(1)).unwrap_or_default();
        assert!(out.contains("Decline (decline) by wang.lei has no effect (Accepted) · hengtai · leak"), "{said}");
        assert!(out.contains("Complaint: Void · hengtai · crack") && !out.contains("Declined"), "{said}");
        assert!(!out.contains("ningbo"), "the client is the one that was published: {said}");
    }
    assert!(zh.contains("wang.lei的“不予受理”未生效，因为Li Na已先行办理：受理") && zh.contains("已作废"), "{zh}");
    let json = clones.sandbox.json("-C zhao sync");
    assert!(json["data"]["told"].as_array().is_some_and(Vec::is_empty), "{json}");
    // who receives it reads the same
    let came = clones.ok("li", "sync");
    assert!(came.contains("Decline (decline) by wang.lei has no effect (Accepted)"), "{came}");
    assert!(!came.contains(":  ("), "no step is empty: {came}");
    // where the dropped client went
    for word in [twin.as_str(), twin.rsplit('-').next().unwrap_or_default()] {
        let shown = clones.run("wang", &format!("show {word}"));
        assert!(shown.contains("is not there any more: a colleague had made the same record first"), "{shown}");
        assert!(shown.contains("help: redress show K-") && shown.ends_with("--- exit 3\n"), "{shown}");
        let zh = clones.run("wang", &format!("show {word} --lang zh"));
        assert!(zh.contains("同事已先建立同一记录") && zh.contains("（ningbo）"), "{zh}");
    }
    clones.agree(&["li", "wang"]);
}

#[test]
fn what_a_merge_made_void_or_renumbered_stays_in_due_until_it_is_acknowledged() {
    let clones = clashing();
    clones.ok("wang", "sync");
    let due = clones.ok("wang", "due");
    for line in ["overruled: Decline", "void: a colleague was first", "was KS"] {
        assert!(due.contains(line), "{line}\n{due}");
    }
    let zh = clones.ok("wang", "due --lang zh");
    for line in ["不予受理未生效", "已作废：同事先行处理", "原为 KS"] {
        assert!(zh.contains(line), "{line}\n{zh}");
    }
    clones.ok("li", "sync");
    let own = clones.ok("li", "due");
    assert!(!own.contains("void:") && !own.contains("was KS"), "{own}");
    let all = clones.sandbox.json("-C wang due");
    let ids: Vec<String> = all["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|line| line["overruled"] == true)
        .filter_map(|line| line["id"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(ids.len(), 3, "{all}");
    for id in ids {
        let refused = clones.run("li", &format!("advance {id} acknowledge"));
        assert!(refused.contains("is for others to acknowledge") && refused.contains("wang.lei"), "{refused}");
        clones.ok("wang", &format!("advance {id} acknowledge"));
        let again = clones.run("wang", &format!("advance {id} acknowledge --lang zh"));
        assert!(again.contains("没有需要您知悉的内容") && again.ends_with("--- exit 1\n"), "{again}");
    }
    let due = clones.ok("wang", "due --all");
    assert!(!due.contains("overruled") && !due.contains("void:") && !due.contains("was KS"), "{due}");
    clones.agree(&["wang", "li"]);
}

#[test]
fn what_a_merge_has_said_stays_in_later_merges() {
    let clones = Clones::with(2);
    let number = |name: &str, key: &str| clones.value(name, key, "number");
    let new = |name: &str, key: &str| {
        clones.ok(name, &format!("new complaint client=hengtai channel=phone content={key} --key {key}"));
    };
    let hook = clones.sandbox.dir().join("shared.git/hooks/pre-receive");
    clones.sandbox.write("shared.git/hooks/pre-receive", "#!/bin/sh\nexit 1\n");
    let shut = |shut: bool| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(if shut { 0o755 } else { 0o644 });
        std::fs::set_permissions(&hook, mode).expect("a hook");
    };
    shut(false);
    new("li", "a");
    clones.ok("li", "sync");
    let first = number("li", "a");
    // Wang Lei has given the same number; the merge gives another one, but is not published
    new("wang", "b");
    shut(true);
    let unsent = clones.run("wang", "sync");
    assert!(!unsent.ends_with("--- exit 0\n"), "{unsent}");
    let second = number("wang", "b");
    assert_ne!(first, second);
    shut(false);
    // which Zhao Min gives, too, and publishes
    clones.ok("zhao", "sync");
    new("zhao", "c");
    assert_eq!(number("zhao", "c"), second);
    clones.ok("zhao", "sync");
    clones.ok("wang", "sync");
    let shown = clones.sandbox.json("-C wang show b");
    let history = shown["data"]["history"].as_array().expect("a history");
    let was: Vec<&str> = history.iter().filter_map(|event| event["was"]["number"].as_str()).collect();
    assert_eq!(was, [first.as_str(), second.as_str()], "{shown}");
    clones.agree(&["li", "zhao", "wang"]);
}

#[test]
fn after_a_merge_of_git_each_side_is_told_what_the_other_did() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("li", "sync");
    clones.ok("wang", "edit hengtai note=wang");
    let output = clones.command("wang", "git").args(["pull", "-q", "--no-rebase"]).output().expect("git runs");
    assert!(output.status.success(), "{}", clones.sandbox.shown(&output));
    let went = clones.ok("wang", "sync");
    assert!(went.contains("changed Note") && !went.contains("City"), "{went}");
    let came = clones.ok("li", "sync");
    assert!(came.contains("changed Note") && !came.contains("City"), "{came}");
}

#[test]
fn a_file_of_the_same_name_is_told_and_needs_no_note() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    for name in ["li", "wang"] {
        clones.sandbox.write("scan.txt", name);
        let file = clones.sandbox.dir().join("scan.txt");
        clones.ok(name, &format!("attach case {}", file.display()));
    }
    clones.ok("li", "sync");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("its file scan.txt is called scan-"), "{told}");
    assert!(!told.contains("acknowledge"), "nothing waits to be acknowledged: {told}");
    clones.check("wang");
}

#[test]
fn commits_from_the_future_are_told() {
    let clones = Clones::with(1);
    let mut command = clones.sandbox.command("git");
    clones.sandbox.write("li/note.txt", "x\n");
    clones.git("li", "add note.txt");
    let late = "2026-11-26T09:00:00+08:00";
    let made = command.args(["-C", "li", "commit", "-qm", "note"]).env("GIT_COMMITTER_DATE", late).status();
    assert!(made.expect("git runs").success());
    clones.ok("li", "sync");
    let came = clones.ok("wang", "sync");
    assert!(came.contains("1 commit that came in is dated later than the clock here"), "{came}");
    assert!(came.contains("2026-11-26 09:00"), "{came}");
    let again = clones.ok("wang", "sync");
    assert!(!again.contains("dated later"), "{again}");
}

#[test]
fn one_staff_id_for_two_persons_leads_to_both() {
    let clones = Clones::with(1);
    clones.ok("li", "edit wang.lei roles.+.role=gm");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.ok("li", "new staff --id zhang.wei name=张伟 emails=one@example.cn roles.+.role=cs-manager");
    clones.ok("li", "sync");
    clones.ok("wang", "new staff --id zhang.wei name=张威 emails=two@example.cn roles.+.role=cs-supervisor");
    clones.ok("wang", "new client name=ningbo salesperson=zhang.wei --key ningbo");
    clones.git("wang", "config user.email two@example.cn");
    clones.git("wang", "config user.name 张威");
    clones.ok("wang", "new client name=beijing --key beijing");
    clones.git("wang", "config user.email wang.lei@example.cn");
    clones.git("wang", "config user.name wang.lei");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("its id was zhang.wei, which Li Na had used first for another record"), "{told}");
    let moved = clones.value("wang", "two@example.cn", "id");
    assert!(moved.starts_with("zhang.wei-") && clones.value("wang", "zhang.wei", "name") == "张伟", "{moved}");
    let shown = clones.ok("wang", "show zhang.wei");
    assert!(shown.contains(&moved), "the old id says where the other went: {shown}");
    assert_eq!(clones.value("wang", "ningbo", "sales"), moved);
    let made = clones.sandbox.json("-C wang show beijing");
    assert_eq!(made["data"]["history"][0]["by"].as_str(), Some(moved.as_str()), "{made}");
    assert!(clones.ok("wang", "due").contains("zhang.wei"));
    clones.agree(&["li", "wang"]);
}

#[test]
fn one_person_who_was_filed_by_both_stays_one() {
    let clones = Clones::with(1);
    clones.ok("li", "edit wang.lei roles.+.role=gm");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    for name in ["li", "wang"] {
        clones.ok(name, &format!("new staff --id zhang.wei name={name} emails=zw@example.cn roles.+.role=cs-manager"));
    }
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    assert_eq!(clones.git("wang", "ls-files staff").lines().filter(|path| path.contains("zhang")).count(), 1);
    clones.agree(&["wang", "li"]);
}

#[test]
fn both_are_told_if_both_have_decided_on_a_field() {
    let clones = Clones::with(2);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    clones.agree(&["li", "wang", "zhao"]);
    clones.ok("li", "advance case assign assignee=zhao.min");
    clones.ok("wang", "advance case assign assignee=wang.lei");
    clones.ok("li", "sync");
    let says = "Handled by: Assign by wang.lei counts. Li Na had decided on it, too, and neither knew of the other: Assign, 2026-11-24 09:00 Tue\n";
    for (name, told) in [("wang", true), ("zhao", false), ("li", true)] {
        let would = clones.ok(name, "sync --dry-run");
        let said = clones.ok(name, "sync");
        for said in [would, said] {
            assert_eq!(said.contains(says), told, "{name}: {said}");
        }
    }
    assert!(!clones.ok("li", "due --all").contains("overruled"));
    // who has seen the other's decision has replaced it knowingly
    clones.ok("li", "advance case assign assignee=li.na");
    clones.ok("li", "sync");
    for name in ["wang", "zhao"] {
        assert!(!clones.ok(name, "sync").contains("counts"), "{name}");
    }
    clones.agree(&["li", "wang", "zhao"]);
}

#[test]
fn a_client_that_both_have_registered_is_told_at_once() {
    let clones = Clones::with(1);
    clones.ok("li", "new client name=恒泰机械有限公司 phone=13800000001 --key one");
    clones.ok("li", "sync");
    clones.ok("wang", "new client name=恒泰机械 phone=13800000001 --key two");
    clones.ok("wang", "new client name=海天 --key other");
    let (one, two) = (clones.sandbox.json("-C li show one"), clones.value("wang", "two", "id"));
    let one = one["data"]["id"].as_str().unwrap_or_default();
    let told = clones.ok("wang", "sync");
    assert!(told.contains("if they are one: redress advance K-ID"), "{told}");
    assert!(told.contains(" merge merged-into=K-ID1\n"), "{told}");
    assert_eq!(told.matches("both clones have registered").count(), 1, "{told}");
    clones.ok("wang", &format!("advance {two} merge merged-into={one}"));
    let again = clones.ok("wang", "sync");
    assert!(!again.contains("both clones have registered"), "{again}");
}

#[test]
fn what_was_recorded_in_a_void_callback_is_to_be_recorded_in_the_one_that_stands() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    clones.ok("li", "advance case accept promised=fri");
    clones.ok("li", "advance case propose remedies.+.kind=repair remedies.0.amount=50");
    for name in ["li", "wang", "li"] {
        clones.ok(name, "sync");
    }
    for step in ["approve", "agree"] {
        clones.ok("wang", &format!("advance case {step}"));
    }
    clones.ok("wang", "sync");
    clones.ok("li", "sync");
    clones.ok("li", "advance case close");
    clones.ok("li", "sync");
    clones.ok("wang", "advance case close");
    let all = clones.sandbox.json("-C wang list callback");
    let own = all["data"][0]["id"].as_str().expect("a callback").to_owned();
    clones.ok("wang", &format!("advance {own} complete"));
    clones.ok("wang", &format!("advance {own} record summary=good score=5"));
    let said = clones.ok("wang", "sync");
    assert!(said.contains("by Li Na stands in its place."), "{said}");
    assert!(said.contains("counts nowhere") && said.contains("Score"), "{said}");
    let json = clones.sandbox.json("-C li list callback");
    assert_ne!(json["data"][0]["id"], own.as_str(), "{json}");
}
