//! Random people, deputies and typists walk through the manufacturer's whole procedure, filling in whatever a step asks for.
//! What must hold whatever they do is said here from the requirements alone: nothing closes over open goods or tasks (issue of
//! the procedure, CP9), nobody decides above their level or on what they had a hand in (CP7, CP12, GP1), refused cases go on
//! (CP10), and what lies in the book is what the events say.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta};
use redress::calendar::Moment;
use redress::filter::{self, Flag, Unanswered};
use redress::lifecycle::{Actor, Lookup, Operation, Refusal, Request, Setting};
use redress::policy::preset::{Choices, Preset};
use redress::policy::{People, Policy, Sources};
use redress::record::{Class, Event, FieldId, Fields, Id, Record, Shape, Type, Value};
use rust_decimal::Decimal;

use super::Numbers;

/// Who works there: person, department, roles.
const STAFF: &[(&str, &str, &[&str])] = &[
    ("li.na", "cs", &["complaint-officer", "cs-specialist"]),
    ("wang.lei", "cs", &["cs-supervisor", "after-sales-specialist"]),
    ("zhao.min", "cs", &["cs-manager"]),
    ("qian.jun", "qm", &["qm"]),
    ("sun.bo", "production", &["production"]),
    ("zhou.yan", "rd", &["rd"]),
    ("wu.fang", "gm-office", &["gm-office"]),
    ("zheng.tao", "gm-office", &["vice-president"]),
    ("feng.jie", "gm-office", &["gm"]),
    ("chen.xi", "sales", &["salesperson", "sales-clerk", "sales-manager"]),
    ("chu.wei", "warehouse", &["warehouse"]),
    ("wei.hong", "finance", &["finance"]),
    ("jiang.hua", "cs", &["cs-manager", "complaint-officer", "vice-president"]),
];
/// Deputies: who stands in for whom from the third day on.
const DEPUTIES: &[(&str, &str)] = &[("zhao.min", "wang.lei"), ("feng.jie", "zheng.tao"), ("wu.fang", "jiang.hua")];
const BEGIN: &str = "2026-03-02T09:00:00+08:00";
const DEPUTIES_FROM: &str = "2026-03-04";
/// The roles that may decide, from the lowest, with what they decide up to, as the company's rules say it.
const LEVELS: &[(&str, Option<i64>, bool)] =
    &[("cs-manager", Some(5_000), true), ("vice-president", Some(50_000), false), ("gm", None, true)];

/// Steps that lead off the way, or nowhere.
const OFF: &[&str] = &[
    "withdraw",
    "decline",
    "refile",
    "wait",
    "rework",
    "edit",
    "cancel",
    "void",
    "give-up",
    "assign",
    "promise",
    "contain",
    "attribute",
    "escalate",
    "apologise",
    "notify",
    "reopen",
    "fail",
];

struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n.max(1)
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

#[derive(Default)]
struct Book(BTreeMap<Id, Record>);

impl filter::Lookup for Book {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.0.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Book {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let of = self.0.values().filter(|record| record.kind == kind);
        Ok(of.filter(|record| references(&record.fields).contains(id)).cloned().collect())
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }
}

fn policy() -> Policy {
    let files = Preset::named("manufacturer").expect("the preset").files(&Choices::default()).expect("it resolves");
    let book = b"format = 1\nname = \"walk\"\ntime-zone = \"Asia/Shanghai\"\n".to_vec();
    let files = files.into_iter().map(|file| (file.path, file.text.into_bytes()));
    let sources: Sources = files.chain([("redress.toml".to_owned(), book)]).collect();
    Policy::load(&sources, "0").unwrap_or_else(|error| panic!("{:#?}", error.0))
}

fn people(policy: &Policy) -> People {
    let shape = &policy.kind("staff").expect("the kind").shape;
    let records: Vec<Record> = STAFF
        .iter()
        .map(|(id, department, roles)| {
            let mut text = format!("id: {id}\nkind: staff\nstate: active\nname: {id}\nroles:\n");
            roles.iter().for_each(|role| writeln!(text, "  - role: {role}").expect("a text"));
            writeln!(text, "department: {department}").expect("a text");
            let deputies: Vec<_> = DEPUTIES.iter().filter(|(principal, _)| principal == id).collect();
            if !deputies.is_empty() {
                text.push_str("deputy:\n");
            }
            for (_, deputy) in deputies {
                write!(text, "  - person: {deputy}\n    from: {DEPUTIES_FROM}\n").expect("a text");
            }
            text.push_str(
                "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: li.na\n    step: join\n    to: active\n",
            );
            Record::read(text.as_bytes(), &format!("staff/{id}.yaml"), shape)
                .unwrap_or_else(|error| panic!("{error:?}\n{text}"))
        })
        .collect();
    People::of(&records, shape, &policy.roles)
}

