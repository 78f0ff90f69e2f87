//! What a calendar says of dates and instants that it does not know.

use chrono::NaiveDate;

use crate::label;
use crate::locale::Label;
use crate::locale::messages::TimeText;

/// A date or instant that the calendar does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// The calendar's name.
    pub calendar: String,
    /// The first date that it knows.
    pub first: NaiveDate,
    /// The last date that it knows.
    pub last: NaiveDate,
    /// The year that it ends before, since nobody has laid down that year's holidays yet.
    pub unlaid: Option<i32>,
}

impl Outside {
    /// What is wrong and what to do.
    pub fn label(&self) -> Label {
        match self.unlaid {
            Some(year) => label!(TimeText::Unlaid, calendar = self.calendar, year = year),
            None => label!(TimeText::Outside, calendar = self.calendar, first = self.first, last = self.last),
        }
    }
}

impl std::fmt::Display for Outside {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.label().en)
    }
}

impl std::error::Error for Outside {}
