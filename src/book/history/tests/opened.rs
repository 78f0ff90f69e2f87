//! Rules beside those of steps that are others for a time, and rules that are opened in two places at once.

use super::super::ground::{Ground, Line, own, person, request};
use super::forging::{APPROVE, Forgery, all_found, append, at, change, forged, stored, trailers};
use super::{Base, base};
use crate::audit::Severity;
use crate::book::repo::Expect;

const CONTROL: &str = "policy/change-control.toml";
const RECORDING: &str = "policy/recording.toml";
const AUTHORITY: &str = "policy/authority.toml";
const COMPLAINT: &str = "policy/kinds/complaint.toml";
const ROLES: &str = "policy/roles.toml";
const SETTINGS: &str = "redress.toml";
const DECLINE: (&str, &str, &str) = ("decline", "registered", "declined");

/// Puts files and commits them.
fn put(g: &Ground, by: &str, files: &[(&str, &str)]) {
    files.iter().for_each(|(path, text)| g.put(path, text));
    g.commit(by, "Rules");
}

fn control(roles: &str) -> String {
    format!("[[rules]]\nfiles = [\"{AUTHORITY}\", \"{CONTROL}\"]\nby = [{roles}]\n")
}

/// The manager, who may not, changes the limit while the file of change control lets them.
fn limit_changed(g: &Ground) {
    put(g, "li.na", &[(AUTHORITY, &g.read(AUTHORITY).replace("5000.00", "6000.00"))]);
}

/// An attachment of two megabytes, while the settings allow so many.
fn attached(b: &Base, g: &Ground, allowed: u64) {
    let settings = g.read(SETTINGS);
    let with = |megabytes: u64| format!("{settings}attachment-megabytes = {megabytes}\n");
    put(g, "li.na", &[(SETTINGS, &with(1))]);
    put(g, "li.na", &[(SETTINGS, &with(allowed))]);
    let bytes = vec![b'x'; 2_000_000];
    g.write("li.na", |w| {
        w.file(format!("files/{}/leak.jpg", b.fresh), bytes.clone(), Expect::Absent);
        let fields = [("files", &*stored("leak.jpg", &bytes))];
        let request = request(w.view.policy(), "complaint", "edit", own("li.na"), &fields, &[]);
        Ok(w.operation.edit(&b.fresh, &request)?)
    });
    put(g, "li.na", &[(SETTINGS, &with(1))]);
}

/// Something is taken back three days later, while the rules allow so many.
fn taken_back(b: &Base, g: &Ground, days: u64, after: u64) {
    let rules = |days: u64| format!("undo-within = \"{days} days\"\n");
    put(g, "li.na", &[(RECORDING, &rules(1))]);
    g.step("li.na", &b.fresh, "withdraw", &[]);
    let done = g.git(&["rev-parse", "HEAD"]);
    g.set_now("2026-11-26T10:00:00+08:00");
    put(g, "li.na", &[(RECORDING, &rules(days))]);
    g.git(&["revert", "--no-commit", &done]);
    g.take_back("li.na", &done);
    put(g, "li.na", &[(RECORDING, &rules(after))]);
}

/// Somebody else accepts a case in the manager's name, under an address that the manager has for a while or for good.
fn under_an_address(b: &Base, g: &Ground, for_good: bool) {
    let li = person("li.na");
    g.step("wang.lei", &li, "change", &[("emails", "li.na@example.cn,mallory@example.cn")]);
    let promised = "promised: 2026-11-27T12:00:00+08:00\nassignee: li.na";
    change(
        g,
        &b.fresh,
        &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{promised}\nhistory:"))],
    );
    append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee]", at(g)));
    g.commit("mallory", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    if !for_good {
        g.step("wang.lei", &li, "change", &[("emails", "li.na@example.cn")]);
    }
}

/// Anybody may decline by the kind, and anybody has the role that may. Somebody declines. Then both are set back.
fn opened_twice(b: &Base, g: &Ground, back: &[&[&str]]) {
    let (complaint, roles) = (g.read(COMPLAINT), g.read(ROLES));
    let open = complaint.replace("to = \"declined\"\nby = [\"complaint-officer\"]", "to = \"declined\"");
    assert_ne!(open, complaint);
    put(g, "li.na", &[(COMPLAINT, &open)]);
    let all = roles.replace("[roles.complaint-officer]\n", "[roles.complaint-officer]\neverybody = true\n");
    assert_ne!(all, roles);
    put(g, "li.na", &[(ROLES, &all)]);
    forged(g, &b.fresh, DECLINE, "zhao.yun", "decline-reason: x");
    for files in back {
        let sound =
            |path: &&str| if *path == ROLES { (ROLES, roles.as_str()) } else { (COMPLAINT, complaint.as_str()) };
        put(g, "li.na", &files.iter().map(sound).collect::<Vec<_>>());
    }
}

