//! The objects of a chain of commits, written as one pack. About twelve files and flushes for each commit would take
//! too long.
//!
//! A folder in which each commit changes one name is written whole once. After that, only the difference from its
//! last version is written.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Crc;
use git2::{ObjectType, Oid};
use sha1::{Digest, Sha1};

use super::error::RepoError;
use super::flush::{Unflushed, start_writing, sync_all};
use super::tree::Store;
use super::zlib::Zlib;
use crate::locale::messages::RepoText;

/// How many versions of a folder may depend on each other before one is written whole, as in git.
const DEPTH: u32 = 50;
/// From this number of bytes on, differences pay.
const WHOLE: usize = 200;

/// Objects that will be written as one pack. Until then nobody else can read them.
#[derive(Debug, Default)]
pub(super) struct PackedObjects {
    body: Vec<u8>,
    zlib: Zlib,
    /// Sorted, as in a pack's index.
    places: BTreeMap<[u8; 20], Place>,
    trees: HashMap<Oid, Arc<[u8]>>,
}

/// The position of an object in the pack.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: usize,
    crc: u32,
    depth: u32,
}

/// The length of the beginning of a pack: its mark, its version and the number of its objects.
const HEAD: usize = 12;

impl Store for PackedObjects {
    fn write(&mut self, kind: ObjectType, content: &[u8]) -> Result<Oid, RepoError> {
        self.write_upon(kind, content, None)
    }

    fn write_upon(&mut self, kind: ObjectType, content: &[u8], base: Option<Oid>) -> Result<Oid, RepoError> {
        let head = format!("{} {}\0", kind.str(), content.len());
        let hash: [u8; 20] = Sha1::new().chain_update(&head).chain_update(content).finalize().into();
        let id = Oid::from_bytes(&hash).map_err(RepoError::git(RepoText::DoWriteObject))?;
        if self.places.contains_key(&hash) {
            return Ok(id);
        }
        let offset = HEAD + self.body.len();
        let base = base.filter(|_| content.len() > WHOLE).and_then(|base| {
            let key = <[u8; 20]>::try_from(base.as_bytes()).ok()?;
            let place = self.places.get(&key).filter(|place| place.depth < DEPTH)?;
            Some((*place, Arc::clone(self.trees.get(&base)?)))
        });
        let (code, depth, bytes) = match &base {
            Some((place, from)) => (OFS_DELTA, place.depth + 1, &*difference(from, content)),
            None => (code(kind), 0, content),
        };
        let mut entry = header(code, bytes.len());
        if let Some((place, _)) = &base {
            entry.extend(distance(offset - place.offset));
        }
        let stream = self.zlib.packed(bytes).map_err(RepoError::io(RepoText::DoWriteObject, Path::new("pack")))?;
        entry.extend_from_slice(stream);
        let mut crc = Crc::new();
        crc.update(&entry);
        self.body.extend_from_slice(&entry);
        self.places.insert(hash, Place { offset, crc: crc.sum(), depth });
        if kind == ObjectType::Tree {
            self.trees.insert(id, content.into());
        }
        Ok(id)
    }

    fn read(&self, tree: Oid) -> Option<Arc<[u8]>> {
        self.trees.get(&tree).cloned()
    }
}

impl PackedObjects {
    /// Writes the pack with its index, and names both once they are on the disk: a torn pack would hide the objects
    /// in others. Returns what must be flushed then.
    pub(super) fn end(self, objects: &Path) -> Result<Vec<PathBuf>, RepoError> {
        if self.places.is_empty() {
            return Ok(Vec::new());
        }
        let folder = objects.join("pack");
        std::fs::create_dir_all(&folder).map_err(RepoError::io(RepoText::DoMakeFolder, &folder))?;
        let mut pack = [b"PACK".as_slice(), &2_u32.to_be_bytes(), &count(self.places.len())?].concat();
        pack.extend_from_slice(&self.body);
        let sum: [u8; 20] = Sha1::digest(&pack).into();
        pack.extend_from_slice(&sum);
        let list = self.list(&sum)?;
        let name = Oid::from_bytes(&sum).map_err(RepoError::git(RepoText::DoPack))?;
        // git removes left-behind files whose names begin like this
        let mut written = Vec::new();
        for (ending, bytes) in [("pack", pack), ("idx", list)] {
            let temporary = Temporary(folder.join(format!("tmp_{ending}_redress_{}", std::process::id())));
            let file = temporary.write(&bytes)?;
            written.push((temporary, folder.join(format!("pack-{name}.{ending}")), file));
        }
        let open = |(temporary, _, file): &(Temporary, PathBuf, File)| {
            let file = file.try_clone().map_err(RepoError::io(RepoText::DoWrite, &temporary.0))?;
            Ok(Unflushed::written(temporary.0.clone(), file))
        };
        sync_all(written.iter().map(open).collect::<Result<Vec<_>, RepoError>>()?)?;
        // the index comes last: without it nobody looks into the pack
        let mut named = vec![folder.clone()];
        for (temporary, path, _) in written {
            std::fs::rename(&temporary.0, &path).map_err(RepoError::io(RepoText::DoWrite, &path))?;
            named.push(path);
        }
        Ok(named)
    }

