//! Writes rows into the tables and removes them.

use rusqlite::{Connection, OptionalExtension, Statement, params, params_from_iter};

use super::fill::Loaded;
use super::load::Rows;
use super::schema::{EVENTS, Kinds, Target};
use crate::kind::Numbered;
use crate::policy::Policy;
use crate::record::{Id, Record};

/// Writes the rows of records. Rows that are written fast only in order are held back until [`Writer::finish`].
pub(super) struct Writer<'c> {
    connection: &'c Connection,
    kinds: &'c Kinds,
    target: Target,
    record: Statement<'c>,
    event: Statement<'c>,
    texts: Statement<'c>,
    /// The statements of kinds, each made with the first record of its kind.
    tables: Vec<Option<Statement<'c>>>,
    /// The ids of the records with links and names. Links and names use their positions here.
    sources: Vec<Id>,
    /// The fields of links. Links use their positions here.
    fields: Vec<String>,
    links: Vec<Link>,
    names: Vec<Name>,
    unique: Vec<(Box<str>, u32)>,
    running: Vec<(Numbered, u32)>,
}

/// Target, kind, source and field. All links of a book are held until every file is read, so this is as small as
/// possible.
type Link = (Id, u32, u32, u32);
/// The name, the kind, the source, and whether the name is private.
type Name = (Box<str>, u32, u32, bool);

impl<'c> Writer<'c> {
    pub(super) fn new(connection: &'c Connection, kinds: &'c Kinds, target: Target) -> rusqlite::Result<Self> {
        let insert = |table, columns| insert(connection, target, table, columns);
        Ok(Writer {
            connection,
            kinds,
            target,
            record: insert("book:records", 4)?,
            texts: insert("book:texts", 5)?,
            event: insert(EVENTS, crate::filter::columns::EVENT_COLUMNS.len())?,
            tables: kinds.all.iter().map(|_| None).collect(),
            sources: Vec::new(),
            fields: Vec::new(),
            links: Vec::new(),
            names: Vec::new(),
            unique: Vec::new(),
            running: Vec::new(),
        })
    }

    /// Adds a loaded file. There must be no row with its id or path yet.
    pub(super) fn put(&mut self, loaded: Loaded) -> rusqlite::Result<()> {
        match loaded {
            Loaded::Record(kind, rows) => self.put_rows(kind, *rows),
            Loaded::Unreadable(path) => {
                let sql = format!("INSERT OR IGNORE INTO {} VALUES (?)", self.target.table("book:unreadable"));
                self.connection.prepare_cached(&sql)?.execute([path]).map(|_| ())
            }
        }
    }

    fn put_rows(&mut self, kind: usize, rows: Rows) -> rusqlite::Result<()> {
        let Rows { id, packed, cells, events, links, names, unique, texts, opened, running } = rows;
        self.record.execute(params![id.as_str(), self.kinds.all[kind].name, id.random(), packed])?;
        let table = match &mut self.tables[kind] {
            Some(table) => table,
            none => none.insert(insert(
                self.connection,
                self.target,
                &self.kinds.all[kind].table,
                self.kinds.all[kind].columns,
            )?),
        };
        table.execute(params_from_iter(cells))?;
        let kind_name = &self.kinds.all[kind].name;
        self.texts.execute(params![id.as_str(), kind_name, opened, texts.open, texts.private])?;
        for event in events {
            self.event.execute(params_from_iter(event))?;
        }
        if !links.is_empty() || !names.is_empty() || !unique.is_empty() || running.is_some() {
            let (kind, source) = (small(kind)?, small(self.sources.len())?);
            self.sources.push(id);
            for (to, field) in links {
                let field = self.field(field)?;
                self.links.push((to, kind, source, field));
            }
            self.unique.extend(unique.into_iter().map(|held| (held.into_boxed_str(), source)));
            self.running.extend(running.map(|numbered| (numbered, source)));
            self.names.extend(names.into_iter().map(|(name, private)| (name.into_boxed_str(), kind, source, private)));
        }
        Ok(())
    }

    /// The position of a field's name. There are only as many as the kinds declare.
    fn field(&mut self, name: String) -> rusqlite::Result<u32> {
        let known = self.fields.iter().position(|field| *field == name);
        small(known.unwrap_or_else(|| {
            self.fields.push(name);
            self.fields.len() - 1
        }))
    }

