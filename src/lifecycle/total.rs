//! The amount of a case (CP7, CP12): what its forms order, and what was ordered or paid out under it besides.
//! `authority` says who may decide on that amount.
//!
//! A row's `when` in authority.toml must hold for every form of the case whose amount counts, and for the other
//! records that add something. So a case that is split over several forms or slips is decided at the same level as on
//! one form. A record counts once: with the decision that opened it while that holds, and by itself once the case was
//! sent back, refused or withdrawn. The first step of a kind seals what a decision gave with it, so a record that a
//! decision opens keeps its amount.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::entitled::Case;
use super::{Lookup, Refusal, Setting, Unauthorised, linked};
use crate::filter::Unanswered;
use crate::kind::{Amount, Kind};
use crate::policy::{self, amount};
use crate::record::{Id, Record, Value};

/// The amount of a case, with its parts.
pub(super) struct Total {
    /// Everything that counts, with the amount that it adds.
    amounts: Vec<(Id, Decimal)>,
    /// The records themselves, including those that add nothing.
    pub(super) counted: Vec<Record>,
    /// How many levels the decision has moved up.
    pub(super) up: usize,
    /// The levels to which its forms have been escalated; nobody below them decides.
    pub(super) least: Vec<String>,
    /// What the present record adds beyond what was decided about it before. `None` if it is a form of the case
    /// itself.
    own: Option<Decimal>,
}

impl Total {
    /// Whether the record adds nothing to what was already decided.
    pub(super) fn is_covered(&self) -> bool {
        self.own.is_some_and(|own| own.is_zero())
    }

    /// The sum.
    pub(super) fn amount(&self) -> Decimal {
        self.amounts.iter().fold(Decimal::ZERO, |sum, (_, amount)| sum.saturating_add(*amount))
    }

    /// The parts of the sum.
    pub(super) fn parts(&self) -> Vec<(Id, Decimal)> {
        self.amounts.iter().filter(|(_, amount)| !amount.is_zero()).cloned().collect()
    }

    fn add(&mut self, record: &Record, amount: Decimal) {
        self.amounts.push((record.id.clone(), amount));
        self.counted.push(record.clone());
    }
}

