//! A walk through a small rule book, each step judged by the oracle and taken by the engine.

use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use proptest::{prop_assert, prop_assert_eq};
use redress::calendar::Moment;
use redress::lifecycle::{Actor, Operation, Request, Setting};
use redress::policy::{People, Policy};
use redress::record::{Id, Record, Type, Value, parse_money};
use rust_decimal::Decimal;

use super::oracle::{Case, Deed, Job, Oracle, Wish};
use super::world::{Draw, To, World, person, world};
use super::{PEOPLE, STATES};
use crate::book::{Book, Numbers};

/// A case as its record shows it.
pub(super) fn seen(policy: &Policy, record: &Record, world: &World) -> Case {
    let shape = &policy.kind("case").expect("the kind").shape;
    let index = |id: &Id| id.as_str()[1..].parse::<usize>().expect("a person");
    let state = |name: &str| STATES.iter().position(|state| *state == name).expect("a state");
    let mut stack: Vec<(usize, usize)> = Vec::new();
    let deeds: Vec<Deed> = record
        .history
        .iter()
        .enumerate()
        .map(|(i, event)| {
            let step = world.steps.iter().find(|step| step.name == event.step);
            let previous = step.is_some_and(|step| matches!(step.to, To::Previous));
            let to = event.to.as_deref().map(state);
            match to {
                Some(_) if previous => {
                    stack.pop();
                }
                Some(to) => stack.push((to, i)),
                None => {}
            }
            let people = event.people().map(index).collect();
            let takers = [Some(&event.by), event.for_.as_ref()].into_iter().flatten().map(index).collect();
            let wrote = event.set.iter().any(|name| name == "amount");
            Deed { at: event.at, step: event.step.clone(), people, takers, to, previous, wrote }
        })
        .collect();
    let field = |name: &str| record.fields.named(shape, name);
    Case {
        state: state(&record.state),
        stack,
        amount: match field("amount") {
            Some(Value::Money(amount)) => {
                Some(u64::try_from(amount.trunc().mantissa() / 10i128.pow(amount.trunc().scale())).expect("an amount"))
            }
            _ => None,
        },
        owner: field("owner").and_then(Value::as_text).map(|id| id[1..].parse().expect("a person")),
        flag: match field("flag") {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        },
        memo: field("memo").is_some(),
        original: match field("original") {
            Some(Value::Ref(id)) => Some(id.clone()),
            _ => None,
        },
        deeds,
    }
}

pub(super) struct Walk<'w> {
    pub(super) world: &'w World,
    pub(super) policy: Policy,
    pub(super) people: People,
    pub(super) book: Book,
    pub(super) oracle: Oracle,
    pub(super) ids: Numbers,
    pub(super) now: Moment,
    /// Steps taken, and refusals by rule. `passed` counts the steps that had waited for the deadline.
    pub(super) taken: usize,
    pub(super) refused: BTreeMap<&'static str, usize>,
}

