//! The sales office's month runs as its script says, in Chinese, and each of its duties holds.

use crate::example::{script, without_lines};
use crate::sandbox::Sandbox;

#[test]
fn the_sales_offices_month_goes_as_expected() {
    let sandbox = Sandbox::empty();
    let shown = script(&sandbox, "property", "month");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/property/expected.txt"].raw());
}

/// An office with its people, on Monday 2026-03-02.
struct Office {
    sandbox: Sandbox,
}

impl Office {
    fn new() -> Self {
        let office = Office { sandbox: Sandbox::empty() };
        office.done("fang.min", "2026-03-02T08:30", "init . --preset property --name 案场 --clock simulated --lang zh");
        for (name, id, role, department) in [
            ("顾岩", "gu.yan", "sales-director", "sales"),
            ("沈洁", "shen.jie", "deputy-director", "sales"),
            ("陆遥", "lu.yao", "director-assistant", "sales"),
            ("许诺", "xu.nuo", "cs-supervisor", "cs"),
            ("何欣", "he.xin", "cs-specialist", "cs"),
            ("秦川", "qin.chuan", "salesperson", "sales"),
            ("马骏", "ma.jun", "head", "engineering"),
            ("钟鸣", "zhong.ming", "mortgage-lawyer", "lawyers"),
        ] {
            let line =
                format!("new staff name={name} emails={id}@example.cn roles.+.role={role} department={department}");
            office.done("fang.min", "2026-03-02T08:31", &line);
        }
        let only = "advance fang.min change roles= roles.+.role=gm department=company";
        office.done("fang.min", "2026-03-02T08:32", only);
        office.done("he.xin", "2026-03-02T08:40", "new client name=周子涵 phone=13800000101");
        office
    }

    fn run(&self, person: &str, now: &str, line: &str) -> String {
        self.sandbox.shown(&self.command(person, now, line).output().expect("redress runs"))
    }

    fn command(&self, person: &str, now: &str, line: &str) -> std::process::Command {
        let mut command = self.sandbox.redress(&format!("--lang zh --no-input {line}"));
        command.env("REDRESS_NOW", format!("{now}:00+08:00"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), person);
            command.env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
        }
        command
    }

    /// The id of the first record in a list.
    fn first(&self, now: &str, list: &str) -> String {
        let output = self.command("he.xin", now, &format!("--json list {list}")).output().expect("redress runs");
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        answer["data"][0]["id"].as_str().unwrap_or_else(|| panic!("{list}: {answer}")).to_owned()
    }

    fn done(&self, person: &str, now: &str, line: &str) -> String {
        let shown = self.run(person, now, line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
        shown
    }

    fn refused(&self, person: &str, now: &str, line: &str, why: &str) {
        let shown = self.run(person, now, line);
        assert!(!shown.ends_with("--- exit 0\n") && shown.contains(why), "{line}\n{shown}");
    }

    /// A document of the client, received by customer service.
    fn document(&self, now: &str, key: &str, fields: &str) {
        self.done("he.xin", now, &format!("new document client=周子涵 name={key} {fields} --key {key}"));
    }

    /// Whether somebody's `due` has a line with these texts.
    fn owes(&self, person: &str, now: &str, what: &[&str]) -> bool {
        let due = self.done(person, now, "due");
        due.lines().any(|line| what.iter().all(|word| line.contains(word)))
    }
}

