//! Parts of a rule book, which a company takes in addition to its preset: the time limits of a regulator (GP3).

use crate::manufacturer::done;
use crate::sandbox::Sandbox;

/// The presets that `init` names.
fn presets() -> Vec<String> {
    let known = Sandbox::empty().run("--lang en init --preset nothing");
    let (_, names) = known.split_once("known are ").unwrap_or_else(|| panic!("{known}"));
    let names: Vec<String> = names.lines().next().expect("names").split(", ").map(first_word).collect();
    assert!(names.iter().any(|name| name == "basic") && names.len() > 4, "{known}");
    names
}

fn first_word(text: &str) -> String {
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}

/// The deadlines of a record, by name, with their due times.
fn deadlines(sandbox: &Sandbox, at: &str, key: &str) -> Vec<(String, String)> {
    let due = sandbox.json(&format!("--now {at} due --all"));
    let id = sandbox.json(&format!("--now {at} show {key}"))["data"]["id"].as_str().expect("an id").to_owned();
    let lines = due["data"].as_array().expect("lines").clone();
    let own = lines.into_iter().filter(|line| line["id"] == id.as_str() && line["deadline"].is_string());
    let text = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let mut own: Vec<(String, String)> = own.map(|line| (text(&line, "deadline"), text(&line, "due"))).collect();
    own.sort();
    own.dedup();
    own
}

#[test]
fn every_preset_takes_the_regulators_clocks_and_the_day_of_the_case_says_which_hold() {
    for preset in presets() {
        let sandbox = Sandbox::empty();
        done(&sandbox.run(&format!("--now 2026-04-14T09:00 init --preset {preset} --part regulator --lang en")));
        assert_eq!(sandbox.run("--lang en policy check"), "--- exit 0\n", "{preset}");
        done(&sandbox.run("--now 2026-04-14T09:00 new client name=恒泰 phone=0571-1 -y"));
        for (day, key) in [("2026-04-14", "before"), ("2026-04-15", "after")] {
            done(&sandbox.run(&format!(
                "--now {day}T10:00 new complaint client=恒泰 channel=regulator regulator=12315 external-number=N-{key} reply-due=2026-04-24 \
                 content=宣传不符 --key {key}"
            )));
        }
        let due = |key: &str| deadlines(&sandbox, "2026-04-15T11:00", key);
        let of = |key: &str, name: &str| {
            due(key).into_iter().find(|(own, _)| own == name).map(|(_, due)| due[..10].to_owned())
        };
        assert_eq!(of("before", "reply").as_deref(), Some("2026-04-24"), "{preset}: {:?}", due("before"));
        assert_eq!(of("before", "settlement").as_deref(), Some("2026-04-28"), "{preset}");
        assert_eq!(of("after", "settlement").as_deref(), Some("2026-04-29"), "{preset}");
        assert_eq!(of("before", "mediation-60"), None, "{preset}");
        assert_eq!(of("before", "mediation-45").as_deref(), Some("2026-06-18"), "{preset}");
        assert_eq!(of("after", "mediation-45"), None, "{preset}");
        assert_eq!(
            of("after", "mediation-60").as_deref(),
            Some("2026-06-15"),
            "{preset}: sixty civil days, to the end of the 14th of June"
        );
        let explained = sandbox.run("--now 2026-04-15T11:00 --lang en explain after");
        assert!(
            explained.contains("Mediation (60 days)") && !explained.contains("45 working days"),
            "{preset}: {explained}"
        );
        // the reply to the regulator ends its own clock, whatever the client was told
        done(&sandbox.run("--now 2026-04-16T10:00 advance after reply reply=已答复"));
        done(&sandbox.run("--now 2026-04-16T10:05 advance after mediate mediation=settled"));
        let left = deadlines(&sandbox, "2026-04-16T11:00", "after");
        assert!(
            left.iter().all(|(name, _)| !["reply", "settlement", "mediation-60"].contains(&name.as_str())),
            "{left:?}"
        );
        let timely = sandbox.run("--now 2026-04-16T11:00 --lang en report timeliness 2026-04");
        assert!(timely.contains("Settlement with the client"), "{preset}: {timely}");
        done(&sandbox.run("--now 2026-04-16T11:00 --lang en report regulator 2026-04"));
        assert_eq!(sandbox.run("--now 2026-04-16T11:00 audit --quiet"), "--- exit 0\n", "{preset}");
    }
}

