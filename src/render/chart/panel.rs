//! What a picture shows: rows with their names, and series of numbers in one unit.

use rust_decimal::prelude::ToPrimitive as _;

use crate::locale::Lang;
use crate::locale::text::one_line;
use crate::model::{Cell, Chart, ColumnType, Row, Table};
use crate::render::words::words;

/// How many rows of bars a picture shows. The table has all.
const MOST_BARS: usize = 40;
/// How many points of a line a picture shows: the last ones.
const MOST_POINTS: usize = 120;
/// How many series a picture shows. The others go into another picture.
const MOST_SERIES: usize = 6;

/// One picture.
#[derive(Debug)]
pub(in crate::render) struct Panel {
    /// The unit of the numbers.
    pub unit: ColumnType,
    /// The names of the rows that are shown.
    pub rows: Vec<String>,
    /// The first row of data that is shown, from 0.
    pub first: usize,
    /// How many rows the table has.
    pub total: usize,
    /// What is drawn.
    pub series: Vec<Series>,
    /// The additional parts of a control chart.
    pub control: Option<Control>,
}

/// A column of numbers.
#[derive(Debug)]
pub(in crate::render) struct Series {
    /// Which column of the table it is.
    pub at: usize,
    /// Its heading.
    pub label: String,
    /// A number for each row. `None` if there is nothing to draw.
    pub values: Vec<Option<f64>>,
}

/// The limits of a control chart, for each row.
#[derive(Debug)]
pub(in crate::render) struct Control {
    /// Mean, lower and upper limit.
    pub limits: [Series; 3],
    /// Whether the value of the row is a signal.
    pub signals: Vec<bool>,
}

impl Panel {
    /// The pictures of a table: one for each unit, for each figure in parts, and for each [`MOST_SERIES`] columns.
    pub(in crate::render) fn of(table: &Table, chart: Chart, lang: Lang) -> Vec<Panel> {
        let body: Vec<&Row> = table.body().collect();
        let total = body.len();
        let shown: &[&Row] = match chart {
            Chart::Lines | Chart::Control => &body[total.saturating_sub(MOST_POINTS)..],
            _ => &body[..total.min(MOST_BARS)],
        };
        // a Pareto chart orders the rows itself, so it sees all of them
        let shown = if chart == Chart::Pareto { &body[..] } else { shown };
        let first = match chart {
            Chart::Lines | Chart::Control => total - shown.len(),
            _ => 0,
        };
        let naming = table.naming();
        let name = |row: &&Row| {
            let parts = naming.iter().filter_map(|at| row.cells.get(*at)).map(|cell| words(cell, lang));
            let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
            one_line(&parts.join(" · ")).into_owned()
        };
        let rows: Vec<String> = shown.iter().map(name).collect();
        let series = |at: usize| Series {
            at,
            label: table.columns[at].label.get(lang).to_owned(),
            values: shown.iter().map(|row| row.cells.get(at)?.number()?.to_f64()).collect(),
        };
        let mut panels: Vec<(Option<&str>, Panel)> = Vec::new();
        for at in table.drawn() {
            let (unit, family) = (table.columns[at].kind, family(&table.columns[at].name));
            let fits = |(of, panel): &&mut (Option<&str>, Panel)| {
                *of == family && panel.unit == unit && panel.series.len() < MOST_SERIES
            };
            match panels.iter_mut().find(fits) {
                Some((_, panel)) => panel.series.push(series(at)),
                None => {
                    let series = vec![series(at)];
                    let panel = Panel { unit, rows: rows.clone(), first, total, series, control: None };
                    panels.push((family, panel));
                }
            }
        }
        if chart == Chart::Control
            && let Some((_, panel)) = panels.first_mut()
        {
            let at = |name: &str| table.columns.iter().position(|column| column.name == name);
            let limits = [Chart::MEAN, Chart::LOW, Chart::HIGH].map(|name| at(name).map(series));
            let signals = |at: usize| shown.iter().map(|row| row.cells.get(at) == Some(&Cell::Bool(true))).collect();
            if let ([Some(mean), Some(low), Some(high)], Some(signal)) = (limits, at(Chart::SIGNAL)) {
                panel.control = Some(Control { limits: [mean, low, high], signals: signals(signal) });
            }
        }
        let all = panels.into_iter().map(|(_, panel)| panel);
        // shares of nothing cannot be drawn
        all.filter(|panel| chart != Chart::Pareto || panel.values().any(|value| value > 0.0)).collect()
    }

    /// Whether there is no number at all.
    pub(in crate::render) fn is_blank(&self) -> bool {
        self.values().next().is_none()
    }

    /// Whether a number is below zero.
    pub(in crate::render) fn has_negatives(&self) -> bool {
        self.values().any(|value| value < 0.0)
    }

    /// Every number that is drawn, limits included.
    pub(in crate::render) fn values(&self) -> impl Iterator<Item = f64> {
        let limits = self.control.iter().flat_map(|control| &control.limits);
        self.series.iter().chain(limits).flat_map(|series| series.values.iter().flatten().copied())
    }
}

/// The figure whose parts are columns of their own, such as the bands `age-1`, `age-2`. They share a picture.
fn family(name: &str) -> Option<&str> {
    let (family, part) = name.rsplit_once('-')?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then_some(family)
}
