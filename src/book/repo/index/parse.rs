//! The index as bytes: header, entries of versions 2 to 4, extensions, checksum.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use git2::Oid;

use super::super::error::RepoError;
use super::entry::{FIXED, FileStat, number, padded};
use crate::locale::messages::RepoText;

/// The length of the checksum at the end.
pub(super) const CHECKSUM: usize = 20;

/// The file as it was read, with the time that decides which entries are racy.
#[derive(Debug, Default)]
pub(in super::super) struct IndexFile {
    pub(super) bytes: Vec<u8>,
    /// The file's data in the file system. `None` if there is no index yet.
    pub(super) stat: Option<FileStat>,
}

/// The positions of the parts of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Layout {
    pub(super) version: u32,
    pub(super) count: u32,
    /// The end of the entries.
    pub(super) entries_end: usize,
    pub(super) extensions: Vec<([u8; 4], Range<usize>)>,
    /// Whether the checksum is left out: twenty zeros.
    pub(super) unhashed: bool,
}

/// An entry, during a walk over the file.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) range: Range<usize>,
    fixed: &'a [u8],
    pub(super) path: &'a [u8],
    pub(super) flags: u16,
    pub(super) more_flags: u16,
}

impl Entry<'_> {
    pub(super) fn stat(&self) -> FileStat {
        FileStat::read(self.fixed)
    }
    pub(super) fn mtime_seconds(&self) -> u32 {
        number(self.fixed, 8)
    }
    pub(super) fn mode(&self) -> u32 {
        number(self.fixed, 24)
    }
    pub(super) fn id(&self) -> Oid {
        self.fixed.get(40..60).and_then(|id| Oid::from_bytes(id).ok()).unwrap_or(Oid::ZERO_SHA1)
    }
    pub(super) fn stage(&self) -> u16 {
        (self.flags >> 12) & 3
    }
    /// Whether a sparse checkout leaves it out of the working tree.
    pub(super) fn skips_worktree(&self) -> bool {
        self.more_flags & 0x4000 != 0
    }
    /// Whether it is a name without content (`git add --intent-to-add`).
    pub(super) fn is_intent(&self) -> bool {
        self.more_flags & 0x2000 != 0
    }
}

impl IndexFile {
    /// Reads the whole index. A repository without an index file has an empty index.
    pub(in super::super) fn read(path: &Path) -> Result<IndexFile, RepoError> {
        let stat = match std::fs::metadata(path) {
            Ok(meta) => FileStat::of(&meta),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(IndexFile::default()),
            Err(error) => return Err(RepoError::io(RepoText::DoLook, path)(error)),
        };
        let bytes = std::fs::read(path).map_err(RepoError::io(RepoText::DoRead, path))?;
        Ok(IndexFile { bytes, stat: Some(stat) })
    }

    /// Whether there is no index yet.
    pub(in super::super) fn is_missing(&self) -> bool {
        self.stat.is_none()
    }

    /// Whether the file at `path` is still the one that was read.
    pub(in super::super) fn is_current(&self, path: &Path) -> bool {
        std::fs::metadata(path).ok().map(|meta| FileStat::of(&meta)) == self.stat
    }

    /// The time of the index file in seconds. An entry of this second or later is racy.
    pub(super) fn seconds(&self) -> u32 {
        self.stat.map_or(u32::MAX, |stat| stat.mtime.0)
    }

