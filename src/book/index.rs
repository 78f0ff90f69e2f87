//! What only a look at every record can say.

use std::collections::HashMap;

use super::BookError;
use super::repo::{Oid, Repo};
use crate::locale::text::fold;
use crate::policy::Policy;
use crate::record::{FieldId, Fields, Id, Record, Value};

/// Every record of a commit, in memory.
#[derive(Debug)]
pub struct Index {
    records: Vec<Record>,
    links: HashMap<Id, Vec<Id>>,
    known: Vec<(String, String, Id)>,
}

impl Index {
    pub(super) fn open(repo: &Repo, commit: Oid, policy: &Policy, _past: bool) -> Result<Self, BookError> {
        let mut index = Index { records: Vec::new(), links: HashMap::new(), known: Vec::new() };
        for kind in policy.kinds.values() {
            for file in repo.list(commit, &kind.shape.folder)? {
                let bytes = repo.blob(file.blob)?;
                let Ok(record) = Record::read(&bytes, &file.path, &kind.shape) else { continue };
                for to in references(&record.fields) {
                    index.links.entry(to).or_default().push(record.id.clone());
                }
                for path in &kind.known_by {
                    for text in texts(&record.fields, path) {
                        index.known.push((kind.name().to_owned(), fold(&text), record.id.clone()));
                    }
                }
                index.records.push(record);
            }
        }
        Ok(index)
    }

    /// Records of a kind naming an id.
    pub fn linked(&self, id: &Id, kind: &str) -> Vec<Id> {
        let of = |id: &&Id| self.records.iter().any(|r| r.id == **id && r.kind == kind);
        let mut all: Vec<Id> = self.links.get(id).into_iter().flatten().filter(of).cloned().collect();
        all.dedup();
        all
    }

    /// The record with an event of this key.
    pub fn by_key(&self, key: &str) -> Option<Id> {
        self.records.iter().find(|r| r.history.iter().any(|e| e.key.as_deref() == Some(key))).map(|r| r.id.clone())
    }

    /// Ids whose random part begins so.
    pub fn by_random(&self, part: &str) -> Vec<Id> {
        self.records
            .iter()
            .filter(|r| r.id.random().is_some_and(|x| x.starts_with(part)))
            .map(|r| r.id.clone())
            .collect()
    }

    /// Records of these kinds known by a whole value.
    pub fn known_as(&self, kinds: &[String], text: &str) -> Vec<Id> {
        let text = fold(text);
        let fits =
            |(kind, known, _): &&(String, String, Id)| *known == text && (kinds.is_empty() || kinds.contains(kind));
        self.known.iter().filter(fits).map(|(_, _, id)| id.clone()).collect()
    }

    /// Every record.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}

fn references(fields: &Fields) -> Vec<Id> {
    fn collect(value: &Value, into: &mut Vec<Id>) {
        match value {
            Value::Ref(id) => into.push(id.clone()),
            Value::List(values) => values.iter().for_each(|value| collect(value, into)),
            Value::Group(fields) => fields.iter().for_each(|(_, value)| collect(value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    fields.iter().for_each(|(_, value)| collect(value, &mut found));
    found
}

fn texts(fields: &Fields, path: &[FieldId]) -> Vec<String> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let values = fields.get(*first).map(Value::elements).unwrap_or_default();
    values
        .iter()
        .flat_map(|value| match (value, rest.is_empty()) {
            (Value::Group(inner), false) => texts(inner, rest),
            (value, true) => value.stored().into_iter().collect(),
            _ => Vec::new(),
        })
        .collect()
}
