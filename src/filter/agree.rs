//! Memory and SQL give the same answer: random shapes, records and filters are asked in both ways.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rusqlite::{Connection, params_from_iter};

use super::columns::{self, EVENT_COLUMNS, EVENTS, columns, event_row, quoted, row, table_name};
use super::fixture::{World, holders};
use super::random::{Dice, random_literal, random_path, random_world};
use super::rollup_sql::LINK_COLUMNS;
use super::{Flag, Fragment, Holds, Index, Resolver, Rollup, Shapes, alike_key, alike_name, parse};
use crate::record::{Record, Shape, Type};

fn random_filter(dice: &mut Dice, world: &World, shape: &Shape) -> String {
    let mut terms = Vec::new();
    for _ in 0..=dice.roll(2) {
        let not = if dice.one_in(3) { "not " } else { "" };
        if dice.one_in(8) {
            terms.push(format!("{not}{}", dice.pick(&Flag::ALL).name()));
            continue;
        }
        if dice.one_in(8) {
            let holders = ["li.na", "role:qm", "qm", "department:sales,li.na", "..", "nobody"];
            let op = if dice.one_in(4) { "!=" } else { "=" };
            terms.push(format!("{not}holder{op}{}", dice.pick(&holders)));
            continue;
        }
        if dice.one_in(6) {
            terms.push(format!("{not}{}", random_pair(dice, world, shape)));
            continue;
        }
        if dice.one_in(12) {
            terms.push(format!("{not}{}", dice.pick(&["telling", "twice", "to-a.telling", "to-b.telling"])));
            continue;
        }
        let (path, ty) = random_path(dice, world, shape, 0);
        let op = *dice.pick(&["=", "=", "=", "!=", "~", "<", "<=", ">", ">="]);
        let mut any = Vec::new();
        for _ in 0..=dice.roll(2) {
            let (one, other) = (random_literal(dice, &ty), random_literal(dice, &ty));
            any.push(match dice.roll(if op.ends_with('=') && op.len() < 3 { 6 } else { 1 }) {
                1 => format!("{one}.."),
                2 => format!("..{one}"),
                3 => format!("{one}..{other}"),
                4 if dice.one_in(3) => "..".to_owned(),
                _ => one,
            });
        }
        terms.push(format!("{not}{path}{op}{}", any.join(",")));
    }
    terms.join(" ")
}

/// Compares two values of a record, or one value with that of a record that it refers to.
fn random_pair(dice: &mut Dice, world: &World, shape: &Shape) -> String {
    let names = |shape: &Shape| shape.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    let inside = |dice: &mut Dice, group: &str| match shape.find(group).map(|(_, field)| field.ty.element()) {
        Some(Type::Group(inner)) => dice.pick(&names(inner)).clone(),
        _ => "money".to_owned(),
    };
    let side = |dice: &mut Dice| match dice.roll(11) {
        8 => random_path(dice, world, shape, 0).0,
        9 => match world.rollups(&shape.name) {
            [] => "count".to_owned(),
            rollups => dice.pick(rollups).name.clone(),
        },
        10 => {
            let named = *dice.pick(&["to-a", "to-b", "to-any", "person", "group.to-a"]);
            format!(
                "{named}.{}",
                dice.pick(&["date", "time", "count", "decimal", "money", "opened", "rolled-1", "to-b.date"])
            )
        }
        0 => (*dice.pick(&["opened", "changed", "closed", "accepted"])).to_owned(),
        1 => format!("lines.{}", inside(dice, "lines")),
        2 => format!("group.{}", inside(dice, "group")),
        3 => (*dice.pick(&["date", "time", "dates", "times"])).to_owned(),
        4 => (*dice.pick(&["count", "decimal", "counts"])).to_owned(),
        _ => dice.pick(&names(shape)).clone(),
    };
    let left = side(dice);
    // often of the same type, so that the two can be compared
    let right = match dice.roll(4) {
        0 => side(dice),
        1 => left.trim_start_matches("lines.").trim_start_matches("group.").to_owned(),
        2 => left.trim_end_matches('s').to_owned(),
        _ => (*dice.pick(&["date", "time", "opened", "count", "decimal", "group.date", "group.count"])).to_owned(),
    };
    let op = *dice.pick(&["=", "!=", "<", "<=", ">", ">="]);
    let field = if dice.one_in(2) { "field:" } else { "" };
    let shift = *dice.pick(&["", "", "", "+30d", "-2w", "+3mo", "-1mo", "+36h", "+2wd"]);
    format!("{left}{op}{field}{right}{shift}")
}

/// The tables of a random world; its flags are SQL conditions.
struct Tables;

impl Index for Tables {
    fn flag(&self, flag: Flag, kind: &str, id: &str) -> Fragment {
        let text = match flag {
            Flag::Overdue => {
                let table = quoted(&self.table(kind));
                format!("(SELECT length(state) % ? FROM {table} AS it WHERE it.id = {id}) = 1")
            }
            _ => format!("length({id}) % ? = 0"),
        };
        Fragment { text, values: vec![rusqlite::types::Value::Integer(2)] }
    }

