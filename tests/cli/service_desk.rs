//! A service desk at the command line: its rules, the month of its example, and a kind of the company's own.

use crate::example::{script, without_lines};
use crate::manufacturer::{by, done};
use crate::sandbox::Sandbox;

#[test]
fn a_month_at_the_desk_goes_as_expected() {
    let shown = script(&Sandbox::empty(), "service-desk", "book");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/service-desk/expected.txt"].raw());
}

#[test]
fn a_company_adds_a_warranty_register_in_files_of_the_book_alone() {
    let shown = script(&Sandbox::empty(), "own-kind", "book");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/own-kind/expected.txt"].raw());
}

#[test]
fn complaints_go_by_a_regulators_handbook() {
    let shown = script(&Sandbox::empty(), "ombudsman", "book");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/ombudsman/expected.txt"].raw());
}

#[test]
fn requests_of_data_subjects_go_by_the_regulation() {
    let shown = script(&Sandbox::empty(), "data-requests", "book");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/data-requests/expected.txt"].raw());
}

/// A desk with a manager, an officer, a specialist, and the head of another department.
fn desk() -> Sandbox {
    let sandbox = Sandbox::empty();
    for line in [
        "init --preset service-desk --name 服务台 --lang en",
        "new staff name=赵敏 emails=zhao.min@example.cn roles.+.role=cs-manager department=cs",
        "new staff name=冯杰 emails=feng.jie@example.cn roles.+.role=complaint-officer department=cs",
        "new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-specialist department=cs",
        "new staff name=孙波 emails=sun.bo@example.cn roles.+.role=head department=product",
        "new client name=青禾 phone=0571-1",
    ] {
        done(&sandbox.run(line));
    }
    sandbox
}

/// Takes a new complaint to the state in which its cause is known.
fn investigated(sandbox: &Sandbox, key: &str, category: &str) {
    done(&sandbox.run(&format!("new complaint client=青禾 channel=phone content=有意见 --key {key}")));
    let reason = if category == "other" { "sub-reason=late-delivery" } else { "" };
    for step in [
        format!("accept promised=fri category={category} assignee=li.na {reason}"),
        "investigate cause=已查明 fault=own".to_owned(),
    ] {
        done(&sandbox.run(&format!("advance {key} {step}")));
    }
}

fn proposed(sandbox: &Sandbox, key: &str, step: &str) -> serde_json::Value {
    let answer = sandbox.json(&format!("advance {key}"));
    let steps = answer["data"]["steps"].as_array().expect("steps").clone();
    steps.into_iter().find(|one| one["step"] == step).expect("the step")["proposed"].clone()
}

#[test]
fn each_of_four_types_proposes_its_usual_remedies_and_people_choose() {
    let sandbox = desk();
    for (category, usual) in [
        ("service", vec!["training", "process", "monitoring"]),
        ("product", vec!["investigation", "repair", "exchange", "compensation"]),
        ("price", vec!["explanation", "breakdown", "adjustment", "rebate"]),
        ("other", vec!["explanation", "solution"]),
    ] {
        investigated(&sandbox, category, category);
        let expected = serde_json::json!({ "remedies.kind": usual });
        assert_eq!(proposed(&sandbox, category, "propose"), expected, "{category}");
        // nothing is filled in silently, and a missing value comes with the usual one
        let shown = sandbox.run(&format!("advance {category} propose"));
        assert!(shown.ends_with("--- exit 2\n") && shown.contains("Remedy, usually "), "{shown}");
    }
    // any other remedy is accepted too
    done(&sandbox.run("advance price propose remedies.+.kind=apology"));
    let shown = sandbox.run("list complaint --fields category category=delivery");
    assert!(shown.contains("delivery"), "there is no fifth type: {shown}");
    assert!(!shown.ends_with("--- exit 0\n"), "{shown}");
    // only a type without another name for it asks for a sub-reason
    done(&sandbox.run("new complaint client=青禾 channel=phone content=迟到 --key late"));
    let shown = sandbox.run("advance late accept promised=fri category=other");
    assert!(shown.contains("sub-reason") && shown.contains("Late delivery (late-delivery)"), "{shown}");
    // a company writes down what it usually says, too
    let path = "policy/kinds/complaint.toml";
    let usual = "\n[[proposals]]\nfield = \"cause\"\nvalues = [\"未按规范操作\", \"系统故障\"]\n";
    sandbox.write(path, &format!("{}{usual}", sandbox.read(path)));
    done(&sandbox.run("commit"));
    done(&sandbox.run("advance late accept promised=fri category=other sub-reason=late-delivery"));
    let expected = serde_json::json!({ "cause": ["未按规范操作", "系统故障"] });
    assert_eq!(proposed(&sandbox, "late", "investigate"), expected);
    let shown = sandbox.run("advance late investigate fault=own");
    assert!(shown.contains("usually 未按规范操作, 系统故障"), "{shown}");
}

