//! The agency's month goes as its script says, in Chinese, and what its rules forbid is refused.

use crate::sandbox::Sandbox;

#[test]
fn the_agencys_month_goes_as_expected() {
    let sandbox = Sandbox::empty();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/agency/run");
    let mut command = sandbox.command("sh");
    // by its name on the path, which is what the script's own function is called
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder");
    let script = format!("PATH={}:$PATH REDRESS=redress sh {script} month", program.display());
    command.args(["-c", &script]);
    let shown = sandbox.shown(&command.output().expect("sh runs"));
    let shown = shown.replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), "");
    snapbox::assert_data_eq!(
        super::example::without_lines(&shown),
        snapbox::file!["../../examples/agency/expected.txt"].raw()
    );
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

/// Answers come in from a file, each once; what is wrong is named by line and column, and nothing is written then.
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
    // the last survey stands beside it, by the names of the questions
    let report = desk.done("li.jing", "report surveys 2026 --format csv --table questions");
    assert!(report.lines().any(|line| line.contains("满意吗") && line.contains("4.5")), "{report}");
}

/// Two rule books are told apart in words.
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

/// A contract that was signed after its publication was accepted: the three days of the client form run from the signature.
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

/// A department's detailed rules are filed with customer service; nobody approves what they drafted.
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

/// Clients score somebody highly: a reward is proposed from these figures, once for the period.
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

/// A weight below the floor that the company has laid down is refused with its line.
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
