//! Steps that wait for a deadline to pass (`overdue`): that the deadline is one of the kind, and can run where the step is taken.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{forward, with_previous};
use super::reader::{AllShapes, unknown};
use super::{Deadline, EDIT, Kind, Mark, Step, Target};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::nearest;
use crate::place::{Placed, Problem, Problems};
use crate::record::Class;

/// Notes what is wrong with the deadlines that steps of a kind wait for.
pub(super) fn check(kind: &Kind, shapes: &AllShapes, problems: &Problems) {
    for (at, step) in kind.steps.iter().enumerate() {
        for named in &step.overdue {
            if at == 0 {
                problems.say(&named.place, LoadText::FirstWaits);
            } else if let Some(deadline) = kind.deadline(&named.value) {
                runs_there(kind, step, deadline, named, problems);
            } else {
                problems.push(not_there(kind, named, shapes));
            }
        }
    }
}

fn not_there(kind: &Kind, named: &Placed<String>, shapes: &AllShapes) -> Problem {
    let elsewhere = shapes.deadlines.iter().find(|(_, deadlines)| deadlines.contains(&named.value));
    if let Some((other, _)) = elsewhere {
        let message = label!(LoadText::DeadlineElsewhere, name = named.value, other = other, kind = kind.name());
        return Problem::new(named.place.clone(), message).help(LoadText::WaitsOwn);
    }
    let near = nearest(&named.value, kind.deadlines.iter().map(|deadline| deadline.name.as_str()));
    unknown(&named.place, LoadText::WordDeadline, &named.value, kind.name(), near)
}

fn runs_there(kind: &Kind, step: &Step, deadline: &Deadline, named: &Placed<String>, problems: &Problems) {
    let runs = may_run(kind, deadline);
    if !step.from.is_empty() && !step.from.iter().any(|state| runs.contains(state.as_str())) {
        let message = label!(LoadText::NeverRuns, name = deadline.name, step = step.name, from = step.from.join(", "));
        let help = label!(LoadText::NeverRunsHelp, place = deadline.place);
        problems.push(Problem::new(named.place.clone(), message).help(help));
    }
}

/// The states in which a deadline may be running, whatever its condition says and whenever its fields and linked records are
/// filled in: every way through the lifecycle is followed, with the deadline running or not.
fn may_run<'k>(kind: &'k Kind, deadline: &Deadline) -> BTreeSet<&'k str> {
    let anytime = |mark: &Mark| match mark {
        Mark::Field(_) | Mark::Linked { .. } => true,
        // changing fields is a step of every kind, declared or not
        Mark::Step(step) => step == EDIT,
        Mark::State(_) => false,
    };
    let states = kind.shape.states().iter().map(|state| state.name.as_str());
    if deadline.starts.iter().any(anytime) {
        return states.collect();
    }
    let forward = forward(kind);
    let back = with_previous(kind, &forward);
    let mut open: Vec<(&str, bool)> = states.map(|state| (state, false)).collect();
    open.extend(
        kind.first_step().targets().into_iter().map(|to| (to, after(kind, deadline, kind.first_step(), to, false))),
    );
    let mut seen: BTreeSet<(&str, bool)> = BTreeSet::new();
    while let Some((state, runs)) = open.pop() {
        if !seen.insert((state, runs)) {
            continue;
        }
        for step in kind.steps_from(state) {
            open.extend(leads(step, state, &back).into_iter().map(|to| (to, after(kind, deadline, step, to, runs))));
        }
    }
    seen.into_iter().filter(|(_, runs)| *runs).map(|(state, _)| state).collect()
}

/// Where a step may lead from a state.
fn leads<'k>(step: &'k Step, from: &'k str, back: &BTreeMap<&'k str, BTreeSet<&'k str>>) -> Vec<&'k str> {
    match step.to {
        Target::Stay => vec![from],
        Target::Previous => back.get(from).into_iter().flatten().copied().collect(),
        Target::State(_) | Target::First(_) => step.targets(),
    }
}

/// Whether the deadline runs after a step that leads to a state, where it ran before it or not.
fn after(kind: &Kind, deadline: &Deadline, step: &Step, to: &str, runs: bool) -> bool {
    let enters = !matches!(step.to, Target::Stay);
    let marked = |marks: &[Mark]| {
        marks.iter().any(|mark| match mark {
            Mark::State(state) => enters && state == to,
            Mark::Step(name) => *name == step.name,
            Mark::Field(_) | Mark::Linked { .. } => false,
        })
    };
    let named = |states: &[String]| states.iter().any(|state| state == to);
    let closed = kind.shape.class(to) == Class::Closed && !named(&deadline.outlives);
    let ends = marked(&deadline.stops) || enters && (named(&deadline.misses) || closed);
    marked(&deadline.starts) || runs && !ends
}
