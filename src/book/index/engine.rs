//! Where answers come from: the index file, the index file with an overlay, or tables in memory. If one fails, the
//! next gives the same answer.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

use super::build::Wanted;
use super::error::IndexError;
use super::load;
use super::overlay;
use super::trust::{self, Access, Files, Found, Seen};
use super::{Location, Unreadable};
use crate::book::repo::{Environment, Repo};
use crate::locale::messages::StoredText;
use crate::place::{Place, Problem};

/// How long to wait for another process that refreshes the index, before answering without it.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(100) } else { Duration::from_secs(5) };
/// If more than one in this many records has changed, building the index again is faster than changing it.
const MANY: usize = 4;
const FEW: usize = 2_000;

/// A connection whose tables belong to the wanted commit.
pub(super) struct Engine {
    pub(super) connection: Connection,
    /// The file, which other processes can change. `None` if nobody else can change what it reads.
    shared: Option<Shared>,
}

/// The file to which a connection belongs, and its version.
struct Shared {
    generation: i64,
    seen: Seen,
}

impl Shared {
    /// Whether the tables have the generation for which the connection was opened. It is asked inside a question's
    /// transaction, before the question.
    fn is_current(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let sql = "SELECT generation FROM main.\"book:meta\"";
        let is: i64 = connection.prepare_cached(sql)?.query_row((), |row| row.get(0))?;
        Ok(is == self.generation)
    }
}

impl Engine {
    /// Reads within one transaction. `None` if the file has moved on or was changed meanwhile.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        let Some(shared) = &self.shared else { return read(&self.connection).map(Some) };
        let inside = self.connection.unchecked_transaction()?;
        if !shared.is_current(&self.connection)? {
            return Ok(None);
        }
        let answer = read(&self.connection);
        if !shared.seen.is_as_it_was() {
            return Ok(None);
        }
        inside.commit()?;
        answer.map(Some)
    }

    /// As [`Engine::read`], for callers that change settings of the connection.
    pub(super) fn read_mut<T>(
        &mut self,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.connection.execute_batch("BEGIN")?;
        let answer = self.begun(read);
        // nothing was written, so nothing is lost
        self.connection.execute_batch("ROLLBACK").and(answer)
    }

    fn begun<T>(&mut self, read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        let Some(shared) = &self.shared else { return read(&mut self.connection).map(Some) };
        if !shared.is_current(&self.connection)? {
            return Ok(None);
        }
        let answer = read(&mut self.connection);
        if shared.seen.is_as_it_was() { answer.map(Some) } else { Ok(None) }
    }

    /// Whether nobody else can change what it reads.
    pub(super) fn is_private(&self) -> bool {
        self.shared.is_none()
    }
}

/// Everything that is needed to make engines.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) wanted: Wanted,
    pub(super) git_dir: PathBuf,
    pub(super) files: Files,
}

impl Source {
    /// The first engine.
    ///
    /// # Errors
    /// If the commit cannot be read. A bad file is never an error.
    pub(super) fn begin(&self, repo: &Repo, at: Location) -> Result<Engine, IndexError> {
        let found = self.files.open(if at == Location::Tip { Access::Write } else { Access::Read });
        let found = match found {
            Some(found) if self.is_wanted(&found) => return Ok(shared(found)),
            found => found,
        };
        if at == Location::Tip && repo.head().is_ok_and(|head| head.tip == Some(self.wanted.commit)) {
            match self.refresh(repo, found) {
                Ok(Some(engine)) => return Ok(engine),
                Err(IndexError::Repo(error)) => return Err(IndexError::Repo(error)),
                Ok(None) | Err(_) => {}
            }
        }
        self.around(repo)
    }

    /// An engine that does not change the file.
    pub(super) fn around(&self, repo: &Repo) -> Result<Engine, IndexError> {
        let found = self.files.open(Access::Read).filter(|found| found.fits(&self.wanted.kinds));
        match found {
            Some(found) if found.tip == self.wanted.commit => Ok(shared(found)),
            Some(found) => match self.overlay(repo, found) {
                Ok(Some(engine)) => Ok(engine),
                Err(IndexError::Repo(error)) => Err(IndexError::Repo(error)),
                Ok(None) | Err(_) => self.own(repo),
            },
            None => self.own(repo),
        }
    }

    /// Private tables, in a file that nobody else sees and that SQLite keeps in memory while it is small. If no such
    /// file can be made, they are in memory.
    pub(super) fn own(&self, repo: &Repo) -> Result<Engine, IndexError> {
        let build = |path: &str| {
            let connection = Connection::open(path)?;
            trust::prepare(&connection)?;
            connection.execute_batch(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
            )?;
            self.wanted.build(&connection, repo)?;
            Ok(Engine { connection, shared: None })
        };
        match build("") {
            Err(IndexError::Sqlite(_)) => build(":memory:"),
            built => built,
        }
    }

