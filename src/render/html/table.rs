//! Tables: heads that stay visible, numbers on the right, and a body for each group, so that sorting stays within a
//! group.

use rust_decimal::Decimal;

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::model::{Cell, Chart, Ratio, Role, Row, Table, Tone};
use crate::render::markup::Markup;
use crate::render::words::words;

use super::columns::{Drawn, Sheet, measures};

/// Text with more characters is folded.
const LONG: usize = 400;
/// Numbers with hyphens stay in one line up to this many characters.
const KEPT: usize = 24;
/// How many characters of folded text are visible.
const BEGINNING: usize = 120;

/// Writes a table with its name as caption. `labelled` is the id of the heading that names it.
pub(super) fn write(page: &mut Markup, name: &str, labelled: &str, table: &Table, columns: &[Drawn<'_>], lang: Lang) {
    if table.rows.is_empty() {
        page.element("p", &[("class", Some("none"))], RenderText::NoRows.get(lang)).line();
        return;
    }
    page.open(
        "div",
        &[
            ("class", Some("scroll")),
            ("role", Some("region")),
            ("tabindex", Some("0")),
            ("aria-labelledby", Some(labelled)),
        ],
    );
    page.open("table", &[("style", Some(measures(columns).as_str()))]).line().element("caption", &[], name).line();
    if columns.iter().any(|column| !column.label.is_empty()) {
        page.raw("<thead><tr>");
        for column in columns {
            let screen = column.screen.map(|screen| format!("--w:{screen};")).unwrap_or_default();
            let room = format!("{screen}--p:{}", column.paper);
            let attributes = [("scope", Some("col")), ("class", column.class), ("style", Some(room.as_str()))];
            page.open("th", &attributes);
            whole(page, column.label);
            page.close("th");
        }
        page.raw("</tr></thead>\n");
    }
    let drawing = Drawing { columns, heat: Heat::of(table), blocks: Sheet::of(columns) == Sheet::Blocks, lang };
    page.raw("<tbody>\n");
    for (at, row) in table.rows.iter().enumerate() {
        if row.role == Role::Group && at > 0 {
            page.raw("</tbody>\n<tbody>\n");
        }
        drawing.row(page, row);
    }
    page.raw("</tbody>\n</table></div>\n");
}

/// What the rows of a table have in common.
struct Drawing<'t> {
    columns: &'t [Drawn<'t>],
    heat: Option<Heat>,
    /// Whether each cell holds its head, which paper shows beside the value.
    blocks: bool,
    lang: Lang,
}

impl Drawing<'_> {
    fn row(&self, page: &mut Markup, row: &Row) {
        let role = match row.role {
            Role::Body => None,
            role => Some(role.name()),
        };
        let tone = Some(row.tone).filter(|tone| *tone != Tone::Plain).map(Tone::name);
        page.open("tr", &[("class", role.or(tone))]);
        if row.role.spans() {
            let across = self.columns.len().to_string();
            let (name, scope) = match row.role {
                Role::Group => ("th", Some("rowgroup")),
                _ => ("td", None),
            };
            page.open(name, &[("scope", scope), ("colspan", Some(&across))]);
            row.cells.iter().for_each(|cell| text(page, &words(cell, self.lang)));
            page.close(name).close("tr").line();
            return;
        }
        for (at, (cell, column)) in row.cells.iter().zip(self.columns).enumerate() {
            let name = if at == 0 { "th" } else { "td" };
            // numbers are sorted by this key, other cells by their text
            let key = cell.number().map(|number| number.round_dp(6).to_string());
            let heat = self.heat.as_ref().filter(|_| row.role == Role::Body);
            let shade = heat.and_then(|heat| heat.style(at, cell));
            let attributes = [
                ("scope", (at == 0).then_some("row")),
                ("class", column.class),
                ("data-v", key.as_deref()),
                ("data-h", Some(column.label).filter(|_| self.blocks)),
                ("data-l", Some("").filter(|_| self.blocks && column.is_long())),
                ("style", shade.as_deref()),
            ];
            page.open(name, &attributes);
            match column.class {
                Some("n" | "id") => _ = page.text(&words(cell, self.lang)),
                _ => text(page, &words(cell, self.lang)),
            }
            page.close(name);
        }
        page.close("tr").line();
    }
}

/// Text of any length; long text shows its beginning, and the reader unfolds the rest.
pub(super) fn text(page: &mut Markup, text: &str) {
    if text.chars().count() <= LONG {
        whole(page, text);
        return;
    }
    let beginning: String = text.chars().take(BEGINNING).collect();
    page.raw("<details class=\"long\">").element("summary", &[], &format!("{beginning}…"));
    whole(page, text);
    page.raw("</details>");
}

/// Text whose dates and numbers with hyphens stay in one line. Browsers would break them after a hyphen.
pub(super) fn whole(page: &mut Markup, text: &str) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut rest = text;
    while let Some(begin) = rest.find(is_part) {
        let end = begin + rest[begin..].find(|c| !is_part(c)).unwrap_or(rest.len() - begin);
        let (before, token) = (&rest[..begin], &rest[begin..end]);
        page.text(before);
        let hyphens = token.contains('-') && token.contains(|c: char| c.is_ascii_digit());
        if hyphens && token.len() <= KEPT {
            page.element("span", &[("class", Some("k"))], token);
        } else {
            page.text(token);
        }
        rest = &rest[end..];
    }
    page.text(rest);
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
