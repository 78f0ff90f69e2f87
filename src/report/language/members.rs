//! The members of sets: which records or events belong to a time span.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::rc::Rc;

use chrono::NaiveDate;

use super::belongs::{Stretch, named, stretch};
use super::plan::{Belongs, Plan, Set};
use crate::calendar::{Moment, Period, Zone};
use crate::filter::Filter;
use crate::kind::Kind;
use crate::lifecycle::{At, Shown};
use crate::record::{Class, FieldId, Id, Record};
use crate::report::{Answer, Belonging, Clock, RecordSet, Source, Subject};
use crate::wording::Words;

/// A record, shared with others that were read together with it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    all: Rc<[Record]>,
    at: usize,
}

impl Deref for Kept {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.all[self.at]
    }
}

impl Kept {
    fn each(all: Rc<[Record]>) -> impl Iterator<Item = Kept> {
        (0..all.len()).map(move |at| Kept { all: all.clone(), at })
    }
}

/// A record that may belong to a set in a part of the period. It has the times of its events, because most parts do
/// not touch it.
#[derive(Debug)]
pub(super) struct Candidate {
    record: Kept,
    first: Option<Moment>,
    last: Option<Moment>,
    closed: bool,
}

impl Candidate {
    pub(super) fn of(record: Kept, kind: &Kind) -> Candidate {
        let times = || record.history.iter().map(|event| event.at);
        let (first, last) = (times().min(), times().max());
        let closed = kind.shape.class(&record.state) == Class::Closed;
        Candidate { first, last, closed, record }
    }

    /// Whether the record was opened after a part, or had ended before it.
    fn is_beside(&self, stretch: &Stretch) -> bool {
        let before = |last: Moment| self.closed && last < stretch.from && last < stretch.seen;
        self.first.is_none_or(|first| first >= stretch.end) || self.last.is_some_and(before)
    }
}

/// A record that belongs to a set, or an event of it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// The record; for a case with several forms, the latest form that belongs.
    pub record: Kept,
    /// The other forms of the case that belong.
    pub others: Vec<Kept>,
    /// When it began to belong.
    pub at: Option<Moment>,
    /// The event, by its index in the history; `None` if the member is the record.
    pub event: Option<usize>,
}

impl Member {
    /// All forms of the case that belong, the latest last.
    pub(super) fn forms(&self) -> impl Iterator<Item = &Kept> {
        self.others.iter().chain([&self.record])
    }
}

/// Members of one set.
pub(super) type Members = Rc<Vec<Member>>;

/// The runs of records, by id.
type Timed = HashMap<Id, Rc<Vec<Clock>>>;
/// A form of a member with the runs of its deadlines.
type Clocked<'f> = (&'f Kept, Rc<Vec<Clock>>);

/// The sets of a report, filled for one period. Every answer is computed only once.
pub(super) struct Filled<'m> {
    /// The report.
    pub plan: &'m Plan,
    /// The book.
    pub source: &'m dyn Source,
    /// The whole period.
    pub whole: Stretch,
    /// If given, only events of this person count.
    pub person: Option<&'m Id>,
    candidates: RefCell<HashMap<usize, Rc<Vec<Candidate>>>>,
    touched: RefCell<HashMap<usize, Rc<Vec<Kept>>>>,
    members: RefCell<HashMap<(usize, NaiveDate, NaiveDate), Members>>,
    clocks: RefCell<HashMap<Option<String>, Timed>>,
    roots: RefCell<HashMap<Id, Id>>,
}

impl<'m> Filled<'m> {
    /// Sets that nobody has asked for yet.
    pub(super) fn new(plan: &'m Plan, source: &'m dyn Source, period: Period, person: Option<&'m Id>) -> Self {
        Filled {
            plan,
            source,
            whole: stretch(source, period),
            person,
            candidates: RefCell::default(),
            touched: RefCell::default(),
            members: RefCell::default(),
            clocks: RefCell::default(),
            roots: RefCell::default(),
        }
    }

