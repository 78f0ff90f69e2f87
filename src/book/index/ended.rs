//! The ended runs of deadlines, stored from one report to the next in `$GIT_DIR/redress/runs.sqlite`. Computing them
//! takes most of the time of a report over years, so they are computed once. If all deadlines of a record have ended,
//! its runs only change if the record does, or something that they depend on.
//!
//! - To this module the runs are bytes; [`gather`](crate::gather) makes and reads them.
//! - The file belongs to one commit and one rule book, calendars included. If the rule book differs, nothing in it
//!   counts. If the   commit differs, records that have changed between the two do not count. Nor do records that
//!   depend on them: those that   they refer to or referred to, and those that were stored with a [`Rest`] on them.
//! - The file is trusted under the same conditions as the index (`trust`). It can be deleted, damaged or locked
//!   without changing an   answer: then the runs are computed again.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use git2::Oid;
use rusqlite::{Connection, OptionalExtension, params};

use super::build::{Change, Wanted};
use super::error::IndexError;
use super::find::parse_id;
use super::trust::{Access, Files, Found};
use super::{Index, load, schema};
use crate::book::repo::{Environment, Repo};
use crate::record::{Id, Value};

/// How long to wait for another process that writes the file.
const PATIENCE: Duration = Duration::from_millis(20);
/// If more records than this have changed, everything is computed again.
const MANY: usize = 2_000;
/// From this number of records on, a whole range of the table is read instead of single rows.
const STRETCH: usize = 500;

/// The runs of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRuns {
    /// The record.
    pub record: Id,
    /// The runs.
    pub bytes: Vec<u8>,
    /// What they depend on, besides the record and the records that refer to it.
    pub rests: BTreeSet<Rest>,
}

/// Something that the runs of a record depend on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rest {
    /// The content of another record, or its absence.
    On(Id),
    /// The records that refer to another one, and their content.
    OnThoseNaming(Id),
}

impl Rest {
    fn stored(&self) -> String {
        match self {
            Rest::On(id) => format!("={id}"),
            Rest::OnThoseNaming(id) => format!(">{id}"),
        }
    }
}

/// The references of a record.
#[derive(Debug, Default)]
struct Links {
    /// The records that it refers to.
    named: Vec<Id>,
    /// The record into which it was merged.
    stands_for_it: Option<Value>,
}

/// The stored runs that one commit may use.
pub struct Ended {
    wanted: Wanted,
    git_dir: PathBuf,
    files: Files,
    /// The fingerprint of what the file was made from.
    fingerprint: String,
    /// The file, with the records whose rows do not count. `None` if nothing counts.
    found: Option<(Found, BTreeSet<String>)>,
}

impl Index {
    /// The stored runs for the index's commit. `basis` describes everything that runs depend on besides the records:
    /// the rule book and its calendars.
    pub fn ended(&self, repo: &Repo, basis: &str) -> Ended {
        let wanted = self.source.wanted.clone();
        let fingerprint = schema::digest(&format!("{} {basis}", wanted.kinds.fingerprint));
        let files = self.source.files.beside("runs");
        let mut ended = Ended { wanted, git_dir: self.source.git_dir.clone(), files, fingerprint, found: None };
        ended.found = ended.open().and_then(|found| {
            let stale = ended.stale(repo, &found)?;
            Some((found, stale))
        });
        ended
    }
}

impl Ended {
    /// The stored runs of these records. The ids must be sorted. Records without stored runs are left out.
    pub fn read(&self, ids: &[&Id]) -> HashMap<Id, Vec<u8>> {
        let Some((found, stale)) = &self.found else { return HashMap::new() };
        let read = || -> rusqlite::Result<HashMap<Id, Vec<u8>>> {
            let inside = found.connection.unchecked_transaction()?;
            let sql = "SELECT generation FROM main.\"book:meta\"";
            if inside.query_row(sql, (), |row| row.get::<_, i64>(0))? != found.generation {
                return Ok(HashMap::new());
            }
            let mut rows = if ids.len() < STRETCH { each(&inside, ids)? } else { stretch(&inside, ids)? };
            if !found.seen.is_as_it_was() {
                return Ok(HashMap::new());
            }
            rows.retain(|id, _| !stale.contains(id.as_str()));
            Ok(rows)
        };
        read().unwrap_or_default()
    }

    /// Stores the runs of these records at the commit. If another process is writing the file, nothing is stored.
    ///
    /// # Errors
    /// If the file cannot be written or the commit cannot be read. Neither changes an answer.
    pub fn keep(&self, rows: &[EndedRuns]) -> Result<(), IndexError> {
        let Some(_lock) = self.files.lock(PATIENCE)? else { return Ok(()) };
        let environment = Environment { git_dir: Some(self.git_dir.clone()), ..Environment::default() };
        let repo = Repo::discover(&self.git_dir, &environment)?;
        // another process may have updated it since
        let before = self.open().and_then(|found| self.stale(&repo, &found));
        match before {
            Some(stale) => {
                let connection = self.files.open_to_write()?;
                let all = rusqlite::Transaction::new_unchecked(&connection, rusqlite::TransactionBehavior::Immediate)?;
                let mut delete = connection.prepare("DELETE FROM main.\"book:ended\" WHERE record = ?")?;
                for id in &stale {
                    delete.execute([id])?;
                }
                drop(delete);
                put(&connection, rows)?;
                let sql = "UPDATE main.\"book:meta\" SET tip = ?, generation = generation + 1";
                connection.execute(sql, [self.wanted.commit.to_string()])?;
                all.commit()?;
            }
            None => self.files.replace(|connection| Ok(self.fill(connection, rows)?))?,
        }
        self.files.note().map(|_| ())
    }

