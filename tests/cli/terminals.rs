//! The month of a seller of card terminals runs as its script says, in Chinese, and steps that its rules forbid are
//! refused. Each duty has a test.

use crate::example::{script, without_lines};
use crate::sandbox::Sandbox;

#[test]
fn the_month_of_a_seller_of_terminals_goes_as_expected() {
    let sandbox = Sandbox::empty();
    let shown = script(&sandbox, "terminals", "month");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/terminals/expected.txt"].raw());
}

/// A book with a few people of the company, and a client.
struct Desk {
    sandbox: Sandbox,
}

impl Desk {
    fn new() -> Self {
        let desk = Desk { sandbox: Sandbox::empty() };
        desk.done("lin.feng", "08:00", "init . --preset terminals --clock simulated --quiet");
        for (name, id, role, department, pay) in [
            ("何静", "he.jing", "cs-manager", "cs", "6500"),
            ("王磊", "wang.lei", "cs-specialist", "cs", "4100"),
            ("陈晨", "chen.chen", "cs-specialist", "cs", "3850.50"),
            ("孙强", "sun.qiang", "salesperson", "sales", "4000"),
            ("周敏", "zhou.min", "sales-manager", "sales", "7000"),
        ] {
            let line = format!(
                "new staff name={name} emails={id}@example.cn roles.+.role={role} department={department} joined=2025-12-08 \
                 base-pay.+.amount={pay} base-pay.0.from=2025-12-08"
            );
            desk.done("lin.feng", "08:05", &line);
        }
        desk.done("lin.feng", "08:10", "advance lin.feng change roles= roles.+.role=gm department=management");
        desk.done("he.jing", "08:15", "new client name=城南超市示例有限公司 sales=sun.qiang owner=wang.lei");
        desk.done("he.jing", "08:15", "advance 城南超市示例有限公司 convert");
        desk
    }

    /// The output of a command on 2 March 2026, a Monday, unless the time names another day.
    fn output(&self, person: &str, time: &str, line: &str) -> std::process::Output {
        let mut command = self.sandbox.redress(&format!("-C book --lang zh {line}"));
        let time = if time.contains('T') { time.to_owned() } else { format!("2026-03-02T{time}") };
        command.env("REDRESS_NOW", format!("{time}:00+08:00"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), person);
            command.env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
        }
        std::fs::create_dir_all(self.sandbox.dir().join("book")).expect("a folder");
        command.output().expect("redress runs")
    }

    fn run(&self, person: &str, time: &str, line: &str) -> String {
        self.sandbox.shown(&self.output(person, time, line))
    }

    /// The answer of a command as JSON.
    fn json(&self, person: &str, line: &str) -> serde_json::Value {
        let output = self.output(person, "2026-03-31T18:00", &format!("--json {line}"));
        serde_json::from_slice(&output.stdout).expect("json")
    }

    fn done(&self, person: &str, time: &str, line: &str) -> String {
        let shown = self.run(person, time, line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
        shown
    }

    fn refused(&self, person: &str, time: &str, line: &str, says: &str) {
        let shown = self.run(person, time, line);
        assert!(!shown.ends_with("--- exit 0\n") && shown.contains(says), "{line}\n{shown}");
    }

    /// The id of the first record in a list.
    fn id(&self, person: &str, listed: &str) -> String {
        let json = self.json(person, &format!("list {listed}"));
        json["data"][0]["id"].as_str().expect("a record").to_owned()
    }

    fn clean(&self) {
        assert_eq!(self.run("lin.feng", "2026-04-01T09:00", "validate --full"), "--- exit 0\n");
        assert_eq!(self.run("lin.feng", "2026-04-01T09:00", "audit --quiet"), "--- exit 0\n");
    }
}