#[test]
fn nothing_is_closed_or_declined_without_an_apology_and_the_departments_get_the_result() {
    let sandbox = desk();
    done(&sandbox.run("new complaint client=青禾 channel=phone content=无关 --key none"));
    let shown = sandbox.run("advance none decline decline-reason=与我司无关");
    assert!(shown.contains("apologise") && !shown.ends_with("--- exit 0\n"), "{shown}");
    done(&sandbox.run("advance none apologise,decline decline-reason=与我司无关"));
    investigated(&sandbox, "case", "price");
    done(&sandbox.run("edit case departments=product"));
    for step in ["propose remedies.+.kind=explanation", "approve", "notify", "agree answer=好"] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    for (step, lacks) in [("inform", "apologise"), ("apologise", "")] {
        let shown = sandbox.run("advance case close");
        assert!(!shown.ends_with("--- exit 0\n") && shown.contains(lacks), "{shown}");
        done(&sandbox.run(&format!("advance case {step} -m 已办")));
    }
    done(&sandbox.run("advance case close"));
    assert_eq!(sandbox.json("list callback about=case")["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_sensitive_case_has_evidence_and_an_opinion_before_the_manager_decides() {
    let sandbox = desk();
    done(&sandbox.run("new complaint client=青禾 channel=media content=起火 sensitive=yes --key fire"));
    done(&sandbox.run("advance fire accept promised=fri category=product assignee=feng.jie"));
    let shown = by(&sandbox, "feng.jie", "advance fire investigate cause=短路 fault=own");
    for field in ["findings", "files", "consults"] {
        assert!(shown.contains(field), "{shown}");
    }
    sandbox.write("lab.txt", "短路痕迹");
    done(&by(&sandbox, "feng.jie", "attach fire lab.txt"));
    let found = "advance fire investigate cause=短路 fault=own findings=见报告 consults=expert";
    let shown = by(&sandbox, "feng.jie", found);
    assert!(shown.contains("expert"), "an expert is named: {shown}");
    done(&by(&sandbox, "feng.jie", &format!("{found} expert=sun.bo")));
    assert_eq!(proposed(&sandbox, "fire", "propose"), serde_json::json!({ "remedies.kind": ["solution"] }));
    let propose = "advance fire propose remedies.+.kind=solution remedies.0.note=更换线路";
    let shown = by(&sandbox, "feng.jie", propose);
    assert!(shown.contains("opine"), "{shown}");
    assert!(!by(&sandbox, "feng.jie", "advance fire opine opinion=可以").ends_with("--- exit 0\n"));
    done(&by(&sandbox, "sun.bo", "advance fire opine opinion=更换即可"));
    done(&by(&sandbox, "feng.jie", propose));
    assert!(!by(&sandbox, "feng.jie", "advance fire approve").ends_with("--- exit 0\n"), "beyond the officer");
    done(&by(&sandbox, "zhao.min", "advance fire approve"));
}

#[test]
fn what_was_ordered_once_is_not_ordered_again_when_a_case_is_taken_up_again() {
    let sandbox = desk();
    investigated(&sandbox, "case", "price");
    for line in [
        "advance case apologise",
        "advance case propose remedies.+.kind=rebate remedies.0.amount=100 remedies.0.note=退一百",
        "advance case approve",
        "advance case agree answer=好",
    ] {
        done(&sandbox.run(line));
    }
    let tasks = || {
        let answer = sandbox.json("list task about=case");
        let tasks = answer["data"].as_array().expect("tasks").clone();
        tasks
            .into_iter()
            .map(|task| (task["id"].as_str().expect("an id").to_owned(), task["content"].clone()))
            .collect()
    };
    let first: Vec<_> = tasks();
    assert_eq!(first.len(), 1);
    done(&sandbox.run(&format!("advance {} complete result=已付", first[0].0)));
    done(&by(&sandbox, "zhao.min", &format!("advance {} check", first[0].0)));
    for line in [
        "advance case close",
        "advance case reopen promised=fri",
        "advance case investigate",
        "advance case propose remedies.+.kind=breakdown remedies.1.note=出明细",
        "advance case approve",
        "advance case agree answer=好",
    ] {
        done(&sandbox.run(line));
    }
    let mut second: Vec<_> = tasks().into_iter().map(|(_, content)| content).collect();
    second.sort_by_key(ToString::to_string);
    assert_eq!(second, ["出明细", "退一百"]);
}

#[test]
fn an_incident_runs_its_plan_keeps_clients_informed_and_ends_in_a_change_of_the_plan() {
    let sandbox = desk();
    done(&sandbox.run(
        "new plan purpose=contingency goal=停机预案 owner=li.na --key plan \
         tasks.+.content=公告 tasks.0.who=wang.lei tasks.0.hours=1 tasks.+.content=抢修 tasks.1.who=sun.bo tasks.1.hours=6",
    ));
    done(&sandbox.run("new incident title=停机 severity=major owner=li.na --key down"));
    let shown = sandbox.run("advance down start plan=停机预案");
    assert!(shown.contains("the plan is not approved"), "{shown}");
    done(&sandbox.run("advance plan review"));
    assert!(!sandbox.run("advance plan approve").ends_with("--- exit 0\n"), "who drafted it does not approve it");
    done(&by(&sandbox, "zhao.min", "advance plan approve"));
    done(&sandbox.run("advance down start plan=停机预案"));
    let due = |key: &str| {
        let answer = sandbox.json(&format!("list task about={key}"));
        let tasks = answer["data"].as_array().expect("tasks").clone();
        let mut due: Vec<String> = tasks
            .iter()
            .map(|task| format!("{} {} {}", task["content"], task["assignee"], task["due"]).replace('"', ""))
            .collect();
        due.sort();
        due
    };
    // Tuesday 9:00 plus one, or six, working hours
    assert_eq!(due("down"), ["公告 wang.lei 2026-11-24T10:00:00+08:00", "抢修 sun.bo 2026-11-24T16:00:00+08:00"]);
    let review = "advance down review review=供应商慢 plan-change=增加备用供应商";
    assert!(sandbox.run(review).contains("inform"), "nobody was informed yet");
    done(&sandbox.run("advance down inform informed.+.whom=客户 informed.0.what=正在抢修"));
    let shown = sandbox.run("due --fields title kind=incident");
    assert!(shown.contains("Next word to those concerned") && shown.contains("2026-11-24 14:00"), "{shown}");
    done(&sandbox.run("new complaint client=青禾 channel=phone content=打不开 --key one"));
    done(&sandbox.run("advance down attach complaints+=one"));
    let shown = sandbox.run(review);
    assert!(!shown.ends_with("--- exit 0\n") && shown.contains("W-ID"), "measures are still to be done: {shown}");
    for who in ["wang.lei", "sun.bo"] {
        let task = sandbox.json(&format!("list task assignee={who}"))["data"][0]["id"].clone();
        done(&by(&sandbox, who, &format!("advance {} complete", task.as_str().expect("an id"))));
    }
    done(&sandbox.run(review));
    let plan = sandbox.json("show plan");
    assert_eq!((&plan["data"]["state"], &plan["data"]["outcome"]), (&"evaluated".into(), &"供应商慢".into()));
    assert!(sandbox.run("due").contains("Change of the plan after an incident"));
    done(
        &sandbox.run("advance plan adjust changes=备用供应商 tasks.+.content=备用 tasks.2.who=sun.bo tasks.2.hours=2"),
    );
    // in the same minute: the change came after the review
    assert!(!sandbox.run("due").contains("Change of the plan after an incident"));
    // a running plan keeps its rules, and the next incident runs the changed plan
    assert_eq!(due("down").len(), 2);
    done(&sandbox.run("new incident title=再次停机 severity=minor owner=li.na --key again"));
    done(&sandbox.run("advance again start plan=停机预案"));
    assert_eq!(due("again").len(), 3);
}

#[test]
fn a_training_is_planned_attended_and_measured_by_its_effect() {
    let sandbox = desk();
    done(&sandbox.run("new plan purpose=training goal=礼仪 owner=li.na --key course"));
    let shown = sandbox.run("advance course review");
    for field in ["topic", "planned", "participants"] {
        assert!(shown.contains(field), "{shown}");
    }
    done(&sandbox.run("advance course review topic=电话礼仪 planned=2026-11-24 participants=wang.lei"));
    done(&by(&sandbox, "zhao.min", "advance course approve"));
    done(&sandbox.run("advance course start"));
    let shown = sandbox.run("advance course evaluate outcome=达到");
    for field in ["sessions", "attended", "effect"] {
        assert!(shown.contains(field), "{shown}");
    }
    done(&sandbox.run(
        "advance course attend sessions.+.date=2026-11-24 sessions.0.hours=2 attended.+.person=wang.lei attended.0.result=passed",
    ));
    assert!(sandbox.run("due").contains("Evaluation of the effect"));
    done(&sandbox.run("advance course evaluate outcome=达到 effect=态度投诉减半"));
    let report = sandbox.json("report training 2026-q4");
    let shown = report.to_string();
    assert!(shown.contains("态度投诉减半") && shown.contains("王磊"), "{shown}");
}

/// The results of a callback: satisfied ends it, dissatisfied reopens the case, and in between the client is called
/// again.
#[test]
fn a_client_is_called_until_satisfied() {
    let sandbox = desk();
    investigated(&sandbox, "case", "price");
    for step in ["apologise", "propose remedies.+.kind=explanation", "approve", "agree answer=好", "close"] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    let call = |score: u8| {
        let open = sandbox.json("list callback about=case class!=closed");
        let id = open["data"][0]["id"].as_str().expect("a callback").to_owned();
        done(&sandbox.run(&format!("advance {id} complete")));
        done(&sandbox.run(&format!("advance {id} record score={score} summary=已通话")));
        sandbox.json("show case")["data"]["state"].clone()
    };
    assert_eq!(call(3), "closed");
    assert_eq!(call(2), "accepted");
    for step in ["investigate", "propose", "approve", "agree", "close"] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    assert_eq!(call(5), "confirmed");
    assert!(sandbox.json("list callback about=case class!=closed")["data"].as_array().is_some_and(Vec::is_empty));
}

/// Good service is rewarded from figures, and nobody decides on their own reward. The analyses of the desk are opened
/// by themselves.
#[test]
fn the_desk_is_assessed_and_good_service_rewarded() {
    let sandbox = desk();
    done(&sandbox.run("new staff name=何雨 emails=he.yu@example.cn roles.+.role=gm department=gm-office"));
    done(&sandbox.run("advance 青禾 convert"));
    for key in ["c1", "c2", "c3"] {
        done(&by(
            &sandbox,
            "wang.lei",
            &format!("new callback client=青禾 reason=routine due=fri method=phone assignee=wang.lei --key {key}"),
        ));
        done(&by(&sandbox, "wang.lei", &format!("advance {key} complete")));
        done(&by(&sandbox, "wang.lei", &format!("advance {key} record summary=满意 score=5")));
    }
    let proposed = by(&sandbox, "zhao.min", "plan sanctions 2026-11 --lang zh");
    assert!(proposed.contains("王磊") && proposed.contains("300.00"), "{proposed}");
    let id = sandbox.json("list sanction person=wang.lei")["data"][0]["id"].as_str().expect("an id").to_owned();
    assert!(!by(&sandbox, "wang.lei", &format!("advance {id} approve")).ends_with("--- exit 0\n"));
    done(&by(&sandbox, "he.yu", &format!("advance {id} approve")));
    let planned = by(&sandbox, "zhao.min", "plan tasks 2026-11 --lang zh");
    assert!(planned.contains("季度服务考评") && planned.contains("月度投诉分析报告"), "{planned}");
}