#[test]
fn papers_have_their_hours() {
    let office = Office::new();
    office.document("2026-03-02T10:00", "paper", "type=payment keeper=company");
    office.document("2026-03-02T10:00", "loan-papers", "type=mortgage");
    office.document("2026-03-02T10:00", "form", "type=registration");
    office.document("2026-03-02T10:00", "deed", "type=contract source=sales");
    let at = "2026-03-02T11:00";
    for (what, limit, until) in [
        ("paper", "当日归档", "2026-03-02"),
        ("paper", "移交公司", "2026-03-05"),
        ("loan-papers", "按揭资料送按揭律师", "2026-03-03"),
        ("form", "登记资料送签约律师", "2026-03-02"),
        ("deed", "登记资料送签约律师", "2026-03-02"),
        ("deed", "网上登记", "2026-03-02"),
    ] {
        assert!(
            office.owes("he.xin", at, &[what, limit, until]),
            "{what} {limit}\n{}",
            office.done("he.xin", at, "due")
        );
    }
    office.done("he.xin", at, "advance deed register-online");
    office.done("he.xin", at, "advance deed,form hand-over to=signing-lawyer");
    // what the registration brings back goes on within two working days
    office.done("he.xin", "2026-03-05T15:00", "advance deed take-back registered=yes");
    assert!(office.owes("he.xin", "2026-03-05T16:00", &["deed", "登记后合同转交", "2026-03-09"]));
    office.done("he.xin", "2026-03-06T10:00", "advance deed hand-over to=department department=company");
    // on a list of its own, although the first list was never signed
    let lists = office.done("he.xin", "2026-03-06T10:00", "list hand-over --format csv");
    assert_eq!(lists.matches("DH-").count(), 2, "{lists}");
    assert!(!office.owes("he.xin", "2026-03-06T11:00", &["deed", "登记后合同转交"]));
}

#[test]
fn originals_go_with_a_list_and_a_copy_stays() {
    let office = Office::new();
    for key in ["one", "two"] {
        office.document("2026-03-02T10:00", key, "type=payment keeper=company");
        office.done("he.xin", "2026-03-02T11:00", &format!("advance {key} file,bind"));
    }
    let at = "2026-03-05T09:00";
    office.refused("he.xin", at, "advance one hand-over to=company", "须留存复印件");
    office.done("he.xin", at, "advance one,two hand-over to=company copy-kept=yes");
    let lists = office.done("he.xin", at, "list hand-over --format csv");
    assert_eq!(lists.matches("DH-").count(), 1, "{lists}");
    let id = office.first(at, "hand-over");
    office.done("he.xin", at, &format!("print {id} -o list.html"));
    let page = office.sandbox.read("list.html");
    assert!(page.contains("正本") && page.contains("one") && page.contains("two") && page.contains("接收人签章"));
    office.done("he.xin", at, &format!("advance {id} sign signed-by=档案室"));
}

#[test]
fn a_contract_is_stamped_before_sales_gets_it() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.document(at, "deed", "type=contract source=trade-centre");
    office.done("he.xin", at, "advance deed file");
    office.refused("he.xin", at, "advance deed hand-over to=sales", "盖章备齐");
    office.done("he.xin", at, "advance deed prepare");
    office.done("he.xin", at, "advance deed hand-over to=sales receiver=qin.chuan");
}

#[test]
fn loans_need_the_directors_approval_and_stand_with_the_borrower() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.document(at, "paper", "type=payment");
    office.done("he.xin", at, "advance paper file,bind");
    office.refused("he.xin", at, "advance paper lend borrower=qin.chuan return-due=2026-03-04", "销售总监批准");
    office.done("qin.chuan", at, "advance paper request-loan return-due=2026-03-04");
    office.refused("shen.jie", at, "advance paper approve-loan", "销售总监");
    office.done("gu.yan", at, "advance paper approve-loan");
    // another day is another loan
    office.done("he.xin", at, "edit paper return-due=2026-03-06");
    office.refused("he.xin", at, "advance paper lend", "销售总监批准");
    office.done("gu.yan", at, "advance paper approve-loan");
    office.done("he.xin", at, "advance paper lend");
    assert!(office.owes("qin.chuan", "2026-03-03T09:00", &["paper", "借阅归还时限", "2026-03-06"]));
    office.done("he.xin", "2026-03-05T09:00", "advance paper return");
    assert!(!office.owes("qin.chuan", "2026-03-05T10:00", &["paper"]));
    // the director borrows, but does not approve it
    office.done("gu.yan", "2026-03-05T10:00", "advance paper request-loan return-due=2026-03-09");
    office.refused("gu.yan", "2026-03-05T10:00", "advance paper approve-loan", "借阅人");
    office.done("fang.min", "2026-03-05T10:00", "advance paper approve-loan");
}

