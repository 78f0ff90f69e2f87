//! What the records of a book ask of people. `due` and `query` share it.

use super::failure::Failure;
use crate::book::View;
use crate::book::index::Holding;
use crate::filter::Filter;
use crate::gather::owing;
use crate::kind::Kind;
use crate::lifecycle::{Duty, Party};
use crate::record::Record;

/// A record with all that it asks for.
#[derive(Clone)]
pub(super) struct Owed {
    /// The record.
    pub(super) record: Record,
    /// Its duties; never empty.
    pub(super) duties: Vec<Duty>,
}

/// The records of a kind that fit the filter and ask something of somebody.
///
/// # Errors
/// If the index cannot be read, or what the rules ask of other records.
pub(super) fn of_kind(view: &View<'_>, kind: &Kind, filter: Option<&Filter>) -> Result<Vec<Owed>, Failure> {
    let mut found = Vec::new();
    for record in view.index()?.records(&owing(view, kind)?)? {
        if !filter.map_or(Ok(true), |filter| filter.matches(&record, &view.reading()))? {
            continue;
        }
        let duties = view.duties(&record, &view.standings(&record)?)?;
        if !duties.is_empty() {
            found.push(Owed { record, duties });
        }
    }
    Ok(found)
}

/// Who holds what in the whole book, one row for each holder of each duty. `query` shows it.
///
/// # Errors
/// As [`of_kind`].
pub(super) fn holdings(view: &View<'_>) -> Result<Vec<Holding>, Failure> {
    let mut found = Vec::new();
    for kind in view.policy().kinds.values() {
        for owed in of_kind(view, kind, None)? {
            for duty in &owed.duties {
                let holding = |holder: &Party| Holding {
                    id: owed.record.id.clone(),
                    kind: owed.record.kind.clone(),
                    holder: holder.to_string(),
                    deadline: duty.standing.as_ref().map(|standing| standing.deadline.name.clone()),
                    due: duty.due(),
                    overdue: duty.is_overdue(),
                    waiting: duty.waiting,
                };
                found.extend(duty.held.parties().iter().map(holding));
            }
        }
    }
    Ok(found)
}
