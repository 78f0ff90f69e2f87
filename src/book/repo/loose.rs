//! Loose objects: each object of a small commit is a file of its own, as in git. The library would search all packs
//! before it writes one, and open the file again to flush it. Here each object needs one open file.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};
use sha1::{Digest, Sha1};

use super::error::RepoError;
use super::flush::Unflushed;
use super::tree::Store;
use super::zlib::{self, Zlib};
use crate::locale::messages::RepoText;

/// How many names are tried for a file that nobody else writes.
const NAMES: u32 = 1_000;

/// The folder of objects, and the files that were written.
#[derive(Debug)]
pub(super) struct LooseObjects {
    folder: PathBuf,
    zlib: Zlib,
    written: Vec<Unflushed>,
}

impl LooseObjects {
    /// The objects of a repository's common directory.
    pub(super) fn of(common_dir: &Path) -> LooseObjects {
        LooseObjects { folder: common_dir.join("objects"), zlib: Zlib::default(), written: Vec::new() }
    }

    /// Adds an object that somebody else has written.
    pub(super) fn add_made(&mut self, id: Oid) {
        self.written.push(self.place(id).1.into());
    }

    /// The folder and the file of an object.
    fn place(&self, id: Oid) -> (PathBuf, PathBuf) {
        let name = id.to_string();
        let (folder, rest) = name.split_at(2);
        let folder = self.folder.join(folder);
        let path = folder.join(rest);
        (folder, path)
    }

    /// The files that must be flushed.
    pub(super) fn take_written(&mut self) -> Vec<Unflushed> {
        std::mem::take(&mut self.written)
    }
}

impl Store for LooseObjects {
    fn write(&mut self, kind: ObjectType, content: &[u8]) -> Result<Oid, RepoError> {
        let head = format!("{} {}\0", kind.str(), content.len());
        let hash = Sha1::new().chain_update(&head).chain_update(content).finalize();
        let id = Oid::from_bytes(&hash).map_err(RepoError::git(RepoText::DoWriteObject))?;
        let (folder, path) = self.place(id);
        // an empty or torn file can be left after a power loss
        if File::open(&path).is_ok_and(|file| zlib::holds(file, &[head.as_bytes(), content])) {
            // git deletes old objects without a commit: an object that a commit now uses gets a new time
            touch(&path);
            self.written.push(path.into());
            return Ok(id);
        }
        let writing = RepoError::io(RepoText::DoWrite, &path);
        let mut make = || {
            let stream = self.zlib.stream(&[head.as_bytes(), content].concat())?;
            let (mut file, temporary) = temporary(&folder)?;
            let put = file.write_all(stream).and_then(|()| std::fs::rename(&temporary, &path));
            put.inspect_err(|_| {
                std::fs::remove_file(&temporary).ok();
            })?;
            Ok(file)
        };
        let file = make().map_err(writing)?;
        self.written.push(Unflushed::open(path, file));
        Ok(id)
    }
}

/// A new file in a folder of objects. If it is left behind, `git gc` removes it, because of its name.
fn temporary(folder: &Path) -> std::io::Result<(File, PathBuf)> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o444);
    let mut last = ErrorKind::AlreadyExists.into();
    for n in 0..NAMES {
        let path = folder.join(format!("tmp_obj_redress_{}_{n}", std::process::id()));
        match options.open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                std::fs::create_dir_all(folder)?;
                last = error;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Gives a file the present time. If that fails, nothing bad happens at once.
#[cfg(unix)]
fn touch(path: &Path) {
    use rustix::fs::{AtFlags, CWD, Timestamps, UTIME_NOW, utimensat};
    let now = rustix::fs::Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    utimensat(CWD, path, &Timestamps { last_access: now, last_modification: now }, AtFlags::empty()).ok();
}

#[cfg(not(unix))]
fn touch(_path: &Path) {}

#[cfg(test)]
mod tests {
    use super::LooseObjects;
    use crate::book::repo::testing::Sandbox;
    use crate::book::repo::tree::Store;
    use git2::ObjectType;
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

    fn contents() -> impl Strategy<Value = Vec<u8>> {
        let repeated = (any::<u8>(), 0..200_000_usize).prop_map(|(byte, length)| vec![byte; length]);
        proptest::prop_oneof![prop::collection::vec(any::<u8>(), 0..70_000), repeated]
    }

    #[test]
    fn what_a_lost_power_has_torn_is_written_anew() {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo();
        let long: Vec<u8> = (0..40_000_u32).flat_map(u32::to_le_bytes).collect();
        for content in [b"id: C-1\n".as_slice(), &long] {
            let mut objects = LooseObjects::of(repo.common_dir());
            let id = objects.write(ObjectType::Blob, content).unwrap();
            let (_, path) = objects.place(id);
            let whole = std::fs::read(&path).unwrap();
            let (half, zeros) = (whole[..whole.len() / 2].to_vec(), vec![0; whole.len()]);
            let other = objects.zlib.stream(b"blob 3\0abc").unwrap().to_vec();
            for torn in [Vec::new(), half, zeros, [whole.as_slice(), &[0]].concat(), other] {
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, &torn).unwrap();
                assert_eq!(objects.write(ObjectType::Blob, content).unwrap(), id);
                assert_eq!(std::fs::read(&path).unwrap(), whole);
            }
        }
        assert_eq!(sandbox.complaints(), "");
    }

    #[test]
    fn git_reads_what_was_written() {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo();
        proptest!(|(contents in prop::collection::vec(contents(), 1..4))| {
            let mut objects = LooseObjects::of(repo.common_dir());
            for content in &contents {
                let id = objects.write(ObjectType::Blob, content).unwrap();
                prop_assert_eq!(id, git2::Oid::hash_object(ObjectType::Blob, content).unwrap());
                prop_assert_eq!(&repo.blob(id).unwrap(), content);
                // once more: now it exists
                prop_assert_eq!(objects.write(ObjectType::Blob, content).unwrap(), id);
            }
            prop_assert_eq!(objects.take_written().len(), contents.len() * 2);
        });
        assert_eq!(sandbox.complaints(), "");
    }
}
