//! `redress plan grades [PERIOD] [FILTER…]`: grades records by the tables of policy/grades.toml, and keeps why.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::calendar::Period;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::{asked, planned, table};
use crate::gather;
use crate::label;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::PlanText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::planning::{self, GradePlan, Graded, Grounds};
use crate::policy::{Grades, Grading};
use crate::record::{Id, Record, Value};
use crate::report::worded;
use crate::wording;

/// Grades them, all in one commit.
pub(super) fn run(period: &Period, words: &[String], context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    drop(view);
    let (made, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let view = writing.view;
        let (at, records) = (super::asked_at(view, period), graded(view, words)?);
        let (policy, today) = (view.policy(), view.today());
        let grounds = Grounds { policy, lookup: view, at, today, records: &records };
        make(writing, &actor, &planning::grades(&grounds)?)
    })?;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let planned: Vec<Json> = made.rows.iter().map(Row::json).collect();
    let left: Vec<Json> = made
        .left
        .iter()
        .map(|left| json!({ "why": left.why, "id": left.id.as_str(), "grading": left.grading, "until": left.until }))
        .collect();
    let count = made.rows.len();
    let told = planned::Planned {
        name: "plan",
        data: json!({ "period": period.label, "commit": commit, "planned": planned, "left": left }),
        ids: made.rows.iter().map(|row| &row.id).collect(),
        title: match dry_run {
            true => label!(Text::GradesWouldTitle, count = count),
            false => label!(Text::GradesTitle, count = count),
        },
        table: table::listed(context, shown(&made.rows), &[], true),
        texts: Vec::new(),
        warnings: made.left.iter().map(|left| (left.why, left.said.clone())).collect(),
        nothing: Some(Text::NoGrades.label()),
    };
    told.tell(&session, &written, context)
}

/// The records that each table grades: those of its `select`, otherwise those that are not closed.
fn graded(view: &View<'_>, words: &[String]) -> Result<BTreeMap<String, Vec<Record>>, Failure> {
    let gradings = &view.policy().grades.grades;
    if gradings.is_empty() {
        return Err(session::unsaid(Grades::FILE, "grades"));
    }
    let names: BTreeSet<&str> = gradings.iter().map(|grading| grading.kind.as_str()).collect();
    let kinds = names.into_iter().map(|name| session::kind(view.policy(), name)).collect::<Result<Vec<_>, _>>()?;
    let mut found = BTreeMap::new();
    for (kind, filter) in asked::filter_of_any(view, kinds, words)? {
        for grading in gradings.iter().filter(|grading| grading.kind == kind.name()) {
            let records = match (&grading.select, &filter) {
                (Some(select), Some(filter)) => gather::fitting(view, kind, Some(&select.filter.clone().and(filter)))?,
                (Some(select), None) => gather::fitting(view, kind, Some(&select.filter))?,
                (None, filter) => gather::open(view, kind, filter.as_ref(), None)?,
            };
            found.insert(grading.name.clone(), records);
        }
    }
    Ok(found)
}

/// What was graded, and what was not.
struct Made {
    rows: Vec<Row>,
    left: Vec<Left>,
}

/// A record that was graded, with the names of its parts for people.
struct Row {
    id: Id,
    grading: String,
    name: Label,
    from: Option<(String, Label)>,
    to: (String, Label),
    why: Label,
}

/// A record that keeps its grade.
struct Left {
    why: &'static str,
    id: Id,
    grading: String,
    until: Option<String>,
    said: Label,
}

impl Row {
    fn json(&self) -> Json {
        json!({
            "id": self.id.as_str(),
            "name": self.name.get(Lang::En),
            "grading": self.grading,
            "from": self.from.as_ref().map(|(value, _)| value),
            "to": self.to.0,
            "why": self.why.get(Lang::En),
        })
    }
}

