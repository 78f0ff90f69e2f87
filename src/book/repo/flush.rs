//! Flushes files to the disk. The system begins to write each file as soon as it is complete, and the program waits
//! for all of them at the end.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::error::RepoError;
use crate::locale::messages::RepoText;

/// From this number of files on, the whole file system is flushed at once.
const MANY: usize = 100;
/// How many files are flushed at the same time.
const THREADS: usize = 16;
/// How long files are flushed one after another before threads share the rest. If a disk answers at once, starting a
/// thread takes longer than waiting.
const PROMPT: Duration = Duration::from_millis(5);

/// A file or folder that must be flushed: still open, or by its path.
#[derive(Debug)]
pub(super) struct Unflushed {
    path: PathBuf,
    file: Option<File>,
    content_alone: bool,
}

impl Unflushed {
    /// An open file that was just written: the system begins to flush it.
    pub(super) fn open(path: PathBuf, file: File) -> Unflushed {
        start_writing(&file);
        Unflushed::written(path, file)
    }

    /// An open file that was just written and that the system already flushes.
    pub(super) fn written(path: PathBuf, file: File) -> Unflushed {
        Unflushed { path, file: Some(file), content_alone: false }
    }

    /// A file that existed before and was overwritten. Its time need not be flushed.
    pub(super) fn content(path: PathBuf, file: File) -> Unflushed {
        Unflushed { content_alone: true, ..Unflushed::open(path, file) }
    }

    fn sync(&self) -> Result<(), RepoError> {
        let synced = match &self.file {
            Some(file) if self.content_alone => file.sync_data(),
            Some(file) => file.sync_all(),
            None => File::open(&self.path).and_then(|file| file.sync_all()),
        };
        synced.map_err(RepoError::io(RepoText::DoFlush, &self.path))
    }
}

impl From<PathBuf> for Unflushed {
    fn from(path: PathBuf) -> Unflushed {
        Unflushed { path, file: None, content_alone: false }
    }
}

/// Tells the system to begin writing a file while the program goes on, so that flushing it takes less time. This
/// guarantees nothing; only flushing does.
#[cfg(target_os = "linux")]
pub(super) fn start_writing(file: &File) {
    rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed).ok();
}

#[cfg(not(target_os = "linux"))]
pub(super) fn start_writing(_file: &File) {}

/// Waits until files or folders are on the disk. If that takes time, several are flushed at once, because the disk
/// handles them together.
pub(super) fn sync_all<F: Into<Unflushed>>(files: impl IntoIterator<Item = F>) -> Result<(), RepoError> {
    let files: Vec<Unflushed> = files.into_iter().map(F::into).collect();
    if files.len() >= MANY && sync_file_system(&files) {
        return Ok(());
    }
    let begun = Instant::now();
    let mut rest = &files[..];
    while let Some((file, others)) = rest.split_first() {
        if begun.elapsed() > PROMPT && !others.is_empty() {
            break;
        }
        file.sync()?;
        rest = others;
    }
    // the disk waits only once for everything that is requested at the same time
    let share = rest.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            rest.chunks(share).map(|chunk| scope.spawn(move || chunk.iter().try_for_each(Unflushed::sync))).collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

/// Flushes the whole file system if all files are on the same one. Returns whether it did.
#[cfg(target_os = "linux")]
fn sync_file_system(files: &[Unflushed]) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |file: &Unflushed| std::fs::metadata(&file.path).map(|meta| meta.dev()).ok();
    let Some(first) = files.first() else { return true };
    let device_of_first = device(first);
    device_of_first.is_some()
        && files.iter().all(|file| device(file) == device_of_first)
        && File::open(&first.path).is_ok_and(|file| rustix::fs::syncfs(&file).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_files: &[Unflushed]) -> bool {
    false
}
