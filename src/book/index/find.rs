//! Finds records by id, and by the names by which they are known.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::error::IndexError;
use super::schema::{MOVED, UNINFORMED};
use super::{Index, Unreadable, threads};
use crate::kind::{NEAR, Unique};
use crate::locale::text::fold;
use crate::record::{Id, Record, is_phone, phone_digits};

/// From this number of records on, several threads make them from their bytes.
const MANY: usize = 1_000;

/// A record in the index: id, kind, bytes.
type Packed = (Id, String, Vec<u8>);

impl Index {
    /// The record with an id, if it exists and can be read.
    ///
    /// # Errors
    /// The errors of every question: [`IndexError::Repo`] and [`IndexError::Sqlite`], if no way to answer is left.
    pub fn record(&self, id: &Id) -> Result<Option<Record>, IndexError> {
        Ok(self.each_packed(&[id], |id, kind, bytes| Record::unpack(bytes, id, kind))?.pop().flatten())
    }

    /// The records with these ids, in their order. Missing ones are left out.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn records<'i>(&self, ids: impl IntoIterator<Item = &'i Id>) -> Result<Vec<Record>, IndexError> {
        let ids = Vec::from_iter(ids);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let threads = if ids.len() < MANY { 1 } else { threads() };
        if threads == 1 {
            let read = self.each_packed(&ids, |id, kind, bytes| Record::unpack(bytes, id, kind))?;
            return Ok(read.into_iter().flatten().collect());
        }
        let packed = self.each_packed(&ids, |id, kind, bytes| (id.clone(), kind.to_owned(), bytes.to_owned()))?;
        let read = |(id, kind, bytes): &Packed| Record::unpack(bytes, id, kind);
        let mut records = Vec::with_capacity(packed.len());
        std::thread::scope(|scope| {
            let parts = packed.chunks(packed.len().div_ceil(threads));
            let parts: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().filter_map(read).collect::<Vec<_>>())).collect();
            for part in parts {
                records.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
        Ok(records)
    }

