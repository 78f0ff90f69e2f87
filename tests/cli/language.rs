//! What the kind language says about time and conditions, at the command line: extensions, steps that must come
//! before an end, clocks that conditions start, named conditions, comparisons between fields, dates that move, fields
//! that must differ, retention.

use crate::sandbox::Sandbox;

const CLAIM: &str = r#"
name = "claim"
prefix = "QA"
folder = "claims"
label = { en = "Claim", zh = "索赔" }
title = "memo"
[fields.memo]
type = "text"
label = { en = "Memo", zh = "摘要" }
[fields.heard]
type = "date"
label = { en = "Heard", zh = "听取日期" }
[fields.received]
type = "date"
label = { en = "Received", zh = "收件日期" }
[fields.returned]
type = "decimal"
[fields.approved]
type = "decimal"
[fields.due]
type = "date"
[fields.first]
type = "person"
[fields.second]
type = "person"
[states.opened]
class = "new"
[states.done]
class = "closed"
[conditions.early]
label = { en = "Early", zh = "及时" }
any = ["heard<=received+10d", "memo~vip"]
[[steps]]
name = "open"
to = "opened"
[[steps]]
name = "extend"
label = { en = "Extend", zh = "延期" }
from = ["opened"]
before = ["answer"]
[[steps]]
name = "renew"
from = ["opened"]
when = ["early"]
[steps.sets]
due = { from = ["due", "received"], plus = "3 months" }
[[steps]]
name = "end"
from = ["opened"]
to = "done"
[[steps]]
name = "import"
[[deadlines]]
name = "answer"
label = { en = "Answer", zh = "答复" }
starts = ["opened"]
stops = ["done"]
within = "3 days"
holder = ["role:cs-manager"]
extends = [{ on = "step:extend", to = "10 days" }]
[[deadlines]]
name = "both"
label = { en = "Both dates", zh = "两个日期" }
starts = ["becomes:heard=.. received=.."]
stops = ["done"]
within = "5 days"
holder = ["role:cs-manager"]
[[retention]]
after = "2 months"
fields = ["memo"]
holder = ["role:cs-manager"]
[[differs]]
fields = ["first", "second"]
reason = { en = "four eyes", zh = "须由两人办理" }
"#;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    let begun = sandbox.run("init . --name Test --clock simulated --now 2026-11-02T09:00");
    assert!(begun.contains("exit 0"), "{begun}");
    sandbox.write("policy/kinds/claim.toml", CLAIM);
    let run = |line: &str| sandbox.run(&format!("--now 2026-11-02T09:00 {line}"));
    let checked = run("--lang en policy check");
    assert!(!checked.contains("error"), "{checked}");
    let committed = run("commit -m claims");
    assert!(committed.contains("--- exit 0"), "{committed}");
    sandbox
}

fn done(sandbox: &Sandbox, day: &str, line: &str) -> String {
    let said = sandbox.run(&format!("--now 2026-11-{day}T09:00 {line}"));
    assert!(said.contains("--- exit 0"), "{line}: {said}");
    said
}

fn refused(sandbox: &Sandbox, day: &str, line: &str) -> String {
    let said = sandbox.run(&format!("--now 2026-11-{day}T09:00 {line}"));
    assert!(!said.contains("--- exit 0"), "{line}: {said}");
    said
}

#[test]
fn a_limit_is_extended_before_its_end_alone() {
    let sandbox = book();
    done(&sandbox, "02", "new claim memo=one --key one");
    done(&sandbox, "02", "new claim memo=two --key two");
    done(&sandbox, "04", "advance one extend");
    let told = done(&sandbox, "05", "--lang en explain one");
    assert!(told.contains("extended on") && told.contains("10 days"), "{told}");
    let told = done(&sandbox, "05", "--lang zh explain one");
    assert!(told.contains("延长") && told.contains("10天"), "{told}");
    let late = refused(&sandbox, "07", "--lang en advance two extend");
    assert!(late.contains("too late") && late.contains("`answer`"), "{late}");
    let late = refused(&sandbox, "07", "--lang zh advance two extend");
    assert!(late.contains("为时已晚") && late.contains("答复"), "{late}");
    let due = done(&sandbox, "07", "--lang en due --all kind=claim");
    assert!(due.contains("one") && due.contains("two"), "{due}");
    let overdue = done(&sandbox, "07", "list claim --fields memo overdue");
    assert!(overdue.contains("two") && !overdue.contains("one"), "{overdue}");
    done(&sandbox, "07", "audit --quiet");
}

