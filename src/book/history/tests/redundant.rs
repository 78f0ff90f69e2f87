//! Rights that are open in several places at once, each of which would do, and what other rules make otherwise without
//! anybody needing a right for it.

use super::super::ground::{Ground, Line, own, person, request};
use super::forging::{APPROVE, Forgery, all_found, forged, stored};
use super::{Base, base};
use crate::audit::Severity;
use crate::book::repo::Expect;

const AUTHORITY: &str = "policy/authority.toml";
const CALENDAR: &str = "calendar/cn.ics";
const COMPLAINT: &str = "policy/kinds/complaint.toml";

fn put(g: &Ground, path: &str, text: &str) {
    g.put(path, text);
    g.commit("li.na", "Rules");
}

fn replace(g: &Ground, path: &str, from: &str, to: &str) {
    let text = g.read(path);
    assert!(text.contains(from), "{from}");
    put(g, path, &text.replacen(from, to, 1));
}

fn roles(g: &Ground, roles: &[&str]) {
    let lines: Vec<Vec<(&str, &str)>> = roles.iter().map(|role| vec![("role", *role)]).collect();
    let lines: Vec<Line<'_>> = lines.iter().map(Vec::as_slice).collect();
    g.step_as(own("wang.lei"), &person("li.na"), "change", &[], &[("roles", &lines)]);
}

const OWN: [&str; 2] = ["cs-manager", "complaint-officer"];
const HIGHER: [&str; 3] = ["cs-manager", "complaint-officer", "gm"];

/// The manager approves 90,000 while the limit is higher and they have a higher role. Then the limit gets this amount,
/// and the manager these roles.
fn limit_and_role(b: &Base, g: &Ground, amount: &str, after: &[&str]) {
    replace(g, AUTHORITY, "5000.00", "95000.00");
    roles(g, &HIGHER);
    forged(g, &b.dear, APPROVE, "li.na", "");
    replace(g, AUTHORITY, "95000.00", amount);
    roles(g, after);
}

/// The same, while the file and the person are also changed in ways that matter to nobody, and set back first.
fn behind_others(b: &Base, g: &Ground, amount: &str) {
    replace(g, AUTHORITY, "5000.00", "95000.00");
    roles(g, &HIGHER);
    let raised = g.read(AUTHORITY);
    put(g, AUTHORITY, &format!("[[authority.remedy]]\nup-to = \"1.00\"\nrole = \"sales-clerk\"\n\n{raised}"));
    roles(g, &[HIGHER.as_slice(), &["sales-clerk"]].concat());
    forged(g, &b.dear, APPROVE, "li.na", "");
    put(g, AUTHORITY, &raised);
    roles(g, &HIGHER);
    replace(g, AUTHORITY, "95000.00", amount);
    roles(g, &OWN);
}

/// A field that only some may fill in, whose name is also that of a key for people. Somebody else may for a while.
fn titled(b: &Base, g: &Ground, after: &str) {
    let field = |by: &str| format!("[fields.title]\ntype = \"text\"\nby = [{by}]\n\n[fields.tags]\n");
    replace(g, COMPLAINT, "[fields.tags]\n", &field("\"gm\""));
    replace(g, COMPLAINT, &field("\"gm\""), &field("\"gm\", \"cs-manager\""));
    g.step("li.na", &b.fresh, "edit", &[("title", "x")]);
    replace(g, COMPLAINT, &field("\"gm\", \"cs-manager\""), &field(after));
}

const RUNNING: &str = "KS{year}{month}-{0000}";

/// A case gets a number of this series for a while, and then the series is another.
fn numbered(b: &Base, g: &Ground, meanwhile: &str, after: &str) {
    replace(g, COMPLAINT, RUNNING, meanwhile);
    g.make("li.na", "complaint", &[("channel", "phone"), ("content", "x"), ("client", b.client.as_str())]);
    replace(g, COMPLAINT, meanwhile, after);
}

