//! The one place where events are written: who took which step, and what the event says of the record besides.

use super::{Operation, Refusal, linked};
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::record::{Event, Fields, Record};

impl Operation<'_> {
    /// The record with one more event, and in the state that the event leads to. `before` is the record before it; there is none
    /// for its first event. The event gets the fields that changed (`set`), what promises were before (`was`), and the truth of the
    /// deadline conditions (`holds`).
    ///
    /// # Errors
    /// A deadline condition cannot be told.
    pub(super) fn append(
        &self,
        kind: &Kind,
        before: Option<&Record>,
        mut after: Record,
        event: Event,
    ) -> Result<Record, Refusal> {
        let none = Fields::new();
        let fields = before.map_or(&none, |before| &before.fields);
        let set = after.fields.changed(fields, &kind.shape);
        let was = linked::was(kind, &event.step, fields, &set);
        if let Some(to) = &event.to {
            after.state.clone_from(to);
        }
        after.history.push(Event { set, was, ..event });
        let older = before.map(|before| super::Lookup::rules(&self.pending, before)).transpose()?.flatten();
        let judging = older.as_deref().and_then(|rules| rules.kind(kind.name())).unwrap_or(kind);
        let holds = holds(judging, before, &after, &self.pending)?;
        if let Some(event) = after.history.last_mut() {
            event.holds = holds;
        }
        Ok(after)
    }
}

/// The truth of the deadline conditions that the last event of a record tells: of each condition in the record's first event, later
/// of those that are no longer as they were last told. A condition that no event tells, as in older records, is told where the
/// event changed it.
fn holds(
    kind: &Kind,
    before: Option<&Record>,
    after: &Record,
    lookup: &dyn crate::filter::Resolver,
) -> Result<Vec<(String, bool)>, Unanswered> {
    let mut told = Vec::new();
    for (name, when) in kind.told() {
        let now = when.filter.matches(after, lookup)?;
        let known = match before {
            None => None,
            Some(before) => match last(&before.history, name) {
                Some(known) => Some(known),
                None => Some(when.filter.matches(before, lookup)?),
            },
        };
        if known != Some(now) {
            told.push((name.to_owned(), now));
        }
    }
    Ok(told)
}

/// Whether events last told something untrue of a deadline condition of a record as it is now.
///
/// # Errors
/// A deadline condition cannot be told.
pub(crate) fn untrue(kind: &Kind, record: &Record, lookup: &dyn crate::filter::Resolver) -> Result<bool, Unanswered> {
    for (name, when) in kind.told() {
        if let Some(told) = last(&record.history, name)
            && when.filter.matches(record, lookup)? != told
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What events last told of a deadline condition.
fn last(history: &[Event], condition: &str) -> Option<bool> {
    let told = history.iter().rev().find_map(|event| event.holds.iter().find(|(name, _)| name == condition));
    told.map(|(_, holds)| *holds)
}
