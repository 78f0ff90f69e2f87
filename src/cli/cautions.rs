//! What a command says on the side so that nobody relies on more than is known.

use chrono::{Datelike, NaiveDate};

use super::context::Context;
use crate::calendar::Calendar;
use crate::label;
use crate::locale::messages::CliText;
use crate::policy::CALENDAR;

/// Warns, once for each year, where a date lies in a year whose holidays nobody has laid down yet.
pub(super) fn warn_of_year(context: &mut Context, calendar: &Calendar, date: NaiveDate) {
    if calendar.lacks_holidays_of(date) {
        let year = date.year();
        let text = label!(CliText::YearWithoutHolidays, calendar = calendar.name(), year = year, file = CALENDAR);
        context.out.warn("year-without-holidays", text);
    }
}
