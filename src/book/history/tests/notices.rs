//! Notices in the name of the program: with the key by which it knows that a notice was issued.

use super::super::ground::{Ground, Line};
use super::forging::{Forgery, all_found};
use super::{Base, base};
use crate::record::{Id, stored_time};

/// When the case was registered, which begins its time limit of one working day.
fn began(b: &Base, g: &Ground) -> String {
    let book = g.book("li.na");
    let view = book.view(None, g.now()).expect("the tip");
    let record = crate::filter::Resolver::record(&view, &b.fresh).expect("answers").expect("a case");
    stored_time(&record.history[0].at)
}

/// Issues a notice about a deadline of a case, under a key.
fn issued(b: &Base, g: &Ground, now: &str, about: &Id, key: impl Fn(&str, &str) -> String) {
    let since = began(b, g);
    g.set_now(now);
    let due = since.replace("2026-11-23", "2026-11-24");
    let key = key(b.fresh.as_str(), &since);
    let fields = [("about", about.as_str()), ("type", "expedite"), ("number", "1"), ("deadline", "acceptance")];
    let fields = [&fields[..], &[("missed", &*due), ("due", "2026-11-27"), ("#key", &*key)]].concat();
    let item: Line<'_> = &[
        ("about", about.as_str()),
        ("deadline", "acceptance"),
        ("number", "1"),
        ("missed", &due),
        ("running-since", &since),
    ];
    g.make_with("li.na", "notice", None, &fields, &[("items", &[item])]);
}

fn planned(id: &str, since: &str) -> String {
    format!("remind:expedite:{id}:acceptance:{since}:1")
}

const EARLY: &str = "2026-11-23T17:00:00+08:00";
const LATE: &str = "2026-11-25T10:00:00+08:00";

const FORGERIES: &[Forgery<Base>] = &[
    ("a notice before the time limit has passed", &["key-reserved"], |b, g| issued(b, g, EARLY, &b.fresh, planned)),
    ("a notice about a case that was met", &["key-reserved"], |b, g| {
        g.step("li.na", &b.fresh, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
        issued(b, g, LATE, &b.fresh, planned);
    }),
    ("a notice with the key of another case", &["key-reserved"], |b, g| issued(b, g, LATE, &b.dear, planned)),
    ("a notice with the key of another run", &["key-reserved"], |b, g| {
        issued(b, g, LATE, &b.fresh, |id, since| planned(id, &since.replace("-23T", "-22T")));
    }),
    ("a notice with the key of another time limit", &["key-reserved"], |b, g| {
        issued(b, g, LATE, &b.fresh, |id, since| planned(id, since).replace("acceptance", "handling"));
    }),
    ("a notice with a key that is longer", &["key-reserved"], |b, g| {
        issued(b, g, LATE, &b.fresh, |id, since| format!("{}:2", planned(id, since)));
    }),
    ("a notice after the time limit has passed", &[], |b, g| issued(b, g, LATE, &b.fresh, planned)),
    ("a notice of one's own before the time limit has passed", &[], |b, g| {
        issued(b, g, EARLY, &b.fresh, |id, _| format!("mine {id}"));
    }),
];

#[test]
fn every_notice_in_the_name_of_the_program_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}
