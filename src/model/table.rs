//! Tables: typed columns, rows with roles.

use std::collections::BTreeSet;

use super::{Cell, Chart, ColumnType};
use crate::locale::Label;

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Kebab-case name, the key in JSON.
    pub name: String,
    /// Its heading.
    pub label: Label,
    /// What it holds.
    pub kind: ColumnType,
    /// How important the column is if a page is too narrow for all columns. The least important column is left out
    /// first; of several with the same weight, the last one. The first column of a table is never left out.
    pub weight: u8,
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident $kind:ident)+) => {
        $($(#[$doc])*
        pub fn $name(name: impl Into<String>, label: impl Into<Label>) -> Self {
            Column::new(name, label, ColumnType::$kind)
        })+
    };
}

impl Column {
    /// The weight of a column that says nothing about it.
    pub const USUAL: u8 = 100;
    /// The weight of a column that a reader looks for first.
    pub const MUCH: u8 = 150;
    /// The least weight of a column that people need. Its texts become short before it is left out.
    pub const NEEDED: u8 = 200;
    /// The weight of a column that most readers can do without.
    pub const LITTLE: u8 = 50;

    /// A column of any type.
    pub fn new(name: impl Into<String>, label: impl Into<Label>, kind: ColumnType) -> Self {
        Column { name: name.into(), label: label.into(), kind, weight: Column::USUAL }
    }

    /// The same column with another weight: columns of low weight are left out first if a table is too wide.
    #[must_use]
    pub fn weighing(self, weight: u8) -> Self {
        Column { weight, ..self }
    }

    /// Whether it is the figure of this name, or one of its parts: `age-1` and `age-2` are parts of `age`.
    pub fn is_of(&self, figure: &str) -> bool {
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let rest = self.name.strip_prefix(figure);
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_digits))
    }

    columns! {
        /// A column of untrusted text.
        text Text
        /// A column of ids or codes.
        id Id
        /// A column of labels.
        label Label
        /// A column of counts.
        count Count
        /// A column of numbers.
        decimal Decimal
        /// A column of amounts.
        money Money
        /// A column of shares.
        percent Percent
        /// A column of dates.
        date Date
        /// A column of instants.
        moment Moment
        /// A column of durations.
        minutes Minutes
        /// A column of yes and no.
        flag Bool
    }
}

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A heading of the rows below it; its first cell spans the table.
    Group,
    /// A row of data.
    Body,
    /// Sums up its group.
    Subtotal,
    /// Sums up the table.
    Total,
    /// A remark; its first cell spans the table.
    Note,
}

impl Role {
    /// The name that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Group => "group",
            Role::Body => "body",
            Role::Subtotal => "subtotal",
            Role::Total => "total",
            Role::Note => "note",
        }
    }

    /// Whether the row is one cell across the table.
    pub const fn spans(self) -> bool {
        matches!(self, Role::Group | Role::Note)
    }
}

/// How a row is emphasised, in formats that have colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// Without emphasis.
    #[default]
    Plain,
    /// Well done.
    Good,
    /// Soon due, incomplete.
    Warning,
    /// Overdue, refused, broken.
    Bad,
    /// Of little interest: closed, retired.
    Muted,
}

/// A row. It has as many cells as the table has columns, or one cell if its role spans the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is for.
    pub role: Role,
    /// How it is emphasised.
    pub tone: Tone,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// How many columns, from the first, may name the rows of a chart.
const MOST_NAMES: usize = 4;

