//! Rules of recurring events (RFC 5545, RRULE), as far as whole days go: yearly, monthly, weekly, daily.
//!
//! Written here since the library for it brings the tables of the tz database as addresses, which every start of the
//! program would relocate; it is the oracle of the tests. BYWEEKNO and rules of hours, minutes and seconds are refused.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::lines::clean;
use super::stamp::Stamp;
use crate::bounds::{CALENDAR_DAYS, CALENDAR_DAYS_IN_ALL, CALENDAR_DAYS_LOOKED_AT};
use crate::calendar::Zone;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::CalendarText;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
}

/// A rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: u32,
    count: Option<u32>,
    until: Option<NaiveDate>,
    months: Vec<i32>,
    month_days: Vec<i32>,
    year_days: Vec<i32>,
    /// Weekdays, each with the number that it has in the month or year; 0 is every one.
    weekdays: Vec<(i32, Weekday)>,
    positions: Vec<i32>,
    week_start: Weekday,
}

/// How many days the events of a calendar may still look at, and give.
#[derive(Debug)]
pub(super) struct Budget {
    looks: usize,
    gives: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { looks: CALENDAR_DAYS_LOOKED_AT, gives: CALENDAR_DAYS_IN_ALL }
    }
}

impl Budget {
    /// Takes so many events of a length in days.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn take(&mut self, length: i64, count: usize) -> Result<(), Label> {
        let days = usize::try_from(length).unwrap_or_default().saturating_mul(count);
        let left = self.looks.checked_sub(days);
        self.looks = left.ok_or_else(|| label!(CalendarText::TooManyLooks, most = CALENDAR_DAYS_LOOKED_AT))?;
        Ok(())
    }

    /// Takes a day that a rule gives.
    ///
    /// # Errors
    /// There are too many.
    fn give(&mut self) -> Result<(), Label> {
        let left = self.gives.checked_sub(1);
        self.gives = left.ok_or_else(|| label!(CalendarText::TooManyInAll, most = CALENDAR_DAYS_IN_ALL))?;
        Ok(())
    }
}

