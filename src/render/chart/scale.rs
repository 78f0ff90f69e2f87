//! Converts numbers to positions in a picture, with round numbers at the ticks.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::locale::Lang;
use crate::model::{Cell, ColumnType};
use crate::render::words::words;

/// About how many ticks a scale has.
const TICKS: f64 = 5.0;
/// Numbers below this are near zero.
const NEAR_ZERO: Decimal = Decimal::from_parts(1, 0, 0, false, 1);
/// From this range on, in minutes, ticks are whole hours.
const IN_HOURS: f64 = 180.0;

/// A scale that begins and ends at a tick and always contains zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    step: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// The scale for these values, from position `from` to position `to`.
    pub(super) fn new(values: impl Iterator<Item = f64>, unit: ColumnType, [from, to]: [f64; 2]) -> Scale {
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let high = if high == low { low + 1.0 } else { high };
        let step = step((high - low) / TICKS, unit, high - low);
        Scale { low: (low / step).floor() * step, high: (high / step).ceil() * step, step, from, to }
    }

    /// The position of a value.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The values at which there is a tick.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round().to_usize().unwrap_or(0);
        (0..=count).map(|at| self.low + self.step * at.to_f64().unwrap_or(0.0)).collect()
    }
}

/// A round step of at least this size: 1, 2 or 5 times a power of ten. It is whole for counts, and in whole hours for
/// long times.
fn step(least: f64, unit: ColumnType, range: f64) -> f64 {
    let (whole, unit_size) = match unit {
        ColumnType::Count => (true, 1.0),
        ColumnType::Minutes if range > IN_HOURS => (true, 60.0),
        ColumnType::Minutes => (true, 1.0),
        _ => (false, 1.0),
    };
    let least = least / unit_size;
    let power = 10_f64.powf(least.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= least * 0.999);
    let round = round.unwrap_or(power * 10.0);
    let round = if whole { round.max(1.0).round() } else { round };
    round * unit_size
}

/// A number of a scale in words.
pub(super) fn said(value: f64, unit: ColumnType, lang: Lang) -> String {
    let Some(number) = Decimal::from_f64(value) else { return format!("{value:e}") };
    // a number near zero keeps two of its digits, so that it does not look like zero
    let places = |most: u32| match number.abs() < NEAR_ZERO {
        true => number.round_sf(2).unwrap_or(number).normalize(),
        false => number.round_dp(most).normalize(),
    };
    match unit {
        ColumnType::Minutes => words(&Cell::Minutes(number.round().to_i64().unwrap_or_default()), lang),
        ColumnType::Percent => format!("{}%", words(&Cell::Decimal(places(1)), lang)),
        _ => words(&Cell::Decimal(places(2)), lang),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, said};
    use crate::locale::Lang;
    use crate::model::ColumnType;

    #[test]
    fn ticks_are_round_and_span_the_values() {
        for (values, unit, ticks) in [
            (vec![3.0, 12.0], ColumnType::Count, "0 5 10 15"),
            (vec![1.0, 2.0], ColumnType::Count, "0 1 2"),
            (vec![0.0], ColumnType::Count, "0 1"),
            (vec![-4.0, 8.0], ColumnType::Count, "-5 0 5 10"),
            (vec![83.3], ColumnType::Percent, "0% 20% 40% 60% 80% 100%"),
            (vec![2_900.0], ColumnType::Minutes, "0 min 10 h 20 h 30 h 40 h 50 h"),
            (vec![90.0], ColumnType::Minutes, "0 min 20 min 40 min 1 h 1 h 20 min 1 h 40 min"),
            (vec![0.004], ColumnType::Decimal, "0 0.001 0.002 0.003 0.004"),
            (vec![-30.0, -5.0], ColumnType::Count, "-30 -20 -10 0"),
            (vec![1_234_567.0], ColumnType::Money, "0 500,000 1,000,000 1,500,000"),
        ] {
            let scale = Scale::new(values.iter().copied(), unit, [0.0, 100.0]);
            let told: Vec<String> = scale.ticks().into_iter().map(|tick| said(tick, unit, Lang::En)).collect();
            assert_eq!(told.join(" "), ticks, "{values:?}");
            assert!(values.iter().all(|value| (0.0..=100.0).contains(&scale.at(*value))), "{values:?}");
        }
    }
}
