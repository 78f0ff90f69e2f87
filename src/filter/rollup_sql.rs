//! A rollup as an expression of SQL over the tables of `columns`, with the same value as in memory.
//!
//! Records that refer to the row are found in the table of links, alike records in the table of keys. Each is joined
//! by its id, so SQLite reads no other record. Sums and means use the functions of [`register`].

use chrono::NaiveDate;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value as Cell, ValueRef};

use super::columns::{column_name, quoted};
use super::rollup::{Alike, Join, Reach, Rollup, Take, What, When, alike_name, alike_text, mean, saturated};
use super::sql::{Fragment, Index, Writer, literal};
use super::typed::Merging;
use crate::calendar::Zone;
use crate::record::Type;

/// The columns of the table of links.
#[cfg(test)]
pub(super) const LINK_COLUMNS: [&str; 4] = ["target", "kind", "source", "field"];

impl Rollup {
    /// The value for the row `row` of the record's table, in the form that columns hold.
    pub fn sql(&self, row: &str, index: &dyn Index) -> Fragment {
        let mut writer = Writer::new(index);
        writer.rollup(self, row);
        writer.out
    }
}

impl Writer<'_> {
    /// The value of a rollup for a row.
    pub(super) fn rollup(&mut self, rollup: &Rollup, row: &str) {
        let (found, record) = (self.name(), self.name());
        let (what, last) = match &rollup.take {
            Take::Count => {
                self.write("(SELECT count(*)");
                self.rolled(rollup, row, &found, &record);
                return self.write(")");
            }
            Take::Sum(what) => {
                self.write("(SELECT rollup_sum(");
                self.what(what, &record);
                self.write(")");
                self.rolled(rollup, row, &found, &record);
                return self.write(")");
            }
            Take::Mean(what, scale) => {
                self.write("(SELECT rollup_mean(");
                self.what(what, &record);
                self.write(&format!(", {scale})"));
                self.rolled(rollup, row, &found, &record);
                return self.write(")");
            }
            Take::First(what) => (what, false),
            Take::Last(what) => (what, true),
        };
        let name = self.name();
        let order = if last { " DESC" } else { "" };
        self.write(&format!("(SELECT {name}.value FROM (SELECT "));
        self.what(what, &record);
        self.write(" AS value, ");
        self.when(&rollup.at, &record, rollup.zone);
        self.write(&format!(" AS at, {record}.id AS id"));
        self.rolled(rollup, row, &found, &record);
        self.write(&format!(
            ") AS {name} WHERE {name}.value IS NOT NULL AND {name}.at IS NOT NULL ORDER BY {name}.at{order}, {name}.id{order} LIMIT 1)"
        ));
    }

    /// The tables that the other records come from, and the conditions that they must meet.
    fn rolled(&mut self, rollup: &Rollup, row: &str, found: &str, record: &str) {
        let table = quoted(&self.index.table(&rollup.of));
        match &rollup.join {
            Join::Through(fields) => {
                let links = quoted(&self.index.links());
                self.write(&format!(" FROM (SELECT DISTINCT source FROM {links} WHERE target "));
                match &rollup.merging {
                    None => self.write(&format!("= {row}.id")),
                    Some(Merging { kind, by }) => {
                        let [same, merged] = [self.name(), self.name()];
                        let (table, by) = (quoted(&self.index.table(kind)), quoted(&column_name(&by.name)));
                        self.write(&format!(
                            "IN (WITH RECURSIVE {same}(id) AS (SELECT {row}.id UNION SELECT {merged}.id FROM {same}
                              JOIN {table} AS {merged} ON {merged}.{by} = {same}.id) SELECT id FROM {same})"
                        ));
                    }
                }
                self.write(&format!(" AND kind = {} AND field", literal(&rollup.of)));
                self.one_of(&fields.iter().map(|through| through.name.clone()).collect::<Vec<_>>());
            }
            Join::Same(pairs) => {
                let keys = quoted(&self.index.keys());
                self.write(&format!(" FROM (SELECT source FROM {keys} WHERE held "));
                self.key(rollup, pairs, row);
            }
        }
        self.write(&format!(") AS {found} CROSS JOIN {table} AS {record} ON {record}.id = {found}.source"));
        self.write(&format!(" WHERE {record}.id <> {row}.id"));
        if !rollup.void.is_empty() {
            self.write(&format!(" AND NOT ({record}.state"));
            self.one_of(&rollup.void);
            self.write(")");
        }
        if let Some(reach) = self.index.until().and_then(|until| rollup.reach(until)) {
            self.within(&rollup.at, reach, record);
        }
        if let Some(filter) = &rollup.filter {
            self.write(" AND ");
            self.filter(filter, record);
        }
    }

    /// The condition that alike records have the row's values, in the form of `alike_key`; NULL if a value is
    /// missing. A reference to a merged record counts for all ids of the same record.
    fn key(&mut self, rollup: &Rollup, pairs: &[Alike], row: &str) {
        let name = alike_name(&rollup.of, pairs.iter().map(|pair| pair.theirs.name.as_str()));
        let (mut key, mut named) = (literal(&name), Vec::new());
        for pair in pairs {
            let mut column = match &pair.own {
                Some(own) => format!("{row}.{}", quoted(&column_name(&own.name))),
                None => format!("{row}.id"),
            };
            if !pair.merging.is_empty() {
                let same = self.name();
                named.push(format!("({}) AS {same}", self.same_as(&pair.merging, &column)));
                column = format!("{same}.id");
            }
            let text = match pair.ty {
                Type::Money => format!("printf('%d.%02d', {column} / 100, {column} % 100)"),
                Type::Count => format!("CAST({column} AS TEXT)"),
                _ => format!("rollup_text({column})"),
            };
            key.push_str(&format!(" || char(10) || iif({column} IS NULL OR {column} = '', NULL, {text})"));
        }
        match named.is_empty() {
            true => self.write(&format!("= {key}")),
            false => self.write(&format!("IN (SELECT {key} FROM {})", named.join(", "))),
        }
    }

    /// A query of all ids that mean the same record.
    fn same_as(&mut self, kinds: &[Merging], of: &str) -> String {
        let [same, row] = [self.name(), self.name()];
        let mut query = format!("WITH RECURSIVE {same}(id) AS (SELECT {of} AS id");
        for Merging { kind, by } in kinds {
            let (table, by) = (quoted(&self.index.table(kind)), quoted(&column_name(&by.name)));
            query.push_str(&format!(
                " UNION SELECT {row}.{by} FROM {same} JOIN {table} AS {row} ON {row}.id = {same}.id WHERE {row}.{by} IS NOT NULL
                  UNION SELECT {row}.id FROM {same} JOIN {table} AS {row} ON {row}.{by} = {same}.id"
            ));
        }
        format!("{query}) SELECT id FROM {same}")
    }

    fn within(&mut self, when: &When, reach: Reach, record: &str) {
        self.write(" AND ");
        self.when(when, record, reach.zone);
        self.write(" BETWEEN ? AND ?");
        let ends = match when {
            When::Date(_) => [reach.days.0, reach.days.1].map(|day: NaiveDate| Cell::Text(day.to_string())),
            _ => [reach.seconds.0, reach.seconds.1].map(Cell::Integer),
        };
        self.out.values.extend(ends);
    }

    fn when(&mut self, when: &When, record: &str, zone: Zone) {
        match when {
            When::Opened => self.write(&format!("{record}.opened")),
            When::Closed(_) => self.write(&format!("{record}.closed")),
            When::Date(handle) | When::Time(handle) => {
                self.write(&format!("{record}.{}", quoted(&column_name(&handle.name))));
            }
            When::First(several) => {
                self.write("coalesce(");
                for one in several {
                    match one {
                        When::Date(handle) => {
                            let column = format!("{record}.{}", quoted(&column_name(&handle.name)));
                            self.write(&format!("start_of_day({column}, {})", literal(zone.name())));
                        }
                        one => self.when(one, record, zone),
                    }
                    self.write(", ");
                }
                self.write("NULL)");
            }
            When::Milestone(states) => {
                let events = quoted(&self.index.events());
                self.write(&format!("(SELECT at FROM {events} WHERE record = {record}.id AND \"to\""));
                self.one_of(states);
                self.write(" ORDER BY seq DESC LIMIT 1)");
            }
        }
    }

    fn what(&mut self, what: &What, record: &str) {
        match what {
            What::Field(handle) => self.write(&format!("{record}.{}", quoted(&column_name(&handle.name)))),
            What::Computed(computed) => self.write(&format!("{record}.{}", quoted(&column_name(&computed.name)))),
            What::Rollup(rollup) => self.rollup(rollup, record),
            What::Opened => self.write(&format!("{record}.opened")),
            What::Closed(_) => self.write(&format!("{record}.closed")),
        }
    }
}

