//! A filter as SQL over the tables of `columns`, with the same answer as in memory.
//!
//! NULL means absent: every comparison with it is not true. The complement is written `IS NOT TRUE`.

use std::ops::Bound;

use chrono::{Datelike, NaiveDate};
use rusqlite::types::Value as Cell;

use super::columns::{EVENTS, column_name, quoted, table_name};
use super::syntax::Flag;
use super::typed::{Ask, Condition, Filter, Followed, Handle, Holds, Merging, OnRecord, OnValue, Test};
use crate::calendar::Moment;
use crate::record::RANDOM_LENGTH;

/// A piece of SQL, with the values of its `?` in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fragment {
    /// The text, each value a `?`.
    pub text: String,
    /// The values.
    pub values: Vec<Cell>,
}

impl Fragment {
    /// The text with the values written into it, for views, which take no parameters.
    pub fn inlined(&self) -> String {
        let mut values = self.values.iter();
        let mut text = String::with_capacity(self.text.len());
        let mut quoted = false;
        for c in self.text.chars() {
            quoted ^= c == '\'';
            // inside a quoted text it is an ordinary character
            if c != '?' || quoted {
                text.push(c);
                continue;
            }
            text.push_str(&match values.next() {
                Some(Cell::Integer(n)) => n.to_string(),
                Some(Cell::Real(n)) => n.to_string(),
                Some(Cell::Text(value)) => literal(value),
                Some(Cell::Blob(_) | Cell::Null) | None => "NULL".to_owned(),
            });
        }
        text
    }
}

/// What the index knows besides the columns of records.
pub trait Index {
    /// A condition for overdue records, or for those that are the reader's to do. `id` is the SQL expression of the
    /// record's id. Other flags follow from the class and are not asked here.
    fn flag(&self, flag: Flag, kind: &str, id: &str) -> Fragment;

    /// A condition for records in which a matching holder holds something; `id` as in [`Index::flag`].
    fn holder(&self, holds: &Holds, kind: &str, id: &str) -> Fragment;

    /// The table of a kind, not quoted.
    fn table(&self, kind: &str) -> String {
        table_name(kind)
    }

    /// The table of events, not quoted.
    fn events(&self) -> String {
        EVENTS.to_owned()
    }

    /// The table of references, not quoted: `source` (a record of `kind`) refers to `target` in `field`.
    fn links(&self) -> String {
        LINKS.to_owned()
    }

    /// The table of keys for alike records, not quoted: `held` is the key of the record `source`.
    fn keys(&self) -> String {
        KEYS.to_owned()
    }

    /// The moment at which the spans of rollups end; `None` means that they have no end.
    fn until(&self) -> Option<Moment> {
        None
    }
}

/// The default names of the tables of links and of keys.
const LINKS: &str = "links";
const KEYS: &str = "keys";

impl Filter {
    /// The condition of a `WHERE`. `row` is the name of the kind's table in the query. The connection needs
    /// `columns::register`.
    pub fn sql(&self, row: &str, index: &dyn Index) -> Fragment {
        let mut writer = Writer::new(index);
        writer.filter(self, row);
        writer.out
    }
}

/// The most names that a statement lists one by one.
const FEW: usize = 200;

pub(super) struct Writer<'i> {
    pub(super) index: &'i dyn Index,
    pub(super) out: Fragment,
    /// How many table names were invented so far.
    made: usize,
}

impl<'i> Writer<'i> {
    pub(super) fn new(index: &'i dyn Index) -> Self {
        Writer { index, out: Fragment::default(), made: 0 }
    }
}

