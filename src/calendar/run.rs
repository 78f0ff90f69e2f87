//! One run of a deadline: its marks, pauses, extensions, due time, end and outcome.

use serde::{Deserialize, Serialize};

use super::{Calendar, Moment, Outside, Roll, Span, Within};

/// Something that happened to a deadline. Marks count in the order of their times. At the same time they count in the
/// order of the record's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedMark {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: MarkKind,
    /// What made it, such as the number of the event. Runs and ledgers return it.
    pub cause: usize,
}

/// What a mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// A start is entered: a run opens, or the last one resumes. While one runs, only `restart` has an effect.
    Start,
    /// A stop is entered: the run ends.
    Stop,
    /// What the run demands has become impossible: it ends and is missed, at any time.
    Miss,
    /// A closed state is entered: the run ends.
    Close,
    /// Waiting begins. This may be before a run, which then opens waiting.
    Pause,
    /// Waiting ends.
    Unpause,
    /// The deadline's condition no longer holds: the run ends, and is missed if it was overdue.
    Lose,
    /// The condition holds (again): a run that would still go on does so, counted from its start.
    Gain,
    /// The condition holds (again): a run that would still go on begins now.
    Anew,
    /// The limit of the run becomes this span from its start. This has no effect once the run is overdue.
    Extend(Span),
}

/// What later starts do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Reopen {
    /// A new run opens once the last one has ended. While one runs, the start does nothing.
    #[default]
    Next,
    /// A new run opens. One that still runs ends there; if it was overdue, the breach stays.
    Restart,
    /// The last run goes on, and the gap is a pause.
    Resume,
}

/// What a deadline demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'t> {
    /// A limit from the start of a run. Pauses move it.
    Within(&'t Within, Roll),
    /// Times that were set, such as a promise and its renewals, in order. Pauses do not move them.
    By(&'t [Laid]),
}

/// When a run is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// By this moment, inclusive.
    At(Moment),
    /// The calendar does not know.
    Unknown(Outside),
    /// No time was set.
    Unset,
}

impl Due {
    /// The moment, if there is one.
    pub fn at(&self) -> Option<Moment> {
        match self {
            Due::At(at) => Some(*at),
            Due::Unknown(_) | Due::Unset => None,
        }
    }
}

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It runs and is not overdue.
    Open,
    /// It ended by its due moment.
    Met,
    /// It ended after its due moment or without what it demanded, or it runs and is overdue.
    Breached,
    /// The calendar does not know when it is due.
    Unknown,
    /// Nothing says when it is due.
    Unset,
    /// Its condition stopped holding before it was due: it was neither met nor missed.
    Dropped,
}

impl Outcome {
    /// Whether figures and forms include the run: it demands something, or did until its end.
    pub const fn counts(self) -> bool {
        !matches!(self, Outcome::Unset | Outcome::Dropped)
    }

    /// The name that scripts read.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Met => "met",
            Outcome::Breached => "breached",
            Outcome::Unknown => "unknown",
            Outcome::Unset => "unset",
            Outcome::Dropped => "dropped",
        }
    }
}

/// Why a stretch of a run does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PauseKind {
    /// Waiting, such as for the client.
    Waiting,
    /// Between the end of the run and its resumption.
    Gap,
}

/// A stretch of a run that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Its start.
    pub from: Moment,
    /// Its end, exclusive. `None` while it lasts.
    pub until: Option<Moment>,
    /// Why.
    pub kind: PauseKind,
    /// Whether it moves the due moment. After the due moment it does not.
    pub moves: bool,
    /// The mark that began it (`TimedMark::cause`).
    pub cause: usize,
}

/// A longer limit that a run was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// When.
    pub at: Moment,
    /// The limit from the start of the run.
    pub to: Span,
    /// Whether it counts. It does not if the run was overdue, or if the run would be due earlier.
    pub counts: bool,
    /// The mark that extended it (`TimedMark::cause`).
    pub cause: usize,
}

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Moment,
    /// Whether a stop ended it, and not a closed state.
    pub stopped: bool,
    /// Whether what it demanded was never done.
    pub never: bool,
    /// Whether it ended because its condition no longer held.
    pub lost: bool,
    /// The mark that ended it (`TimedMark::cause`).
    pub cause: usize,
}

/// One run of a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its start.
    pub start: Moment,
    /// The mark that started it (`TimedMark::cause`).
    pub cause: usize,
    /// The stretches that do not count, in order, without overlaps.
    pub pauses: Vec<Pause>,
    /// The longer limits that it got, in order, including those that came too late.
    pub extensions: Vec<Extension>,
    /// By how much pauses moved it, in seconds: of working time or elapsed, as `Within::waiting` says.
    pub moved: i64,
    /// When it is due, with the pauses up to now.
    pub due: Due,
    /// Its end. `None` while it runs.
    pub end: Option<End>,
    /// Its state.
    pub outcome: Outcome,
}

