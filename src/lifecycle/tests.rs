//! What cannot be looked up is never taken for an answer: with the default preset, a book whose lookups fail one by one.

mod company;
mod rules;

use std::borrow::Cow;
use std::cell::Cell;

use chrono::NaiveDate;

use super::{Actor, Ids, Lookup, Operation, Refusal, Request, Setting, deadlines};
use crate::calendar::Moment;
use crate::filter::{self, Flag, Unanswered};
use crate::locale::Label;
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, replaced, sources_of};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Event, Fields, Id, Record, Value, parse_time};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Failing {
    Nothing,
    Record,
    Linked,
    Dealt,
    Key,
}

struct World {
    records: Vec<Record>,
    failing: Cell<Failing>,
}

impl World {
    fn unless<T>(&self, failing: Failing, answer: T) -> Result<T, Unanswered> {
        if self.failing.get() == failing { Err(Unanswered(Label::verbatim("the disk is on fire"))) } else { Ok(answer) }
    }
}

impl filter::Lookup for World {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        self.unless(Failing::Record, self.records.iter().find(|record| record.id == *id).map(Cow::Borrowed))
    }
    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for World {
    fn linked(&self, _: &Id, _: &str) -> Result<Vec<Record>, Unanswered> {
        self.unless(Failing::Linked, Vec::new())
    }
    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        self.unless(Failing::Dealt, Vec::new())
    }
    fn alike(&self, unique: &crate::kind::Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let key = unique.key(record);
        let alike = self.records.iter().filter(|other| other.kind == record.kind && unique.key(other) == key);
        self.unless(Failing::Record, alike.cloned().collect())
    }
    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        self.unless(Failing::Key, None)
    }
}

struct One;

impl Ids for One {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        Id::coded(prefix, date, *b"00001").unwrap()
    }
}

fn now() -> Moment {
    parse_time("2026-11-24T09:00:00+08:00").unwrap()
}

fn record(policy: &Policy, kind: &str, id: &str, state: &str, set: &[(&str, Value)]) -> Record {
    let mut fields = Fields::new();
    for (name, value) in set {
        fields.set(policy.kind(kind).unwrap().shape.field_id(name).unwrap(), value.clone());
    }
    let event = Event { to: Some(state.to_owned()), ..Event::new(now(), "li.na".parse().unwrap(), "step") };
    let (id, kind, state) = (id.parse().unwrap(), kind.to_owned(), state.to_owned());
    Record { id, kind, state, rules: None, fields, history: vec![event] }
}

#[test]
fn no_step_is_taken_on_what_cannot_be_looked_up() {
    // one deadline begins with a step of another record
    let starts = [("starts = [\"registered\"]", "starts = [\"registered\", \"callback:record\"]")];
    let policy = loaded(&replaced(sources_of(Preset::DEFAULT), "policy/kinds/complaint.toml", &starts));
    let text = |text: &str| Value::Text(text.to_owned());
    let li_na = record(&policy, STAFF, "li.na", "active", &[("name", text("李娜"))]);
    let people = People::of([&li_na], &policy.kind(STAFF).unwrap().shape, &policy.roles);
    let client = record(&policy, "client", "K-261124-00000", "active", &[("name", text("杭州恒泰"))]);
    let about = Value::Ref(client.id.clone());
    let case = record(&policy, "complaint", "C-261124-00000", "agreed", &[("client", about.clone())]);
    let (case_id, person_id) = (case.id.clone(), li_na.id.clone());
    let world = World { records: vec![li_na, client, case.clone()], failing: Cell::new(Failing::Nothing) };
    let setting = Setting { policy: &policy, people: &people, lookup: &world, ids: &One, now: now() };
    let request = |step: &str| Request::new(step, Actor::own("li.na".parse().unwrap()));
    let register = || {
        let shape = &policy.kind("complaint").unwrap().shape;
        let set = [("client", about.clone()), ("channel", text("phone")), ("content", text("漏水"))];
        let set = set.map(|(name, value)| (shape.field_id(name).unwrap(), Some(value)));
        Request { set: set.to_vec(), ..request("register") }
    };
    type Act<'a> = &'a dyn Fn(&mut Operation<'_>) -> Result<(), Refusal>;
    let acts: [(Failing, Act<'_>); 5] = [
        // other records that a step needs, and whether a consequence stands already
        (Failing::Linked, &|o| o.advance(&case_id, &request("close"))),
        // who would leave what behind (GP5)
        (Failing::Dealt, &|o| o.advance(&person_id, &request("leave"))),
        // the record itself, and what a field names
        (Failing::Record, &|o| o.advance(&case_id, &request("close"))),
        (Failing::Record, &|o| o.create("complaint", None, &register()).map(drop)),
        (Failing::Key, &|o| o.by_key("a").map(drop)),
    ];
    for (i, (failing, act)) in acts.into_iter().enumerate() {
        world.failing.set(Failing::Nothing);
        assert_eq!(act(&mut Operation::new(setting)), Ok(()), "{i}");
        world.failing.set(failing);
        let refused = act(&mut Operation::new(setting)).unwrap_err();
        assert_eq!(refused, Refusal::Unanswered { why: Label::verbatim("the disk is on fire") }, "{i}");
    }
    // a deadline that begins with a step of another record is not silently without a start
    world.failing.set(Failing::Linked);
    assert!(deadlines(&policy, &policy, &case, &world, now()).is_err());
    world.failing.set(Failing::Nothing);
    assert!(deadlines(&policy, &policy, &case, &world, now()).is_ok());
}
