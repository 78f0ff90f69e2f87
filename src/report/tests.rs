//! Cases with known numbers, and what the reports make of them; forged ones that the identity must find.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Body, Cell, Facts, Figure, Level, Ratio, Report};
use super::{Cases, Clocked, Material, Occurrence, REPORTS, named};
use crate::calendar::{Moment, Period, Roll};
use crate::policy::preset::{Choices, Preset};
use crate::policy::{Policy, Sources};
use crate::record::{Event, Fields, Id, Record, Type, Value, parse_time};
use crate::report::cases::root;
use crate::report::measures::{Course, measures};
use crate::report::repeats;

fn policy() -> Arc<Policy> {
    policy_with("")
}

/// The policy of the preset with more in `reports.toml`.
fn policy_with(reports: &str) -> Arc<Policy> {
    Arc::new(Policy::load(&sources(reports), "0").expect("sound"))
}

fn sources(reports: &str) -> Sources {
    let mut sources = Sources::new();
    let settings = "format = 1\nname = \"Test\"\ntime-zone = \"Asia/Shanghai\"\npreset = \"basic\"\n";
    sources.insert("redress.toml", settings.as_bytes());
    for file in Preset::named("basic").expect("shipped").files(&Choices::default()).expect("it resolves") {
        let more = if file.path == "policy/reports.toml" { reports } else { "" };
        sources.insert(file.path, format!("{}{more}", file.text).into_bytes());
    }
    sources
}

fn at(text: &str) -> Moment {
    parse_time(&format!("2026-{text}:00+08:00")).expect("a time")
}

fn id(text: &str) -> Id {
    text.parse().expect("an id")
}

/// A complaint with its fields and, by time and state, what happened to it.
fn complaint(policy: &Policy, name: &str, fields: &[(&str, &str)], history: &[(&str, &str)]) -> Clocked {
    let kind = policy.kind("complaint").expect("the preset has complaints");
    let mut values = Fields::new();
    for (field, text) in fields {
        let (handle, field) = kind.shape.find(field).expect("a field");
        values.set(handle, Value::from_stored(&field.ty, text).expect("a value"));
    }
    let event =
        |(time, to): &(&str, &str)| Event { to: Some((*to).to_owned()), ..Event::new(at(time), id("li.na"), "step") };
    let history: Vec<Event> = history.iter().map(event).collect();
    let state = history.last().and_then(|event| event.to.clone()).expect("a state");
    let record = Record { id: id(name), kind: "complaint".to_owned(), state, rules: None, fields: values, history };
    Clocked { record, clocks: Vec::new() }
}

fn material(policy: &Arc<Policy>, forms: Vec<Clocked>) -> Material {
    let period = Period::parse("2026-10", at("11-02T09:00").date_naive()).expect("a period");
    let kind = policy.kind("complaint").expect("the preset has complaints");
    let [original, duplicate] = ["original", "duplicate-of"].map(|name| kind.shape.field_id(name));
    Material {
        facts: Facts::default(),
        policy: Arc::clone(policy),
        now: at("11-02T09:00"),
        cases: Cases::group(period.clone(), forms, original, duplicate),
        period,
        previous: None,
        year_before: None,
        occurrences: Vec::new(),
        clients: Some(4),
        asked: Vec::new(),
        callbacks: Vec::new(),
        measures: Vec::new(),
        recurred: BTreeMap::new(),
        running: Vec::new(),
        linked: BTreeMap::new(),
        referred: BTreeMap::new(),
        salespeople: BTreeMap::new(),
        sanctions: Vec::new(),
        staff: Vec::new(),
        people: crate::policy::People::default(),
        rules: BTreeMap::new(),
        timed: Vec::new(),
        names: BTreeMap::new(),
        unreadable: Vec::new(),
        private: false,
    }
}

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

fn monthly(material: &Material) -> Report {
    named("monthly").expect("it is listed").make(material)
}

