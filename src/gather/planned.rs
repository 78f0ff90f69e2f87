//! The records from which plans and notices are made.

use std::collections::{BTreeMap, BTreeSet};

use super::question::{bound, unclosed};
use super::{answered, periods, unfinished_records};
use crate::book::index::{EventQuery, Selection};
use crate::book::{BookError, View};
use crate::calendar::{Moment, Period};
use crate::filter::{Expr, Filter, Flag, Holds, Unanswered};
use crate::kind::{Condition, Kind};
use crate::lifecycle::Actor;
use crate::locale::Label;
use crate::planning::{self, Unplanned};
use crate::policy::{Cause, NoticeRule, Occasion, RecurringDuty, Rule};
use crate::record::{Class, FieldId, Id, Record, Value};
use crate::wording::joined;

/// The records of a kind that fit a filter, with its flags and holders; without a filter, all of them.
///
/// # Errors
/// If the index cannot be read.
pub fn fitting(view: &View<'_>, kind: &Kind, filter: Option<&Filter>) -> Result<Vec<Record>, BookError> {
    let answered = answered(view, kind, filter)?;
    let (flagged, held) = (|flag: Flag| answered.flagged(flag), |holds: &Holds| answered.held(holds));
    let selection = Selection { filter, flagged: Some(&flagged), held: Some(&held), ..Selection::of(kind.name()) };
    view.followed(view.without_void(view.index()?.select(&selection)?))
}

/// The open records of a kind that fit a filter, with its flags and holders. With a field and a person, only that
/// person's records.
///
/// # Errors
/// If the index cannot be read.
pub fn open(
    view: &View<'_>,
    kind: &Kind,
    filter: Option<&Filter>,
    of: Option<(FieldId, &Id)>,
) -> Result<Vec<Record>, BookError> {
    let mut terms = unclosed();
    if let Some((field, person)) = of {
        terms = terms.is(&kind.field(field).name, [person]);
    }
    let terms = bound(view, kind, &terms)?;
    fitting(view, kind, Some(&filter.map_or_else(|| terms.clone(), |filter| terms.clone().and(filter))))
}

/// How many records each person has in a field: records that fit the condition or, without one, records that are not
/// closed.
///
/// # Errors
/// If the index cannot be read.
pub fn loads(
    view: &View<'_>,
    kind: &Kind,
    field: FieldId,
    counts: Option<&Condition>,
) -> Result<BTreeMap<Id, u64>, BookError> {
    let filter = match counts {
        Some(counts) => counts.filter.clone(),
        None => bound(view, kind, &unclosed())?,
    };
    let mut terms = Expr::every().is_not("state", kind.shape.voids());
    if let Some(by) = kind.shape.merged_by {
        terms = terms.lacks(&kind.field(by).name);
    }
    let filter = filter.and(&bound(view, kind, &terms)?);
    let rows = view.index()?.values(&Selection::of(kind.name()).filtered(&filter), &[&kind.field(field).name])?;
    let mut loads = BTreeMap::new();
    for person in rows.iter().flatten().flatten().filter_map(Value::as_text) {
        if let Ok(person) = person.parse() {
            *loads.entry(person).or_default() += 1;
        }
    }
    Ok(loads)
}

/// The records of a kind that belong to a period and fit a filter.
///
/// # Errors
/// If the index cannot be read.
pub fn concerned(
    view: &View<'_>,
    kind: &Kind,
    period: &Period,
    filter: Option<&Filter>,
) -> Result<Vec<Record>, BookError> {
    // a line of a list may have a day before the record was made
    let by_lines = |rule: &Rule| rule.kind == kind.name() && matches!(rule.cause, Cause::Lines { .. });
    if view.policy().deductions.rules.iter().any(by_lines) {
        return fitting(view, kind, filter);
    }
    let ids = periods::present(view, kind, period)?;
    if filter.is_none() {
        return Ok(view.index()?.records(&ids)?);
    }
    let mut found = fitting(view, kind, filter)?;
    found.retain(|record| ids.contains(&record.id));
    Ok(found)
}

/// The records for which a recurring duty is made, one duty each: those of its `select` or, without it, those that
/// are not closed.
///
/// # Errors
/// If the index cannot be read.
pub fn recurring_for(view: &View<'_>, duty: &RecurringDuty) -> Result<Vec<Record>, BookError> {
    let Some((each, kind)) = duty.each.as_ref().and_then(|each| Some((each, view.policy().kind(&each.kind)?))) else {
        return Ok(Vec::new());
    };
    match &each.select {
        Some(select) => fitting(view, kind, Some(&select.filter)),
        None => {
            let mut found = view.without_void(unfinished_records(view, kind)?);
            found.retain(|record| kind.shape.class(&record.state) != Class::Closed);
            Ok(found)
        }
    }
}

