//! On random books, the records behind a figure add up to the figure, in total and in each row of each table. The
//! rows of a single-valued field add up to the total. The part of a rate always belongs to its whole.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::world::{NOW, behind, moment, plan, policy, record, report, source};
use crate::model::{Body, Cell, Figure, Report, Role};
use crate::record::Record;

const REPORT: &str = r#"label = { en = "Sample", zh = "样例" }
period = "month"
[sets.opened]
kind = "complaint"
in = "opened"
[sets.product]
of = "opened"
where = "category=product"
[sets.closed]
kind = "complaint"
in = "milestone.closed"
[sets.touched]
kind = "complaint"
in = "touched"
[sets.open]
kind = "complaint"
in = "open-at-end"
[[figures]]
name = "opened"
count = "opened"
[[figures]]
name = "open"
count = "open"
[[figures]]
name = "amount"
sum = { field = "amount", of = "opened" }
[[figures]]
name = "mean"
mean = { field = "amount", of = "opened" }
[[figures]]
name = "product"
rate = { part = "product", of = "opened" }
[[figures]]
name = "on-time"
met = { deadline = "acceptance", of = "touched" }
[[figures]]
name = "typical"
median = { deadline = "acceptance", of = "touched" }
[[figures]]
name = "filled"
filled = { fields = ["amount", "category"], of = "opened" }
[[figures]]
name = "age"
age = { bands = ["2 workdays", "9 workdays"], of = "open" }
[[tables]]
name = "by-category"
by = "category"
figures = ["opened", "amount", "product", "on-time", "age"]
[[tables]]
name = "by-week"
by = "week"
figures = ["opened", "amount", "open"]
[[tables]]
name = "by-hour"
by = "hour"
figures = ["opened", "filled"]
"#;

/// A complaint: the day and hour when it was opened, its subject, its amount, and after how many hours it was
/// accepted and closed.
type Drawn = (u32, u32, usize, Option<u32>, Option<u32>, Option<u32>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (
        0..60_u32,
        8..18_u32,
        0..3_usize,
        prop::option::of(1..9_999_u32),
        prop::option::of(0..80_u32),
        prop::option::of(1..400_u32),
    );
    prop::collection::vec(one, 0..12)
}

fn book(policy: &crate::policy::Policy, drawn: &[Drawn]) -> Vec<Record> {
    let one = |(at, (day, hour, category, amount, accepted, closed)): (usize, &Drawn)| {
        let opened =
            moment("09-20T00:00") + chrono::Duration::days(i64::from(*day)) + chrono::Duration::hours(i64::from(*hour));
        let opened = opened.min(moment(NOW));
        let mut history = vec![(opened, "register", "registered")];
        if let Some(hours) = accepted {
            let at = opened + chrono::Duration::hours(i64::from(*hours));
            history.push((at, "accept", "accepted"));
            if let Some(hours) = closed {
                history.push((at + chrono::Duration::hours(i64::from(*hours)), "close", "closed"));
            }
        }
        history.retain(|(at, _, _)| *at <= moment(NOW));
        let amount = amount.map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
        let categories = ["product", "service", "price"];
        let mut fields = vec![("category", categories[*category])];
        fields.extend(amount.as_deref().map(|amount| ("amount", amount)));
        let letter = |n: usize| char::from(b'A' + u8::try_from(n % 8).unwrap_or_default());
        let id = format!("C-2610{:02}-AAA{}{}", 10 + at % 20, letter(at / 8), letter(at));
        record(policy, "complaint", &id, &fields, &history)
    };
    drawn.iter().enumerate().map(one).collect()
}

/// Checks that the records behind a figure add up to it, by the kind of the figure.
fn comes_to(rows: &[Vec<Cell>], figure: &str, value: &Cell) {
    let last = |row: &Vec<Cell>| row.last().cloned().unwrap_or(Cell::Empty);
    let sum = || -> Decimal {
        rows.iter()
            .map(|row| match last(row) {
                Cell::Count(count) | Cell::Minutes(count) => Decimal::from(count),
                Cell::Money(amount) | Cell::Decimal(amount) => amount,
                Cell::Bool(yes) => Decimal::from(u8::from(yes)),
                other => panic!("{figure}: {other:?}"),
            })
            .sum()
    };
    let count = Decimal::from(rows.len());
    match value {
        Cell::Count(number) => assert_eq!(count, Decimal::from(*number), "{figure}"),
        Cell::Money(amount) if figure.starts_with("mean") => {
            assert!((sum() / count - amount).abs() <= Decimal::new(5, 3), "{figure}: {amount}");
        }
        Cell::Money(amount) => assert_eq!(sum(), *amount, "{figure}"),
        Cell::Percent(ratio) => {
            assert_eq!(sum(), ratio.numerator, "{figure}");
            assert!(ratio.numerator <= ratio.denominator, "{figure}: above 100 %");
            if !figure.starts_with("filled") {
                assert_eq!(count, ratio.denominator, "{figure}");
            }
        }
        Cell::Minutes(_) => assert!(!rows.is_empty(), "{figure}"),
        Cell::Empty => assert!(rows.is_empty(), "{figure}: {rows:?}"),
        other => panic!("{figure}: {other:?}"),
    }
}

fn figures(report: &Report) -> Vec<Figure> {
    report
        .sections
        .iter()
        .flat_map(|section| if let Body::Figures(all) = &section.body { all.clone() } else { Vec::new() })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_records_come_to_the_figure(drawn in drawn()) {
        let policy = policy();
        let (plan, source) = (plan(&policy, REPORT), source(&policy, book(&policy, &drawn)));
        let made = report(&plan, &source, "2026-10");
        for figure in figures(&made) {
            comes_to(&behind(&plan, &source, "2026-10", &figure.name), &figure.name, &figure.value);
        }
        for table in &plan.tables {
            let section = made.sections.iter().find(|section| section.name == table.name).expect("its section");
            let Body::Table(shown) = &section.body else { panic!("a table") };
            for row in shown.rows.iter().filter(|row| row.role == Role::Body) {
                let Cell::Label(key) = &row.cells[0] else { panic!("a label") };
                for (column, cell) in shown.columns.iter().zip(&row.cells).skip(1) {
                    let name = column.name.replace("age-", "age.");
                    let told = plan.figures.iter().any(|figure| name.split('.').next() == Some(figure.name.as_str()));
                    if told && key.en != "Not said" {
                        let wanted = format!("{}.{name}@{}", table.name, key.en);
                        comes_to(&behind(&plan, &source, "2026-10", &wanted), &name, cell);
                    }
                }
            }
            // a complaint has one category, one opening week and one opening hour
            let sum: i64 = shown.rows.iter().filter(|row| row.role == Role::Body).map(|row| count(&row.cells[1])).sum();
            let total = shown.rows.iter().find(|row| row.role == Role::Total).map_or(0, |row| count(&row.cells[1]));
            prop_assert_eq!(sum, total);
        }
    }
}

fn count(cell: &Cell) -> i64 {
    if let Cell::Count(count) = cell { *count } else { panic!("{cell:?}") }
}
