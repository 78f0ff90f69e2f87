//! Files: no record goes, each lies where its id leads and can be read; attachments stay as they were filed.

use super::{Of, Rule, Scene};
use crate::audit::delta::{Delta, Fate};
use crate::audit::finding::Finding;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::place::Problem;
use crate::record::Id;

pub(super) static RULE: Rule = Rule {
    name: "files",
    ids: &["deleted", "renamed", "misplaced", "id-changed", "kind-changed", "unreadable", "attachment-changed"],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for delta in scene.deltas {
        found.extend(match &delta.fate {
            Fate::Sound => None,
            Fate::Deleted => Some(match renamed(scene, delta) {
                Some(new) => {
                    scene.of_record("renamed", delta, None, label!(Text::Renamed, file = delta.path, to = new))
                }
                None => scene.of_record("deleted", delta, None, label!(Text::Deleted, file = delta.path)),
            }),
            Fate::Misplaced => {
                Some(scene.of_record("misplaced", delta, None, label!(Text::Misplaced, file = delta.path)))
            }
            Fate::Unreadable(problems) => problems.first().map(|problem| unreadable(scene, delta, problem)),
        });
    }
    attachments(scene, found);
}

fn unreadable(scene: &Scene<'_>, delta: &Delta, problem: &Problem) -> Finding {
    let rule = match &*problem.place.key {
        "id" => "id-changed",
        "kind" => "kind-changed",
        _ => "unreadable",
    };
    let message = label!(Text::Unreadable, place = problem.place, problem = problem.message);
    scene.of_record(rule, delta, None, message)
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

fn attachments(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for change in scene.commit.changes.iter().filter(|change| change.before.is_some()) {
        let Some(rest) = change.path.strip_prefix("files/") else { continue };
        let owner = rest.split('/').next().and_then(|name| name.parse::<Id>().ok());
        let said = |delta: &Delta| delta.id == owner && delta.new_events().any(|(_, event)| !event.set.is_empty());
        if !scene.deltas.iter().any(said) {
            let message: Label = label!(Text::AttachmentChanged, file = change.path);
            let finding = scene.finding("attachment-changed", crate::audit::Severity::Error, message);
            found.push(Finding { record: owner, file: Some(change.path.clone()), ..finding });
        }
    }
}
