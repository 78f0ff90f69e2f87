//! Nobody's work disappears: `due`, its board, and the filter term `holder`.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

fn staff(sandbox: &Sandbox, id: &str, name: &str, role: &str) {
    sandbox.run(&format!("new staff --id {id} name={name} emails={id}@example.com roles.+.role={role} department=cs"));
}

/// A complaint of the manufacturer that is accepted: QM must investigate, and the complaint officer has promised an
/// answer.
fn accepted() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en --preset manufacturer");
    for (id, name, role) in [("ou", "欧阳", "complaint-officer"), ("qi", "齐明", "qm"), ("gu", "顾问", "gm-office")]
    {
        staff(&sandbox, id, name, role);
    }
    sandbox.run("new client name=杭州恒泰 phone=0571-88886666");
    sandbox.run("new complaint client=杭州恒泰 channel=phone contact=王女士 content=漏水 category=product order=1 product=阀 quantity=2 delivered=2026-11-10 sample=received client-confirmed=yes demand=return reason=x --key case");
    sandbox.run("advance case accept promised=2026-11-25T17:30 department=production client-confirmed=yes");
    sandbox
}

fn lines(sandbox: &Sandbox, line: &str) -> Vec<Json> {
    sandbox.json(line)["data"].as_array().expect("a list").clone()
}

fn pairs(lines: &[Json]) -> Vec<(String, String)> {
    let text = |line: &Json, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    lines.iter().map(|line| (text(line, "deadline"), text(line, "holder"))).collect()
}

#[test]
fn a_line_says_that_its_clock_stands_still() {
    let sandbox = Sandbox::empty();
    for line in
        ["init --lang en", "new client name=恒泰", "new complaint client=恒泰 channel=phone content=漏水 --key case"]
    {
        sandbox.run(line);
    }
    sandbox.run("advance case accept promised=2026-11-27 category=product");
    assert!(!sandbox.run("due --all").contains("paused"));
    sandbox.run("advance case wait");
    let due = sandbox.run("due --all");
    let paused: Vec<&str> = due.lines().filter(|line| line.contains("paused")).collect();
    assert!(matches!(paused[..], [line] if line.contains("Handling time")), "{due}");
}

#[test]
fn every_running_deadline_is_a_line_of_its_holder() {
    let sandbox = accepted();
    let all = lines(&sandbox, "due --all");
    let found = pairs(&all);
    assert!(found.contains(&("investigation".into(), "role:qm".into())), "{found:?}");
    assert!(found.contains(&("answer".into(), "role:complaint-officer".into())), "{found:?}");
    // in each one's list, although others have something due earlier
    for (person, role) in [("qi", "role:qm"), ("ou", "role:complaint-officer")] {
        let own = pairs(&lines(&sandbox, &format!("due --for {person}")));
        let expected: Vec<_> = found.iter().filter(|(_, holder)| holder == role).cloned().collect();
        assert!(!own.is_empty() && own == expected, "{person}: {own:?}");
        assert_eq!(pairs(&lines(&sandbox, &format!("due holder={}", &role[5..]))), expected);
    }
    // the record belongs to each of them
    for person in ["qi", "ou"] {
        assert_eq!(lines(&sandbox, &format!("list complaint mine --as {person}")).len(), 1, "{person}");
    }
    assert!(lines(&sandbox, "list complaint mine --as gu").is_empty());
    let holders = &sandbox.json("show case")["data"]["derived"]["holders"];
    assert!(holders.as_array().is_some_and(|all| all.contains(&"role:qm".into())), "{holders}");
    // only the lines that are overdue, not all lines of a record that has one
    let late = lines(&sandbox, "--now 2026-11-26T09:00+08:00 due overdue --all");
    assert!(!late.is_empty() && late.iter().all(|line| line["overdue"] == true), "{late:?}");
    let rest = lines(&sandbox, "--now 2026-11-26T09:00+08:00 due not overdue --all");
    assert!(!rest.is_empty() && rest.iter().all(|line| line["overdue"] == false), "{rest:?}");
}

