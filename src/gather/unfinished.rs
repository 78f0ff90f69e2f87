//! Records that somebody may still have to work on: those that are not closed, and closed ones with a deadline that
//! outlives their state.

use std::collections::BTreeSet;

use super::question::{bound, selected, unclosed};
use crate::book::index::Selection;
use crate::book::{BookError, View};
use crate::filter::Expr;
use crate::kind::{Kind, Mark};
use crate::record::{Class, Id, Record};

/// The records of a kind that somebody may still have to work on. They are not closed, or are closed while a deadline
/// may continue. Records in a resting state only count if the kind has deadlines that may run in it.
///
/// # Errors
/// If the index cannot be read.
pub fn owing(view: &View<'_>, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
    let states = kind.shape.states().iter().filter(|state| state.class != Class::Closed);
    let resting: Vec<&str> = states.clone().filter(|state| state.resting).map(|state| state.name.as_str()).collect();
    if resting.is_empty() || !kind.deadlines.is_empty() {
        return unfinished(view, kind);
    }
    match resting.len() == states.count() {
        true => Ok(BTreeSet::new()),
        false => selected(view, kind, &unclosed().is_not("state", resting)),
    }
}

/// The records of a kind that are not closed, and closed ones with a deadline that may continue.
///
/// # Errors
/// If the index cannot be read.
pub fn unfinished(view: &View<'_>, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
    let mut ids = selected(view, kind, &unclosed())?;
    ids.extend(outlived(view, kind)?);
    Ok(ids)
}

/// The same, as whole records.
///
/// # Errors
/// If the index cannot be read.
pub fn unfinished_records(view: &View<'_>, kind: &Kind) -> Result<Vec<Record>, BookError> {
    let filter = bound(view, kind, &unclosed())?;
    let mut found = view.index()?.select(&Selection::of(kind.name()).filtered(&filter))?;
    found.extend(view.index()?.records(&outlived(view, kind)?)?);
    Ok(found)
}

/// The closed records of a kind with a deadline that may still run: they are in a state that it outlives, and no stop
/// has followed its last start.
fn outlived(view: &View<'_>, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
    let mut found = BTreeSet::new();
    for deadline in kind.deadlines.iter().filter(|deadline| !deadline.outlives.is_empty()) {
        let mut filter = bound(view, kind, &Expr::every().is("state", &deadline.outlives))?;
        if let Some(when) = &deadline.when {
            filter = filter.and(&when.filter);
        }
        let selection = Selection::of(kind.name()).filtered(&filter);
        // events of this record do not show a start by a date or by another record
        let ids = match events(&deadline.starts) {
            Some([steps, states]) => {
                let [stops, stopping] = events(&deadline.stops).unwrap_or_default();
                view.index()?.unstopped(&selection, [&steps, &states], [&stops, &stopping])?
            }
            None => view.index()?.select_ids(&selection)?,
        };
        found.extend(ids);
    }
    Ok(found)
}

/// The steps and the states among the marks. `None` if a mark is neither.
fn events(marks: &[Mark]) -> Option<[Vec<&str>; 2]> {
    let (mut steps, mut states) = (Vec::new(), Vec::new());
    for mark in marks {
        match mark {
            Mark::Step(step) => steps.push(step.as_str()),
            Mark::State(state) => states.push(state.as_str()),
            Mark::Field(_) | Mark::Filled(..) | Mark::Becomes(_) | Mark::Linked { .. } | Mark::Needs(_) => return None,
        }
    }
    Some([steps, states])
}
