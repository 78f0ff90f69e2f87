//! The manufacturer's notices: they are counted for the case, and settled by the step that they press for.

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done};

/// NT1, NT3: notices are numbered for the case, whichever of its forms they are about. A notice that presses for a
/// step is settled by that step.
#[test]
fn notices_are_counted_for_the_case_and_settled_by_the_step() {
    let sandbox = book();
    let at = |now: &str, line: &str| done(&sandbox.run(&format!("--now 2026-{now}:00+08:00 {line}"))).to_owned();
    let issued = |now: &str| sandbox.json(&format!("--now 2026-{now}:00+08:00 remind"))["data"]["issued"].clone();
    let summed = |issued: &serde_json::Value| {
        let all = issued.as_array().expect("a list").iter();
        all.map(|n| format!("{} {} {}", n["type"].as_str().unwrap(), n["deadline"].as_str().unwrap(), n["number"]))
            .collect::<Vec<_>>()
    };
    at("11-23T09:00", &format!("new complaint {REGISTRATION} --key case"));
    let first = issued("11-25T09:00");
    assert_eq!(summed(&first), ["expedite acceptance 1"]);
    let notice = first[0]["id"].as_str().expect("an id").to_owned();
    // a step that does not end the run settles nothing
    at("11-25T09:10", "advance case escalate");
    at("11-25T09:20", "edit case order=SO-1");
    assert_eq!(sandbox.json(&format!("show {notice}"))["data"]["state"], "issued");
    at("11-25T10:00", &format!("advance case {ACCEPTANCE}"));
    let shown = sandbox.json(&format!("show {notice}"))["data"].clone();
    let last = shown["history"].as_array().and_then(|history| history.last()).cloned().expect("an event");
    let id = sandbox.json("show case")["data"]["id"].as_str().expect("an id").to_owned();
    assert_eq!((&shown["state"], &last["via"]), (&"closed".into(), &format!("{id}#accept").into()), "{shown}");
    let shown = sandbox.run("show case");
    let line = shown.lines().find(|line| line.contains("Expedite notice")).unwrap_or_else(|| panic!("{shown}"));
    assert!(line.contains("Closed"), "what became of it is seen on the case: {line}");
    assert_eq!(summed(&issued("11-25T10:05")), ["corrective acceptance 1"]);
    assert_eq!(summed(&issued("11-25T10:05")), [""; 0], "a second run is silent");
    for step in [
        "investigate cause=密封圈老化 escape=抽检未覆盖 fault=third-party",
        "report,instruct-report,analyse countermeasure=更换供应商",
        "instruct instruction=从速",
        "opine opinion=材料不符",
        "review",
        "propose remedies.+.kind=allowance remedies.0.amount=100",
        "review",
    ] {
        at("11-25T10:10", &format!("advance case {step}"));
    }
    done(&by(&sandbox, "zhao.min", "--now 2026-11-25T10:20:00+08:00 advance case approve"));
    let refused = sandbox.json("--now 2026-11-25T10:30:00+08:00 advance case notify,refuse answer=太少");
    let next = refused["data"]["opened"][0].as_str().expect("the next form").to_owned();
    let second = issued("11-27T09:00");
    assert_eq!(summed(&second), ["expedite acceptance 2"], "the second notice of the case");
    assert_eq!(second[0]["about"], next.as_str());
    // an answer that was given stays although the notice is settled
    let notice = second[0]["id"].as_str().expect("an id").to_owned();
    let answer = format!("--now 2026-11-27T09:10:00+08:00 advance {notice} answer answer=等待客户资料");
    let stranger = by(&sandbox, "feng.jie", &answer);
    assert!(stranger.contains("(feng.jie) may not take `answer` of notice"), "whom it was not sent to: {stranger}");
    at("11-27T09:10", &format!("advance {notice} answer answer=等待客户资料"));
    at("11-27T09:20", &format!("advance {next} refile"));
    let shown = sandbox.json(&format!("show {notice}"))["data"].clone();
    assert_eq!((&shown["state"], &shown["answer"]), (&"closed".into(), &"等待客户资料".into()));
    assert_eq!(sandbox.run("--now 2026-11-27T09:30:00+08:00 audit --quiet"), "--- exit 0\n");
}

