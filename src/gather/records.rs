//! The records of a set. The index finds candidates; for a period, only those that the period touches. If the index
//! cannot decide, the records themselves are read.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::BookSource;
use super::flags::answered;
use super::periods;
use super::question::bound;
use super::unfinished::unfinished;
use crate::book::index::Selection;
use crate::book::unanswered;
use crate::calendar::{Period, Zone};
use crate::filter::{Expr, Flag, Holds};
use crate::kind::Kind;
use crate::record::{Class, Id, Record, Value};
use crate::report::{Answer, Belonging, RecordSet};

/// What the index is asked for a set.
struct Candidates {
    /// The records that may belong to it; `None` means all that fit the terms.
    ids: Option<BTreeSet<Id>>,
    terms: Expr,
    /// Whether each candidate must be read again, because the index cannot decide.
    doubted: bool,
}

impl Candidates {
    fn of(ids: BTreeSet<Id>) -> Self {
        Candidates { ids: Some(ids), terms: Expr::every(), doubted: false }
    }

    fn fitting(terms: Expr) -> Self {
        Candidates { ids: None, terms, doubted: false }
    }

    fn doubted(self) -> Self {
        Candidates { doubted: true, ..self }
    }
}

impl BookSource<'_, '_> {
    /// The ids of a set's records.
    pub(super) fn ids_of(&self, set: &RecordSet<'_>) -> Answer<Rc<BTreeSet<Id>>> {
        let key = key(set);
        if let Some(known) = self.ids.borrow().get(&key) {
            return Ok(known.clone());
        }
        let (found, doubted) = self.candidates(set)?;
        let ids: Rc<BTreeSet<Id>> = Rc::new(match doubted {
            true => self.records_of(set)?.iter().map(|record| record.id.clone()).collect(),
            false => found.into_iter().collect(),
        });
        self.ids.borrow_mut().insert(key, ids.clone());
        Ok(ids)
    }

    /// The records of a set, by id.
    pub(super) fn records_of(&self, set: &RecordSet<'_>) -> Answer<Rc<[Record]>> {
        let key = key(set);
        if let Some(known) = self.records.borrow().get(&key) {
            return Ok(known.clone());
        }
        let (ids, doubted) = self.candidates(set)?;
        let mut records = self.view.index().map_err(unanswered)?.records(&ids).map_err(unanswered)?;
        if doubted {
            records.retain(|record| set.belonging.holds(set.kind, record, self.zone()));
        }
        if !set.kind.deadlines.is_empty() {
            self.kept.expect(records.iter().map(|record| &record.id));
        }
        let merged = self.view.merged().map_err(unanswered)?;
        records.iter_mut().for_each(|record| merged.follow(&mut record.fields));
        let records: Rc<[Record]> = records.into();
        self.records.borrow_mut().insert(key, records.clone());
        Ok(records)
    }

    /// How many records a set has.
    pub(super) fn counted(&self, set: &RecordSet<'_>) -> Answer<u64> {
        let candidates = self.asked(set)?;
        if candidates.doubted || candidates.ids.is_some() || set.among.is_some() {
            return Ok(self.ids_of(set)?.len() as u64);
        }
        self.select(set, &candidates, |selection| {
            self.view.index().map_err(unanswered)?.count(selection).map_err(unanswered)
        })
    }

    /// The values of these columns for every record of a set.
    pub(super) fn columns(&self, set: &RecordSet<'_>, columns: &[&str]) -> Answer<Vec<Vec<Option<Value>>>> {
        let mut candidates = self.asked(set)?;
        if candidates.doubted {
            candidates = Candidates::of(self.ids_of(set)?.iter().cloned().collect());
        }
        let mut rows = self.select(set, &candidates, |selection| {
            self.view.index().map_err(unanswered)?.values(selection, columns).map_err(unanswered)
        })?;
        let merged = self.view.merged().map_err(unanswered)?;
        if !merged.is_empty() {
            rows.iter_mut().flatten().flatten().for_each(|value| merged.follow_value(value));
        }
        Ok(rows)
    }

    /// The ids of possible members of the set, and whether each must be read again.
    fn candidates(&self, set: &RecordSet<'_>) -> Answer<(Vec<Id>, bool)> {
        let candidates = self.asked(set)?;
        let ids = self.select(set, &candidates, |selection| {
            self.view.index().map_err(unanswered)?.select_ids(selection).map_err(unanswered)
        })?;
        Ok((ids, candidates.doubted))
    }

