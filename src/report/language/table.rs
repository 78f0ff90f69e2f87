//! Tables: the figures once for each row. The total is computed from all members, not added up from rows.

use std::collections::BTreeMap;
use std::rc::Rc;

use rust_decimal::Decimal;

use super::figure::Of;
use super::make::part;
use super::members::{Filled, Member, Members};
use super::plan::{By, Table};
use super::read::heading;
use super::show::{Key, Shower, order, period_of};
use super::stats;
use super::told::Told;
use crate::calendar::{Every, Period};
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{self, Cell, Chart, Column, ColumnType, Tone};
use crate::report::Answer;

/// A computed row of a table.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// What the row is for.
    pub key: Key,
    /// The figures; each band is separate.
    pub told: Vec<Told>,
}

/// A computed table.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// The rows, in the order of the table.
    pub rows: Vec<Line>,
    /// The figures over all rows.
    pub total: Vec<Told>,
}

impl Filled<'_> {
    /// The rows of a table with their figures.
    ///
    /// # Errors
    /// If something that it is made from cannot be read.
    pub(super) fn lines(&self, table: &Table) -> Answer<Lines> {
        let whole = |set| self.members(set, &self.whole);
        let total = self.told(table, &Of { members: &whole, stretch: &self.whole, place: None })?;
        let mut rows = match table.by {
            By::Time(every) => self.by_time(table, every)?,
            By::Question => self.by_question(table)?,
            _ => self.by_key(table)?,
        };
        if let Some((figure, down)) = table.sort {
            let named = self.plan.figures.get(figure).map(|figure| figure.name.as_str()).unwrap_or_default();
            let value = |line: &Line| {
                let of = line.told.iter().find(|told| told.is_of(named));
                of.map_or(Cell::Empty, |told| told.value.clone())
            };
            // a figure from too few values is not ranked
            let few = |line: &Line| line.told.iter().any(|told| self.is_small(told) && told.name == named);
            rows.sort_by(|a, b| {
                let ordered = order(&value(a), &value(b));
                few(a).cmp(&few(b)).then(if down { ordered.reverse() } else { ordered })
            });
        }
        Ok(Lines { rows, total })
    }

    fn told(&self, table: &Table, of: &Of<'_>) -> Answer<Vec<Told>> {
        let mut told = Vec::new();
        for figure in table.figures.iter().filter_map(|figure| self.plan.figures.get(*figure)) {
            told.extend(self.figure(figure, of)?);
        }
        Ok(told)
    }

    fn by_time(&self, table: &Table, every: Every) -> Answer<Vec<Line>> {
        let mut rows = Vec::new();
        let mut day = self.whole.period.from;
        while day < self.whole.period.until {
            let Some(period) = period_of(every, day) else { break };
            if let Some(stretch) = part(self, &period) {
                let members = |set| self.members(set, &stretch);
                let told = self.told(table, &Of { members: &members, stretch: &stretch, place: None })?;
                let label = Period::called(&period.label);
                rows.push(Line { key: Key { place: rows.len(), stored: period.label.clone(), label }, told });
            }
            day = period.until;
        }
        Ok(rows)
    }

    fn by_question(&self, table: &Table) -> Answer<Vec<Line>> {
        let mut rows = Vec::new();
        for (place, question) in self.policy().callbacks.questions.iter().enumerate() {
            let members = |set| self.members(set, &self.whole);
            let told = self.told(table, &Of { members: &members, stretch: &self.whole, place: Some(place) })?;
            let answered = told.iter().any(|told| !told.behind.rows.is_empty());
            if !question.retired || answered {
                let key = Key { place, stored: question.name.clone(), label: question.label.clone() };
                rows.push(Line { key, told });
            }
        }
        Ok(rows)
    }

    fn by_key(&self, table: &Table) -> Answer<Vec<Line>> {
        let shower = Shower::new(self, &self.whole);
        let figures = table.figures.iter().filter_map(|figure| self.plan.figures.get(*figure));
        let mut sets: Vec<usize> = figures.flat_map(|figure| figure.what.sets(&self.plan.figures)).collect();
        sets.sort_unstable();
        sets.dedup();
        let mut groups: BTreeMap<Key, BTreeMap<usize, Vec<Member>>> = BTreeMap::new();
        for set in sets {
            for member in self.members(set, &self.whole)?.iter() {
                for key in shower.keys(&table.by, member)? {
                    groups.entry(key).or_default().entry(set).or_default().push(member.clone());
                }
            }
        }
        let mut rows = Vec::new();
        for (key, sets) in groups {
            let sets: BTreeMap<usize, Members> = sets.into_iter().map(|(set, all)| (set, Rc::new(all))).collect();
            let members = |set| Ok(sets.get(&set).cloned().unwrap_or_default());
            let told = self.told(table, &Of { members: &members, stretch: &self.whole, place: None })?;
            rows.push(Line { key, told });
        }
        Ok(rows)
    }

    /// A table in the form of the model.
    ///
    /// # Errors
    /// If something that it is made from cannot be read.
    pub(super) fn table(&self, table: &Table) -> Answer<model::Table> {
        let lines = self.lines(table)?;
        let first = Column::label("row", heading(&table.by)).weighing(Column::MUCH);
        let mut columns = vec![first];
        for told in &lines.total {
            columns.push(Column::new(told.column(), told.label.clone(), told.kind));
            for beside in told.beside.iter().filter(|beside| beside.column) {
                let name = format!("{}-{}", told.name, beside.name);
                columns.push(Column::new(name, beside.label.clone(), beside.kind).weighing(Column::LITTLE));
            }
        }
        let few = lines.rows.iter().any(|line| line.told.iter().any(|told| self.is_small(told)));
        if few {
            columns.push(Column::flag("few", Text::Few).weighing(Column::LITTLE));
        }
        let limits = match table.chart {
            Some((Chart::Control, _)) => self.limits(table, &lines, &mut columns),
            _ => Vec::new(),
        };
        let mut made = model::Table::new(columns);
        made.chart = table.chart.as_ref().map(|(chart, _)| *chart);
        let figures = table.draw.iter().filter_map(|figure| self.plan.figures.get(*figure));
        made.draw = figures.map(|figure| figure.name.clone()).collect();
        for (at, line) in lines.rows.iter().enumerate() {
            let is_small = line.told.iter().any(|told| self.is_small(told));
            let mut cells = cells(line.key.label.clone(), &line.told);
            cells.extend(few.then_some(if is_small { Cell::Bool(true) } else { Cell::Empty }));
            cells.extend(limits.get(at).cloned().into_iter().flatten());
            made.toned(if is_small { Tone::Muted } else { Tone::Plain }, cells);
        }
        if !lines.rows.is_empty() && !matches!(table.by, By::Question) {
            let mut cells = cells(Text::Total.label(), &lines.total);
            cells.resize(made.columns.len(), Cell::Empty);
            made.total(cells);
        }
        Ok(made)
    }

    /// The limits of the first figure of a table by time, for each row: mean, lower and upper limit, and whether the
    /// value is beyond them or has moved too far. A new baseline begins where the table says that something was
    /// changed.
    fn limits(&self, table: &Table, lines: &Lines, columns: &mut Vec<Column>) -> Vec<Vec<Cell>> {
        let kind = lines.total.first().map_or(ColumnType::Decimal, |told| told.kind);
        // the limits of counts are not whole numbers
        let kind = if matches!(kind, ColumnType::Count) { ColumnType::Decimal } else { kind };
        let unit = |name: &str, text: Text| Column::new(name, text, kind).weighing(Column::LITTLE);
        columns.extend([
            unit(Chart::MEAN, Text::Mean),
            unit(Chart::LOW, Text::LowLimit),
            unit(Chart::HIGH, Text::HighLimit),
        ]);
        columns.push(Column::flag(Chart::SIGNAL, Text::Signal));
        let values: Vec<Option<Decimal>> = lines.rows.iter().map(|line| line.told.first()?.value.number()).collect();
        // periods before the first record of the book do not belong to the baseline
        let first = values.iter().position(|value| value.is_some_and(|value| !value.is_zero())).unwrap_or(0);
        let begins = |at: usize| -> usize {
            let day = |at: usize| lines.rows.get(at).and_then(|line| first_day(&line.key.stored));
            let changes = table.changed.iter().filter_map(|change| {
                (0..lines.rows.len()).find(|row| day(*row).is_some_and(|day| day >= *change)).filter(|row| *row <= at)
            });
            changes.max().unwrap_or(0).max(first)
        };
        let cell = |number: Decimal| in_type(kind, number);
        let mut found = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let from = begins(at);
            let own = (from..values.len()).take_while(|row| begins(*row) == from);
            let series: Vec<Decimal> = own.filter_map(|row| values[row]).collect();
            let Some(limits) = stats::limits(&series).filter(|_| at >= from) else {
                found.push(vec![Cell::Empty; 4]);
                continue;
            };
            let before = values.get(from..at).and_then(|before| before.iter().flatten().next_back());
            let signal = value.is_some_and(|value| {
                let moved = before.is_some_and(|before| (value - before).abs() > limits.range);
                value < limits.low || value > limits.high || moved
            });
            let signal = if signal { Cell::Bool(true) } else { Cell::Empty };
            found.push(vec![cell(limits.mean), cell(limits.low), cell(limits.high), signal]);
        }
        found
    }
}

fn cells(label: Label, told: &[Told]) -> Vec<Cell> {
    let mut cells = vec![Cell::Label(label)];
    for told in told {
        cells.push(told.value.clone());
        cells.extend(told.beside.iter().filter(|beside| beside.column).map(|beside| beside.value.clone()));
    }
    cells
}

fn in_type(kind: ColumnType, number: Decimal) -> Cell {
    use rust_decimal::prelude::ToPrimitive as _;
    match kind {
        ColumnType::Money => Cell::Money(number.round_dp(2)),
        ColumnType::Percent => Cell::percent(number, 100),
        ColumnType::Minutes => Cell::or_unknown(number.round().to_i64().map(Cell::Minutes)),
        _ => Cell::Decimal(number.round_dp(2).normalize()),
    }
}

/// The first day of a period by its name.
fn first_day(name: &str) -> Option<chrono::NaiveDate> {
    crate::calendar::Period::parse(name, chrono::NaiveDate::default()).ok().map(|period| period.from)
}
