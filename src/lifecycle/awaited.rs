//! What a record waits for now: of the steps that its state allows, those that the procedure wants next. `options`
//! lists what else can be done. Nothing here prevents a step.
//!
//! The answer follows from the kind alone. The declared order of the states is the record's life. The record should
//! reach the closed or resting states that milestones name; states that end a deadline are other possible answers.
//! Steps that are not on this way are only listed by `advance ID`. A step that leads to `previous` ends an
//! interruption and enters no state again.

use std::collections::BTreeSet;

use super::Setting;
use super::before::Given;
use super::entitled::Case;
use super::standings::Standings;
use crate::calendar::{Moment, Outcome, Run};
use crate::filter::Unanswered;
use crate::kind::{DeadlineTarget, EDIT, Kind, Mark, Next, Step, Target};
use crate::record::{Class, FieldId, Id, Record};

/// What a record waits for.
#[derive(Debug, Clone, Default)]
pub struct Awaited<'k> {
    /// The steps, in the order of the kind.
    pub steps: Vec<&'k Step>,
    /// Steps that may be taken once a deadline has passed, each with the moment until which the deadline runs.
    pub later: Vec<(&'k Step, Moment)>,
    /// Other records that must end before a step that leads onwards can be taken, with kind and state.
    pub records: Vec<(Id, String, String)>,
    /// How many other steps lead from the state.
    pub others: usize,
}

/// What a record waits for, by its kind's steps and deadlines:
///
/// - a step that leads onwards, towards a closed state that a milestone or the end of a deadline names; from a
///   waiting state, the step that leads back;
/// - a step that ends a running deadline, or that gives a running deadline its missing date;
/// - if a step must come `after` others, those of them that were not taken yet, in its place;
/// - if a step demands what another step of the state gives, such as a level or a date in each line, that other step,
///   in its place.
///
/// Steps that may only be taken once a deadline has passed are listed separately, with the moment until which it
/// runs.
///
/// Steps that the kind does not want among the next ones (`next`) are left out.
///
/// A step may have demands on other records that taking the step cannot meet. While they are not met, the record does
/// not wait for it.
///
/// # Errors
/// If other records that the rules ask about cannot be looked up.
pub fn awaited<'k>(
    kind: &'k Kind,
    setting: &Setting<'_>,
    record: &Record,
    standings: &Standings,
) -> Result<Awaited<'k>, Unanswered> {
    let steps: Vec<&'k Step> =
        kind.steps.iter().filter(|step| waits_for(kind, step) && step.leads_from(&record.state)).collect();
    let ending = ending(standings, setting);
    let undated = undated(standings, kind);
    let way = Way::of(kind);
    let (mut wanted, mut found) = (BTreeSet::new(), Awaited::default());
    for (at, step) in steps.iter().enumerate() {
        let gives = |field: &FieldId| step.asks.iter().any(|ask| ask.field == *field);
        let wanted_now =
            ending.contains(step.name.as_str()) || matches!(step.to, Target::Stay) && undated.iter().any(gives);
        if !wanted_now && !way.leads_on(step, &record.state) {
            continue;
        }
        let case = Case { kind, step, record: Some(record), fields: &record.fields };
        let elsewhere = case.elsewhere(setting.lookup, record)?;
        if !elsewhere.possible {
            continue;
        }
        let lacking = case.lacking_before(setting, setting.lookup, record)?;
        let mut lacking: Vec<String> = lacking.into_iter().map(|(step, _)| step.step).collect();
        match case.lacking_given(&steps, setting.lookup, record)? {
            Given::WithIt => {}
            Given::Before(others) => lacking.extend(others),
            Given::Nowhere => continue,
        }
        if lacking.is_empty() && elsewhere.open.is_empty() {
            wanted.insert(at);
        }
        let before = steps.iter().enumerate().filter(|(_, other)| lacking.contains(&other.name));
        wanted.extend(before.map(|(at, _)| at));
        let new = elsewhere.open.into_iter().filter(|(id, ..)| !found.records.iter().any(|(known, ..)| known == id));
        found.records.extend(new.collect::<Vec<_>>());
    }
    for step in wanted.iter().map(|at| steps[*at]) {
        let case = Case { kind, step, record: Some(record), fields: &record.fields };
        match &step.next {
            Next::Always => {}
            Next::When(condition) if condition.filter.matches(record, setting.lookup)? => {}
            Next::Never | Next::When(_) => continue,
        }
        let unpassed = case.unpassed(setting, setting.lookup, setting.now)?;
        if !case.passed(setting, setting.lookup, setting.now)?.is_empty() {
            continue; // the step is too late
        }
        // if a deadline is paused or does not run, the step that waits for it will not open
        let until: Option<Vec<Moment>> = unpassed.iter().map(|(_, waits)| waits.until()).collect();
        let Some(until) = until else { continue };
        match until.into_iter().max() {
            Some(until) => found.later.push((step, until)),
            None => found.steps.push(step),
        }
    }
    found.others = steps.len() - found.steps.len() - found.later.len();
    Ok(found)
}

