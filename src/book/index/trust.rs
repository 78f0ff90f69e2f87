//! The index file: its place, whether it is still as the last refresh left it, and the lock for changing it.
//!
//! A small file is not flushed: building it again is faster than a few flushes of a disk. Its stamp has the boot time
//! of the machine, and it is trusted until the next restart. A large file is flushed and then trusted.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git2::Oid;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::IndexError;
use super::schema::Kinds;
use crate::book::repo::{boot, has_room};
use crate::locale::messages::RepoText;

/// How long a reader waits while a writer writes its pages.
const BUSY: Duration = if cfg!(test) { Duration::from_millis(100) } else { Duration::from_secs(2) };

/// Smaller files are not flushed, in bytes. The index of about five thousand complaints is that large; it is made in
/// half a second.
const SMALL: u64 = 32 << 20;
/// The beginning of the line with the boot time in a stamp.
const BOOT: &str = "boot ";

/// The files of an index, or of another database beside it.
#[derive(Debug, Clone)]
pub(super) struct Files {
    folder: PathBuf,
    /// The beginning of their names.
    name: &'static str,
}

/// For what a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Reading.
    Read,
    /// Reading, and perhaps writing later. SQLite reads the definitions of all tables for each connection, so one
    /// connection does both. A file that may not be written is opened for reading.
    Write,
}

impl Access {
    fn flags(self) -> OpenFlags {
        let access = match self {
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        access | OpenFlags::SQLITE_OPEN_NO_MUTEX
    }
}

/// An index file that is as the last refresh left it.
pub(super) struct Found {
    pub(super) connection: Connection,
    /// The commit that it belongs to.
    pub(super) tip: Oid,
    pub(super) generation: i64,
    /// The file at the time of the comparison.
    pub(super) seen: Seen,
    fingerprint: String,
}

/// A file that was compared with its stamp.
pub(super) struct Seen {
    path: PathBuf,
    is: String,
}

impl Seen {
    /// Whether the file is still the one that was compared. If it is, asked under SQLite's lock after reading, the
    /// read data is valid. Bytes that change under an open connection change the file's times, but SQLite does not
    /// notice them.
    pub(super) fn is_as_it_was(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|metadata| describe(&metadata) == self.is)
    }
}

impl Found {
    /// Whether this program made its rows, from kinds of these shapes.
    pub(super) fn fits(&self, kinds: &Kinds) -> bool {
        self.is_of(&kinds.fingerprint)
    }

    /// Whether its rows were made from what has this fingerprint.
    pub(super) fn is_of(&self, fingerprint: &str) -> bool {
        self.fingerprint == fingerprint
    }
}

impl Files {
    pub(super) fn of(state_dir: &Path) -> Self {
        Files { folder: state_dir.to_owned(), name: "index" }
    }

    /// The files of another database in the same folder.
    pub(super) fn beside(&self, name: &'static str) -> Self {
        Files { folder: self.folder.clone(), name }
    }

    fn named(&self, end: &str) -> PathBuf {
        self.folder.join(format!("{}.{end}", self.name))
    }

    /// The database.
    pub(super) fn index(&self) -> PathBuf {
        self.named("sqlite")
    }

    fn stamp(&self) -> PathBuf {
        self.named("stamp")
    }