#[test]
fn who_holds_a_record_is_asked_in_filters_lists_and_sql() {
    let sandbox = accepted();
    for (filter, count) in [
        ("holder=qm", 1),
        ("holder=role:qm", 1),
        ("holder=qi", 1),
        ("holder=齐明", 1),
        ("holder=..", 1),
        ("holder!=qm", 0),
        ("not holder=qi", 0),
        ("holder=gm-office", 0),
        ("holder=gu", 0),
        ("holder=department:qm", 0),
        ("holder=rd,qm", 1),
    ] {
        assert_eq!(lines(&sandbox, &format!("list complaint {filter}")).len(), count, "{filter}");
    }
    let shown = sandbox.run("list complaint --fields holder --lang zh");
    assert!(shown.contains("承办") && !shown.contains("role:"), "{shown}");
    let held = sandbox.json("query \"select holder, count(*) n from holders where kind = 'complaint' group by 1\"");
    assert!(held["data"].as_array().is_some_and(|rows| rows.iter().any(|row| row["holder"] == "role:qm")), "{held}");
    let column = sandbox.json("query \"select id from complaint where holder like '%role:qm%'\"");
    assert_eq!(column["data"].as_array().map(Vec::len), Some(1), "{column}");
    // without the word there is no such table, and no name is taken
    let plain = sandbox.json("query \"select * from complaint\"");
    assert!(plain["data"][0].get("holder").is_none(), "{plain}");
    for (line, said) in [
        ("list callback about.holder=qm", "only the record itself"),
        ("list complaint holder=a:b", "role:qm"),
        ("list complaint holder", "holder=…"),
    ] {
        let refused = sandbox.run(line);
        assert!(refused.contains(said) && refused.ends_with("--- exit 2\n"), "{line}: {refused}");
    }
}

#[test]
fn a_record_without_a_clock_is_somebodys_work() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州恒泰");
    // a running case that was imported: imports start no deadline
    sandbox.write("old.csv", "client,channel,content,state\n杭州恒泰,phone,漏水,accepted\n");
    sandbox.run("import complaint old.csv");
    let all = lines(&sandbox, "due --all");
    let [case] = &all[..] else { panic!("{all:?}") };
    assert_eq!((&case["deadline"], &case["due"], &case["overdue"]), (&Json::Null, &Json::Null, &false.into()));
    assert_eq!((&case["next"], &case["holder"]), (&serde_json::json!(["propose"]), &"anybody".into()));
    assert!(sandbox.run("due").contains("no time limit"), "{}", sandbox.run("due"));
    assert!(sandbox.run("due --lang zh").contains("无时限"));
    let id = case["id"].as_str().expect("an id");
    let derived = sandbox.json(&format!("show {id}"))["data"]["derived"].clone();
    assert_eq!(
        (&derived["holder"], &derived["due"], &derived["next"]),
        (&"anybody".into(), &Json::Null, &case["next"])
    );
    // the person to whom it is assigned holds it
    staff(&sandbox, "qi", "齐明", "cs-specialist");
    staff(&sandbox, "ou", "欧阳", "cs-specialist");
    sandbox.run(&format!("edit {id} assignee=qi"));
    assert_eq!(lines(&sandbox, "due --for qi")[0]["holder"], "qi");
    assert!(lines(&sandbox, "due --for ou").is_empty());
    assert_eq!(lines(&sandbox, "list complaint holder=qi").len(), 1);
    assert_eq!(lines(&sandbox, "due --by holder")[0]["untimed"], 1);
    // a line that falls due within a time has a deadline
    assert!(lines(&sandbox, "due --all --within '30 days'").is_empty());
    // while it waits, it comes last and says so
    sandbox.run(&format!("advance {id} wait"));
    let all = lines(&sandbox, "due --all");
    assert!(all.len() == 1 && all[0]["waiting"] == true, "{all:?}");
    assert_eq!(lines(&sandbox, "due --by holder")[0]["waiting"], 1);
    // a closed record is nobody's work
    sandbox.run(&format!("advance {id} withdraw"));
    assert!(lines(&sandbox, "due --all").is_empty());
}

#[test]
fn the_board_counts_what_each_holds_and_says_who_is_absent() {
    let sandbox = accepted();
    sandbox.run("edit qi deputy.+.person=gu deputy.0.from=2026-11-20 deputy.0.until=2026-11-30");
    let board = lines(&sandbox, "due --by holder");
    let qm = board.iter().find(|row| row["holder"] == "role:qm").expect("QM");
    let count = |row: &Json| ["overdue", "today", "waiting", "untimed", "later"].map(|pile| row[pile].as_u64());
    let total = count(qm).iter().map(|n| n.unwrap_or_default()).sum::<u64>();
    assert_eq!(total, qm["lines"].as_array().map(Vec::len).unwrap_or_default() as u64, "{qm}");
    assert!(
        qm["absent"].as_array().is_some_and(|all| all.contains(&serde_json::json!({"person": "qi", "deputy": "gu"}))),
        "{qm}"
    );
    let later = lines(&sandbox, "--now 2026-11-26T09:00+08:00 due --by holder");
    assert!(later.iter().any(|row| row["overdue"].as_u64() > Some(0)), "{later:?}");
    let shown = sandbox.run("due --by holder --lang zh");
    assert!(shown.contains("由顾问代理") && shown.contains("逾期"), "{shown}");
    let usage = sandbox.run("due --by day");
    assert!(usage.ends_with("--- exit 2\n"), "{usage}");
}