/// Closing a case opens no callback for a while. A case is closed, and the callback is to follow again.
fn unfollowed(b: &Base, g: &Ground, back: impl FnOnce(&str) -> String) {
    let sound = g.read(COMPLAINT);
    let (before, rest) = sound.split_once("name = \"close\"").expect("the step");
    let (_, after) = rest.split_once("\n]\n").expect("what it opens");
    let (own, _) = rest.split_once("opens = [").expect("what it opens");
    put(g, "li.na", &[(COMPLAINT, &format!("{before}name = \"close\"{own}{after}"))]);
    g.step("li.na", &b.approved, "agree", &[]);
    g.step("li.na", &b.approved, "close", &[]);
    put(g, "li.na", &[(COMPLAINT, &back(&sound))]);
}

/// What a client agrees to opens a callback as well, for a while or for good. Then a client agrees.
fn followed(b: &Base, g: &Ground, for_good: bool) {
    let sound = g.read(COMPLAINT);
    let callback = "{ kind = \"callback\", with = { client = \"client\", about = \"id\" }, set = { reason = \"complaint\", due = \"+1 weeks\" } }";
    let with = sound.replacen("name = \"agree\"\n", &format!("name = \"agree\"\nopens = [{callback}]\n"), 1);
    assert_ne!(sound, with);
    put(g, "li.na", &[(COMPLAINT, &with)]);
    g.step("li.na", &b.approved, "agree", &[]);
    if !for_good {
        put(g, "li.na", &[(COMPLAINT, &sound)]);
    }
}

/// The manager approves 90,000 because of a higher limit and a second row, which are then taken back one after the other.
fn limit_opened_twice(b: &Base, g: &Ground, both: bool) {
    let sound = g.read(AUTHORITY);
    let raised = sound.replace("5000.00", "95000.00");
    let row = "\n[[authority.remedy]]\nrole = \"cs-manager\"\n";
    put(g, "li.na", &[(AUTHORITY, &raised)]);
    put(g, "li.na", &[(AUTHORITY, &(raised + row))]);
    forged(g, &b.dear, APPROVE, "li.na", "");
    put(g, "li.na", &[(AUTHORITY, &(sound.clone() + row))]);
    if both {
        put(g, "li.na", &[(AUTHORITY, &sound)]);
    }
}

