//! Tables: heads that stay visible, numbers on the right, and a body for each group, so that sorting stays within a
//! group.

use rust_decimal::Decimal;

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::locale::text::width;
use crate::model::{Cell, Chart, Column, ColumnType, Ratio, Role, Row, Table, Tone};
use crate::render::markup::Markup;
use crate::render::words::words;

/// A table with more columns is printed in landscape.
const UPRIGHT: usize = 8;
/// Text with more characters is folded.
const LONG: usize = 400;
/// Names of rows stay in one line if they are at most this wide, in columns of text.
const SHORT: usize = 24;
/// How many characters of folded text are visible.
const BEGINNING: usize = 120;

/// Whether a table with this many columns is printed in landscape.
pub(super) fn is_wide(columns: usize) -> bool {
    columns > UPRIGHT
}

/// Writes the table of a section.
pub(super) fn write(page: &mut Markup, anchor: &str, title: &str, table: &Table, lang: Lang) {
    if table.rows.is_empty() {
        page.element("p", &[("class", Some("none"))], RenderText::NoRows.get(lang)).line();
        return;
    }
    let labelled = format!("{anchor}-title");
    let label = [("aria-labelledby", Some(labelled.as_str()).filter(|_| !title.is_empty()))];
    page.open(
        "div",
        &[&[("class", Some("scroll")), ("role", Some("region")), ("tabindex", Some("0"))], &label[..]].concat(),
    );
    // the more columns a table has, the smaller it is printed
    let number = format!("--columns:{}", table.columns.len().max(1));
    page.open("table", &[&[("style", Some(number.as_str()))], &label[..]].concat()).line();
    let columns = Drawn::columns(table, lang);
    if columns.iter().any(|column| !column.label.is_empty()) {
        page.raw("<thead><tr>");
        for column in &columns {
            page.element("th", &[("scope", Some("col")), ("class", column.class)], column.label);
        }
        page.raw("</tr></thead>\n");
    }
    let heat = Heat::of(table);
    page.raw("<tbody>\n");
    for (at, row) in table.rows.iter().enumerate() {
        if row.role == Role::Group && at > 0 {
            page.raw("</tbody>\n<tbody>\n");
        }
        self::row(page, row, &columns, heat.as_ref(), lang);
    }
    page.raw("</tbody>\n</table></div>\n");
}

fn row(page: &mut Markup, row: &Row, columns: &[Drawn<'_>], heat: Option<&Heat>, lang: Lang) {
    let role = match row.role {
        Role::Body => None,
        role => Some(role.name()),
    };
    let tone = Some(row.tone).filter(|tone| *tone != Tone::Plain).map(Tone::name);
    page.open("tr", &[("class", role.or(tone))]);
    if row.role.spans() {
        let across = columns.len().to_string();
        let name = if row.role == Role::Group { "th" } else { "td" };
        page.open(name, &[("colspan", Some(&across))]);
        row.cells.iter().for_each(|cell| text(page, &words(cell, lang)));
        page.close(name).close("tr").line();
        return;
    }
    for (at, (cell, column)) in row.cells.iter().zip(columns).enumerate() {
        let name = if at == 0 { "th" } else { "td" };
        // numbers are sorted by this key, other cells by their text
        let key = cell.number().map(|number| number.round_dp(6).to_string());
        let shade = heat.filter(|_| row.role == Role::Body).and_then(|heat| heat.style(at, cell));
        let attributes = [
            ("scope", (at == 0).then_some("row")),
            ("class", column.class),
            ("data-v", key.as_deref()),
            ("style", shade.as_deref()),
        ];
        page.open(name, &attributes);
        text(page, &words(cell, lang));
        page.close(name);
    }
    page.close("tr").line();
}

/// A column as it is drawn.
struct Drawn<'t> {
    label: &'t str,
    /// `n`: numbers, on the right. `id`: in one line.
    class: Option<&'static str>,
}

impl Drawn<'_> {
    fn columns<'t>(table: &'t Table, lang: Lang) -> Vec<Drawn<'t>> {
        let draw = |(at, column): (usize, &'t Column)| {
            let is_short = |row: &Row| row.cells.get(at).is_none_or(|cell| width(&words(cell, lang)) <= SHORT);
            let class = match column.kind {
                kind if kind.is_number() => Some("n"),
                ColumnType::Any if holds_numbers(table, at) => Some("n"),
                ColumnType::Id | ColumnType::Date | ColumnType::Moment => Some("id"),
                // short names of rows stay in one line
                _ if at == 0 && table.rows.iter().filter(|row| !row.role.spans()).all(is_short) => Some("id"),
                _ => None,
            };
            Drawn { label: column.label.get(lang), class }
        };
        table.columns.iter().enumerate().map(draw).collect()
    }
}

/// Whether a column holds only numbers.
fn holds_numbers(table: &Table, at: usize) -> bool {
    let kinds = || table.body().filter_map(|row| row.cells.get(at)?.type_of());
    kinds().next().is_some() && kinds().all(ColumnType::is_number)
}

/// Writes text of any length. Of long text the beginning is visible, and the reader can unfold the rest.
pub(super) fn text(page: &mut Markup, text: &str) {
    if text.chars().count() <= LONG {
        page.text(text);
        return;
    }
    let beginning: String = text.chars().take(BEGINNING).collect();
    page.raw("<details class=\"long\">").element("summary", &[], &format!("{beginning}…"));
    page.text(text).raw("</details>");
}

/// The greatest number of each column that is drawn, for tables with darker and lighter cells.
struct Heat {
    most: Vec<Option<Decimal>>,
}

impl Heat {
    fn of(table: &Table) -> Option<Heat> {
        let number = |row: &Row, at: usize| row.cells.get(at).and_then(Cell::number).unwrap_or_default();
        let drawn = table.drawn();
        let most = |at: usize| drawn.contains(&at).then(|| table.body().map(|row| number(row, at)).max())?;
        (table.chart == Some(Chart::Heat)).then(|| Heat { most: (0..table.columns.len()).map(most).collect() })
    }

    /// How dark a cell is, in percent of the greatest number in its column.
    fn style(&self, at: usize, cell: &Cell) -> Option<String> {
        let most = self.most.get(at).copied().flatten()?;
        let share = Ratio::new(cell.number()?, most).percent()?.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
        Some(format!("--heat:{}%", share.round()))
    }
}
