//! How records are graded: `policy/grades.toml` (CL6). A table has values, each with conditions on the record and on
//! its rollups. `planning` computes the grades of records.

use serde::{Deserialize, Serialize};

use super::naming::{Loading, Naming};
use super::roles::{label, labels_are_unique, named};
use super::signs::rollups;
use crate::kind::Condition;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Section, read};
use crate::place::{Place, Problem};
use crate::record::{FieldId, Value};

/// The content of `grades.toml`. Empty if nothing is graded.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Grades {
    /// The tables, in the order of the file.
    pub grades: Vec<Grading>,
}

/// A table by which records of a kind are graded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grading {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The kind of the records.
    pub kind: String,
    /// Which of them; `None` means all that are not closed.
    pub select: Option<Condition>,
    /// The field that holds the grade.
    pub field: FieldId,
    /// The step that a record takes when its grade changes.
    pub step: String,
    /// The text field for the reason.
    pub reason: Option<FieldId>,
    /// The date until which a person's own grade stays.
    pub until: Option<FieldId>,
    /// The rollups that are shown with the reason.
    pub shows: Vec<String>,
    /// The rows; the first one that fits counts.
    pub rows: Vec<GradeRow>,
    /// Where it is declared.
    pub place: Place,
}

/// A grade, and its condition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GradeRow {
    /// The grade.
    pub value: Value,
    /// The condition; `None` means always.
    pub when: Option<Condition>,
    /// The reason, for people.
    pub reason: Label,
}

impl Grades {
    /// The path of the file.
    pub const FILE: &'static str = "policy/grades.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Grades::default() };
        let tables = file.list("grades", problems).into_iter();
        let grades: Vec<Grading> = tables.filter_map(|table| grading(table, loading)).collect();
        file.finish(problems);
        labels_are_unique(grades.iter().map(|grading| (&grading.label, &grading.place)), problems);
        for (i, grading) in grades.iter().enumerate() {
            if grades[..i].iter().any(|before| before.name == grading.name) {
                let message = label!(LoadText::ThereIs, name = grading.name; what = RuleText::WordGrading);
                problems.say(&grading.place, message);
            }
        }
        Grades { grades }
    }
}

fn grading(table: &Section, loading: Loading<'_>) -> Option<Grading> {
    let problems = loading.problems;
    let name = table.required_text("name", problems);
    name.iter().for_each(|name| named(name, RuleText::WordGrading, problems));
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    let kind = loading.named_in(table);
    let select = kind.and_then(|kind| kind.condition(table, "select"));
    table.required_text("field", problems);
    let field = kind.and_then(|kind| kind.field(table, "field", &["choice", "text"]));
    table.required_text("step", problems);
    let step = kind.and_then(|kind| kind.step(table, "step"));
    let reason = kind.and_then(|kind| kind.field(table, "reason", &["text"]));
    let until = kind.and_then(|kind| kind.field(table, "until", &["date"]));
    let shows = table.texts("shows", problems);
    let shows = kind.map(|kind| rollups(kind, &shows, true)).unwrap_or_default();
    let tables = table.list("rows", problems);
    if tables.is_empty() {
        problems.push(Problem::new(table.place().clone(), RuleText::GradesWithoutRows).help(RuleText::GradesRowsDo));
    }
    let mut rows = Vec::new();
    for (at, row) in tables.iter().enumerate() {
        let read = kind.zip(field).and_then(|(kind, field)| self::row(row, kind, field));
        // rows after one that always fits are never reached
        if read.as_ref().is_some_and(|row| row.when.is_none()) && at + 1 < tables.len() {
            problems.push(Problem::new(row.place().clone(), RuleText::GradeRowTakesAll).help(RuleText::GradeRowDo));
        }
        row.finish(problems);
        rows.extend(read);
    }
    table.finish(problems);
    let (name, kind) = (name?, kind?);
    Some(Grading {
        name: name.value,
        label,
        kind: kind.name().to_owned(),
        select,
        field: field?,
        step: step?,
        reason,
        until,
        shows,
        rows,
        place: name.place,
    })
}

fn row(table: &Section, kind: Naming<'_>, field: FieldId) -> Option<GradeRow> {
    let problems = kind.loading.problems;
    let value = table.required_text("value", problems);
    let when = kind.condition(table, "when");
    let reason = table.label("reason", problems);
    let value = value.filter(|value| kind.is_choice(value, field))?;
    if table.has("when") && when.is_none() {
        return None;
    }
    let stored = Value::from_stored(&kind.shape.field(field).ty, &value.value);
    let stored = stored.map_err(|error| problems.say(&value.place, error.label())).ok()?;
    Some(GradeRow { value: stored, when, reason: reason.unwrap_or_default() })
}
