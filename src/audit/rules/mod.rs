//! The rules of the audit, one file for each group, and the only list of them. Each is a pure function of one commit
//! in its scene.

mod beginning;
mod canonical;
mod clock;
mod commits;
mod control;
mod fields;
mod files;
mod header;
mod history;
mod keys;
mod merge;
mod moment;
mod numbers;
mod places;
mod policy;
mod steps;
mod trailers;
mod undo;

use super::delta::Delta;
use super::finding::Finding;
use super::replay::replay;
use super::scene::Scene;
use crate::locale::Label;

/// A group of rules.
pub struct Rule {
    /// The name of the group.
    pub name: &'static str,
    /// The ids of its findings. The group `steps` also uses the codes of refusals.
    pub ids: &'static [&'static str],
    /// The commits that it judges.
    pub of: Of,
    /// Judges a commit.
    pub look: fn(&Scene<'_>, &mut Vec<Finding>),
}

/// The commits that a rule judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All except merges.
    Ordinary,
    /// Merges only. The commits of both sides were already judged.
    Merges,
    /// All of them, also those that rightly take another one back.
    Every,
}

/// Every group, in the order of the findings of a commit.
pub static RULES: &[&Rule] = &[
    &beginning::RULE,
    &policy::RULE,
    &control::RULE,
    &places::RULE,
    &moment::RULE,
    &commits::RULE,
    &files::RULE,
    &header::RULE,
    &canonical::RULE,
    &history::RULE,
    &fields::RULE,
    &steps::RULE,
    &clock::RULE,
    &keys::RULE,
    &numbers::RULE,
    &trailers::RULE,
    &merge::RULE,
];

pub(super) use merge::otherwise as merged_otherwise;
pub(super) use undo::look as look_at_undo;

/// Whether a finding says that a step ends otherwise, and how: in another state, or with other steps that follow.
pub(super) fn is_end(rule: &str) -> bool {
    ["step-false", "target-false", "unfollowed", "uncaused"].contains(&rule)
}

/// Whether a finding says that the program gave something otherwise, and nobody needed a right for it: a number, a key,
/// or the figures of a closed period.
pub(super) fn is_slight(rule: &str) -> bool {
    [CLOSED, "number-false", "key-reserved"].contains(&rule)
}

/// A record about a closed period that was made while other days that had passed were working days.
const CLOSED: &str = "closed-meanwhile";

/// The records of closed periods that a commit makes.
pub(super) fn closings(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(rules) = scene.policy.and_then(|policy| policy.reports.closing.as_ref()) else { return Vec::new() };
    let is_new =
        |delta: &&Delta| delta.before.is_none() && delta.after.as_ref().is_some_and(|it| it.kind == rules.kind);
    scene.deltas.iter().filter(is_new).map(|delta| scene.of_record(CLOSED, delta, Some(0), Label::default())).collect()
}

/// What the rules of a scene refuse of a commit: its steps, the change of a file of the rules, an undo, an attachment,
/// or an address. `all`: a step counts as refused if anything is recorded of it, or of what follows from it, that these
/// rules do not give, such as its number.
pub(super) fn refusals(scene: &Scene<'_>, all: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    commits::committer(scene, &mut found);
    if scene.said.undo.as_deref().and_then(|named| undo::look(scene, named, &mut found)).is_none() {
        (control::RULE.look)(scene, &mut found);
        files::attachments(scene, &mut found);
        trailers::typists(scene, &mut found);
        if all {
            header::opened(scene, &mut found);
            numbers::misnumbered(scene, &mut found);
            keys::reserved(scene, &mut found);
        }
        let other = |id: &str| is_end(id) || all && id != "backdated";
        let refused = |finding: &Finding| !steps::RULE.ids.contains(&finding.rule) || other(finding.rule);
        found.extend(replay(scene).into_iter().filter(refused));
    }
    found
}

/// Names in a row for people. They are made visible when a message includes them.
fn joined<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// A date and time for people.
fn shown(at: &crate::calendar::Moment) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RULES;
    use super::undo::IDS as UNDO_IDS;

    #[test]
    fn ids_are_kebab_case_and_stand_once() {
        let mut seen = BTreeSet::new();
        for id in RULES.iter().flat_map(|rule| rule.ids).chain(UNDO_IDS) {
            assert!(crate::record::is_kebab(id), "{id}");
            assert!(seen.insert(id), "{id} stands twice");
        }
    }
}
