//! Repeats (重复投诉): the same client, product and cause, or other fields that the policy names, within a time.

use std::collections::BTreeMap;

use crate::calendar::{Calendar, Moment, Roll, Span};
use crate::record::Id;

/// A complaint by what makes it a repeat of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its case: the first form of it.
    pub case: Id,
    /// When it was opened.
    pub opened: Moment,
    /// The fields that must be the same. `None` if it lacks one, so that it repeats nothing.
    pub same: Option<Vec<String>>,
}

/// The cases opened in a stretch of time, and how many of them have another case like them that was opened no longer than
/// `within` before.
pub(super) fn count(
    calendar: &Calendar,
    all: &[Occurrence],
    within: Span,
    (from, until): (Moment, Moment),
) -> (usize, usize) {
    // a case is what its first form says it is
    let mut cases: BTreeMap<&Id, &Occurrence> = BTreeMap::new();
    for one in all {
        let first = cases.entry(&one.case).or_insert(one);
        if one.opened < first.opened {
            *first = one;
        }
    }
    let mut like: BTreeMap<&[String], Vec<(Moment, &Id)>> = BTreeMap::new();
    for one in cases.values() {
        if let Some(same) = &one.same {
            like.entry(same).or_default().push((one.opened, &one.case));
        }
    }
    like.values_mut().for_each(|alike| alike.sort());
    let inside = |one: &&&Occurrence| one.opened >= from && one.opened < until;
    let repeats = |one: &&&Occurrence| {
        let Some(alike) = one.same.as_ref().and_then(|same| like.get(same.as_slice())) else { return false };
        // of two opened at the same instant the second by id repeats the first
        let place = alike.partition_point(|other| *other < (one.opened, &one.case));
        let before = place.checked_sub(1).and_then(|at| alike.get(at));
        before.is_some_and(|(at, _)| calendar.add(*at, within, Roll::Stay).is_ok_and(|end| one.opened <= end))
    };
    (cases.values().filter(inside).count(), cases.values().filter(inside).filter(repeats).count())
}