impl Walk<'_> {
    /// The book after an operation, or the code of its refusal.
    pub(super) fn run(
        &mut self,
        act: impl FnOnce(&mut Operation<'_>) -> Result<(), redress::lifecycle::Refusal>,
    ) -> Result<(), String> {
        let setting =
            Setting { policy: &self.policy, people: &self.people, lookup: &self.book, ids: &self.ids, now: self.now };
        let mut operation = Operation::new(setting);
        act(&mut operation).map_err(|refusal| format!("{refusal:?}"))?;
        let changes = operation.finish();
        for change in changes {
            self.book.put(change.after().clone());
        }
        Ok(())
    }

    pub(super) fn set(&self, name: &str, value: Option<Value>) -> (redress::record::FieldId, Option<Value>) {
        (self.policy.kind("case").expect("the kind").shape.field_id(name).expect("the field"), value)
    }

    pub(super) fn open(&mut self, draw: &mut Draw<'_>) {
        let ids: Vec<Id> = self.oracle.cases.keys().cloned().collect();
        let original = (!ids.is_empty() && draw.one_in(2)).then(|| ids[draw.below(ids.len())].clone());
        let amount = [None, Some(50), Some(150)][draw.below(3)];
        let mut request = Request::new("open", Actor::own(person(0)));
        request.set = vec![
            self.set("original", original.clone().map(Value::Ref)),
            self.set("amount", amount.map(|amount: u64| Value::Money(Decimal::from(amount)))),
        ];
        let mut made = None;
        self.run(|operation| {
            made = Some(operation.create("case", None, &request)?);
            Ok(())
        })
        .expect("anybody may open a case");
        let deed = Deed {
            at: self.now,
            step: "open".to_owned(),
            people: vec![0],
            takers: vec![0],
            to: Some(0),
            previous: false,
            wrote: amount.is_some(),
        };
        let case = Case {
            state: 0,
            stack: vec![(0, 0)],
            amount,
            owner: None,
            flag: None,
            memo: false,
            original,
            deeds: vec![deed],
        };
        self.oracle.cases.insert(made.expect("an id"), case);
    }

    pub(super) fn wish(&self, draw: &mut Draw<'_>, state: usize) -> Wish {
        // Mostly steps that lead from the state, so that walks go far.
        let from: Vec<usize> =
            (0..self.world.steps.len()).filter(|i| self.world.steps[*i].from.contains(&state)).collect();
        let any = draw.one_in(8) || from.is_empty();
        let step = if any { draw.below(self.world.steps.len()) } else { from[draw.below(from.len())] };
        let actor = draw.below(PEOPLE);
        let typist = if draw.one_in(3) { draw.below(PEOPLE) } else { actor };
        Wish {
            step,
            actor,
            typist,
            amount: draw.one_in(4).then(|| [None, Some(50), Some(150), Some(450)][draw.below(4)]),
            owner: draw.one_in(4).then(|| [None, Some(0), Some(1), Some(2)][draw.below(4)]),
            flag: draw.one_in(4).then(|| draw.one_in(2)),
            memo: draw.one_in(4).then(|| draw.one_in(2)),
            on: self.now + TimeDelta::minutes([0, 0, 0, 0, 3, 6, -3, -90][draw.below(8)]),
        }
    }

    pub(super) fn request(&self, step: &str, wish: &Wish) -> Request {
        let mut request = Request::new(step, Actor { person: person(wish.actor), typist: person(wish.typist) });
        request.on = Some(wish.on);
        let amount = |amount: u64| Value::Money(parse_money(&amount.to_string()).expect("an amount"));
        request.set.extend(wish.amount.map(|given| self.set("amount", given.map(amount))));
        request.set.extend(wish.owner.map(|given| self.set("owner", given.map(|p| Value::Text(format!("p{p}"))))));
        request.set.extend(wish.flag.map(|flag| self.set("flag", Some(Value::Bool(flag)))));
        request.set.extend(wish.memo.map(|memo| self.set("memo", memo.then(|| Value::Text("x".to_owned())))));
        request
    }

    pub(super) fn advance(&mut self, draw: &mut Draw<'_>) -> Result<(), proptest::test_runner::TestCaseError> {
        let ids: Vec<Id> = self.oracle.cases.keys().cloned().collect();
        let id = ids[draw.below(ids.len())].clone();
        let wish = self.wish(draw, self.oracle.cases[&id].state);
        let step = self.world.steps[wish.step].name.clone();
        let judged = self.world.judge(&self.oracle, &id, &wish, self.now);
        let request = self.request(&step, &wish);
        let before = self.book.0.clone();
        let done = self.run(|operation| operation.advance(&id, &request));
        match (&judged, &done) {
            (Err(rule), Err(_)) => {
                *self.refused.entry(rule).or_default() += 1;
                prop_assert_eq!(&before, &self.book.0);
                return Ok(());
            }
            (Ok(_), Ok(())) => {}
            _ => {
                prop_assert!(
                    false,
                    "{step} of {id} by {wish:?} at {}\njudged {judged:?}\ndone   {done:?}\n{:#?}\n{}",
                    self.now,
                    self.world,
                    self.world.kind_file()
                );
            }
        }
        if self.world.steps[wish.step].overdue {
            *self.refused.entry("passed").or_default() += 1;
        }
        let left = judged.expect("judged so");
        let record = &self.book.0[&id];
        let event = record.history.last().expect("the event");
        prop_assert_eq!(seen(&self.policy, record, self.world), left.case.clone());
        prop_assert_eq!(
            (&event.by, &event.for_, &event.entered),
            (&person(left.by), &left.for_.map(person), &left.entered.map(person))
        );
        prop_assert_eq!((event.at, &event.via), (left.at, &None));
        // an event after one with a later time says when it was written down
        let above = record.history.iter().rev().nth(1).is_some_and(|above| above.at > left.at);
        prop_assert_eq!(event.noted, Some(self.now).filter(|now| *now != left.at || above));
        let via = format!("{id}#{step}");
        let made: Vec<&Record> = self.book.0.values().filter(|record| !before.contains_key(&record.id)).collect();
        prop_assert_eq!(made.len(), usize::from(left.opens));
        for record in made {
            prop_assert_eq!(record.history[0].via.as_deref(), Some(via.as_str()));
            let job = Job { case: id.clone(), via: via.clone(), done: false, at: record.history[0].at };
            self.oracle.jobs.insert(record.id.clone(), job);
        }
        self.oracle.cases.insert(id, left.case);
        self.taken += 1;
        Ok(())
    }

    /// Finishing a job notes it in its case, and a waiting case refuses that.
    pub(super) fn finish(&mut self, draw: &mut Draw<'_>) -> Result<(), proptest::test_runner::TestCaseError> {
        let open: Vec<Id> = self.oracle.jobs.iter().filter(|(_, job)| !job.done).map(|(id, _)| id.clone()).collect();
        if open.is_empty() {
            return Ok(());
        }
        let id = open[draw.below(open.len())].clone();
        let job = self.oracle.jobs[&id].clone();
        let case = &self.oracle.cases[&job.case];
        let last = case.entered();
        let times = World::time(self.now, job.at, self.now).zip(World::time(self.now, last, self.now));
        let may = case.state != 3 && times.is_some();
        let request = Request::new("finish", Actor::own(person(1)));
        let done = self.run(|operation| operation.advance(&id, &request));
        prop_assert_eq!(done.is_ok(), may, "{:?}", done);
        let Some((_, at)) = times.filter(|_| may) else { return Ok(()) };
        let event = self.book.0[&job.case].history.last().expect("the event").clone();
        prop_assert_eq!((event.step.as_str(), event.via), ("noted", Some(format!("{id}#finish"))));
        let deed = Deed {
            at,
            step: "noted".to_owned(),
            people: vec![1],
            takers: vec![1],
            to: None,
            previous: false,
            wrote: false,
        };
        self.oracle.cases.get_mut(&job.case).expect("the case").deeds.push(deed);
        self.oracle.jobs.get_mut(&id).expect("the job").done = true;
        Ok(())
    }
}

