//! Timeliness (NT2, CP17): the working time of each step and each department, and what of it was late.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use super::language::Unknown;
use super::model::{Cell, Column, Level, Report, Table, Tone};
use super::sheet::{How, Line, Sheet, SheetRow, Side};
use super::{Answer, Belonging, Clock, RecordSet, Source, Subject};
use crate::calendar::{Moment, Outcome, Period};
use crate::label;
use crate::lifecycle::{Held, Shown};
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::record::{Id, Type};

/// The counts of some runs of deadlines.
#[derive(Debug, Default, Clone)]
struct Tally {
    on_time: i64,
    late: i64,
    /// The working time of each run that ended, in minutes.
    took: Vec<i64>,
    /// By how many minutes of working time each late run was late.
    over: Vec<i64>,
    running_late: i64,
    unknown: usize,
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.on_time += other.on_time;
        self.late += other.late;
        self.took.extend(&other.took);
        self.over.extend(&other.over);
        self.running_late += other.running_late;
        self.unknown += other.unknown;
    }
}

impl Tally {
    /// Counts a run that ended in the span, or that was overdue and still running at its end.
    fn take(&mut self, clock: &Clock, (from, until): (Moment, Moment), seen: Moment) {
        match clock.end {
            Some(end) if end >= from && end < until => {
                match clock.outcome {
                    Outcome::Met => self.on_time += 1,
                    Outcome::Breached => {
                        self.late += 1;
                        self.over.extend(clock.over);
                    }
                    _ => self.unknown += 1,
                }
                self.took.extend(clock.worked);
            }
            _ => self.running_late += i64::from(clock.is_overdue_at(seen)),
        }
    }

    fn ended(&self) -> i64 {
        self.on_time + self.late
    }

    fn is_empty(&self) -> bool {
        self.ended() + self.running_late == 0 && self.unknown == 0
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Count(self.ended()),
            Cell::Count(self.on_time),
            Cell::Count(self.late),
            Cell::percent(self.on_time, self.ended()),
            middle(&self.took).map_or(Cell::Empty, Cell::Minutes),
            mean(&self.took).map_or(Cell::Empty, Cell::Minutes),
            self.took.iter().max().map_or(Cell::Empty, |minutes| Cell::Minutes(*minutes)),
            mean(&self.over).map_or(Cell::Empty, Cell::Minutes),
            Cell::Count(self.running_late),
        ]
    }
}

