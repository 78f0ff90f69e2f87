//! The agency's month runs as its script says, in Chinese, and steps that its rules forbid are refused.

use crate::example::{script, without_lines};
use crate::manufacturer::{by, done};
use crate::sandbox::Sandbox;

#[test]
fn the_agencys_month_goes_as_expected() {
    let sandbox = Sandbox::empty();
    let shown = script(&sandbox, "agency", "month");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/agency/expected.txt"].raw());
    let desk = Desk { sandbox };
    answers_from_a_file(&desk);
    what_differs_in_the_rules(&desk);
    the_later_of_signing_and_publication_starts_the_clock(&desk);
    detailed_rules_are_filed(&desk);
    figures_lead_to_a_reward_once_for_each_period(&desk);
}

/// The book of the month.
struct Desk {
    sandbox: Sandbox,
}

impl Desk {
    fn run(&self, person: &str, line: &str) -> String {
        let mut command = self.sandbox.redress(&format!("-C month --lang zh {line}"));
        command.env("REDRESS_NOW", "2026-04-02T09:00:00+08:00");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), person);
            command.env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
        }
        self.sandbox.shown(&command.output().expect("redress runs"))
    }

    fn done(&self, person: &str, line: &str) -> String {
        let shown = self.run(person, line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
        shown
    }
}

/// Answers come in from a file, each once. Faults are named by line and column, and nothing is written then.
fn answers_from_a_file(desk: &Desk) {
    desk.done(
        "li.jing",
        "new survey title=回访抽查 population=state=active questions.+.id=q1 questions.0.text=满意吗 questions.0.type=scale \
         questions.+.id=q2 questions.1.text=建议 questions.1.type=text from=2026-04-01 until=2026-04-10 owner=wang.lei --key spot",
    );
    desk.done("li.jing", "advance spot open");
    desk.sandbox.write("answers.csv", "客户,q1,q2\n江畔地产示例有限公司,9,\n北辰汽车示例有限公司,4,多联系\n");
    let wrong = desk.run("sun.yue", "import 调查 answers.csv --into spot");
    assert!(wrong.contains("第 2 行") && wrong.contains("“9”不是本题的有效答案"), "{wrong}");
    desk.sandbox.write("answers.csv", "客户,q1,q2\n江畔地产示例有限公司,5,\n北辰汽车示例有限公司,4,多联系\n");
    let taken = desk.done("sun.yue", "import 调查 answers.csv --into spot");
    assert!(taken.contains("录入答卷 2 份，已有 0 份"), "{taken}");
    let again = desk.done("sun.yue", "import 调查 answers.csv --into spot");
    assert!(again.contains("录入答卷 0 份，已有 2 份"), "{again}");
    // the last survey is listed beside it, by the names of the questions
    let report = desk.done("li.jing", "report surveys 2026 --format csv --table questions");
    assert!(report.lines().any(|line| line.contains("满意吗") && line.contains("4.5")), "{report}");
}

/// The differences between two rule books are told in words.
fn what_differs_in_the_rules(desk: &Desk) {
    let file = "month/policy/kinds/contract.toml";
    let rules = desk.sandbox.read(file);
    desk.sandbox.write(file, &rules.replace("within = \"3 days\"", "within = \"2 days\""));
    desk.done("fang.min", "commit -m 资料表改为两日内报送");
    let told = desk.done("fang.min", "policy diff HEAD~1");
    assert!(told.contains("客户资料表报送时限 · 限期") && told.contains("3 days") && told.contains("2 days"), "{told}");
    let same = desk.done("fang.min", "policy diff HEAD HEAD");
    assert!(same.contains("制度没有不同"), "{same}");
}

/// If a contract was signed after its publication was accepted, the three days of the client form run from the
/// signature.
fn the_later_of_signing_and_publication_starts_the_clock(desk: &Desk) {
    desk.done("zheng.kai", "new client name=远山旅行示例有限公司 sales=zheng.kai assistant=wu.jia");
    let sign = "new contract client=远山旅行示例有限公司 name=车站灯箱 amount=20000 sales=zheng.kai assistant=wu.jia ends=2026-09-01";
    for (key, signed, accepted, from) in [
        ("late-paper", "2026-04-01", "2026-03-30", "2026-04-01"),
        ("late-light", "2026-03-20", "2026-03-31", "2026-03-31"),
    ] {
        desk.done("wu.jia", &format!("{sign} number={key} signed={signed} --key {key}"));
        desk.done("wu.jia", &format!("advance {key} accept-publication accepted={accepted}"));
        let shown = desk.done("wu.jia", &format!("list contract number={key} --fields filing-from --format csv"));
        assert!(shown.contains(from), "{shown}");
    }
    let due = desk.done("wu.jia", "due");
    assert!(due.contains("客户资料表报送时限"), "{due}");
}

