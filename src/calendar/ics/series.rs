//! The events of a file that stand: the latest version of each, without those that were cancelled or replaced, on every day on which they
//! recur.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::event::Event;
use super::recur::Budget;
use super::stamp::Covers;
use crate::locale::Label;
use crate::place::{Problem, Problems};

/// An event on the days that it covers once.
#[derive(Debug)]
pub(super) struct Occurrence<'e> {
    pub(super) event: &'e Event,
    pub(super) covers: Covers,
    /// Whether it comes from a rule without an end.
    pub(super) endless: bool,
}

impl Covers {
    /// The first day, and the day after the last.
    pub(super) fn days(self) -> (NaiveDate, NaiveDate) {
        match self {
            Covers::Days(from, until) | Covers::Time(from, until, _) => (from, until),
        }
    }

    /// The same, from another day on. `None` beyond the dates that there are.
    fn from(self, day: NaiveDate) -> Option<Covers> {
        let (from, until) = self.days();
        let until = day.checked_add_signed(until.signed_duration_since(from))?;
        Some(match self {
            Covers::Days(..) => Covers::Days(day, until),
            Covers::Time(_, _, seconds) => Covers::Time(day, until, seconds),
        })
    }
}

/// Every occurrence up to the last day known.
pub(super) fn occurrences<'e>(events: &'e [Event], last: NaiveDate, problems: &Problems) -> Vec<Occurrence<'e>> {
    let mut by_uid: BTreeMap<(&str, usize), Vec<&Event>> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        // an event without an id is one of its own
        let own = if event.uid.is_empty() { at + 1 } else { 0 };
        by_uid.entry((&event.uid, own)).or_default().push(event);
    }
    let mut budget = Budget::default();
    let mut found = Vec::new();
    for group in by_uid.values() {
        let standing = standing(group);
        let replaced: BTreeSet<NaiveDate> = group.iter().filter_map(|event| event.instead).collect();
        for event in standing {
            match each(event, &replaced, last, &mut budget) {
                Ok(more) => found.extend(more),
                Err(problem) => problems.push(problem),
            }
        }
    }
    found.sort_by_key(|occurrence| occurrence.event.place.line);
    found
}

/// The events of one id that hold.
fn standing<'e>(group: &[&'e Event]) -> Vec<&'e Event> {
    let (cancelled, mut live): (Vec<&Event>, Vec<&Event>) = group.iter().copied().partition(|event| event.cancelled);
    let masters = || group.iter().filter(|event| !event.cancelled && event.instead.is_none());
    let latest = masters().map(|event| event.sequence).max();
    let starts: BTreeSet<Option<NaiveDate>> = masters().map(|event| begin(event)).collect();
    live.retain(|event| event.instead.is_some() || Some(event.sequence) == latest);
    for cancel in cancelled {
        live.retain(|event| match (cancel.instead, event.instead) {
            (Some(day), instead) => instead != Some(day) || event.sequence > cancel.sequence,
            (None, _) if event.sequence != cancel.sequence => event.sequence > cancel.sequence,
            // an exporter may give every event the same id: one of another day stays
            (None, None) => starts.len() > 1 && cancel.covers.is_some() && begin(cancel) != begin(event),
            (None, Some(_)) => starts.len() > 1,
        });
    }
    let mut newest: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for event in &live {
        if let Some(day) = event.instead {
            let newest = newest.entry(day).or_insert(event.sequence);
            *newest = event.sequence.max(*newest);
        }
    }
    live.retain(|event| event.instead.is_none_or(|day| newest.get(&day) == Some(&event.sequence)));
    live
}

fn begin(event: &Event) -> Option<NaiveDate> {
    event.covers.map(|covers| covers.days().0)
}

fn each<'e>(
    event: &'e Event,
    replaced: &BTreeSet<NaiveDate>,
    last: NaiveDate,
    budget: &mut Budget,
) -> Result<Vec<Occurrence<'e>>, Problem> {
    let Some(covers) = event.covers else { return Ok(Vec::new()) };
    let (from, until) = covers.days();
    let refused = |message: Label| Problem::new(event.place.clone(), message);
    let mut days = match &event.rule {
        Some(rule) if event.instead.is_none() => rule.dates(from, last, budget).map_err(refused)?,
        _ => vec![from],
    };
    let endless = event.rule.as_ref().is_some_and(super::recur::Rule::is_endless);
    let recurring = days.len();
    days.extend(&event.more);
    budget.take(until.signed_duration_since(from).num_days(), days.len()).map_err(refused)?;
    let days = days
        .into_iter()
        .enumerate()
        .filter(|(_, day)| !event.except.contains(day) && (event.instead.is_some() || !replaced.contains(day)));
    let occurrence = |(at, day): (usize, NaiveDate)| {
        Some(Occurrence { event, covers: covers.from(day)?, endless: endless && at < recurring })
    };
    Ok(days.filter_map(occurrence).collect())
}
