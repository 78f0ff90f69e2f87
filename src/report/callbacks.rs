//! Callbacks of a period (CB2, CB5): planned, done, unreachable, recorded in time, and what the clients said, by specialist
//! and by reason.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::{Decimal, RoundingStrategy};

use super::fields::{untold, value};
use super::model::{Cell, Column, Figure, Level, Part, Report, Table};
use super::{Answer, Belonging, Clocked, RecordSet, Source, Subject};
use crate::calendar::{Moment, Outcome, Period};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{CallbackFields, Callbacks};
use crate::record::{Id, Record, Type, Value};

/// What is counted of some callbacks.
#[derive(Debug, Default)]
struct Tally {
    planned: i64,
    called: i64,
    unreachable: i64,
    to_record: i64,
    in_time: i64,
    scores: Vec<u64>,
}

struct Counted<'m> {
    subject: Subject<'m>,
    fields: &'m CallbackFields,
    callbacks: Vec<Clocked>,
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("callbacks", Text::Callbacks)?.over(subject.model_period());
    let fields = subject.policy().callbacks.fields.as_ref();
    let Some((fields, kind)) = fields.and_then(|fields| Some((fields, subject.policy().kind(&fields.kind)?))) else {
        untold(&mut report, Callbacks::FILE, "callbacks");
        return Ok(report);
    };
    let counted = Counted { subject, fields, callbacks: concerned(subject, fields, kind)? };
    let all = counted.tally(counted.callbacks.iter());
    report.figures("figures", Text::Figures, figures(subject, &all));
    for (name, field) in [("by-specialist", kind.assignee), ("by-reason", fields.reason)] {
        match field {
            Some(id) => {
                let declared = kind.field(id);
                let mut groups: BTreeMap<Option<String>, Vec<&Clocked>> = BTreeMap::new();
                for one in &counted.callbacks {
                    groups.entry(one.record.get(id).and_then(Value::stored)).or_default().push(one);
                }
                let table = counted.table(&declared.label, &declared.ty, groups, &all);
                let [en, zh] = crate::locale::Lang::ALL.map(|lang| {
                    let field = declared.label.get(lang);
                    label!(Text::By, field = field).get(lang).to_owned()
                });
                report.table(name, Label::new(en, zh), table);
            }
            None => {
                report.note(Level::Note, label!(Text::NoField, names = name));
            }
        }
    }
    if let Some(table) = counted.questions() {
        report.table("questions", Text::ByQuestion, table);
    }
    if !subject.is_over() {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    Ok(report)
}

/// The callbacks that were due, done or recorded in the period, with the runs of their deadlines.
fn concerned(subject: Subject<'_>, fields: &CallbackFields, kind: &Kind) -> Answer<Vec<Clocked>> {
    let ids = |belonging| subject.source.ids(&RecordSet::of(kind, belonging));
    let mut all: BTreeSet<Id> = ids(Belonging::Touched(subject.period))?.iter().cloned().collect();
    if let Some(due) = fields.due {
        all.extend(ids(Belonging::Field(&kind.field(due).name, subject.period))?.iter().cloned());
    }
    subject.clocked(&RecordSet::of(kind, Belonging::All).among(&all))
}

fn figures(subject: Subject<'_>, all: &Tally) -> Vec<Figure> {
    let score = Decimal::from(all.scores.iter().sum::<u64>());
    let mut figures = vec![
        Figure::new("planned", Text::PlannedCalls, Text::PlannedCallsMeans, all.planned),
        Figure::new("called", Text::Called, Text::CalledMeans, all.called),
        Figure::new("unreachable", Text::Unreachable, Text::UnreachableMeans, all.unreachable),
        Figure::rate(
            "callback-rate",
            Text::CallbackRate,
            Text::CallbackRateMeans,
            [Part::new(Text::Called, all.called), Part::new(Text::PlannedCalls, all.planned)],
        ),
        Figure::rate(
            "recorded-in-time",
            Text::RecordedInTime,
            Text::RecordedInTimeMeans,
            [Part::new(Text::InTime, all.in_time), Part::new(Text::ToRecord, all.to_record)],
        ),
        Figure::mean(
            "satisfaction",
            Text::Satisfaction,
            Text::SatisfactionMeans,
            [Part::new(Text::ScoreSum, Cell::Decimal(score)), Part::new(Text::Answers, all.scores.len())],
        ),
    ];
    if let Some(rule) = subject.policy().reports.satisfaction {
        let count = |fits: &dyn Fn(u64) -> bool| all.scores.iter().filter(|score| fits(**score)).count();
        let answers = || Part::new(Text::Answers, all.scores.len());
        figures.push(Figure::rate(
            "satisfied",
            Text::Satisfied,
            label!(Text::SatisfiedMeans, score = rule.satisfied_from),
            [Part::new(Text::Satisfied, count(&|score| score >= rule.satisfied_from)), answers()],
        ));
        figures.push(Figure::rate(
            "dissatisfied",
            Text::Dissatisfied,
            label!(Text::DissatisfiedMeans, score = rule.dissatisfied_to),
            [Part::new(Text::Dissatisfied, count(&|score| score <= rule.dissatisfied_to)), answers()],
        ));
    }
    figures
}

