//! Adds up the amounts of a case as the policy says: in the complaint's own remedies, its returns and its allowances.
//! The loss of a case is one such sum; the statistics of returned goods use another.

use rust_decimal::Decimal;

use crate::filter::{Resolver, Unanswered};
use crate::kind::Condition;
use crate::policy::{Sharing, Sum, SumOf, Summand};
use crate::record::{FieldId, Fields, Record, Value};

/// A form of a case, with the records that refer to it.
#[derive(Debug, Clone, Copy)]
pub struct Complaint<'a> {
    /// The form.
    pub record: &'a Record,
    /// The records that refer to it: returns, allowances.
    pub linked: &'a [Record],
}

/// The result of one sum.
#[derive(Debug, Clone)]
pub struct LossPart<'p> {
    /// What is added up.
    pub sum: &'p Sum,
    /// How much, in the sum's unit.
    pub amount: Decimal,
}

/// The losses of a case's forms, one for each loss of the policy, in the policy's order. Losses of zero are included.
///
/// # Errors
/// If a rule asks about other records and they cannot be looked up.
pub fn losses<'p>(
    sharing: &'p Sharing,
    forms: &[Complaint<'_>],
    lookup: &dyn Resolver,
) -> Result<Vec<LossPart<'p>>, Unanswered> {
    sums(&sharing.losses, forms, lookup)
}

/// The results of `sums` over the forms of a case, in the same order. Results of zero are included.
///
/// # Errors
/// As [`losses`].
pub fn sums<'p>(
    sums: &'p [Sum],
    forms: &[Complaint<'_>],
    lookup: &dyn Resolver,
) -> Result<Vec<LossPart<'p>>, Unanswered> {
    let part = |sum: &'p Sum| {
        let mut amount = Decimal::ZERO;
        for form in forms {
            amount += form.sum(sum, lookup)?;
        }
        Ok(LossPart { sum, amount })
    };
    sums.iter().map(part).collect()
}

fn holds(when: Option<&Condition>, record: &Record, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
    when.map_or(Ok(true), |when| when.filter.matches(record, lookup))
}

impl Complaint<'_> {
    /// Whether all amounts are final: every record that counts meets the `settled` condition of its loss.
    ///
    /// # Errors
    /// As [`losses`].
    pub fn is_final(&self, sharing: &Sharing, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        for loss in &sharing.losses {
            let Some(settled) = &loss.settled else { continue };
            let own: Vec<&Record> = match &loss.of {
                SumOf::Lines { .. } => vec![self.record],
                SumOf::Linked { kind, through, .. } => self.naming(kind, *through).collect(),
            };
            for record in own {
                if holds(loss.when.as_ref(), record, lookup)? && !settled.filter.matches(record, lookup)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The records of a kind that refer to the form through a field.
    fn naming(&self, kind: &str, through: FieldId) -> impl Iterator<Item = &Record> {
        let names = move |record: &&Record| match record.get(through) {
            Some(Value::Ref(to)) => *to == self.record.id,
            _ => false,
        };
        self.linked.iter().filter(move |record| record.kind == kind).filter(names)
    }

    /// The result of one sum for this form.
    fn sum(&self, sum: &Sum, lookup: &dyn Resolver) -> Result<Decimal, Unanswered> {
        match &sum.of {
            SumOf::Lines { list, part, only } => {
                if !holds(sum.when.as_ref(), self.record, lookup)? {
                    return Ok(Decimal::ZERO);
                }
                let counts = |line: &&Fields| {
                    only.as_ref().is_none_or(|(field, names)| {
                        let name = line.get(*field).and_then(Value::as_text);
                        name.is_some_and(|name| names.iter().any(|known| known == name))
                    })
                };
                Ok(lines(self.record.get(*list)).filter(counts).filter_map(|line| number(line.get(*part))).sum())
            }
            SumOf::Linked { kind, through, part } => {
                let mut total = Decimal::ZERO;
                for record in self.naming(kind, *through) {
                    if holds(sum.when.as_ref(), record, lookup)? {
                        total += part.of(record).unwrap_or_default();
                    }
                }
                Ok(total)
            }
        }
    }
}

impl Summand {
    /// The record's value of this summand.
    fn of(&self, record: &Record) -> Option<Decimal> {
        match self {
            Summand::Field(field) => number(record.get(*field)),
            Summand::Computed(computed) => number(computed.value(&record.fields).as_ref()),
        }
    }
}

/// The lines of a list.
pub(super) fn lines(value: Option<&Value>) -> impl Iterator<Item = &Fields> {
    let lines = value.map(Value::elements).unwrap_or_default().iter();
    lines.filter_map(|line| if let Value::Group(fields) = line { Some(fields) } else { None })
}

pub(super) fn money(value: Option<&Value>) -> Option<Decimal> {
    match value {
        Some(Value::Money(amount)) => Some(*amount),
        _ => None,
    }
}

/// An amount or a quantity.
fn number(value: Option<&Value>) -> Option<Decimal> {
    match value {
        Some(Value::Money(number) | Value::Decimal(number)) => Some(*number),
        Some(Value::Count(count)) => Some(Decimal::from(*count)),
        _ => None,
    }
}
