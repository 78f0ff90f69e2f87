//! The manufacturer's clients: deals, grades, plans, warning signs, and rules that are approved.

use crate::example::{script, without_lines};
use crate::manufacturer::{by, done};
use crate::sandbox::Sandbox;

#[test]
fn the_clients_of_a_month_go_as_expected() {
    let sandbox = Sandbox::empty();
    let shown = script(&sandbox, "manufacturer-clients", "clients");
    let expected = snapbox::file!["../../examples/manufacturer-clients/expected.txt"].raw();
    snapbox::assert_data_eq!(without_lines(&shown), expected);
}

/// The people who work with clients, and two clients.
fn company() -> Sandbox {
    let sandbox = Sandbox::empty();
    for line in [
        "init --preset manufacturer --name 恒泰 --lang en",
        "new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-supervisor department=cs",
        "new staff name=孙蕾 emails=sun.lei@example.cn roles.+.role=cs-specialist department=cs",
        "new staff name=赵敏 emails=zhao.min@example.cn roles.+.role=cs-manager department=cs",
        "new staff name=许强 emails=xu.qiang@example.cn roles.+.role=sales-manager department=sales",
        "new staff name=何平 emails=he.ping@example.cn roles.+.role=marketing-vice-president department=sales",
        "new staff name=郑涛 emails=zheng.tao@example.cn roles.+.role=vice-president",
        "new client name=青禾 owner=sun.lei",
        "new client name=临江 owner=sun.lei",
        "advance 青禾,临江 convert -y",
    ] {
        done(&sandbox.run(line));
    }
    sandbox
}

fn deal(sandbox: &Sandbox, number: &str, client: &str, words: &str) {
    done(&sandbox.run(&format!("new deal number={number} client={client} {words}")));
}

