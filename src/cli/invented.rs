//! The bulk of a demonstration book: clients and complaints over years. Every step goes through the rule book, has an
//! invented date, and is written in large commits.

mod crew;
mod quantities;
mod steps;
mod values;
mod walk;
mod world;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::context::Context;
use super::failure::Failure;
use super::progress;
use super::session;
use crate::book::{Founded, Writer, Writing};
use crate::calendar::{Calendar, Moment};
use crate::demo::{Case, Random, Shares, case, client, day_at, moment};
use crate::kind::Kind;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::DemoText as Text;
use crate::policy::{Callbacks, Policy, Reporting};
use crate::record::{Class, Fields, Id, Type, Value, stored_time};

/// How many days ago the first case began.
pub const DAYS: u64 = 3650;
/// How many complaints a client has.
const PER_CLIENT: usize = 20;
/// The most complaints of a commit, or of a stretch of time in which people work on them. Each complaint brings
/// records of its own.
const CHUNK: usize = 2500;
/// How many days a case has to run its course before its commit.
const COURSE: u64 = 75;
const SEED: u64 = 0x0B16_B00C;

/// Writes this many complaints, with clients and callbacks in proportion.
///
/// # Errors
/// If the rule book or the disk refuses.
pub fn fill(context: &Context, made: &Founded, now: Moment, count: usize) -> Result<(), Failure> {
    let mut random = Random::new(SEED);
    let today = now.date_naive();
    let first = today.checked_sub_days(chrono::Days::new(DAYS)).unwrap_or(today);
    let actor = Actor::own(made.person.clone());
    let clients = clients(made, &mut random, count.div_ceil(PER_CLIENT), first, &actor)?;
    let bar = progress::bar(context, count, Text::TitleRecords.get(context.lang));
    let chunk = CHUNK.min(count.div_ceil(20)).max(1);
    let mut done = 0;
    while done < count {
        let upto = (done + chunk).min(count);
        let last = day_at(first, DAYS, upto, count);
        let end = if upto == count { today } else { (last + chrono::Days::new(COURSE)).min(today) };
        let mut ids = Random::new(random.number());
        let at = if end == today { now } else { evening(made, end)? };
        let writer = Writer { random: Some(Box::new(move || ids.id_part())), ..Writer::new(at) };
        made.book.write(writer, |writing| {
            for number in done..upto {
                let day = day_at(first, DAYS, number, count);
                let case = case(&mut random, clients.len());
                live(writing, &mut random, &clients[case.client], &case, day, at, &actor)?;
                bar.inc(1);
            }
            Ok::<_, Failure>(())
        })?;
        done = upto;
    }
    bar.finish_and_clear();
    // each commit has made a pack
    made.book.repo().list_packs();
    made.book.repo().refresh_index();
    Ok(())
}

/// Writes this many cases by any rule book, with records of every other kind in proportion.
///
/// # Errors
/// If the disk refuses, or the rule book lets nobody in.
pub fn fill_any(context: &Context, made: &Founded, now: Moment, cases: usize, preset: &str) -> Result<(), Failure> {
    walk::fill(context, made, now, cases, &Shares::of(preset))
}

fn evening(made: &Founded, day: NaiveDate) -> Result<Moment, Failure> {
    let view = made.book.view(None, Moment::default())?;
    Ok(view.policy().calendars.default().zone().end_of_day(day) - chrono::TimeDelta::hours(1))
}

fn clients(
    made: &Founded,
    random: &mut Random,
    count: usize,
    first: NaiveDate,
    actor: &Actor,
) -> Result<Vec<Id>, Failure> {
    let mut ids = Random::new(random.number());
    let writer = Writer { random: Some(Box::new(move || ids.id_part())), ..Writer::new(evening(made, first)?) };
    let (clients, _) = made.book.write(writer, |writing| {
        let kind = session::kind(writing.view.policy(), kinds(writing.view.policy())?.clients)?;
        let mut clients = Vec::with_capacity(count);
        for number in 0..count {
            let client = client(random, number);
            let set = [("name", client.name.as_str()), ("grade", client.grade), ("owner", actor.person.as_str())];
            let request = request(kind, &kind.first_step().name, actor, &set)?;
            let id = writing.operation.create(kind.name(), None, &request);
            let id = id.map_err(|refusal| session::refused(&refusal, writing.view.policy()))?;
            let convert = Request::new("convert", actor.clone());
            let converted = writing.operation.advance(&id, &convert);
            converted.map_err(|refusal| session::refused(&refusal, writing.view.policy()))?;
            clients.push(id);
        }
        Ok::<_, Failure>(clients)
    })?;
    Ok(clients)
}

