//! Values that nobody gave: what a rule writes, empties or numbers is compared with what the record has.

use super::super::ground::{Ground, Line};
use super::forging::{Forgery, all_found, amended, append, at, change, forged, path, signed, trailers};
use super::procedure::opened;
use super::{Base, CASE, base};
use crate::record::Id;

const PROMISED: &str = "promised: 2026-11-27T12:00:00+08:00";
const ACCEPT: (&str, &str, &str) = ("accept", "registered", "accepted");
const SATISFIED: Line<'_> = &[("summary", "已换货"), ("score", "5")];

/// The approved case is closed, and its client is called back; the result also goes into the case. Then the commit is
/// amended so that it also changes the case.
fn called_back(b: &Base, g: &Ground, edits: &[(&str, &str)], set: &str) {
    g.step("li.na", &b.approved, "agree", &[]);
    g.step("li.na", &b.approved, "close", &[]);
    let callback = opened(g, "callback", &b.approved);
    g.step("li.na", &callback, "complete", &[]);
    amended(
        g,
        || g.step("li.na", &callback, "record", SATISFIED),
        |g| {
            change(g, &b.approved, edits);
            let text = g.read(&path(&b.approved));
            g.put(&path(&b.approved), &format!("{}\n    set: [{set}]\n", text.trim_end()));
        },
    );
}

/// A client with private data.
fn private(g: &Ground) -> Id {
    g.make("li.na", "client", &[("name", "宁波阀门"), ("hobbies", "钓鱼")])
}

/// A second complaint like the fresh one, with another number.
fn numbered(b: &Base, g: &Ground, number: Option<&str>, original: Option<&Id>) {
    let (id, text) = ("C-261123-00000", g.read(&path(&b.fresh)));
    let (head, _) = text.split_once("history:").expect("a history");
    let names = [number.map(|_| "number, "), Some("client, channel, content"), original.map(|_| ", original")];
    let set = format!("[{}]", names.into_iter().flatten().collect::<String>());
    let mut head: String =
        head.lines().filter(|line| !line.starts_with("number:")).map(|line| format!("{line}\n")).collect();
    if let Some(number) = number {
        head = head.replacen("\nclient:", &format!("\nnumber: {number}\nclient:"), 1);
    }
    let mut head = head.replace(b.fresh.as_str(), id);
    head.extend(original.map(|original| format!("original: {original}\n")));
    let event =
        format!("history:\n  - at: {}\n    by: li.na\n    step: register\n    to: registered\n    set: {set}\n", at(g));
    g.put(&format!("complaints/2026/11/23/{id}.yaml"), &(head + &event));
    g.commit("li.na", &format!("x\n\nRedress-Record: {id} register →registered li.na"));
}

/// A case is made and taken back, perhaps after another one.
fn taken_back(b: &Base, g: &Ground, has_next: bool) {
    let case = [CASE, &[("client", b.client.as_str())]].concat();
    g.make("li.na", "complaint", &case);
    let undone = g.git(&["rev-parse", "HEAD"]);
    if has_next {
        g.make("li.na", "complaint", &case);
    }
    g.git(&["revert", "--no-commit", &undone]);
    g.take_back("li.na", &undone);
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a step without what it writes by itself", &["field-false"], |b, g| {
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED)
    }),
    ("an amount changed by what another step causes", &["field-false"], |b, g| {
        called_back(b, g, &[("3000.00", "900000.00")], "remedies");
    }),
    ("a value added by what another step causes", &["field-false"], |b, g| {
        called_back(b, g, &[("\nhistory:", "\norder: SO-1\nhistory:")], "order");
    }),
    ("private data that an erasure leaves", &["field-false"], |_, g| {
        signed(g, &private(g), "erase", "prospect", "li.na", "");
    }),
    ("private data that an erasure changes", &["emptied"], |_, g| {
        let client = private(g);
        change(g, &client, &[("钓鱼", "下棋")]);
        signed(g, &client, "erase", "prospect", "li.na", "\nset: [hobbies]");
    }),
    ("a void record without the reason that its note gives", &["field-false"], |_, g| {
        let client = private(g);
        change(g, &client, &[("state: prospect", "state: void")]);
        append(g, &client, &format!("at: {}\nby: li.na\nstep: void\nto: void\nnote: 登记有误", at(g)));
        g.commit("li.na", &trailers(&client, "void", "prospect", "void", "li.na"));
    }),
    ("a number of another month", &["number-false"], |b, g| numbered(b, g, Some("KS202610-0001"), None)),
    ("a number of another pattern", &["number-false"], |b, g| numbered(b, g, Some("VIP-1"), None)),
    ("a number of a second form that is none", &["number-false"], |b, g| numbered(b, g, Some("KS202611-0001-2"), None)),
    ("no number", &["number-false"], |b, g| numbered(b, g, None, None)),
    ("the number of another case for a second form", &["number-false"], |b, g| {
        numbered(b, g, Some("KS202611-0001-2"), Some(&b.own));
    }),
    ("the number of its case for a second form", &[], |b, g| numbered(b, g, Some("KS202611-0003-2"), Some(&b.own))),
    ("the next number", &[], |b, g| numbered(b, g, Some("KS202611-0006"), None)),
    ("a number below the first", &["number-again"], |b, g| numbered(b, g, Some("KS202611-0000"), None)),
    ("the number of a void case", &["number-again"], |b, g| {
        let void = g.make("li.na", "complaint", &[CASE, &[("client", b.client.as_str())]].concat());
        g.step("li.na", &void, "void", &[("#note", "twice")]);
        numbered(b, g, Some("KS202611-0006"), None);
    }),
    ("the number of a case that was taken back before another", &["number-again"], |b, g| {
        taken_back(b, g, true);
        numbered(b, g, Some("KS202611-0006"), None);
    }),
    ("the number of the last case, which was taken back", &[], |b, g| {
        taken_back(b, g, false);
        numbered(b, g, Some("KS202611-0006"), None);
    }),
];

#[test]
fn every_value_that_nobody_gave_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// A step may keep what it empties where somebody gives it again who may fill it in; private data it may not.
#[test]
fn what_the_program_writes_and_empties_is_silent() {
    let b = base();
    let g = &b.ground;
    let client = private(g);
    g.step("li.na", &client, "erase", &[]);
    let read = g.read(&path(&client));
    assert!(!read.contains("钓鱼"), "{read}");
    g.step("li.na", &b.own, "rework", &[("#note", "请补充依据")]);
    let remedies: &[Line<'_>] = &[&[("kind", "compensation"), ("amount", "3000.00")]];
    g.step_as(super::own("zhao.yun"), &b.own, "propose", &[], &[("remedies", remedies)]);
    let found = g.audit();
    assert!(found.is_empty(), "{found:#?}");
}
