//! A table as lines of the same width. comfy-table draws it from cells that are already made visible and broken into
//! lines.
//!
//! If a table is wider than the screen, columns are left out, and its shape stays. `Column::weight` says how
//! important a column is. The least important column is left out first; of several with the same weight, the last
//! one. The first column always stays. A line below the table says what was left out. In lists, a text is cut with
//! `…` (`Options::lines`); in reports it continues on the next line. A file or a pipe has no width and gets every
//! column.

use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;
use comfy_table::{Cell as Drawn, CellAlignment, ContentArrangement, LineStyle, Table as Drawing, TableStyle};

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::locale::text::{longest_word, one_line, pad_right, truncate, truncate_middle, visible_lines, width, wrap};
use crate::model::{Cell, Column, ColumnType, Role, Row, Table, Tone};
use crate::say;

use super::super::Options;
use super::super::words::words;
use super::layout::{GAP, WORD, Wish, widths};
use super::{styled, tone};

const RULE: char = '─';
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill(RULE));

/// The lines of a table, all with the same display width. Columns that were left out are named below.
pub(super) fn lines(table: &Table, options: &Options) -> Vec<String> {
    if table.columns.is_empty() {
        return Vec::new();
    }
    let headings: Vec<String> =
        table.columns.iter().map(|column| one_line(column.label.get(options.lang)).into_owned()).collect();
    let texts: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.cells.iter().map(|cell| safe(cell, options)).collect()).collect();
    let wishes: Vec<Wish> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let rows = table.rows.iter().zip(&texts).filter(|(row, _)| !row.role.spans());
            let texts: Vec<&str> =
                rows.filter_map(|(_, cells)| cells.get(at)).flat_map(|text| text.split('\n')).collect();
            let values = texts.iter().map(|text| width(text)).max().unwrap_or_default();
            let breaks = column.kind.is_prose() && options.width.is_some() && options.lines.is_none();
            let words = texts.iter().filter(|_| breaks).map(|text| longest_word(text, WORD));
            Wish::of(column, values, width(&headings[at]), words.max().unwrap_or_default())
        })
        .collect();
    let mut kept = widths(&wishes, options.width, options.lines.is_some());
    widen(&mut kept, table, &texts, options.width);
    let left_out = table.columns.iter().enumerate().filter(|(at, _)| kept.iter().all(|(kept, _)| kept != at));
    let left_out: Vec<Column> = left_out.map(|(_, column)| column.clone()).collect();
    let every = kept.iter().map(|(at, _)| *at).eq(0..table.columns.len());
    let on_page = |mut all: Vec<String>| match every {
        true => all,
        false => kept.iter().filter_map(|(at, _)| all.get_mut(*at).map(std::mem::take)).collect(),
    };
    let sheet = Sheet {
        table,
        options,
        columns: kept.iter().filter_map(|(at, _)| table.columns.get(*at)).collect(),
        headings: on_page(headings),
        texts: table
            .rows
            .iter()
            .zip(texts)
            .map(|(row, texts)| if row.role.spans() { texts } else { on_page(texts) })
            .collect(),
        widths: kept.iter().map(|(_, width)| *width).collect(),
    };
    let mut lines = sheet.draw();
    if !left_out.is_empty() {
        let said = left_out_line(&left_out, options);
        let page = options.width.unwrap_or(usize::MAX);
        lines.extend(wrap(&said, page).iter().map(|line| styled(line, tone(Tone::Muted), options.colour)));
    }
    lines
}

/// The line below a table from which columns were left out.
fn left_out_line(columns: &[Column], options: &Options) -> String {
    let lang = options.lang;
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let name = words(&Cell::Label(column.label.clone()), lang);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = names.join(match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    });
    let names = one_line(&names);
    match options.chooses {
        true => say!(lang, RenderText::LeftOutOfList, columns = names),
        false => say!(lang, RenderText::LeftOut, columns = names),
    }
}

/// Widens the last column, so that cells across the table have as much of the page as they need.
fn widen(widths: &mut [(usize, usize)], table: &Table, texts: &[Vec<String>], page: Option<usize>) {
    let spanning = table.rows.iter().zip(texts).filter(|(row, _)| row.role.spans());
    let lines = spanning.filter_map(|(_, cells)| cells.first()).flat_map(|text| text.split('\n')).map(width);
    let total = widths.iter().map(|(_, width)| width).sum::<usize>() + GAP * widths.len().saturating_sub(1);
    if let (Some(page), Some(longest), Some((_, last))) = (page, lines.max(), widths.last_mut()) {
        *last += longest.min(page).saturating_sub(total);
    }
}

/// A cell in words, safe for a terminal.
fn safe(cell: &Cell, options: &Options) -> String {
    let text = words(cell, options.lang);
    match cell.type_of() {
        Some(kind) if !kind.is_prose() => one_line(&text).into_owned(),
        _ => visible_lines(&text).trim_end().to_owned(),
    }
}

/// The part of a table that is shown.
struct Sheet<'t> {
    table: &'t Table,
    options: &'t Options,
    columns: Vec<&'t Column>,
    headings: Vec<String>,
    texts: Vec<Vec<String>>,
    widths: Vec<usize>,
}

