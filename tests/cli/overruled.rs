//! Two people do the same thing in two clones: what comes second has no effect, and its author sees that until it is
//! acknowledged.

use crate::clones::Clones;

/// Both correct the same field; Li Na is first. Both clones are equal afterwards.
fn disputed() -> Clones {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州 address=西湖区");
    clones.ok("wang", "edit hengtai city=宁波");
    clones.ok("li", "sync");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("has no effect, because Li Na had done it first: Edit: Address, City"), "{told}");
    clones.ok("li", "sync");
    assert_eq!(clones.tip("li"), clones.tip("wang"));
    clones
}

#[test]
fn the_second_correction_stays_in_the_history_without_effect() {
    let clones = disputed();
    assert_eq!(clones.value("wang", "hengtai", "city"), "杭州");
    for name in ["li", "wang"] {
        let shown = clones.ok(name, "show hengtai");
        assert!(shown.contains("overruled; would have set City: 宁波"), "{shown}");
        let zh = clones.ok(name, "show hengtai --lang zh");
        assert!(zh.contains("未生效；原拟写入") && zh.contains("宁波"), "{zh}");
        let log = clones.ok(name, "log hengtai");
        assert!(log.contains("overruled"), "{log}");
    }
    clones.agree(&["li", "wang"]);
    let shown = clones.sandbox.json("-C li show hengtai");
    let last = shown["data"]["history"].as_array().expect("a history").last().expect("an event");
    assert_eq!((last["step"].as_str(), last["overruled"]["city"].as_str()), (Some("edit"), Some("宁波")), "{last}");
}

#[test]
fn its_author_has_it_in_due_until_it_is_acknowledged() {
    let clones = disputed();
    let due = clones.ok("wang", "due");
    assert!(due.contains("overruled: Edit") && due.contains("acknowledge"), "{due}");
    let zh = clones.ok("wang", "due --lang zh");
    assert!(zh.contains("修改未生效"), "{zh}");
    assert!(!clones.ok("li", "due").contains("overruled"));
    assert!(clones.ok("li", "due --all").contains("overruled: Edit"));
    let refused = clones.run("li", "advance hengtai acknowledge");
    assert!(refused.contains("has nothing for you to acknowledge") && refused.contains("wang.lei"), "{refused}");
    clones.ok("wang", "advance hengtai acknowledge");
    assert!(!clones.ok("wang", "due --all").contains("overruled"));
    // it still stands in the history, and the audit knows the step
    assert!(clones.ok("wang", "show hengtai").contains("overruled; would have set City: 宁波"));
    clones.agree(&["wang", "li"]);
}

#[test]
fn what_somebody_writes_by_hand_into_an_overruled_event_is_found() {
    let clones = disputed();
    let path = clones.git("li", "ls-files clients");
    let path =
        path.lines().find(|path| clones.sandbox.read(&format!("li/{path}")).contains("hengtai")).expect("the file");
    let file = format!("li/{path}");
    let text = clones.sandbox.read(&file);
    for (from, to) in [("city: 宁波", "city: 温州"), ("    overruled:\n      city: 宁波\n", "")] {
        assert!(text.contains(from), "{text}");
        clones.sandbox.write(&file, &text.replace(from, to));
        clones.git("li", "commit -qam forged");
        let found = clones.run("li", "audit --quiet");
        assert!(found.contains("--- exit 1"), "{found}");
        clones.git("li", "reset -q --hard HEAD~1");
    }
}

