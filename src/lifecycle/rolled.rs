//! The values of rollups, from the other records: those that refer to the record, or those that are alike to it.

use std::borrow::Cow;
use std::sync::Arc;

use super::Lookup;
use crate::calendar::Moment;
use crate::filter::{self, Flag, Merging, Rollup, Unanswered, ahead, alike_name};
use crate::kind::{Kind, Unique};
use crate::policy::Policy;
use crate::record::{Fields, Id, Record, Value};

/// The id of a record that is not made yet.
const NOBODY: &str = "nobody";

/// The value of a rollup for a record with these fields; its span ends at the moment `until`. A record that is not
/// made yet has no id, and no other record refers to it.
///
/// # Errors
/// If the other records cannot all be found or read.
pub fn rolled(
    lookup: &dyn Lookup,
    rollup: &Rollup,
    fields: &Fields,
    id: Option<&Id>,
    until: Moment,
) -> Result<Option<Value>, Unanswered> {
    match joined(lookup, rollup, fields, id)? {
        Some(records) => rollup.of_records(&records, id, until, &At { lookup, at: until }),
        None => Ok(rollup.of_none()),
    }
}

/// The records behind a rollup's value for a record: all that count, sorted by time and id. The span ends at the
/// moment `until`.
///
/// # Errors
/// If the other records cannot all be found or read.
pub fn behind(lookup: &dyn Lookup, rollup: &Rollup, record: &Record, until: Moment) -> Result<Vec<Record>, Unanswered> {
    let records = joined(lookup, rollup, &record.fields, Some(&record.id))?.unwrap_or_default();
    let mut counted = rollup.counted(&records, Some(&record.id), until, &At { lookup, at: until })?;
    counted.sort_by(|(a, one), (b, other)| (a, &one.id).cmp(&(b, &other.id)));
    Ok(counted.into_iter().map(|(_, record)| record.clone()).collect())
}

/// The records that refer to one with these fields or are alike to it, whatever their time. `None` if there can be
/// none.
fn joined(
    lookup: &dyn Lookup,
    rollup: &Rollup,
    fields: &Fields,
    id: Option<&Id>,
) -> Result<Option<Vec<Record>>, Unanswered> {
    let records = match rollup.alike() {
        Some(alike) => {
            // a record that is not made yet has no id that sets it apart from the others
            let own = id.cloned().or_else(|| NOBODY.parse().ok());
            let probes = rollup.probes(fields, id, &|kinds, id| same_as(lookup, kinds, id))?;
            let Some(own) = own.filter(|_| !probes.is_empty()) else { return Ok(None) };
            let name = alike_name(&rollup.of, alike.iter().map(|(name, _)| *name));
            let unique = Unique::found(name, alike.iter().map(|(_, field)| *field).collect(), rollup.place.clone());
            let mut alike: Vec<Record> = Vec::new();
            for fields in probes {
                let (id, kind) = (own.clone(), rollup.of.clone());
                let probe = Record {
                    id,
                    kind,
                    state: String::new(),
                    rules: None,
                    fields,
                    history: Vec::new(),
                    overruled: Vec::new(),
                };
                alike.extend(lookup.alike(&unique, &probe)?);
            }
            in_order(alike)
        }
        None => {
            let Some(id) = id else { return Ok(None) };
            let ids = with_merged(lookup, rollup.merges(), vec![id.clone()])?;
            let mut linked: Vec<Record> = Vec::new();
            for id in &ids {
                linked.extend(lookup.linked(id, &rollup.of)?);
            }
            linked.retain(|record| rollup.names(record, &ids));
            in_order(linked)
        }
    };
    Ok(Some(records))
}

/// The records of a kind that refer to a record, or to one that was merged into it, sorted by id. Void records are
/// left out. For a record that was itself merged, only references to its own id count.
///
/// # Errors
/// If they cannot all be found or read.
pub fn linked_to(lookup: &dyn Lookup, named: &Kind, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
    let Some(merging) = Merging::of(&named.shape) else { return lookup.linked(id, kind) };
    let mut linked = Vec::new();
    for id in with_merged(lookup, &[merging], vec![id.clone()])? {
        linked.extend(lookup.linked(&id, kind)?);
    }
    Ok(in_order(linked))
}

/// Each of these records once, sorted by id.
fn in_order(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records.dedup_by(|a, b| a.id == b.id);
    records
}

/// Every id that means the same record: those that it was merged into, and all that were merged into one of them.
fn same_as(lookup: &dyn Lookup, kinds: &[Merging], id: &Id) -> Result<Vec<Id>, Unanswered> {
    let by = |record: &Record| kinds.iter().find(|of| of.kind == record.kind).map(|of| of.by.id);
    with_merged(lookup, kinds, ahead(id, &by, lookup)?)
}

/// These ids, and all that were merged into one of them, over any number of mergers.
fn with_merged(lookup: &dyn Lookup, kinds: &[Merging], mut ids: Vec<Id>) -> Result<Vec<Id>, Unanswered> {
    let mut at = 0;
    while let Some(into) = ids.get(at).cloned() {
        at += 1;
        for Merging { kind, by } in kinds {
            for record in lookup.linked(&into, kind)? {
                let is_merged = matches!(record.get(by.id), Some(Value::Ref(id)) if *id == into);
                if is_merged && !ids.contains(&record.id) {
                    ids.push(record.id);
                }
            }
        }
    }
    Ok(ids)
}

/// The other records, seen at another moment: the spans of rollups end there.
#[derive(Clone, Copy)]
pub struct At<'l> {
    /// The other records.
    pub lookup: &'l dyn Lookup,
    /// The moment.
    pub at: Moment,
}

impl filter::Resolver for At<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        self.lookup.record(id)
    }

    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        self.lookup.flag(record, flag)
    }

    fn holders(&self, record: &Record) -> Result<Vec<String>, Unanswered> {
        self.lookup.holders(record)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        rolled(self.lookup, rollup, fields, id, self.at)
    }

    fn latest(&self, kind: &str, id: &Id, but: &Id) -> Result<Option<Record>, Unanswered> {
        self.lookup.latest(kind, id, but)
    }
}

impl Lookup for At<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        self.lookup.linked(id, kind)
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        self.lookup.dealt_to(person)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        self.lookup.alike(unique, record)
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        self.lookup.highest(series)
    }

    fn published(&self, id: &Id) -> Result<bool, Unanswered> {
        self.lookup.published(id)
    }

    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        self.lookup.rules(record)
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        self.lookup.by_key(key)
    }
}
