//! Undos that somebody makes by hand, of what others have used meanwhile.

use super::super::ground::{Ground, Line, own, person};
use super::forging::{Forgery, all_found, path, staff, with};
use super::{Base, CASE, base};
use crate::record::Id;

const OFFICER: &[Line<'_>] = &[&[("role", "complaint-officer")]];

/// The last commit.
fn head(g: &Ground) -> String {
    g.git(&["rev-parse", "HEAD"])
}

/// Takes back a commit that made a record.
fn unmade(g: &Ground, by: &str, commit: &str, file: &str) {
    g.git(&["rm", "-q", file]);
    g.take_back(by, commit);
}

/// A new person, and the commit.
fn joined(g: &Ground) -> String {
    staff(g, "wang.lei", "mo.li", OFFICER);
    head(g)
}

fn registered(g: &Ground) -> (Id, String) {
    let client = g.make("li.na", "client", &[("name", "宁波阀门")]);
    (client, head(g))
}

fn declined(b: &Base, g: &Ground, by: &str) {
    g.step(by, &b.fresh, "decline", &[("decline-reason", "x")]);
}

/// One clone uses what the other takes back, and they are merged from the one or from the other.
fn merged(g: &Ground, uses: impl FnOnce(&Ground), takes_back: impl FnOnce(&Ground), into_it: bool) {
    g.git(&["checkout", "-q", "-b", "side"]);
    uses(g);
    g.git(&["checkout", "-q", "main"]);
    takes_back(g);
    let (to, from) = if into_it { ("side", "main") } else { ("main", "side") };
    g.git(&["checkout", "-q", to]);
    g.git(&["merge", "-q", "--no-ff", "-m", "Merge", from]);
}

fn used_elsewhere(g: &Ground, into_it: bool) {
    let (client, made) = registered(g);
    let uses = |g: &Ground| drop(g.make("li.na", "complaint", &with(CASE, &[("client", client.as_str())])));
    let file = path(&client);
    merged(g, uses, |g| unmade(g, "li.na", &made, &file), into_it);
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a person who has acted is taken out of the book", &["rules-restored", "undo-false"], |b, g| {
        let made = joined(g);
        declined(b, g, "mo.li");
        unmade(g, "wang.lei", &made, &path(&person("mo.li")));
    }),
    ("a person who has typed for somebody is taken out of the book", &["rules-restored", "undo-false"], |b, g| {
        let clerk: &[Line<'_>] = &[&[("role", "sales-clerk")]];
        staff(g, "wang.lei", "mo.li", clerk);
        let made = head(g);
        let actor = crate::lifecycle::Actor { person: person("zhao.yun"), typist: person("mo.li") };
        g.write("mo.li", |w| {
            let fields = with(CASE, &[("client", b.client.as_str())]);
            let request = super::request(w.view.policy(), "complaint", "", actor, &fields, &[]);
            Ok(w.operation.create("complaint", None, &request)?)
        });
        unmade(g, "wang.lei", &made, &path(&person("mo.li")));
    }),
    ("a role that was used is taken back", &["rules-restored", "undo-false"], |b, g| {
        let zhao = person("zhao.yun");
        g.step_as(own("wang.lei"), &zhao, "change", &[], &[("roles", OFFICER)]);
        let given = head(g);
        declined(b, g, "zhao.yun");
        g.git(&["revert", "--no-commit", &given]);
        g.take_back("wang.lei", &given);
    }),
    ("a person who has changed the rules is taken out of the book", &["rules-restored"], |_, g| {
        let control = "[[rules]]\nfiles = [\"policy/authority.toml\"]\nby = [\"complaint-officer\"]\n";
        g.put("policy/change-control.toml", control);
        g.commit("wang.lei", "Say who changes what");
        let made = joined(g);
        g.put("policy/authority.toml", &format!("{}\n# more\n", g.read("policy/authority.toml")));
        g.commit("mo.li", "Change the limit");
        unmade(g, "wang.lei", &made, &path(&person("mo.li")));
    }),
    ("a person is taken back after what they did was taken back", &[], |b, g| {
        let made = joined(g);
        declined(b, g, "mo.li");
        let done = head(g);
        g.git(&["revert", "--no-commit", "HEAD"]);
        g.take_back("mo.li", &done);
        unmade(g, "wang.lei", &made, &path(&person("mo.li")));
    }),
    ("somebody who has left takes something back", &["undo-false"], |b, g| {
        joined(g);
        declined(b, g, "mo.li");
        let done = head(g);
        g.step("wang.lei", &person("mo.li"), "leave", &[]);
        g.git(&["revert", "--no-commit", &done]);
        g.take_back("mo.li", &done);
    }),
    ("a person who has done nothing is taken back", &[], |b, g| {
        let made = joined(g);
        declined(b, g, "li.na");
        unmade(g, "wang.lei", &made, &path(&person("mo.li")));
    }),
    ("a client whom another clone used is taken back", &["merge-dropped"], |_, g| used_elsewhere(g, false)),
    ("a client whom this clone used was taken back in another", &["merge-dropped"], |_, g| {
        used_elsewhere(g, true);
    }),
    ("a person who acted in another clone is taken back", &["merge-dropped", "rules-restored"], |b, g| {
        let made = joined(g);
        let file = path(&person("mo.li"));
        merged(g, |g| declined(b, g, "mo.li"), |g| unmade(g, "wang.lei", &made, &file), false);
    }),
    ("a client whom the other clone has already is taken back in one", &["merge-dropped"], |b, g| {
        let (client, made) = registered(g);
        let file = path(&client);
        merged(g, |g| declined(b, g, "li.na"), |g| unmade(g, "li.na", &made, &file), true);
    }),
];

#[test]
fn every_undo_of_what_others_used_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}