/// A table. `Report::misfits` finds rows that do not fit the columns; every rendering calls it first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, in reading order.
    pub rows: Vec<Row>,
    /// How to draw it, in formats that can draw.
    pub chart: Option<Chart>,
    /// The names of the columns that the chart draws. If empty, it draws every figure.
    pub draw: Vec<String>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Table { columns: columns.into_iter().collect(), rows: Vec::new(), chart: None, draw: Vec::new() }
    }

    /// Adds a row of data.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        self.push(Role::Body, Tone::Plain, cells)
    }

    /// Adds a row of data with a tone.
    pub fn toned(&mut self, tone: Tone, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        self.push(Role::Body, tone, cells)
    }

    /// Adds a heading for the rows that follow.
    pub fn group(&mut self, heading: impl Into<Cell>) -> &mut Self {
        self.push(Role::Group, Tone::Plain, [heading.into()])
    }

    /// Adds the sums of a group.
    pub fn subtotal(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        self.push(Role::Subtotal, Tone::Plain, cells)
    }

    /// Adds the sums of the table.
    pub fn total(&mut self, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        self.push(Role::Total, Tone::Plain, cells)
    }

    /// Adds a remark below a row.
    pub fn note(&mut self, remark: impl Into<Cell>) -> &mut Self {
        self.push(Role::Note, Tone::Plain, [remark.into()])
    }

    fn push(&mut self, role: Role, tone: Tone, cells: impl IntoIterator<Item = Cell>) -> &mut Self {
        self.rows.push(Row { role, tone, cells: cells.into_iter().collect() });
        self
    }

    /// The positions of the columns that the chart draws: those in `draw`, otherwise every figure. Columns beside
    /// figures, such as intervals and limits, have little weight and are not drawn. A Pareto chart and a control
    /// chart draw one column.
    pub fn drawn(&self) -> Vec<usize> {
        let is_meant = |column: &Column| match self.draw.is_empty() {
            true => column.weight >= Column::USUAL,
            false => self.draw.iter().any(|name| column.is_of(name)),
        };
        let is_drawn = |column: &Column| column.kind.is_number() && is_meant(column);
        let mut drawn: Vec<usize> = (1..self.columns.len()).filter(|at| is_drawn(&self.columns[*at])).collect();
        if self.chart.is_some_and(Chart::is_of_one) {
            drawn.truncate(1);
        }
        drawn
    }

    /// The positions of the columns that name the rows in a chart. They are the first column, and further columns of
    /// words as long as two rows have the same name or a row has none. A column with the same text in every row is
    /// skipped.
    pub fn naming(&self) -> Vec<usize> {
        let words = (0..self.columns.len()).take_while(|at| *at == 0 || !self.columns[*at].kind.is_number());
        let mut naming: Vec<usize> = Vec::new();
        for at in words.take(MOST_NAMES) {
            if self.is_told_apart_by(&naming) {
                break;
            }
            let first = self.body().next().and_then(|row| row.cells.get(at));
            if self.body().skip(1).any(|row| row.cells.get(at) != first) {
                naming.push(at);
            }
        }
        if naming.is_empty() { vec![0] } else { naming }
    }

    /// Whether each row has a name in these columns, and no two rows have the same one.
    fn is_told_apart_by(&self, columns: &[usize]) -> bool {
        let mut seen = BTreeSet::new();
        self.body().all(|row| {
            let cells: Vec<&Cell> = columns.iter().filter_map(|at| row.cells.get(*at)).collect();
            cells.iter().any(|cell| **cell != Cell::Empty) && seen.insert(format!("{cells:?}"))
        })
    }

    /// Whether a column holds numbers: by its type, or all of its values if it takes every type.
    pub fn holds_numbers(&self, at: usize) -> bool {
        match self.columns.get(at).map(|column| column.kind) {
            Some(ColumnType::Any) => {
                let kinds = || self.body().filter_map(|row| row.cells.get(at)?.type_of());
                kinds().next().is_some() && kinds().all(ColumnType::is_number)
            }
            kind => kind.is_some_and(ColumnType::is_number),
        }
    }

    /// The rows of data, without headings, sums and remarks.
    pub fn body(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.role == Role::Body)
    }
}

impl Tone {
    /// The name that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Good => "good",
            Tone::Warning => "warning",
            Tone::Bad => "bad",
            Tone::Muted => "muted",
        }
    }
}
