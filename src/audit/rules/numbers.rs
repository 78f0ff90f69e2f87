//! Running numbers follow each other. If numbers were skipped, somebody gave a number without the program, or records
//! are missing.

use std::collections::{BTreeMap, BTreeSet};

use super::super::scene::{Scene, renamed_from};
use super::{Of, Rule};
use crate::audit::delta::Delta;
use crate::audit::finding::{Finding, Severity};
use crate::kind::IMPORT;
use crate::label;
use crate::lifecycle::Lookup;
use crate::locale::messages::AuditText as Text;

pub(super) static RULE: Rule = Rule { name: "numbers", ids: &["number-gap"], of: Of::Ordinary, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = scene.policy.filter(|_| !scene.midway) else { return };
    let mut given: BTreeMap<String, BTreeMap<u64, &Delta>> = BTreeMap::new();
    for delta in scene.deltas.iter().filter(|delta| !delta.existed && renamed_from(scene, delta).is_none()) {
        let Some(record) = &delta.after else { continue };
        // an import brings its own numbers
        if record.history.first().is_some_and(|event| event.step == IMPORT) {
            continue;
        }
        let numbering = policy.kind(&record.kind).and_then(|kind| kind.numbering.as_ref());
        if let Some(numbered) = numbering.and_then(|numbering| numbering.counted(record)) {
            given.entry(numbered.series).or_default().insert(numbered.count, delta);
        }
    }
    for (series, numbers) in given {
        let Ok(highest) = scene.past.highest(&series) else { continue };
        let own: BTreeSet<u64> = numbers.keys().copied().collect();
        for (count, delta) in numbers {
            if count > highest + 1 && !own.contains(&(count - 1)) {
                let pattern = series.split_once(' ').map_or(series.as_str(), |(_, pattern)| pattern);
                let message = label!(Text::NumberGap, pattern = pattern, count = count, highest = highest);
                let finding = scene.of_record("number-gap", delta, None, message);
                found.push(Finding { severity: Severity::Warning, ..finding });
            }
        }
    }
}