/// The labels of a column that would look the same if their ends were cut off.
fn alike<'t>(texts: impl Iterator<Item = &'t str>, max: usize) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let long = texts.filter(|text| width(text) > max);
    long.filter_map(|text| {
        let cut = truncate(text, max);
        let first = *seen.entry(cut.clone()).or_insert(text);
        (first != text).then_some(cut)
    })
    .collect()
}

impl Sheet<'_> {
    fn draw(&self) -> Vec<String> {
        let alike: Vec<BTreeSet<String>> = (self.columns.iter().zip(&self.widths).enumerate())
            .map(|(at, (column, &max))| match column.kind {
                ColumnType::Label => alike(self.texts.iter().filter_map(|row| row.get(at)).map(String::as_str), max),
                _ => BTreeSet::new(),
            })
            .collect();
        let total = self.widths.iter().sum::<usize>() + GAP * (self.widths.len() - 1);
        let mut drawing = Drawing::new();
        drawing.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
        let headed = self.headings.iter().any(|heading| !heading.is_empty());
        let mut styles = Vec::new();
        if headed {
            let heading: Vec<Vec<String>> =
                self.headings.iter().zip(&self.widths).map(|(text, &max)| wrap(text, max)).collect();
            styles.extend(std::iter::repeat_n(Style::new().bold(), height(&heading)));
            styles.push(Style::new());
            drawing.set_header(self.cells(heading));
        }
        let mut spanning = Vec::new();
        let mut rules: Vec<usize> = Vec::new();
        for (row, texts) in self.table.rows.iter().zip(&self.texts) {
            if row.role == Role::Total && rules.is_empty() && !styles.is_empty() {
                rules.push(styles.len());
            }
            if row.role.spans() {
                let text = wrap(texts.first().map_or("", String::as_str), total);
                drawing.add_row(vec![Drawn::new("\n".repeat(text.len() - 1))]);
                for line in text {
                    spanning.push((styles.len(), pad_right(&line, total)));
                    styles.push(style(row));
                }
                continue;
            }
            let cells: Vec<Vec<String>> = texts
                .iter()
                .zip(&self.widths)
                .zip(self.columns.iter().zip(&alike))
                .map(|((text, &max), (column, alike))| self.broken(text, max, column, alike))
                .collect();
            styles.extend(std::iter::repeat_n(style(row), height(&cells)));
            drawing.add_row(self.cells(cells));
        }
        self.measure(&mut drawing);
        let mut lines: Vec<String> = drawing.lines().collect();
        for (at, text) in spanning {
            if let Some(line) = lines.get_mut(at) {
                *line = text;
            }
        }
        let mut out: Vec<String> = lines
            .iter()
            .zip(styles.iter().chain(std::iter::repeat(&Style::new())))
            .map(|(line, &style)| styled(line, style, self.options.colour))
            .collect();
        for at in rules.into_iter().rev() {
            out.insert(at.min(out.len()), RULE.to_string().repeat(total));
        }
        if self.table.rows.is_empty() {
            out.push(pad_right(RenderText::NoRows.get(self.options.lang), total));
        }
        out
    }

    /// The lines of a cell, limited to the number that a cell may have.
    fn broken(&self, text: &str, max: usize, column: &Column, alike: &BTreeSet<String>) -> Vec<String> {
        let mut lines = wrap(text, max);
        if let Some(most) = self.options.lines.map(|most| most.max(1)).filter(|_| column.kind.is_prose())
            && lines.len() > most
        {
            // a single line uses the full width, wherever its words end
            let first = text.split('\n').next().filter(|line| most == 1 && width(line) > max);
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = match first {
                    Some(line) if alike.contains(&truncate(line, max)) => truncate_middle(line, max),
                    Some(line) => truncate(line, max),
                    None => truncate(&format!("{}…", pad_right(last, max.saturating_sub(1)).trim_end()), max),
                };
            }
        }
        lines
    }

    fn cells(&self, cells: Vec<Vec<String>>) -> Vec<Drawn> {
        cells.into_iter().map(|lines| Drawn::new_owned(lines.join("\n"))).collect()
    }

    /// Gives every column its width, with numbers on the right.
    fn measure(&self, drawing: &mut Drawing) {
        let last = self.widths.len() - 1;
        for (at, (column, &wide)) in self.columns.iter().zip(&self.widths).enumerate() {
            let gap = if at == last { 0 } else { GAP };
            let Some(drawn) = drawing.column_mut(at) else { continue };
            drawn.set_padding((0, u16::try_from(gap).unwrap_or(u16::MAX)));
            let wide = u16::try_from(wide + gap).unwrap_or(u16::MAX);
            drawn.set_constraint(comfy_table::ColumnConstraint::Absolute(comfy_table::Width::Fixed(wide)));
            drawn.set_cell_alignment(if column.kind.is_number() { CellAlignment::Right } else { CellAlignment::Left });
        }
    }
}

fn height(cells: &[Vec<String>]) -> usize {
    cells.iter().map(Vec::len).max().unwrap_or(1)
}

fn style(row: &Row) -> Style {
    match row.role {
        Role::Group | Role::Subtotal | Role::Total => tone(row.tone).bold(),
        Role::Note => tone(row.tone).dimmed(),
        Role::Body => tone(row.tone),
    }
}
