//! The tables: their names, how they are created, and the fingerprint of their rows.

use std::fmt::Write as _;

use rusqlite::Connection;
use sha1::{Digest, Sha1};

use crate::filter::columns::{EVENT_COLUMNS, columns, quoted, table_name};
use crate::kind::Kind;
use crate::policy::Policy;
use crate::record::Type;

/// The table of all events, not quoted.
pub(super) const EVENTS: &str = "book:events";
/// The table of references, not quoted.
pub(super) const LINKS: &str = "book:links";
/// The table of unique and shared values, not quoted.
pub(super) const KEYS: &str = "book:unique";

/// The prefix of the id of an event's record, which says of which kind the record is.
pub(super) const PREFIX: &str = "substr(record, 1, instr(record, '-'))";

/// What the keys of records begin with that have overruled events somebody has not seen yet. The person follows.
pub(super) const UNINFORMED: &str = "overruled ";
/// What the keys of records begin with that had another id, which two clones had drawn. The old id follows.
pub(super) const MOVED: &str = "moved ";

/// What the index needs to know about a kind.
#[derive(Debug, Clone)]
pub(super) struct KindTable {
    pub(super) name: String,
    /// Its table, not quoted.
    pub(super) table: String,
    pub(super) folder: String,
    pub(super) columns: usize,
}

/// The kinds of a policy with their tables, sorted by name, and the fingerprint of what rows depend on.
#[derive(Debug, Clone)]
pub(super) struct Kinds {
    pub(super) all: Vec<KindTable>,
    /// The fingerprint of rows: the build of the program, and everything in the shapes of kinds that rows depend on.
    pub(super) fingerprint: String,
}

/// The table of a kind, not quoted. No view of `query` can have such a name, nor one of the tables for all kinds.
pub(super) fn table_of(kind: &str) -> String {
    format!("kind:{}", table_name(kind))
}

impl Kinds {
    /// The kinds of a policy. `program` identifies the build that makes the rows; without it, the version does.
    pub(super) fn of(policy: &Policy, program: Option<&str>) -> Self {
        let all = policy.kinds.rows().map(|kind| KindTable {
            name: kind.name.clone(),
            table: table_of(&kind.name),
            folder: kind.folder.clone(),
            columns: kind.columns,
        });
        Kinds { all: all.collect(), fingerprint: fingerprint(policy, program) }
    }

    /// The position of the kind with this folder.
    pub(super) fn in_folder(&self, folder: &str) -> Option<usize> {
        self.all.iter().position(|kind| kind.folder == folder)
    }

    /// Every table with the columns of its key.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let common = [
            ("book:records", "id"),
            (EVENTS, "record"),
            (LINKS, "source"),
            ("book:names", "source"),
            (KEYS, "source"),
            ("book:running", "source"),
            ("book:texts", "source"),
        ];
        common.into_iter().chain(self.all.iter().map(|kind| (kind.table.as_str(), "id")))
    }
}

/// Where tables are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The index itself.
    Main,
    /// The overlay.
    Overlay,
}

impl Target {
    /// The name of a table, quoted for SQL.
    pub(super) fn table(self, name: &str) -> String {
        match self {
            Target::Main => format!("main.{}", quoted(name)),
            Target::Overlay => format!("temp.{}", quoted(&format!("over_{name}"))),
        }
    }
}

/// Creates the tables of records.
pub(super) fn create(connection: &Connection, policy: &Policy, target: Target) -> rusqlite::Result<()> {
    let mut sql = String::new();
    let mut table = |name: &str, columns: &str, options: &str| {
        let _ = writeln!(sql, "CREATE TABLE {} ({columns}) {options};", target.table(name));
    };
    let events = EVENT_COLUMNS.map(|(name, ty)| format!("{} {ty}", quoted(name))).join(", ");
    table("book:records", "id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, random TEXT, packed BLOB NOT NULL", "");
    table(EVENTS, &format!("{events}, PRIMARY KEY (record, seq)"), "WITHOUT ROWID");
    let links = "target TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, field TEXT NOT NULL";
    table(LINKS, &format!("{links}, PRIMARY KEY (target, kind, source, field)"), "WITHOUT ROWID");
    let names = "folded TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, private INTEGER NOT NULL";
    table("book:names", &format!("{names}, PRIMARY KEY (folded, kind, source)"), "WITHOUT ROWID");
    table(KEYS, "held TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (held, source)", "WITHOUT ROWID");
    let texts = "source TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, opened INTEGER, text TEXT NOT NULL, private TEXT NOT NULL";
    table("book:texts", texts, "");
    let running = "series TEXT NOT NULL, count INTEGER NOT NULL, source TEXT NOT NULL";
    table("book:running", &format!("{running}, PRIMARY KEY (series, count, source)"), "WITHOUT ROWID");
    table("book:unreadable", "path TEXT NOT NULL PRIMARY KEY", "WITHOUT ROWID");
    for kind in policy.kinds.values() {
        let columns: Vec<String> =
            columns(&kind.shape).iter().map(|column| format!("{} {}", quoted(&column.name), column.sql)).collect();
        table(&table_of(kind.name()), &columns.join(", "), "");
    }
    connection.execute_batch(&sql)
}

