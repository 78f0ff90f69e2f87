//! The next index as bytes: long stretches are copied, only what changes is written anew.

use std::path::Path;

use sha1::{Digest, Sha1};

use super::super::error::RepoError;
use super::super::tree::FolderChange;
use super::IndexChange;
use super::cache_tree::CachedTree;
use super::entry::FileStat;
use super::parse::{CHECKSUM, IndexFile};
use super::scan::Scan;
use crate::locale::messages::RepoText;

/// An index that waits for the times of its new files and for its checksum.
#[derive(Debug)]
pub(in super::super) struct Spliced {
    bytes: Vec<u8>,
    /// Where each change's entry begins, in the order of the changes; none for one taken out.
    entries: Vec<Option<usize>>,
    hashed: bool,
}

/// Makes the next index, where the old one is plain enough; otherwise none, and `git update-index` does it.
/// `changes` are the paths that were scanned for, in the same order; `tree` is what the commit does to folders.
pub(in super::super) fn splice(
    index: &IndexFile,
    scan: &Scan,
    changes: &[IndexChange],
    tree: &FolderChange,
    skip_hash: bool,
) -> Option<Spliced> {
    let layout = &scan.layout;
    if !layout.is_plain() || scan.found.len() != changes.len() {
        return None;
    }
    let mut bytes = Vec::with_capacity(index.bytes.len() + changes.len() * 160 + 4096);
    bytes.extend_from_slice(b"DIRC\0\0\0\x02\0\0\0\0");
    let mut count = i64::from(layout.count);
    let mut from = 12;
    let mut entries = Vec::with_capacity(changes.len());
    let mut racy = scan.racy.as_slice();
    for ((path, entry), (_, range)) in changes.iter().zip(&scan.found) {
        copy(index, from..range.start, &mut racy, &mut bytes)?;
        count -= stages(index, range.clone())?;
        entries.push(entry.as_ref().map(|entry| {
            let place = bytes.len();
            entry.write(path.as_bytes(), &mut bytes);
            count += 1;
            place
        }));
        from = range.end.max(from);
        racy = racy.get(racy.partition_point(|place| *place < from)..)?;
    }
    let end = layout.entries_end.max(12);
    copy(index, from..end, &mut racy, &mut bytes)?;
    bytes.get_mut(8..12)?.copy_from_slice(&u32::try_from(count).ok()?.to_be_bytes());
    for (name, range) in &layout.extensions {
        if let Some(mut cached) = CachedTree::parse(index.bytes.get(range.clone())?) {
            cached.apply(tree);
            let mut content = Vec::with_capacity(range.len() + 4096);
            cached.write(&mut content);
            bytes.extend_from_slice(name);
            bytes.extend_from_slice(&u32::try_from(content.len()).ok()?.to_be_bytes());
            bytes.extend_from_slice(&content);
        }
    }
    bytes.resize(bytes.len() + CHECKSUM, 0);
    Some(Spliced { bytes, entries, hashed: !(layout.unhashed || skip_hash) })
}

/// Copies a stretch, and takes the size from racy entries in it: git then reads the file instead of trusting its time.
fn copy(index: &IndexFile, range: std::ops::Range<usize>, racy: &mut &[usize], out: &mut Vec<u8>) -> Option<()> {
    if range.is_empty() {
        return Some(());
    }
    let shift = out.len();
    out.extend_from_slice(index.bytes.get(range.clone())?);
    while let Some((place, rest)) = racy.split_first() {
        if *place >= range.end {
            break;
        }
        if *place >= range.start {
            let size = shift + place - range.start + 36;
            out.get_mut(size..size + 4)?.fill(0);
        }
        *racy = rest;
    }
    Some(())
}

/// How many entries a range holds: three where a conflict had its stages there.
fn stages(index: &IndexFile, range: std::ops::Range<usize>) -> Option<i64> {
    let mut count = 0;
    let mut at = range.start;
    while at < range.end {
        let name = index.bytes.get(at + super::entry::FIXED..range.end)?;
        let length = name.iter().position(|byte| *byte == 0)?;
        at += super::entry::padded(super::entry::FIXED + length);
        count += 1;
    }
    Some(count)
}

impl Spliced {
    /// Writes down what git will see when it looks at a new file. A file renamed in the very tick in which it was written
    /// could be changed once more without a trace: its size is left out, so that git reads it.
    pub(in super::super) fn stamp(&mut self, change: usize, stat: &FileStat) {
        let Some(Some(place)) = self.entries.get(change) else { return };
        let Some(entry) = self.bytes.get_mut(*place..*place + 40) else { return };
        let size = if stat.ctime == stat.mtime { 0 } else { stat.size };
        let numbers = [(0, stat.ctime.0), (4, stat.ctime.1), (8, stat.mtime.0), (12, stat.mtime.1), (16, stat.dev)];
        let more = [(20, stat.ino), (28, stat.uid), (32, stat.gid), (36, size)];
        for (at, number) in numbers.into_iter().chain(more) {
            if let Some(four) = entry.get_mut(at..at + 4) {
                four.copy_from_slice(&number.to_be_bytes());
            }
        }
    }

    /// Puts the checksum in, where the repository wants one.
    pub(in super::super) fn seal(&mut self) {
        let end = self.bytes.len() - CHECKSUM;
        if self.hashed
            && let Some((body, sum)) = self.bytes.split_at_mut_checked(end)
        {
            sum.copy_from_slice(&Sha1::digest(&*body));
        }
    }

    /// Writes the file whole. Until it is sealed it has no checksum, which git reads as one left out on purpose.
    pub(in super::super) fn write(&self, path: &Path) -> Result<std::fs::File, RepoError> {
        use std::io::Write;
        let mut file = std::fs::File::create(path).map_err(RepoError::io(RepoText::DoWrite, path))?;
        file.write_all(&self.bytes).map_err(RepoError::io(RepoText::DoWrite, path))?;
        Ok(file)
    }

    /// Writes the entries that have been stamped, and the checksum, over the file written before.
    pub(in super::super) fn rewrite(&self, file: &mut std::fs::File) -> std::io::Result<()> {
        use std::io::{Seek, SeekFrom, Write};
        let mut put = |from: usize, to: usize| -> std::io::Result<()> {
            file.seek(SeekFrom::Start(from as u64))?;
            file.write_all(self.bytes.get(from..to).unwrap_or_default())
        };
        for place in self.entries.iter().flatten() {
            put(*place, *place + 40)?;
        }
        put(self.bytes.len() - CHECKSUM, self.bytes.len())
    }
}
