//! Callbacks on days that come every year: a holiday, or a yearly day of a client.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use super::deal::Why;
use super::question::{Planned, Question, Unplanned, fits, taken};
use crate::calendar::{Span, Unit};
use crate::filter::Unanswered;
use crate::locale::Label;
use crate::policy::{Campaign, Rhythm};
use crate::record::{Fields, Record, Value, day_of_year};

/// The callbacks of campaigns that depend on days of the year, and the holidays that the calendar lacks.
#[derive(Default)]
pub(super) struct OfDays<'q> {
    pub(super) drawn: Vec<Planned<'q>>,
    pub(super) missing: Vec<(&'q str, i32)>,
}

/// The callbacks for holidays and anniversaries that are due before the end of the period, unless the day itself is
/// over. They are added to those of other campaigns.
pub(super) fn of_days<'q>(question: &Question<'q>, first: NaiveDate) -> Result<OfDays<'q>, Unplanned> {
    let calendar = question.calendar;
    let mut found = OfDays::default();
    for campaign in &question.policy.callbacks.campaigns {
        match &campaign.rhythm {
            Rhythm::Holiday { names, ahead } => {
                for name in names {
                    let mut days = Vec::new();
                    for day in calendar.holiday_starts(&name.value) {
                        days.extend(Day::of(question, first, day, *ahead)?);
                    }
                    let last = latest(question.period.until, *ahead);
                    let known = calendar.holiday_starts(&name.value);
                    // a calendar that ends with its holidays lacks those of the years behind its end
                    let asked = |year: i32| calendar.ends_with_holidays() || calendar.known().1.year() >= year;
                    let lacks = |year: &i32| asked(*year) && known.iter().all(|day| day.year() != *year);
                    found
                        .missing
                        .extend((first.year()..=last.year()).filter(lacks).map(|year| (name.value.as_str(), year)));
                    for client in question.clients.iter().filter(|_| !days.is_empty()) {
                        if !fits(question, campaign, client)? {
                            continue;
                        }
                        for day in &days {
                            let key =
                                format!("plan callbacks {} {} {} {}", campaign.name, client.id, name.value, day.day);
                            let occasion = Label::new(name.value.as_str(), name.value.as_str());
                            found.add(question, campaign, client, None, (*day, occasion, key))?;
                        }
                    }
                }
            }
            Rhythm::Anniversary { list, date, ahead } => {
                for client in question.clients {
                    let lines = match list {
                        Some(list) => client.get(*list).map(Value::elements).unwrap_or_default(),
                        None => &[],
                    };
                    let lines: Vec<Option<&Fields>> = match list {
                        Some(_) => lines
                            .iter()
                            .map(|line| if let Value::Group(line) = line { Some(line) } else { None })
                            .collect(),
                        None => vec![None],
                    };
                    let mut seen: BTreeMap<NaiveDate, usize> = BTreeMap::new();
                    for line in lines {
                        let value =
                            if list.is_some() { line.and_then(|line| line.get(*date)) } else { client.get(*date) };
                        let Some((begun, month, day)) = value.and_then(comes_round) else { continue };
                        for year in first.year()..=latest(question.period.until, *ahead).year() {
                            let day = Day::of(question, first, in_year(year, month, day), *ahead)?;
                            let Some(day) = day.filter(|_| begun.is_none_or(|begun| begun <= year)) else { continue };
                            if !fits(question, campaign, client)? {
                                continue;
                            }
                            let count = seen.entry(day.day).or_default();
                            *count += 1;
                            let key = format!("plan callbacks {} {} {} {count}", campaign.name, client.id, day.day);
                            found.add(question, campaign, client, line, (day, campaign.label.clone(), key))?;
                        }
                    }
                }
            }
            Rhythm::Every(_) | Rhythm::After { .. } => {}
        }
    }
    found.missing.sort_unstable();
    found.missing.dedup();
    Ok(found)
}

impl<'q> OfDays<'q> {
    /// Adds a callback, unless one with its key exists.
    fn add(
        &mut self,
        question: &Question<'q>,
        campaign: &'q Campaign,
        client: &Record,
        line: Option<&Fields>,
        (day, occasion, key): (Day, Label, String),
    ) -> Result<(), Unanswered> {
        if question.lookup.by_key(&key)?.is_none() {
            self.drawn.push(Planned {
                client: client.id.clone(),
                campaign,
                about: None,
                due: day.due,
                assignee: None,
                occasion: Some((occasion, day.day)),
                with: taken(campaign, client, line),
                why: Why::Nobody,
                has: 0,
                key,
            });
        }
        Ok(())
    }
}

/// A holiday or anniversary.
#[derive(Debug, Clone, Copy)]
struct Day {
    /// The day itself.
    day: NaiveDate,
    /// The working day on which the client is greeted: as long before the day as the campaign says, or earlier.
    due: NaiveDate,
}

impl Day {
    /// The day, and when the client is greeted. `None` if that is not before the end of the period, or if the day is
    /// over.
    fn of(
        question: &Question<'_>,
        first: NaiveDate,
        day: NaiveDate,
        ahead: Option<Span>,
    ) -> Result<Option<Self>, Unplanned> {
        let calendar = question.calendar;
        if day < first || calendar.known().1 < day {
            return Ok(None);
        }
        let mut due = match ahead {
            // 24:00 of the day before would be the beginning of that day
            Some(span) => {
                let start = calendar.zone().start_of_day(day) + TimeDelta::seconds(1);
                calendar.zone().date(calendar.before(start, span)?)
            }
            None => day,
        };
        while due > first && !calendar.is_workday(due)? {
            due = due.pred_opt().unwrap_or(due);
        }
        Ok((due < question.period.until).then_some(Day { day, due: due.max(first) }))
    }
}

/// The latest day whose callback may be due before the end of a period.
fn latest(until: NaiveDate, ahead: Option<Span>) -> NaiveDate {
    let days = ahead.map_or(0, |span| match span.unit {
        Unit::Weeks => u64::from(span.count) * 7,
        Unit::Months => u64::from(span.count) * 31,
        // a week has five working days, except around long holidays
        Unit::Workdays => u64::from(span.count) * 3 + 10,
        _ => u64::from(span.count),
    });
    until.checked_add_days(Days::new(days)).unwrap_or(until)
}

/// The year of a date, if it is known, its month and its day.
fn comes_round(value: &Value) -> Option<(Option<i32>, u32, u32)> {
    match value {
        Value::Date(date) => Some((Some(date.year()), date.month(), date.day())),
        Value::Text(text) => day_of_year(text),
        _ => None,
    }
}

/// The day in a year for a month and a day. In years without 29 February it is the 28th, so that nobody is greeted
/// too late.
fn in_year(year: i32, month: u32, day: u32) -> NaiveDate {
    let same = NaiveDate::from_ymd_opt(year, month, day);
    same.or_else(|| NaiveDate::from_ymd_opt(year, month, day.saturating_sub(1))).unwrap_or_default()
}
