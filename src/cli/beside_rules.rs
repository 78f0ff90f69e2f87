//! What is wrong in the files that a rule book has beside its tables: templates of forms, and reports. They do not keep
//! a rule book from loading: one wrong template only stops the forms that use it.

use super::templates;
use crate::book::View;
use crate::calendar::Moment;
use crate::form::{Inside, Press};
use crate::place::Problem;
use crate::policy::{Policy, Sources};
use crate::report::language::Library;

/// What can be seen without filling anything in, so that it is fast. `policy check` also tries everything.
pub(super) fn unreadable(policy: &Policy, sources: &Sources, now: Moment) -> Vec<Problem> {
    let mut found = Press::read(&policy.forms, &Inside::default());
    found.extend(Library::of(sources, policy, now).problems().cloned());
    found
}

/// Everything that is wrong in the rule book as it lies in the working tree.
pub(super) fn on_disk(view: &View<'_>) -> Vec<Problem> {
    match view.rules_on_disk() {
        Ok((policy, sources)) => unreadable(&policy, &sources, view.now()),
        Err(problems) => problems,
    }
}

/// The same, with every form filled in on trial.
pub(super) fn tried_on_disk(view: &View<'_>) -> Vec<Problem> {
    let (policy, sources) = match view.rules_on_disk() {
        Ok(rules) => rules,
        Err(problems) => return problems,
    };
    let mut found = Press::check(&policy, &*templates::renderer(), view.now());
    found.extend(Library::of(&sources, &policy, view.now()).problems().cloned());
    found
}
