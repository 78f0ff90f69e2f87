//! Horizontal bars, so that long names fit beside them in full.

use super::canvas::{Anchor, Canvas, WIDTH, count, measure};
use super::legend::{self, Sample};
use super::panel::Panel;
use super::scale::{Scale, said};

/// The greatest width for the names of rows. Like all sizes of charts, it is in the picture's own units.
const MOST_NAME: f64 = 220.0;
/// The height of a bar.
const BAR: f64 = 16.0;
/// The gap between the bars of one row and those of the next.
const GAP: f64 = 8.0;
/// The gap between a bar and its name or number.
const BESIDE: f64 = 6.0;

/// The frame of a picture with bars.
struct Frame {
    scale: Scale,
    /// Where the names end, from the left.
    left: f64,
    /// Where the first bar stands, from the top.
    top: f64,
    /// The width that the longest number takes.
    room: f64,
}

/// Draws the bars of a row one below the other, each with its number.
pub(super) fn beside(canvas: &mut Canvas, panel: &Panel) {
    let lang = canvas.lang;
    let frame = Frame::new(canvas, panel, &panel.values().collect::<Vec<_>>());
    let mut y = frame.top;
    for (row, name) in panel.rows.iter().enumerate() {
        let bars = BAR * count(panel.series.len());
        frame.name(canvas, name, y + bars / 2.0 + 4.0);
        for (at, series) in panel.series.iter().enumerate() {
            let Some(value) = series.values.get(row).copied().flatten() else { continue };
            let top = y + BAR * count(at);
            let ends = [frame.scale.at(0.0), frame.scale.at(value)];
            let (from, to) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            let number = said(value, panel.unit, lang);
            canvas.bar(at, [from, top + 1.0], [to - from, BAR - 2.0], &format!("{name}: {} {number}", series.label));
            frame.number(canvas, &number, [to, top + BAR - 4.0]);
        }
        y += bars + GAP;
    }
    frame.axis(canvas, y);
}

/// Draws one bar for each row, made of its parts. The number is their sum.
pub(super) fn stacked(canvas: &mut Canvas, panel: &Panel) {
    let lang = canvas.lang;
    let parts = |row: usize| panel.series.iter().map(move |series| series.values.get(row).copied().flatten());
    let sums: Vec<f64> = (0..panel.rows.len()).map(|row| parts(row).flatten().sum()).collect();
    let frame = Frame::new(canvas, panel, &sums);
    let mut y = frame.top;
    for (row, name) in panel.rows.iter().enumerate() {
        frame.name(canvas, name, y + BAR - 4.0);
        let mut reached = 0.0;
        for (at, (series, value)) in panel.series.iter().zip(parts(row)).enumerate() {
            let Some(value) = value else { continue };
            let (from, to) = (frame.scale.at(reached), frame.scale.at(reached + value));
            let told = format!("{name}: {} {}", series.label, said(value, panel.unit, lang));
            canvas.bar(at, [from, y + 1.0], [to - from, BAR - 2.0], &told);
            reached += value;
        }
        frame.number(canvas, &said(reached, panel.unit, lang), [frame.scale.at(reached), y + BAR - 4.0]);
        y += BAR + GAP;
    }
    frame.axis(canvas, y);
}

impl Frame {
    /// Writes the legend, and leaves room for names on the left and for the number of the longest bar on the right.
    fn new(canvas: &mut Canvas, panel: &Panel, values: &[f64]) -> Frame {
        let name = panel.rows.iter().map(|name| measure(name)).fold(0.0, f64::max).min(MOST_NAME);
        let numbers = values.iter().map(|value| measure(&said(*value, panel.unit, canvas.lang)));
        let (left, room) = (name + BESIDE, numbers.fold(0.0, f64::max));
        let scale = Scale::new(values.iter().copied(), panel.unit, [left, WIDTH - room - BESIDE * 2.0]);
        Frame { scale, left, top: legend::write(canvas, panel, Sample::Bar), room }
    }

    fn name(&self, canvas: &mut Canvas, name: &str, y: f64) {
        canvas.words("name", [self.left - BESIDE, y], Anchor::End, name, self.left - BESIDE);
    }

    fn number(&self, canvas: &mut Canvas, number: &str, [x, y]: [f64; 2]) {
        canvas.words("number", [x + BESIDE, y], Anchor::Start, number, self.room);
    }

    /// Draws the line on which all bars stand.
    fn axis(&self, canvas: &mut Canvas, bottom: f64) {
        let zero = self.scale.at(0.0);
        canvas.line("axis", [zero, self.top - 2.0], [zero, bottom - GAP + 2.0]);
        canvas.reach(bottom - GAP + 2.0);
    }
}
