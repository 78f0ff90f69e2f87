//! Improvement measures of the manufacturer: a countermeasure is a measure with owner, department and date (IM1,
//! RL5).

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done};
use crate::procedure::steps;

/// IM1, RL5: a countermeasure is a measure that somebody owes: the head of the department at fault, until it is
/// taken. A case with the same cause joins it. The head takes part in the attribution, which says until when it must
/// be done.
#[test]
fn a_countermeasure_is_a_measure_of_the_department_at_fault() {
    let sandbox = book();
    let head = "roles.+.role=production roles.+.role=head department=production";
    done(&sandbox.run(&format!("new staff name=孙波 emails=sun.bo@example.cn {head}")));
    done(&sandbox.run("new staff name=周工 emails=zhou.gong@example.cn roles.+.role=production department=production"));
    let analysed = |key: &str, cause: &str| {
        done(&sandbox.run(&format!("new complaint {REGISTRATION} --key {key}")));
        let whose = "fault=own responsible.+.department=production responsible.0.share=100";
        let found = format!("investigate cause={cause} escape=未检 {whose}");
        steps(&sandbox, key, &[ACCEPTANCE, &found, "report,instruct-report,analyse countermeasure=关键尺寸全检"]);
    };
    analysed("one", "密封圈老化");
    let measures = || sandbox.json("list measure")["data"].as_array().cloned().expect("measures");
    let first = measures()[0].clone();
    assert_eq!(
        (&first["state"], &first["owner"], &first["department"]),
        (&"drafted".into(), &"sun.bo".into(), &"production".into())
    );
    assert_eq!((&first["action"], first["due"].is_null()), (&"关键尺寸全检".into(), true), "{first}");
    assert!(done(&by(&sandbox, "sun.bo", "due --fail-empty")).contains("关键尺寸全检"), "it is the head's work");
    // case and width do not matter: the same cause; another cause is another measure
    analysed("two", "密封圈老化");
    let two = sandbox.json("show two")["data"]["id"].clone();
    assert_eq!((measures().len(), &measures()[0]["complaints"]), (1, &serde_json::json!([two])));
    analysed("three", "尺寸超差");
    assert_eq!(measures().len(), 2);
    // responsibility is confirmed with the head of production
    let to_answer = [
        "instruct instruction=速",
        "opine opinion=可",
        "review",
        "propose remedies.+.kind=allowance remedies.0.amount=100",
        "review",
    ];
    steps(&sandbox, "one", &to_answer);
    done(&by(&sandbox, "zhao.min", "advance one approve"));
    steps(&sandbox, "one", &["notify,agree answer=同意"]);
    let present = |who: &str| {
        format!(
            "attribute present.+.department=production present.0.person={who} present.+.department=qm present.1.person=li.na present.+.department=rd present.2.person=li.na"
        )
    };
    let refused = sandbox.run(&format!("advance one {}", present("zhou.gong")));
    assert!(refused.contains("the head of production is 孙波 (sun.bo)") && refused.contains("exit 1"), "{refused}");
    let refused = sandbox.run(&format!("advance one {} --lang zh", present("zhou.gong")));
    assert!(refused.contains("主管：孙波 (sun.bo)"), "{refused}");
    steps(&sandbox, "one", &[&format!("{} countermeasure-due=2026-12-31", present("sun.bo"))]);
    let measure = measures().into_iter().find(|m| m["id"] == first["id"]).expect("the first");
    assert_eq!((&measure["due"], &measure["state"]), (&"2026-12-31".into(), &"drafted".into()), "{measure}");
    let id = measure["id"].as_str().expect("an id").to_owned();
    done(&by(&sandbox, "zhou.gong", &format!("advance {id} open")));
    let taken = sandbox.json(&format!("show {id}"))["data"].clone();
    assert_eq!((&taken["owner"], &taken["state"]), (&"zhou.gong".into(), &"open".into()), "whoever takes it owns it");
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}
