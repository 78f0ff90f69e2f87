//! Cases: a complaint with all its forms, counted once. When it was open, when it reached what, and how long it took.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Clock;
use super::answers::Clocked;
use super::set::{is_open_at, state_before};
use crate::calendar::{Calendar, Moment, Outside, Period};
use crate::kind::Kind;
use crate::record::{Class, FieldId, Id, Record, Value};

/// The cases of a period.
#[derive(Debug)]
pub struct Cases {
    /// The period.
    pub period: Period,
    /// The cases, by id.
    pub all: Vec<Case>,
    /// How many complaints were left out because they repeat a counted case.
    pub duplicates: usize,
}

/// A complaint with all its forms, in the order in which they were opened.
#[derive(Debug, Clone)]
pub struct Case {
    /// The first form's id.
    pub id: Id,
    /// Its forms.
    pub forms: Vec<Clocked>,
}

impl Case {
    /// Whether it came in from elsewhere, with dates that this book has not seen.
    pub fn is_imported(&self) -> bool {
        self.forms.first().is_some_and(|form| form.record.is_imported())
    }
}

impl Cases {
    /// Groups records into cases. A form that refers to an earlier one by `original` belongs to the same case. A
    /// complaint that refers to another by `duplicate-of` is not a case of its own. A reference to a missing record
    /// is ignored. If forms refer to each other in a circle, the first by id counts as the first form.
    pub fn group(
        period: Period,
        records: Vec<Clocked>,
        original: Option<FieldId>,
        duplicate_of: Option<FieldId>,
    ) -> Cases {
        let known: BTreeSet<&Id> = records.iter().map(|form| &form.record.id).collect();
        let names = |record: &Record, field: Option<FieldId>| match field.and_then(|field| record.get(field)) {
            Some(Value::Ref(id)) if *id != record.id => Some(id.clone()),
            _ => None,
        };
        let before: BTreeMap<Id, Id> = records
            .iter()
            .filter_map(|form| Some((form.record.id.clone(), names(&form.record, original)?)))
            .filter(|(_, id)| known.contains(id))
            .collect();
        let mut cases: BTreeMap<Id, Vec<Clocked>> = BTreeMap::new();
        let mut duplicates = 0;
        for form in records {
            if names(&form.record, duplicate_of).is_some() {
                duplicates += 1;
                continue;
            }
            cases.entry(root(&form.record.id, &before)).or_default().push(form);
        }
        let all = cases.into_iter().map(|(id, mut forms)| {
            forms.sort_by(|a, b| (a.record.opened(), &a.record.id).cmp(&(b.record.opened(), &b.record.id)));
            Case { id, forms }
        });
        Cases { period, all: all.collect(), duplicates }
    }
}

/// The first form of a form's case.
pub(super) fn root(id: &Id, before: &BTreeMap<Id, Id>) -> Id {
    let mut path = vec![id];
    while let Some(next) = path.last().and_then(|last| before.get(*last)) {
        if let Some(at) = path.iter().position(|seen| *seen == next) {
            return path.iter().skip(at).min().map_or_else(|| id.clone(), |first| (*first).clone());
        }
        path.push(next);
    }
    path.last().map_or_else(|| id.clone(), |last| (*last).clone())
}

impl Case {
    /// When its first form was opened.
    pub fn opened(&self) -> Option<Moment> {
        self.forms.iter().filter_map(|form| form.record.opened()).min()
    }

    /// The latest form.
    pub fn latest(&self) -> Option<&Record> {
        self.forms.last().map(|form| &form.record)
    }

    /// The value of a field in the latest form that has one.
    pub fn value(&self, field: FieldId) -> Option<&Value> {
        self.forms.iter().rev().find_map(|form| form.record.get(field))
    }

