//! A book in memory. It answers what rules ask of other records, and gives ids in the order in which they are asked
//! for.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use redress::filter::{self, Flag, Unanswered};
use redress::kind::Unique;
use redress::lifecycle::{Ids, Lookup};
use redress::record::{Fields, Id, RANDOM_LENGTH, Record, Value};

/// The records by id, and all records that have ever named each.
#[derive(Debug, Default)]
pub(crate) struct Book(pub(crate) BTreeMap<Id, Record>, BTreeMap<Id, BTreeSet<Id>>);

impl filter::Resolver for Book {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.0.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Book {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        Ok(self.naming(id).filter(|record| record.kind == kind).cloned().collect())
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let key = unique.key(record);
        let of = self.0.values().filter(|other| other.kind == record.kind && unique.key(other) == key);
        Ok(of.cloned().collect())
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        let (kind, pattern) = series.split_once(' ').expect("a kind");
        let (before, after) = pattern.split_once('*').expect("a count");
        let numbered = |value: &Value| value.as_text()?.strip_prefix(before)?.strip_suffix(after)?.parse::<u64>().ok();
        let of = self.0.values().filter(|record| record.kind == kind);
        let counts = of.flat_map(|record| record.fields.iter().filter_map(|(_, value)| numbered(value)));
        Ok(counts.max().unwrap_or_default())
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }
}

impl Book {
    pub(crate) fn put(&mut self, record: Record) {
        for id in references(&record.fields) {
            self.1.entry(id.clone()).or_default().insert(record.id.clone());
        }
        self.0.insert(record.id.clone(), record);
    }

    /// The records that name another one in some field. Void records do not count.
    pub(crate) fn naming<'b>(&'b self, id: &'b Id) -> impl Iterator<Item = &'b Record> {
        let all = self.1.get(id).into_iter().flatten().map(|from| &self.0[from]);
        all.filter(move |record| record.state != "void" && references(&record.fields).contains(&id))
    }
}

/// Every record that fields name.
fn references(fields: &Fields) -> Vec<&Id> {
    fn collect<'v>(value: &'v Value, into: &mut Vec<&'v Id>) {
        match value {
            Value::Ref(id) => into.push(id),
            Value::List(values) => values.iter().for_each(|value| collect(value, into)),
            Value::Group(fields) => fields.iter().for_each(|(_, value)| collect(value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    fields.iter().for_each(|(_, value)| collect(value, &mut found));
    found
}

/// Counts how many it has given.
pub(crate) struct Numbers(pub(crate) Cell<usize>);

impl Numbers {
    /// The next random part of an id.
    pub(crate) fn next(&self) -> [u8; RANDOM_LENGTH] {
        let n = self.0.get();
        self.0.set(n + 1);
        [4, 3, 2, 1, 0].map(|place| u8::try_from(n >> (5 * place) & 31).expect("five bits"))
    }
}

impl Ids for Numbers {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        Id::coded(prefix, date, self.next()).expect("an id")
    }
}