/// Writes the grades.
fn make(writing: &mut Writing<'_>, actor: &Actor, plan: &GradePlan<'_>) -> Result<Made, Failure> {
    let view = writing.view;
    let policy = view.policy();
    let mut rows = Vec::new();
    for graded in &plan.graded {
        let Some(row) = row(view, graded) else { continue };
        let grading = graded.grading;
        let mut request = Request::new(grading.step.as_str(), actor.clone());
        request.set = vec![(grading.field, Some(graded.row.value.clone()))];
        let why = row.why.get(policy.settings.lang).to_owned();
        request.set.extend(grading.reason.map(|reason| (reason, Some(Value::Text(why)))));
        request.set.extend(grading.until.map(|until| (until, None)));
        writing.operation.advance(&graded.of, &request).map_err(|refusal| session::refused(&refusal, policy))?;
        rows.push(row);
    }
    // the best grade first, as in the table
    let place = |row: &Row| {
        let rows = policy.grades.grades.iter().find(|grading| grading.name == row.grading).map(|grading| &grading.rows);
        rows.and_then(|rows| rows.iter().position(|of| of.value.stored().as_deref() == Some(row.to.0.as_str())))
    };
    rows.sort_by_cached_key(|row| (row.grading.clone(), place(row), row.name.en.clone()));
    Ok(Made { rows, left: left(view, plan) })
}

/// The records that keep their grade although a table says otherwise.
fn left(view: &View<'_>, plan: &GradePlan<'_>) -> Vec<Left> {
    let of = |id: &Id| super::named_record(view, id);
    let made = |why: &'static str, grading: &Grading, id: &Id, until: Option<String>, said: Label| Left {
        why,
        id: id.clone(),
        grading: grading.name.clone(),
        until,
        said,
    };
    let kept = plan.kept.iter().map(|(grading, id, until)| {
        let has = view.read(id).ok().flatten().and_then(|record| value(view, grading, record.get(grading.field)?));
        let grade = has.map_or_else(|| Text::GradeNone.label(), |(_, label)| label);
        made(
            "kept",
            grading,
            id,
            Some(until.to_string()),
            label!(Text::GradeKept, day = until; of = of(id), grade = grade),
        )
    });
    let unfit = plan.unfit.iter().map(|(grading, id)| {
        made("unfit", grading, id, None, label!(Text::GradeUnfit; of = of(id), grading = grading.label.clone()))
    });
    let stuck = plan.stuck.iter().map(|(grading, id)| {
        let kind = view.policy().kind(&grading.kind);
        let step = kind.map(|kind| wording::step(kind, &grading.step, None)).unwrap_or_default();
        made("state", grading, id, None, label!(Text::GradeStuck; of = of(id), step = step))
    });
    kept.chain(unfit).chain(stuck).collect()
}

/// A grade by its stored name and in words.
fn value(view: &View<'_>, grading: &Grading, value: &Value) -> Option<(String, Label)> {
    let kind = view.policy().kind(&grading.kind)?;
    Some((value.stored()?, view.words().value(&kind.field(grading.field).ty, value)))
}

fn row(view: &View<'_>, graded: &Graded<'_>) -> Option<Row> {
    let words = view.words();
    let figures = graded.figures.iter().map(|(rollup, value)| {
        let value = value.as_ref().map_or_else(|| Text::GradeNone.label(), |value| words.value(&rollup.ty, value));
        label!(Text::GradeFigure; name = rollup.label.clone(), value = value)
    });
    let reason = Some(graded.row.reason.clone()).filter(|reason| *reason != Label::default());
    let figures = wording::joined(&figures.collect::<Vec<_>>());
    let why = match (reason, figures == Label::default()) {
        (Some(reason), true) => reason,
        (Some(reason), false) => label!(Text::GradeWhy; reason = reason, figures = figures),
        (None, _) => figures,
    };
    Some(Row {
        id: graded.of.clone(),
        grading: graded.grading.name.clone(),
        name: words.title(&graded.of),
        from: graded.from.as_ref().and_then(|from| value(view, graded.grading, from)),
        to: value(view, graded.grading, &graded.row.value)?,
        why,
    })
}

fn shown(rows: &[Row]) -> Table {
    let mut table = Table::new(vec![
        Column::id("id", Text::ColumnRecord).weighing(Column::LITTLE),
        Column::text("name", Text::ColumnSignOf).weighing(Column::MUCH),
        Column::label("from", Text::ColumnGradeFrom),
        Column::label("to", Text::ColumnGradeTo).weighing(u8::MAX),
        Column::text("why", Text::ColumnGradeWhy).weighing(Column::MUCH),
    ]);
    for row in rows {
        table.row(vec![
            Cell::id(&row.id),
            worded::said(row.name.clone()),
            row.from.as_ref().map_or(Cell::Empty, |(_, label)| Cell::Label(label.clone())),
            Cell::Label(row.to.1.clone()),
            worded::said(row.why.clone()),
        ]);
    }
    table
}