impl Rule {
    /// Reads the value of RRULE.
    ///
    /// # Errors
    /// What cannot be read.
    pub(super) fn read(text: &str, zone: Zone) -> Result<Rule, Label> {
        let mut rule = Rule {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
        };
        let mut frequency = None;
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong = || label!(CalendarText::NoRule, text = clean(part));
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            let value = value.trim();
            let numbers = |most: i32| {
                let number = |text: &str| text.trim().parse::<i32>().ok().filter(|n| *n != 0 && n.abs() <= most);
                value.split(',').map(number).collect::<Option<Vec<_>>>().ok_or_else(wrong)
            };
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => {
                    frequency = Some(match value.to_ascii_uppercase().as_str() {
                        "YEARLY" => Frequency::Yearly,
                        "MONTHLY" => Frequency::Monthly,
                        "WEEKLY" => Frequency::Weekly,
                        "DAILY" => Frequency::Daily,
                        _ => return Err(wrong()),
                    });
                }
                "INTERVAL" => {
                    rule.interval = value.parse().ok().filter(|n| (1..=10_000).contains(n)).ok_or_else(wrong)?
                }
                "COUNT" => rule.count = Some(value.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?),
                "UNTIL" => rule.until = Some(Stamp::read(value, None).map_err(|_| wrong())?.date(zone)),
                "BYMONTH" => rule.months = numbers(12)?.into_iter().map(i32::abs).collect(),
                "BYMONTHDAY" => rule.month_days = numbers(31)?,
                "BYYEARDAY" => rule.year_days = numbers(366)?,
                "BYSETPOS" => rule.positions = numbers(366)?,
                "BYDAY" => rule.weekdays = value.split(',').map(numbered).collect::<Option<_>>().ok_or_else(wrong)?,
                "WKST" => rule.week_start = weekday(value).ok_or_else(wrong)?,
                // the hour of an all-day event says nothing
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {}
                name if name.starts_with("X-") => {}
                _ => return Err(wrong()),
            }
        }
        rule.frequency = frequency.ok_or_else(|| label!(CalendarText::NoRule, text = clean(text)))?;
        Ok(rule)
    }

    /// Whether it goes on for ever.
    pub(super) fn is_endless(&self) -> bool {
        self.count.is_none() && self.until.is_none()
    }

    /// The dates that the rule gives, from its start until the last day known.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn dates(
        &self,
        start: NaiveDate,
        last: NaiveDate,
        budget: &mut Budget,
    ) -> Result<Vec<NaiveDate>, Label> {
        let last = self.until.map_or(last, |until| until.min(last));
        let count = self.count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        let rule = self.filled(start);
        let mut found = Vec::new();
        let mut at = rule.period(start);
        while let Some((from, until)) = at.filter(|(from, _)| *from <= last) {
            budget.take(until.signed_duration_since(from).num_days(), 1)?;
            let days: Vec<NaiveDate> =
                from.iter_days().take_while(|day| *day < until).filter(|day| rule.has(*day)).collect();
            for day in rule.positioned(days).into_iter().filter(|day| *day >= start) {
                if day > last || found.len() == count {
                    return Ok(found);
                }
                found.push(day);
                budget.give()?;
                if found.len() > CALENDAR_DAYS {
                    return Err(label!(CalendarText::TooManyDays, most = CALENDAR_DAYS));
                }
            }
            at = rule.next(from);
        }
        Ok(found)
    }

    /// The rule with what its start says, where it says nothing itself.
    fn filled(&self, start: NaiveDate) -> Rule {
        let mut rule = self.clone();
        let says_days = !(self.month_days.is_empty() && self.year_days.is_empty() && self.weekdays.is_empty());
        let day = i32::try_from(start.day()).unwrap_or(1);
        match self.frequency {
            _ if says_days => {}
            Frequency::Yearly => {
                if rule.months.is_empty() {
                    rule.months = vec![i32::try_from(start.month()).unwrap_or(1)];
                }
                rule.month_days = vec![day];
            }
            Frequency::Monthly => rule.month_days = vec![day],
            Frequency::Weekly => rule.weekdays = vec![(0, start.weekday())],
            Frequency::Daily => {}
        }
        rule
    }

    /// The year, month, week or day around a date; its last day is exclusive.
    fn period(&self, date: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let from = match self.frequency {
            Frequency::Yearly => date.with_day(1)?.with_month(1)?,
            Frequency::Monthly => date.with_day(1)?,
            Frequency::Weekly => {
                let back = date.weekday().days_since(self.week_start);
                date.checked_sub_days(Days::new(u64::from(back)))?
            }
            Frequency::Daily => date,
        };
        Some((from, self.later(from, 1)?))
    }

    fn later(&self, from: NaiveDate, count: u32) -> Option<NaiveDate> {
        match self.frequency {
            Frequency::Yearly => from.checked_add_months(Months::new(12 * count)),
            Frequency::Monthly => from.checked_add_months(Months::new(count)),
            Frequency::Weekly => from.checked_add_days(Days::new(7 * u64::from(count))),
            Frequency::Daily => from.checked_add_days(Days::new(u64::from(count))),
        }
    }

    fn next(&self, from: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let from = self.later(from, self.interval)?;
        Some((from, self.later(from, 1)?))
    }

    fn has(&self, day: NaiveDate) -> bool {
        let month = i32::try_from(day.month()).unwrap_or_default();
        let (of_month, in_month) = (signed(day.day()), length_of_month(day));
        let (of_year, in_year) = (signed(day.ordinal()), if day.leap_year() { 366 } else { 365 });
        let is = |listed: &[i32], at: i32, length: i32| {
            listed.is_empty() || listed.contains(&at) || listed.contains(&(at - length - 1))
        };
        // a number counts within the month, where the rule speaks of months
        let by_month = self.frequency == Frequency::Monthly || !self.months.is_empty();
        let (at, length) = if by_month { (of_month, in_month) } else { (of_year, in_year) };
        let numbered = matches!(self.frequency, Frequency::Yearly | Frequency::Monthly);
        let (ahead, behind) = ((at - 1) / 7 + 1, -((length - at) / 7 + 1));
        let weekday = |(number, weekday): &(i32, Weekday)| {
            *weekday == day.weekday() && (!numbered || *number == 0 || *number == ahead || *number == behind)
        };
        (self.months.is_empty() || self.months.contains(&month))
            && is(&self.month_days, of_month, in_month)
            && is(&self.year_days, of_year, in_year)
            && (self.weekdays.is_empty() || self.weekdays.iter().any(weekday))
    }

    /// Those of a period's days whose places are named.
    fn positioned(&self, days: Vec<NaiveDate>) -> Vec<NaiveDate> {
        if self.positions.is_empty() {
            return days;
        }
        let length = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let named = |at: usize| {
            let at = i32::try_from(at).unwrap_or(i32::MAX - 1) + 1;
            self.positions.contains(&at) || self.positions.contains(&(at - length - 1))
        };
        days.into_iter().enumerate().filter(|(at, _)| named(*at)).map(|(_, day)| day).collect()
    }
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or_default()
}

fn length_of_month(day: NaiveDate) -> i32 {
    let first = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    first.and_then(|next| next.pred_opt()).map_or(31, |last| signed(last.day()))
}

