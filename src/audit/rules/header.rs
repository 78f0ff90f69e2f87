//! The header of a record, which only the program sets: the policy by which it is judged.

use super::super::scene::{Scene, renamed_from};
use super::{Of, Rule};
use crate::audit::finding::{Finding, Severity};
use crate::kind::Rules;
use crate::label;
use crate::locale::messages::AuditText as Text;

pub(super) static RULE: Rule = Rule {
    name: "header",
    ids: &["rules-changed", "rules-false", "rules-lost", "rules-broken"],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    opened(scene, found);
    for delta in scene.deltas {
        let Some(after) = &delta.after else { continue };
        match &delta.before {
            Some(before) if before.rules != after.rules => {
                let message = label!(Text::RulesChanged, from = shown(&before.rules), to = shown(&after.rules));
                found.push(scene.of_record("rules-changed", delta, None, message));
            }
            _ => {}
        }
        let news = delta.before.as_ref().is_none_or(|before| before.rules != after.rules);
        if let Some(rules) = after.rules.as_deref().filter(|rules| news && !scene.past.source().knows_rules(rules)) {
            let finding = scene.of_record("rules-lost", delta, None, label!(Text::RulesLost, rules = rules));
            found.push(Finding { severity: Severity::Warning, ..finding });
        } else if let Some(why) = scene.past.misjudged(after) {
            let message = label!(Text::RulesBroken, rules = shown(&after.rules); why = why);
            let finding = scene.of_record("rules-broken", delta, None, message);
            found.push(Finding { severity: Severity::Warning, ..finding });
        }
    }
}

/// New records are judged by the rules of their day, if their kind says so.
pub(super) fn opened(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = scene.policy.filter(|_| !scene.midway) else { return };
    for delta in scene.deltas.iter().filter(|delta| delta.before.is_none()) {
        let Some(after) = &delta.after else { continue };
        let opened = policy.kind(&after.kind).is_some_and(|kind| kind.rules == Rules::Opened);
        let expected = opened.then(|| policy.id.clone());
        if after.rules != expected && renamed_from(scene, delta).is_none() {
            let message = label!(Text::RulesFalse, found = shown(&after.rules), expected = shown(&expected));
            found.push(scene.of_record("rules-false", delta, None, message));
        }
    }
}

fn shown(rules: &Option<String>) -> String {
    rules.clone().unwrap_or_else(|| "-".to_owned())
}