/// A department's detailed rules are filed with customer service. Nobody approves rules that they have drafted.
fn detailed_rules_are_filed(desk: &Desk) {
    desk.done(
        "gao.ming",
        "new rule-set title=媒介部巡检细则 version=1 content=见附件 department=media refines=客户服务管理制度 --key patrol",
    );
    desk.done("fang.min", "advance patrol approve");
    desk.done("chen.chen", "advance patrol file");
    let report = desk.done("li.jing", "report rules");
    assert!(report.contains("媒介部巡检细则"), "{report}");
}

/// Clients give somebody high scores. A reward is proposed from these figures, once for the period.
fn figures_lead_to_a_reward_once_for_each_period(desk: &Desk) {
    for (key, client) in [("c1", "江畔地产"), ("c2", "云岭茶业"), ("c3", "北辰汽车")] {
        let plan = "reason=routine due=2026-04-02 method=phone assignee=sun.yue";
        desk.done("sun.yue", &format!("new callback client={client}示例有限公司 {plan} --key {key}"));
        desk.done("sun.yue", &format!("advance {key} complete"));
        desk.done("sun.yue", &format!("advance {key} record summary=满意 score=5"));
    }
    let proposed = desk.done("li.jing", "plan sanctions 2026-04");
    assert!(proposed.contains("孙悦") && proposed.contains("300.00"), "{proposed}");
    let again = desk.done("li.jing", "plan sanctions 2026-04");
    assert!(!again.contains("孙悦"), "{again}");
}

/// A weight below the floor that the company has set is refused, with its line.
#[test]
fn a_weight_below_its_floor_is_refused() {
    let sandbox = Sandbox::empty();
    let init = sandbox.shown(&sandbox.redress("init book --preset agency --quiet").output().expect("redress runs"));
    assert!(init.ends_with("--- exit 0\n"), "{init}");
    let report = sandbox.read("book/reports/appraisal.toml");
    sandbox.write("book/reports/appraisal.toml", &report.replacen("weight = 0.05", "weight = 0.01", 1));
    let checked = sandbox.shown(&sandbox.redress("-C book --lang en policy check").output().expect("redress runs"));
    assert!(checked.contains("the weights come to 0.06, below the floor of 0.1"), "{checked}");
    assert!(checked.contains("reports/appraisal.toml:"), "{checked}");
}

/// An agency with its people, each of whom acts in their own name.
fn agency() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset agency --name 广告 --lang zh"));
    for (name, id, role, department) in [
        ("方敏", "fang.min", "gm", "management"),
        ("李静", "li.jing", "cs-manager", "cs"),
        ("王磊", "wang.lei", "cs-supervisor", "cs"),
        ("陈晨", "chen.chen", "cs-specialist", "cs"),
        ("吴佳", "wu.jia", "sales-assistant", "sales"),
        ("高明", "gao.ming", "head", "media"),
        ("林涛", "lin.tao", "head", "works"),
    ] {
        let roles = format!("roles.+.role={role} department={department}");
        done(&sandbox.run(&format!("new staff name={name} emails={id}@example.cn {roles}")));
    }
    sandbox
}

fn signed(sandbox: &Sandbox) {
    done(&by(sandbox, "wu.jia", "new client name=青禾 sales=wu.jia assistant=wu.jia"));
    let sign =
        "new contract client=青禾 number=HT-1 name=灯箱 amount=100 signed=2026-11-23 sales=wu.jia --key contract";
    done(&by(sandbox, "wu.jia", sign));
    done(&by(sandbox, "wu.jia", "advance contract accept-publication accepted=2026-11-23"));
}

/// The lines of somebody's `due` that contain this text.
fn owed(sandbox: &Sandbox, person: &str, now: &str, what: &str) -> Vec<String> {
    let shown = by(sandbox, person, &format!("due --lang zh --now {now}"));
    shown.lines().filter(|line| line.contains(what)).map(str::to_owned).collect()
}