#[test]
fn a_merge_by_hand_that_decides_otherwise_is_found() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("wang", "edit haitian city=宁波");
    clones.ok("li", "sync");
    clones.git("wang", "fetch -q");
    // an honest merge of git is the same as that of sync, where one file was changed by one person
    clones.git("wang", "merge -q -m Merge origin/main");
    assert_eq!(clones.run("wang", "audit --quiet"), "--- exit 0\n");
    clones.git("wang", "reset -q --hard HEAD~1");
    // one that takes only one side loses a change
    clones.git("wang", "merge -q -s ours -m Merge origin/main");
    let found = clones.run("wang", "audit --quiet");
    assert!(found.contains("merge-dropped") && found.contains("--- exit 1"), "{found}");
    clones.git("wang", "reset -q --hard HEAD~1");
    // a merge with an own ancestor that sets a value back
    clones.ok("wang", "edit haitian city=温州");
    let path = clones.git("wang", "ls-files clients");
    let path =
        path.lines().find(|path| clones.sandbox.read(&format!("wang/{path}")).contains("haitian")).expect("the file");
    let text = clones.sandbox.read(&format!("wang/{path}"));
    clones.git("wang", "checkout -q -b aside HEAD~1");
    clones.git("wang", "checkout -q main");
    clones.git("wang", "merge -q --no-ff --no-commit -s ours aside");
    clones.sandbox.write(&format!("wang/{path}"), &text.replace("city: 温州", "city: 宁波"));
    clones.git("wang", "commit -qam Merge --allow-empty");
    let found = clones.run("wang", "audit --quiet");
    assert!(found.contains("--- exit 1"), "{found}");
}

/// The changes that `log` lists of a record: the field, from and to.
fn changes(clones: &Clones, name: &str, record: &str) -> Vec<String> {
    let log = clones.sandbox.json(&format!("-C {name} log {record}"));
    let all = log["data"]["changes"].as_array().expect("changes");
    let said = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    all.iter().map(|one| format!("{}: {} {}", said(&one["field"]), said(&one["from"]), said(&one["to"]))).collect()
}

#[test]
fn changes_of_both_clones_are_listed_after_a_merge() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("li", "edit hengtai address=西湖区");
    clones.ok("wang", "edit hengtai name=恒泰");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.ok("li", "sync");
    let mut expected = vec!["city: - 杭州", "address: - 西湖区", "name: hengtai 恒泰"];
    for name in ["li", "wang"] {
        assert_eq!(changes(&clones, name, "hengtai"), expected, "{name}");
    }
    // and after a second one
    clones.ok("wang", "edit hengtai city=宁波");
    clones.ok("li", "edit hengtai name=恒泰厂");
    clones.ok("wang", "sync");
    clones.ok("li", "sync");
    expected.extend(["city: 杭州 宁波", "name: 恒泰 恒泰厂"]);
    assert_eq!(changes(&clones, "li", "hengtai"), expected);
    let shown = clones.ok("li", "show hengtai");
    assert!(shown.contains("恒泰厂") && shown.contains("西湖区"), "{shown}");
}

#[test]
fn what_was_overruled_is_no_change() {
    let clones = Clones::with(1);
    // one person in two places, in one second: both events are equal
    clones.git("wang", "config user.name Li");
    clones.git("wang", "config user.email li.na@example.cn");
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("wang", "edit hengtai city=宁波");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    assert_eq!(changes(&clones, "wang", "hengtai"), ["city: - 杭州"]);
    let disputed = disputed();
    assert_eq!(changes(&disputed, "li", "hengtai"), ["address: - 西湖区", "city: - 杭州"]);
}

#[test]
fn rows_and_notes_of_what_has_no_effect_stand_in_one_line() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok(
        "wang",
        "edit hengtai city=宁波 contacts.+.name=李四 contacts.0.phone=13800000001 contacts.+.name=王五 -m 来电告知",
    );
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    for command in ["show", "log"] {
        let shown = clones.ok("wang", &format!("{command} hengtai --lang zh"));
        assert!(!shown.contains("\\n") && shown.contains("；来电告知"), "{shown}");
        let shown = clones.ok("wang", &format!("{command} hengtai"));
        assert!(!shown.contains("\\n") && shown.contains("; 来电告知"), "{shown}");
    }
}

#[test]
fn each_overruled_change_of_rows_keeps_its_values_and_other_rows_stay() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai contacts.+.name=a contacts.0.phone=13800000001");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.ok("li", "edit hengtai contacts.0.phone=13800000002");
    clones.ok("li", "sync");
    clones.ok("wang", "edit hengtai contacts.0.phone=13800000003");
    clones.ok("wang", "edit hengtai contacts.+.name=b contacts.1.phone=13900000000");
    clones.ok("wang", "edit hengtai contacts.0.phone=13800000004");
    let told = clones.ok("wang", "sync");
    assert_eq!(told.matches("has no effect, because").count(), 2, "{told}");
    let shown = clones.ok("wang", "show hengtai");
    for phone in ["13800000002", "13900000000"] {
        assert!(shown.split("History").next().unwrap_or_default().contains(phone), "{phone}: {shown}");
    }
    assert_eq!(shown.matches("overruled; would have set").count(), 2, "{shown}");
    assert!(shown.contains("13800000003") && shown.contains("13800000004"), "{shown}");
    clones.agree(&["li", "wang"]);
}

