//! Charts that cannot draw their tables, of reports that are files of the book and of computed ones, each with its
//! place.

use super::super::Library;
use super::world::{NOW, moment, policy};
use super::{SOUND, said};
use crate::policy::Sources;

/// What a trial says of a report file.
fn tried(path: &str, text: &str) -> Vec<String> {
    let (policy, mut sources) = (policy(), Sources::new());
    sources.insert(path, text.as_bytes().to_vec());
    let library = Library::of(&sources, &policy, moment(NOW));
    let read = library.problems().cloned().collect::<Vec<_>>();
    let found = read.into_iter().chain(library.tried(&policy, &[], moment(NOW)));
    found.map(|problem| problem.to_string()).collect()
}

/// The sound report with this chart of its table.
fn with(chart: &str) -> String {
    SOUND.replace("sort = \"-asked\"\n", &format!("sort = \"-asked\"\n{chart}\n"))
}

#[test]
fn a_chart_of_a_report_of_the_book_draws_what_it_can() {
    for sound in [
        "chart = \"bars\"",
        "chart = \"lines\"",
        "chart = \"heat\"",
        "chart = \"pareto\"",
        "chart = \"pareto\"\ndraw = [\"asked\"]",
        "chart = \"stacked\"\ndraw = [\"asked\"]",
    ] {
        assert_eq!(tried("reports/calls.toml", &with(sound)), Vec::<String>::new(), "{sound}");
    }
    for (chart, expected) in [
        (
            "chart = \"stacked\"",
            "reports/calls.toml:28: tables.0.chart: `stacked` adds numbers up, and `share` is no count or sum (name counts or sums with `draw`, or write bars)",
        ),
        (
            "chart = \"pareto\"\ndraw = [\"share\"]",
            "reports/calls.toml:28: tables.0.chart: `pareto` adds numbers up, and `share` is no count or sum (name counts or sums with `draw`, or write bars)",
        ),
        (
            "chart = \"pareto\"\ndraw = [\"kept\"]",
            "reports/calls.toml:29: tables.0.draw.0: `kept` is not among the figures of the table",
        ),
        (
            "chart = \"bars\"\ndraw = [\"aksed\"]",
            "reports/calls.toml:29: tables.0.draw.0: there is no figure `aksed` (did you mean `asked`?)",
        ),
        (
            "chart = \"control\"",
            "reports/calls.toml:28: tables.0.chart: a control chart has a row for each day, week, month, quarter, half-year or year (write bars, or make a report of your own with a table by month)",
        ),
        (
            "chart = \"pie\"",
            "reports/calls.toml:28: tables.0.chart: `pie` is no chart (write one of: bars, stacked, lines, pareto, heat, control)",
        ),
    ] {
        assert_eq!(said(&with(chart)), [expected]);
    }
    let several = with("chart = \"pareto\"\ndraw = [\"asked\", \"share\"]")
        .replace("rate = { part = \"answered\", of = \"asked\" }", "count = \"answered\"");
    let several = several.replace(
        "{ figure = \"share\", weight = 0.4 }, { figure = \"kept\", weight = 0.6 }",
        "{ figure = \"kept\", weight = 1 }",
    );
    assert_eq!(
        said(&several),
        [
            "reports/calls.toml:28: tables.0.chart: `pareto` draws one column, and `share` is not one (name one count or sum with `draw`)"
        ]
    );
}

#[test]
fn a_stacked_bar_has_one_unit() {
    let text = SOUND.replace(
        "rate = { part = \"answered\", of = \"asked\" }",
        "age = { bands = [\"5 workdays\"], of = \"asked\" }",
    );
    let text = text.replace(
        "{ figure = \"share\", weight = 0.4 }, { figure = \"kept\", weight = 0.6 }",
        "{ figure = \"kept\", weight = 1 }",
    );
    let chart = |chart: &str| text.replace("sort = \"-asked\"\n", &format!("{chart}\n"));
    assert_eq!(tried("reports/calls.toml", &chart("chart = \"stacked\"\ndraw = [\"share\"]")), Vec::<String>::new());
    assert_eq!(
        tried("reports/calls.toml", &chart("chart = \"pareto\"\ndraw = [\"share\"]")),
        [
            "reports/calls.toml:27: tables.0.chart: `pareto` draws one column, and `share` is not one (name one count or sum with `draw`)"
        ]
    );
}

