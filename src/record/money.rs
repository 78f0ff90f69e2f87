//! Amounts: exact decimals, within limits that let the index store them as integers.

pub use crate::bounds::AMOUNT as MAX_AMOUNT;
use rust_decimal::Decimal;

use super::ValueError;

const MONEY_SCALE: u32 = 2;
const DECIMAL_SCALE: u32 = 6;
/// How many digits are read before the point, and after it.
const MAX_DIGITS: usize = 20;

/// Reads an amount in the book's currency with at most two decimals, such as `5000.00`.
///
/// # Errors
/// If it is not a decimal number, has more than two decimals, or is beyond [`MAX_AMOUNT`].
pub fn parse_money(text: &str) -> Result<Decimal, ValueError> {
    let mut amount = parse_scaled(text, MONEY_SCALE, ValueError::Money)?;
    amount.rescale(MONEY_SCALE);
    Ok(amount)
}

/// Reads a number with at most six decimals, such as `0.125`.
///
/// # Errors
/// If it is not a decimal number, has more than six decimals, or is beyond [`MAX_AMOUNT`].
pub fn parse_decimal(text: &str) -> Result<Decimal, ValueError> {
    parse_scaled(text, DECIMAL_SCALE, ValueError::Decimal)
}

/// An amount as it is stored: with two decimals, `5000.00`.
pub fn show_money(amount: Decimal) -> String {
    let mut amount = amount;
    amount.rescale(MONEY_SCALE);
    amount.to_string()
}

/// An amount that people typed (`¥3万`, `1.5万元`) as plain digits: signs of the currency go, and 千, 万 and 亿 are
/// multiplied out. Text that is not such an amount stays as it is.
pub fn typed_amount(text: &str) -> String {
    let (sign, bare) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let bare = bare.strip_prefix('¥').unwrap_or(bare).trim();
    let bare = bare.strip_suffix('元').unwrap_or(bare).trim();
    let times = [('千', 1_000), ('万', 10_000), ('亿', 100_000_000)];
    let counted = times.into_iter().find_map(|(word, times)| {
        let number = parse_scaled(bare.strip_suffix(word)?.trim(), DECIMAL_SCALE, ValueError::Decimal).ok()?;
        Some((number * Decimal::from(times)).normalize().to_string())
    });
    format!("{sign}{}", counted.unwrap_or_else(|| bare.to_owned()))
}

/// Reads a number with at most so many decimals. `no` is the error of what is none.
fn parse_scaled(text: &str, scale: u32, no: fn(String) -> ValueError) -> Result<Decimal, ValueError> {
    let no = || no(text.to_owned());
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(part) || part.len() > MAX_DIGITS {
        return Err(no());
    }
    if whole.len() > MAX_DIGITS {
        return Err(ValueError::TooLarge(text.to_owned()));
    }
    let number = Decimal::from_str_exact(text).map_err(|_| no())?.normalize();
    match (number.abs() <= Decimal::from(MAX_AMOUNT), number.scale() <= scale) {
        (false, _) => Err(ValueError::TooLarge(text.to_owned())),
        (true, false) => Err(no()),
        (true, true) => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_decimal, parse_money, show_money, typed_amount};

    #[test]
    fn what_is_beyond_the_bound_is_said_to_be() {
        for text in ["9999999999999999", "1000000000000.01", "-1000000000001", "123456789012345678901"] {
            for error in [parse_money(text).unwrap_err(), parse_decimal(text).unwrap_err()] {
                assert!(error.to_string().contains("at most 1000000000000.00"), "{error}");
            }
        }
        for text in ["1000000000000.00", "0.10"] {
            assert!(parse_money(text).is_ok(), "{text}");
        }
        assert!(parse_money("0.001").unwrap_err().to_string().contains("two decimals"));
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, plain) in [
            ("3万", "30000"),
            ("¥1.5万元", "15000"),
            ("-2千", "-2000"),
            ("0.3亿", "30000000"),
            ("5,000元", "5,000"),
            ("3万5", "3万5"),
            ("万", "万"),
            ("3万万", "3万万"),
        ] {
            assert_eq!(typed_amount(text), plain, "{text}");
        }
    }

    #[test]
    fn amounts_are_exact_and_bounded() {
        for (text, stored) in [("5000", "5000.00"), ("0.5", "0.50"), ("-12.30", "-12.30"), ("5000.100", "5000.10")] {
            assert_eq!(parse_money(text).map(show_money), Ok(stored.to_owned()), "{text}");
        }
        for text in ["", "1e3", "5,000", "0.001", ".5", "5.", "+1", "1_000", "9999999999999", "NaN", "１"] {
            assert!(parse_money(text).is_err(), "{text}");
        }
        assert_eq!(parse_decimal("0.1250").map(|n| n.to_string()), Ok("0.125".to_owned()));
        assert!(parse_decimal("0.1234567").is_err());
    }
}
