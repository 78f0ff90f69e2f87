//! The walk through history. The auditor judges one commit after another, each in its scene, and then moves the book
//! to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alteration::{self, Window};
use super::commit::{Begun, Blob, Commit, FileChange, Rulebooks, Source};
use super::delta::Delta;
use super::finding::{Finding, Severity};
use super::flips;
use super::ledger::Ledger;
use super::past::Past;
use super::rules::{self, Of, RULES};
use super::said::Said;
use super::scene::Scene;
use crate::kind::IMPORT;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::policy::{People, Policy};
use crate::record::{Event, Id};

/// An audit in progress.
pub struct Auditor<'s> {
    pub(super) past: Past<'s>,
    now: Option<i64>,
    /// The imports among the commits that were looked at, in their order.
    pub imports: Vec<Imported>,
    /// The changes of the rules.
    pub ledger: Ledger,
    /// The times after which a rule was set back.
    pub windows: Vec<Window>,
}

/// A commit that brought records in from elsewhere, with dates and states that this book has not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Other rules than those of the day, by which a commit is judged once more.
pub struct Alternative<'a> {
    /// The rule book.
    pub policy: &'a Arc<Policy>,
    /// The people whose records are as they were at an earlier time, with their contents.
    pub people: Vec<(&'a Id, Option<Blob>)>,
    /// Whether these rules also say who has which roles, or what the staff's records mean.
    pub of_staff: bool,
    /// Whether these rules came back: then a step counts as refused if anything of it or of what follows from it would
    /// be otherwise. Else only if all of the other rules give it the same other end.
    pub is_back: bool,
    /// Whether other days that had passed were working days. Then the figures of a period that was closed meanwhile may
    /// be others.
    pub recounts: bool,
}

/// What other rules refuse, or make otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// A step as `ID step`, and anything else as a file or a rule, and the commit.
    pub what: String,
    /// Whether nobody needed a right for it.
    pub is_slight: bool,
}

