//! The tracking table (客户投诉案件登记追踪表): a row for every case that was open in the period or ended in it, with those
//! columns that `reports.toml` names.

use super::model::{Cell, Column, Level, Report, Table, Tone, Type as ColumnType};
use super::{Case, Material, fields};
use crate::calendar::{Moment, Outcome};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::{RecordText, ReportText as Text};
use crate::locale::{Label, Lang};
use crate::record::{Class, Field, FieldId, Type, Value};

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("tracking", Text::Tracking).over(material.model_period());
    let Some((_, kind)) = fields::cases(material, &mut report) else { return report };
    let fields: &[FieldId] = &material.policy.reports.tracking;
    let mut columns = vec![Column::id("id", Text::Number), Column::date("opened", Text::Opened)];
    for field in fields {
        let field = kind.field(*field);
        let ty = if hidden(material, field) { ColumnType::Label } else { column(&field.ty) };
        columns.push(Column::new(field.name.as_str(), field.label.clone(), ty));
    }
    columns.push(Column::label("state", Text::State));
    columns.push(Column::moment("due", Text::Due));
    columns.push(Column::label("deadline", Text::Deadline));
    columns.push(Column::moment("ended", Text::EndedAt));
    columns.push(Column::minutes("took", Text::WorkingTime));
    columns.push(Column::count("forms", Text::Forms));
    columns.push(Column::label("missed", Text::Missed));
    let mut table = Table::new(columns);
    let (from, until) = material.span();
    let mut rows: Vec<&Case> = material.cases.all.iter().filter(|case| touches(case, kind, (from, until))).collect();
    rows.sort_by_key(|case| (case.opened(), &case.id));
    for case in &rows {
        let (tone, cells) = row(material, kind, fields, case);
        table.toned(tone, cells);
    }
    report.table("cases", Text::Tracking, table);
    report.note(Level::Note, label!(Text::TrackedCases, count = rows.len()));
    if material.cases.duplicates > 0 {
        report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = material.cases.duplicates));
    }
    report
}

/// Whether a case was opened or ended in the period, or open at its end.
fn touches(case: &Case, kind: &Kind, (from, until): (Moment, Moment)) -> bool {
    let opened = case.opened().is_some_and(|at| at >= from && at < until);
    let flow = case.flow(kind, (from, until));
    opened || flow.ended + flow.reopened > 0 || case.is_open_at(kind, until)
}

fn row(material: &Material, kind: &Kind, fields: &[FieldId], case: &Case) -> (Tone, Vec<Cell>) {
    let zone = material.zone();
    let (_, until) = material.span();
    let seen = material.seen_until();
    let mut cells = vec![Cell::id(&case.id), Cell::from(case.opened().map(|at| zone.date(at)))];
    for field in fields {
        let declared = kind.field(*field);
        cells.push(case.value(*field).map_or(Cell::Empty, |value| match hidden(material, declared) {
            true => Cell::Label(RecordText::Masked.label()),
            false => cell(material, &declared.ty, value),
        }));
    }
    let state = case.latest().and_then(|record| kind.shape.state(&record.state));
    cells.push(Cell::from(state.map(|state| state.label.clone())));
    let running = case.clocks().filter(|clock| clock.end.is_none());
    let next = running.filter_map(|clock| Some((clock.due?, clock))).min_by_key(|(due, _)| *due);
    cells.push(next.map_or(Cell::Empty, |(due, _)| Cell::End(due)));
    cells.push(Cell::from(next.map(|(_, clock)| clock.label.clone())));
    let open = case.is_open_at(kind, until);
    let closed_states: Vec<&str> = kind
        .shape
        .states()
        .iter()
        .filter(|state| state.class == Class::Closed)
        .map(|state| state.name.as_str())
        .collect();
    let ended = if open { None } else { case.last_in(&closed_states, (case.opened().unwrap_or(until), until)) };
    cells.push(Cell::from(ended));
    let worked = case.worked(kind, material.policy.calendars.default(), ended.unwrap_or(seen));
    cells.push(worked.map_or(Cell::Unknown, Cell::Minutes));
    cells.push(Cell::count(case.forms.len()));
    let mut missed: Vec<Label> = Vec::new();
    for clock in case.clocks().filter(|clock| clock.outcome == Outcome::Breached) {
        if !missed.contains(&clock.label) {
            missed.push(clock.label.clone());
        }
    }
    let overdue = open && case.clocks().any(|clock| clock.is_overdue_at(seen));
    let join = |lang: Lang| missed.iter().map(|label| label.get(lang)).collect::<Vec<_>>();
    let missed = (!missed.is_empty()).then(|| Label::new(join(Lang::En).join(", "), join(Lang::Zh).join("、")));
    cells.push(Cell::from(missed));
    let tone = match (open, overdue) {
        (_, true) => Tone::Bad,
        (false, _) => Tone::Muted,
        _ => Tone::Plain,
    };
    (tone, cells)
}

/// Whether a field's values are masked.
fn hidden(material: &Material, field: &Field) -> bool {
    field.private && !material.private
}

/// The type of a column that holds a field.
fn column(ty: &Type) -> ColumnType {
    match ty {
        Type::Count => ColumnType::Count,
        Type::Decimal => ColumnType::Decimal,
        Type::Money => ColumnType::Money,
        Type::Date => ColumnType::Date,
        Type::Time => ColumnType::Moment,
        Type::Bool => ColumnType::Bool,
        Type::Text | Type::Person | Type::Ref(_) | Type::Phone | Type::Email | Type::File => ColumnType::Text,
        _ => ColumnType::Label,
    }
}

fn cell(material: &Material, ty: &Type, value: &Value) -> Cell {
    match (ty, value) {
        (_, Value::Count(count)) => Cell::count(*count),
        (_, Value::Decimal(number)) => Cell::Decimal(*number),
        (_, Value::Money(amount)) => Cell::Money(*amount),
        (_, Value::Date(date)) => Cell::Date(*date),
        (_, Value::Time(at)) => Cell::Moment(*at),
        (_, Value::Bool(yes)) => Cell::Bool(*yes),
        (Type::List(element), Value::List(values)) => {
            let labels = values.iter().filter_map(Value::stored).map(|stored| material.label(element, &stored));
            Cell::List(labels.map(Cell::Label).collect())
        }
        (Type::Person | Type::Ref(_), value) => {
            value.stored().map_or(Cell::Empty, |id| Cell::text(material.name(&id).unwrap_or(id)))
        }
        (Type::Choice(_) | Type::Department | Type::Role, value) => {
            value.stored().map_or(Cell::Empty, |stored| Cell::Label(material.label(ty, &stored)))
        }
        (_, value) => value.stored().map_or(Cell::Empty, Cell::Text),
    }
}