    /// The result of `make` for the kind and bytes of each existing record.
    fn each_packed<T>(&self, ids: &[&Id], make: impl Fn(&Id, &str, &[u8]) -> T) -> Result<Vec<T>, IndexError> {
        self.ask(|connection| {
            let mut find = connection.prepare_cached("SELECT kind, packed FROM \"book:records\" WHERE id = ?")?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let row =
                    |row: &rusqlite::Row<'_>| Ok(make(id, row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_bytes()?));
                found.extend(find.query_row([id.as_str()], row).optional()?);
            }
            Ok(found)
        })
    }

    /// The records with this key of unique values ([`crate::kind::Unique::key`]), in any state.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn holding(&self, key: &str) -> Result<Vec<Id>, IndexError> {
        self.ids("SELECT source FROM \"book:unique\" WHERE held = ? ORDER BY source", &[key])
    }

    /// The records that are similar to one another ([`crate::kind::Near`]), each with the shared key.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn near(&self) -> Result<Vec<(String, Id)>, IndexError> {
        self.held_twice(NEAR)
    }

    /// The records that share a key of a rule ([`Unique`]), whatever their state, each with the key.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn sharing(&self, unique: &Unique) -> Result<Vec<(String, Id)>, IndexError> {
        self.held_twice(&format!("{}\n", unique.name()))
    }

    /// The records that share a key that begins so, each with the key.
    fn held_twice(&self, begins: &str) -> Result<Vec<(String, Id)>, IndexError> {
        self.ask(|connection| {
            let sql = "SELECT held, source FROM \"book:unique\" WHERE held IN (
                         SELECT held FROM \"book:unique\" WHERE held >= ?1 AND held < ?1 || char(1114111)
                         GROUP BY held HAVING count(*) > 1)
                       ORDER BY held, source";
            let mut find = connection.prepare_cached(sql)?;
            let rows = find.query_map([begins], |row| Ok((row.get(0)?, parse_id(row, 1)?)))?;
            rows.collect()
        })
    }

    /// The records that had this id until a merge, because two clones had drawn it.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn moved(&self, id: &Id) -> Result<Vec<Id>, IndexError> {
        self.holding(&format!("{MOVED}{id}"))
    }

    /// The records with overruled events that somebody has not seen yet.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn overruled(&self) -> Result<Vec<Id>, IndexError> {
        let sql =
            "SELECT DISTINCT source FROM \"book:unique\" WHERE held >= ?1 AND held < ?1 || char(127) ORDER BY source";
        self.ids(sql, &[UNINFORMED])
    }

    /// The highest running number of a series ([`crate::kind::Numbering::series`]); 0 if there is none.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn highest(&self, series: &str) -> Result<u64, IndexError> {
        self.ask(|connection| {
            let sql = "SELECT max(count) FROM \"book:running\" WHERE series = ?";
            let highest: Option<i64> = connection.prepare_cached(sql)?.query_row([series], |row| row.get(0))?;
            Ok(highest.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
        })
    }

    /// The record with an event that has this idempotency key. Keys are unique in a book. If two clones used the same
    /// key, it is the first record by id.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn by_key(&self, key: &str) -> Result<Option<Id>, IndexError> {
        let sql = "SELECT DISTINCT record FROM \"book:events\" WHERE \"key\" = ? ORDER BY record";
        let all = self.ids(sql, &[key])?;
        // a merge made those void that another record with the key stands for
        for id in all.iter().filter(|_| all.len() > 1) {
            if self.record(id)?.is_some_and(|record| !self.policy().is_void(&record)) {
                return Ok(Some(id.clone()));
            }
        }
        Ok(all.into_iter().next())
    }

    /// The kind of each record.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn kinds(&self) -> Result<HashMap<Id, Arc<str>>, IndexError> {
        let names: HashMap<&str, Arc<str>> =
            self.policy().kinds.keys().map(|name| (name.as_str(), name.as_str().into())).collect();
        self.ask(|connection| {
            let mut find = connection.prepare_cached("SELECT id, kind FROM \"book:records\"")?;
            let mut rows = find.query([])?;
            let mut kinds = HashMap::new();
            while let Some(row) = rows.next()? {
                let kind = row.get_ref(1)?.as_str()?;
                kinds.insert(parse_id(row, 0)?, names.get(kind).cloned().unwrap_or_else(|| kind.into()));
            }
            Ok(kinds)
        })
    }

    /// Idempotency keys with this beginning, each with its record; at most `limit`.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn keys_from(&self, start: &str, limit: u32) -> Result<Vec<(String, Id)>, IndexError> {
        let sql =
            "SELECT \"key\", min(record) FROM \"book:events\" WHERE \"key\" >= ?1 AND \"key\" < ?1 || char(1114111)
                   GROUP BY \"key\" ORDER BY \"key\" LIMIT ?2";
        self.ask(|connection| {
            let mut find = connection.prepare_cached(sql)?;
            let rows = find.query_map(params![start, limit], |row| Ok((row.get(0)?, parse_id(row, 1)?)))?;
            rows.collect()
        })
    }

    /// The records whose random part begins with `part` (see [`crate::record::random_part`]); with `prefix`, only
    /// those of one kind.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn by_random(&self, part: &str, prefix: Option<&str>) -> Result<Vec<Id>, IndexError> {
        // Z is the last letter of the alphabet, and [ the next character
        let end = format!("{part}[");
        let sql = "SELECT id FROM \"book:records\" WHERE random >= ? AND random < ? ORDER BY id";
        let mut ids = self.ids(sql, &[part, &end])?;
        ids.retain(|id| prefix.is_none_or(|prefix| id.prefix() == Some(prefix)));
        Ok(ids)
    }

    /// Records whose random part begins almost like `part`: with one other character, or with two neighbouring
    /// characters swapped. A user who mistyped an id may have meant one of them. At most `limit`; none if `part` has
    /// fewer than four characters.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn by_random_like(&self, part: &str, limit: usize) -> Result<Vec<Id>, IndexError> {
        let letters: Vec<char> = part.chars().collect();
        if letters.len() < 4 {
            return Ok(Vec::new());
        }
        let mistaken = (0..letters.len()).map(|at| {
            let mut pattern = letters.clone();
            pattern[at] = '_';
            pattern
        });
        let turned = (1..letters.len()).map(|at| {
            let mut pattern = letters.clone();
            pattern.swap(at - 1, at);
            pattern
        });
        let patterns = mistaken.chain(turned).map(|pattern| pattern.into_iter().collect::<String>() + "%");
        let patterns: Vec<String> = patterns.collect();
        let fits = vec!["random LIKE ?"; patterns.len()].join(" OR ");
        let sql = format!("SELECT id FROM \"book:records\" WHERE {fits} ORDER BY id DESC LIMIT {limit}");
        self.ids(&sql, &patterns.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The records whose ids begin with `start`, sorted; at most `limit`.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn by_start(&self, start: &str, limit: u32) -> Result<Vec<Id>, IndexError> {
        let sql = "SELECT id FROM \"book:records\" WHERE id >= ? AND id < ? ORDER BY id LIMIT ?";
        // Ids are ASCII, so everything with this beginning sorts before this.
        let end = format!("{start}\u{7f}");
        self.ask(|connection| {
            let mut find = connection.prepare_cached(sql)?;
            let rows = find.query_map(params![start, end, limit], |row| parse_id(row, 0))?;
            rows.collect()
        })
    }

    /// The records of these kinds (of any, if the list is empty) that are known by `text`. It must be the whole value
    /// of a field in `known-by` of their kind. Case and width are ignored, and phone numbers are compared by their
    /// digits.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn known_as(&self, kinds: &[String], text: &str) -> Result<Vec<Id>, IndexError> {
        let folded = fold(text.trim());
        let phone = if is_phone(&folded) { phone_digits(&folded) } else { folded.clone() };
        self.ask(|connection| {
            let sql = "SELECT DISTINCT source, kind FROM \"book:names\" WHERE folded = ? OR folded = ? ORDER BY source";
            let mut find = connection.prepare_cached(sql)?;
            let rows =
                find.query_map(params![folded, phone], |row| Ok((parse_id(row, 0)?, row.get::<_, String>(1)?)))?;
            let wanted = |kind: &String| kinds.is_empty() || kinds.contains(kind);
            let rows = rows.filter(|row| row.as_ref().map_or(true, |(_, kind)| wanted(kind)));
            rows.map(|row| row.map(|(id, _)| id)).collect()
        })
    }

    /// The records of these kinds (of any, if the list is empty) that are known by something that contains `part`.
    /// Case and width are ignored, and phone numbers are compared by their digits. Parts of private values only count
    /// with `private`; whole private values always do.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn known_by_part(&self, kinds: &[String], part: &str, private: bool) -> Result<Vec<Id>, IndexError> {
        let folded = fold(part.trim());
        let phone = if is_phone(&folded) { phone_digits(&folded) } else { folded.clone() };
        self.ask(|connection| {
            let sql = "SELECT DISTINCT source, kind FROM \"book:names\"
                       WHERE folded IN (?1, ?2) OR ((instr(folded, ?1) > 0 OR instr(folded, ?2) > 0) AND (private = 0 OR ?3))
                       ORDER BY source";
            let mut find = connection.prepare_cached(sql)?;
            let rows = find.query_map(params![folded, phone, private], |row| {
                Ok((parse_id(row, 0)?, row.get::<_, String>(1)?))
            })?;
            let wanted = |kind: &String| kinds.is_empty() || kinds.contains(kind);
            let rows = rows.filter(|row| row.as_ref().map_or(true, |(_, kind)| wanted(kind)));
            rows.map(|row| row.map(|(id, _)| id)).collect()
        })
    }

    /// Records whose names are similar to `text`, ignoring case and width: they contain it, or differ in a letter or
    /// two. At most `limit`; none if `text` has fewer than two characters. Private values are not used.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn known_like(&self, text: &str, limit: usize) -> Result<Vec<Id>, IndexError> {
        let folded = fold(text.trim());
        let letters = folded.chars().count();
        if letters < 2 {
            return Ok(Vec::new());
        }
        // one mistake from three letters on, and one more for every six
        let slips = if letters < 3 { 0 } else { 1 + letters / 6 };
        let near = |name: &str| {
            name.contains(&folded)
                || name.chars().count().abs_diff(letters) <= slips && strsim::osa_distance(name, &folded) <= slips
        };
        self.ask(|connection| {
            let sql = "SELECT folded, source FROM \"book:names\" WHERE private = 0 ORDER BY source";
            let mut find = connection.prepare_cached(sql)?;
            let mut rows = find.query(())?;
            let mut found: Vec<Id> = Vec::new();
            while let Some(row) = rows.next()? {
                if found.len() >= limit {
                    break;
                }
                if near(row.get_ref(0)?.as_str()?) {
                    let id = parse_id(row, 1)?;
                    if !found.contains(&id) {
                        found.push(id);
                    }
                }
            }
            Ok(found)
        })
    }

    /// The files of the commit that should be records but cannot be read, by path, each with its problems.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn unreadable(&self) -> Result<&[Unreadable], IndexError> {
        if let Some(known) = self.unreadable.get() {
            return Ok(known);
        }
        let paths: Vec<String> = self.ask(|connection| {
            let mut find = connection.prepare_cached("SELECT path FROM \"book:unreadable\" ORDER BY path")?;
            find.query_map((), |row| row.get(0))?.collect()
        })?;
        let found = if paths.is_empty() { Vec::new() } else { self.source.problems(paths)? };
        Ok(self.unreadable.get_or_init(|| found))
    }

    pub(super) fn ids(&self, sql: &str, values: &[&str]) -> Result<Vec<Id>, IndexError> {
        self.ask(|connection| {
            let mut find = connection.prepare_cached(sql)?;
            let rows = find.query_map(rusqlite::params_from_iter(values), |row| parse_id(row, 0))?;
            rows.collect()
        })
    }
}

/// A text in the two forms in which [`Index::known_as`] looks for it: without case and width, and as the digits of a
/// phone number.
pub fn as_known(text: &str) -> [String; 2] {
    let folded = fold(text.trim());
    let digits = phone_digits(&folded);
    [folded, digits]
}

/// A stored id. If it is not an id, the tables are damaged.
pub(super) fn parse_id(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Id> {
    id_of(row.get_ref(column)?.as_str()?, column)
}

/// The id in a column.
pub(super) fn id_of(text: &str, column: usize) -> rusqlite::Result<Id> {
    let damaged = |error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::<dyn std::error::Error + Send + Sync>::from(error),
        )
    };
    text.parse().map_err(|error: crate::record::IdError| damaged(error))
}
