//! The staff by which the events of the second line are judged.

use super::side::Line;
use crate::policy::{People, Policy, STAFF};
use crate::record::Record;

/// The staff as the second line knew it: without the changes of the first line.
pub(super) fn known(policy: &Policy, staff: &[Record], first: &Line, second: &Line) -> People {
    let is_old = |record: &&Record| first.sides.get(&record.id).is_none_or(|side| !side.is_new());
    let common: Vec<Record> = staff.iter().filter(is_old).cloned().collect();
    let before = first.sides.values().filter_map(|side| side.base.clone());
    let own = second.sides.values().filter_map(|side| side.record.clone());
    of(policy, &common, before.chain(own))
}

/// The staff of these records, where `changed` are newer versions or new people.
pub(super) fn of(policy: &Policy, staff: &[Record], changed: impl Iterator<Item = Record>) -> People {
    let Some(kind) = policy.kind(STAFF) else { return People::default() };
    let mut staff = staff.to_vec();
    for record in changed.filter(|record| record.kind == STAFF) {
        staff.retain(|known| known.id != record.id);
        staff.push(record);
    }
    People::of(&staff, &kind.shape, &policy.roles)
}
