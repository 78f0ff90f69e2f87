//! The runs of deadlines, and the present duties of records.

use std::collections::BTreeMap;

use super::{BookSource, owing};
use crate::book::unanswered;
use crate::lifecycle::Shown;
use crate::record::{Id, Record};
use crate::report::{Answer, Clock, Owed, RecordSet, Source, Timed};

/// How many records are read whole at once, if less of them is stored.
const AT_ONCE: usize = 1_000;

impl BookSource<'_, '_> {
    /// The records of a set with the runs of their deadlines and their holders. They are read in portions, so that
    /// only a few whole records are in memory.
    pub(super) fn timed_of(&self, set: &RecordSet<'_>, shown: Shown) -> Answer<Vec<Timed>> {
        let words = self.view.words();
        let ids: Vec<Id> = self.ids(set)?.iter().cloned().collect();
        self.kept.expect(&ids);
        let mut all = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let records = self.view.index().map_err(unanswered)?.records(some).map_err(unanswered)?;
            for record in self.view.followed(self.view.without_void(records)).map_err(unanswered)? {
                let clocks = self.held_clocks(&record, shown)?;
                let title = words.title_of(&record);
                all.push(Timed { id: record.id, kind: record.kind, title, clocks });
            }
        }
        Ok(all)
    }

    /// The runs of a record's deadlines, each with its holder.
    fn held_clocks(&self, record: &Record, shown: Shown) -> Answer<Vec<Clock>> {
        let Some(mut clocks) = self.kept.ended(self.view, record, shown, None)? else {
            return Ok(Clock::held(&self.view.standings_shown(record, shown)?, self.view.now()));
        };
        let mut held: BTreeMap<String, String> = BTreeMap::new();
        for clock in &mut clocks {
            let name = clock.name();
            if !held.contains_key(name) {
                held.insert(name.to_owned(), self.view.holder_of_ended(record, name)?.stored());
            }
            clock.holder = held.get(clock.name()).cloned();
        }
        Ok(clocks)
    }

    /// The present duties of the records of a kind.
    pub(super) fn owed_of(&self, kind: &str) -> Answer<Owed> {
        let mut owed = Owed::default();
        let Some(kind) = self.view.policy().kind(kind) else { return Ok(owed) };
        let words = self.view.words();
        let ids: Vec<Id> = owing(self.view, kind).map_err(unanswered)?.into_iter().collect();
        for some in ids.chunks(AT_ONCE) {
            let records = self.view.index().map_err(unanswered)?.records(some).map_err(unanswered)?;
            for record in self.view.followed(records).map_err(unanswered)? {
                let standings = self.view.standings(&record)?;
                let clocks = Clock::held(&standings, self.view.now());
                let duties = self.view.duties(&record, &standings)?;
                owed.take(&record, words.title_of(&record), clocks, duties);
            }
        }
        Ok(owed)
    }
}
