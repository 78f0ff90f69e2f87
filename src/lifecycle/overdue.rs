//! Steps that may only be taken after a deadline has passed (`overdue`), or only before (`before`). This module finds
//! whether the deadline has passed at the time of the step, and until when it still runs (GP4).

use std::sync::Arc;

use super::entitled::Case;
use super::{Lookup, Over, Refusal, Setting, Staffing, Unfulfilled, Waits, deadlines};
use crate::calendar::{self, Due, Moment, Outcome};
use crate::filter::Unanswered;
use crate::kind::Deadline;
use crate::locale::Label;
use crate::place::Placed;
use crate::record::{Record, Value};

impl Case<'_> {
    /// The deadlines that a step waits for and that are not overdue at a moment. If older rules judge the record,
    /// their deadline counts, so that the step opens when `explain` says that it is due. If they have none with that
    /// name, today's deadline counts. Events of other records after the moment are ignored.
    ///
    /// # Errors
    /// If other records that the deadlines ask about cannot be looked up.
    pub(super) fn unpassed(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        at: Moment,
    ) -> Result<Vec<(&Placed<String>, Waits)>, Unanswered> {
        let standings = self.named(&self.step.overdue, setting, lookup, at)?;
        let waits = |(named, stands): (_, Stands)| Some((named, stands.waits()?));
        Ok(standings.into_iter().filter_map(waits).collect())
    }

    /// The deadlines before whose end the step must be taken, but that have passed at a moment or do not run. They
    /// are judged in the same way as those that a step waits for.
    ///
    /// # Errors
    /// If other records that the deadlines ask about cannot be looked up.
    pub(super) fn passed(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        at: Moment,
    ) -> Result<Vec<(&Placed<String>, Over)>, Unanswered> {
        let standings = self.named(&self.step.before, setting, lookup, at)?;
        let over = |(named, stands): (_, Stands)| Some((named, stands.over()?));
        Ok(standings.into_iter().filter_map(over).collect())
    }

    /// The situation of the deadlines with these names at a moment.
    fn named<'n>(
        &self,
        names: &'n [Placed<String>],
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        at: Moment,
    ) -> Result<Vec<(&'n Placed<String>, Stands)>, Unanswered> {
        let (Some(record), false) = (self.record, names.is_empty()) else { return Ok(Vec::new()) };
        let older = lookup.rules(record)?;
        let judging = older.as_deref().unwrap_or(setting.policy);
        let judging = judging.kind(self.kind.name()).unwrap_or(self.kind);
        let mut found = Vec::new();
        for named in names {
            let (kind, deadline) = match judging.deadline(&named.value) {
                Some(deadline) => (judging, Some(deadline)),
                None => (self.kind, self.kind.deadline(&named.value)),
            };
            let stands = match deadline {
                Some(deadline) => stands(kind, deadline, setting.staffing(), (record, lookup), at)?,
                None => Stands::Idle,
            };
            found.push((named, stands));
        }
        Ok(found)
    }

    /// The refusal if the step is too late, for the first deadline that it must precede.
    pub(super) fn too_late(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        at: Moment,
    ) -> Result<Option<Refusal>, Unanswered> {
        let Some((named, over)) = self.passed(setting, lookup, at)?.into_iter().next() else { return Ok(None) };
        let Some(record) = self.record else { return Ok(None) };
        Ok(Some(Refusal::Unfulfilled(Unfulfilled::Passed {
            id: record.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            state: record.state.clone(),
            deadline: named.value.clone(),
            over,
            place: named.place.clone(),
        })))
    }

    /// The refusal if the step is too early, for the first deadline that has not passed.
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
    /// The refusal if the first day of the step has not come (`not-before`).
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

/// The situation of a record's deadline at a moment.
enum Stands {
    /// It runs and has not passed. It ends at this moment, unless it is paused.
    Runs(Moment, bool),
    /// It runs and passed at this moment; `None` if the calendar does not know.
    Passed(Option<Moment>),
    Idle,
    Undated,
    Unknown(Label),
}

impl Stands {
    /// What it still waits for. `None` if it is overdue.
    fn waits(self) -> Option<Waits> {
        Some(match self {
            Stands::Passed(_) => return None,
            Stands::Runs(_, true) => Waits::Paused,
            Stands::Runs(due, false) => Waits::Until(due),
            Stands::Idle => Waits::Idle,
            Stands::Undated => Waits::Undated,
            Stands::Unknown(why) => Waits::Unknown(why),
        })
    }

    /// Why it is too late. `None` if it runs and is not overdue.
    fn over(self) -> Option<Over> {
        Some(match self {
            Stands::Runs(..) => return None,
            Stands::Passed(at) => at.map_or(Over::Idle, Over::Since),
            Stands::Idle => Over::Idle,
            Stands::Undated => Over::Undated,
            Stands::Unknown(why) => Over::Unknown(why),
        })
    }
}

fn stands(
    kind: &crate::kind::Kind,
    deadline: &Arc<Deadline>,
    staffing: Staffing<'_>,
    (record, lookup): (&Record, &dyn Lookup),
    at: Moment,
) -> Result<Stands, Unanswered> {
    let Some(standing) = deadlines::standing(kind, deadline, staffing, (record, lookup), at)? else {
        return Ok(Stands::Idle);
    };
    let marks: Vec<calendar::TimedMark> = standing.marks.iter().filter(|mark| mark.at <= at).copied().collect();
    let runs = calendar::runs(&standing.calendar, standing.target(), deadline.reopen, &marks, at);
    let Some(run) = runs.last().filter(|run| run.is_running()) else { return Ok(Stands::Idle) };
    Ok(match (&run.due, run.outcome) {
        (due, Outcome::Breached) => Stands::Passed(due.at()),
        (Due::At(due), _) => Stands::Runs(*due, run.is_held()),
        (Due::Unset, _) => Stands::Undated,
        (Due::Unknown(outside), _) => Stands::Unknown(outside.label()),
    })
}
