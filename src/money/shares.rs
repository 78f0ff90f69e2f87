//! Division by largest remainder: shares are exact to the cent and always add up to the amount (RL3).

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Divides an amount in proportion to weights. Each share is rounded towards zero to the cent. The cents that are
/// left go to the largest remainders, of equal ones to the first. If all weights are zero, the shares are equal; a
/// negative weight counts as zero. The shares add up to the amount, rounded to the cent. Without weights the result
/// is empty.
pub fn split(amount: Decimal, weights: &[Decimal]) -> Vec<Decimal> {
    let cents = amount.checked_mul(Decimal::ONE_HUNDRED).and_then(|cents| cents.round().to_i128()).unwrap_or_default();
    let mut weights: Vec<u128> = weights.iter().map(|weight| units(*weight)).collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights.fill(1);
    }
    let whole = weights.iter().sum::<u128>().max(1);
    let total = cents.unsigned_abs();
    let mut shares: Vec<u128> = weights.iter().map(|weight| total * weight / whole).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    // the sort is stable, so of equal remainders the first comes first
    order.sort_by_key(|at| std::cmp::Reverse(total * weights[*at] % whole));
    let left = usize::try_from(total - shares.iter().sum::<u128>()).unwrap_or_default();
    order.into_iter().take(left).for_each(|at| shares[at] += 1);
    let money = |share: u128| {
        let share = i128::try_from(share).unwrap_or_default();
        Decimal::from_i128_with_scale(if cents < 0 { -share } else { share }, 2)
    };
    shares.into_iter().map(money).collect()
}

/// A weight in millionths.
fn units(weight: Decimal) -> u128 {
    let scaled = weight.checked_mul(Decimal::from(1_000_000));
    scaled.and_then(|scaled| scaled.round().to_u128()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::split;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn shares(amount: &str, weights: &[&str]) -> Vec<String> {
        let weights: Vec<Decimal> = weights.iter().map(|weight| weight.parse().expect("a number")).collect();
        split(amount.parse().expect("an amount"), &weights).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn cents_that_are_left_go_to_the_largest_remainders() {
        for (amount, weights, expected) in [
            ("100.00", &["1", "1", "1"][..], &["33.34", "33.33", "33.33"][..]),
            ("0.02", &["1", "1", "1"], &["0.01", "0.01", "0.00"]),
            ("1.00", &["1", "2"], &["0.33", "0.67"]),
            ("1000.00", &["70", "30"], &["700.00", "300.00"]),
            ("0.05", &["50", "30", "20"], &["0.03", "0.01", "0.01"]),
            ("0.10", &["60", "35", "5"], &["0.06", "0.04", "0.00"]),
            ("10.00", &["0", "0"], &["5.00", "5.00"]),
            ("10.00", &["0", "3"], &["0.00", "10.00"]),
            ("10.00", &["-5", "1"], &["0.00", "10.00"]),
            ("-100.00", &["1", "1", "1"], &["-33.34", "-33.33", "-33.33"]),
            ("0", &["2", "1"], &["0.00", "0.00"]),
            ("1000000000000.00", &["33.333333", "66.666667"], &["333333330000.00", "666666670000.00"]),
            ("5.00", &[], &[]),
        ] {
            assert_eq!(shares(amount, weights), expected, "{amount} {weights:?}");
        }
    }

    proptest! {
        #[test]
        fn shares_sum_to_what_is_shared_and_are_fair(
            cents in -1_000_000_000_000i64..100_000_000_000_000,
            weights in proptest::collection::vec(0i64..1_000_000_000, 1..120),
        ) {
            let amount = Decimal::new(cents, 2);
            let weights: Vec<Decimal> = weights.into_iter().map(|weight| Decimal::new(weight, 6)).collect();
            let shares = split(amount, &weights);
            prop_assert_eq!(shares.iter().sum::<Decimal>(), amount);
            let whole: Decimal = weights.iter().sum();
            for (share, weight) in shares.iter().zip(&weights).filter(|_| !whole.is_zero()) {
                let off = (share * whole - amount * weight).abs();
                prop_assert!(off <= whole * Decimal::new(1, 2), "{} is a cent or more off", share);
                prop_assert!(share.is_zero() || share.is_sign_negative() == amount.is_sign_negative());
            }
        }
    }
}