    fn holder(&self, holds: &Holds, kind: &str, id: &str) -> Fragment {
        let states = ["first", "accepted", "waits", "ended"];
        let states = states.iter().filter(|state| holds.fits(&holders(state))).map(|state| format!("'{state}'"));
        let (states, table) = (states.collect::<Vec<_>>().join(", "), quoted(&self.table(kind)));
        let text = format!("(SELECT state FROM {table} AS it WHERE it.id = {id}) IN ({states})");
        Fragment { text, values: Vec::new() }
    }

    fn until(&self) -> Option<crate::calendar::Moment> {
        Some(World::now())
    }
}

/// The values that make a record alike to others, for a rollup.
fn held(rollup: &Rollup, record: &Record) -> Option<String> {
    let fields = rollup.alike()?;
    let name = alike_name(&rollup.of, fields.iter().map(|(name, _)| *name));
    alike_key(&name, fields.iter().map(|(_, field)| record.get(*field)))
}

fn fill(world: &World) -> Connection {
    let db = Connection::open_in_memory().expect("SQLite");
    columns::register(&db).expect("functions");
    let make = |table: &str, columns: Vec<(String, &str)>| {
        let columns: Vec<String> = columns.iter().map(|(name, sql)| format!("{} {sql}", quoted(name))).collect();
        db.execute(&format!("CREATE TABLE {} ({})", quoted(table), columns.join(", ")), []).expect("a table");
    };
    let insert = |table: &str, row: Vec<rusqlite::types::Value>| {
        let marks = vec!["?"; row.len()].join(", ");
        let sql = format!("INSERT INTO {} VALUES ({marks})", quoted(table));
        db.prepare_cached(&sql).expect("SQL").execute(params_from_iter(row)).expect("a row");
    };
    make(EVENTS, EVENT_COLUMNS.map(|(name, sql)| (name.to_owned(), sql)).into());
    make("links", LINK_COLUMNS.map(|name| (name.to_owned(), "TEXT")).into());
    make("keys", ["held", "source"].map(|name| (name.to_owned(), "TEXT")).into());
    for shape in &world.shapes {
        make(&table_name(&shape.name), columns(shape).into_iter().map(|column| (column.name, column.sql)).collect());
    }
    let text = |text: &str| rusqlite::types::Value::Text(text.to_owned());
    for record in world.records.values() {
        for (to, field) in record.fields.references(world.shape(&record.kind).expect("a kind")) {
            insert("links", vec![text(to.as_str()), text(&record.kind), text(record.id.as_str()), text(&field)]);
        }
        let alike = world.rollups.values().flatten().filter(|rollup| rollup.of == record.kind);
        let mut keys: Vec<String> = alike.filter_map(|rollup| held(rollup, record)).collect();
        keys.sort();
        keys.dedup();
        keys.iter().for_each(|key| insert("keys", vec![text(key), text(record.id.as_str())]));
        insert(&table_name(&record.kind), row(world.shape(&record.kind).expect("a kind"), record));
        for (seq, event) in record.history.iter().enumerate() {
            insert(EVENTS, event_row(record, seq, event));
        }
    }
    db
}

/// How many records fitted, of how many, and whether the filter asked about a rollup. `None` if the filter could not
/// be bound.
fn agree(dice: &mut Dice, world: &World, db: &Connection) -> Option<(usize, usize, bool)> {
    let shape = dice.pick(&world.shapes).clone();
    let text = random_filter(dice, world, &shape);
    let filter = parse(&text).and_then(|expr| expr.bind(&shape.name, world, &World::question())).ok()?;
    let of_kind: Vec<&Record> = world.records.values().filter(|record| record.kind == shape.name).collect();
    let in_memory: BTreeSet<String> = of_kind
        .iter()
        .filter(|record| filter.matches(record, world as &dyn Resolver) == Ok(true))
        .map(|record| record.id.to_string())
        .collect();
    let Fragment { text: condition, values } = filter.sql("r", &Tables);
    let sql = format!("SELECT id FROM {} AS r WHERE {condition}", quoted(&table_name(&shape.name)));
    let mut statement = db.prepare(&sql).unwrap_or_else(|error| panic!("{text}: {error}: {sql}"));
    let found = statement.query_map(params_from_iter(values), |row| row.get(0)).expect("rows");
    let in_sql: BTreeSet<String> = found.map(|id| id.expect("an id")).collect();
    assert_eq!(in_memory, in_sql, "{text}\n{filter}\n{sql}\n{:#?}", of_kind);
    Some((in_memory.len(), of_kind.len(), filter.rolls()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn memory_and_sql_agree(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let world = random_world(&mut dice);
        let db = fill(&world);
        for _ in 0..60 {
            agree(&mut dice, &world, &db);
        }
    }
}

#[test]
fn the_random_filters_tell_records_apart() {
    let mut dice = Dice(20_261_122);
    let (mut bound, mut telling, mut rolling) = (0, 0, 0);
    for _ in 0..40 {
        let world = random_world(&mut dice);
        let db = fill(&world);
        for (fitting, all, rolls) in (0..100).filter_map(|_| agree(&mut dice, &world, &db)) {
            bound += 1;
            telling += usize::from(0 < fitting && fitting < all);
            rolling += usize::from(rolls && 0 < fitting && fitting < all);
        }
    }
    assert!(bound > 700 && telling > 150, "{bound} of 4000 could be bound, {telling} told records apart");
    assert!(rolling > 20, "{rolling} of them by a rollup");
}
