//! Days before a commit that its calendars count otherwise, such as a forgotten holiday, and the deadlines whose
//! outcome that changes.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::alteration::{Alteration, is_of_calendar, is_rule};
use super::past::Past;
use crate::calendar::{Moment, Outcome};
use crate::lifecycle::{Lookup, Shown, deadlines_unheld};
use crate::policy::Policy;
use crate::record::Record;

/// Says of the changes of calendars among these which earlier days they change, and what follows. If no calendar is
/// among them, another change of the rules does that, such as of the time zone.
pub(super) fn tell(changes: &mut [Alteration], past: &Past<'_>, old: &Policy, new: &Policy, at: Moment) {
    let of_calendar = changes.iter().position(|change| is_of_calendar(&change.what));
    let of_rules = || changes.iter().position(|change| change.person.is_none() && is_rule(&change.what));
    let Some(first) = of_calendar.or_else(of_rules) else { return };
    let mut days: BTreeSet<NaiveDate> = BTreeSet::new();
    for calendar in new.calendars.iter() {
        if let Some(before) = old.calendars.get(calendar.name()) {
            days.extend(calendar.differing(before, at.date_naive()));
        }
    }
    if days.is_empty() {
        return;
    }
    let mut flips = Vec::new();
    for record in past.all() {
        let rules = past.rules(&record).ok().flatten();
        let rules = rules.as_deref().unwrap_or(old);
        let outcomes = |today: &Policy| outcomes(rules, today, &record, past, at);
        for (before, after) in outcomes(old).iter().zip(outcomes(new)) {
            if before.1 != after.1 {
                let (from, to) = (named(before.1), named(after.1));
                flips.push(format!("{} {}: {from} → {to}", record.id, before.0));
            }
        }
    }
    changes[first].days = days.into_iter().collect();
    changes[first].flips = flips;
}

fn outcomes(rules: &Policy, today: &Policy, record: &Record, past: &Past<'_>, at: Moment) -> Vec<(String, Outcome)> {
    let standings = deadlines_unheld(Shown::Now, rules, today, record, past, at).unwrap_or_default();
    standings.runs().map(|(standing, run)| (standing.deadline.name.clone(), run.outcome)).collect()
}

fn named(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Open => "open",
        Outcome::Met => "met",
        Outcome::Breached => "missed",
        Outcome::Unknown => "unknown",
        Outcome::Unset => "unset",
        Outcome::Dropped => "dropped",
    }
}
