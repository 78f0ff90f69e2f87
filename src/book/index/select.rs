//! A selection as SQL: which records, in which order, how many.

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};

use super::Index;
use super::error::IndexError;
use super::find::parse_id;
use super::schema::{EVENTS, KEYS, LINKS, table_of};
use crate::calendar::Moment;
use crate::filter::columns::{columns, quoted};
use crate::filter::{self, Filter, Flag, Fragment, Holds, Reached, Rollup, Scope};
use crate::kind::Kind;
use crate::record::{Id, Record, Type};

/// The order of a selection. Records without a value come last; records with the same value are sorted by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// A field, or `id`, `state`, `class`, `opened`, `changed`, `closed`, `by`.
    pub column: String,
    /// Whether the order is reversed.
    pub descending: bool,
}

/// Returns the records in which a matching person, role or department holds something.
pub type HeldBy<'a> = &'a dyn Fn(&Holds) -> Vec<Id>;

/// Records of one kind.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// The kind.
    pub kind: &'a str,
    /// Which of them; `None` means all.
    pub filter: Option<&'a Filter>,
    /// Only these; `None` means all.
    pub among: Option<&'a [Id]>,
    /// Returns the records of the kind that are overdue, or that are the reader's to do. It is called if the filter
    /// has the flag. Without the function, no record has it.
    pub flagged: Option<&'a dyn Fn(Flag) -> Vec<Id>>,
    /// Returns the records of the kind in which a matching holder holds something. It is called if the filter asks
    /// for holders. Without the function, there are none.
    pub held: Option<HeldBy<'a>>,
    /// The sort keys, the most important first; the last key is always the id.
    pub sort: &'a [Sort],
    /// The most records.
    pub limit: Option<u64>,
    /// How many records to skip at the beginning.
    pub offset: u64,
}

impl<'a> Selection<'a> {
    /// All records of a kind, by id.
    pub fn of(kind: &'a str) -> Self {
        Selection { kind, filter: None, among: None, flagged: None, held: None, sort: &[], limit: None, offset: 0 }
    }

    /// Only records that fit a filter.
    #[must_use]
    pub fn filtered(self, filter: &'a Filter) -> Self {
        Selection { filter: Some(filter), ..self }
    }

    /// Only records with these ids.
    #[must_use]
    pub fn among(self, ids: &'a [Id]) -> Self {
        Selection { among: Some(ids), ..self }
    }
}

impl Index {
    /// The records of a selection.
    ///
    /// # Errors
    /// [`IndexError::Kind`], [`IndexError::Column`], and as [`Index::record`].
    pub fn select(&self, selection: &Selection<'_>) -> Result<Vec<Record>, IndexError> {
        let ids = self.select_ids(selection)?;
        self.records(&ids)
    }

    /// The ids of the records of a selection.
    ///
    /// # Errors
    /// As [`Index::select`].
    pub fn select_ids(&self, selection: &Selection<'_>) -> Result<Vec<Id>, IndexError> {
        // with an order by id alone SQLite would look at every record in that order
        let ordered = !selection.sort.is_empty() || selection.limit.is_some() || selection.offset > 0;
        let Fragment { text, values } = match ordered {
            true => self.statement(selection, Fragment { text: "r.id".to_owned(), values: Vec::new() })?,
            false => {
                let Fragment { text, values } = self.from(selection)?;
                Fragment { text: format!("SELECT r.id{text}"), values }
            }
        };
        let mut ids = self.ask(|connection| rows(connection, &text, &values, |row| parse_id(row, 0)))?;
        if !ordered {
            ids.sort_unstable();
        }
        Ok(ids)
    }

    /// The number of records in a selection, ignoring its limit.
    ///
    /// # Errors
    /// As [`Index::select`].
    pub fn count(&self, selection: &Selection<'_>) -> Result<u64, IndexError> {
        let all = Selection { sort: &[], limit: None, offset: 0, ..*selection };
        let mut statement = self.from(&all)?;
        statement.text.insert_str(0, "SELECT count(*)");
        let Fragment { text, values } = statement;
        let counted: i64 = self.ask(|connection| {
            connection.prepare_cached(&text)?.query_row(params_from_iter(&values), |row| row.get(0))
        })?;
        Ok(counted.unsigned_abs())
    }

