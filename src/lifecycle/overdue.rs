//! Steps that are open only once a deadline has passed (`overdue`): whether it has passed at the time of the step, and
//! until when it still runs (GP4).

use std::sync::Arc;

use super::entitled::Case;
use super::{Lookup, Refusal, Setting, Staffing, Unfulfilled, Waits, deadlines};
use crate::calendar::{self, Due, Moment, Outcome};
use crate::filter::Unanswered;
use crate::kind::Deadline;
use crate::place::Placed;
use crate::record::{Record, Value};

impl Case<'_> {
    /// The deadlines that a step waits for and that are not overdue at a moment. A record that is judged by older rules is judged
    /// by their deadline, so that the step opens when `explain` says that it is due; where they know none of that name, by
    /// today's. What happened after the moment, to other records, counts for nothing.
    ///
    /// # Errors
    /// Other records that the deadlines ask of cannot be looked up.
    pub(super) fn unpassed(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        at: Moment,
    ) -> Result<Vec<(&Placed<String>, Waits)>, Unanswered> {
        let (Some(record), false) = (self.record, self.step.overdue.is_empty()) else { return Ok(Vec::new()) };
        let older = lookup.rules(record)?;
        let judging = older.as_deref().unwrap_or(setting.policy);
        let judging = judging.kind(self.kind.name()).unwrap_or(self.kind);
        let mut found = Vec::new();
        for named in &self.step.overdue {
            let (kind, deadline) = match judging.deadline(&named.value) {
                Some(deadline) => (judging, Some(deadline)),
                None => (self.kind, self.kind.deadline(&named.value)),
            };
            let waits = match deadline {
                Some(deadline) => waits(kind, deadline, setting.staffing(), (record, lookup), at)?,
                None => Some(Waits::Idle),
            };
            found.extend(waits.map(|waits| (named, waits)));
        }
        Ok(found)
    }

    /// That the step is not open yet, for the first of its deadlines that has not passed.
    pub(super) fn early(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        at: Moment,
    ) -> Result<Option<Refusal>, Unanswered> {
        let Some((named, waits)) = self.unpassed(setting, lookup, at)?.into_iter().next() else { return Ok(None) };
        let Some(record) = self.record else { return Ok(None) };
        Ok(Some(Refusal::Unfulfilled(Unfulfilled::NotOverdue {
            id: record.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            state: record.state.clone(),
            deadline: named.value.clone(),
            waits,
            could: self.could(setting),
            place: named.place.clone(),
        })))
    }
}

impl Case<'_> {
    /// That the day has not come on which the step opens (`not-before`).
    pub(super) fn too_soon(&self, setting: &Setting<'_>, draft: &Record, at: Moment) -> Option<Refusal> {
        let rule = self.step.not_before.as_ref()?;
        let Some(Value::Date(from)) = draft.get(rule.field) else { return None };
        let day = setting.policy.calendars.default().zone().date(at);
        (day < *from).then(|| {
            Refusal::Unfulfilled(Unfulfilled::TooSoon {
                id: draft.id.clone(),
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                state: self.record.map(|record| record.state.clone()).unwrap_or_default(),
                field: self.kind.field(rule.field).name.clone(),
                from: *from,
                could: self.could(setting),
                place: rule.place.clone(),
            })
        })
    }
}

/// What a deadline of a record still waits for at a moment. Nothing if it is overdue.
fn waits(
    kind: &crate::kind::Kind,
    deadline: &Arc<Deadline>,
    staffing: Staffing<'_>,
    (record, lookup): (&Record, &dyn Lookup),
    at: Moment,
) -> Result<Option<Waits>, Unanswered> {
    let Some(standing) = deadlines::standing(kind, deadline, staffing, (record, lookup), at)? else {
        return Ok(Some(Waits::Idle));
    };
    let marks: Vec<calendar::Mark> = standing.marks.iter().filter(|mark| mark.at <= at).copied().collect();
    let runs = calendar::runs(&standing.calendar, standing.target(), deadline.reopen, &marks, at);
    let Some(run) = runs.last().filter(|run| run.is_running()) else { return Ok(Some(Waits::Idle)) };
    Ok(match (&run.due, run.outcome) {
        (_, Outcome::Breached) => None,
        (Due::At(_), _) if run.is_paused() => Some(Waits::Paused),
        (Due::At(due), _) => Some(Waits::Until(*due)),
        (Due::Unset, _) => Some(Waits::Undated),
        (Due::Unknown(outside), _) => Some(Waits::Unknown(outside.label())),
    })
}
