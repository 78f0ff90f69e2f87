//! Improvement measures (IM1, RP1): the progress of each, and whether similar complaints came after it was done.

use super::fields::{cell, named, untold, value};
use super::language::Unknown;
use super::measures::{Course, measures, standing};
use super::model::{Cell, Column, Level, Report, Table, Tone};
use super::sheet::{How, Line, Sheet, Side};
use super::{Answer, Source, Subject};
use crate::calendar::{Moment, Period};
use crate::locale::messages::ReportText as Text;
use crate::policy::Reporting;
use crate::record::{Class, Id, Value};
use crate::wording;

/// What is counted about the measures.
#[derive(Debug, Default, Clone)]
struct Tally {
    running: i64,
    done: i64,
    done_in_time: i64,
    verified: i64,
    overdue: i64,
    came_back: i64,
}

/// The records behind `FIGURE`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let (report, items) = made(subject)?;
    sheet(items).records(subject, Report { sections: Vec::new(), ..report }, text)
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let (mut report, items) = made(subject)?;
    if measures(subject).is_none() {
        return Ok(report);
    }
    report.figures("figures", Text::Figures, sheet(items).figures());
    report.sections.rotate_right(1);
    if subject.now() < subject.span().1 {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    Ok(report)
}

/// The table of the measures, and what is counted about each.
fn made(subject: Subject<'_>) -> Answer<(Report, Vec<(Id, Tally)>)> {
    let mut report = subject.report("improvement", Text::Improvement)?.over(subject.model_period());
    let Some((rules, kind)) = measures(subject) else {
        untold(&mut report, Reporting::FILE, "measures");
        return Ok((report, Vec::new()));
    };
    let (span, seen, zone) = (subject.span(), subject.seen_until(), subject.zone());
    let mut items = Vec::new();
    let mut table = Table::new([
        Column::id("id", Text::Number),
        Column::text("action", Text::Action).weighing(Column::MUCH),
        Column::id("about", Text::About),
        Column::label("category", Text::MeasureCategory).weighing(Column::LITTLE),
        Column::text("owner", Text::Owner).weighing(Column::MUCH),
        Column::date("due", Text::Due).weighing(Column::MUCH),
        Column::label("state", Text::State).weighing(Column::MUCH),
        Column::date("done", Text::DoneOn),
        Column::date("verified", Text::VerifiedOn),
        Column::count("since", Text::ComplaintsSince),
        Column::flag("ineffective", Text::Ineffective),
        Column::text("effect", Text::Effect).weighing(Column::LITTLE),
    ]);
    for one in &standing(subject, kind)? {
        let record = &one.record;
        let course = Course::of(subject, (rules, kind), record, seen)?;
        let (done_at, verified_at, since) = (course.done, course.verified, course.since);
        let within = |at: Option<Moment>| at.is_some_and(|at| at >= span.0 && at < span.1);
        let due = match value(record, rules.due) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        let overdue = one.clocks.iter().any(|clock| clock.is_overdue_at(seen));
        let mut tally = Tally::default();
        tally.running += i64::from(kind.shape.class(&record.state) != Class::Closed);
        tally.overdue += i64::from(overdue);
        tally.verified += i64::from(within(verified_at));
        if within(done_at) {
            tally.done += 1;
            let in_time = done_at.zip(due).is_some_and(|(at, due)| zone.date(at) <= due);
            tally.done_in_time += i64::from(in_time);
        }
        tally.came_back += i64::from(since.is_some_and(|count| count > 0));
        items.push((record.id.clone(), tally));
        let tone = match overdue {
            true => Tone::Bad,
            _ if course.is_ineffective() => Tone::Warning,
            _ if verified_at.is_some() => Tone::Muted,
            _ => Tone::Plain,
        };
        table.toned(
            tone,
            [
                Cell::id(&record.id),
                cell(subject, kind, record, rules.action),
                named(subject, record, rules.about)?,
                cell(subject, kind, record, rules.category),
                cell(subject, kind, record, rules.owner),
                Cell::from(due),
                Cell::Label(wording::state(kind, &record.state)),
                Cell::from(done_at.map(|at| zone.date(at))),
                Cell::from(verified_at.map(|at| zone.date(at))),
                since.map_or(Cell::Empty, Cell::Count),
                Cell::Bool(course.is_ineffective()),
                cell(subject, kind, record, rules.effect),
            ],
        );
    }
    report.table("measures", Text::Measures, table);
    Ok((report, items))
}

fn sheet<'s>(items: Vec<(Id, Tally)>) -> Sheet<'s, Tally> {
    let lines = vec![
        Line::sum("open", Text::MeasuresOpenMeans, Side::count(Text::MeasuresOpen, |tally: &Tally| tally.running)),
        Line::new(
            "done-in-time",
            Text::DoneInTime,
            Text::DoneInTimeMeans,
            How::Rate([
                Side::count(Text::InTime, |tally: &Tally| tally.done_in_time),
                Side::count(Text::MeasuresDone, |tally: &Tally| tally.done),
            ]),
        ),
        Line::sum(
            "verified",
            Text::MeasuresVerifiedMeans,
            Side::count(Text::MeasuresVerified, |tally: &Tally| tally.verified),
        ),
        Line::sum(
            "overdue",
            Text::MeasuresOverdueMeans,
            Side::count(Text::MeasuresOverdue, |tally: &Tally| tally.overdue),
        ),
        Line::sum("came-back", Text::CameBackMeans, Side::count(Text::CameBack, |tally: &Tally| tally.came_back)),
    ];
    Sheet { items, lines, rows: Box::new(|_| Vec::new()) }
}
