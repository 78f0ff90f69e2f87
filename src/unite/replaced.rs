//! Decisions of two people on one field at the same time, where the second one counts.

use std::collections::BTreeSet;

use super::Told;
use super::rows::{Lost, lost};
use crate::kind::Kind;
use crate::record::{Event, Record, UNITE, Value};

/// Fields with the rows of their lists.
type Rows = Vec<(String, Vec<usize>)>;

/// The decisions of the first line that the second line has replaced, although it did not know of them: both set a
/// field, and the merged record lacks what the first line changed in it. `base` is the record that both knew.
pub fn replaced(kind: &Kind, base: Option<&Record>, first: &Record, merged: &Record) -> Vec<Told> {
    let old = base.map_or(0, |base| base.history.len());
    let (Some(here), Some(there)) = (first.history.get(old..), merged.history.get(first.history.len()..)) else {
        return Vec::new();
    };
    let last = |events: &[Event], name: &String| events.iter().rposition(|event| event.set.contains(name));
    let mut found: Vec<((usize, usize), Rows)> = Vec::new();
    for name in there.iter().flat_map(|event| &event.set).collect::<BTreeSet<_>>() {
        let (Some(one), Some(other)) = (last(here, name), last(there, name)) else { continue };
        let is_merge = there[other].step == UNITE;
        if is_merge || here[one].takers().eq(there[other].takers()) {
            continue;
        }
        let Lost { any: true, rows } = lost_of(kind, [base, Some(first), Some(merged)], name) else { continue };
        match found.iter_mut().find(|(pair, _)| *pair == (one, other)) {
            Some((_, fields)) => fields.push((name.clone(), rows)),
            None => found.push(((one, other), vec![(name.clone(), rows)])),
        }
    }
    let told = |((one, other), fields): ((usize, usize), Rows)| Told::Replaced {
        id: merged.id.clone(),
        first: Box::new(here[one].clone()),
        second: Box::new(there[other].clone()),
        fields,
    };
    found.into_iter().map(told).collect()
}

/// What a merged record lacks of what the first line changed in a field.
fn lost_of(kind: &Kind, [base, first, merged]: [Option<&Record>; 3], name: &str) -> Lost {
    let value = |record: Option<&'_ Record>| record?.get(kind.shape.field_id(name)?).cloned();
    match [base, first, merged].map(value) {
        [was, Some(Value::List(here)), Some(Value::List(is))] => {
            lost(was.as_ref().map(Value::elements).unwrap_or_default(), &here, &is)
        }
        [_, here, is] => Lost { any: here != is, rows: Vec::new() },
    }
}

/// Which rows of a list differ, from 1 on. None, if it has no other rows, or only one.
pub fn differing_rows(was: Option<&Value>, is: Option<&Value>) -> Vec<usize> {
    let (Some(Value::List(was)), Some(Value::List(is))) = (was, is) else { return Vec::new() };
    let all = was.len().max(is.len());
    (0..all).filter(|row| all > 1 && was.get(*row) != is.get(*row)).map(|row| row + 1).collect()
}
