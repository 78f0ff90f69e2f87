//! Native charts. Each draws what the SVG of the same table draws ([`crate::render::chart`]), from the cells of the
//! table where its rows stand together. Numbers that stand in no table, such as cumulative shares, are on a hidden
//! sheet.

use rust_xlsxwriter::{
    Chart as Drawing, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartLineDashType, ChartMarker, ChartMarkerType, ChartRange, ChartSeries, ChartSolidFill, ChartType, Color,
    Worksheet,
};

use crate::locale::messages::RenderText;
use crate::model::{Chart, ColumnType, Table};
use crate::render::RenderError;
use crate::render::chart::{Panel, Series, ordered};
use crate::say;

use super::value::Telling;
use super::{Book, Kind, short, together};

/// The colours of the series, as pages have them.
const COLOURS: [u32; 6] = [0x0A58A8, 0xC2571A, 0x1F7A5C, 0x8E3F8A, 0x8A6D00, 0x5A5F66];
/// The colours of a control chart's mean, and of its limits and signals.
const MEAN: u32 = 0x1F7A5C;
const LIMIT: u32 = 0xA02020;
/// Dashes and marks, so that lines are told apart without colour.
const DASHES: [ChartLineDashType; 3] = [ChartLineDashType::Solid, ChartLineDashType::Dash, ChartLineDashType::RoundDot];
const MARKS: [ChartMarkerType; 6] = [
    ChartMarkerType::Circle,
    ChartMarkerType::Square,
    ChartMarkerType::Triangle,
    ChartMarkerType::Diamond,
    ChartMarkerType::X,
    ChartMarkerType::PlusSign,
];
/// How wide a chart is, and how high one of lines is, in pixels.
const WIDTH: u32 = 720;
const HIGH: u32 = 360;
/// What a bar adds to the height of its chart, and the most that they come to.
const BAR: u32 = 18;
const HIGHEST: u32 = 1_400;
/// The rows that a chart takes of the sheet: pixels of a row.
const ROW: u32 = 20;

/// Numbers that are drawn but stand in no table: columns of one length, the first one with names.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    /// The next free column.
    column: u16,
}

#[derive(Debug)]
struct Block {
    at: u16,
    names: Vec<String>,
    columns: Vec<(String, String, Vec<Option<f64>>)>,
}

/// Where the numbers of a chart stand.
struct Source<'s> {
    sheet: &'s str,
    rows: (u32, u32),
    names: u16,
}

impl Source<'_> {
    fn range(&self, column: u16) -> ChartRange {
        ChartRange::new_from_range(self.sheet, self.rows.0, column, self.rows.1, column)
    }

    /// Adds a series of this column, with the heading above it as its name.
    fn series<'d>(&self, drawing: &'d mut Drawing, column: u16) -> &'d mut ChartSeries {
        let series = drawing.add_series();
        if let Some(head) = self.rows.0.checked_sub(1) {
            series.set_name((self.sheet, head, column));
        }
        series.set_categories(&self.range(self.names)).set_values(&self.range(column))
    }
}