/// Takes a case as far as it has come by the end.
fn live(
    writing: &mut Writing<'_>,
    random: &mut Random,
    client: &Id,
    case: &Case,
    day: NaiveDate,
    end: Moment,
    actor: &Actor,
) -> Result<(), Failure> {
    let view = writing.view;
    let policy = view.policy();
    let calendar = policy.calendars.default();
    let kind = session::kind(policy, kinds(policy)?.cases)?;
    let refused = |refusal: crate::lifecycle::Refusal| session::refused(&refusal, policy);
    let mut day = workday(calendar, day, 0);
    let mut at = calendar.zone().first_at(moment(random, day)).min(end);
    let set = [
        ("client", client.as_str()),
        ("channel", case.channel),
        ("category", case.category),
        ("severity", case.severity),
        ("product", case.product),
        ("content", case.content),
        ("assignee", actor.person.as_str()),
    ];
    let made = Request { on: Some(at), ..request(kind, &kind.first_step().name, actor, &set)? };
    let id = writing.operation.create(kind.name(), None, &made).map_err(refused)?;
    let mut steps = case.steps.as_slice();
    let mut score = case.score;
    loop {
        for (step, days) in steps {
            day = workday(calendar, day, *days);
            at = calendar.zone().first_at(moment(random, day)).max(at + chrono::TimeDelta::minutes(10));
            if at > end {
                return Ok(());
            }
            let promised = stored_time(&calendar.end_of_date(workday(calendar, day, 3)));
            let set: &[(&str, &str)] = match *step {
                "accept" => &[("promised", &promised)],
                "decline" => &[("decline-reason", "不属于本公司产品")],
                _ => &[],
            };
            let mut taken = Request { on: Some(at), ..request(kind, step, actor, set)? };
            if *step == "propose" {
                taken.set.extend(remedies(kind, random));
            }
            writing.operation.advance(&id, &taken).map_err(refused)?;
        }
        let Some(given) = score else { return Ok(()) };
        day = workday(calendar, day, 1 + random.below(5));
        at = calendar.zone().first_at(moment(random, day)).max(at);
        let ended = at + chrono::TimeDelta::minutes(20);
        if ended > end || !call(writing, &id, given, (at, ended), actor)? {
            return Ok(());
        }
        at = ended;
        // If the callback found the client dissatisfied, the rule book reopens the case. The second handling
        // satisfies.
        let state = writing.operation.record(&id).map_err(refused)?.state;
        if kind.shape.class(&state) == Class::Closed {
            return Ok(());
        }
        (steps, score) = (&AGAIN, Some(4));
    }
}

/// The steps of a reopened case, each with the working days after the step before.
const AGAIN: [(&str, u64); 5] = [("propose", 1), ("approve", 0), ("notify", 0), ("agree", 1), ("close", 1)];

/// Calls back about a case. Returns whether a callback was planned.
fn call(
    writing: &mut Writing<'_>,
    case: &Id,
    score: u64,
    (called, ended): (Moment, Moment),
    actor: &Actor,
) -> Result<bool, Failure> {
    let policy = writing.view.policy();
    let refused = |refusal: crate::lifecycle::Refusal| session::refused(&refusal, policy);
    let callbacks = session::kind(policy, kinds(policy)?.callbacks)?;
    let planned = writing.operation.lookup().linked(case, callbacks.name())?;
    let planned = planned.into_iter().find(|callback| callbacks.shape.class(&callback.state) != Class::Closed);
    let Some(callback) = planned else { return Ok(false) };
    let complete = Request { on: Some(called), ..Request::new("complete", actor.clone()) };
    writing.operation.advance(&callback.id, &complete).map_err(refused)?;
    let score = score.to_string();
    let record = request(callbacks, "record", actor, &[("summary", "已回访"), ("score", score.as_str())])?;
    let record = Request { on: Some(ended), ..record };
    writing.operation.advance(&callback.id, &record).map_err(refused)?;
    Ok(true)
}

/// The kinds of the records that are invented.
struct Kinds<'p> {
    cases: &'p str,
    clients: &'p str,
    callbacks: &'p str,
}

fn kinds(policy: &Policy) -> Result<Kinds<'_>, Failure> {
    let cases = policy.reports.cases.as_ref().ok_or_else(|| session::unsaid(Reporting::FILE, "cases"))?;
    let callbacks = policy.callbacks.fields.as_ref().ok_or_else(|| session::unsaid(Callbacks::FILE, "callbacks"))?;
    Ok(Kinds { cases: &cases.kind, clients: &callbacks.clients, callbacks: &callbacks.kind })
}

/// The day, or the working day this many working days later.
fn workday(calendar: &Calendar, day: NaiveDate, days: u64) -> NaiveDate {
    let days = u32::try_from(days).unwrap_or_default();
    match (days, calendar.is_workday(day)) {
        (0, Ok(true)) => day,
        _ => calendar.workday_after(day, days.max(1)).unwrap_or(day),
    }
}

/// A step with fields as they are stored.
fn request(kind: &Kind, step: &str, actor: &Actor, set: &[(&str, &str)]) -> Result<Request, Failure> {
    let mut request = Request::new(step, actor.clone());
    for (name, text) in set {
        let Some((field, declared)) = kind.shape.find(name) else { continue };
        let value =
            Value::from_stored(&declared.ty, text).map_err(|error| Failure::unreadable("demo", error.label()))?;
        request.set.push((field, Some(value)));
    }
    Ok(request)
}

fn remedies(kind: &Kind, random: &mut Random) -> Option<(crate::record::FieldId, Option<Value>)> {
    let (field, declared) = kind.shape.find("remedies")?;
    let Type::Group(group) = declared.ty.element() else { return None };
    let mut chosen =
        BTreeMap::from([("kind", random.pick(&["repair", "exchange", "compensation", "apology"]).to_owned())]);
    if chosen["kind"] == "compensation" {
        chosen.insert("amount", format!("{}.00", 100 + random.below(40) * 50));
    }
    let mut fields = Fields::new();
    for (name, text) in chosen {
        let (field, declared) = group.find(name)?;
        fields.set(field, Value::from_stored(&declared.ty, &text).ok()?);
    }
    Some((field, Some(Value::List(vec![Value::Group(fields)]))))
}
