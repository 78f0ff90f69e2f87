//! Checks of a rule book that loads: what `redress policy check` says beyond the loader's problems.

mod calendar_years;
mod labels;
mod labels_unique;
mod retired;
mod unused_roles;

use chrono::NaiveDate;

use super::{Finding, Severity};
use crate::locale::Label;
use crate::place::Place;
use crate::policy::Policy;

/// A check of a rule book.
#[derive(Debug)]
pub struct Check {
    /// Its name, in kebab case.
    pub name: &'static str,
    severity: Severity,
    /// Looks at the policy as of a day.
    find: fn(&Policy, NaiveDate, &mut Found),
}

/// Every check, in the order of its findings.
pub static CHECKS: &[&Check] =
    &[&labels_unique::CHECK, &labels::CHECK, &retired::CHECK, &calendar_years::CHECK, &unused_roles::CHECK];

/// What one check has found so far.
#[derive(Debug, Default)]
struct Found(Vec<(Place, Label)>);

impl Found {
    fn say(&mut self, place: &Place, message: impl Into<Label>) {
        self.0.push((place.clone(), message.into()));
    }
}

/// Everything that the checks find in a rule book, seen from a day; in the order of the checks, then of file and line.
pub fn findings(policy: &Policy, today: NaiveDate) -> Vec<Finding> {
    let mut all = Vec::new();
    for check in CHECKS {
        let mut found = Found::default();
        (check.find)(policy, today, &mut found);
        found.0.sort_by(|(a, _), (b, _)| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
        let finding = |(place, message)| Finding { check: check.name, severity: check.severity, place, message };
        all.extend(found.0.into_iter().map(finding));
    }
    all
}

#[cfg(test)]
mod tests;