    /// The index of a pack, in version 2: for each first byte the number of ids up to it, the ids, their checksums,
    /// their positions.
    fn list(&self, pack: &[u8; 20]) -> Result<Vec<u8>, RepoError> {
        let mut list = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=u8::MAX {
            let mut up_to = [0xff; 20];
            up_to[0] = first;
            list.extend_from_slice(&count(self.places.range(..=up_to).count())?);
        }
        self.places.keys().for_each(|id| list.extend_from_slice(id));
        self.places.values().for_each(|place| list.extend_from_slice(&place.crc.to_be_bytes()));
        for place in self.places.values() {
            list.extend_from_slice(&count(place.offset)?);
        }
        list.extend_from_slice(pack);
        let sum: [u8; 20] = Sha1::digest(&list).into();
        list.extend_from_slice(&sum);
        Ok(list)
    }
}

/// A number in a pack's format. A pack of two gigabytes would need another form of the index, but no group of lines
/// makes one.
fn count(number: usize) -> Result<[u8; 4], RepoError> {
    let small = u32::try_from(number).ok().filter(|number| *number < 1 << 31);
    let small = small.ok_or_else(|| git2::Error::from_str("a pack would be larger than two gigabytes"));
    Ok(small.map_err(RepoError::git(RepoText::DoPack))?.to_be_bytes())
}

/// A file that is removed unless it was given its final name.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Temporary {
    fn write(&self, bytes: &[u8]) -> Result<File, RepoError> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o444);
        // left by an earlier process with the same number
        std::fs::remove_file(&self.0).ok();
        let write = || -> std::io::Result<File> {
            let mut file = options.open(&self.0)?;
            file.write_all(bytes)?;
            Ok(file)
        };
        let file = write().map_err(RepoError::io(RepoText::DoWrite, &self.0))?;
        start_writing(&file);
        Ok(file)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

/// The type of an object that is stored as the difference from an earlier one in the pack.
const OFS_DELTA: u8 = 6;

fn code(kind: ObjectType) -> u8 {
    match kind {
        ObjectType::Commit => 1,
        ObjectType::Tree => 2,
        ObjectType::Tag => 4,
        _ => 3,
    }
}

/// The header of an object: its type and length.
fn header(code: u8, length: usize) -> Vec<u8> {
    let mut rest = length >> 4;
    let mut header = vec![code << 4 | low(length, 0x0f)];
    while rest > 0 {
        if let Some(last) = header.last_mut() {
            *last |= 0x80;
        }
        header.push(low(rest, 0x7f));
        rest >>= 7;
    }
    header
}

/// The distance back to another object; each further byte counts from one.
fn distance(mut far: usize) -> Vec<u8> {
    let mut bytes = vec![low(far, 0x7f)];
    far >>= 7;
    while far > 0 {
        far -= 1;
        bytes.push(0x80 | low(far, 0x7f));
        far >>= 7;
    }
    bytes.reverse();
    bytes
}

fn low(number: usize, mask: u8) -> u8 {
    (number & usize::from(mask)) as u8
}

/// How many bytes are compared at once.
const BLOCK: usize = 256;

