//! Cases with known numbers and the reports about them, and forged cases that the identity must find.

mod behind;
mod callbacks;
mod layout;
mod money;
mod monthly;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Body, Cell, Level, Report};
use super::{Basis, Clocked, PlainSource, REPORTS, Source, Subject, named};
use crate::calendar::{Moment, Period, Roll};
use crate::policy::tests::{loaded, sources_of, text};
use crate::policy::{Policy, Sources};
use crate::record::{Event, Fields, Id, Record, Type, Value, parse_time};
use crate::report::cases::root;
use crate::report::language::Library;
use crate::report::measures::{Course, measures};
use crate::report::repeats::{self, Occurrence};

fn policy() -> Arc<Policy> {
    policy_with("")
}

/// The policy of the preset, with additions to `reports.toml`.
fn policy_with(reports: &str) -> Arc<Policy> {
    Arc::new(loaded(&sources(reports)))
}

fn sources(reports: &str) -> Sources {
    let (mut sources, path) = (sources_of("basic"), "policy/reports.toml");
    let whole = format!("{}{reports}", text(&sources, path));
    sources.insert(path, whole.into_bytes());
    sources
}

fn at(text: &str) -> Moment {
    parse_time(&format!("2026-{text}:00+08:00")).expect("a time")
}

fn id(text: &str) -> Id {
    text.parse().expect("an id")
}

/// A record with its fields (lists with commas between elements), and its events by time and new state, if there is
/// one.
fn record(policy: &Policy, kind: &str, name: &str, fields: &[(&str, &str)], history: &[(&str, &str)]) -> Record {
    let declared = policy.kind(kind).expect("the preset has the kind");
    let mut values = Fields::new();
    for (field, text) in fields {
        let (handle, field) = declared.shape.find(field).expect("a field");
        let one = |text: &str| Value::from_stored(field.ty.element(), text).expect("a value");
        let listed = matches!(field.ty, Type::List(_));
        values.set(handle, if listed { Value::List(text.split(',').map(one).collect()) } else { one(text) });
    }
    let to = |to: &str| (!to.is_empty()).then(|| to.to_owned());
    let event = |(time, state): &(&str, &str)| Event { to: to(state), ..Event::new(at(time), id("li.na"), "step") };
    let history: Vec<Event> = history.iter().map(event).collect();
    let state = history.iter().rev().find_map(|event| event.to.clone()).expect("a state");
    Record { id: id(name), kind: kind.to_owned(), state, rules: None, fields: values, history, overruled: Vec::new() }
}

/// A complaint with its fields, and its events by time and state.
fn complaint(policy: &Policy, name: &str, fields: &[(&str, &str)], history: &[(&str, &str)]) -> Clocked {
    Clocked { record: record(policy, "complaint", name, fields, history), clocks: Vec::new() }
}

/// The content of a cell; a share as its two parts.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Label(label) => label.en.clone(),
        Cell::Id(text) | Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Money(number) | Cell::Decimal(number) => number.normalize().to_string(),
        Cell::Percent(ratio) => format!("{}/{}", ratio.numerator.normalize(), ratio.denominator.normalize()),
        Cell::Empty => "-".to_owned(),
        other => format!("{other:?}"),
    }
}

/// The rows of a table of a report.
fn rows(report: &Report, name: &str) -> Vec<String> {
    let section = report.sections.iter().find(|section| section.name == name).unwrap_or_else(|| panic!("no {name}"));
    let Body::Table(table) = &section.body else { panic!("{name} is no table") };
    table.rows.iter().map(|row| row.cells.iter().map(shown).collect::<Vec<_>>().join(" ")).collect()
}

/// The number of cases, and the number of those that repeat another.
fn counted(all: &[(Id, bool)]) -> (usize, usize) {
    (all.len(), all.iter().filter(|(_, repeats)| *repeats).count())
}

/// A source of these forms, on 2 November, with four clients.
fn source(policy: &Arc<Policy>, forms: Vec<Clocked>) -> PlainSource {
    let client =
        |n| record(policy, "client", &format!("K-26010{n}-AAAAA"), &[("name", "Client")], &[("01-01T09:00", "active")]);
    let mut source =
        PlainSource::new(Basis::bare(Arc::clone(policy), at("11-02T09:00")), (1..=4).map(client)).with(forms);
    source.lay_out(&sources_of("basic"));
    source
}

fn period(text: &str) -> Period {
    Period::parse(text, at("11-02T09:00").date_naive()).expect("a period")
}

/// A report over October: a computed one, or one of the files of the preset.
fn made(name: &str, source: &PlainSource) -> Report {
    let october = period("2026-10");
    if let Some(report) = named(name) {
        return report.make(source, &october).expect("all can be read");
    }
    let library = Library::of(&sources_of("basic"), &source.basis.policy, at("11-02T09:00"));
    let plan = library.ready().find(|plan| plan.head.name == name).expect("the preset has it");
    library.make(plan, source, &october, None).expect("all can be read")
}