impl Book {
    /// Draws what a table wants to have drawn, one picture below the other. `data` are the rows of the sheet that hold
    /// data.
    pub(super) fn charts(
        &mut self,
        sheet: &mut Worksheet,
        (name, title): (&str, &str),
        table: &Table,
        data: &[u32],
        (mut row, column): (u32, u16),
    ) -> Result<(), RenderError> {
        let Some(chart) = table.chart.filter(|chart| *chart != Chart::Heat) else { return Ok(()) };
        let helper = self.data_name.clone();
        for panel in Panel::of(table, chart, self.lang).into_iter().filter(|panel| !panel.is_blank()) {
            let shown = data.get(panel.first..panel.first + panel.rows.len()).unwrap_or_default();
            // rows that stand together, and have their names in one column, are ranges of the sheet
            let naming = match table.naming()[..] {
                [only] => u16::try_from(only).ok(),
                _ => None,
            };
            let own = together(shown).zip(naming).map(|(rows, names)| Source { sheet: name, rows, names });
            let telling = panel.series.first().map(|series| Telling::of_column(table, series.at, self.lang));
            let Some(telling) = telling else { continue };
            let unit = Unit { kind: panel.unit, telling };
            let drawing = match chart {
                Chart::Pareto => self.pareto(&panel, unit, &helper),
                _ => self.usual(chart, &panel, unit, own, &helper),
            };
            let Some((mut drawing, height)) = drawing else { continue };
            let names: Vec<&str> = panel.series.iter().map(|series| series.label.as_str()).collect();
            let cut = (panel.rows.len() < panel.total)
                .then(|| say!(self.lang, RenderText::ChartCut, shown = panel.rows.len(), total = panel.total));
            let heading = match names[..] {
                [only] if only != title && !title.is_empty() => format!("{title}: {only}"),
                [only] => only.to_owned(),
                _ => title.to_owned(),
            };
            let heading = [Some(heading), cut].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            let told = say!(self.lang, RenderText::ChartTold, rows = panel.rows.len(), numbers = names.join(", "));
            let mut font = ChartFont::new();
            font.set_size(12);
            drawing.title().set_name(literal(&heading).as_str()).set_font(&font);
            drawing.set_alt_text(short(&format!("{heading}: {told}"))).set_width(WIDTH).set_height(height);
            sheet.insert_chart(row, column, &drawing)?;
            row += height.div_ceil(ROW) + 1;
        }
        Ok(())
    }

    /// Bars, stacked bars, lines and control charts.
    fn usual(
        &mut self,
        chart: Chart,
        panel: &Panel,
        unit: Unit,
        own: Option<Source<'_>>,
        helper: &str,
    ) -> Option<(Drawing, u32)> {
        let drawn: Vec<&Series> = panel.series.iter().collect();
        let limits: Vec<&Series> = panel.control.iter().flat_map(|control| &control.limits).collect();
        let (source, columns) = match own {
            Some(own) => {
                let columns =
                    drawn.iter().chain(&limits).map(|series| u16::try_from(series.at)).collect::<Result<_, _>>();
                (own, columns.ok()?)
            }
            None => {
                let columns = drawn.iter().chain(&limits).map(|series| unit.column(&series.label, &series.values));
                self.blocks.put(helper, panel.rows.clone(), columns.collect())
            }
        };
        let columns: Vec<u16> = columns;
        let count = u32::try_from(panel.rows.len()).unwrap_or(u32::MAX);
        let kind = match chart {
            Chart::Stacked if !panel.has_negatives() => ChartType::BarStacked,
            Chart::Bars | Chart::Stacked => ChartType::Bar,
            _ => ChartType::Line,
        };
        let mut drawing = Drawing::new(kind);
        let is_line = kind == ChartType::Line;
        for (at, column) in columns.iter().take(drawn.len()).enumerate() {
            let series = source.series(&mut drawing, *column);
            match is_line {
                true => line(series, at),
                false => bar(series, at),
            }
        }
        let names = [RenderText::Middle, RenderText::LowerLimit, RenderText::UpperLimit];
        for ((column, name), colour) in columns.iter().skip(drawn.len()).zip(names).zip([MEAN, LIMIT, LIMIT]) {
            let series = source.series(&mut drawing, *column);
            series.set_name(name.get(self.lang));
            let mut line = ChartLine::new();
            line.set_color(Color::RGB(colour)).set_width(1.25);
            if colour == LIMIT {
                line.set_dash_type(ChartLineDashType::Dash);
            }
            series.set_format(ChartFormat::new().set_line(&line)).set_marker(ChartMarker::new().set_none());
        }
        if let Some(control) = &panel.control
            && control.signals.contains(&true)
        {
            self.signals(&mut drawing, panel, unit, helper);
        }
        let height = match is_line {
            true => HIGH,
            false => {
                let bars = if kind == ChartType::Bar { u32::try_from(drawn.len()).unwrap_or(1) } else { 1 };
                (120 + count.saturating_mul(BAR * bars + 6)).clamp(240, HIGHEST)
            }
        };
        match is_line {
            true => {
                drawing.y_axis().set_num_format(unit.axis());
            }
            false => {
                // the first row stands on top, as in the table; of bars that lie, y is the axis with the names
                drawing.y_axis().set_reverse().set_label_position(ChartAxisLabelPosition::Low);
                drawing.y_axis().set_major_gridlines(false);
                drawing.x_axis().set_num_format(unit.axis()).set_label_position(ChartAxisLabelPosition::High);
                drawing.x_axis().set_major_gridlines(true);
            }
        }
        // a picture with one series has its name in the title
        match drawn.len() + limits.len() > 1 {
            true => {
                drawing.legend().set_position(ChartLegendPosition::Bottom);
            }
            false => {
                drawing.legend().set_hidden();
            }
        }
        Some((drawing, height))
    }

