//! References to a record, and their fields.

use std::collections::HashMap;

use rusqlite::params;

use super::Index;
use super::error::IndexError;
use super::find::parse_id;
use super::schema::table_of;
use crate::filter::columns::{column_name, quoted};
use crate::record::Id;

/// A record that refers to another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexLink {
    /// The record that refers.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// The referring field, with those around it: `lines.item`.
    pub field: String,
}

impl Index {
    /// All mergers of the kinds that allow them: what was merged, and into what.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn mergers(&self) -> Result<Vec<(Id, Id)>, IndexError> {
        let mut pairs = Vec::new();
        for kind in self.policy().kinds.rows() {
            let Some(by) = &kind.merged_by else { continue };
            let (table, column) = (quoted(&table_of(&kind.name)), quoted(&column_name(by)));
            let sql = format!("SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL");
            pairs.extend(self.ask(|connection| {
                let mut find = connection.prepare_cached(&sql)?;
                let rows = find.query_map((), |row| Ok((parse_id(row, 0)?, parse_id(row, 1)?)))?;
                rows.collect::<rusqlite::Result<Vec<_>>>()
            })?);
        }
        Ok(pairs)
    }

    /// The records of a kind that refer to `id` in any field, in lists and groups too, sorted by id.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Id>, IndexError> {
        self.ids(
            "SELECT DISTINCT source FROM \"book:links\" WHERE target = ? AND kind = ? ORDER BY source",
            &[id.as_str(), kind],
        )
    }

    /// Of the records of a kind that refer to `id`, the one that was opened last, without `but` and those registered
    /// by mistake.
    ///
    /// # Errors
    /// [`IndexError::Kind`], and as [`Index::record`].
    pub fn latest_linked(&self, id: &Id, kind: &str, but: &Id) -> Result<Option<Id>, IndexError> {
        let shape = &self.kind(kind)?.shape;
        let table = quoted(&table_of(&shape.name));
        let void = shape.states().iter().filter(|state| state.void).map(|state| format!("'{}'", state.name));
        let void = void.collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT r.id FROM \"book:links\" AS l CROSS JOIN {table} AS r ON r.id = l.source
             WHERE l.target = ? AND l.kind = ? AND r.id <> ? AND r.state NOT IN ({void})
             ORDER BY r.opened DESC, r.id DESC LIMIT 1"
        );
        Ok(self.ids(&sql, &[id.as_str(), kind, but.as_str()])?.pop())
    }

    /// The records of a kind that refer to any of these, each with the record that it refers to and the referring
    /// field.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn linked_to_any<'i>(
        &self,
        ids: impl IntoIterator<Item = &'i Id>,
        kind: &str,
    ) -> Result<Vec<(Id, IndexLink)>, IndexError> {
        let ids = serde_json::Value::from_iter(ids.into_iter().map(Id::as_str)).to_string();
        self.ask(|connection| {
            let sql = "SELECT l.target, l.source, l.kind, l.field FROM json_each(?) AS wanted
                       CROSS JOIN \"book:links\" AS l ON l.target = wanted.value AND l.kind = ?
                       ORDER BY l.target, l.source, l.field";
            let mut find = connection.prepare_cached(sql)?;
            let rows = find.query_map(params![ids, kind], |row| {
                Ok((parse_id(row, 0)?, IndexLink { id: parse_id(row, 1)?, kind: row.get(2)?, field: row.get(3)? }))
            })?;
            rows.collect()
        })
    }

    /// Every record that refers to one of these, with the referring field, sorted by kind and id.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn all_linked_to<'i>(
        &self,
        ids: impl IntoIterator<Item = &'i Id>,
    ) -> Result<HashMap<Id, Vec<IndexLink>>, IndexError> {
        let ids = serde_json::Value::from_iter(ids.into_iter().map(Id::as_str)).to_string();
        self.ask(|connection| {
            let sql = "SELECT l.target, l.source, l.kind, l.field FROM json_each(?) AS wanted
                       CROSS JOIN \"book:links\" AS l ON l.target = wanted.value
                       ORDER BY l.target, l.kind, l.source, l.field";
            let mut find = connection.prepare_cached(sql)?;
            let mut rows = find.query(params![ids])?;
            let mut links: HashMap<Id, Vec<IndexLink>> = HashMap::new();
            while let Some(row) = rows.next()? {
                let link = IndexLink { id: parse_id(row, 1)?, kind: row.get(2)?, field: row.get(3)? };
                links.entry(parse_id(row, 0)?).or_default().push(link);
            }
            Ok(links)
        })
    }
}
