//! Rules between records: links that cannot be read, promises that were broken, lists as people type them.

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州恒泰 phone=0571-88886666");
    sandbox
}

fn complaint(sandbox: &Sandbox) -> String {
    let made = sandbox.json("new complaint client=杭州恒泰 channel=phone content=漏水 --key case");
    made["data"]["id"].as_str().expect("an id").to_owned()
}

fn code(sandbox: &Sandbox, line: &str) -> (i32, String) {
    let output = sandbox.redress(line).output().expect("redress runs");
    (output.status.code().unwrap_or(-1), sandbox.shown(&output))
}

#[test]
fn a_linked_record_that_cannot_be_read_is_not_taken_for_none() {
    let sandbox = book();
    let id = complaint(&sandbox);
    sandbox.run("advance case accept promised=fri");
    sandbox.run("advance case propose remedies.+.kind=repair");
    sandbox.run("advance case approve,agree");
    sandbox.run(&format!("new task about={id} type=other content=fix assignee=li.na due=2026-11-30"));
    let (exit, said) = code(&sandbox, "advance case close");
    assert_eq!(exit, 1, "{said}");
    // the task becomes unreadable at HEAD: it may still be open
    let path = sandbox.git("ls-files tasks").trim().to_owned();
    let text = sandbox.read(&path);
    sandbox.write(&path, &text.replace("state: open", "state: [open"));
    sandbox.git("commit -qam broken");
    let (exit, said) = code(&sandbox, "advance case close");
    assert!(exit == 4 && said.contains("nothing was done") && said.contains(&path_shown(&path)), "{said}");
    assert!(sandbox.json("show case")["data"]["state"] == "agreed");
    let (exit, said) = code(&sandbox, "--lang zh advance case close");
    assert!(exit == 4 && said.contains("无法查阅相关记录"), "{said}");
    // a broken file about something else prevents nothing
    sandbox.write(&path, &text.replace("state: open", "state: [open").replace(&id, "C-261124-00000"));
    sandbox.git("commit -qam elsewhere");
    let (exit, said) = code(&sandbox, "advance case close");
    assert_eq!(exit, 0, "{said}");
}

/// The folder of a record's path, with ids replaced.
fn path_shown(path: &str) -> String {
    path.rsplit_once('/').map_or(path, |(folder, _)| folder).to_owned()
}

#[test]
fn a_promise_that_was_broken_and_renewed_stays_in_the_ledger() {
    let sandbox = book();
    complaint(&sandbox);
    sandbox.run("advance case accept promised=2026-11-25T12:00");
    // renewed in time: the run only moves
    sandbox.run("--now 2026-11-25T09:00+08:00 advance case promise promised=2026-11-25T17:30");
    // broken, then renewed
    sandbox.run("--now 2026-11-26T10:00+08:00 advance case promise promised=2026-11-27T17:30");
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    let text = sandbox.read(&path);
    assert!(text.contains("    was:\n      promised: 2026-11-25T12:00:00+08:00\n"), "{text}");
    assert!(text.contains("    was:\n      promised: 2026-11-25T17:30:00+08:00\n"), "{text}");
    let ledger = sandbox.json("--now 2026-11-26T11:00+08:00 explain case --deadline answer");
    let runs = ledger["data"].as_array().expect("runs");
    let shown = |i: usize| [&runs[i]["due"], &runs[i]["ended"], &runs[i]["outcome"]].map(|value| value.as_str());
    assert_eq!(runs.len(), 2, "{ledger}");
    let at = "2026-11-26T10:00:00+08:00";
    assert_eq!(shown(0), [Some("2026-11-25T17:30:00+08:00"), Some(at), Some("breached")]);
    assert_eq!(shown(1), [Some("2026-11-27T17:30:00+08:00"), None, Some("open")]);
    // the file is in canonical form, and the audit compares it with the earlier version
    assert_eq!(sandbox.run("--now 2026-11-26T11:00+08:00 validate"), "--- exit 0\n");
    assert_eq!(sandbox.run("--now 2026-11-26T11:00+08:00 audit --quiet"), "--- exit 0\n");
    // a hand edit leaves the same trace
    sandbox.write(&path, &text.replace("\npromised: 2026-11-27T17:30", "\npromised: 2026-11-30T17:30"));
    sandbox.run("--now 2026-11-28T11:00+08:00 commit -m later");
    assert!(
        sandbox.read(&path).contains("was:\n      promised: 2026-11-27T17:30:00+08:00\n"),
        "{}",
        sandbox.read(&path)
    );
    assert_eq!(sandbox.run("--now 2026-11-28T11:00+08:00 audit --quiet"), "--- exit 0\n");
    let ledger = sandbox.json("--now 2026-11-28T11:30+08:00 explain case --deadline answer");
    assert_eq!(ledger["data"].as_array().map(Vec::len), Some(3), "{ledger}");
}