#[test]
fn a_step_that_names_whom_the_colleague_has_replaced_is_told() {
    let clones = Clones::with(2);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    clones.ok("li", "advance case assign assignee=zhao.min");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.ok("li", "advance case assign assignee=wang.lei");
    clones.ok("li", "sync");
    // the same as before: nobody has seen that it is another
    clones.ok("wang", "advance case assign assignee=zhao.min");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("Assign by wang.lei has no effect, because Li Na had done it first: Assign"), "{told}");
    assert_eq!(clones.value("wang", "case", "assignee"), "wang.lei");
    assert!(clones.ok("wang", "show case").contains("would have set Handled by: zhao.min"));
    // there and back again is a decision
    clones.ok("li", "sync");
    clones.ok("li", "advance case assign assignee=li.na");
    clones.ok("li", "sync");
    clones.ok("wang", "advance case assign assignee=zhao.min");
    clones.ok("wang", "advance case assign assignee=wang.lei");
    clones.ok("wang", "sync");
    assert_eq!(clones.value("wang", "case", "assignee"), "wang.lei");
    clones.agree(&["li", "wang"]);
}

#[test]
fn an_entry_that_git_changed_on_both_sides_is_kept() {
    let clones = Clones::with(1);
    let path = clones.git("li", "ls-files clients").lines().next().unwrap_or_default().to_owned();
    let change = |name: &str, from: &str, to: &str| {
        let file = format!("{name}/{path}");
        clones.sandbox.write(&file, &clones.sandbox.read(&file).replacen(from, to, 1));
        clones.git(name, "commit -qam changed");
    };
    change("li", "history:\n", "weather: sun\nhistory:\n");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    change("li", "weather: sun", "weather: rain");
    change("wang", "weather: sun", "weather: snow");
    clones.ok("li", "sync");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("weather") && told.contains("has no effect"), "{told}");
    let text = clones.sandbox.read(&format!("wang/{path}"));
    assert!(text.contains("weather: rain\nhistory:") && text.contains("      weather: snow\n"), "{text}");
    let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
    assert!(clones.ok("wang", &format!("show {id}")).contains("snow"));
    assert!(clones.sandbox.json("-C wang audit --quiet").to_string().contains("merge").eq(&false));
}

#[test]
fn what_an_overruled_step_filed_stays_beside_the_record() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=漏水 --key leak");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.sandbox.write("photo.txt", "a photo");
    clones.ok("wang", "advance leak accept promised=fri");
    clones.ok("wang", "attach leak photo.txt");
    clones.ok("li", "advance leak void void-reason=twice");
    clones.ok("li", "sync");
    clones.agree(&["wang", "li"]);
    // one acknowledgement is for both steps, so both are named
    let due = clones.ok("wang", "due");
    assert!(due.contains("overruled: Accept, Edit"), "{due}");
    clones.ok("wang", "advance leak acknowledge");
    assert!(!clones.ok("wang", "due").contains("overruled"));
}

/// A hand edit that nobody has committed is no event of anybody, and git must keep it.
#[test]
fn a_stash_of_a_hand_edit_is_a_conflict_and_no_event() {
    let clones = Clones::with(1);
    let path = clones.git("wang", "ls-files clients").lines().next().expect("a client").to_owned();
    let file = clones.sandbox.dir().join("wang").join(&path);
    let text = std::fs::read_to_string(&file).expect("a record");
    let id = path.rsplit('/').next().expect("a name").trim_end_matches(".yaml").to_owned();
    clones.ok("li", &format!("edit {id} city=杭州"));
    clones.ok("li", "sync");
    let by_hand = text.replace("history:", "city: 宁波\nhistory:");
    std::fs::write(&file, &by_hand).expect("written");
    clones.git("wang", "stash -q");
    clones.ok("wang", "sync");
    let output = clones.command("wang", "git").args(["stash", "pop"]).output().expect("git runs");
    assert!(!output.status.success(), "git keeps the stash of what it could not unite");
    let merged = std::fs::read_to_string(&file).expect("a record");
    assert!(!merged.contains("unite") && merged.contains("宁波") && merged.contains("杭州"), "{merged}");
    assert_eq!(clones.git("wang", "stash list").lines().count(), 1);
}