struct Walk<'w> {
    policy: &'w Policy,
    people: &'w People,
    book: Book,
    ids: Numbers,
    now: Moment,
    draw: Draw,
    /// What was refused, by code, and the states that complaints came to.
    refused: BTreeMap<&'static str, usize>,
    reached: BTreeMap<String, usize>,
    taken: BTreeMap<String, usize>,
}

fn text(record: &Record, shape: &Shape, field: &str) -> Option<String> {
    record.fields.named(shape, field).and_then(Value::as_text).map(str::to_owned)
}

impl Walk<'_> {
    fn shape(&self, kind: &str) -> &Shape {
        &self.policy.kind(kind).expect("the kind").shape
    }

    fn run<T>(&mut self, act: impl FnOnce(&mut Operation<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let setting =
            Setting { policy: self.policy, people: self.people, lookup: &self.book, ids: &self.ids, now: self.now };
        let mut operation = Operation::new(setting);
        let done = act(&mut operation)?;
        let changes = operation.finish();
        let mut met = Vec::new();
        for change in changes {
            let after = change.after().clone();
            let before = change.before().map_or(0, |before| before.history.len());
            met.extend(after.history[before..].iter().map(|event| (after.id.clone(), event.clone())));
            self.book.0.insert(after.id.clone(), after);
        }
        met.into_iter().for_each(|(id, event)| self.holds(&id, &event));
        Ok(done)
    }

    /// Any value of a type; nothing where none can be made up.
    fn value(&mut self, ty: &Type, name: &str) -> Option<Value> {
        let some = |draw: &mut Draw, all: &[&str]| Some(Value::Text((*draw.of(all)).to_owned()));
        match ty {
            Type::Text => Some(Value::Text(["密封圈老化", "尺寸超差", "装配不良"][self.draw.below(3)].to_owned())),
            Type::Count => Some(Value::Count(1 + self.draw.below(5) as u64)),
            Type::Decimal if name == "share" => Some(Value::Decimal(Decimal::from(50))),
            Type::Decimal => Some(Value::Decimal(Decimal::from(1 + self.draw.below(40) as u64))),
            Type::Money => {
                let amounts = [100u64, 1_000, 3_000, 5_000, 5_001, 20_000, 50_000, 80_000];
                Some(Value::Money(Decimal::from(*self.draw.of(&amounts))))
            }
            Type::Date => Some(Value::Date(self.now.date_naive())),
            Type::Time => Some(Value::Time(self.now)),
            Type::Bool => Some(Value::Bool(self.draw.below(8) > 0)),
            Type::Choice(choices) => {
                let names: Vec<&str> = choices.iter().filter(|c| !c.retired).map(|c| c.name.as_str()).collect();
                some(&mut self.draw, &names)
            }
            Type::Person => Some(Value::Text(self.draw.of(STAFF).0.to_owned())),
            Type::Department => {
                some(&mut self.draw, &["cs", "qm", "production", "rd", "sales", "warehouse", "finance"])
            }
            Type::Role => some(&mut self.draw, &["cs-supervisor", "cs-manager", "vice-president", "gm"]),
            Type::Ref(kinds) => {
                let of: Vec<Id> =
                    self.book.0.values().filter(|r| kinds.contains(&r.kind)).map(|r| r.id.clone()).collect();
                (!of.is_empty()).then(|| Value::Ref(self.draw.of(&of).clone()))
            }
            Type::List(element) => {
                let count = 1 + self.draw.below(2);
                let values: Vec<Value> = (0..count).filter_map(|_| self.value(element, name)).collect();
                (!values.is_empty()).then_some(Value::List(values))
            }
            Type::Group(shape) => {
                let mut fields = Fields::new();
                for (id, field) in shape.handles().collect::<Vec<_>>() {
                    if let Some(value) = self.value(&field.ty, &field.name) {
                        fields.set(id, value);
                    }
                }
                Some(Value::Group(fields))
            }
            Type::Phone => Some(Value::Text("0571-88886666".to_owned())),
            Type::Email => Some(Value::Text("a@example.cn".to_owned())),
            Type::File => None,
        }
    }

    /// What a refusal says is missing, with something made up for it.
    fn given(&mut self, kind: &str, refusal: &Refusal) -> Vec<(FieldId, Option<Value>)> {
        let policy = self.policy;
        let shape = &policy.kind(kind).expect("the kind").shape;
        let names: BTreeSet<&str> = refusal.missing().iter().filter_map(|name| name.split('.').next()).collect();
        let mut set = Vec::new();
        for name in names {
            let Some((id, field)) = shape.find(name) else { continue };
            let value = self.value(&field.ty, name);
            set.extend(value.map(|value| (id, Some(value))));
        }
        set
    }

    fn actor(&mut self) -> Actor {
        let person: Id = self.draw.of(STAFF).0.parse().expect("an id");
        let typist: Id = self.draw.of(STAFF).0.parse().expect("an id");
        // mostly for themselves
        if self.draw.below(4) > 0 { Actor::own(person) } else { Actor { person, typist } }
    }

    /// Tries a step, filling in what it asks for; whether it was taken.
    fn attempt(&mut self, id: &Id, step: &str, actor: &Actor) -> bool {
        let kind = self.book.0[id].kind.clone();
        let mut request = Request::new(step, actor.clone());
        if kind == "complaint" && step == "accept" && self.draw.below(8) > 0 {
            let confirmed = self.shape(&kind).field_id("client-confirmed").expect("the field");
            request.set.push((confirmed, Some(Value::Bool(true))));
        }
        if kind == "complaint" && step == "edit" {
            let policy = self.policy;
            let (remedies, field) = policy.kind(&kind).expect("the kind").shape.find("remedies").expect("the field");
            let value = self.value(&field.ty, "remedies");
            request.set.extend(value.map(|value| (remedies, Some(value))));
        }
        for _ in 0..4 {
            let refusal = match self.run(|operation| operation.advance(id, &request)) {
                Ok(()) => {
                    *self.taken.entry(format!("{kind}:{step}")).or_default() += 1;
                    return true;
                }
                Err(refusal) => refusal,
            };
            let given = self.given(&kind, &refusal);
            if given.is_empty() {
                *self.refused.entry(refusal.code()).or_default() += 1;
                return false;
            }
            request.set.extend(given);
        }
        false
    }

    fn open(&mut self, kind: &str, actor: &Actor) {
        let mut request =
            Request::new(self.policy.kind(kind).expect("the kind").first_step().name.as_str(), actor.clone());
        if kind == "complaint" {
            for name in ["about", "severity", "fault", "departments", "responsible"] {
                let chance = if name == "departments" { 2 } else { 4 };
                let policy = self.policy;
                let (id, field) = policy.kind(kind).expect("the kind").shape.find(name).expect("the field");
                if self.draw.below(chance) == 0 {
                    let value = self.value(&field.ty, name);
                    request.set.extend(value.map(|value| (id, Some(value))));
                }
            }
        }
        for _ in 0..4 {
            match self.run(|operation| operation.create(kind, None, &request)) {
                Ok(_) => return,
                Err(refusal) => {
                    let given = self.given(kind, &refusal);
                    if given.is_empty() {
                        return;
                    }
                    request.set.extend(given);
                }
            }
        }
    }

    /// What must hold of an event that was just written.
    fn holds(&mut self, id: &Id, event: &Event) {
        let record = &self.book.0[id];
        let said = record.history.iter().rev().find_map(|event| event.to.as_deref());
        assert_eq!(said, Some(record.state.as_str()), "{id} is what its events say");
        if record.kind != "complaint" {
            return;
        }
        if let Some(to) = &event.to {
            *self.reached.entry(to.clone()).or_default() += 1;
        }
        let record = self.book.0[id].clone();
        if event.to.as_deref() == Some("closed") {
            for other in self.book.0.values().filter(|other| references(&other.fields).contains(id)) {
                let settled = ["task", "return", "allowance"].contains(&other.kind.as_str());
                let class = self.shape(&other.kind).class(&other.state);
                assert!(!settled || class == Class::Closed, "{id} closed over {} which is {}", other.id, other.state);
            }
        }
        if event.to.as_deref() == Some("refused") {
            let next = self.book.0.values().filter(|other| {
                other.fields.named(self.shape("complaint"), "original") == Some(&Value::Ref(id.clone()))
            });
            assert_eq!(next.count(), 1, "{id} goes on in one form");
            for other in self.book.0.values().filter(|other| references(&other.fields).contains(id)) {
                assert!(
                    other.kind != "task" || self.shape("task").class(&other.state) == Class::Closed,
                    "{}",
                    other.id
                );
            }
        }
        if ["approve", "decide"].contains(&event.step.as_str()) {
            self.decided(&record, event);
        }
    }

    /// Authority and four eyes, from the company's limits alone.
    fn decided(&self, record: &Record, event: &Event) {
        let shape = self.shape("complaint");
        let mut eyes: BTreeSet<String> = event.people().map(ToString::to_string).collect();
        eyes.extend(event.entered.iter().map(ToString::to_string));
        let proposed = record.history.iter().rfind(|event| event.step == "propose").expect("a proposal");
        for proposer in proposed.people() {
            assert!(!eyes.contains(proposer.as_str()), "{} {}: {proposer} proposed", record.id, event.step);
        }
        let about = text(record, shape, "about");
        assert!(about.is_none_or(|about| !eyes.contains(&about)), "{} {}", record.id, event.step);
        let lines = record.fields.named(shape, "responsible").map(Value::elements).unwrap_or_default();
        for (name, value) in lines.iter().flat_map(|line| named(shape, "responsible", line)) {
            let person = value.as_text().filter(|_| name == "person");
            assert!(person.is_none_or(|person| !eyes.contains(person)), "{} {}", record.id, event.step);
        }
        // the forms of the case
        let mut forms: BTreeSet<Id> = BTreeSet::from([record.id.clone()]);
        loop {
            let before = forms.len();
            for other in self.book.0.values().filter(|other| other.kind == "complaint") {
                if let Some(Value::Ref(original)) = other.fields.named(shape, "original")
                    && (forms.contains(original) || forms.contains(&other.id))
                {
                    forms.extend([original.clone(), other.id.clone()]);
                }
            }
            if forms.len() == before {
                break;
            }
        }
        let mut sum = Decimal::ZERO;
        let mut refusals = 0;
        for form in forms.iter().map(|id| &self.book.0[id]) {
            refusals += usize::from(form.state == "refused");
            if form.id == record.id || !["refused", "withdrawn"].contains(&form.state.as_str()) {
                let lines = form.fields.named(shape, "remedies").map(Value::elements).unwrap_or_default();
                for (name, value) in lines.iter().flat_map(|line| named(shape, "remedies", line)) {
                    if let (Value::Money(amount), "amount") = (value, name.as_str()) {
                        sum += amount;
                    }
                }
            }
        }
        let lines = record.fields.named(shape, "remedies").map(Value::elements).unwrap_or_default();
        let mut kinds = lines.iter().flat_map(|line| named(shape, "remedies", line));
        let compensation = kinds.any(|(name, value)| name == "kind" && value.as_text() == Some("compensation"));
        let lowest = LEVELS.iter().position(|(_, limit, also)| {
            limit.is_none_or(|limit| sum <= Decimal::from(limit)) && (*also || !compensation)
        });
        let lowest = lowest.expect("a level") + refusals.saturating_sub(1);
        let may = &LEVELS[lowest.min(LEVELS.len() - 1)..];
        let decider = event.for_.as_ref().unwrap_or(&event.by);
        let roles = STAFF.iter().find(|(id, _, _)| *id == decider.as_str()).expect("of the staff").2;
        assert!(
            may.iter().any(|(role, _, _)| roles.contains(role)),
            "{} {}: {decider} decided on {sum} after {refusals} refusals",
            record.id,
            event.step
        );
        if let Some(principal) = &event.for_ {
            let stands_in = DEPUTIES.contains(&(principal.as_str(), event.by.as_str()));
            assert!(stands_in && event.at.date_naive().to_string().as_str() >= DEPUTIES_FROM, "{}", record.id);
        }
    }
}

