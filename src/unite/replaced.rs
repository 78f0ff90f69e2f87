//! Decisions of two people on one field at the same time, where the second one counts.

use std::collections::BTreeSet;

use super::Told;
use crate::kind::Kind;
use crate::record::{Event, Record, UNITE, Value};

/// The decisions of the first line that the second line has replaced, although it did not know of them: both set a
/// field, and the merged record has another value than the first line left. `base` is the record that both knew.
pub fn replaced(kind: &Kind, base: Option<&Record>, first: &Record, merged: &Record) -> Vec<Told> {
    let old = base.map_or(0, |base| base.history.len());
    let (Some(here), Some(there)) = (first.history.get(old..), merged.history.get(first.history.len()..)) else {
        return Vec::new();
    };
    let last = |events: &[Event], name: &String| events.iter().rposition(|event| event.set.contains(name));
    let mut found: Vec<((usize, usize), Vec<String>)> = Vec::new();
    for name in there.iter().flat_map(|event| &event.set).collect::<BTreeSet<_>>() {
        let (Some(one), Some(other)) = (last(here, name), last(there, name)) else { continue };
        let is_merge = there[other].step == UNITE;
        if is_merge || here[one].takers().eq(there[other].takers()) || !is_lost(kind, first, merged, name) {
            continue;
        }
        match found.iter_mut().find(|(pair, _)| *pair == (one, other)) {
            Some((_, names)) => names.push(name.clone()),
            None => found.push(((one, other), vec![name.clone()])),
        }
    }
    let told = |((one, other), fields): ((usize, usize), Vec<String>)| Told::Replaced {
        id: merged.id.clone(),
        first: Box::new(here[one].clone()),
        second: Box::new(there[other].clone()),
        fields: fields.into_iter().map(|name| (name.clone(), other_rows(kind, Some(first), merged, &name))).collect(),
    };
    found.into_iter().map(told).collect()
}

fn other_rows(kind: &Kind, was: Option<&Record>, is: &Record, name: &str) -> Vec<usize> {
    let value = |record: &Record| record.get(kind.shape.field_id(name)?).cloned();
    differing_rows(was.and_then(value).as_ref(), value(is).as_ref())
}

/// Which rows of a list differ, from 1 on. None, if it has no other rows, or only one.
pub fn differing_rows(was: Option<&Value>, is: Option<&Value>) -> Vec<usize> {
    let (Some(Value::List(was)), Some(Value::List(is))) = (was, is) else { return Vec::new() };
    let all = was.len().max(is.len());
    (0..all).filter(|row| all > 1 && was.get(*row) != is.get(*row)).map(|row| row + 1).collect()
}

/// Whether a merged record no longer has the value of the first line. A list has, if it has all its rows.
fn is_lost(kind: &Kind, first: &Record, merged: &Record, name: &str) -> bool {
    let Some(field) = kind.shape.field_id(name) else { return false };
    let (was, is) = (first.get(field), merged.get(field));
    match (was, is) {
        (Some(Value::List(was)), Some(Value::List(is))) => was.iter().any(|row| !is.contains(row)),
        _ => was != is,
    }
}
