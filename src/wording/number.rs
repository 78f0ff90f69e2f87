//! Numbers and times as people write them in every language.

use chrono::{DateTime, FixedOffset, NaiveTime};
use rust_decimal::Decimal;

/// A number with its thousands set apart by commas: `-1,234,567.80`.
pub fn grouped(number: &Decimal) -> String {
    let plain = number.abs().to_string();
    let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, part)| (whole, Some(part)));
    let mut out = String::with_capacity(plain.len() + plain.len() / 3 + 1);
    if number.is_sign_negative() && !number.is_zero() {
        out.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// An amount with at least two decimals; further decimals are kept.
pub fn money(mut amount: Decimal) -> Decimal {
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount
}

/// An instant to the minute, on the clock of its own offset: `2026-11-24 17:30`.
pub fn minute(moment: &DateTime<FixedOffset>) -> String {
    moment.format("%Y-%m-%d %H:%M").to_string()
}

/// An instant by which something must be done: `2026-11-24 17:30`, or `2026-11-24 24:00` for the midnight at the end
/// of the day.
pub fn end(moment: &DateTime<FixedOffset>) -> String {
    match moment.date_naive().pred_opt() {
        Some(before) if moment.time() == NaiveTime::MIN => format!("{before} 24:00"),
        _ => minute(moment),
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        for (plain, shown) in [
            ("0.00", "0.00"),
            ("999.99", "999.99"),
            ("1000.00", "1,000.00"),
            ("-1234567.5", "-1,234,567.5"),
            ("-0", "0"),
            ("120", "120"),
        ] {
            assert_eq!(grouped(&plain.parse().expect("a decimal")), shown);
        }
    }
}
