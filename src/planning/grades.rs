//! The grade of each record by the tables of `grades.toml`, with the reasons (CL6). A grade that a person gave stays
//! until the end of the day that the person named.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::calendar::Moment;
use crate::filter::{Resolver as _, Rollup, Unanswered};
use crate::lifecycle::{At, Lookup};
use crate::policy::{GradeRow, Grading, Policy};
use crate::record::{Id, Record, Value};

/// Everything that grades are computed from.
pub struct Grounds<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The other records.
    pub lookup: &'q dyn Lookup,
    /// The moment at which the spans of rollups end.
    pub at: Moment,
    /// Today.
    pub today: NaiveDate,
    /// The records that are graded, by the name of the table.
    pub records: &'q BTreeMap<String, Vec<Record>>,
}

/// A record whose grade changes, or gets reasons for the first time.
#[derive(Debug, Clone)]
pub struct Graded<'q> {
    /// The table.
    pub grading: &'q Grading,
    /// The row that fits.
    pub row: &'q GradeRow,
    /// The record.
    pub of: Id,
    /// The present grade.
    pub from: Option<Value>,
    /// The values of the rollups that the table shows.
    pub figures: Vec<(&'q Rollup, Option<Value>)>,
}

/// The result of the tables.
#[derive(Debug, Clone, Default)]
pub struct GradePlan<'q> {
    /// The changes, by table and record.
    pub graded: Vec<Graded<'q>>,
    /// Records whose grade the table would change, but that keep a person's grade until this day.
    pub kept: Vec<(&'q Grading, Id, NaiveDate)>,
    /// Records that no row fits.
    pub unfit: Vec<(&'q Grading, Id)>,
    /// Records from whose state the step does not lead.
    pub stuck: Vec<(&'q Grading, Id)>,
}

/// The grades to be written.
///
/// # Errors
/// If a row asks about other records and they cannot be looked up.
pub fn grades<'q>(grounds: &Grounds<'q>) -> Result<GradePlan<'q>, Unanswered> {
    let mut plan = GradePlan::default();
    let seen = At { lookup: grounds.lookup, at: grounds.at };
    for grading in &grounds.policy.grades.grades {
        let Some(kind) = grounds.policy.kind(&grading.kind) else { continue };
        let records = grounds.records.get(&grading.name).map(Vec::as_slice).unwrap_or_default();
        for record in records.iter().filter(|record| !grounds.policy.is_merged(record)) {
            let id = || record.id.clone();
            let Some(row) = fitting(grading, record, &seen)? else {
                plan.unfit.push((grading, id()));
                continue;
            };
            let has = record.get(grading.field);
            let until = match grading.until.and_then(|field| record.get(field)) {
                Some(Value::Date(until)) => Some(*until),
                _ => None,
            };
            if let Some(until) = until.filter(|until| *until >= grounds.today) {
                if has != Some(&row.value) {
                    plan.kept.push((grading, id(), until));
                }
                continue;
            }
            let told = grading.reason.is_none_or(|reason| record.get(reason).is_some_and(|reason| !reason.is_empty()));
            // the reason that a person gave is not the reason of the table
            if has == Some(&row.value) && told && until.is_none() {
                continue;
            }
            if kind.step_from(&grading.step, &record.state).is_none() {
                plan.stuck.push((grading, id()));
                continue;
            }
            let shown = kind.rollups.iter().filter(|rollup| grading.shows.contains(&rollup.name));
            let figure = |rollup: &'q Rollup| Ok((rollup, seen.rollup(rollup, &record.fields, Some(&record.id))?));
            let figures = shown.map(figure).collect::<Result<_, Unanswered>>()?;
            plan.graded.push(Graded { grading, row, of: id(), from: has.cloned(), figures });
        }
    }
    Ok(plan)
}

/// The first row that fits a record.
fn fitting<'q>(grading: &'q Grading, record: &Record, seen: &At<'_>) -> Result<Option<&'q GradeRow>, Unanswered> {
    for row in &grading.rows {
        if row.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, seen))? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}