    /// The values that are signals, as rings without a line.
    fn signals(&mut self, drawing: &mut Drawing, panel: &Panel, unit: Unit, helper: &str) {
        let Some((control, series)) = panel.control.as_ref().zip(panel.series.first()) else { return };
        let values = series
            .values
            .iter()
            .zip(&control.signals)
            .map(|(value, signal)| value.filter(|_| *signal))
            .collect::<Vec<_>>();
        let column = unit.column(RenderText::Signal.get(self.lang), &values);
        let (source, columns) = self.blocks.put(helper, panel.rows.clone(), vec![column]);
        let Some(column) = columns.first() else { return };
        let series = source.series(drawing, *column);
        let mut ring = ChartFormat::new();
        ring.set_no_fill().set_line(ChartLine::new().set_color(Color::RGB(LIMIT)).set_width(2));
        let mut marker = ChartMarker::new();
        marker.set_type(ChartMarkerType::Circle).set_size(12).set_format(&mut ring);
        let mut none = ChartFormat::new();
        none.set_no_line();
        series.set_format(&mut none).set_marker(&marker);
    }

    /// Bars from the greatest to the smallest, and the share that they reach together on a second axis.
    fn pareto(&mut self, panel: &Panel, unit: Unit, helper: &str) -> Option<(Drawing, u32)> {
        let bars = ordered(panel, RenderText::OtherRows.get(self.lang));
        let sum: f64 = bars.iter().map(|(_, value)| value).sum();
        let label = panel.series.first().map(|series| series.label.clone()).filter(|_| sum > 0.0)?;
        let mut reached = 0.0;
        let shares = bars.iter().map(|(_, value)| {
            reached += value;
            Some(reached / sum * 100.0)
        });
        let shares: Vec<Option<f64>> = shares.collect();
        let values: Vec<Option<f64>> = bars.iter().map(|(_, value)| Some(*value)).collect();
        let percent = Unit { kind: ColumnType::Percent, ..unit };
        let columns =
            vec![unit.column(&label, &values), percent.column(RenderText::Cumulative.get(self.lang), &shares)];
        let (source, columns) = self.blocks.put(helper, bars.into_iter().map(|(name, _)| name).collect(), columns);
        let [values, shares] = columns[..] else { return None };
        let mut drawing = Drawing::new(ChartType::Column);
        let series = source.series(&mut drawing, values);
        bar(series, 0);
        series.set_gap(30);
        // both axes end at the whole, so that the line ends at the height of all bars together
        drawing.y_axis().set_num_format(unit.axis()).set_min(0).set_max(unit.value(sum));
        let mut second = Drawing::new(ChartType::Line);
        let series = source.series(&mut second, shares);
        line(series, 1);
        series.set_secondary_axis(true);
        drawing.y2_axis().set_num_format("0%").set_min(0).set_max(1).set_major_gridlines(false);
        drawing.combine(&second);
        drawing.legend().set_position(ChartLegendPosition::Bottom);
        Some((drawing, HIGH))
    }

