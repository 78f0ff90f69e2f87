//! The fields that reports use, as the policy has bound them to the company's kinds. If the policy leaves a part out,
//! the report leaves it out too, and says so in a note.

use super::model::{Cell, Column, Level, Report};
use super::{Answer, Case, Subject, worded};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{CaseRules, Reporting};
use crate::record::{FieldId, Fields, Id, Record, Type, Value};

/// The rules for cases and the kind of their forms. If the policy has none, the report gets a note.
pub(super) fn cases<'m>(subject: Subject<'m>, report: &mut Report) -> Option<(&'m CaseRules, &'m Kind)> {
    let rules = subject.policy().reports.cases.as_ref();
    let found = rules.and_then(|rules| Some((rules, subject.policy().kind(&rules.kind)?)));
    if found.is_none() {
        untold(report, Reporting::FILE, "cases");
    }
    found
}

/// Notes that a section of the policy is missing, so that this part of the report cannot be made.
pub(super) fn untold(report: &mut Report, file: &str, section: &str) {
    report.note(Level::Note, label!(Text::NoSection, file = file, section = section));
}

/// The value of a field that the policy names; `None` if it names none.
pub(super) fn value(record: &Record, field: Option<FieldId>) -> Option<&Value> {
    record.get(field?)
}

/// The stored text of a field that the policy names; `None` if it names none.
pub(super) fn stored(record: &Record, field: Option<FieldId>) -> Option<String> {
    value(record, field).and_then(Value::stored)
}

/// How people call the record that a field refers to: by its running number, if it has one, followed by its id.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn named(subject: Subject<'_>, record: &Record, field: Option<FieldId>) -> Answer<Cell> {
    match value(record, field) {
        Some(Value::Ref(id)) => called(subject, id),
        other => Ok(other.and_then(Value::stored).map_or(Cell::Empty, Cell::Id)),
    }
}

/// How people call a record, as in [`named`].
///
/// # Errors
/// If the record cannot be read.
pub(super) fn called(subject: Subject<'_>, id: &Id) -> Answer<Cell> {
    let record = subject.source.record(id)?;
    Ok(Cell::Id(record.map_or_else(|| id.to_string(), |record| subject.words().called(&record))))
}

/// The value of a field that the policy names, as a cell; private values are masked.
pub(super) fn cell(subject: Subject<'_>, kind: &Kind, record: &Record, field: Option<FieldId>) -> Cell {
    field.map_or(Cell::Empty, |field| worded::of_field(&subject.words(), kind, &record.fields, field))
}

/// A case's value of a field that the policy names, as a cell; private values are masked.
pub(super) fn case_cell(subject: Subject<'_>, kind: &Kind, case: &Case, field: Option<FieldId>) -> Cell {
    let Some((field, value)) = field.and_then(|field| Some((field, case.value(field)?))) else { return Cell::Empty };
    let mut alone = Fields::new();
    alone.set(field, value.clone());
    worded::of_field(&subject.words(), kind, &alone, field)
}

/// The column of cases' running numbers, before the id, if the kind has them.
pub(super) fn number_column(subject: Subject<'_>, kind: &Kind) -> Option<Column> {
    kind.numbering.as_ref().map(|numbering| worded::column(&subject.words(), kind.field(numbering.field)))
}

/// The column of cases' ids. Beside numbers it has the heading "id".
pub(super) fn id_column(kind: &Kind) -> Column {
    Column::id("id", if kind.numbering.is_some() { Text::Id } else { Text::Number })
}

/// The number of a case, which is that of its first form; `None` if [`number_column`] gives no column.
pub(super) fn number_cell(kind: &Kind, case: &Case) -> Option<Cell> {
    let numbering = kind.numbering.as_ref()?;
    let first = case.forms.first().and_then(|form| numbering.of(&form.record));
    Some(first.map_or(Cell::Empty, Cell::text))
}

/// The type of a field of a list of groups.
pub(super) fn inner_type(kind: &Kind, (list, field): (FieldId, FieldId)) -> Option<&Type> {
    match kind.field(list).ty.element() {
        Type::Group(shape) => Some(&shape.field(field).ty),
        _ => None,
    }
}