fn figure<'r>(report: &'r Report, name: &str) -> &'r Figure {
    let figures = report.sections.iter().filter_map(|section| match &section.body {
        Body::Figures(figures) => Some(figures),
        _ => None,
    });
    figures.flatten().find(|figure| figure.name == name).unwrap_or_else(|| panic!("no figure {name}"))
}

/// One case of every sort: carried over and closed, new and open, declined and reopened, one of two forms, a repetition.
fn cases(policy: &Policy) -> Vec<Clocked> {
    let closed = [("09-30T09:00", "registered"), ("10-09T10:00", "accepted"), ("10-12T11:00", "closed")];
    let declined = [("10-12T09:00", "registered"), ("10-12T10:00", "declined"), ("10-20T10:00", "accepted")];
    let refused = [("10-13T09:00", "registered"), ("10-13T10:00", "accepted"), ("10-15T10:00", "refused")];
    let refiled = [("10-15T10:00", "registered"), ("10-16T10:00", "accepted"), ("11-01T10:00", "closed")];
    vec![
        complaint(policy, "C-260930-AAAAA", &[("category", "product"), ("fault", "own")], &closed),
        complaint(policy, "C-261010-BBBBB", &[("category", "product")], &[("10-10T09:00", "registered")]),
        complaint(policy, "C-261012-CCCCC", &[("category", "service")], &declined),
        complaint(policy, "C-261013-DDDDD", &[("category", "price")], &refused),
        complaint(policy, "C-261015-EEEEE", &[("original", "C-261013-DDDDD")], &refiled),
        complaint(policy, "C-261016-FFFFF", &[("duplicate-of", "C-261010-BBBBB")], &[("10-16T09:00", "registered")]),
    ]
}

#[test]
fn a_month_has_the_figures_that_its_cases_have() {
    let policy = policy();
    let report = monthly(&material(&policy, cases(&policy)));
    for (name, count) in [
        ("received", 3), // one was received before, the second form and the repetition are no cases of their own
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
    // open at start, received, reopened, ended: the second form follows the first at the same instant, which ends nothing
    assert_eq!(terms, [1, 3, 1, 2]);
    assert!(identity.holds());
    assert_eq!(report.level(), Some(Level::Note));
}

/// A row of a table by what its first cell says in English, as its cells by the names of their columns.
fn row<'r>(report: &'r Report, table: &str, first: &str) -> BTreeMap<&'r str, &'r Cell> {
    let section = report.sections.iter().find(|section| section.name == table).unwrap_or_else(|| panic!("no {table}"));
    let Body::Table(table) = &section.body else { panic!("{table} is no table") };
    let said = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == first);
    let row = table.rows.iter().find(|row| row.cells.first().is_some_and(said));
    let row = row.unwrap_or_else(|| panic!("no {first} in {table:?}"));
    table.columns.iter().map(|column| column.name.as_str()).zip(&row.cells).collect()
}

/// Worked out by hand: what is agreed and closed in the month counts, by the month of the closing, and is compared.
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
    let mut material = material(&policy, october);
    let september = vec![case(
        "C-260901-DDDDD",
        "valve",
        &[("09-01T09:00", "registered"), ("09-05T09:00", "agreed"), ("09-20T09:00", "closed")],
        &[("exchange", "100.00", 1)],
    )];
    let before = material.period.previous().expect("a month before");
    material.previous = Some(Cases::group(before, september, None, None));
    let report = monthly(&material);
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
    let losses = named("losses").expect("it is listed").make(&material);
    assert_eq!(figure(&losses, "loss").value, figure(&report, "loss").value, "both reports count the same");
    let loss = row(&report, "comparison", "loss");
    assert_eq!((loss["now"], loss["previous"], loss["change"]), (&money("750.10"), &money("100.00"), &money("650.10")));
    assert_eq!(loss["year-before"], &Cell::Empty);
    let Cell::Percent(change) = row(&report, "comparison", "loss rate")["change"] else { panic!("no share") };
    assert_eq!(change.percent(), Some("1.2502".parse().expect("a number")));
    let valve = row(&report, "losses-by-product", "valve");
    assert_eq!((valve["loss"], valve["loss-previous"]), (&money("750.10"), &money("100.00")));
    assert_eq!((valve["returned-quantity"], valve["work"]), (&Cell::Decimal(7.into()), &money("0")));
    // what has cost nothing has no row of costs, and what came last month alone has one of counts
    let valve = row(&report, "by-product", "valve");
    assert_eq!((valve["received"], valve["received-previous"]), (&Cell::Count(1), &Cell::Count(1)));
    assert_eq!(row(&report, "by-product", "pump")["closed"], &Cell::Count(1));
    let total = row(&report, "losses-by-product", "total");
    assert_eq!((total["loss"], total["loss-previous"]), (&money("750.10"), &money("100.00")));
}

