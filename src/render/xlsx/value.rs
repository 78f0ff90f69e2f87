//! A cell as a workbook has it: a number with its format, or text. A number that Excel cannot hold exactly is text.

use chrono::{NaiveDate, NaiveDateTime, Timelike as _};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::locale::text::visible_lines;
use crate::model::{Cell, ColumnType, Table};
use crate::render::words::{money, words};
use crate::say;

/// The most UTF-16 units of a text in a cell.
pub(super) const MOST_UNITS: usize = 32_767;
/// Numbers from here on lose digits in Excel.
const EXACT: i64 = 1_000_000_000_000_000;
/// Text that is not taken for anything else, also when somebody types into the cell.
pub(super) const AS_TEXT: &str = "@";

/// What is written into a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Blank,
    Text(String),
    /// The number and how it is shown.
    Number(f64, String),
}

/// How the cells of a table are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Telling {
    pub lang: Lang,
    /// Durations are hours with a fraction: Excel shows no negative time.
    pub in_hours: bool,
}

impl Telling {
    /// How a column is told.
    pub(super) fn of_column(table: &Table, column: usize, lang: Lang) -> Self {
        let is_late = |cell: &Cell| matches!(cell, Cell::Minutes(minutes) if *minutes < 0);
        Telling { lang, in_hours: table.rows.iter().filter_map(|row| row.cells.get(column)).any(is_late) }
    }

    /// The cell as it is written.
    pub(super) fn value(self, cell: &Cell) -> Value {
        let text = || Value::Text(fitting(&visible_lines(&words(cell, self.lang)), self.lang));
        let number = match cell {
            Cell::Empty => return Value::Blank,
            Cell::Count(count) if count.abs() < EXACT => Decimal::from(*count).to_f64(),
            Cell::Decimal(number) => exact(number),
            Cell::Money(amount) => exact(&money(*amount)),
            Cell::Percent(ratio) => ratio.percent().and_then(|share| share.to_f64()).map(|share| share / 100.0),
            Cell::Date(date) => serial(date.and_time(chrono::NaiveTime::MIN)),
            Cell::Moment(moment) | Cell::End(moment) => serial(moment.naive_local()),
            Cell::Minutes(minutes) => {
                minutes.to_f64().filter(|_| minutes.abs() < EXACT).map(|minutes| self.duration(minutes))
            }
            _ => None,
        };
        number.map_or_else(text, |number| Value::Number(number, self.format_of(cell)))
    }

    /// Minutes as a workbook counts them: in days, or in hours.
    pub(super) fn duration(self, minutes: f64) -> f64 {
        minutes / if self.in_hours { 60.0 } else { 24.0 * 60.0 }
    }

    /// How the numbers of a column are shown.
    pub(super) fn format_of_type(self, kind: ColumnType) -> Option<String> {
        Some(match kind {
            ColumnType::Count => "#,##0".to_owned(),
            ColumnType::Money => decimal(2),
            ColumnType::Percent => "0.0%".to_owned(),
            ColumnType::Date => "yyyy-mm-dd".to_owned(),
            ColumnType::Moment => "yyyy-mm-dd hh:mm".to_owned(),
            ColumnType::Minutes => match (self.in_hours, self.lang) {
                (true, Lang::En) => "#,##0.00\" h\"".to_owned(),
                (true, Lang::Zh) => "#,##0.00\"小时\"".to_owned(),
                (false, Lang::En) => "[h]\" h \"mm\" min\"".to_owned(),
                (false, Lang::Zh) => "[h]\"小时\"mm\"分\"".to_owned(),
            },
            _ => return None,
        })
    }

    fn format_of(self, cell: &Cell) -> String {
        match cell {
            Cell::Decimal(number) => decimal(number.scale()),
            Cell::Money(amount) => decimal(money(*amount).scale()),
            cell => cell.type_of().and_then(|kind| self.format_of_type(kind)).unwrap_or_default(),
        }
    }
}

/// A number with so many decimal places.
fn decimal(places: u32) -> String {
    match places {
        0 => "#,##0".to_owned(),
        places => format!("#,##0.{}", "0".repeat(places.min(15) as usize)),
    }
}

