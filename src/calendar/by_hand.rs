//! Turns dates and periods that people write by hand, such as `3月9日` or `2026年第三季度`, into the form that scripts
//! write. Nothing here reads a time.

use chrono::NaiveDate;

/// A date written by hand, such as `3月9日` or `2026/3/9`, in the form `2026-03-09`, followed by the rest of the text.
/// `None` if the text does not begin with such a date, or if the date does not exist.
pub(super) fn date(text: &str) -> Option<String> {
    let (first, mark, rest) = number(text)?;
    let (year, month, mark, rest) = match mark {
        '年' | '/' | '.' if first >= 1000 => {
            let (month, next, rest) = number(rest)?;
            (Some(first), month, (mark == '年', next), rest)
        }
        '月' => (None, first, (true, mark), rest),
        _ => return None,
    };
    let (day, rest) = match mark {
        (true, '月') => {
            let (day, mark, rest) = number(rest)?;
            (day, if matches!(mark, '日' | '号') { rest } else { return None })
        }
        (false, '/' | '.') => {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            (rest[..digits].parse().ok()?, &rest[digits..])
        }
        _ => return None,
    };
    // without a year, a leap year
    NaiveDate::from_ymd_opt(i32::try_from(year.unwrap_or(2000)).ok()?, month, day)?;
    let year = year.map(|year| format!("{year}-")).unwrap_or_default();
    let rest = rest.trim_start();
    let space = if rest.is_empty() { "" } else { " " };
    Some(format!("{year}{month:02}-{day:02}{space}{rest}"))
}

/// A year, half-year, quarter, month or date written by hand: `2026年`, `2026年上半年`, `2026年第三季度`, `2026年3月`,
/// `2026年3月9日`.
pub(super) fn period(text: &str) -> Option<String> {
    let (year, mark, rest) = number(text)?;
    if mark != '年' || year < 1000 {
        return None;
    }
    if rest.is_empty() {
        return Some(year.to_string());
    }
    if let Some(quarter) = quarter(rest) {
        return Some(format!("{year}-q{quarter}"));
    }
    match rest.trim() {
        "上半年" => return Some(format!("{year}-h1")),
        "下半年" => return Some(format!("{year}-h2")),
        _ => {}
    }
    match number(rest) {
        Some((month @ 1..=12, '月', "" | "份")) => Some(format!("{year}-{month:02}")),
        _ => date(text).filter(|date| !date.contains(' ')),
    }
}

/// `第三季度`, `三季度`, `3季度`.
fn quarter(text: &str) -> Option<usize> {
    let name = text.trim_start().trim_start_matches('第').strip_suffix("季度")?;
    let named = |names: [&str; 4]| names.iter().position(|known| *known == name);
    named(["一", "二", "三", "四"]).or_else(|| named(["1", "2", "3", "4"])).map(|at| at + 1)
}

/// The number of up to four digits at the start of a text, the character after it, and the rest.
fn number(text: &str) -> Option<(u32, char, &str)> {
    let text = text.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = text.get(..digits).filter(|digits| digits.len() <= 4)?.parse().ok()?;
    let mut rest = text[digits..].trim_start().chars();
    let mark = rest.next()?;
    Some((number, mark, rest.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{date, period};

    #[test]
    fn what_is_written_by_hand_is_put_into_the_form_that_is_taken() {
        for (text, expected) in [
            ("3月9日", Some("03-09")),
            ("12月31号", Some("12-31")),
            ("2026年3月9日", Some("2026-03-09")),
            ("2026 年 3 月 9 日", Some("2026-03-09")),
            ("2月29日", Some("02-29")),
            ("2026年2月29日", None),
            ("13月1日", None),
            ("2026/3/9", Some("2026-03-09")),
            ("2026.03.09", Some("2026-03-09")),
            ("3月9日下午5点", Some("03-09 下午5点")),
            ("2026/3/9 17:00", Some("2026-03-09 17:00")),
            ("3/9", None),
            ("3月", None),
            ("9日", None),
            ("20260309", None),
            ("", None),
            ("月9日", None),
        ] {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("2026年", Some("2026")),
            ("2026年3月", Some("2026-03")),
            ("2026年3月9日", Some("2026-03-09")),
            ("2026年3月份", Some("2026-03")),
            ("2026年第三季度", Some("2026-q3")),
            ("2026年4季度", Some("2026-q4")),
            ("2026年五季度", None),
            ("2026年13月", None),
            ("3月", None),
            ("年3月", None),
        ] {
            assert_eq!(period(text).as_deref(), expected, "{text}");
        }
    }
}
