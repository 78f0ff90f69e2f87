//! Commits that claim to be earlier than they are: a clock that was set back, and dates given to git by hand.

use super::super::ground::Ground;
use super::forging::{Forgery, all_found, append, at, change, trailers};
use super::{AuditScope, Base, base};

/// An imported case is accepted at a time when it was open already.
fn accepted_at(b: &Base, g: &Ground, time: &str) {
    g.set_now(time);
    g.step("li.na", &b.old, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
}

/// Commits with git alone, with two dates.
fn dated(g: &Ground, authored: i64, committed: i64, message: &str) {
    g.git(&["add", "-A"]);
    let (name, email) = ("user.name=li.na", "user.email=li.na@example.cn");
    let date = format!("--date={authored} +0800");
    g.set_clock(committed);
    g.git(&["-c", name, "-c", email, "commit", "-q", "--allow-empty", &date, "-m", message]);
}

/// A step written by hand, with an author date, and a committer date next to the parent's.
fn withdrawn(b: &Base, g: &Ground, authored: &str, after_parent: i64) {
    let parent: i64 = g.git(&["log", "-1", "--format=%ct"]).parse().expect("a date");
    g.set_now(authored);
    let now = g.now().timestamp();
    change(g, &b.old, &[("state: registered", "state: withdrawn")]);
    append(g, &b.old, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g)));
    let said = trailers(&b.old, "withdraw", "registered", "withdrawn", "li.na");
    let subject = format!("complaint {}: withdraw (registered → withdrawn)", b.old);
    dated(g, now, parent + after_parent, &said.replacen('x', &subject, 1));
}

/// Notes, each four minutes earlier than the one before.
fn drifting(g: &Ground, count: i64) {
    let start = g.now().timestamp();
    for step in 0..count {
        let at = start - step * 240;
        dated(g, at, at, "Notes");
    }
    g.set_clock(start - count * 240);
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a step by a clock that was set back", &["dated-back"], |b, g| accepted_at(b, g, "2026-11-20T10:00:00+08:00")),
    ("a record that says it was made days ago", &["dated-back"], |_, g| {
        g.set_now("2026-11-13T10:00:00+08:00");
        g.make("li.na", "client", &[("name", "宁波阀门")]);
    }),
    ("a committer date like the parent's", &["dated-back"], |b, g| {
        withdrawn(b, g, "2026-11-20T10:00:00+08:00", 0);
    }),
    ("a committer date a second after the parent's", &["dated-back"], |b, g| {
        withdrawn(b, g, "2026-11-20T10:00:00+08:00", 1);
    }),
    ("a committer date well after the parent's", &["remade"], |b, g| {
        withdrawn(b, g, "2026-11-20T10:00:00+08:00", 3600);
    }),
    ("a change of the rules by a clock that was set back", &["dated-back"], |_, g| {
        let parent: i64 = g.git(&["log", "-1", "--format=%ct"]).parse().expect("a date");
        g.put("policy/acting.toml", "anyone = false\n");
        dated(g, parent - 86_400, parent, "Rules");
    }),
    ("a clock that goes back in small steps", &["dated-back"], |b, g| {
        drifting(g, 8);
        g.step("li.na", &b.old, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
    }),
    ("a step behind an empty commit by the same clock", &["dated-back"], |b, g| {
        g.set_now("2026-11-20T10:00:00+08:00");
        let parent: i64 = g.git(&["log", "-1", "--format=%ct"]).parse().expect("a date");
        dated(g, g.now().timestamp(), parent, "Notes");
        accepted_at(b, g, "2026-11-20T10:01:00+08:00");
    }),
    // what honest people do
    ("a clock four minutes behind", &[], |b, g| {
        let parent: i64 = g.git(&["log", "-1", "--format=%ct"]).parse().expect("a date");
        g.set_clock(parent - 240);
        g.step("li.na", &b.fresh, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
    }),
    ("a clone that was away for days", &[], |b, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.step("li.na", &b.fresh, "withdraw", &[]);
        g.git(&["checkout", "-q", "main"]);
        g.set_now("2026-11-26T10:00:00+08:00");
        g.step("li.na", &b.own, "withdraw", &[]);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
        g.step("li.na", &b.dear, "withdraw", &[]);
    }),
    ("something that happened days ago, noted today", &[], |b, g| {
        let given = [("promised", "2026-11-27T17:30:00+08:00"), ("#on", "2026-11-23T09:00:00+08:00")];
        g.step("li.na", &b.old, "accept", &given);
    }),
];

#[test]
fn every_clock_that_was_set_back_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// After a clock that was ahead, the first commit by the right one is told of, and no other.
#[test]
fn a_clock_that_was_ahead_is_told_of_once() {
    let b = base();
    let g = &b.ground;
    let now = g.now().timestamp();
    g.set_clock(now + 30 * 86_400);
    g.make("li.na", "client", &[("name", "宁波阀门")]);
    g.set_clock(now + 600);
    for id in [&b.fresh, &b.own, &b.dear] {
        g.step("li.na", id, "withdraw", &[]);
    }
    let found = g.audit();
    let found: Vec<_> = found.iter().map(|finding| (finding.rule, finding.commit.as_str())).collect();
    assert_eq!(found, [("dated-back", &*g.git(&["rev-parse", "HEAD~2"]))]);
}

/// An audit that goes on from the last one knows the dates before it.
#[test]
fn the_latest_date_is_kept_between_two_audits() {
    let b = base();
    let g = &b.ground;
    let scope = AuditScope::default();
    let audit = || g.book_of(Some("this build"), "li.na").audit(&scope, &mut |_, _| {}).expect("readable").findings;
    drifting(g, 1);
    assert!(audit().is_empty());
    drifting(g, 2);
    let strict = AuditScope { strict: true, ..scope.clone() };
    let anew = g.book("li.na").audit(&strict, &mut |_, _| {}).expect("readable").findings;
    assert_eq!(anew.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["dated-back"]);
    assert_eq!(audit(), anew);
}

/// A person whose right has ended cannot use it by writing an earlier date.
#[test]
fn a_right_that_has_ended_is_not_had_by_an_earlier_date() {
    let b = base();
    let g = &b.ground;
    let parent: i64 = g.git(&["log", "-1", "--format=%ct"]).parse().expect("a date");
    g.set_now("2026-11-20T10:00:00+08:00");
    let now = g.now().timestamp();
    change(g, &b.old, &[("state: registered", "state: declined"), ("\nhistory:", "\ndecline-reason: x\nhistory:")]);
    append(g, &b.old, &format!("at: {}\nby: chen.xi\nstep: decline\nto: declined\nset: [decline-reason]", at(g)));
    g.git(&["add", "-A"]);
    g.set_clock(parent);
    let said = trailers(&b.old, "decline", "registered", "declined", "chen.xi");
    let said = said.replacen('x', &format!("complaint {}: decline (registered → declined)", b.old), 1);
    g.commit_as("chen.xi", &[&format!("--date={now} +0800"), "-m", &said]);
    let rules: std::collections::BTreeSet<&str> = g.audit().iter().map(|finding| finding.rule).collect();
    assert!(rules.contains("backdated") && rules.contains("dated-back"), "{rules:?}");
}
