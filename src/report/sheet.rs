//! Figures of computed reports, built from what each record adds. The figure is the sum, and `--records` lists the
//! same additions, so the two cannot disagree.

use rust_decimal::Decimal;

use super::language::Unknown;
use super::model::{Cell, Column, ColumnType, Figure, Part, Report, Table};
use super::{Answer, Subject, worded};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText, RecordText};
use crate::place::toml::nearest;
use crate::record::Id;
use crate::wording;

/// The rows to which an item belongs, each with what it adds there.
type Rows<'s, T> = Box<dyn Fn(&T) -> Vec<(SheetRow, T)> + 's>;
/// One value chosen from many, such as the median.
pub(super) type Choice = fn(&[i64]) -> Option<i64>;

/// What the figures of a report are counted from, and how.
pub(super) struct Sheet<'s, T> {
    /// The counted items, each with its record.
    pub(super) items: Vec<(Id, T)>,
    /// The figures, in the order of the report.
    pub(super) lines: Vec<Line<'s, T>>,
    /// Returns the rows of tables to which an item belongs, each with what it adds there.
    pub(super) rows: Rows<'s, T>,
}

/// A row of a table.
pub(super) struct SheetRow {
    /// The table.
    pub(super) table: String,
    /// The stored value of the row.
    pub(super) stored: String,
    /// The label of the row.
    pub(super) label: Label,
}

/// A figure.
pub(super) struct Line<'s, T> {
    /// Its name.
    pub(super) name: String,
    /// What it is called.
    pub(super) label: Label,
    /// What it means.
    pub(super) means: Label,
    how: How<'s, T>,
}

