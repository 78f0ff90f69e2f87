//! The arithmetic of figures: means, ranks, intervals, limits. It uses plain numbers, so tests can compare it with
//! published values.

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

/// The quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;
/// The distance of the limits of single values from their mean, in mean moving ranges (Wheeler: 3 / 1.128). As digits
/// and scale.
const LIMIT: (i64, u32) = (266, 2);
/// The limit of moving ranges, in mean moving ranges (Wheeler: D4 for two values). As digits and scale.
const RANGE_LIMIT: (i64, u32) = (327, 2);
/// How many points are needed to compute limits.
pub(super) const BASELINE: usize = 12;
/// The decimal places of intervals of shares.
const PLACES: u32 = 4;

/// The arithmetic mean; `None` if there are no values.
pub(in crate::report) fn mean(values: &[Decimal]) -> Option<Decimal> {
    let sum = values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value))?;
    sum.checked_div(Decimal::from(values.len()))
}

/// The 95 % interval of a mean: 1.96 standard errors to each side, rounded to two places. `None` if there are fewer
/// than two values.
pub(in crate::report) fn mean_interval(values: &[Decimal]) -> Option<[Decimal; 2]> {
    let middle = mean(values)?.to_f64()?;
    let n = values.len().to_f64().filter(|n| *n >= 2.0)?;
    let squares: f64 = values.iter().filter_map(Decimal::to_f64).map(|value| (value - middle).powi(2)).sum();
    let half = Z * (squares / (n - 1.0)).sqrt() / n.sqrt();
    let place = |value: f64| Some(Decimal::from_f64(value)?.round_dp(2));
    Some([place(middle - half)?, place(middle + half)?])
}

/// The median: the middle value, or the mean of the two middle values.
pub(super) fn median(values: &[Decimal]) -> Option<Decimal> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (middle, upper) = (sorted.len() / 2, *sorted.get(sorted.len() / 2)?);
    match sorted.len() % 2 {
        1 => Some(upper),
        _ => upper.checked_add(*sorted.get(middle - 1)?)?.checked_div(Decimal::TWO),
    }
}

/// The 90th percentile (nearest rank): the smallest value that at least nine of ten values do not exceed.
pub(super) fn p90(values: &[Decimal]) -> Option<Decimal> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * 9).div_ceil(10);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// The 95 % interval of the share `part` / `of` by Wilson's method, as fractions of one; `None` if `of` is zero.
pub(in crate::report) fn wilson(part: u64, of: u64) -> Option<[Decimal; 2]> {
    let (n, p) = (of.to_f64()?, part.to_f64()? / of.to_f64()?);
    if of == 0 {
        return None;
    }
    let z2 = Z * Z;
    let middle = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    Some([share((middle - half) / whole)?.max(Decimal::ZERO), share((middle + half) / whole)?.min(Decimal::ONE)])
}

/// The net promoter score, as a fraction between −1 and 1, and its 95 % interval by the adjusted Wald method. That
/// method adds three answers, three quarters of one to each end. `None` if there are no answers.
pub(in crate::report) fn recommend(promoters: u64, detractors: u64, answers: u64) -> Option<(Decimal, [Decimal; 2])> {
    if answers == 0 {
        return None;
    }
    let score = (Decimal::from(promoters) - Decimal::from(detractors)).checked_div(Decimal::from(answers))?;
    let n = answers.to_f64()? + 3.0;
    let (up, down) = ((promoters.to_f64()? + 0.75) / n, (detractors.to_f64()? + 0.75) / n);
    let middle = up - down;
    let half = Z * ((up + down - middle * middle) / n).sqrt();
    let [low, high] = [share(middle - half)?, share(middle + half)?];
    Some((score, [low.max(Decimal::NEGATIVE_ONE), high.min(Decimal::ONE)]))
}

