//! Which callbacks count as planned, made, written down in time and answered (CB2, CB5).

use std::sync::Arc;

use super::super::{Clock, Clocked, Timing};
use super::{at, made, policy, record, rows, shown, source, sources};
use crate::calendar::Outcome;
use crate::model::{Body, Report};
use crate::policy::tests::{loaded, replaced};

fn figures(report: &Report) -> String {
    let figures = report.sections.iter().filter_map(|section| match &section.body {
        Body::Figures(figures) => Some(figures),
        _ => None,
    });
    figures
        .flatten()
        .filter(|figure| figure.name != "scores")
        .map(|figure| shown(&figure.value))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A run of a deadline that ended at a time.
fn run((name, end, outcome): &(&str, &str, Outcome)) -> Clock {
    Clock {
        forms: Vec::new(),
        timing: Arc::new(Timing { name: (*name).to_owned(), ..Timing::default() }),
        start: at("10-01T09:00"),
        due: Some(at("10-20T09:00")),
        end: Some(at(end)),
        outcome: *outcome,
        holder: None,
        stopped_by: Vec::new(),
        worked: None,
        over: None,
    }
}

type Row<'t> = (&'t [(&'t str, &'t str)], &'t [(&'t str, &'t str)], &'t [(&'t str, &'t str, Outcome)], &'t str);

/// Planned, called, unreachable, called of planned, recorded in time, mean score, satisfied, dissatisfied: for
/// October.
#[test]
fn a_callback_counts_where_it_is_due_and_its_score_where_it_is_recorded() {
    let policy = policy();
    let planned = ("10-01T09:00", "planned");
    let (done, recorded) = (("10-10T09:00", "done"), ("10-31T23:59", "recorded"));
    let cases: &[Row<'_>] = &[
        (&[("due", "2026-10-31")], &[planned], &[], "1 0 0 0/1 0/0 - 0/0 0/0"),
        (&[("due", "2026-11-01")], &[planned], &[], "0 0 0 0/0 0/0 - 0/0 0/0"),
        (&[], &[planned, done], &[], "0 0 0 0/0 0/0 - 0/0 0/0"),
        (&[("due", "2026-10-10")], &[planned, ("10-11T09:00", "cancelled")], &[], "0 0 0 0/0 0/0 - 0/0 0/0"),
        (&[("due", "2026-10-10")], &[planned, ("10-11T09:00", "unreachable")], &[], "1 0 1 0/1 0/0 - 0/0 0/0"),
        (&[("due", "2026-10-10")], &[planned, done, ("10-11T09:00", "")], &[], "1 1 0 1/1 0/0 - 0/0 0/0"),
        // the score counts in each month in which it was written down
        (&[("score", "5")], &[planned, done, recorded], &[], "0 0 0 0/0 0/0 5 1/1 0/1"),
        (&[("score", "4")], &[planned, done, recorded], &[], "0 0 0 0/0 0/0 4 1/1 0/1"),
        (&[("score", "3")], &[planned, done, recorded], &[], "0 0 0 0/0 0/0 3 0/1 0/1"),
        (&[("score", "2")], &[planned, done, recorded], &[], "0 0 0 0/0 0/0 2 0/1 1/1"),
        (&[("score", "5")], &[planned, done], &[], "0 0 0 0/0 0/0 - 0/0 0/0"),
        (&[("score", "5")], &[planned, done, ("11-01T00:00", "recorded")], &[], "0 0 0 0/0 0/0 - 0/0 0/0"),
        // recorded again, it belongs to both months
        (&[("score", "5")], &[planned, recorded, ("11-02T08:00", "recorded")], &[], "0 0 0 0/0 0/0 5 1/1 0/1"),
        (&[("score", "5")], &[("09-30T23:59", "recorded"), recorded], &[], "0 0 0 0/0 0/0 5 1/1 0/1"),
        // the `record` deadlines that ended in the month, or are overdue at its end
        (&[], &[planned], &[("record", "10-20T09:00", Outcome::Met)], "0 0 0 0/0 1/1 - 0/0 0/0"),
        (&[], &[planned], &[("record", "10-20T10:00", Outcome::Breached)], "0 0 0 0/0 0/1 - 0/0 0/0"),
        (&[], &[planned], &[("record", "11-01T10:00", Outcome::Breached)], "0 0 0 0/0 0/1 - 0/0 0/0"),
        (&[], &[planned], &[("callback", "10-20T09:00", Outcome::Met)], "0 0 0 0/0 0/0 - 0/0 0/0"),
    ];
    for (place, (fields, history, runs, wanted)) in cases.iter().enumerate() {
        let record = record(&policy, "callback", "B-261001-AAAAA", fields, history);
        let clocks = runs.iter().map(run).collect();
        let source = source(&policy, vec![Clocked { record, clocks }]);
        assert_eq!(figures(&made("callbacks", &source)), *wanted, "{place}: {fields:?} {history:?} {runs:?}");
    }
}

/// A retired question is shown if it was answered in the period.
#[test]
fn questions_are_told_by_their_mean_and_retired_ones_where_they_were_answered() {
    let retired =
        replaced(sources(""), "policy/callbacks.toml", &[("name = \"speed\"\n", "name = \"speed\"\nretired = true\n")]);
    let policy = Arc::new(loaded(&retired));
    for (first, scores, month, wanted) in [
        ("4,4", "5,3", "10", &["Attitude of the staff 4.5 2", "Speed of handling 3.5 2", "Result - 0"][..]),
        ("4,4", "5", "10", &["Attitude of the staff 4.5 2", "Speed of handling 4 1", "Result - 0"]),
        ("4,4", "5,3", "11", &["Attitude of the staff 4 1", "Speed of handling 4 1", "Result - 0"]),
        ("4", "5,3", "11", &["Attitude of the staff 4 1", "Result - 0"]),
    ] {
        let callback = |name: &str, scores: &str, month: &str| {
            let history = [("10-01T09:00", "done"), (&*format!("{month}-01T10:00"), "recorded")];
            let record = record(&policy, "callback", name, &[("scores", scores)], &history);
            Clocked { record, clocks: Vec::new() }
        };
        let callbacks = vec![callback("B-261001-AAAAA", first, "10"), callback("B-261001-BBBBB", scores, month)];
        let told = rows(&made("callbacks", &source(&policy, callbacks)), "questions");
        let begins = told.iter().zip(wanted).all(|(told, wanted)| told.starts_with(wanted));
        assert!(begins && told.len() >= wanted.len(), "{first} {scores} {month}: {told:#?}");
    }
}