    /// The latest form; empty fields get the values of earlier forms.
    pub fn whole(&self, kind: &Kind) -> Option<Cow<'_, Record>> {
        let latest = self.latest()?;
        if self.forms.len() == 1 {
            return Some(Cow::Borrowed(latest));
        }
        let mut whole = latest.clone();
        for (field, _) in kind.shape.handles().filter(|(field, _)| latest.get(*field).is_none()) {
            if let Some(value) = self.value(field) {
                whole.fields.set(field, value.clone());
            }
        }
        Some(Cow::Owned(whole))
    }

    /// Every run of a deadline, of all forms.
    pub fn clocks(&self) -> impl Iterator<Item = &Clock> {
        self.forms.iter().flat_map(|form| &form.clocks)
    }

    /// When it entered one of these states for the first time.
    pub fn first(&self, states: &[&str]) -> Option<Moment> {
        self.entries(states).min()
    }

    /// When it last entered one of these states within a time span.
    pub fn last_in(&self, states: &[&str], (from, until): (Moment, Moment)) -> Option<Moment> {
        self.entries(states).filter(|at| *at >= from && *at < until).max()
    }

    fn entries(&self, states: &[&str]) -> impl Iterator<Item = Moment> {
        let events = self.forms.iter().flat_map(|form| &form.record.history);
        events.filter(|event| event.to.as_deref().is_some_and(|to| states.contains(&to))).map(|event| event.at)
    }

    /// Whether it was open right before `at`. Each form is judged by its events until then; after a form's last
    /// event, its present state counts.
    ///
    /// This only looks at states and counts no events, so that the identity with [`Case::flow`] is a real check.
    pub fn is_open_at(&self, kind: &Kind, at: Moment) -> bool {
        self.forms.iter().any(|form| is_open_at(kind, &form.record, at))
    }

    /// The state of the case right before a moment: that of the latest form that existed by then.
    pub fn state_before(&self, at: Moment) -> Option<&str> {
        self.forms.iter().rev().find_map(|form| state_before(&form.record, at))
    }

    /// How often it ended and was reopened in a time span, counted event by event.
    pub fn flow(&self, kind: &Kind, (from, until): (Moment, Moment)) -> Flow {
        let mut flow = Flow::default();
        let mut was = None;
        for (at, is) in self.turns(&|state| kind.shape.class(state) != Class::Closed) {
            let inside = at >= from && at < until;
            match (was, is) {
                (Some(false), true) if inside => flow.reopened += 1,
                // a case that began in a closed state was opened and ended at once
                (Some(true) | None, false) if inside => flow.ended += 1,
                _ => {}
            }
            was = Some(is);
        }
        flow
    }

    /// When the case entered and left the states that `counts` accepts. It is enough if one form is in such a state.
    /// Events at the same instant count as one change.
    fn turns(&self, counts: &dyn Fn(&str) -> bool) -> Vec<(Moment, bool)> {
        let mut all: Vec<(Moment, usize, bool)> = Vec::new();
        for (form, clocked) in self.forms.iter().enumerate() {
            let entered = clocked.record.history.iter().filter_map(|event| Some((event.at, event.to.as_deref()?)));
            all.extend(entered.map(|(at, to)| (at, form, counts(to))));
        }
        all.sort_by_key(|(at, _, _)| *at);
        let mut forms = vec![false; self.forms.len()];
        let mut turns: Vec<(Moment, bool)> = Vec::new();
        for (place, (at, form, holds)) in all.iter().enumerate() {
            forms[*form] = *holds;
            if all.get(place + 1).is_none_or(|next| next.0 != *at) {
                turns.push((*at, forms.contains(&true)));
            }
        }
        turns
    }

    /// The working minutes from its opening to `until` during which it was neither ended nor waiting for the client.
    ///
    /// # Errors
    /// If the calendar does not know an instant.
    pub fn worked(&self, kind: &Kind, calendar: &Calendar, until: Moment) -> Result<i64, Outside> {
        let running = |state: &str| matches!(kind.shape.class(state), Class::New | Class::Open);
        let turns = self.turns(&running);
        let mut seconds = 0;
        for (place, (from, runs)) in turns.iter().enumerate().filter(|(_, (from, _))| *from < until) {
            let end = turns.get(place + 1).map_or(until, |next| next.0.min(until));
            if *runs {
                seconds += calendar.between(*from, end)?;
            }
        }
        Ok(seconds / 60)
    }
}

/// How often a case ended and was reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    /// How often it ended.
    pub ended: i64,
    /// How often it was open again after an end.
    pub reopened: i64,
}
