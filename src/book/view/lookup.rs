//! What rules and filters ask about other records. A file that cannot be read and that mentions the subject is an
//! error here; `book::reading` counts such files as absent.

use std::borrow::Cow;
use std::sync::Arc;

use super::{View, unanswered};
use crate::book::BookError;
use crate::book::index::{EventQuery, Selection};
use crate::book::repo::FileAt;
use crate::calendar::Moment;
use crate::filter::{self, Expr, Flag, Rollup, Scope, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::{Lookup, rolled};
use crate::policy::Policy;
use crate::record::{Class, Event, Fields, Id, Record, Value};

impl View<'_> {
    /// Makes sure that no unreadable file of a kind (or of any kind) mentions something. The index does not know such
    /// files.
    fn none_unread(&self, kind: Option<&str>, of: &str) -> Result<(), Unanswered> {
        let folder = kind.and_then(|kind| self.policy.kind(kind)).map(|kind| format!("{}/", kind.shape.folder));
        for (path, _) in self.index().map_err(unanswered)?.unreadable().map_err(unanswered)? {
            if folder.as_ref().is_some_and(|folder| !path.starts_with(folder.as_str())) {
                continue;
            }
            // no record refers to itself
            if path.rsplit('/').next().and_then(|name| name.strip_suffix(".yaml")) == Some(of) {
                continue;
            }
            let entry = self.repo().entry(self.commit, path).map_err(unanswered)?;
            let Some(entry) = entry.filter(FileAt::is_regular) else { continue };
            let bytes = self.repo().blob_if_whole(entry.blob).map_err(unanswered)?.unwrap_or_default();
            if self.is_copy(path, &bytes).map_err(unanswered)? {
                continue;
            }
            if !of.is_empty() && bytes.windows(of.len()).any(|part| part == of.as_bytes()) {
                let path = path.clone();
                return Err(unanswered(BookError::Unreadable { path, problems: Vec::new(), misfits: Vec::new() }));
            }
        }
        Ok(())
    }

    /// Whether a file is only a copy of a record that lies where its id leads, whatever the copy is called. The record
    /// itself is looked up as always.
    fn is_copy(&self, path: &str, bytes: &[u8]) -> Result<bool, BookError> {
        let said = bytes.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"id:"));
        let id = said.and_then(|id| std::str::from_utf8(id).ok()?.trim().parse::<Id>().ok());
        let Some(own) = id.and_then(|id| self.path(&id)).filter(|own| own != path) else { return Ok(false) };
        Ok(self.repo().entry(self.commit, &own)?.is_some_and(|entry| entry.is_regular()))
    }
}

impl filter::Resolver for View<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.read(id).map_err(unanswered)?.map(Cow::Owned))
    }

    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        match flag {
            Flag::Overdue => Ok(self.standings(record)?.is_overdue()),
            Flag::Mine => self.is_mine(record),
            // The other flags follow from the state and are not asked.
            _ => Ok(false),
        }
    }

    fn holders(&self, record: &Record) -> Result<Vec<String>, Unanswered> {
        Ok(self.holders_of(record)?.named(&self.people, self.now.date_naive()))
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        rolled(self, rollup, fields, id, self.now)
    }

    fn latest(&self, kind: &str, id: &Id, but: &Id) -> Result<Option<Record>, Unanswered> {
        let mut latest: Option<Record> = None;
        for id in self.merged_with(id).map_err(unanswered)? {
            let found = self.index().map_err(unanswered)?.latest_linked(&id, kind, but).map_err(unanswered)?;
            let found = found.map_or(Ok(None), |found| self.read(&found)).map_err(unanswered)?;
            latest = latest.into_iter().chain(found).max_by(|a, b| (a.opened(), &a.id).cmp(&(b.opened(), &b.id)));
        }
        Ok(latest)
    }
}

impl Lookup for View<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        self.none_unread(Some(kind), id.as_str())?;
        self.reading().linked(id, kind)
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let mut dealt = Vec::new();
        for kind in self.policy.kinds.values() {
            let Some(assignee) = kind.assignee else { continue };
            self.none_unread(Some(kind.name()), person.as_str())?;
            let terms = Expr::every().is_not("class", [Class::Closed.name()]).is(&kind.field(assignee).name, [person]);
            let filter = terms.ask(kind.name(), &*self.policy, &Scope::rule(self.policy.settings.time_zone))?;
            let index = self.index().map_err(unanswered)?;
            dealt.extend(index.select(&Selection::of(kind.name()).filtered(&filter)).map_err(unanswered)?);
        }
        Ok(dealt)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let first = unique.fields.first().and_then(|field| record.get(*field)?.stored()).unwrap_or_default();
        self.none_unread(Some(&record.kind), first.trim())?;
        self.reading().alike(unique, record)
    }

    fn every(&self, filter: &filter::Filter) -> Result<Option<Vec<Id>>, Unanswered> {
        self.none_unread(Some(filter.kind()), "")?;
        let index = self.index().map_err(unanswered)?;
        index.select_ids(&Selection::of(filter.kind()).filtered(filter)).map(Some).map_err(unanswered)
    }

    fn doings(
        &self,
        kinds: &[String],
        person: &Id,
        (from, until): (Moment, Moment),
    ) -> Result<Option<Vec<(Id, Event)>>, Unanswered> {
        let index = self.index().map_err(unanswered)?;
        let mut found = Vec::new();
        for kind in kinds {
            self.none_unread(Some(kind), person.as_str())?;
            let query = EventQuery { kind: Some(kind), from: Some(from), until: Some(until), ..EventQuery::default() };
            let events = index.events(&query).map_err(unanswered)?;
            found.extend(events.into_iter().filter(|(_, event)| event.is_of(person, (from, until))));
        }
        found.sort_by(|(a, one), (b, other)| (one.at, a).cmp(&(other.at, b)));
        Ok(Some(found))
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        self.index().and_then(|index| Ok(index.highest(series)?)).map_err(unanswered)
    }

    fn published(&self, id: &Id) -> Result<bool, Unanswered> {
        let (Some(upstream), Some(path)) = (self.repo().upstream().map_err(unanswered)?, self.path(id)) else {
            return Ok(false);
        };
        Ok(self.repo().entry(upstream, &path).map_err(unanswered)?.is_some())
    }

    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        self.rules_of(record).map(Some)
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        let found = self.index().map_err(unanswered)?.by_key(key).map_err(unanswered)?;
        if found.is_none() {
            self.none_unread(None, key)?;
        }
        Ok(found)
    }
}
