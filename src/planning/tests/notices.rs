//! Which notices are due, for the course of a case, the existing notices, and a moment.

use std::borrow::Cow;
use std::sync::Arc;

use crate::calendar::Moment;
use crate::filter::{self, Flag, Unanswered};
use crate::lifecycle::Lookup;
use crate::planning::{Pressing, notices};
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, replaced, sources_of};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Event, Fields, Id, Record, Value, parse_time};

const CASE: &str = "C-261124-00001";

/// The notices about the case.
struct Issued(Vec<Record>);

impl filter::Resolver for Issued {
    fn record(&self, _: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(None)
    }
    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Issued {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        Ok(if id.as_str() == CASE && kind == "notice" { self.0.clone() } else { Vec::new() })
    }
    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
    fn alike(&self, _: &crate::kind::Unique, _: &Record) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        Ok(0)
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }
}

/// `24T09:31` of November 2026, `12-03T08:00` of another month.
fn moment(text: &str) -> Moment {
    let month = if text.len() == 8 { "11-" } else { "" };
    parse_time(&format!("2026-{month}{text}:00+08:00")).expect("a time")
}

fn record(policy: &Policy, kind: &str, id: &str, set: &[(&str, &str)], history: Vec<Event>) -> Record {
    let shape = &policy.kind(kind).expect("a kind").shape;
    let mut fields = Fields::new();
    for (name, text) in set {
        let (field, declared) = shape.find(name).expect("a field");
        fields.set(field, Value::from_stored(&declared.ty, text).expect("a value"));
    }
    let state = history.iter().rev().find_map(|event| event.to.clone()).expect("a state");
    Record {
        id: id.parse().expect("an id"),
        kind: kind.to_owned(),
        state,
        rules: None,
        fields,
        history,
        overruled: Vec::new(),
    }
}

/// `24T09:31 registered`: an event that enters a state.
fn event(text: &str) -> Event {
    let (at, state) = text.split_once(' ').expect("a time and a state");
    Event { to: Some(state.to_owned()), ..Event::new(moment(at), "li.na".parse().expect("an id"), "step") }
}

/// The notices that are due, as `type deadline number`. Of the existing ones: when each was issued, its type, and the
/// key that the planner gave it, or the deadline for which somebody wrote it by hand.
fn due(policy: &Arc<Policy>, case: &[&str], issued: &[&str], now: &str) -> Vec<String> {
    let case = record(policy, "complaint", CASE, &[("content", "x")], case.iter().map(|text| event(text)).collect());
    let issued = issued.iter().enumerate().map(|(n, text)| {
        let [at, occasion, about] = text.split(' ').collect::<Vec<_>>()[..] else { panic!("{text}") };
        let (deadline, number) = about.split_once('#').map_or((about, None), |(name, n)| (name, Some(n)));
        let key =
            number.map(|number| format!("remind:{occasion}:{CASE}:{deadline}:2026-11-24T09:31:00+08:00:{number}"));
        let set = [("about", CASE), ("type", occasion), ("deadline", deadline)];
        let issued = Event { key, ..event(&format!("{at} issued")) };
        record(policy, "notice", &format!("N-261124-0000{n}"), &set, vec![issued])
    });
    let lookup = Issued(issued.collect());
    let people = People::of(&[], &policy.kind(STAFF).expect("staff").shape, &policy.roles);
    let rules = |_: &Record| Ok(Arc::clone(policy));
    let records = [case];
    let pressing =
        Pressing { policy, people: &people, lookup: &lookup, rules: &rules, now: moment(now), records: &records };
    let due = notices(&pressing).expect("an answer");
    let lines = due.iter().flat_map(|due| &due.lines);
    lines.map(|line| format!("{} {} {}", line.rule.occasion.name(), line.deadline, line.number)).collect()
}

/// The subject, the course of the case, the existing notices, now, and what is due.
type Row<'r> = (&'r str, &'r [&'r str], &'r [&'r str], &'r str, &'r [&'r str]);

#[test]
fn a_notice_is_due_once_its_time_has_come_and_no_more_often_than_its_rule_says() {
    let piece = ("every = \"2 workdays\"     # ours\nat-most = 5", "every = \"2 workdays\"\nat-most = 2");
    let sources = |pieces: &[(&str, &str)]| replaced(sources_of(Preset::DEFAULT), "policy/notices.toml", pieces);
    let policy = Arc::new(loaded(&sources(&[piece])));
    let open = ["24T09:31 registered"].as_slice();
    let none: &[&str] = &[];
    let first = ["26T09:00 expedite acceptance#1"].as_slice();
    let by_hand = ["26T09:00 expedite acceptance"].as_slice();
    let late = ["24T09:31 registered", "26T10:00 accepted"].as_slice();
    let cases: &[Row<'_>] = &[
        ("in time", open, none, "25T17:30", none),
        ("missed", open, none, "25T17:31", &["expedite acceptance 1"]),
        ("again too early", open, first, "27T17:00", none),
        ("again on the second working day, from its beginning", open, first, "30T00:01", &["expedite acceptance 2"]),
        ("twice at most", open, &[first[0], "30T09:00 expedite acceptance#2"], "12-03T09:00", none),
        ("the client is waited for", &["24T09:31 registered", "26T08:00 waiting-client"], none, "27T09:00", none),
        ("by hand counts", open, by_hand, "27T09:00", none),
        ("of another type does not", open, &["26T09:00 corrective acceptance"], "27T09:00", &["expedite acceptance 1"]),
        (
            "about another deadline does not, nor is it counted with it",
            open,
            &["26T09:00 expedite handling"],
            "27T09:00",
            &["expedite acceptance 1"],
        ),
        ("before it ran does not", open, &["24T09:30 expedite acceptance"], "25T17:31", &["expedite acceptance 2"]),
        (
            "each of two, the earlier missed first",
            open,
            none,
            "12-04T09:00",
            &["expedite acceptance 1", "expedite handling 1"],
        ),
        ("closed late", late, none, "26T10:01", &["corrective acceptance 1"]),
        ("closed late and asked", late, &["26T11:00 corrective acceptance#1"], "26T12:00", none),
        ("closed late and asked by hand", late, &["26T11:00 corrective acceptance"], "26T12:00", none),
        ("closed late and pressed before", late, first, "26T12:00", &["corrective acceptance 1"]),
        ("closed late, a month ago", late, none, "12-26T10:00", &["expedite handling 1", "corrective acceptance 1"]),
        ("closed late, too long ago", late, none, "12-28T10:00", &["expedite handling 1"]),
        (
            "what was met in time is nobody's fault",
            &["24T09:31 registered", "25T10:00 accepted"],
            none,
            "12-04T09:00",
            &["expedite handling 1"],
        ),
    ];
    for (name, case, issued, now, expected) in cases {
        assert_eq!(due(&policy, case, issued, now), *expected, "{name}");
    }
    let after = Arc::new(loaded(&sources(&[(piece.0, "after = \"1 workdays\"\nevery = \"2 workdays\"")])));
    for (now, expected) in [("25T17:31", none), ("26T00:01", &["expedite acceptance 1"])] {
        assert_eq!(due(&after, open, none, now), expected, "a working day later, {now}");
    }
    // without `every` there is only one
    let once = Arc::new(loaded(&sources(&[(piece.0, "at-most = 5")])));
    assert_eq!(due(&once, open, none, "26T09:00"), ["expedite acceptance 1"]);
    assert_eq!(due(&once, open, first, "12-02T09:00"), none);
}
