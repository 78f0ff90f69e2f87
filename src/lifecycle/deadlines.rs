//! The deadlines of a record: from its events and the rules it is judged by to runs. What can be asked of them is `standings`'.

use std::sync::Arc;

use super::held::holder;
use super::standings::{Standing, Standings, target};
use super::{Lookup, linked};
use crate::calendar::{self, Calendar, Laid, MarkKind, Moment};
use crate::filter::Unanswered;
use crate::kind::{Deadline, DeadlineTarget, IMPORT, Kind, Mark};
use crate::policy::Policy;
use crate::record::{Class, Event, FieldId, Record, Value};

/// The deadlines of a record in the order of its kind, those that never started left out. `rules` is the rule book that
/// the record is judged by, `today` the one whose calendars hold.
///
/// # Errors
/// Other records that the deadlines ask of cannot be looked up.
pub fn deadlines(
    rules: &Policy,
    today: &Policy,
    record: &Record,
    lookup: &dyn Lookup,
    now: Moment,
) -> Result<Standings, Unanswered> {
    let Some(kind) = rules.kind(&record.kind) else { return Ok(Standings::default()) };
    let one = |deadline: &Arc<Deadline>| standing(kind, deadline, today, (record, lookup), now).transpose();
    kind.deadlines.iter().filter_map(one).collect()
}

/// One deadline of a record; none where it never started.
pub(super) fn standing(
    kind: &Kind,
    deadline: &Arc<Deadline>,
    today: &Policy,
    (record, lookup): (&Record, &dyn Lookup),
    now: Moment,
) -> Result<Option<Standing>, Unanswered> {
    let reader = Reader { kind, record, lookup };
    let named = deadline.calendar.as_ref().and_then(|name| today.calendars.shared(&name.value));
    let calendar = named.unwrap_or_else(|| today.calendars.shared_default());
    let holds = deadline.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, lookup))?;
    let marks = if holds { reader.marks(deadline, calendar)? } else { Vec::new() };
    let by = match &deadline.target {
        DeadlineTarget::By(field) => reader.laid(*field, calendar),
        DeadlineTarget::Within(_) => Vec::new(),
    };
    let runs = calendar::runs(calendar, target(deadline, &by), deadline.reopen, &marks, now);
    if runs.is_empty() {
        return Ok(None);
    }
    let held = holder(deadline, today.kind(&record.kind).unwrap_or(kind), record);
    Ok(Some(Standing { deadline: deadline.clone(), calendar: calendar.clone(), held, by, marks, runs }))
}

/// The moment of a date or time; a date ends with its last window.
fn moment(value: Option<&Value>, calendar: &Calendar) -> Option<Moment> {
    match value? {
        Value::Time(at) => Some(*at),
        Value::Date(date) => Some(calendar.end_of_work(*date).unwrap_or_else(|| calendar.end_of_date(*date))),
        _ => None,
    }
}

struct Reader<'r> {
    kind: &'r Kind,
    record: &'r Record,
    lookup: &'r dyn Lookup,
}