#[test]
fn scores_are_separated_by_commas_and_stay_as_they_were_given() {
    let sandbox = book();
    let made = sandbox.json("new callback client=杭州恒泰 reason=routine due=2026-11-25");
    let id = made["data"]["id"].as_str().expect("an id").to_owned();
    sandbox.json(&format!("edit {id} scores=5,5,5,4"));
    assert_eq!(sandbox.json(&format!("show {id}"))["data"]["scores"], serde_json::json!([5, 5, 5, 4]));
    let (exit, said) = code(&sandbox, &format!("edit {id} scores=5,000"));
    assert!(exit == 2 && said.contains("`000`"), "{said}");
}

#[test]
fn nobody_leaves_with_open_records() {
    let sandbox = book();
    sandbox.run("new staff name=王磊 emails=wang.lei@example.cn");
    complaint(&sandbox);
    sandbox.run("edit case assignee=wang.lei");
    let (exit, said) = code(&sandbox, "advance wang.lei leave");
    assert!(exit == 1 && said.contains("1 open record") && said.contains("redress edit ID assignee=…"), "{said}");
    let (exit, said) = code(&sandbox, "--lang zh advance wang.lei leave");
    assert!(exit == 1 && said.contains("尚有 1 项未结事项"), "{said}");
    sandbox.run("edit case assignee=li.na");
    let (exit, said) = code(&sandbox, "advance wang.lei leave");
    assert_eq!(exit, 0, "{said}");
    // a closed record stays with the person who has left
    assert_eq!(sandbox.json("show wang.lei")["data"]["state"], "left");
}

/// A promise is in the future: a past time is refused, unless it is recorded with the time at which it was made.
#[test]
fn a_promise_that_has_passed_is_refused_or_recorded_late() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=清泉自来水公司");
    let id = sandbox.json("new complaint client=清泉自来水公司 channel=phone content=漏水 --on 2026-11-20T09:00");
    let id = id["data"]["id"].as_str().expect("an id").to_owned();
    let shown = sandbox.run(&format!("advance {id} accept promised=2026-11-23T17:00"));
    assert!(shown.contains("promised looks forward, and 2026-11-23 17:00:00 has passed"), "{shown}");
    assert!(shown.contains("policy/kinds/complaint.toml:") && shown.ends_with("--- exit 1\n"), "{shown}");
    let shown = sandbox.run(&format!("advance {id} accept promised=2026-11-23T17:00 --on 2026-11-20T10:00"));
    assert!(shown.ends_with("--- exit 0\n") && shown.contains("overdue"), "{shown}");
    // If the policy does not forbid it, a warning says so.
    let shown = sandbox.run(&format!("new task about={id} type=other content=x assignee=li.na due=2026-11-20"));
    assert!(shown.contains("had passed at the time of the step"), "{shown}");
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
}

/// A promise may be on a day off, and the person who gives it is warned: on a Saturday, on a holiday, but not on a
/// make-up workday.
#[test]
fn a_promise_on_a_day_off_is_said_to_be_one() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=清泉自来水公司");
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水 --key case");
    let said = |promised: &str, more: &str| sandbox.run(&format!("advance case promise promised={promised} {more}"));
    sandbox.run("advance case accept promised=2026-11-27");
    let saturday = said("2026-11-28T10:00", "");
    assert!(saturday.contains("2026-11-28 10:00 Sat is not a working day"), "{saturday}");
    assert!(saturday.ends_with("--- exit 0\n"), "{saturday}");
    let bare = said("2026-11-29", "--lang zh");
    assert!(bare.contains("周日 为非工作日"), "{bare}");
    for workday in ["2026-11-30T24:00", "2026-12-01", "2026-12-01T20:00"] {
        let said = said(workday, "");
        assert!(!said.contains("not a working day"), "{workday}: {said}");
    }
    let warned = sandbox.json("advance case promise promised=2026-12-05T10:00:00+08:00");
    assert_eq!(warned["warnings"][0]["code"], "day-off", "{warned}");
}