#[test]
fn a_measure_fails_by_its_verification_or_by_complaints_that_come_back() {
    let policy = policy();
    let done = ("10-05T09:00", "done");
    for (history, came, ineffective, verified) in [
        (&[done][..], None, false, false),
        (&[done, ("10-08T09:00", "verified")], None, false, true),
        (&[done, ("10-08T09:00", "open")], None, true, false),
        (&[done, ("10-08T09:00", "open"), ("10-09T09:00", "done")], None, false, false),
        (&[done, ("10-08T09:00", "verified")], Some("10-20T09:00"), true, true),
        // what came after the month was not known in it
        (&[done, ("10-08T09:00", "verified")], Some("11-02T09:00"), false, true),
    ] {
        let history: Vec<_> = std::iter::once(("10-01T09:00", "open")).chain(history.iter().copied()).collect();
        let mut measure = complaint(&policy, "C-261001-AAAAA", &[], &history);
        (measure.record.kind, measure.record.id) = ("measure".to_owned(), id("M-261001-AAAAA"));
        let mut material = material(&policy, Vec::new());
        material.recurred = BTreeMap::from([(measure.record.id.clone(), came.into_iter().map(at).collect())]);
        let rules = measures(&material).expect("the preset says what a measure is");
        let course = Course::of(&material, rules, &measure.record, material.seen_until());
        assert_eq!(
            (course.is_ineffective(), course.verified.is_some()),
            (ineffective, verified),
            "{history:?} {came:?}"
        );
    }
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
    let report = monthly(&material(&policy, vec![complaint(&policy, "C-261012-AAAAA", &[], &waited)]));
    assert_eq!(figure(&report, "mean-handling-time").value, Cell::Minutes(120));
    assert_eq!(figure(&report, "median-handling-time").value, Cell::Minutes(120));
}

#[test]
fn forged_records_break_the_identity() {
    let policy = policy();
    let history = [("10-12T09:00", "registered"), ("10-12T10:00", "declined")];
    let sound = complaint(&policy, "C-261012-AAAAA", &[], &history);
    assert_eq!(monthly(&material(&policy, vec![sound.clone()])).broken().count(), 0);
    // a state that no event led to
    let mut forged = sound.clone();
    forged.record.state = "accepted".to_owned();
    let made = material(&policy, vec![forged]);
    assert_eq!(monthly(&made).broken().count(), 1);
    assert_eq!(monthly(&made).level(), Some(Level::Error));
    // a repeated opening that a hand wrote behind the end, dated before it
    let mut forged = sound;
    let earlier = Event { to: Some("accepted".to_owned()), ..Event::new(at("09-12T09:30"), id("li.na"), "step") };
    forged.record.history.push(earlier);
    assert_eq!(monthly(&material(&policy, vec![forged])).broken().count(), 1);
}

