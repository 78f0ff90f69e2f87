//! What people do while other rules or rights hold for a time: what is theirs to do, and what they do in a merge.

use super::super::super::repo::{Content, Oid};
use super::super::super::uniting::unite_trees;
use super::super::ground::{Ground, Line, own, person};
use super::forging::{APPROVE, Forgery, all_found, forged};
use super::{Base, base, proposed};
use crate::lifecycle::Actor;
use crate::record::Id;

const COMPLAINT: &str = "policy/kinds/complaint.toml";
const OFFICER: (&str, &str) = ("role", "complaint-officer");

/// Changes a file of the rules and commits it. Returns what it was.
fn ruled(g: &Ground, by: &str, from: &str, to: &str) -> String {
    let before = g.read(COMPLAINT);
    assert!(before.contains(from), "{from}");
    g.put(COMPLAINT, &before.replacen(from, to, 1));
    g.commit(by, "Rules");
    before
}

fn ruled_again(g: &Ground, by: &str, text: &str) {
    g.put(COMPLAINT, text);
    g.commit(by, "Rules");
}

/// Merges a branch into the present one, as the program does.
fn united(g: &Ground, second: &str) {
    let commit = |name: &str| -> Oid { g.git(&["rev-parse", name]).parse().expect("an id") };
    let base = g.git(&["merge-base", "HEAD", second]).parse().expect("an id");
    let united = unite_trees(&g.book("wang.lei"), base, commit("HEAD"), commit(second), g.now()).expect("it merges");
    assert!(united.conflicts.is_empty(), "{:?}", united.conflicts);
    g.git(&["merge", "-q", "--no-ff", "--no-commit", "-s", "ours", second]);
    for edit in united.edits {
        let path = edit.path.as_str();
        match edit.new {
            Some((Content::Bytes(bytes), _)) => g.put(path, &String::from_utf8(bytes).expect("text")),
            Some((Content::Blob(_), _)) => drop(g.git(&["checkout", "-q", second, "--", path])),
            None => drop(g.git(&["rm", "-q", path])),
        }
    }
    g.commit("wang.lei", "Merge");
}

