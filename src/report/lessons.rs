//! Lessons (IM3): what was learned from the complaints of a period, found by category and cause.

use std::collections::BTreeMap;

use super::fields::value;
use super::model::{Cell, Column, Level, Report, Table};
use super::{Case, Material};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::locale::text::fold;
use crate::policy::COMPLAINT;
use crate::record::{Type, Value};

/// The field that holds what was learned.
const LESSON: &str = "lesson";

/// The place of a category among those that are declared, its name, and the cause.
type Group = (usize, String, String);

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("lessons", Text::Lessons).over(material.model_period());
    let Some(kind) = material.policy.kind(COMPLAINT) else {
        report.note(Level::Note, label!(Text::NoSuchKind, kind = COMPLAINT));
        return report;
    };
    let Some((lesson, declared)) = kind.shape.find(LESSON).filter(|(_, field)| material.private || !field.private)
    else {
        report.note(Level::Note, label!(Text::NoField, names = LESSON));
        return report;
    };
    let zone = material.zone();
    let shown = |case: &Case, name: &str| -> Label {
        let field = kind.shape.field_id(name).filter(|id| material.private || !kind.field(*id).private);
        let stored = field.and_then(|field| case.value(field)).and_then(Value::stored);
        match (field, stored) {
            (Some(field), Some(stored)) => material.label(&kind.field(field).ty, &stored),
            _ => Label::default(),
        }
    };
    let mut groups: BTreeMap<Group, Vec<(&Case, String)>> = BTreeMap::new();
    for case in &material.cases.all {
        let Some(text) = case.value(lesson).and_then(Value::as_text) else { continue };
        let stored = |name: &str| case.latest().and_then(|record| value(kind, record, name)).and_then(Value::stored);
        let category = stored("category").unwrap_or_default();
        let order = match kind.shape.find("category").map(|(_, field)| &field.ty) {
            Some(Type::Choice(choices)) => choices.iter().position(|choice| choice.name == category),
            _ => None,
        };
        let key =
            (order.unwrap_or(usize::MAX), category, stored("cause").map(|cause| fold(&cause)).unwrap_or_default());
        groups.entry(key).or_default().push((case, text.to_owned()));
    }
    let mut table = Table::new([
        Column::label("category", label_of(kind, "category")),
        Column::label("cause", label_of(kind, "cause")),
        Column::label("product", label_of(kind, "product")),
        Column::id("id", Text::Number),
        Column::date("opened", Text::Opened),
        Column::text("lesson", declared.label.clone()),
    ]);
    let mut count = 0;
    for (case, text) in groups.into_values().flatten() {
        count += 1;
        table.row([
            Cell::Label(shown(case, "category")),
            Cell::Label(shown(case, "cause")),
            Cell::Label(shown(case, "product")),
            Cell::id(&case.id),
            Cell::from(case.opened().map(|at| zone.date(at))),
            Cell::text(text),
        ]);
    }
    report.table("lessons", Text::Lessons, table);
    report.note(Level::Note, label!(Text::LessonsOf, count = count, cases = material.cases.all.len()));
    report
}

fn label_of(kind: &crate::kind::Kind, name: &str) -> Label {
    kind.shape.find(name).map_or_else(|| Label::new(name, ""), |(_, field)| field.label.clone())
}
