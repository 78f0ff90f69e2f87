//! Whether an event that was recorded in another clone is still possible. Its own clone has already checked who took
//! it and what it demanded. Here counts what the first clone has done meanwhile: with the record, and with the records
//! that the step asks about.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::entitled::Case;
use super::{Actor, Hand, Ids, Lookup, Refusal, Setting, Unfulfilled, linked};
use crate::filter::{Alone, Flag, Resolver, Rollup, Unanswered};
use crate::kind::{EDIT, Kind, Step, Target, Unique};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::{Event, FieldId, Fields, Id, Record, Value};

/// The rules and the people by which an event is judged again.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'b> {
    /// The rule book of the merged book.
    pub policy: &'b Policy,
    /// The staff of the merged book.
    pub people: &'b People,
}

/// An event of another clone, on the record as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Follow<'f> {
    /// The record before the event.
    pub before: &'f Record,
    /// The record with the values that the event sets, as far as they are known.
    pub after: &'f Record,
    /// The event.
    pub event: &'f Event,
}

impl Bench<'_> {
    /// Whether the event is still possible. `differs` says for which fields both clones have other values.
    ///
    /// A step must lead from the present state, and to the state to which it led. It must not change what is sealed
    /// now, or what was given for good. Its demands on the record must hold, nobody may decide on what they have
    /// done themselves, and who decides must have the authority for the record as it is now. What it demands of other
    /// records is asked by [`Bench::is_hindered`].
    pub fn can_follow(&self, kind: &Kind, follow: &Follow<'_>, differs: &dyn Fn(FieldId) -> bool) -> bool {
        let Follow { before, event, .. } = follow;
        let edit = Step::edit_like(kind.first_step());
        let Some(step) = step_of(kind, follow, &edit) else { return false };
        let back = || linked::stack(kind, &before.history).iter().rev().nth(1).map(|(state, _)| (*state).to_owned());
        if matches!(step.to, Target::Previous) && event.to != back() {
            return false;
        }
        !is_fixed(kind, step, follow, differs) && self.is_allowed(kind, step, follow)
    }

    /// Whether something that the step demands does not hold in a book. Whether there is any record of a kind at all is
    /// not asked, since `lookup` may know only some of them. What it cannot answer hinders nobody.
    pub fn is_hindered(&self, kind: &Kind, follow: &Follow<'_>, lookup: &dyn Lookup) -> bool {
        let Follow { before, after, event } = follow;
        let Some(step) = kind.step_from(&event.step, &before.state) else { return false };
        let ids = Own(&before.id);
        let setting = Setting { policy: self.policy, people: self.people, lookup, ids: &ids, now: event.recorded() };
        let case = Case { kind, step, record: Some(before), fields: &before.fields };
        let any = |name: &str| step.needs.iter().any(|need| need.some && need.kind == name);
        let counts = |refusal: &Refusal| match refusal {
            Refusal::Unfulfilled(Unfulfilled::Needs { kind, .. }) => !any(kind),
            _ => true,
        };
        case.hindrances(&setting, lookup, after, event.at).is_ok_and(|found| found.iter().any(counts))
    }

    /// Whether the demands of the step hold, and the person may take it on the record as it is now.
    fn is_allowed(&self, kind: &Kind, step: &Step, follow: &Follow<'_>) -> bool {
        let Follow { before, after, event } = follow;
        let ids = Own(&before.id);
        let setting =
            Setting { policy: self.policy, people: self.people, lookup: &Apart, ids: &ids, now: event.recorded() };
        let case = Case { kind, step, record: Some(before), fields: &before.fields };
        let hindrances = case.hindrances(&setting, &Apart, after, event.at);
        !hindrances.is_ok_and(|found| !found.is_empty()) && self.entitles(kind, step, follow)
    }

    /// Whether the person may take the step of the event on the record as it is now, by role, four eyes and authority.
    pub fn is_entitled(&self, kind: &Kind, follow: &Follow<'_>) -> bool {
        let edit = Step::edit_like(kind.first_step());
        step_of(kind, follow, &edit).is_none_or(|step| self.entitles(kind, step, follow))
    }

    fn entitles(&self, kind: &Kind, step: &Step, follow: &Follow<'_>) -> bool {
        let Follow { before, after, event } = follow;
        let ids = Own(&before.id);
        let setting =
            Setting { policy: self.policy, people: self.people, lookup: &Apart, ids: &ids, now: event.recorded() };
        let case = Case { kind, step, record: Some(before), fields: &before.fields };
        // a step that another record's step caused needs nobody's authority
        if event.via.is_some() || event.people().any(|person| self.people.get(person).is_none()) {
            return true;
        }
        let typist = event.entered.clone().unwrap_or_else(|| event.by.clone());
        let actor = Actor { person: event.by.clone(), typist };
        if !is_open(case.hands(&setting, &actor)) {
            return false;
        }
        let hands = vec![Hand { by: event.by.clone(), for_: event.for_.clone() }];
        let hands = match case.four_eyes(&setting, &Apart, hands.clone(), &actor) {
            Ok(hands) => hands,
            Err(Refusal::Unanswered { .. }) => hands,
            Err(_) => return false,
        };
        match case.authority(&setting, &Apart, hands.clone(), after) {
            // other forms of the case can only add to what is decided on
            Err(Refusal::Unanswered { .. }) => {
                let alone = Setting { lookup: &Alone, ..setting };
                !matches!(case.authority(&alone, &Alone, hands, after), Err(Refusal::Unauthorised(_)))
            }
            outcome => outcome.is_ok(),
        }
    }
}

/// The step of the event from the state of the record. Kinds without a step `edit` can be edited until they are void.
fn step_of<'s>(kind: &'s Kind, follow: &Follow<'_>, edit: &'s Step) -> Option<&'s Step> {
    let Follow { before, event, .. } = follow;
    let free = event.step == EDIT && kind.steps_named(EDIT).next().is_none() && !kind.shape.is_void(&before.state);
    kind.step_from(&event.step, &before.state).or(free.then_some(edit))
}

/// Whether nothing is said against it, or it cannot be said without other records.
fn is_open<T>(outcome: Result<T, Refusal>) -> bool {
    matches!(outcome, Ok(_) | Err(Refusal::Unanswered { .. }))
}

/// Whether the event sets a field that a step has sealed, or that can be given only once and has a value.
fn is_fixed(kind: &Kind, step: &Step, follow: &Follow<'_>, differs: &dyn Fn(FieldId) -> bool) -> bool {
    let Follow { before, event, .. } = follow;
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
