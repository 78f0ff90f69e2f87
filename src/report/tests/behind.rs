//! On random books, the records behind each figure of each computed report add up to the figure, in total and in each
//! row of its tables. The reports and figures come from the registry, not from a list.

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{PlainSource, REPORTS, at, period};
use crate::model::{Body, Cell, Column, ColumnType, Figure, Report, Role, Table};
use crate::policy::tests::{loaded, sources_of};
use crate::policy::{People, Policy, STAFF};
use crate::record::{Event, Fields, Id, Record, Shape, Type, Value};
use crate::report::{Basis, Definition, Source};
use crate::wording::Sight;

/// Pseudo-random numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % below.max(1)
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// How many records of each kind there are.
const EACH: usize = 5;

/// The ids of the records of a kind.
fn ids(policy: &Policy, kind: &str) -> Vec<Id> {
    let Some(kind) = policy.kind(kind) else { return Vec::new() };
    let id = |n: u8| match kind.name() {
        STAFF => ["li.na", "wang.fang", "zhao.lei", "sun.yue", "qian.yu"][usize::from(n)].parse().ok(),
        _ => Id::coded(&kind.shape.prefix, at("10-01T09:00").date_naive(), [n, 1, 1, 1, 1]).ok(),
    };
    (0..u8::try_from(EACH).expect("few")).filter_map(id).collect()
}

fn value(policy: &Policy, ty: &Type, dice: &mut Dice) -> Option<Value> {
    let moment =
        |dice: &mut Dice| at("09-01T09:00") + chrono::Duration::hours(i64::try_from(dice.below(1500)).unwrap_or(0));
    Some(match ty {
        Type::Text => Value::Text(["密封", "漏水", "x"][dice.below(3)].to_owned()),
        Type::Phone => Value::Text("0571-87654321".to_owned()),
        Type::Email => Value::Text("a@b.cn".to_owned()),
        Type::Day => Value::Text("--02-29".to_owned()),
        Type::Count => Value::Count(dice.below(6) as u64),
        Type::Decimal => Value::Decimal(Decimal::new(dice.below(500) as i64, 1)),
        Type::Money => Value::Money(Decimal::new(dice.below(90_000) as i64, 2)),
        Type::Date => Value::Date(moment(dice).date_naive()),
        Type::Time => Value::Time(moment(dice)),
        Type::Bool => Value::Bool(dice.below(2) == 1),
        Type::Choice(choices) => Value::Text(dice.one(choices)?.name.clone()),
        Type::List(inner) => {
            let count = dice.below(3);
            let values: Vec<Value> = (0..count).filter_map(|_| value(policy, inner, dice)).collect();
            (!values.is_empty()).then_some(Value::List(values))?
        }
        Type::Group(shape) => Value::Group(fields(policy, shape, dice)),
        Type::Person => Value::Text(dice.one(&ids(policy, STAFF))?.to_string()),
        Type::Role => Value::Text(dice.one(&policy.roles.iter().collect::<Vec<_>>())?.name.clone()),
        Type::Department => Value::Text(dice.one(&policy.departments.iter().collect::<Vec<_>>())?.name.clone()),
        Type::Ref(kinds) => {
            let of_kind = ids(policy, dice.one(kinds)?);
            Value::Ref(dice.one(&of_kind)?.clone())
        }
        Type::File => return None,
    })
}

fn fields(policy: &Policy, shape: &Shape, dice: &mut Dice) -> Fields {
    let mut fields = Fields::new();
    for (field, declared) in shape.handles() {
        if dice.below(3) > 0
            && let Some(value) = value(policy, &declared.ty, dice)
        {
            fields.set(field, value);
        }
    }
    fields
}

/// Records of every kind, each with a history through random states.
fn book(policy: &Policy, dice: &mut Dice) -> Vec<Record> {
    let mut records = Vec::new();
    for kind in policy.kinds.values() {
        for id in ids(policy, kind.name()) {
            let mut when = at("09-10T09:00") + chrono::Duration::hours(dice.below(1000) as i64);
            let mut history = Vec::new();
            for place in 0..1 + dice.below(5) {
                let by = dice.one(&ids(policy, STAFF)).expect("somebody").clone();
                let step = dice.one(&kind.steps).map_or("step", |step| &step.name).to_owned();
                let to = dice.one(kind.shape.states()).filter(|_| place == 0 || dice.below(4) > 0);
                history.push(Event { to: to.map(|state| state.name.clone()), ..Event::new(when, by, step) });
                when += chrono::Duration::hours(1 + dice.below(90) as i64);
            }
            let state = history.iter().rev().find_map(|event| event.to.clone()).expect("the first has a state");
            let fields = fields(policy, &kind.shape, dice);
            records.push(Record {
                id,
                kind: kind.name().to_owned(),
                state,
                rules: None,
                fields,
                history,
                overruled: Vec::new(),
            });
        }
    }
    records
}

