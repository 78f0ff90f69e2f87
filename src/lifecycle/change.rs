//! The effect of an operation on one record.

use crate::record::{Event, Id, Record};

/// A record before and after an operation. Only [`super::Operation`] makes changes that are written, so that
/// everything written has passed the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    before: Option<Record>,
    after: Record,
}

impl Change {
    pub(super) fn new(before: Option<Record>, after: Record) -> Self {
        Change { before, after }
    }

    pub(super) fn into_parts(self) -> (Option<Record>, Record) {
        (self.before, self.after)
    }

    /// A change that is already recorded. The audit compares it; it is not written again.
    pub(crate) fn recorded(before: Option<Record>, after: Record) -> Self {
        Change::new(before, after)
    }

    /// The record's id.
    pub fn id(&self) -> &Id {
        &self.after.id
    }

    /// The record in the parent commit. `None` if the operation makes it.
    pub fn before(&self) -> Option<&Record> {
        self.before.as_ref()
    }

    /// The record as it is to be written.
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// The events that the operation appended.
    pub fn events(&self) -> &[Event] {
        let old = self.before.as_ref().map_or(0, |before| before.history.len());
        self.after.history.get(old..).unwrap_or_default()
    }

    /// The states before and after.
    pub fn states(&self) -> (Option<&str>, &str) {
        (self.before.as_ref().map(|before| before.state.as_str()), &self.after.state)
    }
}
