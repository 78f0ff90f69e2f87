//! A walk: whose turn it is, which step they try, and the result. Most people go forward, as in life; some go
//! anywhere.

use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::TimeDelta;
use redress::calendar::Moment;
use redress::kind::Who;
use redress::lifecycle::{Actor, Operation, Refusal, Request, Setting, options};
use redress::policy::{People, Policy};
use redress::record::{Class, Id, Record, Shape};
use rust_decimal::Decimal;

use super::Draw;
use super::oracle::Oracle;
use super::staff::{Staff, begin};
use crate::book::{Book, Numbers};

/// Steps that lead off the usual way, or nowhere.
const OFF: &[&str] = &[
    "withdraw",
    "refile",
    "wait",
    "rework",
    "edit",
    "cancel",
    "give-up",
    "assign",
    "promise",
    "contain",
    "attribute",
    "escalate",
    "apologise",
    "reopen",
    "fail",
    "lapse",
    "attempt",
    "remind",
    "resell",
];
/// Steps that end a case early. They are even rarer.
const ENDS: &[&str] = &["withdraw", "cancel", "give-up", "lapse"];

/// What a case waits for. Measures and callbacks go on beside it.
const WAITED_FOR: &[&str] = &["return", "allowance", "task"];

/// Steps that correct mistakes. No case waits for them, and they are not part of the procedure.
const MENDS: &[&str] = &["void", "correct"];

/// Who goes on if others are charged.
const MANAGERS: &[&str] = &["feng.jie", "zheng.tao", "wu.fang"];

/// What was done, so that it can be repeated.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) now: Moment,
    /// The number of the first id that it may have drawn.
    pub(super) number: usize,
    /// The kind of the record that it makes, or the record.
    pub(super) on: Result<Id, String>,
    pub(super) request: Request,
}

pub(super) struct Walk<'w> {
    pub(super) policy: &'w Policy,
    pub(super) people: &'w People,
    pub(super) staff: &'w Staff,
    pub(super) book: Book,
    pub(super) now: Moment,
    pub(super) draw: Draw,
    pub(super) done: Vec<Done>,
    ids: Numbers,
    /// The case that the walk follows.
    focus: Option<Id>,
    pub(super) tally: Tally,
}

/// What walks met.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Refusals by code.
    pub(super) refused: BTreeMap<&'static str, usize>,
    /// Steps taken, as `kind:step`.
    pub(super) taken: BTreeMap<String, usize>,
    /// States that records reached, as `kind:state`.
    pub(super) reached: BTreeMap<String, usize>,
    /// Steps taken by deputies, and typed for others.
    pub(super) stood_in: usize,
    pub(super) typed: usize,
    /// Cases of several forms that were decided, and losses that were shared.
    pub(super) forms: usize,
    pub(super) losses: usize,
    /// Slips that were approved without a decision that ordered them.
    pub(super) beside: usize,
    /// Cases that charged somebody when the walk asked who could go on, and the steps that it asked about.
    pub(super) charged: usize,
    pub(super) waited: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: Tally) {
        other.refused.into_iter().for_each(|(what, n)| *self.refused.entry(what).or_default() += n);
        other.taken.into_iter().for_each(|(what, n)| *self.taken.entry(what).or_default() += n);
        other.reached.into_iter().for_each(|(what, n)| *self.reached.entry(what).or_default() += n);
        self.stood_in += other.stood_in;
        self.typed += other.typed;
        self.forms += other.forms;
        self.losses += other.losses;
        self.beside += other.beside;
        self.charged += other.charged;
        self.waited += other.waited;
    }

    pub(super) fn reached(&self, what: &str) -> usize {
        self.reached.get(what).copied().unwrap_or_default()
    }
}

/// Whether the client never answers. Every second client does not.
fn is_silent(record: &Record) -> bool {
    record.state == "waiting-client" && record.id.as_str().bytes().last().is_some_and(|last| last % 2 == 0)
}