/// How many elements two sequences have in common at the beginning.
fn alike<T: PartialEq>(one: impl IntoIterator<Item = T>, other: impl IntoIterator<Item = T>) -> usize {
    one.into_iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// The difference of two contents: the common beginning, the new middle part, the common end.
fn difference(from: &[u8], to: &[u8]) -> Vec<u8> {
    let begin = alike(from.chunks_exact(BLOCK), to.chunks_exact(BLOCK)) * BLOCK;
    let begin = begin + alike(&from[begin..], &to[begin..]);
    let (rest_of_from, rest_of_to) = (&from[begin..], &to[begin..]);
    let end = alike(rest_of_from.rchunks_exact(BLOCK), rest_of_to.rchunks_exact(BLOCK)) * BLOCK;
    let before = |bytes: &'_ [u8]| bytes.len() - end;
    let end =
        end + alike(rest_of_from[..before(rest_of_from)].iter().rev(), rest_of_to[..before(rest_of_to)].iter().rev());
    let mut bytes = Vec::with_capacity(64);
    for mut length in [from.len(), to.len()] {
        while length > 0x7f {
            bytes.push(0x80 | low(length, 0x7f));
            length >>= 7;
        }
        bytes.push(low(length, 0x7f));
    }
    copy(&mut bytes, 0, begin);
    for part in rest_of_to[..rest_of_to.len() - end].chunks(0x7f) {
        bytes.push(low(part.len(), 0x7f));
        bytes.extend_from_slice(part);
    }
    copy(&mut bytes, from.len() - end, end);
    bytes
}

/// The longest range that git copies at once.
const STRETCH: usize = 0xffff;

fn copy(bytes: &mut Vec<u8>, mut from: usize, mut length: usize) {
    while length > 0 {
        let these = length.min(STRETCH);
        let at = bytes.len();
        bytes.push(0x80);
        for (place, number) in
            [(0, from), (1, from >> 8), (2, from >> 16), (3, from >> 24), (4, these), (5, these >> 8)]
        {
            let byte = low(number, 0xff);
            if byte != 0 {
                bytes[at] |= 1 << place;
                bytes.push(byte);
            }
        }
        from += these;
        length -= these;
    }
}

#[cfg(test)]
mod tests {
    use super::PackedObjects;
    use crate::book::repo::testing::Sandbox;
    use crate::book::repo::tree::Store;
    use git2::{ObjectType, Oid};
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    #[test]
    fn git_reads_every_version_of_a_folder() {
        let sandbox = Sandbox::new();
        let repo = sandbox.repo();
        let git = git2::Repository::open(sandbox.top()).unwrap();
        let blob = git.blob(b"x\n").unwrap();
        let tree = |names: &std::collections::BTreeSet<u32>| {
            let entry = |name: &u32| [format!("100644 {name:08}\0").as_bytes(), blob.as_bytes()].concat();
            names.iter().flat_map(entry).collect::<Vec<u8>>()
        };
        let step = (0..20_000_u32, any::<bool>());
        proptest!(|(steps in prop::collection::vec(step, 1..130), many in 0..6_000_u32)| {
            let mut names: std::collections::BTreeSet<u32> = (0..many).map(|name| name * 3).collect();
            let mut objects = PackedObjects::default();
            let (mut last, mut versions) = (None, Vec::new());
            for (name, add) in steps {
                if add { names.insert(name); } else { names.remove(&name); }
                let content = tree(&names);
                let id = objects.write_upon(ObjectType::Tree, &content, last).unwrap();
                let read = objects.read(id);
                prop_assert_eq!(read.as_deref(), Some(&content[..]));
                last = Some(id);
                versions.push((id, content));
            }
            let text = objects.write(ObjectType::Blob, "文".repeat(3_000).as_bytes()).unwrap();
            let written = objects.end(&repo.common_dir().join("objects")).unwrap();
            prop_assert_eq!(written.len(), 3);
            let again = git2::Repository::open(sandbox.top()).unwrap();
            let odb = again.odb().unwrap();
            for (id, content) in versions {
                let object = odb.read(id).unwrap();
                prop_assert_eq!(object.data(), &content[..]);
            }
            prop_assert_eq!(odb.read(text).unwrap().len(), 9_000);
            prop_assert_eq!(Oid::hash_object(ObjectType::Blob, "文".repeat(3_000).as_bytes()).unwrap(), text);
        });
        assert_eq!(sandbox.complaints(), "");
        let packs = std::fs::read_dir(sandbox.top().join(".git/objects/pack")).unwrap();
        for pack in packs
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "idx"))
        {
            sandbox.git(&["verify-pack", &pack.to_string_lossy()]);
        }
    }
}
