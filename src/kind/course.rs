//! What can follow what in a lifecycle: where a deadline may run, what can start and stop it, and which step can come
//! before another. Conditions are assumed to hold sometimes. Fields and linked records are assumed to change at any
//! time. So if this module says that something never happens, it never happens.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{forward, with_previous};
use super::{Deadline, EDIT, Kind, Mark, Step, Target};
use crate::calendar::Reopen;
use crate::record::Class;

/// What can happen to a deadline. Each list has the order of the deadline's own list: whether that mark or state ever
/// has an effect.
#[derive(Debug)]
pub(crate) struct Course<'k> {
    /// The states in which it can run.
    pub(crate) runs: BTreeSet<&'k str>,
    /// Whether each start ever begins a run, or lets one continue.
    pub(crate) starts: Vec<bool>,
    /// Whether each stop ever happens while it runs.
    pub(crate) stops: Vec<bool>,
    /// Whether each extension ever happens while it runs.
    pub(crate) extends: Vec<bool>,
    /// Whether each of these states is ever entered while it runs.
    pub(crate) misses: Vec<bool>,
    /// The same for the closed states in which it continues to run.
    pub(crate) outlives: Vec<bool>,
    /// Whether it ever runs in each of its pausing states.
    pub(crate) pauses: Vec<bool>,
    /// Whether a start ever happens after a run.
    pub(crate) again: bool,
    /// Whether a start ever happens during a run.
    pub(crate) during: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Clock {
    Never,
    Runs,
    Ended,
}

/// The situation of a record: its state, whether the deadline runs, and whether a run ended since the last
/// interruption began.
type Stand<'k> = (&'k str, Clock, bool);

/// Follows every way through the lifecycle of a kind for one of its deadlines.
pub(crate) fn course<'k>(kind: &'k Kind, deadline: &Deadline) -> Course<'k> {
    let mut walk = Walk {
        kind,
        deadline,
        found: Course {
            runs: BTreeSet::new(),
            starts: vec![false; deadline.starts.len()],
            stops: vec![false; deadline.stops.len()],
            extends: vec![false; deadline.extends.len()],
            misses: vec![false; deadline.misses.len()],
            outlives: vec![false; deadline.outlives.len()],
            pauses: vec![false; deadline.pauses.len()],
            again: false,
            during: false,
        },
    };
    walk.through();
    // A field holds one moment, so a single field starts at most one run.
    if let [Mark::Field(_)] = deadline.starts.as_slice() {
        (walk.found.again, walk.found.during) = (false, false);
    }
    walk.found
}

struct Walk<'k, 'd> {
    kind: &'k Kind,
    deadline: &'d Deadline,
    found: Course<'k>,
}

