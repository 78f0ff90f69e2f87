//! The staff by which the events of the second line are judged.

use super::side::Line;
use crate::policy::{People, Policy, STAFF};
use crate::record::{Id, Record};

/// The staff of the lines.
#[derive(Default)]
pub(super) struct Staffs {
    /// The staff of the common ancestor.
    pub(super) base: People,
    /// The staff as the first line left it.
    pub(super) first: People,
    /// The staff as the second line knew it: without the changes of the first line.
    pub(super) known: People,
    /// The staff of the merged book, as far as it is known which events have no effect.
    pub(super) merged: People,
    records: Vec<Record>,
}

impl Staffs {
    /// `records` are the staff records of the first line.
    pub(super) fn of(policy: &Policy, records: Vec<Record>, first: &Line, second: &Line) -> Staffs {
        let is_old = |record: &&Record| first.sides.get(&record.id).is_none_or(|side| !side.is_new());
        let common: Vec<Record> = records.iter().filter(is_old).cloned().collect();
        let base = with(&common, first.sides.values().filter_map(|side| side.base.clone()));
        let known = with(&base, second.sides.values().filter_map(|side| side.record.clone()));
        let people = |records: &[Record]| people(policy, records);
        let first = people(&records);
        Staffs { base: people(&base), merged: first.clone(), first, known: people(&known), records }
    }

    /// Sets the staff of the merged book. `changed` are the records of the second line as the merge leaves them; `None`
    /// is a record that does not count.
    pub(super) fn merge(&mut self, policy: &Policy, changed: Vec<(Id, Option<Record>)>) {
        let mut records = self.records.clone();
        records.retain(|known| changed.iter().all(|(id, record)| *id != known.id || record.is_some()));
        self.merged = people(policy, &with(&records, changed.into_iter().filter_map(|(_, record)| record)));
    }
}

/// These staff records, where `changed` are newer versions or new people.
fn with(staff: &[Record], changed: impl Iterator<Item = Record>) -> Vec<Record> {
    let mut staff = staff.to_vec();
    for record in changed.filter(|record| record.kind == STAFF) {
        staff.retain(|known| known.id != record.id);
        staff.push(record);
    }
    staff
}

fn people(policy: &Policy, staff: &[Record]) -> People {
    policy.kind(STAFF).map(|kind| People::of(staff, &kind.shape, &policy.roles)).unwrap_or_default()
}