    /// Asks the index for candidates that fit the set's filter and were not registered by mistake.
    fn select<T>(
        &self,
        set: &RecordSet<'_>,
        candidates: &Candidates,
        ask: impl Fn(&Selection<'_>) -> Answer<T>,
    ) -> Answer<T> {
        let kind = set.kind;
        let terms = match set.belonging {
            Belonging::Voided(_) => candidates.terms.clone(),
            _ => candidates.terms.clone().is_not("state", kind.shape.voids()),
        };
        let terms = match (set.belonging, kind.shape.merged_by) {
            (Belonging::Voided(_), _) | (_, None) => terms,
            (_, Some(by)) => terms.lacks(&kind.field(by).name),
        };
        let mut filter = bound(self.view, kind, &terms)?;
        if let Some(asked) = set.filter {
            filter = filter.and(asked);
        }
        let answered = answered(self.view, kind, set.filter).map_err(unanswered)?;
        let (flagged, held) = (|flag: Flag| answered.flagged(flag), |holds: &Holds| answered.held(holds));
        let among: Option<Vec<Id>> = match (&candidates.ids, set.among) {
            (Some(ids), Some(among)) => Some(ids.intersection(among).cloned().collect()),
            (Some(ids), None) | (None, Some(ids)) => Some(ids.iter().cloned().collect()),
            (None, None) => None,
        };
        ask(&Selection {
            filter: Some(&filter).filter(|filter| !filter.is_empty()),
            among: among.as_deref(),
            flagged: Some(&flagged),
            held: Some(&held),
            ..Selection::of(kind.name())
        })
    }

    fn asked(&self, set: &RecordSet<'_>) -> Answer<Candidates> {
        let kind = set.kind;
        let closed = || kind.shape.states().iter().filter(|state| state.class == Class::Closed);
        Ok(match set.belonging {
            Belonging::All => Candidates::fitting(Expr::every()),
            Belonging::Opened(period) => Candidates::fitting(in_days("opened", period)),
            Belonging::Field(name, period) => Candidates::fitting(in_days(name, period)),
            Belonging::Closed(period) => {
                let states: Vec<&str> = closed().map(|state| state.name.as_str()).collect();
                Candidates::of(self.entered(kind, &states, period)?).doubted()
            }
            Belonging::Milestone(name, period) => {
                let milestone = kind.milestones.iter().find(|milestone| milestone.name == name);
                let states = milestone.map(|milestone| milestone.states.as_slice()).unwrap_or_default();
                Candidates::of(self.entered(kind, &states.iter().map(String::as_str).collect::<Vec<_>>(), period)?)
            }
            Belonging::Step(name, period) => {
                Candidates::of(periods::happened(self.view, kind, period, (&[name], &[])).map_err(unanswered)?)
            }
            Belonging::Touched(period) => {
                Candidates::of(periods::touched(self.view, kind, period).map_err(unanswered)?)
            }
            Belonging::Present(period) => {
                Candidates::of(periods::present(self.view, kind, period).map_err(unanswered)?).doubted()
            }
            Belonging::OpenAtEnd(period) => {
                Candidates::of(periods::standing(self.view, kind, period).map_err(unanswered)?).doubted()
            }
            Belonging::Clocked(period) => {
                let mut ids = unfinished(self.view, kind).map_err(unanswered)?;
                ids.extend(periods::present(self.view, kind, period).map_err(unanswered)?);
                Candidates::of(ids)
            }
            Belonging::Unfinished => Candidates::of(unfinished(self.view, kind).map_err(unanswered)?),
            Belonging::Voided(_) => {
                let states: Vec<&str> = kind.shape.voids().collect();
                match states.is_empty() {
                    true => Candidates::of(BTreeSet::new()),
                    false => Candidates::fitting(Expr::every().is("state", states)).doubted(),
                }
            }
        })
    }

    /// The records of a kind that entered one of these states in a period.
    fn entered(&self, kind: &Kind, states: &[&str], period: &Period) -> Answer<BTreeSet<Id>> {
        if states.is_empty() {
            return Ok(BTreeSet::new());
        }
        periods::happened(self.view, kind, period, (&[], states)).map_err(unanswered)
    }

    pub(super) fn zone(&self) -> Zone {
        self.view.policy().calendars.default().zone()
    }
}

/// A filter for values in the days of a period.
fn in_days(name: &str, period: &Period) -> Expr {
    Expr::every().between(name, Some(period.from), Some(period.last()))
}

/// The key under which an answer about a set is remembered.
fn key(set: &RecordSet<'_>) -> String {
    let RecordSet { kind, belonging, filter, among } = set;
    let filter = filter.map(ToString::to_string).unwrap_or_default();
    format!("{} {belonging:?} {filter} {among:?}", kind.name())
}
