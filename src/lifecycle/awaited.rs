//! What a record waits for now: of the steps that its state allows, those that the procedure wants next. What else can
//! be done is `options`'; nothing here keeps anybody from a step.
//!
//! It follows from the kind alone. States in their declared order are the record's life, and the record is to come to
//! the closed or resting states that milestones name. States that end a deadline are other answers on the way. Steps that only
//! stand beside the way are listed by `advance ID`. A step that leads to `previous` ends an interruption: it enters no
//! state again.

use std::collections::BTreeSet;

use super::Setting;
use super::entitled::Case;
use super::standings::Standings;
use crate::calendar::{Moment, Outcome, Run};
use crate::filter::Unanswered;
use crate::kind::{DeadlineTarget, EDIT, Kind, Mark, Step, Target};
use crate::record::{Class, FieldId, Id, Record};

/// What a record waits for.
#[derive(Debug, Clone, Default)]
pub struct Awaited<'k> {
    /// The steps, in the order of the kind.
    pub steps: Vec<&'k Step>,
    /// Steps that will be open once a deadline has passed, each with the moment until which it runs.
    pub later: Vec<(&'k Step, Moment)>,
    /// Other records that must come to an end before a step which leads onwards can be taken.
    pub records: Vec<(Id, String, String)>,
    /// How many other steps lead from the state.
    pub others: usize,
}

/// What a record waits for, by its kind's steps and deadlines:
///
/// - a step that leads onwards, on the way to a closed state which a milestone or the end of a deadline names; from a waiting
///   state the one that leads back;
/// - a step that ends a deadline which is running, or gives one that has no date yet its date;
/// - in place of one that comes `after` others, those of them that were not taken yet.
///
/// Of these, what is open only once a deadline has passed stands apart, with the moment until which that runs.
///
/// What a step demands of other records is not given with it: while that does not hold the step is not waited for.
///
/// # Errors
/// Other records that the rules ask of cannot be looked up.
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
        let lacking: Vec<String> = lacking.into_iter().map(|(step, _)| step.step).collect();
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
        let unpassed = case.unpassed(setting, setting.lookup, setting.now)?;
        if !case.passed(setting, setting.lookup, setting.now)?.is_empty() {
            continue; // it is too late for it
        }
        // what stands still, or does not run, opens nothing that could be waited for
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

/// Whether a record can wait for a step: neither for being edited, nor for being found to be a mistake, nor for being put right.
pub(super) fn waits_for(kind: &Kind, step: &Step) -> bool {
    step.name != EDIT && !step.voids(&kind.shape) && !step.only_corrects()
}

/// The steps that end a deadline which runs.
fn ending<'d>(standings: &'d Standings, setting: &Setting<'_>) -> BTreeSet<&'d str> {
    let begun = |run: &Run| run.start <= setting.now;
    let running = standings.iter().filter(|s| !s.deadline.outside && s.running().is_some_and(begun));
    let stops = running.flat_map(|standing| &standing.deadline.stops);
    stops.filter_map(|mark| if let Mark::Step(step) = mark { Some(step.as_str()) } else { None }).collect()
}

/// The fields that say when a deadline which runs is due, and do not say so yet.
fn undated(standings: &Standings, kind: &Kind) -> Vec<FieldId> {
    // a line that is not there is not asked for
    let own = standings.iter().filter(|standing| standing.deadline.line.is_none());
    let unset = own.filter(|standing| standing.running().is_some_and(|run| run.outcome == Outcome::Unset));
    let fields = unset.filter_map(|standing| match standing.deadline.target {
        DeadlineTarget::By(field) => Some(field),
        DeadlineTarget::Within(_) => None,
    });
    // a deadline of older rules may read a field that there is no more
    fields.filter(|field| field.index() < kind.shape.fields().len()).collect()
}

/// The states of a kind in their declared order, which is that of a record's life, and what they lead to.
struct Way<'k> {
    kind: &'k Kind,
    /// The states from which the end can be reached without going back.
    on: BTreeSet<&'k str>,
    /// The states that a record is to come to: those that a milestone names, closed or resting.
    goals: BTreeSet<&'k str>,
    /// Those that end a deadline: the other answers to what it waits for.
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
        // from the last state to the first, since ways only lead to later ones
        for state in kind.shape.states().iter().rev() {
            let under_way = matches!(state.class, Class::New | Class::Open);
            if under_way && kind.steps_from(&state.name).any(|step| way.leads_on(step, &state.name)) {
                way.on.insert(&state.name);
            }
        }
        way
    }

    /// Whether a step leads from a state onwards to the end.
    fn leads_on(&self, step: &Step, from: &str) -> bool {
        let at = |name: &str| self.kind.shape.states().iter().position(|state| state.name == name);
        // what would have been as near from an earlier state is not an answer to what is asked in this one
        let answers = |to: &str| self.answers.contains(to) && self.kind.rank(to) > self.kind.rank(from);
        let on = |to: &&str| at(to) > at(from) && (self.goals.contains(to) || self.on.contains(to) || answers(to));
        let waits = self.kind.shape.class(from) == Class::Waiting;
        waits && matches!(step.to, Target::Previous) || !waits && step.targets().iter().any(on)
    }
}