#[test]
fn joint_liability_is_computed_and_named() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.document(at, "paper", "type=payment important=yes");
    office.document(at, "leaf", "type=other important=no");
    office.done("xu.nuo", "2026-03-02T11:00", "advance paper,leaf lose -m 找不到");
    office.done("he.xin", at, "new complaint client=周子涵 channel=phone content=无人接待 --key late");
    office.done("he.xin", at, "advance late accept departments=sales");
    let task = "new task type=fair content=布展 assignee=he.xin due=2026-03-03T12:00 --key fair";
    office.done("xu.nuo", at, task);
    let proposed = office.done("xu.nuo", "2026-03-06T09:00", "plan sanctions 2026-03");
    let line = |what: &str| proposed.lines().find(|line| line.contains(what)).unwrap_or_default().to_owned();
    for (what, joint) in [
        ("遗失重要资料  ", &["顾岩"][..]),
        ("投诉未按时处理", &["顾岩", "陆遥"]),
        ("展会、促销活动工作未完成", &["顾岩", "陆遥"]),
    ] {
        let line = line(what);
        assert!(line.contains("100.00") && line.contains("50.00"), "{what}\n{proposed}");
        assert!(joint.iter().all(|name| line.contains(name)), "{what}\n{proposed}");
    }
    assert!(line("另予行政处罚").contains("何欣"), "{proposed}");
    assert!(!proposed.contains("leaf"), "{proposed}");
    let id = office.first("2026-03-06T09:20", "sanction rule=lost-document");
    office.refused("gu.yan", "2026-03-06T09:20", &format!("advance {id} approve"), "连带责任人");
    office.done("fang.min", "2026-03-06T09:20", &format!("advance {id} approve"));
}

#[test]
fn other_delays_cost_what_the_director_says() {
    let office = Office::new();
    office.document("2026-03-02T10:00", "paper", "type=payment");
    office.done("he.xin", "2026-03-04T10:00", "advance paper file");
    office.done("xu.nuo", "2026-03-06T09:00", "plan sanctions 2026-03");
    let id = office.first("2026-03-06T09:10", "sanction rule=late-filing");
    office.refused("gu.yan", "2026-03-06T09:10", &format!("advance {id} approve"), "amount");
    office.refused("gu.yan", "2026-03-06T09:10", &format!("advance {id} approve amount=80"), "20至50元");
    office.done("gu.yan", "2026-03-06T09:10", &format!("advance {id} approve amount=20"));
}

/// Who had the document when it became late is charged, and who proposed a sanction does not decide on it.
#[test]
fn whoever_had_it_when_it_became_late_is_charged_and_the_general_manager_decides() {
    let office = Office::new();
    office.document("2026-03-03T09:00", "d-late", "type=payment");
    let other = "new staff name=温晴 emails=wen.qing@example.cn roles.+.role=cs-specialist department=cs";
    office.done("fang.min", "2026-03-03T09:01", other);
    office.done("xu.nuo", "2026-03-05T09:00", "advance d-late assign assignee=wen.qing");
    office.done("wen.qing", "2026-03-05T10:00", "advance d-late file -m 两份收据");
    let proposed = office.done("gu.yan", "2026-03-06T09:00", "plan sanctions 2026-03");
    let filing = proposed.lines().find(|line| line.contains("资料未当日归档")).unwrap_or_default();
    assert!(filing.contains("何欣") && !filing.contains("温晴"), "{proposed}");
    let owes = |person: &str| office.owes(person, "2026-03-06T09:10", &["奖惩核准时限", "资料未当日归档"]);
    assert_eq!(["fang.min", "gu.yan"].map(owes), [true, false], "the director has proposed it");
}

/// A document that goes to somebody who is not named here stays with the person who handed it over.
#[test]
fn what_is_handed_over_to_nobody_by_name_has_a_holder() {
    let office = Office::new();
    office.document("2026-03-03T09:00", "d-pay", "type=payment");
    office.done("xu.nuo", "2026-03-03T09:30", "advance d-pay hand-over to=company copy-kept=yes");
    let shown = office.done("he.xin", "2026-03-03T09:40", "--json show d-pay");
    assert!(shown.contains("\"holder\":\"xu.nuo\"") || shown.contains("\"holder\": \"xu.nuo\""), "{shown}");
}

