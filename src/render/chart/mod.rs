//! Charts as SVG: bars, stacked bars, lines, Pareto charts and control charts of a table's data rows.
//!
//! [`Table::naming`] says what names the rows, and [`Table::drawn`] which columns are drawn: those of one unit in one
//! picture. A picture has a `viewBox` and no size, so that the page decides how wide it is. Series differ in pattern,
//! dash and mark as well as in colour. Colours come from the style of the page. Every number is also in the table
//! below. A picture that leaves rows out says so, and nothing is lost.

mod bars;
mod canvas;
mod legend;
mod lines;
mod panel;
mod pareto;
mod scale;

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::model::{Chart, Table};
use crate::say;

use super::markup::Markup;
use canvas::Canvas;

pub(super) use panel::{Panel, Series};
pub(super) use pareto::ordered;

/// Draws the chart that a table wants, one picture for each unit. It writes nothing if the table wants none, or has
/// no numbers.
pub(super) fn draw(page: &mut Markup, name: &str, title: &str, table: &Table, lang: Lang) {
    let Some(chart) = table.chart.filter(|chart| *chart != Chart::Heat) else { return };
    for (at, panel) in Panel::of(table, chart, lang).into_iter().enumerate() {
        if panel.is_blank() {
            continue;
        }
        page.open("figure", &[("class", Some("chart"))]);
        let mut canvas = Canvas::new(format!("{name}-{at}"), lang);
        match chart {
            Chart::Bars => bars::beside(&mut canvas, &panel),
            Chart::Stacked if panel.has_negatives() => bars::beside(&mut canvas, &panel),
            Chart::Stacked => bars::stacked(&mut canvas, &panel),
            Chart::Pareto => pareto::draw(&mut canvas, &panel),
            Chart::Lines | Chart::Heat => lines::draw(&mut canvas, &panel),
            Chart::Control => lines::control(&mut canvas, &panel),
        }
        let names: Vec<&str> = panel.series.iter().map(|series| series.label.as_str()).collect();
        let told = match names.contains(&title) {
            true => title.to_owned(),
            false => format!("{title}: {}", names.join(", ")),
        };
        canvas.write(
            page,
            &told,
            &say!(lang, RenderText::ChartTold, rows = panel.rows.len(), numbers = names.join(", ")),
        );
        if panel.rows.len() < panel.total {
            let cut = say!(lang, RenderText::ChartCut, shown = panel.rows.len(), total = panel.total);
            page.element("figcaption", &[], &cut);
        }
        page.close("figure").line();
    }
}

#[cfg(test)]
mod tests;
