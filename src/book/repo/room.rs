//! Room on the disk. Caches are only written where there is plenty, and they give way to a write if there is none.

use std::path::Path;

use super::open::Repo;
use crate::bounds::{CACHE_ROOM_MEGABYTES, MEGABYTE, WRITE_ROOM_MEGABYTES};

/// The files of the state directory that can be made again, by how their names begin.
const CACHES: [&str; 7] = ["policy", "rules-", "validated", "audit", "index.sqlite", "index.stamp", "ended."];

/// Whether there is so much room that a cache may take some of it.
pub(in crate::book) fn has_room(folder: &Path) -> bool {
    free(folder).is_none_or(|free| free >= CACHE_ROOM_MEGABYTES * MEGABYTE)
}

/// The bytes that may be written in the file system of a folder. `None` if the system does not say.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let room = rustix::fs::statvfs(folder).ok()?;
    room.f_bavail.checked_mul(room.f_frsize)
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Whether there is so little room that a write of many files may have found none. The folder may be gone.
pub(super) fn is_nearly_full(folder: &Path) -> bool {
    let there = folder.ancestors().find(|folder| folder.is_dir());
    there.and_then(free).is_some_and(|free| free < WRITE_ROOM_MEGABYTES * MEGABYTE)
}

impl Repo {
    /// Removes caches if the disk is so full that a write might find no room. They are made again when there is.
    pub(super) fn make_room(&self) {
        let state = self.state_dir();
        if free(&state).is_none_or(|free| free >= WRITE_ROOM_MEGABYTES * MEGABYTE) {
            return;
        }
        for entry in std::fs::read_dir(&state).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_cache = name.to_str().is_some_and(|name| CACHES.iter().any(|cache| name.starts_with(cache)));
            if is_cache && entry.file_type().is_ok_and(|ty| ty.is_file()) {
                std::fs::remove_file(entry.path()).ok();
            }
        }
    }
}
