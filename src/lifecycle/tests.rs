//! Tests with the default preset. In a book whose lookups fail one by one, a failed lookup is never taken for an
//! answer. Values that the engine writes besides fields, such as ids and times, are kept.

mod company;
mod publication;
mod rules;

use std::borrow::Cow;
use std::cell::Cell;

use chrono::NaiveDate;

use super::{Actor, Arrival, Ids, Lookup, Operation, Refusal, Request, Setting, deadlines};
use crate::calendar::Moment;
use crate::filter::{self, Flag, Unanswered};
use crate::locale::Label;
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, replaced, sources_of};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Event, Fields, Id, Record, Type, Value, parse_time};

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

impl filter::Resolver for World {
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
    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        self.unless(Failing::Record, 0)
    }
    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        self.unless(Failing::Record, false)
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
    Record { id, kind, state, rules: None, fields, history: vec![event], overruled: Vec::new() }
}

/// The roles of somebody who has one.
fn role(policy: &Policy, role: &str) -> Value {
    let shape = &policy.kind(STAFF).unwrap().shape;
    let Type::Group(line) = shape.field(shape.field_id("roles").unwrap()).ty.element() else { panic!("no lines") };
    let mut fields = Fields::new();
    fields.set(line.field_id("role").unwrap(), Value::Text(role.to_owned()));
    Value::List(vec![Value::Group(fields)])
}

#[test]
fn no_step_is_taken_on_what_cannot_be_looked_up() {
    // one deadline begins with a step of another record
    let starts = [("starts = [\"registered\"]", "starts = [\"registered\", \"callback:record\"]")];
    let policy = loaded(&replaced(sources_of(Preset::DEFAULT), "policy/kinds/complaint.toml", &starts));
    let text = |text: &str| Value::Text(text.to_owned());
    let li_na = record(&policy, STAFF, "li.na", "active", &[("name", text("李娜")), ("roles", role(&policy, "gm"))]);
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
        // other records that a step needs, and whether a consequence already exists
        (Failing::Linked, &|o| o.advance(&case_id, &request("close"))),
        // what a person would leave behind (GP5)
        (Failing::Dealt, &|o| o.advance(&person_id, &request("leave"))),
        // the record itself, and one that a field refers to
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
    // a deadline that begins with a step of another record must not silently lose its start
    world.failing.set(Failing::Linked);
    assert!(deadlines(&policy, &policy, &people, &case, &world, now()).is_err());
    world.failing.set(Failing::Nothing);
    assert!(deadlines(&policy, &policy, &people, &case, &world, now()).is_ok());
}

