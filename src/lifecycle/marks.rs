//! What happened to a deadline: turns the events of a record, or of all forms of its case, into the marks that make
//! its runs.

use std::collections::BTreeSet;

use super::histories::{History, Told};
use super::{Lookup, linked_to};
use crate::calendar::{self, Calendar, Laid, MarkKind, Moment, Reopen};
use crate::filter::Unanswered;
use crate::kind::{Deadline, IMPORT, Kind, Mark, Need, Step, Target};
use crate::record::{Class, Event, FieldId, Record, Value};

/// A deadline, and what it is read from.
pub(super) struct Reader<'r> {
    pub(super) kind: &'r Kind,
    pub(super) deadline: &'r Deadline,
    pub(super) calendar: &'r Calendar,
    pub(super) history: &'r History<'r>,
    pub(super) lookup: &'r dyn Lookup,
}

/// The marks of a deadline, and when it was stopped by what: positions in its `stops`.
pub(super) type Marked = (Vec<calendar::TimedMark>, Vec<(Moment, usize)>);

/// A mark before sorting.
struct Draft {
    mark: calendar::TimedMark,
    /// The form whose event starts a run.
    form: Option<usize>,
    /// Its position among marks of the same time. Marks of an event have the position of the event.
    order: Order,
}

/// The order of marks of the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Before the effects of an event of the record.
    Before(usize),
    /// With the event.
    At(usize),
    /// After all events.
    After,
}

impl Order {
    /// As a sort key: before an event, at the event, after it.
    fn rank(self) -> (usize, bool) {
        match self {
            Order::Before(event) => (event, false),
            Order::At(event) => (event, true),
            Order::After => (usize::MAX, true),
        }
    }
}

/// Something that is not an event of the record.
struct Elsewhere {
    at: Moment,
    /// Its position in the list of wanted marks.
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
    /// What happened to the deadline, in order. `cause` is the position of the causing event in the history.
    ///
    /// # Errors
    /// If other records that the deadline asks about cannot be looked up.
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
            // the case waits if all of its open forms wait; a closed form waits if the deadline says so
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

    /// Whether the condition held at the beginning, and when that changed. Events keep it (`holds`); if none does, as
    /// in older records, today's fields decide. Of several forms, the one that was opened last by then counts. A
    /// condition ends when its end is written down, even if it is said to have ended earlier: a deadline missed by
    /// then stays missed.
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

    /// Whether an event closes what the deadline is about: the record, or the last form of its case that was open
    /// then. `open` has for each event the number of open forms after it.
    fn closes(&self, cause: usize, open: &[usize]) -> bool {
        let told = &self.history.told[cause];
        let class = |to: &String| self.kind.shape.class(to);
        let ends = |to: &String| class(to) == Class::Closed && !self.deadline.outlives.contains(to);
        if !self.history.event(told).to.as_ref().is_some_and(ends) {
            return false;
        }
        // events at the same time count together: a refusal closes a form and opens the next one
        let turn = cause..self.history.told.partition_point(|other| other.at <= told.at);
        let own = self.history.told[turn.clone()].iter().rev().filter(|other| other.form == told.form);
        let own = own.filter_map(|other| self.history.event(other).to.as_ref()).next();
        let others = open[turn.end - 1] - usize::from(own.is_some_and(|to| class(to) != Class::Closed));
        others == 0
    }

    /// Whether an event starts a run. Imports do not, because what they bring in began elsewhere, unless the record is
    /// not finished (`running`). Nor does the end of an interruption, unless a run ended during it: what was done
    /// before the interruption need not be done again.
    fn begins(&self, told: &Told, drafts: &[Draft]) -> bool {
        let ends = |draft: &Draft| matches!(draft.mark.kind, MarkKind::Stop | MarkKind::Miss | MarkKind::Close);
        // they are in the order of their causes
        let since = |began: usize| drafts.iter().rfind(|draft| ends(draft)).is_some_and(|end| end.mark.cause >= began);
        let entered = told.began.is_none_or(since);
        let event = self.history.event(told);
        let starts = |mark: &Mark| match mark {
            Mark::State(_) => entered && happens(mark, event),
            _ => happens(mark, event),
        };
        match event.step.as_str() {
            IMPORT => {
                event.running && self.goes_on(told) && self.deadline.starts.iter().any(|mark| self.enters(mark, event))
            }
            _ => self.deadline.starts.iter().any(starts),
        }
    }

    /// Whether an imported event led where a mark of the deadline begins: into the state, or by the step that leads
    /// there.
    fn enters(&self, mark: &Mark, event: &Event) -> bool {
        match mark {
            Mark::Step(step) => self.kind.steps_named(step).any(|step| match &step.to {
                Target::State(to) => event.to.as_ref() == Some(to),
                _ => false,
            }),
            mark => happens(mark, event),
        }
    }

