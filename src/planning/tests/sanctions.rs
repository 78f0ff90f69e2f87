//! Which deductions are proposed for whom: the course of a case, the records that refer to it, earlier proposals, and
//! a period.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::Period;
use crate::filter::{self, Flag, Unanswered};
use crate::lifecycle::{Lookup, deadlines};
use crate::planning::{Findings, Left, Proposal, sanctions};
use crate::policy::tests::{OTHERS, loaded, replaced, sources_of, text};
use crate::policy::{People, Policy, STAFF, Sources};
use crate::record::{Id, Record, parse_time};

const CASE: &str = "C-261102-00001";

/// The staff, with department and roles.
const STAFF_OF_NOVEMBER: &[(&str, &str, &[&str])] = &[
    ("zhang.san", "production", &["production"]),
    ("sun.er", "qm", &["qm"]),
    ("li.na", "cs", &["complaint-officer"]),
    ("wang.lei", "cs", &["complaint-officer"]),
    ("he.ping", "cs", &["cs-manager"]),
];

/// The records that refer to the case, and the keys of proposals.
struct Book(Vec<Record>, Vec<String>);

impl filter::Resolver for Book {
    fn record(&self, _: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(None)
    }
    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Book {
    fn linked(&self, _: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        Ok(self.0.iter().filter(|record| record.kind == kind).cloned().collect())
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

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        Ok(self.1.iter().any(|known| known == key).then(|| CASE.parse().expect("an id")))
    }
}

/// A record from its fields in YAML, and its events as `10T09:00 decide decided`, of November 2026.
fn record(policy: &Policy, kind: &str, id: &str, fields: &str, events: &[&str]) -> Record {
    let event = |text: &&str| {
        let (at, step) = text.split_once(' ').expect("a time and a step");
        let (step, to) = step.split_once(' ').map_or((step, String::new()), |(step, to)| (step, format!(", to: {to}")));
        format!("  - {{at: \"2026-11-{at}:00+08:00\", by: li.na, step: {step}{to}}}\n")
    };
    let state = events.iter().rev().find_map(|text| text.split(' ').nth(2)).expect("a state");
    let events: String = events.iter().map(event).collect();
    let text = format!("id: {id}\nkind: {kind}\nstate: {state}\n{fields}\nhistory:\n{events}");
    let shape = &policy.kind(kind).expect("a kind").shape;
    let path = id.parse::<Id>().expect("an id").path(&shape.folder);
    Record::read(text.as_bytes(), &path, shape).unwrap_or_else(|problems| panic!("{problems:#?} in {text}"))
}

fn people(policy: &Policy) -> People {
    let person = |(id, department, roles): &(&str, &str, &[&str])| {
        let roles: Vec<String> = roles.iter().map(|role| format!("{{role: {role}}}")).collect();
        let fields = format!("name: {id}\ndepartment: {department}\nroles: [{}]", roles.join(", "));
        record(policy, STAFF, id, &fields, &["01T08:00 join active"])
    };
    let staff: Vec<Record> = STAFF_OF_NOVEMBER.iter().map(person).collect();
    People::of(&staff, &policy.kind(STAFF).expect("staff").shape, &policy.roles)
}

/// The proposals, as `day rule whom amount + joint amount`, and what is left out.
fn proposed(policy: &Arc<Policy>, row: &Row<'_>, period: &str) -> Vec<String> {
    let case = record(policy, "complaint", CASE, row.fields, row.events);
    let linked = row.linked.iter().enumerate().map(|(n, (of, amount, events))| {
        let fields = format!("complaint: {of}\nclient: K-261102-00001\namount: \"{amount}\"");
        record(policy, "allowance", &format!("A-261102-0000{n}"), &fields, events)
    });
    let book = Book(linked.collect(), row.keys.iter().map(|key| format!("plan sanctions {key}")).collect());
    let now = parse_time("2026-12-01T09:00:00+08:00").expect("a time");
    let findings = Findings {
        policy,
        people: &people(policy),
        lookup: &book,
        rules: &|_| Ok(Arc::clone(policy)),
        deadlines: &|record| deadlines(policy, policy, &people(policy), record, &book, now),
        period: &Period::parse(period, now.date_naive()).expect("a period"),
        now,
        records: &[case],
    };
    let found = sanctions(&findings).expect("an answer");
    let keys: BTreeSet<&String> = found.proposed.iter().map(|one| &one.key).collect();
    assert_eq!(keys.len(), found.proposed.len(), "{}: each has a key of its own", row.name);
    let line = |one: &Proposal| {
        let whom = one.person.as_ref().map(Id::as_str).or(one.department.as_deref()).unwrap_or_default();
        let amount = one.amount.unwrap_or_default();
        let joint: Vec<&str> = one.joint.iter().map(Id::as_str).collect();
        let joint = one.joint_amount.map(|amount| format!(" + {} {amount}", joint.join(" ")));
        format!("{} {} {whom} {amount}{}", one.on.format("%d"), one.rule, joint.unwrap_or_default())
    };
    let left = |left: &Left| match left {
        Left::Nobody { rule, .. } => format!("nobody for {rule}"),
        Left::NotFinal { rule, .. } => format!("not final for {rule}"),
        Left::NoPay { rule, .. } => format!("no pay for {rule}"),
    };
    found.proposed.iter().map(line).chain(found.left.iter().map(left)).collect()
}

/// Linked records: which complaint an allowance refers to, its amount, and its events.
#[derive(Clone, Copy)]
struct Row<'r> {
    name: &'r str,
    fields: &'r str,
    events: &'r [&'r str],
    linked: &'r [(&'r str, &'r str, &'r [&'r str])],
    keys: &'r [&'r str],
    expected: &'r [&'r str],
}

