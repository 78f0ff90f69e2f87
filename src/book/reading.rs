//! The lookup for commands that only read. A file that cannot be read counts as absent, and is reported elsewhere.

use std::borrow::Cow;
use std::sync::Arc;

use super::view::unanswered;
use super::{BookError, View};
use crate::filter::{self, Flag, Rollup, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::{Lookup, rolled};
use crate::policy::Policy;
use crate::record::{Fields, Id, Record, Value};

/// A view that counts files that cannot be read as absent; see [`View::reading`].
pub struct Reading<'v, 'b>(pub(super) &'v View<'b>);

impl filter::Resolver for Reading<'_, '_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        match self.0.read(id) {
            Ok(record) => Ok(record.map(Cow::Owned)),
            Err(BookError::Unreadable { .. }) => Ok(None),
            Err(error) => Err(unanswered(error)),
        }
    }

    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        filter::Resolver::flag(self.0, record, flag)
    }

    fn holders(&self, record: &Record) -> Result<Vec<String>, Unanswered> {
        filter::Resolver::holders(self.0, record)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        rolled(self, rollup, fields, id, self.0.now())
    }

    fn latest(&self, kind: &str, id: &Id, but: &Id) -> Result<Option<Record>, Unanswered> {
        filter::Resolver::latest(self.0, kind, id, but)
    }
}

impl Lookup for Reading<'_, '_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let index = self.0.index().map_err(unanswered)?;
        let linked = index.linked(id, kind).and_then(|ids| index.records(&ids)).map_err(unanswered)?;
        Ok(self.0.without_void(linked))
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        self.0.dealt_to(person)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let Some(key) = unique.key(record) else { return Ok(Vec::new()) };
        let index = self.0.index().map_err(unanswered)?;
        index.holding(&key).and_then(|ids| index.records(&ids)).map_err(unanswered)
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        self.0.highest(series)
    }

    fn published(&self, id: &Id) -> Result<bool, Unanswered> {
        self.0.published(id)
    }

    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        self.0.rules(record)
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        self.0.by_key(key)
    }
}
