//! Looks up a set of paths in the index in one pass, and notes what editing needs to know.

use std::ops::Range;
use std::path::Path;

use git2::Oid;

use super::super::error::RepoError;
use super::super::path::BookPath;
use super::entry::FileStat;
use super::parse::{Entry, IndexFile, Layout};

/// What the index has for a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum InIndex {
    Absent,
    /// A normal entry, from `git add` or a checkout.
    Plain {
        blob: Oid,
        mode: u32,
    },
    /// An entry that a sparse checkout leaves out of the working tree.
    Skipped,
    /// A name without content (`git add --intent-to-add`).
    Intent,
    /// The stages of a conflict.
    Conflict,
    /// There is a file in the place of a folder of the path, or there are files below the path.
    Blocked,
}

/// The result of one pass.
#[derive(Debug)]
pub(in super::super) struct Scan {
    pub(in super::super) layout: Layout,
    /// For each requested path, in order: what there is, and its bytes in the index. The range is empty at the place
    /// of a missing entry.
    pub(in super::super) found: Vec<(InIndex, Range<usize>)>,
    /// Entries of files that were written in the same second as the index or later.
    pub(super) racy: Vec<Racy>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Probe {
    /// A folder of a requested path: a file with that name blocks it.
    Folder,
    /// A requested path.
    Exact(usize),
    /// A requested path followed by a slash: files below it block it.
    Below(usize),
}

impl Scan {
    /// Looks up `paths`, which must be sorted and unique.
    pub(in super::super) fn of<'p>(
        index: &IndexFile,
        paths: impl ExactSizeIterator<Item = &'p BookPath>,
    ) -> Result<Scan, RepoError> {
        let mut probes: Vec<(Vec<u8>, Probe)> = Vec::new();
        let mut found = vec![(InIndex::Absent, 0..0); paths.len()];
        let mut folders: Vec<(Vec<u8>, Vec<usize>)> = Vec::new();
        for (at, path) in paths.enumerate() {
            probes.push((path.as_bytes().to_owned(), Probe::Exact(at)));
            probes.push(([path.as_bytes(), b"/"].concat(), Probe::Below(at)));
            for folder in path.folders() {
                match folders.binary_search_by(|(name, _)| name.as_slice().cmp(folder.as_bytes())) {
                    Ok(place) => folders[place].1.push(at),
                    Err(place) => folders.insert(place, (folder.as_bytes().to_owned(), vec![at])),
                }
            }
        }
        probes.extend(folders.iter().map(|(name, _)| (name.clone(), Probe::Folder)));
        probes.sort();

        let mut racy = Vec::new();
        let mut next = 0;
        let limit = index.seconds();
        let layout = index.walk(|entry| {
            if entry.mtime_seconds() >= limit {
                let path = std::str::from_utf8(entry.path).unwrap_or_default().to_owned();
                racy.push(Racy { start: entry.range.start, path, stat: entry.stat() });
            }
            while let Some((bytes, probe)) = probes.get(next).filter(|(bytes, _)| bytes.as_slice() < entry.path) {
                if let Probe::Below(at) = probe
                    && entry.path.starts_with(bytes)
                {
                    found[*at].0 = InIndex::Blocked;
                }
                settle(&mut found, *probe, entry.range.start);
                next += 1;
            }
            // These stay: the other stages of a conflict follow under the same name.
            for (_, probe) in probes.iter().skip(next).take_while(|(bytes, _)| bytes == entry.path) {
                match probe {
                    Probe::Exact(at) => note(&mut found[*at], entry),
                    Probe::Below(_) => {}
                    Probe::Folder => {
                        for (_, paths) in folders.iter().filter(|(name, _)| name == entry.path) {
                            paths.iter().for_each(|at| found[*at].0 = InIndex::Blocked);
                        }
                    }
                }
            }
        })?;
        for (_, probe) in probes.iter().skip(next) {
            settle(&mut found, *probe, layout.entries_end.max(12));
        }
        Ok(Scan { layout, found, racy })
    }

    /// Removes racy entries whose files certainly agree with git's index: the file was not touched since, and a
    /// program that touches it from now on gives it a later second. `second` must have begun before this is called.
    pub(in super::super) fn settle_racy(&mut self, top: &Path, second: u32) {
        let unchanged = |racy: &Racy| {
            let now = std::fs::symlink_metadata(top.join(&racy.path));
            now.is_ok_and(|meta| meta.is_file() && FileStat::of(&meta) == racy.stat)
        };
        self.racy.retain(|racy| !(racy.stat.mtime.0 < second && racy.stat.tells_changes() && unchanged(racy)));
    }
}

/// An entry whose file was written in the same second as git's index, or later. By its time git cannot tell whether
/// the file was changed once more.
#[derive(Debug)]
pub(in super::super) struct Racy {
    /// Its position in the index.
    pub(super) start: usize,
    path: String,
    stat: FileStat,
}

fn note(found: &mut (InIndex, Range<usize>), entry: &Entry<'_>) {
    let state = if entry.stage() != 0 {
        InIndex::Conflict
    } else if entry.is_intent() {
        InIndex::Intent
    } else if entry.skips_worktree() {
        InIndex::Skipped
    } else {
        InIndex::Plain { blob: entry.id(), mode: entry.mode() }
    };
    let start = if found.1.is_empty() { entry.range.start } else { found.1.start };
    if found.0 != InIndex::Blocked {
        found.0 = state;
    }
    found.1 = start..entry.range.end;
}

/// The pass is beyond a probe. If it was not found, this is the place for it.
fn settle(found: &mut [(InIndex, Range<usize>)], probe: Probe, place: usize) {
    if let Probe::Exact(at) = probe
        && found[at].1.is_empty()
    {
        found[at].1 = place..place;
    }
}
