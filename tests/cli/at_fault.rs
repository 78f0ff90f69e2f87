//! Whose work a case is as its facts become known: the department at fault analyses, deputies act for people who are
//! charged, and quality management verifies what was carried out.

use crate::manufacturer::{book, by, done};
use crate::sandbox::Sandbox;

/// A book in which everybody has one role.
fn company() -> Sandbox {
    let sandbox = book();
    for (name, id, role, department) in [
        ("钱军", "qian.jun", "qm", "qm"),
        ("孙波", "sun.bo", "production", "production"),
        ("褚伟", "chu.wei", "warehouse", "warehouse"),
        ("周燕", "zhou.yan", "rd", "rd"),
        ("吴芳", "wu.fang", "gm-office", "gm-office"),
        ("郑涛", "zheng.tao", "vice-president", "gm-office"),
        ("王磊", "wang.lei", "cs-supervisor", "cs"),
    ] {
        let line = format!("new staff name={name} emails={id}@example.cn roles.+.role={role} department={department}");
        done(&by(&sandbox, "feng.jie", &line));
    }
    done(&by(&sandbox, "feng.jie", "edit li.na roles= roles.+.role=complaint-officer department=cs"));
    sandbox
}

fn registered(sandbox: &Sandbox, key: &str, more: &str) {
    let what = "client=杭州恒泰机械 channel=phone content=漏水 contact=方青 reason=漏水 category=product product=DN50 quantity=12 \
                sample=已收到 demand=exchange";
    done(&by(sandbox, "li.na", &format!("new complaint {what} --key {key} {more}")));
    let accept = format!("advance {key} accept client-confirmed=yes promised=2026-12-01 department=production");
    done(&by(sandbox, "li.na", &accept));
}

/// The deadlines of a case in somebody's list.
fn owes(sandbox: &Sandbox, person: &str) -> Vec<String> {
    let listed = by(sandbox, person, "due kind=complaint --json");
    let listed: serde_json::Value =
        serde_json::from_str(listed.split("\n---").next().unwrap_or_default()).expect("json");
    let lines = listed["data"].as_array().expect("lines").iter();
    lines.map(|line| line["deadline"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_department_at_fault_analyses() {
    let sandbox = company();
    registered(&sandbox, "case", "");
    assert!(owes(&sandbox, "qian.jun").contains(&"investigation".to_owned()));
    let fault = "fault=own responsible.+.department=warehouse responsible.0.share=100";
    done(&by(&sandbox, "qian.jun", &format!("advance case investigate cause=受潮 escape=未检 {fault}")));
    let analyses = |person: &str| owes(&sandbox, person).contains(&"analysis".to_owned());
    assert!(analyses("chu.wei") && !analyses("sun.bo"));
    let notices = by(&sandbox, "wang.lei", "--now 2026-11-30T09:00:00+08:00 remind --dry-run");
    assert!(notices.contains("Warehouse"), "{notices}");
    done(&by(&sandbox, "chu.wei", "advance case analyse countermeasure=加装除湿"));
}

#[test]
fn who_stands_in_for_those_who_are_charged_has_the_case_in_their_list() {
    let sandbox = company();
    registered(&sandbox, "case", "about=qian.jun");
    // quality management is only this person, who does not investigate themselves
    assert_eq!((owes(&sandbox, "qian.jun"), owes(&sandbox, "wu.fang")), (Vec::new(), vec!["investigation".to_owned()]));
    let held = sandbox.json("list complaint --fields holder holder=gm-office");
    assert_eq!(held["data"].as_array().map(Vec::len), Some(1), "{held}");
    done(&by(&sandbox, "wu.fang", "advance case investigate cause=漏检 escape=未检 fault=third-party"));
}

#[test]
fn what_was_carried_out_is_in_the_list_of_those_who_verify_it() {
    let sandbox = company();
    registered(&sandbox, "case", "");
    for (person, step) in [
        ("qian.jun", "investigate cause=老化 escape=未检 fault=third-party"),
        ("qian.jun", "report"),
        ("feng.jie", "instruct-report report-instruction=从速"),
        ("sun.bo", "analyse countermeasure=全检"),
        ("wu.fang", "instruct instruction=从速"),
        ("zhou.yan", "opine opinion=同意"),
        ("wu.fang", "review"),
        ("li.na", "propose remedies.+.kind=exchange remedies.0.amount=100 remedies.0.quantity=1"),
        ("wu.fang", "review"),
        ("zhao.min", "approve"),
        ("li.na", "notify,agree answer=同意"),
        ("wang.lei", "check"),
        ("wu.fang", "review combined-opinion=同意"),
        ("zheng.tao", "decide decision=同意"),
    ] {
        done(&by(&sandbox, person, &format!("advance case {step}")));
    }
    assert_eq!(owes(&sandbox, "qian.jun"), Vec::<String>::new(), "nothing was carried out yet");
    let task = sandbox.json("list task about=case")["data"][0]["id"].as_str().expect("a task").to_owned();
    done(&by(&sandbox, "chu.wei", &format!("advance {task} complete result=已换")));
    done(&by(&sandbox, "wang.lei", &format!("--now 2026-11-26T10:00:00+08:00 advance {task} check")));
    assert_eq!(owes(&sandbox, "qian.jun"), ["verification"]);
    let told = sandbox.json("--now 2026-11-26T11:00:00+08:00 explain case --deadline verification");
    assert_eq!(told["data"][0]["start"], "2026-11-26T10:00:00+08:00", "{told}");
    let explained = sandbox.run("--now 2026-11-26T11:00:00+08:00 explain case");
    assert!(explained.contains("Verification of the handling"), "{explained}");
    done(&by(&sandbox, "qian.jun", "--now 2026-11-26T11:00:00+08:00 advance case verify verification=合格"));
    assert_eq!(owes(&sandbox, "qian.jun"), Vec::<String>::new());
    assert_eq!(sandbox.run("--now 2026-11-26T12:00:00+08:00 audit --quiet"), "--- exit 0\n");
}