/// Creates the table that says what the index belongs to.
pub(super) fn create_meta(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE main.\"book:meta\" (one INTEGER PRIMARY KEY CHECK (one = 1), layout TEXT NOT NULL, tip TEXT NOT NULL,
         generation INTEGER NOT NULL);",
    )
}

/// Creates the SQL indexes, after loading, because that is many times faster.
pub(super) fn create_indexes(connection: &Connection, policy: &Policy) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "CREATE INDEX main.random ON \"book:records\" (random, id) WHERE random IS NOT NULL;
         CREATE INDEX main.at ON \"book:events\" (at);
         CREATE INDEX main.noted ON \"book:events\" (noted, step, \"by\", {PREFIX}, at) WHERE noted IS NOT NULL;
         CREATE INDEX main.\"key\" ON \"book:events\" (\"key\", record) WHERE \"key\" IS NOT NULL;\n"
    ))?;
    policy.kinds.values().try_for_each(|kind| index_kind(connection, kind))
}

/// With fewer rows, a table of a kind has no SQL index: reading it whole takes less time than reading the definitions
/// of its indexes, which every command does.
const INDEXED_FROM: i64 = 200;

/// Creates the SQL indexes of a kind, if its table has become large enough for them.
pub(super) fn index_kind(connection: &Connection, kind: &Kind) -> rusqlite::Result<()> {
    let table = table_of(kind.name());
    // Row numbers begin with 1, so there are at most as many rows. Counting them would read the whole table.
    let last = format!("SELECT max(rowid) FROM main.{}", quoted(&table));
    let last: Option<i64> = connection.prepare_cached(&last)?.query_row((), |row| row.get(0))?;
    if last.is_none_or(|last| last < INDEXED_FROM) {
        return Ok(());
    }
    let latest = format!("{table}:latest");
    let known = "SELECT 1 FROM main.sqlite_master WHERE type = 'index' AND name = ?";
    if connection.prepare_cached(known)?.exists([&latest])? {
        return Ok(());
    }
    let index = |column: &str, sparse: bool| {
        // the one SQL index answers which records were opened before a day and changed after it
        let more = if column == "changed" { ", opened" } else { "" };
        let (name, column) = (quoted(&format!("{table}_{column}")), quoted(column));
        let filled = if sparse { format!(" WHERE {column} IS NOT NULL") } else { String::new() };
        format!("CREATE INDEX main.{name} ON {} ({column}, id{more}){filled};\n", quoted(&table))
    };
    let mut sql: String = ["state", "opened", "changed"].map(|own| index(own, false)).concat();
    sql.push_str(&index("closed", true));
    for column in columns(&kind.shape) {
        let Some(field) = column.field.map(|id| kind.shape.field(id)) else { continue };
        if matches!(field.ty, Type::Ref(_) | Type::Person | Type::Date) {
            sql.push_str(&index(&column.name, true));
        }
    }
    // the latest records of a class, for lists
    let _ = writeln!(sql, "CREATE INDEX main.{} ON {} (class, opened, id);", quoted(&latest), quoted(&table));
    connection.execute_batch(&sql)
}

/// The digest of everything that rows depend on besides the file of a record.
fn fingerprint(policy: &Policy, program: Option<&str>) -> String {
    let mut text = format!("{}\n", program.unwrap_or(env!("CARGO_PKG_VERSION")));
    for kind in policy.kinds.rows() {
        text.push_str(&kind.follow_from);
    }
    digest(&text)
}

/// The digest of a text, as hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