    /// The members of a set in a part of the period.
    ///
    /// # Errors
    /// If the records cannot be read.
    pub(super) fn members(&self, at: usize, stretch: &Stretch) -> Answer<Members> {
        let key = (at, stretch.period.from, stretch.period.until);
        if let Some(known) = self.members.borrow().get(&key) {
            return Ok(known.clone());
        }
        let Some(set) = self.plan.sets.get(at) else { return Ok(Rc::default()) };
        let found = match set.of {
            Some(of) => self.part(set, &self.members(of, stretch)?, stretch)?,
            None if set.events => self.events(at, set, stretch)?,
            None => self.root(at, set, stretch)?,
        };
        let found: Members = Rc::new(found);
        self.members.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    /// The runs of the deadlines of each form of a member; `only` limits them to the deadline of this name.
    ///
    /// # Errors
    /// If something that they depend on cannot be read.
    pub(super) fn clocks<'f>(&self, member: &'f Member, only: Option<&str>) -> Answer<Vec<Clocked<'f>>> {
        let mut clocks = self.clocks.borrow_mut();
        let only = only.map(str::to_owned);
        let known = clocks.entry(only.clone()).or_default();
        let mut all = Vec::with_capacity(1 + member.others.len());
        for form in member.forms() {
            let clocks = match known.get(&form.id) {
                Some(clocks) => clocks.clone(),
                None => {
                    let made = Rc::new(self.source.clocks(form, Shown::Before(self.whole.end), only.as_deref())?);
                    known.insert(form.id.clone(), made.clone());
                    made
                }
            };
            all.push((form, clocks));
        }
        Ok(all)
    }

    fn root(&self, at: usize, set: &Set, stretch: &Stretch) -> Answer<Vec<Member>> {
        let Some(kind) = self.kind(set) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let Some(belongs) = &set.belongs else { return Ok(found) };
        let (zone, happens) = (self.zone(), !matches!(belongs, Belongs::All | Belongs::Field(_)));
        for candidate in self.candidates(at, set, kind)?.iter() {
            if happens && candidate.is_beside(stretch) {
                continue;
            }
            let Some(at) = belongs.when(kind, &candidate.record, stretch, zone) else { continue };
            found.push(Member { record: candidate.record.clone(), others: Vec::new(), at, event: None });
        }
        self.cases(kind, set, found)
    }

    /// The members of a set that belong to a part of it. A case belongs if one of its forms does.
    pub(super) fn part(&self, set: &Set, of: &[Member], stretch: &Stretch) -> Answer<Vec<Member>> {
        let mut found = Vec::new();
        for member in of {
            if !set.steps.is_empty() && !self.step(member).is_some_and(|step| set.steps.contains(step)) {
                continue;
            }
            let (mut at, mut fits) = (member.at, false);
            for form in member.forms() {
                if let Some(belongs) = &set.belongs {
                    let Some(kind) = self.policy().kind(&form.kind) else { continue };
                    let Some(when) = belongs.when(kind, form, stretch, self.zone()) else { continue };
                    at = when;
                }
                fits |= self.fits(set, form)?;
            }
            if fits {
                found.push(Member { at, ..member.clone() });
            }
        }
        Ok(found)
    }

    /// The step of an event.
    pub(super) fn step<'e>(&self, member: &'e Member) -> Option<&'e String> {
        Some(&member.record.history.get(member.event?)?.step)
    }

    fn events(&self, at: usize, set: &Set, stretch: &Stretch) -> Answer<Vec<Member>> {
        let mut found = Vec::new();
        for record in self.all_touched(at, set)?.iter() {
            for (place, event) in record.history.iter().enumerate() {
                let inside = event.at >= stretch.from && event.at < stretch.end;
                let wanted = set.steps.is_empty() || set.steps.contains(&event.step);
                let theirs = self.person.is_none_or(|person| event.takers().any(|taker| taker == person));
                if inside && wanted && theirs && self.fits(set, record)? {
                    let at = Some(event.at);
                    found.push(Member { record: record.clone(), others: Vec::new(), at, event: Some(place) });
                }
            }
        }
        found.sort_by(|a, b| (a.at, &a.record.id, a.event).cmp(&(b.at, &b.record.id, b.event)));
        Ok(found)
    }

    /// The records of every kind of a set of events to which something happened in the whole period.
    fn all_touched(&self, at: usize, set: &Set) -> Answer<Rc<Vec<Kept>>> {
        once(&self.touched, at, || {
            let mut all = Vec::new();
            for kind in set.kinds.iter().filter_map(|kind| self.policy().kind(kind)) {
                let touched = RecordSet::of(kind, Belonging::Touched(&self.whole.period));
                all.extend(Kept::each(self.source.records(&touched)?));
            }
            Ok(all)
        })
    }

    /// The records that may belong to a set in some part of the whole period.
    fn candidates(&self, at: usize, set: &Set, kind: &Kind) -> Answer<Rc<Vec<Candidate>>> {
        once(&self.candidates, at, || {
            let Some(belongs) = &set.belongs else { return Ok(Vec::new()) };
            if let Some(wider) = self.wider(at, set, belongs) {
                let mut found = Vec::new();
                for candidate in self.candidates(wider, &self.plan.sets[wider], kind)?.iter() {
                    if self.fits(set, &candidate.record)? {
                        found.push(Candidate::of(candidate.record.clone(), kind));
                    }
                }
                return Ok(found);
            }
            let belonging = match belongs.belonging(kind, &self.whole.period) {
                // a record that was open at the end of a part was present in the period
                Belonging::OpenAtEnd(period) => Belonging::Present(period),
                belonging => belonging,
            };
            let all = RecordSet::of(kind, belonging);
            // the index answers for now, but the report is about the end of its period
            let rolls = set.fits.iter().any(Filter::rolls);
            let all = set.fits.first().filter(|_| !rolls).map_or(all, |filter| all.filtered(filter));
            let mut found = Vec::new();
            for record in Kept::each(self.source.records(&all)?).filter(|record| !self.repeats(record)) {
                if !rolls || self.fits(set, &record)? {
                    found.push(Candidate::of(record, kind));
                }
            }
            Ok(found)
        })
    }

    /// Another set of the same kind that includes every record which may belong to this one, so that they are read
    /// only once.
    fn wider(&self, at: usize, set: &Set, belongs: &Belongs) -> Option<usize> {
        let within = !matches!(belongs, Belongs::Touched | Belongs::All | Belongs::Field(_));
        let holds = |(place, other): &(usize, &Set)| {
            let all = other.of.is_none() && !other.events && other.fits.is_empty() && *place != at;
            all && other.kinds == set.kinds && other.belongs == Some(Belongs::Touched)
        };
        self.plan.sets.iter().enumerate().filter(|_| within).find(holds).map(|(place, _)| place)
    }

    /// The rule book.
    pub(super) fn policy(&self) -> &'m crate::policy::Policy {
        &self.source.basis().policy
    }

    /// The book's zone.
    pub(super) fn zone(&self) -> Zone {
        self.policy().calendars.default().zone()
    }

    /// The words for the reader.
    pub(super) fn words(&self) -> Words<'_> {
        Subject::of(self.source, &self.whole.period).words()
    }

    fn fits(&self, set: &Set, record: &Record) -> Answer<bool> {
        for filter in set.fits.iter().filter(|filter| filter.kind() == record.kind) {
            let at = self.whole.seen - chrono::Duration::seconds(1);
            if !filter.matches(record, &At { lookup: self.source, at })? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn kind(&self, set: &Set) -> Option<&'m Kind> {
        self.policy().kind(set.kinds.first()?)
    }

    /// The fields that identify a case: the form before, and the complaint that one repeats.
    fn chain(&self, kind: &str) -> [Option<FieldId>; 2] {
        let cases = self.policy().reports.cases.as_ref().filter(|cases| cases.kind == kind);
        cases.map_or([None, None], |cases| [cases.original, cases.duplicate_of])
    }

    /// Whether a record repeats a counted one, so that it is not a case of its own.
    fn repeats(&self, record: &Record) -> bool {
        let [_, duplicate_of] = self.chain(&record.kind);
        named(record, duplicate_of).is_some()
    }

    /// Combines members that are forms of one case. A case is opened once, with its first form.
    fn cases(&self, kind: &Kind, set: &Set, mut all: Vec<Member>) -> Answer<Vec<Member>> {
        let [original, _] = self.chain(kind.name());
        if set.belongs == Some(Belongs::Opened) {
            all.retain(|member| named(&member.record, original).is_none());
        }
        if !all.iter().any(|member| named(&member.record, original).is_some()) {
            return Ok(all);
        }
        let mut cases: BTreeMap<Id, Vec<Member>> = BTreeMap::new();
        for member in all {
            cases.entry(self.case_of(&member.record, original)?).or_default().push(member);
        }
        let joined = cases.into_values().filter_map(|mut forms| {
            forms.sort_by(|a, b| (a.record.opened(), &a.record.id).cmp(&(b.record.opened(), &b.record.id)));
            let latest = forms.pop()?;
            Some(Member { others: forms.into_iter().map(|form| form.record).collect(), ..latest })
        });
        Ok(joined.collect())
    }

    /// The first form of a form's case.
    fn case_of(&self, record: &Record, original: Option<FieldId>) -> Answer<Id> {
        if let Some(known) = self.roots.borrow().get(&record.id) {
            return Ok(known.clone());
        }
        let mut way = vec![record.id.clone()];
        let mut next = named(record, original).cloned();
        while let Some(id) = next.take().filter(|id| !way.contains(id)) {
            next = self.source.record(&id)?.and_then(|form| named(&form, original).cloned());
            way.push(id);
        }
        // if forms refer to each other in a circle, the first by id counts for all
        let root = match next {
            Some(_) => way.iter().min(),
            None => way.last(),
        };
        let root = root.unwrap_or(&record.id).clone();
        self.roots.borrow_mut().insert(record.id.clone(), root.clone());
        Ok(root)
    }
}

fn once<T>(
    known: &RefCell<HashMap<usize, Rc<Vec<T>>>>,
    at: usize,
    make: impl FnOnce() -> Answer<Vec<T>>,
) -> Answer<Rc<Vec<T>>> {
    if let Some(known) = known.borrow().get(&at) {
        return Ok(known.clone());
    }
    let made = Rc::new(make()?);
    known.borrow_mut().insert(at, made.clone());
    Ok(made)
}