/// CL2: 24 hours for the archive, a week for the talk with sales, a month for personal details. Each has a holder,
/// and only its own step ends it.
#[test]
fn the_archive_has_its_clocks_one_after_the_other() {
    let sandbox = agency();
    signed(&sandbox);
    let contact = "contacts.+.name=何青 contacts.0.position=经理 contacts.0.phone=0571-1 contacts.0.email=he@example.cn \
                   contacts.0.gender=female contacts.0.birthday=1985-05-06 contacts.0.hours=上午";
    let file = format!("advance 青禾 file address=示例路 phone=0571-2 principal=何青 {contact}");
    done(&by(&sandbox, "wu.jia", &file));
    let clock = |name: &str| {
        let shown = sandbox.json("show 青禾");
        let all = shown["data"]["derived"]["deadlines"].as_array().expect("deadlines").clone();
        let one = all.into_iter().find(|one| one["deadline"] == name && one["ended"].is_null());
        one.map(|one| (one["due"].as_str().expect("a time").to_owned(), one["holder"].to_string()))
    };
    // Tuesday 9:00 and 24 hours
    assert_eq!(clock("archive").expect("it runs").0, "2026-11-25T09:00:00+08:00");
    assert!(
        !by(&sandbox, "wu.jia", "advance 青禾 update -m 建档").ends_with("--- exit 0\n"),
        "sales does not build it"
    );
    done(&by(&sandbox, "wang.lei", "advance 青禾 update -m 建档"));
    assert_eq!(clock("archive"), None);
    done(&by(&sandbox, "wang.lei", "advance 青禾 assign owner=chen.chen"));
    let (due, holder) = clock("briefing").expect("it runs");
    assert!(due == "2026-12-02T00:00:00+08:00" && holder.contains("chen.chen"), "{due} {holder}");
    let (due, holder) = clock("personal").expect("it runs");
    assert!(due == "2026-12-25T00:00:00+08:00" && holder.contains("wu.jia"), "{due} {holder}");
    assert!(!by(&sandbox, "wu.jia", "advance 青禾 brief briefing=急").ends_with("--- exit 0\n"), "the specialist does");
    done(&by(&sandbox, "chen.chen", "advance 青禾 brief briefing=重视工期"));
    assert_eq!(clock("briefing"), None);
    assert!(clock("personal").is_some(), "what sales owes is not done with it");
    let shown = by(&sandbox, "wu.jia", "advance 青禾 detail hobbies=登山");
    assert!(shown.contains("family") && !shown.ends_with("--- exit 0\n"), "{shown}");
    done(&by(&sandbox, "wu.jia", "advance 青禾 detail hobbies=登山 family=一子"));
    assert_eq!(clock("personal"), None);
}

/// CT2: the client is told of a dispute within its time, and the dispute is settled within its own, by those who may.
#[test]
fn a_dispute_is_told_to_the_client_and_settled() {
    let sandbox = agency();
    signed(&sandbox);
    done(&by(&sandbox, "wang.lei", "advance contract assign owner=chen.chen"));
    done(&by(&sandbox, "chen.chen", "advance contract dispute dispute=夜间亮度不足"));
    assert_eq!(owed(&sandbox, "chen.chen", "2026-11-24T09:30", "争议告知时限").len(), 1);
    assert_eq!(owed(&sandbox, "li.jing", "2026-11-24T09:30", "争议解决时限").len(), 1);
    let settle = "advance contract settle settlement=延长刊期";
    let shown = by(&sandbox, "li.jing", settle);
    assert!(shown.contains("dispute-told") && !shown.ends_with("--- exit 0\n"), "the client was not told: {shown}");
    let shown = by(&sandbox, "chen.chen", "advance contract complete");
    assert!(!shown.ends_with("--- exit 0\n"), "nothing is completed in dispute: {shown}");
    done(&by(&sandbox, "chen.chen", "advance contract tell dispute-told=today"));
    assert!(owed(&sandbox, "chen.chen", "2026-11-24T09:30", "争议告知时限").is_empty());
    assert!(!by(&sandbox, "chen.chen", settle).ends_with("--- exit 0\n"), "not for the specialist to settle");
    done(&by(&sandbox, "li.jing", settle));
    assert!(owed(&sandbox, "li.jing", "2026-11-24T09:30", "争议解决时限").is_empty());
    // the client is told of another dispute again
    done(&by(&sandbox, "chen.chen", "advance contract dispute dispute=刊期"));
    assert_eq!(owed(&sandbox, "chen.chen", "2026-11-24T09:30", "争议告知时限").len(), 1);
    assert!(!by(&sandbox, "li.jing", settle).ends_with("--- exit 0\n"));
}

