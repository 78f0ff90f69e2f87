//! One entry of the index, with the file data by which git sees that a file has not changed without reading it.

use std::fs::Metadata;

use git2::Oid;

/// The length of the fixed part of an entry of version 2: ten numbers, the id, the flags.
pub(super) const FIXED: usize = 62;

/// The data that git compares before it reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct FileStat {
    pub(in super::super) ctime: (u32, u32),
    pub(in super::super) mtime: (u32, u32),
    pub(in super::super) dev: u32,
    pub(in super::super) ino: u32,
    pub(in super::super) uid: u32,
    pub(in super::super) gid: u32,
    pub(in super::super) size: u32,
}

impl FileStat {
    /// Whether every later change of the file will change its time. The file was moved into place after it was
    /// written, so a change usually comes later than its time. A change in the same clock tick as the write would
    /// leave no trace.
    pub(in super::super) fn tells_changes(&self) -> bool {
        self.mtime < self.ctime
    }

    /// Takes the data from the file system. Like git, it keeps only the low 32 bits of each number.
    #[cfg(unix)]
    pub(in super::super) fn of(meta: &Metadata) -> FileStat {
        use std::os::unix::fs::MetadataExt;
        let low = |number: u64| u32::try_from(number & 0xffff_ffff).unwrap_or_default();
        let signed = |number: i64| low(number.cast_unsigned());
        FileStat {
            ctime: (signed(meta.ctime()), signed(meta.ctime_nsec())),
            mtime: (signed(meta.mtime()), signed(meta.mtime_nsec())),
            dev: low(meta.dev()),
            ino: low(meta.ino()),
            uid: meta.uid(),
            gid: meta.gid(),
            size: low(meta.size()),
        }
    }

    /// This system has no such numbers. Nothing is remembered, so git reads the file once.
    #[cfg(not(unix))]
    pub(in super::super) fn of(_meta: &Metadata) -> FileStat {
        FileStat::default()
    }

    /// Whether it is the same file with the same content, as far as the numbers tell. Renaming a file changes only
    /// its `ctime`.
    pub(in super::super) fn same_content(&self, other: &FileStat) -> bool {
        (self.mtime, self.size, self.ino, self.dev) == (other.mtime, other.size, other.ino, other.dev)
    }

    pub(super) fn read(bytes: &[u8]) -> FileStat {
        let at = |index: usize| number(bytes, index * 4);
        FileStat {
            ctime: (at(0), at(1)),
            mtime: (at(2), at(3)),
            dev: at(4),
            ino: at(5),
            uid: at(7),
            gid: at(8),
            size: at(9),
        }
    }
}

/// A new entry for the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct NewEntry {
    pub(in super::super) blob: Oid,
    pub(in super::super) mode: u32,
    pub(in super::super) stat: FileStat,
}

impl NewEntry {
    /// Appends the entry in the form of version 2: padded with one to eight zeros to a multiple of eight.
    pub(super) fn write(&self, path: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        let stat = &self.stat;
        let numbers = [
            stat.ctime.0,
            stat.ctime.1,
            stat.mtime.0,
            stat.mtime.1,
            stat.dev,
            stat.ino,
            self.mode,
            stat.uid,
            stat.gid,
            stat.size,
        ];
        for number in numbers {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(self.blob.as_bytes());
        let length = u16::try_from(path.len()).unwrap_or(u16::MAX).min(0x0fff);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(path);
        let end = start + padded(FIXED + path.len());
        out.resize(end, 0);
    }
}

/// The length of an entry with at least one zero after its name.
pub(super) fn padded(length: usize) -> usize {
    (length + 8) & !7
}

/// A big-endian number. Beyond the end it is zero; callers have excluded that.
pub(super) fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes)
}
