//! The histories that the deadlines of a record go by: its own, or that of all forms of its case (`over`), as one sequence of events
//! in the order of their times.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Lookup, linked};
use crate::calendar::Moment;
use crate::filter::Unanswered;
use crate::kind::{Deadline, Kind};
use crate::record::{Class, Event, FieldId, Id, Record, Value};

/// The histories of a record, each made once.
pub(super) struct Histories<'r> {
    pub(super) record: &'r Record,
    pub(super) lookup: &'r dyn Lookup,
    kind: &'r Kind,
    known: RefCell<BTreeMap<Option<FieldId>, Option<Rc<History<'r>>>>>,
}

impl<'r> Histories<'r> {
    pub(super) fn new(kind: &'r Kind, record: &'r Record, lookup: &'r dyn Lookup) -> Self {
        Histories { record, lookup, kind, known: RefCell::default() }
    }

    /// That of a deadline. There is none where the run is another form's to show.
    ///
    /// # Errors
    /// The other forms cannot be looked up.
    pub(super) fn of(&self, deadline: &Deadline) -> Result<Option<Rc<History<'r>>>, Unanswered> {
        if let Some(known) = self.known.borrow().get(&deadline.over) {
            return Ok(known.clone());
        }
        let forms = match deadline.over {
            None => Some(Cow::Borrowed(std::slice::from_ref(self.record))),
            Some(field) => {
                let all = forms(self.kind, self.record, field, self.lookup)?;
                let shows = bearer(self.kind, &all).is_none_or(|form| form.id == self.record.id);
                shows.then_some(Cow::Owned(all))
            }
        };
        let made = forms.map(|forms| Rc::new(History::of(self.kind, forms)));
        self.known.borrow_mut().insert(deadline.over, made.clone());
        Ok(made)
    }
}

/// A history: by the times of its events; at the same time those of earlier forms come first, then the order of the file.
pub(super) struct History<'r> {
    /// The forms in the order in which they were opened.
    pub(super) forms: Cow<'r, [Record]>,
    /// The events of all of them.
    pub(super) told: Vec<Told>,
}

/// Where an event stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// When it happened.
    pub(super) at: Moment,
    /// The number of its form.
    pub(super) form: usize,
    /// Its number in the history of its form.
    pub(super) number: usize,
    /// Where it leads back from an interruption: the place in the whole of the event that began it.
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
        for place in 0..told.len() {
            let one = told[place];
            if let Some(began) = one.began {
                told[place].began = told.iter().position(|other| (other.form, other.number) == (one.form, began));
            }
        }
        History { forms, told }
    }

    pub(super) fn event(&self, told: &Told) -> &Event {
        &self.forms[told.form].history[told.number]
    }

    /// Where an event of a form stands in the whole.
    pub(super) fn place(&self, form: usize, number: usize) -> usize {
        self.told.iter().position(|told| (told.form, told.number) == (form, number)).unwrap_or(0)
    }

    /// The state that a form was in after the first so many events of the whole; none where it was not there yet.
    pub(super) fn state(&self, form: usize, events: usize) -> Option<&str> {
        let entered = self.told[..events].iter().rev().filter(|told| told.form == form);
        entered.filter_map(|told| self.event(told).to.as_deref()).next()
    }
}

/// The form of a record's case that shows the runs of deadlines over all forms, where that is not the record itself.
///
/// # Errors
/// The other forms cannot be looked up.
pub fn shown_by(kind: &Kind, field: FieldId, record: &Record, lookup: &dyn Lookup) -> Result<Option<Id>, Unanswered> {
    let all = forms(kind, record, field, lookup)?;
    Ok(bearer(kind, &all).map(|form| form.id.clone()).filter(|id| *id != record.id))
}

/// The last form that is not closed; where all are, the last.
fn bearer<'f>(kind: &Kind, all: &'f [Record]) -> Option<&'f Record> {
    let open = all.iter().rev().find(|form| kind.shape.class(&form.state) != Class::Closed);
    open.or(all.last())
}

/// All forms of a record's case. Those that were opened at the same time stand in the order in which they name one another.
fn forms(kind: &Kind, record: &Record, field: FieldId, lookup: &dyn Lookup) -> Result<Vec<Record>, Unanswered> {
    let mut all = linked::chain(kind, record, field, lookup)?;
    all.push(record.clone());
    let named = |form: &Record| match form.get(field) {
        Some(Value::Ref(id)) => Some(id.clone()),
        _ => None,
    };
    let named: BTreeMap<Id, Option<Id>> = all.iter().map(|form| (form.id.clone(), named(form))).collect();
    let before = |id: &Id| named.get(id).cloned().flatten();
    let depth = |form: &Record| std::iter::successors(before(&form.id), &before).take(named.len()).count();
    all.sort_by_cached_key(|form| (form.opened(), depth(form), form.id.clone()));
    Ok(all)
}