/// Own fault: an apology, and depending on gravity a report upwards, before anything is offered or closed. No own
/// fault: no apology, by any way.
#[test]
fn nobody_apologises_for_what_is_not_our_fault_and_our_own_is_reported_by_gravity() {
    let desk = Desk::new();
    let ban = "不得记录致歉";
    desk.done(
        "wang.lei",
        "09:00",
        "new complaint client=城南超市示例有限公司 channel=phone content=终端无法开机 --key power",
    );
    let accept = "category=product wanted=尽快恢复 promised=2026-03-04T17:00";
    desk.done("wang.lei", "09:10", &format!("advance power accept severity=critical {accept}"));
    // nobody knows yet whose fault it is
    desk.refused("wang.lei", "09:20", "advance power apologise -m 抱歉", ban);
    desk.done("wang.lei", "09:30", "advance power investigate cause=客户换了电源 fault=client");
    desk.refused("wang.lei", "09:40", "advance power apologise -m 抱歉", ban);
    desk.refused("wang.lei", "09:40", "edit power apology=已致歉", ban);
    desk.refused("wang.lei", "09:40", "edit power remedies.+.kind=apology", ban);
    desk.refused("wang.lei", "09:40", "advance power propose remedies.+.kind=apology", ban);
    let id = desk.id("wang.lei", "complaint content=终端无法开机");
    let edit = serde_json::json!({ "op": "edit", "id": id, "fields": { "apology": "sorry" } });
    desk.sandbox.write("batch.ndjson", &format!("{edit}\n"));
    desk.sandbox.write("import.json", "[{\"client\":\"城南超市示例有限公司\",\"channel\":\"phone\",\"content\":\"x\",\"fault\":\"client\",\"apology\":\"sorry\"}]");
    let dir = desk.sandbox.dir();
    desk.refused("lin.feng", "09:45", &format!("import complaint {}", dir.join("import.json").display()), ban);
    desk.refused("wang.lei", "09:45", &format!("batch {}", dir.join("batch.ndjson").display()), ban);

    desk.done(
        "wang.lei",
        "10:00",
        "new complaint client=城南超市示例有限公司 channel=phone content=重复扣款 --key double",
    );
    desk.done("wang.lei", "10:01", &format!("advance double accept severity=critical {accept}"));
    desk.done("wang.lei", "10:10", "advance double investigate cause=程序缺陷 fault=own");
    let due = desk.done("wang.lei", "10:11", "due");
    assert!(due.contains("致歉时限") && due.contains("上报时限"), "{due}");
    desk.refused("wang.lei", "10:20", "advance double propose remedies.+.kind=explanation", "上报");
    desk.done("wang.lei", "10:20", "advance double escalate");
    desk.refused("wang.lei", "10:20", "advance double propose remedies.+.kind=explanation", "上报");
    desk.done("wang.lei", "10:21", "advance double escalate");
    desk.done("wang.lei", "10:22", "advance double propose remedies.+.kind=explanation");
    desk.done("he.jing", "10:30", "advance double approve");
    desk.done("wang.lei", "10:31", "advance double notify");
    desk.done("wang.lei", "10:32", "advance double agree answer=同意");
    desk.refused("wang.lei", "10:33", "advance double close", "致歉");
    desk.done("wang.lei", "10:34", "advance double apologise -m 已电话致歉");
    desk.done("wang.lei", "10:35", "advance double close");
    desk.clean();
}

/// An employee who is not sure of something does not answer it, but asks upwards.
#[test]
fn what_nobody_is_sure_of_is_asked_upwards_before_it_is_answered() {
    let desk = Desk::new();
    desk.done(
        "wang.lei",
        "09:00",
        "new inquiry client=城南超市示例有限公司 channel=phone content=能否刷外卡 --key foreign",
    );
    desk.done("wang.lei", "09:05", "advance foreign escalate");
    desk.refused("wang.lei", "09:06", "advance foreign answer answer=可以", "批示");
    let due = desk.done("he.jing", "09:07", "due");
    assert!(due.contains("批示时限"), "{due}");
    desk.refused("wang.lei", "09:08", "advance foreign instruct instruction=可以", "批示");
    desk.done("he.jing", "09:10", "advance foreign instruct -m 需另签协议");
    desk.done("wang.lei", "09:11", "advance foreign answer answer=需另签协议");
    // the same for a complaint whose fault is unclear
    desk.done("wang.lei", "09:20", "new complaint client=城南超市示例有限公司 channel=phone content=到账慢 --key slow");
    desk.done(
        "wang.lei",
        "09:21",
        "advance slow accept category=service severity=minor wanted=查明 promised=2026-03-04T17:00",
    );
    desk.done("wang.lei", "09:22", "advance slow investigate cause=待银行核实 fault=unclear");
    desk.refused("wang.lei", "09:23", "advance slow propose remedies.+.kind=explanation", "批示");
    desk.done("wang.lei", "09:24", "advance slow escalate");
    desk.done("he.jing", "09:25", "advance slow instruct -m 先说明进度");
    desk.done("wang.lei", "09:26", "advance slow propose remedies.+.kind=explanation");
    desk.clean();
}

