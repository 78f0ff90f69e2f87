//! A run of a deadline as reports count it: plain values without rules.

use std::sync::Arc;

use crate::calendar::{Moment, Outcome, Run};
use crate::kind::{Deadline, Mark};
use crate::lifecycle::{Standing, Standings};
use crate::locale::Label;
use crate::record::Id;

/// What all runs of a deadline have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timing {
    /// The deadline's name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The states that stop it.
    pub stops: Vec<String>,
    /// The name of its calendar.
    pub calendar: String,
}

impl Timing {
    /// The timing of a deadline with the calendar of this name.
    pub fn of(deadline: &Deadline, calendar: &str) -> Timing {
        Timing {
            name: deadline.name.clone(),
            label: deadline.label.clone(),
            stops: states(&deadline.stops),
            calendar: calendar.to_owned(),
        }
    }
}

/// A run of a deadline of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The deadline.
    pub timing: Arc<Timing>,
    /// When it began.
    pub start: Moment,
    /// When it is due, if that is known.
    pub due: Option<Moment>,
    /// When it ended. `None` while it runs.
    pub end: Option<Moment>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The holder's stored name: `li.na`, `role:qm`. `None` if it was not asked for. It depends on today's staff, and
    /// takes longer to compute than the run itself.
    pub holder: Option<String>,
    /// The marks of the deadline that stopped it: states, and steps as `step:NAME`. Empty if it goes on, or if a
    /// closed state or an ended condition stopped it.
    pub stopped_by: Vec<String>,
    /// The forms of the case over which it runs. Empty for a deadline of one record.
    pub forms: Vec<Id>,
    /// Its working time in minutes, until its end or now. `None` beyond what the calendar knows.
    pub worked: Option<i64>,
    /// By how many minutes of working time it is late, until its end or now. `None` if it was dropped in time.
    pub over: Option<i64>,
}

impl Clock {
    /// Every run of the company's deadlines of a record at `now`, without holders. Runs with an unknown due date are
    /// left out.
    pub fn of(standings: &Standings, now: Moment) -> Vec<Clock> {
        let standings = standings.iter().filter(|standing| !standing.deadline.outside);
        let mut found = Vec::new();
        for standing in standings {
            let mut runs = standing.runs.iter().filter(|run| run.outcome.counts()).peekable();
            if runs.peek().is_some() {
                let timing = Arc::new(Timing::of(&standing.deadline, standing.calendar.name()));
                found.extend(runs.map(|run| Clock::of_run(&timing, standing, run, now)));
            }
        }
        found
    }

    /// The same with the holder of each.
    pub fn held(standings: &Standings, now: Moment) -> Vec<Clock> {
        let mut clocks = Clock::of(standings, now);
        for clock in &mut clocks {
            let own = standings.iter().find(|standing| standing.deadline.name == clock.timing.name);
            clock.holder = own.map(|standing| standing.held.stored());
        }
        clocks
    }

    fn of_run(timing: &Arc<Timing>, standing: &Standing, run: &Run, now: Moment) -> Clock {
        let minutes = |seconds: i64| seconds / 60;
        let over = run.overdue_work(&standing.calendar, now).ok().map(minutes);
        Clock {
            timing: timing.clone(),
            start: run.start,
            due: run.due.at(),
            end: run.end.map(|end| end.at),
            outcome: run.outcome,
            holder: None,
            stopped_by: standing.stopped_by(run).map(said).collect(),
            forms: standing.forms.clone(),
            worked: run.worked(&standing.calendar, now).ok().map(minutes),
            over: over.filter(|over| !run.is_never() || *over > 0),
        }
    }

    /// The deadline's name.
    pub fn name(&self) -> &str {
        &self.timing.name
    }

    /// Whether it was overdue and still running right before `at`.
    pub fn is_overdue_at(&self, at: Moment) -> bool {
        let late = self.due.is_some_and(|due| due < at);
        late && self.outcome == Outcome::Breached && self.start < at && self.end.is_none_or(|end| end >= at)
    }

    /// Whether it was due in a time span, and whether by `now` it is known if it was met.
    pub fn was_due_in(&self, (from, until): (Moment, Moment), now: Moment) -> bool {
        self.due.is_some_and(|due| due >= from && due < until && (due < now || self.end.is_some()))
    }
}

/// A mark's name for scripts. Fields all get the same name: only that they are not states matters.
pub fn said(mark: &Mark) -> String {
    match mark {
        Mark::State(state) => state.clone(),
        Mark::Step(step) => format!("step:{step}"),
        Mark::Field(_) | Mark::Filled(..) => "field:".to_owned(),
        Mark::Becomes(becomes) => becomes.told.clone(),
        Mark::Needs(step) => format!("needs:{step}"),
        Mark::Linked { kind, step } => format!("{kind}:{step}"),
    }
}

fn states(marks: &[Mark]) -> Vec<String> {
    let state = |mark: &Mark| match mark {
        Mark::State(state) => Some(state.clone()),
        _ => None,
    };
    marks.iter().filter_map(state).collect()
}