#[test]
fn the_log_of_a_record_is_its_history_and_its_commits() {
    let sandbox = book();
    let id = complaint(&sandbox);
    sandbox.run(&format!("advance {id} accept promised=fri -m told"));
    let shown = sandbox.run(&format!("log {id}"));
    let log = sandbox.json(&format!("log {id}"));
    let data = &log["data"];
    assert_eq!(data["id"], id.as_str());
    let record = &sandbox.json(&format!("show {id}"))["data"];
    assert_eq!(data["history"], record["history"], "the events as the record has them");
    assert_eq!(data["history"][1]["note"], "told");
    assert!(shown.contains("told"), "{shown}");
    let commits = data["commits"].as_array().expect("commits");
    assert_eq!(commits.len(), 2);
    assert_eq!(commits[0]["subject"], format!("complaint {id}: accept (registered → accepted)"));
    assert_eq!(commits[0]["commit"], sandbox.git("rev-parse HEAD").trim());
    // without an id the log lists only commits
    assert!(sandbox.json("log")["data"].as_array().is_some_and(|commits| commits.len() == 4));
}

/// Words for times mean the same in filters and in assignments: a promise of Friday is found as Friday's.
#[test]
fn filters_take_the_words_that_times_are_typed_in() {
    let sandbox = book();
    let id = complaint(&sandbox);
    sandbox.run(&format!("advance {id} accept promised=fri"));
    let found = |filter: &str| sandbox.json(&format!("list complaint {filter}"))["data"].as_array().map(Vec::len);
    for filter in ["promised=fri", "promised=周五", "promised=..3d", "promised=3wd", "opened=today", "changed=1h-ago.."]
    {
        assert_eq!(found(filter), Some(1), "{filter}");
    }
    for filter in ["promised=thu", "promised=..2d", "opened=mon", "opened=..17:00"] {
        assert_eq!(found(filter), Some(0), "{filter}");
    }
    let (exit, said) = code(&sandbox, "list complaint promised=5点");
    assert!(exit == 2 && said.contains("上午") && said.contains("write 2026-10, "), "{said}");
    let (exit, said) = code(&sandbox, "list complaint promised=someday --lang zh");
    assert!(exit == 2 && said.contains("周一、3天前、2个工作日后"), "{said}");
}

/// A rule book that git can read but that does not load any more is reported: today's rules judge the record, and a
/// warning says so.
#[test]
fn rules_that_do_not_load_any_more_are_named() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    sandbox.run("new client name=Acme");
    let sound = sandbox.read("policy/kinds/task.toml");
    // a rule book of an older program, with words that are unknown today
    sandbox.write("policy/kinds/task.toml", &sound.replacen("class = \"open\"", "class = \"opened\"", 1));
    sandbox.git("commit -q -a -m older");
    let rules = sandbox.git("rev-parse HEAD:policy").trim()[..12].to_owned();
    sandbox.write("policy/kinds/task.toml", &sound);
    sandbox.git("commit -q -a -m newer");
    let made = sandbox.json("new complaint client=Acme channel=phone content=leak");
    let id = made["data"]["id"].as_str().expect("an id").to_owned();
    let listed = sandbox.git("ls-files complaints");
    let file = listed.trim();
    let record = sandbox.read(file);
    let (before, after) = record.split_once("rules: ").expect("rules");
    let after = &after[12..];
    sandbox.write(file, &format!("{before}rules: {rules}{after}"));
    sandbox.git("commit -q -a -m forged");
    let shown = sandbox.json(&format!("show {id}"));
    let warned = shown["warnings"].to_string();
    assert!(warned.contains("do not load any more") && warned.contains(&rules) && warned.contains(&id), "{warned}");
    assert!(warned.contains("policy/kinds/task.toml"), "{warned}");
    let done = sandbox.run(&format!("advance {id} accept promised=fri"));
    assert!(done.contains("do not load any more"), "{done}");
    let found = sandbox.run("audit --quiet");
    assert!(found.contains("rules-broken") && found.contains("task.toml"), "{found}");
}