/// CB6: the departments are told the results, and each of them confirms before the survey is closed.
#[test]
fn every_department_confirms_what_a_survey_has_shown() {
    let sandbox = agency();
    signed(&sandbox);
    let questions = "questions.+.id=q1 questions.0.text=满意吗 questions.0.type=scale";
    let ask = format!(
        "new survey title=调查 population=state=active {questions} from=2026-11-24 until=2026-11-24 --key survey"
    );
    done(&by(&sandbox, "li.jing", &ask));
    done(&by(&sandbox, "li.jing", "advance survey open"));
    let later = "--now 2026-11-25T09:00";
    let shown = by(&sandbox, "li.jing", &format!("advance survey analyse analysis=尚可 {later}"));
    assert!(shown.contains("departments"), "whom the results concern is asked: {shown}");
    done(&by(&sandbox, "li.jing", &format!("advance survey analyse analysis=尚可 departments=media,works {later}")));
    let close = format!("advance survey close {later}");
    let shown = by(&sandbox, "li.jing", &close);
    assert!(shown.contains("confirm") && !shown.ends_with("--- exit 0\n"), "{shown}");
    assert_eq!(owed(&sandbox, "gao.ming", "2026-11-25T10:00", "部门确认时限").len(), 1);
    // nobody confirms for others, or excuses a department that has not
    assert!(!by(&sandbox, "li.jing", &format!("advance survey confirm {later}")).ends_with("--- exit 0\n"));
    assert!(!by(&sandbox, "chen.chen", &format!("edit survey pending= {later}")).ends_with("--- exit 0\n"));
    done(&by(&sandbox, "gao.ming", &format!("advance survey confirm {later}")));
    assert!(!by(&sandbox, "gao.ming", &format!("advance survey confirm {later}")).ends_with("--- exit 0\n"), "once");
    assert!(owed(&sandbox, "gao.ming", "2026-11-25T10:00", "部门确认时限").is_empty());
    assert!(!by(&sandbox, "li.jing", &close).ends_with("--- exit 0\n"), "one of two has confirmed");
    done(&by(&sandbox, "lin.tao", &format!("advance survey confirm {later}")));
    let survey = sandbox.json("show survey");
    let confirmed: Vec<&str> = survey["data"]["confirmed"]
        .as_array()
        .expect("lines")
        .iter()
        .filter_map(|line| line["department"].as_str())
        .collect();
    assert_eq!(confirmed, ["media", "works"]);
    done(&by(&sandbox, "li.jing", &close));
    assert!(sandbox.run("audit --quiet").ends_with("--- exit 0\n"));
}

/// RP3: the analysis is opened by itself, handed in by its day and read by management, and it leads to measures.
#[test]
fn the_analysis_goes_to_management_and_leads_to_measures() {
    let sandbox = agency();
    let shown = by(&sandbox, "li.jing", "plan tasks 2026-12");
    assert!(shown.contains("月度投诉分析报告"), "{shown}");
    let id = sandbox.json("list analysis type=complaints")["data"][0]["id"].as_str().expect("an id").to_owned();
    assert!(sandbox.json(&format!("show {id}"))["data"]["owner"].is_string(), "somebody writes it");
    done(&by(&sandbox, "li.jing", &format!("edit {id} owner=wang.lei")));
    assert!(!owed(&sandbox, "wang.lei", "2026-11-24T10:00", "分析上报时限").is_empty());
    let shown = by(&sandbox, "wang.lei", &format!("advance {id} hand-in"));
    assert!(shown.contains("findings"), "{shown}");
    let proposal = "proposals.+.what=每日巡检 proposals.0.owner=lin.tao proposals.0.due=2026-12-10";
    done(&by(&sandbox, "wang.lei", &format!("advance {id} hand-in findings=巡检漏项 {proposal}")));
    let read = format!("advance {id} acknowledge instruction=同意");
    assert!(!by(&sandbox, "wang.lei", &read).ends_with("--- exit 0\n"), "nobody reads what they wrote");
    assert!(!owed(&sandbox, "fang.min", "2026-11-24T10:00", "管理层批阅时限").is_empty());
    done(&by(&sandbox, "fang.min", &read));
    let measures = sandbox.json(&format!("list measure about={id}"));
    assert_eq!(
        (&measures["data"][0]["action"], &measures["data"][0]["owner"]),
        (&"每日巡检".into(), &"lin.tao".into())
    );
    let report = by(&sandbox, "li.jing", "report analyses 2026-q4 --lang zh");
    assert!(report.contains("每日巡检") && report.contains("同意"), "{report}");
}