/// Whether a record can wait for a step. It does not wait for edits, for being marked as a mistake, or for
/// corrections.
pub(super) fn waits_for(kind: &Kind, step: &Step) -> bool {
    step.name != EDIT && !step.voids(&kind.shape) && !step.only_corrects()
}

/// The steps that end a running deadline.
fn ending<'d>(standings: &'d Standings, setting: &Setting<'_>) -> BTreeSet<&'d str> {
    let begun = |run: &Run| run.start <= setting.now;
    let running = standings.iter().filter(|s| !s.deadline.outside && s.running().is_some_and(begun));
    let stops = running.flat_map(|standing| &standing.deadline.stops);
    stops.filter_map(|mark| if let Mark::Step(step) = mark { Some(step.as_str()) } else { None }).collect()
}

/// The fields that give a running deadline its end, but are still empty.
fn undated(standings: &Standings, kind: &Kind) -> Vec<FieldId> {
    // a line that does not exist is not asked for
    let own = standings.iter().filter(|standing| standing.deadline.line.is_none());
    let unset = own.filter(|standing| standing.running().is_some_and(|run| run.outcome == Outcome::Unset));
    let fields = unset.filter_map(|standing| match standing.deadline.target {
        DeadlineTarget::By(field) => Some(field),
        DeadlineTarget::Within(_) => None,
    });
    // a deadline of older rules may read a field that no longer exists
    fields.filter(|field| field.index() < kind.shape.fields().len()).collect()
}

/// The states of a kind in their declared order (a record's life), and what they lead to.
struct Way<'k> {
    kind: &'k Kind,
    /// The states from which the end can be reached without going back.
    on: BTreeSet<&'k str>,
    /// The states that a record should reach: closed or resting states that a milestone names.
    goals: BTreeSet<&'k str>,
    /// The states that end a deadline: the other possible answers.
    answers: BTreeSet<&'k str>,
}

impl<'k> Way<'k> {
    fn of(kind: &'k Kind) -> Self {
        let stops = kind.deadlines.iter().flat_map(|deadline| &deadline.stops);
        let stopping = stops.filter_map(|mark| if let Mark::State(state) = mark { Some(state) } else { None });
        let reached = kind.milestones.iter().flat_map(|milestone| &milestone.states);
        let closed = |state: &&String| kind.shape.class(state) == Class::Closed;
        let rests = |state: &&String| kind.shape.state(state).is_some_and(|state| state.resting);
        let goals = reached.filter(|state| closed(state) || rests(state)).map(String::as_str).collect();
        let answers = stopping.filter(closed).map(String::as_str).collect();
        let mut way = Way { kind, on: BTreeSet::new(), goals, answers };
        // from the last state to the first, because the way only leads to later states
        for state in kind.shape.states().iter().rev() {
            let under_way = matches!(state.class, Class::New | Class::Open);
            if under_way && kind.steps_from(&state.name).any(|step| way.leads_on(step, &state.name)) {
                way.on.insert(&state.name);
            }
        }
        way
    }

    /// Whether a step leads from a state towards the end.
    fn leads_on(&self, step: &Step, from: &str) -> bool {
        let at = |name: &str| self.kind.shape.states().iter().position(|state| state.name == name);
        // a state that an earlier state could reach as well is not an answer to what this state asks
        let answers = |to: &str| self.answers.contains(to) && self.kind.rank(to) > self.kind.rank(from);
        let on = |to: &&str| at(to) > at(from) && (self.goals.contains(to) || self.on.contains(to) || answers(to));
        let waits = self.kind.shape.class(from) == Class::Waiting;
        waits && matches!(step.to, Target::Previous) || !waits && step.targets().iter().any(on)
    }
}