    /// Opens the repository again.
    pub(super) fn repo(&self) -> Result<Repo, IndexError> {
        let environment = Environment { git_dir: Some(self.git_dir.clone()), ..Environment::default() };
        Ok(Repo::discover(&self.git_dir, &environment)?)
    }

    /// Whether the file is of the wanted commit.
    fn is_wanted(&self, found: &Found) -> bool {
        found.fits(&self.wanted.kinds) && found.tip == self.wanted.commit
    }

    fn overlay(&self, repo: &Repo, found: Found) -> Result<Option<Engine>, IndexError> {
        // the commit of the file may no longer exist after an amend and a prune
        let Ok(changes) = self.wanted.changes(repo, Some(found.tip)) else { return Ok(None) };
        overlay::lay(&found.connection, repo, &self.wanted, &changes)?;
        Ok(Some(shared(found)))
    }

    /// Moves the file, as it was found, to the wanted commit under the lock. `None` if another process holds the lock
    /// for long.
    fn refresh(&self, repo: &Repo, found: Option<Found>) -> Result<Option<Engine>, IndexError> {
        let Some(_lock) = self.files.lock(PATIENCE)? else { return Ok(None) };
        // another process may have changed the file until the lock was taken
        let found = found.filter(|found| self.files.is_still(found)).or_else(|| self.files.open(Access::Write));
        if let Some(found) = found {
            if self.is_wanted(&found) {
                return Ok(Some(shared(found)));
            }
            if found.fits(&self.wanted.kinds)
                && let Some(engine) = self.change(repo, found)?
            {
                return Ok(Some(engine));
            }
        }
        self.files.replace(|connection| self.wanted.build(connection, repo))?;
        self.files.note()?;
        Ok(self.files.open(Access::Read).filter(|found| self.is_wanted(found)).map(shared))
    }

    /// Changes the file in place. `None` if building it again is better.
    fn change(&self, repo: &Repo, found: Found) -> Result<Option<Engine>, IndexError> {
        let Ok(changes) = self.wanted.changes(repo, Some(found.tip)) else { return Ok(None) };
        if changes.len() > FEW {
            let sql = "SELECT count(*) FROM main.\"book:records\"";
            let all: i64 = found.connection.query_row(sql, (), |row| row.get(0)).unwrap_or(0);
            if changes.len() > usize::try_from(all).unwrap_or(0) / MANY {
                return Ok(None);
            }
        }
        let Found { connection, generation, .. } = found;
        let change = || {
            self.files.ready_to_write(&connection)?;
            let all = rusqlite::Transaction::new_unchecked(&connection, rusqlite::TransactionBehavior::Immediate)?;
            self.wanted.apply(&connection, repo, &changes)?;
            all.commit()?;
            Ok(())
        };
        match change() {
            Ok(()) => {
                let seen = self.files.note()?;
                let shared = Shared { generation: generation + 1, seen };
                Ok(Some(Engine { connection, shared: Some(shared) }))
            }
            Err(IndexError::Repo(error)) => Err(IndexError::Repo(error)),
            Err(_) => Ok(None),
        }
    }
}

fn shared(found: Found) -> Engine {
    Engine { connection: found.connection, shared: Some(Shared { generation: found.generation, seen: found.seen }) }
}

impl Source {
    /// What is wrong in the files that could not be read as records.
    pub(super) fn problems(&self, paths: Vec<String>) -> Result<Vec<Unreadable>, IndexError> {
        let repo = self.repo()?;
        let mut found = Vec::with_capacity(paths.len());
        for path in paths {
            let whole = |message: StoredText, help: StoredText| {
                vec![Problem::new(Place::of_file(path.as_str()), message).help(help)]
            };
            let folder = path.split('/').next().unwrap_or_default();
            let problems = match (repo.entry(self.wanted.commit, &path)?, self.wanted.policy.kind_in(folder)) {
                (Some(file), Some(kind)) if file.is_regular() => match repo.blob_if_whole(file.blob)? {
                    Some(bytes) => load::record(&bytes, &path, kind).err().unwrap_or_default(),
                    None => whole(StoredText::NoContent, StoredText::ContentBack),
                },
                (Some(file), _) if file.is_folder() => whole(StoredText::NoContent, StoredText::ContentBack),
                (Some(_), _) => whole(StoredText::LinkNot, StoredText::LinkReplace),
                (None, _) => whole(StoredText::NameNotUtf8, StoredText::NameRename),
            };
            found.push((path, problems));
        }
        Ok(found)
    }
}
