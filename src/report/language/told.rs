//! A computed figure: its value, the values beside it, and the records behind it.

use rust_decimal::Decimal;

use super::members::Kept;
use super::stats;
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{self, Cell, ColumnType, Part, Ratio};

/// A computed figure.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Its name; a band has its number after it: `age.2`.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it means.
    pub means: Label,
    /// The type of its value.
    pub kind: ColumnType,
    /// Its value.
    pub value: Cell,
    /// The numerator and denominator.
    pub parts: Option<[Part; 2]>,
    /// The values beside it.
    pub beside: Vec<Beside>,
    /// The number of values that it was computed from, if these are too few for a reliable figure.
    pub sample: Option<u64>,
    /// The records behind it.
    pub behind: Behind,
}

/// A value beside a figure.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    /// Its name, after that of the figure.
    pub name: &'static str,
    /// Its label.
    pub label: Label,
    /// The type of its value.
    pub kind: ColumnType,
    /// Its value.
    pub value: Cell,
    /// Whether tables have a column for it.
    pub column: bool,
}

/// The records behind a figure. The figure is their number, or the sum of the column.
#[derive(Debug, Clone, Default)]
pub(super) struct Behind {
    /// The column beside each record. `None` if the figure is the number of records.
    pub column: Option<(Label, ColumnType)>,
    /// The records, with what each adds.
    pub rows: Vec<Row>,
    /// The parts of a weighted figure: the label of each, its share of one, and its weight.
    pub parts: Vec<(Label, Cell, Decimal)>,
}

/// A record behind a figure.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The record.
    pub record: Kept,
    /// The event, by its index in the history.
    pub event: Option<usize>,
    /// What it adds.
    pub cell: Cell,
}

impl Told {
    /// The name of its column in a table.
    pub(super) fn column(&self) -> String {
        self.name.replace('.', "-")
    }

    /// Whether it is the figure of this name, or one of its bands.
    pub(super) fn is_of(&self, figure: &str) -> bool {
        self.name.split('.').next() == Some(figure)
    }

    /// The figure in the form of the model.
    pub(super) fn figure(&self, small: bool) -> model::Figure {
        let mut figure = model::Figure::new(&self.name, self.label.clone(), self.means.clone(), self.value.clone());
        if let Some([over, under]) = &self.parts {
            (figure.numerator, figure.denominator) = (Some(over.clone()), Some(under.clone()));
        }
        // the numerator and denominator already show this
        let beside = self.beside.iter().filter(|beside| self.parts.is_none() || ![OF, N].contains(&beside.name));
        figure.beside = beside.map(|beside| Part::new(beside.label.clone(), beside.value.clone())).collect();
        let parts = self.behind.parts.iter().map(|(label, cell, weight)| {
            let weight = Cell::Percent(Ratio::new(*weight, 1));
            Part::new(label.clone(), Cell::List(vec![cell.clone(), weight]))
        });
        figure.beside.extend(parts);
        if small {
            figure.beside.push(Part::new(Text::Few, Cell::Empty));
        }
        figure
    }
}

/// The names of values beside figures.
pub(super) const INTERVAL: &str = "interval";

pub(super) const OF: &str = "of";

pub(super) const N: &str = "n";

/// The smallest whole for which a share needs no interval.
const LARGE: u64 = 100;

/// Adds to a share its two numbers and, if it is computed from few values, its interval.
pub(super) fn share(told: &mut Told, part: u64, of: u64, [said_part, said_of]: [Label; 2]) {
    told.kind = ColumnType::Percent;
    told.value = Cell::percent(part, of);
    told.parts = Some([Part::new(said_part, Cell::count(part)), Part::new(said_of.clone(), Cell::count(of))]);
    told.sample = Some(of);
    told.beside.push(Beside {
        name: OF,
        label: said_of,
        kind: ColumnType::Count,
        value: Cell::count(of),
        column: true,
    });
    told.beside.extend(interval(part, of));
}

pub(super) fn interval(part: u64, of: u64) -> Option<Beside> {
    (of < LARGE).then(|| stats::wilson(part, of).map(interval_of)).flatten()
}

pub(super) fn interval_of(ends: [Decimal; 2]) -> Beside {
    let cells = ends.map(|end| Cell::Percent(Ratio::new(end, 1))).to_vec();
    let (label, value) = (Text::Interval.label(), Cell::List(cells));
    Beside { name: INTERVAL, label, kind: ColumnType::Percent, value, column: false }
}

pub(super) fn answers(count: usize, text: Text) -> Beside {
    Beside { name: N, label: text.label(), kind: ColumnType::Count, value: Cell::count(count), column: true }
}