/// Whether a recurring duty would be made for any record.
fn is_for_any(view: &View<'_>, duty: &RecurringDuty) -> Result<bool, BookError> {
    let Some((each, kind)) = duty.each.as_ref().and_then(|each| Some((each, view.policy().kind(&each.kind)?))) else {
        return Ok(false);
    };
    let mut terms = Expr::every().is_not("state", kind.shape.voids());
    if let Some(by) = kind.shape.merged_by {
        terms = terms.lacks(&kind.field(by).name);
    }
    if each.select.is_none() {
        terms = terms.is_not("class", [Class::Closed.name()]);
    }
    let filter = bound(view, kind, &terms)?;
    let filter = each.select.as_ref().map_or(filter.clone(), |select| filter.and(&select.filter));
    let one = Selection { limit: Some(1), ..Selection::of(kind.name()).filtered(&filter) };
    Ok(!view.index()?.select_ids(&one)?.is_empty())
}

/// The label of this month, and its recurring duties for which no record was made because the plan was not run.
/// `None` if there are none, or if the person who is `told` may not make all of them: somebody else runs the plan.
///
/// # Errors
/// If the index cannot be read, or the calendar does not know the month.
pub fn unplanned_duties(view: &View<'_>, told: Option<&Id>) -> Result<Option<(Label, Label)>, Unplanned> {
    let policy = view.policy();
    let today = view.now().date_naive();
    let Ok(month) = Period::parse("this-month", today) else { return Ok(None) };
    let unread = |error: BookError| Unplanned::from(Unanswered(error.into()));
    let mut made = |key: &str| -> Result<bool, Unplanned> {
        let found = view.index().and_then(|index| Ok(index.keys_from(key, 1)?));
        Ok(!found.map_err(unread)?.is_empty())
    };
    let mut any = |duty: &RecurringDuty| match duty.each {
        None => Ok(true),
        Some(_) => is_for_any(view, duty).map_err(unread),
    };
    let found = planning::unplanned(policy, (&month, today), &mut made, &mut any)?;
    let actor = told.map(|person| Actor::own(person.clone()));
    let may = |actor: &Actor, duty: &RecurringDuty| {
        let kind = policy.kind(&duty.kind);
        kind.is_none_or(|kind| view.may_begin(kind, actor).is_ok())
    };
    if found.is_empty() || actor.is_some_and(|actor| !found.iter().all(|(duty, _)| may(&actor, duty))) {
        return Ok(None);
    }
    let names: Vec<Label> = found.into_iter().map(|(duty, _)| duty.label.clone()).collect();
    Ok(Some((Period::called(&month.label), joined(&names))))
}

/// The records on which campaigns for callbacks are based, by kind.
///
/// # Errors
/// If the index cannot be read.
pub fn called_back(view: &View<'_>) -> Result<BTreeMap<String, Vec<Record>>, BookError> {
    let mut records = BTreeMap::new();
    for kind in planning::kinds(view.policy()) {
        let found = view.without_void(view.index()?.select(&Selection::of(kind))?);
        records.insert(kind.to_owned(), view.followed(found)?);
    }
    Ok(records)
}

/// The records that the rules of notices may be about: those that are not closed, and those to which something
/// happened since `since` (from [`planning::since`]).
///
/// # Errors
/// If the index cannot be read.
pub fn pressed(view: &View<'_>, since: Option<Moment>) -> Result<Vec<Record>, BookError> {
    let rules = &view.policy().notices.rules;
    let endless = |kind: &str| {
        let corrective = |rule: &&NoticeRule| rule.kind == kind && rule.occasion == Occasion::Corrective;
        rules.iter().filter(corrective).any(|rule| rule.look_back.is_none())
    };
    let kinds: BTreeSet<&str> = rules.iter().map(|rule| rule.kind.as_str()).collect();
    let mut records = Vec::new();
    for kind in kinds.into_iter().filter_map(|name| view.policy().kind(name)) {
        if endless(kind.name()) {
            records.extend(view.index()?.select(&Selection::of(kind.name()))?);
            continue;
        }
        records.extend(unfinished_records(view, kind)?);
        if let Some(since) = since {
            let query = EventQuery { kind: Some(kind.name()), from: Some(since), ..EventQuery::default() };
            let touched: BTreeSet<Id> = view.index()?.touched(&query)?.into_iter().collect();
            records.extend(view.index()?.records(&touched)?);
        }
    }
    Ok(view.without_void(records))
}