fn sources(pieces: &[(&str, &str)]) -> Sources {
    let path = "policy/deductions.toml";
    let mut sources = replaced(sources_of("manufacturer"), path, pieces);
    let rules = format!("{}{OTHERS}", text(&sources, path));
    sources.insert(path, rules.into_bytes());
    sources
}

const CLOSED: &[&str] = &["02T09:00 register registered", "10T09:00 decide decided", "12T09:00 attribute"];
const SHARED: &str = "fault: own\nresponsible: [{person: zhang.san, share: \"70\"}, {person: sun.er, share: \"30\"}]\n\
    remedies: [{kind: other, amount: \"1000.00\"}, {kind: return, amount: \"5000.00\"}]";
const SETTLED: &[&str] = &["10T09:00 draft drafted", "12T08:00 settle settled"];
const PROMISED: &[&str] = &["02T09:00 register registered", "02T10:00 accept accepted", "06T09:00 agree agreed"];
const ROW: Row<'_> = Row { name: "", fields: SHARED, events: CLOSED, linked: &[], keys: &[], expected: &[] };

const ROWS: &[Row<'_>] = &[
    Row {
        name: "shares of what the policy calls a loss",
        expected: &["12 loss-share sun.er 300.00", "12 loss-share zhang.san 700.00"],
        ..ROW
    },
    Row {
        name: "closed after it was attributed",
        events: &[CLOSED[0], CLOSED[1], CLOSED[2], "16T09:00 close closed"],
        expected: &["12 loss-share sun.er 300.00", "12 loss-share zhang.san 700.00"],
        ..ROW
    },
    Row { name: "never attributed", events: &[CLOSED[0], CLOSED[1], "12T09:00 close closed"], ..ROW },
    Row {
        name: "reopened: what was attributed before holds no longer",
        events: &[CLOSED[0], CLOSED[1], CLOSED[2], "16T09:00 reopen accepted"],
        ..ROW
    },
    Row {
        name: "sent back, and not attributed again",
        events: &[CLOSED[0], CLOSED[1], CLOSED[2], "16T09:00 rework analysed", "20T09:00 decide decided"],
        ..ROW
    },
    Row {
        name: "a form that the client refused is not the current one",
        events: &[CLOSED[0], CLOSED[1], "11T09:00 refuse refused", CLOSED[2]],
        ..ROW
    },
    Row {
        name: "attributed once more after it was reopened: once, on the last day",
        events: &[
            CLOSED[0],
            CLOSED[1],
            CLOSED[2],
            "16T09:00 reopen analysed",
            "19T09:00 decide decided",
            "20T09:00 attribute",
        ],
        expected: &["20 loss-share sun.er 300.00", "20 loss-share zhang.san 700.00"],
        ..ROW
    },
    Row {
        name: "proposed before, to one of two",
        keys: &["loss-share C-261102-00001 zhang.san"],
        expected: &["12 loss-share sun.er 300.00"],
        ..ROW
    },
    Row {
        name: "a person in two lines is charged once, a department as a whole",
        fields: "fault: own\nresponsible: [{person: sun.er, share: \"20\"}, {department: qm, share: \"50\"}, \
                 {person: sun.er, share: \"30\"}]\nremedies: [{kind: other, amount: \"1000.00\"}]",
        expected: &["12 loss-share qm 500.00", "12 loss-share sun.er 500.00"],
        ..ROW
    },
    Row {
        name: "an allowance is a loss once it is settled",
        linked: &[(CASE, "100.00", SETTLED)],
        expected: &["12 loss-share sun.er 330.00", "12 loss-share zhang.san 770.00"],
        ..ROW
    },
    Row {
        name: "before that nothing is final",
        linked: &[(CASE, "100.00", SETTLED.split_at(1).0)],
        expected: &["not final for loss-share"],
        ..ROW
    },
    Row {
        name: "what is cancelled is none, nor is what names another form",
        linked: &[
            (CASE, "100.00", &["10T09:00 draft drafted", "11T09:00 cancel cancelled"]),
            ("C-261102-00002", "100.00", SETTLED),
            ("C-261102-00002", "100.00", SETTLED.split_at(1).0),
        ],
        expected: &["12 loss-share sun.er 300.00", "12 loss-share zhang.san 700.00"],
        ..ROW
    },
    Row {
        name: "a complaint about somebody, by its gravity",
        fields: "fault: own\nabout: sun.er\nseverity: major",
        expected: &["10 upheld-complaint sun.er 50.00"],
        ..ROW
    },
    Row {
        name: "the last row where no other fits",
        fields: "fault: own\nabout: sun.er\nseverity: minor",
        expected: &["10 upheld-complaint sun.er 10.00"],
        ..ROW
    },
    Row { name: "not upheld", fields: "fault: client\nabout: sun.er\nseverity: major", ..ROW },
    Row {
        name: "late, by whom the record is assigned to",
        fields: "assignee: li.na\npromised: 2026-11-05T17:00:00+08:00",
        events: PROMISED,
        expected: &["05 late-answer li.na 100.00 + he.ping 50.00"],
        ..ROW
    },
    Row { name: "in time", fields: "assignee: li.na\npromised: 2026-11-06T17:00:00+08:00", events: PROMISED, ..ROW },
    Row {
        name: "nobody is jointly liable with themselves",
        fields: "assignee: he.ping\npromised: 2026-11-05T17:00:00+08:00",
        events: PROMISED,
        expected: &["05 late-answer he.ping 100.00"],
        ..ROW
    },
    Row {
        name: "one of several who have the role",
        fields: "promised: 2026-11-05T17:00:00+08:00",
        events: PROMISED,
        expected: &["nobody for late-answer"],
        ..ROW
    },
    Row {
        name: "late twice is charged twice",
        fields: "assignee: li.na\npromised: 2026-11-05T17:00:00+08:00",
        events: &[PROMISED[0], PROMISED[1], PROMISED[2], "09T09:00 reopen accepted", "10T09:00 agree agreed"],
        expected: &["05 late-answer li.na 100.00 + he.ping 50.00", "05 late-answer li.na 100.00 + he.ping 50.00"],
        ..ROW
    },
];

