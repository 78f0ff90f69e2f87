//! Events of the book: the records to which something happened at some time, and those that wait for an event.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use rusqlite::params_from_iter;
use rusqlite::types::Value as Cell;

use super::Index;
use super::error::IndexError;
use super::find::{id_of, parse_id};
use super::schema::{PREFIX, table_of};
use super::select::{Selection, rows};
use super::values::moment;
use crate::calendar::Moment;
use crate::filter::Fragment;
use crate::filter::columns::quoted;
use crate::kind::IMPORT;
use crate::lifecycle::SKEW;
use crate::record::{Event, Id};

/// Which events are wanted. Each part leaves out events that do not fit; without any part, all events are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventQuery<'a> {
    /// Of records of this kind.
    pub kind: Option<&'a str>,
    /// At or after this time.
    pub from: Option<Moment>,
    /// Before this time.
    pub until: Option<Moment>,
    /// Events of one of these steps.
    pub steps: &'a [&'a str],
    /// Events that led to one of these states.
    pub to: &'a [&'a str],
}

/// Late notes of one person, for one step of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateNotes {
    /// The person.
    pub by: Id,
    /// The step.
    pub step: String,
    /// How many there are.
    pub count: u64,
    /// The longest time between an event and its note, in seconds.
    pub longest: i64,
    /// The record of that event.
    pub record: Id,
}

