//! The columns of a table as a page draws them: how each is aligned, and how much room it needs on a screen and on
//! paper.
//!
//! A browser keeps numbers whole and squeezes columns of text until a line has one character. So each column states
//! its least width. The sum of these widths decides how large the letters are on paper.

use crate::locale::Lang;
use crate::locale::text::width;
use crate::model::{Column, ColumnType, Row, Table};
use crate::render::words::words;

/// Names of rows up to this length stay in one line. A Chinese character counts as two.
const SHORT: usize = 24;
/// How many rows are read to see how long the texts of a column are.
const SAMPLE: usize = 1000;
/// A table with more columns is printed in landscape.
const UPRIGHT: usize = 8;
/// The width of a character, in hundredths of the font size. A Chinese character takes twice this.
const CHARACTER: usize = 60;
/// The same in wide fonts, so that rows that are meant to take one line do.
const WIDE_CHARACTER: usize = 66;
/// The space around the text of a cell on paper, in hundredths of the font size.
const PADDING: usize = 90;
/// The widest table that fits on a portrait sheet with letters of 7 points, in hundredths of the font size.
const SHEET_UPRIGHT: usize = 7200;
/// The widest table that fits on a landscape sheet with letters of 5 points, the smallest that people can read.
const SHEET_ACROSS: usize = 15000;

/// A column as it is drawn.
pub(super) struct Drawn<'t> {
    pub(super) label: &'t str,
    /// `n`: numbers, on the right. `id`: ids and dates, in one line. `name`, `at`: names and times, in one line on a
    /// screen.
    pub(super) class: Option<&'static str>,
    /// Least width on a screen, in characters. `None` where the class settles it.
    pub(super) screen: Option<usize>,
    /// Least width on paper, in characters.
    pub(super) paper: usize,
    /// The width on paper in which most rows take one line, in characters.
    pub(super) ease: usize,
}

impl Drawn<'_> {
    /// The columns of a table.
    pub(super) fn columns<'t>(table: &'t Table, lang: Lang) -> Vec<Drawn<'t>> {
        table.columns.iter().enumerate().map(|(at, column)| Drawn::column(table, at, column, lang)).collect()
    }

    /// Whether its texts are so long that they get more room in a block.
    pub(super) fn is_long(&self) -> bool {
        self.ease > SHORT
    }

    fn column<'t>(table: &'t Table, at: usize, column: &'t Column, lang: Lang) -> Drawn<'t> {
        let label = column.label.get(lang);
        let told = |row: &Row| row.cells.get(at).map(|cell| words(cell, lang)).unwrap_or_default();
        let rows = || table.rows.iter().filter(|row| !row.role.spans());
        let (mut longest, mut whole) = (0, 0);
        for row in rows().take(SAMPLE) {
            let text = told(row);
            longest = longest.max(text.lines().map(width).max().unwrap_or_default());
            whole = whole.max(unbroken(&text));
        }
        let class = match column.kind {
            _ if table.holds_numbers(at) => Some("n"),
            ColumnType::Id | ColumnType::Date if longest <= 2 * SHORT => Some("id"),
            ColumnType::Moment => Some("at"),
            // the names of the rows, where they are short, stay in one line
            _ if at == 0 && longest <= SHORT => Some("name"),
            _ => None,
        };
        let paper = match class {
            Some("n" | "id") => longest,
            Some("at") => whole,
            Some(_) | None => whole.min(SHORT).max(prose(longest, 10, 24)),
        };
        // a head is bold and broken into four lines at most, and two Chinese characters stay together
        let head = (unbroken(label) * 7).div_ceil(6).max(width(label).div_ceil(4)).max(width(label).min(4));
        // words of Latin letters are a little wider than the mean
        let screen = prose(longest, 20, 48).max(whole.min(SHORT) * 5 / 4).max(width(label).div_ceil(2));
        let paper = paper.max(head);
        let ease = if class.is_some() { longest } else { prose(longest, 20, 40) };
        Drawn { label, class, screen: class.is_none().then_some(screen), paper, ease: ease.max(paper) }
    }
}

/// The width of a column by the length of its longest text. A short text gets all its length, a long text a few lines.
fn prose(longest: usize, short: usize, most: usize) -> usize {
    let square = longest.isqrt() * short / 5;
    longest.min(square.clamp(short, most))
}

/// The length of the longest part of a text that cannot be broken: a word, a date, an id. Chinese text can be broken
/// between any two characters.
fn unbroken(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_graphic()).map(str::len).max().unwrap_or_default()
}

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    /// In portrait.
    Upright,
    /// In landscape.
    Across,
    /// In landscape, each row as a block of its cells with their heads. As a table it would be too small to read.
    Blocks,
}

impl Sheet {
    /// The sheet that these columns need.
    pub(super) fn of(columns: &[Drawn<'_>]) -> Sheet {
        match needed(columns) {
            needed if needed > SHEET_ACROSS => Sheet::Blocks,
            needed if needed > SHEET_UPRIGHT || columns.len() > UPRIGHT => Sheet::Across,
            _ => Sheet::Upright,
        }
    }
}

/// The least width of a table on paper, in hundredths of the size of its letters.
fn needed(columns: &[Drawn<'_>]) -> usize {
    columns.iter().map(|column| column.paper * CHARACTER + PADDING).sum()
}

/// What decides the font size of a table on paper, as CSS: the number of its columns, and the least and the easy width
/// of all columns in units of the font size.
pub(super) fn measures(columns: &[Drawn<'_>]) -> String {
    let ease: usize = columns.iter().map(|column| column.ease * WIDE_CHARACTER + PADDING).sum();
    let [least, ease] = [needed(columns), ease].map(|width| width.div_ceil(100).max(1));
    format!("--columns:{};--least:{least};--ease:{ease}", columns.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::{Drawn, Sheet, prose, unbroken};
    use crate::locale::{Label, Lang};
    use crate::model::{Cell, Column, Table};

    #[test]
    fn text_gets_room_by_its_length() {
        assert_eq!([0, 6, 20, 40, 100, 400].map(|longest| prose(longest, 20, 48)), [0, 6, 20, 24, 40, 48]);
        assert_eq!([6, 10, 40, 100, 10_000].map(|longest| prose(longest, 10, 24)), [6, 10, 12, 20, 24]);
        assert_eq!(unbroken("见 KS202610-0002 号, 2026-10-14 09:30"), 13);
    }

    #[test]
    fn a_table_that_would_be_too_small_across_is_printed_as_blocks() {
        let sheet = |columns: usize, text: &str| {
            let named = |at: usize| Column::text(format!("c{at}"), Label::new("Column", "列名"));
            let mut table = Table::new((0..columns).map(named));
            table.row((0..columns).map(|_| Cell::text(text)));
            Sheet::of(&Drawn::columns(&table, Lang::Zh))
        };
        assert_eq!(sheet(8, "产品质量"), Sheet::Upright);
        assert_eq!(sheet(9, "产品质量"), Sheet::Across);
        assert_eq!(sheet(7, &"密封面渗漏".repeat(30)), Sheet::Across);
        assert_eq!(sheet(20, "产品质量"), Sheet::Across);
        assert_eq!(sheet(45, "产品质量"), Sheet::Blocks);
    }
}