#[test]
fn a_lawyer_who_is_late_is_pressed_on_paper() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    let sign =
        "new contract client=周子涵 number=YQ-1 name=3幢1201 signed=2026-03-02 sales=qin.chuan owner=he.xin --key deal";
    office.done("qin.chuan", at, sign);
    let line = "milestones.+.name=mortgage milestones.0.holder=zhong.ming milestones.0.due=2026-03-04 \
                milestones.+.name=deed milestones.1.holder=he.xin milestones.1.due=2026-03-20";
    office.done("he.xin", at, &format!("advance deal progress {line}"));
    assert!(office.owes("zhong.ming", at, &["按揭办理时限", "2026-03-04"]));
    assert!(!office.owes("zhong.ming", at, &["产证办理时限"]));
    assert!(office.owes("he.xin", at, &["产证办理时限", "2026-03-20"]));
    // a later date moves the run before it has passed
    office.done("he.xin", "2026-03-03T10:00", "advance deal progress milestones.0.due=2026-03-05");
    assert!(office.owes("zhong.ming", "2026-03-03T11:00", &["按揭办理时限", "2026-03-05"]));
    let notices = office.done("xu.nuo", "2026-03-06T09:00", "remind");
    assert!(notices.contains("钟鸣") && notices.contains("按揭办理时限"), "{notices}");
    assert!(
        office.owes("he.xin", "2026-03-06T09:10", &["书面送达时限"]),
        "{}",
        office.done("he.xin", "2026-03-06T09:10", "due")
    );
    let id = office.first("2026-03-06T09:20", "notice department=lawyers");
    office.done("he.xin", "2026-03-06T10:00", &format!("print {id} -o notice.html"));
    assert!(office.sandbox.read("notice.html").contains("钟鸣"));
    office.done("he.xin", "2026-03-06T10:00", &format!("advance {id} deliver way=visit"));
    office.done("he.xin", "2026-03-06T10:10", &format!("--as zhong.ming advance {id} answer answer=今日办结"));
    office.done("he.xin", "2026-03-06T15:00", "advance deal progress milestones.0.done=2026-03-06");
    assert!(!office.owes("zhong.ming", "2026-03-06T16:00", &["按揭办理时限"]));
    office.done("he.xin", "2026-03-06T16:00", "print deal contract-tracking -o tracking.html");
    let page = office.sandbox.read("tracking.html");
    assert!(page.contains("钟鸣") && page.contains("逾期"), "{page}");
    let report = office.done("xu.nuo", "2026-03-31T17:00", "report contracts 2026-03");
    assert!(report.contains("按揭按期办结率") && report.contains("逾期完成 1"), "{report}");
    assert_eq!(office.done("xu.nuo", "2026-03-31T17:00", "audit --quiet"), "--- exit 0\n");
}

#[test]
fn progress_is_reported_to_the_deputy_director() {
    let office = Office::new();
    let planned = office.done("xu.nuo", "2026-03-02T09:00", "plan tasks 2026-03");
    assert_eq!(planned.matches("合同办理进度报告").count(), 4, "{planned}");
    assert_eq!(planned.matches("向公司移交资料").count(), 9, "{planned}");
    let id = office.first("2026-03-06T09:00", "task type=progress due=2026-03-06");
    office.done("xu.nuo", "2026-03-06T10:00", &format!("advance {id} complete result=已报告"));
    office.refused("xu.nuo", "2026-03-06T10:00", &format!("advance {id} check"), "副总监");
    office.done("shen.jie", "2026-03-06T11:00", &format!("advance {id} check"));
}

#[test]
fn a_complaint_is_settled_the_same_day_or_the_client_is_told_when() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.done("qin.chuan", at, "new complaint client=周子涵 channel=visit content=样板房不符 --key one");
    office.done("he.xin", at, "advance one accept departments=sales");
    assert!(office.owes("he.xin", at, &["样板房不符", "当日处理", "2026-03-02"]));
    office.done("qin.chuan", at, "new complaint client=周子涵 channel=visit content=漏水 --key two");
    office.refused("he.xin", at, "advance two accept departments=engineering,sales", "promised");
    office.done("he.xin", at, "advance two accept departments=engineering,sales promised=2026-03-04T17:00");
    assert!(!office.owes("he.xin", at, &["漏水", "当日处理"]));
    assert!(office.owes("he.xin", at, &["漏水", "承诺答复时限", "2026-03-04"]));
}

