//! Pictures of small tables: what is drawn, what is written beside it, and what cannot be drawn.

use super::draw;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Chart, Column, ColumnType, Table};
use crate::render::markup::Markup;

fn drawn(table: &Table) -> String {
    let mut page = Markup::default();
    draw(&mut page, "s-months", "Months", table, Lang::En);
    page.finish()
}

fn table(chart: Chart, rows: usize) -> Table {
    let mut table = Table::new([
        Column::label("row", Label::new("month", "月份")),
        Column::count("received", Label::new("received", "收到")),
        Column::count("closed", Label::new("closed", "结案")),
        Column::minutes("took", Label::new("took", "用时")),
    ]);
    table.chart = Some(chart);
    for row in 0..rows {
        let count = i64::try_from(row).expect("a small number") + 1;
        table.row([
            Cell::text(format!("row {row}")),
            Cell::Count(count),
            Cell::Count(count / 2),
            Cell::Minutes(count * 60),
        ]);
    }
    table.total([Cell::text("total"), Cell::Count(900), Cell::Count(900), Cell::Minutes(900)]);
    table
}

#[test]
fn each_unit_has_its_picture_with_a_name_and_a_description() {
    for chart in [Chart::Bars, Chart::Stacked, Chart::Lines] {
        let page = drawn(&table(chart, 3));
        assert_eq!(page.matches("<svg viewBox=").count(), 2, "{chart:?}: counts and durations");
        assert_eq!(page.matches("role=\"img\"").count(), 2);
        assert!(page.contains("Months: received, closed") && page.contains("Months: took"));
        assert!(page.contains("row 2: took 3 h") && !page.contains("total"), "{page}");
        assert!(!page.contains("width=\"720\""), "no fixed size");
    }
}

#[test]
fn a_picture_says_how_many_rows_it_leaves_out() {
    assert!(drawn(&table(Chart::Bars, 50)).contains("drawn: 40 of 50 rows; the table has all"));
    let lines = drawn(&table(Chart::Lines, 130));
    assert!(lines.contains("drawn: 120 of 130 rows") && lines.contains("row 129: received 130"));
    assert!(!drawn(&table(Chart::Bars, 40)).contains("figcaption"));
}

#[test]
fn a_table_without_numbers_has_no_picture() {
    assert_eq!(drawn(&table(Chart::Bars, 0)), "");
    assert_eq!(drawn(&table(Chart::Heat, 3)), "");
    let mut words = Table::new([Column::text("a", Label::verbatim("a")), Column::text("b", Label::verbatim("b"))]);
    words.chart = Some(Chart::Pareto);
    words.row([Cell::text("x"), Cell::text("y")]);
    assert_eq!(drawn(&words), "");
}

#[test]
fn shares_of_nothing_have_no_picture() {
    for (chart, pictures) in [(Chart::Pareto, 0), (Chart::Bars, 1)] {
        let mut table = Table::new([
            Column::text("cause", Label::verbatim("cause")),
            Column::new("amount", Label::verbatim("amount"), ColumnType::Money),
        ]);
        table.chart = Some(chart);
        table.row([Cell::text("an explanation"), Cell::Money(0.into())]);
        assert_eq!(drawn(&table).matches("<svg").count(), pictures, "{chart:?}");
    }
}

#[test]
fn a_missing_number_breaks_the_line() {
    let mut table = Table::new([
        Column::text("month", Label::verbatim("month")),
        Column::count("received", Label::verbatim("received")),
    ]);
    table.chart = Some(Chart::Lines);
    for value in [Cell::Count(1), Cell::Count(2), Cell::Unknown, Cell::Count(4), Cell::Count(4)] {
        table.row([Cell::text("m"), value]);
    }
    let page = drawn(&table);
    let path = page.split("class=\"line s0\" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    assert_eq!(path.matches('M').count(), 2, "{path}");
    assert_eq!(page.matches("<circle").count(), 5, "four points and the legend's");
}

#[test]
fn a_control_chart_has_its_limits_and_rings_its_signals() {
    let mut table = Table::new([
        Column::text("month", Label::verbatim("month")),
        Column::count("received", Label::verbatim("received")),
        Column::decimal(Chart::MEAN, Label::verbatim("mean")).weighing(Column::LITTLE),
        Column::decimal(Chart::LOW, Label::verbatim("low")).weighing(Column::LITTLE),
        Column::decimal(Chart::HIGH, Label::verbatim("high")).weighing(Column::LITTLE),
        Column::flag(Chart::SIGNAL, Label::verbatim("signal")),
    ]);
    table.chart = Some(Chart::Control);
    for value in [5, 6, 30] {
        let signal = if value == 30 { Cell::Bool(true) } else { Cell::Empty };
        table.row([
            Cell::text("m"),
            Cell::Count(value),
            Cell::Decimal(6.into()),
            Cell::Decimal(2.into()),
            Cell::Decimal(10.into()),
            signal,
        ]);
    }
    let page = drawn(&table);
    assert_eq!(page.matches("class=\"signal\"").count(), 1);
    assert_eq!(page.matches("class=\"limit\"").count(), 2);
    for name in ["upper limit", "lower limit", ">mean<"] {
        assert!(page.contains(name), "{name}");
    }
}
