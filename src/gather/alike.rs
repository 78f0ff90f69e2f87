//! Records similar to another one: with the same values in some fields, and complaints that show a measure to be
//! ineffective. `policy/reports.toml` says what is similar. Reports count repeats over a period themselves.

use std::collections::BTreeSet;

use super::question::bound;
use crate::book::index::Selection;
use crate::book::{BookError, View};
use crate::calendar::{Moment, Roll, Span};
use crate::filter::Expr;
use crate::kind::Kind;
use crate::lifecycle;
use crate::record::{FieldId, Id, Record, Value};

/// The complaints that came after a measure was done, within the policy's window, and that are similar to the
/// measure's complaints. Oldest first. Empty if the policy does not say what makes a measure ineffective.
///
/// # Errors
/// If the index, or a complaint of the measure, cannot be read.
pub fn recurred(view: &View<'_>, measure: &Record) -> Result<Vec<Record>, BookError> {
    let policy = view.policy();
    let rule = policy.reports.recurrence.as_ref().filter(|rule| rule.kind == measure.kind);
    let complaint = policy.reports.cases.as_ref().and_then(|cases| policy.kind(&cases.kind));
    let (Some(rule), Some(complaint)) = (rule, complaint) else { return Ok(Vec::new()) };
    let done = measure.history.iter().rev().find(|event| event.to.as_ref().is_some_and(|to| rule.done.contains(to)));
    let Some(done) = done.map(|event| event.at) else { return Ok(Vec::new()) };
    let named = rule.about.iter().filter_map(|field| measure.get(*field)).flat_map(Value::elements);
    let mut found: Vec<Record> = Vec::new();
    for id in named.filter_map(|value| if let Value::Ref(id) = value { Some(id) } else { None }) {
        let Some(about) = view.read(id)?.filter(|record| record.kind == complaint.name()) else { continue };
        if given(&about, &rule.same).len() < rule.same.len() {
            continue;
        }
        for other in same(view, complaint, &about, &rule.same, Some(done))? {
            let came = other.opened().is_some_and(|at| at > done && within(view, done, rule.within, at));
            if came && other.id != about.id && found.iter().all(|known| known.id != other.id) {
                found.push(other);
            }
        }
    }
    Ok(found)
}

/// The complaints before this one that forms count (`[earlier]` of reports.toml), oldest first, each case once.
/// `None` if the policy does not count them, or if the record lacks one of the fields.
///
/// # Errors
/// If the index cannot be read.
pub fn earlier(view: &View<'_>, record: &Record) -> Result<Option<Vec<Record>>, BookError> {
    let (policy, fields) = (view.policy(), &view.policy().reports.earlier);
    let cases = policy.reports.cases.as_ref().filter(|cases| cases.kind == record.kind);
    let (Some(cases), Some(kind)) = (cases, policy.kind(&record.kind)) else { return Ok(None) };
    if fields.is_empty() || given(record, fields).len() < fields.len() {
        return Ok(None);
    }
    let forms = lifecycle::forms(kind, record, &view.reading())?;
    let forms: BTreeSet<Id> = forms.into_iter().map(|form| form.id).collect();
    let names = |other: &Record, field: Option<FieldId>| field.is_some_and(|field| other.get(field).is_some());
    let mut found = same(view, kind, record, fields, None)?;
    found.retain(|other| {
        let before = (other.opened(), &other.id) < (record.opened(), &record.id);
        let again = names(other, cases.original) || names(other, cases.duplicate_of);
        before && !again && !forms.contains(&other.id)
    });
    Ok(Some(found))
}

/// The records of a kind with the same values in these fields, this one included, oldest first. With `since`, only
/// those opened from that day on. Lists and texts of several lines never count as the same.
///
/// # Errors
/// If the index cannot be read.
pub fn same(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    fields: &[FieldId],
    since: Option<Moment>,
) -> Result<Vec<Record>, BookError> {
    let mut terms = Expr::every();
    for field in fields {
        let Some(value) = record.get(*field).and_then(Value::stored).filter(|value| !value.contains('\n')) else {
            return Ok(Vec::new());
        };
        terms = terms.is(&kind.field(*field).name, [value]);
    }
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    // few records are opened after a given day, and an index finds them
    if let Some(since) = since {
        let zone = view.policy().calendars.default().zone();
        terms = terms.between("opened", Some(zone.date(since)), None);
    }
    let filter = bound(view, kind, &terms)?;
    let mut found = view.index()?.select(&Selection::of(kind.name()).filtered(&filter))?;
    found.sort_by(|a, b| (a.opened(), &a.id).cmp(&(b.opened(), &b.id)));
    Ok(found)
}

/// Whether `at` is at most a span after `from`, by the book's calendar. For spans in days, the whole last day counts.
pub fn within(view: &View<'_>, from: Moment, span: Span, at: Moment) -> bool {
    let inside = |end: Moment| if span.seconds().is_some() { at <= end } else { at < end };
    view.policy().calendars.default().add(from, span, Roll::Stay).is_ok_and(inside)
}

/// Those of the fields that have a value in the record.
pub fn given(record: &Record, fields: &[FieldId]) -> Vec<FieldId> {
    fields.iter().copied().filter(|field| record.get(*field).is_some_and(|value| !value.is_empty())).collect()
}
