//! What happened to a deadline: from the events of a record, or of all forms of its case, to the marks that make its runs.

use std::collections::BTreeSet;

use super::histories::{History, Told};
use super::{Lookup, linked_to};
use crate::calendar::{self, Calendar, Laid, MarkKind, Moment, Reopen};
use crate::filter::Unanswered;
use crate::kind::{Deadline, IMPORT, Kind, Mark, Need, Step};
use crate::record::{Class, Event, FieldId, Record, Value};

/// What is read of a deadline.
pub(super) struct Reader<'r> {
    pub(super) kind: &'r Kind,
    pub(super) deadline: &'r Deadline,
    pub(super) calendar: &'r Calendar,
    pub(super) history: &'r History<'r>,
    pub(super) lookup: &'r dyn Lookup,
}

/// The marks of a deadline, and what stopped it when: the places in its `stops`.
pub(super) type Marked = (Vec<calendar::TimedMark>, Vec<(Moment, usize)>);

/// A mark on its way.
struct Draft {
    mark: calendar::TimedMark,
    /// The form whose event starts a run.
    form: Option<usize>,
    /// Where it stands among the marks of the same time. Those of an event have that of the event.
    order: Order,
}

/// The order of marks of the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Before what an event of the record does.
    Before(usize),
    /// With the event.
    At(usize),
    /// After all events.
    After,
}

impl Order {
    /// As a number: what comes before an event, the event, what comes after it.
    fn rank(self) -> (usize, bool) {
        match self {
            Order::Before(event) => (event, false),
            Order::At(event) => (event, true),
            Order::After => (usize::MAX, true),
        }
    }
}

/// Something that stands not in the record's events.
struct Elsewhere {
    at: Moment,
    /// Its place among what is wanted.
    place: usize,
    /// The step of another record, as `ID#step`.
    step: Option<String>,
}

/// A change of the deadline's condition.
struct Turn {
    at: Moment,
    holds: bool,
    cause: usize,
}