#[test]
fn scripts_get_every_line_and_a_limit_counts_the_rest() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    let tasks: Vec<String> = (0..53)
        .map(|n| format!(r#"{{"op":"new","kind":"task","key":"t{n}","fields":{{"type":"other","content":"c{n}","assignee":"li.na","due":"2026-12-01"}}}}"#))
        .collect();
    sandbox.write("tasks.ndjson", &tasks.join("\n"));
    sandbox.run("batch tasks.ndjson");
    assert_eq!(lines(&sandbox, "due --all").len(), 53);
    let some = sandbox.json("due --all --limit 2");
    assert_eq!((some["data"].as_array().map(Vec::len), &some["total"]), (Some(2), &53.into()));
    let shown = sandbox.run("due --all --limit 2");
    assert!(shown.contains("and 51 more; --limit 53 shows all"), "{shown}");
}

/// Who holds a deadline of the case. `due --all` and every other command say the same.
fn holder_of(sandbox: &Sandbox, id: &str, deadline: &str) -> String {
    let all = pairs(&lines(sandbox, "due --all"));
    let held: Vec<&str> = all.iter().filter(|(name, _)| name == deadline).map(|(_, holder)| holder.as_str()).collect();
    let [holder] = held[..] else { panic!("{deadline}: {all:?}") };
    let derived = sandbox.json(&format!("show {id}"))["data"]["derived"].clone();
    let holders = derived["holders"].as_array().expect("a list");
    assert!(holders.contains(&holder.into()), "{holder}: {derived}");
    let run = derived["deadlines"].as_array().and_then(|all| all.iter().find(|run| run["deadline"] == deadline));
    assert_eq!(run.map(|run| &run["holder"]), Some(&holder.into()), "{derived}");
    let sql = format!("query \"select holder from holders where deadline = '{deadline}'\"");
    assert_eq!(sandbox.json(&sql)["data"][0]["holder"], holder);
    let board = lines(sandbox, "due --by holder");
    assert!(board.iter().any(|row| row["holder"] == holder), "{board:?}");
    holder.to_owned()
}

#[test]
fn what_a_role_holds_is_its_assignees() {
    let sandbox = accepted();
    staff(&sandbox, "qu", "曲", "qm");
    let both = |person: &str| pairs(&lines(&sandbox, &format!("due --for {person}"))).len();
    assert_eq!((holder_of(&sandbox, "case", "investigation").as_str(), both("qi"), both("qu")), ("role:qm", 1, 1));
    // one person of QM has it, and nobody else of QM
    sandbox.run("edit case assignee=qi");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "qi");
    assert!(both("qi") >= 1 && both("qu") == 0, "{} {}", both("qi"), both("qu"));
    assert_eq!(lines(&sandbox, "list complaint holder=qu").len(), 0);
    // a reminder goes to the assignee in person
    let notices = sandbox.json("--now 2026-12-20T09:00+08:00 remind --dry-run");
    let issued = notices["data"]["issued"].as_array().expect("a list");
    let own = issued.iter().find(|one| one.to_string().contains("investigation")).expect("a notice");
    assert!(own.to_string().contains("\"qi\""), "{own}");
    // the assignee has none of its roles: it stays with the role
    sandbox.run("edit case assignee=ou");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "role:qm");
    // a role that has ended does not count
    sandbox.run("edit case assignee=qu");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "qu");
    sandbox.run("edit qu roles.0.until=2026-11-01");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "role:qm");
}

#[test]
fn an_assignee_who_is_not_there_leaves_the_work_to_the_role() {
    let sandbox = accepted();
    sandbox.run("edit case assignee=qi");
    // qi's deputy does qi's work
    staff(&sandbox, "de", "戴", "finance");
    sandbox.run("edit qi deputy.+.person=de");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "qi");
    assert!(pairs(&lines(&sandbox, "due --for de")).contains(&("investigation".into(), "qi".into())));
    // the deputy has left, so nobody does
    sandbox.run("advance de leave");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "role:qm");
    sandbox.run("edit qi deputy=");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "qi");
    // a person who is named before a role and has left is skipped in the same way
    staff(&sandbox, "in", "英", "rd");
    sandbox.run("edit case assignee= investigator=in");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "in");
    sandbox.run("advance in leave");
    assert_eq!(holder_of(&sandbox, "case", "investigation"), "role:qm");
}

