//! What the money reports share: what each case that closed in the period has lost, and who bears it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::tally::Counted;
use super::{Case, Material};
use crate::filter::{self, Flag, Unanswered};
use crate::locale::Label;
use crate::money::{Attribution, Complaint, Part, attribute, losses, sums};
use crate::record::{Id, Record};

/// A case that closed in the period.
pub(super) struct Costed<'m> {
    pub(super) case: &'m Case,
    /// The form that the loss is attributed by: the latest.
    pub(super) record: &'m Record,
    pub(super) closed: crate::calendar::Moment,
    /// What it has lost, by the names of losses.
    pub(super) parts: BTreeMap<String, Decimal>,
    pub(super) loss: Decimal,
    pub(super) borne: Attribution,
    /// Whether none of it may still change.
    pub(super) is_final: bool,
}

/// The cases that closed in the period, by id.
pub(super) fn costed<'m>(material: &'m Material, counted: &Counted<'_>) -> Vec<Costed<'m>> {
    let known = Known(material);
    let cost = |case: &'m Case| -> Option<Costed<'m>> {
        let closed = counted.closed_in(case, material.span())?;
        let record = case.latest()?;
        let rules = material.rules_of(record);
        let is_final = is_final(material, case);
        let parts: BTreeMap<String, Decimal> =
            lost(material, case)?.into_iter().map(|part| (part.sum.name.clone(), part.amount)).collect();
        let loss = parts.values().sum();
        let day = material.zone().date(closed);
        let borne = attribute(rules, &material.people, record, loss, day, &known).ok()?;
        Some(Costed { case, record, closed, parts, loss, borne, is_final })
    };
    material.cases.all.iter().filter_map(cost).collect()
}

/// The forms of a case, each with the records that name it.
fn forms<'m>(material: &'m Material, case: &'m Case) -> Vec<Complaint<'m>> {
    let none: &[Record] = &[];
    let linked = |record: &Record| material.linked.get(&record.id).map_or(none, Vec::as_slice);
    let records = case.forms.iter().map(|form| &form.record);
    records.map(|record| Complaint { record, linked: linked(record) }).collect()
}

/// What a case has lost, by the policy that it is judged by.
pub(super) fn lost<'m>(material: &'m Material, case: &Case) -> Option<Vec<Part<'m>>> {
    let rules = material.rules_of(case.latest()?);
    losses(&rules.sharing, &forms(material, case), &Known(material)).ok()
}

/// Whether nothing of what a case has lost may still change.
pub(super) fn is_final(material: &Material, case: &Case) -> bool {
    let Some(record) = case.latest() else { return true };
    let (rules, known) = (material.rules_of(record), Known(material));
    // all that is asked of is at hand, so that every question is answered
    forms(material, case).iter().all(|form| form.is_final(&rules.sharing, &known).unwrap_or(false))
}

/// What a case comes to by the sums of today's statistics, in their order.
pub(super) fn summed<'m>(material: &'m Material, case: &Case) -> Option<Vec<Part<'m>>> {
    sums(&material.policy.reports.sums, &forms(material, case), &Known(material)).ok()
}

/// The losses that the policy knows, and of these names those that only older rules of a case know, with what they are called.
pub(super) fn sorts<'n>(material: &Material, names: impl Iterator<Item = &'n String>) -> Vec<(String, Label)> {
    let mut sorts: Vec<(String, Label)> =
        material.policy.sharing.losses.iter().map(|loss| (loss.name.clone(), loss.label.clone())).collect();
    for name in names {
        if sorts.iter().all(|(known, _)| known != name) {
            sorts.push((name.clone(), Label::new(name.as_str(), "")));
        }
    }
    sorts
}

/// What rules ask of other records is at hand: the gathering has asked them before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'m>(pub(super) &'m Material);

impl filter::Lookup for Known<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.0.referred.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}