    /// Whether nothing that came in with an imported event, and after it, ended what it began. What ended before the
    /// record came in was measured elsewhere.
    fn goes_on(&self, told: &Told) -> bool {
        let form = &self.history.forms[told.form];
        let later = form.history.iter().skip(told.number + 1).take_while(|event| event.step == IMPORT);
        let ends = |event: &Event| {
            let to = event.to.as_ref();
            let stops = self.deadline.stops.iter().any(|mark| self.enters(mark, event));
            stops || to.is_some_and(|to| self.deadline.misses.contains(to))
        };
        !later.into_iter().any(ends)
    }

    /// Moves starts to an earlier time if the form says (`since`) that their cause happened before it was written
    /// down. A time before the end of the previous run belongs to that run and is ignored. Other marks in between do
    /// not matter.
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
                    // a start during this run begins after it
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

    /// The wanted marks that an event is, as positions.
    fn marked<'m>(&self, wanted: &'m [Mark], event: &'m Event) -> impl Iterator<Item = usize> + use<'m> {
        wanted.iter().enumerate().filter(move |(_, mark)| happens(mark, event)).map(|(place, _)| place)
    }

    /// Wanted marks that are not events of the record: dates and times of fields, steps of linked records. Each with
    /// its position among the wanted ones.
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

    /// The times when everything that a step needs of linked records was met, in a state from which the step leads;
    /// each time that this became true. An interruption does not leave a state.
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

    /// The times when a field of the line that the deadline is about was filled in; each time that it was. A value
    /// that an import brought does not count, unless the record is not finished (`running`).
    fn filled(&self, form: &Record, inner: FieldId) -> Vec<Moment> {
        let Some(line) = &self.deadline.line else { return Vec::new() };
        let name = &self.kind.field(line.list).name;
        let mut is = line.get(form.get(line.list), inner).is_some();
        let mut found = Vec::new();
        for event in form.history.iter().rev().filter(|event| event.set.contains(name)) {
            let was = event.was.iter().find(|(was, _)| was == name).map(|(_, value)| value);
            let before = line.get(was, inner).is_some();
            if is && !before && (event.step != IMPORT || event.running) {
                found.push(event.at);
            }
            is = before;
        }
        found
    }

    /// The periods in which a form was in one of the states whose time is shown separately.
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

    /// A mark that no event of the record makes. Its cause is the last event before it.
    fn draft(&self, at: Moment, kind: MarkKind) -> Draft {
        let cause = self.history.told.partition_point(|told| told.at <= at).saturating_sub(1);
        Draft { mark: calendar::TimedMark { at, kind, cause }, form: None, order: Order::After }
    }

    /// The position of a start by another record's step among the record's own events of the same time. It comes
    /// before the first event that this step caused. A step that caused none comes after all of them.
    fn before(&self, start: &Elsewhere) -> Order {
        let caused = |told: &Told| told.at == start.at && self.history.event(told).via == start.step;
        let first = start.step.as_ref().and_then(|_| self.history.told.iter().position(caused));
        first.map_or(Order::After, Order::Before)
    }

    /// The values of a field over time: events keep the value before them. A field that a later form leaves empty
    /// keeps the value of the earlier forms.
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

/// Whether an event of the record is the one that a mark names. Marks from elsewhere are never events of the record.
fn happens(mark: &Mark, event: &Event) -> bool {
    match mark {
        Mark::State(state) => event.to.as_ref() == Some(state),
        Mark::Step(step) => event.step == *step,
        Mark::Becomes(becomes) => event.holds.iter().any(|(name, holds)| *holds && *name == becomes.told),
        Mark::Field(_) | Mark::Filled(..) | Mark::Linked { .. } | Mark::Needs(_) => false,
    }
}

/// What the events of a record keep about a deadline condition: whether it held at the beginning, and where it
/// changed. `None` if no event has it. Events after the first have it only if they changed it.
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

/// The deadline conditions that the first event of a record does not have, because the event is older than `holds`.
pub fn untold<'k>(kind: &'k Kind, record: &Record) -> Vec<&'k Deadline> {
    let told = |deadline: &Deadline| {
        record.history.first().is_some_and(|event| event.holds.iter().any(|(name, _)| *name == deadline.name))
    };
    let deadlines = kind.deadlines.iter().map(AsRef::as_ref);
    deadlines.filter(|deadline| deadline.when.is_some() && !told(deadline)).collect()
}

/// The state of a record at a moment. `None` before it was made.
fn stood(record: &Record, at: Moment) -> Option<&str> {
    record.history.iter().rfind(|event| event.at <= at && event.to.is_some())?.to.as_deref()
}

/// The time that a field gives for a beginning: a date begins at the start of its day.
fn started(record: &Record, field: FieldId, calendar: &Calendar) -> Option<Moment> {
    match record.get(field)? {
        Value::Date(date) => Some(calendar.zone().start_of_day(*date)),
        other => moment(Some(other), calendar),
    }
}

/// The moment of a date or time: a date ends with its last working window.
fn moment(value: Option<&Value>, calendar: &Calendar) -> Option<Moment> {
    match value? {
        Value::Time(at) => Some(*at),
        Value::Date(date) => Some(calendar.end_of_work(*date).unwrap_or_else(|| calendar.end_of_date(*date))),
        _ => None,
    }
}
