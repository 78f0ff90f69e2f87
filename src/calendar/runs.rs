//! The runs of a deadline: from ordered marks to start, pauses, due, end and outcome. It is pure arithmetic on a
//! calendar. The lifecycle decides which events of a record make which marks, and `ledger` says what was counted and
//! why.

use super::course::Course;
use super::promised::promised;
use super::run::{Due, Extension, Reopen, Run, Target, TimedMark, outcome, seconds};
use super::{Calendar, Moment, Outside, Roll, Waiting, Within};

/// The runs that marks make, as of `now`, or as of the last mark if that is later.
pub fn runs(calendar: &Calendar, target: Target<'_>, reopen: Reopen, marks: &[TimedMark], now: Moment) -> Vec<Run> {
    let mut course = Course::new(reopen);
    let mut marks = Vec::from(marks);
    marks.sort_by_key(|mark| mark.at);
    marks.iter().for_each(|mark| course.take(mark));
    let mut found = course.into_runs();
    let now = marks.last().map_or(now, |last| last.at.max(now));
    for run in &mut found {
        run.pauses.retain(|pause| pause.until.is_none_or(|until| until > pause.from));
    }
    match target {
        Target::By(laid) => found.into_iter().flat_map(|run| promised(calendar, laid, run, now)).collect(),
        Target::Within(within, roll) => {
            found.iter_mut().for_each(|run| settle(calendar, (within, roll), run, now));
            found
        }
    }
}

/// Finds when a run is due and how it stands. Pauses are taken in order: each that begins by the due moment moves it by
/// the time that was waited, working time for a limit in working time or working days, elapsed time for any other span;
/// after that nothing moves. A limit that falls on a certain day is never moved.
fn settle(calendar: &Calendar, (within, roll): (&Within, Roll), run: &mut Run, now: Moment) {
    let mut held = false;
    run.due = match moved_due(calendar, within, roll, run, now) {
        Ok((due, moved, holds)) => {
            (run.moved, held) = (moved, holds);
            Due::At(due)
        }
        Err(outside) => Due::Unknown(outside),
    };
    run.outcome = outcome(&run.due, run.end, now, held);
}

/// The due moment with its pauses and extensions, by how much pauses moved it, and whether a pause that lasts holds
/// it. No run becomes overdue while it waits.
fn moved_due(
    calendar: &Calendar,
    within: &Within,
    roll: Roll,
    run: &mut Run,
    now: Moment,
) -> Result<(Moment, i64, bool), Outside> {
    let mut limit = Limit::of(calendar, roll, run.start, within);
    let mut due = limit.due()?;
    let mut extensions = run.extensions.iter_mut().peekable();
    for pause in &mut run.pauses {
        while let Some(extension) = extensions.next_if(|extension| extension.at <= pause.from) {
            due = limit.extended(extension, due)?;
        }
        if pause.from > due {
            break;
        }
        if limit.within.waiting().is_none() {
            continue;
        }
        pause.moves = true;
        limit.wait(pause.from, pause.until.unwrap_or(now.max(pause.from)));
        due = limit.due()?;
        if pause.until.is_none() {
            // it waits and is not overdue, so no extension comes too late
            for extension in extensions {
                due = limit.extended(extension, due)?;
            }
            return Ok((due, limit.moved()?, true));
        }
    }
    for extension in extensions {
        due = limit.extended(extension, due)?;
    }
    Ok((due, limit.moved()?, false))
}

/// The limit of a run, as far as it is known.
struct Limit<'c> {
    calendar: &'c Calendar,
    roll: Roll,
    start: Moment,
    within: Within,
    /// What was waited, in elapsed seconds.
    elapsed: i64,
    /// What was waited, in seconds of working time. An extension may measure otherwise than the limit before it.
    worked: Result<i64, Outside>,
}

impl<'c> Limit<'c> {
    fn of(calendar: &'c Calendar, roll: Roll, start: Moment, within: &Within) -> Self {
        Limit { calendar, roll, start, within: within.clone(), elapsed: 0, worked: Ok(0) }
    }

    fn wait(&mut self, from: Moment, until: Moment) {
        self.elapsed += seconds(from, until);
        let more = || self.calendar.between(from, until);
        self.worked = std::mem::replace(&mut self.worked, Ok(0)).and_then(|worked| Ok(worked + more()?));
    }

    /// What was waited, as the limit measures it.
    fn moved(&self) -> Result<i64, Outside> {
        match self.within.waiting() {
            None => Ok(0),
            Some(Waiting::Elapsed) => Ok(self.elapsed),
            Some(Waiting::Work) => self.worked.clone(),
        }
    }

    fn due(&self) -> Result<Moment, Outside> {
        self.calendar.due(self.start, &self.within, self.roll, self.moved()?)
    }

    /// When the run is due after an extension, if it was due at `due` before it. One that is too late changes nothing,
    /// nor does one by which it would be due earlier.
    fn extended(&mut self, extension: &mut Extension, due: Moment) -> Result<Moment, Outside> {
        if extension.at > due {
            return Ok(due);
        }
        let before = std::mem::replace(&mut self.within, Within::Span(extension.to));
        let extended = self.due()?;
        extension.counts = extended > due;
        if !extension.counts {
            self.within = before;
            return Ok(due);
        }
        Ok(extended)
    }
}

#[cfg(test)]
mod tests;
