//! The bulk of an invented book by any rule book: records of every kind over years, each taken from step to step by invented
//! people as far as the rules let them.
//!
//! Nothing here knows a kind. A step that is refused is left to the next person, or not taken. People change from commit to
//! commit, since a commit is by one person and four eyes want several.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, TimeDelta};

use super::{COURSE, DAYS, evening, workday};
use crate::book::{Founded, View, Writer, Writing};
use crate::calendar::Moment;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{progress, session};
use crate::demo::{Random, Shares, Values, Wanted, day_at, moment};
use crate::kind::{After, EDIT, IMPORT, Kind, Step, Target, Who};
use crate::lifecycle::{Actor, Operation, Refusal, Request, Unfulfilled};
use crate::locale::messages::DemoText as Text;
use crate::policy::{Policy, STAFF};
use crate::record::{Class, Field, FieldId, Fields, Id, Record, Type, Value};

/// The most records that are begun before the people go on with them.
const CHUNK: usize = 2500;
/// The fewest stretches of time that the records are divided into.
const STRETCHES: usize = 6;
/// How often each of the people comes by in a stretch.
const ROUNDS: usize = 2;
/// The most steps that somebody takes of a record at once.
const STEPS: usize = 6;
/// How often what a step still asks for is given.
const TRIES: usize = 6;
/// Of a hundred records this many end before their time.
const EARLY: u64 = 12;
/// Of a hundred records this many leave a state in which nobody owes a step, and this many their first state if it is one.
const LEAVE: (u64, u64) = (20, 85);
/// Of a hundred records this many wait for the client once, are led back once, and get each step that nothing asks for.
const WAITS: u64 = 12;
const BACK: u64 = 8;
const BESIDE: u64 = 15;
/// The fewest people, so that four eyes have two more.
const CREW: usize = 4;
const SEED: u64 = 0x0C0F_FEE5;

/// Fills the book with this many cases, and with records of every other kind in proportion.
///
/// # Errors
/// The disk refuses, or the first of the people cannot be made.
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
    let stretches = total.div_ceil(CHUNK).max(STRETCHES.min(cases)).max(1);
    let mut world =
        World { first, today, random, crew, by_kind: BTreeMap::new(), of_client: HashMap::new(), number: 0 };
    // those that go on from the stretch before, and which of them that stretch had from its own before
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
            // nobody can go on with what is left
            if live.is_empty() || idle == world.crew.len() {
                break;
            }
        }
        // nobody looks at a record for more than two stretches, since those that nobody can end would become more and more
        live.retain(|id| !older.contains(id));
        older = live.iter().cloned().collect();
    }
    bar.finish_and_clear();
    // each commit has made a pack
    made.book.repo().list_packs();
    made.book.repo().refresh_index();
    Ok(())
}

/// Somebody of the invented staff.
#[derive(Clone)]
struct Person {
    id: Id,
    name: String,
    email: String,
}

/// One person for each department, and a few more: each has every role, so that what one may not do another may.
fn crew(made: &Founded, random: &mut Random, at: Moment) -> Result<Vec<Person>, Failure> {
    let mut ids = Random::new(random.number());
    let writer = Writer { random: Some(Box::new(move || ids.id_part())), ..Writer::new(at) };
    let actor = Actor::own(made.person.clone());
    let (crew, _) = made.book.write(writer, |writing| {
        let policy = writing.view.policy();
        let kind = session::kind(policy, STAFF)?;
        let departments: Vec<String> =
            policy.departments.iter().filter(|known| !known.retired).map(|known| known.name.clone()).collect();
        let roles: Vec<&str> =
            policy.roles.iter().filter(|role| !role.retired).map(|role| role.name.as_str()).collect();
        let mut crew = Vec::new();
        for number in 0..departments.len().max(CREW) {
            let (name, email) = (format!("示例{:02}", number + 1), format!("shili{:02}@example.cn", number + 1));
            let staff = crate::policy::Staff::of(&kind.shape);
            let mut set = staff.newcomer(&name, &email, &roles, at.date_naive());
            let department = departments.get(number % departments.len().max(1)).cloned();
            let field = staff.department_key().and_then(|key| kind.shape.field_id(&key));
            set.extend(field.zip(department).map(|(field, name)| (field, Some(Value::Text(name)))));
            let request = Request { set, ..Request::new(kind.first_step().name.as_str(), actor.clone()) };
            let id: Id = format!("shili{:02}", number + 1)
                .parse()
                .map_err(|_| Failure::missing("demo", crate::locale::Label::new(name.as_str(), "")))?;
            let made = writing.operation.create(kind.name(), Some(id), &request);
            let id = made.map_err(|refusal| session::refused(&refusal, policy))?;
            crew.push(Person { id, name, email });
        }
        Ok::<_, Failure>(crew)
    })?;
    Ok(crew)
}

