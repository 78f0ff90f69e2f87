//! A run of a deadline as reports count it: plain values, no rules behind them.

use crate::calendar::{Moment, Outcome, Run};
use crate::kind::Mark;
use crate::lifecycle::{Standing, Standings};
use crate::locale::Label;
use crate::record::Id;

/// A run of a deadline of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The deadline's name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// When it began.
    pub start: Moment,
    /// When it is due, where that is known.
    pub due: Option<Moment>,
    /// When it ended; none while it runs.
    pub end: Option<Moment>,
    /// How it stands.
    pub outcome: Outcome,
    /// Who is pressed, as it is stored: `li.na`, `role:qm`.
    pub holder: String,
    /// The states that stop it.
    pub stops: Vec<String>,
    /// What stopped it, of what the deadline names: states, and steps as `step:NAME`. Nothing where it goes on, or where a closed
    /// state or a lost condition ended it.
    pub stopped_by: Vec<String>,
    /// The forms of the case over which it runs. `None` for a deadline of the record alone.
    pub forms: Vec<Id>,
    /// The calendar that it runs by.
    pub calendar: String,
    /// Minutes of working time that it ran, until its end or now. `None` beyond what the calendar knows.
    pub worked: Option<i64>,
    /// Minutes of working time by which it is late, until its end or now. `None` if what it demanded was passed over in time.
    pub over: Option<i64>,
}

impl Clock {
    /// Every run of a record's deadlines, as seen at `now`. Runs whose due date is unknown are left out, and those that
    /// are not the company's.
    pub fn of(standings: &Standings, now: Moment) -> Vec<Clock> {
        let minutes = |seconds: i64| seconds / 60;
        let one = |standing: &Standing, run: &Run| Clock {
            name: standing.deadline.name.clone(),
            label: standing.deadline.label.clone(),
            start: run.start,
            due: run.due.at(),
            end: run.end.map(|end| end.at),
            outcome: run.outcome,
            holder: standing.held.stored(),
            stops: states(&standing.deadline.stops),
            stopped_by: standing.stopped_by(run).map(named).collect(),
            forms: standing.forms.clone(),
            calendar: standing.calendar.name().to_owned(),
            worked: run.worked(&standing.calendar, now).ok().map(minutes),
            over: run
                .overdue_work(&standing.calendar, now)
                .ok()
                .map(minutes)
                .filter(|over| !run.is_never() || *over > 0),
        };
        let own = standings.runs().filter(|(of, run)| !of.deadline.outside && run.outcome.counts());
        own.map(|(standing, run)| one(standing, run)).collect()
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
fn named(mark: &Mark) -> String {
    match mark {
        Mark::State(state) => state.clone(),
        Mark::Step(step) => format!("step:{step}"),
        Mark::Field(_) => "field:".to_owned(),
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
