//! Computes the runs of a record's deadlines, from its events and the rules by which it is judged. `standings`
//! answers questions about them.

use std::sync::Arc;

use super::held::{holder, pressed};
use super::histories::{Histories, Shown};
use super::marks::Reader;
use super::standings::{Standing, Standings, target};
use super::{Lookup, Staffing};
use crate::calendar::{self, Calendar, Moment};
use crate::filter::Unanswered;
use crate::kind::{Deadline, DeadlineTarget, Kind};
use crate::policy::{People, Policy};
use crate::record::Record;
use crate::wording::Held;

/// The deadlines of a record in the order of its kind, without those that never started. `rules` is the rule book
/// that the record is judged by. `today` is the rule book whose calendars count. `people` is today's staff.
///
/// # Errors
/// If other records that the deadlines ask about cannot be looked up.
pub fn deadlines(
    rules: &Policy,
    today: &Policy,
    people: &People,
    record: &Record,
    lookup: &dyn Lookup,
    now: Moment,
) -> Result<Standings, Unanswered> {
    deadlines_shown(Shown::Now, rules, today, people, record, lookup, now)
}

/// The same. `shown` says which form of a case shows the runs that go over all its forms.
///
/// # Errors
/// If other records that the deadlines ask about cannot be looked up.
pub fn deadlines_shown(
    shown: Shown,
    rules: &Policy,
    today: &Policy,
    people: &People,
    record: &Record,
    lookup: &dyn Lookup,
    now: Moment,
) -> Result<Standings, Unanswered> {
    let Some(kind) = rules.kind(&record.kind) else { return Ok(Standings::default()) };
    let forms = Histories::new(kind, record, lookup, shown);
    let staffing = Staffing { policy: today, people, now };
    let one = |deadline: &Arc<Deadline>| found(kind, deadline, staffing, &forms, now).transpose();
    kind.deadlines.iter().filter_map(one).collect()
}

/// The same without holders, for callers that ask about tens of thousands of records.
///
/// # Errors
/// As [`deadlines`].
pub fn deadlines_unheld(
    shown: Shown,
    rules: &Policy,
    today: &Policy,
    record: &Record,
    lookup: &dyn Lookup,
    now: Moment,
) -> Result<Standings, Unanswered> {
    let Some(kind) = rules.kind(&record.kind) else { return Ok(Standings::default()) };
    let forms = Histories::new(kind, record, lookup, shown);
    kind.deadlines.iter().filter_map(|deadline| ran(kind, deadline, today, &forms, now).transpose()).collect()
}

/// The calendar that a deadline uses.
pub fn calendar_of<'p>(deadline: &Deadline, today: &'p Policy) -> &'p Arc<Calendar> {
    let named = deadline.calendar.as_ref().and_then(|name| today.calendars.shared(&name.value));
    named.unwrap_or_else(|| today.calendars.shared_default())
}

/// One deadline of a record. `None` if it never started.
pub(super) fn standing(
    kind: &Kind,
    deadline: &Arc<Deadline>,
    staffing: Staffing<'_>,
    (record, lookup): (&Record, &dyn Lookup),
    now: Moment,
) -> Result<Option<Standing>, Unanswered> {
    found(kind, deadline, staffing, &Histories::new(kind, record, lookup, Shown::Now), now)
}

fn found(
    kind: &Kind,
    deadline: &Arc<Deadline>,
    staffing: Staffing<'_>,
    histories: &Histories<'_>,
    now: Moment,
) -> Result<Option<Standing>, Unanswered> {
    let Some(mut standing) = ran(kind, deadline, staffing.policy, histories, now)? else { return Ok(None) };
    let Some(history) = histories.of(deadline)? else { return Ok(None) };
    let record = histories.record;
    // if somebody asks about an earlier form, the holder of today's form is shown
    let bearer = if histories.shown == Shown::Each { history.bearer(kind, record) } else { record };
    let own = staffing.policy.kind(&record.kind).unwrap_or(kind);
    standing.held = match standing.running() {
        Some(_) => pressed(deadline, own, staffing, histories.lookup, bearer)?,
        None => holder(deadline, own, staffing, histories.lookup, bearer)?,
    };
    Ok(Some(standing))
}

/// The runs of one deadline, still without a holder.
fn ran(
    kind: &Kind,
    deadline: &Arc<Deadline>,
    today: &Policy,
    histories: &Histories<'_>,
    now: Moment,
) -> Result<Option<Standing>, Unanswered> {
    let Some(history) = histories.of(deadline)? else { return Ok(None) };
    let calendar = calendar_of(deadline, today);
    let reader = Reader { kind, deadline, calendar, history: &history, lookup: histories.lookup };
    let (marks, stopped) = reader.marks()?;
    let by = match &deadline.target {
        DeadlineTarget::By(field) => reader.laid(*field),
        DeadlineTarget::Within(_) => Vec::new(),
    };
    let runs = calendar::runs(calendar, target(deadline, &by), deadline.reopen, &marks, now);
    if runs.is_empty() {
        return Ok(None);
    }
    let forms =
        if deadline.over.is_some() { history.forms.iter().map(|form| form.id.clone()).collect() } else { Vec::new() };
    Ok(Some(Standing {
        deadline: deadline.clone(),
        calendar: calendar.clone(),
        held: Held::default(),
        forms,
        by,
        marks,
        runs,
        apart: reader.apart(),
        stopped,
    }))
}
