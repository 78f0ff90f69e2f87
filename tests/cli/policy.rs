//! `redress policy`: the rule book as a user and a script see it.

use serde_json::json;

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = sandbox.run("--lang en init . --name Test");
    assert!(begun.contains("exit 0"), "{begun}");
    sandbox
}

#[test]
fn a_sound_rule_book_is_silent_and_a_slip_is_named_with_its_place() {
    let book = book();
    let clean = book.run("--lang en policy check");
    assert!(clean.contains("exit 0") && !clean.contains("policy/"), "{clean}");
    let path = "policy/kinds/complaint.toml";
    let text = book.read(path);
    let line = 1 + text.lines().position(|line| line == "asks = [\"promised\"]").expect("accept asks for it");
    book.write(path, &text.replacen("asks = [\"promised\"]", "asks = [\"promisd\"]", 1));
    let said = book.run("--lang en policy check");
    assert!(said.contains("exit 1"), "{said}");
    assert!(said.contains("did you mean `promised`?") && said.contains(&format!("{path}:{line}")), "{said}");
    book.write(path, &text.replacen("zh = \"涉及金额\"", "zh = \"数量\"", 1));
    let said = book.run("--lang en policy check");
    assert!(said.contains("exit 1") && said.contains("[labels-unique]"), "{said}");
    // what is committed is unchanged
    let committed = book.run("--lang en policy check --at HEAD");
    assert!(committed.contains("exit 0"), "{committed}");
}

/// Rules that can never act are reported with file, line and key, in both languages. So are roles that the book does
/// not know.
#[test]
fn what_never_acts_is_said_with_its_place() {
    let book = book();
    let path = "policy/kinds/callback.toml";
    let text = book.read(path);
    book.write(
        path,
        &text.replacen("from = [\"unreachable\"]\nto = \"planned\"", "from = [\"unreachable\"]\nto = \"cancelled\"", 1),
    );
    let line = 1 + text.lines().position(|line| line == "reopen = \"restart\"").expect("the key");
    let said = book.run("--lang en policy check");
    let wanted = format!("warning: {path}:{line}: deadlines.0.reopen: `reopen` never acts, since nothing leads back");
    assert!(said.contains("exit 1") && said.contains(&wanted), "{said}");
    let json = book.json("policy check");
    let at = json!({ "file": path, "line": line, "key": "deadlines.0.reopen" });
    assert_eq!((&json["data"][0]["check"], &json["data"][0]["at"]), (&json!("idle-deadline"), &at), "{json}");
    let zh = book.run("--lang zh policy check");
    assert!(zh.contains("警告：") && zh.contains("`reopen` 永远不起作用"), "{zh}");
    assert!(book.run("policy check --at HEAD").contains("exit 0"));
    book.write(path, &text);
    // A role that was removed from the book.
    let staff = book.read("staff/li.na.yaml");
    let line =
        1 + staff.lines().position(|line| line.trim().trim_start_matches("- ") == "role: warehouse").expect("the role");
    book.write("staff/li.na.yaml", &staff.replacen("role: warehouse", "role: werehouse", 1));
    let said = book.run("--lang en policy check");
    let wanted = format!("warning: staff/li.na.yaml:{line}: roles.");
    assert!(said.contains("exit 1") && said.contains(&wanted), "{said}");
    assert!(said.contains("has the role `werehouse`, which policy/roles.toml does not know"), "{said}");
}

#[test]
fn what_is_in_force_is_shown_with_its_place() {
    let book = book();
    let shown = book.run("--lang en policy show complaint");
    for wanted in ["registered", "accept → accepted", "policy/kinds/complaint.toml:", "exit 0"] {
        assert!(shown.contains(wanted), "no {wanted}\n{shown}");
    }
    let drawn = book.run("--lang zh policy show 客户投诉 --mermaid");
    assert!(drawn.contains("stateDiagram-v2") && drawn.contains("受理 accept"), "{drawn}");
    let unknown = book.run("--lang en policy show complant");
    assert!(unknown.contains("exit 3") && unknown.contains("did you mean `complaint`?"), "{unknown}");
}

