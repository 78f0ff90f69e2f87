//! What reports speak of, as the policy has bound it to the company's kinds: what is left out of the policy is left out of the
//! report, with a note.

use super::model::{Cell, Column, Level, Report};
use super::{Answer, Case, Subject, worded};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{CaseRules, Reporting};
use crate::record::{FieldId, Fields, Id, Record, Type, Value};

/// What a case is and the kind of its forms; where the policy does not say, the report notes that it cannot tell.
pub(super) fn cases<'m>(subject: Subject<'m>, report: &mut Report) -> Option<(&'m CaseRules, &'m Kind)> {
    let rules = subject.policy().reports.cases.as_ref();
    let found = rules.and_then(|rules| Some((rules, subject.policy().kind(&rules.kind)?)));
    if found.is_none() {
        untold(report, Reporting::FILE, "cases");
    }
    found
}

/// Notes that nothing can be told, since a section of the policy is left out.
pub(super) fn untold(report: &mut Report, file: &str, section: &str) {
    report.note(Level::Note, label!(Text::NoSection, file = file, section = section));
}

/// The value of a field that the policy names.
pub(super) fn value(record: &Record, field: Option<FieldId>) -> Option<&Value> {
    record.get(field?)
}

/// The stored text of a field that the policy names.
pub(super) fn stored(record: &Record, field: Option<FieldId>) -> Option<String> {
    value(record, field).and_then(Value::stored)
}

/// What people call the record that a field names: its running number, if it has one, before its id.
///
/// # Errors
/// The record cannot be read.
pub(super) fn named(subject: Subject<'_>, record: &Record, field: Option<FieldId>) -> Answer<Cell> {
    match value(record, field) {
        Some(Value::Ref(id)) => called(subject, id),
        other => Ok(other.and_then(Value::stored).map_or(Cell::Empty, Cell::Id)),
    }
}

/// What people call a record, as [`named`].
///
/// # Errors
/// The record cannot be read.
pub(super) fn called(subject: Subject<'_>, id: &Id) -> Answer<Cell> {
    let record = subject.source.record(id)?;
    Ok(Cell::Id(record.map_or_else(|| id.to_string(), |record| subject.words().called(&record))))
}

/// The value of a field that the policy names as a cell; what is private is masked.
pub(super) fn cell(subject: Subject<'_>, kind: &Kind, record: &Record, field: Option<FieldId>) -> Cell {
    field.map_or(Cell::Empty, |field| worded::of_field(&subject.words(), kind, &record.fields, field))
}

/// The value that a case has for a field that the policy names, as a cell; what is private is masked.
pub(super) fn case_cell(subject: Subject<'_>, kind: &Kind, case: &Case, field: Option<FieldId>) -> Cell {
    let Some((field, value)) = field.and_then(|field| Some((field, case.value(field)?))) else { return Cell::Empty };
    let mut alone = Fields::new();
    alone.set(field, value.clone());
    worded::of_field(&subject.words(), kind, &alone, field)
}

/// The column of the running number by which people call a case, where the kind gives one: it stands before the id.
pub(super) fn number_column(subject: Subject<'_>, kind: &Kind) -> Option<Column> {
    kind.numbering.as_ref().map(|numbering| worded::column(&subject.words(), kind.field(numbering.field)))
}

/// The column of the ids of cases: beside numbers it is called what it is.
pub(super) fn id_column(kind: &Kind) -> Column {
    Column::id("id", if kind.numbering.is_some() { Text::Id } else { Text::Number })
}

/// The number of a case, which is that of its first form; of as many cells as [`number_column`] has columns.
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
