//! Forges records with git and an editor alone.

use std::collections::BTreeSet;

use super::super::super::repo::Expect;
use super::super::ground::{Ground, Line, own, request};
use super::Base;
use crate::audit::Finding;
use crate::record::{FileRef, Id};

pub(super) fn with<'l>(line: Line<'l>, more: &[(&'l str, &'l str)]) -> Vec<(&'l str, &'l str)> {
    [line, more].concat()
}

pub(super) fn staff(ground: &Ground, by: &str, name: &str, roles: &[Line<'_>]) {
    let email = format!("{name}@example.cn");
    let fields = [("name", name), ("emails", email.as_str())];
    let tables: &[(&str, &[Line<'_>])] = &[("roles", roles)];
    let tables = if roles.is_empty() { &[] } else { tables };
    ground.make_with(by, "staff", Some(name), &fields, tables);
}

pub(super) fn path(id: &Id) -> String {
    let folder = match id.prefix() {
        Some("C") => "complaints",
        Some("R") => "returns",
        Some("A") => "allowances",
        Some("W") => "tasks",
        Some("N") => "notices",
        Some("M") => "measures",
        Some("B") => "callbacks",
        Some("S") => "sanctions",
        Some("F") => "invoices",
        Some("Q") => "inquiries",
        Some("K") => "clients",
        _ => "staff",
    };
    id.path(folder)
}

pub(super) fn change(ground: &Ground, id: &Id, edits: &[(&str, &str)]) {
    let mut text = ground.read(&path(id));
    for (from, to) in edits {
        assert!(text.contains(from), "{from:?} is not in {text}");
        text = text.replacen(from, to, 1);
    }
    ground.put(&path(id), &text);
}

pub(super) fn append(ground: &Ground, id: &Id, event: &str) {
    let text = ground.read(&path(id));
    let mut text = text.trim_end().to_owned();
    for (i, line) in event.lines().enumerate() {
        text.push_str(if i == 0 { "\n  - " } else { "\n    " });
        text.push_str(line);
    }
    ground.put(&path(id), &(text + "\n"));
}

pub(super) fn at(ground: &Ground) -> String {
    ground.now().to_rfc3339()
}

pub(super) fn trailers(id: &Id, step: &str, from: &str, to: &str, by: &str) -> String {
    format!("x\n\nRedress-Record: {id}\nRedress-Step: {step}\nRedress-From: {from}\nRedress-To: {to}\nRedress-By: {by}")
}

/// A forged step: everything is true except who may take it.
pub(super) fn forged(ground: &Ground, id: &Id, (step, from, to): (&str, &str, &str), by: &str, fields: &str) {
    change(ground, id, &[(&format!("state: {from}"), &format!("state: {to}"))]);
    let names: Vec<&str> = fields.lines().filter_map(|line| line.split(':').next()).collect();
    if !fields.is_empty() {
        change(ground, id, &[("\nhistory:", &format!("\n{fields}\nhistory:"))]);
    }
    let set = if names.is_empty() { String::new() } else { format!("\nset: [{}]", names.join(", ")) };
    append(ground, id, &format!("at: {}\nby: {by}\nstep: {step}\nto: {to}{set}", at(ground)));
    ground.commit(by, &trailers(id, step, from, to, by));
}

/// Splits the history of a record into its events.
pub(super) fn events(text: &str) -> (String, Vec<String>) {
    let (head, history) = text.split_once("history:\n").expect("a history");
    let events = history.split("  - at:").skip(1).map(|event| format!("  - at:{event}"));
    (format!("{head}history:\n"), events.collect())
}

pub(super) fn rewrite(ground: &Ground, id: &Id, how: impl FnOnce(&mut Vec<String>)) {
    let (head, mut all) = events(&ground.read(&path(id)));
    how(&mut all);
    ground.put(&path(id), &(head + &all.concat()));
    ground.commit("li.na", "tidy");
}

/// The reference of a record to a file.
pub(super) fn stored(name: &str, bytes: &[u8]) -> String {
    FileRef::of(name, bytes).expect("a name").stored()
}

/// A forgery: its name, the rules that find it, and how it is done.
pub(super) type Forgery<B> = (&'static str, &'static [&'static str], fn(&B, &Ground));

pub(super) const APPROVE: (&str, &str, &str) = ("approve", "proposed", "approved");

/// Makes each forgery in a copy of the book, and compares the findings with the expected rules.
pub(super) fn all_found<B>(
    base: &B,
    ground: &Ground,
    forgeries: &[Forgery<B>],
    audit: impl Fn(&str, &Ground) -> Vec<Finding>,
) {
    let mut wrong = Vec::new();
    for (name, expected, forge) in forgeries {
        let ground = ground.copy();
        forge(base, &ground);
        let found = audit(name, &ground);
        // forgeries are written by hand; the form of a file has tests of its own
        let rules = found.iter().map(|finding| finding.rule);
        let rules: BTreeSet<&str> = rules.filter(|rule| *rule != "not-canonical" || expected.contains(rule)).collect();
        if rules != expected.iter().copied().collect() {
            wrong.push(format!("{name}: expected {expected:?}, found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A step that leaves the state as it is, in which everything is true except one thing.
pub(super) fn signed(g: &Ground, id: &Id, step: &str, state: &str, by: &str, more: &str) {
    append(g, id, &format!("at: {}\nby: {by}\nstep: {step}{more}", at(g)));
    g.commit(by, &trailers(id, step, state, state, by));
}

/// A file that was changed with an editor and committed with git.
pub(super) fn by_hand(g: &Ground, id: &Id, edits: &[(&str, &str)]) {
    change(g, id, edits);
    g.commit("li.na", "tidy");
}

/// A new promise in place of the old one, with an event that tells so.
pub(super) fn renewed(ground: &Ground, id: &Id, was: &str) {
    change(ground, id, &[("promised: 2026-11-27T17:30:00", "promised: 2026-11-30T17:30:00")]);
    append(ground, id, &format!("at: {}\nby: li.na\nstep: promise\nset: [promised]{was}", at(ground)));
    ground.commit("li.na", &trailers(id, "promise", "proposed", "proposed", "li.na"));
}

/// Lets the program write, and changes the result within the same commit.
pub(super) fn amended(g: &Ground, written: impl FnOnce(), how: impl FnOnce(&Ground)) {
    let now = at(g);
    written();
    g.set_now(&now);
    how(g);
    let author = g.git(&["log", "-1", "--format=%an"]);
    g.commit_as(&author, &["-a", "--amend", "--no-edit"]);
}

/// Attaches a file to a record, as the program does.
pub(super) fn attach(b: &Base, g: &Ground) {
    g.write("li.na", |w| {
        w.file(format!("files/{}/leak.jpg", b.fresh), b"one".to_vec(), Expect::Absent);
        let fields = [("files", &*stored("leak.jpg", b"one"))];
        let request = request(w.view.policy(), "complaint", "edit", own("li.na"), &fields, &[]);
        Ok(w.operation.edit(&b.fresh, &request)?)
    });
}
