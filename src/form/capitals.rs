//! Amounts of money in Chinese financial capitals (大写金额), as finance writes them on certificates: 会计基础工作规范 §52.
//! Unlike digits, they cannot be changed with one stroke. This module computes no amounts.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
/// The places of a digit within its group of four.
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
/// The value of the group unit 亿: higher digits are multiples of it.
const HUNDRED_MILLION: u64 = 100_000_000;
const TEN_THOUSAND: u64 = 10_000;

/// An amount in capitals, such as 壹仟肆佰零玖元伍角整 for 1409.50. It ends in 整 unless it has fen. `None` if the amount has
/// fractions of a fen, or is 10^16 or more.
pub(super) fn capitals(amount: Decimal) -> Option<String> {
    let fen = amount.checked_mul(Decimal::ONE_HUNDRED)?.normalize();
    if fen.scale() > 0 {
        return None;
    }
    let total = fen.abs().to_u64().filter(|total| *total < 100 * HUNDRED_MILLION * HUNDRED_MILLION)?;
    let (yuan, jiao, fen) = (total / 100, total / 10 % 10, total % 10);
    let mut said = String::new();
    if amount.is_sign_negative() && total > 0 {
        said.push('负');
    }
    if yuan > 0 || total == 0 {
        said.push_str(&if yuan > 0 { whole(yuan) } else { DIGITS[0].to_string() });
        said.push('元');
    }
    // a zero in between is written: at the yuan before jiao, at the jiao before fen
    if yuan > 0 && (jiao > 0 && yuan % 10 == 0 || jiao == 0 && fen > 0) {
        said.push(DIGITS[0]);
    }
    if jiao > 0 {
        said.push(digit(jiao));
        said.push('角');
    }
    match fen {
        0 => said.push('整'),
        fen => {
            said.push(digit(fen));
            said.push('分');
        }
    }
    Some(said)
}

/// A whole number above zero.
fn whole(number: u64) -> String {
    let (above, eight) = (number / HUNDRED_MILLION, number % HUNDRED_MILLION);
    if above == 0 {
        return groups(eight);
    }
    let mut said = groups(above);
    said.push('亿');
    if eight > 0 {
        if eight < HUNDRED_MILLION / 10 {
            said.push(DIGITS[0]);
        }
        said.push_str(&groups(eight));
    }
    said
}

/// A number of up to eight digits, above zero.
fn groups(number: u64) -> String {
    let (above, four) = (number / TEN_THOUSAND, number % TEN_THOUSAND);
    let mut said = String::new();
    if above > 0 {
        said.push_str(&group(above));
        said.push('万');
        if four > 0 && four < TEN_THOUSAND / 10 {
            said.push(DIGITS[0]);
        }
    }
    if four > 0 {
        said.push_str(&group(four));
    }
    said
}

/// A number of up to four digits, above zero. Several zeros between digits are written once, zeros at the end not at
/// all.
fn group(number: u64) -> String {
    let mut said = String::new();
    let mut skipped = false;
    for (place, unit) in PLACES.iter().enumerate().rev() {
        let own = number / 10_u64.pow(u32::try_from(place).unwrap_or_default()) % 10;
        if own == 0 {
            skipped = !said.is_empty();
            continue;
        }
        if skipped {
            said.push(DIGITS[0]);
        }
        skipped = false;
        said.push(digit(own));
        said.push_str(unit);
    }
    said
}