/// Which kinds are begun, those that others name before them, and how many records of each.
fn plan(policy: &Policy, cases: usize, shares: &Shares) -> Vec<(String, usize)> {
    let own = |kind: &&Kind| {
        let name = kind.name();
        let closing = policy.reports.closing.as_ref().is_some_and(|closing| closing.kind == name);
        let noticed = policy.notices.fields.as_ref().is_some_and(|fields| fields.kind == name);
        name != STAFF && !closing && !noticed
    };
    let counted = |kind: &Kind| {
        let is_case = policy.reports.cases.as_ref().is_some_and(|of| of.kind == kind.name());
        if is_case { cases } else { shares.count(kind.name(), cases) }
    };
    let kinds: Vec<&Kind> = policy.kinds.values().filter(own).collect();
    let mut left: Vec<&Kind> = kinds.clone();
    let mut found: Vec<(String, usize)> = Vec::new();
    while !left.is_empty() {
        let waits = |kind: &&Kind| {
            kind.first_step().asks.iter().map(|ask| kind.field(ask.field)).chain(required(kind)).any(|field| {
                named_kinds(&field.ty).iter().any(|name| *name != kind.name() && left.iter().any(|k| k.name() == *name))
            })
        };
        let next = left.iter().position(|kind| !waits(kind)).unwrap_or(0);
        let kind = left.remove(next);
        found.push((kind.name().to_owned(), counted(kind)));
    }
    found
}

fn required(kind: &Kind) -> impl Iterator<Item = &Field> {
    kind.shape.fields().iter().filter(|field| field.required)
}

/// The kinds whose records a field names.
fn named_kinds(ty: &Type) -> Vec<&str> {
    match ty.element() {
        Type::Ref(kinds) => kinds.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What there is by now.
struct World {
    first: NaiveDate,
    today: NaiveDate,
    random: Random,
    crew: Vec<Person>,
    by_kind: BTreeMap<String, Vec<Id>>,
    /// The records of a kind that name a record: a client's cases.
    of_client: HashMap<(String, Id), Vec<Id>>,
    number: usize,
}

/// A number below 100 that a record has for ever, for each thing that it is drawn for.
fn draw(id: &Id, salt: &str) -> u64 {
    let bytes = id.as_str().bytes().chain(salt.bytes());
    Random::new(bytes.fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))).below(100)
}

/// Names that values are chosen from.
struct Names {
    people: Vec<Id>,
    departments: Vec<String>,
    roles: Vec<String>,
}

/// A kind, and the numbers of its records that are begun now.
type Begun<'k> = (&'k str, std::ops::Range<usize>);

impl World {
    /// Lets one person begin what is to be begun, and take what steps they may of the records that live. Whether anything was done.
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

    fn names(&self, policy: &Policy) -> Names {
        let departments = policy.departments.iter().filter(|known| !known.retired);
        let roles = policy.roles.iter().filter(|role| !role.retired && !role.everybody);
        Names {
            people: self.crew.iter().map(|person| person.id.clone()).collect(),
            departments: departments.map(|known| known.name.clone()).collect(),
            roles: roles.map(|role| role.name.clone()).collect(),
        }
    }

    /// Takes note of a record that was made, for those to come that name one.
    fn note(&mut self, view: &View<'_>, record: &Record) {
        self.by_kind.entry(record.kind.clone()).or_default().push(record.id.clone());
        for (id, _) in view.policy().references(record) {
            self.of_client.entry((record.kind.clone(), id)).or_default().push(record.id.clone());
        }
    }

    /// Makes a record by the first step of its kind; `None` if the rules refuse what was invented.
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