#[test]
fn what_is_unclear_goes_up_level_by_level() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.done("he.xin", at, "new complaint client=周子涵 channel=visit content=面积误差 --key case");
    office.done("he.xin", at, "advance case accept departments=sales sensitive=yes");
    office.done("he.xin", at, "advance case propose cause=待查 remedies.+.kind=explanation");
    office.refused("xu.nuo", at, "advance case approve", "逐级上报");
    office.done("he.xin", at, "advance case escalate");
    office.done("xu.nuo", at, "advance case escalate");
    // nobody decides below the level that the case has reached
    office.refused("xu.nuo", at, "advance case approve", "总监助理");
    office.done("lu.yao", at, "advance case approve");
}

#[test]
fn nothing_is_closed_that_no_department_has_signed() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.done("he.xin", at, "new complaint client=周子涵 channel=visit content=门窗松动 --key case");
    office.done("he.xin", at, "advance case accept departments=engineering");
    office.done("he.xin", at, "advance case propose cause=安装 remedies.+.kind=explanation");
    office.done("xu.nuo", at, "advance case approve");
    office.done("he.xin", at, "advance case agree answer=同意");
    office.refused("he.xin", at, "advance case close", "签字");
    office.refused("qin.chuan", at, "advance case sign-off", "sign-off");
    office.done("ma.jun", at, "advance case sign-off -m 已紧固");
    office.done("he.xin", at, "advance case close");
    office.done("he.xin", at, "print case -o slip.html");
    let page = office.sandbox.read("slip.html");
    assert!(page.contains("客户投诉单") && page.contains("已紧固"));
}

#[test]
fn tasks_have_holder_due_time_and_check() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    let papers = "new task type=contract-papers content=领取合同 assignee=he.xin due=2026-03-03T12:00 --key papers";
    office.done("xu.nuo", at, papers);
    assert!(office.owes("he.xin", at, &["领取合同", "2026-03-03"]));
    office.refused("he.xin", at, "advance papers complete result=已领", "fee");
    office.done("he.xin", at, "advance papers complete result=已领 fee=600");
    office.refused("he.xin", at, "advance papers check", "检查人职务");
    office.done("xu.nuo", at, "advance papers check");
}

#[test]
fn what_waits_for_a_decision_is_on_the_list_of_whom_the_amount_makes_decide() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.done("he.xin", at, "new complaint client=周子涵 channel=visit content=窗框渗水 --key case");
    office.done("he.xin", at, "advance case accept departments=engineering");
    let propose = "advance case propose cause=密封 remedies.+.kind=compensation remedies.0.amount=800";
    office.done("he.xin", at, propose);
    let waits = ["窗框渗水", "核准时限"];
    assert!(office.owes("lu.yao", at, &waits), "{}", office.done("lu.yao", at, "due"));
    assert!(!office.owes("xu.nuo", at, &waits));
    // nobody above is asked before it has gone up
    office.done("he.xin", at, "advance case escalate");
    office.done("he.xin", at, "advance case escalate");
    assert!(office.owes("lu.yao", at, &waits));
    office.done("lu.yao", at, "advance case escalate");
    assert!(office.owes("shen.jie", at, &waits) && !office.owes("lu.yao", at, &waits));
}