impl Reader<'_> {
    /// What happened to the deadline, in order. `cause` is the place of the event among those that it goes by.
    ///
    /// # Errors
    /// Other records that the deadline asks of cannot be looked up.
    pub(super) fn marks(&self) -> Result<Marked, Unanswered> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut stopped: Vec<(Moment, usize)> = Vec::new();
        let mut paused = false;
        let (holds, turns) = self.condition()?;
        let mut turns = turns.into_iter().peekable();
        let class = |state: &str| self.kind.shape.class(state);
        let pausing = |state: &str| self.deadline.pauses.iter().any(|pauses| pauses == state);
        let open = self.history.counted(|state| class(state) != Class::Closed);
        let waiting = self.history.counted(pausing);
        let going = self.history.counted(|state| class(state) != Class::Closed && !pausing(state));
        for (cause, told) in self.history.told.iter().enumerate() {
            let event = self.history.event(told);
            let order = Order::At(cause);
            let draft = |kind| Draft { mark: calendar::TimedMark { at: event.at, kind, cause }, form: None, order };
            // the case waits where each of its forms that is open does; what is closed waits where the deadline says so
            let pauses = event.to.as_ref().map(|_| going[cause] == 0 && waiting[cause] > 0);
            if pauses == Some(false) && paused {
                drafts.push(draft(MarkKind::Unpause));
                paused = false;
            }
            let before = stopped.len();
            stopped.extend(self.marked(&self.deadline.stops, event).map(|place| (event.at, place)));
            if stopped.len() > before {
                drafts.push(draft(MarkKind::Stop));
            }
            let extends = self.deadline.extends.iter().filter(|extends| happens(&extends.on, event));
            drafts.extend(extends.map(|extends| draft(MarkKind::Extend(extends.to))));
            if event.to.as_ref().is_some_and(|to| self.deadline.misses.contains(to)) {
                drafts.push(draft(MarkKind::Miss));
            }
            if self.closes(cause, &open) {
                drafts.push(draft(MarkKind::Close));
            }
            while let Some(turn) = turns.next_if(|turn| turn.cause <= cause) {
                let mark = calendar::TimedMark { at: turn.at, kind: self.turned(turn.holds), cause: turn.cause };
                drafts.push(Draft { mark, form: None, order });
            }
            if self.begins(told, &drafts) {
                drafts.push(Draft { form: Some(told.form), ..draft(MarkKind::Start) });
            }
            if pauses == Some(true) && !paused {
                drafts.push(draft(MarkKind::Pause));
                paused = true;
            }
        }
        let started = self.elsewhere(&self.deadline.starts)?;
        drafts
            .extend(started.iter().map(|one| Draft { order: self.before(one), ..self.draft(one.at, MarkKind::Start) }));
        let others = self.elsewhere(&self.deadline.stops)?;
        drafts.extend(others.iter().map(|one| self.draft(one.at, MarkKind::Stop)));
        stopped.extend(others.iter().map(|one| (one.at, one.place)));
        for extends in &self.deadline.extends {
            let extended = self.elsewhere(std::slice::from_ref(&extends.on))?;
            drafts.extend(extended.iter().map(|one| self.draft(one.at, MarkKind::Extend(extends.to))));
        }
        drafts.sort_by_key(|draft| (draft.mark.at, draft.order.rank()));
        self.begin_earlier(&mut drafts);
        if let Some(first) = drafts.first().filter(|_| !holds) {
            let lose = calendar::TimedMark { at: first.mark.at, kind: MarkKind::Lose, cause: 0 };
            drafts.insert(0, Draft { mark: lose, form: None, order: Order::Before(0) });
        }
        Ok((drafts.into_iter().map(|draft| draft.mark).collect(), stopped))
    }

    fn turned(&self, holds: bool) -> MarkKind {
        match holds {
            false => MarkKind::Lose,
            true if self.deadline.anew => MarkKind::Anew,
            true => MarkKind::Gain,
        }
    }

    /// Whether the condition held in the beginning, and where that changed. Events tell it (`holds`); where none does, as in older
    /// records, today's fields do. Of several forms that counts which was opened last by then. A condition ceases to hold when
    /// that is written down, whenever it is said to have happened: nothing that was missed by then is undone.
    fn condition(&self) -> Result<(bool, Vec<Turn>), Unanswered> {
        let Some(when) = &self.deadline.when else { return Ok((true, Vec::new())) };
        let forms = &self.history.forms;
        let mut all: Vec<Turn> = Vec::new();
        for (number, form) in forms.iter().enumerate() {
            let next = forms.get(number + 1).and_then(Record::opened);
            let (first, later) = match told(form, &self.deadline.name) {
                Some(told) => told,
                None => (when.filter.matches(form, self.lookup)?, Vec::new()),
            };
            let turns = std::iter::once((0, first)).chain(later);
            for (event, holds) in turns {
                let Some(written) = form.history.get(event) else { continue };
                let at = if holds || event == 0 { written.at } else { written.recorded() };
                if event == 0 || next.is_none_or(|next| at < next) {
                    all.push(Turn { at, holds, cause: self.history.place(number, event) });
                }
            }
        }
        all.sort_by_key(|turn| turn.at);
        let first = all.first().is_none_or(|turn| turn.holds);
        let mut held = first;
        all.retain(|turn| std::mem::replace(&mut held, turn.holds) != turn.holds);
        Ok((first, all))
    }

    /// Whether an event closes what the deadline is about: the record, or the last form of its case that was open then.
    /// `open` tells for each event how many forms are open after it.
    fn closes(&self, cause: usize, open: &[usize]) -> bool {
        let told = &self.history.told[cause];
        let class = |to: &String| self.kind.shape.class(to);
        let ends = |to: &String| class(to) == Class::Closed && !self.deadline.outlives.contains(to);
        if !self.history.event(told).to.as_ref().is_some_and(ends) {
            return false;
        }
        // what happens at the same time is one turn: a refusal closes a form and opens the next
        let turn = cause..self.history.told.partition_point(|other| other.at <= told.at);
        let own = self.history.told[turn.clone()].iter().rev().filter(|other| other.form == told.form);
        let own = own.filter_map(|other| self.history.event(other).to.as_ref()).next();
        let others = open[turn.end - 1] - usize::from(own.is_some_and(|to| class(to) != Class::Closed));
        others == 0
    }

    /// Whether an event starts a run. Imports do not: what they bring in began elsewhere. Nor does leading back to a state from an
    /// interruption, unless a run has ended since that began: what was done before it need not be done again.
    fn begins(&self, told: &Told, drafts: &[Draft]) -> bool {
        let ends = |draft: &Draft| matches!(draft.mark.kind, MarkKind::Stop | MarkKind::Miss | MarkKind::Close);
        // they come in the order of their causes
        let since = |began: usize| drafts.iter().rfind(|draft| ends(draft)).is_some_and(|end| end.mark.cause >= began);
        let entered = told.began.is_none_or(since);
        let event = self.history.event(told);
        let starts = |mark: &Mark| match mark {
            Mark::State(_) => entered && happens(mark, event),
            _ => happens(mark, event),
        };
        event.step != IMPORT && self.deadline.starts.iter().any(starts)
    }

    /// Starts whose form says (`since`) that what began them had happened before it was written down begin then. What it says of
    /// an earlier run, before that ended, is none of this one. Other marks that lie between do not matter.
    fn begin_earlier(&self, drafts: &mut [Draft]) {
        let Some(field) = self.deadline.since else { return };
        let (mut running, mut ended): (bool, Option<Moment>) = (false, None);
        let restarts = self.deadline.reopen == Reopen::Restart;
        for draft in drafts.iter_mut() {
            match draft.mark.kind {
                MarkKind::Start if running && !restarts => {}
                MarkKind::Start => {
                    running = true;
                    let form = draft.form.and_then(|form| self.history.forms.get(form));
                    let said = form.and_then(|form| started(form, field, self.calendar));
                    let own = |said: &Moment| *said < draft.mark.at && ended.is_none_or(|ended| ended < *said);
                    draft.mark.at = said.filter(own).unwrap_or(draft.mark.at);
                    // one that starts while this one runs begins after it
                    ended = Some(draft.mark.at);
                }
                MarkKind::Stop | MarkKind::Miss | MarkKind::Close if running => {
                    (running, ended) = (false, Some(draft.mark.at));
                }
                _ => {}
            }
        }
        drafts.sort_by_key(|draft| draft.mark.at);
    }

    /// Which of what is wanted an event is, by their places.
    fn marked<'m>(&self, wanted: &'m [Mark], event: &'m Event) -> impl Iterator<Item = usize> + use<'m> {
        wanted.iter().enumerate().filter(move |(_, mark)| happens(mark, event)).map(|(place, _)| place)
    }

    /// What stands not in the record's events: dates and times of fields, steps of linked records; each with its place among what is
    /// wanted.
    fn elsewhere(&self, wanted: &[Mark]) -> Result<Vec<Elsewhere>, Unanswered> {
        let mut found = Vec::new();
        let one = |at, place| Elsewhere { at, place, step: None };
        for (place, mark) in wanted.iter().enumerate() {
            for form in self.history.forms.iter() {
                match mark {
                    Mark::Field(field) => found.extend(started(form, *field, self.calendar).map(|at| one(at, place))),
                    Mark::Linked { kind: other, step } => {
                        for linked in linked_to(self.lookup, self.kind, &form.id, other)? {
                            let taken = linked.history.iter().filter(|event| event.step == *step);
                            let name = format!("{}#{step}", linked.id);
                            let named = |at| Elsewhere { step: Some(name.clone()), ..one(at, place) };
                            found.extend(taken.map(|event| named(event.at)));
                        }
                    }
                    Mark::Needs(step) => found.extend(self.freed(form, step)?.into_iter().map(|at| one(at, place))),
                    Mark::Filled(_, inner) => {
                        found.extend(self.filled(form, *inner).into_iter().map(|at| one(at, place)))
                    }
                    Mark::State(_) | Mark::Step(_) | Mark::Becomes(_) => {}
                }
            }
        }
        Ok(found)
    }

    /// When all that a step needs of linked records had come to its end, in a state from which the step leads: each time again. An
    /// interruption leaves no state.
    fn freed(&self, form: &Record, step: &str) -> Result<Vec<Moment>, Unanswered> {
        let steps: Vec<&Step> = self.kind.steps_named(step).filter(|step| !step.needs.is_empty()).collect();
        let leads = |state: &str| steps.iter().any(|step| step.leads_from(state));
        let entered = |event: &Event| event.to.as_deref().is_some_and(leads);
        if !form.history.iter().any(entered) {
            return Ok(Vec::new());
        }
        let mut needs: Vec<(&Step, &Need, Vec<Record>)> = Vec::new();
        for step in &steps {
            for need in &step.needs {
                needs.push((step, need, linked_to(self.lookup, self.kind, &form.id, &need.kind)?));
            }
        }
        let linked = needs.iter().flat_map(|(_, _, linked)| linked).flat_map(|record| &record.history);
        let moves = form.history.iter().chain(linked).filter(|event| event.to.is_some());
        let times: BTreeSet<Moment> = moves.map(|event| event.at).collect();
        let (mut found, mut was) = (Vec::new(), false);
        for at in times {
            let Some(state) = stood(form, at).filter(|state| self.kind.shape.class(state) != Class::Waiting) else {
                continue;
            };
            let met = |need: &Need, linked: &[Record]| {
                let mut states = linked.iter().filter_map(|record| stood(record, at));
                let fits = |state: &str| need.states.iter().any(|wanted| wanted == state);
                if need.some { states.any(fits) } else { states.all(fits) }
            };
            let free = |step: &&&Step| {
                let own = needs.iter().filter(|(of, ..)| std::ptr::eq(*of, **step));
                step.leads_from(state) && own.into_iter().all(|(_, need, linked)| met(need, linked))
            };
            let is = steps.iter().any(|step| free(&step));
            if is && !was {
                found.push(at);
            }
            was = is;
        }
        Ok(found)
    }

    /// When a field of the line that the deadline is about came to be filled in: each time again. What an import brought in was there
    /// before.
    fn filled(&self, form: &Record, inner: FieldId) -> Vec<Moment> {
        let Some(line) = &self.deadline.line else { return Vec::new() };
        let name = &self.kind.field(line.list).name;
        let mut is = line.get(form.get(line.list), inner).is_some();
        let mut found = Vec::new();
        for event in form.history.iter().rev().filter(|event| event.set.contains(name)) {
            let was = event.was.iter().find(|(was, _)| was == name).map(|(_, value)| value);
            let before = line.get(was, inner).is_some();
            if is && !before && event.step != IMPORT {
                found.push(event.at);
            }
            is = before;
        }
        found
    }

    /// The stretches in which a form was in one of the states whose time is told apart.
    pub(super) fn apart(&self) -> Vec<(Moment, Option<Moment>)> {
        let Some(apart) = &self.deadline.apart else { return Vec::new() };
        let mut found: Vec<(Moment, Option<Moment>)> = Vec::new();
        let inside = self.history.counted(|state| apart.states.iter().any(|own| own == state));
        for (told, count) in self.history.told.iter().zip(inside) {
            let inside = count > 0;
            match found.last_mut().filter(|(_, until)| until.is_none()) {
                None if inside => found.push((told.at, None)),
                Some((_, until)) if !inside => *until = Some(told.at),
                _ => {}
            }
        }
        found
    }

    /// A mark that no event of the record makes; it is laid to the last event before it.
    fn draft(&self, at: Moment, kind: MarkKind) -> Draft {
        let cause = self.history.told.partition_point(|told| told.at <= at).saturating_sub(1);
        Draft { mark: calendar::TimedMark { at, kind, cause }, form: None, order: Order::After }
    }

    /// Where a start by another record's step stands among the record's own events of the same time: before the first of them that
    /// this step caused, as it came before all that followed from it. A step that caused none starts what is done after all of them.
    fn before(&self, start: &Elsewhere) -> Order {
        let caused = |told: &Told| told.at == start.at && self.history.event(told).via == start.step;
        let first = start.step.as_ref().and_then(|_| self.history.told.iter().position(caused));
        first.map_or(Order::After, Order::Before)
    }

    /// What a field said from when on: events name what it held before them. What a later form leaves empty stands as the forms
    /// before it left it.
    pub(super) fn laid(&self, field: FieldId) -> Vec<Laid> {
        let name = &self.kind.field(field).name;
        let line = self.deadline.line.as_ref().and_then(|line| Some((line, line.by?)));
        let date = |value: Option<&Value>| match line {
            Some((line, by)) => moment(line.get(value, by), self.calendar),
            None => moment(value, self.calendar),
        };
        let mut all = Vec::new();
        for (number, form) in self.history.forms.iter().enumerate() {
            let cause = |event: usize| self.history.place(number, event);
            let mut by = date(form.get(field));
            let mut found = Vec::new();
            for (event, written) in form.history.iter().enumerate().rev() {
                if written.set.contains(name) {
                    found.push(Laid { by, since: Some(written.at), cause: cause(event) });
                    let was = written.was.iter().find(|(was, _)| was == name);
                    by = was.and_then(|(_, value)| date(Some(value)));
                }
            }
            if number == 0 {
                found.push(Laid { by, since: None, cause: 0 });
            }
            found.reverse();
            all.extend(found);
        }
        all.sort_by_key(|laid: &Laid| laid.since);
        all
    }
}

