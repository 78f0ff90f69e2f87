//! Closed months: what must be finished first, what is kept, and which commit has changed which figure since.

use redress::record::FileRef;

use crate::sandbox::Sandbox;

/// A book whose case was closed in October although nobody said whose fault it was, and the case.
fn october() -> (Sandbox, String) {
    let sandbox = Sandbox::empty();
    let at = |now: &str, line: &str| {
        let said = sandbox.run(&format!("--now 2026-{now} --lang en {line}"));
        assert!(said.ends_with("--- exit 0\n"), "{line}\n{said}");
    };
    at("10-01T09:00", "init --clock simulated --name Test");
    at("10-05T09:00", "new client name=杭州精密");
    at("10-05T09:10", "new complaint client=杭州精密 channel=phone content=漏水 category=product");
    let id = sandbox.json("list complaint")["data"][0]["id"].as_str().expect("an id").to_owned();
    at("10-05T09:20", &format!("advance {id} accept promised=2026-10-06"));
    at("10-05T09:30", &format!("advance {id} propose remedies.+.kind=exchange"));
    for step in ["approve", "agree", "close"] {
        at("10-05T10:00", &format!("advance {id} {step}"));
    }
    (sandbox, id)
}

const CLOSE: &str = "report monthly 2026-10 --close";

fn at(sandbox: &Sandbox, now: &str, line: &str) -> String {
    sandbox.run(&format!("--now 2026-{now} --lang en {line}"))
}

#[test]
fn a_month_is_closed_once_when_it_is_over_and_its_work_is_done() {
    let (sandbox, id) = october();
    let said = at(&sandbox, "10-31T18:00", CLOSE);
    assert!(said.contains("2026-10 ends on 2026-10-31") && said.ends_with("--- exit 1\n"), "{said}");
    let said = at(&sandbox, "11-02T09:00", "report monthly 2026-q3 --close");
    assert!(said.contains("only a month is closed") && said.ends_with("--- exit 2\n"), "{said}");
    // what is left to do is listed with its holder, and nothing is written
    let before = sandbox.git("rev-parse HEAD");
    let said = at(&sandbox, "11-02T09:00", CLOSE);
    assert!(said.contains("Not attributed") && said.contains("杭州精密"), "{said}");
    assert!(said.contains("1 record should be finished before 2026-10 is closed"), "{said}");
    assert_eq!(sandbox.git("rev-parse HEAD"), before);
    assert!(at(&sandbox, "11-02T09:00", &format!("advance {id} attribute fault=own cause=x")).contains("exit 0"));
    let before = sandbox.git("rev-parse HEAD");
    let data = sandbox.json(&format!("--now 2026-11-02T09:10 {CLOSE}"));
    let kept = "files/*/monthly-2026-10.json";
    let digest = sandbox.git(&format!("show HEAD:{}", sandbox.git(&format!("ls-files {kept}")).trim()));
    assert!(digest.contains(&format!("\"commit\": \"{}\"", before.trim())), "{digest}");
    let closed = sandbox.json(&format!("show {}", data["data"]["id"].as_str().expect("an id")));
    assert_eq!(closed["data"]["commit"], before.trim());
    assert_eq!(closed["data"]["digest"], data["data"]["digest"]);
    assert_eq!(sandbox.git("rev-list --count HEAD").trim().parse::<u32>().expect("a number"), {
        sandbox.git(&format!("rev-list --count {before}")).trim().parse::<u32>().expect("a number") + 1
    });
    let said = at(&sandbox, "11-02T09:20", CLOSE);
    assert!(said.contains("monthly 2026-10 is closed already") && said.ends_with("--- exit 1\n"), "{said}");
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
    // only this command makes records of the kind
    let said = at(&sandbox, "11-02T09:30", "new closed-month report=monthly period=2026-09 commit=x digest=x");
    assert!(said.contains("--close") && said.ends_with("--- exit 1\n"), "{said}");
}

#[test]
fn what_changes_after_a_month_was_closed_is_told_with_its_commit() {
    let (sandbox, id) = october();
    assert!(
        at(&sandbox, "11-02T09:10", &format!("{CLOSE} -m 'the GM office is away'")).contains("closed monthly 2026-10")
    );
    let again = at(&sandbox, "11-02T09:20", &format!("--lang zh {CLOSE} -m again"));
    assert!(again.contains("月报 2026-10 已封存"), "reports have their Chinese names: {again}");
    let record = sandbox.json("--now 2026-11-02T09:30:00+08:00 list closed-month")["data"][0]["id"].clone();
    let shown = at(&sandbox, "11-02T09:30", &format!("--lang zh show {}", record.as_str().unwrap_or_default()));
    assert!(shown.contains("月报") && !shown.contains("monthly\n"), "{shown}");
    let said = at(&sandbox, "11-02T10:00", "report monthly 2026-10");
    assert!(said.contains("this is the report as it was closed"), "{said}");
    assert!(!said.contains("Adjustments"), "{said}");
    at(&sandbox, "11-03T09:00", "new client name=上海机电");
    at(&sandbox, "11-03T09:10", &format!("edit {id} category=service"));
    let changed = sandbox.git("rev-parse HEAD");
    // another client does not change how many there were in October
    at(&sandbox, "11-03T09:20", "new client name=苏州机电");
    let said = at(&sandbox, "11-04T09:00", "report monthly 2026-10");
    let told = said.split("Adjustments since the month was closed").nth(1).expect("the table");
    assert!(told.contains("Service quality · received") && told.contains("Product · received"), "{told}");
    assert!(!told.contains("clients of the archive") && !told.contains("Phone"), "{told}");
    let json = sandbox.json("--now 2026-11-04T09:00 report monthly 2026-10");
    let sections = json["data"]["sections"].as_array().expect("sections");
    let told = sections.iter().find(|section| section["name"] == "adjustments").expect("the section").to_string();
    assert!(told.contains(&changed[..8]) && !told.contains("\"at\":\"2026-11-03T09:00"), "{told}");
    // a month that was closed by mistake is closed again
    let closed = sandbox.json("list closed-month")["data"][0]["id"].as_str().expect("an id").to_owned();
    assert!(at(&sandbox, "11-04T09:00", &format!("advance {closed} void -m early")).ends_with("--- exit 0\n"));
    assert!(at(&sandbox, "11-04T09:10", &format!("{CLOSE} -m again")).ends_with("--- exit 0\n"));
}

