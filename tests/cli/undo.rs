//! Taking back what was done: by the person who did it, on the same day, while nothing depends on it.

use super::clones::Clones;
use super::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    done(&sandbox.run("new client name=清泉自来水公司 phone=0571-1"));
    sandbox
}

fn done(said: &str) {
    assert!(said.ends_with("--- exit 0\n"), "{said}");
}

fn refused(said: &str, why: &str) {
    assert!(said.ends_with("--- exit 1\n") && said.contains(why), "{why}: {said}");
}

fn new(sandbox: &Sandbox) -> String {
    let made = sandbox.json("new complaint client=清泉自来水公司 channel=phone content=漏水");
    made["data"]["id"].as_str().expect("an id").to_owned()
}

fn count(sandbox: &Sandbox) -> String {
    sandbox.git("rev-list --count HEAD").trim().to_owned()
}

#[test]
fn the_last_operation_is_taken_back_by_a_new_commit() {
    let sandbox = book();
    let id = new(&sandbox);
    let before = sandbox.git("rev-parse HEAD^{tree}");
    done(&sandbox.run(&format!("advance {id} accept promised=fri")));
    // scripts say that they mean it
    let asked = sandbox.run("undo");
    assert!(asked.ends_with("--- exit 2\n") && asked.contains("-y") && asked.contains("清泉自来水公司"), "{asked}");
    let shown = sandbox.run("undo --dry-run");
    assert!(shown.contains("Accept (accept) (Registered → Accepted)") && shown.contains("清泉"), "{shown}");
    let commits = count(&sandbox);
    done(&sandbox.run("undo -y"));
    assert_eq!(sandbox.git("rev-parse HEAD^{tree}"), before);
    assert_eq!(count(&sandbox).parse::<u32>().unwrap(), commits.parse::<u32>().unwrap() + 1);
    assert!(sandbox.git("log -1 --format=%B").contains("Redress-Undo: "));
    assert!(sandbox.run("show").is_empty() || sandbox.run(&format!("show {id}")).contains("Registered"));
    assert!(sandbox.run(&format!("log {id}")).contains("undo: complaint"));
    // a second undo takes back the operation before: the undo itself is skipped
    let json = sandbox.json("undo -y");
    assert_eq!(json["data"]["records"][0]["id"], id.as_str());
    assert_eq!(json["data"]["records"][0]["state"], serde_json::Value::Null);
    assert!(sandbox.run(&format!("show {id}")).ends_with("--- exit 3\n"));
    done(&sandbox.run("undo -y --lang zh"));
    refused(&sandbox.run("undo -y"), "the book began with it");
    done(&sandbox.run("audit --quiet"));
    done(&sandbox.run("validate"));
}

#[test]
fn a_record_is_taken_back_by_its_name_while_nothing_rests_on_it() {
    let sandbox = book();
    let id = new(&sandbox);
    let other = new(&sandbox);
    refused(&sandbox.run("undo 清泉自来水公司 -y"), "refers to K-ID2");
    done(&sandbox.run(&format!("edit {id} severity=critical")));
    done(&sandbox.run(&format!("advance {other} accept promised=fri")));
    done(&sandbox.run(&format!("undo {id} -y")));
    assert!(!sandbox.run(&format!("show {id}")).contains("Critical"));
    assert!(sandbox.run(&format!("show {other}")).contains("Accepted"));
    // a later change of one of its records prevents the whole undo
    done(&sandbox.run(&format!("advance {id},{other} assign assignee=li.na -y")));
    done(&sandbox.run(&format!("edit {id} severity=major")));
    refused(&sandbox.run(&format!("undo {other} -y")), "was changed since");
    done(&sandbox.run(&format!("undo {id} -y")));
    let said = sandbox.run(&format!("undo {other} -y"));
    assert!(said.contains(&"Assign".to_owned()) && said.matches("C-ID").count() == 2, "both at once: {said}");
    done(&sandbox.run("audit --quiet"));
}

#[test]
fn the_day_the_person_and_the_remote_bound_it() {
    let sandbox = book();
    let id = new(&sandbox);
    let late = sandbox.run("undo -y --now 2026-11-25T00:30");
    refused(&late, "undo-within");
    assert!(late.contains("2026-11-24"), "{late}");
    // somebody else
    done(&sandbox.run("new staff name=Wang emails=wang.lei@example.cn --id wang.lei"));
    sandbox.git("config user.email wang.lei@example.cn");
    refused(&sandbox.run(&format!("undo {id} -y")), "recorded by Li Na");
    refused(&sandbox.run("undo -y"), "no operation of yours");
    sandbox.git("config --unset user.email");
    // others have it
    sandbox.git("init -q --bare ../origin.git");
    sandbox.git("remote add origin ../origin.git");
    sandbox.git("push -q -u origin main");
    refused(&sandbox.run("undo -y"), "origin/main");
    // what was recorded after the push can still be taken back
    done(&sandbox.run(&format!("advance {id} accept promised=fri")));
    done(&sandbox.run("undo -y"));
    done(&sandbox.run("audit --quiet"));
}