    pub(super) fn kind(&self, name: &str) -> Result<&Kind, IndexError> {
        self.policy().kind(name).ok_or_else(|| IndexError::Kind(name.to_owned()))
    }

    /// The statement that returns `wanted` for every record of a selection. The record's table is called `r`.
    pub(super) fn statement(&self, selection: &Selection<'_>, wanted: Fragment) -> Result<Fragment, IndexError> {
        let from = self.from(selection)?;
        let mut text = format!("SELECT {}{}", wanted.text, from.text);
        let mut values = wanted.values;
        values.extend(from.values);
        text.push_str(" ORDER BY ");
        let kind = self.kind(selection.kind)?;
        for Sort { column, descending } in selection.sort {
            let by = match rollup(kind, column) {
                Some(rollup) => sorted(&rollup.ty, rollup.sql("r", &self.tables(selection)), *descending),
                None if column.contains('.') => {
                    let missing = || IndexError::Column { kind: kind.name().to_owned(), column: column.clone() };
                    let reached = self.reached(kind, column).ok_or_else(missing)?;
                    sorted(&reached.ty, reached.sql("r", &self.tables(selection)), *descending)
                }
                None => Fragment { text: order(kind, column, *descending)?, values: Vec::new() },
            };
            text.push_str(&by.text);
            values.extend(by.values);
            text.push_str(", ");
        }
        text.push_str("r.id");
        if selection.limit.is_some() || selection.offset > 0 {
            text.push_str(" LIMIT ? OFFSET ?");
            let number = |n: u64| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX));
            values.push(selection.limit.map_or(Cell::Integer(-1), number));
            values.push(number(selection.offset));
        }
        Ok(Fragment { text, values })
    }

    /// The value at the end of a path through references.
    pub(super) fn reached(&self, kind: &Kind, path: &str) -> Option<Reached> {
        let scope = Scope::rule(self.policy().settings.time_zone);
        path.contains('.').then(|| Reached::read(kind.name(), path, self.policy(), &scope))?
    }

    /// The tables and functions of the index, for the SQL of filters and rollups of a selection.
    pub(super) fn tables<'a>(&self, selection: &Selection<'a>) -> Tables<'a> {
        Tables { until: self.until.get(), flagged: selection.flagged, held: selection.held }
    }

    pub(super) fn from(&self, selection: &Selection<'_>) -> Result<Fragment, IndexError> {
        let kind = self.kind(selection.kind)?;
        let table = quoted(&table_of(kind.name()));
        let mut statement = Fragment { text: format!(" FROM {table} AS r"), values: Vec::new() };
        if let Some(ids) = selection.among {
            statement.text = format!(" FROM json_each(?) AS wanted CROSS JOIN {table} AS r ON r.id = wanted.value");
            let ids = serde_json::Value::from_iter(ids.iter().map(Id::as_str));
            statement.values.push(Cell::Text(ids.to_string()));
        }
        if let Some(filter) = selection.filter {
            let Fragment { text, values } = filter.sql("r", &self.tables(selection));
            statement.text.push_str(" WHERE ");
            statement.text.push_str(&text);
            statement.values.extend(values);
        }
        Ok(statement)
    }
}

/// Runs a statement once.
pub(super) fn rows<T>(
    connection: &Connection,
    sql: &str,
    values: &[Cell],
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare(sql)?;
    statement.query_map(params_from_iter(values), read)?.collect()
}

/// The rollup with this name, unless a field or computed value has the name.
fn rollup<'k>(kind: &'k Kind, name: &str) -> Option<&'k Rollup> {
    kind.rollups.iter().find(|rollup| rollup.name == name)
}

/// The expression that sorts by a value. Records without a value come last.
fn sorted(ty: &Type, Fragment { text, values }: Fragment, descending: bool) -> Fragment {
    let direction = if descending { "DESC" } else { "ASC" };
    let text = match ty {
        Type::Choice(choices) => {
            let rank = choices.iter().enumerate();
            let rank = rank.map(|(rank, choice)| format!(" WHEN '{}' THEN {rank}", choice.name));
            format!("CASE {text}{} END", rank.collect::<String>())
        }
        Type::Text | Type::Phone | Type::Email | Type::Day => format!("fold({text})"),
        _ => text,
    };
    Fragment { text: format!("{text} {direction} NULLS LAST"), values }
}

