//! The records behind a figure. The figure is their number, or the sum of a column.

use super::figure::Of;
use super::make::Maker;
use super::members::{Filled, Kept};
use super::plan::Plan;
use super::table::Line;
use super::told::Told;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, RecordText};
use crate::model::{Cell, Column, ColumnType, Report, Table};
use crate::place::toml::nearest;
use crate::report::Answer;
use crate::report::worded;
use crate::wording;

/// Why the records behind a figure cannot be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong.
    pub message: Label,
    /// The names that exist.
    pub hint: Label,
}

/// A figure, and perhaps the row of a table, as a user types them: `asked`, `on-time@phone`,
/// `by-channel.on-time@phone`.
struct Wanted<'w> {
    table: Option<&'w str>,
    figure: &'w str,
    row: Option<&'w str>,
}

impl<'w> Wanted<'w> {
    fn of(text: &'w str, plan: &Plan) -> Self {
        let (figure, row) = text.split_once('@').map_or((text, None), |(figure, row)| (figure, Some(row)));
        let table = figure.split_once('.').filter(|(table, _)| plan.tables.iter().any(|one| one.name == *table));
        match table {
            Some((table, figure)) => Wanted { table: Some(table), figure, row },
            None => Wanted { table: None, figure, row },
        }
    }
}

impl Maker<'_> {
    /// The records behind a figure: `FIGURE`, or `FIGURE@ROW` of a table; `TABLE.FIGURE@ROW` if several tables have
    /// the row.
    ///
    /// # Errors
    /// The outer error if the book cannot be read; the inner one if there is no such figure or row.
    pub fn records(&self, text: &str) -> Answer<Result<Report, Unknown>> {
        let filled = self.filled();
        let wanted = Wanted::of(text, filled.plan);
        let told = match wanted.row {
            None => Ok(self.whole(&filled, &wanted)?),
            Some(row) => self.of_row(&filled, &wanted, row)?,
        };
        let told = match told {
            Ok(Some(told)) => told,
            Ok(None) => return Ok(Err(no_figure(&filled, wanted.figure))),
            Err(unknown) => return Ok(Err(unknown)),
        };
        let subject = self.subject();
        let mut report = subject.report(&filled.plan.head.name, crate::locale::messages::ReportText::Figures)?;
        report.title = label!(Text::BehindFigure; report = filled.plan.head.label.clone(), figure = told.label.clone());
        if filled.plan.head.every.is_some() {
            report = report.over(subject.model_period());
        }
        report.table(RECORDS, Text::Behind, records(&filled, &told));
        Ok(Ok(report))
    }

    /// The figure over the whole period.
    fn whole(&self, filled: &Filled<'_>, wanted: &Wanted<'_>) -> Answer<Option<Told>> {
        let members = |set| filled.members(set, &filled.whole);
        let of = Of { members: &members, stretch: &filled.whole, place: None };
        for figure in &filled.plan.figures {
            if let Some(told) = pick(filled.figure(figure, &of)?, wanted.figure) {
                return Ok(Some(told));
            }
        }
        Ok(None)
    }

    /// The figure in one row of a table.
    fn of_row(&self, filled: &Filled<'_>, wanted: &Wanted<'_>, row: &str) -> Answer<Result<Option<Told>, Unknown>> {
        let (mut found, mut rows): (Vec<(String, Told)>, Vec<String>) = (Vec::new(), Vec::new());
        for table in filled.plan.tables.iter().filter(|table| wanted.table.is_none_or(|name| name == table.name)) {
            let lines = filled.lines(table)?.rows;
            let has = |line: &Line| line.told.iter().any(|told| is_named(told, wanted.figure));
            for line in lines.into_iter().filter(has) {
                if line.key.is_meant(row)
                    && let Some(told) = pick(line.told, wanted.figure)
                {
                    found.push((table.name.clone(), told));
                } else if !line.key.stored.is_empty() {
                    rows.push(line.key.stored);
                }
            }
        }
        match found.len() {
            1 => Ok(Ok(found.pop().map(|(_, told)| told))),
            0 if rows.is_empty() => Ok(Ok(None)),
            0 => {
                rows.sort();
                rows.dedup();
                let hint = match nearest(row, rows.iter().map(String::as_str)) {
                    Some(near) => label!(RecordText::DidYouMean, word = near),
                    None => label!(Text::RowsAre, names = rows.join(", ")),
                };
                Ok(Err(Unknown { message: label!(Text::NoRow, row = row, figure = wanted.figure), hint }))
            }
            _ => {
                let names: Vec<String> =
                    found.iter().map(|(table, _)| format!("{table}.{}@{row}", wanted.figure)).collect();
                let message = label!(Text::ManyRows, row = row, figure = wanted.figure);
                Ok(Err(Unknown { message, hint: label!(Text::WriteOneOf, names = names.join(", ")) }))
            }
        }
    }
}

