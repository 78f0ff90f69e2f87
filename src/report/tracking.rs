//! The tracking table (客户投诉案件登记追踪表): one row for every case that was open in the period or ended in it, with the
//! columns of `reports/tracking.toml`.

use super::answers::Clocked;
use super::clock::Clock;
use super::fields::{self, case_cell, id_column, number_cell, number_column};
use super::language::Unknown;
use super::model::{Cell, Column, Level, Report, Table, Tone};
use super::notices::{self, Issued};
use super::sheet::{Line, Sheet, Side};
use super::{Answer, Case, CaseColumn, Source, Subject, named, passage, worded};
use crate::calendar::{Moment, Outcome, Period};
use crate::kind::Kind;
use crate::locale::messages::ReportText as Text;
use crate::locale::{Label, Lang};
use crate::record::{Class, Id};
use crate::{label, wording};

/// The report's name.
const NAME: &str = "tracking";

/// What a case adds to the figures.
#[derive(Debug, Clone)]
struct Counted {
    open: i64,
    overdue: i64,
}

fn sheet<'s>(items: Vec<(Id, Counted)>) -> Sheet<'s, Counted> {
    let lines = vec![
        Line::sum("cases", Text::TrackedMeans, Side::count(Text::CasesOfPeriod, |_: &Counted| 1)),
        Line::sum("open", Text::OpenMeans, Side::count(Text::OpenAtEnd, |item: &Counted| item.open)),
        Line::sum("overdue", Text::OverdueMeans, Side::count(Text::OverdueCases, |item: &Counted| item.overdue)),
    ];
    Sheet { items, lines, rows: Box::new(|_| Vec::new()) }
}

/// The records behind `FIGURE`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let (report, items) = made(subject)?;
    sheet(items).records(subject, Report { sections: Vec::new(), ..report }, text)
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    Ok(made(Subject::of(source, period))?.0)
}

/// The report, and what each of its cases adds to the figures.
fn made(subject: Subject<'_>) -> Answer<(Report, Vec<(Id, Counted)>)> {
    let source = subject.source;
    let mut report = subject.report(NAME, Text::Tracking)?.over(subject.model_period());
    let Some((_, kind)) = fields::cases(subject, &mut report) else { return Ok((report, Vec::new())) };
    let layout = named(NAME).map(|report| source.layout(report)).transpose()?.unwrap_or_default();
    let mut columns = vec![id_column(kind), Column::date("opened", Text::Opened)];
    for shown in &layout.columns {
        let CaseColumn::Field(field) = shown else {
            columns.extend(passage::columns(kind, shown));
            continue;
        };
        let column = worded::column(&subject.words(), kind.field(*field));
        let weight = kind.weight(&column.name);
        columns.push(column.weighing(weight));
    }
    let as_state = kind.weight("state");
    columns.push(Column::label("state", Text::State).weighing(as_state));
    columns.push(Column::moment("due", Text::Due).weighing(as_state));
    columns.push(Column::label("deadline", Text::Deadline));
    columns.push(Column::moment("ended", Text::EndedAt));
    columns.push(Column::minutes("took", Text::WorkingTime));
    columns.push(Column::count("forms", Text::Forms));
    columns.push(Column::label("missed", Text::Missed));
    columns.extend(notices::columns(subject));
    columns.splice(0..0, number_column(subject, kind));
    let mut table = Table::new(columns);
    let (from, until) = subject.span();
    let cases = source.cases(subject.period)?;
    let forms = cases.all.iter().flat_map(|case| &case.forms);
    let issued = notices::issued(subject, &forms.map(|form| form.record.id.clone()).collect())?;
    let mut rows: Vec<&Case> = cases.all.iter().filter(|case| touches(case, kind, (from, until))).collect();
    rows.sort_by_key(|case| (case.opened(), &case.id));
    let mut items = Vec::new();
    for case in &rows {
        let (tone, cells) = row(subject, kind, (&layout.columns, &issued), case);
        let open = case.is_open_at(kind, until);
        let overdue = open && case.clocks().any(|clock| clock.is_overdue_at(subject.seen_until()));
        let id = case.latest().map_or(&case.id, |record| &record.id).clone();
        items.push((id, Counted { open: open.into(), overdue: overdue.into() }));
        table.toned(tone, cells);
    }
    report.table("cases", Text::Tracking, table);
    report.figures("figures", Text::Figures, sheet(items.clone()).figures());
    report.note(Level::Note, label!(Text::TrackedCases, count = rows.len()));
    if subject.is_over() {
        report.note(Level::Note, Text::TrackedThen);
    }
    if cases.duplicates > 0 {
        report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = cases.duplicates));
    }
    Ok((report, items))
}