/// Runs a command in a clone that must succeed, at a time of the day of the tests.
fn at(clones: &Clones, name: &str, time: &str, line: &str) -> String {
    let mut command = clones.command(name, "redress");
    let now = format!("{}T{time}:00+08:00", crate::sandbox::NOW.get(..10).expect("a day"));
    let output = command.env("REDRESS_NOW", now).args(line.split(' ')).output().expect("redress runs");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{name}: {line}: {said}");
    said
}

/// What was done first and published second: a step that stays in its state counts, one that leads to another state
/// does not, so that the states of a record follow each other in time.
#[test]
fn a_step_that_is_older_than_the_state_that_it_would_follow() {
    for (step, counts) in [("assign assignee=li.na", true), ("withdraw", false)] {
        for (before, after) in [("15:01", "15:02"), ("15:01", "16:30")] {
            let clones = Clones::with(1);
            let made = at(&clones, "li", "15:00", "new complaint client=hengtai channel=phone content=x --quiet");
            let id = made.trim();
            at(&clones, "li", "15:00", "sync");
            at(&clones, "wang", "15:00", "sync");
            at(&clones, "wang", before, &format!("advance {id} {step}"));
            at(&clones, "li", after, &format!("advance {id} accept promised=2026-12-04"));
            at(&clones, "li", after, "sync");
            let told = at(&clones, "wang", "16:40", "sync");
            assert_eq!(told.contains("has no effect"), !counts, "{step}: {told}");
            at(&clones, "li", "16:50", "sync");
            assert_eq!(clones.tip("li"), clones.tip("wang"));
            let month = crate::sandbox::NOW.get(..7).expect("a month");
            for name in ["li", "wang"] {
                assert_eq!(clones.value(name, id, "state"), "accepted", "{step}");
                at(&clones, name, "17:00", "validate");
                let audited = at(&clones, name, "17:00", "audit --quiet");
                assert_eq!(audited, "", "{step}");
                let report = at(&clones, name, "17:00", &format!("report monthly {month}"));
                assert!(!report.contains("does not balance"), "{step}: {report}");
            }
        }
    }
}

/// A kind may have a step of its own with this name, which leads from other states or is for other people.
#[test]
fn it_is_acknowledged_where_the_kind_has_a_step_of_that_name_too() {
    let clones = Clones::with(1);
    let (file, id) = ("li/policy/kinds/client.toml", "hengtai");
    let own = "\n[[steps]]\nname = \"acknowledge\"\nlabel = \"Read\"\nfrom = [\"archived\"]\n";
    clones.sandbox.write(file, &(clones.sandbox.read(file) + own));
    clones.ok("li", "commit -m Reading");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let nothing = clones.run("wang", &format!("advance {id} acknowledge"));
    assert!(nothing.contains("--- exit 1") && !nothing.contains("for you to acknowledge"), "{nothing}");
    clones.ok("li", &format!("edit {id} city=杭州"));
    clones.ok("wang", &format!("edit {id} city=宁波"));
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    assert!(clones.ok("wang", "due").contains("overruled: Edit"));
    clones.ok("li", &format!("edit {id} city=温州"));
    clones.ok("wang", &format!("advance {id} acknowledge"));
    assert!(!clones.ok("wang", "due --all").contains("overruled"));
    clones.agree(&["li", "wang"]);
    assert!(!clones.ok("wang", "due --all").contains("overruled"));
}

#[test]
fn who_has_left_is_told_that_and_not_the_last_thing_that_somebody_did() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=漏水 --key c1");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.ok("li", "edit c1 content=漏水两处");
    clones.ok("li", "advance wang.lei leave");
    clones.ok("li", "sync");
    clones.ok("wang", "advance c1 assign assignee=wang.lei");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("Leave, 2026") && !told.contains("Edit: "), "{told}");
}