#[test]
fn an_assignee_whom_four_eyes_bar_holds_nothing_in_place_of_the_role() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en --preset manufacturer");
    staff(&sandbox, "sv", "孙", "cs-supervisor");
    sandbox.run("new task type=other content=x assignee=li.na due=2026-11-25T17:00 --key todo");
    assert_eq!(holder_of(&sandbox, "todo", "task"), "li.na");
    sandbox.run("advance todo complete result=y");
    assert_eq!(holder_of(&sandbox, "todo", "check"), "role:cs-supervisor");
    assert_eq!(lines(&sandbox, "due --for sv").len(), 1);
}

#[test]
fn what_is_due_soon_says_so() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    // the task's time limit warns four working hours before its end
    sandbox.run("new task type=other content=x assignee=li.na due=2026-11-25T15:00 --key todo");
    let at = |now: &str| {
        let line = lines(&sandbox, &format!("--now 2026-11-{now}:00+08:00 due --all"))[0].clone();
        let row = lines(&sandbox, &format!("--now 2026-11-{now}:00+08:00 due --by holder"))[0].clone();
        let shown = sandbox.run(&format!("--now 2026-11-{now}:00+08:00 due --all"));
        assert_eq!(shown.contains("due soon"), line["soon"] == true, "{now}: {shown}");
        assert_eq!(row["soon"] == 1, line["soon"] == true, "{now}: {row}");
        (line["soon"] == true, line["overdue"] == true)
    };
    assert_eq!(at("24T17:00"), (false, false));
    // 12:00 to 13:00 is not working time: 10:00 to 12:00 and 13:00 to 15:00 count
    assert_eq!(at("25T09:59"), (false, false));
    assert_eq!(at("25T10:00"), (true, false));
    assert_eq!(at("25T15:00"), (true, false));
    assert_eq!(at("25T15:01"), (false, true));
    let shown = sandbox.run("--now 2026-11-25T10:00:00+08:00 due --by holder --lang zh");
    assert!(shown.contains("即将到期"), "{shown}");
}

#[test]
fn what_has_no_clock_is_named_where_one_looks_for_what_is_overdue() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州恒泰");
    sandbox.write(
        "old.csv",
        "client,channel,content,state\n杭州恒泰,phone,漏水,accepted\n杭州恒泰,phone,等待,waiting-client\n",
    );
    sandbox.run("import complaint old.csv");
    let said = sandbox.run("due overdue --all");
    assert!(said.contains("2 open records have no time limit"), "{said}");
    assert!(sandbox.run("due overdue --by holder").contains("no time limit; `redress report overdue`"));
    assert!(!sandbox.run("due --all").contains("redress report overdue"));
    let report = sandbox.json("--now 2026-11-30T09:00:00+08:00 report overdue");
    let sections = report["data"]["sections"].as_array().expect("sections");
    let untimed = sections.iter().find(|section| section["name"] == "untimed").expect("the section");
    let rows = untimed["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2, "{untimed}");
    let rows = untimed["rows"].to_string();
    for wanted in ["漏水", "Propose", "anybody of the staff", "2026-11-24T09:00", "6"] {
        assert!(rows.contains(wanted), "{wanted}: {rows}");
    }
    let shown = sandbox.run("report overdue --lang zh");
    for wanted in ["在办而无时限的事项", "下一步骤", "可办理人", "任何员工", "等待中"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
}

/// A word that no kind accepts is reported with its own problem, not with that of the first kind.
#[test]
fn what_is_wrong_with_a_word_is_told_once() {
    let sandbox = accepted();
    for (words, said) in [
        ("xx", "error: no kind has a field `xx`\nhelp: choose a kind first"),
        ("sererity=major", "error: no kind has a field `sererity`\nhelp: did you mean `severity`?"),
        ("severity=majr", "majr"),
        ("severity=major xx=1", "error: complaint has no field `xx`"),
        ("kind=complaint xx", "error: complaint has no field `xx`"),
        ("major", "error: `major` has no operator"),
        (
            "holder=qmm",
            "error: nobody of the staff, no role and no department is called `qmm`\nhelp: did you mean `qm`?",
        ),
        ("holder=role:qx", "is called `role:qx`"),
    ] {
        let shown = sandbox.run(&format!("due {words}"));
        assert!(shown.contains(said) && shown.ends_with("--- exit 2\n"), "{words}: {shown}");
    }
    for words in ["holder=qm", "holder=qi", "holder=department:qm", "holder=齐明", "grade=A", "holder!=qm"] {
        let shown = sandbox.run(&format!("due --all {words}"));
        assert!(shown.ends_with("--- exit 0\n"), "{words}: {shown}");
    }
}
