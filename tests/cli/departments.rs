//! Departments under departments: the department of a record decides who takes a step, holds a deadline and is told
//! of it.

use crate::sandbox::Sandbox;

/// A book with departments under departments. The head of the department in an inquiry answers it.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let departments = sandbox.read("policy/departments.toml");
    let departments = departments.replacen("[departments.cs]\n", "[departments.cs]\nabove = \"sales\"\n", 1);
    let departments = departments.replacen("[departments.sales]\n", "[departments.sales]\nabove = \"gm-office\"\n", 1);
    sandbox.write("policy/departments.toml", &departments);
    let field = "[fields.department]\ntype = \"department\"\nlabel = { en = \"Department\", zh = \"部门\" }\n\n[fields.content]\n";
    let inquiry = sandbox.read("policy/kinds/inquiry.toml").replacen("[fields.content]\n", field, 1);
    let step = "name = \"answer\"\n";
    let inquiry =
        inquiry.replacen(step, "name = \"answer\"\nby = [\"head@department\", \"head@above:department\"]\n", 1);
    let holders = "holder = [\"role:head@department\", \"role:head@above:department\"]";
    let at = inquiry.find("[[deadlines]]").expect("a deadline");
    let line = inquiry[at..].find("holder = ").expect("a holder") + at;
    let end = inquiry[line..].find('\n').expect("a line") + line;
    sandbox.write("policy/kinds/inquiry.toml", &format!("{}{holders}{}", &inquiry[..line], &inquiry[end..]));
    for (name, id, more) in [
        ("陈静", "chen.jing", "department=cs roles.+.role=head"),
        ("何雨", "he.yu", "department=cs"),
        ("高远", "gao.yuan", "department=sales roles.+.role=head"),
        ("苏婉", "su.wan", "department=gm-office roles.+.role=head"),
    ] {
        sandbox.run(&format!("new staff name={name} emails={id}@example.cn {more}"));
    }
    sandbox.git("add -A");
    sandbox.git("commit -q -m rules");
    sandbox.run("new client name=青禾");
    sandbox
}

#[test]
fn a_department_of_the_record_says_who_may_and_who_must() {
    let sandbox = book();
    let own = sandbox.json("new inquiry client=青禾 channel=phone content=价格 department=cs --key own");
    assert_eq!(own["error"], serde_json::Value::Null, "{own}");
    let shown = sandbox.json("show own");
    assert_eq!(shown["data"]["derived"]["holder"], "role:head@cs", "{shown}");
    assert!(sandbox.run("show own --lang zh").contains("部门主管（客服部）"));
    assert!(sandbox.run("due --all").contains("Head of the department (Customer service)"));
    assert_eq!(sandbox.json("explain own")["data"][0]["holder"], "role:head@cs");
    let refused = sandbox.run("--as he.yu advance own answer answer=好");
    assert!(refused.contains("chen.jing"), "{refused}");
    assert!(refused.contains("Head of the department (head) of the department in"), "{refused}");
    assert!(sandbox.run("--as he.yu --lang zh advance own answer answer=好").contains("所列部门的部门主管"));
    let next = sandbox.run("--as he.yu advance own");
    assert!(next.contains("陈静") || next.contains("chen.jing"), "{next}");
    let due = |who: &str| sandbox.json(&format!("due --for {who}"))["data"].as_array().expect("a list").len();
    assert_eq!(["chen.jing", "he.yu", "gao.yuan", "su.wan"].map(due), [1, 0, 0, 0]);
    assert_eq!(sandbox.json("list inquiry holder=role:head@cs")["data"].as_array().map(Vec::len), Some(1));
    assert!(sandbox.run("list inquiry holder=role:head@nowhere").ends_with("--- exit 2\n"));
    assert!(sandbox.run("--as chen.jing advance own answer answer=好").ends_with("--- exit 0\n"));
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// Nobody heads the department once its head has left: the nearest department above that has a head is asked.
#[test]
fn the_department_above_steps_in_by_the_staff_of_the_day() {
    let sandbox = book();
    sandbox.run("new inquiry client=青禾 channel=phone content=价格 department=cs --key own");
    sandbox.run("new inquiry client=青禾 channel=phone content=交期 department=qm --key other");
    assert!(sandbox.run("--as gao.yuan advance own answer answer=好").ends_with("--- exit 0\n"));
    // what was right with the staff of that day stays right
    assert!(sandbox.run("advance gao.yuan leave").ends_with("--- exit 0\n"));
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
    sandbox.run("new inquiry client=青禾 channel=phone content=规格 department=sales --key third");
    assert!(sandbox.run("--as su.wan advance third answer answer=好").ends_with("--- exit 0\n"));
    let checked = sandbox.run("policy check");
    assert!(checked.contains("nobody has the role `head` in the departments sales"), "{checked}");
}

#[test]
fn what_names_no_department_is_said_with_its_place() {
    let sandbox = book();
    let sound = sandbox.read("policy/kinds/inquiry.toml");
    for (by, wanted) in [
        ("haed@department", "there is no role `haed`"),
        ("head@channel", "`channel` holds no department"),
        ("head@departmnet", "did you mean `department`?"),
        ("head@", "`head@` says nobody"),
        ("department:channel", "`channel` holds no department"),
    ] {
        sandbox.write("policy/kinds/inquiry.toml", &sound.replacen("head@department", by, 1));
        let said = sandbox.run("policy check");
        assert!(said.contains(wanted) && said.contains("policy/kinds/inquiry.toml:"), "{by}: {said}");
    }
    sandbox.write("policy/kinds/inquiry.toml", &sound);
    let circle = sandbox.read("policy/departments.toml").replacen(
        "[departments.gm-office]\n",
        "[departments.gm-office]\nabove = \"cs\"\n",
        1,
    );
    sandbox.write("policy/departments.toml", &circle);
    assert!(sandbox.run("policy check").contains("`cs` stands above itself"));
}
