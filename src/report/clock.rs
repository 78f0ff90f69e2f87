//! A run of a deadline as reports count it: plain values, no rules behind them.

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
    /// The calendar that it runs by.
    pub calendar: String,
}

impl Timing {
    /// That of a deadline which runs by the calendar of this name.
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
    /// When it is due, where that is known.
    pub due: Option<Moment>,
    /// When it ended. `None` while it runs.
    pub end: Option<Moment>,
    /// How it stands.
    pub outcome: Outcome,
    /// Who is pressed, as it is stored: `li.na`, `role:qm`. `None` if that was not asked for: it follows from the staff of today,
    /// and takes longer to find out than the run itself.
    pub holder: Option<String>,
    /// What stopped it, of what the deadline names: states, and steps as `step:NAME`. Nothing where it goes on, or where a closed
    /// state or a lost condition ended it.
    pub stopped_by: Vec<String>,
    /// The forms of the case over which it runs. `None` for a deadline of the record alone.
    pub forms: Vec<Id>,
    /// Minutes of working time that it ran, until its end or now. `None` beyond what the calendar knows.
    pub worked: Option<i64>,
    /// Minutes of working time by which it is late, until its end or now. `None` if what it demanded was passed over in time.
    pub over: Option<i64>,
}

impl Clock {
    /// Every run of a record's deadlines, as seen at `now`, without who holds them. Runs whose due date is unknown are left out, and
    /// those that are not the company's.
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

    /// The same with who holds each.
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

    /// Whether it was overdue and going on right before `at`.
    pub fn is_overdue_at(&self, at: Moment) -> bool {
        let late = self.due.is_some_and(|due| due < at);
        late && self.outcome == Outcome::Breached && self.start < at && self.end.is_none_or(|end| end >= at)
    }

    /// Whether it was due in a stretch of time, and by `now` it is known whether it was met.
    pub fn was_due_in(&self, (from, until): (Moment, Moment), now: Moment) -> bool {
        self.due.is_some_and(|due| due >= from && due < until && (due < now || self.end.is_some()))
    }
}

/// A mark as scripts name it. Fields are not told apart: all that matters of them is that they are no states.
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
