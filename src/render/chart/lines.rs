//! Lines over time, and control charts.

use super::canvas::{Anchor, Canvas, LINE, WIDTH, count, measure};
use super::legend::{self, Sample};
use super::panel::Panel;
use super::scale::{Scale, said};
use crate::locale::messages::RenderText;

/// The height of the field with the lines.
const HIGH: f64 = 220.0;
/// The gap between the field and what stands beside it.
const BESIDE: f64 = 8.0;
/// The least gap between two names below the field.
const APART: f64 = 10.0;

/// The field in which lines run.
struct Field {
    scale: Scale,
    left: f64,
    right: f64,
    bottom: f64,
    points: usize,
}

/// A line for each series.
pub(super) fn draw(canvas: &mut Canvas, panel: &Panel) {
    let field = Field::new(canvas, panel, 0.0);
    field.series(canvas, panel);
}

/// Draws the line of one series between its limits. Signals have a ring, so that they are visible without colour.
pub(super) fn control(canvas: &mut Canvas, panel: &Panel) {
    let names = [RenderText::UpperLimit, RenderText::Middle, RenderText::LowerLimit].map(|name| name.get(canvas.lang));
    let room = match &panel.control {
        Some(_) => names.iter().map(|name| measure(name)).fold(0.0, f64::max) + BESIDE,
        None => 0.0,
    };
    let field = Field::new(canvas, panel, room);
    if let Some(control) = &panel.control {
        let [mean, low, high] = &control.limits;
        let mut taken: Option<f64> = None;
        for ((limit, class), name) in [(high, "limit"), (mean, "mean"), (low, "limit")].into_iter().zip(names) {
            canvas.path(class, &field.points(&limit.values));
            let Some(value) = limit.values.iter().rev().find_map(|value| *value) else { continue };
            let y = field.scale.at(value) + 4.0;
            // the names of limits that lie close together stand one below the other
            let y = taken.map_or(y, |above| y.max(above + LINE));
            taken = Some(y);
            canvas.words("name", [field.right + BESIDE, y], Anchor::Start, name, room);
        }
    }
    field.series(canvas, panel);
    if let Some((control, series)) = panel.control.as_ref().zip(panel.series.first()) {
        let points = field.points(&series.values);
        let signals = points.into_iter().zip(&control.signals).filter(|(_, signal)| **signal);
        signals.filter_map(|(point, _)| point).for_each(|point| canvas.ring(point));
    }
}

impl Field {
    /// Writes the legend, the ticks on the left and the names of the rows below. `room` is left free on the right.
    fn new(canvas: &mut Canvas, panel: &Panel, room: f64) -> Field {
        let lang = canvas.lang;
        let top = legend::write(canvas, panel, Sample::Line) + BESIDE;
        let bottom = top + HIGH;
        let scale = Scale::new(panel.values(), panel.unit, [bottom, top]);
        let ticks: Vec<(f64, String)> =
            scale.ticks().into_iter().map(|tick| (scale.at(tick), said(tick, panel.unit, lang))).collect();
        let left = ticks.iter().map(|(_, text)| measure(text)).fold(0.0, f64::max) + BESIDE;
        let field = Field { scale, left, right: WIDTH - room - BESIDE, bottom, points: panel.rows.len() };
        for (y, text) in &ticks {
            canvas.line("grid", [left, *y], [field.right, *y]);
            canvas.words("number", [left - BESIDE, y + 4.0], Anchor::End, text, left);
        }
        canvas.line("axis", [left, scale.at(0.0)], [field.right, scale.at(0.0)]);
        field.names(canvas, &panel.rows);
        field
    }

    /// Writes the names of the rows below the field: as many as fit, and always the last one.
    fn names(&self, canvas: &mut Canvas, rows: &[String]) {
        let widest = rows.iter().map(|name| measure(name)).fold(0.0, f64::max).min(WIDTH / 4.0);
        let (mut free, y) = (f64::INFINITY, self.bottom + LINE);
        for (at, name) in rows.iter().enumerate().rev() {
            let half = measure(name).min(widest) / 2.0;
            // at the edges of the picture a name moves inwards
            let x = self.x(at).min(WIDTH - half).max(half);
            if x + half + APART <= free {
                canvas.words("name", [x, y], Anchor::Middle, name, widest);
                free = x - half;
            }
        }
        canvas.reach(y + 4.0);
    }

    fn series(&self, canvas: &mut Canvas, panel: &Panel) {
        let lang = canvas.lang;
        for (at, series) in panel.series.iter().enumerate() {
            let points = self.points(&series.values);
            canvas.path(&format!("line s{at}"), &points);
            for ((point, value), row) in points.iter().zip(&series.values).zip(&panel.rows) {
                if let (Some(point), Some(value)) = (point, value) {
                    let told = format!("{row}: {} {}", series.label, said(*value, panel.unit, lang));
                    canvas.mark(at, *point, &told);
                }
            }
        }
    }

    fn points(&self, values: &[Option<f64>]) -> Vec<Option<[f64; 2]>> {
        let place = |(at, value): (usize, &Option<f64>)| value.map(|value| [self.x(at), self.scale.at(value)]);
        values.iter().enumerate().map(place).collect()
    }

    /// The horizontal position of a row. Points keep half a step from both edges of the field.
    fn x(&self, at: usize) -> f64 {
        self.left + (count(at) + 0.5) / count(self.points.max(1)) * (self.right - self.left)
    }
}
