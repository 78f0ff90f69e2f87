//! Edge cases of runs, in a week of November 2026 that begins on Monday the 2nd, with work from 9 to 17.

use chrono::{DateTime, Weekday};

use super::runs;
use crate::calendar::{Calendar, Dates, MarkKind, Moment, Reopen, Roll, Run, Target, TimedMark, Window};

fn at(hour: &str) -> Moment {
    DateTime::parse_from_rfc3339(&format!("2026-11-{hour}:00:00+08:00")).unwrap()
}

fn office() -> Calendar {
    let zone = "Asia/Shanghai".parse().unwrap();
    let day = |at: usize| if at < 5 { vec![Window::parse("09:00-17:00").unwrap()] } else { Vec::new() };
    Calendar::new("office", zone, std::array::from_fn(day), Weekday::Mon, Dates::default(), (None, None))
}

/// Each run as due, moved, end and outcome, with day and hour in November.
fn shown(within: &str, reopen: Reopen, marks: &str, now: &str) -> String {
    let mark = |mark: &str| {
        let (kind, hour) = mark.split_at(1);
        let kind = match kind {
            "+" => MarkKind::Start,
            "-" => MarkKind::Stop,
            "x" => MarkKind::Close,
            "(" => MarkKind::Pause,
            _ => MarkKind::Unpause,
        };
        TimedMark { at: at(hour), kind, cause: 0 }
    };
    let marks: Vec<TimedMark> = marks.split(' ').map(mark).collect();
    let within = within.parse().unwrap();
    let hour = |at: Moment| at.format("%dT%H").to_string();
    let run = |run: Run| {
        let due = run.due.at().map_or("-".to_owned(), hour);
        let end = run.end.map_or("..".to_owned(), |end| hour(end.at));
        let paused = if run.is_paused() { " waiting" } else { "" };
        format!("{due} moved {} until {end} {}{paused}", run.moved, run.outcome.name())
    };
    let found = runs(&office(), Target::Within(&within, Roll::Stay), reopen, &marks, at(now));
    found.into_iter().map(run).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_happens_at_the_due_moment_is_in_time() {
    use Reopen::{Next, Restart, Resume};
    // + start, - stop, x closed, ( waits, ) waits no more
    for (within, reopen, marks, now, expected) in [
        ("4 workhours", Restart, "+02T09 -02T13", "02T20", "02T13 moved 0 until 02T13 met"),
        ("4 workhours", Restart, "+02T09 -02T14", "02T20", "02T13 moved 0 until 02T14 breached"),
        ("4 workhours", Restart, "+02T09", "02T13", "02T13 moved 0 until .. open"),
        ("4 workhours", Restart, "+02T09", "02T14", "02T13 moved 0 until .. breached"),
        // a waiting that begins at the due moment is in time, even if nothing moves because nobody works at night
        ("8 workhours", Restart, "+02T09 (02T17", "02T20", "02T17 moved 0 until .. open waiting"),
        ("8 workhours", Restart, "+02T09 (02T17", "03T10", "03T10 moved 3600 until .. open waiting"),
        ("8 workhours", Restart, "+02T09 (02T18", "02T20", "02T17 moved 0 until .. breached waiting"),
        ("8 workhours", Restart, "+02T09 (02T17 )03T10", "03T11", "03T10 moved 3600 until .. breached"),
        // a run that is resumed stood still in between, and one that is restarted begins again
        ("4 hours", Resume, "+02T09 -02T10 +03T09", "03T10", "03T12 moved 82800 until .. open"),
        (
            "4 hours",
            Restart,
            "+02T09 -02T10 +03T09",
            "03T10",
            "02T13 moved 0 until 02T10 met; 03T13 moved 0 until .. open",
        ),
        ("4 hours", Resume, "+02T09 x02T10 +03T09 -03T13", "04T10", "03T12 moved 82800 until 03T13 breached"),
        // a start while a run goes on does nothing, unless it restarts; a breach stays
        ("4 hours", Next, "+02T09 +02T11", "02T12", "02T13 moved 0 until .. open"),
        ("4 hours", Resume, "+02T09 +02T11", "02T12", "02T13 moved 0 until .. open"),
        ("4 hours", Restart, "+02T09 +02T11", "02T14", "02T13 moved 0 until 02T11 met; 02T15 moved 0 until .. open"),
        (
            "4 hours",
            Restart,
            "+02T09 +02T14",
            "02T15",
            "02T13 moved 0 until 02T14 breached; 02T18 moved 0 until .. open",
        ),
        // a run that begins again during a waiting waits on
        (
            "4 hours",
            Restart,
            "+02T09 (02T10 +02T12 )02T14",
            "02T15",
            "02T15 moved 7200 until 02T12 met; 02T18 moved 7200 until .. open",
        ),
        // a run that begins during a waiting waits
        ("4 hours", Restart, "(02T08 +02T09 )02T11", "02T12", "02T15 moved 7200 until .. open"),
        ("4 hours", Restart, "(02T08 +02T09", "02T20", "03T00 moved 39600 until .. open waiting"),
        // a stop ends the waiting too
        ("4 hours", Restart, "+02T09 (02T10 -02T12 )02T20", "03T09", "02T15 moved 7200 until 02T12 met"),
    ] {
        assert_eq!(shown(within, reopen, marks, now), expected, "{within}: {marks}");
    }
}

/// The office with a lunch break, and the due moment of a run that waited in these stretches of November.
fn waited(within: &str, start: &str, pauses: &[(&str, &str)], roll: Roll) -> String {
    let zone = "Asia/Shanghai".parse().unwrap();
    let windows = || vec![Window::parse("08:30-12:00").unwrap(), Window::parse("13:00-17:30").unwrap()];
    let day = |at: usize| if at < 5 { windows() } else { Vec::new() };
    let calendar =
        Calendar::new("office", zone, std::array::from_fn(day), Weekday::Mon, Dates::default(), (None, None));
    let at = |text: &str| DateTime::parse_from_rfc3339(&format!("2026-11-{text}:00+08:00")).unwrap();
    let mut marks = vec![TimedMark { at: at(start), kind: MarkKind::Start, cause: 0 }];
    for (from, until) in pauses {
        marks.push(TimedMark { at: at(from), kind: MarkKind::Pause, cause: 1 });
        if !until.is_empty() {
            marks.push(TimedMark { at: at(until), kind: MarkKind::Unpause, cause: 2 });
        }
    }
    let within = within.parse().unwrap();
    let found = runs(&calendar, Target::Within(&within, roll), Reopen::Restart, &marks, at("27T10:00"));
    let run = &found[0];
    format!("{} moved {} {}", run.due.at().unwrap().format("%dT%H:%M"), run.moved / 60, run.outcome.name())
}

#[test]
fn a_pause_moves_by_exactly_what_was_waited() {
    let minutes: Vec<(String, String)> =
        [2, 3, 4, 5, 6, 9, 10].iter().map(|day| (format!("{day:02}T10:00"), format!("{day:02}T10:01"))).collect();
    let each_day: Vec<(&str, &str)> = minutes.iter().map(|(from, until)| (from.as_str(), until.as_str())).collect();
    let weekend = [("06T18:00", "09T08:00")];
    let lunch = [("04T12:00", "04T13:00")];
    let night = [("04T16:30", "05T09:30")];
    for (within, pauses, expected) in [
        ("7 workdays", &each_day[..], "12T08:37 moved 7 breached"),
        ("7 workdays", &weekend[..], "11T17:30 moved 0 breached"),
        ("7 workdays", &lunch[..], "11T17:30 moved 0 breached"),
        ("7 workdays", &night[..], "12T10:30 moved 120 breached"),
        ("56 workhours", &each_day[..], "11T09:07 moved 7 breached"),
        ("56 workhours", &weekend[..], "11T09:00 moved 0 breached"),
        ("7 days", &lunch[..], "10T01:00 moved 60 breached"),
        ("7 days", &weekend[..], "12T14:00 moved 3720 breached"),
        ("240 hours", &lunch[..], "12T10:00 moved 60 breached"),
        // on certain days nothing is moved, and who waits goes overdue
        ("next wed", &[("03T09:00", "")], "05T00:00 moved 0 breached"),
        ("day 10 of next month", &[("03T09:00", "")], "11T00:00 moved 0 open"),
        ("2 workdays", &[("03T09:00", "")], "01T09:30 moved 8700 open"),
    ] {
        assert_eq!(waited(within, "02T09:00", pauses, Roll::Stay), expected, "{within}: {pauses:?}");
    }
    // the last day is rolled after the move: from Friday into Saturday, and so to the end of Monday
    assert_eq!(
        waited("4 days", "02T09:00", &[("03T09:00", "03T21:00")], Roll::NextWorkday),
        "10T00:00 moved 720 breached"
    );
    assert_eq!(
        waited("3 days", "02T09:00", &[("03T09:00", "03T21:00")], Roll::NextWorkday),
        "06T12:00 moved 720 breached"
    );
    assert_eq!(waited("5 days", "02T09:00", &[], Roll::NextWorkday), "10T00:00 moved 0 breached");
}