/// Every record that fields name.
fn references(fields: &Fields) -> Vec<Id> {
    fn collect(value: &Value, into: &mut Vec<Id>) {
        match value {
            Value::Ref(id) => into.push(id.clone()),
            Value::List(values) => values.iter().for_each(|value| collect(value, into)),
            Value::Group(fields) => fields.iter().for_each(|(_, value)| collect(value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    fields.iter().for_each(|(_, value)| collect(value, &mut found));
    found
}

/// The fields of a line of a list by name.
fn named(shape: &Shape, list: &str, line: &Value) -> Vec<(String, Value)> {
    let (_, field) = shape.find(list).expect("the list");
    let (Type::Group(inner), Value::Group(fields)) = (field.ty.element(), line) else { return Vec::new() };
    fields.iter().map(|(id, value)| (inner.field(id).name.clone(), value.clone())).collect()
}

#[test]
fn nobody_gets_around_the_manufacturers_procedure() {
    let policy = policy();
    let people = people(&policy);
    let (mut refused, mut reached, mut taken) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for seed in 1..=6u64 {
        let mut walk = Walk {
            policy: &policy,
            people: &people,
            book: Book::default(),
            ids: Numbers(Cell::new(0)),
            now: DateTime::parse_from_rfc3339(BEGIN).expect("a time"),
            draw: Draw(seed),
            refused: BTreeMap::new(),
            reached: BTreeMap::new(),
            taken: BTreeMap::new(),
        };
        walk.open("client", &Actor::own("li.na".parse().expect("an id")));
        for turn in 0..600 {
            walk.now += TimeDelta::minutes([0, 7, 30, 240][walk.draw.below(4)]);
            if turn % 40 == 0 {
                let actor = Actor::own("li.na".parse().expect("an id"));
                walk.open("complaint", &actor);
            }
            let unfinished: Vec<Id> = walk
                .book
                .0
                .values()
                .filter(|record| {
                    record.kind != "client"
                        && (turn % 10 == 9 || walk.shape(&record.kind).class(&record.state) != Class::Closed)
                })
                .map(|record| record.id.clone())
                .collect();
            if unfinished.is_empty() {
                continue;
            }
            let id = walk.draw.of(&unfinished).clone();
            let record = &walk.book.0[&id];
            let kind = policy.kind(&record.kind).expect("the kind");
            let steps: Vec<String> = kind.steps_from(&record.state).map(|step| step.name.clone()).collect();
            if steps.is_empty() {
                continue;
            }
            // steps off the way are rarer than those on it, as in life, and hardly anybody signs twice
            let entered = record.history.iter().rposition(|event| event.to.is_some()).unwrap_or(0);
            let signed =
                |step: &str| step != "remind" && record.history[entered..].iter().any(|event| event.step == step);
            let off = |step: &str| OFF.contains(&step) || (step == "refuse" && record.state != "approved");
            let ahead: Vec<String> = steps.iter().filter(|step| !off(step) && !signed(step)).cloned().collect();
            let among = if ahead.is_empty() || walk.draw.below(7) == 0 { &steps } else { &ahead };
            let step = walk.draw.of(among).clone();
            for _ in 0..12 {
                let actor = walk.actor();
                if walk.attempt(&id, &step, &actor) {
                    break;
                }
            }
        }
        for (into, from) in [(&mut reached, walk.reached), (&mut taken, walk.taken)] {
            from.into_iter().for_each(|(what, count)| *into.entry(what).or_insert(0) += count);
        }
        walk.refused.into_iter().for_each(|(what, count)| *refused.entry(what).or_insert(0) += count);
    }
    // the walks come far, so that what holds does not hold by luck; the rest of the way the example goes
    for state in [
        "accepted",
        "investigated",
        "analysed",
        "proposed",
        "approved",
        "agreed",
        "refused",
        "withdrawn",
        "waiting-client",
    ] {
        assert!(reached.contains_key(state), "no walk came to {state}: {reached:?} {taken:?} {refused:?}");
    }
    for rule in ["above-authority", "same-eyes", "not-entitled", "not-acting", "before", "unmet", "sealed"] {
        assert!(refused.get(rule).copied().unwrap_or(0) > 0, "{rule} never refused: {refused:?} {taken:?}");
    }
}