/// A sum, with the count of its values.
#[derive(Default)]
struct Sum {
    sum: i128,
    count: usize,
    scale: i64,
}

impl Sum {
    fn step(&mut self, context: &Context<'_>) {
        if let ValueRef::Integer(n) = context.get_raw(0) {
            self.sum = self.sum.saturating_add(i128::from(n));
            self.count += 1;
        }
        if context.len() > 1
            && let ValueRef::Integer(scale) = context.get_raw(1)
        {
            self.scale = scale;
        }
    }
}

struct Total;
struct Mean;

impl Aggregate<Sum, i64> for Total {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Sum> {
        Ok(Sum::default())
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Sum) -> rusqlite::Result<()> {
        sum.step(context);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Sum>) -> rusqlite::Result<i64> {
        Ok(saturated(sum.unwrap_or_default().sum))
    }
}

impl Aggregate<Sum, Option<i64>> for Mean {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Sum> {
        Ok(Sum { scale: 1, ..Sum::default() })
    }

    fn step(&self, context: &mut Context<'_>, sum: &mut Sum) -> rusqlite::Result<()> {
        sum.step(context);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Sum>) -> rusqlite::Result<Option<i64>> {
        Ok(sum.and_then(|sum| mean(sum.sum, sum.count, sum.scale)))
    }
}

/// `start_of_day(day, zone)` in seconds.
fn start_of_day(context: &Context<'_>) -> Option<i64> {
    let day: NaiveDate = context.get_raw(0).as_str().ok()?.parse().ok()?;
    let zone: Zone = context.get_raw(1).as_str().ok()?.parse().ok()?;
    Some(zone.start_of_day(day).timestamp())
}

/// Registers the functions of rollups on a connection.
///
/// # Errors
/// If SQLite refuses.
pub(super) fn register(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_aggregate_function("rollup_sum", 1, flags, Total)?;
    connection.create_aggregate_function("rollup_mean", 2, flags, Mean)?;
    connection.create_scalar_function("start_of_day", 2, flags, |context| Ok(start_of_day(context)))?;
    connection.create_scalar_function("rollup_text", 1, flags, |context| {
        Ok(context.get_raw(0).as_str_or_null().ok().flatten().map(alike_text))
    })
}
