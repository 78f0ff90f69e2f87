//! The list at the beginning of the statistics: each case that closed in the period, with the columns of
//! `reports/monthly.toml`.

use std::collections::{BTreeMap, BTreeSet};

use super::Monthly;
use super::costs::Told;
use super::counts::Row;
use crate::calendar::Moment;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, Report, Table, Tone};
use crate::record::{Id, Record, Value};
use crate::report::fields::{case_cell, id_column, number_cell, number_column};
use crate::report::language::reached;
use crate::report::layout::{CaseColumn, Layout};
use crate::report::measures::measures;
use crate::report::{Answer, Case, passage, worded};
use crate::wording::{self, joined};

/// A case that closed in the period.
struct Closed<'m> {
    case: &'m Case,
    row: &'m Row,
    at: Moment,
    /// Whether it was closed too late; `None` if no deadline ended with the closing.
    late: Option<bool>,
}

impl Monthly<'_> {
    /// The list, in the order of closing. Without columns in the layout there is no list.
    ///
    /// # Errors
    /// If the measures cannot be read.
    pub(super) fn closed(&self, report: &mut Report) -> Answer<()> {
        let layout = &*self.layout;
        if layout.columns.is_empty() || self.counted.closed.is_none() {
            return Ok(());
        }
        let (subject, kind, span) = (self.subject, self.counted.kind, self.subject.span());
        let told = self.costing.told(false);
        let closed = self.now.cases.iter().filter_map(|(case, row)| {
            let at = self.counted.closed_in(case, span)?;
            Some(Closed { case, row, at, late: self.counted.on_time(case, at).map(|on_time| !on_time) })
        });
        let mut closed: Vec<Closed<'_>> = closed.collect();
        closed.sort_by_key(|one| (one.at, &one.case.id));
        let measures = match layout.columns.contains(&CaseColumn::Measures) {
            true => self.measures_about(&closed)?,
            false => BTreeMap::new(),
        };
        subject.source.expect(&named(layout, &closed))?;
        let columns = layout.columns.iter().flat_map(|column| self.headings(column, &told));
        let mut table = Table::new(number_column(subject, kind).into_iter().chain([id_column(kind)]).chain(columns));
        for one in &closed {
            let mut cells: Vec<Cell> =
                number_cell(kind, one.case).into_iter().chain([Cell::id(&one.case.id)]).collect();
            for column in &layout.columns {
                cells.extend(self.shown(column, one, (&told, &measures)));
            }
            table.toned(if one.late == Some(true) { Tone::Bad } else { Tone::Plain }, cells);
        }
        if !closed.is_empty() {
            table.total(self.closed_total(layout, &told));
        }
        report.table("closed", Text::ClosedCases, table);
        Ok(())
    }

    fn headings(&self, column: &CaseColumn, told: &[Told<'_>]) -> Vec<Column> {
        match column {
            CaseColumn::Field(field) => {
                let column = worded::column(&self.subject.words(), self.counted.kind.field(*field));
                let weight = self.counted.kind.weight(&column.name);
                vec![column.weighing(weight)]
            }
            CaseColumn::Losses => told.iter().map(Told::column).collect(),
            CaseColumn::Measures => vec![Column::label("measures", Text::MeasureStates)],
            CaseColumn::Milestone { name, states } => {
                let is = |known: &Option<Vec<&str>>| known.as_ref().is_some_and(|known| known == states);
                let label = match () {
                    () if is(&self.counted.closed) => Text::ClosedOn.label(),
                    () if is(&self.counted.accepted) => Text::AcceptedOn.label(),
                    () => label!(Text::ReachedOn; state = reached(self.counted.kind, states)),
                };
                vec![Column::date(format!("{name}-on"), label)]
            }
            CaseColumn::Step { .. } | CaseColumn::Deadline { .. } => passage::columns(self.counted.kind, column),
            CaseColumn::Days => vec![Column::count("days", Text::DaysTaken)],
            CaseColumn::Overdue => vec![Column::flag("overdue", Text::ClosedLate).weighing(Column::MUCH)],
        }
    }

    fn shown(
        &self,
        column: &CaseColumn,
        one: &Closed<'_>,
        (told, measures): (&[Told<'_>], &BTreeMap<Id, Vec<Record>>),
    ) -> Vec<Cell> {
        let (subject, zone) = (self.subject, self.subject.zone());
        let cell = match column {
            CaseColumn::Field(field) => case_cell(subject, self.counted.kind, one.case, Some(*field)),
            CaseColumn::Losses => return told.iter().map(|told| told.cell(one.row, None)).collect(),
            CaseColumn::Measures => {
                let forms = one.case.forms.iter().filter_map(|form| measures.get(&form.record.id)).flatten();
                let kind = |record: &Record| subject.policy().kind(&record.kind);
                let states: Vec<_> =
                    forms.filter_map(|record| Some(wording::state(kind(record)?, &record.state))).collect();
                if states.is_empty() { Cell::Empty } else { Cell::Label(joined(&states)) }
            }
            CaseColumn::Milestone { states, .. } => {
                let states: Vec<&str> = states.iter().map(String::as_str).collect();
                let closes = self.counted.closed.as_ref() == Some(&states);
                let at = if closes { Some(one.at) } else { one.case.first(&states) };
                Cell::from(at.map(|at| zone.date(at)))
            }
            CaseColumn::Step { .. } | CaseColumn::Deadline { .. } => {
                return passage::cells(one.case, column, (zone, subject.seen_until()));
            }
            CaseColumn::Days => {
                let days = |from: Moment| zone.date(one.at).signed_duration_since(zone.date(from)).num_days();
                Cell::from(one.case.opened().map(days))
            }
            CaseColumn::Overdue => one.late.map_or(Cell::Empty, Cell::Bool),
        };
        vec![cell]
    }

    /// The improvement measures about these cases, by the form that each refers to.
    fn measures_about(&self, closed: &[Closed<'_>]) -> Answer<BTreeMap<Id, Vec<Record>>> {
        let Some((_, kind)) = measures(self.subject) else { return Ok(BTreeMap::new()) };
        let forms = closed.iter().flat_map(|one| &one.case.forms).map(|form| form.record.id.clone()).collect();
        self.subject.linked(&forms, kind.name())
    }

    /// The total costs of the closed cases, below their columns.
    fn closed_total(&self, layout: &Layout, told: &[Told<'_>]) -> Vec<Cell> {
        let before = 1 + usize::from(self.counted.kind.numbering.is_some());
        let mut cells = vec![Cell::Label(Text::Total.label())];
        cells.resize(before, Cell::Empty);
        for column in &layout.columns {
            match column {
                CaseColumn::Losses => cells.extend(told.iter().map(|told| told.cell(&self.now.whole, None))),
                CaseColumn::Deadline { .. } => cells.extend([Cell::Empty, Cell::Empty]),
                _ => cells.push(Cell::Empty),
            }
        }
        cells
    }
}

/// The records that the columns refer to.
fn named(layout: &Layout, closed: &[Closed<'_>]) -> BTreeSet<Id> {
    let fields = layout.columns.iter().filter_map(|column| match column {
        CaseColumn::Field(field) => Some(*field),
        _ => None,
    });
    let values = fields.flat_map(|field| closed.iter().filter_map(move |one| one.case.value(field)));
    let named = values.flat_map(Value::elements).filter_map(|value| match value {
        Value::Ref(id) => Some(id.clone()),
        _ => None,
    });
    named.collect()
}