impl Run {
    /// The limit that holds now: that of the deadline, or the one to which the run was extended.
    pub fn limit(&self, within: &Within) -> Within {
        let extended = self.extensions.iter().rfind(|extension| extension.counts);
        extended.map_or_else(|| within.clone(), |extension| Within::Span(extension.to))
    }

    /// Whether the run is going on.
    pub fn is_running(&self) -> bool {
        self.end.is_none()
    }

    /// Whether it ended because its condition no longer held.
    pub fn is_lost(&self) -> bool {
        self.end.is_some_and(|end| end.lost)
    }

    /// Whether it ended without what it demanded.
    pub fn is_never(&self) -> bool {
        self.end.is_some_and(|end| end.never || end.lost)
    }

    /// Whether the run is going on and waits.
    pub fn is_paused(&self) -> bool {
        self.is_running() && self.pauses.last().is_some_and(|pause| pause.until.is_none())
    }

    /// Whether the run waits and is not overdue, so that its due moment moves with the clock. One that falls on a
    /// certain day or time does not move, and goes overdue while it waits.
    pub fn is_held(&self) -> bool {
        self.is_paused() && self.outcome == Outcome::Open && self.pauses.last().is_some_and(|pause| pause.moves)
    }

    /// The end of the run, or `now` while it runs.
    pub fn until(&self, now: Moment) -> Moment {
        self.end.map_or(now, |end| end.at).max(self.start)
    }

    /// The stretches in which the run ran, without its pauses.
    pub fn running(&self, now: Moment) -> Vec<(Moment, Moment)> {
        let end = self.until(now);
        let mut from = self.start;
        let mut found = Vec::new();
        for pause in &self.pauses {
            found.push((from, pause.from.min(end)));
            from = pause.until.unwrap_or(end);
        }
        found.push((from, end));
        found.retain(|(from, until)| from < until);
        found
    }

    /// The time in which the run ran, in elapsed seconds.
    pub fn elapsed(&self, now: Moment) -> i64 {
        self.running(now).into_iter().map(|(from, until)| seconds(from, until)).sum()
    }

    /// The time in which the run ran, in working seconds: the overlap of running and working time.
    ///
    /// # Errors
    /// If the calendar does not know an instant.
    pub fn worked(&self, calendar: &Calendar, now: Moment) -> Result<i64, Outside> {
        self.running(now).into_iter().map(|(from, until)| calendar.between(from, until)).sum()
    }

    /// How long the run ran after it was due, in working seconds. 0 if it was not overdue, or has no due time.
    ///
    /// # Errors
    /// If the calendar does not know an instant.
    pub fn overdue_work(&self, calendar: &Calendar, now: Moment) -> Result<i64, Outside> {
        match &self.due {
            Due::Unset => Ok(0),
            Due::Unknown(outside) => Err(outside.clone()),
            Due::At(due) => {
                self.running(now).into_iter().map(|(from, until)| calendar.between(from.max(*due), until)).sum()
            }
        }
    }

    /// Elapsed seconds from the due moment to the end of the run, or to `now`. 0 if it was not overdue.
    pub fn overdue(&self, now: Moment) -> i64 {
        self.due.at().map_or(0, |due| seconds(due, self.until(now)).max(0))
    }
}

/// Elapsed seconds from one moment to another.
pub(super) fn seconds(from: Moment, until: Moment) -> i64 {
    until.signed_duration_since(from).num_seconds()
}

pub(super) fn pause(from: Moment, kind: PauseKind, cause: usize) -> Pause {
    Pause { from, until: None, kind, moves: false, cause }
}

pub(super) fn end_pause(run: &mut Run, at: Moment) {
    if let Some(pause) = run.pauses.last_mut().filter(|pause| pause.until.is_none()) {
        pause.until = Some(at);
    }
}

/// The state of a run. `held` says whether it waits and is not overdue.
pub(super) fn outcome(due: &Due, end: Option<End>, now: Moment, held: bool) -> Outcome {
    match (due, end) {
        (Due::Unset, _) => Outcome::Unset,
        (Due::Unknown(_), _) => Outcome::Unknown,
        (Due::At(_), Some(End { never: true, .. })) => Outcome::Breached,
        (Due::At(due), Some(End { lost: true, at, .. })) if at <= *due => Outcome::Dropped,
        (Due::At(due), Some(end)) if end.at <= *due => Outcome::Met,
        (Due::At(_), Some(_)) => Outcome::Breached,
        (Due::At(due), None) if now <= *due || held => Outcome::Open,
        (Due::At(_), None) => Outcome::Breached,
    }
}

/// A time that was set, such as a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Laid {
    /// The time. `None` if there is none yet, or none any more.
    pub by: Option<Moment>,
    /// When it was set. `None` for the beginning.
    pub since: Option<Moment>,
    /// What set it, such as the number of the event.
    pub cause: usize,
}
