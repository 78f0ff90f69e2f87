//! The history from which a deadline of a record runs: the record's own, or that of all forms of its case (`over`) as
//! one sequence of events in the order of their times.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Lookup, linked};
use crate::calendar::Moment;
use crate::filter::Unanswered;
use crate::kind::{Deadline, Kind};
use crate::record::{Class, Event, FieldId, Id, Record};

/// Which form of a case shows the runs of deadlines that go over all its forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The last form that is open or, if all are closed, the last form. This is for today.
    Now,
    /// The form that was the last one right before a moment, for reports of a past period. Later forms do not count.
    Before(Moment),
    /// Every form, for callers that ask about the whole case of one form.
    Each,
}

/// The histories of a record, each computed once.
pub(super) struct Histories<'r> {
    pub(super) record: &'r Record,
    pub(super) lookup: &'r dyn Lookup,
    kind: &'r Kind,
    pub(super) shown: Shown,
    known: RefCell<BTreeMap<Option<FieldId>, Option<Rc<History<'r>>>>>,
}

impl<'r> Histories<'r> {
    pub(super) fn new(kind: &'r Kind, record: &'r Record, lookup: &'r dyn Lookup, shown: Shown) -> Self {
        Histories { record, lookup, kind, shown, known: RefCell::default() }
    }

    /// The history for a deadline. `None` if another form shows the run.
    ///
    /// # Errors
    /// If the other forms cannot be looked up.
    pub(super) fn of(&self, deadline: &Deadline) -> Result<Option<Rc<History<'r>>>, Unanswered> {
        if let Some(known) = self.known.borrow().get(&deadline.over) {
            return Ok(known.clone());
        }
        let forms = match deadline.over {
            None => Some(Cow::Borrowed(std::slice::from_ref(self.record))),
            Some(field) => {
                let all = linked::forms_by(self.kind, self.record, field, self.lookup)?;
                let shows = match self.shown {
                    Shown::Now => bearer(self.kind, &all).is_none_or(|form| form.id == self.record.id),
                    Shown::Before(at) => {
                        bearer_before(self.kind, &all, at).is_some_and(|form| form.id == self.record.id)
                    }
                    Shown::Each => true,
                };
                shows.then_some(Cow::Owned(all))
            }
        };
        let made = forms.map(|forms| Rc::new(History::of(self.kind, forms)));
        self.known.borrow_mut().insert(deadline.over, made.clone());
        Ok(made)
    }
}

/// A history, sorted by the times of its events. At the same time, events of earlier forms come first, then the order
/// of the file.
pub(super) struct History<'r> {
    /// The forms in the order in which they were opened.
    pub(super) forms: Cow<'r, [Record]>,
    /// The events of all of them.
    pub(super) told: Vec<Told>,
    /// For each form, the position of each of its events in the whole.
    places: Vec<Vec<usize>>,
}

/// An event of the history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// When it happened.
    pub(super) at: Moment,
    /// The index of its form.
    pub(super) form: usize,
    /// Its index in the history of its form.
    pub(super) number: usize,
    /// If it ends an interruption, the position in the whole of the event that began it.
    pub(super) began: Option<usize>,
}

impl<'r> History<'r> {
    fn of(kind: &Kind, forms: Cow<'r, [Record]>) -> Self {
        let mut told: Vec<Told> = Vec::new();
        for (form, record) in forms.iter().enumerate() {
            let began = linked::interruptions(kind, &record.history);
            let events = record.history.iter().zip(began).enumerate();
            told.extend(events.map(|(number, (event, began))| Told { at: event.at, form, number, began }));
        }
        told.sort_by_key(|told| told.at);
        let mut places: Vec<Vec<usize>> = forms.iter().map(|form| vec![0; form.history.len()]).collect();
        for (place, one) in told.iter().enumerate() {
            places[one.form][one.number] = place;
        }
        for one in &mut told {
            one.began = one.began.map(|began| places[one.form][began]);
        }
        History { forms, told, places }
    }

    pub(super) fn event(&self, told: &Told) -> &Event {
        &self.forms[told.form].history[told.number]
    }