#[test]
fn only_steps_that_can_be_taken_are_said_to_come_next() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    let next = |shown: &str| shown.lines().find(|line| line.starts_with("下一步")).unwrap_or_default().to_owned();
    office.done("he.xin", at, "new complaint client=周子涵 channel=visit content=面积误差 --key case");
    office.done("he.xin", at, "advance case accept departments=sales sensitive=yes");
    let proposed = next(&office.done("he.xin", at, "advance case propose cause=待查 remedies.+.kind=explanation"));
    assert!(proposed.contains("escalate") && !proposed.contains("approve"), "{proposed}");
    let escalated = next(&office.done("he.xin", at, "advance case escalate"));
    assert!(escalated.contains("approve"), "{escalated}");
    let sign = "new contract client=周子涵 number=YQ-1 name=3幢1201 signed=2026-03-02 sales=qin.chuan --key deal";
    office.done("qin.chuan", at, sign);
    let line = "advance deal progress milestones.+.name=mortgage milestones.0.due=2026-03-20";
    let noted = next(&office.done("he.xin", at, line));
    assert!(noted.contains("progress") && !noted.contains("complete"), "{noted}");
    let done = next(&office.done("he.xin", at, "advance deal progress milestones.0.done=2026-03-02"));
    assert!(done.contains("complete"), "{done}");
}

#[test]
fn an_approved_loan_is_handed_out_extended_by_the_director_and_costs_who_was_late() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.document(at, "paper", "type=payment keeper=company");
    office.done("he.xin", at, "advance paper file,bind");
    office.done("qin.chuan", at, "advance paper request-loan return-due=2026-03-03");
    office.done("gu.yan", at, "advance paper approve-loan");
    let owed = ["paper", "借出办理时限"];
    assert!(office.owes("he.xin", at, &owed), "{}", office.done("he.xin", at, "due"));
    office.done("he.xin", at, "advance paper lend");
    assert!(!office.owes("he.xin", at, &owed) && !office.owes("he.xin", at, &["paper", "移交公司"]));
    // until when it is lent is not changed without the director
    office.refused("he.xin", at, "edit paper return-due=2026-03-04", "应归还日期");
    office.refused("he.xin", at, "advance paper extend-loan return-due=2026-03-04", "销售总监");
    office.done("gu.yan", at, "advance paper extend-loan return-due=2026-03-04");
    assert!(office.done("he.xin", at, "show paper").contains("借阅已批准  是"), "the director has approved that day");
    office.done("he.xin", "2026-03-06T10:00", "advance paper return");
    // what is back goes to the company on the next Monday or Thursday
    assert!(office.owes("he.xin", "2026-03-06T11:00", &["paper", "移交公司", "2026-03-09"]));
    office.done("ma.jun", "2026-03-06T11:00", "advance paper request-loan return-due=2026-03-20");
    let proposed = office.done("xu.nuo", "2026-03-09T09:00", "plan sanctions 2026-03");
    let late = proposed.lines().find(|line| line.contains("借阅资料逾期未还")).unwrap_or_default();
    assert!(late.contains("秦川") && !late.contains("马骏"), "{proposed}");
}

#[test]
fn a_document_without_a_name_is_called_by_its_type() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.done("he.xin", at, "new document client=周子涵 type=contract --key deed");
    office.done("he.xin", at, "advance deed hand-over to=signing-lawyer");
    let id = office.first(at, "hand-over");
    let shown = office.done("he.xin", at, &format!("show {id}"));
    assert!(shown.contains("购房合同"), "{shown}");
}

#[test]
fn the_end_of_a_contract_is_looked_for_ahead_and_may_have_passed() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    let new = "new contract client=周子涵 name=3幢1201 sales=qin.chuan";
    let shown = office.done("qin.chuan", at, &format!("{new} number=YQ-1 signed=2026-03-02 ends=周五"));
    assert!(shown.contains("2026-03-06"), "{shown}");
    office.done("qin.chuan", at, &format!("{new} number=YQ-2 signed=2026-01-05 ends=2026-02-01"));
}

#[test]
fn warnings_call_rules_as_people_do() {
    let office = Office::new();
    let at = "2026-03-02T10:00";
    office.document(at, "paper", "type=payment important=yes");
    office.done("xu.nuo", "2026-03-02T11:00", "advance paper lose -m 找不到");
    let shown = office.done("gu.yan", "2026-03-06T09:00", "plan sanctions 2026-03");
    assert!(shown.contains("“遗失重要资料”涉及您本人") && !shown.contains("lost-document"), "{shown}");
    office.refused("he.xin", at, "new task type=fair content=布展 assignee=nobody due=周五", "没有叫“nobody”的员工");
}
