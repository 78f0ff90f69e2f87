//! The cases of a period: every complaint that something happened to in it, with all its forms.

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

impl BookSource<'_, '_> {
    /// The cases to which something happened in a period or that were open in it, with the runs of their deadlines.
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

    /// The cases to which something happened in a period, without the runs of their deadlines.
    pub(super) fn cases_before(&self, period: &Period) -> Answer<Rc<Cases>> {
        let key = (period.clone(), false);
        if let Some(known) = self.cases.borrow().get(&key) {
            return Ok(known.clone());
        }
        let (index, merged) = (self.view.index().map_err(unanswered)?, self.view.merged().map_err(unanswered)?);
        let cases = past(index, self.view.policy(), merged, period).map_err(unanswered)?;
        Ok(self.remember(key, cases))
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

/// The rules for cases, with the kind of their forms. `None` if the policy has none.
fn case_rules(policy: &Policy) -> Option<(&CaseRules, &Kind)> {
    let rules = policy.reports.cases.as_ref()?;
    Some((rules, policy.kind(&rules.kind)?))
}

/// The cases to which something happened in a period, without the runs of their deadlines.
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

/// These forms, with all other forms of their cases.
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
