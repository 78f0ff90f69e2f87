//! The program's own questions: filters that are built from values and bound to a kind of the book.

use std::collections::BTreeSet;

use crate::book::index::Selection;
use crate::book::{BookError, View};
use crate::filter::{Expr, Filter, Scope, Unanswered};
use crate::kind::Kind;
use crate::record::{Class, Id};

/// Binds a filter to a kind.
///
/// # Errors
/// As [`Expr::ask`].
pub(super) fn bound(view: &View<'_>, kind: &Kind, terms: &Expr) -> Result<Filter, Unanswered> {
    let policy = view.policy();
    let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), view.now());
    terms.ask(kind.name(), policy, &scope)
}

/// The ids of the records of a kind that fit a filter.
///
/// # Errors
/// If the index cannot be read, and as [`bound`].
pub(super) fn selected(view: &View<'_>, kind: &Kind, terms: &Expr) -> Result<BTreeSet<Id>, BookError> {
    let filter = bound(view, kind, terms)?;
    let selection = Selection::of(kind.name()).filtered(&filter);
    Ok(view.index()?.select_ids(&selection)?.into_iter().collect())
}

/// "Not closed", written as a list of the other classes: an index finds these, while `!=` would look at every record.
pub(super) fn unclosed() -> Expr {
    let others = Class::ALL.into_iter().filter(|class| *class != Class::Closed);
    Expr::every().is("class", others.map(Class::name))
}