/// A number, if Excel keeps every digit of it.
fn exact(number: &Decimal) -> Option<f64> {
    let digits = number.normalize().mantissa().unsigned_abs();
    (digits < EXACT.unsigned_abs().into()).then(|| number.to_f64()).flatten()
}

/// A day and time of day as Excel counts days. `None` before March 1900, where Excel counts a day that there was not,
/// and after 9999.
fn serial(wall: NaiveDateTime) -> Option<f64> {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let days = (wall.date() - first).num_days();
    let seconds = f64::from(wall.num_seconds_from_midnight());
    (61..=2_958_465).contains(&days).then(|| days.to_f64().map(|days| days + seconds / 86_400.0)).flatten()
}

/// A text that a cell can hold. One that is cut says so.
pub(super) fn fitting(text: &str, lang: Lang) -> String {
    let total = text.encode_utf16().count();
    if total <= MOST_UNITS {
        return text.to_owned();
    }
    let told = say!(lang, RenderText::TextCut, total = total);
    let room = MOST_UNITS - told.encode_utf16().count();
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > room
    });
    format!("{}{told}", &text[..end.map_or(text.len(), |(at, _)| at)])
}

#[cfg(test)]
mod tests {
    use super::{MOST_UNITS, Telling, Value};
    use crate::locale::Lang;
    use crate::model::Cell;
    use chrono::{DateTime, NaiveDate};
    use rust_decimal::Decimal;

    #[test]
    fn cells_are_numbers_where_nothing_is_lost() {
        let telling = Telling { lang: Lang::En, in_hours: false };
        let number = |text: &str| text.parse::<Decimal>().expect("a decimal");
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).expect("an instant");
        for (cell, value, format) in [
            (Cell::Count(1_234_567), 1_234_567.0, "#,##0"),
            (Cell::Money(number("12345.6")), 12_345.6, "#,##0.00"),
            (Cell::Money(number("12.345")), 12.345, "#,##0.000"),
            (Cell::Decimal(number("4.50")), 4.5, "#,##0.00"),
            (Cell::percent(1, 4), 0.25, "0.0%"),
            (Cell::Date(day("2026-11-30")), 46_356.0, "yyyy-mm-dd"),
            (Cell::Moment(moment("2026-11-30T12:00:00+08:00")), 46_356.5, "yyyy-mm-dd hh:mm"),
            (Cell::Minutes(90), 0.0625, "[h]\" h \"mm\" min\""),
        ] {
            assert_eq!(telling.value(&cell), Value::Number(value, format.to_owned()), "{cell:?}");
        }
        let hours = Telling { lang: Lang::Zh, in_hours: true };
        assert_eq!(hours.value(&Cell::Minutes(-90)), Value::Number(-1.5, "#,##0.00\"小时\"".to_owned()));
        for (cell, text) in [
            (Cell::text("=1+1"), "=1+1"),
            (Cell::id("0012345678901234567"), "0012345678901234567"),
            (Cell::Count(1_000_000_000_000_000), "1,000,000,000,000,000"),
            (Cell::Decimal(number("1234567890123456.78")), "1,234,567,890,123,456.78"),
            (Cell::Date(day("1899-12-31")), "1899-12-31"),
            (Cell::percent(1, 0), "–"),
            (Cell::Unknown, "unknown"),
            (Cell::Bool(true), "yes"),
            (Cell::text("a\u{1b}[2J\nb"), "a\\u{1b}[2J\nb"),
        ] {
            assert_eq!(telling.value(&cell), Value::Text(text.to_owned()), "{cell:?}");
        }
        assert_eq!(telling.value(&Cell::Empty), Value::Blank);
    }

    #[test]
    fn a_text_that_is_cut_says_so() {
        let Value::Text(cut) = (Telling { lang: Lang::En, in_hours: false }).value(&Cell::text("字".repeat(40_000)))
        else {
            panic!("text")
        };
        assert_eq!(cut.encode_utf16().count(), MOST_UNITS);
        assert!(cut.ends_with("40000 characters]"), "{}", &cut[cut.len() - 60..]);
    }
}
