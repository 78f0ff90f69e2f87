//! Rows under headings, from CSV, JSON, NDJSON or a sheet of a workbook. Every row keeps the line that it begins on.
//! Rows are read one by one, each time that they are asked for.

mod grid;
mod json;
mod layout;
mod separated;
mod sniff;

use serde_json::Value as Json;

use super::BadCell;
use crate::locale::Label;
use grid::Grid;

pub use layout::Layout;
pub use sniff::{Form, Opened, open};

/// Headings and rows.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The headings, each once.
    pub headings: Vec<String>,
    /// How many rows there are, those included that cannot be read.
    pub count: usize,
    /// What was found by looking, and what was left out.
    pub notes: Vec<Label>,
    /// How many rows stand above the headings, if the first row looks like a second row of headings.
    pub two_heads: Option<usize>,
    body: Body,
}

/// Where the rows come from.
#[derive(Debug, Clone)]
enum Body {
    /// Cells in rows.
    Grid(Grid),
    /// An array of objects that begins at this byte.
    Array(String, usize),
    /// An object a line.
    Lines(String),
    /// Rows at hand.
    Rows(Vec<Row>),
    /// The rows were taken out. `cells` is the answer of [`Table::has_cells`].
    Taken { cells: bool },
}

impl Default for Body {
    fn default() -> Self {
        Body::Rows(Vec::new())
    }
}

/// A row, or one that cannot be read, with what is wrong.
pub type Read = Result<Row, (Row, BadCell)>;

/// A row: a cell for each heading, null if there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line that it begins on, from 1; of JSON arrays the number of the element.
    pub line: usize,
    /// The cells.
    pub cells: Vec<Json>,
}

impl Row {
    /// A cell as text, without spaces around it. Empty if there is none.
    pub fn text(&self, column: usize) -> String {
        match self.cells.get(column) {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => text.trim().to_owned(),
            Some(other) => other.to_string(),
        }
    }
}

impl Table {
    /// A table of rows at hand.
    pub fn of(headings: Vec<String>, rows: Vec<Row>) -> Self {
        Table { headings, count: rows.len(), notes: Vec::new(), two_heads: None, body: Body::Rows(rows) }
    }

    /// Whether every row has a cell in every column, as in a spreadsheet: an empty one is empty. Objects of JSON may
    /// lack a name, and then say nothing.
    pub fn has_cells(&self) -> bool {
        matches!(self.body, Body::Grid(_) | Body::Taken { cells: true })
    }

    /// Takes the rows out. The headings stay, so that rows can be freed as soon as they are read.
    pub fn take_rows(&mut self) -> Table {
        let taken = Body::Taken { cells: self.has_cells() };
        let body = std::mem::replace(&mut self.body, taken);
        Table { headings: self.headings.clone(), count: self.count, notes: Vec::new(), two_heads: None, body }
    }

    /// The rows, read as they are asked for.
    pub fn rows(&self) -> Box<dyn Iterator<Item = Read> + '_> {
        match &self.body {
            Body::Grid(grid) => grid.rows(&self.headings),
            Body::Array(text, at) => Box::new(json::under(&self.headings, json::elements(text, *at))),
            Body::Lines(text) => Box::new(json::under(&self.headings, json::lines(text))),
            Body::Rows(rows) => Box::new(rows.iter().cloned().map(Ok)),
            Body::Taken { .. } => Box::new(std::iter::empty()),
        }
    }
}
