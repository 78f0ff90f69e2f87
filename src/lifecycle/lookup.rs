//! What taking a step needs to know of other records.
//!
//! Answers are results. That there is no such record is an answer; that it cannot be told is an error, and no step is taken on it
//! (`Refusal::Unanswered`, exit 4). A `View` is strict: if a file that the question needs cannot be read, that is an error.
//! `View::reading` counts such files as absent, for commands that only read and name them on standard error.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::Moment;
use crate::filter::{self, Unanswered};
use crate::kind::Unique;
use crate::policy::Policy;
use crate::record::{Event, Fields, Id, Record};

/// The other records of the book, as the parent commit and the operation at hand have them. That there are none is an
/// answer; that it cannot be told is an error, and no step is taken on it.
pub trait Lookup: filter::Resolver {
    /// The records of a kind that name `id` in any of their fields, in the order of their ids. Void records are not there.
    ///
    /// # Errors
    /// They cannot all be found or read.
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered>;

    /// The records that are not closed and whose kind's assignee they give as this person, by kind and id.
    ///
    /// # Errors
    /// They cannot all be found or read.
    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered>;

    /// The records of a kind with the same unique values as `record`, in any state. It may be among them.
    ///
    /// # Errors
    /// They cannot all be found or read.
    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered>;

    /// The records that a filter finds, by id. `None` where it is not told: of a past commit, whose steps say what they found.
    ///
    /// # Errors
    /// They cannot all be found or read.
    fn every(&self, _filter: &filter::Filter) -> Result<Option<Vec<Id>>, Unanswered> {
        Ok(None)
    }

    /// The steps that a person took, themselves or as a deputy, or that were taken for them, of records of these kinds between two
    /// moments, by time. Steps that another step caused are left out. `None` where it is not told: of a past commit, whose steps say
    /// what they found.
    ///
    /// # Errors
    /// They cannot all be found or read.
    fn doings(
        &self,
        _kinds: &[String],
        _person: &Id,
        _within: (Moment, Moment),
    ) -> Result<Option<Vec<(Id, Event)>>, Unanswered> {
        Ok(None)
    }

    /// The highest running number of a series ([`crate::kind::Numbering::series`]); 0 if there is none.
    ///
    /// # Errors
    /// It cannot be told.
    fn highest(&self, series: &str) -> Result<u64, Unanswered>;

    /// Whether the upstream branch has the record, so that others can have read it.
    ///
    /// # Errors
    /// It cannot be told.
    fn published(&self, id: &Id) -> Result<bool, Unanswered>;

    /// The rule book that a record is judged by, where it is not the one that the operation happens under: what it was opened
    /// under, for cases whose policy has changed since. Their deadlines are those of that rule book.
    ///
    /// # Errors
    /// It cannot be told: nobody is judged by other rules then.
    fn rules(&self, _record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        Ok(None)
    }

    /// The record whose event carries this idempotency key.
    ///
    /// # Errors
    /// It cannot be told.
    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered>;
}

/// A book without records.
impl Lookup for filter::Alone {
    fn linked(&self, _: &Id, _: &str) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn alike(&self, _: &Unique, _: &Record) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        Ok(0)
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
}

/// Where new ids come from.
pub trait Ids {
    /// An id that no record has, with the prefix and date given.
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id;

    /// The id of a record that the step `via` (`ID#step`) opens with these fields. A replay gives the one that was recorded.
    fn opened(&self, prefix: &str, date: NaiveDate, _via: &str, _fields: &Fields) -> Id {
        self.fresh(prefix, date)
    }

    /// The fields that are recorded for a record which is taken again. `None` for commands that write.
    fn recorded(&self, _id: &Id) -> Option<&Fields> {
        None
    }

    /// How many events a record had before the commit that is taken again. `None` for commands that write.
    fn stood(&self, _id: &Id) -> Option<usize> {
        None
    }
}
