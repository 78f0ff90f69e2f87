//! Whether the shares of those responsible fit into a whole (RL3): in percent, never more than a hundred together. How a loss
//! is divided by them is `money`'s.

use rust_decimal::Decimal;

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, lines, number, outputs};
use super::number::quantity;
use crate::record::{FieldId, Fields, Type, Value};

/// The shares of the lines that have one, in percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares(pub Vec<Decimal>);

impl Shares {
    /// All of them together; none where no line has one.
    pub fn total(&self) -> Option<Decimal> {
        let sum = self.0.iter().try_fold(Decimal::ZERO, |sum, share| sum.checked_add(*share));
        sum.filter(|_| !self.0.is_empty())
    }

    /// Whether they are no parts of a whole: one is negative, or together they are more than a hundred.
    pub fn is_over(&self) -> bool {
        let whole = self.0.is_empty() || self.total().is_some_and(|total| total <= Decimal::ONE_HUNDRED);
        !whole || self.0.iter().any(Decimal::is_sign_negative)
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
    ];

    fn bound(bindings: &Bindings) -> Option<Self> {
        Some(Bound { list: bindings.list("share")?, share: bindings.of_line("share")? })
    }

    fn view(&self, fields: &Fields) -> Shares {
        Shares(lines(fields, self.list).filter_map(|line| number(line, Some(self.share))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use rust_decimal::Decimal;

    #[test]
    fn shares_are_parts_of_a_whole() {
        for (shares, total, over) in [
            (&[][..], None, false),
            (&["70", "30"], Some("100"), false),
            (&["33.33", "33.33", "33.33"], Some("99.99"), false),
            (&["70", "30.01"], Some("100.01"), true),
            (&["110", "-10"], Some("100"), true),
            (&["79228162514264337593543950335", "1"], None, true),
        ] {
            let n = |text: &str| text.parse::<Decimal>().expect("a number");
            let view = Shares(shares.iter().map(|share| n(share)).collect());
            assert_eq!((view.total(), view.is_over()), (total.map(n), over), "{shares:?}");
        }
    }
}