    /// Opens the index, if it is what its stamp says; else `None`.
    ///
    /// The size, times and inode are compared before opening, and again while SQLite's lock keeps writers out. So the
    /// file that was compared is the file that is read.
    pub(super) fn open(&self, access: Access) -> Option<Found> {
        let before = self.sound()?;
        let connection = Connection::open_with_flags(self.index(), access.flags()).ok()?;
        prepare(&connection).ok()?;
        let inside = connection.unchecked_transaction().ok()?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?));
        let meta = inside.query_row("SELECT layout, tip, generation FROM main.\"book:meta\"", (), read).ok();
        let (fingerprint, tip, generation) = meta.filter(|_| self.sound().as_ref() == Some(&before))?;
        inside.commit().ok()?;
        let tip = Oid::from_str(&tip).ok()?;
        let seen = Seen { path: self.index(), is: before };
        Some(Found { tip, generation, seen, fingerprint, connection })
    }

    /// Whether the file is still the one that was found. The lock must be held: then nobody else changes it.
    pub(super) fn is_still(&self, found: &Found) -> bool {
        self.sound().is_some_and(|is| is == found.seen.is)
    }

    /// The description of the file, if it agrees with the stamp.
    fn sound(&self) -> Option<String> {
        let is = describe(&std::fs::metadata(self.index()).ok()?);
        let noted = std::fs::read_to_string(self.stamp()).ok()?;
        let (of_file, booted) = noted.split_at_checked(is.len())?;
        let sound = of_file == is && (booted.is_empty() || boot_line().is_some_and(|line| line == booted));
        sound.then_some(is)
    }

    /// Whether its stamp says that the file was not flushed.
    fn is_unflushed(&self) -> bool {
        std::fs::read_to_string(self.stamp()).is_ok_and(|noted| noted.contains(BOOT))
    }

    /// Writes the stamp of the present file. The lock must be held.
    pub(super) fn note(&self) -> Result<Seen, IndexError> {
        let path = self.index();
        let metadata = std::fs::metadata(&path).map_err(IndexError::io(RepoText::DoRead, &path))?;
        let booted = boot_line().filter(|_| metadata.len() < SMALL);
        if booted.is_none() && self.is_unflushed() {
            // the file may have grown since
            let flushed = File::open(&path).and_then(|file| file.sync_all());
            flushed.map_err(IndexError::io(RepoText::DoWrite, &path))?;
        }
        let is = describe(&metadata);
        let noted = is.clone() + &booted.unwrap_or_default();
        let new = self.named("stamp.new");
        let mut file = private(&new).map_err(IndexError::io(RepoText::DoMake, &new))?;
        file.write_all(noted.as_bytes()).map_err(IndexError::io(RepoText::DoWrite, &new))?;
        std::fs::rename(&new, self.stamp()).map_err(IndexError::io(RepoText::DoRename, &new))?;
        Ok(Seen { path, is })
    }

    /// Removes the stamp, so that the file is not used.
    fn distrust(&self) {
        std::fs::remove_file(self.stamp()).ok();
    }

    /// Opens the index to change it in place. The lock must be held.
    pub(super) fn open_to_write(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(self.index(), Access::Write.flags())?;
        prepare(&connection)?;
        self.ready_to_write(&connection)?;
        Ok(connection)
    }

    /// Settings of a connection that is about to write. The lock must be held.
    pub(super) fn ready_to_write(&self, connection: &Connection) -> rusqlite::Result<()> {
        if !has_room(&self.folder) {
            let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
            return Err(rusqlite::Error::SqliteFailure(full, None));
        }
        if self.is_unflushed() {
            // if the process is killed meanwhile, the stamp does not fit and the file is made again
            connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")?;
        }
        Ok(())
    }

    /// Makes an empty file beside the index, fills it, and moves it into place. The lock must be held.
    pub(super) fn replace(&self, fill: impl FnOnce(&Connection) -> Result<(), IndexError>) -> Result<(), IndexError> {
        let new = self.named("sqlite.new");
        if !has_room(&self.folder) {
            self.distrust();
            let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
            return Err(IndexError::io(RepoText::DoMake, &new)(full));
        }
        let made = self.replace_by(&new, fill);
        if made.is_err() {
            // a full disk has room for other things again
            std::fs::remove_file(&new).ok();
        }
        made
    }

    fn replace_by(
        &self,
        new: &Path,
        fill: impl FnOnce(&Connection) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        self.distrust();
        let file = private(new).map_err(IndexError::io(RepoText::DoMake, new))?;
        let connection = Connection::open_with_flags(new, Access::Write.flags())?;
        prepare(&connection)?;
        // larger pages: nearly all rows are appended, and half as many pages need to be split and visited again
        connection.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384; PRAGMA threads = 2;",
        )?;
        fill(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
        let small = file.metadata().is_ok_and(|metadata| metadata.len() < SMALL);
        if !small || boot_line().is_none() {
            file.sync_all().map_err(IndexError::io(RepoText::DoWrite, new))?;
        }
        // a journal that a killed process left belongs to the old file
        for journal in ["sqlite-journal", "sqlite-wal", "sqlite-shm"] {
            std::fs::remove_file(self.named(journal)).ok();
        }
        std::fs::rename(new, self.index()).map_err(IndexError::io(RepoText::DoRename, new))
    }

    /// Takes the lock for changing the index; `None` if somebody holds it for longer than `wait`.
    pub(super) fn lock(&self, wait: Duration) -> Result<Option<File>, IndexError> {
        std::fs::create_dir_all(&self.folder).map_err(IndexError::io(RepoText::DoMake, &self.folder))?;
        let path = self.named("lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(IndexError::io(RepoText::DoOpen, &path))?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= wait => return Ok(None),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(IndexError::io(RepoText::DoLock, &path)(error)),
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

/// Settings of every connection.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    // otherwise SQLite plans many statements again each time they are taken from the cache
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    crate::filter::columns::register(connection)
}

/// The line of a stamp with the boot time. `None` if the system does not tell it.
fn boot_line() -> Option<String> {
    Some(format!("{BOOT}{}\n", boot()?))
}

/// An empty file that only its owner can read.
fn private(path: &Path) -> std::io::Result<File> {
    std::fs::remove_file(path).ok();
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

/// Size, times, inode and device: they change with the file, and cannot all be set back.
fn describe(file: &Metadata) -> String {
    let modified = format!("{}.{:09}", file.mtime(), file.mtime_nsec());
    let changed = format!("{}.{:09}", file.ctime(), file.ctime_nsec());
    format!("size {} modified {modified} changed {changed} inode {} device {}\n", file.len(), file.ino(), file.dev())
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, StatementStatus};

    #[test]
    fn a_question_is_planned_once_whatever_it_asks_for() {
        let connection = Connection::open_in_memory().unwrap();
        super::prepare(&connection).unwrap();
        let links = "CREATE TABLE links (target TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL,
                       PRIMARY KEY (target, kind, source)) WITHOUT ROWID;
                     INSERT INTO links VALUES ('a', 'x', '1'), ('b', 'x', '2'), ('c', 'y', '3');";
        connection.execute_batch(links).unwrap();
        let sql = "SELECT DISTINCT source FROM links WHERE target = ? AND kind = ? ORDER BY source";
        for (target, kind, source) in [("a", "x", "1"), ("b", "x", "2"), ("c", "y", "3")] {
            let mut find = connection.prepare_cached(sql).unwrap();
            assert_eq!(find.query_row([target, kind], |row| row.get::<_, String>(0)).unwrap(), source);
            assert_eq!(find.get_status(StatementStatus::RePrepare), 0, "{target}");
        }
    }
}
