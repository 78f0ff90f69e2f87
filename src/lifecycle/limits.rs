//! Compares the sum of all records that refer to the same record with the amount of that record.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::entitled::Case;
use super::{Lookup, Refusal, Setting, Unfulfilled, linked};
use crate::filter::Unanswered;
use crate::kind::{Limit, Most, StepAmount, Summand};
use crate::record::{FieldId, Fields, Record, Shape, Value};

impl Case<'_> {
    /// The refusal if this record, together with others that refer to the same record, exceeds what that one allows.
    /// `None` if it refers to no such record, or if that record has no amount.
    pub(super) fn exceeded(
        &self,
        limit: &Limit,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Option<Refusal>, Unanswered> {
        let (id, named) = match limit.through {
            // if the record itself no longer has its amount, nothing is allowed
            None => (&draft.id, Cow::Borrowed(draft)),
            Some(through) => {
                let Some(Value::Ref(id)) = draft.get(through) else { return Ok(None) };
                let Some(named) = lookup.record(id)? else { return Ok(None) };
                (id, named)
            }
        };
        let most = match &limit.most {
            Most::Field(field) => number(&named.fields, *field),
            Most::Rollup(rollup) => lookup.rollup(rollup, &named.fields, Some(&named.id))?.as_ref().and_then(of_value),
        };
        let most = match (most, limit.through) {
            (Some(most), _) => most,
            (None, None) => Decimal::ZERO,
            (None, Some(_)) => return Ok(None),
        };
        let mut sum = Decimal::ZERO;
        let mut others = Vec::new();
        // the forms of a case are about the same goods and money
        let forms = match setting.policy.kind(&named.kind) {
            Some(kind) => linked::forms(kind, &named, lookup)?.into_iter().map(|form| form.id).collect(),
            None => vec![id.clone()],
        };
        for summand in &limit.sums {
            let own = limit.through.is_some() && summand.kind == draft.kind;
            let mut found = Vec::new();
            for form in &forms {
                let names = |other: &Record| matches!(other.get(summand.through), Some(Value::Ref(to)) if to == form);
                let linked = lookup.linked(form, &summand.kind)?.into_iter();
                found.extend(
                    linked
                        .filter(|other| other.id != draft.id && names(other) && !limit.without.contains(&other.state)),
                );
            }
            for other in found.iter().chain(own.then_some(draft)) {
                let Some(shape) = setting.policy.kind(&summand.kind).map(|kind| &kind.shape) else { continue };
                let amount = amount(summand, shape, &other.fields).unwrap_or_default();
                sum = sum.saturating_add(amount);
                if other.id != draft.id && !amount.is_zero() {
                    others.push(other.id.clone());
                }
            }
        }
        others.sort();
        Ok((sum > most).then(|| {
            Refusal::Unfulfilled(Unfulfilled::Exceeded {
                id: draft.id.clone(),
                step: self.step.name.clone(),
                of: linked::named(setting.policy, &named),
                sum,
                most,
                others,
                reason: limit.reason.clone(),
                place: limit.place.clone(),
            })
        }))
    }
}

fn amount(summand: &Summand, shape: &Shape, fields: &Fields) -> Option<Decimal> {
    match &summand.amount {
        StepAmount::Field(field) => number(fields, *field),
        StepAmount::Computed(name) => {
            let computed = shape.computed().iter().find(|computed| computed.name == *name)?;
            of_value(&computed.value(fields)?)
        }
    }
}

fn number(fields: &Fields, field: FieldId) -> Option<Decimal> {
    fields.get(field).and_then(of_value)
}

fn of_value(value: &Value) -> Option<Decimal> {
    match value {
        Value::Money(number) | Value::Decimal(number) => Some(*number),
        Value::Count(count) => Some(Decimal::from(*count)),
        _ => None,
    }
}