/// The work report records what was done that day when it is handed in, and does not change. The manager sees it.
/// Nobody on leave has one.
#[test]
fn a_work_report_keeps_what_was_done_and_is_handed_in_and_seen() {
    let desk = Desk::new();
    desk.done("lin.feng", "08:20", "edit sun.qiang leave.+.from=2026-03-02 leave.0.until=2026-03-03");
    let planned = desk.done("he.jing", "08:30", "plan tasks 2026-03-02");
    assert!(planned.contains("王磊") && !planned.contains("孙强"), "{planned}");
    desk.done("wang.lei", "09:00", "new inquiry client=城南超市示例有限公司 channel=phone content=能否刷外卡");
    desk.done("wang.lei", "09:30", "advance 城南超市示例有限公司 contact -m 约培训时间");
    let report = desk.id("wang.lei", "work-report person=wang.lei");
    // nobody hands in for another, and people do not write themselves what was done
    desk.refused("chen.chen", "16:00", &format!("advance {report} hand-in"), "上交");
    desk.done("wang.lei", "17:00", &format!("advance {report} hand-in summary=两件 entries.+.note=编造"));
    let shown = desk.done("wang.lei", "17:01", &format!("show {report}"));
    assert!(shown.contains("约培训时间") && shown.contains("能否刷外卡") && !shown.contains("编造"), "{shown}");
    desk.done("wang.lei", "17:10", "advance 城南超市示例有限公司 contact -m 又来电");
    assert!(!desk.done("wang.lei", "17:11", &format!("show {report}")).contains("又来电"));
    desk.refused("wang.lei", "17:12", &format!("edit {report} summary=三件"), "");
    let missing = desk.done("he.jing", "17:40", "report work-reports 2026-03-02");
    assert!(missing.contains("陈晨") && missing.contains("未交名单"), "{missing}");
    assert!(desk.done("chen.chen", "17:40", "due").contains("上交时限"));
    desk.refused("wang.lei", "17:45", &format!("advance {report} see"), "审阅");
    desk.done("he.jing", "2026-03-03T09:00", &format!("advance {report} see"));
    desk.clean();
}

