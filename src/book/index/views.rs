//! What `query` shows of the tables: one view for each kind, with fields as columns (underscores for dashes),
//! `events` and `links`.
//!
//! Amounts and decimals are numbers in whole units. Instants are wall-clock times in the book's zone, such as
//! `2026-11-22T09:31:00`. Lists and groups are JSON with values in the same forms. Private values are masked unless
//! asked for.

use std::fmt::Write as _;
use std::sync::Arc;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};
use serde_json::Value as Json;

use super::privacy::Views;
use super::schema::table_of;
use super::select::Tables;
use super::values::{from_json, moment};
use crate::calendar::Moment;
use crate::filter::HOLDER;
use crate::filter::columns::{column_name, columns, quoted, table_name};
use crate::policy::Policy;
use crate::record::{Computed, Field, Fields, Id, Shape, Type, Value};
use crate::wording::{MASK, Sight};

/// Something that a record's holder holds: a running deadline or, if none runs, the next step. There is one for each
/// holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The record.
    pub id: Id,
    /// Its kind.
    pub kind: String,
    /// The holder's stored name: `li.na`, `role:qm`.
    pub holder: String,
    /// The deadline; `None` if no deadline runs.
    pub deadline: Option<String>,
    /// When it is due, if that is known.
    pub due: Option<Moment>,
    /// Whether it has passed.
    pub overdue: bool,
    /// Whether the record waits, for example for the client.
    pub waiting: bool,
}

/// The table of holdings; it exists while a statement runs.
const HOLDERS: &str = "book:holders";

/// The views that are not of kinds. No kind may have one of these names.
pub const OWN_VIEWS: [&str; 3] = ["events", "links", "holders"];

/// Makes the views of a connection, and returns their names. The holders are included if they are given.
pub(super) fn create(
    connection: &Connection,
    policy: &Arc<Policy>,
    private: bool,
    holdings: Option<&[Holding]>,
    until: Option<Moment>,
) -> rusqlite::Result<Vec<String>> {
    let sight = Sight::asked(private);
    functions(connection, policy, sight)?;
    if let Some(holdings) = holdings {
        fill(connection, holdings)?;
    }
    let mut names = Vec::new();
    let mut sql = String::new();
    let mut view = |name: String, select: String| {
        if names.contains(&name) {
            return;
        }
        let _ = writeln!(sql, "CREATE TEMP VIEW {} AS {select};", quoted(&name));
        names.push(name);
    };
    for kind in policy.kinds.values() {
        let mut shown: Vec<String> = columns(&kind.shape)
            .iter()
            .map(|column| {
                let name = quoted(&column.name);
                let field = column.field.map(|id| kind.shape.field(id)).map(|field| Shown::field(field, sight));
                let computed = column
                    .computed
                    .and_then(|at| kind.shape.computed().get(at))
                    .map(|computed| Shown::computed(computed, sight));
                format!("{} AS {name}", expression(&name, kind.name(), field.or(computed).as_ref()))
            })
            .collect();
        let table = quoted(&table_of(kind.name()));
        shown.extend(kind.rollups.iter().map(|rollup| {
            let value = format!("({})", rollup.sql(&table, &Tables::seen(until)).inlined());
            let of = Shown { name: &rollup.name, ty: &rollup.ty, masked: !sight.shows_rollup(rollup) };
            format!("{} AS {}", expression(&value, kind.name(), Some(&of)), quoted(&column_name(&rollup.name)))
        }));
        if holdings.is_some() && kind.shape.field_id(HOLDER).is_none() {
            shown.push(format!(
                "(SELECT group_concat(DISTINCT holder) FROM temp.{} WHERE record = {table}.id) AS {HOLDER}",
                quoted(HOLDERS)
            ));
        }
        view(table_name(kind.name()), format!("SELECT {} FROM {table}", shown.join(", ")));
    }
    let [events, links, holders] = OWN_VIEWS.map(str::to_owned);
    let mut kinds = String::from("CASE");
    for kind in policy.kinds.values().filter(|kind| !kind.shape.prefix.is_empty()) {
        let (prefix, name) = (&kind.shape.prefix, kind.name());
        let _ = write!(kinds, " WHEN record >= '{prefix}-' AND record < '{prefix}.' THEN '{name}'");
    }
    let people = policy.kinds.values().find(|kind| kind.shape.prefix.is_empty());
    let _ = write!(kinds, " ELSE '{}' END", people.map_or("", |kind| kind.name()));
    view(
        events,
        format!(
            "SELECT record AS id, {kinds} AS kind, seq, redress_time(at) AS at, redress_time(noted) AS noted, \"by\", \"for\",
             entered, step, \"to\", via, \"key\", note FROM \"book:events\""
        ),
    );
    view(links, "SELECT source AS id, kind, field, target FROM \"book:links\"".to_owned());
    if holdings.is_some() {
        view(
            holders,
            format!(
                "SELECT record AS id, kind, holder, deadline, redress_time(due) AS due, overdue, waiting FROM temp.{}",
                quoted(HOLDERS)
            ),
        );
    }
    connection.execute_batch(&sql)?;
    Ok(names)
}

