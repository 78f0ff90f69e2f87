//! What an allowance comes to by its items (RT1, RT6): quantity by the difference of the invoiced and the remaining price.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::Computation;
use super::bind::{Input, Output, Within, lines, number};
use super::number::{amount, money, sum};
use crate::record::{Compute, FieldId, Fields, Type, Value};

/// An item with its quantity, the price on the invoice, and the price that remains.
pub type Item = (Decimal, Option<Decimal>, Option<Decimal>);

/// The items of an allowance and its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The items.
    pub items: Vec<Item>,
    /// The amount of the certificate.
    pub amount: Option<Decimal>,
}

impl Allowance {
    /// What the items come to; none where there are none, or one lacks a price.
    pub fn total(&self) -> Option<Decimal> {
        let item = |(quantity, price, net): &Item| {
            let (before, after) = (amount(*quantity, (*price)?)?, amount(*quantity, (*net)?)?);
            before.checked_sub(after)
        };
        sum(self.items.iter().map(item)).filter(|_| !self.items.is_empty())
    }

    /// Whether every item names both prices.
    pub fn is_priced(&self) -> bool {
        !self.items.is_empty() && self.items.iter().all(|(_, price, net)| price.is_some() && net.is_some())
    }

    /// Whether the items come to something else than the amount, where there are items at all.
    pub fn differs(&self) -> bool {
        !self.items.is_empty() && self.total() != self.amount
    }
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Total,
    Priced,
    Differs,
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    of: Of,
    list: FieldId,
    quantity: FieldId,
    price: FieldId,
    net: FieldId,
    amount: FieldId,
}

const LINES: Within = Within::Lines('l');

pub(super) const COMPUTATION: Computation = Computation {
    name: "allowance",
    inputs: &[
        Input { name: "quantity", within: LINES, types: &["decimal", "count"], required: true },
        Input { name: "price", within: LINES, types: &["money", "decimal"], required: true },
        Input { name: "net", within: LINES, types: &["money", "decimal"], required: true },
        Input { name: "amount", within: Within::Record, types: &["money"], required: true },
    ],
    outputs: &[
        Output { name: "total", ty: Type::Money },
        Output { name: "priced", ty: Type::Bool },
        Output { name: "differs", ty: Type::Bool },
    ],
    bind: |bindings, output| {
        let of = match output {
            "total" => Of::Total,
            "priced" => Of::Priced,
            "differs" => Of::Differs,
            _ => return None,
        };
        Some(Arc::new(Bound {
            of,
            list: bindings.list("quantity")?,
            quantity: bindings.of_line("quantity")?,
            price: bindings.of_line("price")?,
            net: bindings.of_line("net")?,
            amount: bindings.own("amount")?,
        }))
    },
};

impl Compute for Bound {
    fn value(&self, fields: &Fields) -> Option<Value> {
        let item = |line: &Fields| {
            let quantity = number(line, Some(self.quantity)).unwrap_or_default();
            (quantity, number(line, Some(self.price)), number(line, Some(self.net)))
        };
        let items = lines(fields, self.list).map(item).collect();
        let view = Allowance { items, amount: number(fields, Some(self.amount)) };
        match self.of {
            Of::Total => money(view.total()),
            Of::Priced => Some(Value::Bool(view.is_priced())),
            Of::Differs => Some(Value::Bool(view.differs())),
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
        let sound = Allowance { items, amount: Some(n("8.00")) };
        assert_eq!((sound.total(), sound.differs(), sound.is_priced()), (Some(n("8.00")), false, true));
        assert!(Allowance { amount: Some(n("8.01")), ..sound.clone() }.differs());
        let unpriced = Allowance { items: vec![(n("1"), None, None)], ..sound };
        assert_eq!((unpriced.total(), unpriced.differs(), unpriced.is_priced()), (None, true, false));
        assert!(!Allowance { items: Vec::new(), ..unpriced }.differs());
    }
}
