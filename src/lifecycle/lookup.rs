//! What the engine needs to know about other records to take a step.
//!
//! Answers are results. "There is no such record" is an answer. If it cannot be found out, that is an error, and no
//! step is taken (`Refusal::Unanswered`, exit 4). A `View` is strict: if it cannot read a file that the question
//! needs, that is an error. `View::reading` counts such files as absent. It is for commands that only read, and that
//! name the files on standard error.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::Moment;
use crate::filter::{self, Unanswered};
use crate::kind::Unique;
use crate::policy::Policy;
use crate::record::{Event, Fields, Id, Record};

/// The other records of the book, as they are in the parent commit and after the changes of the present operation.
/// "None" is an answer. If something cannot be found out, that is an error, and no step is taken on it.
pub trait Lookup: filter::Resolver {
    /// The records of a kind that refer to `id` in any of their fields, sorted by id. Void records are left out.
    ///
    /// # Errors
    /// If they cannot all be found or read.
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered>;

    /// The records that are not closed and are assigned to this person, sorted by kind and id.
    ///
    /// # Errors
    /// If they cannot all be found or read.
    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered>;

    /// The records of a kind with the same unique values as `record`, in any state. `record` itself may be among
    /// them.
    ///
    /// # Errors
    /// If they cannot all be found or read.
    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered>;

    /// The records that a filter finds, sorted by id. `None` in a past commit, where the step itself has kept what it
    /// found.
    ///
    /// # Errors
    /// If they cannot all be found or read.
    fn every(&self, _filter: &filter::Filter) -> Result<Option<Vec<Id>>, Unanswered> {
        Ok(None)
    }

    /// The steps that a person took between two moments on records of these kinds: in person, as a deputy, or through
    /// a deputy. Sorted by time, without steps that another step caused. `None` in a past commit, where the step
    /// itself has kept what it found.
    ///
    /// # Errors
    /// If they cannot all be found or read.
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
    /// If it cannot be found out.
    fn highest(&self, series: &str) -> Result<u64, Unanswered>;

    /// Whether the upstream branch has the record, so that others may have read it.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn published(&self, id: &Id) -> Result<bool, Unanswered>;

    /// The rule book that a record is judged by, if it is not that of the operation: for a case, the one under which
    /// it was opened, if the policy has changed since. Its deadlines are those of that rule book.
    ///
    /// # Errors
    /// If it cannot be found out; no other rules are used in its place.
    fn rules(&self, _record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        Ok(None)
    }

    /// The record whose event carries this idempotency key.
    ///
    /// # Errors
    /// If it cannot be found out.
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

/// The source of new ids.
pub trait Ids {
    /// An id with this prefix and date that no record has.
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id;

    /// The id of a record that the step `via` (`ID#step`) opens with these fields. A replay returns the recorded id.
    fn opened(&self, prefix: &str, date: NaiveDate, _via: &str, _fields: &Fields) -> Id {
        self.fresh(prefix, date)
    }

    /// The recorded fields of a record, in a replay. `None` for commands that write.
    fn recorded(&self, _id: &Id) -> Option<&Fields> {
        None
    }

    /// How many events a record had before the replayed commit. `None` for commands that write.
    fn stood(&self, _id: &Id) -> Option<usize> {
        None
    }
}
