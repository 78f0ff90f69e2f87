//! Whether the shares of the responsible make sense (RL3): in percent, together at most a hundred. `money` divides a
//! loss by them.

use rust_decimal::Decimal;

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, lines, number, outputs};
use super::number::quantity;
use crate::record::{FieldId, Fields, Type, Value};

/// The shares of lines, in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// The shares of the lines that have one.
    pub given: Vec<Decimal>,
    /// How many lines have none; they share what is missing to a hundred.
    pub without: usize,
}

impl Shares {
    /// The sum of the shares. `None` if no line has one.
    pub fn total(&self) -> Option<Decimal> {
        let sum = self.given.iter().try_fold(Decimal::ZERO, |sum, share| sum.checked_add(*share));
        sum.filter(|_| !self.given.is_empty())
    }

    /// Whether they cannot be parts of a whole: one is negative, or their sum is more than a hundred.
    pub fn is_over(&self) -> bool {
        let whole = self.given.is_empty() || self.total().is_some_and(|total| total <= Decimal::ONE_HUNDRED);
        !whole || self.given.iter().any(Decimal::is_sign_negative)
    }

    /// Whether their sum is less than a hundred and no line without a share takes the rest. Then they count as
    /// weights.
    fn is_short(&self) -> bool {
        self.without == 0 && !self.is_over() && self.total().is_some_and(|total| total < Decimal::ONE_HUNDRED)
    }
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    list: FieldId,
    share: FieldId,
}

pub(super) const COMPUTATION: Computation = Computation {
    name: "shares",
    inputs: &[Input { name: "share", within: Within::Lines('l'), types: &["decimal", "count"], required: true }],
    outputs: outputs::<Bound>,
    bind: bind::<Bound>,
};

impl Viewing for Bound {
    type View = Shares;

    const GIVES: &'static [Given<Shares>] = &[
        Given("total", Type::Decimal, |view| quantity(view.total())),
        Given("over", Type::Bool, |view| Some(Value::Bool(view.is_over()))),
        Given("short", Type::Bool, |view| Some(Value::Bool(view.is_short()))),
    ];

    fn bound(bindings: &Bindings) -> Option<Self> {
        Some(Bound { list: bindings.list("share")?, share: bindings.of_line("share")? })
    }

    fn view(&self, fields: &Fields) -> Shares {
        let shares: Vec<Option<Decimal>> =
            lines(fields, self.list).map(|line| number(line, Some(self.share))).collect();
        let without = shares.iter().filter(|share| share.is_none()).count();
        Shares { given: shares.into_iter().flatten().collect(), without }
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use rust_decimal::Decimal;

    #[test]
    fn shares_are_parts_of_a_whole() {
        for (shares, without, total, over, short) in [
            (&[][..], 0, None, false, false),
            (&[], 2, None, false, false),
            (&["70", "30"], 0, Some("100"), false, false),
            (&["33.33", "33.33", "33.33"], 0, Some("99.99"), false, true),
            (&["60"], 0, Some("60"), false, true),
            (&["60"], 1, Some("60"), false, false),
            (&["70", "30.01"], 0, Some("100.01"), true, false),
            (&["110", "-10"], 0, Some("100"), true, false),
            (&["79228162514264337593543950335", "1"], 0, None, true, false),
        ] {
            let n = |text: &str| text.parse::<Decimal>().expect("a number");
            let view = Shares { given: shares.iter().map(|share| n(share)).collect(), without };
            let expected = (total.map(n), over, short);
            assert_eq!((view.total(), view.is_over(), view.is_short()), expected, "{shares:?} {without}");
        }
    }
}
