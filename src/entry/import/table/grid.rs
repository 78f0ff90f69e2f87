//! Cells in rows and columns: where the headings stand, and which rows are none.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::separated::Separated;
use super::{Layout, Read, Row, Table};
use crate::bounds::TABLE_COLUMNS;
use crate::entry::import::BadCell;
use crate::entry::import::own::of_rejects;
use crate::entry::import::workbook::Sparse;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;
use crate::locale::text::{fold, simplified};

/// What rows of totals begin with, if a mapping does not say it.
const TOTALS: [&str; 11] =
    ["合计", "总计", "小计", "共计", "总和", "累计", "总数", "total", "totals", "grand total", "subtotal"];
/// What rows below a table begin with that tell who made it.
const FEET: [&str; 12] =
    ["制表", "填表", "填报", "编制", "审核", "复核", "批准", "备注", "注:", "说明", "填写说明", "打印时间"];
/// Fewer cells than the row of headings has that a title stands above.
const LEAST_UNDER_TITLE: usize = 3;
/// More titles than stand above a table.
const MOST_TITLES: usize = 5;
/// Longer texts are no headings of a second row, in characters.
const LONGEST_HEAD: usize = 16;
/// How many rows of totals are named.
const MOST_NAMED: usize = 5;

/// A row as it lies: its line and its cells.
type Raw = (usize, Vec<Json>);

/// Where the cells come from.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    Separated(Separated),
    Sheet(Vec<Sparse>),
}

impl Cells {
    fn rows(&self) -> Box<dyn Iterator<Item = Raw> + '_> {
        match self {
            Cells::Separated(text) => Box::new(text.rows()),
            Cells::Sheet(rows) => Box::new(rows.iter().map(|row| (row.line, dense(row)))),
        }
    }

    /// Whether the first row has the headings of rejected rows.
    pub(super) fn of_rejects(&self) -> bool {
        let first = self.rows().next().map(|(_, cells)| cells).unwrap_or_default();
        of_rejects(first.iter().filter_map(Json::as_str))
    }

    /// Puts what is merged down from a row below the headings into a row.
    fn merge(&self, (line, cells): &mut Raw, below: usize) {
        let Cells::Sheet(rows) = self else { return };
        let Ok(at) = rows.binary_search_by_key(line, |row| row.line) else { return };
        for (column, _, value) in
            rows[at].merged.iter().filter(|(column, from, _)| *from > below && *column < TABLE_COLUMNS)
        {
            if cells.len() <= *column {
                cells.resize(column + 1, Json::from(""));
            }
            if empty(&cells[*column]) {
                cells[*column] = value.clone();
            }
        }
    }

    /// The cell of a row whose formula came to an error, and what stands there.
    fn broken(&self, line: usize) -> Option<&(usize, String)> {
        let Cells::Sheet(rows) = self else { return None };
        let at = rows.binary_search_by_key(&line, |row| row.line).ok()?;
        rows[at].broken.as_ref()
    }

    /// Whether a row with fewer cells than there are headings has only empty ones there.
    fn pads(&self) -> bool {
        matches!(self, Cells::Sheet(_))
    }
}

/// Cells with headings found.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    cells: Cells,
    /// The line of the last row of headings.
    below: usize,
    /// How many columns there are, and which of them have a heading.
    wide: usize,
    kept: Vec<usize>,
    totals: Vec<String>,
    /// Whether a mapping says what rows of totals begin with.
    told_totals: bool,
    /// Whether the rows are rejected ones, with a reason and a line at their end.
    own: bool,
}

impl Grid {
    /// Finds the headings.
    ///
    /// # Errors
    /// There are none, or too many.
    pub(super) fn open(cells: Cells, layout: &Layout, mut notes: Vec<Label>) -> Result<Table, Label> {
        let of = &cells;
        let mut rows = of.rows().skip(layout.skip.unwrap_or_default()).filter(|(_, cells)| !blank(cells));
        let (mut below, mut above) = (0, layout.skip.unwrap_or_default());
        if layout.skip.is_none() && layout.head.is_none() {
            for (line, cells) in titles(of) {
                let title = cells.iter().find(|cell| !empty(cell)).map(shown).unwrap_or_default();
                notes.push(label!(Text::TitleSkipped, line = line, title = title));
                rows.next();
                above = of.rows().take_while(|(at, _)| *at <= line).count();
            }
        }
        let mut heads: Vec<Vec<String>> = Vec::new();
        let (wanted, mut second) = (layout.head.unwrap_or(1), None);
        while heads.len() < wanted {
            let Some((line, cells)) = rows.next() else { return Err(Text::NoHeadings.into()) };
            below = line;
            heads.push(cells.iter().map(shown).collect());
        }
        if wanted == 0 {
            let widest = rows.map(|(_, cells)| cells.len()).max().unwrap_or_default();
            heads.push((0..widest).map(letters).collect());
        } else {
            second = rows.next().filter(|(_, cells)| layout.head.is_none() && are_heads(&heads, cells));
            drop(rows);
        }
        if let Some((second, _)) = &second {
            notes.push(label!(Text::TwoHeads, first = below, second = second));
        }
        if heads.iter().any(|head| head.len() > TABLE_COLUMNS) {
            return Err(label!(Text::TooManyColumns, most = TABLE_COLUMNS));
        }
        let mut named = merged(&heads);
        while named.last().is_some_and(String::is_empty) {
            named.pop();
        }
        if named.is_empty() {
            return Err(Text::NoHeadings.into());
        }
        let totals = match &layout.totals {
            Some(words) => words.iter().map(|word| bare(word)).collect(),
            None => TOTALS.iter().map(|word| bare(word)).collect(),
        };
        let own = of_rejects(named.iter().map(String::as_str));
        let mut grid = Grid {
            cells,
            below,
            wide: named.len(),
            kept: Vec::new(),
            totals,
            told_totals: layout.totals.is_some(),
            own,
        };
        let count = grid.look(&mut named, &mut notes);
        let headings = grid.kept.iter().filter_map(|column| named.get(*column)).cloned().collect();
        Ok(Table { headings, count, notes, two_heads: second.map(|_| above), body: super::Body::Grid(grid) })
    }