/// Values that the engine writes besides fields, and that nobody else may write.
#[test]
fn ids_rules_times_and_what_was_promised_are_kept_with_the_events() {
    let policy = loaded(&sources_of(Preset::DEFAULT));
    let text = |text: &str| Value::Text(text.to_owned());
    let time = |text: &str| Value::Time(parse_time(text).unwrap());
    let li_na = record(&policy, STAFF, "li.na", "active", &[("name", text("李娜")), ("roles", role(&policy, "gm"))]);
    let people = People::of([&li_na], &policy.kind(STAFF).unwrap().shape, &policy.roles);
    let client = record(&policy, "client", "K-261124-00000", "active", &[("name", text("杭州恒泰"))]);
    let (about, first) = (Value::Ref(client.id.clone()), time("2026-11-25T17:30:00+08:00"));
    let set = [("client", about.clone()), ("content", text("漏水")), ("promised", first.clone())];
    let case = record(&policy, "complaint", "C-261124-00000", "accepted", &set);
    let world = World { records: vec![li_na, client, case.clone()], failing: Cell::new(Failing::Nothing) };
    let setting = Setting { policy: &policy, people: &people, lookup: &world, ids: &One, now: now() };
    let request = |kind: &str, step: &str, set: &[(&str, Value)]| {
        let shape = &policy.kind(kind).unwrap().shape;
        let set = set.iter().map(|(name, value)| (shape.field_id(name).unwrap(), Some(value.clone()))).collect();
        Request { set, ..Request::new(step, Actor::own("li.na".parse().unwrap())) }
    };
    let register = request("complaint", "register", &[set[0].clone(), ("channel", text("phone")), set[1].clone()]);
    let join = request(STAFF, "join", &[("name", text("王磊"))]);

    // staff have names as ids, which must be given; other ids are drawn
    let id = |text: &str| text.parse::<Id>().unwrap();
    for (kind, id, request) in [
        ("complaint", Some(id("wang.lei")), &register),
        (STAFF, Some(id("C-261124-00009")), &join),
        (STAFF, None, &join),
    ] {
        let refused = Operation::new(setting).create(kind, id, request);
        assert_eq!(refused, Err(Refusal::NoId { kind: kind.to_owned() }));
    }

    // a case keeps the rules of its day, other kinds follow today's; a late record says when it was noted
    let mut operation = Operation::new(setting);
    let late = Request { on: Some(parse_time("2026-11-24T08:00:00+08:00").unwrap()), ..register.clone() };
    let made = operation.create("complaint", None, &late).unwrap();
    let staff = operation.create(STAFF, Some(id("wang.lei")), &join).unwrap();
    let (made, staff) = (operation.record(&made).unwrap(), operation.record(&staff).unwrap());
    assert_eq!((made.rules.as_deref(), staff.rules.as_deref()), (Some(policy.id.as_str()), None));
    assert_eq!((made.history[0].at, made.history[0].noted), (late.on.unwrap(), Some(now())));
    assert_eq!((staff.history[0].at, staff.history[0].noted), (now(), None));

    // the event that renews a promise keeps the earlier one
    operation
        .edit(&case.id, &request("complaint", "edit", &[("promised", time("2026-11-27T17:30:00+08:00"))]))
        .unwrap();
    let renewed = operation.record(&case.id).unwrap();
    assert_eq!(renewed.history.last().unwrap().was, [("promised".to_owned(), first.clone())]);

    // a key is known after its step, and unknown again once that is taken back
    let mut operation = Operation::new(setting);
    let mark = operation.mark();
    let keyed = Request { key: Some("erp-1".to_owned()), ..register.clone() };
    let made = operation.create("complaint", None, &keyed).unwrap();
    assert_eq!(operation.by_key("erp-1"), Ok(Some(made)));
    operation.back_to(mark);
    assert_eq!(operation.by_key("erp-1"), Ok(None));

    // an edit by hand changes fields and nothing else
    let hand = request("complaint", "edit", &[]);
    type Forge<'a> = &'a dyn Fn(&mut Record);
    let by_hand: [(&str, Forge<'_>); 4] = [
        ("kind", &|record| record.kind = "client".into()),
        ("state", &|record| record.state = "closed".into()),
        ("rules", &|record| record.rules = Some("3f2a9c1b77d0".into())),
        ("history", &|record| record.history[0].by = "wang.lei".parse().unwrap()),
    ];
    for (what, change) in by_hand {
        let mut edited = case.clone();
        edited.fields.set(policy.kind("complaint").unwrap().shape.field_id("content").unwrap(), text("渗水"));
        let mut forged = edited.clone();
        change(&mut forged);
        let refused = Operation::new(setting).take_over(&forged, &hand);
        assert_eq!(refused, Err(Refusal::Untouchable { id: case.id.clone(), what }));
        assert_eq!(Operation::new(setting).take_over(&edited, &hand), Ok(()), "{what}");
    }
}

/// Imported records: they need existing states in order, imported by the staff, and unique values.
#[test]
fn what_comes_in_is_held_against_states_times_staff_and_what_is_unique() {
    let gone = [("[states.void]\n", "[states.gone]\nclass = \"closed\"\nretired = true\n[states.void]\n")];
    let policy = loaded(&replaced(sources_of("manufacturer"), "policy/kinds/invoice.toml", &gone));
    let text = |text: &str| Value::Text(text.to_owned());
    let staff = |id: &str, role: &str| {
        let (shape, mut line) = (&policy.kind(STAFF).unwrap().shape, Fields::new());
        let crate::record::Type::Group(lines) = shape.find("roles").unwrap().1.ty.element() else { unreachable!() };
        line.set(lines.field_id("role").unwrap(), text(role));
        record(&policy, STAFF, id, "active", &[("name", text(id)), ("roles", Value::List(vec![Value::Group(line)]))])
    };
    let (li_na, chu_wei) = (staff("li.na", "finance"), staff("chu.wei", "warehouse"));
    let people = People::of([&li_na, &chu_wei], &policy.kind(STAFF).unwrap().shape, &policy.roles);
    let client = record(&policy, "client", "K-261124-00000", "active", &[("name", text("杭州恒泰"))]);
    let about = Value::Ref(client.id.clone());
    let known = record(&policy, "invoice", "F-261124-00000", "recorded", &[("number", text("0711"))]);
    let world = World { records: vec![li_na, client, known], failing: Cell::new(Failing::Nothing) };
    let setting = Setting { policy: &policy, people: &people, lookup: &world, ids: &One, now: now() };
    let cases: &[(&str, &str, &[&str], &str)] = &[
        ("li.na", "0712", &["2026-11-20 recorded", "2026-11-21 void"], ""),
        ("li.na", "0712", &["2026-11-20 lost"], "no-state"),
        ("li.na", "0712", &["2026-11-20 gone"], "no-state"),
        ("li.na", "0712", &["2026-11-25 recorded"], "future"),
        ("li.na", "0712", &["2026-11-20 recorded", "2026-11-19 void"], "before-last"),
        ("li.na", "0712", &["1999-12-31 recorded"], "not-of-this-century"),
        ("li.na", "0712", &["2026-11-20 recorded", "1999-12-31 void"], "not-of-this-century"),
        ("li.na", "0711", &["2026-11-20 recorded"], "not-unique"),
        ("he.xi", "0712", &["2026-11-20 recorded"], "not-staff"),
        ("chu.wei", "0712", &["2026-11-20 recorded"], "not-entitled"),
    ];
    for (by, number, stages, code) in cases {
        let shape = &policy.kind("invoice").unwrap().shape;
        let set = [
            ("number", text(number)),
            ("client", about.clone()),
            ("date", Value::Date("2026-11-10".parse().unwrap())),
            ("amount", Value::Money("100.00".parse().unwrap())),
            ("tax-kind", text("zero-rated")),
        ];
        let set = set.map(|(name, value)| (shape.field_id(name).unwrap(), Some(value))).to_vec();
        let request = Request { set, ..Request::new(crate::kind::IMPORT, Actor::own(by.parse().unwrap())) };
        let stage = |text: &&str| {
            let (day, state) = text.split_once(' ').unwrap();
            (parse_time(&format!("{day}T09:00:00+08:00")).unwrap(), state.to_owned())
        };
        let arrival = Arrival { stages: stages.iter().map(stage).collect(), running: false };
        let done = Operation::new(setting).import("invoice", None, &arrival, &request);
        assert_eq!(done.as_ref().err().map_or("", Refusal::code), *code, "{number} {stages:?}: {done:?}");
    }
}
