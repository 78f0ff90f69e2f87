//! The bulk of an invented book for any rule book: records of every kind over years. Invented people take each record
//! from step to step as far as the rules allow.
//!
//! Nothing here knows a kind. A step that is refused is left to the next person, or not taken. The people change from
//! commit to commit, because a commit is by one person and the four-eyes rule needs several.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, TimeDelta};

use super::crew::{Person, crew};
use super::quantities::plan;
use super::values::Chosen;
use super::world::{Names, World, draw};
use super::{CHUNK, COURSE, DAYS, evening, workday};
use crate::book::{Founded, Writer, Writing};
use crate::calendar::Moment;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{progress, session};
use crate::demo::{Random, Shares, day_at, moment};
use crate::kind::{Step, Target};
use crate::lifecycle::{Actor, Operation, Request};
use crate::locale::messages::DemoText as Text;
use crate::record::{Class, FieldId, Id, Record, Type, Value};

/// The fewest stretches of time that the records are divided into.
const STRETCHES: usize = 6;
/// How often each person works in a stretch.
const ROUNDS: usize = 2;
/// The most steps that a person takes on a record at once.
const STEPS: usize = 6;
/// How many records of a hundred leave a state in which nobody owes a step, and how many leave their first state if
/// it is such a one.
const LEAVE: (u64, u64) = (20, 85);
const SEED: u64 = 0x0C0F_FEE5;

/// Fills the book with this many cases, and with records of every other kind in proportion.
///
/// # Errors
/// If the disk refuses, or the first person cannot be made.
pub(super) fn fill(
    context: &Context,
    made: &Founded,
    now: Moment,
    cases: usize,
    shares: &Shares,
) -> Result<(), Failure> {
    let today = now.date_naive();
    let first = today.checked_sub_days(chrono::Days::new(DAYS)).unwrap_or(today);
    let mut random = Random::new(SEED);
    let crew = crew(made, &mut random, evening(made, first)?)?;
    let plan = {
        let view = made.book.view(None, now)?;
        plan(view.policy(), cases, shares)
    };
    let total: usize = plan.iter().map(|(_, count)| count).sum();
    let bar = progress::bar(context, total, Text::TitleRecords.get(context.lang));
    // each commit updates the index and git's own lists, so a large book is made in few large stretches
    let stretches = cases.div_ceil(CHUNK).max(STRETCHES.min(cases)).max(1);
    let mut world =
        World { first, today, random, crew, by_kind: BTreeMap::new(), of_client: HashMap::new(), number: 0 };
    // the records that go on from the stretch before, and those of them that came from an even earlier stretch
    let (mut live, mut older): (Vec<Id>, BTreeSet<Id>) = Default::default();
    for stretch in 0..stretches {
        let end = match stretch + 1 == stretches {
            true => today,
            false => (day_at(first, DAYS, stretch + 1, stretches) + chrono::Days::new(COURSE)).min(today),
        };
        let at = if end == today { now - TimeDelta::minutes(2 * 60) } else { evening(made, end)? };
        let begin: Vec<(&str, std::ops::Range<usize>)> = plan
            .iter()
            .map(|(kind, count)| (kind.as_str(), count * stretch / stretches..count * (stretch + 1) / stretches))
            .collect();
        let mut idle = 0;
        for round in 0..world.crew.len() * ROUNDS {
            let person = world.crew[(stretch + round) % world.crew.len()].clone();
            let begun = if round == 0 { begin.as_slice() } else { &[] };
            let at = at + TimeDelta::minutes(round as i64);
            let changed = world.round(made, &person, at, (begun, &plan), &mut live, &bar)?;
            idle = if changed { 0 } else { idle + 1 };
            // nobody can do anything more with the remaining records
            if live.is_empty() || idle == world.crew.len() {
                break;
            }
        }
        // a record is looked at for two stretches at most; otherwise those that nobody can end would add up
        live.retain(|id| !older.contains(id));
        older = live.iter().cloned().collect();
    }
    bar.finish_and_clear();
    // each commit has made a pack
    made.book.repo().list_packs();
    made.book.repo().refresh_index();
    Ok(())
}

/// A kind, and the numbers of its records that are begun now.
type Begun<'k> = (&'k str, std::ops::Range<usize>);