impl Counted<'_> {
    fn entered(&self, record: &Record, states: &[String]) -> Option<Moment> {
        let entered = record.history.iter().filter(|event| event.to.as_ref().is_some_and(|to| states.contains(to)));
        entered.map(|event| event.at).max()
    }

    /// Whether it was to be done in the period and was not cancelled.
    fn is_planned(&self, record: &Record) -> bool {
        let due = match value(record, self.fields.due) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        due.is_some_and(|due| self.subject.period.contains(due)) && !self.fields.cancelled.contains(&record.state)
    }

    fn in_period(&self, at: Option<Moment>) -> bool {
        let (from, until) = self.subject.span();
        at.is_some_and(|at| at >= from && at < until)
    }

    fn score(&self, record: &Record) -> Option<u64> {
        match value(record, self.fields.score) {
            Some(Value::Count(score)) if self.in_period(self.entered(record, &self.fields.recorded)) => Some(*score),
            _ => None,
        }
    }

    fn tally<'c>(&self, callbacks: impl Iterator<Item = &'c Clocked>) -> Tally {
        let mut tally = Tally::default();
        for Clocked { record, clocks } in callbacks {
            if self.is_planned(record) {
                tally.planned += 1;
                tally.called += i64::from(self.entered(record, &self.fields.called).is_some());
                tally.unreachable += i64::from(self.fields.unreachable.contains(&record.state));
            }
            let stops = |stops: &[String]| stops.iter().any(|stop| self.fields.recorded.contains(stop));
            let span = self.subject.span();
            for clock in clocks.iter().filter(|clock| stops(&clock.timing.stops)) {
                if clock.was_due_in(span, self.subject.now()) {
                    tally.to_record += 1;
                    tally.in_time += i64::from(clock.outcome == Outcome::Met);
                }
            }
            tally.scores.extend(self.score(record));
        }
        tally
    }

    fn table(&self, label: &Label, ty: &Type, groups: BTreeMap<Option<String>, Vec<&Clocked>>, all: &Tally) -> Table {
        let mut table = Table::new([
            Column::label("value", label.clone()),
            Column::count("planned", Text::PlannedCalls),
            Column::count("called", Text::Called),
            Column::count("unreachable", Text::Unreachable),
            Column::percent("rate", Text::CallbackRate).weighing(Column::MUCH),
            Column::percent("recorded-in-time", Text::RecordedInTime),
            Column::decimal("score", Text::Satisfaction).weighing(Column::MUCH),
            Column::count("answers", Text::Answers),
        ]);
        let line = |said: Label, tally: &Tally| {
            [
                Cell::Label(said),
                Cell::Count(tally.planned),
                Cell::Count(tally.called),
                Cell::Count(tally.unreachable),
                Cell::percent(tally.called, tally.planned),
                Cell::percent(tally.in_time, tally.to_record),
                mean(&tally.scores),
                Cell::count(tally.scores.len()),
            ]
        };
        // those whom nobody was to call come last
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(name, _)| name.is_none());
        for (name, callbacks) in &groups {
            let said = name.as_ref().map_or_else(|| Text::NotSaid.label(), |name| self.subject.label(ty, name));
            table.row(line(said, &self.tally(callbacks.iter().copied())));
        }
        if !groups.is_empty() {
            table.total(line(Text::Total.label(), all));
        }
        table
    }

    /// The mean score of every question; retired ones too, where somebody answered them.
    fn questions(&self) -> Option<Table> {
        let scores = self.fields.scores?;
        let mut table = Table::new([
            Column::label("question", Text::Question),
            Column::decimal("score", Text::Satisfaction).weighing(Column::MUCH),
            Column::count("answers", Text::Answers),
        ]);
        for (place, question) in self.subject.policy().callbacks.questions.iter().enumerate() {
            let recorded = self.callbacks.iter().map(|one| &one.record);
            let recorded = recorded.filter(|record| self.in_period(self.entered(record, &self.fields.recorded)));
            let answers: Vec<u64> = recorded
                .filter_map(|record| match record.get(scores)?.elements().get(place)? {
                    Value::Count(score) => Some(*score),
                    _ => None,
                })
                .collect();
            if !question.retired || !answers.is_empty() {
                table.row([Cell::Label(question.label.clone()), mean(&answers), Cell::count(answers.len())]);
            }
        }
        Some(table)
    }
}

/// The arithmetic mean to two places; empty for no answers.
fn mean(scores: &[u64]) -> Cell {
    let sum = Decimal::from(scores.iter().sum::<u64>());
    let mean = sum.checked_div(Decimal::from(scores.len()));
    mean.map_or(Cell::Empty, |mean| {
        Cell::Decimal(mean.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    })
}
