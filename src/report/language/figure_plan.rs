//! What a figure of a report counts, after reading and binding.

use rust_decimal::Decimal;

use super::column::Column;
use crate::calendar::Span;
use crate::filter::{Reached, Rollup};
use crate::locale::Label;
use crate::place::Place;
use crate::record::{Computed, FieldId};

/// A number with its definition.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it means.
    pub means: Label,
    /// How it is computed.
    pub what: What,
    /// Where it is declared.
    pub place: Place,
}

/// How a figure is computed.
#[derive(Debug, Clone)]
pub enum What {
    /// The number of a set's members; the number is the index of the set.
    Count(usize),
    /// One number computed from many.
    Amount {
        /// Which number.
        how: How,
        /// From which values.
        of: Measure,
        /// From which set.
        set: usize,
    },
    /// A set's share of another set.
    Rate {
        /// The part.
        part: usize,
        /// The whole.
        of: usize,
    },
    /// Deadlines that were met, of those that ended and those that are overdue at the end.
    Met {
        /// The deadline.
        deadline: String,
        /// The records.
        set: usize,
    },
    /// The share of values that are filled in, of those that should be.
    Filled {
        /// The fields.
        fields: Vec<Column>,
        /// The records.
        set: usize,
    },
    /// The mean of scores.
    Score {
        /// The field.
        field: FieldId,
        /// The records.
        set: usize,
    },
    /// The net promoter score.
    Recommend {
        /// The field.
        field: FieldId,
        /// The records.
        set: usize,
        /// A client with at least this score is a promoter.
        promoters: u64,
        /// A client with at most this score is a detractor.
        detractors: u64,
    },
    /// A weighted sum of other figures, each with its weight.
    Weighted(Vec<(usize, Decimal)>),
    /// Open records by their age.
    Age {
        /// The upper ends of the bands; after the last one comes an open band.
        bands: Vec<Span>,
        /// The records.
        set: usize,
    },
}

impl What {
    /// Whether the numbers of several rows may be added up: counts and sums may, rates, means and medians may not.
    pub fn adds_up(&self) -> bool {
        matches!(self, What::Count(_) | What::Amount { how: How::Sum, .. } | What::Age { .. })
    }

    /// The sets from which the figure is computed; for a weighted figure, those of its parts.
    pub fn sets(&self, figures: &[Figure]) -> Vec<usize> {
        match self {
            What::Count(set)
            | What::Amount { set, .. }
            | What::Met { set, .. }
            | What::Filled { set, .. }
            | What::Score { set, .. }
            | What::Recommend { set, .. }
            | What::Age { set, .. } => vec![*set],
            What::Rate { part, of } => vec![*of, *part],
            What::Weighted(parts) => {
                let parts = parts.iter().filter_map(|(part, _)| figures.get(*part));
                parts.flat_map(|part| part.what.sets(figures)).collect()
            }
        }
    }
}

/// Which number is computed from many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The median.
    Median,
    /// The 90th percentile.
    P90,
    /// The maximum.
    Longest,
    /// The minimum.
    Shortest,
}

impl How {
    /// Every one, in the order of the documentation.
    pub const ALL: [How; 6] = [How::Sum, How::Mean, How::Median, How::P90, How::Longest, How::Shortest];

    /// The key in report files.
    pub const fn name(self) -> &'static str {
        match self {
            How::Sum => "sum",
            How::Mean => "mean",
            How::Median => "median",
            How::P90 => "p90",
            How::Longest => "longest",
            How::Shortest => "shortest",
        }
    }
}

/// Which values are used.
#[derive(Debug, Clone)]
pub enum Measure {
    /// A field, as a path into groups. Each value of a list counts.
    Field(Vec<FieldId>),
    /// A computed value.
    Computed(Box<Computed>),
    /// A rollup.
    Rollup(Box<Rollup>),
    /// A value of a record that the record refers to.
    Reached(Box<Reached>),
    /// The working time of a deadline's runs that ended in the period.
    Deadline(String),
    /// The working time for which a record stood in one of these states within the period, such as waiting for the
    /// client.
    Stood(Vec<String>),
}