/// Whether an event of the record is what a mark names. What stands elsewhere is no event of the record.
fn happens(mark: &Mark, event: &Event) -> bool {
    match mark {
        Mark::State(state) => event.to.as_ref() == Some(state),
        Mark::Step(step) => event.step == *step,
        Mark::Becomes(becomes) => event.holds.iter().any(|(name, holds)| *holds && *name == becomes.told),
        Mark::Field(_) | Mark::Filled(..) | Mark::Linked { .. } | Mark::Needs(_) => false,
    }
}

/// What the events of a record tell of a deadline condition: whether it held in the beginning, and where it changed. `None` if no
/// event tells it. An event after the first tells it only where it changed it.
fn told(record: &Record, deadline: &str) -> Option<(bool, Vec<(usize, bool)>)> {
    let told = record.history.iter().enumerate().filter_map(|(number, event)| {
        event.holds.iter().find(|(name, _)| name == deadline).map(|(_, holds)| (number, *holds))
    });
    let mut told: Vec<(usize, bool)> = told.collect();
    match *told.first()? {
        (0, holds) => {
            told.remove(0);
            Some((holds, told))
        }
        (_, holds) => Some((!holds, told)),
    }
}

/// The deadline conditions that the first event of a record does not tell, since the event is older than `holds`.
pub fn untold<'k>(kind: &'k Kind, record: &Record) -> Vec<&'k Deadline> {
    let told = |deadline: &Deadline| {
        record.history.first().is_some_and(|event| event.holds.iter().any(|(name, _)| *name == deadline.name))
    };
    let deadlines = kind.deadlines.iter().map(AsRef::as_ref);
    deadlines.filter(|deadline| deadline.when.is_some() && !told(deadline)).collect()
}

/// The state in which a record stood at a moment. `None` before it was made.
fn stood(record: &Record, at: Moment) -> Option<&str> {
    record.history.iter().rfind(|event| event.at <= at && event.to.is_some())?.to.as_deref()
}

/// When a field says that something began: a date begins with its day.
fn started(record: &Record, field: FieldId, calendar: &Calendar) -> Option<Moment> {
    match record.get(field)? {
        Value::Date(date) => Some(calendar.zone().start_of_day(*date)),
        other => moment(Some(other), calendar),
    }
}

/// The moment of a date or time; a date ends with its last window.
fn moment(value: Option<&Value>, calendar: &Calendar) -> Option<Moment> {
    match value? {
        Value::Time(at) => Some(*at),
        Value::Date(date) => Some(calendar.end_of_work(*date).unwrap_or_else(|| calendar.end_of_date(*date))),
        _ => None,
    }
}
