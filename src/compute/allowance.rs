//! The amount of an allowance, by its items (RT1, RT6): quantity times the invoiced price minus the remaining price.

use rust_decimal::Decimal;

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, lines, number, outputs};
use super::number::{amount, money, sum, taxed};
use crate::record::{FieldId, Fields, Type, Value};

/// An item: its quantity, its price on the invoice, and the price that remains.
pub type AllowanceItem = (Decimal, Option<Decimal>, Option<Decimal>);

/// The items of an allowance and its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The items.
    pub items: Vec<AllowanceItem>,
    /// The amount of the certificate, without tax.
    pub amount: Option<Decimal>,
    /// The rate of tax in percent, if there is one.
    pub tax_rate: Option<Decimal>,
}

impl Allowance {
    /// The sum of the items, as an amount. `None` if there are no items, or one lacks a price.
    pub fn total(&self) -> Option<Decimal> {
        let item = |(quantity, price, net): &AllowanceItem| {
            let (before, after) = (amount(*quantity, (*price)?)?, amount(*quantity, (*net)?)?);
            before.checked_sub(after)
        };
        sum(self.items.iter().map(item)).filter(|_| !self.items.is_empty())
    }

    /// The tax of the certificate (销货折让证明单): rounded to the cent for each item, or the tax on the amount if there are
    /// no items. `None` without a rate.
    pub fn tax(&self) -> Option<Decimal> {
        let rate = self.tax_rate?;
        if self.items.is_empty() {
            return taxed(self.amount?, rate);
        }
        let item = |(quantity, price, net): &AllowanceItem| {
            let (before, after) = (amount(*quantity, (*price)?)?, amount(*quantity, (*net)?)?);
            taxed(before.checked_sub(after)?, rate)
        };
        sum(self.items.iter().map(item))
    }

    /// Whether every item has both prices.
    pub fn is_priced(&self) -> bool {
        !self.items.is_empty() && self.items.iter().all(|(_, price, net)| price.is_some() && net.is_some())
    }

    /// Whether there are items and their sum differs from the amount.
    pub fn differs(&self) -> bool {
        !self.items.is_empty() && self.total() != self.amount
    }
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    list: FieldId,
    quantity: FieldId,
    price: FieldId,
    net: FieldId,
    amount: FieldId,
    tax_rate: Option<FieldId>,
}

const LINES: Within = Within::Lines('l');

pub(super) const COMPUTATION: Computation = Computation {
    name: "allowance",
    inputs: &[
        Input { name: "quantity", within: LINES, types: &["decimal", "count"], required: true },
        Input { name: "price", within: LINES, types: &["money", "decimal"], required: true },
        Input { name: "net", within: LINES, types: &["money", "decimal"], required: true },
        Input { name: "amount", within: Within::Record, types: &["money"], required: true },
        Input { name: "tax-rate", within: Within::Record, types: &["decimal", "count"], required: false },
    ],
    outputs: outputs::<Bound>,
    bind: bind::<Bound>,
};

impl Viewing for Bound {
    type View = Allowance;

    const GIVES: &'static [Given<Allowance>] = &[
        Given("total", Type::Money, |view| money(view.total())),
        Given("priced", Type::Bool, |view| Some(Value::Bool(view.is_priced()))),
        Given("differs", Type::Bool, |view| Some(Value::Bool(view.differs()))),
        Given("tax", Type::Money, |view| money(view.tax())),
    ];

    fn bound(bindings: &Bindings) -> Option<Self> {
        Some(Bound {
            list: bindings.list("quantity")?,
            quantity: bindings.of_line("quantity")?,
            price: bindings.of_line("price")?,
            net: bindings.of_line("net")?,
            amount: bindings.own("amount")?,
            tax_rate: bindings.own("tax-rate"),
        })
    }

    fn view(&self, fields: &Fields) -> Allowance {
        let item = |line: &Fields| {
            let quantity = number(line, Some(self.quantity)).unwrap_or_default();
            (quantity, number(line, Some(self.price)), number(line, Some(self.net)))
        };
        Allowance {
            items: lines(fields, self.list).map(item).collect(),
            amount: number(fields, Some(self.amount)),
            tax_rate: number(fields, self.tax_rate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Allowance;
    use rust_decimal::Decimal;

    #[test]
    fn items_come_to_the_amount_or_differ() {
        let n = |text: &str| text.parse::<Decimal>().expect("a number");
        let items = vec![(n("10"), Some(n("5.00")), Some(n("4.50"))), (n("3"), Some(n("2.00")), Some(n("1.00")))];
        let sound = Allowance { items, amount: Some(n("8.00")), tax_rate: None };
        assert_eq!((sound.total(), sound.differs(), sound.is_priced()), (Some(n("8.00")), false, true));
        assert_eq!(sound.tax(), None, "no rate, no tax");
        // 13 % of 5.00 and of 3.00, each to the cent
        assert_eq!(Allowance { tax_rate: Some(n("13")), ..sound.clone() }.tax(), Some(n("1.04")));
        let whole = Allowance { items: Vec::new(), amount: Some(n("1000.05")), tax_rate: Some(n("13")) };
        assert_eq!(whole.tax(), Some(n("130.01")));
        assert!(Allowance { amount: Some(n("8.01")), ..sound.clone() }.differs());
        let unpriced = Allowance { items: vec![(n("1"), None, None)], ..sound };
        assert_eq!((unpriced.total(), unpriced.differs(), unpriced.is_priced()), (None, true, false));
        assert!(!Allowance { items: Vec::new(), ..unpriced }.differs());
    }
}