    /// Writes the numbers that stand in no table, on a sheet that nobody needs to see.
    pub(super) fn chart_data(&mut self) -> Result<(), RenderError> {
        let (name, blocks) = (self.data_name.clone(), std::mem::take(&mut self.blocks).blocks);
        if blocks.is_empty() {
            return Ok(());
        }
        let mut sheet = Worksheet::new();
        sheet.set_name(&name)?.set_hidden(true);
        for Block { at, names, columns } in blocks {
            for (row, name) in (1_u32..).zip(&names) {
                sheet.write_string(row, at, name)?;
            }
            for (column, (heading, format, values)) in (at + 1..).zip(&columns) {
                sheet.write_string(0, column, heading)?;
                let look = self.looks.of(Kind::PLAIN, format);
                for (row, value) in (1_u32..).zip(values) {
                    if let Some(value) = value {
                        sheet.write_number_with_format(row, column, *value, look)?;
                    }
                }
            }
        }
        self.workbook.push_worksheet(sheet);
        Ok(())
    }
}

impl Blocks {
    /// Keeps columns, and says where they will stand.
    fn put<'h>(
        &mut self,
        sheet: &'h str,
        names: Vec<String>,
        columns: Vec<(String, String, Vec<Option<f64>>)>,
    ) -> (Source<'h>, Vec<u16>) {
        let at = self.column;
        let last = u32::try_from(names.len()).unwrap_or(1).max(1);
        let places: Vec<u16> = (at + 1..).take(columns.len()).collect();
        self.column = places.last().map_or(at, |last| *last) + 2;
        self.blocks.push(Block { at, names, columns });
        (Source { sheet, rows: (1, last), names: at }, places)
    }
}

/// In what the numbers of a chart are counted, and how they are written.
#[derive(Clone, Copy)]
struct Unit {
    kind: ColumnType,
    telling: Telling,
}

impl Unit {
    /// A number of a picture as the cells have it.
    fn value(self, number: f64) -> f64 {
        match self.kind {
            ColumnType::Percent => number / 100.0,
            ColumnType::Minutes => self.telling.duration(number),
            _ => number,
        }
    }

    fn column(self, heading: &str, values: &[Option<f64>]) -> (String, String, Vec<Option<f64>>) {
        let format = self.telling.format_of_type(self.kind).unwrap_or_default();
        (heading.to_owned(), format, values.iter().map(|value| value.map(|value| self.value(value))).collect())
    }

    /// How the numbers beside an axis are written.
    fn axis(self) -> String {
        match self.kind {
            ColumnType::Percent => "0%".to_owned(),
            ColumnType::Count | ColumnType::Money => "#,##0".to_owned(),
            ColumnType::Decimal => "General".to_owned(),
            kind => self.telling.format_of_type(kind).unwrap_or_default(),
        }
    }
}

fn colour(at: usize) -> Color {
    Color::RGB(COLOURS[at % COLOURS.len()])
}

fn bar(series: &mut ChartSeries, at: usize) {
    series.set_format(ChartSolidFill::new().set_color(colour(at))).set_gap(60);
}

fn line(series: &mut ChartSeries, at: usize) {
    let mut line = ChartLine::new();
    line.set_color(colour(at)).set_width(2).set_dash_type(DASHES[at % DASHES.len()]);
    let mut marker = ChartMarker::new();
    marker.set_type(MARKS[at % MARKS.len()]).set_size(6).set_format(ChartSolidFill::new().set_color(colour(at)));
    series.set_format(ChartFormat::new().set_line(&line)).set_marker(&marker);
}

/// A text that is not taken for a reference to cells.
fn literal(text: &str) -> String {
    short(text).trim_start_matches('=').replace('!', "！")
}
