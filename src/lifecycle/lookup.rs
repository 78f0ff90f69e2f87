//! What taking a step needs to know of other records.

use chrono::NaiveDate;

use crate::filter;
use crate::record::{Fields, Id, Record};

/// The other records of the book, as the parent commit and the operation at hand have them.
pub trait Lookup: filter::Lookup {
    /// The records of a kind that name `id` in any of their fields, in the order of their ids.
    fn linked(&self, id: &Id, kind: &str) -> Vec<Record>;

    /// The records that are not closed and whose kind's assignee they give as this person, by kind and id.
    fn dealt_to(&self, person: &Id) -> Vec<Record>;

    /// The record whose event carries this idempotency key.
    fn by_key(&self, key: &str) -> Option<Id>;
}

/// Where new ids come from.
pub trait Ids {
    /// An id that no record has, with the prefix and date given.
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id;

    /// The id of a record that the step `via` (`ID#step`) opens with these fields. A replay gives the one that was recorded.
    fn opened(&self, prefix: &str, date: NaiveDate, _via: &str, _fields: &Fields) -> Id {
        self.fresh(prefix, date)
    }
}
