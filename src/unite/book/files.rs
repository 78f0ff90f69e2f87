//! Files that are no records.

use std::collections::BTreeMap;

use super::{Book, Changed, Content, Contents, Hash, Joined};
use crate::record::{FILES, FileRef, Id};
use crate::unite::Told;

/// Merges a file that the second line changed.
pub(super) fn join(contents: &dyn Contents, first: Option<&Changed>, second: &Changed, joined: &mut Joined) {
    let path = second.path.clone();
    let Some(first) = first else {
        joined.files.insert(path, second.new.map(Content::Kept));
        return;
    };
    if first.new == second.new {
        return;
    }
    // two files of one name beside a record: both stay, and the record will name the second otherwise
    if path.split('/').next() == Some(FILES) {
        if first.new.is_none() {
            joined.files.insert(path, second.new.map(Content::Kept));
        }
        return;
    }
    let bytes = |hash: Option<Hash>| hash.and_then(|hash| contents.bytes(&hash));
    let merged = match (bytes(second.old), bytes(first.new), bytes(second.new)) {
        (Some(base), Some(one), Some(other)) => contents.merged(&path, &base, &one, &other).map(|text| (text, one)),
        _ => None,
    };
    match merged {
        Some((text, one)) if text == one => {}
        Some((text, _)) => {
            joined.files.insert(path, Some(Content::Made(text)));
        }
        None => {
            joined.conflicts.insert(path);
        }
    }
}

impl Book<'_> {
    /// Files beside records: those of a record with another id go with it, and of two files with one name the second
    /// line's gets another name.
    pub(super) fn refile(&mut self, joined: &mut Joined) {
        let renamed: BTreeMap<String, Id> = self
            .told
            .iter()
            .filter_map(|told| match told {
                Told::Renamed { from, to } => Some((from.to_string(), to.clone())),
                _ => None,
            })
            .collect();
        for change in std::mem::take(&mut self.second.files) {
            let Some((id, name)) = owner(&change.path) else { continue };
            if let Some(to) = renamed.get(id.as_str()) {
                joined.files.insert(format!("{FILES}/{to}/{name}"), change.new.map(Content::Kept));
                if !self.first.files.iter().any(|own| own.path == change.path) {
                    joined.files.remove(&change.path);
                }
                continue;
            }
            let own = self.first.files.iter().find(|own| own.path == change.path);
            let differs = own.is_some_and(|own| own.new.is_some() && change.new.is_some() && own.new != change.new);
            let bytes = change.new.filter(|_| differs).and_then(|hash| self.contents.bytes(&hash));
            let Some(bytes) = bytes else { continue };
            let digest = FileRef::digest(&bytes);
            let Some(to) = other_name(name, &digest).and_then(|new| FileRef::of(&new, &bytes)) else { continue };
            let of = |file: &FileRef| (file.name == name && file.digest == digest).then(|| to.clone());
            self.second.refile(&id, &of);
            joined.files.insert(to.path(&id), change.new.map(Content::Kept));
            self.told.push(Told::Refiled { id, from: name.to_owned(), to: to.name });
        }
    }
}

/// The record that a file lies beside, and the file's name.
pub(super) fn owner(path: &str) -> Option<(Id, &str)> {
    let (id, name) = path.strip_prefix(FILES)?.strip_prefix('/')?.split_once('/')?;
    Some((id.parse().ok()?, name))
}

/// The name with the beginning of the content's digest: `leak.jpg` becomes `leak-1f3a9c02.jpg`.
fn other_name(name: &str, digest: &str) -> Option<String> {
    let mark = digest.get(..8)?;
    Some(match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem}-{mark}.{ending}"),
        _ => format!("{name}-{mark}"),
    })
}
