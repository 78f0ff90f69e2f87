//! An overlay makes the index file answer for another commit. The differences are in temporary tables, and views with
//! the tables' own names combine them with the file. SQLite looks up bare names among temporary ones first, so the
//! caller notices nothing.

use rusqlite::Connection;

use super::build::{Change, Wanted};
use super::error::IndexError;
use super::schema::{self, Target};
use crate::book::repo::Repo;
use crate::filter::columns::quoted;
use crate::record::Id;

/// Lays `changes` over the tables that `connection` reads.
pub(super) fn lay(connection: &Connection, repo: &Repo, wanted: &Wanted, changes: &[Change]) -> Result<(), IndexError> {
    connection.execute_batch("PRAGMA temp_store = MEMORY")?;
    let all = connection.unchecked_transaction()?;
    schema::create(connection, &wanted.policy, Target::Overlay)?;
    connection.execute_batch(
        "CREATE TABLE temp.\"book:gone\" (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
         CREATE TABLE temp.\"book:gone-paths\" (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;",
    )?;
    for change in changes {
        connection
            .prepare_cached("INSERT OR IGNORE INTO temp.\"book:gone-paths\" VALUES (?)")?
            .execute([&change.path])?;
        if let Some((folder, id)) = Id::of_path(&change.path)
            && is_of(wanted, folder, &id)
        {
            connection.prepare_cached("INSERT OR IGNORE INTO temp.\"book:gone\" VALUES (?)")?.execute([id.as_str()])?;
        }
    }
    wanted.put(connection, repo, changes, Target::Overlay)?;
    let mut sql = String::new();
    let mut view = |table: &str, key: &str, gone: &str, column: &str| {
        let (name, over) = (quoted(table), Target::Overlay.table(table));
        sql.push_str(&format!(
            "CREATE TEMP VIEW {name} AS SELECT * FROM main.{name} WHERE {key} NOT IN (SELECT {column} FROM temp.{gone})
             UNION ALL SELECT * FROM {over};\n",
        ));
    };
    for (table, key) in wanted.kinds.tables() {
        view(table, key, "\"book:gone\"", "id");
    }
    view("book:unreadable", "path", "\"book:gone-paths\"", "path");
    connection.execute_batch(&sql)?;
    all.commit()?;
    Ok(())
}

/// Whether records of this folder have ids like this one. A file in another kind's folder is not a record, so it
/// changes nothing.
fn is_of(wanted: &Wanted, folder: &str, id: &Id) -> bool {
    let kind = wanted.policy.kind_in(folder);
    kind.is_some_and(|kind| kind.shape.prefix == id.prefix().unwrap_or_default())
}
