//! A cell in words: numbers, dates and durations as people of a language read them. Text is not yet escaped for any
//! format.

use chrono::{DateTime, FixedOffset};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::locale::Lang;
use crate::locale::messages::{RenderText, WordingText};
use crate::model::{Cell, Ratio};
use crate::say;
pub use crate::wording::grouped;
pub(super) use crate::wording::money;
use crate::wording::{end, minute};

/// Shown in place of a share without a denominator.
const NONE: &str = "–";

/// The cell in words. Text of records is unchanged; the caller must escape it.
pub fn words(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Unknown => RenderText::Unknown.get(lang).to_owned(),
        Cell::Text(text) | Cell::Id(text) => text.clone(),
        Cell::Label(label) => label.get(lang).to_owned(),
        Cell::Count(count) => grouped(&Decimal::from(*count)),
        Cell::Decimal(number) => grouped(number),
        Cell::Money(amount) => grouped(&money(*amount)),
        Cell::Percent(ratio) => {
            percent(ratio, 1).map_or_else(|| NONE.to_owned(), |share| format!("{}%", grouped(&share)))
        }
        Cell::Date(date) => date.format("%Y-%m-%d").to_string(),
        Cell::Moment(moment) => minute(moment),
        Cell::End(moment) => end(moment),
        Cell::Minutes(minutes) => duration(*minutes, lang),
        Cell::Bool(true) => WordingText::Yes.get(lang).to_owned(),
        Cell::Bool(false) => WordingText::No.get(lang).to_owned(),
        Cell::List(cells) => {
            let separator = match lang {
                Lang::En => ", ",
                Lang::Zh => "、",
            };
            cells.iter().map(|cell| words(cell, lang)).collect::<Vec<_>>().join(separator)
        }
    }
}

/// A share in percent with this many decimals, rounded half up. `None` for a share of nothing.
pub(super) fn percent(ratio: &Ratio, places: u32) -> Option<Decimal> {
    let mut share = ratio.percent()?.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    share.rescale(places);
    Some(share)
}

/// An instant with its offset, to the second: `2026-11-22T09:31:00+08:00`.
pub(super) fn instant(moment: &DateTime<FixedOffset>) -> String {
    moment.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn duration(minutes: i64, lang: Lang) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    let (hours, minutes) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    let said = match (hours, minutes) {
        (0, _) => say!(lang, RenderText::Minutes, minutes = minutes),
        (_, 0) => say!(lang, RenderText::Hours, hours = hours),
        (_, _) => say!(lang, RenderText::HoursMinutes, hours = hours, minutes = minutes),
    };
    format!("{sign}{said}")
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::locale::{Label, Lang};
    use crate::model::Cell;
    use chrono::DateTime;
    use rust_decimal::Decimal;

    #[test]
    fn values_read_as_people_write_them() {
        let number = |text: &str| text.parse::<Decimal>().expect("a decimal");
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).expect("an instant");
        for (cell, en, zh) in [
            (Cell::Empty, "", ""),
            (Cell::Unknown, "unknown", "未知"),
            (Cell::Label(Label::new("accepted", "已受理")), "accepted", "已受理"),
            (Cell::Count(1234567), "1,234,567", "1,234,567"),
            (Cell::Count(-999), "-999", "-999"),
            (Cell::Count(i64::MIN), "-9,223,372,036,854,775,808", "-9,223,372,036,854,775,808"),
            (Cell::Money(number("5000")), "5,000.00", "5,000.00"),
            (Cell::Money(number("-0.5")), "-0.50", "-0.50"),
            (Cell::Money(number("-0")), "0.00", "0.00"),
            (Cell::Money(number("12.345")), "12.345", "12.345"),
            (Cell::Decimal(number("4.50")), "4.50", "4.50"),
            (Cell::percent(5, 6), "83.3%", "83.3%"),
            (Cell::percent(1, 1), "100.0%", "100.0%"),
            (Cell::percent(1, 2000), "0.1%", "0.1%"),
            (Cell::percent(0, 0), "–", "–"),
            (Cell::percent(7, 0), "–", "–"),
            (Cell::Moment(moment("2026-11-25T00:00:00+08:00")), "2026-11-25 00:00", "2026-11-25 00:00"),
            (Cell::End(moment("2026-11-25T00:00:00+08:00")), "2026-11-24 24:00", "2026-11-24 24:00"),
            (Cell::End(moment("2026-11-24T17:30:00+08:00")), "2026-11-24 17:30", "2026-11-24 17:30"),
            (Cell::Minutes(0), "0 min", "0分"),
            (Cell::Minutes(90), "1 h 30 min", "1小时30分"),
            (Cell::Minutes(-120), "-2 h", "-2小时"),
            (Cell::Bool(true), "yes", "是"),
            (vec!["a", "b"].into(), "a, b", "a、b"),
        ] {
            assert_eq!(words(&cell, Lang::En), en, "{cell:?}");
            assert_eq!(words(&cell, Lang::Zh), zh, "{cell:?}");
        }
    }
}
