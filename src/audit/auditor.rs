//! The walk through history. The auditor judges one commit after another, each in its scene, and then moves the book
//! to it.

use std::collections::BTreeMap;

use super::commit::{Commit, FileChange, Rulebook, Source};
use super::delta::Delta;
use super::finding::{Finding, Severity};
use super::past::Past;
use super::rules::{self, Of, RULES};
use super::said::Said;
use super::scene::Scene;
use crate::kind::IMPORT;
use crate::label;
use crate::locale::messages::AuditText as Text;

/// An audit in progress.
pub struct Auditor<'s> {
    past: Past<'s>,
    imports: Vec<Imported>,
}

/// A commit that brought records in from elsewhere, with dates and states that this book has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The commit.
    pub commit: String,
    /// When it says it was made, seconds since 1970.
    pub seconds: i64,
    /// The author's name.
    pub author: String,
    /// The kind of the records.
    pub kind: String,
    /// How many there are.
    pub count: usize,
    /// How many of them came in unfinished, with deadlines that run.
    pub running: usize,
}

impl<'s> Auditor<'s> {
    /// An audit before the first commit.
    pub fn new(source: &'s dyn Source) -> Self {
        Auditor { past: Past::new(source), imports: Vec::new() }
    }

    /// The imports among the commits that were looked at, in their order.
    pub fn imports(self) -> Vec<Imported> {
        self.imports
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
            let (found, imports) = self.found(commit, before, after, founding);
            self.imports.extend(imports);
            found
        };
        if let Some(policy) = after.policy() {
            self.past.enter(policy);
        }
        self.past.apply(&commit.changes);
        found
    }

    fn found(
        &self,
        commit: &Commit,
        before: &Rulebook,
        after: &Rulebook,
        founding: bool,
    ) -> (Vec<Finding>, Vec<Imported>) {
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
        // a merge brings in what another line of history has imported
        let imports = if commit.is_merge() { Vec::new() } else { imported(commit, &deltas) };
        (found, imports)
    }
}

/// What a commit brought in, by kind.
fn imported(commit: &Commit, deltas: &[Delta]) -> Vec<Imported> {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for delta in deltas.iter().filter(|delta| delta.before.is_none()) {
        let first = delta.after.as_ref().and_then(|record| Some((record.kind.as_str(), record.history.first()?)));
        if let Some((kind, event)) = first.filter(|(_, event)| event.step == IMPORT) {
            let (count, running) = kinds.entry(kind).or_default();
            *count += 1;
            *running += usize::from(event.running);
        }
    }
    let one = |(kind, (count, running)): (&str, (usize, usize))| Imported {
        commit: commit.id.clone(),
        seconds: commit.seconds,
        author: commit.author.clone(),
        kind: kind.to_owned(),
        count,
        running,
    };
    kinds.into_iter().map(one).collect()
}