/// A month is closed while a day is no working day. `folder` has the file of the calendar.
fn closed(g: &Ground, folder: &str, day: &str, for_good: bool) {
    let path = format!("{folder}/cn.ics");
    if path != CALENDAR {
        g.put(&path, &g.read(CALENDAR));
        g.git(&["rm", "-q", CALENDAR]);
        replace(g, "policy/calendar.toml", CALENDAR, &path);
    }
    let off = format!(
        "BEGIN:VEVENT\nUID:x\nDTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:{day}\nSUMMARY:补休\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\nEND:VEVENT\n"
    );
    let sound = g.read(&path);
    put(g, &path, &sound.replace("END:VCALENDAR", &format!("{off}END:VCALENDAR")));
    let commit = g.git(&["rev-parse", "HEAD"]);
    let kept = stored("monthly.json", b"{}");
    let digest = kept.rsplit(' ').next().unwrap_or_default().to_owned();
    g.write("li.na", |w| {
        let fields = [
            ("report", "monthly"),
            ("period", "2026-10"),
            ("commit", commit.as_str()),
            ("digest", digest.as_str()),
            ("file", kept.as_str()),
        ];
        let request = request(w.view.policy(), "closed-month", "", own("li.na"), &fields, &[]);
        let id = w.operation.create("closed-month", None, &request)?;
        w.file(format!("files/{id}/monthly.json"), b"{}".to_vec(), Expect::Absent);
        Ok(id)
    });
    if !for_good {
        put(g, &path, &sound);
    }
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a limit that gets a third amount, and a role", &["rules-restored"], |b, g| {
        limit_and_role(b, g, "5001.00", &OWN);
    }),
    ("a limit that stays high enough, and a role", &[], |b, g| limit_and_role(b, g, "91000.00", &OWN)),
    ("a limit that gets a third amount, and a role for good", &[], |b, g| {
        limit_and_role(b, g, "5001.00", &["complaint-officer", "gm"]);
    }),
    ("a limit and a role behind changes of no weight", &["rules-restored"], |b, g| behind_others(b, g, "5000.00")),
    ("a limit for good, and a role, behind changes of no weight", &[], |b, g| behind_others(b, g, "91000.00")),
    ("a field of the name of a key, for others for a while", &["rules-restored"], |b, g| {
        titled(b, g, "\"gm\", \"sales-clerk\"");
    }),
    ("a field of the name of a key, for others from now on", &[], |b, g| titled(b, g, "\"cs-manager\"")),
    ("a number of another series for a while", &["rules-restored"], |b, g| {
        numbered(b, g, "KS202601-{0000}", RUNNING);
    }),
    ("a number of another series, and then of a third one", &[], |b, g| {
        numbered(b, g, "KF{year}-{0000}", "KH{year}-{0000}");
    }),
    ("a month that is closed while a past day is off", &["rules-restored"], |_, g| {
        closed(g, "calendar", "20261118", false);
    }),
    ("a month that is closed while a past day is off, by a calendar elsewhere", &["rules-restored"], |_, g| {
        closed(g, "forms", "20261118", false);
    }),
    ("a month that is closed while a day to come is off", &[], |_, g| closed(g, "calendar", "20261218", false)),
    ("a month that is closed before a past day is off for good", &[], |_, g| closed(g, "calendar", "20261118", true)),
];

#[test]
fn what_several_changes_allow_or_make_otherwise_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// Honest people try another series of numbers, and close a month before they mend the calendar.
#[test]
fn what_needs_no_right_is_a_warning() {
    type Done = fn(&Base, &Ground);
    let done: [Done; 2] =
        [|b, g| numbered(b, g, "KS202601-{0000}", RUNNING), |_, g| closed(g, "calendar", "20261118", false)];
    let b = base();
    for done in done {
        let g = b.ground.copy();
        done(&b, &g);
        let found: Vec<_> = g.audit().iter().map(|finding| (finding.rule, finding.severity)).collect();
        assert_eq!(found, [("rules-restored", Severity::Warning)]);
    }
}
