//! Ids for a replay: a record that a step opens gets its recorded id.

use std::cell::RefCell;
use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::tracks::{Track, Tracks};
use crate::lifecycle::Ids;
use crate::record::{Fields, Id};

/// Gives records that a step opens their recorded ids.
pub(super) struct Recorded<'r> {
    pub(super) tracks: &'r Tracks<'r>,
    pub(super) spare: &'r Id,
    pub(super) given: RefCell<BTreeSet<Id>>,
}

impl Ids for Recorded<'_> {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        // No recorded record has this id, so it will be reported as missing.
        let mut ids = (0..32).filter_map(|n| Id::coded(prefix, date, [n; crate::record::RANDOM_LENGTH]).ok());
        let free = |id: &Id| self.tracks.get(id).is_none() && self.given.borrow_mut().insert(id.clone());
        ids.find(free).unwrap_or_else(|| self.spare.clone())
    }

    fn opened(&self, prefix: &str, date: NaiveDate, via: &str, fields: &Fields) -> Id {
        let fits = |track: &&Track<'_>| {
            track.next == 0 && track.id.prefix() == Some(prefix) && !self.given.borrow().contains(track.id)
        };
        let mut fitting = self.tracks.opened_by(via).filter(fits);
        let alike = self.tracks.opened_by(via).filter(fits).find(|track| track.fields(0) == *fields);
        match alike.or_else(|| fitting.next()) {
            Some(track) => {
                self.given.borrow_mut().insert(track.id.clone());
                track.id.clone()
            }
            None => self.fresh(prefix, date),
        }
    }

    fn recorded(&self, id: &Id) -> Option<&Fields> {
        self.tracks.get(id).map(|track| &track.after.fields)
    }

    fn stood(&self, id: &Id) -> Option<usize> {
        self.tracks.get(id).map(|track| track.delta.old_events())
    }
}
