//! What happened in the book: events of many records, for reports, the daily and the log.

use rusqlite::Row;
use rusqlite::types::Value as Cell;

use super::Index;
use super::error::IndexError;
use super::find::{id_of, parse_id};
use super::select::{Selection, rows};
use super::values::moment;
use crate::calendar::{Moment, Zone};
use crate::filter::Fragment;
use crate::record::Id;

/// Which events; each part leaves out those that do not fit, and without any of them all are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventQuery<'a> {
    /// Of records of this kind.
    pub kind: Option<&'a str>,
    /// Of this record.
    pub record: Option<&'a Id>,
    /// That happened at or after this.
    pub from: Option<Moment>,
    /// That happened before this.
    pub until: Option<Moment>,
    /// One of these steps, where any is named.
    pub steps: &'a [&'a str],
    /// That led to one of these states, where any is named.
    pub to: &'a [&'a str],
    /// Done by, for, or typed by this person.
    pub person: Option<&'a Id>,
}

/// An event of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// The event's place in the record's history, from 0.
    pub seq: usize,
    /// When it happened, at the offset of the book's zone.
    pub at: Moment,
    /// When it was written down, where that is another time.
    pub noted: Option<Moment>,
    /// The person who acted.
    pub by: Id,
    /// The principal whose deputy acted.
    pub for_: Option<Id>,
    /// Who typed it, where that is somebody else.
    pub entered: Option<Id>,
    /// The step.
    pub step: String,
    /// The state that it led to.
    pub to: Option<String>,
    /// The step of another record that caused it, as `ID#step`.
    pub via: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// What was noted with it.
    pub note: Option<String>,
}

const COLUMNS: &str = "record, seq, at, noted, \"by\", \"for\", entered, step, \"to\", via, \"key\", note";

impl Index {
    /// Events by the time at which they happened; those of one time by record and place in its history.
    ///
    /// # Errors
    /// [`IndexError::Kind`], and as [`Index::record`].
    pub fn events(&self, query: &EventQuery<'_>) -> Result<Vec<EventRow>, IndexError> {
        let (wheres, values) = self.conditions(query)?;
        let sql = format!("SELECT {COLUMNS} FROM \"book:events\" WHERE {wheres} ORDER BY at, record, seq");
        let zone = self.policy().settings.time_zone;
        self.ask(|connection| rows(connection, &sql, &values, |row| self.event(row, zone)))
    }

    /// The records that these events happened to, by id.
    ///
    /// # Errors
    /// As [`Index::events`].
    pub fn touched(&self, query: &EventQuery<'_>) -> Result<Vec<Id>, IndexError> {
        let (wheres, values) = self.conditions(query)?;
        // each once, and in order: done here in a third of the time that SQLite takes for it
        let sql = format!("SELECT record FROM \"book:events\" WHERE {wheres}");
        self.ask(|connection| {
            let mut found = rows(connection, &sql, &values, |row| row.get::<_, String>(0))?;
            found.sort_unstable();
            found.dedup();
            found.iter().map(|id| id_of(id, 0)).collect()
        })
    }

    /// Of a selection, the records whose last event that starts something has none after it that stops it; an event that does
    /// both starts it anew. `starts` and `stops` are steps and the states that events lead to; what starts by nothing here may
    /// have started anyhow.
    ///
    /// # Errors
    /// As [`Index::select`](Index::select).
    pub fn unstopped(
        &self,
        selection: &Selection<'_>,
        starts: [&[&str]; 2],
        stops: [&[&str]; 2],
    ) -> Result<Vec<Id>, IndexError> {
        let Fragment { text, mut values } = self.from(selection)?;
        let mut last = |[steps, states]: [&[&str]; 2]| {
            let mut any = Vec::new();
            for (column, names) in [("e.step", steps), ("e.\"to\"", states)] {
                if !names.is_empty() {
                    any.push(format!("{column} IN ({})", vec!["?"; names.len()].join(", ")));
                    values.extend(names.iter().map(|name| Cell::Text((*name).to_owned())));
                }
            }
            let any = if any.is_empty() { "0".to_owned() } else { any.join(" OR ") };
            format!("coalesce((SELECT max(e.seq) FROM \"book:events\" AS e WHERE e.record = r.id AND ({any})), -1)")
        };
        let (started, stopped) = (last(starts), last(stops));
        let joined = if selection.filter.is_some() { "AND" } else { "WHERE" };
        let sql = format!("SELECT r.id{text} {joined} {started} >= {stopped}");
        let mut ids = self.ask(|connection| rows(connection, &sql, &values, |row| parse_id(row, 0)))?;
        ids.sort_unstable();
        Ok(ids)
    }

    fn conditions(&self, query: &EventQuery<'_>) -> Result<(String, Vec<Cell>), IndexError> {
        let mut wheres: Vec<String> = Vec::new();
        let mut values: Vec<Cell> = Vec::new();
        let text = |text: &str| Cell::Text(text.to_owned());
        // a stretch of time is far shorter than the ids of a kind: with the sign the table is found by `at`
        let record = if query.from.is_some() { "+record" } else { "record" };
        if let Some(kind) = query.kind {
            match self.kind(kind)?.shape.prefix.as_str() {
                // people's ids begin with a small letter or a digit, all others with a capital
                "" => wheres.push("(record < 'A' OR record >= '[')".to_owned()),
                prefix => {
                    wheres.push(format!("{record} >= ? AND {record} < ?"));
                    // a full stop comes right after the dash
                    values.extend([text(&format!("{prefix}-")), text(&format!("{prefix}."))]);
                }
            }
        }
        if let Some(id) = query.record {
            wheres.push("record = ?".to_owned());
            values.push(text(id.as_str()));
        }
        for (operator, at) in [(">=", query.from), ("<", query.until)] {
            if let Some(at) = at {
                wheres.push(format!("at {operator} ?"));
                // instants are kept to the second
                values.push(Cell::Integer(at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)));
            }
        }
        for (column, names) in [("step", query.steps), ("\"to\"", query.to)] {
            if !names.is_empty() {
                wheres.push(format!("{column} IN ({})", vec!["?"; names.len()].join(", ")));
                values.extend(names.iter().map(|name| text(name)));
            }
        }
        if let Some(person) = query.person {
            wheres.push("(\"by\" = ? OR \"for\" = ? OR entered = ?)".to_owned());
            values.extend(vec![text(person.as_str()); 3]);
        }
        let wheres = if wheres.is_empty() { "1".to_owned() } else { wheres.join(" AND ") };
        Ok((wheres, values))
    }

    fn event(&self, row: &Row<'_>, zone: Zone) -> rusqlite::Result<EventRow> {
        let id = parse_id(row, 0)?;
        let person = |column: usize| match row.get_ref(column)? {
            rusqlite::types::ValueRef::Null => Ok(None),
            _ => parse_id(row, column).map(Some),
        };
        let time = |seconds: i64| moment(seconds, zone).ok_or(rusqlite::Error::IntegralValueOutOfRange(2, seconds));
        Ok(EventRow {
            kind: self.policy().kind_of(&id).map(|kind| kind.name().to_owned()).unwrap_or_default(),
            id,
            seq: usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
            at: time(row.get(2)?)?,
            noted: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
            by: parse_id(row, 4)?,
            for_: person(5)?,
            entered: person(6)?,
            step: row.get(7)?,
            to: row.get(8)?,
            via: row.get(9)?,
            key: row.get(10)?,
            note: row.get(11)?,
        })
    }
}
