//! Open states without a deadline (CP17): nobody is reminded of such a record, and it may be forgotten. Each open
//! state in which somebody owes a step needs a deadline that can run in it, and each step into such a state must let
//! one run.

use std::collections::BTreeSet;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Course, Deadline, DeadlineTarget, Kind, Mark, Step, Target, course};
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::record::{Class, State};

pub(super) static CHECK: Check = Check { name: "no-clock", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    for kind in rulebook.policy.kinds.values() {
        // A deadline of the client is nobody's work.
        let own = kind.deadlines.iter().filter(|deadline| !deadline.outside);
        let clocks: Vec<(&Deadline, Course<'_>)> = own.map(|deadline| (&**deadline, course(kind, deadline))).collect();
        for state in kind.shape.states().iter().filter(|state| owed(state)) {
            if clocks.iter().all(|(_, course)| !course.runs.contains(state.name.as_str())) {
                found.say(&state.place, label!(Text::NoClock, state = state.name));
                continue;
            }
            for step in kind.steps.iter().filter(|step| step.targets().contains(&state.name.as_str())) {
                if clocks.iter().all(|(deadline, course)| !runs_after(kind, deadline, course, step, &state.name)) {
                    found.say(&step.place, label!(Text::NoClockAfter, step = step.name, state = state.name));
                }
            }
        }
    }
}

/// Whether somebody owes a step in a state.
fn owed(state: &State) -> bool {
    matches!(state.class, Class::New | Class::Open) && !state.resting && !state.retired
}

/// Whether a deadline may run after a step has led to a state. If it depends on a date that the step empties, it does
/// not run before there is a new date.
fn runs_after(kind: &Kind, deadline: &Deadline, course: &Course<'_>, step: &Step, to: &str) -> bool {
    if let DeadlineTarget::By(field) = deadline.target
        && step.clears.contains(&field)
        && !step.asks.iter().any(|ask| ask.field == field && ask.when.is_none())
    {
        return false;
    }
    let starts = |mark: &Mark| match mark {
        Mark::State(state) => state == to,
        Mark::Step(name) => *name == step.name,
        Mark::Field(_) | Mark::Filled(..) | Mark::Becomes(_) | Mark::Linked { .. } => true,
        Mark::Needs(name) => kind.steps_named(name).any(|step| step.leads_from(to)),
    };
    let stops = |mark: &Mark| match mark {
        Mark::State(state) => state == to,
        Mark::Step(name) => *name == step.name,
        Mark::Field(_) | Mark::Filled(..) | Mark::Becomes(_) | Mark::Linked { .. } | Mark::Needs(_) => false,
    };
    let ran: BTreeSet<&str> = step.from.iter().map(String::as_str).collect();
    let goes_on = course.runs.iter().any(|state| ran.contains(state));
    let ends = deadline.stops.iter().any(stops) || deadline.misses.iter().any(|state| state == to);
    debug_assert!(!matches!(step.to, Target::Stay | Target::Previous) && kind.shape.state(to).is_some());
    deadline.starts.iter().any(starts) || goes_on && !ends
}