impl Index {
    /// The ids of the records to which these events happened, sorted.
    ///
    /// # Errors
    /// [`IndexError::Kind`], and as [`Index::record`].
    pub fn touched(&self, query: &EventQuery<'_>) -> Result<Vec<Id>, IndexError> {
        let (wheres, values) = self.conditions(query)?;
        // made unique and sorted here, in a fraction of the time that SQLite needs
        let sql = format!("SELECT record FROM \"book:events\" WHERE {wheres}");
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(&values))?;
            let mut found: HashSet<Box<str>> = HashSet::new();
            while let Some(row) = rows.next()? {
                let id = row.get_ref(0)?.as_str()?;
                if !found.contains(id) {
                    found.insert(id.into());
                }
            }
            let mut found = found.iter().map(|id| id_of(id, 0)).collect::<rusqlite::Result<Vec<_>>>()?;
            found.sort_unstable();
            Ok(found)
        })
    }

    /// The events themselves, each with its record, by time. They come without the fields that they set, and without
    /// events of records that were registered by mistake.
    ///
    /// # Errors
    /// [`IndexError::Kind`], and as [`Index::record`].
    pub fn events(&self, query: &EventQuery<'_>) -> Result<Vec<(Id, Event)>, IndexError> {
        let (mut wheres, mut values) = self.conditions(query)?;
        if let Some(kind) = query.kind {
            let shape = &self.kind(kind)?.shape;
            let void: Vec<&str> = shape.voids().collect();
            if !void.is_empty() {
                let (table, marks) = (quoted(&table_of(kind)), vec!["?"; void.len()].join(", "));
                let _ = write!(wheres, " AND record NOT IN (SELECT id FROM {table} WHERE state IN ({marks}))");
                values.extend(void.into_iter().map(|state| Cell::Text(state.to_owned())));
            }
        }
        let zone = self.policy().settings.time_zone;
        let sql = format!(
            "SELECT record, at, noted, \"by\", \"for\", entered, step, \"to\", via, \"key\", note
             FROM \"book:events\" WHERE {wheres} ORDER BY at, record, seq"
        );
        let id = |text: Option<String>, at: usize| text.map(|text| id_of(&text, at)).transpose();
        let time = |seconds: i64, at: usize| {
            moment(seconds, zone).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, seconds))
        };
        self.ask(|connection| {
            rows(connection, &sql, &values, |row| {
                let mut event = Event::new(time(row.get(1)?, 1)?, parse_id(row, 3)?, &row.get::<_, String>(6)?);
                event.noted = row.get::<_, Option<i64>>(2)?.map(|noted| time(noted, 2)).transpose()?;
                event.for_ = id(row.get(4)?, 4)?;
                event.entered = id(row.get(5)?, 5)?;
                (event.to, event.via) = (row.get(7)?, row.get(8)?);
                (event.key, event.note) = (row.get(9)?, row.get(10)?);
                Ok((parse_id(row, 0)?, event))
            })
        })
    }

    /// The records of a selection in which something started and has not stopped since. An event that does both
    /// starts it again. `starts` and `stops` are steps, and states that events lead to. If `starts` is empty,
    /// everything counts as started.
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

    /// The events of a time span that were noted later than they happened, by person, kind and step, the longest
    /// delay first. Imports are left out, because they happened elsewhere.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn noted_later(&self, from: Moment, until: Moment) -> Result<Vec<LateNotes>, IndexError> {
        // SQLite groups in the order of its index `noted`, without sorting. Few groups come out of many events.
        let sql = format!(
            "SELECT max(noted - at), record, step, \"by\", count(*) FROM \"book:events\" \
             WHERE noted >= ? AND noted < ? AND noted - at > ? AND step <> ? GROUP BY noted, step, \"by\", {PREFIX}"
        );
        let values = [
            Cell::Integer(from.timestamp()),
            Cell::Integer(until.timestamp()),
            Cell::Integer(SKEW.num_seconds()),
            Cell::Text(IMPORT.to_owned()),
        ];
        let mut found = self.ask(|connection| {
            let mut groups: HashMap<String, LateNotes> = HashMap::new();
            let mut key = String::new();
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(&values))?;
            while let Some(row) = rows.next()? {
                let (longest, record): (i64, &str) = (row.get(0)?, row.get_ref(1)?.as_str()?);
                let (step, by) = (row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
                let count = row.get::<_, i64>(4)?.unsigned_abs();
                // the prefix of an id says of which kind its record is
                let kind = record.split('-').next().unwrap_or_default();
                key.clear();
                [kind, "\n", step, "\n", by].into_iter().for_each(|part| key.push_str(part));
                match groups.get_mut(&key) {
                    Some(group) => {
                        group.count += count;
                        if longest > group.longest {
                            (group.longest, group.record) = (longest, id_of(record, 1)?);
                        }
                    }
                    None => {
                        let (by, step, record) = (id_of(by, 3)?, step.to_owned(), id_of(record, 1)?);
                        groups.insert(key.clone(), LateNotes { by, step, count, longest, record });
                    }
                }
            }
            Ok(groups.into_values().collect::<Vec<_>>())
        })?;
        found.sort_by(|a, b| {
            b.longest.cmp(&a.longest).then_with(|| (&a.by, &a.step, &a.record).cmp(&(&b.by, &b.step, &b.record)))
        });
        Ok(found)
    }

    fn conditions(&self, query: &EventQuery<'_>) -> Result<(String, Vec<Cell>), IndexError> {
        let mut wheres: Vec<String> = Vec::new();
        let mut values: Vec<Cell> = Vec::new();
        let text = |text: &str| Cell::Text(text.to_owned());
        // a time span has far fewer events than a kind has ids: the sign makes SQLite search by `at`
        let record = if query.from.is_some() { "+record" } else { "record" };
        if let Some(kind) = query.kind {
            match self.kind(kind)?.shape.prefix.as_str() {
                // people's ids begin with a small letter or a digit, all others with a capital
                "" => wheres.push("(record < 'A' OR record >= '[')".to_owned()),
                prefix => {
                    wheres.push(format!("{record} >= ? AND {record} < ?"));
                    // a full stop is the next character after the dash
                    values.extend([text(&format!("{prefix}-")), text(&format!("{prefix}."))]);
                }
            }
        }
        for (operator, at) in [(">=", query.from), ("<", query.until)] {
            if let Some(at) = at {
                wheres.push(format!("at {operator} ?"));
                // instants are stored to the second
                values.push(Cell::Integer(at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)));
            }
        }
        for (column, names) in [("step", query.steps), ("\"to\"", query.to)] {
            if !names.is_empty() {
                wheres.push(format!("{column} IN ({})", vec!["?"; names.len()].join(", ")));
                values.extend(names.iter().map(|name| text(name)));
            }
        }
        let wheres = if wheres.is_empty() { "1".to_owned() } else { wheres.join(" AND ") };
        Ok((wheres, values))
    }
}
