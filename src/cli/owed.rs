//! What the records of a book ask of whom: gathered once for every line of `due`.

use super::asked;
use super::failure::Failure;
use crate::book::View;
use crate::filter::Filter;
use crate::kind::Kind;
use crate::lifecycle::Duty;
use crate::record::Record;

/// A record with all that it asks for.
pub(super) struct Owed {
    /// The record.
    pub(super) record: Record,
    /// Its duties; never empty.
    pub(super) duties: Vec<Duty>,
}

/// The records of a kind that fit and ask something of somebody.
///
/// # Errors
/// The index, or what the rules ask of other records, cannot be read.
pub(super) fn of_kind(view: &View<'_>, kind: &Kind, filter: Option<&Filter>) -> Result<Vec<Owed>, Failure> {
    let mut found = Vec::new();
    for record in asked::owing(view, kind)? {
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
