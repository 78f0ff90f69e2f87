//! Records that may need something from somebody: those that are not closed, and closed ones whose kind has a deadline that
//! outlives their state.

use std::collections::BTreeSet;

use super::question::{bound, selected, unclosed};
use crate::book::index::Selection;
use crate::book::{BookError, View};
use crate::filter::Expr;
use crate::kind::{Kind, Mark};
use crate::record::{Class, Id, Record};

/// The records of a kind that may need something from somebody. They are not closed, or closed while a deadline may run on. Their
/// state does not rest, or their kind has deadlines that may run in it all the same.
///
/// # Errors
/// The index cannot be read.
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

/// The records of a kind that are not closed, and closed ones for which a deadline may run on.
///
/// # Errors
/// The index cannot be read.
pub fn unfinished(view: &View<'_>, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
    let mut ids = selected(view, kind, &unclosed())?;
    ids.extend(outlived(view, kind)?);
    Ok(ids)
}

/// The same, whole.
///
/// # Errors
/// The index cannot be read.
pub fn unfinished_records(view: &View<'_>, kind: &Kind) -> Result<Vec<Record>, BookError> {
    let filter = bound(view, kind, &unclosed())?;
    let mut found = view.index()?.select(&Selection::of(kind.name()).filtered(&filter))?;
    found.extend(view.index()?.records(&outlived(view, kind)?)?);
    Ok(found)
}

/// The closed records of a kind for which a deadline may still run: of those in a state that it outlives the ones on whose
/// last start no stop followed.
fn outlived(view: &View<'_>, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
    let mut found = BTreeSet::new();
    for deadline in kind.deadlines.iter().filter(|deadline| !deadline.outlives.is_empty()) {
        let mut filter = bound(view, kind, &Expr::every().is("state", &deadline.outlives))?;
        if let Some(when) = &deadline.when {
            filter = filter.and(&when.filter);
        }
        let selection = Selection::of(kind.name()).filtered(&filter);
        // what starts by a date, or by another record, no event of this one tells
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

/// The steps and the states of marks. `None` if one is neither.
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
