//! Steps that wait until a deadline passes (`overdue`), or must come before it passes (`before`). It must be a
//! deadline of the kind that can run in the states of the step.

use super::course::course;
use super::reader::{AllShapes, unknown};
use super::{Deadline, Kind, Step};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::nearest;
use crate::place::{Placed, Problem, Problems};

/// Notes what is wrong with the deadlines that steps of a kind wait for.
pub(super) fn check(kind: &Kind, shapes: &AllShapes, problems: &Problems) {
    for (at, step) in kind.steps.iter().enumerate() {
        for named in step.overdue.iter().chain(&step.before) {
            if at == 0 || step.opened {
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
    let runs = course(kind, deadline).runs;
    if !step.from.is_empty() && !step.from.iter().any(|state| runs.contains(state.as_str())) {
        let message = label!(LoadText::NeverRuns, name = deadline.name, step = step.name, from = step.from.join(", "));
        let help = label!(LoadText::NeverRunsHelp, place = deadline.place);
        problems.push(Problem::new(named.place.clone(), message).help(help));
    }
}