    /// Walks over the entries in order, and returns the layout of the file.
    pub(super) fn walk<'a>(&'a self, mut visit: impl FnMut(&Entry<'_>)) -> Result<Layout, RepoError> {
        let damaged = |what| RepoError::DamagedIndex { what };
        let bytes = &self.bytes;
        // an empty file is what a power cut leaves of an index, and git refuses it too
        if bytes.is_empty() && self.is_missing() {
            return Ok(Layout { version: 2, count: 0, entries_end: 0, extensions: Vec::new(), unhashed: false });
        }
        let (version, count) = (number(bytes, 4), number(bytes, 8));
        if !bytes.starts_with(b"DIRC") || bytes.len() < 12 + CHECKSUM || !(2..=4).contains(&version) {
            return Err(damaged(RepoText::DamagedHeader));
        }
        let body = bytes.get(..bytes.len() - CHECKSUM).unwrap_or_default();
        let mut at = 12;
        let mut name = Vec::new();
        for _ in 0..count {
            let fixed: &'a [u8] = body.get(at..at + FIXED).ok_or_else(|| damaged(RepoText::DamagedEntry))?;
            let flags = u16::from_be_bytes([fixed.get(60).copied().unwrap_or(0), fixed.get(61).copied().unwrap_or(0)]);
            let mut start = at + FIXED;
            let mut more_flags = 0;
            if flags & 0x4000 != 0 && version >= 3 {
                let two = body.get(start..start + 2).ok_or_else(|| damaged(RepoText::DamagedEntry))?;
                more_flags = two.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte));
                start += 2;
            }
            let rest = body.get(start..).unwrap_or_default();
            let end;
            let path: &[u8] = if version == 4 {
                let (strip, used) = varint(rest).ok_or_else(|| damaged(RepoText::DamagedName))?;
                let tail = rest.get(used..).unwrap_or_default();
                let length = tail.iter().position(|byte| *byte == 0).ok_or_else(|| damaged(RepoText::DamagedName))?;
                let keep = name.len().checked_sub(strip).ok_or_else(|| damaged(RepoText::DamagedPrefix))?;
                name.truncate(keep);
                name.extend_from_slice(tail.get(..length).unwrap_or_default());
                end = start + used + length + 1;
                &name
            } else {
                let length = match usize::from(flags & 0x0fff) {
                    0x0fff => rest.iter().position(|byte| *byte == 0),
                    length => Some(length),
                };
                let length = length.ok_or_else(|| damaged(RepoText::DamagedName))?;
                end = at + padded(start - at + length);
                rest.get(..length).ok_or_else(|| damaged(RepoText::DamagedName))?
            };
            if end > body.len() {
                return Err(damaged(RepoText::DamagedEntry));
            }
            visit(&Entry { range: at..end, fixed, path, flags, more_flags });
            at = end;
        }
        let extensions = extensions(body, at).ok_or_else(|| damaged(RepoText::DamagedExtension))?;
        let unhashed = bytes.get(body.len()..).is_some_and(|sum| sum.iter().all(|byte| *byte == 0));
        Ok(Layout { version, count, entries_end: at, extensions, unhashed })
    }

    /// The number of entries in the header of the index at a path. `None` if it cannot be read.
    pub(in super::super) fn count_at(path: &Path) -> Option<u32> {
        let mut head = [0; 12];
        std::fs::File::open(path).ok()?.read_exact(&mut head).ok()?;
        Some(number(&head, 8))
    }
}

impl Layout {
    pub(super) fn has(&self, name: &[u8; 4]) -> bool {
        self.extensions.iter().any(|(found, _)| found == name)
    }

    /// Refuses an index that cannot be written safely.
    pub(in super::super) fn check(&self) -> Result<(), RepoError> {
        if self.has(b"link") {
            return Err(RepoError::SplitIndex);
        }
        if self.has(b"sdir") {
            return Err(RepoError::SparseIndex);
        }
        Ok(())
    }

    /// Whether the bytes can be edited directly.
    pub(super) fn is_plain(&self) -> bool {
        self.version == 2 && self.extensions.iter().all(|(name, _)| name == b"TREE")
    }
}

fn extensions(body: &[u8], mut at: usize) -> Option<Vec<([u8; 4], Range<usize>)>> {
    let mut found = Vec::new();
    while at < body.len() {
        let name: [u8; 4] = body.get(at..at + 4)?.try_into().ok()?;
        body.get(at + 4..at + 8)?;
        let length = usize::try_from(number(body, at + 4)).ok()?;
        let range = at + 8..at.checked_add(8)?.checked_add(length)?;
        body.get(range.clone())?;
        at = range.end;
        found.push((name, range));
    }
    Some(found)
}

/// A number in the form of version 4: seven bits for each byte, each further byte counting from one.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate() {
        let low = usize::from(byte & 0x7f);
        value = if index == 0 { low } else { value.checked_add(1)?.checked_mul(128)?.checked_add(low)? };
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}