#[test]
fn the_program_follows_a_policy_that_changes_an_order_a_limit_and_a_label() {
    let book = book();
    let path = "policy/kinds/complaint.toml";
    let mut text = book.read(path);
    // the client agrees before the company approves; two working days instead of one; another word for accepting
    for (from, to) in [
        ("to = \"approved\"\nauthority", "to = \"approved\"#\nauthority"),
        ("from = [\"proposed\"]\nto = \"approved\"#", "from = [\"agreed\"]\nto = \"approved\""),
        ("from = [\"approved\"]\nto = \"agreed\"", "from = [\"proposed\"]\nto = \"agreed\""),
        ("from = [\"agreed\", \"refused\"]\nto = \"closed\"", "from = [\"approved\", \"refused\"]\nto = \"closed\""),
        ("within = \"1 workdays\"", "within = \"2 workdays\""),
        ("label = { en = \"Accept\", zh = \"受理\" }", "label = { en = \"Take on\", zh = \"承接\" }"),
    ] {
        assert!(text.contains(from), "no {from}");
        text = text.replacen(from, to, 1);
    }
    let new = |key: &str| {
        let made = book.json(&format!("new complaint client=恒泰 channel=phone content=漏水 --key {key}"));
        assert_eq!(made["data"]["state"], "registered", "{made}");
        let shown = book.json(&format!("show {key}"));
        shown["data"]["derived"]["due"].as_str().unwrap_or_default().to_owned()
    };
    book.json("new client name=恒泰");
    assert_eq!(new("before"), "2026-11-25T17:30:00+08:00");
    book.write(path, &text);
    let said = book.run("--lang en commit -m order");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(new("after"), "2026-11-26T17:30:00+08:00");
    let said = book.run("--lang zh advance after 承接 promised=fri");
    assert!(said.contains("已受理") && said.ends_with("--- exit 0\n"), "{said}");
    book.run("advance after propose remedies.+.kind=repair");
    let refused = book.run("--lang en advance after approve");
    assert!(refused.contains("`approve` can be taken from agreed") && refused.ends_with("--- exit 1\n"), "{refused}");
    let said = book.run("--lang en advance after agree,approve,close");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    // a deadline is judged by the rules under which the record was opened
    assert_eq!(book.json("show before")["data"]["derived"]["due"], "2026-11-25T17:30:00+08:00");
    assert_eq!(book.run("audit --quiet"), "--- exit 0\n");
}

/// The rule book that is kept in the state directory only saves time.
#[test]
fn whatever_becomes_of_the_kept_rule_book_answers_stay() {
    let book = book();
    let kept = book.dir().join(".git/redress/policy");
    let ask = || book.run("--lang en policy show complaint") + &book.run("--lang en list complaint");
    let answer = ask();
    let old = std::fs::read(&kept).expect("it is kept");
    let flipped = |at: usize| {
        let mut bytes = old.clone();
        bytes[at] ^= 1;
        bytes
    };
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("cut off", old[..old.len() / 2].to_vec()),
        ("another thing", b"policy".repeat(10_000)),
        ("another digest", flipped(3)),
        ("another key", flipped(25)),
        ("damaged", flipped(old.len() - 7)),
    ] {
        std::fs::write(&kept, bytes).expect("it can be written");
        assert_eq!(ask(), answer, "{what}");
        assert_eq!(std::fs::read(&kept).expect("it is there").len(), old.len(), "{what}: kept anew");
    }
    std::fs::remove_file(&kept).expect("it can be removed");
    std::fs::create_dir(&kept).expect("a folder");
    assert_eq!(ask(), answer, "a folder in its place");
    std::fs::remove_dir(&kept).expect("it can be removed");

    // another policy counts at once, and an earlier one does not come back
    let path = "policy/kinds/complaint.toml";
    let text = book.read(path);
    let label = "label = { en = \"Accept\", zh = \"受理\" }";
    assert!(text.contains(label));
    book.write(path, &text.replacen(label, "label = { en = \"Take on\", zh = \"承接\" }", 1));
    book.git("commit -qam changed");
    std::fs::write(&kept, &old).expect("it can be written");
    let changed = ask();
    assert!(changed.contains("Take on") && !answer.contains("Take on"), "{changed}");
    assert!(book.run("--lang en policy show complaint --at HEAD~1").contains("Accept"));
    book.git("reset -q --hard HEAD~1");
    assert_eq!(ask(), answer, "after going back");
}

/// A case is judged by the rules under which it was opened. They are kept compiled, as today's rules are.
#[test]
fn whatever_becomes_of_a_kept_older_rule_book_answers_stay() {
    let book = book();
    book.run("new client name=恒泰 phone=13800138000");
    book.run("new complaint client=恒泰 channel=phone content=漏水 --key case");
    let path = "policy/kinds/complaint.toml";
    let text = book.read(path);
    let limit = text.split("name = \"acceptance\"").nth(1).and_then(|rest| rest.split("within = ").nth(1));
    let limit = format!("within = {}", limit.and_then(|rest| rest.lines().next()).expect("a limit"));
    book.write(path, &text.replace(&limit, "within = \"9 days\""));
    assert!(book.run("commit -m longer").contains("exit 0"));
    book.run("new complaint client=恒泰 channel=phone content=渗油 --key later");
    let due = |key: &str| book.json(&format!("show {key}"))["data"]["derived"]["due"].clone();
    let (old, new) = (due("case"), due("later"));
    assert_ne!(old, new, "the older rules hold for the older case");
    let folder = book.dir().join(".git/redress");
    let files = || {
        let names = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let is_older = |path: &std::path::PathBuf| path.to_string_lossy().contains("rules-");
        names.filter(is_older).collect::<Vec<_>>()
    };
    let [kept] = &files()[..] else { panic!("{:?}", files()) };
    let bytes = std::fs::read(kept).expect("it is kept");
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("cut off", bytes[..99].to_vec()),
        ("today's", { std::fs::read(folder.join("policy")).expect("it is kept") }),
    ] {
        std::fs::write(kept, bytes).expect("it can be written");
        assert_eq!([due("case"), due("later")], [old.clone(), new.clone()], "{what}");
    }
    assert_eq!(std::fs::read(kept).expect("it is kept").len(), bytes.len());
    // what today's rule book says about calendars applies to older cases too
    let calendar = book.read("policy/calendar.toml");
    book.write("policy/calendar.toml", &calendar.replacen("mon-fri = [", "tue-fri = [", 1));
    book.run("commit -m mondays");
    assert_eq!(files().len(), 1);
    assert!(book.run("audit --quiet").contains("exit 0"));
}

