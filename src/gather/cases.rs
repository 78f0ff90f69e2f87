//! The cases of periods: every complaint that a period touches, with all its forms. Periods that are over are read in
//! threads of their own, each with its own connection to the index.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{BookSource, periods};
use crate::book::index::{EventQuery, Index, IndexError};
use crate::book::unanswered;
use crate::calendar::Period;
use crate::filter::Merged;
use crate::kind::Kind;
use crate::lifecycle::Shown;
use crate::policy::{CaseRules, Policy};
use crate::record::{Id, Record, Value};
use crate::report::{Answer, Cases, Clocked};

/// A thread that reads the cases of a past period.
pub(super) type Reading = std::thread::JoinHandle<Result<Cases, IndexError>>;

impl BookSource<'_, '_> {
    /// The cases that something happened to in a period or that were open in it, with the runs of their deadlines.
    pub(super) fn cases_in(&self, period: &Period) -> Answer<Rc<Cases>> {
        let key = (period.clone(), true);
        if let Some(known) = self.cases.borrow().get(&key) {
            return Ok(known.clone());
        }
        let cases = match case_rules(self.view.policy()) {
            None => none(period),
            Some((rules, kind)) => {
                let ids = periods::present(self.view, kind, period).map_err(unanswered)?;
                let mut records =
                    forms(self.view.index().map_err(unanswered)?, (rules, kind), ids).map_err(unanswered)?;
                let merged = self.view.merged().map_err(unanswered)?;
                records.iter_mut().for_each(|record| merged.follow(&mut record.fields));
                self.kept.expect(records.iter().map(|record| &record.id));
                let clocked = |record: Record| {
                    let clocks = self.kept.clocks(self.view, &record, Shown::Now, None)?;
                    Ok(Clocked { record, clocks })
                };
                let forms = records.into_iter().map(clocked).collect::<Answer<_>>()?;
                Cases::group(period.clone(), forms, rules.original, rules.duplicate_of)
            }
        };
        Ok(self.remember(key, cases))
    }

    /// The cases that something happened to in a period, without the runs of their deadlines.
    pub(super) fn cases_before(&self, period: &Period) -> Answer<Rc<Cases>> {
        let key = (period.clone(), false);
        if let Some(known) = self.cases.borrow().get(&key) {
            return Ok(known.clone());
        }
        let begun = self.begun.borrow_mut().remove(period);
        let cases = match begun {
            Some(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            None => {
                let merged = self.view.merged().map_err(unanswered)?;
                past(self.view.index().map_err(unanswered)?, self.view.policy(), merged, period)
            }
        };
        Ok(self.remember(key, cases.map_err(unanswered)?))
    }

    /// Begins to read the cases of past periods, each in a thread with its own way to the index. Where there is no second way, they
    /// are read when they are asked for.
    pub(super) fn begin(&self, periods: &[Period]) {
        let (Ok(index), Ok(merged)) = (self.view.index(), self.view.merged()) else { return };
        let mut begun = self.begun.borrow_mut();
        for period in periods {
            if begun.contains_key(period) {
                continue;
            }
            if let Some(other) = index.another() {
                let (policy, merged, of) = (self.view.shared_policy(), merged.clone(), period.clone());
                begun.insert(period.clone(), std::thread::spawn(move || past(&other, &policy, &merged, &of)));
            }
        }
    }

    fn remember(&self, key: (Period, bool), cases: Cases) -> Rc<Cases> {
        let cases = Rc::new(cases);
        self.cases.borrow_mut().insert(key, cases.clone());
        cases
    }
}

fn none(period: &Period) -> Cases {
    Cases { period: period.clone(), all: Vec::new(), duplicates: 0 }
}

/// What a case is, with the kind of its forms. `None` if the policy does not say.
fn case_rules(policy: &Policy) -> Option<(&CaseRules, &Kind)> {
    let rules = policy.reports.cases.as_ref()?;
    Some((rules, policy.kind(&rules.kind)?))
}

/// The cases that something happened to in a period, without the runs of their deadlines.
fn past(index: &Index, policy: &Policy, merged: &Merged, period: &Period) -> Result<Cases, IndexError> {
    let Some((rules, kind)) = case_rules(policy) else { return Ok(none(period)) };
    let (from, until) = period.moments(policy.calendars.default().zone());
    let query = EventQuery { kind: Some(kind.name()), from: Some(from), until: Some(until), ..EventQuery::default() };
    let ids = index.touched(&query)?.into_iter().collect();
    let mut forms = forms(index, (rules, kind), ids)?;
    forms.iter_mut().for_each(|record| merged.follow(&mut record.fields));
    let forms = forms.into_iter();
    let forms = forms.map(|record| Clocked { record, clocks: Vec::new() }).collect();
    Ok(Cases::group(period.clone(), forms, rules.original, rules.duplicate_of))
}

/// These forms with all the other forms of their cases.
fn forms(index: &Index, (rules, kind): (&CaseRules, &Kind), mut ids: BTreeSet<Id>) -> Result<Vec<Record>, IndexError> {
    let earlier = |form: &Record| match form.get(rules.original?) {
        Some(Value::Ref(id)) => Some(id.clone()),
        _ => None,
    };
    let mut records: Vec<Record> = Vec::with_capacity(ids.len());
    let mut wanted = ids.clone();
    while !wanted.is_empty() {
        let mut found = index.records(&wanted)?;
        // a record that was registered by mistake is not a form of a case
        found.retain(|form| !kind.shape.is_void(&form.state));
        let mut next: BTreeSet<Id> = found.iter().filter_map(earlier).collect();
        if let Some(original) = rules.original {
            let named = &kind.field(original).name;
            let later = index.linked_to_any(&wanted, kind.name())?;
            next.extend(later.into_iter().filter(|(_, link)| link.field == *named).map(|(_, link)| link.id));
        }
        records.extend(found);
        next.retain(|id| ids.insert(id.clone()));
        wanted = next;
    }
    Ok(records)
}
