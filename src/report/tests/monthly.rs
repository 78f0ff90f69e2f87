//! The figures of a month, its money and its identity.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::model::{Body, Cell, Figure, Level, Ratio, Report};
use super::super::{Clock, Clocked, PlainSource, Timing};
use super::{at, cases, complaint, id, made, policy, policy_with, source};
use crate::calendar::Outcome;
use crate::policy::Policy;
use crate::record::{Event, Fields, Type, Value};

/// The same complaint with remedies: the kind of each, its amount and its quantity.
fn with_remedies(policy: &Policy, mut form: Clocked, remedies: &[(&str, &str, u32)]) -> Clocked {
    let kind = policy.kind("complaint").expect("the preset has complaints");
    let (list, declared) = kind.shape.find("remedies").expect("a field");
    let Type::Group(lines) = declared.ty.element() else { panic!("no lines") };
    let line = |(sort, amount, quantity): &(&str, &str, u32)| {
        let mut line = Fields::new();
        for (field, text) in [("kind", *sort), ("amount", *amount), ("quantity", &quantity.to_string())] {
            let (handle, field) = lines.find(field).expect("a field");
            line.set(handle, Value::from_stored(&field.ty, text).expect("a value"));
        }
        Value::Group(line)
    };
    form.record.fields.set(list, Value::List(remedies.iter().map(line).collect()));
    form
}

fn monthly(source: &PlainSource) -> Report {
    made("monthly", source)
}

fn figure<'r>(report: &'r Report, name: &str) -> &'r Figure {
    let figures = report.sections.iter().filter_map(|section| match &section.body {
        Body::Figures(figures) => Some(figures),
        _ => None,
    });
    figures.flatten().find(|figure| figure.name == name).unwrap_or_else(|| panic!("no figure {name}"))
}

#[test]
fn a_month_has_the_figures_that_its_cases_have() {
    let policy = policy();
    let report = monthly(&source(&policy, cases(&policy)));
    for (name, count) in [
        ("received", 3), // one was received before; the second form and the repetition are not cases of their own
        ("accepted", 3),
        ("closed", 1),
        ("upheld", 1),
        ("declined", 1),
        ("withdrawn", 0),
        ("open", 3),
    ] {
        assert_eq!(figure(&report, name).value, Cell::Count(count), "{name}");
    }
    assert_eq!(figure(&report, "closed-rate").value, Cell::Percent(Ratio::new(1, 3)));
    assert_eq!(figure(&report, "complaint-rate").value, Cell::Percent(Ratio::new(3, 4)));
    let identity = report
        .sections
        .iter()
        .find_map(|section| match &section.body {
            Body::Identities(identities) => identities.first(),
            _ => None,
        })
        .expect("an identity");
    let terms: Vec<i64> = identity.terms.iter().map(|term| i64::try_from(term.value).expect("a count")).collect();
    // open at start, received, reopened, ended; the second form follows the first at the same instant, so nothing
    // ended then
    assert_eq!(terms, [1, 3, 1, 2]);
    assert!(identity.holds());
    assert_eq!(report.level(), Some(Level::Note));
}

/// A row of a table, found by its first cell in English: its cells by the names of their columns.
fn row<'r>(report: &'r Report, table: &str, first: &str) -> BTreeMap<&'r str, &'r Cell> {
    let section = report.sections.iter().find(|section| section.name == table).unwrap_or_else(|| panic!("no {table}"));
    let Body::Table(table) = &section.body else { panic!("{table} is no table") };
    let said = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == first);
    let row = table.rows.iter().find(|row| row.cells.first().is_some_and(said));
    let row = row.unwrap_or_else(|| panic!("no {first} in {table:?}"));
    table.columns.iter().map(|column| column.name.as_str()).zip(&row.cells).collect()
}

