//! The runs of a deadline: from ordered marks to start, pauses, due, end and outcome. It is pure arithmetic on a
//! calendar. The lifecycle decides which events of a record make which marks, and `ledger` says what was counted and
//! why.

use super::course::Course;
use super::promised::promised;
use super::run::{Due, Extension, Reopen, Run, Target, TimedMark, outcome, seconds};
use super::{Calendar, Measure, Moment, Outside, Roll, Within};

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

/// Finds when a run is due, and its outcome. Pauses are taken in order. Each pause that begins by the due moment
/// moves it by its length, in the measure of the limit. After that nothing moves.
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
    let start = run.start;
    let mut limit = Limit { calendar, roll, start, within: within.clone(), moved: 0 };
    let mut due = limit.due()?;
    let mut extensions = run.extensions.iter_mut().peekable();
    // The last day that was counted: neither the starting day nor a day of an earlier pause moves anything.
    let mut counted = calendar.zone().date(start);
    for pause in &mut run.pauses {
        while let Some(extension) = extensions.next_if(|extension| extension.at <= pause.from) {
            due = limit.extended(extension, due)?;
        }
        if pause.from > due {
            break;
        }
        pause.moves = true;
        let until = pause.until.unwrap_or(now.max(pause.from));
        limit.moved += match within.measure() {
            Measure::Elapsed => seconds(pause.from, until),
            Measure::Work => calendar.between(pause.from, until)?,
            Measure::Days | Measure::Workdays => {
                let (first, last) = pause.days(calendar.zone(), until);
                let after = first.pred_opt().unwrap_or(first).max(counted);
                counted = last.max(counted);
                match within.measure() {
                    _ if last <= after => 0,
                    Measure::Days => last.signed_duration_since(after).num_days(),
                    _ => i64::from(calendar.workdays_between(after, last)?),
                }
            }
        };
        due = limit.due()?;
        if pause.until.is_none() {
            // it waits and is not overdue, so no extension comes too late
            for extension in extensions {
                due = limit.extended(extension, due)?;
            }
            return Ok((due, limit.moved, true));
        }
    }
    for extension in extensions {
        due = limit.extended(extension, due)?;
    }
    Ok((due, limit.moved, false))
}

/// The limit of a run, as far as it is known.
struct Limit<'c> {
    calendar: &'c Calendar,
    roll: Roll,
    start: Moment,
    within: Within,
    moved: i64,
}

impl Limit<'_> {
    pub(super) fn due(&self) -> Result<Moment, Outside> {
        self.calendar.due(self.start, &self.within, self.roll, self.moved)
    }

    /// When the run is due after an extension, if it was due at `due` before. An extension that comes too late, or by
    /// which the run would be due earlier, changes nothing.
    pub(super) fn extended(&mut self, extension: &mut Extension, due: Moment) -> Result<Moment, Outside> {
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
