//! Running numbers follow their pattern and each other. If numbers were skipped or given again, somebody gave a number
//! without the program, or records are missing.

use std::collections::BTreeMap;

use super::super::scene::{Scene, renamed_from};
use super::{Of, Rule};
use crate::audit::delta::Delta;
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::lifecycle::Lookup;
use crate::locale::messages::AuditText as Text;
use crate::policy::Policy;
use crate::record::Value;

pub(super) static RULE: Rule =
    Rule { name: "numbers", ids: &["number-false", "number-gap", "number-again"], of: Of::Ordinary, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = scene.policy.filter(|_| !scene.midway) else { return };
    misnumbered(scene, found);
    // the numbers of each series that are new, with the records that got them here; an import brings its own numbers
    let mut given: BTreeMap<String, BTreeMap<u64, Option<&Delta>>> = BTreeMap::new();
    for delta in scene.deltas.iter().filter(|delta| renamed_from(scene, delta).is_none()) {
        let Some(record) = &delta.after else { continue };
        let Some(numbering) = policy.kind(&record.kind).and_then(|kind| kind.numbering.as_ref()) else { continue };
        let is_old = match &delta.before {
            Some(before) => numbering.of(before) == numbering.of(record),
            None => delta.existed,
        };
        if let Some(numbered) = numbering.counted(record).filter(|_| !is_old) {
            let by_program = delta.existed || !record.is_imported();
            given.entry(numbered.series).or_default().insert(numbered.count, Some(delta).filter(|_| by_program));
        }
    }
    for (series, numbers) in given {
        let Ok(highest) = scene.past.highest(&series) else { continue };
        let pattern = series.split_once(' ').map_or(series.as_str(), |(_, pattern)| pattern);
        for (count, delta) in numbers.iter().filter_map(|(count, delta)| Some((*count, (*delta)?))) {
            let (rule, message) = if count <= highest {
                let next = highest + 1;
                ("number-again", label!(Text::NumberAgain, pattern = pattern, count = count, next = next))
            } else if count > highest + 1 && !numbers.contains_key(&(count - 1)) {
                ("number-gap", label!(Text::NumberGap, pattern = pattern, count = count, highest = highest))
            } else {
                continue;
            };
            let finding = scene.of_record(rule, delta, None, message);
            found.push(Finding { severity: Severity::Warning, ..finding });
        }
    }
}

/// The numbers of a commit that the program did not give.
pub(super) fn misnumbered(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = scene.policy.filter(|_| !scene.midway) else { return };
    let own = scene.deltas.iter().filter(|delta| renamed_from(scene, delta).is_none());
    found.extend(own.filter_map(|delta| misnumber(scene, policy, delta)));
}

/// A number that the program did not give: one of another pattern, of another month than the record's, of no form of a
/// case, or none at all.
fn misnumber(scene: &Scene<'_>, policy: &Policy, delta: &Delta) -> Option<Finding> {
    let record = delta.after.as_ref()?;
    let numbering = policy.kind(&record.kind)?.numbering.as_ref()?;
    let number = numbering.of(record);
    let stood = match &delta.before {
        Some(before) => numbering.of(before) == number,
        // an import brings its own numbers
        None => delta.existed || record.is_imported(),
    };
    let day = record.opened()?.date_naive();
    let in_series =
        || number.and_then(|number| numbering.read(number)).is_some_and(|n| n.series == numbering.series(day));
    // a later form of a case has the number of the first, as the form before it has, and its own place behind it
    let of_form = || {
        let Some(Value::Ref(before)) = numbering.over.and_then(|over| record.get(over)) else { return false };
        let (stem, form) = number.and_then(|number| number.rsplit_once('-')).unwrap_or_default();
        let before = scene.past.draft(before);
        let before = before.as_ref().and_then(|before| numbering.of(before)).unwrap_or_default();
        let is_one = |form: &str| form.parse::<u64>().is_ok_and(|form| form > 1);
        is_one(form)
            && (before == stem || before.rsplit_once('-').is_some_and(|(same, other)| same == stem && is_one(other)))
    };
    if stood || in_series() || of_form() {
        return None;
    }
    let message = label!(Text::NumberFalse, number = number.unwrap_or("-"), expected = numbering.number(day, 1));
    Some(scene.of_record("number-false", delta, None, message))
}