impl<'k> Walk<'k, '_> {
    fn through(&mut self) {
        let kind = self.kind;
        let entered = forward(kind);
        let back = with_previous(kind, &entered);
        let edits = !kind.steps.iter().any(|step| step.name == EDIT);
        // Imports bring records in any state and start nothing.
        let states = kind.shape.states().iter().filter(|state| !state.retired);
        let mut open: Vec<Stand<'k>> = states.map(|state| (state.name.as_str(), Clock::Never, false)).collect();
        for step in kind.steps.iter().filter(|step| step.from.is_empty()) {
            let targets = step.targets();
            open.extend(
                targets.into_iter().map(|to| self.after(Some(&step.name), true, false, (to, Clock::Never, false))),
            );
        }
        let mut seen = BTreeSet::new();
        while let Some(stand) = open.pop() {
            if !seen.insert(stand) {
                continue;
            }
            self.stands(stand);
            let (state, clock, since) = stand;
            for step in kind.steps_from(state) {
                let name = Some(step.name.as_str());
                for to in leads(step, state, &back) {
                    let (enters, previous) = (!matches!(step.to, Target::Stay), matches!(step.to, Target::Previous));
                    open.push(self.after(name, enters, previous, (to, clock, since)));
                }
            }
            if edits {
                open.push(self.after(Some(EDIT), false, false, stand));
            }
            open.extend(self.elsewhere(stand));
        }
    }

    fn stands(&mut self, (state, clock, _): Stand<'k>) {
        if clock == Clock::Runs {
            self.found.runs.insert(state);
            for (paused, acts) in self.deadline.pauses.iter().zip(&mut self.found.pauses) {
                *acts |= paused == state;
            }
        }
    }

    /// The situation after a step that leads to the state. The clock is the one before the step.
    fn after(
        &mut self,
        step: Option<&str>,
        enters: bool,
        previous: bool,
        (to, mut clock, since): Stand<'k>,
    ) -> Stand<'k> {
        let (deadline, found) = (self.deadline, &mut self.found);
        let runs = clock == Clock::Runs;
        let marks = |mark: &Mark, anew: bool| match mark {
            Mark::State(state) => enters && anew && state == to,
            Mark::Step(name) => step == Some(name.as_str()),
            Mark::Field(_) | Mark::Filled(..) | Mark::Becomes(_) | Mark::Linked { .. } | Mark::Needs(_) => false,
        };
        for (extends, acts) in deadline.extends.iter().zip(&mut found.extends) {
            *acts |= runs && marks(&extends.on, true);
        }
        let mut ended = false;
        for (_, acts) in deadline.stops.iter().zip(&mut found.stops).filter(|(mark, _)| runs && marks(mark, true)) {
            (*acts, ended) = (true, true);
        }
        let stopped = ended;
        for (_, acts) in deadline.misses.iter().zip(&mut found.misses).filter(|(state, _)| *state == to) {
            if runs && !stopped && enters {
                (*acts, ended) = (true, true);
            }
        }
        if runs && !ended && enters && self.kind.shape.class(to) == Class::Closed {
            let outlived = deadline.outlives.iter().position(|state| state == to);
            match outlived {
                Some(at) => found.outlives[at] = true,
                None => ended = true,
            }
        }
        if ended {
            clock = Clock::Ended;
        }
        let anew = !previous || since || ended;
        for (mark, acts) in deadline.starts.iter().zip(&mut found.starts) {
            if marks(mark, anew) {
                started(&mut clock, acts, deadline.reopen, (&mut found.again, &mut found.during));
            }
        }
        (to, clock, if enters && !previous { ended } else { previous || since || ended })
    }

    /// Everything that fields and linked records can cause at any time.
    fn elsewhere(&mut self, (state, clock, since): Stand<'k>) -> Vec<Stand<'k>> {
        let (deadline, found) = (self.deadline, &mut self.found);
        let anytime = |mark: &Mark| match mark {
            Mark::Field(_) | Mark::Filled(..) | Mark::Becomes(_) | Mark::Linked { .. } => true,
            Mark::Needs(step) => self.kind.steps_named(step).any(|step| step.leads_from(state)),
            Mark::State(_) | Mark::Step(_) => false,
        };
        let mut next = Vec::new();
        for (_, acts) in deadline.starts.iter().zip(&mut found.starts).filter(|(mark, _)| anytime(mark)) {
            let mut clock = clock;
            started(&mut clock, acts, deadline.reopen, (&mut found.again, &mut found.during));
            next.push((state, clock, since));
        }
        for (_, acts) in deadline.extends.iter().zip(&mut found.extends).filter(|(extends, _)| anytime(&extends.on)) {
            *acts |= clock == Clock::Runs;
        }
        for (_, acts) in deadline.stops.iter().zip(&mut found.stops).filter(|(mark, _)| anytime(mark)) {
            if clock == Clock::Runs {
                *acts = true;
                next.push((state, Clock::Ended, true));
            }
        }
        next
    }
}

/// A start happens.
fn started(clock: &mut Clock, acts: &mut bool, reopen: Reopen, (again, during): (&mut bool, &mut bool)) {
    *acts |= *clock != Clock::Runs || reopen == Reopen::Restart;
    *again |= *clock == Clock::Ended;
    *during |= *clock == Clock::Runs;
    *clock = Clock::Runs;
}

/// The states to which a step can lead from a state.
fn leads<'k>(step: &'k Step, from: &'k str, back: &BTreeMap<&'k str, BTreeSet<&'k str>>) -> Vec<&'k str> {
    match step.to {
        Target::Stay => vec![from],
        Target::Previous => back.get(from).into_iter().flatten().copied().collect(),
        Target::State(_) | Target::First(_) => step.targets(),
    }
}

/// The states in which a record can be after a step of this name.
pub(crate) fn following<'k>(kind: &'k Kind, name: &str) -> BTreeSet<&'k str> {
    let entered = forward(kind);
    let back = with_previous(kind, &entered);
    let mut open: Vec<&str> = Vec::new();
    for step in kind.steps.iter().filter(|step| step.name == name) {
        match step.from.as_slice() {
            [] => open.extend(step.targets()),
            from => open.extend(from.iter().flat_map(|from| leads(step, from, &back))),
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(state) = open.pop() {
        if seen.insert(state) {
            open.extend(kind.steps_from(state).flat_map(|step| leads(step, state, &back)));
        }
    }
    seen
}

/// The steps that can be taken from a state without leaving it: steps that change no state, and steps of its
/// interruptions.
pub(crate) fn within<'k>(kind: &'k Kind, state: &'k str) -> BTreeSet<&'k str> {
    let interrupts = |state: &&str| kind.steps_from(state).any(|step| matches!(step.to, Target::Previous));
    let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::from([state]), vec![state]);
    while let Some(at) = open.pop() {
        for step in kind.steps_from(at) {
            let begun: Vec<&str> = step.targets().into_iter().filter(interrupts).collect();
            if !begun.is_empty() || matches!(step.to, Target::Stay | Target::Previous) {
                found.insert(step.name.as_str());
            }
            open.extend(begun.into_iter().filter(|begun| seen.insert(begun)));
        }
    }
    found
}