/// The limits of a series of single values (XmR chart).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// The mean of the baseline.
    pub mean: Decimal,
    /// The mean minus 2.66 mean moving ranges.
    pub low: Decimal,
    /// The mean plus 2.66 mean moving ranges.
    pub high: Decimal,
    /// 3.27 mean moving ranges; a moving range above it is a signal.
    pub range: Decimal,
}

/// The limits from the first [`BASELINE`] values of a series; `None` if there are fewer.
pub(super) fn limits(values: &[Decimal]) -> Option<Limits> {
    let baseline = values.get(..BASELINE)?;
    let mean = mean(baseline)?;
    let ranges: Vec<Decimal> = baseline.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let moving = self::mean(&ranges)?;
    let by = |(number, places)| moving.checked_mul(Decimal::new(number, places));
    let (away, range) = (by(LIMIT)?, by(RANGE_LIMIT)?);
    Some(Limits { mean, low: mean.checked_sub(away)?, high: mean.checked_add(away)?, range })
}

fn share(of_one: f64) -> Option<Decimal> {
    Some(Decimal::from_f64(of_one)?.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::{limits, mean, median, p90, recommend, wilson};
    use rust_decimal::Decimal;

    fn numbers(of: &[i64]) -> Vec<Decimal> {
        of.iter().map(|number| Decimal::from(*number)).collect()
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    #[test]
    fn means_and_ranks() {
        assert_eq!((mean(&[]), median(&[]), p90(&[])), (None, None, None));
        let ten = numbers(&[10, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!((mean(&ten), median(&ten), p90(&ten)), (Some(decimal("5.5")), Some(decimal("5.5")), Some(9.into())));
        let eleven = numbers(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!((median(&eleven), p90(&eleven)), (Some(6.into()), Some(10.into())));
        assert_eq!(p90(&numbers(&[7])), Some(7.into()));
        assert_eq!(mean(&[Decimal::MAX, Decimal::MAX]), None);
    }

    /// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    #[test]
    fn intervals_of_shares_are_those_that_newcombe_published() {
        for (part, of, low, high) in [
            (81, 263, "0.2553", "0.3662"),
            (15, 148, "0.0624", "0.1605"),
            (0, 20, "0.0000", "0.1611"),
            (1, 29, "0.0061", "0.1718"),
        ] {
            assert_eq!(wilson(part, of), Some([decimal(low), decimal(high)]), "{part} of {of}");
        }
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(7, 7).map(|[_, high]| high), Some(Decimal::ONE));
    }

    /// Computed by hand from the published formula: 36 answers, 15 promoters, 9 detractors. With three answers added
    /// it is 15.75 and 9.75 of 39, so 0.1538 ± 1.96 · √((0.6538 − 0.0237) / 39).
    #[test]
    fn the_interval_of_a_net_promoter_score_is_the_adjusted_one() {
        let (score, [low, high]) = recommend(15, 9, 36).expect("there are answers");
        assert_eq!(score.round_dp(4), decimal("0.1667"));
        assert_eq!((low, high), (decimal("-0.0953"), decimal("0.4030")));
        assert_eq!(recommend(0, 0, 0), None);
        let (all, [_, high]) = recommend(4, 0, 4).expect("there are answers");
        assert_eq!((all, high <= Decimal::ONE), (Decimal::ONE, true));
    }

    /// Twelve points, by hand: the mean is 50 and all moving ranges are 2, so the limits are 50 ± 5.32, and 6.54 for
    /// the ranges.
    #[test]
    fn limits_are_those_of_the_first_twelve_points() {
        let mut series = numbers(&[49, 51, 49, 51, 49, 51, 49, 51, 49, 51, 49, 51]);
        assert_eq!(limits(&series[..11]), None);
        let twelve = limits(&series).expect("there are twelve");
        assert_eq!((twelve.mean, twelve.low, twelve.high), (decimal("50"), decimal("44.68"), decimal("55.32")));
        assert_eq!(twelve.range, decimal("6.54"));
        series.extend(numbers(&[90, 10]));
        assert_eq!(limits(&series), Some(twelve), "what comes later moves no limit");
    }
}