impl Writer<'_> {
    /// What a filter asks about a row of its kind.
    pub(super) fn filter(&mut self, filter: &Filter, row: &str) {
        if filter.conditions.is_empty() {
            self.write("1");
        }
        for (number, Condition { negated, ask }) in filter.conditions.iter().enumerate() {
            self.write(if number > 0 { " AND (" } else { "(" });
            let id = format!("{row}.id");
            match ask {
                Ask::Flag(flag) => self.fragment(self.index.flag(*flag, &filter.kind, &id)),
                Ask::Holder(holds) => self.fragment(self.index.holder(holds, &filter.kind, &id)),
                Ask::Record(ask) => self.record(ask, row, &filter.kind),
            }
            self.write(if *negated { ") IS NOT TRUE" } else { ")" });
        }
    }

    pub(super) fn write(&mut self, text: &str) {
        self.out.text.push_str(text);
    }

    fn fragment(&mut self, Fragment { text, values }: Fragment) {
        self.write(&text);
        self.out.values.extend(values);
    }

    fn bind(&mut self, value: Cell) {
        self.out.text.push('?');
        self.out.values.push(value);
    }

    /// Writes a separate piece of SQL, with table names that the rest does not use.
    pub(super) fn aside(&mut self, write: impl FnOnce(&mut Self)) -> Fragment {
        let before = std::mem::take(&mut self.out);
        write(self);
        std::mem::replace(&mut self.out, before)
    }

    /// A new table name.
    pub(super) fn name(&mut self) -> String {
        self.made += 1;
        format!("filter_{}", self.made)
    }

    /// What is asked about the record of `kind` in this row.
    fn record(&mut self, ask: &OnRecord, row: &str, kind: &str) {
        let column = |name: &str| format!("{row}.{}", quoted(name));
        match ask {
            OnRecord::Field(handle, ask) => self.value(ask, &column(&column_name(&handle.name))),
            OnRecord::Computed(computed, ask) => self.value(ask, &column(&column_name(&computed.name))),
            OnRecord::Rollup(rollup, ask) => {
                let rolled = self.name();
                self.write("EXISTS (SELECT 1 FROM (SELECT ");
                self.rollup(rollup, row);
                // the limit makes SQLite compute the value only once
                self.write(&format!(" AS value LIMIT 1) AS {rolled} WHERE "));
                self.value(ask, &format!("{rolled}.value"));
                self.write(")");
            }
            OnRecord::Paired(paired) => paired.sql(self, row),
            OnRecord::Named(named) => {
                self.write(if named.any.is_empty() { "(0" } else { "(" });
                for (number, filter) in named.any.iter().enumerate() {
                    self.write(if number > 0 { " OR (" } else { "(" });
                    self.filter(filter, row);
                    self.write(")");
                }
                self.write(")");
            }
            OnRecord::Id(tests) => self.any(tests, &column("id")),
            OnRecord::Kind(tests) => self.any(tests, &literal(kind)),
            OnRecord::State(tests) => self.any(tests, &column("state")),
            OnRecord::Class(_, tests) => self.any(tests, &column("class")),
            OnRecord::Opened(tests) => self.any(tests, &column("opened")),
            OnRecord::Changed(tests) => self.any(tests, &column("changed")),
            OnRecord::Closed(_, tests) => self.any(tests, &column("closed")),
            OnRecord::By(ask) => self.value(ask, &column("by")),
            OnRecord::Milestone(states, tests) => {
                let last = self.name();
                let events = quoted(&self.index.events());
                self.write(&format!(
                    "EXISTS (SELECT 1 FROM (SELECT at FROM {events} WHERE record = {row}.id AND \"to\""
                ));
                self.one_of(states);
                self.write(&format!(" ORDER BY seq DESC LIMIT 1) AS {last} WHERE "));
                self.any(tests, &format!("{last}.at"));
                self.write(")");
            }
        }
    }

    /// What is asked about the value of this expression.
    fn value(&mut self, ask: &OnValue, of: &str) {
        match ask {
            OnValue::Any(tests) => self.any(tests, of),
            OnValue::Each(ask) => {
                let element = self.name();
                self.write(&format!("EXISTS (SELECT 1 FROM json_each({of}) AS {element} WHERE "));
                self.value(ask, &format!("{element}.value"));
                self.write(")");
            }
            OnValue::Inside(Handle { name, .. }, ask) => {
                let path = literal(&format!("$.\"{name}\""));
                self.value(ask, &format!("json_extract({of}, {path})"));
            }
            OnValue::Follow(kinds) => {
                self.write("(");
                for (number, followed) in kinds.iter().enumerate() {
                    self.write(&format!("{}{of} IN (", if number > 0 { " OR " } else { "" }));
                    self.followed(followed);
                    self.write(")");
                }
                self.write(")");
            }
            OnValue::Standing(kinds, tests) => self.standing(kinds, tests, of),
        }
    }

    /// The ids that mean a fitting record of a kind: its own, and those of the records that were merged into it.
    fn followed(&mut self, Followed { kind, merged_by, ask }: &Followed) {
        let (row, table) = (self.name(), quoted(&self.index.table(kind)));
        let Some(by) = merged_by else {
            self.write(&format!("SELECT {row}.id FROM {table} AS {row} WHERE "));
            return self.record(ask, &row, kind);
        };
        let by = quoted(&column_name(&by.name));
        let [merged, next] = [self.name(), self.name()];
        // a record that was merged into a missing one counts for itself
        let stands = |row: &str| {
            format!("({row}.{by} IS NULL OR NOT EXISTS (SELECT 1 FROM {table} AS n WHERE n.id = {row}.{by}))")
        };
        self.write(&format!("SELECT {row}.id FROM {table} AS {row} WHERE {} AND (", stands(&row)));
        self.record(ask, &row, kind);
        self.write(&format!(
            ") UNION ALL SELECT {merged}.id FROM (
               WITH RECURSIVE {merged}(id, now) AS (
                 SELECT id, {by} FROM {table} WHERE {by} IS NOT NULL
                 UNION SELECT {merged}.id, {next}.{by} FROM {merged} JOIN {table} AS {next} ON {next}.id = {merged}.now
                 WHERE {next}.{by} IS NOT NULL
               ) SELECT id, now FROM {merged}
             ) AS {merged} JOIN {table} AS {next} ON {next}.id = {merged}.now WHERE {} AND (",
            stands(&next)
        ));
        self.record(ask, &next, kind);
        self.write(")");
    }

    /// Whether an id fits, or one that means the same record after mergers.
    fn standing(&mut self, kinds: &[Merging], tests: &[Test], of: &str) {
        let merging: Vec<(String, String)> = kinds
            .iter()
            .map(|Merging { kind, by }| (quoted(&self.index.table(kind)), quoted(&column_name(&by.name))))
            .collect();
        self.write("(");
        // names are tested below with all ids of the same record, so that one index finds them all
        let others: Vec<Test> = tests.iter().filter(|test| !matches!(test, Test::Names(_))).cloned().collect();
        let mut or = "";
        if !others.is_empty() || tests.is_empty() {
            self.any(&others, of);
            or = " OR ";
        }
        for test in tests.iter().filter(|test| matches!(test, Test::Names(_) | Test::IdPart(_))) {
            let [same, row] = [self.name(), self.name()];
            self.write(&format!("{or}{of} IN (WITH RECURSIVE {same}(id) AS ("));
            or = " OR ";
            if let Test::Names(names) = test {
                self.write("SELECT value FROM json_each(");
                let names = serde_json::Value::from_iter(names.iter().map(String::as_str)).to_string();
                self.bind(Cell::Text(names));
                self.write(")");
            }
            for (number, (table, by)) in merging.iter().enumerate() {
                if let Test::Names(_) = test {
                    // first goes up to the surviving records, so that everything merged into them is found
                    self.write(&format!(
                        " UNION SELECT {row}.{by} FROM {same} JOIN {table} AS {row} ON {row}.id = {same}.id
                          WHERE {row}.{by} IS NOT NULL"
                    ));
                } else {
                    self.write(if number > 0 { " UNION SELECT " } else { "SELECT " });
                    self.write(&format!("{row}.id FROM {table} AS {row} WHERE "));
                    self.test(test, &format!("{row}.id"));
                    self.write(" OR ");
                    self.test(test, &format!("{row}.{by}"));
                }
            }
            for (table, by) in &merging {
                self.write(&format!(
                    " UNION SELECT {row}.id FROM {same} JOIN {table} AS {row} ON {row}.{by} = {same}.id"
                ));
            }
            self.write(&format!(") SELECT id FROM {same})"));
        }
        self.write(")");
    }

    fn any(&mut self, tests: &[Test], of: &str) {
        self.write("(");
        for (number, test) in tests.iter().enumerate() {
            if number > 0 {
                self.write(" OR ");
            }
            self.test(test, of);
        }
        self.write(if tests.is_empty() { "0)" } else { ")" });
    }

    fn test(&mut self, test: &Test, of: &str) {
        match test {
            Test::Present => self.write(&format!("{of} IS NOT NULL")),
            Test::Names(names) => {
                self.write(of);
                self.one_of(names);
            }
            Test::IdPart(part) => {
                let length = part.len();
                self.write(&format!(
                    "(substr({of}, 1, 1) BETWEEN 'A' AND 'Z' AND substr({of}, -{RANDOM_LENGTH}, {length}) = "
                ));
                self.bind(Cell::Text(part.clone()));
                self.write(")");
            }
            Test::TextIs(folded) => {
                self.write(&format!("fold({of}) = "));
                self.bind(Cell::Text(folded.clone()));
            }
            Test::TextHas(folded) => {
                self.write(&format!("instr(fold({of}), "));
                self.bind(Cell::Text(folded.clone()));
                self.write(") > 0");
            }
            Test::TextIn(from, to) => {
                let bound = |bound: &Bound<String>, or_equal: &'static str, beyond: &'static str| match bound {
                    Bound::Included(text) => Some((or_equal, Cell::Text(text.clone()))),
                    Bound::Excluded(text) => Some((beyond, Cell::Text(text.clone()))),
                    Bound::Unbounded => None,
                };
                self.between(&format!("fold({of})"), [bound(from, ">=", ">"), bound(to, "<=", "<")]);
            }
            Test::Number(from, to) => {
                self.between(of, [from.map(|n| (">=", Cell::Integer(n))), to.map(|n| ("<=", Cell::Integer(n)))]);
            }
            Test::Days(from, to) => {
                let from = from.map(|day| (if day.year() > 9999 { ">" } else { ">=" }, iso(day)));
                let to = to.map(|day| (if day.year() < 0 { "<" } else { "<=" }, iso(day)));
                self.between(of, [from, to]);
            }
            Test::Bool(yes) => {
                self.write(&format!("{of} = "));
                self.bind(Cell::Integer(i64::from(*yes)));
            }
        }
    }

    /// A comparison at one or both ends; without ends, whether there is a value.
    fn between(&mut self, of: &str, ends: [Option<(&str, Cell)>; 2]) {
        // without the `+`, SQLite takes IS NOT NULL for a lower bound, and so prefers this index to a narrower one
        let sign = if ends.iter().any(Option::is_some) { "+" } else { "" };
        self.write(&format!("({sign}{of} IS NOT NULL"));
        for (operator, value) in ends.into_iter().flatten() {
            self.write(&format!(" AND {of} {operator} "));
            self.bind(value);
        }
        self.write(")");
    }

    pub(super) fn one_of(&mut self, names: &[String]) {
        // SQLite has a limit on the number of values
        if names.len() > FEW {
            self.write(" IN (SELECT value FROM json_each(");
            self.bind(Cell::Text(serde_json::Value::from_iter(names.iter().map(String::as_str)).to_string()));
            return self.write("))");
        }
        self.write(" IN (");
        for (number, name) in names.iter().enumerate() {
            if number > 0 {
                self.write(", ");
            }
            self.bind(Cell::Text(name.clone()));
        }
        self.write(")");
    }
}

/// A day in the form of columns. Days outside the range of records become the first or the last text in the order.
fn iso(day: NaiveDate) -> Cell {
    Cell::Text(match day.year() {
        10_000.. => "9999-12-31".to_owned(),
        0..=9999 => day.format("%Y-%m-%d").to_string(),
        _ => "0000-01-01".to_owned(),
    })
}

/// A text in the quotes of SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