    fn fill(&self, connection: &Connection, rows: &[EndedRuns]) -> rusqlite::Result<()> {
        let all = connection.unchecked_transaction()?;
        schema::create_meta(connection)?;
        connection.execute_batch(
            "CREATE TABLE main.\"book:ended\" (record TEXT NOT NULL PRIMARY KEY, runs BLOB NOT NULL) WITHOUT ROWID;
             CREATE TABLE main.\"book:rests\" (other TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (other, record))
             WITHOUT ROWID;",
        )?;
        put(connection, rows)?;
        let meta = "INSERT INTO main.\"book:meta\" VALUES (1, ?, ?, 1)";
        connection.execute(meta, params![self.fingerprint, self.wanted.commit.to_string()])?;
        all.commit()
    }

    fn open(&self) -> Option<Found> {
        self.files.open(Access::Read).filter(|found| found.is_of(&self.fingerprint))
    }

    /// The records whose rows do not count at the wanted commit. `None` if nothing in the file counts.
    fn stale(&self, repo: &Repo, found: &Found) -> Option<BTreeSet<String>> {
        let mut stale = BTreeSet::new();
        if found.tip == self.wanted.commit {
            return Some(stale);
        }
        let changes = self.wanted.changes(repo, Some(found.tip)).ok().filter(|changes| changes.len() <= MANY)?;
        let mut rests: BTreeSet<Rest> = BTreeSet::new();
        for change in &changes {
            // a file with another name is not a record
            let Some((_, id)) = Id::of_path(&change.path) else { continue };
            let [before, after] = [found.tip, self.wanted.commit].map(|commit| self.links(repo, commit, change));
            let (before, after) = (before?, after?);
            if before.stands_for_it != after.stands_for_it {
                // a record that refers to the merged one may depend on the surviving record
                return None;
            }
            rests.extend(before.named.into_iter().chain(after.named).map(Rest::OnThoseNaming));
            rests.insert(Rest::On(id));
        }
        let sql = "SELECT record FROM main.\"book:rests\" WHERE other = ?";
        let mut find = found.connection.prepare(sql).ok()?;
        for rest in &rests {
            let (Rest::On(id) | Rest::OnThoseNaming(id)) = rest;
            stale.insert(id.as_str().to_owned());
            let resting = find.query_map([rest.stored()], |row| row.get::<_, String>(0)).ok()?;
            stale.extend(resting.collect::<rusqlite::Result<Vec<String>>>().ok()?);
        }
        Some(stale)
    }

    /// The references of a record at a commit; empty if it cannot be read there. `None` if git cannot tell.
    fn links(&self, repo: &Repo, commit: Oid, change: &Change) -> Option<Links> {
        let folder = change.path.split('/').next().unwrap_or_default();
        let Some(kind) = self.wanted.policy.kind_in(folder) else { return Some(Links::default()) };
        let Some(bytes) = repo.read(commit, &change.path).ok()? else { return Some(Links::default()) };
        let Ok(record) = load::record(&bytes, &change.path, kind) else { return Some(Links::default()) };
        Some(Links {
            named: record.fields.references(&kind.shape).into_iter().map(|(id, _)| id).collect(),
            stands_for_it: kind.shape.merged_by.and_then(|field| record.get(field).cloned()),
        })
    }
}

fn put(connection: &Connection, rows: &[EndedRuns]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare("INSERT OR REPLACE INTO main.\"book:ended\" VALUES (?, ?)")?;
    let mut rest = connection.prepare("INSERT OR IGNORE INTO main.\"book:rests\" VALUES (?, ?)")?;
    let mut rows: Vec<&EndedRuns> = rows.iter().collect();
    // in the order of the table, so that rows are appended
    rows.sort_unstable_by(|one, other| one.record.cmp(&other.record));
    for row in rows {
        insert.execute(params![row.record.as_str(), row.bytes])?;
        for other in &row.rests {
            rest.execute(params![other.stored(), row.record.as_str()])?;
        }
    }
    Ok(())
}

fn each(connection: &Connection, ids: &[&Id]) -> rusqlite::Result<HashMap<Id, Vec<u8>>> {
    let mut find = connection.prepare_cached("SELECT runs FROM main.\"book:ended\" WHERE record = ?")?;
    let mut rows = HashMap::with_capacity(ids.len());
    for id in ids {
        if let Some(bytes) = find.query_row([id.as_str()], |row| row.get(0)).optional()? {
            rows.insert((*id).clone(), bytes);
        }
    }
    Ok(rows)
}

/// The rows from the first id to the last. Rows between them that were not asked for are ignored.
fn stretch(connection: &Connection, ids: &[&Id]) -> rusqlite::Result<HashMap<Id, Vec<u8>>> {
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(HashMap::new()) };
    let sql = "SELECT record, runs FROM main.\"book:ended\" WHERE record >= ? AND record <= ?";
    let mut find = connection.prepare_cached(sql)?;
    let mut found = find.query([first.as_str(), last.as_str()])?;
    let mut wanted = ids.iter().peekable();
    let mut rows = HashMap::with_capacity(ids.len());
    while let Some(row) = found.next()? {
        let record = row.get_ref(0)?.as_str()?;
        while wanted.next_if(|id| id.as_str() < record).is_some() {}
        match wanted.peek() {
            None => break,
            Some(id) if id.as_str() == record => rows.insert(parse_id(row, 0)?, row.get(1)?),
            Some(_) => None,
        };
    }
    Ok(rows)
}
