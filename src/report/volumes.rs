//! The sales of a period, from the months in `policy/reports.toml`. Rates use them.

use chrono::{Datelike, Months};
use rust_decimal::Decimal;

use crate::calendar::Period;
use crate::policy::{Reporting, Volume};

/// The sales in the months of a period; `None` unless it consists of whole months and every one is given.
pub(super) fn sold(reports: &Reporting, period: &Period, part: impl Fn(&Volume) -> Option<Decimal>) -> Option<Decimal> {
    let (mut month, mut sum) = (period.from, Decimal::ZERO);
    if month.day() != 1 || period.until.day() != 1 {
        return None;
    }
    while month < period.until {
        let volume = reports.volumes.iter().find(|volume| volume.month == month)?;
        sum = sum.checked_add(part(volume)?)?;
        month = month.checked_add_months(Months::new(1))?;
    }
    Some(sum)
}

/// The sales of a period, in the book's currency.
pub(super) fn sales(reports: &Reporting, period: &Period) -> Option<Decimal> {
    sold(reports, period, |volume| volume.amount)
}