/// Late, absent and excused follow from the calendar. The policy says what they cost, by the pay of the day, to the
/// cent.
#[test]
fn lateness_costs_by_rate_of_the_pay_from_a_threshold_on_more() {
    let desk = Desk::new();
    desk.done(
        "lin.feng",
        "08:20",
        "edit chen.chen leave.+.from=2026-03-04 leave.0.until=2026-03-04 leave.0.reason=婚假",
    );
    let clock = "姓名,日期,上班,下班,事由\n\
        陈晨,2026-03-02,8:30,17:30,\n陈晨,2026-03-03,8:31,17:30,\n陈晨,2026-03-05,8:45,17:30,\n陈晨,2026-03-06,9:00,17:00,\n\
        陈晨,2026-03-07,9:00,17:30,\n陈晨,2026-03-09,9:20,17:30,外出装机\n陈晨,2026-03-10,8:50,17:30,\n陈晨,2026-03-11,,,\n";
    let file = desk.sandbox.dir().join("clock.csv").display().to_string();
    // a day that does not exist is told as that, and its times are not complained about
    desk.sandbox
        .write("clock.csv", "姓名,日期,上班,下班,事由\n陈晨,2026-02-30,8:30,17:30,\n陈晨,2026-03-02,8点半多,17:30,\n");
    let wrong = desk.run("zhou.min", "2026-03-11T18:00", &format!("--lang zh import 考勤 {file} --into 出勤记录"));
    assert!(wrong.contains("`2026-02-30` 不是日历中的日期") && !wrong.contains("第 2 行 上班"), "{wrong}");
    assert!(wrong.contains("第 3 行 上班") && !wrong.contains("年份开头"), "{wrong}");
    desk.sandbox.write("clock.csv", clock);
    let taken = desk.done("zhou.min", "2026-03-11T18:00", &format!("import 考勤 {file} --into 出勤记录"));
    assert!(taken.contains("录入 8 行"), "{taken}");
    let again = desk.done("zhou.min", "2026-03-11T18:00", &format!("import 考勤 {file} --into days"));
    assert!(again.contains("录入 0 行") && again.contains("已有 8 行"), "{again}");
    assert!(taken.contains("共 8 行") && again.contains("拒绝 0 行"), "{taken}{again}");
    // the same clock as another program writes it, by a map, with one day that cannot be read
    let other = "Punch list;;;\nWho;Day;In;Out\n陈晨;02.03.2026;8:30;17:30\n陈晨;12.03.2026;8:29;\n陈晨;32.03.2026;8:29;17:30\n";
    let map = "skip = 1\ndelimiter = \";\"\ndates = \"%d.%m.%Y\"\n[fields]\nperson = \"{Who}\"\ndate = { column = \"Day\" }\n\
        in = { column = \"Day\", time = \"In\" }\nout = { column = \"Day\", time = \"Out\" }\n";
    desk.sandbox.write("punch.csv", other);
    desk.sandbox.write("punch.toml", map);
    let [punch, by] = ["punch.csv", "punch.toml"].map(|name| desk.sandbox.dir().join(name).display().to_string());
    let into = format!("import 考勤 {punch} --into days --map {by}");
    desk.refused("zhou.min", "2026-03-11T18:00", &into, "共 3 行：将导入 1 条，已存在 1 条，有差异 0 条，将拒绝 1 条");
    desk.sandbox.write("punch.toml", &format!("{map}[key]\ncolumns = [\"Who\"]\n"));
    desk.refused("zhou.min", "2026-03-11T18:00", &into, "`key` 不适用于列表明细");
    desk.sandbox.write("punch.toml", map);
    desk.sandbox.write(
        "punch.csv",
        &other.replace("陈晨;32.03.2026;8:29;17:30\n", "").replace("12.03.2026;8:29", "11.03.2026;8:29"),
    );
    let punched = desk.done("zhou.min", "2026-03-11T18:00", &format!("{into} --dry-run"));
    assert!(punched.contains("共 2 行：录入 1 行，涉及记录 1 条，已有 1 行"), "{punched}");
    let id = desk.id("zhou.min", "attendance person=chen.chen");
    desk.done("zhou.min", "2026-03-11T18:05", &format!("advance {id} close"));
    let json = desk.json("zhou.min", &format!("show {id}"));
    let days: Vec<String> = json["data"]["days"]
        .as_array()
        .expect("days")
        .iter()
        .map(|day| {
            let text = |key: &str| day[key].as_str().map_or_else(|| day[key].to_string(), str::to_owned);
            format!("{} {} {} {}", text("date"), text("late"), text("absent"), text("excuse"))
        })
        .collect();
    assert_eq!(
        days,
        [
            "2026-03-02 null null null",
            "2026-03-03 1 null null",
            "2026-03-04 null null 婚假",
            "2026-03-05 15 null null",
            "2026-03-06 30 null null",
            "2026-03-07 null null null", // a Saturday
            "2026-03-09 null null 外出装机",
            "2026-03-10 20 null null",
            "2026-03-11 null true null",
        ]
    );
    // 2 % of 3850.50 is 77.01, 5 % is 192.525
    let planned = desk.done("zhou.min", "2026-03-12T09:00", "plan sanctions 2026-03");
    assert_eq!(planned.matches("77.01").count(), 3, "{planned}");
    assert_eq!(planned.matches("192.53").count(), 2, "{planned}");
    assert_eq!(desk.done("zhou.min", "2026-03-12T09:01", "plan sanctions 2026-03").matches("77.01").count(), 0);
    desk.clean();
}

