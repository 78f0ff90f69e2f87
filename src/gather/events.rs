//! The events of a time span.

use super::BookSource;
use crate::book::index::EventQuery;
use crate::book::unanswered;
use crate::calendar::Moment;
use crate::report::{Answer, RecordedEvent};

impl BookSource<'_, '_> {
    /// The events of the records of these kinds, by time. Events of records that were registered by mistake are left
    /// out.
    pub(super) fn events_of(&self, kinds: &[&str], (from, until): (Moment, Moment)) -> Answer<Vec<RecordedEvent>> {
        let index = self.view.index().map_err(unanswered)?;
        let mut found = Vec::new();
        for kind in kinds {
            let query = EventQuery { kind: Some(kind), from: Some(from), until: Some(until), ..EventQuery::default() };
            let events = index.events(&query).map_err(unanswered)?;
            let recorded = |(record, event)| RecordedEvent { record, kind: (*kind).to_owned(), event };
            found.extend(events.into_iter().map(recorded));
        }
        found.sort_by(|a, b| (a.event.at, &a.record).cmp(&(b.event.at, &b.record)));
        Ok(found)
    }
}
