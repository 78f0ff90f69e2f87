//! A table as a sheet: headings that stay in sight, rows that can be filtered, columns as wide as what they hold.

use rust_xlsxwriter::{Color, ConditionalFormat2ColorScale, ConditionalFormatType, IgnoreError, Worksheet};

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::locale::text::visible_lines;
use crate::model::{Cell, Chart, ColumnType, Report, Role, Row, Table, Tone};
use crate::render::RenderError;
use crate::render::words::words;
use crate::say;

use super::value::{AS_TEXT, Telling, Value, fitting};
use super::{Book, Flow, Kind, Looks, height, longest, print, together};

/// The most rows of a sheet.
const MOST_ROWS: u32 = 1_048_576;
/// The most columns of a sheet.
const MOST_COLUMNS: usize = 16_384;
/// The narrowest and the widest that a column is made, in characters.
const WIDTHS: [usize; 2] = [6, 60];
/// How many rows are looked at for the widths.
const LOOKED_AT: usize = 2_000;
/// Beyond the text: room for the button of the filter, and for letters that are wider than digits.
const ROOM: usize = 3;
/// Text of more characters must not be formatted as text: Excel shows `####` for it.
const SHORT: usize = 255;
/// A list of more rows is written through a file, so that its cells are not all in memory.
const LONG: usize = 5_000;
/// A chart stands beside a table of at most so many characters, else below it.
const BESIDE: usize = 80;
/// Tables with more columns keep the first one in sight.
const MANY: usize = 8;

/// How a column is written.
struct Column {
    telling: Telling,
    /// The format of its cells, if they have none of their own.
    format: String,
    flow: Flow,
    width: usize,
}

/// What a filled sheet holds.
struct Filled {
    /// The rows of data.
    data: Vec<u32>,
    /// The first row below the table.
    end: u32,
}

impl Book {
    /// Writes a table. `bare` leaves out everything but the rows of data.
    pub(super) fn table(
        &mut self,
        report: &Report,
        (name, title): (&str, &str),
        table: &Table,
        bare: bool,
    ) -> Result<(), RenderError> {
        let columns = (0..table.columns.len().min(MOST_COLUMNS)).map(|at| Column::of(table, at, self.lang));
        let columns: Vec<Column> = columns.collect();
        let total: usize = columns.iter().map(|column| column.width).sum();
        // the rows of a long list wait in a file of their own rather than in memory
        if bare
            && table.rows.len() > LONG
            && let Ok(sheet) = self.workbook.add_worksheet_with_constant_memory()
        {
            sheet.set_name(name)?;
            fill(sheet, &mut self.looks, &columns, (table, bare), self.lang)?;
            print(sheet, report, self.lang, total);
            return Ok(());
        }
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        let Filled { data, end } = fill(&mut sheet, &mut self.looks, &columns, (table, bare), self.lang)?;
        let draws = !bare && table.chart.is_some_and(|chart| chart != Chart::Heat);
        print(&mut sheet, report, self.lang, if draws && total <= BESIDE { usize::MAX } else { total });
        if draws {
            // a chart stands beside its table, below a wide one
            let beside = u16::try_from(columns.len() + 1).unwrap_or_default();
            let place = if total <= BESIDE { (0, beside) } else { (end + 1, 0) };
            self.charts(&mut sheet, (name, title), table, &data, place)?;
        }
        self.workbook.push_worksheet(sheet);
        Ok(())
    }

    /// Text as it is, a line a row.
    pub(super) fn verbatim(&mut self, name: &str, text: &str) -> Result<(), RenderError> {
        let lang = self.lang;
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        let look = self.looks.of(Kind::Verbatim, AS_TEXT);
        sheet.set_column_format(0, look)?;
        let text = visible_lines(text);
        for (at, line) in (0..MOST_ROWS).zip(text.trim_end_matches('\n').lines()) {
            sheet.write_string_with_format(at, 0, fitting(line, lang), look)?;
        }
        sheet.set_column_width(
            0,
            u32::try_from(text.lines().map(longest).max().unwrap_or_default().min(120)).unwrap_or_default(),
        )?;
        self.workbook.push_worksheet(sheet);
        Ok(())
    }
}

impl Column {
    fn of(table: &Table, at: usize, lang: Lang) -> Self {
        let telling = Telling::of_column(table, at, lang);
        let kind = table.columns[at].kind;
        let cells = || table.rows.iter().filter(|row| !row.role.spans()).filter_map(|row| row.cells.get(at));
        let seen = cells().take(LOOKED_AT).map(|cell| match cell {
            Cell::Text(text) | Cell::Id(text) => longest(text),
            cell => longest(&words(cell, lang)),
        });
        let most = seen.max().unwrap_or_default();
        let heading = table.columns[at].label.get(lang);
        // a heading may take two lines
        let heading = longest(heading).min((longest(heading) / 2).max(14));
        let [least, widest] = WIDTHS;
        let is_short = |cell: &Cell| match cell {
            Cell::Text(text) | Cell::Id(text) => text.len() <= SHORT,
            Cell::List(_) => false,
            _ => true,
        };
        let format = telling.format_of_type(kind).unwrap_or_else(|| match kind {
            ColumnType::Text | ColumnType::Id if cells().all(is_short) => AS_TEXT.to_owned(),
            ColumnType::Decimal => scale_of(cells()),
            _ => String::new(),
        });
        let flow = match kind {
            _ if table.holds_numbers(at) => Flow::Right,
            kind if kind.is_prose() && (most > widest || cells().take(LOOKED_AT).any(has_lines)) => Flow::Wrapped,
            _ => Flow::Left,
        };
        Column { telling, format, flow, width: (most.max(heading) + ROOM).clamp(least, widest) }
    }
}

