//! Records by the rules of a preset, and reports made from them.

use std::sync::Arc;

use crate::calendar::{Moment, Period};
use crate::model::{Body, Cell, Report};
use crate::place::Problems;
use crate::policy::Policy;
use crate::policy::tests::{loaded, sources_of};
use crate::record::{Event, Fields, Id, Record, Type, Value, parse_time};
use crate::report::language::{Maker, Plan, read};
use crate::report::{Basis, PlainSource};

/// The present moment.
pub(super) const NOW: &str = "11-10T09:00";

pub(super) fn policy() -> Arc<Policy> {
    Arc::new(loaded(&sources_of("basic")))
}

/// A moment of 2026.
pub(super) fn moment(text: &str) -> Moment {
    parse_time(&format!("2026-{text}:00+08:00")).expect("a time")
}

pub(super) fn period(text: &str) -> Period {
    Period::parse(text, moment(NOW).date_naive()).expect("a period")
}

/// A record of a kind with its fields (lists with commas between elements), and its events: time, step, and the state
/// after it.
pub(super) fn record(
    policy: &Policy,
    kind: &str,
    id: &str,
    fields: &[(&str, &str)],
    history: &[(Moment, &str, &str)],
) -> Record {
    let declared = policy.kind(kind).expect("the preset has the kind");
    let mut values = Fields::new();
    for (field, text) in fields {
        let (handle, field) = declared.shape.find(field).expect("a field");
        let one = |text: &str| Value::from_stored(field.ty.element(), text).expect("a value");
        let listed = matches!(field.ty, Type::List(_));
        values.set(handle, if listed { Value::List(text.split(',').map(one).collect()) } else { one(text) });
    }
    let person: Id = "li.na".parse().expect("a person");
    let event = |(at, step, to): &(Moment, &str, &str)| {
        let to = (!to.is_empty()).then(|| (*to).to_owned());
        Event { to, ..Event::new(*at, person.clone(), *step) }
    };
    let history: Vec<Event> = history.iter().map(event).collect();
    let state = history.iter().rev().find_map(|event| event.to.clone()).expect("a state");
    Record {
        id: id.parse().expect("an id"),
        kind: kind.to_owned(),
        state,
        rules: None,
        fields: values,
        history,
        overruled: Vec::new(),
    }
}

pub(super) fn source(policy: &Arc<Policy>, records: Vec<Record>) -> PlainSource {
    PlainSource::new(Basis::bare(policy.clone(), moment(NOW)), records)
}

pub(super) fn plan(policy: &Policy, text: &str) -> Plan {
    let problems = Problems::new();
    let read = read::report("reports/sample.toml", text, policy, moment(NOW), &problems);
    let said: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
    read.and_then(|read| read.plan).unwrap_or_else(|| panic!("{said:#?}"))
}

pub(super) fn report(plan: &Plan, source: &PlainSource, over: &str) -> Report {
    let period = plan.covering(period(over)).expect("a period before");
    let made = Maker::new(plan, source, &period).report(&|_, _| Ok(None)).expect("it can be made");
    made.check().expect("rows fit their columns");
    made
}

/// The records behind a figure.
pub(super) fn behind(plan: &Plan, source: &PlainSource, over: &str, figure: &str) -> Vec<Vec<Cell>> {
    let period = plan.covering(period(over)).expect("a period before");
    let made = Maker::new(plan, source, &period).records(figure).expect("it can be made");
    let made = made.unwrap_or_else(|unknown| panic!("{figure}: {unknown:?}"));
    made.check().expect("rows fit their columns");
    let Body::Table(table) = &made.sections[0].body else { panic!("records are a table") };
    table.body().map(|row| row.cells.clone()).collect()
}

/// The content of a cell; a share as its two parts.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Label(label) => label.en.clone(),
        Cell::Id(text) | Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Minutes(minutes) => format!("{minutes} min"),
        Cell::Money(number) | Cell::Decimal(number) => number.normalize().to_string(),
        Cell::Percent(ratio) => format!("{}/{}", ratio.numerator.normalize(), ratio.denominator.normalize()),
        Cell::Moment(at) | Cell::End(at) => at.format("%m-%d %H:%M").to_string(),
        Cell::Bool(yes) => yes.to_string(),
        Cell::Empty => "-".to_owned(),
        Cell::List(cells) => cells.iter().map(shown).collect::<Vec<_>>().join("..."),
        other => format!("{other:?}"),
    }
}

/// The rows of a table of a report, including sums.
pub(super) fn rows(report: &Report, name: &str) -> Vec<String> {
    let section = report.sections.iter().find(|section| section.name == name);
    match section.map(|section| &section.body) {
        Some(Body::Table(table)) => {
            table.rows.iter().map(|row| row.cells.iter().map(shown).collect::<Vec<_>>().join(" | ")).collect()
        }
        Some(Body::Figures(figures)) => {
            figures.iter().map(|figure| format!("{} = {}", figure.name, shown(&figure.value))).collect()
        }
        other => panic!("{name}: {other:?}"),
    }
}
