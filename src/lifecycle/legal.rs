//! Whether an event that was recorded in another clone is still possible. Its own clone has already checked who took
//! it and what it demanded. Here counts what the first clone has done meanwhile: with the record, and with the records
//! that the step asks about.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::entitled::Case;
use super::guarded::Changed;
use super::{Actor, Hand, Ids, Lookup, Refusal, Setting, invariants, linked};
use crate::filter::{Alone, Flag, Resolver, Rollup, Unanswered};
use crate::kind::{EDIT, IMPORT, Kind, Step, Target, Unique};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::{ACKNOWLEDGE, Event, FieldId, Fields, Id, Record, UNITE, Value};

/// The rules and the people by which an event is judged again.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'b> {
    /// The rule book of the merged book.
    pub policy: &'b Policy,
    /// The staff of the merged book.
    pub people: &'b People,
    /// The staff without the changes of the event's own clone. The people of either staff may take a step, because the
    /// clone can have taken the role away after the step.
    pub earlier: &'b People,
}

/// An event of another clone, on the record as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Follow<'f> {
    /// The record before the event. `None` if the event makes it.
    pub before: Option<&'f Record>,
    /// The record with the values that the event sets, as far as they are known.
    pub after: &'f Record,
    /// The event.
    pub event: &'f Event,
}

impl Bench<'_> {
    /// Whether the event is still possible on a record. `differs` says for which fields both clones have other values.
    ///
    /// A step must lead from the present state, and to the state to which it led. It must not change what is sealed
    /// now, or what was given for good. Its demands on the record must hold, nobody may decide on what they have
    /// done themselves, and who decides must have the authority for the record as it is now. What it demands of other
    /// records is asked by [`Bench::is_hindered`].
    pub fn can_follow(&self, kind: &Kind, follow: &Follow<'_>, differs: &dyn Fn(FieldId) -> bool) -> bool {
        let Follow { before, event, .. } = follow;
        // what merges and people have noted about the merges themselves stays true
        let is_bare = event.set.is_empty() && event.to.is_none();
        if event.step == UNITE || (event.step == ACKNOWLEDGE && is_bare) {
            return true;
        }
        let free = Free::of(kind);
        let (Some(before), Some(step)) = (before, free.step(kind, follow)) else { return false };
        let back = || linked::stack(kind, &before.history).iter().rev().nth(1).map(|(state, _)| (*state).to_owned());
        if matches!(step.to, Target::Previous) && event.to != back() {
            return false;
        }
        let fixed = is_fixed(kind, step, before, event, differs);
        let may = |case: &Case<'_>, setting: &Setting<'_>| case.may_take(setting, follow);
        !fixed && !self.lacks(kind, step, follow, &Apart) && self.entitles(kind, step, follow, &may)
    }

    /// Whether something that the step demands does not hold in a book. What `lookup` cannot answer hinders nobody.
    pub fn is_hindered(&self, kind: &Kind, follow: &Follow<'_>, lookup: &dyn Lookup) -> bool {
        let free = Free::of(kind);
        free.step(kind, follow).is_some_and(|step| self.lacks(kind, step, follow, lookup))
    }

    /// Whether the event makes a record break a rule over several records of a book: its references form a circle, or
    /// it has an address of somebody whom the first clone knows.
    pub fn is_at_odds(&self, kind: &Kind, follow: &Follow<'_>, lookup: &dyn Lookup) -> bool {
        let Follow { before, after, .. } = *follow;
        let circle = || invariants::circle(kind, before, after, lookup).is_ok_and(|found| found.is_some());
        let shared = || invariants::with_address(self.policy, self.earlier, kind, (before, after), lookup);
        Free::of(kind).step(kind, follow).is_some() && (circle() || shared().is_ok_and(|found| found.is_some()))
    }

    fn lacks(&self, kind: &Kind, step: &Step, follow: &Follow<'_>, lookup: &dyn Lookup) -> bool {
        let ids = Own(&follow.after.id);
        let setting =
            Setting { policy: self.policy, people: self.people, lookup, ids: &ids, now: follow.event.recorded() };
        let hindrances = follow.case(kind, step).hindrances(&setting, lookup, follow.after, follow.event.at);
        hindrances.is_ok_and(|found| !found.is_empty())
    }

    /// Whether the person may take the step of the event on the record as it is now: by role, four eyes, authority and
    /// the owners of fields.
    pub fn is_entitled(&self, kind: &Kind, follow: &Follow<'_>) -> bool {
        let free = Free::of(kind);
        let may =
            |case: &Case<'_>, setting: &Setting<'_>| case.may_set(setting, follow) && case.may_take(setting, follow);
        free.step(kind, follow).is_none_or(|step| self.entitles(kind, step, follow, &may))
    }

    fn entitles(&self, kind: &Kind, step: &Step, follow: &Follow<'_>, asked: Asked<'_>) -> bool {
        let Follow { after, event, .. } = follow;
        // a step that another record's step caused needs nobody's authority
        if event.via.is_some() || event.people().any(|person| self.people.get(person).is_none()) {
            return true;
        }
        let ids = Own(&after.id);
        let may = |people: &People| {
            let setting = Setting { policy: self.policy, people, lookup: &Apart, ids: &ids, now: event.recorded() };
            asked(&follow.case(kind, step), &setting)
        };
        let known = event.people().all(|person| self.earlier.get(person).is_some());
        may(self.people) || (known && may(self.earlier))
    }
}

/// A question about the person of an event, for one of the staffs.
type Asked<'a> = &'a dyn Fn(&Case<'_>, &Setting<'_>) -> bool;

