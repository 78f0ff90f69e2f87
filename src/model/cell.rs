//! A typed value of a table.

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;

use crate::locale::Label;

use super::ColumnType;

/// A value as data: no format, no language.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value, and none is expected: a field that the record does not have.
    Empty,
    /// A value is expected but not known: a deadline outside the calendar, or sales that were not given.
    Unknown,
    /// Text from a record, untrusted, of any length.
    Text(String),
    /// An id, phone number or other code. Formats never cut or wrap it, and never treat it as a number.
    Id(String),
    /// A word of the policy or the catalogue.
    Label(Label),
    /// A number of things.
    Count(i64),
    /// Any other number, such as a score or a quantity.
    Decimal(Decimal),
    /// An amount in the book's currency.
    Money(Decimal),
    /// A share. Its two parts are kept; [`Ratio::percent`] divides them.
    Percent(Ratio),
    /// A civil date.
    Date(NaiveDate),
    /// A civil date (no time, no zone).
    Moment(DateTime<FixedOffset>),
    /// The instant by which something must be done. Midnight is shown as 24:00 of the day that ends.
    End(DateTime<FixedOffset>),
    /// A duration in minutes of working or elapsed time; the label says which. It is negative if something is late.
    Minutes(i64),
    /// Yes or no.
    Bool(bool),
    /// Several values of one type.
    List(Vec<Cell>),
}

/// A share, kept as its two parts. A reader can check it, and nothing divides by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// The part that is counted.
    pub numerator: Decimal,
    /// The whole, in the same unit as the part.
    pub denominator: Decimal,
}

impl Ratio {
    /// `numerator` out of `denominator`.
    pub fn new(numerator: impl Into<Decimal>, denominator: impl Into<Decimal>) -> Self {
        Ratio { numerator: numerator.into(), denominator: denominator.into() }
    }

    /// The share in percent, not rounded. `None` if the denominator is zero.
    pub fn percent(&self) -> Option<Decimal> {
        self.numerator.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(self.denominator)
    }
}

impl Cell {
    /// Untrusted text.
    pub fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    /// An id or code.
    pub fn id(id: impl ToString) -> Self {
        Cell::Id(id.to_string())
    }

    /// A number of things; [`Cell::Unknown`] if it does not fit in an `i64`.
    pub fn count(count: impl TryInto<i64>) -> Self {
        count.try_into().map_or(Cell::Unknown, Cell::Count)
    }

    /// A share.
    pub fn percent(numerator: impl Into<Decimal>, denominator: impl Into<Decimal>) -> Self {
        Cell::Percent(Ratio::new(numerator, denominator))
    }

    /// A value that must be there: `None` becomes [`Cell::Unknown`]. In `Cell::from(None)` it becomes
    /// [`Cell::Empty`].
    pub fn or_unknown(value: Option<impl Into<Cell>>) -> Self {
        value.map_or(Cell::Unknown, Into::into)
    }

    /// The cell as a number: durations in minutes, shares in percent. `None` for other types and for a share of
    /// nothing.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Cell::Count(count) | Cell::Minutes(count) => Some(Decimal::from(*count)),
            Cell::Decimal(number) | Cell::Money(number) => Some(*number),
            Cell::Percent(ratio) => ratio.percent(),
            _ => None,
        }
    }

    /// The type of column that holds this cell. `None` for empty and unknown cells, which fit into every column.
    pub fn type_of(&self) -> Option<ColumnType> {
        Some(match self {
            Cell::Empty | Cell::Unknown => return None,
            Cell::Text(_) => ColumnType::Text,
            Cell::Id(_) => ColumnType::Id,
            Cell::Label(_) => ColumnType::Label,
            Cell::Count(_) => ColumnType::Count,
            Cell::Decimal(_) => ColumnType::Decimal,
            Cell::Money(_) => ColumnType::Money,
            Cell::Percent(_) => ColumnType::Percent,
            Cell::Date(_) => ColumnType::Date,
            Cell::Moment(_) | Cell::End(_) => ColumnType::Moment,
            Cell::Minutes(_) => ColumnType::Minutes,
            Cell::Bool(_) => ColumnType::Bool,
            Cell::List(cells) => return cells.iter().find_map(Cell::type_of),
        })
    }
}

/// A row's cells from values: `cells![id, 3, Cell::Money(amount), Some(date)]`.
#[macro_export]
macro_rules! cells {
    ($($value:expr),* $(,)?) => { [$($crate::model::Cell::from($value)),*] };
}

macro_rules! from {
    ($($type:ty => $make:expr,)+) => {
        $(impl From<$type> for Cell {
            fn from(value: $type) -> Self {
                $make(value)
            }
        })+
    };
}

from! {
    String => Cell::Text,
    &str => Cell::text,
    Label => Cell::Label,
    &Label => |label: &Label| Cell::Label(label.clone()),
    i64 => Cell::Count,
    i32 => |count: i32| Cell::Count(count.into()),
    u32 => |count: u32| Cell::Count(count.into()),
    usize => Cell::count,
    Ratio => Cell::Percent,
    NaiveDate => Cell::Date,
    DateTime<FixedOffset> => Cell::Moment,
    bool => Cell::Bool,
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

impl<T: Into<Cell>> From<Vec<T>> for Cell {
    fn from(values: Vec<T>) -> Self {
        Cell::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;
    use rust_decimal::Decimal;

    #[test]
    fn a_share_of_nothing_has_no_percentage() {
        assert_eq!(Ratio::new(1, 4).percent(), Some(Decimal::from(25)));
        assert_eq!(Ratio::new(0, 0).percent(), None);
        assert_eq!(Ratio::new(3, 0).percent(), None);
        assert_eq!(Ratio::new(Decimal::MAX, 1).percent(), None);
    }
}