impl World {
    /// Lets one person begin what is due, and take the steps they may on the live records. Returns whether anything
    /// was done.
    fn round(
        &mut self,
        made: &Founded,
        person: &Person,
        at: Moment,
        (begin, plan): (&[Begun], &[(String, usize)]),
        live: &mut Vec<Id>,
        bar: &indicatif::ProgressBar,
    ) -> Result<bool, Failure> {
        let mut ids = Random::new(self.random.number());
        let author = Some((person.name.clone(), person.email.clone()));
        let writer = Writer { random: Some(Box::new(move || ids.id_part())), author, ..Writer::new(at) };
        let actor = Actor::own(person.id.clone());
        let (noted, written) = made.book.write(writer, |writing| {
            let names = self.names(writing.view.policy());
            let mut noted = BTreeSet::new();
            for (kind, range) in begin {
                let mut begun = Vec::new();
                let whole = plan.iter().find(|(name, _)| name == kind).map_or(1, |(_, count)| *count);
                for number in range.clone() {
                    let day = day_at(self.first, DAYS, number, whole).min(self.today);
                    begun.extend(self.begin(writing, &names, kind, (day, at), &actor)?);
                    bar.inc(1);
                }
                // the kinds that come next may name these
                for record in begun {
                    self.note(writing.view, &record);
                    noted.insert(record.id);
                }
            }
            for id in live.iter() {
                self.go_on(writing, &names, id, at, &actor)?;
            }
            Ok::<_, Failure>(noted)
        })?;
        let view = made.book.view(None, at)?;
        let mut next: BTreeSet<Id> = live.drain(..).collect();
        for change in &written.changes {
            let record = change.after();
            if change.before().is_none() && !noted.contains(change.id()) {
                self.note(&view, record);
            }
            let class = view.policy().kind(&record.kind).map(|kind| kind.shape.class(&record.state));
            match class {
                Some(Class::Closed) | None => next.remove(change.id()),
                Some(_) => next.insert(change.id().clone()),
            };
        }
        live.extend(next);
        Ok(!written.changes.is_empty())
    }

    /// Makes a record by the first step of its kind. `None` if the rules refuse the invented values.
    fn begin(
        &mut self,
        writing: &mut Writing<'_>,
        names: &Names,
        kind: &str,
        (day, end): (NaiveDate, Moment),
        actor: &Actor,
    ) -> Result<Option<Record>, Failure> {
        let policy = writing.view.policy();
        let kind = session::kind(policy, kind)?;
        let calendar = policy.calendars.default();
        let on = calendar.zone().first_at(moment(&mut self.random, workday(calendar, day, 0))).min(end);
        self.number += 1;
        let first = kind.first_step();
        for rich in [true, false] {
            let mut set: Vec<(FieldId, Option<Value>)> = Vec::new();
            let mut chosen = Chosen::default();
            let asked = |field: FieldId| first.asks.iter().any(|ask| ask.field == field);
            let guarded = |field: FieldId| kind.guards.iter().any(|guard| guard.path.first() == Some(&field));
            let numbered = kind.numbering.as_ref().map(|numbering| numbering.field);
            for (id, field) in kind.shape.handles().filter(|(id, field)| !field.retired && Some(*id) != numbered) {
                let plain = matches!(
                    field.ty,
                    Type::Text
                        | Type::Choice(_)
                        | Type::Phone
                        | Type::Email
                        | Type::Department
                        | Type::Person
                        | Type::Count
                        | Type::Money
                );
                let likely = rich && plain && !guarded(id) && self.random.below(2) == 0;
                if field.required || asked(id) || likely || kind.assignee == Some(id) {
                    let value = self.value(policy, kind, (id, field), names, on, &mut chosen);
                    set.extend(value.map(|value| (id, Some(value))));
                }
            }
            let request = Request { on: Some(on), set, ..Request::new(first.name.as_str(), actor.clone()) };
            let made = RefCell::new(None);
            let make = |inner: &mut Operation<'_>, request: &Request| {
                let id = inner.create(kind.name(), None, request)?;
                *made.borrow_mut() = Some(inner.record(&id)?);
                Ok(())
            };
            if self.complete(writing, kind, names, request, &mut chosen, &make)? {
                return Ok(made.take());
            }
        }
        Ok(None)
    }

    /// Takes steps of a record as one person, until there are none that they may take.
    fn go_on(
        &mut self,
        writing: &mut Writing<'_>,
        names: &Names,
        id: &Id,
        end: Moment,
        actor: &Actor,
    ) -> Result<(), Failure> {
        let policy = writing.view.policy();
        let calendar = policy.calendars.default();
        for _ in 0..STEPS {
            let record = writing.operation.record(id).map_err(|refusal| session::refused(&refusal, policy))?;
            let Some(kind) = policy.kind(&record.kind) else { return Ok(()) };
            let first = record.history.iter().all(|event| event.to.as_ref().is_none_or(|to| *to == record.state));
            let leave = if first { LEAVE.1 } else { LEAVE.0 };
            let rests = kind.shape.rests(&record.state) && draw(&record.id, &record.state) >= leave;
            if kind.shape.class(&record.state) == Class::Closed {
                return Ok(());
            }
            let Some(last) = record.history.last().map(|event| event.at) else { return Ok(()) };
            let day = workday(calendar, last.date_naive(), self.random.below(3));
            let on = calendar.zone().first_at(moment(&mut self.random, day)).max(last + TimeDelta::minutes(10));
            if on > end {
                return Ok(());
            }
            let tells = |step: &&Step| !rests || matches!(step.to, Target::Stay);
            let mut taken = false;
            for step in self.wanted(kind, &record, &actor.person).into_iter().filter(tells) {
                let request = Request { on: Some(on), ..Request::new(step.name.as_str(), actor.clone()) };
                let mut chosen = Chosen::of(&record);
                let take = |inner: &mut Operation<'_>, request: &Request| inner.advance(id, request);
                if self.complete(writing, kind, names, request, &mut chosen, &take)? {
                    taken = true;
                    break;
                }
            }
            if !taken {
                return Ok(());
            }
        }
        Ok(())
    }
}
