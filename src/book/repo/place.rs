//! Files of the working tree: what is at a path, and how a new content replaces it without losing an edit.

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _, Write};
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};

use super::error::RepoError;
use super::flush::sync_all;
use super::index::FileStat;
use super::leftovers::BESIDE;
use super::path::BookPath;
use crate::bounds::RULE_BYTES as LARGEST;
use crate::locale::messages::RepoText as Text;
use crate::record::FILES;

/// What is at a path of the working tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OnDisk {
    Absent,
    File {
        blob: Oid,
        /// The id with LF line ends, if it is a text with CR LF. git makes such files where `core.autocrlf` is set.
        lf: Option<Oid>,
        stat: FileStat,
    },
}

impl OnDisk {
    /// The id of the bytes.
    pub(super) fn blob(&self) -> Option<Oid> {
        match self {
            OnDisk::Absent => None,
            OnDisk::File { blob, .. } => Some(*blob),
        }
    }

    /// The id of the bytes, or `wanted` if only line ends differ from it.
    pub(super) fn blob_as(&self, wanted: Option<Oid>) -> Option<Oid> {
        match self {
            OnDisk::File { lf, .. } if lf.is_some() && *lf == wanted => wanted,
            _ => self.blob(),
        }
    }
}

/// The result of placing a file.
#[derive(Debug)]
pub(super) enum Placed {
    /// The new content is in place. `None` if the file was removed.
    Now(Option<FileStat>),
    /// Somebody changed the file in the meantime, so it was left as it is.
    LeftAlone,
}

