//! A span of the civil calendar that is added to a date or time, or subtracted from it. `due` handles working days,
//! which need a calendar.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{Moment, Span, Unit, Zone};

/// A shift to later or earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shift {
    /// How much.
    pub span: Span,
    /// Whether it is subtracted.
    pub back: bool,
}

impl Shift {
    /// Whether the civil calendar alone gives the result.
    pub fn is_civil(self) -> bool {
        !matches!(self.span.unit, Unit::WorkMinutes | Unit::WorkHours | Unit::Workdays)
    }

    /// The date shifted by this span. `None` if the span does not consist of days, weeks or months, or if the date is
    /// outside of what records can hold.
    pub fn date(self, date: NaiveDate) -> Option<NaiveDate> {
        let days = |days: u64| match self.back {
            true => date.checked_sub_days(Days::new(days)),
            false => date.checked_add_days(Days::new(days)),
        };
        let count = self.span.count;
        let shifted = match self.span.unit {
            Unit::Days => days(u64::from(count)),
            Unit::Weeks => days(u64::from(count) * 7),
            Unit::Months if self.back => date.checked_sub_months(Months::new(count)),
            Unit::Months => date.checked_add_months(Months::new(count)),
            _ => None,
        };
        shifted.filter(|date| (0..=9999).contains(&date.year()))
    }

    /// The moment shifted by this span. Days, weeks and months keep the time of day.
    pub fn moment(self, at: Moment, zone: Zone) -> Option<Moment> {
        let wall = zone.wall(at);
        let minutes = match self.span.unit {
            Unit::Minutes => i64::from(self.span.count),
            Unit::Hours => i64::from(self.span.count) * 60,
            _ => return Some(zone.first_at(self.date(wall.date())?.and_time(wall.time()))),
        };
        let shifted = at.checked_add_signed(TimeDelta::minutes(if self.back { -minutes } else { minutes }))?;
        Some(shifted).filter(|at| (0..=9999).contains(&at.year()))
    }
}

impl fmt::Display for Shift {
    /// The short form that can be read back: `+30d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.back { '-' } else { '+' }, self.span.short())
    }
}

#[cfg(test)]
mod tests {
    use super::Shift;
    use crate::calendar::Zone;

    #[test]
    fn months_and_days_keep_to_the_calendar() {
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        for (from, shift, expected) in [
            ("2026-01-31", "+1mo", "2026-02-28"),
            ("2026-03-31", "-1mo", "2026-02-28"),
            ("2026-03-01", "-1d", "2026-02-28"),
            ("2026-03-01", "+2w", "2026-03-15"),
            ("9999-12-31", "+1d", "-"),
            ("2026-03-01", "+2h", "-"),
        ] {
            let shift = Shift { span: shift[1..].parse().unwrap(), back: shift.starts_with('-') };
            let found = shift.date(from.parse().unwrap()).map_or("-".to_owned(), |date| date.to_string());
            assert_eq!(found, expected, "{from} {shift}");
        }
        let at = chrono::DateTime::parse_from_rfc3339("2026-01-31T23:30:00+08:00").unwrap();
        let moved = |text: &str| {
            let shift = Shift { span: text[1..].parse().unwrap(), back: text.starts_with('-') };
            shift.moment(at, zone).unwrap().to_rfc3339()
        };
        assert_eq!(moved("+1mo"), "2026-02-28T23:30:00+08:00");
        assert_eq!(moved("+1h"), "2026-02-01T00:30:00+08:00");
    }
}