/// `MO`, `4TH`, `-1FR`.
fn numbered(text: &str) -> Option<(i32, Weekday)> {
    let text = text.trim();
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let number = match number {
        "" => 0,
        number => number.parse::<i32>().ok().filter(|n| *n != 0 && n.abs() <= 53)?,
    };
    Some((number, weekday(name)?))
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.trim().to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeZone};
    use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_assume, prop_oneof, proptest};

    use super::{Budget, Rule};

    fn dates(rule: &str, start: &str, last: &str) -> Result<Vec<String>, String> {
        let rule = Rule::read(rule, "Asia/Shanghai".parse().unwrap()).map_err(|label| label.en.to_string())?;
        let found = rule.dates(start.parse().unwrap(), last.parse().unwrap(), &mut Budget::default());
        found.map(|dates| dates.iter().map(NaiveDate::to_string).collect()).map_err(|label| label.en.to_string())
    }

    #[test]
    fn rules_of_holidays() {
        for (rule, start, expected) in [
            ("FREQ=YEARLY", "2024-12-25", "2024-12-25 2025-12-25 2026-12-25"),
            ("FREQ=YEARLY;INTERVAL=2;COUNT=2", "2020-01-01", "2020-01-01 2022-01-01"),
            ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2024-11-01", "2024-11-28 2025-11-27 2026-11-26"),
            ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "2025-01-01", "2025-05-26 2026-05-25"),
            ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "2026-01-01", "2026-01-01 2026-07-01"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260401", "2026-01-01", "2026-01-31 2026-02-28 2026-03-31"),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", "2026-01-01", "2026-01-30 2026-02-27"),
            ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20260117T000000Z", "2026-01-01", "2026-01-03 2026-01-10 2026-01-17"),
            // the end lies at 00:00 of the day in Shanghai
            ("FREQ=DAILY;UNTIL=20260102T160000Z", "2026-01-01", "2026-01-01 2026-01-02 2026-01-03"),
            ("FREQ=DAILY;COUNT=3;X-NOTE=a;BYHOUR=0", "2026-01-01", "2026-01-01 2026-01-02 2026-01-03"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", ""),
            ("FREQ=YEARLY;BYYEARDAY=-1", "2025-01-01", "2025-12-31 2026-12-31"),
        ] {
            assert_eq!(dates(rule, start, "2026-12-31").unwrap().join(" "), expected, "{rule}");
        }
        for rule in [
            "",
            "FREQ=",
            "FREQ=HOURLY",
            "FREQ=SECONDLY",
            "COUNT=3",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;UNTIL=soon",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=YEARLY;BYWEEKNO=1",
            "FREQ=YEARLY;BYMONTH=13",
            "FREQ=YEARLY;BYDAY=XX",
            "FREQ=YEARLY;BYDAY=99MO",
            "FREQ=DAILY;FOO=1",
        ] {
            assert!(dates(rule, "2026-01-01", "2026-12-31").is_err(), "{rule}");
        }
        assert!(dates("FREQ=DAILY", "1900-01-01", "2199-12-31").unwrap_err().contains("20000"));
    }

    fn rule() -> impl Strategy<Value = String> {
        let weekday = || prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
        let months = prop_oneof![Just(String::new()), (1..13u32).prop_map(|n| format!(";BYMONTH={n}"))];
        let by_month = prop_oneof![
            Just(String::new()),
            prop_oneof![1..29i32, -28..-1i32].prop_map(|n| format!(";BYMONTHDAY={n}")),
            weekday().prop_map(|day| format!(";BYDAY={day}")),
            (prop_oneof![1..5i32, -4..0i32], weekday()).prop_map(|(n, day)| format!(";BYDAY={n}{day}")),
        ];
        let by_week =
            prop_oneof![Just(String::new()), (weekday(), weekday()).prop_map(|(a, b)| format!(";BYDAY={a},{b}"))];
        let body = prop_oneof![
            (Just("YEARLY"), months, by_month.clone()).prop_map(|(f, m, d)| format!("{f}{m}{d}")),
            (Just("MONTHLY"), Just(String::new()), by_month).prop_map(|(f, m, d)| format!("{f}{m}{d}")),
            (by_week, weekday()).prop_map(|(days, start)| format!("WEEKLY{days};WKST={start}")),
            Just("DAILY".to_owned()),
        ];
        (body, 1..4u32, 1..40u32, any::<bool>()).prop_map(|(body, interval, count, ends)| {
            let end = if ends { format!("COUNT={count}") } else { "UNTIL=20290501T000000Z".to_owned() };
            format!("FREQ={body};INTERVAL={interval};{end}")
        })
    }

    proptest! {
        #[test]
        fn dates_are_those_of_the_library(text in rule(), days in 0..800u64) {
            let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(days);
            let last = NaiveDate::from_ymd_opt(2035, 12, 31).unwrap();
            let ours = Rule::read(&text, "UTC".parse().unwrap()).unwrap().dates(start, last, &mut Budget::default()).unwrap();
            let zoned = rrule::Tz::UTC.from_utc_datetime(&start.and_hms_opt(0, 0, 0).unwrap());
            let rule = text.parse::<rrule::RRule<rrule::Unvalidated>>().unwrap().validate(zoned);
            prop_assume!(rule.is_ok());
            let set = rrule::RRuleSet::new(zoned).rrule(rule.unwrap()).limit();
            let theirs: Vec<NaiveDate> =
                set.all(10_000).dates.into_iter().map(|at| at.date_naive()).filter(|day| *day <= last).collect();
            prop_assert_eq!(ours, theirs, "{} from {}", text, start);
        }
    }
}
