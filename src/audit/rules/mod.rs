//! The rules of the audit, one file a group, and the one list of them. Each is a pure function of one commit in its scene.

mod clock;
mod fields;
mod files;
mod header;
mod history;
mod keys;
mod merge;
mod numbers;
mod policy;
mod steps;
mod trailers;
mod undo;

use super::finding::Finding;
use super::scene::Scene;

/// A group of rules.
pub struct Rule {
    /// What it looks at.
    pub name: &'static str,
    /// The ids that its findings carry; the group `steps` also gives the codes of refusals.
    pub ids: &'static [&'static str],
    /// To which commits it speaks.
    pub of: Of,
    /// Looks.
    pub look: fn(&Scene<'_>, &mut Vec<Finding>),
}

/// Which commits a rule speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All but merges.
    Ordinary,
    /// Merges: what both sides did was looked at there.
    Merges,
}

/// Every group, in the order in which findings of a commit are given.
pub static RULES: &[&Rule] = &[
    &policy::RULE,
    &files::RULE,
    &header::RULE,
    &history::RULE,
    &fields::RULE,
    &steps::RULE,
    &clock::RULE,
    &keys::RULE,
    &numbers::RULE,
    &trailers::RULE,
    &merge::RULE,
];

pub(super) use undo::look as look_at_undo;

/// Names as people read them in a row; made visible where they are put into a message.
fn joined<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
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
