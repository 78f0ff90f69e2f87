//! Lessons (IM3): what was learned from the complaints of a period, found by category and cause.

use std::collections::BTreeMap;

use super::model::{Cell, Column, Level, Report, Table};
use super::{Answer, Case, Source, Subject, fields};
use crate::calendar::Period;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::locale::text::fold;
use crate::policy::Reporting;
use crate::record::{FieldId, Type, Value};

/// Where a case stands by a field: the place of its value among those that are declared, and the value.
type Place = (usize, String);

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("lessons", Text::Lessons)?.over(subject.model_period());
    let Some((_, kind)) = fields::cases(subject, &mut report) else { return Ok(report) };
    let Some(rules) = &subject.policy().reports.lessons else {
        fields::untold(&mut report, Reporting::FILE, "lessons");
        return Ok(report);
    };
    let words = subject.words();
    let open = |field: FieldId| words.sight.shows(kind.field(field));
    let lesson = kind.field(rules.lesson);
    if !open(rules.lesson) {
        report.note(Level::Note, label!(Text::NoField, names = lesson.name));
        return Ok(report);
    }
    let zone = subject.zone();
    let shown = |case: &Case, field: FieldId| -> Label {
        let value = case.value(field).filter(|_| open(field));
        value.map(|value| words.value(&kind.field(field).ty, value)).unwrap_or_default()
    };
    let place = |case: &Case, field: FieldId| -> Place {
        let stored = case.value(field).and_then(Value::stored).unwrap_or_default();
        match &kind.field(field).ty {
            Type::Choice(choices) => {
                let order = choices.iter().position(|choice| choice.name == stored);
                (order.unwrap_or(usize::MAX), stored)
            }
            _ => (0, fold(&stored)),
        }
    };
    let mut groups: BTreeMap<Vec<Place>, Vec<(&Case, String)>> = BTreeMap::new();
    let cases = source.cases(period)?;
    for case in &cases.all {
        let Some(text) = case.value(rules.lesson).and_then(Value::as_text) else { continue };
        let key = rules.by.iter().map(|field| place(case, *field)).collect();
        groups.entry(key).or_default().push((case, text.to_owned()));
    }
    let told: Vec<FieldId> = rules.by.iter().chain(&rules.columns).copied().collect();
    let column = |field: &FieldId| Column::label(kind.field(*field).name.as_str(), kind.field(*field).label.clone());
    let mut columns: Vec<Column> = told.iter().map(column).collect();
    columns.extend(fields::number_column(subject, kind));
    columns.push(fields::id_column(kind));
    columns.push(Column::date("opened", Text::Opened));
    columns.push(Column::text("lesson", lesson.label.clone()).weighing(Column::MUCH));
    let mut table = Table::new(columns);
    let mut count = 0;
    for (case, text) in groups.into_values().flatten() {
        count += 1;
        let mut cells: Vec<Cell> = told.iter().map(|field| Cell::Label(shown(case, *field))).collect();
        cells.extend(fields::number_cell(kind, case));
        cells.push(Cell::id(&case.id));
        cells.push(Cell::from(case.opened().map(|at| zone.date(at))));
        cells.push(Cell::text(text));
        table.row(cells);
    }
    report.table("lessons", Text::Lessons, table);
    report.note(Level::Note, label!(Text::LessonsOf, count = count, cases = cases.all.len()));
    Ok(report)
}