fn planned(sandbox: &Sandbox, line: &str) -> Vec<serde_json::Value> {
    let answer = sandbox.json(line);
    answer["data"]["planned"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

#[test]
fn clients_are_graded_by_their_deals_and_a_person_may_say_otherwise() {
    let sandbox = company();
    deal(&sandbox, "1", "青禾", "date=2026-03-01 amount=1200000 due=2026-03-31 paid=2026-03-30");
    deal(&sandbox, "2", "临江", "date=2026-03-01 amount=400000 due=2026-03-31 paid=2026-04-02");
    let shown = planned(&sandbox, "plan grades --dry-run");
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(
        sandbox.run("list client grade=key").contains("--- exit 0")
            && !sandbox.run("list client grade=key").contains("青禾")
    );
    let made = planned(&sandbox, "plan grades");
    let grade = |name: &str| made.iter().find(|row| row["name"] == name).map(|row| row["to"].clone());
    assert_eq!((grade("青禾"), grade("临江")), (Some("key".into()), Some("A".into())));
    // the reasons stay on the record, and a second run changes nothing
    let reason = sandbox.json("show 临江")["data"]["grade-reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("300,000 or more") && reason.contains("400,000.00"), "{reason}");
    assert_eq!(planned(&sandbox, "plan grades"), Vec::<serde_json::Value>::new());
    // another person's grade needs a reason of its own, and stays until that day
    let refused = by(&sandbox, "zhao.min", "advance 临江 grade grade=B");
    assert!(refused.contains("grade-reason") && !refused.ends_with("--- exit 0\n"), "{refused}");
    done(&by(&sandbox, "zhao.min", "advance 临江 grade grade=B grade-reason=付款拖延 grade-until=2026-12-31"));
    let kept = sandbox.run("plan grades");
    assert!(kept.contains("keeps Grade B") && kept.contains("2026-12-31"), "{kept}");
    let after = planned(&sandbox, "plan grades --now 2027-01-04T09:00+08:00");
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!(after[0]["to"], "A");
    // a person who may not grade is refused
    let refused = by(&sandbox, "sun.lei", "plan grades --now 2027-01-05T09:00+08:00");
    assert!(refused.contains("--- exit 0"), "nothing is left to grade: {refused}");
    done(&sandbox.run("edit 临江 grade=C"));
    let refused = by(&sandbox, "sun.lei", "plan grades --now 2027-01-05T09:00+08:00");
    assert!(refused.ends_with("--- exit 1\n"), "{refused}");
    let roster = sandbox.run("report roster");
    assert!(
        roster.contains("青禾") && roster.contains("1,200,000.00") && roster.contains("all paid in time"),
        "{roster}"
    );
}

#[test]
fn a_client_who_gives_warning_gets_a_remedy_once_and_again_after_a_time() {
    let sandbox = company();
    deal(&sandbox, "1", "青禾", "date=2026-06-30 amount=1200000");
    deal(&sandbox, "2", "临江", "date=2026-11-02 amount=400000");
    done(&sandbox.run("plan grades"));
    let would = planned(&sandbox, "plan signs --dry-run");
    assert_eq!(would.len(), 1, "{would:?}");
    assert_eq!(would[0]["id"], serde_json::Value::Null);
    let made = planned(&sandbox, "plan signs");
    let plan = made[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!((&made[0]["sign"], &made[0]["step"]), (&"no-deal".into(), &"warn".into()));
    assert_eq!(made[0]["records"].as_array().map(Vec::len), Some(1), "{made:?}");
    // a key account gets a plan, which keeps the sign and the records behind it
    let shown = sandbox.json(&format!("show {plan}"));
    assert_eq!((&shown["data"]["kind"], &shown["data"]["purpose"]), (&"plan".into(), &"improvement".into()));
    assert_eq!(shown["data"]["evidence"], made[0]["records"]);
    assert_eq!(sandbox.json("show 青禾")["data"]["state"], "at-risk");
    assert!(sandbox.run("log 青禾").contains("No deal in 90 days"));
    assert_eq!(planned(&sandbox, "plan signs"), Vec::<serde_json::Value>::new());
    // the answer must say whether the client was won back
    let refused = sandbox.run("advance 青禾 recover");
    assert!(refused.contains("recovery"), "{refused}");
    done(&sandbox.run("advance 青禾 recover recovery=恢复下单"));
    done(&by(&sandbox, "zhao.min", &format!("advance {plan} give-up -m 已恢复下单")));
    // what it opened is closed: the sign comes again after three months, if it still holds
    assert_eq!(planned(&sandbox, "plan signs"), Vec::<serde_json::Value>::new());
    deal(&sandbox, "3", "青禾", "date=2026-11-20 amount=10000");
    assert_eq!(planned(&sandbox, "plan signs --now 2026-12-28T09:00+08:00"), Vec::<serde_json::Value>::new());
    // the plan's time limits reach into a year whose holidays the book's file does not have
    let calendar = sandbox.read("policy/calendar.toml");
    sandbox.write("policy/calendar.toml", &calendar.replacen("files =", "valid-through = 2027-12-31\nfiles =", 1));
    done(&sandbox.run("commit -m 日历"));
    let again = planned(&sandbox, "plan signs --now 2027-03-29T09:00+08:00");
    let of: Vec<&str> = again.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(of, ["临江", "青禾"], "{again:?}");
}

#[test]
fn plans_are_set_reviewed_approved_and_summed_up_by_different_people() {
    let sandbox = company();
    done(&sandbox.run("edit 青禾 grade=key"));
    let run = |person: &str, line: &str| by(&sandbox, person, line);
    done(&run("sun.lei", "new plan purpose=key-account goal=一户一策 owner=sun.lei --key p"));
    // the manager sets the goal, and the list comes from the archive
    assert!(!run("sun.lei", "advance p set-goal population=grade=key").ends_with("--- exit 0\n"));
    done(&run("zhao.min", "advance p set-goal population=grade=key"));
    assert_eq!(sandbox.json("show p")["data"]["targets"].as_array().map(Vec::len), Some(1));
    done(&run(
        "sun.lei",
        "edit p until=2026-12-31 tasks.+.content=专属客服 tasks.0.who=sun.lei tasks.0.due=2026-12-04",
    ));
    let refused = run("wang.lei", "advance p review -m 可行");
    assert!(refused.contains("collect"), "{refused}");
    done(&run("wang.lei", "advance p collect collected=成交分析见名册"));
    done(&run("wang.lei", "advance p review -m 可行"));
    // the marketing vice president approves key accounts
    for person in ["zhao.min", "zheng.tao", "wang.lei"] {
        let refused = run(person, "advance p approve");
        assert!(!refused.ends_with("--- exit 0\n"), "{person}: {refused}");
    }
    done(&run("he.ping", "advance p approve"));
    done(&run("sun.lei", "advance p start"));
    assert!(sandbox.run("list task about=p").contains("专属客服"));
    // a new need becomes a plan of improvement, which the client agrees to before it is approved
    done(&run("sun.lei", "advance p raise raised-by=青禾 raised=备件寄售"));
    let open = sandbox.json("list plan purpose=improvement");
    let improve = open["data"][0]["id"].as_str().expect("an id").to_owned();
    done(&run(
        "sun.lei",
        &format!("edit {improve} until=2026-12-31 tasks.+.content=寄售 tasks.0.who=sun.lei tasks.0.due=2026-12-04"),
    ));
    done(&run("wang.lei", &format!("advance {improve} review -m 可行")));
    let refused = run("he.ping", &format!("advance {improve} approve"));
    assert!(refused.contains("agreed-on"), "{refused}");
    done(&run("sun.lei", &format!("advance {improve} agree agreed-on=2026-11-24 agreed-by=乔星")));
    done(&run("he.ping", &format!("advance {improve} approve")));
    // needs are surveyed, and what follows from the plan must end first
    let task = sandbox.json("list task about=p")["data"][0]["id"].as_str().expect("an id").to_owned();
    done(&run("sun.lei", &format!("advance {task} complete result=已到位")));
    let refused = run("sun.lei", "advance p evaluate outcome=良好 summary=完成");
    assert!(refused.contains("surveyed"), "{refused}");
    // the manager adds targets, and the events keep who did it and when
    done(&run("zhao.min", "advance p adjust targets+=临江 changes=增补临江"));
    assert_eq!(sandbox.json("show p")["data"]["targets"].as_array().map(Vec::len), Some(2));
}

#[test]
fn rules_are_approved_by_the_marketing_vice_president() {
    let sandbox = company();
    done(&by(&sandbox, "zhao.min", "new rule-set title=投诉制度 version=1 content=全文 --key r"));
    let refused = by(&sandbox, "zhao.min", "advance r approve");
    assert!(refused.contains("he.ping") && !refused.ends_with("--- exit 0\n"), "{refused}");
    done(&by(&sandbox, "he.ping", "advance r approve"));
    assert!(sandbox.run("report rules").contains("投诉制度"));
}

#[test]
fn signs_and_grades_that_cannot_be_are_named_with_file_line_and_key() {
    let sandbox = company();
    for (file, piece, instead, wanted) in [
        (
            "signs",
            "records = [\"complaints-year\"]",
            "records = [\"complaint-year\"]",
            "has no rollup `complaint-year`",
        ),
        ("signs", "step = \"warn\"", "step = \"warm\"", "warm"),
        ("signs", "deals-quarter=0", "deals-quarters=0", "deals-quarters"),
        ("signs", "evidence = \"evidence\"", "evidence = \"files\"", "not a list of references"),
        ("signs", "kind = \"client\"", "kind = \"clint\"", "clint"),
        ("grades", "value = \"B\"", "value = \"D\"", "D"),
        ("grades", "shows = [\"turnover-year\"", "shows = [\"turnover\"", "has no rollup `turnover`"),
        ("grades", "step = \"rate\"", "step = \"rat\"", "rat"),
    ] {
        let path = format!("policy/{file}.toml");
        let sound = sandbox.read(&path);
        assert!(sound.contains(piece), "{piece}");
        sandbox.write(&path, &sound.replacen(piece, instead, 1));
        let said = sandbox.run("policy check");
        assert!(said.contains(wanted) && said.contains(&format!("{path}:")), "{instead}: {said}");
        sandbox.write(&path, &sound);
    }
    let sign = "\n[[signs]]\nname = \"idle\"\nlabel = { en = \"Idle\", zh = \"无措施\" }\nkind = \"client\"\nwhen = \"state=active\"\n";
    let sound = sandbox.read("policy/signs.toml");
    sandbox.write("policy/signs.toml", &(sound + sign));
    let said = sandbox.run("policy check");
    assert!(said.contains("opens nothing") && said.contains("[[signs.opens]]"), "{said}");
}