/// The columns of the views, and which of them are private.
pub(super) fn columns_of(policy: &Policy, holders: bool) -> Views {
    let mut views = Views::default();
    for kind in policy.kinds.values() {
        let shown = columns(&kind.shape).into_iter().map(|column| {
            let field =
                column.field.map(|id| kind.shape.field(id)).is_some_and(|field| field.private || hides(&field.ty));
            let computed = column.computed.and_then(|at| kind.shape.computed().get(at));
            (column.name, field || computed.is_some_and(|computed| computed.private))
        });
        let holder = (holders && kind.shape.field_id(HOLDER).is_none()).then(|| (HOLDER.to_owned(), false));
        let rollups = kind.rollups.iter().map(|rollup| (column_name(&rollup.name), rollup.private));
        views.insert(&table_name(kind.name()), shown.chain(rollups).chain(holder));
    }
    ["events", "links", "holders"].into_iter().for_each(|view| views.insert_open(view));
    views
}

/// Whether a part of a value is private, such as a field of a list's lines.
fn hides(ty: &Type) -> bool {
    match ty {
        Type::List(element) => hides(element),
        Type::Group(shape) => shape.fields().iter().any(|field| field.private || hides(&field.ty)),
        _ => false,
    }
}

/// Makes the table of holdings and fills it.
fn fill(connection: &Connection, holdings: &[Holding]) -> rusqlite::Result<()> {
    let table = quoted(HOLDERS);
    connection.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.{table};
         CREATE TEMP TABLE {table} (record TEXT, kind TEXT, holder TEXT, deadline TEXT, due INTEGER, overdue INTEGER, waiting INTEGER);"
    ))?;
    let mut insert = connection.prepare(&format!("INSERT INTO temp.{table} VALUES (?, ?, ?, ?, ?, ?, ?)"))?;
    for one in holdings {
        let due = one.due.map(|due| due.timestamp());
        insert.execute(params![one.id.as_str(), one.kind, one.holder, one.deadline, due, one.overdue, one.waiting])?;
    }
    connection.execute_batch(&format!("CREATE INDEX temp.\"book:holders of\" ON {table} (record)"))
}

/// Removes the views.
pub(super) fn drop(connection: &Connection, views: &[String]) -> rusqlite::Result<()> {
    let sql: String = views.iter().map(|name| format!("DROP VIEW temp.{};\n", quoted(name))).collect();
    connection.execute_batch(&sql)?;
    connection.execute_batch(&format!("DROP TABLE IF EXISTS temp.{}", quoted(HOLDERS)))
}

/// What a column shows: a field or a computed value, or only whether there is one.
struct Shown<'k> {
    name: &'k str,
    ty: &'k Type,
    masked: bool,
}

impl<'k> Shown<'k> {
    fn field(field: &'k Field, sight: Sight) -> Self {
        Shown { name: &field.name, ty: &field.ty, masked: !sight.shows(field) }
    }

    fn computed(computed: &'k Computed, sight: Sight) -> Self {
        Shown { name: &computed.name, ty: &computed.ty, masked: !sight.shows_computed(computed) }
    }
}

fn expression(column: &str, kind: &str, field: Option<&Shown<'_>>) -> String {
    let Some(field) = field else {
        return match column {
            "\"opened\"" | "\"changed\"" | "\"closed\"" => format!("redress_time({column})"),
            _ => column.to_owned(),
        };
    };
    if field.masked {
        return format!("CASE WHEN {column} IS NULL THEN NULL ELSE '{MASK}' END");
    }
    match field.ty {
        Type::Money => format!("{column} / 100.0"),
        Type::Decimal => format!("{column} / 1000000.0"),
        Type::Time => format!("redress_time({column})"),
        Type::List(_) | Type::Group(_) => format!("redress_json('{kind}', '{}', {column})", field.name),
        _ => column.to_owned(),
    }
}

fn functions(connection: &Connection, policy: &Arc<Policy>, sight: Sight) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let zone = policy.settings.time_zone;
    connection.create_scalar_function("redress_time", 1, flags, move |context| {
        let seconds: Option<i64> = context.get(0)?;
        Ok(seconds.and_then(|seconds| moment(seconds, zone)).map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string()))
    })?;
    let policy = Arc::clone(policy);
    connection.create_scalar_function("redress_json", 3, flags, move |context| {
        let (kind, field): (String, String) = (context.get(0)?, context.get(1)?);
        let Some(text) = context.get::<Option<String>>(2)? else { return Ok(None) };
        let ty = policy.kind(&kind).and_then(|kind| Some(&kind.shape.field(kind.shape.field_id(&field)?).ty));
        let value =
            ty.zip(serde_json::from_str(&text).ok()).and_then(|(ty, json)| Some((ty, from_json(ty, &json, zone)?)));
        Ok(value.map(|(ty, value)| shown(ty, &value, sight).to_string()))
    })
}

fn shown(ty: &Type, value: &Value, sight: Sight) -> Json {
    match (ty, value) {
        (Type::List(element), Value::List(values)) => values.iter().map(|value| shown(element, value, sight)).collect(),
        (Type::Group(shape), Value::Group(fields)) => group(shape, fields, sight),
        (_, Value::Money(n) | Value::Decimal(n)) => n.normalize().to_string().parse().map_or(Json::Null, Json::Number),
        (_, Value::Count(n)) => Json::from(*n),
        (_, Value::Bool(yes)) => Json::Bool(*yes),
        (_, Value::Time(at)) => Json::from(at.format("%Y-%m-%dT%H:%M:%S").to_string()),
        (_, value) => value.stored().map_or(Json::Null, Json::from),
    }
}

fn group(shape: &Shape, fields: &Fields, sight: Sight) -> Json {
    let shown = fields.iter().map(|(id, value)| {
        let field = shape.field(id);
        (field.name.clone(), if sight.shows(field) { shown(&field.ty, value, sight) } else { Json::from(MASK) })
    });
    Json::Object(shown.collect())
}
