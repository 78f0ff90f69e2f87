//! What kind of values a column holds.

/// The type of a column's values. Formats align, sort and type a column by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Untrusted text.
    Text,
    /// Ids and codes, never taken for numbers.
    Id,
    /// Words of the policy or the catalogue.
    Label,
    /// Numbers of things.
    Count,
    /// Other numbers.
    Decimal,
    /// Amounts in the book's currency.
    Money,
    /// Shares.
    Percent,
    /// Civil dates.
    Date,
    /// Instants.
    Moment,
    /// Durations in minutes.
    Minutes,
    /// Yes or no.
    Bool,
    /// A column of a query: every cell fits.
    Any,
}

impl ColumnType {
    /// The name that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            ColumnType::Text => "text",
            ColumnType::Id => "id",
            ColumnType::Label => "label",
            ColumnType::Count => "count",
            ColumnType::Decimal => "decimal",
            ColumnType::Money => "money",
            ColumnType::Percent => "percent",
            ColumnType::Date => "date",
            ColumnType::Moment => "moment",
            ColumnType::Minutes => "minutes",
            ColumnType::Bool => "bool",
            ColumnType::Any => "any",
        }
    }

    /// Whether formats align its values on the right.
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            ColumnType::Count | ColumnType::Decimal | ColumnType::Money | ColumnType::Percent | ColumnType::Minutes
        )
    }

    /// Whether formats may break its values into lines or cut them.
    pub const fn is_prose(self) -> bool {
        matches!(self, ColumnType::Text | ColumnType::Label | ColumnType::Any)
    }
}
