//! Records under the keys by which the program knows what it has planned: whoever takes one keeps the plan from making
//! the record.

use super::super::ground::{Ground, Line};
use super::forging::staff;
use crate::audit::Severity;
use crate::policy::FORMAT;
use crate::record::Id;

/// A name, fields that take the place of those that the plan gives, the key, and whether the plan makes such a record.
type Planned<'p> = (&'p str, Line<'p>, &'p str, bool);

fn book(preset: &str) -> (Ground, Id) {
    let ground = Ground::of_format(preset, FORMAT, |_, text| text);
    staff(&ground, "li.na", "li.na", &[&[("role", "gm")], &[("role", "cs-manager")], &[("role", "cs-specialist")]]);
    let client = ground.make("li.na", "client", &[("name", "青禾")]);
    (ground, client)
}

/// Makes each record in a copy of the book.
fn all_judged(ground: &Ground, kind: &str, made: Line<'_>, cases: &[Planned<'_>]) {
    let mut wrong = Vec::new();
    for (name, other, key, is_planned) in cases {
        let ground = ground.copy();
        let mut fields = made.to_vec();
        fields.retain(|(field, _)| other.iter().all(|(known, _)| known != field));
        fields.extend(other.iter().filter(|(_, value)| !value.is_empty()));
        fields.push(("#key", key));
        ground.make("li.na", kind, &fields);
        let expected: &[&str] = if *is_planned { &[] } else { &["key-reserved"] };
        if ground.rules() != expected {
            wrong.push(format!("{name}: {:#?}", ground.audit()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_callback_under_the_key_of_a_campaign_is_that_callback() {
    let (ground, client) = book("basic");
    let key = format!("plan callbacks key-accounts {client} 2026-12-01..2026-12-31");
    let made = [
        ("client", client.as_str()),
        ("reason", "routine"),
        ("campaign", "key-accounts"),
        ("due", "2026-12-09"),
        ("method", "phone"),
    ];
    let cases: &[Planned<'_>] = &[
        ("as planned", &[], &key, true),
        ("of no campaign", &[("campaign", "")], &key, false),
        ("of another campaign", &[("campaign", "regular")], &key, false),
        ("half a year later", &[("due", "2027-06-30")], &key, false),
        ("with another method", &[("method", "visit")], &key, false),
        ("under a key of one's own", &[("campaign", "")], "mine", true),
    ];
    all_judged(&ground, "callback", &made, cases);
}

/// While a campaign is another, a callback takes the key under which the campaign would make its own.
#[test]
fn a_callback_that_a_campaign_makes_for_a_while_is_told() {
    const CAMPAIGNS: &str = "policy/callbacks.toml";
    let (ground, client) = book("basic");
    let sound = ground.read(CAMPAIGNS);
    let planned = "set = { reason = \"routine\", method = \"phone\" }";
    assert!(sound.contains(planned));
    let key = format!("plan callbacks key-accounts {client} 2026-12-01..2026-12-31");
    let fields = [
        ("client", client.as_str()),
        ("reason", "greeting"),
        ("campaign", "key-accounts"),
        ("due", "2026-12-09"),
        ("method", "message"),
        ("summary", "x"),
        ("#key", key.as_str()),
    ];
    for is_back in [true, false] {
        let g = ground.copy();
        g.put(CAMPAIGNS, &sound.replace(planned, "set = { reason = \"greeting\", method = \"message\" }"));
        g.commit("li.na", "Greet");
        g.make("li.na", "callback", &fields);
        if is_back {
            g.put(CAMPAIGNS, &sound);
            g.commit("li.na", "Call");
        }
        let found: Vec<_> = g.audit().iter().map(|finding| (finding.rule, finding.severity)).collect();
        let expected: &[_] = if is_back { &[("rules-restored", Severity::Warning)] } else { &[] };
        assert_eq!(found, expected);
    }
}

#[test]
fn a_task_under_the_key_of_a_duty_is_that_task() {
    let (ground, _) = book("agency");
    let key = "plan tasks callbacks 2026-12";
    let content = "Plan the callbacks (redress plan callbacks) 2026-12";
    let made = [("type", "other"), ("content", content), ("assignee", "li.na"), ("due", "2026-12-04T17:30:00+08:00")];
    let cases: &[Planned<'_>] = &[
        ("as planned", &[], key, true),
        ("another task", &[("content", "order coffee")], key, false),
        ("a month later", &[("due", "2027-01-04T17:30:00+08:00")], key, false),
        ("of another month", &[], "plan tasks callbacks 2026-11", false),
        ("for a record, where the duty is made once for all", &[], "plan tasks callbacks 2026-12 li.na", false),
        ("under a key of one's own", &[("content", "order coffee")], "mine", true),
    ];
    all_judged(&ground, "task", &made, cases);
}
