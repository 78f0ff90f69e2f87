//! The other records of a merged book, for steps that ask about them. Only the records that a line has changed are
//! listed: what no line has changed stands as it did when the step was taken.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Contents;
use crate::filter::{Flag, Resolver, Rollup, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::Lookup;
use crate::locale::Label;
use crate::policy::Policy;
use crate::record::{Class, Fields, Id, Record, Value};

/// The changed records of a book, and where the others can be read.
pub(super) struct Around<'a> {
    policy: &'a Policy,
    contents: &'a dyn Contents,
    /// `None`: there is no such record, or it cannot be read.
    changed: BTreeMap<Id, Option<Record>>,
    /// The changed records that name a record.
    naming: BTreeMap<Id, Vec<Id>>,
}

impl<'a> Around<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        contents: &'a dyn Contents,
        changed: BTreeMap<Id, Option<Record>>,
    ) -> Around<'a> {
        let mut naming: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for record in changed.values().flatten().filter(|record| !policy.is_void(record)) {
            for (id, _) in policy.references(record) {
                let naming = naming.entry(id).or_default();
                if !naming.contains(&record.id) {
                    naming.push(record.id.clone());
                }
            }
        }
        Around { policy, contents, changed, naming }
    }

    fn get(&self, id: &Id) -> Option<&Record> {
        self.changed.get(id)?.as_ref()
    }
}

impl Resolver for Around<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        if let Some(changed) = self.changed.get(id) {
            return Ok(changed.as_ref().map(Cow::Borrowed));
        }
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        let path = id.path(&kind.shape.folder);
        let bytes = self.contents.at(&path);
        Ok(bytes.and_then(|bytes| Record::read(&bytes, &path, &kind.shape).ok()).map(Cow::Owned))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn rollup(&self, _: &Rollup, _: &Fields, _: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        // a sum over records needs all of them
        Err(Unanswered(Label::default()))
    }
}

impl Lookup for Around<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let naming = self.naming.get(id).into_iter().flatten().filter_map(|id| self.get(id));
        Ok(naming.filter(|record| record.kind == kind).cloned().collect())
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let is_dealt = |record: &&Record| {
            let Some(kind) = self.policy.kind(&record.kind) else { return false };
            let assignee = kind.assignee.and_then(|field| record.get(field)).and_then(Value::as_text);
            assignee == Some(person.as_str()) && kind.shape.class(&record.state) != Class::Closed
        };
        Ok(self.changed.values().flatten().filter(is_dealt).cloned().collect())
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
}
