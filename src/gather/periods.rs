//! Which records belong to a period.

use std::collections::BTreeSet;

use super::question::{selected, unclosed};
use crate::book::index::EventQuery;
use crate::book::{BookError, View};
use crate::calendar::Period;
use crate::filter::Expr;
use crate::kind::Kind;
use crate::record::Id;

/// The records of a kind to which something happened in a period.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn touched(view: &View<'_>, kind: &Kind, period: &Period) -> Result<BTreeSet<Id>, BookError> {
    happened(view, kind, period, (&[], &[]))
}

/// The same for events of one of these steps that led to one of these states; an empty list means any.
pub(super) fn happened(
    view: &View<'_>,
    kind: &Kind,
    period: &Period,
    (steps, to): (&[&str], &[&str]),
) -> Result<BTreeSet<Id>, BookError> {
    let (from, until) = period.moments(view.policy().calendars.default().zone());
    let query = EventQuery { kind: Some(kind.name()), from: Some(from), until: Some(until), steps, to };
    Ok(view.index()?.touched(&query)?.into_iter().collect())
}

/// The records of a kind to which something happened in a period, or that may have been open in it.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn present(view: &View<'_>, kind: &Kind, period: &Period) -> Result<BTreeSet<Id>, BookError> {
    let mut ids = touched(view, kind, period)?;
    ids.extend(standing(view, kind, period)?);
    Ok(ids)
}

/// The records that may have been open in a period although nothing happened to them in it: those that are open now,
/// and those to which something happened later.
pub(super) fn standing(view: &View<'_>, kind: &Kind, period: &Period) -> Result<BTreeSet<Id>, BookError> {
    let opened = || Expr::every().between("opened", None, Some(period.last()));
    let mut ids = selected(view, kind, &unclosed().and(opened()))?;
    if period.until <= view.today() {
        let changed = Expr::every().between("changed", Some(period.until), None);
        ids.extend(selected(view, kind, &changed.and(opened()))?);
    }
    Ok(ids)
}