/// A time of another day is refused, and people do not say what is late.
#[test]
fn days_of_the_clock_are_held_against_the_calendar_whatever_is_given() {
    let desk = Desk::new();
    let day = "days.+.date=2026-03-02 days.0.in=2026-03-02T08:40:00+08:00 days.0.late=0";
    desk.done("zhou.min", "18:00", &format!("new attendance person=wang.lei month=2026-03 --key wang {day}"));
    assert!(desk.done("zhou.min", "18:01", "show wang").contains("10"), "ten minutes late");
    desk.refused(
        "zhou.min",
        "18:02",
        "advance wang clock days.+.date=2026-02-27 days.1.in=2026-02-27T08:40:00+08:00",
        "2026-02-27 不属于 2026-03",
    );
    desk.sandbox.write("bad.csv", "姓名,日期,上班\n王磊,2026-03-02,一早\n不认识,2026-03-02,8:20\n");
    let file = desk.sandbox.dir().join("bad.csv").display().to_string();
    let bad = desk.run("zhou.min", "18:03", &format!("import attendance {file} --into days"));
    assert!(bad.contains("一早") && bad.contains("不认识") && !bad.ends_with("--- exit 0\n"), "{bad}");
}

/// A complaint about a person costs at least 10 yuan. A breach of conduct is recorded with its kind.
#[test]
fn a_complaint_about_a_person_costs_by_gravity_and_conduct_is_sanctioned() {
    let desk = Desk::new();
    desk.done(
        "zhou.min",
        "09:00",
        "new complaint client=城南超市示例有限公司 channel=referral content=态度生硬 about=wang.lei --key rude",
    );
    // the person whom it is about takes no step of it
    let accept = "category=service severity=major wanted=改进 promised=2026-03-04T17:00";
    desk.refused("chen.chen", "09:05", &format!("advance rude accept {accept}"), "提出方");
    desk.refused("wang.lei", "09:05", &format!("advance rude accept {accept} raised-by=sales"), "被投诉人");
    desk.done("chen.chen", "09:05", &format!("advance rude accept {accept} raised-by=sales"));
    desk.done("chen.chen", "09:10", "advance rude investigate cause=语气急躁 fault=own");
    desk.done("chen.chen", "09:11", "advance rude apologise -m 已致歉");
    desk.done("chen.chen", "09:12", "advance rude escalate");
    desk.done("chen.chen", "09:13", "advance rude propose remedies.+.kind=explanation");
    desk.done("he.jing", "09:20", "advance rude approve");
    desk.done("chen.chen", "09:21", "advance rude notify");
    desk.done("chen.chen", "09:22", "advance rude agree answer=接受");
    desk.done("chen.chen", "09:23", "advance rude close");
    let planned = desk.done("he.jing", "10:00", "plan sanctions 2026-03");
    assert!(planned.contains("50.00") && planned.contains("王磊"), "{planned}");
    desk.refused(
        "he.jing",
        "10:05",
        "new sanction type=deduction person=wang.lei reason=x rule=complaint-about-person amount=9",
        "不少于10元",
    );
    desk.refused("he.jing", "10:06", "new sanction type=conduct person=chen.chen", "违纪行为");
    desk.done(
        "he.jing",
        "10:06",
        "new sanction type=conduct person=chen.chen breach=games happened=2026-03-02T09:50:00+08:00 --key games",
    );
    desk.refused("lin.feng", "10:07", "advance games approve", "处分种类");
    desk.done("lin.feng", "10:07", "advance games approve measure=warning");
    desk.clean();
}

/// What clients say about us and about the market goes to sales: to whom, when, and whether it was seen.
#[test]
fn what_clients_say_is_passed_on_to_sales_and_seen() {
    let desk = Desk::new();
    desk.done("wang.lei", "09:00", "new inquiry client=城南超市示例有限公司 channel=phone content=费率 --key rate");
    desk.done("wang.lei", "09:05", "advance rate answer answer=见合同 market=同行零费率");
    desk.done("wang.lei", "09:10", "new callback client=城南超市示例有限公司 reason=offer due=2026-03-02 assignee=wang.lei method=phone --key offer");
    desk.done("wang.lei", "09:20", "advance offer complete");
    desk.refused("wang.lei", "09:21", "advance offer record summary=介绍扫码", "意向");
    desk.done("wang.lei", "09:22", "advance offer record summary=介绍扫码 interest=interested opinion=结算慢");
    let due = desk.done("sun.qiang", "10:00", "due");
    assert!(due.contains("同行零费率") && due.contains("结算慢") && due.contains("介绍扫码"), "{due}");
    let id = desk.id("sun.qiang", "task content=同行零费率");
    desk.done("sun.qiang", "10:02", &format!("advance {id} complete"));
    let voice = desk.done("zhou.min", "2026-03-31T10:00", "report voice 2026-03");
    assert!(voice.contains("转达销售") && voice.contains("销售已阅 1 / 期间转达销售 3"), "{voice}");
    desk.clean();
}

