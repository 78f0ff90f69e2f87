//! A change of the rules: of the policy, the calendar, the settings, or of what a member of staff may do.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::commit::{Blob, Commit};
use super::delta::Delta;
use super::leaves;
use super::past::Past;
use crate::policy::{Policy, STAFF, Settings, Staff};
use crate::record::{Id, Record};

/// A change of the rules by one commit: of one file, or of one person's rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alteration {
    /// The commit.
    pub commit: String,
    /// When it says it was made, seconds since 1970.
    pub seconds: i64,
    /// The author's name.
    pub author: String,
    /// The file's path from the top of the book, or the person's id.
    pub what: String,
    /// The person, if it is about one.
    pub person: Option<Id>,
    /// The content of the file before. `None` if it is new.
    pub before: Option<Blob>,
    /// The values that changed.
    pub parts: Vec<Part>,
    /// When the next change of one of these values was made, seconds since 1970. `None`: it still holds.
    pub until: Option<i64>,
    /// The commit of that change.
    pub ended: Option<String>,
    /// Days before the commit that are working time otherwise since.
    pub days: Vec<NaiveDate>,
    /// The deadlines whose outcome these days change, as `ID deadline: from → to`.
    pub flips: Vec<String>,
    /// The steps that were taken while it held and that the rules before it refuse, as `ID step`. Only known if it was
    /// asked for.
    pub loosened: Vec<String>,
}

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its key in the file, or the field.
    pub key: String,
    /// Its value before. `None` if there was none.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
}

/// A time in which a rule was another, before and after which it was the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The file's path, or the person's id.
    pub what: String,
    /// The person, if it is about one.
    pub person: Option<Id>,
    /// The values that were set back.
    pub keys: Vec<String>,
    /// The commit that changed them.
    pub opened: String,
    /// The commit that set them back. `None`: the time goes on to the end of what is audited.
    pub closed: Option<String>,
    /// The content of the file before.
    pub before: Option<Blob>,
}

impl Alteration {
    /// The time in which it held.
    pub fn window(&self) -> Window {
        Window {
            what: self.what.clone(),
            person: self.person.clone(),
            keys: self.parts.iter().map(|part| part.key.clone()).collect(),
            opened: self.commit.clone(),
            closed: self.ended.clone(),
            before: self.before,
        }
    }
}

/// Whether a file says how records are judged.
pub(super) fn is_rule(path: &str) -> bool {
    path == Settings::FILE || path.starts_with("policy/") || path.starts_with("calendar/")
}

/// The changes of the rules by a commit.
pub(super) fn of(commit: &Commit, deltas: &[Delta], past: &Past<'_>, policy: Option<&Policy>) -> Vec<Alteration> {
    let new = |what: &str, person: Option<Id>, before: Option<Blob>, parts: Vec<Part>| Alteration {
        commit: commit.id.clone(),
        seconds: commit.seconds,
        author: commit.author.clone(),
        what: what.to_owned(),
        person,
        before,
        parts,
        until: None,
        ended: None,
        days: Vec::new(),
        flips: Vec::new(),
        loosened: Vec::new(),
    };
    let mut found = Vec::new();
    for change in commit.changes.iter().filter(|change| is_rule(&change.path)) {
        let leaves = |blob: Option<Blob>| {
            let bytes = blob.and_then(|blob| past.source().bytes(blob)).unwrap_or_default();
            leaves::of_file(&change.path, &bytes)
        };
        let parts = differing(&leaves(change.before), &leaves(change.after));
        if !parts.is_empty() {
            found.push(new(&change.path, None, change.before, parts));
        }
    }
    let Some(kind) = policy.and_then(|policy| policy.kind(STAFF)) else { return found };
    let staff = Staff::of(&kind.shape);
    for delta in deltas.iter().filter(|delta| delta.after.as_ref().is_some_and(|after| after.kind == STAFF)) {
        let (Some(id), Some(before), Some(after)) = (&delta.id, &delta.before, &delta.after) else { continue };
        let rights = |record: &Record| staff.rights(record);
        let parts = differing(&rights(before), &rights(after));
        if !parts.is_empty() {
            let blob = commit.changes.iter().find(|change| change.path == delta.path).and_then(|change| change.before);
            found.push(new(id.as_str(), Some(id.clone()), blob, parts));
        }
    }
    found
}

fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<Part> {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let part =
        |key: &String| Part { key: key.clone(), before: before.get(key).cloned(), after: after.get(key).cloned() };
    keys.into_iter().map(part).filter(|part| part.before != part.after).collect()
}
