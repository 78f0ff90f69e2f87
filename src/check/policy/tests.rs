//! Each check finds its slip in a preset that has none.

use chrono::NaiveDate;

use super::{Severity, findings};
use crate::policy::Policy;
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, replaced, sources_of};

fn policy(path: &str, from: &str, to: &str) -> Policy {
    loaded(&replaced(sources_of("basic"), path, &[(from, to)]))
}

fn said(policy: &Policy) -> Vec<String> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    let found = findings(policy, today);
    let told = found.iter().filter(|finding| finding.severity > Severity::Note);
    told.map(|finding| format!("{}: {}: {}", finding.check, finding.place, finding.message.en)).collect()
}

#[test]
fn no_preset_has_a_finding_beyond_notes() {
    for preset in Preset::ALL {
        let policy = loaded(&sources_of(preset.name));
        assert_eq!(said(&policy), Vec::<String>::new(), "{}", preset.name);
    }
}

#[test]
fn every_label_of_every_preset_is_chinese() {
    for preset in Preset::ALL {
        let policy = loaded(&sources_of(preset.name));
        super::labels::every(&policy, &mut |name, label, place| {
            let chinese = label.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            // Grades are letters in both languages.
            let letter = label.zh == label.en && name.len() == 1;
            assert!(chinese || letter, "{}: {place}: {name}: {:?}", preset.name, label.zh);
        });
    }
}

#[test]
fn each_check_finds_its_slip() {
    let complaint = "policy/kinds/complaint.toml";
    for (path, from, to, wanted) in [
        (complaint, "zh = \"涉及金额\"", "zh = \"数量\"", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, "en = \"Declined\"", "en = \"accepted\"", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, ", zh = \"涉及金额\"", "", "labels: policy/kinds/complaint.toml:"),
        (
            complaint,
            "label = { en = \"Promised answer\"",
            "retired = true\nlabel = { en = \"Promised answer\"",
            "retired: policy/kinds/complaint.toml:",
        ),
        (complaint, "[states.lapsed]", "[states.lapsed]\nretired = true", "retired: policy/kinds/complaint.toml:"),
    ] {
        let said = said(&policy(path, from, to));
        assert!(!said.is_empty() && said.iter().all(|line| line.starts_with(wanted)), "{to}\n{said:#?}");
    }
}

#[test]
fn a_year_without_holidays_is_found() {
    let policy = loaded(&sources_of("basic"));
    let in_2030 = NaiveDate::from_ymd_opt(2030, 1, 1).expect("a date");
    let lacking = findings(&policy, in_2030);
    let years = lacking.iter().filter(|finding| finding.check == "calendar-years").count();
    assert_eq!(years, 4, "2027 to 2030");
}

#[test]
fn a_role_that_no_rule_names_is_a_note() {
    let policy = policy(
        "policy/roles.toml",
        "[roles.cs-manager]",
        "[roles.idle]\nlabel = { en = \"Idle\", zh = \"闲置\" }\n[roles.cs-manager]",
    );
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    let found = findings(&policy, today);
    let idle = found.iter().find(|finding| finding.message.en.contains("`idle`")).expect("the note");
    assert_eq!((idle.check, idle.severity), ("unused-roles", Severity::Note));
}