#[test]
fn what_happened_in_the_period_is_proposed_once_to_whom_it_concerns() {
    let policy = Arc::new(loaded(&sources(&[])));
    for row in ROWS {
        assert_eq!(proposed(&policy, row, "2026-11"), row.expected, "{}", row.name);
        assert_eq!(proposed(&policy, row, "2026-12"), [""; 0], "{}, in another month", row.name);
    }
    for (period, expected) in [("2026-11-11..2026-11-12", ROWS[0].expected), ("2026-11-13..2026-11-30", &[])] {
        assert_eq!(proposed(&policy, &ROWS[0], period), expected, "{period}");
    }
}

#[test]
fn a_part_of_the_share_is_rounded_to_the_cent_and_what_comes_to_nothing_is_not_proposed() {
    let part = ("amount = \"share\"", "amount = \"50% of the share\"");
    let policy = Arc::new(loaded(&sources(&[part])));
    let row = Row {
        fields: "fault: own\nresponsible: [{person: zhang.san, share: \"99\"}, {person: sun.er, share: \"1\"}]\n\
                 remedies: [{kind: other, amount: \"0.03\"}]",
        ..ROW
    };
    assert_eq!(proposed(&policy, &row, "2026-11"), ["12 loss-share zhang.san 0.02"]);
}