#[test]
fn what_was_merged_with_the_work_of_others_stays() {
    let clones = Clones::with(1);
    for (name, key) in [("li", "ningbo"), ("wang", "taizhou")] {
        clones.add(name, key);
    }
    clones.ok("li", "sync");
    clones.git("wang", "pull -q --no-rebase --no-edit");
    refused(&clones.run("wang", "undo -y"), "merged with the work of others");
    // what came after the merge is the person's alone
    clones.add("wang", "wenzhou");
    clones.ok("wang", "undo -y");
    refused(&clones.run("wang", "undo taizhou -y"), "merged with the work of others");
    clones.ok("wang", "audit --quiet");
}

#[test]
fn a_person_who_has_changed_the_rules_since_stays() {
    let sandbox = book();
    done(&sandbox.run("new staff name=Wang emails=wang.lei@example.cn --id wang.lei"));
    let rules = sandbox.read("policy/recording.toml");
    sandbox.write("policy/recording.toml", &rules.replace("\"0 days\"", "\"2 days\""));
    sandbox.git("-c user.name=Wang -c user.email=wang.lei@example.cn commit -qam rules");
    refused(&sandbox.run("undo wang.lei -y"), "policy/recording.toml was changed since");
}

#[test]
fn attachments_batches_and_the_policy_are_taken_back_whole() {
    let sandbox = book();
    let id = new(&sandbox);
    sandbox.write("leak.jpg", "one");
    done(&sandbox.run(&format!("attach {id} leak.jpg --field evidence")).replace("--- exit 2", "--- exit 0"));
    let lines = "{\"op\":\"new\",\"key\":\"a\",\"kind\":\"client\",\"fields\":{\"name\":\"甲\"}}\n\
                 {\"op\":\"new\",\"kind\":\"complaint\",\"fields\":{\"client\":{\"ref\":\"a\"},\"channel\":\"phone\",\"content\":\"x\"}}\n";
    let before = sandbox.git("rev-parse HEAD^{tree}");
    done(&sandbox.run_with("batch -", lines));
    done(&sandbox.run("undo -y"));
    assert_eq!(sandbox.git("rev-parse HEAD^{tree}"), before);
    // only the policy, and only while nothing was recorded under it
    let rules = sandbox.read("policy/recording.toml");
    sandbox.write("policy/recording.toml", &rules.replace("\"0 days\"", "\"2 days\""));
    done(&sandbox.run("commit"));
    done(&sandbox.run("undo --dry-run --now 2026-11-26T09:00"));
    done(&sandbox.run(&format!("edit {id} severity=major")));
    done(&sandbox.run("undo -y"));
    done(&sandbox.run("undo -y"));
    assert_eq!(sandbox.read("policy/recording.toml"), rules);
    sandbox.write("policy/recording.toml", &rules.replace("\"0 days\"", "\"2 days\""));
    done(&sandbox.run("commit"));
    done(&sandbox.run("new client name=乙"));
    sandbox.git("config user.name other");
    refused(&sandbox.run("undo 乙 -y --now 2026-11-28T09:00"), "undo-within");
    done(&sandbox.run("undo -y"));
    done(&sandbox.run("undo -y"));
    done(&sandbox.run("audit --quiet"));
}

#[test]
fn the_audit_holds_the_same_conditions() {
    let sandbox = book();
    let id = new(&sandbox);
    done(&sandbox.run(&format!("advance {id} accept promised=fri")));
    let accepted = sandbox.git("rev-parse HEAD").trim().to_owned();
    sandbox.git("revert --no-commit HEAD");
    let mut commit = sandbox.command("git");
    commit.env("GIT_AUTHOR_DATE", "2026-11-26T09:00:00+08:00").env("GIT_COMMITTER_DATE", "2026-11-26T09:00:00+08:00");
    let message = format!("undo\n\nRedress-Undo: {accepted}");
    assert!(commit.args(["commit", "-qm", &message]).status().expect("git runs").success());
    let said = sandbox.run("audit --quiet");
    assert!(said.contains("undo-false") && said.contains("too late"), "{said}");
}

/// Who has left does nothing in the book any more, except to take back that they left.
#[test]
fn who_has_left_takes_nothing_back() {
    let sandbox = book();
    done(&sandbox.run("new staff name=王磊 --id wang.lei emails=wang.lei@example.cn roles.+.role=cs-manager"));
    let as_wang = |line: &str| {
        let mut command = sandbox.redress(line);
        command.env("GIT_AUTHOR_EMAIL", "wang.lei@example.cn").env("GIT_COMMITTER_EMAIL", "wang.lei@example.cn");
        sandbox.shown(&command.output().expect("redress runs"))
    };
    done(&as_wang("new client name=宁波阀门 phone=0574-1"));
    done(&sandbox.run("advance wang.lei leave"));
    let before = count(&sandbox);
    let said = as_wang("undo -y");
    refused(&said, "wang.lei has left");
    assert_eq!(count(&sandbox), before);
}

#[test]
fn a_revert_by_git_is_nothing_that_was_recorded() {
    let sandbox = book();
    let id = new(&sandbox);
    done(&sandbox.run(&format!("advance {id} accept promised=fri")));
    sandbox.git("revert --no-edit HEAD");
    let said = sandbox.run("undo -y");
    refused(&said, "was made with git and takes recorded events away");
    assert!(said.contains("git reset --keep "), "{said}");
    let commit = sandbox.git("rev-parse --short=10 HEAD");
    sandbox.git(&format!("reset -q --keep {}^", commit.trim()));
    done(&sandbox.run("undo -y"));
    done(&sandbox.run("audit --quiet"));
}
