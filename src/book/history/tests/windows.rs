//! Forgeries around the rules: while they are missing, while they are others for a time, and beside the history.

use super::super::ground::{Ground, Line};
use super::forging::{APPROVE, Forgery, all_found, append, at, change, forged, path, trailers};
use super::{Base, base};
use crate::audit::Severity;

const DECLINE: (&str, &str, &str) = ("decline", "registered", "declined");
const COMPLAINT: &str = "policy/kinds/complaint.toml";

/// Lets anybody decline, or takes that back.
fn everybody_declines(g: &Ground) -> String {
    let before = g.read(COMPLAINT);
    let after = before.replace("to = \"declined\"\nby = [\"complaint-officer\"]", "to = \"declined\"");
    assert_ne!(before, after);
    g.put(COMPLAINT, &after);
    before
}

fn declined(b: &Base, g: &Ground) {
    forged(g, &b.fresh, DECLINE, "zhao.yun", "decline-reason: x");
}

/// Somebody declines who may not, while the rules are others.
fn meanwhile(b: &Base, g: &Ground, again: impl FnOnce(&str) -> String) {
    let before = everybody_declines(g);
    g.commit("li.na", "Let everybody decline");
    declined(b, g);
    g.put(COMPLAINT, &again(&before));
    g.commit("li.na", "As it was");
}

const AUTHORITY: &str = "policy/authority.toml";

/// The manager approves 90,000 while the limit is higher, which then becomes this.
fn raised(b: &Base, g: &Ground, again: &str) {
    g.put(AUTHORITY, &g.read(AUTHORITY).replace("5000.00", "90000.00"));
    g.commit("li.na", "Raise the limit");
    forged(g, &b.dear, APPROVE, "li.na", "");
    g.put(AUTHORITY, &g.read(AUTHORITY).replace("90000.00", again));
    g.commit("li.na", "Lower the limit");
}

