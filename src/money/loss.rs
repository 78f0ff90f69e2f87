//! Adds up amounts of a case as the policy says: in the complaint's own remedies, in its returns, in its allowances.
//! The loss of a case is one use of it, the statistics of returned goods another.

use rust_decimal::Decimal;

use crate::filter::{Resolver, Unanswered};
use crate::kind::Condition;
use crate::policy::{Sharing, Sum, SumOf, Summand};
use crate::record::{FieldId, Fields, Record, Value};

/// A form of a case with the records that name it.
#[derive(Debug, Clone, Copy)]
pub struct Complaint<'a> {
    /// The form.
    pub record: &'a Record,
    /// The records that name it: returns, allowances.
    pub linked: &'a [Record],
}

/// What a sum comes to.
#[derive(Debug, Clone)]
pub struct LossPart<'p> {
    /// What is added up.
    pub sum: &'p Sum,
    /// How much, in the sum's unit.
    pub amount: Decimal,
}

/// What the forms of a case have lost, by the losses of the policy and in their order; those that come to nothing too.
///
/// # Errors
/// What a rule asks of other records cannot be looked up.
pub fn losses<'p>(
    sharing: &'p Sharing,
    forms: &[Complaint<'_>],
    lookup: &dyn Resolver,
) -> Result<Vec<LossPart<'p>>, Unanswered> {
    sums(&sharing.losses, forms, lookup)
}

/// What these sums come to over the forms of a case, in their order; those that come to nothing too.
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
    /// Whether none of the amounts may still change.
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

    /// The records of a kind that name the form through a field.
    fn naming(&self, kind: &str, through: FieldId) -> impl Iterator<Item = &Record> {
        let names = move |record: &&Record| match record.get(through) {
            Some(Value::Ref(to)) => *to == self.record.id,
            _ => false,
        };
        self.linked.iter().filter(move |record| record.kind == kind).filter(names)
    }

    /// What of one sum the form has.
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
    /// What a record has of it.
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