/// Tasks for sales have their types, a holder, a due time and a check by somebody else.
#[test]
fn tasks_for_sales_are_held_due_and_checked() {
    let desk = Desk::new();
    desk.refused(
        "sun.qiang",
        "09:00",
        "new task type=资金回收 client=城南超市示例有限公司 content=货款 assignee=wang.lei due=2026-03-03T17:00",
        "金额",
    );
    desk.done("sun.qiang", "09:00", "new task type=资金回收 client=城南超市示例有限公司 content=货款 amount=860 assignee=wang.lei due=2026-03-03T17:00 --key pay");
    assert!(desk.done("wang.lei", "09:01", "due").contains("货款"));
    desk.refused("wang.lei", "09:02", "advance pay complete result=已收", "实收金额");
    desk.done("wang.lei", "09:03", "advance pay complete result=已收 collected=860");
    desk.refused("wang.lei", "09:04", "advance pay check", "无权");
    desk.done("sun.qiang", "09:05", "advance pay check");
    desk.clean();
}

/// What comes back every day is made when its day comes: a plan of the month makes no month of reports.
/// The seller sees who checks the trial run that they ordered, and nobody finds the complaint about themselves among
/// their own work.
#[test]
fn what_waits_for_others_is_told_and_nobody_handles_the_complaint_about_themselves() {
    let desk = Desk::new();
    let order = "new task type=trial-run client=城南超市示例有限公司 content=门店试机 due=2026-03-03 assignee=chen.chen --key run";
    desk.done("sun.qiang", "09:00", order);
    desk.done("chen.chen", "15:00", "advance run complete result=三家门店正常");
    let id = desk.id("sun.qiang", "task content=门店试机");
    for person in ["sun.qiang", "chen.chen"] {
        let due = desk.done(person, "15:10", "due");
        assert!(due.contains("待他人办理的 1 项") && due.contains("（客服经理）"), "{person}: {due}");
    }
    let shown = desk.done("sun.qiang", "15:10", &format!("show {id}"));
    assert!(shown.contains("检查"), "{shown}");
    assert!(!desk.done("he.jing", "15:10", "due").contains("待他人办理"));
    let about =
        "new complaint client=城南超市示例有限公司 channel=referral content=态度生硬 about=wang.lei raised-by=sales";
    desk.done("sun.qiang", "16:00", about);
    let owes = |person: &str| desk.done(person, "16:05", "due").contains("态度生硬");
    assert_eq!(["wang.lei", "chen.chen"].map(owes), [false, true]);
    let stranger = "new staff name=外人 emails=wai.ren@example.cn";
    desk.refused("sun.qiang", "16:06", stranger, "孙强 (sun.qiang) 无权");
    // a time later today has not passed
    desk.done(
        "chen.chen",
        "16:10",
        "new callback client=城南超市示例有限公司 reason=routine due=2026-03-02 --key call",
    );
    desk.refused("chen.chen", "16:15", "advance call complete method=phone happened=2026-03-02T23:00", "现在");
}

#[test]
fn a_plan_of_the_month_makes_the_reports_of_today_and_months_are_closed() {
    let desk = Desk::new();
    let planned = desk.done("he.jing", "08:30", "plan tasks 2026-03");
    assert!(planned.contains("2026-03-02") && !planned.contains("2026-03-03"), "{planned}");
    desk.sandbox.write("clock.csv", "姓名,日期,上班,下班\n王磊,2026-03-02,8:30,17:30\n");
    let file = desk.sandbox.dir().join("clock.csv").display().to_string();
    desk.done("zhou.min", "18:00", &format!("import 考勤 {file} --into 出勤记录"));
    let due = desk.done("he.jing", "18:10", "due");
    assert!(due.lines().any(|line| line.contains("结月时限") && line.contains("2026-04-0")), "{due}");
    desk.clean();
}