/// A report whose figures were changed by hand, with its digests, in the commit that closes the month.
#[test]
fn a_kept_report_that_the_program_does_not_make_is_found() {
    for (from, to) in [("", ""), ("\"received\"", "\"received \""), ("\"value\": 1", "\"value\": 7")] {
        let (sandbox, _) = october();
        let id = sandbox.json(&format!("--now 2026-11-02T09:10 {CLOSE} -m 'the office is away'"))["data"]["id"].clone();
        let id = id.as_str().expect("an id");
        assert_eq!(sandbox.run("audit --strict --quiet"), "--- exit 0\n");
        let (file, record) = (format!("files/{id}/monthly-2026-10.json"), sandbox.git(&format!("ls-files *{id}.yaml")));
        let (text, yaml) = (sandbox.read(&file), sandbox.read(record.trim()));
        let changed = text.replacen(from, to, 1);
        assert_eq!(text == changed, from == to, "{text}");
        sandbox.write(&file, &changed);
        let (old, new) = (FileRef::digest(text.as_bytes()), FileRef::digest(changed.as_bytes()));
        assert!(yaml.contains(&old), "{yaml}");
        sandbox.write(record.trim(), &yaml.replace(&old, &new));
        sandbox.git("commit -q -a --amend --no-edit --date 2026-11-02T09:10:00+08:00");
        let said = sandbox.run("audit --strict --quiet");
        assert_eq!(said.contains("closed-otherwise"), from != to, "{said}");
    }
}

#[test]
fn a_shared_book_closes_a_month_on_what_everybody_has() {
    let (sandbox, id) = october();
    sandbox.git("init -q --bare ../server");
    sandbox.git("remote add origin ../server");
    let said = at(&sandbox, "11-02T09:10", &format!("{CLOSE} -m soon"));
    assert!(said.contains("the remote does not have") && said.ends_with("--- exit 1\n"), "{said}");
    sandbox.git("push -q -u origin HEAD");
    at(&sandbox, "11-02T09:20", &format!("edit {id} note=x"));
    let said = at(&sandbox, "11-02T09:30", &format!("{CLOSE} -m soon"));
    assert!(said.contains("redress sync") && !said.contains("git p") && said.ends_with("--- exit 1\n"), "{said}");
    sandbox.git("push -q");
    assert!(at(&sandbox, "11-02T09:40", &format!("{CLOSE} -m now")).ends_with("--- exit 0\n"));
}

#[test]
fn what_is_private_is_no_adjustment_for_a_reader_who_sees_it() {
    let (sandbox, id) = october();
    let columns = sandbox.read("reports/tracking.toml");
    sandbox.write(
        "reports/tracking.toml",
        &columns.replace("\"client\", \"received\",", "\"client\", \"contact\", \"received\","),
    );
    assert!(at(&sandbox, "11-01T09:00", "commit -m 'Show the contact'").ends_with("--- exit 0\n"));
    assert!(at(&sandbox, "11-01T09:10", &format!("edit {id} contact=王工")).ends_with("--- exit 0\n"));
    assert!(at(&sandbox, "11-02T09:00", "report tracking 2026-10 --close -m now").ends_with("--- exit 0\n"));
    let said = at(&sandbox, "11-02T10:00", "report tracking 2026-10 --private");
    assert!(said.contains("王工") && said.contains("this is the report as it was closed"), "{said}");
    let said = at(&sandbox, "11-02T10:00", "report tracking 2026-10");
    assert!(!said.contains("王工") && said.contains("this is the report as it was closed"), "{said}");
}

#[test]
fn a_checklist_that_is_not_there_is_said_with_its_place() {
    let (sandbox, _) = october();
    let rules = sandbox.read("policy/reports.toml");
    sandbox.write("policy/reports.toml", &rules.replace("checklist = \"closing\"", "checklist = \"closng\""));
    let said = sandbox.run("--lang en policy check");
    assert!(
        said.contains("policy/reports.toml:") && said.contains("closng") && said.ends_with("--- exit 1\n"),
        "{said}"
    );
}