/// Whether a case was opened or ended in the period, or was open at its end.
fn touches(case: &Case, kind: &Kind, (from, until): (Moment, Moment)) -> bool {
    let opened = case.opened().is_some_and(|at| at >= from && at < until);
    let flow = case.flow(kind, (from, until));
    opened || flow.ended + flow.reopened > 0 || case.is_open_at(kind, until)
}

fn row(subject: Subject<'_>, kind: &Kind, (shown, issued): (&[CaseColumn], &Issued), case: &Case) -> (Tone, Vec<Cell>) {
    let zone = subject.zone();
    let (_, until) = subject.span();
    let seen = subject.seen_until();
    let mut cells = vec![Cell::id(&case.id), Cell::from(case.opened().map(|at| zone.date(at)))];
    cells.splice(0..0, number_cell(kind, case));
    for column in shown {
        match column {
            CaseColumn::Field(field) => cells.push(case_cell(subject, kind, case, Some(*field))),
            column => cells.extend(passage::cells(case, column, (zone, seen))),
        }
    }
    // for a past period, the table shows the state of each case at its end
    let over = subject.is_over();
    let state = if over { case.state_before(until) } else { case.latest().map(|record| record.state.as_str()) };
    cells.push(Cell::from(state.map(|state| wording::state(kind, state))));
    let runs = |clock: &&Clock| clock.end.is_none_or(|end| over && end >= until) && (!over || clock.start < until);
    let running = case.clocks().filter(runs);
    let next = running.filter_map(|clock| Some((clock.due?, clock))).min_by_key(|(due, _)| *due);
    cells.push(next.map_or(Cell::Empty, |(due, _)| Cell::End(due)));
    cells.push(Cell::from(next.map(|(_, clock)| clock.timing.label.clone())));
    let open = case.is_open_at(kind, until);
    let closed_states: Vec<&str> = kind
        .shape
        .states()
        .iter()
        .filter(|state| state.class == Class::Closed)
        .map(|state| state.name.as_str())
        .collect();
    let ended = if open { None } else { case.last_in(&closed_states, (case.opened().unwrap_or(until), until)) };
    cells.push(Cell::from(ended));
    let worked = case.worked(kind, subject.policy().calendars.default(), ended.unwrap_or(seen));
    cells.push(worked.map_or(Cell::Unknown, Cell::Minutes));
    let there = |form: &&Clocked| !over || form.record.opened().is_none_or(|opened| opened < until);
    cells.push(Cell::count(case.forms.iter().filter(there).count()));
    let mut missed: Vec<Label> = Vec::new();
    let by_then = |clock: &Clock| clock.due.is_none_or(|due| due < seen) || clock.end.is_some_and(|end| end < seen);
    let breached = |clock: &&Clock| clock.outcome == Outcome::Breached && by_then(clock);
    for clock in case.clocks().filter(breached) {
        if !missed.contains(&clock.timing.label) {
            missed.push(clock.timing.label.clone());
        }
    }
    let overdue = open && case.clocks().any(|clock| clock.is_overdue_at(seen));
    let join = |lang: Lang| missed.iter().map(|label| label.get(lang)).collect::<Vec<_>>();
    let missed = (!missed.is_empty()).then(|| Label::new(join(Lang::En).join(", "), join(Lang::Zh).join("、")));
    cells.push(Cell::from(missed));
    let issued = case.forms.iter().filter_map(|form| issued.get(&form.record.id)).flatten();
    cells.extend(notices::cells(subject, issued.filter(|line| line.at < seen)));
    let tone = match (open, overdue) {
        (_, true) => Tone::Bad,
        (false, _) => Tone::Muted,
        _ => Tone::Plain,
    };
    (tone, cells)
}
