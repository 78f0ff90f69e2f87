//! Identities: figures that must add up, shown with the report and checked by it.

use rust_decimal::Decimal;

use crate::locale::Label;

use super::Cell;

/// What an identity counts: things or money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Things.
    Count,
    /// Money.
    Money,
}

/// One signed figure of an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// What it is.
    pub label: Label,
    /// How much, without its sign, in the unit of the identity.
    pub value: Decimal,
    /// Whether it is taken away.
    pub minus: bool,
}

/// Signed figures that must add up to a result: open at start + received + reopened − ended = open at end.
///
/// The result must be counted independently. If it were computed from the terms, nothing would be checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Kebab-case name.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it counts.
    pub amount: Amount,
    /// What is added and subtracted, in reading order.
    pub terms: Vec<Term>,
    /// What the terms must add up to.
    pub result: Term,
}

impl Identity {
    /// An identity of counts with the independently counted result.
    pub fn counts(name: impl Into<String>, label: impl Into<Label>, result: (impl Into<Label>, i64)) -> Self {
        Identity::new(name, label, Amount::Count, result)
    }

    /// An identity of amounts with the independently summed result.
    pub fn money(name: impl Into<String>, label: impl Into<Label>, result: (impl Into<Label>, Decimal)) -> Self {
        Identity::new(name, label, Amount::Money, result)
    }

    fn new(
        name: impl Into<String>,
        label: impl Into<Label>,
        amount: Amount,
        (said, value): (impl Into<Label>, impl Into<Decimal>),
    ) -> Self {
        let result = Term { label: said.into(), value: value.into(), minus: false };
        Identity { name: name.into(), label: label.into(), amount, terms: Vec::new(), result }
    }

    /// Adds a figure.
    #[must_use]
    pub fn plus(self, label: impl Into<Label>, value: impl Into<Decimal>) -> Self {
        self.term(label.into(), value.into(), false)
    }

    /// Takes a figure away.
    #[must_use]
    pub fn minus(self, label: impl Into<Label>, value: impl Into<Decimal>) -> Self {
        self.term(label.into(), value.into(), true)
    }

    fn term(mut self, label: Label, value: Decimal, minus: bool) -> Self {
        self.terms.push(Term { label, value, minus });
        self
    }

    /// The sum of the terms minus the result. `None` if the sum is larger than a `Decimal` can hold.
    pub fn off_by(&self) -> Option<Decimal> {
        let sum = self.terms.iter().try_fold(Decimal::ZERO, |sum, term| match term.minus {
            true => sum.checked_sub(term.value),
            false => sum.checked_add(term.value),
        });
        sum?.checked_sub(self.result.value)
    }

    /// Whether the terms add up to the result.
    pub fn holds(&self) -> bool {
        self.off_by().is_some_and(|off| off.is_zero())
    }

    /// A value of this identity as a cell.
    pub fn cell(&self, value: Decimal) -> Cell {
        match self.amount {
            Amount::Count => Cell::or_unknown(i64::try_from(value).ok()),
            Amount::Money => Cell::Money(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;
    use crate::locale::Label;
    use rust_decimal::Decimal;

    #[test]
    fn signed_figures_must_come_to_the_result() {
        let label = Label::default;
        let month = |end: i64| {
            Identity::counts("month", label(), (label(), end)).plus(label(), 12).plus(label(), 30).minus(label(), 28)
        };
        assert!(month(14).holds());
        assert_eq!(month(15).off_by(), Some(Decimal::NEGATIVE_ONE));
        let huge = Identity::money("huge", label(), (label(), Decimal::MAX)).plus(label(), Decimal::MAX);
        assert!(huge.holds());
        assert!(!huge.plus(label(), Decimal::MAX).holds(), "a sum that cannot be told does not hold");
    }
}