impl Follow<'_> {
    fn case<'c>(&'c self, kind: &'c Kind, step: &'c Step) -> Case<'c> {
        let fields = self.before.map_or(&self.after.fields, |before| &before.fields);
        Case { kind, step, record: self.before, fields }
    }
}

impl Case<'_> {
    /// Whether the person of an event may take its step, whatever it sets.
    fn may_take(&self, setting: &Setting<'_>, follow: &Follow<'_>) -> bool {
        let Follow { after, event, .. } = follow;
        let actor = actor(event);
        let hand = Hand { by: event.by.clone(), for_: event.for_.clone() };
        // a deputy has only the right of the principal that the event names
        match self.hands(setting, &actor) {
            Ok(hands) if !hands.contains(&hand) => return false,
            Ok(_) | Err(Refusal::Unanswered { .. }) => {}
            Err(_) => return false,
        }
        let hands = match self.four_eyes(setting, &Apart, vec![hand.clone()], &actor) {
            Ok(hands) => hands,
            Err(Refusal::Unanswered { .. }) => vec![hand],
            Err(_) => return false,
        };
        match self.authority(setting, &Apart, hands.clone(), after) {
            // other forms of the case can only add to what is decided on
            Err(Refusal::Unanswered { .. }) => {
                let alone = Setting { lookup: &Alone, ..*setting };
                !matches!(self.authority(&alone, &Alone, hands, after), Err(Refusal::Unauthorised(_)))
            }
            outcome => outcome.is_ok(),
        }
    }

    /// Whether the person of an event owns the fields that it sets.
    fn may_set(&self, setting: &Setting<'_>, follow: &Follow<'_>) -> bool {
        let Follow { before, after, event } = follow;
        let none = Fields::new();
        let changed = Changed {
            before: before.map_or(&none, |before| &before.fields),
            after: &after.fields,
            by_rule: self.step.sets.iter().map(|(field, _)| *field).collect(),
        };
        let hands = vec![Hand { by: event.by.clone(), for_: event.for_.clone() }];
        let guarded = self.guarded(setting, &Apart, hands, &actor(event), &changed);
        matches!(guarded, Ok(_) | Err(Refusal::Unanswered { .. }))
    }
}

fn actor(event: &Event) -> Actor {
    let typist = event.entered.clone().unwrap_or_else(|| event.by.clone());
    Actor { person: event.by.clone(), typist }
}

/// The steps that a kind need not declare.
struct Free {
    edit: Step,
    import: Step,
}

impl Free {
    fn of(kind: &Kind) -> Free {
        Free { edit: Step::edit_like(kind.first_step()), import: Step::undeclared(IMPORT, &kind.place) }
    }

    /// The step of the event. Kinds without a step `edit` can be edited until they are void.
    fn step<'s>(&'s self, kind: &'s Kind, follow: &Follow<'_>) -> Option<&'s Step> {
        let event = follow.event;
        let Some(before) = follow.before else {
            return Some(match event.step.as_str() {
                IMPORT => kind.steps_named(IMPORT).next().unwrap_or(&self.import),
                name => event.via.as_ref().and_then(|_| kind.opened(name)).unwrap_or_else(|| kind.first_step()),
            });
        };
        let free = event.step == EDIT && kind.steps_named(EDIT).next().is_none() && !kind.shape.is_void(&before.state);
        kind.step_from(&event.step, &before.state).or(free.then_some(&self.edit))
    }
}

/// Whether the event sets a field that a step has sealed, or that can be given only once and has a value.
fn is_fixed(kind: &Kind, step: &Step, before: &Record, event: &Event, differs: &dyn Fn(FieldId) -> bool) -> bool {
    let sets = |field: FieldId| event.set.contains(&kind.field(field).name);
    let filled = |field: FieldId| before.get(field).is_some_and(|value| !Value::is_empty(value));
    let sealed = kind.shape.handles().map(|(field, _)| field).filter(|field| sets(*field)).any(|field| {
        let empty = !filled(field);
        let whole = linked::seal(kind, before, field).is_some_and(|_| !step.unseals(field, None, empty));
        let mut within = linked::seals_within(kind, before, field);
        whole || (differs(field) && within.any(|(_, inner)| !step.unseals(field, Some(inner), empty)))
    });
    let mut given = kind.once.iter().filter_map(|once| once.path.first().copied());
    sealed || given.any(|field| sets(field) && filled(field) && differs(field))
}

/// Whether an event only corrects fields: such a change gives way where both clones changed the same field.
pub fn only_corrects(kind: &Kind, event: &Event) -> bool {
    event.step == EDIT || kind.steps_named(&event.step).any(Step::only_corrects)
}

/// Answers nothing about other records, so that what depends on them is not decided.
#[derive(Debug, Clone, Copy)]
pub struct Apart;

fn unanswered<T>() -> Result<T, Unanswered> {
    Err(Unanswered(Label::default()))
}

impl Resolver for Apart {
    fn record(&self, _: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        unanswered()
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        unanswered()
    }

    fn rollup(&self, _: &Rollup, _: &Fields, _: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        unanswered()
    }
}

impl Lookup for Apart {
    fn linked(&self, _: &Id, _: &str) -> Result<Vec<Record>, Unanswered> {
        unanswered()
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        unanswered()
    }

    fn alike(&self, _: &Unique, _: &Record) -> Result<Vec<Record>, Unanswered> {
        unanswered()
    }

    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        unanswered()
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        unanswered()
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        unanswered()
    }
}

/// The id of the record that is looked at: nothing is made here.
struct Own<'r>(&'r Id);

impl Ids for Own<'_> {
    fn fresh(&self, _: &str, _: NaiveDate) -> Id {
        self.0.clone()
    }
}