/// CT1–CT3: a step that is taken again and again writes down each time what it is about. What another record's step
/// takes is not offered, and the first client form is complete only with a contact person (CL1).
#[test]
fn each_step_that_notes_something_gets_a_line_of_its_own() {
    let sandbox = agency();
    signed(&sandbox);
    let contract = |words: &str| by(&sandbox, "wu.jia", &format!("advance contract {words} --lang zh"));
    for step in ["ask", "change", "problem", "progress"] {
        let shown = contract(step);
        assert!(!shown.ends_with("--- exit 0\n"), "{shown}");
    }
    let asked = "ask asked.+.date=2026-11-23 asked.+.answer=正常";
    let shown = contract(asked);
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    let next = shown.lines().find(|line| line.starts_with("下一步")).expect("what comes next");
    assert!(!next.contains("filed"), "the client's step takes it: {next}");
    assert!(by(&sandbox, "wu.jia", "advance contract --lang zh").contains("filed"), "it can be taken");
    let shown = contract("ask");
    assert!(shown.contains("asked") && !shown.ends_with("--- exit 0\n"), "{shown}");
    done(&contract(asked));
    let lines = sandbox.json("show contract")["data"]["asked"].as_array().expect("what was asked").len();
    assert_eq!(lines, 2, "the same answer twice is two answers");
    let shown = by(&sandbox, "wu.jia", "advance 青禾 file address=示例路 phone=0571-2 principal=何青 --lang zh");
    assert!(shown.contains("contacts") && !shown.ends_with("--- exit 0\n"), "{shown}");
    let shown = by(&sandbox, "wu.jia", "edit contract owner=陈 --lang zh");
    assert!(shown.contains("chen.chen (陈晨)"), "{shown}");
}

/// Each department concerned sees that it is to say what it found, until it has; what each said stands in the
/// complaint.
#[test]
fn the_departments_concerned_are_heard_one_by_one() {
    let sandbox = agency();
    done(&by(&sandbox, "li.jing", "new client name=青禾 phone=0571-1"));
    done(&by(&sandbox, "li.jing", "new complaint client=青禾 channel=phone content=划痕 --key case"));
    let accept = "advance case accept contact=江 category=other severity=minor reason=划伤 demand=repair departments=media,works promised=fri";
    done(&by(&sandbox, "li.jing", accept));
    let owes = |person: &str| !owed(&sandbox, person, "2026-11-24T11:00", "部门会查时限").is_empty();
    assert!(owes("gao.ming") && owes("lin.tao"));
    done(&by(&sandbox, "gao.ming", "advance case opine opinion=媒介无误"));
    assert!(!owes("gao.ming") && owes("lin.tao"));
    let early = by(&sandbox, "li.jing", "advance case investigate cause=防护不足 fault=own");
    assert!(!early.ends_with("--- exit 0\n"), "{early}");
    let nothing = by(&sandbox, "lin.tao", "advance case opine");
    assert!(nothing.contains("opinion") && !nothing.ends_with("--- exit 0\n"), "{nothing}");
    done(&by(&sandbox, "lin.tao", "advance case opine -m 未做防护"));
    assert!(!owes("lin.tao"));
    let case = sandbox.json("show case");
    let said: Vec<_> =
        case["data"]["statements"].as_array().expect("what they said").iter().map(|line| &line["what"]).collect();
    assert_eq!(said, ["媒介无误", "未做防护"]);
    done(&by(&sandbox, "li.jing", "advance case investigate cause=防护不足 fault=own"));
    assert_eq!(by(&sandbox, "fang.min", "audit --quiet"), "--- exit 0\n");
}

/// What was due before today is made with the day that the answer names, also if its period began earlier than the one
/// that is planned.
#[test]
fn what_was_due_before_is_made_from_the_day_that_is_named() {
    let sandbox = agency();
    let plan = |words: &str| by(&sandbox, "li.jing", &format!("plan tasks 2026-12 --dry-run --lang zh {words}"));
    let shown = plan("");
    let passed = shown.lines().find(|line| line.contains("半年度满意度调查：1 项")).expect("it was due in July");
    let day = passed.rsplit(' ').next().expect("the day");
    assert!(day < "2026-08-01", "{passed}");
    let made = plan(&format!("--on {day}"));
    assert!(made.lines().any(|line| line.starts_with("半年度满意度调查  ")), "{made}");
}