/// Computed by hand: a case that was agreed and closed in the month counts in the month of its closing, and is
/// compared.
#[test]
fn the_money_of_a_month_is_that_of_the_cases_closed_in_it() {
    let sales = |month: &str, amount: &str| format!("\n[[volumes]]\nmonth = \"{month}\"\namount = \"{amount}\"\n");
    let policy = policy_with(&(sales("2026-10", "50000.00") + &sales("2026-09", "40000.00")));
    let case = |name: &str, product: &str, history: &[(&str, &str)], remedies: &[(&str, &str, u32)]| {
        let form = complaint(&policy, name, &[("product", product), ("cause", "seal")], history);
        with_remedies(&policy, form, remedies)
    };
    let october = vec![
        case(
            "C-261005-AAAAA",
            "valve",
            &[("10-05T09:00", "registered"), ("10-09T09:00", "agreed"), ("10-12T09:00", "closed")],
            &[("return", "700.00", 7), ("compensation", "50.10", 1), ("apology", "0.00", 1)],
        ),
        // the client has agreed to nothing
        case(
            "C-261006-BBBBB",
            "pump",
            &[("10-06T09:00", "registered"), ("10-10T09:00", "refused"), ("10-13T09:00", "closed")],
            &[("compensation", "999.00", 1)],
        ),
        // closed after the month
        case(
            "C-261007-CCCCC",
            "pump",
            &[("10-07T09:00", "registered"), ("10-20T09:00", "agreed"), ("11-01T09:00", "closed")],
            &[("allowance", "80.00", 1)],
        ),
    ];
    let september = vec![case(
        "C-260901-DDDDD",
        "valve",
        &[("09-01T09:00", "registered"), ("09-05T09:00", "agreed"), ("09-20T09:00", "closed")],
        &[("exchange", "100.00", 1)],
    )];
    let source = source(&policy, october).with(september);
    let report = monthly(&source);
    report.check().expect("it fits");
    let money = |text: &str| Cell::Money(text.parse().expect("an amount"));
    for (name, value) in [
        ("returned-quantity", Cell::Decimal(7.into())),
        ("compensation", money("50.10")),
        ("work", money("0")),
        ("returns", money("700.00")),
        ("allowances", money("0")),
        ("loss", money("750.10")),
        ("loss-rate", Cell::Percent(Ratio::new("750.10".parse::<rust_decimal::Decimal>().expect("a number"), 50_000))),
    ] {
        assert_eq!(figure(&report, name).value, value, "{name}");
    }
    let losses = made("losses", &source);
    assert_eq!(figure(&losses, "loss").value, figure(&report, "loss").value, "both reports count the same");
    let loss = row(&report, "comparison", "loss");
    assert_eq!((loss["now"], loss["previous"], loss["change"]), (&money("750.10"), &money("100.00"), &money("650.10")));
    assert_eq!(loss["year-before"], &money("0"));
    let Cell::Percent(change) = row(&report, "comparison", "loss rate")["change"] else { panic!("no share") };
    assert_eq!(change.percent(), Some("1.2502".parse().expect("a number")));
    let valve = row(&report, "losses-by-product", "valve");
    assert_eq!((valve["loss"], valve["loss-previous"]), (&money("750.10"), &money("100.00")));
    assert_eq!((valve["returned-quantity"], valve["work"]), (&Cell::Decimal(7.into()), &money("0")));
    // a value without costs has no row of costs; a value that only occurred last month has a row of counts
    let valve = row(&report, "by-product", "valve");
    assert_eq!((valve["received"], valve["received-previous"]), (&Cell::Count(1), &Cell::Count(1)));
    assert_eq!(row(&report, "by-product", "pump")["closed"], &Cell::Count(1));
    let total = row(&report, "losses-by-product", "total");
    assert_eq!((total["loss"], total["loss-previous"]), (&money("750.10"), &money("100.00")));
}

#[test]
fn handling_time_is_working_time_without_waiting() {
    let policy = policy();
    let waited = [
        ("10-12T09:00", "registered"),
        ("10-12T10:00", "waiting-client"),
        ("10-14T10:00", "accepted"),
        ("10-14T11:00", "closed"),
    ];
    let report = monthly(&source(&policy, vec![complaint(&policy, "C-261012-AAAAA", &[], &waited)]));
    assert_eq!(figure(&report, "mean-handling-time").value, Cell::Minutes(120));
    assert_eq!(figure(&report, "median-handling-time").value, Cell::Minutes(120));
}

#[test]
fn forged_records_break_the_identity() {
    let policy = policy();
    let history = [("10-12T09:00", "registered"), ("10-12T10:00", "declined")];
    let sound = complaint(&policy, "C-261012-AAAAA", &[], &history);
    assert_eq!(monthly(&source(&policy, vec![sound.clone()])).broken().count(), 0);
    // a state without an event that led to it
    let mut forged = sound.clone();
    forged.record.state = "accepted".to_owned();
    let source_of_it = source(&policy, vec![forged]);
    assert_eq!(monthly(&source_of_it).broken().count(), 1);
    assert_eq!(monthly(&source_of_it).level(), Some(Level::Error));
    // a forged reopening after the end, dated before it
    let mut forged = sound;
    let earlier = Event { to: Some("accepted".to_owned()), ..Event::new(at("09-12T09:30"), id("li.na"), "step") };
    forged.record.history.push(earlier);
    assert_eq!(monthly(&source(&policy, vec![forged])).broken().count(), 1);
}

/// A case that closed without a deadline, such as an imported one, is neither in time nor late.
#[test]
fn only_cases_with_a_limit_are_closed_in_time_or_late() {
    let policy = policy();
    let history = [("10-12T09:00", "registered"), ("10-14T11:00", "closed")];
    let closed = |name: &str, outcome: Option<Outcome>| {
        let mut case = complaint(&policy, name, &[], &history);
        case.clocks = outcome.into_iter().map(closing).collect();
        case
    };
    let cases = vec![
        closed("C-261012-AAAAA", Some(Outcome::Met)),
        closed("C-261012-BBBBB", Some(Outcome::Breached)),
        closed("C-261012-CCCCC", None),
    ];
    let report = monthly(&source(&policy, cases));
    assert_eq!(figure(&report, "closed").value, Cell::Count(3));
    assert_eq!(figure(&report, "closed-on-time").value, Cell::Percent(Ratio::new(1, 2)));
}

/// The deadline that ends with the closing, on 14 October.
fn closing(outcome: Outcome) -> Clock {
    Clock {
        forms: Vec::new(),
        timing: Arc::new(Timing { name: "closing".to_owned(), stops: vec!["closed".to_owned()], ..Timing::default() }),
        start: at("10-12T09:00"),
        due: None,
        end: Some(at("10-14T11:00")),
        outcome,
        holder: None,
        stopped_by: Vec::new(),
        worked: None,
        over: None,
    }
}