/// A return is pressed for, and counted with the notices of its case.
#[test]
fn a_return_is_pressed_for_with_its_case() {
    let sandbox = book();
    let at = |now: &str, line: &str| done(&sandbox.run(&format!("--now 2026-{now}:00+08:00 {line}"))).to_owned();
    at("11-23T09:00", &format!("new complaint {REGISTRATION} --key case"));
    at("11-23T09:10", "new return client=杭州恒泰机械 complaint=case reason=漏水 --key slip");
    let issued = sandbox.json("--now 2026-11-25T09:00:00+08:00 remind")["data"]["issued"].clone();
    let seen: Vec<(&str, u64)> = issued
        .as_array()
        .expect("a list")
        .iter()
        .map(|notice| (notice["deadline"].as_str().expect("a name"), notice["number"].as_u64().expect("a number")))
        .collect();
    assert_eq!(seen, [("acceptance", 1), ("approval", 1)], "each deadline is counted by itself");
    // approved before the notice was written; the notice is settled when the approval was written down
    let late = "advance slip approve --on 2026-11-25T08:50:00+08:00 handling=重工 basis=协议 lines.+.item=阀 lines.0.approved=1 lines.0.price=1";
    done(&by(&sandbox, "zhao.min", &format!("--now 2026-11-25T10:00:00+08:00 {late}")));
    let slip = sandbox.run("show slip");
    assert!(slip.lines().any(|line| line.contains("Expedite notice") && line.contains("Closed")), "{slip}");
    let corrective = sandbox.json("--now 2026-11-25T10:30:00+08:00 remind")["data"]["issued"].clone();
    assert_eq!((&corrective[0]["type"], &corrective[0]["number"]), (&"corrective".into(), &1.into()), "{corrective}");
    // a notice that asks for a cause is not settled by the next step
    done(&by(&sandbox, "zhao.min", "--now 2026-11-25T10:40:00+08:00 edit slip note=x"));
    let id = corrective[0]["id"].as_str().expect("an id");
    assert_eq!(sandbox.json(&format!("show {id}"))["data"]["state"], "issued");
}

/// NT1: one notice a day holds everything that one department is pressed for, with a line for each missed deadline.
/// It is settled with the last of them.
#[test]
fn one_notice_a_department_and_day_has_a_line_for_each_missed_deadline() {
    let sandbox = book();
    let at = |now: &str, line: &str| done(&sandbox.run(&format!("--now 2026-{now}:00+08:00 {line}"))).to_owned();
    let issued = |now: &str| sandbox.json(&format!("--now 2026-{now}:00+08:00 remind"))["data"]["issued"].clone();
    at("11-23T08:40", "new staff name=孙波 emails=sun.bo@example.cn roles.+.role=qm department=qm");
    let ids = ["one", "two"].map(|key| {
        at("11-23T09:00", &format!("new complaint {REGISTRATION} --key {key}"));
        at("11-23T09:30", &format!("advance {key} {ACCEPTANCE}"));
        sandbox.json(&format!("show {key}"))["data"]["id"].as_str().expect("an id").to_owned()
    });
    // nobody else issues notices
    let refused = by(&sandbox, "feng.jie", "--now 2026-11-26T09:00:00+08:00 remind");
    assert!(
        refused.contains("(feng.jie) may not take `issue` of notice") && refused.ends_with("--- exit 1\n"),
        "{refused}"
    );
    let dry = sandbox.run("--now 2026-11-26T09:00:00+08:00 --dry-run remind");
    assert!(dry.starts_with("1 notice would be issued\n") && !dry.contains("notice issued"), "{dry}");
    let notices = issued("11-26T09:00");
    let [notice] = &notices.as_array().expect("a list")[..] else { panic!("{notices}") };
    assert_eq!((&notice["department"], &notice["type"]), (&"qm".into(), &"expedite".into()));
    let items: Vec<_> = notice["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            (
                item["about"].as_str().expect("an id"),
                item["deadline"].as_str().expect("a name"),
                item["number"].as_u64(),
            )
        })
        .collect();
    let mut wanted = ids.clone();
    wanted.sort();
    assert_eq!(items, wanted.each_ref().map(|id| (id.as_str(), "investigation", Some(1))));
    let id = notice["id"].as_str().expect("an id").to_owned();
    assert_eq!(issued("11-26T09:05"), serde_json::json!([]), "a second run does nothing");
    // the text to copy and send, when it is issued and later, in the reader's language
    let shown = sandbox.run(&format!("--lang zh show {id}"));
    for said in [
        "可复制发送的文字",
        "致：质量管理",
        "客户投诉 KS",
        "杭州恒泰机械",
        "调查时限",
        "应于 2026-11-25 17:30 周三",
        "请于 2026-11-27",
    ] {
        let said =
            if said == "致：质量管理" && shown.contains("致：品管部") { "致：品管部" } else { said };
        assert!(shown.contains(said), "{said}\n{shown}");
    }
    assert!(!shown.contains("investigation") && !shown.contains("0571-1"), "labels, and nothing private: {shown}");
    let page = sandbox.run(&format!("print {id} -o - --lang en"));
    for said in
        ["Expedite notice", "Investigation", "What is asked", "New due time", "2026-11-25 17:30", "overdue since"]
    {
        assert!(page.contains(said), "{said}\n{page}");
    }
    assert!(page.contains("KS202611-0001") && page.contains("KS202611-0002"), "{page}");
    // both cases name it
    for key in ["one", "two"] {
        assert!(sandbox.run(&format!("show {key}")).contains("Expedite notice"), "{key}");
    }
    // the department says when it will be done, which moves nothing
    let due = |key: &str| sandbox.json(&format!("show {key}"))["data"]["derived"]["due"].clone();
    let before = due("two");
    at("11-26T09:10", &format!("advance {id} answer answer=等待样品 new-due=2026-11-30T17:00"));
    assert_eq!(due("two"), before);
    let state = || sandbox.json(&format!("show {id}"))["data"]["state"].clone();
    at("11-26T10:00", "advance one investigate cause=老化 escape=未抽检 fault=third-party");
    assert_eq!(state(), "answered", "one of the two is still late");
    let next = issued("11-30T09:00");
    let pressed = next
        .as_array()
        .expect("a list")
        .iter()
        .find(|notice| notice["type"] == "expedite" && notice["department"] == "qm");
    let items = pressed.expect("pressed again")["items"].as_array().expect("items").clone();
    let two = items.iter().find(|item| item["deadline"] == "investigation").expect("the other case");
    assert_eq!((two["about"].as_str(), two["number"].as_u64()), (Some(ids[1].as_str()), Some(2)), "{next}");
    at("11-30T10:00", "advance two investigate cause=老化 escape=未抽检 fault=third-party");
    let shown = sandbox.json(&format!("show {id}"))["data"].clone();
    let last = shown["history"].as_array().and_then(|history| history.last()).cloned().expect("an event");
    assert_eq!((&shown["state"], &last["via"]), (&"closed".into(), &format!("{}#investigate", ids[1]).into()));
    assert_eq!(sandbox.run("--now 2026-11-30T10:30:00+08:00 audit --quiet"), "--- exit 0\n");
    // each case is asked for its cause separately
    let corrective = issued("11-30T11:00");
    let about: Vec<&str> = corrective
        .as_array()
        .expect("a list")
        .iter()
        .filter(|n| n["type"] == "corrective" && n["deadline"] == "investigation")
        .map(|n| n["about"].as_str().expect("an id"))
        .collect();
    assert!(about.contains(&ids[1].as_str()), "{corrective}");
    assert!(corrective.as_array().expect("a list").iter().all(|n| n["items"].as_array().map(Vec::len) == Some(1)));
}

