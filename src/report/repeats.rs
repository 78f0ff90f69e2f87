//! Repeats (重复投诉): complaints with the same client, product and cause, or the same fields of the policy, within a
//! span.

use std::collections::BTreeMap;

use super::{Answer, Belonging, RecordSet, Subject};
use crate::calendar::{Calendar, Moment, Roll, Span, Unit};
use crate::filter::Expr;
use crate::kind::Kind;
use crate::locale::text::fold;
use crate::policy::{CaseRules, Repeats};
use crate::record::{Id, Value};

/// A complaint, with what makes it a repeat of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Occurrence {
    /// Its case: the id of the first form.
    pub(super) case: Id,
    /// When it was opened.
    pub(super) opened: Moment,
    /// The values of the fields that must be the same. `None` if one is missing, so that it repeats nothing.
    pub(super) same: Option<Vec<String>>,
}

/// The complaints opened in the period, and those before it that decide whether they are repeats.
///
/// # Errors
/// If they cannot be read.
pub(super) fn occurrences(
    subject: Subject<'_>,
    (rules, kind): (&CaseRules, &Kind),
    rule: &Repeats,
) -> Answer<Vec<Occurrence>> {
    let count = u64::from(rule.within.count);
    // never too short; complaints that are too old are excluded when counting
    let days = match rule.within.unit {
        Unit::Months => count.saturating_mul(31),
        Unit::Weeks => count.saturating_mul(7),
        Unit::Days => count,
        Unit::Workdays => count.saturating_mul(3).saturating_add(30),
        Unit::Minutes | Unit::Hours | Unit::WorkMinutes | Unit::WorkHours => count.saturating_add(30),
    };
    let first = subject.period.from.checked_sub_days(chrono::Days::new(days.saturating_add(1)));
    let same: Vec<&str> = rule.same.iter().map(|field| kind.field(*field).name.as_str()).collect();
    let mut columns = vec!["id", "opened"];
    columns.extend(&same);
    let chain = [rules.original, rules.duplicate_of].into_iter().flatten();
    columns.extend(chain.map(|field| kind.field(field).name.as_str()));
    let filter = subject.asking(kind, &Expr::every().between("opened", first, Some(subject.period.last())))?;
    let set = RecordSet::of(kind, Belonging::All).filtered(&filter);
    let mut occurrences = Vec::new();
    for row in subject.source.values(&set, &columns)? {
        let mut cells = row.into_iter();
        let (Some(Some(Value::Ref(id))), Some(Some(Value::Time(opened)))) = (cells.next(), cells.next()) else {
            continue;
        };
        let same = same.iter().map(|_| cells.next().flatten().and_then(|value| compared(&value))).collect();
        // a later form, and a complaint that repeats a counted one, are not cases of their own
        if cells.flatten().next().is_none() {
            occurrences.push(Occurrence { case: id, opened, same });
        }
    }
    Ok(occurrences)
}

/// A value in the form in which it is compared: texts without case and width.
fn compared(value: &Value) -> Option<String> {
    match value {
        Value::List(values) => Some(values.iter().filter_map(Value::stored).collect::<Vec<_>>().join("\n")),
        value => value.stored().map(|text| fold(text.trim())),
    }
}

/// The cases opened in a time span, each with whether a similar case was opened at most `within` before it.
pub(super) fn repeated(
    calendar: &Calendar,
    all: &[Occurrence],
    within: Span,
    (from, until): (Moment, Moment),
) -> Vec<(Id, bool)> {
    // a case has the values of its first form
    let mut cases: BTreeMap<&Id, &Occurrence> = BTreeMap::new();
    for one in all {
        let first = cases.entry(&one.case).or_insert(one);
        if one.opened < first.opened {
            *first = one;
        }
    }
    let mut like: BTreeMap<&[String], Vec<(Moment, &Id)>> = BTreeMap::new();
    for one in cases.values() {
        if let Some(same) = &one.same {
            like.entry(same).or_default().push((one.opened, &one.case));
        }
    }
    like.values_mut().for_each(|alike| alike.sort());
    let inside = |one: &&&Occurrence| one.opened >= from && one.opened < until;
    let repeats = |one: &&&Occurrence| {
        let Some(alike) = one.same.as_ref().and_then(|same| like.get(same.as_slice())) else { return false };
        // of two cases opened at the same instant, the second by id repeats the first
        let place = alike.partition_point(|other| *other < (one.opened, &one.case));
        let before = place.checked_sub(1).and_then(|at| alike.get(at));
        before.is_some_and(|(at, _)| calendar.add(*at, within, Roll::Stay).is_ok_and(|end| one.opened <= end))
    };
    cases.values().filter(inside).map(|one| (one.case.clone(), repeats(&one))).collect()
}
