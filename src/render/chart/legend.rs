//! The legend of a chart: a sample and a name for each series, as many in a line as fit.

use super::canvas::{Anchor, Canvas, LINE, WIDTH, measure};
use super::panel::Panel;

/// The width of a sample, with the gap to its name.
const SAMPLE: f64 = 24.0;
/// The gap from one name to the next sample.
const GAP: f64 = 18.0;

/// How the samples of a legend look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// A piece of a bar.
    Bar,
    /// A piece of a line with its mark.
    Line,
}

/// Writes the legend at the top. Returns the position below it.
pub(super) fn write(canvas: &mut Canvas, panel: &Panel, sample: Sample) -> f64 {
    let names: Vec<&str> = panel.series.iter().map(|series| series.label.as_str()).collect();
    let (mut x, mut y) = (0.0, LINE);
    for (at, name) in names.into_iter().enumerate() {
        let needs = SAMPLE + measure(name).min(WIDTH - SAMPLE);
        if x > 0.0 && x + needs > WIDTH {
            (x, y) = (0.0, y + LINE);
        }
        match sample {
            Sample::Bar => canvas.bar(at, [x, y - 10.0], [16.0, 10.0], name),
            Sample::Line => {
                canvas.line(&format!("line s{at}"), [x, y - 4.0], [x + 18.0, y - 4.0]);
                canvas.mark(at, [x + 9.0, y - 4.0], name);
            }
        }
        canvas.words("name", [x + SAMPLE, y], Anchor::Start, name, WIDTH - x - SAMPLE);
        x += needs + GAP;
    }
    y + LINE / 2.0
}
