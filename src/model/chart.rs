//! How a table is to be drawn. Formats that cannot draw leave the chart out: the table holds the numbers.

/// A way to draw a table: its first column names the rows, its columns of numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// A bar for each row.
    Bars,
    /// A bar for each row, stacked from the values of the row's columns.
    Stacked,
    /// A line through all rows for each column of numbers.
    Lines,
    /// Bars from the longest to the shortest, with a line for their cumulative share.
    Pareto,
    /// A heat map: the greater the number, the darker its cell.
    Heat,
    /// A line between control limits (XmR chart).
    Control,
}

impl Chart {
    /// Every way to draw.
    pub const ALL: [Chart; 6] = [Chart::Bars, Chart::Stacked, Chart::Lines, Chart::Pareto, Chart::Heat, Chart::Control];

    /// The column of a control chart that holds the mean of the baseline.
    pub const MEAN: &'static str = "mean";
    /// The column of a control chart that holds the lower limit.
    pub const LOW: &'static str = "low";
    /// The column of a control chart that holds the upper limit.
    pub const HIGH: &'static str = "high";
    /// The column of a control chart that says whether a value is a signal.
    pub const SIGNAL: &'static str = "signal";

    /// Whether it draws one figure alone.
    pub const fn is_of_one(self) -> bool {
        matches!(self, Chart::Pareto | Chart::Control)
    }

    /// Whether it adds its numbers up, so that rates and means have no place in it.
    pub const fn adds_up(self) -> bool {
        matches!(self, Chart::Pareto | Chart::Stacked)
    }

    /// The name in report files and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Chart::Bars => "bars",
            Chart::Stacked => "stacked",
            Chart::Lines => "lines",
            Chart::Pareto => "pareto",
            Chart::Heat => "heat",
            Chart::Control => "control",
        }
    }
}