#[test]
fn a_clock_starts_when_a_condition_comes_to_hold() {
    let sandbox = book();
    done(&sandbox, "02", "new claim memo=one heard=2026-11-01 --key one");
    let before = done(&sandbox, "02", "--lang en explain one --deadline both");
    assert!(before.contains("coming to hold"), "{before}");
    done(&sandbox, "03", "edit one received=2026-11-02");
    let after = done(&sandbox, "03", "--lang en explain one --deadline both");
    assert!(after.contains("Both dates 1"), "{after}");
    sandbox.write("batch.ndjson", "{\"op\":\"new\",\"kind\":\"claim\",\"key\":\"b\",\"fields\":{\"memo\":\"b\",\"heard\":\"2026-11-01\",\"received\":\"2026-11-01\"}}\n");
    done(&sandbox, "03", "batch batch.ndjson");
    assert!(done(&sandbox, "03", "--lang en explain b --deadline both").contains("Both dates 1"));
    sandbox.write("came.csv", "memo,heard,received\ncame,2026-11-01,2026-11-01\n");
    done(&sandbox, "03", "import claim came.csv");
    let came = sandbox.json("--now 2026-11-03T09:00 list claim memo=came");
    let id = came["data"][0]["id"].as_str().expect("an id").to_owned();
    let told = done(&sandbox, "03", &format!("--lang en explain {id}"));
    assert!(told.contains("imports start no deadlines"), "{told}");
    done(&sandbox, "03", "audit --quiet");
    done(&sandbox, "03", "undo one -y");
    let undone = done(&sandbox, "03", "--lang en explain one --deadline both");
    assert!(!undone.contains("Both dates 1"), "{undone}");
    done(&sandbox, "03", "audit --quiet");
}

#[test]
fn a_named_condition_is_a_word_of_every_filter() {
    let sandbox = book();
    done(&sandbox, "02", "new claim memo=one received=2026-10-01 heard=2026-10-11 --key one");
    done(&sandbox, "02", "new claim memo=two received=2026-10-01 heard=2026-10-12 --key two");
    done(&sandbox, "02", "new claim memo='a vip' --key three");
    for (line, shown, hidden) in [
        ("list claim --fields memo early", ["one", "vip"].as_slice(), ["two"].as_slice()),
        ("list claim --fields memo 及时", &["one", "vip"], &["two"]),
        ("list claim --fields memo not early", &["two"], &["one", "vip"]),
        ("list claim --fields memo heard>received+10d", &["two"], &["one", "vip"]),
        ("list claim --fields memo 听取日期<=收件日期+1周", &[], &["one", "two"]),
    ] {
        let said = sandbox.run(&format!("--now 2026-11-02T09:00 {line}"));
        assert!(shown.iter().all(|word| said.contains(word)), "{line}: {said}");
        assert!(!hidden.iter().any(|word| said.contains(word)), "{line}: {said}");
    }
    let wrong = refused(&sandbox, "02", "--lang en list claim heard<=returned");
    assert!(wrong.contains("cannot be compared"), "{wrong}");
    let wrong = refused(&sandbox, "02", "--lang en list claim heard<=received+2wd");
    assert!(wrong.contains("working calendar"), "{wrong}");
    assert!(refused(&sandbox, "02", "--lang en advance two renew").contains("early"));
    done(&sandbox, "02", "advance one renew");
    assert!(done(&sandbox, "02", "show one").contains("2027-01-01"));
    done(&sandbox, "02", "advance one renew");
    assert!(done(&sandbox, "02", "show one").contains("2027-04-01"));
    done(&sandbox, "02", "audit --quiet");
}

#[test]
fn two_people_differ() {
    let sandbox = book();
    done(&sandbox, "02", "new claim memo=one first=li.na --key one");
    let said = refused(&sandbox, "02", "--lang en edit one second=li.na");
    assert!(said.contains("four eyes") && said.contains("must differ"), "{said}");
    let said = refused(&sandbox, "02", "--lang zh edit one second=li.na");
    assert!(said.contains("须由两人办理") && said.contains("不得相同"), "{said}");
}