/// A name that no record has or ever had may leave the rule book. A name that one has is reported with the record.
#[test]
fn a_field_may_leave_while_no_record_has_it() {
    let book = book();
    let path = "policy/kinds/complaint.toml";
    let text = book.read(path);
    book.json("new client name=恒泰");
    book.json("new complaint client=恒泰 channel=phone content=漏水 reason=密封 --key used");
    let due = |key: &str| book.json(&format!("show {key}"))["data"]["derived"]["due"].clone();
    let before = due("used");
    let without = |text: &str, from: &str, to: &str| {
        let begin = text.find(from).unwrap_or_else(|| panic!("no {from}"));
        let end = begin + text[begin..].find(to).unwrap_or_else(|| panic!("no {to}"));
        format!("{}{}", &text[..begin], &text[end..])
    };
    let raised = |text: &str| without(text, "[fields.raised-by]", "[fields.external-number]");
    // the field was cleared, and the record's history still has it
    let reason = |text: &str| without(text, "[fields.reason]", "[fields.demand]");
    book.json("edit used reason=");
    book.write(path, &reason(&raised(&text)));
    for line in ["--lang en policy check", "--lang en commit -m fields", "--lang en validate"] {
        let said = book.run(line);
        assert!(
            said.contains("the field `reason` was removed; 1 record has or had it, such as C-ID1"),
            "{line}\n{said}"
        );
        assert!(
            said.contains(path) && !said.contains("`raised-by`") && said.ends_with("--- exit 1\n"),
            "{line}\n{said}"
        );
    }
    let zh = book.run("--lang zh policy check");
    assert!(zh.contains("字段 `reason` 被删除，而有 1 条记录正在或曾经使用"), "{zh}");
    // a field, a state with its steps, a choice and a part of lines; no record has any of them
    let smaller = raised(&text).replace("\"referral\", \"regulator\"", "\"regulator\"");
    let smaller = without(&smaller, "referral = { en", "regulator = { en");
    let smaller = without(&smaller, "[fields.remedies.of.note]", "[fields.decision]");
    let smaller = without(&smaller, "[states.lapsed]", "[states.waiting-client]").replace(", \"lapsed\"]", "]");
    let lapse = smaller.find("[[steps]]\nname = \"lapse\"").expect("the step");
    let next = lapse + smaller[lapse..].find("# Steps that change no state.").expect("what follows");
    book.write(path, &format!("{}{}", &smaller[..lapse], &smaller[next..]));
    assert_eq!(book.run("--lang en policy check"), "--- exit 0\n");
    let said = book.run("--lang en commit -m smaller");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    // the case is judged by the rules under which it was opened, which still name what was removed
    assert_eq!(due("used"), before);
    for line in ["validate", "audit --quiet", "remind --dry-run"] {
        assert_eq!(book.run(line), "--- exit 0\n", "{line}");
    }
    let said = book.run("advance used accept promised=fri");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert!(book.run("--lang en edit used raised-by=client").contains("`raised-by`"));
    // a choice and a type that records have
    book.json("edit used sample=坏");
    let text = book.read(path);
    book.write(
        path,
        &text.replacen("values = [\"phone\", ", "values = [", 1).replacen(
            "phone = { en = \"Phone\", zh = \"电话\" }\n",
            "",
            1,
        ),
    );
    let said = book.run("--lang en policy check");
    assert!(
        said.contains("`phone` was removed from the choices of `channel`; 1 record has it, such as C-ID1"),
        "{said}"
    );
    assert!(said.contains("`retired-values`"), "{said}");
    book.write(path, &text.replacen("[fields.sample]\ntype = \"text\"", "[fields.sample]\ntype = \"count\"", 1));
    let said = book.run("--lang en policy check");
    assert!(said.contains("values of `sample` cannot be read by its new type"), "{said}");
}
