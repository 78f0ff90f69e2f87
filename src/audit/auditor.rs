//! The walk through history. The auditor judges one commit after another, each in its scene, and then moves the book
//! to it.

use super::commit::{Commit, FileChange, Rulebook, Source};
use super::delta::Delta;
use super::finding::{Finding, Severity};
use super::past::Past;
use super::rules::{self, Of, RULES};
use super::said::Said;
use super::scene::Scene;
use crate::label;
use crate::locale::messages::AuditText as Text;

/// An audit in progress.
pub struct Auditor<'s> {
    past: Past<'s>,
}

impl<'s> Auditor<'s> {
    /// An audit before the first commit.
    pub fn new(source: &'s dyn Source) -> Self {
        Auditor { past: Past::new(source) }
    }

    /// Moves to another commit without judging the commits in between. `changes` is everything that differs from the
    /// present position.
    pub fn go(&mut self, changes: &[FileChange], rules: &Rulebook) {
        if let Some(policy) = rules.policy() {
            self.past.enter(policy);
        }
        self.past.cross(changes);
    }

    /// Judges a commit whose first parent is the present position, and moves to it. `before` and `after` are the rule
    /// books of the parent and of the commit.
    pub fn look(&mut self, commit: &Commit, before: &Rulebook, after: &Rulebook) -> Vec<Finding> {
        let founding = matches!(before, Rulebook::Absent);
        let (old, new) = (before.policy(), after.policy());
        if let Some(policy) = old.or(new.filter(|_| founding)) {
            self.past.enter(policy);
        }
        let found = if founding && matches!(after, Rulebook::Absent) {
            Vec::new()
        } else {
            self.found(commit, before, after, founding)
        };
        if let Some(policy) = after.policy() {
            self.past.enter(policy);
        }
        self.past.apply(&commit.changes);
        found
    }

    fn found(&self, commit: &Commit, before: &Rulebook, after: &Rulebook, founding: bool) -> Vec<Finding> {
        let past = &self.past;
        let policy = before.policy().or(after.policy().filter(|_| founding)).or(past.policy());
        let (old, new) = (policy.map(AsRef::as_ref), after.policy().map(AsRef::as_ref));
        let deltas = Delta::all(&commit.changes, past, old, new);
        let others: Vec<Vec<Delta>> = commit.others.iter().map(|changes| Delta::aside(changes, past, new)).collect();
        let made_here = |delta: &Delta| {
            let staff = delta.id.as_ref().is_some_and(crate::record::Id::is_person);
            staff && delta.after.as_ref().is_none_or(|record| record.history.len() == 1)
        };
        let said = Said::read(&commit.message);
        let scene = Scene {
            commit,
            said: &said,
            policy,
            lawless: matches!(before, Rulebook::Broken(_)),
            founding,
            midway: founding && !deltas.iter().all(made_here),
            people: past.people(),
            past,
            deltas: &deltas,
            others: &others,
        };
        let mut found = Vec::new();
        // while the rules cannot be read, the last readable ones count
        if let (Some(old), Some(new), false) = (policy, new, founding) {
            let (old, new) = (&old.settings, &new.settings);
            if new.format < old.format {
                let message = label!(Text::FormatLowered, from = old.format, to = new.format);
                found.push(scene.finding("format-lowered", Severity::Error, message));
            }
            if new.clock != old.clock {
                let message = label!(Text::ClockChanged, from = old.clock.name(), to = new.clock.name());
                found.push(scene.finding("clock-changed", Severity::Error, message));
            }
        }
        let undone = said.undo.as_deref().is_some_and(|named| rules::look_at_undo(&scene, named, &mut found));
        if !undone {
            let of = if commit.is_merge() { Of::Merges } else { Of::Ordinary };
            RULES.iter().filter(|rule| rule.of == of).for_each(|rule| (rule.look)(&scene, &mut found));
        }
        found
    }
}
