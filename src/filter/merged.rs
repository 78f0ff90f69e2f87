//! Records that were merged into another one of their kind. Nothing that refers to a merged record is rewritten.
//! Instead, every lookup follows the mergers to the surviving record, over any number of mergers.
//!
//! No step can merge records in a circle. If hand edits have made a circle, no record survives, and the smallest id
//! counts for all ids in it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::eval::{Resolver, Unanswered};
use crate::record::{FieldId, Fields, Id, Record, Value};

/// The field that says into which record a record was merged, if its kind has one.
type MergedBy<'f> = &'f dyn Fn(&Record) -> Option<FieldId>;

/// The way from an id through mergers: each record was merged into the next.
pub(super) struct Way {
    /// Every id on the way, the first one included.
    pub(super) through: Vec<Id>,
    /// The position that the way returns to, if it is a circle.
    circle: Option<usize>,
}

impl Way {
    pub(super) fn from(id: &Id, by: MergedBy<'_>, lookup: &dyn Resolver) -> Result<Self, Unanswered> {
        let mut way = Way { through: vec![id.clone()], circle: None };
        let mut next = Some(id.clone());
        while let Some(id) = next.take() {
            let Some(into) = lookup.record(&id)?.and_then(|record| merged_into(&record, by)) else { break };
            way.circle = way.through.iter().position(|known| *known == into);
            if way.circle.is_none() {
                way.through.push(into.clone());
                next = Some(into);
            }
        }
        Ok(way)
    }

    /// The id that counts for all on the way.
    pub(super) fn end(&self) -> Option<&Id> {
        match self.circle {
            Some(at) => self.through[at..].iter().min(),
            None => self.through.last(),
        }
    }
}

/// The id into which a record was merged.
fn merged_into(record: &Record, by: MergedBy<'_>) -> Option<Id> {
    if let Some(Value::Ref(into)) = record.get(by(record)?) { Some(into.clone()) } else { None }
}

/// The id that counts for `id` after mergers: its own, or that of the record into which it was merged.
///
/// # Errors
/// If a record on the way cannot be looked up.
pub fn standing(id: &Id, by: MergedBy<'_>, lookup: &dyn Resolver) -> Result<Id, Unanswered> {
    let way = Way::from(id, by, lookup)?;
    Ok(way.end().unwrap_or(id).clone())
}

/// An id, followed by those of the records into which it was merged, one after another.
///
/// # Errors
/// As [`standing`].
pub fn ahead(id: &Id, by: MergedBy<'_>, lookup: &dyn Resolver) -> Result<Vec<Id>, Unanswered> {
    Ok(Way::from(id, by, lookup)?.through)
}

/// The record that counts for `id` after mergers. If the record at the end is missing, the last existing record
/// counts. `None` if no record exists, or if the mergers form a circle.
///
/// # Errors
/// As [`standing`].
pub fn survivor<'l>(
    id: &Id,
    by: MergedBy<'_>,
    lookup: &'l dyn Resolver,
) -> Result<Option<Cow<'l, Record>>, Unanswered> {
    let Some(mut record) = lookup.record(id)? else { return Ok(None) };
    let mut seen = vec![id.clone()];
    while let Some(into) = merged_into(&record, by) {
        if seen.contains(&into) {
            return Ok(None);
        }
        match lookup.record(&into)? {
            Some(next) if next.kind == record.kind => record = next,
            _ => break,
        }
        seen.push(into);
    }
    Ok(Some(record))
}

/// Every merger of a book, looked up once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// For each merged id, the id that counts now.
    now: HashMap<Id, Id>,
    /// For each surviving id, all ids that were merged into it.
    into: BTreeMap<Id, Vec<Id>>,
}

impl Merged {
    /// The mergers of these pairs: what was merged, and into what.
    pub fn of(pairs: impl IntoIterator<Item = (Id, Id)>) -> Self {
        let next: BTreeMap<Id, Id> = pairs.into_iter().collect();
        let mut merged = Merged::default();
        for id in next.keys() {
            let mut way = Way { through: vec![id.clone()], circle: None };
            while let Some(into) = way.through.last().and_then(|last| next.get(last)).filter(|_| way.circle.is_none()) {
                way.circle = way.through.iter().position(|known| known == into);
                if way.circle.is_none() {
                    way.through.push(into.clone());
                }
            }
            if let Some(end) = way.end().filter(|end| *end != id) {
                merged.into.entry(end.clone()).or_default().push(id.clone());
                merged.now.insert(id.clone(), end.clone());
            }
        }
        merged
    }

    /// Whether nothing was merged.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// The id that counts now: its own, unless it was merged.
    pub fn survivor<'m>(&'m self, id: &'m Id) -> &'m Id {
        self.now.get(id).unwrap_or(id)
    }

    /// Every id that means the same record: first the one that counts now, then those merged into it.
    pub fn same(&self, id: &Id) -> Vec<Id> {
        let survivor = self.survivor(id);
        let merged = self.into.get(survivor).into_iter().flatten().cloned();
        std::iter::once(survivor.clone()).chain(merged).collect()
    }

    /// Each id that was merged or survived a merger, with the id that counts now.
    pub fn pairs(&self) -> impl Iterator<Item = (&Id, &Id)> {
        self.now.iter().chain(self.into.keys().map(|id| (id, id)))
    }

    /// Replaces merged ids in fields by the ids that count now.
    pub fn follow(&self, fields: &mut Fields) {
        if !self.is_empty() {
            fields.rename(&|id| self.now.get(id).cloned());
        }
    }

    /// Replaces merged ids in a value.
    pub fn follow_value(&self, value: &mut Value) {
        if !self.is_empty() {
            value.rename(&|id| self.now.get(id).cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Merged;
    use crate::record::Id;

    fn id(name: &str) -> Id {
        format!("K-260101-0000{name}").parse().expect("an id")
    }

    #[test]
    fn chains_are_followed_and_circles_end() {
        let pairs = [("1", "2"), ("2", "3"), ("4", "3"), ("5", "6"), ("6", "5"), ("7", "6")];
        let merged = Merged::of(pairs.map(|(from, into)| (id(from), id(into))));
        for (one, stands) in
            [("1", "3"), ("2", "3"), ("3", "3"), ("4", "3"), ("5", "5"), ("6", "5"), ("7", "5"), ("8", "8")]
        {
            assert_eq!(*merged.survivor(&id(one)), id(stands), "{one}");
        }
        assert_eq!(merged.same(&id("2")), ["3", "1", "2", "4"].map(id));
        assert_eq!(merged.same(&id("8")), ["8"].map(id));
    }
}