/// One case of every sort: carried over and closed, new and open, declined and reopened, one with two forms, a
/// repetition.
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
        let mut source = source(&policy, Vec::new());
        source.recurred = BTreeMap::from([(measure.record.id.clone(), came.into_iter().map(at).collect())]);
        let october = period("2026-10");
        let subject = Subject::of(&source, &october);
        let rules = measures(subject).expect("the preset says what a measure is");
        let course = Course::of(subject, rules, &measure.record, subject.seen_until()).expect("all can be read");
        assert_eq!(
            (course.is_ineffective(), course.verified.is_some()),
            (ineffective, verified),
            "{history:?} {came:?}"
        );
    }
}

#[test]
fn what_happens_at_midnight_belongs_to_the_month_that_begins() {
    let policy = policy();
    let kind = policy.kind("complaint").expect("the preset has complaints");
    let history = [
        ("09-28T09:00", "registered"),
        ("09-29T09:00", "accepted"),
        ("10-01T00:00", "closed"),
        ("10-02T09:00", "accepted"),
        ("11-01T00:00", "closed"),
    ];
    let form = complaint(&policy, "C-260928-AAAAA", &[], &history);
    let cases = source(&policy, vec![form]).cases(&period("2026-10")).expect("all can be read");
    let case = &cases.all[0];
    let months = [("09-01", "10-01"), ("10-01", "11-01"), ("11-01", "12-01")];
    let months = months.map(|(from, until)| (at(&format!("{from}T00:00")), at(&format!("{until}T00:00"))));
    let flows = months.map(|month| case.flow(kind, month)).map(|flow| (flow.ended, flow.reopened));
    assert_eq!(flows, [(0, 0), (1, 1), (1, 0)]);
    let open = ["09-28T09:00", "10-01T00:00", "10-01T00:01", "10-02T09:00", "11-01T00:00", "11-01T00:01"];
    assert_eq!(open.map(|time| case.is_open_at(kind, at(time))), [false, true, false, false, true, false]);
    let last = months.map(|month| case.last_in(&["closed"], month));
    assert_eq!(last, [None, Some(at("10-01T00:00")), Some(at("11-01T00:00"))]);
    assert_eq!(case.first(&["accepted"]), Some(at("09-29T09:00")));
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
        // midnight belongs to the month that begins with it
        (october.1, Some("valve"), (0, 0)),
        (october.1 - second, Some("valve"), (1, 0)),
    ] {
        let all = [one("C-260710-AAAAA", first, Some("valve")), one("C-261008-BBBBB", opened, same)];
        assert_eq!(counted(&repeats::repeated(calendar, &all, rule.within, october)), expected, "{opened} {same:?}");
    }
    // a case has the values and the time of its first form, whatever the reading order
    let mut forms = [
        one("C-261008-BBBBB", at("11-05T09:00"), Some("pump")),
        one("C-261008-BBBBB", last, Some("valve")),
        one("C-260710-AAAAA", first, Some("valve")),
    ];
    for _ in 0..2 {
        assert_eq!(counted(&repeats::repeated(calendar, &forms, rule.within, october)), (1, 1), "{forms:?}");
        forms.reverse();
    }
    let twins =
        [one("C-261010-AAAAA", at("10-10T09:00"), Some("v")), one("C-261010-BBBBB", at("10-10T09:00"), Some("v"))];
    assert_eq!(counted(&repeats::repeated(calendar, &twins, rule.within, october)), (2, 1));
}

#[test]
fn every_report_fits_together_in_every_format() {
    let policy = policy();
    for forms in [cases(&policy), Vec::new()] {
        let source = source(&policy, forms);
        for report in REPORTS {
            let once = made(report.name, &source);
            assert_eq!(once.name, report.name);
            once.check().expect("it fits");
            assert_eq!(once, made(report.name, &source));
        }
    }
}

/// If a book has no rules for cases, measures and sanctions, its reports say so.
#[test]
fn reports_tell_that_they_cannot_tell() {
    let mut sources = sources("");
    for file in ["reports", "callbacks", "notices", "sharing"] {
        sources.insert(format!("policy/{file}.toml"), Vec::new());
    }
    let silent = Arc::new(Policy::load(&sources, "0").expect("sound"));
    let known = policy();
    let mut source = source(&known, cases(&known));
    source.basis.policy = silent;
    for (name, file, section) in [
        ("monthly", "reports", "cases"),
        ("tracking", "reports", "cases"),
        ("losses", "reports", "cases"),
        ("responsibility", "reports", "cases"),
        ("receivables", "reports", "cases"),
        ("improvement", "reports", "measures"),
        ("deductions", "deductions", "sanctions"),
    ] {
        let report = made(name, &source);
        let [note] = report.notes.as_slice() else { panic!("{name}: {:?}", report.notes) };
        let wanted =
            format!("cannot be told, since policy/{file}.toml does not say what these records are: [{section}]");
        assert_eq!((note.text.en.as_str(), report.sections.len()), (wanted.as_str(), 0), "{name}");
    }
}

#[test]
fn records_that_could_not_be_read_are_named_and_an_error() {
    let policy = policy();
    let mut source = source(&policy, Vec::new());
    source.unreadable = vec!["complaints/x.yaml".to_owned()];
    for report in REPORTS {
        let made = made(report.name, &source);
        assert_eq!(made.level(), Some(Level::Error), "{}", report.name);
        assert!(made.notes.iter().any(|note| note.text.en.contains("complaints/x.yaml")));
    }
}