const FORGERIES: &[Forgery<Base>] = &[
    ("the settings are gone for a while", &["book-missing", "not-entitled", "policy-broken"], |b, g| {
        let settings = g.read("redress.toml");
        g.git(&["rm", "-q", "redress.toml"]);
        g.commit("li.na", "settings");
        declined(b, g);
        g.put("redress.toml", &settings);
        g.commit("li.na", "settings again");
    }),
    ("the rules do not load while somebody does what they refuse", &["not-entitled", "policy-broken"], |b, g| {
        let sound = g.read("policy/roles.toml");
        g.put("policy/roles.toml", "[[");
        g.commit("li.na", "rules");
        declined(b, g);
        g.put("policy/roles.toml", &sound);
        g.commit("li.na", "rules again");
    }),
    ("the settings go with the forged step", &["book-missing", "file-unnamed", "not-entitled"], |b, g| {
        g.git(&["rm", "-q", "redress.toml"]);
        declined(b, g);
    }),
    (
        "a kind gets another folder, and a record is changed in the old one",
        &["hand-commit", "kind-removed", "misplaced"],
        |b, g| {
            g.put(COMPLAINT, &g.read(COMPLAINT).replace("folder = \"complaints\"", "folder = \"cases\""));
            g.commit("li.na", "Call them cases");
            change(g, &b.fresh, &[("12 件", "2 件")]);
            g.commit("li.na", "tidy");
        },
    ),
    ("a record is deleted and comes back with a forged step", &["deleted", "hand-commit", "not-entitled"], |b, g| {
        let text = g.read(&path(&b.fresh));
        g.git(&["rm", "-q", &path(&b.fresh)]);
        g.commit("li.na", "tidy");
        g.put(&path(&b.fresh), &text);
        declined(b, g);
    }),
    ("an unrelated history is merged in", &["second-root", "merge-unrelated"], |_, g| {
        g.git(&["checkout", "-q", "--orphan", "other"]);
        g.git(&["rm", "-rfq", "."]);
        g.put("notes.txt", "x");
        g.commit("li.na", "notes");
        g.git(&["checkout", "-q", "main"]);
        g.git(&["merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "Merge", "other"]);
    }),
    ("a submodule", &["submodule"], |_, g| {
        let head = g.git(&["rev-parse", "HEAD"]);
        g.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},module")]);
        g.git(&["commit", "-q", "-m", "module"]);
    }),
    ("a link in the rules", &["not-a-file"], |_, g| {
        let blob = g.git(&["hash-object", "-w", "redress.toml"]);
        g.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{blob},policy/more.txt")]);
        g.git(&["commit", "-q", "-m", "link"]);
    }),
    ("a commit that git shows another in the place of", &["replaced"], |_, g| {
        g.git(&["replace", "HEAD~1", "HEAD~2"]);
    }),
    ("other parents for a commit", &["grafted"], |_, g| {
        // the parent that it has, so that nothing else is to be found
        let commits = ["HEAD~1", "HEAD~2"].map(|commit| g.git(&["rev-parse", commit]));
        g.put(".git/info/grafts", &format!("{}\n", commits.join(" ")));
    }),
    ("rules that are others for one step", &["rules-restored"], |b, g| meanwhile(b, g, str::to_owned)),
    ("rules that are set back with a comment", &["rules-restored"], |b, g| {
        meanwhile(b, g, |before| format!("# as it was\n{before}"));
    }),
    ("rules that are set back with another change", &["rules-restored"], |b, g| {
        meanwhile(b, g, |before| format!("{before}\n[fields.shelf]\ntype = \"text\"\n"));
    }),
    ("a limit that is raised and set back to almost what it was", &["rules-restored"], |b, g| {
        raised(b, g, "5000.01");
    }),
    ("a limit that is raised, and lowered in two steps", &["rules-restored"], |b, g| {
        raised(b, g, "90000.00");
        let lowered = g.read(AUTHORITY).replace("90000.00", "4000.00");
        g.put(AUTHORITY, &lowered);
        g.commit("li.na", "Lower the limit");
    }),
    ("a limit that is raised for good", &[], |b, g| raised(b, g, "95000.00")),
    ("a role for one step, with its days put back", &["rules-restored"], |b, g| {
        let zhao = super::person("zhao.yun");
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer")]];
        g.step_as(super::own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
        declined(b, g);
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer"), ("until", "2026-11-01")]];
        g.step_as(super::own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
    }),
    ("a role that ends on the day", &[], |b, g| {
        let zhao = super::person("zhao.yun");
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer"), ("from", "2026-11-23")]];
        g.step_as(super::own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
        declined(b, g);
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer"), ("from", "2026-11-23"), ("until", "2026-11-23")]];
        g.step_as(super::own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
    }),
    ("a step that leads elsewhere for a while", &["rules-restored"], |b, g| {
        let before = g.read(COMPLAINT);
        let elsewhere = "to = [{ when = \"order!=none\", state = \"withdrawn\" }, \"declined\"]\nby";
        let after = before.replace("to = \"declined\"\nby", elsewhere);
        assert_ne!(before, after);
        g.put(COMPLAINT, &after);
        g.commit("li.na", "Lead elsewhere");
        forged(g, &b.fresh, ("decline", "registered", "withdrawn"), "li.na", "decline-reason: x");
        g.put(COMPLAINT, &before);
        g.commit("li.na", "As it was");
    }),
    ("rules that are set back in another line of history", &["rules-restored"], |b, g| {
        let before = everybody_declines(g);
        g.commit("li.na", "Let everybody decline");
        g.git(&["branch", "other"]);
        declined(b, g);
        g.git(&["checkout", "-q", "other"]);
        g.put(COMPLAINT, &before);
        g.commit("li.na", "As it was");
        g.git(&["checkout", "-q", "main"]);
        g.git(&[
            "-c",
            "user.name=li.na",
            "-c",
            "user.email=li.na@example.cn",
            "merge",
            "-q",
            "--no-ff",
            "-m",
            "Merge",
            "other",
        ]);
    }),
    ("a role that everybody has for a while", &["rules-restored"], |b, g| {
        let before = g.read("policy/roles.toml");
        let after = before.replace("[roles.complaint-officer]\n", "[roles.complaint-officer]\neverybody = true\n");
        assert_ne!(before, after);
        g.put("policy/roles.toml", &after);
        g.commit("li.na", "Everybody");
        declined(b, g);
        g.put("policy/roles.toml", &before);
        g.commit("li.na", "As it was");
    }),
    ("a person who is back for one step", &["rules-restored"], |b, g| {
        let chen = super::person("chen.xi");
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer")]];
        g.step_as(super::own("wang.lei"), &chen, "change", &[], &[("roles", roles)]);
        g.step("wang.lei", &chen, "leave", &[]);
        g.step("wang.lei", &chen, "rejoin", &[]);
        forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x");
        g.step("wang.lei", &chen, "leave", &[]);
    }),
    ("a person who worked here and left", &[], |b, g| {
        let chen = super::person("chen.xi");
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer")]];
        g.step_as(super::own("wang.lei"), &chen, "change", &[], &[("roles", roles)]);
        forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x");
        g.step("wang.lei", &chen, "leave", &[]);
    }),
    ("rules that are others while nobody needs it", &[], |b, g| {
        let before = everybody_declines(g);
        g.commit("li.na", "Let everybody decline");
        forged(g, &b.fresh, DECLINE, "li.na", "decline-reason: x");
        g.put(COMPLAINT, &before);
        g.commit("li.na", "As it was");
    }),
    ("a change of the rules is taken back after it was used", &["rules-restored", "undo-false"], |b, g| {
        everybody_declines(g);
        g.commit("li.na", "Let everybody decline");
        let changed = g.git(&["rev-parse", "HEAD"]);
        declined(b, g);
        g.git(&["revert", "--no-commit", &changed]);
        g.take_back("li.na", &changed);
    }),
    ("a role for one step", &["rules-restored"], |b, g| {
        let (zhao, roles): (_, &[Line<'_>]) = (super::person("zhao.yun"), &[&[("role", "complaint-officer")]]);
        g.step_as(super::own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
        declined(b, g);
        g.step("wang.lei", &zhao, "change", &[("roles", "")]);
    }),
    ("a change of the rules before the commit that it follows", &["before-parent"], |_, g| {
        g.set_now("2026-11-01T09:00:00+08:00");
        g.put("policy/acting.toml", "anyone = false\n");
        g.commit("li.na", "Earlier");
    }),
    ("a key that only the program makes", &["key-reserved"], |b, g| {
        change(g, &b.fresh, &[("state: registered", "state: withdrawn")]);
        append(
            g,
            &b.fresh,
            &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn\nkey: remind:expedite:x", at(g)),
        );
        g.commit("li.na", &trailers(&b.fresh, "withdraw", "registered", "withdrawn", "li.na"));
    }),
];

#[test]
fn every_forgery_around_the_rules_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// To set a limit back is an error. To lower it to a third amount is only told.
#[test]
fn a_third_value_is_a_warning() {
    for (after, expected) in [("5000.00", Severity::Error), ("5000.01", Severity::Warning)] {
        let base = base();
        raised(&base, &base.ground, after);
        let found = base.ground.audit();
        let found: Vec<(&str, Severity)> = found.iter().map(|finding| (finding.rule, finding.severity)).collect();
        assert_eq!(found, [("rules-restored", expected)], "{after}");
    }
}

/// What is kept of an audit is gone on from, and says what an audit from the beginning says.
#[test]
fn an_audit_goes_on_from_the_last_one() {
    let base = base();
    let g = &base.ground;
    let scope = super::AuditScope::default();
    let strict = super::AuditScope { strict: true, ..scope.clone() };
    let audit = |scope: &super::AuditScope, progress: &mut dyn FnMut(usize, usize)| {
        g.book_of(Some("this build"), "li.na").audit(scope, progress).expect("readable")
    };
    let book = |scope: &super::AuditScope| audit(scope, &mut |_, _| {});
    assert!(book(&scope).findings.is_empty());
    assert!(g.top().join(".git/redress/audit").exists());
    declined(&base, g);
    let before = everybody_declines(g);
    g.commit("li.na", "Let everybody decline");
    forged(g, &base.old, DECLINE, "zhao.yun", "decline-reason: x");
    g.put(COMPLAINT, &before);
    g.commit("li.na", "As it was");
    g.step("li.na", &base.own, "withdraw", &[]);
    let (on, anew) = (book(&scope), book(&strict));
    assert_eq!(on.findings, anew.findings);
    assert_eq!((on.commits, &on.changes, &on.looked), (anew.commits, &anew.changes, &anew.looked));
    let rules: std::collections::BTreeSet<&str> = on.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["not-entitled", "rules-restored"]);
    let (again, mut looked_at) = (book(&scope), 0);
    audit(&scope, &mut |_, all| looked_at = all);
    assert_eq!((again.findings, looked_at), (on.findings, 0), "nothing is looked at twice");
}

/// Who is ahead of the clock of the audit is found, whatever was kept.
#[test]
fn commits_ahead_of_the_clock_are_found() {
    let base = base();
    let now = base.ground.now().timestamp();
    let rules = |now: i64| -> Vec<&str> {
        let scope = super::AuditScope { now: Some(now), ..super::AuditScope::default() };
        base.ground.audit_in(&scope).iter().map(|finding| finding.rule).collect()
    };
    assert_eq!(rules(now), Vec::<&str>::new());
    let ahead = rules(now - 3600);
    assert!(!ahead.is_empty() && ahead.iter().all(|rule| *rule == "ahead-of-clock"), "{ahead:?}");
}