/// Examines a path. Anything but an ordinary file in ordinary folders is an error.
pub(super) fn look(top: &Path, path: &BookPath) -> Result<OnDisk, RepoError> {
    for folder in path.folders() {
        let wrong = |found| RepoError::NotAFile { path: folder.to_owned(), found, wanted: Text::Folder };
        let place = BookPath::new(folder)?.under(top);
        match std::fs::symlink_metadata(&place) {
            Ok(meta) if meta.is_dir() => {}
            Ok(meta) => return Err(wrong(kind(&meta))),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(OnDisk::Absent),
            Err(error) => return Err(RepoError::io(Text::DoLook, &place)(error)),
        }
    }
    let place = path.under(top);
    match std::fs::symlink_metadata(&place) {
        // only attachments may be so large, and nobody asks for their content here
        Ok(meta) if meta.is_file() && meta.len() > LARGEST => {
            let blob = Oid::hash_file(ObjectType::Blob, &place).map_err(RepoError::git(Text::DoHash))?;
            Ok(OnDisk::File { blob, lf: None, stat: FileStat::of(&meta) })
        }
        Ok(meta) if meta.is_file() => {
            let bytes = std::fs::read(&place).map_err(RepoError::io(Text::DoRead, &place))?;
            Ok(OnDisk::File { blob: blob_id(&bytes)?, lf: lf_id(path, &bytes)?, stat: FileStat::of(&meta) })
        }
        Ok(meta) => Err(RepoError::NotAFile { path: path.to_string(), found: kind(&meta), wanted: Text::File }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(OnDisk::Absent),
        Err(error) => Err(RepoError::io(Text::DoLook, &place)(error)),
    }
}

/// Reads a file, and of one that is larger than anything that a book reads at once only the beginning: it is found to
/// be too large without filling the memory.
pub(in crate::book) fn read_beginning(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// git's id for these bytes.
pub(super) fn blob_id(bytes: &[u8]) -> Result<Oid, RepoError> {
    Oid::hash_object(ObjectType::Blob, bytes).map_err(RepoError::git(Text::DoHash))
}

/// The id of a text with LF in place of CR LF. `None` if it has no CR LF, or if it is not a text.
fn lf_id(path: &BookPath, bytes: &[u8]) -> Result<Option<Oid>, RepoError> {
    let is_text = path.folders().next() != Some(FILES) && !bytes.contains(&0);
    if !is_text || !bytes.windows(2).any(|two| two == b"\r\n") {
        return Ok(None);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    blob_id(&plain).map(Some)
}

impl RepoError {
    /// The error of something that is not a file, or not a folder if that is wanted.
    pub(in crate::book) fn not_a_file(path: &str, meta: &Metadata, folder: bool) -> RepoError {
        let wanted = if folder { Text::Folder } else { Text::File };
        RepoError::NotAFile { path: path.to_owned(), found: kind(meta), wanted }
    }
}

fn kind(meta: &Metadata) -> Text {
    if meta.is_symlink() {
        Text::Link
    } else if meta.is_dir() {
        Text::Folder
    } else if meta.is_file() {
        Text::File
    } else if is_pipe(meta) {
        Text::Pipe
    } else {
        Text::Device
    }
}

#[cfg(unix)]
fn is_pipe(meta: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&meta.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_meta: &Metadata) -> bool {
    false
}

/// Writes a temporary file with the permissions of the file that it will replace. One that an ended command left is
/// replaced, whatever its permissions.
pub(super) fn write_temporary(place: &Path, bytes: &[u8], replaces: &Path) -> Result<(File, FileStat), RepoError> {
    let write = || -> std::io::Result<(File, FileStat)> {
        std::fs::remove_file(place).ok();
        let mut file = File::create_new(place)?;
        file.write_all(bytes)?;
        if let Ok(meta) = std::fs::symlink_metadata(replaces) {
            file.set_permissions(meta.permissions())?;
        }
        let stat = FileStat::of(&file.metadata()?);
        Ok((file, stat))
    };
    write().map_err(RepoError::io(Text::DoWrite, place))
}

/// Makes a file executable or not, as its mode in git says. Returns git's data about the file.
pub(super) fn give_mode(place: &Path, mode: u32) -> Result<FileStat, RepoError> {
    let give = || -> std::io::Result<FileStat> {
        let meta = std::fs::symlink_metadata(place)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let (now, wanted) = (meta.permissions().mode(), mode & 0o111 != 0);
            if (now & 0o100 != 0) != wanted {
                // whoever may read it may run it
                let new = if wanted { now | (now & 0o444) >> 2 } else { now & !0o111 };
                std::fs::set_permissions(place, std::fs::Permissions::from_mode(new))?;
                return Ok(FileStat::of(&std::fs::symlink_metadata(place)?));
            }
        }
        Ok(FileStat::of(&meta))
    };
    give().map_err(RepoError::io(Text::DoWrite, place))
}

/// Moves a temporary file to `path`, which must still have the content `was`. Without a temporary file, removes the
/// file. Folders whose content changes are added to `touched`.
pub(super) fn place(
    top: &Path,
    path: &BookPath,
    was: Option<Oid>,
    new: Option<(Oid, &Path)>,
    spare: &Path,
    touched: &mut BTreeSet<PathBuf>,
) -> Result<Placed, RepoError> {
    let there = look(top, path)?;
    if let (OnDisk::File { blob, stat, .. }, Some((wanted, _))) = (&there, new)
        && *blob == wanted
    {
        return Ok(Placed::Now(Some(*stat)));
    }
    if there.blob() != was {
        return Ok(if new.is_none() && there == OnDisk::Absent { Placed::Now(None) } else { Placed::LeftAlone });
    }
    let target = path.under(top);
    let folder = target.parent().unwrap_or(top);
    match new {
        Some((_, temporary)) => {
            make_folders(folder, touched)?;
            if !put(temporary, &target, was, spare)? {
                return Ok(Placed::LeftAlone);
            }
            let meta = std::fs::symlink_metadata(&target).map_err(RepoError::io(Text::DoLook, &target))?;
            touched.insert(folder.to_owned());
            Ok(Placed::Now(Some(FileStat::of(&meta))))
        }
        None if was.is_none() => Ok(Placed::Now(None)),
        None => {
            std::fs::remove_file(&target).map_err(RepoError::io(Text::DoRemove, &target))?;
            remove_empty_folders(top, folder, touched);
            Ok(Placed::Now(None))
        }
    }
}

/// Moves `temporary` to `target`; returns whether it is there now. An edit in the last instant is noticed and put
/// back.
fn put(temporary: &Path, target: &Path, was: Option<Oid>, spare: &Path) -> Result<bool, RepoError> {
    let renaming = |error: std::io::Error| RepoError::io(Text::DoReplace, target)(error);
    match exchange(temporary, target, was.is_some()) {
        Ok(Exchanged::Whole) if was.is_some() => {
            // The replaced file has the temporary name now.
            let bytes = std::fs::read(temporary).map_err(RepoError::io(Text::DoRead, temporary))?;
            if Some(blob_id(&bytes)?) == was {
                return Ok(true);
            }
            exchange(temporary, target, true).map_err(renaming)?;
            Ok(false)
        }
        Ok(Exchanged::Whole) => Ok(true),
        Ok(Exchanged::Unsupported) => std::fs::rename(temporary, target).map(|()| true).map_err(renaming),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // The repository and its working tree are on different file systems, so the way goes through a file beside
        // the target.
        Err(error) if error.kind() == ErrorKind::CrossesDevices && temporary != spare => {
            let beside = target.with_file_name(format!("{BESIDE}{}", std::process::id()));
            let bytes = std::fs::read(temporary).map_err(RepoError::io(Text::DoRead, temporary))?;
            write_temporary(&beside, &bytes, target)?;
            sync_all([beside.clone()])?;
            let result = put(&beside, target, was, &beside);
            std::fs::remove_file(&beside).ok();
            result
        }
        Err(error) => Err(renaming(error)),
    }
}

enum Exchanged {
    Whole,
    Unsupported,
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(from: &Path, to: &Path, both: bool) -> std::io::Result<Exchanged> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    let flags = if both { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
    match renameat_with(CWD, from, CWD, to, flags) {
        Ok(()) => Ok(Exchanged::Whole),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(Exchanged::Unsupported),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_from: &Path, _to: &Path, _both: bool) -> std::io::Result<Exchanged> {
    Ok(Exchanged::Unsupported)
}

fn make_folders(folder: &Path, touched: &mut BTreeSet<PathBuf>) -> Result<(), RepoError> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
    std::fs::create_dir_all(folder).map_err(RepoError::io(Text::DoMakeFolder, folder))?;
    touched.extend(missing.iter().filter_map(|folder| folder.parent()).map(Path::to_owned));
    Ok(())
}

/// As git does, removes folders that are now empty.
fn remove_empty_folders(top: &Path, folder: &Path, touched: &mut BTreeSet<PathBuf>) {
    for folder in folder.ancestors().take_while(|folder| *folder != top && folder.starts_with(top)) {
        if std::fs::remove_dir(folder).is_err() {
            touched.insert(folder.to_owned());
            return;
        }
        touched.remove(folder);
    }
    touched.insert(top.to_owned());
}

/// A file that differs from the last commit because somebody changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// The path inside the book.
    pub path: String,
    /// What was found.
    pub why: WhyLeft,
}

/// Why a file is left as somebody has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyLeft {
    /// It was changed while the commit was made.
    Meanwhile,
    /// It was changed after the operation was interrupted.
    Since,
    /// It was staged after the operation was interrupted.
    Staged,
    /// A later commit changed it.
    LaterCommit,
}

#[cfg(test)]
mod tests {
    use super::write_temporary;

    #[test]
    fn what_an_ended_command_left_is_replaced_and_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let (left, other) = (dir.path().join("recovered"), dir.path().join("other"));
        std::fs::write(&left, "old").unwrap();
        // a file that may not be written has the same fate: its name is taken, not its content
        std::fs::hard_link(&left, &other).unwrap();
        write_temporary(&left, b"new", &dir.path().join("none")).unwrap();
        assert_eq!((std::fs::read(&left).unwrap(), std::fs::read(&other).unwrap()), (b"new".to_vec(), b"old".to_vec()));
    }
}
