//! Checks of a rule book that loads: what `redress policy check` says beyond the loader's problems.

mod calendar_days;
mod calendar_years;
mod idle_deadlines;
mod idle_steps;
mod keys;
mod labels;
mod labels_unique;
mod linked;
mod never_taken;
mod no_clock;
mod no_void;
mod open_rights;
mod opens_lacks;
mod retired;
mod sealed_twice;
mod staff_names;
mod unknown_holidays;
mod unknown_parts;
mod unread_files;
mod unused_roles;
mod vacant_posts;

use chrono::NaiveDate;

use self::keys::Keys;
use super::{Finding, Severity};
use crate::locale::Label;
use crate::place::{Place, Problem};
use crate::policy::{People, Policy, Sources};

/// A check of a rule book.
#[derive(Debug)]
pub struct Check {
    /// Its name, in kebab case.
    pub name: &'static str,
    severity: Severity,
    find: fn(&Rulebook<'_>, &mut Found),
}

/// A rule book, with everything else that its checks look at.
#[derive(Debug, Clone, Copy)]
pub struct Rulebook<'r> {
    /// The rule book.
    pub policy: &'r Policy,
    /// The files that it was loaded from, for the places of keys.
    pub sources: &'r Sources,
    /// The staff; empty if it is not known.
    pub people: &'r People,
    /// The day on which the rules are judged.
    pub today: NaiveDate,
}

impl<'r> Rulebook<'r> {
    /// The places of the keys of its files.
    fn keys(&self) -> Keys<'r> {
        Keys::of(self.sources)
    }
}

/// Every check, in the order of its findings.
pub static CHECKS: &[&Check] = &[
    &labels_unique::CHECK,
    &labels::CHECK,
    &retired::CHECK,
    &no_clock::CHECK,
    &no_void::CHECK,
    &never_taken::CHECK,
    &opens_lacks::CHECK,
    &idle_deadlines::CHECK,
    &idle_steps::CHECK,
    &open_rights::CHECK,
    &staff_names::CHECK,
    &vacant_posts::CHECK,
    &calendar_days::CHECK,
    &calendar_years::CHECK,
    &unknown_holidays::CHECK,
    &unknown_parts::CHECK,
    &unread_files::CHECK,
    &sealed_twice::CHECK,
    &unused_roles::CHECK,
];

/// What one check has found so far.
#[derive(Debug, Default)]
struct Found(Vec<(Place, Label)>);

impl Found {
    fn say(&mut self, place: &Place, message: impl Into<Label>) {
        self.0.push((place.clone(), message.into()));
    }
}

/// All findings of all checks in a rule book, in the order of the checks, then of file and line.
pub fn findings(rulebook: &Rulebook<'_>) -> Vec<Finding> {
    let mut all = Vec::new();
    for check in CHECKS {
        let mut found = Found::default();
        (check.find)(rulebook, &mut found);
        found.0.sort_by(|(a, _), (b, _)| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
        let finding = |(place, message)| Finding { check: check.name, severity: check.severity, place, message };
        all.extend(found.0.into_iter().map(finding));
    }
    all
}

/// What should be known of a rule book without anything being wrong in it: events that a calendar leaves out of its
/// files, and from November on that the next year's holidays are missing.
pub fn cautions(rulebook: &Rulebook<'_>) -> Vec<Problem> {
    calendar_days::left_out(rulebook).into_iter().chain(calendar_years::missing_next(rulebook)).collect()
}

#[cfg(test)]
mod tests;
