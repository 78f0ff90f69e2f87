//! How the deadlines of a record stand, as values: which run now, which is the nearest, who holds them. `deadlines`
//! makes the runs.

use std::sync::Arc;

use crate::calendar::{self, Calendar, Laid, Moment, Outcome, Run};
use crate::kind::{Deadline, DeadlineTarget, Mark};
use crate::record::Id;
use crate::wording::Held;

/// How a deadline of a record stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The deadline.
    pub deadline: Arc<Deadline>,
    /// The calendar that it runs by.
    pub calendar: Arc<Calendar>,
    /// Who holds it: who is pressed when it is missed.
    pub held: Held,
    /// The forms of the case over which it runs, in the order in which they were opened; none for a deadline of the record alone.
    pub forms: Vec<Id>,
    /// What it demands of this record, and demanded before; empty for limits.
    pub by: Vec<Laid>,
    /// What happened to it, in order; `cause` is the number of the record's event, or that of the last before it.
    pub marks: Vec<calendar::TimedMark>,
    /// Its runs, in order.
    pub runs: Vec<Run>,
    /// The stretches whose time is told apart, in order; none is the end of one that lasts.
    pub apart: Vec<(Moment, Option<Moment>)>,
    /// What stopped it when: the places in `deadline.stops`.
    pub stopped: Vec<(Moment, usize)>,
}

impl Standing {
    /// The records that its runs belong to: the forms of the case over which it runs, or the record itself. The first one tells
    /// these runs from those of others.
    pub fn of<'s>(&'s self, record: &'s Id) -> &'s [Id] {
        if self.forms.is_empty() { std::slice::from_ref(record) } else { &self.forms }
    }

    /// The run that is going on.
    pub fn running(&self) -> Option<&Run> {
        self.runs.last().filter(|run| run.is_running())
    }

    /// What stopped a run, of what the deadline names. Nothing if it goes on, or ended otherwise.
    pub fn stopped_by<'s>(&'s self, run: &Run) -> impl Iterator<Item = &'s Mark> + use<'s> {
        let end = run.end.filter(|end| end.stopped).map(|end| end.at);
        let here = self.stopped.iter().filter(move |(at, _)| Some(*at) == end);
        here.filter_map(|(_, place)| self.deadline.stops.get(*place))
    }

    /// The stretches of a run that are told apart, each to its end, that of the run, or `now`.
    pub fn apart_in(&self, run: &Run, now: Moment) -> Vec<(Moment, Moment)> {
        let end = run.until(now);
        let clipped = self.apart.iter().map(|(from, until)| ((*from).max(run.start), until.unwrap_or(end).min(end)));
        clipped.filter(|(from, until)| from < until).collect()
    }

    /// What the runs were computed against, for [`calendar::ledger`].
    pub fn target(&self) -> calendar::Target<'_> {
        target(&self.deadline, &self.by)
    }
}

/// What a deadline demands, by what was laid down for it.
pub(super) fn target<'t>(deadline: &'t Deadline, by: &'t [Laid]) -> calendar::Target<'t> {
    match &deadline.target {
        DeadlineTarget::Within(within) => calendar::Target::Within(within, deadline.roll),
        DeadlineTarget::By(_) => calendar::Target::By(by),
    }
}

/// The deadlines of a record in the order of its kind; those that never started are left out.
#[derive(Debug, Clone, Default)]
pub struct Standings(Vec<Arc<Standing>>);

/// A run that goes on, with its deadline.
#[derive(Debug, Clone, Copy)]
pub struct Running<'s> {
    /// How its deadline stands.
    pub standing: &'s Standing,
    /// The run.
    pub run: &'s Run,
}

impl Running<'_> {
    /// When it is due. `None` if the calendar does not know.
    pub fn due(&self) -> Option<Moment> {
        self.run.due.at()
    }

    /// Whether it goes on and has passed.
    pub fn is_overdue(&self) -> bool {
        self.run.outcome == Outcome::Breached
    }

    /// Whether it goes on, has not passed, and `now` lies in the span before its end in which it warns. What stands still warns of
    /// nothing, since its end moves.
    pub fn is_soon(&self, now: Moment) -> bool {
        let open = self.run.outcome == Outcome::Open && !self.run.is_held();
        let (Some(due), Some(span), true) = (self.due(), self.standing.deadline.warns, open) else { return false };
        self.standing.calendar.before(due, span).is_ok_and(|from| from <= now && now <= due)
    }

    /// By this lists are in order: what stands still comes after what goes on, and a due time that the calendar does not know last.
    pub fn order(&self) -> (bool, bool, Option<Moment>) {
        (self.run.is_held(), self.due().is_none(), self.due())
    }
}

impl Standings {
    /// Each of them, in the order of the kind.
    pub fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.0.iter().map(Arc::as_ref)
    }

    /// Every run of the company's own deadlines and of the others, in the order of the kind.
    pub fn runs(&self) -> impl Iterator<Item = (&Standing, &Run)> {
        self.iter().flat_map(|standing| standing.runs.iter().map(move |run| (standing, run)))
    }

    /// The company's own deadlines that run now, in the order of the kind. A deadline for which nobody has laid down a time
    /// demands nothing yet, such as the reply to an authority that nobody asked for: it is left out.
    pub fn running(&self) -> impl Iterator<Item = Running<'_>> {
        self.shared_running().filter_map(|standing| Some(Running { run: standing.running()?, standing }))
    }

    /// The same, to be kept.
    pub(super) fn shared_running(&self) -> impl Iterator<Item = &Arc<Standing>> {
        let demands = |run: &Run| run.outcome != Outcome::Unset;
        self.0.iter().filter(move |of| !of.deadline.outside && of.running().is_some_and(demands))
    }

    /// Whether something that is not the company's runs and has not passed, such as the time that a client has to reply.
    pub fn awaits_others(&self) -> bool {
        let runs = |run: &Run| matches!(run.outcome, Outcome::Open | Outcome::Unknown);
        self.0.iter().any(|of| of.deadline.outside && of.running().is_some_and(runs))
    }

    /// Of the company's own deadlines that run now the one that falls due first.
    pub fn nearest(&self) -> Option<Running<'_>> {
        self.running().min_by_key(Running::order)
    }

    /// Whether one of the company's own deadlines runs and has passed.
    pub fn is_overdue(&self) -> bool {
        self.running().any(|running| running.is_overdue())
    }
}

impl FromIterator<Standing> for Standings {
    fn from_iter<I: IntoIterator<Item = Standing>>(standings: I) -> Self {
        Standings(standings.into_iter().map(Arc::new).collect())
    }
}
