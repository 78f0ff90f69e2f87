//! Pareto charts: bars from the longest to the shortest, and a line of the share that they reach together.

use super::canvas::{Anchor, Canvas, LINE, WIDTH, count, measure};
use super::legend::{self, Sample};
use super::panel::{Panel, Series};
use super::scale::{Scale, said};
use crate::locale::messages::RenderText;
use crate::locale::text::wrap;
use crate::model::ColumnType;

/// How many bars stand alone. The rest is one bar.
const MOST: usize = 12;
/// The height of the field with the bars.
const HIGH: f64 = 220.0;
/// The gap between the field and what stands beside it.
const BESIDE: f64 = 8.0;
/// How many lines a name below its bar may take.
const NAME_LINES: usize = 3;

/// Draws the first series.
pub(super) fn draw(canvas: &mut Canvas, panel: &Panel) {
    let lang = canvas.lang;
    let bars = ordered(panel, RenderText::OtherRows.get(lang));
    let sum: f64 = bars.iter().map(|(_, value)| value).sum();
    let Some(label) = panel.series.first().map(|series| series.label.clone()).filter(|_| sum > 0.0) else { return };
    let share = RenderText::Cumulative.get(lang).to_owned();
    let legend = Panel {
        unit: panel.unit,
        rows: Vec::new(),
        first: 0,
        total: 0,
        series: [label.clone(), share.clone()].map(|label| Series { at: 0, label, values: Vec::new() }).into(),
        control: None,
    };
    let top = legend::write(canvas, &legend, Sample::Bar) + BESIDE;
    let bottom = top + HIGH;
    // both scales end at the total, so that the line ends at the height of all bars together
    let scale = Scale::new([sum].into_iter(), panel.unit, [bottom, top]);
    let shares = Scale::new([100.0].into_iter(), ColumnType::Percent, [bottom, scale.at(sum)]);
    let ticks: Vec<(f64, String)> =
        scale.ticks().into_iter().map(|tick| (scale.at(tick), said(tick, panel.unit, lang))).collect();
    let left = ticks.iter().map(|(_, text)| measure(text)).fold(0.0, f64::max) + BESIDE;
    let right = WIDTH - measure("100%") - BESIDE;
    for (y, text) in &ticks {
        canvas.line("grid", [left, *y], [right, *y]);
        canvas.words("number", [left - BESIDE, y + 4.0], Anchor::End, text, left);
    }
    for tick in shares.ticks() {
        let text = said(tick, ColumnType::Percent, lang);
        canvas.words("number", [right + BESIDE, shares.at(tick) + 4.0], Anchor::Start, &text, WIDTH - right);
    }
    let slot = (right - left) / count(bars.len());
    let (mut line, mut reached) = (Vec::new(), 0.0);
    for (at, (name, value)) in bars.iter().enumerate() {
        let x = left + slot * (count(at) + 0.5);
        let y = scale.at(*value);
        canvas.bar(
            0,
            [x - slot * 0.4, y],
            [slot * 0.8, bottom - y],
            &format!("{name}: {label} {}", said(*value, panel.unit, lang)),
        );
        reached += value;
        line.push((name, [x, scale.at(reached)], reached / sum * 100.0));
        below(canvas, name, [x, bottom + LINE], slot - 4.0);
    }
    canvas.path("line s1", &line.iter().map(|(_, point, _)| Some(*point)).collect::<Vec<_>>());
    for (name, point, reached) in line {
        canvas.mark(1, point, &format!("{name}: {share} {}", said(reached, ColumnType::Percent, lang)));
    }
    canvas.line("axis", [left, bottom], [right, bottom]);
}

/// The rows with their numbers, from the greatest to the smallest. If there are more than [`MOST`], the last ones are
/// one row.
pub(in crate::render) fn ordered(panel: &Panel, others: &str) -> Vec<(String, f64)> {
    let values = panel.series.iter().take(1).flat_map(|series| &series.values);
    let mut rows: Vec<(String, f64)> = panel
        .rows
        .iter()
        .zip(values)
        .filter_map(|(name, value)| value.filter(|value| *value > 0.0).map(|value| (name.clone(), value)))
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    if rows.len() > MOST {
        let rest: f64 = rows.split_off(MOST - 1).iter().map(|(_, value)| value).sum();
        rows.push((others.to_owned(), rest));
    }
    rows
}

/// Writes a name below its bar, in as many lines as it may take.
fn below(canvas: &mut Canvas, name: &str, [x, y]: [f64; 2], room: f64) {
    let columns = (1..).take_while(|columns| measure(&"x".repeat(*columns)) <= room).last().unwrap_or(2).max(2);
    let lines = wrap(name, columns);
    let mut at = y;
    for (number, line) in lines.iter().take(NAME_LINES).enumerate() {
        let is_cut = number + 1 == NAME_LINES && lines.len() > NAME_LINES;
        let line = if is_cut { format!("{line}…") } else { line.clone() };
        canvas.words("name", [x, at], Anchor::Middle, &line, room);
        at += LINE;
    }
}

#[cfg(test)]
mod tests {
    use super::ordered;
    use crate::locale::{Label, Lang};
    use crate::model::{Cell, Chart, Column, Table};
    use crate::render::chart::panel::Panel;

    #[test]
    fn the_greatest_comes_first_and_the_smallest_are_one() {
        let mut table = Table::new([
            Column::text("cause", Label::verbatim("cause")),
            Column::count("cases", Label::verbatim("cases")),
        ]);
        for at in 1..=15 {
            table.row([Cell::text(format!("c{at}")), Cell::Count(at)]);
        }
        table.row([Cell::text("none"), Cell::Count(0)]).total([Cell::text(""), Cell::Count(120)]);
        let panels = Panel::of(&table, Chart::Pareto, Lang::En);
        let rows = ordered(&panels[0], "others");
        assert_eq!(rows.len(), 12);
        assert_eq!(rows.first(), Some(&("c15".to_owned(), 15.0)));
        assert_eq!(rows.last(), Some(&("others".to_owned(), 10.0)), "4 + 3 + 2 + 1");
    }
}
