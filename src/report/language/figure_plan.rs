//! What a figure of a report counts, once it is read and bound.

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
    /// How it comes about.
    pub what: What,
    /// Where it is declared.
    pub place: Place,
}

/// How a figure comes about.
#[derive(Debug, Clone)]
pub enum What {
    /// The members of a set.
    Count(usize),
    /// A number from many.
    Amount {
        /// Which.
        how: How,
        /// Of what.
        of: Measure,
        /// Of whom.
        set: usize,
    },
    /// The share of a set in another.
    Rate {
        /// What is counted.
        part: usize,
        /// Of how many.
        of: usize,
    },
    /// Limits met of those that ended, with what is overdue at the end.
    Met {
        /// The deadline.
        deadline: String,
        /// The records.
        set: usize,
    },
    /// Values that are there of values asked for.
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
        /// From this score on somebody is a promoter.
        promoters: u64,
        /// Up to this score somebody is a detractor.
        detractors: u64,
    },
    /// Other figures, each with its weight.
    Weighted(Vec<(usize, Decimal)>),
    /// Open records by their age.
    Age {
        /// The upper ends of the bands; one more, open, follows the last.
        bands: Vec<Span>,
        /// The records.
        set: usize,
    },
}

impl What {
    /// The sets that the figure is made from; those of weighted figures are those of their parts.
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

/// Which number of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// All together.
    Sum,
    /// The arithmetic mean.
    Mean,
    /// The one in the middle.
    Median,
    /// What nine of ten do not exceed.
    P90,
    /// The greatest.
    Longest,
    /// The smallest.
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

/// What is added up or averaged.
#[derive(Debug, Clone)]
pub enum Measure {
    /// A field, as a path into groups; of a list each value counts.
    Field(Vec<FieldId>),
    /// A computed value.
    Computed(Box<Computed>),
    /// A rollup.
    Rollup(Box<Rollup>),
    /// A value of a record that the record names.
    Reached(Box<Reached>),
    /// The working time of the runs of a deadline that ended in the period.
    Deadline(String),
}