#[test]
fn an_earlier_hand_over_moves_the_clocks_and_other_channels_have_none() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --part regulator --lang en"));
    done(&sandbox.run("new client name=恒泰"));
    let early = sandbox.run("new complaint client=恒泰 channel=regulator handed-over=2026-11-20 content=a --key early");
    let phone = sandbox.run("new complaint client=恒泰 channel=phone content=b --key phone");
    let replies = [early, phone].map(|shown| done(&shown).contains("(reply)"));
    assert_eq!(replies, [true, false], "nobody waits for a reply to a regulator who has not asked");
    let of = |key: &str, name: &str| {
        let all = deadlines(&sandbox, "2026-11-24T09:30", key);
        all.into_iter().find(|(own, _)| own == name).map(|(_, due)| due[..10].to_owned())
    };
    assert_eq!(of("early", "settlement").as_deref(), Some("2026-12-04"), "ten working days from the 20th");
    assert_eq!(of("early", "mediation-60").as_deref(), Some("2027-01-20"), "the end of the 19th");
    assert_eq!((of("phone", "settlement"), of("phone", "mediation-60")), (None, None));
    let shown = sandbox.run("--lang en advance phone reply reply=x");
    assert!(shown.contains("through a regulator") && shown.ends_with("--- exit 1\n"), "{shown}");
    // a field that the regulator asks for is missing, and the answer says so
    let shown = sandbox.run("--lang en new complaint client=恒泰 channel=regulator content=c");
    assert!(shown.contains("the regulator's number is not filled in"), "{shown}");
}

#[test]
fn a_book_that_is_there_takes_a_part_and_a_later_upgrade_keeps_it() {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset agency --lang en"));
    let kind = "policy/kinds/complaint.toml";
    assert!(!sandbox.read(kind).contains("[fields.regulator]"));
    sandbox.write(kind, &sandbox.read(kind).replace("within = \"3 workdays\"", "within = \"4 workdays\""));
    done(&sandbox.run("commit -m ours"));
    let shown = sandbox.run("--lang en policy upgrade --part regulator --dry-run");
    assert!(shown.contains("+[fields.regulator]") && !sandbox.read("redress.toml").contains("parts"), "{shown}");
    let shown = sandbox.run("--lang en policy upgrade --part regulator");
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    assert!(sandbox.read("redress.toml").contains("parts = [\"regulator\"]"));
    assert!(
        sandbox.read(kind).contains("within = \"4 workdays\"")
            && sandbox.read(kind).contains("name = \"mediation-60\"")
    );
    assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
    let shown = sandbox.run("--lang en policy show");
    assert!(shown.contains("the preset agency, and takes regulator beside it"), "{shown}");
    let again = sandbox.json("policy upgrade");
    assert_eq!(
        (&again["data"]["files"], &again["data"]["parts"]),
        (&serde_json::json!([]), &serde_json::json!(["regulator"]))
    );
    assert!(sandbox.run("--lang en policy upgrade --part regulator").contains("already"));
    // a company that no longer takes it loses its rules with the next upgrade
    sandbox.write("redress.toml", &sandbox.read("redress.toml").replace("parts = [\"regulator\"]\n", ""));
    done(&sandbox.run("commit -m 'without the regulator'"));
    done(&sandbox.run("policy upgrade"));
    assert!(
        !sandbox.read(kind).contains("[fields.regulator]") && sandbox.read(kind).contains("within = \"4 workdays\"")
    );
}

#[test]
fn a_part_that_is_not_there_is_named() {
    let sandbox = Sandbox::empty();
    let shown = sandbox.run("--lang en init --part regulater");
    assert!(shown.contains("regulator") && shown.ends_with("--- exit 2\n"), "{shown}");
    done(&sandbox.run("init --lang en"));
    let settings = sandbox.read("redress.toml").replace("[company]", "parts = [\"taxes\"]\n\n[company]");
    sandbox.write("redress.toml", &settings);
    let shown = sandbox.run("--lang en policy check");
    assert!(shown.contains("this program has no part `taxes`; known: regulator"), "{shown}");
    assert!(shown.contains("redress.toml:"), "{shown}");
    done(&sandbox.run("commit -m parts"));
    let shown = sandbox.run("--lang en policy upgrade");
    assert!(shown.contains("this program has no part `taxes`") && shown.ends_with("--- exit 1\n"), "{shown}");
}
