//! The deadlines of a record as values: which runs go on now, which is the nearest, and who holds them. `deadlines`
//! computes the runs.

use std::sync::Arc;

use crate::calendar::{self, Calendar, Laid, Moment, Outcome, Run};
use crate::kind::{Deadline, DeadlineTarget, Mark};
use crate::record::Id;
use crate::wording::Held;

/// A deadline of a record with its runs.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The deadline.
    pub deadline: Arc<Deadline>,
    /// The calendar that it uses.
    pub calendar: Arc<Calendar>,
    /// Who holds it, and so is reminded when it is missed.
    pub held: Held,
    /// The forms of the case over which it runs, in the order in which they were opened. Empty for a deadline of one
    /// record.
    pub forms: Vec<Id>,
    /// The dates that it had for this record, earlier ones too. Empty for a deadline with a limit.
    pub by: Vec<Laid>,
    /// What happened to it, in order. `cause` is the number of the record's event, or of the last event before it.
    pub marks: Vec<calendar::TimedMark>,
    /// Its runs, in order.
    pub runs: Vec<Run>,
    /// The periods whose time is shown separately, in order. `None` is the end of a period that goes on.
    pub apart: Vec<(Moment, Option<Moment>)>,
    /// When it was stopped by what: positions in `deadline.stops`.
    pub stopped: Vec<(Moment, usize)>,
}

impl Standing {
    /// The records that its runs belong to: the forms of the case over which it runs, or the record itself. The first
    /// of them identifies the runs.
    pub fn of<'s>(&'s self, record: &'s Id) -> &'s [Id] {
        if self.forms.is_empty() { std::slice::from_ref(record) } else { &self.forms }
    }

    /// The run that goes on now.
    pub fn running(&self) -> Option<&Run> {
        self.runs.last().filter(|run| run.is_running())
    }

    /// The marks of the deadline that stopped a run. Empty if it goes on, or ended otherwise.
    pub fn stopped_by<'s>(&'s self, run: &Run) -> impl Iterator<Item = &'s Mark> + use<'s> {
        let end = run.end.filter(|end| end.stopped).map(|end| end.at);
        let here = self.stopped.iter().filter(move |(at, _)| Some(*at) == end);
        here.filter_map(|(_, place)| self.deadline.stops.get(*place))
    }

    /// The separately shown periods of a run, each until its own end, the run's end, or `now`.
    pub fn apart_in(&self, run: &Run, now: Moment) -> Vec<(Moment, Moment)> {
        let end = run.until(now);
        let clipped = self.apart.iter().map(|(from, until)| ((*from).max(run.start), until.unwrap_or(end).min(end)));
        clipped.filter(|(from, until)| from < until).collect()
    }

    /// The target against which the runs were computed, for [`calendar::ledger`].
    pub fn target(&self) -> calendar::Target<'_> {
        target(&self.deadline, &self.by)
    }

    /// By what time waiting moves a run. `None` where it never does.
    pub fn moves(&self, run: &Run) -> Option<calendar::Waiting> {
        match &self.deadline.target {
            DeadlineTarget::Within(within) => run.limit(within).waiting(),
            DeadlineTarget::By(_) => None,
        }
    }
}

/// The target of a deadline, with the dates that it had.
pub(super) fn target<'t>(deadline: &'t Deadline, by: &'t [Laid]) -> calendar::Target<'t> {
    match &deadline.target {
        DeadlineTarget::Within(within) => calendar::Target::Within(within, deadline.roll),
        DeadlineTarget::By(_) => calendar::Target::By(by),
    }
}

/// The deadlines of a record in the order of its kind, without those that never started.
#[derive(Debug, Clone, Default)]
pub struct Standings(Vec<Arc<Standing>>);

/// A run that goes on, with its deadline.
#[derive(Debug, Clone, Copy)]
pub struct Running<'s> {
    /// Its deadline.
    pub standing: &'s Standing,
    /// The run.
    pub run: &'s Run,
}

impl Running<'_> {
    /// When it is due. `None` if the calendar does not know.
    pub fn due(&self) -> Option<Moment> {
        self.run.due.at()
    }

    /// Whether it goes on and its time has passed.
    pub fn is_overdue(&self) -> bool {
        self.run.outcome == Outcome::Breached
    }

    /// Whether it goes on, has not passed, and `now` lies in its warning time. A paused run does not warn, because
    /// its end moves.
    pub fn is_soon(&self, now: Moment) -> bool {
        let open = self.run.outcome == Outcome::Open && !self.run.is_held();
        let (Some(due), Some(span), true) = (self.due(), self.standing.deadline.warns, open) else { return false };
        self.standing.calendar.before(due, span).is_ok_and(|from| from <= now && now <= due)
    }

    /// The sort key of lists: a paused run comes after the others, and an unknown due time comes last.
    pub fn order(&self) -> (bool, bool, Option<Moment>) {
        (self.run.is_held(), self.due().is_none(), self.due())
    }
}

impl Standings {
    /// Each of them, in the order of the kind.
    pub fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.0.iter().map(Arc::as_ref)
    }

    /// Every run, of the company's own deadlines and of others, in the order of the kind.
    pub fn runs(&self) -> impl Iterator<Item = (&Standing, &Run)> {
        self.iter().flat_map(|standing| standing.runs.iter().map(move |run| (standing, run)))
    }

    /// The running deadlines of the company, in the order of the kind. A deadline without a time yet is left out,
    /// because it demands nothing. An example is the reply to an authority that nobody has asked for.
    pub fn running(&self) -> impl Iterator<Item = Running<'_>> {
        self.shared_running().filter_map(|standing| Some(Running { run: standing.running()?, standing }))
    }

    /// The same, as shared values that can be kept.
    pub(super) fn shared_running(&self) -> impl Iterator<Item = &Arc<Standing>> {
        let demands = |run: &Run| run.outcome != Outcome::Unset;
        self.0.iter().filter(move |of| !of.deadline.outside && of.running().is_some_and(demands))
    }

    /// Whether a deadline of somebody outside the company runs and has not passed, such as the time that a client has
    /// for a reply.
    pub fn awaits_others(&self) -> bool {
        let runs = |run: &Run| matches!(run.outcome, Outcome::Open | Outcome::Unknown);
        self.0.iter().any(|of| of.deadline.outside && of.running().is_some_and(runs))
    }

    /// Of the company's running deadlines, the one that is due first.
    pub fn nearest(&self) -> Option<Running<'_>> {
        self.running().min_by_key(Running::order)
    }

    /// Whether one of the company's deadlines runs and has passed.
    pub fn is_overdue(&self) -> bool {
        self.running().any(|running| running.is_overdue())
    }
}

impl FromIterator<Standing> for Standings {
    fn from_iter<I: IntoIterator<Item = Standing>>(standings: I) -> Self {
        Standings(standings.into_iter().map(Arc::new).collect())
    }
}