/// How a figure is computed from what each item adds.
pub(super) enum How<'s, T> {
    /// The sum.
    Sum(Side<'s, T>),
    /// A share: the sum of the first side divided by that of the second.
    Rate([Side<'s, T>; 2]),
    /// A mean: the sum of the first side divided by the count of the second.
    Mean([Side<'s, T>; 2]),
    /// A share of a given total, for every `per` of it.
    Against(Side<'s, T>, Part, u64),
    /// A value chosen from many values, in minutes.
    Chosen(Minutes<'s, T>, Choice),
    /// The sum is unknown.
    Unknown(Side<'s, T>),
}

/// The values of an item, in minutes.
pub(super) type Minutes<'s, T> = Box<dyn Fn(&T) -> Vec<i64> + 's>;

/// One side of a figure: what each item adds.
pub(super) struct Side<'s, T> {
    label: Label,
    unit: ColumnType,
    adds: Box<dyn Fn(&T) -> Decimal + 's>,
}

impl<'s, T> Side<'s, T> {
    /// A number of things.
    pub(super) fn count(label: impl Into<Label>, adds: impl Fn(&T) -> i64 + 's) -> Self {
        Side { label: label.into(), unit: ColumnType::Count, adds: Box::new(move |item| adds(item).into()) }
    }

    /// Working time in minutes.
    pub(super) fn minutes(label: impl Into<Label>, adds: impl Fn(&T) -> i64 + 's) -> Self {
        Side { unit: ColumnType::Minutes, ..Side::count(label, adds) }
    }

    /// An amount of money.
    pub(super) fn money(label: impl Into<Label>, adds: impl Fn(&T) -> Decimal + 's) -> Self {
        Side { label: label.into(), unit: ColumnType::Money, adds: Box::new(adds) }
    }

    /// A quantity.
    pub(super) fn quantity(label: impl Into<Label>, adds: impl Fn(&T) -> Decimal + 's) -> Self {
        Side { unit: ColumnType::Decimal, ..Side::money(label, adds) }
    }

    fn cell(&self, number: Decimal) -> Cell {
        let whole = || i64::try_from(number).ok();
        match self.unit {
            ColumnType::Count => Cell::or_unknown(whole().map(Cell::Count)),
            ColumnType::Minutes => Cell::or_unknown(whole().map(Cell::Minutes)),
            ColumnType::Money => Cell::Money(number),
            _ => Cell::Decimal(number.normalize()),
        }
    }

    fn sum(&self, items: &[(Id, T)]) -> Cell {
        self.cell(items.iter().map(|(_, item)| (self.adds)(item)).sum())
    }

    fn part(&self, items: &[(Id, T)]) -> Part {
        Part::new(self.label.clone(), self.sum(items))
    }

    fn column(&self, name: &str) -> Column {
        Column::new(name, self.label.clone(), self.unit)
    }
}

impl<'s, T> Line<'s, T> {
    /// A figure that is computed in this way.
    pub(super) fn new(
        name: impl Into<String>,
        label: impl Into<Label>,
        means: impl Into<Label>,
        how: How<'s, T>,
    ) -> Self {
        Line { name: name.into(), label: label.into(), means: means.into(), how }
    }

    /// The sum of a side, under the side's label.
    pub(super) fn sum(name: impl Into<String>, means: impl Into<Label>, side: Side<'s, T>) -> Self {
        Line::new(name, side.label.clone(), means, How::Sum(side))
    }

    /// The same figure, but unknown unless `known`.
    pub(super) fn known(self, known: bool) -> Self {
        match self.how {
            How::Sum(side) if !known => Line { how: How::Unknown(side), ..self },
            how => Line { how, ..self },
        }
    }

    fn figure(&self, items: &[(Id, T)]) -> Figure {
        let new = |value: Cell| Figure::new(self.name.as_str(), self.label.clone(), self.means.clone(), value);
        let parts = |sides: &[Side<'_, T>; 2]| sides.each_ref().map(|side| side.part(items));
        match &self.how {
            How::Sum(side) => new(side.sum(items)),
            How::Unknown(_) => new(Cell::Unknown),
            How::Rate(sides) => Figure::rate(self.name.as_str(), self.label.clone(), self.means.clone(), parts(sides)),
            How::Mean(sides) => Figure::mean(self.name.as_str(), self.label.clone(), self.means.clone(), parts(sides)),
            How::Against(over, under, per) => Figure::per(new(Cell::Unknown), over.part(items), under.clone(), *per),
            How::Chosen(values, of) => {
                let values: Vec<i64> = items.iter().flat_map(|(_, item)| values(item)).collect();
                new(of(&values).map_or(Cell::Empty, Cell::Minutes))
            }
        }
    }

    /// The columns of the additions, after those of the record.
    fn columns(&self) -> Vec<Column> {
        match &self.how {
            How::Sum(side) | How::Unknown(side) | How::Against(side, ..) => vec![side.column("value")],
            How::Rate(sides) | How::Mean(sides) => {
                let [over, under] = sides;
                vec![over.column("value"), under.column("of")]
            }
            How::Chosen(..) => vec![Column::minutes("value", self.label.clone())],
        }
    }

    /// What an item adds, one row each; no row if it adds nothing.
    fn added(&self, item: &T) -> Vec<Vec<Cell>> {
        let numbers = |sides: &[&Side<'_, T>]| {
            let added: Vec<Decimal> = sides.iter().map(|side| (side.adds)(item)).collect();
            let cells = || sides.iter().zip(&added).map(|(side, number)| side.cell(*number)).collect();
            added.iter().any(|number| !number.is_zero()).then(cells).into_iter().collect()
        };
        match &self.how {
            How::Sum(side) | How::Unknown(side) | How::Against(side, ..) => numbers(&[side]),
            How::Rate([over, under]) | How::Mean([over, under]) => numbers(&[over, under]),
            How::Chosen(values, _) => values(item).into_iter().map(|value| vec![Cell::Minutes(value)]).collect(),
        }
    }

    /// The sums of the additions. `None` if one value is chosen from many.
    fn total(&self, items: &[(Id, T)]) -> Option<Vec<Cell>> {
        match &self.how {
            How::Sum(side) | How::Unknown(side) | How::Against(side, ..) => Some(vec![side.sum(items)]),
            How::Rate(sides) | How::Mean(sides) => Some(sides.iter().map(|side| side.sum(items)).collect()),
            How::Chosen(..) => None,
        }
    }
}

impl<T> Sheet<'_, T> {
    /// The figures.
    pub(super) fn figures(&self) -> Vec<Figure> {
        self.lines.iter().map(|line| line.figure(&self.items)).collect()
    }

    /// The figures of these names.
    pub(super) fn only(&self, wanted: impl Fn(&str) -> bool) -> Vec<Figure> {
        self.lines.iter().filter(|line| wanted(&line.name)).map(|line| line.figure(&self.items)).collect()
    }

    /// The records behind `FIGURE`, or behind `FIGURE@ROW` of a table; `TABLE.FIGURE@ROW` if several tables have the
    /// row. `report` is the report without sections.
    ///
    /// # Errors
    /// The outer error if a record cannot be read; the inner one if there is no such figure or row.
    pub(super) fn records(
        self,
        subject: Subject<'_>,
        mut report: Report,
        text: &str,
    ) -> Answer<Result<Report, Unknown>> {
        let (wanted, row) = text.split_once('@').map_or((text, None), |(figure, row)| (figure, Some(row)));
        let (table, name) = wanted.split_once('.').map_or((None, wanted), |(table, name)| (Some(table), name));
        let Sheet { items, lines, rows } = self;
        let Some(line) = lines.iter().find(|line| line.name == name) else { return Ok(Err(no_figure(&lines, name))) };
        let items = match row {
            None => items,
            Some(row) => {
                let mut found = Vec::new();
                let meant = |one: &SheetRow| {
                    table.is_none_or(|table| table == one.table) && (one.stored == row || one.label.matches(row))
                };
                for (id, item) in items {
                    found.extend(rows(&item).into_iter().find(|(one, _)| meant(one)).map(|(_, item)| (id, item)));
                }
                if found.is_empty() {
                    let message = label!(LanguageText::NoRow, row = row, figure = name);
                    return Ok(Err(Unknown { message, hint: LanguageText::RowsAreValues.label() }));
                }
                found
            }
        };
        let mut made = Table::new(
            [
                Column::id("id", RecordText::ColumnId).weighing(Column::MUCH),
                Column::text("record", LanguageText::ColumnRecord),
                Column::label("state", RecordText::ColumnState),
                Column::moment("opened", RecordText::ColumnOpened),
            ]
            .into_iter()
            .chain(line.columns()),
        );
        for (id, item) in &items {
            for cells in line.added(item) {
                made.row(head(subject, id)?.into_iter().chain(cells));
            }
        }
        if let Some(total) = line.total(&items).filter(|_| !made.rows.is_empty()) {
            let head = [Cell::Label(LanguageText::Total.label()), Cell::Empty, Cell::Empty, Cell::Empty];
            made.total(head.into_iter().chain(total));
        }
        report.title = label!(LanguageText::BehindFigure; report = report.title, figure = line.label.clone());
        report.table("records", LanguageText::Behind, made);
        Ok(Ok(report))
    }
}

/// The cells that describe a record.
fn head(subject: Subject<'_>, id: &Id) -> Answer<[Cell; 4]> {
    let record = subject.source.record(id)?;
    let Some(record) = record else { return Ok([Cell::id(id), Cell::Empty, Cell::Empty, Cell::Empty]) };
    let kind = subject.policy().kind(&record.kind);
    Ok([
        Cell::id(id),
        worded::said(subject.words().about(&record)),
        kind.map_or(Cell::Empty, |kind| Cell::Label(wording::state(kind, &record.state))),
        record.opened().into(),
    ])
}

fn no_figure<T>(lines: &[Line<'_, T>], name: &str) -> Unknown {
    let names = || lines.iter().map(|line| line.name.as_str());
    let hint = match nearest(name, names()) {
        Some(near) => label!(RecordText::DidYouMean, word = near),
        None => label!(LanguageText::FiguresAre, names = names().collect::<Vec<_>>().join(", ")),
    };
    Unknown { message: label!(LanguageText::NoFigure, name = name), hint }
}
