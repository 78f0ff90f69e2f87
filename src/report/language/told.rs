//! A figure as it came out: its value, what stands beside it and the records behind it.

use rust_decimal::Decimal;

use super::members::Kept;
use super::stats;
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{self, Cell, ColumnType, Part, Ratio};

/// A figure as it came out.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Its name; that of a band has the band's number behind it: `age.2`.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it means.
    pub means: Label,
    /// The type of its value.
    pub kind: ColumnType,
    /// Its value.
    pub value: Cell,
    /// What was divided by what.
    pub parts: Option<[Part; 2]>,
    /// What belongs beside it.
    pub beside: Vec<Beside>,
    /// Of how many it was computed, where too few make it doubtful.
    pub sample: Option<u64>,
    /// The records behind it.
    pub behind: Behind,
}

/// A value beside a figure.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    /// Its name, after that of the figure.
    pub name: &'static str,
    /// What it is called.
    pub label: Label,
    /// The type of its value.
    pub kind: ColumnType,
    /// Its value.
    pub value: Cell,
    /// Whether tables have a column of it.
    pub column: bool,
}

/// The records behind a figure. Their number, or the sum of the column, is the figure.
#[derive(Debug, Clone, Default)]
pub(super) struct Behind {
    /// What stands beside each record. `None` if the number of records is the figure.
    pub column: Option<(Label, ColumnType)>,
    /// The records, with what each adds.
    pub rows: Vec<Row>,
    /// The parts of a weighted figure: what each is called, its share of one, its weight.
    pub parts: Vec<(Label, Cell, Decimal)>,
}

/// A record behind a figure.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The record.
    pub record: Kept,
    /// The event, by its place in the history.
    pub event: Option<usize>,
    /// What it adds.
    pub cell: Cell,
}

impl Told {
    /// The figure as reports have it.
    pub(super) fn figure(&self, small: bool) -> model::Figure {
        let mut figure = model::Figure::new(&self.name, self.label.clone(), self.means.clone(), self.value.clone());
        if let Some([over, under]) = &self.parts {
            (figure.numerator, figure.denominator) = (Some(over.clone()), Some(under.clone()));
        }
        // what was divided by what stands there already
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

/// The names of what stands beside figures.
pub(super) const INTERVAL: &str = "interval";

pub(super) const OF: &str = "of";

pub(super) const N: &str = "n";

/// The size below which a share has its interval beside it.
const LARGE: u64 = 100;

/// A share with both numbers, and its interval where it is of few.
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