    /// Goes over all rows once: how many there are, which are totals, and which columns without a heading have cells.
    /// Names the latter, and headings that stand twice.
    fn look(&mut self, named: &mut [String], notes: &mut Vec<Label>) -> usize {
        let (mut count, mut totals, mut feet) = (0, Vec::new(), 0);
        let mut filled = vec![false; named.len()];
        for (line, cells) in self.below() {
            if self.is_total(&cells) {
                totals.push(line);
                continue;
            }
            if let Some(foot) = self.foot(&cells) {
                feet += 1;
                if feet <= MOST_NAMED {
                    notes.push(label!(Text::FootSkipped, line = line, text = foot));
                }
                continue;
            }
            count += 1;
            for (filled, cell) in filled.iter_mut().zip(&cells) {
                *filled |= !empty(cell);
            }
        }
        if !totals.is_empty() {
            let mut lines: Vec<String> = totals.iter().take(MOST_NAMED).map(usize::to_string).collect();
            if totals.len() > MOST_NAMED {
                lines.push("…".to_owned());
            }
            notes.push(label!(Text::TotalsSkipped, count = totals.len(), lines = lines.join(", ")));
        }
        let mut times: HashMap<String, usize> = HashMap::new();
        let known: std::collections::HashSet<String> = named.iter().cloned().collect();
        for (column, name) in named.iter_mut().enumerate() {
            if name.is_empty() {
                if !filled[column] {
                    continue;
                }
                *name = format!("({})", letters(column));
            }
            self.kept.push(column);
            let number = times.entry(name.clone()).or_default();
            *number += 1;
            let mut again = *number;
            let first = name.clone();
            while again > 1 && (known.contains(name.as_str()) || times.contains_key(name.as_str())) {
                *name = format!("{first} ({again})");
                again += 1;
            }
            times.entry(name.clone()).or_insert(1);
        }
        count
    }

    /// The rows below the headings that hold anything.
    fn below(&self) -> impl Iterator<Item = Raw> + '_ {
        let rows = self.cells.rows().skip_while(|(line, _)| *line <= self.below).filter(|(_, cells)| !blank(cells));
        rows.map(|mut row| {
            self.cells.merge(&mut row, self.below);
            row
        })
    }

    fn is_total(&self, cells: &[Json]) -> bool {
        let first = cells.iter().find(|cell| !empty(cell)).and_then(Json::as_str).map(bare);
        first.is_some_and(|first| {
            self.totals.contains(&first) || (!self.told_totals && TOTALS.iter().any(|total| is_total_of(&first, total)))
        })
    }

    /// The text of a row that stands below a table and is none of its rows: who made it, what it is about. Such a row
    /// has few cells.
    fn foot(&self, cells: &[Json]) -> Option<String> {
        let filled = cells.iter().filter(|cell| !empty(cell)).count();
        let first = cells.iter().find(|cell| !empty(cell)).and_then(Json::as_str)?;
        let plain = bare_word(first);
        let is = self.wide >= LEAST_UNDER_TITLE
            && !self.told_totals
            && filled < self.wide
            && (first.contains([':', '：']) && FEET.iter().any(|foot| plain.starts_with(foot)));
        is.then(|| shown(&Json::from(first)))
    }

    /// The rows, each with a cell for each heading.
    pub(super) fn rows<'g>(&'g self, headings: &'g [String]) -> Box<dyn Iterator<Item = Read> + 'g> {
        let rows = self.below().filter(|(_, cells)| !self.is_total(cells) && self.foot(cells).is_none());
        Box::new(rows.map(move |(line, mut cells)| {
            // spreadsheets write empty cells beyond the last heading
            while cells.len() > self.wide && cells.last().is_some_and(empty) {
                cells.pop();
            }
            if self.cells.pads() && cells.len() < self.wide {
                cells.resize(self.wide, Json::from(""));
            }
            if let Some((column, what)) = self.cells.broken(line) {
                let at = self.kept.iter().position(|kept| kept == column).and_then(|at| headings.get(at));
                let message = match what.starts_with('=') {
                    true => label!(Text::NotComputed, formula = what),
                    false => label!(Text::BrokenCell, what = what),
                };
                return Err((Row { line, cells }, BadCell { column: at.cloned().unwrap_or_default(), message }));
            }
            if cells.len() != self.wide {
                // the reason and the line at the end of a rejected row are not cells of it
                let own = if self.own && cells.last().is_some_and(counts) { 2.min(cells.len()) } else { 0 };
                cells.truncate(cells.len() - own);
                let message = label!(Text::Ragged, found = cells.len(), wanted = self.wide - own);
                return Err((Row { line, cells }, BadCell { column: String::new(), message }));
            }
            if headings.len() < self.wide {
                cells = self.kept.iter().map(|column| std::mem::take(&mut cells[*column])).collect();
            }
            Ok(Row { line, cells })
        }))
    }
}

