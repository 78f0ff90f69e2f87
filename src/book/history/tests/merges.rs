//! Forgeries in merges of a book of the preset basic.

use super::super::super::repo::Content;
use super::super::super::uniting::unite_trees;
use super::super::ground::Ground;
use super::forging::{Forgery, append, at, change, path};
use super::{Base, CASE};
use crate::record::Id;

/// A merge of two clones that have each withdrawn a case, with something that somebody adds to it.
fn merged(b: &Base, g: &Ground, how: impl FnOnce(&Ground)) {
    g.git(&["checkout", "-q", "-b", "side"]);
    g.step("li.na", &b.own, "withdraw", &[]);
    g.git(&["checkout", "-q", "main"]);
    g.step("li.na", &b.fresh, "withdraw", &[]);
    g.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    how(g);
    g.commit("li.na", "Merge");
}

pub(super) const MERGES: &[Forgery<Base>] = &[
    ("a merge that loses a step", &["merge-dropped"], |b, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.step("li.na", &b.own, "withdraw", &[]);
        g.git(&["checkout", "-q", "main"]);
        g.step("li.na", &b.fresh, "withdraw", &[]);
        g.git(&["merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge", "side"]);
    }),
    ("a merge that adds a step", &["merge-invented"], |b, g| {
        merged(b, g, |g| {
            change(g, &b.old, &[("state: registered", "state: withdrawn")]);
            append(g, &b.old, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g)));
        });
    }),
    ("a merge that changes a field", &["merge-invented"], |b, g| {
        merged(b, g, |g| change(g, &b.old, &[("12 件", "2 件")]));
    }),
    ("a merge that sets a state", &["merge-state"], |b, g| {
        merged(b, g, |g| change(g, &b.old, &[("state: registered", "state: closed")]));
    }),
    ("a merge that deletes a record", &["merge-dropped"], |b, g| {
        merged(b, g, |g| drop(g.git(&["rm", "-q", &path(&b.old)])));
    }),
    ("a merge that leaves a record unreadable", &["merge-unreadable"], |b, g| {
        merged(b, g, |g| g.put(&path(&b.old), "state: ["));
    }),
    (
        "another id than the one that follows from the content, where both sides drew the same",
        &["id-again", "merge-differs"],
        |b, g| {
            let case = || g.make("li.na", "complaint", &[CASE, &[("client", b.client.as_str())]].concat());
            g.git(&["checkout", "-q", "-b", "side"]);
            let drawn = case();
            let record = g.read(&path(&drawn));
            g.git(&["checkout", "-q", "main"]);
            let now = at(g);
            let own = case();
            g.set_now(&now);
            let named = |text: &str, from: &Id, to: &Id| text.replace(from.as_str(), to.as_str());
            let (text, said) = (g.read(&path(&own)), g.git(&["log", "-1", "--format=%B"]));
            g.git(&["rm", "-q", &path(&own)]);
            g.put(&path(&drawn), &named(&text, &own, &drawn));
            g.git(&["add", "--all"]);
            g.git(&["commit", "-q", "--amend", "-m", &named(&said, &own, &drawn)]);
            g.git(&["merge", "-q", "--no-ff", "--no-commit", "-s", "ours", "side"]);
            g.put(&path(&own), &named(&record, &drawn, &own));
            g.commit("li.na", "Merge");
        },
    ),
    ("the id of another line's case, given to a case that is merged first", &["id-again"], |b, g| {
        let case = |content| {
            g.make("li.na", "complaint", &[("channel", "phone"), ("content", content), ("client", b.client.as_str())])
        };
        g.git(&["checkout", "-q", "-b", "side"]);
        let drawn = case("one");
        g.git(&["checkout", "-q", "main"]);
        let now = at(g);
        let own = case("two");
        g.set_now(&now);
        let named = |text: &str| text.replace(own.as_str(), drawn.as_str());
        let (text, said) = (g.read(&path(&own)), g.git(&["log", "-1", "--format=%B"]));
        g.git(&["rm", "-q", &path(&own)]);
        g.put(&path(&drawn), &named(&text));
        g.git(&["add", "--all"]);
        g.git(&["commit", "-q", "--amend", "-m", &named(&said)]);
        let [first, second] = ["main", "side"].map(|line| g.git(&["rev-parse", line]).parse().expect("an id"));
        let base = g.git(&["merge-base", "main", "side"]).parse().expect("an id");
        let united = unite_trees(&g.book("li.na"), base, first, second, g.now()).expect("unites");
        g.git(&["merge", "-q", "--no-ff", "--no-commit", "-s", "ours", "side"]);
        for edit in united.edits {
            let text = match edit.new {
                Some((Content::Bytes(bytes), _)) => String::from_utf8(bytes).expect("text"),
                Some((Content::Blob(blob), _)) => g.git(&["cat-file", "-p", &blob.to_string()]) + "\n",
                None => panic!("nothing goes away"),
            };
            g.put(edit.path.as_str(), &text);
        }
        g.commit("li.na", "Merge");
    }),
    ("a key that both sides have used", &["merge-key"], |b, g| {
        let case = [CASE, &[("client", b.client.as_str()), ("#key", "12345-2")]].concat();
        g.git(&["checkout", "-q", "-b", "side"]);
        g.make("li.na", "complaint", &case);
        g.git(&["checkout", "-q", "main"]);
        g.make("li.na", "complaint", &case);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    }),
];
