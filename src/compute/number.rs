//! Arithmetic that never overflows and never loses a cent. If a result exceeds the largest amount of the book, there
//! is no value.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::record::{MAX_AMOUNT, Value};

/// Quantity times price, rounded half up to the cent. `None` beyond the largest amount.
pub(super) fn amount(quantity: Decimal, price: Decimal) -> Option<Decimal> {
    let exact = quantity.checked_mul(price)?;
    bounded(exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

/// The tax on an amount, rounded half up to the cent; `percent` is the rate.
pub(super) fn taxed(amount: Decimal, percent: Decimal) -> Option<Decimal> {
    let exact = amount.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
    bounded(exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

/// The sum of the values. `None` if one is missing, or if the sum exceeds the largest amount.
pub(super) fn sum(values: impl IntoIterator<Item = Option<Decimal>>) -> Option<Decimal> {
    values.into_iter().try_fold(Decimal::ZERO, |sum, value| bounded(sum.checked_add(value?)?))
}

/// The number plus `percent` of it. `None` beyond what a `Decimal` holds.
pub(super) fn raised(number: Decimal, percent: Decimal) -> Option<Decimal> {
    number.checked_add(number.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?)
}

fn bounded(number: Decimal) -> Option<Decimal> {
    (number.abs() <= Decimal::from(MAX_AMOUNT)).then_some(number)
}

/// An amount as a value.
pub(super) fn money(amount: Option<Decimal>) -> Option<Value> {
    amount.map(|mut amount| {
        amount.rescale(2);
        Value::Money(amount)
    })
}

/// A quantity as a value. A computed quantity has no more decimals than the quantities it was computed from.
pub(super) fn quantity(number: Option<Decimal>) -> Option<Value> {
    number.map(|number| Value::Decimal(number.normalize()))
}