impl Reader<'_> {
    fn marks(&self, deadline: &Deadline, calendar: &Calendar) -> Result<Vec<calendar::Mark>, Unanswered> {
        let mut marks = Vec::new();
        let mut paused = false;
        let interruptions = linked::interruptions(self.kind, &self.record.history);
        for (cause, event) in self.record.history.iter().enumerate() {
            let mark = |kind| calendar::Mark { at: event.at, kind, cause };
            let entered = |state: &String| event.to.as_ref() == Some(state);
            let pauses = event.to.as_ref().map(|_| deadline.pauses.iter().any(entered));
            if pauses == Some(false) && paused {
                marks.push(mark(MarkKind::Unpause));
                paused = false;
            }
            if self.marked(&deadline.stops, event) {
                marks.push(mark(MarkKind::Stop));
            }
            if event.to.as_ref().is_some_and(|to| deadline.misses.contains(to)) {
                marks.push(mark(MarkKind::Miss));
            }
            let ends = |to: &String| self.kind.shape.class(to) == Class::Closed && !deadline.outlives.contains(to);
            if event.to.as_ref().is_some_and(ends) {
                marks.push(mark(MarkKind::Close));
            }
            if self.begins(deadline, event, interruptions[cause], &marks) {
                let at = self.since(deadline, event.at, marks.last().map(|mark| mark.at), calendar);
                marks.push(calendar::Mark { at, kind: MarkKind::Start, cause });
            }
            if pauses == Some(true) && !paused {
                marks.push(mark(MarkKind::Pause));
                paused = true;
            }
        }
        let before = marks.len();
        self.elsewhere(&deadline.starts, MarkKind::Start, calendar, &mut marks)?;
        self.elsewhere(&deadline.stops, MarkKind::Stop, calendar, &mut marks)?;
        if marks.len() > before {
            marks.sort_by_key(|mark| mark.at);
        }
        Ok(marks)
    }

    /// Whether an event starts a run. Imports do not: what they bring in began elsewhere. Nor does leading back to a state from an
    /// interruption that `began` with an event, unless a run has ended since: what was done before it need not be done again.
    fn begins(&self, deadline: &Deadline, event: &Event, began: Option<usize>, marks: &[calendar::Mark]) -> bool {
        let ends = |mark: &calendar::Mark| matches!(mark.kind, MarkKind::Stop | MarkKind::Miss | MarkKind::Close);
        let entered = began.is_none_or(|began| marks.iter().any(|mark| ends(mark) && mark.cause >= began));
        let starts = |mark: &Mark| match mark {
            Mark::State(state) => entered && event.to.as_ref() == Some(state),
            Mark::Step(step) => event.step == *step,
            Mark::Field(_) | Mark::Linked { .. } => false,
        };
        event.step != IMPORT && deadline.starts.iter().any(starts)
    }

    /// When what an event starts began: where the record says that it happened before it was written down, then. What it says
    /// of an earlier run, before the last mark, is none of this one.
    fn since(&self, deadline: &Deadline, at: Moment, last: Option<Moment>, calendar: &Calendar) -> Moment {
        let said = deadline.since.and_then(|field| self.field(field, calendar));
        said.filter(|said| *said < at && last.is_none_or(|last| last < *said)).unwrap_or(at)
    }

    fn marked(&self, wanted: &[Mark], event: &Event) -> bool {
        wanted.iter().any(|mark| match mark {
            Mark::State(state) => event.to.as_ref() == Some(state),
            Mark::Step(step) => event.step == *step,
            Mark::Field(_) | Mark::Linked { .. } => false,
        })
    }

    /// Marks that stand not in the record's events: dates and times of fields, steps of linked records.
    fn elsewhere(
        &self,
        wanted: &[Mark],
        kind: MarkKind,
        calendar: &Calendar,
        marks: &mut Vec<calendar::Mark>,
    ) -> Result<(), Unanswered> {
        for mark in wanted {
            match mark {
                Mark::Field(field) => marks.extend(self.field(*field, calendar).map(|at| self.mark(at, kind))),
                Mark::Linked { kind: other, step } => {
                    for linked in self.lookup.linked(&self.record.id, other)? {
                        let taken = linked.history.iter().filter(|event| event.step == *step);
                        marks.extend(taken.map(|event| self.mark(event.at, kind)));
                    }
                }
                Mark::State(_) | Mark::Step(_) => {}
            }
        }
        Ok(())
    }

    /// What a field said from when on: events name what it held before them.
    fn laid(&self, field: FieldId, calendar: &Calendar) -> Vec<Laid> {
        let name = &self.kind.field(field).name;
        let mut by = moment(self.record.get(field), calendar);
        let mut found = Vec::new();
        for (cause, event) in self.record.history.iter().enumerate().rev() {
            if event.set.contains(name) {
                found.push(Laid { by, since: Some(event.at), cause });
                let was = event.was.iter().find(|(was, _)| was == name);
                by = was.and_then(|(_, value)| moment(Some(value), calendar));
            }
        }
        found.push(Laid { by, since: None, cause: 0 });
        found.reverse();
        found
    }

    fn mark(&self, at: Moment, kind: MarkKind) -> calendar::Mark {
        let cause = self.record.history.iter().rposition(|event| event.at <= at).unwrap_or(0);
        calendar::Mark { at, kind, cause }
    }

    fn field(&self, field: FieldId, calendar: &Calendar) -> Option<Moment> {
        match self.record.get(field)? {
            Value::Date(date) => Some(calendar.zone().start_of_day(*date)),
            other => moment(Some(other), calendar),
        }
    }
}
