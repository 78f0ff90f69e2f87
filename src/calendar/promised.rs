//! Runs against times that were promised and renewed. A time that had passed before it was renewed is broken,
//! whatever was promised after it.

use super::run::{End, Laid, Run, end_pause, outcome};
use super::{Calendar, Due, Moment};

/// A run against the promises for it, in order. A promise that is renewed before it has passed only moves the run. A
/// promise that had passed is broken and stays so: the run ends there, and the next run has the new time.
pub(super) fn promised(calendar: &Calendar, laid: &[Laid], mut run: Run, now: Moment) -> Vec<Run> {
    let mut found = Vec::new();
    let mut by = None;
    for next in laid {
        let since = next.since.filter(|since| *since > run.start);
        if let Some(since) = since {
            if run.end.is_some_and(|end| since >= end.at) {
                break;
            }
            if by.is_some_and(|by| since > by) {
                let mut rest = run.clone();
                run.end = Some(End { at: since, stopped: false, never: false, lost: false, cause: next.cause });
                run.pauses.retain(|pause| pause.from < since);
                end_pause(&mut run, since);
                run.pauses.iter_mut().for_each(|pause| pause.until = pause.until.map(|until| until.min(since)));
                stand(calendar, by, &mut run, now);
                found.push(run);
                (rest.start, rest.cause) = (since, next.cause);
                rest.pauses.retain(|pause| pause.until.is_none_or(|until| until > since));
                rest.pauses.iter_mut().for_each(|pause| pause.from = pause.from.max(since));
                run = rest;
            }
        }
        by = next.by;
    }
    stand(calendar, by, &mut run, now);
    found.push(run);
    found
}

fn stand(calendar: &Calendar, by: Option<Moment>, run: &mut Run, now: Moment) {
    run.due = by.map_or(Due::Unset, |by| Due::At(calendar.zone().local(by)));
    run.outcome = outcome(&run.due, run.end, now, false);
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Weekday};

    use super::Laid;
    use crate::calendar::{Calendar, Dates, MarkKind, Moment, Reopen, Target, TimedMark, runs};

    fn at(hour: &str) -> Moment {
        DateTime::parse_from_rfc3339(&format!("2026-11-{hour}:00:00+08:00")).unwrap()
    }

    /// Each run as start, due, end and outcome, by the hours of November.
    fn shown(laid: &[(&str, &str)], marks: &[(&str, MarkKind)], now: &str) -> String {
        let laid: Vec<Laid> = laid
            .iter()
            .enumerate()
            .map(|(cause, (since, by))| Laid {
                by: (!by.is_empty()).then(|| at(by)),
                since: (!since.is_empty()).then(|| at(since)),
                cause,
            })
            .collect();
        let marks: Vec<TimedMark> =
            marks.iter().map(|(time, kind)| TimedMark { at: at(time), kind: *kind, cause: 0 }).collect();
        let zone = "Asia/Shanghai".parse().unwrap();
        let weekly = std::array::from_fn(|_| Vec::new());
        let calendar = Calendar::new("plain", zone, weekly, Weekday::Mon, Dates::default(), (None, None));
        let hour = |at: Moment| at.format("%dT%H").to_string();
        let run = |run: crate::calendar::Run| {
            let due = run.due.at().map_or("-".to_owned(), hour);
            let end = run.end.map_or("..".to_owned(), |end| hour(end.at));
            format!("{} by {due} until {end} {}", hour(run.start), run.outcome.name())
        };
        let found = runs(&calendar, Target::By(&laid), Reopen::Restart, &marks, at(now));
        found.into_iter().map(run).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_broken_promise_stays_broken() {
        use MarkKind::{Start, Stop};
        let first = ("02T09", "04T17");
        for (laid, marks, now, expected) in [
            // kept, renewed in time, broken, broken and renewed, withdrawn after it was broken
            (vec![first], vec![("02T09", Start), ("04T17", Stop)], "20T09", "02T09 by 04T17 until 04T17 met"),
            (
                vec![first, ("04T16", "06T17")],
                vec![("02T09", Start), ("06T17", Stop)],
                "20T09",
                "02T09 by 06T17 until 06T17 met",
            ),
            (vec![first], vec![("02T09", Start)], "05T09", "02T09 by 04T17 until .. breached"),
            (
                vec![first, ("05T09", "06T17"), ("07T09", "09T17")],
                vec![("02T09", Start), ("08T09", Stop)],
                "20T09",
                "02T09 by 04T17 until 05T09 breached; 05T09 by 06T17 until 07T09 breached; 07T09 by 09T17 until 08T09 met",
            ),
            (
                vec![first, ("05T09", "")],
                vec![("02T09", Start)],
                "20T09",
                "02T09 by 04T17 until 05T09 breached; 05T09 by - until .. unset",
            ),
            // each run is judged by the promise of its time: a reopened case gets a new one
            (
                vec![first, ("10T09", ""), ("10T10", "12T17")],
                vec![("02T09", Start), ("05T09", Stop), ("10T09", Start)],
                "11T09",
                "02T09 by 04T17 until 05T09 breached; 10T09 by 12T17 until .. open",
            ),
            // promised after the start, and renewed only by the stop itself
            (vec![("", ""), ("03T09", "04T17")], vec![("02T09", Start)], "04T16", "02T09 by 04T17 until .. open"),
            (
                vec![first, ("05T09", "09T17")],
                vec![("02T09", Start), ("05T09", Stop)],
                "20T09",
                "02T09 by 04T17 until 05T09 breached",
            ),
        ] {
            assert_eq!(shown(&laid, &marks, now), expected);
        }
    }
}