/// Gives somebody these lines of a list, such as roles. No lines take all of them away.
fn give(g: &Ground, by: &str, whom: &str, field: &str, lines: &[Line<'_>]) {
    match lines {
        [] => g.step(by, &person(whom), "change", &[(field, "")]),
        lines => g.step_as(own(by), &person(whom), "change", &[], &[(field, lines)]),
    }
}

fn decline(b: &Base, g: &Ground, person: &str) {
    g.step(person, &b.fresh, "decline", &[("decline-reason", "x")]);
}

/// Somebody declines as the manager's deputy, whose entry `by` has made and takes off again.
fn lent(b: &Base, g: &Ground, by: &str) {
    give(g, by, "li.na", "deputy", &[&[("person", "zhao.yun"), ("from", "2026-11-23")]]);
    let deputy = Actor { person: person("li.na"), typist: person("zhao.yun") };
    g.step_as(deputy, &b.fresh, "decline", &[("decline-reason", "x")], &[]);
    give(g, by, "li.na", "deputy", &[]);
}

/// Somebody declines on another line of history, with a role that is taken away on the main line meanwhile.
fn away(b: &Base, g: &Ground, first: &str, second: &str) {
    give(g, "wang.lei", "zhao.yun", "roles", &[&[OFFICER]]);
    g.git(&["checkout", "-q", "-b", "side"]);
    decline(b, g, "zhao.yun");
    g.git(&["checkout", "-q", "main"]);
    give(g, "wang.lei", "zhao.yun", "roles", &[]);
    g.git(&["checkout", "-q", first]);
    united(g, second);
}

/// Somebody declines with a role that has a last day. On another day its entry gets these days, or is taken off.
fn tidied(b: &Base, g: &Ground, day: &str, days: Option<[&str; 2]>) {
    give(g, "wang.lei", "zhao.yun", "roles", &[&[OFFICER, ("from", "2026-11-23"), ("until", "2026-11-24")]]);
    decline(b, g, "zhao.yun");
    g.set_now(&format!("{day}T09:00:00+08:00"));
    match days {
        Some([from, until]) => {
            give(g, "wang.lei", "zhao.yun", "roles", &[&[OFFICER, ("from", from), ("until", until)]]);
        }
        None => give(g, "wang.lei", "zhao.yun", "roles", &[]),
    }
}

/// A field gets another name in every file of the rules.
fn renamed(g: &Ground, from: &str, to: &str) {
    let files = g.git(&["grep", "-lw", from, "--", "policy", "reports"]);
    for file in files.lines() {
        let text = g.read(file).replace(&format!("\"{from}\""), &format!("\"{to}\""));
        g.put(file, &text.replace(&format!("[fields.{from}]"), &format!("[fields.{to}]")));
    }
}

const LIMITED: &str = "authority = \"remedy\"";

/// The manager approves 90,000 while a field has another name and the limit does not count.
fn under_another_name(b: &Base, g: &Ground) {
    renamed(g, "lot", "batch");
    ruled(g, "li.na", LIMITED, "by = [\"cs-manager\", \"gm\"]");
    forged(g, &b.dear, APPROVE, "li.na", "");
    renamed(g, "batch", "charge");
    ruled(g, "li.na", "by = [\"cs-manager\", \"gm\"]", LIMITED);
}

const TAGS: &str = "[fields.tags]\n";
const SHELF: &str = "[fields.shelf]\ntype = \"text\"\n\n[fields.tags]\n";

/// Two clones. On the main line the rules are changed, and something is done. Then the other line is merged.
fn met(b: &Base, g: &Ground, change: (&str, &str), for_good: bool, main: fn(&Ground, &Id), side: fn(&Ground, &Id)) {
    let case = proposed(g, &b.client, "zhao.yun", "500.00");
    g.git(&["checkout", "-q", "-b", "side"]);
    side(g, &case);
    g.git(&["checkout", "-q", "main"]);
    main(g, &case);
    let before = ruled(g, "li.na", change.0, change.1);
    united(g, "side");
    if !for_good {
        ruled_again(g, "li.na", &before);
    }
}

/// An approval of 500 meets a line on which the sum is 90,000, while no field is sealed.
fn approved_elsewhere(b: &Base, g: &Ground, for_good: bool) {
    let main = |g: &Ground, case: &Id| {
        let remedies: &[Line<'_>] = &[&[("kind", "compensation"), ("amount", "90000.00")]];
        g.step_as(own("zhao.yun"), case, "edit", &[], &[("remedies", remedies)]);
    };
    let seals = ("seals = [\"remedies\", \"original\"]", "");
    met(b, g, seals, for_good, main, |g, case| g.step("wang.lei", case, "approve", &[]));
}

/// A case that is sent back meets a line on which that cannot be done.
fn sent_back_elsewhere(b: &Base, g: &Ground, for_good: bool) {
    let from = (
        "from = [\"proposed\", \"approved\", \"agreed\"]\nto = \"accepted\"",
        "from = [\"agreed\"]\nto = \"accepted\"",
    );
    let main = |g: &Ground, case: &Id| g.step("li.na", case, "edit", &[("severity", "major")]);
    met(b, g, from, for_good, main, |g, case| g.step("wang.lei", case, "rework", &[("#note", "x")]));
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a deputy whom the principal lets act for a while", &[], |b, g| lent(b, g, "li.na")),
    ("a deputy whom somebody else lets act for a while", &["rules-restored"], |b, g| lent(b, g, "wang.lei")),
    ("a step that a merge overrules", &[], |b, g| away(b, g, "main", "side")),
    ("a step that a merge lets stand", &["rules-restored"], |b, g| away(b, g, "side", "main")),
    ("a role that is tidied away after its last day", &[], |b, g| tidied(b, g, "2026-11-25", None)),
    ("a role that is taken away on its last day", &["rules-restored"], |b, g| tidied(b, g, "2026-11-24", None)),
    ("a role that gets its next days", &[], |b, g| {
        tidied(b, g, "2026-11-25", Some(["2026-11-26", "2026-11-28"]));
        give(g, "wang.lei", "zhao.yun", "roles", &[]);
    }),
    ("a role that gets other days before its last one", &["rules-restored"], |b, g| {
        tidied(b, g, "2026-11-24", Some(["2026-11-26", "2026-11-28"]));
    }),
    ("a role that gets its next days, for one step", &["rules-restored"], |b, g| {
        tidied(b, g, "2026-11-25", Some(["2026-11-25", "2026-11-28"]));
        g.step("zhao.yun", &b.old, "decline", &[("decline-reason", "x")]);
        give(g, "wang.lei", "zhao.yun", "roles", &[]);
    }),
    ("a field that is there for a while", &[], |b, g| {
        let before = ruled(g, "li.na", TAGS, SHELF);
        g.step("zhao.yun", &b.fresh, "edit", &[("shelf", "A-3"), ("tags", "x")]);
        ruled_again(g, "li.na", &before);
    }),
    ("a right beside a field that is there for a while", &["rules-restored"], |b, g| {
        let before = g.read(COMPLAINT);
        g.put(COMPLAINT, &before.replacen(TAGS, SHELF, 1));
        ruled(g, "li.na", LIMITED, "by = [\"cs-manager\", \"gm\"]");
        forged(g, &b.dear, APPROVE, "li.na", "");
        ruled_again(g, "li.na", &before);
    }),
    ("a right while a field has another name in several files", &["rules-restored"], under_another_name),
    ("a field that gets another name", &[], |b, g| {
        renamed(g, "lot", "batch");
        ruled(g, "li.na", "seals = [\"remedies\", \"original\"]", "seals = [\"remedies\"]");
        g.step("wang.lei", &b.dear, "approve", &[]);
        renamed(g, "batch", "charge");
        ruled(g, "li.na", "seals = [\"remedies\"]", "seals = [\"remedies\", \"original\"]");
    }),
    ("an approval of another sum in a merge", &["rules-restored"], |b, g| approved_elsewhere(b, g, false)),
    ("an approval of another sum in a merge by rules that stay", &[], |b, g| approved_elsewhere(b, g, true)),
    ("a step that only the rules of a merge overrule", &["rules-restored"], |b, g| sent_back_elsewhere(b, g, false)),
    ("a step that rules overrule that stay", &[], |b, g| sent_back_elsewhere(b, g, true)),
];

#[test]
fn what_was_possible_only_meanwhile_is_found_and_nothing_else() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}