fn person(id: &str) -> Actor {
    Actor::own(id.parse().expect("an id"))
}

impl<'w> Walk<'w> {
    pub(super) fn new(policy: &'w Policy, people: &'w People, staff: &'w Staff, draw: Draw) -> Self {
        let mut walk = Walk {
            policy,
            people,
            staff,
            book: Book::default(),
            now: begin(),
            draw,
            done: Vec::new(),
            ids: Numbers(Cell::new(0)),
            focus: None,
            tally: Tally::default(),
        };
        (0..2).for_each(|_| walk.open("client", &person("li.na")));
        (0..2).for_each(|_| walk.open("invoice", &person("wei.hong")));
        walk
    }

    pub(super) fn shape(&self, kind: &str) -> &'w Shape {
        &self.policy.kind(kind).expect("the kind").shape
    }

    fn somebody(&mut self) -> Actor {
        let staff = self.staff;
        person(&self.draw.of(&staff.0).id)
    }

    fn oracle(&self) -> Oracle<'_> {
        Oracle { policy: self.policy, staff: self.staff, book: &self.book }
    }

    /// Does something, and checks the result with the oracle.
    fn run<T>(
        &mut self,
        on: Result<Id, String>,
        request: &Request,
        act: impl FnOnce(&mut Operation<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let number = self.ids.0.get();
        let (policy, people) = (self.policy, self.people);
        let setting = Setting { policy, people, lookup: &self.book, ids: &self.ids, now: self.now };
        let mut operation = Operation::new(setting);
        let done = act(&mut operation)?;
        let changes = operation.finish();
        for change in &changes {
            self.book.put(change.after().clone());
        }
        self.done.push(Done { now: self.now, number, on, request: request.clone() });
        for change in &changes {
            let (record, oracle) = (change.after(), self.oracle());
            oracle.check(change);
            let mut shared = None;
            match record.kind.as_str() {
                "complaint" if ["decided", "closed"].contains(&record.state.as_str()) => {
                    shared = Some(oracle.shared(record, self.people, self.now));
                }
                "return" => oracle.posted(record),
                _ => {}
            }
            self.tally.losses += usize::from(shared.is_some_and(|loss| loss > Decimal::ZERO));
            for event in change.events() {
                self.tally.stood_in += usize::from(event.for_.is_some());
                self.tally.typed += usize::from(event.entered.is_some());
                let form = record.fields.named(self.shape(&record.kind), "original").is_some();
                self.tally.forms += usize::from(event.step == "decide" && form);
                let by_hand = record.history[0].via.is_none() && event.for_.is_none();
                self.tally.beside += usize::from(event.step == "approve" && by_hand && record.kind != "complaint");
                if let Some(to) = &event.to {
                    *self.tally.reached.entry(format!("{}:{to}", record.kind)).or_default() += 1;
                }
            }
        }
        Ok(done)
    }

    /// Tries a step and fills in what it asks for. Returns whether it was taken.
    fn attempt(&mut self, id: &Id, step: &str, actor: &Actor) -> bool {
        let record = self.book.0[id].clone();
        let mut request = Request::new(step, actor.clone());
        request.set = self.brings(&record, step);
        for _ in 0..4 {
            let act = |operation: &mut Operation<'_>| match step {
                "edit" => operation.edit(id, &request),
                _ => operation.advance(id, &request),
            };
            let refusal = match self.run(Ok(id.clone()), &request, act) {
                Ok(()) => {
                    *self.tally.taken.entry(format!("{}:{step}", record.kind)).or_default() += 1;
                    return true;
                }
                Err(refusal) => refusal,
            };
            let given = self.missing(&record.kind, &refusal);
            if given.is_empty() {
                *self.tally.refused.entry(refusal.code()).or_default() += 1;
                return false;
            }
            request.set.extend(given);
        }
        false
    }

    /// Opens a record as somebody who may, beginning with a random person.
    fn open_by_somebody(&mut self, kind: &str) {
        let count = self.staff.0.len();
        let begin = self.draw.below(count);
        for i in 0..count {
            let before = self.book.0.len();
            self.open(kind, &person(&self.staff.0[(begin + i) % count].id));
            if self.book.0.len() > before {
                return;
            }
        }
    }

    /// The case that the walk follows.
    pub(super) fn pursued(&self) -> Option<Id> {
        self.focus.clone()
    }

    fn open(&mut self, kind: &str, actor: &Actor) {
        let first = self.policy.kind(kind).expect("the kind").first_step().name.clone();
        let mut request = Request::new(first, actor.clone());
        request.set = self.opens_with(kind);
        for _ in 0..4 {
            let act = |operation: &mut Operation<'_>| operation.create(kind, None, &request);
            let Err(refusal) = self.run(Err(kind.to_owned()), &request, act) else { return };
            let given = self.missing(kind, &refusal);
            if given.is_empty() {
                return;
            }
            request.set.extend(given);
        }
    }

    /// The record to work on next: mostly one that the followed case waits for, otherwise any.
    fn next(&mut self) -> Option<Id> {
        let (policy, book) = (self.policy, &self.book);
        let open = |id: &Id| {
            let record = &book.0[id];
            policy.kind(&record.kind).expect("the kind").shape.class(&record.state) != Class::Closed
        };
        self.focus = self.focus.take().filter(open);
        if self.focus.is_none() {
            let cases = self.book.0.values().filter(|record| record.kind == "complaint" && open(&record.id));
            let cases: Vec<&Id> = cases.map(|record| &record.id).collect();
            self.focus = (!cases.is_empty()).then(|| (*self.draw.of(&cases)).clone());
        }
        let any = self.draw.one_in(4);
        if let Some(focus) = self.focus.as_ref().filter(|_| !any) {
            let waited: Vec<&Id> = self
                .book
                .naming(focus)
                .map(|record| &record.id)
                .filter(|id| open(id) && WAITED_FOR.contains(&book.0[*id].kind.as_str()))
                .collect();
            let case = waited.is_empty() || self.draw.below(3) == 0;
            return Some(if case { focus.clone() } else { (*self.draw.of(&waited)).clone() });
        }
        let closed = self.draw.one_in(5);
        let of =
            self.book.0.values().filter(|record| {
                !["client", "invoice"].contains(&record.kind.as_str()) && (closed || open(&record.id))
            });
        let of: Vec<&Id> = of.map(|record| &record.id).collect();
        (!of.is_empty()).then(|| (*self.draw.of(&of)).clone())
    }

    fn step(&mut self, record: &Record) -> Option<String> {
        let kind = self.policy.kind(&record.kind).expect("the kind");
        // now and then somebody finds that something was a mistake
        if self.draw.one_in(60) {
            let mends = |step: &str| step == "void" || (step == "correct" && record.kind == "return");
            let mends: Vec<String> =
                kind.steps_from(&record.state).filter(|step| mends(&step.name)).map(|step| step.name.clone()).collect();
            if !mends.is_empty() {
                return Some(self.draw.of(&mends).clone());
            }
        }
        let on = kind.steps_from(&record.state).filter(|step| !MENDS.contains(&step.name.as_str()));
        let mut steps: Vec<String> = on.map(|step| step.name.clone()).collect();
        if !steps.iter().any(|step| step == "edit") {
            steps.push("edit".to_owned());
        }
        // hardly anybody signs twice
        let entered = record.history.iter().rposition(|event| event.to.is_some()).unwrap_or(0);
        let signed = |step: &str| {
            !["remind"].contains(&step) && record.history[entered..].iter().any(|event| event.step == step)
        };
        let (refuses, declines) = (record.state == "approved" && self.draw.one_in(3), self.draw.one_in(6));
        let silent = is_silent(record);
        let off = |step: &str| match step {
            "refuse" => !refuses,
            "decline" => !declines,
            "remind" | "lapse" => !silent,
            "resume" if silent => true,
            _ => OFF.contains(&step),
        };
        let ahead: Vec<String> = steps.iter().filter(|step| !off(step) && !signed(step)).cloned().collect();
        let mut among = if ahead.is_empty() || self.draw.below(9) == 0 { steps } else { ahead };
        if !self.draw.one_in(3) {
            among.retain(|step| !ENDS.contains(&step.as_str()) || step == "lapse" && silent);
        }
        (!among.is_empty()).then(|| self.draw.of(&among).clone())
    }

    /// Strangers try, at their own desk or another's. After that, mostly, everybody tries until somebody may.
    fn people_try(&mut self, id: &Id, step: &str) {
        for _ in 0..3 {
            let mut actor = self.somebody();
            if self.draw.one_in(2) {
                // complaint officers type what others have written
                actor.typist = if self.draw.one_in(3) { person("li.na").person } else { self.somebody().person };
            }
            if self.attempt(id, step, &actor) {
                return;
            }
        }
        if self.draw.below(5) == 0 {
            return;
        }
        let mut all: Vec<String> = self.staff.0.iter().map(|worker| worker.id.clone()).collect();
        while !all.is_empty() {
            let actor = person(&all.swap_remove(self.draw.below(all.len())));
            if self.attempt(id, step, &actor) {
                return;
            }
        }
    }

    pub(super) fn turn(&mut self, turn: usize) {
        self.now += TimeDelta::minutes([0, 7, 30, 90][self.draw.below(4)]);
        let actor = self.somebody();
        match turn % 60 {
            0 => self.open("complaint", &actor),
            20 => self.open("measure", &actor),
            _ => {}
        }
        // goods and money in addition to what was decided
        match turn % 150 {
            10 => self.open_by_somebody("return"),
            70 => self.open_by_somebody("allowance"),
            130 => self.open_by_somebody("task"),
            _ => {}
        }
        let Some(id) = self.next() else { return };
        let record = self.book.0[&id].clone();
        // a client may be silent for days
        if is_silent(&record) && self.draw.below(3) > 0 {
            self.now += TimeDelta::days(1 + self.draw.below(6) as i64);
        }
        if let Some(step) = self.step(&record) {
            self.people_try(&id, &step);
        }
        self.goes_on(&id);
    }

    /// No matter who is charged with a case, somebody can take each step that it waits for, as long as one of the
    /// management is not charged (GP1): no case is stuck.
    fn goes_on(&mut self, id: &Id) {
        let record = self.book.0[id].clone();
        let kind = self.policy.kind(&record.kind).expect("the kind");
        let charged = self.oracle().charged(&record);
        if record.kind != "complaint" || MANAGERS.iter().all(|manager| charged.contains(*manager)) {
            return;
        }
        let actor = self.somebody();
        let (policy, people) = (self.policy, self.people);
        let setting = Setting { policy, people, lookup: &self.book, ids: &self.ids, now: self.now };
        let choices = options(&Operation::new(setting), id, &actor).expect("the choices");
        let mends = |step: &str| MENDS.contains(&step);
        for choice in choices.iter().filter(|choice| !choice.entitled && !mends(&choice.step.name)) {
            let named = choice.step.by.iter().all(|who| matches!(who, Who::Role(_) | Who::Field(_)));
            assert!(
                !choice.could.is_empty() || !named,
                "{id} {}: nobody can {}, {charged:?} being charged: {kind:?}; {hindrances:?}",
                record.state,
                choice.step.name,
                kind = kind.name(),
                hindrances = choice.hindrances,
            );
            self.tally.waited += 1;
        }
        self.tally.charged += usize::from(!charged.is_empty());
    }
}
