//! Figures: a number with what it means. Every figure prints its definition.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Cell, Ratio};
use crate::locale::Label;

/// A number by which somebody is judged, with its definition. A quotient also has its numerator and denominator.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Kebab-case name.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it means: `answered within the limit / due to be answered`.
    pub definition: Label,
    /// The number.
    pub value: Cell,
    /// The numerator of a quotient.
    pub numerator: Option<Part>,
    /// The denominator of a quotient.
    pub denominator: Option<Part>,
    /// What is shown beside it: an interval, the overdue part, the number of records that it was computed from.
    pub beside: Vec<Part>,
    /// The time that it is about, if that is not the report's period.
    pub period: Option<ReportPeriod>,
}

/// One side of a quotient.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What is counted.
    pub label: Label,
    /// How many, or how much.
    pub value: Cell,
}

impl Part {
    /// A part of a figure; `value` is a count, an amount or a number.
    pub fn new(label: impl Into<Label>, value: impl Into<Cell>) -> Self {
        Part { label: label.into(), value: value.into() }
    }

    fn number(&self) -> Option<Decimal> {
        match self.value {
            Cell::Count(count) | Cell::Minutes(count) => Some(count.into()),
            Cell::Decimal(number) | Cell::Money(number) => Some(number),
            _ => None,
        }
    }
}

impl Figure {
    /// A number that is not a quotient.
    pub fn new(
        name: impl Into<String>,
        label: impl Into<Label>,
        definition: impl Into<Label>,
        value: impl Into<Cell>,
    ) -> Self {
        Figure {
            name: name.into(),
            label: label.into(),
            definition: definition.into(),
            value: value.into(),
            numerator: None,
            denominator: None,
            beside: Vec::new(),
            period: None,
        }
    }

    /// A rate in percent. It is unknown if a part is unknown. A denominator of zero gives a share of nothing.
    pub fn rate(
        name: impl Into<String>,
        label: impl Into<Label>,
        definition: impl Into<Label>,
        [numerator, denominator]: [Part; 2],
    ) -> Self {
        let value = match (numerator.number(), denominator.number()) {
            (Some(over), Some(under)) => Cell::Percent(Ratio::new(over, under)),
            _ => Cell::Unknown,
        };
        Figure::quotient(Figure::new(name, label, definition, value), numerator, denominator)
    }

    /// An arithmetic mean of `count` values that add up to `sum`. Empty if there are no values. Durations are rounded
    /// to whole minutes, other numbers to two decimals, half up.
    pub fn mean(
        name: impl Into<String>,
        label: impl Into<Label>,
        definition: impl Into<Label>,
        [sum, count]: [Part; 2],
    ) -> Self {
        let value = match (sum.number(), count.number()) {
            (Some(_), Some(none)) if none.is_zero() => Cell::Empty,
            (Some(total), Some(values)) => total.checked_div(values).map_or(Cell::Unknown, |mean| match sum.value {
                Cell::Minutes(_) => Cell::or_unknown(whole(mean).map(Cell::Minutes)),
                Cell::Money(_) => Cell::Money(mean.round_dp_with_strategy(2, HALF_UP)),
                _ => Cell::Decimal(mean.round_dp_with_strategy(2, HALF_UP)),
            }),
            _ => Cell::Unknown,
        };
        Figure::quotient(Figure::new(name, label, definition, value), sum, count)
    }

    /// The same figure as a rate for every `per` of the denominator. With a `per` of 100 it is a share in percent,
    /// else a number with two decimals.
    #[must_use]
    pub fn per(self, numerator: Part, denominator: Part, per: u64) -> Self {
        let numbers = numerator.number().zip(denominator.number());
        let value = match (numbers, per) {
            (Some((over, under)), 100) => Cell::Percent(Ratio::new(over, under)),
            (Some((over, under)), per) => {
                let rate = over.checked_mul(per.into()).and_then(|over| over.checked_div(under));
                Cell::or_unknown(rate.map(|rate| Cell::Decimal(rate.round_dp_with_strategy(2, HALF_UP))))
            }
            (None, _) => Cell::Unknown,
        };
        Figure { value, ..self }.quotient(numerator, denominator)
    }

    fn quotient(self, numerator: Part, denominator: Part) -> Self {
        Figure { numerator: Some(numerator), denominator: Some(denominator), ..self }
    }

    /// Says that the figure is about another time than the report.
    #[must_use]
    pub fn over(mut self, period: ReportPeriod) -> Self {
        self.period = Some(period);
        self
    }
}

const HALF_UP: rust_decimal::RoundingStrategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;

fn whole(number: Decimal) -> Option<i64> {
    number.round_dp_with_strategy(0, HALF_UP).try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{Figure, Part};
    use crate::locale::Label;
    use crate::model::{Cell, Ratio};
    use rust_decimal::Decimal;

    fn part(value: impl Into<Cell>) -> Part {
        Part::new(Label::default(), value)
    }

    #[test]
    fn quotients_are_values_only_where_their_parts_are() {
        let rate = |over: Cell, under: Cell| {
            Figure::rate("r", Label::default(), Label::default(), [part(over), part(under)]).value
        };
        assert_eq!(rate(5.into(), 6.into()), Cell::Percent(Ratio::new(5, 6)));
        assert_eq!(rate(0.into(), 0.into()), Cell::Percent(Ratio::new(0, 0)));
        assert_eq!(rate(Cell::Money(Decimal::ONE), Cell::Unknown), Cell::Unknown);
    }

    #[test]
    fn means_keep_their_unit() {
        let mean =
            |sum: Cell, of: i64| Figure::mean("m", Label::default(), Label::default(), [part(sum), part(of)]).value;
        assert_eq!(mean(Cell::Minutes(91), 2), Cell::Minutes(46));
        assert_eq!(mean(Cell::Minutes(91), 0), Cell::Empty);
        assert_eq!(mean(Cell::Count(13), 3), Cell::Decimal(Decimal::new(433, 2)));
        assert_eq!(mean(Cell::Money(Decimal::ONE_HUNDRED), 3), Cell::Money(Decimal::new(3333, 2)));
        assert_eq!(mean(Cell::Unknown, 3), Cell::Unknown);
    }
}

/// Whole civil days, the first and the last one included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPeriod {
    /// As it is typed: `2026-10`, `2026-q3`.
    pub name: String,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}