impl Case<'_> {
    /// The amount of a record's case; the record is as a step leaves it. `None` if the policy has no such amount.
    ///
    /// # Errors
    /// If a line lacks its amount, or if other records cannot be read.
    pub(super) fn total(
        &self,
        name: &str,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        after: &Record,
    ) -> Result<Option<Total>, Refusal> {
        let Some(rule) = self.kind.amounts.get(name) else { return Ok(None) };
        let mut total = Total { amounts: Vec::new(), counted: Vec::new(), up: 0, least: Vec::new(), own: None };
        let of_case = match rule.case {
            None => Some((self.kind, rule, Cow::Borrowed(after))),
            Some(field) => {
                total.own = Some(Decimal::ZERO);
                let named = match after.get(field) {
                    Some(Value::Ref(id)) => lookup.record(id)?,
                    _ => None,
                };
                named.and_then(|form| {
                    let kind = setting.policy.kind(&form.kind)?;
                    let rule = kind.amounts.get(name).filter(|rule| counts(rule, self.kind.name()))?;
                    Some((kind, rule, form))
                })
            }
        };
        let Some((case_kind, case, form)) = of_case else {
            // it counts with no case, so only its own amount counts
            let counts = rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(after, lookup))?;
            let amount = if counts { self.sum(rule, self.kind, after)? } else { Decimal::ZERO };
            total.own = Some(self.beyond(rule, after, amount, Decimal::ZERO));
            total.add(after, amount);
            return Ok(Some(total));
        };
        let mut forms = vec![form.into_owned()];
        if let Some(field) = case.chain {
            let others = linked::chain(case_kind, &forms[0], field, lookup)?;
            forms.extend(others);
        }
        for form in &forms {
            let level =
                case.least.and_then(|field| if form.id == after.id { after.get(field) } else { form.get(field) });
            total.least.extend(level.and_then(Value::as_text).map(str::to_owned));
            let own = form.id == after.id;
            let orders = own || !(case.without.contains(&form.state) || case.pending.contains(&form.state));
            if orders {
                total.add(form, self.sum(case, case_kind, form)?);
            }
            for beside in &case.beside {
                let Some(kind) = setting.policy.kind(&beside.value) else { continue };
                let Some(rule) = kind.amounts.get(name) else { continue };
                for record in under(form, kind, rule, lookup, after)? {
                    let own = record.id == after.id;
                    if !own && (rule.without.contains(&record.state) || rule.pending.contains(&record.state)) {
                        continue;
                    }
                    let counts = rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(&record, lookup))?;
                    let worth = if counts { self.sum(rule, kind, &record)? } else { Decimal::ZERO };
                    let ordered = match orders && ordered_by(case_kind, name, form, &record) {
                        true => rule.ordered.map_or(worth, |field| number(record.get(field))),
                        false => Decimal::ZERO,
                    };
                    let amount = (worth - ordered).max(Decimal::ZERO);
                    if own {
                        total.own = Some(self.beyond(rule, &record, worth, ordered));
                    }
                    if own || !amount.is_zero() {
                        total.add(&record, amount);
                    }
                }
            }
        }
        if let Some(raises) = &case.raises {
            let raising = |form: &&Record| form.id != after.id && raises.states.contains(&form.state);
            let raising = forms.iter().filter(raising).count();
            total.up = (raising + 1).saturating_sub(raises.from);
        }
        Ok(Some(total))
    }

    /// The part of a record's amount that exceeds what was ordered, and what an earlier step of its own granted and
    /// that still holds.
    fn beyond(&self, rule: &Amount, record: &Record, worth: Decimal, ordered: Decimal) -> Decimal {
        let held = rule.granted.as_ref().is_some_and(|granted| {
            let steps = self.kind.steps_named(&granted.by.value);
            steps.filter(|step| step.authority.is_some()).any(|step| linked::holds(self.kind, record, step))
        });
        let granted = if held { policy::granted(rule, &self.kind.shape, &record.fields) } else { Decimal::ZERO };
        (worth - ordered.max(granted)).max(Decimal::ZERO)
    }

    fn sum(&self, rule: &Amount, kind: &Kind, record: &Record) -> Result<Decimal, Refusal> {
        amount(rule, &kind.shape, &record.fields).map_err(|line| {
            Refusal::Unauthorised(Unauthorised::NoAmount {
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                called: policy::line_called(rule, &kind.shape, &line),
                line,
                place: rule.place.clone(),
            })
        })
    }
}

/// Whether an amount of a case counts records of a kind.
fn counts(rule: &Amount, kind: &str) -> bool {
    rule.beside.iter().any(|beside| beside.value == kind)
}

/// The records of a kind under a form; the present one is as the step leaves it.
fn under(
    form: &Record,
    kind: &Kind,
    rule: &Amount,
    lookup: &dyn Lookup,
    after: &Record,
) -> Result<Vec<Record>, Unanswered> {
    let Some(field) = rule.case else { return Ok(Vec::new()) };
    let names = |record: &Record| matches!(record.get(field), Some(Value::Ref(to)) if *to == form.id);
    let mut found = lookup.linked(&form.id, kind.name())?;
    found.retain(|record| record.id != after.id && names(record));
    if after.kind == kind.name() && names(after) {
        found.push(after.clone());
    }
    Ok(found)
}

/// Whether the decision in force has opened the record: the form's last decision by that authority. If two decisions
/// were taken in the same second, it is not known which one opened the record, so neither covers anything.
fn ordered_by(kind: &Kind, name: &str, form: &Record, record: &Record) -> bool {
    let Some(opened) = record.history.first() else { return false };
    let via = opened.via.as_deref().and_then(|via| via.split_once('#'));
    let Some((_, step)) = via.filter(|(id, _)| *id == form.id.as_str()) else { return false };
    let decides = |step: &&crate::kind::Step| step.authority.as_ref().is_some_and(|table| table.value == name);
    let taken: Vec<_> = form.history.iter().filter(|event| event.step == step).collect();
    let same = taken.iter().filter(|event| event.at == opened.at).count();
    taken.last().is_some_and(|last| last.at == opened.at)
        && same == 1
        && kind.steps_named(step).find(decides).is_some_and(|step| linked::holds(kind, form, step))
}

fn number(value: Option<&Value>) -> Decimal {
    match value {
        Some(Value::Money(number)) => *number,
        _ => Decimal::ZERO,
    }
}
