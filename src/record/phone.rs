//! Phone numbers as they are compared.

use crate::locale::text::fold;

/// The country code that may be left out or written before a number. If it is written without `+` or `00`, the length
/// of the number tells.
const HOME: &str = "86";
const HOME_MOBILE: usize = 13;

/// The digits by which a phone number is compared. Width, spaces, brackets and dashes are removed, and so are the
/// country's own code (`+86`, `0086`) and the zero before an area. `+86 (571) 8888-6666` and `0571 88886666` are the
/// same.
pub fn phone_digits(phone: &str) -> String {
    let folded = fold(phone.trim());
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let abroad = folded.trim_start_matches(['(', ' ']).starts_with('+').then_some(digits.as_str());
    let abroad = abroad.or_else(|| digits.strip_prefix("00"));
    let national = match abroad {
        Some(abroad) => match abroad.strip_prefix(HOME) {
            Some(national) => national,
            None => return abroad.to_owned(),
        },
        None if digits.len() == HOME_MOBILE => match digits.strip_prefix(HOME) {
            Some(mobile) if mobile.starts_with('1') => mobile,
            _ => &digits,
        },
        None => &digits,
    };
    national.strip_prefix('0').unwrap_or(national).to_owned()
}

/// Whether a folded text can be a phone number.
pub fn is_phone(folded: &str) -> bool {
    folded.chars().any(|c| c.is_ascii_digit()) && folded.chars().all(|c| c.is_ascii_digit() || " +-()x转*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::{is_phone, phone_digits};

    #[test]
    fn the_same_number_has_the_same_digits() {
        for (digits, phones) in [
            (
                "13800000000",
                [
                    "13800000000",
                    "+86 138 0000 0000",
                    "0086-138-0000-0000",
                    "(+86)138-0000-0000",
                    "８６１３８００００００００",
                ]
                .as_slice(),
            ),
            (
                "57188886666",
                &[
                    "0571-88886666",
                    "+86 571 8888 6666",
                    "(0571) 8888 6666",
                    "0086（571）８８８８６６６６",
                    "+86 0571 88886666",
                ],
            ),
            ("493012345", &["+49 30 12345", "0049 30 12345"]),
            ("4008001234", &["400-800-1234", "+864008001234"]),
            ("57188886666801", &["0571-88886666转801", "0571-88886666 x801"]),
            ("12315", &["12315"]),
        ] {
            for phone in phones {
                assert_eq!(phone_digits(phone), digits, "{phone}");
            }
        }
    }

    #[test]
    fn texts_are_no_numbers() {
        assert!(is_phone("0571-88886666转801") && is_phone("+86 (571)"));
        assert!(!is_phone("") && !is_phone("-") && !is_phone("ks2026") && !is_phone("2026/1"));
    }
}