#[test]
fn mistakes_in_the_language_are_named_with_line_and_key() {
    let sandbox = book();
    for (from, to, said) in [
        ("to = \"10 days\"", "to = \"2 days\"", "is not longer than the limit"),
        ("to = \"10 days\"", "to = \"10 workdays\"", "is measured in another way"),
        ("before = [\"answer\"]", "before = [\"answr\"]", "has no deadline `answr`"),
        ("\"memo~vip\"]", "\"memo~vip\", \"early\"]", "leads back to itself"),
        ("[conditions.early]", "[conditions.heard]", "means something else in filters"),
        ("heard<=received+10d", "heard<=returned", "cannot be compared"),
        ("becomes:heard=..", "becomes:herd=..", "has no field `herd`"),
        ("plus = \"3 months\"", "plus = \"3 hours\"", "does not go here"),
        ("fields = [\"first\", \"second\"]", "fields = [\"first\"]", "at least two fields"),
        ("fields = [\"first\", \"second\"]", "fields = [\"first\", \"memo\"]", "`memo` is of type text"),
    ] {
        sandbox.write("policy/kinds/claim.toml", &CLAIM.replacen(from, to, 1));
        let checked = sandbox.run("--now 2026-11-02T09:00 --lang en policy check");
        assert!(checked.contains(said) && checked.contains("policy/kinds/claim.toml:"), "{to}: {checked}");
        let zh = sandbox.run("--now 2026-11-02T09:00 --lang zh policy check");
        assert!(!zh.contains(said), "{to}: {zh}");
    }
}

#[test]
fn what_is_past_its_time_is_told() {
    let sandbox = book();
    done(&sandbox, "02", "new claim memo=wine --key one");
    done(&sandbox, "02", "new claim memo=beer --key two");
    done(&sandbox, "03", "advance one end");
    let at = |day: &str, line: &str| {
        let said = sandbox.run(&format!("--now {day}T09:00 {line}"));
        assert!(said.contains("--- exit 0"), "{line}: {said}");
        said
    };
    let kept = at("2027-01-03", "--lang en report retention");
    assert!(kept.contains("2 months") && !kept.contains("wine"), "{kept}");
    let past = at("2027-01-04", "--lang en report retention");
    assert!(past.contains("wine") && !past.contains("beer"), "{past}");
    let zh = at("2027-01-04", "--lang zh report 保存期限");
    assert!(zh.contains("已超过期限") && zh.contains("摘要"), "{zh}");
    let due = at("2027-01-04", "--lang en due --all");
    assert!(due.contains("past the time for which it is kept: Memo"), "{due}");
    assert!(!at("2027-01-03", "--lang en due --all").contains("past the time"));
    at("2027-01-04", "edit one memo= -m erased");
    let seen = at("2027-01-04", "--lang en due --all");
    assert!(!seen.contains("past the time"), "{seen}");
}

#[test]
fn a_company_words_computed_reports_itself() {
    let sandbox = book();
    let path = "reports/monthly.toml";
    let own = r#"
[words]
title = { en = "Our month", zh = "本部月报" }
figures = { received = { en = "Taken in", zh = "新收" } }
headings = { comparison = { en = "Side by side", zh = "对比" } }
columns = { change = { en = "More or less", zh = "增减" } }
"#;
    let text = if sandbox.dir().join(path).exists() { sandbox.read(path) } else { String::new() };
    sandbox.write(path, &format!("{text}{own}"));
    let run = |line: &str| sandbox.run(&format!("--now 2026-11-02T09:00 {line}"));
    assert!(!run("policy check").contains("error"), "{}", run("policy check"));
    assert!(run("commit -m words").contains("--- exit 0"));
    let said = run("--lang en report monthly 2026-10");
    for word in ["Our month", "Taken in", "Side by side", "More or less"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let said = run("--lang zh report monthly 2026-10");
    for word in ["本部月报", "新收", "对比", "增减"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    sandbox.write(path, &format!("{text}{}", own.replace("received =", "recieved =")));
    let wrong = run("--lang en policy check");
    assert!(wrong.contains("is called `recieved`") && wrong.contains("did you mean `received`"), "{wrong}");
}