fn digit(number: u64) -> char {
    DIGITS[usize::try_from(number % 10).unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::capitals;

    #[test]
    fn amounts_are_said_as_finance_writes_them() {
        for (amount, said) in [
            ("0", "零元整"),
            ("0.00", "零元整"),
            ("0.01", "壹分"),
            ("0.05", "伍分"),
            ("0.10", "壹角整"),
            ("0.56", "伍角陆分"),
            ("1", "壹元整"),
            ("1.50", "壹元伍角整"),
            ("1.05", "壹元零伍分"),
            ("10", "壹拾元整"),
            ("10.50", "壹拾元零伍角整"),
            ("15", "壹拾伍元整"),
            ("100", "壹佰元整"),
            ("101", "壹佰零壹元整"),
            ("110", "壹佰壹拾元整"),
            ("1000", "壹仟元整"),
            ("1001", "壹仟零壹元整"),
            ("1010", "壹仟零壹拾元整"),
            ("1100.10", "壹仟壹佰元零壹角整"),
            // the examples of 正确填写票据和结算凭证的基本规定
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
            ("107000.53", "壹拾万柒仟元零伍角叁分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("325.04", "叁佰贰拾伍元零肆分"),
            ("10000", "壹万元整"),
            ("10001", "壹万零壹元整"),
            ("10010", "壹万零壹拾元整"),
            ("10100", "壹万零壹佰元整"),
            ("11000", "壹万壹仟元整"),
            ("100500", "壹拾万零伍佰元整"),
            ("1000000", "壹佰万元整"),
            ("10010000", "壹仟零壹万元整"),
            ("20300000", "贰仟零叁拾万元整"),
            ("30000300", "叁仟万零叁佰元整"),
            ("100000000", "壹亿元整"),
            ("100000001", "壹亿零壹元整"),
            ("100010000", "壹亿零壹万元整"),
            ("120000000", "壹亿贰仟万元整"),
            ("1000000001", "壹拾亿零壹元整"),
            ("1000000000000", "壹万亿元整"),
            ("1234567890123456.78", "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元柒角捌分"),
            ("-7200", "负柒仟贰佰元整"),
            ("-0.00", "零元整"),
        ] {
            let amount: Decimal = amount.parse().expect("an amount");
            assert_eq!(capitals(amount).as_deref(), Some(said), "{amount}");
        }
    }

    #[test]
    fn what_cannot_be_said_has_no_words() {
        for amount in ["0.001", "10000000000000000", "79228162514264337593543950335"] {
            assert_eq!(capitals(amount.parse().expect("an amount")), None, "{amount}");
        }
    }

    /// An amount that is read back by its digits and places is the original amount.
    #[test]
    fn what_is_said_is_read_back() {
        let mut amount: u64 = 1;
        for step in 0..4_000_u64 {
            amount = (amount.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step)) % 1_000_000_000_000_000_000;
            let fen = amount >> (step % 48);
            let said = capitals(Decimal::new(i64::try_from(fen).expect("18 digits"), 2)).expect("words");
            assert_eq!(read(&said), fen, "{said}");
            assert!(!said.contains("零零") && !said.contains("零万") && !said.contains("零亿"), "{said}");
        }
    }

    fn read(said: &str) -> u64 {
        let (yuan, rest) = said.split_once('元').unwrap_or(("", said));
        let mut fen = 0;
        let mut digit = 0;
        for c in rest.chars() {
            match super::DIGITS.iter().position(|known| *known == c) {
                Some(value) => digit = value as u64,
                None if c == '角' => fen += digit * 10,
                None if c == '分' => fen += digit,
                None => {}
            }
        }
        let part = |text: &str| {
            let mut sum = 0;
            let mut digit = 0;
            for c in text.chars() {
                match super::DIGITS.iter().position(|known| *known == c) {
                    Some(value) => digit = value as u64,
                    None => {
                        sum += digit
                            * match c {
                                '拾' => 10,
                                '佰' => 100,
                                _ => 1_000,
                            };
                        digit = 0;
                    }
                }
            }
            sum + digit
        };
        let eight = |text: &str| match text.split_once('万') {
            Some((above, below)) => part(above) * 10_000 + part(below),
            None => part(text),
        };
        let whole = match yuan.split_once('亿') {
            Some((above, below)) => eight(above) * 100_000_000 + eight(below),
            None => eight(yuan),
        };
        whole * 100 + fen
    }
}