#[test]
fn circles_of_forms_are_one_case() {
    let before = BTreeMap::from([
        (id("C-261012-BBBBB"), id("C-261012-AAAAA")),
        (id("C-261012-AAAAA"), id("C-261012-BBBBB")),
        (id("C-261012-CCCCC"), id("C-261012-BBBBB")),
    ]);
    for name in ["C-261012-AAAAA", "C-261012-BBBBB", "C-261012-CCCCC", "C-261012-DDDDD"] {
        let first = if name.ends_with("DDDDD") { name } else { "C-261012-AAAAA" };
        assert_eq!(root(&id(name), &before), id(first), "{name}");
    }
}

#[test]
fn repeats_are_counted_within_the_window_inclusive() {
    let policy = policy();
    let calendar = policy.calendars.default();
    let rule = policy.reports.repeats.as_ref().expect("the preset has one");
    let one = |name: &str, opened: Moment, same: Option<&str>| Occurrence {
        case: id(name),
        opened,
        same: same.map(|same| vec![same.to_owned()]),
    };
    let first = at("07-10T09:00");
    let last = calendar.add(first, rule.within, Roll::Stay).expect("the calendar knows it");
    let october = (at("10-01T00:00"), at("11-01T00:00"));
    let second = chrono::TimeDelta::seconds(1);
    for (opened, same, expected) in [
        (last, Some("valve"), (1, 1)),
        (last + second, Some("valve"), (1, 0)),
        (last, Some("pump"), (1, 0)),
        (last, None, (1, 0)),
    ] {
        let all = [one("C-260710-AAAAA", first, Some("valve")), one("C-261008-BBBBB", opened, same)];
        assert_eq!(repeats::count(calendar, &all, rule.within, october), expected, "{opened} {same:?}");
    }
    let twins =
        [one("C-261010-AAAAA", at("10-10T09:00"), Some("v")), one("C-261010-BBBBB", at("10-10T09:00"), Some("v"))];
    assert_eq!(repeats::count(calendar, &twins, rule.within, october), (2, 1));
}

#[test]
fn every_report_fits_together_in_every_format() {
    let policy = policy();
    for forms in [cases(&policy), Vec::new()] {
        let material = material(&policy, forms);
        for report in REPORTS {
            let made = report.make(&material);
            assert_eq!(made.name, report.name);
            made.check().expect("it fits");
            assert_eq!(made, report.make(&material));
        }
    }
}

/// A book that does not say what cases, measures and callbacks are gets reports that say so.
#[test]
fn reports_tell_that_they_cannot_tell() {
    let mut sources = sources("");
    for file in ["reports", "callbacks", "notices", "sharing"] {
        sources.insert(format!("policy/{file}.toml"), Vec::new());
    }
    let silent = Arc::new(Policy::load(&sources, "0").expect("sound"));
    let known = policy();
    let material = Material { policy: silent, ..material(&known, cases(&known)) };
    for (name, file, section) in [
        ("monthly", "reports", "cases"),
        ("tracking", "reports", "cases"),
        ("losses", "reports", "cases"),
        ("responsibility", "reports", "cases"),
        ("receivables", "reports", "cases"),
        ("lessons", "reports", "cases"),
        ("improvement", "reports", "measures"),
        ("callbacks", "callbacks", "callbacks"),
        ("deductions", "deductions", "sanctions"),
    ] {
        let report = named(name).expect("it is listed").make(&material);
        let [note] = report.notes.as_slice() else { panic!("{name}: {:?}", report.notes) };
        let wanted =
            format!("cannot be told, since policy/{file}.toml does not say what these records are: [{section}]");
        assert_eq!((note.text.en.as_str(), report.sections.len()), (wanted.as_str(), 0), "{name}");
    }
}

#[test]
fn records_that_could_not_be_read_are_named_and_an_error() {
    let policy = policy();
    let material = Material { unreadable: vec!["complaints/x.yaml".to_owned()], ..material(&policy, Vec::new()) };
    for report in REPORTS {
        let made = report.make(&material);
        assert_eq!(made.level(), Some(Level::Error), "{}", report.name);
        assert!(made.notes.iter().any(|note| note.text.en.contains("complaints/x.yaml")));
    }
}