    /// Takes steps of a record as one person, until none is left that they may take.
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
        let mut before: Option<usize> = None;
        for _ in 0..STEPS {
            let record = writing.operation.record(id).map_err(|refusal| session::refused(&refusal, policy))?;
            let Some(kind) = policy.kind(&record.kind) else { return Ok(()) };
            let first = record.history.iter().all(|event| event.to.as_ref().is_none_or(|to| *to == record.state));
            let leave = if first { LEAVE.1 } else { LEAVE.0 };
            let rests = kind.shape.rests(&record.state) && draw(&record.id, &record.state) >= leave;
            if rests || kind.shape.class(&record.state) == Class::Closed {
                return Ok(());
            }
            let Some(last) = record.history.last().map(|event| event.at) else { return Ok(()) };
            let day = workday(calendar, last.date_naive(), self.random.below(3));
            let on = calendar.zone().first_at(moment(&mut self.random, day)).max(last + TimeDelta::minutes(10));
            if on > end {
                return Ok(());
            }
            let before = *before.get_or_insert(record.history.len());
            // a value that this very commit has set and a later step of it changes, or asks for, stands in no commit
            let set: Vec<&str> =
                record.history[before..].iter().flat_map(|event| &event.set).map(String::as_str).collect();
            let new = |field: &FieldId| set.contains(&kind.field(*field).name.as_str());
            let tells = |step: &&Step| {
                let named = step.by.iter().any(|who| matches!(who, Who::Field(field) if new(field)));
                !named && !step.clears.iter().any(new)
            };
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

    /// The steps that could come next, in an order drawn for the record: mostly those that lead on, seldom one that ends the record
    /// early or leads back, and each of those that change no state once.
    fn wanted<'k>(&mut self, kind: &'k Kind, record: &'k Record, person: &Id) -> Vec<&'k Step> {
        // since it was led back the last time
        let mut course: Vec<&str> = Vec::new();
        for to in record.history.iter().filter_map(|event| event.to.as_deref()) {
            if course.contains(&to) {
                course.clear();
            }
            course.push(to);
        }
        let entered = |state: &str| course.contains(&state);
        // the events since a state was entered the last time
        let since = |state: &str| {
            let from = record.history.iter().rposition(|event| event.to.as_deref() == Some(state)).unwrap_or(0);
            &record.history[from..]
        };
        let waits = |state: &&str| kind.shape.class(state) == Class::Waiting;
        // what a step that leads on comes after is taken before it
        let leading = || kind.steps_from(&record.state).filter(|step| !matches!(step.to, Target::Stay));
        let mut asked: BTreeMap<&str, &After> = BTreeMap::new();
        let mut next: Vec<&After> = leading().flat_map(|step| &step.after).collect();
        while let Some(after) = next.pop() {
            if asked.insert(after.step.as_str(), after).is_none() {
                next.extend(kind.steps_named(&after.step).flat_map(|step| &step.after));
            }
        }
        // once by each of several departments, or so often
        let wanted = |step: &Step| {
            asked.get(step.name.as_str()).is_some_and(|after| {
                let events = since(after.since.as_deref().unwrap_or(&record.state));
                let mut taken = events.iter().filter(|event| event.step == step.name);
                match after.each {
                    Some(_) => !taken.any(|event| event.by == *person),
                    None => taken.count() < after.times,
                }
            })
        };
        let goes_on = leading().any(|step| {
            let on = |state: &&str| !entered(state) && kind.shape.class(state) != Class::Closed && !waits(state);
            matches!(step.to, Target::Previous) || step.targets().iter().any(on)
        });
        let mut steps: Vec<(u64, &Step)> = Vec::new();
        for step in kind.steps_from(&record.state) {
            if [EDIT, IMPORT].contains(&step.name.as_str()) || step.voids(&kind.shape) || step.only_corrects() {
                continue;
            }
            let taken = record.history.iter().filter(|event| event.step == step.name).count();
            let targets = step.targets();
            let ends = targets.iter().any(|state| kind.shape.class(state) == Class::Closed);
            // what could have ended the record before, such as that the client gives it up, is not its end
            let before = |state: &String| *state != record.state && entered(state);
            let early = ends && (goes_on || step.from.iter().any(before));
            let back = !targets.is_empty() && targets.iter().all(|state| entered(state));
            let drawn = |salt: &str| draw(&record.id, salt);
            let weight = match &step.to {
                Target::Stay if wanted(step) => 20,
                Target::Stay if taken > 0 || drawn(&step.name) >= BESIDE => continue,
                Target::Stay => 10,
                Target::Previous => 0,
                _ if early && drawn("early") >= EARLY => continue,
                _ if early => 0,
                _ if targets.iter().any(waits) && (taken > 0 || drawn("waits") >= WAITS) => continue,
                _ if back && (taken > 0 || drawn("back") >= BACK) => continue,
                _ => 5,
            };
            steps.push((weight + self.random.below(10), step));
        }
        steps.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Asks for a step, and gives what it still asks for. Whether it was taken.
    fn complete(
        &mut self,
        writing: &mut Writing<'_>,
        kind: &Kind,
        names: &Names,
        mut request: Request,
        chosen: &mut Chosen,
        ask: &dyn Fn(&mut Operation<'_>, &Request) -> Result<(), Refusal>,
    ) -> Result<bool, Failure> {
        let policy = writing.view.policy();
        let calendar = policy.calendars.default();
        for _ in 0..TRIES {
            let refusal = match writing.operation.attempt(|inner| ask(inner, &request)) {
                Ok(()) => return Ok(true),
                Err(refusal @ Refusal::Unanswered { .. }) => return Err(session::refused(&refusal, policy)),
                Err(refusal) => refusal,
            };
            let mut more = Vec::new();
            match &refusal {
                // it is taken on the day on which it may be
                Refusal::Unfulfilled(Unfulfilled::TooSoon { from, .. }) => {
                    let on = calendar.zone().first_at(moment(&mut self.random, workday(calendar, *from, 0)));
                    if on > writing.view.now() || request.on.is_some_and(|before| before >= on) {
                        return Ok(false);
                    }
                    request.on = Some(on);
                    continue;
                }
                Refusal::Unfulfilled(Unfulfilled::Unmet { condition, .. }) => {
                    more.extend(
                        condition.split_whitespace().filter_map(|term| fulfilling(&mut self.random, kind, term)),
                    );
                }
                refusal => {
                    for name in refusal.missing() {
                        let name = name.split('.').next().unwrap_or(name);
                        let Some((id, field)) = kind.shape.find(name) else { continue };
                        let on = request.on.unwrap_or_default();
                        let value = self.value(policy, kind, (id, field), names, on, chosen);
                        more.extend(value.map(|value| (id, Some(value))));
                    }
                }
            }
            let news = more.iter().any(|given| !request.set.contains(given));
            if !news {
                return Ok(false);
            }
            request.set.retain(|(id, _)| more.iter().all(|(given, _)| given != id));
            request.set.extend(more);
        }
        Ok(false)
    }

    /// An invented value for a field of a record.
    fn value(
        &mut self,
        policy: &Policy,
        kind: &Kind,
        (id, field): (FieldId, &Field),
        names: &Names,
        at: Moment,
        chosen: &mut Chosen,
    ) -> Option<Value> {
        let values = Values {
            people: &names.people,
            departments: &names.departments,
            roles: &names.roles,
            at,
            number: self.number,
        };
        let label = if field.label.zh.is_empty() { &field.name } else { &field.label.zh };
        let ahead = kind.looks_ahead().any(|ahead| ahead == id);
        // what is held against names that are there already is a company's name
        let name = kind.near.as_ref().is_some_and(|near| near.fields.contains(&vec![id]));
        let wanted = Wanted { ty: &field.ty, label, ahead, within: false, name };
        let (by_kind, of_client) = (&self.by_kind, &self.of_client);
        let mut named =
            |random: &mut Random, kinds: &[String]| chosen.record(random, kinds, policy, by_kind, of_client);
        values.of(&mut self.random, wanted, &mut named)
    }
}

/// What would fulfil a term of a condition on a field, such as `confirmed=yes` or `follows=cs,joint`.
fn fulfilling(random: &mut Random, kind: &Kind, term: &str) -> Option<(FieldId, Option<Value>)> {
    let (name, values) = term.split_once('=')?;
    let (id, field) = kind.shape.find(name)?;
    let values: Vec<&str> = values.split(',').collect();
    let value = values.get(random.below(values.len() as u64) as usize)?;
    let value = match (field.ty.element(), *value) {
        (Type::Bool, word) => Value::Bool(word == "yes"),
        (Type::Choice(_), word) => Value::from_stored(field.ty.element(), word).ok()?,
        _ => return None,
    };
    Some((id, Some(if matches!(field.ty, Type::List(_)) { Value::List(vec![value]) } else { value })))
}

/// The records that one names, so that all of them belong together: a contract of the client of the case.
#[derive(Default)]
struct Chosen(Vec<Id>);

impl Chosen {
    /// What a record names already.
    fn of(record: &Record) -> Self {
        fn refs(fields: &Fields, into: &mut Vec<Id>) {
            for (_, value) in fields.iter() {
                for value in value.elements() {
                    match value {
                        Value::Ref(id) => into.push(id.clone()),
                        Value::Group(line) => refs(line, into),
                        _ => {}
                    }
                }
            }
        }
        let mut found = Vec::new();
        refs(&record.fields, &mut found);
        Chosen(found)
    }

    fn record(
        &mut self,
        random: &mut Random,
        kinds: &[String],
        policy: &Policy,
        by_kind: &BTreeMap<String, Vec<Id>>,
        of_client: &HashMap<(String, Id), Vec<Id>>,
    ) -> Option<Id> {
        let fits = |id: &&Id| {
            policy.kind_of(id).is_some_and(|kind| kinds.is_empty() || kinds.iter().any(|k| k == kind.name()))
        };
        if let Some(known) = self.0.iter().find(fits) {
            return Some(known.clone());
        }
        let all: Vec<&String> = if kinds.is_empty() { by_kind.keys().collect() } else { kinds.iter().collect() };
        let kind = all.get(random.below(all.len() as u64) as usize)?;
        let own = self.0.iter().find_map(|of| of_client.get(&((*kind).clone(), of.clone())));
        let from = match (own, self.0.is_empty()) {
            (Some(own), _) => own,
            (None, true) => by_kind.get(*kind)?,
            // of a client who has none there is none to name, unless they have nothing to do with clients
            (None, false) => return None,
        };
        let id = from.get(random.below(from.len() as u64) as usize)?.clone();
        self.0.push(id.clone());
        Some(id)
    }
}
