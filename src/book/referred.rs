//! The records that conditions of the policy ask of while cases are counted: asked once while the material of a report is gathered, so
//! that a report is made from values alone.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{BookError, View};
use crate::filter::{Flag, Lookup, Unanswered};
use crate::kind::Condition;
use crate::policy::{Policy, Sum};
use crate::record::{Id, Record};
use crate::report::Material;

/// Looks records up in the book and keeps them.
struct Asking<'v> {
    view: &'v View<'v>,
    asked: RefCell<BTreeMap<Id, Record>>,
}

impl Lookup for Asking<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        let known = self.asked.borrow().get(id).cloned();
        let found = match known {
            Some(record) => Some(record),
            None => self.view.record(id)?.map(Cow::into_owned),
        };
        if let Some(record) = &found {
            self.asked.borrow_mut().insert(id.clone(), record.clone());
        }
        Ok(found.map(Cow::Owned))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

/// The condition, where it asks of other records.
fn following(condition: &Option<Condition>) -> Option<&Condition> {
    condition.as_ref().filter(|condition| condition.filter.follows())
}

fn of_sums<'p>(sums: impl IntoIterator<Item = &'p Sum>) -> Vec<(Option<&'p str>, &'p Condition)> {
    let conditions = |sum: &'p Sum| {
        let own = following(&sum.when).into_iter().chain(following(&sum.settled));
        own.map(|condition| (sum.linked(), condition))
    };
    sums.into_iter().flat_map(conditions).collect()
}

/// What the rules of a policy ask of cases, or of a kind of records that name them.
fn conditions(policy: &Policy) -> Vec<(Option<&str>, &Condition)> {
    let mut all = of_sums(&policy.sharing.losses);
    let responsible = policy.sharing.responsible.as_ref().and_then(|fields| following(&fields.when));
    all.extend(responsible.map(|condition| (None, condition)));
    all
}

impl View<'_> {
    /// Every record that the conditions of sums, losses and responsibility, and what makes a complaint justified, ask of while the
    /// cases of the material are counted.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub(super) fn referred(&self, material: &Material) -> Result<BTreeMap<Id, Record>, BookError> {
        let today = &*material.policy;
        let upheld = today.reports.cases.as_ref().and_then(|cases| following(&cases.upheld));
        let statistics = of_sums(&today.reports.sums);
        let older: BTreeMap<&str, _> =
            material.rules.iter().map(|(id, rules)| (id.as_str(), conditions(rules))).collect();
        let own = conditions(today);
        if upheld.is_none() && statistics.is_empty() && own.is_empty() && older.values().all(Vec::is_empty) {
            return Ok(BTreeMap::new());
        }
        let kind = today.reports.cases.as_ref().and_then(|cases| today.kind(&cases.kind));
        let asking = Asking { view: self, asked: RefCell::default() };
        let others = material.previous.iter().chain(&material.year_before);
        for case in std::iter::once(&material.cases).chain(others).flat_map(|cases| &cases.all) {
            if let (Some(upheld), Some(whole)) = (upheld, kind.and_then(|kind| case.whole(kind))) {
                upheld.filter.matches(&whole, &asking)?;
            }
            let Some(latest) = case.latest() else { continue };
            let rules = latest.rules.as_ref().and_then(|rules| older.get(rules.as_str())).unwrap_or(&own);
            for form in case.forms.iter().map(|form| &form.record) {
                let linked = material.linked.get(&form.id).map(Vec::as_slice).unwrap_or_default();
                for (kind, condition) in rules.iter().chain(&statistics) {
                    match kind {
                        None => {
                            condition.filter.matches(form, &asking)?;
                        }
                        Some(kind) => {
                            for record in linked.iter().filter(|record| record.kind == *kind) {
                                condition.filter.matches(record, &asking)?;
                            }
                        }
                    }
                }
            }
        }
        Ok(asking.asked.into_inner())
    }
}