/// What is refused: an event of a record, or a file, or else the rule that refuses the commit. The rule is also given
/// if nobody needs a right for it.
type Refused = (Option<Id>, Option<usize>, Option<String>, &'static str);

impl<'s> Auditor<'s> {
    /// An audit before the first commit. `now` is its clock, in seconds since 1970.
    pub fn new(source: &'s dyn Source, now: Option<i64>) -> Self {
        let past = Past::new(source);
        Auditor { past, now, imports: Vec::new(), ledger: Ledger::default(), windows: Vec::new() }
    }

    /// What was found out so far, in bytes for [`Auditor::resume`]. `None` if it cannot be written.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_stdvec(&(&self.imports, &self.ledger, self.past.keep())).ok()
    }

    /// An audit that goes on after a commit, from the bytes of the same build of the program. `policy` is the last rule
    /// book there that loaded. `None` for other bytes.
    pub fn resume(source: &'s dyn Source, now: Option<i64>, policy: &Arc<Policy>, bytes: &[u8]) -> Option<Self> {
        let (imports, ledger, past) = postcard::from_bytes(bytes).ok()?;
        let past = Past::resume(source, policy, past);
        Some(Auditor { past, now, imports, ledger, windows: Vec::new() })
    }

    /// Takes over what another line of history has brought in.
    pub fn join(&mut self, before: Self) {
        let (imports, ledger) = (std::mem::replace(&mut self.imports, before.imports), before.ledger);
        self.imports.extend(imports);
        self.ledger = ledger;
        self.windows.extend(before.windows);
    }

    /// Moves to another commit without judging the commits in between. `changes` is everything that differs from the
    /// present position, `last` the last rules there that loaded.
    pub fn go(&mut self, changes: &[FileChange], last: Option<&Arc<Policy>>) {
        if let Some(policy) = last {
            self.past.enter(policy);
        }
        self.past.cross(changes);
    }

    /// Judges a commit whose first parent is the present position, and moves to it.
    pub fn look(&mut self, commit: &Commit, rules: Rulebooks<'_>) -> Vec<Finding> {
        if let Some(policy) = rules.last.or(rules.after.policy()) {
            self.past.enter(policy);
        }
        let (found, undone) = match commit.begun {
            Begun::NotYet => (Vec::new(), false),
            _ => self.found(commit, rules),
        };
        if let Some(policy) = rules.after.policy() {
            self.past.enter(policy);
        }
        self.past.apply(&commit.changes, undone);
        found
    }

    /// Judges a commit once more, by other rules, and returns what all of these refuse and the rules of the day do not:
    /// steps as `ID step`, and anything else as a file or the rule that refuses, and the commit. Of a merge they are
    /// the records that all of these rules merge otherwise. Steps that a later merge has overruled are left out. The
    /// commit's first parent is the present position.
    pub fn refused(
        &mut self,
        commit: &Commit,
        rules: Rulebooks<'_>,
        others: &[Alternative<'_>],
        is_overruled: &dyn Fn(&Id, &Event) -> bool,
    ) -> Vec<Act> {
        if commit.is_merge() {
            return self.merged_otherwise(commit, rules, others);
        }
        let Some(last) = rules.last else { return Vec::new() };
        self.past.enter(last);
        let said = Said::read(&commit.message);
        let refusals = |policy: &Arc<Policy>,
                        people: Arc<People>,
                        is_back: bool,
                        recounts|
         -> BTreeSet<(Refused, Option<String>)> {
            self.past.start_over();
            let deltas = Delta::all(&commit.changes, &self.past, Some(last.as_ref()), None);
            let scene = Scene { people, ..self.scene(commit, &said, Some(policy), rules, &deltas) };
            let refused = |finding: Finding| {
                let slight = if rules::is_slight(finding.rule) { finding.rule } else { "" };
                match (finding.event, &finding.file) {
                    (Some(_), _) => {
                        let end = Some(finding.message.en).filter(|_| !is_back && rules::is_end(finding.rule));
                        ((finding.record, finding.event, None, slight), end)
                    }
                    (None, Some(_)) => ((None, None, finding.file, slight), None),
                    (None, None) => ((None, None, None, finding.rule), None),
                }
            };
            let closings = if recounts { rules::closings(&scene) } else { Vec::new() };
            rules::refusals(&scene, is_back).into_iter().chain(closings).map(refused).collect()
        };
        let mut found: Option<BTreeSet<(Refused, Option<String>)>> = None;
        for other in others {
            let policy = Some(other.policy.as_ref()).filter(|_| other.of_staff);
            let people = match other.people.is_empty() && policy.is_none() {
                true => self.past.people(),
                false => Arc::new(self.past.people_under(policy, &other.people)),
            };
            let refused = refusals(other.policy, people, other.is_back, other.recounts);
            match &mut found {
                Some(found) => found.retain(|one| refused.contains(one)),
                None => found = Some(refused),
            }
            // most of what people do is possible by the first of the other rules
            if found.as_ref().is_some_and(BTreeSet::is_empty) {
                return Vec::new();
            }
        }
        let known = refusals(last, self.past.people(), true, false);
        let deltas = Delta::all(&commit.changes, &self.past, Some(last.as_ref()), None);
        let known: BTreeSet<Refused> = known.into_iter().map(|(refused, _)| refused).collect();
        let mut found: Vec<Refused> = found.unwrap_or_default().into_iter().map(|(refused, _)| refused).collect();
        found.dedup();
        let named = |(record, event, file, rule): &Refused| {
            let what = match (record, event, file) {
                (Some(id), Some(event), _) => {
                    let delta = deltas.iter().find(|delta| delta.id.as_ref() == Some(id))?;
                    let event = delta.after.as_ref()?.history.get(*event)?;
                    (!is_overruled(id, event)).then(|| format!("{id} {}", event.step))?
                }
                (_, _, file) => in_commit(file.as_deref().unwrap_or(rule), commit),
            };
            Some(Act { what, is_slight: rules::is_slight(rule) })
        };
        found.iter().filter(|one| !known.contains(*one)).filter_map(named).collect()
    }

    /// The records of a merge that all of these rules merge otherwise, and its own rules as it has them.
    fn merged_otherwise(&self, commit: &Commit, rules: Rulebooks<'_>, others: &[Alternative<'_>]) -> Vec<Act> {
        let Some(own) = rules.after.policy() else { return Vec::new() };
        self.past.start_over();
        let mut found: Option<BTreeSet<Id>> = None;
        for other in others {
            let otherwise = rules::merged_otherwise(&self.past, commit, other.policy, &other.people);
            let both = found.map_or_else(|| otherwise.clone(), |found| &found & &otherwise);
            if both.is_empty() {
                return Vec::new();
            }
            found = Some(both);
        }
        let known = rules::merged_otherwise(&self.past, commit, own, &[]);
        let act = |id: &Id| Act { what: in_commit(id.as_str(), commit), is_slight: false };
        found.unwrap_or_default().difference(&known).map(act).collect()
    }

    fn scene<'c>(
        &'c self,
        commit: &'c Commit,
        said: &'c Said,
        policy: Option<&'c Arc<Policy>>,
        rules: Rulebooks<'c>,
        deltas: &'c [Delta],
    ) -> Scene<'c> {
        Scene {
            commit,
            said,
            policy,
            before: rules.before,
            after: rules.after,
            now: self.now,
            founding: false,
            midway: false,
            people: self.past.people(),
            past: &self.past,
            deltas,
            others: &[],
        }
    }

    fn found(&mut self, commit: &Commit, rules: Rulebooks<'_>) -> (Vec<Finding>, bool) {
        let past = &self.past;
        let founding = matches!(commit.begun, Begun::Here | Begun::Again);
        let policy = rules.last.or(rules.after.policy());
        let (old, new) = (policy.map(AsRef::as_ref), rules.after.policy().map(AsRef::as_ref));
        let deltas = Delta::all(&commit.changes, past, old, new);
        let others: Vec<Vec<Delta>> = commit.others.iter().map(|changes| Delta::aside(changes, past, new)).collect();
        let made_here = |delta: &Delta| {
            let staff = delta.id.as_ref().is_some_and(crate::record::Id::is_person);
            staff && delta.after.as_ref().is_none_or(|record| record.history.len() == 1)
        };
        let said = Said::read(&commit.message);
        let scene = Scene {
            founding,
            midway: founding && !deltas.iter().all(made_here),
            others: &others,
            ..self.scene(commit, &said, policy, rules, &deltas)
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
        let undone = said.undo.as_deref().and_then(|named| rules::look_at_undo(&scene, named, &mut found));
        let of = if commit.is_merge() { Of::Merges } else { Of::Ordinary };
        let judges = |rule: &&&rules::Rule| rule.of == Of::Every || rule.of == of && undone.is_none();
        RULES.iter().filter(judges).for_each(|rule| (rule.look)(&scene, &mut found));
        // a merge brings in what another line of history has imported or changed
        if !commit.is_merge() {
            let mut altered = if founding { Vec::new() } else { alteration::of(commit, &deltas, past, new.or(old)) };
            if let (Some(old), Some(new), false) = (old, new, founding) {
                flips::tell(&mut altered, past, old, new, scene.moment());
            }
            let zone = scene.zone();
            self.imports.extend(imported(commit, &deltas));
            self.windows.extend(self.ledger.add(altered, zone));
        }
        (found, undone == Some(true))
    }
}

fn in_commit(what: &str, commit: &Commit) -> String {
    format!("{what} {}", commit.id.get(..12).unwrap_or(&commit.id))
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
