//! Files: no record disappears, each has a path that fits its id and can be read, and attachments never change.

use std::collections::BTreeMap;

use super::super::scene::{Scene, renamed};
use super::{Of, Rule};
use crate::audit::delta::{Delta, Fate};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::place::Problem;
use crate::record::{FILES, FileRef, Id};

pub(super) static RULE: Rule = Rule {
    name: "files",
    ids: &[
        "deleted",
        "renamed",
        "misplaced",
        "id-changed",
        "kind-changed",
        "unreadable",
        "unread-replaced",
        "attachment-changed",
        "attachment-missing",
        "attachment-stray",
        "attachment-large",
    ],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    for delta in scene.deltas {
        found.extend(match &delta.fate {
            Fate::Sound if delta.existed && delta.before.is_none() => {
                let message = label!(Text::UnreadReplaced, file = delta.path);
                Some(scene.of_record("unread-replaced", delta, None, message))
            }
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
    let message = Label::each(|lang| {
        crate::say!(lang, Text::Unreadable, place = problem.place, problem = problem.message.get(lang))
    });
    scene.of_record(rule, delta, None, message)
}

/// Each file beside a record has the digest that the record says, and not more bytes than the settings allow. A file
/// that a record newly refers to is filed in the same commit.
pub(super) fn attachments(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    // the digest of each, or nothing if it is told of already
    let mut filed: BTreeMap<String, Option<String>> = BTreeMap::new();
    for change in &scene.commit.changes {
        let Some((_, rest)) = change.path.split_once('/').filter(|(folder, _)| *folder == FILES) else { continue };
        let (owner, name) = rest.split_once('/').unwrap_or_default();
        let owner = owner.parse::<Id>().ok();
        let named = owner.as_ref().and_then(|id| named(scene, id, name));
        let bytes = change.after.map(|blob| scene.past.source().bytes(blob));
        let most =
            scene.policy.filter(|_| !scene.founding).map_or(u64::MAX, |policy| policy.settings.largest_attachment);
        let (rule, message) = match (&named, &bytes) {
            (None, None) if !owner.as_ref().is_some_and(|id| is_unread(scene, id)) => continue,
            (Some(file), Some(Some(bytes))) if file.digest == FileRef::digest(bytes) => {
                filed.insert(change.path.clone(), Some(file.digest.clone()));
                if bytes.len() as u64 <= most {
                    continue;
                }
                let megabytes = most / 1_000_000;
                ("attachment-large", label!(Text::AttachmentLarge, file = change.path, megabytes = megabytes))
            }
            (None, Some(_)) if change.before.is_none() => {
                ("attachment-stray", label!(Text::AttachmentStray, file = change.path))
            }
            _ => ("attachment-changed", label!(Text::AttachmentChanged, file = change.path)),
        };
        filed.insert(change.path.clone(), None);
        let finding = scene.finding(rule, Severity::Error, message);
        found.push(Finding { record: owner, file: Some(change.path.clone()), ..finding });
    }
    for delta in scene.deltas {
        let (Some(id), Some(after)) = (&delta.id, &delta.after) else { continue };
        let before = delta.before.as_ref().map(|record| record.fields.files()).unwrap_or_default();
        for file in after.fields.files().into_iter().filter(|file| !before.contains(file)) {
            let path = file.path(id);
            if filed.get(&path).is_none_or(|digest| digest.as_ref().is_some_and(|digest| *digest != file.digest)) {
                let message = label!(Text::AttachmentMissing, file = path);
                found.push(scene.of_record("attachment-missing", delta, None, message));
            }
        }
    }
}

/// Whether a record is there before and after the commit, but cannot be read.
fn is_unread(scene: &Scene<'_>, id: &Id) -> bool {
    let is_touched = scene.deltas.iter().any(|delta| delta.id.as_ref() == Some(id));
    !is_touched && scene.past.has(id) && scene.past.last_sound(id).is_none()
}

/// What a record says about its file of this name, in the commit's version of the record.
fn named(scene: &Scene<'_>, id: &Id, name: &str) -> Option<FileRef> {
    let delta = scene.deltas.iter().find(|delta| delta.id.as_ref() == Some(id));
    let record = match delta {
        Some(delta) => delta.after.clone(),
        None => scene.past.last_sound(id).map(|(record, _)| record),
    };
    record?.fields.files().into_iter().find(|file| file.name == name).cloned()
}