    /// The position of a form's event in the whole.
    pub(super) fn place(&self, form: usize, number: usize) -> usize {
        self.places.get(form).and_then(|own| own.get(number)).copied().unwrap_or_default()
    }

    /// For each event, how many forms are right after it in a state for which `counts` returns true.
    pub(super) fn counted(&self, counts: impl Fn(&str) -> bool) -> Vec<usize> {
        let mut forms = vec![false; self.forms.len()];
        let mut count = 0;
        let after = |told: &Told| {
            if let Some(to) = &self.event(told).to {
                let was = std::mem::replace(&mut forms[told.form], counts(to));
                count = count + usize::from(forms[told.form]) - usize::from(was);
            }
            count
        };
        self.told.iter().map(after).collect()
    }
}

/// The form of a record's case that shows the runs of deadlines over all forms. `None` if it is the record itself.
///
/// # Errors
/// If the other forms cannot be looked up.
pub fn shown_by(kind: &Kind, field: FieldId, record: &Record, lookup: &dyn Lookup) -> Result<Option<Id>, Unanswered> {
    let all = linked::forms_by(kind, record, field, lookup)?;
    Ok(bearer(kind, &all).map(|form| form.id.clone()).filter(|id| *id != record.id))
}

/// When a form of a case shows the runs of deadlines that go over all its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearing {
    /// Whether it does now.
    pub now: bool,
    /// When that changed: each change holds from right after its moment. Before the first one the form shows none.
    pub turns: Vec<(Moment, bool)>,
}

impl Bearing {
    /// Whether the form shows them.
    pub fn shows(&self, shown: Shown) -> bool {
        match shown {
            Shown::Now => self.now,
            Shown::Before(at) => self.turns.iter().rfind(|(turn, _)| *turn < at).is_some_and(|(_, shows)| *shows),
            Shown::Each => true,
        }
    }
}

/// When a record shows the runs of deadlines that go over the forms of its case. `field` refers to the form before.
///
/// # Errors
/// If the other forms cannot be looked up.
pub fn bearing(kind: &Kind, field: FieldId, record: &Record, lookup: &dyn Lookup) -> Result<Bearing, Unanswered> {
    let all = linked::forms_by(kind, record, field, lookup)?;
    let is_own = |form: Option<&Record>| form.is_some_and(|form| form.id == record.id);
    // what holds right before a moment only changes right after an event
    let times: BTreeSet<Moment> = all.iter().flat_map(|form| form.history.iter().map(|event| event.at)).collect();
    let mut turns: Vec<(Moment, bool)> = Vec::new();
    for at in times {
        let shows = is_own(bearer_before(kind, &all, at + chrono::TimeDelta::nanoseconds(1)));
        if turns.last().map_or(shows, |(_, before)| *before != shows) {
            turns.push((at, shows));
        }
    }
    Ok(Bearing { now: bearer(kind, &all).is_none_or(|form| form.id == record.id), turns })
}

/// The last form that is not closed or, if all are closed, the last one.
fn bearer<'f>(kind: &Kind, all: &'f [Record]) -> Option<&'f Record> {
    let open = all.iter().rev().find(|form| kind.shape.class(&form.state) != Class::Closed);
    open.or(all.last())
}

/// The same right before a moment. `None` if no form was open by then.
fn bearer_before<'f>(kind: &Kind, all: &'f [Record], at: Moment) -> Option<&'f Record> {
    let opened = || all.iter().filter(|form| form.opened().is_some_and(|opened| opened < at));
    let state = |form: &'f Record| {
        let entered = form.history.iter().filter(|event| event.at < at && event.to.is_some());
        entered.max_by_key(|event| event.at).and_then(|event| event.to.as_deref()).unwrap_or(&form.state)
    };
    let open = opened().rfind(|form| kind.shape.class(state(form)) != Class::Closed);
    open.or(opened().next_back())
}

impl History<'_> {
    /// The form whose holder is reminded: the record itself, or the form that shows the runs of the case.
    pub(super) fn bearer<'h>(&'h self, kind: &Kind, record: &'h Record) -> &'h Record {
        if self.forms.len() > 1 { bearer(kind, &self.forms).unwrap_or(record) } else { record }
    }
}