fn source(policy: &Arc<Policy>, seed: u64) -> PlainSource {
    let records = book(policy, &mut Dice(seed));
    let mut basis = Basis::bare(policy.clone(), at("11-02T09:00"));
    let staff = policy.kind(STAFF).expect("the staff");
    let people = records.iter().filter(|record| record.kind == STAFF);
    (basis.people, basis.sight) = (Arc::new(People::of(people, &staff.shape, &policy.roles)), Sight::Clear);
    let mut source = PlainSource::new(basis, records);
    source.lay_out(&sources_of("manufacturer"));
    source
}

/// The table of the records behind a figure; `None` if the report has no such figure or row.
fn behind(report: &Definition, source: &dyn Source, words: &str) -> Option<Table> {
    let made = report.records(source, &period("2026-10"), words).expect("it can be read").ok()?;
    made.check().expect("rows fit their columns");
    let table = made.sections.into_iter().find_map(|section| match section.body {
        Body::Table(table) => Some(table),
        _ => None,
    });
    Some(table.unwrap_or_default())
}

fn number(cell: &Cell) -> Decimal {
    match cell {
        Cell::Count(count) | Cell::Minutes(count) => Decimal::from(*count),
        Cell::Decimal(number) | Cell::Money(number) => *number,
        _ => Decimal::ZERO,
    }
}

/// The sum of a column over the records.
fn sum(table: &Table, column: &str) -> Decimal {
    let Some(at) = table.columns.iter().position(|known| known.name == column) else { return Decimal::ZERO };
    table.body().map(|row| number(&row.cells[at])).sum()
}

/// Checks that the records add up to a figure: the parts of a quotient, the sum, or a range that contains the figure.
fn holds(figure: &Figure, table: &Table) -> bool {
    let value = sum(table, "value");
    match (&figure.numerator, &figure.denominator, &figure.value) {
        (Some(over), under, _) => {
            let of = table.columns.iter().any(|column| column.name == "of");
            let under = under.as_ref().map(|under| number(&under.value)).unwrap_or_default();
            value == number(&over.value) && (!of || sum(table, "of") == under)
        }
        (None, _, Cell::Unknown) => true,
        (None, _, Cell::Empty) => table.rows.is_empty(),
        (None, _, Cell::Minutes(chosen)) => {
            let at = table.columns.iter().position(|column| column.name == "value").expect("values");
            let values: Vec<Decimal> = table.body().map(|row| number(&row.cells[at])).collect();
            let chosen = Decimal::from(*chosen);
            values.iter().any(|value| *value <= chosen) && values.iter().any(|value| *value >= chosen)
        }
        (None, _, cell) => value == number(cell),
    }
}

/// The figures of a report; next, for each row of its tables, the cells of columns that are named like a figure.
fn figures(report: &Report) -> impl Iterator<Item = &Figure> {
    report.sections.iter().flat_map(|section| if let Body::Figures(all) = &section.body { all.as_slice() } else { &[] })
}

fn is_amount(column: &Column) -> bool {
    matches!(column.kind, ColumnType::Count | ColumnType::Money | ColumnType::Decimal)
}

fn check(seed: u64, policy: &Arc<Policy>) -> (usize, usize) {
    let source = source(policy, seed);
    let (mut whole, mut rows) = (0, 0);
    for report in REPORTS {
        let made = report.make(&source, &period("2026-10")).expect("it can be read");
        made.check().expect("rows fit their columns");
        for figure in figures(&made) {
            let words = &figure.name;
            let table = behind(report, &source, words).unwrap_or_else(|| panic!("{} {words}", report.name));
            assert!(holds(figure, &table), "{seed} {} {words}: {figure:#?} {table:#?}", report.name);
            whole += usize::from(!table.rows.is_empty());
        }
        for section in &made.sections {
            let Body::Table(shown) = &section.body else { continue };
            for (at, column) in shown.columns.iter().enumerate().filter(|(_, column)| is_amount(column)) {
                for row in shown.rows.iter().filter(|row| row.role == Role::Body) {
                    let Some(Cell::Label(label)) = row.cells.first() else { continue };
                    let words = format!("{}.{}@{}", section.name, column.name, label.en);
                    // two rows may have the same label
                    let alike = |other: &&crate::model::Row| matches!(other.cells.first(), Some(Cell::Label(other)) if other.en == label.en);
                    if shown.body().filter(alike).count() > 1 {
                        continue;
                    }
                    let Some(table) = behind(report, &source, &words) else { continue };
                    // a rate has a counting column of its own name
                    if table.columns.iter().any(|column| column.name == "of") {
                        continue;
                    }
                    let wanted = number(&row.cells[at]);
                    assert_eq!(sum(&table, "value"), wanted, "{seed} {} {words}: {table:#?}", report.name);
                    rows += usize::from(!table.rows.is_empty());
                }
            }
        }
    }
    (whole, rows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn the_records_come_to_every_figure_of_every_computed_report(seed in any::<u64>()) {
        check(seed, &Arc::new(loaded(&sources_of("manufacturer"))));
    }
}

/// The properties would also hold for empty books, so this checks that the random books are not empty.
#[test]
fn random_books_have_something_to_tell() {
    let policy = Arc::new(loaded(&sources_of("manufacturer")));
    let (whole, rows) = (1..5).map(|seed| check(seed, &policy)).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    assert!(whole > 60 && rows > 60, "{whole} {rows}");
}