/// NT1: a department answers a notice item by item. It is answered with the last item, or as a whole. Lists say how
/// many things it is about and which, and reports show what was sent so far.
#[test]
fn a_notice_is_answered_item_by_item_and_told_of_in_lists_and_reports() {
    let sandbox = book();
    let at = |now: &str, line: &str| done(&sandbox.run(&format!("--now 2026-{now}:00+08:00 {line}"))).to_owned();
    at("11-23T08:40", "new staff name=孙波 emails=sun.bo@example.cn roles.+.role=qm department=qm");
    for key in ["one", "two"] {
        at("11-23T09:00", &format!("new complaint {REGISTRATION} --key {key}"));
        at("11-23T09:30", &format!("advance {key} {ACCEPTANCE}"));
    }
    let issued = sandbox.json("--now 2026-11-26T09:00:00+08:00 remind")["data"]["issued"].clone();
    let id = issued[0]["id"].as_str().expect("an id").to_owned();
    for (lang, said) in
        [("en", ["Expedite notice", "Number of items", "Investigation"]), ("zh", ["催办单", "事项数", "调查时限"])]
    {
        let listed =
            sandbox.run(&format!("--lang {lang} list notice --fields type,items-count,items.about,items.deadline"));
        assert!(said.iter().all(|said| listed.contains(said)), "{listed}");
        assert_eq!(listed.matches("12 of 120 leak").count(), 2, "both cases: {listed}");
    }
    let listed = sandbox.run("list notice");
    assert_eq!(listed.matches("12 of 120 leak").count(), 2, "without being asked: {listed}");
    let state = || sandbox.json(&format!("show {id}"))["data"]["state"].clone();
    let empty = by(&sandbox, "sun.bo", &format!("--now 2026-11-26T09:05:00+08:00 advance {id} answer"));
    assert!(empty.contains("needs") && empty.contains("answer"), "something is to be said: {empty}");
    let first = format!(
        "--now 2026-11-26T09:10:00+08:00 advance {id} answer items.0.answer=等样品 items.0.new-due=2026-11-27T17:00"
    );
    let stranger = by(&sandbox, "feng.jie", &first.replace("2026-11-26T09:10", "2026-11-26T09:06"));
    assert!(stranger.ends_with("--- exit 1\n"), "{stranger}");
    done(&by(&sandbox, "sun.bo", &first));
    assert_eq!(state(), "issued", "one of two");
    // what was answered stays, while the rest is still to come
    let again = format!("--now 2026-11-26T09:15:00+08:00 advance {id} answer items.0.answer=改口");
    let again = by(&sandbox, "sun.bo", &again);
    assert!(again.contains("items.answer") && again.ends_with("--- exit 1\n"), "{again}");
    let shown = sandbox.run("show one --lang en");
    assert_eq!(shown.matches("Expedite notice").count(), 1, "one row for each record: {shown}");
    let other = sandbox.run("show two --lang en");
    // the notice is about the case of its first line, and presses for both
    assert!([&shown, &other].iter().all(|shown| shown.contains("What is pressed for")), "{shown}{other}");
    let first = [&shown, &other].iter().filter(|shown| shown.contains("About, What is pressed for")).count();
    assert_eq!(first, 1, "{shown}{other}");
    let answered = |period: &str| {
        let tracked = sandbox.json(&format!("--now 2026-11-26T10:00:00+08:00 report {period}"));
        let sections = tracked["data"]["sections"].as_array().expect("sections").iter();
        let tables = sections.filter(|section| section["name"] == "cases" || section["name"] == "overdue");
        let rows: Vec<_> = tables.flat_map(|table| table["rows"].as_array().cloned().unwrap_or_default()).collect();
        let cells =
            rows.iter().map(|row| row["cells"].clone()).filter(|cells| cells["notices"] != serde_json::Value::Null);
        cells
            .map(|cells| format!("{} {} {}", cells["notices"], cells["last-notice"], cells["answered"]))
            .collect::<Vec<_>>()
    };
    for report in ["tracking 2026-11", "overdue"] {
        let told = answered(report);
        assert_eq!(told.len(), 2, "{report}: {told:?}");
        let all = told.join("\n");
        assert!(all.contains("Expedite notice 1") && all.contains("2026-11-26"), "{report}: {all}");
        assert!(all.contains("1 of 1") && all.contains("0 of 1"), "each case has its own answer: {report}: {all}");
    }
    let chinese = sandbox.run("--now 2026-11-26T10:00:00+08:00 --lang zh report tracking 2026-11 --format md");
    assert!(chinese.contains("催办单 1 份") && chinese.contains("已答复 1/1"), "{chinese}");
    let page = sandbox.run(&format!("--now 2026-11-26T10:00:00+08:00 print {id} -o - --lang en"));
    assert!(page.contains("等样品"), "{page}");
    done(&by(
        &sandbox,
        "sun.bo",
        &format!("--now 2026-11-26T10:00:00+08:00 advance {id} answer items.1.answer=明日完成"),
    ));
    assert_eq!(state(), "answered");
    assert_eq!(sandbox.run("--now 2026-11-26T10:30:00+08:00 audit --quiet"), "--- exit 0\n");
}