/// The expression that sorts by a column: texts as they are compared, names in declared order.
fn order(kind: &Kind, column: &str, descending: bool) -> Result<String, IndexError> {
    let (name, names) = match column {
        "id" | "opened" | "changed" | "by" | "closed" => (column.to_owned(), Vec::new()),
        "state" => (column.to_owned(), kind.shape.states().iter().map(|state| state.name.clone()).collect()),
        "class" => (column.to_owned(), crate::record::Class::ALL.map(|class| class.name().to_owned()).to_vec()),
        field => {
            let (name, ty) = column_named(kind, field)?;
            let names = match ty {
                Type::Choice(choices) => choices.iter().map(|choice| choice.name.clone()).collect(),
                _ => Vec::new(),
            };
            let textual = matches!(ty, Type::Text | Type::Phone | Type::Email | Type::Day);
            let direction = if descending { " DESC" } else { "" };
            if textual {
                let name = format!("r.{}", quoted(&name));
                return Ok(format!("{name} IS NULL, fold({name}){direction}"));
            }
            (name, names)
        }
    };
    let direction = if descending { " DESC" } else { "" };
    let own = format!("r.{}", quoted(&name));
    let expression = match names.as_slice() {
        [] => own.clone(),
        names => {
            let rank = names.iter().enumerate().map(|(rank, name)| format!(" WHEN '{name}' THEN {rank}"));
            format!("CASE {own}{} END", rank.collect::<String>())
        }
    };
    // these always have a value, so SQLite can sort by their index
    let always = matches!(name.as_str(), "id" | "state" | "class" | "opened" | "changed");
    let last = if always { String::new() } else { format!("{own} IS NULL, ") };
    Ok(format!("{last}{expression}{direction}"))
}

/// The column of the field or computed value with this name, and its type.
pub(super) fn column_named<'k>(kind: &'k Kind, name: &str) -> Result<(String, &'k Type), IndexError> {
    let columns = columns(&kind.shape);
    let field = kind.shape.field_id(name).map(|id| (Some(id), None, &kind.shape.field(id).ty));
    let computed = || {
        let at = kind.shape.computed().iter().position(|computed| computed.name == name)?;
        Some((None, Some(at), &kind.shape.computed()[at].ty))
    };
    let missing = || IndexError::Column { kind: kind.name().to_owned(), column: name.to_owned() };
    let (field, computed, ty) = field.or_else(computed).ok_or_else(missing)?;
    let found = columns.into_iter().find(|column| (column.field, column.computed) == (field, computed));
    found.map(|column| (column.name, ty)).ok_or_else(missing)
}

/// The tables and functions of the index for a filter's SQL.
pub(super) struct Tables<'a> {
    until: Option<Moment>,
    flagged: Option<&'a dyn Fn(Flag) -> Vec<Id>>,
    held: Option<HeldBy<'a>>,
}

impl Tables<'_> {
    /// For a question without flags and holders.
    pub(super) fn seen(until: Option<Moment>) -> Self {
        Tables { until, flagged: None, held: None }
    }
}

fn among(id: &str, ids: &[Id]) -> Fragment {
    let list = serde_json::Value::from_iter(ids.iter().map(|id| id.as_str()));
    let text = format!("{id} IN (SELECT value FROM json_each(?))");
    Fragment { text, values: vec![Cell::Text(list.to_string())] }
}

impl filter::Index for Tables<'_> {
    fn flag(&self, flag: Flag, _: &str, id: &str) -> Fragment {
        among(id, &self.flagged.map(|flagged| flagged(flag)).unwrap_or_default())
    }

    fn holder(&self, holds: &Holds, _: &str, id: &str) -> Fragment {
        among(id, &self.held.map(|held| held(holds)).unwrap_or_default())
    }

    fn table(&self, kind: &str) -> String {
        table_of(kind)
    }

    fn events(&self) -> String {
        EVENTS.to_owned()
    }

    fn links(&self) -> String {
        LINKS.to_owned()
    }

    fn keys(&self) -> String {
        KEYS.to_owned()
    }

    fn until(&self) -> Option<Moment> {
        self.until
    }
}