/// Writes headings and rows.
fn fill(
    sheet: &mut Worksheet,
    looks: &mut Looks,
    columns: &[Column],
    (table, bare): (&Table, bool),
    lang: Lang,
) -> Result<Filled, RenderError> {
    // named values one below the other have no headings
    let headed = bare || table.columns.iter().any(|column| !column.label.get(lang).is_empty());
    for (at, (column, drawn)) in (0_u16..).zip(columns.iter().zip(&table.columns)) {
        sheet.set_column_format(at, looks.of(Kind::plain(column.flow), &column.format))?;
        sheet.set_column_width(at, u32::try_from(column.width).unwrap_or_default())?;
        if headed {
            let right = column.flow == Flow::Right;
            let heading = fitting(&visible_lines(drawn.label.get(lang)), lang);
            sheet.write_string_with_format(0, at, heading, looks.of(Kind::Head { right }, ""))?;
        }
    }
    let heads = table.columns.iter().map(|column| column.label.get(lang));
    if let Some(height) = height(heads.zip(columns.iter().map(|column| column.width - ROOM))) {
        sheet.set_row_height(0, height)?;
    }
    let rows = table.rows.iter().filter(|row| !bare || row.role == Role::Body);
    let count = rows.clone().count();
    let (mut end, mut data) = (u32::from(headed), Vec::new());
    for row in rows {
        if end + 1 == MOST_ROWS && usize::try_from(end).is_ok_and(|written| count > written) {
            let told = say!(lang, RenderText::RowsCut, shown = end - 1, total = count);
            sheet.write_string_with_format(end, 0, told, looks.of(Kind::BOLD, ""))?;
            end += 1;
            break;
        }
        if row.role == Role::Body {
            data.push(end);
        }
        self::row(sheet, looks, columns, row, end)?;
        end += 1;
    }
    if table.rows.is_empty() && !bare {
        sheet.write_string_with_format(end, 0, RenderText::NoRows.get(lang), looks.of(Kind::PLAIN, ""))?;
    }
    if headed {
        sheet.set_freeze_panes(1, u16::from(columns.len() > MANY))?.set_repeat_rows(0, 0)?;
    }
    if let Some(last) = columns.len().checked_sub(1).and_then(|last| u16::try_from(last).ok()) {
        sheet.ignore_error_range(0, 0, end.max(2) - 1, last, IgnoreError::NumberStoredAsText)?;
        // a filter hides and sorts rows, which is wrong if there are headings or sums between them
        if let Some((first, end)) = together(&data).filter(|(first, _)| headed && *first == 1) {
            sheet.autofilter(0, 0, end, last)?;
            if table.chart == Some(Chart::Heat) {
                heat(sheet, table, first, end)?;
            }
        }
    }
    Ok(Filled { data, end })
}

fn row(sheet: &mut Worksheet, looks: &mut Looks, columns: &[Column], row: &Row, at: u32) -> Result<(), RenderError> {
    let is_plain = row.role == Role::Body && row.tone == Tone::Plain;
    let wrapped = row.cells.iter().zip(columns).filter(|(_, column)| column.flow == Flow::Wrapped && !row.role.spans());
    let texts = wrapped.filter_map(|(cell, column)| match cell {
        Cell::Text(text) => Some((text.as_str(), column.width - ROOM)),
        _ => None,
    });
    if let Some(height) = height(texts) {
        sheet.set_row_height(at, height)?;
    }
    for (place, (cell, column)) in (0_u16..).zip(row.cells.iter().zip(columns)) {
        let flow = if row.role.spans() { Flow::Left } else { column.flow };
        let kind = Kind::Row { role: row.role, tone: row.tone, flow };
        match column.telling.value(cell) {
            Value::Blank if is_plain => {}
            Value::Blank => {
                sheet.write_blank(at, place, looks.of(kind, &column.format))?;
            }
            // a cell without a format of its own has that of its column
            Value::Text(text) if is_plain => {
                sheet.write_string(at, place, text)?;
            }
            Value::Text(text) => {
                let number = if text.len() <= SHORT { AS_TEXT } else { "" };
                sheet.write_string_with_format(at, place, text, looks.of(kind, number))?;
            }
            Value::Number(number, format) if is_plain && format == column.format => {
                sheet.write_number(at, place, number)?;
            }
            Value::Number(number, format) => {
                sheet.write_number_with_format(at, place, number, looks.of(kind, &format))?;
            }
        }
    }
    Ok(())
}

fn has_lines(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.contains('\n'))
}

/// How most numbers of a column are shown: as the first one is.
fn scale_of<'c>(mut cells: impl Iterator<Item = &'c Cell>) -> String {
    let telling = Telling { lang: Lang::En, in_hours: false };
    let number = cells.find(|cell| matches!(cell, Cell::Decimal(_))).map(|cell| telling.value(cell));
    match number {
        Some(Value::Number(_, format)) => format,
        _ => String::new(),
    }
}

/// Darker cells for greater numbers, in each column that the chart draws.
fn heat(sheet: &mut Worksheet, table: &Table, first: u32, last: u32) -> Result<(), RenderError> {
    let scale = ConditionalFormat2ColorScale::new()
        .set_minimum(ConditionalFormatType::Number, 0)
        .set_minimum_color(Color::RGB(0xFFFFFF))
        .set_maximum_color(Color::RGB(0x6CA6DC));
    for at in table.drawn().into_iter().filter_map(|at| u16::try_from(at).ok()) {
        sheet.add_conditional_format(first, at, last, at, &scale)?;
    }
    Ok(())
}
