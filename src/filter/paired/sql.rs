//! A comparison as SQL, with the same answer as in memory.

use super::super::columns::{column_name, quoted};
use super::super::sql::{Fragment, Index, Writer, literal};
use super::super::typed::Handle;
use super::{Beyond, First, From, Measure, Paired, Part, Reached, Right, Way};

impl Way {
    /// The SQL expression of the single value at the end of the way.
    fn sql(&self, writer: &mut Writer<'_>, row: &str) -> String {
        let of = self.inner.iter().fold(self.first.sql(writer, row), |of, part| inside(&of, &part.handle));
        if self.beyond.is_empty() {
            return of;
        }
        let values: Vec<String> = self.beyond.iter().map(|beyond| beyond.sql(writer, &of)).collect();
        format!("coalesce({}, NULL)", values.join(", "))
    }
}

impl Reached {
    /// The value for the row `row` of the record's table, in the form that columns hold.
    pub fn sql(&self, row: &str, index: &dyn Index) -> Fragment {
        let text = self.way.sql(&mut Writer::new(index), row);
        Fragment { text, values: Vec::new() }
    }
}

impl Beyond {
    /// The value of the record with this id, after mergers, if it is of the kind.
    fn sql(&self, writer: &mut Writer<'_>, of: &str) -> String {
        let (row, table) = (writer.name(), quoted(&writer.index.table(&self.kind)));
        let value = self.way.sql(writer, &row);
        let Some(by) = &self.merged_by else {
            return format!("(SELECT {value} FROM {table} AS {row} WHERE {row}.id = {of})");
        };
        let [way, next] = [writer.name(), writer.name()];
        let by = quoted(&column_name(&by.name));
        // a record that was merged into a missing one counts for itself
        format!(
            "(SELECT {value} FROM {table} AS {row} WHERE {row}.id IN (WITH RECURSIVE {way}(id) AS (SELECT {of}
               UNION SELECT {next}.{by} FROM {way} JOIN {table} AS {next} ON {next}.id = {way}.id WHERE {next}.{by} IS NOT NULL
             ) SELECT id FROM {way})
             AND ({row}.{by} IS NULL OR NOT EXISTS (SELECT 1 FROM {table} AS {next} WHERE {next}.id = {row}.{by})))"
        )
    }
}

impl First {
    fn sql(&self, writer: &mut Writer<'_>, row: &str) -> String {
        let column = |name: &str| format!("{row}.{}", quoted(name));
        match self {
            First::Field(handle) => column(&column_name(&handle.name)),
            First::Computed(computed) => column(&column_name(&computed.name)),
            First::Rollup(rollup) => writer.aside(|writer| writer.rollup(rollup, row)).inlined(),
            First::Opened => column("opened"),
            First::Changed => column("changed"),
            First::Closed(_) => column("closed"),
            First::Milestone(states) => {
                let events = quoted(&writer.index.events());
                let states: Vec<String> = states.iter().map(|state| literal(state)).collect();
                format!(
                    "(SELECT at FROM {events} WHERE record = {row}.id AND \"to\" IN ({}) ORDER BY seq DESC LIMIT 1)",
                    states.join(", ")
                )
            }
        }
    }
}

/// The expression of a field in the JSON of a group.
fn inside(of: &str, handle: &Handle) -> String {
    format!("json_extract({of}, {})", literal(&format!("$.\"{}\"", handle.name)))
}

impl Paired {
    pub(in super::super) fn sql(&self, writer: &mut Writer<'_>, row: &str) {
        if !self.left.beyond.is_empty() {
            let of = self.left.sql(writer, row);
            return self.step(writer, row, of, false, &[], None);
        }
        let of = self.left.first.sql(writer, row);
        self.step(writer, row, of, self.left.list, &self.left.inner, None);
    }

    fn step(&self, writer: &mut Writer<'_>, row: &str, of: String, list: bool, inner: &[Part], line: Option<&str>) {
        if list {
            let element = writer.name();
            writer.write(&format!("EXISTS (SELECT 1 FROM json_each({of}) AS {element} WHERE "));
            self.step(writer, row, format!("{element}.value"), false, inner, line);
            return writer.write(")");
        }
        if let Some((part, rest)) = inner.split_first() {
            return self.step(writer, row, inside(&of, &part.handle), part.list, rest, Some(&of));
        }
        let sides: Vec<String> = self.any.iter().filter_map(|right| self.side(writer, row, &of, line, right)).collect();
        writer.write(&format!("({})", if sides.is_empty() { "0".to_owned() } else { sides.join(" OR ") }));
    }

    fn side(&self, writer: &mut Writer<'_>, row: &str, of: &str, line: Option<&str>, right: &Right) -> Option<String> {
        let mut other = match &right.from {
            From::Record(way) => way.sql(writer, row),
            From::Line(handle) => inside(line?, handle),
        };
        let zone = literal(self.zone.name());
        if let Some(shift) = right.shift {
            other = format!("later({other}, {}, {zone})", literal(&shift.to_string()));
        }
        let day = |of: &str| format!("day_of({of}, {zone})");
        let many = |of: &str| format!("({of}) * 1000000");
        let (left, other) = match (self.left.measure, right.measure) {
            (Measure::Day, Measure::Instant) => (of.to_owned(), day(&other)),
            (Measure::Instant, Measure::Day) => (day(of), other),
            (Measure::Count, Measure::Decimal) => (many(of), other),
            (Measure::Decimal, Measure::Count) => (of.to_owned(), many(&other)),
            (Measure::Text, _) => (format!("fold({of})"), format!("fold({other})")),
            _ => (of.to_owned(), other),
        };
        Some(format!("{left} {} {other}", self.op.symbol()))
    }
}

/// The SQL functions `later` and `day_of`: days are texts, instants are seconds.
pub(in super::super) mod functions {
    use rusqlite::functions::{Context, FunctionFlags};
    use rusqlite::types::{Value as Cell, ValueRef};

    use crate::calendar::{Shift, Zone};

    /// `later(day or instant, '+30d', zone)`.
    fn later(context: &Context<'_>) -> Option<Cell> {
        let text = context.get_raw(1).as_str().ok()?;
        let shift = Shift { span: text.get(1..)?.parse().ok()?, back: text.starts_with('-') };
        match context.get_raw(0) {
            ValueRef::Text(day) => {
                let day = std::str::from_utf8(day).ok()?.parse().ok()?;
                Some(Cell::Text(shift.date(day)?.format("%Y-%m-%d").to_string()))
            }
            ValueRef::Integer(instant) => {
                let zone: Zone = context.get_raw(2).as_str().ok()?.parse().ok()?;
                Some(Cell::Integer(shift.moment(zone.moment(instant), zone)?.timestamp()))
            }
            _ => None,
        }
    }

    /// `day_of(instant, zone)`.
    fn day_of(context: &Context<'_>) -> Option<Cell> {
        let ValueRef::Integer(instant) = context.get_raw(0) else { return None };
        let zone: Zone = context.get_raw(1).as_str().ok()?.parse().ok()?;
        Some(Cell::Text(zone.date(zone.moment(instant)).format("%Y-%m-%d").to_string()))
    }

    /// Registers the functions on a connection.
    ///
    /// # Errors
    /// If SQLite refuses.
    pub(crate) fn register(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
        connection.create_scalar_function("later", 3, flags, |context| Ok(later(context)))?;
        connection.create_scalar_function("day_of", 2, flags, |context| Ok(day_of(context)))
    }
}
