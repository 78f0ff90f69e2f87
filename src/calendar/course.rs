//! The course of a deadline's runs: what each mark does to them. A deadline may have a condition. While the condition
//! does not hold, the runs go on hidden, so that the start is known if the condition holds later.

use super::Moment;
use super::run::{Due, End, Extension, MarkKind, Outcome, Pause, PauseKind, Reopen, Run, TimedMark, end_pause, pause};

/// Which part of a run is visible.
#[derive(Debug)]
enum Seen {
    /// All of it: the condition holds.
    Whole,
    /// This much. It ended earlier, because nothing was demanded after that.
    Until(Box<Run>),
    /// Nothing: the condition never held while it ran.
    Nothing,
}

/// The runs by now.
#[derive(Debug)]
pub(super) struct Course {
    reopen: Reopen,
    runs: Vec<(Run, Seen)>,
    /// Whether the condition holds.
    holds: bool,
    /// The cause of the current waiting, if any.
    waiting: Option<usize>,
}

impl Course {
    pub(super) fn new(reopen: Reopen) -> Self {
        Course { reopen, runs: Vec::new(), holds: true, waiting: None }
    }

    /// The runs, as far as they are visible.
    pub(super) fn into_runs(self) -> Vec<Run> {
        let seen = |(run, seen): (Run, Seen)| match seen {
            Seen::Whole => Some(run),
            Seen::Until(run) => Some(*run),
            Seen::Nothing => None,
        };
        self.runs.into_iter().filter_map(seen).collect()
    }

    fn is_running(&self) -> bool {
        self.runs.last().is_some_and(|(run, _)| run.is_running())
    }

    /// Takes a mark. It must not be earlier than the mark before.
    pub(super) fn take(&mut self, mark: &TimedMark) {
        let moment = mark.at;
        let running = self.is_running();
        match mark.kind {
            MarkKind::Start if running && self.reopen != Reopen::Restart => {}
            MarkKind::Start => {
                if let Some((run, _)) = self.runs.last_mut().filter(|_| running) {
                    end(run, End { at: moment, stopped: false, never: false, lost: false, cause: mark.cause });
                }
                self.start(mark, moment);
            }
            MarkKind::Pause => {
                if self.waiting.is_none()
                    && running
                    && let Some((run, _)) = self.runs.last_mut()
                {
                    run.pauses.push(pause(moment, PauseKind::Waiting, mark.cause));
                }
                self.waiting = self.waiting.or(Some(mark.cause));
            }
            MarkKind::Unpause => {
                self.waiting = None;
                if let Some((run, _)) = self.runs.last_mut() {
                    end_pause(run, moment);
                }
            }
            MarkKind::Stop | MarkKind::Miss | MarkKind::Close => {
                if let Some((run, _)) = self.runs.last_mut().filter(|_| running) {
                    let (stopped, never) = (mark.kind == MarkKind::Stop, mark.kind == MarkKind::Miss);
                    end(run, End { at: moment, stopped, never, lost: false, cause: mark.cause });
                }
            }
            MarkKind::Extend(to) => {
                if let Some((run, _)) = self.runs.last_mut().filter(|_| running) {
                    run.extensions.push(Extension { at: moment, to, counts: false, cause: mark.cause });
                }
            }
            MarkKind::Lose => {
                self.holds = false;
                if let Some((run, seen @ Seen::Whole)) = self.runs.last_mut().filter(|_| running) {
                    let mut lost = run.clone();
                    end(&mut lost, End { at: moment, stopped: false, never: false, lost: true, cause: mark.cause });
                    *seen = Seen::Until(Box::new(lost));
                }
            }
            MarkKind::Gain => {
                self.holds = true;
                if let Some((_, seen)) = self.runs.last_mut().filter(|_| running) {
                    *seen = Seen::Whole;
                }
            }
            MarkKind::Anew => {
                self.holds = true;
                if running {
                    self.begin_anew(mark, moment);
                }
            }
        }
    }

    fn start(&mut self, mark: &TimedMark, moment: Moment) {
        let resumed =
            |(run, _): &&mut (Run, Seen)| self.reopen == Reopen::Resume && run.end.is_none_or(|end| !end.never);
        match self.runs.last_mut().filter(resumed) {
            Some((run, seen)) => {
                match seen {
                    Seen::Whole if !self.holds => *seen = Seen::Until(Box::new(run.clone())),
                    Seen::Until(_) if self.holds => *seen = Seen::Whole,
                    Seen::Nothing if self.holds => *seen = Seen::Whole,
                    _ => {}
                }
                if let Some(end) = run.end.take() {
                    run.pauses.push(Pause { until: Some(moment), ..pause(end.at, PauseKind::Gap, end.cause) });
                }
            }
            None => self.runs.push((opened(mark, moment), if self.holds { Seen::Whole } else { Seen::Nothing })),
        }
        self.wait(moment);
    }

    /// The condition begins to hold while a hidden run goes on: the demand begins now.
    fn begin_anew(&mut self, mark: &TimedMark, moment: Moment) {
        let Some((run, seen)) = self.runs.last_mut() else { return };
        match seen {
            Seen::Whole => return,
            Seen::Nothing => (*run, *seen) = (opened(mark, moment), Seen::Whole),
            Seen::Until(before) if self.reopen == Reopen::Resume && before.end.is_some_and(|end| !end.never) => {
                *run = before.as_ref().clone();
                if let Some(end) = run.end.take() {
                    run.pauses.push(Pause { until: Some(moment), ..pause(end.at, PauseKind::Gap, end.cause) });
                }
                *seen = Seen::Whole;
            }
            Seen::Until(_) => self.runs.push((opened(mark, moment), Seen::Whole)),
        }
        self.wait(moment);
    }

    /// Makes a run wait that begins or goes on during a waiting.
    fn wait(&mut self, moment: Moment) {
        if let (Some(cause), Some((run, _))) = (self.waiting, self.runs.last_mut()) {
            run.pauses.push(pause(moment, PauseKind::Waiting, cause));
        }
    }
}

fn end(run: &mut Run, end: End) {
    end_pause(run, end.at);
    run.end = Some(end);
}

fn opened(mark: &TimedMark, moment: Moment) -> Run {
    Run {
        start: moment,
        cause: mark.cause,
        pauses: Vec::new(),
        extensions: Vec::new(),
        moved: 0,
        due: Due::Unset,
        end: None,
        outcome: Outcome::Open,
    }
}