/// The section of records.
const RECORDS: &str = "records";

/// Whether a name means a figure. The name of a figure with bands means all its bands.
fn is_named(told: &Told, name: &str) -> bool {
    told.name == name || told.name.split_once('.').is_some_and(|(of, _)| of == name)
}

/// The figure with this name; for a figure with bands, all bands together.
fn pick(told: Vec<Told>, name: &str) -> Option<Told> {
    let mut meant = told.into_iter().filter(|told| is_named(told, name));
    let first = meant.next()?;
    Some(meant.fold(first, |mut all, band| {
        all.behind.rows.extend(band.behind.rows);
        all
    }))
}

fn no_figure(filled: &Filled<'_>, name: &str) -> Unknown {
    let names: Vec<&str> = filled.plan.figures.iter().map(|figure| figure.name.as_str()).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => label!(RecordText::DidYouMean, word = near),
        None => label!(Text::FiguresAre, names = names.join(", ")),
    };
    Unknown { message: label!(Text::NoFigure, name = name), hint }
}

/// The records behind a figure as a table: each record, and what it adds.
fn records(filled: &Filled<'_>, told: &Told) -> Table {
    if !told.behind.parts.is_empty() {
        return parts(told);
    }
    let events = told.behind.rows.iter().any(|row| row.event.is_some());
    let mut columns = vec![
        Column::id("id", RecordText::ColumnId).weighing(Column::MUCH),
        Column::label("kind", Text::ColumnKind).weighing(Column::LITTLE),
        Column::text("record", Text::ColumnRecord),
        Column::label("state", RecordText::ColumnState),
        Column::moment("opened", RecordText::ColumnOpened),
    ];
    if events {
        columns.extend([
            Column::moment("when", Text::ColumnWhen),
            Column::text("who", Text::ColumnWho),
            Column::label("step", Text::ColumnStep),
        ]);
    }
    if let Some((label, kind)) = &told.behind.column {
        columns.push(Column::new("value", label.clone(), *kind).weighing(Column::MUCH));
    }
    let mut table = Table::new(columns);
    for row in &told.behind.rows {
        let mut cells = head(filled, &row.record);
        if events {
            cells.extend(event(filled, &row.record, row.event));
        }
        cells.extend(told.behind.column.as_ref().map(|_| row.cell.clone()));
        table.row(cells);
    }
    table
}

fn head(filled: &Filled<'_>, record: &Kept) -> Vec<Cell> {
    let words = filled.words();
    let kind = filled.policy().kind(&record.kind);
    vec![
        Cell::id(&record.id),
        Cell::Label(words.kind(&record.kind)),
        worded::said(words.about(record)),
        kind.map_or(Cell::Empty, |kind| Cell::Label(wording::state(kind, &record.state))),
        record.opened().into(),
    ]
}

fn event(filled: &Filled<'_>, record: &Kept, at: Option<usize>) -> Vec<Cell> {
    let kind = filled.policy().kind(&record.kind);
    let Some((event, (at, kind))) = at.and_then(|at| Some((record.history.get(at)?, (at, kind?)))) else {
        return vec![Cell::Empty; 3];
    };
    let from = record.passed().nth(at).and_then(|(from, _)| from);
    let step = wording::step(kind, &event.step, from);
    vec![Cell::Moment(event.at), Cell::text(filled.words().person(event.by.as_str())), Cell::Label(step)]
}

/// The parts of a weighted figure. Their weighted sum is the figure.
fn parts(told: &Told) -> Table {
    use crate::model::Ratio;
    let mut table = Table::new([
        Column::label("figure", Text::Figure),
        Column::percent("share", Text::Share),
        Column::percent("weight", Text::Weight),
        Column::new("value", told.label.clone(), ColumnType::Percent),
    ]);
    for (label, share, weight) in &told.behind.parts {
        let product = match share {
            Cell::Percent(ratio) => ratio.numerator.checked_mul(*weight).map(|product| Ratio::new(product, 1)),
            _ => None,
        };
        let weight = Cell::Percent(Ratio::new(*weight, 1));
        table.row([Cell::Label(label.clone()), share.clone(), weight, Cell::or_unknown(product)]);
    }
    table
}
