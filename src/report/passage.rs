//! The days on which a case reached a milestone or took a step, and on which it came to a department and left it:
//! columns for lists of cases (CP4, NT2).

use super::language::reached;
use super::model::{Cell, Column};
use super::{Case, CaseColumn, Clock};
use crate::calendar::{Moment, Zone};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::record::Event;

/// The columns for a column of the layout. Empty for columns that this module does not make.
pub(super) fn columns(kind: &Kind, column: &CaseColumn) -> Vec<Column> {
    match column {
        CaseColumn::Milestone { name, states } => {
            vec![Column::date(format!("{name}-on"), label!(Text::ReachedOn; state = reached(kind, states)))]
        }
        CaseColumn::Step { name, label } => {
            vec![Column::date(format!("{name}-taken"), label!(Text::TakenOn; step = label.clone()))]
        }
        CaseColumn::Deadline { name, label } => vec![
            Column::date(format!("{name}-in"), label!(Text::CameIn; of = label.clone())).weighing(Column::LITTLE),
            Column::date(format!("{name}-out"), label!(Text::WentOut; of = label.clone())).weighing(Column::LITTLE),
        ],
        _ => Vec::new(),
    }
}

/// The cells of [`columns`], from events before a moment.
///
/// A case comes to a department when a deadline of that department first starts. It leaves when the last run of that
/// deadline ends. While the deadline runs, the case has not left.
pub(super) fn cells(case: &Case, column: &CaseColumn, (zone, until): (Zone, Moment)) -> Vec<Cell> {
    let date = |at: Option<Moment>| Cell::from(at.map(|at| zone.date(at)));
    match column {
        CaseColumn::Milestone { states, .. } => {
            let states: Vec<&str> = states.iter().map(String::as_str).collect();
            vec![date(case.first(&states).filter(|at| *at < until))]
        }
        CaseColumn::Step { name, .. } => {
            let events = case.forms.iter().flat_map(|form| &form.record.history);
            let taken = events.filter(|event: &&Event| event.step == *name && event.at < until);
            vec![date(taken.map(|event| event.at).max())]
        }
        CaseColumn::Deadline { name, .. } => {
            let runs = || case.clocks().filter(|clock| clock.timing.name == *name && clock.start < until);
            let ended = |clock: &Clock| clock.end.filter(|end| *end < until);
            let out = runs().map(ended).collect::<Option<Vec<Moment>>>();
            vec![date(runs().map(|clock| clock.start).min()), date(out.and_then(|ends| ends.into_iter().max()))]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::cells;
    use crate::calendar::{Moment, Outcome, Zone};
    use crate::locale::Label;
    use crate::model::Cell;
    use crate::record::{Fields, Record};
    use crate::report::{Case, CaseColumn, Clock, Clocked, Timing};

    fn at(day: u32) -> Moment {
        format!("2026-11-{day:02}T09:00:00+08:00").parse().expect("a moment")
    }

    fn clock(name: &str, start: u32, end: Option<u32>) -> Clock {
        Clock {
            timing: Arc::new(Timing { name: name.to_owned(), ..Timing::default() }),
            start: at(start),
            due: None,
            end: end.map(at),
            outcome: Outcome::Met,
            holder: None,
            stopped_by: Vec::new(),
            forms: Vec::new(),
            worked: None,
            over: None,
        }
    }

    #[test]
    fn a_case_is_out_once_no_run_goes_on() {
        let record = Record {
            id: "C-261102-7K3F2".parse().expect("an id"),
            kind: "complaint".to_owned(),
            state: "registered".to_owned(),
            rules: None,
            fields: Fields::new(),
            history: Vec::new(),
            overruled: Vec::new(),
        };
        let case = |clocks: Vec<Clock>| {
            let id = record.id.clone();
            Case { id, forms: vec![Clocked { record: record.clone(), clocks }] }
        };
        let zone: Zone = "Asia/Shanghai".parse().expect("a zone");
        let column = CaseColumn::Deadline { name: "report".to_owned(), label: Label::default() };
        let day = |day: u32| Cell::from(Some(zone.date(at(day))));
        let table = [
            (vec![], 30, [Cell::Empty, Cell::Empty]),
            (vec![clock("report", 3, Some(5)), clock("review", 1, Some(9))], 30, [day(3), day(5)]),
            (vec![clock("report", 3, Some(5)), clock("report", 7, Some(9))], 30, [day(3), day(9)]),
            (vec![clock("report", 3, Some(5)), clock("report", 7, None)], 30, [day(3), Cell::Empty]),
            (vec![clock("report", 3, Some(5)), clock("report", 7, Some(9))], 6, [day(3), day(5)]),
            (vec![clock("report", 3, Some(5))], 4, [day(3), Cell::Empty]),
            (vec![clock("report", 3, Some(5))], 2, [Cell::Empty, Cell::Empty]),
        ];
        for (clocks, until, expected) in table {
            let found = cells(&case(clocks.clone()), &column, (zone, at(until)));
            assert_eq!(found, expected, "{clocks:?} before {until}");
        }
    }
}
