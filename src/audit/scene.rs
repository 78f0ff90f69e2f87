//! A commit with all that it is judged by: what every rule of the audit is given.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::commit::{Commit, FileChange};
use super::delta::{Delta, Fate};
use super::finding::{Finding, Severity};
use super::past::Past;
use super::said::Said;
use crate::calendar::{Moment, Zone};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::Id;

/// A commit with all that it is judged by.
pub struct Scene<'s> {
    /// The commit.
    pub commit: &'s Commit,
    /// What its message says.
    pub said: &'s Said,
    /// The policy that it is judged by: the parent's, or that of a founding commit itself. `None` if neither holds together.
    pub policy: Option<&'s Arc<Policy>>,
    /// Whether the parent's policy does not hold together.
    pub lawless: bool,
    /// Whether the book begins here.
    pub founding: bool,
    /// Whether the book begins here with records that were made elsewhere, so that nothing is known of their past.
    pub midway: bool,
    /// The staff of the parent.
    pub people: Arc<People>,
    /// The book of the parent.
    pub past: &'s Past<'s>,
    /// The records that it changes, by path.
    pub deltas: &'s [Delta],
    /// Of a merge: the records that it changes against each further parent.
    pub others: &'s [Vec<Delta>],
}

impl Scene<'_> {
    /// The zone in which days are counted.
    pub fn zone(&self) -> Zone {
        zone(self.policy.map(AsRef::as_ref))
    }

    /// When the commit says that it was made.
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

    /// A finding about a record, and an event of it.
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

    /// The files that differ, by path.
    pub fn files(&self) -> BTreeMap<&str, &FileChange> {
        self.commit.changes.iter().map(|change| (change.path.as_str(), change)).collect()
    }
}

/// The record that was renamed to this one, which has its history from there.
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

/// An instant given in seconds since 1970, as a zone's clocks show it.
pub(super) fn moment(zone: Zone, seconds: i64) -> Moment {
    let utc = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    zone.local(utc.fixed_offset())
}

/// The record of the same commit that has the history of one that is gone.
pub(super) fn renamed(scene: &Scene<'_>, delta: &Delta) -> Option<Id> {
    let gone = delta.before.as_ref()?;
    let same = |new: &&Delta| {
        let record = new.after.as_ref().filter(|_| !new.existed);
        record.is_some_and(|record| record.kind == gone.kind && record.history.starts_with(&gone.history))
    };
    scene.deltas.iter().find(same).and_then(|new| new.id.clone())
}
