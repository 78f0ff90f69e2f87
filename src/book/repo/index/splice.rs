//! The next index as pieces: long unchanged ranges stay where they were read, and only changes are written again.

use std::io::{ErrorKind, IoSlice, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use sha1::{Digest, Sha1};

use super::super::error::RepoError;
use super::super::tree::FolderChange;
use super::IndexChange;
use super::cache_tree::CachedTree;
use super::entry::{FIXED, FileStat, padded};
use super::parse::{CHECKSUM, IndexFile};
use super::scan::{Racy, Scan};
use crate::locale::messages::RepoText;

/// An index that still needs the times of its new files and its checksum.
#[derive(Debug)]
pub(in super::super) struct Spliced {
    old: Vec<u8>,
    new: Vec<u8>,
    pieces: Vec<Piece>,
    /// The position of each change's entry, in the order of the changes. `None` for a removed entry.
    entries: Vec<Option<Place>>,
    /// The length of the file without its checksum.
    length: usize,
    checksum: [u8; CHECKSUM],
    /// The checksum of the first pieces, and their number. `None` if the repository wants no checksum.
    hash: Option<(Sha1, usize)>,
}

/// The length of the part of an entry with git's data about its file.
const STAT: usize = 40;

/// A part of the file.
#[derive(Debug)]
enum Piece {
    /// A range of the old index.
    Old(Range<usize>),
    /// A range of the new bytes.
    New(Range<usize>),
}

/// Where an entry begins.
#[derive(Debug, Clone, Copy)]
struct Place {
    in_new: usize,
    in_file: usize,
}

/// Makes the next index, if the old one is plain enough; else `None`, and `git update-index` must do it. `changes`
/// are the scanned paths, in the same order. `tree` is the commit's change of folders.
pub(in super::super) fn splice(
    index: IndexFile,
    scan: &Scan,
    changes: &[IndexChange],
    tree: &FolderChange,
    skip_hash: bool,
) -> Option<Spliced> {
    let layout = &scan.layout;
    if !layout.is_plain() || scan.found.len() != changes.len() {
        return None;
    }
    let mut next = Spliced {
        old: index.bytes,
        new: Vec::with_capacity(changes.len() * 160 + 4096),
        pieces: Vec::with_capacity(changes.len() * 2 + 3),
        entries: Vec::with_capacity(changes.len()),
        length: 0,
        checksum: [0; CHECKSUM],
        hash: (!(layout.unhashed || skip_hash)).then(|| (Sha1::new(), 0)),
    };
    next.add(|new| new.extend_from_slice(b"DIRC\0\0\0\x02\0\0\0\0"));
    let mut count = i64::from(layout.count);
    let mut from = 12;
    for ((path, entry), (_, range)) in changes.iter().zip(&scan.found) {
        next.keep(from..range.start)?;
        if !range.is_empty() {
            count -= stages(next.old.get(range.clone())?)?;
        }
        let place = entry.as_ref().map(|entry| {
            let place = Place { in_new: next.new.len(), in_file: next.length };
            next.add(|new| entry.write(path.as_bytes(), new));
            count += 1;
            place
        });
        next.entries.push(place);
        from = range.end.max(from);
    }
    next.keep(from..layout.entries_end.max(12))?;
    next.new.get_mut(8..12)?.copy_from_slice(&u32::try_from(count).ok()?.to_be_bytes());
    for (name, range) in &layout.extensions {
        let content = next.old.get(range.clone()).and_then(CachedTree::parse).map(|mut cached| {
            cached.apply(tree);
            let mut content = Vec::with_capacity(range.len() + 4096);
            cached.write(&mut content);
            content
        });
        if let Some(content) = content {
            let length = u32::try_from(content.len()).ok()?.to_be_bytes();
            next.add(|new| [&name[..], &length, &content].iter().for_each(|part| new.extend_from_slice(part)));
        }
    }
    // a racy entry gets the size zero, so that git reads the file and does not trust its time
    for Racy { start, .. } in &scan.racy {
        next.old.get_mut(start + 36..start + 40)?.fill(0);
    }
    Some(next)
}

/// The number of entries in a range: up to three, if a conflict had its stages there.
fn stages(entries: &[u8]) -> Option<i64> {
    let mut count = 0;
    let mut at = 0;
    while at < entries.len() {
        let name = entries.get(at + FIXED..)?;
        let length = name.iter().position(|byte| *byte == 0)?;
        at += padded(FIXED + length);
        count += 1;
    }
    Some(count)
}

impl Spliced {
    /// Keeps a range of the old index.
    fn keep(&mut self, range: Range<usize>) -> Option<()> {
        if !range.is_empty() {
            self.length += self.old.get(range.clone())?.len();
            self.pieces.push(Piece::Old(range));
        }
        Some(())
    }

    /// Adds new bytes.
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.new.len();
        write(&mut self.new);
        self.length += self.new.len() - start;
        self.pieces.push(Piece::New(start..self.new.len()));
    }

    /// The parts of the file in order, without the checksum.
    fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Old(range) => self.old.get(range.clone()).unwrap_or_default(),
            Piece::New(range) => self.new.get(range.clone()).unwrap_or_default(),
        })
    }

    /// Writes git's data about a new file into its entry. If the file was moved into place in the same clock tick in
    /// which it was written, a later change could leave no trace. Then its size is left out, so that git reads it.
    pub(in super::super) fn stamp(&mut self, change: usize, stat: &FileStat) {
        let Some(Some(Place { in_new, .. })) = self.entries.get(change) else { return };
        let Some(entry) = self.new.get_mut(*in_new..*in_new + STAT) else { return };
        let size = if stat.tells_changes() { stat.size } else { 0 };
        let numbers = [(0, stat.ctime.0), (4, stat.ctime.1), (8, stat.mtime.0), (12, stat.mtime.1), (16, stat.dev)];
        let more = [(20, stat.ino), (28, stat.uid), (32, stat.gid), (36, size)];
        for (at, number) in numbers.into_iter().chain(more) {
            if let Some(four) = entry.get_mut(at..at + 4) {
                four.copy_from_slice(&number.to_be_bytes());
            }
        }
    }

    /// Computes the checksum up to the first entry that still needs its data.
    pub(in super::super) fn hash_settled(&mut self) {
        let waits = self.entries.iter().flatten().next().map(|place| place.in_new);
        let settled = |piece: &Piece| !matches!(piece, Piece::New(range) if Some(range.start) == waits);
        self.hash_pieces(self.pieces.iter().take_while(|piece| settled(piece)).count());
    }

    /// Computes the checksum, if the repository wants one.
    pub(in super::super) fn seal(&mut self) {
        self.hash_pieces(self.pieces.len());
        if let Some((hash, _)) = self.hash.take() {
            self.checksum = hash.finalize().into();
        }
    }

    /// Adds this many pieces to the checksum.
    fn hash_pieces(&mut self, count: usize) {
        let Some((mut hash, done)) = self.hash.take() else { return };
        self.parts().take(count).skip(done).for_each(|part| hash.update(part));
        self.hash = Some((hash, count.max(done)));
    }

    /// Writes the whole file. Until it is sealed it has no checksum; git takes that for one left out on purpose.
    pub(in super::super) fn write(&self, path: &Path) -> Result<std::fs::File, RepoError> {
        let mut file = std::fs::File::create(path).map_err(RepoError::io(RepoText::DoWrite, path))?;
        let parts = self.parts().chain([&self.checksum[..]]);
        write_all(&mut file, &mut parts.map(IoSlice::new).collect::<Vec<_>>())
            .map_err(RepoError::io(RepoText::DoWrite, path))?;
        Ok(file)
    }

    /// Writes the stamped entries and the checksum over the file that was written before.
    pub(in super::super) fn rewrite(&self, file: &mut std::fs::File) -> std::io::Result<()> {
        let mut put = |at: usize, bytes: &[u8]| -> std::io::Result<()> {
            file.seek(SeekFrom::Start(at as u64))?;
            file.write_all(bytes)
        };
        for place in self.entries.iter().flatten() {
            put(place.in_file, self.new.get(place.in_new..place.in_new + STAT).unwrap_or_default())?;
        }
        put(self.length, &self.checksum)
    }
}

/// Writes many ranges with few calls.
fn write_all(file: &mut std::fs::File, mut parts: &mut [IoSlice<'_>]) -> std::io::Result<()> {
    while parts.iter().any(|part| !part.is_empty()) {
        match file.write_vectored(parts) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut parts, written),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
