//! The files of the working tree below some folders, found in one walk by several threads: a book has a folder for
//! each day.

use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use super::error::RepoError;
use super::index::FileStat;
use super::open::Repo;
use super::path::BookPath;
use super::read::escaped;
use crate::locale::messages::RepoText;

/// More threads would wait for each other and for the disk.
const MOST_THREADS: usize = 8;

/// The result of a walk: paths from the top of the book, with `/`.
#[derive(Debug, Default)]
pub struct Seen {
    /// Ordinary files by path, with their data in the file system.
    pub(super) files: Vec<(String, FileStat)>,
    /// Paths of anything that is neither a file nor a folder, such as a link. Links are not followed.
    others: Vec<String>,
    /// Paths of files and folders whose names are not UTF-8. Their bytes are written as `\xHH`. They are left out.
    unnamed: Vec<String>,
}

impl Seen {
    /// Ordinary files, by path.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| path.as_str())
    }

    /// Paths of anything that is neither a file nor a folder.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(String::as_str)
    }

    /// Paths of files and folders whose names are not UTF-8, with their bytes written as `\xHH`.
    pub fn unnamed(&self) -> impl Iterator<Item = &str> {
        self.unnamed.iter().map(String::as_str)
    }
}

/// Folders that wait to be read, and the number of those being read.
#[derive(Default)]
struct Waiting {
    folders: Vec<PathBuf>,
    busy: usize,
    failed: Option<RepoError>,
}

impl Repo {
    /// Everything below some folders and files of the working tree. Links are not followed.
    ///
    /// # Errors
    /// [`RepoError::Bare`], and if folders cannot be read.
    pub fn seen(&self, below: &[&str]) -> Result<Seen, RepoError> {
        let top = self.top().ok_or_else(|| RepoError::Bare { dir: self.git_dir().to_owned() })?;
        let mut all = Seen::default();
        let mut waiting = Waiting::default();
        for below in below {
            let start = BookPath::new(below)?.under(top);
            match std::fs::symlink_metadata(&start) {
                Ok(meta) => match kind(meta.file_type()) {
                    Found::Folder => waiting.folders.push(start),
                    Found::File => all.files.push(((*below).to_owned(), FileStat::of(&meta))),
                    Found::Other => all.others.push((*below).to_owned()),
                },
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(RepoError::io(RepoText::DoLook, &start)(error)),
            }
        }
        let (waiting, more) = (Mutex::new(waiting), Condvar::new());
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        std::thread::scope(|scope| {
            let walks: Vec<_> = (0..threads).map(|_| scope.spawn(|| walk(top, &waiting, &more))).collect();
            for walk in walks {
                let seen = walk.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                all.files.extend(seen.files);
                all.others.extend(seen.others);
                all.unnamed.extend(seen.unnamed);
            }
        });
        if let Some(error) = waiting.into_inner().unwrap_or_else(PoisonError::into_inner).failed {
            return Err(error);
        }
        all.files.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        all.others.sort_unstable();
        all.unnamed.sort_unstable();
        Ok(all)
    }
}

enum Found {
    Folder,
    File,
    Other,
}

fn kind(ty: FileType) -> Found {
    match ty {
        ty if ty.is_dir() => Found::Folder,
        ty if ty.is_file() => Found::File,
        _ => Found::Other,
    }
}

/// Reads folders while there are any, or while another thread may find more.
fn walk(top: &Path, waiting: &Mutex<Waiting>, more: &Condvar) -> Seen {
    let mut seen = Seen::default();
    let lock = || waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let mut held = lock();
    loop {
        if let Some(folder) = held.folders.pop() {
            held.busy += 1;
            drop(held);
            let read = read(top, &folder, &mut seen);
            held = lock();
            held.busy -= 1;
            match read {
                Ok(folders) => held.folders.extend(folders),
                Err(error) => {
                    held.folders.clear();
                    held.failed = Some(error);
                }
            }
            more.notify_all();
        } else if held.busy == 0 {
            return seen;
        } else {
            held = more.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Notes the files of a folder; returns its folders.
fn read(top: &Path, folder: &Path, seen: &mut Seen) -> Result<Vec<PathBuf>, RepoError> {
    let looking = |error| RepoError::io(RepoText::DoLook, folder)(error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(looking(error)),
    };
    let before = folder.strip_prefix(top).ok().and_then(Path::to_str).unwrap_or_default();
    let before = before.replace(std::path::MAIN_SEPARATOR, "/");
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(looking)?;
        let found = kind(entry.file_type().map_err(looking)?);
        let name = entry.file_name();
        let path = name.to_str().map(|name| format!("{before}/{name}"));
        match (found, path) {
            (Found::Folder, Some(_)) => folders.push(entry.path()),
            (Found::File, Some(path)) => {
                // a file that was deleted in the meantime is left out
                if let Ok(meta) = entry.metadata() {
                    seen.files.push((path, FileStat::of(&meta)));
                }
            }
            (_, None) => seen.unnamed.push(format!("{before}/{}", escaped(name.as_encoded_bytes()))),
            (Found::Other, Some(path)) => seen.others.push(path),
        }
    }
    Ok(folders)
}
