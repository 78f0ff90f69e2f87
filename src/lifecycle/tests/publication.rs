//! The runs of a record's deadlines do not depend on the order in which people publish their notes.

use std::cell::Cell;
use std::fmt::Write;

use super::{Failing, One, World, record};
use crate::lifecycle::{Actor, Operation, Request, SKEW, Setting, backward, deadlines};
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, sources_of};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Record, Type, Value, parse_time};

/// When it happened, when it was noted, the step, a field and its value.
type Deed = (&'static str, &'static str, &'static str, &'static str, &'static str);

const DEEDS: [Deed; 7] = [
    ("24T09:30", "24T11:00", "accept", "promised", "2026-11-24T12:00:00+08:00"),
    ("24T10:30", "24T10:30", "edit", "note", "a colleague"),
    ("24T10:20", "24T10:50", "edit", "severity", "critical"),
    ("24T11:30", "24T14:10", "promise", "promised", "2026-11-24T17:00:00+08:00"),
    ("24T13:30", "24T13:30", "promise", "promised", "2026-11-25T17:00:00+08:00"),
    ("24T14:00", "24T14:00", "wait", "", ""),
    ("25T09:00", "25T09:00", "resume", "", ""),
];

fn time(text: &str) -> crate::calendar::Moment {
    parse_time(&format!("2026-11-{text}:00+08:00")).unwrap()
}

/// The record after these deeds in this order. `None` if one of them is refused.
fn lived(policy: &Policy, world: &World, people: &People, case: &Record, order: &[usize]) -> Option<Record> {
    let mut record = case.clone();
    for deed in order {
        let (at, noted, step, field, value) = DEEDS[*deed];
        let setting = Setting { policy, people, lookup: world, ids: &One, now: time(noted) };
        let shape = &policy.kind("complaint").unwrap().shape;
        let set = shape.field_id(field).map(|id| {
            let value = match &shape.field(id).ty {
                Type::Time => Value::Time(parse_time(value).unwrap()),
                _ => Value::Text(value.to_owned()),
            };
            (id, Some(value))
        });
        let on = (at != noted).then(|| time(at));
        let request =
            Request { set: set.into_iter().collect(), on, ..Request::new(step, Actor::own("li.na".parse().unwrap())) };
        let mut operation = Operation::new(setting);
        operation.suppose(record.clone());
        let done = match step {
            "edit" => operation.edit(&record.id, &request),
            _ => operation.advance(&record.id, &request),
        };
        done.ok()?;
        record = operation.record(&record.id).unwrap();
    }
    Some(record)
}

fn permutations(left: &[usize], begun: &mut Vec<usize>, each: &mut dyn FnMut(&[usize])) {
    if left.is_empty() {
        each(begun);
    }
    for (place, deed) in left.iter().enumerate() {
        let rest: Vec<usize> = left.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, deed)| *deed).collect();
        begun.push(*deed);
        permutations(&rest, begun, each);
        begun.pop();
    }
}

#[test]
fn every_legal_order_of_publication_gives_the_same_runs() {
    let policy = loaded(&sources_of(Preset::DEFAULT));
    let text = |text: &str| Value::Text(text.to_owned());
    let li_na = record(&policy, STAFF, "li.na", "active", &[("name", text("李娜"))]);
    let people = People::of([&li_na], &policy.kind(STAFF).unwrap().shape, &policy.roles);
    let client = record(&policy, "client", "K-261124-00000", "active", &[("name", text("杭州恒泰"))]);
    let set = [("client", Value::Ref(client.id.clone())), ("content", text("漏水")), ("severity", text("minor"))];
    let mut case = record(&policy, "complaint", "C-261124-00000", "registered", &set);
    case.history[0].step = "register".to_owned();
    case.history[0].holds = vec![("acceptance".to_owned(), true), ("acceptance-critical".to_owned(), false)];
    let world = World { records: vec![li_na, client], failing: Cell::new(Failing::Nothing) };
    let (mut legal, mut shown) = (0, None);
    let all: Vec<usize> = (0..DEEDS.len()).collect();
    permutations(&all, &mut Vec::new(), &mut |order| {
        let Some(lived) = lived(&policy, &world, &people, &case, order) else { return };
        legal += 1;
        assert_eq!(backward(&lived), None, "{order:?}");
        for pair in lived.history.windows(2).filter(|pair| pair[1].at < pair[0].at) {
            assert!(pair[1].noted.is_some_and(|noted| noted + SKEW >= pair[1].at), "{order:?}");
        }
        let mut runs = String::new();
        let standings = deadlines(&policy, &policy, &people, &lived, &world, time("26T09:00")).unwrap();
        for (standing, run) in standings.runs() {
            let end = run.end.map(|end| (end.at, end.stopped, end.lost));
            let pauses: Vec<_> = run.pauses.iter().map(|pause| (pause.from, pause.until)).collect();
            let name = &standing.deadline.name;
            writeln!(runs, "{name} {} {:?} {end:?} {pauses:?} {:?}", run.start, run.due, run.outcome).unwrap();
        }
        let first = shown.get_or_insert_with(|| (order.to_vec(), runs.clone()));
        assert_eq!(first.1, runs, "{:?} and {order:?}", first.0);
    });
    assert!(legal > 50, "{legal} orders are legal");
    // a note at 11:00 about 9:30 is in time even if somebody edited at 10:30; a broken promise stays broken
    let runs = shown.unwrap().1;
    assert!(runs.contains("acceptance 2026-11-24 09:00:00 +08:00") && runs.contains("Met"), "{runs}");
}