/// Whether a row is a second row of headings: what is merged across columns above has parts here, what is merged down
/// has none, and all of it is short text without digits.
fn are_heads(heads: &[Vec<String>], cells: &[Json]) -> bool {
    let Some(above) = heads.last() else { return false };
    let over = |column: usize| above.get(column).is_some_and(|name| !name.is_empty());
    let under = |column: usize| cells.get(column).is_some_and(|cell| !empty(cell));
    let mut texts = Vec::new();
    for cell in cells.iter().filter(|cell| !empty(cell)) {
        let Some(text) = cell.as_str().map(str::trim) else { return false };
        if text.chars().count() > LONGEST_HEAD || text.chars().any(char::is_numeric) || texts.contains(&text) {
            return false;
        }
        texts.push(text);
    }
    let wide = above.len().max(cells.len());
    let across = (1..wide).any(|column| !over(column) && under(column) && over(column - 1) && under(column - 1));
    across && (0..wide).any(|column| over(column) && !under(column))
}

/// Whether a cell is the number of a line.
fn counts(cell: &Json) -> bool {
    cell.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The rows in front that are titles: each has one cell, and a row of several follows them.
fn titles(cells: &Cells) -> Vec<Raw> {
    let wide = |cells: &[Json]| cells.iter().filter(|cell| !empty(cell)).count();
    let mut titles = Vec::new();
    for (line, row) in cells.rows().filter(|(_, row)| !blank(row)).take(MOST_TITLES + 1) {
        match wide(&row) {
            1 => titles.push((line, row)),
            // below a title stand remarks, such as who it is of and its date
            2 if !titles.is_empty() => titles.push((line, row)),
            found if found >= LEAST_UNDER_TITLE => return titles,
            _ => break,
        }
    }
    Vec::new()
}

/// The cells with empty texts between them, as CSV has them: a cell that somebody emptied says that there is nothing.
/// What lies far to the right of all others is no column: it is put right behind them, where it is seen to be too much.
fn dense(row: &Sparse) -> Vec<Json> {
    let mut all = Vec::new();
    for (column, cell) in &row.cells {
        if *column > TABLE_COLUMNS {
            all.push(cell.clone());
            continue;
        }
        all.resize(*column, Json::from(""));
        all.push(cell.clone());
    }
    all
}

/// Headings of several rows as one: what is merged across columns stands in the first of them.
fn merged(heads: &[Vec<String>]) -> Vec<String> {
    let wide = heads.iter().map(Vec::len).max().unwrap_or_default();
    let mut named = vec![String::new(); wide];
    for (depth, head) in heads.iter().enumerate() {
        let last = depth + 1 == heads.len();
        let mut over = "";
        for (column, name) in named.iter_mut().enumerate() {
            let own = head.get(column).map_or("", String::as_str);
            let under = heads[depth + 1..].iter().any(|head| head.get(column).is_some_and(|own| !own.is_empty()));
            let own = match own.is_empty() {
                false => {
                    over = own;
                    own
                }
                true if !last && under => over,
                true => own,
            };
            if !own.is_empty() && !name.is_empty() {
                name.push(' ');
            }
            name.push_str(own);
        }
    }
    named
}

/// A column's letters, as spreadsheets have them.
pub(super) fn letters(column: usize) -> String {
    let (mut rest, mut name) = (column + 1, Vec::new());
    while rest > 0 {
        rest -= 1;
        name.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    name.iter().rev().collect()
}

fn empty(cell: &Json) -> bool {
    match cell {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn blank(cells: &[Json]) -> bool {
    cells.iter().all(empty)
}

/// A heading in one line.
fn shown(cell: &Json) -> String {
    match cell {
        Json::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whether a text is a total of something: `本页合计`, `一月小计`, `合计12件`.
fn is_total_of(text: &str, total: &str) -> bool {
    if total.is_ascii() {
        return false;
    }
    let few = text.chars().count() <= total.chars().count() + 4;
    let counts = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    few && (text.ends_with(total) || text.strip_prefix(total).is_some_and(counts))
}

/// A text in small letters, of half width, without spaces.
fn bare_word(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).map(simplified).collect()
}

/// A word without the spaces and colons that people put into it.
fn bare(text: &str) -> String {
    bare_word(text).replace([':', '：'], "")
}
