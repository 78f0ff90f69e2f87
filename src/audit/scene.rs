//! A commit with everything by which it is judged. Every rule of the audit gets it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::commit::{Commit, FileChange, Rulebook};
use super::delta::{Delta, Fate};
use super::finding::{Finding, Severity};
use super::past::Past;
use super::said::Said;
use crate::calendar::{Moment, Zone};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::Id;

/// A commit with everything by which it is judged.
pub struct Scene<'s> {
    /// The commit.
    pub commit: &'s Commit,
    /// The content of its message.
    pub said: &'s Said,
    /// The policy that judges it: the last one of the parent, or its own if the parent has none. `None` if that does
    /// not load.
    pub policy: Option<&'s Arc<Policy>>,
    /// The rule book of the parent.
    pub before: &'s Rulebook,
    /// The rule book of the commit.
    pub after: &'s Rulebook,
    /// The clock of the audit, in seconds since 1970. `None`: dates are not compared with it.
    pub now: Option<i64>,
    /// Whether the book begins here.
    pub founding: bool,
    /// Whether the book begins here with records that were made elsewhere, so that their past is not known.
    pub midway: bool,
    /// The staff of the parent.
    pub people: Arc<People>,
    /// The book of the parent.
    pub past: &'s Past<'s>,
    /// The records that it changes, by path.
    pub deltas: &'s [Delta],
    /// For a merge, the records that differ from each further parent.
    pub others: &'s [Vec<Delta>],
}

impl Scene<'_> {
    /// The zone in which days are counted.
    pub fn zone(&self) -> Zone {
        zone(self.policy.map(AsRef::as_ref))
    }

    /// The committer date.
    pub fn moment(&self) -> Moment {
        moment(self.zone(), self.commit.seconds)
    }

    /// A finding about the commit.
    pub fn finding(&self, rule: &'static str, severity: Severity, message: impl Into<Label>) -> Finding {
        Finding {
            rule,
            severity,
            commit: self.commit.id.clone(),
            at: Some(self.moment()),
            author: self.commit.author.clone(),
            record: None,
            event: None,
            file: None,
            message: message.into(),
        }
    }

    /// A finding about a record, and perhaps about one of its events.
    pub fn of_record(
        &self,
        rule: &'static str,
        delta: &Delta,
        event: Option<usize>,
        message: impl Into<Label>,
    ) -> Finding {
        Finding {
            record: delta.id.clone(),
            event,
            file: Some(delta.path.clone()),
            ..self.finding(rule, Severity::Error, message)
        }
    }

    /// The changed files, by path.
    pub fn files(&self) -> BTreeMap<&str, &FileChange> {
        self.commit.changes.iter().map(|change| (change.path.as_str(), change)).collect()
    }
}

/// The record that was renamed to this one. The history of this record continues from there.
pub(super) fn renamed_from<'d>(scene: &'d Scene<'_>, delta: &Delta) -> Option<&'d Delta> {
    if delta.existed {
        return None;
    }
    let mut gone = scene.deltas.iter().filter(|other| other.fate == Fate::Deleted);
    gone.find(|other| delta.id.is_some() && renamed(scene, other) == delta.id)
}

/// The zone of a policy.
fn zone(policy: Option<&Policy>) -> Zone {
    policy.map_or_else(Zone::utc, |policy| policy.settings.time_zone)
}

/// An instant in seconds since 1970, on a zone's clocks.
pub(super) fn moment(zone: Zone, seconds: i64) -> Moment {
    let utc = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    zone.local(utc.fixed_offset())
}

/// If a deleted record was renamed: the record of the same commit that has its history.
pub(super) fn renamed(scene: &Scene<'_>, delta: &Delta) -> Option<Id> {
    let gone = delta.before.as_ref()?;
    let same = |new: &&Delta| {
        let record = new.after.as_ref().filter(|_| !new.existed);
        record.is_some_and(|record| record.kind == gone.kind && record.history.starts_with(&gone.history))
    };
    scene.deltas.iter().find(same).and_then(|new| new.id.clone())
}