#[test]
fn a_chart_of_a_computed_report_draws_what_it_can() {
    let monthly = "[[tables]]\nby = \"category\"\n[charts]\n";
    for (name, chart, expected) in [
        ("monthly", "by-category = \"bars\"", None),
        ("monthly", "by-category = { chart = \"pareto\", draw = [\"received\"] }", None),
        ("monthly", "by-category = { chart = \"stacked\", draw = [\"closed\", \"open\"] }", None),
        (
            "monthly",
            "by-categroy = \"bars\"",
            Some("4: charts.by-categroy: the report monthly has no table `by-categroy` (did you mean `by-category`?)"),
        ),
        ("monthly", "by-category = \"bar\"", Some("4: charts.by-category: `bar` is no chart (did you mean `bars`?)")),
        (
            "monthly",
            "by-category = { chart = \"bars\", drawn = [\"received\"] }",
            Some("4: charts.by-category.drawn: unknown key `drawn` (did you mean `draw`?)"),
        ),
        ("monthly", "by-category = { draw = [\"received\"] }", Some("4: charts.by-category: `chart` is missing")),
        (
            "monthly",
            "by-category = { chart = \"bars\", draw = [\"recieved\"] }",
            Some(
                "4: charts.by-category.draw.0: `by-category` has nothing that is called `recieved` (did you mean `received`?)",
            ),
        ),
        (
            "monthly",
            "by-category = { chart = \"bars\", draw = [\"value\"] }",
            Some("4: charts.by-category.draw.0: the column `value` holds no numbers (columns of numbers are: "),
        ),
        (
            "monthly",
            "by-category = { chart = \"pareto\", draw = [\"share\"] }",
            Some(
                "4: charts.by-category.chart: `pareto` adds numbers up, and `share` is no count or sum (name counts or sums with `draw`, or write bars)",
            ),
        ),
        (
            "monthly",
            "by-category = \"stacked\"",
            Some("4: charts.by-category: `stacked` draws one unit, and these columns have several: "),
        ),
        (
            "monthly",
            "by-category = { chart = \"pareto\", draw = [\"received\", \"closed\"] }",
            Some(
                "4: charts.by-category.chart: `pareto` draws one column, and `closed` is not one (name one count or sum with `draw`)",
            ),
        ),
        (
            "monthly",
            "by-category = \"control\"",
            Some(
                "4: charts.by-category: a control chart has a row for each day, week, month, quarter, half-year or year (write bars, or make a report of your own with a table by month)",
            ),
        ),
        // a table that is not there in every period
        ("monthly", "losses-by-category = { chart = \"pareto\", draw = [\"loss\"] }", None),
        (
            "monthly",
            "losses-by-category = { chart = \"pareto\", draw = [\"loss\", \"returns\"] }",
            Some("4: charts.losses-by-category.chart: `pareto` draws one column, and `returns` is not one"),
        ),
        (
            "monthly",
            "losses-by-category = \"control\"",
            Some("4: charts.losses-by-category: a control chart has a row for each day"),
        ),
        ("overdue", "bands = { chart = \"stacked\", draw = [\"band\"] }", None),
        (
            "overdue",
            "figures = \"bars\"",
            Some(
                "2: charts.figures: the report overdue has no table `figures` (write one of: bands, overdue, untimed)",
            ),
        ),
        (
            "retention",
            "past = \"bars\"",
            Some(
                "2: charts.past: `bars` has nothing to draw: this table has no column of numbers (take the chart away, or name another table)",
            ),
        ),
    ] {
        let before = if name == "monthly" { monthly } else { "[charts]\n" };
        let path = format!("reports/{name}.toml");
        let found = tried(&path, &format!("{before}{chart}\n"));
        match expected {
            None => assert_eq!(found, Vec::<String>::new(), "{chart}"),
            Some(expected) => {
                let expected = format!("{path}:{expected}");
                assert!(found.len() == 1 && found[0].starts_with(&expected), "{found:#?}\n{expected}");
            }
        }
    }
}
