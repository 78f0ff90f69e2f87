//! The events of a file that stand: the latest version of each, without those that were cancelled or replaced, on every
//! day on which they recur.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::event::Event;
use super::recur::{Budget, Rule};
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

/// After so many wrong events no further one is looked at.
const MOST_PROBLEMS: usize = 12;

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
    let before = problems.len();
    // a file of thousands of wrong entries is read no further: each of them takes its time
    for group in by_uid.values().take_while(|_| problems.len() < before + MOST_PROBLEMS) {
        let standing = standing(group);
        let replaced: BTreeSet<NaiveDate> = group.iter().filter_map(|event| event.instead).collect();
        let later: Vec<&Event> = group.iter().copied().filter(|event| event.later && event.cancelled).collect();
        let later: Vec<&Event> = standing.iter().copied().filter(|event| event.later).chain(later).collect();
        for event in standing {
            match each(event, (&replaced, &later), last, &mut budget) {
                Ok(more) => found.extend(more),
                Err(problem) => problems.push(problem),
            }
        }
    }
    found.sort_by_key(|occurrence| (occurrence.event.file, occurrence.event.place.line));
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
            (Some(day), Some(instead)) if cancel.later => instead < day || event.sequence > cancel.sequence,
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

/// The occurrences of an event. `replaced` are days of its series that have an event of their own. From the day of an
/// event in `later` on, the series is as that event says, or is over if that is a cancellation.
fn each<'e>(
    event: &'e Event,
    (replaced, later): (&BTreeSet<NaiveDate>, &[&'e Event]),
    last: NaiveDate,
    budget: &mut Budget,
) -> Result<Vec<Occurrence<'e>>, Problem> {
    let Some(covers) = event.covers else { return Ok(Vec::new()) };
    let (from, until) = covers.days();
    let refused = |message: Label| Problem::new(event.place.clone(), message);
    let alone = || Ok(vec![Occurrence { event, covers, endless: false }]);
    // on how many days a meeting stands says nothing
    if event.instead.is_some() || (!event.weighs() && later.iter().all(|other| !other.weighs())) {
        return alone();
    }
    let mut given = |rules: &[Rule]| -> Result<Vec<NaiveDate>, Label> {
        let each: Result<Vec<_>, Label> = rules.iter().map(|rule| rule.dates(from, last, budget)).collect();
        each.map(|dates| dates.concat())
    };
    let (mut days, mut except) = match (given(&event.rules), given(&event.except_rules)) {
        (Ok(days), Ok(except)) => (days, except),
        _ if !event.weighs() => return alone(),
        (Err(message), _) | (_, Err(message)) => return Err(refused(message)),
    };
    except.extend(&event.except);
    if event.rules.is_empty() {
        days.push(from);
    }
    let endless = event.rules.iter().any(Rule::is_endless);
    let recurring = days.len();
    days.extend(&event.more);
    budget.take(until.signed_duration_since(from).num_days(), days.len()).map_err(refused)?;
    let days = days.into_iter().enumerate().filter(|(_, day)| !except.contains(day) && !replaced.contains(day));
    let occurrence = |(at, day): (usize, NaiveDate)| {
        let endless = endless && at < recurring;
        let changed = later.iter().filter_map(|event| Some((event.instead?, *event))).filter(|(from, _)| *from <= day);
        match changed.max_by_key(|(from, _)| *from) {
            None => Some(Occurrence { event, covers: covers.from(day)?, endless }),
            Some((_, changed)) if changed.cancelled => None,
            Some((instead, changed)) => {
                let covers = changed.covers?;
                let moved = covers.days().0.checked_add_signed(day.signed_duration_since(instead))?;
                Some(Occurrence { event: changed, covers: covers.from(moved)?, endless })
            }
        }
    };
    Ok(days.filter_map(occurrence).collect())
}