/// Walks as far as the bytes lead. Returns how many steps were taken, and how many each rule refused.
pub(super) fn walk(
    bytes: &[u8],
) -> Result<(usize, BTreeMap<&'static str, usize>), proptest::test_runner::TestCaseError> {
    let mut draw = Draw(bytes);
    let world = world(&mut draw);
    let policy = world.policy();
    let people = world.people(&policy);
    let now = DateTime::parse_from_rfc3339("2026-03-02T09:00:00+08:00").expect("a time");
    let mut walk = Walk {
        world: &world,
        policy,
        people,
        book: Book::default(),
        oracle: Oracle::default(),
        ids: Numbers(Cell::new(0)),
        now,
        taken: 0,
        refused: BTreeMap::new(),
    };
    walk.open(&mut draw);
    while !draw.0.is_empty() {
        walk.now += TimeDelta::minutes([0, 1, 30, 300, 1440][draw.below(5)]);
        match draw.below(10) {
            0 if walk.oracle.cases.len() < 4 => walk.open(&mut draw),
            1 => walk.finish(&mut draw)?,
            _ => walk.advance(&mut draw)?,
        }
    }
    // the book contains what the events say
    for (id, case) in &walk.oracle.cases {
        let record = &walk.book.0[id];
        prop_assert_eq!(&seen(&walk.policy, record, &world), case);
        let said = record.history.iter().rev().find_map(|event| event.to.as_deref());
        prop_assert_eq!(said, Some(record.state.as_str()));
        prop_assert!(redress::lifecycle::backward(record).is_none());
        let shape = &walk.policy.kind("case").expect("the kind").shape;
        let written = record.write(shape);
        let path = id.path("cases");
        let again = Record::read(written.as_bytes(), &path, shape).ok();
        prop_assert_eq!(again.as_ref(), Some(record));
        prop_assert!(shape.fields().iter().all(|field| !matches!(field.ty, Type::Group(_))));
    }
    Ok((walk.taken, walk.refused))
}
