//! The one deadline of a small rule book, in elapsed hours, computed from what was done to a case.

use chrono::TimeDelta;
use redress::calendar::Moment;

use super::STATES;
use super::oracle::Deed;
use super::world::Draw;

/// What starts or stops it.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    State(usize),
    Step(String),
}

#[derive(Debug)]
pub(super) struct Clock {
    pub(super) starts: Vec<Mark>,
    pub(super) stops: Vec<Mark>,
    pub(super) hours: i64,
    /// Whether waiting pauses it.
    pub(super) pauses: bool,
    pub(super) again: Again,
}

/// What happens if it is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It begins again if it has ended.
    Next,
    /// It begins again, even while it runs.
    Restarts,
    /// It goes on.
    Resumes,
}

/// A run of it.
struct Run {
    due: Moment,
    ended: Option<Moment>,
    /// Since when it waits.
    waits: Option<Moment>,
}

impl Run {
    /// Notes that it stood still, which moves it unless it was overdue by then.
    fn stood_still(&mut self, from: Moment, until: Moment) {
        if from <= self.due {
            self.due += until - from;
        }
    }

    fn goes_on(&mut self, at: Moment) {
        if let Some(from) = self.waits.take() {
            self.stood_still(from, at);
        }
    }
}

impl Clock {
    /// Draws a deadline that runs in the first state, so that a step from there may wait for it.
    pub(super) fn drawn(draw: &mut Draw<'_>, steps: usize) -> Clock {
        let mark = |draw: &mut Draw<'_>| match draw.one_in(2) {
            true => Mark::State(draw.below(5)),
            false => Mark::Step(format!("t{}", draw.below(steps))),
        };
        let starts = vec![Mark::State(0), mark(draw)];
        let stops = vec![mark(draw)];
        let hours = [1, 6, 30][draw.below(3)];
        Clock {
            starts,
            stops,
            hours,
            pauses: draw.one_in(2),
            again: [Again::Next, Again::Restarts, Again::Resumes][draw.below(3)],
        }
    }

    pub(super) fn file(&self) -> String {
        let marks = |marks: &[Mark]| -> Vec<String> {
            let mark = |mark: &Mark| match mark {
                Mark::State(state) => STATES[*state].to_owned(),
                Mark::Step(step) => format!("step:{step}"),
            };
            marks.iter().map(mark).collect()
        };
        let pauses = if self.pauses { "pauses = [\"w\"]\n" } else { "" };
        let reopen = match self.again {
            Again::Next => "",
            Again::Restarts => "reopen = \"restart\"\n",
            Again::Resumes => "reopen = \"resume\"\n",
        };
        format!(
            "[[deadlines]]\nname = \"clock\"\nstarts = {:?}\nstops = {:?}\nwithin = \"{} hours\"\n{reopen}{pauses}",
            marks(&self.starts),
            marks(&self.stops),
            self.hours
        )
    }

    /// Whether it runs and is overdue at a moment, by what had happened until then. A step that is noted later may
    /// come before others.
    pub(super) fn is_overdue(&self, deeds: &[Deed], at: Moment) -> bool {
        let mut run: Option<Run> = None;
        let (mut waiting, mut stack, mut stopped) = (false, Vec::new(), Vec::new());
        let mut deeds: Vec<&Deed> = deeds.iter().filter(|deed| deed.at <= at).collect();
        deeds.sort_by_key(|deed| deed.at);
        for (i, deed) in deeds.into_iter().enumerate() {
            let met = |marks: &[Mark], enters: bool| {
                marks.iter().any(|mark| match mark {
                    Mark::State(state) => enters && deed.to == Some(*state),
                    Mark::Step(step) => deed.step == *step,
                })
            };
            let began = if deed.previous { stack.pop() } else { None };
            if let Some(to) = deed.to {
                if !deed.previous {
                    stack.push(i);
                }
                if waiting && to != 3 {
                    waiting = false;
                    run.iter_mut().for_each(|run| run.goes_on(deed.at));
                }
            }
            // a closed state ends it, unless that state starts it
            let closes = deed.to == Some(4) && !self.starts.iter().any(|mark| matches!(mark, Mark::State(4)));
            if met(&self.stops, deed.to.is_some()) || closes {
                stopped.push(i);
                if let Some(run) = run.as_mut().filter(|run| run.ended.is_none()) {
                    run.goes_on(deed.at);
                    run.ended = Some(deed.at);
                }
            }
            // leading back from an interruption enters nothing again, unless it was stopped since the interruption
            // began
            let anew = began.is_none_or(|began| stopped.iter().any(|stop| *stop >= began));
            let runs = run.as_ref().is_some_and(|run| run.ended.is_none());
            if met(&self.starts, deed.to.is_some() && anew) && (!runs || self.again == Again::Restarts) {
                match run.as_mut().filter(|_| self.again == Again::Resumes) {
                    Some(run) => {
                        let ended = run.ended.take().expect("it has ended");
                        run.stood_still(ended, deed.at);
                    }
                    None => run = Some(Run { due: deed.at + TimeDelta::hours(self.hours), ended: None, waits: None }),
                }
                if let Some(run) = run.as_mut().filter(|_| waiting) {
                    run.waits = Some(deed.at);
                }
            }
            if self.pauses && deed.to == Some(3) && !waiting {
                waiting = true;
                if let Some(run) = run.as_mut().filter(|run| run.ended.is_none()) {
                    run.waits = Some(deed.at);
                }
            }
        }
        run.is_some_and(|run| run.ended.is_none() && at > run.due && run.waits.is_none_or(|from| from > run.due))
    }
}