/// The median; of the two middle values the smaller one, so that it is the time of a real run.
fn middle(minutes: &[i64]) -> Option<i64> {
    let mut sorted = minutes.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

fn mean(minutes: &[i64]) -> Option<i64> {
    let count = i64::try_from(minutes.len()).ok().filter(|count| *count > 0)?;
    Some((minutes.iter().sum::<i64>() + count / 2) / count)
}

fn columns(first: Vec<Column>) -> Vec<Column> {
    let counted = [
        Column::count("ended", Text::StepsEnded),
        Column::count("on-time", Text::StepsOnTime),
        Column::count("late", Text::StepsLate).weighing(Column::MUCH),
        Column::percent("on-time-rate", Text::StepsOnTimeRate).weighing(Column::MUCH),
        Column::minutes("median", Text::MedianWork),
        Column::minutes("mean", Text::MeanWork).weighing(Column::LITTLE),
        Column::minutes("longest", Text::LongestWork).weighing(Column::LITTLE),
        Column::minutes("late-by", Text::MeanLate),
        Column::count("overdue", Text::StillOverdue).weighing(Column::MUCH),
    ];
    first.into_iter().chain(counted).collect()
}

/// A run of a deadline, with the rows in which it counts.
#[derive(Clone)]
struct Counted {
    tally: Tally,
    /// The kind, and the position of the deadline in the kind.
    step: (String, usize),
    deadline: String,
    label: Label,
    /// The department of the holder: its stored name and its label.
    department: (String, Label),
}

/// The runs that count in the period.
fn counted(subject: Subject<'_>) -> Answer<Vec<(Id, Counted)>> {
    let (span, seen) = (subject.span(), subject.seen_until());
    let mut all = Vec::new();
    for kind in subject.policy().kinds.values().filter(|kind| !kind.deadlines.is_empty()) {
        // for a case that got another form later, the form of that time counts
        let set = RecordSet::of(kind, Belonging::Clocked(subject.period));
        for one in subject.source.timed(&set, Shown::Before(span.1))? {
            for clock in &one.clocks {
                let mut tally = Tally::default();
                tally.take(clock, span, seen);
                if tally.is_empty() {
                    continue;
                }
                let order = kind.deadlines.iter().position(|deadline| deadline.name == clock.timing.name);
                let step = (one.kind.clone(), order.unwrap_or(usize::MAX));
                let (deadline, label) = (clock.timing.name.clone(), clock.timing.label.clone());
                let department = department(subject, clock.holder.as_deref().unwrap_or_default());
                all.push((one.id.clone(), Counted { tally, step, deadline, label, department }));
            }
        }
    }
    Ok(all)
}

fn sheet<'s>(items: Vec<(Id, Counted)>) -> Sheet<'s, Counted> {
    let over = |item: &Counted| item.tally.over.iter().sum();
    let took = |item: &Counted| item.tally.took.iter().sum();
    let number = |minutes: &[i64]| i64::try_from(minutes.len()).unwrap_or(i64::MAX);
    let late = move |item: &Counted| number(&item.tally.over);
    let timed = move |item: &Counted| number(&item.tally.took);
    let lines = vec![
        Line::new(
            "on-time",
            Text::StepsOnTimeRate,
            Text::StepsOnTimeRateMeans,
            How::Rate([
                Side::count(Text::StepsOnTime, |item: &Counted| item.tally.on_time),
                Side::count(Text::StepsEnded, |item: &Counted| item.tally.ended()),
            ]),
        ),
        Line::sum("late", Text::StepsLateMeans, Side::count(Text::StepsLate, |item: &Counted| item.tally.late)),
        Line::new(
            "median",
            Text::MedianWork,
            Text::MedianWorkMeans,
            How::Chosen(Box::new(|item: &Counted| item.tally.took.clone()), middle),
        ),
        Line::new(
            "mean",
            Text::MeanWork,
            Text::MeanWorkMeans,
            How::Mean([Side::minutes(Text::WorkingTime, took), Side::count(Text::Count, timed)]),
        ),
        Line::new(
            "late-by",
            Text::MeanLate,
            Text::MeanLateMeans,
            How::Mean([Side::minutes(Text::WorkingTimeOverdue, over), Side::count(Text::StepsLate, late)]),
        ),
        Line::sum(
            "overdue",
            Text::StillOverdueMeans,
            Side::count(Text::StillOverdue, |item: &Counted| item.tally.running_late),
        ),
    ];
    let rows = |item: &Counted| {
        let row = |table: &str, stored: &str, label: &Label| {
            let row = SheetRow { table: table.to_owned(), stored: stored.to_owned(), label: label.clone() };
            (row, item.clone())
        };
        let (department, said) = &item.department;
        vec![row("by-step", &item.deadline, &item.label), row("by-department", department, said)]
    };
    Sheet { items, lines, rows: Box::new(rows) }
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let report = subject.report("timeliness", Text::Timeliness)?.over(subject.model_period());
    sheet(counted(subject)?).records(subject, report, text)
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("timeliness", Text::Timeliness)?.over(subject.model_period());
    let span = subject.span();
    let mut all = Tally::default();
    let mut steps: BTreeMap<(String, usize), (Label, Tally)> = BTreeMap::new();
    let mut departments: BTreeMap<String, (Label, Tally)> = BTreeMap::new();
    let sheet = sheet(counted(subject)?);
    for (_, item) in &sheet.items {
        all += &item.tally;
        let step = steps.entry(item.step.clone()).or_insert_with(|| (item.label.clone(), Tally::default()));
        step.1 += &item.tally;
        let (name, label) = item.department.clone();
        departments.entry(name).or_insert_with(|| (label, Tally::default())).1 += &item.tally;
    }
    report.figures("figures", Text::Figures, sheet.figures());
    let mut table =
        Table::new(columns(vec![Column::label("kind", Text::Kind), Column::label("deadline", Text::Deadline)]));
    for ((kind, _), (label, tally)) in steps.iter().filter(|(_, (_, tally))| !tally.is_empty()) {
        let kind = subject.policy().kind(kind).map(|kind| kind.shape.label.clone()).unwrap_or_default();
        let cells = [Cell::Label(kind), Cell::Label(label.clone())].into_iter().chain(tally.cells());
        table.toned(tone(tally), cells);
    }
    if !all.is_empty() {
        table.total([Cell::Label(Text::Total.label()), Cell::Empty].into_iter().chain(all.cells()));
    }
    report.table("by-step", Text::ByStep, table);
    let mut table = Table::new(columns(vec![Column::label("department", Text::DepartmentHeld)]));
    for (label, tally) in departments.values().filter(|(_, tally)| !tally.is_empty()) {
        table.toned(tone(tally), std::iter::once(Cell::Label(label.clone())).chain(tally.cells()));
    }
    if !all.is_empty() {
        table.total(std::iter::once(Cell::Label(Text::Total.label())).chain(all.cells()));
    }
    report.table("by-department", Text::ByDepartmentHeld, table);
    if all.unknown > 0 {
        report.note(Level::Warning, label!(Text::DueUnknown, count = all.unknown));
    }
    if subject.now() < span.1 {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    Ok(report)
}

fn tone(tally: &Tally) -> Tone {
    match (tally.late, tally.running_late) {
        (_, 1..) => Tone::Bad,
        (1.., 0) => Tone::Warning,
        _ => Tone::Plain,
    }
}

/// The department of the holder of a deadline: the named one, the one that the role heads, the common one of all who
/// have the role, or the person's. If there is none, it is under the role's or person's own name.
fn department(subject: Subject<'_>, holder: &str) -> (String, Label) {
    let named = |name: &str| (name.to_owned(), subject.label(&Type::Department, name));
    if let Some(name) = holder.strip_prefix("department:") {
        // several departments hold it together
        return match holder.contains(',') {
            true => (holder.to_owned(), subject.words().held(&Held::from_stored(holder))),
            false => named(name),
        };
    }
    if let Some(role) = holder.strip_prefix("role:") {
        if let Some((_, department)) = role.split(',').next().and_then(|seat| seat.split_once('@')) {
            return named(department);
        }
        let led = subject.policy().departments.led_by(role);
        return match led.map(|department| department.name.as_str()).or_else(|| of_all(subject, role)) {
            Some(department) => named(department),
            None => (holder.to_owned(), subject.label(&Type::Role, role)),
        };
    }
    let first = holder.split(',').next().unwrap_or_default();
    let person = first.parse().ok().and_then(|id| subject.people().get(&id));
    match person.and_then(|person| person.department.as_ref()) {
        Some(department) => named(department),
        None if first.is_empty() => (String::new(), Text::Nobody.label()),
        None => (holder.to_owned(), Label::verbatim(subject.words().person(first))),
    }
}

/// The department to which everybody with a role belongs.
fn of_all<'m>(subject: Subject<'m>, role: &str) -> Option<&'m str> {
    let day = subject.zone().date(subject.now());
    let holders = subject.people().iter().filter(|person| person.active && person.has_role(role, day));
    let departments: BTreeSet<Option<&str>> = holders.map(|person| person.department.as_deref()).collect();
    match Vec::from_iter(departments)[..] {
        [one] => one,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Tally, mean, middle};
    use crate::calendar::{Moment, Outcome};
    use crate::record::parse_time;
    use crate::report::Clock;

    fn at(text: &str) -> Moment {
        parse_time(&format!("2026-{text}:00+08:00")).expect("a time")
    }

    fn clock(end: Option<&str>, outcome: Outcome, worked: i64, over: i64) -> Clock {
        Clock {
            timing: Arc::default(),
            start: at("10-01T09:00"),
            due: Some(at("10-05T17:30")),
            end: end.map(at),
            outcome,
            holder: None,
            stopped_by: Vec::new(),
            forms: Vec::new(),
            worked: Some(worked),
            over: Some(over),
        }
    }

    #[test]
    fn a_run_counts_where_it_ended_or_is_overdue_at_the_end() {
        let span = (at("10-01T00:00"), at("11-01T00:00"));
        let mut tally = Tally::default();
        let runs = [
            clock(Some("10-05T17:30"), Outcome::Met, 60, 0),
            clock(Some("10-06T09:30"), Outcome::Breached, 120, 60),
            clock(Some("11-02T09:00"), Outcome::Breached, 999, 999),
            clock(Some("09-30T09:00"), Outcome::Met, 999, 0),
            clock(None, Outcome::Breached, 999, 999),
            clock(None, Outcome::Open, 999, 0),
        ];
        runs.iter().for_each(|run| tally.take(run, span, span.1));
        // a run that ended in November was overdue at the end of October
        assert_eq!((tally.on_time, tally.late, tally.running_late), (1, 1, 2));
        assert_eq!((tally.took.as_slice(), tally.over.as_slice()), (&[60, 120][..], &[60][..]));
    }

    #[test]
    fn middles_and_means() {
        assert_eq!((middle(&[]), mean(&[])), (None, None));
        assert_eq!((middle(&[5, 1, 9]), mean(&[5, 1, 9])), (Some(5), Some(5)));
        assert_eq!((middle(&[4, 1]), mean(&[4, 1])), (Some(1), Some(3)));
    }
}