/// A text to send leaves the book: it contains no private title, no matter who prints it.
#[test]
fn a_text_to_send_says_nothing_private() {
    let sandbox = book();
    let path = "policy/kinds/complaint.toml";
    let kind = sandbox.read(path);
    let field = kind.find("[fields.content]").expect("the title");
    let (head, tail) = kind.split_at(field);
    sandbox.write(
        path,
        &(head.to_owned() + &tail.replacen("[fields.content]\n", "[fields.content]\nprivate = true\n", 1)),
    );
    assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
    sandbox.git("commit -qam 'Keep contents private'");
    done(&sandbox.run(&format!("--now 2026-11-23T09:00 new complaint {REGISTRATION} --key case")));
    let issued = sandbox.run("--now 2026-11-26T09:00 remind --private");
    assert!(issued.contains("Expedite notice") && issued.contains("杭州恒泰机械"), "{issued}");
    let letter = issued.split("Expedite notice N-").nth(1).expect("the text");
    assert!(!letter.contains("120 leak"), "{letter}");
    let notices = sandbox.json("list notice");
    let id = notices["data"][0]["id"].as_str().expect("an id").to_owned();
    let shown = sandbox.json(&format!("show {id} --private"))["data"]["derived"]["message"].clone();
    assert!(!shown.to_string().contains("120 leak"), "{shown}");
}