    /// Writes what was held back.
    pub(super) fn finish(mut self) -> rusqlite::Result<()> {
        let name = |kind: u32| &self.kinds.all[kind as usize].name;
        // in the order of their tables, so that rows are appended
        let sources = &self.sources;
        let source = |at: u32| sources[at as usize].as_str();
        self.links.sort_unstable_by(|one, other| {
            (&one.0, one.1, source(one.2), one.3).cmp(&(&other.0, other.1, source(other.2), other.3))
        });
        self.names
            .sort_unstable_by(|one, other| (&one.0, one.1, source(one.2)).cmp(&(&other.0, other.1, source(other.2))));
        let links = format!("INSERT OR IGNORE INTO {} VALUES (?, ?, ?, ?)", self.target.table("book:links"));
        let mut insert = self.connection.prepare(&links)?;
        for (to, kind, from, field) in &self.links {
            insert.execute(params![to.as_str(), name(*kind), source(*from), self.fields[*field as usize]])?;
        }
        let names = format!("INSERT OR IGNORE INTO {} VALUES (?, ?, ?, ?)", self.target.table("book:names"));
        let mut insert = self.connection.prepare(&names)?;
        for (folded, kind, from, private) in &self.names {
            insert.execute(params![folded, name(*kind), source(*from), private])?;
        }
        self.unique.sort_unstable_by(|one, other| (&one.0, source(one.1)).cmp(&(&other.0, source(other.1))));
        let unique = format!("INSERT OR IGNORE INTO {} VALUES (?, ?)", self.target.table("book:unique"));
        let mut insert = self.connection.prepare(&unique)?;
        for (held, from) in &self.unique {
            insert.execute(params![held, source(*from)])?;
        }
        let order =
            |(numbered, from): &(Numbered, u32)| (numbered.series.clone(), numbered.count, source(*from).to_owned());
        self.running.sort_by_cached_key(order);
        let running = format!("INSERT OR IGNORE INTO {} VALUES (?, ?, ?)", self.target.table("book:running"));
        let mut insert = self.connection.prepare(&running)?;
        for (numbered, from) in &self.running {
            insert.execute(params![numbered.series, stored(numbered.count), source(*from)])?;
        }
        Ok(())
    }
}

/// The statement that adds a row to a table.
fn insert<'c>(
    connection: &'c Connection,
    target: Target,
    table: &str,
    columns: usize,
) -> rusqlite::Result<Statement<'c>> {
    let marks = vec!["?"; columns].join(", ");
    connection.prepare(&format!("INSERT INTO {} VALUES ({marks})", target.table(table)))
}

/// A running number as it is stored. A pattern has only as many digits as fit into a number.
fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A position as it is stored. If it does not fit, the file could not hold that many either.
fn small(place: usize) -> rusqlite::Result<u32> {
    u32::try_from(place).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, i64::MAX))
}

/// Removes from the index everything that came from the file at `path`.
pub(super) fn remove(connection: &Connection, policy: &Policy, kinds: &Kinds, path: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM main.\"book:unreadable\" WHERE path = ?")?.execute([path])?;
    let Some((folder, id)) = Id::of_path(path) else { return Ok(()) };
    let Some((kind, table)) = kinds.in_folder(folder).and_then(|at| {
        let table = &kinds.all[at];
        policy.kind(&table.name).map(|kind| (kind, table))
    }) else {
        return Ok(());
    };
    let found = connection.prepare_cached("SELECT kind, packed FROM main.\"book:records\" WHERE id = ?")?;
    let mut found = found;
    let row: Option<(String, Vec<u8>)> =
        found.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    // the same id may be in another kind's folder, where it is not a record
    let Some((_, packed)) = row.filter(|(of, _)| *of == table.name) else { return Ok(()) };
    let delete = |from: &str, column: &str| {
        let sql = format!("DELETE FROM {} WHERE {column} = ?", Target::Main.table(from));
        connection.prepare_cached(&sql)?.execute([id.as_str()])
    };
    // its links and names are computed from the record again, so no SQL index on the source is needed
    if let Some(record) = Record::unpack(&packed, &id, &table.name) {
        let rows = Rows::of(&record, kind);
        for (to, field) in &rows.links {
            let sql = "DELETE FROM main.\"book:links\" WHERE target = ? AND kind = ? AND source = ? AND field = ?";
            let mut delete = connection.prepare_cached(sql)?;
            delete.execute(params![to.as_str(), table.name, id.as_str(), field])?;
        }
        for (name, _) in &rows.names {
            let sql = "DELETE FROM main.\"book:names\" WHERE folded = ? AND kind = ? AND source = ?";
            connection.prepare_cached(sql)?.execute(params![name, table.name, id.as_str()])?;
        }
        if let Some(numbered) = &rows.running {
            let sql = "DELETE FROM main.\"book:running\" WHERE series = ? AND count = ? AND source = ?";
            connection.prepare_cached(sql)?.execute(params![numbered.series, stored(numbered.count), id.as_str()])?;
        }
        for held in &rows.unique {
            let sql = "DELETE FROM main.\"book:unique\" WHERE held = ? AND source = ?";
            connection.prepare_cached(sql)?.execute(params![held, id.as_str()])?;
        }
    }
    delete("book:texts", "source")?;
    delete(&table.table, "id")?;
    delete(EVENTS, "record")?;
    delete("book:records", "id")?;
    Ok(())
}