/// A case is accepted while nobody who accepts one becomes its assignee.
fn wrote_nothing(b: &Base, g: &Ground, for_good: bool) {
    let sound = g.read(COMPLAINT);
    let without = sound.replace("sets = { assignee = \"@actor\" }", "");
    assert_ne!(sound, without);
    put(g, "li.na", &[(COMPLAINT, &without)]);
    g.step("li.na", &b.fresh, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
    if !for_good {
        put(g, "li.na", &[(COMPLAINT, &sound)]);
    }
}

/// A case is opened while cases do not keep the rules of their day.
fn kept_no_rules(b: &Base, g: &Ground, for_good: bool) {
    let sound = g.read(COMPLAINT);
    let without = sound.replace("rules = \"opened\"", "rules = \"current\"");
    assert_ne!(sound, without);
    put(g, "li.na", &[(COMPLAINT, &without)]);
    g.make("li.na", "complaint", &[("channel", "phone"), ("content", "漏水"), ("client", b.client.as_str())]);
    if !for_good {
        put(g, "li.na", &[(COMPLAINT, &sound)]);
    }
}

/// Somebody approves with either of two roles, which are then taken away one after the other.
fn roles_given_twice(b: &Base, g: &Ground, last: &[Line<'_>]) {
    let zhao = person("zhao.yun");
    let (manager, gm): (Line<'_>, Line<'_>) = (&[("role", "cs-manager")], &[("role", "gm")]);
    let give = |roles: &[Line<'_>]| g.step_as(own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
    give(&[manager]);
    give(&[manager, gm]);
    forged(g, &b.own, APPROVE, "zhao.yun", "");
    give(&[gm]);
    match last {
        [] => g.step("wang.lei", &zhao, "change", &[("roles", "")]),
        last => give(last),
    }
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a step that writes nothing for a while", &["rules-restored"], |b, g| wrote_nothing(b, g, false)),
    ("a step that writes nothing from now on", &[], |b, g| wrote_nothing(b, g, true)),
    ("cases that keep no rules for a while", &["rules-restored"], |b, g| kept_no_rules(b, g, false)),
    ("cases that keep no rules from now on", &[], |b, g| kept_no_rules(b, g, true)),
    ("a limit opened twice in one file", &["rules-restored"], |b, g| limit_opened_twice(b, g, true)),
    ("a limit opened twice in one file, once for good", &[], |b, g| limit_opened_twice(b, g, false)),
    ("a person with two roles, one after the other", &["rules-restored"], |b, g| roles_given_twice(b, g, &[])),
    ("a person with two roles, one for good", &[], |b, g| {
        roles_given_twice(b, g, &[&[("role", "gm")], &[("role", "sales-clerk")]]);
    }),
    ("a step that opens nothing for a while", &["rules-restored"], |b, g| unfollowed(b, g, str::to_owned)),
    ("a step that opens nothing for a while, set back to almost what it was", &["rules-restored"], |b, g| {
        unfollowed(b, g, |sound| sound.replace("due = \"+1 weeks\" } },\n", "due = \"+2 weeks\" } },\n"));
    }),
    ("a step that opens nothing from now on", &[], |b, g| {
        unfollowed(b, g, |_| format!("{}\n# x\n", g.read(COMPLAINT)));
    }),
    ("a step that opens something for a while", &["rules-restored"], |b, g| followed(b, g, false)),
    ("a step that opens something from now on", &[], |b, g| followed(b, g, true)),
    ("change control that is opened for another change", &["rules-restored"], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        limit_changed(g);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
    }),
    ("change control that is closed with another change", &["rules-restored"], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        g.put(CONTROL, &control("\"gm\""));
        limit_changed(g);
    }),
    ("change control that is opened while only those change the rules who may", &[], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        put(g, "wang.lei", &[(AUTHORITY, &g.read(AUTHORITY).replace("5000.00", "6000.00"))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
    }),
    ("change control that is opened for good", &[], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        limit_changed(g);
    }),
    ("a longer time for an undo, which is set back", &["rules-restored"], |b, g| taken_back(b, g, 30, 1)),
    ("a longer time for an undo, which stays", &[], |b, g| taken_back(b, g, 30, 40)),
    ("an undo after its time", &["undo-false"], |b, g| taken_back(b, g, 1, 1)),
    ("larger attachments for a while", &["rules-restored"], |b, g| attached(b, g, 3)),
    ("an attachment above the limit", &["attachment-large"], |b, g| attached(b, g, 1)),
    ("an address for a while", &["rules-restored"], |b, g| under_an_address(b, g, false)),
    ("an address for good", &[], |b, g| under_an_address(b, g, true)),
    ("a right opened in two files, closed in one commit", &["rules-restored"], |b, g| {
        opened_twice(b, g, &[&[ROLES, COMPLAINT]]);
    }),
    ("a right opened in two files, closed in the same order", &["rules-restored"], |b, g| {
        opened_twice(b, g, &[&[COMPLAINT], &[ROLES]]);
    }),
    ("a right opened in two files, closed in the other order", &["rules-restored"], |b, g| {
        opened_twice(b, g, &[&[ROLES], &[COMPLAINT]]);
    }),
    ("a right opened in two files, one of them for good", &[], |b, g| opened_twice(b, g, &[&[ROLES]])),
];

#[test]
fn every_rule_that_is_others_for_a_time_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// Honest people change addresses, too. What one of two changes alone explains is told there, with its severity.
#[test]
fn what_honest_people_do_is_a_warning() {
    let b = base();
    under_an_address(&b, &b.ground, false);
    let severities = |g: &Ground| -> Vec<(&str, Severity)> {
        g.audit()
            .iter()
            .map(|finding| (finding.rule, finding.severity))
            .filter(|found| found.0 != "not-canonical")
            .collect()
    };
    assert_eq!(severities(&b.ground), [("rules-restored", Severity::Warning)]);
    let b = base();
    let (g, chen) = (&b.ground, person("chen.xi"));
    let roles: &[Line<'_>] = &[&[("role", "complaint-officer")]];
    g.step_as(own("wang.lei"), &chen, "change", &[], &[("roles", roles)]);
    g.step("wang.lei", &chen, "leave", &[]);
    let limit = g.read(AUTHORITY);
    put(g, "li.na", &[(AUTHORITY, &limit.replace("5000.00", "6000.00"))]);
    g.step("wang.lei", &chen, "rejoin", &[]);
    forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x");
    put(g, "li.na", &[(AUTHORITY, &limit)]);
    g.step("wang.lei", &chen, "leave", &[]);
    assert_eq!(severities(g), [("rules-restored", Severity::Warning)]);
}

/// What people see of the book is listed as the rules are.
#[test]
fn forms_and_what_git_shows_are_listed() {
    let b = base();
    let g = &b.ground;
    for (path, text) in [(".mailmap", "Wang Lei <li.na@example.cn>\n"), ("forms/page.html", "<p>x</p>\n")] {
        put(g, "li.na", &[(path, text)]);
        g.git(&["rm", "-q", path]);
        g.commit("li.na", "As it was");
    }
    let audited = g.book("li.na").audit(&super::AuditScope::default(), &mut |_, _| {}).expect("readable");
    assert!(audited.findings.is_empty(), "{:#?}", audited.findings);
    let listed = audited.changes.iter().map(|change| (change.what.as_str(), change.until.is_some()));
    let listed: Vec<_> = listed.filter(|(what, _)| [".mailmap", "forms/page.html"].contains(what)).collect();
    let expected = [(".mailmap", true), (".mailmap", false), ("forms/page.html", true), ("forms/page.html", false)];
    assert_eq!(listed, expected);
}
