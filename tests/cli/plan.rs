//! Planning callbacks in the demonstration book.

use crate::sandbox::Sandbox;

#[test]
fn callbacks_are_planned_once_narrowed_and_shown_before() {
    let sandbox = Sandbox::empty();
    assert_eq!(sandbox.run("demo book --quiet"), "--- exit 0\n");
    let now = "-C book --now 2026-11-02T17:00+08:00";
    let head = sandbox.git("-C book rev-parse HEAD");
    let dry = sandbox.json(&format!("{now} --dry-run plan callbacks 2026-11 grade=key,A"));
    assert_eq!(sandbox.git("-C book rev-parse HEAD"), head);
    let made = sandbox.json(&format!("{now} plan callbacks 2026-11 grade=key,A"));
    assert_ne!(sandbox.git("-C book rev-parse HEAD"), head);
    let planned = made["data"]["planned"].as_array().expect("a list");
    assert!(planned.len() > 1, "{made}");
    let without_ids = |plan: &serde_json::Value| {
        let rows = plan["data"]["planned"].as_array().cloned().unwrap_or_default();
        rows.into_iter()
            .map(|mut row| {
                row["id"] = serde_json::Value::Null;
                row
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(without_ids(&dry), without_ids(&made));
    for row in planned {
        let shown = sandbox.json(&format!("-C book show {}", row["id"].as_str().expect("an id")));
        assert_eq!(shown["data"]["state"], "planned");
        assert_eq!(shown["data"]["due"], row["due"]);
        assert_eq!(shown["data"]["campaign"], row["campaign"]);
    }
    let again = sandbox.run(&format!("{now} plan callbacks 2026-11 grade=key,A"));
    assert_eq!(again, "--- stderr\nnothing new falls into 2026-11\n--- exit 0\n");
    let over = sandbox.run(&format!("{now} plan callbacks 2026-10"));
    assert!(over.ends_with("--- exit 2\n"), "{over}");
    let unknown = sandbox.run(&format!("{now} plan holidays"));
    assert!(unknown.ends_with("--- exit 2\n"), "{unknown}");
}

/// CB3: the 24 hours run from the call, which `--on` or the field dates, and not from when it was written down.
#[test]
fn the_24_hours_of_a_callback_record_run_from_the_call() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州精密机械");
    let record_due = |key: &str, line: &str| {
        sandbox.run(&format!(
            "new callback client=杭州精密机械 reason=routine due=2026-11-25 --on 2026-11-20 --key {key}"
        ));
        let done = sandbox.run(&format!("advance {key} {line}"));
        assert!(done.ends_with("--- exit 0\n"), "{done}");
        let runs = sandbox.json(&format!("explain {key} --deadline record"));
        (runs["data"][0]["start"].clone(), runs["data"][0]["outcome"].clone())
    };
    let start = |time: &str| serde_json::json!(format!("2026-11-{time}:00+08:00"));
    for (key, line, wanted, outcome) in [
        ("now", "complete", "24T09:00", "open"),
        ("on", "complete --on 2026-11-23T08:00", "23T08:00", "breached"),
        ("happened", "complete happened=2026-11-23T08:00", "23T08:00", "breached"),
    ] {
        assert_eq!(record_due(key, line), (start(wanted), outcome.into()), "{line}");
    }
    // a client who is still to be called has not been called
    sandbox.run("new callback client=杭州精密机械 reason=routine due=2026-11-25 --on 2026-11-20 --key later");
    assert!(sandbox.run("advance later complete happened=2026-11-24T11:00 --json").contains("too-late"));
    assert!(sandbox.run("advance later complete happened=2026-11-19T11:00 --json").contains("too-early"));
    // the hour may be known only when the record is filled in
    sandbox.run("advance now record summary=满意 happened=2026-11-22T15:00");
    let late = sandbox.json("explain now --deadline record");
    assert_eq!((&late["data"][0]["start"], &late["data"][0]["outcome"]), (&start("22T15:00"), &"breached".into()));
}

/// The real start of a run is compared with the run before, not with anything that happened in between.
#[test]
fn a_run_may_have_begun_before_something_that_ended_no_run() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    let kind = "policy/kinds/callback.toml";
    let again =
        "[[steps]]\nname = \"again\"\nfrom = [\"recorded\"]\nto = \"planned\"\n\n[[steps]]\nname = \"import\"\n";
    sandbox.write(kind, &sandbox.read(kind).replacen("[[steps]]\nname = \"import\"\n", again, 1));
    let taken = |line: &str| {
        let said = sandbox.run(line);
        assert!(said.ends_with("--- exit 0\n"), "{line}: {said}");
    };
    taken("commit");
    taken("new client name=杭州精密机械");
    taken("new callback client=杭州精密机械 reason=routine due=2026-11-25 --on 2026-11-20 --key call");
    // giving up closes the callback while this deadline does not run
    let tried = "attempts.+.at=2026-11-21T10:00 attempts.+.at=2026-11-22T10:00 attempts.+.at=2026-11-23T09:00";
    taken(&format!("advance call give-up {tried} --on 2026-11-23T10:00"));
    taken("advance call retry due=2026-11-26 --on 2026-11-23T11:00");
    taken("advance call complete happened=2026-11-22T15:00 --on 2026-11-23T12:00");
    let starts = || {
        let runs = sandbox.json("explain call --deadline record");
        let all = runs["data"].as_array().expect("runs").iter();
        all.map(|run| run["start"].as_str().unwrap_or_default()[5..16].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(starts(), ["11-22T15:00"]);
    // what the field says about the run before does not belong to the next
    taken("advance call record summary=好 --on 2026-11-23T13:00");
    taken("advance call again due=2026-11-27 --on 2026-11-23T14:00");
    taken("advance call complete --on 2026-11-23T15:00");
    assert_eq!(starts(), ["11-22T15:00", "11-23T15:00"]);
    taken("edit call happened=2026-11-23T14:30");
    assert_eq!(starts().last().map(String::as_str), Some("11-23T14:30"));
}

/// GP7: recurring duties are made by themselves, once, with the person who does them and the time limit.
#[test]
fn recurring_duties_are_made_once_with_who_does_them_and_by_when() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let none = sandbox.run("plan tasks 2026-12");
    assert!(none.contains("policy/recurring.toml"), "{none}");
    sandbox.write(
        "policy/recurring.toml",
        "[[duties]]\nname = \"statistics\"\nlabel = { en = \"Statistics\", zh = \"统计表\" }\nkind = \"task\"\n\
         every = \"day 10 of next month\"\nroll = \"next-workday\"\nholder = \"role:cs-supervisor\"\n\
         set = { content = \"statistics, {period}\" }\n\
         [[duties]]\nname = \"ask\"\nlabel = { en = \"Ask how it goes\", zh = \"客户问询\" }\nkind = \"task\"\n\
         every = \"month\"\neach = \"client\"\nspread = true\nholder = [\"field:owner\", \"role:cs-specialist\"]\n\
         set = { content = \"ask how it goes\" }\nwith = { client = \"id\" }\n",
    );
    sandbox.git("add -A");
    sandbox.git("commit -q -m rules");
    sandbox.run("new staff name=陈静 emails=chen.jing@example.cn department=cs roles.+.role=cs-supervisor");
    sandbox.run("new client name=青禾 owner=chen.jing grade=A");
    sandbox.run("new client name=临江 grade=B");
    let doctor = sandbox.run("doctor");
    assert!(doctor.contains("redress plan tasks"), "{doctor}");
    let dry = sandbox.json("--dry-run plan tasks 2026-12");
    let made = sandbox.json("plan tasks 2026-12");
    let rows = made["data"]["planned"].as_array().expect("a list");
    let told: Vec<(&str, &str, bool)> = rows
        .iter()
        .map(|row| (row["duty"].as_str().unwrap(), row["due"].as_str().unwrap(), row["of"].is_string()))
        .collect();
    assert_eq!(
        told,
        [("ask", "2026-12-01", true), ("statistics", "2026-12-10", false), ("ask", "2026-12-16", true)],
        "{made}"
    );
    assert_eq!(dry["data"]["planned"].as_array().map(Vec::len), Some(3), "{dry}");
    let first = rows.iter().find(|row| row["duty"] == "statistics").expect("it");
    let shown = sandbox.json(&format!("show {}", first["id"].as_str().expect("an id")));
    assert_eq!(shown["data"]["content"], "statistics, 2026-12-10", "{shown}");
    assert_eq!(shown["data"]["derived"]["due"], "2026-12-10T17:30:00+08:00", "{shown}");
    assert_eq!(sandbox.run("plan tasks 2026-12"), "--- stderr\nnothing new falls into 2026-12\n--- exit 0\n");
    // a client who came since then gets one, and conditions narrow the records
    sandbox.run("new client name=北岸 grade=key");
    sandbox.run("new client name=远山 grade=C");
    let more = sandbox.json("plan tasks 2026-12 grade=key");
    assert_eq!(more["data"]["planned"].as_array().map(Vec::len), Some(1), "{more}");
    // a duty that was due before today is left alone, and the answer says so
    let late = sandbox.run("--lang zh plan tasks 2026-11");
    assert!(late.contains("统计表") && late.contains("--on 2026-11-01"), "{late}");
    assert!(sandbox.run("plan holidays").contains("callbacks|tasks|sanctions"));
}

#[test]
fn mistakes_of_recurring_duties_are_named_with_their_place() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let sound = "[[duties]]\nname = \"ask\"\nlabel = { en = \"Ask\", zh = \"问询\" }\nkind = \"task\"\nevery = \"month\"\n\
                 each = \"client\"\nholder = \"field:owner\"\nset = { content = \"x\" }\nwith = { client = \"id\" }\n";
    for (piece, instead, wanted) in [
        ("", "", ""),
        ("every = \"month\"", "every = \"moon\"", "`moon` does not say how often"),
        ("every = \"month\"", "every = \"3 days\"", "`3 days` does not say how often"),
        ("each = \"client\"\n", "", "there is no `each`"),
        ("each = \"client\"", "each = \"cleint\"", "did you mean `client`?"),
        ("field:owner", "field:name", "`name` names no people"),
        ("field:owner", "role:boss", "there is no role `boss`"),
        ("field:owner", "owner", "`owner` says nobody"),
        ("client = \"id\"", "client = \"name\"", "`name`"),
        ("client = \"id\"", "note = \"id\"", "`note` cannot name a client"),
        ("set = { content", "set = { contnet", "did you mean `content`?"),
        ("every = \"month\"", "every = \"month\"\ndue = \"soon\"", "`soon`"),
        ("every = \"month\"", "every = \"month\"\nspraed = true", "spraed"),
    ] {
        sandbox.write("policy/recurring.toml", &sound.replacen(piece, instead, 1));
        let said = sandbox.run("policy check");
        match wanted {
            "" => assert!(said.ends_with("--- exit 0\n"), "{said}"),
            wanted => {
                assert!(said.contains(wanted) && said.contains("policy/recurring.toml:"), "{instead}: {said}");
                assert!(said.ends_with("--- exit 1\n"), "{instead}: {said}");
            }
        }
    }
}
