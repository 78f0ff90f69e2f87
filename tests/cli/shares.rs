//! Who bears a loss: shares at the command line (RL1, RL3).

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done, to_proposed};

/// Only the share table of the book's policy is changed: it applies to cases opened since then, and not to earlier
/// ones.
#[test]
fn the_shares_are_the_policys() {
    let sandbox = book();
    done(&sandbox.run("new staff name=周工 emails=zhou.gong@example.cn roles.+.role=production department=production"));
    let decided = |key: &str| {
        to_proposed(&sandbox, key, "400");
        let responsible = "responsible.+.person=周工 responsible.0.department=production responsible.0.share=100";
        done(&sandbox.run(&format!("edit {key} fault=own {responsible}")));
        done(&by(&sandbox, "zhao.min", &format!("advance {key} approve")));
        done(&sandbox.run(&format!("advance {key} notify,agree answer=同意")));
        done(&by(&sandbox, "zhao.min", &format!("advance {key} check")));
        done(&sandbox.run(&format!("advance {key} review combined-opinion=照办")));
        done(&by(&sandbox, "zhao.min", &format!("advance {key} decide decision=照办")));
    };
    let borne = || {
        let report = sandbox.json("report responsibility 2026-11");
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let people = sections.into_iter().find(|section| section["name"] == "people").expect("the people");
        people["rows"].to_string()
    };
    decided("before");
    assert!(borne().contains("周工") && borne().contains("\"400.00\""), "all of 400: {}", borne());
    let sharing = sandbox.read("policy/sharing.toml");
    let changed = sharing.replacen("when = \"fault=own\"", "when = \"fault=client\"", 1);
    assert_ne!(changed, sharing);
    sandbox.write("policy/sharing.toml", &changed);
    sandbox.git("commit -qam 'Nobody bears our own faults'");
    assert!(borne().contains("\"400.00\""), "the case goes by the rules of its day: {}", borne());
    decided("after");
    assert!(borne().contains("\"400.00\"") && !borne().contains("800.00"), "and nobody bears another 400: {}", borne());
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// RL3: shares are parts of a whole.
#[test]
fn shares_of_more_than_the_whole_are_refused() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    done(&sandbox.run(&format!("advance case {ACCEPTANCE}")));
    let found = |share: &str| {
        format!(
            "advance case investigate cause=密封圈老化 escape=抽检未覆盖 fault=own responsible.+.department=production \
             responsible.0.share=70 responsible.+.department=qm responsible.1.share={share}"
        )
    };
    let over = sandbox.run(&found("30.01"));
    assert!(over.contains("come to more than 100 percent") && over.contains("policy/kinds/complaint.toml:"), "{over}");
    done(&sandbox.run(&found("30")));
    let later = sandbox.run("edit case responsible.0.share=71 --lang zh");
    assert!(later.contains("责任比例合计超过 100%"), "{later}");
    done(&sandbox.run("edit case responsible.0.share=60 responsible.1.share=40"));
    assert_eq!(sandbox.json("show case")["data"]["derived"]["shares-total"], "100");
}

/// RL1, RL3: a share belongs to a person or a department, whatever way it comes in.
#[test]
fn a_share_is_somebodys() {
    let sandbox = book();
    let refused = |shown: &str, said: &str| {
        assert!(shown.contains(said) && shown.ends_with("--- exit 1\n"), "{said}: {shown}");
    };
    let share = "responsible.+.share=60";
    let one = sandbox.run(&format!("new complaint {REGISTRATION} {share}"));
    refused(
        &one,
        "error: line 1 of `responsible` needs one of person, department\nhelp: give responsible.0.person=… or responsible.0.department=…; the rule stands at policy/kinds/complaint.toml:",
    );
    done(&sandbox.run(&format!("new complaint {REGISTRATION} responsible.+.department=production --key case")));
    let zh = sandbox.run(&format!("edit case {share} --lang zh"));
    refused(
        &zh,
        "“责任划分(responsible)”第 2 行须填写其中一项：责任人(person)、责任部门(department)\n帮助：请这样填写：responsible.1.person=… 或 responsible.1.department=…",
    );
    // by hand
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    sandbox.write(&path, &sandbox.read(&path).replace("  - department: production\n", "  - share: \"60\"\n"));
    for line in ["validate", "commit"] {
        refused(&sandbox.run(line), "line 1 of `responsible` needs one of person, department");
    }
    sandbox.git("checkout -q -- complaints");
    // by an import
    let row =
        "{\"client\":\"杭州恒泰机械\",\"channel\":\"phone\",\"content\":\"漏\",\"responsible\":[{\"share\":\"5\"}]}\n";
    sandbox.write("in.ndjson", row);
    refused(&sandbox.run("import complaint in.ndjson"), "line 1 of `responsible` needs one of");
    std::fs::remove_file(sandbox.dir().join("in.ndjson")).expect("the file");
    assert_eq!(sandbox.run("validate") + &sandbox.run("audit --quiet"), "--- exit 0\n--- exit 0\n");
}
