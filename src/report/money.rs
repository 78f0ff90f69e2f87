//! Shared by the reports about money: the loss of each case that closed in the period, and who bears it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::source::Answer;
use super::tally::Counted;
use super::{Case, Cases, Subject};
use crate::locale::Label;
use crate::money::{Attribution, Complaint, LossPart, attribute, losses, sums};
use crate::policy::{Policy, Sum};
use crate::record::{Id, Record};

/// A case that closed in the period.
pub(super) struct Costed<'c> {
    pub(super) case: &'c Case,
    /// The form by which the loss is attributed: the latest one.
    pub(super) record: &'c Record,
    pub(super) closed: crate::calendar::Moment,
    /// Its losses, by name.
    pub(super) parts: BTreeMap<String, Decimal>,
    pub(super) loss: Decimal,
    pub(super) borne: Attribution,
    /// Whether all of it is final.
    pub(super) is_final: bool,
}

/// What the losses of cases are computed from: the rules that judge the cases, and the records that refer to their
/// forms.
pub(super) struct Ledger<'s> {
    subject: Subject<'s>,
    /// The older rule books that judge forms, by id.
    older: BTreeMap<String, Arc<Policy>>,
    /// The records that losses and sums use, by the form that they refer to.
    linked: BTreeMap<Id, Vec<Record>>,
}

impl<'s> Ledger<'s> {
    /// The ledger of these cases.
    ///
    /// # Errors
    /// If the rules or the records cannot be read.
    pub(super) fn of<'c>(subject: Subject<'s>, cases: impl IntoIterator<Item = &'c Cases>) -> Answer<Self> {
        let all = cases.into_iter().flat_map(|cases| &cases.all);
        let forms: Vec<&Record> = all.flat_map(|case| &case.forms).map(|form| &form.record).collect();
        let mut ledger = Ledger { subject, older: older(subject, &forms)?, linked: BTreeMap::new() };
        let kinds: BTreeSet<String> = ledger.sums().filter_map(Sum::linked).map(str::to_owned).collect();
        let ids: BTreeSet<Id> = forms.iter().map(|form| form.id.clone()).collect();
        for kind in kinds {
            for (form, records) in subject.linked(&ids, &kind)? {
                ledger.linked.entry(form).or_default().extend(records);
            }
        }
        Ok(ledger)
    }

    /// The losses of every rule book that judges a case, then the sums of today's statistics.
    fn sums(&self) -> impl Iterator<Item = &Sum> {
        self.rules().flat_map(|rules| &rules.sharing.losses).chain(&self.subject.policy().reports.sums)
    }

    /// Today's rule book, then the older ones.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Policy> {
        std::iter::once(self.subject.policy()).chain(self.older.values().map(Arc::as_ref))
    }

    /// The rule book that a record is judged by.
    pub(super) fn rules_of(&self, record: &Record) -> &Policy {
        let older = record.rules.as_ref().and_then(|rules| self.older.get(rules));
        older.map_or(self.subject.policy(), |rules| &**rules)
    }

    /// The cases that closed in the period, by id.
    pub(super) fn costed<'c>(&self, cases: &'c Cases, counted: &Counted<'_>) -> Answer<Vec<Costed<'c>>> {
        let subject = self.subject;
        let mut all = Vec::new();
        for case in &cases.all {
            let (Some(closed), Some(record)) = (counted.closed_in(case, subject.span()), case.latest()) else {
                continue;
            };
            let parts: BTreeMap<String, Decimal> =
                self.lost(case)?.into_iter().map(|part| (part.sum.name.clone(), part.amount)).collect();
            let (loss, day) = (parts.values().sum(), subject.zone().date(closed));
            let rules = self.rules_of(record);
            let borne = attribute(rules, subject.people(), record, loss, day, subject.source)?;
            all.push(Costed { case, record, closed, parts, loss, borne, is_final: self.is_final(case)? });
        }
        Ok(all)
    }

    /// The forms of a case, each with the records that refer to it.
    fn forms<'c>(&'c self, case: &'c Case) -> Vec<Complaint<'c>> {
        let linked = |record: &Record| self.linked.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        let records = case.forms.iter().map(|form| &form.record);
        records.map(|record| Complaint { record, linked: linked(record) }).collect()
    }

    /// The losses of a case, by the policy that judges it.
    pub(super) fn lost(&self, case: &Case) -> Answer<Vec<LossPart<'_>>> {
        let Some(latest) = case.latest() else { return Ok(Vec::new()) };
        losses(&self.rules_of(latest).sharing, &self.forms(case), self.subject.source)
    }

    /// Whether the loss of a case is final.
    pub(super) fn is_final(&self, case: &Case) -> Answer<bool> {
        let Some(record) = case.latest() else { return Ok(true) };
        let rules = self.rules_of(record);
        for form in self.forms(case) {
            if !form.is_final(&rules.sharing, self.subject.source)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The values of a case for the sums of today's statistics, in their order.
    pub(super) fn summed(&self, case: &Case) -> Answer<Vec<LossPart<'s>>> {
        sums(&self.subject.policy().reports.sums, &self.forms(case), self.subject.source)
    }
}

/// The older rule books that judge forms, by id.
///
/// # Errors
/// If one of them cannot be read.
pub(super) fn older<'r>(
    subject: Subject<'_>,
    forms: impl IntoIterator<Item = &'r &'r Record>,
) -> Answer<BTreeMap<String, Arc<Policy>>> {
    let own = &subject.policy().id;
    let mut older = BTreeMap::new();
    for form in forms {
        if let Some(id) = form.rules.as_ref().filter(|id| *id != own && !older.contains_key(*id)) {
            older.insert(id.clone(), subject.source.rules_of(form)?);
        }
    }
    Ok(older)
}

/// The losses of the policy and, among `names`, those that only older rules of a case have, with their labels.
pub(super) fn sorts<'n>(subject: Subject<'_>, names: impl Iterator<Item = &'n String>) -> Vec<(String, Label)> {
    let mut sorts: Vec<(String, Label)> =
        subject.policy().sharing.losses.iter().map(|loss| (loss.name.clone(), loss.label.clone())).collect();
    for name in names {
        if sorts.iter().all(|(known, _)| known != name) {
            sorts.push((name.clone(), Label::new(name.as_str(), "")));
        }
    }
    sorts
}
